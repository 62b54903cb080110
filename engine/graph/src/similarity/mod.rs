//! Which nodes have the same neighbours.
//!
//! In: a [`Csr`](crate::Csr). Out: rows of two nodes and how alike they are. Nodes without a common neighbour are not
//! compared, but where a pair was asked for: of all pairs, most have none.

mod alike;
mod sets;

pub use alike::{NodeSimilarity, Similar, jaccard_similarity, node_similarity};
pub use sets::{Measure, similarity_of_pairs};
