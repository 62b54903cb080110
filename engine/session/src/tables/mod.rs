//! The tables of a snapshot as DataFusion sees them.
//!
//! In: a [`Snapshot`](stoa_store::Snapshot)'s files of one table. Out: a plan over their Parquet, with
//! projection, filters and limit inside the scan. [`layout`] says which column is read, computed from
//! read columns, or computed from the file's text; [`scan`] builds the plan; [`functions`] holds the one
//! expression that SQL's operators cannot say. [`estimate`] guesses how many rows a scan will give.
//!
//! A filter is reported as handled only when the Parquet reader applies it to every row it returns.

mod estimate;
mod files;
mod findings;
mod functions;
mod layout;
mod provider;
mod scan;
mod segment_source;
mod source_columns;

pub(crate) use files::{SegmentFile, SnapshotFiles};
pub(crate) use findings::FindingsTable;
pub(crate) use layout::Layout;
pub use layout::session_schema;
pub(crate) use provider::StoredTable;
