//! What can be reached from many nodes at once, and from which of them it is nearest.

use crate::bits::{self, Bits};
use crate::{Control, Csr, Direction, Index, Pace, Result};

/// A node that is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reached {
    pub node: Index,
    /// The nearest seed; of several the smallest.
    pub seed: Index,
    /// How many edges away from it.
    pub depth: u32,
}

/// The nodes that are reached from any of the seeds within `max_depth` edges, the seeds among them, nearest first and then
/// by node. Seeds that are not in the graph are left out.
///
/// Time O(nodes + edges that are walked), memory 5 bytes a node and 12 a node that is reached.
pub fn reachable(
    graph: &Csr,
    seeds: &[Index],
    direction: Direction,
    max_depth: Option<u32>,
    control: &dyn Control,
) -> Result<Vec<Reached>> {
    let nodes = graph.node_count();
    control.reserve(nodes * 5)?;
    let along = direction.adjacency(graph);
    // Counted from 1, and 0 where none is known: pages of zeros cost nothing until they are written.
    let mut nearest: Vec<Index> = vec![0; nodes];
    let (mut visited, mut sorter) = (Bits::new(nodes), Bits::new(nodes));
    let mut order: Vec<Index> = Vec::new();
    for seed in seeds.iter().filter(|seed| (**seed as usize) < nodes) {
        if !visited.has(*seed) {
            visited.add(*seed);
            nearest[*seed as usize] = *seed + 1;
            order.push(*seed);
        }
    }
    order.sort_unstable();
    let mut reached: Vec<Reached> = Vec::new();
    let mut pace = Pace::new(control);
    let mut depth = 0;
    loop {
        control.reserve(order.len() * 12)?;
        reached.extend(order.iter().map(|node| Reached {
            node: *node,
            seed: nearest[*node as usize] - 1,
            depth,
        }));
        if order.is_empty() || max_depth.is_some_and(|most| depth >= most) {
            return Ok(reached);
        }
        let mut next: Vec<Index> = Vec::new();
        for node in &order {
            let seed = nearest[*node as usize];
            let targets = along.neighbours(*node);
            pace.steps(1 + targets.len())?;
            for target in targets {
                // Visited at earlier depths only: those of this one may yet be found from a smaller seed.
                if !visited.has(*target) {
                    let known = &mut nearest[*target as usize];
                    if *known == 0 {
                        next.push(*target);
                        *known = seed;
                    }
                    *known = seed.min(*known);
                }
            }
        }
        next.iter().for_each(|node| visited.add(*node));
        bits::sort(&mut next, 0, &mut sorter);
        order = next;
        depth += 1;
    }
}

/// The nodes within `hops` edges of one, it among them at depth 0: [`reachable`] from one seed.
pub fn neighbors(
    graph: &Csr,
    node: Index,
    direction: Direction,
    hops: u32,
    control: &dyn Control,
) -> Result<Vec<Reached>> {
    reachable(graph, &[node], direction, Some(hops), control)
}

/// The part of a graph around a node: all nodes within `hops` edges of it, as [`neighbors`], and the numbers of all edges
/// that join two of these, ascending.
pub fn ego_graph(
    graph: &Csr,
    node: Index,
    direction: Direction,
    hops: u32,
    control: &dyn Control,
) -> Result<(Vec<Reached>, Vec<u32>)> {
    let around = neighbors(graph, node, direction, hops, control)?;
    let mut inside = Bits::new(graph.node_count());
    around.iter().for_each(|reached| inside.add(reached.node));
    let mut edges = Vec::new();
    let mut pace = Pace::new(control);
    for source in inside.iter() {
        let row = graph.outgoing().range(source);
        pace.steps(1 + row.len())?;
        edges.extend(row.map(|edge| edge as u32).filter(|edge| inside.has(graph.target(*edge))));
    }
    control.reserve(edges.len() * 4)?;
    Ok((around, edges))
}
