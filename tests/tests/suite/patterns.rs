//! Graph patterns on random graphs against joins and recursion, and on random words against nothing but a panic.

use proptest::prelude::*;
use stoa_sql::{Engine, EngineOptions};
use tokio::runtime::Runtime;

use crate::slt::{store_of, texts};

struct Stage {
    runtime: Runtime,
    engine: Engine,
}

impl Stage {
    fn new() -> Stage {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        let location = store_of("programs/python").path().join("store").display().to_string();
        let engine = runtime.block_on(Engine::open(&location, EngineOptions::default())).unwrap();
        Stage { runtime, engine }
    }

    fn rows(&self, text: &str) -> Vec<Vec<String>> {
        let batches =
            self.runtime.block_on(self.engine.run_all(text)).unwrap_or_else(|e| panic!("{text}\n{e}"));
        let mut rows: Vec<Vec<String>> = batches.iter().flat_map(texts).collect();
        rows.sort();
        rows
    }

    /// Makes a property graph of numbered nodes and edges, and one whose keys are texts in two tables.
    fn stage(&self, nodes: i64, edges: &[(i64, i64)]) {
        let nodes: Vec<String> = (0..nodes).map(|node| format!("({node})")).collect();
        let edges: Vec<String> = edges
            .iter()
            .enumerate()
            .map(|(e, (a, b))| format!("({e}, {a}, {b})"))
            .chain(["(-1, -1, -1)".into()])
            .collect();
        let text = format!(
            "DROP TABLE IF EXISTS n; DROP TABLE IF EXISTS e; DROP TABLE IF EXISTS even; DROP TABLE IF EXISTS odd;
             CREATE TABLE n AS SELECT column1 AS id FROM (VALUES {});
             CREATE TABLE e AS SELECT column1 AS id, column2 AS a, column3 AS b FROM (VALUES {}) WHERE column1 >= 0;
             CREATE TABLE even AS SELECT CAST(id AS VARCHAR) AS k, id FROM n WHERE id % 2 = 0;
             CREATE TABLE odd AS SELECT CAST(id AS VARCHAR) AS k, id FROM n WHERE id % 2 = 1;
             CREATE OR REPLACE PROPERTY GRAPH one VERTEX TABLES (n KEY (id))
               EDGE TABLES (e KEY (id) SOURCE KEY (a) REFERENCES n DESTINATION KEY (b) REFERENCES n);
             CREATE OR REPLACE PROPERTY GRAPH two VERTEX TABLES (even KEY (k), odd KEY (k)) EDGE TABLES ({})",
            nodes.join(", "),
            edges.join(", "),
            [("even", "even"), ("even", "odd"), ("odd", "even"), ("odd", "odd")]
                .map(|(a, b)| format!(
                    "e AS {a}_{b} KEY (id) SOURCE KEY (a) REFERENCES {a} DESTINATION KEY (b) REFERENCES {b} LABEL e"
                ))
                .join(", ")
        );
        self.runtime.block_on(self.engine.run_all(&text)).unwrap_or_else(|e| panic!("{text}\n{e}"));
    }
}

fn graph() -> impl Strategy<Value = (i64, Vec<(i64, i64)>)> {
    (2i64..6).prop_flat_map(|nodes| (Just(nodes), proptest::collection::vec((0..nodes, 0..nodes), 0..9)))
}

/// Steps as a pattern writes them, and as one join.
fn arrow(direction: u8) -> (&'static str, &'static str) {
    match direction {
        0 => ("-[:e]->", "SELECT a AS f, b AS t, id FROM e"),
        1 => ("<-[:e]-", "SELECT b AS f, a AS t, id FROM e"),
        _ => ("-[:e]-", "SELECT a AS f, b AS t, id FROM e UNION ALL SELECT b, a, id FROM e WHERE a <> b"),
    }
}

#[test]
fn patterns_mean_joins_and_recursion() {
    let stage = Stage::new();
    let config =
        ProptestConfig { cases: 5, max_shrink_iters: 20, failure_persistence: None, ..Default::default() };
    let directions = proptest::collection::vec(0u8..3, 1..4);
    proptest!(config, |((nodes, edges) in graph(), directions in directions, direction in 0u8..3, min in 0u32..3, more in 0u32..3)| {
        stage.stage(nodes, &edges);
        // So many edges, one after the other.
        let mut pattern = "(n0)".to_string();
        let mut from = "n n0".to_string();
        for (at, direction) in directions.iter().enumerate() {
            let (arrow, step) = arrow(*direction);
            let next = at + 1;
            pattern.push_str(&format!("{arrow}(n{next})"));
            from.push_str(&format!(" JOIN ({step}) e{next} ON e{next}.f = n{at}.id JOIN n n{next} ON n{next}.id = e{next}.t"));
        }
        let columns: Vec<String> = (0..=directions.len()).map(|at| format!("n{at}.id AS c{at}")).collect();
        let expected = stage.rows(&format!("SELECT {} FROM {from}", columns.join(", ")));
        for graph in ["one", "two"] {
            let found = stage.rows(&format!("SELECT * FROM GRAPH_TABLE ({graph} MATCH {pattern} COLUMNS ({}))", columns.join(", ")));
            prop_assert_eq!(&found, &expected, "{} {}", graph, pattern);
        }
        // Again and again.
        let (arrow, step) = arrow(direction);
        let max = (min + more).max(1);
        let walks = format!(
            "WITH RECURSIVE w AS (SELECT id AS s, id AS t, 0 AS l FROM n
               UNION ALL SELECT w.s, x.t, w.l + 1 FROM w JOIN ({step}) x ON x.f = w.t WHERE w.l < {max})"
        );
        let expected = stage.rows(&format!("{walks} SELECT s, t, l FROM w WHERE l >= {min}"));
        let shortest = stage.rows(&format!("{walks} SELECT s, t, min(l) FROM w WHERE l >= {min} GROUP BY s, t"));
        let all = stage.rows(&format!(
            "{walks} SELECT s, t, l FROM (SELECT *, rank() OVER (PARTITION BY s, t ORDER BY l) AS r FROM w WHERE l >= {min}) WHERE r = 1"
        ));
        let trails = stage.rows(&format!(
            "WITH RECURSIVE w AS (SELECT id AS s, id AS t, 0 AS l, ',' AS seen FROM n
               UNION ALL SELECT w.s, x.t, w.l + 1, concat(w.seen, x.id, ',') FROM w JOIN ({step}) x ON x.f = w.t
                 WHERE w.l < {max} AND strpos(w.seen, concat(',', x.id, ',')) = 0)
             SELECT s, t, l FROM w WHERE l >= {min}"
        ));
        for graph in ["one", "two"] {
            let matched = |prefix: &str| stage.rows(&format!(
                "SELECT * FROM GRAPH_TABLE ({graph} MATCH p = {prefix} (x){arrow}{{{min},{max}}}(y) COLUMNS (x.id AS s, y.id AS t, path_length(p) AS l))"
            ));
            prop_assert_eq!(&matched(""), &expected);
            prop_assert_eq!(&matched("ANY SHORTEST"), &shortest);
            prop_assert_eq!(&matched("ALL SHORTEST"), &all);
            prop_assert_eq!(&matched("TRAIL"), &trails);
            // A repeat between edges, and what is chosen of the whole.
            let split = stage.rows(&format!(
                "SELECT * FROM GRAPH_TABLE ({graph} MATCH p = ALL SHORTEST (x)-[:e]->(m){arrow}{{{min},{max}}}(y) COLUMNS (x.id AS s, y.id AS t, path_length(p) AS l))"
            ));
            let expected = stage.rows(&format!(
                "{walks} SELECT s, t, l FROM (SELECT e.a AS s, w.t, w.l + 1 AS l, rank() OVER (PARTITION BY e.a, w.t ORDER BY w.l) AS r
                   FROM e JOIN w ON w.s = e.b WHERE w.l >= {min}) WHERE r = 1"
            ));
            prop_assert_eq!(&split, &expected);
            let sums = stage.rows(&format!(
                "SELECT * FROM GRAPH_TABLE ({graph} MATCH (x)((i)-[k:e]->(j)){{1,2}}(y) COLUMNS (x.id AS s, y.id AS t, sum(k.id) AS n, count(j) AS c))"
            ));
            let expected = stage.rows(
                "SELECT a, b, id, 1 FROM e UNION ALL SELECT x.a, y.b, x.id + y.id, 2 FROM e x JOIN e y ON y.a = x.b"
            );
            prop_assert_eq!(&sums, &expected);
        }
    });
}

#[test]
fn the_guide_runs() {
    let stage = Stage::new();
    let guide = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/guides/graph-patterns.md");
    let text = std::fs::read_to_string(guide).unwrap();
    let examples: Vec<&str> =
        text.split("```sql\n").skip(1).filter_map(|part| part.split("```").next()).collect();
    assert!(examples.len() >= 5);
    for example in examples {
        stage.rows(example);
    }
}

const WORDS: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "-",
    "->",
    "<-",
    "<",
    ">",
    "~",
    "|",
    "&",
    "!",
    "%",
    "*",
    "+",
    "?",
    ",",
    ":",
    "=",
    ".",
    "a",
    "b",
    "e",
    "p",
    "METHOD",
    "CALL",
    "IS",
    "WHERE",
    "COLUMNS",
    "MATCH",
    "ANY",
    "ALL",
    "SHORTEST",
    "TRAIL",
    "SIMPLE",
    "ONE",
    "ROW",
    "PER",
    "1",
    "3",
    "'x'",
    "\"q\"",
    "name",
    "a.name",
    "AND",
    "NOT",
    "count(e)",
    "nodes(p)",
    "(a)",
    "(b:METHOD)",
    "-[e:CALL]->",
    "-[:AST]->{1,2}",
    "GRAPH_TABLE",
    "cpg",
    "SELECT",
    "--",
    "/*",
    "*/",
    "'",
    "é",
    "COLUMNS (a.name)",
    "CREATE",
    "PROPERTY",
    "GRAPH",
    "VERTEX",
    "TABLES",
    "KEY",
    "EDGE",
    "SOURCE",
    "REFERENCES",
    "DROP",
];

#[test]
fn words_in_any_order_never_panic() {
    let stage = Stage::new();
    let config = ProptestConfig { cases: 1500, failure_persistence: None, ..Default::default() };
    let words = proptest::collection::vec(proptest::sample::select(WORDS), 0..25);
    proptest!(config, |(words in words, frame in 0u8..4)| {
        let soup = words.join(" ");
        let text = match frame {
            0 => format!("SELECT * FROM GRAPH_TABLE ({soup})"),
            1 => format!("SELECT * FROM GRAPH_TABLE (cpg MATCH (a) {soup} COLUMNS (a.name))"),
            2 => format!("CREATE PROPERTY GRAPH g VERTEX TABLES ({soup})"),
            _ => soup,
        };
        let told = stage.runtime.block_on(stage.engine.plan(&text));
        if let Err(error) = told {
            prop_assert!(!error.to_string().contains("defect"), "{}\n{}", text, error);
        }
    });
}
