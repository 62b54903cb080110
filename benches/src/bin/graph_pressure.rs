//! Many graph functions at once under one budget of memory: each finishes, or says what it lacked.
//!
//! `cargo run --release -p stoa-benches --bin graph_pressure -- [--memory MB] [--queries N] EDGES.parquet`. Prints how many
//! finished, how many were refused and why, and the peak memory of the process. Exits with 1 if anything else happened.

use anyhow::Result;
use clap::Parser;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use stoa_datasets::scaling::empty_store;
use stoa_datasets::scaling::question::EDGES;
use stoa_sql::{Engine, EngineOptions};

/// What the `stoa` command allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Arguments {
    /// A Parquet file with the columns src and dst.
    edges: PathBuf,
    /// The session's budget, in MB.
    #[arg(long, default_value_t = 512)]
    memory: usize,
    /// How many queries run at once.
    #[arg(long, default_value_t = 64)]
    queries: usize,
}

const FUNCTIONS: &[&str] = &[
    "pagerank",
    "weakly_connected_components",
    "strongly_connected_components",
    "label_propagation",
    "louvain",
    "k_core",
    "triangle_count",
    "degree",
];

/// Parts of the edges: a query has its own graph, or shares it with few others.
const PARTS: usize = 8;

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let store = empty_store(folder.path())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut options = EngineOptions::default();
        options.session.memory_limit = Some(arguments.memory << 20);
        let engine = Arc::new(Engine::open(&store, options).await?);
        let location = std::path::absolute(&arguments.edges)?.display().to_string().replace('\'', "''");
        let table = format!("CREATE EXTERNAL TABLE {EDGES} STORED AS PARQUET LOCATION '{location}'");
        engine.run_all(&table).await?;
        let started = Instant::now();
        let running: Vec<_> = (0..arguments.queries)
            .map(|number| {
                let function = FUNCTIONS[number % FUNCTIONS.len()];
                let part = number / FUNCTIONS.len() % PARTS;
                let sql = format!(
                    "SELECT count(*) FROM {function}(edges => (SELECT src, dst FROM {EDGES} WHERE dst % {PARTS} <= {part}))"
                );
                let engine = Arc::clone(&engine);
                tokio::spawn(async move { engine.run_all(&sql).await.map_err(|error| error.to_string()) })
            })
            .collect();
        let (mut finished, mut other) = (0, 0);
        let mut refused: BTreeMap<String, usize> = BTreeMap::new();
        for one in running {
            match one.await? {
                Ok(_) => finished += 1,
                Err(error) => {
                    other += usize::from(!error.to_lowercase().contains("resources exhausted"));
                    let line = error.lines().next().unwrap_or_default();
                    *refused.entry(line.chars().take(160).collect()).or_default() += 1;
                }
            }
        }
        let seconds = started.elapsed().as_secs_f64();
        println!("{finished} of {} finished in {seconds:.1} s under {} MB", arguments.queries, arguments.memory);
        for (error, count) in &refused {
            println!("{count:4} × {error}");
        }
        println!("peak memory of the process {:.0} MB", stoa_indexer::peak_memory() as f64 / 1e6);
        Ok(if other == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
