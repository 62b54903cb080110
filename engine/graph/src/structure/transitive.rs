//! The fewest edges that reach as far as all of them.

use rayon::prelude::*;

use super::topological_sort;
use crate::{Control, Csr, Edge, Index, Pace, Result};

/// The edges of an acyclic graph that no longer path replaces, by number; of parallel edges the lightest stays. There is
/// exactly one such set (Aho, Garey and Ullman, "The transitive reduction of a directed graph", 1972). As NetworkX's
/// `transitive_reduction`.
///
/// O(nodes · edges) time at worst: from each node the nodes before its last successor are searched. 8 bytes a node and
/// thread, 12 an edge. Fails with [`GraphError::Cycle`](crate::GraphError::Cycle), which names a cycle.
pub fn transitive_reduction(graph: &Csr, control: &dyn Control) -> Result<Vec<Edge>> {
    let positions = topological_sort(graph, control)?.positions();
    control.reserve(graph.edge_count() * 12 + graph.node_count() * 8 * rayon::current_num_threads())?;
    const BLOCK: usize = 256;
    let blocks = graph.node_count().div_ceil(BLOCK);
    let kept: Vec<Vec<Edge>> = (0..blocks)
        .into_par_iter()
        .map_init(
            || Search { seen: vec![NEVER; graph.node_count()], stack: Vec::new(), targets: Vec::new() },
            |search, block| {
                control.check()?;
                let mut pace = Pace::new(control);
                let mut kept = Vec::new();
                let last = ((block + 1) * BLOCK).min(graph.node_count());
                for node in block * BLOCK..last {
                    search.direct(graph, &positions, node as Index, &mut kept, &mut pace)?;
                }
                Ok(kept)
            },
        )
        .collect::<Result<_>>()?;
    Ok(kept.concat())
}

/// No node was seen from here yet. There are fewer nodes than this.
const NEVER: u32 = u32::MAX;

struct Search {
    /// By node: the last node it was seen from.
    seen: Vec<u32>,
    stack: Vec<Index>,
    targets: Vec<(u32, Edge)>,
}

impl Search {
    /// Adds the edges from `node` whose target no other successor of it reaches.
    fn direct(
        &mut self,
        graph: &Csr,
        positions: &[u32],
        node: Index,
        kept: &mut Vec<Edge>,
        pace: &mut Pace<'_>,
    ) -> Result<()> {
        self.targets.clear();
        for number in graph.outgoing().range(node) {
            let number = number as u32;
            let target = graph.target(number);
            // Parallel edges stand side by side, the lightest first.
            if self.targets.last().is_none_or(|(_, edge)| edge.target != target) {
                self.targets.push((positions[target as usize], Edge { number, source: node, target }));
            }
        }
        let first_kept = kept.len();
        self.targets.sort_unstable_by_key(|(position, _)| *position);
        let last = self.targets.last().map_or(0, |(position, _)| *position);
        // A successor is only reached from those that come before it.
        for (_, edge) in &self.targets {
            if self.seen[edge.target as usize] == node {
                continue;
            }
            kept.push(*edge);
            self.seen[edge.target as usize] = node;
            self.stack.push(edge.target);
            while let Some(at) = self.stack.pop() {
                let targets = graph.outgoing().neighbours(at);
                pace.steps(1 + targets.len())?;
                for target in targets {
                    if positions[*target as usize] <= last && self.seen[*target as usize] != node {
                        self.seen[*target as usize] = node;
                        self.stack.push(*target);
                    }
                }
            }
        }
        kept[first_kept..].sort_unstable_by_key(|edge| edge.number);
        Ok(())
    }
}
