//! Which nodes and edges matter.

use arrow::array::AsArray;
use arrow::datatypes::{Float64Type, Int64Type};
use stoa_graph::centrality::{
    Betweenness, Closeness, Eigenvector, Hits, Katz, PageRank, Sources, betweenness_centrality,
    closeness_centrality, degree_centrality, edge_betweenness, eigenvector_centrality, harmonic_centrality,
    hits, katz_centrality, pagerank,
};

use super::super::call::{Call, Cost, TableFunction};
use super::columns::{
    DIRECTION, EDGES, ID, NODES, SEED, WEIGHTED_EDGES, count, direction, flag, ids, ids_of, iterations,
    number, numbers, tolerance,
};
use crate::registry::{Argument, ArgumentType, Column, ColumnType, Default, FunctionDoc, Kind, Returns};
use stoa_graph::{Direction, GraphError};

const RESTART: &[Column] = &[
    Column::new("id", ColumnType::Integer, "A node."),
    Column::new("weight", ColumnType::Number, "How often, relative to the others."),
];

const SCORE: Column = Column::new("score", ColumnType::Number, "How central the node is.");

const BETWEEN: &[Argument] = &[
    WEIGHTED_EDGES,
    NODES,
    DIRECTION,
    count(
        "samples",
        Default::Absent,
        "From how many nodes, drawn at random, paths are counted; the answer is scaled to what is to be expected of all. \
         Without it the answer is exact.",
    ),
    SEED,
    flag(
        "approximate",
        false,
        "Whether to take a sample where the exact answer would cost more than stoa.max_graph_steps.",
    ),
    flag("normalized", true, "Whether the score is a share of all pairs of nodes."),
];

/// What one search of betweenness costs: there, and back again.
fn one_between(call: &Call<'_>) -> f64 {
    let n = call.graph.node_count().max(2) as f64;
    2.0 * call.size() * if call.graph.is_weighted() { n.log2() } else { 1.0 }
}

/// From how many nodes a call of betweenness searches; nothing for all.
fn samples(call: &Call<'_>) -> Option<usize> {
    let n = call.graph.node_count();
    let affordable = (call.max_steps / one_between(call)) as usize;
    match call.count("samples") {
        Some(samples) => Some(samples),
        None if call.flag("approximate") && affordable < n => Some(affordable.max(1)),
        None => None,
    }
}

fn between(call: &Call<'_>) -> Cost {
    let n = call.graph.node_count();
    let searches = samples(call).map_or(n, |samples| samples.min(n));
    Cost::new(call, searches as f64 * one_between(call))
}

fn betweenness(call: &Call<'_>) -> Result<Betweenness, GraphError> {
    let directed = match direction(call) {
        Direction::Out => true,
        Direction::Both => false,
        Direction::In => {
            return Err(GraphError::Argument(
                "a path is as short one way as the other: 'out' or 'both'".into(),
            ));
        }
    };
    let seed = call.count("seed").unwrap_or(42) as u64;
    let sources = samples(call).map_or(Sources::All, |count| Sources::Sample { count, seed });
    Ok(Betweenness { sources, directed, normalized: call.flag("normalized") })
}

/// One search from each node: 64 go together where edges weigh nothing.
fn searches(call: &Call<'_>) -> Cost {
    let n = call.graph.node_count() as f64;
    let each = if call.graph.is_weighted() { call.size() * n.max(2.0).log2() } else { call.size() / 16.0 };
    Cost::new(call, n * each)
}

fn iterated(call: &Call<'_>) -> Cost {
    Cost::passes(call, call.count("max_iterations").unwrap_or(100) as f64)
}

pub(super) static FUNCTIONS: &[TableFunction] = &[
    TableFunction {
        doc: FunctionDoc {
            name: "degree_centrality",
            kind: Kind::Table,
            arguments: &[EDGES, NODES],
            returns: Returns::Rows(&[
                ID,
                Column::new("in_centrality", ColumnType::Number, "Incoming edges over n − 1."),
                Column::new("out_centrality", ColumnType::Number, "Outgoing edges over n − 1."),
                Column::new("score", ColumnType::Number, "All edges over n − 1."),
            ]),
            description: "Each node's edges as a share of the other nodes there are. Parallel edges and loops count.",
            complexity: Some("O(n + m)"),
            source: Some("Freeman, Centrality in social networks: conceptual clarification, 1978"),
            example: "SELECT id, score FROM degree_centrality(edges => 'CALL') ORDER BY score DESC, id LIMIT 10",
        },
        cost: |call| Cost::passes(call, 1.0),
        run: |call| {
            let degrees = degree_centrality(call.graph, call.control)?;
            Ok(vec![
                ids(call.graph),
                numbers(degrees.incoming),
                numbers(degrees.outgoing),
                numbers(degrees.total),
            ])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "pagerank",
            kind: Kind::Table,
            arguments: &[
                WEIGHTED_EDGES,
                NODES,
                number("damping", Default::Number(0.85), "The chance that the reader follows an edge."),
                iterations(100),
                tolerance(1e-6),
                Argument {
                    name: "personalization",
                    type_: ArgumentType::Rows(RESTART),
                    default: Default::Absent,
                    description: "Where the reader starts afresh, and how often; anywhere alike if nothing is said.",
                },
            ],
            returns: Returns::Rows(&[ID, SCORE]),
            description: "How often a reader who follows edges at random, and now and then starts afresh, is at each node. \
                          The scores sum to 1.",
            complexity: Some("O(max_iterations (n + m))"),
            source: Some("Page, Brin, Motwani and Winograd, The PageRank citation ranking, 1999"),
            example: "SELECT m.full_name, p.score FROM pagerank(edges => 'CALL') p JOIN methods m ON m.id = p.id \
                      ORDER BY p.score DESC, p.id LIMIT 10",
        },
        cost: |call| Cost::passes(call, call.count("max_iterations").unwrap_or(100) as f64),
        run: |call| {
            let defaults = PageRank::default();
            let mut restart = Vec::new();
            if let Some(rows) = call.rows("personalization") {
                let nodes = rows.column(0).as_primitive::<Int64Type>().values();
                let weights = rows.column(1).as_primitive::<Float64Type>().values();
                let known = nodes.iter().zip(weights.iter());
                restart =
                    known.filter_map(|(id, weight)| Some((call.graph.index_of(*id)?, *weight))).collect();
                if restart.is_empty() {
                    return Err(GraphError::Argument(
                        "personalization names no node of the graph".to_owned(),
                    ));
                }
            }
            let options = PageRank {
                damping: call.number("damping").unwrap_or(defaults.damping),
                tolerance: call.number("tolerance").unwrap_or(defaults.tolerance),
                max_iterations: call.count("max_iterations").unwrap_or(defaults.max_iterations),
                restart,
            };
            Ok(vec![ids(call.graph), numbers(pagerank(call.graph, &options, call.control)?.ranks)])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "betweenness_centrality",
            kind: Kind::Table,
            arguments: BETWEEN,
            returns: Returns::Rows(&[ID, SCORE]),
            description: "The share of shortest paths between other nodes that pass through a node. Weights are lengths, and \
                          must be above 0.",
            complexity: Some(
                "O(samples m), all nodes without samples; with weights O(samples (m + n log n))",
            ),
            source: Some(
                "Brandes, A faster algorithm for betweenness centrality, 2001; Brandes and Pich, 2007",
            ),
            example: "SELECT m.full_name, b.score FROM betweenness_centrality(edges => 'CALL', samples => 64) b \
                      JOIN methods m ON m.id = b.id ORDER BY b.score DESC, b.id LIMIT 10",
        },
        cost: between,
        run: |call| {
            let scores = betweenness_centrality(call.graph, &betweenness(call)?, call.control)?;
            Ok(vec![ids(call.graph), numbers(scores)])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "edge_betweenness",
            kind: Kind::Table,
            arguments: BETWEEN,
            returns: Returns::Rows(&[
                Column::new("src", ColumnType::Integer, "The node the edge starts at."),
                Column::new("dst", ColumnType::Integer, "The node the edge ends at."),
                Column::new("score", ColumnType::Number, "How central the edge is."),
            ]),
            description: "The share of shortest paths that lead over each edge. Parallel edges are one; with direction 'both' \
                          a pair stands once, the smaller node first.",
            complexity: Some(
                "O(samples m), all nodes without samples; with weights O(samples (m + n log n))",
            ),
            source: Some(
                "Girvan and Newman, Community structure in social and biological networks, 2002; Brandes, 2008",
            ),
            example: "SELECT src, dst, score FROM edge_betweenness(edges => 'CALL', samples => 64) \
                      ORDER BY score DESC, src, dst LIMIT 10",
        },
        cost: between,
        run: |call| {
            let found = edge_betweenness(call.graph, &betweenness(call)?, call.control)?;
            Ok(vec![
                ids_of(call.graph, found.sources),
                ids_of(call.graph, found.targets),
                numbers(found.scores),
            ])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "closeness_centrality",
            kind: Kind::Table,
            arguments: &[
                WEIGHTED_EDGES,
                NODES,
                DIRECTION,
                flag(
                    "wf_improved",
                    true,
                    "Whether the score is scaled by the share of nodes that reach the node (Wasserman and Faust).",
                ),
            ],
            returns: Returns::Rows(&[ID, SCORE]),
            description: "Of the nodes that reach a node, their number over the sum of their distances. Weights are \
                          distances.",
            complexity: Some("O(n m); with weights O(n (n + m) log n)"),
            source: Some("Sabidussi, The centrality index of a graph, 1966"),
            example: "SELECT id, score FROM closeness_centrality(edges => 'CALL') ORDER BY score DESC, id LIMIT 10",
        },
        cost: searches,
        run: |call| {
            let options = Closeness { direction: direction(call), wf_improved: call.flag("wf_improved") };
            Ok(vec![ids(call.graph), numbers(closeness_centrality(call.graph, &options, call.control)?)])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "harmonic_centrality",
            kind: Kind::Table,
            arguments: &[WEIGHTED_EDGES, NODES, DIRECTION],
            returns: Returns::Rows(&[ID, SCORE]),
            description: "The sum of 1 / distance from all nodes that reach a node. Weights are distances; nodes at \
                          distance 0 are left out.",
            complexity: Some("O(n m); with weights O(n (n + m) log n)"),
            source: Some("Marchiori and Latora, Harmony in the small-world, 2000"),
            example: "SELECT id, score FROM harmonic_centrality(edges => 'CALL') ORDER BY score DESC, id LIMIT 10",
        },
        cost: searches,
        run: |call| {
            Ok(vec![
                ids(call.graph),
                numbers(harmonic_centrality(call.graph, direction(call), call.control)?),
            ])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "eigenvector_centrality",
            kind: Kind::Table,
            arguments: &[WEIGHTED_EDGES, NODES, DIRECTION, iterations(100), tolerance(1e-6)],
            returns: Returns::Rows(&[ID, SCORE]),
            description: "The leading eigenvector of the graph's matrix, of length 1: a node matters if what leads to \
                          it matters.",
            complexity: Some("O(max_iterations (n + m))"),
            source: Some("Bonacich, Power and centrality, 1987"),
            example: "SELECT id, score FROM eigenvector_centrality(edges => 'CALL', max_iterations => 1000, \
                      direction => 'both') ORDER BY score DESC, id LIMIT 10",
        },
        cost: iterated,
        run: |call| {
            let defaults = Eigenvector::default();
            let options = Eigenvector {
                direction: direction(call),
                max_iterations: call.count("max_iterations").unwrap_or(defaults.max_iterations),
                tolerance: call.number("tolerance").unwrap_or(defaults.tolerance),
            };
            Ok(vec![ids(call.graph), numbers(eigenvector_centrality(call.graph, &options, call.control)?)])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "katz_centrality",
            kind: Kind::Table,
            arguments: &[
                WEIGHTED_EDGES,
                NODES,
                DIRECTION,
                number("alpha", Default::Number(0.1), "How much of a node's standing a neighbour hands on."),
                number("beta", Default::Number(1.0), "What every node has of its own."),
                iterations(1000),
                tolerance(1e-6),
                flag("normalized", true, "Whether the answer is scaled to length 1."),
            ],
            returns: Returns::Rows(&[ID, SCORE]),
            description: "All walks that lead to a node, each step worth alpha times the one before. alpha must be below \
                          1 / the largest eigenvalue.",
            complexity: Some("O(max_iterations (n + m))"),
            source: Some("Katz, A new status index derived from sociometric analysis, 1953"),
            example: "SELECT id, score FROM katz_centrality(edges => 'CALL', alpha => 0.01) \
                      ORDER BY score DESC, id LIMIT 10",
        },
        cost: iterated,
        run: |call| {
            let defaults = Katz::default();
            let options = Katz {
                direction: direction(call),
                alpha: call.number("alpha").unwrap_or(defaults.alpha),
                beta: call.number("beta").unwrap_or(defaults.beta),
                max_iterations: call.count("max_iterations").unwrap_or(defaults.max_iterations),
                tolerance: call.number("tolerance").unwrap_or(defaults.tolerance),
                normalized: call.flag("normalized"),
            };
            Ok(vec![ids(call.graph), numbers(katz_centrality(call.graph, &options, call.control)?)])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "hits",
            kind: Kind::Table,
            arguments: &[
                WEIGHTED_EDGES,
                NODES,
                DIRECTION,
                iterations(100),
                tolerance(1e-8),
                flag("normalized", true, "Whether each column sums to 1."),
            ],
            returns: Returns::Rows(&[
                ID,
                Column::new("hub", ColumnType::Number, "How much the node leads to good authorities."),
                Column::new("authority", ColumnType::Number, "How much good hubs lead to the node."),
            ]),
            description: "Hubs and authorities: a good hub leads to good authorities, a good authority is led to by \
                          good hubs.",
            complexity: Some("O(max_iterations (n + m))"),
            source: Some("Kleinberg, Authoritative sources in a hyperlinked environment, 1999"),
            example: "SELECT id, authority FROM hits(edges => 'CALL', max_iterations => 1000) \
                      ORDER BY authority DESC, id LIMIT 10",
        },
        cost: iterated,
        run: |call| {
            let defaults = Hits::default();
            let options = Hits {
                direction: direction(call),
                max_iterations: call.count("max_iterations").unwrap_or(defaults.max_iterations),
                tolerance: call.number("tolerance").unwrap_or(defaults.tolerance),
                normalized: call.flag("normalized"),
            };
            let found = hits(call.graph, &options, call.control)?;
            Ok(vec![ids(call.graph), numbers(found.hubs), numbers(found.authorities)])
        },
    },
];
