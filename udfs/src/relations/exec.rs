//! A call in a physical plan.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, Partitioning, PlanProperties,
};
use futures::TryStreamExt;
use futures::stream::BoxStream;
use std::fmt;
use std::sync::Arc;
use tracing::Instrument;

/// The rows of an answer, and what they hold until they are read.
pub(crate) type Rows = BoxStream<'static, Result<RecordBatch>>;

/// What a call is, apart from its inputs: its text is what EXPLAIN shows.
pub(crate) trait Work: fmt::Display + Send + Sync + 'static {
    /// What plans call it.
    const PLAN: &'static str;

    /// The name of the function.
    fn function(&self) -> &'static str;

    fn schema(&self) -> &SchemaRef;

    /// Does it.
    fn rows(self: Arc<Self>, execution: Execution) -> impl Future<Output = Result<Rows>> + Send + 'static;
}

/// What one execution of a call has.
pub(crate) struct Execution {
    pub inputs: Vec<Arc<dyn ExecutionPlan>>,
    pub context: Arc<TaskContext>,
    pub metrics: ExecutionPlanMetricsSet,
}

impl Execution {
    /// Memory for a part of the work of a function.
    pub fn memory(&self, function: &str, what: &str) -> MemoryReservation {
        MemoryConsumer::new(format!("{function}: {what}")).register(self.context.memory_pool())
    }
}

/// That a thread of a call's did not come to its end.
pub(crate) fn stopped(function: &str, error: &tokio::task::JoinError) -> DataFusionError {
    DataFusionError::Internal(format!("{function} stopped unexpectedly: {error}"))
}

/// Runs a call. It gives one partition, at its end.
pub(crate) struct CallExec<W> {
    work: Arc<W>,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl<W: Work> CallExec<W> {
    pub fn new(work: Arc<W>, inputs: Vec<Arc<dyn ExecutionPlan>>) -> CallExec<W> {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(work.schema())),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        CallExec { work, inputs, properties: Arc::new(properties), metrics: ExecutionPlanMetricsSet::new() }
    }

    /// What it is, and what an execution of it has.
    pub fn execution(&self, context: Arc<TaskContext>) -> (Arc<W>, Execution) {
        let execution = Execution { inputs: self.inputs.clone(), context, metrics: self.metrics.clone() };
        (Arc::clone(&self.work), execution)
    }
}

impl<W: Work> fmt::Debug for CallExec<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(W::PLAN).field("call", &self.work.to_string()).field("inputs", &self.inputs).finish()
    }
}

impl<W: Work> DisplayAs for CallExec<W> {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", W::PLAN, self.work)
    }
}

impl<W: Work> ExecutionPlan for CallExec<W> {
    fn name(&self) -> &str {
        W::PLAN
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    /// Inputs come in as many partitions as they like: neither a graph nor a program depends on the order of its rows.
    fn required_input_distribution(&self) -> Vec<Distribution> {
        vec![Distribution::UnspecifiedDistribution; self.inputs.len()]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![true; self.inputs.len()]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
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
        if children.len() != self.inputs.len() {
            return internal_err!("{} keeps the number of its inputs", self.work.function());
        }
        Ok(Arc::new(CallExec::new(Arc::clone(&self.work), children)))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let name = self.work.function();
        let (work, execution) = self.execution(context);
        let rows = work.rows(execution).in_current_span();
        // On a task of its own: others may wait for the same graph, program or answer, and must not depend on who reads this one.
        let rows =
            async move { SpawnedTask::spawn(rows).join().await.map_err(|error| stopped(name, &error))? };
        let rows = futures::stream::once(rows).try_flatten().inspect_ok(move |batch: &RecordBatch| {
            metrics.record_output(batch.num_rows());
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}
