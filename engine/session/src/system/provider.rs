//! A system table as DataFusion sees it.

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use std::sync::Arc;

use super::{SystemContext, SystemTable};

/// A system table at one snapshot.
#[derive(Debug)]
pub(crate) struct SystemTableProvider {
    table: Arc<dyn SystemTable>,
    context: SystemContext,
}

impl SystemTableProvider {
    pub fn new(table: Arc<dyn SystemTable>, context: SystemContext) -> Self {
        SystemTableProvider { table, context }
    }
}

#[async_trait]
impl TableProvider for SystemTableProvider {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let rows = self.table.rows(&self.context).await?;
        Ok(MemorySourceConfig::try_new_exec(&[vec![rows]], self.table.schema(), projection.cloned())?)
    }
}
