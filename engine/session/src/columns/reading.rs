//! What one partition of a scan asks of every file.

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{Result, internal_err};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::ParquetFileReaderFactory;
use datafusion::datasource::physical_plan::{FileScanConfig, FileSource};
use datafusion::physical_expr::projection::Projector;
use datafusion::physical_expr::utils::{collect_columns, reassign_expr_columns};
use datafusion::physical_expr::{PhysicalExpr, split_conjunction};
use datafusion::physical_plan::metrics::ExecutionPlanMetricsSet;
use datafusion_datasource::morsel::MorselPlanner;
use object_store::path::Path;
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use super::ColumnCache;
use super::filter::Filter;
use super::kinds::{KIND, KINDS, KindRows};
use super::planner::KeptPlanner;

/// A scan of a table, as far as it can be answered from columns that are kept.
pub(crate) struct KeptScan {
    pub cache: Arc<ColumnCache>,
    pub readers: Arc<dyn ParquetFileReaderFactory>,
    /// The columns of a file.
    pub schema: SchemaRef,
    pub kinds: HashMap<Path, KindRows>,
}

impl fmt::Debug for KeptScan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptScan").field("kinds", &self.kinds).finish_non_exhaustive()
    }
}

/// A filter and a projection over columns that are kept.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(super) scan: Arc<KeptScan>,
    pub(super) partition: usize,
    pub(super) metrics: ExecutionPlanMetricsSet,
    pub(super) batch_size: usize,
    /// Filters over kinds alone.
    of_kinds: Vec<Arc<dyn PhysicalExpr>>,
    /// The columns of the file that are wanted, ascending.
    pub(super) columns: Vec<usize>,
    /// What is filtered: these columns, and then the kind if it is asked for.
    pub(super) schema: SchemaRef,
    pub(super) with_kind: bool,
    /// What is left of the filter once the kinds are chosen.
    pub(super) filter: Filter,
    /// The columns of `schema` that are still wanted after the filter.
    pub(super) projected: Vec<usize>,
    /// Makes the output of them.
    pub(super) projector: Projector,
}

impl KeptScan {
    /// What a partition asks of its files; `None` if they are better read: not all that is wanted is a stored column, or
    /// keeping it would take too many bytes.
    pub fn partition(
        self: &Arc<Self>,
        source: &dyn FileSource,
        config: &FileScanConfig,
        partition: usize,
        batch_size: usize,
    ) -> Result<Option<Reading>> {
        let Some(projection) = source.projection() else { return Ok(None) };
        let filter = source.filter();
        let parts: Vec<_> = filter.iter().flat_map(split_conjunction).map(Arc::clone).collect();
        let (of_kinds, parts): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| {
            let columns = collect_columns(part);
            columns.len() == 1 && columns.iter().all(|column| column.name() == KIND)
        });

        let mut wanted: BTreeSet<usize> = BTreeSet::new();
        let mut kept: BTreeSet<usize> = BTreeSet::new();
        for column in parts.iter().flat_map(collect_columns) {
            wanted.insert(column.index());
        }
        for column in projection.expr_iter().flat_map(|expression| collect_columns(&expression)) {
            kept.insert(column.index());
        }
        wanted.extend(&kept);
        let fields = self.schema.fields();
        if wanted.last().is_some_and(|&last| last >= fields.len()) {
            // A column of the segment.
            return Ok(None);
        }
        let kind = self.schema.index_of(KIND)?;
        let with_kind = wanted.remove(&kind);
        let columns: Vec<usize> = wanted.into_iter().collect();

        let width: usize = columns.iter().map(|&column| bytes(&fields[column])).sum();
        let of_kinds = of_kinds.into_iter().map(|part| reassign_expr_columns(part, &KINDS));
        let of_kinds = of_kinds.collect::<Result<Vec<_>>>()?;
        if !self.fits(config, &of_kinds, width)? {
            return Ok(None);
        }

        let place = |column: usize| match column == kind {
            true => columns.len(),
            false => columns.partition_point(|&known| known < column),
        };
        let projected: Vec<usize> = kept.into_iter().map(place).collect();
        let shown = columns.iter().copied().chain(with_kind.then_some(kind));
        let schema: SchemaRef = Arc::new(self.schema.project(&shown.collect::<Vec<_>>())?);
        let left = parts.into_iter().map(|part| reassign_expr_columns(part, &schema));
        let filter = Filter::of(left.collect::<Result<Vec<_>>>()?);
        let after: Schema = schema.project(&projected)?;
        let projection =
            projection.clone().try_map_exprs(|expression| reassign_expr_columns(expression, &after))?;
        let projector = projection.make_projector(&after)?;
        Ok(Some(Reading {
            scan: Arc::clone(self),
            partition,
            metrics: source.metrics().clone(),
            batch_size,
            of_kinds,
            columns,
            schema,
            with_kind,
            filter,
            projected,
            projector,
        }))
    }

    /// Whether the wanted rows of all files of the scan may be kept.
    fn fits(
        &self,
        config: &FileScanConfig,
        of_kinds: &[Arc<dyn PhysicalExpr>],
        width: usize,
    ) -> Result<bool> {
        let mut rows = 0;
        for file in config.file_groups.iter().flat_map(|group| group.iter()) {
            if let Some(kinds) = self.kinds.get(&file.object_meta.location) {
                rows += match of_kinds {
                    [] => kinds.rows(),
                    _ => kinds.wanted(of_kinds)?.into_iter().map(|(_, rows)| rows.len()).sum(),
                };
            }
        }
        Ok(rows.saturating_mul(width) <= self.cache.share())
    }
}

/// About how many bytes a value takes that is kept.
fn bytes(field: &Field) -> usize {
    match field.data_type() {
        // The view; most texts are shared by many rows.
        DataType::Utf8View | DataType::BinaryView => 16,
        other => other.primitive_width().unwrap_or(1),
    }
}

impl Reading {
    /// The planner of a file, if its columns are kept or shall be.
    pub fn plan_file(self: &Arc<Self>, file: &PartitionedFile) -> Result<Option<Box<dyn MorselPlanner>>> {
        let path = &file.object_meta.location;
        let Some(kinds) = self.scan.kinds.get(path) else { return Ok(None) };
        let width = self.scan.schema.fields().len();
        let Some(known) = self.scan.cache.ask(path, width, &self.columns) else { return Ok(None) };
        let ranges = kinds.wanted(&self.of_kinds)?;
        Ok(Some(Box::new(KeptPlanner { reading: Arc::clone(self), file: file.clone(), known, ranges })))
    }

    /// The columns of a row group that are kept, those that are not being `None`.
    pub(super) fn kept(&self, known: &super::cache::KnownFile, group: usize) -> Vec<Option<ArrayRef>> {
        self.columns.iter().map(|&column| self.scan.cache.get(known, group, column)).collect()
    }
}

/// The columns of a row group, all of which are there.
pub(super) fn all(columns: Vec<Option<ArrayRef>>) -> Result<Vec<ArrayRef>> {
    match columns.into_iter().collect() {
        Some(columns) => Ok(columns),
        None => internal_err!("a column was neither kept nor read"),
    }
}
