//! Which nodes and edges matter, by how much of the graph's traffic or standing is theirs.

mod betweenness;
mod pagerank;
mod shortest;

pub use betweenness::{Betweenness, EdgeScores, Sources, betweenness_centrality, edge_betweenness};
pub use pagerank::{PageRank, Ranks, pagerank};

#[cfg(test)]
mod tests;
