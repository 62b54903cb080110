//! Repeats of graph patterns.

use arrow::array::{ArrayRef, ListArray, new_null_array};
use arrow::buffer::{OffsetBuffer, ScalarBuffer};
use arrow::datatypes::{DataType, Field};
use std::sync::Arc;
use stoa_graph::GraphError;
use stoa_graph::paths::{Keep, MatchedPaths, Mode, PathPattern, match_paths};

use super::super::call::{Call, Cost, TableFunction};
use super::columns::{MAX_PATHS, WEIGHTED_EDGES, count, flag, integers, nodes};
use crate::registry::{Argument, ArgumentType, Column, ColumnType, Default, FunctionDoc, Kind, Returns};

const MODE: Argument = Argument {
    name: "mode",
    type_: ArgumentType::Word(&["walk", "trail", "acyclic", "simple"]),
    default: Default::Word("walk"),
    description: "What a path may not pass twice: nothing, an edge, a node, a node but that it may end where it began.",
};

const KEEP: Argument = Argument {
    name: "keep",
    type_: ArgumentType::Word(&["all", "shortest", "all_shortest"]),
    default: Default::Word("all"),
    description: "Which of the paths between two nodes are kept: all, count of the shortest, or all of the least length.",
};

pub(super) static FUNCTIONS: &[TableFunction] = &[TableFunction {
    doc: FunctionDoc {
        name: "path_pattern",
        kind: Kind::Table,
        arguments: &[
            WEIGHTED_EDGES,
            nodes("sources", Default::Absent, "Where paths begin; without it, anywhere."),
            nodes("targets", Default::Absent, "Where paths end; without it, anywhere."),
            count("min", Default::Count(1), "The fewest edges of a path."),
            count("max", Default::Absent, "The most edges of a path; needed where all walks are kept."),
            MODE,
            KEEP,
            count("count", Default::Count(1), "How many of the shortest are kept between two nodes."),
            flag(
                "numbered",
                false,
                "Whether weights are numbers of edges: those of one number are one edge, and edges lists the numbers.",
            ),
            flag("lists", true, "Whether nodes and edges are listed; else they are NULL."),
            MAX_PATHS,
        ],
        returns: Returns::Rows(&[
            Column::new("source", ColumnType::Integer, "The node the path begins at."),
            Column::new("target", ColumnType::Integer, "The node the path ends at."),
            Column::new("length", ColumnType::Integer, "How many edges the path has."),
            Column::new("nodes", ColumnType::Integers, "The nodes from source to target."),
            Column::new(
                "edges",
                ColumnType::Integers,
                "The edges: their weights where numbered, else their places in the order of (src, dst, weight).",
            ),
            Column::new("number", ColumnType::Integer, "The number of the path, from 0."),
        ]),
        description: "The paths that match a repeat of a graph pattern, as -[…]->{min,max} of GRAPH_TABLE, which is made of \
                      it. Parallel edges make different paths. More paths than max_paths are an error.",
        complexity: Some(
            "O(sources · min · (n + m)) for shortest walks; up to O(dᵐᵃˣ) a source where all are kept",
        ),
        source: Some("Deutsch and others, Graph pattern matching in GQL and SQL/PGQ, 2022"),
        example: "SELECT source, target, length FROM path_pattern(edges => 'CALL', \
                  sources => (SELECT id FROM methods ORDER BY id LIMIT 5), min => 1, max => 3, mode => 'trail') LIMIT 10",
    },
    cost,
    run: |call| {
        if call.flag("numbered") && !call.graph.is_weighted() && call.graph.edge_count() > 0 {
            return Err(GraphError::Argument(
                "edges that are numbered need their numbers as weights".to_owned(),
            ));
        }
        let options = options(call)?;
        let found = match_paths(call.graph, &options, call.control).map_err(|error| match error {
            GraphError::TooManyPaths { limit } => GraphError::Memory(format!(
                "more than {limit} paths match; say more of their ends, bound their length, keep the shortest, or SET \
                 stoa.max_paths = {}",
                limit.saturating_mul(10)
            )),
            error => error,
        })?;
        Ok(columns(found, options.lists))
    },
}];

fn options(call: &Call<'_>) -> Result<PathPattern, GraphError> {
    let bounded = |name: &str| match call.count(name).map(u32::try_from) {
        None => Ok(None),
        Some(Ok(count)) => Ok(Some(count)),
        Some(Err(_)) => Err(GraphError::Argument(format!("{name} is at most {}", u32::MAX))),
    };
    let (min, max) = (bounded("min")?.unwrap_or(1), bounded("max")?);
    if max.is_some_and(|max| max < min) {
        return Err(GraphError::Argument("max is less than min".to_owned()));
    }
    Ok(PathPattern {
        sources: call.nodes("sources").map(<[i64]>::to_vec),
        targets: call.nodes("targets").map(<[i64]>::to_vec),
        min,
        max,
        mode: match call.word("mode") {
            Some("trail") => Mode::Trail,
            Some("acyclic") => Mode::Acyclic,
            Some("simple") => Mode::Simple,
            _ => Mode::Walk,
        },
        keep: match call.word("keep") {
            Some("shortest") => Keep::Shortest(call.count("count").unwrap_or(1)),
            Some("all_shortest") => Keep::AllShortest,
            _ => Keep::All,
        },
        numbered: call.flag("numbered"),
        lists: call.flag("lists"),
        limit: call.count("max_paths").unwrap_or(call.max_paths),
    })
}

/// From each source as far as paths of the greatest length can fan out, at most the whole graph for each edge of the
/// least. Where all paths are kept their number is bounded when they are found, not guessed.
fn cost(call: &Call<'_>) -> Cost {
    let sources = call.nodes("sources").map_or(call.graph.node_count(), <[i64]>::len) as f64;
    let degree = call.graph.edge_count() as f64 / call.graph.node_count().max(1) as f64;
    let whole = call.size() * (call.count("min").unwrap_or(1) as f64 + 1.0);
    let steps = match call.count("max") {
        Some(max) => whole.min(degree.max(1.0).powf(max as f64) * max.max(1) as f64),
        None => whole,
    };
    Cost::new(call, sources * steps)
}

fn columns(found: MatchedPaths, lists: bool) -> Vec<ArrayRef> {
    let count = found.len();
    let list = |values: Vec<i64>, extra: usize| -> ArrayRef {
        let item = Arc::new(Field::new_list_field(DataType::Int64, false));
        if !lists {
            return new_null_array(&DataType::List(item), count);
        }
        // The lists are no longer than `i32::MAX`, so neither are their offsets.
        let offsets =
            found.offsets.iter().enumerate().map(|(path, offset)| *offset as i32 + (path * extra) as i32);
        let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets.collect::<Vec<_>>()));
        Arc::new(ListArray::new(item, offsets, integers(values), None))
    };
    let (nodes, edges) = (list(found.nodes, 1), list(found.edges, 0));
    vec![
        integers(found.sources),
        integers(found.targets),
        integers(found.lengths),
        nodes,
        edges,
        integers(0..count as i64),
    ]
}
