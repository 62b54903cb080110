//! What functions over graphs promise beside their answers: graphs are kept, what costs too much is refused, who stops
//! waiting is obeyed, and memory is asked for.

use std::path::Path;
use std::time::{Duration, Instant};
use stoa_indexer::{IndexOptions, Silent, index};
use stoa_session::SessionOptions;
use stoa_sql::{Engine, EngineOptions};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::slt::texts;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

/// A store of one small file: graphs come from queries here.
fn store() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("source")).unwrap();
    write(folder.path(), "def f():\n    return g()\n\ndef g():\n    return 1\n");
    folder
}

fn write(folder: &Path, text: &str) {
    std::fs::write(folder.join("source/app.py"), text).unwrap();
    let store = Some(folder.join("store").display().to_string());
    index(&folder.join("source"), &IndexOptions { store, ..IndexOptions::default() }, &Silent).unwrap();
}

async fn engine(folder: &TempDir, session: SessionOptions) -> Engine {
    let location = folder.path().join("store").display().to_string();
    Engine::open(&location, EngineOptions { session, ..EngineOptions::default() }).await.unwrap()
}

async fn rows(engine: &Engine, sql: &str) -> Vec<Vec<String>> {
    engine.run_all(sql).await.unwrap_or_else(|e| panic!("{sql}\n{e}")).iter().flat_map(texts).collect()
}

/// `graphs_built` of a query: 0 if it took a graph that was kept.
async fn built(engine: &Engine, sql: &str) -> u64 {
    let plan = rows(engine, &format!("EXPLAIN ANALYZE {sql}")).await.concat().join("\n");
    let at = plan.find("graphs_built=").unwrap_or_else(|| panic!("{plan}")) + "graphs_built=".len();
    plan[at..].split(|c: char| !c.is_ascii_digit()).next().unwrap().parse().unwrap()
}

/// Edges of a graph that takes its time: every node is joined to the next few.
fn band(nodes: u32) -> String {
    format!(
        "(SELECT a.value AS src, (a.value * 7 + b.value * b.value) % {nodes} AS dst \
         FROM generate_series(1, {nodes}) a CROSS JOIN generate_series(1, 6) b)"
    )
}

#[test]
fn a_graph_is_kept_as_long_as_what_it_was_built_from() {
    let folder = store();
    runtime().block_on(async {
        let engine = engine(&folder, SessionOptions::default()).await;
        let by_kind = "SELECT count(*) FROM pagerank(edges => 'CALL')";
        assert_eq!(built(&engine, by_kind).await, 1);
        assert_eq!(built(&engine, by_kind).await, 0);
        assert_eq!(
            built(&engine, "SELECT count(*) FROM reachable('CALL', seeds => 1)").await,
            0,
            "another function"
        );
        assert_eq!(built(&engine, "SELECT count(*) FROM pagerank(edges => 'CFG')").await, 1, "other edges");
        let query = "SELECT count(*) FROM degree(edges => (SELECT src, dst FROM edges WHERE kind = 'CFG'))";
        assert_eq!(built(&engine, query).await, 1);
        assert_eq!(built(&engine, query).await, 0);
        // What may be something else the next time is not kept.
        let random = "SELECT count(*) FROM degree(edges => (SELECT src, dst FROM edges WHERE random() >= 0))";
        assert_eq!(built(&engine, random).await, 1);
        assert_eq!(built(&engine, random).await, 1);
        rows(&engine, "CREATE TABLE t AS VALUES (1, 2)").await;
        let table = "SELECT count(*) FROM degree(edges => (SELECT column1, column2 FROM t))";
        assert_eq!(built(&engine, table).await, 1);
        rows(&engine, "INSERT INTO t VALUES (3, 4)").await;
        assert_eq!(rows(&engine, table).await, [["4"]]);

        // An edit: the same query is another graph.
        let ids = "SELECT count(*) FROM degree(edges => 'CALL')";
        let before = rows(&engine, ids).await;
        let path = folder.path().to_owned();
        let edited = "def f():\n    return g() + h()\n\ndef g():\n    return h()\n\ndef h():\n    return 1\n";
        tokio::task::spawn_blocking(move || write(&path, edited)).await.unwrap();
        assert!(engine.refresh().await.unwrap());
        let after = rows(&engine, ids).await;
        assert_ne!(before, after);
        assert_eq!(built(&engine, by_kind).await, 0, "the graph that the last query built");
    });
}

#[test]
fn inputs_are_plans_that_filters_and_projections_reach() {
    let folder = store();
    runtime().block_on(async {
        let engine = engine(&folder, SessionOptions::default()).await;
        let query = "EXPLAIN SELECT id FROM degree(edges => (SELECT * FROM (SELECT *, 1 AS one FROM edges)
                     WHERE kind = 'CFG')) WHERE degree > 1";
        let plan = rows(&engine, query).await.concat().join("\n");
        for part in ["GraphExec: degree, inputs=[edges]", "projection=[src, dst]", "predicate=kind@2 = CFG"] {
            assert!(plan.contains(part), "{part} is not in\n{plan}");
        }
        let plan =
            rows(&engine, "EXPLAIN SELECT * FROM diameter(edges => 'CFG', samples => 2 + 2)").await.concat();
        assert!(plan.join("\n").contains("GraphExec: diameter, samples=4"), "{plan:?}");
    });
}

#[test]
fn an_external_file_that_changes_is_another_graph() {
    let folder = store();
    runtime().block_on(async {
        let engine = engine(&folder, SessionOptions::default()).await;
        let file = folder.path().join("edges.parquet").display().to_string();
        let copy = |values: &str| {
            format!("COPY (SELECT column1 AS src, column2 AS dst FROM (VALUES {values})) TO '{file}'")
        };
        rows(&engine, &copy("(1, 2)")).await;
        rows(&engine, &format!("CREATE EXTERNAL TABLE e STORED AS PARQUET LOCATION '{file}'")).await;
        let query = "SELECT count(*) FROM degree(edges => (SELECT src, dst FROM e))";
        assert_eq!(built(&engine, query).await, 1);
        assert_eq!(built(&engine, query).await, 0);
        rows(&engine, &copy("(1, 2), (2, 3), (3, 4)")).await;
        rows(&engine, "DROP TABLE e").await;
        rows(&engine, &format!("CREATE EXTERNAL TABLE e STORED AS PARQUET LOCATION '{file}'")).await;
        assert_eq!(rows(&engine, query).await, [["4"]]);

        // The same file read in another way is another table.
        let csv = folder.path().join("edges.csv").display().to_string();
        std::fs::write(&csv, "1,2\n2,3\n").unwrap();
        let read = |header: bool| {
            format!(
                "CREATE EXTERNAL TABLE c (src BIGINT, dst BIGINT) STORED AS CSV LOCATION '{csv}' \
                 OPTIONS ('format.has_header' '{header}')"
            )
        };
        let query = "SELECT count(*) FROM degree(edges => (SELECT src, dst FROM c))";
        rows(&engine, &read(true)).await;
        assert_eq!(rows(&engine, query).await, [["2"]]);
        rows(&engine, "DROP TABLE c").await;
        rows(&engine, &read(false)).await;
        assert_eq!(rows(&engine, query).await, [["3"]]);
    });
}

#[test]
fn what_costs_too_much_is_refused_with_its_estimate() {
    let folder = store();
    runtime().block_on(async {
        let engine = engine(&folder, SessionOptions::default()).await;
        let costly = format!("SELECT count(*) FROM closeness_centrality(edges => {})", band(500));
        assert!(engine.run_all(&costly).await.is_ok());
        rows(&engine, "SET stoa.max_graph_steps = 1000").await;
        // A refusal is no failure: however often it comes, it opens no circuit.
        let mut error = String::new();
        for _ in 0..4 {
            error = engine.run_all(&costly).await.unwrap_err().to_string();
        }
        assert!(error.contains("stoa.max_graph_steps") && error.contains("501 nodes"), "{error}");
        // A refusal says what a sample would be called, where there is one.
        let sampled = format!("SELECT * FROM diameter(edges => {}, direction => 'out')", band(500));
        let error = engine.run_all(&sampled).await.unwrap_err().to_string();
        assert!(error.contains("give samples"), "{error}");
    });
}

#[test]
fn a_query_that_nobody_waits_for_stops() {
    let folder = store();
    runtime().block_on(async {
        let options = SessionOptions { target_partitions: 1, ..SessionOptions::default() };
        let engine = engine(&folder, options).await;
        rows(&engine, "SET stoa.max_graph_steps = 1000000000000000").await;
        let endless = format!("SELECT count(*) FROM closeness_centrality(edges => {})", band(300_000));
        let mut script = engine.run(&endless).unwrap();
        let mut answer = script.next().await.unwrap().unwrap();
        assert!(tokio::time::timeout(Duration::from_millis(1500), answer.next()).await.is_err());
        drop(answer);
        // One algorithm runs at a time here: the next one waits until the first has stopped.
        let start = Instant::now();
        rows(&engine, "SELECT count(*) FROM degree(edges => (VALUES (1, 2)))").await;
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    });
}

#[test]
fn many_at_once_under_a_budget_finish_or_say_why_not() {
    let folder = store();
    runtime().block_on(async {
        let options = SessionOptions { memory_limit: Some(24 << 20), ..SessionOptions::default() };
        let engine = engine(&folder, options).await;
        let queries = (0..64u32).map(|n| {
            let edges = band(3_000 + n % 8 * 12_000);
            let function = ["pagerank", "degree", "weakly_connected_components"][n as usize % 3];
            format!("SELECT count(*) FROM {function}(edges => {edges})")
        });
        let queries: Vec<String> = queries.collect();
        let answers = futures::future::join_all(queries.iter().map(|query| engine.run_all(query))).await;
        let mut refused = 0;
        for answer in answers {
            if let Err(error) = answer {
                let error = error.to_string();
                assert!(
                    error.contains("resources exhausted") || error.contains("Resources exhausted"),
                    "{error}"
                );
                refused += 1;
            }
        }
        assert!(refused < 64, "nothing ran");
        // Nothing is held any more: what was refused alone runs now.
        for query in &queries[..3] {
            rows(&engine, query).await;
        }
    });
}

#[test]
fn what_fails_again_and_again_is_answered_at_once() {
    let folder = store();
    runtime().block_on(async {
        let options = SessionOptions { memory_limit: Some(1 << 20), ..SessionOptions::default() };
        let engine = engine(&folder, options).await;
        let large = format!("SELECT count(*) FROM pagerank(edges => {})", band(200_000));
        let mut last = String::new();
        for _ in 0..4 {
            last = engine.run_all(&large).await.unwrap_err().to_string();
        }
        assert!(last.contains("has failed 3 times in a row"), "{last}");
        let health = rows(&engine, "SELECT component, status FROM system.health").await;
        assert_eq!(health[health.len() - 2..], [["graph cache", "ok"], ["function pagerank", "open"]]);
        // Other graphs are not concerned.
        rows(&engine, "SELECT count(*) FROM pagerank(edges => (VALUES (1, 2)))").await;
    });
}
