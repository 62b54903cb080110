//! Paths as flat lists, and the room that finding them takes.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Search, breadth, depth, shortest};
use crate::{Control, GraphError, Index, Result};

/// Paths, one after the other. The lists are those of [`PathPattern::lists`](super::PathPattern::lists), else empty: path
/// `i` has the nodes `nodes[offsets[i] + i..=offsets[i + 1] + i]` and the edges `edges[offsets[i]..offsets[i + 1]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MatchedPaths {
    /// Ids.
    pub sources: Vec<i64>,
    pub targets: Vec<i64>,
    /// Edges of each path.
    pub lengths: Vec<u32>,
    /// One offset into `edges` for each path, and the end.
    pub offsets: Vec<u32>,
    /// Ids, both ends included.
    pub nodes: Vec<i64>,
    /// Numbers of edges, or their weights.
    pub edges: Vec<i64>,
}

impl Default for MatchedPaths {
    fn default() -> MatchedPaths {
        MatchedPaths {
            sources: Vec::new(),
            targets: Vec::new(),
            lengths: Vec::new(),
            offsets: vec![0],
            nodes: Vec::new(),
            edges: Vec::new(),
        }
    }
}

/// How many paths may be found, by all threads together.
pub(super) struct Budget {
    pub limit: usize,
    pub found: AtomicUsize,
}

/// What one thread works with, kept from source to source.
#[derive(Default)]
pub(super) struct Scratch {
    pub depth: depth::Scratch,
    pub breadth: breadth::Scratch,
    pub shortest: shortest::Scratch,
}

impl MatchedPaths {
    pub fn len(&self) -> usize {
        self.sources.len()
    }

    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Adds a path of nodes, one more than edges.
    pub(super) fn push(
        &mut self,
        search: &Search<'_>,
        nodes: &[Index],
        edges: &[u32],
        budget: &Budget,
    ) -> Result<()> {
        let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else { return Ok(()) };
        let graph = search.graph;
        self.begin(search, (graph.id(*first), graph.id(*last)), edges.len(), budget)?;
        if search.options.lists {
            self.nodes.extend(nodes.iter().map(|node| graph.id(*node)));
            self.edges.extend(edges.iter().map(|edge| search.name(*edge)));
            self.offsets.push(self.edges.len() as u32);
        }
        Ok(())
    }

    /// Adds the path of one node that the graph does not have.
    pub(super) fn push_lone(&mut self, id: i64, search: &Search<'_>, budget: &Budget) -> Result<()> {
        self.begin(search, (id, id), 0, budget)?;
        if search.options.lists {
            self.nodes.push(id);
            self.offsets.push(self.edges.len() as u32);
        }
        Ok(())
    }

    /// Makes room for a path, and notes all of it but its lists.
    fn begin(
        &mut self,
        search: &Search<'_>,
        (source, target): (i64, i64),
        length: usize,
        budget: &Budget,
    ) -> Result<()> {
        if budget.found.fetch_add(1, Ordering::Relaxed) >= budget.limit {
            return Err(GraphError::TooManyPaths { limit: budget.limit });
        }
        if self.sources.len() == self.sources.capacity() {
            let more = self.sources.len().max(64);
            search.control.reserve(more * (2 * size_of::<i64>() + 2 * size_of::<u32>()))?;
            self.sources.try_reserve_exact(more)?;
            self.targets.try_reserve_exact(more)?;
            self.lengths.try_reserve_exact(more)?;
            self.offsets.try_reserve_exact(more)?;
        }
        if search.options.lists && self.nodes.len() + length + 1 > self.nodes.capacity() {
            let more = self.nodes.capacity().max(256).max(length + 1);
            search.control.reserve(more * 2 * size_of::<i64>())?;
            self.nodes.try_reserve_exact(more)?;
            self.edges.try_reserve_exact(more)?;
            check_size(self.nodes.len() + length + 1)?;
        }
        self.sources.push(source);
        self.targets.push(target);
        self.lengths.push(length as u32);
        Ok(())
    }

    /// The paths of all parts, in their order.
    pub(super) fn joined(parts: Vec<MatchedPaths>, control: &dyn Control) -> Result<MatchedPaths> {
        let mut parts: Vec<MatchedPaths> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        if parts.len() == 1
            && let Some(only) = parts.pop()
        {
            return Ok(only);
        }
        let total = |of: fn(&MatchedPaths) -> usize| parts.iter().map(of).sum::<usize>();
        let (paths, nodes, edges) =
            (total(MatchedPaths::len), total(|part| part.nodes.len()), total(|part| part.edges.len()));
        check_size(nodes)?;
        control.reserve(paths * 24 + (nodes + edges) * 8)?;
        let mut all = MatchedPaths {
            sources: Vec::with_capacity(paths),
            targets: Vec::with_capacity(paths),
            lengths: Vec::with_capacity(paths),
            offsets: vec![0],
            nodes: Vec::with_capacity(nodes),
            edges: Vec::with_capacity(edges),
        };
        for part in parts {
            let before = all.edges.len() as u32;
            all.sources.extend(part.sources);
            all.targets.extend(part.targets);
            all.lengths.extend(part.lengths);
            all.offsets.extend(part.offsets.iter().skip(1).map(|offset| before + offset));
            all.nodes.extend(part.nodes);
            all.edges.extend(part.edges);
        }
        Ok(all)
    }
}

/// Lists are columns in the end, whose offsets are `i32`.
fn check_size(nodes: usize) -> Result<()> {
    match nodes > i32::MAX as usize {
        true => Err(GraphError::TooLarge { what: "nodes of paths", count: nodes, limit: i32::MAX as usize }),
        false => Ok(()),
    }
}
