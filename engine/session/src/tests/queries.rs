//! Columns, filters and plans of the stored tables.

use super::*;
use futures::StreamExt;
use stoa_model::tables::nodes_logical_schema;

#[tokio::test]
async fn the_schema_is_the_models() {
    let session = small_session().await;
    let nodes = session.context().table("nodes").await.unwrap();
    assert_eq!(nodes.schema().as_arrow(), crate::session_schema(&nodes_logical_schema()).as_ref());
    let all = nodes.collect().await.unwrap();
    assert_eq!(all[0].schema().as_ref(), crate::session_schema(&nodes_logical_schema()).as_ref());
}

#[tokio::test]
async fn computed_columns() {
    let session = small_session().await;
    let query = "SELECT kind, line, end_line, position, position_last, start_byte, end_byte, end_column, code
                 FROM nodes WHERE file_id = 1 AND position BETWEEN 1 AND 7 ORDER BY position";
    let found = rows(&session, query).await;
    assert_eq!(found.len(), 7 + 1, "{found:#?}"); // the METHOD's code has a line break
    assert!(found[0].starts_with("METHOD 1 2 1 7 0 34 20 def add(a, b):"), "{}", found[0]);
    assert_eq!(found[2], "METHOD_PARAMETER_IN 1 1 2 2 8 9 10 a");
    assert_eq!(found[4], "RETURN 2 2 4 7 19 34 20 return a + \"é\"");
    assert_eq!(found[5], "CALL 2 2 5 7 26 34 20 a + \"é\"");
    assert_eq!(found[7], "LITERAL 2 2 7 7 30 34 20 \"é\"");
}

#[tokio::test]
async fn stubs_have_no_text() {
    let session = small_session().await;
    let query = "SELECT name, line, code, start_byte, end_byte, end_column, end_line, is_external FROM nodes
                 WHERE is_external";
    assert_eq!(rows(&session, query).await, ["print       true"]);
}

#[tokio::test]
async fn filters_over_text_and_over_computed_columns() {
    let session = small_session().await;
    for (filter, ids) in [
        ("code = '1'", vec![id(body(9))]),
        ("code LIKE 'add(%' AND kind = 'CALL' AND file_id = 1", vec![id(body(8))]),
        ("start_byte = 30 AND file_id = 1", vec![id(body(7))]),
        ("end_line > line AND kind = 'METHOD'", vec![id(1)]),
        ("position_last - position = 6 AND kind = 'METHOD'", vec![id(1)]),
        ("position = 2 AND kind = 'METHOD_PARAMETER_IN'", vec![id(2)]),
        ("end_column = 20 AND length(code) = 3", vec![id(body(7))]),
    ] {
        let query = format!("SELECT id FROM nodes WHERE {filter} ORDER BY id");
        let wanted: Vec<String> = ids.iter().map(ToString::to_string).collect();
        assert_eq!(rows(&session, &query).await, wanted, "{filter}");
    }
}

#[tokio::test]
async fn read_columns_are_filtered_in_the_scan_and_text_above_it() {
    let session = small_session().await;
    let plan =
        plan(&session, "SELECT code FROM nodes WHERE kind = 'CALL' AND end_line > 1 AND code <> ''").await;
    assert!(plan.contains("FilterExec: code@0 != "), "{plan}");
    assert!(plan.contains("SourceColumnsExec: columns=[code]"), "{plan}");
    assert!(plan.contains("predicate=kind@0 = CALL AND line@7 + extra_lines@10 > 1"), "{plan}");
    let plan = super::plan(&session, "SELECT name FROM nodes WHERE kind = 'CALL' LIMIT 3").await;
    assert!(!plan.contains("FilterExec") && !plan.contains("SourceColumnsExec"), "{plan}");
    assert!(plan.contains("projection=[name], limit=3"), "{plan}");
}

#[tokio::test]
async fn counting_reads_nothing() {
    let session = small_session().await;
    for table in ["nodes", "files", "edges", "\"references\"", "sources"] {
        let plan = plan(&session, &format!("SELECT count(*) FROM stoa.stored.{table}")).await;
        assert!(!plan.contains("DataSourceExec") || table == "\"references\"", "{plan}");
    }
    assert_eq!(rows(&session, "SELECT count(*) FROM nodes").await, ["17"]);
    assert_eq!(rows(&session, "SELECT count(*) FROM \"references\"").await, ["0"]);
}

#[tokio::test]
async fn partitions_agree() {
    let store = small_store().await;
    let query = "SELECT id, kind, name, code, position, end_column FROM nodes ORDER BY id";
    let mut answers = Vec::new();
    for partitions in [1, 2, 5] {
        let session = Session::open(store.clone(), options(partitions)).await.unwrap();
        answers.push(rows(&session, query).await);
    }
    assert!(answers.windows(2).all(|pair| pair[0] == pair[1]));
    assert_eq!(answers[0].len(), 17 + 6); // line breaks in the code of two FILEs and a METHOD
}

#[tokio::test]
async fn the_order_is_declared_where_a_partition_has_one_file() {
    let session = small_session().await;
    let sorted = plan(&session, "SELECT kind, id FROM nodes ORDER BY kind, id").await;
    assert!(sorted.contains("output_ordering=[kind@0 ASC"), "{sorted}");
    assert!(!sorted.contains("SortExec"), "{sorted}");
    let session = Session::open(session.store().clone(), options(1)).await.unwrap();
    let sorted = plan(&session, "SELECT kind, id FROM nodes ORDER BY kind, id").await;
    assert!(sorted.contains("SortExec"), "{sorted}");
}

#[tokio::test]
async fn pages_and_row_groups_of_other_kinds_are_skipped() {
    let store = Store::in_memory();
    let mut interner = Interner::new();
    let names = [interner.intern("f"), interner.intern("g")];
    let mut nodes = NodeColumns::default();
    nodes.begin_file(1, "c", false);
    for position in 0..200_000u32 {
        let kind = if position % 50 == 0 { NodeKind::Return } else { NodeKind::Call };
        nodes.push(NodeRow { name: names[position as usize % 2], ..node(kind, body(position), position, 0) });
    }
    let tables = vec![(Table::Nodes, nodes.finish(&interner).unwrap())];
    let segment = store.write_segment(encode_segment(tables).unwrap()).await.unwrap();
    publish(&store, vec![segment], BTreeMap::new()).await;
    let session = Session::open(store, options(1)).await.unwrap();

    let query = "SELECT count(*) FROM nodes WHERE kind = 'RETURN' AND name = 'f'";
    assert_eq!(rows(&session, query).await, ["4000"]);
    let analyzed = show(&session, &format!("EXPLAIN ANALYZE {query}")).await;
    // The calls have two row groups, the returns have one.
    assert!(analyzed.contains("row_groups_pruned_statistics=3 total → 1 matched"), "{analyzed}");

    let query = format!("SELECT name FROM nodes WHERE kind = 'CALL' AND id = {}", id(body(101)));
    assert_eq!(rows(&session, &query).await, ["g"]);
    let analyzed = show(&session, &format!("EXPLAIN ANALYZE {query}")).await;
    assert!(analyzed.contains("row_groups_pruned_statistics=3 total → 1 matched"), "{analyzed}");
    assert!(analyzed.contains("page_index_pages_pruned=6 total → 1 matched"), "{analyzed}");
}

#[tokio::test]
async fn a_query_that_is_dropped_leaves_the_texts_usable() {
    let session = small_session().await;
    let query = "SELECT code FROM nodes WHERE code IS NOT NULL";
    let mut stream = session.sql(query).await.unwrap().execute_stream().await.unwrap();
    assert!(stream.next().await.unwrap().is_ok());
    drop(stream);
    assert!(!rows(&session, query).await.is_empty());
    let texts = session.sources().load(&[2, 77, 1]).await.unwrap();
    assert_eq!(texts[0].as_ref().unwrap().bytes(), B.as_bytes());
    assert!(texts[1].is_none());
    assert_eq!(texts[2].as_ref().unwrap().bytes(), A.as_bytes());
}

#[tokio::test]
async fn a_place_outside_the_text_is_an_error_that_names_the_node() {
    let store = Store::in_memory();
    let interner = Interner::new();
    let mut nodes = NodeColumns::default();
    nodes.begin_file(1, "c", false);
    nodes.push(at(node(NodeKind::Literal, body(1), 1, 0), (9, 1, 1, 0)));
    let mut sources = SourceColumns::default();
    sources.push(1, b"x");
    let segment = write(&store, &interner, nodes, EdgeColumns::default(), &[], sources).await;
    publish(&store, vec![segment], BTreeMap::new()).await;
    let session = Session::open(store, options(2)).await.unwrap();
    let error = session.sql("SELECT code FROM nodes").await.unwrap().collect().await.unwrap_err();
    assert!(error.to_string().contains(&format!("node {}", id(body(1)))), "{error}");
}

#[tokio::test]
async fn what_stands_in_a_subquery_is_part_of_the_key() {
    let session = small_session().await;
    let key = async |sql: String| {
        let plan = session.sql(&sql).await.unwrap().into_unoptimized_plan();
        session.runner().keys(&plan).await.unwrap().unwrap_or_else(|| panic!("{sql} has no key"))
    };
    for form in [
        "SELECT name FROM nodes WHERE id IN (SELECT parent_id FROM nodes WHERE name = '{}')",
        "SELECT name FROM nodes n WHERE NOT EXISTS (SELECT 1 FROM nodes m WHERE m.parent_id = n.id AND m.name = '{}')",
        "SELECT (SELECT max(line) FROM nodes WHERE name = '{}') AS last",
        "SELECT name FROM nodes WHERE id IN (SELECT parent_id FROM nodes WHERE id IN (SELECT id FROM nodes WHERE name = '{}'))",
        "WITH some AS (SELECT id FROM nodes WHERE id IN (SELECT parent_id FROM nodes WHERE name = '{}')) SELECT id FROM some",
    ] {
        let of = |name: &str| key(form.replace("{}", name));
        let (add, again, print) = (of("add").await, of("add").await, of("print").await);
        assert_eq!(add, again, "{form}");
        assert_ne!(add.0, print.0, "{form}");
        assert_ne!(add.1, print.1, "{form}");
    }
}
