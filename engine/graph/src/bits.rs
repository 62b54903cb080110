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

    /// All of the nodes.
    pub(crate) fn full(nodes: usize) -> Bits {
        let mut words = vec![!0; nodes.div_ceil(64)];
        if let (Some(last), behind @ 1..) = (words.last_mut(), nodes % 64) {
            *last = (1 << behind) - 1;
        }
        Bits { words }
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

    /// Takes out all nodes that are not in another set.
    pub(crate) fn retain(&mut self, other: &Bits) {
        self.words.iter_mut().zip(&other.words).for_each(|(word, other)| *word &= other);
    }

    pub(crate) fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// How many nodes stand in the words before each, for [`Bits::rank`].
    pub(crate) fn ranks(&self) -> Vec<u32> {
        let mut before = 0;
        let ranks = self.words.iter().map(|word| {
            let here = before;
            before += word.count_ones();
            here
        });
        ranks.collect()
    }

    /// How many nodes of the set are smaller (Jacobson, "Space-efficient static trees and graphs", 1989).
    #[inline]
    pub(crate) fn rank(&self, ranks: &[u32], node: Index) -> u32 {
        let word = node as usize >> 6;
        ranks[word] + (self.words[word] & ((1 << (node & 63)) - 1)).count_ones()
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

/// Whether so few nodes are sorted sooner than the words of a set of them are walked.
pub(crate) fn are_few(count: usize, set: &Bits) -> bool {
    count * 16 < set.words.len()
}

/// Puts nodes in ascending order; `set` is empty before and after.
pub(crate) fn sort(nodes: &mut Vec<Index>, from: usize, set: &mut Bits) {
    let fresh = &mut nodes[from..];
    if are_few(fresh.len(), set) {
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
