//! Incremental equals full: after any edits, an update comes to the graph of a first index of the same tree.
//!
//! Trees in every language are edited at random, in the ways people edit: names change, in one file or in all; files move, go and
//! come back; signatures get another parameter; lines go, come twice, or come from other files; syntax breaks. After each edit
//! the updated store is compared, row by row, with a new one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use stoa_indexer::{IndexOptions, Indexer, Progress, Silent, Update, WatchOptions, Watched};
use stoa_model::ids::is_declaration;
use stoa_model::tables::Table;
use stoa_store::{OptimizeOptions, Store};

use crate::content;
use crate::trees::{self, Chance};

/// Edits of a tree in one run.
fn edits() -> usize {
    std::env::var("STOA_EDITS").ok().and_then(|n| n.parse().ok()).unwrap_or(30)
}

/// Copies a folder.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(std::fs::copy(entry.path(), target).unwrap()),
        }
    }
}

fn files_below(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            match entry.file_type().unwrap().is_dir() {
                true => folders.push(entry.path()),
                false => files.push(entry.path()),
            }
        }
    }
    files.sort();
    files
}

/// A tree that is edited, and what it was at first.
struct Edited {
    root: PathBuf,
    first: BTreeMap<PathBuf, Vec<u8>>,
}

impl Edited {
    fn new(root: PathBuf) -> Edited {
        let first = files_below(&root).into_iter().map(|f| (f.clone(), std::fs::read(&f).unwrap())).collect();
        Edited { root, first }
    }

    /// Makes one edit; says which.
    fn edit(&self, chance: &mut Chance) -> String {
        let files = files_below(&self.root);
        let mut pick = || files[chance.below(files.len())].clone();
        let (file, other) = (pick(), pick());
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let words: Vec<&str> = text
            .split(|c: char| !c.is_alphanumeric() && c != '_')
            .filter(|w| w.len() > 2 && !w.starts_with(|c: char| c.is_ascii_digit()))
            .collect();
        let lines: Vec<&str> = text.lines().collect();
        let name = |f: &Path| f.strip_prefix(&self.root).unwrap().display().to_string();
        match chance.below(16) {
            0 | 1 if !words.is_empty() => {
                let word = words[chance.below(words.len())];
                std::fs::write(&file, text.replace(word, &format!("{word}x"))).unwrap();
                format!("{word} renamed in {}", name(&file))
            }
            2 if !words.is_empty() => {
                let word = words[chance.below(words.len())];
                for file in &files {
                    if let Ok(text) = std::fs::read_to_string(file) {
                        std::fs::write(file, text.replace(word, &format!("{word}y"))).unwrap();
                    }
                }
                format!("{word} renamed everywhere")
            }
            3 => {
                let moved = file.with_file_name(format!(
                    "m{}_{}",
                    chance.below(100),
                    file.file_name().unwrap().to_string_lossy()
                ));
                std::fs::rename(&file, &moved).unwrap();
                format!("{} moved to {}", name(&file), name(&moved))
            }
            4 if files.len() > 2 => {
                std::fs::remove_file(&file).unwrap();
                format!("{} deleted", name(&file))
            }
            5 => {
                let places: Vec<usize> = text.match_indices('(').map(|(at, _)| at + 1).collect();
                let Some(&at) = places.get(chance.below(places.len())) else { return "nothing".to_owned() };
                std::fs::write(&file, format!("{}added, {}", &text[..at], &text[at..])).unwrap();
                format!("a parameter or an argument in {}", name(&file))
            }
            6 if !lines.is_empty() => {
                let at = chance.below(lines.len());
                let left: Vec<&str> =
                    lines.iter().enumerate().filter(|(i, _)| *i != at).map(|(_, l)| *l).collect();
                std::fs::write(&file, left.join("\n")).unwrap();
                format!("line {at} of {} deleted", name(&file))
            }
            7 if !lines.is_empty() => {
                let at = chance.below(lines.len());
                let mut more = lines.clone();
                more.insert(at, lines[at]);
                std::fs::write(&file, more.join("\n")).unwrap();
                format!("line {at} of {} doubled", name(&file))
            }
            8 if !lines.is_empty() => {
                let theirs = std::fs::read_to_string(&other).unwrap_or_default();
                let theirs: Vec<&str> = theirs.lines().collect();
                let from = chance.below(theirs.len());
                let part = &theirs[from..(from + 8).min(theirs.len())];
                let at = chance.below(lines.len());
                let all: Vec<&str> = lines[..at].iter().chain(part).chain(&lines[at..]).copied().collect();
                std::fs::write(&file, all.join("\n")).unwrap();
                format!("lines of {} in {}", name(&other), name(&file))
            }
            9 => {
                let (a, b) = (std::fs::read(&file).unwrap(), std::fs::read(&other).unwrap());
                std::fs::write(&file, b).unwrap();
                std::fs::write(&other, a).unwrap();
                format!("{} and {} swapped", name(&file), name(&other))
            }
            11 if !lines.is_empty() => {
                let at = chance.below(lines.len());
                let mut more = lines.clone();
                more.insert(at, "");
                std::fs::write(&file, more.join("\n")).unwrap();
                format!("a blank line in {}", name(&file))
            }
            12 | 13 => {
                let digits: Vec<usize> =
                    text.match_indices(|c: char| c.is_ascii_digit()).map(|m| m.0).collect();
                let Some(&at) = digits.get(chance.below(digits.len())) else { return "nothing".to_owned() };
                let more = ["(1 + 2) * 7", "8", "f(9)"][chance.below(3)];
                std::fs::write(&file, format!("{}{more}{}", &text[..at], &text[at + 1..])).unwrap();
                format!("a number in {}", name(&file))
            }
            10 => {
                for (path, bytes) in &self.first {
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(path, bytes).unwrap();
                }
                "everything restored".to_owned()
            }
            _ => {
                let first: Vec<_> = self.first.iter().collect();
                let (path, bytes) = first[chance.below(first.len())];
                std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                std::fs::write(path, bytes).unwrap();
                format!("{} restored", name(path))
            }
        }
    }
}

fn options(store: &Path) -> IndexOptions {
    IndexOptions { store: Some(store.to_str().unwrap().to_owned()), jobs: 2, ..IndexOptions::default() }
}

/// The ids of declarations that their path, kind, full name and signature tell from all others.
fn declarations(store: &Path) -> BTreeMap<String, i64> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(store.to_str().unwrap()).await.unwrap();
        let snapshot = store.latest().await.unwrap().unwrap();
        let paths: BTreeMap<u32, String> =
            store.read_files(&snapshot).await.unwrap().into_iter().map(|(p, id)| (id, p)).collect();
        let (mut ids, mut twice) = (BTreeMap::new(), BTreeSet::new());
        for segment in &snapshot.segments {
            for batch in store.read_table(segment, Table::Nodes).await.unwrap() {
                let kinds = arrow::compute::cast(&batch["kind"], &arrow::datatypes::DataType::Utf8).unwrap();
                for row in 0..batch.num_rows() {
                    let id = batch["id"].as_primitive::<Int64Type>().value(row);
                    let file = (id >> 32) as u32;
                    let text = |name: &str| batch[name].as_string::<i32>().value(row);
                    let alive = snapshot.dead_files(segment).binary_search(&file).is_err();
                    if !alive || !is_declaration(id) || text("full_name").is_empty() {
                        continue;
                    }
                    let kind = kinds.as_string::<i32>().value(row);
                    let key = format!("{} {kind} {} {}", paths[&file], text("full_name"), text("signature"));
                    if ids.insert(key.clone(), id).is_some() {
                        twice.insert(key);
                    }
                }
            }
        }
        ids.retain(|key, _| !twice.contains(key) && !key.starts_with('<'));
        ids
    })
}

/// Edits a tree, updates a store after each edit, and compares it with a new one.
fn follows(name: &str, fill: impl Fn(&Path)) {
    let dir = tempfile::tempdir().unwrap();
    let (root, store) = (dir.path().join("tree"), dir.path().join("store"));
    fill(&root);
    let tree = Edited::new(root.clone());
    let mut chance = Chance::new(name.bytes().map(u64::from).sum());
    let mut warm = Indexer::open(&root, &options(&store)).unwrap();
    warm.update(&Silent).unwrap();
    let mut relinked_beyond = 0;
    let mut known = declarations(&store);
    let mut log = Vec::new();
    for round in 0..edits() {
        for _ in 0..=chance.below(2) {
            log.push(tree.edit(&mut chance));
        }
        // By a process that knows the tree already, the better the longer it runs, or by a new one; and now and then segments are merged
        // in between.
        let report = match round % 10 {
            0 | 3 => stoa_indexer::index(&root, &options(&store), &Silent).unwrap(),
            _ => warm.update(&Silent).unwrap(),
        };
        assert!(!report.update.full, "{name}: an update reads what changed");
        let changed = report.update.changed + report.update.added;
        relinked_beyond += report.update.relinked.saturating_sub(changed);
        if round % 7 == 6 {
            warm.optimize(&OptimizeOptions::default()).unwrap();
        }
        let fresh = dir.path().join(format!("fresh{round}"));
        let of_fresh = stoa_indexer::index(&root, &options(&fresh), &Silent).unwrap();
        let (ours, theirs) =
            (content::newest(store.to_str().unwrap()), content::newest(fresh.to_str().unwrap()));
        if ours != theirs {
            let only = |a: &[String], b: &[String]| -> Vec<String> {
                let b: BTreeSet<&String> = b.iter().collect();
                a.iter().filter(|row| !b.contains(row)).take(12).cloned().collect()
            };
            panic!(
                "{name}, round {round}\nedits: {log:#?}\nonly updated: {:#?}\nonly fresh: {:#?}\n{} and {} rows",
                only(&ours, &theirs),
                only(&theirs, &ours),
                ours.len(),
                theirs.len()
            );
        }
        let counts = |r: &stoa_indexer::IndexReport| {
            // Stubs are spread over pseudo files, which are nodes.
            let nodes: Vec<_> = r.nodes.iter().filter(|k| k.kind != "FILE").cloned().collect();
            (r.languages.clone(), nodes, r.edges.clone(), r.failures.clone())
        };
        assert_eq!(counts(&report), counts(&of_fresh), "{name}, round {round}");
        std::fs::remove_dir_all(&fresh).unwrap();

        let now = declarations(&store);
        for (key, id) in &now {
            let before = known.get(key);
            assert!(before.is_none_or(|before| before == id), "{name}, round {round}: {key} has another id");
        }
        known = now;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let found = runtime.block_on(warm.store().verify(None, true)).unwrap();
    assert_eq!(found.findings, []);
    // Nothing changed: nothing is published.
    let again = warm.update(&Silent).unwrap();
    let once_more = stoa_indexer::index(&root, &options(&store), &Silent).unwrap();
    assert_eq!((again.snapshot, again.update.relinked), (once_more.snapshot, 0));
    println!("{name}: {} edits, {relinked_beyond} files relinked beyond those edited", log.len());
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn language(name: &str) {
    follows(name, |root| {
        copy(&repository("links").join(name), &root.join("links"));
        copy(&repository("programs").join(name), &root.join("program"));
    });
}

#[test]
fn c() {
    language("c");
}

#[test]
fn cpp() {
    language("cpp");
}

#[test]
fn csharp() {
    language("csharp");
}

#[test]
fn elixir() {
    language("elixir");
}

#[test]
fn go() {
    language("go");
}

#[test]
fn java() {
    language("java");
}

#[test]
fn javascript() {
    language("javascript");
}

#[test]
fn python() {
    language("python");
}

#[test]
fn rust() {
    language("rust");
}

#[test]
fn typescript() {
    language("typescript");
}

/// What follows values, types and functions from file to file.
#[test]
fn values_and_types() {
    follows("values", |root| {
        for name in ["values", "types", "callbacks", "dispatch"] {
            copy(&repository("programs").join(name), &root.join(name));
        }
    });
}

/// Languages beside one another, each in many files.
#[test]
fn all_together() {
    follows("all", |root| trees::write_samples(root, 2));
}

#[test]
fn what_cannot_be_read_is_told_once() {
    let dir = tempfile::tempdir().unwrap();
    let (root, store) = (dir.path().join("tree"), dir.path().join("store"));
    trees::write_samples(&root, 1);
    std::fs::write(root.join("binary.c"), b"\0\0\0").unwrap();
    let first = stoa_indexer::index(&root, &options(&store), &Silent).unwrap();
    assert!(first.update.full && first.failures.iter().any(|f| f.path == "binary.c"));
    let second = stoa_indexer::index(&root, &options(&store), &Silent).unwrap();
    assert_eq!((second.snapshot, second.failures.len()), (first.snapshot, first.failures.len()));
    assert_eq!(second.nodes, first.nodes);
    // Another memory budget may find room for what was skipped, or none for what was not.
    let less = IndexOptions { memory: 64 << 20, ..options(&store) };
    let third = stoa_indexer::index(&root, &less, &Silent).unwrap();
    assert!(!third.update.full);
    // Fresh reads it all.
    let fresh = IndexOptions { fresh: true, ..options(&store) };
    let fourth = stoa_indexer::index(&root, &fresh, &Silent).unwrap();
    assert!(fourth.update.full && fourth.snapshot > third.snapshot);
    assert_eq!(fourth.nodes, first.nodes);
}

/// What a progress hears of snapshots that are published on the way.
#[derive(Default)]
struct Heard {
    published: Mutex<Vec<(u64, u64)>>,
}

impl Progress for Heard {
    fn start(&self, _files: u64, _bytes: u64) {}
    fn file_done(&self, _path: &str, _lines: u64, _bytes: u64) {}
    fn stage(&self, _name: &str) {}
    fn published(&self, snapshot: u64, waiting: u64) {
        self.published.lock().unwrap().push((snapshot, waiting));
    }
    fn finish(&self) {}
}

#[test]
fn a_first_index_publishes_on_the_way() {
    let dir = tempfile::tempdir().unwrap();
    let (root, store) = (dir.path().join("tree"), dir.path().join("store"));
    trees::write_samples(&root, 120);
    std::fs::create_dir_all(&store).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let location = store.to_str().unwrap();
    // Somebody has asked about one folder before.
    let asked = "part77/sample_py".to_owned();
    let opened = runtime.block_on(Store::open_or_create(location)).unwrap();
    runtime.block_on(opened.add_touches(&[(asked, 5)].into())).unwrap();
    let heard = Heard::default();
    let progressive = IndexOptions { progressive: true, ..options(&store) };
    let report = stoa_indexer::index(&root, &progressive, &heard).unwrap();
    let published = heard.published.into_inner().unwrap();
    assert!(!published.is_empty() && published[0].0 < report.snapshot, "{published:?}");
    assert!(published.windows(2).all(|pair| pair[0].1 > pair[1].1), "{published:?}");
    runtime.block_on(async {
        let first = opened.snapshot(published[0].0).await.unwrap();
        let paths = opened.read_files(&first).await.unwrap();
        assert!(paths.iter().any(|(path, _)| path == "part77/sample_py/sample.py"));
        assert_eq!(first.settings["files_waiting"], published[0].1.to_string());
        assert_eq!(opened.verify(Some(first.number), true).await.unwrap().findings, []);
        assert_eq!(opened.index_queue().await, []);
    });
    let fresh = dir.path().join("fresh");
    stoa_indexer::index(&root, &options(&fresh), &Silent).unwrap();
    assert!(content::newest(location) == content::newest(fresh.to_str().unwrap()));
}

/// Waits until something holds; half a minute at most.
fn eventually(what: &str, holds: impl Fn() -> bool) {
    let started = std::time::Instant::now();
    while !holds() {
        assert!(started.elapsed().as_secs() < 30, "{what}");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn a_watch_follows_its_tree() {
    let dir = tempfile::tempdir().unwrap();
    let (root, store) = (dir.path().join("tree"), dir.path().join("tree/.stoa"));
    trees::write_samples(&root, 2);
    let stop = AtomicBool::new(false);
    let published = Mutex::new(Vec::<(u64, Update)>::new());
    std::thread::scope(|scope| {
        let (root, store, stop, published) = (&root, &store, &stop, &published);
        let watched = scope.spawn(move || {
            let watch = WatchOptions { fragments: 6, ..WatchOptions::default() };
            let mut told = |watched: Watched<'_>| match watched {
                Watched::Published(report) => {
                    published.lock().unwrap().push((report.snapshot, report.update))
                }
                Watched::Optimized(_) => {}
                Watched::Failed(error) => panic!("{error}"),
            };
            stoa_indexer::watch(root, &options(store), &watch, &Silent, stop, &mut told)
        });
        let count = || published.lock().unwrap().len();
        eventually("a first index", || count() == 1);
        for round in 0..4 {
            let before = count();
            let text = format!("def added{round}(): return total()\n");
            std::fs::write(root.join("added.py"), text).unwrap();
            eventually("an update", || count() > before);
        }
        let before = count();
        std::fs::rename(root.join("part00"), root.join("moved")).unwrap();
        eventually("an update of a moved folder", || count() > before);
        stop.store(true, Ordering::Relaxed);
        watched.join().unwrap().unwrap();
    });
    let published = published.into_inner().unwrap();
    assert!(published[0].1.full && published[1..].iter().all(|(_, update)| !update.full));
    assert_eq!(published[2].1.changed, 1);
    let fresh = dir.path().join("fresh");
    stoa_indexer::index(&root, &options(&fresh), &Silent).unwrap();
    assert!(content::newest(store.to_str().unwrap()) == content::newest(fresh.to_str().unwrap()));
}
