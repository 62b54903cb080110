//! An indexer killed at any moment leaves its store at a complete snapshot.
//!
//! A tree is brought into one of two states by turns and indexed; the process is killed after a random time, up to
//! a little more than the whole run takes. After each kill the store must open at a snapshot every file of which is
//! there with the right checksum and whose rows are those of one of the two states, nothing in between.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::time::{Duration, Instant};
use stoa_store::{Snapshot, Store};

use crate::content;
use crate::stoa;
use crate::trees::{self, Chance};

/// How often to kill; `STOA_KILLS` sets it.
const KILLS: usize = 200;

fn open(store: &Path) -> Option<(Store, Snapshot)> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = match Store::open(store.to_str().unwrap()).await {
            Ok(store) => store,
            Err(stoa_store::StoreError::NoStore { .. } | stoa_store::StoreError::NoSnapshot { .. }) => {
                return None;
            }
            Err(error) => panic!("{error}"),
        };
        let snapshot = store.latest().await.unwrap().unwrap();
        for file in snapshot.segments.iter().flat_map(|s| &s.tables) {
            store.read_file(file).await.unwrap();
        }
        // A snapshot that was cut short would be passed over; none may ever be seen under its own name.
        let listed = std::fs::read_dir(store.root().unwrap().join("snapshots")).unwrap();
        let named =
            listed.filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().ends_with(".json.zst"));
        assert_eq!(named.count(), store.snapshots().await.unwrap().len());
        Some((store, snapshot))
    })
}

/// Brings the tree into state 0 or 1: files change, and one comes or goes.
fn change(tree: &Path, state: usize) {
    let comes = tree.join("comes.py");
    match state {
        0 => drop(std::fs::remove_file(comes)), // not there at first
        _ => std::fs::write(comes, "from extra import extra\ndef came(): return extra()\n").unwrap(),
    }
    let extra = ["", "def extra(): return other()\n"][state];
    std::fs::write(tree.join("extra.py"), extra).unwrap();
    let text = ["def changing(): pass\n", "def changing(): return extra() + 1\nclass C: pass\n"][state];
    std::fs::write(tree.join("changing.py"), text).unwrap();
}

fn index(tree: &Path, store: &Path) -> std::process::Command {
    stoa::stoa(["index".as_ref(), tree.as_os_str(), "--store".as_ref(), store.as_os_str()])
}

#[test]
fn killed_at_any_moment() {
    let kills = std::env::var("STOA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(KILLS);
    let dir = tempfile::tempdir().unwrap();
    let (tree, store) = (dir.path().join("tree"), dir.path().join("store"));
    trees::write_samples(&tree, 1);

    // What each state comes to, from runs nobody disturbs.
    let mut complete = BTreeMap::new();
    let mut slowest = Duration::ZERO;
    for state in [0, 1] {
        change(&tree, state);
        let started = Instant::now();
        assert!(index(&tree, &store).output().unwrap().status.success());
        slowest = slowest.max(started.elapsed());
        let (store, snapshot) = open(&store).unwrap();
        complete.insert(state, content::of(&store, &snapshot));
    }
    assert_ne!(complete[&0], complete[&1]);

    let mut chance = Chance::new(20_26);
    let (mut killed, mut finished, mut moved) = (0, 0, 0);
    let mut known: HashMap<u64, usize> = HashMap::new();
    let mut state_seen = 1;
    while killed < kills {
        let wanted = killed % 2;
        change(&tree, wanted);
        let mut child = index(&tree, &store).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(slowest.mul_f64(chance.below(1000) as f64 / 900.0));
        // Std's `kill` is SIGKILL: nothing of the process runs after it.
        match child.try_wait().unwrap() {
            Some(status) => {
                assert!(status.success());
                finished += 1;
            }
            None => {
                child.kill().unwrap();
                child.wait().unwrap();
                killed += 1;
            }
        }
        let (opened, snapshot) = open(&store).expect("the snapshot before is never lost");
        let state = *known.entry(snapshot.number).or_insert_with(|| {
            let found = content::of(&opened, &snapshot);
            let state = complete.iter().find(|(_, c)| **c == found).map(|(state, _)| *state);
            state.unwrap_or_else(|| panic!("snapshot {} is neither state", snapshot.number))
        });
        moved += usize::from(state != state_seen);
        state_seen = state;
        assert!(finished < 5 * kills, "the kills come too late");
    }
    println!("{killed} killed, {finished} finished before, {moved} changed what readers see");

    // The next run works, and removes what the killed ones left.
    change(&tree, 0);
    assert!(index(&tree, &store).output().unwrap().status.success());
    let (opened, snapshot) = open(&store).unwrap();
    assert_eq!(content::of(&opened, &snapshot), complete[&0]);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let live = runtime.block_on(opened.snapshots()).unwrap();
    let named: BTreeSet<_> = live.iter().flat_map(|s| &s.segments).map(|s| s.id.clone()).collect();
    let on_disk = std::fs::read_dir(store.join("segments")).unwrap();
    let on_disk: BTreeSet<_> =
        on_disk.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(on_disk, named, "garbage is left");
}

#[test]
fn a_first_run_killed_leaves_no_snapshot_or_a_whole_one() {
    let dir = tempfile::tempdir().unwrap();
    let tree = dir.path().join("tree");
    trees::write_samples(&tree, 1);
    let mut chance = Chance::new(7);
    let mut whole = None;
    for round in 0..10 {
        let store = dir.path().join(format!("store{round}"));
        let mut command = index(&tree, &store);
        let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(chance.below(150) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        open(&store);
        assert!(index(&tree, &store).output().unwrap().status.success());
        let (store, snapshot) = open(&store).unwrap();
        let found = content::of(&store, &snapshot);
        assert!(found == *whole.get_or_insert_with(|| found.clone()), "round {round}");
    }
}
