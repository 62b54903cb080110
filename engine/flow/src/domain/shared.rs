//! A vector whose clones share what they have not changed.

use std::sync::Arc;

/// Elements of one chunk.
const CHUNK: usize = 16;

/// A vector in chunks: a clone costs one count a chunk, a write copies one chunk. What was never written holds `T::default()`.
#[derive(Clone, Debug)]
pub(crate) struct Shared<T> {
    chunks: Vec<Option<Arc<[T; CHUNK]>>>,
}

impl<T> Default for Shared<T> {
    fn default() -> Shared<T> {
        Shared { chunks: Vec::new() }
    }
}

impl<T: Clone + Default> Shared<T> {
    #[inline]
    pub(crate) fn get(&self, place: usize) -> Option<&T> {
        self.chunks.get(place / CHUNK)?.as_ref().map(|chunk| &chunk[place % CHUNK])
    }

    pub(crate) fn get_mut(&mut self, place: usize) -> &mut T {
        if self.chunks.len() <= place / CHUNK {
            self.chunks.resize(place / CHUNK + 1, None);
        }
        let chunk =
            self.chunks[place / CHUNK].get_or_insert_with(|| Arc::new(std::array::from_fn(|_| T::default())));
        &mut Arc::make_mut(chunk)[place % CHUNK]
    }

    /// Places at which this vector and another may differ.
    pub(crate) fn differing(&self, other: &Shared<T>) -> Vec<usize> {
        let mut places = Vec::new();
        for chunk in 0..self.chunks.len().max(other.chunks.len()) {
            let (a, b) = (self.chunks.get(chunk), other.chunks.get(chunk));
            let same = match (a.and_then(Option::as_ref), b.and_then(Option::as_ref)) {
                (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                (None, None) => true,
                _ => false,
            };
            if !same {
                places.extend(chunk * CHUNK..(chunk + 1) * CHUNK);
            }
        }
        places
    }

    /// The number of chunks: what a clone costs.
    pub(crate) fn chunks(&self) -> usize {
        self.chunks.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_clone_keeps_what_it_had(
            first in proptest::collection::vec((0usize..100, any::<u32>()), 0..40),
            second in proptest::collection::vec((0usize..100, any::<u32>()), 0..40),
        ) {
            let (mut own, mut plain) = (Shared::<u32>::default(), vec![0u32; 100]);
            for (place, value) in first {
                *own.get_mut(place) = value;
                plain[place] = value;
            }
            let (before, kept) = (own.clone(), plain.clone());
            for (place, value) in second {
                *own.get_mut(place) = value;
                plain[place] = value;
            }
            let differing = own.differing(&before);
            for place in 0..100 {
                prop_assert_eq!(own.get(place).copied().unwrap_or_default(), plain[place]);
                prop_assert_eq!(before.get(place).copied().unwrap_or_default(), kept[place]);
                prop_assert!(plain[place] == kept[place] || differing.contains(&place));
            }
        }
    }
}
