//! `stoa export`: tables as plain Parquet, one directory each.
//!
//! What is written is what SQL shows: computed columns included, text as plain strings. Each table is
//! one line away from a data frame: `polars.scan_parquet("out/nodes/*.parquet")`.

use anyhow::{Context, bail};
use datafusion::arrow::array::{AsArray, RecordBatch};
use datafusion::arrow::datatypes::{DataType, UInt64Type};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

use super::arguments::ExportArgs;
use super::location;
use super::summary::bytes;
use crate::error::table_names;
use crate::output::Sink;
use crate::output::table::{grid, thousands};
use crate::printer::terminal_width;
use crate::suggest::nearest;
use crate::{Engine, EngineOptions};

/// What is written when nobody says what: the graph, and the views that most notebooks start from.
const DEFAULT: &[&str] = &["files", "nodes", "edges", "methods", "calls", "call_graph"];

/// Without these an export is not an export; of the views, those that exist are written.
const ALWAYS: &[&str] = &["files", "nodes", "edges"];

pub fn run(arguments: &ExportArgs, runtime: &Runtime) -> anyhow::Result<()> {
    let store = location::named_or_nearest(arguments.store.as_deref())?;
    let engine = runtime.block_on(Engine::open(&store, EngineOptions::default()))?;
    let written = runtime.block_on(export(&engine, &arguments.to, &arguments.tables))?;
    let names = ["table", "rows", "bytes", "written to"].map(str::to_string);
    let rows = written
        .into_iter()
        .map(|w| vec![w.table, thousands(w.rows), bytes(w.bytes), w.directory.display().to_string()])
        .collect();
    let mut out = Sink::stdout();
    out.write_all(grid(&names, &[false, true, true, false], rows, terminal_width()).as_bytes())?;
    Ok(out.flush()?)
}

/// One table as it was written.
#[derive(Debug)]
pub struct Exported {
    pub table: String,
    pub rows: u64,
    pub bytes: u64,
    pub directory: PathBuf,
}

/// Writes tables below a directory; no names stand for the default set.
pub async fn export(engine: &Engine, to: &Path, tables: &[String]) -> anyhow::Result<Vec<Exported>> {
    let names = chosen(engine, tables)?;
    let mut written = Vec::with_capacity(names.len());
    for name in names {
        written.push(export_table(engine, to, &name).await?);
    }
    Ok(written)
}

fn chosen(engine: &Engine, tables: &[String]) -> anyhow::Result<Vec<String>> {
    let state = engine.context().state();
    let known = table_names(state.catalog_list().as_ref(), &state);
    let exists = |name: &str| known.iter().any(|k| k == name);
    if tables.is_empty() {
        let wanted = DEFAULT.iter().filter(|name| ALWAYS.contains(name) || exists(name));
        return Ok(wanted.map(|name| (*name).to_string()).collect());
    }
    for name in tables {
        if !exists(name) {
            match nearest(name, known.iter().map(String::as_str)) {
                Some(near) => bail!("there is no table {name}\n  = help: did you mean {near}?"),
                None => bail!("there is no table {name}"),
            }
        }
    }
    Ok(tables.to_vec())
}

async fn export_table(engine: &Engine, to: &Path, name: &str) -> anyhow::Result<Exported> {
    let directory = to.join(name);
    if has_entries(&directory) {
        bail!("{} is not empty; an export does not mix with what is there", directory.display());
    }
    fs::create_dir_all(&directory).with_context(|| directory.display().to_string())?;
    let target = directory.display().to_string();
    let query = plain_query(engine, name).await?;
    let text = format!(
        "COPY ({query}) TO '{}/' STORED AS PARQUET OPTIONS ('format.compression' 'zstd(3)')",
        target.replace('\'', "''")
    );
    let rows = rows_of(&engine.run_all(&text).await?);
    let bytes = size_of(&directory).with_context(|| target.clone())?;
    Ok(Exported { table: name.to_string(), rows, bytes, directory })
}

/// A query for the table's columns as any reader of Parquet takes them: no dictionaries, no views.
async fn plain_query(engine: &Engine, name: &str) -> anyhow::Result<String> {
    let plan = engine.plan(&format!("SELECT * FROM {name}")).await?;
    let columns: Vec<String> = plan
        .schema()
        .fields()
        .iter()
        .map(|field| {
            let column = format!("\"{}\"", field.name().replace('"', "\"\""));
            match plain_type(field.data_type()) {
                Some(plain) => format!("arrow_cast({column}, '{plain}') AS {column}"),
                None => column,
            }
        })
        .collect();
    Ok(format!("SELECT {} FROM {name}", columns.join(", ")))
}

/// The plain type of a text or bytes column that is stored otherwise.
fn plain_type(data_type: &DataType) -> Option<&'static str> {
    match data_type {
        DataType::Utf8View | DataType::LargeUtf8 => Some("Utf8"),
        DataType::BinaryView | DataType::LargeBinary => Some("Binary"),
        DataType::Dictionary(_, values) if values.is_string() => Some("Utf8"),
        _ => None,
    }
}

fn rows_of(batches: &[RecordBatch]) -> u64 {
    let counts = batches.iter().filter_map(|b| b.columns().first()?.as_primitive_opt::<UInt64Type>());
    counts.flat_map(|column| column.values().iter().copied()).sum()
}

fn has_entries(directory: &Path) -> bool {
    fs::read_dir(directory).is_ok_and(|mut entries| entries.next().is_some())
}

fn size_of(directory: &Path) -> std::io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(directory)? {
        bytes += entry?.metadata()?.len();
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture;
    use stoa_store::Store;

    #[tokio::test]
    async fn tables_become_directories_of_plain_parquet() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("store").display().to_string();
        fixture::fill(&Store::open_or_create(&store).await.unwrap()).await;
        let engine = Engine::open(&store, EngineOptions::default()).await.unwrap();
        let to = folder.path().join("it's out");
        let written = export(&engine, &to, &[]).await.unwrap();
        assert!(written.iter().any(|w| w.table == "nodes" && w.rows == 5 && w.bytes > 0), "{written:?}");

        for entry in fs::read_dir(to.join("nodes")).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(path.extension().unwrap(), "parquet");
            let bytes = bytes::Bytes::from(fs::read(path).unwrap());
            let builder =
                datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(bytes);
            let schema = builder.unwrap().schema().clone();
            assert_eq!(schema.field_with_name("kind").unwrap().data_type(), &DataType::Utf8);
            assert_eq!(schema.field_with_name("code").unwrap().data_type(), &DataType::Utf8);
        }
        // An export does not mix with an older one.
        assert!(export(&engine, &to, &["nodes".to_string()]).await.is_err());
        let missing = export(&engine, &folder.path().join("b"), &["node".to_string()]).await.unwrap_err();
        assert!(missing.to_string().contains("did you mean nodes?"), "{missing}");
    }
}
