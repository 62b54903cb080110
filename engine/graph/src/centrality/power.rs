//! One step of standing handed on along all edges.

use rayon::prelude::*;

use std::ops::Range;

use crate::{Adjacency, Control, Csr, Direction, Index, Result, Undirected, blocks};

/// The matrix of a graph along a direction, loops included.
pub(super) struct Matrix<'a> {
    adjacency: &'a Adjacency,
    /// The undirected neighbours leave loops out; an undirected loop is one entry of the matrix.
    loops: Option<&'a Undirected>,
    blocks: Vec<Range<Index>>,
}

impl<'a> Matrix<'a> {
    pub(super) fn of(graph: &'a Csr, direction: Direction) -> Matrix<'a> {
        let adjacency = direction.adjacency(graph);
        let loops = (direction == Direction::Both).then(|| graph.undirected());
        Matrix { adjacency, loops, blocks: blocks::of(adjacency) }
    }

    /// By node, the sum of what its neighbours have, each times the weight of the edge. Every node pulls its own sum, so
    /// the answer does not hang on who computes it.
    pub(super) fn pull(&self, from: &[f64], to: &mut [f64], control: &dyn Control) -> Result<()> {
        let parts = blocks::split(&self.blocks, to);
        parts.into_par_iter().zip(&self.blocks).try_for_each(|(part, block)| {
            control.check()?;
            for (sum, node) in part.iter_mut().zip(block.clone()) {
                let neighbours = self.adjacency.neighbours(node).iter().map(|other| from[*other as usize]);
                *sum = match self.adjacency.weights(node) {
                    None => neighbours.fold(0.0, |sum, value| sum + value),
                    Some(weights) => {
                        neighbours.zip(weights).fold(0.0, |sum, (value, weight)| sum + value * weight)
                    }
                };
                if let Some(loops) = self.loops {
                    *sum += loops.loop_weight(node) * from[node as usize];
                }
            }
            Ok(())
        })
    }
}

/// Divides by the length of the vector, if it has one.
pub(super) fn normalise(vector: &mut [f64]) {
    let length = vector.iter().map(|value| value * value).sum::<f64>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|value| *value /= length);
    }
}

/// How far two vectors are apart, entry by entry.
pub(super) fn change(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum()
}
