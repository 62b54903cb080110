//! One shortest path between two nodes.

use super::bellman_ford::bellman_ford;
use super::sssp::{dijkstra, parents};
use crate::bits::{self, Bits};
use crate::{Control, Csr, Direction, Index, NONE, Pace, Result};

/// A way through the graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Path {
    /// From the source to the target, both among them.
    pub nodes: Vec<Index>,
    /// The sum of its weights; the number of its edges in a graph without weights.
    pub cost: f64,
}

/// A shortest path: of several that which, looked at from its end, goes by way of the smallest node each time. Nothing if
/// there is none. By breadth-first search in a graph without weights, by Dijkstra's algorithm (1959) with weights, and by
/// [`bellman_ford`] if one is negative; the first two stop at the target.
///
/// Time O(edges + nodes · log nodes); memory 16 bytes a node, with weights the other direction's side too.
pub fn shortest_path(
    graph: &Csr,
    source: Index,
    target: Index,
    direction: Direction,
    control: &dyn Control,
) -> Result<Option<Path>> {
    let nodes = graph.node_count();
    if source as usize >= nodes || target as usize >= nodes {
        return Ok(None);
    }
    control.reserve(nodes * 16)?;
    if !graph.is_weighted() {
        let parents = unweighted(graph, source, target, direction, control)?;
        return Ok(
            path_to(&parents, source, target).map(|nodes| Path { cost: (nodes.len() - 1) as f64, nodes })
        );
    }
    let (distances, parents) = if graph.least_weight().is_some_and(|least| least < 0.0) {
        let found = bellman_ford(graph, &[source], direction, control)?;
        (found.distances, found.parents)
    } else {
        let along = direction.lightest(graph);
        let distances = dijkstra(&along, &[source], Some(target), control)?;
        let against = direction.reversed().lightest(graph);
        let parents = parents(&along, &against, &[source], &distances, control)?;
        (distances, parents)
    };
    Ok(path_to(&parents, source, target).map(|nodes| Path { nodes, cost: distances[target as usize] }))
}

/// The nodes from a source to a node, by the parents a search has found; nothing if it did not get there from that source.
pub fn path_to(parents: &[Index], source: Index, target: Index) -> Option<Vec<Index>> {
    let mut nodes = vec![target];
    let mut node = target;
    while node != source {
        node = *parents.get(node as usize).filter(|parent| **parent != NONE)?;
        nodes.push(node);
    }
    nodes.reverse();
    Some(nodes)
}

/// The parents of a breadth-first search that ends with its target's level.
fn unweighted(
    graph: &Csr,
    source: Index,
    target: Index,
    direction: Direction,
    control: &dyn Control,
) -> Result<Vec<Index>> {
    let along = direction.adjacency(graph);
    let mut parents = vec![NONE; graph.node_count()];
    let (mut visited, mut sorter) = (Bits::new(parents.len()), Bits::new(parents.len()));
    visited.add(source);
    let mut frontier = vec![source];
    let mut pace = Pace::new(control);
    while !frontier.is_empty() && !visited.has(target) {
        let mut next = Vec::new();
        for node in &frontier {
            pace.steps(1 + along.degree(*node))?;
            for end in along.neighbours(*node) {
                if !visited.has(*end) {
                    visited.add(*end);
                    parents[*end as usize] = *node;
                    next.push(*end);
                }
            }
        }
        bits::sort(&mut next, 0, &mut sorter);
        frontier = next;
    }
    Ok(parents)
}
