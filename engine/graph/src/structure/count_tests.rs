//! Components, cores and triangles by their definitions, on random graphs.

use super::*;
use crate::testing::{Edges, edge_lists, graph, reaches};
use crate::{Csr, GraphError, Index, Unlimited};
use proptest::prelude::*;
use std::collections::BTreeSet;

proptest! {
    #[test]
    fn components_are_what_reaches_what(edges in edge_lists()) {
        let graph = graph(&edges);
        let reach = reaches(&graph, false);
        let strong = strongly_connected_components(&graph, &Unlimited).unwrap();
        let ways = reaches(&graph, true);
        let weak = weakly_connected_components(&graph, &Unlimited).unwrap();
        for a in graph.nodes() {
            let first = graph.nodes().find(|b| reach[a as usize][*b as usize] && reach[*b as usize][a as usize]);
            prop_assert_eq!(Some(strong[a as usize]), first);
            let first = graph.nodes().find(|b| ways[a as usize][*b as usize]);
            prop_assert_eq!(Some(weak[a as usize]), first);
        }
    }

    #[test]
    fn cores_are_what_peeling_leaves(edges in edge_lists()) {
        let graph = graph(&edges);
        let cores = k_core(&graph, &Unlimited).unwrap();
        for k in 0..8 {
            // The k-core by its definition: nodes of fewer neighbours taken away until there are none.
            let mut left: BTreeSet<Index> = graph.nodes().collect();
            let short = |left: &BTreeSet<Index>| {
                left.iter().copied().find(|node| {
                    graph.undirected().neighbours(*node).iter().filter(|end| left.contains(end)).count() < k
                })
            };
            while let Some(node) = short(&left) {
                left.remove(&node);
            }
            for node in graph.nodes() {
                prop_assert_eq!(left.contains(&node), cores[node as usize] as usize >= k);
            }
        }
    }

    #[test]
    fn triangles_are_counted_as_by_looking_at_all_threes(edges in edge_lists()) {
        let graph = graph(&edges);
        let nodes: Vec<Index> = graph.nodes().collect();
        let edge = |a: Index, b: Index| u32::from(graph.outgoing().neighbours(a).contains(&b));
        let joined = |a: Index, b: Index| a != b && edge(a, b) + edge(b, a) > 0;
        let count = triangle_count(&graph, &Unlimited).unwrap();
        let undirected = clustering_coefficient(&graph, Clustering::Undirected, &Unlimited).unwrap();
        let directed = clustering_coefficient(&graph, Clustering::Directed, &Unlimited).unwrap();
        let ldbc = clustering_coefficient(&graph, Clustering::Graphalytics, &Unlimited).unwrap();
        for a in nodes.iter().copied() {
            let around: Vec<Index> = nodes.iter().copied().filter(|b| joined(a, *b)).collect();
            let pairs = || around.iter().flat_map(|b| around.iter().map(move |c| (*b, *c))).filter(|(b, c)| b != c);
            let closed = pairs().filter(|(b, c)| joined(*b, *c)).count();
            prop_assert_eq!(count[a as usize] as usize, closed / 2);
            let possible = (around.len() * around.len().saturating_sub(1)).max(1) as f64;
            prop_assert_eq!(undirected[a as usize], closed as f64 / possible);
            let inside: u32 = pairs().map(|(b, c)| edge(b, c)).sum();
            prop_assert_eq!(ldbc[a as usize], f64::from(inside) / possible);
            // Fagiolo's: ((A + Aᵀ)³)ᵢᵢ / 2 (d (d − 1) − 2 d↔).
            let both = |a: Index, b: Index| edge(a, b) + edge(b, a);
            let cubed: u32 = pairs().map(|(b, c)| both(a, b) * both(b, c) * both(c, a)).sum();
            let ways: u32 = around.iter().map(|b| both(a, *b)).sum();
            let returned: u32 = around.iter().map(|b| edge(a, *b) * edge(*b, a)).sum();
            let possible = 2.0 * (f64::from(ways) * (f64::from(ways) - 1.0) - 2.0 * f64::from(returned));
            let expected = if cubed == 0 { 0.0 } else { f64::from(cubed) / possible };
            prop_assert!((directed[a as usize] - expected).abs() < 1e-12);
        }
    }
}

#[test]
fn an_empty_graph_has_no_structure() {
    let graph = Csr::from_edges(&[], &[], None).unwrap();
    assert_eq!(weakly_connected_components(&graph, &Unlimited).unwrap(), vec![]);
    assert_eq!(strongly_connected_components(&graph, &Unlimited).unwrap(), vec![]);
    assert_eq!(k_core(&graph, &Unlimited).unwrap(), vec![]);
    assert_eq!(triangle_count(&graph, &Unlimited).unwrap(), vec![]);
    assert_eq!(average(&[]), 0.0);
}

#[test]
fn a_long_path_and_a_long_cycle_take_no_stack() {
    let nodes: Vec<i64> = (0..200_000).collect();
    let path = Csr::from_edges(&nodes[..199_999], &nodes[1..], None).unwrap();
    assert!(strongly_connected_components(&path, &Unlimited).unwrap().iter().zip(0..).all(|(l, n)| *l == n));
    assert!(weakly_connected_components(&path, &Unlimited).unwrap().iter().all(|label| *label == 0));
    let mut next = nodes.clone();
    next.rotate_left(1);
    let cycle = Csr::from_edges(&nodes, &next, None).unwrap();
    assert!(strongly_connected_components(&cycle, &Unlimited).unwrap().iter().all(|label| *label == 0));
    assert!(k_core(&cycle, &Unlimited).unwrap().iter().all(|core| *core == 2));
}

#[test]
fn what_is_cancelled_says_so() {
    let all: Edges = (0..40).flat_map(|a| (0..40).map(move |b| (a, b, 1.0))).collect();
    let graph = graph(&all);
    let cancelled = crate::testing::Cancelled;
    assert_eq!(weakly_connected_components(&graph, &cancelled), Err(GraphError::Cancelled));
    assert_eq!(triangle_count(&graph, &cancelled), Err(GraphError::Cancelled));
}
