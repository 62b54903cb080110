//! What is left to do when others have taken the memory.
//!
//! `cargo run --release -p stoa-benches --bin pressure -- [--taken PERCENT] TREE` takes a part of the machine's memory (80 % by default) and
//! holds it, then indexes a tree with the `stoa` beside this program and asks questions of it, each in a process of its own. It
//! fails if one of them has 100 MB resident or more, or a question takes a second. Beside that it shows what is memory of the process's own: the
//! rest are pages of files, of the program above all. On a machine that others work on, take less.

use anyhow::{Context, bail};
use clap::Parser;
use std::path::PathBuf;
use stoa_benches::command::{run, stoa};
use stoa_session::telemetry::machine;

#[derive(Parser)]
struct Arguments {
    /// Percent of the machine's memory that is to be in use.
    #[arg(long, default_value_t = 80)]
    taken: u64,
    tree: PathBuf,
}

/// Bytes that a command may have resident.
const MOST: u64 = 100 << 20;
/// Seconds that a question may take.
const LONGEST: f64 = 1.0;
const PAGE: usize = 4096;

const QUESTIONS: &[&str] = &[
    "SELECT count(*) FROM nodes",
    "SELECT full_name, lines FROM methods WHERE NOT is_external ORDER BY lines DESC LIMIT 10",
    "SELECT callee_name, count(*) AS n FROM call_graph GROUP BY 1 ORDER BY n DESC LIMIT 10",
    "SELECT full_name, cyclomatic FROM method_metrics ORDER BY cyclomatic DESC LIMIT 10",
    "SELECT count(*) FROM pagerank(edges => 'CALL')",
];

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let machine = machine().context("this system does not tell how much memory it has")?;
    let free = machine.total / 100 * (100 - arguments.taken.min(95));
    let taken = machine.available.saturating_sub(free) as usize;
    let mut held = vec![0u8; taken];
    // Memory is taken when it is written to.
    held.iter_mut().step_by(PAGE).for_each(|byte| *byte = 1);
    println!("{} MB taken, {} MB left of {} MB", taken >> 20, free >> 20, machine.total >> 20);

    let folder = tempfile::tempdir()?;
    let store = folder.path().join("store").display().to_string();
    let stoa = stoa()?;
    let mut failed = false;
    let mut step = |name: &str, arguments: &[&str]| -> anyhow::Result<f64> {
        let taken = run(&stoa, arguments)?;
        let (own, resident) = (taken.own >> 20, taken.resident >> 20);
        println!("{:>8.2} s {own:>6} MB of {resident:>4} MB  {name}", taken.seconds);
        failed |= taken.resident >= MOST;
        Ok(taken.seconds)
    };
    step("index", &["index", &arguments.tree.display().to_string(), "--store", &store])?;
    let mut longest: f64 = 0.0;
    for question in QUESTIONS {
        let asked = ["sql", "--store", &store, "--format", "csv", "-c", question];
        longest = longest.max(step(question, &asked)?);
    }
    drop(held);
    if failed || longest >= LONGEST { bail!("more than {} MB or {LONGEST} s", MOST >> 20) } else { Ok(()) }
}
