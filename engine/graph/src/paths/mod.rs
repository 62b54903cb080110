//! Ways through a graph: who reaches whom, by which path, at what cost.
//!
//! In: a [`Csr`](crate::Csr) and the ids of nodes to start from and to end at; ids that are not in the graph are nodes
//! without edges, no path leads there. Out: paths as one flat list ([`Paths`]). In a graph with weights the cost of a
//! path is the sum of them, in one without it is the number of edges. A path is a list of nodes: parallel edges make one
//! path, at the weight of the lightest. Only [`random_walks`] and [`match_paths`] pass
//! a node twice, and only [`match_paths`] tells parallel edges apart.

mod all_paths;
mod all_shortest;
mod bellman_ford;
mod bfs;
mod each;
mod enumerate;
mod found;
mod k_shortest;
mod list;
mod longest;
mod near;
pub(crate) mod nearest;
mod pattern;
mod random_walks;
mod reachable;
mod shortest_path;
mod sssp;
pub(crate) mod sweep;

pub use all_paths::{AllPaths, all_paths};
pub use all_shortest::{AllShortestPaths, all_shortest_paths};
pub use bellman_ford::bellman_ford;
pub use bfs::{Bfs, Search, bfs};
pub use each::{FromEach, bfs_from_each, sssp_from_each};
pub use found::{Found, bfs_found};
pub use k_shortest::{KShortestPaths, k_shortest_paths};
pub use list::Paths;
pub use longest::{LongestPath, longest_path};
pub use near::{FoundDistances, sssp_found};
pub use pattern::{Keep, MatchedPaths, Mode, PathPattern, match_paths};
pub use random_walks::{RandomWalks, random_walks};
pub use reachable::{Reached, ego_graph, neighbors, reachable};
pub use shortest_path::{Path, path_to, shortest_path};
pub use sssp::{Distances, Sssp, sssp};

#[cfg(test)]
mod search_tests;
#[cfg(test)]
mod tests;
