//! Columns that queries ask for again and again stay decoded.
//!
//! A scan of rules reads the same few columns of `nodes` and `edges` hundreds of times, and decoding takes longer than what
//! is done with the rows. A column of a file that has been asked for before is therefore kept, a row group at a time, within
//! a budget of bytes ([`ColumnCache`]); a scan all of whose columns are kept filters and projects them where they are, and
//! opens no file. Who asks once pays nothing: the first scans of a column read Parquet, and of it only the rows they want.
//!
//! ```text
//! PartitionedFile → KeptScan::partition → Reading → KeptPlanner (loads what is missing) → Rows → batches
//! ```
//!
//! The rows of a file are in the order of their kinds, and the snapshot says how many each kind has ([`KindRows`]): a filter
//! on `kind` is a choice of ranges of rows, and the column itself is never decoded.

mod cache;
mod filter;
mod kinds;
mod planner;
mod reading;
mod rows;

pub(crate) use cache::ColumnCache;
pub(crate) use kinds::KindRows;
pub(crate) use reading::{KeptScan, Reading};
