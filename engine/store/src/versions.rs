//! What each version of the schema brought, and how rows of an older one become rows of this one.
//!
//! A table's rows are as old as the columns they lack, so a segment need not say which version wrote it, and one snapshot may
//! name segments of several.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray, UInt8Array, new_null_array};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Schema, UInt8Type};
use arrow::error::ArrowError;
use std::sync::Arc;
use stoa_model::tables::Table;
use stoa_model::{FileStatus, Layer, Layers, Origin};

use crate::StoreError;

/// Whether a file of these columns lacks some that its table has now.
pub(crate) fn is_older(table: Table, schema: &Schema) -> bool {
    table.stored_schema().fields().iter().any(|field| schema.field_with_name(field.name()).is_err())
}

/// Rows of any version as rows of this one, all columns filled.
pub(crate) fn upgrade(table: Table, batch: RecordBatch) -> Result<RecordBatch, StoreError> {
    if !is_older(table, &batch.schema()) {
        return Ok(batch);
    }
    let unfit = |why: String| StoreError::Schema { table, why };
    let schema = table.stored_schema();
    let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        columns.push(match (batch.column_by_name(field.name()), table, field.name().as_str()) {
            (Some(column), ..) => Arc::clone(column),
            (None, Table::Files, "origin") => origin_of_version_1(batch.num_rows()),
            (None, Table::Files, "layers") => {
                layers_of_version_1(&batch).ok_or_else(|| unfit("`status` is not a text".to_owned()))?
            }
            // What an older version did not find out.
            (None, ..) if field.is_nullable() => new_null_array(field.data_type(), batch.num_rows()),
            (None, _, name) => return Err(unfit(format!("it has no column `{name}`"))),
        });
    }
    RecordBatch::try_new(schema, columns).map_err(|e: ArrowError| unfit(e.to_string()))
}

/// Version 1 knew source alone.
fn origin_of_version_1(rows: usize) -> ArrayRef {
    let keys = UInt8Array::from_iter_values(std::iter::repeat_n(Origin::Source as u8, rows));
    let values = StringArray::from_iter_values(Origin::ALL.iter().map(|o| o.as_str()));
    // Every key is a place in `values`.
    Arc::new(arrow::array::DictionaryArray::<UInt8Type>::new(keys, Arc::new(values)))
}

/// Every layer, unless the file did not make it into the graph; the pseudo files of stubs declare and no more.
fn layers_of_version_1(batch: &RecordBatch) -> Option<ArrayRef> {
    let status = cast(batch.column_by_name("status")?, &DataType::Utf8).ok()?;
    let status = status.as_string_opt::<i32>()?.clone();
    let paths = batch.column_by_name("path")?.as_string_opt::<i32>()?;
    let (all, declared) = (Layers::ALL.to_string(), Layers::NONE.with(Layer::Declarations).to_string());
    let layers = (0..batch.num_rows()).map(|row| {
        let known = status.is_valid(row).then(|| FileStatus::parse(status.value(row))).flatten();
        match known {
            Some(FileStatus::Ok) if paths.value(row).starts_with("<external:") => declared.as_str(),
            Some(FileStatus::Ok | FileStatus::Partial) if !paths.value(row).starts_with('<') => all.as_str(),
            _ => "",
        }
    });
    Some(Arc::new(StringArray::from_iter_values(layers)))
}
