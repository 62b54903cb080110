//! Compressed sparse row graphs against petgraph's own graph, on random edges.

use petgraph::Direction;
use petgraph::algo::{bellman_ford, dijkstra, kosaraju_scc};
use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Bfs, EdgeRef, IntoEdgeReferences, IntoEdgesDirected};
use proptest::prelude::*;
use stoa_graph::{Csr, GraphError};

/// Columns of edges, sorted; ids are far apart, as node ids are.
fn edges() -> impl Strategy<Value = (Vec<i64>, Vec<i64>, Vec<f64>)> {
    proptest::collection::vec((0i64..20, 0i64..20, 0u8..9), 0..80).prop_map(|mut edges| {
        let id = |n: i64| ((n % 3) << 32) | ((1 << 20) + n);
        edges.sort_by_key(|e| (id(e.0), id(e.1), e.2));
        let columns = edges.iter().map(|e| (id(e.0), (id(e.1), f64::from(e.2))));
        let (src, (dst, weights)) = columns.unzip::<_, _, Vec<_>, (Vec<_>, Vec<_>)>();
        (src, dst, weights)
    })
}

fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut items: Vec<T> = items.collect();
    items.sort();
    items
}

proptest! {
    #[test]
    fn agrees_with_petgraph((src, dst, weights) in edges()) {
        let csr = Csr::from_edges(&src, &dst, Some(&weights)).unwrap();
        let mut graph = DiGraph::<i64, f64>::new();
        for id in csr.ids() {
            graph.add_node(*id);
        }
        let node = |id: i64| NodeIndex::new(csr.index_of(id).unwrap() as usize);
        for ((s, d), w) in src.iter().zip(&dst).zip(&weights) {
            graph.add_edge(node(*s), node(*d), *w);
        }
        prop_assert!(csr.ids().windows(2).all(|w| w[0] < w[1]));
        prop_assert_eq!(csr.edge_count(), graph.edge_count());
        for at in graph.node_indices() {
            let here = at.index() as u32;
            for direction in [Direction::Outgoing, Direction::Incoming] {
                let ours = (&csr).edges_directed(here, direction);
                let ours = sorted(ours.map(|e| (e.source(), e.target(), e.weight().to_bits(), e.id())));
                let theirs = graph.edges_directed(at, direction);
                let theirs = sorted(theirs.map(|e| {
                    let (s, t) = (e.source().index() as u32, e.target().index() as u32);
                    (s, t, e.weight().to_bits(), e.id().index() as u32)
                }));
                prop_assert_eq!(ours, theirs);
            }
            // Algorithms written for any graph come to the same.
            let ours = dijkstra(&csr, here, None, |e| *e.weight());
            let theirs = dijkstra(&graph, at, None, |e| *e.weight());
            prop_assert_eq!(ours.len(), theirs.len());
            for (node, distance) in ours {
                prop_assert_eq!(distance, theirs[&NodeIndex::new(node as usize)]);
            }
            let mut bfs = Bfs::new(&csr, here);
            let mut reached = 0;
            while bfs.next(&csr).is_some() {
                reached += 1;
            }
            prop_assert_eq!(reached, theirs.len());
        }
        let components = |found: Vec<Vec<usize>>| sorted(found.into_iter().map(|c| sorted(c.into_iter())));
        let ours = kosaraju_scc(&csr).into_iter().map(|c| c.into_iter().map(|n| n as usize).collect()).collect();
        let theirs = kosaraju_scc(&graph).into_iter().map(|c| c.into_iter().map(NodeIndex::index).collect()).collect();
        prop_assert_eq!(components(ours), components(theirs));
        let all: Vec<_> = (&csr).edge_references().map(|e| (csr.id(e.source()), csr.id(e.target()))).collect();
        prop_assert_eq!(all, src.iter().copied().zip(dst.iter().copied()).collect::<Vec<_>>());
    }
}

#[test]
fn columns_that_are_no_graph() {
    let lengths = Csr::from_edges(&[1, 2], &[3], None).unwrap_err();
    assert_eq!(lengths, GraphError::Lengths { sources: 2, targets: 1, weights: 2 });
    let empty = Csr::from_edges(&[], &[], None).unwrap();
    assert_eq!((empty.node_count(), empty.edge_count()), (0, 0));
    assert!(kosaraju_scc(&empty).is_empty());
}

#[test]
fn a_graph_without_weights_weighs_one_an_edge() {
    let csr = Csr::from_edges(&[7, 7, 9], &[9, 9, 7], None).unwrap();
    assert_eq!(csr.outgoing().neighbours(0), [1, 1]);
    assert_eq!(csr.incoming().neighbours(0), [1]);
    assert_eq!(csr.weight(2), 1.0);
    let float = bellman_ford(&csr, 0).unwrap().distances;
    assert_eq!(float, [0.0, 1.0]);
}
