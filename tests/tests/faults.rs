//! An object store that fails, answers late, lists what is no longer so, and is full: nothing published is lost.

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use stoa_model::columns::{SourceColumns, files_batch};
use stoa_model::rows::FileRow;
use stoa_model::tables::Table;
use stoa_model::{FileStatus, Layers, Origin};
use stoa_store::{
    EncodedSegment, OptimizeOptions, Retention, Snapshot, SnapshotDraft, Store, StoreError, encode_segment,
};

use crate::trees::Chance;

/// Objects in memory, behind a bad connection.
#[derive(Debug)]
pub struct Faulty {
    pub inner: InMemory,
    chance: Mutex<ChanceOf>,
    /// Of a hundred requests so many fail; half of those that write have written all the same, as after a timeout.
    pub failing: AtomicUsize,
    /// Of a hundred requests so many are answered late, after they were carried out.
    pub late: AtomicUsize,
    /// After so many requests nothing is done any more, as if the process had been killed.
    pub dies_after: AtomicU64,
    /// A listing shows what was there before the last so many writes.
    pub stale: AtomicUsize,
    /// What listings show, write by write.
    listed: Mutex<Vec<Vec<ObjectMeta>>>,
    /// Bytes that can still be written.
    room: AtomicU64,
}

struct ChanceOf(Chance);

impl fmt::Debug for ChanceOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}

impl Faulty {
    pub fn new(seed: u64) -> Arc<Faulty> {
        Faulty::over(InMemory::new(), seed)
    }

    /// A bad connection to objects that are there already.
    pub fn over(inner: InMemory, seed: u64) -> Arc<Faulty> {
        Arc::new(Faulty {
            inner,
            chance: Mutex::new(ChanceOf(Chance::new(seed))),
            failing: AtomicUsize::new(0),
            late: AtomicUsize::new(0),
            dies_after: AtomicU64::new(u64::MAX),
            stale: AtomicUsize::new(0),
            listed: Mutex::default(),
            room: AtomicU64::new(u64::MAX),
        })
    }

    pub fn store(self: &Arc<Self>) -> Store {
        let url = "stoa-test://faulty/".parse().unwrap();
        Store::with_object_store(Arc::clone(self) as Arc<dyn ObjectStore>, Path::default(), url)
    }

    /// The same objects over a good connection.
    pub fn healthy(self: &Arc<Self>) -> Store {
        self.late.store(0, Ordering::Relaxed);
        self.dies_after.store(u64::MAX, Ordering::Relaxed);
        self.failing.store(0, Ordering::Relaxed);
        self.stale.store(0, Ordering::Relaxed);
        self.room.store(u64::MAX, Ordering::Relaxed);
        self.store()
    }

    /// Whether a request is the one that is not carried out any more, or comes after it.
    fn is_dead(&self) -> bool {
        let left = self.dies_after.load(Ordering::Relaxed);
        if left != u64::MAX {
            self.dies_after.store(left.saturating_sub(1), Ordering::Relaxed);
        }
        left == 0
    }

    async fn answer(&self) {
        if self.chance.lock().unwrap().0.below(100) < self.late.load(Ordering::Relaxed) {
            tokio::time::sleep(LATE).await;
        }
    }

    fn fails(&self) -> bool {
        self.chance.lock().unwrap().0.below(100) < self.failing.load(Ordering::Relaxed)
    }

    fn timeout(&self) -> Error {
        Error::Generic { store: "faulty", source: "the connection timed out".into() }
    }

    async fn remember(&self) {
        let now: Vec<_> = self.inner.list(None).map(|meta| meta.unwrap()).collect().await;
        self.listed.lock().unwrap().push(now);
    }
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("faulty")
    }
}

#[async_trait]
impl ObjectStore for Faulty {
    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        if self.is_dead() {
            return Err(self.timeout());
        }
        let bytes = payload.content_length() as u64;
        let room = self.room.load(Ordering::Relaxed);
        if bytes > room {
            return Err(Error::Generic { store: "faulty", source: "no space left on device".into() });
        }
        self.room.store(room - bytes, Ordering::Relaxed);
        if self.fails() {
            if self.chance.lock().unwrap().0.below(2) == 0 {
                self.inner.put_opts(path, payload, options).await?;
                self.remember().await;
            }
            return Err(self.timeout());
        }
        let put = self.inner.put_opts(path, payload, options).await;
        self.remember().await;
        self.answer().await;
        put
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(path, options).await
    }

    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        if self.is_dead() || self.fails() {
            return Err(self.timeout());
        }
        self.answer().await;
        self.inner.get_opts(path, options).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        match self.is_dead() || self.fails() {
            true => futures::stream::once(std::future::ready(Err(self.timeout()))).boxed(),
            false => self.inner.delete_stream(paths),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        if self.is_dead() || self.fails() {
            return futures::stream::once(std::future::ready(Err(self.timeout()))).boxed();
        }
        let stale = self.stale.load(Ordering::Relaxed);
        if stale == 0 {
            return self.inner.list(prefix);
        }
        let listed = self.listed.lock().unwrap();
        let back = self.chance.lock().unwrap().0.below(stale + 1);
        let then =
            listed.len().checked_sub(back + 1).and_then(|at| listed.get(at)).cloned().unwrap_or_default();
        let prefix = prefix.cloned().unwrap_or_default();
        let seen: Vec<_> =
            then.into_iter().filter(|meta| meta.location.prefix_matches(&prefix)).map(Ok).collect();
        futures::stream::iter(seen).boxed()
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

/// How late an answer is that is late.
pub const LATE: Duration = Duration::from_millis(30);

/// A segment of one file with a text of its own.
fn segment(file: u32) -> EncodedSegment {
    let text = format!("def f{file}(): pass\n");
    let row = FileRow {
        file_id: file,
        path: format!("f{file}.py"),
        language: "python",
        module: String::new(),
        content_hash: file.to_string(),
        bytes: text.len() as u64,
        lines: 1,
        code_lines: 1,
        comment_lines: 0,
        nodes: 0,
        status: FileStatus::Ok,
        error: None,
        error_nodes: 0,
        origin: Origin::Source,
        layers: Layers::ALL,
    };
    let mut sources = SourceColumns::default();
    sources.push(file, text.as_bytes());
    encode_segment(vec![
        (Table::Files, files_batch(&[row]).unwrap()),
        (Table::Sources, sources.finish().unwrap()),
    ])
    .unwrap()
}

/// Adds a file on top of the newest snapshot.
pub async fn grow(store: &Store, file: u32) -> Result<Snapshot, StoreError> {
    let mut draft = store.latest().await?.as_ref().map_or_else(SnapshotDraft::default, Into::into);
    draft.segments.push(store.write_segment(segment(file)).await?);
    draft.next_file_id = draft.next_file_id.max(file + 1);
    store.publish(draft).await
}

/// Every snapshot is whole, each the child of the one before, and those that were published are as they were.
pub async fn all_is_there(faulty: &Arc<Faulty>, published: &[Snapshot], kept: usize) {
    let store = faulty.healthy();
    let snapshots = store.snapshots().await.unwrap();
    for snapshot in &snapshots {
        assert!(store.is_intact(snapshot).await.unwrap(), "snapshot {} lost a file", snapshot.number);
    }
    for pair in snapshots.windows(2) {
        assert_eq!(pair[1].parent, Some(pair[0].number), "a published snapshot was passed over");
    }
    for snapshot in published.iter().rev().take(kept) {
        assert!(snapshots.contains(snapshot), "snapshot {} was published and is lost", snapshot.number);
    }
}

/// Grows, goes back, optimizes and vacuums under failures and stale listings, and looks after each step.
async fn trouble(seed: u64, failing: usize, stale: usize) {
    let faulty = Faulty::new(seed);
    let (done, failed) = steps(&faulty, seed, failing, stale, |faulty| faulty.store()).await;
    assert!(done > 10, "{done} of {} steps went well", done + failed);
    assert_eq!(failing > 0, failed > 0);
}

/// The same, through a connection made of the bad one; tells how many steps went well and how many failed.
pub async fn steps(
    faulty: &Arc<Faulty>,
    seed: u64,
    failing: usize,
    stale: usize,
    connect: impl Fn(&Arc<Faulty>) -> Store,
) -> (usize, usize) {
    let mut published = vec![grow(&faulty.store(), 1).await.unwrap()];
    let mut chance = Chance::new(seed + 1);
    let retention = Retention { snapshots: 6, days: 0, grace_hours: 0 };
    let (mut done, mut failed) = (0, 0);
    for round in 2..120 {
        let store = connect(faulty);
        let _lock = store.lock_writer().unwrap();
        faulty.failing.store(failing, Ordering::Relaxed);
        faulty.stale.store(stale, Ordering::Relaxed);
        let outcome = match chance.below(5) {
            0 | 1 => grow(&store, round).await.map(Some),
            2 => {
                let back = published.iter().rev().nth(chance.below(4)).unwrap_or(&published[0]);
                store.rollback(back.number).await.map(Some)
            }
            3 => {
                let options = OptimizeOptions { target: 4000, ..OptimizeOptions::default() };
                store.optimize(&options).await.map(|_| None)
            }
            _ => store.vacuum(&retention, false).await.map(|_| None),
        };
        match outcome {
            Ok(snapshot) => {
                published.extend(snapshot);
                done += 1;
            }
            Err(_) => failed += 1,
        }
        // What failed may have been published all the same, and counts among the newest.
        all_is_there(faulty, &published, if failing == 0 { 6 } else { 1 }).await;
    }
    (done, failed)
}

#[tokio::test]
async fn timeouts_and_failures() {
    for seed in 0..5 {
        trouble(seed, 5, 0).await;
    }
}

#[tokio::test]
async fn stale_listings() {
    for seed in 5..10 {
        trouble(seed, 0, 6).await;
    }
    // A listing that shows nothing at all.
    let faulty = Faulty::new(1);
    grow(&faulty.store(), 1).await.unwrap();
    grow(&faulty.store(), 2).await.unwrap();
    faulty.stale.store(1, Ordering::Relaxed);
    faulty.listed.lock().unwrap().clear();
    assert_eq!(faulty.store().latest().await.unwrap().unwrap().number, 2);
}

#[tokio::test]
async fn all_at_once() {
    for seed in 10..15 {
        trouble(seed, 4, 4).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_writers_race_a_hundred_times() {
    let faulty = Faulty::new(3);
    let first = grow(&faulty.store(), 1).await.unwrap();
    let mut published = vec![first];
    for round in 0..100u32 {
        let racers = [0, 1].map(|side| {
            let faulty = Arc::clone(&faulty);
            tokio::spawn(async move {
                let store = faulty.store();
                let _lock = store.lock_writer().unwrap();
                match (round + side) % 3 {
                    0 => store.rollback(1).await,
                    _ => grow(&store, 2 + 2 * round + side).await,
                }
            })
        });
        let mut winners = 0;
        for racer in racers {
            match racer.await.unwrap() {
                Ok(snapshot) => {
                    winners += 1;
                    published.push(snapshot);
                }
                Err(error) => assert!(matches!(error, StoreError::Conflict { .. }), "{error}"),
            }
        }
        assert!(winners > 0, "somebody wins");
    }
    published.sort_by_key(|snapshot| snapshot.number);
    let numbers: Vec<u64> = published.iter().map(|snapshot| snapshot.number).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    all_is_there(&faulty, &published, usize::MAX).await;
}

/// On a disk a lock settles it: one writes, the other is told, and nobody's snapshot is lost.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_writers_race_a_hundred_times_on_a_disk() {
    let folder = tempfile::tempdir().unwrap();
    let location = folder.path().join("store").to_str().unwrap().to_owned();
    let (mut published, mut told) = (Vec::new(), 0);
    for round in 0..100u32 {
        let racers = [0, 1].map(|side| {
            let location = location.clone();
            tokio::spawn(async move {
                let store = Store::open_or_create(&location).await?;
                let _lock = store.lock_writer()?;
                grow(&store, 1 + 2 * round + side).await
            })
        });
        for racer in racers {
            match racer.await.unwrap() {
                Ok(snapshot) => published.push(snapshot),
                Err(StoreError::Locked { .. }) => told += 1,
                Err(error) => panic!("{error}"),
            }
        }
    }
    published.sort_by_key(|snapshot| snapshot.number);
    assert!(published.len() >= 100 && published.len() + told == 200, "{} and {told}", published.len());
    let store = Store::open(&location).await.unwrap();
    assert_eq!(store.snapshots().await.unwrap(), published);
    assert!(store.verify(None, false).await.unwrap().findings.is_empty());
}

#[tokio::test]
async fn a_full_disk() {
    let faulty = Faulty::new(4);
    let mut published = Vec::new();
    for file in 1..8 {
        published.push(grow(&faulty.store(), file).await.unwrap());
    }
    for room in (0..40).map(|step| step * 400) {
        let store = faulty.healthy();
        let _lock = store.lock_writer().unwrap();
        faulty.room.store(room, Ordering::Relaxed);
        for outcome in [
            store
                .optimize(&OptimizeOptions { target: 2000 + room * 100, ..Default::default() })
                .await
                .map(drop),
            store.rollback(3).await.map(drop),
            grow(&store, 100).await.map(drop),
        ] {
            if let Err(error) = outcome {
                assert!(error.to_string().contains("no space left"), "{error}");
            }
        }
        all_is_there(&faulty, &published, usize::MAX).await;
    }
}
