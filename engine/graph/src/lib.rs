//! Compressed sparse row graphs over plain slices, with petgraph's visit traits.
//!
//! In: edges as two columns of node ids, as an edge scan gives them. Out: a [`Csr`]: the ids that occur, numbered
//! densely, and the neighbours of each in both directions, ready for the algorithms of this crate and, through
//! [`petgraph::visit`], for those of petgraph. Never here: Arrow, SQL, IO; a graph that changes once it is built.

mod csr;
mod visit;

pub use csr::{Csr, Edge, GraphError, Index};
pub use visit::{EdgesOf, NeighborsOf, Reference, Visited};
