//! Answers as columns, and arguments that many functions share.

use arrow::array::{ArrayRef, Float64Array, Int64Array};
use std::sync::Arc;
use stoa_graph::{Csr, Index};

use crate::registry::{Argument, ArgumentType, Column, ColumnType, Default};

/// The edges of the graph, with weights where they are given.
pub(super) const WEIGHTED_EDGES: Argument = Argument {
    name: "edges",
    type_: ArgumentType::Edges { weighted: true },
    default: Default::Required,
    description: "The graph: kinds of edges, or a query for src, dst and, where edges weigh something, weight.",
};

/// The edges of the graph; weights are not looked at.
pub(super) const EDGES: Argument = Argument {
    name: "edges",
    type_: ArgumentType::Edges { weighted: false },
    default: Default::Required,
    description: "The graph: kinds of edges, or a query for src and dst.",
};

/// The nodes of the graph.
pub(super) const NODES: Argument = Argument {
    name: "nodes",
    type_: ArgumentType::Nodes,
    default: Default::Absent,
    description: "The nodes of the graph, those without edges too; edges to others are left out. Without it, the ends of the edges.",
};

/// The seed of what is drawn at random.
pub(super) const SEED: Argument = Argument {
    name: "seed",
    type_: ArgumentType::Count,
    default: Default::Count(42),
    description: "The seed of what is drawn at random: the same seed, the same answer.",
};

/// `id`, the node that a row is about.
pub(super) const ID: Column = Column::new("id", ColumnType::Integer, "the node");

/// The ids of all nodes.
pub(super) fn ids(graph: &Csr) -> ArrayRef {
    Arc::new(Int64Array::from(graph.ids().to_vec()))
}

/// The ids of some nodes.
pub(super) fn ids_of(graph: &Csr, nodes: &[Index]) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(nodes.iter().map(|node| graph.id(*node))))
}

pub(super) fn numbers(values: Vec<f64>) -> ArrayRef {
    Arc::new(Float64Array::from(values))
}

pub(super) fn integers(values: impl IntoIterator<Item = i64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values))
}
