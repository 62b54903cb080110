//! Immutable Parquet segments and atomically published snapshots on any object store.
