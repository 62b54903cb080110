//! How far apart nodes are, at most: by hops, whatever edges weigh.
//!
//! Where a node does not reach every other, NetworkX gives no answer (the distance is infinite); here, as in igraph, a
//! distance counts where there is a path, and the answer says whether that was everywhere.

use rayon::prelude::*;

use crate::paths::sweep::{self, Sweep};
use crate::{Adjacency, Control, Csr, Direction, Index, Pace, Result};

/// For each node, how far it is to the farthest node it reaches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Eccentricities {
    /// Hops to the farthest node that is reached; 0 where none is.
    pub hops: Vec<u32>,
    /// How many nodes are reached, itself among them. Fewer than all: the eccentricity is infinite, strictly.
    pub reached: Vec<u32>,
}

/// The eccentricity of every node along `direction`. As NetworkX's `eccentricity` where every node reaches every other.
///
/// O(nodes · edges) time at worst, with 64 searches in one; 32 bytes a node and thread, 128 a node.
pub fn eccentricity(graph: &Csr, direction: Direction, control: &dyn Control) -> Result<Eccentricities> {
    control.check()?;
    let nodes = graph.node_count();
    // Who is how far from a node shows at that node, when the searches start from the others and go against the edges.
    let back = direction.reversed().adjacency(graph);
    let parts = sweep::from_all(
        back,
        control,
        || vec![(0u32, 0u32); nodes],
        |part, node, hops, who| {
            let (farthest, count) = &mut part[node as usize];
            *farthest = hops.max(*farthest);
            *count += who.count_ones();
        },
    )?;
    let mut answer = Eccentricities { hops: vec![0; nodes], reached: vec![1; nodes] };
    for part in parts {
        for (node, (farthest, count)) in part.into_iter().enumerate() {
            answer.hops[node] = answer.hops[node].max(farthest);
            answer.reached[node] += count;
        }
    }
    Ok(answer)
}

/// What [`diameter`] looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Diameter {
    pub direction: Direction,
    /// Search from about so many nodes instead of from all that matter: the diameter is then a lower bound.
    pub sample: Option<usize>,
    pub seed: u64,
}

/// The largest and the smallest eccentricity of a graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// The most hops from a node to one it reaches; 0 in a graph without edges.
    pub diameter: u32,
    /// The fewest hops within which a node reaches all that it reaches.
    pub radius: u32,
    /// Whether these are the true figures. If not, the diameter is at least, and the radius at most, what stands here.
    pub exact: bool,
    /// Whether every node reaches every other: if not, the diameter is infinite, strictly.
    pub connected: bool,
}

/// Diameter and radius along a direction. Undirected, a search bounds the eccentricities of all nodes of its component,
/// and few searches are needed before no node can change the answer (Takes and Kosters, "Computing the eccentricity
/// distribution of large graphs", 2013); directed, each node is searched from, 64 at a time.
///
/// O(nodes · edges) time at worst, O((nodes + edges) · sample) with a sample; 48 bytes a node and 32 a node and thread.
/// As NetworkX's `diameter` and `radius` where every node reaches every other.
pub fn diameter(graph: &Csr, options: &Diameter, control: &dyn Control) -> Result<Extent> {
    control.check()?;
    let nodes = graph.node_count();
    if nodes == 0 {
        return Ok(Extent { exact: true, connected: true, ..Extent::default() });
    }
    control.reserve(nodes * (48 + sweep::BYTES * rayon::current_num_threads()))?;
    let (there, back) = (options.direction.adjacency(graph), options.direction.reversed().adjacency(graph));
    let mut pace = Pace::new(control);
    let mut search = Search::new(nodes);
    search.run(there, 0, &mut pace)?;
    let mut connected = search.order.len() == nodes;
    search.run(back, 0, &mut pace)?;
    connected &= search.order.len() == nodes;

    let (diameter, radius, exact) = match options.sample {
        Some(sample) if sample < nodes => {
            let (diameter, radius) = sampled(there, back, sample, options.seed, &mut search, &mut pace)?;
            (diameter, radius, false)
        }
        _ if options.direction == Direction::Both => {
            let (diameter, radius) = bounded(there, &mut search, &mut pace, control)?;
            (diameter, radius, true)
        }
        _ => {
            let all: Vec<Index> = graph.nodes().collect();
            let (diameter, radius) = extremes(there, &all, control)?;
            (diameter, radius, true)
        }
    };
    Ok(Extent { diameter, radius, exact, connected })
}

/// The largest and smallest eccentricity among `nodes`, by a search from each.
fn extremes(adjacency: &Adjacency, nodes: &[Index], control: &dyn Control) -> Result<(u32, u32)> {
    let found: Vec<(u32, u32)> = nodes
        .par_chunks(sweep::WIDTH)
        .map_init(
            || Sweep::new(adjacency.node_count()),
            |sweep, sources| {
                control.check()?;
                // A search is as far as it was when it last found anything.
                let mut farthest = [0u32; sweep::WIDTH];
                let (mut at, mut alive) = (0, 0u64);
                let mut settle = |hops: u32, mut who: u64| {
                    while who != 0 {
                        farthest[who.trailing_zeros() as usize] = hops;
                        who &= who - 1;
                    }
                };
                sweep.run(adjacency, sources, &mut Pace::new(control), |_, hops, who| {
                    if hops != at {
                        settle(at, alive);
                        (at, alive) = (hops, 0);
                    }
                    alive |= who;
                })?;
                settle(at, alive);
                let farthest = &farthest[..sources.len()];
                let least = farthest.iter().copied().min().unwrap_or(0);
                Ok((farthest.iter().copied().max().unwrap_or(0), least))
            },
        )
        .collect::<Result<_>>()?;
    Ok(found.into_iter().fold((0, u32::MAX), |(most, least), (a, b)| (most.max(a), least.min(b))))
}

/// Searches from nodes by chance and, from the farthest node each finds, the way back: both ends of long ways.
fn sampled(
    there: &Adjacency,
    back: &Adjacency,
    sample: usize,
    seed: u64,
    search: &mut Search,
    pace: &mut Pace<'_>,
) -> Result<(u32, u32)> {
    let nodes = there.node_count() as u64;
    let mut random = crate::random::Random::new(seed);
    let (mut diameter, mut radius) = (0, u32::MAX);
    for _ in 0..sample.div_ceil(2).max(1) {
        let start = random.below(nodes) as Index;
        let farthest = search.run(there, start, pace)?;
        let hops = search.hops[farthest as usize];
        (diameter, radius) = (diameter.max(hops), radius.min(hops));
        let other = search.run(back, farthest, pace)?;
        diameter = diameter.max(search.hops[other as usize]);
    }
    Ok((diameter, radius))
}

/// After so many searches in one component without an answer, the rest of its nodes are searched from 64 at a time.
const PATIENCE: usize = 128;

/// Diameter and radius of an undirected graph by bounds on the eccentricities.
fn bounded(
    adjacency: &Adjacency,
    search: &mut Search,
    pace: &mut Pace<'_>,
    control: &dyn Control,
) -> Result<(u32, u32)> {
    let nodes = adjacency.node_count();
    let mut components: Vec<Vec<Index>> = Vec::new();
    let mut met = vec![false; nodes];
    for node in 0..nodes as Index {
        if met[node as usize] {
            continue;
        }
        if adjacency.degree(node) == 0 {
            // A node alone: nothing is nearer, and no search would find more.
            components.push(vec![node]);
            continue;
        }
        search.run(adjacency, node, pace)?;
        search.order.iter().for_each(|node| met[*node as usize] = true);
        components.push(search.order.clone());
    }
    // Large components first: small ones can seldom beat them.
    components.sort_by_key(|component| std::cmp::Reverse(component.len()));
    let (mut diameter, mut radius) = (0, u32::MAX);
    let mut bounds = vec![(0u32, u32::MAX); nodes];
    for component in components {
        let mut open = component;
        let mut searches = 0;
        loop {
            let most = open.len() as u32 - 1;
            if searches == 0 && (most <= diameter && radius <= most.min(1)) {
                break;
            }
            // The node that may be the farthest out, and the one that may be the most central, by turns.
            let pick = match searches % 2 {
                0 => open.iter().max_by_key(|n| (bounds[**n as usize].1, adjacency.degree(**n), !**n)),
                _ => open.iter().min_by_key(|n| (bounds[**n as usize].0, !adjacency.degree(**n), **n)),
            };
            let Some(pick) = pick.copied() else { break };
            let farthest = search.run(adjacency, pick, pace)?;
            let hops = search.hops[farthest as usize];
            searches += 1;
            (diameter, radius) = (diameter.max(hops), radius.min(hops));
            for node in &open {
                let (least, most) = &mut bounds[*node as usize];
                let away = search.hops[*node as usize];
                *least = (*least).max(away).max(hops - away);
                *most = (*most).min(hops + away);
            }
            open.retain(|node| {
                let (least, most) = bounds[*node as usize];
                *node != pick && (most > diameter || least < radius)
            });
            pace.steps(open.len())?;
            if searches == PATIENCE && !open.is_empty() {
                let (most, least) = extremes(adjacency, &open, control)?;
                (diameter, radius) = (diameter.max(most), radius.min(least));
                break;
            }
            if open.is_empty() {
                break;
            }
        }
    }
    Ok((diameter, radius))
}

/// A breadth-first search from one node.
struct Search {
    /// Hops from the start, of the nodes in `order`.
    hops: Vec<u32>,
    order: Vec<Index>,
    run: Vec<u32>,
    count: u32,
}

impl Search {
    fn new(nodes: usize) -> Search {
        Search { hops: vec![0; nodes], order: Vec::new(), run: vec![0; nodes], count: 0 }
    }

    /// Searches from `start` and gives one of the farthest nodes.
    fn run(&mut self, adjacency: &Adjacency, start: Index, pace: &mut Pace<'_>) -> Result<Index> {
        self.count = self.count.wrapping_add(1);
        if self.count == 0 {
            self.run.fill(0);
            self.count = 1;
        }
        self.order.clear();
        self.order.push(start);
        self.run[start as usize] = self.count;
        self.hops[start as usize] = 0;
        let mut at = 0;
        let mut last = start;
        while let Some(node) = self.order.get(at).copied() {
            at += 1;
            last = node;
            let neighbours = adjacency.neighbours(node);
            pace.steps(1 + neighbours.len())?;
            for neighbour in neighbours {
                if self.run[*neighbour as usize] != self.count {
                    self.run[*neighbour as usize] = self.count;
                    self.hops[*neighbour as usize] = self.hops[node as usize] + 1;
                    self.order.push(*neighbour);
                }
            }
        }
        Ok(last)
    }
}
