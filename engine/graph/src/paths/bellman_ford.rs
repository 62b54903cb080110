//! Shortest paths where weights may be negative.

use super::sssp::Distances;
use crate::{Control, Csr, Direction, GraphError, Index, NONE, Pace, Result};

/// Shortest paths by the algorithm of Bellman (1958) and Ford (1956), walking on from those nodes alone whose distance was
/// lowered. Parents make a tree as long as no cycle weighs less than zero; whether they do is looked up each time as many
/// distances were lowered as there are nodes (Cherkassky and Goldberg, "Negative-cycle detection algorithms", 1999).
///
/// In [`Direction::Both`] an edge of negative weight is itself such a cycle. Time O(nodes · edges), memory 21 bytes a node.
/// Fails with [`GraphError::NegativeCycle`], which names the nodes of one that a source reaches.
pub fn bellman_ford(
    graph: &Csr,
    sources: &[Index],
    direction: Direction,
    control: &dyn Control,
) -> Result<Distances> {
    let nodes = graph.node_count();
    control.reserve(nodes * 21)?;
    let along = direction.lightest(graph);
    let mut distances = vec![f64::INFINITY; nodes];
    let mut parents = vec![NONE; nodes];
    let mut waits = vec![false; nodes];
    let mut queue: Vec<Index> = Vec::new();
    for source in sources.iter().filter(|source| (**source as usize) < nodes) {
        distances[*source as usize] = 0.0;
        if !std::mem::replace(&mut waits[*source as usize], true) {
            queue.push(*source);
        }
    }
    let (mut pace, mut lowered) = (Pace::new(control), 0);
    let mut next: Vec<Index> = Vec::new();
    while !queue.is_empty() {
        for node in queue.drain(..) {
            waits[node as usize] = false;
            let distance = distances[node as usize];
            pace.steps(1 + along.degree(node))?;
            for (target, weight) in along.weighted(node) {
                let way = distance + weight;
                if way < distances[target as usize] {
                    distances[target as usize] = way;
                    parents[target as usize] = node;
                    lowered += 1;
                    if target == node {
                        return Err(GraphError::NegativeCycle { nodes: vec![graph.id(node)] });
                    }
                    if !std::mem::replace(&mut waits[target as usize], true) {
                        next.push(target);
                    }
                }
            }
            if lowered >= nodes {
                lowered = 0;
                if let Some(cycle) = cycle(&parents, &mut pace)? {
                    return Err(GraphError::NegativeCycle {
                        nodes: cycle.into_iter().map(|node| graph.id(node)).collect(),
                    });
                }
            }
        }
        std::mem::swap(&mut queue, &mut next);
    }
    Ok(Distances { distances, parents })
}

/// A cycle among the parents, in the order its edges are walked, from its smallest node.
fn cycle(parents: &[Index], pace: &mut Pace) -> Result<Option<Vec<Index>>> {
    // In which walk a node was met; 0 if in none.
    let mut met = vec![0; parents.len()];
    for (walk, start) in (1u32..).zip(0..parents.len()) {
        let mut node = start;
        while met[node] == 0 {
            pace.step()?;
            met[node] = walk;
            match parents[node] {
                NONE => break,
                parent => node = parent as usize,
            }
        }
        if met[node] == walk && parents[node] != NONE {
            // The walk came back to itself here.
            let mut cycle = vec![node as Index];
            let mut before = parents[node] as usize;
            while before != node {
                cycle.push(before as Index);
                before = parents[before] as usize;
            }
            cycle.reverse();
            let least = (0..cycle.len()).min_by_key(|at| cycle[*at]).unwrap_or(0);
            cycle.rotate_left(least);
            return Ok(Some(cycle));
        }
    }
    Ok(None)
}
