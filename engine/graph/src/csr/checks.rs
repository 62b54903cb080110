//! What an algorithm may ask of a graph before it runs.

use super::Csr;
use crate::{GraphError, Result};

/// Fails, by the first edge of a weight below zero, in a graph that has one.
pub(crate) fn not_negative(graph: &Csr, algorithm: &'static str) -> Result<()> {
    let Some(at) = graph.outgoing.weights.as_ref().and_then(|weights| weights.iter().position(|w| *w < 0.0))
    else {
        return Ok(());
    };
    let offsets = graph.outgoing.offsets();
    // The last row that begins at or before the edge is its own: rows without edges end where they begin.
    let source = offsets.partition_point(|offset| *offset as usize <= at) - 1;
    Err(GraphError::NegativeWeight {
        algorithm,
        source_id: graph.ids()[source],
        target_id: graph.id(graph.target(at as u32)),
        weight: graph.weight(at as u32),
    })
}
