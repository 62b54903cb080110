//! The views of `sql/views`, over the small graph.

use super::*;
use crate::View;
use std::path::Path;

/// Every view file, as the `stoa` program loads them.
fn all() -> Vec<View> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sql/views");
    let mut views = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(text.starts_with("-- A row is "), "{name} does not say what a row is");
        views.push(View::new(name, text, ""));
    }
    views
}

async fn session() -> Session {
    let session = small_session().await;
    session.create_views(all());
    session
}

#[tokio::test]
async fn every_view_answers() {
    let session = session().await;
    // Those of flows ask functions that a session without the program's library does not have.
    let asks = |view: &View| {
        ["flows", "flow_cuts", "length_flows", "number_flows", "probable_flows"].contains(&view.name.as_str())
    };
    for view in all().into_iter().filter(|view| !asks(view)) {
        rows(&session, &format!("SELECT * FROM {}", view.name)).await;
        rows(&session, &format!("SELECT count(*) FROM {}", view.name)).await;
    }
}

#[tokio::test]
async fn declarations() {
    let session = session().await;
    let methods =
        "SELECT name, path, module, line, end_line, lines, parameters, is_external FROM methods ORDER BY id";
    assert_eq!(rows(&session, methods).await, ["add src/a.py a 1 2 2 2 false", "print      0 true"]);
    let parameters = "SELECT name, child_index, method_name, path FROM parameters ORDER BY id";
    assert_eq!(rows(&session, parameters).await, ["a 1 add src/a.py", "b 2 add src/a.py"]);
}

#[tokio::test]
async fn calls_and_arguments() {
    let session = session().await;
    let calls = "SELECT name, is_operator, method_name, path, code FROM calls ORDER BY id";
    assert_eq!(
        rows(&session, calls).await,
        [
            "<operator>.addition true add src/a.py a + \"é\"",
            "add false  src/a.py add(1, 2)",
            "add false  src/b2.py add(3)"
        ]
    );
    let arguments = "SELECT call_name, argument_index, is_receiver, code FROM arguments WHERE file_id = 2";
    assert_eq!(rows(&session, arguments).await, ["add 1 false 3"]);
    let graph = "SELECT callee_name, resolution, path, line FROM call_graph ORDER BY call_id";
    assert_eq!(rows(&session, graph).await, ["add static src/a.py 3", "add import src/b2.py 2"]);
}

#[tokio::test]
async fn flows_and_modules() {
    let session = session().await;
    let flow = "SELECT src_kind, dst_kind, label FROM control_flow ORDER BY src";
    assert_eq!(rows(&session, flow).await, ["METHOD IDENTIFIER", "IDENTIFIER LITERAL true"]);
    let data = "SELECT variable, src_kind, dst_name, path FROM data_flow";
    assert_eq!(rows(&session, data).await, ["a METHOD_PARAMETER_IN a src/a.py"]);
    let modules = "SELECT module, languages, files, lines FROM modules ORDER BY 1";
    assert_eq!(rows(&session, modules).await, ["a python 1 3", "b python 1 2"]);
    let dependencies = "SELECT * FROM module_dependencies";
    assert_eq!(rows(&session, dependencies).await, ["b a 1 1"]);
}

#[tokio::test]
async fn edges_show_stored_and_derived_kinds() {
    let session = session().await;
    let kinds = "SELECT kind, count(*) FROM edges GROUP BY kind ORDER BY kind";
    assert_eq!(
        rows(&session, kinds).await,
        [
            "ARGUMENT 5",
            "AST 14",
            "CALL 2",
            "CDG 1",
            "CFG 2",
            "CONTAINS 6",
            "IMPORTS 1",
            "REACHING_DEF 1",
            "REF 1",
            "SOURCE_FILE 14"
        ]
    );
    let stored = plan(&session, "SELECT src, dst FROM edges WHERE kind = 'CFG'").await;
    assert!(stored.contains("edges.parquet") && !stored.contains("nodes.parquet"), "{stored}");
    assert!(!stored.contains("UnionExec"), "{stored}");
    let derived = plan(&session, "SELECT src, dst FROM edges WHERE kind IN ('AST', 'CONTAINS')").await;
    assert!(!derived.contains("HashJoinExec"), "{derived}");
}

#[tokio::test]
async fn joins_of_unused_columns_are_dropped() {
    let session = session().await;
    for query in [
        "SELECT id, name, code FROM calls WHERE name = 'add'",
        "SELECT name, count(*) FROM calls WHERE NOT is_operator GROUP BY name",
        "SELECT id FROM methods WHERE name = 'add'",
        "SELECT count(*) FROM methods",
        "SELECT line FROM parameters ORDER BY line LIMIT 1",
        "SELECT src, dst FROM control_flow",
    ] {
        let plan = plan(&session, query).await;
        assert!(!plan.contains("Join"), "{query}: {plan}");
    }
    let used = plan(&session, "SELECT id, path FROM calls").await;
    assert!(used.contains("Join") && used.matches("Join").count() == 2, "{used}");
    // Of a chain of joins those that are used remain, wherever they stand.
    let callees = plan(&session, "SELECT callee_name, count(*) FROM call_graph GROUP BY callee_name").await;
    assert!(callees.contains("METHOD") && !callees.contains("CONTROL_STRUCTURE"), "{callees}");
    assert_eq!(callees.matches("Join").count(), 2, "{callees}");
    let both = plan(&session, "SELECT caller_name, callee_name FROM call_graph").await;
    assert!(both.matches("nodes.parquet").count() > callees.matches("nodes.parquet").count(), "{both}");
}

#[tokio::test]
async fn calls_of_a_caller_are_found_from_the_caller() {
    let session = session().await;
    let graph = "SELECT caller_name, callee_name, path, line FROM call_graph";
    let all = rows(&session, graph).await;
    let callers = rows(&session, "SELECT DISTINCT caller_name FROM call_graph").await;
    assert!(!callers.is_empty());
    for caller in callers {
        let query = format!("{graph} WHERE caller_name = '{caller}'");
        // Its name is looked up before anything is joined with all edges.
        let shown = plan(&session, &query).await;
        let logical = shown.split("physical_plan").next().unwrap();
        let edges = logical.find("stored.edges projection").unwrap();
        assert!(!logical[..edges].contains("Left Join: e.src"), "{shown}");
        let mut found = rows(&session, &query).await;
        let mut wanted: Vec<String> =
            all.iter().filter(|row| row.split(' ').next() == Some(&*caller)).cloned().collect();
        found.sort();
        wanted.sort();
        assert_eq!(found, wanted, "{caller}");
    }
}
