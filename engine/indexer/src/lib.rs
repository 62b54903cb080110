//! A source tree → a published snapshot.
//!
//! In: the root of a tree, a store, options. Out: an [`IndexReport`], or one error when nothing could be published.
//! Files that cannot be read or understood are rows in `files`, never errors. Never here: how a language is
//! lowered, how a pass works, how Parquet is written.
//!
//! ```text
//! walk ──► plan ──────► segment (one a task, in parallel) ──► link ───────────────────────────► publish
//! files    groups of    read, lower, passes, rows, encode      facts about values are solved,
//!          a few MB     write                                   references answered: edges, stubs
//! ```
//!
//! How files are grouped depends on the tree and the memory budget alone, so the bytes of an index do not depend on
//! the number of threads. What is held in memory is one group's rows per thread, and the symbol tables; threads share one
//! [budget](memory::Budget), and a group that does not fit waits.

mod crates;
mod error;
mod link;
mod memory;
pub mod options;
mod plan;
mod properties;
mod repair;
pub mod report;
mod restore;
mod segment;
mod traced;
mod walk;

pub use error::IndexError;
pub use memory::peak as peak_memory;
pub use options::{DEFAULT_MEMORY, IndexOptions};
pub use properties::properties;
pub use repair::{Mended, RepairOptions, Repaired, repair};
pub use report::{Failure, IndexReport, KindCount, LanguageCount, Progress, Silent};
pub use walk::{SourceFile, walk};

use rayon::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;
use stoa_model::{EdgeKind, FileStatus, NodeKind};
use stoa_passes::link::SymbolsBuilder;
use stoa_store::{Operation, SegmentMeta, SnapshotDraft, Store};
use stoa_syntax::Language;

use crate::segment::SegmentRows;

/// The default store of a tree: `<root>/.stoa`.
pub fn default_store(root: &Path) -> String {
    store_location(&root.join(".stoa"))
}

/// A local store's path as a location: itself, or a `file://` URL when it is not UTF-8.
pub fn store_location(path: &Path) -> String {
    if let Some(text) = path.to_str() {
        return text.to_owned();
    }
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    url::Url::from_file_path(&absolute).map_or_else(|()| path.to_string_lossy().into_owned(), Into::into)
}

/// Indexes the tree below `root` and publishes a snapshot. Not to be called from asynchronous code: it runs its own
/// threads and waits for them.
pub fn index(
    root: &Path,
    options: &IndexOptions,
    progress: &dyn Progress,
) -> Result<IndexReport, IndexError> {
    let progress: &dyn Progress = &traced::Traced::new(progress);
    let started = Instant::now();
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
    let store = runtime.block_on(Store::open_or_create(&location))?;
    let _lock = store.lock_writer()?;
    let latest = runtime.block_on(store.latest())?;
    // What a killed run left behind goes first, so that the disk does not fill with it.
    let retention = latest.as_ref().map(|snapshot| snapshot.retention()).unwrap_or_default();
    runtime.block_on(store.vacuum(&retention, false))?;

    progress.stage("reading the tree");
    let walked = walk(root, store.root(), &languages);
    let known = match &latest {
        Some(snapshot) if options.fresh => runtime.block_on(store.readable_files(snapshot))?,
        Some(snapshot) => runtime.block_on(store.read_files(snapshot))?,
        None => Vec::new(),
    };
    let first_id = latest.as_ref().map_or(1, |s| s.next_file_id);
    let (files, next_file_id) = plan::number(walked.files, known, first_id)?;
    let groups = plan::groups(&files, options.memory);
    progress.start(files.len() as u64, files.iter().map(|f| f.source.bytes).sum());

    let jobs = match options.jobs {
        0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
        jobs => jobs,
    };
    let threads = rayon::ThreadPoolBuilder::new()
        .num_threads(plan::affordable_jobs(jobs, options.memory))
        .thread_name(|n| format!("index-{n}"))
        .build()
        .map_err(|e| IndexError::Threads { why: e.to_string() })?;
    let handle = runtime.handle();
    let limits = plan::Limits::of(options.memory);
    let budget = memory::Budget::new(options.memory);

    progress.stage("lowering");
    let work = |group: &&[plan::PlannedFile]| -> Result<Written, IndexError> {
        let mut reserved = budget.reserve(limits.ordinary_need(group));
        let rows = segment::build(group, &limits, &mut reserved, progress);
        let SegmentRows { encoded, symbols, tally } = rows?;
        let meta = handle.block_on(store.write_segment(encoded))?;
        Ok(Written { meta, symbols, tally })
    };
    let written: Vec<Written> =
        threads.install(|| groups.par_iter().with_max_len(1).map(work).collect::<Result<_, _>>())?;

    progress.stage("linking");
    let mut report = IndexReport {
        root: root.to_string_lossy().into_owned(),
        store: store.location().to_owned(),
        ..IndexReport::default()
    };
    let mut tally = Tally::default();
    let mut symbols = SymbolsBuilder::default();
    let mut segments: Vec<SegmentMeta> = Vec::new();
    for part in written {
        symbols.join(part.symbols);
        tally.add(part.tally);
        segments.push(part.meta);
    }
    for (name, directory) in crates::crates(&walked.manifests) {
        let library = walk::store_path(root, &directory.join("src/lib.rs"));
        symbols.add_crate(&name, &stoa_syntax::languages::rust_module(&library));
    }
    let (symbols, values, functions) = symbols.finish();
    let mut calls = stoa_passes::link::values::solve(values, &symbols);
    stoa_passes::link::functions::solve(functions, &symbols, &mut calls);
    let tables = link::Tables { symbols: &symbols, calls: &calls };
    let linked = link::link(&store, handle, &threads, &segments, tables, &walked.failures, next_file_id)?;
    tally.add(linked.tally);
    segments.extend(linked.segments);

    progress.stage("publishing");
    let mut settings = latest.as_ref().map(|snapshot| snapshot.store_settings()).unwrap_or_default();
    // Whoever repairs the store may stand elsewhere.
    let absolute = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
    settings.insert("root".to_owned(), absolute.to_string_lossy().into_owned());
    settings.insert("languages".to_owned(), options.languages.join(","));
    let draft = SnapshotDraft {
        parent: latest.map(|s| s.number),
        segments,
        dead_files: BTreeMap::new(),
        next_file_id: linked.next_file_id,
        settings,
    };
    let operation = if options.fresh { Operation::Repair } else { Operation::Index };
    let snapshot = runtime.block_on(store.publish_as(draft, operation))?;
    runtime.block_on(store.vacuum(&retention, false))?;
    progress.finish();

    tally.fill(&mut report);
    report.snapshot = snapshot.number;
    report.store_bytes = snapshot.bytes();
    report.elapsed = started.elapsed();
    report.peak_memory = memory::peak();
    Ok(report)
}

fn chosen_languages(options: &IndexOptions) -> Result<Vec<&'static Language>, IndexError> {
    if options.languages.is_empty() {
        return Ok(stoa_syntax::languages::ALL.to_vec());
    }
    let mut chosen = Vec::new();
    for name in &options.languages {
        let before = chosen.len();
        chosen.extend(Language::named(name));
        if chosen.len() == before {
            return Err(IndexError::UnknownLanguage {
                name: name.clone(),
                known: language_names().join(", "),
            });
        }
    }
    Ok(chosen)
}

/// The names of all languages, each once.
pub fn language_names() -> Vec<&'static str> {
    let mut names: Vec<&'static str> = stoa_syntax::languages::ALL.iter().map(|l| l.name).collect();
    names.dedup();
    names
}

struct Written {
    meta: SegmentMeta,
    symbols: SymbolsBuilder,
    tally: Tally,
}

/// What was counted on the way.
#[derive(Default)]
pub struct Tally {
    pub languages: BTreeMap<&'static str, LanguageCount>,
    pub nodes: Vec<u64>,
    pub edges: Vec<u64>,
    pub source_bytes: u64,
    pub failures: Vec<Failure>,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        for (name, more) in other.languages {
            let count = self.languages.entry(name).or_default();
            count.files += more.files;
            count.lines += more.lines;
            count.bytes += more.bytes;
        }
        add_counts(&mut self.nodes, &other.nodes);
        add_counts(&mut self.edges, &other.edges);
        self.source_bytes += other.source_bytes;
        self.failures.extend(other.failures);
    }

    /// Puts the counts into a report.
    pub fn fill(mut self, report: &mut IndexReport) {
        self.failures.sort_by(|a, b| a.path.cmp(&b.path));
        report.failures = self.failures;
        report.source_bytes = self.source_bytes;
        report.languages = self
            .languages
            .into_iter()
            .map(|(name, count)| LanguageCount { language: name.to_owned(), ..count })
            .collect();
        report.nodes = kind_counts(NodeKind::ALL.iter().map(|k| k.as_str()), &self.nodes);
        report.edges = kind_counts(EdgeKind::ALL.iter().map(|k| k.as_str()), &self.edges);
    }
}

fn add_counts(counts: &mut Vec<u64>, more: &[u64]) {
    if counts.len() < more.len() {
        counts.resize(more.len(), 0);
    }
    for (count, more) in counts.iter_mut().zip(more) {
        *count += more;
    }
}

fn kind_counts(kinds: impl Iterator<Item = &'static str>, counts: &[u64]) -> Vec<KindCount> {
    kinds
        .zip(counts)
        .filter(|(_, count)| **count > 0)
        .map(|(kind, &count)| KindCount { kind: kind.to_owned(), count })
        .collect()
}

/// A file that is not wholly in the graph, for the report.
pub fn failure(path: &str, status: FileStatus, reason: &str) -> Failure {
    Failure { path: path.to_owned(), status: status.as_str().to_owned(), reason: reason.to_owned() }
}
