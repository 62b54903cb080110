//! A view that is computed once, however many statements mention it.

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::common::tree_node::TreeNode;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{Expr, LogicalPlan, TableType};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::projection::ProjectionExec;
use std::fmt;
use std::sync::Arc;
use tokio::sync::OnceCell;

use super::exec::OnceExec;
use crate::results::KeyBuilder;
use crate::views::View;

/// A view that calls a table function, or that is wanted whole: planned when it is first read, and computed then.
pub struct KeptView {
    name: String,
    plan: LogicalPlan,
    schema: SchemaRef,
    made: OnceCell<OnceExec>,
}

impl KeptView {
    /// A view as one that is kept, if it calls a table function or is wanted whole; else as it is, since filters go through it.
    pub(crate) fn of(view: &View, table: Arc<dyn TableProvider>) -> Result<Arc<dyn TableProvider>> {
        let calls = |plan: &LogicalPlan| plan.exists(|node| Ok(matches!(node, LogicalPlan::Extension(_))));
        let plan = match table.get_logical_plan() {
            Some(plan) if view.is_whole || calls(&plan)? => plan.into_owned(),
            _ => return Ok(table),
        };
        let (name, schema) = (view.name.clone(), table.schema());
        Ok(Arc::new(KeptView { name, plan, schema, made: OnceCell::new() }))
    }

    /// The query of the view.
    pub fn plan(&self) -> &LogicalPlan {
        &self.plan
    }
}

impl fmt::Debug for KeptView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptView").field("name", &self.name).finish_non_exhaustive()
    }
}

#[async_trait]
impl TableProvider for KeptView {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::View
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let make = async || {
            let key = KeyBuilder::new("view").add(&self.name).finish();
            let physical = state.create_physical_plan(&self.plan).await?;
            Ok::<_, DataFusionError>(OnceExec::planned(self.name.clone(), key, physical))
        };
        let made: Arc<dyn ExecutionPlan> = Arc::new(self.made.get_or_try_init(make).await?.another());
        let Some(projection) = projection else { return Ok(made) };
        let columns = projection.iter().map(|&place| {
            let name = self.schema.field(place).name();
            (Arc::new(Column::new(name, place)) as _, name.clone())
        });
        Ok(Arc::new(ProjectionExec::try_new(columns.collect::<Vec<_>>(), made)?))
    }
}
