//! Sessions and snapshots, the catalog, system tables, damaged stores.

use super::*;
use crate::{SessionError, View};
use object_store::ObjectStoreExt;

#[tokio::test]
async fn a_store_without_a_snapshot_is_an_error() {
    let error = Session::open(Store::in_memory(), options(1)).await.err().unwrap();
    assert!(matches!(error, SessionError::NoSnapshot { .. }), "{error}");
}

#[tokio::test]
async fn an_empty_snapshot_has_empty_tables() {
    let store = Store::in_memory();
    publish(&store, vec![], BTreeMap::new()).await;
    let session = Session::open(store, options(2)).await.unwrap();
    for table in ["nodes", "files", "edges", "\"references\"", "sources"] {
        assert_eq!(rows(&session, &format!("SELECT count(*) FROM {table}")).await, ["0"]);
        assert!(rows(&session, &format!("SELECT * FROM {table}")).await.is_empty());
    }
}

#[tokio::test]
async fn a_refresh_moves_new_queries_and_leaves_old_ones() {
    let store = Store::in_memory();
    let first = first_segment(&store).await;
    publish(&store, vec![first.clone()], BTreeMap::new()).await;
    let session = Session::open(store.clone(), options(2)).await.unwrap();
    session.create_view(View::new("everything", "SELECT * FROM nodes", "A row is a node."));
    session.sql("CREATE VIEW mine AS SELECT count(*) AS n FROM everything").await.unwrap();
    let before = session.sql("SELECT count(id) FROM nodes WHERE kind <> 'x'").await.unwrap();
    assert_eq!(rows(&session, "SELECT n FROM mine").await, ["13"]);
    assert!(!session.refresh().await.unwrap());

    let second = second_segment(&store, 2, FileStatus::Ok).await;
    publish(&store, vec![first, second], BTreeMap::new()).await;
    assert_eq!(rows(&session, "SELECT count(*) FROM nodes").await, ["13"]);
    assert!(session.refresh().await.unwrap());
    assert_eq!(session.snapshot().number, 2);
    assert_eq!(rows(&session, "SELECT count(*) FROM nodes").await, ["17"]);
    assert_eq!(rows(&session, "SELECT n FROM mine").await, ["17"]);
    let old = before.collect().await.unwrap();
    assert!(pretty_format_batches(&old).unwrap().to_string().contains(" 13 "));
    let snapshots =
        "SELECT number, segments, files, nodes, edges, is_current FROM system.snapshots ORDER BY 1";
    assert_eq!(rows(&session, snapshots).await, ["1 1 1 13 6 false", "2 2 2 17 8 true"]);
}

#[tokio::test]
async fn dead_rows_do_not_count() {
    let store = Store::in_memory();
    let first = first_segment(&store).await;
    let old = second_segment(&store, 2, FileStatus::Ok).await;
    let new = second_segment(&store, 2, FileStatus::Ok).await;
    let dead = [(old.id.clone(), vec![2])].into();
    publish(&store, vec![first, old, new], dead).await;
    let session = Session::open(store, options(2)).await.unwrap();
    assert_eq!(rows(&session, "SELECT count(*) FROM nodes").await, ["17"]);
    assert_eq!(rows(&session, "SELECT count(*) FROM edges").await, ["8"]);
    assert_eq!(rows(&session, "SELECT count(*) FROM files").await, ["2"]);
    assert_eq!(rows(&session, "SELECT code FROM nodes WHERE kind = 'IMPORT'").await, ["from a import add"]);
}

#[tokio::test]
async fn system_tables() {
    let session = small_session().await;
    assert_eq!(
        rows(&session, "SELECT path, language, status, reason FROM system.failures").await,
        ["src/b2.py python partial line 1: unexpected `)`"]
    );
    let segments = "SELECT \"table\", rows FROM system.segments ORDER BY 1, 2";
    let found = rows(&session, segments).await;
    assert_eq!(found[..4], ["edges 2", "edges 6", "files 1", "files 1"]);
    let settings = "SELECT name, value FROM system.settings WHERE name IN ('index.languages', 'store.snapshot') ORDER BY 1";
    assert_eq!(rows(&session, settings).await, ["index.languages python", "store.snapshot 1"]);
    let indexed =
        "SELECT count(*) FROM files WHERE indexed_at > TIMESTAMP '2020-01-01' AND indexed_at < now()";
    assert_eq!(rows(&session, indexed).await, ["2"]);
}

#[tokio::test]
async fn the_catalog_is_listed_and_stored_tables_stay() {
    let session = small_session().await;
    let tables = "SELECT table_schema, table_name FROM information_schema.tables
                  WHERE table_schema IN ('main', 'system') ORDER BY 1, 2";
    let found = rows(&session, tables).await;
    for name in ["main nodes", "main references", "system failures", "system snapshots"] {
        assert!(found.contains(&name.to_owned()), "{found:?}");
    }
    session.sql("CREATE TABLE mine AS SELECT id FROM nodes").await.unwrap();
    assert_eq!(rows(&session, "SELECT count(*) FROM mine").await, ["17"]);
    session.sql("DROP TABLE mine").await.unwrap();
    assert!(session.sql("DROP TABLE nodes").await.is_err());
    assert_eq!(rows(&session, "SELECT count(*) FROM nodes").await, ["17"]);
    session.sql("CREATE VIEW mine AS SELECT id FROM nodes").await.unwrap();
    session.sql("DROP VIEW mine").await.unwrap();
    assert!(session.sql("SELECT * FROM mine").await.is_err());
}

#[tokio::test]
async fn a_view_that_refers_to_itself_is_named() {
    let session = small_session().await;
    session.create_view(View::new("one", "SELECT * FROM two", ""));
    session.create_view(View::new("two", "SELECT * FROM one", ""));
    let error = session.sql("SELECT * FROM one").await.err().unwrap();
    assert!(error.to_string().contains("the view one refers to itself"), "{error}");
    session.sql("CREATE VIEW two AS SELECT 1 AS n").await.unwrap();
    assert_eq!(rows(&session, "SELECT * FROM one").await, ["1"]);
    let error = session.sql("CREATE OR REPLACE VIEW two AS SELECT * FROM two").await.err().unwrap();
    assert!(error.to_string().contains("the view two refers to itself"), "{error}");
}

#[tokio::test]
async fn damaged_files_are_named() {
    for (table, query) in
        [(Table::Nodes, "SELECT name, kind FROM nodes"), (Table::Sources, "SELECT code FROM nodes")]
    {
        for damage in ["missing", "cut short", "a page overwritten"] {
            let store = small_store().await;
            let snapshot = store.latest().await.unwrap().unwrap();
            let file = snapshot.files(table).next().unwrap();
            let path = store.object_path(&file.path).unwrap();
            let objects = store.object_store();
            let bytes = objects.get(&path).await.unwrap().bytes().await.unwrap();
            match damage {
                "missing" => objects.delete(&path).await.unwrap(),
                "cut short" => drop(objects.put(&path, bytes.slice(..bytes.len() / 2).into()).await.unwrap()),
                _ => {
                    let mut changed = bytes.to_vec();
                    changed[4..bytes.len() / 4].fill(0xee);
                    drop(objects.put(&path, changed.into()).await.unwrap());
                }
            }
            let session = Session::open(store, options(2)).await.unwrap();
            let error = session.sql(query).await.unwrap().collect().await.unwrap_err();
            assert!(error.to_string().contains(&file.path), "{table:?} {damage}: {error}");
        }
    }
}
