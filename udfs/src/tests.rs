//! The functions as SQL calls them, over a small store.

use arrow::array::{Array, AsArray, RecordBatch};
use stoa_session::{Session, SessionOptions};
use stoa_store::Store;

use crate::fixture::{CALL, METHOD, TEXT, fill};

async fn session() -> Session {
    let store = Store::in_memory();
    fill(&store).await;
    let session = Session::open(store, SessionOptions::default()).await.unwrap();
    crate::register(&session, crate::FlowConfig::default()).await.unwrap();
    session
}

async fn rows(sql: &str) -> Vec<RecordBatch> {
    session().await.sql(sql).await.unwrap().collect().await.unwrap()
}

/// The first value of a query, as text; `None` for NULL.
async fn first(sql: &str) -> Option<String> {
    let rows = rows(sql).await;
    let column = rows[0].column(0).as_string_view();
    column.is_valid(0).then(|| column.value(0).to_string())
}

#[tokio::test]
async fn text_is_whole() {
    assert_eq!(first(&format!("SELECT source_text({CALL})")).await.as_deref(), Some("print(\"é\")"));
    let method = first(&format!("SELECT source_text(id) FROM nodes WHERE id = {METHOD}")).await;
    assert_eq!(method.as_deref(), Some(TEXT.trim_end()));
}

#[tokio::test]
async fn names_are_qualified() {
    assert_eq!(first(&format!("SELECT qualified_name({METHOD})")).await.as_deref(), Some("app.main"));
    assert_eq!(first(&format!("SELECT qualified_name({CALL})")).await.as_deref(), Some("app.main.print"));
}

#[tokio::test]
async fn places_are_named() {
    let path = first(&format!("SELECT node_path({CALL})")).await;
    assert_eq!(path.as_deref(), Some("src/app.py > METHOD main > BLOCK > IF > CALL print"));
    let place = first(&format!("SELECT node_location({CALL})")).await;
    assert_eq!(place.as_deref(), Some("src/app.py:3:9"));
}

#[tokio::test]
async fn what_does_not_exist_is_null() {
    for function in ["source_text", "qualified_name", "node_path", "node_location"] {
        assert_eq!(first(&format!("SELECT {function}(CAST(NULL AS BIGINT))")).await, None, "{function}");
        assert_eq!(first(&format!("SELECT {function}(99)")).await, None, "{function}");
    }
}

#[tokio::test]
async fn functions_stand_anywhere_in_a_query() {
    for sql in [
        "SELECT qualified_name(id), count(*) FROM nodes GROUP BY qualified_name(id)",
        "SELECT id FROM nodes ORDER BY node_location(id), id",
        "SELECT a.id FROM nodes a JOIN nodes b ON qualified_name(a.id) = qualified_name(b.id)",
        "SELECT max(source_text(id)) FILTER (WHERE node_path(id) LIKE '%IF%') FROM nodes",
        "SELECT id FROM nodes WHERE source_text(id) LIKE '%print%' AND kind = 'CALL'",
        "SELECT row_number() OVER (PARTITION BY node_path(id) ORDER BY node_location(id)) FROM nodes",
    ] {
        assert!(!rows(sql).await.is_empty(), "{sql}");
    }
}

#[tokio::test]
async fn names_fall_into_words() {
    let sql = "SELECT array_to_string(split_identifier('parseHTTPServer'), ' '), \
               array_length(split_identifier(name)) FROM nodes WHERE kind = 'METHOD'";
    let rows = rows(sql).await;
    let text = arrow::compute::cast(rows[0].column(0), &arrow::datatypes::DataType::Utf8).unwrap();
    assert_eq!(text.as_string::<i32>().value(0), "parse HTTP Server");
}

#[tokio::test]
async fn the_catalog_lists_every_function() {
    let sql = "SELECT count(*) FILTER (WHERE source = 'stoa') AS ours, count(*) AS n FROM system.functions";
    let rows = rows(sql).await;
    let count = |column: usize| rows[0].column(column).as_primitive::<arrow::datatypes::Int64Type>().value(0);
    assert_eq!(count(0) as usize, crate::all().count());
    assert!(count(1) > 200);
}
