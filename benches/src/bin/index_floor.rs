//! A full index, written and published, against the floor: parsing the same files and walking every node.
//!
//! `cargo run --release -p stoa-benches --bin index_floor -- [--rounds N] [--jobs N] TREE…`. Rounds alternate between the
//! two; the medians are compared.

use anyhow::Context;
use clap::Parser;
use std::path::PathBuf;
use stoa_benches::{Floor, floor, median, source_files};
use stoa_indexer::{IndexOptions, Silent};

/// What the `stoa` command allocates with; the floor has it too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Arguments {
    /// Rounds of each.
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Threads of each.
    #[arg(long, default_value_t = 2)]
    jobs: usize,
    trees: Vec<PathBuf>,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let threads = rayon::ThreadPoolBuilder::new().num_threads(arguments.jobs).build()?;
    println!(
        "{:24} {:>7} {:>9} {:>8} {:>8} {:>7} {:>9} {:>9} {:>8} {:>8} {:>8}",
        "tree",
        "files",
        "lines",
        "floor s",
        "index s",
        "ratio",
        "lines/s",
        "nodes",
        "B/node",
        "store ×",
        "peak MB"
    );
    for tree in &arguments.trees {
        let files = source_files(tree);
        let store = std::env::temp_dir().join(format!("stoa-bench-{}", std::process::id()));
        let options = IndexOptions {
            store: Some(store.to_string_lossy().into_owned()),
            jobs: arguments.jobs,
            ..IndexOptions::default()
        };
        let (mut floors, mut indexes) = (Vec::new(), Vec::new());
        let (mut measured, mut last) = (Floor::default(), None);
        for _ in 0..arguments.rounds {
            measured = floor(&files, &threads);
            floors.push(measured.seconds);
            // A fresh store each time: indexing over an old one would also remove it.
            let _ = std::fs::remove_dir_all(&store);
            let report = stoa_indexer::index(tree, &options, &Silent)
                .with_context(|| format!("cannot index {}", tree.display()))?;
            indexes.push(report.elapsed.as_secs_f64());
            last = Some(report);
        }
        let _ = std::fs::remove_dir_all(&store);
        let Some(report) = last else { continue };
        let (floor, index) = (median(floors), median(indexes));
        let nodes: u64 = report.nodes.iter().map(|k| k.count).sum();
        println!(
            "{:24} {:>7} {:>9} {:>8.2} {:>8.2} {:>7.2} {:>9.0} {:>9} {:>8.1} {:>8.2} {:>8.0}",
            tree.file_name().unwrap_or_default().to_string_lossy(),
            measured.files,
            measured.lines,
            floor,
            index,
            index / floor,
            measured.lines as f64 / index,
            nodes,
            report.store_bytes as f64 / nodes.max(1) as f64,
            report.store_bytes as f64 / report.source_bytes.max(1) as f64,
            report.peak_memory as f64 / 1e6,
        );
    }
    Ok(())
}
