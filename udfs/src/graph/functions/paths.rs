//! Ways through a graph.

use arrow::array::ArrayRef;
use stoa_graph::paths::{
    AllPaths, AllShortestPaths, Bfs, Found, FoundDistances, KShortestPaths, LongestPath, Paths, RandomWalks,
    Sssp, all_paths, all_shortest_paths, bfs_found, bfs_from_each, ego_graph, k_shortest_paths, longest_path,
    path_to, random_walks, reachable, shortest_path, sssp, sssp_found, sssp_from_each,
};
use stoa_graph::{GraphError, Index, NONE, Reused};

use super::super::call::{Call, Cost, TableFunction};
use super::columns::{
    CUT, DIRECTION, DIRECTION_BOTH, EDGES, ID, MAX_PATHS, NODES, PATH, SEED, SOURCES, TARGETS,
    WEIGHTED_EDGES, count, cut_paths, direction, ids_of, integers, nodes, number, numbers, optional_ids,
    paths,
};
use crate::registry::{Argument, Column, ColumnType, Default, FunctionDoc, Kind, Returns};

/// The columns of a path, and why there may be more.
const CUT_PATH: [Column; 6] = [PATH[0], PATH[1], PATH[2], PATH[3], PATH[4], CUT];

fn max_paths(call: &Call<'_>) -> usize {
    call.count("max_paths").unwrap_or(call.max_paths)
}

fn ids(call: &Call<'_>, name: &str) -> Vec<i64> {
    let mut ids = call.nodes(name).unwrap_or_default().to_vec();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The one node of an argument.
fn one(call: &Call<'_>, name: &str) -> Result<i64, GraphError> {
    match ids(call, name).as_slice() {
        [one] => Ok(*one),
        several => Err(GraphError::Argument(format!("{name} is one node; {} are given", several.len()))),
    }
}

/// A search costs as much as the graph is large, and a logarithm more with weights.
fn search(call: &Call<'_>) -> f64 {
    let n: f64 = call.graph.node_count().max(2) as f64;
    call.size() * if call.graph.is_weighted() { n.log2() } else { 1.0 }
}

const DEPTH: Argument = count(
    "depth",
    Default::Absent,
    "How many edges away nodes are looked for; as far as there are any if nothing is said.",
);

/// How a search goes through a graph without weights.
fn breadth_first(call: &Call<'_>) -> Bfs {
    let depth = call.count("depth").map(|depth| u32::try_from(depth).unwrap_or(NONE - 1));
    Bfs { direction: direction(call), max_depth: depth }
}

fn parents(call: &Call<'_>, parents: Vec<Index>) -> ArrayRef {
    optional_ids(call.graph, parents.into_iter().map(|parent| Some(parent).filter(|node| *node != NONE)))
}

/// The columns of what a breadth-first search reached.
fn reached(call: &Call<'_>, found: Found) -> Vec<ArrayRef> {
    vec![ids_of(call.graph, found.nodes), integers(found.levels), parents(call, found.parents)]
}

/// The columns of what shortest paths lead to.
fn distant(call: &Call<'_>, found: FoundDistances) -> Vec<ArrayRef> {
    vec![ids_of(call.graph, found.nodes), numbers(found.distances), parents(call, found.parents)]
}

/// Columns of several searches, behind the node that each starts from.
fn of_each(call: &Call<'_>, sources: Vec<Index>, mut columns: Vec<ArrayRef>) -> Vec<ArrayRef> {
    columns.insert(0, ids_of(call.graph, sources));
    columns
}

pub(super) static FUNCTIONS: &[TableFunction] = &[
    TableFunction {
        doc: FunctionDoc {
            name: "reachable",
            kind: Kind::Table,
            arguments: &[
                EDGES,
                nodes("seeds", Default::Required, "The nodes to start from."),
                DEPTH,
                NODES,
                DIRECTION,
            ],
            returns: Returns::Rows(&[
                ID,
                Column::new(
                    "depth",
                    ColumnType::Integer,
                    "How many edges away from the nearest seed; 0 for a seed.",
                ),
                Column::new(
                    "parent",
                    ColumnType::Integer,
                    "The smallest node one edge nearer that leads to it; NULL for a seed.",
                ),
            ]),
            description: "Every node that the seeds reach, the seeds themselves too, each once. A seed that no edge names is not in the \
                          graph, unless nodes does.",
            complexity: Some("O(n + m)"),
            source: Some("Beamer, Asanović and Patterson, Direction-optimizing breadth-first search, 2012"),
            example: "SELECT m.full_name, r.depth FROM reachable(edges => 'CALL', depth => 3, \
                      seeds => (SELECT id FROM methods WHERE name = 'main')) r JOIN methods m ON m.id = r.id \
                      ORDER BY r.depth, m.full_name LIMIT 10",
        },
        cost: |call| Cost::passes(call, 1.0),
        run: |call| {
            let seeds = call.places("seeds").unwrap_or_default();
            Ok(reached(call, bfs_found(call.graph, &seeds, &breadth_first(call), call.control)?))
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "reachable_from_each",
            kind: Kind::Table,
            arguments: &[
                EDGES,
                nodes("seeds", Default::Required, "The nodes to start from."),
                DEPTH,
                NODES,
                DIRECTION,
            ],
            returns: Returns::Rows(&[
                Column::new("source", ColumnType::Integer, "The node the search starts from."),
                Column::new("id", ColumnType::Integer, "A node that it reaches."),
                Column::new("depth", ColumnType::Integer, "How many edges away; 0 for the seed."),
                Column::new(
                    "parent",
                    ColumnType::Integer,
                    "The smallest node one edge nearer that leads to it; NULL for the seed.",
                ),
            ]),
            description: "What reachable gives, for each of the seeds by itself.",
            complexity: Some("O(seeds (n + m))"),
            source: Some("Beamer, Asanović and Patterson, Direction-optimizing breadth-first search, 2012"),
            example: "SELECT m.full_name, count(*) AS reached FROM reachable_from_each(edges => 'CALL', \
                      seeds => (SELECT id FROM methods WHERE NOT is_external)) r JOIN methods m ON m.id = r.source \
                      GROUP BY m.full_name ORDER BY reached DESC, m.full_name LIMIT 10",
        },
        cost: |call| Cost::passes(call, ids(call, "seeds").len() as f64),
        run: |call| {
            let seeds = call.places("seeds").unwrap_or_default();
            let each = bfs_from_each(call.graph, &seeds, &breadth_first(call), call.control)?;
            Ok(of_each(call, each.sources, reached(call, each.found)))
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "neighbors",
            kind: Kind::Table,
            arguments: &[
                EDGES,
                nodes("seeds", Default::Required, "Whose neighbours."),
                count("hops", Default::Count(1), "How many edges away they may be."),
                NODES,
                DIRECTION_BOTH,
            ],
            returns: Returns::Rows(&[
                ID,
                Column::new("depth", ColumnType::Integer, "How many edges away from the nearest seed."),
                Column::new("seed", ColumnType::Integer, "The nearest seed; of several the smallest."),
            ]),
            description: "The nodes within some edges of the seeds, the seeds themselves not among them, nearest first.",
            complexity: Some("O(n + edges walked)"),
            source: Some("NetworkX, all_neighbors"),
            example: "SELECT m.full_name, n.depth FROM neighbors(edges => 'CALL', \
                      seeds => (SELECT min(id) FROM methods WHERE NOT is_external)) n JOIN methods m ON m.id = n.id \
                      ORDER BY m.full_name LIMIT 10",
        },
        cost: |call| Cost::passes(call, 1.0),
        run: |call| {
            let hops = u32::try_from(call.count("hops").unwrap_or(1)).ok();
            let seeds = call.places("seeds").unwrap_or_default();
            let mut found = reachable(call.graph, &seeds, direction(call), hops, call.control)?;
            found.retain(|reached| reached.depth > 0);
            Ok(vec![
                ids_of(call.graph, found.iter().map(|reached| reached.node)),
                integers(found.iter().map(|reached| reached.depth)),
                ids_of(call.graph, found.iter().map(|reached| reached.seed)),
            ])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "ego_graph",
            kind: Kind::Table,
            arguments: &[
                WEIGHTED_EDGES,
                nodes("center", Default::Required, "The node in the middle."),
                count("hops", Default::Count(1), "How many edges away from it nodes may be."),
                NODES,
                DIRECTION_BOTH,
            ],
            returns: Returns::Rows(&[
                Column::new("src", ColumnType::Integer, "The node the edge starts at."),
                Column::new("dst", ColumnType::Integer, "The node the edge ends at."),
                Column::new("weight", ColumnType::Number, "What it weighs; 1 in a graph without weights."),
            ]),
            description: "The part of a graph around a node: the edges between all nodes that are within some edges of it.",
            complexity: Some("O(n + edges walked)"),
            source: Some("NetworkX, ego_graph"),
            example: "SELECT * FROM ego_graph(edges => 'CALL', center => (SELECT min(id) FROM methods WHERE NOT is_external)) \
                      LIMIT 10",
        },
        cost: |call| Cost::passes(call, 1.0),
        run: |call| {
            let Some(center) = call.graph.index_of(one(call, "center")?) else {
                return Ok(vec![
                    integers(Vec::<i64>::new()),
                    integers(Vec::<i64>::new()),
                    numbers(Vec::new()),
                ]);
            };
            let hops = u32::try_from(call.count("hops").unwrap_or(1)).unwrap_or(u32::MAX);
            let (_, inside) = ego_graph(call.graph, center, direction(call), hops, call.control)?;
            let mut source = 0;
            let outgoing = call.graph.outgoing();
            // Edges come by number, and so by source.
            let sources: Vec<Index> = inside
                .iter()
                .map(|edge| {
                    while outgoing.range(source).end <= *edge as usize {
                        source += 1;
                    }
                    source
                })
                .collect();
            Ok(vec![
                ids_of(call.graph, sources),
                ids_of(call.graph, inside.iter().map(|edge| call.graph.target(*edge))),
                numbers(inside.iter().map(|edge| call.graph.weight(*edge)).collect()),
            ])
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "shortest_path",
            kind: Kind::Table,
            arguments: &[WEIGHTED_EDGES, SOURCES, TARGETS, NODES, DIRECTION],
            returns: Returns::Rows(&PATH),
            description: "A shortest path from each source to each target that it reaches: of the least weight or, without \
                          weights, of the fewest edges. Weights may be negative; a cycle that weighs less than zero is an \
                          error that names it.",
            complexity: Some(
                "O(sources (n + m)); with weights O(sources (m + n log n)), negative ones O(sources n m)",
            ),
            source: Some("Dijkstra, 1959; Bellman, On a routing problem, 1958; Ford, 1956"),
            example: "SELECT length, path FROM shortest_path(edges => 'CALL', \
                      sources => (SELECT min(caller) FROM call_graph), targets => (SELECT max(callee) FROM call_graph))",
        },
        cost: |call| Cost::new(call, ids(call, "sources").len() as f64 * search(call)),
        run: |call| {
            let (sources, targets) =
                (call.places("sources").unwrap_or_default(), call.places("targets").unwrap_or_default());
            let mut found = Paths::default();
            let mut add = |nodes: &[Index], cost: f64| {
                found.nodes.extend_from_slice(nodes);
                found.offsets.push(found.nodes.len() as u32);
                found.costs.push(cost);
            };
            let searching = Reused::new(call.control);
            for source in sources {
                searching.again();
                if let [target] = targets[..] {
                    if let Some(path) =
                        shortest_path(call.graph, source, target, direction(call), &searching)?
                    {
                        call.control.reserve(path.nodes.len() * 4 + 12)?;
                        add(&path.nodes, path.cost);
                    }
                    continue;
                }
                let options = Sssp { direction: direction(call), parents: true };
                let reached = sssp(call.graph, &[source], &options, &searching)?;
                for target in &targets {
                    call.control.check()?;
                    if let Some(nodes) = path_to(&reached.parents, source, *target) {
                        call.control.reserve(nodes.len() * 4 + 12)?;
                        add(&nodes, reached.distances[*target as usize]);
                    }
                }
            }
            if found.nodes.len() > i32::MAX as usize {
                let count = found.nodes.len();
                return Err(GraphError::TooLarge { what: "nodes of paths", count, limit: i32::MAX as usize });
            }
            Ok(paths(call.graph, &found))
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "distances",
            kind: Kind::Table,
            arguments: &[WEIGHTED_EDGES, SOURCES, NODES, DIRECTION],
            returns: Returns::Rows(&[
                ID,
                Column::new(
                    "distance",
                    ColumnType::Number,
                    "The least weight of a path from a source; without weights, of edges.",
                ),
                Column::new(
                    "parent",
                    ColumnType::Integer,
                    "The node before on such a path; NULL for a source.",
                ),
            ]),
            description: "How far every node that the sources reach is from the nearest of them. A cycle that weighs less than \
                          zero is an error that names it.",
            complexity: Some("O(n + m); with weights O(m + n log n), negative ones O(n m)"),
            source: Some("Dijkstra, 1959; Bellman, On a routing problem, 1958; Ford, 1956"),
            example: "SELECT id, distance FROM distances(edges => 'CALL', sources => (SELECT min(caller) FROM call_graph)) \
                      ORDER BY distance DESC, id LIMIT 10",
        },
        cost: |call| Cost::new(call, search(call)),
        run: |call| {
            let sources = call.places("sources").unwrap_or_default();
            Ok(distant(call, sssp_found(call.graph, &sources, direction(call), call.control)?))
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "distances_from_each",
            kind: Kind::Table,
            arguments: &[WEIGHTED_EDGES, SOURCES, NODES, DIRECTION],
            returns: Returns::Rows(&[
                Column::new("source", ColumnType::Integer, "The node the search starts from."),
                Column::new("id", ColumnType::Integer, "A node that it reaches."),
                Column::new(
                    "distance",
                    ColumnType::Number,
                    "The least weight of a path from the source; without weights, of edges.",
                ),
                Column::new(
                    "parent",
                    ColumnType::Integer,
                    "The node before on such a path; NULL for the source.",
                ),
            ]),
            description: "What distances gives, for each of the sources by itself.",
            complexity: Some(
                "O(sources (n + m)); with weights O(sources (m + n log n)), negative ones O(sources n m)",
            ),
            source: Some("Dijkstra, 1959; Bellman, On a routing problem, 1958; Ford, 1956"),
            example: "SELECT source, id, distance FROM distances_from_each(edges => 'CALL', \
                      sources => (SELECT id FROM methods ORDER BY id LIMIT 5)) ORDER BY source, distance DESC, id LIMIT 10",
        },
        cost: |call| Cost::new(call, ids(call, "sources").len() as f64 * search(call)),
        run: |call| {
            let sources = call.places("sources").unwrap_or_default();
            let each = sssp_from_each(call.graph, &sources, direction(call), call.control)?;
            Ok(of_each(call, each.sources, distant(call, each.found)))
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "all_shortest_paths",
            kind: Kind::Table,
            arguments: &[WEIGHTED_EDGES, SOURCES, TARGETS, NODES, DIRECTION, MAX_PATHS],
            returns: Returns::Rows(&CUT_PATH),
            description: "Every shortest path from each source to each target: of the least weight or, without weights, of \
                          the fewest edges.",
            complexity: Some("O(sources (n + m) log n + paths)"),
            source: Some("Dijkstra, A note on two problems in connexion with graphs, 1959"),
            example: "SELECT length, path FROM all_shortest_paths(edges => 'CALL', \
                      sources => (SELECT id FROM methods ORDER BY id LIMIT 5), \
                      targets => (SELECT id FROM methods ORDER BY id DESC LIMIT 5)) LIMIT 10",
        },
        cost: |call| Cost::new(call, ids(call, "sources").len() as f64 * search(call)),
        run: |call| {
            let options = AllShortestPaths {
                sources: ids(call, "sources"),
                targets: ids(call, "targets"),
                direction: direction(call),
                count: max_paths(call),
            };
            let found = all_shortest_paths(call.graph, &options, call.control)?;
            Ok(cut_paths(call.graph, &found))
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "k_shortest_paths",
            kind: Kind::Table,
            arguments: &[
                WEIGHTED_EDGES,
                nodes("source", Default::Required, "Where the paths begin."),
                nodes("target", Default::Required, "Where the paths end."),
                count("k", Default::Count(3), "How many paths are given at most."),
                NODES,
                DIRECTION,
            ],
            returns: Returns::Rows(&PATH),
            description: "The k cheapest paths between two nodes that pass no node twice, cheapest first.",
            complexity: Some("O(k n (n + m) log n)"),
            source: Some("Yen, Finding the k shortest loopless paths in a network, 1971; Lawler, 1972"),
            example: "SELECT cost, path FROM k_shortest_paths(edges => 'CALL', k => 2, \
                      source => (SELECT min(caller) FROM call_graph), \
                      target => (SELECT max(callee) FROM call_graph))",
        },
        // A path through code is short: its length, not n, is how many searches the next one takes.
        cost: |call| Cost::new(call, call.count("k").unwrap_or(3) as f64 * 16.0 * search(call)),
        run: |call| {
            let options = KShortestPaths {
                source: one(call, "source")?,
                target: one(call, "target")?,
                direction: direction(call),
                k: call.count("k").unwrap_or(3),
            };
            Ok(paths(call.graph, &k_shortest_paths(call.graph, &options, call.control)?))
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "all_paths",
            kind: Kind::Table,
            arguments: &[
                EDGES,
                SOURCES,
                TARGETS,
                count("max_depth", Default::Count(10), "How many edges a path has at most."),
                NODES,
                DIRECTION,
                MAX_PATHS,
            ],
            returns: Returns::Rows(&CUT_PATH),
            description: "Every path from each source to each target that passes no node twice. Their number can double with \
                          every edge: max_depth and max_paths bound it, and cut says when they did.",
            complexity: Some("O(paths · max_depth), and the ways that lead to none"),
            source: Some("NetworkX, all_simple_paths; Sedgewick, Algorithms in C, part 5, 2001"),
            example: "SELECT length, path, cut FROM all_paths(edges => 'CALL', max_depth => 4, \
                      sources => (SELECT id FROM methods ORDER BY id LIMIT 5), \
                      targets => (SELECT id FROM methods ORDER BY id DESC LIMIT 5)) LIMIT 10",
        },
        cost: |call| Cost::passes(call, 2.0 * ids(call, "sources").len() as f64),
        run: |call| {
            let options = AllPaths {
                sources: ids(call, "sources"),
                targets: ids(call, "targets"),
                direction: direction(call),
                depth: call.count("max_depth").unwrap_or(10),
                count: max_paths(call),
            };
            let found = all_paths(call.graph, &options, call.control)?;
            Ok(cut_paths(call.graph, &found))
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "longest_path",
            kind: Kind::Table,
            arguments: &[
                WEIGHTED_EDGES,
                nodes("sources", Default::Absent, "Where the path may begin; anywhere if nothing is said."),
                nodes("targets", Default::Absent, "Where the path may end; anywhere if nothing is said."),
                NODES,
            ],
            returns: Returns::Rows(&PATH),
            description: "The heaviest path of a graph without cycles or, without weights, the one of the most edges; one row. \
                          A cycle is an error that names it.",
            complexity: Some("O((n + m) log n)"),
            source: Some("Sedgewick and Wayne, Algorithms, 4th ed., 2011; NetworkX, dag_longest_path"),
            example: "SELECT length, path FROM longest_path(edges => 'INHERITS_FROM')",
        },
        cost: |call| Cost::passes(call, 4.0),
        run: |call| {
            let options = LongestPath { sources: ids(call, "sources"), targets: ids(call, "targets") };
            // An empty list is nowhere, and only an argument that was left out is anywhere.
            let nowhere = |name| call.nodes(name).is_some_and(<[i64]>::is_empty);
            if nowhere("sources") || nowhere("targets") {
                return Ok(paths(call.graph, &Paths::default()));
            }
            Ok(paths(call.graph, &longest_path(call.graph, &options, call.control)?))
        },
    },
    TableFunction {
        doc: FunctionDoc {
            name: "random_walks",
            kind: Kind::Table,
            arguments: &[
                WEIGHTED_EDGES,
                nodes("starts", Default::Absent, "Where walks start; at every node if nothing is said."),
                NODES,
                DIRECTION,
                count("length", Default::Count(80), "How many nodes a walk has at most."),
                count("walks", Default::Count(10), "How many walks start at each node."),
                number(
                    "return_factor",
                    Default::Number(1.0),
                    "node2vec's p: above 1, walks seldom step back.",
                ),
                number(
                    "in_out_factor",
                    Default::Number(1.0),
                    "node2vec's q: above 1, walks stay near their start.",
                ),
                SEED,
            ],
            returns: Returns::Rows(&PATH),
            description: "Walks along edges by chance, an edge as likely as it is heavy. A walk ends early where no edge leads \
                          on.",
            complexity: Some("O(walks length log degree)"),
            source: Some("Grover and Leskovec, node2vec: scalable feature learning for networks, 2016"),
            example: "SELECT path FROM random_walks(edges => 'CALL', length => 5, walks => 1) LIMIT 5",
        },
        cost: |call| {
            let starts = call.nodes("starts").map_or(call.graph.node_count(), <[i64]>::len);
            let (walks, length) = (call.count("walks").unwrap_or(10), call.count("length").unwrap_or(80));
            Cost::new(call, starts as f64 * walks as f64 * length as f64 * 4.0)
        },
        run: |call| {
            // No start is given: every node. A list of starts without any: no walk.
            if call.nodes("starts").is_some_and(<[i64]>::is_empty) {
                return Ok(paths(call.graph, &Paths::default()));
            }
            let defaults = RandomWalks::default();
            let options = RandomWalks {
                starts: ids(call, "starts"),
                direction: direction(call),
                length: call.count("length").unwrap_or(defaults.length),
                walks: call.count("walks").unwrap_or(defaults.walks),
                return_factor: call.number("return_factor").unwrap_or(defaults.return_factor),
                in_out_factor: call.number("in_out_factor").unwrap_or(defaults.in_out_factor),
                seed: call.count("seed").unwrap_or(42) as u64,
            };
            Ok(paths(call.graph, &random_walks(call.graph, &options, call.control)?))
        },
    },
];
