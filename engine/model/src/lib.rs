//! The vocabulary of the house: node and edge kinds, ids, and the Arrow schema of every table.
//!
//! In: nothing. Out: the names that every other crate agrees on, and the column builders that turn
//! rows into sorted record batches. Never here: parsing, IO, SQL.
//!
//! Kinds carry the names of the code property graph specification
//! (<https://cpg.joern.io>), so `NodeKind::Method` is `METHOD` in SQL.

pub mod columns;
mod findings;
pub mod ids;
pub mod interner;
pub mod kinds;
pub mod layers;
pub mod operators;
pub mod rows;
pub mod tables;

pub use findings::{FINDINGS, findings_schema};
pub use ids::{FIRST_BODY, FileId, NodeId};
pub use interner::{Interner, Symbol};
pub use kinds::{Control, Dispatch, EdgeKind, EdgeLabel, FileStatus, NodeKind, ReferenceForm, ReferenceKind};
pub use layers::{Layer, Layers, Origin};
pub use operators::Operator;

/// The version of the stored layout. It is written into every snapshot; a store with a newer one is
/// refused by name, never half-read; an older one is read, and brought up by `stoa migrate`.
///
/// | version | what it brought |
/// |---|---|
/// | 1 | the first |
/// | 2 | `files.origin` and `files.layers`, `references.arguments` |
pub const SCHEMA_VERSION: u32 = 2;
