//! What the scans of a plan give, digested file by file and remembered.

use datafusion::catalog::TableProvider;
use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::source_as_provider;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::physical_plan::execute_stream;
use futures::TryStreamExt;
use quick_cache::sync::Cache;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::digest::RowDigest;
use super::key::{Key, KeyBuilder};
use crate::content::fingerprint;
use crate::tables::{SegmentFile, StoredTable};

/// How many digests are remembered; one takes some 100 bytes.
const REMEMBERED: usize = 1 << 16;
/// Rows that are digested at any time: it takes a few milliseconds.
const FEW_ROWS: u64 = 1 << 15;
/// Rows that are digested in a microsecond, about.
const ROWS_PER_MICRO: u64 = 20;

/// How much may be read for digests that nobody has yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// What takes about as long as this.
    Time(Duration),
    Whatever,
}

impl Effort {
    fn rows(self) -> u64 {
        match self {
            Effort::Time(time) => FEW_ROWS.max(time.as_micros() as u64 * ROWS_PER_MICRO),
            Effort::Whatever => u64::MAX,
        }
    }
}

/// The digests of what scans read of a file.
pub(crate) struct ScanDigests {
    known: Cache<Key, RowDigest>,
}

impl Default for ScanDigests {
    fn default() -> Self {
        ScanDigests { known: Cache::new(REMEMBERED) }
    }
}

impl fmt::Debug for ScanDigests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScanDigests").field("known", &self.known.len()).finish_non_exhaustive()
    }
}

/// A scan of a stored table: what it reads of each file has a key.
struct Scan {
    provider: Arc<dyn TableProvider>,
    projection: Vec<usize>,
    filters: Vec<Expr>,
    keys: Vec<Key>,
}

impl Scan {
    fn table(&self) -> Option<&StoredTable> {
        self.provider.downcast_ref::<StoredTable>()
    }

    fn files(&self) -> impl Iterator<Item = (&SegmentFile, Key)> {
        let files = self.table().map_or(&[][..], StoredTable::files);
        files.iter().zip(self.keys.iter().copied())
    }
}

impl ScanDigests {
    /// Adds what the scans of an optimized plan give to a key. FALSE if that takes more than the effort allows, or a table
    /// is not of the store.
    pub async fn add_to(
        &self,
        key: &mut KeyBuilder,
        plan: &LogicalPlan,
        state: &SessionState,
        effort: Effort,
    ) -> Result<bool> {
        let Some(scans) = scans(plan, key)? else { return Ok(false) };
        let files = scans.iter().flat_map(Scan::files);
        let unknown: u64 =
            files.filter(|(_, key)| self.known.peek(key).is_none()).map(|(file, _)| file.rows).sum();
        if unknown > effort.rows() {
            return Ok(false);
        }
        for scan in &scans {
            let mut whole = RowDigest::default();
            for (place, (_, piece)) in scan.files().enumerate() {
                let digest = match self.known.get(&piece) {
                    Some(digest) => digest,
                    None => {
                        let digest = read(scan, place, state).await?;
                        self.known.insert(piece, digest);
                        digest
                    }
                };
                whole.join(digest);
            }
            key.add(whole);
        }
        Ok(true)
    }
}

/// The scans of a plan, in its order; nothing if one is of a table that is not of the store. Tables that never change are
/// added to the key as they are.
fn scans(plan: &LogicalPlan, key: &mut KeyBuilder) -> Result<Option<Vec<Scan>>> {
    let mut scans = Vec::new();
    let mut all = true;
    plan.apply_with_subqueries(|node| {
        let LogicalPlan::TableScan(scan) = node else { return Ok(TreeNodeRecursion::Continue) };
        let provider = source_as_provider(&scan.source)?;
        if let Some(table) = provider.downcast_ref::<StoredTable>() {
            let fields = table.schema().fields().len();
            let projection = scan.projection.clone().unwrap_or_else(|| (0..fields).collect());
            let keys = table.files().iter().map(|file| piece(table, file, &projection, &scan.filters));
            let keys = keys.collect();
            scans.push(Scan {
                provider: Arc::clone(&provider),
                projection,
                filters: scan.filters.clone(),
                keys,
            });
        } else if let Some(content) = fingerprint(provider.as_ref()) {
            key.add(content);
        } else {
            all = false;
            return Ok(TreeNodeRecursion::Stop);
        }
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(all.then_some(scans))
}

/// What a scan reads of one file, as a key.
fn piece(table: &StoredTable, file: &SegmentFile, projection: &[usize], filters: &[Expr]) -> Key {
    let mut key = KeyBuilder::new("scan");
    key.add(table.form()).add(projection).add(filters).add(&file.path).add(&file.dead);
    key.finish()
}

async fn read(scan: &Scan, file: usize, state: &SessionState) -> Result<RowDigest> {
    let mut digest = RowDigest::default();
    let Some(table) = scan.table() else { return Ok(digest) };
    let plan = table.scan_file(state, &scan.projection, &scan.filters, file)?;
    let mut rows = execute_stream(plan, state.task_ctx())?;
    while let Some(batch) = rows.try_next().await? {
        digest.add(&batch)?;
    }
    Ok(digest)
}
