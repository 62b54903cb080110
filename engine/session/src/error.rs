//! What can go wrong before a query runs, and when a node's text is read.

use datafusion::error::DataFusionError;
use parquet::errors::ParquetError;
use stoa_model::{FileId, NodeId};
use stoa_store::StoreError;

/// Why a session could not be opened or moved, or a source text not be read.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error(transparent)]
    Store(#[from] StoreError),

    /// A store in which nothing has been published yet.
    #[error("the store {location} holds no published snapshot")]
    NoSnapshot { location: String },

    #[error(transparent)]
    DataFusion(#[from] DataFusionError),

    /// A segment's file could not be read.
    #[error("{path}: {source}")]
    SegmentFile { path: String, source: ParquetError },

    /// A segment's file does not hold what its table should.
    #[error("{path} is corrupt: {why}")]
    Corrupt { path: String, why: String },

    /// A node whose place lies outside its file's text: the segment contradicts itself.
    #[error(
        "node {node} (line {line}, column {column}, {length} bytes) lies outside the text of file {file}"
    )]
    OutsideSource { node: NodeId, file: FileId, line: i32, column: i32, length: i32 },

    /// A view that mentions itself.
    #[error("the view {name} refers to itself")]
    CyclicView { name: String },
}

impl From<SessionError> for DataFusionError {
    fn from(error: SessionError) -> Self {
        match error {
            SessionError::DataFusion(error) => error,
            other => DataFusionError::External(Box::new(other)),
        }
    }
}
