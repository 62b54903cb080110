//! Which nodes every way in must pass.

use crate::NONE;
use crate::arguments::known;
use crate::{Control, Csr, Direction, GraphError, Index, Pace, Result};

/// The dominator tree, by node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dominators {
    /// The last node before this one that every way from an entry passes. [`NONE`] for an entry, for a node that no
    /// entry reaches, and for one that entries reach by ways that share no node.
    pub immediate: Vec<Index>,
    /// Edges up the tree to its root; [`NONE`] for a node that no entry reaches.
    pub depth: Vec<u32>,
}

/// Immediate dominators of all nodes that the `entries` (ids) reach along `direction` (Lengauer and Tarjan, "A fast
/// algorithm for finding dominators in a flowgraph", 1979, with path compression alone). Post-dominators are the
/// dominators from the exits in [`Direction::In`]. Several entries are taken as the successors of one node before them.
/// As NetworkX's `immediate_dominators`, where the entry has no dominator.
///
/// O(edges log nodes) time, 57 bytes a node. Fails with [`GraphError::UnknownNode`] for an entry that is not in the
/// graph, and with [`GraphError::Argument`] if there is no entry.
pub fn dominators(
    graph: &Csr,
    entries: &[i64],
    direction: Direction,
    control: &dyn Control,
) -> Result<Dominators> {
    if let Some(id) = entries.iter().find(|id| graph.index_of(**id).is_none()) {
        return Err(GraphError::UnknownNode { id: *id });
    }
    if entries.is_empty() {
        return Err(GraphError::Argument("dominators: there is no entry to start from".to_owned()));
    }
    let entries = known(graph, entries);
    control.check()?;
    control.reserve(graph.node_count() * 57)?;
    let mut pace = Pace::new(control);
    let found = Found::from(graph, &entries, direction, &mut pace)?;
    let tree = found.tree(graph, &entries, direction, &mut pace)?;

    let nodes = graph.node_count();
    let (mut immediate, mut depth) = (vec![NONE; nodes], vec![NONE; nodes]);
    // The number of a dominator is below that of what it dominates.
    for (node, above) in found.nodes.iter().zip(&tree).skip(1) {
        let (node, above) = (*node as usize, *above as usize);
        if above == 0 {
            depth[node] = 0;
        } else {
            immediate[node] = found.nodes[above];
            depth[node] = depth[found.nodes[above] as usize] + 1;
        }
    }
    Ok(Dominators { immediate, depth })
}

/// The nodes a depth-first search met, numbered from 1; 0 is the node before the entries.
struct Found {
    nodes: Vec<Index>,
    parents: Vec<u32>,
    /// By node: its number, or [`NONE`].
    numbers: Vec<u32>,
}

impl Found {
    fn from(graph: &Csr, entries: &[Index], direction: Direction, pace: &mut Pace<'_>) -> Result<Found> {
        let sides = direction.adjacency(graph);
        let mut found =
            Found { nodes: vec![NONE], parents: vec![0], numbers: vec![NONE; graph.node_count()] };
        let mut stack: Vec<(Index, u32)> = Vec::new();
        for entry in entries {
            if found.numbers[*entry as usize] == NONE {
                found.meet(*entry, 0);
                stack.push((*entry, sides.range(*entry).start as u32));
            }
            while let Some((node, next)) = stack.last_mut() {
                pace.step()?;
                let (node, at) = (*node, *next as usize);
                if at == sides.range(node).end {
                    stack.pop();
                    continue;
                }
                *next += 1;
                let other = sides.targets()[at];
                if found.numbers[other as usize] == NONE {
                    found.meet(other, found.numbers[node as usize]);
                    stack.push((other, sides.range(other).start as u32));
                }
            }
        }
        Ok(found)
    }

    fn meet(&mut self, node: Index, parent: u32) {
        self.numbers[node as usize] = self.nodes.len() as u32;
        self.nodes.push(node);
        self.parents.push(parent);
    }

    /// By number, the number of the immediate dominator.
    fn tree(
        &self,
        graph: &Csr,
        entries: &[Index],
        direction: Direction,
        pace: &mut Pace<'_>,
    ) -> Result<Vec<u32>> {
        let count = self.nodes.len();
        let back = direction.reversed().adjacency(graph);
        let mut semi: Vec<u32> = (0..count as u32).collect();
        let mut is_entry = vec![false; count];
        for entry in entries {
            is_entry[self.numbers[*entry as usize] as usize] = true;
        }
        let mut forest =
            Forest { above: vec![NONE; count], best: (0..count as u32).collect(), way: Vec::new() };
        // The nodes whose semidominator a node is, as chains.
        let (mut first, mut next) = (vec![NONE; count], vec![NONE; count]);
        let mut tree = vec![0u32; count];
        for number in (1..count).rev() {
            let sources = back.neighbours(self.nodes[number]);
            pace.steps(1 + sources.len())?;
            for source in sources {
                let source = self.numbers[*source as usize];
                if source != NONE {
                    let best = forest.best_above(source, &semi);
                    semi[number] = semi[number].min(semi[best as usize]);
                }
            }
            if is_entry[number] {
                semi[number] = 0;
            }
            let chain = &mut first[semi[number] as usize];
            next[number] = *chain;
            *chain = number as u32;
            let parent = self.parents[number];
            forest.above[number] = parent;
            let mut waiting = std::mem::replace(&mut first[parent as usize], NONE);
            while waiting != NONE {
                let best = forest.best_above(waiting, &semi);
                let at = waiting as usize;
                tree[at] = if semi[best as usize] < semi[at] { best } else { parent };
                waiting = next[at];
            }
        }
        for number in 1..count {
            if tree[number] != semi[number] {
                tree[number] = tree[tree[number] as usize];
            }
        }
        Ok(tree)
    }
}

/// The part of the search tree that has been linked, with its paths compressed as they are asked for.
struct Forest {
    above: Vec<u32>,
    /// Of the nodes that were compressed away above this one and itself, the one with the least semidominator.
    best: Vec<u32>,
    way: Vec<u32>,
}

impl Forest {
    /// The node with the least semidominator from this one up to, but without, its root; itself if it is a root.
    fn best_above(&mut self, number: u32, semi: &[u32]) -> u32 {
        if self.above[number as usize] == NONE {
            return number;
        }
        self.way.clear();
        let mut at = number;
        while self.above[self.above[at as usize] as usize] != NONE {
            self.way.push(at);
            at = self.above[at as usize];
        }
        while let Some(below) = self.way.pop() {
            let (below, above) = (below as usize, self.above[below as usize] as usize);
            if semi[self.best[above] as usize] < semi[self.best[below] as usize] {
                self.best[below] = self.best[above];
            }
            self.above[below] = self.above[above];
        }
        self.best[number as usize]
    }
}
