//! What is found once for all runs. A run that is told it has read what was read to find it.

use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::program::Idx;
use crate::program::reads::{self, Noted};

/// One value.
pub(super) struct Once<T>(OnceLock<(T, Noted)>);

impl<T> Default for Once<T> {
    fn default() -> Once<T> {
        Once(OnceLock::new())
    }
}

impl<T> Once<T> {
    pub(super) fn get_or_find(&self, find: impl FnOnce() -> T) -> &T {
        let (value, noted) = self.0.get_or_init(|| reads::noted(find));
        reads::again(noted);
        value
    }
}

/// A value for each of some nodes.
pub(super) struct OnceEach<T>(RwLock<FxHashMap<Idx, Arc<(T, Noted)>>>);

impl<T> Default for OnceEach<T> {
    fn default() -> OnceEach<T> {
        OnceEach(RwLock::default())
    }
}

impl<T: Clone> OnceEach<T> {
    pub(super) fn get_or_find(&self, node: Idx, find: impl FnOnce() -> T) -> T {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner).get(&node).cloned();
        let known = known.unwrap_or_else(|| {
            let found = Arc::new(reads::noted(find));
            self.0.write().unwrap_or_else(PoisonError::into_inner).insert(node, found.clone());
            found
        });
        reads::again(&known.1);
        known.0.clone()
    }
}
