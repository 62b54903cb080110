//! Rows to sorted record batches: one builder a table.
//!
//! Rows arrive file by file, as numbers and symbols. Nodes are put aside by kind as they come (those of one kind arrive
//! almost sorted already), and so are edges.

mod nodes;
mod parts;

pub use nodes::NodeColumns;

use arrow::array::{ArrayRef, BinaryBuilder, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::error::ArrowError;
use std::sync::Arc;

use crate::ids::{FileId, NodeId, node_id};
use crate::rows::{EdgeRow, FileRow, ReferenceRow};
use crate::tables::Table;
use crate::{EdgeKind, FileStatus, Interner, Origin, ReferenceForm, ReferenceKind, Symbol};
use parts::{Texts, dictionary, int_array, symbol_array, vocabulary_array};

/// Collects rows of `edges`.
#[derive(Default)]
pub struct EdgeColumns {
    /// By kind.
    rows: [Vec<EdgeRow>; EdgeKind::ALL.len()],
}

impl EdgeColumns {
    #[inline]
    pub fn push(&mut self, row: EdgeRow) {
        self.rows[row.kind as usize].push(row);
    }

    pub fn len(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.iter().all(Vec::is_empty)
    }

    /// How many rows of each kind there are, in the order of [`EdgeKind::ALL`].
    pub fn count_by_kind(&self) -> Vec<u64> {
        self.rows.iter().map(|rows| rows.len() as u64).collect()
    }

    /// The rows as one batch of the stored schema, sorted by (kind, src, dst).
    pub fn finish(mut self, interner: &Interner) -> Result<RecordBatch, ArrowError> {
        let key = |r: &EdgeRow| (r.src, r.dst, r.label);
        for rows in &mut self.rows {
            if !rows.is_sorted_by_key(key) {
                rows.sort_by_key(key);
            }
        }
        let count = self.len();
        let sorted = || self.rows.iter().flatten();
        let long = |f: fn(&EdgeRow) -> NodeId| -> ArrayRef {
            let mut ids: Vec<NodeId> = Vec::with_capacity(count);
            for rows in &self.rows {
                ids.extend(rows.iter().map(f));
            }
            Arc::new(Int64Array::from(ids))
        };
        let mut kinds: Vec<u8> = Vec::with_capacity(count);
        let mut labels = Texts::with_capacity(count);
        for (kind, rows) in self.rows.iter().enumerate() {
            kinds.resize(kinds.len() + rows.len(), kind as u8);
            labels.extend(interner, rows.iter().map(|r| r.label));
        }
        let columns: Vec<ArrayRef> = vec![
            long(|r| r.src),
            long(|r| r.dst),
            dictionary(EdgeKind::ALL.iter().map(|k| k.as_str()), kinds.into())?,
            labels.finish()?,
            Arc::new(
                sorted().map(|r| (!r.confidence.is_nan()).then_some(r.confidence)).collect::<Float64Array>(),
            ),
        ];
        RecordBatch::try_new(Table::Edges.stored_schema(), columns)
    }
}

/// Collects rows of `references`.
#[derive(Default)]
pub struct ReferenceColumns {
    rows: Vec<(FileId, ReferenceRow)>,
}

impl ReferenceColumns {
    #[inline]
    pub fn push(&mut self, file: FileId, row: ReferenceRow) {
        self.rows.push((file, row));
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows as one batch of the stored schema, sorted by src.
    pub fn finish(mut self, interner: &Interner) -> Result<RecordBatch, ArrowError> {
        let key = |r: &(FileId, ReferenceRow)| (node_id(r.0, r.1.src), r.1.kind);
        if !self.rows.is_sorted_by_key(key) {
            self.rows.sort_by_key(key);
        }
        let sorted = self.rows.iter().map(|(_, r)| r);
        let text = |f: fn(&ReferenceRow) -> Symbol| symbol_array(interner, sorted.clone().map(f));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(self.rows.iter().map(|(f, r)| node_id(*f, r.src)))),
            vocabulary_array(
                ReferenceKind::ALL.iter().map(|k| k.as_str()),
                sorted.clone().map(|r| Some(r.kind as u8)),
            )?,
            text(|r| r.name)?,
            vocabulary_array(
                ReferenceForm::ALL.iter().map(|f| f.as_str()),
                sorted.clone().map(|r| Some(r.form as u8)),
            )?,
            text(|r| r.qualifier)?,
            Arc::new(sorted.clone().map(|r| (r.arity >= 0).then_some(r.arity)).collect::<Int32Array>()),
            text(|r| r.owner)?,
            text(|r| r.arguments)?,
        ];
        RecordBatch::try_new(Table::References.stored_schema(), columns)
    }
}

/// The rows of `files` as one batch; they must come sorted by `file_id`.
pub fn files_batch(rows: &[FileRow]) -> Result<RecordBatch, ArrowError> {
    let mut languages: Vec<&'static str> = rows.iter().map(|r| r.language).collect();
    languages.sort_unstable();
    languages.dedup();
    let text =
        |f: fn(&FileRow) -> &str| -> ArrayRef { Arc::new(StringArray::from_iter_values(rows.iter().map(f))) };
    let int = |f: fn(&FileRow) -> u32| int_array(rows.iter().map(f));
    let columns: Vec<ArrayRef> = vec![
        int(|r| r.file_id),
        text(|r| &r.path),
        vocabulary_array(
            languages.iter().copied(),
            rows.iter().map(|r| languages.binary_search(&r.language).ok().map(|i| i as u8)),
        )?,
        Arc::new(StringArray::from_iter(rows.iter().map(|r| (!r.module.is_empty()).then_some(&r.module)))),
        text(|r| &r.content_hash),
        Arc::new(Int64Array::from_iter_values(rows.iter().map(|r| r.bytes as i64))),
        int(|r| r.lines),
        int(|r| r.code_lines),
        int(|r| r.comment_lines),
        int(|r| r.nodes),
        vocabulary_array(
            FileStatus::ALL.iter().map(|s| s.as_str()),
            rows.iter().map(|r| Some(r.status as u8)),
        )?,
        Arc::new(StringArray::from_iter(rows.iter().map(|r| r.error.as_deref()))),
        int(|r| r.error_nodes),
        vocabulary_array(Origin::ALL.iter().map(|o| o.as_str()), rows.iter().map(|r| Some(r.origin as u8)))?,
        Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.layers.to_string()))),
    ];
    RecordBatch::try_new(Table::Files.stored_schema(), columns)
}

/// Collects rows of `sources`.
#[derive(Default)]
pub struct SourceColumns {
    files: Vec<i32>,
    content: BinaryBuilder,
}

impl SourceColumns {
    pub fn push(&mut self, file: FileId, content: &[u8]) {
        self.files.push(file as i32);
        self.content.append_value(content);
    }

    /// The rows as one batch.
    pub fn finish(self) -> Result<RecordBatch, ArrowError> {
        self.finish_as(Table::Sources)
    }

    /// The same as rows of `facts`, whose columns are alike.
    pub fn finish_facts(self) -> Result<RecordBatch, ArrowError> {
        self.finish_as(Table::Facts)
    }

    fn finish_as(mut self, table: Table) -> Result<RecordBatch, ArrowError> {
        RecordBatch::try_new(
            table.stored_schema(),
            vec![Arc::new(Int32Array::from(self.files)), Arc::new(self.content.finish())],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::AsArray;
    use arrow::datatypes::Int64Type;

    #[test]
    fn edges_come_out_sorted() {
        let mut interner = Interner::new();
        let label = interner.intern("true");
        let mut edges = EdgeColumns::default();
        for (kind, src, dst) in [(EdgeKind::Ref, 5, 1), (EdgeKind::Cfg, 9, 2), (EdgeKind::Cfg, 3, 4)] {
            edges.push(EdgeRow { kind, src, dst, label, confidence: f64::NAN });
        }
        let batch = edges.finish(&interner).unwrap();
        assert_eq!(batch.column(0).as_primitive::<Int64Type>().values(), &[3, 9, 5]);
    }
}
