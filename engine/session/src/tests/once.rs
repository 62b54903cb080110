//! What is computed once.

use super::*;
use crate::View;

/// Two mentions of 100,000 rows, which come in several partitions.
const TWICE: &str = r#"
    SELECT count(*), sum(value) FROM (
        SELECT value FROM "MATERIALIZED"('x', (SELECT value FROM range(0, 200000) WHERE value % 2 = 0))
        UNION ALL
        SELECT value FROM "MATERIALIZED"('x', (SELECT value FROM range(0, 200000) WHERE value % 2 = 0)))"#;

#[tokio::test]
async fn what_is_too_large_is_computed_as_it_goes() {
    for memory in [64 << 20, 300 << 10] {
        let options = SessionOptions { memory_limit: Some(memory), result_cache_bytes: 0, ..options(2) };
        let session = Session::open(small_store().await, options).await.unwrap();
        assert!(plan(&session, TWICE).await.contains("RepartitionExec"));
        assert_eq!(rows(&session, TWICE).await, ["200000 19999800000"]);
    }
}

/// Statements that join a view that is wanted whole with one another, on several partitions: each plans its joins for itself.
#[tokio::test]
async fn a_whole_view_is_one_table_for_many_statements() {
    let session = small_session().await;
    let twice = "SELECT n.id AS node, p.id AS parent FROM nodes n JOIN nodes p ON p.id = n.parent_id";
    session.create_view(View::new("parents", twice, "").whole(true));
    let statements = [
        "SELECT count(*) FROM parents",
        "SELECT count(*) FROM parents a JOIN parents b ON a.parent = b.node",
        "SELECT count(*) FROM nodes n LEFT JOIN parents a ON a.node = n.id JOIN parents b ON b.node = a.parent",
        "SELECT count(*) FROM (SELECT node FROM parents UNION ALL SELECT id FROM nodes) s JOIN nodes n ON n.id = s.node WHERE n.kind = 'CALL'",
    ];
    let kept = session.keeping_views().unwrap();
    for statement in statements {
        let seen = show(&session, statement).await;
        for _ in 0..2 {
            let batches = kept.sql(statement).await.unwrap().collect().await.unwrap();
            assert_eq!(pretty_format_batches(&batches).unwrap().to_string(), seen, "{statement}");
        }
    }
}
