//! `GRAPH_TABLE (graph MATCH … COLUMNS (…))`: graph patterns of SQL:2023 Part 16 (SQL/PGQ).
//!
//! In: the tokens of a statement. Out: a statement that SQL knows. A pattern passes through these rooms:
//!
//! ```text
//! tokens ─► extract ─► parser ─► syntax tree          before the first statement of a text runs
//!                                   │
//! catalog (property graphs) ─► bind, narrow           when the statement's turn has come
//!                                   │
//!                assembly: relations joined, repeats as calls of path_pattern
//!                                   │
//!                         a subquery in its place     and on to DataFusion's planner
//! ```
//!
//! What a person wrote keeps its places, so an error points at it, whether it is found here or by the planner. Never
//! here: rows, files, algorithms; a pattern that is not finite.

mod assembly;
mod bind;
mod catalog;
mod cursor;
mod definition;
mod desugar;
mod error;
mod expressions;
mod extract;
mod narrow;
mod parser;
mod relations;
mod repeats;
mod sql;
mod syntax;

pub use catalog::{PropertyGraph, PropertyGraphs};
pub use definition::{Definition, execute};
pub use desugar::desugar;
pub use error::PatternError;
pub use extract::{Patterns, definition_of, extract};

#[cfg(test)]
mod tests;
