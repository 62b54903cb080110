//! Bringing a store of an older schema version up to this one.
//!
//! Nothing is changed in place. Of every segment that an older version wrote, a new one is made: tables whose columns are
//! as they were are copied byte for byte, the others rewritten. The result is published as a snapshot; the one it was made
//! from stays, with its segments, until it is removed as any old snapshot is.

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use parquet::arrow::parquet_to_arrow_schema;
use parquet::file::metadata::ParquetMetaDataReader;
use serde::Serialize;
use stoa_model::SCHEMA_VERSION;

use crate::segment::EncodedTable;
use crate::{
    EncodedSegment, Operation, SegmentMeta, Snapshot, SnapshotDraft, Store, StoreError, TableFile, blocks,
    encode_segment, versions,
};

/// What a migration did, or would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Migration {
    /// The snapshot that was brought up.
    pub from_snapshot: u64,
    pub from_version: u32,
    pub to_version: u32,
    /// The snapshot that was published; none on a dry run, or if there was nothing to do.
    pub published: Option<u64>,
    /// Segments of the snapshot.
    pub segments: u64,
    /// Those that had to be made anew.
    pub rewritten: u64,
    /// Bytes of these.
    pub bytes: u64,
}

impl Migration {
    /// Whether the store is of this version already.
    pub fn is_needed(&self) -> bool {
        self.from_version != self.to_version || self.rewritten > 0
    }
}

impl Store {
    /// Brings the newest snapshot up to this version by publishing another one. With `dry_run` nothing is written. Only
    /// under the writer's lock, unless it is a dry run.
    pub async fn migrate(&self, dry_run: bool) -> Result<Migration, StoreError> {
        if !dry_run {
            self.only_writing()?;
        }
        let Some(snapshot) = self.latest().await? else {
            return Err(StoreError::NoSnapshot { location: self.location().to_owned() });
        };
        let mut migration = Migration {
            from_snapshot: snapshot.number,
            from_version: snapshot.schema_version,
            to_version: SCHEMA_VERSION,
            published: None,
            segments: snapshot.segments.len() as u64,
            rewritten: 0,
            bytes: 0,
        };
        let mut draft = SnapshotDraft::from(&snapshot);
        for segment in &mut draft.segments {
            if !self.is_older(segment).await? {
                continue;
            }
            migration.rewritten += 1;
            migration.bytes += segment.tables.iter().map(|file| file.bytes).sum::<u64>();
            if dry_run {
                continue;
            }
            let migrated = self.rewrite(&snapshot, segment).await?;
            if let Some(dead) = draft.dead_files.remove(&segment.id) {
                draft.dead_files.insert(migrated.id.clone(), dead);
            }
            *segment = migrated;
        }
        if !dry_run && migration.is_needed() {
            migration.published = Some(self.publish_as(draft, Operation::Migrate).await?.number);
        }
        Ok(migration)
    }

    /// Whether any table of a segment lacks columns.
    async fn is_older(&self, segment: &SegmentMeta) -> Result<bool, StoreError> {
        for file in &segment.tables {
            let data = self.read_file(file).await?;
            let corrupt = |e: parquet::errors::ParquetError| StoreError::Corrupt {
                path: file.path.clone(),
                why: e.to_string(),
            };
            let metadata = ParquetMetaDataReader::new().parse_and_finish(&data).map_err(corrupt)?;
            let metadata = metadata.file_metadata();
            let schema = parquet_to_arrow_schema(metadata.schema_descr(), metadata.key_value_metadata());
            if versions::is_older(file.table, &schema.map_err(corrupt)?) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Writes a segment with the same rows in this version's columns.
    async fn rewrite(&self, snapshot: &Snapshot, segment: &SegmentMeta) -> Result<SegmentMeta, StoreError> {
        let mut made =
            EncodedSegment { id: ulid::Ulid::new().to_string().to_lowercase(), tables: Vec::new() };
        for file in &segment.tables {
            let older = self.is_older(&SegmentMeta { tables: vec![file.clone()], ..segment.clone() }).await?;
            let path = format!("segments/{}/{}.parquet", made.id, file.table.name());
            made.tables.push(if older {
                let rows: Vec<RecordBatch> = self.read_table(segment, file.table).await?;
                let rows = concat_batches(&file.table.stored_schema(), &rows)
                    .map_err(|e| StoreError::Schema { table: file.table, why: e.to_string() })?;
                let encoded = encode_segment(vec![(file.table, rows)])?;
                let Some(table) = encoded.tables.into_iter().next() else { continue };
                EncodedTable { file: TableFile { path, ..table.file }, data: table.data }
            } else {
                let data = self.read_file(file).await?;
                // The first snapshots had no checksums of blocks.
                let blocks = blocks::checksums(&data);
                EncodedTable { file: TableFile { path, blocks, ..file.clone() }, data }
            });
        }
        let made_at = Some(segment.made_at().unwrap_or(snapshot.created_at));
        Ok(SegmentMeta { made_at, ..self.write_segment(made).await? })
    }
}
