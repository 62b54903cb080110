use super::*;
use crate::testing::{all_distances, edge_lists, graph, weighted};
use crate::{Csr, GraphError, Index, Unlimited};
use proptest::prelude::*;

/// Shortest paths between all pairs, listed one by one: for each pair the nodes of every one of them.
fn all_paths(graph: &Csr, directed: bool) -> Vec<Vec<Index>> {
    let least = all_distances(graph, !directed);
    let lightest = |a: Index, b: Index| {
        let edges = graph
            .edges()
            .filter(|e| (e.source, e.target) == (a, b) || (!directed && (e.source, e.target) == (b, a)));
        edges.map(|edge| graph.weight(edge.number)).fold(f64::INFINITY, f64::min)
    };
    let mut paths = Vec::new();
    for source in graph.nodes() {
        let mut open = vec![vec![source]];
        while let Some(path) = open.pop() {
            let here = path[path.len() - 1];
            for next in graph.nodes().filter(|next| *next != here) {
                let way = least[source as usize][here as usize] + lightest(here, next);
                if way.is_finite() && way == least[source as usize][next as usize] {
                    open.push([&path[..], &[next]].concat());
                }
            }
            paths.push(path);
        }
    }
    paths.retain(|path| path.len() > 1);
    paths
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]
    #[test]
    fn betweenness_is_what_listing_all_paths_gives(edges in prop::collection::vec((0..9i64, 0..9i64, (1..4i32).prop_map(f64::from)), 0..22), directed in any::<bool>(), by_weight in any::<bool>()) {
        let graph = if by_weight { weighted(&edges) } else { graph(&edges) };
        let paths = all_paths(&graph, directed);
        let (mut nodes, mut over) = (vec![0.0; graph.node_count()], std::collections::BTreeMap::new());
        for path in &paths {
            let (first, last) = (path[0], path[path.len() - 1]);
            let same = paths.iter().filter(|other| (other[0], other[other.len() - 1]) == (first, last)).count();
            let part = 1.0 / same as f64 / if directed { 1.0 } else { 2.0 };
            path[1..path.len() - 1].iter().for_each(|node| nodes[*node as usize] += part);
            for step in path.windows(2) {
                let pair = if directed { (step[0], step[1]) } else { (step[0].min(step[1]), step[0].max(step[1])) };
                *over.entry(pair).or_insert(0.0) += part;
            }
        }
        for sources in [Sources::All, Sources::Sample { count: 100, seed: 1 }] {
            let options = Betweenness { sources: sources.clone(), directed, normalized: false };
            let exact = sources == Sources::All || graph.node_count() < 3;
            let found = betweenness_centrality(&graph, &options, &Unlimited);
            // All nodes as a sample: a source has no paths of its own, and one node fewer to look from.
            for (found, expected) in found.iter().flatten().zip(&nodes) {
                prop_assert!(!exact && found.is_nan() || (found - expected).abs() < 1e-9, "{found} {expected}");
            }
        }
        let options = Betweenness { directed, normalized: false, ..Betweenness::default() };
        let found = edge_betweenness(&graph, &options, &Unlimited).unwrap();
        for (at, score) in found.scores.iter().enumerate() {
            let expected = over.remove(&(found.sources[at], found.targets[at])).unwrap_or(0.0);
            prop_assert!((score - expected).abs() < 1e-9, "{score} {expected}");
        }
        prop_assert!(over.is_empty());
    }

    #[test]
    fn wide_and_narrow_walks_count_alike(seed in 0..1000i64) {
        // Some hundred nodes, so that levels are counted from either end.
        let edges = (0..1500).map(|at: i64| ((at * at + seed) % 211, (at * 7 + at * at % 13 * seed) % 211, 1.0)).collect();
        let plain = graph(&edges);
        let by_weight = weighted(&edges);
        let options = Betweenness { sources: Sources::Sample { count: 40, seed: 7 }, ..Betweenness::default() };
        let some = betweenness_centrality(&plain, &options, &Unlimited).unwrap();
        let same = betweenness_centrality(&by_weight, &options, &Unlimited).unwrap();
        prop_assert!(some.iter().zip(&same).all(|(a, b)| (a - b).abs() < 1e-12));
    }

    #[test]
    fn ranks_sum_to_one_and_stay(edges in edge_lists(), by_weight in any::<bool>(), restart in any::<bool>()) {
        let graph = if by_weight { weighted(&edges) } else { graph(&edges) };
        let nodes = graph.node_count();
        let chosen: Vec<(Index, f64)> = graph.nodes().filter(|node| restart && node % 3 == 0).map(|node| (node, 1.0 + f64::from(node))).collect();
        let options = PageRank { tolerance: 1e-13, max_iterations: 1000, restart: chosen.clone(), ..PageRank::default() };
        let found = pagerank(&graph, &options, &Unlimited).unwrap().ranks;
        prop_assert!(nodes == 0 || (found.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        // One more step by the definition changes nothing.
        let all: f64 = chosen.iter().map(|(_, weight)| weight).sum();
        let start = |node: Index| match chosen.is_empty() {
            true => 1.0 / nodes as f64,
            false => chosen.iter().find(|(one, _)| *one == node).map_or(0.0, |(_, weight)| weight / all),
        };
        let mut next: Vec<f64> = graph.nodes().map(|node| 0.15 * start(node)).collect();
        for node in graph.nodes() {
            let sum: f64 = graph.outgoing().weighted(node).map(|(_, weight)| weight).sum();
            for (target, weight) in graph.outgoing().weighted(node) {
                next[target as usize] += 0.85 * found[node as usize] * weight / sum;
            }
            if sum == 0.0 {
                graph.nodes().for_each(|to| next[to as usize] += 0.85 * found[node as usize] * start(to));
            }
        }
        prop_assert!(found.iter().zip(&next).all(|(a, b)| (a - b).abs() < 1e-9));
    }
}

#[test]
fn what_is_out_of_range_is_told() {
    let graph = weighted(&vec![(1, 2, -1.0), (2, 3, 1.0)]);
    let negative = |result: Option<GraphError>| {
        matches!(result, Some(GraphError::NegativeWeight { source_id: 1, target_id: 2, .. }))
    };
    assert!(negative(pagerank(&graph, &PageRank::default(), &Unlimited).err()));
    assert!(negative(betweenness_centrality(&graph, &Betweenness::default(), &Unlimited).err()));
    let endless = weighted(&vec![(1, 2, f64::INFINITY), (1, 3, 1.0)]);
    assert!(matches!(pagerank(&endless, &PageRank::default(), &Unlimited), Err(GraphError::Argument(_))));
    let slow = PageRank { max_iterations: 1, tolerance: 1e-12, ..PageRank::default() };
    let graph = crate::testing::graph(&vec![(1, 2, 1.0), (2, 1, 1.0), (2, 3, 1.0), (3, 1, 1.0)]);
    assert!(matches!(
        pagerank(&graph, &slow, &Unlimited),
        Err(GraphError::NotConverged { iterations: 1, .. })
    ));
    let exact = PageRank { max_iterations: 3, tolerance: 0.0, ..PageRank::default() };
    assert_eq!(pagerank(&graph, &exact, &Unlimited).unwrap().iterations, 3);
    let none = Betweenness { sources: Sources::Sample { count: 0, seed: 0 }, ..Betweenness::default() };
    assert!(betweenness_centrality(&graph, &none, &Unlimited).is_err());
}
