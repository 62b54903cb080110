//! A query that is computed once, in a physical plan.

use arrow::array::RecordBatch;
use datafusion::common::config::ConfigOptions;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::{Transformed, TreeNode, TreeNodeRecursion};
use datafusion::common::utils::memory::RecordBatchMemoryCounter;
use datafusion::common::{Result, Statistics, internal_err};
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions, reset_plan_states,
};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs, StatisticsContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::work_table::WorkTableExec;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties};
use futures::future::try_join_all;
use futures::stream::{self, BoxStream};
use futures::{StreamExt, TryStreamExt};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use tokio::sync::OnceCell;
use tracing::Instrument;

use super::node::ONCE;
use crate::results::{Key, compact};

/// What was computed, for all who share it.
type Shared = Arc<OnceCell<Arc<Made>>>;

/// What the first who asks computes.
enum Made {
    Rows {
        batches: Vec<RecordBatch>,
        _memory: Arc<MemoryReservation>,
    },
    /// There was no memory for all of it: everybody computes it anew, as it goes.
    TooLarge,
}

/// Computes a query when it is first asked for rows, and gives them to all who share it.
pub(crate) struct OnceExec {
    name: String,
    key: Key,
    input: Arc<dyn ExecutionPlan>,
    /// Whether the input is planned to its end. Then it is no part of the plan that this is in, whose optimizer would go on with it.
    is_planned: bool,
    made: Shared,
    /// The input, for computing it as it goes where it is too large.
    again: Arc<OnceCell<Arc<dyn ExecutionPlan>>>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl OnceExec {
    pub fn new(name: String, key: Key, input: Arc<dyn ExecutionPlan>) -> OnceExec {
        OnceExec::sharing(name, key, (input, false), Shared::default())
    }

    /// The same, of an input that is planned to its end.
    pub fn planned(name: String, key: Key, input: Arc<dyn ExecutionPlan>) -> OnceExec {
        OnceExec::sharing(name, key, (input, true), Shared::default())
    }

    /// The same for another who asks.
    pub fn another(&self) -> OnceExec {
        let input = (Arc::clone(&self.input), self.is_planned);
        OnceExec::sharing(self.name.clone(), self.key, input, Arc::clone(&self.made))
    }

    fn sharing(
        name: String,
        key: Key,
        (input, is_planned): (Arc<dyn ExecutionPlan>, bool),
        made: Shared,
    ) -> OnceExec {
        // Rows that another mention computed come in another order.
        let properties = PlanProperties::new(
            EquivalenceProperties::new(input.schema()),
            Partitioning::UnknownPartitioning(input.properties().partitioning.partition_count()),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        let (properties, metrics) = (Arc::new(properties), ExecutionPlanMetricsSet::new());
        OnceExec { name, key, input, is_planned, made, again: Arc::default(), properties, metrics }
    }
}

impl fmt::Debug for OnceExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OnceExec")
            .field("name", &self.name)
            .field("input", &self.input)
            .finish_non_exhaustive()
    }
}

impl DisplayAs for OnceExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OnceExec: {}", self.name)
    }
}

impl ExecutionPlan for OnceExec {
    fn name(&self) -> &str {
        "OnceExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        if self.is_planned { Vec::new() } else { vec![&self.input] }
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
        let mut children = children.into_iter();
        let input = match (self.is_planned, children.next(), children.next()) {
            (true, None, _) => return Ok(Arc::new(self.another())),
            (false, Some(input), None) => input,
            _ => return internal_err!("{ONCE} has other inputs than it had"),
        };
        let made = Arc::clone(&self.made);
        Ok(Arc::new(OnceExec::sharing(self.name.clone(), self.key, (input, false), made)))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    /// What a recursion asks for anew in each of its rounds is the same unless it reads the rows of the round.
    fn reset_state(self: Arc<Self>) -> Result<Arc<dyn ExecutionPlan>> {
        let of_round = self.input.exists(|node| Ok(node.is::<WorkTableExec>()))?;
        let made = if of_round { Shared::default() } else { Arc::clone(&self.made) };
        let input = (Arc::clone(&self.input), self.is_planned);
        Ok(Arc::new(OnceExec::sharing(self.name.clone(), self.key, input, made)))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let (made, again) = (Arc::clone(&self.made), Arc::clone(&self.again));
        let (input, name) = (Arc::clone(&self.input), self.name.clone());
        let partitions = self.properties.partitioning.partition_count();
        let rows = async move {
            let first = make(&name, &input, &context);
            let batches: BoxStream<'static, Result<RecordBatch>> =
                match &**made.get_or_try_init(|| first).await? {
                    Made::Rows { batches, .. } => {
                        let own: Vec<_> =
                            batches.iter().skip(partition).step_by(partitions).cloned().map(Ok).collect();
                        stream::iter(own).boxed()
                    }
                    Made::TooLarge => {
                        // What was executed to find that out is spent.
                        let again = again.get_or_try_init(async || reset_plan_states(input)).await?;
                        again.execute(partition, context)?.boxed()
                    }
                };
            Ok::<_, DataFusionError>(batches)
        };
        let rows = stream::once(rows).try_flatten().inspect_ok(move |batch: &RecordBatch| {
            metrics.record_output(batch.num_rows());
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), rows)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }

    fn child_stats_requests(&self, _partition: Option<usize>) -> Vec<ChildStats> {
        self.children().iter().map(|_| ChildStats::At(None)).collect()
    }

    fn statistics_from_inputs(
        &self,
        input: &[Arc<Statistics>],
        _args: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        match input {
            [input] => Ok(Arc::clone(input)),
            _ => StatisticsContext::new().compute(self.input.as_ref(), &StatisticsArgs::new()),
        }
    }
}

/// All rows of a plan, its partitions side by side, while there is memory for them.
async fn make(name: &str, input: &Arc<dyn ExecutionPlan>, context: &Arc<TaskContext>) -> Result<Arc<Made>> {
    let memory = MemoryConsumer::new(format!("{name}: computed once")).register(context.memory_pool());
    let memory = Arc::new(memory);
    let partitions = 0..input.properties().partitioning.partition_count();
    let tasks = partitions.map(|partition| {
        let rows = input.execute(partition, Arc::clone(context));
        let memory = Arc::clone(&memory);
        SpawnedTask::spawn(async move { all(rows?, &memory).await }.in_current_span())
    });
    let parts = try_join_all(
        tasks.map(async |task| task.join().await.map_err(|error| DataFusionError::External(error.into()))?),
    );
    let parts: Option<Vec<Vec<RecordBatch>>> = parts.await?.into_iter().collect();
    Ok(Arc::new(match parts {
        Some(parts) => Made::Rows { batches: parts.into_iter().flatten().collect(), _memory: memory },
        None => Made::TooLarge,
    }))
}

/// The rows of a stream; nothing if there is no memory for them.
async fn all(
    mut rows: SendableRecordBatchStream,
    memory: &MemoryReservation,
) -> Result<Option<Vec<RecordBatch>>> {
    let mut counter = RecordBatchMemoryCounter::new();
    let mut batches = Vec::new();
    while let Some(batch) = rows.try_next().await? {
        let batch = compact(&batch);
        if memory.try_grow(counter.count_batch(&batch)).is_err() {
            return Ok(None);
        }
        batches.push(batch);
    }
    Ok(Some(batches))
}

/// A physical optimizer rule: those of one key share what the first computes. A plan is made for one run; what lasts longer, a view that is
/// kept, comes with what it has computed.
#[derive(Debug, Default)]
pub(crate) struct ShareOnce;

impl PhysicalOptimizerRule for ShareOnce {
    fn optimize(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        _config: &ConfigOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let mut shared: HashMap<Key, Shared> = HashMap::new();
        let shares = |node: Arc<dyn ExecutionPlan>| {
            let Some(once) = node.downcast_ref::<OnceExec>() else { return Ok(Transformed::no(node)) };
            let made = Arc::clone(shared.entry(once.key).or_insert_with(|| Arc::clone(&once.made)));
            let input = (Arc::clone(&once.input), once.is_planned);
            let sharing = OnceExec::sharing(once.name.clone(), once.key, input, made);
            Ok(Transformed::yes(Arc::new(sharing) as _))
        };
        plan.transform_up(shares).map(|plan| plan.data)
    }

    fn name(&self) -> &str {
        "share_once"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
