//! The house rules that a machine can check.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Which crates of ours each crate may use, by `docs/architecture.md`: arrows point one way.
const MAY_USE: &[(&str, &[&str])] = &[
    ("stoa-model", &[]),
    ("stoa-syntax", &["stoa-model"]),
    ("stoa-passes", &["stoa-model", "stoa-syntax"]),
    ("stoa-graph", &["stoa-model"]),
    ("stoa-store", &["stoa-model"]),
    ("stoa-indexer", &["stoa-model", "stoa-syntax", "stoa-passes", "stoa-store", "stoa-graph"]),
    ("stoa-importer", &["stoa-model", "stoa-syntax", "stoa-passes", "stoa-store", "stoa-indexer"]),
    ("stoa-session", &["stoa-model", "stoa-store", "stoa-graph"]),
    ("stoa-flow", &["stoa-model"]),
    ("stoa-udfs", &["stoa-model", "stoa-store", "stoa-graph", "stoa-flow", "stoa-session"]),
    (
        "stoa-sql",
        &[
            "stoa-model",
            "stoa-store",
            "stoa-flow",
            "stoa-session",
            "stoa-udfs",
            "stoa-indexer",
            "stoa-importer",
        ],
    ),
];

/// Crates that build and test in seconds, and so must not reach these, however far away.
const LIGHT: &[&str] = &["stoa-model", "stoa-syntax", "stoa-passes", "stoa-graph", "stoa-flow"];
const HEAVY: &[&str] = &["datafusion", "parquet", "tokio", "object_store"];

/// The system this is, as cargo names it.
fn host() -> String {
    let output = std::process::Command::new(env!("CARGO")).arg("-vV").output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().find_map(|line| line.strip_prefix("host: ")).unwrap().to_owned()
}

fn metadata() -> serde_json::Value {
    let output = std::process::Command::new(env!("CARGO"))
        // Of other systems' dependencies there need be none here.
        .args([
            "metadata",
            "--format-version=1",
            "--offline",
            "--filter-platform",
            &host(),
            "--manifest-path",
        ])
        .arg(root().join("Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every package of a build with its features, as cargo resolves it for these arguments.
fn features(arguments: &[&str]) -> BTreeSet<String> {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--prefix=none", "--format={p} [{f}]", "--manifest-path"])
        .arg(root().join("Cargo.toml"))
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| line.trim_end_matches(" (*)").to_owned()).filter(|l| !l.is_empty()).collect()
}

/// The name in a package id: `path+file:///…/engine/model#stoa-model@0.1.0`, `registry+…#serde@1.0.0`.
fn names(metadata: &serde_json::Value) -> BTreeMap<&str, &str> {
    let packages = metadata["packages"].as_array().unwrap();
    packages.iter().map(|p| (p["id"].as_str().unwrap(), p["name"].as_str().unwrap())).collect()
}

/// What each package uses when it is built (tests may use more).
fn uses(metadata: &serde_json::Value) -> BTreeMap<String, BTreeSet<String>> {
    let names = names(metadata);
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for node in metadata["resolve"]["nodes"].as_array().unwrap() {
        let of = uses.entry(names[node["id"].as_str().unwrap()].to_owned()).or_default();
        for dependency in node["deps"].as_array().unwrap() {
            let kinds = dependency["dep_kinds"].as_array().unwrap();
            if kinds.iter().any(|kind| kind["kind"].is_null()) {
                of.insert(names[dependency["pkg"].as_str().unwrap()].to_owned());
            }
        }
    }
    uses
}

#[test]
fn arrows_point_one_way() {
    let uses = uses(&metadata());
    for (name, may) in MAY_USE {
        let ours = uses[*name].iter().filter(|used| used.starts_with("stoa-"));
        let wrong: Vec<_> = ours.filter(|used| !may.contains(&used.as_str())).collect();
        assert!(wrong.is_empty(), "{name} may not use {wrong:?}");
    }
}

/// A package that `cargo run` builds with other features than `cargo test --workspace` does is built twice, and with it all
/// that stands on it. Ten minutes, if DataFusion does.
#[test]
fn running_and_testing_share_one_build() {
    let tests = features(&["--workspace", "--edges=normal,build,dev"]);
    for (what, arguments) in
        [("run", &["--edges=normal,build"][..]), ("build", &["--workspace", "--edges=normal,build"])]
    {
        let own: Vec<String> = features(arguments).difference(&tests).cloned().collect();
        assert!(own.is_empty(), "cargo {what} builds these once more, with features of its own: {own:#?}");
    }
}

#[test]
fn light_crates_stay_light() {
    let uses = uses(&metadata());
    for name in LIGHT {
        let (mut reached, mut next) = (BTreeSet::new(), vec![(*name).to_owned()]);
        while let Some(at) = next.pop() {
            if reached.insert(at.clone()) {
                next.extend(uses[&at].iter().cloned());
            }
        }
        let heavy: Vec<_> = reached.iter().filter(|r| HEAVY.iter().any(|h| r.starts_with(h))).collect();
        assert!(heavy.is_empty(), "{name} reaches {heavy:?}");
    }
}

/// Every file of ours with this ending, but for what was built.
fn files(ending: &str) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir()
                && !path.is_symlink()
                && !name.starts_with('.')
                && name != "target"
                && name != "links"
                && name != "programs"
                && name != "samples"
            {
                folders.push(path);
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

/// Files over 600 lines, each with its reason.
const LONG: &[(&str, &str)] = &[
    ("engine/syntax/src/lower.rs", "one writer with many small methods, read as a list"),
    (
        "engine/passes/src/scopes.rs",
        "scopes, references and receiver types are found in one walk over the tree",
    ),
];

#[test]
fn files_are_short() {
    let root = root();
    for path in files(".rs") {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
        let excused = LONG.iter().any(|(long, _)| *long == name);
        assert!(lines <= 600 || excused, "{name} has {lines} lines");
    }
}

#[test]
fn nothing_is_left_to_do() {
    // Written in parts: this file is looked at too.
    let marks = [
        ["to", "do!("].concat(),
        ["unimplemen", "ted!("].concat(),
        ["TO", "DO"].concat(),
        ["FIX", "ME"].concat(),
    ];
    for path in files(".rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        for (number, line) in text.lines().enumerate() {
            let found = marks.iter().find(|mark| line.contains(mark.as_str()));
            assert!(found.is_none(), "{}:{}: {line}", path.display(), number + 1);
        }
    }
}

/// Where there are programs for the tests of SQL, there is one in every language.
#[test]
fn every_language_has_a_program() {
    let programs = root().join("tests/programs");
    if !programs.is_dir() {
        return;
    }
    let walked = stoa_indexer::walk(&programs, None, stoa_syntax::languages::ALL, false);
    for name in stoa_indexer::language_names() {
        assert!(walked.files.iter().any(|f| f.language == name), "no program in {name}");
    }
}

#[test]
fn every_crate_says_what_it_is() {
    for path in files("Cargo.toml") {
        let Some(lib) = path.parent().map(|p| p.join("src/lib.rs")).filter(|p| p.exists()) else { continue };
        let text = std::fs::read_to_string(&lib).unwrap();
        assert!(text.starts_with("//! "), "{} opens without a word", lib.display());
    }
}
