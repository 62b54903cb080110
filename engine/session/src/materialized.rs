//! Materialized tables: the rows that a query once gave, as a table like any other.

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::{DFSchema, Result, Statistics, internal_err};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::parquet::{
    CachedParquetFileReaderFactory, can_expr_be_pushed_down_with_schemas,
};
use datafusion::datasource::physical_plan::{FileScanConfigBuilder, FileSource, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_expr::{PhysicalExpr, create_physical_expr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::filter_pushdown::PushedDown;
use object_store::ObjectStore;
use object_store::path::Path;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use std::sync::Arc;
use stoa_store::{Materialized, Store};

use crate::error::SessionError;
use crate::sources::Reader;

/// A table that MATERIALIZE made.
#[derive(Debug)]
pub struct MaterializedTable {
    table: Materialized,
    path: Path,
    objects: Arc<dyn ObjectStore>,
    url: ObjectStoreUrl,
    schema: SchemaRef,
}

impl MaterializedTable {
    pub(crate) async fn open(
        store: &Store,
        url: &ObjectStoreUrl,
        table: Materialized,
    ) -> Result<MaterializedTable, SessionError> {
        let path = store.object_path(&table.path())?;
        let objects: Arc<dyn ObjectStore> = Arc::new(store.verified_rows(&table)?);
        let mut reader = Reader { objects: Arc::clone(&objects), path: path.clone(), bytes: table.bytes };
        let metadata = ArrowReaderMetadata::load_async(&mut reader, ArrowReaderOptions::new()).await;
        let schema = match metadata {
            Ok(metadata) => Arc::clone(metadata.schema()),
            Err(source) => return Err(SessionError::SegmentFile { path: path.to_string(), source }),
        };
        Ok(MaterializedTable { table, path, objects, url: url.clone(), schema })
    }

    /// The query, and what is told of its rows.
    pub fn table(&self) -> &Materialized {
        &self.table
    }

    /// The name of the file is its content's.
    pub(crate) fn path(&self) -> Path {
        self.path.clone()
    }

    fn physical(&self, filter: &Expr) -> Result<Arc<dyn PhysicalExpr>> {
        let schema = DFSchema::try_from(Arc::clone(&self.schema))?;
        create_physical_expr(filter, &schema, &ExecutionProps::new(), &PhysicalPlanningContext::default())
    }
}

#[async_trait]
impl TableProvider for MaterializedTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    /// Exact where the Parquet reader applies the filter to each row.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let pushes = |filter: &Expr| {
            !filter.column_refs().is_empty()
                && self
                    .physical(filter)
                    .is_ok_and(|filter| can_expr_be_pushed_down_with_schemas(&filter, &self.schema))
        };
        let support = |filter: &&Expr| match pushes(filter) {
            true => TableProviderFilterPushDown::Exact,
            false => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(support).collect())
    }

    fn statistics(&self) -> Option<Statistics> {
        let rows = Precision::Exact(self.table.rows as usize);
        Some(Statistics::new_unknown(&self.schema).with_num_rows(rows))
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let metadata = state.runtime_env().cache_manager.get_file_metadata_cache();
        let readers = CachedParquetFileReaderFactory::new(Arc::clone(&self.objects), metadata);
        let source = ParquetSource::new(Arc::clone(&self.schema))
            .with_table_parquet_options(state.default_table_options().parquet)
            .with_pushdown_filters(true)
            .with_enable_page_index(true)
            .with_parquet_file_reader_factory(Arc::new(readers));
        let mut source: Arc<dyn FileSource> = Arc::new(source);
        if !filters.is_empty() {
            let predicates =
                filters.iter().map(|filter| self.physical(filter)).collect::<Result<Vec<_>>>()?;
            let pushed = source.try_pushdown_filters(predicates, state.config_options())?;
            // What `supports_filters_pushdown` promised.
            if pushed.filters.iter().any(|taken| matches!(taken, PushedDown::No)) {
                return internal_err!("a filter on {} was not taken by the scan", self.table.name);
            }
            if let Some(updated) = pushed.updated_node {
                source = updated;
            }
        }
        let file = PartitionedFile::new(self.path.to_string(), self.table.bytes);
        let config = FileScanConfigBuilder::new(self.url.clone(), source)
            .with_file(file)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }
}
