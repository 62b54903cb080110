//! How many edges a node has, and how many of those it could have are there.

use rayon::prelude::*;

use crate::{Control, Csr, Direction, Index, Result};

/// The edges at each node, counted and weighed. Parallel edges count each; a loop counts once as incoming and once as
/// outgoing, and so twice in all, as NetworkX's `in_degree`, `out_degree` and `degree` of a MultiDiGraph have it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Degrees {
    pub incoming: Vec<u32>,
    pub outgoing: Vec<u32>,
    /// The sums of the weights of the edges; equal to the counts in a graph without weights.
    pub weighted_incoming: Vec<f64>,
    pub weighted_outgoing: Vec<f64>,
}

impl Degrees {
    /// Edges at a node, in either direction.
    pub fn total(&self, node: Index) -> u32 {
        // Both are counts of edges, of which there are at most half as many as a u32 counts.
        self.incoming[node as usize] + self.outgoing[node as usize]
    }

    /// The weight of the edges at a node, in either direction.
    pub fn weighted_total(&self, node: Index) -> f64 {
        self.weighted_incoming[node as usize] + self.weighted_outgoing[node as usize]
    }
}

/// Degrees of every node, by index. O(nodes + edges) time, 24 bytes a node, and the incoming side of the graph.
pub fn degree(graph: &Csr, control: &dyn Control) -> Result<Degrees> {
    control.check()?;
    control.reserve(graph.node_count() * 24)?;
    let counts = |side: &crate::Adjacency| -> Vec<u32> {
        side.offsets().windows(2).map(|ends| ends[1] - ends[0]).collect()
    };
    let weights = |side: &crate::Adjacency| -> Vec<f64> {
        let nodes = (0..side.node_count() as Index).into_par_iter();
        nodes
            .map(|node| {
                side.weights(node).map_or(side.degree(node) as f64, |weights| {
                    weights.iter().fold(0.0, |sum, weight| sum + weight)
                })
            })
            .collect()
    };
    let (outgoing, weighted_outgoing) = (counts(graph.outgoing()), weights(graph.outgoing()));
    control.check()?;
    let (incoming, weighted_incoming) = (counts(graph.incoming()), weights(graph.incoming()));
    Ok(Degrees { incoming, outgoing, weighted_incoming, weighted_outgoing })
}

/// The edges that are there as a share of those there could be between different nodes: `edges / (n (n - 1))`, and in
/// [`Direction::Both`] twice that, an edge joining a pair either way round. Loops and parallel edges count, so it
/// can be above 1; it is 0 in a graph of fewer than two nodes. As NetworkX's `density`. O(1).
pub fn density(graph: &Csr, direction: Direction) -> f64 {
    let (nodes, edges) = (graph.node_count() as f64, graph.edge_count() as f64);
    if nodes < 2.0 {
        return 0.0;
    }
    let ways = if direction == Direction::Both { 2.0 } else { 1.0 };
    ways * edges / (nodes * (nodes - 1.0))
}
