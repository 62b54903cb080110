//! Shortest paths from one node, counted there and back (Brandes, 2001).

use std::borrow::Cow;

use crate::bits::{self, Bits, Ones};
use crate::heap::Heap;
use crate::{Adjacency, Control, Index, Pace, Result};

/// The graph as paths walk it, without parallel edges.
pub(super) struct Sides<'a> {
    pub(super) along: Cow<'a, Adjacency>,
    /// The other way; nothing where it is the same.
    pub(super) against: Option<Cow<'a, Adjacency>>,
    /// Whether paths are short by weight. The undirected side may have weights, numbers of edges, where the graph has none.
    pub(super) weighted: bool,
}

impl Sides<'_> {
    fn against(&self) -> &Adjacency {
        self.against.as_deref().unwrap_or(&self.along)
    }
}

/// Where the share of paths is added: by node, or by place in the adjacency.
pub(super) enum Tally<'a> {
    Nodes(&'a mut [f64]),
    Edges(&'a mut [f64]),
}

/// The arrays of a walk, kept from source to source.
pub(super) struct Walk<'a> {
    sides: &'a Sides<'a>,
    /// How many shortest paths lead to a node; 0 where none does yet.
    paths: Vec<f64>,
    /// What a node's share is, by path that leads to it: one for itself, and what it hands on.
    share: Vec<f64>,
    /// The nodes reached, nearest first.
    order: Vec<Index>,
    /// Where each level ends in `order`.
    ends: Vec<usize>,
    visited: Bits,
    level: Bits,
    sorter: Bits,
    distances: Vec<f64>,
    heap: Option<Heap>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(sides: &'a Sides<'a>) -> Walk<'a> {
        let nodes = sides.along.node_count();
        let weighted = sides.weighted;
        Walk {
            sides,
            paths: vec![0.0; nodes],
            share: vec![0.0; nodes],
            order: Vec::with_capacity(nodes),
            ends: Vec::new(),
            visited: Bits::new(nodes),
            level: Bits::new(nodes),
            sorter: Bits::new(nodes),
            distances: if weighted { vec![f64::INFINITY; nodes] } else { Vec::new() },
            heap: weighted.then(|| Heap::new(nodes)),
        }
    }

    pub(super) fn from(&mut self, source: Index, tally: Tally, control: &dyn Control) -> Result<()> {
        self.order.clear();
        self.ends.clear();
        self.order.push(source);
        self.paths[source as usize] = 1.0;
        if self.heap.is_some() {
            self.there_by_weight(source, control)?;
            self.back_by_weight(tally, control)?;
            self.order.iter().for_each(|node| self.distances[*node as usize] = f64::INFINITY);
        } else {
            self.there(source, control)?;
            self.back(tally, control)?;
            self.visited.clear();
        }
        self.order.iter().for_each(|node| self.paths[*node as usize] = 0.0);
        Ok(())
    }

    fn there(&mut self, source: Index, control: &dyn Control) -> Result<()> {
        let (along, against) = (&*self.sides.along, self.sides.against());
        let Walk { paths, order, ends, visited, level, sorter, .. } = self;
        visited.add(source);
        let mut start = 0;
        let mut unvisited = against.targets().len() - against.degree(source);
        let mut pace = Pace::new(control);
        while start < order.len() {
            let end = order.len();
            ends.push(end);
            let edges: usize = order[start..end].iter().map(|node| along.degree(*node)).sum();
            if edges > unvisited {
                // Each node not visited yet pulls, from those of the level.
                order[start..end].iter().for_each(|node| level.add(*node));
                let nodes = along.node_count();
                for (word, seen) in visited.words().iter().enumerate() {
                    for bit in Ones(!seen) {
                        let node = word * 64 + bit as usize;
                        if node >= nodes {
                            break;
                        }
                        let sources = against.neighbours(node as Index);
                        pace.steps(1 + sources.len())?;
                        let mut sum = 0.0;
                        for source in sources {
                            if level.has(*source) {
                                sum += paths[*source as usize];
                            }
                        }
                        if sum > 0.0 {
                            paths[node] = sum;
                            order.push(node as Index);
                        }
                    }
                }
                order[start..end].iter().for_each(|node| level.remove(*node));
            } else {
                for at in start..end {
                    let node = order[at];
                    let count = paths[node as usize];
                    let targets = along.neighbours(node);
                    pace.steps(1 + targets.len())?;
                    for target in targets {
                        if !visited.has(*target) {
                            let paths = &mut paths[*target as usize];
                            if *paths == 0.0 {
                                order.push(*target);
                            }
                            *paths += count;
                        }
                    }
                }
                bits::sort(order, end, sorter);
            }
            for node in &order[end..] {
                visited.add(*node);
                unvisited -= against.degree(*node);
            }
            start = end;
        }
        Ok(())
    }

    fn back(&mut self, tally: Tally, control: &dyn Control) -> Result<()> {
        let (along, against) = (&*self.sides.along, self.sides.against());
        let Walk { paths, share, order, ends, level, .. } = self;
        let (scores, by_edge) = match tally {
            Tally::Nodes(scores) => (scores, false),
            Tally::Edges(scores) => (scores, true),
        };
        let mut pace = Pace::new(control);
        for depth in (0..ends.len()).rev() {
            let start = if depth == 0 { 0 } else { ends[depth - 1] };
            let (here, beyond) = (&order[start..ends[depth]], ends.get(depth + 1));
            let beyond = beyond.map_or(&[][..], |end| &order[ends[depth]..*end]);
            let edges = |nodes: &[Index], side: &Adjacency| -> usize {
                nodes.iter().map(|node| side.degree(*node)).sum()
            };
            if !by_edge && edges(beyond, against) < edges(here, along) {
                // Each node beyond gives to those of this level that lead to it.
                for node in here {
                    level.add(*node);
                    share[*node as usize] = 0.0;
                }
                for node in beyond {
                    let part = share[*node as usize];
                    let sources = against.neighbours(*node);
                    pace.steps(1 + sources.len())?;
                    for source in sources {
                        if level.has(*source) {
                            share[*source as usize] += part;
                        }
                    }
                }
                here.iter().for_each(|node| level.remove(*node));
            } else {
                beyond.iter().for_each(|node| level.add(*node));
                for node in here {
                    let mut sum = 0.0;
                    let row = along.range(*node);
                    pace.steps(1 + row.len())?;
                    for (at, target) in row.clone().zip(&along.targets()[row]) {
                        if level.has(*target) {
                            let part = share[*target as usize];
                            sum += part;
                            if by_edge {
                                scores[at] += paths[*node as usize] * part;
                            }
                        }
                    }
                    share[*node as usize] = sum;
                }
                beyond.iter().for_each(|node| level.remove(*node));
            }
            for node in here {
                let node = *node as usize;
                let handed_on = paths[node] * share[node];
                share[node] = (1.0 + handed_on) / paths[node];
                if depth > 0 && !by_edge {
                    scores[node] += handed_on;
                }
            }
        }
        Ok(())
    }

    fn there_by_weight(&mut self, source: Index, control: &dyn Control) -> Result<()> {
        let Walk { sides, paths, order, distances, heap, .. } = self;
        let Some(heap) = heap else { return Ok(()) };
        order.clear();
        distances[source as usize] = 0.0;
        heap.lower(source, 0.0);
        let mut pace = Pace::new(control);
        while let Some((distance, node)) = heap.pop() {
            order.push(node);
            pace.steps(1 + sides.along.degree(node))?;
            let count = paths[node as usize];
            for (target, weight) in sides.along.weighted(node) {
                let (way, known) = (distance + weight, &mut distances[target as usize]);
                if way < *known {
                    *known = way;
                    paths[target as usize] = count;
                    heap.lower(target, way);
                } else if way == *known && way > distance && way.is_finite() {
                    paths[target as usize] += count;
                }
            }
        }
        Ok(())
    }

    fn back_by_weight(&mut self, tally: Tally, control: &dyn Control) -> Result<()> {
        let Walk { sides, paths, share, order, distances, .. } = self;
        let (scores, by_edge) = match tally {
            Tally::Nodes(scores) => (scores, false),
            Tally::Edges(scores) => (scores, true),
        };
        let mut pace = Pace::new(control);
        for (at, node) in order.iter().enumerate().rev() {
            let count = paths[*node as usize];
            let mut sum = 0.0;
            pace.steps(1 + sides.along.degree(*node))?;
            for (edge, (target, weight)) in sides.along.range(*node).zip(sides.along.weighted(*node)) {
                let (from, to) = (distances[*node as usize], distances[target as usize]);
                if from + weight == to && to > from && to.is_finite() {
                    sum += share[target as usize];
                    if by_edge {
                        scores[edge] += count * share[target as usize];
                    }
                }
            }
            share[*node as usize] = (1.0 + count * sum) / count;
            if at > 0 && !by_edge {
                scores[*node as usize] += count * sum;
            }
        }
        Ok(())
    }
}
