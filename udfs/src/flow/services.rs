//! Programs and answers that are kept between queries.

use datafusion::common::{Result, exec_datafusion_err};
use datafusion::execution::memory_pool::MemoryReservation;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, UnitWeighter};
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};
use stoa_flow::{Answer, Program, Question};
use stoa_session::{Content, Key, ResultCache};
use tokio::sync::{Mutex, Semaphore};
use tokio::task::spawn_blocking;

use super::config::{FlowConfig, Property};
use super::node::PROGRAM_INPUTS;

/// Answers that are kept: flows and their paths, small beside a program.
const ANSWERS: usize = 16;

/// For so long the values of property files are taken to be what they were.
const FRESH: Duration = Duration::from_secs(1);

/// What a program is made from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ProgramKey {
    pub contents: [Content; PROGRAM_INPUTS],
    /// The values of property files. They are no part of a snapshot: whoever edits them is not to get an old answer.
    pub properties: Arc<Vec<Property>>,
}

/// What an answer is made from, beside the models of the session.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct AnswerKey {
    pub program: ProgramKey,
    pub question: Arc<Question>,
    pub max_depth: usize,
}

/// Queries for endpoints of which it is remembered what they gave.
const ASKED: usize = 16;

/// Something kept, and the memory that it holds.
pub(super) struct Held<T> {
    pub value: T,
    _memory: MemoryReservation,
}

impl<T> Held<T> {
    pub fn new(value: T, memory: MemoryReservation) -> Arc<Held<T>> {
        Arc::new(Held { value, _memory: memory })
    }
}

/// What all calls of a session share.
pub(crate) struct FlowServices {
    pub config: FlowConfig,
    /// What the store keeps.
    pub results: Arc<ResultCache>,
    /// The last one: a program is nearly as large as its snapshot, and most sessions ask of one. Locked while it is made.
    program: Mutex<Option<(ProgramKey, Arc<Held<Program>>)>>,
    answers: Cache<AnswerKey, Arc<Held<Answer>>>,
    /// The values of property files, and when they were read.
    properties: Mutex<Option<(Instant, Arc<Vec<Property>>)>>,
    /// What was asked, by the queries that named its endpoints.
    asked: Cache<Key, AnswerKey>,
    /// An analysis takes every core by itself.
    pub runs: Arc<Semaphore>,
}

impl fmt::Debug for FlowServices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FlowServices").field("config", &self.config).finish_non_exhaustive()
    }
}

impl FlowServices {
    pub fn new(config: FlowConfig, results: Arc<ResultCache>) -> FlowServices {
        FlowServices {
            config,
            results,
            program: Mutex::default(),
            answers: few(ANSWERS),
            properties: Mutex::default(),
            asked: few(ASKED),
            runs: Arc::new(Semaphore::new(1)),
        }
    }

    /// The values of property files, read anew if that is a while ago.
    pub(super) async fn properties(&self) -> Result<Arc<Vec<Property>>> {
        let mut last = self.properties.lock().await;
        if let Some((read, values)) = last.as_ref()
            && read.elapsed() < FRESH
        {
            return Ok(Arc::clone(values));
        }
        let read = Arc::clone(&self.config.properties);
        let values = spawn_blocking(move || read()).await.map_err(|error| exec_datafusion_err!("{error}"))?;
        let values = Arc::new(values);
        *last = Some((Instant::now(), Arc::clone(&values)));
        Ok(values)
    }

    /// The program of a key, made if it is not there: once, however many ask.
    pub(super) async fn program(
        &self,
        key: &ProgramKey,
        make: impl Future<Output = Result<Arc<Held<Program>>>>,
    ) -> Result<Arc<Held<Program>>> {
        let mut last = self.program.lock().await;
        if let Some((of, program)) = last.as_ref()
            && of == key
        {
            return Ok(Arc::clone(program));
        }
        // The old one goes before there is another.
        *last = None;
        let program = make.await?;
        *last = Some((key.clone(), Arc::clone(&program)));
        Ok(program)
    }

    /// The answer of a key, found if it is not there: once, however many ask.
    pub(super) async fn answer(
        &self,
        key: &AnswerKey,
        find: impl Future<Output = Result<Arc<Held<Answer>>>>,
    ) -> Result<Arc<Held<Answer>>> {
        self.answers.get_or_insert_async(key, find).await
    }

    /// Whether the answer of a key is kept.
    pub(super) fn is_answered(&self, key: &AnswerKey) -> bool {
        self.answers.peek(key).is_some()
    }

    /// Keeps an answer that was found beside others.
    pub(super) fn answered(&self, key: AnswerKey, answer: Arc<Held<Answer>>) {
        self.answers.insert(key, answer);
    }

    /// What is asked where endpoints come from queries with a key, found if it is not known.
    pub(super) async fn asked(
        &self,
        queries: &Key,
        find: impl Future<Output = Result<AnswerKey>>,
    ) -> Result<AnswerKey> {
        self.asked.get_or_insert_async(queries, find).await
    }

    /// Lets go what no query uses, for memory is needed elsewhere. Answers stay: they are small, and dear.
    pub fn release(&self) {
        if let Ok(mut last) = self.program.try_lock()
            && last.as_ref().is_some_and(|(_, program)| Arc::strong_count(program) == 1)
        {
            *last = None;
        }
    }
}

/// A cache for a few things, in one piece.
fn few<K: Eq + std::hash::Hash, V: Clone>(count: usize) -> Cache<K, V> {
    let options =
        OptionsBuilder::new().estimated_items_capacity(count).weight_capacity(count as u64).shards(1).build();
    match options {
        Ok(options) => Cache::with_options(
            options,
            UnitWeighter,
            DefaultHashBuilder::default(),
            DefaultLifecycle::default(),
        ),
        // Both capacities are given, so the options are complete.
        Err(_) => Cache::new(count),
    }
}
