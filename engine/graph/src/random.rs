//! Chance that comes out the same every time.

use crate::Index;

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed)
    }

    /// The stream of one part of a run: independent of the others, and of how the parts are shared out.
    pub(crate) fn of_part(seed: u64, part: u64) -> Random {
        let mut of_seed = Random(seed);
        let mut of_part = Random(of_seed.next() ^ part.wrapping_mul(0xd134_2543_de82_ef95));
        Random(of_part.next())
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is above 0; every one as likely, but for a bias of `limit` in 2^64.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// A number from 0 up to, but without, 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }
}

/// `count` of the first `nodes` nodes, at most all, none twice.
pub(crate) fn sample(nodes: usize, count: usize, seed: u64) -> Vec<Index> {
    let mut random = Random::new(seed);
    let mut all: Vec<Index> = (0..nodes as Index).collect();
    for at in 0..count.min(nodes) {
        let other = at + random.below((nodes - at) as u64) as usize;
        all.swap(at, other);
    }
    all.truncate(count);
    all
}
