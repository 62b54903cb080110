//! Betweenness of nodes and edges.

use super::{FREE, over_all};
use stoa_graph::centrality::*;
use stoa_graph::{Csr, GraphError};

fn options(directed: bool, normalized: bool) -> Betweenness {
    Betweenness { directed, normalized, ..Betweenness::default() }
}

/// Pairs of ids and their scores; loops, which are on no shortest path, left out.
fn scores(graph: &Csr, options: &Betweenness) -> Vec<((i64, i64), f64)> {
    let found = edge_betweenness(graph, options, FREE).unwrap();
    let ends = found.sources.iter().zip(&found.targets).zip(&found.scores);
    ends.filter(|((a, b), _)| a != b).map(|((a, b), score)| ((graph.id(*a), graph.id(*b)), *score)).collect()
}

#[test]
fn of_nodes() {
    over_all(900, |case| {
        let of = |graph, options| betweenness_centrality(graph, &options, FREE).unwrap();
        let mut compared = case.holds_nodes("betweenness", of(&case.plain, options(true, false)))
            + case.holds_nodes("betweenness_normalized", of(&case.plain, options(true, true)))
            + case.holds_nodes("betweenness_undirected", of(&case.plain, options(false, false)));
        if let Some(graph) = &case.weighted
            && case.node_values.contains_key("betweenness_weighted")
        {
            compared += case.holds_nodes("betweenness_weighted", of(graph, options(true, false)));
        }
        if let Some(graph) = case.weighted.as_ref().filter(|_| case.negative()) {
            // The first edge that does not weigh anything above zero is named, be it a zero.
            let found = betweenness_centrality(graph, &options(true, false), FREE);
            let named = matches!(found, Err(GraphError::NegativeWeight { .. } | GraphError::Argument(_)));
            assert!(named, "{}", case.name);
        }
        compared
    });
}

/// Sampling every node is no sampling.
#[test]
fn from_all_as_a_sample() {
    over_all(200, |case| {
        if case.plain.node_count() < 3 {
            return 0;
        }
        let sources = Sources::Given(case.plain.nodes().collect());
        let sampled = Betweenness { sources, ..options(true, false) };
        case.holds_nodes("betweenness", betweenness_centrality(&case.plain, &sampled, FREE).unwrap())
    });
}

#[test]
fn of_edges() {
    over_all(500, |case| {
        case.holds_edges("edge_betweenness", scores(&case.plain, &options(true, false)));
        case.holds_edges("edge_betweenness_undirected", scores(&case.plain, &options(false, false)));
        if let Some(graph) = &case.weighted
            && case.node_values.contains_key("betweenness_weighted")
        {
            case.holds_edges("edge_betweenness_weighted", scores(graph, &options(true, false)));
        }
        2
    });
}
