//! What many summaries hold alike, each once.

use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

/// Parts of a pool, so that threads seldom wait for each other.
const PARTS: usize = 16;

/// Contents of which there is one each, for all threads.
pub(crate) struct Pool<T> {
    parts: [Mutex<HashTable<Arc<T>>>; PARTS],
}

impl<T> Default for Pool<T> {
    fn default() -> Pool<T> {
        Pool { parts: Default::default() }
    }
}

impl<T: Hash> Pool<T> {
    /// The content that is the `same`; one is made if there is none. What is hashed has the hash of that content.
    pub(crate) fn share(
        &self,
        hashed: &impl Hash,
        same: impl Fn(&T) -> bool,
        make: impl FnOnce() -> T,
    ) -> Arc<T> {
        let hash = hash(hashed);
        let part = &self.parts[(hash >> 32) as usize % PARTS];
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = part.find(hash, |known| same(known)) {
            return known.clone();
        }
        let made = Arc::new(make());
        part.insert_unique(hash, made.clone(), |known| self::hash(&**known));
        made
    }
}

fn hash(what: &impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    what.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_each() {
        let pool = Pool::<String>::default();
        let share = |text: &str| pool.share(&text, |known| known == text, || text.to_owned());
        let (first, again, other) = (share("a"), share("a"), share("b"));
        assert!(Arc::ptr_eq(&first, &again));
        assert_eq!(*other, "b");
    }
}
