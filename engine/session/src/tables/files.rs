//! The Parquet files of one snapshot, with what a scan must know of each.

use datafusion::datasource::object_store::ObjectStoreUrl;
use object_store::ObjectStore;
use object_store::path::Path;
use std::collections::BTreeMap;
use std::sync::Arc;
use stoa_model::FileId;
use stoa_model::tables::Table;
use stoa_store::{Lease, Snapshot, Store, VerifiedObjects};

use crate::columns::ColumnCache;

/// One Parquet file of a segment.
#[derive(Clone, Debug)]
pub(crate) struct SegmentFile {
    /// From the root of the object store.
    pub path: Path,
    pub bytes: u64,
    pub rows: u64,
    /// Rows of each kind; empty if the table has no kinds, or they were not counted.
    pub kinds: BTreeMap<String, u64>,
    /// Rows of each language, likewise.
    pub languages: BTreeMap<String, u64>,
    /// How many source files the segment has rows of. One of links has files of its own for stubs alone, but facts of each.
    pub sources: u64,
    /// When the rows of the segment were made, in milliseconds since the Unix epoch.
    pub written_at: i64,
    /// Source files whose rows here no longer count, ascending.
    pub dead: Arc<[FileId]>,
}

/// Where the files of one snapshot are.
#[derive(Debug)]
pub(crate) struct SnapshotFiles {
    pub snapshot: Arc<Snapshot>,
    /// What is read is verified against the snapshot.
    pub objects: Arc<dyn ObjectStore>,
    /// The name under which the runtime knows `objects`.
    pub url: ObjectStoreUrl,
    /// Columns that stay decoded.
    pub columns: Arc<ColumnCache>,
    prefix: Path,
    /// Held as long as a plan may read the files.
    _lease: Lease,
}

impl SnapshotFiles {
    pub fn new(
        store: &Store,
        url: ObjectStoreUrl,
        columns: Arc<ColumnCache>,
        snapshot: Arc<Snapshot>,
        lease: Lease,
    ) -> Self {
        SnapshotFiles {
            objects: Arc::new(VerifiedObjects::new(store, &snapshot)),
            snapshot,
            url,
            columns,
            prefix: store.prefix().clone(),
            _lease: lease,
        }
    }

    /// The files of a table, in the order of the segments. A segment without rows of it has none.
    pub fn of(&self, table: Table) -> Vec<SegmentFile> {
        let segments = self.snapshot.segments.iter();
        segments
            .filter_map(|segment| {
                let of = |table| segment.tables.iter().find(|f| f.table == table);
                let file = of(table)?;
                Some(SegmentFile {
                    path: self.prefix.parts().chain(Path::from(file.path.as_str()).parts()).collect(),
                    bytes: file.bytes,
                    rows: file.rows,
                    kinds: file.kinds.clone(),
                    languages: file.languages.clone(),
                    sources: [Table::Files, Table::Facts]
                        .into_iter()
                        .filter_map(of)
                        .map(|file| file.rows)
                        .max()
                        .unwrap_or_default(),
                    written_at: segment.made_at().unwrap_or(self.snapshot.created_at) as i64,
                    dead: self.snapshot.dead_files(segment).into(),
                })
            })
            .collect()
    }
}
