//! The mathematics of graphs against NetworkX and igraph, on the graphs of `tests/oracles/networkx/`.
//!
//! Every graph with weights is looked at twice, with them and without. Functions bear the names that the script beside
//! the expected values gives them.

mod betweenness;
mod centrality;
mod communities;
mod distances;
mod paths;
mod similarity;
mod structure;
mod tables;
mod triangles;

use std::collections::BTreeMap;
use stoa_graph::{Csr, Index, Unlimited};
use tables::{Case, cases};

/// Asks for no control at all.
const FREE: &Unlimited = &Unlimited;

/// Equal to nine digits; where both are tiny, as near as that.
fn near(a: f64, b: f64) -> bool {
    within(a, b, 1e-9)
}

fn within(a: f64, b: f64, tolerance: f64) -> bool {
    a == b || (a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1e-3)
}

impl Case {
    /// Holds one figure for each node, by index, to what is expected; gives whether anything is.
    fn holds_nodes(&self, function: &str, found: impl IntoIterator<Item = f64>) -> usize {
        self.holds_nodes_within(function, found, 1e-9)
    }

    fn holds_nodes_within(
        &self,
        function: &str,
        found: impl IntoIterator<Item = f64>,
        tolerance: f64,
    ) -> usize {
        let Some(expected) = self.node_values.get(function) else { return 0 };
        let found: Vec<f64> = found.into_iter().collect();
        assert_eq!(found.len(), self.plain.node_count(), "{function} of {}", self.name);
        for (node, found) in found.iter().enumerate() {
            let id = self.plain.ids()[node];
            let expected = expected[&id];
            assert!(
                within(*found, expected, tolerance),
                "{function} of {} at {id}: {found} and not {expected}",
                self.name
            );
        }
        1
    }

    /// Holds the nodes that each node is given to what is expected: `None` where it has none.
    fn holds_others(&self, function: &str, found: impl IntoIterator<Item = Option<Index>>) -> usize {
        let Some(expected) = self.node_others.get(function) else { return 0 };
        let found: BTreeMap<i64, i64> = self
            .plain
            .nodes()
            .zip(found)
            .filter_map(|(node, other)| Some((self.plain.id(node), self.plain.id(other?))))
            .collect();
        assert_eq!(&found, expected, "{function} of {}", self.name);
        1
    }

    fn holds_graph(&self, function: &str, found: f64) -> usize {
        let Some(expected) = self.graph_values.get(function) else { return 0 };
        assert!(near(found, *expected), "{function} of {}: {found} and not {expected}", self.name);
        1
    }

    /// Holds pairs of ids and their figures to what is expected of the graph's edges.
    fn holds_edges(&self, function: &str, found: impl IntoIterator<Item = ((i64, i64), f64)>) {
        let empty = BTreeMap::new();
        let expected = self.edge_values.get(function).unwrap_or(&empty);
        let found: BTreeMap<(i64, i64), f64> = found.into_iter().collect();
        assert!(found.keys().eq(expected.keys()), "{function} of {}: {found:?}, {expected:?}", self.name);
        for (edge, value) in &found {
            let expected = expected[edge];
            assert!(near(*value, expected), "{function} of {} at {edge:?}: {value}, {expected}", self.name);
        }
    }

    /// Whether the script saw this error.
    fn fails(&self, function: &str, error: &str) -> bool {
        self.errors.get(function).is_some_and(|known| known == error)
    }

    /// The graph without weights and, where there are any, the one with: each with the end of its functions' names.
    fn both(&self) -> impl Iterator<Item = (&'static str, &Csr)> {
        [("", &self.plain)].into_iter().chain(self.weighted.as_ref().map(|graph| ("_weighted", graph)))
    }

    fn index(&self, id: i64) -> Index {
        self.plain.index_of(id).unwrap()
    }

    fn negative(&self) -> bool {
        self.weighted.as_ref().and_then(Csr::least_weight).is_some_and(|least| least < 0.0)
    }
}

/// Runs a check on every case; at least `least` of its comparisons must have found something to compare with.
fn over_all(least: usize, check: impl Fn(&Case) -> usize) {
    let compared: usize = cases().iter().map(check).sum();
    assert!(compared >= least, "only {compared} were compared");
}
