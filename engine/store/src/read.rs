//! Reading what a snapshot names, verified against it.

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::Int32Type;
use bytes::Bytes;
use object_store::ObjectStoreExt;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::collections::HashSet;
use stoa_model::FileId;
use stoa_model::tables::Table;

use crate::versions;
use crate::{SegmentMeta, Snapshot, Store, StoreError, TableFile};

/// Rows of the batches that reading gives.
const BATCH_ROWS: usize = 64 * 1024;

impl Store {
    /// A segment's rows of a table, in the stored schema and order, whichever version wrote it. None if the segment has none.
    pub async fn read_table(
        &self,
        segment: &SegmentMeta,
        table: Table,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        match segment.table(table) {
            Some(file) => {
                let batches = self.decode(file, &[], self.read_file(file).await?)?;
                batches.into_iter().map(|batch| versions::upgrade(table, batch)).collect()
            }
            None => Ok(Vec::new()),
        }
    }

    /// A table's file, its size and checksum verified.
    pub async fn read_file(&self, file: &TableFile) -> Result<Bytes, StoreError> {
        let path = self.object_path(&file.path)?;
        let data = match self.object_store().get(&path).await {
            Ok(found) => found.bytes().await.map_err(|e| self.object_error(&path, e))?,
            Err(object_store::Error::NotFound { .. }) => {
                return Err(StoreError::MissingFile { path: self.describe(&path) });
            }
            Err(source) => return Err(self.object_error(&path, source)),
        };
        let corrupt = |why| Err(StoreError::Corrupt { path: self.describe(&path), why });
        if data.len() as u64 != file.bytes {
            return corrupt(format!("it has {} bytes instead of {}", data.len(), file.bytes));
        }
        if blake3::hash(&data).to_hex().as_str() != file.blake3 {
            return corrupt("its checksum is not the one in the snapshot".to_owned());
        }
        Ok(data)
    }

    /// The live files of a snapshot, as path and id, in the order of the segments.
    pub async fn read_files(&self, snapshot: &Snapshot) -> Result<Vec<(String, FileId)>, StoreError> {
        let mut files = Vec::new();
        for segment in &snapshot.segments {
            self.read_files_of(snapshot, segment, &mut files).await?;
        }
        Ok(files)
    }

    /// The same of a snapshot that may be damaged: the files of those segments that can be read.
    pub async fn readable_files(&self, snapshot: &Snapshot) -> Result<Vec<(String, FileId)>, StoreError> {
        let mut files = Vec::new();
        for segment in &snapshot.segments {
            match self.read_files_of(snapshot, segment, &mut files).await {
                Ok(()) | Err(StoreError::Corrupt { .. } | StoreError::MissingFile { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(files)
    }

    async fn read_files_of(
        &self,
        snapshot: &Snapshot,
        segment: &SegmentMeta,
        files: &mut Vec<(String, FileId)>,
    ) -> Result<(), StoreError> {
        if let Some(file) = segment.table(Table::Files) {
            let dead: HashSet<FileId> = snapshot.dead_files(segment).iter().copied().collect();
            for batch in self.read_columns(file, &["file_id", "path"]).await? {
                let (Some(ids), Some(paths)) = (
                    batch.column_by_name("file_id").and_then(|c| c.as_primitive_opt::<Int32Type>()),
                    batch.column_by_name("path").and_then(|c| c.as_string_opt::<i32>()),
                ) else {
                    return Err(self.corrupt(file, "it has no columns `file_id` and `path`"));
                };
                let rows = ids.values().iter().map(|&id| id as FileId).enumerate();
                files.extend(
                    rows.filter(|(_, id)| !dead.contains(id))
                        .map(|(row, id)| (paths.value(row).to_owned(), id)),
                );
            }
        }
        Ok(())
    }

    /// Some columns of a table's file.
    pub(crate) async fn read_columns(
        &self,
        file: &TableFile,
        columns: &[&str],
    ) -> Result<Vec<RecordBatch>, StoreError> {
        self.decode(file, columns, self.read_file(file).await?)
    }

    /// The rows of a Parquet file; of the columns named, or of all if none is.
    fn decode(
        &self,
        file: &TableFile,
        columns: &[&str],
        data: Bytes,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        let unreadable = |e: &dyn std::fmt::Display| self.corrupt(file, &e.to_string());
        let mut reader = ParquetRecordBatchReaderBuilder::try_new(data).map_err(|e| unreadable(&e))?;
        if !columns.is_empty() {
            let mask = ProjectionMask::columns(reader.parquet_schema(), columns.iter().copied());
            reader = reader.with_projection(mask);
        }
        let reader = reader.with_batch_size(BATCH_ROWS).build().map_err(|e| unreadable(&e))?;
        reader.collect::<Result<_, _>>().map_err(|e| unreadable(&e))
    }

    pub(crate) fn corrupt(&self, file: &TableFile, why: &str) -> StoreError {
        let path = self.object_path(&file.path).map_or_else(|_| file.path.clone(), |p| self.describe(&p));
        StoreError::Corrupt { path, why: why.to_owned() }
    }
}
