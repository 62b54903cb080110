use super::*;
use crate::GraphError;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn edge_lists() -> impl Strategy<Value = Vec<(i64, i64, f64)>> {
    let id =
        prop_oneof![3 => 0..12i64, 1 => (0..4i64).prop_map(|file| file << 32 | 1 << 20), 1 => any::<i64>()];
    prop::collection::vec((id.clone(), id, (1..5i32).prop_map(f64::from)), 0..60)
}

fn columns(edges: &[(i64, i64, f64)]) -> (Vec<i64>, Vec<i64>, Vec<f64>) {
    (
        edges.iter().map(|e| e.0).collect(),
        edges.iter().map(|e| e.1).collect(),
        edges.iter().map(|e| e.2).collect(),
    )
}

proptest! {
    #[test]
    fn holds_the_edges_it_was_built_from(mut edges in edge_lists(), cut in 0..60usize, extra in prop::collection::vec(0..20i64, 0..4)) {
        let (src, dst, weights) = columns(&edges);
        let cut = cut.min(edges.len());
        let pieces = [
            EdgeColumns { src: &src[..cut], dst: &dst[..cut], weights: Some(&weights[..cut]) },
            EdgeColumns { src: &src[cut..], dst: &dst[cut..], weights: Some(&weights[cut..]) },
        ];
        let graph = Csr::new(&pieces, &extra).unwrap();

        let mut ids = [src.clone(), dst.clone(), extra].concat();
        ids.sort_unstable();
        ids.dedup();
        prop_assert_eq!(graph.ids(), &ids[..]);
        edges.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        let found: Vec<(i64, i64, f64)> =
            graph.edges().map(|e| (graph.id(e.source), graph.id(e.target), graph.weight(e.number))).collect();
        prop_assert_eq!(&found, &edges);

        let mut reversed: Vec<(i64, i64, f64)> = graph
            .nodes()
            .flat_map(|to| graph.incoming().weighted(to).map(move |(from, w)| (from, to, w)))
            .map(|(from, to, w)| (graph.id(from), graph.id(to), w))
            .collect();
        reversed.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        prop_assert_eq!(&reversed, &edges);

        let mut pairs: BTreeMap<(i64, i64), f64> = BTreeMap::new();
        for (from, to, weight) in &edges {
            *pairs.entry((*from, *to)).or_default() += weight;
            if from != to {
                *pairs.entry((*to, *from)).or_default() += weight;
            }
        }
        let undirected = graph.undirected();
        let mut merged: BTreeMap<(i64, i64), f64> = BTreeMap::new();
        for node in graph.nodes() {
            for (neighbour, weight) in undirected.adjacency().weighted(node) {
                prop_assert!(merged.insert((graph.id(node), graph.id(neighbour)), weight).is_none());
            }
            if undirected.loop_weight(node) != 0.0 {
                merged.insert((graph.id(node), graph.id(node)), undirected.loop_weight(node));
            }
        }
        prop_assert_eq!(merged, pairs);
    }
}

#[test]
fn an_empty_graph_is_a_graph() {
    let graph = Csr::from_edges(&[], &[], None).unwrap();
    assert_eq!((graph.node_count(), graph.edge_count()), (0, 0));
    assert_eq!(graph.undirected().pair_count(), 0);
    let alone = Csr::new(&[], &[3, 1, 3]).unwrap();
    assert_eq!(alone.ids(), [1, 3]);
    assert_eq!(alone.incoming().degree(0), 0);
}

#[test]
fn says_what_is_wrong_with_columns() {
    assert!(matches!(
        Csr::from_edges(&[1], &[], None),
        Err(GraphError::Lengths { sources: 1, targets: 0, .. })
    ));
    let one = EdgeColumns { src: &[1], dst: &[2], weights: Some(&[1.0]) };
    let other = EdgeColumns { src: &[1], dst: &[2], weights: None };
    assert!(matches!(Csr::new(&[one, other], &[]), Err(GraphError::Lengths { weights: 0, .. })));
    let nan = Csr::from_edges(&[1], &[2], Some(&[f64::NAN]));
    assert_eq!(nan.unwrap_err(), GraphError::NotANumber { source_id: 1, target_id: 2 });
}

#[test]
fn undirected_pairs_of_single_edges_have_no_weights() {
    let simple = Csr::from_edges(&[1, 2], &[2, 3], None).unwrap();
    assert_eq!(simple.undirected().adjacency().weights(0), None);
    let back_and_forth = Csr::from_edges(&[1, 2], &[2, 1], None).unwrap();
    assert_eq!(back_and_forth.undirected().adjacency().weights(0), Some(&[2.0][..]));
}
