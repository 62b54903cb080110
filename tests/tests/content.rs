//! What a snapshot says, without the numbers that a history leaves in it: rows as texts in which nodes are named by path and place.
//!
//! Two stores of the same tree say the same, however they came to it.

use std::collections::HashMap;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Int32Type, Int64Type};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use stoa_model::ids::{LAST_EXTERNAL_FILE, file_of, is_declaration, local_of};
use stoa_model::tables::Table;
use stoa_model::{FIRST_BODY, FileId, NodeId};
use stoa_store::{Snapshot, Store};

/// The rows of a snapshot that count, by table, sorted.
pub fn of(store: &Store, snapshot: &Snapshot) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(read(store, snapshot))
}

/// The rows of the newest snapshot of a store.
pub fn newest(location: &str) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(location).await.unwrap();
        let snapshot = store.latest().await.unwrap().unwrap();
        read(&store, &snapshot).await
    })
}

fn is_pseudo(file: FileId) -> bool {
    file > LAST_EXTERNAL_FILE - (1 << 16)
}

/// The rows of a table, with the file that each belongs to.
async fn rows(store: &Store, snapshot: &Snapshot, table: Table) -> Vec<(RecordBatch, usize, FileId)> {
    let mut rows = Vec::new();
    for segment in &snapshot.segments {
        let dead = snapshot.dead_files(segment);
        for batch in store.read_table(segment, table).await.unwrap() {
            for row in 0..batch.num_rows() {
                let file = match table {
                    Table::Edges | Table::References => {
                        file_of(batch["src"].as_primitive::<Int64Type>().value(row))
                    }
                    _ => batch["file_id"].as_primitive::<Int32Type>().value(row) as FileId,
                };
                if dead.binary_search(&file).is_err() {
                    rows.push((batch.clone(), row, file));
                }
            }
        }
    }
    rows
}

async fn read(store: &Store, snapshot: &Snapshot) -> Vec<String> {
    let mut paths: HashMap<FileId, String> = HashMap::new();
    for (batch, row, file) in rows(store, snapshot, Table::Files).await {
        paths.insert(file, batch["path"].as_string::<i32>().value(row).to_owned());
    }
    // Nodes by path and place; a stub by its name.
    let mut names: HashMap<NodeId, String> = HashMap::new();
    let nodes = rows(store, snapshot, Table::Nodes).await;
    for (batch, row, file) in &nodes {
        let id = batch["id"].as_primitive::<Int64Type>().value(*row);
        let name = match is_pseudo(*file) {
            true => {
                let full = batch["full_name"].as_string::<i32>().value(*row);
                format!("{} {} {full}", paths[file], text(batch, "kind", *row))
            }
            false if is_declaration(id) => {
                let place = batch["declaration_position"].as_primitive::<Int32Type>().value(*row);
                format!("{}@{place}", paths[file])
            }
            false => format!("{}@{}", paths[file], local_of(id) - FIRST_BODY),
        };
        assert!(names.insert(id, name).is_none(), "node {id} is there twice");
    }
    let mut all = Vec::new();
    for table in [Table::Files, Table::Nodes, Table::Edges, Table::References, Table::Sources] {
        let read = match table {
            Table::Nodes => nodes.clone(),
            table => rows(store, snapshot, table).await,
        };
        for (batch, row, file) in read {
            // How many pseudo files the stubs are spread over is a matter of history.
            if is_pseudo(file) && (table == Table::Files || text(&batch, "kind", row) == "FILE") {
                continue;
            }
            let mut line = table.name().to_owned();
            for field in batch.schema().fields() {
                let value = match (field.name().as_str(), field.data_type()) {
                    ("file_id", _) => paths[&file].clone(),
                    ("declaration_position", _) if is_pseudo(file) => String::new(),
                    ("parent_id", _) if is_pseudo(file) => String::new(),
                    (name, DataType::Int64)
                        if ["id", "src", "dst"].contains(&name) || name.ends_with("_id") =>
                    {
                        let ids = batch[name].as_primitive::<Int64Type>();
                        match ids.is_valid(row).then(|| ids.value(row)) {
                            Some(id) => {
                                names.get(&id).unwrap_or_else(|| panic!("{table:?}: no node {id}")).clone()
                            }
                            None => String::new(),
                        }
                    }
                    (name, _) => text(&batch, name, row),
                };
                line.push_str(&format!(" | {}={value}", field.name()));
            }
            all.push(line);
        }
    }
    all.sort();
    all
}

fn text(batch: &RecordBatch, column: &str, row: usize) -> String {
    let Some(column) = batch.column_by_name(column) else { return String::new() };
    ArrayFormatter::try_new(column, &FormatOptions::default()).unwrap().value(row).to_string()
}
