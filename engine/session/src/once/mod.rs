//! What a statement mentions several times and computes once.
//!
//! DataFusion puts the query of a common table expression wherever its name is mentioned, and filters of one mention reach its scans. Where
//! none could (a recursion, a window), or where all mentions want most of it, one answer does for all:
//!
//! ```text
//! FROM "MATERIALIZED"('x', (SELECT …))  →  Once: no filter passes it  →  OnceExec  →  those of one key share what the first computes
//! ```
//!
//! The call is no syntax for people: `WITH x AS MATERIALIZED (…)` becomes it before a statement is planned.

mod exec;
mod node;
mod plan;

pub(crate) use exec::ShareOnce;
pub use node::ONCE;
pub use plan::MATERIALIZED;
pub(crate) use plan::{OncePlanner, OnceRelations};
