//! A day of a team: questions that come again, and edits in between; and a minute in which everybody asks at once.
//!
//! Both work on a copy of a tree, with a store of its own. What is answered is written down with the snapshot it is of, as
//! a digest of its rows, and compared at the end with what a session that keeps nothing computes from that snapshot.

use anyhow::bail;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use stoa_indexer::{IndexOptions, Silent, index};
use stoa_session::telemetry::{CacheUse, process};
use stoa_session::{RowDigest, SessionOptions};
use stoa_sql::{Engine, EngineOptions, Moment};
use stoa_store::{Retention, Store};

use crate::questions::{Asker, QUESTIONS};

/// A copy of a tree that is edited, and its store.
pub struct Workplace {
    folder: tempfile::TempDir,
    /// The files that are edited.
    files: Vec<PathBuf>,
    edits: AtomicU64,
    memory: u64,
}

impl Workplace {
    /// Copies a tree and indexes it within so much memory.
    pub async fn of(tree: &Path, memory: u64) -> anyhow::Result<Workplace> {
        let folder = tempfile::tempdir()?;
        let copy = folder.path().join("tree");
        let mut files = Vec::new();
        for file in crate::source_files(tree) {
            files.push(crate::sample::copy(&file, tree, &copy)?);
        }
        if files.is_empty() {
            bail!("{} has no source files", tree.display());
        }
        files.sort();
        let place = Workplace { folder, files, edits: AtomicU64::new(0), memory };
        place.index().await?;
        let store = Store::open(&place.store()).await?;
        let _lock = store.lock_writer()?;
        // Every snapshot is asked once more at the end.
        store.set_retention(Retention { snapshots: 1 << 20, ..Retention::default() }).await?;
        Ok(place)
    }

    pub fn store(&self) -> String {
        self.folder.path().join("store").display().to_string()
    }

    /// How many files the tree has.
    pub fn files(&self) -> usize {
        self.files.len()
    }

    async fn index(&self) -> anyhow::Result<()> {
        let tree = self.folder.path().join("tree");
        let options =
            IndexOptions { store: Some(self.store()), memory: self.memory, ..IndexOptions::default() };
        tokio::task::spawn_blocking(move || index(&tree, &options, &Silent)).await??;
        Ok(())
    }

    /// Edits a file, as people do, and publishes a snapshot of it.
    pub async fn edit(&self) -> anyhow::Result<()> {
        let number = self.edits.fetch_add(1, Ordering::Relaxed);
        let file = &self.files[(number as usize).wrapping_mul(7919) % self.files.len()];
        let text = std::fs::read_to_string(file)?;
        std::fs::write(file, edited(file, &text, number))?;
        self.index().await
    }
}

/// A text after an edit: most touch what stands in a body or a comment, some add a declaration.
fn edited(file: &Path, text: &str, number: u64) -> String {
    let extension = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
    let (comment, declaration) = match extension {
        "py" => ("#", format!("def edited_{number}():\n    return {number}\n")),
        "ex" | "exs" => ("#", String::new()),
        "js" | "jsx" | "ts" | "tsx" => ("//", format!("function edited{number}() {{ return {number}; }}\n")),
        _ => ("//", String::new()),
    };
    match number % 4 {
        0 if !declaration.is_empty() => format!("{text}\n{declaration}"),
        // A number in a body, or a name in a text.
        1 => text.replacen("return 0", &format!("return {number}"), 1),
        _ => format!("{text}\n{comment} edited {number}\n"),
    }
}

/// What was answered: for a snapshot and a question, the digests of the rows.
type Answered = BTreeMap<(u64, usize), BTreeSet<(u64, String)>>;

async fn ask(engine: &Engine, question: &str) -> anyhow::Result<(u64, RowDigest)> {
    let mut script = engine.run(question)?;
    let Some(answer) = script.next().await else { bail!("{question} is nothing") };
    let answer = answer?;
    let snapshot = answer.snapshot().unwrap_or_default();
    let rows = answer.collect().await?;
    Ok((snapshot, RowDigest::of(&rows)?))
}

/// How many answers were not what a session computes that keeps nothing.
async fn wrong(store: &str, answered: &Answered) -> anyhow::Result<u64> {
    let mut wrong = 0;
    let mut engine: Option<(u64, Engine)> = None;
    for ((snapshot, question), digests) in answered {
        if engine.as_ref().is_none_or(|(number, _)| number != snapshot) {
            let opened =
                Engine::open_at(store, &Moment::Snapshot(*snapshot), EngineOptions::uncached()).await?;
            engine = Some((*snapshot, opened));
        }
        let Some((_, engine)) = &engine else { continue };
        let (_, expected) = ask(engine, QUESTIONS[*question].sql).await?;
        let right = (expected.rows, format!("{expected:?}"));
        wrong += digests.iter().filter(|digest| **digest != right).count() as u64;
    }
    Ok(wrong)
}

/// What a replayed day showed.
#[derive(Clone, Debug, Default)]
pub struct Day {
    pub questions: u64,
    pub edits: u64,
    /// By what the cache did, the questions and the milliseconds that they took.
    pub uses: BTreeMap<&'static str, (u64, f64)>,
    pub hit_rate: f64,
    pub wrong: u64,
}

/// Replays a day: `questions` of the list, some far more often than others (Zipf's law), and `edits` spread among them.
pub async fn replay(place: &Workplace, questions: u64, edits: u64) -> anyhow::Result<Day> {
    let engine = Engine::open(&place.store(), EngineOptions::default()).await?;
    let mut chance = Chance(0x5eed);
    let mut day = Day { questions, edits, ..Day::default() };
    let mut answered = Answered::new();
    let weights: Vec<f64> = (1..=QUESTIONS.len()).map(|rank| 1.0 / rank as f64).collect();
    let total: f64 = weights.iter().sum();
    for number in 0..questions {
        if edits > 0 && number % (questions / edits).max(1) == 0 && number > 0 {
            place.edit().await?;
            engine.refresh().await?;
        }
        let mut at = chance.unit() * total;
        let question = weights.iter().position(|weight| {
            at -= weight;
            at < 0.0
        });
        // Which is asked most is not which comes first in the list.
        let question = question.unwrap_or_default() * 7 % QUESTIONS.len();
        let (snapshot, digest) = ask(&engine, QUESTIONS[question].sql).await?;
        answered.entry((snapshot, question)).or_default().insert((digest.rows, format!("{digest:?}")));
        let Some(session) = engine.session() else { bail!("there is no store") };
        if let Some(record) = session.queries().recent().last() {
            let entry = day.uses.entry(record.cache.as_str()).or_default();
            entry.0 += 1;
            entry.1 += record.elapsed as f64 / 1e3;
        }
        // People think between two questions: what goes on behind the answers has the time that it needs.
        session.settle().await;
    }
    let hits = [CacheUse::Memory, CacheUse::Store, CacheUse::Function];
    let hits: u64 = hits.iter().filter_map(|used| day.uses.get(used.as_str())).map(|(count, _)| count).sum();
    day.hit_rate = hits as f64 / questions.max(1) as f64;
    day.wrong = wrong(&place.store(), &answered).await?;
    Ok(day)
}

/// What a minute of load showed.
#[derive(Clone, Debug, Default)]
pub struct Load {
    pub seconds: f64,
    pub answers: u64,
    pub errors: Vec<String>,
    pub wrong: u64,
    pub snapshots: u64,
    /// Milliseconds that people waited: in the middle, for 95 and 99 of 100, at most.
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    pub longest: f64,
    pub people: u64,
    pub hit_rate: f64,
    /// The largest resident set of the process, and that before the load.
    pub memory_before: u64,
    pub memory_peak: u64,
}

/// What all workers of a load were told.
#[derive(Default)]
struct Heard {
    answered: Answered,
    /// Of people, in milliseconds.
    times: Vec<f64>,
    errors: Vec<String>,
    answers: u64,
}

/// Asks from so many workers at once for a while, edits and indexes meanwhile, and verifies every answer afterwards.
pub async fn load(
    place: Arc<Workplace>,
    workers: usize,
    time: Duration,
    budget: usize,
) -> anyhow::Result<Load> {
    let session = SessionOptions::within(budget);
    let engine =
        Arc::new(Engine::open(&place.store(), EngineOptions { session, ..EngineOptions::default() }).await?);
    let memory_before = process().map_or(0, |(now, _)| now);
    let over = Arc::new(AtomicBool::new(false));
    let state: Arc<Mutex<Heard>> = Arc::default();
    let started = Instant::now();
    let mut tasks = Vec::new();
    for worker in 0..workers.max(2) - 1 {
        // Of twenty: an editor, an export, two detectors, three algorithms, and people.
        let asker = match worker {
            0 => Asker::Export,
            1 | 2 => Asker::Detector,
            3..=5 => Asker::Algorithm,
            _ => Asker::Person,
        };
        let questions: Vec<usize> = (0..QUESTIONS.len()).filter(|n| QUESTIONS[*n].asker == asker).collect();
        let (engine, over, state) = (Arc::clone(&engine), Arc::clone(&over), Arc::clone(&state));
        tasks.push(tokio::spawn(async move {
            let mut chance = Chance(worker as u64 * 77 + 1);
            while !over.load(Ordering::Relaxed) {
                let question = questions[chance.below(questions.len())];
                let began = Instant::now();
                let answer = ask(&engine, QUESTIONS[question].sql).await;
                let took = began.elapsed().as_secs_f64() * 1e3;
                let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
                state.answers += 1;
                match answer {
                    Ok((snapshot, digest)) => {
                        let digest = (digest.rows, format!("{digest:?}"));
                        state.answered.entry((snapshot, question)).or_default().insert(digest);
                    }
                    Err(error) => state.errors.push(format!("{}: {error}", QUESTIONS[question].sql)),
                }
                if asker == Asker::Person {
                    state.times.push(took);
                }
            }
        }));
    }
    while started.elapsed() < time {
        place.edit().await?;
        engine.refresh().await?;
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    over.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await?;
    }
    let seconds = started.elapsed().as_secs_f64();
    engine.settle().await;
    let memory_peak = process().map_or(0, |(_, peak)| peak);
    let cache = engine.session().map(|session| session.results().state());
    let Heard { answered, mut times, errors, answers } =
        std::mem::take(&mut *state.lock().unwrap_or_else(PoisonError::into_inner));
    times.sort_by(f64::total_cmp);
    let at =
        |part: f64| times.get((times.len() as f64 * part) as usize).or(times.last()).copied().unwrap_or(0.0);
    let hits = cache.map_or(0, |cache| cache.memory_hits + cache.store_hits);
    Ok(Load {
        seconds,
        answers,
        errors,
        wrong: wrong(&place.store(), &answered).await?,
        snapshots: answered.keys().map(|(snapshot, _)| *snapshot).collect::<BTreeSet<_>>().len() as u64,
        p50: at(0.5),
        p95: at(0.95),
        p99: at(0.99),
        longest: at(1.0),
        people: times.len() as u64,
        hit_rate: hits as f64 / cache.map_or(1, |cache| hits + cache.misses).max(1) as f64,
        memory_before,
        memory_peak,
    })
}

/// A seeded xorshift generator (Marsaglia, "Xorshift RNGs", 2003).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 16) as usize % bound.max(1)
    }

    /// From 0 to 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }
}
