//! What a table holds, as something that can be compared: caches ask whether what they were made from is still the same.

use datafusion::catalog::TableProvider;
use object_store::path::Path;
use std::sync::Arc;
use stoa_model::FileId;

use crate::tables::StoredTable;

/// The files of a table and, for each, the source files whose rows no longer count. Files never change, so equal
/// contents are equal rows, whichever snapshot they belong to.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Content(Arc<[(Path, Arc<[FileId]>)]>);

impl Content {
    /// The content of a table of a store; nothing for any other table.
    pub fn of(table: &dyn TableProvider) -> Option<Content> {
        let stored = table.downcast_ref::<StoredTable>()?;
        Some(Content(stored.files().iter().map(|file| (file.path.clone(), Arc::clone(&file.dead))).collect()))
    }
}
