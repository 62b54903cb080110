//! Shortest paths by weight, from one or several sources to every node.

use rayon::prelude::*;
use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use super::bellman_ford::bellman_ford;
use super::bfs::{Bfs, bfs};
use crate::heap::Heap;
use crate::{Adjacency, Control, Csr, Direction, Index, NONE, Pace, Result, Spread};

/// Options of [`sssp`].
#[derive(Clone, Copy, Debug)]
pub struct Sssp {
    pub direction: Direction,
    /// Whether the nodes before are asked for too.
    pub parents: bool,
}

impl Default for Sssp {
    fn default() -> Self {
        Sssp { direction: Direction::Out, parents: true }
    }
}

/// How far away each node is, and by way of which.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Distances {
    /// The least sum of weights from a source; infinite where none leads.
    pub distances: Vec<f64>,
    /// The node before on a shortest path: of several the smallest that is nearer (with negative weights the one that
    /// was found first); [`NONE`] at sources, and where no
    /// path leads. Empty if it was not asked for.
    pub parents: Vec<Index>,
}

/// Shortest paths from the nearest of the sources: breadth-first in a graph without weights; else by Δ-stepping (Meyer and
/// Sanders, "Δ-stepping: a parallelizable shortest path algorithm", 2003), or, where weights differ by too much for that,
/// by Dijkstra's algorithm (1959); with negative weights by [`bellman_ford`]. Sources that are not in the graph are left out.
///
/// Time O(nodes + edges) on average, O(edges · log nodes) with Dijkstra, O(nodes · edges) with negative weights; memory 16
/// bytes a node, 4 more and the other direction's side for parents. Fails with [`GraphError::NegativeCycle`].
///
/// [`GraphError::NegativeCycle`]: crate::GraphError::NegativeCycle
pub fn sssp(graph: &Csr, sources: &[Index], options: &Sssp, control: &dyn Control) -> Result<Distances> {
    let nodes = graph.node_count();
    let sources: Vec<Index> = sources.iter().copied().filter(|source| (*source as usize) < nodes).collect();
    if !graph.is_weighted() {
        let found = bfs(graph, &sources, &Bfs { direction: options.direction, max_depth: None }, control)?;
        let away = |level: u32| if level == NONE { f64::INFINITY } else { f64::from(level) };
        let parents = if options.parents { found.parents } else { Vec::new() };
        return Ok(Distances { distances: found.levels.into_iter().map(away).collect(), parents });
    }
    if graph.least_weight().is_some_and(|least| least < 0.0) {
        let mut found = bellman_ford(graph, &sources, options.direction, control)?;
        if !options.parents {
            found.parents = Vec::new();
        }
        return Ok(found);
    }
    far(graph, &along(graph, options.direction), &sources, options, control)
}

/// The edges to go along in a graph with weights.
pub(super) fn along(graph: &Csr, direction: Direction) -> Cow<'_, Adjacency> {
    match direction {
        // The sum of parallel edges, which the undirected side has, is no way to go.
        Direction::Both => direction.lightest(graph),
        one => Cow::Borrowed(one.adjacency(graph)),
    }
}

/// [`sssp`] along edges of which none weighs less than zero.
pub(super) fn far(
    graph: &Csr,
    along: &Adjacency,
    sources: &[Index],
    options: &Sssp,
    control: &dyn Control,
) -> Result<Distances> {
    control.reserve(graph.node_count() * 16)?;
    let distances = match stepping(along, sources, control)? {
        Some(distances) => distances,
        None => dijkstra(along, sources, None, control)?,
    };
    let parents = match (options.parents, options.direction) {
        (false, _) => Vec::new(),
        (true, Direction::Both) => parents(along, along, sources, &distances, control)?,
        (true, one) => parents(along, one.reversed().adjacency(graph), sources, &distances, control)?,
    };
    Ok(Distances { distances, parents })
}

/// Dijkstra's algorithm; done early once `target` is reached.
pub(super) fn dijkstra(
    along: &Adjacency,
    sources: &[Index],
    target: Option<Index>,
    control: &dyn Control,
) -> Result<Vec<f64>> {
    let mut distances = vec![f64::INFINITY; along.node_count()];
    let mut heap = Heap::new(along.node_count());
    for source in sources {
        distances[*source as usize] = 0.0;
        heap.lower(*source, 0.0);
    }
    let mut pace = Pace::new(control);
    while let Some((distance, node)) = heap.pop() {
        if target == Some(node) {
            break;
        }
        pace.steps(1 + along.degree(node))?;
        for (next, weight) in along.weighted(node) {
            let way = distance + weight;
            if way < distances[next as usize] {
                distances[next as usize] = way;
                heap.lower(next, way);
            }
        }
    }
    Ok(distances)
}

/// More buckets than this, and weights are too different for stepping.
const BUCKETS: usize = 1 << 14;

/// How many nodes a thread takes at once.
const CHUNK: usize = 256;

/// Δ-stepping: nodes wait in buckets of a width Δ; the nearest bucket is emptied, all of its nodes at once, until none
/// comes back to it. Whichever thread is first, the least distance stays. Gives nothing where weights do not suit.
fn stepping(along: &Adjacency, sources: &[Index], control: &dyn Control) -> Result<Option<Vec<f64>>> {
    let nodes = along.node_count();
    let weights = along.all_weights().unwrap_or(&[]);
    let Spread { sum, most, .. } = along.spread();
    // Half of what a node's lightest edge weighs, if weights are spread evenly: narrow enough that few nodes are walked
    // twice even among hubs, wide enough that many are walked at once.
    let width = sum / weights.len().max(1) as f64 * 0.5 * nodes as f64 / weights.len().max(1) as f64;
    let count = (most / width).ceil() + 2.0;
    if !(1.0..=BUCKETS as f64).contains(&count) {
        return Ok(None);
    }
    let count = count as usize;
    let distances: Vec<AtomicU64> = (0..nodes).map(|_| AtomicU64::new(f64::INFINITY.to_bits())).collect();
    let mut buckets: Vec<Vec<(u64, Index)>> = vec![Vec::new(); count];
    for source in sources {
        distances[*source as usize].store(0.0f64.to_bits(), Relaxed);
        buckets[0].push((0, *source));
    }
    let place_of = |distance: u64| ((f64::from_bits(distance) / width) as u64 % count as u64) as usize;
    let (mut now, mut empty, mut walked) = (0, 0, 0);
    let mut frontier: Vec<(u64, Index)> = Vec::new();
    while empty < count {
        if buckets[now].is_empty() {
            now = (now + 1) % count;
            empty += 1;
            continue;
        }
        empty = 0;
        std::mem::swap(&mut frontier, &mut buckets[now]);
        let walk = |nodes: &[(u64, Index)], found: &mut Vec<(u64, Index)>| -> Result<usize> {
            control.check()?;
            let mut edges = 0;
            for (reached, node) in nodes {
                // It was reached on a shorter way since, and was or will be walked from there.
                if distances[*node as usize].load(Relaxed) != *reached {
                    continue;
                }
                let distance = f64::from_bits(*reached);
                edges += along.degree(*node);
                for (target, weight) in along.weighted(*node) {
                    // Distances are not negative, so that their bits are in the same order as they are.
                    let (way, known) = ((distance + weight).to_bits(), &distances[target as usize]);
                    if way < known.load(Relaxed) && way < known.fetch_min(way, Relaxed) {
                        found.push((way, target));
                    }
                }
            }
            Ok(edges)
        };
        if frontier.len() <= CHUNK {
            let mut found = Vec::new();
            walked += walk(&frontier, &mut found)?;
            found.into_iter().for_each(|one| buckets[place_of(one.0)].push(one));
        } else {
            let parts: Vec<(usize, Vec<(u64, Index)>)> = frontier
                .par_chunks(CHUNK)
                .map(|nodes| {
                    let mut found = Vec::new();
                    walk(nodes, &mut found).map(|edges| (edges, found))
                })
                .collect::<Result<_>>()?;
            for (edges, found) in parts {
                walked += edges;
                found.into_iter().for_each(|one| buckets[place_of(one.0)].push(one));
            }
        }
        frontier.clear();
        // Weights made to be walked again and again.
        if walked > 64 * weights.len() + (1 << 20) {
            return Ok(None);
        }
    }
    Ok(Some(distances.into_iter().map(|distance| f64::from_bits(distance.into_inner())).collect()))
}

/// The node before each on a shortest path: the smallest that is nearer. Where an edge weighs nothing, or too little to be
/// seen in the sum, no node before is nearer; such nodes follow, breadth-first, those that have their parents.
pub(super) fn parents(
    along: &Adjacency,
    against: &Adjacency,
    sources: &[Index],
    distances: &[f64],
    control: &dyn Control,
) -> Result<Vec<Index>> {
    control.reserve(distances.len() * 4)?;
    let mut parents: Vec<Index> = vec![NONE; distances.len()];
    let blocks = crate::blocks::of(against);
    let parts: Vec<_> = blocks.iter().zip(crate::blocks::split(&blocks, &mut parents)).collect();
    parts.into_par_iter().try_for_each(|(block, parents)| {
        for (node, parent) in block.clone().zip(parents) {
            let distance = distances[node as usize];
            if distance.is_finite() && distance > 0.0 {
                let mut before = against.weighted(node);
                let found = before.find(|(source, weight)| {
                    let from = distances[*source as usize];
                    from < distance && from + weight == distance
                });
                *parent = found.map_or(NONE, |(source, _)| source);
            }
        }
        control.check()
    })?;
    let mut is_source = crate::bits::Bits::new(distances.len());
    sources.iter().for_each(|source| is_source.add(*source));
    let settled = |parents: &[Index], node: Index| parents[node as usize] != NONE || is_source.has(node);
    let waiting = |node: &Index| distances[*node as usize].is_finite() && !settled(&parents, *node);
    if !(0..distances.len() as Index).any(|node| waiting(&node)) {
        return Ok(parents);
    }
    let all = 0..distances.len() as Index;
    let queue: Vec<Index> =
        all.filter(|node| distances[*node as usize].is_finite() && settled(&parents, *node)).collect();
    follow(along, queue, control, |node, target, weight| {
        let distance = distances[target as usize];
        let follows = distances[node as usize] + weight == distance
            && distance.is_finite()
            && !settled(&parents, target);
        if follows {
            parents[target as usize] = node;
        }
        follows
    })?;
    Ok(parents)
}

/// Goes on, breadth-first, from nodes that have parents to those that follow them: `follows(node, target, weight)` is asked
/// about each edge, and says once whether the target is to be gone on from.
pub(super) fn follow(
    along: &Adjacency,
    mut queue: Vec<Index>,
    control: &dyn Control,
    mut follows: impl FnMut(Index, Index, f64) -> bool,
) -> Result<()> {
    let (mut at, mut pace) = (0, Pace::new(control));
    while let Some(node) = queue.get(at).copied() {
        at += 1;
        pace.steps(1 + along.degree(node))?;
        queue.extend(
            along
                .weighted(node)
                .filter(|(target, weight)| follows(node, *target, *weight))
                .map(|edge| edge.0),
        );
    }
    Ok(())
}
