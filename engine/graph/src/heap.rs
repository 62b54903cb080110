//! A queue of nodes by distance.

use crate::Index;

/// A heap of four branches with the place of each node, so that a node is in it once and its distance can be lowered.
/// Of equal distances the smaller node comes first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Heap {
    entries: Vec<(f64, Index)>,
    /// Where each node stands in `entries`; [`ABSENT`] if it does not, as all behind the last.
    places: Vec<u32>,
}

const ABSENT: u32 = u32::MAX;

#[inline]
fn before(a: (f64, Index), b: (f64, Index)) -> bool {
    a.0 < b.0 || (a.0 == b.0 && a.1 < b.1)
}

impl Heap {
    pub(crate) fn new(nodes: usize) -> Heap {
        Heap { entries: Vec::new(), places: vec![ABSENT; nodes] }
    }

    /// Puts a node in, or lowers its distance.
    pub(crate) fn lower(&mut self, node: Index, distance: f64) {
        if node as usize >= self.places.len() {
            self.places.resize(node as usize + 1, ABSENT);
        }
        let mut at = self.places[node as usize] as usize;
        if at == ABSENT as usize {
            at = self.entries.len();
            self.entries.push((distance, node));
        }
        let entry = (distance, node);
        while at > 0 {
            let above = (at - 1) / 4;
            if !before(entry, self.entries[above]) {
                break;
            }
            self.set(at, self.entries[above]);
            at = above;
        }
        self.set(at, entry);
    }

    /// Takes out the nearest.
    pub(crate) fn pop(&mut self) -> Option<(f64, Index)> {
        let first = *self.entries.first()?;
        self.places[first.1 as usize] = ABSENT;
        let last = self.entries.pop()?;
        if self.entries.is_empty() {
            return Some(first);
        }
        let mut at = 0;
        loop {
            let below = at * 4 + 1;
            let end = (below + 4).min(self.entries.len());
            let Some(least) = (below..end).reduce(|a, b| match before(self.entries[b], self.entries[a]) {
                true => b,
                false => a,
            }) else {
                break;
            };
            if !before(self.entries[least], last) {
                break;
            }
            self.set(at, self.entries[least]);
            at = least;
        }
        self.set(at, last);
        Some(first)
    }

    fn set(&mut self, at: usize, entry: (f64, Index)) {
        self.entries[at] = entry;
        self.places[entry.1 as usize] = at as u32;
    }
}
