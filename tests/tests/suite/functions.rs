//! The functions as people meet them: every example runs, and `docs/reference/functions.md` is what the registry says.
//!
//! `STOA_UPDATE=1 cargo test --workspace --test suite functions` writes the page anew.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use stoa_sql::{Engine, EngineOptions};
use stoa_udfs::{FunctionDoc, Kind};

use crate::slt::store_of;

const PAGE: &str = "docs/reference/functions.md";

/// The program whose store the examples run over: it has calls between methods, types that inherit and conditions.
const PROGRAM: &str = "dispatch";

#[test]
fn every_example_runs() {
    let store = store_of(&format!("programs/{PROGRAM}"));
    let location = store.path().join("store").display().to_string();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let engine = Engine::open(&location, EngineOptions::default()).await.unwrap();
        let mut complaints = Vec::new();
        for doc in stoa_udfs::all() {
            let example = match doc.example.starts_with("SELECT") {
                true => doc.example.to_owned(),
                false => format!("SELECT {}", doc.example),
            };
            if let Err(error) = engine.run_all(&example).await {
                complaints.push(format!("{}: {example}\n{error}", doc.name));
            }
        }
        assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
    });
}

#[test]
fn the_reference_is_what_the_registry_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join(PAGE);
    let page = page();
    if std::env::var_os("STOA_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(written == page, "{PAGE} is not what the registry says; STOA_UPDATE=1 writes it anew");
}

/// The page: a table of contents, then each function.
fn page() -> String {
    let mut page = String::from(
        "# Functions\n\n\
         Generated from the registry of functions, which `\\df` and `system.functions` show as well. Each example is run by\n\
         a test.\n\n\
         Arguments of table functions have names: `pagerank(edges => 'CALL', damping => 0.9)`; those without one come\n\
         first, in the order they have here. Some take more than a value:\n\n\
         | type | what to write |\n|---|---|\n\
         | `EDGES` | `'KIND'`, `'KIND,KIND'`, or `(SELECT src, dst …)`, with a `weight` where edges weigh something; the \
         columns count by their names or, if none is right, by their order. `'CALL'` is the call graph, from method to \
         method |\n\
         | `NODES` | an id, `[id, …]`, or `(SELECT id …)` |\n\
         | `ENDPOINTS` | an id, `[id, …]`, or `(SELECT id …)`, with a `kind` where one is to be told from another |\n\
         | `TABLE(…)` | a subquery with these columns |\n\n\
         A graph is kept as long as what it was built from stays the same (`session.graph_cache_bytes` in\n\
         `system.settings` says how much is kept), so the second function on the same edges builds none. What a function\n\
         would cost is estimated before it runs; over `stoa.max_graph_steps` it is refused, with the estimate. Ties are\n\
         broken by id: an answer is the same on every run.\n",
    );
    for (title, kind) in [("Table functions", Kind::Table), ("Scalar functions", Kind::Scalar)] {
        let docs: Vec<&FunctionDoc> = stoa_udfs::all().filter(|doc| doc.kind == kind).collect();
        let links: Vec<String> = docs.iter().map(|doc| format!("[{0}](#{0})", doc.name)).collect();
        write!(page, "\n## {title}\n\n{}\n", links.join(" · ")).unwrap();
        for doc in docs {
            describe(&mut page, doc);
        }
    }
    page
}

fn describe(page: &mut String, doc: &FunctionDoc) {
    let gives = match doc.kind {
        Kind::Table => String::new(),
        _ => format!(" → {}", doc.returns),
    };
    let arguments: Vec<String> = doc.arguments.iter().map(ToString::to_string).collect();
    write!(page, "\n### {}\n\n```sql\n{}({}){gives}\n```\n\n", doc.name, doc.name, arguments.join(", "))
        .unwrap();
    writeln!(page, "{}", doc.description).unwrap();
    let described: Vec<_> =
        doc.arguments.iter().filter(|argument| !argument.description.is_empty()).collect();
    if !described.is_empty() {
        page.push_str("\n| argument | |\n|---|---|\n");
        for argument in described {
            writeln!(page, "| `{}` | {} |", argument.name, argument.description).unwrap();
        }
    }
    if let stoa_udfs::Returns::Rows(columns) = doc.returns {
        page.push_str("\n| column | type | |\n|---|---|---|\n");
        for column in columns {
            writeln!(page, "| `{}` | {} | {} |", column.name, column.type_, column.description).unwrap();
        }
    }
    if let (Some(complexity), Some(source)) = (doc.complexity, doc.source) {
        write!(page, "\n{complexity} time. {source}.\n").unwrap();
    }
    write!(page, "\n```sql\n{}\n```\n", doc.example).unwrap();
}

#[test]
fn names_of_columns_are_one_vocabulary() {
    // Whatever is a node's id is called so in every function: joins read alike.
    let mut first = BTreeSet::new();
    for doc in stoa_udfs::tables() {
        if let stoa_udfs::Returns::Rows(columns) = doc.doc.returns {
            first.insert(columns[0].name);
        }
    }
    let known = BTreeSet::from(["id", "src", "source", "nodes", "diameter", "modularity"]);
    assert!(first.is_subset(&known), "{:?}", first.difference(&known));
}
