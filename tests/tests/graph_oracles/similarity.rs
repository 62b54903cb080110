//! Nodes with the same neighbours.

use super::{FREE, near, over_all};
use std::collections::BTreeMap;
use stoa_graph::similarity::*;
use stoa_graph::{Direction, Index};

#[test]
fn jaccard_of_pairs() {
    over_all(200, |case| {
        let Some(expected) = case.similarities.get("jaccard") else { return 0 };
        let pairs: Vec<(i64, i64)> = expected.keys().copied().collect();
        let measure = Measure::Jaccard;
        let found = similarity_of_pairs(&case.plain, &pairs, measure, Direction::Both, FREE).unwrap();
        let options = NodeSimilarity { direction: Direction::Both, top_k: 100, ..NodeSimilarity::default() };
        let rows: BTreeMap<(i64, i64), f64> = jaccard_similarity(&case.plain, &options, FREE)
            .unwrap()
            .into_iter()
            .map(|row| ((case.plain.id(row.node), case.plain.id(row.other)), row.similarity))
            .collect();
        for (pair, expected) in expected {
            assert!(near(rows.get(pair).copied().unwrap_or(0.0), *expected), "{pair:?} of {}", case.name);
        }
        for ((pair, expected), found) in expected.iter().zip(found) {
            assert!(near(found.unwrap(), *expected), "{pair:?} of {}: {found:?}, {expected}", case.name);
        }
        1
    });
}

#[test]
fn nodes_alike() {
    over_all(500, |case| {
        if case.plain.node_count() > 16 {
            return 0;
        }
        let mut compared = 0;
        for (end, graph) in case.both().filter(|(end, _)| end.is_empty() || !case.negative()) {
            for (name, measure) in
                [("jaccard", Measure::Jaccard), ("overlap", Measure::Overlap), ("cosine", Measure::Cosine)]
            {
                let options = NodeSimilarity { measure, top_k: 100, ..NodeSimilarity::default() };
                let found = node_similarity(graph, &options, FREE).unwrap();
                let rows: BTreeMap<(i64, i64), f64> = found
                    .iter()
                    .map(|row| ((graph.id(row.node), graph.id(row.other)), row.similarity))
                    .collect();
                let empty = BTreeMap::new();
                let expected = case.similarities.get(&format!("node_{name}{end}")).unwrap_or(&empty);
                assert_eq!(rows.len(), expected.len() * 2, "{name}{end} of {}", case.name);
                for ((a, b), value) in expected {
                    assert!(near(rows[&(*a, *b)], *value) && near(rows[&(*b, *a)], *value), "{}", case.name);
                }
                // The best are the best of all.
                let best = node_similarity(graph, &NodeSimilarity { top_k: 2, ..options }, FREE).unwrap();
                let mut of_all = found.clone();
                let mut last = (Index::MAX, 0);
                of_all.retain(|row| {
                    last = if last.0 == row.node { (row.node, last.1 + 1) } else { (row.node, 1) };
                    last.1 <= 2
                });
                assert_eq!(best, of_all, "{name}{end} of {}", case.name);
                compared += usize::from(!expected.is_empty());
            }
        }
        compared
    });
}
