//! `stoa sql`: a shell, or statements from arguments, files and standard input.

use anyhow::{Context, bail};
use std::io::{IsTerminal, Read};
use stoa_indexer::IndexOptions;
use stoa_session::SessionOptions;
use stoa_store::{Store, StoreError};
use tokio::runtime::Runtime;

use super::arguments::SqlArgs;
use super::{index, location};
use crate::output::Format;
use crate::printer::Printer;
use crate::{Engine, EngineOptions, shell};

pub fn run(arguments: &SqlArgs, runtime: &Runtime) -> anyhow::Result<()> {
    let extension = arguments.output.as_deref().and_then(Format::of_file);
    let format = arguments.format.or(extension).unwrap_or(Format::Table);
    if format == Format::Parquet && arguments.output.is_none() {
        bail!("parquet goes to a file: add -o FILE.parquet");
    }
    let store = store(arguments, runtime)?;
    let within = |bytes: u64| SessionOptions::within(bytes as usize);
    let session = arguments.memory.map_or_else(SessionOptions::of_machine, within);
    let options = EngineOptions { session, models: arguments.models.clone() };
    let engine = runtime.block_on(async {
        match &arguments.at {
            Some(moment) => Engine::open_at(&store, moment, options).await,
            None => Engine::open(&store, options).await,
        }
    })?;

    let asked = !arguments.commands.is_empty() || !arguments.files.is_empty();
    if !asked && std::io::stdin().is_terminal() && arguments.output.is_none() {
        let done = shell::run(&engine, runtime, format);
        runtime.block_on(engine.close());
        return done;
    }
    let mut printer = match &arguments.output {
        Some(path) => Printer::file(format, path).with_context(|| path.display().to_string())?,
        None => Printer::stdout(format, false),
    };
    let mut done = Ok(());
    for text in texts(arguments, asked)? {
        done = runtime.block_on(printer.run(&engine, &text));
        if done.is_err() {
            break;
        }
    }
    // Answers that are being written for others.
    runtime.block_on(engine.close());
    Ok(done?)
}

/// The store to ask, indexed first if a tree is named that has none.
fn store(arguments: &SqlArgs, runtime: &Runtime) -> anyhow::Result<String> {
    let Some(source) = &arguments.source else {
        return location::named_or_nearest(arguments.store.as_deref());
    };
    let store = location::of_tree(source);
    if !runtime.block_on(is_indexed(&store))? {
        eprintln!("indexing {} …", source.display());
        let options = IndexOptions { store: Some(store.clone()), ..IndexOptions::default() };
        let report = index::index(source, &options)?;
        eprintln!(
            "indexed {} files, {} lines in {:.1} s into {}",
            report.files(),
            report.lines(),
            report.elapsed.as_secs_f64(),
            report.store
        );
    }
    Ok(store)
}

/// Whether a snapshot was published; a folder left by an index that was stopped holds none.
async fn is_indexed(store: &str) -> Result<bool, StoreError> {
    match Store::open(store).await {
        Ok(store) => Ok(store.latest().await?.is_some()),
        Err(StoreError::NoStore { .. } | StoreError::NoSnapshot { .. }) => Ok(false),
        Err(error) => Err(error),
    }
}

/// What to run: every -c, then every -f; standard input when neither is given.
fn texts(arguments: &SqlArgs, asked: bool) -> anyhow::Result<Vec<String>> {
    let mut texts = arguments.commands.clone();
    for file in &arguments.files {
        texts.push(std::fs::read_to_string(file).with_context(|| file.display().to_string())?);
    }
    if !asked {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("standard input")?;
        texts.push(text);
    }
    Ok(texts)
}
