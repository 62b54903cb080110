//! The queries of a session, as they end; the log of those of all sessions of a store.

use datafusion::error::DataFusionError;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::display::DisplayableExecutionPlan;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use stoa_store::{Store, StoreError, time};

/// Queries that a session remembers.
const REMEMBERED: usize = 1000;
/// Bytes of a text that are logged, and of a plan.
const MOST_TEXT: usize = 2000;
const MOST_PLAN: usize = 60_000;
/// Lines that are written together where a store cannot append.
const BATCH: usize = 200;
/// The log of all queries, and that of slow ones with their plans.
const QUERIES: &str = "queries";
const SLOW: &str = "slow";

/// What the cache did for a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheUse {
    /// Its answer cannot be kept: it reads what is not of the store, or something else each time.
    #[default]
    None,
    /// Its answer was computed.
    Miss,
    /// Its answer was computed from that of a table function, which was kept.
    Function,
    /// Its answer was in memory.
    Memory,
    /// Its answer was in the store.
    Store,
}

impl CacheUse {
    pub fn as_str(self) -> &'static str {
        match self {
            CacheUse::None => "none",
            CacheUse::Miss => "miss",
            CacheUse::Function => "function",
            CacheUse::Memory => "memory",
            CacheUse::Store => "store",
        }
    }

    /// Whether the cache could have had the answer.
    pub fn is_asked(self) -> bool {
        self != CacheUse::None
    }

    pub fn is_hit(self) -> bool {
        matches!(self, CacheUse::Function | CacheUse::Memory | CacheUse::Store)
    }
}

/// A query that has ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct QueryRecord {
    /// Counts the queries of the process.
    pub id: u64,
    pub process: u32,
    /// When it began, in milliseconds since the Unix epoch.
    pub started_at: u64,
    pub snapshot: u64,
    /// The first 16 digits of the hash of its plan; nothing if it was not planned, or nobody keeps or logs answers.
    pub plan: Option<String>,
    pub text: String,
    /// Microseconds from the text to the last row, as far as rows were asked for.
    pub elapsed: u64,
    pub rows: u64,
    /// Bytes of Parquet that its scans read.
    pub bytes_scanned: u64,
    /// Bytes that its operators wrote to disk for want of memory.
    pub bytes_spilled: u64,
    pub cache: CacheUse,
    /// `ok`, `error` or `cancelled`.
    pub status: String,
    pub error: Option<String>,
}

/// A query that took long, and what each part of it did.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SlowQuery {
    pub query: QueryRecord,
    /// As EXPLAIN ANALYZE shows it.
    pub analyzed: String,
}

/// The queries of a session.
#[derive(Debug)]
pub struct QueryLog {
    store: Store,
    writes: bool,
    next: AtomicU64,
    recent: Mutex<VecDeque<Arc<QueryRecord>>>,
    /// Lines that wait for others.
    waiting: Mutex<Vec<String>>,
    waiting_slow: Mutex<Vec<String>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A query that runs.
pub(crate) struct Running {
    log: Arc<QueryLog>,
    began: Instant,
    slow: Duration,
    record: QueryRecord,
    physical: Option<Arc<dyn ExecutionPlan>>,
    ended: bool,
}

impl QueryLog {
    pub(crate) fn new(store: Store, writes: bool) -> QueryLog {
        QueryLog {
            store,
            writes,
            next: AtomicU64::new(1),
            recent: Mutex::default(),
            waiting: Mutex::default(),
            waiting_slow: Mutex::default(),
        }
    }

    /// Whether queries are noted in the log of the store.
    pub(crate) fn writes(&self) -> bool {
        self.writes
    }

    /// The queries that ended last, oldest first.
    pub fn recent(&self) -> Vec<Arc<QueryRecord>> {
        locked(&self.recent).iter().cloned().collect()
    }

    /// Notes that a query begins, for which something has been done that `took` so long. What takes `slow` is slow.
    pub(crate) fn begin(
        self: &Arc<Self>,
        text: &str,
        snapshot: u64,
        took: Duration,
        slow: Duration,
    ) -> Running {
        let record = QueryRecord {
            id: self.next.fetch_add(1, Ordering::Relaxed),
            process: std::process::id(),
            started_at: time::now(),
            snapshot,
            plan: None,
            text: cut(text.trim(), MOST_TEXT),
            elapsed: 0,
            rows: 0,
            bytes_scanned: 0,
            bytes_spilled: 0,
            cache: CacheUse::None,
            status: String::new(),
            error: None,
        };
        let now = Instant::now();
        let began = now.checked_sub(took).unwrap_or(now);
        Running { log: Arc::clone(self), began, slow, record, physical: None, ended: false }
    }

    fn ended(&self, record: QueryRecord, analyzed: Option<String>) {
        let line = serde_json::to_string(&record).ok();
        let slow = analyzed.and_then(|analyzed| {
            serde_json::to_string(&SlowQuery { query: record.clone(), analyzed: cut(&analyzed, MOST_PLAN) })
                .ok()
        });
        {
            let mut recent = locked(&self.recent);
            recent.push_back(Arc::new(record));
            while recent.len() > REMEMBERED {
                recent.pop_front();
            }
        }
        if !self.writes {
            return;
        }
        self.write(QUERIES, line, &self.waiting);
        self.write(SLOW, slow, &self.waiting_slow);
    }

    fn write(&self, log: &str, line: Option<String>, waiting: &Mutex<Vec<String>>) {
        let Some(line) = line else { return };
        if self.store.logs_in_batches() {
            let mut waiting = locked(waiting);
            waiting.push(line);
            let surplus = waiting.len().saturating_sub(BATCH);
            waiting.drain(..surplus);
        } else if let Err(error) = self.store.log_line(log, &line) {
            // A store that cannot be written to is read all the same.
            tracing::debug!(%error, "the query log cannot be written");
        }
    }

    /// Writes the lines that wait for others.
    pub async fn flush(&self) {
        for (log, waiting) in [(QUERIES, &self.waiting), (SLOW, &self.waiting_slow)] {
            let lines = std::mem::take(&mut *locked(waiting));
            if let Err(error) = self.store.log_batch(log, &lines).await {
                tracing::debug!(%error, "the query log cannot be written");
            }
        }
    }
}

/// The queries in the logs of a store, of every process: all, and the slow ones. Oldest first.
pub async fn recorded(store: &Store) -> Result<(Vec<QueryRecord>, Vec<SlowQuery>), StoreError> {
    // A line that was cut short is one query less.
    let queries = store.log_lines(QUERIES).await?;
    let slow = store.log_lines(SLOW).await?;
    Ok((
        queries.iter().filter_map(|line| serde_json::from_str(line).ok()).collect(),
        slow.iter().filter_map(|line| serde_json::from_str(line).ok()).collect(),
    ))
}

impl Running {
    pub fn planned(&mut self, hash: String) {
        self.record.plan = Some(hash);
    }

    pub fn executes(&mut self, physical: Arc<dyn ExecutionPlan>) {
        self.physical = Some(physical);
    }

    pub fn cache(&mut self, cache: CacheUse) {
        self.record.cache = cache;
    }

    pub fn rows(&mut self, rows: usize) {
        self.record.rows += rows as u64;
    }

    pub fn failed(&mut self, error: &DataFusionError) {
        self.record.error = Some(cut(&error.strip_backtrace(), MOST_TEXT));
        self.end("error");
    }

    pub fn succeeded(&mut self) {
        self.end("ok");
    }

    fn end(&mut self, status: &'static str) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let elapsed = self.began.elapsed();
        let record = &mut self.record;
        record.status = status.to_owned();
        record.elapsed = elapsed.as_micros() as u64;
        let mut analyzed = None;
        if let Some(plan) = self.physical.take() {
            let totals = Totals::of(&plan);
            (record.bytes_scanned, record.bytes_spilled) = (totals.scanned, totals.spilled);
            if totals.kept_answers > 0 && !record.cache.is_hit() {
                record.cache = CacheUse::Function;
            }
            if elapsed >= self.slow {
                analyzed =
                    Some(DisplayableExecutionPlan::with_metrics(plan.as_ref()).indent(true).to_string());
                tracing::warn!(
                    elapsed_ms = elapsed.as_millis() as u64,
                    rows = record.rows,
                    text = %record.text,
                    "slow query"
                );
            }
        }
        let labels = [("status", status), ("cache", record.cache.as_str())];
        metrics::counter!("stoa_queries_total", &labels).increment(1);
        metrics::histogram!("stoa_query_seconds").record(elapsed.as_secs_f64());
        metrics::counter!("stoa_query_rows_total").increment(record.rows);
        metrics::counter!("stoa_scanned_bytes_total").increment(record.bytes_scanned);
        metrics::counter!("stoa_spilled_bytes_total").increment(record.bytes_spilled);
        self.log.ended(record.clone(), analyzed);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.end("cancelled");
    }
}

/// What the operators of a plan say together.
#[derive(Default)]
struct Totals {
    /// Bytes that scans read.
    scanned: u64,
    spilled: u64,
    /// Answers of table functions that had been kept.
    kept_answers: u64,
}

impl Totals {
    fn of(plan: &Arc<dyn ExecutionPlan>) -> Totals {
        let mut totals = Totals::default();
        totals.add(plan);
        totals
    }

    fn add(&mut self, plan: &Arc<dyn ExecutionPlan>) {
        if let Some(metrics) = plan.metrics() {
            let sum = |name: &str| metrics.sum_by_name(name).map_or(0, |value| value.as_usize() as u64);
            self.scanned += sum("bytes_scanned");
            self.kept_answers += sum("answers_from_cache");
            self.spilled += metrics.spilled_bytes().unwrap_or_default() as u64;
        }
        plan.children().into_iter().for_each(|child| self.add(child));
    }
}

/// The beginning of a text, and a sign that there was more.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most).rev().find(|&at| text.is_char_boundary(at)).unwrap_or_default();
    format!("{}…", &text[..end])
}
