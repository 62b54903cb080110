//! Groups of nodes that hold together.

use arrow::array::{ArrayRef, AsArray};
use arrow::datatypes::Int64Type;
use rustc_hash::FxHashMap;
use stoa_graph::communities::{
    Communities, LabelPropagation, Modular, Update, label_propagation, leiden, louvain, modularity,
};
use stoa_graph::{Csr, GraphError, Index};

use super::super::call::{Call, Cost, TableFunction};
use super::columns::{
    DIRECTION, ID, NODES, SEED, WEIGHTED_EDGES, count, direction, ids, ids_of, integers, number, numbers,
};
use crate::registry::{Argument, ArgumentType, Column, ColumnType, Default, FunctionDoc, Kind, Returns};

const RESOLUTION: Argument =
    number("resolution", Default::Number(1.0), "Above 1 communities are smaller, below 1 larger.");

const HIERARCHY: &[Argument] = &[
    WEIGHTED_EDGES,
    NODES,
    RESOLUTION,
    count(
        "max_levels",
        Default::Absent,
        "How many levels are built at most; as many as there are if nothing is said.",
    ),
    Argument {
        default: Default::Absent,
        description: "The order in which nodes are first asked; that of their ids if nothing is said.",
        ..SEED
    },
];

const LEVELS: &[Column] = &[
    ID,
    Column::new("community", ColumnType::Integer, "The smallest node of its community."),
    Column::new(
        "level",
        ColumnType::Integer,
        "The level of the hierarchy, from 0: small communities first, the last is the answer.",
    ),
    Column::new("is_final", ColumnType::Flag, "Whether this is the last level."),
    Column::new("modularity", ColumnType::Number, "The modularity of the last level."),
];

const PARTITION: &[Column] = &[
    Column::new("id", ColumnType::Integer, "A node."),
    Column::new("community", ColumnType::Integer, "What its community is called."),
];

fn options(call: &Call<'_>) -> Modular {
    Modular {
        resolution: call.number("resolution").unwrap_or(1.0),
        max_levels: call.count("max_levels").unwrap_or(usize::MAX),
        seed: call.count("seed").map(|seed| seed as u64),
    }
}

/// The columns of [`LEVELS`]: every node on every level.
fn levels(graph: &Csr, found: &Communities) -> Vec<ArrayRef> {
    // A graph without edges has no level; each node is then alone.
    let single = [found.labels.clone()];
    let levels: &[Vec<Index>] = if found.levels.is_empty() { &single } else { &found.levels };
    let rows = levels.len() * graph.node_count();
    let numbered = levels.iter().enumerate();
    vec![
        ids_of(graph, levels.iter().flat_map(|_| graph.nodes())),
        ids_of(graph, levels.iter().flatten().copied()),
        integers(
            numbered.clone().flat_map(|(level, labels)| std::iter::repeat_n(level as i64, labels.len())),
        ),
        super::columns::flags(
            numbered.flat_map(|(level, labels)| std::iter::repeat_n(level + 1 == levels.len(), labels.len())),
        ),
        numbers(vec![found.modularity; rows]),
    ]
}

pub(super) static FUNCTIONS: &[TableFunction] = &[
    TableFunction {
        doc: FunctionDoc {
            name: "louvain",
            kind: Kind::Table,
            arguments: HIERARCHY,
            returns: Returns::Rows(LEVELS),
            description: "Communities of high modularity, level by level: WHERE is_final gives one row a node. Directions are \
                          left aside; edges between two nodes are one of their weights' sum.",
            complexity: Some("O((n + m) levels)"),
            source: Some("Blondel, Guillaume, Lambiotte and Lefebvre, Fast unfolding of communities, 2008"),
            example: "SELECT community, count(*) FROM louvain(edges => 'CALL') WHERE is_final GROUP BY community \
                      ORDER BY count(*) DESC, community LIMIT 10",
        },
        cost: |call| Cost::passes(call, 30.0).undirected(),
        run: |call| Ok(levels(call.graph, &louvain(call.graph, &options(call), call.control)?)),
    },
    TableFunction {
        doc: FunctionDoc {
            name: "leiden",
            kind: Kind::Table,
            arguments: HIERARCHY,
            returns: Returns::Rows(LEVELS),
            description: "Communities of high modularity, each of them connected, level by level: WHERE is_final gives one row \
                          a node. Directions are left aside.",
            complexity: Some("O((n + m) levels)"),
            source: Some("Traag, Waltman and van Eck, From Louvain to Leiden, 2019"),
            example: "SELECT community, count(*) FROM leiden(edges => 'CALL') WHERE is_final GROUP BY community \
                      ORDER BY count(*) DESC, community LIMIT 10",
        },
        cost: |call| Cost::passes(call, 40.0).undirected(),
        run: |call| Ok(levels(call.graph, &leiden(call.graph, &options(call), call.control)?)),
    },
    TableFunction {
        doc: FunctionDoc {
            name: "label_propagation",
            kind: Kind::Table,
            arguments: &[
                WEIGHTED_EDGES,
                NODES,
                Argument {
                    name: "update",
                    type_: ArgumentType::Word(&["in_turn", "at_once"]),
                    default: Default::Word("in_turn"),
                    description: "When a label that a node takes is seen by others: at once, or after all have chosen (that \
                                  is CDLP of LDBC Graphalytics).",
                },
                count("max_iterations", Default::Count(100), "How often nodes are asked at most."),
                number(
                    "tolerance",
                    Default::Number(1e-5),
                    "It is done when no larger a share of the nodes than this has taken another label.",
                ),
                SEED,
            ],
            returns: Returns::Rows(&[
                ID,
                Column::new("community", ColumnType::Integer, "The label the node has: the id of a node."),
            ]),
            description: "Communities by labels that spread: each node takes the label that most of its neighbours have.",
            complexity: Some("O((n + m) max_iterations)"),
            source: Some(
                "Raghavan, Albert and Kumara, Near linear time algorithm to detect community structures, 2007",
            ),
            example: "SELECT community, count(*) FROM label_propagation(edges => 'CALL') GROUP BY community \
                      ORDER BY count(*) DESC, community LIMIT 10",
        },
        cost: |call| Cost::passes(call, call.count("max_iterations").unwrap_or(100) as f64).undirected(),
        run: |call| {
            let at_once = call.word("update") == Some("at_once");
            let options = LabelPropagation {
                update: if at_once { Update::AtOnce } else { Update::InTurn },
                max_iterations: call.count("max_iterations").unwrap_or(100),
                tolerance: call.number("tolerance").unwrap_or(1e-5),
                seed: call.count("seed").unwrap_or(42) as u64,
            };
            let found = label_propagation(call.graph, &options, call.control)?;
            Ok(vec![ids(call.graph), ids_of(call.graph, found.labels)])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "modularity",
            kind: Kind::Table,
            arguments: &[
                WEIGHTED_EDGES,
                Argument {
                    name: "partition",
                    type_: ArgumentType::Rows(PARTITION),
                    default: Default::Required,
                    description: "Which community each node is in. Nodes it does not name are each alone.",
                },
                NODES,
                Argument { default: Default::Word("both"), ..DIRECTION },
                RESOLUTION,
            ],
            returns: Returns::Rows(&[Column::new("modularity", ColumnType::Number, "From −½ to 1.")]),
            description: "How much more edges there are inside of communities than chance would have it; one row. \
                          direction 'out' takes directions into account.",
            complexity: Some("O(n + m)"),
            source: Some(
                "Newman, Fast algorithm for detecting community structure in networks, 2004; Leicht and Newman, 2008",
            ),
            example: "SELECT modularity FROM modularity(edges => 'CALL', \
                      partition => (SELECT id, file_id AS community FROM methods))",
        },
        cost: |call| Cost::passes(call, 2.0),
        run: |call| {
            let Some(rows) = call.rows("partition") else {
                return Err(GraphError::Argument("partition is missing".to_owned()));
            };
            let nodes = rows.column(0).as_primitive::<Int64Type>().values();
            let names = rows.column(1).as_primitive::<Int64Type>().values();
            // A community is called by the first of its nodes; a node that no row names by itself.
            let mut labels: Vec<Index> = call.graph.nodes().collect();
            let mut named: Vec<Option<i64>> = vec![None; labels.len()];
            let mut first: FxHashMap<i64, Index> = FxHashMap::default();
            for (id, name) in nodes.iter().zip(names.iter()) {
                let Some(node) = call.graph.index_of(*id) else { continue };
                if named[node as usize].replace(*name).is_some_and(|other| other != *name) {
                    return Err(GraphError::Argument(format!("node {id} is in two communities")));
                }
                labels[node as usize] = *first.entry(*name).or_insert(node);
            }
            let directed = direction(call) != stoa_graph::Direction::Both;
            let resolution = call.number("resolution").unwrap_or(1.0);
            Ok(vec![numbers(vec![modularity(call.graph, &labels, directed, resolution, call.control)?])])
        },
    },
];
