use super::*;
use crate::StoreError;
use std::path::{Path, PathBuf};

/// A directory with a store of two snapshots.
async fn two_snapshots() -> (tempfile::TempDir, PathBuf, Store) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = Store::open_or_create(text(&path)).await.unwrap();
    grow(&store, 1).await;
    grow(&store, 2).await;
    (dir, path, store)
}

fn snapshot_file(store: &Path, number: u64) -> PathBuf {
    store.join(format!("snapshots/{number:08}.json.zst"))
}

/// The message of opening a location that cannot be opened: one line that names it.
async fn message(location: &Path) -> String {
    let message = Store::open(text(location)).await.unwrap_err().to_string();
    assert!(!message.contains('\n') && message.contains(text(location)), "{message}");
    message
}

#[tokio::test]
async fn nothing_there() {
    let dir = tempfile::tempdir().unwrap();
    assert!(message(&dir.path().join("store")).await.starts_with("there is no store at"));
}

#[tokio::test]
async fn not_a_store() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("main.py");
    std::fs::write(&file, "print()").unwrap();
    assert!(message(&file).await.ends_with("is not a store: it is a file"));
    assert!(message(dir.path()).await.contains("is not a store: it has no `snapshots` folder"));
    // Nothing is written into somebody's directory.
    assert!(matches!(
        Store::open_or_create(text(dir.path())).await.unwrap_err(),
        StoreError::NotAStore { .. }
    ));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn not_yet_published() {
    let dir = tempfile::tempdir().unwrap();
    assert!(message(dir.path()).await.contains("holds no published snapshot"));
    let store = Store::open_or_create(text(dir.path())).await.unwrap();
    store.write_segment(segment(1)).await.unwrap();
    assert!(message(dir.path()).await.contains("holds no published snapshot"));
    assert_eq!(store.latest().await.unwrap(), None);
    // A put that was killed before its rename.
    std::fs::write(dir.path().join("snapshots/00000001.json.zst#1"), b"half").unwrap();
    assert!(message(dir.path()).await.contains("holds no published snapshot"));
    grow(&store, 2).await;
    Store::open(text(dir.path())).await.unwrap();
}

#[tokio::test]
async fn a_damaged_snapshot_falls_back_to_the_one_before() {
    let (_dir, path, store) = two_snapshots().await;
    let good = std::fs::read(snapshot_file(&path, 2)).unwrap();
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 0x10;
    let renumbered = std::fs::read(snapshot_file(&path, 1)).unwrap();
    for bad in [&good[..good.len() - 1], &good[..7], &[], b"garbage", &flipped, &renumbered] {
        std::fs::write(snapshot_file(&path, 2), bad).unwrap();
        assert_eq!(Store::open(text(&path)).await.unwrap().latest().await.unwrap().unwrap().number, 1);
        assert!(matches!(store.snapshot(2).await.unwrap_err(), StoreError::Corrupt { .. }));
    }
    // The next one takes a new number.
    assert_eq!(grow(&store, 3).await.number, 3);
    assert_eq!(store.snapshots().await.unwrap().iter().map(|s| s.number).collect::<Vec<_>>(), [1, 3]);

    for number in 1..=3 {
        std::fs::write(snapshot_file(&path, number), b"garbage").unwrap();
    }
    assert!(message(&path).await.contains("00000003.json.zst is corrupt"));
}

#[tokio::test]
async fn a_newer_schema_is_never_passed_over() {
    let (_dir, path, store) = two_snapshots().await;
    let json = br#"{"schema_version": 99, "number": 3, "segments": "somewhere else"}"#;
    std::fs::write(snapshot_file(&path, 3), zstd::encode_all(&json[..], 1).unwrap()).unwrap();
    let message = message(&path).await;
    let expected =
        format!("has schema version 99; this version of stoa reads up to {}", stoa_model::SCHEMA_VERSION);
    assert!(message.ends_with(&expected), "{message}");
    // Nor written over.
    let draft = SnapshotDraft { parent: Some(2), ..SnapshotDraft::default() };
    assert!(matches!(store.publish(draft).await.unwrap_err(), StoreError::NewerSchema { .. }));
}

#[tokio::test]
async fn damaged_segments() {
    let (_dir, path, store) = two_snapshots().await;
    let snapshot = store.latest().await.unwrap().unwrap();
    let file = snapshot.segments[0].table(Table::Nodes).unwrap();
    let on_disk = path.join(&file.path);
    let good = std::fs::read(&on_disk).unwrap();
    let read = async || store.read_table(&snapshot.segments[0], Table::Nodes).await;

    std::fs::write(&on_disk, &good[..good.len() - 1]).unwrap();
    let message = read().await.unwrap_err().to_string();
    assert!(message.contains("nodes.parquet is corrupt: it has"), "{message}");

    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 1;
    std::fs::write(&on_disk, &flipped).unwrap();
    let message = read().await.unwrap_err().to_string();
    assert!(message.contains("checksum"), "{message}");

    std::fs::remove_file(&on_disk).unwrap();
    assert!(matches!(read().await.unwrap_err(), StoreError::MissingFile { .. }));
    std::fs::write(&on_disk, &good).unwrap();
    read().await.unwrap();
}

#[tokio::test]
async fn a_snapshot_that_never_was() {
    let error = Store::in_memory().snapshot(9).await.unwrap_err();
    assert!(matches!(error, StoreError::MissingSnapshot { number: 9, .. }));
}

#[tokio::test]
async fn locations_that_cannot_be() {
    for location in ["", "ftp://host/x", "file://host.example/x"] {
        let error = Store::open_or_create(location).await.unwrap_err();
        assert!(matches!(error, StoreError::InvalidLocation { .. }), "{location}: {error}");
    }
    assert!(matches!(Store::open("memory://").await.unwrap_err(), StoreError::NoSnapshot { .. }));
    #[cfg(not(feature = "cloud"))]
    for location in ["s3://bucket/store", "gs://bucket/store", "az://box/store", "http://host/store"] {
        let error = Store::open(location).await.unwrap_err().to_string();
        assert!(error.contains(location) && error.contains("--features cloud"), "{error}");
    }
}
