//! A tree and its store, brought up to date as often as asked.
//!
//! What is known of the tree stays in memory from one update to the next, as long as nobody else publishes in between.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::prelude::*;
use stoa_model::FileId;
use stoa_model::layers::ORIGIN_SETTING;
use stoa_store::{
    Operation, OptimizeOptions, Optimized, Retention, SegmentMeta, Snapshot, SnapshotDraft, Store,
    StoreError, Touches,
};
use stoa_syntax::Language;
use tokio::runtime::Runtime;

use crate::changes::{self, Changes};
use crate::error::IndexError;
use crate::kept::{FACTS_SETTING, IGNORED_SETTING, maker};
use crate::link::{self, Around, Linking};
use crate::options::IndexOptions;
use crate::queue::Queue;
use crate::report::{IndexReport, Progress, Update};
use crate::segment::{self, Before, Form, SegmentRows};
use crate::solved::Edited;
use crate::traced::Traced;
use crate::tree::{Dead, Known, Tree};
use crate::{chosen_languages, default_store, memory, plan, walk};

/// How often an update starts again where another writer publishes in between, which only stores without locks let happen.
const TRIES: usize = 5;

/// The setting of a snapshot that says how many files wait that are not in it.
const WAITING_SETTING: &str = "files_waiting";

/// An index of a tree that can be brought up to date.
pub struct Indexer {
    root: PathBuf,
    options: IndexOptions,
    languages: Vec<&'static Language>,
    runtime: Runtime,
    threads: rayon::ThreadPool,
    store: Store,
    /// Whether the next update reuses nothing.
    fresh: bool,
    /// The tree as a snapshot has it.
    warm: Option<(u64, Tree)>,
}

/// A snapshot in the making.
struct Making {
    form: Form,
    tree: Tree,
    segments: Vec<SegmentMeta>,
    dead: Dead,
    next_file_id: FileId,
    settings: BTreeMap<String, String>,
    parent: Option<u64>,
}

impl Indexer {
    /// Opens or makes the store of a tree. Not to be called from asynchronous code, nor anything else of it: it runs its
    /// own threads and waits for them.
    pub fn open(root: &Path, options: &IndexOptions) -> Result<Indexer, IndexError> {
        let languages = chosen_languages(options)?;
        let metadata =
            std::fs::metadata(root).map_err(|source| IndexError::Root { root: root.into(), source })?;
        if !metadata.is_dir() {
            return Err(IndexError::NotADirectory { root: root.into() });
        }
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|source| IndexError::Threads { why: source.to_string() })?;
        let location = options.store.clone().unwrap_or_else(|| default_store(root));
        let store = runtime.block_on(async {
            match options.transient {
                true => Store::create_transient(&location).await,
                false => Store::open_or_create(&location).await,
            }
        })?;
        let jobs = match options.jobs {
            0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
            jobs => jobs,
        };
        let threads = rayon::ThreadPoolBuilder::new()
            .num_threads(plan::affordable_jobs(jobs, options.memory))
            .thread_name(|n| format!("index-{n}"))
            .build()
            .map_err(|e| IndexError::Threads { why: e.to_string() })?;
        Ok(Indexer {
            root: root.to_owned(),
            options: options.clone(),
            languages,
            runtime,
            threads,
            store,
            fresh: options.fresh,
            warm: None,
        })
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Brings the store up to date with the tree, and publishes a snapshot if anything is not as it was.
    pub fn update(&mut self, progress: &dyn Progress) -> Result<IndexReport, IndexError> {
        let progress: &dyn Progress = &Traced::new(progress);
        let mut tries = 0;
        loop {
            match self.try_update(progress) {
                Err(IndexError::Store(StoreError::Conflict { .. })) if tries < TRIES => {
                    tries += 1;
                    self.warm = None;
                }
                done => return done,
            }
        }
    }

    fn try_update(&mut self, progress: &dyn Progress) -> Result<IndexReport, IndexError> {
        let started = Instant::now();
        let _lock = self.store.lock_writer()?;
        let latest = self.runtime.block_on(self.store.latest())?;
        let retention = latest.as_ref().map(|snapshot| snapshot.retention()).unwrap_or_default();
        let is_warm = self.warm.as_ref().map(|(number, _)| *number) == latest.as_ref().map(|s| s.number);
        if !is_warm {
            self.warm = None;
            // What a killed run left behind goes first, so that the disk does not fill with it.
            let _span = tracing::debug_span!("vacuum");
            self.runtime.block_on(self.store.vacuum(&retention, false))?;
        }
        progress.stage("reading the tree");
        let warm = self.warm.take();
        let walk = || {
            let _span = tracing::debug_span!("walk");
            walk::walk(&self.root, self.store.root(), &self.languages, self.options.ignored)
        };
        let (walked, begun) = self.threads.join(walk, || self.begin(latest.as_ref(), warm));
        let (mut making, full) = begun?;
        let known = match full {
            true => self.known_ids(latest.as_ref())?,
            false => making.tree.ids(),
        };
        let crates = link::crates(&self.root, &walked.manifests);
        let settings = self.settings(latest.as_ref(), &crates);
        let same_memory = making.settings.get("memory") == settings.get("memory");
        let same_crates = making.settings.get("crates") == settings.get("crates");
        let limits = plan::Limits::of(self.options.memory);
        let span = tracing::debug_span!("changes");
        let changes = changes::find(walked.files, &mut making.tree, &limits, same_memory, &self.threads);
        drop(span);
        let told = |tree: &Tree| -> BTreeMap<String, String> {
            let lost = tree.lost.iter().filter(|(path, _)| path.as_str() != link::VALUES);
            lost.map(|(path, lost)| (path.clone(), lost.reason.clone())).collect()
        };
        let failures = walked.failures.iter().map(|f| (f.path.clone(), f.reason.clone()));
        let same_failures = told(&making.tree) == failures.collect();
        let update = Update {
            full,
            added: changes.added,
            changed: changes.changed.len() as u64 - changes.added,
            removed: changes.removed.len() as u64,
            unchanged: changes.unchanged,
            relinked: 0,
        };
        let is_same = !full && changes.changed.is_empty() && changes.removed.is_empty();
        if let Some(latest) = &latest
            && is_same
            && same_crates
            && same_failures
            && settings == making.settings
        {
            let report = self.report(&making.tree, latest, (update, walked.left_out), started);
            self.warm = Some((latest.number, making.tree));
            progress.finish();
            return Ok(report);
        }
        making.settings = settings;

        let (files, next_file_id) = plan::number(changes.changed.clone(), known, making.next_file_id)?;
        making.next_file_id = next_file_id;
        let bytes = files.iter().map(|f| f.source.bytes).sum();
        making.form = Form::of(&self.store, bytes);
        progress.start(files.len() as u64, bytes);
        making.remove(&changes);
        // A tree that is read anew replaces what readers have, so it must not appear in parts.
        let in_parts = self.options.progressive && (!full || latest.is_none());
        let touches = match in_parts {
            true => self.runtime.block_on(self.store.touches()),
            false => Touches::default(),
        };
        let around = Around { crates: &crates, failures: &walked.failures };
        let mut queue = Queue::new(files, &touches, in_parts);
        let noted = !self.runtime.block_on(self.store.index_queue()).is_empty();
        let mut update = update;
        let mut snapshot = None;
        // Whether files were read that no link has seen.
        let mut some_unlinked = false;
        while let Some(part) = queue.next() {
            if in_parts {
                self.runtime.block_on(self.store.set_index_queue(queue.entries()))?;
            }
            progress.stage("lowering");
            let else_same = same_crates && changes.removed.is_empty() && !some_unlinked;
            let edited = Edited::before(&making.tree, &part, else_same);
            self.lower(&part, &mut making, progress)?;
            queue.done(&part, |path| making.tree.files.get(path));
            // What is tried once more needs no snapshot of its own.
            if !in_parts && !queue.is_last() {
                some_unlinked = true;
                continue;
            }
            update.relinked += self.link(&mut making, &around, edited, progress)?;
            match queue.waiting() {
                0 => making.settings.remove(WAITING_SETTING),
                waiting => making.settings.insert(WAITING_SETTING.to_owned(), waiting.to_string()),
            };
            progress.stage("publishing");
            let operation = if self.fresh { Operation::Repair } else { Operation::Index };
            let published = self.runtime.block_on(self.store.publish_as(making.draft(), operation))?;
            self.fresh = false;
            making.parent = Some(published.number);
            if !queue.is_last() {
                progress.published(published.number, queue.waiting() as u64);
            }
            snapshot = Some(published);
        }
        // The loop has run at least once, and its last round publishes.
        let Some(snapshot) = snapshot else { return Err(StoreError::Conflict { number: 0 }.into()) };
        if in_parts || noted || !queue.entries().is_empty() {
            self.runtime.block_on(self.store.set_index_queue(queue.entries()))?;
        }
        if !is_warm {
            let _span = tracing::debug_span!("vacuum after");
            self.runtime.block_on(self.store.vacuum(&retention, false))?;
        }
        progress.finish();
        let report = self.report(&making.tree, &snapshot, (update, walked.left_out), started);
        self.warm = Some((snapshot.number, making.tree));
        Ok(report)
    }

    /// Links the tree of a snapshot in the making; says how many files have other links than before.
    fn link(
        &self,
        making: &mut Making,
        around: &Around<'_>,
        edited: Option<Edited>,
        progress: &dyn Progress,
    ) -> Result<u64, IndexError> {
        progress.stage("linking");
        let linking = Linking {
            store: &self.store,
            handle: self.runtime.handle(),
            threads: &self.threads,
            form: making.form,
            derived_bytes: self.options.memory / memory::DERIVED,
        };
        let Making { tree, segments, dead, next_file_id, .. } = making;
        let linked = link::link(linking, tree, segments, around, edited, dead, *next_file_id)?;
        *next_file_id = linked.next_file_id;
        segments.extend(linked.segments);
        Ok(linked.relinked)
    }

    /// What an update starts from: the tree of the newest snapshot, or nothing. And whether it is nothing.
    fn begin(
        &self,
        latest: Option<&Snapshot>,
        warm: Option<(u64, Tree)>,
    ) -> Result<(Making, bool), IndexError> {
        let _span = tracing::debug_span!("begin");
        let parent = latest.map(|snapshot| snapshot.number);
        let next_file_id = latest.map_or(1, |snapshot| snapshot.next_file_id);
        let settings = latest.map(|snapshot| snapshot.settings.clone()).unwrap_or_default();
        let from_nothing = Making {
            form: Form::KEPT,
            tree: Tree::default(),
            segments: Vec::new(),
            dead: Dead::new(),
            next_file_id,
            settings,
            parent,
        };
        let Some(latest) = latest.filter(|_| !self.fresh) else { return Ok((from_nothing, true)) };
        let tree = match warm {
            Some((_, tree)) => Some(tree),
            // An import has contents too, but it was not made from them.
            None if latest.settings.contains_key(ORIGIN_SETTING) => None,
            None if latest.settings.get(FACTS_SETTING) != Some(&maker()) => None,
            None => match Tree::load(&self.store, self.runtime.handle(), &self.threads, latest) {
                Ok(tree) => tree,
                // The source has it all. That what cannot be read is left behind is for `verify` to say.
                Err(IndexError::Facts { .. } | IndexError::Store(StoreError::Corrupt { .. })) => None,
                Err(IndexError::Store(StoreError::MissingFile { .. })) => None,
                Err(error) => return Err(error),
            },
        };
        let Some(tree) = tree else { return Ok((from_nothing, true)) };
        let dead = latest.dead_files.iter();
        let making = Making {
            tree,
            segments: latest.segments.clone(),
            dead: dead.map(|(id, files)| (id.as_str().into(), files.iter().copied().collect())).collect(),
            ..from_nothing
        };
        Ok((making, false))
    }

    /// The ids that paths have in a snapshot whose tree is read anew.
    fn known_ids(&self, latest: Option<&Snapshot>) -> Result<Vec<(String, FileId)>, IndexError> {
        let Some(latest) = latest else { return Ok(Vec::new()) };
        Ok(self.runtime.block_on(self.store.readable_files(latest))?)
    }

    /// Lowers files into segments.
    fn lower(
        &self,
        files: &[plan::PlannedFile],
        making: &mut Making,
        progress: &dyn Progress,
    ) -> Result<(), IndexError> {
        let limits = plan::Limits::of(self.options.memory);
        let (tree, form) = (&making.tree, making.form);
        let kept = tree.solved.as_ref().map_or(0, |solved| solved.derived_bytes());
        let budget = memory::Budget::new(self.options.memory.saturating_sub(kept));
        let slots = files.iter().filter_map(|file| {
            let known = tree.files.get(&file.source.path)?;
            Some((file.id, known.own.slots.clone()))
        });
        let before: Before = slots.collect();
        let groups = plan::groups(files, self.options.memory);
        type Written = (usize, SegmentMeta, Vec<(String, Known)>);
        let work = |(number, group): (usize, &&[plan::PlannedFile])| -> Result<Written, IndexError> {
            let mut reserved = budget.reserve(limits.ordinary_need(group));
            let rows = segment::build(group, &before, &limits, form, &mut reserved, progress);
            let SegmentRows { encoded, files } = rows?;
            Ok((number, self.runtime.handle().block_on(self.store.write_segment(encoded))?, files))
        };
        // Whoever is done takes the next one, so that the small ones come last.
        let mut written: Vec<Written> = self.threads.install(|| {
            groups.iter().enumerate().par_bridge().map(work).collect::<Result<_, IndexError>>()
        })?;
        written.sort_unstable_by_key(|(number, ..)| *number);
        for (_, meta, files) in written {
            making.segments.push(meta);
            for (path, known) in files {
                making.replace(path, known);
            }
        }
        Ok(())
    }

    fn settings(&self, latest: Option<&Snapshot>, crates: &[(String, String)]) -> BTreeMap<String, String> {
        let mut settings = latest.map(|snapshot| snapshot.store_settings()).unwrap_or_default();
        // Whoever repairs the store may stand elsewhere.
        let absolute = std::path::absolute(&self.root).unwrap_or_else(|_| self.root.clone());
        settings.insert("root".to_owned(), absolute.to_string_lossy().into_owned());
        settings.insert("languages".to_owned(), self.options.languages.join(","));
        match self.options.ignored {
            true => settings.insert(IGNORED_SETTING.to_owned(), "indexed".to_owned()),
            false => settings.remove(IGNORED_SETTING),
        };
        settings.insert("memory".to_owned(), self.options.memory.to_string());
        settings.insert(FACTS_SETTING.to_owned(), maker());
        let mut hasher = blake3::Hasher::new();
        for (name, module) in crates {
            hasher.update(format!("{name}\n{module}\n").as_bytes());
        }
        settings.insert("crates".to_owned(), hasher.finalize().to_hex()[..16].to_owned());
        settings
    }

    fn report(
        &self,
        tree: &Tree,
        snapshot: &Snapshot,
        (update, left_out): (Update, u64),
        started: Instant,
    ) -> IndexReport {
        let mut report = IndexReport {
            root: self.root.to_string_lossy().into_owned(),
            store: self.store.location().to_owned(),
            ..IndexReport::default()
        };
        tree.tally().fill(&mut report);
        report.update = update;
        report.left_out = left_out;
        report.snapshot = snapshot.number;
        report.store_bytes = snapshot.bytes();
        report.elapsed = started.elapsed();
        report.peak_memory = memory::peak();
        report
    }

    /// How many segments of the newest snapshot are small.
    pub(crate) fn fragments(&self, options: &OptimizeOptions) -> Result<usize, IndexError> {
        let latest = self.runtime.block_on(self.store.latest())?;
        let is_small = |segment: &&SegmentMeta| {
            segment.tables.iter().map(|file| file.bytes).sum::<u64>() < options.small
        };
        Ok(latest.map_or(0, |snapshot| snapshot.segments.iter().filter(is_small).count()))
    }

    /// Merges small segments and drops dead rows, as [`Store::optimize`] does, and removes what is not kept.
    pub fn optimize(&mut self, options: &OptimizeOptions) -> Result<Optimized, IndexError> {
        let _lock = self.store.lock_writer()?;
        let done = self.runtime.block_on(self.store.optimize(options))?;
        // The tree is that of the snapshot that was optimized only if nobody published another in between.
        let before = done.snapshot.map(|number| number - 1);
        if let (Some(number), Some((warm, tree))) = (done.snapshot, &mut self.warm) {
            if before == Some(*warm) {
                tree.moved(&done.moved);
                *warm = number;
            } else {
                self.warm = None;
            }
        }
        let latest = self.runtime.block_on(self.store.latest())?;
        let retention = latest.map(|snapshot| snapshot.retention()).unwrap_or_else(Retention::default);
        self.runtime.block_on(self.store.vacuum(&retention, false))?;
        Ok(done)
    }
}

impl Making {
    /// Takes a file in, in place of what was known of it.
    fn replace(&mut self, path: String, known: Known) {
        if let Some(old) = self.tree.files.insert(path, known) {
            self.bury(old);
        }
    }

    fn remove(&mut self, changes: &Changes) {
        for path in &changes.removed {
            if let Some(old) = self.tree.files.remove(path) {
                self.bury(old);
            }
        }
    }

    /// The rows of a file no longer count.
    fn bury(&mut self, old: Known) {
        self.tree.stubs.release(old.links.as_ref().map_or(&[], |links| &links.kept.stubs));
        for segment in [Some(old.segment), old.links.map(|links| links.segment)].into_iter().flatten() {
            self.dead.entry(segment).or_default().insert(old.id);
        }
    }

    /// What is to be published. Segments of which no row counts are left out.
    fn draft(&mut self) -> SnapshotDraft {
        let live: BTreeSet<String> = self.tree.segments().into_iter().map(str::to_owned).collect();
        self.segments.retain(|segment| live.contains(&segment.id));
        self.dead.retain(|segment, files| live.contains(&**segment) && !files.is_empty());
        let dead = self.dead.iter();
        SnapshotDraft {
            parent: self.parent,
            segments: self.segments.clone(),
            dead_files: dead.map(|(id, files)| (id.to_string(), files.iter().copied().collect())).collect(),
            next_file_id: self.next_file_id,
            settings: self.settings.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    // A test may stop at the first thing that is not as it should be.
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::report::Silent;

    const PROGRAM: &[(&str, &str)] = &[
        (
            "a.py",
            "def run(f, *xs):\n    return f(*xs)\nclass A:\n    def go(self, x):\n        return x(self)\ntable = {'k': run}\n",
        ),
        (
            "b.py",
            "from a import A, run, table\nclass B(A):\n    def go(self, x):\n        return run(x, self)\ndef one(y):\n    return y\nB().go(one)\ntable['k'](one, A())\n",
        ),
        (
            "c.py",
            "import a, b\ndef two(z):\n    return z.go(b.one)\nfor t in [a.A(), b.B()]:\n    a.run(two, t)\n",
        ),
        (
            "m.js",
            "const n = require('./n');\nclass C { go(f) { return f(this); } }\nn.twice(x => x)(new C().go(n.id));\n",
        ),
        ("n.js", "function id(x) { return x; }\nexports.id = id;\nexports.twice = f => y => f(f(y));\n"),
    ];

    /// How many files would have other links if all were linked anew, and how many segments it took to say so.
    fn wrong(indexer: &mut Indexer) -> (u64, usize) {
        let (number, mut tree) = indexer.warm.take().unwrap();
        let solved = tree.solved.take();
        let latest = indexer.runtime.block_on(indexer.store.latest()).unwrap().unwrap();
        let Indexer { store, runtime, threads, .. } = indexer;
        let linking =
            Linking { store, handle: runtime.handle(), threads, form: Form::KEPT, derived_bytes: u64::MAX };
        let around = Around { crates: &[], failures: &[] };
        let mut dead = Dead::new();
        let segments = &latest.segments;
        let linked = link::link(linking, &mut tree, segments, &around, None, &mut dead, 100).unwrap();
        tree.solved = solved;
        indexer.warm = Some((number, tree));
        (linked.relinked, linked.segments.len())
    }

    /// A number that follows from another one (xorshift).
    fn next(state: &mut u64) -> usize {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        (*state >> 11) as usize
    }

    #[test]
    fn edits_that_are_followed_leave_every_link_right() {
        let kept = edit_at_random(IndexOptions::default().memory, |indexer| indexer);
        assert!(kept > LITTLE / memory::DERIVED, "{kept} bytes");
    }

    /// Memory for the files, and not enough to keep what values are derived from.
    const LITTLE: u64 = 128 << 10;

    #[test]
    fn edits_that_are_solved_anew_leave_every_link_right() {
        let kept = edit_at_random(LITTLE, |indexer| indexer);
        assert!(kept <= LITTLE / memory::DERIVED, "{kept} bytes");
    }

    #[test]
    fn edits_that_new_processes_meet_leave_every_link_right() {
        let memory = IndexOptions::default().memory;
        edit_at_random(memory, |Indexer { root, options, .. }| Indexer::open(&root, &options).unwrap());
    }

    /// Compares every link after each edit; `next_process` has the next one. How many bytes were kept at most to follow edits.
    fn edit_at_random(memory: u64, next_process: impl Fn(Indexer) -> Indexer) -> u64 {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("tree");
        std::fs::create_dir(&root).unwrap();
        let mut texts: Vec<String> = PROGRAM.iter().map(|(_, text)| (*text).to_owned()).collect();
        let write = |texts: &[String], place: usize| {
            std::fs::write(root.join(PROGRAM[place].0), &texts[place]).unwrap()
        };
        (0..texts.len()).for_each(|place| write(&texts, place));
        let store = Some(folder.path().join("store").display().to_string());
        let options = IndexOptions { store, memory, ..IndexOptions::default() };
        let mut indexer = Indexer::open(&root, &options).unwrap();
        indexer.update(&Silent).unwrap();
        let mut most = 0;
        let mut random = 0x9e37_79b9_7f4a_7c15;
        for round in 0..120 {
            let place = next(&mut random) % texts.len();
            let mut lines: Vec<&str> = texts[place].lines().collect();
            let at = next(&mut random) % lines.len().max(1);
            let other =
                PROGRAM[next(&mut random) % PROGRAM.len()].1.lines().nth(at).unwrap_or("run(one)").to_owned();
            let more = format!("def more{round}(x): return x(run)");
            match next(&mut random) % 6 {
                0 if lines.len() > 2 => drop(lines.remove(at)),
                1 if !lines.is_empty() => lines.insert(at, lines[at]),
                2 => lines.insert(at, &other),
                3 if place < 3 => lines.push(&more),
                4 => lines.insert(0, ""),
                _ => lines = PROGRAM[place].1.lines().collect(),
            }
            texts[place] = lines.join("\n") + "\n";
            write(&texts, place);
            indexer = next_process(indexer);
            indexer.update(&Silent).unwrap();
            assert_eq!(wrong(&mut indexer), (0, 0), "edit {round} of {}: {}", PROGRAM[place].0, texts[place]);
            let solved = indexer.warm.as_ref().and_then(|(_, tree)| tree.solved.as_ref());
            most = most.max(solved.map_or(0, |solved| solved.derived_bytes()));
        }
        most
    }
}
