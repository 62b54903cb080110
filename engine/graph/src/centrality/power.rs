//! One step of standing handed on along all edges.

use rayon::prelude::*;

use crate::{Adjacency, Index};

/// By node, the sum of what its neighbours in `adjacency` have, each times the weight of the edge. Every node pulls its
/// own sum, so the answer does not hang on who computes it.
pub(super) fn pull(adjacency: &Adjacency, from: &[f64], to: &mut [f64]) {
    to.par_iter_mut().enumerate().with_min_len(1 << 10).for_each(|(node, sum)| {
        let node = node as Index;
        let neighbours = adjacency.neighbours(node).iter().map(|neighbour| from[*neighbour as usize]);
        *sum = match adjacency.weights(node) {
            None => neighbours.sum(),
            Some(weights) => neighbours.zip(weights).map(|(value, weight)| value * weight).sum(),
        };
    });
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
