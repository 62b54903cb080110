//! A call of a function of data flow in a physical plan.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int64Type, SchemaRef};
use datafusion::common::{Result, ScalarValue, exec_datafusion_err, internal_datafusion_err};
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::physical_plan::execute_stream;
use datafusion::physical_plan::metrics::MetricBuilder;
use futures::{StreamExt, TryStreamExt};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use stoa_flow::{Answer, Endpoint, FlowError, Options, Program, ProgramBuilder, Question, Shelf, analyse};
use stoa_session::{Content, Key, Limits};
use tokio::task::spawn_blocking;

use super::config::Property;
use super::docs::{EXPLAIN, TAINT, TRACE};
use super::node::{FlowNode, PROGRAM_INPUTS, schema};
use super::rows;
use super::services::{AnswerKey, FlowServices, Held, ProgramKey};
use super::shelf::StoreShelf;
use crate::registry::{Default, FunctionDoc};
use crate::relations::{Constants, Execution, Rows, Work, rows as input_rows, stopped};

/// What a program takes for a node and for an edge while it is made, roughly.
const NODE_BYTES: usize = 160;
const EDGE_BYTES: usize = 48;

/// What a call is, apart from its inputs.
pub(super) struct FlowWork {
    doc: &'static FunctionDoc,
    contents: [Content; PROGRAM_INPUTS],
    input_places: Vec<usize>,
    values: Constants,
    /// The key of the queries that name endpoints, with the other arguments, if there are any and they can be compared.
    queries: Option<Key>,
    services: Arc<FlowServices>,
    schema: SchemaRef,
}

impl FlowWork {
    pub fn services(&self) -> &FlowServices {
        &self.services
    }

    pub fn new(
        node: &FlowNode,
        values: Constants,
        queries: Option<Key>,
        services: Arc<FlowServices>,
    ) -> Result<FlowWork> {
        Ok(FlowWork {
            doc: node.doc,
            contents: node.contents.clone(),
            input_places: node.input_places.clone(),
            values,
            queries,
            services,
            schema: Arc::new(schema(node.doc)?),
        })
    }
}

impl fmt::Display for FlowWork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.doc.name)?;
        for (name, value) in &self.values {
            write!(f, ", {name}={value}")?;
        }
        Ok(())
    }
}

impl Work for FlowWork {
    const PLAN: &'static str = "FlowExec";

    fn function(&self) -> &'static str {
        self.doc.name
    }

    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn rows(self: Arc<Self>, execution: Execution) -> impl Future<Output = Result<Rows>> + Send + 'static {
        Run { work: self, execution }.rows()
    }
}

/// One execution of a call.
pub(super) struct Run {
    pub work: Arc<FlowWork>,
    pub execution: Execution,
}

/// Stops an analysis when nobody waits for it any more.
struct StopOnDrop(Arc<AtomicBool>);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Run {
    fn memory(&self, what: &str) -> MemoryReservation {
        self.execution.memory(self.work.doc.name, what)
    }

    fn error(&self, error: &FlowError) -> DataFusionError {
        exec_datafusion_err!("{}: {error}", self.work.doc.name)
    }

    async fn rows(self) -> Result<Rows> {
        let key = self.key().await?;
        let services = Arc::clone(&self.work.services);
        let held = services.answer(&key, self.answer(&key)).await?;
        let wanted = match self.work.values.get(EXPLAIN.arguments[0].name) {
            Some(ScalarValue::UInt64(Some(number))) => usize::try_from(*number).ok(),
            _ => None,
        };
        let rows = rows::rows(self.work.doc.name, &held.value, wanted, Arc::clone(&self.work.schema));
        Ok(futures::stream::once(async { rows }).boxed())
    }

    /// What is asked for: known, if the same queries gave the endpoints before.
    pub async fn key(&self) -> Result<AnswerKey> {
        let services = &self.work.services;
        let key = match &self.work.queries {
            Some(queries) => services.asked(queries, self.given()).await?,
            None => self.given().await?,
        };
        // What the same queries gave before was asked of the properties of then.
        let properties = services.properties().await?;
        Ok(AnswerKey { program: ProgramKey { properties, ..key.program }, ..key })
    }

    /// What is asked for, from the endpoints that the inputs give.
    async fn given(&self) -> Result<AnswerKey> {
        let mut given: BTreeMap<&str, Vec<Endpoint>> = BTreeMap::new();
        let memory = Arc::new(self.memory("endpoints"));
        for (input, place) in self.work.input_places.iter().enumerate() {
            let argument = &self.work.doc.arguments[*place];
            let otherwise = if argument.name == "sanitizers" { "*" } else { "given" };
            let input = &self.execution.inputs[PROGRAM_INPUTS + input];
            let batches = input_rows(input, &self.execution.context, &memory).await?;
            given.insert(argument.name, endpoints(&batches, otherwise));
        }
        let depth = TAINT.arguments.iter().find(|argument| argument.name == "max_depth").map(|a| a.default);
        let max_depth = match (self.work.values.get("max_depth"), depth) {
            (Some(ScalarValue::UInt64(Some(depth))), _) => *depth as usize,
            (_, Some(Default::Count(depth))) => depth as usize,
            _ => Options::default().max_depth,
        };
        let (from, to) = match self.work.doc.name == TRACE.name {
            true => ("from", "to"),
            false => ("sources", "sinks"),
        };
        let (sources, sinks) = (given.remove(from), given.remove(to));
        let question = Question {
            model_sources: sources.is_none(),
            model_sinks: sinks.is_none(),
            sources: sources.unwrap_or_default(),
            sinks: sinks.unwrap_or_default(),
            sanitizers: given.remove("sanitizers").unwrap_or_default(),
        };
        let contents = self.work.contents.clone();
        let program = ProgramKey { contents, properties: Arc::default() };
        Ok(AnswerKey { program, question: Arc::new(question), max_depth })
    }

    async fn answer(&self, key: &AnswerKey) -> Result<Arc<Held<Answer>>> {
        let answers = self.answers(&key.program, key.max_depth, vec![Arc::clone(&key.question)]).await?;
        let answer = answers.into_iter().next();
        answer.ok_or_else(|| internal_datafusion_err!("{} has no answer", self.work.doc.name))
    }

    /// The answers to some questions about a program, found together.
    pub async fn answers(
        &self,
        program: &ProgramKey,
        max_depth: usize,
        questions: Vec<Arc<Question>>,
    ) -> Result<Vec<Arc<Held<Answer>>>> {
        let program = self.work.services.program(program, self.program(&program.properties)).await?;
        let timer = MetricBuilder::new(&self.execution.metrics).subset_time("analysis_time", 0);
        let options = Options { max_depth, ..Options::default() };
        let permit = Arc::clone(&self.work.services.runs).acquire_owned().await;
        let permit = permit.map_err(|error| exec_datafusion_err!("{error}"))?;
        let models = Arc::clone(&self.work.services.config.models);
        let stop = Arc::new(AtomicBool::new(false));
        let _stop = StopOnDrop(Arc::clone(&stop));
        let results = &self.work.services.results;
        let limits = self.execution.context.session_config().options().extensions.get::<Limits>();
        let keeps = results.keeps_work() && limits.is_none_or(|limits| limits.result_cache);
        let shelf = keeps.then(|| StoreShelf::new(results));
        let running = spawn_blocking(move || {
            // Held by the thread, which goes on for a little where nobody waits for it any more.
            let _permit = permit;
            let _timing = timer.timer();
            let shelf = shelf.as_ref().map(|shelf| shelf as &dyn Shelf);
            let cancelled = || stop.load(Ordering::Relaxed);
            analyse(&program.value, &models.models, &options, &questions, shelf, &cancelled)
        });
        let answers = running
            .await
            .map_err(|error| stopped(self.work.doc.name, &error))?
            .map_err(|error| self.error(&error))?;
        if let Some(any) = answers.first() {
            let count = |name: &'static str| MetricBuilder::new(&self.execution.metrics).counter(name, 0);
            count("methods_with_a_body").add(any.methods);
            count("summaries_kept").add(any.kept);
        }
        let held = |answer: Answer| {
            let memory = self.memory("answer");
            memory.try_grow(answer.bytes())?;
            Ok(Held::new(answer, memory))
        };
        answers.into_iter().map(held).collect()
    }

    /// Has the program made that will be asked about, if it is not known.
    pub async fn make_program(&self) -> Result<()> {
        let properties = self.work.services.properties().await?;
        let program = ProgramKey { contents: self.work.contents.clone(), properties };
        self.work.services.program(&program, self.program(&program.properties)).await.map(drop)
    }

    /// The program, from the rows of the snapshot.
    async fn program(&self, properties: &Arc<Vec<Property>>) -> Result<Arc<Held<Program>>> {
        let timer = MetricBuilder::new(&self.execution.metrics).subset_time("program_build_time", 0);
        let _timing = timer.timer();
        MetricBuilder::new(&self.execution.metrics).counter("programs_built", 0).add(1);
        let memory = self.memory("program");
        let mut builder = ProgramBuilder::new();
        for (input, bytes) in [(0, NODE_BYTES), (1, EDGE_BYTES)] {
            let mut batches = execute_stream(
                Arc::clone(&self.execution.inputs[input]),
                Arc::clone(&self.execution.context),
            )?;
            while let Some(batch) = batches.try_next().await? {
                memory.try_grow(batch.num_rows() * bytes)?;
                let added = if input == 0 { builder.nodes(&batch) } else { builder.edges(&batch) };
                added.map_err(|error| self.error(&error))?;
            }
        }
        let properties = Arc::clone(properties);
        let building = spawn_blocking(move || {
            for (path, key, value) in properties.iter() {
                builder.config(path, key, value);
            }
            builder.finish()
        });
        let program = building
            .await
            .map_err(|error| stopped(self.work.doc.name, &error))?
            .map_err(|error| self.error(&error))?;
        memory.try_resize(program.bytes())?;
        Ok(Held::new(program, memory))
    }
}

/// The endpoints that rows name: sorted, each once. Where no column says a kind it is `otherwise`.
fn endpoints(batches: &[RecordBatch], otherwise: &str) -> Vec<Endpoint> {
    let mut endpoints = Vec::new();
    for batch in batches {
        let ids = batch.column(0).as_primitive::<Int64Type>();
        let kinds = (batch.num_columns() > 1).then(|| batch.column(1).as_string::<i32>());
        for row in (0..batch.num_rows()).filter(|row| !ids.is_null(*row)) {
            let kind = kinds.filter(|kinds| !kinds.is_null(row)).map_or(otherwise, |kinds| kinds.value(row));
            endpoints.push(Endpoint { node: ids.value(row), kind: kind.to_owned() });
        }
    }
    endpoints.sort_unstable();
    endpoints.dedup();
    endpoints
}
