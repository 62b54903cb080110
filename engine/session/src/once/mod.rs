//! What is mentioned several times and computed once: within a statement, or by all statements of a scan.
//!
//! DataFusion puts the query of a common table expression wherever its name is mentioned, and filters of one mention reach its scans. Where
//! none could (a recursion, a window), or where all mentions want most of it, one answer does for all:
//!
//! ```text
//! FROM "MATERIALIZED"('x', (SELECT …))  →  Once: no filter passes it  →  OnceExec  →  those of one key share what the first computes
//! ```
//!
//! The call is no syntax for people: `WITH x AS MATERIALIZED (…)` becomes it before a statement is planned.
//!
//! Rules of a scan read the same few views of what follows flows, and go round by round in others. [`Session::keeping_views`](crate::Session::keeping_views)
//! has these as tables that are planned and computed when the first rule reads them ([`KeptView`]).

mod exec;
mod node;
mod plan;
mod view;

pub(crate) use exec::ShareOnce;
pub use node::ONCE;
pub use plan::MATERIALIZED;
pub(crate) use plan::{OncePlanner, OnceRelations};
pub use view::KeptView;
