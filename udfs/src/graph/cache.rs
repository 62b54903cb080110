//! Graphs kept between queries.

use datafusion::common::Result;
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::MemoryReservation;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use std::sync::{Arc, Mutex, PoisonError};
use stoa_graph::Csr;
use stoa_session::RowDigest;

use super::key::GraphKey;

/// A graph and the memory it holds: the session's pool knows of every graph, used or kept.
#[derive(Debug)]
pub(super) struct HeldGraph {
    pub csr: Csr,
    /// The digests of the rows that it was built from, in the order of the inputs.
    pub digests: Vec<RowDigest>,
    /// Resized by one run at a time: several may end together.
    memory: Mutex<MemoryReservation>,
}

impl HeldGraph {
    pub fn new(csr: Csr, digests: Vec<RowDigest>, memory: MemoryReservation) -> HeldGraph {
        HeldGraph { csr, digests, memory: Mutex::new(memory) }
    }

    /// Says what the graph takes now: sides of it are made when an algorithm first asks for them.
    pub fn settle(&self) {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner).resize(self.csr.bytes());
    }
}

/// A graph that is kept, as heavy as it was when it was put there: the cache relies on a weight that stays.
#[derive(Clone, Debug)]
struct Kept {
    graph: Arc<HeldGraph>,
    bytes: u64,
}

impl Kept {
    fn new(graph: Arc<HeldGraph>) -> Kept {
        Kept { bytes: graph.csr.bytes().max(1) as u64, graph }
    }
}

#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<GraphKey, Kept> for Bytes {
    fn weight(&self, _: &GraphKey, kept: &Kept) -> u64 {
        kept.bytes
    }
}

/// The graphs that were built, by what they were built from, the least used let go first. One that is asked for twice at
/// once is built once.
#[derive(Debug)]
pub(super) struct GraphCache {
    graphs: Cache<GraphKey, Kept, Bytes>,
}

/// How a cache does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CacheState {
    pub graphs: usize,
    pub bytes: u64,
    pub capacity: u64,
    pub hits: u64,
    pub misses: u64,
}

impl GraphCache {
    /// How many graphs the cache makes room for at first; it grows.
    const EXPECTED: usize = 64;

    pub fn new(bytes: usize) -> GraphCache {
        // One shard: a graph may take the whole budget.
        let options = OptionsBuilder::new()
            .estimated_items_capacity(GraphCache::EXPECTED)
            .weight_capacity(bytes as u64)
            .shards(1)
            .build();
        let graphs = match options {
            Ok(options) => Cache::with_options(
                options,
                Bytes,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
            // Both capacities are given, so the options are complete.
            Err(_) => Cache::with_weighter(GraphCache::EXPECTED, bytes as u64, Bytes),
        };
        GraphCache { graphs }
    }

    /// The graph of a key, built if it is not there.
    pub async fn get_or_build(
        &self,
        key: &GraphKey,
        build: impl Future<Output = Result<Arc<HeldGraph>>>,
    ) -> Result<Arc<HeldGraph>> {
        let kept =
            self.graphs.get_or_insert_async(key, async { Ok::<_, DataFusionError>(Kept::new(build.await?)) });
        Ok(kept.await?.graph)
    }

    /// Weighs a graph again that has grown.
    pub fn reweigh(&self, key: &GraphKey, graph: &Arc<HeldGraph>) {
        let known = self.graphs.peek(key).map(|kept| kept.bytes);
        if known.is_some_and(|bytes| bytes != graph.csr.bytes() as u64) {
            // It may be let go in the meantime: then there is nothing to weigh.
            let _ = self.graphs.replace(key.clone(), Kept::new(Arc::clone(graph)), true);
        }
    }

    /// Lets every graph go that no query uses. Memory is needed elsewhere.
    pub fn release(&self) {
        self.graphs.retain(|_, kept| Arc::strong_count(&kept.graph) > 1);
    }

    pub fn state(&self) -> CacheState {
        CacheState {
            graphs: self.graphs.len(),
            bytes: self.graphs.weight(),
            capacity: self.graphs.capacity(),
            hits: self.graphs.hits(),
            misses: self.graphs.misses(),
        }
    }
}
