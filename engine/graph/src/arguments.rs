//! What algorithms ask of their arguments before they start.

use crate::{Csr, Index};

/// The nodes of these ids that are in the graph, ascending, each once.
pub(crate) fn known(graph: &Csr, ids: &[i64]) -> Vec<Index> {
    let mut nodes: Vec<Index> = ids.iter().filter_map(|id| graph.index_of(*id)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}
