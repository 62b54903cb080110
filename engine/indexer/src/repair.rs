//! Bringing a damaged store back.
//!
//! First the damaged files are made anew from the source they were made from, if that is in the tree as it was, and put back
//! byte for byte ([`restore`](crate::restore)): nothing is published, and every snapshot is whole again. What is left then has
//! another source by now, or is a snapshot's own file. If the newest snapshot is whole, damaged older ones are taken out of
//! the history. If it is not, the tree is read anew: every file, reusing nothing that the store holds. Without the
//! tree, the newest snapshot that verifies, rows included, is published once more. What was done is said; what cannot be
//! done is an error.

use std::collections::BTreeSet;
use std::path::PathBuf;
use stoa_model::layers::ORIGIN_SETTING;
use stoa_store::{Finding, Operation, Snapshot, Store, StoreError, Verification};
use tokio::runtime::Runtime;

use crate::error::IndexError;
use crate::kept::IGNORED_SETTING;
use crate::options::IndexOptions;
use crate::report::Progress;
use crate::restore::Restorer;

/// How to repair.
#[derive(Clone, Debug)]
pub struct RepairOptions {
    /// The source tree; by default the one that the snapshot names.
    pub tree: Option<PathBuf>,
    /// Whether to read the source tree at all.
    pub use_source: bool,
}

impl Default for RepairOptions {
    fn default() -> Self {
        RepairOptions { tree: None, use_source: true }
    }
}

/// What was found and done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// What a verification found.
    pub damage: Vec<Finding>,
    /// The files that were made anew and put back as they had been.
    pub restored: Vec<String>,
    pub mended: Mended,
}

/// How a store came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mended {
    /// There was no damage.
    Nothing,
    /// All damaged files were put back as they had been.
    Restored,
    /// The newest snapshot is whole; damaged older ones were taken out of the history.
    OlderOnly,
    /// The tree was read anew. Damaged snapshots were taken out of the history.
    FromSource { root: String, snapshot: u64 },
    /// The content of an older snapshot was published. Damaged snapshots stay, for whoever has a copy of their files.
    FellBack { to: u64, snapshot: u64, why: String },
}

/// Verifies a store and mends what is damaged. Not to be called from asynchronous code, like [`crate::index`].
pub fn repair(
    location: &str,
    options: &RepairOptions,
    progress: &dyn Progress,
) -> Result<Repaired, IndexError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|source| IndexError::Threads { why: source.to_string() })?;
    progress.stage("verifying");
    let store = runtime.block_on(Store::open_as_it_is(location))?;
    let lock = store.lock_writer()?;
    let Verification { findings: damage, .. } = runtime.block_on(store.verify(None, true))?;
    let repaired = |restored, mended| Ok(Repaired { damage: damage.clone(), restored, mended });
    if damage.is_empty() {
        return repaired(Vec::new(), Mended::Nothing);
    }
    let newest = match runtime.block_on(store.latest()) {
        Ok(newest) => newest,
        Err(StoreError::Corrupt { .. }) => None, // every one of them is
        Err(error) => return Err(error.into()),
    };
    let tree = tree(options, &store, newest.as_ref());
    let again = again(location, newest.as_ref());
    let mut restored = Vec::new();
    let mut left = damage.clone();
    if let Ok(tree) = &tree {
        let restorer = Restorer { store: &store, runtime: &runtime, tree, options: &again, progress };
        restored = restorer.restore(&damage)?;
        if !restored.is_empty() {
            progress.stage("verifying");
            left = runtime.block_on(store.verify(None, true))?.findings;
        }
        if left.is_empty() {
            return repaired(restored, Mended::Restored);
        }
    }
    let damaged = damaged_snapshots(&store, &runtime, &left)?;
    let newest_is_whole =
        newest.as_ref().is_some_and(|s| damaged.last().is_none_or(|&worst| worst < s.number));
    if newest_is_whole {
        let numbers: Vec<u64> = damaged.into_iter().collect();
        runtime.block_on(forget(&store, &numbers))?;
        return repaired(restored, Mended::OlderOnly);
    }

    let why = match tree {
        Ok(tree) => {
            if newest.is_none() {
                // Nothing is lost with snapshots that cannot be read; but none could be published above them.
                let numbers: Vec<u64> = damaged.iter().copied().collect();
                runtime.block_on(store.forget(&numbers))?;
            }
            drop(lock); // the index takes it
            let report = crate::index(&tree, &again, progress)?;
            let _lock = store.lock_writer()?;
            // Numbers of those that are gone already may have been given anew.
            let numbers: Vec<u64> = damaged.into_iter().filter(|&number| number < report.snapshot).collect();
            runtime.block_on(forget(&store, &numbers))?;
            let mended = Mended::FromSource { root: report.root, snapshot: report.snapshot };
            return repaired(restored, mended);
        }
        Err(why) => why,
    };
    for number in sound(&store, &runtime, &damaged)? {
        if runtime.block_on(store.verify(Some(number), true))?.findings.is_empty() {
            let published = runtime.block_on(store.republish(number, Operation::Repair))?;
            let mended = Mended::FellBack { to: number, snapshot: published.number, why };
            return repaired(restored, mended);
        }
    }
    Err(IndexError::NothingVerifies { store: location.to_owned(), why })
}

/// The snapshots that cannot be read, or name a file with a finding.
fn damaged_snapshots(
    store: &Store,
    runtime: &Runtime,
    damage: &[Finding],
) -> Result<BTreeSet<u64>, StoreError> {
    let files: BTreeSet<&str> = damage.iter().map(|finding| finding.file.as_str()).collect();
    let mut numbers: BTreeSet<u64> =
        damage.iter().filter(|finding| finding.check == "snapshot").map(|finding| finding.snapshot).collect();
    for snapshot in runtime.block_on(store.snapshots())? {
        let mut named = snapshot.segments.iter().flat_map(|segment| &segment.tables);
        if named.any(|file| files.contains(file.path.as_str())) {
            numbers.insert(snapshot.number);
        }
    }
    Ok(numbers)
}

/// The snapshots without damage, newest first.
fn sound(store: &Store, runtime: &Runtime, damaged: &BTreeSet<u64>) -> Result<Vec<u64>, StoreError> {
    let snapshots = runtime.block_on(store.snapshots())?;
    let sound = snapshots.iter().rev().map(|snapshot| snapshot.number);
    Ok(sound.filter(|number| !damaged.contains(number)).collect())
}

/// Takes snapshots out of the history, and their segments with them.
async fn forget(store: &Store, numbers: &[u64]) -> Result<(), StoreError> {
    store.forget(numbers).await?;
    let retention = store.latest().await?.map(|snapshot| snapshot.retention()).unwrap_or_default();
    store.vacuum(&retention, false).await.map(drop)
}

/// The source tree, or why there is none.
fn tree(options: &RepairOptions, store: &Store, newest: Option<&Snapshot>) -> Result<PathBuf, String> {
    if !options.use_source {
        return Err("the source tree was to be left alone".to_owned());
    }
    // An import is not made from source, whatever stands around the store.
    if let Some(origin) = newest.and_then(|snapshot| snapshot.settings.get(ORIGIN_SETTING)) {
        return Err(format!("it was imported from {origin}, and can be imported again"));
    }
    let named = newest.and_then(|snapshot| snapshot.settings.get("root")).map(PathBuf::from);
    // The folder around a `.stoa`, where no snapshot can be asked.
    let around = store.root().filter(|root| root.file_name().is_some_and(|name| name == ".stoa"));
    let around = around.and_then(|root| root.parent()).map(PathBuf::from);
    match options.tree.clone().or(named).or(around) {
        Some(tree) if tree.is_dir() => Ok(tree),
        Some(tree) => Err(format!("the source tree {} is not there", tree.display())),
        None => Err("no snapshot says where the source tree is".to_owned()),
    }
}

/// The options of the index that made a snapshot, for one that reads everything.
fn again(location: &str, newest: Option<&Snapshot>) -> IndexOptions {
    let languages = newest.and_then(|snapshot| snapshot.settings.get("languages"));
    let languages =
        languages.map(|names| names.split(',').filter(|name| !name.is_empty()).map(str::to_owned));
    IndexOptions {
        store: Some(location.to_owned()),
        languages: languages.map(Iterator::collect).unwrap_or_default(),
        ignored: newest.is_some_and(|snapshot| snapshot.settings.contains_key(IGNORED_SETTING)),
        fresh: true,
        ..IndexOptions::default()
    }
}
