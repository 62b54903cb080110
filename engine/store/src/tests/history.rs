use super::*;
use crate::{FileChanges, FileHistory, Operation, Retention, StoreError};

#[tokio::test]
async fn going_back_loses_nothing() {
    let store = Store::in_memory();
    let first = grow(&store, 1).await;
    let second = grow(&store, 2).await;
    assert!(matches!(store.rollback(1).await.unwrap_err(), StoreError::NotLocked { .. }));
    let _lock = store.lock_writer().unwrap();
    let third = store.rollback(1).await.unwrap();
    assert_eq!((third.number, third.parent, third.operation), (3, Some(2), Operation::Rollback { to: 1 }));
    assert_eq!(third.segments, first.segments);
    assert_eq!(third.next_file_id, second.next_file_id, "no file id is given twice");
    let fourth = store.rollback(2).await.unwrap();
    assert_eq!(fourth.segments, second.segments);
    assert_eq!(store.snapshots().await.unwrap(), [first, second, third, fourth]);
    assert!(matches!(store.rollback(9).await.unwrap_err(), StoreError::MissingSnapshot { number: 9, .. }));
}

#[tokio::test]
async fn settings_of_the_store_outlive_going_back() {
    let store = Store::in_memory();
    let _lock = store.lock_writer().unwrap();
    grow(&store, 1).await;
    assert_eq!(store.latest().await.unwrap().unwrap().retention(), Retention::default());
    let retention = Retention { snapshots: 3, days: 7, grace_hours: 1 };
    let second = store.set_retention(retention).await.unwrap();
    assert_eq!((second.operation, second.retention()), (Operation::Settings, retention));
    let third = store.rollback(1).await.unwrap();
    assert_eq!(third.retention(), retention);
    assert_eq!(third.settings["languages"], "python");
}

#[tokio::test]
async fn snapshots_are_found_by_time() {
    let store = Store::in_memory();
    let first = grow(&store, 1).await;
    std::thread::sleep(std::time::Duration::from_millis(5));
    let second = grow(&store, 2).await;
    assert_eq!(store.snapshot_at(first.created_at).await.unwrap().number, 1);
    assert_eq!(store.snapshot_at(second.created_at - 1).await.unwrap().number, 1);
    assert_eq!(store.snapshot_at(u64::MAX).await.unwrap().number, 2);
    let error = store.snapshot_at(first.created_at - 1).await.unwrap_err();
    assert!(error.to_string().contains("its oldest is from 2"), "{error}");
}

#[tokio::test]
async fn files_come_and_go() {
    let store = Store::in_memory();
    let first = grow(&store, 1).await;
    let second = grow(&store, 2).await;
    let mut draft = SnapshotDraft::from(&second);
    draft.dead_files.insert(second.segments[0].id.clone(), vec![1]);
    let third = store.publish(draft).await.unwrap();
    let mut history = FileHistory::new(&store);
    let changes = |added, changed, removed| FileChanges { added, changed, removed };
    assert_eq!(history.changes(None, &first).await.unwrap(), changes(1, 0, 0));
    assert_eq!(history.changes(Some(&first), &third).await.unwrap(), changes(1, 0, 1));
    assert_eq!(history.changes(Some(&third), &second).await.unwrap(), changes(1, 0, 0));
    assert_eq!(history.count(&second).await.unwrap(), 2);
}

#[tokio::test]
async fn a_snapshot_of_before_there_were_operations_opens() {
    let store = Store::in_memory();
    let snapshot = grow(&store, 1).await;
    let mut json = serde_json::to_value(&snapshot).unwrap();
    json.as_object_mut().unwrap().remove("operation");
    let old: Snapshot = serde_json::from_value(json).unwrap();
    assert_eq!(old, snapshot);
}
