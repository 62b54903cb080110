//! Label propagation: every node takes the label most of its neighbours have, until none wants another.

use super::in_turn::in_turn;
use super::scratch::{Scratch, in_parts};
use crate::{Control, Csr, Index, Result, blocks};

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
/// Time O((nodes + edges) · iterations), memory 10 bytes a node and 12 for each of at most four threads; needs the
/// undirected side, or for [`Update::AtOnce`] the incoming one. Fails on weights below zero or infinite.
pub fn label_propagation(graph: &Csr, options: &LabelPropagation, control: &dyn Control) -> Result<Labels> {
    crate::csr::summable(graph, "label_propagation")?;
    control.reserve(graph.node_count() * (10 + 12 * super::scratch::COUNT))?;
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
    let mut scratches = Scratch::several(labels.len());
    let most_changed = options.tolerance * labels.len() as f64;
    for iteration in 1..=options.max_iterations {
        let parts: Vec<_> = blocks.iter().zip(blocks::split(&blocks, &mut next)).collect();
        let changed = in_parts(&mut scratches, parts, |scratch, (block, next)| {
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
