//! How far it is, and by way of which.

use super::{FREE, near, over_all};
use stoa_graph::paths::*;
use stoa_graph::{Csr, Direction, GraphError};

/// Distances of Dijkstra's and of Bellman's and Ford's algorithms, and a path of each length.
#[test]
fn by_weight() {
    over_all(200, |case| {
        let Some(graph) = &case.weighted else { return 0 };
        let mut compared = 0;
        let options = Sssp { direction: Direction::Out, parents: true };
        for ((function, source), expected) in &case.distances {
            if function != "dijkstra" && function != "bellman_ford" {
                continue;
            }
            let start = case.index(*source);
            let found = match function.as_str() {
                "dijkstra" => sssp(graph, &[start], &options, FREE),
                _ => bellman_ford(graph, &[start], Direction::Out, FREE),
            };
            let found = found.unwrap();
            for node in graph.nodes() {
                let distance = found.distances[node as usize];
                let expected = expected.get(&graph.id(node)).copied().unwrap_or(f64::INFINITY);
                assert!(near(distance, expected), "{function} of {}: {distance}, {expected}", case.name);
                let path = shortest_path(graph, start, node, Direction::Out, FREE).unwrap();
                assert_eq!(path.is_some(), expected.is_finite(), "{}", case.name);
                if let Some(path) = path {
                    assert_eq!((path.nodes.first(), path.nodes.last()), (Some(&start), Some(&node)));
                    assert!(near(path.cost, expected) && near(walked(graph, &path.nodes), expected));
                }
            }
            compared += 1;
        }
        compared
    });
}

/// The weight of a path by its lightest edges; infinite where there is none.
fn walked(graph: &Csr, path: &[u32]) -> f64 {
    let step = |from, to| {
        let edges = graph.outgoing().weighted(from).filter(|edge| edge.0 == to);
        edges.map(|edge| edge.1).fold(f64::INFINITY, f64::min)
    };
    path.windows(2).map(|ends| step(ends[0], ends[1])).sum()
}

#[test]
fn negative_cycles_are_named() {
    over_all(10, |case| {
        let Some(graph) = &case.weighted else { return 0 };
        let mut compared = 0;
        for (function, error) in &case.errors {
            let Some(source) = function.strip_prefix("bellman_ford:") else { continue };
            assert_eq!(error, "negative_cycle");
            let start = case.index(source.parse().unwrap());
            for found in [
                bellman_ford(graph, &[start], Direction::Out, FREE),
                sssp(graph, &[start], &Sssp::default(), FREE),
            ] {
                let Err(GraphError::NegativeCycle { nodes }) = found else { panic!("{}", case.name) };
                let mut around: Vec<u32> = nodes.iter().map(|id| case.index(*id)).collect();
                around.push(around[0]);
                assert!(walked(graph, &around) < 0.0, "{}: {nodes:?}", case.name);
            }
            compared += 1;
        }
        compared
    });
}
