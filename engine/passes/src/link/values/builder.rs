//! The facts of all files, gathered: texts are interned once, nodes are named by file.

use stoa_model::rows::{NO_LOCAL, ReferenceRow};
use stoa_model::{FileId, Interner, NodeId, NodeKind, ReferenceForm, ReferenceKind, Symbol, ids::node_id};
use stoa_syntax::{Language, NOWHERE, Tree, flags};

use super::super::hash::{self, NameHash};
use crate::FilePasses;
use crate::values::{ValueOp, ValueRow};

/// Collects the facts of some files. Builders are joined in the order of their files.
#[derive(Default)]
pub struct ValuesBuilder {
    pub(super) texts: Interner,
    pub(super) files: Vec<FileFacts>,
    pub(super) rows: Vec<ValueRow>,
    pub(super) methods: Vec<MethodFacts>,
    pub(super) parameters: Vec<Parameter>,
    pub(super) types: Vec<TypeFacts>,
    pub(super) bases: Vec<Base>,
    /// Variables without a declared type.
    pub(super) untyped: Vec<NodeId>,
}

/// A file and where its facts begin.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileFacts {
    pub file: FileId,
    /// The first of its rows.
    pub rows: usize,
    /// How many declarations it has, and how many nodes with them.
    pub declarations: u32,
    pub nodes: u32,
}

/// What calls need to know of a method.
#[derive(Clone, Copy, Debug)]
pub(super) struct MethodFacts {
    pub id: NodeId,
    pub full: NameHash,
    /// The TYPE_DECL it stands in.
    pub owner: Option<NodeId>,
    pub parameters: (u32, u32),
    pub generator: bool,
    /// Its first parameter is the type, not an object.
    pub of_class: bool,
    /// Reading it as a member calls it.
    pub property: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Parameter {
    pub id: NodeId,
    /// 0 is the object; others count from 1.
    pub index: i32,
    pub name: Symbol,
    /// Takes what is left: by place, or by keyword when it is the second of its sort.
    pub variadic: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct TypeFacts {
    pub id: NodeId,
    pub full: NameHash,
}

/// A supertype, as its file names it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Base {
    pub of: NodeId,
    pub form: ReferenceForm,
    pub path: Symbol,
}

impl ValuesBuilder {
    /// Adds the facts of a file. `passes` must have run over the tree last.
    pub fn add_file(
        &mut self,
        file: FileId,
        tree: &Tree,
        language: &Language,
        passes: &FilePasses,
        names: &Interner,
    ) {
        if !language.dynamic {
            return;
        }
        let declarations = passes.locals.declarations;
        self.files.push(FileFacts { file, rows: self.rows.len(), declarations, nodes: tree.len() });
        for row in &passes.values.rows {
            let name = self.text(names, row.name);
            self.rows.push(ValueRow { name, ..*row });
        }
        for at in 0..tree.len() {
            let node = tree.get(at);
            let id = node_id(file, passes.locals.get(at));
            match node.kind {
                NodeKind::TypeDecl => {
                    self.types.push(TypeFacts { id, full: hash::of(names.get(node.full_name)) });
                }
                NodeKind::Local | NodeKind::Member | NodeKind::MethodParameterIn
                    if !node.type_full_name.is_some() =>
                {
                    self.untyped.push(id);
                }
                NodeKind::Method => self.add_method(file, tree, passes, names, at),
                _ => {}
            }
        }
        for reference in &passes.scopes.references {
            if reference.kind == ReferenceKind::Inherit && reference.src != NO_LOCAL {
                self.add_base(file, reference, names);
            }
        }
    }

    fn add_base(&mut self, file: FileId, reference: &ReferenceRow, names: &Interner) {
        let path = self.text(names, reference.qualifier.some().unwrap_or(reference.name));
        self.bases.push(Base { of: node_id(file, reference.src), form: reference.form, path });
    }

    fn add_method(&mut self, file: FileId, tree: &Tree, passes: &FilePasses, names: &Interner, at: u32) {
        let node = tree.get(at);
        let first = self.parameters.len() as u32;
        let (mut of_class, mut property) = (false, false);
        for child in tree.children(at) {
            let part = tree.get(child);
            match part.kind {
                NodeKind::MethodParameterIn => {
                    let name = self.text(names, part.name);
                    self.parameters.push(Parameter {
                        id: node_id(file, passes.locals.get(child)),
                        index: part.argument_index,
                        name,
                        variadic: part.flags & flags::VARIADIC != 0,
                    });
                }
                NodeKind::Annotation => match names.get(part.name) {
                    "classmethod" => of_class = true,
                    "property" | "cached_property" => property = true,
                    _ => {}
                },
                NodeKind::Modifier => property |= names.get(part.name) == "get",
                _ => {}
            }
        }
        let parent = node.parent;
        let in_type = parent != NOWHERE && tree.get(parent).kind == NodeKind::TypeDecl;
        self.methods.push(MethodFacts {
            id: node_id(file, passes.locals.get(at)),
            full: hash::of(names.get(node.full_name)),
            owner: in_type.then(|| node_id(file, passes.locals.get(parent))),
            parameters: (first, self.parameters.len() as u32),
            generator: node.flags & flags::GENERATOR != 0 && names.get(node.name) != "<module>",
            of_class,
            property,
        });
    }

    fn text(&mut self, names: &Interner, symbol: Symbol) -> Symbol {
        if symbol.is_some() { self.texts.intern(names.get(symbol)) } else { Symbol::NONE }
    }

    /// Adds what another builder collected of the files after these.
    pub fn join(&mut self, other: ValuesBuilder) {
        let rows = self.rows.len();
        let parameters = self.parameters.len() as u32;
        // Each text is looked up once.
        let mut known: Vec<Symbol> = vec![Symbol::NONE; other.texts.len() + 1];
        let mut text = |symbol: Symbol, texts: &mut Interner| -> Symbol {
            if !symbol.is_some() {
                return symbol;
            }
            let place = &mut known[symbol.0 as usize];
            if !place.is_some() {
                *place = texts.intern(other.texts.get(symbol));
            }
            *place
        };
        self.files.extend(other.files.iter().map(|f| FileFacts { rows: f.rows + rows, ..*f }));
        for row in &other.rows {
            let name = text(row.name, &mut self.texts);
            self.rows.push(ValueRow { name, ..*row });
        }
        for parameter in &other.parameters {
            let name = text(parameter.name, &mut self.texts);
            self.parameters.push(Parameter { name, ..*parameter });
        }
        for base in &other.bases {
            let path = text(base.path, &mut self.texts);
            self.bases.push(Base { path, ..*base });
        }
        self.methods.extend(other.methods.iter().map(|m| MethodFacts {
            parameters: (m.parameters.0 + parameters, m.parameters.1 + parameters),
            ..*m
        }));
        self.types.extend(other.types);
        self.untyped.extend(other.untyped);
    }

    /// How many facts there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

/// The facts of each file in turn.
pub(super) fn per_file(builder: &ValuesBuilder) -> impl Iterator<Item = (FileFacts, &[ValueRow])> {
    let ends = builder.files.iter().skip(1).map(|f| f.rows).chain([builder.rows.len()]);
    builder.files.iter().zip(ends).map(|(file, end)| (*file, &builder.rows[file.rows..end]))
}

/// Whether a fact continues the one before it.
pub(super) fn continues(row: &ValueRow) -> bool {
    row.op == ValueOp::Key
}
