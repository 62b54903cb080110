//! The symbol tables of a source tree: what each file declares, imports and extends, without its text.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use stoa_model::ids::{file_of, node_id};
use stoa_model::{FileId, Interner, NodeId, NodeKind, ReferenceForm, ReferenceKind, Symbol};
use stoa_syntax::{Language, Position, Slot, Tree, flags};

use super::functions::FunctionsBuilder;
use super::hash::{self, NameHash};
use super::values::ValuesBuilder;
use crate::FilePasses;

/// A declaration that other files can name.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    pub full: NameHash,
    pub id: NodeId,
    pub name: NameHash,
    /// The full name of what it stands in.
    pub owner: NameHash,
    /// Parameters, without the receiver; -1 when it takes any number.
    pub arity: i16,
    pub kind: NodeKind,
    /// Which languages can name it.
    pub family: u8,
    pub has_body: bool,
    /// A type that only says what others must have.
    pub is_interface: bool,
    /// It belongs to a type, so that a call on a receiver can mean it.
    pub of_type: bool,
    /// A TYPE_DECL that is another name of a type.
    pub is_alias: bool,
    /// The term of what a member is of, a method returns, an alias stands for: its place and 1.
    pub term: u32,
    /// The terms of a method's parameters, where methods are told apart by them: the first, and how many.
    pub parameters: (u32, u8),
}

/// A declared type: where it is written, and how.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Term {
    context: u32,
    /// The full name of the type around.
    owner: Symbol,
    text: Symbol,
}

/// What linking needs to know of a file.
#[derive(Clone, Debug)]
pub struct FileContext {
    pub file: FileId,
    pub family: u8,
    /// The module's qualified name.
    pub module: Box<str>,
    /// Modules all of whose names the file imports.
    pub wildcards: Vec<Box<str>>,
}

/// A supertype as its file names it.
pub(super) struct Supertype {
    pub of: NameHash,
    pub context: u32,
    pub form: ReferenceForm,
    pub qualifier: Box<str>,
    /// The full name of the type around, and the supertype with its arguments as a term, where types are followed.
    pub owner: Symbol,
    pub term: Symbol,
}

/// Supertypes that are inherited members of types that have such supertypes are followed this deep.
const MAX_NESTED_BASES: u32 = 4;

/// Collects the symbols of some files. Builders of different files are joined in any order.
#[derive(Default)]
pub struct SymbolsBuilder {
    declarations: Vec<Declaration>,
    files: Vec<FileContext>,
    /// (the hash of module + alias, what it stands for), for imports that others import in turn.
    aliases: Vec<(u8, NameHash, Box<str>)>,
    /// (the name a Rust crate has for others, the module that is its root).
    crates: Vec<(Box<str>, Box<str>)>,
    supertypes: Vec<Supertype>,
    /// Texts of terms.
    texts: Interner,
    /// The full names of types.
    type_names: FxHashMap<NameHash, Box<str>>,
    terms: Vec<Term>,
    /// Places of terms, and 1; 0 where nothing is known.
    parameters: Vec<u32>,
    values: ValuesBuilder,
    functions: FunctionsBuilder,
}

/// The number of a language family in symbol tables.
pub fn family_number(language: &Language) -> u8 {
    stoa_syntax::languages::ALL.iter().position(|l| l.family == language.family).unwrap_or(0) as u8
}

/// The separator of qualified names in a family.
pub fn separator(family: u8) -> &'static str {
    stoa_syntax::languages::ALL.get(family as usize).map_or(".", |l| l.separator)
}

/// Whether methods of a family see their type's members by their bare names.
pub fn members_in_scope(family: u8) -> bool {
    let name = family_name(family);
    stoa_syntax::languages::ALL.iter().any(|l| l.family == name && l.members_in_scope)
}

/// Whether types are declared in a family, and followed from file to file.
pub(super) fn declares_types(family: u8) -> bool {
    stoa_syntax::languages::ALL.get(family as usize).is_some_and(|l| l.declares_types())
}

/// Whether a family declares few types.
pub(super) fn is_dynamic(family: u8) -> bool {
    stoa_syntax::languages::ALL.get(family as usize).is_some_and(|l| l.dynamic)
}

/// Whether names of a module mean something in the modules below it.
pub fn sees_enclosing_modules(family: u8) -> bool {
    stoa_syntax::languages::ALL.get(family as usize).is_some_and(|l| l.sees_enclosing_modules())
}

/// The name of a family.
pub fn family_name(family: u8) -> &'static str {
    stoa_syntax::languages::ALL.get(family as usize).map_or("", |l| l.family)
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
            // Python finds packages below any root, C finds headers below any include directory.
            let boundary = match family_name(file.family) {
                "python" => '.',
                "c" => '/',
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
        let without_body = |d: &&Declaration| d.kind == NodeKind::Method && d.of_type && !d.has_body;
        let abstract_methods = self.declarations.iter().filter(without_body).map(|d| d.id).collect();
        let methods = self.declarations.iter().filter(|d| d.kind == NodeKind::Method);
        let method_names = methods.map(|d| d.name).collect();
        let mut symbols = Symbols {
            declarations: self.declarations,
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
            members: OnceLock::new(),
            abstract_methods,
            method_names,
        };
        symbols.resolve_supertypes(&self.supertypes);
        (symbols, self.values, self.functions)
    }
}

/// The symbols of a whole tree, indexed.
pub struct Symbols {
    pub(super) declarations: Vec<Declaration>,
    pub(super) methods_by_name: Vec<(NameHash, u32)>,
    pub(super) types_by_name: Vec<(NameHash, u32)>,
    pub(super) files: Vec<FileContext>,
    file_index: FxHashMap<FileId, u32>,
    pub(super) modules: FxHashMap<(u8, NameHash), u32>,
    pub(super) suffixes: FxHashMap<(u8, NameHash), SmallVec<[u32; 2]>>,
    /// One name may be bound in several branches of a module.
    pub(super) aliases: FxHashMap<(u8, NameHash), SmallVec<[Box<str>; 1]>>,
    pub(super) crates: FxHashMap<Box<str>, Box<str>>,
    /// Types and the interfaces that they implement without saying so (Go).
    pub(super) implied: Vec<(u32, u32)>,
    /// Of each type (by full name): its supertypes that are in the tree.
    pub(super) bases: FxHashMap<NameHash, SmallVec<[NameHash; 2]>>,
    pub(super) subtypes: FxHashMap<NameHash, SmallVec<[NameHash; 2]>>,
    texts: Interner,
    type_names: FxHashMap<NameHash, Box<str>>,
    terms: Vec<Term>,
    parameters: Vec<u32>,
    /// Of each type (by full name): its supertypes as terms.
    supertype_terms: FxHashMap<NameHash, SmallVec<[Term; 2]>>,
    /// The members of each type, when they are asked for by number.
    members: OnceLock<FxHashMap<NameHash, Vec<u32>>>,
    method_names: FxHashSet<NameHash>,
    /// Methods of types that have no body.
    abstract_methods: FxHashSet<NodeId>,
}

impl Symbols {
    fn resolve_supertypes(&mut self, supertypes: &[Supertype]) {
        let mut open: Vec<&Supertype> = Vec::new();
        let mut pairs: Vec<(NameHash, NameHash)> = Vec::new();
        for supertype in supertypes {
            if supertype.term.is_some() {
                let term = Term { context: supertype.context, owner: supertype.owner, text: supertype.term };
                let terms = self.supertype_terms.entry(supertype.of).or_default();
                if !terms.contains(&term) {
                    terms.push(term);
                }
            }
            let context = &self.files[supertype.context as usize];
            let places = self.find_type(context, supertype.form, &supertype.qualifier);
            if places.is_empty() && supertype.owner.is_some() {
                open.push(supertype);
            }
            pairs.extend(places.iter().map(|p| (supertype.of, self.full_of(*p))));
        }
        self.implied = super::structural::implied(self, &pairs);
        pairs.extend(self.implied.iter().map(|&(sub, base)| {
            (self.declarations[sub as usize].full, self.declarations[base as usize].full)
        }));
        // In the order written, which is that in which Python looks for members.
        self.add_bases(&pairs);
        // A supertype may be a member that a type around inherits, for which the bases of that type must be known.
        for _ in 0..MAX_NESTED_BASES {
            pairs.clear();
            open.retain(|supertype| {
                let family = self.files[supertype.context as usize].family;
                let places = self.member_type(family, self.text(supertype.owner), &supertype.qualifier);
                pairs.extend(places.iter().map(|p| (supertype.of, self.full_of(*p))));
                places.is_empty()
            });
            if pairs.is_empty() {
                break;
            }
            self.add_bases(&pairs);
        }
    }

    fn add_bases(&mut self, pairs: &[(NameHash, NameHash)]) {
        for &(sub, base) in pairs {
            let bases = self.bases.entry(sub).or_default();
            if sub != base && !bases.contains(&base) {
                bases.push(base);
                self.subtypes.entry(base).or_default().push(sub);
            }
        }
    }

    /// Types and the interfaces that they implement without saying so, as their TYPE_DECLs.
    pub fn implied(&self) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        self.implied.iter().map(|&(sub, base)| (self.id_of(sub), self.id_of(base)))
    }

    /// What is known of a file.
    pub fn file(&self, file: FileId) -> Option<&FileContext> {
        self.file_index.get(&file).map(|&context| &self.files[context as usize])
    }

    /// The declarations of a full name in a family, as places in the table.
    pub(super) fn exact(&self, family: u8, full: NameHash) -> impl Iterator<Item = u32> + '_ {
        let start = self.declarations.partition_point(|d| d.full < full);
        self.declarations[start..]
            .iter()
            .enumerate()
            .take_while(move |(_, d)| d.full == full)
            .filter(move |(_, d)| d.family == family)
            .map(move |(i, _)| (start + i) as u32)
    }

    /// The node of the declaration at a place.
    pub(super) fn id_of(&self, place: u32) -> NodeId {
        self.declarations[place as usize].id
    }

    fn text(&self, symbol: Symbol) -> &str {
        if symbol.is_some() { self.texts.get(symbol) } else { "" }
    }

    fn read(&self, term: &Term) -> (&FileContext, &str, &str) {
        (&self.files[term.context as usize], self.text(term.owner), self.text(term.text))
    }

    /// The declared type of a declaration: the file and the type that it is written in, and its term.
    pub(super) fn term_of(&self, place: u32) -> Option<(&FileContext, &str, &str)> {
        self.term_at(self.declarations[place as usize].term)
    }

    fn term_at(&self, term: u32) -> Option<(&FileContext, &str, &str)> {
        Some(self.read(self.terms.get(term.checked_sub(1)? as usize)?))
    }

    /// The declared types of a method's parameters.
    pub(super) fn parameters_of(
        &self,
        place: u32,
    ) -> impl Iterator<Item = Option<(&FileContext, &str, &str)>> + '_ {
        let (first, count) = self.declarations[place as usize].parameters;
        let terms = &self.parameters[first as usize..first as usize + usize::from(count)];
        terms.iter().map(|term| self.term_at(*term))
    }

    /// The supertypes of a type, with their arguments, as terms.
    pub(super) fn supertypes_of(
        &self,
        full: NameHash,
    ) -> impl Iterator<Item = (&FileContext, &str, &str)> + '_ {
        self.supertype_terms.get(&full).into_iter().flatten().map(|term| self.read(term))
    }

    pub(super) fn full_of(&self, place: u32) -> NameHash {
        self.declarations[place as usize].full
    }

    /// The full name of a type.
    pub(super) fn type_name(&self, place: u32) -> Option<&str> {
        self.type_names.get(&self.full_of(place)).map(|name| &**name)
    }

    /// The name of the declaration at a place.
    pub(super) fn name_of(&self, place: u32) -> NameHash {
        self.declarations[place as usize].name
    }

    /// Whether any method of a type has a name, or any function (Go, C).
    pub(super) fn has_method(&self, name: NameHash) -> bool {
        self.method_names.contains(&name)
    }

    /// Which languages can name the declaration at a place.
    pub(super) fn family_of(&self, place: u32) -> u8 {
        self.declarations[place as usize].family
    }

    /// How many parameters the method at a place has; -1 when it takes any number.
    pub(super) fn arity_of(&self, place: u32) -> i16 {
        self.declarations[place as usize].arity
    }

    /// The n-th member of the type at a place, in the order of its file. Members stand behind their type.
    pub(super) fn nth_member(&self, of: u32, number: usize) -> Option<u32> {
        let (full, id) = (self.full_of(of), self.id_of(of));
        let members = self.members.get_or_init(|| {
            let mut members: FxHashMap<NameHash, Vec<u32>> = FxHashMap::default();
            for (place, d) in self.declarations.iter().enumerate() {
                if d.kind == NodeKind::Member {
                    members.entry(d.owner).or_default().push(place as u32);
                }
            }
            members.values_mut().for_each(|places| places.sort_unstable_by_key(|p| self.id_of(*p)));
            members
        });
        let places = members.get(&full)?;
        let same_file = |p: &&u32| file_of(self.id_of(**p)) == file_of(id) && self.id_of(**p) > id;
        places.iter().filter(same_file).nth(number).copied()
    }

    /// Whether a method has no body where another type may give it one.
    pub(super) fn is_abstract(&self, method: NodeId) -> bool {
        self.abstract_methods.contains(&method)
    }

    pub(super) fn is_alias(&self, place: u32) -> bool {
        self.declarations[place as usize].is_alias
    }

    /// The kind of the declaration at a place.
    pub(super) fn kind_of(&self, place: u32) -> NodeKind {
        self.declarations[place as usize].kind
    }

    /// How many declarations there are.
    pub fn len(&self) -> usize {
        self.declarations.len()
    }

    pub fn is_empty(&self) -> bool {
        self.declarations.is_empty()
    }
}
