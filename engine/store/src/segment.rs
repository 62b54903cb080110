//! Batches to the bytes of a segment. CPU only: no IO, callable from any thread.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::UInt8Type;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use std::collections::BTreeMap;
use stoa_model::tables::Table;

use crate::encoding::Packing;
use crate::snapshot::{SegmentMeta, SegmentRole, TableFile};
use crate::{StoreError, blocks, encoding};

/// A table of a segment as Parquet bytes.
#[derive(Clone, Debug)]
pub struct EncodedTable {
    pub file: TableFile,
    pub data: Bytes,
}

/// A segment that is ready to be written.
#[derive(Clone, Debug)]
pub struct EncodedSegment {
    pub id: String,
    /// In the order of [`Table::STORED`].
    pub tables: Vec<EncodedTable>,
}

impl EncodedSegment {
    /// What a snapshot says of the segment.
    pub fn meta(&self) -> SegmentMeta {
        SegmentMeta {
            id: self.id.clone(),
            tables: self.tables.iter().map(|table| table.file.clone()).collect(),
            role: SegmentRole::default(),
            made_at: None,
        }
    }

    /// The same segment with other tables as well, which were encoded under the same id.
    pub fn with(mut self, others: EncodedSegment) -> EncodedSegment {
        self.tables.extend(others.tables);
        self.tables.sort_by_key(|table| table.file.table);
        self
    }

    /// The bytes of all its files.
    pub fn bytes(&self) -> u64 {
        self.tables.iter().map(|table| table.file.bytes).sum()
    }
}

/// Encodes the tables of a segment. Each batch has its table's stored schema and is sorted by
/// [`Table::sort_order`]; a table comes at most once, and a table without rows gets no file. The bytes
/// depend on the batches alone; the id is fresh.
pub fn encode_segment(tables: Vec<(Table, RecordBatch)>) -> Result<EncodedSegment, StoreError> {
    encode_segment_as(&new_segment_id(), tables, Packing::Tight)
}

/// The id of a segment that is about to be made.
pub fn new_segment_id() -> String {
    ulid::Ulid::new().to_string().to_lowercase()
}

/// The same as [`encode_segment`] under an id that was known before, packed as it is said.
pub fn encode_segment_as(
    id: &str,
    tables: Vec<(Table, RecordBatch)>,
    packing: Packing,
) -> Result<EncodedSegment, StoreError> {
    let mut encoded: Vec<EncodedTable> = Vec::with_capacity(tables.len());
    for (table, batch) in tables {
        if encoded.iter().any(|other| other.file.table == table) {
            return Err(StoreError::Schema { table, why: "it comes twice in one segment".to_owned() });
        }
        if batch.num_rows() == 0 {
            continue;
        }
        let rows = batch.num_rows() as u64;
        let (kinds, languages) = (count([&batch], "kind"), count([&batch], "language"));
        let data = encode_table(table, batch, &kinds, packing)?;
        let file = TableFile {
            table,
            path: format!("segments/{id}/{}.parquet", table.name()),
            rows,
            bytes: data.len() as u64,
            blake3: blake3::hash(&data).to_hex().to_string(),
            kinds,
            languages,
            blocks: match packing {
                Packing::Tight => blocks::checksums(&data),
                Packing::Loose => Vec::new(),
            },
        };
        encoded.push(EncodedTable { file, data });
    }
    encoded.sort_by_key(|t| t.file.table);
    Ok(EncodedSegment { id: id.to_owned(), tables: encoded })
}

/// Rows of each value of a column of few, if the table has it. Planning a query asks for them, and reading footers to find out would be IO.
pub(crate) fn count<'a>(
    batches: impl IntoIterator<Item = &'a RecordBatch>,
    column: &str,
) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for batch in batches {
        let Some(values) = batch.column_by_name(column).and_then(|c| c.as_dictionary_opt::<UInt8Type>())
        else {
            continue;
        };
        let Some(names) = values.values().as_string_opt::<i32>() else { continue };
        let mut rows = vec![0u64; names.len()];
        for key in values.keys().iter().flatten() {
            rows[key as usize] += 1;
        }
        // A dictionary that was put together of several may have a name more than once.
        for (name, rows) in names.iter().zip(rows) {
            if let Some(name) = name.filter(|_| rows > 0) {
                *counts.entry(name.to_owned()).or_default() += rows;
            }
        }
    }
    counts
}

/// One table as Parquet bytes.
fn encode_table(
    table: Table,
    batch: RecordBatch,
    kinds: &BTreeMap<String, u64>,
    packing: Packing,
) -> Result<Bytes, StoreError> {
    let schema = table.stored_schema();
    if batch.schema().fields() != schema.fields() {
        return Err(StoreError::Schema { table, why: schema_difference(&batch, table) });
    }
    let encode = |source| StoreError::Encode { table, source };
    let properties = encoding::writer_properties(table, packing);
    let mut writer = ArrowWriter::try_new(Vec::new(), schema, Some(properties)).map_err(encode)?;
    let mut start = 0;
    for rows in encoding::row_groups(batch.num_rows(), kinds) {
        writer.write(&batch.slice(start, rows)).map_err(encode)?;
        writer.flush().map_err(encode)?;
        start += rows;
    }
    // Freed before the footer is written: the batch is the largest thing a writer holds.
    drop(batch);
    Ok(writer.into_inner().map_err(encode)?.into())
}

fn schema_difference(batch: &RecordBatch, table: Table) -> String {
    let (given, wanted) = (batch.schema(), table.stored_schema());
    given.fields().iter().zip(wanted.fields()).find(|(g, w)| g != w).map_or_else(
        || format!("{} columns instead of {}", given.fields().len(), wanted.fields().len()),
        |(g, w)| format!("column {g:?} instead of {w:?}"),
    )
}
