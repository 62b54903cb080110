//! Answers as Parquet, types and all.

use arrow::array::{RecordBatch, RecordBatchReader};
use arrow::datatypes::{Schema, SchemaRef};
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::WriterProperties;
use std::sync::Arc;

/// Batches as the bytes of a Parquet file. An error if there is a type that does not come back as it was.
pub fn encode(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Bytes> {
    let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(schema), Some(properties()))?;
    for batch in batches {
        writer.write(batch)?;
    }
    let data = Bytes::from(writer.into_inner()?);
    let read = ParquetRecordBatchReaderBuilder::try_new(data.clone())?;
    match same_types(read.schema(), schema) {
        true => Ok(data),
        false => Err(ParquetError::General("a type that Parquet does not have".to_owned())),
    }
}

pub fn properties() -> WriterProperties {
    // Level 1 exists.
    let zstd = Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default());
    WriterProperties::builder().set_compression(zstd).build()
}

/// The batches of a Parquet file.
pub fn decode(data: Bytes) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(data)?.with_batch_size(8192).build()?;
    let schema = reader.schema();
    let batches = reader.collect::<std::result::Result<Vec<_>, _>>()?;
    Ok((schema, batches))
}

fn same_types(a: &Schema, b: &Schema) -> bool {
    a.fields().len() == b.fields().len()
        && a.fields().iter().zip(b.fields()).all(|(a, b)| {
            (a.name(), a.data_type(), a.is_nullable()) == (b.name(), b.data_type(), b.is_nullable())
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{
        ArrayRef, BooleanArray, Float64Array, Int64Array, ListArray, StringViewArray,
        TimestampMillisecondArray,
    };
    use arrow::datatypes::Int64Type;

    #[test]
    fn answers_come_back_as_they_were() {
        let lists = vec![Some(vec![Some(1), Some(2)]), None];
        let batch = RecordBatch::try_from_iter_with_nullable([
            ("n", Arc::new(Int64Array::from(vec![Some(1), None])) as ArrayRef, true),
            ("x", Arc::new(Float64Array::from(vec![f64::NAN, -0.0])), true),
            ("t", Arc::new(StringViewArray::from(vec![Some("a text that is long enough"), None])), true),
            ("b", Arc::new(BooleanArray::from(vec![true, false])), true),
            ("at", Arc::new(TimestampMillisecondArray::from(vec![5, 6])), true),
            ("l", Arc::new(ListArray::from_iter_primitive::<Int64Type, _, _>(lists)), true),
        ])
        .unwrap();
        let data = encode(&batch.schema(), std::slice::from_ref(&batch)).unwrap();
        assert_eq!(data, encode(&batch.schema(), std::slice::from_ref(&batch)).unwrap());
        let (schema, batches) = decode(data).unwrap();
        assert!(same_types(&schema, &batch.schema()));
        assert_eq!(format!("{batches:?}"), format!("{:?}", [batch]));
    }

    #[test]
    fn an_answer_without_rows_has_columns() {
        let schema: SchemaRef = Arc::new(Schema::new(vec![arrow::datatypes::Field::new(
            "a",
            arrow::datatypes::DataType::Utf8View,
            true,
        )]));
        let (read, batches) = decode(encode(&schema, &[]).unwrap()).unwrap();
        assert!(same_types(&read, &schema) && batches.is_empty());
    }
}
