//! The symbol tables of a source tree: what each file declares, imports and extends, without its text.

use std::sync::OnceLock;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use stoa_model::ids::file_of;
use stoa_model::{FileId, Interner, NodeId, NodeKind, ReferenceForm, Symbol};
use stoa_syntax::Language;

use super::asked;
use super::hash::NameHash;
use super::paths::FoundPaths;
use super::prefixes::Prefixes;

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
pub(super) struct Term {
    pub context: u32,
    /// The full name of the type around.
    pub owner: Symbol,
    pub text: Symbol,
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

/// An alias and what it stands for, or nothing and a module that is imported.
pub(super) type Quoted = (Box<str>, Box<str>);

/// Supertypes that are inherited members of types that have such supertypes are followed this deep.
const MAX_NESTED_BASES: u32 = 4;

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

/// The symbols of a whole tree, indexed.
pub struct Symbols {
    pub(super) declarations: Vec<Declaration>,
    /// Where in `declarations` each full name is.
    pub(super) full_names: Prefixes,
    pub(super) methods_by_name: Vec<(NameHash, u32)>,
    pub(super) types_by_name: Vec<(NameHash, u32)>,
    pub(super) files: Vec<FileContext>,
    pub(super) file_index: FxHashMap<FileId, u32>,
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
    pub(super) texts: Interner,
    pub(super) type_names: FxHashMap<NameHash, Box<str>>,
    pub(super) terms: Vec<Term>,
    pub(super) parameters: Vec<u32>,
    /// Of each type (by full name): its supertypes as terms.
    pub(super) supertype_terms: FxHashMap<NameHash, SmallVec<[Term; 2]>>,
    /// What modules of Elixir quote for those that use them.
    pub(super) quoted: FxHashMap<NameHash, Vec<Quoted>>,
    /// The members of each type, when they are asked for by number.
    pub(super) members: OnceLock<FxHashMap<NameHash, Vec<u32>>>,
    pub(super) found: FoundPaths,
    pub(super) method_names: FxHashSet<NameHash>,
    /// Methods of types that have no body.
    pub(super) abstract_methods: FxHashSet<NodeId>,
}

impl Symbols {
    pub(super) fn resolve_supertypes(&mut self, supertypes: &[Supertype]) {
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
        asked::note(full);
        let near = self.full_names.range(full);
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
        asked::note(name);
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
