//! Graph functions through SQL beside the libraries people use: ratios to the fastest of them.
//!
//! `cargo run --release -p stoa-benches --bin graph_ratios -- SQL.json LIBRARIES.json [--at-most 1.0]`, over what
//! `graph_sql` and `graph_libraries/run.py` wrote of the same files on the same cores. Exits with 1 if a ratio is greater.

use anyhow::{Context, Result};
use clap::Parser;
use serde_json::{Map, Value};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Parser)]
struct Arguments {
    /// What `graph_sql` wrote.
    sql: PathBuf,
    /// What `graph_libraries/run.py` wrote.
    libraries: PathBuf,
    /// The greatest ratio of a warm query that passes.
    #[arg(long)]
    at_most: Option<f64>,
}

/// The names under which this engine stands in either file.
const WARM: &str = "stoa sql";
const COLD: &str = "stoa sql, cold";
const OURS: &str = "stoa";

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let (sql, libraries) = (read(&arguments.sql)?, read(&arguments.libraries)?);
    let mut slower = Vec::new();
    println!(
        "{:24} {:18} {:>9} {:>9}  {:24} {:>7} {:>7}",
        "graph", "kernel", "cold s", "warm s", "fastest library s", "cold ×", "warm ×"
    );
    let mut compared = 0;
    for (graph, kernels) in &sql {
        let Some(others) = libraries.get(graph) else { continue };
        let kernels = kernels["kernels"].as_object().context("no kernels")?;
        for (kernel, times) in kernels {
            let (Some(warm), Some(cold)) = (median(&times[WARM]), median(&times[COLD])) else { continue };
            let Some((library, least)) = fastest(&others["kernels"][kernel]) else { continue };
            compared += 1;
            let beside = format!("{least:.4} {library}");
            println!(
                "{graph:24} {kernel:18} {cold:9.4} {warm:9.4}  {beside:24} {:7.2} {:7.2}",
                cold / least,
                warm / least
            );
            if arguments.at_most.is_some_and(|most| warm / least > most) {
                slower.push(format!("{graph}: {kernel}"));
            }
        }
    }
    anyhow::ensure!(compared > 0, "no kernel of a graph stands in both files");
    if slower.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    eprintln!("slower than the fastest library: {}", slower.join("; "));
    Ok(ExitCode::FAILURE)
}

fn read(path: &Path) -> Result<Map<String, Value>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

fn median(times: &Value) -> Option<f64> {
    times["median"].as_f64()
}

/// The library with the least median.
fn fastest(row: &Value) -> Option<(&str, f64)> {
    let rows = row.as_object()?.iter().filter(|(name, _)| *name != OURS);
    let medians = rows.filter_map(|(name, times)| Some((name.as_str(), median(times)?)));
    medians.min_by(|a, b| a.1.total_cmp(&b.1))
}
