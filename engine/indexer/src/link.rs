//! Linking a whole tree: references, segment by segment, become edges.
//!
//! Some segments at a time are answered in parallel; their answers are then taken in order, so that stubs are numbered
//! by where they are first needed, whatever the number of threads.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type, UInt8Type};
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use stoa_model::columns::{EdgeColumns, NodeColumns, files_batch};
use stoa_model::ids::{LAST_EXTERNAL_FILE, file_of, node_id};
use stoa_model::rows::{EdgeRow, FileRow, NO_LOCAL};
use stoa_model::tables::Table;
use stoa_model::{
    EdgeKind, FIRST_BODY, FileId, FileStatus, Interner, Layer, Layers, NodeId, NodeKind, Origin,
    ReferenceForm, ReferenceKind,
};
use stoa_passes::file::LabelSymbols;
use stoa_passes::link::values::{CallTargets, MAX_VALUES};
use stoa_passes::link::{
    Answer, Linker, Reference, Stub, Symbols, Target, family_name, overriding, separator,
};
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

/// What is known of the whole tree.
#[derive(Clone, Copy)]
pub struct Tables<'a> {
    pub symbols: &'a Symbols,
    pub calls: &'a CallTargets,
}

/// Links the segments of a tree. `failures` are what the walk could not enter: they have no segment of their own, so
/// their rows in `files` are written here.
pub fn link(
    store: &Store,
    handle: &Handle,
    threads: &rayon::ThreadPool,
    segments: &[SegmentMeta],
    tables: Tables<'_>,
    failures: &[WalkFailure],
    next_file_id: FileId,
) -> Result<Linked, IndexError> {
    let read = |segment: &SegmentMeta| -> Result<Vec<RecordBatch>, IndexError> {
        Ok(handle.block_on(store.read_table(segment, Table::References))?)
    };
    let mut linked = Linked { segments: Vec::new(), tally: Tally::default(), next_file_id };
    let mut stubs = Stubs::default();
    // Sets of values have a bound; that it was met is said, though no single file is to blame.
    let cut = (tables.calls.cut > 0).then(|| WalkFailure {
        path: "<values>".to_owned(),
        status: FileStatus::Partial,
        reason: format!(
            "{} variables may hold more than {MAX_VALUES} functions or objects; calls through them are resolved by name",
            tables.calls.cut
        ),
    });
    for lost in failures.iter().chain(&cut) {
        linked.tally.failures.push(failure(&lost.path, lost.status, &lost.reason));
        stubs.files.push(lost_row(linked.next_file_id, lost));
        linked.next_file_id += 1;
    }

    let mut names = Interner::new();
    let mut labels = LabelSymbols::default();
    for &label in stoa_model::EdgeLabel::ALL {
        labels.of(label, &mut names);
    }
    let mut edges = EdgeColumns::default();
    let at_once = threads.current_num_threads().max(1) * 2;
    for chunk in segments.chunks(at_once) {
        let labels = &labels;
        let answered: Vec<Answered> = threads.install(|| {
            chunk
                .par_iter()
                .with_max_len(1)
                .map(|segment| {
                    let mut answered = Answered::default();
                    each_answer(tables, &segment.id, &read(segment)?, |reference, answer| {
                        answered.add(reference, answer, labels);
                    })?;
                    Ok(answered)
                })
                .collect::<Result<_, IndexError>>()
        })?;
        for part in answered {
            part.edges_with(&mut stubs, |row| edges.push(row));
            if edges.len() >= EDGES_PER_SEGMENT {
                linked.write(store, handle, None, std::mem::take(&mut edges), &names)?;
            }
        }
    }
    let mut unasked = Answered::default();
    for (call, found) in tables.calls.sorted() {
        if found.unasked
            && let Some(context) = tables.symbols.file(file_of(call))
        {
            let reference = Reference { kind: ReferenceKind::Call, ..Reference::of(call) };
            let answer = Linker::new(tables.symbols).settle(context, &Answer::None, &found);
            unasked.add(&reference, &answer, &labels);
        }
    }
    unasked.edges_with(&mut stubs, |row| edges.push(row));
    for &(src, dst, types) in &tables.calls.types {
        let label = labels.known(stoa_model::EdgeLabel::Value);
        let confidence = 0.9 / f64::from(types);
        edges.push(EdgeRow { kind: EdgeKind::EvalType, src, dst, label, confidence });
    }
    for (src, dst) in tables.symbols.implied() {
        let label = labels.known(stoa_model::EdgeLabel::Type);
        edges.push(EdgeRow { kind: EdgeKind::InheritsFrom, src, dst, label, confidence: 1.0 });
    }
    for (src, dst) in overriding(tables.symbols) {
        let label = stoa_model::Symbol::NONE;
        edges.push(EdgeRow { kind: EdgeKind::Overrides, src, dst, label, confidence: f64::NAN });
    }
    linked.write(store, handle, Some(stubs), edges, &names)?;
    Ok(linked)
}

/// The answers of one segment. An edge to a stub has `-1 - place` in place of its end, the place being that in `stubs`.
#[derive(Default)]
struct Answered {
    edges: Vec<EdgeRow>,
    stubs: Vec<Stub>,
    places: FxHashMap<Stub, i64>,
}

impl Answered {
    fn add(&mut self, reference: &Reference<'_>, answer: &Answer, labels: &LabelSymbols) {
        let kind = Linker::edge_kind(reference.kind);
        match answer {
            Answer::None => {}
            Answer::Found(targets) => self.targets(reference, kind, targets, labels),
            Answer::Outside(stub) => self.stub(reference, kind, stub, labels),
            Answer::Both(targets, stubs) => {
                self.targets(reference, kind, targets, labels);
                for stub in stubs {
                    self.stub(reference, kind, stub, labels);
                }
            }
        }
    }

    fn targets(
        &mut self,
        reference: &Reference<'_>,
        kind: EdgeKind,
        targets: &[Target],
        labels: &LabelSymbols,
    ) {
        self.edges.extend(targets.iter().map(|target| EdgeRow {
            kind,
            src: reference.src,
            dst: target.id,
            label: labels.known(target.label),
            confidence: target.confidence,
        }));
    }

    fn stub(&mut self, reference: &Reference<'_>, kind: EdgeKind, stub: &Stub, labels: &LabelSymbols) {
        let place = match self.places.get(stub) {
            Some(&place) => place,
            None => {
                let place = self.stubs.len() as i64;
                self.stubs.push(stub.clone());
                self.places.insert(stub.clone(), place);
                place
            }
        };
        let label = labels.known(stoa_model::EdgeLabel::Unresolved);
        self.edges.push(EdgeRow { kind, src: reference.src, dst: -1 - place, label, confidence: 0.0 });
    }

    /// Hands out the edges, with the ids of their stubs.
    fn edges_with(self, stubs: &mut Stubs, mut take: impl FnMut(EdgeRow)) {
        let ids: Vec<NodeId> = self.stubs.into_iter().map(|stub| stubs.id(stub)).collect();
        for mut row in self.edges {
            if row.dst < 0 {
                row.dst = ids[(-1 - row.dst) as usize];
            }
            take(row);
        }
    }
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
        if let Some(stubs) = stubs {
            let (nodes, files, stub_names) = stubs.rows();
            crate::add_counts(&mut self.tally.nodes, &nodes.count_by_kind());
            tables.push((Table::Files, files_batch(&files)?));
            tables.push((Table::Nodes, nodes.finish(&stub_names)?));
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
    let row = pseudo_row(file_id, lost.path.clone(), "", 0);
    FileRow { status: lost.status, error: Some(lost.reason.clone()), ..row }
}

/// A reference without the node that asks.
type Question<'a> = (ReferenceKind, ReferenceForm, &'a str, &'a str, i32, &'a str, &'a str);

/// Answers the references of a segment, in order.
fn each_answer(
    tables: Tables<'_>,
    segment: &str,
    batches: &[RecordBatch],
    mut take: impl FnMut(&Reference<'_>, &Answer),
) -> Result<(), IndexError> {
    let Tables { symbols, calls } = tables;
    let linker = Linker::new(symbols);
    let bad = || IndexError::References { segment: segment.to_owned() };
    for batch in batches {
        let column = |name: &str| batch.column_by_name(name).ok_or_else(bad);
        let src = column("src")?.as_primitive_opt::<Int64Type>().ok_or_else(bad)?;
        let arity = column("arity")?.as_primitive_opt::<Int32Type>().ok_or_else(bad)?;
        let text = |name: &str| column(name).and_then(|c| c.as_string_opt::<i32>().ok_or_else(bad));
        let (name, qualifier, owner) = (text("name")?, text("qualifier")?, text("owner")?);
        let arguments = text("arguments")?;
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
        // A file asks the same thing many times over.
        let mut known: FxHashMap<Question<'_>, Answer> = FxHashMap::default();
        for row in 0..batch.num_rows() {
            let src = src.value(row);
            let file = file_of(src);
            if context.is_none_or(|(id, _)| id != file) {
                context = symbols.file(file).map(|c| (file, c));
                known.clear();
                linker.next_file();
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
                arguments: if some(arguments, row) { arguments.value(row) } else { "" },
            };
            let Reference { name, qualifier, arity, owner, arguments, .. } = reference;
            let question = (kind, form, name, qualifier, arity, owner, arguments);
            let answer = known.entry(question).or_insert_with(|| linker.answer(context, &reference));
            match calls.get(src).filter(|_| kind == ReferenceKind::Call) {
                Some(found) => take(&reference, &linker.settle(context, answer, &found)),
                None => take(&reference, answer),
            }
        }
    }
    Ok(())
}

/// Stub declarations, in pseudo files named `<external:family>`.
#[derive(Default)]
struct Stubs {
    ids: FxHashMap<Stub, NodeId>,
    /// The stubs of each pseudo file, in the order of their slots.
    open: Vec<PseudoFile>,
    /// Rows of other files without a segment.
    files: Vec<FileRow>,
}

struct PseudoFile {
    family: u8,
    id: FileId,
    stubs: Vec<Stub>,
}

impl Stubs {
    /// The id of a stub, new or known.
    fn id(&mut self, stub: Stub) -> NodeId {
        if let Some(&id) = self.ids.get(&stub) {
            return id;
        }
        // The newest file of the family, if it has a slot left; slot 0 is the FILE itself.
        let full = (FIRST_BODY - 1) as usize;
        let place = self.open.iter().rposition(|f| f.family == stub.family && f.stubs.len() < full);
        let place = place.unwrap_or_else(|| {
            let id = LAST_EXTERNAL_FILE - self.open.len() as FileId;
            self.open.push(PseudoFile { family: stub.family, id, stubs: Vec::new() });
            self.open.len() - 1
        });
        let file = &mut self.open[place];
        file.stubs.push(stub.clone());
        let id = node_id(file.id, file.stubs.len() as u32);
        self.ids.insert(stub, id);
        id
    }

    /// The rows of all stubs and their files.
    fn rows(mut self) -> (NodeColumns, Vec<FileRow>, Interner) {
        let (mut nodes, mut names) = (NodeColumns::default(), Interner::new());
        // Ids count down, rows go up.
        for file in self.open.iter().rev() {
            let family = family_name(file.family);
            let path = format!("<external:{family}>");
            let symbol = names.intern(&path);
            nodes.begin_file(file.id, family, true);
            let mut whole = stub_row(NodeKind::File, 0, symbol, symbol, NO_LOCAL, 0);
            whole.descendants = file.stubs.len() as u32;
            nodes.push(whole);
            for (place, stub) in file.stubs.iter().enumerate() {
                let (name, full_name) = (names.intern(last_name(stub)), names.intern(&stub.full_name));
                let slot = place as u32 + 1;
                nodes.push(stub_row(stub.kind, slot, name, full_name, 0, slot));
            }
            self.files.push(pseudo_row(file.id, path, family, file.stubs.len() as u32 + 1));
        }
        self.files.sort_by_key(|f| f.file_id);
        (nodes, self.files, names)
    }
}

/// What a stub is called: the last part of its full name.
fn last_name(stub: &Stub) -> &str {
    let full = stub.full_name.as_str();
    let exported = full.rsplit_once('#').map_or(full, |(_, name)| name);
    exported.rsplit_once(separator(stub.family)).map_or(exported, |(_, name)| name)
}

pub fn pseudo_row(file_id: FileId, path: String, language: &'static str, nodes: u32) -> FileRow {
    FileRow {
        file_id,
        path,
        language,
        module: String::new(),
        content_hash: String::new(),
        bytes: 0,
        lines: 0,
        code_lines: 0,
        comment_lines: 0,
        nodes,
        status: FileStatus::Ok,
        error: None,
        error_nodes: 0,
        origin: Origin::Source,
        // Stubs are declared and no more.
        layers: if nodes > 0 { Layers::NONE.with(Layer::Declarations) } else { Layers::NONE },
    }
}
