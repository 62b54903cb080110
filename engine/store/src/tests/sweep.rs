use super::*;
use crate::{Removed, StoreError};

#[tokio::test]
async fn only_under_the_lock() {
    let store = Store::in_memory();
    assert!(matches!(store.remove_unreferenced(1).await.unwrap_err(), StoreError::NotLocked { .. }));
    let _lock = store.lock_writer().unwrap();
    assert_eq!(store.remove_unreferenced(1).await.unwrap(), Removed::default());
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

    let removed = store.remove_unreferenced(3).await.unwrap();
    assert_eq!((removed.snapshots, removed.segments, removed.files), (1, 1, 4));
    for snapshot in [&second, &third, &fourth] {
        for segment in &snapshot.segments {
            store.read_table(segment, Table::Nodes).await.unwrap();
        }
    }
    let removed = store.remove_unreferenced(0).await.unwrap();
    assert_eq!((removed.snapshots, removed.segments, removed.files), (2, 1, 4));
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
    assert_eq!(store.remove_unreferenced(1).await.unwrap(), Removed::default());
    assert_eq!(grow(&store, 10).await.number, 5);
}

#[tokio::test]
async fn a_store_without_locks_spares_young_segments() {
    let store = Store::in_memory();
    let _lock = store.lock_writer().unwrap();
    grow(&store, 1).await;
    let other_writers = store.write_segment(segment(2)).await.unwrap();
    store.remove_unreferenced(1).await.unwrap();
    store.read_table(&other_writers, Table::Nodes).await.unwrap();
}

#[tokio::test]
async fn damaged_stores_are_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_or_create(text(dir.path())).await.unwrap();
    let _lock = store.lock_writer().unwrap();
    let snapshot = grow(&store, 1).await;
    std::fs::write(dir.path().join("snapshots/00000001.json.zst"), b"garbage").unwrap();
    assert_eq!(store.remove_unreferenced(1).await.unwrap(), Removed::default());
    store.read_table(&snapshot.segments[0], Table::Nodes).await.unwrap();
}
