//! The one list of functions.

use datafusion::logical_expr::ScalarUDF;
use std::fmt;
use std::sync::Arc;

use crate::graph::{self, TableFunction};
use crate::lookup::Lookup;
use crate::{flow, history, identifiers, nodes};

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

/// A column that a table function takes or gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub type_: ColumnType,
    pub description: &'static str,
}

impl Column {
    pub const fn new(name: &'static str, type_: ColumnType, description: &'static str) -> Column {
        Column { name, type_, description }
    }
}

/// The types of such columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// BIGINT: the id of a node, or a count.
    Integer,
    /// DOUBLE.
    Number,
    /// BOOLEAN.
    Flag,
    /// VARCHAR.
    Text,
    /// BIGINT[]: the ids of a path, in order.
    Integers,
    /// VARCHAR[].
    Texts,
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            ColumnType::Integer => "BIGINT",
            ColumnType::Number => "DOUBLE",
            ColumnType::Flag => "BOOLEAN",
            ColumnType::Text => "VARCHAR",
            ColumnType::Integers => "BIGINT[]",
            ColumnType::Texts => "VARCHAR[]",
        })
    }
}

/// What an argument takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentType {
    /// A SQL expression of this type, for each row (scalar functions).
    Sql(&'static str),
    /// `'KIND'`, `'KIND,KIND'` or `(SELECT src, dst[, weight] …)`. The weight counts where `weighted`.
    Edges { weighted: bool },
    /// An id, `[id, …]` or `(SELECT id …)`.
    Nodes,
    /// An id, `[id, …]` or `(SELECT id[, kind] …)`.
    Endpoints,
    /// A subquery with these columns.
    Rows(&'static [Column]),
    /// A constant integer that is not negative.
    Count,
    /// A constant number.
    Number,
    /// TRUE or FALSE.
    Flag,
    /// One of these words.
    Word(&'static [&'static str]),
}

impl fmt::Display for ArgumentType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ArgumentType::Sql(text) => f.pad(text),
            ArgumentType::Edges { .. } => f.pad("EDGES"),
            ArgumentType::Nodes => f.pad("NODES"),
            ArgumentType::Endpoints => f.pad("ENDPOINTS"),
            ArgumentType::Rows(columns) => {
                let columns: Vec<String> =
                    columns.iter().map(|c| format!("{} {}", c.name, c.type_)).collect();
                f.pad(&format!("TABLE({})", columns.join(", ")))
            }
            ArgumentType::Count => f.pad("BIGINT"),
            ArgumentType::Number => f.pad("DOUBLE"),
            ArgumentType::Flag => f.pad("BOOLEAN"),
            ArgumentType::Word(words) => f.pad(&format!("'{}'", words.join("'|'"))),
        }
    }
}

/// An argument of a function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Argument {
    pub name: &'static str,
    pub type_: ArgumentType,
    /// What stands for an argument that is left out.
    pub default: Default,
    pub description: &'static str,
}

/// What stands for an argument that is left out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Default {
    /// It cannot be left out.
    Required,
    /// Nothing: the description says what that means.
    Absent,
    Count(u64),
    Number(f64),
    Flag(bool),
    Word(&'static str),
}

impl Argument {
    /// An argument of a scalar function.
    pub const fn sql(name: &'static str, type_: &'static str) -> Argument {
        Argument { name, type_: ArgumentType::Sql(type_), default: Default::Required, description: "" }
    }
}

impl fmt::Display for Argument {
    /// `name TYPE = default`, as `\df` shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.type_)?;
        match self.default {
            Default::Required => Ok(()),
            Default::Absent => f.write_str(" = NULL"),
            Default::Count(value) => write!(f, " = {value}"),
            Default::Number(value) => write!(f, " = {value:?}"),
            Default::Flag(value) => write!(f, " = {}", if value { "TRUE" } else { "FALSE" }),
            Default::Word(word) => write!(f, " = '{word}'"),
        }
    }
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Returns {
    /// A value of this SQL type.
    Value(&'static str),
    /// Rows of these columns.
    Rows(&'static [Column]),
}

impl fmt::Display for Returns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Returns::Value(text) => f.pad(text),
            Returns::Rows(columns) => {
                let columns: Vec<String> =
                    columns.iter().map(|c| format!("{} {}", c.name, c.type_)).collect();
                f.pad(&format!("TABLE({})", columns.join(", ")))
            }
        }
    }
}

/// What a person needs to know of a function.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FunctionDoc {
    pub name: &'static str,
    pub kind: Kind,
    pub arguments: &'static [Argument],
    pub returns: Returns,
    /// One paragraph; the first sentence says what it gives.
    pub description: &'static str,
    /// Its time, in n nodes and m edges.
    pub complexity: Option<&'static str>,
    /// Who found the algorithm: paper or specification.
    pub source: Option<&'static str>,
    /// A query or an expression that works over any snapshot.
    pub example: &'static str,
}

impl FunctionDoc {
    /// `name TYPE = default, …`
    pub fn arguments_text(&self) -> String {
        let arguments: Vec<String> = self.arguments.iter().map(Argument::to_string).collect();
        arguments.join(", ")
    }
}

/// A scalar function: its description and how it is made over a snapshot.
pub(crate) struct ScalarFunction {
    pub doc: FunctionDoc,
    pub make: fn(&'static FunctionDoc, &Arc<Lookup>) -> ScalarUDF,
}

static SCALARS: &[ScalarFunction] = &[
    ScalarFunction { doc: identifiers::NAME_SIMILARITY, make: identifiers::make_name_similarity },
    ScalarFunction { doc: nodes::NODE_LOCATION, make: nodes::make_node_location },
    ScalarFunction { doc: nodes::NODE_PATH, make: nodes::make_node_path },
    ScalarFunction { doc: nodes::QUALIFIED_NAME, make: nodes::make_qualified_name },
    ScalarFunction { doc: nodes::SOURCE_LINE, make: nodes::make_source_line },
    ScalarFunction { doc: nodes::SOURCE_TEXT, make: nodes::make_source_text },
    ScalarFunction { doc: identifiers::SPLIT_IDENTIFIER, make: identifiers::make_split_identifier },
];

pub(crate) fn scalars() -> &'static [ScalarFunction] {
    SCALARS
}

/// The table functions, by family.
pub fn tables() -> impl Iterator<Item = &'static TableFunction> {
    graph::functions()
}

/// Every function of stoa: scalar ones by name, then table functions by family.
pub fn all() -> impl Iterator<Item = &'static FunctionDoc> {
    let tables = tables().map(|function| &function.doc).chain(flow::functions()).chain(history::functions());
    SCALARS.iter().map(|entry| &entry.doc).chain(tables)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_function_is_described_once() {
        let mut names = BTreeSet::new();
        for doc in super::all() {
            assert!(names.insert(doc.name), "{} stands twice", doc.name);
            assert!(doc.description.ends_with('.'), "{}", doc.name);
            assert!(doc.example.contains(&format!("{}(", doc.name)), "{}", doc.name);
            for argument in doc.arguments.iter().filter(|_| doc.kind == Kind::Table) {
                assert!(argument.description.ends_with('.'), "{}: {}", doc.name, argument.name);
            }
            if doc.kind == Kind::Table {
                assert!(doc.complexity.is_some() && doc.source.is_some(), "{}", doc.name);
            }
        }
    }
}
