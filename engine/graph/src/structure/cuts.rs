//! Nodes and edges that hold a graph together: without one of them, it falls into more pieces.
//!
//! Directions do not count here, nor do loops.

use crate::{Control, Csr, Edge, Index, Pace, Result};

/// The nodes without which their component falls apart, ascending (Hopcroft and Tarjan, "Efficient algorithms for graph
/// manipulation", 1973). As NetworkX's `articulation_points` of the undirected graph.
///
/// O(nodes + edges) time, 21 bytes a node, and the undirected side of the graph.
pub fn articulation_points(graph: &Csr, control: &dyn Control) -> Result<Vec<Index>> {
    let mut cuts = vec![false; graph.node_count()];
    search(graph, control, |above, below, root| {
        if !root && below.lowest >= above.number {
            cuts[above.node as usize] = true;
        }
    })?
    .into_iter()
    .for_each(|root| cuts[root as usize] = true);
    Ok(graph.nodes().filter(|node| cuts[*node as usize]).collect())
}

/// The edges without which their component falls apart, by number (Tarjan, "A note on finding the bridges of a graph",
/// 1974). Of parallel edges, and of edges there and back, none is a bridge. As NetworkX's `bridges` of the undirected
/// multigraph.
///
/// O(nodes + edges) time, 20 bytes a node, and the undirected side of the graph.
pub fn bridges(graph: &Csr, control: &dyn Control) -> Result<Vec<Edge>> {
    let mut bridges = Vec::new();
    search(graph, control, |above, below, _| {
        if below.lowest > above.number {
            let there = between(graph, above.node, below.node);
            let back = between(graph, below.node, above.node);
            if let [Some(edge), None] | [None, Some(edge)] = [there, back]
                && edge.1 == 1
            {
                bridges.push(edge.0);
            }
        }
    })?;
    bridges.sort_unstable_by_key(|edge| edge.number);
    Ok(bridges)
}

/// The first edge from a node to another, and how many there are.
fn between(graph: &Csr, source: Index, target: Index) -> Option<(Edge, usize)> {
    let row = graph.outgoing().neighbours(source);
    let first = row.partition_point(|node| *node < target);
    let count = row[first..].partition_point(|node| *node == target);
    let number = (graph.outgoing().range(source).start + first) as u32;
    (count > 0).then_some((Edge { number, source, target }, count))
}

/// A node of the search tree: when it was met, and the earliest that a way below it leads back to, its own tree edge
/// aside.
#[derive(Clone, Copy)]
struct Met {
    node: Index,
    number: u32,
    lowest: u32,
}

/// Searches depth first through every component and calls `leave(above, below, above is a root)` on the way back over
/// each tree edge. Gives the roots that have more than one child.
fn search(graph: &Csr, control: &dyn Control, mut leave: impl FnMut(Met, Met, bool)) -> Result<Vec<Index>> {
    let sides = graph.undirected().adjacency();
    let nodes = graph.node_count();
    control.check()?;
    control.reserve(nodes * 20)?;
    let mut pace = Pace::new(control);
    // Numbers start at one: zero is a node that was not met yet.
    let (mut numbers, mut lowest) = (vec![0u32; nodes], vec![0u32; nodes]);
    let mut stack: Vec<(Index, u32)> = Vec::new();
    let (mut count, mut split) = (0, Vec::new());
    for root in graph.nodes() {
        if numbers[root as usize] != 0 {
            continue;
        }
        count += 1;
        (numbers[root as usize], lowest[root as usize]) = (count, count);
        stack.push((root, sides.range(root).start as u32));
        let mut children = 0;
        while let Some((node, next)) = stack.last_mut() {
            let (node, at) = (*node, *next as usize);
            pace.step()?;
            if at < sides.range(node).end {
                *next += 1;
                let other = sides.targets()[at];
                if numbers[other as usize] == 0 {
                    count += 1;
                    (numbers[other as usize], lowest[other as usize]) = (count, count);
                    stack.push((other, sides.range(other).start as u32));
                } else if stack.len() < 2 || stack[stack.len() - 2].0 != other {
                    // Each neighbour stands there once, so the edge to the parent is the tree edge.
                    lowest[node as usize] = lowest[node as usize].min(numbers[other as usize]);
                }
                continue;
            }
            stack.pop();
            if let Some((above, _)) = stack.last() {
                let met =
                    |node: Index| Met { node, number: numbers[node as usize], lowest: lowest[node as usize] };
                children += usize::from(*above == root);
                leave(met(*above), met(node), *above == root);
                lowest[*above as usize] = lowest[*above as usize].min(lowest[node as usize]);
            }
        }
        if children > 1 {
            split.push(root);
        }
    }
    Ok(split)
}
