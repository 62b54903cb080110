//! Answers that are kept: never stale, shared, computed once; tables that outlive their session; queries that are noted.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use stoa_benches::day::{Workplace, load, replay};
use stoa_indexer::{IndexOptions, Silent, index};
use stoa_session::telemetry::CacheUse;
use stoa_session::{CacheState, Key, SessionOptions};
use stoa_sql::{Engine, EngineOptions};
use tokio::runtime::Runtime;

use crate::slt::texts;
use crate::stoa::{failure, run, success};
use crate::trees::Chance;

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

/// A tree and its store.
struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    fn new(files: &[(&str, &str)]) -> Place {
        let place = Place { dir: tempfile::tempdir().unwrap() };
        std::fs::create_dir(place.tree()).unwrap();
        for (name, text) in files {
            place.write(name, text);
        }
        place.index();
        place
    }

    fn tree(&self) -> PathBuf {
        self.dir.path().join("tree")
    }

    fn store(&self) -> String {
        self.dir.path().join("store").display().to_string()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.tree().join(name), text).unwrap();
    }

    fn index(&self) {
        let (tree, options) =
            (self.tree(), IndexOptions { store: Some(self.store()), ..IndexOptions::default() });
        // It runs its own threads, and may be called where there is a runtime.
        std::thread::spawn(move || index(&tree, &options, &Silent).unwrap()).join().unwrap();
    }

    async fn engine(&self) -> Engine {
        Engine::open(&self.store(), EngineOptions::default()).await.unwrap()
    }

    /// An engine that computes everything.
    async fn fresh(&self) -> Engine {
        Engine::open(&self.store(), EngineOptions::uncached()).await.unwrap()
    }

    fn stoa(&self, arguments: &[&str]) -> String {
        success([arguments, &["--store", &self.store()]].concat())
    }

    fn fails(&self, arguments: &[&str]) -> String {
        failure([arguments, &["--store", &self.store()]].concat())
    }

    fn csv(&self, sql: &str) -> String {
        self.stoa(&["sql", "-c", sql, "--format", "csv"])
    }
}

const APP: &str =
    "import util\n\ndef main():\n    util.load()\n    util.save()\n\ndef other():\n    return main()\n";
const UTIL: &str =
    "def load():\n    return parse(1)\n\ndef save():\n    return 2\n\ndef parse(x):\n    return x + 1\n";

/// What people ask of a tree: views, functions, patterns, counts that are known without reading, texts.
const QUESTIONS: &[&str] = &[
    "SELECT count(*) FROM nodes",
    "SELECT kind, count(*) FROM nodes GROUP BY kind ORDER BY kind",
    "SELECT full_name, lines FROM methods WHERE NOT is_external ORDER BY full_name",
    "SELECT caller_name, callee_name, resolution FROM call_graph ORDER BY 1, 2, 3",
    "SELECT full_name, cyclomatic FROM method_metrics ORDER BY full_name",
    "SELECT name, code FROM calls ORDER BY id",
    "SELECT path, lines, code_lines FROM files ORDER BY path",
    "SELECT m.full_name, round(p.score, 9) FROM pagerank(edges => 'CALL') p JOIN methods m ON m.id = p.id ORDER BY 1",
    "SELECT count(*) FROM reachable(edges => 'CALL', seeds => (SELECT id FROM methods WHERE name = 'main'))",
    "SELECT component, count(*) FROM weakly_connected_components(edges => 'CALL') GROUP BY 1 ORDER BY 1",
    "SELECT * FROM GRAPH_TABLE (cpg MATCH (a:METHOD)-[:CALL]->(b:METHOD) COLUMNS (a.name AS caller, b.name AS callee)) \
     ORDER BY 1, 2",
    "SELECT (SELECT count(*) FROM types) + (SELECT count(*) FROM literals)",
    "SELECT name FROM methods m WHERE EXISTS (SELECT 1 FROM calls c WHERE c.method_id = m.id AND c.name = 'load') ORDER BY 1",
    "SELECT value, count(*) FROM (SELECT code AS value FROM literals) GROUP BY value ORDER BY value",
];

async fn rows(engine: &Engine, sql: &str) -> Vec<Vec<String>> {
    engine.run_all(sql).await.unwrap_or_else(|e| panic!("{sql}\n{e}")).iter().flat_map(texts).collect()
}

fn state(engine: &Engine) -> CacheState {
    engine.session().unwrap().results().state()
}

fn last_use(engine: &Engine) -> CacheUse {
    engine.session().unwrap().queries().recent().last().unwrap().cache
}

/// Some text of a Python module, and a change of it.
fn edit(chance: &mut Chance, text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let at = chance.below(lines.len() + 1);
    match chance.below(8) {
        0 => lines.insert(at, format!("# note {}", chance.below(9))),
        1 => lines.push(format!("\ndef extra{}():\n    return save()", chance.below(4))),
        2 if lines.len() > 4 => drop(lines.remove(at.min(lines.len() - 1))),
        3 => lines = lines.iter().map(|line| line.replace("save", "store")).collect(),
        4 => lines = lines.iter().map(|line| line.replace("store", "save")).collect(),
        5 => lines = lines.iter().map(|line| line.replace(" 1", " 7")).collect(),
        6 => lines = lines.iter().map(|line| line.replace(" 7", " 1")).collect(),
        _ => return if chance.below(2) == 0 { UTIL.to_owned() } else { APP.to_owned() },
    }
    lines.join("\n") + "\n"
}

/// `STOA_CACHE_EDITS` edits more.
#[test]
fn what_is_kept_is_never_stale() {
    let edits = std::env::var("STOA_CACHE_EDITS").map_or(8, |edits| edits.parse().unwrap());
    let place = Place::new(&[("app.py", APP), ("util.py", UTIL)]);
    runtime().block_on(async {
        let mut chance = Chance::new(41);
        let cached = place.engine().await;
        let mut files = [("app.py", APP.to_owned()), ("util.py", UTIL.to_owned())];
        for round in 0..edits {
            let fresh = place.fresh().await;
            for question in QUESTIONS {
                let expected = rows(&fresh, question).await;
                assert_eq!(rows(&cached, question).await, expected, "round {round}: {question}");
                if chance.below(2) == 0 {
                    // Then what is behind the answers is done as well.
                    cached.settle().await;
                    assert_eq!(rows(&cached, question).await, expected, "round {round}, again: {question}");
                }
            }
            // Another process, with what this one wrote.
            if round % 4 == 3 {
                let other = place.engine().await;
                for question in QUESTIONS {
                    let expected = rows(&fresh, question).await;
                    assert_eq!(
                        rows(&other, question).await,
                        expected,
                        "round {round}, elsewhere: {question}"
                    );
                }
            }
            let (name, text) = &mut files[chance.below(2)];
            *text = edit(&mut chance, text);
            place.write(name, text);
            place.index();
            cached.refresh().await.unwrap();
        }
        let state = state(&cached);
        assert!(state.memory_hits > 0 && state.misses > 0 && state.errors == 0, "{state:?}");
    });
}

/// A session that followed the edits changes the digests that it has by the rows that came and went; one that just began
/// reads everything.
#[test]
fn digests_that_followed_edits_are_those_of_all_rows() {
    const TABLES: &[&str] = &[
        "SELECT * FROM files",
        "SELECT id, kind, name, line, parent_id FROM nodes",
        "SELECT id FROM nodes WHERE kind = 'CALL' AND name = 'save'",
        "SELECT kind, code FROM nodes",
        "SELECT * FROM stored.edges",
        "SELECT src, dst FROM stored.edges WHERE kind = 'CALL'",
        "SELECT * FROM stored.\"references\"",
        "SELECT * FROM stored.sources",
        "SELECT caller_name, callee_name FROM call_graph",
    ];
    async fn keys(engine: &Engine) -> Vec<(Key, Key)> {
        let session = engine.session().unwrap();
        let mut keys = Vec::new();
        for question in TABLES {
            let plan = session.sql(question).await.unwrap().into_unoptimized_plan();
            let of_question = session.runner().keys(&plan).await.unwrap();
            let (by_files, by_rows) = of_question.unwrap_or_else(|| panic!("{question} has no key"));
            keys.push((by_files, by_rows.unwrap_or_else(|| panic!("{question} reads what has no digest"))));
        }
        keys
    }
    let names = ["a.py", "b.py", "c.py", "d.py", "e.py"];
    let files = names.map(|name| (name, if name < "c.py" { APP } else { UTIL }));
    let place = Place::new(&files);
    runtime().block_on(async {
        let mut chance = Chance::new(43);
        let mut files = files.map(|(name, text)| (name, text.to_owned()));
        let followed = place.engine().await;
        let mut before = keys(&followed).await;
        let (mut kept, mut read, mut all) = (0, 0, 0);
        for round in 0..12 {
            let newest = followed.session().unwrap().snapshot().number;
            if round % 4 == 3 && newest > 2 {
                // Rows that were dead count again.
                place.stoa(&["rollback", &(newest - 2).to_string()]);
            } else {
                let (name, text) = &mut files[chance.below(names.len())];
                *text = edit(&mut chance, text);
                place.write(name, text);
                place.index();
            }
            followed.refresh().await.unwrap();
            let digested = state(&followed).digested;
            let after = keys(&followed).await;
            let other = place.fresh().await;
            let fresh = keys(&other).await;
            // One of five files at a time: what came and what went, and the texts as a whole.
            read += state(&followed).digested - digested;
            all += state(&other).digested;
            for ((question, after), fresh) in TABLES.iter().zip(&after).zip(&fresh) {
                assert_eq!(after, fresh, "round {round}: {question}");
            }
            kept += before.iter().zip(&after).filter(|(b, a)| b.0 != a.0 && b.1 == a.1).count();
            before = after;
        }
        assert!(kept > 0, "no edit left any rows alone");
        assert!(read < all / 2, "{read} of {all} rows were read");
    });
}

#[test]
fn an_edit_keeps_what_did_not_read_it() {
    let place = Place::new(&[("app.py", APP), ("util.py", UTIL)]);
    runtime().block_on(async {
        let engine = place.engine().await;
        let rank = "SELECT count(*), round(max(score), 6) FROM pagerank(edges => 'CALL')";
        let imports = "SELECT path, full_name FROM imports ORDER BY 1, 2";
        let calls = "SELECT caller_name, callee_name FROM call_graph ORDER BY 1, 2";
        for question in [rank, imports, calls] {
            rows(&engine, question).await;
            assert_eq!(last_use(&engine), CacheUse::Miss);
        }
        engine.settle().await;
        let before = rows(&engine, rank).await;
        assert_eq!(last_use(&engine), CacheUse::Memory);
        // Another number in a body: calls have other ids after it, and the call graph is the same.
        place.write("util.py", &UTIL.replace("return 2", "x = 40\n    return x + 2"));
        place.index();
        assert!(engine.refresh().await.unwrap());
        assert_eq!(rows(&engine, rank).await, before);
        assert_eq!(last_use(&engine), CacheUse::Function);
        rows(&engine, imports).await;
        assert!(last_use(&engine).is_hit(), "imports stand above the edit: {:?}", last_use(&engine));
        // A call more: another graph.
        place.write("util.py", &UTIL.replace("return 2", "return load()"));
        place.index();
        assert!(engine.refresh().await.unwrap());
        assert_ne!(rows(&engine, rank).await, before);
        assert_eq!(last_use(&engine), CacheUse::Miss);
    });
}

#[test]
fn what_is_asked_twice_at_once_is_computed_once() {
    let place = Place::new(&[("app.py", APP), ("util.py", UTIL)]);
    runtime().block_on(async {
        let engine = Arc::new(place.engine().await);
        for question in [
            "SELECT full_name, cyclomatic FROM method_metrics ORDER BY 1",
            "SELECT count(*) FROM louvain('CALL')",
        ] {
            let before = state(&engine);
            let tasks: Vec<_> = (0..8)
                .map(|_| {
                    let engine = Arc::clone(&engine);
                    tokio::spawn(async move { rows(&engine, question).await })
                })
                .collect();
            let mut answers = BTreeSet::new();
            for task in tasks {
                answers.insert(task.await.unwrap());
            }
            assert_eq!(answers.len(), 1);
            let (after, uses) = (state(&engine), engine.session().unwrap().queries().recent());
            let computed = uses.iter().rev().take(8).filter(|q| q.cache == CacheUse::Miss).count();
            assert_eq!(computed, 1, "{question}");
            assert!(after.memory_hits - before.memory_hits >= 7);
        }
    });
}

#[test]
fn what_is_not_the_same_each_time_is_not_kept() {
    let place = Place::new(&[("app.py", APP)]);
    runtime().block_on(async {
        let engine = place.engine().await;
        for question in [
            "SELECT random()",
            "SELECT now()",
            "SELECT count(*) FROM system.snapshots",
            "SELECT count(*) FROM information_schema.tables",
            "SELECT source_text(id) FROM methods",
            "EXPLAIN SELECT 1",
        ] {
            rows(&engine, question).await;
            rows(&engine, question).await;
            assert_eq!(last_use(&engine), CacheUse::None, "{question}");
        }
        rows(&engine, "CREATE TABLE t AS VALUES (1)").await;
        assert_eq!(rows(&engine, "SELECT count(*) FROM t").await, [["1"]]);
        rows(&engine, "INSERT INTO t VALUES (2)").await;
        assert_eq!(rows(&engine, "SELECT count(*) FROM t").await, [["2"]]);
        // A view of another meaning under the same name.
        let view = "CREATE OR REPLACE VIEW v AS SELECT name FROM methods WHERE name = ";
        rows(&engine, &format!("{view} 'main'")).await;
        assert_eq!(rows(&engine, "SELECT count(*) FROM v").await, [["1"]]);
        rows(&engine, &format!("{view} 'nobody'")).await;
        assert_eq!(rows(&engine, "SELECT count(*) FROM v").await, [["0"]]);
        rows(&engine, "SET stoa.result_cache = false").await;
        rows(&engine, "SELECT count(*) FROM methods").await;
        rows(&engine, "SELECT count(*) FROM methods").await;
        assert_eq!(last_use(&engine), CacheUse::None);
    });
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
fn the_store_shares_answers_and_gives_no_damaged_one() {
    let place = Place::new(&[("app.py", APP), ("util.py", UTIL)]);
    let questions: Vec<&str> = QUESTIONS.iter().copied().filter(|q| q.contains("method_metrics")).collect();
    let folder = place.dir.path().join("store/cache");
    runtime().block_on(async {
        let first = place.engine().await;
        let mut expected = Vec::new();
        for question in &questions {
            expected.push(rows(&first, question).await);
        }
        first.settle().await;
        assert!(
            !files(&folder).is_empty(),
            "an unoptimised build takes long enough for an answer to be written"
        );
        let second = place.engine().await;
        for (question, expected) in questions.iter().zip(&expected) {
            assert_eq!(&rows(&second, question).await, expected);
            assert_eq!(last_use(&second), CacheUse::Store);
        }
        let listed = rows(&second, "SELECT DISTINCT layer, kind FROM system.cache ORDER BY 1").await;
        assert_eq!(listed, [["memory", "statement"], ["store", "statement"]]);

        // Every file, cut at its half or with a bit changed, one at a time: computed anew, and mended.
        for file in files(&folder) {
            let whole = std::fs::read(&file).unwrap();
            for damage in 0..3 {
                let mut bytes = whole.clone();
                match damage {
                    0 => bytes.truncate(whole.len() / 2),
                    1 => bytes[whole.len() / 2] ^= 4,
                    _ => bytes[0] ^= 1,
                }
                std::fs::write(&file, bytes).unwrap();
                let engine = place.engine().await;
                for (question, expected) in questions.iter().zip(&expected) {
                    assert_eq!(&rows(&engine, question).await, expected, "{file:?} {damage}");
                }
                engine.settle().await;
            }
            std::fs::write(&file, whole).unwrap();
        }
    });
    assert!(place.stoa(&["cache", "list"]).contains("method_metrics"));
    let said = place.stoa(&["cache", "clean", "--all"]);
    assert!(said.starts_with("removed 1 answers, ") && said.ends_with("0 kept, 0 B\n"), "{said}");
    assert!(files(&folder).is_empty(), "{:?}", files(&folder));
    assert!(place.stoa(&["cache", "list"]).ends_with("0 answers, 0 B\n"));
}

#[test]
fn tables_are_materialized_for_those_who_come_later() {
    let place = Place::new(&[("app.py", APP), ("util.py", UTIL)]);
    let make =
        "MATERIALIZE busy AS SELECT caller_name, count(*) AS calls FROM call_graph GROUP BY caller_name";
    place.csv(make);
    assert!(place.csv("SELECT max(calls) AS most FROM busy WHERE calls > 1").ends_with("most\n2\n"));
    let listed =
        "SELECT name, fresh, rows, sql LIKE 'SELECT caller_name%' AS is_query FROM system.materialized";
    assert!(place.csv(listed).ends_with("busy,true,3,true\n"), "{}", place.csv(listed));
    assert!(place.fails(&["sql", "-c", make]).contains("the materialized table busy exists; REFRESH busy"));
    assert!(
        place
            .fails(&["sql", "-c", "MATERIALIZE methods AS SELECT 1 AS a"])
            .contains("a table or view methods already")
    );
    assert!(place.fails(&["sql", "-c", "DROP TABLE busy"]).contains("busy"));
    assert!(
        place.fails(&["sql", "-c", "REFRESH lazy"]).contains("no materialized table lazy; there are busy")
    );
    let twice = "MATERIALIZE twice AS SELECT a.name, b.name FROM methods a, methods b";
    assert!(place.fails(&["sql", "-c", twice]).contains("two columns of twice are called name"));

    // A comment at the end changes no call; another call does.
    place.write("util.py", &format!("{UTIL}# the end\n"));
    place.index();
    assert!(place.csv(listed).ends_with("busy,true,3,true\n"), "{}", place.csv(listed));
    place.write("util.py", &UTIL.replace("return 2", "return load()"));
    place.index();
    assert!(place.csv(listed).ends_with("busy,false,3,true\n"), "{}", place.csv(listed));
    assert!(place.csv("SELECT count(*) AS n FROM busy").ends_with("n\n3\n"), "as it was made");
    place.csv("REFRESH busy");
    assert!(place.csv("SELECT count(*) AS n FROM busy").ends_with("n\n4\n"));
    assert!(place.csv(listed).ends_with("busy,true,4,true\n"));
    place
        .csv("MATERIALIZE OR REPLACE busy AS SELECT 1 AS a; MATERIALIZE IF NOT EXISTS busy AS SELECT 2 AS a");
    assert!(place.csv("SELECT * FROM busy").ends_with("a\n1\n"));
    place.csv("DROP MATERIALIZED busy; DROP MATERIALIZED IF EXISTS busy");
    let dropped = run(["sql", "-c", "SELECT * FROM busy", "--store", &place.store()]);
    assert!(String::from_utf8_lossy(&dropped.stderr).contains("error: there is no table busy"));
}

#[test]
fn a_store_says_how_it_does() {
    let place = Place::new(&[("app.py", APP), ("util.py", UTIL)]);
    for _ in 0..2 {
        place.csv("SET stoa.slow_query_ms = 0; SELECT full_name, cyclomatic FROM method_metrics ORDER BY 1");
    }
    let mistaken = crate::stoa::run(["sql", "-c", "SELECT nothing FROM methods", "--store", &place.store()]);
    assert_eq!(mistaken.status.code(), Some(1));
    let queries = "SELECT status, cache, rows > 0 AS rows, elapsed_ms > 0 AS took, plan_hash IS NOT NULL AS planned, \
                   analyzed LIKE '%DataSourceExec%' AS analyzed FROM system.queries WHERE text LIKE 'SELECT%' \
                   ORDER BY started_at LIMIT 3";
    let listed = place.csv(queries);
    assert!(
        listed.ends_with(
            "ok,miss,true,true,true,true\nok,store,true,true,true,\nerror,none,false,true,false,\n"
        ),
        "{listed}"
    );
    let health: serde_json::Value = serde_json::from_str(&place.stoa(&["health", "--json"])).unwrap();
    assert_eq!(health["status"], "ok", "{health}");
    assert_eq!(health["queries"]["failed"], 1);
    assert!(health["cache"]["found"].as_u64() >= Some(1) && health["store"]["nodes"].as_u64() > Some(10));
    let text = place.stoa(&["health"]);
    assert!(
        ["status   ok", "graph ", "cache ", "queries ", "memory "].iter().all(|part| text.contains(part)),
        "{text}"
    );
    place.stoa(&["settings", "alert.store_bytes=1"]);
    assert!(place.stoa(&["health"]).contains("alert    the store has"));
    let alerts = place.csv("SELECT component, status FROM system.health WHERE status <> 'ok' ORDER BY 1");
    assert!(alerts.ends_with("alert alert.store_bytes,warning\nstore,warning\n"), "{alerts}");
    assert!(place.fails(&["settings", "alert.nothing=1"]).contains("there is no setting alert.nothing"));
    let found: Vec<serde_json::Value> = serde_json::from_str(&place.stoa(&["diagnose", "--json"])).unwrap();
    let areas: BTreeSet<&str> = found.iter().map(|finding| finding["area"].as_str().unwrap()).collect();
    assert_eq!(areas, ["alerts", "cache", "memory", "queries", "scans", "segments"].into());
    assert!(place.stoa(&["diagnose"]).contains("stoa settings alert.store_bytes=VALUE"));
    // Of this process, which has answered one query before.
    let metrics = "SELECT count(*) FROM files; SELECT count(*) > 0 AS some FROM system.metrics WHERE name LIKE 'stoa_%'";
    let metrics = place.csv(metrics);
    assert!(metrics.ends_with("some\ntrue\n"), "{metrics}");
}

#[test]
fn watching_a_command() {
    let place = Place::new(&[("app.py", APP)]);
    let file = |name: &str| place.dir.path().join(name);
    let (trace, metrics) = (file("trace.jsonl"), file("metrics.prom"));
    let (trace_text, metrics_text) = (trace.display().to_string(), metrics.display().to_string());
    let watched = ["--log", "json", "--trace", &trace_text, "--metrics", &metrics_text];
    let store = place.store();
    let output = crate::stoa::run(
        [&["sql", "-c", "SELECT count(*) FROM pagerank('CALL')", "--store", &store], &watched[..]].concat(),
    );
    let log = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|l| l["span"] == "query" && l["elapsed_ms"].as_f64() > Some(0.0)), "{log}");
    let spans = std::fs::read_to_string(trace).unwrap();
    assert!(
        ["query", "plan", "kernel"].iter().all(|name| spans.contains(&format!("\"name\":\"{name}\""))),
        "{spans}"
    );
    let metrics = std::fs::read_to_string(metrics).unwrap();
    assert!(metrics.contains("stoa_queries_total{status=\"ok\""), "{metrics}");
    assert!(metrics.contains("stoa_query_seconds_count 1"), "{metrics}");
}

#[test]
fn caches_make_room_for_those_who_compute() {
    let place = Place::new(&[("app.py", APP), ("util.py", UTIL)]);
    runtime().block_on(async {
        let session = SessionOptions::within(24 << 20);
        let engine = Engine::open(&place.store(), EngineOptions { session, ..EngineOptions::default() }).await.unwrap();
        // As many answers as there is room for.
        for n in 0..40 {
            rows(&engine, &format!("SELECT a.id + {n} AS id, b.name FROM nodes a CROSS JOIN methods b")).await;
        }
        let kept = state(&engine);
        assert!(kept.entries > 0 && kept.bytes <= kept.capacity, "{kept:?}");
        // A sort of more than the budget spills, and nobody is refused.
        let sorted = "SELECT max(n) FROM (SELECT a.value, row_number() OVER (ORDER BY a.value % 1000, a.value) AS n \
                      FROM generate_series(1, 1500000) a)";
        assert_eq!(rows(&engine, sorted).await, [["1500000"]]);
        let spilled = engine.session().unwrap().queries().recent().last().unwrap().bytes_spilled;
        assert!(spilled > 0);
        assert!(state(&engine).entries < kept.entries, "{:?}", state(&engine));
        // An algorithm that cannot fit says so.
        let band = "(SELECT a.value AS src, a.value * 7 % 400000 AS dst FROM generate_series(1, 400000) a \
                     CROSS JOIN generate_series(1, 4) b)";
        let refused = engine.run_all(&format!("SELECT count(*) FROM pagerank(edges => {band})")).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains("pagerank"), "{refused}");
        assert_eq!(rows(&engine, "SELECT count(*) FROM pagerank('CALL')").await.len(), 1);
    });
}

/// The whole of both is `cargo run --release -p stoa-benches --bin day`; `STOA_LOAD_SECONDS` makes this one longer.
#[test]
fn a_short_day_and_a_few_busy_seconds() {
    let folder = tempfile::tempdir().unwrap();
    crate::trees::write_samples(folder.path(), 2);
    runtime().block_on(async {
        let place = Arc::new(Workplace::of(folder.path(), 256 << 20).await.unwrap());
        let day = replay(&place, 150, 4).await.unwrap();
        println!("{day:#?}");
        assert_eq!(day.wrong, 0, "{day:?}");
        assert!(day.hit_rate > 0.6, "{day:?}");
        let seconds = std::env::var("STOA_LOAD_SECONDS").map_or(3, |seconds| seconds.parse().unwrap());
        let load = load(place, 20, Duration::from_secs(seconds), 256 << 20).await.unwrap();
        println!("{load:#?}");
        assert_eq!((load.wrong, load.errors.len()), (0, 0), "{load:?}");
        assert!(load.answers > 0 && load.snapshots > 0, "{load:?}");
    });
}
