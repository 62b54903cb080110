//! SQL logic tests: `tests/slt/*.slt`, each over one of the small programs in `tests/programs/`.
//!
//! A file's header names its program: `# program: <language>`, a folder of `tests/programs/`. Every program is
//! indexed once into a store of its own. Rows are compared as text, NULL as `NULL`, an empty text as `(empty)`.

use arrow::record_batch::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::arrow;
use sqllogictest::{AsyncDB, DBOutput, DefaultColumnType, Runner};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock};
use stoa_indexer::{IndexOptions, Silent, index};
use stoa_sql::{Engine, EngineOptions, Outcome};
use tempfile::TempDir;

/// The stores of the programs, by their folders.
static STORES: OnceLock<Mutex<HashMap<String, Arc<TempDir>>>> = OnceLock::new();

/// The store of a program: a folder below `tests/`.
pub fn store_of(program: &str) -> Arc<TempDir> {
    let mut stores = STORES.get_or_init(Mutex::default).lock().unwrap();
    let made = stores.entry(program.to_owned()).or_insert_with(|| {
        let folder = tempfile::tempdir().unwrap();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(program);
        let store = Some(folder.path().join("store").display().to_string());
        let report =
            index(&root, &IndexOptions { store, jobs: 2, ..IndexOptions::default() }, &Silent).unwrap();
        assert!(report.failures.is_empty(), "{program}: {:?}", report.failures);
        Arc::new(folder)
    });
    Arc::clone(made)
}

/// An engine as sqllogictest drives it.
struct Database {
    engine: Engine,
    _store: Arc<TempDir>,
}

#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failure(String);

#[async_trait::async_trait]
impl AsyncDB for Database {
    type Error = Failure;
    type ColumnType = DefaultColumnType;

    async fn run(&mut self, sql: &str) -> Result<DBOutput<DefaultColumnType>, Failure> {
        let mut script = self.engine.run(sql).map_err(|e| Failure(e.to_string()))?;
        let Some(answer) = script.next().await else { return Ok(DBOutput::StatementComplete(0)) };
        let answer = answer.map_err(|e| Failure(e.to_string()))?;
        if matches!(answer.outcome(), Outcome::Done(_)) {
            return Ok(DBOutput::StatementComplete(0));
        }
        let columns = answer.schema().fields().len();
        let batches = answer.collect().await.map_err(|e| Failure(e.to_string()))?;
        let rows = batches.iter().flat_map(texts).collect();
        Ok(DBOutput::Rows { types: vec![DefaultColumnType::Text; columns], rows })
    }

    async fn shutdown(&mut self) {}
}

/// The rows of a batch as text.
pub fn texts(batch: &RecordBatch) -> Vec<Vec<String>> {
    let options = FormatOptions::default().with_null("NULL");
    let columns: Vec<ArrayFormatter<'_>> =
        batch.columns().iter().map(|c| ArrayFormatter::try_new(c.as_ref(), &options).unwrap()).collect();
    let text = |row: usize| {
        let cells = columns.iter().map(|c| c.value(row).to_string());
        cells.map(|t| if t.is_empty() { "(empty)".to_owned() } else { t }).collect()
    };
    (0..batch.num_rows()).map(text).collect()
}

fn program_of(file: &Path) -> String {
    let text = std::fs::read_to_string(file).unwrap();
    let named = text.lines().find_map(|l| l.strip_prefix("# program:"));
    named.unwrap_or_else(|| panic!("{} names no program", file.display())).trim().to_owned()
}

#[test]
fn every_query_gives_its_rows() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("slt");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let mut complaints = Vec::new();
    for file in &files {
        let store = store_of(&format!("programs/{}", program_of(file)));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let records = match sqllogictest::parse_file::<DefaultColumnType>(file) {
                Ok(records) => records,
                Err(error) => return complaints.push(error.to_string()),
            };
            let location = store.path().join("store").display().to_string();
            let mut runner = Runner::new(|| async {
                let engine = Engine::open(&location, EngineOptions::default()).await;
                let engine = engine.map_err(|e| Failure(e.to_string()))?;
                Ok(Database { engine, _store: Arc::clone(&store) })
            });
            // Every wrong answer is told, not the first alone.
            for record in records {
                if let Err(error) = runner.run_async(record).await {
                    complaints.push(error.display(false).to_string());
                }
            }
        });
    }
    assert!(complaints.is_empty(), "{} wrong answers\n\n{}", complaints.len(), complaints.join("\n"));
}
