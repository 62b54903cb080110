//! The shortest few paths from a source to each target, breadth first.
//!
//! Paths grow edge by edge in one list of entries, each knowing the one before it. Of walks no more than `k` are kept at
//! each node and at each of the first `min` lengths: the k shortest walks to a node go through the k shortest to the node
//! before it. Of trails, acyclic and simple paths all are kept, until every target that can be reached has its paths.

use super::found::{Budget, MatchedPaths};
use super::{Keep, Mode, Search};
use crate::{Index, Pace, Result};

/// A path's last node, its last edge, and the entry of the path without it.
#[derive(Clone, Copy)]
struct Entry {
    node: Index,
    edge: u32,
    before: u32,
}

const NONE: u32 = u32::MAX;

#[derive(Default)]
pub(super) struct Scratch {
    entries: Vec<Entry>,
    /// Walks kept, by node and by length as far as it matters.
    kept: Vec<u32>,
    /// Where `kept` is not 0.
    states: Vec<usize>,
    /// Paths found, by target; and, for all shortest, the length of the first.
    found: Vec<u32>,
    lengths: Vec<u32>,
    touched: Vec<u32>,
    nodes: Vec<Index>,
    edges: Vec<u32>,
    queue: Vec<Index>,
    seen: Vec<bool>,
}

impl Scratch {
    fn keep(&mut self, state: usize) {
        if self.kept[state] == 0 {
            self.states.push(state);
        }
        self.kept[state] += 1;
    }
}

pub(super) fn run(
    search: &Search<'_>,
    source: Index,
    scratch: &mut Scratch,
    found: &mut MatchedPaths,
    budget: &Budget,
) -> Result<()> {
    let outcome = grow(search, source, scratch, found, budget);
    // Whatever was noted for this source is unnoted for the next.
    for node in scratch.touched.drain(..) {
        scratch.found[node as usize] = 0;
        scratch.lengths[node as usize] = NONE;
    }
    for state in scratch.states.drain(..) {
        scratch.kept[state] = 0;
    }
    scratch.entries.clear();
    outcome
}

fn grow(
    search: &Search<'_>,
    source: Index,
    scratch: &mut Scratch,
    found: &mut MatchedPaths,
    budget: &Budget,
) -> Result<()> {
    let graph = search.graph;
    let nodes = graph.node_count();
    let quota = match search.options.keep {
        Keep::Shortest(count) => u32::try_from(count).unwrap_or(u32::MAX),
        _ => u32::MAX,
    };
    if quota == 0 {
        return Ok(());
    }
    let layers = search.options.min as usize + 1;
    if scratch.found.is_empty() {
        search.control.reserve(nodes * 9)?;
        scratch.found.resize(nodes, 0);
        scratch.lengths.resize(nodes, NONE);
        scratch.seen.resize(nodes, false);
        if search.walks {
            let states = nodes.saturating_mul(layers);
            search.control.reserve(states.saturating_mul(4))?;
            scratch.kept.try_reserve_exact(states)?;
            scratch.kept.resize(states, 0);
        }
    }
    let mut pace = Pace::new(search.control);
    let mut missing = wanted(search, source, scratch, &mut pace)?;
    add(search, scratch, Entry { node: source, edge: NONE, before: NONE })?;
    if search.walks {
        scratch.keep(source as usize);
    }
    let mut level = 0..1;
    let mut length = 0u32;
    loop {
        for at in level.clone() {
            pace.step()?;
            let node = scratch.entries[at].node;
            if !search.is_path(source, node, length) {
                continue;
            }
            let known = &mut scratch.found[node as usize];
            let first = &mut scratch.lengths[node as usize];
            if *known == quota || search.options.keep == Keep::AllShortest && *first < length {
                continue;
            }
            if *known == 0 {
                scratch.touched.push(node);
                *first = length;
            }
            *known += 1;
            // With all shortest, what has one has all once this length is through.
            if *known == quota || search.options.keep == Keep::AllShortest && *known == 1 {
                missing = missing.saturating_sub(1);
            }
            trace(scratch, at);
            found.push(search, &scratch.nodes, &scratch.edges, budget)?;
        }
        if missing == 0 || length == search.max || level.is_empty() {
            return Ok(());
        }
        let next = scratch.entries.len();
        for at in level {
            let node = scratch.entries[at].node;
            // A simple path that is closed is at its end.
            if search.options.mode == Mode::Simple && length > 0 && node == source {
                continue;
            }
            for edge in graph.outgoing().range(node) {
                pace.step()?;
                let edge = edge as u32;
                let target = graph.target(edge);
                if search.can_end(target, length + 1)
                    && may_follow(search, scratch, at, edge, target, source, &mut pace)?
                {
                    if search.walks {
                        let layer = (length as usize + 1).min(layers - 1);
                        let state = layer * nodes + target as usize;
                        if scratch.kept[state] >= quota {
                            continue;
                        }
                        scratch.keep(state);
                    }
                    add(search, scratch, Entry { node: target, edge, before: at as u32 })?;
                }
            }
        }
        level = next..scratch.entries.len();
        length += 1;
    }
}

/// How many targets can have paths from here: where all have theirs, the search is over.
fn wanted(search: &Search<'_>, source: Index, scratch: &mut Scratch, pace: &mut Pace<'_>) -> Result<usize> {
    if search.walks {
        // They end by themselves; what can be known at once is how many targets there are.
        return Ok(search.targets.as_ref().map_or(usize::MAX, Vec::len));
    }
    let graph = search.graph;
    scratch.queue.clear();
    scratch.queue.push(source);
    let (mut at, mut count) = (0, 0);
    // The source counts as reached only where a path of no edges is one, or an edge leads back to it.
    let mut again = search.options.min == 0;
    while let Some(node) = scratch.queue.get(at).copied() {
        at += 1;
        for target in graph.outgoing().neighbours(node) {
            pace.step()?;
            again |= *target == source;
            if *target != source && !scratch.seen[*target as usize] && search.hops_of(*target) != u32::MAX {
                scratch.seen[*target as usize] = true;
                scratch.queue.push(*target);
                count += usize::from(search.is_target(*target));
            }
        }
    }
    for node in &scratch.queue {
        scratch.seen[*node as usize] = false;
    }
    let closes = search.options.mode != Mode::Acyclic || search.options.min == 0;
    Ok(count + usize::from(again && closes && search.is_target(source)))
}

/// Whether a path may go on along an edge.
fn may_follow(
    search: &Search<'_>,
    scratch: &Scratch,
    at: usize,
    edge: u32,
    target: Index,
    source: Index,
    pace: &mut Pace<'_>,
) -> Result<bool> {
    if search.walks {
        return Ok(true);
    }
    let mut entry = scratch.entries[at];
    loop {
        pace.step()?;
        let is_first = entry.before == NONE;
        let repeats = match search.options.mode {
            Mode::Walk => false,
            Mode::Trail => !is_first && search.identity(entry.edge) == search.identity(edge),
            Mode::Acyclic => entry.node == target,
            Mode::Simple => entry.node == target && !(is_first && target == source),
        };
        if repeats {
            return Ok(false);
        }
        if is_first {
            return Ok(true);
        }
        entry = scratch.entries[entry.before as usize];
    }
}

fn add(search: &Search<'_>, scratch: &mut Scratch, entry: Entry) -> Result<()> {
    let count = scratch.entries.len();
    if count == scratch.entries.capacity() {
        let more = count.max(1024);
        search.control.reserve(more * size_of::<Entry>())?;
        scratch.entries.try_reserve_exact(more)?;
    }
    if count >= NONE as usize {
        return Err(crate::GraphError::TooLarge { what: "beginnings of paths", count, limit: NONE as usize });
    }
    scratch.entries.push(entry);
    Ok(())
}

/// Writes the path of an entry out.
fn trace(scratch: &mut Scratch, at: usize) {
    scratch.nodes.clear();
    scratch.edges.clear();
    let mut entry = scratch.entries[at];
    loop {
        scratch.nodes.push(entry.node);
        if entry.before == NONE {
            break;
        }
        scratch.edges.push(entry.edge);
        entry = scratch.entries[entry.before as usize];
    }
    scratch.nodes.reverse();
    scratch.edges.reverse();
}
