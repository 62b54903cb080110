//! Which source files a snapshot has, and how they differ from those of another.

use arrow::array::AsArray;
use arrow::datatypes::Int32Type;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use stoa_model::FileId;
use stoa_model::tables::Table;

use crate::{SegmentMeta, Snapshot, Store, StoreError};

/// How many source files came, went, or have another content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FileChanges {
    pub added: u64,
    pub changed: u64,
    pub removed: u64,
}

/// The source files of snapshots by path, with the checksums of their content. Segments are read once,
/// however many snapshots have them.
#[derive(Debug)]
pub struct FileHistory {
    store: Store,
    segments: HashMap<String, Arc<Vec<Row>>>,
}

#[derive(Debug)]
struct Row {
    id: FileId,
    path: Arc<str>,
    content: Arc<str>,
}

/// Path → checksum of the content.
type Files = HashMap<Arc<str>, Arc<str>>;

impl FileHistory {
    pub fn new(store: &Store) -> FileHistory {
        FileHistory { store: store.clone(), segments: HashMap::new() }
    }

    /// The number of source files of a snapshot.
    pub async fn count(&mut self, snapshot: &Snapshot) -> Result<u64, StoreError> {
        Ok(self.files(snapshot).await?.len() as u64)
    }

    /// From one snapshot to another; from nothing if there is none before.
    pub async fn changes(
        &mut self,
        before: Option<&Snapshot>,
        after: &Snapshot,
    ) -> Result<FileChanges, StoreError> {
        let old = match before {
            Some(before) => self.files(before).await?,
            None => Files::new(),
        };
        let new = self.files(after).await?;
        let mut changes = FileChanges::default();
        for (path, content) in &new {
            match old.get(path) {
                None => changes.added += 1,
                Some(before) => changes.changed += u64::from(before != content),
            }
        }
        changes.removed = old.keys().filter(|path| !new.contains_key(*path)).count() as u64;
        Ok(changes)
    }

    async fn files(&mut self, snapshot: &Snapshot) -> Result<Files, StoreError> {
        let mut files = Files::new();
        for segment in &snapshot.segments {
            let dead: HashSet<FileId> = snapshot.dead_files(segment).iter().copied().collect();
            let rows = self.rows(segment).await?;
            let live = rows.iter().filter(|row| !dead.contains(&row.id));
            files.extend(live.map(|row| (Arc::clone(&row.path), Arc::clone(&row.content))));
        }
        Ok(files)
    }

    async fn rows(&mut self, segment: &SegmentMeta) -> Result<Arc<Vec<Row>>, StoreError> {
        if let Some(rows) = self.segments.get(&segment.id) {
            return Ok(Arc::clone(rows));
        }
        let mut rows = Vec::new();
        if let Some(file) = segment.table(Table::Files) {
            for batch in self.store.read_columns(file, &["file_id", "path", "content_hash"]).await? {
                let id = batch.column_by_name("file_id").and_then(|c| c.as_primitive_opt::<Int32Type>());
                let text = |name| batch.column_by_name(name).and_then(|c| c.as_string_opt::<i32>());
                let (Some(id), Some(path), Some(content)) = (id, text("path"), text("content_hash")) else {
                    return Err(self.store.corrupt(file, "it has not the columns of `files`"));
                };
                for row in 0..batch.num_rows() {
                    // The pseudo files of stubs are nobody's source.
                    if content.value(row).is_empty() && path.value(row).starts_with('<') {
                        continue;
                    }
                    rows.push(Row {
                        id: id.value(row) as FileId,
                        path: path.value(row).into(),
                        content: content.value(row).into(),
                    });
                }
            }
        }
        let rows = Arc::new(rows);
        self.segments.insert(segment.id.clone(), Arc::clone(&rows));
        Ok(rows)
    }
}
