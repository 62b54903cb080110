//! Small graphs for tests, and what is true of them by definition.

use proptest::prelude::*;

use crate::{Control, Csr, GraphError, Result};

pub(crate) type Edges = Vec<(i64, i64, f64)>;

/// Lists of edges with loops and parallel edges, some dense, some sparse; weights are small whole numbers.
pub(crate) fn edge_lists() -> impl Strategy<Value = Edges> {
    let edge = |nodes: i64| (0..nodes, 0..nodes, (1..5i32).prop_map(f64::from));
    prop_oneof![
        prop::collection::vec(edge(6), 0..24),
        prop::collection::vec(edge(12), 0..40),
        prop::collection::vec(edge(90), 0..200),
    ]
}

pub(crate) fn graph(edges: &Edges) -> Csr {
    let (src, dst, _) = columns(edges);
    Csr::from_edges(&src, &dst, None).unwrap()
}

pub(crate) fn weighted(edges: &Edges) -> Csr {
    let (src, dst, weights) = columns(edges);
    Csr::from_edges(&src, &dst, Some(&weights)).unwrap()
}

fn columns(edges: &Edges) -> (Vec<i64>, Vec<i64>, Vec<f64>) {
    let src = edges.iter().map(|edge| edge.0).collect();
    let dst = edges.iter().map(|edge| edge.1).collect();
    (src, dst, edges.iter().map(|edge| edge.2).collect())
}

/// Which node reaches which, itself always among them.
pub(crate) fn reaches(graph: &Csr, either_way: bool) -> Vec<Vec<bool>> {
    let distances = all_distances(graph, either_way);
    distances.iter().map(|row| row.iter().map(|distance| distance.is_finite()).collect()).collect()
}

/// The least sum of weights from every node to every node (Floyd, 1962; Warshall, 1962).
pub(crate) fn all_distances(graph: &Csr, either_way: bool) -> Vec<Vec<f64>> {
    let nodes = graph.node_count();
    let mut least = vec![vec![f64::INFINITY; nodes]; nodes];
    for edge in graph.edges() {
        let (a, b, weight) = (edge.source as usize, edge.target as usize, graph.weight(edge.number));
        least[a][b] = least[a][b].min(weight);
        if either_way {
            least[b][a] = least[b][a].min(weight);
        }
    }
    (0..nodes).for_each(|node| least[node][node] = least[node][node].min(0.0));
    for middle in 0..nodes {
        for from in 0..nodes {
            for to in 0..nodes {
                let way = least[from][middle] + least[middle][to];
                least[from][to] = least[from][to].min(way);
            }
        }
    }
    least
}

/// Nobody waits for the answer.
pub(crate) struct Cancelled;

impl Control for Cancelled {
    fn check(&self) -> Result<()> {
        Err(GraphError::Cancelled)
    }

    fn reserve(&self, _: usize) -> Result<()> {
        Ok(())
    }
}
