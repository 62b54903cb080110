//! Which nodes and edges matter, by how much of the graph's traffic or standing is theirs.
//!
//! In: a [`Csr`](crate::Csr). Out: an entry for each node, by index. Where a graph has weights they count: as lengths
//! where distances are asked for, as strengths where standing is handed on. Parallel edges of the latter count by their
//! sum. Sums are taken in the order of the nodes, whatever the number of threads.

mod betweenness;
mod closeness;
mod components;
mod degree;
mod eigenvector;
mod hits;
mod katz;
mod pagerank;
mod power;
mod shortest;

pub use betweenness::{Betweenness, EdgeScores, Sources, betweenness_centrality, edge_betweenness};
pub use closeness::{Closeness, closeness_centrality, harmonic_centrality};
pub use degree::{DegreeCentralities, degree_centrality};
pub use eigenvector::{Eigenvector, eigenvector_centrality};
pub use hits::{Hits, HubsAndAuthorities, hits};
pub use katz::{Katz, katz_centrality};
pub use pagerank::{PageRank, Ranks, pagerank};

#[cfg(test)]
mod tests;
