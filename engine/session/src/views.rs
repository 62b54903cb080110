//! Views: a name, a query, and a word on what a row is.
//!
//! A view is kept as text and planned when a query first mentions it, against the snapshot of that
//! query. So opening a session plans nothing, and a view never shows rows of a snapshot that is gone.

use datafusion::catalog::TableProvider;
use datafusion::catalog::view::ViewTable;
use datafusion::common::Result;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{DdlStatement, LogicalPlan};
use datafusion::sql::parser::{DFParser, Statement};
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast;
use std::sync::Arc;

use crate::catalog::MAIN;
use crate::error::SessionError;

/// A named query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    pub name: String,
    /// A SELECT, or a whole CREATE VIEW statement.
    pub sql: String,
    /// What a row of it is.
    pub doc: String,
    /// Whether it is wanted whole: computed once where statements share what they compute, since no filter enters it.
    pub is_whole: bool,
}

tokio::task_local! {
    /// The views that are being planned, the outermost first.
    static PLANNING: Vec<String>;
}

impl View {
    pub fn new(name: impl Into<String>, sql: impl Into<String>, doc: impl Into<String>) -> Self {
        View { name: name.into(), sql: sql.into(), doc: doc.into(), is_whole: false }
    }

    /// The same, wanted whole or not.
    pub fn whole(self, is_whole: bool) -> Self {
        View { is_whole, ..self }
    }

    /// The view as a table, planned with the catalogs of `state`.
    pub(crate) async fn plan(&self, state: &SessionState) -> Result<Arc<dyn TableProvider>> {
        let mut planning = PLANNING.try_with(Vec::clone).unwrap_or_default();
        if planning.contains(&self.name) {
            return Err(SessionError::CyclicView { name: self.name.clone() }.into());
        }
        planning.push(self.name.clone());
        let plan = PLANNING.scope(planning, Box::pin(state.create_logical_plan(&self.sql))).await;
        let plan = plan.map_err(|error| error.context(format!("in the view {}", self.name)))?;
        let query = match plan {
            LogicalPlan::Ddl(DdlStatement::CreateView(view)) => Arc::unwrap_or_clone(view.input),
            query => query,
        };
        Ok(Arc::new(ViewTable::new(query, Some(self.sql.clone()))))
    }

    /// The view behind a table that a CREATE VIEW statement made, kept as text.
    pub(crate) fn of_table(name: &str, table: &dyn TableProvider) -> Result<Option<View>> {
        let Some(definition) = table.downcast_ref::<ViewTable>().and_then(ViewTable::definition) else {
            return Ok(None);
        };
        match refers_to(definition, name) {
            true => Err(SessionError::CyclicView { name: name.to_owned() }.into()),
            false => Ok(Some(View::new(name, definition.as_str(), ""))),
        }
    }
}

/// Whether the query of a CREATE VIEW statement mentions a table of `main`. What does not parse here (a
/// dialect of its own) is found out when the view is planned.
fn refers_to(definition: &str, name: &str) -> bool {
    let Ok(mut statements) = DFParser::parse_sql(definition) else { return false };
    let Some(Statement::Statement(statement)) = statements.pop_front() else { return false };
    let ast::Statement::CreateView(view) = *statement else { return false };
    let query = Statement::Statement(Box::new(ast::Statement::Query(view.query)));
    let Ok((tables, _)) = resolve_table_references(&query, true) else { return false };
    tables.iter().any(|table| table.table() == name && table.schema().is_none_or(|schema| schema == MAIN))
}
