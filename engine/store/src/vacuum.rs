//! Removing what nobody needs: snapshots beyond the retention, and segments that only they or killed writers left.
//!
//! What stays: every snapshot that [`Retention`] keeps, every snapshot that somebody reads ([`crate::Lease`]; on object
//! stores, every one whose successor is younger than the grace period), and every segment that one of them names. A
//! snapshot goes before its segments, so that none is ever seen without them.

use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::{Duration, SystemTime};

use crate::{Retention, Snapshot, Store, StoreError, lease, time};

/// What was removed, or would be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vacuumed {
    /// The numbers of the snapshots that went.
    pub snapshots: Vec<u64>,
    pub segments: u64,
    pub files: u64,
    pub bytes: u64,
    /// Snapshots beyond the retention that stay because somebody reads them, or may.
    pub in_use: Vec<u64>,
    /// How many snapshots are left.
    pub kept: u64,
}

/// What becomes of each snapshot.
struct Sorted {
    doomed: Vec<u64>,
    in_use: Vec<u64>,
    kept: Vec<Snapshot>,
}

impl Store {
    /// Removes what the retention does not keep and nobody uses; in a dry run, says what that would be. Only
    /// under the writer's lock, but for a dry run.
    pub async fn vacuum(&self, retention: &Retention, dry_run: bool) -> Result<Vacuumed, StoreError> {
        if !dry_run {
            self.only_writing()?;
            // A file that goes while it is on its way to the disk would fail the next snapshot.
            self.finish_syncs().await?;
        }
        let Sorted { doomed, in_use, kept } = self.sort_snapshots(retention, dry_run).await?;
        let mut done = Vacuumed { in_use, kept: kept.len() as u64, ..Vacuumed::default() };
        // Without a snapshot nothing says which files are needed: then only a first index run's leftovers
        // can be there, but so can the files of a store whose snapshots are corrupt.
        if kept.is_empty() {
            return Ok(done);
        }
        done.snapshots = doomed;

        let named: HashSet<&str> = kept.iter().flat_map(|s| &s.segments).map(|s| s.id.as_str()).collect();
        for (segment, files) in self.segment_files().await? {
            if named.contains(segment.as_str()) || self.may_be_in_use(&segment, retention.grace()) {
                continue;
            }
            for (path, bytes) in files {
                if !dry_run {
                    self.delete(&path).await?;
                }
                done.files += 1;
                done.bytes += bytes;
            }
            done.segments += 1;
        }
        let (files, bytes) = self.vacuum_findings(&kept, dry_run).await?;
        done.files += files;
        done.bytes += bytes;
        if !dry_run {
            self.remove_local_leftovers(&named)?;
        }
        Ok(done)
    }

    /// Takes snapshots out of the history, whoever reads them: for those that cannot be read. Only under the
    /// writer's lock.
    pub async fn forget(&self, numbers: &[u64]) -> Result<(), StoreError> {
        self.only_writing()?;
        for &number in numbers {
            self.delete(&self.snapshot_path(number)?).await?;
            if let Some(root) = self.root() {
                lease::remove(root, number)?;
            }
        }
        Ok(())
    }

    /// Decides about each snapshot, and removes the files of the doomed ones unless in a dry run: whoever asks for
    /// a lease afterwards finds that the snapshot is gone.
    async fn sort_snapshots(&self, retention: &Retention, dry_run: bool) -> Result<Sorted, StoreError> {
        let numbers = self.numbers_without_gaps().await?;
        let mut snapshots = Vec::new();
        let mut corrupt = Vec::new();
        for &number in &numbers {
            match self.snapshot(number).await {
                Ok(snapshot) => snapshots.push(snapshot),
                Err(StoreError::Corrupt { .. }) => corrupt.push(number),
                Err(StoreError::MissingSnapshot { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        let keeps = retention.keeps(&snapshots, time::now());
        let mut sorted = Sorted { doomed: Vec::new(), in_use: Vec::new(), kept: Vec::new() };
        let superseded: Vec<Option<u64>> =
            snapshots.iter().skip(1).map(|s| Some(s.created_at)).chain([None]).collect();
        for ((snapshot, keep), superseded) in snapshots.into_iter().zip(keeps).zip(superseded) {
            let number = snapshot.number;
            if keep {
                sorted.kept.push(snapshot);
            } else if self.take_away(number, superseded, retention, dry_run).await? {
                sorted.doomed.push(number);
            } else {
                sorted.in_use.push(number);
                sorted.kept.push(snapshot);
            }
        }
        // The number of a corrupt snapshot above the newest stays taken until the next one is published.
        let newest = sorted.kept.last().map_or(0, |s| s.number);
        for number in corrupt.into_iter().filter(|&number| number < newest) {
            if !dry_run {
                self.delete(&self.snapshot_path(number)?).await?;
            }
            sorted.doomed.push(number);
        }
        sorted.doomed.sort_unstable();
        Ok(sorted)
    }

    /// Removes a snapshot unless somebody reads it, or may; says whether it went.
    async fn take_away(
        &self,
        number: u64,
        superseded: Option<u64>,
        retention: &Retention,
        dry_run: bool,
    ) -> Result<bool, StoreError> {
        let path = self.snapshot_path(number)?;
        let Some(root) = self.root() else {
            let age = superseded.map(|then| Duration::from_millis(time::now().saturating_sub(then)));
            let unread = age.is_some_and(|age| age >= retention.grace());
            if unread && !dry_run {
                self.delete(&path).await?;
            }
            return Ok(unread);
        };
        let Some(_unread) = lease::unread(root, number)? else { return Ok(false) };
        if !dry_run {
            self.delete(&path).await?;
            lease::remove(root, number)?;
        }
        Ok(true)
    }

    /// The numbers of all snapshot files, those too that a stale listing leaves out.
    async fn numbers_without_gaps(&self) -> Result<Vec<u64>, StoreError> {
        let mut numbers: BTreeSet<u64> = self.snapshot_numbers().await?.into_iter().collect();
        if self.root().is_none()
            && let (Some(&first), Some(&last)) = (numbers.first(), numbers.last())
        {
            for number in first..last {
                if !numbers.contains(&number) && self.has_snapshot(number).await? {
                    numbers.insert(number);
                }
            }
        }
        Ok(numbers.into_iter().collect())
    }

    /// The files under `segments/`, by segment.
    async fn segment_files(&self) -> Result<HashMap<String, Vec<(Path, u64)>>, StoreError> {
        let folder = self.object_path("segments")?;
        let depth = folder.parts().count();
        let mut segments: HashMap<String, Vec<(Path, u64)>> = HashMap::new();
        let mut files = self.object_store().list(Some(&folder));
        while let Some(file) = files.try_next().await.map_err(|e| self.object_error(&folder, e))? {
            if let Some(segment) = file.location.parts().nth(depth) {
                let segment = segment.as_ref().to_owned();
                segments.entry(segment).or_default().push((file.location, file.size));
            }
        }
        Ok(segments)
    }

    /// Whether a segment that no snapshot names may belong to another writer that is at work.
    fn may_be_in_use(&self, segment: &str, grace: Duration) -> bool {
        if self.root().is_some() {
            return false; // that writer would hold the lock
        }
        let Ok(id) = ulid::Ulid::from_string(segment) else { return true };
        SystemTime::now().duration_since(id.datetime()).map_or(true, |age| age < grace)
    }

    pub(crate) async fn delete(&self, path: &Path) -> Result<(), StoreError> {
        let one = futures::stream::once(std::future::ready(Ok(path.clone()))).boxed();
        match self.object_store().delete_stream(one).try_collect::<Vec<_>>().await {
            Ok(_) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(self.object_error(path, source)),
        }
    }

    /// What an object store does not list: the folders of removed segments, and the staging files
    /// (`name#1`) of puts that were killed.
    fn remove_local_leftovers(&self, named: &HashSet<&str>) -> Result<(), StoreError> {
        let Some(root) = self.root() else { return Ok(()) };
        for folder in ["segments", "snapshots"].map(|name| root.join(name)) {
            for entry in entries(&folder)? {
                let path = folder.join(&entry);
                let staging = entry.to_string_lossy().contains('#');
                let result = if path.is_dir() && !named.contains(&*entry.to_string_lossy()) {
                    std::fs::remove_dir_all(&path)
                } else if staging && path.is_file() {
                    std::fs::remove_file(&path)
                } else {
                    Ok(())
                };
                result.map_err(|source| StoreError::Io { path: path.display().to_string(), source })?;
            }
        }
        Ok(())
    }
}

fn entries(folder: &std::path::Path) -> Result<Vec<std::ffi::OsString>, StoreError> {
    let io = |source| StoreError::Io { path: folder.display().to_string(), source };
    match std::fs::read_dir(folder) {
        Ok(entries) => {
            entries.map(|entry| entry.map(|e| e.file_name())).collect::<Result<_, _>>().map_err(io)
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(source) => Err(io(source)),
    }
}
