//! Control dependence: which decisions a node owes it to that it runs.
//!
//! In: one method's [`FlowGraph`] and its post-dominators. Out: CDG edges, from the node that decides to each node
//! that runs or not by its decision, with the label of the branch that leads there.
//!
//! A node depends on a decision when it post-dominates one of the decision's successors, but not (strictly) the
//! decision itself (Ferrante, Ottenstein, Warren: *The program dependence graph and its use in optimization*, TOPLAS
//! 9(3), 1987). A decision is a node with more than one edge leading on. What always runs depends on nothing: there is
//! no edge from the METHOD as a stand-in.

use stoa_model::EdgeLabel;
use stoa_syntax::Position;

use crate::cfg::FlowGraph;
use crate::dominance::{Dominance, NONE};

/// A node that decides, one that depends on it, and the branch that leads there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ControlDependence {
    pub src: Position,
    pub dst: Position,
    pub label: Option<EdgeLabel>,
}

/// How many edges a method may have: what depends on many decisions at once can take the square of a method's size.
/// Hand-written code stays below 5 a node.
pub fn budget(nodes: usize) -> usize {
    64 * nodes + (1 << 20)
}

/// The pass and its buffers, kept from method to method.
#[derive(Default, Debug)]
pub struct Dependence {
    /// For each block, the last (decision, label) that it was found to depend on.
    seen: Vec<u64>,
    branches: Vec<(u32, Option<EdgeLabel>)>,
}

impl Dependence {
    /// Appends the edges of a method. Gives `false` when [`budget`] cut them short.
    pub fn run(
        &mut self,
        graph: &FlowGraph,
        dominance: &Dominance,
        out: &mut Vec<ControlDependence>,
    ) -> bool {
        self.seen.clear();
        self.seen.resize(graph.len(), u64::MAX);
        let most = out.len() + budget(graph.nodes.len());
        for decision in 0..graph.len() as u32 {
            let succs = graph.succs(decision);
            if succs.len() < 2 {
                continue;
            }
            self.branches.clear();
            self.branches.extend_from_slice(succs);
            // Branches of one label side by side, so that one mark a block tells what is known.
            self.branches.sort_by_key(|b| b.1.map(|l| l as u8));
            let end = dominance.ipdom[decision as usize];
            let src = graph.tail(decision);
            for &(branch, label) in &self.branches {
                let mark = u64::from(decision) << 8 | label.map_or(0, |l| l as u64 + 1);
                let mut block = branch;
                while block != end && block != NONE {
                    if std::mem::replace(&mut self.seen[block as usize], mark) == mark {
                        // And with it all that post-dominates it.
                        break;
                    }
                    if out.len() + graph.block(block).len() > most {
                        return false;
                    }
                    out.extend(graph.block(block).iter().map(|&dst| ControlDependence { src, dst, label }));
                    block = dominance.ipdom[block as usize];
                }
            }
        }
        true
    }
}
