//! Graphs in compressed sparse rows, and the mathematics of them.
//!
//! In: edges as columns of node ids, as an edge scan gives them ([`EdgeColumns`]), and a [`Control`] that can stop
//! what runs. Out: columns, one entry a node or a row. A [`Csr`] numbers the ids that occur densely and keeps the
//! neighbours of each; the algorithms run on it and, through [`petgraph::visit`], so do petgraph's.
//!
//! Every algorithm is a function of a graph, its options and a control; it names its source and its complexity, gives
//! the same answer on every run and any number of threads, and breaks ties by id. Never here: Arrow, SQL, IO; a graph
//! that changes once it is built.

mod arguments;
mod bits;
mod blocks;
pub mod centrality;
pub mod communities;
mod control;
mod csr;
mod direction;
mod error;
mod heap;
pub mod paths;
mod random;
pub mod similarity;
pub mod structure;
#[cfg(test)]
mod testing;
mod visit;

pub use control::{Control, Pace, Reused, Unlimited};
pub use csr::{Adjacency, Csr, Edge, EdgeColumns, Index, NONE, Spread, Undirected};
pub use direction::Direction;
pub use error::{GraphError, Result};
pub use visit::{EdgesOf, NeighborsOf, Reference, Visited};
