//! Why an import published nothing.

use std::path::{Path, PathBuf};
use stoa_model::FileId;
use stoa_store::StoreError;

/// An import that failed as a whole. What is wrong in parts of an input is a row in `files`.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("cannot read {}: {source}", .path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{} is not a directory", .path.display())]
    NotADirectory { path: PathBuf },
    /// The input is not what it was said to be.
    #[error("{} is not {format}: {why}", .path.display())]
    NotThisFormat { path: PathBuf, format: &'static str, why: String },
    /// The input is of a version that is not known.
    #[error("{} has version {found} of {format}; this version of stoa reads {supported}", .path.display())]
    Version { path: PathBuf, format: &'static str, found: String, supported: &'static str },
    /// A table of the input lacks a column that nothing can be done without.
    #[error("{} has no column {column}", .path.display())]
    MissingColumn { path: PathBuf, column: &'static str },
    /// There is nothing in the input.
    #[error("{} holds nothing to import", .path.display())]
    Empty { path: PathBuf },
    /// The store has a snapshot made from something else.
    #[error(
        "the store {store} holds a snapshot made from {holds}, and this is an import of {wanted}; name another \
         store, or publish over it with --replace"
    )]
    HoldsOther { store: String, holds: String, wanted: &'static str },
    #[error(
        "a store can hold {limit} files in its life, and this one has reached that; import into a new store"
    )]
    TooManyFiles { limit: FileId },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("cannot build a record batch: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    #[error("cannot start the runtime of the import: {why}")]
    Runtime { why: String },
}

impl ImportError {
    pub(crate) fn read(path: &Path, source: std::io::Error) -> ImportError {
        ImportError::Read { path: path.to_owned(), source }
    }
}
