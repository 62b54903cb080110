//! Standing that is handed on: who is pointed at by those who are pointed at.

use super::power::{Matrix, change, normalise};
use crate::{Control, Csr, Direction, GraphError, Result};

/// How [`eigenvector_centrality`] iterates. The defaults are NetworkX's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Eigenvector {
    /// [`Direction::Out`]: standing goes along edges, from source to target.
    pub direction: Direction,
    pub max_iterations: usize,
    /// It has come to rest when a step changes a node by less than this, on average.
    pub tolerance: f64,
}

impl Default for Eigenvector {
    fn default() -> Eigenvector {
        Eigenvector { direction: Direction::Out, max_iterations: 100, tolerance: 1e-6 }
    }
}

/// The leading eigenvector of the graph's matrix, of length 1 (Bonacich, "Power and centrality", 1987), by power iteration
/// from equal entries; each step adds the vector itself, which moves the eigenvalues but not the vectors and keeps
/// bipartite graphs from swinging. As NetworkX's `eigenvector_centrality`, the weights as `weight`.
///
/// O(iterations · (nodes + edges)) time, 16 bytes a node. Fails with [`GraphError::NotConverged`].
pub fn eigenvector_centrality(graph: &Csr, options: &Eigenvector, control: &dyn Control) -> Result<Vec<f64>> {
    let nodes = graph.node_count();
    control.reserve(nodes * 16)?;
    let from = Matrix::of(graph, options.direction.reversed());
    let mut last = vec![1.0 / nodes as f64; nodes];
    let mut next = vec![0.0; nodes];
    let mut step = 0.0;
    for _ in 0..options.max_iterations {
        from.pull(&last, &mut next, control)?;
        next.iter_mut().zip(&last).for_each(|(next, last)| *next += last);
        normalise(&mut next);
        step = change(&next, &last);
        std::mem::swap(&mut last, &mut next);
        if step < nodes as f64 * options.tolerance {
            return Ok(last);
        }
    }
    if nodes == 0 {
        return Ok(last);
    }
    Err(GraphError::NotConverged {
        algorithm: "eigenvector_centrality",
        iterations: options.max_iterations,
        change: step,
        tolerance: nodes as f64 * options.tolerance,
    })
}
