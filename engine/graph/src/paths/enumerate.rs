//! Simple paths, one after the other, in the order of their nodes.

use super::Paths;
use crate::{Control, Index, Pace, Result};

/// What a walk asks at each step.
pub(super) trait Steps {
    /// Adds to `next` where the walk may go from the last node of `path`, ascending, and at what cost. That a node is not
    /// passed twice is seen to elsewhere.
    fn from(&mut self, path: &[Index], next: &mut Vec<(Index, f64)>, pace: &mut Pace<'_>) -> Result<()>;

    /// Whether a path may end here.
    fn ends(&self, node: Index) -> bool;
}

/// A walk that is where it is: the path so far and, of each of its nodes, the neighbours that are still to be tried.
#[derive(Default)]
pub(super) struct Walk {
    path: Vec<Index>,
    /// The cost up to each node of the path.
    costs: Vec<f64>,
    on_path: Vec<bool>,
    /// The neighbours of all nodes of the path, and where those of each go on.
    next: Vec<(Index, f64)>,
    places: Vec<(usize, usize)>,
}

impl Walk {
    pub(super) fn new(nodes: usize) -> Walk {
        Walk { on_path: vec![false; nodes], ..Walk::default() }
    }

    /// Adds every simple path from `start` to `found`, until there are `limit`. Gives whether there are more.
    pub(super) fn run(
        &mut self,
        start: Index,
        steps: &mut impl Steps,
        limit: usize,
        found: &mut Paths,
        control: &dyn Control,
    ) -> Result<bool> {
        let mut pace = Pace::new(control);
        let mut more = self.enter(start, 0.0, steps, limit, found, control, &mut pace)?;
        while let Some((at, end)) = self.places.last_mut() {
            if more {
                break;
            }
            pace.step()?;
            if at == end {
                self.places.pop();
                self.costs.pop();
                if let Some(node) = self.path.pop() {
                    self.on_path[node as usize] = false;
                }
                let kept = self.places.last().map_or(0, |(_, end)| *end);
                self.next.truncate(kept);
                continue;
            }
            let (node, weight) = self.next[*at];
            *at += 1;
            if !self.on_path[node as usize] {
                let cost = self.costs.last().copied().unwrap_or(0.0) + weight;
                more = self.enter(node, cost, steps, limit, found, control, &mut pace)?;
            }
        }
        self.path.drain(..).for_each(|node| self.on_path[node as usize] = false);
        self.costs.clear();
        self.next.clear();
        self.places.clear();
        Ok(more)
    }

    #[allow(clippy::too_many_arguments)] // One step of `run`, with all that `run` knows.
    fn enter(
        &mut self,
        node: Index,
        cost: f64,
        steps: &mut impl Steps,
        limit: usize,
        found: &mut Paths,
        control: &dyn Control,
        pace: &mut Pace<'_>,
    ) -> Result<bool> {
        self.path.push(node);
        self.costs.push(cost);
        self.on_path[node as usize] = true;
        if steps.ends(node) {
            if found.len() == limit {
                return Ok(true);
            }
            found.push(&self.path, cost, control)?;
        }
        let first = self.next.len();
        steps.from(&self.path, &mut self.next, pace)?;
        self.places.push((first, self.next.len()));
        Ok(false)
    }
}
