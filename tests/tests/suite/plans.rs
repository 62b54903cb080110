//! What plans leave unread, as EXPLAIN and EXPLAIN ANALYZE tell.

use std::fmt::Write;
use std::path::Path;
use stoa_indexer::{IndexOptions, Silent, index};
use stoa_sql::{Engine, EngineOptions};

use crate::slt::texts;

/// Enough functions for nodes to take several pages.
const FUNCTIONS: usize = 2500;

fn program(folder: &Path) {
    let mut text = String::new();
    for n in 0..FUNCTIONS {
        writeln!(
            text,
            "def f{n}(x):\n    if x > {n}:\n        return f{n}(x - 1) + {n}\n    return g(x, [x, {n}])\n"
        )
        .unwrap();
    }
    std::fs::write(folder.join("many.py"), text).unwrap();
}

/// What an operator counted, by the name of the metric: (of how many, how many were left).
fn counted(plan: &str, metric: &str) -> (u64, u64) {
    let counts = plan.match_indices(metric).map(|(at, name)| {
        let mut numbers = plan[at + name.len()..]
            .split(|c: char| !c.is_ascii_digit() && c != '.')
            .filter(|t| !t.is_empty())
            .map(|t| t.parse::<f64>().unwrap_or(0.0) as u64);
        (numbers.next().unwrap(), numbers.next().unwrap())
    });
    counts.fold((0, 0), |(all, left), (a, l)| (all + a, left + l))
}

#[test]
fn queries_read_what_they_need() {
    let folder = tempfile::tempdir().unwrap();
    program(folder.path());
    let store = folder.path().join("store").display().to_string();
    let options = IndexOptions { store: Some(store.clone()), ..IndexOptions::default() };
    index(folder.path(), &options, &Silent).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let engine = runtime.block_on(Engine::open(&store, EngineOptions::default())).unwrap();
    let plan = |statement: &str| -> String {
        let rows = runtime.block_on(engine.run_all(statement)).unwrap_or_else(|e| panic!("{e}"));
        rows.iter().flat_map(texts).flatten().collect::<Vec<_>>().join("\n")
    };

    // Row groups are of whole kinds: of a kind, those of the others stay unread.
    let kind = plan("EXPLAIN ANALYZE SELECT name FROM nodes WHERE kind = 'METHOD'");
    let (groups, left) = counted(&kind, "row_groups_pruned_statistics=");
    assert!(left < groups, "no row group is left out\n{kind}");
    // A kind that no segment has is not looked for in any row.
    let none = plan("EXPLAIN ANALYZE SELECT id FROM nodes WHERE kind = 'ANNOTATION'");
    assert_eq!(counted(&none, "row_groups_pruned_statistics=").1, 0, "{none}");
    let edges = plan("EXPLAIN ANALYZE SELECT dst FROM stored.edges WHERE kind = 'CALL'");
    let (groups, left) = counted(&edges, "row_groups_pruned_statistics=");
    assert!(left < groups, "no row group is left out\n{edges}");

    // A view is read as far as its columns are asked for: no join is left.
    let calls = plan("EXPLAIN SELECT name, line FROM calls");
    assert!(!calls.contains("Join") && calls.contains("projection=[name, line]"), "{calls}");
    // The text of files is read for columns that need it alone.
    assert!(!calls.contains("SourceColumns"), "{calls}");
    let code = plan("EXPLAIN SELECT code FROM nodes WHERE kind = 'LITERAL'");
    assert!(code.contains("SourceColumnsExec: columns=[code]"), "{code}");

    // Of a language that the tree does not have nothing is read, and nothing that is joined with it.
    let absent = plan(
        "EXPLAIN SELECT c.name, a.name FROM calls c JOIN arguments a ON a.call_id = c.id WHERE c.language IN ('go', 'java')",
    );
    assert!(absent.contains("EmptyExec") && !absent.contains("DataSource"), "{absent}");
    let either = plan("EXPLAIN SELECT name FROM calls WHERE language = 'go' OR language = 'python'");
    assert!(either.contains("DataSource"), "{either}");
    let none = plan("SELECT count(*) FROM calls WHERE language = 'go'");
    assert_eq!(none.trim(), "0");
    let names = plan(
        "SELECT id AS node_id FROM calls WHERE language = 'go' UNION ALL SELECT max(method_id) FROM calls UNION ALL SELECT min(method_id) FROM calls",
    );
    assert_eq!(names.lines().count(), 2, "{names}");
    let others = plan("SELECT count(*) > 0 FROM calls WHERE language <> 'go' AND NOT language = 'java'");
    assert_eq!(others.trim(), "true");

    // What is said to be computed once is read for the first mention alone; a recursion that is mentioned twice says so by itself.
    let once = plan(
        "EXPLAIN ANALYZE WITH c AS MATERIALIZED (SELECT count(*) AS n, name FROM methods GROUP BY name) SELECT a.n FROM c a JOIN c b ON a.name = b.name",
    );
    assert_eq!(once.matches("OnceExec: c").count(), 2, "{once}");
    let sums = once.lines().filter(|line| line.contains("AggregateExec: mode=Final"));
    let (taken, made): (Vec<_>, Vec<_>) = sums.partition(|line| line.contains("metrics=[]"));
    assert_eq!((made.len(), taken.len()), (1, 1), "{once}");
    let recursion = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 3)";
    let twice = plan(&format!("EXPLAIN {recursion} SELECT a.i FROM n a JOIN n b ON a.i = b.i"));
    assert_eq!(twice.matches("OnceExec: n").count(), 2, "{twice}");
    let alone = plan(&format!("EXPLAIN {recursion} SELECT i FROM n"));
    assert!(!alone.contains("OnceExec"), "{alone}");

    let limit = plan("EXPLAIN SELECT name FROM nodes LIMIT 3");
    assert!(limit.contains("limit=3") && limit.contains("projection=[name]"), "{limit}");
    // Counting needs no column.
    let count = plan("EXPLAIN SELECT count(*) FROM edges WHERE kind = 'CFG'");
    assert!(count.contains("predicate=kind@2 = CFG") && !count.contains("Union"), "{count}");
}
