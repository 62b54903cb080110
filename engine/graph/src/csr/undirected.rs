//! A graph without directions: each edge from both ends, parallel edges as one.

use rayon::prelude::*;

use super::{Adjacency, Index};

/// Neighbours in either direction, ascending, each once; loops stand apart. The weight of a pair is the sum of the
/// weights of the edges between, in both directions; where every pair is joined by one edge of weight 1, there are none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Undirected {
    adjacency: Adjacency,
    /// For each node the sum of its loops' weights; empty where there is no loop.
    loops: Vec<f64>,
}

impl Undirected {
    pub(super) fn of(outgoing: &Adjacency, incoming: &Adjacency) -> Undirected {
        let nodes = outgoing.node_count();
        let weighted = outgoing.weights.is_some();
        // Two walks over the same merge: the first counts, so that the second writes to its final place.
        let counts: Vec<(u32, bool, f64)> = (0..nodes as Index)
            .into_par_iter()
            .map(|node| {
                let (mut pairs, mut several, mut loops) = (0, false, 0.0);
                merge(outgoing, incoming, node, |neighbour, weight, edges| {
                    if neighbour == node {
                        loops = weight;
                    } else {
                        pairs += 1;
                        several |= edges > 1;
                    }
                });
                (pairs, several, loops)
            })
            .collect();
        let mut offsets = Vec::with_capacity(nodes + 1);
        offsets.push(0u32);
        let mut end = 0;
        for (pairs, ..) in &counts {
            end += pairs;
            offsets.push(end);
        }
        let with_weights = weighted || counts.iter().any(|(_, several, _)| *several);
        let loops = match counts.iter().any(|(.., loops)| *loops != 0.0) {
            true => counts.iter().map(|(.., loops)| *loops).collect(),
            false => Vec::new(),
        };
        drop(counts);

        let mut targets = vec![0; end as usize];
        let mut weights = vec![0.0; if with_weights { end as usize } else { 0 }];
        let mut rest = (&mut targets[..], &mut weights[..]);
        let mut rows = Vec::new();
        for first in (0..nodes).step_by(1 << 10) {
            let last = (first + (1 << 10)).min(nodes);
            let length = (offsets[last] - offsets[first]) as usize;
            let (row, behind) = rest.0.split_at_mut(length);
            let (row_weights, weights_behind) = rest.1.split_at_mut(if with_weights { length } else { 0 });
            rest = (behind, weights_behind);
            rows.push((first as Index..last as Index, row, row_weights));
        }
        rows.into_par_iter().for_each(|(nodes, targets, weights)| {
            let mut at = 0;
            for node in nodes {
                merge(outgoing, incoming, node, |neighbour, weight, _| {
                    if neighbour != node {
                        targets[at] = neighbour;
                        if with_weights {
                            weights[at] = weight;
                        }
                        at += 1;
                    }
                });
            }
        });
        Undirected { adjacency: Adjacency::new(offsets, targets, with_weights.then_some(weights)), loops }
    }

    /// Neighbours and weights, without loops.
    pub fn adjacency(&self) -> &Adjacency {
        &self.adjacency
    }

    /// The neighbours of a node, itself not among them.
    #[inline]
    pub fn neighbours(&self, node: Index) -> &[Index] {
        self.adjacency.neighbours(node)
    }

    /// The sum of the weights of a node's loops.
    pub fn loop_weight(&self, node: Index) -> f64 {
        self.loops.get(node as usize).copied().unwrap_or(0.0)
    }

    /// How many pairs of different nodes are joined.
    pub fn pair_count(&self) -> usize {
        self.adjacency.targets.len() / 2
    }

    pub(super) fn bytes(&self) -> usize {
        self.adjacency.bytes() + self.loops.capacity() * 8
    }
}

/// Calls `visit` with each neighbour of a node in either direction, ascending, the sum of the weights of the edges
/// between and their number. A loop is one edge, though it stands on both sides.
fn merge(outgoing: &Adjacency, incoming: &Adjacency, node: Index, mut visit: impl FnMut(Index, f64, usize)) {
    let (outs, ins) = (outgoing.neighbours(node), incoming.neighbours(node));
    let (out_weights, in_weights) = (outgoing.weights(node), incoming.weights(node));
    let weight = |weights: Option<&[f64]>, at: usize| weights.map_or(1.0, |weights| weights[at]);
    let (mut out, mut inn) = (0, 0);
    while out < outs.len() || inn < ins.len() {
        let neighbour = match (outs.get(out), ins.get(inn)) {
            (Some(a), Some(b)) => *a.min(b),
            (Some(only), None) | (None, Some(only)) => *only,
            (None, None) => break,
        };
        let (mut sum, mut edges) = (0.0, 0);
        while outs.get(out) == Some(&neighbour) {
            sum += weight(out_weights, out);
            edges += 1;
            out += 1;
        }
        while ins.get(inn) == Some(&neighbour) {
            if neighbour != node {
                sum += weight(in_weights, inn);
                edges += 1;
            }
            inn += 1;
        }
        visit(neighbour, sum, edges);
    }
}
