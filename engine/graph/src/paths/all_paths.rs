//! Every simple path between two sets of nodes, as far as one wants to know.

use super::Paths;
use super::enumerate::{Steps, Walk};
use crate::arguments::{known, lightest_bytes};
use crate::{Adjacency, Control, Csr, Direction, Index, Pace, Result};

/// What [`all_paths`] looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllPaths {
    pub sources: Vec<i64>,
    pub targets: Vec<i64>,
    pub direction: Direction,
    /// The most edges of a path.
    pub depth: usize,
    /// The most paths, in all.
    pub count: usize,
}

impl Default for AllPaths {
    fn default() -> AllPaths {
        AllPaths {
            sources: Vec::new(),
            targets: Vec::new(),
            direction: Direction::Out,
            depth: 10,
            count: 1000,
        }
    }
}

/// The simple paths from each source to each target, by source and then by their nodes. A path may pass targets on its
/// way to another; a source that is a target is a path of one node. As NetworkX's `all_simple_paths`, but that parallel
/// edges make one path.
///
/// The answer says whether it was cut: by `count`, if there is a path more, or by `depth`, if a way was left that could
/// have reached a target by more edges. Nodes from which no target is near enough are not visited; all the same, paths
/// can be as many as 2^nodes, and so can the ways that lead to none. 21 bytes a node, 16 for each edge at a path's nodes.
pub fn all_paths(graph: &Csr, options: &AllPaths, control: &dyn Control) -> Result<Paths> {
    control.check()?;
    control.reserve(graph.node_count() * 21 + lightest_bytes(graph, options.direction))?;
    let (sources, targets) = (known(graph, &options.sources), known(graph, &options.targets));
    let there = options.direction.lightest(graph);
    let mut steps = Towards {
        there: &there,
        targets: &targets,
        is_target: vec![false; graph.node_count()],
        hops: vec![u32::MAX; graph.node_count()],
        depth: options.depth,
        cut: false,
    };
    steps.look_back(graph, options.direction, &mut Pace::new(control))?;
    let mut found = Paths::default();
    let mut walk = Walk::new(graph.node_count());
    for source in sources {
        let nearest = steps.hops[source as usize];
        if nearest == u32::MAX || nearest as usize > options.depth {
            steps.cut |= nearest != u32::MAX;
            continue;
        }
        if walk.run(source, &mut steps, options.count, &mut found, control)? {
            found.cut_by_count = true;
            break;
        }
    }
    found.cut_by_depth = steps.cut;
    Ok(found)
}

/// About how many neighbours are gone through while one is looked up.
const LOOK_UP: usize = 16;

/// Steps that can still lead to a target in time.
struct Towards<'a> {
    there: &'a Adjacency,
    targets: &'a [Index],
    is_target: Vec<bool>,
    /// By node, the hops to the nearest target.
    hops: Vec<u32>,
    depth: usize,
    cut: bool,
}

impl Towards<'_> {
    fn look_back(&mut self, graph: &Csr, direction: Direction, pace: &mut Pace<'_>) -> Result<()> {
        let back = direction.reversed().adjacency(graph);
        let mut queue = self.targets.to_vec();
        for target in self.targets {
            self.is_target[*target as usize] = true;
            self.hops[*target as usize] = 0;
        }
        let mut at = 0;
        while let Some(node) = queue.get(at).copied() {
            at += 1;
            let neighbours = back.neighbours(node);
            pace.steps(1 + neighbours.len())?;
            for neighbour in neighbours {
                if self.hops[*neighbour as usize] == u32::MAX {
                    self.hops[*neighbour as usize] = self.hops[node as usize] + 1;
                    queue.push(*neighbour);
                }
            }
        }
        Ok(())
    }
}

impl Steps for Towards<'_> {
    fn from(&mut self, path: &[Index], next: &mut Vec<(Index, f64)>, pace: &mut Pace<'_>) -> Result<()> {
        let Some(node) = path.last() else { return Ok(()) };
        if self.cut && path.len() > self.depth {
            return Ok(());
        }
        // At the last edge only targets matter: where they are few among many neighbours, they are looked up. That ways
        // go on from here is then known already.
        let degree = self.there.degree(*node);
        if self.cut && path.len() == self.depth && self.targets.len() * LOOK_UP < degree {
            pace.steps(1 + self.targets.len() * LOOK_UP)?;
            let (neighbours, weights) = (self.there.neighbours(*node), self.there.weights(*node));
            for target in self.targets {
                if let Ok(at) = neighbours.binary_search(target) {
                    next.push((*target, weights.map_or(1.0, |weights| weights[at])));
                }
            }
            return Ok(());
        }
        pace.steps(1 + degree)?;
        for (other, weight) in self.there.weighted(*node) {
            match self.hops[other as usize] {
                u32::MAX => {}
                hops if path.len() + hops as usize <= self.depth => next.push((other, weight)),
                _ => self.cut |= !path.contains(&other),
            }
        }
        Ok(())
    }

    fn ends(&self, node: Index) -> bool {
        self.is_target[node as usize]
    }
}
