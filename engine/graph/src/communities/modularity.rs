//! Modularity: how much more of the edges is inside of communities than chance would put there.

use rayon::prelude::*;

use crate::{Control, Csr, GraphError, Index, Result, blocks};

/// The modularity of a partition, given by a label a node: nodes are together where labels are the same. In −½..1 at
/// resolution 1; 0 for a graph without edges. Directed as in Leicht and Newman (2008), else as in Newman (2004); the same
/// as NetworkX's on multigraphs: parallel edges add up, loops count.
///
/// Time O(nodes + edges), memory 40 bytes a node. Fails on weights below zero or infinite, on labels that are not as many as nodes or not
/// below their number.
pub fn modularity(
    graph: &Csr,
    labels: &[Index],
    directed: bool,
    resolution: f64,
    control: &dyn Control,
) -> Result<f64> {
    crate::csr::summable(graph, "modularity")?;
    let nodes = graph.node_count();
    if labels.len() != nodes || labels.iter().any(|label| *label as usize >= nodes) {
        return Err(GraphError::Argument(format!("{} labels do not part {nodes} nodes", labels.len())));
    }
    control.reserve(nodes * 40)?;
    control.check()?;
    Ok(match directed {
        true => of_edges(graph, labels, |out, inn, total| resolution * out * inn / (total * total)),
        false => undirected_modularity(graph, labels, resolution),
    })
}

pub(super) fn undirected_modularity(graph: &Csr, labels: &[Index], resolution: f64) -> f64 {
    of_edges(graph, labels, |out, inn, total| resolution * ((out + inn) / (2.0 * total)).powi(2))
}

/// The sum, over communities, of the share of edges inside less what is `expected` there.
fn of_edges(graph: &Csr, labels: &[Index], expected: impl Fn(f64, f64, f64) -> f64) -> f64 {
    let outgoing = graph.outgoing();
    let blocks = blocks::of(outgoing);
    // What leaves each node, what comes in, and what stays inside; sums of whole nodes, in their order.
    let mut leaves = vec![0.0; labels.len()];
    let mut inside = vec![0.0; labels.len()];
    let leaves_of = blocks::split(&blocks, &mut leaves).into_iter().zip(blocks::split(&blocks, &mut inside));
    let parts: Vec<_> = blocks.iter().zip(leaves_of).collect();
    parts.into_par_iter().for_each(|(block, (leaves, inside))| {
        for (at, node) in block.clone().enumerate() {
            for (target, weight) in outgoing.weighted(node) {
                leaves[at] += weight;
                inside[at] += if labels[target as usize] == labels[node as usize] { weight } else { 0.0 };
            }
        }
    });
    let total: f64 = leaves.iter().sum();
    if total <= 0.0 {
        return 0.0;
    }
    let mut sums = vec![(0.0, 0.0); labels.len()];
    let mut within = 0.0;
    for (node, label) in labels.iter().enumerate() {
        sums[*label as usize].0 += leaves[node];
        within += inside[node];
    }
    match outgoing.all_weights() {
        None => outgoing.targets().iter().for_each(|target| sums[labels[*target as usize] as usize].1 += 1.0),
        Some(weights) => {
            let ends = outgoing.targets().iter().zip(weights);
            ends.for_each(|(target, weight)| sums[labels[*target as usize] as usize].1 += weight);
        }
    }
    within / total - sums.iter().map(|(out, inn)| expected(*out, *inn, total)).sum::<f64>()
}
