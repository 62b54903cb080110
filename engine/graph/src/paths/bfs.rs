//! Breadth-first search: how many edges away every node is, and by way of which.

use rayon::prelude::*;

use crate::bits::{Bits, Ones};
use crate::{Adjacency, Control, Csr, Direction, Index, NONE, Pace, Result, bits, blocks};

/// Options of [`bfs`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Bfs {
    pub direction: Direction,
    /// How many edges away nodes are looked for; as far as there are any, by default.
    pub max_depth: Option<u32>,
}

/// What a search found, one entry a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// How many edges away from the nearest source; [`NONE`] where none is reached from.
    pub levels: Vec<u32>,
    /// The smallest node one level nearer with an edge to this one; [`NONE`] at sources and where nothing is reached from.
    pub parents: Vec<Index>,
}

/// Breadth-first search from one or several sources, direction-optimising (Beamer, Asanović and Patterson, 2012): as long
/// as few nodes were reached last, their edges are walked; when their edges are many, each node not reached yet looks
/// for one of them among its own, in parallel. Sources that are not in the graph are left out.
///
/// Time O(nodes + edges), memory 9 bytes a node. Once the search is wide it needs the other direction's side too.
pub fn bfs(graph: &Csr, sources: &[Index], options: &Bfs, control: &dyn Control) -> Result<Search> {
    let nodes = graph.node_count();
    control.reserve(nodes * 9)?;
    let along = options.direction.adjacency(graph);
    let mut search = Search { levels: vec![NONE; nodes], parents: vec![NONE; nodes] };
    let mut visited = Bits::new(nodes);
    let mut frontier: Vec<Index> =
        sources.iter().copied().filter(|source| (*source as usize) < nodes).collect();
    frontier.sort_unstable();
    frontier.dedup();
    for source in &frontier {
        visited.add(*source);
        search.levels[*source as usize] = 0;
    }
    let mut pace = Pace::new(control);
    let mut unexplored = along.targets().len();
    let (mut wide, mut sorter): (Option<Wide>, Bits) = (None, Bits::new(nodes));
    let mut level = 0;
    while !frontier.is_empty() && options.max_depth.is_none_or(|depth| level < depth) {
        level += 1;
        let edges: usize = frontier.iter().map(|node| along.degree(*node)).sum();
        unexplored = unexplored.saturating_sub(edges);
        if is_wide(edges, unexplored) {
            let wide = wide.get_or_insert_with(|| Wide::new(options.direction.reversed().adjacency(graph)));
            wide.reached.clear();
            frontier.iter().for_each(|node| wide.reached.add(*node));
            loop {
                let reached = wide.step(&mut search, &mut visited, level, control)?;
                // Beamer's β.
                if reached <= nodes / 24 || options.max_depth.is_some_and(|depth| level >= depth) {
                    break;
                }
                level += 1;
            }
            frontier.clear();
            frontier.extend(wide.reached.iter());
            unexplored = 0;
            continue;
        }
        let mut next = Vec::new();
        for node in &frontier {
            let targets = along.neighbours(*node);
            pace.steps(1 + targets.len())?;
            for target in targets {
                if !visited.has(*target) {
                    visited.add(*target);
                    search.levels[*target as usize] = level;
                    search.parents[*target as usize] = *node;
                    next.push(*target);
                }
            }
        }
        // Ascending, so that who reaches a node first is the smallest of those that could.
        bits::sort(&mut next, 0, &mut sorter);
        frontier = next;
    }
    Ok(search)
}

/// A search with fewer edges to walk than this is not worth more than one thread.
const WIDE_EDGES: usize = 1 << 13;

/// Whether the edges to walk next are so many of those not walked that the others' side is looked from: Beamer's α.
pub(super) fn is_wide(edges: usize, unexplored: usize) -> bool {
    edges > WIDE_EDGES && edges > unexplored / 14
}

/// The search seen from the nodes that it has not reached.
struct Wide<'a> {
    against: &'a Adjacency,
    blocks: Vec<std::ops::Range<Index>>,
    reached: Bits,
    next: Bits,
}

impl<'a> Wide<'a> {
    fn new(against: &'a Adjacency) -> Wide<'a> {
        let nodes = against.node_count();
        Wide { against, blocks: blocks::of(against), reached: Bits::new(nodes), next: Bits::new(nodes) }
    }

    /// Reaches the nodes of a level from those of the one before, and says how many.
    fn step(
        &mut self,
        search: &mut Search,
        visited: &mut Bits,
        level: u32,
        control: &dyn Control,
    ) -> Result<usize> {
        let Wide { against, blocks, reached, next } = self;
        let words: Vec<_> = blocks.iter().map(|block| block.start / 64..block.end.div_ceil(64)).collect();
        let parts: Vec<_> = blocks
            .iter()
            .zip(blocks::split(&words, visited.words_mut()))
            .zip(blocks::split(&words, next.words_mut()))
            .zip(blocks::split(blocks, &mut search.levels))
            .zip(blocks::split(blocks, &mut search.parents))
            .collect();
        let counts = parts.into_par_iter().map(|((((block, visited), next), levels), parents)| {
            let mut count = 0;
            for (at, (visited, next)) in visited.iter_mut().zip(next).enumerate() {
                let here = at * 64;
                let there = levels.len() - here;
                let known = if there < 64 { !0 << there } else { 0 };
                let mut found = 0;
                for bit in Ones(!(*visited | known)) {
                    let place = here + bit as usize;
                    let sources = against.neighbours(block.start + place as Index);
                    if let Some(parent) = sources.iter().find(|source| reached.has(**source)) {
                        found |= 1 << bit;
                        levels[place] = level;
                        parents[place] = *parent;
                        count += 1;
                    }
                }
                *visited |= found;
                *next = found;
            }
            control.check().map(|()| count)
        });
        let count = counts.sum::<Result<usize>>()?;
        std::mem::swap(reached, next);
        Ok(count)
    }
}
