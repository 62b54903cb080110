//! One method's control flow as basic blocks in compressed sparse rows.

use stoa_model::EdgeLabel;
use stoa_syntax::Position;

use super::{CfgEdge, MethodFlow};

const NONE: u32 = u32::MAX;

/// The blocks of one method, numbered in reverse post-order: block 0 begins with the METHOD, and METHOD_RETURN is the
/// last block, alone. Only what control reaches is here; what is not here is dead. (METHOD_RETURN is here even when
/// nothing reaches it, without a predecessor: post-dominance needs an end.)
///
/// The buffers are kept from method to method.
#[derive(Default, Debug)]
pub struct FlowGraph {
    /// The nodes of all blocks, block after block.
    pub nodes: Vec<Position>,
    /// Where each block begins in [`FlowGraph::nodes`]; one more than there are blocks.
    starts: Vec<u32>,
    succ_starts: Vec<u32>,
    succs: Vec<(u32, Option<EdgeLabel>)>,
    pred_starts: Vec<u32>,
    preds: Vec<u32>,
    scratch: Scratch,
}

#[derive(Default, Debug)]
struct Scratch {
    /// The number of each position of the file in this method, [`NONE`] between two methods.
    number: Vec<u32>,
    positions: Vec<Position>,
    out_starts: Vec<u32>,
    outs: Vec<(u32, Option<EdgeLabel>)>,
    in_degree: Vec<u32>,
    leads: Vec<bool>,
    /// The block that a node leads, in the order of discovery, then in reverse post-order.
    block: Vec<u32>,
    stack: Vec<(u32, u32, u32)>,
    post_order: Vec<u32>,
    fill: Vec<u32>,
}

impl FlowGraph {
    /// How many blocks there are.
    #[inline]
    pub fn len(&self) -> usize {
        self.starts.len().saturating_sub(1)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The nodes of a block, in the order control passes them.
    #[inline]
    pub fn block(&self, block: u32) -> &[Position] {
        &self.nodes[self.starts[block as usize] as usize..self.starts[block as usize + 1] as usize]
    }

    /// The first node of a block.
    #[inline]
    pub fn head(&self, block: u32) -> Position {
        self.nodes[self.starts[block as usize] as usize]
    }

    /// The last node of a block, from which its edges leave.
    #[inline]
    pub fn tail(&self, block: u32) -> Position {
        self.nodes[self.starts[block as usize + 1] as usize - 1]
    }

    /// The block of METHOD_RETURN.
    #[inline]
    pub fn exit(&self) -> u32 {
        self.len() as u32 - 1
    }

    /// Whether METHOD_RETURN is reached at all.
    pub fn exit_is_live(&self) -> bool {
        !self.preds(self.exit()).is_empty()
    }

    #[inline]
    pub fn succs(&self, block: u32) -> &[(u32, Option<EdgeLabel>)] {
        &self.succs[self.succ_starts[block as usize] as usize..self.succ_starts[block as usize + 1] as usize]
    }

    #[inline]
    pub fn preds(&self, block: u32) -> &[u32] {
        &self.preds[self.pred_starts[block as usize] as usize..self.pred_starts[block as usize + 1] as usize]
    }

    /// Takes the graph of a method. `positions` is how many nodes the file has.
    pub fn build(&mut self, positions: u32, flow: &MethodFlow, edges: &[CfgEdge]) {
        let edges = &edges[flow.edges.clone()];
        self.number_nodes(positions, flow, edges);
        self.discover();
        self.lay_out();
        self.connect();
        for &position in &self.scratch.positions {
            self.scratch.number[position as usize] = NONE;
        }
    }

    fn number_nodes(&mut self, positions: u32, flow: &MethodFlow, edges: &[CfgEdge]) {
        let s = &mut self.scratch;
        if s.number.len() < positions as usize {
            s.number.resize(positions as usize, NONE);
        }
        s.positions.clear();
        let ends = [flow.method, flow.exit].into_iter();
        for position in ends.chain(edges.iter().flat_map(|e| [e.src, e.dst])) {
            let number = &mut s.number[position as usize];
            if *number == NONE {
                *number = s.positions.len() as u32;
                s.positions.push(position);
            }
        }
        let count = s.positions.len();
        let number = &s.number;
        let ends = |e: &CfgEdge| (number[e.src as usize], number[e.dst as usize]);
        s.in_degree.clear();
        s.in_degree.resize(count, 0);
        s.out_starts.clear();
        s.out_starts.resize(count + 1, 0);
        for edge in edges {
            let (src, dst) = ends(edge);
            s.out_starts[src as usize + 1] += 1;
            s.in_degree[dst as usize] += 1;
        }
        running_total(&mut s.out_starts);
        s.fill.clear();
        s.fill.extend_from_slice(&s.out_starts);
        s.outs.clear();
        s.outs.resize(edges.len(), (0, None));
        for edge in edges {
            let (src, dst) = ends(edge);
            s.outs[s.fill[src as usize] as usize] = (dst, edge.label);
            s.fill[src as usize] += 1;
        }
        s.leads.clear();
        s.leads.extend(s.in_degree.iter().map(|&degree| degree != 1));
        for edge in edges {
            let (src, dst) = ends(edge);
            if s.out_starts[src as usize + 1] - s.out_starts[src as usize] != 1 {
                s.leads[dst as usize] = true;
            }
        }
        // The METHOD and the METHOD_RETURN.
        s.leads[0] = true;
        s.leads[1] = true;
    }

    /// Walks the blocks depth first, from the METHOD.
    fn discover(&mut self) {
        let s = &mut self.scratch;
        let count = s.positions.len();
        s.block.clear();
        s.block.resize(count, NONE);
        s.post_order.clear();
        s.stack.clear();
        s.block[0] = 0;
        let tail = s.tail_of(0);
        s.stack.push((0, tail, s.out_starts[tail as usize]));
        while let Some((leader, tail, next)) = s.stack.last_mut() {
            if *next == s.out_starts[*tail as usize + 1] {
                s.post_order.push(*leader);
                s.stack.pop();
                continue;
            }
            let (dst, _) = s.outs[*next as usize];
            *next += 1;
            if s.block[dst as usize] == NONE {
                s.block[dst as usize] = 0;
                let tail = s.tail_of(dst);
                s.stack.push((dst, tail, s.out_starts[tail as usize]));
            }
        }
    }

    /// Numbers the blocks and writes down their nodes.
    fn lay_out(&mut self) {
        let s = &mut self.scratch;
        self.nodes.clear();
        self.starts.clear();
        let exit = 1;
        let order = s.post_order.iter().rev().copied().filter(|&leader| leader != exit);
        for (block, leader) in order.chain([exit]).enumerate() {
            s.block[leader as usize] = block as u32;
            self.starts.push(self.nodes.len() as u32);
            let mut node = leader;
            self.nodes.push(s.positions[node as usize]);
            while let Some(next) = s.next_in_block(node) {
                self.nodes.push(s.positions[next as usize]);
                node = next;
            }
        }
        self.starts.push(self.nodes.len() as u32);
    }

    fn connect(&mut self) {
        let s = &mut self.scratch;
        let blocks = self.starts.len() - 1;
        self.succs.clear();
        self.succ_starts.clear();
        self.pred_starts.clear();
        self.pred_starts.resize(blocks + 1, 0);
        for block in 0..blocks {
            self.succ_starts.push(self.succs.len() as u32);
            let tail = s.number[self.nodes[self.starts[block + 1] as usize - 1] as usize] as usize;
            for &(dst, label) in &s.outs[s.out_starts[tail] as usize..s.out_starts[tail + 1] as usize] {
                let to = s.block[dst as usize];
                self.succs.push((to, label));
                self.pred_starts[to as usize + 1] += 1;
            }
        }
        self.succ_starts.push(self.succs.len() as u32);
        running_total(&mut self.pred_starts);
        s.fill.clear();
        s.fill.extend_from_slice(&self.pred_starts);
        self.preds.clear();
        self.preds.resize(self.succs.len(), 0);
        for block in 0..blocks as u32 {
            let range =
                self.succ_starts[block as usize] as usize..self.succ_starts[block as usize + 1] as usize;
            for &(to, _) in &self.succs[range] {
                self.preds[s.fill[to as usize] as usize] = block;
                s.fill[to as usize] += 1;
            }
        }
    }
}

impl Scratch {
    /// The node that follows in the same block.
    #[inline]
    fn next_in_block(&self, node: u32) -> Option<u32> {
        let first = self.out_starts[node as usize];
        if self.out_starts[node as usize + 1] - first != 1 {
            return None;
        }
        let (next, _) = self.outs[first as usize];
        (!self.leads[next as usize]).then_some(next)
    }

    fn tail_of(&self, mut node: u32) -> u32 {
        while let Some(next) = self.next_in_block(node) {
            node = next;
        }
        node
    }
}

/// Counts to where each run begins.
fn running_total(counts: &mut [u32]) {
    for i in 1..counts.len() {
        counts[i] += counts[i - 1];
    }
}
