//! Table functions over graphs: `pagerank(edges => 'CALL')`, `reachable(edges => (SELECT src, dst …), seeds => …)`.
//!
//! ```text
//! FROM f(a => …)  →  bind: arguments by name, subqueries planned  →  GraphNode (logical, inputs are real plans)
//!                 →  GraphWork (physical)  →  the answer from the cache, if what it reads is the same
//!                                          →  graph from the cache, or built from its inputs
//!                                          →  cost against the limit, breaker, memory  →  kernel  →  rows
//! ```
//!
//! A function is an entry of [`functions`]: a description that drives everything people read, what it costs on a
//! graph, and how it is run. What it computes is a kernel of `stoa_graph`. Adding one touches its family's file alone.

mod breaker;
mod cache;
mod call;
mod control;
mod functions;
mod health;
mod input;
mod key;
mod node;
mod plan;
mod run;
mod services;
mod verdict;
mod work;

pub use call::{Call, Cost, TableFunction};
pub(crate) use plan::{GraphPlanner, GraphRelations};
pub(crate) use services::Services;

pub(crate) use functions::all as functions;
pub(crate) use health::HealthTable;
