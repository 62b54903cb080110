//! A graph as a Parquet file: `src BIGINT, dst BIGINT[, weight DOUBLE]`, a row an edge.

use arrow::array::{ArrayRef, Float64Array, Int64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use super::{Edges, Generator, GeneratorError, stream};

pub fn schema(weighted: bool) -> SchemaRef {
    let mut fields =
        vec![Field::new("src", DataType::Int64, false), Field::new("dst", DataType::Int64, false)];
    if weighted {
        fields.push(Field::new("weight", DataType::Float64, false));
    }
    Arc::new(Schema::new(fields))
}

impl Edges {
    /// The edges as columns of [`schema`].
    pub fn batch(self) -> Result<RecordBatch, arrow::error::ArrowError> {
        let schema = schema(self.weight.is_some());
        let mut columns: Vec<ArrayRef> =
            vec![Arc::new(Int64Array::from(self.src)), Arc::new(Int64Array::from(self.dst))];
        columns.extend(self.weight.map(|weight| Arc::new(Float64Array::from(weight)) as ArrayRef));
        RecordBatch::try_new(schema, columns)
    }
}

/// Writes a graph, block by block; says how many edges it has. With `weights`, weighs them by this seed. What was
/// written of a file is removed if it cannot be completed.
pub fn write(generator: &dyn Generator, weights: Option<u64>, path: &Path) -> Result<u64, GeneratorError> {
    let written = write_all(generator, weights, path);
    if written.is_err() {
        // There may be nothing to remove.
        std::fs::remove_file(path).ok();
    }
    written.map_err(|source| GeneratorError::Write { path: path.display().to_string(), source })
}

fn write_all(
    generator: &dyn Generator,
    weights: Option<u64>,
    path: &Path,
) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
    let properties =
        WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?)).build();
    let mut writer = ArrowWriter::try_new(File::create(path)?, schema(weights.is_some()), Some(properties))?;
    let mut count = 0;
    stream::<Box<dyn std::error::Error + Send + Sync>>(generator, weights, |edges| {
        count += edges.len() as u64;
        Ok(writer.write(&edges.batch()?)?)
    })?;
    writer.close()?;
    Ok(count)
}
