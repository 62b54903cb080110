//! Graphs of any size, made by rule.
//!
//! In: a family, its parameters and a seed. Out: edges, in blocks of some ten thousand that depend on nothing but their
//! number: the same parameters give the same edges in the same order, on any number of threads, and a graph that does
//! not fit into memory goes to Parquet block by block.
//!
//! Never here: a hash map, a state that one block hands to the next, a clock.

pub mod arguments;
mod barabasi_albert;
mod call_graph;
mod erdos_renyi;
mod family;
mod parquet;
mod planted_partition;
mod random;
mod rmat;
pub mod shape;
#[cfg(test)]
mod tests;

pub use barabasi_albert::BarabasiAlbert;
pub use call_graph::CallGraph;
pub use erdos_renyi::ErdosRenyi;
pub use family::Family;
pub use parquet::{schema, write};
pub use planted_partition::PlantedPartition;
pub use random::{Permutation, Random};
pub use rmat::Rmat;

use rayon::prelude::*;

/// Edges or nodes that make a block.
const BLOCK: u64 = 1 << 16;

/// Why there is no such graph.
#[derive(Debug, thiserror::Error)]
pub enum GeneratorError {
    #[error("{0}")]
    Parameter(String),
    #[error("{path}: {source}")]
    Write { path: String, source: Box<dyn std::error::Error + Send + Sync> },
}

/// Edges by their ends' ids, and weights in a graph that has them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Edges {
    pub src: Vec<i64>,
    pub dst: Vec<i64>,
    pub weight: Option<Vec<f64>>,
}

impl Edges {
    pub fn push(&mut self, src: u64, dst: u64) {
        self.src.push(src as i64);
        self.dst.push(dst as i64);
    }

    pub fn len(&self) -> usize {
        self.src.len()
    }

    pub fn is_empty(&self) -> bool {
        self.src.is_empty()
    }

    fn append(&mut self, other: &mut Edges) {
        self.src.append(&mut other.src);
        self.dst.append(&mut other.dst);
        if let Some(weight) = &mut other.weight {
            self.weight.get_or_insert_default().append(weight);
        }
    }
}

/// A graph that can be made block by block, in any order.
pub trait Generator: Sync {
    /// How many nodes there are; some may have no edge.
    fn nodes(&self) -> u64;

    /// How many edges are expected; exact where the family fixes their number.
    fn edges(&self) -> u64;

    fn blocks(&self) -> u64;

    /// Adds the edges of a block below [`Generator::blocks`].
    fn block(&self, block: u64, edges: &mut Edges);
}

/// Makes blocks on all threads and hands them on in their order; no more than a few a thread are in memory.
///
/// With `weights`, an edge weighs something in (0, 1], each as likely, by this seed and its place.
pub fn stream<E>(
    generator: &dyn Generator,
    weights: Option<u64>,
    mut take: impl FnMut(Edges) -> Result<(), E>,
) -> Result<(), E> {
    let ahead = 4 * rayon::current_num_threads() as u64;
    for first in (0..generator.blocks()).step_by(ahead as usize) {
        let blocks = first..(first + ahead).min(generator.blocks());
        let made: Vec<Edges> = blocks
            .into_par_iter()
            .map(|block| {
                let mut edges = Edges::default();
                generator.block(block, &mut edges);
                edges.weight = weights.map(|seed| {
                    let mut random = Random::at(seed, block);
                    (0..edges.len()).map(|_| 1.0 - random.unit()).collect()
                });
                edges
            })
            .collect();
        made.into_iter().try_for_each(&mut take)?;
    }
    Ok(())
}

/// All edges of a graph, in memory.
pub fn collect(generator: &dyn Generator, weights: Option<u64>) -> Edges {
    let mut all = Edges { weight: weights.map(|_| Vec::new()), ..Edges::default() };
    let done = stream::<std::convert::Infallible>(generator, weights, |mut edges| {
        all.append(&mut edges);
        Ok(())
    });
    match done {
        Ok(()) => all,
        Err(never) => match never {},
    }
}

/// The places of a block, of `count` places in all.
fn places(block: u64, count: u64) -> std::ops::Range<u64> {
    block * BLOCK..count.min((block + 1) * BLOCK)
}

fn parameter(fits: bool, message: impl FnOnce() -> String) -> Result<(), GeneratorError> {
    if fits { Ok(()) } else { Err(GeneratorError::Parameter(message())) }
}
