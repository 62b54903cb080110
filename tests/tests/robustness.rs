//! Bad input: whatever lies in a tree, the index is published and says what it could not understand.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::io::{Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use stoa_indexer::{IndexError, IndexOptions, IndexReport, Progress, Silent, index};

use crate::stoa;
use crate::trees;

/// A tree to be filled.
struct Bad {
    dir: tempfile::TempDir,
}

impl Bad {
    /// A tree with one good file, which must come through whatever lies beside it.
    fn tree() -> Bad {
        let bad = Bad { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir(bad.root()).unwrap();
        bad.file("good.py", b"def good():\n    return 1\n");
        bad
    }

    fn root(&self) -> PathBuf {
        self.dir.path().join("tree")
    }

    fn file(&self, name: impl AsRef<OsStr>, bytes: &[u8]) {
        let path = self.root().join(name.as_ref());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    fn options(&self) -> IndexOptions {
        let store = self.dir.path().join("store").to_str().unwrap().to_owned();
        IndexOptions { store: Some(store), ..IndexOptions::default() }
    }

    /// Indexes; the report and SQL must agree on what is not whole. Gives path → status and reason.
    fn index(&self, progress: &dyn Progress) -> (IndexReport, BTreeMap<String, (String, String)>) {
        let options = self.options();
        let report = index(&self.root(), &options, progress).unwrap();
        let failures: BTreeMap<_, _> =
            report.failures.iter().map(|f| (f.path.clone(), (f.status.clone(), f.reason.clone()))).collect();
        let asked = query(&options.store.unwrap(), "SELECT path, status FROM system.failures ORDER BY path");
        let told: Vec<_> = asked.iter().map(|row| (row["path"].clone(), row["status"].clone())).collect();
        let reported: Vec<_> =
            failures.iter().map(|(path, (status, _))| (path.clone().into(), status.clone().into())).collect();
        assert_eq!(told, reported);
        let good = query(&report.store, "SELECT name FROM methods WHERE name = 'good' AND NOT is_external");
        assert_eq!(good.len(), 1, "the good file is lost");
        (report, failures)
    }
}

/// Rows of a query, through the command line.
fn query(store: &str, sql: &str) -> Vec<serde_json::Map<String, serde_json::Value>> {
    let printed = stoa::success(["sql", "--store", store, "--format", "ndjson", "-c", sql]);
    printed.lines().filter(|l| l.starts_with('{')).map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// Debian's sources of Linux name all of their files in their `.gitignore`.
#[test]
fn a_tree_that_ignores_itself_says_so() {
    let bad = Bad::tree();
    bad.file(".gitignore", b"*\n");
    bad.file("other/one.c", b"int one(void) { return 1; }\n");
    let (root, store) = (bad.root().display().to_string(), bad.options().store.unwrap());
    let said = stoa::success(["index", &root, "--store", &store]);
    assert!(
        said.contains("2 source files are left out by .gitignore or its like; --no-ignore takes"),
        "{said}"
    );
    let said = stoa::success(["index", &root, "--store", &store, "--no-ignore"]);
    assert!(said.contains("2 added") && !said.contains("left out"), "{said}");
    // Without it they are left out again.
    let said = stoa::success(["index", &root, "--store", &store]);
    assert!(said.contains("2 removed"), "{said}");
}

#[test]
fn bytes_that_are_no_program() {
    let bad = Bad::tree();
    bad.file("latin1.py", b"name = 'caf\xe9'\ndef f(): return name\n");
    bad.file("bom.py", b"\xef\xbb\xbfdef bom(): pass\n");
    bad.file("binary.c", b"\x7fELF\x02\x01\x01\0\0\0\0");
    let utf16: Vec<u8> = "int main(void) { return 0; }\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    bad.file("utf16.c", &[b"\xff\xfe".as_slice(), &utf16].concat());
    bad.file("empty.rs", b"");
    bad.file("blank.go", b"\n\n   \t\n");
    bad.file(
        "noise.js",
        &(0u32..4000).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8 | 1).collect::<Vec<_>>(),
    );
    bad.file("crlf.java", b"class A {\r\n  int f() { return 1; }\r\n}\r\n");
    bad.file("cr.py", b"def f():\r    return 1\r");
    let (report, failures) = bad.index(&Silent);
    assert_eq!(failures["latin1.py"], ("partial".into(), "not UTF-8 at byte 11".into()));
    assert_eq!(failures["binary.c"], ("skipped".into(), "binary: a NUL byte at offset 7".into()));
    assert_eq!(failures["utf16.c"], ("skipped".into(), "binary: a NUL byte at offset 3".into()));
    assert_eq!(failures["noise.js"].0, "partial");
    for whole in ["empty.rs", "crlf.java", "bom.py"] {
        assert!(!failures.contains_key(whole), "{whole}: {:?}", failures[whole]);
    }
    assert_eq!(report.files(), 10);
}

#[test]
fn a_file_too_large_for_the_memory_is_skipped() {
    let bad = Bad::tree();
    // Sparse: the 50 MB are never written, and never read.
    let mut file = std::fs::File::create(bad.root().join("generated.c")).unwrap();
    file.write_all(b"int x;\n").unwrap();
    file.seek(std::io::SeekFrom::Start(50 << 20)).unwrap();
    file.write_all(b"\n").unwrap();
    let (_, failures) = bad.index(&Silent);
    let (status, reason) = &failures["generated.c"];
    assert_eq!(status, "skipped");
    assert!(reason.contains("52428801 bytes are more than") && reason.contains("--memory"), "{reason}");
}

#[test]
fn one_long_line() {
    let bad = Bad::tree();
    let mut line = b"x = [".to_vec();
    while line.len() < 1 << 20 {
        line.extend_from_slice(b"f(1), 'two', ");
    }
    line.extend_from_slice(b"]");
    bad.file("long.py", &line);
    line.drain(..4);
    bad.file("long.js", &line);
    let (report, failures) = bad.index(&Silent);
    assert!(failures.is_empty(), "{failures:?}");
    assert_eq!(report.lines(), 4);
}

/// How each language opens and closes one level of nesting, inside of what.
const NESTED: &[(&str, &str, &str, &str, &str)] = &[
    ("c", "int x = ", "(", ")", ";\n"),
    ("go", "package p\nvar x = ", "(", ")", "\n"),
    ("java", "class A { int x = ", "(", ")", "; }\n"),
    ("js", "x = ", "(", ")", ";\n"),
    ("py", "x = ", "(", ")", "\n"),
    ("rs", "const X: i32 = ", "(", ")", ";\n"),
    ("ts", "let x = ", "(", ")", ";\n"),
    ("tsx", "let x = ", "(", ")", ";\n"),
];

#[test]
fn a_hundred_thousand_parentheses() {
    const DEPTH: usize = 100_000;
    let bad = Bad::tree();
    for (ending, before, open, close, after) in NESTED {
        let (open, close) = (open.repeat(DEPTH), close.repeat(DEPTH));
        bad.file(format!("nested.{ending}"), format!("{before}{open}1{close}{after}").as_bytes());
        bad.file(format!("open.{ending}"), format!("{before}{open}").as_bytes());
        bad.file(format!("close.{ending}"), format!("{before}1{close}").as_bytes());
    }
    let (_, failures) = bad.index(&Silent);
    for (ending, ..) in NESTED {
        // Parentheses are no nodes of their own in some languages, and then nest to no depth.
        for name in ["open", "close"] {
            let path = format!("{name}.{ending}");
            assert!(failures.contains_key(&path), "{path} is called whole");
        }
        if let Some((status, reason)) = failures.get(&format!("nested.{ending}")) {
            assert!(status != "failed" || reason.contains("budget"), "nested.{ending}: {status}: {reason}");
            assert!(reason.contains("nested deeper") || reason.contains("budget"), "{ending}: {reason}");
        }
    }
}

/// Other ways to nest: each is its own path through the lowering and the passes.
#[test]
fn deep_nesting_of_all_kinds() {
    const DEPTH: usize = 20_000;
    let bad = Bad::tree();
    let repeat = |part: &str| part.repeat(DEPTH);
    bad.file("blocks.c", format!("void f(void) {}{}", repeat("{"), repeat("}")).as_bytes());
    bad.file("ifs.c", format!("void f(int x) {{ {} x; }}", repeat("if (x) ")).as_bytes());
    bad.file(
        "else.java",
        format!("class A {{ void f(int x) {{ {} ; }} }}", repeat("if (x > 0) ; else ")).as_bytes(),
    );
    // Every branch has an end of its own that waits for the one node behind them all.
    bad.file(
        "cases.c",
        format!("void f(int x) {{ switch (x) {{ {} }} }}", repeat("default: x = 1; break; ")).as_bytes(),
    );
    bad.file(
        "returns.go",
        format!("package p\nfunc f(x int) {{ {} }}", repeat("if x > 0 { return }; ")).as_bytes(),
    );
    bad.file("loops.c", format!("void f(void) {{ {} ; }}", repeat("for (;;) ")).as_bytes());
    bad.file("sum.py", format!("x = 1{}\n", repeat(" + 1")).as_bytes());
    bad.file("calls.py", format!("x = a{}\n", repeat(".b()")).as_bytes());
    bad.file("lambda.py", format!("x = {}1\n", repeat("lambda: ")).as_bytes());
    bad.file("not.py", format!("x = {}1\n", repeat("not ")).as_bytes());
    bad.file("and.js", format!("x = y{};\n", repeat(" && y")).as_bytes());
    bad.file("arrows.js", format!("x = {}1;\n", repeat("a => ")).as_bytes());
    bad.file("ternary.js", format!("x = {}1;\n", repeat("a ? b : ")).as_bytes());
    bad.file("arrays.ts", format!("let x: {}{};\n", repeat("Array<"), repeat(">")).as_bytes());
    bad.file("refs.rs", format!("fn f(x: {}u8) {{}}\n", repeat("&")).as_bytes());
    bad.file("modules.rs", format!("{}{}", repeat("mod a { "), repeat("}")).as_bytes());
    bad.file("macro.rs", format!("fn f() {{ m!{}{}; }}\n", repeat("("), repeat(")")).as_bytes());
    bad.file(
        "functions.go",
        format!("package p\nvar x = {}1{}\n", repeat("func() { f("), repeat(")}")).as_bytes(),
    );
    bad.file("pointers.go", format!("package p\nvar x {}int\n", repeat("*")).as_bytes());
    bad.file("generics.java", format!("class A {{ {}B{} x; }}", repeat("L<"), repeat(">")).as_bytes());
    bad.file("tags.tsx", format!("x = {}{};\n", repeat("<a>"), repeat("</a>")).as_bytes());
    bad.file(
        "classes.py",
        (0..300).map(|i| format!("{}class A:\n", " ".repeat(i))).collect::<String>().as_bytes(),
    );
    bad.file("functions.js", format!("{}{}", repeat("function f(){"), repeat("}")).as_bytes());
    let (_, failures) = bad.index(&Silent);
    for (path, (_, reason)) in &failures {
        assert!(!reason.contains("internal error"), "{path}: {reason}");
    }
}

/// Modules that import each other whole, over and over: each name is still looked for once in each.
#[test]
fn wildcard_imports_in_circles() {
    let bad = Bad::tree();
    let module = |n: usize| {
        let uses: String = (0..12).map(|m| format!("use crate::m{m}::*;\n")).collect();
        format!(
            "{uses}struct S{n};\nimpl Nowhere for S{n} {{ fn f(&self) {{ nothing{n}(); lost::g(); }} }}\n"
        )
    };
    for n in 0..12 {
        bad.file(format!("src/m{n}.rs"), module(n).as_bytes());
    }
    bad.file(
        "src/nested.rs",
        format!("mod a {{ use super::*; {} }}", "mod b { use super::*; }\n".repeat(20)).as_bytes(),
    );
    let started = std::time::Instant::now();
    bad.index(&Silent);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn unbalanced_braces() {
    let bad = Bad::tree();
    for (name, text) in trees::SAMPLES {
        let ending = name.rsplit('.').next().unwrap();
        bad.file(format!("opened.{ending}"), format!("{}\n{text}", "({[".repeat(50)).as_bytes());
        bad.file(format!("closed.{ending}"), format!("{}\n{text}", ")]}".repeat(50)).as_bytes());
        bad.file(format!("half.{ending}"), &text.as_bytes()[..text.len() / 2]);
        bad.file(format!("lost.{ending}"), text.replace(['}', ')'], "").as_bytes());
    }
    let (_, failures) = bad.index(&Silent);
    for (path, (status, reason)) in &failures {
        assert_eq!(status, "partial", "{path}: {reason}");
        assert!(reason.contains("line"), "{path}: {reason}");
    }
    assert!(failures.len() > 24, "{failures:?}");
}

/// Changes the tree once it has been walked and before it is read.
struct Meanwhile<F: Fn() + Send + Sync>(F);

impl<F: Fn() + Send + Sync> Progress for Meanwhile<F> {
    fn start(&self, _files: u64, _bytes: u64) {
        (self.0)();
    }
    fn file_done(&self, _path: &str, _lines: u64, _bytes: u64) {}
    fn stage(&self, _name: &str) {}
    fn published(&self, _snapshot: u64, _waiting: u64) {}
    fn finish(&self) {}
}

#[test]
fn files_change_while_the_index_runs() {
    let bad = Bad::tree();
    for name in ["deleted.py", "folder.c", "linked.go", "grown.js", "shrunk.rs"] {
        bad.file(name, b"x = 1;\n");
    }
    let root = bad.root();
    let (_, failures) = bad.index(&Meanwhile(move || {
        std::fs::remove_file(root.join("deleted.py")).unwrap();
        // Reading a folder fails as reading a file without the right to does, whoever runs the test.
        std::fs::remove_file(root.join("folder.c")).unwrap();
        std::fs::create_dir(root.join("folder.c")).unwrap();
        std::fs::remove_file(root.join("linked.go")).unwrap();
        std::os::unix::fs::symlink("linked.go", root.join("linked.go")).unwrap();
        std::fs::write(root.join("grown.js"), vec![b' '; 20 << 20]).unwrap();
        std::fs::write(root.join("shrunk.rs"), b"").unwrap();
    }));
    for (path, why) in [
        ("deleted.py", "cannot be read: No such file"),
        ("folder.c", "cannot be read: Is a directory"),
        ("linked.go", "cannot be read: Too many levels of symbolic links"),
    ] {
        let (status, reason) = &failures[path];
        assert!(status == "failed" && reason.starts_with(why), "{path}: {status}: {reason}");
    }
    assert_eq!(failures["grown.js"].0, "skipped");
    assert_eq!(failures.len(), 4, "{failures:?}");
}

#[test]
fn no_file_that_waits_is_opened() {
    let bad = Bad::tree();
    // Opening a FIFO would wait for a writer that never comes.
    let made = std::process::Command::new("mkfifo").arg(bad.root().join("pipe.py")).status();
    let socket = std::os::unix::net::UnixListener::bind(bad.root().join("socket.py")).unwrap();
    assert!(made.is_ok_and(|status| status.success()));
    let (report, _) = bad.index(&Silent);
    assert_eq!(report.files(), 1);
    drop(socket);
}

#[test]
fn links_that_run_in_circles() {
    let bad = Bad::tree();
    bad.file("a/b/inner.py", b"def inner(): pass\n");
    let link = |to: &str, at: &str| std::os::unix::fs::symlink(to, bad.root().join(at)).unwrap();
    link("..", "a/b/up");
    link("a", "again");
    link("self.py", "self.py");
    link("nowhere.py", "dangling.py");
    link("/", "a/everything");
    let (report, failures) = bad.index(&Silent);
    assert_eq!(report.files(), 2, "{failures:?}");
}

#[test]
fn names_of_all_kinds() {
    let bad = Bad::tree();
    let names: [&[u8]; 12] = [
        b"with space.py",
        b"it's.py",
        b"say \"hi\".py",
        b"new\nline.py",
        b"tab\there.py",
        "emoji 🏛.py".as_bytes(),
        "ünïcödé/файл.py".as_bytes(),
        b"back\\slash.py",
        b"per%20cent/#hash?.py",
        b"semi;colon&.py",
        b"-dash.py",
        b"not\xffutf8.py",
    ];
    for (at, name) in names.iter().enumerate() {
        bad.file(OsStr::from_bytes(name), format!("def f{at}(): pass\n").as_bytes());
    }
    let (report, failures) = bad.index(&Silent);
    assert!(failures.is_empty(), "{failures:?}");
    assert_eq!(report.files(), 13);
    let paths = query(&report.store, "SELECT path FROM files ORDER BY path");
    let paths: Vec<&str> = paths.iter().filter_map(|row| row["path"].as_str()).collect();
    for name in names {
        let expected = String::from_utf8(name.to_vec()).unwrap_or("not\\xFFutf8.py".to_owned());
        assert!(paths.contains(&expected.as_str()), "{expected} is not in {paths:?}");
    }
}

/// A tree and a store may themselves have names that are hard to write.
#[test]
fn roots_of_all_kinds() {
    let dir = tempfile::tempdir().unwrap();
    for name in [&b"a 'quoted' \"root\"\n#%20?\xf0\x9f\x8f\x9b"[..], b"no\xffutf8"] {
        let root = dir.path().join(OsStr::from_bytes(name));
        std::fs::create_dir(&root).unwrap();
        std::fs::write(root.join("a.py"), "def a(): pass\n").unwrap();
        let listed = stoa::success([OsStr::new("index"), root.as_os_str()]);
        assert!(listed.contains("python"), "{listed}");
        assert!(root.join(".stoa/snapshots").is_dir(), "the store is not in the tree {name:?}");
        let sql = "SELECT name FROM methods WHERE name = 'a'".as_ref();
        let arguments = ["sql".as_ref(), "--source".as_ref(), root.as_os_str(), "-c".as_ref(), sql];
        let printed = stoa::success(arguments);
        assert!(printed.contains("│ a "), "{printed}");
    }
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2, "a store lies beside the trees");
}

#[test]
fn a_tree_without_source() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("tree");
    std::fs::create_dir_all(root.join("empty")).unwrap();
    std::fs::write(root.join("README"), "no source").unwrap();
    let report = index(&root, &IndexOptions::default(), &Silent).unwrap();
    assert_eq!((report.files(), report.snapshot), (0, 1));
    let count = query(&report.store, "SELECT count(*) AS n FROM methods");
    assert_eq!(count[0]["n"], 0);
}

#[test]
fn roots_that_cannot_be() {
    let dir = tempfile::tempdir().unwrap();
    let (missing, file) = (dir.path().join("missing"), dir.path().join("a.py"));
    std::fs::write(&file, "x = 1").unwrap();
    assert!(matches!(index(&missing, &IndexOptions::default(), &Silent), Err(IndexError::Root { .. })));
    assert!(matches!(index(&file, &IndexOptions::default(), &Silent), Err(IndexError::NotADirectory { .. })));
    for root in [&missing, &file] {
        let said = stoa::failure(["index".as_ref(), root.as_os_str()]);
        assert!(said.contains(root.to_str().unwrap()), "{said}");
    }
    assert!(!missing.exists() && !dir.path().join("a.py/.stoa").exists());
}

fn indexed(dir: &Path) -> PathBuf {
    let (tree, store) = (dir.join("tree"), dir.join("store"));
    std::fs::create_dir_all(&tree).unwrap();
    std::fs::write(tree.join("a.py"), "def a(): pass\n").unwrap();
    stoa::success(["index".as_ref(), tree.as_os_str(), "--store".as_ref(), store.as_os_str()]);
    store
}

/// Asks a store that must not answer; gives what is said instead.
#[track_caller]
fn refused(store: &Path) -> String {
    let sql = "SELECT count(*) FROM nodes";
    stoa::failure(["sql".as_ref(), "--store".as_ref(), store.as_os_str(), "-c".as_ref(), sql.as_ref()])
}

#[test]
fn stores_that_cannot_be_read() {
    let dir = tempfile::tempdir().unwrap();
    assert!(refused(&dir.path().join("store")).contains("there is no store at"));

    let file = dir.path().join("file");
    std::fs::write(&file, "text").unwrap();
    assert!(refused(&file).contains("is not a store"));

    let store = indexed(dir.path());
    let snapshot = store.join("snapshots/00000001.json.zst");
    let good = std::fs::read(&snapshot).unwrap();
    std::fs::write(&snapshot, &good[..good.len() / 2]).unwrap();
    assert!(refused(&store).contains("is corrupt"));
    std::fs::remove_file(&snapshot).unwrap();
    assert!(refused(&store).contains("holds no published snapshot"));

    // Zstandard's frame without compression (RFC 8878): one raw block.
    let newer = br#"{"schema_version": 4096, "number": 1, "columns": "elsewhere"}"#;
    let block = (newer.len() as u32) << 3 | 1;
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x20, newer.len() as u8];
    frame.extend_from_slice(&block.to_le_bytes()[..3]);
    frame.extend_from_slice(newer);
    std::fs::write(&snapshot, frame).unwrap();
    assert!(refused(&store).contains("has schema version 4096; this version of stoa reads up to"));
    let tree = dir.path().join("tree");
    let again = ["index".as_ref(), tree.as_os_str(), "--store".as_ref(), store.as_os_str()];
    assert!(stoa::failure(again).contains("has schema version 4096"), "a newer store was written over");
}

#[test]
fn segments_that_are_damaged() {
    for damage in ["gone", "cut", "scribbled"] {
        let dir = tempfile::tempdir().unwrap();
        let store = indexed(dir.path());
        for segment in std::fs::read_dir(store.join("segments")).unwrap() {
            let file = segment.unwrap().path().join("nodes.parquet");
            let Ok(bytes) = std::fs::read(&file) else { continue };
            match damage {
                "gone" => std::fs::remove_file(&file).unwrap(),
                "cut" => std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap(),
                _ => std::fs::write(&file, vec![0x5a; bytes.len()]).unwrap(),
            }
        }
        let sql = "SELECT name, count(*) FROM nodes GROUP BY name";
        let output =
            stoa::run(["sql".as_ref(), "--store".as_ref(), store.as_os_str(), "-c".as_ref(), sql.as_ref()]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{damage}: {said}");
        assert!(said.contains("nodes.parquet") && !said.contains("panicked"), "{damage}: {said}");
    }
}

#[test]
fn a_second_writer_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let store = indexed(dir.path());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let opened = runtime.block_on(stoa_store::Store::open(store.to_str().unwrap())).unwrap();
    let lock = opened.lock_writer().unwrap();
    let tree = dir.path().join("tree");
    let again = ["index".as_ref(), tree.as_os_str(), "--store".as_ref(), store.as_os_str()];
    let said = stoa::failure(again);
    assert!(said.contains("is being written by another process"), "{said}");
    assert!(said.contains(&std::process::id().to_string()), "{said}");
    // Readers are not disturbed.
    assert_eq!(query(store.to_str().unwrap(), "SELECT 1 AS one FROM nodes LIMIT 1").len(), 1);
    drop(lock);
    stoa::success(again);
}
