//! A client that tries again, as those of object stores do: behind a connection that fails, loses answers and answers late,
//! every step goes well, and nobody is told that somebody else was faster when it was himself.

use async_trait::async_trait;
use futures::future::BoxFuture;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    ObjectStoreExt, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use stoa_store::{SnapshotDraft, Store};

use crate::faults::{Faulty, LATE, grow, steps};

/// Tries again what failed or took too long.
#[derive(Debug)]
struct Retrying {
    inner: Arc<Faulty>,
}

/// Shorter than the connection's late answers: those are never waited for.
const PATIENCE: Duration = LATE.checked_div(3).unwrap();
const TRIES: usize = 40;

impl Retrying {
    async fn again<T>(
        &self,
        mut request: impl FnMut(Arc<Faulty>) -> BoxFuture<'static, Result<T>>,
    ) -> Result<T> {
        let mut tries = 0;
        loop {
            tries += 1;
            match tokio::time::timeout(PATIENCE, request(Arc::clone(&self.inner))).await {
                Ok(Err(Error::Generic { .. })) | Err(_) if tries < TRIES => {}
                Ok(answer) => return answer,
                Err(_) => return Err(Error::Generic { store: "retrying", source: "gave up".into() }),
            }
        }
    }
}

impl fmt::Display for Retrying {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("retrying")
    }
}

#[async_trait]
impl ObjectStore for Retrying {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        let path = path.clone();
        let put = move |inner: Arc<Faulty>| -> BoxFuture<'static, Result<PutResult>> {
            let (path, payload, options) = (path.clone(), payload.clone(), options.clone());
            Box::pin(async move { inner.put_opts(&path, payload, options).await })
        };
        self.again(put).await
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(path, options).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        let path = path.clone();
        let get = move |inner: Arc<Faulty>| -> BoxFuture<'static, Result<GetResult>> {
            let (path, options) = (path.clone(), options.clone());
            Box::pin(async move { inner.get_opts(&path, options).await })
        };
        self.again(get).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        let inner = Arc::clone(&self.inner);
        let delete = move |path: Result<Path>| -> BoxFuture<'static, Result<Path>> {
            let retrying = Retrying { inner: Arc::clone(&inner) };
            Box::pin(async move {
                let path = path?;
                let gone = path.clone();
                let delete = move |inner: Arc<Faulty>| -> BoxFuture<'static, Result<()>> {
                    let path = gone.clone();
                    Box::pin(async move { inner.delete(&path).await })
                };
                retrying.again(delete).await?;
                Ok(path)
            })
        };
        paths.then(delete).boxed()
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        let (retrying, prefix) = (Retrying { inner: Arc::clone(&self.inner) }, prefix.cloned());
        let list = move |inner: Arc<Faulty>| -> BoxFuture<'static, Result<Vec<ObjectMeta>>> {
            let listed = inner.list(prefix.as_ref());
            Box::pin(listed.try_collect())
        };
        let listed = async move {
            futures::stream::iter(match retrying.again(list).await {
                Ok(found) => found.into_iter().map(Ok).collect(),
                Err(error) => vec![Err(error)],
            })
        };
        futures::stream::once(listed).flatten().boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

fn connect(faulty: &Arc<Faulty>) -> Store {
    let objects = Arc::new(Retrying { inner: Arc::clone(faulty) });
    Store::with_object_store(objects, Path::default(), "stoa-test://retrying/".parse().unwrap())
}

/// Listings are stale as well. A put whose answer was lost is tried again, and finds its own file.
#[tokio::test]
async fn every_step_goes_well() {
    for seed in 20..26 {
        let faulty = Faulty::new(seed);
        faulty.late.store(5, Ordering::Relaxed);
        let (done, failed) = steps(&faulty, seed, 20, if seed % 2 == 0 { 0 } else { 4 }, connect).await;
        assert_eq!((done, failed), (118, 0), "seed {seed}");
    }
}

/// The hint where listings may be stale says anything at all: the newest snapshot is found, and the next one has its number.
#[tokio::test]
async fn a_hint_is_only_a_hint() {
    let faulty = Faulty::new(31);
    for number in 1..=3 {
        grow(&faulty.store(), number).await.unwrap();
    }
    for hint in ["", "2", "3", "4", "999", "-1", "three", "99999999999999999999999", "\u{0}\u{1}", "3\n"] {
        faulty.inner.put(&Path::from("newest"), PutPayload::from(hint.to_owned())).await.unwrap();
        let newest = faulty.store().latest().await.unwrap().unwrap();
        assert_eq!(newest.number, 3, "{hint:?}");
        let again = faulty.store().publish(SnapshotDraft::from(&newest)).await.unwrap();
        assert_eq!(again.number, 4, "{hint:?}");
        faulty.inner.delete(&Path::from("snapshots/00000004.json.zst")).await.unwrap();
    }
}
