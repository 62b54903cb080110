//! Every function a query can call, stoa's and DataFusion's: the rows of `system.functions` and of `\df`.

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::common::exec_datafusion_err;
use datafusion::error::Result;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::Documentation;
use datafusion::prelude::SessionContext;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock};
use stoa_session::{SystemContext, SystemTable};

use crate::registry::{self, Kind};

/// A function as the catalog shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionRow {
    pub name: String,
    /// scalar, aggregate, window, table or higher-order.
    pub kind: String,
    pub arguments: Option<String>,
    /// The SQL type; DataFusion's functions choose theirs by their arguments and say nothing here.
    pub returns: Option<String>,
    pub description: Option<String>,
    /// The time it takes, in n nodes and m edges.
    pub complexity: Option<String>,
    /// Who found the algorithm: paper or specification.
    pub reference: Option<String>,
    pub example: Option<String>,
    /// `stoa` or `datafusion`.
    pub source: &'static str,
}

/// The functions of a session, by name and kind; an alias has a row of its own.
pub fn functions(state: &SessionState) -> Vec<FunctionRow> {
    let mut rows: BTreeMap<(String, String), FunctionRow> = BTreeMap::new();
    let mut add = |name: &str, kind: String, own: &str, doc: Option<&Documentation>| {
        let row = builtin(name, &kind, own, doc);
        rows.insert((name.to_string(), kind), row);
    };
    for (name, udf) in state.scalar_functions() {
        add(name, Kind::Scalar.to_string(), udf.name(), udf.documentation());
    }
    for (name, udf) in state.aggregate_functions() {
        add(name, Kind::Aggregate.to_string(), udf.name(), udf.documentation());
    }
    for (name, udf) in state.window_functions() {
        add(name, Kind::Window.to_string(), udf.name(), udf.documentation());
    }
    for (name, udf) in state.higher_order_functions() {
        add(name, "higher-order".to_string(), udf.name(), udf.documentation());
    }
    for name in state.table_functions().keys() {
        add(name, Kind::Table.to_string(), name, None);
    }
    // Table functions are no part of the state; they are registered together with the others.
    let ours = state.scalar_functions().contains_key(crate::nodes::SOURCE_TEXT.name);
    for doc in registry::all() {
        let key = (doc.name.to_string(), doc.kind.to_string());
        let row = FunctionRow {
            name: doc.name.to_string(),
            kind: doc.kind.to_string(),
            arguments: Some(doc.arguments_text()),
            returns: Some(doc.returns.to_string()),
            description: Some(doc.description.to_string()),
            complexity: doc.complexity.map(str::to_string),
            reference: doc.source.map(str::to_string),
            example: Some(doc.example.to_string()),
            source: "stoa",
        };
        // Only what is registered can be called.
        if rows.contains_key(&key) || (doc.kind == Kind::Table && ours) {
            rows.insert(key, row);
        }
    }
    rows.into_values().collect()
}

fn builtin(name: &str, kind: &str, own: &str, doc: Option<&Documentation>) -> FunctionRow {
    let description = match (name == own, doc) {
        (true, Some(doc)) => Some(one_line(&doc.description)),
        (false, Some(doc)) => Some(format!("{own} by another name. {}", one_line(&doc.description))),
        (false, None) => Some(format!("{own} by another name.")),
        (true, None) => None,
    };
    FunctionRow {
        name: name.to_string(),
        kind: kind.to_string(),
        arguments: doc.and_then(|doc| arguments(&doc.syntax_example)),
        returns: None,
        description,
        complexity: None,
        reference: None,
        example: doc.and_then(|doc| doc.sql_example.as_deref()).and_then(example),
        source: "datafusion",
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What stands between the brackets of `name(arguments)`.
fn arguments(syntax: &str) -> Option<String> {
    let (_, rest) = syntax.split_once('(')?;
    Some(one_line(rest.rsplit_once(')').map_or(rest, |(inside, _)| inside)))
}

/// The first query of a documented example, which shows results and fences too.
fn example(text: &str) -> Option<String> {
    let lines = text.lines().map(|line| line.trim().trim_start_matches("> ").trim());
    let query: Vec<&str> = lines
        .skip_while(|line| line.is_empty() || line.starts_with("```"))
        .take_while(|line| !line.is_empty() && !line.starts_with('+') && !line.starts_with("```"))
        .collect();
    let query = query.join(" ");
    let query = query.split_once(';').map_or(query.as_str(), |(first, _)| first).trim();
    (!query.is_empty()).then(|| query.to_string())
}

static SCHEMA: LazyLock<SchemaRef> = LazyLock::new(|| {
    let text = |name: &str, nullable| Field::new(name, DataType::Utf8, nullable);
    Arc::new(Schema::new(vec![
        text("name", false),
        text("kind", false),
        text("arguments", true),
        text("returns", true),
        text("description", true),
        text("complexity", true),
        text("reference", true),
        text("example", true),
        text("source", false),
    ]))
});

/// The functions of a session as a batch of rows.
pub fn functions_batch(rows: &[FunctionRow]) -> Result<RecordBatch> {
    let required = |f: fn(&FunctionRow) -> &str| Arc::new(StringArray::from_iter_values(rows.iter().map(f)));
    let optional =
        |f: fn(&FunctionRow) -> Option<&str>| Arc::new(rows.iter().map(f).collect::<StringArray>());
    Ok(RecordBatch::try_new(
        Arc::clone(&SCHEMA),
        vec![
            required(|r| &r.name),
            required(|r| &r.kind),
            optional(|r| r.arguments.as_deref()),
            optional(|r| r.returns.as_deref()),
            optional(|r| r.description.as_deref()),
            optional(|r| r.complexity.as_deref()),
            optional(|r| r.reference.as_deref()),
            optional(|r| r.example.as_deref()),
            required(|r| r.source),
        ],
    )?)
}

/// `system.functions`.
pub(crate) struct FunctionsTable {
    /// The session as it is when the table is asked for, as long as it lives.
    state: Box<dyn Fn() -> Option<SessionState> + Send + Sync>,
}

impl FunctionsTable {
    pub fn of(context: &SessionContext) -> FunctionsTable {
        // The session holds this table, so the table must not hold the session.
        let state = context.state_weak_ref();
        FunctionsTable { state: Box::new(move || state.upgrade().map(|state| state.read().clone())) }
    }
}

impl fmt::Debug for FunctionsTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FunctionsTable").finish_non_exhaustive()
    }
}

#[async_trait]
impl SystemTable for FunctionsTable {
    fn name(&self) -> &str {
        "functions"
    }

    fn schema(&self) -> SchemaRef {
        Arc::clone(&SCHEMA)
    }

    async fn rows(&self, _: &SystemContext) -> Result<RecordBatch> {
        let state = (self.state)().ok_or_else(|| exec_datafusion_err!("the session is closed"))?;
        functions_batch(&functions(&state))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_of_datafusion_are_described() {
        let rows = functions(&SessionContext::new().state());
        let find = |name: &str| rows.iter().find(|r| r.name == name).unwrap();
        assert_eq!(find("abs").kind, "scalar");
        assert_eq!(find("abs").arguments.as_deref(), Some("numeric_expression"));
        assert!(find("abs").example.as_deref().unwrap().starts_with("SELECT abs("));
        assert!(find("mean").description.as_deref().unwrap().starts_with("avg by another name."));
        assert_eq!(find("row_number").kind, "window");
        assert_eq!(find("generate_series").source, "datafusion");
        assert!(rows.iter().all(|r| r.source == "datafusion"), "nothing of stoa is registered here");
    }
}
