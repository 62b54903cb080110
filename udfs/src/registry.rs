//! The one list of functions.

use datafusion::logical_expr::ScalarUDF;
use std::fmt;
use std::sync::Arc;

use crate::lookup::Lookup;
use crate::{identifiers, nodes};

/// How a function is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A value for each row.
    Scalar,
    /// A value for a group of rows.
    Aggregate,
    /// A value for each row that depends on the rows around it.
    Window,
    /// Rows, in a FROM clause.
    Table,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Kind::Scalar => "scalar",
            Kind::Aggregate => "aggregate",
            Kind::Window => "window",
            Kind::Table => "table",
        })
    }
}

/// What a person needs to know of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FunctionDoc {
    pub name: &'static str,
    pub kind: Kind,
    /// `name TYPE, …`
    pub arguments: &'static str,
    /// The SQL type of a value, or the columns of a table.
    pub returns: &'static str,
    /// One paragraph; the first sentence says what it gives.
    pub description: &'static str,
    /// A query or an expression that works over any snapshot.
    pub example: &'static str,
}

/// A function: its description and how it is made over a snapshot.
pub(crate) struct Entry {
    pub doc: FunctionDoc,
    pub make: fn(&'static FunctionDoc, &Arc<Lookup>) -> ScalarUDF,
}

static ENTRIES: &[Entry] = &[
    Entry { doc: identifiers::NAME_SIMILARITY, make: identifiers::make_name_similarity },
    Entry { doc: nodes::NODE_LOCATION, make: nodes::make_node_location },
    Entry { doc: nodes::NODE_PATH, make: nodes::make_node_path },
    Entry { doc: nodes::QUALIFIED_NAME, make: nodes::make_qualified_name },
    Entry { doc: nodes::SOURCE_TEXT, make: nodes::make_source_text },
    Entry { doc: identifiers::SPLIT_IDENTIFIER, make: identifiers::make_split_identifier },
];

pub(crate) fn entries() -> &'static [Entry] {
    ENTRIES
}

/// Every function of stoa, by name.
pub fn all() -> impl Iterator<Item = &'static FunctionDoc> {
    ENTRIES.iter().map(|entry| &entry.doc)
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_function_is_described_once_and_in_order() {
        let names: Vec<&str> = super::all().map(|doc| doc.name).collect();
        assert!(names.windows(2).all(|pair| pair[0] < pair[1]), "{names:?}");
        for doc in super::all() {
            assert!(doc.description.ends_with('.'), "{}", doc.name);
            assert!(doc.example.contains(&format!("{}(", doc.name)), "{}", doc.name);
        }
    }
}
