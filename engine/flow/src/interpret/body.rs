//! A method's control flow as blocks, in an order in which a loop stands together, before what comes after it.

use smallvec::SmallVec;
use std::ops::Range;
use stoa_model::EdgeLabel;

use crate::program::{Idx, NONE, Program};

/// A straight run of nodes.
pub(crate) struct Block {
    /// Where its nodes and ways on end; they begin where those of the block before end.
    nodes: u32,
    next: u32,
    /// The innermost loop it is in.
    pub within: u32,
    /// The loop of which it is the head.
    pub head: u32,
    /// Whether control passes it on each way from the start to an end, of one in a loop the head of that.
    pub certain: bool,
}

/// A way on from a block: the block behind it, the edge's label, and the node there.
pub(crate) type Next = (u32, Option<EdgeLabel>, Idx);

/// A natural loop.
pub(crate) struct Loop {
    pub head: u32,
    pub outer: u32,
    pub depth: u32,
    pub members: Box<[u32]>,
}

/// No loop.
pub(crate) const OUTSIDE: u32 = u32::MAX;

/// The blocks of a method; number 0 is where it begins.
pub(crate) struct Body {
    pub blocks: Box<[Block]>,
    pub loops: Box<[Loop]>,
    /// Nodes of all blocks, and ways on, behind each other.
    nodes: Box<[Idx]>,
    next: Box<[Next]>,
    /// The last node in the order of the source.
    pub last: Idx,
}

/// A block before the order of blocks is known.
#[derive(Default)]
struct Draft {
    nodes: Range<usize>,
    next: SmallVec<[Next; 2]>,
    within: u32,
}

impl Body {
    pub(crate) fn new(program: &Program, method: Idx) -> Body {
        let (nodes, last) = reachable(program, method);
        let place = |node: Idx| (node - method) as usize;
        let size = (last - method) as usize + 1;
        let mut entering = vec![0u32; size];
        let mut branches = vec![false; size];
        for &node in &nodes {
            let next = program.successors(node);
            for &(to, _) in next.iter().filter(|e| e.0 >= method) {
                entering[place(to)] += 1;
                branches[place(to)] |= next.len() > 1;
            }
        }
        let mut number = vec![NONE; size];
        let mut blocks: Vec<Draft> = Vec::new();
        let mut runs: Vec<Idx> = Vec::with_capacity(nodes.len());
        // A block of a node and those behind it, as far as these are entered from nowhere else and `free`.
        let mut add = |node: Idx, blocks: &mut Vec<Draft>, free: &dyn Fn(Idx) -> bool| {
            let start = runs.len();
            runs.push(node);
            let mut at = node;
            while let [(to, None)] = program.successors(at)
                && *to > method
                && entering[place(*to)] == 1
                && free(*to)
            {
                at = *to;
                runs.push(at);
            }
            blocks.push(Draft { nodes: start..runs.len(), next: SmallVec::new(), within: OUTSIDE });
            at
        };
        let mut ends: Vec<Idx> = Vec::new();
        for &node in &nodes {
            if node != method && entering[place(node)] == 1 && !branches[place(node)] {
                continue;
            }
            number[place(node)] = blocks.len() as u32;
            ends.push(add(node, &mut blocks, &|_| true));
        }
        // A node that is entered once, by an edge with a label from a node with no other, begins a block too.
        let mut next = 0;
        while next < blocks.len() {
            for &(to, label) in program.successors(ends[next]).iter().filter(|e| e.0 >= method) {
                if number[place(to)] == NONE {
                    number[place(to)] = blocks.len() as u32;
                    ends.push(add(to, &mut blocks, &|node| number[place(node)] == NONE));
                }
                blocks[next].next.push((number[place(to)], label, to));
            }
            next += 1;
        }
        order(blocks, &runs)
    }

    fn before(&self, block: u32) -> (u32, u32) {
        block.checked_sub(1).map_or((0, 0), |before| {
            let before = &self.blocks[before as usize];
            (before.nodes, before.next)
        })
    }

    /// Nodes of a block in the order of evaluation.
    pub(crate) fn nodes(&self, block: u32) -> &[Idx] {
        &self.nodes[self.before(block).0 as usize..self.blocks[block as usize].nodes as usize]
    }

    /// Ways on from a block.
    pub(crate) fn next(&self, block: u32) -> &[Next] {
        &self.next[self.before(block).1 as usize..self.blocks[block as usize].next as usize]
    }

    /// How many nodes there are in blocks.
    pub(crate) fn size(&self) -> usize {
        self.nodes.len()
    }

    /// Whether a loop has a block.
    pub(crate) fn contains(&self, of: u32, block: u32) -> bool {
        let mut within = self.blocks[block as usize].within;
        while within != OUTSIDE {
            if within == of {
                return true;
            }
            within = self.loops[within as usize].outer;
        }
        false
    }
}

/// Nodes that control can reach, and the last of them in the order of the source.
fn reachable(program: &Program, method: Idx) -> (Vec<Idx>, Idx) {
    let mut seen = vec![true];
    let mut work = vec![method];
    while let Some(node) = work.pop() {
        for &(to, _) in program.successors(node).iter().filter(|e| e.0 >= method) {
            let place = (to - method) as usize;
            if seen.len() <= place {
                seen.resize(place + 1, false);
            }
            if !std::mem::replace(&mut seen[place], true) {
                work.push(to);
            }
        }
    }
    let nodes = (method..).zip(&seen).filter(|(_, seen)| **seen).map(|(node, _)| node).collect();
    (nodes, method + seen.len() as Idx - 1)
}

/// Reverse postorder of the blocks, and for each edge whether it leads back.
fn postorder(blocks: &[Draft], rank: &dyn Fn(u32, u32) -> u32) -> (Vec<u32>, Vec<(u32, u32)>) {
    let mut state = vec![0u8; blocks.len()];
    let mut order = Vec::with_capacity(blocks.len());
    let mut back = Vec::new();
    let successors = |block: u32| {
        let mut next: SmallVec<[u32; 4]> = blocks[block as usize].next.iter().map(|e| e.0).collect();
        next.sort_by_key(|&to| rank(block, to));
        next
    };
    let mut stack = vec![(0u32, successors(0), 0usize)];
    state[0] = 1;
    while let Some((block, next, place)) = stack.last_mut() {
        if let Some(&to) = next.get(*place) {
            *place += 1;
            match state[to as usize] {
                0 => {
                    state[to as usize] = 1;
                    stack.push((to, successors(to), 0));
                }
                1 => back.push((*block, to)),
                _ => {}
            }
        } else {
            state[*block as usize] = 2;
            order.push(*block);
            stack.pop();
        }
    }
    order.reverse();
    (order, back)
}

/// Puts blocks in their order.
fn order(mut blocks: Vec<Draft>, runs: &[Idx]) -> Body {
    let (_, back) = postorder(&blocks, &|_, _| 0);
    let mut before: Vec<Vec<u32>> = vec![Vec::new(); blocks.len()];
    for (from, block) in blocks.iter().enumerate() {
        for &(to, ..) in &block.next {
            before[to as usize].push(from as u32);
        }
    }
    let mut heads: Vec<u32> = back.iter().map(|e| e.1).collect();
    heads.sort_unstable();
    heads.dedup();
    let mut loops: Vec<Loop> = Vec::new();
    for head in heads {
        let mut members = vec![head];
        let mut seen = vec![false; blocks.len()];
        seen[head as usize] = true;
        let mut work: Vec<u32> = back.iter().filter(|e| e.1 == head).map(|e| e.0).collect();
        while let Some(block) = work.pop() {
            if !std::mem::replace(&mut seen[block as usize], true) {
                members.push(block);
                work.extend(before[block as usize].iter().copied());
            }
        }
        loops.push(Loop { head, outer: OUTSIDE, depth: 0, members: members.into() });
    }
    // Larger loops first: a block's innermost loop is the last that claims it.
    loops.sort_by_key(|l| (std::cmp::Reverse(l.members.len()), l.head));
    for number in 0..loops.len() {
        let outer = blocks[loops[number].head as usize].within;
        loops[number].outer = outer;
        loops[number].depth = if outer == OUTSIDE { 1 } else { loops[outer as usize].depth + 1 };
        for &member in &loops[number].members {
            blocks[member as usize].within = number as u32;
        }
    }
    let depth_of = |block: u32| match blocks[block as usize].within {
        OUTSIDE => 0,
        within => loops[within as usize].depth,
    };
    // What is visited first comes last: ways out of a loop before ways on in it.
    let (order, _) = postorder(&blocks, &|_, to| depth_of(to));
    let mut number = vec![NONE; blocks.len()];
    for (new, &old) in order.iter().enumerate() {
        number[old as usize] = new as u32;
    }
    let mut sorted: Vec<Draft> = Vec::with_capacity(order.len());
    for &old in &order {
        let mut block = std::mem::take(&mut blocks[old as usize]);
        for edge in &mut block.next {
            edge.0 = number[edge.0 as usize];
        }
        sorted.push(block);
    }
    let mut heads = vec![OUTSIDE; sorted.len()];
    for (place, each) in loops.iter_mut().enumerate() {
        each.head = number[each.head as usize];
        for member in &mut each.members {
            *member = number[*member as usize];
        }
        heads[each.head as usize] = place as u32;
    }
    let certain = certain(&sorted, &loops);
    let (mut nodes, mut next) = (0, 0);
    let packed = sorted.iter().zip(heads).zip(certain).map(|((block, head), certain)| {
        nodes += block.nodes.len() as u32;
        next += block.next.len() as u32;
        Block { nodes, next, within: block.within, head, certain }
    });
    let blocks = packed.collect();
    let nodes: Box<[Idx]> = sorted.iter().flat_map(|block| &runs[block.nodes.clone()]).copied().collect();
    let next = sorted.iter().flat_map(|block| &block.next).copied().collect();
    let last = nodes.iter().copied().max().unwrap_or(NONE);
    Body { blocks, loops: loops.into(), nodes, next, last }
}

/// Blocks that no edge leads past, in an order in which edges lead on but for those to the head of a loop.
fn certain(blocks: &[Draft], loops: &[Loop]) -> Vec<bool> {
    let mut furthest = 0;
    let mut certain = vec![false; blocks.len()];
    for (number, block) in blocks.iter().enumerate() {
        certain[number] = furthest <= number as u32;
        for &(to, label, _) in &block.next {
            // Ways out of a loop lead past what is left of its turn, but not past the loop.
            let leaves = block.within != OUTSIDE && blocks[to as usize].within != block.within;
            if label != Some(EdgeLabel::Exception) && to > number as u32 && !leaves {
                furthest = furthest.max(to);
            }
        }
    }
    for (number, block) in blocks.iter().enumerate() {
        let mut within = block.within;
        while within != OUTSIDE {
            certain[number] = certain[loops[within as usize].head as usize];
            within = loops[within as usize].outer;
        }
    }
    certain
}
