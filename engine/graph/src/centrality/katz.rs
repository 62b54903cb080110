//! Standing by all the ways that lead to a node, long ones counting less.

use super::power::{Matrix, change, normalise};
use crate::{Control, Csr, Direction, GraphError, Result};

/// How [`katz_centrality`] counts. The defaults are NetworkX's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Katz {
    /// [`Direction::Out`]: ways go along edges, from source to target.
    pub direction: Direction,
    /// How much less a way counts for each edge more. It must be below 1 / the largest eigenvalue of the graph.
    pub alpha: f64,
    /// What every node has of itself.
    pub beta: f64,
    pub max_iterations: usize,
    /// It has come to rest when a step changes a node by less than this, on average.
    pub tolerance: f64,
    /// Give a vector of length 1.
    pub normalized: bool,
}

impl Default for Katz {
    fn default() -> Katz {
        Katz {
            direction: Direction::Out,
            alpha: 0.1,
            beta: 1.0,
            max_iterations: 1000,
            tolerance: 1e-6,
            normalized: true,
        }
    }
}

/// The solution of `x = α Aᵀ x + β` (Katz, "A new status index derived from sociometric analysis", 1953), by iteration
/// from 0. As NetworkX's `katz_centrality`, the weights as `weight`.
///
/// O(iterations · (nodes + edges)) time, 16 bytes a node. Fails with [`GraphError::NotConverged`]: alpha is then too large.
pub fn katz_centrality(graph: &Csr, options: &Katz, control: &dyn Control) -> Result<Vec<f64>> {
    let nodes = graph.node_count();
    control.reserve(nodes * 16)?;
    let from = Matrix::of(graph, options.direction.reversed());
    let (mut last, mut next) = (vec![0.0; nodes], vec![0.0; nodes]);
    let mut step = 0.0;
    for _ in 0..options.max_iterations {
        from.pull(&last, &mut next, control)?;
        next.iter_mut().for_each(|value| *value = options.alpha * *value + options.beta);
        step = change(&next, &last);
        std::mem::swap(&mut last, &mut next);
        if step < nodes as f64 * options.tolerance {
            if options.normalized {
                normalise(&mut last);
            }
            return Ok(last);
        }
    }
    if nodes == 0 {
        return Ok(last);
    }
    Err(GraphError::NotConverged {
        algorithm: "katz_centrality",
        iterations: options.max_iterations,
        change: step,
        tolerance: nodes as f64 * options.tolerance,
    })
}
