//! Labels that are seen as soon as they are taken.
//!
//! Node after node chooses, and whoever something changes for before it is its turn sees that: a round moves as much as
//! several in which all choose at once. Only in the first round, in which all nodes choose, and only where there are many
//! edges, do some at a time choose side by side.

use rayon::prelude::*;
use std::ops::Range;

use super::label_propagation::{LabelPropagation, Labels};
use super::scratch::Scratch;
use crate::bits::Bits;
use crate::{Adjacency, Control, Csr, Index, Pace, Result};

/// Nodes of no more neighbours compare each of them with each.
const FEW: usize = 8;

/// Edges at the nodes that choose side by side: fewer are not worth to be shared out.
const WORTH: usize = 1 << 16;

/// Nodes that choose side by side. None sees what the others take: they are few enough to be as good as in turn.
fn together(nodes: usize) -> usize {
    (nodes / 64).clamp(1, 1 << 13)
}

pub(super) fn in_turn(graph: &Csr, options: &LabelPropagation, control: &dyn Control) -> Result<Labels> {
    let adjacency = graph.undirected().adjacency();
    let nodes = graph.node_count();
    let mut spreading = Spreading::new(graph, options.seed, control);
    let mut scratches = Scratch::several(nodes);
    let most_changed = options.tolerance * nodes as f64;
    let together = together(nodes);
    let side_by_side = adjacency.targets().len() / nodes.max(1) * together >= WORTH;
    for iteration in 1..=options.max_iterations {
        let changed = match &mut scratches[..] {
            [scratch, ..] if iteration > 1 || !side_by_side => spreading.one_by_one(scratch)?,
            scratches => spreading.side_by_side(together, scratches)?,
        };
        if changed == 0 || (changed as f64) < most_changed {
            return Ok(Labels { labels: spreading.labels, iterations: iteration, converged: true });
        }
    }
    Ok(Labels { labels: spreading.labels, iterations: options.max_iterations, converged: false })
}

struct Spreading<'a> {
    adjacency: &'a Adjacency,
    seed: u64,
    labels: Vec<Index>,
    /// The nodes that are to choose.
    asked: Bits,
    control: &'a dyn Control,
}

impl<'a> Spreading<'a> {
    fn new(graph: &'a Csr, seed: u64, control: &'a dyn Control) -> Spreading<'a> {
        let adjacency = graph.undirected().adjacency();
        let mut asked = Bits::new(graph.node_count());
        graph.nodes().filter(|node| adjacency.degree(*node) > 0).for_each(|node| asked.add(node));
        Spreading { adjacency, seed, labels: graph.nodes().collect(), asked, control }
    }

    /// Asks in the order of the numbers. Gives how many took another label.
    fn one_by_one(&mut self, scratch: &mut Scratch) -> Result<usize> {
        let mut pace = Pace::new(self.control);
        let (mut changed, mut next) = (0, 0);
        while let Some(node) = self.asked.take(next) {
            next = node + 1;
            pace.steps(1 + self.adjacency.degree(node))?;
            let label = self.choice(node, scratch);
            changed += usize::from(self.give(node, label, 0..0));
        }
        Ok(changed)
    }

    /// Asks `together` nodes at a time.
    fn side_by_side(&mut self, together: usize, scratches: &mut [Scratch]) -> Result<usize> {
        let asked: Vec<Index> = self.asked.iter().collect();
        let mut chosen = vec![0; together];
        let mut changed = 0;
        for nodes in asked.chunks(together) {
            self.control.check()?;
            nodes.iter().for_each(|node| self.asked.remove(*node));
            let batch = nodes[0]..nodes[nodes.len() - 1] + 1;
            let share = nodes.len().div_ceil(scratches.len());
            let parts = nodes.par_chunks(share).zip(chosen.par_chunks_mut(share));
            let choose = |((nodes, chosen), scratch): ((&[Index], &mut [Index]), &mut Scratch)| {
                for (node, chosen) in nodes.iter().zip(chosen) {
                    *chosen = self.choice(*node, scratch);
                }
            };
            parts.zip(scratches.par_iter_mut()).with_max_len(1).for_each(choose);
            for (node, label) in nodes.iter().zip(&chosen) {
                changed += usize::from(self.give(*node, *label, batch.clone()));
            }
        }
        Ok(changed)
    }

    /// Gives a node a label; says whether it had another. Nodes of the same `batch` have chosen without knowing.
    #[inline]
    fn give(&mut self, node: Index, label: Index, batch: Range<Index>) -> bool {
        if self.labels[node as usize] == label {
            return false;
        }
        self.labels[node as usize] = label;
        for neighbour in self.adjacency.neighbours(node) {
            // Whoever has this label already has no reason to leave it.
            if self.labels[*neighbour as usize] != label || batch.contains(neighbour) {
                self.asked.add(*neighbour);
            }
        }
        true
    }

    /// The most frequent label among the neighbours: its own if none is more frequent, else of several the one that a hash
    /// says.
    #[inline]
    fn choice(&self, node: Index, scratch: &mut Scratch) -> Index {
        let own = self.labels[node as usize];
        let salt = self.seed ^ u64::from(node).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let hash = |label: Index| (u64::from(label) ^ salt).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 8;
        let mut best = (0.0, own);
        let mut consider = |label: Index, weight: f64| {
            let as_good = weight == best.0 && best.1 != own;
            if weight > best.0 || (as_good && (label == own || hash(label) > hash(best.1))) {
                best = (weight, label);
            }
        };
        let neighbours = self.adjacency.neighbours(node);
        if neighbours.len() > FEW {
            scratch.gather(self.adjacency, node, &self.labels);
            scratch.drain(consider);
            return best.1;
        }
        let mut labels = [0; FEW];
        let labels = &mut labels[..neighbours.len()];
        for (label, neighbour) in labels.iter_mut().zip(neighbours) {
            *label = self.labels[*neighbour as usize];
        }
        let weights = self.adjacency.weights(node);
        for label in &*labels {
            let same = labels.iter().enumerate().filter(|(_, other)| *other == label);
            let weight = match weights {
                None => same.count() as f64,
                Some(weights) => same.map(|(at, _)| weights[at]).sum(),
            };
            consider(*label, weight);
        }
        best.1
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Unlimited;
    use crate::testing::{edge_lists, graph, weighted};
    use proptest::prelude::*;

    proptest! {
        /// Graphs large enough for it are too large for a test: here a few nodes choose side by side.
        #[test]
        fn side_by_side_is_the_same_for_any_number_of_threads(edges in edge_lists(), by_weight in any::<bool>(), together in 1..9usize) {
            let graph = if by_weight { weighted(&edges) } else { graph(&edges) };
            let nodes = graph.node_count();
            let rounds = [1, 3].map(|threads| {
                let mut spreading = Spreading::new(&graph, 5, &Unlimited);
                let mut scratches = vec![Scratch::new(nodes); threads];
                let changed = spreading.side_by_side(together, &mut scratches).unwrap();
                (changed, spreading.labels, spreading.asked.iter().collect::<Vec<_>>())
            });
            prop_assert_eq!(&rounds[0], &rounds[1]);
            // Whoever would now choose another label is asked again.
            let mut spreading = Spreading::new(&graph, 5, &Unlimited);
            let mut scratch = Scratch::new(nodes);
            spreading.side_by_side(together, std::slice::from_mut(&mut scratch)).unwrap();
            for node in graph.nodes() {
                let content = spreading.choice(node, &mut scratch) == spreading.labels[node as usize];
                prop_assert!(content || spreading.asked.has(node));
            }
        }
    }
}
