//! Numbers that look random and are the same on every run, in any order, on any thread.
//!
//! A stream belongs to a seed and a place (an edge, a node), not to a thread: whoever asks for edge 17 gets edge 17.

/// A stream of random numbers: SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators",
/// OOPSLA 2014), which passes BigCrush and starts anew for the price of two multiplications.
#[derive(Clone, Debug)]
pub struct Random(u64);

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// SplitMix64's finisher: every bit of the answer hangs on every bit of the question.
pub fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

impl Random {
    /// The stream of a place. Streams of different places, or of one place under different seeds, have nothing to do
    /// with each other.
    pub fn at(seed: u64, place: u64) -> Random {
        Random(mix(mix(seed.wrapping_add(GOLDEN)) ^ place.wrapping_mul(GOLDEN)))
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// A number in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// A number below `end`, each as likely (Lemire, "Fast random integer generation in an interval", 2019); 0 if
    /// there is none.
    pub fn below(&mut self, end: u64) -> u64 {
        loop {
            let wide = u128::from(self.bits()) * u128::from(end);
            if wide as u64 >= end.wrapping_neg() % end.max(1) {
                return (wide >> 64) as u64;
            }
        }
    }

    pub fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A number of the standard normal distribution (Box and Muller, 1958).
    pub fn normal(&mut self) -> f64 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos()
    }

    /// How often something of this probability fails before it happens: a geometric distribution.
    pub fn failures(&mut self, probability: f64) -> u64 {
        if probability <= 0.0 {
            return u64::MAX;
        }
        if probability >= 1.0 {
            return 0;
        }
        // As a float casts to an integer, what is beyond u64 is its greatest.
        ((1.0 - self.unit()).ln() / (-probability).ln_1p()) as u64
    }
}

/// A random order of 0..length that takes no memory: a Feistel cipher on the least even number of bits, walked until it
/// is back below `length` (Black and Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002). Four rounds make a
/// pseudo-random permutation (Luby and Rackoff, 1988); six are taken.
#[derive(Clone, Debug)]
pub struct Permutation {
    length: u64,
    half: u32,
    keys: [u64; 6],
}

impl Permutation {
    pub fn new(length: u64, seed: u64) -> Permutation {
        let bits = u64::BITS - length.saturating_sub(1).leading_zeros();
        let mut random = Random::at(seed, length);
        Permutation { length, half: bits.div_ceil(2).max(1), keys: std::array::from_fn(|_| random.bits()) }
    }

    /// What stands in a place below `length`: each number below `length` stands in one. A place beyond is a mistake of
    /// the caller, and stands for itself.
    pub fn at(&self, place: u64) -> u64 {
        if place >= self.length {
            return place;
        }
        let mask = (1u64 << self.half) - 1;
        let mut at = place;
        // Ends: a walk along a cycle comes back to where it started, if to nowhere else below `length`.
        loop {
            let (mut left, mut right) = (at >> self.half, at & mask);
            for key in self.keys {
                (left, right) = (right, left ^ (mix(right ^ key) & mask));
            }
            at = left << self.half | right;
            if at < self.length {
                return at;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permutation_has_every_number_once() {
        for length in [0, 1, 2, 3, 7, 64, 1000, 4097] {
            for seed in 0..3 {
                let permutation = Permutation::new(length, seed);
                let mut seen: Vec<u64> = (0..length).map(|place| permutation.at(place)).collect();
                seen.sort_unstable();
                assert!(seen.into_iter().eq(0..length), "{length}");
            }
        }
        // Nearly all of 64 bits: halves of 32 bits, and no shift too far.
        let permutation = Permutation::new(u64::MAX, 1);
        assert_ne!(permutation.at(0), permutation.at(1));
    }

    #[test]
    fn numbers_are_spread_evenly() {
        let mut random = Random::at(1, 2);
        let mut counts = [0u32; 7];
        for _ in 0..70_000 {
            counts[random.below(7) as usize] += 1;
        }
        assert!(counts.iter().all(|count| (9_500..10_500).contains(count)), "{counts:?}");
        let mean = |draw: &mut dyn FnMut() -> f64| (0..100_000).map(|_| draw()).sum::<f64>() / 1e5;
        assert!((mean(&mut || random.unit()) - 0.5).abs() < 0.01);
        assert!(mean(&mut || random.normal()).abs() < 0.02);
        // (1 − p) / p
        assert!((mean(&mut || random.failures(0.1) as f64) - 9.0).abs() < 0.2);
        assert_eq!((random.failures(0.0), random.failures(1.0), random.below(0)), (u64::MAX, 0, 0));
    }
}
