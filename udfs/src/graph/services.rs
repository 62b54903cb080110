//! What all calls of one session share.

use std::sync::Arc;
use stoa_session::{ResultCache, SessionOptions};
use tokio::sync::Semaphore;

use super::breaker::Breakers;
use super::cache::GraphCache;

/// The graphs that are kept, the circuits that are open, and how many algorithms may run at once.
#[derive(Debug)]
pub(crate) struct Services {
    pub(super) cache: GraphCache,
    /// The answers that the session keeps.
    pub(super) results: Arc<ResultCache>,
    pub(super) breakers: Breakers,
    /// An algorithm uses every core by itself: more at a time than partitions would only hold more memory at once.
    pub(super) runs: Arc<Semaphore>,
}

impl Services {
    /// Lets go what no query uses.
    pub fn release(&self) {
        self.cache.release();
    }

    pub fn new(options: &SessionOptions, results: Arc<ResultCache>) -> Services {
        // Half of the memory stays for those who ask for it.
        let most = options.memory_limit.map_or(usize::MAX, |limit| limit / 2);
        Services {
            cache: GraphCache::new(options.graph_cache_bytes.min(most)),
            results,
            breakers: Breakers::default(),
            runs: Arc::new(Semaphore::new(options.target_partitions.max(1))),
        }
    }
}
