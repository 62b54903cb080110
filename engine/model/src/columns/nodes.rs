//! Rows of `nodes` to a sorted batch. They are put aside by kind as they come, and turned into columns block by block.

use arrow::array::{
    ArrayRef, BooleanArray, BooleanBufferBuilder, Int32Array, Int64Array, RecordBatch, UInt8Array,
};
use arrow::datatypes::{Int32Type, Int64Type};
use arrow::error::ArrowError;
use std::sync::Arc;

use super::parts::{Numbers, Texts, dictionary};
use crate::ids::{FileId, node_id};
use crate::rows::{NO_ARGUMENT, NO_LOCAL, NodeRow};
use crate::tables::Table;
use crate::{Control, Dispatch, FIRST_BODY, Interner, NodeKind};

/// Rows are turned into columns this many at a time: a block's rows stay in the cache while each column takes
/// its part of them.
const BLOCK: usize = 1024;

/// Collects rows of `nodes`.
pub struct NodeColumns {
    /// The rows of each kind, with the place of their file in `files`.
    rows: Vec<Vec<(u32, NodeRow)>>,
    /// For each file pushed: its id, the language's place in `languages`, whether it holds stubs.
    files: Vec<(FileId, u8, bool)>,
    languages: Vec<&'static str>,
}

impl Default for NodeColumns {
    fn default() -> Self {
        let rows = NodeKind::ALL.iter().map(|_| Vec::new()).collect();
        NodeColumns { rows, files: Vec::new(), languages: Vec::new() }
    }
}

impl NodeColumns {
    /// Starts the rows of a file; `is_external` marks stub declarations.
    pub fn begin_file(&mut self, file: FileId, language: &'static str, is_external: bool) {
        let language = self.languages.iter().position(|l| *l == language).unwrap_or_else(|| {
            self.languages.push(language);
            self.languages.len() - 1
        });
        self.files.push((file, language as u8, is_external));
    }

    /// Adds a row to the file begun last.
    #[inline]
    pub fn push(&mut self, row: NodeRow) {
        debug_assert!(!self.files.is_empty());
        self.rows[row.kind as usize].push((self.files.len() as u32 - 1, row));
    }

    pub fn len(&self) -> usize {
        self.rows.iter().map(Vec::len).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many rows of each kind there are, in the order of [`NodeKind::ALL`].
    pub fn count_by_kind(&self) -> Vec<u64> {
        self.rows.iter().map(|rows| rows.len() as u64).collect()
    }

    /// The rows as one batch of the stored schema, sorted by (kind, id). Rows are let go kind by kind.
    pub fn finish(self, interner: &Interner) -> Result<RecordBatch, ArrowError> {
        let total = self.len();
        let NodeColumns { rows, files, languages } = self;
        let mut columns = NodeArrays::with_capacity(total);
        for mut rows in rows {
            let id = |(file, row): &(u32, NodeRow)| node_id(files[*file as usize].0, row.local);
            if !rows.is_sorted_by_key(id) {
                rows.sort_by_key(id);
            }
            for block in rows.chunks(BLOCK) {
                columns.append(block, &files, interner);
            }
        }
        RecordBatch::try_new(Table::Nodes.stored_schema(), columns.finish(&languages)?)
    }
}

/// The columns of `nodes` under construction.
struct NodeArrays {
    kind: Vec<u8>,
    id: Vec<i64>,
    name: Texts,
    full_name: Texts,
    signature: Texts,
    language: Vec<u8>,
    file_id: Vec<i32>,
    line: Numbers<i32>,
    column: Numbers<i32>,
    length: Numbers<i32>,
    extra_lines: Numbers<i32>,
    parent_id: Numbers<i64>,
    child_index: Vec<i32>,
    argument_index: Numbers<i32>,
    argument_name: Texts,
    declaration_position: Numbers<i32>,
    descendants: Vec<i32>,
    method_id: Numbers<i64>,
    type_id: Numbers<i64>,
    type_full_name: Texts,
    dispatch: Numbers<u8>,
    control: Numbers<u8>,
    modifiers: Texts,
    is_external: BooleanBufferBuilder,
    hash: Numbers<i64>,
}

impl NodeArrays {
    fn with_capacity(rows: usize) -> NodeArrays {
        NodeArrays {
            kind: Vec::with_capacity(rows),
            id: Vec::with_capacity(rows),
            name: Texts::with_capacity(rows),
            full_name: Texts::with_capacity(rows),
            signature: Texts::with_capacity(rows),
            language: Vec::with_capacity(rows),
            file_id: Vec::with_capacity(rows),
            line: Numbers::with_capacity(rows),
            column: Numbers::with_capacity(rows),
            length: Numbers::with_capacity(rows),
            extra_lines: Numbers::with_capacity(rows),
            parent_id: Numbers::with_capacity(rows),
            child_index: Vec::with_capacity(rows),
            argument_index: Numbers::with_capacity(rows),
            argument_name: Texts::with_capacity(rows),
            declaration_position: Numbers::with_capacity(rows),
            descendants: Vec::with_capacity(rows),
            method_id: Numbers::with_capacity(rows),
            type_id: Numbers::with_capacity(rows),
            type_full_name: Texts::with_capacity(rows),
            dispatch: Numbers::with_capacity(rows),
            control: Numbers::with_capacity(rows),
            modifiers: Texts::with_capacity(rows),
            is_external: BooleanBufferBuilder::new(rows),
            hash: Numbers::with_capacity(rows),
        }
    }

    fn append(&mut self, block: &[(u32, NodeRow)], files: &[(FileId, u8, bool)], names: &Interner) {
        let rows = block.iter().map(|(_, row)| row);
        let file = |(file, _): &(u32, NodeRow)| files[*file as usize];
        let id = |(file, row): &(u32, NodeRow), f: fn(&NodeRow) -> u32| {
            let local = f(row);
            (local != NO_LOCAL).then(|| node_id(files[*file as usize].0, local))
        };
        // A node without a line has no place in the source: a stub.
        let placed = |row: &NodeRow, value: u32| (row.line > 0).then_some(value as i32);
        self.kind.extend(rows.clone().map(|r| r.kind as u8));
        self.id.extend(block.iter().map(|r| node_id(file(r).0, r.1.local)));
        self.name.extend(names, rows.clone().map(|r| r.name));
        self.full_name.extend(names, rows.clone().map(|r| r.full_name));
        self.signature.extend(names, rows.clone().map(|r| r.signature));
        self.language.extend(block.iter().map(|r| file(r).1));
        self.file_id.extend(block.iter().map(|r| file(r).0 as i32));
        self.line.extend(rows.clone().map(|r| placed(r, r.line)));
        self.column.extend(rows.clone().map(|r| placed(r, r.column)));
        self.length.extend(rows.clone().map(|r| placed(r, r.length)));
        self.extra_lines.extend(rows.clone().map(|r| placed(r, r.extra_lines)));
        self.parent_id.extend(block.iter().map(|r| id(r, |r| r.parent)));
        self.child_index.extend(rows.clone().map(|r| r.child_index as i32));
        self.argument_index
            .extend(rows.clone().map(|r| (r.argument_index != NO_ARGUMENT).then_some(r.argument_index)));
        self.argument_name.extend(names, rows.clone().map(|r| r.argument_name));
        self.declaration_position
            .extend(rows.clone().map(|r| (r.local < FIRST_BODY).then_some(r.position as i32)));
        self.descendants.extend(rows.clone().map(|r| r.descendants as i32));
        self.method_id.extend(block.iter().map(|r| id(r, |r| r.method)));
        self.type_id.extend(block.iter().map(|r| id(r, |r| r.type_decl)));
        self.type_full_name.extend(names, rows.clone().map(|r| r.type_full_name));
        self.dispatch.extend(rows.clone().map(|r| r.dispatch.map(|d| d as u8)));
        self.control.extend(rows.clone().map(|r| r.control.map(|c| c as u8)));
        self.modifiers.extend(names, rows.clone().map(|r| r.modifiers));
        for row in block {
            self.is_external.append(file(row).2);
        }
        self.hash.extend(rows.map(|r| (r.hash != 0).then_some(r.hash as i64)));
    }

    /// The columns, in the order of the stored schema.
    fn finish(mut self, languages: &[&'static str]) -> Result<Vec<ArrayRef>, ArrowError> {
        let int = |values: Vec<i32>| -> ArrayRef { Arc::new(Int32Array::from(values)) };
        let optional_int = |numbers: Numbers<i32>| -> ArrayRef { Arc::new(numbers.finish::<Int32Type>()) };
        let optional_long = |numbers: Numbers<i64>| -> ArrayRef { Arc::new(numbers.finish::<Int64Type>()) };
        Ok(vec![
            dictionary(NodeKind::ALL.iter().map(|k| k.as_str()), UInt8Array::from(self.kind))?,
            Arc::new(Int64Array::from(self.id)),
            self.name.finish()?,
            self.full_name.finish()?,
            self.signature.finish()?,
            dictionary(languages.iter().copied(), UInt8Array::from(self.language))?,
            int(self.file_id),
            optional_int(self.line),
            optional_int(self.column),
            optional_int(self.length),
            optional_int(self.extra_lines),
            optional_long(self.parent_id),
            int(self.child_index),
            optional_int(self.argument_index),
            self.argument_name.finish()?,
            optional_int(self.declaration_position),
            int(self.descendants),
            optional_long(self.method_id),
            optional_long(self.type_id),
            self.type_full_name.finish()?,
            dictionary(Dispatch::ALL.iter().map(|d| d.as_str()), self.dispatch.finish())?,
            dictionary(Control::ALL.iter().map(|c| c.as_str()), self.control.finish())?,
            self.modifiers.finish()?,
            Arc::new(BooleanArray::new(self.is_external.finish(), None)),
            optional_long(self.hash),
        ])
    }
}
