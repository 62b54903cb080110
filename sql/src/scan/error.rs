//! Why a scan could not be done.

use datafusion::error::DataFusionError;
use std::path::PathBuf;
use stoa_session::SessionError;

use crate::SqlError;

/// Why a scan could not be done.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// A rule's query is not SQL, or failed.
    #[error("{error}\n  = note: in the rule {path}")]
    Rule { path: String, error: SqlError },
    /// A rule's query gives something else than findings.
    #[error(
        "error: {why}\n  = note: in the rule {path}\n  = help: a rule gives node_id BIGINT, message VARCHAR and, if it has one, trace BIGINT[]"
    )]
    Columns { path: String, why: String },
    #[error("error: {0}")]
    Query(#[from] DataFusionError),
    #[error("error: {0}")]
    Session(#[from] SessionError),
    /// An engine that is not over a store.
    #[error("error: findings are looked for in a store, and this engine has none")]
    NoStore,
}

/// Why a baseline could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    #[error("{}: {source}", .path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{} is no baseline: {why}", .path.display())]
    Invalid { path: PathBuf, why: String },
}
