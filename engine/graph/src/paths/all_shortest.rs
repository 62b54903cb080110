//! Every way between two nodes that none is shorter than.

use super::Paths;
use super::enumerate::{Steps, Walk};
use super::nearest::Nearest;
use crate::arguments::{known, lightest_bytes};
use crate::csr::not_negative;
use crate::{Adjacency, Control, Csr, Direction, Index, Pace, Result};

/// What [`all_shortest_paths`] looks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllShortestPaths {
    pub sources: Vec<i64>,
    pub targets: Vec<i64>,
    pub direction: Direction,
    /// The most paths, in all.
    pub count: usize,
}

impl Default for AllShortestPaths {
    fn default() -> AllShortestPaths {
        AllShortestPaths { sources: Vec::new(), targets: Vec::new(), direction: Direction::Out, count: 1000 }
    }
}

/// The shortest paths from each source to each target that it reaches, by source, by target, then by their nodes: those
/// of the least weight, or of the fewest edges in a graph without weights. From a node to itself that is the path of one
/// node. As NetworkX's `all_shortest_paths`; two costs are equal if their sums from the source on are, to the last bit.
///
/// For each source O((nodes + edges) log nodes), or O(nodes + edges) without weights, and for each target as much as the
/// edges on shortest paths; then as much as the paths have nodes. 46 bytes a node, and 24 an edge where there are parallel ones. An edge of infinite weight
/// is never passed. Fails with [`GraphError::NegativeWeight`](crate::GraphError::NegativeWeight).
pub fn all_shortest_paths(graph: &Csr, options: &AllShortestPaths, control: &dyn Control) -> Result<Paths> {
    not_negative(graph, "all_shortest_paths")?;
    control.check()?;
    control
        .reserve(graph.node_count() * (Nearest::BYTES + 14) + 2 * lightest_bytes(graph, options.direction))?;
    let mut pace = Pace::new(control);
    let (sources, targets) = (known(graph, &options.sources), known(graph, &options.targets));
    let (there, back) = (options.direction.lightest(graph), options.direction.reversed().lightest(graph));
    let mut nearest = Nearest::new(&there);
    let mut walk = Walk::new(graph.node_count());
    let mut found = Paths::default();
    let mut leads = vec![NOWHERE; graph.node_count()];
    let mut queue = Vec::new();
    for source in sources {
        nearest.run(source, None, |_, _| true, &mut pace)?;
        for (number, target) in targets.iter().enumerate() {
            if !nearest.reached(*target) {
                continue;
            }
            let number = number as u32;
            queue.clear();
            queue.push(*target);
            leads[*target as usize] = number;
            while let Some(node) = queue.pop() {
                for (before, weight) in back.weighted(node) {
                    pace.step()?;
                    if leads[before as usize] != number && on_shortest(&nearest, before, node, weight) {
                        leads[before as usize] = number;
                        queue.push(before);
                    }
                }
            }
            let mut steps =
                Shortest { there: &there, nearest: &nearest, leads: &leads, number, target: *target };
            if walk.run(source, &mut steps, options.count, &mut found, control)? {
                found.cut_by_count = true;
                return Ok(found);
            }
        }
        leads.fill(NOWHERE);
    }
    Ok(found)
}

/// The number of no target.
const NOWHERE: u32 = u32::MAX;

/// Whether the edge is the last one of a shortest path to `to`.
fn on_shortest(nearest: &Nearest<'_>, from: Index, to: Index, weight: f64) -> bool {
    nearest.reached(from) && nearest.reached(to) && nearest.cost(from) + weight == nearest.cost(to)
}

/// Steps along shortest paths to one target.
struct Shortest<'a> {
    there: &'a Adjacency,
    nearest: &'a Nearest<'a>,
    /// By node, the number of the last target that a shortest path leads to from there.
    leads: &'a [u32],
    number: u32,
    target: Index,
}

impl Steps for Shortest<'_> {
    fn from(&mut self, path: &[Index], next: &mut Vec<(Index, f64)>, pace: &mut Pace<'_>) -> Result<()> {
        let Some(node) = path.last().copied().filter(|node| *node != self.target) else { return Ok(()) };
        for (other, weight) in self.there.weighted(node) {
            pace.step()?;
            if self.leads[other as usize] == self.number && on_shortest(self.nearest, node, other, weight) {
                next.push((other, weight));
            }
        }
        Ok(())
    }

    fn ends(&self, node: Index) -> bool {
        node == self.target
    }
}
