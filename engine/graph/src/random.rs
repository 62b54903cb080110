//! Numbers as good as random, the same on every machine for the same seed.

use crate::Index;

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `end`, which is above zero.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

/// `count` of the first `nodes` nodes, at most all, none twice.
pub(crate) fn sample(nodes: usize, count: usize, seed: u64) -> Vec<Index> {
    let mut random = Random(seed);
    let mut all: Vec<Index> = (0..nodes as Index).collect();
    for at in 0..count.min(nodes) {
        let other = at + random.below(nodes - at);
        all.swap(at, other);
    }
    all.truncate(count);
    all
}
