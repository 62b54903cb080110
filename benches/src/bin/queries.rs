//! The questions people ask first, timed warm over one store.
//!
//! `cargo run --release -p stoa-benches --bin queries -- [--rounds N] STORE`. Each question runs once cold, then N times; the
//! median of those is shown, with the rows it gave.

use anyhow::Context;
use clap::Parser;
use std::time::Instant;
use stoa_benches::median;
use stoa_sql::{Engine, EngineOptions};

/// What the `stoa` command allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Arguments {
    /// Warm rounds.
    #[arg(long, default_value_t = 11)]
    rounds: usize,
    /// A store, as `stoa index` wrote it.
    store: String,
}

const QUESTIONS: &[(&str, &str)] = &[
    ("count nodes", "SELECT count(*) FROM nodes"),
    ("nodes by kind", "SELECT kind, count(*) FROM nodes GROUP BY kind"),
    ("edges by kind", "SELECT kind, count(*) FROM stored.edges GROUP BY kind"),
    ("lines by language", "SELECT language, sum(lines) FROM files GROUP BY language"),
    ("methods by name", "SELECT id, full_name, path, line FROM methods WHERE name = 'close'"),
    ("types by name", "SELECT id, full_name, path, line FROM types WHERE name = 'Error'"),
    ("calls of a function", "SELECT id, path, line FROM calls WHERE name = 'close'"),
    ("callers of a function", "SELECT caller_name, resolution FROM call_graph WHERE callee_name = 'close'"),
    (
        "most called",
        "SELECT name, count(*) FROM calls WHERE NOT is_operator GROUP BY name ORDER BY 2 DESC LIMIT 10",
    ),
    ("code of a method's calls", "SELECT code FROM calls WHERE name = 'close' LIMIT 20"),
];

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let engine = Engine::open(&arguments.store, EngineOptions::default()).await?;
        println!("{:26} {:>9} {:>9} {:>9}", "question", "cold ms", "warm ms", "rows");
        for (name, text) in QUESTIONS {
            let mut times = Vec::new();
            let mut rows = 0;
            let mut cold = 0.0;
            for round in 0..=arguments.rounds {
                let started = Instant::now();
                let answer = engine.run_all(text).await.with_context(|| format!("{name}: {text}"))?;
                let elapsed = started.elapsed().as_secs_f64() * 1e3;
                rows = answer.iter().map(|batch| batch.num_rows()).sum();
                if round == 0 { cold = elapsed } else { times.push(elapsed) }
            }
            println!("{:26} {:>9.1} {:>9.1} {:>9}", name, cold, median(times), rows);
        }
        Ok(())
    })
}
