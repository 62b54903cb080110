//! The rules as people meet them: every example is reported as it says, and `docs/reference/rules.md` is what the files say.
//!
//! All examples of a language are files of one tree, each in a folder of its own, and are scanned at once: hundreds take
//! seconds. `STOA_UPDATE=1 cargo test --workspace --test suite rules` writes the page anew.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::physical_plan::collect;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
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

/// Writes the examples of a language below a folder; gives them by their files.
fn write_examples(language: &str, root: &Path) -> BTreeMap<String, (&'static Rule, &'static Example)> {
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
    examples
}

/// Indexes a tree into a store beside it.
fn index(root: &Path) -> String {
    let store = root.with_extension("store").display().to_string();
    let options = IndexOptions { store: Some(store.clone()), ..IndexOptions::default() };
    stoa_indexer::index(root, &options, &Silent).unwrap();
    store
}

/// Scans the examples of a language; what is not as they say is told.
fn complaints(language: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tree");
    let all = rules::builtin().unwrap();
    let examples = write_examples(language, &root);
    if examples.is_empty() {
        return Vec::new();
    }
    let store = index(&root);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (scan, cuts) = runtime.block_on(async {
        let engine = Engine::open(&store, EngineOptions::default()).await.unwrap();
        let of_language: Vec<_> =
            all.iter().filter(|rule| rule.languages.iter().any(|l| l == language)).cloned().collect();
        let scan = scan::scan(&engine, &of_language, 2).await.unwrap_or_else(|error| panic!("{error}"));
        // What calls itself for ever comes to no end in so many rounds.
        let cuts = engine.run_all("SELECT method_id FROM flow_cuts WHERE reason <> 'rounds'").await.unwrap();
        (scan, cuts.iter().map(|batch| batch.num_rows()).sum::<usize>())
    });

    let mut found: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for finding in &scan.findings {
        let (path, line) = (&*finding.place.path, finding.place.line);
        // What another rule finds in an example is not the example's matter.
        if examples.get(path).is_some_and(|(rule, _)| rule.id == finding.rule.id) {
            found.entry(path).or_default().insert(line);
        }
    }
    let notes = scan.notes.iter().filter(|note| !note.contains("flow_cuts"));
    let mut complaints: Vec<String> = notes.cloned().collect();
    if cuts > 0 {
        complaints.push(format!("{language}: {cuts} budgets ended before the analysis of the examples did"));
    }
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

/// The most rows that an operator of each rule gives over so many copies of the examples of a language.
fn widest(language: &str, copies: usize) -> BTreeMap<&'static str, usize> {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("tree");
    for copy in 0..copies {
        write_examples(language, &root.join(format!("copy{copy}")));
    }
    let store = index(&root);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let engine = Engine::open(&store, EngineOptions::default()).await.unwrap();
        let state = engine.context().state();
        let mut widest = BTreeMap::new();
        for rule in
            rules::builtin().unwrap().iter().filter(|rule| rule.languages.iter().any(|l| l == language))
        {
            let plan = engine.plan(&rule.sql).await.unwrap();
            let plan = state.create_physical_plan(&plan).await.unwrap();
            collect(Arc::clone(&plan), state.task_ctx()).await.unwrap();
            let mut most = 0;
            plan.apply(|node| {
                most = most.max(node.metrics().and_then(|metrics| metrics.output_rows()).unwrap_or(0));
                Ok(TreeNodeRecursion::Continue)
            })
            .unwrap();
            widest.insert(rule.id.as_str(), most);
        }
        widest
    })
}

/// A join that forgets the file or the method pairs what has the same name in all of them: four times the tree is then sixteen times the rows, and a
/// large tree more than any machine holds. Copies have the same names throughout.
#[test]
fn no_rule_outgrows_the_tree() {
    const FEW: usize = 2;
    const TIMES: usize = 4;
    // So many rows are nothing whatever they grow to: calls that are resolved by name alone lead to all copies.
    const NOTHING: usize = 1_000;
    for language in ["c", "java", "python"] {
        let (few, many) = (widest(language, FEW), widest(language, FEW * TIMES));
        for (rule, &rows) in &many {
            let before = few[rule].max(NOTHING);
            assert!(
                rows <= 2 * TIMES * before,
                "{rule} ({language}): {before} rows become {rows} over {TIMES} times the tree"
            );
        }
    }
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
