//! Adjacencies without parallel edges, for algorithms to which the lightest of several is the only one.

use rayon::prelude::*;
use std::borrow::Cow;

use super::{Adjacency, Index};

impl Adjacency {
    /// This adjacency, each neighbour of a node once: of parallel edges the lightest, which stands first. A copy is made
    /// only where there are parallel edges; O(nodes + edges) time.
    pub fn simple(&self) -> Cow<'_, Adjacency> {
        let repeats = (0..self.node_count() as Index)
            .into_par_iter()
            .with_min_len(1 << 10)
            .any(|node| self.neighbours(node).windows(2).any(|pair| pair[0] == pair[1]));
        if !repeats {
            return Cow::Borrowed(self);
        }
        let mut simple = Adjacency {
            offsets: Vec::with_capacity(self.offsets.len()),
            targets: Vec::with_capacity(self.targets.len()),
            weights: self.weights.as_ref().map(|weights| Vec::with_capacity(weights.len())),
            ..Adjacency::default()
        };
        simple.offsets.push(0);
        for node in 0..self.node_count() as Index {
            let mut last = None;
            for at in self.range(node) {
                if last.replace(self.targets[at]) != Some(self.targets[at]) {
                    simple.push(self.targets[at], self.weights.as_ref().map(|weights| weights[at]));
                }
            }
            simple.offsets.push(simple.targets.len() as u32);
        }
        Cow::Owned(Adjacency::new(simple.offsets, simple.targets, simple.weights))
    }

    /// The neighbours on this side and another, ascending, each once, with the least weight of an edge between.
    pub fn joined(&self, other: &Adjacency) -> Adjacency {
        let mut joined = Adjacency { offsets: vec![0], ..Adjacency::default() };
        joined.weights = (self.weights.is_some() || other.weights.is_some()).then(Vec::new);
        for node in 0..self.node_count() as Index {
            let (mut here, mut there) = (self.weighted(node).peekable(), other.weighted(node).peekable());
            let mut last = None;
            loop {
                // Parallel edges ascend by weight on either side, so that the first of all is the lightest.
                let first = match (here.peek(), there.peek()) {
                    (Some(a), Some(b)) if (b.0, b.1) < (a.0, a.1) => there.next(),
                    (Some(_), _) => here.next(),
                    (None, _) => there.next(),
                };
                let Some((neighbour, weight)) = first else { break };
                if last.replace(neighbour) != Some(neighbour) {
                    let weight = joined.weights.is_some().then_some(weight);
                    joined.push(neighbour, weight);
                }
            }
            joined.offsets.push(joined.targets.len() as u32);
        }
        Adjacency::new(joined.offsets, joined.targets, joined.weights)
    }

    /// An adjacency of rows that need not ascend, for an algorithm's own use.
    pub(crate) fn of_rows(offsets: Vec<u32>, targets: Vec<Index>, weights: Vec<f64>) -> Adjacency {
        Adjacency::new(offsets, targets, Some(weights))
    }

    fn push(&mut self, target: Index, weight: Option<f64>) {
        self.targets.push(target);
        if let (Some(weights), Some(weight)) = (&mut self.weights, weight) {
            weights.push(weight);
        }
    }
}
