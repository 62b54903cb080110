//! Answers: the declarations a reference means, how that was found, and how sure it is.
//!
//! | how (edge label) | confidence |
//! |---|---|
//! | `static`: scope or a full path | 1.0, shared by overloads |
//! | `import`: through an import, also of the receiver's type | 0.95 |
//! | `type`: the receiver's type, or a supertype of it | 0.9 |
//! | `hierarchy`: an overriding method of a subtype | 0.6 |
//! | `name`: no more than [`MAX_BY_NAME`] methods in the tree have the name and take the arguments | 0.5, shared |
//! | `unresolved`: a stub | 0 |

use smallvec::SmallVec;
use stoa_model::{EdgeKind, EdgeLabel, NodeId, NodeKind, ReferenceForm, ReferenceKind};

use super::asked;
use super::hash;
use super::paths::Places;
use super::symbols::{FileContext, Symbols, declares_types, family_name, members_in_scope, separator};
use super::types::{Name, Scope, Type, Types, Typing};
use super::values::Found;

/// A call on an unknown receiver is taken to mean any method of its name, if there are no more than these.
pub const MAX_BY_NAME: usize = 4;

/// A row of `references`, as text.
#[derive(Clone, Copy, Debug)]
pub struct Reference<'a> {
    pub src: NodeId,
    pub kind: ReferenceKind,
    pub form: ReferenceForm,
    pub name: &'a str,
    pub qualifier: &'a str,
    pub arity: i32,
    pub owner: &'a str,
    /// The types of a call's arguments, as terms.
    pub arguments: &'a str,
}

/// One declaration that a reference means.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Target {
    pub id: NodeId,
    pub label: EdgeLabel,
    pub confidence: f64,
}

/// A declaration that is not in the tree.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Stub {
    pub family: u8,
    pub kind: NodeKind,
    pub full_name: String,
}

/// What a reference came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Nothing is known, and nothing is to be said.
    None,
    /// Edges to declarations of the tree.
    Found(SmallVec<[Target; 2]>),
    /// An edge to a stub.
    Outside(Stub),
    /// Both.
    Both(SmallVec<[Target; 2]>, Vec<Stub>),
}

/// Answers references from the symbols of a tree.
pub struct Linker<'a> {
    pub(super) symbols: &'a Symbols,
    pub(super) typing: Typing<'a>,
}

impl Reference<'_> {
    /// A reference that asks nothing yet.
    pub fn of(src: NodeId) -> Self {
        let (kind, form) = (ReferenceKind::Call, ReferenceForm::Value);
        Reference { src, kind, form, name: "", qualifier: "", arity: -1, owner: "", arguments: "" }
    }
}

impl<'a> Linker<'a> {
    pub fn new(symbols: &'a Symbols) -> Self {
        Linker { symbols, typing: Typing::new(symbols) }
    }

    /// The kind of edge that answers a reference.
    pub const fn edge_kind(kind: ReferenceKind) -> EdgeKind {
        match kind {
            ReferenceKind::Call => EdgeKind::Call,
            ReferenceKind::Import => EdgeKind::Imports,
            ReferenceKind::Inherit => EdgeKind::InheritsFrom,
            ReferenceKind::Name | ReferenceKind::Type => EdgeKind::Ref,
            ReferenceKind::Value => EdgeKind::EvalType,
        }
    }

    /// The answer to a call of which names tell one thing and values another. What a name or a type says for certain
    /// stays, since values know only the objects that this tree makes; what is only a guess gives way.
    pub fn settle(&self, context: &FileContext, by_name: &Answer, found: &Found<'_>) -> Answer {
        let named: &[Target] = match by_name {
            Answer::Found(targets) if targets.iter().all(|t| t.label != EdgeLabel::Name) => targets,
            _ => &[],
        };
        let mut targets: SmallVec<[Target; 2]> = named.into();
        targets.extend(found.targets.iter().filter(|t| named.iter().all(|n| n.id != t.id)).copied());
        if found.targets.is_empty() && !named.is_empty() {
            return Answer::Found(targets);
        }
        // Functions that are given to a call outside of the tree: the call itself stays.
        if found.outside().next().is_none()
            && !found.targets.is_empty()
            && found.targets.iter().all(|t| t.label == EdgeLabel::Callback)
        {
            return match by_name {
                Answer::Outside(stub) => Answer::Both(targets, vec![stub.clone()]),
                Answer::Found(by_name) => {
                    let given = targets.into_iter().filter(|t| by_name.iter().all(|n| n.id != t.id));
                    Answer::Found(by_name.iter().copied().chain(given).collect())
                }
                _ => Answer::Found(targets),
            };
        }
        let stubs: Vec<Stub> = found.outside().map(|path| self.stub(context, path)).collect();
        match (targets.is_empty(), &stubs[..]) {
            (true, []) if found.implicit => Answer::None,
            (true, []) => by_name.clone(),
            (true, [one]) => Answer::Outside(one.clone()),
            (false, []) => Answer::Found(targets),
            _ => Answer::Both(targets, stubs),
        }
    }

    /// Answers one reference of a file.
    pub fn answer(&self, context: &FileContext, reference: &Reference<'_>) -> Answer {
        match reference.kind {
            ReferenceKind::Call => self.call(context, reference),
            ReferenceKind::Import => self.import(context, reference),
            ReferenceKind::Inherit | ReferenceKind::Type => self.type_mention(context, reference),
            ReferenceKind::Name => self.name(context, reference),
            ReferenceKind::Value => self.value_type(context, reference),
        }
    }

    /// To be called when another file's references follow.
    pub fn next_file(&self) {
        self.typing.forget_terms();
    }

    /// To be called when another file's references follow and it is to be known what is asked for them.
    pub fn next_heard(&self) {
        self.typing.forget_all();
    }

    /// Declarations that a file sees by their bare names.
    pub(super) fn beside(&self, context: &FileContext, name: &str) -> Places {
        self.symbols.beside(context, name)
    }

    pub(super) fn found(&self, places: &[u32], label: EdgeLabel, confidence: f64) -> Answer {
        let share = confidence / places.len().max(1) as f64;
        Answer::Found(
            places
                .iter()
                .map(|&p| Target { id: self.symbols.declarations[p as usize].id, label, confidence: share })
                .collect(),
        )
    }

    fn import(&self, context: &FileContext, reference: &Reference<'_>) -> Answer {
        let places = self.symbols.find(context.family, reference.qualifier);
        if places.is_empty() {
            return self.outside(context, NodeKind::NamespaceBlock, reference.qualifier.to_owned());
        }
        self.found(&places, EdgeLabel::Import, 1.0)
    }

    fn type_mention(&self, context: &FileContext, reference: &Reference<'_>) -> Answer {
        let written = if reference.qualifier.is_empty() { reference.name } else { reference.qualifier };
        if family_name(context.family) == "java" && reference.form != ReferenceForm::Import {
            // A type of the language or of a package that is imported whole has a full name.
            let scope = Scope { context, owner: reference.owner };
            let mut places = Places::new();
            for found in self.typing.named(scope, ReferenceForm::Type, written) {
                match &found.name {
                    Name::Tree(place) => places.push(*place),
                    Name::Outside(full) if &**full != written || reference.kind == ReferenceKind::Inherit => {
                        return self.outside(context, NodeKind::TypeDecl, full.to_string());
                    }
                    _ => {}
                }
            }
            return if places.is_empty() {
                Answer::None
            } else {
                self.found(&places, EdgeLabel::Static, 1.0)
            };
        }
        let places = self.symbols.find_type(context, reference.form, written);
        if !places.is_empty() {
            let label = match reference.form {
                ReferenceForm::Import => EdgeLabel::Import,
                _ => EdgeLabel::Static,
            };
            return self.found(&places, label, 1.0);
        }
        // A type that is named without a path may be anything (a type parameter's bound, a builtin); one that a
        // type extends, or that was imported, certainly is a type.
        let certain = reference.kind == ReferenceKind::Inherit || reference.form == ReferenceForm::Import;
        if certain { self.outside(context, NodeKind::TypeDecl, written.to_owned()) } else { Answer::None }
    }

    fn name(&self, context: &FileContext, reference: &Reference<'_>) -> Answer {
        let places = match reference.form {
            ReferenceForm::Import => self.symbols.find(context.family, reference.qualifier),
            _ => self.beside(context, reference.name),
        };
        if places.is_empty() { Answer::None } else { self.found(&places, EdgeLabel::Static, 1.0) }
    }

    /// The types of a variable that declares none.
    fn value_type(&self, context: &FileContext, reference: &Reference<'_>) -> Answer {
        let scope = Scope { context, owner: reference.owner };
        let types = self.typing.named(scope, reference.form, reference.qualifier);
        let places: Places = types
            .iter()
            .filter_map(|t| if let Name::Tree(place) = t.name { Some(place) } else { None })
            .collect();
        if !places.is_empty() {
            return self.found(&places, EdgeLabel::Type, 0.9);
        }
        match types.first().map(|t| &t.name) {
            Some(Name::Outside(name)) if is_type_name(name) => {
                self.outside(context, NodeKind::TypeDecl, name.to_string())
            }
            _ => Answer::None,
        }
    }

    /// A call on receivers of some types: their methods; else a stub that has the fullest name there is.
    fn on_receivers(&self, context: &FileContext, types: Types, reference: &Reference<'_>) -> Option<Answer> {
        let types = self.typing.pointed_to(types);
        let places: Places = types
            .iter()
            .filter_map(|t| if let Name::Tree(place) = t.name { Some(place) } else { None })
            .collect();
        if let Some(answer) = self.on_types(context, &places, reference) {
            return Some(answer);
        }
        let separator = separator(context.family);
        let of = types.first()?;
        let owner = match &of.name {
            Name::Outside(name) => name.to_string(),
            Name::Tree(place) => match self.typing.outside_supertype(of, reference.name) {
                Some(name) if reference.name != "<init>" => name.to_string(),
                _ => self.symbols.type_name(*place)?.to_owned(),
            },
            Name::Array | Name::Tuple | Name::Parameter(_) => return None,
        };
        let path = join(context.family, &owner, separator, reference.name);
        Some(self.outside(context, NodeKind::Method, path))
    }

    /// A call on what a form and a qualifier name, by its type.
    fn by_type(&self, context: &FileContext, reference: &Reference<'_>) -> Option<Answer> {
        if !declares_types(context.family) {
            return None;
        }
        let scope = Scope { context, owner: reference.owner };
        let types = self.typing.named(scope, reference.form, reference.qualifier);
        self.on_receivers(context, types, reference)
    }

    fn call(&self, context: &FileContext, reference: &Reference<'_>) -> Answer {
        let separator = separator(context.family);
        match reference.form {
            ReferenceForm::Expression => {
                self.by_type(context, reference).unwrap_or_else(|| self.by_name(context, reference))
            }
            ReferenceForm::Import => {
                // Without a name of its own the call is of the imported thing itself.
                let path = match reference.name {
                    "" => reference.qualifier.to_owned(),
                    name => join(context.family, reference.qualifier, separator, name),
                };
                let types = match reference.name {
                    "" => Places::new(),
                    _ => self.symbols.find_type(context, ReferenceForm::Import, reference.qualifier),
                };
                let places = self.symbols.find(context.family, &path);
                if let Some(answer) = self.callable(context, &places, reference, EdgeLabel::Import, 0.95) {
                    return self.with_overriding(context, answer, &types, reference);
                }
                // A method that the imported type inherits; what an imported variable or field holds.
                if let Some(answer) = self.on_types(context, &types, reference) {
                    return answer;
                }
                if !reference.name.is_empty()
                    && let Some(answer) = self.by_type(context, reference)
                {
                    return answer;
                }
                self.outside(context, NodeKind::Method, path)
            }
            ReferenceForm::Path => {
                let path = join(context.family, reference.qualifier, separator, reference.name);
                let mut places = self.symbols.find(context.family, &path);
                if places.is_empty() && family_name(context.family) == "c" {
                    let mut within = self.symbols.in_namespaces(context, reference.owner, &path);
                    let declared = |full| -> Places { self.symbols.exact(context.family, full).collect() };
                    places = within.by_ref().map(declared).find(|p| !p.is_empty()).unwrap_or_default();
                }
                if let Some(answer) = self.callable(context, &places, reference, EdgeLabel::Static, 1.0) {
                    return answer;
                }
                if let Some(answer) = self.by_type(context, reference) {
                    return answer;
                }
                if let Some(answer) = self.quoted(context, reference, Some(reference.qualifier)) {
                    return answer;
                }
                let types = self.symbols.find_type(context, ReferenceForm::Path, reference.qualifier);
                if let Some(answer) = self.on_types(context, &types, reference) {
                    return answer;
                }
                self.outside(context, NodeKind::Method, path)
            }
            ReferenceForm::Super => {
                let bases = self.bases_of(context, reference.qualifier);
                let methods = match reference.name {
                    "<init>" => self.constructors(context, &bases, reference),
                    name => self.fitting(context, self.methods_of(&bases, name), reference),
                };
                if !methods.is_empty() {
                    return self.found(&methods, EdgeLabel::Type, 0.9);
                }
                if declares_types(context.family)
                    && let Some(owner) = self
                        .symbols
                        .exact(context.family, hash::of(reference.qualifier))
                        .find(|p| self.is_type(*p))
                    && let Some(name) = self.typing.outside_supertype(&Type::tree(owner), reference.name)
                {
                    let path = join(context.family, &name, separator, reference.name);
                    return self.outside(context, NodeKind::Method, path);
                }
                let path = join(context.family, "super", separator, reference.name);
                self.outside(context, NodeKind::Method, path)
            }
            ReferenceForm::Type | ReferenceForm::Self_ => {
                if let Some(answer) = self.by_type(context, reference) {
                    return answer;
                }
                let types = self.symbols.find_type(context, reference.form, reference.qualifier);
                if let Some(answer) = self.on_types(context, &types, reference) {
                    return answer;
                }
                let path = join(context.family, reference.qualifier, separator, reference.name);
                self.outside(context, NodeKind::Method, path)
            }
            ReferenceForm::Bare => {
                // Inherited by the type around the call, where the language lets it be called by its bare name.
                let inherits = members_in_scope(context.family) || family_name(context.family) == "elixir";
                if !reference.owner.is_empty() && inherits {
                    // Of the nearest type around that has it (Java's inner classes).
                    let mut around = reference.owner;
                    while !around.is_empty() {
                        let owner: Places = self.symbols.exact(context.family, hash::of(around)).collect();
                        if let Some(answer) = self.on_types(context, &owner, reference) {
                            return answer;
                        }
                        around = around.rsplit_once(separator).map_or("", |(outer, _)| outer);
                    }
                }
                if let Some(answer) = self.quoted(context, reference, None) {
                    return answer;
                }
                let places = self.beside(context, reference.name);
                if let Some(answer) = self.callable(context, &places, reference, EdgeLabel::Static, 1.0) {
                    return answer;
                }
                self.outside(context, NodeKind::Method, self.inherited_outside(context, reference))
            }
            ReferenceForm::Method => self.by_name(context, reference),
            ReferenceForm::Value => {
                let name = if reference.name.is_empty() { "<call>" } else { reference.name };
                self.outside(context, NodeKind::Method, format!("<unknown>.{name}"))
            }
        }
    }

    /// A call of what a module of Elixir quotes for those that use it: a function by its bare name, or one of a module by an
    /// alias.
    fn quoted(
        &self,
        context: &FileContext,
        reference: &Reference<'_>,
        alias: Option<&str>,
    ) -> Option<Answer> {
        if family_name(context.family) != "elixir" || reference.owner.is_empty() {
            return None;
        }
        let used = self.symbols.bases.get(&hash::of(reference.owner))?;
        for (name, path) in used.iter().filter_map(|module| self.symbols.quoted.get(module)).flatten() {
            let path = match alias {
                None if name.is_empty() => format!("{path}.{}", reference.name),
                Some(alias) if alias == &**name => format!("{path}.{}", reference.name),
                _ => continue,
            };
            let places = self.symbols.find(context.family, &path);
            if let Some(answer) = self.callable(context, &places, reference, EdgeLabel::Import, 0.95) {
                return Some(answer);
            }
        }
        None
    }

    /// The name of a function that is called by its bare name and is not in the tree: a type around may inherit it from
    /// outside.
    fn inherited_outside(&self, context: &FileContext, reference: &Reference<'_>) -> String {
        let separator = separator(context.family);
        if declares_types(context.family) && members_in_scope(context.family) {
            let mut around = reference.owner;
            while !around.is_empty() {
                let owner = self.symbols.exact(context.family, hash::of(around)).find(|p| self.is_type(*p));
                if let Some(owner) = owner
                    && let Some(name) = self.typing.outside_supertype(&Type::tree(owner), reference.name)
                {
                    return join(context.family, &name, separator, reference.name);
                }
                around = around.rsplit_once(separator).map_or("", |(outer, _)| outer);
            }
        }
        reference.name.to_owned()
    }

    fn is_type(&self, place: u32) -> bool {
        self.symbols.kind_of(place) == NodeKind::TypeDecl
    }

    /// A call on a receiver of which nothing is known: by name, if few methods have it.
    fn by_name(&self, context: &FileContext, reference: &Reference<'_>) -> Answer {
        let key = hash::of(reference.name);
        asked::note(key);
        let start = self.symbols.methods_by_name.partition_point(|(n, _)| *n < key);
        let mut places = Places::new();
        for (_, place) in self.symbols.methods_by_name[start..].iter().take_while(|(n, _)| *n == key) {
            let declaration = &self.symbols.declarations[*place as usize];
            let takes = declaration.arity < 0 || i32::from(declaration.arity) == reference.arity;
            if declaration.family == context.family && takes {
                places.push(*place);
                if places.len() > MAX_BY_NAME {
                    break;
                }
            }
        }
        if places.is_empty() || places.len() > MAX_BY_NAME {
            return self.outside(context, NodeKind::Method, format!("<unknown>.{}", reference.name));
        }
        self.found(&places, EdgeLabel::Name, 0.5)
    }

    pub fn stub(&self, context: &FileContext, full_name: &str) -> Stub {
        Stub { family: context.family, kind: NodeKind::Method, full_name: full_name.to_owned() }
    }

    fn outside(&self, context: &FileContext, kind: NodeKind, full_name: String) -> Answer {
        Answer::Outside(Stub { family: context.family, kind, full_name })
    }
}

/// A path and a name below it. JavaScript's `module#*` offers its exports as `module#name`.
fn join(family: u8, path: &str, separator: &str, name: &str) -> String {
    match path.strip_suffix("#*") {
        Some(module) if family_name(family) == "javascript" => format!("{module}#{name}"),
        _ => format!("{path}{separator}{name}"),
    }
}

/// Whether a name may be a type's: a variable that nothing is known of has none.
fn is_type_name(name: &str) -> bool {
    let last = name.rsplit(['.', ':', '/']).next().unwrap_or(name);
    last.starts_with(char::is_uppercase) || name.contains(['.', ':', '/'])
}
