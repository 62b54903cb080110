//! `stoa scan`: rules over a tree or a store.

use anyhow::{Context, bail};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use stoa_indexer::IndexOptions;
use stoa_session::SessionOptions;
use stoa_store::CacheLimits;
use tokio::runtime::Runtime;

use super::arguments::{FailOn, ScanArgs, ScanFormat};
use super::{index, location, summary};
use crate::output::Sink;
use crate::printer::terminal_width;
use crate::scan::{self, Baseline, Counts, Scan, json, markdown, sarif, table, terminal};
use crate::{Engine, EngineOptions, rules};

/// Scans; the exit code says whether there is a new finding that is bad enough.
pub fn run(arguments: &ScanArgs, runtime: &Runtime) -> anyhow::Result<ExitCode> {
    let chosen = rules::select(&arguments.rules, arguments.severity)?;
    let baseline = match (&arguments.baseline, arguments.write_baseline) {
        (Some(path), false) => Some(Baseline::read(path)?),
        _ => None,
    };
    let format = arguments.format.or_else(|| arguments.output.as_deref().and_then(ScanFormat::of_file));
    let format = format.unwrap_or(ScanFormat::Table);

    let (store, temporary) = store(arguments)?;
    // What is kept in a store that goes with the scan is nobody's.
    let nothing = CacheLimits { bytes: 0, age: 0 };
    let session = SessionOptions {
        shared_cache: temporary.is_some().then_some(nothing),
        query_log: temporary.is_none(),
        keeps_statements: temporary.is_none(),
        ..SessionOptions::default()
    };
    let together = session.target_partitions;
    let options = EngineOptions {
        session: SessionOptions { target_partitions: 1, ..session },
        models: arguments.models.clone(),
    };
    let all_rules = arguments.rules.is_empty() && arguments.severity.is_none();
    let mut scan = runtime.block_on(async {
        let engine = Engine::open(&store, options).await?;
        let mut scan = scan::scan(&engine, &chosen, together).await?;
        if temporary.is_none()
            && let Some(session) = engine.session()
            // A store that may only be read is scanned all the same.
            && let Err(error) = table::keep(session, &scan, all_rules).await
        {
            scan.notes.push(format!("the findings are not kept in the store: {error}"));
        }
        anyhow::Ok(scan)
    })?;
    let fixed = baseline.as_ref().map(|baseline| baseline.compare(&mut scan));
    let counts = Counts::of(&scan, fixed);
    if let (Some(path), true) = (&arguments.baseline, arguments.write_baseline) {
        let baseline = Baseline::of(&scan);
        baseline.write(path)?;
        eprintln!("{}: {} findings are the baseline from now on", path.display(), baseline.len());
    }
    write(&scan, &counts, format, arguments.output.as_deref(), baseline.is_some())?;
    let failing = match arguments.fail_on.severity() {
        Some(least) if !arguments.write_baseline => counts.at_least(least),
        _ => 0,
    };
    Ok(ExitCode::from(u8::from(failing > 0)))
}

/// The store to scan: indexed now from the tree that is named, or as it is. A store that was made for this scan alone
/// goes when it is dropped.
fn store(arguments: &ScanArgs) -> anyhow::Result<(String, Option<tempfile::TempDir>)> {
    let tree: PathBuf = match (&arguments.path, &arguments.store) {
        (Some(path), _) => path.clone(),
        (None, Some(store)) => return Ok((store.clone(), None)),
        (None, None) => PathBuf::from("."),
    };
    if !tree.is_dir() {
        bail!(
            "{} is not a folder; a scan is of a whole tree, since what a file does depends on the others",
            tree.display()
        );
    }
    let own = tree.join(location::FOLDER);
    let (store, temporary) = match &arguments.store {
        Some(store) => (store.clone(), None),
        None if own.is_dir() => (location::of_tree(&tree), None),
        None => {
            let folder = tempfile::Builder::new().prefix("stoa-scan-").tempdir();
            let folder = folder.context("a temporary store cannot be made; name one with --store DIR")?;
            (stoa_indexer::store_location(&folder.path().join("store")), Some(folder))
        }
    };
    let options = IndexOptions {
        store: Some(store.clone()),
        ignored: arguments.no_ignore,
        jobs: arguments.jobs.map_or(0, usize::from),
        memory: arguments.memory,
        transient: temporary.is_some(),
        ..IndexOptions::default()
    };
    let report = index::index(&tree, &options)?;
    if let Some(hint) = summary::left_out(&report) {
        eprintln!("{hint}");
    }
    Ok((store, temporary))
}

fn write(
    scan: &Scan,
    counts: &Counts,
    format: ScanFormat,
    output: Option<&Path>,
    compared: bool,
) -> anyhow::Result<()> {
    let to = |path: &Path| path.display().to_string();
    let mut out = match output {
        Some(path) => Sink::create(path).with_context(|| to(path))?,
        None => Sink::stdout(),
    };
    match format {
        ScanFormat::Table => {
            let look = match output {
                None if std::io::stdout().is_terminal() => {
                    terminal::Look { colour: console::colors_enabled(), width: terminal_width() }
                }
                _ => terminal::Look::default(),
            };
            out.write_all(terminal::text(scan, counts, look).as_bytes())?;
        }
        ScanFormat::Sarif => sarif::write(scan, compared, &mut out)?,
        ScanFormat::Json => json::write(scan, counts, &mut out)?,
        ScanFormat::Markdown => out.write_all(markdown::text(scan, counts).as_bytes())?,
    }
    out.flush()?;
    if format != ScanFormat::Table || output.is_some() {
        eprint!("{}", scan::summary_line(scan, counts));
    }
    Ok(())
}

impl FailOn {
    fn severity(self) -> Option<rules::Severity> {
        match self {
            FailOn::Critical => Some(rules::Severity::Critical),
            FailOn::High => Some(rules::Severity::High),
            FailOn::Medium => Some(rules::Severity::Medium),
            FailOn::Low => Some(rules::Severity::Low),
            FailOn::Info => Some(rules::Severity::Info),
            FailOn::Never => None,
        }
    }
}

impl ScanFormat {
    /// The format that a file's ending asks for.
    fn of_file(path: &Path) -> Option<ScanFormat> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "sarif" => Some(ScanFormat::Sarif),
            "json" => Some(ScanFormat::Json),
            "md" => Some(ScanFormat::Markdown),
            _ => None,
        }
    }
}
