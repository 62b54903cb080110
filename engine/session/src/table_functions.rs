//! What the name of a table function means where DataFusion looks for tables.
//!
//! Every table that a statement names is looked up before the statement is planned, the names of table functions too.
//! The answer to such a name is a [`FunctionTables`]: the tables of the very snapshot that the statement is planned
//! against, for a function that is given `edges => 'CALL'` and no query.

use arrow::datatypes::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Result, plan_err};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::history::History;

/// The tables of one snapshot, as its segments hold them, under the name of a table function.
#[derive(Clone, Debug)]
pub struct FunctionTables {
    function: String,
    tables: BTreeMap<&'static str, Arc<dyn TableProvider>>,
    history: Option<Arc<History>>,
}

impl FunctionTables {
    pub(crate) fn new(
        function: &str,
        tables: &BTreeMap<&'static str, Arc<dyn TableProvider>>,
        history: Option<History>,
    ) -> Self {
        let history = history.map(Arc::new);
        FunctionTables { function: function.to_owned(), tables: tables.clone(), history }
    }

    /// The snapshots of the store, for a function that asks for its history.
    pub fn history(&self) -> Option<&History> {
        self.history.as_deref()
    }

    /// A stored table by its name: `edges`, `nodes`.
    pub fn table(&self, name: &str) -> Option<Arc<dyn TableProvider>> {
        self.tables.get(name).cloned()
    }
}

#[async_trait]
impl TableProvider for FunctionTables {
    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::empty())
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        _: &dyn Session,
        _: Option<&Vec<usize>>,
        _: &[Expr],
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let function = &self.function;
        plan_err!("{function} is a table function: write {function}(…); \\df {function} lists its arguments")
    }
}
