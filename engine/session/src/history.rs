//! The tables of every snapshot of a store, for functions that compare two.

use datafusion::catalog::TableProvider;
use datafusion::common::{Result, plan_err};
use datafusion::datasource::object_store::ObjectStoreUrl;
use std::collections::BTreeMap;
use std::sync::Arc;
use stoa_model::FINDINGS;
use stoa_model::tables::Table;
use stoa_store::{Snapshot, Store};

use crate::columns::ColumnCache;
use crate::error::SessionError;
use crate::sources::{SourceCache, Sources};
use crate::tables::{FindingsTable, Layout, SnapshotFiles, StoredTable};

/// The stored tables of one snapshot, by name.
pub type StoredTables = BTreeMap<&'static str, Arc<dyn TableProvider>>;

/// The snapshots of a store when a statement was planned.
#[derive(Debug)]
pub struct History {
    store: Store,
    url: ObjectStoreUrl,
    cache: Arc<SourceCache>,
    columns: Arc<ColumnCache>,
    current: u64,
    snapshots: Vec<Snapshot>,
}

impl History {
    pub(crate) async fn of(
        store: &Store,
        cache: &Arc<SourceCache>,
        location: &SnapshotFiles,
    ) -> Result<History> {
        let snapshots = store.snapshots().await.map_err(SessionError::from)?;
        Ok(History {
            store: store.clone(),
            url: location.url.clone(),
            cache: Arc::clone(cache),
            columns: Arc::clone(&location.columns),
            current: location.snapshot.number,
            snapshots,
        })
    }

    /// The snapshot of the statement.
    pub fn current(&self) -> u64 {
        self.current
    }

    /// The tables of a snapshot. Plans over them keep it from being removed.
    pub fn tables(&self, number: u64) -> Result<StoredTables> {
        let Some(snapshot) = self.snapshots.iter().find(|snapshot| snapshot.number == number) else {
            let known: Vec<String> = self.snapshots.iter().map(|s| s.number.to_string()).collect();
            return plan_err!("there is no snapshot {number}; there are {}", known.join(", "));
        };
        let lease = self.store.lease(number).map_err(SessionError::from)?;
        let snapshot = Arc::new(snapshot.clone());
        let findings: Arc<dyn TableProvider> =
            Arc::new(FindingsTable::new(self.store.clone(), Arc::clone(&snapshot)));
        let files = Arc::new(SnapshotFiles::new(
            &self.store,
            self.url.clone(),
            Arc::clone(&self.columns),
            snapshot,
            lease,
        ));
        let sources = Arc::new(Sources::new(Arc::clone(&self.cache), Arc::clone(&files)));
        let table = |table| -> Arc<dyn TableProvider> {
            Arc::new(StoredTable::new(Layout::stored(table), Arc::clone(&files), Arc::clone(&sources)))
        };
        Ok(Table::ALL.iter().map(|&t| (t.name(), table(t))).chain([(FINDINGS, findings)]).collect())
    }
}
