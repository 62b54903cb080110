//! The columns of `nodes` that come from the text of the node's file.
//!
//! [`SourceColumnsExec`] sits above a Parquet scan that gives a node's file, line, column and length. For
//! each batch it asks [`Sources`] for the texts of the files in it, a few at a time, and computes
//! `start_byte`, `end_byte`, `end_column` and `code`. A node without a line (a stub), or of a file whose
//! text the snapshot does not hold, has NULL in all of them.

use arrow::array::{
    Array, ArrayRef, AsArray, Int32Builder, RecordBatch, RecordBatchOptions, StringViewBuilder,
};
use arrow::datatypes::{Int32Type, Int64Type, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, Statistics, internal_err};
use datafusion::config::ConfigOptions;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::projection::{ProjectionMapping, ProjectionTargets};
use datafusion::physical_expr::{Partitioning, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    CardinalityEffect, ChildrenPropertiesMode, ReplaceChildrenOptions,
};
use datafusion::physical_plan::filter_pushdown::{
    ChildPushdownResult, FilterDescription, FilterPushdownPhase, FilterPushdownPropagation,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, PlanProperties,
};
use futures::{StreamExt, TryStreamExt};
use std::fmt;
use std::sync::Arc;
use stoa_model::FileId;
use stoa_model::tables::CODE_LIMIT;

use crate::error::SessionError;
use crate::sources::{SourceText, Sources};

/// A column that needs the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SourceColumn {
    /// The node's text, cut at [`CODE_LIMIT`] characters; what is not UTF-8 is shown as U+FFFD.
    Code,
    /// Bytes before the node.
    StartByte,
    /// Bytes up to the node's end, which is not part of it.
    EndByte,
    /// The 1-based byte column just after the node's last byte, in its `end_line`.
    EndColumn,
}

impl SourceColumn {
    pub fn parse(name: &str) -> Option<SourceColumn> {
        match name {
            "code" => Some(SourceColumn::Code),
            "start_byte" => Some(SourceColumn::StartByte),
            "end_byte" => Some(SourceColumn::EndByte),
            "end_column" => Some(SourceColumn::EndColumn),
            _ => None,
        }
    }
}

/// The stored columns that place a node in its file's text.
pub(crate) const TEXT_COLUMNS: [&str; 6] = ["id", "file_id", "line", "column", "length", "extra_lines"];

/// Where an output column comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Output {
    /// A column of the input, as it is.
    Input(usize),
    Source(SourceColumn),
}

/// How many files' texts are held for one batch at a time.
const FILES_AT_ONCE: usize = 32;

/// Adds the columns that come from source text to a scan of `nodes`.
#[derive(Debug)]
pub(crate) struct SourceColumnsExec {
    input: Arc<dyn ExecutionPlan>,
    work: Arc<Work>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl SourceColumnsExec {
    /// `inputs` are the places of [`TEXT_COLUMNS`] in the input.
    pub fn new(
        input: Arc<dyn ExecutionPlan>,
        sources: Arc<Sources>,
        outputs: Vec<Output>,
        inputs: [usize; TEXT_COLUMNS.len()],
        schema: SchemaRef,
    ) -> Result<Self> {
        Ok(Self::with_work(input, Arc::new(Work { sources, outputs, inputs, schema })))
    }

    fn with_work(input: Arc<dyn ExecutionPlan>, work: Arc<Work>) -> Self {
        let kept = work.outputs.iter().enumerate().filter_map(|(place, output)| match output {
            Output::Input(from) => {
                let expression =
                    |name: &str, index| Arc::new(Column::new(name, index)) as Arc<dyn PhysicalExpr>;
                let source = expression(input.schema().field(*from).name(), *from);
                let target = expression(work.schema.field(place).name(), place);
                Some((source, ProjectionTargets::from(vec![(target, place)])))
            }
            Output::Source(_) => None,
        });
        let mapping: ProjectionMapping = kept.collect();
        let equivalences = input.equivalence_properties().project(&mapping, Arc::clone(&work.schema));
        let properties = PlanProperties::new(
            equivalences,
            Partitioning::UnknownPartitioning(input.output_partitioning().partition_count()),
            input.pipeline_behavior(),
            input.boundedness(),
        );
        let metrics = ExecutionPlanMetricsSet::new();
        SourceColumnsExec { input, work, properties: Arc::new(properties), metrics }
    }

    fn over(&self, mut children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        match (children.pop(), children.is_empty()) {
            (Some(input), true) => Ok(Arc::new(Self::with_work(input, Arc::clone(&self.work)))),
            _ => internal_err!("SourceColumnsExec has one input"),
        }
    }
}

impl DisplayAs for SourceColumnsExec {
    fn fmt_as(&self, _form: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let computed = self.work.outputs.iter().zip(self.work.schema.fields());
        let names: Vec<&str> = computed
            .filter(|(output, _)| matches!(output, Output::Source(_)))
            .map(|(_, field)| field.name().as_str())
            .collect();
        write!(f, "SourceColumnsExec: columns=[{}]", names.join(", "))
    }
}

impl ExecutionPlan for SourceColumnsExec {
    fn name(&self) -> &str {
        "SourceColumnsExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    /// The order is kept, as the properties say. But DataFusion pushes a sort through a node that says so
    /// here by the places of its columns, and these differ between input and output.
    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![true]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _visit: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _options: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.over(children)
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, context)?;
        let work = Arc::clone(&self.work);
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let batches = input.then(move |batch| {
            let work = Arc::clone(&work);
            async move { work.batch(batch?).await }
        });
        let counted = batches.inspect_ok(move |batch| metrics.record_output(batch.num_rows()));
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), counted)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(
        &self,
        inputs: &[Arc<Statistics>],
        _arguments: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let rows = inputs.first().map(|input| input.num_rows).unwrap_or_default();
        Ok(Arc::new(Statistics::new_unknown(&self.schema()).with_num_rows(rows)))
    }

    fn supports_limit_pushdown(&self) -> bool {
        true
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }

    /// Filters over read columns (those of joins and top-k among them) go on into the scan.
    fn gather_filters_for_pushdown(
        &self,
        _phase: FilterPushdownPhase,
        filters: Vec<Arc<dyn PhysicalExpr>>,
        _config: &ConfigOptions,
    ) -> Result<FilterDescription> {
        FilterDescription::from_children(filters, &self.children())
    }

    fn handle_child_pushdown_result(
        &self,
        _phase: FilterPushdownPhase,
        result: ChildPushdownResult,
        _config: &ConfigOptions,
    ) -> Result<FilterPushdownPropagation<Arc<dyn ExecutionPlan>>> {
        Ok(FilterPushdownPropagation::if_all(result))
    }
}

/// What is done to each batch.
#[derive(Debug)]
struct Work {
    sources: Arc<Sources>,
    outputs: Vec<Output>,
    inputs: [usize; TEXT_COLUMNS.len()],
    schema: SchemaRef,
}

impl Work {
    async fn batch(&self, batch: RecordBatch) -> Result<RecordBatch> {
        let rows = batch.num_rows();
        let [id, file, line, column, length, extra_lines] = self.inputs.map(|index| batch.column(index));
        let ids = id.as_primitive::<Int64Type>().values();
        let files = file.as_primitive::<Int32Type>().values();
        let lines = line.as_primitive::<Int32Type>();
        let columns = column.as_primitive::<Int32Type>().values();
        let lengths = length.as_primitive::<Int32Type>().values();
        let extra_lines = extra_lines.as_primitive::<Int32Type>().values();

        let mut builders = Builders::new(&self.outputs, rows);
        let mut start = 0;
        while start < rows {
            let (end, wanted) = rows_of_some_files(files, lines, start);
            let texts = self.sources.load(&wanted).await?;
            for row in start..end {
                let text = match lines.is_valid(row) {
                    true => {
                        wanted.binary_search(&(files[row] as FileId)).ok().and_then(|i| texts[i].as_ref())
                    }
                    false => None,
                };
                let Some(text) = text else {
                    builders.append_null();
                    continue;
                };
                let (line, column, length) = (lines.value(row), columns[row], lengths[row]);
                let place = text.place(line, column, length, extra_lines[row]).ok_or({
                    let file = files[row] as FileId;
                    SessionError::OutsideSource { node: ids[row], file, line, column, length }
                })?;
                builders.append(text, &place);
            }
            start = end;
        }
        let mut built = builders.finish();
        let arrays = self.outputs.iter().map(|output| match output {
            Output::Input(index) => Arc::clone(batch.column(*index)),
            Output::Source(column) => built.take(*column),
        });
        let arrays: Vec<ArrayRef> = arrays.collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?)
    }
}

/// The end of the rows from `start` on that lie in at most [`FILES_AT_ONCE`] files, and these files,
/// ascending. Rows without a line ask for no text.
fn rows_of_some_files(files: &[i32], lines: &arrow::array::Int32Array, start: usize) -> (usize, Vec<FileId>) {
    let mut wanted: Vec<FileId> = Vec::new();
    let mut end = start;
    while end < files.len() {
        let file = files[end] as FileId;
        if lines.is_valid(end)
            && let Err(place) = wanted.binary_search(&file)
        {
            if wanted.len() == FILES_AT_ONCE {
                break;
            }
            wanted.insert(place, file);
        }
        end += 1;
    }
    (end, wanted)
}

/// Builders of the columns that are asked for.
struct Builders {
    code: Option<StringViewBuilder>,
    start_byte: Option<Int32Builder>,
    end_byte: Option<Int32Builder>,
    end_column: Option<Int32Builder>,
}

impl Builders {
    fn new(outputs: &[Output], rows: usize) -> Self {
        let asked = |column| {
            outputs.iter().any(|output| matches!(output, Output::Source(source) if *source == column))
        };
        let ints = |column| asked(column).then(|| Int32Builder::with_capacity(rows));
        Builders {
            code: asked(SourceColumn::Code).then(|| StringViewBuilder::with_capacity(rows)),
            start_byte: ints(SourceColumn::StartByte),
            end_byte: ints(SourceColumn::EndByte),
            end_column: ints(SourceColumn::EndColumn),
        }
    }

    fn append_null(&mut self) {
        if let Some(code) = &mut self.code {
            code.append_null();
        }
        for builder in [&mut self.start_byte, &mut self.end_byte, &mut self.end_column].into_iter().flatten()
        {
            builder.append_null();
        }
    }

    fn append(&mut self, text: &SourceText, place: &crate::sources::Place) {
        if let Some(code) = &mut self.code {
            code.append_value(text.excerpt(place.bytes.clone(), CODE_LIMIT));
        }
        let ints = [
            (&mut self.start_byte, place.bytes.start),
            (&mut self.end_byte, place.bytes.end),
            (&mut self.end_column, place.end_column),
        ];
        for (builder, value) in ints {
            if let Some(builder) = builder {
                builder.append_value(value as i32);
            }
        }
    }

    fn finish(self) -> Built {
        let int = |builder: Option<Int32Builder>| builder.map(|mut b| Arc::new(b.finish()) as ArrayRef);
        Built {
            code: self.code.map(|mut b| Arc::new(b.finish()) as ArrayRef),
            start_byte: int(self.start_byte),
            end_byte: int(self.end_byte),
            end_column: int(self.end_column),
        }
    }
}

/// The columns that were asked for.
struct Built {
    code: Option<ArrayRef>,
    start_byte: Option<ArrayRef>,
    end_byte: Option<ArrayRef>,
    end_column: Option<ArrayRef>,
}

impl Built {
    /// A column; it is there because an output asks for it.
    fn take(&mut self, column: SourceColumn) -> ArrayRef {
        let array = match column {
            SourceColumn::Code => &self.code,
            SourceColumn::StartByte => &self.start_byte,
            SourceColumn::EndByte => &self.end_byte,
            SourceColumn::EndColumn => &self.end_column,
        };
        array.clone().unwrap_or_else(|| unreachable!("{column:?} was built because an output asks for it"))
    }
}
