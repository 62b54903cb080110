//! Functions against universal-ctags (<https://ctags.io>), an oracle that shares no code with us.
//!
//! A function of ctags is found when the graph has a METHOD of its name around its line in the same file. Only files
//! that parse without an error count: ctags guesses where a parser refuses, and so measures something else there.

use anyhow::{Context, bail};
use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::io::BufRead;
use std::path::Path;
use std::process::{Command, Stdio};
use stoa_indexer::{IndexOptions, Silent};
use stoa_sql::{Engine, EngineOptions};

/// A function that ctags found.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Tag {
    pub name: String,
    pub path: String,
    pub line: i64,
    #[serde(default)]
    pub kind: String,
}

/// How many of ctags' functions the graph has, for one language.
#[derive(Clone, Debug, Default)]
pub struct Recall {
    pub files: usize,
    pub functions: usize,
    pub found: usize,
    /// Those the graph has not.
    pub missed: Vec<Tag>,
}

/// A METHOD: its name and lines.
struct Method {
    name: String,
    lines: std::ops::RangeInclusive<i64>,
}

/// A file that parsed: its language and methods.
#[derive(Default)]
struct File {
    language: String,
    methods: Vec<Method>,
}

/// Indexes a tree, runs ctags over it, and compares, language by language.
pub fn compare(source: &Path, store: Option<&str>) -> anyhow::Result<BTreeMap<String, Recall>> {
    let scratch = std::env::temp_dir().join(format!("stoa-datasets-{}", std::process::id()));
    let location = match store {
        Some(store) => store.to_owned(),
        None => scratch.to_string_lossy().into_owned(),
    };
    let compared = compare_in(source, &location);
    if store.is_none() && scratch.exists() {
        std::fs::remove_dir_all(&scratch).with_context(|| scratch.display().to_string())?;
    }
    compared
}

fn compare_in(source: &Path, store: &str) -> anyhow::Result<BTreeMap<String, Recall>> {
    let options = IndexOptions { store: Some(store.to_owned()), ..IndexOptions::default() };
    stoa_indexer::index(source, &options, &Silent)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let files = runtime.block_on(methods(store))?;
    let mut recalls: BTreeMap<String, Recall> = BTreeMap::new();
    for file in files.values() {
        recalls.entry(file.language.clone()).or_default().files += 1;
    }
    for tag in tags(source)? {
        let Some(file) = files.get(&tag.path) else { continue };
        let recall = recalls.entry(file.language.clone()).or_default();
        recall.functions += 1;
        match file.methods.iter().any(|method| is_meant(method, &tag)) {
            true => recall.found += 1,
            false => recall.missed.push(tag),
        }
    }
    Ok(recalls)
}

/// Whether a tag means a method. Constructors bear their class's name in ctags, and one name of their own here.
fn is_meant(method: &Method, tag: &Tag) -> bool {
    let same = method.name == tag.name.trim_start_matches('#')
        || method.name == tag.name
        || matches!(method.name.as_str(), "<init>" | "<clinit>" | "constructor")
        // C#: explicit implementations have the interface's name in front, operators the name that the CLR gives.
        || tag.path.ends_with(".cs") && tag.name.rsplit('.').next() == Some(method.name.as_str())
        || tag.name.starts_with("operator ") && method.name.starts_with("op_");
    same && method.lines.contains(&tag.line)
}

/// The methods of every file that parsed, by path.
async fn methods(store: &str) -> anyhow::Result<HashMap<String, File>> {
    let engine = Engine::open(store, EngineOptions::default()).await?;
    let mut files: HashMap<String, File> = HashMap::new();
    let text = |column: &arrow::array::ArrayRef| cast(column, &DataType::Utf8);
    let long = |column: &arrow::array::ArrayRef| cast(column, &DataType::Int64);
    let sql = "SELECT path, language FROM files WHERE status = 'ok' AND NOT starts_with(path, '<external:')";
    for batch in engine.run_all(sql).await? {
        let (paths, languages) = (text(batch.column(0))?, text(batch.column(1))?);
        let (paths, languages) = (paths.as_string::<i32>(), languages.as_string::<i32>());
        for row in 0..batch.num_rows() {
            let file = File { language: languages.value(row).to_owned(), methods: Vec::new() };
            files.insert(paths.value(row).to_owned(), file);
        }
    }
    let sql = "SELECT path, name, line, end_line FROM methods WHERE NOT is_external";
    for batch in engine.run_all(sql).await? {
        let (paths, names) = (text(batch.column(0))?, text(batch.column(1))?);
        let (from, to) = (long(batch.column(2))?, long(batch.column(3))?);
        let (paths, names) = (paths.as_string::<i32>(), names.as_string::<i32>());
        let (from, to) = (from.as_primitive::<Int64Type>(), to.as_primitive::<Int64Type>());
        for row in (0..batch.num_rows()).filter(|row| names.is_valid(*row)) {
            if let Some(file) = files.get_mut(paths.value(row)) {
                let name = names.value(row).to_owned();
                file.methods.push(Method { name, lines: from.value(row)..=to.value(row) });
            }
        }
    }
    Ok(files)
}

/// The functions that ctags finds below a directory; paths are relative to it.
fn tags(source: &Path) -> anyhow::Result<Vec<Tag>> {
    let mut child = Command::new("ctags")
        .args(["--output-format=json", "--fields=+ne", "--recurse", "--links=no", "--sort=no", "-f", "-"])
        .args(["--languages=C,C#,C++,Elixir,Go,Java,JavaScript,Python,Rust,TypeScript"])
        // Headers are C here; ctags takes them for C++.
        .args(["--map-C++=-.h", "--map-C=+.h", "--map-TypeScript=+.tsx"])
        .arg(".")
        .current_dir(source)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .context("universal-ctags cannot be started; is `ctags` installed?")?;
    let stdout = child.stdout.take().context("ctags has no standard output")?;
    let mut tags = Vec::new();
    for line in std::io::BufReader::new(stdout).split(b'\n') {
        // Lines that are not UTF-8 or not about a tag are not about a function we could compare.
        let Ok(mut tag) = serde_json::from_slice::<Tag>(&line?) else { continue };
        if let Some(path) = tag.path.strip_prefix("./") {
            tag.path = path.to_owned();
        }
        if is_function(&tag) {
            tags.push(tag);
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("ctags ended with {status}");
    }
    Ok(tags)
}

/// Whether a tag is a function with a body and a name of its own.
fn is_function(tag: &Tag) -> bool {
    // In Python, and there alone, `member` is a method.
    let kind = match tag.kind.as_str() {
        "function" | "func" | "method" | "generator" | "getter" | "setter" => true,
        "member" => tag.path.ends_with(".py") || tag.path.ends_with(".pyi"),
        _ => false,
    };
    let named = !tag.name.to_ascii_lowercase().starts_with("anonymousfunction");
    kind && named
}

/// The figures, as a Markdown table.
pub fn table(recalls: &BTreeMap<String, Recall>) -> String {
    let mut text = String::from(
        "| language | files that parse | functions of ctags | found | recall |\n|---|--:|--:|--:|--:|\n",
    );
    for (language, recall) in recalls.iter().filter(|(_, r)| r.functions > 0) {
        let percent = 100.0 * recall.found as f64 / recall.functions as f64;
        let Recall { files, functions, found, .. } = recall;
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {language} | {files} | {functions} | {found} | {percent:.2} % |");
    }
    text
}

/// What was missed, one function a line.
pub fn list(recalls: &BTreeMap<String, Recall>) -> String {
    let missed = recalls.values().flat_map(|r| &r.missed);
    missed.map(|tag| format!("{}:{}: {} {}\n", tag.path, tag.line, tag.kind, tag.name)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(name: &str, line: i64) -> Tag {
        Tag { name: name.to_owned(), path: "a.py".to_owned(), line, kind: "member".to_owned() }
    }

    #[test]
    fn a_tag_means_the_method_around_its_line() {
        let method = Method { name: "f".to_owned(), lines: 3..=5 };
        assert!(is_meant(&method, &tag("f", 4)));
        assert!(!is_meant(&method, &tag("f", 6)) && !is_meant(&method, &tag("g", 4)));
        assert!(is_function(&tag("f", 1)) && !is_function(&Tag { path: "a.c".to_owned(), ..tag("f", 1) }));
        assert!(!is_function(&tag("AnonymousFunctiondead0100", 1)));
    }
}
