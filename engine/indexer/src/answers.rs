//! References to answers to edges, file by file.

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{Int32Type, Int64Type, UInt8Type};
use rustc_hash::FxHashMap;
use stoa_model::ids::{file_of, local_of, node_id};
use stoa_model::rows::EdgeRow;
use stoa_model::{EdgeKind, EdgeLabel, FileId, NodeId, ReferenceForm, ReferenceKind};
use stoa_passes::file::LabelSymbols;
use stoa_passes::link::values::CallTargets;
use stoa_passes::link::{Answer, FileContext, Linker, Listener, Reference, Stub, Symbols, Target};
use stoa_passes::slots::Numbers;

use crate::error::IndexError;
use crate::kept::LinksHash;
use crate::solved::Numbered;

/// Edges of one file. An edge to a stub has `-1 - place` in place of its end, the place being that in `stubs`.
#[derive(Default)]
pub struct Answered {
    pub edges: Vec<EdgeRow>,
    pub stubs: Vec<Stub>,
    places: FxHashMap<Stub, i64>,
}

impl Answered {
    pub fn add(&mut self, reference: &Reference<'_>, answer: &Answer, labels: &LabelSymbols) {
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
        let dst = -1 - self.place(stub);
        let label = labels.known(EdgeLabel::Unresolved);
        self.edges.push(EdgeRow { kind, src: reference.src, dst, label, confidence: 0.0 });
    }

    fn place(&mut self, stub: &Stub) -> i64 {
        if let Some(&place) = self.places.get(stub) {
            return place;
        }
        let place = self.stubs.len() as i64;
        self.stubs.push(stub.clone());
        self.places.insert(stub.clone(), place);
        place
    }

    /// Whether it has the same edges as another one.
    pub fn says_as(&self, other: &Answered) -> bool {
        let sorted = |of: &Answered| -> Vec<_> {
            let key = |row: &EdgeRow| (row.kind, row.src, row.dst, row.label, row.confidence.to_bits());
            let mut keys: Vec<_> = of.edges.iter().map(key).collect();
            keys.sort_unstable();
            keys
        };
        self.stubs == other.stubs && self.edges.len() == other.edges.len() && sorted(self) == sorted(other)
    }

    /// Adds edges of the same file.
    pub fn join(&mut self, other: &Answered) {
        for row in &other.edges {
            let dst = match usize::try_from(-1 - row.dst) {
                Ok(place) => -1 - self.place(&other.stubs[place]),
                Err(_) => row.dst,
            };
            self.edges.push(EdgeRow { dst, ..*row });
        }
    }

    /// Sorts the edges, whose ends are now those of the store, and tells their fingerprint and that of what is kept with them. It has the names of
    /// stubs and not their ids: a stub that anybody refers to keeps its id.
    pub fn finish(&mut self, found: &[u8]) -> LinksHash {
        let key = |row: &EdgeRow| (row.kind, row.src, row.dst, row.label, row.confidence.to_bits());
        self.edges.sort_unstable_by_key(key);
        let mut hasher = blake3::Hasher::new();
        let mut bytes = Vec::with_capacity(self.edges.len() * 32);
        for row in &self.edges {
            bytes.push(row.kind as u8);
            bytes.extend_from_slice(&row.src.to_le_bytes());
            bytes.extend_from_slice(&row.dst.to_le_bytes());
            bytes.extend_from_slice(&row.label.0.to_le_bytes());
            bytes.extend_from_slice(&row.confidence.to_bits().to_le_bytes());
        }
        hasher.update(&bytes);
        for stub in &self.stubs {
            hasher.update(&[stub.family, stub.kind as u8]);
            hasher.update(&(stub.full_name.len() as u32).to_le_bytes());
            hasher.update(stub.full_name.as_bytes());
        }
        hasher.update(found);
        let mut hash = LinksHash::default();
        hash.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
        hash
    }
}

/// A segment whose references are answered.
pub struct Asked<'a> {
    pub segment: &'a str,
    pub symbols: &'a Symbols,
    pub calls: &'a CallTargets,
    /// The files whose rows in the segment count, and their places in the order of paths.
    pub files: FxHashMap<FileId, u32>,
    /// Whether what is asked of the symbols is to be told.
    pub listens: bool,
    pub numbered: &'a Numbered<'a>,
}

/// A reference without the node that asks.
type Question<'a> = (ReferenceKind, ReferenceForm, &'a str, &'a str, i32, &'a str, &'a str);

/// The file whose references are at hand.
struct File<'a> {
    id: FileId,
    place: u32,
    context: &'a FileContext,
    numbers: Numbers,
}

impl File<'_> {
    /// The number by which linking knows a node.
    fn numbered(&self, id: NodeId) -> NodeId {
        node_id(self.place + 1, self.numbers.of(local_of(id)))
    }
}

/// Answers the references of a segment, in order. `hear` gets what names were asked for on the way, if that is wanted, maybe in
/// several parts of a file.
pub fn each(
    asked: &Asked<'_>,
    batches: &[RecordBatch],
    mut take: impl FnMut(u32, &Reference<'_>, &Answer),
    mut hear: impl FnMut(u32, Box<[u64]>),
) -> Result<(), IndexError> {
    let linker = Linker::new(asked.symbols);
    let listener = asked.listens.then(Listener::new);
    let bad = || IndexError::References { segment: asked.segment.to_owned() };
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
        let mut at: Option<File<'_>> = None;
        // A file asks the same thing many times over.
        let mut known: FxHashMap<Question<'_>, Answer> = FxHashMap::default();
        for row in 0..batch.num_rows() {
            let id = file_of(src.value(row));
            if at.as_ref().is_none_or(|file| file.id != id) {
                if let (Some(listener), Some(file)) = (&listener, &at) {
                    hear(file.place, listener.take());
                    linker.next_heard();
                }
                at = None;
                // Rows of files that an edit has brought to another segment no longer count.
                let Some(&place) = asked.files.get(&id) else { continue };
                let context = asked.symbols.file(place + 1).ok_or_else(bad)?;
                let numbers = asked.numbered.files[place as usize].own.slots.numbers();
                at = Some(File { id, place, context, numbers });
                known.clear();
                linker.next_file();
            }
            let (Some(file), Some(kind), Some(form)) = (
                &at,
                kinds.get(kind.keys().value(row) as usize).copied().flatten(),
                forms.get(form.keys().value(row) as usize).copied().flatten(),
            ) else {
                return Err(bad());
            };
            let context = file.context;
            let reference = Reference {
                src: file.numbered(src.value(row)),
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
            match asked.calls.get(reference.src).filter(|_| kind == ReferenceKind::Call) {
                Some(found) => take(file.place, &reference, &linker.settle(context, answer, &found)),
                None => take(file.place, &reference, answer),
            }
        }
        if let (Some(listener), Some(file)) = (&listener, &at) {
            hear(file.place, listener.take());
            linker.next_heard();
        }
    }
    Ok(())
}
