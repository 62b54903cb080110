use super::*;

#[tokio::test]
async fn a_log_keeps_its_lines_and_goes_with_its_store() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    let store = Store::open_or_create(path.to_str().unwrap()).await.unwrap();
    grow(&store, 1).await;
    for line in ["{\"n\":1}", "{\"n\":2}"] {
        store.log_line("queries", line).unwrap();
    }
    assert_eq!(store.log_lines("queries").await.unwrap(), ["{\"n\":1}", "{\"n\":2}"]);

    // A folder that somebody deleted comes again, a store does not.
    std::fs::remove_dir_all(path.join("log")).unwrap();
    store.log_line("queries", "{\"n\":3}").unwrap();
    assert_eq!(store.log_lines("queries").await.unwrap(), ["{\"n\":3}"]);
    std::fs::remove_dir_all(&path).unwrap();
    store.log_line("queries", "{\"n\":4}").unwrap();
    assert!(!path.exists());
}
