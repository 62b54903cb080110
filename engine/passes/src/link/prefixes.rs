//! Where in a sorted table of hashes those with each first bits begin.
//!
//! Names' hashes are evenly spread, so that one look here leaves one or two rows of a search that would else touch twenty.

use super::hash::NameHash;

/// The starts of all prefixes. As many prefixes as rows, up to a factor of two.
pub(super) struct Prefixes {
    starts: Vec<u32>,
    shift: u32,
}

impl Prefixes {
    /// Of `count` hashes, in any order.
    pub fn new(hashes: impl Iterator<Item = NameHash>, count: usize) -> Prefixes {
        let bits = (count as u64 + 1).next_power_of_two().trailing_zeros().max(1);
        let shift = u64::BITS - bits;
        let mut starts = vec![0u32; (1 << bits) + 1];
        for hash in hashes {
            starts[(hash >> shift) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Prefixes { starts, shift }
    }

    /// The rows that may have a hash.
    #[inline]
    pub fn range(&self, hash: NameHash) -> std::ops::Range<usize> {
        let prefix = (hash >> self.shift) as usize;
        self.starts[prefix] as usize..self.starts[prefix + 1] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hash_is_in_its_range() {
        for count in [0usize, 1, 2, 3, 64, 1000] {
            let mut hashes: Vec<NameHash> =
                (0..count).map(|n| super::super::hash::of(&n.to_string())).collect();
            hashes.extend([0, NameHash::MAX]);
            hashes.sort_unstable();
            let prefixes = Prefixes::new(hashes.iter().copied(), hashes.len());
            for (row, hash) in hashes.iter().enumerate() {
                assert!(prefixes.range(*hash).contains(&row));
            }
        }
    }
}
