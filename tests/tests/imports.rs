//! What other tools wrote, imported and asked; inputs that are damaged, foreign or of another version; a store of version 1.

use scip::types::{Document, Index, Metadata, Occurrence, Relationship, SymbolInformation, SymbolRole};
use std::path::{Path, PathBuf};
use stoa_importer::{Format, ImportError, ImportOptions, import};
use stoa_indexer::{IndexReport, Mended, RepairOptions, Silent, repair};
use stoa_sql::{Engine, EngineOptions};
use stoa_store::{OptimizeOptions, Retention, Store};
use tempfile::TempDir;

use crate::crash_history::copied;
use crate::slt::texts;
use crate::stoa;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("imports").join(name)
}

fn options(format: Format, input: &Path, store: &Path) -> ImportOptions {
    let source = Some(fixture("shop"));
    let store = store.display().to_string();
    ImportOptions { format, input: input.to_owned(), store, source, replace: false }
}

/// Imports into a fresh store.
fn imported(format: Format, input: &Path) -> (TempDir, Result<IndexReport, ImportError>) {
    let folder = tempfile::tempdir().unwrap();
    let report = import(&options(format, input, &folder.path().join("store")), &Silent);
    (folder, report)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap().block_on(future)
}

/// The rows of a query, cells joined by blanks.
fn rows(store: &Path, sql: &str) -> Vec<String> {
    block_on(async {
        let engine = Engine::open(&store.display().to_string(), EngineOptions::default()).await.unwrap();
        let batches = engine.run_all(sql).await.unwrap_or_else(|e| panic!("{sql}\n{e}"));
        batches.iter().flat_map(texts).map(|row| row.join(" ")).collect()
    })
}

/// What a query's answer says beside its rows.
fn notices(store: &Path, sql: &str) -> Vec<String> {
    block_on(async {
        let engine = Engine::open(&store.display().to_string(), EngineOptions::default()).await.unwrap();
        let mut script = engine.run(sql).unwrap();
        script.next().await.unwrap().unwrap().notices().to_vec()
    })
}

/// What holds for every store: ids are one node's, parents and ends of edges exist, subtrees nest, code can be read.
fn check(store: &Path) {
    for (what, sql) in [
        ("ids", "SELECT id FROM nodes GROUP BY id HAVING count(*) > 1"),
        (
            "parents",
            "SELECT n.id FROM nodes n LEFT JOIN nodes p ON p.id = n.parent_id WHERE n.parent_id IS NOT NULL AND p.id IS NULL",
        ),
        (
            "nesting",
            "SELECT n.id FROM nodes n JOIN nodes p ON p.id = n.parent_id WHERE NOT (n.position > p.position AND n.position_last <= p.position_last)",
        ),
        (
            "methods",
            "SELECT n.id FROM nodes n LEFT JOIN nodes m ON m.id = n.method_id WHERE n.method_id IS NOT NULL AND (m.kind IS NULL OR m.kind <> 'METHOD')",
        ),
        (
            "ends",
            "SELECT e.src FROM stored.edges e LEFT JOIN nodes a ON a.id = e.src LEFT JOIN nodes b ON b.id = e.dst WHERE a.id IS NULL OR b.id IS NULL",
        ),
        (
            "files",
            "SELECT f.path FROM files f JOIN (SELECT file_id, count(*) AS n FROM nodes GROUP BY file_id) c USING (file_id) WHERE c.n <> f.nodes",
        ),
        ("code", "SELECT id FROM nodes WHERE length(code) < 0 OR end_byte < start_byte"),
    ] {
        let found = rows(store, sql);
        assert!(found.is_empty(), "{what}: {found:?}");
    }
}

#[test]
fn tags_are_declarations() {
    let (folder, report) = imported(Format::Ctags, &fixture("tags.json"));
    let store = folder.path().join("store");
    assert!(report.unwrap().failures.is_empty());
    check(&store);
    assert_eq!(
        rows(
            &store,
            "SELECT name, full_name, signature, line FROM methods WHERE path = 'prices.py' ORDER BY line"
        ),
        [
            "with_tax with_tax (net) 6",
            "__init__ Price.__init__ (self, net) 13",
            "gross Price.gross (self) 16"
        ]
    );
    assert_eq!(
        rows(
            &store,
            "SELECT m.name FROM methods m JOIN types t ON t.id = m.parent_id WHERE t.name = 'Price' ORDER BY 1"
        ),
        ["__init__", "gross"]
    );
    assert_eq!(
        rows(&store, "SELECT code FROM methods WHERE name = 'gross'"),
        ["def gross(self):\n        return with_tax(self.net)"]
    );
    assert_eq!(
        rows(&store, "SELECT DISTINCT origin, layers FROM files ORDER BY layers"),
        ["ctags declarations imports source"]
    );
}

#[test]
fn who_asks_for_a_layer_that_is_not_there_is_told() {
    let (folder, report) = imported(Format::Ctags, &fixture("tags.json"));
    report.unwrap();
    let store = folder.path().join("store");
    let told = |sql: &str| -> Vec<String> {
        let layer = |n: String| n.split("no layer ").nth(1).unwrap().split(':').next().unwrap().to_owned();
        notices(&store, sql).into_iter().map(layer).collect()
    };
    assert_eq!(told("SELECT * FROM methods"), [""; 0]);
    assert_eq!(told("SELECT * FROM call_graph"), ["syntax", "calls"]);
    assert_eq!(told("SELECT * FROM data_flow"), ["data_flow"]);
    assert_eq!(told("SELECT count(*) FROM stored.edges WHERE kind = 'CFG'"), ["control_flow"]);
    assert_eq!(
        told(
            "SELECT count(*) FROM methods WHERE id IN (SELECT dst FROM stored.edges WHERE kind IN ('CDG', 'REF'))"
        ),
        ["references", "control_dependence"]
    );
    assert_eq!(told("SELECT * FROM pagerank(edges => 'CALL')"), ["syntax", "calls"]);
    assert_eq!(told("SELECT kind, count(*) FROM stored.edges GROUP BY kind").len(), 7);
    assert_eq!(rows(&store, "SELECT files_with, files FROM system.layers WHERE layer = 'calls'"), ["0 2"]);
}

/// A definition or a reference in line `line` (from 0).
fn occurrence(symbol: &str, range: [i32; 3], enclosing: &[i32], definition: bool) -> Occurrence {
    Occurrence {
        range: range.to_vec(),
        symbol: symbol.to_owned(),
        symbol_roles: if definition { SymbolRole::Definition as i32 } else { 0 },
        enclosing_range: enclosing.to_vec(),
        ..Occurrence::default()
    }
}

fn shop_index() -> Index {
    let of = |name: &str| format!("scip-python python shop 1 {name}");
    let prices = Document {
        language: "python".to_owned(),
        relative_path: "prices.py".to_owned(),
        occurrences: vec![
            occurrence(&of("prices/__init__:"), [0, 0, 0], &[0, 0, 16, 33], true),
            occurrence(&of("prices/with_tax()."), [5, 4, 12], &[5, 0, 8, 28], true),
            occurrence(&of("prices/with_tax().(net)"), [5, 13, 16], &[], true),
            occurrence(&of("prices/with_tax().(net)"), [6, 7, 10], &[], false),
            // A minus sign and a euro sign stand before this in its line's neighbours, not in it.
            occurrence("scip-python python builtins 3 builtins/ValueError#", [7, 14, 24], &[], false),
            occurrence(&of("prices/Price#"), [11, 6, 11], &[11, 0, 16, 33], true),
            occurrence(&of("prices/Price#gross()."), [15, 8, 13], &[15, 4, 16, 33], true),
            occurrence(&of("prices/with_tax()."), [16, 15, 23], &[], false),
        ],
        symbols: vec![SymbolInformation {
            symbol: of("prices/Price#"),
            relationships: vec![Relationship {
                symbol: of("base/Base#"),
                is_implementation: true,
                ..Relationship::default()
            }],
            ..SymbolInformation::default()
        }],
        ..Document::default()
    };
    let wide = Document {
        relative_path: "deep/wide.ts".to_owned(),
        text: "const \u{1f600}é = f(1)\n".to_owned(),
        occurrences: vec![
            occurrence("local 0", [0, 6, 9], &[], true),
            occurrence("npm n p 1 f().", [0, 12, 13], &[], false),
            occurrence("npm n p 1 g().", [-1, 12, 13], &[], false),
        ],
        ..Document::default()
    };
    let outside = Document { relative_path: "../../etc/passwd".to_owned(), ..Document::default() };
    Index {
        metadata: Some(Metadata::default()).into(),
        documents: vec![prices, wide, outside],
        ..Index::default()
    }
}

fn written(folder: &Path, index: &Index) -> (PathBuf, Vec<u8>) {
    let path = folder.join("index.scip");
    let bytes = protobuf::Message::write_to_bytes(index).unwrap();
    std::fs::write(&path, &bytes).unwrap();
    (path, bytes)
}

#[test]
fn an_index_has_definitions_and_references() {
    let work = tempfile::tempdir().unwrap();
    let (path, _) = written(work.path(), &shop_index());
    let (folder, report) = imported(Format::Scip, &path);
    let store = folder.path().join("store");
    check(&store);
    let failures = report.unwrap().failures;
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert!(failures[0].reason.contains("1 occurrences have no place"), "{failures:?}");
    assert!(failures[0].reason.contains("1 documents have no path inside"), "{failures:?}");
    assert_eq!(
        rows(
            &store,
            "SELECT caller_full_name, callee_full_name, resolution, line FROM call_graph ORDER BY line"
        ),
        ["NULL f unresolved 1", "prices.Price.gross prices.with_tax static 17"]
    );
    assert_eq!(
        rows(&store, "SELECT name, code, line, \"column\", end_column FROM nodes WHERE kind = 'LOCAL'"),
        ["😀é 😀é 1 7 13"]
    );
    assert_eq!(
        rows(&store, "SELECT subtype_full_name, supertype_full_name, is_external FROM inheritance"),
        ["prices.Price base.Base true"]
    );
    assert_eq!(
        rows(&store, "SELECT name, type_full_name, code FROM nodes WHERE kind = 'TYPE_REF'"),
        ["ValueError builtins.ValueError ValueError"]
    );
    assert_eq!(
        rows(&store, "SELECT path, layers FROM files WHERE path LIKE '%.py'"),
        ["prices.py declarations references calls source"]
    );
    // Paths keep their ids from import to import.
    let id = rows(&store, "SELECT file_id FROM files WHERE path = 'prices.py'");
    import(&options(Format::Scip, &path, &store), &Silent).unwrap();
    assert_eq!(rows(&store, "SELECT file_id FROM files WHERE path = 'prices.py'"), id);
}

#[test]
fn joerns_two_formats_are_one_graph() {
    let (csv, report) = imported(Format::JoernCsv, &fixture("joern-csv"));
    assert!(report.unwrap().failures.is_empty());
    let (xml, report) = imported(Format::JoernGraphml, &fixture("joern.xml"));
    assert!(report.unwrap().failures.is_empty());
    let (csv, xml) = (csv.path().join("store"), xml.path().join("store"));
    check(&csv);
    for sql in ["SELECT * FROM nodes ORDER BY id", "SELECT * FROM stored.edges ORDER BY kind, src, dst"] {
        let rows_of = |store: &Path| rows(store, sql);
        assert_eq!(rows_of(&csv), rows_of(&xml));
        assert!(rows_of(&csv).len() > 15);
    }
    assert_eq!(
        rows(&csv, "SELECT caller_name, callee_name, resolution, path, line FROM call_graph ORDER BY line"),
        ["with_tax ValueError unresolved prices.py 8", "gross with_tax static prices.py 17"]
    );
    // A type's uses pass through its TYPE, a parameter's last value through its METHOD_PARAMETER_OUT.
    assert_eq!(
        rows(&csv, "SELECT subtype_name, supertype_name, is_external FROM inheritance"),
        ["Price Base true"]
    );
    assert_eq!(
        rows(&csv, "SELECT count(*), min(label) FROM stored.edges WHERE kind = 'REACHING_DEF'"),
        ["3 net"]
    );
    assert_eq!(
        rows(&csv, "SELECT modifiers, code FROM methods WHERE name = 'gross'"),
        ["virtual def gross(self):\n        return with_tax(self.net)"]
    );
    assert_eq!(
        rows(
            &csv,
            "SELECT count(*) FROM reachable(seeds => (SELECT id FROM methods WHERE name = 'with_tax'), edges => 'CFG')"
        ),
        ["5"]
    );
    assert!(notices(&csv, "SELECT * FROM data_flow").is_empty());
    let left_out = rows(&csv, "SELECT value FROM system.settings WHERE name = 'index.left_out'");
    assert!(left_out[0].contains("1 BINDING nodes"), "{left_out:?}");
}

#[test]
fn an_import_does_not_replace_an_index_by_accident() {
    let (folder, report) = imported(Format::Ctags, &fixture("tags.json"));
    report.unwrap();
    let mut options = options(Format::JoernGraphml, &fixture("joern.xml"), &folder.path().join("store"));
    assert!(matches!(import(&options, &Silent), Err(ImportError::HoldsOther { .. })));
    options.replace = true;
    import(&options, &Silent).unwrap();
    assert_eq!(rows(&folder.path().join("store"), "SELECT DISTINCT origin FROM files"), ["joern"]);
}

#[test]
fn what_is_not_of_the_format_is_refused_by_name() {
    let work = tempfile::tempdir().unwrap();
    let refused = |format, name: &str, bytes: &[u8], expected: &str| {
        let path = work.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let error = imported(format, &path).1.unwrap_err().to_string();
        assert!(error.contains(expected), "{name}: {error}");
    };
    refused(Format::Ctags, "source.py", b"def f(): pass\n", "is not ctags' JSON: line 1");
    refused(Format::Ctags, "empty.json", b"", "holds nothing to import");
    let newer = br#"{"_type": "ptag", "name": "JSON_OUTPUT_VERSION", "path": "7.0"}"#;
    refused(Format::Ctags, "newer.json", newer, "version 7.0 of ctags' JSON");
    refused(Format::Scip, "text.scip", b"not an index at all", "is not a SCIP index");
    refused(Format::Scip, "empty.scip", b"", "holds nothing to import");
    refused(Format::JoernGraphml, "page.xml", b"<html><body/></html>", "its root is not <graphml>");
    refused(Format::JoernGraphml, "empty.xml", b"", "its root is not <graphml>");
    refused(Format::JoernGraphml, "bare.xml", b"<graphml></graphml>", "holds nothing to import");
    refused(Format::JoernCsv, "nodes.csv", b"1,METHOD\n", "is not a directory");
    let folder = work.path().join("csv");
    std::fs::create_dir(&folder).unwrap();
    let refused = |expected: &str| {
        let error = imported(Format::JoernCsv, &folder).1.unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    refused("it has no files nodes_*_header.csv");
    std::fs::write(folder.join("nodes_METHOD_header.csv"), ":ID,NAME:string\n").unwrap();
    std::fs::write(folder.join("nodes_METHOD_data.csv"), "1,f\n").unwrap();
    refused("nodes_METHOD_header.csv has no column :LABEL");
}

#[test]
fn damaged_inputs_are_kept_as_far_as_they_go() {
    let work = tempfile::tempdir().unwrap();
    let told = |format, path: &Path, expected: &str| {
        let (folder, report) = imported(format, path);
        let failures = report.unwrap().failures;
        assert!(failures.iter().any(|f| f.path == "<import>" && f.reason.contains(expected)), "{failures:?}");
        check(&folder.path().join("store"));
        let row = rows(
            &folder.path().join("store"),
            "SELECT count(*) FROM system.failures WHERE path = '<import>'",
        );
        assert_eq!(row, ["1"]);
    };
    let mut tags = std::fs::read(fixture("tags.json")).unwrap();
    tags.extend(b"{\"_type\": \"tag\", \"name\": \"\xff\xfe\", \"path\": \"x.c\", \"language\": \"C\", \"line\": 3}\n{\"_type\": \"t");
    let path = work.path().join("tags.json");
    std::fs::write(&path, tags).unwrap();
    told(Format::Ctags, &path, "1 lines could not be read");

    let (path, bytes) = written(work.path(), &shop_index());
    std::fs::write(&path, &bytes[..bytes.len() - 40]).unwrap();
    told(Format::Scip, &path, "the index cannot be read beyond byte");

    let xml = std::fs::read_to_string(fixture("joern.xml")).unwrap();
    let path = work.path().join("cut.xml");
    std::fs::write(&path, &xml[..xml.len() * 2 / 3]).unwrap();
    told(Format::JoernGraphml, &path, "the rest of it is left out");

    let csv = work.path().join("csv");
    std::fs::create_dir(&csv).unwrap();
    for entry in std::fs::read_dir(fixture("joern-csv")).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), csv.join(entry.file_name())).unwrap();
    }
    let calls = csv.join("nodes_CALL_data.csv");
    let cut = std::fs::read(&calls).unwrap();
    std::fs::write(&calls, &cut[..cut.len() - 50]).unwrap();
    std::fs::remove_file(csv.join("edges_CDG_header.csv")).unwrap();
    told(Format::JoernCsv, &csv, "nodes_CALL_data.csv: 1 rows are not whole, the first in line 3");
    told(Format::JoernCsv, &csv, "edges_CDG_data.csv has no header");
    told(Format::JoernCsv, &csv, "end at nodes that are not in the export");
}

/// Cut or scribbled over anywhere, an input is refused or gives a store that holds together.
#[test]
fn no_damage_breaks_an_import() {
    let work = tempfile::tempdir().unwrap();
    let (_, scip) = written(work.path(), &shop_index());
    let inputs = [
        (Format::Scip, scip),
        (Format::Ctags, std::fs::read(fixture("tags.json")).unwrap()),
        (Format::JoernGraphml, std::fs::read(fixture("joern.xml")).unwrap()),
    ];
    for (format, bytes) in inputs {
        for round in 0..40usize {
            let mut damaged = bytes.clone();
            let at = (round * 7919 + 13) % bytes.len();
            match round % 3 {
                0 => damaged.truncate(at),
                1 => damaged[at] ^= 1 << (round % 8),
                _ => damaged[at] = 0xff,
            }
            let path = work.path().join("damaged");
            std::fs::write(&path, &damaged).unwrap();
            let (folder, report) = imported(format, &path);
            if report.is_ok() && round % 8 == 0 {
                check(&folder.path().join("store"));
            }
        }
    }
}

/// Rows that no way of keeping a store well may change.
fn lasting(store: &Path) -> Vec<Vec<String>> {
    [
        "SELECT * FROM nodes ORDER BY id",
        "SELECT * FROM stored.edges ORDER BY kind, src, dst, label",
        "SELECT * FROM stored.references ORDER BY src, kind, name",
        "SELECT * EXCEPT (indexed_at, layers) FROM files ORDER BY file_id",
    ]
    .map(|sql| rows(store, sql))
    .to_vec()
}

/// Optimizes, goes back, brings up, and removes what is old: the rows stay, and the store verifies after each step.
fn keep_well(location: &Path) {
    let right = lasting(location);
    let store = block_on(Store::open(&location.display().to_string())).unwrap();
    let _lock = store.lock_writer().unwrap();
    let first = block_on(store.latest()).unwrap().unwrap().number;
    let well = |step: &str| {
        assert_eq!(lasting(location), right, "{step}");
        let verified = block_on(store.verify(None, true)).unwrap();
        assert!(verified.rows > 0 && verified.findings.is_empty(), "{step}: {:?}", verified.findings);
    };
    well("as it is");
    let retention = Retention { snapshots: 3, ..Retention::default() };
    block_on(store.set_retention(retention)).unwrap();
    let all = OptimizeOptions { small: u64::MAX, target: u64::MAX, ..OptimizeOptions::default() };
    assert!(block_on(store.optimize(&all)).unwrap().segments.1 == 1);
    well("optimized");
    block_on(store.rollback(first)).unwrap();
    well("gone back");
    let migrated = block_on(store.migrate(false)).unwrap();
    assert!(!block_on(store.migrate(false)).unwrap().is_needed());
    well("brought up");
    let newest = block_on(store.latest()).unwrap().unwrap();
    assert_eq!(newest.retention(), retention);
    let sql = |at: u64| {
        let (store, at) = (location.to_str().unwrap(), at.to_string());
        stoa::success(["sql", "-c", "SELECT count(*) FROM nodes", "--store", store, "--at", &at])
    };
    assert_eq!(sql(first), sql(newest.number));
    let gone = block_on(store.vacuum(&Retention { snapshots: 1, ..retention }, false)).unwrap();
    assert!(gone.snapshots.contains(&first) && gone.kept == 1, "{gone:?}");
    if migrated.published.is_some() {
        assert!(gone.segments > 0, "{gone:?}");
    }
    well("without the past");
}

#[test]
fn an_import_is_kept_like_an_index() {
    let index = tempfile::tempdir().unwrap();
    let (scip, _) = written(index.path(), &shop_index());
    for (format, input) in [
        (Format::Ctags, fixture("tags.json")),
        (Format::Scip, scip),
        (Format::JoernCsv, fixture("joern-csv")),
    ] {
        let (folder, report) = imported(format, &input);
        report.unwrap();
        keep_well(&folder.path().join("store"));
    }
}

#[test]
fn an_import_has_a_history() {
    let folder = tempfile::tempdir().unwrap();
    let (tree, store) = (folder.path().join("shop"), folder.path().join("store"));
    copied(&fixture("shop"), &tree);
    let mut options = options(Format::Ctags, &fixture("tags.json"), &store);
    options.source = Some(tree.clone());
    import(&options, &Silent).unwrap();
    let prices = std::fs::read_to_string(tree.join("prices.py")).unwrap();
    std::fs::write(tree.join("prices.py"), prices.replace("with_tax(self.net)", "with_tax(self.tax)"))
        .unwrap();
    import(&options, &Silent).unwrap();
    assert_eq!(
        rows(&store, "SELECT kind, change, name, what FROM snapshot_diff(1, 2) ORDER BY 1"),
        ["method changed Price.gross text", "type changed Price text"]
    );
    let listed = rows(&store, "SELECT number, operation FROM system.snapshots ORDER BY number");
    assert_eq!(listed, ["1 import", "2 import"]);

    // What was imported cannot be made anew from source: the whole snapshot before comes back.
    let opened = block_on(Store::open(&store.display().to_string())).unwrap();
    let newest = block_on(opened.latest()).unwrap().unwrap();
    std::fs::write(store.join(&newest.segments[0].tables[1].path), b"scribble").unwrap();
    let repaired = repair(store.to_str().unwrap(), &RepairOptions::default(), &Silent).unwrap();
    let Mended::FellBack { to: 1, snapshot: 3, why } = repaired.mended else { panic!("{repaired:?}") };
    assert_eq!(why, "it was imported from ctags, and can be imported again");
    assert_eq!(rows(&store, "SELECT DISTINCT origin FROM files"), ["ctags"]);
    assert!(!notices(&store, "SELECT * FROM data_flow").is_empty());
}

/// The store in `tests/stores/v1` was written when version 1 of the schema was the newest. It is never made anew.
#[test]
fn a_store_of_version_1_is_read_and_brought_up() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    copied(&Path::new(env!("CARGO_MANIFEST_DIR")).join("stores/v1"), &store);
    let answers = [
        "SELECT caller_name, callee_name, resolution FROM call_graph WHERE NOT is_external ORDER BY 1, 2, 3",
        "SELECT path, status, error, origin, indexed_at FROM files ORDER BY path",
        "SELECT * FROM nodes ORDER BY id",
        "SELECT * FROM stored.edges ORDER BY kind, src, dst, label",
        "SELECT path FROM files WHERE origin = 'source' AND status = 'partial'",
        "SELECT layer, files_with, files FROM system.layers ORDER BY layer",
    ];
    let before: Vec<Vec<String>> = answers.iter().map(|sql| rows(&store, sql)).collect();
    assert_eq!(before[0], ["add __init__ import", "gross with_tax static", "total gross type"]);
    assert_eq!(before[4], ["broken.py"]);
    assert_eq!(rows(&store, "SELECT count(*) FROM files WHERE layers IS NOT NULL"), ["0"]);

    block_on(async {
        let opened = Store::open(&store.display().to_string()).await.unwrap();
        let planned = opened.migrate(true).await.unwrap();
        assert_eq!((planned.from_version, planned.rewritten, planned.published), (1, 2, None));
        assert!(opened.migrate(false).await.is_err(), "without the lock");
        let _lock = opened.lock_writer().unwrap();
        let done = opened.migrate(false).await.unwrap();
        assert_eq!((done.rewritten, done.published), (2, Some(2)));
        assert!(!opened.migrate(false).await.unwrap().is_needed());
        // The old snapshot is there as it was.
        let old = opened.snapshot(1).await.unwrap();
        assert_eq!(old.schema_version, 1);
        for file in old.segments.iter().flat_map(|s| &s.tables) {
            opened.read_file(file).await.unwrap();
        }
    });
    let after: Vec<Vec<String>> = answers.iter().map(|sql| rows(&store, sql)).collect();
    assert_eq!(before, after);
    assert_eq!(
        rows(&store, "SELECT path, layers LIKE '%data_flow source' FROM files ORDER BY path"),
        ["<external:python> false", "broken.py true", "order.py true", "prices.py true"]
    );
}

#[test]
fn a_store_of_version_1_is_kept_like_any_other() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    copied(&Path::new(env!("CARGO_MANIFEST_DIR")).join("stores/v1"), &store);
    keep_well(&store);
}

#[test]
fn calls_of_an_export_begin_at_calls() {
    let work = tempfile::tempdir().unwrap();
    let xml = std::fs::read_to_string(fixture("joern.xml")).unwrap();
    // A method that calls another one, as some tools tell it.
    let edge = "<edge source=\"21\" target=\"5\">\n      <data key=\"labelE\">CALL</data>\n    </edge>";
    let path = work.path().join("strange.xml");
    std::fs::write(&path, xml.replacen("<edge ", &format!("{edge}\n    <edge "), 1)).unwrap();
    let (strange, _) = imported(Format::JoernGraphml, &path);
    let (plain, _) = imported(Format::JoernGraphml, &fixture("joern.xml"));
    let graph = "SELECT caller_name, callee_name, path, line FROM call_graph ORDER BY line";
    let of = |folder: &TempDir, sql: &str| rows(&folder.path().join("store"), sql);
    assert_eq!(of(&strange, graph), of(&plain, graph));
    let left_out = of(&strange, "SELECT value FROM system.settings WHERE name = 'index.left_out'");
    assert!(left_out[0].contains("1 CALL edges that begin at no call"), "{left_out:?}");
}

#[test]
fn ids_of_graphml_may_be_texts() {
    let work = tempfile::tempdir().unwrap();
    let xml = std::fs::read_to_string(fixture("joern.xml")).unwrap();
    let mut named = xml.replace("<node id=\"", "<node id=\"n");
    named = named.replace("source=\"", "source=\"n").replace("target=\"", "target=\"n");
    let path = work.path().join("named.xml");
    std::fs::write(&path, &named).unwrap();
    let (texts, report) = imported(Format::JoernGraphml, &path);
    assert!(report.unwrap().failures.is_empty());
    let (numbers, _) = imported(Format::JoernGraphml, &fixture("joern.xml"));
    let count = |folder: &TempDir| rows(&folder.path().join("store"), "SELECT count(*) FROM edges");
    assert_eq!(count(&texts), count(&numbers));

    // What is wrong is told by its line.
    std::fs::write(&path, named.replacen("<node id=", "<node name=", 1)).unwrap();
    let failures = imported(Format::JoernGraphml, &path).1.unwrap().failures;
    let line = named.lines().position(|line| line.contains("</node>")).unwrap() + 1;
    assert!(failures[0].reason.contains(&format!("the first ends in line {line}")), "{failures:?}");
    std::fs::write(&path, named.replacen("</node>", "</edge>", 1)).unwrap();
    let error = imported(Format::JoernGraphml, &path).1.unwrap_err().to_string();
    assert!(error.contains(&format!("line {line}: ")), "{error}");
}
