//! Weakly connected components: nodes with a way between them, whichever way its edges point.

use rayon::prelude::*;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use crate::{Control, Csr, Index, Result, blocks};

/// Of how many edges a node's component is first made up.
const SAMPLED: usize = 2;

/// For each node the smallest node of its weakly connected component.
///
/// Afforest (Sutton, Ben-Nun and Barak, "Optimizing parallel graph connectivity computation via subgraph sampling", 2018):
/// a union–find forest in one array, of which links always point to smaller nodes, first over two edges a node; most nodes
/// are then in one tree, and their other edges cost one comparison. Time O((nodes + edges) · α), memory 4 bytes a node;
/// the outgoing side alone is needed.
pub fn weakly_connected_components(graph: &Csr, control: &dyn Control) -> Result<Vec<Index>> {
    let outgoing = graph.outgoing();
    let forest: Vec<AtomicU32> = graph.nodes().map(AtomicU32::new).collect();
    let blocks = blocks::of(outgoing);
    blocks.par_iter().try_for_each(|block| {
        for node in block.clone() {
            for target in outgoing.neighbours(node).iter().take(SAMPLED) {
                link(&forest, node, *target);
            }
        }
        control.check()
    })?;
    flatten(&forest);
    blocks.par_iter().try_for_each(|block| {
        for node in block.clone() {
            for target in outgoing.neighbours(node).iter().skip(SAMPLED) {
                link(&forest, node, *target);
            }
        }
        control.check()
    })?;
    flatten(&forest);
    Ok(forest.into_iter().map(AtomicU32::into_inner).collect())
}

/// Makes one tree of those of two nodes. Between threads nothing but the links is shared, so that no order of memory is
/// needed; a link that another thread was first to change is looked at again.
#[inline]
fn link(forest: &[AtomicU32], a: Index, b: Index) {
    let mut a = forest[a as usize].load(Relaxed);
    let mut b = forest[b as usize].load(Relaxed);
    while a != b {
        let (high, low) = (a.max(b), a.min(b));
        match forest[high as usize].compare_exchange(high, low, Relaxed, Relaxed) {
            Ok(_) => return,
            Err(above) if above == low => return,
            Err(above) => {
                a = forest[above as usize].load(Relaxed);
                b = forest[low as usize].load(Relaxed);
            }
        }
    }
}

/// Points every node at its root.
fn flatten(forest: &[AtomicU32]) {
    forest.par_iter().with_min_len(1 << 12).for_each(|link| {
        let mut root = link.load(Relaxed);
        loop {
            let above = forest[root as usize].load(Relaxed);
            if above == root {
                break;
            }
            root = above;
        }
        link.store(root, Relaxed);
    });
}
