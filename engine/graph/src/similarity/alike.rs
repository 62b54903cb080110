//! For each node, the nodes that are most like it.

use rayon::prelude::*;

use super::Measure;
use super::sets::Sets;
use crate::csr::not_negative;
use crate::{Control, Csr, Direction, Index, Pace, Result};

/// How [`node_similarity`] compares. The defaults are those of Neo4j GDS.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NodeSimilarity {
    pub measure: Measure,
    /// Whose neighbours are compared.
    pub direction: Direction,
    /// How many rows a node has, at most; of equals those of the smallest ids.
    pub top_k: usize,
    /// The least similarity of a row.
    pub cutoff: f64,
    /// The fewest neighbours of a node that is compared.
    pub degree_cutoff: usize,
}

impl Default for NodeSimilarity {
    fn default() -> NodeSimilarity {
        NodeSimilarity {
            measure: Measure::Jaccard,
            direction: Direction::Out,
            top_k: 10,
            cutoff: 1e-42,
            degree_cutoff: 1,
        }
    }
}

/// Two nodes, and how alike they are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similar {
    pub node: Index,
    pub other: Index,
    pub similarity: f64,
}

/// For each node the nodes whose neighbours are most like its own, among those with a common neighbour: by node, and the
/// most alike first. Both of a pair have their row, if it is among the best of each. As `gds.nodeSimilarity`; weights are
/// looked at if the graph has them, and neighbours by parallel edges count by their sum.
///
/// O(Σ degree²) time over the nodes as common neighbours; 12 bytes a node and thread, 4 bytes a node and 16 an edge (with
/// weights 40), 16 a row. Fails with [`GraphError::NegativeWeight`](crate::GraphError::NegativeWeight).
pub fn node_similarity(graph: &Csr, options: &NodeSimilarity, control: &dyn Control) -> Result<Vec<Similar>> {
    not_negative(graph, "node_similarity")?;
    most_alike(graph, options, graph.is_weighted(), true, control)
}

/// [`node_similarity`] by the Jaccard coefficient of the sets of neighbours (Jaccard, 1901), whatever the edges weigh, and
/// with loops as [`similarity_of_pairs`](super::similarity_of_pairs) has them.
pub fn jaccard_similarity(
    graph: &Csr,
    options: &NodeSimilarity,
    control: &dyn Control,
) -> Result<Vec<Similar>> {
    let options = NodeSimilarity { measure: Measure::Jaccard, ..*options };
    most_alike(graph, &options, false, false, control)
}

/// Nodes per block: a block's rows are one allocation.
const BLOCK: usize = 256;

fn most_alike(
    graph: &Csr,
    options: &NodeSimilarity,
    weighted: bool,
    own: bool,
    control: &dyn Control,
) -> Result<Vec<Similar>> {
    control.check()?;
    let nodes = graph.node_count();
    let both = if options.direction == Direction::Both { 2 } else { 1 };
    let entry = if weighted { 12 } else { 4 };
    control
        .reserve(nodes * (24 + 12 * rayon::current_num_threads()) + graph.edge_count() * 2 * both * entry)?;
    let mut pace = Pace::new(control);
    let sets = Sets::of(graph, options.direction, weighted, &mut pace)?;
    let holders = held_by(&sets, nodes, &mut pace)?;
    let sizes: Vec<f64> = graph
        .nodes()
        .map(|node| options.measure.size(sets.of_node(node).map(|(_, weight)| weight)))
        .collect();
    let own = own || !graph.nodes().any(|node| sets.has(node, node));
    let comparison = Comparison { options, own, sets: &sets, holders: &holders, sizes: &sizes };
    let rows: Vec<Vec<Similar>> = (0..nodes.div_ceil(BLOCK))
        .into_par_iter()
        .map_init(
            || Common { sums: vec![0.0; nodes], met: Vec::new(), best: Vec::new() },
            |common, block| {
                control.check()?;
                let mut pace = Pace::new(control);
                let mut rows = Vec::new();
                for node in block * BLOCK..((block + 1) * BLOCK).min(nodes) {
                    comparison.rows_of(node as Index, common, &mut rows, &mut pace)?;
                }
                control.reserve(rows.len() * size_of::<Similar>() * 2)?;
                Ok(rows)
            },
        )
        .collect::<Result<_>>()?;
    Ok(rows.concat())
}

/// In whose sets each node is, and with which weight: the sets transposed.
fn held_by(sets: &Sets, nodes: usize, pace: &mut Pace<'_>) -> Result<Sets> {
    let mut offsets = vec![0u32; nodes + 1];
    for member in &sets.members {
        offsets[*member as usize + 1] += 1;
    }
    for node in 0..nodes {
        offsets[node + 1] += offsets[node];
    }
    let mut next = offsets.clone();
    let mut members = vec![0; sets.members.len()];
    let mut weights = sets.weights.as_ref().map(|weights| vec![0.0; weights.len()]);
    for node in 0..nodes as Index {
        pace.steps(1 + sets.degree(node))?;
        for (member, weight) in sets.of_node(node) {
            let place = next[member as usize] as usize;
            next[member as usize] += 1;
            members[place] = node;
            if let Some(weights) = &mut weights {
                weights[place] = weight;
            }
        }
    }
    Ok(Sets { offsets, members, weights })
}

struct Comparison<'a> {
    options: &'a NodeSimilarity,
    /// Whether a node that is its own neighbour can have itself in common with another.
    own: bool,
    sets: &'a Sets,
    holders: &'a Sets,
    sizes: &'a [f64],
}

/// What a node has in common with each other; zero again after each node.
struct Common {
    sums: Vec<f64>,
    met: Vec<Index>,
    best: Vec<Similar>,
}

impl Comparison<'_> {
    /// Whether `member` is a neighbour of both nodes.
    fn shares(&self, member: Index, a: Index, b: Index) -> bool {
        self.sets.has(a, member) && self.sets.has(b, member)
    }

    fn rows_of(
        &self,
        node: Index,
        common: &mut Common,
        rows: &mut Vec<Similar>,
        pace: &mut Pace<'_>,
    ) -> Result<()> {
        let enough = |node: Index| self.sets.degree(node) >= self.options.degree_cutoff;
        if !enough(node) || self.options.top_k == 0 {
            return Ok(());
        }
        let measure = self.options.measure;
        for (neighbour, weight) in self.sets.of_node(node) {
            pace.steps(1 + self.holders.degree(neighbour))?;
            for (other, other_weight) in self.holders.of_node(neighbour) {
                let sum = &mut common.sums[other as usize];
                let more = measure.common(weight, other_weight);
                if *sum == 0.0 && more > 0.0 {
                    common.met.push(other);
                }
                *sum += more;
            }
        }
        for other in common.met.drain(..) {
            let sum = std::mem::take(&mut common.sums[other as usize]);
            if other == node || !enough(other) {
                continue;
            }
            // Weights are 1 where loops count for nothing.
            let own = match self.own {
                true => 0,
                false => u8::from(self.shares(node, node, other)) + u8::from(self.shares(other, node, other)),
            };
            let (shared, sizes) = (sum - f64::from(own), self.sizes);
            let similarity = measure.of(shared, sum, sizes[node as usize], sizes[other as usize]);
            if shared > 0.0 && similarity >= self.options.cutoff {
                common.best.push(Similar { node, other, similarity });
            }
        }
        let order = |a: &Similar, b: &Similar| {
            b.similarity.total_cmp(&a.similarity).then_with(|| a.other.cmp(&b.other))
        };
        let top = self.options.top_k;
        if common.best.len() > top {
            common.best.select_nth_unstable_by(top - 1, order);
            common.best.truncate(top);
        }
        common.best.sort_unstable_by(order);
        rows.append(&mut common.best);
        Ok(())
    }
}
