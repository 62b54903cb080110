//! What the engine says of itself: queries, metrics, slow plans.
//!
//! In: events of every stage. Out: rows of `system.queries` and `system.metrics`, the logs of the store, text for Prometheus.
//! Stages note what they do by the `tracing` and `metrics` facades and know of nobody who listens. Never here: anything that
//! a query waits for, or fails because of.

mod health;
mod machine;
mod metrics;
mod queries;
mod tables;

pub use self::metrics::{Sample, install, prometheus, samples};
pub use health::{Alert, CacheHealth, Health, MemoryHealth, QueryHealth, StoreHealth};
pub use machine::{Machine, machine, process};
pub(crate) use queries::Running;
pub use queries::{CacheUse, QueryLog, QueryRecord, SlowQuery, recorded};
pub(crate) use tables::{MetricsTable, QueriesTable};
