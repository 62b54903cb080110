//! What a table holds, as something that can be compared: caches ask whether what they were made from is still the same.

use datafusion::catalog::TableProvider;
use datafusion::catalog::cte_worktable::CteWorkTable;
use object_store::path::Path;
use std::sync::Arc;
use stoa_model::FileId;

use crate::materialized::MaterializedTable;
use crate::tables::StoredTable;

/// The files of a table and, for each, the source files whose rows no longer count. Files never change, so equal
/// contents are equal rows, whichever snapshot they belong to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Content(Arc<[(Path, Arc<[FileId]>)]>);

impl Content {
    /// The content of a table of a store; nothing for any other table.
    pub fn of(table: &dyn TableProvider) -> Option<Content> {
        if let Some(table) = table.downcast_ref::<MaterializedTable>() {
            return Some(Content([(table.path(), Arc::default())].into()));
        }
        let stored = table.downcast_ref::<StoredTable>()?;
        Some(Content(stored.files().iter().map(|file| (file.path.clone(), Arc::clone(&file.dead))).collect()))
    }
}

/// The content of a table and how it is shown, in 32 bytes that are the same in every process; nothing for a table that
/// is not of a store.
pub(crate) fn fingerprint(table: &dyn TableProvider) -> Option<[u8; 32]> {
    if let Some(table) = table.downcast_ref::<MaterializedTable>() {
        return Some(*blake3::hash(table.path().as_ref().as_bytes()).as_bytes());
    }
    if table.downcast_ref::<CteWorkTable>().is_some() {
        // What a recursion has found so far: the plan around it says what that is.
        return Some([0; 32]);
    }
    table.downcast_ref::<StoredTable>().map(StoredTable::fingerprint)
}
