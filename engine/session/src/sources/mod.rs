//! The text of source files, for the columns and functions that show it.
//!
//! In: file ids. Out: [`SourceText`]s, shared. A snapshot's [`Sources`] knows in which row of which
//! segment each file's text is; the [`SourceCache`] behind it belongs to the session, holds texts up to a
//! budget of bytes and forgets those unused longest. A text is decoded once however many partitions ask
//! for it at the same time, and a query that is cancelled while it reads leaves nothing half-done.

mod cache;
mod lookup;
mod segment;
mod text;

pub(crate) use cache::SourceCache;
pub use lookup::Sources;
pub(crate) use segment::Reader;
pub(crate) use text::Place;
pub use text::SourceText;
