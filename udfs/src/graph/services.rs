//! What all calls of one session share.

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
    pub(super) runs: Semaphore,
}

impl Services {
    pub fn new(options: &SessionOptions) -> Services {
        Services {
            cache: GraphCache::new(options.graph_cache_bytes),
            breakers: Breakers::default(),
            runs: Semaphore::new(options.target_partitions.max(1)),
        }
    }
}
