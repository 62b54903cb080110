//! The best path, the second best, and so on.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

use super::Paths;
use super::nearest::Nearest;
use crate::arguments::lightest_bytes;
use crate::csr::not_negative;
use crate::{Adjacency, Control, Csr, Direction, Index, Pace, Result};

/// What [`k_shortest_paths`] looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KShortestPaths {
    pub source: i64,
    pub target: i64,
    pub direction: Direction,
    /// How many paths, at most.
    pub k: usize,
}

impl Default for KShortestPaths {
    fn default() -> KShortestPaths {
        KShortestPaths { source: 0, target: 0, direction: Direction::Out, k: 3 }
    }
}

/// The `k` cheapest simple paths between two nodes, cheapest first; of equal cost those of fewer edges first, and of
/// those the smaller ids first (Yen, "Finding the k shortest loopless paths in a network", 1971, where a path's
/// deviations are only taken from where it left its own parent: Lawler, 1972). As NetworkX's `shortest_simple_paths`.
///
/// O(k · length · (nodes + edges) log nodes) time, 37 bytes a node, 24 an edge where there are parallel ones, and 12 for each node of each path that was ever
/// considered. An edge of infinite weight is never passed. Fails with
/// [`GraphError::NegativeWeight`](crate::GraphError::NegativeWeight).
pub fn k_shortest_paths(graph: &Csr, options: &KShortestPaths, control: &dyn Control) -> Result<Paths> {
    not_negative(graph, "k_shortest_paths")?;
    control.check()?;
    control
        .reserve(graph.node_count() * (Nearest::BYTES + 5) + 2 * lightest_bytes(graph, options.direction))?;
    let mut answer = Paths::default();
    let (Some(source), Some(target)) = (graph.index_of(options.source), graph.index_of(options.target))
    else {
        return Ok(answer);
    };
    if options.k == 0 {
        return Ok(answer);
    }
    let (there, back) = (options.direction.lightest(graph), options.direction.reversed().lightest(graph));
    let mut yen = Yen {
        there: &there,
        back: Nearest::new(&back),
        target,
        barred: vec![false; graph.node_count()],
        barred_next: vec![false; graph.node_count()],
        pace: Pace::new(control),
    };
    let mut taken: Vec<Candidate> = Vec::new();
    let mut candidates = BinaryHeap::new();
    candidates.extend(yen.completed(&[source], &[])?.map(Reverse));
    while let Some(Reverse(best)) = candidates.pop() {
        if taken.len() + 1 == options.k {
            answer.cut_by_count = !candidates.is_empty() || yen.deviates(&taken, &best)?;
            taken.push(best);
            break;
        }
        // Deviations before the place where this path left its parent were the parent's to find.
        for at in best.left..best.nodes.len() - 1 {
            if let Some(candidate) = yen.deviation(&taken, &best, at)? {
                control.reserve(candidate.nodes.len() * 12 + size_of::<Candidate>())?;
                candidates.push(Reverse(candidate));
            }
        }
        taken.push(best);
    }
    // The search sums weights from the target, a path from its source: where rounding parts two that are equal, a
    // deviation can be the cheaper one by its last bit.
    taken.sort_unstable();
    taken.iter().try_for_each(|path| answer.push(&path.nodes, path.cost, control))?;
    Ok(answer)
}

/// A path that may be the next best.
#[derive(Clone, Debug)]
struct Candidate {
    cost: f64,
    nodes: Vec<Index>,
    /// The place of the last node it shares with the path it deviates from.
    left: usize,
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        let costs = self.cost.total_cmp(&other.cost);
        costs.then(self.nodes.len().cmp(&other.nodes.len())).then_with(|| self.nodes.cmp(&other.nodes))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

struct Yen<'a> {
    there: &'a Adjacency,
    /// Searches from the target, against the direction.
    back: Nearest<'a>,
    target: Index,
    /// Nodes that the path has passed, but for its last.
    barred: Vec<bool>,
    /// Nodes that may not come next.
    barred_next: Vec<bool>,
    pace: Pace<'a>,
}

impl Yen<'_> {
    /// The best path that goes as `path` does up to the place `at`, and then not as it or any of `taken` does.
    fn deviation(&mut self, taken: &[Candidate], path: &Candidate, at: usize) -> Result<Option<Candidate>> {
        let prefix = &path.nodes[..=at];
        let mut next = vec![path.nodes[at + 1]];
        for other in taken {
            self.pace.steps(at + 1)?;
            if other.nodes.len() > at + 1 && other.nodes.starts_with(prefix) {
                next.push(other.nodes[at + 1]);
            }
        }
        self.completed(prefix, &next)
    }

    /// Whether there is any deviation from `path`.
    fn deviates(&mut self, taken: &[Candidate], path: &Candidate) -> Result<bool> {
        for at in path.left..path.nodes.len() - 1 {
            if self.deviation(taken, path, at)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The best simple path that begins with `prefix` and goes on to none of `not_next`.
    fn completed(&mut self, prefix: &[Index], not_next: &[Index]) -> Result<Option<Candidate>> {
        let Some((spur, passed)) = prefix.split_last() else { return Ok(None) };
        passed.iter().for_each(|node| self.barred[*node as usize] = true);
        not_next.iter().for_each(|node| self.barred_next[*node as usize] = true);
        let found = self.search(prefix, *spur);
        passed.iter().for_each(|node| self.barred[*node as usize] = false);
        not_next.iter().for_each(|node| self.barred_next[*node as usize] = false);
        found
    }

    fn search(&mut self, prefix: &[Index], spur: Index) -> Result<Option<Candidate>> {
        let (barred, barred_next) = (&self.barred, &self.barred_next);
        // The search comes from the target, so an edge is seen from its end.
        let open =
            |to: Index, from: Index| !(barred[from as usize] || from == spur && barred_next[to as usize]);
        self.back.run(self.target, Some(spur), open, &mut self.pace)?;
        if !self.back.reached(spur) {
            return Ok(None);
        }
        let mut nodes = prefix.to_vec();
        let mut at = spur;
        while at != self.target {
            let (cost, hops) = (self.back.cost(at), self.back.hops(at));
            let mut step = None;
            for (other, weight) in self.there.weighted(at) {
                self.pace.step()?;
                if self.back.reached(other)
                    && self.back.hops(other) + 1 == hops
                    && self.back.cost(other) + weight == cost
                    && open(other, at)
                {
                    step = Some(other);
                    break;
                }
            }
            // The search came to `at` by one such step.
            let Some(other) = step else { return Ok(None) };
            nodes.push(other);
            at = other;
        }
        let mut cost = 0.0;
        for pair in nodes.windows(2) {
            let step = self.there.weighted(pair[0]).find(|(other, _)| *other == pair[1]);
            cost += step.map_or(f64::INFINITY, |(_, weight)| weight);
        }
        Ok(Some(Candidate { cost, left: prefix.len() - 1, nodes }))
    }
}
