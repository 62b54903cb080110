//! Nodes shared out among threads in blocks of about as much work each.
//!
//! Blocks depend on the graph alone, never on the number of threads: sums that are taken block by block and added up
//! in the order of the blocks are the same on every run.

use std::ops::Range;

use crate::{Adjacency, Index};

/// About how many edges a block has: some hundred microseconds of work.
const EDGES: usize = 1 << 15;

/// Consecutive nodes with about [`EDGES`] edges in each block. Every block but the last begins and ends at a multiple of
/// 64, so that blocks share no word of a bit set.
pub(crate) fn of(adjacency: &Adjacency) -> Vec<Range<Index>> {
    let nodes = adjacency.node_count();
    let offsets = adjacency.offsets();
    let mut blocks = Vec::new();
    let mut first = 0;
    for end in (64..nodes).step_by(64) {
        let work = (offsets[end] - offsets[first]) as usize + (end - first) * 2;
        if work >= EDGES {
            blocks.push(first as Index..end as Index);
            first = end;
        }
    }
    if first < nodes {
        blocks.push(first as Index..nodes as Index);
    }
    blocks
}

/// Cuts a slice of one entry a node into the parts of the blocks.
pub(crate) fn split<'a, T>(blocks: &[Range<Index>], mut all: &'a mut [T]) -> Vec<&'a mut [T]> {
    let mut parts = Vec::with_capacity(blocks.len());
    for block in blocks {
        let (part, rest) = all.split_at_mut(block.len());
        parts.push(part);
        all = rest;
    }
    parts
}
