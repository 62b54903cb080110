//! Immutable Parquet segments and atomically published snapshots on any object store.
//!
//! In: sorted record batches of the tables of [`stoa_model`]. Out: Parquet files under `segments/`, each
//! written once and never changed, and snapshots under `snapshots/`, each a list of the segments that
//! make one state of every table.
//!
//! ```text
//! <store>/
//!   snapshots/00000042.json.zst   which segments, their rows, bytes and checksums
//!   segments/<ulid>/nodes.parquet edges.parquet …
//!   cache/                        derived results, safe to delete
//!   writer.lock                   held by the one writer of a local store
//! ```
//!
//! A segment's files are complete and on disk before a snapshot names them, and a snapshot appears by one
//! create-if-absent put. So a reader sees a whole snapshot or the one before it, whatever becomes of the
//! writer. What a killed writer leaves behind is named by no snapshot and is removed by the next one.
//!
//! Never here: parsing, linking, SQL; a file changed in place; a snapshot of a newer schema half-read.

mod encoding;
mod error;
mod location;
mod lock;
mod migrate;
mod read;
mod segment;
mod snapshot;
mod store;
mod sweep;
mod versions;

#[cfg(test)]
mod tests;

pub use error::StoreError;
pub use lock::WriterLock;
pub use migrate::Migration;
pub use segment::{EncodedSegment, EncodedTable, encode_segment};
pub use snapshot::{SegmentMeta, Snapshot, SnapshotDraft, TableFile};
pub use store::Store;
pub use sweep::Removed;
