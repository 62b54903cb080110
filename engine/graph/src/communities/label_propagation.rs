//! Label propagation: every node takes the label most of its neighbours have, until none wants another.

use rayon::prelude::*;

use super::scratch::{Scratch, with_scratches};
use crate::{Adjacency, Control, Csr, Index, Result, blocks};

/// When a label that a node takes is seen by others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Update {
    /// At once, as in Raghavan, Albert and Kumara (2007): no cycles of labels going to and fro. Neighbours are taken in
    /// either direction, each once, by the sum of the weights between; a node keeps its label if none is more frequent, and
    /// else takes, of several, the one that a hash of the seed says.
    #[default]
    InTurn,
    /// After all have chosen: the variant of LDBC Graphalytics (CDLP). Edges in and out count alike, each for itself and by
    /// its weight; of several labels the smallest is taken.
    AtOnce,
}

/// Options of [`label_propagation`].
#[derive(Clone, Copy, Debug)]
pub struct LabelPropagation {
    pub update: Update,
    pub max_iterations: usize,
    /// Done once no larger a share of the nodes than this took another label.
    pub tolerance: f64,
    pub seed: u64,
}

impl Default for LabelPropagation {
    fn default() -> Self {
        LabelPropagation { update: Update::InTurn, max_iterations: 100, tolerance: 1e-5, seed: 0 }
    }
}

/// The answer of [`label_propagation`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// For each node the label it has, which is a node. A node without neighbours keeps itself.
    pub labels: Vec<Index>,
    pub iterations: usize,
    /// Whether it came to rest before `max_iterations`.
    pub converged: bool,
}

/// Communities by label propagation (Raghavan, Albert and Kumara, "Near linear time algorithm to detect community
/// structures in large-scale networks", 2007). In turn, nodes whose neighbours kept their labels are not asked again.
///
/// Time O((nodes + edges) · iterations), memory 18 bytes a node and 12 for each of at most four threads; needs the
/// undirected side, or for [`Update::AtOnce`] the incoming one. Fails on weights below zero or infinite.
pub fn label_propagation(graph: &Csr, options: &LabelPropagation, control: &dyn Control) -> Result<Labels> {
    crate::csr::summable(graph, "label_propagation")?;
    control.reserve(graph.node_count() * (18 + 12 * super::scratch::COUNT))?;
    match options.update {
        Update::InTurn => in_turn(graph, options, control),
        Update::AtOnce => at_once(graph, options, control),
    }
}

fn at_once(graph: &Csr, options: &LabelPropagation, control: &dyn Control) -> Result<Labels> {
    let sides = [graph.outgoing(), graph.incoming()];
    let blocks = blocks::of(graph.outgoing());
    let mut labels: Vec<Index> = graph.nodes().collect();
    let mut next = labels.clone();
    let most_changed = options.tolerance * labels.len() as f64;
    for iteration in 1..=options.max_iterations {
        let parts: Vec<_> = blocks.iter().zip(blocks::split(&blocks, &mut next)).collect();
        let changed = with_scratches(graph.node_count(), parts, |scratch, (block, next)| {
            control.check()?;
            let mut changed = 0;
            for (node, next) in block.clone().zip(next) {
                sides.iter().for_each(|side| scratch.gather(side, node, &labels));
                let own = labels[node as usize];
                let mut best = (0.0, own);
                scratch.drain(|label, weight| {
                    if weight > best.0 || (weight == best.0 && label < best.1) {
                        best = (weight, label);
                    }
                });
                *next = best.1;
                changed += usize::from(best.1 != own);
            }
            Ok(changed)
        })?;
        std::mem::swap(&mut labels, &mut next);
        let changed: usize = changed.into_iter().sum();
        if changed == 0 || (changed as f64) < most_changed {
            return Ok(Labels { labels, iterations: iteration, converged: true });
        }
    }
    Ok(Labels { labels, iterations: options.max_iterations, converged: false })
}

/// Nodes that choose at the same time. In the first rounds, in which nearly all of them move, none sees what the others take:
/// they are few enough to be as good as in turn. Later on whoever had a neighbour move chooses again, lest two that want
/// each other's label go on changing places.
fn together(nodes: usize) -> usize {
    (nodes / 64).clamp(1, 1 << 13)
}

fn in_turn(graph: &Csr, options: &LabelPropagation, control: &dyn Control) -> Result<Labels> {
    let adjacency = graph.undirected().adjacency();
    let mut labels: Vec<Index> = graph.nodes().collect();
    let mut scratches = Scratch::several(labels.len());
    let mut asked: Vec<Index> = graph.nodes().filter(|node| adjacency.degree(*node) > 0).collect();
    let mut waits = vec![false; labels.len()];
    let most_changed = options.tolerance * labels.len() as f64;
    let together = together(labels.len());
    let mut chosen: Vec<Index> = Vec::with_capacity(together);
    // In which batch, counted over all rounds, a neighbour last took another label.
    let (mut disturbed, mut batch) = (vec![0u32; labels.len()], 0u32);
    for iteration in 1..=options.max_iterations {
        let mut changed = 0;
        for nodes in asked.chunks(together) {
            control.check()?;
            batch = batch.wrapping_add(1);
            chosen.clear();
            chosen.resize(nodes.len(), 0);
            let share = nodes.len().div_ceil(scratches.len());
            let parts =
                nodes.par_chunks(share).zip(chosen.par_chunks_mut(share)).zip(scratches.par_iter_mut());
            let choose = |((nodes, chosen), scratch): ((&[Index], &mut [Index]), &mut Scratch)| {
                for (node, chosen) in nodes.iter().zip(chosen) {
                    *chosen = choice(adjacency, *node, &labels, options.seed, scratch);
                }
            };
            parts.with_max_len(1).for_each(choose);
            for (node, label) in nodes.iter().zip(&chosen) {
                let label = match &mut scratches[..] {
                    [scratch, ..] if iteration > ROUGH && disturbed[*node as usize] == batch => {
                        choice(adjacency, *node, &labels, options.seed, scratch)
                    }
                    _ => *label,
                };
                if labels[*node as usize] != label {
                    labels[*node as usize] = label;
                    changed += 1;
                    for neighbour in adjacency.neighbours(*node) {
                        disturbed[*neighbour as usize] = batch;
                        // Whoever has this label already has no reason to leave it.
                        waits[*neighbour as usize] |= labels[*neighbour as usize] != label;
                    }
                }
            }
        }
        asked.clear();
        asked.extend(graph.nodes().filter(|node| waits[*node as usize]));
        waits.fill(false);
        if changed == 0 || (changed as f64) < most_changed {
            return Ok(Labels { labels, iterations: iteration, converged: true });
        }
    }
    Ok(Labels { labels, iterations: options.max_iterations, converged: false })
}

/// The rounds in which nodes that choose at the same time do not see each other.
const ROUGH: usize = 2;

/// The most frequent label among the neighbours.
#[inline]
fn choice(adjacency: &Adjacency, node: Index, labels: &[Index], seed: u64, scratch: &mut Scratch) -> Index {
    let own = labels[node as usize];
    scratch.gather(adjacency, node, labels);
    let mut best = (scratch.weight(own), own);
    let mut most = u64::MAX;
    let salt = seed ^ u64::from(node).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    scratch.drain(|label, weight| {
        if weight < best.0 || label == own {
            return;
        }
        let hash = (u64::from(label) ^ salt).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 8;
        if weight > best.0 || (best.1 != own && hash > most) {
            best = (weight, label);
            most = hash;
        }
    });
    best.1
}
