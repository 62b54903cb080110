//! The symbols of files, collected one by one: declarations, imports, supertypes, the terms of declared types.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use stoa_model::ids::node_id;
use stoa_model::{FileId, Interner, NodeKind, ReferenceKind, Symbol};
use stoa_syntax::{Language, Position, Slot, Tree, flags};

use super::functions::FunctionsBuilder;
use super::hash::{self, NameHash};
use super::paths::FoundPaths;
use super::prefixes::Prefixes;
use super::symbols::{
    Declaration, FileContext, Quoted, Supertype, Symbols, Term, family_name, family_number, separator,
};
use super::values::ValuesBuilder;
use crate::FilePasses;

/// Collects the symbols of some files. Builders of different files are joined in any order.
#[derive(Default)]
pub struct SymbolsBuilder {
    pub(super) declarations: Vec<Declaration>,
    pub(super) files: Vec<FileContext>,
    /// (the hash of module + alias, what it stands for), for imports that others import in turn.
    pub(super) aliases: Vec<(u8, NameHash, Box<str>)>,
    /// (the name a Rust crate has for others, the module that is its root).
    pub(super) crates: Vec<(Box<str>, Box<str>)>,
    pub(super) supertypes: Vec<Supertype>,
    /// What modules of Elixir quote for those that use them: (the module, an alias or nothing, the path it stands for or the
    /// module that is imported).
    pub(super) quoted: Vec<(NameHash, Box<str>, Box<str>)>,
    /// Texts of terms.
    pub(super) texts: Interner,
    /// The full names of types.
    pub(super) type_names: FxHashMap<NameHash, Box<str>>,
    pub(super) terms: Vec<Term>,
    /// Places of terms, and 1; 0 where nothing is known.
    pub(super) parameters: Vec<u32>,
    pub(super) values: ValuesBuilder,
    pub(super) functions: FunctionsBuilder,
}

/// The module of Elixir in whose `quote` a node stands.
fn quoted_in<'a>(tree: &Tree, language: &Language, names: &'a Interner, at: Position) -> Option<&'a str> {
    if language.family != "elixir" {
        return None;
    }
    let (mut at, mut quoted) = (tree.get(at).parent, false);
    while let Some(node) = tree.nodes.get(at as usize) {
        quoted |= node.kind == NodeKind::Call && names.get(node.name) == "quote";
        if node.kind == NodeKind::TypeDecl {
            return quoted.then(|| names.get(node.full_name));
        }
        at = node.parent;
    }
    None
}

/// What a type stands in, by its full name.
fn around<'a>(full: &'a str, separator: &str) -> &'a str {
    full.rsplit_once(separator).map_or("", |(around, _)| around)
}

/// The full name without the name at its end.
fn owner_of<'a>(full: &'a str, name: &str, separator: &str) -> &'a str {
    full.strip_suffix(name).and_then(|owner| owner.strip_suffix(separator)).unwrap_or_default()
}

impl SymbolsBuilder {
    /// Adds what a file declares. `passes` must have run over the tree last.
    pub fn add_file(
        &mut self,
        file: FileId,
        tree: &Tree,
        language: &Language,
        passes: &FilePasses,
        names: &Interner,
    ) {
        let family = family_number(language);
        let context = self.files.len() as u32;
        let module: Box<str> = names.get(tree.module).into();
        let mut wildcards = Vec::new();
        let declared: FxHashMap<Position, Symbol> = passes.scopes.declared.iter().copied().collect();
        let mut known: FxHashMap<(Symbol, Symbol), u32> = FxHashMap::default();
        for position in 0..tree.len() {
            let node = tree.get(position);
            match node.kind {
                NodeKind::Method | NodeKind::TypeDecl | NodeKind::Member => {}
                // The module itself, and modules inside of it; not a type's implementation block.
                NodeKind::NamespaceBlock
                    if position == 1
                        || !tree.children(position).any(|c| tree.get(c).kind == NodeKind::TypeRef) => {}
                NodeKind::Import => {
                    let path = names.get(node.full_name);
                    if let Some(module) = quoted_in(tree, language, names, position) {
                        let name = if node.flags & flags::WILDCARD != 0 { "" } else { names.get(node.name) };
                        self.quoted.push((hash::of(module), name.into(), path.into()));
                    }
                    if node.flags & flags::WILDCARD != 0 {
                        wildcards.push(path.into());
                    } else if tree.get(node.parent).kind == NodeKind::NamespaceBlock
                        || tree.get(node.parent).kind == NodeKind::Block
                    {
                        let key = hash::extend(
                            hash::extend(hash::of(&module), separator(family)),
                            names.get(node.name),
                        );
                        self.aliases.push((family, key, path.into()));
                    }
                    continue;
                }
                _ => continue,
            }
            if node.flags & flags::FILE_PRIVATE != 0 || !node.full_name.is_some() {
                continue;
            }
            let name = names.get(node.name);
            if name.starts_with('<') && name != "<init>" {
                continue;
            }
            let (mut arity, mut has_receiver) = (0i16, false);
            let owner = owner_of(names.get(node.full_name), name, separator(family));
            let mut term = |of: Position, builder: &mut SymbolsBuilder| -> u32 {
                let Some(&text) = declared.get(&of) else { return 0 };
                let owner = if owner.is_empty() { Symbol::NONE } else { builder.texts.intern(owner) };
                *known.entry((owner, text)).or_insert_with(|| {
                    let text = builder.texts.intern(names.get(text));
                    builder.terms.push(Term { context, owner, text });
                    builder.terms.len() as u32
                })
            };
            let of_self = term(position, self);
            let first_parameter = self.parameters.len() as u32;
            if node.kind == NodeKind::Method {
                for at in tree.children(position) {
                    let child = tree.get(at);
                    if child.kind == NodeKind::MethodParameterIn {
                        if child.argument_index > 0 && language.has_overloads() {
                            let of_parameter = term(at, self);
                            self.parameters.push(of_parameter);
                        }
                        has_receiver |= child.argument_index == 0;
                        if child.flags & flags::VARIADIC != 0 {
                            arity = -1;
                        } else if child.argument_index > 0 && arity >= 0 {
                            arity += 1;
                        }
                    }
                }
            }
            if node.kind == NodeKind::Method
                && let Some(module) = quoted_in(tree, language, names, position)
            {
                self.quoted.push((hash::of(module), "".into(), owner.into()));
            }
            let parent = tree.get(node.parent);
            let in_type = parent.kind == NodeKind::TypeDecl
                || (parent.kind == NodeKind::NamespaceBlock && node.parent > 1);
            // Nobody outside of a method holds an object of a type that is declared in it, as far as names tell.
            let around = tree.nodes.get(parent.method as usize).map_or("", |m| names.get(m.name));
            let of_type = (has_receiver || in_type) && matches!(around, "" | "<module>");
            self.declarations.push(Declaration {
                full: hash::of(names.get(node.full_name)),
                id: node_id(file, passes.locals.get(position)),
                name: hash::of(name),
                owner: hash::of(owner),
                arity,
                kind: node.kind,
                family,
                has_body: tree.child_in(position, Slot::Body).is_some(),
                is_interface: names.get(node.modifiers).split(' ').any(|word| word == "interface"),
                of_type,
                is_alias: node.kind == NodeKind::TypeDecl && of_self > 0,
                term: of_self,
                parameters: (
                    first_parameter,
                    (self.parameters.len() as u32 - first_parameter).min(u32::from(u8::MAX)) as u8,
                ),
            });
            if node.kind == NodeKind::TypeDecl && language.declares_types() {
                let full = names.get(node.full_name);
                self.type_names.entry(hash::of(full)).or_insert_with(|| full.into());
            }
        }
        self.values.add_file(file, tree, language, passes, names);
        self.functions.add_file(file, passes, names);
        for reference in &passes.scopes.references {
            if reference.kind == ReferenceKind::Inherit {
                self.supertypes.push(Supertype {
                    of: hash::of(names.get(reference.owner)),
                    context,
                    form: reference.form,
                    qualifier: names.get(reference.qualifier.some().unwrap_or(reference.name)).into(),
                    owner: self.texts.intern(around(names.get(reference.owner), separator(family))),
                    term: match reference.arguments.some() {
                        Some(term) => self.texts.intern(names.get(term)),
                        None => Symbol::NONE,
                    },
                });
            }
        }
        self.files.push(FileContext { file, family, module, wildcards });
    }

    /// Adds the name that a Rust package gives its library, where `module` is the full name of its root.
    pub fn add_crate(&mut self, name: &str, module: &str) {
        self.crates.push((name.into(), module.into()));
    }

    /// Adds what another builder collected.
    pub fn join(&mut self, other: SymbolsBuilder) {
        let shift = self.files.len() as u32;
        let (terms, parameters) = (self.terms.len() as u32, self.parameters.len() as u32);
        // Each text is looked up once.
        let mut known: Vec<Symbol> = vec![Symbol::NONE; other.texts.len() + 1];
        let texts = &mut self.texts;
        let mut text = |symbol: Symbol| -> Symbol {
            let Some(place) = known.get_mut(symbol.0 as usize).filter(|_| symbol.is_some()) else {
                return symbol;
            };
            if !place.is_some() {
                *place = texts.intern(other.texts.get(symbol));
            }
            *place
        };
        self.terms.extend(other.terms.iter().map(|t| Term {
            context: t.context + shift,
            owner: text(t.owner),
            text: text(t.text),
        }));
        let moved = |term: u32| if term > 0 { term + terms } else { 0 };
        self.parameters.extend(other.parameters.into_iter().map(moved));
        self.declarations.extend(other.declarations.into_iter().map(|d| Declaration {
            term: moved(d.term),
            parameters: (d.parameters.0 + parameters, d.parameters.1),
            ..d
        }));
        self.type_names.extend(other.type_names);
        self.files.extend(other.files);
        self.aliases.extend(other.aliases);
        self.crates.extend(other.crates);
        self.quoted.extend(other.quoted);
        self.values.join(other.values);
        self.functions.join(other.functions);
        self.supertypes.extend(other.supertypes.into_iter().map(|mut s| {
            s.context += shift;
            s.owner = text(s.owner);
            s.term = text(s.term);
            s
        }));
    }

    /// Sorts and indexes what was collected; the facts about values and functions are handed on.
    pub fn finish(mut self) -> (Symbols, ValuesBuilder, FunctionsBuilder) {
        self.declarations.sort_unstable_by_key(|d| (d.full, d.id));
        let mut methods_by_name: Vec<(NameHash, u32)> = Vec::new();
        let mut types_by_name: Vec<(NameHash, u32)> = Vec::new();
        for (place, declaration) in self.declarations.iter().enumerate() {
            match declaration.kind {
                NodeKind::Method if declaration.of_type => {
                    methods_by_name.push((declaration.name, place as u32))
                }
                NodeKind::TypeDecl => types_by_name.push((declaration.name, place as u32)),
                _ => {}
            }
        }
        let declarations = &self.declarations;
        let by_id = |&(name, place): &(NameHash, u32)| (name, declarations[place as usize].id);
        methods_by_name.sort_unstable_by_key(by_id);
        types_by_name.sort_unstable_by_key(by_id);

        let mut file_index = FxHashMap::default();
        let mut modules: FxHashMap<(u8, NameHash), u32> = FxHashMap::default();
        let mut suffixes: FxHashMap<(u8, NameHash), SmallVec<[u32; 2]>> = FxHashMap::default();
        let mut order: Vec<u32> = (0..self.files.len() as u32).collect();
        order.sort_unstable_by_key(|&c| self.files[c as usize].file);
        for context in order {
            let file = &self.files[context as usize];
            file_index.insert(file.file, context);
            modules.entry((file.family, hash::of(&file.module))).or_insert(context);
            // Python finds packages below any root, C finds headers below any include directory, Go finds modules below any directory.
            let boundary = match family_name(file.family) {
                "python" => '.',
                "c" | "go" => '/',
                _ => continue,
            };
            for (at, _) in file.module.match_indices(boundary) {
                let suffix = hash::of(&file.module[at + 1..]);
                suffixes.entry((file.family, suffix)).or_default().push(context);
            }
        }
        self.aliases.sort();
        self.aliases.dedup();
        let mut aliases: FxHashMap<(u8, NameHash), SmallVec<[Box<str>; 1]>> = FxHashMap::default();
        for (family, key, path) in self.aliases {
            aliases.entry((family, key)).or_default().push(path);
        }
        self.quoted.sort();
        self.quoted.dedup();
        let mut quoted: FxHashMap<NameHash, Vec<Quoted>> = FxHashMap::default();
        for (module, name, path) in self.quoted {
            quoted.entry(module).or_default().push((name, path));
        }
        let without_body = |d: &&Declaration| d.kind == NodeKind::Method && d.of_type && !d.has_body;
        let abstract_methods = self.declarations.iter().filter(without_body).map(|d| d.id).collect();
        let methods = self.declarations.iter().filter(|d| d.kind == NodeKind::Method);
        let method_names = methods.map(|d| d.name).collect();
        let full_names = Prefixes::new(self.declarations.iter().map(|d| d.full), self.declarations.len());
        let mut symbols = Symbols {
            declarations: self.declarations,
            full_names,
            methods_by_name,
            types_by_name,
            files: self.files,
            file_index,
            modules,
            suffixes,
            aliases,
            crates: self.crates.into_iter().collect(),
            implied: Vec::new(),
            bases: FxHashMap::default(),
            subtypes: FxHashMap::default(),
            texts: self.texts,
            type_names: self.type_names,
            terms: self.terms,
            parameters: self.parameters,
            supertype_terms: FxHashMap::default(),
            quoted,
            members: OnceLock::new(),
            found: FoundPaths::default(),
            abstract_methods,
            method_names,
        };
        symbols.resolve_supertypes(&self.supertypes);
        (symbols, self.values, self.functions)
    }
}
