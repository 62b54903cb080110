//! Dominance and post-dominance: which node comes before, and which after, on every way through a method.
//!
//! In: one method's [`FlowGraph`]. Out: the immediate dominator and the immediate post-dominator of each block, from
//! which those of nodes follow (inside of a block each node dominates the next). Dead code has neither.
//!
//! Post-dominance needs every node to reach METHOD_RETURN. Where control never leaves (an endless loop), the last
//! block in reverse post-order that cannot reach it gets a *virtual* edge there, until none is left: an endless loop
//! is taken to be left at its end. No virtual edge is ever stored, and none makes anything control dependent.

mod lengauer_tarjan;

pub use lengauer_tarjan::Solver;

use stoa_model::EdgeKind;
use stoa_syntax::Position;

use crate::cfg::FlowGraph;

/// No block.
pub const NONE: u32 = u32::MAX;

/// The two trees of a method, over its blocks. The buffers are kept from method to method.
#[derive(Default, Debug)]
pub struct Dominance {
    /// The immediate dominator of each block; [`NONE`] of the first one, and of a METHOD_RETURN that is dead.
    pub idom: Vec<u32>,
    /// The immediate post-dominator of each block; [`NONE`] of the last one.
    pub ipdom: Vec<u32>,
    /// Blocks with a virtual edge to the end.
    pub virtual_exits: Vec<u32>,
    solver: Solver,
    reached: Vec<bool>,
    stack: Vec<u32>,
    virtual_succ: Vec<bool>,
}

impl Dominance {
    /// Computes both trees of a method.
    pub fn run(&mut self, graph: &FlowGraph) {
        let blocks = graph.len();
        self.solver.run(
            blocks,
            0,
            |block, next| graph.succs(block).get(next).map(|s| s.0),
            |block, next| graph.preds(block).get(next).copied(),
            &mut self.idom,
        );
        self.find_virtual_exits(graph);
        let (exit, exits, leaves) = (graph.exit(), &self.virtual_exits, &self.virtual_succ);
        self.solver.run(
            blocks,
            exit,
            |block, next| {
                let preds = graph.preds(block);
                match preds.get(next) {
                    Some(&pred) => Some(pred),
                    None if block == exit => exits.get(next - preds.len()).copied(),
                    None => None,
                }
            },
            |block, next| {
                let succs = graph.succs(block);
                match succs.get(next) {
                    Some(&(succ, _)) => Some(succ),
                    None => (next == succs.len() && leaves[block as usize]).then_some(exit),
                }
            },
            &mut self.ipdom,
        );
    }

    fn find_virtual_exits(&mut self, graph: &FlowGraph) {
        let blocks = graph.len();
        self.virtual_exits.clear();
        self.reached.clear();
        self.reached.resize(blocks, false);
        self.virtual_succ.clear();
        self.virtual_succ.resize(blocks, false);
        self.stack.clear();
        for block in (0..blocks as u32).rev() {
            if self.reached[block as usize] {
                continue;
            }
            if block != graph.exit() {
                self.virtual_exits.push(block);
                self.virtual_succ[block as usize] = true;
            }
            self.reached[block as usize] = true;
            self.stack.push(block);
            while let Some(block) = self.stack.pop() {
                for &pred in graph.preds(block) {
                    if !std::mem::replace(&mut self.reached[pred as usize], true) {
                        self.stack.push(pred);
                    }
                }
            }
        }
    }

    /// The edges of both trees, node by node: from the dominating node to the dominated one.
    pub fn edges(&self, graph: &FlowGraph, mut out: impl FnMut(EdgeKind, Position, Position)) {
        let live = if graph.exit_is_live() { graph.len() } else { graph.len() - 1 } as u32;
        for block in 0..graph.len() as u32 {
            let nodes = graph.block(block);
            if block < live {
                let above = self.idom[block as usize];
                if above != NONE {
                    out(EdgeKind::Dominate, graph.tail(above), nodes[0]);
                }
                for pair in nodes.windows(2) {
                    out(EdgeKind::Dominate, pair[0], pair[1]);
                }
            }
            for pair in nodes.windows(2) {
                out(EdgeKind::PostDominate, pair[1], pair[0]);
            }
            let below = self.ipdom[block as usize];
            if below != NONE {
                out(EdgeKind::PostDominate, graph.head(below), graph.tail(block));
            }
        }
    }
}
