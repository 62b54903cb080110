//! A store for tests: one Python file with a method, a condition and a call.

use stoa_model::columns::{EdgeColumns, NodeColumns, SourceColumns, files_batch};
use stoa_model::ids::node_id;
use stoa_model::rows::{EdgeRow, FileRow, NO_ARGUMENT, NO_LOCAL, NodeRow};
use stoa_model::tables::Table;
use stoa_model::{Control, EdgeKind, FIRST_BODY, FileStatus, Interner, NodeId, NodeKind, Symbol};
use stoa_store::{SnapshotDraft, Store, encode_segment};

/// The file's text.
pub const TEXT: &str = "def main():\n    if ready:\n        print(\"é\")\n";

const FILE: u32 = 1;

/// The ids of the METHOD and of the CALL.
pub const METHOD: NodeId = node_id(FILE, 1);
pub const CALL: NodeId = node_id(FILE, FIRST_BODY + 4);

/// Publishes the file as the first snapshot of a store.
pub async fn fill(store: &Store) {
    let mut interner = Interner::new();
    let mut nodes = NodeColumns::default();
    nodes.begin_file(FILE, "python", false);
    let body = |position: u32| FIRST_BODY + position;
    let all = TEXT.len() as u32;
    // kind, control, local, name, full name, (line, column, length), parent
    let rows = [
        (NodeKind::File, None, 0, "src/app.py", "", (1, 1, all), NO_LOCAL),
        (NodeKind::Method, None, 1, "main", "app.main", (1, 1, all - 1), 0),
        (NodeKind::Block, None, body(2), "", "", (2, 5, all - 17), 1),
        (NodeKind::ControlStructure, Some(Control::If), body(3), "", "", (2, 5, all - 17), body(2)),
        (NodeKind::Call, None, body(4), "print", "", (3, 9, 11), body(3)),
    ];
    for (position, (kind, control, local, name, full_name, (line, column, length), parent)) in
        rows.into_iter().enumerate()
    {
        let mut symbol = |text: &str| if text.is_empty() { Symbol::NONE } else { interner.intern(text) };
        nodes.push(NodeRow {
            kind,
            control,
            dispatch: None,
            local,
            name: symbol(name),
            full_name: symbol(full_name),
            signature: Symbol::NONE,
            type_full_name: Symbol::NONE,
            modifiers: Symbol::NONE,
            line,
            column,
            length,
            extra_lines: 0,
            parent,
            child_index: 0,
            argument_index: NO_ARGUMENT,
            argument_name: Symbol::NONE,
            position: position as u32,
            descendants: 4 - position as u32,
            method: if position == 0 { NO_LOCAL } else { 1 },
            type_decl: NO_LOCAL,
            hash: 0,
        });
    }
    let mut edges = EdgeColumns::default();
    let (src, dst) = (CALL, METHOD);
    edges.push(EdgeRow { kind: EdgeKind::Call, src, dst, label: Symbol::NONE, confidence: 1.0 });
    let mut sources = SourceColumns::default();
    sources.push(FILE, TEXT.as_bytes());
    let file = FileRow {
        file_id: FILE,
        path: "src/app.py".to_string(),
        language: "python",
        module: "app".to_string(),
        content_hash: "00".repeat(32),
        bytes: TEXT.len() as u64,
        lines: 3,
        code_lines: 3,
        comment_lines: 0,
        nodes: 5,
        status: FileStatus::Ok,
        error: None,
        error_nodes: 0,
        origin: stoa_model::Origin::Source,
        layers: stoa_model::Layers::ALL,
    };
    let segment = encode_segment(vec![
        (Table::Files, files_batch(&[file]).unwrap()),
        (Table::Nodes, nodes.finish(&interner).unwrap()),
        (Table::Edges, edges.finish(&interner).unwrap()),
        (Table::Sources, sources.finish().unwrap()),
    ])
    .unwrap();
    let mut draft = SnapshotDraft::default();
    draft.segments.push(store.write_segment(segment).await.unwrap());
    draft.next_file_id = FILE + 1;
    store.publish(draft).await.unwrap();
}
