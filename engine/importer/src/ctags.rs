//! Universal Ctags' JSON lines.
//!
//! `ctags --output-format=json --fields=* --extras=+r -R -f tags.json .` writes an object a line: `ctags-json-output(5)`,
//! <https://docs.ctags.io/en/latest/man/ctags-json-output.5.html>. A tag is a declaration: its name, its kind by the name that
//! its language's parser has for it, its line and perhaps its last, the scope around it as a qualified name. There are
//! declarations and nothing below them; supertypes are told by name, and are found here only if that name is a single type's.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Deserializer};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use stoa_model::rows::EdgeRow;
use stoa_model::{EdgeKind, EdgeLabel, Layer, Layers, NodeId, NodeKind, Symbol};

use crate::error::ImportError;
use crate::forest::{Draft, Forest, TOP};
use crate::languages;
use crate::text::{Text, Unit};
use crate::writer::{NewFile, Writer};

const FORMAT: &str = "ctags' JSON";

/// A line. Fields that ctags was not asked for are missing, and some are `false` where others have a text.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "_type")]
    what: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    path: String,
    #[serde(default, deserialize_with = "text")]
    language: Option<String>,
    #[serde(default)]
    line: Option<u32>,
    #[serde(default)]
    end: Option<u32>,
    #[serde(default, deserialize_with = "text")]
    kind: Option<String>,
    #[serde(default, deserialize_with = "text")]
    scope: Option<String>,
    #[serde(default, deserialize_with = "text")]
    signature: Option<String>,
    #[serde(default, deserialize_with = "text")]
    typeref: Option<String>,
    #[serde(default, deserialize_with = "text")]
    access: Option<String>,
    #[serde(default, deserialize_with = "text")]
    inherits: Option<String>,
    #[serde(default, deserialize_with = "text")]
    roles: Option<String>,
    #[serde(default, deserialize_with = "text")]
    extras: Option<String>,
}

/// A field that is a text or tells nothing.
fn text<'de, D: Deserializer<'de>>(field: D) -> Result<Option<String>, D::Error> {
    match serde_json::Value::deserialize(field)? {
        serde_json::Value::String(text) => Ok(Some(text)),
        _ => Ok(None),
    }
}

/// A tag of a file.
struct Tag {
    kind: NodeKind,
    name: Symbol,
    full_name: Symbol,
    /// The scope around it, with `.` between its parts.
    scope: String,
    signature: Symbol,
    type_full_name: Symbol,
    modifiers: Symbol,
    line: u32,
    end: u32,
    inherits: Vec<Symbol>,
}

/// The tags of a file.
#[derive(Default)]
struct Tags {
    language: &'static str,
    tags: Vec<Tag>,
}

/// A type that says by name what it is made from.
struct Inheritance {
    src: NodeId,
    language: &'static str,
    name: Symbol,
}

/// Reads a file of tags.
pub fn read(path: &Path, writer: &mut Writer<'_>) -> Result<(), ImportError> {
    let file = File::open(path).map_err(|e| ImportError::read(path, e))?;
    let mut lines = BufReader::new(file);
    let mut files: BTreeMap<String, Tags> = BTreeMap::new();
    let mut bad = Bad::default();
    let (mut line, mut number, mut known) = (Vec::new(), 0u64, 0u64);
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line).map_err(|e| ImportError::read(path, e))? == 0 {
            break;
        }
        number += 1;
        let text = String::from_utf8_lossy(line.trim_ascii());
        if text.is_empty() {
            continue;
        }
        bad.foreign += u64::from(matches!(text, Cow::Owned(_)));
        match serde_json::from_str::<Line>(&text) {
            Ok(line) if line.what == "ptag" => {
                known += 1;
                check_version(path, &line)?;
            }
            Ok(line) if line.what == "tag" => {
                known += 1;
                add(line, &mut files, writer, &mut bad);
            }
            Ok(line) => bad.note(number, format!("it is a {:?}, not a tag", line.what)),
            Err(error) => bad.note(number, error.to_string()),
        }
    }
    if known == 0 && bad.lines > 0 {
        let why = bad.first.map(|(line, why)| format!("line {line}: {why}")).unwrap_or_default();
        return Err(ImportError::NotThisFormat { path: path.to_owned(), format: FORMAT, why });
    }
    if files.is_empty() {
        return Err(ImportError::Empty { path: path.to_owned() });
    }
    bad.tell(writer);
    write(files, writer)
}

/// Lines that could not be read.
#[derive(Default)]
struct Bad {
    lines: u64,
    first: Option<(u64, String)>,
    unplaced: u64,
    foreign: u64,
}

impl Bad {
    fn note(&mut self, line: u64, why: String) {
        self.lines += 1;
        self.first.get_or_insert((line, why));
    }

    fn tell(self, writer: &mut Writer<'_>) {
        if let Some((line, why)) = self.first {
            writer
                .problem(format!("{} lines could not be read, the first is line {line}: {why}", self.lines));
        }
        if self.foreign > 0 {
            writer.problem(format!("{} lines are not UTF-8; what is not was replaced", self.foreign));
        }
        if self.unplaced > 0 {
            writer.problem(format!("{} tags have no path or no name", self.unplaced));
        }
    }
}

/// The format's own version: a new major number may have changed its meaning.
fn check_version(path: &Path, line: &Line) -> Result<(), ImportError> {
    let major = line.path.split('.').next().unwrap_or_default();
    if line.name == "JSON_OUTPUT_VERSION" && !["0", "1"].contains(&major) {
        let found = line.path.clone();
        return Err(ImportError::Version {
            path: path.to_owned(),
            format: FORMAT,
            found,
            supported: "0 and 1",
        });
    }
    Ok(())
}

fn add(line: Line, files: &mut BTreeMap<String, Tags>, writer: &mut Writer<'_>, bad: &mut Bad) {
    if line.path.is_empty() || line.name.is_empty() {
        bad.unplaced += 1;
        return;
    }
    let extras = line.extras.as_deref().unwrap_or_default();
    // The same tag once more by its qualified name, or a file as a tag of itself.
    if extras.split(',').any(|extra| ["qualified", "inputFile", "pseudo"].contains(&extra)) {
        return;
    }
    let path = line.path.replace('\\', "/");
    let path = path.strip_prefix("./").unwrap_or(&path);
    let language = languages::of(line.language.as_deref().unwrap_or_default(), path);
    let file = files.entry(path.to_owned()).or_insert_with(|| Tags { language, tags: Vec::new() });
    let kind = kind_of(&line);
    let scope = line.scope.unwrap_or_default();
    let names = &mut writer.names;
    let full_name = match (kind, scope.is_empty()) {
        (NodeKind::Import | NodeKind::Identifier, _) | (_, true) => line.name.clone(),
        (_, false) => format!("{scope}{}{}", separator_in(&scope, language), line.name),
    };
    let mut text = |text: Option<&str>| match text.map(str::trim).filter(|t| !t.is_empty()) {
        Some(text) => names.intern(text),
        None => Symbol::NONE,
    };
    // `typename:int`, `struct:point`: what kind of thing, and its name.
    let of_type = line.typeref.as_deref().map(|t| t.split_once(':').map_or(t, |(_, name)| name));
    let supertypes = line.inherits.as_deref().unwrap_or_default();
    // Lines are numbers of a signed column.
    let possible = |line: Option<u32>| line.filter(|n| i32::try_from(*n).is_ok());
    let first = possible(line.line).unwrap_or(0);
    let tag = Tag {
        kind,
        name: text(Some(&line.name)),
        full_name: text(Some(&full_name)),
        signature: text(line.signature.as_deref()),
        type_full_name: text(of_type),
        modifiers: text(line.access.as_deref()),
        line: first,
        end: possible(line.end).unwrap_or(first).max(first),
        inherits: split_types(supertypes).map(|name| text(Some(name))).filter(|s| s.is_some()).collect(),
        scope: scope.replace("::", "."),
    };
    file.tags.push(tag);
}

/// Names between commas that stand outside of brackets.
fn split_types(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    text.split(move |c| {
        depth += i32::from(matches!(c, '<' | '(' | '[')) - i32::from(matches!(c, '>' | ')' | ']'));
        c == ',' && depth <= 0
    })
    // A type's arguments are no part of its name.
    .map(|name| name.split(['<', '(', '[']).next().unwrap_or(name).trim())
}

fn separator_in(scope: &str, language: &'static str) -> &'static str {
    if scope.contains("::") { "::" } else { languages::separator(language) }
}

/// What a kind of one of ctags' parsers is here. The parsers name their kinds freely; these are the names they share.
fn kind_of(line: &Line) -> NodeKind {
    let roles = line.roles.as_deref().unwrap_or("def");
    if !roles.split(',').any(|role| role == "def") {
        // A mention, not a declaration.
        return match roles.split(',').any(|role| {
            role.to_ascii_lowercase().contains("import")
                || ["system", "local", "included", "namespace", "required", "used"].contains(&role)
        }) {
            true => NodeKind::Import,
            false => NodeKind::Identifier,
        };
    }
    match line.kind.as_deref().unwrap_or_default() {
        "namespace" | "package" | "packageName" | "module" | "unit" | "submodule" => NodeKind::NamespaceBlock,
        "class" | "struct" | "interface" | "enum" | "union" | "trait" | "typedef" | "type" | "alias"
        | "object" | "record" | "protocol" | "typealias" | "talias" | "annotation" | "mixin"
        | "implementation" | "category" | "exception" | "concept" | "methodSpecs" | "singletonClass" => {
            NodeKind::TypeDecl
        }
        "function" | "func" | "method" | "singletonMethod" | "constructor" | "destructor" | "prototype"
        | "procedure" | "subroutine" | "macro" | "getter" | "setter" | "accessor" | "methodSpec"
        | "anonFunction" | "generator" | "test" | "task" | "lambda" | "anonMember" => NodeKind::Method,
        // Python calls its methods members, C its fields.
        "member" if line.signature.is_some() => NodeKind::Method,
        "parameter" => NodeKind::MethodParameterIn,
        "local" => NodeKind::Local,
        "label" => NodeKind::JumpTarget,
        "member" | "field" | "variable" | "var" | "property" | "constant" | "const" | "enumerator"
        | "enumConstant" | "attribute" | "global" | "globalVar" | "externvar" | "define" | "event"
        | "static" => NodeKind::Member,
        _ => NodeKind::Unknown,
    }
}

fn write(files: BTreeMap<String, Tags>, writer: &mut Writer<'_>) -> Result<(), ImportError> {
    // Types by what others may call them: their full names, and their names where only one type has it.
    let mut types: FxHashMap<(&'static str, Symbol), Vec<NodeId>> = FxHashMap::default();
    let mut inheritances: Vec<Inheritance> = Vec::new();
    // Whether ctags was asked for mentions is one answer for all files.
    let imports = files.values().flat_map(|file| &file.tags).any(|tag| tag.kind == NodeKind::Import);
    for (path, Tags { language, mut tags }) in files {
        tags.sort_by_key(|tag| (tag.line, std::cmp::Reverse(tag.end)));
        let text = writer.text_of(&path);
        let forest = forest(&tags, text.as_ref(), writer);
        let unplaced = tags.iter().filter(|tag| tag.line == 0).count();
        let problem = (unplaced > 0).then(|| format!("{unplaced} tags have no line"));
        let layers: Layers =
            [Some(Layer::Declarations), imports.then_some(Layer::Imports)].into_iter().flatten().collect();
        let file = NewFile { path, language, module: String::new(), forest, text, problem, layers };
        let ids = writer.file(file)?;
        for (tag, id) in tags.iter().zip(ids) {
            if tag.kind == NodeKind::TypeDecl {
                types.entry((language, tag.full_name)).or_default().push(id);
                if tag.name != tag.full_name {
                    types.entry((language, tag.name)).or_default().push(id);
                }
                inheritances.extend(tag.inherits.iter().map(|&name| Inheritance { src: id, language, name }));
            }
        }
    }
    inherit(&types, &inheritances, writer)
}

/// Edges from types to their supertypes: to the one type of that name, or to a stub.
fn inherit(
    types: &FxHashMap<(&'static str, Symbol), Vec<NodeId>>,
    inheritances: &[Inheritance],
    writer: &mut Writer<'_>,
) -> Result<(), ImportError> {
    let found = |i: &Inheritance| match types.get(&(i.language, i.name)).map(Vec::as_slice) {
        Some([one]) if *one != i.src => Some(*one),
        _ => None,
    };
    let mut stubs = Vec::new();
    for inheritance in inheritances.iter().filter(|i| found(i).is_none()) {
        let full_name = writer.names.get(inheritance.name).to_owned();
        let separator = languages::separator(inheritance.language);
        let name = full_name.rsplit(separator).next().unwrap_or(&full_name).to_owned();
        let stub = writer.stub(NodeKind::TypeDecl, &name, &full_name, inheritance.language);
        stubs.push(stub);
    }
    let ids = writer.write_stubs()?;
    let mut stubs = stubs.into_iter();
    let [by_name, unresolved] =
        [EdgeLabel::Name, EdgeLabel::Unresolved].map(|label| writer.names.intern(label.as_str()));
    for inheritance in inheritances {
        let (dst, label, confidence) = match found(inheritance) {
            Some(dst) => (dst, by_name, 0.5),
            None => {
                let stub = stubs.next().and_then(|s| ids.get(s.language)?.get(s.place as usize).copied());
                // One was made for each just now.
                let Some(dst) = stub else { continue };
                (dst, unresolved, 0.0)
            }
        };
        let kind = EdgeKind::InheritsFrom;
        writer.edge(EdgeRow { kind, src: inheritance.src, dst, label, confidence })?;
    }
    Ok(())
}

/// The tags of a file, sorted by line, each below the tag that its scope names.
fn forest(tags: &[Tag], text: Option<&Text>, writer: &Writer<'_>) -> Forest {
    let mut forest = Forest::default();
    // The tags of each qualified name, in the order of their lines.
    let mut named: FxHashMap<String, Vec<u32>> = FxHashMap::default();
    for (place, tag) in tags.iter().enumerate() {
        let name = writer.names.get(tag.name);
        let qualified = if tag.scope.is_empty() { name.to_owned() } else { format!("{}.{name}", tag.scope) };
        named.entry(qualified).or_default().push(place as u32);
    }
    for (place, tag) in tags.iter().enumerate() {
        let mut draft = Draft::new(tag.kind, tag.name, tag.full_name);
        draft.parent = named.get(&tag.scope).and_then(|around| parent(tags, around, place)).unwrap_or(TOP);
        let row = &mut draft.row;
        (row.signature, row.type_full_name, row.modifiers) =
            (tag.signature, tag.type_full_name, tag.modifiers);
        (row.line, row.column, row.extra_lines) = (tag.line, 1, tag.end - tag.line);
        if tag.line == 0 {
            row.column = 0;
        } else if let Some(text) = text {
            place_in(text, tag, row);
        }
        forest.push(draft);
    }
    forest
}

/// Of the tags that bear the name of a tag's scope, the innermost around it, or else the nearest before it.
fn parent(tags: &[Tag], around: &[u32], place: usize) -> Option<u32> {
    let tag = &tags[place];
    let others = || around.iter().copied().filter(|&at| at as usize != place);
    let holds = |at: &u32| {
        let other = &tags[*at as usize];
        other.line <= tag.line && tag.end <= other.end
    };
    let before = |at: &u32| tags[*at as usize].line <= tag.line;
    others().rfind(holds).or_else(|| others().rfind(before)).or_else(|| others().next())
}

/// From the first word of a tag's line to the end of its last.
fn place_in(text: &Text, tag: &Tag, row: &mut stoa_model::rows::NodeRow) {
    let Some(first) = text.line(tag.line) else { return };
    let indent = first.iter().take_while(|byte| byte.is_ascii_whitespace()).count() as u32;
    let (start, end) =
        (text.offset(tag.line, indent, Unit::Bytes), text.offset(tag.end, u32::MAX, Unit::Bytes));
    if let (Some(start), Some(end)) = (start, end) {
        row.column = indent + 1;
        row.length = end.saturating_sub(start) as u32;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn supertypes_are_split_outside_of_brackets() {
        let split: Vec<&str> = split_types("Base, Map<K, V>, metaclass(ABC)").collect();
        assert_eq!(split, ["Base", "Map", "metaclass"]);
    }
}
