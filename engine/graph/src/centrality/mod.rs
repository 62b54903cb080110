//! Which nodes and edges matter, by how much of the graph's traffic or standing is theirs.

mod pagerank;

pub use pagerank::{PageRank, Ranks, pagerank};
