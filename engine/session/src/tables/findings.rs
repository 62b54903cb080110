//! The table `findings` of one snapshot.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use std::sync::Arc;
use stoa_model::findings_schema;
use stoa_store::{Snapshot, Store};

use crate::error::SessionError;

/// What the last scan of a snapshot found, as it is when a query is planned; no rows if there was none.
#[derive(Debug)]
pub(crate) struct FindingsTable {
    store: Store,
    snapshot: Arc<Snapshot>,
}

impl FindingsTable {
    pub fn new(store: Store, snapshot: Arc<Snapshot>) -> Self {
        FindingsTable { store, snapshot }
    }
}

#[async_trait]
impl TableProvider for FindingsTable {
    fn schema(&self) -> SchemaRef {
        findings_schema()
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
        let rows = self.store.read_findings(&self.snapshot).await.map_err(SessionError::from)?;
        let rows = rows.unwrap_or_else(|| RecordBatch::new_empty(self.schema()));
        Ok(MemorySourceConfig::try_new_exec(&[vec![rows]], self.schema(), projection.cloned())?)
    }
}
