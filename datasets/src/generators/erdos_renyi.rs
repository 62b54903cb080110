//! G(n, m): m of all edges, each set as likely.

use super::{BLOCK, Edges, Generator, GeneratorError, Permutation, parameter, places};

/// A directed graph of `nodes` nodes and exactly `edges` different edges without loops (Erdős and Rényi, "On random
/// graphs I", 1959). All possible edges stand in a random order that takes no memory; the first `edges` of them are the
/// graph.
#[derive(Clone, Debug)]
pub struct ErdosRenyi {
    nodes: u64,
    edges: u64,
    order: Permutation,
}

impl ErdosRenyi {
    /// Fails if there are not so many edges between so many nodes.
    pub fn new(nodes: u64, edges: u64, seed: u64) -> Result<ErdosRenyi, GeneratorError> {
        parameter(nodes <= 1 << 32, || {
            format!("{nodes} nodes are more than the 2^32 that can be drawn from")
        })?;
        let possible = nodes * nodes.saturating_sub(1);
        parameter(edges <= possible, || {
            format!("{nodes} nodes have {possible} edges between them, and not {edges}")
        })?;
        Ok(ErdosRenyi { nodes, edges, order: Permutation::new(possible, seed) })
    }
}

impl Generator for ErdosRenyi {
    fn nodes(&self) -> u64 {
        self.nodes
    }

    fn edges(&self) -> u64 {
        self.edges
    }

    fn blocks(&self) -> u64 {
        self.edges.div_ceil(BLOCK)
    }

    fn block(&self, block: u64, edges: &mut Edges) {
        for place in places(block, self.edges) {
            // Row by row without the diagonal.
            let pair = self.order.at(place);
            let (src, dst) = (pair / (self.nodes - 1), pair % (self.nodes - 1));
            edges.push(src, dst + u64::from(dst >= src));
        }
    }
}
