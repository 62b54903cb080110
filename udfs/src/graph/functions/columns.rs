//! Answers as columns, and arguments that many functions share.

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringArray, new_null_array,
};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field};
use std::sync::Arc;
use stoa_graph::paths::Paths;
use stoa_graph::{Csr, Direction, Edge, Index};

use super::super::call::Call;
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
    description: "The nodes of the graph, those without edges too; edges to others are left out. \
                  Without it, the ends of the edges.",
};

/// The seed of what is drawn at random.
pub(super) const SEED: Argument = Argument {
    name: "seed",
    type_: ArgumentType::Count,
    default: Default::Count(42),
    description: "The seed of what is drawn at random: the same seed, the same answer.",
};

const DIRECTIONS: ArgumentType = ArgumentType::Word(&["out", "in", "both"]);

/// Which way along the edges; along them if nothing is said.
pub(super) const DIRECTION: Argument = Argument {
    name: "direction",
    type_: DIRECTIONS,
    default: Default::Word("out"),
    description: "Along the edges, against them, or either way.",
};

/// Which way along the edges; either if nothing is said.
pub(super) const DIRECTION_BOTH: Argument = Argument { default: Default::Word("both"), ..DIRECTION };

/// The nodes a search starts from.
pub(super) const SOURCES: Argument = nodes("sources", Default::Required, "Where paths begin.");

/// The nodes a search ends at.
pub(super) const TARGETS: Argument = nodes("targets", Default::Required, "Where paths end.");

/// How many paths are given at most.
pub(super) const MAX_PATHS: Argument = Argument {
    name: "max_paths",
    type_: ArgumentType::Count,
    default: Default::Absent,
    description: "How many paths are given at most; without it, stoa.max_paths of the session.",
};

/// How often an iteration is repeated at most.
pub(super) const fn iterations(default: u64) -> Argument {
    count(
        "max_iterations",
        Default::Count(default),
        "How often the iteration is repeated at most; then it is an error.",
    )
}

/// When an iteration has come to rest.
pub(super) const fn tolerance(default: f64) -> Argument {
    number(
        "tolerance",
        Default::Number(default),
        "The iteration ends when a node changes by less, on average.",
    )
}

pub(super) const fn nodes(name: &'static str, default: Default, description: &'static str) -> Argument {
    Argument { name, type_: ArgumentType::Nodes, default, description }
}

pub(super) const fn count(name: &'static str, default: Default, description: &'static str) -> Argument {
    Argument { name, type_: ArgumentType::Count, default, description }
}

pub(super) const fn number(name: &'static str, default: Default, description: &'static str) -> Argument {
    Argument { name, type_: ArgumentType::Number, default, description }
}

pub(super) const fn flag(name: &'static str, default: bool, description: &'static str) -> Argument {
    Argument { name, type_: ArgumentType::Flag, default: Default::Flag(default), description }
}

/// `id`, the node that a row is about.
pub(super) const ID: Column = Column::new("id", ColumnType::Integer, "The node.");

/// The columns of a path.
pub(super) const PATH: [Column; 5] = [
    Column::new("source", ColumnType::Integer, "The node the path begins at."),
    Column::new("target", ColumnType::Integer, "The node the path ends at."),
    Column::new("length", ColumnType::Integer, "How many edges the path has."),
    Column::new("cost", ColumnType::Number, "The sum of their weights; without weights, their number."),
    Column::new("path", ColumnType::Integers, "The nodes from source to target."),
];

/// Which way a call asks to go.
pub(super) fn direction(call: &Call<'_>) -> Direction {
    match call.word("direction") {
        Some("in") => Direction::In,
        Some("both") => Direction::Both,
        _ => Direction::Out,
    }
}

/// The ids of all nodes.
pub(super) fn ids(graph: &Csr) -> ArrayRef {
    Arc::new(Int64Array::from(graph.ids().to_vec()))
}

/// The ids of some nodes.
pub(super) fn ids_of(graph: &Csr, nodes: impl IntoIterator<Item = Index>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(nodes.into_iter().map(|node| graph.id(node))))
}

/// The ids of some nodes, and NULL where there is none.
pub(super) fn optional_ids(graph: &Csr, nodes: impl IntoIterator<Item = Option<Index>>) -> ArrayRef {
    Arc::new(nodes.into_iter().map(|node| node.map(|node| graph.id(node))).collect::<Int64Array>())
}

pub(super) fn numbers(values: Vec<f64>) -> ArrayRef {
    Arc::new(Float64Array::from(values))
}

pub(super) fn integers<T: Into<i64>>(values: impl IntoIterator<Item = T>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values.into_iter().map(Into::into)))
}

pub(super) fn flags(values: impl IntoIterator<Item = bool>) -> ArrayRef {
    Arc::new(values.into_iter().map(Some).collect::<BooleanArray>())
}

/// `src` and `dst` of some edges.
pub(super) fn ends(graph: &Csr, edges: &[Edge]) -> [ArrayRef; 2] {
    [ids_of(graph, edges.iter().map(|edge| edge.source)), ids_of(graph, edges.iter().map(|edge| edge.target))]
}

/// The columns of [`PATH`].
pub(super) fn paths(graph: &Csr, found: &Paths) -> Vec<ArrayRef> {
    let first = ids_of(graph, found.iter().filter_map(|(nodes, _)| nodes.first().copied()));
    let last = ids_of(graph, found.iter().filter_map(|(nodes, _)| nodes.last().copied()));
    let lengths = integers(found.iter().map(|(nodes, _)| nodes.len() as i64 - 1));
    // The offsets are below `i32::MAX`, and ascend.
    let offsets: Vec<i32> = found.offsets.iter().map(|offset| *offset as i32).collect();
    let nodes = Arc::new(Field::new_list_field(DataType::Int64, false));
    let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
    let list = ListArray::new(nodes, offsets, ids_of(graph, found.nodes.iter().copied()), None);
    vec![first, last, lengths, numbers(found.costs.clone()), Arc::new(list)]
}

/// Why a list of paths is not whole: `count`, `depth`, or NULL if it is.
pub(super) const CUT: Column = Column::new(
    "cut",
    ColumnType::Text,
    "Why there may be more paths: 'count' (there are more than max_paths), 'depth' (a way was not followed further), \
     NULL if these are all. Where no path was found and the search was cut, one row says so alone.",
);

/// The columns of [`PATH`] and [`CUT`]. Where nothing was found and yet the search was cut, one row without a path says so.
pub(super) fn cut_paths(graph: &Csr, found: &Paths) -> Vec<ArrayRef> {
    let why = match (found.cut_by_count, found.cut_by_depth) {
        (true, _) => Some("count"),
        (false, true) => Some("depth"),
        (false, false) => None,
    };
    let mut columns = paths(graph, found);
    let mut rows = found.len();
    if rows == 0 && why.is_some() {
        rows = 1;
        columns = columns.iter().map(|column| new_null_array(column.data_type(), 1)).collect();
    }
    columns.push(Arc::new(std::iter::repeat_n(why, rows).collect::<StringArray>()));
    columns
}
