//! Ranks found component by component, as a start of the power iteration.
//!
//! Without the nodes that have no edges out, PageRank is a linear system, y = (1 − d)·s + d·Pᵀy: what such nodes lead to is where
//! readers restart, so that they but scale its solution (Gleich, Gray, Greif and Lau, "An inner-outer iteration for
//! computing PageRank", 2010; Del Corso, Gullì and Romani, "Fast PageRank computation via a sparse linear system", 2005).
//! A component's ranks depend on those of components before it, so each is solved once: a single node by its equation,
//! others by Gauss–Seidel sweeps. The graph of what flows where in code is nearly free of cycles, and is solved in one pass.

use super::pagerank::pulled;
use crate::structure::{Condensation, condensation};
use crate::{Adjacency, Control, Csr, Index, Pace, Result};

/// Components of more nodes are better solved by all threads together, which is what the power iteration does.
const LARGE: usize = 1 << 16;

/// The linear system of PageRank.
pub(super) struct System<'a> {
    pub incoming: &'a Adjacency,
    /// By node, one by the weight of its edges out; 0 if it has none.
    pub share: &'a [f64],
    pub damping: f64,
    /// A component is solved once its ranks together move by less than this times its nodes.
    pub tolerance: f64,
}

impl System<'_> {
    /// Puts the solution, scaled to a sum of one, in place of the chances to restart at each node. Leaves these as they are
    /// in a graph with a large component. Memory 36 bytes a node.
    pub fn solve(
        &self,
        graph: &Csr,
        ranks: &mut [f64],
        max_iterations: usize,
        control: &dyn Control,
    ) -> Result<()> {
        let condensation = condensation(graph, control)?;
        control.reserve(ranks.len() * 16)?;
        let Some((order, ends)) = members(&condensation) else { return Ok(()) };
        drop(condensation);
        let (mut solution, mut given) = (vec![0.0; ranks.len()], vec![0.0; ranks.len()]);
        let mut pace = Pace::new(control);
        let mut first = 0;
        for end in ends {
            let members = &order[first..end as usize];
            first = end as usize;
            for _ in 0..max_iterations {
                let mut change = 0.0;
                for node in members {
                    pace.steps(1 + self.incoming.degree(*node))?;
                    let at = *node as usize;
                    let pulled = pulled(self.incoming, *node, &given);
                    let rank = (1.0 - self.damping) * ranks[at] + self.damping * pulled;
                    change += (rank - solution[at]).abs();
                    solution[at] = rank;
                    given[at] = rank * self.share[at];
                }
                let final_at_once = members.len() == 1 && !self.loops(members[0]);
                if final_at_once || change < self.tolerance * members.len() as f64 {
                    break;
                }
            }
        }
        let sum: f64 = solution.iter().sum();
        if sum > 0.0 {
            ranks.iter_mut().zip(solution).for_each(|(rank, solved)| *rank = solved / sum);
        }
        Ok(())
    }

    fn loops(&self, node: Index) -> bool {
        self.incoming.neighbours(node).binary_search(&node).is_ok()
    }
}

/// The nodes of each component after those of the components before it, ascending, and where each component ends; nothing
/// if one is large.
fn members(condensation: &Condensation) -> Option<(Vec<Index>, Vec<u32>)> {
    let mut ends = vec![0u32; condensation.count];
    condensation.components.iter().for_each(|component| ends[*component as usize] += 1);
    if ends.iter().any(|size| *size as usize > LARGE) {
        return None;
    }
    let mut next = 0;
    for end in &mut ends {
        (*end, next) = (next, next + *end);
    }
    let mut order = vec![0; condensation.components.len()];
    for (node, component) in condensation.components.iter().enumerate() {
        let place = &mut ends[*component as usize];
        order[*place as usize] = node as Index;
        *place += 1;
    }
    Some((order, ends))
}
