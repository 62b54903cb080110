//! Sets of nodes, one bit each.

use crate::Index;

/// A set of nodes: one bit each, so that a quarter of a million of them lie in a core's nearest cache.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    pub(crate) fn new(nodes: usize) -> Bits {
        Bits { words: vec![0; nodes.div_ceil(64)] }
    }

    #[inline]
    pub(crate) fn has(&self, node: Index) -> bool {
        self.words[node as usize >> 6] >> (node & 63) & 1 != 0
    }

    #[inline]
    pub(crate) fn add(&mut self, node: Index) {
        self.words[node as usize >> 6] |= 1 << (node & 63);
    }

    #[inline]
    pub(crate) fn remove(&mut self, node: Index) {
        self.words[node as usize >> 6] &= !(1 << (node & 63));
    }

    /// Takes out the first node that is not below `from`.
    #[inline]
    pub(crate) fn take(&mut self, from: Index) -> Option<Index> {
        let mut at = from as usize >> 6;
        let mut mask = u64::MAX << (from & 63);
        while let Some(word) = self.words.get_mut(at) {
            let rest = *word & mask;
            if rest != 0 {
                let bit = rest.trailing_zeros();
                *word &= !(1 << bit);
                return Some(at as Index * 64 + bit);
            }
            (at, mask) = (at + 1, u64::MAX);
        }
        None
    }

    pub(crate) fn clear(&mut self) {
        self.words.fill(0);
    }

    pub(crate) fn words(&self) -> &[u64] {
        &self.words
    }

    pub(crate) fn words_mut(&mut self) -> &mut [u64] {
        &mut self.words
    }

    /// The nodes of the set, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Index> + '_ {
        self.words
            .iter()
            .enumerate()
            .flat_map(|(at, word)| Ones(*word).map(move |bit| at as Index * 64 + bit))
    }
}

/// Puts nodes in ascending order; `set` is empty before and after.
pub(crate) fn sort(nodes: &mut Vec<Index>, from: usize, set: &mut Bits) {
    let fresh = &mut nodes[from..];
    // Walking the words of a set costs as much as sorting a few nodes.
    if fresh.len() * 16 < set.words.len() {
        fresh.sort_unstable();
        return;
    }
    fresh.iter().for_each(|node| set.add(*node));
    nodes.truncate(from);
    nodes.extend(set.iter());
    set.clear();
}

/// The places of the bits that are set in a word, ascending.
pub(crate) struct Ones(pub(crate) u64);

impl Iterator for Ones {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        if self.0 == 0 {
            return None;
        }
        let bit = self.0.trailing_zeros();
        self.0 &= self.0 - 1;
        Some(bit)
    }
}
