//! What algorithms ask of their arguments before they start.

use crate::{Csr, GraphError, Index, Result};

/// The nodes of these ids that are in the graph, ascending, each once.
pub(crate) fn known(graph: &Csr, ids: &[i64]) -> Vec<Index> {
    let mut nodes: Vec<Index> = ids.iter().filter_map(|id| graph.index_of(*id)).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// Fails with [`GraphError::NegativeWeight`] if there is an edge that `algorithm` cannot take.
pub(crate) fn no_negative_weights(graph: &Csr, algorithm: &'static str) -> Result<()> {
    if graph.least_weight().is_none_or(|least| least >= 0.0) {
        return Ok(());
    }
    match graph.edges().find(|edge| graph.weight(edge.number) < 0.0) {
        None => Ok(()),
        Some(edge) => Err(GraphError::NegativeWeight {
            algorithm,
            source_id: graph.id(edge.source),
            target_id: graph.id(edge.target),
            weight: graph.weight(edge.number),
        }),
    }
}
