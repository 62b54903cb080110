//! What a breadth-first search reached, and nothing for all other nodes: a search that stays small takes no time for them.

use super::bfs::{Bfs, Search, bfs, is_wide};
use super::each::Rows;
use crate::bits::{self, Bits};
use crate::{Adjacency, Control, Csr, Index, NONE, Pace, Result};

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
    control.reserve(graph.node_count() / 2)?;
    let narrow = Narrow::new(graph.node_count()).search(
        options.direction.adjacency(graph),
        sources,
        options.max_depth,
        control,
    )?;
    match narrow {
        Some(found) => Ok(found),
        None => Ok(Found::of(&bfs(graph, sources, options, control)?)),
    }
}

/// Room for narrow searches, one after the other: each leaves it as it was.
pub(super) struct Narrow {
    visited: Bits,
    sorter: Bits,
    met: Vec<Met>,
}

/// A node as it was met.
struct Met {
    node: Index,
    level: u32,
    parent: Index,
}

impl Narrow {
    pub(super) fn new(nodes: usize) -> Narrow {
        Narrow { visited: Bits::new(nodes), sorter: Bits::new(nodes), met: Vec::new() }
    }

    /// What is reached from the sources; nothing if many edges are to be walked at once.
    pub(super) fn search(
        &mut self,
        along: &Adjacency,
        sources: &[Index],
        max_depth: Option<u32>,
        control: &dyn Control,
    ) -> Result<Option<Found>> {
        let mut frontier: Vec<Index> = Vec::new();
        for source in sources.iter().filter(|source| (**source as usize) < along.node_count()) {
            self.meet(Met { node: *source, level: 0, parent: NONE }, &mut frontier);
        }
        frontier.sort_unstable();
        let mut pace = Pace::new(control);
        let mut unexplored = along.targets().len();
        let (mut level, mut wide) = (0, false);
        while !frontier.is_empty() && max_depth.is_none_or(|depth| level < depth) {
            level += 1;
            let edges: usize = frontier.iter().map(|node| along.degree(*node)).sum();
            unexplored = unexplored.saturating_sub(edges);
            wide = is_wide(edges, unexplored);
            if wide {
                break;
            }
            let mut next = Vec::new();
            for node in &frontier {
                let targets = along.neighbours(*node);
                pace.steps(1 + targets.len())?;
                for target in targets {
                    self.meet(Met { node: *target, level, parent: *node }, &mut next);
                }
            }
            control.reserve(next.len() * 24)?;
            // Ascending, so that who reaches a node first is the smallest of those that could.
            bits::sort(&mut next, 0, &mut self.sorter);
            frontier = next;
        }
        let found = (!wide).then(|| self.ascending());
        self.met.drain(..).for_each(|met| self.visited.remove(met.node));
        Ok(found)
    }

    #[inline]
    fn meet(&mut self, met: Met, frontier: &mut Vec<Index>) {
        if !self.visited.has(met.node) {
            self.visited.add(met.node);
            frontier.push(met.node);
            self.met.push(met);
        }
    }

    /// Puts nodes in the order of their numbers: the place of each is how many come before it in the set of them.
    fn ascending(&mut self) -> Found {
        let Narrow { visited, met, .. } = self;
        let count = met.len();
        let mut found = Found { nodes: vec![0; count], levels: vec![0; count], parents: vec![0; count] };
        let mut put = |place: usize, met: &Met| {
            found.nodes[place] = met.node;
            found.levels[place] = met.level;
            found.parents[place] = met.parent;
        };
        if bits::are_few(count, visited) {
            met.sort_unstable_by_key(|met| met.node);
            met.iter().enumerate().for_each(|(place, met)| put(place, met));
        } else {
            let ranks = visited.ranks();
            met.iter().for_each(|met| put(visited.rank(&ranks, met.node) as usize, met));
        }
        found
    }
}

impl Found {
    pub(super) fn of(search: &Search) -> Found {
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

impl Rows for Found {
    const BYTES: usize = 12;

    fn count(&self) -> usize {
        self.nodes.len()
    }

    fn append(&mut self, behind: Found) {
        self.nodes.extend(behind.nodes);
        self.levels.extend(behind.levels);
        self.parents.extend(behind.parents);
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
