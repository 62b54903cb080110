//! Cyclomatic complexity against two tools that count it each in its own way.
//!
//! [lizard](https://github.com/terryyin/lizard) counts tokens, [radon](https://radon.readthedocs.io) nodes of Python's own
//! syntax tree, [ESLint](https://eslint.org/docs/v8.x/rules/complexity)'s rule `complexity` (version 8) nodes of JavaScript's. They add to McCabe's number what he did not, so each is compared with the columns that it sums up:
//!
//! | oracle | language | its number |
//! |---|---|---|
//! | lizard | Python | `cyclomatic_with_closures + finally_clauses` |
//! | lizard | Java | `cyclomatic_with_closures` |
//! | lizard | JavaScript, TypeScript | `cyclomatic + defaults` |
//! | lizard | C, C++ | `cyclomatic`, and each `#if`, `#ifdef` and `#elif` in the text |
//! | lizard | others | `cyclomatic` |
//! | ESLint | JavaScript | `cyclomatic` |
//! | radon | Python | `cyclomatic_with_closures + assertions + exit_else_clauses` |
//!
//! A function of the oracle is *matched* when the graph has a METHOD of its name around its line in the same file, or the
//! one closure that begins on its line; of ESLint, which gives no names, when one function alone has its first and last line. Only files that parse without an error count.

use anyhow::{Context, bail};
use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use stoa_indexer::{IndexOptions, Silent};
use stoa_sql::{Engine, EngineOptions};

/// A tool that counts decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Oracle {
    Eslint,
    Lizard,
    Radon,
}

/// A function as the oracle has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    pub path: String,
    pub name: String,
    pub line: i64,
    pub end_line: i64,
    pub complexity: i64,
}

/// A METHOD and what is compared.
#[derive(Clone, Debug)]
struct Method {
    name: String,
    line: i64,
    end_line: i64,
    is_closure: bool,
    cyclomatic: i64,
    with_closures: i64,
    finally_clauses: i64,
    assertions: i64,
    exit_else_clauses: i64,
    defaults: i64,
    /// `#if`, `#ifdef` and `#elif` in the text: of C and C++.
    directives: i64,
}

/// How far the two agree, for one language.
#[derive(Clone, Debug, Default)]
pub struct Agreement {
    pub functions: usize,
    pub matched: usize,
    pub equal: usize,
    /// The rest: what the oracle says, and what the graph says of the same function, if it has it.
    pub different: Vec<(Counted, Option<i64>)>,
}

/// Indexes a tree, runs the oracle over it, and compares, language by language.
pub fn compare(
    source: &Path,
    store: Option<&str>,
    oracle: Oracle,
) -> anyhow::Result<BTreeMap<String, Agreement>> {
    let scratch = std::env::temp_dir().join(format!("stoa-metrics-{}", std::process::id()));
    let location = store.map_or_else(|| scratch.to_string_lossy().into_owned(), str::to_owned);
    let compared = compare_in(source, &location, oracle);
    if store.is_none() && scratch.exists() {
        std::fs::remove_dir_all(&scratch).with_context(|| scratch.display().to_string())?;
    }
    compared
}

fn compare_in(source: &Path, store: &str, oracle: Oracle) -> anyhow::Result<BTreeMap<String, Agreement>> {
    let options = IndexOptions { store: Some(store.to_owned()), ..IndexOptions::default() };
    stoa_indexer::index(source, &options, &Silent)?;
    let counted = match oracle {
        Oracle::Eslint => eslint(source)?,
        Oracle::Lizard => lizard(source)?,
        Oracle::Radon => radon(source)?,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(compare_with(store, oracle, counted))
}

/// Compares what an oracle counted with a store of the same tree.
pub async fn compare_with(
    store: &str,
    oracle: Oracle,
    counted: Vec<Counted>,
) -> anyhow::Result<BTreeMap<String, Agreement>> {
    let files = methods(store).await?;
    let mut agreements: BTreeMap<String, Agreement> = BTreeMap::new();
    for function in counted {
        let Some((language, methods)) = files.get(&function.path) else { continue };
        let agreement = agreements.entry(language.clone()).or_default();
        agreement.functions += 1;
        let method = match oracle {
            Oracle::Eslint => of_lines(methods, &function),
            Oracle::Lizard | Oracle::Radon => matching(methods, &function),
        };
        let ours = method.map(|method| number(method, language, oracle));
        agreement.matched += usize::from(ours.is_some());
        match ours == Some(function.complexity) {
            true => agreement.equal += 1,
            false => agreement.different.push((function, ours)),
        }
    }
    Ok(agreements)
}

/// What the oracle would say of a method, by the rule it documents.
fn number(method: &Method, language: &str, oracle: Oracle) -> i64 {
    match (oracle, language) {
        (Oracle::Radon, _) => method.with_closures + method.assertions + method.exit_else_clauses,
        (Oracle::Lizard, "python") => method.with_closures + method.finally_clauses,
        (Oracle::Lizard, "java") => method.with_closures,
        (Oracle::Lizard, "javascript" | "typescript") => method.cyclomatic + method.defaults,
        (Oracle::Lizard, "c" | "cpp") => method.cyclomatic + method.directives,
        (Oracle::Lizard | Oracle::Eslint, _) => method.cyclomatic,
    }
}

/// The method that the oracle means: the innermost of its name around its line, or the one closure that begins there.
fn matching<'a>(methods: &'a [Method], function: &Counted) -> Option<&'a Method> {
    let name = function.name.rsplit("::").next().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or_default();
    let constructor = function.name.rsplit("::").nth(1) == Some(name) || name == "constructor";
    let named = methods
        .iter()
        .filter(|m| m.name == name || constructor && m.name == "<init>")
        .filter(|m| (m.line..=m.end_line).contains(&function.line))
        .max_by_key(|m| m.line);
    if named.is_some() {
        return named;
    }
    let mut here = methods.iter().filter(|m| m.is_closure && m.line == function.line);
    match (here.next(), here.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

/// The one method with these first and last lines.
fn of_lines<'a>(methods: &'a [Method], function: &Counted) -> Option<&'a Method> {
    let mut here = methods.iter().filter(|m| m.line == function.line && m.end_line == function.end_line);
    match (here.next(), here.next()) {
        (Some(one), None) => Some(one),
        _ => None,
    }
}

/// The methods of every file that parsed, by path, with the file's language.
async fn methods(store: &str) -> anyhow::Result<HashMap<String, (String, Vec<Method>)>> {
    let engine = Engine::open(store, EngineOptions::default()).await?;
    let mut files = HashMap::new();
    let sql = "SELECT path, language FROM files WHERE status = 'ok' AND NOT starts_with(path, '<external:')";
    for batch in engine.run_all(sql).await? {
        let languages = texts(&batch, 1)?.into_iter().map(|language| (language, Vec::new()));
        files.extend(texts(&batch, 0)?.into_iter().zip(languages));
    }
    let sql = "SELECT m.path, m.name, m.line, m.end_line, CAST(m.is_closure AS INT), \
               m.cyclomatic, m.cyclomatic_with_closures, d.finally_clauses, d.assertions, \
               d.exit_else_clauses, d.defaults, \
               CASE WHEN m.language IN ('c', 'cpp') \
               THEN regexp_count(source_text(m.id), '^[ \t]*#[ \t]*(if|ifdef|elif)\\b', 1, 'm') END \
               FROM method_metrics m LEFT JOIN method_decisions d ON d.method_id = m.id";
    for batch in engine.run_all(sql).await? {
        let (paths, names) = (texts(&batch, 0)?, texts(&batch, 1)?);
        let numbers: Vec<Vec<i64>> = (2..12).map(|column| longs(&batch, column)).collect::<Result<_, _>>()?;
        for (row, (path, name)) in paths.into_iter().zip(names).enumerate() {
            let Some((_, methods)) = files.get_mut(&path) else { continue };
            methods.push(Method {
                name,
                line: numbers[0][row],
                end_line: numbers[1][row],
                is_closure: numbers[2][row] == 1,
                cyclomatic: numbers[3][row],
                with_closures: numbers[4][row],
                finally_clauses: numbers[5][row],
                assertions: numbers[6][row],
                exit_else_clauses: numbers[7][row],
                defaults: numbers[8][row],
                directives: numbers[9][row],
            });
        }
    }
    Ok(files)
}

fn texts(batch: &RecordBatch, column: usize) -> anyhow::Result<Vec<String>> {
    let text = cast(batch.column(column), &DataType::Utf8)?;
    Ok(text.as_string::<i32>().iter().map(|t| t.unwrap_or_default().to_owned()).collect())
}

/// A column of numbers; NULL is 0.
fn longs(batch: &RecordBatch, column: usize) -> anyhow::Result<Vec<i64>> {
    let long = cast(batch.column(column), &DataType::Int64)?;
    let long = long.as_primitive::<Int64Type>();
    Ok((0..long.len()).map(|row| if long.is_null(row) { 0 } else { long.value(row) }).collect())
}

fn run(command: &mut Command) -> anyhow::Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .stderr(Stdio::null())
        .output()
        .with_context(|| format!("{name} cannot be started; `pip install {name}` has it"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    // lizard ends with 1 when a function is too complex for its taste.
    if text.is_empty() {
        bail!("{name} said nothing ({})", output.status);
    }
    Ok(text)
}

/// What lizard counts below a directory.
fn lizard(source: &Path) -> anyhow::Result<Vec<Counted>> {
    let text = run(Command::new("lizard").args(["--csv", "."]).current_dir(source))?;
    Ok(records(&text).iter().filter_map(|record| counted(record)).collect())
}

/// `nloc, complexity, tokens, parameters, length, place, file, function, signature, first line, last line`
fn counted(record: &[String]) -> Option<Counted> {
    let [_, complexity, _, _, _, _, path, name, _, line, end_line] = record else { return None };
    Some(Counted {
        path: path.trim_start_matches("./").to_owned(),
        name: name.clone(),
        line: line.parse().ok()?,
        end_line: end_line.parse().ok()?,
        complexity: complexity.parse().ok()?,
    })
}

/// The records of a CSV: fields may be quoted, and a quote in one is written twice.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            other => field.push(other),
        }
    }
    records
}

/// What radon counts below a directory.
fn radon(source: &Path) -> anyhow::Result<Vec<Counted>> {
    let text = run(Command::new("radon").args(["cc", "--json", "--show-closures", "."]).current_dir(source))?;
    let files: BTreeMap<String, serde_json::Value> = serde_json::from_str(&text)?;
    let mut counted = Vec::new();
    for (path, blocks) in &files {
        let path = path.trim_start_matches("./");
        // What is in an inner class or function is listed for each of those around it.
        let mut seen = BTreeSet::new();
        // A file that it cannot read has an object with an error instead of a list.
        for block in blocks.as_array().into_iter().flatten() {
            let text = |key: &str| block.get(key).and_then(serde_json::Value::as_str);
            let number = |key: &str| block.get(key).and_then(serde_json::Value::as_i64);
            let (Some(name), Some(line), Some(end_line), Some(complexity)) =
                (text("name"), number("lineno"), number("endline"), number("complexity"))
            else {
                continue;
            };
            if text("type") != Some("class") && seen.insert((line, number("col_offset"))) {
                counted.push(Counted {
                    path: path.to_owned(),
                    name: name.to_owned(),
                    line,
                    end_line,
                    complexity,
                });
            }
        }
    }
    Ok(counted)
}

/// What ESLint counts below a directory.
fn eslint(source: &Path) -> anyhow::Result<Vec<Counted>> {
    let source = source.canonicalize().with_context(|| source.display().to_string())?;
    let text = run(Command::new("eslint")
        .args([
            "--no-eslintrc",
            "--no-inline-config",
            "--no-ignore",
            "--format",
            "json",
            "--ext",
            ".js,.cjs,.mjs",
        ])
        .args(["--parser-options", "ecmaVersion:latest,sourceType:module"])
        .args(["--rule", r#"complexity: ["error", 0]"#, "."])
        .current_dir(&source))?;
    let files: Vec<serde_json::Value> = serde_json::from_str(&text)?;
    let mut counted = Vec::new();
    for file in &files {
        let path = file.get("filePath").and_then(serde_json::Value::as_str).unwrap_or_default();
        let Ok(path) = Path::new(path).strip_prefix(&source) else { continue };
        for message in file.get("messages").and_then(serde_json::Value::as_array).into_iter().flatten() {
            let number = |key: &str| message.get(key).and_then(serde_json::Value::as_i64);
            let text = message.get("message").and_then(serde_json::Value::as_str).unwrap_or_default();
            // "Function 'f' has a complexity of 3. Maximum allowed is 0."
            let complexity = text.split_once("has a complexity of ").and_then(|(_, rest)| {
                rest.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok())
            });
            let (Some(line), Some(end_line), Some(complexity)) =
                (number("line"), number("endLine"), complexity)
            else {
                continue;
            };
            let path = path.to_string_lossy().into_owned();
            let name = text.split('\'').nth(1).unwrap_or("(anonymous)").to_owned();
            counted.push(Counted { path, name, line, end_line, complexity });
        }
    }
    Ok(counted)
}

/// The figures, as a Markdown table.
pub fn table(agreements: &BTreeMap<String, Agreement>) -> String {
    let mut text = String::from(
        "| language | functions of the oracle | matched | equal | of those matched |\n|---|--:|--:|--:|--:|\n",
    );
    for (language, agreement) in agreements {
        let Agreement { functions, matched, equal, .. } = agreement;
        let percent = 100.0 * *equal as f64 / (*matched).max(1) as f64;
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {language} | {functions} | {matched} | {equal} | {percent:.2} % |");
    }
    text
}

/// Where the two differ, one function a line.
pub fn list(agreements: &BTreeMap<String, Agreement>) -> String {
    let mut text = String::new();
    for (function, ours) in agreements.values().flat_map(|a| &a.different) {
        let Counted { path, name, line, complexity, .. } = function;
        let ours = ours.map_or_else(|| "none".to_owned(), |ours| ours.to_string());
        let _ = writeln!(text, "{path}:{line}: {name}: oracle {complexity}, graph {ours}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn method(name: &str, line: i64, end_line: i64) -> Method {
        Method {
            name: name.to_owned(),
            line,
            end_line,
            is_closure: name.starts_with('<'),
            cyclomatic: 3,
            with_closures: 5,
            finally_clauses: 1,
            assertions: 10,
            exit_else_clauses: 100,
            defaults: 1000,
            directives: 2,
        }
    }

    fn counted(name: &str, line: i64) -> Counted {
        Counted { path: "a.py".to_owned(), name: name.to_owned(), line, end_line: line, complexity: 1 }
    }

    #[test]
    fn a_function_means_the_innermost_method_of_its_name() {
        let methods =
            [method("f", 1, 9), method("f", 3, 5), method("<lambda>0", 7, 7), method("<init>", 8, 9)];
        assert_eq!(matching(&methods, &counted("f", 4)).map(|m| m.line), Some(3));
        assert_eq!(matching(&methods, &counted("C.f", 6)).map(|m| m.line), Some(1));
        assert_eq!(matching(&methods, &counted("(anonymous)", 7)).map(|m| m.line), Some(7));
        assert_eq!(matching(&methods, &counted("C::C", 8)).map(|m| m.line), Some(8));
        assert!(matching(&methods, &counted("g", 4)).is_none());
    }

    #[test]
    fn each_oracle_has_its_sum() {
        let method = method("f", 1, 9);
        assert_eq!(number(&method, "python", Oracle::Radon), 115);
        assert_eq!(number(&method, "python", Oracle::Lizard), 6);
        assert_eq!(number(&method, "java", Oracle::Lizard), 5);
        assert_eq!(number(&method, "c", Oracle::Lizard), 5);
        assert_eq!(number(&method, "go", Oracle::Lizard), 3);
        assert_eq!(number(&method, "javascript", Oracle::Lizard), 1003);
    }

    #[test]
    fn fields_may_be_quoted() {
        let text = "1,2,\"a, \"\"b\"\"\"\r\n3,,x\n";
        assert_eq!(records(text), [vec!["1", "2", "a, \"b\""], vec!["3", "", "x"]]);
    }
}
