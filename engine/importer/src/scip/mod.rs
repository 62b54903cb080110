//! SCIP indexes: <https://github.com/sourcegraph/scip>, `scip.proto`.
//!
//! An index is one protobuf message, whose documents are read one after the other: of a file that was cut short, the documents
//! before the cut are kept. An index has definitions and what refers to them, exactly; of what stands between them it knows
//! nothing. So declarations, names, references and imports are there. Whether a reference is a call the index does not say; with
//! the text at hand a parenthesis behind it does.

mod document;
mod symbols;

use protobuf::rt::WireType;
use protobuf::{CodedInputStream, Message};
use rustc_hash::FxHashMap;
use scip::types::{Document, Metadata, SymbolInformation};
use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use stoa_model::rows::EdgeRow;
use stoa_model::{EdgeKind, EdgeLabel, NodeId, Symbol};

use crate::error::ImportError;
use crate::languages;
use crate::writer::{Stub, Writer};
use symbols::{Suffix, descriptors, full_name};

const FORMAT: &str = "a SCIP index";

/// An edge to a symbol whose definition may be in a document that comes later.
#[derive(Clone, Copy)]
struct Pending {
    src: NodeId,
    symbol: Symbol,
    kind: EdgeKind,
    language: &'static str,
}

/// What is known of all documents.
#[derive(Default)]
struct Index {
    definitions: FxHashMap<Symbol, NodeId>,
    pending: Vec<Pending>,
    /// Names that the index gives to symbols it does not define.
    shown: FxHashMap<Symbol, Symbol>,
    documents: u64,
    bad_ranges: u64,
    bad_paths: u64,
}

/// Reads an index.
pub fn read(path: &Path, writer: &mut Writer<'_>) -> Result<(), ImportError> {
    let file = File::open(path).map_err(|e| ImportError::read(path, e))?;
    let mut buffered = BufReader::with_capacity(1 << 20, file);
    let mut input = CodedInputStream::from_buf_read(&mut buffered);
    let mut index = Index::default();
    let mut metadata = None;
    loop {
        match field(&mut input) {
            Ok(Some(Field::Metadata(found))) => metadata = Some(found),
            Ok(Some(Field::Document(found))) => document::add(*found, &mut index, writer)?,
            Ok(Some(Field::External(symbol))) => {
                if !symbol.display_name.is_empty() {
                    let names = &mut writer.names;
                    index.shown.insert(names.intern(&symbol.symbol), names.intern(&symbol.display_name));
                }
            }
            Ok(Some(Field::Other)) => {}
            Ok(None) => break,
            Err(error) if index.documents == 0 => {
                let why = error.to_string();
                return Err(ImportError::NotThisFormat { path: path.to_owned(), format: FORMAT, why });
            }
            Err(error) => {
                let at = input.pos();
                writer.problem(format!(
                    "the index cannot be read beyond byte {at}, after {} documents: {error}",
                    index.documents
                ));
                break;
            }
        }
    }
    if metadata.is_none() && index.documents == 0 {
        return Err(ImportError::Empty { path: path.to_owned() });
    }
    if index.bad_ranges > 0 {
        writer.problem(format!("{} occurrences have no place that can be", index.bad_ranges));
    }
    if index.bad_paths > 0 {
        writer.problem(format!("{} documents have no path inside of a tree", index.bad_paths));
    }
    link(index, writer)
}

/// A field of `message Index`.
enum Field {
    Metadata(Metadata),
    Document(Box<Document>),
    External(Box<SymbolInformation>),
    /// One that is not known here.
    Other,
}

fn field(input: &mut CodedInputStream<'_>) -> protobuf::Result<Option<Field>> {
    let Some(tag) = input.read_raw_tag_or_eof()? else { return Ok(None) };
    let message = tag & 7 == WireType::LengthDelimited as u32;
    Ok(Some(match (tag >> 3, message) {
        (1, true) => Field::Metadata(whole(input)?),
        (2, true) => Field::Document(Box::new(whole(input)?)),
        (3, true) => Field::External(Box::new(whole(input)?)),
        _ => {
            let wire = WireType::new(tag & 7).ok_or_else(|| {
                protobuf::Error::from(std::io::Error::new(
                    std::io::ErrorKind::InvalidData,
                    format!("field {} has no wire type {}", tag >> 3, tag & 7),
                ))
            })?;
            input.skip_field(wire)?;
            Field::Other
        }
    }))
}

fn whole<M: Message>(input: &mut CodedInputStream<'_>) -> protobuf::Result<M> {
    input.read_message()
}

/// Edges to the definitions of symbols, or to stubs of those that the index does not define.
fn link(index: Index, writer: &mut Writer<'_>) -> Result<(), ImportError> {
    let Index { definitions, pending, shown, .. } = index;
    let mut stubs: FxHashMap<Symbol, Stub> = FxHashMap::default();
    for edge in pending.iter().filter(|edge| !definitions.contains_key(&edge.symbol)) {
        if stubs.contains_key(&edge.symbol) {
            continue;
        }
        let parts = descriptors(writer.names.get(edge.symbol));
        let last = &parts[parts.len() - 1];
        if last.suffix == Suffix::Local {
            continue;
        }
        let known = shown.get(&edge.symbol).map(|name| writer.names.get(*name).to_owned());
        let full_name = full_name(&parts, languages::separator(edge.language));
        let name = known.unwrap_or_else(|| last.name.clone());
        let stub = writer.stub(last.suffix.kind(), &name, &full_name, edge.language);
        stubs.insert(edge.symbol, stub);
    }
    let ids = writer.write_stubs()?;
    let [found, missing] =
        [EdgeLabel::Static, EdgeLabel::Unresolved].map(|label| writer.names.intern(label.as_str()));
    for Pending { src, symbol, kind, .. } in pending {
        let outside = || stubs.get(&symbol).and_then(|s| ids.get(s.language)?.get(s.place as usize).copied());
        let (dst, label, confidence) = match definitions.get(&symbol) {
            Some(&dst) => (dst, found, 1.0),
            None => match outside() {
                Some(dst) => (dst, missing, 0.0),
                // A local symbol that its document does not define.
                None => continue,
            },
        };
        let judged = matches!(kind, EdgeKind::Call | EdgeKind::Imports | EdgeKind::InheritsFrom);
        let (label, confidence) = if judged { (label, confidence) } else { (Symbol::NONE, f64::NAN) };
        writer.edge(EdgeRow { kind, src, dst, label, confidence })?;
    }
    Ok(())
}
