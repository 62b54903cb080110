//! Linking a whole tree: references, segment by segment, become edges.
//!
//! Two rounds over the references. The first finds which stubs are needed, so that they can be numbered in the
//! order of their names; the second writes the edges. Answering twice costs less than keeping the answers of
//! millions of references.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type, UInt8Type};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use stoa_model::columns::{EdgeColumns, NodeColumns, files_batch};
use stoa_model::ids::{LAST_EXTERNAL_FILE, file_of, node_id};
use stoa_model::rows::{EdgeRow, FileRow, NO_LOCAL};
use stoa_model::tables::Table;
use stoa_model::{FIRST_BODY, FileId, FileStatus, Interner, NodeId, NodeKind, ReferenceForm, ReferenceKind};
use stoa_passes::file::LabelSymbols;
use stoa_passes::link::{Answer, Linker, Reference, Stub, Symbols, family_name, separator};
use stoa_passes::nodes::stub_row;
use stoa_store::{SegmentMeta, Store, encode_segment};
use tokio::runtime::Handle;

use crate::error::IndexError;
use crate::walk::WalkFailure;
use crate::{Tally, failure};

/// A segment of links is closed when it has this many edges.
const EDGES_PER_SEGMENT: usize = 1 << 20;

/// What linking wrote.
pub struct Linked {
    pub segments: Vec<SegmentMeta>,
    pub tally: Tally,
    pub next_file_id: FileId,
}

/// Links the segments of a tree. `failures` are what the walk could not enter: they have no segment of their own, so
/// their rows in `files` are written here.
pub fn link(
    store: &Store,
    handle: &Handle,
    threads: &rayon::ThreadPool,
    segments: &[SegmentMeta],
    symbols: &Symbols,
    failures: &[WalkFailure],
    next_file_id: FileId,
) -> Result<Linked, IndexError> {
    let read = |segment: &SegmentMeta| -> Result<Vec<RecordBatch>, IndexError> {
        Ok(handle.block_on(store.read_table(segment, Table::References))?)
    };
    let needed: Vec<BTreeSet<Stub>> = threads.install(|| {
        segments
            .par_iter()
            .with_max_len(1)
            .map(|segment| {
                let mut stubs = BTreeSet::new();
                each_answer(symbols, &segment.id, &read(segment)?, |_, answer| {
                    if let Answer::Outside(stub) = answer {
                        stubs.insert(stub);
                    }
                })?;
                Ok(stubs)
            })
            .collect::<Result<_, IndexError>>()
    })?;
    let stubs: BTreeSet<Stub> = needed.into_iter().flatten().collect();
    let (mut first, ids) = Stubs::write(stubs);
    let mut linked = Linked { segments: Vec::new(), tally: Tally::default(), next_file_id };
    for lost in failures {
        linked.tally.failures.push(failure(&lost.path, lost.status, &lost.reason));
        first.files.push(lost_row(linked.next_file_id, lost));
        linked.next_file_id += 1;
    }
    linked.tally.nodes = first.nodes.count_by_kind();

    let mut names = Interner::new();
    let mut labels = LabelSymbols::default();
    for &label in stoa_model::EdgeLabel::ALL {
        labels.of(label, &mut names);
    }
    let mut first = Some(first);
    let mut edges = EdgeColumns::default();
    // As many segments at a time as there are threads; their edges are taken in order.
    let at_once = threads.current_num_threads().max(1) * 2;
    for chunk in segments.chunks(at_once) {
        let labels = &labels;
        let answered: Vec<Vec<EdgeRow>> = threads.install(|| {
            chunk
                .par_iter()
                .with_max_len(1)
                .map(|segment| {
                    let mut rows = Vec::new();
                    each_answer(symbols, &segment.id, &read(segment)?, |reference, answer| {
                        edges_of(reference, answer, &ids, labels, &mut rows);
                    })?;
                    Ok(rows)
                })
                .collect::<Result<_, IndexError>>()
        })?;
        for rows in answered {
            for row in rows {
                edges.push(row);
            }
            if edges.len() >= EDGES_PER_SEGMENT {
                linked.write(store, handle, first.take(), std::mem::take(&mut edges), &names)?;
            }
        }
    }
    if first.is_some() || !edges.is_empty() {
        linked.write(store, handle, first.take(), edges, &names)?;
    }
    Ok(linked)
}

impl Linked {
    fn write(
        &mut self,
        store: &Store,
        handle: &Handle,
        stubs: Option<Stubs>,
        edges: EdgeColumns,
        names: &Interner,
    ) -> Result<(), IndexError> {
        crate::add_counts(&mut self.tally.edges, &edges.count_by_kind());
        let mut tables = Vec::new();
        if let Some(mut stubs) = stubs {
            stubs.files.sort_by_key(|f| f.file_id);
            tables.push((Table::Files, files_batch(&stubs.files)?));
            tables.push((Table::Nodes, stubs.nodes.finish(&stubs.names)?));
        }
        tables.push((Table::Edges, edges.finish(names)?));
        let encoded = encode_segment(tables)?;
        if !encoded.tables.is_empty() {
            self.segments.push(handle.block_on(store.write_segment(encoded))?);
        }
        Ok(())
    }
}

fn lost_row(file_id: FileId, lost: &WalkFailure) -> FileRow {
    FileRow {
        file_id,
        path: lost.path.clone(),
        language: "",
        module: String::new(),
        content_hash: String::new(),
        bytes: 0,
        lines: 0,
        code_lines: 0,
        comment_lines: 0,
        nodes: 0,
        status: lost.status,
        error: Some(lost.reason.clone()),
        error_nodes: 0,
    }
}

/// The edges of one answer.
fn edges_of(
    reference: &Reference<'_>,
    answer: Answer,
    ids: &FxHashMap<Stub, NodeId>,
    labels: &LabelSymbols,
    rows: &mut Vec<EdgeRow>,
) {
    let kind = Linker::edge_kind(reference.kind);
    match answer {
        Answer::None => {}
        Answer::Found(targets) => rows.extend(targets.iter().map(|target| EdgeRow {
            kind,
            src: reference.src,
            dst: target.id,
            label: labels.known(target.label),
            confidence: target.confidence,
        })),
        Answer::Outside(stub) => {
            if let Some(&dst) = ids.get(&stub) {
                let label = labels.known(stoa_model::EdgeLabel::Unresolved);
                rows.push(EdgeRow { kind, src: reference.src, dst, label, confidence: 0.0 });
            }
        }
    }
}

/// Answers the references of a segment, in order.
fn each_answer(
    symbols: &Symbols,
    segment: &str,
    batches: &[RecordBatch],
    mut take: impl FnMut(&Reference<'_>, Answer),
) -> Result<(), IndexError> {
    let linker = Linker::new(symbols);
    let bad = || IndexError::References { segment: segment.to_owned() };
    for batch in batches {
        let column = |name: &str| batch.column_by_name(name).ok_or_else(bad);
        let src = column("src")?.as_primitive_opt::<Int64Type>().ok_or_else(bad)?;
        let arity = column("arity")?.as_primitive_opt::<Int32Type>().ok_or_else(bad)?;
        let text = |name: &str| column(name).and_then(|c| c.as_string_opt::<i32>().ok_or_else(bad));
        let (name, qualifier, owner) = (text("name")?, text("qualifier")?, text("owner")?);
        let kind = column("kind")?.as_dictionary_opt::<UInt8Type>().ok_or_else(bad)?;
        let form = column("form")?.as_dictionary_opt::<UInt8Type>().ok_or_else(bad)?;
        let words = |d: &arrow::array::DictionaryArray<UInt8Type>| -> Result<Vec<String>, IndexError> {
            let values = d.values().as_string_opt::<i32>().ok_or_else(bad)?;
            Ok(values.iter().map(|v| v.unwrap_or_default().to_owned()).collect())
        };
        let kinds: Vec<Option<ReferenceKind>> =
            words(kind)?.iter().map(|w| ReferenceKind::parse(w)).collect();
        let forms: Vec<Option<ReferenceForm>> =
            words(form)?.iter().map(|w| ReferenceForm::parse(w)).collect();
        let some = |array: &'_ arrow::array::StringArray, row: usize| array.is_valid(row);
        let mut context = None;
        for row in 0..batch.num_rows() {
            let src = src.value(row);
            let file = file_of(src);
            if context.is_none_or(|(id, _)| id != file) {
                context = symbols.file(file).map(|c| (file, c));
            }
            let (Some((_, context)), Some(kind), Some(form)) = (
                context,
                kinds.get(kind.keys().value(row) as usize).copied().flatten(),
                forms.get(form.keys().value(row) as usize).copied().flatten(),
            ) else {
                return Err(bad());
            };
            let reference = Reference {
                src,
                kind,
                form,
                name: if some(name, row) { name.value(row) } else { "" },
                qualifier: if some(qualifier, row) { qualifier.value(row) } else { "" },
                arity: if arity.is_valid(row) { arity.value(row) } else { -1 },
                owner: if some(owner, row) { owner.value(row) } else { "" },
            };
            take(&reference, linker.answer(context, &reference));
        }
    }
    Ok(())
}

/// Stub declarations, in pseudo files named `<external:family>`.
struct Stubs {
    nodes: NodeColumns,
    files: Vec<FileRow>,
    names: Interner,
}

impl Stubs {
    /// Rows for stubs, and the ids they got.
    fn write(stubs: BTreeSet<Stub>) -> (Stubs, FxHashMap<Stub, NodeId>) {
        let mut rows = Stubs { nodes: NodeColumns::default(), files: Vec::new(), names: Interner::new() };
        let mut ids = FxHashMap::default();
        let mut file = LAST_EXTERNAL_FILE;
        let mut slot = 0;
        let mut current: Option<u8> = None;
        for stub in stubs {
            if current != Some(stub.family) || slot >= FIRST_BODY {
                if current.is_some() {
                    rows.close_file(slot);
                    file -= 1;
                }
                current = Some(stub.family);
                slot = rows.open_file(file, family_name(stub.family));
            }
            let last = stub
                .full_name
                .rsplit([separator(stub.family), "#"][usize::from(stub.full_name.contains('#'))]);
            let name = last.into_iter().next().unwrap_or(&stub.full_name).to_owned();
            let (name, full_name) = (rows.names.intern(&name), rows.names.intern(&stub.full_name));
            rows.nodes.push(stub_row(stub.kind, slot, name, full_name, 0, slot));
            ids.insert(stub, node_id(file, slot));
            slot += 1;
        }
        if current.is_some() {
            rows.close_file(slot);
        }
        (rows, ids)
    }

    /// Starts a pseudo file with its FILE node; gives the first free slot.
    fn open_file(&mut self, file: FileId, family: &'static str) -> u32 {
        let path = format!("<external:{family}>");
        self.nodes.begin_file(file, family, true);
        let name = self.names.intern(&path);
        self.nodes.push(stub_row(NodeKind::File, 0, name, name, NO_LOCAL, 0));
        self.files.push(FileRow {
            file_id: file,
            path,
            language: family,
            module: String::new(),
            content_hash: String::new(),
            bytes: 0,
            lines: 0,
            code_lines: 0,
            comment_lines: 0,
            nodes: 0,
            status: FileStatus::Ok,
            error: None,
            error_nodes: 0,
        });
        1
    }

    fn close_file(&mut self, slots: u32) {
        if let Some(file) = self.files.last_mut() {
            file.nodes = slots;
        }
    }
}
