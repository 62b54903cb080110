//! A small graph in a store in memory, and sessions over it.

mod columns;
mod once;
mod plans;
mod queries;
mod snapshots;
mod views;

use arrow::util::pretty::pretty_format_batches;
use std::collections::BTreeMap;
use stoa_model::columns::{EdgeColumns, NodeColumns, SourceColumns, files_batch};
use stoa_model::ids::{FIRST_BODY, LAST_EXTERNAL_FILE, node_id};
use stoa_model::rows::{EdgeRow, FileRow, NO_ARGUMENT, NO_LOCAL, NodeRow};
use stoa_model::tables::Table;
use stoa_model::{EdgeKind, EdgeLabel, FileId, FileStatus, Interner, NodeId, NodeKind, Symbol};
use stoa_store::{SegmentMeta, SnapshotDraft, Store, encode_segment};

use crate::{Session, SessionOptions};

/// Two functions and a call from one to the other; `é` makes bytes and characters differ.
const A: &str = "def add(a, b):\n    return a + \"é\"\nx = add(1, 2)\n";
const B: &str = "from a import add\nadd(3)\n";

/// The local part of a body node.
const fn body(position: u32) -> u32 {
    FIRST_BODY + position
}

/// A row with everything else empty.
fn node(kind: NodeKind, local: u32, position: u32, descendants: u32) -> NodeRow {
    NodeRow {
        kind,
        control: None,
        dispatch: None,
        local,
        name: Symbol::NONE,
        full_name: Symbol::NONE,
        signature: Symbol::NONE,
        type_full_name: Symbol::NONE,
        modifiers: Symbol::NONE,
        line: 0,
        column: 0,
        length: 0,
        extra_lines: 0,
        parent: NO_LOCAL,
        child_index: 0,
        argument_index: NO_ARGUMENT,
        argument_name: Symbol::NONE,
        position,
        descendants,
        method: NO_LOCAL,
        type_decl: NO_LOCAL,
        hash: 0,
    }
}

/// Where a node is: line, column, bytes, lines beyond the first.
fn at(row: NodeRow, (line, column, length, extra_lines): (u32, u32, u32, u32)) -> NodeRow {
    NodeRow { line, column, length, extra_lines, ..row }
}

fn file(file_id: FileId, path: &str, module: &str, status: FileStatus, text: &str, nodes: u32) -> FileRow {
    FileRow {
        file_id,
        path: path.to_owned(),
        language: "python",
        module: module.to_owned(),
        content_hash: format!("{file_id:064x}"),
        bytes: text.len() as u64,
        lines: text.lines().count() as u32,
        code_lines: text.lines().count() as u32,
        comment_lines: 0,
        nodes,
        status,
        error: (status != FileStatus::Ok).then(|| "line 1: unexpected `)`".to_owned()),
        error_nodes: u32::from(status == FileStatus::Partial),
        origin: stoa_model::Origin::Source,
        layers: stoa_model::Layers::ALL,
    }
}

/// File 1 (`A`), with a stub METHOD `print` in the pseudo file.
async fn first_segment(store: &Store) -> SegmentMeta {
    let mut interner = Interner::new();
    let mut nodes = NodeColumns::default();
    let (add, print) = (interner.intern("add"), interner.intern("print"));
    let (a, b, plus) = (interner.intern("a"), interner.intern("b"), interner.intern("<operator>.addition"));
    nodes.begin_file(1, "python", false);
    let child = |row: NodeRow, parent, child_index| NodeRow { parent, child_index, ..row };
    nodes.push(at(node(NodeKind::File, 0, 0, 11), (1, 1, A.len() as u32, 3)));
    let method = node(NodeKind::Method, 1, 1, 6);
    nodes.push(child(NodeRow { name: add, full_name: add, hash: 7, ..at(method, (1, 1, 34, 1)) }, 0, 1));
    for (local, name, column) in [(2, a, 9), (3, b, 12)] {
        let row = at(node(NodeKind::MethodParameterIn, local, local, 0), (1, column, 1, 0));
        nodes.push(child(NodeRow { name, method: 1, ..row }, 1, local - 1));
    }
    let returns = at(node(NodeKind::Return, body(4), 4, 3), (2, 5, 15, 0));
    nodes.push(child(NodeRow { method: 1, ..returns }, 1, 3));
    let plus = NodeRow { name: plus, method: 1, ..at(node(NodeKind::Call, body(5), 5, 2), (2, 12, 8, 0)) };
    nodes.push(child(plus, body(4), 1));
    let left = NodeRow { name: a, argument_index: 1, method: 1, ..node(NodeKind::Identifier, body(6), 6, 0) };
    nodes.push(child(at(left, (2, 12, 1, 0)), body(5), 1));
    let right = NodeRow { argument_index: 2, method: 1, ..node(NodeKind::Literal, body(7), 7, 0) };
    nodes.push(child(at(right, (2, 16, 4, 0)), body(5), 2));
    let call = NodeRow { name: add, ..node(NodeKind::Call, body(8), 8, 2) };
    nodes.push(child(at(call, (3, 5, 9, 0)), 0, 2));
    for (position, column, index) in [(9, 9, 1), (10, 12, 2)] {
        let row = NodeRow { argument_index: index, ..node(NodeKind::Literal, body(position), position, 0) };
        nodes.push(child(at(row, (3, column, 1, 0)), body(8), index as u32));
    }
    nodes.push(child(node(NodeKind::Modifier, body(11), 11, 0), 0, 3));
    nodes.begin_file(LAST_EXTERNAL_FILE, "python", true);
    nodes.push(NodeRow { name: print, ..node(NodeKind::Method, 1, 1, 0) });

    let mut edges = EdgeColumns::default();
    let mut edge = |kind, src: u32, dst: u32, label: &str, confidence| {
        let label = if label.is_empty() { Symbol::NONE } else { interner.intern(label) };
        edges.push(EdgeRow { kind, src: node_id(1, src), dst: node_id(1, dst), label, confidence });
    };
    edge(EdgeKind::Call, body(8), 1, EdgeLabel::Static.as_str(), 1.0);
    edge(EdgeKind::Ref, body(6), 2, "", f64::NAN);
    edge(EdgeKind::Cfg, 1, body(6), "", f64::NAN);
    edge(EdgeKind::Cfg, body(6), body(7), EdgeLabel::True.as_str(), f64::NAN);
    edge(EdgeKind::ReachingDef, 2, body(6), "a", f64::NAN);
    edge(EdgeKind::Cdg, body(6), body(7), "true", f64::NAN);

    let mut sources = SourceColumns::default();
    sources.push(1, A.as_bytes());
    write(store, &interner, nodes, edges, &[file(1, "src/a.py", "a", FileStatus::Ok, A, 12)], sources).await
}

/// File `id` (`B`), which calls `add` of file 1.
async fn second_segment(store: &Store, id: FileId, status: FileStatus) -> SegmentMeta {
    let mut interner = Interner::new();
    let mut nodes = NodeColumns::default();
    let add = interner.intern("add");
    nodes.begin_file(id, "python", false);
    nodes.push(at(node(NodeKind::File, 0, 0, 3), (1, 1, B.len() as u32, 2)));
    let import = at(node(NodeKind::Import, body(1), 1, 0), (1, 1, 17, 0));
    nodes.push(NodeRow { name: add, parent: 0, ..import });
    nodes.push(NodeRow { name: add, parent: 0, ..at(node(NodeKind::Call, body(2), 2, 1), (2, 1, 6, 0)) });
    let three = NodeRow { argument_index: 1, parent: body(2), ..node(NodeKind::Literal, body(3), 3, 0) };
    nodes.push(at(three, (2, 5, 1, 0)));
    let mut edges = EdgeColumns::default();
    let label = interner.intern(EdgeLabel::Import.as_str());
    for (kind, src) in [(EdgeKind::Imports, body(1)), (EdgeKind::Call, body(2))] {
        edges.push(EdgeRow { kind, src: node_id(id, src), dst: node_id(1, 1), label, confidence: 0.9 });
    }
    let mut sources = SourceColumns::default();
    sources.push(id, B.as_bytes());
    let files = [file(id, &format!("src/b{id}.py"), "b", status, B, 4)];
    write(store, &interner, nodes, edges, &files, sources).await
}

async fn write(
    store: &Store,
    interner: &Interner,
    nodes: NodeColumns,
    edges: EdgeColumns,
    files: &[FileRow],
    sources: SourceColumns,
) -> SegmentMeta {
    let tables = vec![
        (Table::Files, files_batch(files).unwrap()),
        (Table::Nodes, nodes.finish(interner).unwrap()),
        (Table::Edges, edges.finish(interner).unwrap()),
        (Table::Sources, sources.finish().unwrap()),
    ];
    store.write_segment(encode_segment(tables).unwrap()).await.unwrap()
}

async fn publish(store: &Store, segments: Vec<SegmentMeta>, dead: BTreeMap<String, Vec<FileId>>) {
    let parent = store.latest().await.unwrap().map(|s| s.number);
    let settings = [("languages".to_owned(), "python".to_owned())].into();
    let draft = SnapshotDraft { parent, segments, dead_files: dead, next_file_id: 100, settings };
    store.publish(draft).await.unwrap();
}

/// A store with both segments.
async fn small_store() -> Store {
    let store = Store::in_memory();
    let segments = vec![first_segment(&store).await, second_segment(&store, 2, FileStatus::Partial).await];
    publish(&store, segments, BTreeMap::new()).await;
    store
}

fn options(partitions: usize) -> SessionOptions {
    SessionOptions { target_partitions: partitions, ..SessionOptions::default() }
}

async fn small_session() -> Session {
    Session::open(small_store().await, options(2)).await.unwrap()
}

async fn show(session: &Session, sql: &str) -> String {
    let frame = session.sql(sql).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    let batches = frame.collect().await.unwrap_or_else(|e| panic!("{sql}: {e}"));
    pretty_format_batches(&batches).unwrap().to_string()
}

/// The rows of a query as text: columns separated by one blank, rows by lines.
async fn rows(session: &Session, sql: &str) -> Vec<String> {
    let table = show(session, sql).await;
    let lines = table.lines().skip(3).filter(|line| line.starts_with('|'));
    lines
        .map(|line| {
            line.trim_matches('|').split('|').map(str::trim).collect::<Vec<_>>().join(" ").trim().to_owned()
        })
        .collect()
}

async fn plan(session: &Session, sql: &str) -> String {
    show(session, &format!("EXPLAIN {sql}")).await
}

/// An id in file 1.
fn id(local: u32) -> NodeId {
    node_id(1, local)
}
