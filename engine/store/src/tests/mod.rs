//! What a store promises, tested through its public face.

mod errors;
mod files;
mod history;
mod logs;
mod roundtrip;
mod vacuum;
mod writers;

use arrow::array::RecordBatch;
use stoa_model::columns::{EdgeColumns, NodeColumns, SourceColumns, files_batch};
use stoa_model::rows::{EdgeRow, FileRow, NO_ARGUMENT, NO_LOCAL, NodeRow};
use stoa_model::tables::Table;
use stoa_model::{EdgeKind, FIRST_BODY, FileStatus, Interner, NodeKind, Symbol};

use crate::{EncodedSegment, Snapshot, SnapshotDraft, Store, encode_segment};

/// A small segment of one file: a METHOD, a few identifiers that refer to it, its text.
fn tables(file: u32) -> Vec<(Table, RecordBatch)> {
    let mut interner = Interner::new();
    let mut nodes = NodeColumns::default();
    let mut edges = EdgeColumns::default();
    let mut sources = SourceColumns::default();
    nodes.begin_file(file, "python", false);
    for position in 0..50 {
        let local = if position == 0 { 1 } else { FIRST_BODY + position };
        nodes.push(NodeRow {
            kind: if position == 0 { NodeKind::Method } else { NodeKind::Identifier },
            control: None,
            dispatch: None,
            local,
            name: interner.intern(&format!("name_{}", position % 7)),
            full_name: Symbol::NONE,
            signature: Symbol::NONE,
            type_full_name: Symbol::NONE,
            modifiers: Symbol::NONE,
            line: position + 1,
            column: 1,
            length: 6,
            extra_lines: 0,
            parent: if position == 0 { NO_LOCAL } else { 1 },
            child_index: position,
            argument_index: NO_ARGUMENT,
            argument_name: Symbol::NONE,
            position,
            descendants: 0,
            method: 1,
            type_decl: NO_LOCAL,
            hash: 0,
        });
        edges.push(EdgeRow {
            kind: EdgeKind::Ref,
            src: stoa_model::ids::node_id(file, local),
            dst: stoa_model::ids::node_id(file, 1),
            label: Symbol::NONE,
            confidence: f64::NAN,
        });
    }
    sources.push(file, b"def name_0(): \xff\n");
    let row = FileRow {
        file_id: file,
        path: format!("src/ünï {file}.py"),
        language: "python",
        module: String::new(),
        content_hash: "00".repeat(32),
        bytes: 16,
        lines: 1,
        code_lines: 1,
        comment_lines: 0,
        nodes: 50,
        status: FileStatus::Ok,
        error: None,
        error_nodes: 0,
        origin: stoa_model::Origin::Source,
        layers: stoa_model::Layers::ALL,
    };
    vec![
        (Table::Files, files_batch(&[row]).unwrap()),
        (Table::Nodes, nodes.finish(&interner).unwrap()),
        (Table::Edges, edges.finish(&interner).unwrap()),
        (Table::Sources, sources.finish().unwrap()),
    ]
}

fn segment(file: u32) -> EncodedSegment {
    encode_segment(tables(file)).unwrap()
}

/// Writes a segment and publishes it on top of the newest snapshot.
async fn grow(store: &Store, file: u32) -> Snapshot {
    let mut draft = store.latest().await.unwrap().as_ref().map_or_else(SnapshotDraft::default, Into::into);
    draft.segments.push(store.write_segment(segment(file)).await.unwrap());
    draft.next_file_id = file + 1;
    draft.settings.insert("languages".to_owned(), "python".to_owned());
    store.publish(draft).await.unwrap()
}

fn text(path: &std::path::Path) -> &str {
    path.to_str().unwrap()
}
