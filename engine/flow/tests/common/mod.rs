//! Trees, stores and models of the tests.

use arrow::array::AsArray;
use arrow::datatypes::{Int32Type, Int64Type};
use std::collections::HashMap;
use std::path::Path;
use stoa_flow::{Models, Program, ProgramBuilder, parse_models};
use stoa_model::tables::Table;
use stoa_store::Store;

/// A test for each language, which checks what is in the folder of its name.
macro_rules! each_language {
    ($check:ident) => {
        each_language!($check: c cpp csharp elixir go java javascript python rust typescript);
    };
    ($check:ident: $($language:ident)*) => {$(
        #[test]
        fn $language() {
            $check(stringify!($language));
        }
)*};
}

/// Indexes a tree into a store in a folder, anew or after an edit.
pub fn index(tree: &Path, folder: &Path) -> String {
    let location = folder.join("store").to_string_lossy().into_owned();
    let options = stoa_indexer::IndexOptions { store: Some(location.clone()), jobs: 1, ..Default::default() };
    stoa_indexer::index(tree, &options, &stoa_indexer::Silent).unwrap();
    location
}

/// The program of a store's latest snapshot, and the lines of its nodes.
pub fn program(location: &str) -> (Program, HashMap<i64, i32>) {
    let mut builder = ProgramBuilder::new();
    builder.config("test.properties", "mode", "plain");
    let mut lines = HashMap::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(location).await.unwrap();
        let snapshot = store.latest().await.unwrap().unwrap();
        for segment in &snapshot.segments {
            let dead = snapshot.dead_files(segment);
            for (table, id) in [(Table::Nodes, "id"), (Table::Edges, "src")] {
                for batch in store.read_table(segment, table).await.unwrap() {
                    let ids = batch.column_by_name(id).unwrap().as_primitive::<Int64Type>();
                    let live = ids.values().iter().map(|id| Some(!dead.contains(&((id >> 32) as u32))));
                    let live = live.collect::<arrow::array::BooleanArray>();
                    let batch = arrow::compute::filter_record_batch(&batch, &live).unwrap();
                    if table == Table::Edges {
                        builder.edges(&batch).unwrap();
                        continue;
                    }
                    let ids = batch.column_by_name("id").unwrap().as_primitive::<Int64Type>();
                    let places = batch.column_by_name("line").unwrap().as_primitive::<Int32Type>();
                    lines.extend(ids.values().iter().copied().zip(places.values().iter().copied()));
                    builder.nodes(&batch).unwrap();
                }
            }
        }
    });
    (builder.finish().unwrap(), lines)
}

/// The rows of `models/<language>.csv`.
pub fn models(language: &str) -> Models {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models").join(format!("{language}.csv"));
    let text = std::fs::read_to_string(&file).unwrap();
    Models::new(parse_models(language, &file.to_string_lossy(), &text).unwrap()).unwrap()
}
