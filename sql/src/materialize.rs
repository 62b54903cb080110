//! `MATERIALIZE name AS SELECT …`, `REFRESH name`, `DROP MATERIALIZED name`: tables that outlive their session.
//!
//! In: the tokens of a statement. Out: a query whose rows are written into the store, under a name that every later session
//! has. What the query read is noted with its rows, so that a table is known to be fresh or stale: `REFRESH` of a fresh one
//! computes nothing, and `system.materialized` shows which are which. Never here: how rows are written, what makes a key.

use arrow::array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringViewArray, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use async_trait::async_trait;
use datafusion::common::{exec_datafusion_err, exec_err, plan_datafusion_err, plan_err};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::sql::parser::Statement;
use datafusion::sql::sqlparser::ast;
use datafusion::sql::sqlparser::dialect::Dialect;
use datafusion::sql::sqlparser::keywords::Keyword;
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::{Token, TokenWithSpan};
use futures::StreamExt;
use std::fmt;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};
use stoa_session::{Runner, Session, SystemContext, SystemTable};
use stoa_store::{Materialized, StoreError, time};

use crate::Engine;
use crate::dialect::{self, Command};
use crate::engine::{dialect_of, plan};
use crate::graph_table::{Patterns, PropertyGraphs};

/// A statement about materialized tables.
#[derive(Clone, Debug)]
pub enum Materialize {
    Create { name: ast::Ident, replace: bool, unless_there: bool, query: Box<Query> },
    Refresh { name: ast::Ident },
    Drop { names: Vec<ast::Ident>, if_there: bool },
}

/// A query and its text.
#[derive(Clone, Debug)]
pub struct Query {
    statement: Statement,
    patterns: Patterns,
    text: String,
}

/// The statement about materialized tables that the tokens are, if they are one.
pub fn statement_of(
    tokens: &[TokenWithSpan],
    dialect: &dyn Dialect,
    depth: usize,
) -> Option<Result<Materialize>> {
    let mut words = tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_)));
    let mut word = || match &words.next()?.token {
        Token::Word(word) if word.quote_style.is_none() => Some(word.value.to_ascii_uppercase()),
        _ => None,
    };
    match (word()?.as_str(), word().as_deref()) {
        ("MATERIALIZE", _) => Some(create(tokens, dialect, depth)),
        ("REFRESH", _) => Some(refresh(tokens, dialect)),
        ("DROP", Some("MATERIALIZED")) => Some(drop_of(tokens, dialect)),
        _ => None,
    }
}

/// A parser that has taken so many words.
fn after<'a>(tokens: &[TokenWithSpan], dialect: &'a dyn Dialect, words: usize) -> Parser<'a> {
    let mut parser = Parser::new(dialect).with_tokens_with_locations(tokens.to_vec());
    for _ in 0..words {
        parser.next_token();
    }
    parser
}

fn create(tokens: &[TokenWithSpan], dialect: &dyn Dialect, depth: usize) -> Result<Materialize> {
    let mut parser = after(tokens, dialect, 1);
    let replace = parser.parse_keywords(&[Keyword::OR, Keyword::REPLACE]);
    let unless_there = parser.parse_keywords(&[Keyword::IF, Keyword::NOT, Keyword::EXISTS]);
    let name = parser.parse_identifier()?;
    parser.expect_keyword_is(Keyword::AS)?;
    let at = parser.peek_token().span.start;
    let rest = tokens.iter().position(|token| token.span.start == at);
    let query = rest.map_or(&[][..], |rest| &tokens[rest..]);
    let text = dialect::text_of(query);
    match dialect::parse_one(query, dialect, depth)? {
        Some(Command::Sql(statement, patterns)) if is_query(&statement) => {
            let query = Box::new(Query { statement, patterns, text });
            Ok(Materialize::Create { name, replace, unless_there, query })
        }
        _ => plan_err!("MATERIALIZE takes a query: MATERIALIZE {name} AS SELECT …"),
    }
}

fn is_query(statement: &Statement) -> bool {
    matches!(statement, Statement::Statement(statement) if matches!(**statement, ast::Statement::Query(_)))
}

fn refresh(tokens: &[TokenWithSpan], dialect: &dyn Dialect) -> Result<Materialize> {
    let mut parser = after(tokens, dialect, 1);
    let name = parser.parse_identifier()?;
    finish(&parser)?;
    Ok(Materialize::Refresh { name })
}

fn drop_of(tokens: &[TokenWithSpan], dialect: &dyn Dialect) -> Result<Materialize> {
    let mut parser = after(tokens, dialect, 2);
    let if_there = parser.parse_keywords(&[Keyword::IF, Keyword::EXISTS]);
    let names = parser.parse_comma_separated(Parser::parse_identifier)?;
    finish(&parser)?;
    Ok(Materialize::Drop { names, if_there })
}

fn finish(parser: &Parser<'_>) -> Result<()> {
    match parser.peek_token() {
        token if token.token == Token::EOF => Ok(()),
        token => Ok(parser.expected("the end of the statement", token)?),
    }
}

/// Does what a statement says; gives the words to answer with.
pub async fn execute(statement: Materialize, engine: &Engine) -> Result<&'static str> {
    let Some(session) = engine.session() else {
        return exec_err!("there is no store here to keep a table in");
    };
    match statement {
        Materialize::Create { name, replace, unless_there, query } => {
            let name = normal(engine, &name);
            // Another process may have made one since.
            session.load_materialized().await?;
            match find(session, &name) {
                Some(_) if unless_there => return Ok("MATERIALIZE"),
                Some(_) if !replace => {
                    return exec_err!(
                        "the materialized table {name} exists; REFRESH {name} computes it anew, MATERIALIZE OR REPLACE \
                         {name} AS … replaces it"
                    );
                }
                Some(_) => {}
                None => {
                    let state = engine.context().state();
                    let defaults = &state.config_options().catalog;
                    let catalog = state.catalog_list().catalog(&defaults.default_catalog);
                    let schema = catalog.and_then(|catalog| catalog.schema(&defaults.default_schema));
                    if schema.is_some_and(|schema| schema.table_exist(&name)) {
                        return exec_err!("there is a table or view {name} already");
                    }
                }
            }
            let plan =
                plan(query.statement, &query.patterns, engine.graphs(), &engine.context().state()).await?;
            write(session, name, query.text, plan).await?;
            Ok("MATERIALIZE")
        }
        Materialize::Refresh { name } => {
            let name = normal(engine, &name);
            session.load_materialized().await?;
            let Some(table) = find(session, &name) else { return Err(unknown(session, &name)) };
            let plan = planned(&engine.context().state(), engine.graphs(), &table.sql).await?;
            if is_fresh(session.runner(), &table, &plan).await? != Some(true) {
                write(session, name, table.sql, plan).await?;
            }
            Ok("REFRESH")
        }
        Materialize::Drop { names, if_there } => {
            for name in names {
                let name = normal(engine, &name);
                if !session.store().drop_materialized(&name).await.map_err(external)? && !if_there {
                    return Err(unknown(session, &name));
                }
            }
            session.load_materialized().await?;
            Ok("DROP MATERIALIZED")
        }
    }
}

fn external(error: StoreError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

fn normal(engine: &Engine, name: &ast::Ident) -> String {
    let normalizes = engine.context().state().config_options().sql_parser.enable_ident_normalization;
    match name.quote_style.is_none() && normalizes {
        true => name.value.to_lowercase(),
        false => name.value.clone(),
    }
}

fn find(session: &Session, name: &str) -> Option<Materialized> {
    session.materialized().iter().map(|table| table.table()).find(|table| table.name == name).cloned()
}

fn unknown(session: &Session, name: &str) -> DataFusionError {
    let known = session.materialized();
    let known: Vec<&str> = known.iter().map(|table| table.table().name.as_str()).collect();
    match known.is_empty() {
        true => exec_datafusion_err!("there is no materialized table {name}"),
        false => {
            exec_datafusion_err!("there is no materialized table {name}; there are {}", known.join(", "))
        }
    }
}

/// The plan of a table's query.
async fn planned(state: &SessionState, graphs: &PropertyGraphs, sql: &str) -> Result<LogicalPlan> {
    let depth = state.config_options().sql_parser.recursion_limit.get();
    let mut parsed = dialect::parse(sql, dialect_of(state).as_ref(), depth).map_err(|error| error.error)?;
    match (parsed.pop().map(|parsed| parsed.statement), parsed.is_empty()) {
        (Some(Command::Sql(statement, patterns)), true) => plan(statement, &patterns, graphs, state).await,
        _ => Err(plan_datafusion_err!("{sql} is not a query")),
    }
}

/// Whether a table has what its query would give now. Nothing if the query reads what cannot be compared.
async fn is_fresh(runner: &Runner, table: &Materialized, plan: &LogicalPlan) -> Result<Option<bool>> {
    let Some(key) = runner.key(plan)? else { return Ok(None) };
    if table.key.as_deref() == Some(key.hex().as_str()) {
        return Ok(Some(true));
    }
    let Some(known) = &table.key_by_rows else { return Ok(Some(false)) };
    let keys = runner.keys(plan).await?;
    let by_rows = keys.and_then(|(_, by_rows)| by_rows).map(|key| key.hex());
    Ok(Some(by_rows.as_deref() == Some(known.as_str())))
}

/// Runs a query and writes its rows.
async fn write(session: &Session, name: String, sql: String, plan: LogicalPlan) -> Result<()> {
    let mut names: Vec<&String> = plan.schema().fields().iter().map(|field| field.name()).collect();
    names.sort_unstable();
    if let Some(twice) = names.windows(2).find(|pair| pair[0] == pair[1]) {
        return plan_err!("two columns of {name} are called {}: give one another name with AS", twice[0]);
    }
    let snapshot = session.snapshot().number;
    let keys = session.runner().keys(&plan).await?;
    let started = Instant::now();
    let text = format!("MATERIALIZE {name} AS {sql}");
    let (_, mut batches) =
        session.runner().run(std::future::ready(Ok(plan)), Duration::ZERO, &text, snapshot).await?;
    let mut writer = ArrowWriter::try_new(Vec::new(), batches.schema(), None)?;
    let mut rows = 0;
    while let Some(batch) = batches.next().await {
        let batch = batch?;
        rows += batch.num_rows() as u64;
        writer.write(&batch)?;
    }
    let table = Materialized {
        name,
        sql,
        key: keys.map(|(by_files, _)| by_files.hex()),
        key_by_rows: keys.and_then(|(_, by_rows)| by_rows).map(|key| key.hex()),
        snapshot,
        made_at: time::now(),
        elapsed: started.elapsed().as_micros() as u64,
        rows,
        bytes: 0,
        blake3: String::new(),
        blocks: Vec::new(),
    };
    let data = writer.into_inner()?.into();
    session.store().materialize(table, data).await.map_err(external)?;
    Ok(session.load_materialized().await?)
}

/// `system.materialized`: a row for each materialized table, with its age and whether it is fresh.
pub(crate) struct MaterializedRows {
    state: Box<dyn Fn() -> Option<SessionState> + Send + Sync>,
    runner: Weak<Runner>,
    graphs: Arc<PropertyGraphs>,
}

impl MaterializedRows {
    pub fn of(session: &Session, graphs: &Arc<PropertyGraphs>) -> MaterializedRows {
        // The session holds this table, so the table must not hold the session.
        let state = session.context().state_weak_ref();
        MaterializedRows {
            state: Box::new(move || state.upgrade().map(|state| state.read().clone())),
            runner: Arc::downgrade(session.runner()),
            graphs: Arc::clone(graphs),
        }
    }

    /// Whether a table is fresh; it is not if what it reads is gone.
    async fn is_fresh(&self, table: &Materialized) -> Result<Option<bool>> {
        let (Some(state), Some(runner)) = ((self.state)(), self.runner.upgrade()) else { return Ok(None) };
        match planned(&state, &self.graphs, &table.sql).await {
            Ok(plan) => is_fresh(&runner, table, &plan).await,
            Err(_) => Ok(Some(false)),
        }
    }
}

impl fmt::Debug for MaterializedRows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaterializedRows").finish_non_exhaustive()
    }
}

#[async_trait]
impl SystemTable for MaterializedRows {
    fn name(&self) -> &str {
        "materialized"
    }

    fn schema(&self) -> SchemaRef {
        let text = |name: &str| Field::new(name, DataType::Utf8View, false);
        let long = |name: &str| Field::new(name, DataType::Int64, false);
        let number = |name: &str| Field::new(name, DataType::Float64, false);
        Arc::new(Schema::new(vec![
            text("name"),
            Field::new("fresh", DataType::Boolean, true),
            long("rows"),
            long("bytes"),
            Field::new("made_at", DataType::Timestamp(TimeUnit::Millisecond, None), false),
            number("age_s"),
            long("snapshot"),
            number("elapsed_ms"),
            text("sql"),
        ]))
    }

    async fn rows(&self, context: &SystemContext) -> Result<RecordBatch> {
        let tables = context.materialized();
        let tables: Vec<&Materialized> = tables.iter().map(|table| table.table()).collect();
        let mut fresh = Vec::with_capacity(tables.len());
        for table in &tables {
            fresh.push(self.is_fresh(table).await?);
        }
        let now = time::now();
        let text = |value: fn(&Materialized) -> &str| -> ArrayRef {
            Arc::new(StringViewArray::from_iter_values(tables.iter().map(|table| value(table))))
        };
        let long = |value: fn(&Materialized) -> u64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(tables.iter().map(|table| value(table) as i64)))
        };
        let number = |value: &dyn Fn(&Materialized) -> f64| -> ArrayRef {
            Arc::new(Float64Array::from_iter_values(tables.iter().map(|table| value(table))))
        };
        let columns: Vec<ArrayRef> = vec![
            text(|table| &table.name),
            Arc::new(BooleanArray::from(fresh)),
            long(|table| table.rows),
            long(|table| table.bytes),
            Arc::new(TimestampMillisecondArray::from_iter_values(tables.iter().map(|t| t.made_at as i64))),
            number(&|table| now.saturating_sub(table.made_at) as f64 / 1e3),
            long(|table| table.snapshot),
            number(&|table| table.elapsed as f64 / 1e3),
            text(|table| &table.sql),
        ];
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}
