//! The Parquet files of one snapshot, with what a scan must know of each.

use datafusion::datasource::object_store::ObjectStoreUrl;
use object_store::ObjectStore;
use object_store::path::Path;
use std::collections::BTreeMap;
use std::sync::Arc;
use stoa_model::FileId;
use stoa_model::tables::Table;
use stoa_store::{SegmentMeta, Snapshot, Store};

/// One Parquet file of a segment.
#[derive(Clone, Debug)]
pub(crate) struct SegmentFile {
    /// From the root of the object store.
    pub path: Path,
    pub bytes: u64,
    pub rows: u64,
    /// Rows of each kind; empty if the table has no kinds, or they were not counted.
    pub kinds: BTreeMap<String, u64>,
    /// When the segment was written, in milliseconds since the Unix epoch.
    pub written_at: i64,
    /// Source files whose rows here no longer count, ascending.
    pub dead: Arc<[FileId]>,
}

/// Where the files of one snapshot are.
#[derive(Debug)]
pub(crate) struct SnapshotFiles {
    pub snapshot: Arc<Snapshot>,
    pub objects: Arc<dyn ObjectStore>,
    /// The name under which the runtime knows `objects`.
    pub url: ObjectStoreUrl,
    prefix: Path,
}

impl SnapshotFiles {
    pub fn new(store: &Store, url: ObjectStoreUrl, snapshot: Arc<Snapshot>) -> Self {
        SnapshotFiles {
            snapshot,
            objects: Arc::clone(store.object_store()),
            url,
            prefix: store.prefix().clone(),
        }
    }

    /// The files of a table, in the order of the segments. A segment without rows of it has none.
    pub fn of(&self, table: Table) -> Vec<SegmentFile> {
        let segments = self.snapshot.segments.iter();
        segments
            .filter_map(|segment| {
                let file = segment.tables.iter().find(|f| f.table == table)?;
                Some(SegmentFile {
                    path: self.prefix.parts().chain(Path::from(file.path.as_str()).parts()).collect(),
                    bytes: file.bytes,
                    rows: file.rows,
                    kinds: file.kinds.clone(),
                    written_at: written_at(segment, &self.snapshot),
                    dead: self.snapshot.dead_files(segment).into(),
                })
            })
            .collect()
    }
}

/// When a segment's rows were made. Its id is a ULID, whose first 48 bits are a time.
fn written_at(segment: &SegmentMeta, snapshot: &Snapshot) -> i64 {
    let of_id = || ulid::Ulid::from_string(&segment.id).map_or(snapshot.created_at, |id| id.timestamp_ms());
    segment.made_at.unwrap_or_else(of_id) as i64
}
