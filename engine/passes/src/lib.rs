//! From lowered trees to the edges of the graph.
//!
//! In: one file's tree ([`file`]), or the symbol tables of all files ([`link`]). Out: rows. A *per-file pass* sees
//! one file and nothing else; a *link pass* sees symbol tables and references, never a tree. Both are pure: same
//! input, same rows, in the same order. [`layers`] lists them in the order they run. Never here: IO, Parquet, SQL.

pub mod cfg;
pub mod dataflow;
pub mod dependence;
pub mod dominance;
pub mod file;
pub mod layers;
pub mod link;
pub mod nodes;
pub mod scopes;
pub mod slots;
pub mod values;

pub use file::{FilePasses, FileRows, Shortfall};
pub use slots::Slots;
