//! All shortest walks from a source to each target.
//!
//! A walk of at least `min` edges is a path in layers: it begins in layer 0, every edge leads a layer on, and out of layer
//! `min` it leads no further. A breadth-first search over nodes in layers notes every edge by which one is first reached
//! (the predecessors of Brandes, "A faster algorithm for betweenness centrality", 2001); the walks are read backwards.

use super::Search;
use super::found::{Budget, MatchedPaths};
use crate::{Index, Pace, Result};

const NONE: u32 = u32::MAX;

/// An edge by which a node in a layer is reached, and the next such edge.
#[derive(Clone, Copy)]
struct Reached {
    from: u32,
    edge: u32,
    next: u32,
}

#[derive(Default)]
pub(super) struct Scratch {
    /// By node in a layer: its distance, and the last edge by which it is reached.
    distances: Vec<u32>,
    last: Vec<u32>,
    reached: Vec<Reached>,
    queue: Vec<u32>,
    nodes: Vec<Index>,
    edges: Vec<u32>,
    /// Edges whose walks are still to be read, the nearest the end first.
    stack: Vec<u32>,
}

pub(super) fn run(
    search: &Search<'_>,
    source: Index,
    scratch: &mut Scratch,
    found: &mut MatchedPaths,
    budget: &Budget,
) -> Result<()> {
    let outcome = reach(search, source, scratch).and_then(|()| read(search, source, scratch, found, budget));
    for state in scratch.queue.drain(..) {
        scratch.distances[state as usize] = NONE;
        scratch.last[state as usize] = NONE;
    }
    scratch.reached.clear();
    outcome
}

fn reach(search: &Search<'_>, source: Index, scratch: &mut Scratch) -> Result<()> {
    let graph = search.graph;
    let nodes = graph.node_count();
    if scratch.distances.is_empty() {
        let states = nodes.saturating_mul(search.options.min as usize + 1);
        if states >= NONE as usize {
            return Err(crate::GraphError::TooLarge {
                what: "nodes by length",
                count: states,
                limit: NONE as usize,
            });
        }
        search.control.reserve(states * 12)?;
        scratch.distances.try_reserve_exact(states)?;
        scratch.distances.resize(states, NONE);
        scratch.last.try_reserve_exact(states)?;
        scratch.last.resize(states, NONE);
    }
    let last_layer = search.options.min as usize;
    let mut missing = search.targets.as_ref().map_or(usize::MAX, Vec::len);
    // Beyond this distance nothing more is wanted.
    let mut enough = search.max;
    let mut pace = Pace::new(search.control);
    scratch.distances[source as usize] = 0;
    scratch.queue.push(source);
    let mut at = 0;
    while let Some(state) = scratch.queue.get(at).copied() {
        at += 1;
        let (layer, node) = (state as usize / nodes, (state as usize % nodes) as Index);
        let distance = scratch.distances[state as usize];
        if layer == last_layer && search.is_path(source, node, distance) {
            missing = missing.saturating_sub(1);
            if missing == 0 {
                enough = enough.min(distance);
            }
        }
        if distance >= enough {
            continue;
        }
        let next_layer = (layer + 1).min(last_layer);
        for edge in graph.outgoing().range(node) {
            pace.step()?;
            let edge = edge as u32;
            let target = graph.target(edge);
            if !search.can_end(target, distance + 1) {
                continue;
            }
            let next = (next_layer * nodes + target as usize) as u32;
            let known = &mut scratch.distances[next as usize];
            if *known == NONE {
                *known = distance + 1;
                scratch.queue.push(next);
            }
            if *known == distance + 1 {
                if scratch.reached.len() == scratch.reached.capacity() {
                    let more = scratch.reached.len().max(1024);
                    search.control.reserve(more * size_of::<Reached>())?;
                    scratch.reached.try_reserve_exact(more)?;
                }
                let before = scratch.last[next as usize];
                scratch.last[next as usize] = scratch.reached.len() as u32;
                scratch.reached.push(Reached { from: state, edge, next: before });
            }
        }
    }
    Ok(())
}

fn read(
    search: &Search<'_>,
    source: Index,
    scratch: &mut Scratch,
    found: &mut MatchedPaths,
    budget: &Budget,
) -> Result<()> {
    let nodes = search.graph.node_count();
    let mut pace = Pace::new(search.control);
    for at in 0..scratch.queue.len() {
        let state = scratch.queue[at];
        let (layer, node) = (state as usize / nodes, (state as usize % nodes) as Index);
        let distance = scratch.distances[state as usize];
        if layer != search.options.min as usize || !search.is_path(source, node, distance) {
            continue;
        }
        if distance == 0 {
            found.push(search, &[source], &[], budget)?;
            continue;
        }
        // Backwards from the target: the top of the stack is the edge that is being followed.
        scratch.stack.clear();
        scratch.stack.push(scratch.last[state as usize]);
        while let Some(top) = scratch.stack.last().copied() {
            pace.step()?;
            if top == NONE {
                scratch.stack.pop();
                if let Some(last) = scratch.stack.last_mut() {
                    *last = scratch.reached[*last as usize].next;
                }
                continue;
            }
            let from = scratch.reached[top as usize].from;
            if scratch.distances[from as usize] > 0 {
                scratch.stack.push(scratch.last[from as usize]);
                continue;
            }
            scratch.edges.clear();
            scratch.edges.extend(scratch.stack.iter().rev().map(|edge| scratch.reached[*edge as usize].edge));
            scratch.nodes.clear();
            scratch.nodes.push(source);
            let targets = scratch.edges.iter().map(|edge| search.graph.target(*edge));
            scratch.nodes.extend(targets);
            found.push(search, &scratch.nodes, &scratch.edges, budget)?;
            if let Some(last) = scratch.stack.last_mut() {
                *last = scratch.reached[*last as usize].next;
            }
        }
    }
    Ok(())
}
