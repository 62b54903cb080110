//! What other tools know about source, into the tables of a store.
//!
//! In: a list of tags, a SCIP index, an export of Joern's graph; a store; and, if somebody has it, the source. Out: a published
//! snapshot and a report, or one error. What comes in was made elsewhere and may be cut short, damaged or of another make: what
//! can be read is kept, and the rest is told in a row of `files` named `<import>`. Never here: parsing source, control
//! flow, a name resolved that the input does not resolve.
//!
//! ```text
//! ctags  ─┐
//! scip   ─┼─► nodes of a file, in any order ──► forest ──► writer ─────────► snapshot
//! joern  ─┘   edges, by what the input calls    pre-order   columns,
//!             their ends                        ids         segments
//! ```
//!
//! Every file of an import says what it was made from (`files.origin`) and which layers of the graph it has
//! (`files.layers`). The settings of the snapshot say the same of all files together, so that a session can warn who asks
//! for a layer that is not there without reading `files`.

mod ctags;
mod error;
mod forest;
mod joern;
mod languages;
mod scip;
mod text;
mod writer;

pub use error::ImportError;

use std::path::{Path, PathBuf};
use std::time::Instant;
use stoa_indexer::{IndexReport, Progress};
use stoa_model::Origin;
use stoa_model::layers::ORIGIN_SETTING;
use stoa_store::{Snapshot, Store};

use writer::Writer;

/// The setting of a snapshot that says what of its input the tables have no room for.
pub const LEFT_OUT: &str = "left_out";

/// A format that can be imported.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// Universal Ctags' JSON lines (`ctags --output-format=json`).
    Ctags,
    /// Joern's export as CSV for Neo4j: a directory (`joern-export --repr=all --format=neo4jcsv`).
    JoernCsv,
    /// Joern's export as GraphML: a file, or a directory of them (`joern-export --format=graphml`).
    JoernGraphml,
    /// A SCIP index.
    Scip,
}

impl Format {
    /// Every format, by name.
    pub const ALL: &'static [Format] = &[Format::Ctags, Format::JoernCsv, Format::JoernGraphml, Format::Scip];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Ctags => "ctags",
            Format::JoernCsv => "joern-csv",
            Format::JoernGraphml => "joern-graphml",
            Format::Scip => "scip",
        }
    }

    /// What rows made from it say of their origin.
    pub const fn origin(self) -> Origin {
        match self {
            Format::Ctags => Origin::Ctags,
            Format::JoernCsv | Format::JoernGraphml => Origin::Joern,
            Format::Scip => Origin::Scip,
        }
    }
}

/// What to import and where to.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    pub format: Format,
    /// The file or directory to read.
    pub input: PathBuf,
    /// The store: a directory or the URL of an object store.
    pub store: String,
    /// The source tree that the input tells of, if it is here: its text is stored, and places are made exact by it.
    pub source: Option<PathBuf>,
    /// Whether to publish over a snapshot that was made from something else.
    pub replace: bool,
}

/// Imports, and publishes a snapshot that holds the import alone. Not to be called from asynchronous code: it waits for a
/// runtime of its own.
pub fn import(options: &ImportOptions, progress: &dyn Progress) -> Result<IndexReport, ImportError> {
    let started = Instant::now();
    let metadata = std::fs::metadata(&options.input).map_err(|e| ImportError::read(&options.input, e))?;
    if let Some(source) = &options.source
        && !source.is_dir()
    {
        return Err(ImportError::NotADirectory { path: source.clone() });
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|e| ImportError::Runtime { why: e.to_string() })?;
    let store = runtime.block_on(Store::open_or_create(&options.store))?;
    let _lock = store.lock_writer()?;
    let latest = runtime.block_on(store.latest())?;
    if let Some(latest) = latest.as_ref().filter(|_| !options.replace) {
        let holds = latest.settings.get(ORIGIN_SETTING).map_or(Origin::Source.as_str(), String::as_str);
        if holds != options.format.origin().as_str() {
            return Err(ImportError::HoldsOther {
                store: store.location().to_owned(),
                holds: holds.to_owned(),
                wanted: options.format.origin().as_str(),
            });
        }
    }
    // What a killed run left behind goes first, so that the disk does not fill with it.
    let retention = latest.as_ref().map(Snapshot::retention).unwrap_or_default();
    runtime.block_on(store.vacuum(&retention, false))?;

    progress.stage("reading");
    let mut writer = Writer::new(&store, runtime.handle(), latest.as_ref(), options)?;
    let input = options.input.as_path();
    match options.format {
        Format::Ctags => ctags::read(input, &mut writer)?,
        Format::Scip => scip::read(input, &mut writer)?,
        Format::JoernCsv => joern::read_csv(input, metadata.is_dir(), &mut writer)?,
        Format::JoernGraphml => joern::read_graphml(input, &mut writer)?,
    }
    progress.stage("publishing");
    let mut report = writer.publish(latest.as_ref())?;
    progress.finish();
    report.root = shown(&options.input);
    report.elapsed = started.elapsed();
    report.peak_memory = stoa_indexer::peak_memory();
    Ok(report)
}

/// A path as messages and settings show it.
fn shown(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
