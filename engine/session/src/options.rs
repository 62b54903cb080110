//! How much a session may use, and the DataFusion settings that follow.

use datafusion::common::Result;
use datafusion::config::ConfigExtension;
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool, UnboundedMemoryPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::prelude::SessionConfig;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use stoa_store::CacheLimits;

use crate::catalog::{CATALOG, MAIN};
use crate::pressure::{Reliefs, RelievedPool};
use crate::telemetry::machine;

/// What a session may use. The default is every core, and memory without a limit.
#[derive(Clone, Debug)]
pub struct SessionOptions {
    /// Bytes that sorts, joins and aggregations may hold before they spill or fail; `None` is no limit.
    pub memory_limit: Option<usize>,
    /// Partitions a query is split into: its degree of parallelism.
    pub target_partitions: usize,
    /// Rows of a record batch.
    pub batch_size: usize,
    /// Bytes of source text kept for `code` and the other columns computed from it.
    pub source_cache_bytes: usize,
    /// Bytes of Parquet footers and page indexes kept, so that a warm query reads none.
    pub metadata_cache_bytes: usize,
    /// Bytes of decoded columns kept between scans, so that a column that is asked for again and again is decoded once.
    pub column_cache_bytes: usize,
    /// Bytes of graphs kept between queries, so that an algorithm on the same edges builds none.
    pub graph_cache_bytes: usize,
    /// Bytes of answers kept between queries; with none, answers are neither kept nor looked for.
    pub result_cache_bytes: usize,
    /// Whether answers of statements are kept, beside those of table functions. Who asks everything once has no use for them.
    pub keeps_statements: bool,
    /// What the store keeps of answers, for every process on it, if not what its settings say.
    pub shared_cache: Option<CacheLimits>,
    /// Whether queries are noted in the log of the store; with the hashes of their plans, which are not found out for nothing.
    pub query_log: bool,
    /// Where operators spill; the system's temporary directory by default.
    pub spill_directory: Option<PathBuf>,
}

impl Default for SessionOptions {
    fn default() -> Self {
        SessionOptions {
            memory_limit: None,
            target_partitions: std::thread::available_parallelism().map_or(1, NonZeroUsize::get),
            batch_size: 8192,
            source_cache_bytes: 128 << 20,
            metadata_cache_bytes: 256 << 20,
            column_cache_bytes: 256 << 20,
            graph_cache_bytes: 512 << 20,
            result_cache_bytes: 64 << 20,
            keeps_statements: true,
            shared_cache: None,
            query_log: true,
            spill_directory: None,
        }
    }
}

datafusion::common::extensions_options! {
    /// What a statement may cost; `SET stoa.max_graph_steps = …` changes it for the session.
    pub struct Limits {
        /// How many steps (edges looked at, roughly) a graph algorithm may be estimated to take before it is refused:
        /// some minutes on one core.
        pub max_graph_steps: u64, default = 100_000_000_000
        /// How many rows a function that lists paths may give before its answer is cut.
        pub max_paths: usize, default = 1_000_000
        /// Whether answers are taken from the cache, and kept in it.
        pub result_cache: bool, default = true
        /// From how many milliseconds on a query is slow: its plan is logged, with what each part of it took.
        pub slow_query_ms: u64, default = 1_000
    }
}

impl ConfigExtension for Limits {
    const PREFIX: &'static str = "stoa";
}

/// A budget below which batches are smaller.
const SMALL: usize = 128 << 20;

/// The most bytes of decoded columns that a session keeps by itself: those that are asked again and again of twenty million lines.
const MOST_COLUMNS: usize = 2 << 30;

/// What a session needs to answer anything at all.
const LEAST_MEMORY: u64 = 64 << 20;

/// How many consumers of memory an out-of-memory error names.
const CONSUMERS_IN_ERRORS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(4);

impl SessionOptions {
    /// Options of a session that stays within three quarters of what the machine has left; without a limit where that is not known.
    pub fn of_machine() -> SessionOptions {
        let left = machine().map(|machine| (machine.available / 4 * 3).max(LEAST_MEMORY));
        left.map_or_else(SessionOptions::default, |bytes| SessionOptions::within(bytes as usize))
    }

    /// Options of a session that stays within so many bytes: a share for each cache, and the rest for those who compute.
    /// Columns, graphs and answers that are kept are part of that rest, and go when it is needed.
    pub fn within(bytes: usize) -> SessionOptions {
        let options = SessionOptions::default();
        let source_cache_bytes = options.source_cache_bytes.min(bytes / 16);
        let metadata_cache_bytes = options.metadata_cache_bytes.min(bytes / 16);
        let pool = bytes - source_cache_bytes - metadata_cache_bytes;
        SessionOptions {
            memory_limit: Some(pool),
            source_cache_bytes,
            metadata_cache_bytes,
            column_cache_bytes: (pool / 8).min(MOST_COLUMNS),
            graph_cache_bytes: options.graph_cache_bytes.min(pool / 4),
            result_cache_bytes: options.result_cache_bytes.min(pool / 8),
            // A batch of every operator of every partition at once must fit many times.
            batch_size: if bytes < SMALL { options.batch_size / 4 } else { options.batch_size },
            ..options
        }
    }

    /// All that the session may hold: the pool and the caches beside it.
    pub fn memory(&self) -> Option<usize> {
        Some(self.memory_limit? + self.source_cache_bytes + self.metadata_cache_bytes)
    }

    /// The DataFusion configuration of a session.
    pub(crate) fn config(&self) -> SessionConfig {
        let mut config = SessionConfig::new()
            .with_create_default_catalog_and_schema(false)
            .with_default_catalog_and_schema(CATALOG, MAIN)
            .with_information_schema(true)
            .with_target_partitions(self.target_partitions.max(1))
            .with_batch_size(self.batch_size.max(1))
            .with_option_extension(Limits { result_cache: self.result_cache_bytes > 0, ..Limits::default() });
        if let Some(limit) = self.memory_limit {
            // Each sort keeps so much aside for merging what it spilled: a small budget must hold that of every partition.
            let share = limit / (8 * self.target_partitions.max(1));
            let reserved = &mut config.options_mut().execution.sort_spill_reservation_bytes;
            *reserved = share.min(*reserved);
        }
        let parquet = &mut config.options_mut().execution.parquet;
        // Rows are filtered while they are decoded: a column that a filter does not need is decoded for
        // the surviving rows alone.
        parquet.pushdown_filters = true;
        parquet.reorder_filters = true;
        parquet.enable_page_index = true;
        config
    }

    /// The memory pool, caches and spill files of a session.
    pub(crate) fn runtime(&self, reliefs: &Reliefs) -> Result<Arc<RuntimeEnv>> {
        let mut builder = RuntimeEnvBuilder::new().with_metadata_cache_limit(self.metadata_cache_bytes);
        builder = match self.memory_limit {
            Some(limit) => {
                let pool = TrackConsumersPool::new(FairSpillPool::new(limit), CONSUMERS_IN_ERRORS);
                builder.with_memory_pool(Arc::new(RelievedPool::new(pool, reliefs.clone())))
            }
            None => builder.with_memory_pool(Arc::new(UnboundedMemoryPool::default())),
        };
        if let Some(directory) = &self.spill_directory {
            builder = builder.with_disk_manager_builder(
                DiskManagerBuilder::default()
                    .with_mode(DiskManagerMode::Directories(vec![directory.clone()])),
            );
        }
        builder.build_arc()
    }
}
