//! A source tree → a published snapshot.
//!
//! In: the root of a tree, a store, options. Out: an [`IndexReport`], or one error when nothing could be published.
//! Files that cannot be read or understood are rows in `files`, never errors. Never here: how a language is
//! lowered, how a pass works, how Parquet is written.
//!
//! ```text
//! walk ──► changes ───────► plan ──────► segment (one a task, in parallel) ──► link ────────────────────► publish
//! files    whose content    groups of    read, lower, passes, rows, encode,    references answered: the
//!          is another       a few MB     write; keep facts for linking         links that differ, stubs
//! ```
//!
//! An update reads what changed, and what it does not read is as if it had been read: the graph is that of a first index of
//! the same tree, but for ids. What linking must know of every file is kept in the store ([`kept`]) and in memory ([`tree`]).
//!
//! How files are grouped depends on the tree and the memory budget alone, so the bytes of an index do not depend on
//! the number of threads. What is held in memory is one group's rows per thread, and the symbol tables; threads share one
//! [budget](memory::Budget), and a group that does not fit waits.

mod answers;
mod changes;
mod crates;
mod error;
mod indexer;
mod kept;
mod link;
mod memory;
pub mod options;
mod plan;
mod properties;
mod queue;
mod repair;
pub mod report;
mod restore;
mod segment;
mod solved;
mod stubs;
mod traced;
mod tree;
mod walk;
mod watch;

pub use error::IndexError;
pub use indexer::Indexer;
pub use memory::peak as peak_memory;
pub use options::{DEFAULT_MEMORY, IndexOptions};
pub use properties::properties;
pub use repair::{Mended, RepairOptions, Repaired, repair};
pub use report::{Failure, IndexReport, KindCount, LanguageCount, Progress, Silent, Update};
pub use walk::{SourceFile, walk};
pub use watch::{WatchOptions, Watched, watch};

use std::collections::BTreeMap;
use std::path::Path;
use stoa_model::{EdgeKind, FileStatus, NodeKind};
use stoa_syntax::Language;

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

/// Indexes the tree below `root` and publishes a snapshot, unless the store is up to date. Not to be called from asynchronous
/// code: it runs its own threads and waits for them.
pub fn index(
    root: &Path,
    options: &IndexOptions,
    progress: &dyn Progress,
) -> Result<IndexReport, IndexError> {
    let mut indexer = Indexer::open(root, options)?;
    let report = indexer.update(progress);
    // To let go of a large tree takes a while, for which nobody need wait. Without a thread for it, it is let go here.
    let _ = std::thread::Builder::new().spawn(move || drop(indexer));
    report
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
