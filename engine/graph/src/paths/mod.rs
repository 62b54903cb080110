//! Ways through a graph: who reaches whom, by which path, at what cost.

mod bfs;

pub use bfs::{Bfs, NONE, Search, bfs};
