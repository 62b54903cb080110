//! The `stoa-datasets` command.

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;
use stoa_datasets::generators::arguments::Generate;
use stoa_datasets::generators::shape;
use stoa_datasets::metrics::Oracle;
use stoa_datasets::{scaling, security};

/// Measure the graph against independent oracles, and make graphs to measure with.
#[derive(Parser)]
#[command(name = "stoa-datasets", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Compare the functions of a tree with those that universal-ctags finds.
    Ctags {
        /// The source tree.
        #[arg(long, value_name = "DIR")]
        source: PathBuf,
        /// Where to store the graph [default: a temporary directory].
        #[arg(long, value_name = "DIR")]
        store: Option<String>,
        /// Write what only ctags found to a file, one `path:line: name` a line.
        #[arg(long, value_name = "FILE")]
        mismatches: Option<PathBuf>,
    },
    /// Write a graph of some family to Parquet.
    #[command(subcommand)]
    Generate(Generate),
    /// Compare cyclomatic complexity with what lizard, radon or ESLint counts.
    Metrics {
        /// The source tree.
        #[arg(long, value_name = "DIR")]
        source: PathBuf,
        /// Where to store the graph [default: a temporary directory].
        #[arg(long, value_name = "DIR")]
        store: Option<String>,
        /// The tool to compare with; it must be on the PATH.
        #[arg(long, value_enum)]
        oracle: Oracle,
        /// Write each function that differs to a file, one `path:line: name: oracle, graph` a line.
        #[arg(long, value_name = "FILE")]
        mismatches: Option<PathBuf>,
    },
    /// Score call graphs against PyCG's micro-benchmark, by category.
    Pycg {
        /// The folder of the cases: `micro-benchmark/snippets` of a checkout.
        #[arg(long, value_name = "DIR")]
        cases: PathBuf,
        /// Score a call graph tool beside Stoa: a command that prints PyCG's JSON for `--package DIR DIR/main.py`.
        #[arg(long, value_name = "COMMAND")]
        beside: Option<String>,
        /// Write each missing and each wrong edge to a file.
        #[arg(long, value_name = "FILE")]
        mismatches: Option<PathBuf>,
    },
    Scaling(scaling::Options),
    Score(security::Options),
    /// Print the shape of a store's call graph, or of a generated one.
    Shape {
        /// The store.
        #[arg(long, value_name = "DIR", required_unless_present = "methods", conflicts_with = "methods")]
        store: Option<String>,
        /// Generate a call graph of so many methods.
        #[arg(long, value_name = "N")]
        methods: Option<u64>,
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
}

fn main() -> ExitCode {
    let command = Cli::parse().command;
    // Growth that is worse than stated is 1, so that a failure is something else.
    let failure = ExitCode::from(if matches!(command, Command::Scaling(_)) { 2 } else { 1 });
    run(command).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        failure
    })
}

fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Ctags { source, store, mismatches } => {
            let recalls = stoa_datasets::ctags::compare(&source, store.as_deref())?;
            print!("{}", stoa_datasets::ctags::table(&recalls));
            if let Some(path) = mismatches {
                std::fs::write(path, stoa_datasets::ctags::list(&recalls))?;
            }
        }
        Command::Metrics { source, store, oracle, mismatches } => {
            let agreements = stoa_datasets::metrics::compare(&source, store.as_deref(), oracle)?;
            print!("{}", stoa_datasets::metrics::table(&agreements));
            if let Some(path) = mismatches {
                std::fs::write(path, stoa_datasets::metrics::list(&agreements))?;
            }
        }
        Command::Pycg { cases, beside, mismatches } => {
            let scored = stoa_datasets::pycg::score(&cases, beside.as_deref())?;
            print!("{}", stoa_datasets::pycg::table(&scored));
            if let Some(path) = mismatches {
                std::fs::write(path, stoa_datasets::pycg::list(&scored))?;
            }
        }
        Command::Generate(generate) => {
            eprintln!("{}", generate.run()?);
        }
        Command::Scaling(options) => return scaling::run(&options),
        Command::Score(options) => security::run(&options)?,
        Command::Shape { store, methods, seed } => {
            let shape = match (store, methods) {
                (Some(store), _) => shape::of_store(&store)?,
                (None, methods) => shape::of_generated(methods.unwrap_or_default(), seed)?,
            };
            print!("{}", shape.table());
        }
    }
    Ok(ExitCode::SUCCESS)
}
