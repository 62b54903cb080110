//! The DataFusion session over one snapshot of a store.
//!
//! In: a [`Store`](stoa_store::Store). Out: a [`SessionContext`](datafusion::prelude::SessionContext)
//! in which SQL finds the catalog `stoa` with three schemas:
//!
//! * `main` – the logical tables (`nodes`, `edges`, `files`, `references`, `sources`), the findings of rules, the views, and
//!   whatever the user creates;
//! * `stored` – the same tables as the segments hold them, column for column;
//! * `system` – what the engine knows about itself: snapshots, segments, failures, settings, queries, cache.
//!
//! ```text
//! snapshot → catalog (immutable) → tables::StoredTable → DataSourceExec over the segments' Parquet, or over columns that are kept
//!                                                       └ SourceColumnsExec, where text is asked for
//! ```
//!
//! A statement is planned against one catalog list, and a catalog list belongs to one snapshot: a query
//! never sees rows of two. [`Session::refresh`] swaps the list; plans made before keep their own.
//!
//! Text columns, closed vocabularies (`kind`, `language`, `status` …) included, are `Utf8View` here: the
//! Parquet reader points views into its dictionary page, and DataFusion groups and compares views by
//! their columnar fast paths, which it does not have for dictionary arrays.
//!
//! Table functions are planned by whoever adds them ([`Session::add_table_functions`]): their nodes are part of the plan
//! like any other.
//!
//! What a statement says to compute once and mentions several times is one node ([`MATERIALIZED`]).
//!
//! Statements run by a [`Runner`]: answers are taken from a cache and kept in it ([`ResultCache`]), and every query is noted
//! ([`telemetry`]).
//!
//! Never here: a write to the segments or snapshots of the store, what a table function computes, the SQL dialect.

mod absent_languages;
mod catalog;
mod columns;
mod content;
mod counted_kinds;
mod error;
mod execute;
mod history;
mod layers;
mod materialized;
mod once;
mod options;
mod planner;
mod pressure;
mod results;
mod selective_joins;
mod session;
mod sources;
mod system;
mod table_functions;
mod tables;
pub mod telemetry;
mod unused_joins;
mod views;

pub use catalog::{CATALOG, snapshot_of};
pub use content::Content;
pub use error::SessionError;
pub use execute::Runner;
pub use history::{History, StoredTables};
pub use layers::MissingLayers;
pub use materialized::MaterializedTable;
pub use once::{KeptView, MATERIALIZED, ONCE};
pub use options::{Limits, SessionOptions};
pub use pressure::Relief;
pub use results::{
    CacheState, CachedResult, Key, KeyBuilder, Kind, Layer, ResultCache, RowDigest, TABLE_FUNCTION,
};
pub use session::Session;
pub use sources::{SourceText, Sources};
pub use system::{SystemContext, SystemTable};
pub use table_functions::FunctionTables;
pub use tables::session_schema;
pub use views::View;

#[cfg(test)]
mod tests;
