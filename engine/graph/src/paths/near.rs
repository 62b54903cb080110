//! Shortest paths to what is near: a search that stays small takes no time for the nodes it does not reach.

use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::collections::hash_map::Entry;

use super::bfs::Bfs;
use super::each::Rows;
use super::found::{Found, bfs_found};
use super::sssp::{Distances, Sssp, along, far, follow, sssp};
use crate::heap::Heap;
use crate::{Adjacency, Control, Csr, Direction, Index, NONE, Pace, Result};

/// The nodes that shortest paths lead to, ascending, and beside each what [`sssp`] says of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundDistances {
    pub nodes: Vec<Index>,
    /// The least sum of weights from a source.
    pub distances: Vec<f64>,
    /// The node before on a shortest path, as in [`Distances::parents`]; [`NONE`] at sources.
    pub parents: Vec<Index>,
}

/// [`sssp`] with parents, its answer without the nodes that are not reached. Sources that are not in the graph are left out.
///
/// As long as few edges are walked it is Dijkstra's algorithm (1959) over what is reached, in time O(edges that are walked ·
/// log nodes that are reached) and memory 72 bytes an edge that is walked. Else it begins anew with [`sssp`].
pub fn sssp_found(
    graph: &Csr,
    sources: &[Index],
    direction: Direction,
    control: &dyn Control,
) -> Result<FoundDistances> {
    if !graph.is_weighted() {
        return Ok(bfs_found(graph, sources, &Bfs { direction, max_depth: None }, control)?.into());
    }
    let sources: Vec<Index> =
        sources.iter().copied().filter(|source| graph.nodes().contains(source)).collect();
    let search = Weighted::new(graph, direction);
    control.reserve(search.near_bytes())?;
    match search.near(&mut Near::default(), &sources, control)? {
        Some(found) => Ok(found),
        None => search.far(&sources, control),
    }
}

/// Searches in a graph with weights, all in one direction, from nodes of the graph.
pub(super) struct Weighted<'a> {
    graph: &'a Csr,
    direction: Direction,
    along: Cow<'a, Adjacency>,
    /// Whether some weights are negative.
    negative: bool,
}

impl<'a> Weighted<'a> {
    pub(super) fn new(graph: &'a Csr, direction: Direction) -> Weighted<'a> {
        let negative = graph.least_weight().is_some_and(|least| least < 0.0);
        Weighted { graph, direction, along: along(graph, direction), negative }
    }

    /// How many edges a search may walk that stays near: so few as are walked while [`sssp`] goes through all nodes.
    fn few(&self) -> usize {
        (self.graph.node_count() / 256).max(64)
    }

    /// The memory of [`Near`], in bytes.
    pub(super) fn near_bytes(&self) -> usize {
        self.few() * 72
    }

    /// What the sources reach; nothing if that is not near.
    pub(super) fn near(
        &self,
        room: &mut Near,
        sources: &[Index],
        control: &dyn Control,
    ) -> Result<Option<FoundDistances>> {
        if self.negative { Ok(None) } else { room.search(&self.along, sources, self.few(), control) }
    }

    /// What the sources reach, however far away.
    pub(super) fn far(&self, sources: &[Index], control: &dyn Control) -> Result<FoundDistances> {
        let options = Sssp { direction: self.direction, parents: true };
        Ok(FoundDistances::of(&match self.negative {
            true => sssp(self.graph, sources, &options, control)?,
            false => far(self.graph, &self.along, sources, &options, control)?,
        }))
    }
}

/// Room for searches that stay near, one after the other: each leaves it as it was.
#[derive(Default)]
pub(super) struct Near {
    /// Where each node that is reached stands in `reached`.
    places: FxHashMap<Index, u32>,
    reached: Vec<Reached>,
}

struct Reached {
    node: Index,
    distance: f64,
    /// The smallest nearer node that leads to it so short; a source's is itself, and [`NONE`] where there is none.
    parent: Index,
}

impl Near {
    fn search(
        &mut self,
        along: &Adjacency,
        sources: &[Index],
        few: usize,
        control: &dyn Control,
    ) -> Result<Option<FoundDistances>> {
        let mut found = None;
        if self.dijkstra(along, sources, few, control)? {
            self.settle(along, control)?;
            found = Some(self.ascending());
        }
        self.places.clear();
        self.reached.clear();
        Ok(found)
    }

    /// Whether walking `few` edges is enough to reach all.
    fn dijkstra(
        &mut self,
        along: &Adjacency,
        sources: &[Index],
        few: usize,
        control: &dyn Control,
    ) -> Result<bool> {
        let Some(mut left) = few.checked_sub(sources.len()) else { return Ok(false) };
        let mut heap = Heap::default();
        for source in sources {
            self.reach(*source, 0.0, *source, &mut heap);
        }
        let mut pace = Pace::new(control);
        while let Some((distance, place)) = heap.pop() {
            let node = self.reached[place as usize].node;
            let degree = along.degree(node);
            let Some(rest) = left.checked_sub(degree) else { return Ok(false) };
            left = rest;
            pace.steps(1 + degree)?;
            for (target, weight) in along.weighted(node) {
                let way = distance + weight;
                if way < f64::INFINITY {
                    let parent = if distance < way { node } else { NONE };
                    self.reach(target, way, parent, &mut heap);
                }
            }
        }
        Ok(true)
    }

    /// A way to a node. Of several that are as short the smallest parent stays.
    #[inline]
    fn reach(&mut self, node: Index, distance: f64, parent: Index, heap: &mut Heap) {
        let place = match self.places.entry(node) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let place = *new.insert(self.reached.len() as u32);
                self.reached.push(Reached { node, distance, parent });
                return heap.lower(place, distance);
            }
        };
        let known = &mut self.reached[place as usize];
        if distance < known.distance {
            *known = Reached { node, distance, parent };
            heap.lower(place, distance);
        } else if distance == known.distance {
            known.parent = known.parent.min(parent);
        }
    }

    /// Parents of nodes that no nearer one leads to.
    fn settle(&mut self, along: &Adjacency, control: &dyn Control) -> Result<()> {
        let Near { places, reached } = self;
        let settled = reached.iter().filter(|reached| reached.parent != NONE);
        let mut settled: Vec<Index> = settled.map(|reached| reached.node).collect();
        if settled.len() == reached.len() {
            return Ok(());
        }
        settled.sort_unstable();
        follow(along, settled, control, |node, target, weight| {
            let [Some(from), Some(to)] = [node, target].map(|node| places.get(&node)) else { return false };
            let (from, to) = (*from as usize, *to as usize);
            let follows =
                reached[to].parent == NONE && reached[from].distance + weight == reached[to].distance;
            if follows {
                reached[to].parent = node;
            }
            follows
        })
    }

    fn ascending(&mut self) -> FoundDistances {
        self.reached.sort_unstable_by_key(|reached| reached.node);
        let parent = |reached: &Reached| if reached.parent == reached.node { NONE } else { reached.parent };
        FoundDistances {
            nodes: self.reached.iter().map(|reached| reached.node).collect(),
            distances: self.reached.iter().map(|reached| reached.distance).collect(),
            parents: self.reached.iter().map(parent).collect(),
        }
    }
}

impl FoundDistances {
    pub(super) fn of(distances: &Distances) -> FoundDistances {
        let all = distances.distances.iter().zip(&distances.parents).enumerate();
        let mut found = FoundDistances::default();
        for (node, (distance, parent)) in all.filter(|(_, (distance, _))| distance.is_finite()) {
            found.nodes.push(node as Index);
            found.distances.push(*distance);
            found.parents.push(*parent);
        }
        found
    }
}

impl Rows for FoundDistances {
    const BYTES: usize = 16;

    fn count(&self) -> usize {
        self.nodes.len()
    }

    fn append(&mut self, behind: FoundDistances) {
        self.nodes.extend(behind.nodes);
        self.distances.extend(behind.distances);
        self.parents.extend(behind.parents);
    }
}

impl From<Found> for FoundDistances {
    /// In a graph without weights it is as far to a node as there are edges on the way.
    fn from(found: Found) -> FoundDistances {
        let distances = found.levels.into_iter().map(f64::from).collect();
        FoundDistances { nodes: found.nodes, distances, parents: found.parents }
    }
}
