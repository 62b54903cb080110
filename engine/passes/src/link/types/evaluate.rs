//! Terms to types.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use stoa_model::ids::file_of;
use stoa_model::{FileId, NodeKind};

use super::super::hash::{self, NameHash};
use super::super::paths::Places;
use super::super::symbols::{FileContext, Symbols};
use super::java::{PLATFORM, Written};
use super::{CLOSE, MAX_DEPTH, OPEN, SEPARATOR, STEP};

/// Of types of one name this many are followed at most.
pub(super) const MAX_NAMESAKES: usize = 4;

/// What a type is.
#[derive(Clone, PartialEq, Debug)]
pub enum Name {
    /// A TYPE_DECL of the tree.
    Tree(u32),
    /// A type outside of it, by the fullest name that is known.
    Outside(Rc<str>),
    Array,
    Tuple,
    /// A type parameter of the type that the term stands in; its bound is its argument.
    Parameter(usize),
}

/// A type with its arguments; one that is not known is empty.
#[derive(Clone, PartialEq, Debug)]
pub struct Type {
    pub name: Name,
    pub arguments: Rc<[Types]>,
}

/// The types that an expression may have: several where a name has several declarations.
pub type Types = SmallVec<[Type; 1]>;

impl Type {
    fn plain(name: Name) -> Type {
        Type { name, arguments: Rc::from([]) }
    }

    /// A type of the tree, without arguments.
    pub fn tree(place: u32) -> Type {
        Type::plain(Name::Tree(place))
    }

    pub(super) fn outside(name: &str) -> Type {
        Type::plain(Name::Outside(name.into()))
    }

    pub(super) fn argument(&self, number: usize) -> Types {
        self.arguments.get(number).cloned().unwrap_or_default()
    }

    pub(super) fn last_argument(&self) -> Types {
        self.arguments.last().cloned().unwrap_or_default()
    }
}

pub(super) fn one(of: Type) -> Types {
    let mut types = Types::new();
    types.push(of);
    types
}

/// Where a term stands: it is read as its file reads it, inside of a type.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    pub context: &'a FileContext,
    /// The full name of the type around.
    pub owner: &'a str,
}

/// A file, the type around a term, and the term.
type Key = (FileId, NameHash, NameHash);

/// Evaluates terms, and remembers what they came to.
pub struct Typing<'a> {
    pub(super) symbols: &'a Symbols,
    terms: RefCell<FxHashMap<Key, Types>>,
    declared: RefCell<FxHashMap<u32, Types>>,
    depth: Cell<u32>,
}

impl<'a> Typing<'a> {
    pub fn new(symbols: &'a Symbols) -> Self {
        Typing { symbols, terms: RefCell::default(), declared: RefCell::default(), depth: Cell::new(0) }
    }

    /// Forgets what terms of single files came to, when another file's turn comes.
    pub fn forget_terms(&self) {
        self.terms.borrow_mut().clear();
    }

    /// Forgets everything, so that all is asked for once more.
    pub fn forget_all(&self) {
        self.forget_terms();
        self.declared.borrow_mut().clear();
    }

    /// What a term comes to.
    pub fn evaluate(&self, scope: Scope<'_>, term: &str) -> Types {
        if term.is_empty() || self.depth.get() >= MAX_DEPTH {
            return Types::new();
        }
        let key = (scope.context.file, hash::of(scope.owner), hash::of(term));
        if let Some(known) = self.terms.borrow().get(&key) {
            return known.clone();
        }
        self.depth.set(self.depth.get() + 1);
        let types = match last_step(term) {
            Some((base, step)) => self.step(scope, base, step),
            None => self.head(scope, term),
        };
        self.depth.set(self.depth.get() - 1);
        self.terms.borrow_mut().insert(key, types.clone());
        types
    }

    /// The declared type of a member, or what a method returns, or what an alias stands for.
    pub fn declared(&self, place: u32) -> Types {
        if let Some(known) = self.declared.borrow().get(&place) {
            return known.clone();
        }
        let Some((context, owner, term)) = self.symbols.term_of(place) else { return Types::new() };
        let types = self.evaluate(Scope { context, owner }, term);
        // What was cut for its depth may come to more from elsewhere.
        if self.depth.get() == 0 || !types.is_empty() {
            self.declared.borrow_mut().insert(place, types.clone());
        }
        types
    }

    pub(super) fn exact_types(&self, family: u8, full: &str) -> Places {
        let is_type = |p: &u32| self.symbols.kind_of(*p) == NodeKind::TypeDecl;
        self.symbols.exact(family, hash::of(full)).filter(is_type).collect()
    }

    /// Declarations as types: each full name once, those of the asking file before all others; aliases are followed.
    pub(super) fn types_at(&self, places: &[u32], scope: Scope<'_>) -> Types {
        let mut types = Types::new();
        for place in self.nearest(places, scope) {
            let target = if self.symbols.is_alias(place) { self.declared(place) } else { Types::new() };
            if target.is_empty() {
                types.push(Type::plain(Name::Tree(place)));
            } else {
                types.extend(target);
            }
        }
        types
    }

    pub(super) fn of_declarations(&self, places: &[u32], scope: Scope<'_>) -> Types {
        let mut types = Types::new();
        for place in self.nearest(places, scope) {
            for of in self.declared(place) {
                if !types.contains(&of) {
                    types.push(of);
                }
            }
        }
        types
    }

    /// Of several declarations those of the asking file, if there are any; none if there are too many to tell.
    fn nearest(&self, places: &[u32], scope: Scope<'_>) -> Places {
        let own: Places = places
            .iter()
            .copied()
            .filter(|p| file_of(self.symbols.id_of(*p)) == scope.context.file)
            .collect();
        let mut chosen: Places = if own.is_empty() { places.into() } else { own };
        let mut seen: SmallVec<[NameHash; 4]> = SmallVec::new();
        if chosen.iter().all(|p| self.symbols.kind_of(*p) == NodeKind::TypeDecl) {
            chosen.retain(|p| {
                let full = self.symbols.full_of(*p);
                let new = !seen.contains(&full);
                seen.push(full);
                new
            });
        }
        if chosen.len() > MAX_NAMESAKES { Places::new() } else { chosen }
    }

    /// The direct supertypes of a type, with its arguments filled in.
    pub fn supertypes(&self, of: &Type) -> Types {
        match &of.name {
            Name::Tree(place) => {
                let mut above = Types::new();
                for supertype in self.symbols.supertypes_of(self.symbols.full_of(*place)) {
                    let scope = Scope { context: supertype.0, owner: supertype.1 };
                    for t in self.evaluate(scope, supertype.2) {
                        above.push(substitute(&t, &of.arguments));
                    }
                }
                above
            }
            Name::Outside(name) => {
                PLATFORM.supertypes(name).iter().flat_map(|w| from_written(w, &of.arguments)).collect()
            }
            _ => Types::new(),
        }
    }
}

/// A term without its last step, and that step.
pub fn last_step(term: &str) -> Option<(&str, &str)> {
    term.rfind(STEP).map(|at| (&term[..at], &term[at + STEP.len_utf8()..]))
}

/// The terms between separators that are not inside of brackets.
pub fn split_arguments(text: &str) -> impl Iterator<Item = &str> {
    split_at(text, SEPARATOR)
}

pub fn split_at(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut depth = 0i32;
    let inside = !text.is_empty();
    let parts = text.split(move |c| {
        match c {
            OPEN => depth += 1,
            CLOSE => depth -= 1,
            _ => {}
        }
        c == separator && depth == 0
    });
    parts.filter(move |_| inside)
}

/// A type with type parameters replaced by arguments; what no argument is known for stays as its bound says.
pub(super) fn substitute(of: &Type, arguments: &[Types]) -> Type {
    if let Name::Parameter(number) = of.name {
        return match arguments.get(number).and_then(|types| types.first()) {
            Some(argument) => argument.clone(),
            None => of.clone(),
        };
    }
    if of.arguments.is_empty() || arguments.is_empty() {
        return of.clone();
    }
    let inner = of.arguments.iter().map(|types| types.iter().map(|t| substitute(t, arguments)).collect());
    Type { name: of.name.clone(), arguments: inner.collect() }
}

pub(super) fn from_written(written: &Written, arguments: &[Types]) -> Types {
    match written {
        Written::Unknown => Types::new(),
        Written::Parameter(number) => arguments.get(*number).cloned().unwrap_or_default(),
        Written::Array(element) => {
            one(Type { name: Name::Array, arguments: Rc::from([from_written(element, arguments)]) })
        }
        Written::Named(name, inner) => one(Type {
            name: Name::Outside((*name).into()),
            arguments: inner.iter().map(|w| from_written(w, arguments)).collect(),
        }),
    }
}
