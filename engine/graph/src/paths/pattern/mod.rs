//! Repeats of a graph pattern: paths of so many edges between two sets of nodes.
//!
//! This is what a quantified path pattern of SQL:2023 Part 16 (SQL/PGQ) and of GQL asks for: `-[…]->{min,max}` with a
//! restrictor ([`Mode`]) and a selector ([`Keep`]). An edge of the graph is one round of the repeat. A path is its list
//! of edges, so parallel edges make different paths. Formal semantics: Deutsch et al., "Graph pattern matching in GQL and
//! SQL/PGQ", SIGMOD 2022.
//!
//! [`depth`] lists every path; [`breadth`] the shortest few of them; [`shortest`] all shortest walks.

mod breadth;
mod depth;
mod found;
mod shortest;

use rayon::prelude::*;
use std::sync::atomic::AtomicUsize;

pub use found::MatchedPaths;
use found::{Budget, Scratch};

use crate::{Control, Csr, Index, Pace, Result};

/// What a path may not do twice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It may do anything.
    #[default]
    Walk,
    /// Pass an edge.
    Trail,
    /// Pass a node.
    Acyclic,
    /// Pass a node, but that it may end where it began.
    Simple,
}

/// Which of the paths between two nodes are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keep {
    #[default]
    All,
    /// So many of the shortest; of those of one length, the ones that are found first.
    Shortest(usize),
    /// All that are as short as the shortest.
    AllShortest,
}

/// What [`match_paths`] looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPattern {
    /// Where paths begin; nothing for anywhere.
    pub sources: Option<Vec<i64>>,
    /// Where paths end; nothing for anywhere.
    pub targets: Option<Vec<i64>>,
    /// The fewest edges of a path. With 0, a source that is a target is a path, be it in the graph or not.
    pub min: u32,
    /// The most edges of a path.
    pub max: Option<u32>,
    pub mode: Mode,
    pub keep: Keep,
    /// Whether edges are known by their weights: edges of one weight are one edge to [`Mode::Trail`], and
    /// [`MatchedPaths::edges`] are weights, as whole numbers. Else an edge is known by its number in the graph.
    pub numbered: bool,
    /// Whether nodes and edges of the paths are listed.
    pub lists: bool,
    /// The most paths, in all.
    pub limit: usize,
}

impl Default for PathPattern {
    fn default() -> PathPattern {
        PathPattern {
            sources: None,
            targets: None,
            min: 1,
            max: None,
            mode: Mode::Walk,
            keep: Keep::All,
            numbered: false,
            lists: true,
            limit: 1_000_000,
        }
    }
}

/// The paths of a pattern, by source and then in the order in which they are found: for [`Keep::All`] by their edges, else
/// by length.
///
/// [`Keep::All`] takes time for every way that may still lead to a target in time, and those can be d^max;
/// [`Keep::Shortest`] of walks takes O(sources · k · min · (nodes + edges)), [`Keep::AllShortest`] of walks O(sources · min
/// · (nodes + edges)) and the answer. The shortest of trails and of acyclic and simple paths take as long wherever the
/// shortest walks are such paths (`min` at most 1), and up to a listing of all paths elsewhere. 13 bytes a node, an edge's
/// number an edge for trails, 8 · (min + 1) bytes a node for shortest walks; each thread has its own.
///
/// Fails with [`GraphError::Argument`](crate::GraphError::Argument) if walks without end are to be listed, and with
/// [`GraphError::TooManyPaths`](crate::GraphError::TooManyPaths) at the first path over the limit.
pub fn match_paths(graph: &Csr, options: &PathPattern, control: &dyn Control) -> Result<MatchedPaths> {
    control.check()?;
    if options.mode == Mode::Walk && options.keep == Keep::All && options.max.is_none() {
        let message = "walks without end cannot be listed: give max, or another mode, or keep the shortest";
        return Err(crate::GraphError::Argument(message.to_owned()));
    }
    let search = Search::new(graph, options, control)?;
    let ids = match &options.sources {
        None => graph.ids().to_vec(),
        Some(sources) => sorted(sources),
    };
    let budget = Budget { limit: options.limit, found: AtomicUsize::new(0) };
    // Blocks do not depend on the number of threads, and neither does the order of what they find.
    let block = ids.len().div_ceil(256).max(1);
    let parts: Vec<MatchedPaths> = ids
        .par_chunks(block)
        .map_init(Scratch::default, |scratch, ids| search.run(ids, scratch, &budget))
        .collect::<Result<_>>()?;
    MatchedPaths::joined(parts, control)
}

fn sorted(ids: &[i64]) -> Vec<i64> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// What all sources share.
struct Search<'a> {
    graph: &'a Csr,
    options: &'a PathPattern,
    control: &'a dyn Control,
    max: u32,
    /// The targets' ids, ascending.
    targets: Option<Vec<i64>>,
    /// By node, the edges to the nearest target; nothing where every node is one.
    hops: Option<Vec<u32>>,
    /// By edge, which edge it is; nothing where it is itself.
    identities: Option<Vec<u32>>,
    /// Whether the shortest walks are the shortest paths of the mode.
    walks: bool,
}

impl<'a> Search<'a> {
    fn new(graph: &'a Csr, options: &'a PathPattern, control: &'a dyn Control) -> Result<Search<'a>> {
        let targets = options.targets.as_deref().map(sorted);
        let hops = match &targets {
            None => None,
            Some(targets) => Some(hops(graph, targets, control)?),
        };
        let identities = match (options.mode, options.numbered) {
            (Mode::Trail, true) => Some(identities(graph, control)?),
            _ => None,
        };
        // The shortest walk passes no node twice, but that a closed one ends where it began; the second shortest may. A
        // trail by numbers may know an edge's two directions as one, and then a walk there and back is none.
        let of_walks = options.min <= 1 && matches!(options.keep, Keep::AllShortest | Keep::Shortest(1));
        let walks = match options.mode {
            Mode::Walk => true,
            Mode::Acyclic | Mode::Simple => of_walks,
            Mode::Trail => of_walks && !options.numbered,
        };
        let max = options.max.unwrap_or(u32::MAX);
        Ok(Search { graph, options, control, max, targets, hops, identities, walks })
    }

    fn run(&self, ids: &[i64], scratch: &mut Scratch, budget: &Budget) -> Result<MatchedPaths> {
        let mut found = MatchedPaths::default();
        for id in ids {
            self.control.check()?;
            let Some(source) = self.graph.index_of(*id) else {
                if self.options.min == 0 && self.is_target_id(*id) {
                    found.push_lone(*id, self, budget)?;
                }
                continue;
            };
            if self.hops_of(source) > self.max {
                continue;
            }
            match self.options.keep {
                Keep::All => depth::run(self, source, &mut scratch.depth, &mut found, budget)?,
                Keep::AllShortest if self.walks => {
                    shortest::run(self, source, &mut scratch.shortest, &mut found, budget)?;
                }
                _ => breadth::run(self, source, &mut scratch.breadth, &mut found, budget)?,
            }
        }
        Ok(found)
    }

    fn is_target_id(&self, id: i64) -> bool {
        self.targets.as_ref().is_none_or(|targets| targets.binary_search(&id).is_ok())
    }

    /// The fewest edges from a node to a target; `u32::MAX` where none can be reached.
    #[inline]
    fn hops_of(&self, node: Index) -> u32 {
        self.hops.as_ref().map_or(0, |hops| hops[node as usize])
    }

    #[inline]
    fn is_target(&self, node: Index) -> bool {
        self.hops_of(node) == 0
    }

    /// Whether a path that has come to a node with so many edges can still end in time.
    #[inline]
    fn can_end(&self, node: Index, length: u32) -> bool {
        self.hops_of(node) <= self.max.saturating_sub(length) && length <= self.max
    }

    /// Which edge an edge is to a trail.
    #[inline]
    fn identity(&self, edge: u32) -> u32 {
        self.identities.as_ref().map_or(edge, |identities| identities[edge as usize])
    }

    /// What the answer calls an edge.
    fn name(&self, edge: u32) -> i64 {
        if self.options.numbered { self.graph.weight(edge) as i64 } else { i64::from(edge) }
    }

    /// Whether a path of so many edges may be one of the answer, its ends being what they are.
    fn is_path(&self, source: Index, target: Index, length: u32) -> bool {
        let closed_in_vain = self.options.mode == Mode::Acyclic && source == target && length > 0;
        length >= self.options.min && self.is_target(target) && !closed_in_vain
    }
}

/// By node, the fewest edges to one of the targets.
fn hops(graph: &Csr, targets: &[i64], control: &dyn Control) -> Result<Vec<u32>> {
    control.reserve(graph.node_count() * 8)?;
    let mut hops = vec![u32::MAX; graph.node_count()];
    let mut queue: Vec<Index> = targets.iter().filter_map(|id| graph.index_of(*id)).collect();
    for target in &queue {
        hops[*target as usize] = 0;
    }
    let back = graph.incoming();
    let mut pace = Pace::new(control);
    let mut at = 0;
    while let Some(node) = queue.get(at).copied() {
        at += 1;
        let neighbours = back.neighbours(node);
        pace.steps(1 + neighbours.len())?;
        for neighbour in neighbours {
            if hops[*neighbour as usize] == u32::MAX {
                hops[*neighbour as usize] = hops[node as usize] + 1;
                queue.push(*neighbour);
            }
        }
    }
    Ok(hops)
}

/// By edge, the rank of its weight: edges of one weight have one.
fn identities(graph: &Csr, control: &dyn Control) -> Result<Vec<u32>> {
    control.reserve(graph.edge_count() * 12)?;
    let mut weights: Vec<f64> = (0..graph.edge_count() as u32).map(|edge| graph.weight(edge)).collect();
    weights.sort_unstable_by(f64::total_cmp);
    weights.dedup();
    let rank = |edge: u32| {
        let weight = graph.weight(edge);
        weights.partition_point(|other| other.total_cmp(&weight).is_lt()) as u32
    };
    Ok((0..graph.edge_count() as u32).map(rank).collect())
}

#[cfg(test)]
mod tests;
