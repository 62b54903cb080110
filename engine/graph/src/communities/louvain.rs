//! The Louvain method.

use super::modularity::undirected_modularity;
use super::moving::Partition;
use super::network::{Network, named, renumber};
use crate::random::Random;
use crate::{Control, Csr, GraphError, Index, Result};

/// Options of [`louvain`] and [`leiden`](super::leiden).
#[derive(Clone, Copy, Debug)]
pub struct Modular {
    /// Above 1 communities are smaller, below larger.
    pub resolution: f64,
    /// At most so many levels.
    pub max_levels: usize,
    /// The order in which nodes are first asked: that of their ids without a seed.
    pub seed: Option<u64>,
}

impl Default for Modular {
    fn default() -> Self {
        Modular { resolution: 1.0, max_levels: usize::MAX, seed: None }
    }
}

/// Communities, and those they were put together from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Communities {
    /// For each node the smallest node of its community.
    pub labels: Vec<Index>,
    /// Of these labels, by the options' resolution.
    pub modularity: f64,
    /// The same on every level, from small communities to large: each is made of whole ones of the level before it, and the
    /// last is `labels`.
    pub levels: Vec<Vec<Index>>,
}

/// Communities of high modularity (Blondel, Guillaume, Lambiotte and Lefebvre, "Fast unfolding of communities in large
/// networks", 2008): nodes move to where they add most, communities become the nodes of the next level, until none moves.
/// Directions are left aside; edges between two nodes are one of their weights' sum, loops count.
///
/// Time about O((nodes + edges) · levels), memory 60 bytes a node, and 12 an edge; needs the undirected side. Fails on
/// negative weights and on a resolution that is not above zero.
pub fn louvain(graph: &Csr, options: &Modular, control: &dyn Control) -> Result<Communities> {
    check(graph, options, "louvain")?;
    control.reserve(graph.node_count() * 60 + graph.edge_count() * 12)?;
    let mut network = Network::of(graph);
    let mut parts: Vec<Index> = graph.nodes().collect();
    let mut levels: Vec<Vec<Index>> = Vec::new();
    while levels.len() < options.max_levels {
        let mut partition = Partition::new(&network, (0..network.nodes() as Index).collect());
        let order = order(network.nodes(), options.seed.map(|seed| seed ^ levels.len() as u64));
        if !partition.improve(&network, order, options.resolution, control)? {
            break;
        }
        let mut labels = partition.labels;
        let count = renumber(&mut labels);
        parts.iter_mut().for_each(|part| *part = labels[*part as usize]);
        control.reserve(parts.len() * 4)?;
        levels.push(named(&parts));
        if count == network.nodes() {
            break;
        }
        network = network.of_parts(&labels, count, control)?;
    }
    communities(graph, levels, options)
}

pub(super) fn check(graph: &Csr, options: &Modular, algorithm: &'static str) -> Result<()> {
    if !(options.resolution > 0.0 && options.resolution.is_finite()) {
        let text = format!("resolution is {}, which is not above zero", options.resolution);
        return Err(GraphError::Argument(text));
    }
    crate::csr::summable(graph, algorithm)
}

pub(super) fn communities(
    graph: &Csr,
    mut levels: Vec<Vec<Index>>,
    options: &Modular,
) -> Result<Communities> {
    if levels.is_empty() {
        levels.push(graph.nodes().collect());
    }
    let labels = levels.last().cloned().unwrap_or_default();
    let modularity = undirected_modularity(graph, &labels, options.resolution);
    Ok(Communities { labels, modularity, levels })
}

/// All nodes, in the order of a seed.
pub(super) fn order(nodes: usize, seed: Option<u64>) -> Vec<Index> {
    match seed {
        None => (0..nodes as Index).collect(),
        Some(seed) => crate::random::sample(nodes, nodes, Random::new(seed).next()),
    }
}
