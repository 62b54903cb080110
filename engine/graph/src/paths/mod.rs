//! Ways through a graph: who reaches whom, by which path, at what cost.

mod bellman_ford;
mod bfs;
mod reachable;
mod shortest_path;
mod sssp;

pub use bellman_ford::bellman_ford;
pub use bfs::{Bfs, NONE, Search, bfs};
pub use reachable::{Reached, ego_graph, neighbors, reachable};
pub use shortest_path::{Path, path_to, shortest_path};
pub use sssp::{Distances, Sssp, sssp};

#[cfg(test)]
mod search_tests;
