//! Compaction: few segments of a good size instead of many small ones, without the rows that no longer count.
//!
//! A segment is rewritten if too many of its rows are dead, and merged with its neighbours if it is small. What
//! comes out has the same rows in the same order of (kind, id), encoded like any other segment. The old segments stay
//! for the snapshots that name them; a crash before the new snapshot appears leaves files that nobody names.

use arrow::array::{ArrayRef, AsArray, BooleanArray, RecordBatch, UInt32Array};
use arrow::compute::{
    SortColumn, concat_batches, filter_record_batch, lexsort_to_indices, take_record_batch,
};
use arrow::datatypes::{Int32Type, Int64Type};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use stoa_model::FileId;
use stoa_model::ids::file_of;
use stoa_model::tables::Table;

use crate::{
    Operation, SegmentMeta, SegmentRole, Snapshot, SnapshotDraft, Store, StoreError, encode_segment,
};

/// What is worth rewriting.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct OptimizeOptions {
    /// A segment of whose rows more than this part is dead is rewritten.
    pub dead: f64,
    /// A segment of fewer bytes is merged with others.
    pub small: u64,
    /// The bytes that merged segments together have at most; what is held in memory is some 20 times as much.
    pub target: u64,
}

impl Default for OptimizeOptions {
    fn default() -> Self {
        OptimizeOptions { dead: 0.30, small: 1 << 20, target: 8 << 20 }
    }
}

/// What optimizing did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Optimized {
    /// The snapshot that was published; none if there was nothing to gain.
    pub snapshot: Option<u64>,
    /// Segments of the snapshot before and after.
    pub segments: (u64, u64),
    pub bytes: (u64, u64),
    /// Segments that were read and written anew.
    pub rewritten: u64,
    /// Rows of all tables that no longer counted.
    pub dropped: u64,
    /// Of each segment that was rewritten, the one that has its rows now, unless none of them counted.
    pub moved: BTreeMap<String, String>,
}

/// How often to start again where another writer publishes in between.
const TRIES: usize = 5;

/// A segment of a snapshot as a candidate.
struct Candidate<'a> {
    segment: &'a SegmentMeta,
    place: usize,
    dead: bool,
}

impl Store {
    /// Rewrites what is worth it in the newest snapshot, and publishes the result. Only under the writer's lock.
    /// Rows, ids and answers stay the same.
    pub async fn optimize(&self, options: &OptimizeOptions) -> Result<Optimized, StoreError> {
        self.only_writing()?;
        let mut tries = 0;
        loop {
            let Some(newest) = self.latest().await? else { return Ok(Optimized::default()) };
            match self.optimize_snapshot(&newest, options).await {
                // Stores without locks: another writer was faster.
                Err(StoreError::Conflict { .. }) if tries < TRIES => tries += 1,
                done => return done,
            }
        }
    }

    async fn optimize_snapshot(
        &self,
        snapshot: &Snapshot,
        options: &OptimizeOptions,
    ) -> Result<Optimized, StoreError> {
        let mut done = Optimized {
            segments: (snapshot.segments.len() as u64, snapshot.segments.len() as u64),
            bytes: (snapshot.bytes(), snapshot.bytes()),
            ..Optimized::default()
        };
        let groups = self.groups(snapshot, options).await?;
        if groups.is_empty() {
            return Ok(done);
        }
        let mut segments: Vec<Option<SegmentMeta>> = snapshot.segments.iter().cloned().map(Some).collect();
        let mut draft = SnapshotDraft::from(snapshot);
        for group in &groups {
            let (merged, dropped) = self.merge(snapshot, group).await?;
            done.rewritten += group.len() as u64;
            done.dropped += dropped;
            for candidate in group {
                segments[candidate.place] = None;
                if let Some(merged) = &merged {
                    done.moved.insert(candidate.segment.id.clone(), merged.id.clone());
                }
                draft.dead_files.remove(&candidate.segment.id);
            }
            if let Some(first) = group.first() {
                segments[first.place] = merged;
            }
        }
        draft.segments = segments.into_iter().flatten().collect();
        let published = self.publish_as(draft, Operation::Optimize).await?;
        self.carry_findings(snapshot, &published).await?;
        done.snapshot = Some(published.number);
        done.segments.1 = published.segments.len() as u64;
        done.bytes.1 = published.bytes();
        Ok(done)
    }

    /// Which segments become one, in the order of the snapshot.
    async fn groups<'a>(
        &self,
        snapshot: &'a Snapshot,
        options: &OptimizeOptions,
    ) -> Result<Vec<Vec<Candidate<'a>>>, StoreError> {
        let mut groups: Vec<Vec<Candidate<'a>>> = Vec::new();
        let mut open: BTreeMap<SegmentRole, (Vec<Candidate<'a>>, u64)> = BTreeMap::new();
        let worth = |group: &[Candidate<'_>]| group.len() > 1 || group.iter().any(|c| c.dead);
        for (place, segment) in snapshot.segments.iter().enumerate() {
            let part = self.dead_part(snapshot, segment).await?;
            let bytes: u64 = segment.tables.iter().map(|file| file.bytes).sum();
            let bytes = (bytes as f64 * (1.0 - part)) as u64;
            let dead = part > options.dead;
            if !dead && bytes >= options.small {
                continue;
            }
            let (group, group_bytes) = open.entry(segment.role).or_default();
            if !group.is_empty() && *group_bytes + bytes > options.target {
                groups.push(std::mem::take(group));
                *group_bytes = 0;
            }
            *group_bytes += bytes;
            group.push(Candidate { segment, place, dead });
        }
        groups.extend(open.into_values().map(|(group, _)| group));
        groups.retain(|group| worth(group));
        Ok(groups)
    }

    /// Which part of a segment's rows is dead, judged by its nodes, or its edges if it has no nodes.
    async fn dead_part(&self, snapshot: &Snapshot, segment: &SegmentMeta) -> Result<f64, StoreError> {
        let dead: HashSet<FileId> = snapshot.dead_files(segment).iter().copied().collect();
        if dead.is_empty() {
            return Ok(0.0);
        }
        for (table, column) in [(Table::Nodes, "file_id"), (Table::Edges, "src"), (Table::Files, "file_id")] {
            let Some(file) = segment.table(table) else { continue };
            let (mut gone, mut all) = (0, 0);
            for batch in self.read_columns(file, &[column]).await? {
                let alive = alive(table, &batch, &dead)
                    .ok_or_else(|| self.corrupt(file, "it has not the columns of its table"))?;
                gone += alive.len() - alive.true_count();
                all += alive.len();
            }
            return Ok(gone as f64 / all.max(1) as f64);
        }
        Ok(0.0)
    }

    /// The live rows of some segments as one; nothing if there are none. And how many rows were dropped.
    async fn merge(
        &self,
        snapshot: &Snapshot,
        group: &[Candidate<'_>],
    ) -> Result<(Option<SegmentMeta>, u64), StoreError> {
        let mut tables = Vec::new();
        let mut dropped = 0;
        for &table in Table::STORED {
            let mut live = Vec::new();
            for Candidate { segment, .. } in group {
                let Some(file) = segment.table(table) else { continue };
                let dead: HashSet<FileId> = snapshot.dead_files(segment).iter().copied().collect();
                for batch in self.read_table(segment, table).await? {
                    if dead.is_empty() {
                        live.push(batch);
                        continue;
                    }
                    let alive = alive(table, &batch, &dead)
                        .ok_or_else(|| self.corrupt(file, "it has not the columns of its table"))?;
                    dropped += (alive.len() - alive.true_count()) as u64;
                    live.push(filter_record_batch(&batch, &alive).map_err(|e| unfit(table, &e))?);
                }
            }
            if live.iter().all(|batch| batch.num_rows() == 0) {
                continue;
            }
            let all = concat_batches(&table.stored_schema(), &live).map_err(|e| unfit(table, &e))?;
            drop(live);
            tables.push((table, sorted(table, all)?));
        }
        let encoded = encode_segment(tables)?;
        if encoded.tables.is_empty() {
            return Ok((None, dropped));
        }
        let role = group.first().map(|candidate| candidate.segment.role).unwrap_or_default();
        let made_at = group.iter().filter_map(|candidate| candidate.segment.made_at()).max();
        Ok((Some(SegmentMeta { role, made_at, ..self.write_segment(encoded).await? }), dropped))
    }
}

fn unfit(table: Table, error: &dyn std::fmt::Display) -> StoreError {
    StoreError::Schema { table, why: error.to_string() }
}

/// Which rows belong to files that are not dead. An edge or a reference belongs to the file of its source node.
fn alive(table: Table, batch: &RecordBatch, dead: &HashSet<FileId>) -> Option<BooleanArray> {
    Some(match table {
        Table::Files | Table::Nodes | Table::Sources | Table::Facts => {
            let files = batch.column_by_name("file_id")?.as_primitive_opt::<Int32Type>()?;
            files.values().iter().map(|&file| Some(!dead.contains(&(file as FileId)))).collect()
        }
        Table::Edges | Table::References => {
            let nodes = batch.column_by_name("src")?.as_primitive_opt::<Int64Type>()?;
            nodes.values().iter().map(|&node| Some(!dead.contains(&file_of(node)))).collect()
        }
    })
}

/// Rows in the order of their table; those that it does not tell apart stay in the order they have.
fn sorted(table: Table, batch: RecordBatch) -> Result<RecordBatch, StoreError> {
    let unfit = |e| unfit(table, &e);
    let mut keys: Vec<ArrayRef> = Vec::new();
    for name in table.sort_order() {
        let column = batch.column_by_name(name);
        keys.extend(column.cloned());
    }
    keys.push(Arc::new(UInt32Array::from_iter_values(0..batch.num_rows() as u32)));
    let keys: Vec<SortColumn> = keys.into_iter().map(|values| SortColumn { values, options: None }).collect();
    let order = lexsort_to_indices(&keys, None).map_err(unfit)?;
    if order.values().is_sorted() {
        return Ok(batch);
    }
    take_record_batch(&batch, &order).map_err(unfit)
}
