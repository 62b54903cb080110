//! How the time of the questions people ask grows with the store.
//!
//! `cargo run --release -p stoa-benches --bin suite -- --modules 100,500,1000,2000 [-o DIR] TREE`, or `--lines 1M,2M,5M`.
//! Parts of the tree of these sizes, each with the smaller ones in it, are copied, indexed and asked, in a session that keeps
//! no answer (or does, with `--kept`). `DIR/measurements.parquet` gets a row for every run, `stoa-frames` fits how time grows with nodes and edges,
//! and the exit code is 1 if a question surely (95 %) grows faster than linearly. Nothing is taken off the times: they are what people wait for.

use anyhow::Context;
use clap::Parser;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;
use stoa_benches::median;
use stoa_benches::questions::{Asker, QUESTIONS};
use stoa_benches::sample::{Folders, Unit};
use stoa_datasets::scaling::fit::Fit;
use stoa_datasets::scaling::parse_count;
use stoa_datasets::scaling::record::{self, Record};
use stoa_indexer::{IndexOptions, IndexReport, Silent};
use stoa_session::SessionOptions;
use stoa_sql::{Engine, EngineOptions};

/// What the `stoa` command allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Arguments {
    /// How many source files the parts have.
    #[arg(long, value_name = "SIZES", value_delimiter = ',', value_parser = parse_count, required_unless_present = "lines", conflicts_with = "lines")]
    modules: Vec<u64>,
    /// How many lines the parts have, as in 1M,2M,5M.
    #[arg(long, value_name = "SIZES", value_delimiter = ',', value_parser = parse_count)]
    lines: Vec<u64>,
    /// Runs of each question, after one to warm up.
    #[arg(long, value_name = "N", default_value_t = 11)]
    runs: u32,
    /// Ask a session that keeps answers, as `stoa sql` does: all but the first run are answered from what it kept.
    #[arg(long)]
    kept: bool,
    /// The directory for measurements.parquet and fit.parquet.
    #[arg(short = 'o', long, value_name = "DIR", default_value = "suite")]
    output: PathBuf,
    tree: PathBuf,
}

/// The exponent of growth that a question must not have for sure.
const LINEAR: f64 = 1.0;
/// The name under which an index is told.
const INDEX: &str = "(index)";

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let fit = Fit::find()?;
    std::fs::create_dir_all(&arguments.output)?;
    let (unit, mut sizes) = match &arguments.modules[..] {
        [] => (Unit::Lines, arguments.lines.clone()),
        modules => (Unit::Modules, modules.to_vec()),
    };
    sizes.sort_unstable();
    let folders = Folders::of(&arguments.tree);
    let folder = tempfile::tempdir()?;
    let part = folder.path().join("tree");
    let mut records = Vec::new();
    for size in sizes {
        folders.copy(unit, size, &part)?;
        let store = folder.path().join("store");
        let options =
            IndexOptions { store: Some(store.display().to_string()), fresh: true, ..IndexOptions::default() };
        let report = stoa_indexer::index(&part, &options, &Silent)?;
        let measured = Measured::of(&arguments.tree, &report);
        println!("{measured}");
        records.push(measured.record(INDEX, "", "", 0, measured.seconds, 0));
        let runtime = tokio::runtime::Runtime::new()?;
        records.extend(runtime.block_on(ask(&measured, &report.store, &arguments))?);
        std::fs::remove_dir_all(&store)?;
    }
    folder.close()?;
    // By question, in the order of the suite.
    records.sort_by_key(|record| QUESTIONS.iter().position(|question| question.name == record.function));
    record::write(&records, &arguments.output.join(record::FILE))?;
    fit.run(&arguments.output, 0.95, false)
}

/// A part of a tree that was indexed.
struct Measured {
    family: String,
    files: u64,
    lines: u64,
    nodes: u64,
    edges: u64,
    seconds: f64,
}

impl Measured {
    fn of(tree: &Path, report: &IndexReport) -> Measured {
        Measured {
            family: tree.file_name().unwrap_or_default().to_string_lossy().into_owned(),
            files: report.languages.iter().map(|language| language.files).sum(),
            lines: report.languages.iter().map(|language| language.lines).sum(),
            nodes: report.nodes.iter().map(|kind| kind.count).sum(),
            edges: report.edges.iter().map(|kind| kind.count).sum(),
            seconds: report.elapsed.as_secs_f64(),
        }
    }

    fn record(&self, name: &str, asker: &str, sql: &str, run: u32, seconds: f64, rows: u64) -> Record {
        Record {
            function: name.to_owned(),
            complexity: asker.to_owned(),
            stated_exponent: None,
            limit: (name != INDEX).then_some(LINEAR),
            family: self.family.clone(),
            nodes: self.nodes,
            edges: self.edges,
            sql: sql.to_owned(),
            acyclic: false,
            run,
            seconds,
            algorithm_seconds: 0.0,
            fixed_seconds: 0.0,
            rows,
        }
    }
}

impl std::fmt::Display for Measured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Measured { family, files, lines, nodes, edges, seconds } = self;
        write!(
            f,
            "{family}: {files} files, {lines} lines, {nodes} nodes, {edges} edges, indexed in {seconds:.2} s"
        )
    }
}

/// Asks every question of a store, once to warm up and then so many times; prints what people wait for.
async fn ask(measured: &Measured, store: &str, arguments: &Arguments) -> anyhow::Result<Vec<Record>> {
    // As `stoa sql` does.
    let mut session = SessionOptions::of_machine();
    if !arguments.kept {
        session.result_cache_bytes = 0;
    }
    let engine = Engine::open(store, EngineOptions { session, ..EngineOptions::default() }).await?;
    let mut records = Vec::new();
    for question in QUESTIONS {
        let asker = match question.asker {
            Asker::Person => "person",
            Asker::Algorithm => "algorithm",
            Asker::Detector => "detector",
            Asker::Export => "export",
        };
        let mut times = Vec::new();
        for run in 0..=arguments.runs {
            let started = Instant::now();
            let answer = engine.run_all(question.sql).await.with_context(|| question.sql)?;
            let seconds = started.elapsed().as_secs_f64();
            if run > 0 {
                let rows = answer.iter().map(|batch| batch.num_rows() as u64).sum();
                records.push(measured.record(question.name, asker, question.sql, run, seconds, rows));
                times.push(seconds * 1e3);
            }
        }
        println!("{:>9.1} ms  {}", median(times), question.name);
    }
    Ok(records)
}
