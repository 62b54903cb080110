//! The symbol tables of a source tree: what each file declares, imports and extends, without its text.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use stoa_model::ids::node_id;
use stoa_model::{FileId, Interner, NodeId, NodeKind, ReferenceForm, ReferenceKind};
use stoa_syntax::{Language, Slot, Tree, flags};

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
}

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
    values: ValuesBuilder,
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
    stoa_syntax::languages::ALL.get(family as usize).is_some_and(|l| l.members_in_scope)
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
            if node.kind == NodeKind::Method {
                for child in tree.children(position) {
                    let child = tree.get(child);
                    if child.kind == NodeKind::MethodParameterIn {
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
                owner: hash::of(owner_of(names.get(node.full_name), name, separator(family))),
                arity,
                kind: node.kind,
                family,
                has_body: tree.child_in(position, Slot::Body).is_some(),
                is_interface: names.get(node.modifiers).split(' ').any(|word| word == "interface"),
                of_type,
            });
        }
        self.values.add_file(file, tree, language, passes, names);
        for reference in &passes.scopes.references {
            if reference.kind == ReferenceKind::Inherit {
                self.supertypes.push(Supertype {
                    of: hash::of(names.get(reference.owner)),
                    context,
                    form: reference.form,
                    qualifier: names.get(reference.qualifier.some().unwrap_or(reference.name)).into(),
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
        self.declarations.extend(other.declarations);
        self.files.extend(other.files);
        self.aliases.extend(other.aliases);
        self.crates.extend(other.crates);
        self.values.join(other.values);
        self.supertypes.extend(other.supertypes.into_iter().map(|mut s| {
            s.context += shift;
            s
        }));
    }

    /// Sorts and indexes what was collected; the facts about values are handed on.
    pub fn finish(mut self) -> (Symbols, ValuesBuilder) {
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
        let mut symbols = Symbols {
            first_of: Prefixes::new(&self.declarations),
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
        };
        symbols.resolve_supertypes(&self.supertypes);
        (symbols, self.values)
    }
}

/// Where in the sorted table of declarations the hashes with each first bits begin. Hashes are evenly spread, so that one look
/// here leaves one or two declarations of a search that would else touch twenty.
struct Prefixes {
    starts: Vec<u32>,
    shift: u32,
}

impl Prefixes {
    fn new(declarations: &[Declaration]) -> Prefixes {
        let bits = (declarations.len() as u64 + 1).next_power_of_two().trailing_zeros().max(1);
        let shift = u64::BITS - bits;
        let mut starts = vec![0u32; (1 << bits) + 1];
        for declaration in declarations {
            starts[(declaration.full >> shift) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Prefixes { starts, shift }
    }

    fn range(&self, full: NameHash) -> std::ops::Range<usize> {
        let prefix = (full >> self.shift) as usize;
        self.starts[prefix] as usize..self.starts[prefix + 1] as usize
    }
}

/// The symbols of a whole tree, indexed.
pub struct Symbols {
    pub(super) declarations: Vec<Declaration>,
    first_of: Prefixes,
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
}

impl Symbols {
    fn resolve_supertypes(&mut self, supertypes: &[Supertype]) {
        let mut pairs: Vec<(NameHash, NameHash)> = Vec::new();
        for supertype in supertypes {
            let context = &self.files[supertype.context as usize];
            for place in self.find_type(context, supertype.form, &supertype.qualifier) {
                pairs.push((supertype.of, self.declarations[place as usize].full));
            }
        }
        self.implied = super::structural::implied(self, &pairs);
        pairs.extend(self.implied.iter().map(|&(sub, base)| {
            (self.declarations[sub as usize].full, self.declarations[base as usize].full)
        }));
        // In the order written, which is that in which Python looks for members.
        for (sub, base) in pairs {
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
        let near = self.first_of.range(full);
        let start = near.start + self.declarations[near].partition_point(|d| d.full < full);
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
