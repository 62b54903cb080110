//! Two standings that make each other: hubs point at authorities, authorities are pointed at by hubs.

use super::power::{Matrix, change};
use crate::{Control, Csr, Direction, GraphError, Result};

/// How [`hits`] iterates. The defaults are those of NetworkX's power iteration.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hits {
    pub direction: Direction,
    pub max_iterations: usize,
    /// It has come to rest when a step changes the hubs by less than this, the greatest hub being 1.
    pub tolerance: f64,
    /// Scale hubs and authorities so that each sum to 1; otherwise the greatest of each is 1.
    pub normalized: bool,
}

impl Default for Hits {
    fn default() -> Hits {
        Hits { direction: Direction::Out, max_iterations: 100, tolerance: 1e-8, normalized: true }
    }
}

/// Both standings, by node.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HubsAndAuthorities {
    pub hubs: Vec<f64>,
    pub authorities: Vec<f64>,
}

/// Hubs and authorities (Kleinberg, "Authoritative sources in a hyperlinked environment", 1999), by power iteration from
/// equal entries. As NetworkX's `hits`. Where several vectors would do, because the graph falls into parts of equal weight,
/// the one nearest to equal entries comes out; all are 0 in a graph without edges.
///
/// O(iterations · (nodes + edges)) time, 24 bytes a node, and both sides of the graph. Fails with
/// [`GraphError::NotConverged`].
pub fn hits(graph: &Csr, options: &Hits, control: &dyn Control) -> Result<HubsAndAuthorities> {
    let nodes = graph.node_count();
    control.reserve(nodes * 24)?;
    let there = Matrix::of(graph, options.direction);
    let back = Matrix::of(graph, options.direction.reversed());
    let hand_on = |matrix: &Matrix<'_>, from: &[f64], to: &mut [f64]| -> Result<()> {
        matrix.pull(from, to, control)?;
        let most = to.iter().copied().fold(0.0, f64::max);
        if most > 0.0 {
            to.iter_mut().for_each(|value| *value /= most);
        }
        Ok(())
    };
    let mut hubs = vec![1.0; nodes];
    let (mut authorities, mut next) = (vec![0.0; nodes], vec![0.0; nodes]);
    let mut step = 0.0;
    let mut rests = nodes == 0;
    for _ in 0..options.max_iterations {
        hand_on(&back, &hubs, &mut authorities)?;
        hand_on(&there, &authorities, &mut next)?;
        step = change(&next, &hubs);
        std::mem::swap(&mut hubs, &mut next);
        if step < options.tolerance {
            rests = true;
            break;
        }
    }
    if !rests {
        return Err(GraphError::NotConverged {
            algorithm: "hits",
            iterations: options.max_iterations,
            change: step,
            tolerance: options.tolerance,
        });
    }
    if options.normalized {
        for vector in [&mut hubs, &mut authorities] {
            let sum: f64 = vector.iter().sum();
            if sum > 0.0 {
                vector.iter_mut().for_each(|value| *value /= sum);
            }
        }
    }
    Ok(HubsAndAuthorities { hubs, authorities })
}
