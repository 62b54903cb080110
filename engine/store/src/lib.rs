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
//!   findings/<key>/…              what rules found in the rows of a snapshot
//!   cache/                        derived results, safe to delete
//!   notes/                        what is wanted or under way, safe to delete
//!   materialized/                 tables that MATERIALIZE made
//!   log/                          what was asked of the store, bounded
//!   readers/00000042.lease        held by the readers of a snapshot of a local store
//!   writer.lock                   held by the one writer of a local store
//! ```
//!
//! A segment's files are complete and on disk before a snapshot names them, and a snapshot appears by one
//! create-if-absent put. So a reader sees a whole snapshot or the one before it, whatever becomes of the
//! writer. What a killed writer leaves behind is named by no snapshot and is removed by the next one.
//!
//! Never here: parsing, linking, SQL; a file changed in place; a snapshot of a newer schema half-read.

mod blocks;
mod cache;
mod changes;
mod encoding;
mod error;
mod findings;
mod lease;
mod location;
mod lock;
mod log;
mod materialized;
mod migrate;
mod notes;
mod optimize;
mod read;
mod restore;
mod retention;
mod rollback;
mod segment;
mod settings;
mod snapshot;
mod store;
pub mod time;
mod vacuum;
mod verify;
mod versions;

#[cfg(test)]
mod tests;

pub use blocks::{BLOCK_BYTES, VerifiedObjects};
pub use cache::{CacheLimits, CacheNote, CachedKey, Cleaned};
pub use changes::{FileChanges, FileHistory};
pub use encoding::Packing;
pub use error::StoreError;
pub use lease::Lease;
pub use lock::WriterLock;
pub use materialized::Materialized;
pub use migrate::Migration;
pub use notes::{QueueState, QueuedFile, Touches};
pub use optimize::{OptimizeOptions, Optimized};
pub use retention::Retention;
pub use segment::{EncodedSegment, EncodedTable, encode_segment, encode_segment_as, new_segment_id};
pub use settings::{SETTINGS, Setting};
pub use snapshot::{Operation, SegmentMeta, SegmentRole, Snapshot, SnapshotDraft, TableFile};
pub use store::Store;
pub use vacuum::Vacuumed;
pub use verify::{Finding, Verification};
