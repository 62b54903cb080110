//! Reading columns of record batches whatever their encoding: plain text, views, dictionaries.

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Int32Array, Int64Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use crate::FlowError;

/// The columns of one batch of one table.
pub(super) struct Columns<'a> {
    pub table: &'static str,
    pub batch: &'a RecordBatch,
}

impl Columns<'_> {
    fn column(&self, name: &'static str, to: &DataType, wanted: &'static str) -> Result<ArrayRef, FlowError> {
        let error = || FlowError::Column { table: self.table, column: name, wanted };
        let column = self.batch.column_by_name(name).ok_or_else(error)?;
        if column.data_type() == to {
            return Ok(column.clone());
        }
        cast(column, to).map_err(|_| error())
    }

    pub(super) fn text(&self, name: &'static str) -> Result<StringArray, FlowError> {
        Ok(self.column(name, &DataType::Utf8, "text")?.as_string::<i32>().clone())
    }

    pub(super) fn long(&self, name: &'static str) -> Result<Int64Array, FlowError> {
        Ok(self.column(name, &DataType::Int64, "BIGINT")?.as_primitive().clone())
    }

    pub(super) fn int(&self, name: &'static str) -> Result<Int32Array, FlowError> {
        Ok(self.column(name, &DataType::Int32, "INT")?.as_primitive().clone())
    }

    pub(super) fn flag(&self, name: &'static str) -> Result<BooleanArray, FlowError> {
        Ok(self.column(name, &DataType::Boolean, "BOOLEAN")?.as_boolean().clone())
    }

    /// The position of declarations: `declaration_position` as stored, `position` as SQL shows it.
    pub(super) fn position(&self) -> Result<Int32Array, FlowError> {
        self.int("declaration_position").or_else(|_| self.int("position"))
    }
}

/// The value in a row, if there is one.
pub(super) fn at(column: &StringArray, row: usize) -> Option<&str> {
    column.is_valid(row).then(|| column.value(row))
}
