//! Cores: what is left of a graph when nodes with few neighbours are taken away, again and again.

use crate::{Control, Csr, Index, Pace, Result};

/// For each node the largest `k` such that it is in the `k`-core: the largest part of the graph in which every node has at
/// least `k` neighbours. Neighbours are counted in either direction, each once; loops do not count.
///
/// Peeling (Batagelj and Zaveršnik, "An O(m) algorithm for cores decomposition of networks", 2003), without their buckets:
/// at each `k` the nodes still there are looked through, which over all `k` is no more than there are edges.
/// Time O(nodes + edges), memory 12 bytes a node; needs the undirected side.
pub fn k_core(graph: &Csr, control: &dyn Control) -> Result<Vec<u32>> {
    let nodes = graph.node_count();
    control.reserve(nodes * 12)?;
    let adjacency = graph.undirected().adjacency();
    let mut degrees: Vec<u32> = graph.nodes().map(|node| adjacency.degree(node) as u32).collect();
    let mut left: Vec<Index> = graph.nodes().collect();
    let mut peeled: Vec<Index> = Vec::with_capacity(nodes);
    let mut pace = Pace::new(control);
    let mut k = 0;
    while !left.is_empty() {
        peeled.clear();
        let mut least = u32::MAX;
        // A node that was peeled keeps the degree at which it was, its core number: at most the `k` of then.
        left.retain(|node| {
            let degree = degrees[*node as usize];
            if degree < k {
                return false;
            }
            least = least.min(degree);
            if degree == k {
                peeled.push(*node);
            }
            degree > k
        });
        pace.steps(left.len())?;
        if peeled.is_empty() {
            // Nothing has as few as `k` neighbours: on to the fewest there are.
            k = least;
            continue;
        }
        let mut at = 0;
        while let Some(node) = peeled.get(at).copied() {
            at += 1;
            let neighbours = adjacency.neighbours(node);
            pace.steps(1 + neighbours.len())?;
            for neighbour in neighbours {
                let degree = &mut degrees[*neighbour as usize];
                if *degree > k {
                    *degree -= 1;
                    if *degree == k {
                        peeled.push(*neighbour);
                    }
                }
            }
        }
        k += 1;
    }
    Ok(degrees)
}
