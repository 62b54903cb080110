use super::*;
use crate::StoreError;

#[tokio::test]
async fn the_second_to_publish_gets_a_conflict() {
    let store = Store::in_memory();
    grow(&store, 1).await;
    let draft = SnapshotDraft::from(&store.latest().await.unwrap().unwrap());
    let results = futures::join!(store.publish(draft.clone()), store.publish(draft.clone()));
    let conflicts = [&results.0, &results.1]
        .into_iter()
        .filter(|r| matches!(r, Err(StoreError::Conflict { number: 2 })))
        .count();
    assert_eq!(conflicts, 1, "{results:?}");
    // Neither does a stale draft pass later, when the next number is free.
    assert!(matches!(store.publish(draft).await.unwrap_err(), StoreError::Conflict { number: 2 }));
    assert_eq!(store.snapshots().await.unwrap().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_writers_one_wins_each_round() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_or_create(text(dir.path())).await.unwrap();
    for round in 0..10 {
        let parent = store.latest().await.unwrap().map(|s| s.number);
        let writers: Vec<_> = (0..4)
            .map(|_| {
                let store = store.clone();
                tokio::spawn(async move {
                    store.publish(SnapshotDraft { parent, ..SnapshotDraft::default() }).await
                })
            })
            .collect();
        let mut winners = 0;
        for writer in writers {
            match writer.await.unwrap() {
                Ok(snapshot) => winners += u64::from(snapshot.number == round + 1),
                Err(error) => assert!(matches!(error, StoreError::Conflict { .. }), "{error}"),
            }
        }
        assert_eq!(winners, 1);
    }
}

#[tokio::test]
async fn one_lock_at_a_time() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open_or_create(text(dir.path())).await.unwrap();
    let other = Store::open_or_create(text(dir.path())).await.unwrap();
    let lock = store.lock_writer().unwrap();
    for second in [&store, &other] {
        let message = second.lock_writer().unwrap_err().to_string();
        assert!(message.contains(text(dir.path())), "{message}");
        #[cfg(unix)]
        assert!(message.ends_with(&format!("(pid {})", std::process::id())), "{message}");
    }
    drop(lock);
    other.lock_writer().unwrap();
    // Stores without locks have nothing to wait for.
    let memory = Store::in_memory();
    let _both = (memory.lock_writer().unwrap(), memory.lock_writer().unwrap());
}
