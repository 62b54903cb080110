//! The rules as people meet them: every example is reported as it says, and `docs/reference/rules.md` is what the files say.
//!
//! All examples of a language are files of one tree, each in a folder of its own, and are scanned at once: hundreds take
//! seconds. `STOA_UPDATE=1 cargo test --workspace --test suite rules` writes the page anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use stoa_indexer::{IndexOptions, Silent};
use stoa_sql::rules::{self, Example, Rule, Severity};
use stoa_sql::{Engine, EngineOptions, scan};

const PAGE: &str = "docs/reference/rules.md";

/// The file of an example in the tree of its language.
fn file_of(rule: &Rule, number: usize, example: &Example) -> String {
    let named = example.file.clone();
    let file = named.unwrap_or_else(|| {
        let language = stoa_syntax::Language::named(&example.language).next().unwrap();
        format!("example.{}", language.extensions[0])
    });
    format!("{}/{number:02}/{file}", rule.id)
}

/// Scans the examples of a language; what is not as they say is told.
fn complaints(language: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tree");
    let all = rules::builtin().unwrap_or_else(|error| panic!("{error}"));
    let mut examples: BTreeMap<String, (&Rule, &Example)> = BTreeMap::new();
    for rule in all {
        let here = rule.examples.iter().filter(|example| example.language == language);
        for (number, example) in here.enumerate() {
            let file = file_of(rule, number, example);
            let path = root.join(&file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &example.code).unwrap();
            examples.insert(file, (rule, example));
        }
    }
    if examples.is_empty() {
        return Vec::new();
    }
    let store = folder.path().join("store").display().to_string();
    let options = IndexOptions { store: Some(store.clone()), ..IndexOptions::default() };
    stoa_indexer::index(&root, &options, &Silent).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let scan = runtime.block_on(async {
        let engine = Engine::open(&store, EngineOptions::default()).await.unwrap();
        let of_language: Vec<_> =
            all.iter().filter(|rule| rule.languages.iter().any(|l| l == language)).cloned().collect();
        scan::scan(&engine, &of_language).await.unwrap_or_else(|error| panic!("{error}"))
    });

    let mut found: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for finding in &scan.findings {
        let (path, line) = (&*finding.place.path, finding.place.line);
        // What another rule finds in an example is not the example's matter.
        if examples.get(path).is_some_and(|(rule, _)| rule.id == finding.rule.id) {
            found.entry(path).or_default().insert(line);
        }
    }
    let mut complaints: Vec<String> = scan.notes.clone();
    for (file, (rule, example)) in &examples {
        let lines: Vec<u32> = found.remove(file.as_str()).into_iter().flatten().collect();
        if lines != example.lines {
            complaints.push(format!(
                "{} ({language}): the example {file} says {:?}, and found is {lines:?}\n{}",
                rule.path,
                example.lines,
                numbered(&example.code)
            ));
        }
    }
    complaints
}

fn numbered(code: &str) -> String {
    let lines = code.lines().enumerate().map(|(number, line)| format!("{:>4} | {line}\n", number + 1));
    lines.collect()
}

#[test]
fn every_example_is_reported_as_it_says() {
    let complaints: Vec<String> = stoa_indexer::language_names().into_iter().flat_map(complaints).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn the_reference_is_what_the_files_say() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(PAGE);
    let page = page();
    if std::env::var_os("STOA_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "{PAGE} is not what the rules say; STOA_UPDATE=1 writes it anew");
}

/// The page: a table of all rules, then each.
fn page() -> String {
    let rules = rules::builtin().unwrap();
    let mut page = String::from(
        "# Rules\n\n\
         Generated from the files of `sql/rules`, which `system.rules` shows as well. `stoa scan` runs them\n\
         ([guide](../guides/scan.md)); each example is run by a test.\n\n\
         | rule | severity | CWE | languages | what it finds |\n|---|---|---|---|---|\n",
    );
    let mut sorted: Vec<&Rule> = rules.iter().map(AsRef::as_ref).collect();
    sorted.sort_by(|a, b| (&a.area, &a.id).cmp(&(&b.area, &b.id)));
    for rule in &sorted {
        let numbers: Vec<String> = rule.cwe.iter().map(u32::to_string).collect();
        writeln!(
            page,
            "| [{0}](#{0}) | {1} | {2} | {3} | {4} |",
            rule.id,
            rule.severity,
            numbers.join(", "),
            rule.languages.join(", "),
            rule.title.replace('|', "\\|")
        )
        .unwrap();
    }
    for rule in sorted {
        describe(&mut page, rule);
    }
    page
}

fn describe(page: &mut String, rule: &Rule) {
    let links: Vec<String> = rule
        .cwe
        .iter()
        .map(|n| format!("[CWE-{n}](https://cwe.mitre.org/data/definitions/{n}.html)"))
        .collect();
    let mut facts = vec![rule.severity.to_string(), rule.languages.join(", ")];
    facts.extend((!links.is_empty()).then(|| links.join(" ")));
    facts.push(format!("[file](../../sql/rules/{})", rule.path));
    write!(page, "\n## {}\n\n**{}** · {}\n", rule.id, rule.title, facts.join(" · ")).unwrap();
    for text in [&rule.what, &rule.why, &rule.fix] {
        write!(page, "\n{text}\n").unwrap();
    }
    if !rule.references.is_empty() {
        let pages: Vec<String> = rule.references.iter().map(|page| format!("<{page}>")).collect();
        write!(page, "\nSee {}.\n", pages.join(", ")).unwrap();
    }
    // One example that is reported: the file has all.
    if let Some(example) = rule.examples.iter().find(|example| !example.lines.is_empty()) {
        let lines: Vec<String> = example.lines.iter().map(u32::to_string).collect();
        let (is, line) = if lines.len() == 1 { ("is", "Line") } else { ("are", "Lines") };
        write!(
            page,
            "\n{line} {} {is} reported:\n\n```{}\n{}```\n",
            lines.join(", "),
            example.language,
            ended(&example.code)
        )
        .unwrap();
    }
}

fn ended(code: &str) -> String {
    format!("{}\n", code.trim_end())
}

#[test]
fn severities_are_ordered() {
    let mut sorted = Severity::ALL;
    sorted.sort_by(|a, b| b.cmp(a));
    assert_eq!(sorted, Severity::ALL);
}
