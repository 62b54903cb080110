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
    let parts = sweep::from_all(back, control, |entry: &mut (u32, u32), hops, count| {
        entry.0 = hops.max(entry.0);
        entry.1 += count;
    })?;
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

/// So many searches in one component tighten the bounds, before nodes are searched from 64 at a time.
const ROUNDS: usize = 16;

/// So many nodes are searched from before it is asked again whether more are needed.
const FRINGE: usize = 4 * sweep::WIDTH;

/// Diameter and radius of an undirected graph by bounds on the eccentricities.
fn bounded(
    adjacency: &Adjacency,
    search: &mut Search,
    pace: &mut Pace<'_>,
    control: &dyn Control,
) -> Result<(u32, u32)> {
    let nodes = adjacency.node_count();
    // The components one after the other, and where each ends. Of one or two nodes, nothing is to be searched.
    let (mut members, mut ends): (Vec<Index>, Vec<usize>) = (Vec::new(), vec![0]);
    let (mut diameter, mut radius) = (0, u32::MAX);
    let mut met = vec![false; nodes];
    for node in 0..nodes as Index {
        if adjacency.degree(node) == 0 {
            radius = 0;
        } else if !met[node as usize] {
            search.run(adjacency, node, pace)?;
            search.order.iter().for_each(|node| met[*node as usize] = true);
            if search.order.len() == 2 {
                (diameter, radius) = (diameter.max(1), radius.min(1));
            } else {
                members.extend_from_slice(&search.order);
                ends.push(members.len());
            }
        }
    }
    drop(met);
    let mut components: Vec<&[Index]> = ends.windows(2).map(|ends| &members[ends[0]..ends[1]]).collect();
    // Large components first: small ones can seldom beat them.
    components.sort_by_key(|component| std::cmp::Reverse(component.len()));
    let mut bounds = Bounds { of: vec![(0, u32::MAX); nodes], diameter, radius };
    for component in components {
        if component.len() as u32 > bounds.diameter + 1 || bounds.radius > 1 {
            bounds.tighten(adjacency, component, search, pace, control)?;
        }
    }
    Ok((bounds.diameter, bounds.radius))
}

/// What is known so far.
struct Bounds {
    /// By node, the least and the most that its eccentricity can be.
    of: Vec<(u32, u32)>,
    /// The largest and the smallest eccentricity that was found.
    diameter: u32,
    radius: u32,
}

impl Bounds {
    /// Looks at one component until no node of it can change the answer.
    fn tighten(
        &mut self,
        adjacency: &Adjacency,
        component: &[Index],
        search: &mut Search,
        pace: &mut Pace<'_>,
        control: &dyn Control,
    ) -> Result<()> {
        let mut open = component.to_vec();
        let mut center: Option<(u32, Index)> = None;
        for round in 0..ROUNDS {
            // The node that may be the farthest out, and the one that may be the most central, by turns.
            let degree = |node: &Index| adjacency.degree(*node);
            let pick = match round % 2 {
                0 => open.iter().max_by_key(|n| (self.of[**n as usize].1, degree(n), !**n)),
                _ => open.iter().min_by_key(|n| (self.of[**n as usize].0, !degree(n), **n)),
            };
            let Some(pick) = pick.copied() else { return Ok(()) };
            let hops = self.search_from(adjacency, pick, component, search, pace)?;
            center = Some(center.map_or((hops, pick), |center| center.min((hops, pick))));
            open.retain(|node| *node != pick && self.matters(*node));
        }
        // Two nodes that are at most i hops from the center are at most 2 i from each other: those farther out alone can
        // be farther apart (Crescenzi et al., "On computing the diameter of real-world undirected graphs", 2013).
        if let Some((_, center)) = center {
            search.run(adjacency, center, pace)?;
            let fringe: Vec<(Index, u32)> =
                search.order.iter().rev().map(|node| (*node, search.hops[*node as usize])).collect();
            for nodes in fringe.chunks(FRINGE) {
                let far: Vec<Index> = nodes
                    .iter()
                    .filter(|(_, hops)| 2 * hops > self.diameter)
                    .map(|(node, _)| *node)
                    .collect();
                if far.is_empty() {
                    break;
                }
                let (most, least) = extremes(adjacency, &far, control)?;
                (self.diameter, self.radius) = (self.diameter.max(most), self.radius.min(least));
            }
        }
        for _ in 0..ROUNDS {
            open.retain(|node| self.of[*node as usize].0 < self.radius);
            let Some(pick) = open.iter().min_by_key(|node| (self.of[**node as usize].0, **node)).copied()
            else {
                return Ok(());
            };
            self.search_from(adjacency, pick, component, search, pace)?;
            open.retain(|node| *node != pick);
        }
        open.retain(|node| self.of[*node as usize].0 < self.radius);
        if !open.is_empty() {
            self.radius = self.radius.min(extremes(adjacency, &open, control)?.1);
        }
        Ok(())
    }

    /// Whether the node could be farther out, or more central, than any that was searched from.
    fn matters(&self, node: Index) -> bool {
        let (least, most) = self.of[node as usize];
        most > self.diameter || least < self.radius
    }

    /// Searches from a node of the component and bounds the others by what it finds; gives its eccentricity.
    fn search_from(
        &mut self,
        adjacency: &Adjacency,
        node: Index,
        component: &[Index],
        search: &mut Search,
        pace: &mut Pace<'_>,
    ) -> Result<u32> {
        let farthest = search.run(adjacency, node, pace)?;
        let hops = search.hops[farthest as usize];
        (self.diameter, self.radius) = (self.diameter.max(hops), self.radius.min(hops));
        for node in component {
            let (least, most) = &mut self.of[*node as usize];
            let away = search.hops[*node as usize];
            *least = (*least).max(away).max(hops - away);
            *most = (*most).min(hops + away);
        }
        pace.steps(component.len())?;
        Ok(hops)
    }
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
