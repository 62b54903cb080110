use super::*;
use arrow::compute::concat_batches;

async fn holds_what_was_written(store: &Store) {
    let first = grow(store, 1).await;
    let second = grow(store, 2).await;
    assert_eq!((first.number, second.number, second.parent), (1, 2, Some(1)));
    assert_eq!(store.latest().await.unwrap().as_ref(), Some(&second));
    assert_eq!(store.snapshots().await.unwrap(), [first, second.clone()]);
    for (segment, file) in second.segments.iter().zip(1..) {
        for (table, written) in tables(file) {
            let batches = store.read_table(segment, table).await.unwrap();
            let read = concat_batches(&table.stored_schema(), &batches).unwrap();
            assert_eq!(read, written, "{table:?}");
        }
        assert!(store.read_table(segment, Table::References).await.unwrap().is_empty());
    }
    assert_eq!(second.rows(Table::Nodes), 100);
}

#[tokio::test]
async fn memory() {
    holds_what_was_written(&Store::in_memory()).await;
}

#[tokio::test]
async fn directory() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("store");
    holds_what_was_written(&Store::open_or_create(text(&path)).await.unwrap()).await;
    assert_eq!(std::fs::read_to_string(path.join(".gitignore")).unwrap(), "*\n");
    let opened = Store::open(text(&path)).await.unwrap();
    assert_eq!(opened.latest().await.unwrap().unwrap().number, 2);
}

#[tokio::test]
async fn a_prefix_of_a_shared_object_store() {
    let objects: std::sync::Arc<dyn object_store::ObjectStore> =
        std::sync::Arc::new(object_store::memory::InMemory::new());
    let url = url::Url::parse("stoa-test://shared/").unwrap();
    let at = |prefix| Store::with_object_store(objects.clone(), prefix, url.clone());
    holds_what_was_written(&at("a/b".into())).await;
    holds_what_was_written(&at("a".into())).await;
}

#[tokio::test]
async fn any_path() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["with space", "ünï-日本-🏛", "100% \"quoted\" #1", "new\nline", "a://b", "tail#1"] {
        let path = dir.path().join(name);
        let store = Store::open_or_create(text(&path)).await.unwrap();
        grow(&store, 1).await;
        let opened = Store::open(text(&path)).await.unwrap();
        let snapshot = opened.latest().await.unwrap().unwrap();
        assert_eq!(opened.read_files(&snapshot).await.unwrap(), [("src/ünï 1.py".to_owned(), 1)]);
        assert_eq!(opened.url(), store.url());
    }
    let path = dir.path().join("with space");
    let url = url::Url::from_file_path(&path).unwrap();
    assert_eq!(Store::open(url.as_str()).await.unwrap().root(), Some(&*path.canonicalize().unwrap()));
}

#[test]
fn same_rows_same_bytes() {
    let (one, two) = (segment(7), segment(7));
    assert_ne!(one.id, two.id);
    for (a, b) in one.tables.iter().zip(&two.tables) {
        assert_eq!(a.data, b.data, "{:?}", a.file.table);
        assert_eq!(a.file.blake3, b.file.blake3);
    }
}

#[test]
fn works_without_a_runtime() {
    let dir = tempfile::tempdir().unwrap();
    futures::executor::block_on(async {
        grow(&Store::open_or_create(text(dir.path())).await.unwrap(), 1).await;
    });
}
