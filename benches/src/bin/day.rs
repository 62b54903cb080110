//! A replayed day of questions with edits in between, and a minute of everything at once.
//!
//! ```text
//! cargo run --release -p stoa-benches --bin day -- TREE                    the day: hits, and that no answer is stale
//! cargo run --release -p stoa-benches --bin day -- --load 60 TREE          the minute: errors, wrong answers, times, memory
//! ```

use clap::Parser;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;
use stoa_benches::day::{Workplace, load, replay};

/// What the `stoa` command allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Arguments {
    /// Questions of the day.
    #[arg(long, default_value_t = 2000)]
    questions: u64,
    /// Edits of the day, each published before the next question.
    #[arg(long, default_value_t = 48)]
    edits: u64,
    /// Instead of the day, so many seconds of load.
    #[arg(long, value_name = "SECONDS")]
    load: Option<u64>,
    #[arg(long, default_value_t = 20)]
    workers: usize,
    /// The memory of the session, in MB; indexing has as much again.
    #[arg(long, default_value_t = 512)]
    memory: usize,
    tree: PathBuf,
}

fn main() -> anyhow::Result<ExitCode> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let budget = arguments.memory << 20;
        let place = Arc::new(Workplace::of(&arguments.tree, budget as u64).await?);
        println!("{} files", place.files());
        let Some(seconds) = arguments.load else {
            let day = replay(&place, arguments.questions, arguments.edits).await?;
            println!("{} questions, {} edits", day.questions, day.edits);
            for (used, (count, ms)) in &day.uses {
                println!("{used:>10} {count:>6} {:>9.2} ms each", ms / *count as f64);
            }
            println!("hit rate {:.1} %, {} wrong", day.hit_rate * 100.0, day.wrong);
            return Ok(if day.wrong == 0 && day.hit_rate > 0.8 { ExitCode::SUCCESS } else { ExitCode::FAILURE });
        };
        let load = load(Arc::clone(&place), arguments.workers, Duration::from_secs(seconds), budget).await?;
        println!(
            "{} workers, {:.1} s: {} answers of {} snapshots, {} errors, {} wrong, {:.1} % from the cache",
            arguments.workers,
            load.seconds,
            load.answers,
            load.snapshots,
            load.errors.len(),
            load.wrong,
            load.hit_rate * 100.0
        );
        println!(
            "people waited {} times: {:.1} ms in the middle, {:.1} for 95, {:.1} for 99 of 100, {:.1} at most",
            load.people, load.p50, load.p95, load.p99, load.longest
        );
        println!(
            "memory {} MB before, {} MB at most, of {} MB for the session and as much for indexing",
            load.memory_before >> 20,
            load.memory_peak >> 20,
            arguments.memory
        );
        for error in load.errors.iter().take(5) {
            println!("{error}");
        }
        Ok(if load.errors.is_empty() && load.wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    })
}
