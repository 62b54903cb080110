//! A disk without room: a small file system of its own where mounting is allowed, and a limit on the size of files everywhere.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use stoa_store::Store;

use crate::stoa;
use crate::trees;

/// A file system in memory of so many kB; gone when dropped. Nothing where it may not be mounted.
struct Small {
    at: PathBuf,
}

impl Small {
    fn mounted(at: &Path, kilobytes: usize) -> Option<Small> {
        std::fs::create_dir_all(at).unwrap();
        let size = format!("size={kilobytes}k");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(at).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Small { at: at.to_owned() })
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.at).output();
    }
}

/// A command that may write files of so many kB at most.
fn limited(command: &Command, kilobytes: usize) -> Command {
    let script = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$0\" \"$@\"");
    let mut limited = Command::new("bash");
    limited.arg("-c").arg(script).arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => limited.env(name, value),
            None => limited.env_remove(name),
        };
    }
    limited
}

/// A run that had no room says so in one line; whatever became of it, every snapshot is whole.
fn looked_after(output: &Output, store: &Path, what: &str) -> bool {
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        assert_eq!(output.status.code(), Some(1), "{what}: {said}");
        let told = ["No space left on device", "File too large"].iter().any(|reason| said.contains(reason));
        assert!(told && said.lines().count() == 1, "{what}: {said}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(store.to_str().unwrap()).await.unwrap();
        let found = store.verify(None, true).await.unwrap();
        assert!(found.snapshots > 0 && found.findings.is_empty(), "{what}: {:?}", found.findings);
    });
    output.status.success()
}

/// Indexes, optimizes, goes back and removes, with more and more room, until all of it goes well.
#[test]
fn no_run_without_room_loses_anything() {
    let dir = tempfile::tempdir().unwrap();
    let (tree, filled) = (dir.path().join("tree"), dir.path().join("filled"));
    std::fs::create_dir(&tree).unwrap();
    std::fs::write(tree.join("first.py"), "def first(): pass\n").unwrap();
    let at = |path: &Path| path.to_str().unwrap().to_owned();
    stoa::success(["index", &at(&tree), "--store", &at(&filled)]);
    std::fs::write(tree.join("second.py"), "def second(): return first()\n").unwrap();
    stoa::success(["index", &at(&tree), "--store", &at(&filled)]);
    trees::write_samples(&tree, 1);

    let mut ways = vec!["limit"];
    if Small::mounted(&dir.path().join("probe"), 100).is_some() {
        ways.push("mount");
    }
    println!("{ways:?}");
    for way in ways {
        let (mut failed, mut went_well) = (0, false);
        for kilobytes in [0, 1, 2, 4, 8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 512, 1024, 4096] {
            let place = dir.path().join(format!("{way}{kilobytes}"));
            let used = size(&filled).div_ceil(1024) + 64;
            let small = (way == "mount").then(|| Small::mounted(&place, used + kilobytes).unwrap());
            let store = place.join("store");
            crate::crash_history::copied(&filled, &store);
            let commands: [&[&str]; 4] =
                [&["index", &at(&tree)], &["optimize"], &["rollback", "1"], &["vacuum", "--keep", "2"]];
            let mut all = true;
            for arguments in commands {
                let store_argument = at(&store);
                let command = stoa::stoa([arguments, &["--store", &store_argument]].concat());
                let mut command = if small.is_some() { command } else { limited(&command, kilobytes) };
                let what = format!("{way} of {kilobytes} kB: {arguments:?}");
                all &= looked_after(&command.output().unwrap(), &store, &what);
            }
            failed += usize::from(!all);
            went_well = all;
            drop(small);
        }
        assert!(went_well && failed > 3, "{way}: {failed} failed");
    }
}

/// The bytes below a folder, in whole pages.
fn size(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| match path.is_dir() {
            true => 4096 + size(&path),
            false => (std::fs::metadata(&path).unwrap().len() as usize).next_multiple_of(4096),
        })
        .sum()
}
