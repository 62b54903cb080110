//! Ranks found component by component.
//!
//! Without the nodes that have no edges out, PageRank is a linear system, y = (1 − d)·s + d·Pᵀy: what such nodes lead to is where
//! readers restart, so that they but scale its solution (Gleich, Gray, Greif and Lau, "An inner-outer iteration for
//! computing PageRank", 2010; Del Corso, Gullì and Romani, "Fast PageRank computation via a sparse linear system", 2005).
//! A component's ranks depend on those of components before it, so each is solved once, when a search against the edges
//! is done with it: a single node by its equation, others by Gauss–Seidel sweeps in the order in which the search left
//! them. The graph of what flows where in code is nearly free of cycles, and is solved in one pass.

use rayon::prelude::*;

use super::pagerank::pulled;
use crate::structure::each_component;
use crate::{Adjacency, Control, Index, Pace, Result};

/// Components of more nodes are better solved by all threads together, which is what the power iteration does.
const LARGE: usize = 1 << 16;

/// With more edges a node there is one that large, and no use in looking for it.
const MANY_EDGES: usize = 8;

/// What of the tolerance the sweeps may leave. The rest is for what the scaling adds.
const LEFT: f64 = 0.125;

/// The linear system of PageRank.
pub(super) struct System<'a> {
    pub incoming: &'a Adjacency,
    /// By node, one by the weight of its edges out; 0 if it has none.
    pub share: &'a [f64],
    /// The chance of each node to be started from; all alike if nothing is said.
    pub start: Option<&'a [f64]>,
    pub damping: f64,
    /// The ranks of `n` nodes may move by `n` times this together.
    pub tolerance: f64,
}

/// How good a solution is.
pub(super) struct Solved {
    /// The most sweeps that a component took.
    pub sweeps: usize,
    /// How far at most all ranks together would move in a step of the power iteration.
    pub change: f64,
}

impl System<'_> {
    /// Puts the solution, scaled to a sum of one, into `ranks`, which are zeros. Nothing comes of it where a
    /// component is large. Memory 24 bytes a node.
    pub fn solve(
        &self,
        ranks: &mut [f64],
        max_sweeps: usize,
        control: &dyn Control,
    ) -> Result<Option<Solved>> {
        if self.incoming.targets().len() > MANY_EDGES * ranks.len() && ranks.len() > LARGE {
            return Ok(None);
        }
        control.reserve(ranks.len() * 8)?;
        let mut given = vec![0.0; ranks.len()];
        let mut pace = Pace::new(control);
        let (mut most, mut left, mut sum, mut large) = (1, 0.0, 0.0, false);
        let afresh = (1.0 - self.damping) / ranks.len() as f64;
        each_component(self.incoming, control, |members| {
            large |= members.len() > LARGE;
            if large {
                return Ok(());
            }
            let mut sweeps = 0;
            loop {
                let mut change = 0.0;
                for node in members {
                    pace.steps(1 + self.incoming.degree(*node))?;
                    let at = *node as usize;
                    let afresh = self.start.map_or(afresh, |start| (1.0 - self.damping) * start[at]);
                    let rank = afresh + self.damping * pulled(self.incoming, *node, &given);
                    change += (rank - ranks[at]).abs();
                    ranks[at] = rank;
                    given[at] = rank * self.share[at];
                }
                sweeps += 1;
                if members.len() == 1 && !self.loops(members[0]) {
                    break;
                }
                if change < LEFT * self.tolerance * members.len() as f64 || sweeps >= max_sweeps {
                    left += change;
                    break;
                }
            }
            most = most.max(sweeps);
            sum += members.iter().map(|node| ranks[*node as usize]).sum::<f64>();
            Ok(())
        })?;
        if large || sum <= 0.0 {
            return Ok(None);
        }
        ranks.par_iter_mut().with_min_len(1 << 14).for_each(|rank| *rank /= sum);
        // What a node gives is off by no more than it moved last, and the scale by no more than all together.
        Ok(Some(Solved { sweeps: most, change: 2.0 * left / sum }))
    }

    fn loops(&self, node: Index) -> bool {
        self.incoming.neighbours(node).binary_search(&node).is_ok()
    }
}
