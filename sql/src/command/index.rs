//! `stoa index`: a tree into a store.

use std::io::Write;
use std::path::Path;
use stoa_indexer::{IndexOptions, IndexReport, Progress};

use super::arguments::IndexArgs;
use super::progress::Bar;
use super::{location, summary};
use crate::output::Sink;
use crate::printer::terminal_width;

pub fn run(arguments: &IndexArgs) -> anyhow::Result<()> {
    let options = IndexOptions {
        store: Some(arguments.store.clone().unwrap_or_else(|| location::of_tree(&arguments.path))),
        languages: arguments.languages.clone(),
        ignored: arguments.no_ignore,
        jobs: arguments.jobs.map_or(0, usize::from),
        memory: arguments.memory,
        fresh: arguments.fresh,
        transient: false,
        progressive: arguments.progressive,
    };
    let report = index(&arguments.path, &options)?;
    let mut out = Sink::stdout();
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
    } else {
        out.write_all(summary::text(&report, terminal_width()).as_bytes())?;
    }
    Ok(out.flush()?)
}

/// Indexes with a progress bar.
pub fn index(root: &Path, options: &IndexOptions) -> anyhow::Result<IndexReport> {
    let bar = Bar::new();
    let indexed = stoa_indexer::index(root, options, &bar);
    // An error leaves the bar standing.
    bar.finish();
    Ok(indexed?)
}
