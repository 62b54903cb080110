//! The property graphs of a session: which rows of which tables are nodes and edges.
//!
//! A property graph holds no rows. It names tables, says which columns are keys, and which labels and properties a row
//! has. `cpg`, the code property graph, is always there; others are made by CREATE PROPERTY GRAPH and live as long as
//! the session.

use arrow::datatypes::DataType;
use datafusion::sql::sqlparser::ast::{Expr, Ident};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use stoa_model::{EdgeKind, NodeKind};

use super::error::{PatternError, Result};

/// The graph that is always there.
pub const CPG: &str = "cpg";

/// Kinds of edges that are made from columns of nodes, beside those that are stored.
const DERIVED_EDGES: &[&str] = &["ARGUMENT", "AST", "CONTAINS", "RECEIVER", "SOURCE_FILE"];

/// The property graphs by name.
#[derive(Debug, Default)]
pub struct PropertyGraphs {
    graphs: RwLock<BTreeMap<String, Arc<PropertyGraph>>>,
}

/// Which rows are nodes, which are edges.
#[derive(Clone, Debug, PartialEq)]
pub struct PropertyGraph {
    pub name: String,
    pub vertices: Vec<ElementTable>,
    pub edges: Vec<EdgeTable>,
    /// Whether every edge is known to have nodes at its ends, so that an end need not be looked up.
    pub complete: bool,
}

/// A table whose rows are nodes, or edges.
#[derive(Clone, Debug, PartialEq)]
pub struct ElementTable {
    /// What the graph calls it.
    pub name: String,
    /// How a FROM clause names it: a full name, or a query in parentheses.
    pub relation: String,
    /// The columns that tell rows apart; empty for edges without a KEY.
    pub key: Vec<String>,
    /// The types of these columns.
    pub key_types: Vec<DataType>,
    pub labels: TableLabels,
    pub properties: Vec<Property>,
}

/// The labels of a table's rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TableLabels {
    /// Every row has all of these.
    All(Vec<String>),
    /// A row has the one that stands in this column.
    Column { column: String, labels: Vec<String> },
}

/// A named value of a row: a column, or an expression over columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    pub name: String,
    /// Nothing for the column of that name.
    pub value: Option<Expr>,
}

/// A table of edges and what its ends are.
#[derive(Clone, Debug, PartialEq)]
pub struct EdgeTable {
    pub element: ElementTable,
    pub source: End,
    pub destination: End,
    /// Whether its rows are meant only where their label is named.
    pub only_named: bool,
}

/// One end of the edges of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct End {
    /// The columns that hold the key of the node.
    pub columns: Vec<String>,
    /// Which table of nodes it is of.
    pub vertex: usize,
    /// For an edge label the labels that its ends may have; where it is not mentioned, any.
    pub labels: Vec<(String, Vec<String>)>,
}

impl End {
    /// Whether a node with `label` can be at this end of an edge with the label `edge`.
    pub fn allows(&self, edge: &str, label: &str) -> bool {
        let known = self.labels.iter().find(|(of, _)| of == edge);
        known.is_none_or(|(_, labels)| labels.iter().any(|known| known == label))
    }
}

impl TableLabels {
    pub fn names(&self) -> &[String] {
        match self {
            TableLabels::All(labels) | TableLabels::Column { labels, .. } => labels,
        }
    }
}

impl ElementTable {
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    /// Whether every property is the column of its name.
    pub fn is_plain(&self) -> bool {
        self.properties.iter().all(|property| property.value.is_none())
    }
}

impl PropertyGraph {
    /// The code property graph: rows of `nodes` by their kind, rows of `edges` by theirs. CALL also leads from a METHOD
    /// to a METHOD, for each call in the one that may run the other.
    pub fn cpg(catalog: &str, node_columns: impl IntoIterator<Item = String>) -> PropertyGraph {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_string()).collect::<Vec<_>>();
        let columns = |names: &[&str]| -> Vec<Property> {
            names.iter().map(|name| Property { name: (*name).to_string(), value: None }).collect()
        };
        let nodes = ElementTable {
            name: "nodes".to_string(),
            relation: format!("{catalog}.main.nodes"),
            key: owned(&["id"]),
            key_types: vec![DataType::Int64],
            labels: TableLabels::Column {
                column: "kind".to_string(),
                labels: NodeKind::ALL.iter().map(|kind| kind.as_str().to_string()).collect(),
            },
            properties: node_columns.into_iter().map(|name| Property { name, value: None }).collect(),
        };
        let mut kinds = owned(DERIVED_EDGES);
        kinds.extend(EdgeKind::ALL.iter().map(|kind| kind.as_str().to_string()));
        kinds.sort_unstable();
        let end = |column: &str, edge: &str, labels: &[&str]| End {
            columns: owned(&[column]),
            vertex: 0,
            labels: vec![(edge.to_string(), owned(labels))],
        };
        let call = EdgeKind::Call.as_str();
        let method = NodeKind::Method.as_str();
        let sites = [NodeKind::Call.as_str(), NodeKind::ControlStructure.as_str()];
        let edges = EdgeTable {
            element: ElementTable {
                name: "edges".to_string(),
                relation: format!("{catalog}.main.edges"),
                key: owned(&["kind", "src", "dst", "label"]),
                key_types: vec![DataType::Utf8View, DataType::Int64, DataType::Int64, DataType::Utf8View],
                labels: TableLabels::Column { column: "kind".to_string(), labels: kinds },
                properties: columns(&["src", "dst", "kind", "label", "confidence"]),
            },
            source: end("src", call, &sites),
            destination: end("dst", call, &[method]),
            only_named: false,
        };
        let calls = EdgeTable {
            element: ElementTable {
                name: "call_graph".to_string(),
                relation: format!(
                    "(SELECT caller AS src, callee AS dst, '{call}' AS kind, resolution AS label, confidence, call_id \
                     FROM {catalog}.main.call_graph WHERE caller IS NOT NULL)"
                ),
                key: owned(&["kind", "call_id", "dst", "label"]),
                key_types: vec![DataType::Utf8View, DataType::Int64, DataType::Int64, DataType::Utf8View],
                labels: TableLabels::All(owned(&[call])),
                properties: columns(&["src", "dst", "kind", "label", "confidence", "call_id"]),
            },
            source: end("src", call, &[method]),
            destination: end("dst", call, &[method]),
            only_named: true,
        };
        PropertyGraph {
            name: CPG.to_string(),
            vertices: vec![nodes],
            edges: vec![edges, calls],
            complete: true,
        }
    }

    /// Every label of a node.
    pub fn vertex_labels(&self) -> impl Iterator<Item = &str> {
        self.vertices.iter().flat_map(|table| table.labels.names()).map(String::as_str)
    }

    /// Every label of an edge.
    pub fn edge_labels(&self) -> impl Iterator<Item = &str> {
        self.edges.iter().flat_map(|table| table.element.labels.names()).map(String::as_str)
    }
}

impl PropertyGraphs {
    /// Adds the graph that a session has from the start.
    pub fn found(&self, graph: PropertyGraph) {
        let mut graphs = self.graphs.write().unwrap_or_else(PoisonError::into_inner);
        graphs.insert(graph.name.clone(), Arc::new(graph));
    }

    /// The names, ascending.
    pub fn names(&self) -> Vec<String> {
        self.graphs.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// The graph of a name.
    pub fn get(&self, name: &Ident) -> Result<Arc<PropertyGraph>> {
        let graphs = self.graphs.read().unwrap_or_else(PoisonError::into_inner);
        let wanted = normal(name);
        graphs.get(&wanted).cloned().ok_or_else(|| {
            PatternError::new(format!("there is no property graph {wanted}"), name.span).suggest(
                &wanted,
                graphs.keys().map(String::as_str),
                "property graphs",
            )
        })
    }

    /// Adds a graph; says whether it was added, and not there before.
    pub fn create(
        &self,
        graph: PropertyGraph,
        name: &Ident,
        replace: bool,
        unless_there: bool,
    ) -> Result<bool> {
        let mut graphs = self.graphs.write().unwrap_or_else(PoisonError::into_inner);
        if graphs.contains_key(&graph.name) {
            if unless_there {
                return Ok(false);
            }
            if graph.name == CPG {
                return Err(built_in(name));
            }
            if !replace {
                let message = format!("there is a property graph {} already", graph.name);
                return Err(PatternError::new(message, name.span)
                    .help("CREATE OR REPLACE PROPERTY GRAPH replaces it"));
            }
        }
        graphs.insert(graph.name.clone(), Arc::new(graph));
        Ok(true)
    }

    pub fn drop(&self, name: &Ident, if_there: bool) -> Result<()> {
        if normal(name) == CPG {
            return Err(built_in(name));
        }
        match self.get(name) {
            Ok(graph) => {
                self.graphs.write().unwrap_or_else(PoisonError::into_inner).remove(&graph.name);
                Ok(())
            }
            Err(_) if if_there => Ok(()),
            Err(error) => Err(error),
        }
    }
}

fn built_in(name: &Ident) -> PatternError {
    PatternError::new("the property graph cpg is built in: it can neither be replaced nor dropped", name.span)
}

/// A name as it is looked up: in lower case unless it is quoted.
pub fn normal(name: &Ident) -> String {
    match name.quote_style {
        Some(_) => name.value.clone(),
        None => name.value.to_lowercase(),
    }
}
