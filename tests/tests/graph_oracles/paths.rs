//! Distances and paths.

use super::tables::{Case, ExpectedPath};
use super::{FREE, near, over_all};
use stoa_graph::paths::*;
use stoa_graph::structure::topological_sort;
use stoa_graph::{Csr, Direction, GraphError, Index, NONE};

fn ids(graph: &Csr, path: &[Index]) -> Vec<i64> {
    path.iter().map(|node| graph.id(*node)).collect()
}

fn lists(graph: &Csr, paths: &Paths) -> Vec<(Vec<i64>, f64)> {
    paths.iter().map(|(path, cost)| (ids(graph, path), cost)).collect()
}

/// The graph that a function of this name was asked of.
fn graph_of<'a>(case: &'a Case, function: &str) -> &'a Csr {
    case.weighted.as_ref().filter(|_| function.ends_with("_weighted")).unwrap_or(&case.plain)
}

fn same(case: &Case, function: &str, found: &[(Vec<i64>, f64)], expected: &[ExpectedPath]) {
    let mut expected: Vec<(&[i64], f64)> = expected.iter().map(|path| (&path.nodes[..], path.cost)).collect();
    expected.sort_by(|a, b| a.0.cmp(b.0));
    let mut found: Vec<(&[i64], f64)> = found.iter().map(|path| (&path.0[..], path.1)).collect();
    found.sort_by(|a, b| a.0.cmp(b.0));
    assert_eq!(found.len(), expected.len(), "{function} of {}: {found:?}, {expected:?}", case.name);
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found.0, expected.0, "{function} of {}", case.name);
        assert!(near(found.1, expected.1), "{function} of {}: {found:?}, {expected:?}", case.name);
    }
}

fn between(source: i64, target: i64) -> AllShortestPaths {
    AllShortestPaths { sources: vec![source], targets: vec![target], ..AllShortestPaths::default() }
}

#[test]
fn all_shortest() {
    over_all(900, |case| {
        let mut compared = 0;
        for ((function, source, target), expected) in &case.paths {
            if function.starts_with("all_shortest") {
                let graph = graph_of(case, function);
                let options = between(*source, *target);
                let found = all_shortest_paths(graph, &options, FREE).unwrap();
                same(case, function, &lists(graph, &found), expected);
                assert!(!found.cut_by_count);
                let nodes: Vec<&[Index]> = found.iter().map(|(path, _)| path).collect();
                assert!(nodes.is_sorted(), "{function} of {}", case.name);
                let options = AllShortestPaths { count: expected.len() - 1, ..options };
                let cut = all_shortest_paths(graph, &options, FREE).unwrap();
                assert!(cut.cut_by_count && cut.len() == expected.len() - 1);
                compared += 1;
            }
        }
        // No path is found between nodes where none is expected.
        for source in case.plain.nodes() {
            for target in case.plain.nodes() {
                let key = ("all_shortest".to_owned(), case.plain.id(source), case.plain.id(target));
                let hops = case.distances.get(&("hops".to_owned(), key.1));
                if hops.is_some_and(|hops| !hops.contains_key(&key.2)) {
                    let none = all_shortest_paths(&case.plain, &between(key.1, key.2), FREE).unwrap();
                    assert!(none.is_empty() && !case.paths.contains_key(&key));
                }
            }
        }
        compared
    });
}

#[test]
fn k_shortest() {
    over_all(600, |case| {
        let mut compared = 0;
        for ((function, source, target), expected) in &case.paths {
            if !function.starts_with("k_shortest") {
                continue;
            }
            let graph = graph_of(case, function);
            let k = expected[0].bound.unwrap() as usize;
            let options = KShortestPaths { source: *source, target: *target, k, ..KShortestPaths::default() };
            let found = k_shortest_paths(graph, &options, FREE).unwrap();
            let lists = lists(graph, &found);
            assert_eq!(lists.len(), expected.len(), "{function} of {}", case.name);
            for (found, expected) in lists.iter().zip(expected) {
                assert!(near(found.1, expected.cost), "{function} of {}: {lists:?} {expected:?}", case.name);
            }
            // Which of those of the greatest cost are among the first k, NetworkX leaves open.
            let greatest = if lists.len() < k { f64::INFINITY } else { expected[expected.len() - 1].cost };
            let below = |cost: f64| cost < greatest && !near(cost, greatest);
            let found: Vec<_> = lists.into_iter().filter(|path| below(path.1)).collect();
            let expected: Vec<_> = expected.iter().filter(|path| below(path.cost)).cloned().collect();
            same(case, function, &found, &expected);
            compared += 1;
        }
        compared
    });
}

#[test]
fn all_simple_paths() {
    over_all(700, |case| {
        let mut compared = 0;
        for (function, count) in &case.graph_values {
            let Some(ends) = function.strip_prefix("all_paths:") else { continue };
            let (source, target) = ends.split_once(':').unwrap();
            let (source, target): (i64, i64) = (source.parse().unwrap(), target.parse().unwrap());
            let expected = case.paths.get(&("all_paths".to_owned(), source, target));
            let expected = expected.map_or(&[][..], |paths| &paths[..]);
            assert_eq!(expected.len() as f64, *count);
            let depth = if case.plain.node_count() < 20 { 4 } else { 3 };
            let graph = case.weighted.as_ref().unwrap_or(&case.plain);
            let options =
                AllPaths { sources: vec![source], targets: vec![target], depth, ..AllPaths::default() };
            let found = all_paths(graph, &options, FREE).unwrap();
            same(case, function, &lists(graph, &found), expected);
            assert!(!found.cut_by_count);
            if !expected.is_empty() {
                let options = AllPaths { count: expected.len() - 1, ..options };
                let cut = all_paths(graph, &options, FREE).unwrap();
                assert!(cut.cut_by_count && cut.len() == expected.len() - 1);
            }
            compared += 1;
        }
        compared
    });
}

#[test]
fn longest() {
    over_all(100, |case| {
        let mut compared = 0;
        for (end, graph) in case.both() {
            match longest_path(graph, &LongestPath::default(), FREE) {
                Err(GraphError::Cycle { .. }) => assert!(case.fails("topological_sort", "cycle")),
                Err(error) => panic!("{}: {error}", case.name),
                Ok(found) if found.is_empty() => assert_eq!(graph.node_count(), 0),
                Ok(found) => {
                    assert!(topological_sort(graph, FREE).is_ok());
                    let (path, cost) = found.iter().next().unwrap();
                    compared += case.holds_graph(&format!("longest_path{end}"), cost);
                    let walked: f64 = path
                        .windows(2)
                        .map(|step| {
                            let edges = graph.outgoing().weighted(step[0]).filter(|edge| edge.0 == step[1]);
                            edges.map(|edge| edge.1).fold(f64::NEG_INFINITY, f64::max)
                        })
                        .sum();
                    assert!(near(walked, cost), "{}", case.name);
                }
            }
        }
        compared
    });
}

#[test]
fn negative_weights_are_named() {
    over_all(15, |case| {
        let Some(graph) = case.weighted.as_ref().filter(|_| case.negative()) else { return 0 };
        let found = all_shortest_paths(graph, &AllShortestPaths::default(), FREE);
        assert!(matches!(found, Err(GraphError::NegativeWeight { .. })));
        let found = k_shortest_paths(graph, &KShortestPaths::default(), FREE);
        assert!(matches!(found, Err(GraphError::NegativeWeight { .. })));
        1
    });
}

#[test]
fn hops() {
    over_all(700, |case| {
        let mut compared = 0;
        for ((function, source), expected) in &case.distances {
            let direction = match function.as_str() {
                "hops" => Direction::Out,
                "hops_undirected" => Direction::Both,
                _ => continue,
            };
            for max_depth in [None, Some(2)] {
                let options = Bfs { direction, max_depth };
                let found = bfs(&case.plain, &[case.index(*source)], &options, FREE).unwrap();
                for node in case.plain.nodes() {
                    let within = |hops: &f64| max_depth.is_none_or(|depth| *hops <= f64::from(depth));
                    let expected = expected.get(&case.plain.id(node)).copied().filter(within);
                    let level = found.levels[node as usize];
                    assert_eq!((level != NONE).then_some(f64::from(level)), expected, "{}", case.name);
                }
            }
            compared += 1;
        }
        compared
    });
}
