//! Standing by the number of neighbours alone.

use crate::structure::degree;
use crate::{Control, Csr, Result};

/// The edges at each node as shares of the other nodes there are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DegreeCentralities {
    pub incoming: Vec<f64>,
    pub outgoing: Vec<f64>,
    pub total: Vec<f64>,
}

/// Degrees divided by the number of other nodes; 1 for the only node of a graph. Parallel edges and loops count, so it
/// can be above 1 (above 2 for the total). As NetworkX's `in_degree_centrality`, `out_degree_centrality` and
/// `degree_centrality` of a MultiDiGraph. O(nodes + edges) time, 48 bytes a node.
pub fn degree_centrality(graph: &Csr, control: &dyn Control) -> Result<DegreeCentralities> {
    control.reserve(graph.node_count() * 24)?;
    let degrees = degree(graph, control)?;
    if graph.node_count() == 1 {
        return Ok(DegreeCentralities { incoming: vec![1.0], outgoing: vec![1.0], total: vec![1.0] });
    }
    // As NetworkX rounds it: the share of one edge, and then a multiple of it.
    let share = 1.0 / (graph.node_count() as f64 - 1.0);
    let shares = |counts: &[u32]| counts.iter().map(|count| f64::from(*count) * share).collect();
    Ok(DegreeCentralities {
        incoming: shares(&degrees.incoming),
        outgoing: shares(&degrees.outgoing),
        total: graph.nodes().map(|node| f64::from(degrees.total(node)) * share).collect(),
    })
}
