//! What an index tells its caller: progress while it runs, a report when it has published.

use serde::Serialize;
use std::time::Duration;

/// Hears how an index gets on. Calls come from many threads, in no order beyond `start` first and
/// `finish` last; a listener must be quick, for the index waits for it.
pub trait Progress: Send + Sync {
    /// The tree has been walked: this many files and bytes will be read.
    fn start(&self, files: u64, bytes: u64);
    /// One file is done, whatever became of it.
    fn file_done(&self, path: &str, lines: u64, bytes: u64);
    /// A step over the whole tree begins: `linking`, `publishing`.
    fn stage(&self, name: &str);
    /// A snapshot was published, and files wait that are not in it: more will follow.
    fn published(&self, snapshot: u64, waiting: u64);
    /// Nothing more will be said.
    fn finish(&self);
}

/// Hears and says nothing.
pub struct Silent;

impl Progress for Silent {
    fn start(&self, _files: u64, _bytes: u64) {}
    fn file_done(&self, _path: &str, _lines: u64, _bytes: u64) {}
    fn stage(&self, _name: &str) {}
    fn published(&self, _snapshot: u64, _waiting: u64) {}
    fn finish(&self) {}
}

/// What an index read, made and published.
#[derive(Clone, Debug, Default, Serialize)]
pub struct IndexReport {
    /// The tree.
    pub root: String,
    /// The store, as a later command can name it.
    pub store: String,
    /// The snapshot that was published.
    pub snapshot: u64,
    /// One row a language, by name.
    pub languages: Vec<LanguageCount>,
    /// Nodes of each kind that occurs, in the order of the kinds.
    pub nodes: Vec<KindCount>,
    /// Edges of each kind that occurs, in the order of the kinds.
    pub edges: Vec<KindCount>,
    /// What was done to come from the snapshot before to this one.
    pub update: Update,
    /// Wall-clock time, in seconds.
    #[serde(rename = "seconds", serialize_with = "seconds")]
    pub elapsed: Duration,
    /// The largest resident set of the process, in bytes; 0 where the system does not tell.
    pub peak_memory: u64,
    /// Bytes of the files that were read.
    pub source_bytes: u64,
    /// Bytes of the store on disk, all live segments together.
    pub store_bytes: u64,
    /// Source files that `.gitignore` and its like leave out, where they leave nothing; else 0.
    pub left_out: u64,
    /// Files with a status other than `ok`, by path.
    pub failures: Vec<Failure>,
}

/// How much of a tree an update had to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Update {
    /// Nothing was reused: a first index, one of another version, or a fresh one.
    pub full: bool,
    /// Files that came, changed, went, stayed.
    pub added: u64,
    pub changed: u64,
    pub removed: u64,
    pub unchanged: u64,
    /// Files whose links to others are not as they were.
    pub relinked: u64,
}

/// Files and lines of one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LanguageCount {
    pub language: String,
    pub files: u64,
    pub lines: u64,
    pub bytes: u64,
}

/// How many rows there are of a kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct KindCount {
    pub kind: String,
    pub count: u64,
}

/// A file that is not, or not wholly, in the graph.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Failure {
    pub path: String,
    /// `partial`, `skipped` or `failed`.
    pub status: String,
    pub reason: String,
}

impl IndexReport {
    pub fn files(&self) -> u64 {
        self.languages.iter().map(|l| l.files).sum()
    }

    pub fn lines(&self) -> u64 {
        self.languages.iter().map(|l| l.lines).sum()
    }
}

fn seconds<S: serde::Serializer>(elapsed: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(elapsed.as_secs_f64())
}
