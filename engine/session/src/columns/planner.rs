//! Finds the columns of a file, and reads those that are missing.

use arrow::array::ArrayRef;
use datafusion::common::{Result, internal_err};
use datafusion::datasource::listing::PartitionedFile;
use datafusion_datasource::morsel::{Morsel, MorselPlan, MorselPlanner};
use futures::TryStreamExt;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::arrow::async_reader::{AsyncFileReader, ParquetRecordBatchStreamBuilder};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::cache::{KnownFile, RowGroup};
use super::reading::{Reading, all};
use super::rows::{Part, Rows};

/// Plans one file.
pub(super) struct KeptPlanner {
    pub reading: Arc<Reading>,
    pub file: PartitionedFile,
    pub known: Arc<KnownFile>,
    /// The rows that are wanted, by kind.
    pub ranges: Vec<(String, Range<usize>)>,
}

impl fmt::Debug for KeptPlanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeptPlanner").field("file", &self.file).finish_non_exhaustive()
    }
}

/// The columns of a row group, from its first row in the file on.
struct Group {
    rows: Range<usize>,
    columns: Vec<ArrayRef>,
}

impl MorselPlanner for KeptPlanner {
    fn plan(self: Box<Self>) -> Result<Option<MorselPlan>> {
        if self.ranges.is_empty() {
            return Ok(None);
        }
        if let Some(groups) = self.kept()? {
            return Ok(Some(self.morsel(groups)));
        }
        Ok(Some(MorselPlan::new().with_pending_planner(async move {
            let groups = self.load().await?;
            Ok(Box::new(Loaded { planner: self, groups }) as Box<dyn MorselPlanner>)
        })))
    }
}

/// A file all of whose wanted columns are here.
struct Loaded {
    planner: Box<KeptPlanner>,
    groups: Vec<Group>,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded").field("planner", &self.planner).finish_non_exhaustive()
    }
}

impl MorselPlanner for Loaded {
    fn plan(self: Box<Self>) -> Result<Option<MorselPlan>> {
        let Loaded { planner, groups } = *self;
        Ok(Some(planner.morsel(groups)))
    }
}

/// The row groups of a file, as those who split it into parts see them.
fn row_groups(metadata: &ArrowReaderMetadata) -> Arc<[RowGroup]> {
    let groups = metadata.metadata().row_groups().iter().map(|group| {
        let first = group.columns().first();
        let offset =
            first.map_or(0, |column| column.dictionary_page_offset().unwrap_or(column.data_page_offset()));
        RowGroup { rows: group.num_rows() as usize, offset }
    });
    groups.collect()
}

impl KeptPlanner {
    /// The row groups with wanted rows: their number and rows, in the order of the file.
    fn groups(&self, groups: &[RowGroup]) -> Vec<(usize, Range<usize>)> {
        let mut end = 0;
        let groups = groups.iter().enumerate().filter_map(|(number, group)| {
            let rows = end..end + group.rows;
            end = rows.end;
            let part = self.file.range.as_ref();
            let is_in_part = part.is_none_or(|part| part.contains(group.offset));
            let mut ranges = self.ranges.iter().map(|(_, range)| range);
            let is_wanted = ranges.any(|range| range.start < rows.end && rows.start < range.end);
            (is_in_part && is_wanted).then_some((number, rows))
        });
        groups.collect()
    }

    /// The wanted row groups, if all of them is kept.
    fn kept(&self) -> Result<Option<Vec<Group>>> {
        let Some(known) = self.known.groups.get() else { return Ok(None) };
        let mut groups = Vec::new();
        for (group, rows) in self.groups(known) {
            let Some(columns) = self.reading.kept(&self.known, group).into_iter().collect() else {
                return Ok(None);
            };
            groups.push(Group { rows, columns });
        }
        Ok(Some(groups))
    }

    /// The wanted row groups; what is not kept is read, and kept.
    async fn load(&self) -> Result<Vec<Group>> {
        let Reading { scan, partition, metrics, columns: wanted, .. } = self.reading.as_ref();
        let reader = || -> Result<Box<dyn AsyncFileReader>> {
            Ok(scan.readers.create_reader(*partition, self.file.clone(), None, metrics)?)
        };
        let options = ArrowReaderOptions::new().with_schema(Arc::clone(&scan.schema));
        let metadata = ArrowReaderMetadata::load_async(&mut reader()?, options).await?;
        let groups = self.known.groups.get_or_init(|| row_groups(&metadata));

        let mut loaded = Vec::new();
        for (group, rows) in self.groups(groups) {
            let mut columns = self.reading.kept(&self.known, group);
            let missing: Vec<usize> = (0..columns.len()).filter(|&place| columns[place].is_none()).collect();
            if !missing.is_empty() {
                let roots = missing.iter().map(|&place| wanted[place]);
                let mask = ProjectionMask::roots(metadata.parquet_schema(), roots);
                let mut batches =
                    ParquetRecordBatchStreamBuilder::new_with_metadata(reader()?, metadata.clone())
                        .with_row_groups(vec![group])
                        .with_projection(mask)
                        .with_batch_size(rows.len())
                        .build()?;
                let batch = match batches.try_next().await? {
                    Some(batch) if batch.num_rows() == rows.len() => batch,
                    _ => return internal_err!("row group {group} does not have {} rows", rows.len()),
                };
                // Columns come in the order of the file, as `wanted` has them.
                for (&place, column) in missing.iter().zip(batch.columns()) {
                    scan.cache.keep(&self.known, group, wanted[place], column);
                    columns[place] = Some(Arc::clone(column));
                }
            }
            loaded.push(Group { rows, columns: all(columns)? });
        }
        Ok(loaded)
    }

    /// The wanted rows of some row groups.
    fn morsel(self, groups: Vec<Group>) -> MorselPlan {
        let mut parts = Vec::new();
        for (kind, range) in &self.ranges {
            let kind: Arc<str> = kind.as_str().into();
            for Group { rows, columns } in &groups {
                let (start, end) = (range.start.max(rows.start), range.end.min(rows.end));
                if start < end {
                    let rows = start - rows.start..end - rows.start;
                    parts.push(Part { kind: Arc::clone(&kind), columns: columns.clone(), rows });
                }
            }
        }
        let rows: Box<dyn Morsel> = Box::new(Rows { reading: self.reading, parts });
        MorselPlan::new().with_morsels(vec![rows])
    }
}
