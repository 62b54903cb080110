//! `stoa import`: what another tool knows, into a store.

use std::io::Write;
use stoa_importer::{Format, ImportOptions};

use super::arguments::{ImportArgs, ImportFormat};
use super::progress::Bar;
use super::summary;
use crate::output::Sink;
use crate::printer::terminal_width;

pub fn run(arguments: &ImportArgs) -> anyhow::Result<()> {
    let options = ImportOptions {
        format: match arguments.format {
            ImportFormat::Ctags => Format::Ctags,
            ImportFormat::JoernCsv => Format::JoernCsv,
            ImportFormat::JoernGraphml => Format::JoernGraphml,
            ImportFormat::Scip => Format::Scip,
        },
        input: arguments.path.clone(),
        store: arguments.store.clone(),
        source: arguments.source.clone(),
        replace: arguments.replace,
    };
    let bar = Bar::new();
    let imported = stoa_importer::import(&options, &bar);
    // An error leaves the bar standing.
    stoa_indexer::Progress::finish(&bar);
    let report = imported?;
    let mut out = Sink::stdout();
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
    } else {
        out.write_all(summary::text(&report, terminal_width()).as_bytes())?;
    }
    Ok(out.flush()?)
}
