//! The shape of a graph.

use arrow::array::ArrayRef;
use stoa_graph::structure::{
    Clustering, Diameter, articulation_points, bridges, clustering_coefficient, degree, density, diameter,
    dominators, eccentricity, k_core, strongly_connected_components, topological_sort, transitive_reduction,
    triangle_count, weakly_connected_components,
};
use stoa_graph::{Direction, Index};

use super::super::call::{Call, Cost, TableFunction};
use super::columns::{
    DIRECTION, DIRECTION_BOTH, EDGES, ID, NODES, SEED, WEIGHTED_EDGES, count, direction, ends, flags, ids,
    ids_of, integers, nodes, numbers, optional_ids,
};
use crate::registry::{Argument, ArgumentType, Column, ColumnType, Default, FunctionDoc, Kind, Returns};

/// The two columns of an edge.
const ENDS: [Column; 2] = [
    Column::new("src", ColumnType::Integer, "The node the edge starts at."),
    Column::new("dst", ColumnType::Integer, "The node the edge ends at."),
];

const COMPONENT: &[Column] = &[
    ID,
    Column::new("component", ColumnType::Integer, "The smallest node of its component."),
    Column::new("size", ColumnType::Integer, "How many nodes the component has."),
];

/// The columns of [`COMPONENT`], from the smallest node of each node's component.
fn components(call: &Call<'_>, smallest: &[Index]) -> Vec<ArrayRef> {
    let mut sizes = vec![0i64; smallest.len()];
    for node in smallest {
        sizes[*node as usize] += 1;
    }
    let component = ids_of(call.graph, smallest.iter().copied());
    vec![ids(call.graph), component, integers(smallest.iter().map(|node| sizes[*node as usize]))]
}

fn one_pass(call: &Call<'_>) -> Cost {
    Cost::passes(call, 2.0).undirected()
}

fn triangles(call: &Call<'_>) -> Cost {
    let m = call.graph.edge_count() as f64;
    Cost::new(call, m * m.sqrt()).undirected()
}

/// One search from each node, 64 together.
fn all_searches(call: &Call<'_>) -> f64 {
    call.graph.node_count() as f64 * call.size() / 16.0
}

pub(super) static FUNCTIONS: &[TableFunction] = &[
    TableFunction {
        doc: FunctionDoc {
            name: "degree",
            kind: Kind::Table,
            arguments: &[WEIGHTED_EDGES, NODES],
            returns: Returns::Rows(&[
                ID,
                Column::new("in_degree", ColumnType::Integer, "Edges that end at the node."),
                Column::new("out_degree", ColumnType::Integer, "Edges that start at the node."),
                Column::new("degree", ColumnType::Integer, "Both; a loop counts twice."),
                Column::new("in_weight", ColumnType::Number, "The weight of the edges that end at the node."),
                Column::new(
                    "out_weight",
                    ColumnType::Number,
                    "The weight of the edges that start at the node.",
                ),
            ]),
            description: "How many edges each node has, and what they weigh. Parallel edges count each.",
            complexity: Some("O(n + m)"),
            source: Some("NetworkX, DiGraph.degree"),
            example: "SELECT id, degree FROM degree(edges => 'CALL') ORDER BY degree DESC, id LIMIT 10",
        },
        cost: one_pass,
        run: |call| {
            let found = degree(call.graph, call.control)?;
            let both = found.incoming.iter().zip(&found.outgoing).map(|(a, b)| i64::from(*a) + i64::from(*b));
            Ok(vec![
                ids(call.graph),
                integers(found.incoming.iter().copied()),
                integers(found.outgoing.iter().copied()),
                integers(both),
                numbers(found.weighted_incoming),
                numbers(found.weighted_outgoing),
            ])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "density",
            kind: Kind::Table,
            arguments: &[EDGES, NODES, DIRECTION],
            returns: Returns::Rows(&[
                Column::new("nodes", ColumnType::Integer, "How many nodes there are."),
                Column::new("edges", ColumnType::Integer, "How many edges there are."),
                Column::new("density", ColumnType::Number, "Edges over pairs of nodes."),
            ]),
            description: "The edges that are there as a share of those there could be; one row. Loops and parallel edges \
                          count, so it can be above 1; direction 'both' takes a pair either way round.",
            complexity: Some("O(1)"),
            source: Some("Coleman and Moré, Estimation of sparse Jacobian matrices, 1983; NetworkX, density"),
            example: "SELECT * FROM density(edges => 'CALL')",
        },
        cost: |call| Cost::passes(call, 0.0),
        run: |call| {
            let graph = call.graph;
            Ok(vec![
                integers([graph.node_count() as i64]),
                integers([graph.edge_count() as i64]),
                numbers(vec![density(graph, direction(call))]),
            ])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "eccentricity",
            kind: Kind::Table,
            arguments: &[EDGES, NODES, DIRECTION],
            returns: Returns::Rows(&[
                ID,
                Column::new("eccentricity", ColumnType::Integer, "Edges to the farthest node it reaches."),
                Column::new("reached", ColumnType::Integer, "How many other nodes it reaches."),
            ]),
            description: "For each node, how far it is to the farthest node it reaches.",
            complexity: Some("O(n m)"),
            source: Some("Then, Kaufmann, Chirigati et al., The more the merrier: multi-source BFS, 2014"),
            example: "SELECT max(eccentricity) FROM eccentricity(edges => 'CALL')",
        },
        cost: |call| Cost::new(call, all_searches(call)),
        run: |call| {
            let found = eccentricity(call.graph, direction(call), call.control)?;
            Ok(vec![ids(call.graph), integers(found.hops), integers(found.reached)])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "diameter",
            kind: Kind::Table,
            arguments: &[
                EDGES,
                NODES,
                DIRECTION_BOTH,
                count(
                    "samples",
                    Default::Absent,
                    "From how many nodes, drawn at random, to search: the diameter is then a lower bound, the radius an \
                     upper one. Without it the answer is exact.",
                ),
                SEED,
            ],
            returns: Returns::Rows(&[
                Column::new("diameter", ColumnType::Integer, "The largest eccentricity."),
                Column::new("radius", ColumnType::Integer, "The smallest eccentricity."),
                Column::new(
                    "is_exact",
                    ColumnType::Flag,
                    "Whether these are exact, not bounds from a sample.",
                ),
                Column::new("is_connected", ColumnType::Flag, "Whether every node reaches every other."),
            ]),
            description: "The largest and the smallest eccentricity; one row. Where nodes do not reach each other, the \
                          ways that there are count.",
            complexity: Some(
                "O(n m) at worst, undirected graphs near O(n + m); O(samples (n + m)) with samples",
            ),
            source: Some("Takes and Kosters, Computing the eccentricity distribution of large graphs, 2013"),
            example: "SELECT * FROM diameter(edges => 'CALL', samples => 16)",
        },
        cost: |call| {
            let steps = match (call.count("samples"), direction(call)) {
                (Some(samples), _) => 2.0 * samples as f64 * call.size(),
                // Bounds end most searches early, but not on every graph.
                (None, Direction::Both) => all_searches(call) / 100.0,
                (None, _) => all_searches(call),
            };
            Cost::new(call, steps)
        },
        run: |call| {
            let options = Diameter {
                direction: direction(call),
                sample: call.count("samples"),
                seed: call.count("seed").unwrap_or_default() as u64,
            };
            let found = diameter(call.graph, &options, call.control)?;
            Ok(vec![
                integers([found.diameter]),
                integers([found.radius]),
                flags([found.exact]),
                flags([found.connected]),
            ])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "weakly_connected_components",
            kind: Kind::Table,
            arguments: &[EDGES, NODES],
            returns: Returns::Rows(COMPONENT),
            description: "The parts of the graph between which there is no edge, whatever the directions.",
            complexity: Some("O((n + m) α(n))"),
            source: Some(
                "Sutton, Ben-Nun and Barak, Optimizing parallel graph connectivity (Afforest), 2018",
            ),
            example: "SELECT component, count(*) FROM weakly_connected_components(edges => 'CALL') GROUP BY component \
                      ORDER BY count(*) DESC, component LIMIT 10",
        },
        cost: |call| Cost::passes(call, 2.0),
        run: |call| Ok(components(call, &weakly_connected_components(call.graph, call.control)?)),
    },
    TableFunction {
        doc: FunctionDoc {
            name: "strongly_connected_components",
            kind: Kind::Table,
            arguments: &[EDGES, NODES],
            returns: Returns::Rows(COMPONENT),
            description: "The parts of the graph whose nodes all reach each other: in a call graph, what is recursive \
                          together.",
            complexity: Some("O(n + m)"),
            source: Some(
                "Pearce, A space-efficient algorithm for finding strongly connected components, 2016",
            ),
            example: "SELECT m.full_name, c.component, c.size FROM strongly_connected_components(edges => 'CALL') c \
                      JOIN methods m ON m.id = c.id WHERE c.size > 1 ORDER BY c.size DESC, c.component, c.id LIMIT 10",
        },
        cost: |call| Cost::passes(call, 2.0),
        run: |call| Ok(components(call, &strongly_connected_components(call.graph, call.control)?)),
    },
    TableFunction {
        doc: FunctionDoc {
            name: "topological_sort",
            kind: Kind::Table,
            arguments: &[EDGES, NODES],
            returns: Returns::Rows(&[
                ID,
                Column::new("position", ColumnType::Integer, "The node's place in the order, from 0."),
                Column::new("generation", ColumnType::Integer, "Edges on the longest way to it."),
            ]),
            description: "The nodes in an order that every edge respects; of those that could come next, the smallest id. \
                          A cycle is an error that names it.",
            complexity: Some("O((n + m) log n)"),
            source: Some("Kahn, Topological sorting of large networks, 1962"),
            example: "SELECT * FROM topological_sort(edges => 'INHERITS_FROM') ORDER BY position LIMIT 10",
        },
        cost: |call| Cost::passes(call, 4.0),
        run: |call| {
            let found = topological_sort(call.graph, call.control)?;
            let generations = found.order.iter().map(|node| found.generation[*node as usize]);
            Ok(vec![
                ids_of(call.graph, found.order.iter().copied()),
                integers(0..found.order.len() as i64),
                integers(generations),
            ])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "articulation_points",
            kind: Kind::Table,
            arguments: &[EDGES, NODES],
            returns: Returns::Rows(&[ID]),
            description: "The nodes without which their component falls apart. Directions are not looked at.",
            complexity: Some("O(n + m)"),
            source: Some("Hopcroft and Tarjan, Efficient algorithms for graph manipulation, 1973"),
            example: "SELECT count(*) FROM articulation_points(edges => 'CALL')",
        },
        cost: one_pass,
        run: |call| Ok(vec![ids_of(call.graph, articulation_points(call.graph, call.control)?)]),
    },
    TableFunction {
        doc: FunctionDoc {
            name: "bridges",
            kind: Kind::Table,
            arguments: &[EDGES, NODES],
            returns: Returns::Rows(&ENDS),
            description: "The edges without which their component falls apart. Directions are not looked at; of parallel \
                          edges none is a bridge.",
            complexity: Some("O(n + m)"),
            source: Some("Tarjan, A note on finding the bridges of a graph, 1974"),
            example: "SELECT count(*) FROM bridges(edges => 'CALL')",
        },
        cost: one_pass,
        run: |call| Ok(ends(call.graph, &bridges(call.graph, call.control)?).to_vec()),
    },
    TableFunction {
        doc: FunctionDoc {
            name: "k_core",
            kind: Kind::Table,
            arguments: &[EDGES, NODES],
            returns: Returns::Rows(&[
                ID,
                Column::new("core", ColumnType::Integer, "The largest k whose core the node is in."),
            ]),
            description: "For each node the largest k such that it is in the k-core: the largest part of the graph in which \
                          every node has at least k neighbours. Directions and loops are not looked at.",
            complexity: Some("O(n + m)"),
            source: Some(
                "Batagelj and Zaveršnik, An O(m) algorithm for cores decomposition of networks, 2003",
            ),
            example: "SELECT core, count(*) FROM k_core(edges => 'CALL') GROUP BY core ORDER BY core DESC LIMIT 10",
        },
        cost: |call| Cost::passes(call, 3.0).undirected(),
        run: |call| Ok(vec![ids(call.graph), integers(k_core(call.graph, call.control)?)]),
    },
    TableFunction {
        doc: FunctionDoc {
            name: "triangle_count",
            kind: Kind::Table,
            arguments: &[EDGES, NODES],
            returns: Returns::Rows(&[
                ID,
                Column::new("triangles", ColumnType::Integer, "How many triangles the node is in."),
            ]),
            description: "How many triangles each node is a corner of; a third of their sum is how many there are. Directions, \
                          loops and parallel edges are not looked at.",
            complexity: Some("O(m^1.5)"),
            source: Some("Chiba and Nishizeki, Arboricity and subgraph listing algorithms, 1985"),
            example: "SELECT sum(triangles) / 3 FROM triangle_count(edges => 'CALL')",
        },
        cost: triangles,
        run: |call| {
            let found = triangle_count(call.graph, call.control)?;
            Ok(vec![ids(call.graph), integers(found.into_iter().map(|count| count as i64))])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "clustering_coefficient",
            kind: Kind::Table,
            arguments: &[
                EDGES,
                NODES,
                Argument {
                    name: "variant",
                    type_: ArgumentType::Word(&["undirected", "directed", "graphalytics"]),
                    default: Default::Word("undirected"),
                    description: "What counts as closed: a triangle whatever the directions (Watts and Strogatz), the directed \
                                  triangles that could be (Fagiolo), or an edge from neighbour to neighbour (LDBC).",
                },
            ],
            returns: Returns::Rows(&[ID, Column::new("coefficient", ColumnType::Number, "From 0 to 1.")]),
            description: "How close a node's neighbours are to being each other's. avg(coefficient) is the graph's.",
            complexity: Some("O(m^1.5)"),
            source: Some(
                "Watts and Strogatz, Collective dynamics of small-world networks, 1998; Fagiolo, 2007",
            ),
            example: "SELECT avg(coefficient) FROM clustering_coefficient(edges => 'CALL')",
        },
        cost: triangles,
        run: |call| {
            let kind = match call.word("variant") {
                Some("directed") => Clustering::Directed,
                Some("graphalytics") => Clustering::Graphalytics,
                _ => Clustering::Undirected,
            };
            Ok(vec![ids(call.graph), numbers(clustering_coefficient(call.graph, kind, call.control)?)])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "dominators",
            kind: Kind::Table,
            arguments: &[
                EDGES,
                nodes(
                    "entries",
                    Default::Required,
                    "Where control enters; those that no edge names are left out.",
                ),
                NODES,
                Argument {
                    description: "Along the edges; 'in' gives post-dominators, with the exits as entries.",
                    ..DIRECTION
                },
            ],
            returns: Returns::Rows(&[
                ID,
                Column::new("dominator", ColumnType::Integer, "The immediate dominator; NULL for an entry."),
                Column::new("depth", ColumnType::Integer, "Dominators above the node."),
            ]),
            description: "The immediate dominator of each node that the entries reach: the last node before it that every \
                          way to it passes.",
            complexity: Some("O(m log n)"),
            source: Some("Lengauer and Tarjan, A fast algorithm for finding dominators in a flowgraph, 1979"),
            example: "SELECT * FROM dominators(edges => 'CFG', \
                      entries => (SELECT min(src) FROM edges WHERE kind = 'CFG')) LIMIT 10",
        },
        cost: |call| Cost::passes(call, 8.0),
        run: |call| {
            let entries = call.places("entries").unwrap_or_default();
            if entries.is_empty() {
                return Ok(vec![
                    integers(Vec::<i64>::new()),
                    integers(Vec::<i64>::new()),
                    integers(Vec::<i64>::new()),
                ]);
            }
            let entries: Vec<i64> = entries.into_iter().map(|node| call.graph.id(node)).collect();
            let found = dominators(call.graph, &entries, direction(call), call.control)?;
            let none = stoa_graph::NONE;
            let reached = |node: &u32| found.depth[*node as usize] != none;
            let met: Vec<u32> = call.graph.nodes().filter(reached).collect();
            let above = met.iter().map(|node| {
                let above = found.immediate[*node as usize];
                (above != none && above != *node).then_some(above)
            });
            Ok(vec![
                ids_of(call.graph, met.iter().copied()),
                optional_ids(call.graph, above),
                integers(met.iter().map(|node| found.depth[*node as usize])),
            ])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "transitive_reduction",
            kind: Kind::Table,
            arguments: &[EDGES, NODES],
            returns: Returns::Rows(&ENDS),
            description: "The edges of a graph without cycles that no longer path replaces. A cycle is an error that names \
                          it.",
            complexity: Some("O(n m)"),
            source: Some("Aho, Garey and Ullman, The transitive reduction of a directed graph, 1972"),
            example: "SELECT * FROM transitive_reduction(edges => 'INHERITS_FROM') LIMIT 10",
        },
        // At worst each node searches the whole graph; that is far from what a graph of code asks for.
        cost: |call| Cost::new(call, call.size() * (call.graph.node_count() as f64).sqrt()),
        run: |call| Ok(ends(call.graph, &transitive_reduction(call.graph, call.control)?).to_vec()),
    },
];
