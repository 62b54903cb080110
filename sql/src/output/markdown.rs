//! Results as a Markdown table.

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::util::display::ArrayFormatter;
use std::io::Write;

use super::cells::{format_options, is_number};
use super::{OutputError, has_columns};

/// Writes the header; numbers are aligned to the right.
pub fn header(schema: &SchemaRef, out: &mut (dyn Write + Send)) -> Result<(), OutputError> {
    if !has_columns(schema) {
        return Ok(());
    }
    for field in schema.fields() {
        write!(out, "| {} ", escaped(field.name()))?;
    }
    writeln!(out, "|")?;
    for field in schema.fields() {
        write!(out, "| {} ", if is_number(field.data_type()) { "--:" } else { "---" })?;
    }
    writeln!(out, "|")?;
    Ok(())
}

/// Writes the rows of a batch.
pub fn rows(batch: &RecordBatch, out: &mut (dyn Write + Send)) -> Result<(), OutputError> {
    let options = format_options("NULL");
    let formatters: Vec<ArrayFormatter<'_>> = batch
        .columns()
        .iter()
        .map(|column| ArrayFormatter::try_new(column.as_ref(), &options))
        .collect::<Result<_, _>>()?;
    for row in 0..batch.num_rows() {
        for formatter in &formatters {
            write!(out, "| {} ", escaped(&formatter.value(row).to_string()))?;
        }
        writeln!(out, "|")?;
    }
    Ok(())
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('|', "\\|").replace("\r\n", "<br>").replace('\n', "<br>")
}
