//! The dictionary of a graph: from sparse 64-bit ids to dense numbers and back.
//!
//! Ids of a code graph come in runs (`file << 32 | place`), and so do most keys of other tables. So the dictionary is
//! a set of bits with counts, as in Jacobson's rank ("Space-efficient static trees and graphs", 1989): the ids are cut
//! into chunks of 4,096, a chunk is 64 words of bits, and an id's number is the count of bits before it. Marking an
//! id and finding its number take a few instructions and no sort. Ids that are too scattered for that (fewer than
//! [`CROWDED`] in a chunk) are sorted once and found through a hash table.

use rustc_hash::FxHashMap;

use super::Index;

const CHUNK_BITS: u32 = 12;
const WORDS: usize = 1 << (CHUNK_BITS - 6);
/// The fewest ids in a chunk, on average, for which bits are smaller than a hash table.
const CROWDED: usize = 20;

/// The ids of a graph's nodes, ascending, and where each stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary {
    ids: Vec<i64>,
    numbers: Numbers,
}

#[derive(Clone, Debug)]
enum Numbers {
    Bits(Bits),
    Hashed(FxHashMap<i64, Index>),
}

impl Default for Numbers {
    fn default() -> Self {
        Numbers::Hashed(FxHashMap::default())
    }
}

/// Chunks of bits, each with the count of bits before it, and before each of its words.
#[derive(Clone, Debug)]
struct Bits {
    chunks: Chunks,
    words: Vec<u64>,
    /// For each chunk, the bits in all chunks of smaller keys.
    before_chunk: Vec<u32>,
    /// For each word, the bits in the chunk's words before it.
    before_word: Vec<u16>,
}

/// Where a chunk's words stand, by its key (the id's high bits).
#[derive(Clone, Debug)]
enum Chunks {
    /// `slots[key - first]`; [`NO_SLOT`] where there is no chunk.
    Dense {
        first: i64,
        slots: Vec<u32>,
    },
    Sparse(FxHashMap<i64, u32>),
}

const NO_SLOT: u32 = u32::MAX;

impl Chunks {
    fn get(&self, key: i64) -> Option<u32> {
        match self {
            Chunks::Dense { first, slots } => {
                let slot = *slots.get(usize::try_from(key.checked_sub(*first)?).ok()?)?;
                (slot != NO_SLOT).then_some(slot)
            }
            Chunks::Sparse(slots) => slots.get(&key).copied(),
        }
    }

    fn slot_mut(&mut self, key: i64) -> &mut u32 {
        match self {
            Chunks::Dense { first, slots } => &mut slots[(key - *first) as usize],
            Chunks::Sparse(slots) => slots.entry(key).or_insert(NO_SLOT),
        }
    }

    fn keys(&self) -> Vec<(i64, u32)> {
        match self {
            Chunks::Dense { first, slots } => {
                let keyed = slots.iter().enumerate().filter(|(_, slot)| **slot != NO_SLOT);
                keyed.map(|(at, slot)| (first + at as i64, *slot)).collect()
            }
            Chunks::Sparse(slots) => {
                let mut keys: Vec<(i64, u32)> = slots.iter().map(|(key, slot)| (*key, *slot)).collect();
                keys.sort_unstable();
                keys
            }
        }
    }
}

fn word_of(id: i64) -> usize {
    (id as u64 as usize >> 6) & (WORDS - 1)
}

fn bit_of(id: i64) -> u64 {
    1 << (id as u64 & 63)
}

impl Dictionary {
    /// The distinct ids of all columns.
    pub fn of(columns: &[&[i64]]) -> Dictionary {
        match Bits::marking(columns) {
            Some((bits, ids)) => Dictionary { ids, numbers: Numbers::Bits(bits) },
            None => {
                let mut ids: Vec<i64> = Vec::new();
                for column in columns {
                    // Columns that come sorted repeat an id many times over.
                    ids.extend(column.chunk_by(|a, b| a == b).map(|run| run[0]));
                }
                ids.sort_unstable();
                ids.dedup();
                ids.shrink_to_fit();
                let numbers = ids.iter().enumerate().map(|(at, id)| (*id, at as Index)).collect();
                Dictionary { ids, numbers: Numbers::Hashed(numbers) }
            }
        }
    }

    pub fn ids(&self) -> &[i64] {
        &self.ids
    }

    /// The number of an id.
    #[inline]
    pub fn number(&self, id: i64) -> Option<Index> {
        match &self.numbers {
            Numbers::Bits(bits) => bits.rank(id),
            Numbers::Hashed(numbers) => numbers.get(&id).copied(),
        }
    }

    /// Memory, in bytes.
    pub fn bytes(&self) -> usize {
        let numbers = match &self.numbers {
            Numbers::Bits(bits) => {
                let chunks = match &bits.chunks {
                    Chunks::Dense { slots, .. } => slots.capacity() * 4,
                    Chunks::Sparse(slots) => slots.capacity() * 18,
                };
                chunks + bits.words.capacity() * 10 + bits.before_chunk.capacity() * 4
            }
            Numbers::Hashed(numbers) => numbers.capacity() * 18,
        };
        self.ids.capacity() * 8 + numbers
    }
}

impl Bits {
    /// Marks every id; nothing if the ids are too scattered.
    fn marking(columns: &[&[i64]]) -> Option<(Bits, Vec<i64>)> {
        let values: usize = columns.iter().map(|column| column.len()).sum();
        let (mut least, mut most) = (i64::MAX, i64::MIN);
        for id in columns.iter().copied().flatten() {
            least = least.min(*id);
            most = most.max(*id);
        }
        if values == 0 {
            return None;
        }
        let (first, last) = (least >> CHUNK_BITS, most >> CHUNK_BITS);
        let span = usize::try_from(last.checked_sub(first)?).ok()? + 1;
        let mut chunks = if span <= values.max(1 << 10) {
            Chunks::Dense { first, slots: vec![NO_SLOT; span] }
        } else {
            Chunks::Sparse(FxHashMap::default())
        };
        // How many chunks the values may open. A value is not a distinct id: the final word is spoken below.
        let most_chunks = values / CROWDED + 64;
        let mut words: Vec<u64> = Vec::new();
        let (mut key, mut slot) = (i64::MIN, NO_SLOT);
        for id in columns.iter().copied().flatten() {
            if id >> CHUNK_BITS != key || slot == NO_SLOT {
                key = id >> CHUNK_BITS;
                let known = chunks.slot_mut(key);
                if *known == NO_SLOT {
                    let next = words.len() / WORDS;
                    if next >= most_chunks {
                        return None;
                    }
                    *known = next as u32;
                    words.resize(words.len() + WORDS, 0);
                }
                slot = *known;
            }
            words[slot as usize * WORDS + word_of(*id)] |= bit_of(*id);
        }

        let count: usize = words.iter().map(|word| word.count_ones() as usize).sum();
        if count < (words.len() / WORDS).saturating_sub(64) * CROWDED / 4 {
            return None;
        }
        let mut before_chunk = vec![0; words.len() / WORDS];
        let mut before_word = vec![0; words.len()];
        let mut ids = Vec::with_capacity(count);
        for (key, slot) in chunks.keys() {
            let start = ids.len();
            before_chunk[slot as usize] = start as u32;
            for word in 0..WORDS {
                let at = slot as usize * WORDS + word;
                before_word[at] = (ids.len() - start) as u16;
                let mut bits = words[at];
                while bits != 0 {
                    let low = (word as i64) << 6 | i64::from(bits.trailing_zeros());
                    ids.push(key << CHUNK_BITS | low);
                    bits &= bits - 1;
                }
            }
        }
        Some((Bits { chunks, words, before_chunk, before_word }, ids))
    }

    #[inline]
    fn rank(&self, id: i64) -> Option<Index> {
        let slot = self.chunks.get(id >> CHUNK_BITS)? as usize;
        let at = slot * WORDS + word_of(id);
        let (word, bit) = (self.words[at], bit_of(id));
        let inside = (word & (bit - 1)).count_ones();
        (word & bit != 0).then(|| self.before_chunk[slot] + u32::from(self.before_word[at]) + inside)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Ids in runs, as files number their nodes, and ids from anywhere.
    fn ids() -> impl Strategy<Value = Vec<i64>> {
        let run = (0..6i64, 0..300i64, 1..90usize).prop_map(|(file, at, n)| {
            (0..n as i64).map(|i| (file << 32) | ((1 << 20) + at + 3 * i)).collect()
        });
        let scattered = prop::collection::vec(any::<i64>(), 0..40);
        let runs = prop::collection::vec(prop_oneof![4 => run, 1 => scattered], 0..8);
        runs.prop_map(|runs: Vec<Vec<i64>>| runs.concat())
    }

    proptest! {
        #[test]
        fn numbers_ids_in_order(left in ids(), right in ids()) {
            let dictionary = Dictionary::of(&[&left, &right]);
            let mut expected = [left, right].concat();
            expected.sort_unstable();
            expected.dedup();
            prop_assert_eq!(dictionary.ids(), &expected[..]);
            for (at, id) in expected.iter().enumerate() {
                prop_assert_eq!(dictionary.number(*id), Some(at as Index));
                for near in [id.wrapping_sub(1), id.wrapping_add(1), id.wrapping_add(1 << 12), !id] {
                    let there = expected.binary_search(&near).ok().map(|at| at as Index);
                    prop_assert_eq!(dictionary.number(near), there);
                }
            }
        }
    }

    #[test]
    fn takes_bits_for_runs_and_a_table_for_scattered_ids() {
        let run: Vec<i64> = (0..5_000).map(|i| 7 << 32 | i).collect();
        assert!(matches!(Dictionary::of(&[&run]).numbers, Numbers::Bits(_)));
        let scattered: Vec<i64> = (0..5_000).map(|i| i << 32).collect();
        assert!(matches!(Dictionary::of(&[&scattered]).numbers, Numbers::Hashed(_)));
    }
}
