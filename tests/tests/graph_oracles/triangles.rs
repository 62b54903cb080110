//! Cores and triangles.

use super::{FREE, over_all};
use stoa_graph::structure::*;

#[test]
fn cores() {
    over_all(250, |case| {
        let found = k_core(&case.plain, FREE).unwrap();
        case.holds_nodes("core_number", found.into_iter().map(f64::from))
    });
}

#[test]
fn triangles_and_clustering() {
    over_all(1000, |case| {
        let triangles = triangle_count(&case.plain, FREE).unwrap();
        let clustering = |kind| clustering_coefficient(&case.plain, kind, FREE).unwrap();
        let undirected = clustering(Clustering::Undirected);
        case.holds_nodes("triangles", triangles.into_iter().map(|count| count as f64))
            + case.holds_graph("average_clustering", average(&undirected))
            + case.holds_nodes("clustering", undirected)
            + case.holds_nodes("clustering_directed", clustering(Clustering::Directed))
    });
}
