//! Call graphs of small Python programs, as PyCG's authors wrote them down by hand.
//!
//! Salis, Sotiropoulos, Louridas, Spinellis, Mitropoulos, *PyCG: Practical Call Graph Generation in Python*, ICSE 2021;
//! <https://github.com/vitsalis/PyCG>, `micro-benchmark/snippets`. A case is a folder with `main.py` and a `callgraph.json`
//! that lists, for each function, what it calls. An edge is a pair of qualified names; precision and recall are over all
//! edges of all cases. A case is *exact* when its edges are those written down, no more and no less.

use anyhow::{Context, bail};
use arrow::array::{AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use stoa_indexer::{IndexOptions, Silent};
use stoa_sql::{Engine, EngineOptions};

type Edges = BTreeSet<(String, String)>;

/// One case and what was found in it.
#[derive(Clone, Debug)]
pub struct Case {
    /// `category/name`.
    pub name: String,
    pub expected: Edges,
    pub found: Edges,
    /// What the tool beside found, if one was asked and answered.
    pub beside: Option<Edges>,
}

/// Edges found, missing and wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    pub cases: usize,
    pub exact: usize,
    pub right: usize,
    pub wrong: usize,
    pub missing: usize,
}

impl Score {
    fn add(&mut self, expected: &Edges, found: &Edges) {
        let right = expected.intersection(found).count();
        self.cases += 1;
        self.exact += usize::from(expected == found);
        self.right += right;
        self.wrong += found.len() - right;
        self.missing += expected.len() - right;
    }

    /// The share of found edges that are right, in percent.
    pub fn precision(&self) -> f64 {
        percent(self.right, self.right + self.wrong)
    }

    /// The share of edges that were found, in percent.
    pub fn recall(&self) -> f64 {
        percent(self.right, self.right + self.missing)
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// Scores every case below a folder.
pub fn score(cases: &Path, beside: Option<&str>) -> anyhow::Result<Vec<Case>> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for category in list_folders(cases)? {
        folders.extend(list_folders(&category)?.into_iter().filter(|f| f.join("callgraph.json").is_file()));
    }
    if folders.is_empty() {
        bail!("{}: no folder below has a callgraph.json", cases.display());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    folders.iter().map(|folder| case(cases, folder, beside, &runtime)).collect()
}

fn list_folders(of: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in std::fs::read_dir(of).with_context(|| of.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn case(
    cases: &Path,
    folder: &Path,
    beside: Option<&str>,
    runtime: &tokio::runtime::Runtime,
) -> anyhow::Result<Case> {
    let name = folder.strip_prefix(cases).unwrap_or(folder).to_string_lossy().into_owned();
    let written = std::fs::read_to_string(folder.join("callgraph.json"))?;
    let expected = edges_of(&written).with_context(|| name.clone())?;
    let store = std::env::temp_dir().join(format!("stoa-pycg-{}", std::process::id()));
    let found = indexed(folder, &store.to_string_lossy(), runtime);
    if store.exists() {
        std::fs::remove_dir_all(&store)?;
    }
    let beside = beside.and_then(|command| run_beside(command, folder));
    Ok(Case { name, expected, found: found?, beside })
}

/// The edges of a call graph as PyCG prints it.
fn edges_of(json: &str) -> anyhow::Result<Edges> {
    let graph: BTreeMap<String, Vec<String>> = serde_json::from_str(json)?;
    Ok(graph.into_iter().flat_map(|(from, to)| to.into_iter().map(move |to| (from.clone(), to))).collect())
}

fn run_beside(command: &str, folder: &Path) -> Option<Edges> {
    let mut words = command.split_whitespace();
    let output = std::process::Command::new(words.next()?)
        .args(words)
        .arg("--package")
        .arg(folder)
        .arg(folder.join("main.py"))
        .output()
        .ok()?;
    edges_of(&String::from_utf8_lossy(&output.stdout)).ok()
}

fn indexed(folder: &Path, store: &str, runtime: &tokio::runtime::Runtime) -> anyhow::Result<Edges> {
    let options = IndexOptions { store: Some(store.to_owned()), ..IndexOptions::default() };
    stoa_indexer::index(folder, &options, &Silent)?;
    let sql = "SELECT DISTINCT caller_full_name, callee_full_name, CAST(is_external AS VARCHAR) \
               FROM call_graph WHERE NOT starts_with(callee_name, '<operator>')";
    let batches = runtime.block_on(async {
        let engine = Engine::open(store, EngineOptions::default()).await?;
        anyhow::Ok(engine.run_all(sql).await?)
    })?;
    let mut edges = Edges::new();
    for batch in &batches {
        let (from, to, external) = (texts(batch, 0)?, texts(batch, 1)?, texts(batch, 2)?);
        for ((from, to), external) in from.into_iter().zip(to).zip(external) {
            if let Some(callee) = callee(&to, external == "true") {
                edges.insert((plain(&from), callee));
            }
        }
    }
    Ok(edges)
}

fn texts(batch: &RecordBatch, column: usize) -> anyhow::Result<Vec<String>> {
    let text = cast(batch.column(column), &DataType::Utf8)?;
    Ok(text.as_string::<i32>().iter().map(|t| t.unwrap_or_default().to_owned()).collect())
}

/// A qualified name as the set writes it: modules stand for their top level, closures count from 1.
fn plain(name: &str) -> String {
    let name = name.strip_suffix(".<module>").unwrap_or(name).replace(".<module>.", ".");
    let parts =
        name.split('.').map(|part| match part.strip_prefix("<lambda>").and_then(|n| n.parse::<u32>().ok()) {
            Some(number) => format!("<lambda{}>", number + 1),
            None => part.to_owned(),
        });
    let parts: Vec<String> = parts.filter(|part| part != "__init__" || name.ends_with(".__init__")).collect();
    parts.join(".")
}

/// The callee, unless it is one that nobody could name.
fn callee(name: &str, external: bool) -> Option<String> {
    if !external {
        return Some(plain(name));
    }
    if name.starts_with("<unknown>") {
        return None;
    }
    // Methods of builtin types bear the names that PyCG gives those types.
    for (ours, theirs) in
        [("string.", "<**PyStr**>."), ("dict.", "<**PyDict**>."), ("list.", "<**PyList**>.")]
    {
        if let Some(method) = name.strip_prefix(ours) {
            return Some(format!("{theirs}{method}"));
        }
    }
    Some(if name.contains('.') { name.to_owned() } else { format!("<builtin>.{name}") })
}

/// The scores by category, and over all.
pub fn table(cases: &[Case]) -> String {
    let mut categories: BTreeMap<&str, (Score, Score)> = BTreeMap::new();
    for case in cases {
        let category = case.name.split('/').next().unwrap_or_default();
        for name in [category, "\u{7f}all"] {
            let (ours, theirs) = categories.entry(name).or_default();
            ours.add(&case.expected, &case.found);
            if let Some(beside) = &case.beside {
                theirs.add(&case.expected, beside);
            }
        }
    }
    let with_beside = cases.iter().any(|c| c.beside.is_some());
    let mut text = String::new();
    let head = "category        cases  exact  edges  missing  wrong  recall  precision";
    let _ = writeln!(
        text,
        "{head}{}",
        if with_beside { "   beside: cases  exact  recall  precision" } else { "" }
    );
    for (name, (ours, theirs)) in categories {
        let _ = write!(
            text,
            "{:<15} {:>5}  {:>5}  {:>5}  {:>7}  {:>5}  {:>6.2}  {:>9.2}",
            name.trim_start_matches('\u{7f}'),
            ours.cases,
            ours.exact,
            ours.right + ours.missing,
            ours.missing,
            ours.wrong,
            ours.recall(),
            ours.precision()
        );
        if with_beside {
            let _ = write!(
                text,
                "           {:>5}  {:>5}  {:>6.2}  {:>9.2}",
                theirs.cases,
                theirs.exact,
                theirs.recall(),
                theirs.precision()
            );
        }
        text.push('\n');
    }
    text
}

/// Every edge that is missing or wrong.
pub fn list(cases: &[Case]) -> String {
    let mut text = String::new();
    for case in cases {
        for (from, to) in case.expected.difference(&case.found) {
            let _ = writeln!(text, "{}: missing {from} -> {to}", case.name);
        }
        for (from, to) in case.found.difference(&case.expected) {
            let _ = writeln!(text, "{}: wrong {from} -> {to}", case.name);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_written_as_the_set_has_them() {
        assert_eq!(plain("main.<module>"), "main");
        assert_eq!(plain("main.f.<lambda>0"), "main.f.<lambda1>");
        assert_eq!(plain("main.A.__init__"), "main.A.__init__");
        assert_eq!(callee("len", true).as_deref(), Some("<builtin>.len"));
        assert_eq!(callee("ext.f", true).as_deref(), Some("ext.f"));
        assert_eq!(callee("<unknown>.f", true), None);
    }

    #[test]
    fn a_score_counts_edges() {
        let expected = edges_of(r#"{"main": ["main.f", "main.g"], "main.f": []}"#).unwrap();
        let found = edges_of(r#"{"main": ["main.f", "main.h"]}"#).unwrap();
        let mut score = Score::default();
        score.add(&expected, &found);
        assert_eq!(score, Score { cases: 1, exact: 0, right: 1, wrong: 1, missing: 1 });
        assert_eq!((score.precision(), score.recall()), (50.0, 50.0));
    }
}
