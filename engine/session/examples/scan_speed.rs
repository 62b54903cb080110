//! Times the queries that people ask first, over a synthetic graph in a temporary directory.
//!
//! `cargo run --release -p stoa-session --example scan_speed -- [MILLIONS OF NODES] [PARTITIONS]`

use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;
use stoa_model::columns::{EdgeColumns, NodeColumns, SourceColumns, files_batch};
use stoa_model::ids::{FIRST_BODY, node_id};
use stoa_model::rows::{EdgeRow, FileRow, NO_ARGUMENT, NO_LOCAL, NodeRow};
use stoa_model::tables::Table;
use stoa_model::{EdgeKind, FileId, FileStatus, Interner, NodeKind, Symbol};
use stoa_session::{Session, SessionOptions, View};
use stoa_store::{SegmentMeta, SnapshotDraft, Store, encode_segment};

/// Nodes of a file, and files of a segment.
const FILE_NODES: u32 = 2_000;
const SEGMENT_FILES: u32 = 150;
/// Nodes of a method with its parameters and body.
const METHOD_NODES: u32 = 50;

const QUERIES: &[&str] = &[
    "SELECT kind, count(*) FROM nodes GROUP BY kind",
    "SELECT count(*) FROM nodes",
    "SELECT id, full_name, line FROM methods WHERE name = 'method_17'",
    "SELECT id, line FROM calls WHERE name = 'method_17'",
    "SELECT caller_name, path, line FROM call_graph WHERE callee_name = 'method_17'",
    "SELECT name, count(*) AS n FROM calls WHERE NOT is_operator GROUP BY name ORDER BY n DESC LIMIT 10",
    "SELECT kind, count(*) FROM edges GROUP BY kind",
    "SELECT code FROM methods LIMIT 100",
    "SELECT count(*) FROM calls WHERE code LIKE '%17%'",
];

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let millions: u32 = arguments.next().map_or(Ok(5), |a| a.parse())?;
    let partitions: usize = arguments.next().map_or(Ok(2), |a| a.parse())?;
    let folder = tempfile::tempdir()?;
    let location = folder.path().join("store");
    let store = Store::open_or_create(&location.display().to_string()).await?;
    let lock = store.lock_writer()?;
    let started = Instant::now();
    let mut segments = Vec::new();
    let mut next: FileId = 1;
    while next * FILE_NODES < millions * 1_000_000 {
        segments.push(segment(&store, next).await?);
        next += SEGMENT_FILES;
    }
    let draft = SnapshotDraft {
        parent: None,
        segments,
        dead_files: BTreeMap::new(),
        next_file_id: next,
        settings: BTreeMap::new(),
    };
    let snapshot = store.publish(draft).await?;
    drop(lock);
    println!(
        "{} nodes, {} edges, {} bytes in {} segments, written in {:.1?}",
        snapshot.rows(Table::Nodes),
        snapshot.rows(Table::Edges),
        snapshot.bytes(),
        snapshot.segments.len(),
        started.elapsed()
    );

    let options = SessionOptions { target_partitions: partitions, ..SessionOptions::default() };
    let session = Session::open(store, options).await?;
    session.create_views(views()?);
    for query in QUERIES {
        let mut times = Vec::new();
        let mut rows = 0;
        for _ in 0..6 {
            let started = Instant::now();
            rows = session.sql(query).await?.collect().await?.iter().map(|batch| batch.num_rows()).sum();
            times.push(started.elapsed());
        }
        let best = times[1..].iter().min().copied().unwrap_or_default();
        println!("cold {:>9.1?}  warm {best:>9.1?}  {rows:>8} rows  {query}", times[0]);
    }
    Ok(())
}

fn views() -> Result<Vec<View>, Box<dyn Error>> {
    let mut views = Vec::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../sql/views"))? {
        let path = entry?.path();
        let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        views.push(View::new(name, std::fs::read_to_string(&path)?, ""));
    }
    Ok(views)
}

/// A segment of [`SEGMENT_FILES`] files from `first` on.
async fn segment(store: &Store, first: FileId) -> Result<SegmentMeta, Box<dyn Error>> {
    let mut interner = Interner::new();
    let mut nodes = NodeColumns::default();
    let mut edges = EdgeColumns::default();
    let mut sources = SourceColumns::default();
    let mut files = Vec::new();
    for file in first..first + SEGMENT_FILES {
        let text: String = (0..FILE_NODES).map(|line| format!("method_{}(x, {line})\n", line % 97)).collect();
        sources.push(file, text.as_bytes());
        files.push(FileRow {
            file_id: file,
            path: format!("src/package_{}/file_{file}.c", file % 40),
            language: "c",
            module: format!("package_{}", file % 40),
            content_hash: format!("{file:064x}"),
            bytes: text.len() as u64,
            lines: FILE_NODES,
            code_lines: FILE_NODES,
            comment_lines: 0,
            nodes: FILE_NODES,
            status: FileStatus::Ok,
            error: None,
            error_nodes: 0,
            origin: stoa_model::Origin::Source,
            layers: stoa_model::Layers::ALL,
        });
        nodes.begin_file(file, "c", false);
        for position in 0..FILE_NODES {
            let (row, call) = node(&mut interner, file, position);
            if call {
                let callee = (row.local * 31) % (FILE_NODES / METHOD_NODES) + 1;
                let label = interner.intern("static");
                let (src, dst) = (node_id(file, row.local), node_id(file, callee));
                edges.push(EdgeRow { kind: EdgeKind::Call, src, dst, label, confidence: 1.0 });
            }
            if position > 0 && row.local >= FIRST_BODY {
                let (src, dst) = (node_id(file, row.local), node_id(file, row.local + 1));
                edges.push(EdgeRow {
                    kind: EdgeKind::Cfg,
                    src,
                    dst,
                    label: Symbol::NONE,
                    confidence: f64::NAN,
                });
            }
            nodes.push(row);
        }
    }
    let tables = vec![
        (Table::Files, files_batch(&files)?),
        (Table::Nodes, nodes.finish(&interner)?),
        (Table::Edges, edges.finish(&interner)?),
        (Table::Sources, sources.finish()?),
    ];
    Ok(store.write_segment(encode_segment(tables)?).await?)
}

/// One node, and whether it is a call of a method.
fn node(interner: &mut Interner, file: FileId, position: u32) -> (NodeRow, bool) {
    let method = position / METHOD_NODES + 1;
    let place = position % METHOD_NODES;
    let (kind, local, name) = match place {
        _ if position == 0 => (NodeKind::File, 0, None),
        0 => (NodeKind::Method, method, Some(format!("method_{}", (method * 7 + file) % 5_000))),
        1 | 2 => (NodeKind::MethodParameterIn, 1_000 + position, Some(format!("p{place}"))),
        3 => (NodeKind::Block, FIRST_BODY + position, None),
        _ => match position % 9 {
            0 | 1 => (NodeKind::Call, FIRST_BODY + position, Some("<operator>.assignment".to_owned())),
            2 => {
                let name = format!("method_{}", (position * 13 + file) % 5_000);
                (NodeKind::Call, FIRST_BODY + position, Some(name))
            }
            3..=6 => (NodeKind::Identifier, FIRST_BODY + position, Some(format!("v{}", position % 200))),
            7 => (NodeKind::Literal, FIRST_BODY + position, None),
            _ => (NodeKind::ControlStructure, FIRST_BODY + position, None),
        },
    };
    let call = kind == NodeKind::Call && position % 9 == 2;
    let name = name.map_or(Symbol::NONE, |name| interner.intern(&name));
    let full_name = match kind {
        NodeKind::Method => interner.intern(&format!("src/package_{}/file_{file}.c:{method}", file % 40)),
        _ => Symbol::NONE,
    };
    let row = NodeRow {
        kind,
        control: None,
        dispatch: None,
        local,
        name,
        full_name,
        signature: Symbol::NONE,
        type_full_name: Symbol::NONE,
        modifiers: Symbol::NONE,
        line: position + 1,
        column: 1,
        length: 9,
        extra_lines: 0,
        parent: if position == 0 { NO_LOCAL } else { 0 },
        child_index: place,
        argument_index: if kind == NodeKind::Literal { 1 } else { NO_ARGUMENT },
        argument_name: Symbol::NONE,
        position,
        descendants: 0,
        method: if place == 0 { NO_LOCAL } else { method },
        type_decl: NO_LOCAL,
        hash: 0,
    };
    (row, call)
}
