//! The engine: every SQL text, whoever asks, goes through [`Engine::run`].

use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::runtime::SpawnedTask;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{DdlStatement, LogicalPlan, Statement};
use datafusion::physical_plan::EmptyRecordBatchStream;
use datafusion::prelude::SessionContext;
use datafusion::sql::sqlparser::dialect::{Dialect, GenericDialect, dialect_from_str};
use futures::StreamExt;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stoa_session::{CATALOG, MissingLayers, Session, SessionError, SessionOptions, snapshot_of};
use stoa_store::{Store, StoreError};
use tokio::sync::mpsc;

use crate::common_tables;
use crate::dialect::{self, Command, Parsed, Words};
use crate::error::{Context, SqlError};
use crate::graph_table::{self, Patterns, PropertyGraph, PropertyGraphs};
use crate::materialize;
use crate::models::{self, ModelsError};
use crate::moment::Moment;
use crate::rules::RulesTable;
use crate::views;

/// Batches made ahead of the reader.
const AHEAD: usize = 2;

/// How to open an engine.
#[derive(Clone, Debug, Default)]
pub struct EngineOptions {
    pub session: SessionOptions,
    /// Folders of models beside those that the binary holds: `<folder>/<language>/<library>.csv`.
    pub models: Vec<PathBuf>,
}

impl EngineOptions {
    /// An engine that computes every answer: for measuring.
    pub fn uncached() -> EngineOptions {
        let session = SessionOptions { result_cache_bytes: 0, ..SessionOptions::default() };
        EngineOptions { session, ..EngineOptions::default() }
    }
}

/// Why an engine could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Models(#[from] ModelsError),
    #[error("cannot furnish the session: {0}")]
    Furnish(#[from] DataFusionError),
}

/// Answers SQL over one session.
pub struct Engine {
    context: SessionContext,
    session: Option<Arc<Session>>,
    graphs: Arc<PropertyGraphs>,
}

impl Engine {
    /// Opens a store, at the newest snapshot, with every function and view.
    pub async fn open(location: &str, options: EngineOptions) -> Result<Engine, OpenError> {
        let store = Store::open(location).await?;
        Engine::with_models(Session::open(store, options.session).await?, &options.models).await
    }

    /// Opens a store at one of its snapshots, and stays there.
    pub async fn open_at(location: &str, at: &Moment, options: EngineOptions) -> Result<Engine, OpenError> {
        let store = Store::open(location).await?;
        let number = at.number(&store).await?;
        Engine::with_models(Session::open_at(store, options.session, number).await?, &options.models).await
    }

    /// Furnishes a session with every function and view, and the models that the binary holds.
    pub async fn of(session: Session) -> Result<Engine, OpenError> {
        Engine::with_models(session, &[]).await
    }

    /// Furnishes a session with every function and view, and models of the user beside those that the binary holds.
    pub async fn with_models(session: Session, folders: &[PathBuf]) -> Result<Engine, OpenError> {
        let flow = models::config(&session, folders)?;
        stoa_udfs::register(&session, flow).await?;
        session.create_views(views::all());
        session.add_system_table(Arc::new(RulesTable));
        let mut engine = Engine::over(session.context().clone());
        let nodes = session.context().table_provider(format!("{CATALOG}.main.nodes")).await?.schema();
        let columns = nodes.fields().iter().map(|field| field.name().clone());
        engine.graphs.found(PropertyGraph::cpg(CATALOG, columns));
        session.add_system_table(Arc::new(materialize::MaterializedRows::of(&session, &engine.graphs)));
        engine.session = Some(Arc::new(session));
        Ok(engine)
    }

    /// Moves to the newest snapshot; says whether there was a newer one. Statements that run keep theirs.
    pub async fn refresh(&self) -> Result<bool, OpenError> {
        let Some(session) = &self.session else { return Ok(false) };
        let moved = session.refresh().await?;
        if moved {
            // Functions look into the snapshot they were registered with.
            stoa_udfs::refresh(session).await?;
        }
        Ok(moved)
    }

    /// Moves to a snapshot of the past and stays there, or to the newest; gives the number of the snapshot.
    pub async fn travel(&self, to: Option<&Moment>) -> Result<Option<u64>, OpenError> {
        let Some(session) = &self.session else { return Ok(None) };
        let number = match to {
            Some(moment) => Some(moment.number(session.store()).await?),
            None => None,
        };
        if session.travel(number).await? {
            stoa_udfs::refresh(session).await?;
        }
        Ok(Some(session.snapshot().number))
    }

    /// Waits until what goes on behind answers is done: those that were computed are written for others.
    pub async fn settle(&self) {
        if let Some(session) = &self.session {
            session.settle().await;
        }
    }

    /// The engine will not be asked again: waits until answers are written that others may want.
    pub async fn close(&self) {
        if let Some(session) = &self.session {
            session.close().await;
        }
    }

    /// The session over a store; an engine made by [`Engine::over`] has none.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_deref()
    }

    /// An engine over a session that is already furnished.
    pub fn over(context: SessionContext) -> Engine {
        // Errors point at their place only if the planner collects places.
        context.state_ref().write().config_mut().options_mut().sql_parser.collect_spans = true;
        Engine { context, session: None, graphs: Arc::default() }
    }

    /// The same engine at the snapshot of now, some of whose views are computed once for all statements.
    pub(crate) fn keeping_views(&self) -> Result<Engine, SessionError> {
        let context = match &self.session {
            Some(session) => session.keeping_views()?,
            None => self.context.clone(),
        };
        Ok(Engine { context, session: self.session.clone(), graphs: Arc::clone(&self.graphs) })
    }

    /// The property graphs of the session.
    pub(crate) fn graphs(&self) -> &PropertyGraphs {
        &self.graphs
    }

    /// DataFusion's context underneath.
    pub fn context(&self) -> &SessionContext {
        &self.context
    }

    /// The logical plan of a text that holds one statement; nothing runs.
    pub async fn plan(&self, text: &str) -> Result<LogicalPlan, SqlError> {
        Ok(self.prepare(text).await?.plan)
    }

    /// Plans a text that holds one statement, on a task of its own; [`Engine::execute`] runs it.
    pub async fn prepare(&self, text: &str) -> Result<Planned, SqlError> {
        let mut script = self.run(text)?;
        let count = script.remaining();
        let (Some(parsed), 1) = (script.statements.pop_front(), count) else {
            let message = format!("one statement is expected, and here are {count}");
            return Err(SqlError { message, place: None, help: Vec::new() });
        };
        let Command::Sql(statement, patterns) = parsed.statement else {
            let message = "a statement that defines something has no plan".to_string();
            return Err(SqlError { message, place: None, help: Vec::new() });
        };
        let began = Instant::now();
        let source = Source { text: script.text, words: parsed.words };
        let (graphs, state) = (Arc::clone(&self.graphs), self.context.state());
        let snapshot = snapshot_of(&state);
        let task = SpawnedTask::spawn(async move { plan(statement, &patterns, &graphs, &state).await });
        match task.join().await {
            Ok(Ok(plan)) => {
                Ok(Planned { plan, took: began.elapsed(), snapshot, statement: parsed.text, source })
            }
            Ok(Err(error)) => Err(source.explain(&error, &self.context.state())),
            Err(error) => Err(crashed(&error)),
        }
    }

    /// Runs a statement that this engine has planned.
    pub async fn execute(&self, planned: Planned) -> Result<Answer, SqlError> {
        let Planned { plan, took, snapshot, statement, source } = planned;
        self.answer(async move { Ok(plan) }, took, snapshot, statement, source).await
    }

    /// The answer of a statement that is being planned, or was, which `took` so long. It runs on a task of its own, so that whoever waits can stop waiting: planning may
    /// read files.
    async fn answer(
        &self,
        planning: impl Future<Output = Result<LogicalPlan, DataFusionError>> + Send + 'static,
        took: Duration,
        snapshot: Option<u64>,
        statement: String,
        source: Source,
    ) -> Result<Answer, SqlError> {
        let runner = self.session.as_ref().map(|session| Arc::clone(session.runner()));
        let context = self.context.clone();
        let session = self.session.as_deref();
        let missing = session.and_then(|session| MissingLayers::of(&session.snapshot()));
        let passed_over = session.map(passed_over).unwrap_or_default();
        let task = SpawnedTask::spawn(async move {
            let (plan, rows) = match runner {
                Some(runner) => runner.run(planning, took, &statement, snapshot.unwrap_or_default()).await?,
                None => {
                    let plan = planning.await?;
                    let frame = context.execute_logical_plan(plan.clone()).await?;
                    (plan, frame.execute_stream().await?)
                }
            };
            let mut notices = passed_over;
            if let Some(missing) = missing {
                notices.extend(missing.notices(&plan)?);
            }
            Ok::<_, DataFusionError>((Outcome::of(&plan), notices, rows))
        });
        match task.join().await {
            Ok(Ok((outcome, notices, stream))) => {
                Ok(Answer { snapshot, notices, ..Answer::new(outcome, stream, source, self) })
            }
            Ok(Err(error)) => Err(source.explain(&error, &self.context.state())),
            Err(error) => Err(crashed(&error)),
        }
    }

    /// Takes in a text of any number of statements. They are parsed at once, so a mistake in the last
    /// is found before the first has run, and run one by one as [`Script::next`] asks for them.
    pub fn run(&self, text: &str) -> Result<Script<'_>, SqlError> {
        let state = self.context.state();
        let options = &state.config_options().sql_parser;
        let dialect = dialect_of(&state);
        let statements = dialect::parse(text, dialect.as_ref(), options.recursion_limit.get())
            .map_err(|e| Context { text, words: &e.words, state: &state }.explain(&e.error))?;
        Ok(Script { engine: self, text: text.into(), statements: statements.into() })
    }

    /// Runs every statement of a text and gives the rows of the last.
    pub async fn run_all(&self, text: &str) -> Result<Vec<RecordBatch>, SqlError> {
        let mut script = self.run(text)?;
        let mut rows = Vec::new();
        while let Some(answer) = script.next().await {
            rows = answer?.collect().await?;
        }
        Ok(rows)
    }
}

/// The answer of a statement that gives none.
fn nothing() -> SendableRecordBatchStream {
    Box::pin(EmptyRecordBatchStream::new(Arc::new(Schema::empty())))
}

/// The dialect that a session speaks.
pub(crate) fn dialect_of(state: &SessionState) -> Box<dyn Dialect> {
    let named = dialect_from_str(state.config_options().sql_parser.dialect);
    named.unwrap_or_else(|| Box::new(GenericDialect {}))
}

/// The plan of a statement: graph patterns become queries, common tables that are computed once become calls, and the rest is DataFusion's.
pub(crate) async fn plan(
    mut statement: datafusion::sql::parser::Statement,
    patterns: &Patterns,
    graphs: &PropertyGraphs,
    state: &SessionState,
) -> Result<LogicalPlan, DataFusionError> {
    graph_table::desugar(&mut statement, patterns, graphs, state, dialect_of(state).as_ref())?;
    common_tables::materialize(&mut statement);
    state.statement_to_plan(statement).await
}

/// The statements of one text, run in turn.
pub struct Script<'a> {
    engine: &'a Engine,
    text: Arc<str>,
    statements: VecDeque<Parsed>,
}

impl Script<'_> {
    /// How many statements have not run yet.
    pub fn remaining(&self) -> usize {
        self.statements.len()
    }

    /// Runs the next statement; `None` when all have run.
    pub async fn next(&mut self) -> Option<Result<Answer, SqlError>> {
        let Parsed { statement, words, text } = self.statements.pop_front()?;
        let source = Source { text: self.text.clone(), words };
        let engine = self.engine;
        let state = engine.context.state();
        let snapshot = snapshot_of(&state);
        let done = match statement {
            Command::Sql(statement, patterns) => {
                let graphs = Arc::clone(&engine.graphs);
                let planning = async move { plan(statement, &patterns, &graphs, &state).await };
                return Some(engine.answer(planning, Duration::ZERO, snapshot, text, source).await);
            }
            Command::Graph(definition) => {
                let (graphs, state) = (Arc::clone(&engine.graphs), state.clone());
                let task =
                    SpawnedTask::spawn(
                        async move { graph_table::execute(definition, &graphs, &state).await },
                    );
                match task.join().await {
                    Ok(done) => done.map_err(DataFusionError::from),
                    Err(error) => return Some(Err(crashed(&error))),
                }
            }
            Command::Materialized(statement) => materialize::execute(statement, engine).await,
        };
        Some(match done {
            Ok(done) => {
                Ok(Answer { snapshot, ..Answer::new(Outcome::Done(done), nothing(), source, engine) })
            }
            Err(error) => Err(source.explain(&error, &state)),
        })
    }
}

/// A sentence for each newer snapshot that cannot be read. Answers are right for the one before, and old.
fn passed_over(session: &Session) -> Vec<String> {
    let seen = session.snapshot().number;
    let newer = session.store().passed_over().into_iter().filter(|number| *number > seen);
    newer
        .map(|number| {
            format!(
                "snapshot {number} is corrupt, and this is snapshot {seen}; `stoa repair` mends the store"
            )
        })
        .collect()
}

/// A statement that is planned, and has not run.
pub struct Planned {
    plan: LogicalPlan,
    /// What planning it took.
    took: Duration,
    snapshot: Option<u64>,
    statement: String,
    source: Source,
}

impl Planned {
    pub fn plan(&self) -> &LogicalPlan {
        &self.plan
    }
}

/// What a statement gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Rows, possibly none.
    Rows,
    /// The plan of a query: few rows of many lines.
    Plan,
    /// Nothing but having been done; the text says what.
    Done(&'static str),
}

impl Outcome {
    fn of(plan: &LogicalPlan) -> Outcome {
        match plan {
            LogicalPlan::Ddl(ddl) => Outcome::Done(match ddl {
                DdlStatement::CreateExternalTable(_) => "CREATE EXTERNAL TABLE",
                DdlStatement::CreateMemoryTable(_) => "CREATE TABLE",
                DdlStatement::CreateView(_) => "CREATE VIEW",
                DdlStatement::CreateCatalogSchema(_) => "CREATE SCHEMA",
                DdlStatement::CreateCatalog(_) => "CREATE DATABASE",
                DdlStatement::CreateIndex(_) => "CREATE INDEX",
                DdlStatement::DropTable(_) => "DROP TABLE",
                DdlStatement::DropView(_) => "DROP VIEW",
                DdlStatement::DropCatalogSchema(_) => "DROP SCHEMA",
                DdlStatement::CreateFunction(_) => "CREATE FUNCTION",
                DdlStatement::DropFunction(_) => "DROP FUNCTION",
            }),
            LogicalPlan::Statement(Statement::SetVariable(_)) => Outcome::Done("SET"),
            LogicalPlan::Statement(Statement::ResetVariable(_)) => Outcome::Done("RESET"),
            LogicalPlan::Statement(Statement::Prepare(_)) => Outcome::Done("PREPARE"),
            LogicalPlan::Statement(Statement::Deallocate(_)) => Outcome::Done("DEALLOCATE"),
            LogicalPlan::Explain(_) | LogicalPlan::Analyze(_) => Outcome::Plan,
            _ => Outcome::Rows,
        }
    }
}

/// A running statement: its rows come batch by batch. Dropping it cancels the statement.
pub struct Answer {
    outcome: Outcome,
    snapshot: Option<u64>,
    notices: Vec<String>,
    schema: SchemaRef,
    source: Source,
    state: SessionState,
    batches: mpsc::Receiver<Result<RecordBatch, DataFusionError>>,
    task: Option<SpawnedTask<()>>,
}

impl Answer {
    fn new(
        outcome: Outcome,
        mut stream: SendableRecordBatchStream,
        source: Source,
        engine: &Engine,
    ) -> Answer {
        let schema = stream.schema();
        let (sender, batches) = mpsc::channel(AHEAD);
        let task = SpawnedTask::spawn(async move {
            while let Some(batch) = stream.next().await {
                let failed = batch.is_err();
                // Nobody listens any more, or there is nothing more to say.
                if sender.send(batch).await.is_err() || failed {
                    break;
                }
            }
        });
        let (state, notices) = (engine.context.state(), Vec::new());
        Answer { outcome, snapshot: None, notices, schema, source, state, batches, task: Some(task) }
    }

    pub fn outcome(&self) -> Outcome {
        self.outcome
    }

    /// The snapshot that the statement saw, where there is a store.
    pub fn snapshot(&self) -> Option<u64> {
        self.snapshot
    }

    /// What must be known to read the rows right: a newer snapshot that cannot be read, layers of the graph that were asked
    /// for and are not there.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// The next rows; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<RecordBatch>, SqlError> {
        match self.batches.recv().await {
            Some(Ok(batch)) => Ok(Some(batch)),
            Some(Err(error)) => Err(self.source.explain(&error, &self.state)),
            None => match self.task.take() {
                // The channel also closes when the task panics: that is an error, not an end.
                Some(task) => task.join().await.map(|()| None).map_err(|e| crashed(&e)),
                None => Ok(None),
            },
        }
    }

    /// All the rows.
    pub async fn collect(mut self) -> Result<Vec<RecordBatch>, SqlError> {
        let mut rows = Vec::new();
        while let Some(batch) = self.next().await? {
            rows.push(batch);
        }
        Ok(rows)
    }
}

/// The text a statement came from and its words there.
#[derive(Clone)]
struct Source {
    text: Arc<str>,
    words: Words,
}

impl Source {
    fn explain(&self, error: &DataFusionError, state: &SessionState) -> SqlError {
        Context { text: &self.text, words: &self.words, state }.explain(error)
    }
}

fn crashed(error: &impl std::fmt::Display) -> SqlError {
    let message = format!("the statement stopped unexpectedly: {error}");
    let help = vec!["this is a defect of stoa; please report the statement".to_string()];
    SqlError { message, place: None, help }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::AsArray;
    use arrow::datatypes::Int64Type;

    fn engine() -> Engine {
        Engine::over(SessionContext::new_with_config(
            datafusion::prelude::SessionConfig::new().with_information_schema(true),
        ))
    }

    #[tokio::test]
    async fn statements_run_in_turn() {
        let rows = engine()
            .run_all("CREATE TABLE t AS VALUES (1), (2); INSERT INTO t VALUES (3); SELECT count(*) FROM t;")
            .await
            .unwrap();
        assert_eq!(rows[0].column(0).as_primitive::<Int64Type>().value(0), 3);
    }

    #[tokio::test]
    async fn nothing_runs_when_the_last_statement_is_not_sql() {
        let engine = engine();
        assert!(engine.run_all("CREATE TABLE t AS VALUES (1); SELEC").await.is_err());
        assert!(engine.run_all("SELECT * FROM t").await.is_err());
    }

    #[tokio::test]
    async fn the_statements_of_datafusion_work() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let engine = engine();
        for text in [
            format!("COPY (SELECT 1 AS a, 'x' AS b) TO '{}' STORED AS CSV", path("t.csv")),
            format!("COPY (SELECT 1 AS a, 'x' AS b) TO '{}'", path("t.parquet")),
            format!(
                "CREATE EXTERNAL TABLE c STORED AS CSV LOCATION '{}' OPTIONS ('format.has_header' 'true')",
                path("t.csv")
            ),
            format!("CREATE EXTERNAL TABLE p STORED AS PARQUET LOCATION '{}'", path("t.parquet")),
            "SELECT * FROM c JOIN p USING (a)".to_string(),
            "EXPLAIN SELECT * FROM c".to_string(),
            "EXPLAIN ANALYZE SELECT * FROM c".to_string(),
            "SET datafusion.execution.batch_size = 1024".to_string(),
            "SHOW datafusion.execution.batch_size".to_string(),
            "RESET datafusion.execution.batch_size".to_string(),
            "SHOW TABLES".to_string(),
            "SHOW COLUMNS FROM c".to_string(),
            "DESCRIBE c".to_string(),
            "CREATE VIEW v AS SELECT a FROM c".to_string(),
            "PREPARE q AS SELECT $1 + 1".to_string(),
            "EXECUTE q(1)".to_string(),
            "DROP VIEW v".to_string(),
            "DROP TABLE c".to_string(),
        ] {
            let result = engine.run_all(&text).await;
            assert!(result.is_ok(), "{text}\n{}", result.unwrap_err());
        }
    }

    #[tokio::test]
    async fn dropping_an_answer_cancels_it() {
        let engine = engine();
        let text = "SELECT count(*) FROM generate_series(1, 100000000000) a";
        let mut script = engine.run(text).unwrap();
        let mut answer = script.next().await.unwrap().unwrap();
        let waited = tokio::time::timeout(std::time::Duration::from_millis(50), answer.next()).await;
        assert!(waited.is_err());
        drop(answer);
    }

    #[tokio::test]
    async fn plan_takes_one_statement() {
        assert!(engine().plan("SELECT 1").await.is_ok());
        assert!(engine().plan("SELECT 1; SELECT 2").await.is_err());
        assert!(engine().plan("").await.is_err());
    }
}
