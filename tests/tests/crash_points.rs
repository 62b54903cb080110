//! Stopped at each of its requests in turn, whatever writes to a store leaves every snapshot whole.
//!
//! A process that is killed does nothing from some moment on. Here the store's requests stop being carried out after the
//! first, the second, the third …, until an operation gets to its end: every point between two requests is a point of
//! death, and none is left to chance. `crash` and `crash_history` kill processes at random, in the middle of requests too.

use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use stoa_store::{Operation, OptimizeOptions, Retention, Snapshot, Store, StoreError};

use crate::faults::{Faulty, all_is_there, grow};

/// What writes to a store.
const OPERATIONS: &[&str] =
    &["grow", "optimize", "rollback", "vacuum", "retention", "migrate", "repair", "put back"];

async fn operate(name: &str, store: &Store) -> Result<(), StoreError> {
    let _lock = store.lock_writer()?;
    let retention = Retention { snapshots: 2, days: 0, grace_hours: 0 };
    match name {
        "grow" => grow(store, 50).await.map(drop),
        "optimize" => store.optimize(&OptimizeOptions::default()).await.map(drop),
        "rollback" => store.rollback(1).await.map(drop),
        "vacuum" => store.vacuum(&retention, false).await.map(drop),
        "retention" => store.set_retention(retention).await.map(drop),
        "migrate" => store.migrate(false).await.map(drop),
        "repair" => store.republish(1, Operation::Repair).await.map(drop),
        _ => {
            let newest = store.latest().await?.unwrap();
            for file in newest.segments.iter().flat_map(|s| &s.tables) {
                let data = store.read_file(file).await?;
                store.put_back(file, data).await?;
            }
            Ok(())
        }
    }
}

/// The store of version 1, with snapshots of this version on top.
async fn history() -> (InMemory, Vec<Snapshot>) {
    let faulty = Faulty::new(1);
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("stores/v1");
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            let data = PutPayload::from(std::fs::read(&path).unwrap());
            faulty.inner.put(&Path::from(name), data).await.unwrap();
        }
    }
    let store = faulty.store();
    for file in 10..14 {
        grow(&store, file).await.unwrap();
    }
    let published = store.snapshots().await.unwrap();
    assert_eq!((published.len(), published[0].schema_version), (5, 1));
    (faulty.inner.fork(), published)
}

/// The paths of the files of the newest snapshot.
async fn paths(store: &Store) -> Vec<String> {
    let newest = store.latest().await.unwrap().unwrap();
    let mut paths: Vec<String> =
        store.read_files(&newest).await.unwrap().into_iter().map(|(path, _)| path).collect();
    paths.sort();
    paths
}

#[tokio::test]
async fn stopped_at_every_request() {
    let (objects, published) = history().await;
    let mut points = 0;
    for name in OPERATIONS {
        let untouched = Faulty::over(objects.fork(), 1);
        let before = paths(&untouched.store()).await;
        operate(name, &untouched.store()).await.unwrap();
        let after = paths(&untouched.store()).await;
        // Vacuum keeps two of the five snapshots.
        let kept = if *name == "vacuum" { 2 } else { published.len() };
        for requests in 0.. {
            assert!(requests < 1000, "{name} has no end");
            let faulty = Faulty::over(objects.fork(), 1);
            faulty.dies_after.store(requests, Ordering::Relaxed);
            let outcome = operate(name, &faulty.store()).await;
            let finished = outcome.is_ok() && faulty.dies_after.load(Ordering::Relaxed) > 0;
            all_is_there(&faulty, &published, kept).await;
            let now = paths(&faulty.healthy()).await;
            assert!(now == before || now == after, "{name} stopped after {requests} requests");
            again(name, &faulty, &published[published.len() - kept..]).await;
            if finished {
                break;
            }
            points += 1;
        }
    }
    println!("{points} points");
    assert!(points >= 100, "{points}");
}

/// The next process does what the one before did not get to do, and leaves nothing that no snapshot names.
async fn again(name: &str, faulty: &Arc<Faulty>, published: &[Snapshot]) {
    let store = faulty.healthy();
    operate(name, &store).await.unwrap_or_else(|error| panic!("{name}, once more: {error}"));
    all_is_there(faulty, published, published.len().min(2)).await;
    let _lock = store.lock_writer().unwrap();
    let all = Retention { snapshots: u64::MAX, days: 0, grace_hours: 0 };
    store.vacuum(&all, false).await.unwrap();
    let gone = store.vacuum(&all, true).await.unwrap();
    assert_eq!((gone.segments, gone.files), (0, 0), "{name}");
    assert!(store.verify(None, false).await.unwrap().findings.is_empty(), "{name}");
}
