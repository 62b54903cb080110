//! Optimizing, vacuum, going back and migrating, killed at any moment, leave a store whose every snapshot is whole.

use std::path::Path;
use std::time::{Duration, Instant};
use stoa_store::{SnapshotDraft, Store};

use crate::stoa;
use crate::trees::{self, Chance};

/// How often to kill; `STOA_KILLS` sets it.
const KILLS: usize = 100;

/// The paths of a snapshot's live files.
async fn paths(store: &Store, number: u64) -> Vec<String> {
    let snapshot = store.snapshot(number).await.unwrap();
    let mut paths: Vec<String> =
        store.read_files(&snapshot).await.unwrap().into_iter().map(|(path, _)| path).collect();
    paths.retain(|path| !path.starts_with('<'));
    paths.sort();
    paths
}

/// Publishes the newest snapshot without one of its files.
async fn drop_a_file(store: &Store, at: usize) {
    let _lock = store.lock_writer().unwrap();
    let newest = store.latest().await.unwrap().unwrap();
    let files = store.read_files(&newest).await.unwrap();
    let real: Vec<_> = files.iter().filter(|(path, _)| !path.starts_with('<')).collect();
    let (_, dead) = real[at % real.len()];
    let mut draft = SnapshotDraft::from(&newest);
    for segment in &newest.segments {
        let files = draft.dead_files.entry(segment.id.clone()).or_default();
        files.push(*dead);
        files.sort_unstable();
    }
    store.publish(draft).await.unwrap();
}

/// Starts a command and kills it at a random moment of about the time it takes; false if it was faster.
fn is_killed(arguments: &[&str], typical: &mut Duration, chance: &mut Chance) -> bool {
    let started = Instant::now();
    let mut child = stoa::stoa(arguments)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(typical.mul_f64(chance.below(1000) as f64 / 900.0));
    if child.try_wait().unwrap().is_some() {
        *typical = (*typical).min(started.elapsed());
        return false;
    }
    // Std's `kill` is SIGKILL: nothing of the process runs after it.
    child.kill().unwrap();
    child.wait().unwrap();
    true
}

fn kills() -> usize {
    std::env::var("STOA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(KILLS)
}

#[test]
fn killed_at_any_moment() {
    let kills = kills();
    let dir = tempfile::tempdir().unwrap();
    let (tree, location) = (dir.path().join("tree"), dir.path().join("store"));
    trees::write_samples(&tree, 1);
    let at = |path: &Path| path.to_str().unwrap().to_owned();
    stoa::success(["index", &at(&tree), "--store", &at(&location)]);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let store = runtime.block_on(Store::open(&at(&location))).unwrap();
    let mut chance = Chance::new(99);
    let (mut killed, mut finished) = (0, 0);
    let mut typical = [Duration::from_millis(300); 3];
    while killed < kills {
        let newest = runtime.block_on(store.latest()).unwrap().unwrap();
        if runtime.block_on(paths(&store, newest.number)).len() < 6 || newest.dead_files.len() > 12 {
            stoa::success(["index", &at(&tree), "--store", &at(&location)]);
        }
        runtime.block_on(drop_a_file(&store, chance.below(100)));
        let before: Vec<u64> =
            runtime.block_on(store.snapshots()).unwrap().iter().map(|s| s.number).collect();
        let newest = *before.last().unwrap();
        let (was, back) = (runtime.block_on(paths(&store, newest)), before[chance.below(before.len())]);
        let then = runtime.block_on(paths(&store, back));
        let (back, keep) = (back.to_string(), (3 + chance.below(3)).to_string());
        let what = chance.below(3);
        let arguments: &[&str] = match what {
            0 => &["optimize", "--dead", "0", "--target", "200kB"],
            1 => &["vacuum", "--keep", &keep],
            _ => &["rollback", &back],
        };
        let store_argument = at(&location);
        let arguments = [arguments, &["--store", &store_argument]].concat();
        match is_killed(&arguments, &mut typical[what], &mut chance) {
            true => killed += 1,
            false => finished += 1,
        }
        runtime.block_on(async {
            let after = store.snapshots().await.unwrap();
            for snapshot in &after {
                assert!(store.is_intact(snapshot).await.unwrap(), "{arguments:?}: {}", snapshot.number);
            }
            let last = after.last().unwrap().number;
            let now = paths(&store, last).await;
            match last == newest {
                true => assert_eq!(now, was, "{arguments:?}"),
                false => assert!(now == was || now == then, "{arguments:?}"),
            }
            // Only vacuum removes, and only what it was told to.
            let kept = if what == 1 { 3 } else { before.len() };
            for number in before.iter().rev().take(kept) {
                assert!(after.iter().any(|s| s.number == *number), "{arguments:?} lost {number}");
            }
        });
        assert!(finished < 20 * kills, "the kills come too late");
    }
    println!("{killed} killed, {finished} finished before");
    let said = stoa::success(["verify", "--deep", "--store", &at(&location)]);
    assert!(said.ends_with("all is well\n"), "{said}");
}

/// Version 1 is there as it was, or this version beside it with the same rows; never anything between.
#[test]
fn migration_killed_at_any_moment() {
    let dir = tempfile::tempdir().unwrap();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("stores/v1");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut chance = Chance::new(7);
    let (mut killed, mut finished, mut published) = (0, 0, 0);
    let mut typical = Duration::from_millis(300);
    while killed < kills() {
        let location = dir.path().join(format!("store{}", killed + finished));
        copied(&fixture, &location);
        let location = location.to_str().unwrap();
        match is_killed(&["migrate", "--store", location], &mut typical, &mut chance) {
            true => killed += 1,
            false => finished += 1,
        }
        runtime.block_on(async {
            let store = Store::open(location).await.unwrap();
            let versions: Vec<u32> =
                store.snapshots().await.unwrap().iter().map(|s| s.schema_version).collect();
            assert!(versions == [1] || versions == [1, stoa_model::SCHEMA_VERSION], "{versions:?}");
            published += versions.len() - 1;
            assert!(store.verify(None, true).await.unwrap().findings.is_empty());
            assert_eq!(paths(&store, 1).await.len(), 3);
            // The next one does what is left, and nothing is left behind.
            let _lock = store.lock_writer().unwrap();
            store.migrate(false).await.unwrap();
            assert_eq!(paths(&store, 2).await, paths(&store, 1).await);
            store.vacuum(&stoa_store::Retention::default(), false).await.unwrap();
        });
        std::fs::remove_dir_all(location).unwrap();
        assert!(finished < 20 * kills(), "the kills come too late");
    }
    println!("{killed} killed, {finished} finished before, {published} published");
}

pub fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copied(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}
