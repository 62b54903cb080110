//! A tree from its source to findings, measures and features, each step a command, within a budget.
//!
//! `cargo build --release --workspace && target/release/end_to_end [--functions N] [--seconds S] [--megabytes MB] TREE` runs
//! the `stoa` beside this program on a new store and fails if the tree has fewer functions, if the steps together take
//! longer, or if one of them takes more memory.

use anyhow::{Context, bail};
use clap::Parser;
use std::path::PathBuf;
use stoa_benches::command::{run, stoa};
use stoa_sql::{Engine, EngineOptions};

#[derive(Parser)]
struct Arguments {
    /// The fewest functions with a body that the tree must have.
    #[arg(long, default_value_t = 10_000)]
    functions: u64,
    /// What all steps may take.
    #[arg(long, default_value_t = 30.0)]
    seconds: f64,
    /// The resident set that a step may have.
    #[arg(long, default_value_t = 1_024)]
    megabytes: u64,
    tree: PathBuf,
}

/// What is asked of the graph once it is there.
const QUESTIONS: &[(&str, &str)] = &[
    ("calls", "SELECT count(*), count(DISTINCT callee) FROM call_graph"),
    ("metrics of every function", "SELECT count(*), max(cyclomatic) FROM method_metrics"),
    ("pagerank", "SELECT count(*), max(score) FROM pagerank(edges => 'CALL')"),
    ("louvain", "SELECT count(DISTINCT community) FROM louvain(edges => 'CALL')"),
    (
        "cycles of calls",
        "SELECT count(DISTINCT component) FROM strongly_connected_components(edges => 'CALL')",
    ),
];

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let stoa = stoa()?;
    let folder = tempfile::tempdir()?;
    let place = |name: &str| folder.path().join(name).display().to_string();
    let (tree, store) = (arguments.tree.display().to_string(), place("store"));
    let (mut all, mut most) = (0.0, 0);
    let mut step = |name: &str, command: &[&str]| -> anyhow::Result<()> {
        let taken = run(&stoa, command).with_context(|| name.to_owned())?;
        println!("{:>8.2} s {:>6} MB  {name}", taken.seconds, taken.resident >> 20);
        all += taken.seconds;
        most = most.max(taken.resident >> 20);
        Ok(())
    };
    step("index, all layers", &["index", &tree, "--store", &store])?;
    for (name, question) in QUESTIONS {
        step(name, &["sql", "--store", &store, "--format", "csv", "-c", question])?;
    }
    let features =
        format!("COPY (SELECT * FROM method_metrics) TO '{}' STORED AS PARQUET", place("f.parquet"));
    step("features, written as Parquet", &["sql", "--store", &store, "-c", &features])?;
    step(
        "findings of every rule",
        &["scan", "--store", &store, "--fail-on", "never", "-o", &place("f.sarif")],
    )?;

    let functions = tokio::runtime::Runtime::new()?.block_on(functions(&store))?;
    println!("{all:>8.2} s {most:>6} MB  together, of {functions} functions");
    if functions < arguments.functions {
        bail!("{tree} has {functions} functions, not {}", arguments.functions);
    }
    if all > arguments.seconds || most > arguments.megabytes {
        bail!("more than {} s or {} MB", arguments.seconds, arguments.megabytes);
    }
    Ok(())
}

/// How many functions with a body a store has.
async fn functions(store: &str) -> anyhow::Result<u64> {
    let engine = Engine::open(store, EngineOptions::uncached()).await?;
    let rows = engine.run_all("SELECT id FROM method_metrics").await?;
    Ok(rows.iter().map(|batch| batch.num_rows() as u64).sum())
}
