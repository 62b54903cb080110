//! What rules found in a snapshot, kept beside it.
//!
//! ```text
//! <store>/findings/<key>/<ulid>-<checksum>.parquet
//! ```
//!
//! The key is made of the segments of a snapshot and the files that no longer count in them: snapshots with the same rows
//! share their findings (a rollback, other settings), and one with other rows has none until it is scanned. A scan puts one
//! file, whole or not at all; the newest counts. No snapshot names it, so a scan publishes none and needs no lock. Vacuum
//! removes the findings of rows that no kept snapshot has. The reasons are in `docs/decisions/009-findings.md`.

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use object_store::path::Path;
use object_store::{ObjectStoreExt, PutPayload};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::collections::BTreeSet;
use stoa_model::findings_schema;

use crate::{Snapshot, Store, StoreError};

const FOLDER: &str = "findings";
const ENDING: &str = ".parquet";
/// How often a file is looked for that went while it was listed.
const TRIES: usize = 3;

/// What tells the rows of a snapshot from those of others.
fn key(snapshot: &Snapshot) -> String {
    let mut hasher = blake3::Hasher::new();
    for segment in &snapshot.segments {
        hasher.update(segment.id.as_bytes());
        for file in snapshot.dead_files(segment) {
            hasher.update(&file.to_le_bytes());
        }
        hasher.update(b"\n");
    }
    hasher.finalize().to_hex()[..32].to_owned()
}

fn checksum(data: &[u8]) -> String {
    blake3::hash(data).to_hex()[..32].to_owned()
}

impl Store {
    /// Puts the findings of a snapshot in the place of those that it had. The rows have
    /// [`stoa_model::findings_schema`].
    pub async fn write_findings(&self, snapshot: &Snapshot, rows: &RecordBatch) -> Result<(), StoreError> {
        let failed = |e: &dyn std::fmt::Display| StoreError::Findings { why: e.to_string() };
        if rows.schema() != findings_schema() {
            return Err(failed(&"they have other columns than the table"));
        }
        let level = ZstdLevel::try_new(3).map_err(|e| failed(&e))?;
        let properties = WriterProperties::builder().set_compression(Compression::ZSTD(level)).build();
        let mut writer =
            ArrowWriter::try_new(Vec::new(), rows.schema(), Some(properties)).map_err(|e| failed(&e))?;
        writer.write(rows).map_err(|e| failed(&e))?;
        let data = writer.into_inner().map_err(|e| failed(&e))?;
        self.put_findings(snapshot, Bytes::from(data)).await
    }

    async fn put_findings(&self, snapshot: &Snapshot, data: Bytes) -> Result<(), StoreError> {
        let old = self.findings_files(snapshot).await?;
        let name = format!("{}-{}{ENDING}", ulid::Ulid::new(), checksum(&data));
        let path = self.object_path(&format!("{FOLDER}/{}/{name}", key(snapshot)))?;
        let put = self.object_store().put(&path, PutPayload::from_bytes(data)).await;
        put.map_err(|e| self.object_error(&path, e))?;
        self.start_sync(&path)?;
        self.finish_syncs().await?;
        for path in old {
            self.delete(&path).await?;
        }
        Ok(())
    }

    /// The findings of a snapshot; nothing if its rows have not been scanned.
    pub async fn read_findings(&self, snapshot: &Snapshot) -> Result<Option<RecordBatch>, StoreError> {
        let Some((path, data)) = self.findings_file(snapshot).await? else { return Ok(None) };
        let corrupt = |e: &dyn std::fmt::Display| StoreError::Corrupt {
            path: self.describe(&path),
            why: e.to_string(),
        };
        let reader = ParquetRecordBatchReaderBuilder::try_new(data).map_err(|e| corrupt(&e))?;
        let batches: Vec<RecordBatch> =
            reader.build().map_err(|e| corrupt(&e))?.collect::<Result<_, _>>().map_err(|e| corrupt(&e))?;
        concat_batches(&findings_schema(), &batches).map(Some).map_err(|e| corrupt(&e))
    }

    /// The newest file of findings of a snapshot, verified.
    async fn findings_file(&self, snapshot: &Snapshot) -> Result<Option<(Path, Bytes)>, StoreError> {
        for _ in 0..TRIES {
            let Some(path) = self.findings_files(snapshot).await?.pop() else { return Ok(None) };
            let data = match self.object_store().get(&path).await {
                Ok(found) => found.bytes().await.map_err(|e| self.object_error(&path, e))?,
                // Another scan has put its own in the meantime.
                Err(object_store::Error::NotFound { .. }) => continue,
                Err(source) => return Err(self.object_error(&path, source)),
            };
            let named = path.filename().and_then(|name| name.strip_suffix(ENDING)?.split('-').nth(1));
            if named != Some(checksum(&data).as_str()) {
                let why = "its checksum is not the one in its name".to_owned();
                return Err(StoreError::Corrupt { path: self.describe(&path), why });
            }
            return Ok(Some((path, data)));
        }
        // Listed, and not there: a listing that lags. Nothing is known of the snapshot for now.
        Ok(None)
    }

    /// The files of findings of a snapshot, oldest first.
    async fn findings_files(&self, snapshot: &Snapshot) -> Result<Vec<Path>, StoreError> {
        let folder = self.object_path(&format!("{FOLDER}/{}", key(snapshot)))?;
        let mut files = self.list(&folder).await?;
        files.sort();
        Ok(files)
    }

    async fn list(&self, folder: &Path) -> Result<Vec<Path>, StoreError> {
        let files = self.object_store().list(Some(folder)).map_ok(|file| file.location);
        let files: Vec<Path> = files.try_collect().await.map_err(|e| self.object_error(folder, e))?;
        // What is being put has a name of its own until it is whole.
        Ok(files.into_iter().filter(|path| path.as_ref().ends_with(ENDING)).collect())
    }

    /// Gives a snapshot that has the rows of another its findings: nodes and their ids are the same.
    pub(crate) async fn carry_findings(&self, from: &Snapshot, to: &Snapshot) -> Result<(), StoreError> {
        match self.findings_file(from).await {
            Ok(Some((_, data))) if key(from) != key(to) => self.put_findings(to, data).await,
            // Damaged ones are not copied; `verify` tells of them.
            Ok(_) | Err(StoreError::Corrupt { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Removes the findings of rows that none of these snapshots has; gives the bytes.
    pub(crate) async fn vacuum_findings(
        &self,
        kept: &[Snapshot],
        dry_run: bool,
    ) -> Result<(u64, u64), StoreError> {
        let keys: BTreeSet<String> = kept.iter().map(key).collect();
        let folder = self.object_path(FOLDER)?;
        let depth = folder.parts().count();
        let mut files = self.object_store().list(Some(&folder)).boxed();
        let (mut count, mut bytes) = (0, 0);
        while let Some(file) = files.try_next().await.map_err(|e| self.object_error(&folder, e))? {
            if file.location.parts().nth(depth).is_some_and(|part| keys.contains(part.as_ref())) {
                continue;
            }
            (count, bytes) = (count + 1, bytes + file.size);
            if !dry_run {
                self.delete(&file.location).await?;
            }
        }
        if let (Some(root), false) = (self.root(), dry_run) {
            for entry in std::fs::read_dir(root.join(FOLDER)).into_iter().flatten().flatten() {
                if !keys.contains(&*entry.file_name().to_string_lossy()) {
                    // An empty folder harms nobody; one that is being written to stays.
                    let _ = std::fs::remove_dir(entry.path());
                }
            }
        }
        Ok((count, bytes))
    }

    /// What is wrong with the findings of a snapshot, if anything is: the file, and why.
    pub(crate) async fn verify_findings(
        &self,
        snapshot: &Snapshot,
    ) -> Result<Option<(String, String)>, StoreError> {
        match self.read_findings(snapshot).await {
            Ok(_) => Ok(None),
            Err(StoreError::Corrupt { path, why }) => Ok(Some((path, why))),
            Err(error) => Err(error),
        }
    }
}
