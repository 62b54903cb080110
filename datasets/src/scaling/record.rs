//! Measurements as rows of Parquet.

use anyhow::{Context, Result};
use arrow::array::{ArrayRef, BooleanArray, Float64Array, StringArray, UInt32Array, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

/// The name of the file of measurements, in the folder of a measurement.
pub const FILE: &str = "measurements.parquet";

/// A run of a function on a graph, or of a question on a store.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    pub function: String,
    pub complexity: String,
    /// The exponent that the complexity states; none if it states none in nodes and edges.
    pub stated_exponent: Option<f64>,
    /// The greatest exponent that passes.
    pub limit: Option<f64>,
    pub family: String,
    pub nodes: u64,
    pub edges: u64,
    /// What was asked; edges to smaller ids were left out where the function asks for a graph without cycles.
    pub sql: String,
    pub acyclic: bool,
    pub run: u32,
    /// From the text to the last row, the graph being there; where the function is the building of the graph, that.
    pub seconds: f64,
    /// Of which the function itself.
    pub algorithm_seconds: f64,
    /// The median of the same on a graph of some ten nodes.
    pub fixed_seconds: f64,
    pub rows: u64,
}

impl Record {
    /// Nodes and edges: what growth is measured against.
    pub fn size(&self) -> u64 {
        self.nodes + self.edges
    }
}

/// Writes measurements, a row each.
pub fn write(records: &[Record], path: &Path) -> Result<()> {
    let text = |of: fn(&Record) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(records.iter().map(of)))
    };
    let number = |of: fn(&Record) -> Option<f64>| -> ArrayRef {
        Arc::new(Float64Array::from_iter(records.iter().map(of)))
    };
    let count = |of: fn(&Record) -> u64| -> ArrayRef {
        Arc::new(UInt64Array::from_iter_values(records.iter().map(of)))
    };
    let columns: Vec<(&str, DataType, ArrayRef)> = vec![
        ("function", DataType::Utf8, text(|record| &record.function)),
        ("complexity", DataType::Utf8, text(|record| &record.complexity)),
        ("stated_exponent", DataType::Float64, number(|record| record.stated_exponent)),
        ("limit", DataType::Float64, number(|record| record.limit)),
        ("family", DataType::Utf8, text(|record| &record.family)),
        ("nodes", DataType::UInt64, count(|record| record.nodes)),
        ("edges", DataType::UInt64, count(|record| record.edges)),
        ("size", DataType::UInt64, count(Record::size)),
        ("sql", DataType::Utf8, text(|record| &record.sql)),
        (
            "acyclic",
            DataType::Boolean,
            Arc::new(BooleanArray::from_iter(records.iter().map(|record| Some(record.acyclic)))),
        ),
        (
            "run",
            DataType::UInt32,
            Arc::new(UInt32Array::from_iter_values(records.iter().map(|record| record.run))),
        ),
        ("seconds", DataType::Float64, number(|record| Some(record.seconds))),
        ("algorithm_seconds", DataType::Float64, number(|record| Some(record.algorithm_seconds))),
        ("fixed_seconds", DataType::Float64, number(|record| Some(record.fixed_seconds))),
        ("rows", DataType::UInt64, count(|record| record.rows)),
    ];
    let fields = columns.iter().map(|(name, type_, _)| Field::new(*name, type_.clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let arrays = columns.into_iter().map(|(_, _, array)| array).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)?;
    let file = File::create(path).with_context(|| path.display().to_string())?;
    let mut writer = ArrowWriter::try_new(file, schema, None)?;
    writer.write(&batch)?;
    writer.close()?;
    Ok(())
}
