//! Following a tree: its store is brought up to date whenever files change.
//!
//! The system says that something changed; what changed, the update finds out. Changes that come together make one update, which
//! starts when nothing has happened for a moment, or after a while if something always does. When there is nothing to do, small
//! segments are merged.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use notify::{Event, RecursiveMode, Watcher};
use stoa_store::{OptimizeOptions, Optimized, StoreError};

use crate::Indexer;
use crate::error::IndexError;
use crate::options::IndexOptions;
use crate::report::{IndexReport, Progress};

/// How to follow a tree.
#[derive(Clone, Debug)]
pub struct WatchOptions {
    /// An update starts when nothing has changed for so long.
    pub quiet: Duration,
    /// It starts after so long at the latest.
    pub at_most: Duration,
    /// Segments are merged when so many are small, and nothing has changed for a while.
    pub fragments: usize,
}

impl Default for WatchOptions {
    fn default() -> WatchOptions {
        WatchOptions { quiet: Duration::from_millis(100), at_most: Duration::from_secs(2), fragments: 24 }
    }
}

/// What happened to the store.
#[derive(Debug)]
pub enum Watched<'a> {
    /// The store is up to date. The first time, and whenever a snapshot was published.
    Published(&'a IndexReport),
    /// Segments were merged.
    Optimized(&'a Optimized),
    /// The update failed; it is tried again.
    Failed(&'a IndexError),
}

/// How often it is looked whether to stop.
const TICK: Duration = Duration::from_millis(50);
/// Nothing has changed for so long: there is time to merge segments.
const IDLE: Duration = Duration::from_secs(2);
/// After a failure the update is tried again this much later.
const RETRY: Duration = Duration::from_secs(1);

/// Follows the tree below `root` until `stop` is set. Not to be called from asynchronous code.
pub fn watch(
    root: &Path,
    options: &IndexOptions,
    watch: &WatchOptions,
    progress: &dyn Progress,
    stop: &AtomicBool,
    told: &mut dyn FnMut(Watched<'_>),
) -> Result<(), IndexError> {
    let mut indexer = Indexer::open(root, options)?;
    let store = indexer.store().root().map(Path::to_owned);
    // The watch begins before the first update reads: nothing happens unseen in between.
    let (sender, events) = mpsc::channel();
    let unwatchable = |source: notify::Error| IndexError::Watch { root: root.into(), source };
    let mut watcher = notify::recommended_watcher(move |event| {
        // Nobody listens when the watch has ended.
        let _ = sender.send(event);
    })
    .map_err(unwatchable)?;
    watcher.watch(root, RecursiveMode::Recursive).map_err(unwatchable)?;

    let mut seen = None;
    let mut due = Some(Instant::now());
    let mut last_change = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        if due.is_some_and(|due| due <= Instant::now()) {
            due = None;
            match indexer.update(progress) {
                Ok(report) => {
                    if seen != Some(report.snapshot) {
                        told(Watched::Published(&report));
                    }
                    seen = Some(report.snapshot);
                }
                Err(error) if passes(&error) => {
                    told(Watched::Failed(&error));
                    due = Some(Instant::now() + RETRY);
                }
                Err(error) => return Err(error),
            }
            continue;
        }
        let first = match events.recv_timeout(TICK) {
            Ok(event) => is_of_source(&event, store.as_deref()),
            Err(RecvTimeoutError::Timeout) => false,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        };
        if first {
            settle(&events, watch, stop);
            last_change = Instant::now();
            due = Some(last_change);
        } else if due.is_none() && last_change.elapsed() > IDLE {
            last_change = Instant::now();
            match tidy(&mut indexer, watch) {
                Ok(Some(done)) => {
                    seen = done.snapshot.or(seen);
                    told(Watched::Optimized(&done));
                }
                Ok(None) => {}
                Err(error) if passes(&error) => told(Watched::Failed(&error)),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(())
}

/// Waits until nothing has changed for a moment.
fn settle(events: &Receiver<notify::Result<Event>>, watch: &WatchOptions, stop: &AtomicBool) {
    let started = Instant::now();
    while started.elapsed() < watch.at_most
        && !stop.load(Ordering::Relaxed)
        && events.recv_timeout(watch.quiet).is_ok()
    {}
}

/// Whether an event may be of a source file. What cannot be told may be.
fn is_of_source(event: &notify::Result<Event>, store: Option<&Path>) -> bool {
    let Ok(event) = event else { return true };
    if event.kind.is_access() {
        return false;
    }
    let of_store = |path: &PathBuf| store.is_some_and(|store| path.starts_with(store));
    event.paths.is_empty() || !event.paths.iter().all(of_store)
}

/// Whether an error may be over soon: another writer is at work, the disk is full for the moment.
fn passes(error: &IndexError) -> bool {
    matches!(
        error,
        IndexError::Store(
            StoreError::Locked { .. }
                | StoreError::Conflict { .. }
                | StoreError::Io { .. }
                | StoreError::Object { .. }
        ) | IndexError::Root { .. }
    )
}

/// Merges segments if enough of them are worth it.
fn tidy(indexer: &mut Indexer, watch: &WatchOptions) -> Result<Option<Optimized>, IndexError> {
    let options = OptimizeOptions::default();
    if indexer.fragments(&options)? < watch.fragments {
        return Ok(None);
    }
    let done = indexer.optimize(&options)?;
    Ok(done.snapshot.is_some().then_some(done))
}
