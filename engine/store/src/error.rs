//! What can go wrong with a store: one clear line each, naming the place.

use parquet::errors::ParquetError;
use stoa_model::tables::Table;

/// Why a store could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Nothing is there.
    #[error("there is no store at {location}")]
    NoStore { location: String },

    /// Something is there, and it is not a store.
    #[error("{location} is not a store: {why}")]
    NotAStore { location: String, why: String },

    /// A store without a complete snapshot: its first index run has not finished.
    #[error("the store {location} holds no published snapshot; its index has not been completed")]
    NoSnapshot { location: String },

    /// The snapshot asked for was never published, or has been removed.
    #[error("the store {location} has no snapshot {number}")]
    MissingSnapshot { location: String, number: u64 },

    /// A time before anything that the store remembers.
    #[error("the store {location} has no snapshot that old{}", match .oldest {
        Some(millis) => format!("; its oldest is from {}", crate::time::text(*millis)),
        None => String::new(),
    })]
    BeforeHistory { location: String, oldest: Option<u64> },

    /// Written by a newer version of the program.
    #[error("{path} has schema version {found}; this version of stoa reads up to {supported}")]
    NewerSchema { path: String, found: u32, supported: u32 },

    /// A file is not what was written.
    #[error("{path} is corrupt: {why}")]
    Corrupt { path: String, why: String },

    /// A snapshot names a file that is gone.
    #[error("{path} is missing, but a snapshot names it")]
    MissingFile { path: String },

    /// Another process is writing.
    #[error("the store {location} is being written by another process{}", match .holder {
        Some(pid) => format!(" (pid {pid})"),
        None => String::new(),
    })]
    Locked { location: String, holder: Option<u32> },

    /// An operation that only the writer may do, without the writer's lock.
    #[error("the store {location} must be locked for writing first")]
    NotLocked { location: String },

    /// Another writer published first: rebase on snapshot `number` and try again.
    #[error("snapshot {number} was published by another writer first")]
    Conflict { number: u64 },

    /// A location that cannot be understood.
    #[error("cannot open {location}: {why}")]
    InvalidLocation { location: String, why: String },

    /// A location that needs a part of the program that was not built in.
    #[error(
        "cannot open {location}: this build has no support for {scheme}:// (build with `--features cloud`)"
    )]
    NeedsFeature { location: String, scheme: String },

    /// A batch that is not of its table's stored schema.
    #[error("a batch of table {} does not fit its schema: {why}", .table.name())]
    Schema { table: Table, why: String },

    /// Parquet could not be written.
    #[error("cannot encode table {}: {source}", .table.name())]
    Encode { table: Table, source: ParquetError },

    /// Findings that could not be written.
    #[error("cannot write findings: {why}")]
    Findings { why: String },

    /// A local file or directory.
    #[error("{path}: {source}")]
    Io { path: String, source: std::io::Error },

    /// The object store.
    #[error("{path}: {source}")]
    Object { path: String, source: Box<object_store::Error> },
}
