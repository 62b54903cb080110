//! Rows to text and files, one module a shape.
//!
//! In: an [`Answer`], batch by batch. Out: bytes in a [`Write`]. Every format but the table streams: it
//! holds one batch at a time. Never here: cutting a result short without saying so.

mod cells;
mod markdown;
mod sink;
pub mod table;

pub use cells::{is_number, printable};
pub use sink::{Sink, is_closed_pipe};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use datafusion::parquet::arrow::ArrowWriter;
use datafusion::parquet::basic::{Compression, ZstdLevel};
use datafusion::parquet::errors::ParquetError;
use datafusion::parquet::file::properties::WriterProperties;
use std::io::{self, Write};

use crate::{Answer, SqlError};
pub use table::Layout;

/// The shape of a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A drawn table, fitted to the terminal.
    Table,
    /// Comma-separated values with a header; NULL is an empty field.
    Csv,
    /// One JSON array of objects.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// A table in Markdown.
    Markdown,
    /// A Parquet file, zstd-compressed.
    Parquet,
}

impl Format {
    /// The format a file's extension asks for.
    pub fn of_file(path: &std::path::Path) -> Option<Format> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "csv" => Some(Format::Csv),
            "json" => Some(Format::Json),
            "ndjson" | "jsonl" => Some(Format::Ndjson),
            "md" => Some(Format::Markdown),
            "parquet" => Some(Format::Parquet),
            _ => None,
        }
    }
}

/// Why a result could not be written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    #[error(transparent)]
    Sql(#[from] SqlError),
    #[error("error: cannot write: {0}")]
    Io(#[from] io::Error),
    #[error("error: cannot write: {0}")]
    Arrow(#[from] ArrowError),
    #[error("error: cannot write: {0}")]
    Parquet(#[from] ParquetError),
}

/// How many rows a result had, and how many of them were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub rows: usize,
    pub shown: usize,
}

/// Writes a whole answer.
pub async fn write(
    answer: &mut Answer,
    format: Format,
    layout: &Layout,
    out: &mut (dyn Write + Send),
) -> Result<Written, OutputError> {
    let schema = answer.schema().clone();
    let rows = match format {
        Format::Table => return table::write(answer, layout, out).await,
        Format::Csv => {
            // A header even when there is no row.
            out.write_all(cells::csv_header(&schema)?.as_slice())?;
            let mut writer = arrow::csv::WriterBuilder::new().with_header(false).build(&mut *out);
            stream(answer, |batch| Ok(writer.write(&cells::flat(batch)?)?)).await?
        }
        Format::Json => {
            let mut writer = arrow::json::WriterBuilder::new()
                .with_explicit_nulls(true)
                .build::<_, arrow::json::writer::JsonArray>(&mut *out);
            let rows = stream(answer, |batch| Ok(writer.write(batch)?)).await?;
            writer.finish()?;
            out.write_all(b"\n")?;
            rows
        }
        Format::Ndjson => {
            let mut writer = arrow::json::WriterBuilder::new()
                .with_explicit_nulls(true)
                .build::<_, arrow::json::writer::LineDelimited>(&mut *out);
            let rows = stream(answer, |batch| Ok(writer.write(batch)?)).await?;
            writer.finish()?;
            rows
        }
        Format::Markdown => {
            markdown::header(&schema, out)?;
            stream(answer, |batch| markdown::rows(batch, out)).await?
        }
        Format::Parquet => {
            let (schema, properties) = (cells::plain_schema(&schema), parquet_properties()?);
            let mut writer = ArrowWriter::try_new(&mut *out, schema.clone(), Some(properties))?;
            let rows = stream(answer, |batch| Ok(writer.write(&cells::plain(batch, &schema)?)?)).await?;
            writer.close()?;
            rows
        }
    };
    out.flush()?;
    Ok(Written { rows, shown: rows })
}

async fn stream(
    answer: &mut Answer,
    mut each: impl FnMut(&RecordBatch) -> Result<(), OutputError>,
) -> Result<usize, OutputError> {
    let mut rows = 0;
    while let Some(batch) = answer.next().await? {
        rows += batch.num_rows();
        each(&batch)?;
    }
    Ok(rows)
}

fn parquet_properties() -> Result<WriterProperties, ParquetError> {
    let zstd = Compression::ZSTD(ZstdLevel::try_new(3)?);
    Ok(WriterProperties::builder().set_compression(zstd).build())
}

/// The columns of a result as a statement that failed to give rows still has them.
pub fn has_columns(schema: &SchemaRef) -> bool {
    !schema.fields().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Engine;
    use datafusion::prelude::SessionContext;

    async fn written(text: &str, format: Format) -> Vec<u8> {
        let engine = Engine::over(SessionContext::new());
        let mut script = engine.run(text).unwrap();
        let mut answer = script.next().await.unwrap().unwrap();
        let mut out = Vec::new();
        write(&mut answer, format, &Layout::default(), &mut out).await.unwrap();
        out
    }

    async fn text(sql: &str, format: Format) -> String {
        String::from_utf8(written(sql, format).await).unwrap()
    }

    const ROWS: &str = "SELECT * FROM (VALUES (1, 'a|b', [1, 2]), (NULL, 'c,\"d\"', NULL)) AS t(n, s, l)";

    #[tokio::test]
    async fn csv() {
        assert_eq!(text(ROWS, Format::Csv).await, "n,s,l\n1,a|b,\"[1, 2]\"\n,\"c,\"\"d\"\"\",\n");
        assert_eq!(text("SELECT 1 AS a WHERE false", Format::Csv).await, "a\n");
    }

    #[tokio::test]
    async fn json() {
        assert_eq!(
            text(ROWS, Format::Json).await,
            "[{\"n\":1,\"s\":\"a|b\",\"l\":[1,2]},{\"n\":null,\"s\":\"c,\\\"d\\\"\",\"l\":null}]\n"
        );
        assert_eq!(text("SELECT 1 AS a WHERE false", Format::Json).await, "[]\n");
        assert_eq!(text("SELECT 1 AS a", Format::Ndjson).await, "{\"a\":1}\n");
    }

    #[tokio::test]
    async fn markdown() {
        assert_eq!(
            text(ROWS, Format::Markdown).await,
            "| n | s | l |\n| --: | --- | --- |\n| 1 | a\\|b | [1, 2] |\n| NULL | c,\"d\" | NULL |\n"
        );
    }

    #[tokio::test]
    async fn parquet() {
        let bytes =
            written("SELECT arrow_cast('x', 'Dictionary(Int32, Utf8)') AS d, 1 AS n", Format::Parquet).await;
        let reader = datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(
            bytes::Bytes::from(bytes),
        )
        .unwrap();
        assert_eq!(reader.schema().field(0).data_type(), &arrow::datatypes::DataType::Utf8);
    }

    #[test]
    fn extensions() {
        assert_eq!(Format::of_file("a/b.CSV".as_ref()), Some(Format::Csv));
        assert_eq!(Format::of_file("a/b.jsonl".as_ref()), Some(Format::Ndjson));
        assert_eq!(Format::of_file("a/b".as_ref()), None);
    }
}
