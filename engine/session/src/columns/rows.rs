//! From columns that are kept to the batches of a scan.

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringViewArray, UInt32Array};
use arrow::compute::{BatchCoalescer, filter_record_batch, take};
use datafusion::common::Result;
use datafusion_datasource::morsel::Morsel;
use futures::stream::{self, BoxStream, StreamExt};
use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use super::reading::Reading;

/// Some rows of a row group, all of one kind.
pub(super) struct Part {
    pub kind: Arc<str>,
    /// The whole row group.
    pub columns: Vec<ArrayRef>,
    pub rows: Range<usize>,
}

/// The wanted rows of a file.
pub(super) struct Rows {
    pub reading: Arc<Reading>,
    pub parts: Vec<Part>,
}

impl fmt::Debug for Rows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("parts", &self.parts.len()).finish_non_exhaustive()
    }
}

impl Morsel for Rows {
    fn into_stream(self: Box<Self>) -> BoxStream<'static, Result<RecordBatch>> {
        match Batches::new(*self) {
            Ok(batches) => stream::iter(batches).boxed(),
            Err(error) => stream::iter([Err(error)]).boxed(),
        }
    }
}

/// The batches of a file, about as large as the session wants them.
struct Batches {
    reading: Arc<Reading>,
    parts: VecDeque<Part>,
    /// The last kind that was asked for, over as many rows as were.
    kinds: Option<(Arc<str>, ArrayRef)>,
    /// Joins what a filter leaves of several slices.
    coalescer: BatchCoalescer,
    ended: bool,
}

impl Batches {
    fn new(Rows { reading, parts }: Rows) -> Result<Batches> {
        let schema = Arc::new(reading.schema.project(&reading.projected)?);
        let size = reading.batch_size;
        let coalescer = BatchCoalescer::new(schema, size).with_biggest_coalesce_batch_size(Some(size / 2));
        Ok(Batches { reading, parts: parts.into(), kinds: None, coalescer, ended: false })
    }

    /// The next slice of rows, of at most the size of a batch.
    fn slice(&mut self) -> Result<Option<RecordBatch>> {
        let Some(part) = self.parts.front_mut() else { return Ok(None) };
        let (start, rows) = (part.rows.start, part.rows.len().min(self.reading.batch_size));
        part.rows.start += rows;
        let mut columns: Vec<ArrayRef> =
            part.columns.iter().map(|column| column.slice(start, rows)).collect();
        if self.reading.with_kind {
            let known = self.kinds.take().filter(|(kind, known)| *kind == part.kind && known.len() >= rows);
            let (kind, known) = match known {
                Some(known) => known,
                None => (Arc::clone(&part.kind), repeated(&part.kind, rows)?),
            };
            columns.push(known.slice(0, rows));
            self.kinds = Some((kind, known));
        }
        if part.rows.is_empty() {
            self.parts.pop_front();
        }
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(Some(RecordBatch::try_new_with_options(Arc::clone(&self.reading.schema), columns, &options)?))
    }

    /// What the filter leaves of the next slices, until there is a batch of it or no slice.
    fn advance(&mut self) -> Result<Option<RecordBatch>> {
        loop {
            if let Some(batch) = self.coalescer.next_completed_batch() {
                return Ok(Some(batch));
            }
            if self.ended {
                return Ok(None);
            }
            let Some(batch) = self.slice()? else {
                self.ended = true;
                self.coalescer.finish_buffered_batch()?;
                continue;
            };
            let (batch, passes) = self.reading.filter.apply(batch)?;
            let left = batch.project(&self.reading.projected)?;
            match passes {
                Some(passes) if passes.true_count() == 0 => {}
                // Rows without columns are counted, not joined.
                Some(passes) if left.num_columns() == 0 => {
                    return Ok(Some(filter_record_batch(&left, &passes)?));
                }
                None if left.num_columns() == 0 => return Ok(Some(left)),
                Some(passes) => self.coalescer.push_batch_with_filter(left, &passes)?,
                None => self.coalescer.push_batch(left)?,
            }
        }
    }
}

/// A column of one text.
fn repeated(text: &str, rows: usize) -> Result<ArrayRef> {
    let places = UInt32Array::from(vec![0; rows]);
    Ok(take(&StringViewArray::from_iter_values([text]), &places, None)?)
}

impl Iterator for Batches {
    type Item = Result<RecordBatch>;

    fn next(&mut self) -> Option<Result<RecordBatch>> {
        match self.advance() {
            Ok(batch) => Some(self.reading.projector.project_batch(&batch?)),
            Err(error) => {
                (self.ended, self.parts) = (true, VecDeque::new());
                Some(Err(error))
            }
        }
    }
}
