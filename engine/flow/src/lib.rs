//! Whole-program data flow over the code property graph: which values from outside reach which calls.
//!
//! ```text
//! record batches ─► program ─► interpret each method on symbolic inputs ─► summaries ─► flows with paths
//!                   models ─┘  (domain: constants, taint, objects)          bottom-up over the SCCs of calls
//! ```
//!
//! In: the `nodes`, `edges` and `files` of a snapshot as record batches ([`ProgramBuilder`]), and rows that say what
//! library methods do ([`Models`]). Out: an [`Answer`]: flows from a source to a sink, each with its path node by node,
//! and a list of the budgets that were hit.
//!
//! A method is interpreted once over an abstract store in which its parameters, the fields below them and the
//! variables of modules are *symbols*. What comes out is its [summary](interpret::summary): the value it returns, what it writes to
//! objects that were there before, and which symbols reach sinks. A call applies the summary of what it runs by putting
//! the caller's values in the place of the symbols; where a callee decides something by a symbol that the caller knows
//! to be one constant, or calls a function that it is given, it is interpreted again with that fact (a *specialisation*,
//! memoised). Constants are propagated conditionally (Wegman and Zadeck, 1991): an edge of control flow that cannot be taken is not
//! entered. Summaries follow Sharir and Pnueli's functional approach (1981), the order of blocks is Bourdoncle's weak topological
//! order (1993).
//!
//! Summaries may be [kept] for the analysis of a later program: what an edit does not reach is not interpreted again.
//!
//! Several questions are answered by one interpretation of the program ([`asked`]): each has weaknesses of its own, and a value is harmless from
//! the start for those of questions that do not ask for its source.
//!
//! Never here: SQL, source text, IO, a name of a library in code where a row of a model would do. Results do not depend on the number of
//! threads or the order of batches.

mod analyse;
mod answer;
mod asked;
mod domain;
mod error;
mod interpret;
mod kept;
mod models;
mod program;
mod schedule;

pub use analyse::analyse;
pub use answer::{Answer, Constant, Cut, CutReason, Endpoint, Flow, Options, Question, Role, Step};
pub use error::FlowError;
pub use kept::Shelf;
pub use models::{ModelRow, Models, ROLES, parse_models};
pub use program::{EDGE_COLUMNS, EDGE_KINDS, NODE_COLUMNS, Program, ProgramBuilder};
