//! Columns that stay decoded give the rows that files give.

use super::*;

const QUERIES: [&str; 12] = [
    "SELECT id, kind, name, line FROM nodes ORDER BY id",
    "SELECT id, name FROM nodes WHERE kind = 'CALL' ORDER BY id",
    "SELECT id, name FROM nodes WHERE kind IN ('CALL', 'METHOD') AND name = 'add' ORDER BY id",
    "SELECT name FROM nodes WHERE kind LIKE 'METH%' AND line IS NOT NULL",
    "SELECT count(*) FROM nodes WHERE kind = 'LITERAL' AND argument_index > 1",
    "SELECT count(*) FROM nodes WHERE name = 'add' OR kind = 'LITERAL'",
    "SELECT id FROM nodes WHERE kind = 'NOTHING'",
    "SELECT kind, end_line, code FROM nodes WHERE kind <> 'FILE' AND line > 1 ORDER BY id",
    "SELECT src, dst, label, confidence FROM edges ORDER BY src, dst, label",
    "SELECT label FROM edges WHERE kind = 'CFG' AND dst > src ORDER BY 1",
    "SELECT c.name, m.name FROM edges e JOIN nodes c ON c.id = e.src JOIN nodes m ON m.id = e.dst
     WHERE e.kind = 'CALL' AND m.kind = 'METHOD' ORDER BY c.id",
    "SELECT id FROM nodes WHERE kind IN ('CALL', 'METHOD') ORDER BY id DESC LIMIT 2",
];

async fn is_the_same(store: Store) {
    for partitions in [1, 2] {
        let reading = SessionOptions { column_cache_bytes: 0, ..options(partitions) };
        let reading = Session::open(store.clone(), reading).await.unwrap();
        let keeping = Session::open(store.clone(), options(partitions)).await.unwrap();
        // Files are read in parts.
        keeping.sql("SET datafusion.optimizer.repartition_file_min_size = 1").await.unwrap();
        for round in 0..5 {
            for query in QUERIES {
                assert_eq!(
                    show(&keeping, query).await,
                    show(&reading, query).await,
                    "{query} for the {round}th time"
                );
            }
        }
        assert_eq!(reading.column_bytes(), 0);
        assert!(keeping.column_bytes() > 0);
    }
}

#[tokio::test]
async fn kept_columns_give_the_rows_of_the_file() {
    is_the_same(small_store().await).await;
}

#[tokio::test]
async fn dead_rows_are_dead_in_kept_columns() {
    let store = Store::in_memory();
    let first = first_segment(&store).await;
    let old = second_segment(&store, 2, FileStatus::Ok).await;
    let new = second_segment(&store, 2, FileStatus::Ok).await;
    let dead = [(old.id.clone(), vec![2])].into();
    publish(&store, vec![first, old, new], dead).await;
    is_the_same(store).await;
}

#[tokio::test]
async fn batches_are_as_large_as_the_session_wants() {
    let small = SessionOptions { batch_size: 2, ..options(1) };
    let session = Session::open(small_store().await, small).await.unwrap();
    for _ in 0..5 {
        let frame = session.sql("SELECT id, name FROM nodes WHERE file_id >= 0").await.unwrap();
        let sizes: Vec<usize> = frame.collect().await.unwrap().iter().map(|batch| batch.num_rows()).collect();
        assert_eq!(sizes.iter().sum::<usize>(), 17);
        assert!(sizes.iter().all(|&rows| rows <= 2), "{sizes:?}");
    }
    assert!(session.column_bytes() > 0);
}

#[tokio::test]
async fn who_asks_once_keeps_nothing_and_pressure_lets_all_go() {
    let options = SessionOptions { memory_limit: Some(32 << 20), ..options(1) };
    let session = Session::open(small_store().await, options).await.unwrap();
    let names = "SELECT name FROM nodes WHERE line > 0";
    let first = show(&session, names).await;
    assert_eq!(session.column_bytes(), 0);
    for _ in 0..3 {
        assert_eq!(show(&session, names).await, first);
    }
    assert!(session.column_bytes() > 0);
    let pool = &session.context().runtime_env().memory_pool;
    let held = pool.reserved();
    assert!(held as u64 >= session.column_bytes());
    let other = datafusion::execution::memory_pool::MemoryConsumer::new("another").register(pool);
    other.try_grow(32 << 20).unwrap();
    assert_eq!(session.column_bytes(), 0);
    assert_eq!(show(&session, names).await, first);
    other.free();

    // Who wants little leaves the most.
    for column in ["name", "line", "id", "parent_id", "file_id", "child_index"] {
        for _ in 0..4 {
            show(&session, &format!("SELECT {column} FROM nodes")).await;
        }
    }
    let kept = session.column_bytes();
    other.try_grow((32 << 20) - pool.reserved() + 1).unwrap();
    let left = session.column_bytes();
    assert!(left < kept && left > kept / 4, "{left} of {kept}");
    assert_eq!(show(&session, names).await, first);
}
