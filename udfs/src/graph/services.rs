//! What all calls of one session share.

use std::sync::Arc;
use stoa_session::SessionOptions;
use tokio::sync::Semaphore;

use super::breaker::Breakers;
use super::cache::GraphCache;

/// The graphs that are kept, the circuits that are open, and how many algorithms may run at once.
#[derive(Debug)]
pub(crate) struct Services {
    pub(super) cache: GraphCache,
    pub(super) breakers: Breakers,
    /// An algorithm uses every core by itself: more at a time than partitions would only hold more memory at once.
    pub(super) runs: Arc<Semaphore>,
}

impl Services {
    /// Lets go what no query uses.
    pub fn release(&self) {
        self.cache.release();
    }

    pub fn new(options: &SessionOptions) -> Services {
        // Half of the memory stays for those who ask for it.
        let most = options.memory_limit.map_or(usize::MAX, |limit| limit / 2);
        Services {
            cache: GraphCache::new(options.graph_cache_bytes.min(most)),
            breakers: Breakers::default(),
            runs: Arc::new(Semaphore::new(options.target_partitions.max(1))),
        }
    }
}
