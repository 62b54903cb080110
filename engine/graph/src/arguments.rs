//! What algorithms ask of their arguments before they start.

use crate::{Csr, Direction, Index};

/// The nodes of these ids that are in the graph, ascending, each once.
pub(crate) fn known(graph: &Csr, ids: &[i64]) -> Vec<Index> {
    let mut nodes: Vec<Index> = ids.iter().filter_map(|id| graph.index_of(*id)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// The memory that [`Direction::lightest`] takes at most, in bytes.
pub(crate) fn lightest_bytes(graph: &Csr, direction: Direction) -> usize {
    let sides = if direction == Direction::Both { 2 } else { 1 };
    graph.node_count() * 4 + sides * graph.edge_count() * if graph.is_weighted() { 12 } else { 4 }
}
