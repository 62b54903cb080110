//! Summaries that outlive an analysis, in the cache of the store.

use bytes::Bytes;
use std::sync::Arc;
use std::time::Instant;
use stoa_flow::Shelf;
use stoa_session::{Key, KeyBuilder, ResultCache};
use tokio::runtime::Handle;

/// The part of the store's cache that an analysis may use. Asked from threads that may wait.
pub(super) struct StoreShelf {
    results: Arc<ResultCache>,
    runtime: Handle,
    began: Instant,
}

impl StoreShelf {
    pub fn new(results: &Arc<ResultCache>) -> StoreShelf {
        StoreShelf { results: Arc::clone(results), runtime: Handle::current(), began: Instant::now() }
    }
}

fn key(name: &str) -> Key {
    KeyBuilder::new("summaries").add(name).finish()
}

impl Shelf for StoreShelf {
    fn take(&self, name: &str) -> Option<Vec<u8>> {
        self.runtime.block_on(self.results.work(key(name))).map(Vec::from)
    }

    fn put(&self, name: &str, bytes: Vec<u8>) {
        let _within = self.runtime.enter();
        self.results.keep_work(key(name), "summaries of methods", self.began.elapsed(), Bytes::from(bytes));
    }
}
