//! Local moving: each node goes to the community where it adds most to modularity, as long as one does.

use rayon::prelude::*;

use super::network::Network;
use super::scratch::Scratch;
use crate::{Control, Index, Result};

/// Nodes that choose at the same time. Fixed, so that the answer does not depend on threads.
const TOGETHER: usize = 1 << 12;

/// Fewer than these choose one after the other.
const ALONE: usize = 1 << 9;

/// How often each node may on average choose at the same time as others, before it is one after the other for good. In turn
/// each move adds to modularity, so that there is an end.
const ROUNDS: usize = 32;

/// A partition of a network's nodes, by labels below the number of nodes.
pub(super) struct Partition {
    pub(super) labels: Vec<Index>,
    /// What the members of each label weigh.
    sums: Vec<f64>,
    sizes: Vec<u32>,
}

impl Partition {
    pub(super) fn new(network: &Network, labels: Vec<Index>) -> Partition {
        let (mut sums, mut sizes) = (vec![0.0; labels.len()], vec![0; labels.len()]);
        for (node, label) in labels.iter().enumerate() {
            sums[*label as usize] += network.strengths[node];
            sizes[*label as usize] += 1;
        }
        Partition { labels, sums, sizes }
    }

    /// Where a node adds most, and what more than where it is.
    #[inline]
    fn best(&self, network: &Network, node: Index, resolution: f64, scratch: &mut Scratch) -> Index {
        let own = self.labels[node as usize];
        let strength = network.strengths[node as usize];
        let expected = resolution * strength / network.total;
        scratch.gather(&network.adjacency, node, &self.labels);
        let stay = scratch.weight(own) - expected * (self.sums[own as usize] - strength);
        // A gain that rounding could have made is none.
        let mut best = (stay + 1e-10 * strength, own);
        scratch.drain(|label, weight| {
            let gain = weight - expected * self.sums[label as usize];
            if label != own && (gain > best.0 || (gain == best.0 && label < best.1)) {
                best = (gain, label);
            }
        });
        best.1
    }

    fn put(&mut self, network: &Network, node: Index, label: Index) {
        let (strength, own) = (network.strengths[node as usize], self.labels[node as usize] as usize);
        self.sums[own] -= strength;
        self.sizes[own] -= 1;
        self.sums[label as usize] += strength;
        self.sizes[label as usize] += 1;
        self.labels[node as usize] = label;
    }

    /// Moves nodes until none gains by it; `order` is the one in which they are asked first. Whether any moved.
    ///
    /// A node is asked again once a neighbour has left for another community (Ozaki, Tezuka and Inaba, 2016). Some thousand
    /// are asked at a time, in parallel, and moved in order; two that are alone do not change places.
    pub(super) fn improve(
        &mut self,
        network: &Network,
        order: Vec<Index>,
        resolution: f64,
        control: &dyn Control,
    ) -> Result<bool> {
        let mut scratches = Scratch::several(network.nodes());
        let mut waits = vec![true; network.nodes()];
        let (mut asked, mut next) = (order, Vec::new());
        let mut chosen: Vec<Index> = Vec::new();
        let (mut any, mut spent) = (false, 0);
        while !asked.is_empty() {
            let together = asked.len() >= ALONE && spent < ROUNDS * network.nodes();
            spent += asked.len();
            for nodes in asked.chunks(if together { TOGETHER } else { ALONE }) {
                control.check()?;
                if together {
                    chosen.clear();
                    chosen.resize(nodes.len(), 0);
                    let share = nodes.len().div_ceil(scratches.len());
                    let shares = nodes.par_chunks(share).zip(chosen.par_chunks_mut(share));
                    shares.zip(scratches.par_iter_mut()).with_max_len(1).for_each(
                        |((nodes, chosen), scratch)| {
                            for (node, chosen) in nodes.iter().zip(chosen) {
                                *chosen = self.best(network, *node, resolution, scratch);
                            }
                        },
                    );
                }
                for (at, node) in nodes.iter().enumerate() {
                    waits[*node as usize] = false;
                    let own = self.labels[*node as usize];
                    let label = match together {
                        true => chosen[at],
                        false => self.best(network, *node, resolution, &mut scratches[0]),
                    };
                    let alone = |label: Index| self.sizes[label as usize] == 1;
                    // Chosen before others moved: the community may be gone, or be one node that chose this one's.
                    let stale = together
                        && (self.sizes[label as usize] == 0 || (alone(own) && alone(label) && label > own));
                    if label == own || stale {
                        continue;
                    }
                    self.put(network, *node, label);
                    any = true;
                    for neighbour in network.adjacency.neighbours(*node) {
                        if self.labels[*neighbour as usize] != label && !waits[*neighbour as usize] {
                            waits[*neighbour as usize] = true;
                            next.push(*neighbour);
                        }
                    }
                }
            }
            asked.clear();
            std::mem::swap(&mut asked, &mut next);
        }
        Ok(any)
    }
}
