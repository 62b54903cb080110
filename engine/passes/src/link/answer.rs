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

use rustc_hash::FxHashSet;
use smallvec::SmallVec;
use stoa_model::{EdgeKind, EdgeLabel, NodeId, NodeKind, ReferenceForm, ReferenceKind};

use super::hash::{self, NameHash};
use super::paths::Places;
use super::symbols::{FileContext, Symbols, family_name, is_dynamic, members_in_scope, separator};
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
    symbols: &'a Symbols,
}

impl Reference<'_> {
    /// A reference that asks nothing yet.
    pub fn of(src: NodeId) -> Self {
        let (kind, form) = (ReferenceKind::Call, ReferenceForm::Value);
        Reference { src, kind, form, name: "", qualifier: "", arity: -1, owner: "" }
    }
}

impl<'a> Linker<'a> {
    pub fn new(symbols: &'a Symbols) -> Self {
        Linker { symbols }
    }

    /// The kind of edge that answers a reference.
    pub const fn edge_kind(kind: ReferenceKind) -> EdgeKind {
        match kind {
            ReferenceKind::Call => EdgeKind::Call,
            ReferenceKind::Import => EdgeKind::Imports,
            ReferenceKind::Inherit => EdgeKind::InheritsFrom,
            ReferenceKind::Name | ReferenceKind::Type => EdgeKind::Ref,
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
        }
    }

    fn found(&self, places: &[u32], label: EdgeLabel, confidence: f64) -> Answer {
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

    /// Declarations that files of one module share, and what comes in by wildcard imports.
    pub(super) fn beside(&self, context: &FileContext, name: &str) -> Places {
        let separator = separator(context.family);
        if family_name(context.family) == "c" {
            return self.symbols.exact(context.family, hash::of(name)).collect();
        }
        let found = self.symbols.in_module(context, name);
        if !found.is_empty() {
            return found;
        }
        for wildcard in &context.wildcards {
            let wildcard = wildcard.strip_suffix("#*").unwrap_or(wildcard);
            let found = self.symbols.find(context.family, &format!("{wildcard}{separator}{name}"));
            if !found.is_empty() {
                return found;
            }
        }
        Places::new()
    }

    fn call(&self, context: &FileContext, reference: &Reference<'_>) -> Answer {
        let separator = separator(context.family);
        match reference.form {
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
                if let Some(answer) = self.callable(&places, reference.arity, EdgeLabel::Import, 0.95) {
                    return self.with_overriding(answer, &types, reference);
                }
                // A method that the imported type inherits.
                if let Some(answer) = self.on_types(&types, reference) {
                    return answer;
                }
                self.outside(context, NodeKind::Method, path)
            }
            ReferenceForm::Path => {
                let path = join(context.family, reference.qualifier, separator, reference.name);
                let places = self.symbols.find(context.family, &path);
                if let Some(answer) = self.callable(&places, reference.arity, EdgeLabel::Static, 1.0) {
                    return answer;
                }
                let types = self.symbols.find_type(context, ReferenceForm::Path, reference.qualifier);
                if let Some(answer) = self.on_types(&types, reference) {
                    return answer;
                }
                self.outside(context, NodeKind::Method, path)
            }
            ReferenceForm::Super => {
                let bases = self.bases_of(context, reference.qualifier);
                let methods = match reference.name {
                    "<init>" => self.constructors(&bases, reference.arity),
                    name => self.fitting(self.methods_of(&bases, name), reference.arity),
                };
                if !methods.is_empty() {
                    return self.found(&methods, EdgeLabel::Type, 0.9);
                }
                let path = join(context.family, "super", separator, reference.name);
                self.outside(context, NodeKind::Method, path)
            }
            ReferenceForm::Type | ReferenceForm::Self_ => {
                let types = self.symbols.find_type(context, reference.form, reference.qualifier);
                if let Some(answer) = self.on_types(&types, reference) {
                    return answer;
                }
                let path = join(context.family, reference.qualifier, separator, reference.name);
                self.outside(context, NodeKind::Method, path)
            }
            ReferenceForm::Bare => {
                // Inherited by the type around the call, where the language lets it be called by its bare name.
                let inherits = members_in_scope(context.family) || family_name(context.family) == "elixir";
                if !reference.owner.is_empty() && inherits {
                    let owner: Places =
                        self.symbols.exact(context.family, hash::of(reference.owner)).collect();
                    if let Some(answer) = self.on_types(&owner, reference) {
                        return answer;
                    }
                }
                let places = self.beside(context, reference.name);
                if let Some(answer) = self.callable(&places, reference.arity, EdgeLabel::Static, 1.0) {
                    return answer;
                }
                self.outside(context, NodeKind::Method, reference.name.to_owned())
            }
            ReferenceForm::Method => self.by_name(context, reference),
            ReferenceForm::Value => {
                let name = if reference.name.is_empty() { "<call>" } else { reference.name };
                self.outside(context, NodeKind::Method, format!("<unknown>.{name}"))
            }
        }
    }

    /// The methods among some declarations; a type stands for its constructor.
    fn callable(&self, places: &[u32], arity: i32, label: EdgeLabel, confidence: f64) -> Option<Answer> {
        let of_kind = |kind: NodeKind| -> Places {
            places.iter().copied().filter(|p| self.symbols.declarations[*p as usize].kind == kind).collect()
        };
        let methods = self.fitting(of_kind(NodeKind::Method), arity);
        if !methods.is_empty() {
            return Some(self.found(&methods, label, confidence));
        }
        let types = of_kind(NodeKind::TypeDecl);
        let constructors = self.constructors(&types, arity);
        (!constructors.is_empty()).then(|| self.found(&constructors, label, confidence))
    }

    /// Of several methods those with a body that take the arguments, as far as there are any.
    fn fitting(&self, mut methods: Places, arity: i32) -> Places {
        // Elixir's functions are known by name and arity: another arity is another function.
        methods.retain(|p| {
            let d = &self.symbols.declarations[*p as usize];
            family_name(d.family) != "elixir" || arity < 0 || d.arity < 0 || i32::from(d.arity) == arity
        });
        for fits in [(|_, d| d.has_body) as fn(i32, &super::symbols::Declaration) -> bool, |arity, d| {
            arity < 0 || d.arity < 0 || i32::from(d.arity) == arity
        }] {
            if methods.len() > 1 {
                let kept: Places = methods
                    .iter()
                    .copied()
                    .filter(|p| fits(arity, &self.symbols.declarations[*p as usize]))
                    .collect();
                if !kept.is_empty() {
                    methods = kept;
                }
            }
        }
        methods
    }

    fn constructors(&self, types: &[u32], arity: i32) -> Places {
        for name in ["<init>", "__init__"] {
            let found = self.methods_of(types, name);
            if !found.is_empty() {
                return self.fitting(found, arity);
            }
        }
        Places::new()
    }

    /// The methods called `name` of some types, or of the nearest supertypes that have one.
    fn methods_of(&self, types: &[u32], name: &str) -> Places {
        let Some(&first) = types.first() else { return Places::new() };
        let family = self.symbols.declarations[first as usize].family;
        let separator = separator(family);
        let mut seen: FxHashSet<NameHash> = FxHashSet::default();
        let mut level: Vec<NameHash> =
            types.iter().map(|t| self.symbols.declarations[*t as usize].full).collect();
        level.dedup();
        while !level.is_empty() {
            let mut found = Places::new();
            for &full in &level {
                found.extend(self.method(family, full, separator, name));
                // The first supertype that has it wins, where they have an order.
                if !found.is_empty() && family_name(family) == "python" {
                    break;
                }
            }
            if !found.is_empty() {
                return found;
            }
            let mut above = Vec::new();
            for full in level {
                if seen.insert(full)
                    && let Some(bases) = self.symbols.bases.get(&full)
                {
                    above.extend(bases.iter().copied());
                }
            }
            level = above;
        }
        Places::new()
    }

    fn method(&self, family: u8, owner: NameHash, separator: &str, name: &str) -> impl Iterator<Item = u32> {
        let full = hash::extend(hash::extend(owner, separator), name);
        self.symbols
            .exact(family, full)
            .filter(|p| self.symbols.declarations[*p as usize].kind == NodeKind::Method)
    }

    /// A call on a receiver of known type: the type's method, or an inherited one, and what overrides it below.
    fn on_types(&self, types: &[u32], reference: &Reference<'_>) -> Option<Answer> {
        if types.is_empty() {
            return None;
        }
        let methods = match reference.name {
            "<init>" => self.constructors(types, reference.arity),
            name => self.fitting(self.methods_of(types, name), reference.arity),
        };
        if methods.is_empty() {
            return None;
        }
        Some(self.with_overriding(self.found(&methods, EdgeLabel::Type, 0.9), types, reference))
    }

    /// The answer to a call on a receiver of some types, with what overrides the method in their subtypes.
    fn with_overriding(&self, answer: Answer, types: &[u32], reference: &Reference<'_>) -> Answer {
        let Answer::Found(mut targets) = answer else { return answer };
        if reference.name != "<init>" {
            for place in self.overriding(types, reference) {
                let id = self.symbols.declarations[place as usize].id;
                if targets.iter().all(|t| t.id != id) {
                    targets.push(Target { id, label: EdgeLabel::Hierarchy, confidence: 0.6 });
                }
            }
        }
        Answer::Found(targets)
    }

    /// The direct supertypes of a type that are in the tree.
    fn bases_of(&self, context: &FileContext, of: &str) -> Places {
        let bases = self.symbols.bases.get(&hash::of(of));
        let types = bases.into_iter().flatten().flat_map(|&base| self.symbols.exact(context.family, base));
        types.filter(|p| self.symbols.declarations[*p as usize].kind == NodeKind::TypeDecl).collect()
    }

    /// The methods of the name in all subtypes.
    fn overriding(&self, types: &[u32], reference: &Reference<'_>) -> Places {
        let mut found = Places::new();
        let Some(&first) = types.first() else { return found };
        let family = self.symbols.declarations[first as usize].family;
        let separator = separator(family);
        let mut seen: FxHashSet<NameHash> = FxHashSet::default();
        let mut work: Vec<NameHash> =
            types.iter().map(|t| self.symbols.declarations[*t as usize].full).collect();
        while let Some(full) = work.pop() {
            for &sub in self.symbols.subtypes.get(&full).into_iter().flatten() {
                if seen.insert(sub) {
                    let mut overriding: Places =
                        self.method(family, sub, separator, reference.name).collect();
                    // Where types are declared, another number of parameters is another method.
                    if !is_dynamic(family) {
                        overriding.retain(|p| {
                            let arity = i32::from(self.symbols.declarations[*p as usize].arity);
                            reference.arity < 0 || arity < 0 || arity == reference.arity
                        });
                    }
                    found.extend(self.fitting(overriding, reference.arity));
                    work.push(sub);
                }
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// A call on a receiver of which nothing is known: by name, if few methods have it.
    fn by_name(&self, context: &FileContext, reference: &Reference<'_>) -> Answer {
        let key = hash::of(reference.name);
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
