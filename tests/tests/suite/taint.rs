//! Data flow through SQL: models of the user, flows, explanations, endpoints of the caller.

use arrow::util::pretty::pretty_format_batches;
use std::path::Path;
use std::time::Duration;
use stoa_sql::{Engine, EngineOptions};
use tempfile::TempDir;

use crate::stoa::{run, success};

const PROGRAM: &str = "\
from own import db, web


def build(name):
    return \"SELECT \" + name


def handle():
    name = web.read()
    db.run(build(name))


def fixed():
    db.run(build(\"all\"))
";

const MODELS: &str = "\
role,type,name,arity,input,output,kind,note
source,own.web,read,0,,return,remote,
sink,own.db,run,1,arg[0],,sql,
";

/// A store of the program, and a folder of models.
fn store() -> (TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let write = |file: &str, text: &str| {
        let file = folder.path().join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    };
    write("tree/app.py", PROGRAM);
    write("models/python/own.csv", MODELS);
    success(["index", &path("tree"), "--store", &path("store")]);
    let (store, models) = (path("store"), path("models"));
    (folder, store, models)
}

fn rows(store: &str, models: &str, query: &str) -> String {
    success(["sql", "--store", store, "--models", models, "--format", "csv", "-c", query])
}

#[test]
fn flows_are_found_and_explained() {
    let (_folder, store, models) = store();
    let rows = |query: &str| rows(&store, &models, query);
    assert_eq!(
        rows(
            "SELECT kind, source_kind, source_name, sink_name, sink_argument, language, file_path, line FROM flows"
        ),
        "kind,source_kind,source_name,sink_name,sink_argument,language,file_path,line\n\
         sql,remote,read,run,1,python,app.py,10\n",
        "the other call gets a constant"
    );
    let steps = rows("SELECT step, role, line, code FROM explain_flow(1) ORDER BY step");
    let steps: Vec<&str> = steps.lines().skip(1).collect();
    assert_eq!(steps.first(), Some(&"1,source,9,name = web.read()"), "{steps:?}");
    assert!(steps.last().unwrap().ends_with(",sink,10,db.run(build(name))"), "{steps:?}");
    assert!(steps.iter().any(|step| step.contains(",5,\"return \"\"SELECT \"\" + name\"")), "{steps:?}");
    assert_eq!(rows("SELECT count(*) AS n FROM flow_cuts"), "n\n0\n");
    // Whoever reads one answer first, the others get theirs.
    let several = "SELECT count(*) AS n FROM flows a JOIN flows b ON a.sink_id = b.sink_id \
        WHERE a.flow_id IN (SELECT flow_id FROM flows) AND NOT EXISTS (SELECT 1 FROM flow_cuts c WHERE c.method_id = a.sink_id) \
        AND a.sink_id IN (SELECT call_id FROM argument_constants() UNION ALL SELECT sink_id FROM flows ORDER BY 1)";
    assert_eq!(rows(several), "n\n1\n");
    let output = run(["sql", "--store", &store, "--models", &models, "-c", "SELECT * FROM explain_flow(7)"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("there is no flow 7; taint() gives 1"), "{said}");
}

#[test]
fn endpoints_are_nodes_of_a_query() {
    let (_folder, store, models) = store();
    let rows = |query: &str| rows(&store, &models, query);
    // Without the sources of the models, the constant is one.
    let constant = "SELECT id FROM literals WHERE code = '\"all\"'";
    let sinks = "SELECT id, 'launch' AS kind FROM calls WHERE name = 'run'";
    assert_eq!(
        rows(&format!("SELECT kind, source_kind FROM taint(sources => ({constant}), sinks => ({sinks}))")),
        "kind,source_kind\nlaunch,given\n"
    );
    assert_eq!(
        rows(&format!(
            "SELECT source = ({constant}) AS right, argument, path[1] = source AS first \
             FROM trace_data_flow(from => ({constant}), to => ({sinks}))"
        )),
        "right,argument,first\ntrue,1,true\n"
    );
    let clean = "SELECT id FROM calls WHERE name = 'build'";
    assert_eq!(rows(&format!("SELECT count(*) AS n FROM taint(sanitizers => ({clean}))")), "n\n0\n");
    // All calls of a statement share the answer, and EXPLAIN shows what they read.
    let plan = rows("EXPLAIN SELECT * FROM taint(max_depth => 2)");
    assert!(plan.contains("Flow: taint") && plan.contains("TableScan: nodes"), "{plan}");
}

/// A hash whose name is read from a property file.
const HASH: &str = "\
import java.security.MessageDigest;
import java.util.Properties;

class Hash {
  MessageDigest make() throws Exception {
    Properties settings = new Properties();
    settings.load(Hash.class.getClassLoader().getResourceAsStream(\"app.properties\"));
    return MessageDigest.getInstance(settings.getProperty(\"hash\"));
  }
}
";

#[test]
fn answers_follow_property_files() {
    let folder = tempfile::tempdir().unwrap();
    let tree = folder.path().join("tree");
    std::fs::create_dir_all(&tree).unwrap();
    std::fs::write(tree.join("Hash.java"), HASH).unwrap();
    let set = |name: &str| std::fs::write(tree.join("app.properties"), format!("hash={name}\n")).unwrap();
    set("MD5");
    let store = folder.path().join("store").display().to_string();
    success(["index", &tree.display().to_string(), "--store", &store]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let engine = Engine::open(&store, EngineOptions::default()).await.unwrap();
        let query = "SELECT value FROM argument_constants() WHERE value IN ('MD5', 'SHA-512')";
        let shown =
            async || pretty_format_batches(&engine.run_all(query).await.unwrap()).unwrap().to_string();
        assert!(shown().await.contains("MD5"), "{}", shown().await);
        set("SHA-512");
        // What was read a moment ago is taken to be what is there.
        tokio::time::sleep(Duration::from_millis(1_100)).await;
        let after = shown().await;
        assert!(after.contains("SHA-512") && !after.contains("MD5"), "{after}");
    });
}

#[test]
fn a_flow_is_a_finding_with_its_way() {
    let (folder, _, models) = store();
    let rule = "/*\nid = \"own-sql\"\ntitle = \"SQL built from input\"\nseverity = \"critical\"\ncwe = [89]\n\
        languages = [\"python\"]\nwhat = \"w.\"\nwhy = \"w.\"\nfix = \"Use parameters.\"\n\
        [[example]]\nlanguage = \"python\"\nmatch = [1]\ncode = \"1\"\n\
        [[example]]\nlanguage = \"python\"\nmatch = []\ncode = \"2\"\n*/\n\
        SELECT sink_id AS node_id, 'query built from ' || source_name AS message, path AS trace, roles\n\
        FROM flows WHERE kind = 'sql'\n";
    let file = folder.path().join("own-sql.sql");
    std::fs::write(&file, rule).unwrap();
    let tree = folder.path().join("tree");
    let arguments: [&Path; 6] =
        ["scan".as_ref(), &tree, "--rules".as_ref(), &file, "--models".as_ref(), models.as_ref()];
    let output = run(arguments);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("critical[own-sql]: query built from read"), "{said}");
    assert!(said.contains("9 |     name = web.read()"), "{said}");
    assert!(said.contains("1: source") && said.contains("ends here"), "{said}");
}
