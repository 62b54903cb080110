//! Why nothing could be published.

use std::path::PathBuf;
use stoa_store::StoreError;

/// An index that failed as a whole. (A file that fails is a row in `files`.)
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("cannot read {}: {source}", .root.display())]
    Root { root: PathBuf, source: std::io::Error },
    #[error("{} is not a directory", .root.display())]
    NotADirectory { root: PathBuf },
    #[error("no language is called {name}; there are {known}")]
    UnknownLanguage { name: String, known: String },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot build a record batch: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    #[error("cannot start the threads of the index: {why}")]
    Threads { why: String },
    #[error(
        "a store can hold {limit} files in its life, and this one has reached that; index into a new store"
    )]
    TooManyFiles { limit: u32 },
    #[error("no snapshot of {store} verifies, and {why}; index the source tree into a new store")]
    NothingVerifies { store: String, why: String },
    #[error("cannot watch {}: {source}", .root.display())]
    Watch { root: PathBuf, source: notify::Error },
    #[error("the facts of segment {segment} are not what was written; `stoa index --fresh` makes them anew")]
    Facts { segment: String },
    #[error("cannot make a folder for what is made anew: {source}")]
    Scratch { source: std::io::Error },
    #[error("table references of segment {segment} has not the columns it should have")]
    References { segment: String },
}
