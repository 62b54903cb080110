//! What an algorithm may ask of a graph before it runs.

use super::{Csr, Index};
use crate::{GraphError, Result};

/// Fails, by the first edge of a weight below zero or without bound, in a graph that has one: such weights have no shares.
pub(crate) fn summable(graph: &Csr, algorithm: &'static str) -> Result<()> {
    not_negative(graph, algorithm)?;
    let infinite =
        graph.outgoing.weights.as_ref().and_then(|weights| weights.iter().position(|w| w.is_infinite()));
    match infinite {
        None => Ok(()),
        Some(at) => {
            let (source, target) = (graph.id(source_of(graph, at)), graph.id(graph.target(at as u32)));
            let text =
                format!("the edge {source} → {target} weighs infinity: {algorithm} takes no such weights");
            Err(GraphError::Argument(text))
        }
    }
}

/// The node an edge leaves.
fn source_of(graph: &Csr, edge: usize) -> Index {
    // The last row that begins at or before the edge is its own: rows without edges end where they begin.
    (graph.outgoing.offsets().partition_point(|offset| *offset as usize <= edge) - 1) as Index
}

/// Fails, by the first edge of a weight below zero, in a graph that has one.
pub(crate) fn not_negative(graph: &Csr, algorithm: &'static str) -> Result<()> {
    let Some(at) = graph.outgoing.weights.as_ref().and_then(|weights| weights.iter().position(|w| *w < 0.0))
    else {
        return Ok(());
    };
    Err(GraphError::NegativeWeight {
        algorithm,
        source_id: graph.id(source_of(graph, at)),
        target_id: graph.id(graph.target(at as u32)),
        weight: graph.weight(at as u32),
    })
}
