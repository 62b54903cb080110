//! Breadth-first searches from up to 64 nodes at once, a bit for each (Then et al., "The more the merrier: efficient
//! multi-source graph traversal", 2014).
//!
//! Near nodes see mostly the same neighbourhood, so one walk over an edge serves many of the searches. What is seen is
//! shown at the node that was reached, with a mask of who reached it: to count, a population count is enough.

use rayon::prelude::*;
use std::ops::Range;

use crate::{Adjacency, Control, Index, Pace, Result};

/// How many searches go together.
pub(crate) const WIDTH: usize = u64::BITS as usize;

/// The memory of one sweep, in bytes a node.
pub(crate) const BYTES: usize = 32;

/// Room for searches, used for one batch after the other.
pub(crate) struct Sweep {
    seen: Vec<u64>,
    now: Vec<u64>,
    next: Vec<u64>,
    active: Vec<Index>,
    found: Vec<Index>,
}

impl Sweep {
    pub(crate) fn new(nodes: usize) -> Sweep {
        Sweep {
            seen: vec![0; nodes],
            now: vec![0; nodes],
            next: vec![0; nodes],
            active: Vec::new(),
            found: Vec::new(),
        }
    }

    /// Searches from each of `sources`, at most [`WIDTH`] and all different. Calls `visit(node, hops, who)` for every node
    /// at one hop and more, hops ascending; bit `i` of `who` is set if source `i` is so far away.
    pub(crate) fn run(
        &mut self,
        adjacency: &Adjacency,
        sources: &[Index],
        pace: &mut Pace<'_>,
        mut visit: impl FnMut(Index, u32, u64),
    ) -> Result<()> {
        self.seen.fill(0);
        self.now.fill(0);
        self.next.fill(0);
        self.active.clear();
        for (bit, source) in sources.iter().enumerate() {
            self.seen[*source as usize] |= 1 << bit;
            self.now[*source as usize] |= 1 << bit;
            self.active.push(*source);
        }
        let mut hops = 0;
        while !self.active.is_empty() {
            hops += 1;
            for node in self.active.drain(..) {
                let who = std::mem::take(&mut self.now[node as usize]);
                let neighbours = adjacency.neighbours(node);
                pace.steps(1 + neighbours.len())?;
                for neighbour in neighbours {
                    let at = *neighbour as usize;
                    let new = who & !self.seen[at];
                    if new != 0 {
                        if self.next[at] == 0 {
                            self.found.push(*neighbour);
                        }
                        self.next[at] |= new;
                    }
                }
            }
            for node in &self.found {
                let at = *node as usize;
                self.seen[at] |= self.next[at];
                visit(*node, hops, self.next[at]);
            }
            std::mem::swap(&mut self.now, &mut self.next);
            std::mem::swap(&mut self.active, &mut self.found);
        }
        Ok(())
    }
}

/// Into how many parts a sweep from all nodes is cut, whatever the number of threads: answers that are sums of parts are
/// summed in their order.
const PARTS: usize = 16;

/// Sweeps from every node. Each part of the sources gathers an entry for each node with
/// `visit(&mut entry, hops, how many sources are so far away)`; the parts come back in order.
pub(crate) fn from_all<A: Clone + Default + Send>(
    adjacency: &Adjacency,
    control: &dyn Control,
    visit: impl Fn(&mut A, u32, u32) + Sync,
) -> Result<Vec<Vec<A>>> {
    let nodes = adjacency.node_count();
    let batches = nodes.div_ceil(WIDTH);
    let parts: Vec<Range<usize>> = (0..PARTS)
        .map(|part| batches * part / PARTS..batches * (part + 1) / PARTS)
        .filter(|part| !part.is_empty())
        .collect();
    control.reserve(nodes * (BYTES * rayon::current_num_threads() + size_of::<A>() * parts.len()))?;
    parts
        .into_par_iter()
        .map_init(
            || Sweep::new(nodes),
            |sweep, part| {
                let mut gathered = vec![A::default(); nodes];
                let mut pace = Pace::new(control);
                let mut sources: Vec<Index> = Vec::with_capacity(WIDTH);
                for batch in part {
                    control.check()?;
                    sources.clear();
                    sources
                        .extend((batch * WIDTH..((batch + 1) * WIDTH).min(nodes)).map(|node| node as Index));
                    sweep.run(adjacency, &sources, &mut pace, |node, hops, who| {
                        visit(&mut gathered[node as usize], hops, who.count_ones());
                    })?;
                }
                Ok(gathered)
            },
        )
        .collect()
}
