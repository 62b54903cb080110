//! From a projection, filters and a limit to a plan over a table's Parquet files.
//!
//! Files without dead rows make one scan. A file in which an edit has left dead rows makes a scan of its
//! own with a filter that drops them; compaction keeps these few.

use arrow::compute::SortOptions;
use arrow::datatypes::SchemaRef;
use datafusion::catalog::Session;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, Result, ScalarValue, internal_err};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::parquet::{
    CachedParquetFileReaderFactory, ParquetFileReaderFactory, can_expr_be_pushed_down_with_schemas,
};
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{Expr, cast, ident, lit};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::projection::{ProjectionExpr, ProjectionExprs};
use datafusion::physical_expr::{LexOrdering, PhysicalExpr, PhysicalSortExpr, create_physical_expr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::filter_pushdown::PushedDown;
use datafusion::physical_plan::union::UnionExec;
use std::sync::Arc;
use stoa_model::FileId;
use stoa_model::tables::Table;

use super::estimate;
use super::files::{SegmentFile, SnapshotFiles};
use super::layout::{Layout, Origin};
use super::segment_source::SegmentSource;
use super::source_columns::{Output, SourceColumnsExec, TEXT_COLUMNS};
use crate::columns::{KeptScan, KindRows};
use crate::sources::Sources;

/// A scan of one table that is being planned.
pub(super) struct Scan<'a> {
    pub layout: &'a Layout,
    pub location: &'a SnapshotFiles,
    pub files: &'a [SegmentFile],
    pub sources: &'a Arc<Sources>,
    pub filters: &'a [Expr],
    pub limit: Option<usize>,
}

/// The source files whose rows a scan gives.
#[derive(Clone, Copy, Debug)]
enum Of<'a> {
    All,
    AllBut(&'a [FileId]),
    Only(&'a [FileId]),
}

/// Whether the Parquet reader applies a filter to every row. It cannot apply one over a column that needs
/// the file's text. A constant it could, but above the scan the optimizer sees that FALSE leaves nothing.
pub(super) fn pushes_into_parquet(layout: &Layout, filter: &Expr) -> bool {
    let columns = filter.column_refs();
    let over_read_columns = !columns.is_empty()
        && columns.iter().all(|column| matches!(layout.origin(&column.name), Some(Origin::Read(_))));
    let schema = table_schema(layout);
    over_read_columns
        && physical_filter(layout, &schema, filter)
            .is_ok_and(|filter| can_expr_be_pushed_down_with_schemas(&filter, schema.table_schema()))
}

/// The schema of a scan before its projection: stored columns, then the columns of the segment.
fn table_schema(layout: &Layout) -> TableSchema {
    TableSchema::builder(Arc::clone(&layout.file_schema))
        .with_table_partition_cols(layout.segment_fields.clone())
        .build()
}

fn physical(schema: &SchemaRef, expression: &Expr) -> Result<Arc<dyn PhysicalExpr>> {
    create_physical_expr(
        expression,
        &DFSchema::try_from(Arc::clone(schema))?,
        &ExecutionProps::new(),
        &PhysicalPlanningContext::default(),
    )
}

/// A filter over logical columns as one over the columns that are read.
fn physical_filter(layout: &Layout, schema: &TableSchema, filter: &Expr) -> Result<Arc<dyn PhysicalExpr>> {
    let read = filter.clone().transform(|expression| {
        let Expr::Column(column) = &expression else { return Ok(Transformed::no(expression)) };
        match layout.origin(&column.name) {
            Some(Origin::Read(read)) => Ok(Transformed::yes(read.clone())),
            _ => internal_err!("{} is not read from Parquet", column.name),
        }
    })?;
    physical(schema.table_schema(), &read.data)
}

impl Scan<'_> {
    /// The plan that gives the columns of `projection` (places in the logical schema).
    pub fn plan(&self, state: &dyn Session, projection: &[usize]) -> Result<Arc<dyn ExecutionPlan>> {
        let schema: SchemaRef = Arc::new(self.layout.schema.project(projection)?);
        let (clean, dirty): (Vec<_>, Vec<_>) = self.files.iter().partition(|f| f.dead.is_empty());
        let mut scans: Vec<Arc<dyn ExecutionPlan>> = Vec::new();
        if !clean.is_empty() {
            scans.push(self.plan_files(state, projection, &schema, &clean, Of::All)?);
        }
        for file in dirty {
            scans.push(self.plan_files(state, projection, &schema, &[file], Of::AllBut(&file.dead))?);
        }
        match scans.len() {
            0 => Ok(Arc::new(EmptyExec::new(schema))),
            1 => Ok(scans.swap_remove(0)),
            _ => UnionExec::try_new(scans),
        }
    }

    /// The plan that gives the rows of some source files, dead or not, of one of the files.
    pub fn plan_sources(
        &self,
        state: &dyn Session,
        projection: &[usize],
        file: &SegmentFile,
        sources: &[FileId],
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema: SchemaRef = Arc::new(self.layout.schema.project(projection)?);
        self.plan_files(state, projection, &schema, &[file], Of::Only(sources))
    }

    fn plan_files(
        &self,
        state: &dyn Session,
        projection: &[usize],
        schema: &SchemaRef,
        files: &[&SegmentFile],
        of: Of<'_>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        // What the scan must give: the read columns that are asked for, and what text columns need.
        let mut reads: Vec<(String, Expr)> = Vec::new();
        let mut read = |name: &str, expression: &Expr| {
            let place = reads.iter().position(|(known, _)| known == name);
            place.unwrap_or_else(|| {
                reads.push((name.to_owned(), expression.clone()));
                reads.len() - 1
            })
        };
        let mut outputs = Vec::with_capacity(projection.len());
        for &index in projection {
            outputs.push(match &self.layout.origins[index] {
                Origin::Read(expression) => {
                    Output::Input(read(self.layout.schema.field(index).name(), expression))
                }
                Origin::Source(column) => Output::Source(*column),
            });
        }
        let needs_text = outputs.iter().any(|output| matches!(output, Output::Source(_)));
        let text_inputs = match needs_text {
            true => Some(TEXT_COLUMNS.map(|name| read(name, &ident(name)))),
            false => None,
        };

        let scan = self.parquet_scan(state, &reads, files, of)?;
        Ok(match text_inputs {
            None => scan,
            Some(inputs) => {
                let sources = Arc::clone(self.sources);
                Arc::new(SourceColumnsExec::new(scan, sources, outputs, inputs, Arc::clone(schema))?)
            }
        })
    }

    /// The scan of Parquet files, which computes `reads`.
    fn parquet_scan(
        &self,
        state: &dyn Session,
        reads: &[(String, Expr)],
        files: &[&SegmentFile],
        of: Of<'_>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let table = table_schema(self.layout);
        let full = Arc::clone(table.table_schema());
        let runtime = state.runtime_env();
        let readers: Arc<dyn ParquetFileReaderFactory> = Arc::new(CachedParquetFileReaderFactory::new(
            Arc::clone(&self.location.objects),
            runtime.cache_manager.get_file_metadata_cache(),
        ));
        let source = ParquetSource::new(table.clone())
            .with_table_parquet_options(state.default_table_options().parquet)
            .with_pushdown_filters(true)
            .with_enable_page_index(true)
            .with_parquet_file_reader_factory(Arc::clone(&readers));
        // A few rows are read sooner from a few pages than found among all.
        let kept = if matches!(of, Of::Only(_)) { None } else { self.kept(files, readers) };
        let mut source = SegmentSource::wrap(Arc::new(source), kept);

        let mut predicates = self
            .filters
            .iter()
            .map(|f| physical_filter(self.layout, &table, f))
            .collect::<Result<Vec<_>>>()?;
        if let Some(filter) = of.filter(self.layout.table) {
            predicates.push(physical(&full, &filter)?);
        }
        if !predicates.is_empty() {
            let pushed = source.try_pushdown_filters(predicates, state.config_options())?;
            // What `supports_filters_pushdown` promised.
            if pushed.filters.iter().any(|taken| matches!(taken, PushedDown::No)) {
                return internal_err!("a filter on {} was not taken by the scan", self.layout.table.name());
            }
            if let Some(updated) = pushed.updated_node {
                source = updated;
            }
        }

        let projection = reads
            .iter()
            .map(|(name, expression)| Ok(ProjectionExpr::new(physical(&full, expression)?, name.as_str())))
            .collect::<Result<Vec<_>>>()?;
        if let Some(projected) = source.try_pushdown_projection(&ProjectionExprs::new(projection))? {
            source = projected;
        }

        let statistics =
            estimate::statistics(&full, self.layout.table, files, self.filters, matches!(of, Of::All));
        let config = FileScanConfigBuilder::new(self.location.url.clone(), source)
            .with_file_groups(self.file_groups(files, state.config().target_partitions()))
            .with_statistics(statistics)
            .with_output_ordering(self.ordering(&full).into_iter().collect())
            .with_limit(self.limit)
            .build();
        Ok(DataSourceExec::from_data_source(config))
    }

    /// The columns of the files that may be kept: those of the large tables, all of whose segments have the same columns.
    fn kept(
        &self,
        files: &[&SegmentFile],
        readers: Arc<dyn ParquetFileReaderFactory>,
    ) -> Option<Arc<KeptScan>> {
        if !matches!(self.layout.table, Table::Nodes | Table::Edges) {
            return None;
        }
        let kinds = files
            .iter()
            .filter_map(|file| Some((file.path.clone(), KindRows::new(&file.kinds, file.rows)?)))
            .collect();
        let (cache, schema) = (Arc::clone(&self.location.columns), Arc::clone(&self.layout.file_schema));
        Some(Arc::new(KeptScan { cache, readers, schema, kinds }))
    }

    /// The order of the rows of each file. DataFusion keeps it for a partition only if it has one file.
    fn ordering(&self, schema: &SchemaRef) -> Option<LexOrdering> {
        let columns = self.layout.table.sort_order();
        LexOrdering::new(columns.iter().filter_map(|name| {
            let column = Column::new(name, schema.index_of(name).ok()?);
            Some(PhysicalSortExpr::new(Arc::new(column), SortOptions::new(false, false)))
        }))
    }

    /// The files in at most `partitions` groups of about the same bytes: the largest file first, each into
    /// the lightest group; files of a group in the order of the snapshot.
    fn file_groups(&self, files: &[&SegmentFile], partitions: usize) -> Vec<FileGroup> {
        let mut order: Vec<usize> = (0..files.len()).collect();
        order.sort_by_key(|&file| std::cmp::Reverse(files[file].bytes));
        let mut groups: Vec<(u64, Vec<usize>)> = vec![(0, vec![]); partitions.clamp(1, files.len().max(1))];
        for file in order {
            if let Some(lightest) = groups.iter_mut().min_by_key(|(bytes, _)| *bytes) {
                lightest.0 += files[file].bytes;
                lightest.1.push(file);
            }
        }
        let group = |(_, mut members): (u64, Vec<usize>)| {
            members.sort_unstable();
            FileGroup::new(members.into_iter().map(|file| self.partitioned_file(files[file])).collect())
        };
        groups.into_iter().map(group).collect()
    }

    fn partitioned_file(&self, file: &SegmentFile) -> PartitionedFile {
        let mut values = Vec::with_capacity(self.layout.segment_fields.len());
        for _ in &self.layout.segment_fields {
            values.push(ScalarValue::TimestampMillisecond(Some(file.written_at), None));
        }
        let part = PartitionedFile::new(file.path.to_string(), file.bytes).with_partition_values(values);
        match self.layout.table {
            // Older segments have fewer columns; the scan finds out which, and the others are NULL.
            Table::Files | Table::References => part,
            _ => part.with_arrow_schema(Arc::clone(&self.layout.file_schema)),
        }
    }
}

impl Of<'_> {
    /// The filter over stored columns that leaves these rows.
    fn filter(self, table: Table) -> Option<Expr> {
        let (sources, negated) = match self {
            Of::All => return None,
            Of::AllBut(sources) => (sources, true),
            Of::Only(sources) => (sources, false),
        };
        // A node has its file's id in its own, in the upper half; an edge or a reference belongs to the file of its source.
        let (file, node) = match table {
            Table::Files | Table::Sources | Table::Facts => (ident("file_id"), None),
            Table::Nodes => (ident("file_id"), Some("id")),
            Table::Edges | Table::References => {
                (cast(ident("src") >> lit(32i64), arrow::datatypes::DataType::Int32), Some("src"))
            }
        };
        let ids = file.in_list(sources.iter().map(|&id| lit(id as i32)).collect(), negated);
        // Rows of a kind are in the order of their nodes, so that a range of them is a few pages of each kind.
        let range = node.zip(sources.iter().min()).zip(sources.iter().max()).filter(|_| !negated);
        Some(match range {
            Some(((node, &first), &last)) => {
                let (first, last) = (i64::from(first) << 32, (i64::from(last) << 32) | i64::from(u32::MAX));
                ident(node).gt_eq(lit(first)).and(ident(node).lt_eq(lit(last))).and(ids)
            }
            None => ids,
        })
    }
}
