//! The store: opening, writing segments, publishing snapshots.

use bytes::Bytes;
use futures::StreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use stoa_model::SCHEMA_VERSION;
use url::Url;

use crate::location::{self, Place};
use crate::snapshot::{self, DecodeError};
use crate::{EncodedSegment, Operation, SegmentMeta, Snapshot, SnapshotDraft, StoreError, WriterLock};

/// A store of one source tree's graph. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    objects: Arc<dyn ObjectStore>,
    prefix: Path,
    url: Url,
    location: String,
    /// The directory of a local store.
    root: Option<PathBuf>,
    /// Whether nothing is brought to the disk.
    transient: bool,
    /// How many writer's locks this process holds through this store.
    writing: Arc<AtomicUsize>,
    /// Files on their way from the system's cache to the disk; a snapshot waits for them.
    syncing: Mutex<Vec<Syncing>>,
    /// The corrupt snapshots above the one that was last found to be the newest.
    passed_over: Mutex<Vec<u64>>,
}

/// The number of a recent snapshot, kept where listings may be stale.
const NEWEST: &str = "newest";

type Syncing = tokio::task::JoinHandle<Result<(), StoreError>>;

impl Store {
    /// Opens a store that holds a published snapshot. `location` is a path or a URL: `file://`,
    /// `memory://`, and with the feature `cloud` also `s3://`, `gs://`, `az://`, `http://`.
    pub async fn open(location: &str) -> Result<Store, StoreError> {
        let store = Store::at(location::existing(location)?, location);
        match store.latest().await? {
            Some(_) => Ok(store),
            None => Err(StoreError::NoSnapshot { location: location.to_owned() }),
        }
    }

    /// Opens a store without asking whether it holds a snapshot: for whoever looks after damage.
    pub async fn open_as_it_is(location: &str) -> Result<Store, StoreError> {
        Ok(Store::at(location::existing(location)?, location))
    }

    /// Opens a store, or makes an empty one. A directory that holds anything else is left alone. A local
    /// store gets a `.gitignore` that hides all of it.
    pub async fn open_or_create(location: &str) -> Result<Store, StoreError> {
        Ok(Store::at(location::create(location)?, location))
    }

    /// As [`Store::open_or_create`], for a store that goes when it has been read: nothing of it is brought to the disk. One that holds a snapshot is
    /// as others are.
    pub async fn create_transient(location: &str) -> Result<Store, StoreError> {
        let store = Store::open_or_create(location).await?;
        match store.latest().await? {
            Some(_) => Ok(store),
            None => Ok(Store::made(location::create(location)?, location, true)),
        }
    }

    /// Whether the store goes when it has been read.
    pub fn is_transient(&self) -> bool {
        self.inner.transient
    }

    /// A fresh store in memory.
    pub fn in_memory() -> Store {
        let place = location::memory();
        let location = place.url.to_string();
        Store::at(place, &location)
    }

    /// A store under a prefix of any object store, known to readers under `url`.
    pub fn with_object_store(objects: Arc<dyn ObjectStore>, prefix: Path, url: Url) -> Store {
        let location = format!("{url}{prefix}");
        Store::at(Place { objects, prefix, url, root: None }, &location)
    }

    fn at(place: Place, location: &str) -> Store {
        Store::made(place, location, false)
    }

    fn made(place: Place, location: &str, transient: bool) -> Store {
        let Place { objects, prefix, url, root } = place;
        Store {
            inner: Arc::new(Inner {
                objects,
                prefix,
                url,
                location: location.to_owned(),
                root,
                transient,
                writing: Arc::default(),
                syncing: Mutex::default(),
                passed_over: Mutex::default(),
            }),
        }
    }

    /// Where the files are. Paths in snapshots are relative to [`Store::prefix`] in it.
    pub fn object_store(&self) -> &Arc<dyn ObjectStore> {
        &self.inner.objects
    }

    /// The store's place in its object store; empty for a local store.
    pub fn prefix(&self) -> &Path {
        &self.inner.prefix
    }

    /// The URL under which a query engine registers [`Store::object_store`]: scheme and host, of which no
    /// two object stores in a process have the same.
    pub fn url(&self) -> &Url {
        &self.inner.url
    }

    /// The location as people gave it.
    pub fn location(&self) -> &str {
        &self.inner.location
    }

    /// The directory of a local store, absolute.
    pub fn root(&self) -> Option<&std::path::Path> {
        self.inner.root.as_deref()
    }

    /// The object of a path that is relative to the store, such as [`crate::TableFile::path`].
    pub fn object_path(&self, relative: &str) -> Result<Path, StoreError> {
        let relative = Path::parse(relative).map_err(|e| StoreError::Corrupt {
            path: self.inner.location.clone(),
            why: format!("it names a file that cannot be: {e}"),
        })?;
        Ok(self.inner.prefix.parts().chain(relative.parts()).collect())
    }

    /// An object as people would name it.
    pub(crate) fn describe(&self, path: &Path) -> String {
        match &self.inner.root {
            Some(root) => root.join(path.as_ref()).display().to_string(),
            None => format!("{}{path}", self.inner.url),
        }
    }

    pub(crate) fn object_error(&self, path: &Path, source: object_store::Error) -> StoreError {
        StoreError::Object { path: self.describe(path), source: Box::new(source) }
    }

    /// Takes the right to write. A local store has one writer at a time; a second one gets
    /// [`StoreError::Locked`]. Elsewhere the lock excludes nobody, and publishing settles who wins.
    pub fn lock_writer(&self) -> Result<WriterLock, StoreError> {
        let writing = self.inner.writing.clone();
        match &self.inner.root {
            Some(root) => WriterLock::acquire(root, &self.inner.location, writing),
            None => Ok(WriterLock::without_file(writing)),
        }
    }

    /// Whether this process holds the writer's lock through this store or a clone of it.
    pub(crate) fn is_writing(&self) -> bool {
        self.inner.writing.load(Ordering::Acquire) > 0
    }

    /// The newest snapshot that is complete. One that was cut short does not count; one of a newer schema
    /// is an error, never passed over; so is a store in which every snapshot is corrupt.
    pub async fn latest(&self) -> Result<Option<Snapshot>, StoreError> {
        self.newest_of(&self.snapshot_numbers().await?).await
    }

    /// The newest complete snapshot of those listed.
    async fn newest_of(&self, numbers: &[u64]) -> Result<Option<Snapshot>, StoreError> {
        let mut corrupt = None;
        let mut passed_over = Vec::new();
        for &number in numbers.iter().rev() {
            match self.snapshot(number).await {
                Ok(snapshot) => {
                    *self.inner.passed_over.lock().unwrap_or_else(PoisonError::into_inner) = passed_over;
                    return Ok(Some(snapshot));
                }
                Err(error @ StoreError::Corrupt { .. }) => {
                    passed_over.push(number);
                    corrupt = corrupt.or(Some(error));
                }
                Err(StoreError::MissingSnapshot { .. }) => {} // removed since it was listed
                Err(error) => return Err(error),
            }
        }
        corrupt.map_or(Ok(None), Err)
    }

    /// The corrupt snapshots, newest first, above the one that [`Store::latest`] gave last: who reads that one should know.
    pub fn passed_over(&self) -> Vec<u64> {
        self.inner.passed_over.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One snapshot.
    pub async fn snapshot(&self, number: u64) -> Result<Snapshot, StoreError> {
        let path = self.snapshot_path(number)?;
        let bytes = match self.inner.objects.get(&path).await {
            Ok(found) => found.bytes().await.map_err(|e| self.object_error(&path, e))?,
            Err(object_store::Error::NotFound { .. }) => {
                return Err(StoreError::MissingSnapshot { location: self.inner.location.clone(), number });
            }
            Err(source) => return Err(self.object_error(&path, source)),
        };
        Snapshot::decode(&bytes, number).map_err(|error| {
            let path = self.describe(&path);
            match error {
                DecodeError::Newer(found) => {
                    StoreError::NewerSchema { path, found, supported: SCHEMA_VERSION }
                }
                DecodeError::Corrupt(why) => StoreError::Corrupt { path, why },
            }
        })
    }

    /// All complete snapshots, oldest first.
    pub async fn snapshots(&self) -> Result<Vec<Snapshot>, StoreError> {
        let mut snapshots = Vec::new();
        for number in self.snapshot_numbers().await? {
            match self.snapshot(number).await {
                Ok(snapshot) => snapshots.push(snapshot),
                Err(StoreError::Corrupt { .. } | StoreError::MissingSnapshot { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(snapshots)
    }

    /// The numbers of the snapshots whose files are not what was written.
    pub async fn damaged_snapshots(&self) -> Result<Vec<u64>, StoreError> {
        let mut damaged = Vec::new();
        for number in self.snapshot_numbers().await? {
            match self.snapshot(number).await {
                Err(StoreError::Corrupt { .. }) => damaged.push(number),
                Ok(_) | Err(StoreError::MissingSnapshot { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(damaged)
    }

    /// The numbers of the snapshot files, ascending, complete or not.
    pub(crate) async fn snapshot_numbers(&self) -> Result<Vec<u64>, StoreError> {
        let folder = self.object_path("snapshots")?;
        let mut files = self.inner.objects.list(Some(&folder));
        let mut numbers = Vec::new();
        while let Some(file) = files.next().await {
            let file = file.map_err(|e| self.object_error(&folder, e))?;
            numbers.extend(file.location.filename().and_then(snapshot::number_of));
        }
        numbers.sort_unstable();
        if self.inner.root.is_none() {
            self.add_unlisted(&mut numbers).await?;
        }
        Ok(numbers)
    }

    /// Adds newer snapshots that a listing does not show yet. Listings of object stores may be stale, reads
    /// of one object are not: numbers are tried one by one from the newest that is known.
    async fn add_unlisted(&self, numbers: &mut Vec<u64>) -> Result<(), StoreError> {
        let noted = match self.inner.objects.get(&self.object_path(NEWEST)?).await {
            Ok(found) => found.bytes().await.ok(),
            Err(_) => None, // a hint, and missing in a fresh store
        };
        let noted = noted.and_then(|text| std::str::from_utf8(&text).ok()?.trim().parse::<u64>().ok());
        let mut next = numbers.last().map_or(1, |last| last + 1);
        if let Some(noted) = noted.filter(|&noted| noted >= next)
            && self.has_snapshot(noted).await?
        {
            next = noted;
        }
        while self.has_snapshot(next).await? {
            numbers.push(next);
            next += 1;
        }
        Ok(())
    }

    /// Whether there is a snapshot's file, complete or not.
    pub(crate) async fn has_snapshot(&self, number: u64) -> Result<bool, StoreError> {
        let path = self.snapshot_path(number)?;
        match self.inner.objects.head(&path).await {
            Ok(_) => Ok(true),
            Err(object_store::Error::NotFound { .. }) => Ok(false),
            Err(source) => Err(self.object_error(&path, source)),
        }
    }

    /// Notes the number of the newest snapshot where listings may be stale. Only a hint: that it could not
    /// be written changes nothing but how soon others see the snapshot.
    async fn note_newest(&self, number: u64) {
        if self.inner.root.is_none()
            && let Ok(path) = self.object_path(NEWEST)
        {
            let _ = self.inner.objects.put(&path, PutPayload::from(number.to_string())).await;
        }
    }

    pub(crate) fn snapshot_path(&self, number: u64) -> Result<Path, StoreError> {
        self.object_path(&format!("snapshots/{}", snapshot::file_name(number)))
    }

    /// Writes a segment's files. No reader sees them until a snapshot that names them is published.
    pub async fn write_segment(&self, segment: EncodedSegment) -> Result<SegmentMeta, StoreError> {
        let meta = segment.meta();
        for table in segment.tables {
            let path = self.object_path(&table.file.path)?;
            let put = self.inner.objects.put(&path, PutPayload::from_bytes(table.data)).await;
            put.map_err(|e| self.object_error(&path, e))?;
            metrics::counter!("stoa_written_bytes_total").increment(table.file.bytes);
            self.start_sync(&path)?;
        }
        Ok(meta)
    }

    /// Publishes a snapshot that an index made; see [`Store::publish_as`].
    pub async fn publish(&self, draft: SnapshotDraft) -> Result<Snapshot, StoreError> {
        self.publish_as(draft, Operation::Index).await
    }

    /// Publishes a snapshot: every file that it names is on disk before it appears, and it appears whole.
    /// If another one has been published since the draft's parent, [`StoreError::Conflict`] names it.
    pub async fn publish_as(
        &self,
        draft: SnapshotDraft,
        operation: Operation,
    ) -> Result<Snapshot, StoreError> {
        self.finish_syncs().await?;
        // One listing answers both questions, what is newest and what number is free. With two, a snapshot
        // published in between would not count as newer, and yet give way: two children of one parent.
        let numbers = self.snapshot_numbers().await?;
        let newest = self.newest_of(&numbers).await?.map(|s| s.number);
        if newest != draft.parent {
            return Err(StoreError::Conflict { number: newest.unwrap_or(0) });
        }
        // A file that was cut short keeps its number.
        let number = numbers.last().map_or(1, |last| last + 1);
        let snapshot = Snapshot {
            schema_version: SCHEMA_VERSION,
            number,
            parent: draft.parent,
            created_at: crate::time::now(),
            operation,
            publication: ulid::Ulid::new().to_string().to_lowercase(),
            next_file_id: draft.next_file_id,
            settings: draft.settings,
            segments: draft.segments,
            dead_files: draft.dead_files,
        };
        let path = self.snapshot_path(number)?;
        let bytes =
            snapshot.encode().map_err(|why| StoreError::Corrupt { path: self.describe(&path), why })?;
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        let bytes = Bytes::from(bytes);
        let payload = PutPayload::from_bytes(bytes.clone());
        if let Err(error) = self.inner.objects.put_opts(&path, payload, options).await
            && !self.holds(&path, &bytes).await
        {
            return Err(match error {
                object_store::Error::AlreadyExists { .. } => StoreError::Conflict { number },
                source => self.object_error(&path, source),
            });
        }
        self.start_sync(&path)?;
        self.finish_syncs().await?;
        self.note_newest(number).await;
        tracing::info!(number, operation = %snapshot.operation, "a snapshot was published");
        metrics::counter!("stoa_snapshots_total").increment(1);
        Ok(snapshot)
    }

    /// Whether a put that failed was carried out all the same. An answer may be lost on its way, and a client that then
    /// tries again finds its own file in the way.
    async fn holds(&self, path: &Path, bytes: &Bytes) -> bool {
        match self.inner.objects.get(path).await {
            Ok(found) => found.bytes().await.is_ok_and(|found| found == *bytes),
            Err(_) => false,
        }
    }

    /// Starts to bring a local file and its folder's entry to the disk. The writer goes on meanwhile.
    pub(crate) fn start_sync(&self, path: &Path) -> Result<(), StoreError> {
        let Some(root) = self.inner.root.as_ref().filter(|_| !self.inner.transient) else { return Ok(()) };
        let file = root.join(path.as_ref());
        if tokio::runtime::Handle::try_current().is_err() {
            return sync(&file);
        }
        let task = tokio::task::spawn_blocking(move || sync(&file));
        self.inner.syncing.lock().unwrap_or_else(PoisonError::into_inner).push(task);
        Ok(())
    }

    pub(crate) async fn finish_syncs(&self) -> Result<(), StoreError> {
        let tasks = std::mem::take(&mut *self.inner.syncing.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            task.await.map_err(|e| StoreError::Io {
                path: self.inner.location.clone(),
                source: std::io::Error::other(e),
            })??;
        }
        Ok(())
    }
}

/// Brings a file and its folder's entry to the disk.
fn sync(file: &std::path::Path) -> Result<(), StoreError> {
    let io = |path: &std::path::Path, source| StoreError::Io { path: path.display().to_string(), source };
    std::fs::File::open(file).and_then(|f| f.sync_all()).map_err(|e| io(file, e))?;
    // Folders can be opened as files on Unix alone; elsewhere the file system sees to them.
    #[cfg(unix)]
    if let Some(folder) = file.parent() {
        std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(|e| io(folder, e))?;
    }
    Ok(())
}
