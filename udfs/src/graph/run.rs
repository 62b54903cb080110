//! One execution of a call of a table function: the answer that is kept, or the graph and its kernel.

use arrow::array::{ArrayRef, MutableArrayData, RecordBatch, make_array};
use datafusion::common::{Result, exec_datafusion_err, internal_err};
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::metrics::MetricBuilder;
use futures::StreamExt;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::Arc;
use std::time::Instant;
use stoa_graph::Csr;
use stoa_session::{CachedResult, Key, KeyBuilder, Kind, Limits, RowDigest};
use tokio::sync::OwnedSemaphorePermit;
use tokio::task::spawn_blocking;

use super::cache::{GraphCache, HeldGraph};
use super::call::Call;
use super::control::{RunControl, StopOnDrop};
use super::input;
use super::key::GraphKey;
use super::verdict::Verdict;
use super::work::GraphWork;
use crate::registry::ArgumentType;
use crate::relations::{Execution, Rows, rows, stopped};

/// The argument that says which nodes a graph has.
const NODES: &str = "nodes";

/// One execution of a call.
pub(super) struct Run {
    pub work: Arc<GraphWork>,
    pub execution: Execution,
}

impl Run {
    pub async fn answer(self) -> Result<Rows> {
        let name = self.work.function.doc.name;
        let memory = |what: &str| self.execution.memory(name, what);
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
        let mut verdict = Verdict::admit(&services, self.execution.context.memory_pool(), circuit)?;

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
        let size = self.execution.context.session_config().batch_size().max(1);
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
        MetricBuilder::new(&self.execution.metrics).counter("answers_from_cache", 0).add(1);
        MetricBuilder::new(&self.execution.metrics).counter("graphs_built", 0);
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
        key.add_settings(self.execution.context.session_config().options());
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
        for input in &self.execution.inputs {
            key.add(input.schema().fields());
        }
        key.add(graph).add(others);
        Some(key.finish())
    }

    fn limits(&self) -> Limits {
        self.execution
            .context
            .session_config()
            .options()
            .extensions
            .get::<Limits>()
            .cloned()
            .unwrap_or_default()
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
        (0..self.execution.inputs.len()).filter(|input| self.is_of_graph(*input)).collect()
    }

    fn key(&self) -> Result<Option<GraphKey>> {
        let inputs = self.graph_inputs();
        let plans = inputs.iter().map(|input| self.work.logical[*input].clone()).collect();
        let physical: Vec<_> = inputs.iter().map(|input| &self.execution.inputs[*input]).collect();
        GraphKey::of(plans, &physical, &self.limits())
    }

    /// The graph, from the cache or from its inputs.
    async fn graph(&self, key: Option<&GraphKey>, memory: MemoryReservation) -> Result<Arc<HeldGraph>> {
        let built = MetricBuilder::new(&self.execution.metrics).counter("graphs_built", 0);
        let timer = MetricBuilder::new(&self.execution.metrics).subset_time("graph_build_time", 0);
        let build = async {
            let _timing = timer.timer();
            built.add(1);
            self.build(memory).await
        };
        let held = match key {
            Some(key) => self.work.services.cache.get_or_build(key, build).await?,
            None => build.await?,
        };
        MetricBuilder::new(&self.execution.metrics).gauge("graph_nodes", 0).set(held.csr.node_count());
        MetricBuilder::new(&self.execution.metrics).gauge("graph_edges", 0).set(held.csr.edge_count());
        Ok(held)
    }

    async fn build(&self, memory: MemoryReservation) -> Result<Arc<HeldGraph>> {
        let name = self.work.function.doc.name;
        let memory = Arc::new(memory);
        let mut edge_rows = Vec::new();
        let mut node_rows = None;
        let mut digests = Vec::new();
        for input in self.graph_inputs() {
            let rows = rows(&self.execution.inputs[input], &self.execution.context, &memory).await?;
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
        for input in (0..self.execution.inputs.len()).filter(|input| !self.is_of_graph(*input)) {
            let argument = &self.work.function.doc.arguments[self.work.input_places[input]];
            let plan = &self.execution.inputs[input];
            let rows = rows(plan, &self.execution.context, memory).await?;
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
        let timer = MetricBuilder::new(&self.execution.metrics).subset_time("algorithm_time", 0);
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

/// The circuit of a call: what its graph is made from, and its other arguments.
fn hash(key: &Option<GraphKey>, work: &GraphWork) -> u64 {
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
