//! Derived results in `cache/`: shared by every process and machine on a store, verified when read, safe to delete.
//!
//! ```text
//! cache/results/<BLAKE3 of the bytes>   what was computed, under the name of its content
//! cache/keys/<key>                      which result a key has, and what is told of it
//! ```
//!
//! A result is put only if its name is free, and its name says what is in it: two processes that compute the same thing
//! write the same file, and a file that is not what its name says is removed and never given to anybody. A note under
//! `keys/` carries a checksum of its own. Whoever comes between a key and its result finds one missing: then there is
//! nothing in the cache.

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutMode, PutOptions, PutPayload};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::time::SystemTime;

use crate::{Store, StoreError, time};

const RESULTS: &str = "cache/results";
const KEYS: &str = "cache/keys";

/// How long the staging file of a put may be on its way, in milliseconds: what is older was left by a killed process.
const STAGING: u64 = 3600 * 1000;

/// What a key stands for, beside the result itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheNote {
    /// The name of the result: the BLAKE3 of its bytes.
    pub result: String,
    pub bytes: u64,
    pub rows: u64,
    /// What was asked, for people: `statement` or `function`.
    pub kind: String,
    pub label: String,
    /// How long it took to compute, in microseconds.
    pub elapsed: u64,
    /// Milliseconds since the Unix epoch.
    pub made_at: u64,
}

/// A key in the cache of a store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CachedKey {
    pub key: String,
    pub note: CacheNote,
    /// When it was read last, where the store can tell; else when it was made. Milliseconds since the Unix epoch.
    pub used_at: u64,
}

/// What a cache of a store may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheLimits {
    /// Bytes of results.
    pub bytes: u64,
    /// Milliseconds since a result was used last (on object stores: since it was made).
    pub age: u64,
}

/// What cleaning removed and left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cleaned {
    pub removed: u64,
    pub removed_bytes: u64,
    pub kept: u64,
    pub kept_bytes: u64,
}

/// A note as it is written.
#[derive(Serialize, Deserialize)]
struct Noted {
    /// BLAKE3 of the key and the note.
    check: String,
    note: CacheNote,
}

impl Noted {
    fn new(key: &str, note: CacheNote) -> Noted {
        Noted { check: check(key, &note), note }
    }
}

fn check(key: &str, note: &CacheNote) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(key.as_bytes());
    // A struct of texts and numbers always serializes; if it did not, no checksum would fit.
    hasher.update(&serde_json::to_vec(note).unwrap_or_default());
    hasher.finalize().to_hex().to_string()
}

impl Store {
    /// The result of a key. Nothing if there is none, or if what is there is not what was written: then it is removed.
    pub async fn cached(&self, key: &str) -> Result<Option<(CacheNote, Bytes)>, StoreError> {
        let Some(note) = self.cache_note(key).await? else { return Ok(None) };
        let path = self.object_path(&format!("{RESULTS}/{}", note.result))?;
        let Some(data) = self.read_if_there(&path).await? else { return Ok(None) };
        if data.len() as u64 != note.bytes || blake3::hash(&data).to_hex().as_str() != note.result {
            tracing::warn!(path = %self.describe(&path), "a cached result is corrupt and was removed");
            self.remove_object(&path).await?;
            return Ok(None);
        }
        self.touch(&path);
        self.touch(&self.object_path(&format!("{KEYS}/{key}"))?);
        Ok(Some((note, data)))
    }

    /// What is noted of a key.
    pub async fn cache_note(&self, key: &str) -> Result<Option<CacheNote>, StoreError> {
        let path = self.object_path(&format!("{KEYS}/{key}"))?;
        let Some(data) = self.read_if_there(&path).await? else { return Ok(None) };
        match serde_json::from_slice::<Noted>(&data) {
            Ok(noted) if noted.check == check(key, &noted.note) => Ok(Some(noted.note)),
            _ => {
                tracing::warn!(path = %self.describe(&path), "a note of the cache is corrupt and was removed");
                self.remove_object(&path).await?;
                Ok(None)
            }
        }
    }

    /// Keeps a result under some keys. `note.result` and `note.bytes` are filled in.
    pub async fn keep_cached(
        &self,
        keys: &[&str],
        mut note: CacheNote,
        data: Bytes,
    ) -> Result<CacheNote, StoreError> {
        note.result = blake3::hash(&data).to_hex().to_string();
        note.bytes = data.len() as u64;
        let path = self.object_path(&format!("{RESULTS}/{}", note.result))?;
        let options = PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        match self.object_store().put_opts(&path, PutPayload::from_bytes(data), options).await {
            Ok(_) => {}
            // The name says that the same bytes are there.
            Err(object_store::Error::AlreadyExists { .. }) => self.touch(&path),
            Err(source) => return Err(self.object_error(&path, source)),
        }
        for key in keys {
            self.note_cached(key, note.clone()).await?;
        }
        Ok(note)
    }

    /// Keeps a result under a key, in the place of the one that it had: that is removed. For a key that no other shares its results with.
    pub async fn replace_cached(
        &self,
        key: &str,
        note: CacheNote,
        data: Bytes,
    ) -> Result<CacheNote, StoreError> {
        let before = self.cache_note(key).await?;
        let note = self.keep_cached(&[key], note, data).await?;
        if let Some(before) = before.filter(|before| before.result != note.result) {
            self.remove_object(&self.object_path(&format!("{RESULTS}/{}", before.result))?).await?;
        }
        Ok(note)
    }

    /// Lets a further key have a result that is there.
    pub async fn note_cached(&self, key: &str, note: CacheNote) -> Result<(), StoreError> {
        let path = self.object_path(&format!("{KEYS}/{key}"))?;
        let noted = serde_json::to_vec(&Noted::new(key, note))
            .map_err(|e| StoreError::Corrupt { path: self.describe(&path), why: e.to_string() })?;
        // The same key has the same result, whoever was last.
        let put = self.object_store().put(&path, PutPayload::from(noted)).await;
        put.map(drop).map_err(|e| self.object_error(&path, e))
    }

    /// Every key of the cache, and what is noted of it.
    pub async fn cached_keys(&self) -> Result<Vec<CachedKey>, StoreError> {
        let mut keys = Vec::new();
        for (path, used_at, _) in self.objects_under(KEYS).await? {
            let Some(key) = path.filename().map(str::to_owned) else { continue };
            if let Some(note) = self.cache_note(&key).await? {
                keys.push(CachedKey { key, note, used_at });
            }
        }
        keys.sort_by(|a, b| (a.used_at, &a.key).cmp(&(b.used_at, &b.key)));
        Ok(keys)
    }

    /// The bytes of the results that are kept.
    pub async fn cached_bytes(&self) -> Result<u64, StoreError> {
        Ok(self.objects_under(RESULTS).await?.iter().map(|(_, _, bytes)| bytes).sum())
    }

    /// Removes results beyond the limits, those first that were used longest ago, and what has come apart: keys without a
    /// result, results without a key, and what killed processes left. With limits of nothing, everything.
    pub async fn clean_cache(&self, limits: CacheLimits) -> Result<Cleaned, StoreError> {
        let now = time::now();
        let mut done = Cleaned::default();
        let keys = self.cached_keys().await?;
        let named: HashSet<&str> = keys.iter().map(|key| key.note.result.as_str()).collect();
        let mut results = self.objects_under(RESULTS).await?;
        // The last used first.
        results.sort_by(|a, b| (b.1, &b.0).cmp(&(a.1, &a.0)));
        let mut kept = HashSet::new();
        for (path, used_at, bytes) in results {
            let name = path.filename().unwrap_or_default().to_owned();
            let age = now.saturating_sub(used_at);
            // A result is written before its keys: a young one may be about to get them.
            let stays = (named.contains(name.as_str()) || age < STAGING)
                && limits.bytes > 0
                && age <= limits.age
                && done.kept_bytes + bytes <= limits.bytes;
            if stays {
                done.kept += 1;
                done.kept_bytes += bytes;
                kept.insert(name);
            } else {
                self.remove_object(&path).await?;
                done.removed += 1;
                done.removed_bytes += bytes;
            }
        }
        for key in keys.iter().filter(|key| !kept.contains(&key.note.result)) {
            self.remove_object(&self.object_path(&format!("{KEYS}/{}", key.key))?).await?;
        }
        self.remove_staging(now);
        Ok(done)
    }

    /// The objects of a folder: path, time of the last change in milliseconds, bytes.
    pub(crate) async fn objects_under(&self, folder: &str) -> Result<Vec<(Path, u64, u64)>, StoreError> {
        let folder = self.object_path(folder)?;
        let listed = self.object_store().list(Some(&folder)).try_collect::<Vec<_>>().await;
        let listed = match listed {
            Ok(listed) => listed,
            Err(object_store::Error::NotFound { .. }) => Vec::new(),
            Err(source) => return Err(self.object_error(&folder, source)),
        };
        let changed = |at: i64| u64::try_from(at).unwrap_or_default();
        Ok(listed
            .into_iter()
            .map(|o| (o.location, changed(o.last_modified.timestamp_millis()), o.size))
            .collect())
    }

    /// The bytes of an object; nothing if there is none.
    pub(crate) async fn read_if_there(&self, path: &Path) -> Result<Option<Bytes>, StoreError> {
        match self.object_store().get(path).await {
            Ok(found) => found.bytes().await.map(Some).map_err(|e| self.object_error(path, e)),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(source) => Err(self.object_error(path, source)),
        }
    }

    pub(crate) async fn remove_object(&self, path: &Path) -> Result<(), StoreError> {
        match self.object_store().delete(path).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(source) => Err(self.object_error(path, source)),
        }
    }

    /// Notes that a local file was used, as the time of its last change. Where that cannot be done, age counts from the
    /// making.
    fn touch(&self, path: &Path) {
        let Some(root) = self.root() else { return };
        if let Ok(file) = std::fs::File::options().write(true).open(root.join(path.as_ref())) {
            let _ = file.set_modified(SystemTime::now());
        }
    }

    /// Removes the staging files (`name#1`) of puts that were killed, which no listing shows.
    fn remove_staging(&self, now: u64) {
        let Some(root) = self.root() else { return };
        for folder in [RESULTS, KEYS] {
            let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
            for entry in entries.flatten().filter(|entry| entry.file_name().to_string_lossy().contains('#')) {
                let modified = entry.metadata().and_then(|m| m.modified()).ok();
                let millis = modified.and_then(|m| m.duration_since(SystemTime::UNIX_EPOCH).ok());
                if millis.is_some_and(|m| now.saturating_sub(m.as_millis() as u64) > STAGING) {
                    // It may be gone already; the next cleaning tries again.
                    let _ = std::fs::remove_file(entry.path());
                }
            }
        }
    }
}
