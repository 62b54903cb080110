//! Same input, same output: the same bytes in Parquet, whatever the number of threads.

use std::path::Path;
use stoa_indexer::{IndexOptions, Silent};
use stoa_store::Store;

use crate::trees;

/// Indexes a tree with so many threads; gives table, rows and checksum of every file of the snapshot, in order.
fn files_of(tree: &Path, store: &Path, jobs: usize) -> Vec<(String, u64, String)> {
    let store = store.to_str().unwrap().to_owned();
    let options = IndexOptions { store: Some(store.clone()), jobs, ..IndexOptions::default() };
    stoa_indexer::index(tree, &options, &Silent).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let snapshot = runtime.block_on(async {
        let store = Store::open(&store).await.unwrap();
        let snapshot = store.latest().await.unwrap().unwrap();
        for file in snapshot.segments.iter().flat_map(|s| &s.tables) {
            // The checksum is that of the bytes on the disk.
            store.read_file(file).await.unwrap();
        }
        snapshot
    });
    let mut files = Vec::new();
    for (number, segment) in snapshot.segments.iter().enumerate() {
        for file in &segment.tables {
            files.push((format!("{number}/{}", file.table.name()), file.rows, file.blake3.clone()));
        }
    }
    files
}

#[test]
fn the_number_of_threads_leaves_no_trace() {
    let dir = tempfile::tempdir().unwrap();
    let tree = dir.path().join("tree");
    trees::write_samples(&tree, 90);
    // Trouble must be as repeatable as the rest.
    std::fs::write(tree.join("broken.py"), "def f(:\n  \u{fe}\n)))").unwrap();
    std::fs::write(tree.join("binary.c"), b"\0\0\0").unwrap();
    let one = files_of(&tree, &dir.path().join("one"), 1);
    let segments: std::collections::BTreeSet<_> = one.iter().map(|f| f.0.split('/').next()).collect();
    assert!(segments.len() > 3, "a tree of {} segments shows nothing", segments.len());
    for (name, jobs) in [("two", 2), ("five", 5)] {
        assert_eq!(files_of(&tree, &dir.path().join(name), jobs), one, "{name}");
    }
}

/// The graph of a tree does not depend on where the tree lies or which store it goes to, nor on a second run over it.
#[test]
fn a_second_run_writes_the_same_graph() {
    let dir = tempfile::tempdir().unwrap();
    let (tree, store) = (dir.path().join("tree"), dir.path().join("store"));
    trees::write_samples(&tree, 3);
    let first = files_of(&tree, &store, 2);
    assert_eq!(files_of(&tree, &store, 2), first);
    let moved = dir.path().join("elsewhere");
    std::fs::rename(&tree, &moved).unwrap();
    assert_eq!(files_of(&moved, &store, 1), first);
}
