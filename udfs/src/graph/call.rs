//! A table function, and one call of it as its implementation sees it.

use arrow::array::{ArrayRef, RecordBatch};
use datafusion::common::ScalarValue;
use std::collections::BTreeMap;
use stoa_graph::{Control, Csr, GraphError};

use crate::registry::{Default, FunctionDoc};

/// A table function: what people read, what it costs, what it does.
pub struct TableFunction {
    pub doc: FunctionDoc,
    /// The estimate for a call, from the size of its graph and its arguments.
    pub cost: fn(&Call<'_>) -> Cost,
    /// The columns of the answer, in the order of the description, all of one length.
    pub run: fn(&Call<'_>) -> Result<Vec<ArrayRef>, GraphError>,
}

impl std::fmt::Debug for TableFunction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("TableFunction").field(&self.doc.name).finish()
    }
}

/// What a call is expected to take, beside the memory that its kernel asks for itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Edges and nodes looked at: an upper bound that is right to a small factor.
    pub steps: f64,
    /// Whether the graph's undirected side is needed, and not the incoming one alone.
    pub undirected: bool,
}

impl Cost {
    /// `steps` steps, on the undirected side if the call asks to go either way.
    pub fn new(call: &Call<'_>, steps: f64) -> Cost {
        let directed = !call.doc.arguments.iter().any(|argument| argument.name == "direction");
        Cost { steps, undirected: !directed && call.word("direction") == Some("both") }
    }

    /// `passes` walks over the whole graph.
    pub fn passes(call: &Call<'_>, passes: f64) -> Cost {
        Cost::new(call, passes * call.size())
    }

    /// Directions are left aside.
    pub fn undirected(self) -> Cost {
        Cost { undirected: true, ..self }
    }
}

/// One call: the graph, and the other arguments by name. A name that the description does not have is a defect of the
/// function and reads as absent.
pub struct Call<'a> {
    pub graph: &'a Csr,
    pub control: &'a dyn Control,
    pub(super) doc: &'a FunctionDoc,
    pub(super) values: &'a BTreeMap<&'static str, ScalarValue>,
    pub(super) nodes: &'a BTreeMap<&'static str, Vec<i64>>,
    pub(super) rows: &'a BTreeMap<&'static str, RecordBatch>,
    /// The most rows a function that lists paths may give.
    pub max_paths: usize,
    /// What the session lets an algorithm cost.
    pub max_steps: f64,
}

impl<'a> Call<'a> {
    fn default(&self, name: &str) -> Default {
        let argument = self.doc.arguments.iter().find(|argument| argument.name == name);
        debug_assert!(argument.is_some(), "{} has no argument {name}", self.doc.name);
        argument.map_or(Default::Absent, |argument| argument.default)
    }

    /// Nodes and edges together.
    pub fn size(&self) -> f64 {
        (self.graph.node_count() + self.graph.edge_count()) as f64
    }

    /// A count; nothing where it was left out and has no default.
    pub fn count(&self, name: &str) -> Option<usize> {
        match (self.values.get(name), self.default(name)) {
            (Some(ScalarValue::UInt64(value)), _) => value.map(|value| value as usize),
            (_, Default::Count(value)) => Some(value as usize),
            _ => None,
        }
    }

    pub fn number(&self, name: &str) -> Option<f64> {
        match (self.values.get(name), self.default(name)) {
            (Some(ScalarValue::Float64(value)), _) => *value,
            (_, Default::Number(value)) => Some(value),
            _ => None,
        }
    }

    pub fn flag(&self, name: &str) -> bool {
        match (self.values.get(name), self.default(name)) {
            (Some(ScalarValue::Boolean(value)), _) => value.unwrap_or_default(),
            (_, Default::Flag(value)) => value,
            _ => false,
        }
    }

    pub fn word(&self, name: &str) -> Option<&str> {
        match (self.values.get(name), self.default(name)) {
            (Some(ScalarValue::Utf8(value)), _) => value.as_deref(),
            (_, Default::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// The ids of an argument of nodes; nothing where it was left out.
    pub fn nodes(&self, name: &str) -> Option<&'a [i64]> {
        self.nodes.get(name).map(Vec::as_slice)
    }

    /// The ids of an argument of nodes as places in the graph, ascending, each once; ids that are not in it are left out.
    pub fn places(&self, name: &str) -> Option<Vec<stoa_graph::Index>> {
        let mut places: Vec<_> = self.nodes(name)?.iter().filter_map(|id| self.graph.index_of(*id)).collect();
        places.sort_unstable();
        places.dedup();
        Some(places)
    }

    /// The rows of an argument that is a table.
    pub fn rows(&self, name: &str) -> Option<&'a RecordBatch> {
        self.rows.get(name)
    }
}
