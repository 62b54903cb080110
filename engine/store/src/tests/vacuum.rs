use super::*;
use crate::{Retention, StoreError, Vacuumed};

fn newest(snapshots: u64) -> Retention {
    Retention { snapshots, ..Retention::default() }
}

/// What was removed: snapshots, segments, files.
fn counts(done: &Vacuumed) -> (usize, u64, u64) {
    (done.snapshots.len(), done.segments, done.files)
}

#[tokio::test]
async fn only_under_the_lock() {
    let store = Store::in_memory();
    assert!(matches!(store.vacuum(&newest(1), false).await.unwrap_err(), StoreError::NotLocked { .. }));
    store.vacuum(&newest(1), true).await.unwrap();
    let _lock = store.lock_writer().unwrap();
    assert_eq!(store.vacuum(&newest(1), false).await.unwrap(), Vacuumed::default());
}

#[tokio::test]
async fn keeps_what_kept_snapshots_name() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_or_create(text(dir.path())).await.unwrap();
    let _lock = store.lock_writer().unwrap();
    // 1: a; 2: a b; 3: b c.
    grow(&store, 1).await;
    let second = grow(&store, 2).await;
    let third = grow(&store, 3).await;
    let mut draft = SnapshotDraft::from(&third);
    draft.segments.remove(0);
    let fourth = store.publish(draft).await.unwrap();
    // Leftovers of killed writers.
    store.write_segment(segment(9)).await.unwrap();
    std::fs::create_dir(dir.path().join("segments/empty")).unwrap();
    std::fs::write(dir.path().join("snapshots/00000009.json.zst#1"), b"half").unwrap();
    std::fs::write(dir.path().join("snapshots/notes.txt"), b"mine").unwrap();

    let dry = store.vacuum(&newest(3), true).await.unwrap();
    assert_eq!(store.snapshots().await.unwrap().len(), 4, "a dry run removes nothing");
    let removed = store.vacuum(&newest(3), false).await.unwrap();
    assert_eq!(removed, dry);
    assert_eq!((removed.snapshots.as_slice(), removed.kept), (&[1][..], 3));
    assert_eq!(counts(&removed), (1, 1, 4));
    for snapshot in [&second, &third, &fourth] {
        for segment in &snapshot.segments {
            store.read_table(segment, Table::Nodes).await.unwrap();
        }
    }
    let removed = store.vacuum(&newest(0), false).await.unwrap();
    assert_eq!(counts(&removed), (2, 1, 4));
    assert_eq!(store.snapshots().await.unwrap(), std::slice::from_ref(&fourth));
    for segment in &fourth.segments {
        store.read_table(segment, Table::Sources).await.unwrap();
    }
    let mut left: Vec<_> = std::fs::read_dir(dir.path().join("segments"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    left.sort();
    let mut named: Vec<_> = fourth.segments.iter().map(|s| s.id.clone()).collect();
    named.sort();
    assert_eq!(left, named);
    let left: Vec<_> = std::fs::read_dir(dir.path().join("snapshots")).unwrap().collect();
    assert_eq!(left.len(), 2, "the snapshot and a file of somebody else's");
    assert_eq!(counts(&store.vacuum(&newest(1), false).await.unwrap()), (0, 0, 0));
    assert_eq!(grow(&store, 10).await.number, 5);
}

#[tokio::test]
async fn a_store_without_locks_spares_young_segments() {
    let store = Store::in_memory();
    let _lock = store.lock_writer().unwrap();
    grow(&store, 1).await;
    let other_writers = store.write_segment(segment(2)).await.unwrap();
    store.vacuum(&newest(1), false).await.unwrap();
    store.read_table(&other_writers, Table::Nodes).await.unwrap();
}

#[tokio::test]
async fn damaged_stores_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_or_create(text(dir.path())).await.unwrap();
    let _lock = store.lock_writer().unwrap();
    let snapshot = grow(&store, 1).await;
    std::fs::write(dir.path().join("snapshots/00000001.json.zst"), b"garbage").unwrap();
    assert_eq!(store.vacuum(&newest(1), false).await.unwrap(), Vacuumed::default());
    store.read_table(&snapshot.segments[0], Table::Nodes).await.unwrap();
}

#[tokio::test]
async fn a_snapshot_that_is_read_stays() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_or_create(text(dir.path())).await.unwrap();
    let _lock = store.lock_writer().unwrap();
    for file in 1..=3 {
        let mut draft =
            store.latest().await.unwrap().as_ref().map_or_else(SnapshotDraft::default, Into::into);
        draft.segments = vec![store.write_segment(segment(file)).await.unwrap()];
        store.publish(draft).await.unwrap();
    }
    let first = store.snapshot(1).await.unwrap();
    let lease = store.lease(1).unwrap();
    let another = Store::open(text(dir.path())).await.unwrap().lease(1).unwrap();
    let done = store.vacuum(&newest(1), false).await.unwrap();
    assert_eq!((done.snapshots, done.in_use, done.kept), (vec![2], vec![1], 2));
    store.read_table(&first.segments[0], Table::Nodes).await.unwrap();
    drop(lease);
    assert_eq!(store.vacuum(&newest(1), false).await.unwrap().in_use, [1]);
    drop(another);
    let done = store.vacuum(&newest(1), false).await.unwrap();
    assert_eq!((done.snapshots, done.kept), (vec![1], 1));
    assert!(store.read_table(&first.segments[0], Table::Nodes).await.is_err());
    assert!(matches!(store.lease(1).unwrap_err(), StoreError::MissingSnapshot { number: 1, .. }));
}

#[tokio::test]
async fn where_readers_cannot_be_seen_age_decides() {
    let store = Store::in_memory();
    let _lock = store.lock_writer().unwrap();
    grow(&store, 1).await;
    grow(&store, 2).await;
    let done = store.vacuum(&newest(1), false).await.unwrap();
    assert_eq!((done.snapshots, done.in_use), (vec![], vec![1]));
    let done = store.vacuum(&Retention { grace_hours: 0, ..newest(1) }, false).await.unwrap();
    assert_eq!((done.snapshots, done.in_use), (vec![1], vec![]));
}

#[tokio::test]
async fn days_keep_what_numbers_do_not() {
    let store = Store::in_memory();
    let _lock = store.lock_writer().unwrap();
    grow(&store, 1).await;
    grow(&store, 2).await;
    let retention = Retention { snapshots: 1, days: 1, grace_hours: 0 };
    assert_eq!(store.vacuum(&retention, true).await.unwrap().snapshots, [0u64; 0]);
}

/// A segment that goes while its files are on their way to the disk: the next snapshot does not wait for it. (Without
/// care, bringing a folder to the disk that has just been removed fails, if the machine is slow enough.)
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_removed_is_not_synced_any_more() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_or_create(text(dir.path())).await.unwrap();
    let _lock = store.lock_writer().unwrap();
    for file in 1..=20 {
        store.write_segment(segment(99)).await.unwrap();
        if file > 1 {
            assert!(store.vacuum(&newest(100), false).await.unwrap().segments > 0);
        }
        grow(&store, file).await;
    }
}
