use super::*;
use crate::testing::{edge_lists, graph, weighted};
use crate::{Csr, Index, Unlimited};
use proptest::prelude::*;

/// Modularity by its definition, a sum over all pairs of nodes.
fn by_pairs(graph: &Csr, labels: &[Index], directed: bool, resolution: f64) -> f64 {
    let nodes = graph.node_count();
    let mut matrix = vec![vec![0.0; nodes]; nodes];
    for edge in graph.edges() {
        matrix[edge.source as usize][edge.target as usize] += graph.weight(edge.number);
        if !directed {
            matrix[edge.target as usize][edge.source as usize] += graph.weight(edge.number);
        }
    }
    let total: f64 = matrix.iter().flatten().sum();
    let out = |node: usize| matrix[node].iter().sum::<f64>();
    let inn = |node: usize| matrix.iter().map(|row| row[node]).sum::<f64>();
    let pairs =
        (0..nodes).flat_map(|a| (0..nodes).map(move |b| (a, b))).filter(|(a, b)| labels[*a] == labels[*b]);
    let sum: f64 = pairs.map(|(a, b)| matrix[a][b] - resolution * out(a) * inn(b) / total).sum();
    if total == 0.0 { 0.0 } else { sum / total }
}

/// Each label is the smallest node of its community.
fn named_by_first(labels: &[Index]) -> bool {
    labels
        .iter()
        .enumerate()
        .all(|(node, label)| labels[*label as usize] == *label && *label as usize <= node)
}

proptest! {
    #[test]
    fn modularity_is_its_definition(edges in edge_lists(), parts in 1..5u32, directed in any::<bool>(), by_weight in any::<bool>()) {
        let graph = if by_weight { weighted(&edges) } else { graph(&edges) };
        let labels: Vec<Index> = graph.nodes().map(|node| node * 7 % parts % graph.node_count() as u32).collect();
        let found = modularity(&graph, &labels, directed, 1.3, &Unlimited).unwrap();
        prop_assert!((found - by_pairs(&graph, &labels, directed, 1.3)).abs() < 1e-9);
    }

    #[test]
    fn communities_are_partitions_of_the_modularity_they_say(edges in edge_lists(), by_weight in any::<bool>(), seed in prop::option::of(0..9u64)) {
        let graph = if by_weight { weighted(&edges) } else { graph(&edges) };
        let options = Modular { seed, ..Modular::default() };
        for found in [louvain(&graph, &options, &Unlimited).unwrap(), leiden(&graph, &options, &Unlimited).unwrap()] {
            prop_assert!(named_by_first(&found.labels));
            prop_assert!((found.modularity - by_pairs(&graph, &found.labels, false, 1.0)).abs() < 1e-9);
            let alone: Vec<Index> = graph.nodes().collect();
            prop_assert!(found.modularity + 1e-9 >= by_pairs(&graph, &alone, false, 1.0));
            prop_assert_eq!(found.levels.last(), Some(&found.labels));
            for pair in found.levels.windows(2) {
                // Whole communities are put together: those of one label below have one label above.
                prop_assert!(named_by_first(&pair[0]));
                prop_assert!(pair[0].iter().zip(&pair[1]).all(|(below, above)| pair[1][*below as usize] == *above));
            }
        }
        let found = leiden(&graph, &options, &Unlimited).unwrap();
        for label in graph.nodes() {
            let mut met = vec![label];
            let mut at = 0;
            while at < met.len() {
                let more = graph.undirected().neighbours(met[at]).iter().copied();
                let more: Vec<Index> = more.filter(|node| found.labels[*node as usize] == label && !met.contains(node)).collect();
                met.extend(more);
                at += 1;
            }
            let members = found.labels.iter().filter(|one| **one == label).count();
            prop_assert!(members == 0 || members == met.len());
        }
    }

    #[test]
    fn at_rest_every_label_is_as_frequent_as_any(edges in edge_lists(), by_weight in any::<bool>(), seed in 0..9u64) {
        let graph = if by_weight { weighted(&edges) } else { graph(&edges) };
        let options = LabelPropagation { tolerance: 0.0, max_iterations: 10_000, seed, ..LabelPropagation::default() };
        let found = label_propagation(&graph, &options, &Unlimited).unwrap();
        prop_assert!(found.converged);
        for node in graph.nodes() {
            let weight = |label: Index| -> f64 {
                let ends = graph.undirected().adjacency().weighted(node);
                ends.filter(|(end, _)| found.labels[*end as usize] == label).map(|(_, weight)| weight).sum()
            };
            let own = weight(found.labels[node as usize]);
            prop_assert!(graph.nodes().all(|label| weight(label) <= own));
        }
    }
}

#[test]
fn two_cliques_joined_by_an_edge_are_two_communities() {
    let clique = |from: i64| (from..from + 5).flat_map(move |a| (from..a).map(move |b| (a, b, 1.0)));
    let graph = graph(&clique(0).chain(clique(5)).chain([(4, 5, 1.0)]).collect());
    let expected: Vec<Index> = [0; 5].into_iter().chain([5; 5]).collect();
    for found in [louvain, leiden].map(|find| find(&graph, &Modular::default(), &Unlimited).unwrap()) {
        assert_eq!(found.labels, expected);
        assert!((found.modularity - (20.0 / 21.0 - 0.5)).abs() < 1e-12);
    }
    let found = label_propagation(&graph, &LabelPropagation::default(), &Unlimited).unwrap();
    assert!(found.labels[..5].iter().all(|label| *label == found.labels[0]));
    assert!(found.labels[5..].iter().all(|label| *label == found.labels[5]));
    let once = LabelPropagation { update: Update::AtOnce, max_iterations: 1, ..LabelPropagation::default() };
    assert_eq!(label_propagation(&graph, &once, &Unlimited).unwrap().labels, [1, 0, 0, 0, 0, 4, 5, 5, 5, 5]);
}

#[test]
fn arguments_out_of_range_are_told() {
    let graph = graph(&vec![(1, 2, 1.0)]);
    assert!(louvain(&graph, &Modular { resolution: 0.0, ..Modular::default() }, &Unlimited).is_err());
    assert!(modularity(&graph, &[0], false, 1.0, &Unlimited).is_err());
    assert!(modularity(&graph, &[0, 2], false, 1.0, &Unlimited).is_err());
    let negative = weighted(&vec![(1, 2, -1.0)]);
    assert!(leiden(&negative, &Modular::default(), &Unlimited).is_err());
}
