//! Running a planned statement: its answer is taken from the cache, or computed and kept; either way it is noted.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::Result;
use datafusion::common::utils::memory::RecordBatchMemoryCounter;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::memory_pool::MemoryConsumer;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::prelude::SessionContext;
use futures::future::BoxFuture;
use futures::stream::{self, BoxStream};
use futures::{FutureExt, StreamExt};
use quick_cache::sync::Cache;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tracing::Instrument;

use crate::options::Limits;
use crate::results::scans::Effort;
use crate::results::{CachedResult, Key, KeyBuilder, Kind, Layer, ResultCache, compact};
use crate::telemetry::{CacheUse, QueryLog, Running};

/// Plans that are remembered to have taken long.
const REMEMBERED: usize = 4096;
/// What takes less is computed again sooner than its inputs are compared.
const WORTH_COMPARING: Duration = Duration::from_millis(2);
/// What an answer has read is digested behind it, once for all edits to come, which only change the digest: that may take
/// this long, and so many times as long as computing the answer did.
const BEHIND: (Duration, u32) = (Duration::from_millis(50), 4);
/// Characters of a label.
const LABEL: usize = 200;

/// Runs statements for whoever has planned them.
pub struct Runner {
    context: SessionContext,
    results: Arc<ResultCache>,
    /// Whether answers are kept, and looked for.
    keeps: bool,
    queries: Arc<QueryLog>,
    /// Plans, whatever their tables held, that took long, and how long.
    long: Cache<Key, Duration>,
}

/// The batches of an answer.
type Batches = BoxStream<'static, Result<RecordBatch>>;

impl Runner {
    pub(crate) fn new(
        context: SessionContext,
        results: Arc<ResultCache>,
        keeps: bool,
        queries: Arc<QueryLog>,
    ) -> Runner {
        Runner { context, results, keeps, queries, long: Cache::new(REMEMBERED) }
    }

    /// Runs a statement that is planned from `text` at a snapshot, or was before, which `took` so long. Dropping the stream cancels it.
    pub async fn run(
        &self,
        plan: impl Future<Output = Result<LogicalPlan>>,
        took: Duration,
        text: &str,
        snapshot: u64,
    ) -> Result<(LogicalPlan, SendableRecordBatchStream)> {
        let slow = Duration::from_millis(limits(&self.context.state()).slow_query_ms);
        let mut running = self.queries.begin(text, snapshot, took, slow);
        let span = tracing::info_span!("query", text = %label(text), snapshot);
        let answer = async {
            let plan = plan.instrument(tracing::info_span!("plan")).await?;
            let answer = self.answer(&plan, &mut running, text).await?;
            Ok((plan, answer))
        };
        let answer = answer.instrument(span.clone()).await;
        match answer {
            Ok((plan, (schema, batches))) => {
                let noted = Noted { batches, running, span };
                let stream = stream::unfold(noted, Noted::next);
                Ok((plan, Box::pin(RecordBatchStreamAdapter::new(schema, stream))))
            }
            Err(error) => {
                running.failed(&error);
                Err(error)
            }
        }
    }

    /// The keys of the answer to a query: by the files that it reads, and by the rows. Nothing if it reads what cannot be
    /// compared.
    pub async fn keys(&self, plan: &LogicalPlan) -> Result<Option<(Key, Option<Key>)>> {
        let state = self.context.state();
        let Some(by_files) = by_files(plan, &state)? else { return Ok(None) };
        let by_rows = by_rows(&self.results, &state.optimize(plan)?, &state, Effort::Whatever).await?;
        Ok(Some((by_files, by_rows)))
    }

    /// The key of the answer to a query by the files that it reads.
    pub fn key(&self, plan: &LogicalPlan) -> Result<Option<Key>> {
        by_files(plan, &self.context.state())
    }

    async fn answer(
        &self,
        plan: &LogicalPlan,
        running: &mut Running,
        text: &str,
    ) -> Result<(SchemaRef, Batches)> {
        let is_noted = self.keeps || self.queries.writes();
        let shape = if is_noted { Some(KeyBuilder::new("plan").add_form(plan)?.finish()) } else { None };
        if let Some(shape) = shape {
            running.planned(shape.hex()[..16].to_owned());
        }
        let key = if self.keeps { by_files(plan, &self.context.state())? } else { None };
        // What is done at once (CREATE, SET …) has no rows, and leaves nothing to run.
        let frame = self.context.execute_logical_plan(plan.clone()).await?;
        let (state, plan) = frame.into_parts();
        let Some((key, shape)) = key.zip(shape).filter(|_| limits(&state).result_cache) else {
            return self.execute(&state, &state.optimize(&plan)?, running).await;
        };
        if let Some(found) = self.results.get(&[key]).await {
            return Ok(taken(found, running));
        }
        let flight = self.results.flight(key).await;
        if let Some(found) = self.results.get(&[key]).await {
            return Ok(taken(found, running));
        }
        let optimized = state.optimize(&plan)?;
        // The same plan took long before: to compare what it reads may take as long, and no longer.
        if let Some(took) = self.long.get(&shape)
            && let Ok(Some(by_rows)) = by_rows(&self.results, &optimized, &state, Effort::Time(took)).await
            && let Some(found) = self.results.get(&[by_rows]).await
        {
            self.results.alias(key, by_rows, &found.0);
            return Ok(taken(found, running));
        }
        self.results.missed();
        running.cache(CacheUse::Miss);
        let began = Instant::now();
        let (schema, batches) = self.execute(&state, &optimized, running).await?;
        let collected = self.collect(batches).instrument(tracing::info_span!("execute")).await?;
        let batches = match collected {
            Collected::All(batches) => {
                let elapsed = began.elapsed();
                let further: Option<BoxFuture<'static, _>> = (elapsed >= WORTH_COMPARING).then(|| {
                    self.long.insert(shape, elapsed);
                    let results = Arc::clone(&self.results);
                    let effort = Effort::Time(BEHIND.0 + elapsed * BEHIND.1);
                    async move {
                        // Whoever cannot compare computes again.
                        by_rows(&results, &optimized, &state, effort).await.ok().flatten()
                    }
                    .boxed()
                });
                let answer = (Arc::clone(&schema), batches.clone());
                self.results.keep(&[key], answer, (Kind::Statement, &label(text)), elapsed, further);
                stream::iter(batches.into_iter().map(Ok)).boxed()
            }
            Collected::Some(first, rest) => stream::iter(first.into_iter().map(Ok)).chain(rest).boxed(),
        };
        drop(flight);
        Ok((schema, batches))
    }

    async fn execute(
        &self,
        state: &SessionState,
        optimized: &LogicalPlan,
        running: &mut Running,
    ) -> Result<(SchemaRef, Batches)> {
        let physical = state.query_planner().create_physical_plan(optimized, state).await?;
        running.executes(Arc::clone(&physical));
        let batches = execute_stream(physical, state.task_ctx())?;
        Ok((batches.schema(), batches.boxed()))
    }

    /// The batches of an answer, if they are all there before there are too many to keep.
    async fn collect(&self, mut batches: Batches) -> Result<Collected> {
        let memory = MemoryConsumer::new("an answer that may be kept")
            .register(&self.context.runtime_env().memory_pool);
        let most = self.results.largest();
        let mut counter = RecordBatchMemoryCounter::new();
        let (mut first, mut bytes) = (Vec::new(), 0);
        while let Some(batch) = batches.next().await {
            let batch = compact(&batch?);
            let more = counter.count_batch(&batch);
            bytes += more;
            first.push(batch);
            if bytes > most || memory.try_grow(more).is_err() {
                let held = move |batch| {
                    let _memory = &memory;
                    batch
                };
                return Ok(Collected::Some(first, batches.map(held).boxed()));
            }
        }
        Ok(Collected::All(first))
    }
}

enum Collected {
    All(Vec<RecordBatch>),
    /// The first, and those to come.
    Some(Vec<RecordBatch>, Batches),
}

fn limits(state: &SessionState) -> Limits {
    state.config_options().extensions.get::<Limits>().cloned().unwrap_or_default()
}

/// The key of a plan by the files that its tables have.
fn by_files(plan: &LogicalPlan, state: &SessionState) -> Result<Option<Key>> {
    let mut key = KeyBuilder::new("statement");
    key.add_settings(state.config_options());
    Ok(key.add_plan(plan)?.then(|| key.finish()))
}

/// The key of a plan by the rows that its scans give: what else the answer depends on stands in the optimized plan, what
/// the optimizer knows of the tables included.
async fn by_rows(
    results: &ResultCache,
    optimized: &LogicalPlan,
    state: &SessionState,
    effort: Effort,
) -> Result<Option<Key>> {
    let mut key = KeyBuilder::new("statement by rows");
    key.add_form(optimized)?.add_settings(state.config_options());
    let complete = results.scans().add_to(&mut key, optimized, state, effort).await?;
    Ok(complete.then(|| key.finish()))
}

fn taken((result, layer): (Arc<CachedResult>, Layer), running: &mut Running) -> (SchemaRef, Batches) {
    running.cache(if layer == Layer::Memory { CacheUse::Memory } else { CacheUse::Store });
    let batches = result.batches.clone();
    (Arc::clone(&result.schema), stream::iter(batches.into_iter().map(Ok)).boxed())
}

/// A text on one line, not too long.
fn label(text: &str) -> String {
    let mut label = String::new();
    for word in text.split_whitespace() {
        if label.chars().count() + word.chars().count() > LABEL {
            label.push('…');
            break;
        }
        if !label.is_empty() {
            label.push(' ');
        }
        label.push_str(word);
    }
    label
}

/// An answer on its way to whoever asked, and the note of it.
struct Noted {
    batches: Batches,
    running: Running,
    span: tracing::Span,
}

impl Noted {
    async fn next(mut self) -> Option<(Result<RecordBatch>, Noted)> {
        let next = self.batches.next().instrument(self.span.clone()).await;
        match &next {
            Some(Ok(batch)) => self.running.rows(batch.num_rows()),
            Some(Err(error)) => self.running.failed(error),
            None => self.running.succeeded(),
        }
        next.map(|batch| (batch, self))
    }
}
