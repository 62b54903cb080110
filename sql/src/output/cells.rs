//! Values as every format shows them.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use std::borrow::Cow;
use std::sync::Arc;

use super::OutputError;

/// How values read; `null` stands for NULL.
pub fn format_options(null: &str) -> FormatOptions<'_> {
    FormatOptions::default().with_null(null).with_display_error(true)
}

/// Whether a column holds numbers, which line up on the right.
pub fn is_number(data_type: &DataType) -> bool {
    match data_type {
        DataType::Dictionary(_, values) => is_number(values),
        other => other.is_numeric(),
    }
}

/// Text that cannot disturb a terminal or a table: line breaks become `↵`, tabs become blanks, and
/// other control characters are spelled out. Source code may hold any of them.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' => out.push('↵'),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\t' => out.push_str("    "),
            c if c.is_control() => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The header line of a CSV.
pub fn csv_header(schema: &SchemaRef) -> Result<Vec<u8>, ArrowError> {
    let fields: Vec<Field> =
        schema.fields().iter().map(|f| Field::new(f.name(), DataType::Utf8, true)).collect();
    let mut line = Vec::new();
    if !fields.is_empty() {
        let empty = RecordBatch::new_empty(Arc::new(Schema::new(fields)));
        arrow::csv::WriterBuilder::new().with_header(true).build(&mut line).write(&empty)?;
    }
    Ok(line)
}

/// A batch without nested columns, which CSV cannot hold: they become text.
pub fn flat(batch: &RecordBatch) -> Result<RecordBatch, OutputError> {
    let nested = |d: &DataType| d.is_nested() || matches!(d, DataType::Binary | DataType::BinaryView);
    if !batch.schema().fields().iter().any(|f| nested(f.data_type())) {
        return Ok(batch.clone());
    }
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (field, column) in batch.schema().fields().iter().zip(batch.columns()) {
        if nested(field.data_type()) {
            fields.push(Field::new(field.name(), DataType::Utf8, true));
            columns.push(as_text(column)?);
        } else {
            fields.push(field.as_ref().clone());
            columns.push(column.clone());
        }
    }
    Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
}

fn as_text(column: &ArrayRef) -> Result<ArrayRef, OutputError> {
    if let DataType::Binary = column.data_type() {
        // Source text is kept as bytes.
        let texts = column.as_binary::<i32>().iter().map(|b| b.map(String::from_utf8_lossy));
        return Ok(Arc::new(StringArray::from_iter(texts)));
    }
    let options = format_options("");
    let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
    let texts = (0..column.len()).map(|row| (!column.is_null(row)).then(|| formatter.value(row).to_string()));
    Ok(Arc::new(StringArray::from_iter(texts)))
}

/// A schema that any reader of Parquet takes: plain text in place of dictionaries and views.
pub fn plain_schema(schema: &SchemaRef) -> SchemaRef {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|f| Field::new(f.name(), plain_type(f.data_type()), f.is_nullable()))
        .collect();
    Arc::new(Schema::new(fields))
}

fn plain_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(_, values) => plain_type(values),
        DataType::Utf8View | DataType::LargeUtf8 => DataType::Utf8,
        DataType::BinaryView | DataType::LargeBinary => DataType::Binary,
        DataType::List(item) => DataType::List(Arc::new(Field::new(
            item.name(),
            plain_type(item.data_type()),
            item.is_nullable(),
        ))),
        other => other.clone(),
    }
}

/// A batch with the columns of [`plain_schema`].
pub fn plain(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, OutputError> {
    let columns: Result<Vec<ArrayRef>, ArrowError> =
        batch.columns().iter().zip(schema.fields()).map(|(column, f)| cast(column, f.data_type())).collect();
    Ok(RecordBatch::try_new(schema.clone(), columns?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_tamed() {
        assert_eq!(printable("plain é 漢"), "plain é 漢");
        assert_eq!(printable("a\r\nb\tc\u{1b}[31m"), "a↵b    c\\u{1b}[31m");
    }
}
