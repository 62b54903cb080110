//! `stoa watch`: a store that follows its tree.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use stoa_indexer::{IndexOptions, IndexReport, Silent, WatchOptions, Watched};

use super::arguments::WatchArgs;
use super::{location, summary};
use crate::output::printable;
use crate::output::table::thousands;

pub fn run(arguments: &WatchArgs) -> anyhow::Result<()> {
    let options = IndexOptions {
        store: Some(arguments.store.clone().unwrap_or_else(|| location::of_tree(&arguments.path))),
        languages: arguments.languages.clone(),
        ignored: arguments.no_ignore,
        jobs: arguments.jobs.map_or(0, usize::from),
        memory: arguments.memory,
        progressive: arguments.progressive,
        ..IndexOptions::default()
    };
    let watch = WatchOptions { quiet: Duration::from_millis(arguments.quiet), ..WatchOptions::default() };
    let stop = Arc::new(AtomicBool::new(false));
    // The runtime lives as long as the watch: it waits for Ctrl-C.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let stopped = Arc::clone(&stop);
    runtime.spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopped.store(true, Ordering::Relaxed);
        }
    });
    stoa_indexer::watch(&arguments.path, &options, &watch, &Silent, &stop, &mut say)?;
    Ok(())
}

/// One line for each thing that happens.
fn say(watched: Watched<'_>) {
    match watched {
        Watched::Published(report) => println!("{}", published(report)),
        Watched::Optimized(done) => println!(
            "snapshot {}: {} segments became {}, {} dead rows dropped",
            thousands(done.snapshot.unwrap_or_default()),
            thousands(done.segments.0),
            thousands(done.segments.1),
            thousands(done.dropped)
        ),
        Watched::Failed(error) => {
            eprintln!("not up to date, and tried again: {}", printable(&error.to_string()))
        }
    }
}

fn published(report: &IndexReport) -> String {
    let failures = match report.failures.len() {
        0 => String::new(),
        1 => "; 1 file is not whole in the graph".to_owned(),
        more => format!("; {} files are not whole in the graph", thousands(more as u64)),
    };
    format!(
        "snapshot {}: {}, {} ms{failures}",
        report.snapshot,
        summary::read(&report.update),
        thousands(report.elapsed.as_millis() as u64)
    )
}
