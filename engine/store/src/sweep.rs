//! Removing what no snapshot needs: old snapshots, and segments that only they or killed writers left.

use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, SystemTime};

use crate::{Store, StoreError};

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Removed {
    pub snapshots: u64,
    pub segments: u64,
    pub files: u64,
    pub bytes: u64,
}

/// Where writers are not locked out, a segment younger than this may belong to one that has yet to publish.
const GRACE: Duration = Duration::from_secs(24 * 3600);

impl Store {
    /// Removes snapshots beyond the newest `keep_snapshots` (at least one is kept), and every segment that
    /// no kept snapshot names. Only under the writer's lock. Readers that still hold a removed snapshot lose
    /// its files: keep two or more where queries run beside the index.
    pub async fn remove_unreferenced(&self, keep_snapshots: usize) -> Result<Removed, StoreError> {
        if !self.is_writing() {
            return Err(StoreError::NotLocked { location: self.location().to_owned() });
        }
        let snapshots = self.snapshots().await?;
        let kept = &snapshots[snapshots.len().saturating_sub(keep_snapshots.max(1))..];
        let mut removed = Removed::default();
        // Without a snapshot nothing says which files are needed: then only a first index run's leftovers
        // can be there, but so can the files of a store whose snapshots are corrupt.
        let Some(oldest) = kept.first().map(|s| s.number) else { return Ok(removed) };

        // Snapshots first: none of them may outlive its segments.
        for number in self.snapshot_numbers().await? {
            let corrupt = !snapshots.iter().any(|s| s.number == number);
            // The number of a corrupt snapshot above the newest stays taken until the next one is published.
            if number < oldest || (corrupt && kept.iter().any(|s| s.number > number)) {
                self.delete(&self.snapshot_path(number)?).await?;
                removed.snapshots += 1;
            }
        }

        let named: HashSet<&str> = kept.iter().flat_map(|s| &s.segments).map(|s| s.id.as_str()).collect();
        for (segment, files) in self.segment_files().await? {
            if named.contains(segment.as_str()) || self.may_be_in_use(&segment) {
                continue;
            }
            for (path, bytes) in files {
                self.delete(&path).await?;
                removed.files += 1;
                removed.bytes += bytes;
            }
            removed.segments += 1;
        }
        self.remove_local_leftovers(&named)?;
        Ok(removed)
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
    fn may_be_in_use(&self, segment: &str) -> bool {
        if self.root().is_some() {
            return false; // that writer would hold the lock
        }
        let Ok(id) = ulid::Ulid::from_string(segment) else { return true };
        SystemTime::now().duration_since(id.datetime()).map_or(true, |age| age < GRACE)
    }

    async fn delete(&self, path: &Path) -> Result<(), StoreError> {
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
