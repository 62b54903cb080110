//! Which nodes have the same neighbours.

use arrow::array::{ArrayRef, AsArray, Float64Array};
use arrow::datatypes::Int64Type;
use std::sync::Arc;
use stoa_graph::similarity::{
    Measure, NodeSimilarity, Similar, jaccard_similarity, node_similarity, similarity_of_pairs,
};
use stoa_graph::{Direction, GraphError};

use super::super::call::{Call, Cost, TableFunction};
use super::columns::{DIRECTION, EDGES, NODES, WEIGHTED_EDGES, count, direction, ids_of, number, numbers};
use crate::registry::{Argument, ArgumentType, Column, ColumnType, Default, FunctionDoc, Kind, Returns};

const PAIR: &[Column] = &[
    Column::new("a", ColumnType::Integer, "A node."),
    Column::new("b", ColumnType::Integer, "The node it is compared with."),
];

const ROWS: &[Column] = &[
    Column::new("id", ColumnType::Integer, "The node."),
    Column::new("other", ColumnType::Integer, "A node that is like it."),
    Column::new("similarity", ColumnType::Number, "How alike they are, from 0 to 1."),
];

const TOP_K: Argument =
    count("top_k", Default::Count(10), "How many rows a node has at most, those most like it first.");
const CUTOFF: Argument = number("cutoff", Default::Number(1e-42), "The least similarity of a row.");
const DEGREE_CUTOFF: Argument =
    count("degree_cutoff", Default::Count(1), "The fewest neighbours of a node that is compared.");

fn options(call: &Call<'_>, measure: Measure) -> NodeSimilarity {
    let defaults = NodeSimilarity::default();
    NodeSimilarity {
        measure,
        direction: direction(call),
        top_k: call.count("top_k").unwrap_or(defaults.top_k),
        cutoff: call.number("cutoff").unwrap_or(defaults.cutoff),
        degree_cutoff: call.count("degree_cutoff").unwrap_or(defaults.degree_cutoff),
    }
}

fn rows(call: &Call<'_>, found: &[Similar]) -> Vec<ArrayRef> {
    vec![
        ids_of(call.graph, found.iter().map(|row| row.node)),
        ids_of(call.graph, found.iter().map(|row| row.other)),
        numbers(found.iter().map(|row| row.similarity).collect()),
    ]
}

/// Each pair of neighbours of a node has that node in common.
fn cost(call: &Call<'_>) -> Cost {
    // How many nodes have each as a neighbour: counted here, as the side that says so is not made yet.
    let mut common = vec![0u32; call.graph.node_count()];
    let (outgoing, way) = (call.graph.outgoing(), direction(call));
    for node in call.graph.nodes() {
        if way != Direction::Out {
            common[node as usize] += outgoing.degree(node) as u32;
        }
        if way != Direction::In {
            outgoing.neighbours(node).iter().for_each(|target| common[*target as usize] += 1);
        }
    }
    Cost::new(call, common.into_iter().map(|count| f64::from(count).powi(2)).sum())
}

pub(super) static FUNCTIONS: &[TableFunction] = &[
    TableFunction {
        doc: FunctionDoc {
            name: "jaccard_similarity",
            kind: Kind::Table,
            arguments: &[
                EDGES,
                Argument {
                    name: "pairs",
                    type_: ArgumentType::Rows(PAIR),
                    default: Default::Absent,
                    description: "The pairs to compare, all of them. Without it, nodes that have a neighbour in common, as top_k, cutoff \
                                  and degree_cutoff say.",
                },
                NODES,
                DIRECTION,
                TOP_K,
                CUTOFF,
                DEGREE_CUTOFF,
            ],
            returns: Returns::Rows(ROWS),
            description: "Common neighbours over all neighbours of two nodes. Of given pairs each has a row, with NULL where \
                          a node is not in the graph; otherwise each node's most similar nodes are given.",
            complexity: Some("O(Σ degree²)"),
            source: Some("Jaccard, Étude comparative de la distribution florale, 1901"),
            example: "SELECT * FROM jaccard_similarity(edges => 'CALL', top_k => 1, cutoff => 0.5) \
                      ORDER BY similarity DESC, id LIMIT 10",
        },
        cost: |call| if call.rows("pairs").is_some() { Cost::passes(call, 4.0) } else { cost(call) },
        run: |call| {
            let Some(pairs) = call.rows("pairs") else {
                let found = jaccard_similarity(call.graph, &options(call, Measure::Jaccard), call.control)?;
                return Ok(rows(call, &found));
            };
            let (a, b) =
                (pairs.column(0).as_primitive::<Int64Type>(), pairs.column(1).as_primitive::<Int64Type>());
            let list: Vec<(i64, i64)> = a.values().iter().copied().zip(b.values().iter().copied()).collect();
            let found =
                similarity_of_pairs(call.graph, &list, Measure::Jaccard, direction(call), call.control)?;
            let found: Float64Array = found.into_iter().collect();
            Ok(vec![Arc::new(a.clone()), Arc::new(b.clone()), Arc::new(found)])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "node_similarity",
            kind: Kind::Table,
            arguments: &[
                WEIGHTED_EDGES,
                NODES,
                DIRECTION,
                Argument {
                    name: "measure",
                    type_: ArgumentType::Word(&["jaccard", "overlap", "cosine"]),
                    default: Default::Word("jaccard"),
                    description: "How two nodes' neighbours are compared.",
                },
                TOP_K,
                CUTOFF,
                DEGREE_CUTOFF,
            ],
            returns: Returns::Rows(ROWS),
            description: "For each node the nodes whose neighbours are most like its own. Weights count where they are given.",
            complexity: Some("O(Σ degree²)"),
            source: Some("Neo4j Graph Data Science, gds.nodeSimilarity"),
            example: "SELECT * FROM node_similarity(edges => 'CALL', measure => 'overlap', top_k => 1) \
                      ORDER BY similarity DESC, id LIMIT 10",
        },
        cost,
        run: |call| {
            let measure = match call.word("measure") {
                Some("jaccard") => Measure::Jaccard,
                Some("overlap") => Measure::Overlap,
                Some("cosine") => Measure::Cosine,
                other => return Err(GraphError::Argument(format!("there is no measure {other:?}"))),
            };
            Ok(rows(call, &node_similarity(call.graph, &options(call, measure), call.control)?))
        },
    },
];
