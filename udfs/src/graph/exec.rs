//! A call of a table function in a physical plan.

use arrow::array::{ArrayRef, MutableArrayData, RecordBatch, make_array};
use arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, internal_err, resources_datafusion_err};
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{
    Boundedness, ChildrenPropertiesMode, EmissionType, ReplaceChildrenOptions,
};
use datafusion::physical_plan::metrics::{
    BaselineMetrics, ExecutionPlanMetricsSet, MetricBuilder, MetricsSet,
};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, Partitioning, PlanProperties,
};
use futures::{StreamExt, TryStreamExt};
use std::collections::BTreeMap;
use std::fmt;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::time::Instant;
use stoa_graph::{Csr, GraphError};
use stoa_session::{CachedResult, Key, KeyBuilder, Kind, Limits, RowDigest};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::spawn_blocking;
use tracing::Instrument;

use super::bind::data_type;
use super::cache::{GraphCache, HeldGraph};
use super::call::{Call, Cost, TableFunction};
use super::control::{RunControl, StopOnDrop};
use super::input;
use super::key::GraphKey;
use super::node::GraphNode;
use super::services::Services;
use super::verdict::Verdict;
use crate::registry::{ArgumentType, Returns};

/// The argument that says which nodes a graph has.
const NODES: &str = "nodes";

/// Runs a table function: builds its graph or takes the one that is kept, runs the kernel on a thread of its own, and
/// gives the rows.
#[derive(Debug)]
pub(super) struct GraphExec {
    work: Arc<Work>,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

/// What a call is, apart from its inputs.
struct Work {
    function: &'static TableFunction,
    input_places: Vec<usize>,
    values: BTreeMap<&'static str, ScalarValue>,
    /// The inputs as queries, for the key of the graph.
    logical: Vec<LogicalPlan>,
    services: Arc<Services>,
    schema: SchemaRef,
}

impl fmt::Debug for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Work").field("function", &self.function).field("values", &self.values).finish()
    }
}

impl GraphExec {
    pub fn new(
        node: &GraphNode,
        values: BTreeMap<&'static str, ScalarValue>,
        logical: Vec<LogicalPlan>,
        inputs: Vec<Arc<dyn ExecutionPlan>>,
        services: Arc<Services>,
    ) -> GraphExec {
        let columns = match node.function.doc.returns {
            Returns::Rows(columns) => columns,
            Returns::Value(_) => &[],
        };
        let fields: Vec<Field> =
            columns.iter().map(|column| Field::new(column.name, data_type(column.type_), true)).collect();
        let work = Work {
            function: node.function,
            input_places: node.input_places.clone(),
            values,
            logical,
            services,
            schema: Arc::new(Schema::new(fields)),
        };
        GraphExec::over(Arc::new(work), inputs)
    }

    fn over(work: Arc<Work>, inputs: Vec<Arc<dyn ExecutionPlan>>) -> GraphExec {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&work.schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        let metrics = ExecutionPlanMetricsSet::new();
        GraphExec { work, inputs, properties: Arc::new(properties), metrics }
    }
}

impl DisplayAs for GraphExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GraphExec: {}", self.work)
    }
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function.doc.name)?;
        for (name, value) in &self.values {
            write!(f, ", {name}={value}")?;
        }
        let names: Vec<&str> = self.input_places.iter().map(|place| self.argument(*place)).collect();
        write!(f, ", inputs=[{}]", names.join(", "))
    }
}

impl ExecutionPlan for GraphExec {
    fn name(&self) -> &str {
        "GraphExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    /// Inputs come in as many partitions as they like: a graph does not depend on the order of its edges.
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
            return internal_err!("{} keeps the number of its inputs", self.work.function.doc.name);
        }
        Ok(Arc::new(GraphExec::over(Arc::clone(&self.work), children)))
    }

    fn with_new_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        self.replace_children(children, ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let metrics = BaselineMetrics::new(&self.metrics, partition);
        let run = Run {
            work: Arc::clone(&self.work),
            inputs: self.inputs.clone(),
            context,
            metrics: self.metrics.clone(),
        };
        let name = self.work.function.doc.name;
        // On a task of its own: others may wait for the same answer, and must not depend on who reads this one.
        let answer = async move {
            let task = SpawnedTask::spawn(run.answer().in_current_span());
            task.join().await.map_err(|error| stopped(name, &error))?
        };
        let batches = futures::stream::once(answer).try_flatten();
        let counted = batches.inspect_ok(move |batch: &RecordBatch| {
            metrics.record_output(batch.num_rows());
        });
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema(), counted)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

impl Work {
    fn argument(&self, place: usize) -> &'static str {
        self.function.doc.arguments[place].name
    }

    fn error(&self, error: GraphError) -> DataFusionError {
        match error {
            GraphError::Memory(message) => {
                resources_datafusion_err!("{}: {message}", self.function.doc.name)
            }
            error => exec_datafusion_err!("{}: {error}", self.function.doc.name),
        }
    }

    /// Refuses what would take longer than the session lets an algorithm take.
    fn refuse(&self, cost: Cost, csr: &Csr, limits: &Limits) -> Result<()> {
        if cost.steps <= limits.max_graph_steps as f64 {
            return Ok(());
        }
        let takes = |name: &str| self.function.doc.arguments.iter().any(|argument| argument.name == name);
        let hint = match (takes("samples"), takes("sources")) {
            (true, _) => "give samples",
            (false, true) => "take fewer sources or edges",
            (false, false) => "take fewer edges",
        };
        // No failure of the run: what the same function costs with other arguments is another question.
        Err(exec_datafusion_err!(
            "{} on {} nodes and {} edges is estimated to take {:.1e} steps, over the {:.1e} of stoa.max_graph_steps; \
             {hint}, or SET stoa.max_graph_steps = {}",
            self.function.doc.name,
            csr.node_count(),
            csr.edge_count(),
            cost.steps,
            limits.max_graph_steps as f64,
            (cost.steps * 1.1) as u64
        ))
    }
}

/// One execution of a call.
struct Run {
    work: Arc<Work>,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    context: Arc<TaskContext>,
    metrics: ExecutionPlanMetricsSet,
}

/// The rows of the answer, and the memory they hold until they are read.
type Rows = futures::stream::BoxStream<'static, Result<RecordBatch>>;

impl Run {
    async fn answer(self) -> Result<Rows> {
        let name = self.work.function.doc.name;
        let memory = |what: &str| {
            let consumer = MemoryConsumer::new(format!("{name}: {what}"));
            consumer.register(self.context.memory_pool())
        };
        let services = Arc::clone(&self.work.services);
        let by_files = self.key_by_files()?;
        if let Some(found) = self.kept(by_files).await {
            return Ok(self.rows_of(found));
        }
        let _flight = match by_files {
            Some(key) => {
                let flight = services.results.flight(key).await;
                if let Some(found) = self.kept(by_files).await {
                    return Ok(self.rows_of(found));
                }
                Some(flight)
            }
            None => None,
        };
        let began = Instant::now();
        let key = self.key()?;
        let circuit = (name, hash(&key, &self.work));
        let mut verdict = Verdict::admit(&services, self.context.memory_pool(), circuit)?;

        let answer = async {
            let held = self.graph(key.as_ref(), memory("graph")).await?;
            let run_memory = Arc::new(memory("run"));
            let others = self.others(&run_memory).await?;
            let run_memory = Arc::into_inner(run_memory).unwrap_or_else(|| memory("run"));
            let by_rows = self.key_by_rows(&held.digests, &others.digests);
            if let Some(key) = by_rows
                && let Some(found) = self.kept(by_rows).await
            {
                if let Some(by_files) = by_files {
                    services.results.alias(by_files, key, &found);
                }
                return Ok(Answer::Kept(found));
            }
            if by_rows.is_some() {
                services.results.missed();
            }
            let (columns, memory) = self.run(held, key.clone(), others, run_memory).await?;
            Ok(Answer::Computed { columns, memory, keys: by_rows.into_iter().chain(by_files).collect() })
        };
        let answer = answer.await;
        verdict.settle(&answer);
        match answer? {
            Answer::Kept(found) => Ok(self.rows_of(found)),
            Answer::Computed { columns, memory, keys } => {
                let batch = RecordBatch::try_new(Arc::clone(&self.work.schema), columns)?;
                let kept = (Arc::clone(&self.work.schema), vec![batch.clone()]);
                let label = self.work.to_string();
                services.results.keep(&keys, kept, (Kind::Function, &label), began.elapsed(), None);
                Ok(self.pieces(batch, memory))
            }
        }
    }

    /// A batch in pieces, and what goes with it for as long as they are read.
    fn pieces(&self, batch: RecordBatch, held: impl Send + 'static) -> Rows {
        let size = self.context.session_config().batch_size().max(1);
        let rows = batch.num_rows();
        let held = std::sync::Mutex::new(held);
        let pieces = (0..rows).step_by(size).map(move |at| {
            let _held = &held;
            piece(&batch, at, size.min(rows - at))
        });
        futures::stream::iter(pieces).boxed()
    }

    /// The rows of an answer that was kept.
    fn rows_of(&self, found: Arc<CachedResult>) -> Rows {
        MetricBuilder::new(&self.metrics).counter("answers_from_cache", 0).add(1);
        MetricBuilder::new(&self.metrics).counter("graphs_built", 0);
        let batches: Vec<Rows> =
            found.batches.iter().map(|batch| self.pieces(batch.clone(), Arc::clone(&found))).collect();
        futures::stream::iter(batches).flatten().boxed()
    }

    /// The answer of a key, if the session keeps answers and this is one.
    async fn kept(&self, key: Option<Key>) -> Option<Arc<CachedResult>> {
        let (found, _) = self.work.services.results.get(&[key?]).await?;
        (*found.schema == *self.work.schema).then_some(found)
    }

    fn key_of(&self, what: &str) -> Option<KeyBuilder> {
        let limits = self.limits();
        let mut key = KeyBuilder::new(what);
        key.add(self.work.function.doc.name).add(&self.work.values);
        key.add_settings(self.context.session_config().options());
        key.add(&self.work.input_places);
        limits.result_cache.then_some(key)
    }

    /// The key of the answer by what the tables held that the inputs read.
    fn key_by_files(&self) -> Result<Option<Key>> {
        let Some(mut key) = self.key_of("function") else { return Ok(None) };
        for plan in &self.work.logical {
            if !key.add_plan(plan)? {
                return Ok(None);
            }
        }
        Ok(Some(key.finish()))
    }

    /// The key of the answer by the rows that the inputs gave.
    fn key_by_rows(&self, graph: &[RowDigest], others: &[RowDigest]) -> Option<Key> {
        let mut key = self.key_of("function by rows")?;
        for input in &self.inputs {
            key.add(input.schema().fields());
        }
        key.add(graph).add(others);
        Some(key.finish())
    }

    fn limits(&self) -> Limits {
        self.context.session_config().options().extensions.get::<Limits>().cloned().unwrap_or_default()
    }

    /// The right to use the cores, for the thread that does.
    async fn permit(&self) -> Result<OwnedSemaphorePermit> {
        let runs = Arc::clone(&self.work.services.runs);
        runs.acquire_owned().await.map_err(|error| exec_datafusion_err!("{error}"))
    }

    /// The inputs that make the graph.
    fn is_of_graph(&self, input: usize) -> bool {
        let argument = &self.work.function.doc.arguments[self.work.input_places[input]];
        matches!(argument.type_, ArgumentType::Edges { .. }) || argument.name == NODES
    }

    fn graph_inputs(&self) -> Vec<usize> {
        (0..self.inputs.len()).filter(|input| self.is_of_graph(*input)).collect()
    }

    fn key(&self) -> Result<Option<GraphKey>> {
        let inputs = self.graph_inputs();
        let plans = inputs.iter().map(|input| self.work.logical[*input].clone()).collect();
        let physical: Vec<_> = inputs.iter().map(|input| &self.inputs[*input]).collect();
        GraphKey::of(plans, &physical, &self.limits())
    }

    /// The graph, from the cache or from its inputs.
    async fn graph(&self, key: Option<&GraphKey>, memory: MemoryReservation) -> Result<Arc<HeldGraph>> {
        let built = MetricBuilder::new(&self.metrics).counter("graphs_built", 0);
        let timer = MetricBuilder::new(&self.metrics).subset_time("graph_build_time", 0);
        let build = async {
            let _timing = timer.timer();
            built.add(1);
            self.build(memory).await
        };
        let held = match key {
            Some(key) => self.work.services.cache.get_or_build(key, build).await?,
            None => build.await?,
        };
        MetricBuilder::new(&self.metrics).gauge("graph_nodes", 0).set(held.csr.node_count());
        MetricBuilder::new(&self.metrics).gauge("graph_edges", 0).set(held.csr.edge_count());
        Ok(held)
    }

    async fn build(&self, memory: MemoryReservation) -> Result<Arc<HeldGraph>> {
        let name = self.work.function.doc.name;
        let memory = Arc::new(memory);
        let mut edge_rows = Vec::new();
        let mut node_rows = None;
        let mut digests = Vec::new();
        for input in self.graph_inputs() {
            let rows = input::rows(&self.inputs[input], &self.context, &memory).await?;
            digests.push(RowDigest::of(&rows)?);
            match self.work.argument(self.work.input_places[input]) {
                NODES => node_rows = Some(rows),
                _ => edge_rows.extend(rows),
            }
        }
        let edges: usize = edge_rows.iter().map(RecordBatch::num_rows).sum();
        let weighted = edge_rows.iter().any(|batch| batch.num_columns() == 3);
        // There are at most two nodes an edge; most graphs have far fewer.
        memory.try_grow(Csr::estimate(edges / 4, edges, weighted, false, false) * 3 / 2)?;
        let permit = self.permit().await?;
        let span = tracing::info_span!("graph", function = name, edges);
        let building = spawn_blocking(move || {
            let _span = span.entered();
            // Held by the thread, which goes on where nobody waits for it any more.
            let (_permit, memory) = (permit, memory);
            let edges = input::edges(&edge_rows, &format!("{name}: edges"))?;
            let built = match &node_rows {
                Some(rows) => Csr::induced(&edges, &input::nodes(rows, &format!("{name}: nodes"))?),
                None => Csr::new(&edges, &[]),
            };
            let csr = built.map_err(|error| exec_datafusion_err!("{name}: {error}"))?;
            let Some(memory) = Arc::into_inner(memory) else {
                return internal_err!("an input of {name} still holds memory");
            };
            drop(edge_rows);
            memory.try_resize(csr.bytes())?;
            Ok(Arc::new(HeldGraph::new(csr, digests, memory)))
        });
        building.await.map_err(|error| stopped(name, &error))?
    }

    /// The inputs that are not the graph's.
    async fn others(&self, memory: &Arc<MemoryReservation>) -> Result<Others> {
        let mut others = Others::default();
        for input in (0..self.inputs.len()).filter(|input| !self.is_of_graph(*input)) {
            let argument = &self.work.function.doc.arguments[self.work.input_places[input]];
            let plan = &self.inputs[input];
            let rows = input::rows(plan, &self.context, memory).await?;
            others.digests.push(RowDigest::of(&rows)?);
            let what = format!("{}: {}", self.work.function.doc.name, argument.name);
            if let ArgumentType::Rows(_) = argument.type_ {
                others.rows.insert(argument.name, input::table(plan, &rows, &what)?);
            } else {
                others.nodes.insert(argument.name, input::nodes(&rows, &what)?);
            }
        }
        Ok(others)
    }

    async fn run(
        &self,
        held: Arc<HeldGraph>,
        key: Option<GraphKey>,
        others: Others,
        memory: MemoryReservation,
    ) -> Result<(Vec<ArrayRef>, MemoryReservation)> {
        let work = Arc::clone(&self.work);
        let limits = self.limits();
        let timer = MetricBuilder::new(&self.metrics).subset_time("algorithm_time", 0);
        let (control, _stop): (RunControl, StopOnDrop) = RunControl::new(memory);
        let permit = self.permit().await?;
        let span = tracing::info_span!("kernel", function = work.function.doc.name);
        let running = spawn_blocking(move || {
            let _span = span.entered();
            // Held by the thread, which is told to stop where nobody waits for it any more, and stops a little later.
            let _permit = permit;
            let _settling = Settling { cache: &work.services.cache, key, held: &held };
            let call = Call {
                graph: &held.csr,
                control: &control,
                doc: &work.function.doc,
                values: &work.values,
                nodes: &others.nodes,
                rows: &others.rows,
                max_paths: limits.max_paths,
                max_steps: limits.max_graph_steps as f64,
            };
            let cost = (work.function.cost)(&call);
            work.refuse(cost, &held.csr, &limits)?;
            let (n, m, weighted) = (held.csr.node_count(), held.csr.edge_count(), held.csr.is_weighted());
            let sides = Csr::estimate(n, m, weighted, true, cost.undirected).saturating_sub(held.csr.bytes());
            let sides = Sides::reserve(&control.memory, sides)?;
            let _timing = timer.timer();
            let started = Instant::now();
            let columns = (work.function.run)(&call).map_err(|error| work.error(error))?;
            let labels = [("function", work.function.doc.name)];
            metrics::histogram!("stoa_algorithm_seconds", &labels).record(started.elapsed().as_secs_f64());
            drop(sides);
            let bytes = columns.iter().map(|column| column.get_array_memory_size()).sum();
            control.memory.try_resize(bytes)?;
            Ok((columns, control.memory))
        });
        running.await.map_err(|error| stopped(self.work.function.doc.name, &error))?
    }
}

/// The inputs that are not the graph's, by argument, and their digests in the order of the inputs.
#[derive(Default)]
struct Others {
    nodes: BTreeMap<&'static str, Vec<i64>>,
    rows: BTreeMap<&'static str, RecordBatch>,
    digests: Vec<RowDigest>,
}

/// An answer, and how it came about.
enum Answer {
    Kept(Arc<CachedResult>),
    Computed { columns: Vec<ArrayRef>, memory: MemoryReservation, keys: Vec<Key> },
}

fn stopped(name: &str, error: &tokio::task::JoinError) -> DataFusionError {
    DataFusionError::Internal(format!("{name} stopped unexpectedly: {error}"))
}

/// The circuit of a call: what its graph is made from, and its other arguments.
fn hash(key: &Option<GraphKey>, work: &Work) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one((key, &work.logical, &work.values))
}

/// Some rows of a batch in arrays of their own: operators above count what a batch holds on to, and a slice holds on to
/// the whole.
fn piece(batch: &RecordBatch, at: usize, length: usize) -> Result<RecordBatch> {
    if length == batch.num_rows() {
        return Ok(batch.clone());
    }
    let columns = batch.columns().iter().map(|column| {
        let data = column.to_data();
        let mut rows = MutableArrayData::new(vec![&data], false, length);
        rows.try_extend(0, at, at + length)?;
        Ok(make_array(rows.freeze()))
    });
    Ok(RecordBatch::try_new(batch.schema(), columns.collect::<Result<_>>()?)?)
}

/// Says what a graph takes when a run is over, however it ended: its sides are made when they are first asked for.
struct Settling<'a> {
    cache: &'a GraphCache,
    key: Option<GraphKey>,
    held: &'a Arc<HeldGraph>,
}

impl Drop for Settling<'_> {
    fn drop(&mut self) {
        self.held.settle();
        if let Some(key) = &self.key {
            self.cache.reweigh(key, self.held);
        }
    }
}

/// Memory that was asked for on behalf of a graph's sides, until the graph says itself what it takes.
struct Sides<'a> {
    memory: &'a MemoryReservation,
    bytes: usize,
}

impl Sides<'_> {
    fn reserve(memory: &MemoryReservation, bytes: usize) -> Result<Sides<'_>> {
        memory.try_grow(bytes)?;
        Ok(Sides { memory, bytes })
    }
}

impl Drop for Sides<'_> {
    fn drop(&mut self) {
        self.memory.shrink(self.bytes);
    }
}
