//! Answers that are kept: of statements, of table functions.
//!
//! ```text
//! ask a key ──► memory (bytes bounded, least used go first) ──► cache/ of the store, for every process on it ──► compute
//! ```
//!
//! A [`Key`] is made of the question and of the content of exactly what it reads. A question has two:
//!
//! * by its *plan and files*: the plan, and which files its tables have. Known before anything is read; another one after
//!   every edit.
//! * by its *plan and rows*: the plan, and a [digest](RowDigest) of the rows that each scan gives it, or a table function
//!   its inputs. An edit that leaves those rows alone leaves the key alone, and so the answer.
//!
//! Answers are of one size at most, and what takes less time than reading a file does stays in memory. One that is asked
//! for twice at once is computed once ([`ResultCache::flight`]). Memory is the session's: what is kept is known to its
//! pool, and goes before anybody is refused. Beside answers, the store keeps [work] that later ones need not do. Never here: an answer whose key was not made from what it was computed from.

mod build;
mod digest;
mod encoding;
mod key;
pub(crate) mod scans;
mod table;
mod work;

pub use digest::RowDigest;
pub use key::{Key, KeyBuilder, TABLE_FUNCTION};
pub(crate) use scans::ScanDigests;
pub(crate) use table::CacheTable;

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::utils::memory::RecordBatchMemoryCounter;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use futures::future::BoxFuture;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;
use stoa_store::{CacheLimits, CacheNote, Store, time};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::pressure::{give_way, may_keep};

/// An answer takes at most this part of the memory for answers.
const PART: usize = 4;
/// What took less stays in memory: to write it, and to read it elsewhere, takes as long.
const WORTH_WRITING: Duration = Duration::from_millis(20);
/// How many answers are written before the folder is looked at again.
const WRITES_PER_CLEANING: u64 = 64;
/// Bytes of an entry that only names another.
const NAME_BYTES: u64 = 256;

/// What an answer is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Statement,
    Function,
    /// No answer, but work that went into answers and that later ones need not do.
    Work,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Statement => "statement",
            Kind::Function => "function",
            Kind::Work => "work",
        }
    }
}

/// Where an answer was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layer {
    Memory,
    Store,
}

/// An answer in memory.
#[derive(Debug)]
pub struct CachedResult {
    pub schema: SchemaRef,
    pub batches: Vec<RecordBatch>,
    pub rows: u64,
    pub bytes: usize,
    pub kind: &'static str,
    pub label: String,
    /// What computing it took.
    pub elapsed: Duration,
    /// Milliseconds since the Unix epoch.
    pub made_at: u64,
    hits: AtomicU64,
    used_at: AtomicU64,
    _memory: MemoryReservation,
}

/// What a key has in memory.
#[derive(Clone, Debug)]
enum Held {
    Result(Arc<CachedResult>),
    /// The same as another key.
    Same(Key),
}

#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<Key, Held> for Bytes {
    fn weight(&self, _: &Key, held: &Held) -> u64 {
        match held {
            Held::Result(result) => result.bytes as u64 + NAME_BYTES,
            Held::Same(_) => NAME_BYTES,
        }
    }
}

/// How often answers were found, and where.
#[derive(Debug, Default)]
struct Counts {
    memory: AtomicU64,
    store: AtomicU64,
    misses: AtomicU64,
    writes: AtomicU64,
    errors: AtomicU64,
}

/// How the cache of answers does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheState {
    pub entries: u64,
    pub bytes: u64,
    pub capacity: u64,
    /// Answers found in memory.
    pub memory_hits: u64,
    /// Answers found in the store.
    pub store_hits: u64,
    pub misses: u64,
    /// Rows that were read to know after an edit whether an answer still holds.
    pub digested: u64,
    /// Reads and writes of the store's cache that failed; each cost an answer its place and nothing else.
    pub errors: u64,
}

/// The answers of a session, above those of its store.
pub struct ResultCache {
    entries: Cache<Key, Held, Bytes>,
    capacity: usize,
    store: Store,
    pool: Arc<dyn MemoryPool>,
    flights: Mutex<HashMap<Key, Weak<tokio::sync::Mutex<()>>>>,
    counts: Counts,
    shared: CacheLimits,
    cleaning: AtomicBool,
    scans: ScanDigests,
    /// What goes on behind answers: writing them, digesting what they read.
    tasks: Mutex<JoinSet<()>>,
    /// True once nobody will ask again: only what others may want is done to its end.
    leaving: watch::Sender<bool>,
}

impl fmt::Debug for ResultCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResultCache").field("state", &self.state()).finish_non_exhaustive()
    }
}

/// The right to compute an answer, while all others who ask for it wait.
#[derive(Debug)]
pub struct Flight {
    _alone: tokio::sync::OwnedMutexGuard<()>,
}

impl ResultCache {
    pub(crate) fn new(
        store: Store,
        capacity: usize,
        shared: CacheLimits,
        pool: Arc<dyn MemoryPool>,
    ) -> ResultCache {
        let expected = 1024;
        // One shard: an answer may take a good part of the whole.
        let built = OptionsBuilder::new()
            .estimated_items_capacity(expected)
            .weight_capacity(capacity as u64)
            .shards(1)
            .build();
        let entries = match built {
            Ok(built) => {
                Cache::with_options(built, Bytes, DefaultHashBuilder::default(), DefaultLifecycle::default())
            }
            // Both capacities are given, so the options are complete.
            Err(_) => Cache::with_weighter(expected, capacity as u64, Bytes),
        };
        ResultCache {
            entries,
            capacity,
            store,
            pool,
            flights: Mutex::default(),
            counts: Counts::default(),
            shared,
            cleaning: AtomicBool::new(false),
            scans: ScanDigests::default(),
            tasks: Mutex::default(),
            leaving: watch::Sender::new(false),
        }
    }

    /// The bytes of the largest answer that is kept.
    pub fn largest(&self) -> usize {
        self.capacity / PART
    }

    pub(crate) fn scans(&self) -> &ScanDigests {
        &self.scans
    }

    /// The answer of a key and where it was; counts neither a hit nor a miss.
    async fn look_up(&self, key: Key) -> Option<(Arc<CachedResult>, Layer)> {
        if let Some(result) = self.in_memory(key) {
            return Some((result, Layer::Memory));
        }
        if self.shared.bytes == 0 {
            return None;
        }
        let (note, data) = match self.store.cached(&key.hex()).await {
            Ok(found) => found?,
            Err(error) => {
                self.trouble("read", &error);
                return None;
            }
        };
        let decoded = tokio::task::spawn_blocking(move || encoding::decode(data)).await;
        let (schema, batches) = match decoded {
            Ok(Ok(decoded)) => decoded,
            Ok(Err(error)) => {
                self.trouble("decode", &error);
                return None;
            }
            Err(error) => {
                self.trouble("decode", &error);
                return None;
            }
        };
        let kind = if note.kind == Kind::Function.as_str() { Kind::Function } else { Kind::Statement };
        let elapsed = Duration::from_micros(note.elapsed);
        let result = self.result(schema, batches, kind, note.label, elapsed, note.made_at, None)?;
        self.entries.insert(key, Held::Result(Arc::clone(&result)));
        Some((result, Layer::Store))
    }

    fn in_memory(&self, key: Key) -> Option<Arc<CachedResult>> {
        match self.entries.get(&key)? {
            Held::Result(result) => Some(result),
            Held::Same(other) => match self.entries.get(&other)? {
                Held::Result(result) => Some(result),
                Held::Same(_) => None,
            },
        }
    }

    /// The answer of the first of some keys that has one, and where it was.
    pub async fn get(&self, keys: &[Key]) -> Option<(Arc<CachedResult>, Layer)> {
        for &key in keys {
            if let Some((result, layer)) = self.look_up(key).await {
                let count = match layer {
                    Layer::Memory => &self.counts.memory,
                    Layer::Store => &self.counts.store,
                };
                count.fetch_add(1, Ordering::Relaxed);
                result.hits.fetch_add(1, Ordering::Relaxed);
                result.used_at.store(time::now(), Ordering::Relaxed);
                let layer_name = if layer == Layer::Memory { "memory" } else { "store" };
                metrics::counter!("stoa_result_cache_hits_total", "layer" => layer_name).increment(1);
                return Some((result, layer));
            }
        }
        None
    }

    /// Counts an answer that has to be computed.
    pub fn missed(&self) {
        self.counts.misses.fetch_add(1, Ordering::Relaxed);
        metrics::counter!("stoa_result_cache_misses_total").increment(1);
    }

    /// Waits until nobody else computes the answer of a key. Whoever gets through looks whether it is there by now.
    pub async fn flight(&self, key: Key) -> Flight {
        let alone = {
            let mut flights = self.flights();
            if flights.len() >= 64 {
                flights.retain(|_, flight| flight.strong_count() > 0);
            }
            let known = flights.get(&key).and_then(Weak::upgrade);
            known.unwrap_or_else(|| {
                let fresh = Arc::new(tokio::sync::Mutex::new(()));
                flights.insert(key, Arc::downgrade(&fresh));
                fresh
            })
        };
        Flight { _alone: alone.lock_owned().await }
    }

    /// Keeps an answer in memory if there is room for it, and in the store if it was worth the time. `further` finds out,
    /// behind the answer, what else its key is: by what it read rather than by the files of that.
    pub fn keep(
        self: &Arc<Self>,
        keys: &[Key],
        (schema, batches): (SchemaRef, Vec<RecordBatch>),
        (kind, label): (Kind, &str),
        elapsed: Duration,
        further: Option<BoxFuture<'static, Option<Key>>>,
    ) {
        let Some((&first, others)) = keys.split_first() else { return };
        let Some(result) =
            self.result(schema, batches, kind, label.to_owned(), elapsed, time::now(), Some(self.largest()))
        else {
            return;
        };
        self.entries.insert(first, Held::Result(Arc::clone(&result)));
        for &other in others {
            self.entries.insert(other, Held::Same(first));
        }
        let writes = elapsed >= WORTH_WRITING && self.shared.bytes > 0;
        if !writes && further.is_none() {
            return;
        }
        let (cache, keys) = (Arc::clone(self), keys.to_vec());
        self.behind(async move {
            let note = if writes { cache.write(&keys, &result).await } else { None };
            let Some(further) = further else { return };
            let mut leaving = cache.leaving.subscribe();
            let key = tokio::select! {
                key = further => key,
                _ = leaving.wait_for(|leaving| *leaving) => None,
            };
            let Some(key) = key else { return };
            // The one that lasts has the answer, those of one snapshot its name.
            cache.entries.insert(key, Held::Result(result));
            cache.entries.insert(first, Held::Same(key));
            if let Some(note) = note {
                cache.note(key, note).await;
            }
        });
    }

    /// Lets a further key have the answer of one that has it.
    pub fn alias(self: &Arc<Self>, key: Key, known: Key, result: &CachedResult) {
        self.entries.insert(key, Held::Same(known));
        if result.elapsed >= WORTH_WRITING && self.shared.bytes > 0 {
            let cache = Arc::clone(self);
            self.behind(async move {
                match cache.store.cache_note(&known.hex()).await {
                    Ok(Some(note)) => cache.note(key, note).await,
                    Ok(None) => {}
                    Err(error) => cache.trouble("read", &error),
                }
            });
        }
    }

    async fn note(&self, key: Key, note: CacheNote) {
        if let Err(error) = self.store.note_cached(&key.hex(), note).await {
            self.trouble("write", &error);
        }
    }

    #[allow(clippy::too_many_arguments)] // the fields of what it makes
    fn result(
        &self,
        schema: SchemaRef,
        batches: Vec<RecordBatch>,
        kind: Kind,
        label: String,
        elapsed: Duration,
        made_at: u64,
        most: Option<usize>,
    ) -> Option<Arc<CachedResult>> {
        let batches: Vec<RecordBatch> = batches.iter().filter(|b| b.num_rows() > 0).map(compact).collect();
        let mut counter = RecordBatchMemoryCounter::new();
        let bytes = batches.iter().map(|batch| counter.count_batch(batch)).sum::<usize>() + label.len();
        if most.is_some_and(|most| bytes > most) {
            return None;
        }
        if !may_keep(self.pool.as_ref(), bytes) {
            return None;
        }
        let memory = MemoryConsumer::new("answers that are kept").register(&self.pool);
        memory.try_grow(bytes).ok()?;
        Some(Arc::new(CachedResult {
            schema,
            rows: batches.iter().map(|batch| batch.num_rows() as u64).sum(),
            batches,
            bytes,
            kind: kind.as_str(),
            label,
            elapsed,
            made_at,
            hits: AtomicU64::new(0),
            used_at: AtomicU64::new(made_at),
            _memory: memory,
        }))
    }

    /// Writes an answer to the store.
    async fn write(&self, keys: &[Key], result: &Arc<CachedResult>) -> Option<CacheNote> {
        let encoding = {
            let result = Arc::clone(result);
            tokio::task::spawn_blocking(move || encoding::encode(&result.schema, &result.batches)).await
        };
        let data = match encoding {
            Ok(Ok(data)) => data,
            // A type that Parquet does not have: the answer stays in memory.
            Ok(Err(error)) => {
                tracing::debug!(%error, "an answer cannot be written");
                return None;
            }
            Err(error) => {
                self.trouble("encode", &error);
                return None;
            }
        };
        if data.len() as u64 > self.shared.bytes / PART as u64 {
            return None;
        }
        let note = CacheNote {
            result: String::new(),
            bytes: 0,
            rows: result.rows,
            kind: result.kind.to_owned(),
            label: result.label.clone(),
            elapsed: result.elapsed.as_micros() as u64,
            made_at: result.made_at,
        };
        let names: Vec<String> = keys.iter().map(|key| key.hex()).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        match self.store.keep_cached(&names, note, data).await {
            Ok(note) => {
                self.wrote().await;
                Some(note)
            }
            Err(error) => {
                self.trouble("write", &error);
                None
            }
        }
    }

    /// Counts what was written to the store, and looks after its cache now and then.
    async fn wrote(&self) {
        let writes = self.counts.writes.fetch_add(1, Ordering::Relaxed);
        if writes % WRITES_PER_CLEANING == WRITES_PER_CLEANING - 1 {
            self.clean().await;
        }
    }

    /// Brings the store's cache within its limits, unless somebody does already.
    async fn clean(&self) {
        if self.cleaning.swap(true, Ordering::AcqRel) {
            return;
        }
        if let Err(error) = self.store.clean_cache(self.shared).await {
            self.trouble("clean", &error);
        }
        self.cleaning.store(false, Ordering::Release);
    }

    /// A cache that cannot be read or written costs time and nothing else.
    fn trouble(&self, what: &str, error: &dyn fmt::Display) {
        self.counts.errors.fetch_add(1, Ordering::Relaxed);
        tracing::warn!(%error, "the cache of the store: cannot {what}");
    }

    /// Does something behind the answers. Only within a runtime.
    pub(crate) fn behind(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }

    /// Waits until all is done that goes on behind the answers.
    pub async fn settle(&self) {
        loop {
            let mut tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
            if tasks.is_empty() {
                return;
            }
            while tasks.join_next().await.is_some() {}
        }
    }

    /// Nobody will ask again: waits until answers are written that others may want, and no longer.
    pub async fn close(&self) {
        self.leaving.send_replace(true);
        self.settle().await;
    }

    /// Lets answers of about so many bytes go, in memory. It is needed elsewhere.
    pub fn release(&self, bytes: usize) {
        give_way(&self.entries, &Bytes, bytes);
    }

    pub fn state(&self) -> CacheState {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        CacheState {
            entries: self.entries.len() as u64,
            bytes: self.entries.weight(),
            capacity: self.capacity as u64,
            memory_hits: count(&self.counts.memory),
            store_hits: count(&self.counts.store),
            misses: count(&self.counts.misses),
            digested: self.scans.rows_read(),
            errors: count(&self.counts.errors),
        }
    }

    fn flights(&self) -> MutexGuard<'_, HashMap<Key, Weak<tokio::sync::Mutex<()>>>> {
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A batch that holds on to its own values alone: views often point into buffers of many more.
pub(crate) fn compact(batch: &RecordBatch) -> RecordBatch {
    let columns = batch.columns().iter().map(|column| match column.data_type() {
        DataType::Utf8View => Arc::new(column.as_string_view().gc()) as _,
        DataType::BinaryView => Arc::new(column.as_binary_view().gc()) as _,
        _ => Arc::clone(column),
    });
    // The same columns, of the same types and lengths.
    RecordBatch::try_new(batch.schema(), columns.collect()).unwrap_or_else(|_| batch.clone())
}
