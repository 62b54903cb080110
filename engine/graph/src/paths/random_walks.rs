//! Walks by chance: what a node's surroundings look like to someone who strolls there.

use rayon::prelude::*;

use super::Paths;
use crate::arguments::known;
use crate::csr::not_negative;
use crate::random::Random;
use crate::{Adjacency, Control, Csr, Direction, GraphError, Index, Pace, Result};

/// How [`random_walks`] walk. The defaults are those of Neo4j GDS.
#[derive(Clone, Debug, PartialEq)]
pub struct RandomWalks {
    /// The ids to start from; every node, if there are none.
    pub starts: Vec<i64>,
    pub direction: Direction,
    /// The most nodes of a walk, its start among them.
    pub length: usize,
    /// How many walks start from each node.
    pub walks: usize,
    /// node2vec's p: above 1, a walk seldom goes straight back.
    pub return_factor: f64,
    /// node2vec's q: above 1, a walk stays near the node it came from; below 1, it goes on.
    pub in_out_factor: f64,
    pub seed: u64,
}

impl Default for RandomWalks {
    fn default() -> RandomWalks {
        RandomWalks {
            starts: Vec::new(),
            direction: Direction::Out,
            length: 80,
            walks: 10,
            return_factor: 1.0,
            in_out_factor: 1.0,
            seed: 42,
        }
    }
}

/// Walks along edges by chance, an edge as likely as it is heavy; with factors other than 1 as node2vec walks (Grover and
/// Leskovec, "node2vec: scalable feature learning for networks", 2016): an edge's weight counts 1/p times if it leads
/// back, once if it leads to a neighbour of the node before, 1/q times otherwise. A walk ends early where no edge of any
/// weight leads on. Walks come by start and then by number; the cost of one is the weight of its edges.
///
/// Which way a walk takes hangs on the seed, its start's id and its number alone. In [`Direction::Both`] parallel edges
/// are one of their summed weight, and loops are not walked. O(walks · length · log(degree)) time; 8 bytes an edge in a
/// graph with weights. Fails with [`GraphError::NegativeWeight`], and with [`GraphError::Argument`] if a factor is not
/// above 0, or a weight infinite.
pub fn random_walks(graph: &Csr, options: &RandomWalks, control: &dyn Control) -> Result<Paths> {
    for (name, factor) in [("return", options.return_factor), ("in_out", options.in_out_factor)] {
        if !(factor > 0.0 && factor.is_finite()) {
            return Err(GraphError::Argument(format!(
                "random_walks: the {name} factor {factor} is not above 0"
            )));
        }
    }
    not_negative(graph, "random_walks")?;
    control.check()?;
    let starts: Vec<Index> = match options.starts.is_empty() {
        true => graph.nodes().collect(),
        false => known(graph, &options.starts),
    };
    let walker = Walker::new(graph, options, control)?;
    let mut all = Paths::default();
    if options.length == 0 || options.walks == 0 {
        return Ok(all);
    }
    // A stretch of starts at a time, so that a long answer stops where its memory does.
    const BLOCK: usize = 64;
    const STRETCH: usize = 64 * BLOCK;
    for stretch in starts.chunks(STRETCH) {
        let walked: Vec<Paths> = stretch
            .par_chunks(BLOCK)
            .map(|starts| {
                let (mut found, mut walk) = (Paths::default(), Vec::new());
                let mut pace = Pace::new(control);
                for start in starts {
                    for number in 0..options.walks {
                        let cost = walker.walk(*start, number as u64, &mut walk, &mut pace)?;
                        found.push(&walk, cost, control)?;
                    }
                }
                Ok(found)
            })
            .collect::<Result<_>>()?;
        for found in &walked {
            control.check()?;
            found.iter().try_for_each(|(walk, cost)| all.push(walk, cost, control))?;
        }
    }
    Ok(all)
}

struct Walker<'a> {
    graph: &'a Csr,
    adjacency: &'a Adjacency,
    /// By edge, the weights of its row up to and with it; nothing in a graph without weights.
    sums: Option<Vec<f64>>,
    options: &'a RandomWalks,
    /// How much an edge counts that leads back, near, and away; and the most of these.
    bias: [f64; 4],
}

impl<'a> Walker<'a> {
    fn new(graph: &'a Csr, options: &'a RandomWalks, control: &dyn Control) -> Result<Walker<'a>> {
        let adjacency = options.direction.adjacency(graph);
        let mut sums = None;
        if let Some(weights) = adjacency.all_weights() {
            control.reserve(size_of_val(weights))?;
            if weights.iter().any(|weight| weight.is_infinite()) {
                return Err(GraphError::Argument("random_walks: an edge weighs infinitely much".to_owned()));
            }
            let mut summed = weights.to_vec();
            for node in graph.nodes() {
                let mut sum = 0.0;
                for weight in &mut summed[adjacency.range(node)] {
                    sum += *weight;
                    *weight = sum;
                }
            }
            sums = Some(summed);
        }
        let (back, away) = (1.0 / options.return_factor, 1.0 / options.in_out_factor);
        let bias = [back, 1.0, away, back.max(1.0).max(away)];
        Ok(Walker { graph, adjacency, sums, options, bias })
    }

    /// Walks once; gives the weight of the walk.
    fn walk(&self, start: Index, number: u64, walk: &mut Vec<Index>, pace: &mut Pace<'_>) -> Result<f64> {
        let start_seed = Random::of_part(self.options.seed, self.graph.id(start) as u64).next();
        let mut random = Random::of_part(start_seed, number);
        pace.step()?;
        walk.clear();
        walk.push(start);
        let (mut at, mut last, mut cost) = (start, None, 0.0);
        while walk.len() < self.options.length {
            pace.step()?;
            let Some(edge) = self.step(at, last, &mut random, pace)? else { break };
            cost += self.adjacency.all_weights().map_or(1.0, |weights| weights[edge]);
            last = Some(at);
            at = self.adjacency.targets()[edge];
            walk.push(at);
        }
        Ok(cost)
    }

    /// The place of the edge by which the walk goes on.
    fn step(
        &self,
        at: Index,
        last: Option<Index>,
        random: &mut Random,
        pace: &mut Pace<'_>,
    ) -> Result<Option<usize>> {
        let Some(last) = last.filter(|_| self.bias != [1.0; 4]) else {
            return Ok(self.by_weight(at, random));
        };
        // Take an edge by its weight and keep it as likely as its bias; if that seldom succeeds, weigh them all.
        const TRIES: usize = 16;
        for _ in 0..TRIES {
            let Some(edge) = self.by_weight(at, random) else { return Ok(None) };
            if random.unit() * self.bias[3] < self.bias_of(edge, last) {
                return Ok(Some(edge));
            }
        }
        let edges = self.adjacency.range(at);
        pace.steps(edges.len())?;
        let weight = |edge: usize| {
            self.adjacency.all_weights().map_or(1.0, |weights| weights[edge]) * self.bias_of(edge, last)
        };
        let mut left = random.unit() * edges.clone().map(weight).sum::<f64>();
        let mut chosen = None;
        for edge in edges {
            let weight = weight(edge);
            if weight > 0.0 {
                chosen = Some(edge);
                if left < weight {
                    break;
                }
                left -= weight;
            }
        }
        Ok(chosen)
    }

    fn bias_of(&self, edge: usize, last: Index) -> f64 {
        let target = self.adjacency.targets()[edge];
        if target == last {
            self.bias[0]
        } else if self.adjacency.neighbours(last).binary_search(&target).is_ok() {
            self.bias[1]
        } else {
            self.bias[2]
        }
    }

    fn by_weight(&self, at: Index, random: &mut Random) -> Option<usize> {
        let edges = self.adjacency.range(at);
        match &self.sums {
            None if edges.is_empty() => None,
            None => Some(edges.start + random.below(edges.len() as u64) as usize),
            Some(sums) => {
                let row = &sums[edges.clone()];
                let total = row.last().copied().filter(|total| *total > 0.0)?;
                let point = random.unit() * total;
                let place = row.partition_point(|sum| *sum <= point);
                // Rounding may put the point at the very end: then it is the first edge that reaches it.
                let place = place.min(row.partition_point(|sum| *sum < total));
                Some(edges.start + place)
            }
        }
    }
}
