//! The costs of the cheapest ways from one node, in room that is used for one search after the other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::{Adjacency, Index, Pace, Result};

/// Dijkstra's search, or a breadth-first one in a graph without weights. A way is better that costs less or, where costs
/// are equal, has fewer hops: along the best ways hops always grow, whatever edges weigh nothing.
pub(crate) struct Nearest<'a> {
    along: &'a Adjacency,
    /// By node; infinite where the search did not come.
    cost: Vec<f64>,
    hops: Vec<u32>,
    /// The nodes that were settled, nearest first.
    pub(crate) order: Vec<Index>,
    touched: Vec<Index>,
    settled: Vec<bool>,
    heap: BinaryHeap<Reverse<(u64, u32, Index)>>,
}

impl<'a> Nearest<'a> {
    /// The memory of a search, in bytes a node.
    pub(crate) const BYTES: usize = 32;

    /// No weight may be negative.
    pub(crate) fn new(along: &'a Adjacency) -> Nearest<'a> {
        Nearest {
            along,
            cost: vec![f64::INFINITY; along.node_count()],
            hops: vec![0; along.node_count()],
            order: Vec::new(),
            touched: Vec::new(),
            settled: vec![false; along.node_count()],
            heap: BinaryHeap::new(),
        }
    }

    /// Whether the search settled this node.
    pub(crate) fn reached(&self, node: Index) -> bool {
        self.settled[node as usize]
    }

    /// Of a node that was reached.
    pub(crate) fn cost(&self, node: Index) -> f64 {
        self.cost[node as usize]
    }

    /// Of a node that was reached.
    pub(crate) fn hops(&self, node: Index) -> u32 {
        self.hops[node as usize]
    }

    /// Searches from `start` until `end`, if there is one, is settled. An edge is passed where `open(from, to)` says so.
    pub(crate) fn run(
        &mut self,
        start: Index,
        end: Option<Index>,
        open: impl Fn(Index, Index) -> bool,
        pace: &mut Pace<'_>,
    ) -> Result<()> {
        for node in self.touched.drain(..) {
            self.cost[node as usize] = f64::INFINITY;
            self.settled[node as usize] = false;
        }
        self.order.clear();
        self.heap.clear();
        (self.cost[start as usize], self.hops[start as usize]) = (0.0, 0);
        self.touched.push(start);
        if self.along.all_weights().is_none() {
            return self.breadth_first(start, end, open, pace);
        }
        self.heap.push(Reverse((0, 0, start)));
        while let Some(Reverse((_, hops, node))) = self.heap.pop() {
            if std::mem::replace(&mut self.settled[node as usize], true) {
                continue;
            }
            self.order.push(node);
            if end == Some(node) {
                break;
            }
            pace.steps(1 + self.along.degree(node))?;
            for (other, weight) in self.along.weighted(node) {
                let at = other as usize;
                // No weight is below zero; adding a zero makes of -0 the one zero whose bits order as numbers do.
                let cost = self.cost[node as usize] + weight + 0.0;
                let better = cost < self.cost[at] || (cost == self.cost[at] && hops + 1 < self.hops[at]);
                if better && cost < f64::INFINITY && !self.settled[at] && open(node, other) {
                    if self.cost[at] == f64::INFINITY {
                        self.touched.push(other);
                    }
                    (self.cost[at], self.hops[at]) = (cost, hops + 1);
                    self.heap.push(Reverse((cost.to_bits(), hops + 1, other)));
                }
            }
        }
        Ok(())
    }

    fn breadth_first(
        &mut self,
        start: Index,
        end: Option<Index>,
        open: impl Fn(Index, Index) -> bool,
        pace: &mut Pace<'_>,
    ) -> Result<()> {
        self.order.push(start);
        self.settled[start as usize] = true;
        let mut at = 0;
        while let Some(node) = self.order.get(at).copied() {
            at += 1;
            if end.is_some_and(|end| self.settled[end as usize]) {
                break;
            }
            let hops = self.hops[node as usize] + 1;
            let neighbours = self.along.neighbours(node);
            pace.steps(1 + neighbours.len())?;
            for other in neighbours.iter().copied() {
                if !self.settled[other as usize] && open(node, other) {
                    self.settled[other as usize] = true;
                    self.touched.push(other);
                    (self.cost[other as usize], self.hops[other as usize]) = (f64::from(hops), hops);
                    self.order.push(other);
                }
            }
        }
        Ok(())
    }
}
