//! Every path from a source, depth first.

use super::found::{Budget, MatchedPaths};
use super::{Mode, Search};
use crate::{Index, Pace, Result};

/// The path so far, and where its last nodes' edges go on.
#[derive(Default)]
pub(super) struct Scratch {
    nodes: Vec<Index>,
    edges: Vec<u32>,
    /// For each node of the path its next edge and the end of its edges.
    places: Vec<(u32, u32)>,
    /// Nodes on the path, for [`Mode::Acyclic`] and [`Mode::Simple`].
    on_path: Vec<bool>,
    /// Edges on the path by identity, for [`Mode::Trail`].
    passed: Vec<bool>,
}

pub(super) fn run(
    search: &Search<'_>,
    source: Index,
    scratch: &mut Scratch,
    found: &mut MatchedPaths,
    budget: &Budget,
) -> Result<()> {
    let graph = search.graph;
    let mode = search.options.mode;
    match mode {
        Mode::Walk => {}
        Mode::Trail if scratch.passed.is_empty() => {
            search.control.reserve(graph.edge_count())?;
            scratch.passed.resize(graph.edge_count(), false);
        }
        Mode::Acyclic | Mode::Simple if scratch.on_path.is_empty() => {
            search.control.reserve(graph.node_count())?;
            scratch.on_path.resize(graph.node_count(), false);
        }
        _ => {}
    }
    let mut pace = Pace::new(search.control);
    enter(search, source, None, scratch, found, budget)?;
    while let Some((next, end)) = scratch.places.last_mut() {
        pace.step()?;
        if next == end {
            leave(search, scratch);
            continue;
        }
        let edge = *next;
        *next += 1;
        let node = graph.target(edge);
        let length = scratch.edges.len() as u32 + 1;
        if !search.can_end(node, length) {
            continue;
        }
        let repeats = match mode {
            Mode::Walk => false,
            Mode::Trail => scratch.passed[search.identity(edge) as usize],
            Mode::Acyclic => scratch.on_path[node as usize],
            Mode::Simple => scratch.on_path[node as usize] && node != source,
        };
        if !repeats {
            enter(search, node, Some(edge), scratch, found, budget)?;
        }
    }
    Ok(())
}

fn enter(
    search: &Search<'_>,
    node: Index,
    edge: Option<u32>,
    scratch: &mut Scratch,
    found: &mut MatchedPaths,
    budget: &Budget,
) -> Result<()> {
    let closes =
        edge.is_some() && search.options.mode == Mode::Simple && scratch.nodes.first() == Some(&node);
    scratch.nodes.push(node);
    if let Some(edge) = edge {
        scratch.edges.push(edge);
        if search.options.mode == Mode::Trail {
            scratch.passed[search.identity(edge) as usize] = true;
        }
    }
    if let Mode::Acyclic | Mode::Simple = search.options.mode {
        scratch.on_path[node as usize] = true;
    }
    let length = scratch.edges.len() as u32;
    if search.is_path(scratch.nodes[0], node, length) {
        found.push(search, &scratch.nodes, &scratch.edges, budget)?;
    }
    let edges = search.graph.outgoing().range(node);
    let end = edges.end as u32;
    // A simple path that is closed is at its end.
    let start = if closes || length >= search.max { end } else { edges.start as u32 };
    if scratch.places.len() == scratch.places.capacity() {
        let more = scratch.places.len().max(64);
        search.control.reserve(more * 16)?;
        scratch.places.try_reserve_exact(more)?;
    }
    scratch.places.push((start, end));
    Ok(())
}

fn leave(search: &Search<'_>, scratch: &mut Scratch) {
    scratch.places.pop();
    let node = scratch.nodes.pop();
    let edge = scratch.edges.pop();
    match (search.options.mode, node, edge) {
        (Mode::Trail, _, Some(edge)) => scratch.passed[search.identity(edge) as usize] = false,
        (Mode::Acyclic | Mode::Simple, Some(node), _) => {
            // The closing node of a simple path is its first, which stays.
            let stays = scratch.nodes.first() == Some(&node);
            scratch.on_path[node as usize] = stays;
        }
        _ => {}
    }
}
