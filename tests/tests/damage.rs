//! Every kind of file that a store has, damaged in every region: found, told, and mended.
//!
//! Files of segments are `history`'s: there queries meet them. Here are the others, and what `repair` brings back byte for byte.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use stoa_indexer::{IndexOptions, Mended, RepairOptions, Repaired, Silent, index, repair};
use stoa_model::tables::Table;
use stoa_store::{OptimizeOptions, Snapshot, Store, StoreError};
use tempfile::TempDir;

use crate::stoa;
use crate::trees;

/// A tree of many files, indexed twice, with a lease that somebody holds.
struct Place {
    _dir: TempDir,
    tree: PathBuf,
    root: PathBuf,
    runtime: tokio::runtime::Runtime,
    store: Store,
}

impl Place {
    fn new() -> Place {
        let dir = tempfile::tempdir().unwrap();
        let (tree, root) = (dir.path().join("tree"), dir.path().join("store"));
        // More than a segment's worth of source.
        trees::write_samples(&tree, 2);
        for file in 0..30 {
            let part = |n: usize| {
                format!(
                    "def part{n}_of{file}(a, b):\n    # {}\n    return part{}_of{}(b)\n\n",
                    "words ".repeat(30),
                    n + 1,
                    (file + 1) % 30
                )
            };
            std::fs::write(tree.join(format!("long{file:02}.py")), (0..40).map(part).collect::<String>())
                .unwrap();
        }
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        indexed(&tree, &root);
        let store = runtime.block_on(Store::open(root.to_str().unwrap())).unwrap();
        Place { _dir: dir, tree, root, runtime, store }
    }

    fn newest(&self) -> Snapshot {
        self.runtime.block_on(self.store.latest()).unwrap().unwrap()
    }

    fn repair(&self) -> Repaired {
        repair(self.root.to_str().unwrap(), &RepairOptions::default(), &Silent).unwrap()
    }

    fn is_well(&self) -> bool {
        self.runtime.block_on(self.store.verify(None, true)).unwrap().findings.is_empty()
    }

    /// Every file of the store with its bytes.
    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let (mut files, mut folders) = (BTreeMap::new(), vec![self.root.clone()]);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => drop(files.insert(path.clone(), std::fs::read(&path).unwrap())),
                }
            }
        }
        files
    }
}

fn indexed(tree: &Path, store: &Path) {
    let options = IndexOptions { store: Some(store.display().to_string()), ..IndexOptions::default() };
    index(tree, &options, &Silent).unwrap();
}

fn flipped(good: &[u8], at: usize, bit: usize) -> Vec<u8> {
    let mut bad = good.to_vec();
    bad[at] ^= 1 << (bit % 8);
    bad
}

/// Each byte of a snapshot's file flipped, and the file cut at each: it is refused, or says what it said.
#[test]
fn no_snapshot_says_something_else() {
    let place = Place::new();
    let right = place.newest();
    let path = place.root.join("snapshots/00000001.json.zst");
    let good = std::fs::read(&path).unwrap();
    let flips = (0..good.len()).map(|at| flipped(&good, at, at));
    let cuts = (0..good.len()).map(|at| good[..at].to_vec());
    let longer = [[good.as_slice(), b"x"].concat(), [good.as_slice(), &good].concat()];
    let (mut refused, mut same) = (0, 0);
    for bad in flips.chain(cuts).chain(longer) {
        std::fs::write(&path, &bad).unwrap();
        match place.runtime.block_on(place.store.latest()) {
            Ok(found) => {
                assert_eq!(found.as_ref(), Some(&right));
                same += 1;
            }
            Err(StoreError::Corrupt { path: named, .. }) => {
                assert!(named.ends_with("00000001.json.zst"), "{named}");
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    // A frame's header has a bit or two that mean nothing.
    assert!(refused > 2 * good.len() - 10 && same < 10, "{refused} refused, {same} the same");
}

/// A store has these files and no others. Those without rows may say anything.
#[test]
fn every_kind_of_file() {
    let place = Place::new();
    let lease = place.store.lease(1).unwrap();
    let count = || {
        let query = ["sql", "-c", "SELECT count(*) FROM nodes", "--store", place.root.to_str().unwrap()];
        stoa::success(query)
    };
    let right = count();
    let mut kinds: BTreeMap<&str, Vec<PathBuf>> = BTreeMap::new();
    for path in place.files().into_keys() {
        let name = path.strip_prefix(&place.root).unwrap().to_str().unwrap();
        let kind = match name.split('/').collect::<Vec<_>>()[..] {
            ["snapshots", file] if file.ends_with(".json.zst") => "snapshot",
            ["segments", _, file] if Table::ALL.iter().any(|t| format!("{}.parquet", t.name()) == file) => {
                "segment"
            }
            // What linking knows of files, for the next index.
            ["segments", _, "facts.parquet"] => "segment",
            ["readers", file] if file.ends_with(".lease") => "lease",
            ["log", file] if file.ends_with(".ndjson") => "log",
            [".gitignore"] => "gitignore",
            [file] if file.contains("lock") => "lock",
            _ => panic!("a store has a file {name}"),
        };
        kinds.entry(kind).or_default().push(path);
    }
    assert_eq!(
        kinds.keys().copied().collect::<Vec<_>>(),
        ["gitignore", "lease", "lock", "log", "segment", "snapshot"]
    );
    for path in ["gitignore", "lease", "lock", "log"].iter().flat_map(|kind| &kinds[kind]) {
        let good = std::fs::read(path).unwrap();
        let flips = (0..good.len()).step_by(1 + good.len() / 64).map(|at| flipped(&good, at, 3));
        for bad in flips.chain([Vec::new(), b"\xff\x00 anything \xfe".repeat(400)]) {
            std::fs::write(path, &bad).unwrap();
            assert!(place.is_well());
        }
        assert_eq!(count(), right, "{}", path.display());
        indexed(&place.tree, &place.root);
        std::fs::write(path, &good).unwrap();
    }
    drop(lease);
}

/// Who asks a store whose newest snapshot is corrupt is answered from the one before, and told.
#[test]
fn an_older_answer_says_so() {
    let place = Place::new();
    std::fs::write(place.tree.join("more.py"), "def more(): pass\n").unwrap();
    indexed(&place.tree, &place.root);
    let newest = place.root.join("snapshots/00000002.json.zst");
    let good = std::fs::read(&newest).unwrap();
    let ask = || {
        let query = ["sql", "-c", "SELECT 1", "--store", place.root.to_str().unwrap()];
        String::from_utf8(stoa::run(query).stderr).unwrap()
    };
    assert_eq!(ask(), "");
    std::fs::write(&newest, flipped(&good, good.len() / 2, 1)).unwrap();
    assert!(ask().contains("snapshot 2 is corrupt, and this is snapshot 1; `stoa repair`"), "{}", ask());
    let repaired = place.repair();
    assert!(matches!(repaired.mended, Mended::FromSource { .. }), "{repaired:?}");
    assert_eq!(ask(), "");
    assert!(place.is_well());
}

/// Whatever files of segments are damaged, in whichever region: while the tree is what it was they come back byte for byte.
#[test]
fn what_source_has_comes_back_as_it_was() {
    let place = Place::new();
    let good = place.files();
    let newest = place.newest();
    assert!(newest.segments.len() > 2, "groups of files, and links between them");
    let tables: Vec<PathBuf> =
        newest.segments.iter().flat_map(|s| &s.tables).map(|f| place.root.join(&f.path)).collect();
    let damage = |path: &Path, round: usize| {
        let bytes = &good[path];
        match round % 4 {
            0 => std::fs::write(path, flipped(bytes, bytes.len() * (round % 16) / 16, round)).unwrap(),
            1 => std::fs::write(path, &bytes[..bytes.len() * (round % 16) / 16]).unwrap(),
            2 => std::fs::write(path, b"").unwrap(),
            _ => std::fs::remove_file(path).unwrap(),
        }
    };
    let mended = |what: &str| {
        let repaired = place.repair();
        assert_eq!(repaired.mended, Mended::Restored, "{what}: {:?}", repaired.damage);
        assert_eq!(place.files(), good, "{what}");
        repaired.restored.len()
    };
    // One table of each kind, of the first segment that has it and of the last.
    let mut round = 0;
    for table in Table::ALL {
        let name = format!("{}.parquet", table.name());
        let of_kind: Vec<_> = tables.iter().filter(|path| path.ends_with(&name)).collect();
        for path in [of_kind.first(), of_kind.last()].into_iter().flatten() {
            damage(path, round);
            assert_eq!(mended(&name), 1);
            round += 1;
        }
    }
    // All tables of a segment of files but those that say which files, and all of every segment but these.
    let says = |path: &&PathBuf| path.ends_with("files.parquet");
    let others: Vec<_> = tables.iter().filter(|path| !says(path)).collect();
    others.iter().for_each(|path| damage(path, 0));
    assert_eq!(mended("all but files"), others.len());
    tables.iter().filter(says).for_each(|path| damage(path, 0));
    assert_eq!(mended("files"), tables.len() - others.len());
    assert_eq!(place.newest(), newest, "nothing was published");
}

/// Where source has changed, what has not changed comes back, and the rest is read anew.
#[test]
fn what_source_has_no_more_is_read_anew() {
    let place = Place::new();
    let first = place.newest();
    let nodes: Vec<PathBuf> = first.files(Table::Nodes).map(|f| place.root.join(&f.path)).collect();
    let changed = place.tree.join("long00.py");
    let text = std::fs::read_to_string(&changed).unwrap();
    std::fs::write(&changed, format!("{text}\n\ndef added(): pass\n")).unwrap();
    nodes.iter().for_each(|path| std::fs::write(path, b"").unwrap());
    let repaired = place.repair();
    assert!(!repaired.restored.is_empty() && repaired.restored.len() < nodes.len(), "{repaired:?}");
    assert!(matches!(repaired.mended, Mended::FromSource { snapshot: 2, .. }), "{repaired:?}");
    assert!(place.is_well());
    let query = "SELECT count(*) FROM methods WHERE name = 'added'";
    let said =
        stoa::success(["sql", "--format", "csv", "-c", query, "--store", place.root.to_str().unwrap()]);
    assert!(said.ends_with("\n1\n"), "{said}");
}

/// A merged segment has rows that no file alone has, if links are among them: then the tree is read anew.
#[test]
fn what_was_merged_comes_back_or_is_read_anew() {
    let place = Place::new();
    {
        let _lock = place.store.lock_writer().unwrap();
        let all = OptimizeOptions { small: u64::MAX, target: u64::MAX, ..OptimizeOptions::default() };
        place.runtime.block_on(place.store.optimize(&all)).unwrap();
    }
    let merged = place.newest();
    for file in merged.files(Table::Nodes).chain(merged.files(Table::Edges)) {
        assert_eq!(file.kinds.values().sum::<u64>(), file.rows, "each row is of one kind: {}", file.path);
    }
    for table in Table::ALL {
        let newest = place.newest();
        for file in newest.files(*table) {
            std::fs::write(place.root.join(&file.path), b"scribble").unwrap();
        }
        let repaired = place.repair();
        assert!(!matches!(repaired.mended, Mended::Nothing | Mended::FellBack { .. }), "{repaired:?}");
        assert!(place.is_well(), "{}", table.name());
    }
}
