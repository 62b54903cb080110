//! An export as a graph in memory, and from there to files.

use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use stoa_model::rows::{EdgeRow, NodeRow};
use stoa_model::{Dispatch, EdgeKind, EdgeLabel, Layer, Layers, NodeId, NodeKind, Symbol};

use super::labels::{self, Label, Relation};
use crate::error::ImportError;
use crate::forest::{Draft, Forest, TOP};
use crate::languages;
use crate::text::{Text, Unit};
use crate::writer::{NewFile, Writer};

/// Nodes of one pseudo file of what is not in the tree.
const EXTERNALS_PER_FILE: usize = 1 << 19;

/// A property of the specification that a column holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Property {
    Name,
    FullName,
    Signature,
    TypeFullName,
    FileName,
    Line,
    Column,
    LineEnd,
    ColumnEnd,
    Order,
    ArgumentIndex,
    ArgumentName,
    Code,
    ControlType,
    DispatchType,
    ModifierType,
    CanonicalName,
    ImportedEntity,
    Language,
    Root,
}

impl Property {
    /// The property of a name of the specification.
    pub fn parse(name: &str) -> Option<Property> {
        Some(match name {
            "NAME" | "IMPORTED_AS" => Property::Name,
            "FULL_NAME" | "METHOD_FULL_NAME" => Property::FullName,
            "SIGNATURE" => Property::Signature,
            "TYPE_FULL_NAME" => Property::TypeFullName,
            "FILENAME" => Property::FileName,
            "LINE_NUMBER" => Property::Line,
            "COLUMN_NUMBER" => Property::Column,
            "LINE_NUMBER_END" => Property::LineEnd,
            "COLUMN_NUMBER_END" => Property::ColumnEnd,
            "ORDER" => Property::Order,
            "ARGUMENT_INDEX" => Property::ArgumentIndex,
            "ARGUMENT_NAME" => Property::ArgumentName,
            "CODE" => Property::Code,
            "CONTROL_STRUCTURE_TYPE" => Property::ControlType,
            "DISPATCH_TYPE" => Property::DispatchType,
            "MODIFIER_TYPE" => Property::ModifierType,
            "CANONICAL_NAME" => Property::CanonicalName,
            "IMPORTED_ENTITY" => Property::ImportedEntity,
            "LANGUAGE" => Property::Language,
            "ROOT" => Property::Root,
            _ => return None,
        })
    }
}

/// A node of the export.
#[derive(Clone, Copy)]
struct Node {
    label: Label,
    row: NodeRow,
    order: i32,
    /// The place of the node above, or [`TOP`].
    parent: u32,
    file_name: Symbol,
    code: Symbol,
    line_end: u32,
    column_end: u32,
}

/// What has been read of an export.
#[derive(Default)]
pub struct Graph {
    places: FxHashMap<i64, u32>,
    nodes: Vec<Node>,
    /// Ends as places in `nodes`.
    edges: Vec<(EdgeKind, u32, u32, Symbol)>,
    /// TYPE → TYPE_DECL, METHOD_PARAMETER_OUT → METHOD_PARAMETER_IN: edges to the first go to the second.
    means: FxHashMap<u32, u32>,
    source_files: FxHashMap<u32, u32>,
    language: String,
    root: String,
    left_out: BTreeMap<String, u64>,
    dangling: u64,
    two_parents: u64,
}

impl Graph {
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Adds a node. One that is there already, by its id, is the same node in another file of the export.
    pub fn node<'p>(
        &mut self,
        id: i64,
        label: &str,
        properties: impl Iterator<Item = (Property, &'p str)>,
        writer: &mut Writer<'_>,
    ) {
        if self.places.contains_key(&id) {
            return;
        }
        let known = labels::of_node(label);
        let kind = if let Label::Node(kind) = known { kind } else { NodeKind::Unknown };
        let mut node = Node {
            label: known,
            row: Draft::new(kind, Symbol::NONE, Symbol::NONE).row,
            order: 0,
            parent: TOP,
            file_name: Symbol::NONE,
            code: Symbol::NONE,
            line_end: 0,
            column_end: 0,
        };
        for (property, value) in properties {
            if !value.is_empty() && value != "<empty>" {
                self.property(&mut node, property, value, writer);
            }
        }
        if kind == NodeKind::Literal && !node.row.name.is_some() {
            node.row.name = node.code;
        }
        if known == Label::Other {
            *self.left_out.entry(format!("{label} nodes")).or_default() += 1;
        }
        self.places.insert(id, self.nodes.len() as u32);
        self.nodes.push(node);
    }

    fn property(&mut self, node: &mut Node, property: Property, value: &str, writer: &mut Writer<'_>) {
        let names = &mut writer.names;
        let row = &mut node.row;
        let number = || value.parse::<u32>().ok().filter(|n| *n < 1 << 30);
        match property {
            // Joern writes some operators `<operators>.`, the specification all of them `<operator>.`.
            Property::Name => match value.strip_prefix("<operators>.") {
                Some(operator) => row.name = names.intern(&format!("<operator>.{operator}")),
                None => row.name = names.intern(value),
            },
            Property::FullName => row.full_name = names.intern(value),
            Property::ImportedEntity => row.full_name = names.intern(value),
            Property::Signature => row.signature = names.intern(value),
            Property::TypeFullName => row.type_full_name = names.intern(value),
            Property::FileName => node.file_name = names.intern(value),
            Property::Line => row.line = number().unwrap_or(0),
            Property::Column => row.column = number().unwrap_or(0),
            Property::LineEnd => node.line_end = number().unwrap_or(0),
            Property::ColumnEnd => node.column_end = number().unwrap_or(0),
            Property::Order => node.order = value.parse().unwrap_or(0),
            Property::ArgumentIndex => {
                // -1 is what Joern says of what is no argument.
                if let Some(index) = value.parse().ok().filter(|index| *index >= 0) {
                    row.argument_index = index;
                }
            }
            Property::ArgumentName => row.argument_name = names.intern(value),
            Property::Code => node.code = names.intern(value),
            Property::ControlType => row.control = labels::control(value),
            Property::DispatchType => row.dispatch = Dispatch::parse(value),
            Property::ModifierType | Property::CanonicalName => row.name = names.intern(value),
            Property::Language if node.label == Label::MetaData => self.language = value.to_owned(),
            Property::Root if node.label == Label::MetaData => self.root = value.replace('\\', "/"),
            Property::Language | Property::Root => {}
        }
    }

    /// Adds an edge; `property` is empty if it has none. Both ends must have been added.
    pub fn edge(&mut self, src: i64, dst: i64, label: &str, property: &str, writer: &mut Writer<'_>) {
        let (Some(&src), Some(&dst)) = (self.places.get(&src), self.places.get(&dst)) else {
            self.dangling += 1;
            return;
        };
        let is_type = |place: u32| self.nodes[place as usize].label == Label::Type;
        match labels::of_edge(label) {
            Relation::Ast => {
                let node = &mut self.nodes[dst as usize];
                if node.parent == TOP {
                    node.parent = src;
                } else if node.parent != src {
                    self.two_parents += 1;
                }
            }
            Relation::SourceFile => {
                self.source_files.insert(src, dst);
            }
            Relation::Edge(EdgeKind::Ref) if is_type(src) => {
                self.means.insert(src, dst);
            }
            Relation::Edge(kind) => {
                let label = match property {
                    "" => Symbol::NONE,
                    text if kind == EdgeKind::ReachingDef => writer.names.intern(text),
                    _ => Symbol::NONE,
                };
                self.edges.push((kind, src, dst, label));
            }
            Relation::Other if label == "PARAMETER_LINK" => {
                self.means.insert(dst, src);
            }
            Relation::Other => *self.left_out.entry(format!("{label} edges")).or_default() += 1,
            Relation::Told => {}
        }
    }

    /// Hands everything to the writer.
    pub fn write(mut self, writer: &mut Writer<'_>) -> Result<(), ImportError> {
        if self.dangling > 0 {
            writer.problem(format!("{} edges end at nodes that are not in the export", self.dangling));
        }
        if self.two_parents > 0 {
            writer.problem(format!("{} nodes have a second parent, which is left out", self.two_parents));
        }
        self.modifiers(writer);
        let tops = self.tops();
        // Nodes by file, and those of no file.
        let mut files: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        let mut external: Vec<u32> = Vec::new();
        for (place, node) in self.nodes.iter().enumerate() {
            let Label::Node(kind) = node.label else { continue };
            match (self.path(tops[place], writer), kind) {
                // A FILE is there whether or not something is in it.
                (Some(path), NodeKind::File) => {
                    files.entry(path).or_default();
                }
                (Some(path), _) => files.entry(path).or_default().push(place as u32),
                (None, NodeKind::File) => {}
                (None, _) => external.push(place as u32),
            }
        }
        let layers = self.layers();
        let mut ids: Vec<NodeId> = vec![0; self.nodes.len()];
        let mut file_ids: FxHashMap<String, NodeId> = FxHashMap::default();
        for (path, places) in files {
            let language = self.language_of(&path);
            let text = writer.text_of(&path);
            let forest = self.forest(&places, text.as_ref(), writer);
            let module = self.module(&places, writer);
            let key = path.clone();
            let file = NewFile { path, language, module, forest, text, problem: None, layers };
            let given = writer.file(file)?;
            places.iter().zip(&given).for_each(|(place, id)| ids[*place as usize] = *id);
            if let Some(&first) = given.first() {
                file_ids.insert(key, stoa_model::ids::node_id(stoa_model::ids::file_of(first), 0));
            }
        }
        self.write_external(external, &tops, &mut ids, writer)?;
        for (place, node) in self.nodes.iter().enumerate() {
            if node.label == Label::Node(NodeKind::File)
                && let Some(id) = self.path(place as u32, writer).and_then(|path| file_ids.get(&path))
            {
                ids[place] = *id;
            }
        }
        self.write_edges(&ids, writer)
    }

    /// METHOD and TYPE_DECL take the modifiers that are nodes below them.
    fn modifiers(&mut self, writer: &mut Writer<'_>) {
        for place in 0..self.nodes.len() {
            let Node { label, row, parent, .. } = self.nodes[place];
            if label != Label::Node(NodeKind::Modifier) || parent == TOP {
                continue;
            }
            let modifier = writer.names.get(row.name).to_ascii_lowercase();
            let above = &mut self.nodes[parent as usize].row;
            let all = match above.modifiers.some() {
                Some(before) => format!("{} {modifier}", writer.names.get(before)),
                None => modifier,
            };
            above.modifiers = writer.names.intern(&all);
        }
    }

    /// For each node the topmost one above it that is in a file of its own: a FILE, or one without a parent.
    fn tops(&self) -> Vec<u32> {
        let mut tops = vec![TOP; self.nodes.len()];
        let mut way = Vec::new();
        for start in 0..self.nodes.len() {
            let mut at = start as u32;
            let top = loop {
                if tops[at as usize] != TOP {
                    break tops[at as usize];
                }
                // Where parents go round, the circle is as high as it gets. It is found by its length.
                if self.nodes[at as usize].parent == TOP || way.len() > self.nodes.len() {
                    break at;
                }
                way.push(at);
                at = self.nodes[at as usize].parent;
            };
            tops[at as usize] = top;
            way.drain(..).for_each(|below| tops[below as usize] = top);
        }
        tops
    }

    /// The path of the file that a topmost node is in; none if it is not in the tree.
    fn path(&self, top: u32, writer: &Writer<'_>) -> Option<String> {
        let name = |place: u32| {
            let node = &self.nodes[place as usize];
            let name = if node.row.kind == NodeKind::File { node.row.name } else { node.file_name };
            writer.names.get(name)
        };
        let own = name(top);
        let told = match self.source_files.get(&top) {
            Some(&file) if own.is_empty() => name(file),
            _ => own,
        };
        let path = told.replace('\\', "/");
        let root = self.root.trim_end_matches('/');
        let below = (!root.is_empty()).then(|| path.strip_prefix(root)?.strip_prefix('/')).flatten();
        let path = below.unwrap_or(&path);
        let path = path.strip_prefix("./").unwrap_or(path);
        (!path.is_empty() && !path.starts_with('<') && path != "N/A").then(|| path.to_owned())
    }

    fn language_of(&self, path: &str) -> &'static str {
        match languages::of("", path) {
            languages::UNKNOWN => languages::of(&self.language, ""),
            known => known,
        }
    }

    fn module(&self, places: &[u32], writer: &Writer<'_>) -> String {
        let namespaces = places.iter().map(|&p| &self.nodes[p as usize].row);
        let named = namespaces.filter(|row| row.kind == NodeKind::NamespaceBlock).map(|row| {
            let name = writer.names.get(row.full_name);
            name.rsplit_once(':').map_or(name, |(_, namespace)| namespace)
        });
        named.into_iter().find(|name| !name.is_empty() && !name.contains('<')).unwrap_or_default().to_owned()
    }

    fn forest(&self, places: &[u32], text: Option<&Text>, writer: &Writer<'_>) -> Forest {
        let drafts: FxHashMap<u32, u32> = places.iter().enumerate().map(|(at, &p)| (p, at as u32)).collect();
        let mut forest = Forest::default();
        for &place in places {
            let node = &self.nodes[place as usize];
            let mut row = node.row;
            let code = writer.names.get(node.code);
            match text {
                Some(text) => put(&mut row, node, code, text),
                None if row.line > 0 => {
                    row.column = row.column.max(1);
                    row.extra_lines = match node.line_end {
                        0 => code.matches('\n').count() as u32,
                        end => end.saturating_sub(row.line),
                    };
                    row.length = code.len() as u32;
                }
                None => {}
            }
            let parent = drafts.get(&node.parent).copied().unwrap_or(TOP);
            forest.push(Draft { row, parent, order: node.order });
        }
        forest
    }

    /// What is not in the tree, by whole trees, into as many pseudo files as it takes.
    fn write_external(
        &self,
        mut external: Vec<u32>,
        tops: &[u32],
        ids: &mut [NodeId],
        writer: &mut Writer<'_>,
    ) -> Result<(), ImportError> {
        let language = languages::of(&self.language, "");
        external.sort_by_key(|&place| (tops[place as usize], place));
        let mut start = 0;
        while start < external.len() {
            let mut end = external.len().min(start + EXTERNALS_PER_FILE);
            let top = |at: usize| tops[external[at] as usize];
            while end < external.len() && top(end) == top(end - 1) {
                end += 1;
            }
            let part = &external[start..end];
            let forest = self.forest(part, None, writer);
            let given = writer.external_file(language, forest)?;
            part.iter().zip(given).for_each(|(place, id)| ids[*place as usize] = id);
            start = end;
        }
        Ok(())
    }

    fn layers(&self) -> Layers {
        let mut layers = Layers::NONE.with(Layer::Declarations);
        for node in &self.nodes {
            if let Label::Node(kind) = node.label {
                layers = layers.with(Layer::of_node(kind));
            }
        }
        self.edges.iter().fold(layers, |layers, (kind, ..)| layers.with(Layer::of_edge(*kind)))
    }

    fn write_edges(self, ids: &[NodeId], writer: &mut Writer<'_>) -> Result<(), ImportError> {
        // A type that no edge leads on from is found by its name.
        let mut declared: FxHashMap<Symbol, u32> = FxHashMap::default();
        for (place, node) in self.nodes.iter().enumerate() {
            if node.label == Label::Node(NodeKind::TypeDecl) && node.row.full_name.is_some() {
                declared.entry(node.row.full_name).or_insert(place as u32);
            }
        }
        let end = |place: u32| {
            let node = &self.nodes[place as usize];
            let meant = match (self.means.get(&place), node.label) {
                (Some(&meant), _) => meant,
                (None, Label::Type) => declared.get(&node.row.full_name).copied().unwrap_or(place),
                (None, _) => place,
            };
            Some(ids[meant as usize]).filter(|id| *id != 0)
        };
        let (mut rowless, mut strange) = (0u64, 0u64);
        let calls = [Label::Node(NodeKind::Call), Label::Node(NodeKind::ControlStructure)];
        let mut edges: Vec<(EdgeKind, NodeId, NodeId, Symbol)> = Vec::with_capacity(self.edges.len());
        for &(kind, src, dst, label) in &self.edges {
            // Every view of calls relies on it.
            if kind == EdgeKind::Call && !calls.contains(&self.nodes[src as usize].label) {
                strange += 1;
                continue;
            }
            match (end(src), end(dst)) {
                (Some(src), Some(dst)) => edges.push((kind, src, dst, label)),
                _ => rowless += 1,
            }
        }
        // An export by method tells an edge more than once.
        edges.sort_unstable();
        edges.dedup();
        let [found, missing] =
            [EdgeLabel::Static, EdgeLabel::Unresolved].map(|label| writer.names.intern(label.as_str()));
        let first_external = writer.first_external();
        for (kind, src, dst, label) in edges {
            let judged = matches!(kind, EdgeKind::Call | EdgeKind::Imports | EdgeKind::InheritsFrom);
            let is_external = stoa_model::ids::file_of(dst) >= first_external;
            let (label, confidence) = match (judged, is_external) {
                (true, true) => (missing, 0.0),
                (true, false) => (found, 1.0),
                (false, _) => (label, f64::NAN),
            };
            writer.edge(EdgeRow { kind, src, dst, label, confidence })?;
        }
        if rowless > 0 {
            writer.left_out(format!("{rowless} edges to nodes that have no row"));
        }
        if strange > 0 {
            writer.left_out(format!("{strange} CALL edges that begin at no call"));
        }
        for (what, count) in self.left_out {
            writer.left_out(format!("{count} {what}"));
        }
        Ok(())
    }
}

/// Gives a node its place in a text. Joern's columns count from 0 or from 1, by the front end: the node's code tells which.
fn put(row: &mut NodeRow, node: &Node, code: &str, text: &Text) {
    let Some(line) = text.line(row.line) else {
        // Not in this text at all, or without a place.
        row.column = row.column.max(u32::from(row.line > 0));
        return;
    };
    let first = code.lines().next().unwrap_or_default().as_bytes();
    let starts = |at: usize| line.get(at..).is_some_and(|rest| rest.starts_with(first));
    let told = row.column as usize;
    let at = [told.wrapping_sub(1), told].into_iter().find(|at| !first.is_empty() && starts(*at));
    let anywhere = || {
        let found = line.windows(first.len().max(1)).position(|part| part == first);
        found.unwrap_or(told.saturating_sub(1).min(line.len()))
    };
    let at = at.unwrap_or_else(anywhere);
    row.column = at as u32 + 1;
    let Some(start) = text.offset(row.line, at as u32, Unit::Bytes) else { return };
    let by_code = || {
        let whole = text.bytes.get(start..).is_some_and(|rest| rest.starts_with(code.as_bytes()));
        if whole { (code.len(), code.matches('\n').count() as u32) } else { (0, 0) }
    };
    let by_end = || {
        let column = if node.column_end == 0 { u32::MAX } else { node.column_end };
        let end = text.offset(node.line_end, column, Unit::Bytes)?;
        (end >= start).then(|| (end - start, node.line_end.saturating_sub(row.line)))
    };
    let (length, extra_lines) = by_end().unwrap_or_else(by_code);
    (row.length, row.extra_lines) = (length as u32, extra_lines);
}
