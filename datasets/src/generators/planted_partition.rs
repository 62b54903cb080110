//! Groups that know themselves better than each other.

use super::{Edges, Generator, GeneratorError, Random, parameter};

/// Nodes of a block. Each has some edges.
const NODES: u64 = 1 << 12;

/// The planted l-partition (Condon and Karp, "Algorithms for graph partitioning on the planted partition model", 2001):
/// `groups` groups of `size` nodes, in which two nodes of one group are joined with probability `inside`, and of two
/// groups with probability `outside`. Undirected: an edge goes from the smaller id to the greater, once. Node v is of
/// group v / size.
///
/// Pairs that are not joined are skipped over, not visited (Batagelj and Brandes, 2005): O(nodes + edges).
#[derive(Clone, Debug)]
pub struct PlantedPartition {
    groups: u64,
    size: u64,
    inside: f64,
    outside: f64,
    seed: u64,
}

impl PlantedPartition {
    pub fn new(
        groups: u64,
        size: u64,
        inside: f64,
        outside: f64,
        seed: u64,
    ) -> Result<PlantedPartition, GeneratorError> {
        for probability in [inside, outside] {
            parameter((0.0..=1.0).contains(&probability), || format!("{probability} is no probability"))?;
        }
        parameter(groups.checked_mul(size).is_some_and(|nodes| nodes < 1 << 40), || {
            format!("{groups} groups of {size} are too many nodes")
        })?;
        Ok(PlantedPartition { groups, size, inside, outside, seed })
    }

    /// Groups whose nodes have, on average, so many neighbours of their own group and so many of others.
    pub fn of_degrees(
        groups: u64,
        size: u64,
        inside: f64,
        outside: f64,
        seed: u64,
    ) -> Result<PlantedPartition, GeneratorError> {
        let share = |degree: f64, of: u64| if of == 0 { 0.0 } else { (degree / of as f64).min(1.0) };
        let others = groups.saturating_sub(1).saturating_mul(size);
        Self::new(groups, size, share(inside, size.saturating_sub(1)), share(outside, others), seed)
    }

    pub fn group(&self, node: u64) -> u64 {
        node / self.size
    }
}

impl Generator for PlantedPartition {
    fn nodes(&self) -> u64 {
        self.groups * self.size
    }

    fn edges(&self) -> u64 {
        let (nodes, size) = (self.nodes() as f64, self.size as f64);
        let (inside, outside) = (nodes * (size - 1.0).max(0.0) / 2.0, nodes * (nodes - size) / 2.0);
        (inside * self.inside + outside * self.outside).round() as u64
    }

    fn blocks(&self) -> u64 {
        self.nodes().div_ceil(NODES)
    }

    fn block(&self, block: u64, edges: &mut Edges) {
        for node in block * NODES..self.nodes().min((block + 1) * NODES) {
            let mut random = Random::at(self.seed, node);
            let own = (self.group(node) + 1) * self.size;
            for (range, probability) in [(node + 1..own, self.inside), (own..self.nodes(), self.outside)] {
                let mut at = range.start;
                loop {
                    at = at.saturating_add(random.failures(probability));
                    if at >= range.end {
                        break;
                    }
                    edges.push(node, at);
                    at += 1;
                }
            }
        }
    }
}
