//! The questions people ask first, timed warm over one store.
//!
//! `cargo run --release -p stoa-benches --bin queries -- [--rounds N] STORE`. Each question runs once cold, then N times; the
//! median of those is shown and the fastest, the processor time of all threads a round, and the rows it gave. The processor
//! time tells a slow query from a busy machine.

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
        let engine = Engine::open(&arguments.store, EngineOptions::uncached()).await?;
        println!(
            "{:26} {:>9} {:>9} {:>9} {:>9} {:>9}",
            "question", "cold ms", "warm ms", "best ms", "cpu ms", "rows"
        );
        for (name, text) in QUESTIONS {
            let mut times = Vec::new();
            let mut rows = 0;
            let mut cold = 0.0;
            let mut processor = 0.0;
            for round in 0..=arguments.rounds {
                let started = Instant::now();
                let answer = engine.run_all(text).await.with_context(|| format!("{name}: {text}"))?;
                let elapsed = started.elapsed().as_secs_f64() * 1e3;
                rows = answer.iter().map(|batch| batch.num_rows()).sum();
                if round == 0 {
                    (cold, processor) = (elapsed, processor_ms());
                } else {
                    times.push(elapsed);
                }
            }
            let processor = (processor_ms() - processor) / arguments.rounds as f64;
            let best = times.iter().copied().fold(f64::NAN, f64::min);
            println!("{name:26} {cold:>9.1} {:>9.1} {best:>9.1} {processor:>9.1} {rows:>9}", median(times));
        }
        Ok(())
    })
}

/// The processor time of this process so far, all threads together, in milliseconds; 0 where the system does not tell.
fn processor_ms() -> f64 {
    // proc(5): user and system time are the 14th and 15th field, in hundredths of a second. The second field, a name in
    // brackets, may hold spaces.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields).split_ascii_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() * 10.0
}
