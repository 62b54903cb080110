//! What a breadth-first search reached, and nothing for all other nodes: a search that stays small takes no time for them.

use super::bfs::{Bfs, Search, bfs, is_wide};
use crate::bits::{self, Bits};
use crate::{Control, Csr, Index, NONE, Pace, Result};

/// The nodes that a search reached, ascending, and beside each what the search says of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    pub nodes: Vec<Index>,
    /// How many edges away from the nearest source.
    pub levels: Vec<u32>,
    /// The smallest node one level nearer with an edge to this one; [`NONE`] at sources.
    pub parents: Vec<Index>,
}

/// [`bfs`], its answer without the nodes that are not reached.
///
/// Time O(nodes / 64 + edges that are walked), memory half a byte a node and 24 one that is reached, as long as the search
/// stays narrow; else that of [`bfs`], with which it begins anew.
pub fn bfs_found(graph: &Csr, sources: &[Index], options: &Bfs, control: &dyn Control) -> Result<Found> {
    let nodes = graph.node_count();
    control.reserve(nodes / 2)?;
    let along = options.direction.adjacency(graph);
    let (mut visited, mut sorter) = (Bits::new(nodes), Bits::new(nodes));
    let mut met: Vec<Met> = Vec::new();
    let mut frontier: Vec<Index> = Vec::new();
    for source in sources.iter().filter(|source| (**source as usize) < nodes) {
        if !visited.has(*source) {
            visited.add(*source);
            met.push(Met { node: *source, level: 0, parent: NONE });
            frontier.push(*source);
        }
    }
    frontier.sort_unstable();
    let mut pace = Pace::new(control);
    let mut unexplored = along.targets().len();
    let mut level = 0;
    while !frontier.is_empty() && options.max_depth.is_none_or(|depth| level < depth) {
        level += 1;
        let edges: usize = frontier.iter().map(|node| along.degree(*node)).sum();
        unexplored = unexplored.saturating_sub(edges);
        if is_wide(edges, unexplored) {
            return Ok(Found::of(&bfs(graph, sources, options, control)?));
        }
        let mut next = Vec::new();
        for node in &frontier {
            let targets = along.neighbours(*node);
            pace.steps(1 + targets.len())?;
            for target in targets {
                if !visited.has(*target) {
                    visited.add(*target);
                    met.push(Met { node: *target, level, parent: *node });
                    next.push(*target);
                }
            }
        }
        control.reserve(next.len() * 24)?;
        // Ascending, so that who reaches a node first is the smallest of those that could.
        bits::sort(&mut next, 0, &mut sorter);
        frontier = next;
    }
    Ok(ascending(&met, &visited))
}

/// A node as it was met.
struct Met {
    node: Index,
    level: u32,
    parent: Index,
}

/// Puts nodes in the order of their numbers: the place of each is how many come before it in the set of them.
fn ascending(met: &[Met], visited: &Bits) -> Found {
    let ranks = visited.ranks();
    let mut found =
        Found { nodes: vec![0; met.len()], levels: vec![0; met.len()], parents: vec![0; met.len()] };
    for Met { node, level, parent } in met {
        let place = visited.rank(&ranks, *node) as usize;
        found.nodes[place] = *node;
        found.levels[place] = *level;
        found.parents[place] = *parent;
    }
    found
}

impl Found {
    fn of(search: &Search) -> Found {
        let count = search.levels.iter().filter(|level| **level != NONE).count();
        let mut found = Found {
            nodes: Vec::with_capacity(count),
            levels: Vec::with_capacity(count),
            parents: Vec::with_capacity(count),
        };
        for (node, (level, parent)) in search.levels.iter().zip(&search.parents).enumerate() {
            if *level != NONE {
                found.nodes.push(node as Index);
                found.levels.push(*level);
                found.parents.push(*parent);
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{edge_lists, graph};
    use crate::{Direction, Unlimited};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_found_is_what_the_search_says(edges in edge_lists(), sources in prop::collection::vec(0..99u32, 0..5), depth in prop::option::of(0..4u32), way in 0..3usize) {
            let graph = graph(&edges);
            let direction = [Direction::Out, Direction::In, Direction::Both][way];
            let options = Bfs { direction, max_depth: depth };
            let expected = Found::of(&bfs(&graph, &sources, &options, &Unlimited).unwrap());
            prop_assert_eq!(bfs_found(&graph, &sources, &options, &Unlimited).unwrap(), expected);
        }
    }
}
