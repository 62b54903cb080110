//! `stoa scan` as people and programs use it.

use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

use crate::stoa::{run, success};

/// A tree of files, and a store beside it.
struct Tree {
    folder: TempDir,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Tree {
        let tree = Tree { folder: tempfile::tempdir().unwrap() };
        for (path, text) in files {
            tree.write(path, text);
        }
        tree
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn scan(&self, arguments: &[&str]) -> (Option<i32>, String, String) {
        let root = self.root().display().to_string();
        let arguments: Vec<&str> = ["scan", &root].into_iter().chain(arguments.iter().copied()).collect();
        let output = run(arguments);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code(), text(output.stdout), text(output.stderr))
    }

    /// The scan as JSON.
    fn json(&self, arguments: &[&str]) -> Value {
        let file = self.path("out.json");
        let mut all = vec!["-o", file.as_str()];
        all.extend(arguments);
        let (code, _, error) = self.scan(&all);
        assert!(matches!(code, Some(0 | 1)), "{error}");
        serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
    }

    fn rows(&self, query: &str) -> String {
        success(["sql", "--store", &self.path("store"), "--format", "csv", "-c", query])
    }
}

const WEAK: &str = "import hashlib\n\n\ndef name(data):\n    return hashlib.md5(data).hexdigest()\n";
const SOUND: &str = "import hashlib\n\n\ndef name(data):\n    return hashlib.sha256(data).hexdigest()\n";

fn fingerprints(scan: &Value) -> Vec<String> {
    let findings = scan["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["fingerprint"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn exit_codes_say_what_was_found() {
    let tree = Tree::new(&[("a.py", WEAK)]);
    let (code, said, _) = tree.scan(&[]);
    assert_eq!(code, Some(1));
    assert!(said.contains("medium[weak-hash]: hashlib.md5 is a weak hash function"), "{said}");
    assert!(said.contains("--> a.py:5:12"), "{said}");
    assert!(
        said.contains("5 |     return hashlib.md5(data).hexdigest()\n  |            ^^^^^^^^^^^^^^^^^"),
        "{said}"
    );
    assert!(said.contains("1 finding: 1 medium"), "{said}");
    assert!(!said.contains('\x1b'), "colours are for terminals");
    assert_eq!(tree.scan(&["--fail-on", "high"]).0, Some(0));
    assert_eq!(tree.scan(&["--fail-on", "never"]).0, Some(0));
    assert_eq!(tree.scan(&["--severity", "high"]).0, Some(0));
    assert_eq!(tree.scan(&["--rules", "dangerous-function"]).0, Some(0));

    assert_eq!(tree.scan(&["--rules", "no-such-rule"]).0, Some(2));
    assert_eq!(run(["scan", "/no/such/folder"]).status.code(), Some(2));
    assert_eq!(tree.scan(&["--baseline", "/no/such/file"]).0, Some(2));
    assert!(!tree.root().join(".stoa").exists(), "a scan leaves nothing in the tree");

    let clean = Tree::new(&[("a.py", SOUND)]);
    let (code, said, _) = clean.scan(&[]);
    assert_eq!(code, Some(0));
    assert!(said.contains("no findings"), "{said}");
}

#[test]
fn fingerprints_survive_edits_elsewhere() {
    let tree = Tree::new(&[("a.py", WEAK)]);
    let before = fingerprints(&tree.json(&[]));
    tree.write(
        "a.py",
        &format!(
            "# one line\n# and another\n{}\n\ndef other():\n    return 1\n",
            WEAK.replace("md5(data)", "md5( data )")
        ),
    );
    tree.write("b.py", SOUND);
    // A second one of the same text in the same function is another finding.
    let after = fingerprints(&tree.json(&[]));
    assert_eq!(before.len(), 1);
    assert_ne!(
        before, after,
        "the text of the node has changed: a blank is no part of it only between words"
    );
    tree.write(
        "a.py",
        &format!("# one line\n{WEAK}\n\ndef twice(data):\n    hashlib.md5(data)\n    hashlib.md5(data)\n"),
    );
    let more = fingerprints(&tree.json(&[]));
    assert_eq!(more.len(), 3);
    assert_eq!(more[0], before[0]);
    assert_ne!(more[1], more[2]);
}

const HANDLER: &str = "\
from flask import request
import store


def look():
    return store.find(request.args['name'])
";
const STORE: &str = "\
import sqlite3


def find(name):
    return run('SELECT * FROM users WHERE name = ' + name)


def run(query):
    return sqlite3.connect('users').cursor().execute(query)
";

#[test]
fn a_scan_after_an_edit_finds_what_one_without_a_past_finds() {
    let tree = Tree::new(&[("handler.py", HANDLER), ("store.py", STORE), ("name.py", WEAK)]);
    let store = tree.path("store");
    let rules = ["--rules", "sql-injection,weak-hash", "--fail-on", "never"];
    let scan = |store: &str| tree.json(&[&["--store", store][..], &rules].concat())["findings"].clone();
    let before = scan(&store);
    assert_eq!(before.as_array().unwrap().len(), 2, "{before:#}");
    let edits = [
        ("store.py", STORE.replace("def run", "# a comment moves what is below\ndef run")),
        ("store.py", STORE.replace("'SELECT * FROM users WHERE name = ' + name", "'SELECT * FROM users'")),
        ("store.py", STORE.to_owned()),
        ("handler.py", HANDLER.replace("request.args['name']", "int(request.args['name'])")),
        ("handler.py", HANDLER.replace("store.find", "store.run")),
        ("name.py", SOUND.to_owned()),
    ];
    for (number, (path, text)) in edits.iter().enumerate() {
        tree.write(path, text);
        let fresh = scan(&tree.path(&format!("fresh{number}")));
        assert_eq!(scan(&store), fresh, "after edit {number} of {path}");
    }
    let kept = "SELECT kind, label FROM system.cache WHERE kind = 'work'";
    assert_eq!(tree.rows(kept), "kind,label\nwork,summaries of methods\n");
    // What is left of an analysis that nobody edited anything of.
    let plan = tree.rows("EXPLAIN ANALYZE SELECT * FROM taint(max_depth => 5)");
    assert!(plan.contains("summaries_kept="), "{plan}");
}

#[test]
fn comments_ignore_with_a_reason() {
    let tree = Tree::new(&[(
        "a.py",
        "import hashlib\n\
         hashlib.md5(b'1')  # stoa-ignore: weak-hash only a name for a cache\n\
         # stoa-ignore: weak-hash the protocol asks for it\n\
         # and nobody can change that\n\
         hashlib.md5(b'2')\n\
         hashlib.md5(b'3')  # stoa-ignore: weak-hash\n\
         hashlib.md5(b'4')  # stoa-ignore: world-writable another rule\n\
         hashlib.md5(b'5')  # stoa-ignore: weak-hsh because\n\
         text = '# stoa-ignore: weak-hash no comment at all'; hashlib.md5(b'6')\n",
    )]);
    let scan = tree.json(&[]);
    let lines = |rule: &str, ignored: bool| -> Vec<u64> {
        let findings = scan["findings"].as_array().unwrap().iter();
        let wanted = findings.filter(|f| f["rule"] == rule && f["ignored"].is_null() != ignored);
        wanted.map(|finding| finding["line"].as_u64().unwrap()).collect()
    };
    assert_eq!(lines("weak-hash", true), [2, 5]);
    assert_eq!(lines("weak-hash", false), [6, 7, 8, 9]);
    assert_eq!(lines("ignore-comment", false), [6, 8]);
    assert_eq!(scan["summary"]["ignored"], 2);

    let file = Tree::new(&[("a.py", &format!("# stoa-ignore-file: * generated\n{WEAK}"))]);
    assert_eq!(file.scan(&[]).0, Some(0));
}

#[test]
fn what_the_baseline_has_does_not_fail() {
    let tree = Tree::new(&[("a.py", WEAK), ("b.py", WEAK)]);
    let baseline = tree.path("baseline.json");
    assert_eq!(tree.scan(&["--baseline", &baseline, "--write-baseline"]).0, Some(0));
    let (code, said, _) = tree.scan(&["--baseline", &baseline]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("baseline: 0 new, 2 known, 0 fixed"), "{said}");

    tree.write("b.py", SOUND);
    tree.write("c.py", &format!("\n{WEAK}"));
    let (code, said, _) = tree.scan(&["--baseline", &baseline]);
    assert_eq!(code, Some(1));
    assert!(said.contains("baseline: 1 new, 1 known, 1 fixed"), "{said}");
    assert!(said.contains("--> c.py:6") && !said.contains("--> a.py"), "only what is new is shown: {said}");
    // Nothing is said of rules that were not run.
    let (_, said, _) = tree.scan(&["--baseline", &baseline, "--rules", "world-writable"]);
    assert!(said.contains("baseline: 0 new, 0 known, 0 fixed"), "{said}");

    std::fs::write(&baseline, "{}").unwrap();
    let (code, _, error) = tree.scan(&["--baseline", &baseline]);
    assert!(code == Some(2) && error.contains("is no baseline"), "{error}");
}

#[test]
fn sarif_is_what_its_schema_says() {
    let rule = "/*\nid = \"a-flow\"\ntitle = \"A way\"\nseverity = \"critical\"\ncwe = [89]\nlanguages = [\"python\"]\n\
        what = \"w.\"\nwhy = \"w.\"\nfix = \"f.\"\n\
        [[example]]\nlanguage = \"python\"\nmatch = [1]\ncode = \"f(g())\"\n\
        [[example]]\nlanguage = \"python\"\nmatch = []\ncode = \"1\"\n*/\n\
        SELECT c.id AS node_id, 'from ' || a.code AS message, [a.id, c.id] AS trace, ['source', 'sink'] AS roles\n\
        FROM calls c JOIN arguments a ON a.call_id = c.id WHERE c.name = 'hexdigest' AND a.argument_index = 0\n";
    let tree = Tree::new(&[
        ("dir with space/é.py", &format!("s = 'é'; import hashlib; hashlib.md5(b'1')\n{WEAK}")),
        ("b.py", "import hashlib\nhashlib.md5(b'')  # stoa-ignore: weak-hash a reason\n"),
    ]);
    let own = tree.path("a-flow.sql");
    std::fs::write(&own, rule).unwrap();
    let baseline = tree.path("baseline.json");
    assert_eq!(tree.scan(&["--baseline", &baseline, "--write-baseline", "--rules", "weak-hash"]).0, Some(0));
    let file = tree.path("out.sarif");
    let rules = format!("*,{own}");
    let (code, _, error) = tree.scan(&["-o", &file, "--rules", &rules, "--baseline", &baseline]);
    assert_eq!(code, Some(1), "{error}");

    let log: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles/sarif/sarif-schema-2.1.0.json");
    let schema: Value = serde_json::from_slice(&std::fs::read(schema).unwrap()).unwrap();
    let validator =
        jsonschema_valid::Config::from_schema(&schema, Some(jsonschema_valid::schemas::Draft::Draft7));
    if let Err(errors) = validator.unwrap().validate(&log) {
        panic!("{}", errors.map(|error| error.to_string()).collect::<Vec<_>>().join("\n"));
    }
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 4);
    let suppressed: Vec<&Value> =
        results.iter().filter(|r| !r["suppressions"].as_array().unwrap().is_empty()).collect();
    assert_eq!(suppressed[0]["suppressions"][0]["justification"], "a reason");
    let place = |result: &Value| result["locations"][0]["physicalLocation"].clone();
    let weak = &results[1];
    assert_eq!(weak["ruleId"], "weak-hash");
    assert_eq!(weak["baselineState"], "unchanged");
    assert_eq!(place(weak)["artifactLocation"]["uri"], "dir%20with%20space/%C3%A9.py");
    // The é is one code point, though two bytes.
    assert_eq!(place(weak)["region"]["startColumn"], 26);
    assert_eq!(place(weak)["region"]["snippet"]["text"], "hashlib.md5(b'1')");
    let flow = results.iter().find(|result| result["ruleId"] == "a-flow").unwrap();
    let steps = flow["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    assert_eq!((steps.len(), &steps[0]["kinds"][0]), (2, &Value::from("source")));
    assert_eq!(flow["baselineState"], "new");
    let index = flow["ruleIndex"].as_u64().unwrap() as usize;
    assert_eq!(log["runs"][0]["tool"]["driver"]["rules"][index]["properties"]["security-severity"], "9.5");
}

#[test]
fn findings_are_a_table_of_the_snapshot() {
    let tree = Tree::new(&[("a.py", WEAK)]);
    let store = tree.path("store");
    let of_store = |more: &[&str]| {
        let mut arguments = vec!["scan", "--store", store.as_str()];
        arguments.extend(more);
        run(arguments).status.code()
    };
    success(["index", &tree.root().display().to_string(), "--store", &store]);
    assert_eq!(tree.rows("SELECT count(*) AS n FROM findings"), "n\n0\n");
    assert_eq!(of_store(&[]), Some(1));
    let query = "SELECT rule_id, path, line, method, cwe, snapshot FROM findings";
    assert_eq!(
        tree.rows(query),
        "rule_id,path,line,method,cwe,snapshot\nweak-hash,a.py,5,a.name,\"[327, 328]\",1\n"
    );
    // What other rules found stays; what this one finds takes the place of what it found before.
    assert_eq!(of_store(&["--rules", "world-writable"]), Some(0));
    assert_eq!(of_store(&["--rules", "weak-hash"]), Some(1));
    assert_eq!(tree.rows("SELECT count(*) AS n FROM findings"), "n\n1\n");

    // An index makes new rows, which nobody has looked at.
    tree.write("b.py", &WEAK.replace("md5", "sha1"));
    tree.write("a.py", SOUND);
    success(["index", &tree.root().display().to_string(), "--store", &store]);
    assert_eq!(tree.rows("SELECT count(*) AS n FROM findings"), "n\n0\n");
    assert_eq!(of_store(&[]), Some(1));
    let diff = success(["diff", "1", "2", "--store", &store, "--kinds", "finding", "--format", "csv"]);
    assert_eq!(
        diff,
        "kind,change,path,name,signature,callee,line,what\n\
         finding,removed,a.py,weak-hash,,,5,hashlib.md5 is a weak hash function\n\
         finding,added,b.py,weak-hash,,,5,hashlib.sha1 is a weak hash function\n"
    );
    // Going back brings the findings back, and merging segments keeps them.
    success(["rollback", "1", "--store", &store]);
    assert_eq!(tree.rows("SELECT path FROM findings"), "path\na.py\n");
    success(["optimize", "--store", &store, "--dead", "0"]);
    assert_eq!(tree.rows("SELECT path FROM findings"), "path\na.py\n");
    success(["verify", "--deep", "--store", &store]);
    success(["vacuum", "--keep", "1", "--store", &store]);
    assert_eq!(tree.rows("SELECT path FROM findings"), "path\na.py\n");
    let kept = std::fs::read_dir(Path::new(&store).join("findings")).unwrap().count();
    assert_eq!(kept, 1, "the findings of snapshots that are gone are gone");
}

#[test]
fn damaged_findings_are_told_of() {
    let tree = Tree::new(&[("a.py", WEAK)]);
    let store = tree.path("store");
    assert_eq!(tree.scan(&["--store", &store]).0, Some(1));
    let folder = Path::new(&store).join("findings");
    let folder = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let file = std::fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    let output = run(["sql", "--store", &store, "-c", "SELECT * FROM findings"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("corrupt"), "{said}");
    let output = run(["verify", "--store", &store]);
    assert!(!output.status.success() && String::from_utf8(output.stdout).unwrap().contains("findings"));
    // The next scan mends it.
    assert_eq!(run(["scan", "--store", &store]).status.code(), Some(1));
    assert_eq!(tree.rows("SELECT count(*) AS n FROM findings"), "n\n1\n");
}

#[test]
fn a_broken_rule_is_told_with_its_place() {
    let tree = Tree::new(&[("a.py", WEAK)]);
    let own = tree.path("broken.sql");
    let write = |query: &str| {
        let header = "/*\nid = \"broken\"\ntitle = \"t\"\nseverity = \"low\"\nlanguages = [\"python\"]\n\
            what = \"w\"\nwhy = \"w\"\nfix = \"f\"\n\
            [[example]]\nlanguage = \"python\"\nmatch = [1]\ncode = \"1\"\n\
            [[example]]\nlanguage = \"python\"\nmatch = []\ncode = \"2\"\n*/\n";
        std::fs::write(&own, format!("{header}{query}")).unwrap();
    };
    let error = |query: &str| {
        write(query);
        let (code, _, error) = tree.scan(&["--rules", &own]);
        assert_eq!(code, Some(2), "{error}");
        error
    };
    let said = error("SELECT idd AS node_id, 'm' AS message FROM calls");
    assert!(said.contains("idd") && said.contains("broken.sql") && said.contains("line 18"), "{said}");
    let said = error("SELECT id, 'm' AS message FROM calls");
    assert!(said.contains("gives a column id"), "{said}");
    let said = error("SELECT id AS node_id, 'm' AS message FROM calls; SELECT 1");
    assert!(said.contains("one statement"), "{said}");
    std::fs::write(&own, "SELECT 1").unwrap();
    let (code, _, said) = tree.scan(&["--rules", &own]);
    assert!(code == Some(2) && said.contains("broken.sql:1: a rule starts with"), "{said}");
    // A node without a place is told of, and not counted.
    write("SELECT id AS node_id, 'm' AS message FROM methods WHERE is_external");
    let (code, said, _) = tree.scan(&["--rules", &own]);
    assert!(code == Some(0) && said.contains("have no place in the tree"), "{said}");
}

#[test]
fn models_are_a_table_and_folders_add_to_them() {
    let tree = Tree::new(&[("a.py", SOUND)]);
    assert_eq!(tree.scan(&["--store", &tree.path("store")]).0, Some(0));
    let folder = tree.folder.path().join("models/python");
    std::fs::create_dir_all(&folder).unwrap();
    let models = tree.path("models");
    let file = folder.join("own.csv");
    let asked = |query: &str| {
        run(["sql", "--store", &tree.path("store"), "--models", &models, "--format", "csv", "-c", query])
    };
    std::fs::write(
        &file,
        "role,type,name,arity,input,output,kind,note\nsink,own.Database,run,1,arg[0],,sql,ours\n",
    )
    .unwrap();
    let output =
        asked("SELECT language, role, name, kind, line FROM system.models WHERE type = 'own.Database'");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.ends_with("language,role,name,kind,line\npython,sink,run,sql,2\n"), "{printed}");
    std::fs::write(
        &file,
        "role,type,name,arity,input,output,kind,note\nsnk,own.Database,run,1,arg[0],,sql,ours\n",
    )
    .unwrap();
    let output = asked("SELECT 1");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("own.csv:2: `snk` is no role"), "{said}");
    std::fs::rename(&folder, tree.folder.path().join("models/piton")).unwrap();
    let said = String::from_utf8(asked("SELECT 1").stderr).unwrap();
    assert!(said.contains("folders of their language"), "{said}");
}
