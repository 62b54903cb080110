//! What the scans of a plan give, digested file by file and remembered.

use datafusion::catalog::TableProvider;
use datafusion::common::Result;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::source_as_provider;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use futures::TryStreamExt;
use quick_cache::sync::Cache;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use stoa_model::FileId;

use super::digest::RowDigest;
use super::key::{Key, KeyBuilder};
use crate::content::fingerprint;
use crate::tables::{SegmentFile, StoredTable};

/// How many digests are remembered; one takes some 100 bytes, beside a list of dead files that snapshots have as well.
const REMEMBERED: usize = 1 << 16;
/// Rows that are digested at any time: it takes a few milliseconds.
const FEW_ROWS: f64 = 32_768.0;
/// Rows that are digested in a second, about.
const ROWS_PER_SECOND: f64 = 20e6;
/// To read the text of a row takes as long as so many others, at most.
const TEXT: f64 = 16.0;

/// How much may be read for digests that nobody has yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// What takes about as long as this.
    Time(Duration),
    Whatever,
}

impl Effort {
    fn rows(self) -> f64 {
        match self {
            Effort::Time(time) => FEW_ROWS.max(time.as_secs_f64() * ROWS_PER_SECOND),
            Effort::Whatever => f64::INFINITY,
        }
    }

    /// Whether more time was taken than it was to take, and as much again.
    fn is_over(self, taken: Duration) -> bool {
        match self {
            Effort::Time(time) => self.rows() > FEW_ROWS && taken > 2 * time,
            Effort::Whatever => false,
        }
    }
}

/// The digest of what a scan gives of one file, but for the rows of some source files.
#[derive(Clone, Debug)]
struct Known {
    dead: Arc<[FileId]>,
    digest: RowDigest,
}

/// The digests of what scans read of a file. Of each the last one is remembered: any other differs from it by the rows of
/// the source files that are dead in one of them alone.
pub(crate) struct ScanDigests {
    known: Cache<Key, Known>,
    rows: AtomicU64,
}

impl Default for ScanDigests {
    fn default() -> Self {
        ScanDigests { known: Cache::new(REMEMBERED), rows: AtomicU64::new(0) }
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

/// How the digest of what a scan gives of a file is found.
enum Way {
    Known(RowDigest),
    /// From another, less the rows of some source files and with those of others.
    Change {
        from: RowDigest,
        less: Vec<FileId>,
        more: Vec<FileId>,
    },
    Read,
}

impl Way {
    /// The part of a file's rows that has to be read, about.
    fn part(&self, file: &SegmentFile) -> f64 {
        match self {
            Way::Known(_) => 0.0,
            Way::Change { less, more, .. } => (less.len() + more.len()) as f64 / file.sources.max(1) as f64,
            Way::Read => 1.0,
        }
    }
}

impl Scan {
    fn table(&self) -> Option<&StoredTable> {
        self.provider.downcast_ref::<StoredTable>()
    }

    fn files(&self) -> impl Iterator<Item = (&SegmentFile, Key)> {
        let files = self.table().map_or(&[][..], StoredTable::files);
        files.iter().zip(self.keys.iter().copied())
    }

    /// The plan of the rows of one of the files that count.
    fn rows(&self, file: usize, state: &SessionState) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let plan = |table: &StoredTable| table.scan_file(state, &self.projection, &self.filters, file);
        self.table().map(plan).transpose()
    }

    /// The plan of the rows of some source files, whether they count or not; nothing if there are none.
    fn rows_of(
        &self,
        file: &SegmentFile,
        sources: &[FileId],
        state: &SessionState,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        let table = self.table().filter(|_| !sources.is_empty());
        let plan =
            |table: &StoredTable| table.scan_sources(state, &self.projection, &self.filters, (file, sources));
        table.map(plan).transpose()
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
        let unknown: f64 = scans.iter().map(|scan| self.unknown(scan)).sum();
        if unknown > effort.rows() {
            return Ok(false);
        }
        let began = Instant::now();
        for scan in &scans {
            let mut whole = RowDigest::default();
            for (place, (file, piece)) in scan.files().enumerate() {
                let way = self.way(file, piece);
                if let Way::Known(digest) = way {
                    whole.join(digest);
                    continue;
                }
                // It was an estimate. What is known by now is known the next time.
                if effort.is_over(began.elapsed()) {
                    return Ok(false);
                }
                let digest = match self.changed(scan, file, way, state).await? {
                    Some(digest) => digest,
                    None => self.read(scan.rows(place, state)?, state).await?,
                };
                self.known.insert(piece, Known { dead: Arc::clone(&file.dead), digest });
                whole.join(digest);
            }
            key.add(whole);
        }
        Ok(true)
    }

    /// How many rows have to be read for the digest of what a scan gives, about.
    fn unknown(&self, scan: &Scan) -> f64 {
        let Some(table) = scan.table() else { return 0.0 };
        let rows = scan.files().map(|(file, key)| match self.way(file, key).part(file) {
            0.0 => 0.0,
            part => part * table.rows_to_read(file, &scan.filters) as f64,
        });
        let texts = if table.reads_texts(&scan.projection) { TEXT } else { 1.0 };
        rows.sum::<f64>() * texts
    }

    /// The digest of a file that changes from one that is known, if it does.
    async fn changed(
        &self,
        scan: &Scan,
        file: &SegmentFile,
        way: Way,
        state: &SessionState,
    ) -> Result<Option<RowDigest>> {
        let Way::Change { from, less, more } = way else { return Ok(None) };
        let less = self.read(scan.rows_of(file, &less, state)?, state).await?;
        let more = self.read(scan.rows_of(file, &more, state)?, state).await?;
        let digest = from.without(less);
        Ok(digest.map(|mut digest| {
            digest.join(more);
            digest
        }))
    }

    /// The digest of the rows of a plan, if there is one.
    async fn read(&self, plan: Option<Arc<dyn ExecutionPlan>>, state: &SessionState) -> Result<RowDigest> {
        let mut digest = RowDigest::default();
        let Some(plan) = plan else { return Ok(digest) };
        let mut rows = execute_stream(plan, state.task_ctx())?;
        while let Some(batch) = rows.try_next().await? {
            digest.add(&batch)?;
        }
        self.rows.fetch_add(digest.rows, Ordering::Relaxed);
        Ok(digest)
    }

    /// How many rows were read.
    pub fn rows_read(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }

    fn way(&self, file: &SegmentFile, key: Key) -> Way {
        let Some(Known { dead, digest }) = self.known.get(&key) else { return Way::Read };
        if dead == file.dead {
            return Way::Known(digest);
        }
        let less = without(&file.dead, &dead);
        let more = without(&dead, &file.dead);
        match (less.len() + more.len()) as u64 <= file.sources / 2 {
            true => Way::Change { from: digest, less, more },
            false => Way::Read,
        }
    }
}

/// The source files of the first list that the second does not have; both ascending.
fn without(some: &[FileId], others: &[FileId]) -> Vec<FileId> {
    some.iter().copied().filter(|file| others.binary_search(file).is_err()).collect()
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

/// What a scan reads of one file, as a key. Of texts it reads those that count alone.
fn piece(table: &StoredTable, file: &SegmentFile, projection: &[usize], filters: &[Expr]) -> Key {
    let mut key = KeyBuilder::new("scan");
    key.add(table.form()).add(projection).add(filters).add(&file.path);
    if table.reads_texts(projection) {
        key.add(&file.dead);
    }
    key.finish()
}
