//! One document of a SCIP index: definitions in a tree, and what refers to what.

use rustc_hash::FxHashMap;
use scip::types::occurrence::{Typed_enclosing_range, Typed_range};
use scip::types::symbol_information::Kind;
use scip::types::{Document, Occurrence, PositionEncoding, SymbolInformation, SymbolRole};
use stoa_model::{EdgeKind, Layer, Layers, NodeId, NodeKind, Symbol};

use super::symbols::{Suffix, descriptors, full_name, is_local};
use super::{Index, Pending};
use crate::error::ImportError;
use crate::forest::{Draft, Forest, TOP};
use crate::languages;
use crate::text::{Text, Unit};
use crate::writer::{NewFile, Writer};

/// Names that constructors go by in symbols of a type.
const CONSTRUCTORS: &[&str] = &["__init__().", "`<constructor>`().", "`<init>`().", "`.ctor`()."];

/// Lines and columns as SCIP counts them: from 0, in the document's unit.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Range {
    start: (u32, u32),
    end: (u32, u32),
}

/// A range of three numbers, within a line, or of four.
fn range(numbers: &[i32]) -> Option<Range> {
    let n = |at: usize| u32::try_from(numbers[at]).ok();
    let range = match numbers.len() {
        3 => Range { start: (n(0)?, n(1)?), end: (n(0)?, n(2)?) },
        4 => Range { start: (n(0)?, n(1)?), end: (n(2)?, n(3)?) },
        _ => return None,
    };
    // Beyond any file, and far from where sums overflow.
    let sane =
        range.start <= range.end && range.end.0 < 1 << 30 && range.end.1 < 1 << 30 && range.start.1 < 1 << 30;
    sane.then_some(range)
}

fn place(occurrence: &Occurrence) -> Option<Range> {
    match &occurrence.typed_range {
        Some(Typed_range::SingleLineRange(r)) => range(&[r.line, r.start_character, r.end_character]),
        Some(Typed_range::MultiLineRange(r)) => {
            range(&[r.start_line, r.start_character, r.end_line, r.end_character])
        }
        _ => range(&occurrence.range),
    }
}

fn enclosing(occurrence: &Occurrence) -> Option<Range> {
    match &occurrence.typed_enclosing_range {
        Some(Typed_enclosing_range::SingleLineEnclosingRange(r)) => {
            range(&[r.line, r.start_character, r.end_character])
        }
        Some(Typed_enclosing_range::MultiLineEnclosingRange(r)) => {
            range(&[r.start_line, r.start_character, r.end_line, r.end_character])
        }
        _ => range(&occurrence.enclosing_range),
    }
}

/// A kind of symbol that says more than its descriptor.
fn kind_of(info: Option<&SymbolInformation>, suffix: Suffix) -> NodeKind {
    match info.map(|info| info.kind.enum_value_or_default()) {
        Some(Kind::Parameter | Kind::SelfParameter | Kind::ThisParameter | Kind::MethodReceiver) => {
            NodeKind::MethodParameterIn
        }
        Some(Kind::TypeParameter) => NodeKind::TypeParameter,
        Some(Kind::Module | Kind::Namespace | Kind::Package) => NodeKind::NamespaceBlock,
        // A property with a getter has a method's symbol, and is read like a field.
        _ => suffix.kind(),
    }
}

/// Adds a document. Its definitions are known to the index from then on; its references wait in it.
pub fn add(document: Document, index: &mut Index, writer: &mut Writer<'_>) -> Result<(), ImportError> {
    index.documents += 1;
    let path = document.relative_path.replace('\\', "/");
    let parts: Vec<&str> = path.split('/').collect();
    if path.is_empty() || parts.iter().any(|part| ["", ".", ".."].contains(part)) {
        index.bad_paths += 1;
        return Ok(());
    }
    let language = languages::of(&document.language, &path);
    let text = match document.text.is_empty() {
        true => writer.text_of(&path),
        false => Some(Text::new(document.text.clone().into_bytes())),
    };
    let unit = match document.position_encoding.enum_value_or_default() {
        PositionEncoding::UTF8CodeUnitOffsetFromLineStart => Unit::Bytes,
        PositionEncoding::UTF32CodeUnitOffsetFromLineStart => Unit::Characters,
        // Indexers of before this was told are programs for Node and the JVM.
        _ => Unit::Utf16,
    };
    let mut reader = Reader {
        infos: document.symbols.iter().map(|info| (info.symbol.as_str(), info)).collect(),
        text: text.as_ref(),
        unit,
        separator: languages::separator(language),
        forest: Forest::default(),
        defined: FxHashMap::default(),
        uses: Vec::new(),
    };
    let mut occurrences: Vec<(Range, &Occurrence)> = Vec::with_capacity(document.occurrences.len());
    for occurrence in &document.occurrences {
        match place(occurrence) {
            Some(_) if occurrence.symbol.is_empty() => {} // a diagnostic, or colour
            Some(range) => occurrences.push((range, occurrence)),
            None => index.bad_ranges += 1,
        }
    }
    occurrences.sort_by_key(|(range, _)| *range);
    reader.definitions(&occurrences, writer);
    reader.references(&occurrences, writer);

    let Reader { infos, forest, defined, uses, .. } = reader;
    let imports = uses.iter().any(|u| u.kind == EdgeKind::Imports);
    let layers: Layers = [
        Some(Layer::Declarations),
        Some(Layer::References),
        imports.then_some(Layer::Imports),
        // Without the text a call is not told from any other mention.
        text.as_ref().map(|_| Layer::Calls),
    ]
    .into_iter()
    .flatten()
    .collect();
    let new = NewFile { path, language, module: String::new(), forest, text, problem: None, layers };
    let ids = writer.file(new)?;
    link(&infos, &defined, &uses, &ids, language, index, writer);
    Ok(())
}

/// Puts what a document defines and asks for into the index.
fn link(
    infos: &FxHashMap<&str, &SymbolInformation>,
    defined: &FxHashMap<&str, u32>,
    uses: &[Use<'_>],
    ids: &[NodeId],
    language: &'static str,
    index: &mut Index,
    writer: &mut Writer<'_>,
) {
    let id = |draft: u32| ids[draft as usize];
    // Local symbols of other documents have the same names: they are made unlike by the document's number.
    let document = index.documents;
    let mut symbol = |text: &str| match is_local(text) {
        true => writer.names.intern(&format!("{text} {document}")),
        false => writer.names.intern(text),
    };
    for (text, &draft) in defined {
        index.definitions.entry(symbol(text)).or_insert(id(draft));
    }
    for u in uses {
        index.pending.push(Pending { src: id(u.draft), symbol: symbol(u.symbol), kind: u.kind, language });
    }
    let mut told: Vec<(u32, &SymbolInformation)> =
        infos.iter().filter_map(|(text, info)| Some((*defined.get(text)?, *info))).collect();
    told.sort_by_key(|(draft, _)| *draft);
    for (draft, info) in told {
        let suffix = descriptors(&info.symbol).last().map_or(Suffix::None, |d| d.suffix);
        for relation in &info.relationships {
            let kind = match suffix {
                Suffix::Type if relation.is_implementation => EdgeKind::InheritsFrom,
                Suffix::Method if relation.is_implementation => EdgeKind::Overrides,
                _ if relation.is_type_definition => EdgeKind::EvalType,
                _ => continue,
            };
            index.pending.push(Pending { src: id(draft), symbol: symbol(&relation.symbol), kind, language });
        }
    }
}

/// A node that refers to a symbol.
struct Use<'d> {
    draft: u32,
    symbol: &'d str,
    kind: EdgeKind,
}

struct Reader<'d, 't> {
    infos: FxHashMap<&'d str, &'d SymbolInformation>,
    text: Option<&'t Text>,
    unit: Unit,
    separator: &'static str,
    forest: Forest,
    /// The first definition of each symbol.
    defined: FxHashMap<&'d str, u32>,
    uses: Vec<Use<'d>>,
}

impl<'d> Reader<'d, '_> {
    fn definitions(&mut self, occurrences: &[(Range, &'d Occurrence)], writer: &mut Writer<'_>) {
        for (range, occurrence) in occurrences {
            let symbol = occurrence.symbol.as_str();
            if !is(occurrence, SymbolRole::Definition) || self.defined.contains_key(symbol) {
                continue;
            }
            let info = self.infos.get(symbol).copied();
            let parts = descriptors(symbol);
            let suffix = parts[parts.len() - 1].suffix;
            let shown = info.map(|i| i.display_name.as_str()).filter(|name| !name.is_empty());
            let own = (suffix == Suffix::Local).then(|| self.written(*range)).flatten();
            let name = shown.or(own.as_deref()).unwrap_or_else(|| last_name(&parts)).to_owned();
            let full = if suffix == Suffix::Local { name.clone() } else { full_name(&parts, self.separator) };
            let names = &mut writer.names;
            let kind = kind_of(info, suffix);
            let mut draft = Draft::new(kind, names.intern(&name), names.intern(&full));
            if let Some(signature) = info.and_then(|i| i.signature_documentation.as_ref())
                && !signature.text.is_empty()
            {
                draft.row.signature = names.intern(&signature.text);
            }
            self.put(&mut draft, enclosing(occurrence).unwrap_or(*range));
            let place = self.forest.push(draft);
            self.defined.insert(symbol, place);
        }
        // Parents: by symbol where that is defined here.
        let parents: Vec<(u32, u32)> = self
            .defined
            .iter()
            .filter_map(|(symbol, &place)| {
                let parts = descriptors(symbol);
                let around = parts.iter().rev().skip(1).find_map(|d| self.defined.get(&symbol[..d.end]));
                let told = || self.defined.get(self.infos.get(symbol)?.enclosing_symbol.as_str());
                around.or_else(told).filter(|around| **around != place).map(|around| (place, *around))
            })
            .collect();
        for (place, parent) in parents {
            self.forest.drafts[place as usize].parent = parent;
        }
    }

    /// Nodes for what refers to symbols, each below the innermost definition around it; so are definitions whose symbols
    /// do not say where they belong.
    fn references(&mut self, occurrences: &[(Range, &'d Occurrence)], writer: &mut Writer<'_>) {
        let mut extents: Vec<(Range, u32)> = occurrences
            .iter()
            .filter(|(_, o)| is(o, SymbolRole::Definition) && !is_local(&o.symbol))
            .filter_map(|(_, o)| Some((enclosing(o)?, *self.defined.get(o.symbol.as_str())?)))
            .collect();
        // Of those that start together the larger first.
        extents.sort_by_key(|(range, place)| (range.start, std::cmp::Reverse(range.end), *place));
        let mut extents = extents.into_iter().peekable();
        let mut open: Vec<(Range, u32)> = Vec::new();
        let mut first: rustc_hash::FxHashSet<&str> = rustc_hash::FxHashSet::default();
        for (range, occurrence) in occurrences {
            while let Some(extent) = extents.next_if(|(extent, _)| extent.start <= range.start) {
                open.retain(|(other, _)| other.end > extent.0.start);
                open.push(extent);
            }
            open.retain(|(extent, _)| extent.end >= range.end);
            let symbol = occurrence.symbol.as_str();
            if is(occurrence, SymbolRole::Definition) && first.insert(symbol) {
                let place = self.defined[symbol];
                if self.forest.drafts[place as usize].parent == TOP {
                    let around = open.iter().rev().find(|(_, other)| !self.is_below(*other, place));
                    self.forest.drafts[place as usize].parent = around.map_or(TOP, |(_, other)| *other);
                }
                continue;
            }
            let around = open.last().map_or(TOP, |(_, place)| *place);
            self.reference(*range, occurrence, around, writer);
        }
    }

    /// Whether a definition is another, or below it: a module is not below the function that its text begins with.
    fn is_below(&self, place: u32, other: u32) -> bool {
        let mut at = place;
        // No way up is longer than there are definitions, unless it goes round.
        for _ in 0..=self.forest.drafts.len() {
            if at == other {
                return true;
            }
            match self.forest.drafts.get(at as usize) {
                Some(draft) => at = draft.parent,
                None => return false,
            }
        }
        true
    }

    fn reference(&mut self, range: Range, occurrence: &'d Occurrence, around: u32, writer: &mut Writer<'_>) {
        let symbol = occurrence.symbol.as_str();
        let parts = descriptors(symbol);
        let suffix = parts[parts.len() - 1].suffix;
        let written = self.written(range);
        let name = written.as_deref().unwrap_or_else(|| last_name(&parts));
        let is_called = || self.is_called(range);
        let (kind, edge) = match suffix {
            _ if is(occurrence, SymbolRole::Import) => (NodeKind::Import, EdgeKind::Imports),
            Suffix::Macro => (NodeKind::Call, EdgeKind::Call),
            Suffix::Method if is_called() => (NodeKind::Call, EdgeKind::Call),
            Suffix::Type if is_called() && self.constructor(symbol).is_some() => {
                (NodeKind::Call, EdgeKind::Call)
            }
            Suffix::Type => (NodeKind::TypeRef, EdgeKind::Ref),
            _ => (NodeKind::Identifier, EdgeKind::Ref),
        };
        let full = full_name(&parts, self.separator);
        let names = &mut writer.names;
        let full = if suffix == Suffix::Local { Symbol::NONE } else { names.intern(&full) };
        let mut draft = Draft::new(kind, names.intern(name), Symbol::NONE);
        match kind {
            NodeKind::TypeRef => draft.row.type_full_name = full,
            NodeKind::Call | NodeKind::Import => draft.row.full_name = full,
            _ => {}
        }
        draft.parent = around;
        self.put(&mut draft, range);
        let draft = self.forest.push(draft);
        let target = match (kind, suffix) {
            (NodeKind::Call, Suffix::Type) => self.constructor(symbol).unwrap_or(symbol),
            _ => symbol,
        };
        self.uses.push(Use { draft, symbol: target, kind: edge });
    }

    /// The symbol of a type's constructor, if this document defines one.
    fn constructor(&self, symbol: &str) -> Option<&'d str> {
        CONSTRUCTORS.iter().find_map(|name| {
            let (known, _) = self.defined.get_key_value(format!("{symbol}{name}").as_str())?;
            Some(*known)
        })
    }

    /// Gives a node its place, in bytes if the text is there.
    fn put(&self, draft: &mut Draft, range: Range) {
        let row = &mut draft.row;
        (row.line, row.column) = (range.start.0 + 1, range.start.1 + 1);
        row.extra_lines = range.end.0 - range.start.0;
        row.length = if row.extra_lines == 0 { range.end.1 - range.start.1 } else { 0 };
        if let Some((start, end)) = self.bytes(range)
            && let Some(text) = self.text
            && let Some(line) = text.offset(row.line, 0, Unit::Bytes)
        {
            row.column = (start - line) as u32 + 1;
            row.length = end.saturating_sub(start) as u32;
        }
    }

    fn bytes(&self, range: Range) -> Option<(usize, usize)> {
        let text = self.text?;
        let start = text.offset(range.start.0 + 1, range.start.1, self.unit)?;
        Some((start, text.offset(range.end.0 + 1, range.end.1, self.unit)?))
    }

    /// The text of a range within a line.
    fn written(&self, range: Range) -> Option<String> {
        let (start, end) = self.bytes(range).filter(|_| range.start.0 == range.end.0)?;
        let text = self.text?.bytes.get(start..end).filter(|t| !t.is_empty())?;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    /// Whether a parenthesis opens behind a name.
    fn is_called(&self, range: Range) -> bool {
        let Some((text, (_, end))) = self.text.zip(self.bytes(range)) else { return false };
        text.bytes.get(end..).is_some_and(|rest| rest.trim_ascii_start().first() == Some(&b'('))
    }
}

fn is(occurrence: &Occurrence, role: SymbolRole) -> bool {
    occurrence.symbol_roles & role as i32 != 0
}

/// The name of the innermost descriptor; of a module that scip-python marks, the module's.
fn last_name(parts: &[super::symbols::Descriptor]) -> &str {
    match parts {
        [.., module, mark] if mark.suffix == Suffix::Meta && mark.name == "__init__" => &module.name,
        [.., last] => &last.name,
        [] => "",
    }
}
