//! The history of a store through the command: going back, vacuum, retention, and what is damaged.

use std::path::{Path, PathBuf};

use stoa_store::{SnapshotDraft, Store};

use crate::stoa::{failure, success};
use crate::trees;

/// A tree and its store.
struct Place {
    _dir: tempfile::TempDir,
    tree: PathBuf,
    store: PathBuf,
}

impl Place {
    fn new() -> Place {
        let dir = tempfile::tempdir().unwrap();
        let (tree, store) = (dir.path().join("tree"), dir.path().join("store"));
        std::fs::create_dir(&tree).unwrap();
        Place { _dir: dir, tree, store }
    }

    fn write(&self, path: &str, text: &str) -> &Place {
        std::fs::write(self.tree.join(path), text).unwrap();
        self
    }

    fn index(&self) -> String {
        success(["index".as_ref(), self.tree.as_os_str(), "--store".as_ref(), self.store.as_os_str()])
    }

    fn stoa(&self, arguments: &[&str]) -> String {
        success(self.with_store(arguments))
    }

    fn fails(&self, arguments: &[&str]) -> String {
        failure(self.with_store(arguments))
    }

    fn with_store<'a>(&'a self, arguments: &[&'a str]) -> Vec<&'a str> {
        [arguments, &["--store", self.store.to_str().unwrap()]].concat()
    }

    /// The names of the methods of the tree, in a snapshot.
    fn methods(&self, at: &[&str]) -> String {
        let query = "SELECT name FROM methods WHERE NOT is_external AND name <> '<module>' ORDER BY name";
        let rows = self.stoa(&[&["sql", "-c", query, "--format", "csv"], at].concat());
        rows.lines().skip(1).collect::<Vec<_>>().join(" ")
    }
}

/// Three snapshots: `one`; `one` and `two`; `one`, changed.
fn three() -> Place {
    let place = Place::new();
    place.write("a.py", "def one(): pass\n").index();
    place.write("b.py", "def two(): return one()\n").index();
    std::fs::remove_file(place.tree.join("b.py")).unwrap();
    place.write("a.py", "def one(): return 1\n").index();
    place
}

fn json(text: &str) -> Vec<serde_json::Value> {
    serde_json::from_str(text).unwrap()
}

#[test]
fn every_snapshot_can_be_asked() {
    let place = three();
    assert_eq!(place.methods(&[]), "one");
    assert_eq!(place.methods(&["--at", "2"]), "one two");
    assert_eq!(place.methods(&["--at", "2200-01-01"]), "one");
    let message = place.fails(&["sql", "-c", "SELECT 1", "--at", "9"]);
    assert!(message.ends_with("has no snapshot 9"), "{message}");
    let message = place.fails(&["sql", "-c", "SELECT 1", "--at", "1999-01-01"]);
    assert!(message.contains("has no snapshot that old; its oldest is from"), "{message}");

    let listed = json(&place.stoa(&["snapshots", "--format", "json"]));
    let changes = ["files", "files_added", "files_changed", "files_removed"];
    let changes: Vec<Vec<i64>> =
        listed.iter().map(|row| changes.map(|name| row[name].as_i64().unwrap()).to_vec()).collect();
    assert_eq!(changes, [[1, 1, 0, 0], [2, 1, 0, 0], [1, 0, 1, 1]]);
    let table = place.stoa(&["snapshots"]);
    assert!(table.contains("~1 -1") && table.contains("files changed"), "{table}");
}

#[test]
fn going_back_and_forth() {
    let place = three();
    let said = place.stoa(&["rollback", "2"]);
    assert!(said.starts_with("snapshot 4 has the content of snapshot 2"), "{said}");
    assert_eq!(place.methods(&[]), "one two");
    assert!(place.fails(&["rollback", "4"]).contains("snapshot 4 is the newest already"));
    assert!(place.fails(&["rollback", "7"]).contains("has no snapshot 7"));
    place.stoa(&["rollback", "3"]);
    assert_eq!(place.methods(&[]), "one");
    let listed = json(&place.stoa(&["snapshots", "--format", "json"]));
    let operations: Vec<_> = listed.iter().map(|row| row["operation"].as_str().unwrap()).collect();
    assert_eq!(operations, ["index", "index", "index", "rollback to 2", "rollback to 3"]);
    // An index goes on from there.
    place.write("c.py", "def three(): pass\n").index();
    assert_eq!(place.methods(&[]), "one three");
}

#[test]
fn vacuum_follows_the_retention() {
    let place = three();
    let table = place.stoa(&["retention"]);
    assert!(table.contains("retention.snapshots") && table.contains("10"), "{table}");
    assert!(place.stoa(&["vacuum"]).starts_with("nothing to remove; 3 snapshots kept"));
    place.stoa(&["retention", "--snapshots", "2"]);
    let setting = "SELECT value FROM system.settings WHERE name = 'retention.snapshots'";
    assert_eq!(place.stoa(&["sql", "-c", setting, "--format", "csv"]), "value\n2\n");
    let before = files(&place.store);
    let said = place.stoa(&["vacuum", "--dry-run"]);
    assert!(said.starts_with("would remove 2 snapshots (1, 2)"), "{said}");
    assert_eq!(files(&place.store), before);
    let said = place.stoa(&["vacuum"]);
    assert!(said.starts_with("removed 2 snapshots (1, 2)"), "{said}");
    assert!(files(&place.store).len() < before.len());
    assert_eq!(place.methods(&["--at", "3"]), "one");
    assert!(place.fails(&["sql", "-c", "SELECT 1", "--at", "2"]).contains("has no snapshot 2"));
    // The next index keeps the setting; one that finds nothing changed publishes nothing.
    place.index();
    place.write("d.py", "def four(): pass\n").index();
    let listed = json(&place.stoa(&["snapshots", "--format", "json"]));
    assert_eq!(listed.iter().map(|row| row["number"].as_i64().unwrap()).collect::<Vec<_>>(), [4, 5]);
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path)),
            false if path.components().any(|part| part.as_os_str() == "readers") => {}
            false => found.push(path),
        }
    }
    found.sort();
    found
}

/// Each byte region of each file, flipped and cut: a query fails by the file's name, or gives what it gave before.
#[test]
fn no_damage_gives_a_wrong_answer() {
    let place = Place::new();
    trees::write_samples(&place.tree, 1);
    place.index();
    let queries = [
        "SELECT count(*) AS n, sum(hash % 1000003), min(name), max(code) FROM nodes",
        "SELECT kind, count(*), sum(src % 97), sum(dst % 89), sum(confidence), min(label) FROM stored.edges GROUP BY kind ORDER BY kind",
        "SELECT count(*), sum(length(path)), min(content_hash), sum(lines) FROM files",
        "SELECT count(*), sum(src % 97), min(name), max(qualifier) FROM stored.references",
        "SELECT count(*), sum(length(content)) FROM sources",
    ];
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let ask = || -> Vec<Result<String, String>> {
        runtime.block_on(async {
            let location = place.store.to_str().unwrap();
            let mut answers = Vec::new();
            for query in queries {
                let engine = stoa_sql::Engine::open(location, stoa_sql::EngineOptions::uncached()).await;
                let engine = match engine {
                    Ok(engine) => engine,
                    Err(error) => {
                        answers.push(Err(error.to_string()));
                        continue;
                    }
                };
                let rows = engine.run_all(query).await;
                answers.push(match rows {
                    Ok(rows) => Ok(arrow::util::pretty::pretty_format_batches(&rows).unwrap().to_string()),
                    Err(error) => Err(error.to_string()),
                });
            }
            answers
        })
    };
    let right: Vec<String> = ask().into_iter().map(|answer| answer.unwrap()).collect();
    let mut noticed = 0;
    for file in files(&place.store.join("segments")) {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let good = std::fs::read(&file).unwrap();
        let cases = (0..8).map(|part| good.len() * part / 8 + 1).chain([0, good.len() - 1, good.len() - 6]);
        let flipped = cases.map(|at| {
            let mut bad = good.clone();
            bad[at] ^= 0x11;
            bad
        });
        let cut = [0, 3, good.len() / 2, good.len() - 1].map(|at| good[..at].to_vec());
        for bad in flipped.chain(cut).collect::<Vec<_>>() {
            std::fs::write(&file, bad).unwrap();
            let answers = ask();
            let mut failed = 0;
            for (answer, right) in answers.iter().zip(&right) {
                match answer {
                    Ok(answer) => assert_eq!(answer, right, "{name}"),
                    Err(message) => {
                        assert!(message.contains(&name), "{name}: {message}");
                        failed += 1;
                    }
                }
            }
            noticed += failed;
        }
        std::fs::write(&file, &good).unwrap();
    }
    assert!(noticed > 0);
    assert_eq!(ask().into_iter().map(|answer| answer.unwrap()).collect::<Vec<_>>(), right);
}

fn opened(place: &Place) -> (tokio::runtime::Runtime, Store) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let store = runtime.block_on(Store::open(place.store.to_str().unwrap())).unwrap();
    (runtime, store)
}

/// Marks files dead in every segment, as an edit does.
fn mark_dead(place: &Place, paths: &[&str]) {
    let (runtime, store) = opened(place);
    let _lock = store.lock_writer().unwrap();
    runtime.block_on(async {
        let newest = store.latest().await.unwrap().unwrap();
        let files = store.read_files(&newest).await.unwrap();
        let mut ids: Vec<_> =
            files.iter().filter(|(path, _)| paths.contains(&path.as_str())).map(|(_, id)| *id).collect();
        ids.sort_unstable();
        assert_eq!(ids.len(), paths.len());
        let mut draft = SnapshotDraft::from(&newest);
        for segment in &newest.segments {
            draft.dead_files.insert(segment.id.clone(), ids.clone());
        }
        store.publish(draft).await.unwrap();
    });
}

/// Every row of every stored table, in an order of its own.
fn rows(place: &Place) -> Vec<String> {
    let all = |table: &str, order: &str| {
        place.stoa(&["sql", "--format", "csv", "-c", &format!("SELECT * FROM {table} ORDER BY {order}")])
    };
    vec![
        all("stored.nodes", "id"),
        all("stored.edges", "src, dst, kind, label, confidence"),
        all("stored.references", "src, kind, name, form, qualifier, owner"),
        all("stored.files", "file_id"),
        all("(SELECT file_id, length(content) AS bytes FROM stored.sources)", "file_id"),
    ]
}

#[test]
fn optimizing_changes_no_answer() {
    let place = Place::new();
    for file in 0..12 {
        let text = format!(
            "def f{file}(a, b):\n    x = a + {file}\n    return g{file}(x)\ndef g{file}(y): return y\n"
        );
        place.write(&format!("m{file}.py"), &text);
    }
    place.index();
    assert!(place.stoa(&["verify", "--deep"]).ends_with("all is well\n"));
    mark_dead(&place, &["m1.py", "m2.py", "m5.py", "m6.py", "m7.py"]);
    let before = rows(&place);
    assert!(place.stoa(&["verify", "--deep"]).ends_with("all is well\n"));
    let said = place.stoa(&["optimize"]);
    assert!(said.starts_with("snapshot 3: ") && !said.contains(" 0 dead rows"), "{said}");
    assert_eq!(rows(&place), before);
    assert!(place.stoa(&["verify", "--deep"]).ends_with("all is well\n"));
    assert!(place.stoa(&["optimize"]).starts_with("nothing to gain: 1 segment,"));
    let (runtime, store) = opened(&place);
    let newest = runtime.block_on(store.latest()).unwrap().unwrap();
    assert!(newest.dead_files.is_empty());
    assert_eq!(newest.segments.len(), 1);
    // The snapshot before is still there, whole.
    assert!(place.stoa(&["verify", "--deep", "--at", "2"]).ends_with("all is well\n"));
    // A second index goes on from there.
    place.index();
    assert!(place.stoa(&["verify", "--deep"]).ends_with("all is well\n"));
}

#[test]
fn every_sample_verifies_before_and_after_optimizing() {
    let place = Place::new();
    trees::write_samples(&place.tree, 2);
    place.index();
    assert!(place.stoa(&["verify", "--deep"]).ends_with("all is well\n"));
    let before = rows(&place);
    place.stoa(&["optimize", "--small", "64MB", "--target", "300kB"]);
    place.stoa(&["optimize", "--small", "64MB", "--target", "64MB"]);
    assert_eq!(rows(&place), before);
    assert!(place.stoa(&["verify", "--deep"]).ends_with("all is well\n"));
}

/// What `stoa verify` says of a damaged store.
fn findings(place: &Place) -> String {
    let output = crate::stoa::run(place.with_store(&["verify", "--deep"]));
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn all_damage_is_found_and_mended_from_source() {
    let place = Place::new();
    trees::write_samples(&place.tree, 1);
    place.index();
    let right = rows(&place);
    let names = ["nodes", "edges", "files", "references", "sources"];
    for (round, name) in names.iter().chain(&["snapshot", "missing"]).enumerate() {
        let (runtime, store) = opened(&place);
        let newest = runtime.block_on(store.latest()).unwrap().unwrap();
        let files: Vec<_> = newest.segments.iter().flat_map(|s| &s.tables).collect();
        let file = files.iter().find(|f| f.table.name() == *name).unwrap_or(&files[0]);
        let path = match *name {
            "snapshot" => place.store.join(format!("snapshots/{:08}.json.zst", newest.number)),
            _ => place.store.join(&file.path),
        };
        let mut bytes = std::fs::read(&path).unwrap();
        let at = bytes.len() * (round + 1) / 9;
        bytes[at] ^= 0x20;
        match *name {
            "missing" => std::fs::remove_file(&path).unwrap(),
            _ => std::fs::write(&path, bytes).unwrap(),
        }
        let found = findings(&place);
        assert!(found.contains(path.file_name().unwrap().to_str().unwrap()), "{name}: {found}");
        // Where no snapshot can be read, none says where the tree is.
        let tree = place.tree.to_str().unwrap();
        let arguments = ["repair", tree];
        let said = place.stoa(&arguments[..if *name == "snapshot" { 2 } else { 1 }]);
        match *name {
            "snapshot" => assert!(said.contains("was made anew from"), "{said}"),
            _ => assert!(said.contains("1 file was made anew from source, and put back"), "{name}: {said}"),
        }
        assert!(place.stoa(&["verify", "--deep"]).ends_with("all is well\n"), "{name}");
        // Ids are others where they could not be read.
        let count = |tables: &[String]| tables.iter().map(|t| t.lines().count()).collect::<Vec<_>>();
        assert_eq!(count(&rows(&place)), count(&right), "{name}");
    }
    assert_eq!(place.stoa(&["repair"]), "nothing is damaged\n");
}

#[test]
fn without_source_the_newest_whole_snapshot_comes_back() {
    let place = three();
    let (runtime, store) = opened(&place);
    let newest = runtime.block_on(store.latest()).unwrap().unwrap();
    std::fs::write(place.store.join(&newest.segments[0].tables[0].path), b"scribble").unwrap();
    std::fs::remove_dir_all(&place.tree).unwrap();
    let said = place.stoa(&["repair"]);
    assert!(said.contains("snapshot 4 has the content of snapshot 2, the newest that verifies"), "{said}");
    assert!(said.contains("is not there"), "{said}");
    assert_eq!(place.methods(&[]), "one two");
    assert!(place.stoa(&["verify", "--deep", "--at", "4"]).ends_with("all is well\n"));

    // Older damage alone is taken out of the history.
    let said = place.stoa(&["repair"]);
    assert!(said.contains("the damaged ones are older, and were removed"), "{said}");
    assert!(place.stoa(&["verify", "--deep"]).ends_with("all is well\n"));
}

#[test]
fn what_changed_between_two_snapshots() {
    let place = Place::new();
    place.write("a.py", "class A:\n    def same(self): return 1\n    def body(self): return other()\ndef gone(): pass\ndef arity(a): pass\n");
    place.write("b.py", "def other(): pass\n").index();
    place.write("a.py", "\nclass A:\n    def same(self): return 1\n    def body(self): return other() + other()\ndef came(): pass\ndef arity(a, b): pass\n");
    place.index();
    let columns = "kind, change, path, name, callee, what";
    let ask = |from: &str| {
        let query =
            format!("SELECT {columns} FROM {from} WHERE name NOT LIKE '%<module>%' ORDER BY {columns}");
        place.stoa(&["sql", "--format", "csv", "-c", &query])
    };
    let rows = ask("snapshot_diff(1, 2)");
    let wanted = [
        "call,changed,a.py,a.A.body,other,1 became 2",
        "method,changed,a.py,a.arity,,signature was (a)",
        "method,added,a.py,a.came,,",
        "method,changed,a.py,a.A.body,,text",
        "method,removed,a.py,a.gone,,",
        "type,changed,a.py,a.A,,text",
    ];
    for row in wanted {
        assert!(rows.lines().any(|line| line == row), "{row}\n{rows}");
    }
    assert!(!rows.contains("same"), "{rows}");
    // The other way round, and not at all.
    let back = ask("snapshot_diff(before => 2, after => 1)");
    assert!(back.contains("method,removed,a.py,a.came,,") && back.contains("2 became 1"), "{back}");
    assert_eq!(back.lines().count(), rows.lines().count());
    assert_eq!(ask("snapshot_diff(2)").lines().count(), 1);
    let plan = place.stoa(&["sql", "-c", "EXPLAIN SELECT * FROM snapshot_diff(1, 2)"]);
    assert!(plan.matches("nodes.parquet").count() >= 2, "{plan}");
    let table = place.stoa(&["diff", "1", "2", "--kinds", "method"]);
    assert!(table.contains("a.came") && !table.contains("became"), "{table}");
    for (call, message) in [
        ("snapshot_diff(1, 9)", "there is no snapshot 9; there are 1, 2"),
        ("snapshot_diff()", "snapshot_diff needs before"),
        ("snapshot_diff(1, 'x')", "is not the number of a snapshot"),
        ("snapshot_diff(1, 2, 3)", "takes 2 arguments"),
    ] {
        let output = crate::stoa::run(place.with_store(&["sql", "-c", &format!("SELECT * FROM {call}")]));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains(message), "{said}");
    }
}
