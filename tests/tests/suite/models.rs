//! The rows of `sql/models`: each is one that the guide describes, and none is there twice.

use arrow::array::AsArray;
use arrow::csv::ReaderBuilder;
use arrow::datatypes::{DataType, Field, Schema};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

const COLUMNS: [&str; 8] = ["role", "type", "name", "arity", "input", "output", "kind", "note"];

const WEAKNESSES: &[&str] = &[
    "sql",
    "command",
    "path",
    "ldap",
    "xpath",
    "template",
    "code",
    "xss",
    "ssrf",
    "redirect",
    "deserialization",
    "xxe",
    "log",
    "header",
    "trust-boundary",
    "regex-dos",
    "format-string",
    "buffer-size",
    "allocation-size",
    "nosql",
    "resource-injection",
    "reflection",
];

const SOURCES: &[&str] = &[
    "remote",
    "network",
    "database",
    "file",
    "environment",
    "console",
    "argument",
    "configuration",
    "random",
    "directory",
    "archive",
];

/// `arg[0]`, `arg[1..]`, `arg[*]`, `arg[name]`, `param[…]`, `param`, `this`, `return`, `input`, each with parts behind it.
fn is_place(text: &str) -> bool {
    let (base, parts) = match text.find(']') {
        Some(end) if text.starts_with("arg[") || text.starts_with("param[") => text.split_at(end + 1),
        _ => text.split_at(text.find('.').unwrap_or(text.len())),
    };
    let is_base = match base.split_once('[') {
        Some((_, inside)) => inside.len() > 1,
        None => matches!(base, "this" | "return" | "param"),
    };
    let is_part = |part: &str| {
        matches!(part, "element" | "key" | "value" | "first")
            || ["field[", "param[", "value["].iter().any(|p| part.starts_with(p)) && part.ends_with(']')
    };
    is_base && parts.split('.').skip(1).all(is_part)
}

#[test]
fn every_row_of_a_model_is_as_the_guide_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../sql/models");
    let fields: Vec<Field> = COLUMNS.iter().map(|name| Field::new(*name, DataType::Utf8, true)).collect();
    let schema = Arc::new(Schema::new(fields));
    let mut rows = 0;
    let mut wrong = Vec::new();
    for folder in std::fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        let language = folder.file_name().unwrap().to_string_lossy().into_owned();
        assert!(stoa_indexer::language_names().contains(&language.as_str()), "{language} is no language");
        let mut seen = BTreeSet::new();
        for file in std::fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            assert_eq!(text.lines().next(), Some(COLUMNS.join(",").as_str()), "{}", path.display());
            let reader =
                ReaderBuilder::new(Arc::clone(&schema)).with_header(true).build(text.as_bytes()).unwrap();
            for batch in reader {
                let batch = batch.unwrap();
                let value =
                    |column: usize, row: usize| batch.column(column).as_string::<i32>().value(row).to_owned();
                for row in 0..batch.num_rows() {
                    rows += 1;
                    let row: Vec<String> = (0..COLUMNS.len()).map(|column| value(column, row)).collect();
                    if let Some(why) = fault(&row) {
                        wrong.push(format!("{}: {}: {why}", path.display(), row.join(",")));
                    }
                    if !seen.insert(row.clone()) {
                        wrong.push(format!("{}: {}: twice", path.display(), row.join(",")));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(rows > 1000, "{rows} rows");
}

/// What is wrong with a row.
fn fault(row: &[String]) -> Option<&'static str> {
    let [role, _, name, arity, input, output, kind, _] = row else { return Some("not eight columns") };
    // Behind a `-`: what was harmless is not so any more. Faults of numbers follow from what is computed, no row names them as sinks.
    let of_numbers = ["index", "integer-overflow", "integer-underflow", "division-by-zero"];
    let is_weakness = |k: &str| {
        let k = k.strip_prefix('-').unwrap_or(k);
        k == "*" || WEAKNESSES.contains(&k) || k == "path-dots" || of_numbers.contains(&k)
    };
    let are_weaknesses = |kinds: &str| kinds.split(' ').all(is_weakness);
    let is_kind = match role.as_str() {
        "source" => SOURCES.contains(&kind.as_str()),
        "entry" => SOURCES.contains(&kind.as_str()),
        "sink" => WEAKNESSES.contains(&kind.as_str()),
        "sanitizer" | "validator" => are_weaknesses(kind),
        "propagator" => kind.is_empty() || kind.split(' ').all(|k| k.starts_with('-') && is_weakness(k)),
        "neutral" | "constant" | "wraps" | "loads" | "sets" | "ends" | "measures" => kind.is_empty(),
        "allocates" | "releases" => !kind.is_empty(),
        "access" | "fills" | "copies" => kind.parse::<u32>().is_ok(),
        "type" => !kind.is_empty(),
        _ => return Some("an unknown role"),
    };
    if !is_kind {
        return Some("an unknown kind");
    }
    if name.is_empty() {
        return Some("no name");
    }
    if arity != "*" && arity.parse::<u8>().is_err() {
        return Some("no arity");
    }
    let needs_input = matches!(role.as_str(), "sink" | "sanitizer" | "validator" | "propagator");
    let needs_output = matches!(role.as_str(), "source" | "sanitizer" | "propagator" | "entry" | "type");
    for (place, is_needed) in [(input, needs_input), (output, needs_output)] {
        if place.is_empty() && is_needed || !place.is_empty() && !is_place(place) {
            return Some("a place that is none");
        }
    }
    None
}
