//! Which nodes and edges matter.

use super::super::call::{Cost, TableFunction};
use super::columns::{EDGES, ID, NODES, ids, integers, numbers};
use crate::registry::{Argument, ArgumentType, Column, ColumnType, Default, FunctionDoc, Kind, Returns};

pub(super) static FUNCTIONS: &[TableFunction] = &[TableFunction {
    doc: FunctionDoc {
        name: "degree_centrality",
        kind: Kind::Table,
        arguments: &[EDGES, NODES],
        returns: Returns::Rows(&[ID, Column::new("score", ColumnType::Number, "degree over n − 1")]),
        description: "x.",
        complexity: Some("O(n + m)"),
        source: Some("x"),
        example: "SELECT * FROM degree_centrality(edges => 'CALL')",
    },
    cost: |call| Cost::passes(call, 1.0, 16),
    run: |call| {
        let graph = call.graph;
        let n = graph.node_count() as f64 - 1.0;
        let degrees = graph.nodes().map(|node| (graph.outgoing().degree(node) + graph.incoming().degree(node)) as f64 / n);
        Ok(vec![ids(graph), numbers(degrees.collect())])
    },
}];
