//! The graph: a dictionary of node ids and, for each direction, offsets and targets.
//!
//! The layout is that of sparse matrices (Eisenstat, Gursky, Schultz and Sherman, "Yale sparse matrix package", 1982):
//! the neighbours of node `n` are `targets[offsets[n]..offsets[n + 1]]`, ascending. The outgoing side is always there;
//! the incoming side (the transposed matrix) and the undirected one are made when they are first asked for, and kept.

mod build;
mod checks;
mod dictionary;
mod part;
mod simple;
mod undirected;

use std::ops::Range;
use std::sync::OnceLock;

use crate::Result;
pub(crate) use checks::{not_negative, summable};
use dictionary::Dictionary;
pub use undirected::Undirected;

/// The dense number of a node: its place in [`Csr::ids`]. Ids ascend, so the smaller index is the smaller id.
pub type Index = u32;

/// No node, and no number: where an answer has one entry for each node, and this one has none.
pub const NONE: Index = Index::MAX;

/// Edges as a scan gives them: columns in pieces. `weights` is empty in a graph without weights.
#[derive(Clone, Copy, Debug, Default)]
pub struct EdgeColumns<'a> {
    pub src: &'a [i64],
    pub dst: &'a [i64],
    pub weights: Option<&'a [f64]>,
}

/// An edge: its number, which is its place in the order of (source, target, weight), and its ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    pub number: u32,
    pub source: Index,
    pub target: Index,
}

/// For each node its neighbours on one side, ascending, and the weights of the edges between.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Adjacency {
    offsets: Vec<u32>,
    targets: Vec<Index>,
    weights: Option<Vec<f64>>,
    spread: Spread,
}

/// What all weights together are like.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    pub least: f64,
    pub most: f64,
    pub sum: f64,
}

impl Adjacency {
    fn new(offsets: Vec<u32>, targets: Vec<Index>, weights: Option<Vec<f64>>) -> Adjacency {
        let spread = match weights.as_deref() {
            Some([first, rest @ ..]) => {
                let first = Spread { least: *first, most: *first, sum: *first };
                rest.iter().fold(first, |spread, weight| Spread {
                    least: spread.least.min(*weight),
                    most: spread.most.max(*weight),
                    sum: spread.sum + weight,
                })
            }
            _ => Spread::default(),
        };
        Adjacency { offsets, targets, weights, spread }
    }

    /// The least and the greatest of the weights and their sum; zeros in a graph without weights or edges.
    pub fn spread(&self) -> Spread {
        self.spread
    }

    pub fn node_count(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The neighbours of a node; one that several edges lead to stands there as often.
    #[inline]
    pub fn neighbours(&self, node: Index) -> &[Index] {
        &self.targets[self.range(node)]
    }

    /// The weights beside [`Adjacency::neighbours`]; none in a graph without weights.
    #[inline]
    pub fn weights(&self, node: Index) -> Option<&[f64]> {
        self.weights.as_ref().map(|weights| &weights[self.range(node)])
    }

    /// Neighbours and weights; 1 in a graph without weights.
    #[inline]
    pub fn weighted(&self, node: Index) -> impl Iterator<Item = (Index, f64)> + '_ {
        let range = self.range(node);
        let weights = self.weights.as_deref();
        range.map(move |at| (self.targets[at], weights.map_or(1.0, |weights| weights[at])))
    }

    #[inline]
    pub fn degree(&self, node: Index) -> usize {
        self.range(node).len()
    }

    /// Where a node's neighbours stand in [`Adjacency::targets`].
    #[inline]
    pub fn range(&self, node: Index) -> Range<usize> {
        self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize
    }

    /// One offset for each node, and the end.
    pub fn offsets(&self) -> &[u32] {
        &self.offsets
    }

    /// The neighbours of all nodes.
    pub fn targets(&self) -> &[Index] {
        &self.targets
    }

    /// The weights of all edges, beside [`Adjacency::targets`].
    pub fn all_weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    fn bytes(&self) -> usize {
        let weights = self.weights.as_ref().map_or(0, |weights| weights.capacity() * 8);
        self.offsets.capacity() * 4 + self.targets.capacity() * 4 + weights
    }
}

/// A directed graph that does not change. Parallel edges and loops are kept. The same edges make the same graph, in
/// whatever order they come.
#[derive(Debug, Default)]
pub struct Csr {
    dictionary: Dictionary,
    outgoing: Adjacency,
    incoming: OnceLock<Adjacency>,
    undirected: OnceLock<Undirected>,
}

impl Csr {
    /// The most edges of a graph: twice as many can be numbered, as the undirected side has each from both ends.
    pub const MAX_EDGES: usize = (u32::MAX / 2) as usize;

    /// Builds a graph from edges and, for nodes without any, more `nodes`. Takes O(nodes + edges) time, and no sort
    /// but that of each node's neighbours where they do not come sorted.
    ///
    /// Fails if the columns of a piece differ in length, some pieces have weights and others not, a weight is NaN, or
    /// there are more edges than [`Csr::MAX_EDGES`].
    pub fn new(edges: &[EdgeColumns<'_>], nodes: &[i64]) -> Result<Csr> {
        build::csr(edges, nodes)
    }

    /// The part of a graph between some nodes: these, each once, and the edges that start and end at one of them.
    pub fn induced(edges: &[EdgeColumns<'_>], nodes: &[i64]) -> Result<Csr> {
        build::induced(edges, nodes)
    }

    /// [`Csr::new`] of one piece, without further nodes.
    pub fn from_edges(src: &[i64], dst: &[i64], weights: Option<&[f64]>) -> Result<Csr> {
        Csr::new(&[EdgeColumns { src, dst, weights }], &[])
    }

    /// The node ids, ascending; a node's place is its [`Index`].
    pub fn ids(&self) -> &[i64] {
        self.dictionary.ids()
    }

    /// The id of a node of this graph.
    pub fn id(&self, node: Index) -> i64 {
        self.dictionary.ids()[node as usize]
    }

    /// The node of an id, if it is in the graph.
    pub fn index_of(&self, id: i64) -> Option<Index> {
        self.dictionary.number(id)
    }

    pub fn node_count(&self) -> usize {
        self.dictionary.ids().len()
    }

    pub fn edge_count(&self) -> usize {
        self.outgoing.targets.len()
    }

    /// Every node.
    pub fn nodes(&self) -> Range<Index> {
        0..self.node_count() as Index
    }

    pub fn is_weighted(&self) -> bool {
        self.outgoing.weights.is_some()
    }

    /// The smallest weight of an edge; 1 in a graph without weights, nothing in one without edges.
    pub fn least_weight(&self) -> Option<f64> {
        match &self.outgoing.weights {
            Some(weights) => (!weights.is_empty()).then_some(self.outgoing.spread.least),
            None => (self.edge_count() > 0).then_some(1.0),
        }
    }

    /// Where the edges go that leave a node.
    pub fn outgoing(&self) -> &Adjacency {
        &self.outgoing
    }

    /// Where the edges come from that enter a node.
    pub fn incoming(&self) -> &Adjacency {
        self.incoming.get_or_init(|| build::transposed(&self.outgoing))
    }

    /// Neighbours in either direction, each once.
    pub fn undirected(&self) -> &Undirected {
        self.undirected.get_or_init(|| Undirected::of(&self.outgoing, self.incoming()))
    }

    /// The node an edge leads to.
    pub fn target(&self, edge: u32) -> Index {
        self.outgoing.targets[edge as usize]
    }

    /// The weight of an edge; 1 in a graph without weights.
    pub fn weight(&self, edge: u32) -> f64 {
        *self.weight_ref(edge)
    }

    pub(crate) fn weight_ref(&self, edge: u32) -> &f64 {
        self.outgoing.weights.as_ref().map_or(&1.0, |weights| &weights[edge as usize])
    }

    /// Every edge, by number.
    pub fn edges(&self) -> impl Iterator<Item = Edge> + '_ {
        self.nodes().flat_map(move |source| {
            let edges = self.outgoing.range(source);
            edges.map(move |number| Edge {
                number: number as u32,
                source,
                target: self.target(number as u32),
            })
        })
    }

    /// Memory that is taken now, in bytes: it grows when a side is first asked for.
    pub fn bytes(&self) -> usize {
        self.dictionary.bytes()
            + self.outgoing.bytes()
            + self.incoming.get().map_or(0, Adjacency::bytes)
            + self.undirected.get().map_or(0, Undirected::bytes)
    }

    /// Memory that a graph of this size takes at most, in bytes, with the sides that are asked for; and, while it is
    /// built, half as much again.
    pub fn estimate(nodes: usize, edges: usize, weighted: bool, incoming: bool, undirected: bool) -> usize {
        let side = |entries: usize| (nodes + 1) * 4 + entries * if weighted { 12 } else { 4 };
        let incoming = if incoming || undirected { side(edges) } else { 0 };
        let undirected = if undirected { side(2 * edges) + 8 * edges } else { 0 };
        nodes * 40 + side(edges) + incoming + undirected
    }
}

#[cfg(test)]
mod tests;
