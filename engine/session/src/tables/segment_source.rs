//! A Parquet source whose errors name the file, and which reads no file whose columns are kept.
//!
//! DataFusion's decoder says what is wrong with a page, but not in which file. [`SegmentSource`] is a
//! [`ParquetSource`](datafusion::datasource::physical_plan::ParquetSource) that adds the path to every
//! error on the way up, answers from [`columns`](crate::columns) what it can, and is in all else the source it wraps.

use arrow::array::RecordBatch;
use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::config::ConfigOptions;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileOpener, FileScanConfig, FileSource};
use datafusion::datasource::table_schema::TableSchema;
use datafusion::error::DataFusionError;
use datafusion::physical_expr::projection::ProjectionExprs;
use datafusion::physical_expr::{EquivalenceProperties, LexOrdering, PhysicalExpr, PhysicalSortExpr};
use datafusion::physical_plan::filter_pushdown::FilterPushdownPropagation;
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use datafusion::physical_plan::{DisplayFormatType, SortOrderPushdownResult};
use datafusion_datasource::morsel::{Morsel, MorselPlan, MorselPlanner, Morselizer};
use futures::TryStreamExt;
use futures::stream::{BoxStream, StreamExt};
use object_store::ObjectStore;
use std::fmt;
use std::sync::Arc;

use crate::columns::{KeptScan, Reading};

/// A file source whose errors name the file.
#[derive(Clone)]
pub(super) struct SegmentSource {
    inner: Arc<dyn FileSource>,
    /// The columns of its files that are kept, if any may be.
    kept: Option<Arc<KeptScan>>,
    batch_size: usize,
}

impl SegmentSource {
    pub fn wrap(inner: Arc<dyn FileSource>, kept: Option<Arc<KeptScan>>) -> Arc<dyn FileSource> {
        Arc::new(SegmentSource { inner, kept, batch_size: 0 })
    }

    /// The same over another source.
    fn over(&self, inner: Arc<dyn FileSource>) -> Arc<dyn FileSource> {
        Arc::new(SegmentSource { inner, ..self.clone() })
    }
}

impl FileSource for SegmentSource {
    fn create_file_opener(
        &self,
        objects: Arc<dyn ObjectStore>,
        config: &FileScanConfig,
        partition: usize,
    ) -> Result<Arc<dyn FileOpener>> {
        self.inner.create_file_opener(objects, config, partition)
    }

    fn create_morselizer(
        &self,
        objects: Arc<dyn ObjectStore>,
        config: &FileScanConfig,
        partition: usize,
    ) -> Result<Box<dyn Morselizer>> {
        let inner = self.inner.create_morselizer(objects, config, partition)?;
        let reading = match &self.kept {
            Some(kept) => kept.partition(self.inner.as_ref(), config, partition, self.batch_size)?,
            None => None,
        };
        Ok(Box::new(Naming { inner, reading: reading.map(Arc::new) }))
    }

    fn table_schema(&self) -> &TableSchema {
        self.inner.table_schema()
    }

    fn with_batch_size(&self, batch_size: usize) -> Arc<dyn FileSource> {
        let inner = self.inner.with_batch_size(batch_size);
        Arc::new(SegmentSource { inner, kept: self.kept.clone(), batch_size })
    }

    fn filter(&self) -> Option<Arc<dyn PhysicalExpr>> {
        self.inner.filter()
    }

    fn projection(&self) -> Option<&ProjectionExprs> {
        self.inner.projection()
    }

    fn metrics(&self) -> &ExecutionPlanMetricsSet {
        self.inner.metrics()
    }

    fn file_type(&self) -> &str {
        self.inner.file_type()
    }

    fn fmt_extra(&self, form: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt_extra(form, f)
    }

    fn supports_repartitioning(&self) -> bool {
        self.inner.supports_repartitioning()
    }

    fn repartitioned(
        &self,
        target_partitions: usize,
        smallest_file: usize,
        ordering: Option<LexOrdering>,
        config: &FileScanConfig,
    ) -> Result<Option<FileScanConfig>> {
        self.inner.repartitioned(target_partitions, smallest_file, ordering, config)
    }

    fn try_pushdown_filters(
        &self,
        filters: Vec<Arc<dyn PhysicalExpr>>,
        config: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn FileSource>>> {
        let pushed = self.inner.try_pushdown_filters(filters, config)?;
        let updated_node = pushed.updated_node.map(|inner| self.over(inner));
        Ok(FilterPushdownPropagation { filters: pushed.filters, updated_node })
    }

    fn try_pushdown_sort(
        &self,
        order: &[PhysicalSortExpr],
        properties: &EquivalenceProperties,
    ) -> Result<SortOrderPushdownResult<Arc<dyn FileSource>>> {
        use SortOrderPushdownResult::{Exact, Inexact, Unsupported};
        Ok(match self.inner.try_pushdown_sort(order, properties)? {
            // The rows may come in another order than that of the file, in which they are kept.
            Exact { inner } => Exact { inner: SegmentSource::wrap(inner, None) },
            Inexact { inner } => Inexact { inner: SegmentSource::wrap(inner, None) },
            Unsupported => Unsupported,
        })
    }

    fn reorder_files(&self, files: Vec<PartitionedFile>) -> Vec<PartitionedFile> {
        self.inner.reorder_files(files)
    }

    fn try_pushdown_projection(&self, projection: &ProjectionExprs) -> Result<Option<Arc<dyn FileSource>>> {
        Ok(self.inner.try_pushdown_projection(projection)?.map(|inner| self.over(inner)))
    }

    fn apply_expressions(
        &self,
        visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        self.inner.apply_expressions(visit)
    }
}

/// The file of an error.
type Path = Arc<str>;

fn named(error: DataFusionError, path: &Path) -> DataFusionError {
    error.context(format!("while reading {path}"))
}

/// Gives each file's planner the file's path.
#[derive(Debug)]
struct Naming {
    inner: Box<dyn Morselizer>,
    reading: Option<Arc<Reading>>,
}

impl Morselizer for Naming {
    fn plan_file(&self, file: PartitionedFile) -> Result<Box<dyn MorselPlanner>> {
        let path: Path = file.object_meta.location.as_ref().into();
        let kept = match &self.reading {
            Some(reading) => reading.plan_file(&file)?,
            None => None,
        };
        let planner = match kept {
            Some(planner) => Ok(planner),
            None => self.inner.plan_file(file),
        };
        match planner {
            Ok(inner) => Ok(Box::new(NamedPlanner { inner, path })),
            Err(error) => Err(named(error, &path)),
        }
    }
}

#[derive(Debug)]
struct NamedPlanner {
    inner: Box<dyn MorselPlanner>,
    path: Path,
}

impl MorselPlanner for NamedPlanner {
    fn plan(self: Box<Self>) -> Result<Option<MorselPlan>> {
        let NamedPlanner { inner, path } = *self;
        let Some(mut plan) = inner.plan().map_err(|error| named(error, &path))? else { return Ok(None) };
        let wrap = |path: &Path, inner| -> Box<dyn MorselPlanner> {
            Box::new(NamedPlanner { inner, path: Arc::clone(path) })
        };
        let morsels = plan.take_morsels().into_iter();
        let morsels = morsels
            .map(|inner| -> Box<dyn Morsel> { Box::new(NamedMorsel { inner, path: Arc::clone(&path) }) });
        let ready = plan.take_ready_planners().into_iter().map(|planner| wrap(&path, planner));
        let mut named_plan = MorselPlan::new().with_morsels(morsels.collect()).with_planners(ready.collect());
        if let Some(pending) = plan.take_pending_planner() {
            let path = Arc::clone(&path);
            named_plan.set_pending_planner(async move {
                let planner = pending.await.map_err(|error| named(error, &path))?;
                Ok(wrap(&path, planner))
            });
        }
        Ok(Some(named_plan))
    }
}

#[derive(Debug)]
struct NamedMorsel {
    inner: Box<dyn Morsel>,
    path: Path,
}

impl Morsel for NamedMorsel {
    fn into_stream(self: Box<Self>) -> BoxStream<'static, Result<RecordBatch>> {
        let NamedMorsel { inner, path } = *self;
        inner.into_stream().map_err(move |error| named(error, &path)).boxed()
    }
}
