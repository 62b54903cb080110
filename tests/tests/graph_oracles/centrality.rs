//! Standing of nodes.

use super::{FREE, near, over_all};
use stoa_graph::centrality::*;
use stoa_graph::{Direction, GraphError};

#[test]
fn degree_centralities() {
    over_all(800, |case| {
        let found = degree_centrality(&case.plain, FREE).unwrap();
        case.holds_nodes("in_degree_centrality", found.incoming)
            + case.holds_nodes("out_degree_centrality", found.outgoing)
            + case.holds_nodes("degree_centrality", found.total)
    });
}

#[test]
fn closeness_and_harmonic() {
    over_all(1500, |case| {
        let closeness = |graph, direction, wf_improved| {
            closeness_centrality(graph, &Closeness { direction, wf_improved }, FREE).unwrap()
        };
        let harmonic = |graph, direction| harmonic_centrality(graph, direction, FREE).unwrap();
        let plain = &case.plain;
        let mut compared = case.holds_nodes("closeness", closeness(plain, Direction::Out, true))
            + case.holds_nodes("closeness_raw", closeness(plain, Direction::Out, false))
            + case.holds_nodes("closeness_reversed", closeness(plain, Direction::In, true))
            + case.holds_nodes("closeness_undirected", closeness(plain, Direction::Both, true))
            + case.holds_nodes("harmonic", harmonic(plain, Direction::Out))
            + case.holds_nodes("harmonic_undirected", harmonic(plain, Direction::Both));
        if let Some(weighted) = &case.weighted {
            if case.negative() {
                let found = closeness_centrality(weighted, &Closeness::default(), FREE);
                assert!(matches!(found, Err(GraphError::NegativeWeight { .. })), "{}", case.name);
            } else {
                compared += case.holds_nodes("closeness_weighted", closeness(weighted, Direction::Out, true))
                    + case.holds_nodes("harmonic_weighted", harmonic(weighted, Direction::Out));
            }
        }
        compared
    });
}

#[test]
fn eigenvectors() {
    over_all(500, |case| {
        let mut compared = 0;
        for ((end, graph), (turned, direction)) in case
            .both()
            .flat_map(|one| [("", Direction::Out), ("_undirected", Direction::Both)].map(|d| (one, d)))
        {
            let options = Eigenvector { direction, max_iterations: 500, tolerance: 1e-9 };
            let named = format!("eigenvector{end}{turned}");
            match eigenvector_centrality(graph, &options, FREE) {
                // Both take the same steps to the same end.
                Ok(found) => compared += case.holds_nodes(&named, found),
                Err(GraphError::NotConverged { .. }) => {
                    let known = case.fails(&named, "not_converged") || (!end.is_empty() && case.negative());
                    assert!(known, "{named} of {}", case.name);
                    compared += 1;
                }
                Err(error) => panic!("{named} of {}: {error}", case.name),
            }
        }
        compared
    });
}

#[test]
fn katz() {
    over_all(500, |case| {
        let mut compared = 0;
        for ((end, graph), (turned, direction)) in case
            .both()
            .flat_map(|one| [("", Direction::Out), ("_undirected", Direction::Both)].map(|d| (one, d)))
        {
            let options =
                Katz { direction, alpha: 0.05, max_iterations: 500, tolerance: 1e-12, ..Katz::default() };
            let named = format!("katz{end}{turned}");
            match katz_centrality(graph, &options, FREE) {
                Ok(found) => compared += case.holds_nodes(&named, found),
                Err(GraphError::NotConverged { .. }) => {
                    let known = case.fails(&named, "not_converged") || (!end.is_empty() && case.negative());
                    assert!(known, "{named} of {}", case.name);
                    compared += 1;
                }
                Err(error) => panic!("{named} of {}: {error}", case.name),
            }
        }
        compared
    });
}

#[test]
fn hubs_and_authorities() {
    over_all(400, |case| {
        let mut compared = 0;
        for (end, graph) in case.both() {
            let options = Hits { max_iterations: 2000, tolerance: 1e-13, ..Hits::default() };
            match hits(graph, &options, FREE) {
                Ok(found) => {
                    compared += case.holds_nodes(&format!("hubs{end}"), found.hubs)
                        + case.holds_nodes(&format!("authorities{end}"), found.authorities);
                }
                Err(GraphError::NotConverged { .. }) => {
                    let known = case.fails(&format!("hits{end}"), "not_converged") || case.negative();
                    assert!(known, "hits{end} of {}", case.name);
                }
                Err(error) => panic!("hits{end} of {}: {error}", case.name),
            }
        }
        compared
    });
}

#[test]
fn pageranks() {
    over_all(700, |case| {
        let mut compared = 0;
        for (end, graph) in case.both().filter(|(end, _)| end.is_empty() || !case.negative()) {
            let options = PageRank { tolerance: 1e-13, max_iterations: 1000, ..PageRank::default() };
            let found = pagerank(graph, &options, FREE).unwrap().ranks;
            let sum: f64 = found.iter().sum();
            assert!(near(sum, if graph.node_count() == 0 { 0.0 } else { 1.0 }), "{}", case.name);
            compared += case.holds_nodes(&format!("pagerank{end}"), found);
            let seeds = case.distances.keys().filter(|(function, _)| function == "hops");
            let options =
                PageRank { restart: seeds.map(|(_, id)| (case.index(*id), 1.0)).collect(), ..options };
            let found = pagerank(graph, &options, FREE).unwrap().ranks;
            compared += case.holds_nodes(&format!("pagerank_personalised{end}"), found);
        }
        compared
    });
}
