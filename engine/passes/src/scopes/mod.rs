//! Scopes and references: which declaration each name means.
//!
//! In: one file's tree. Out: REF edges (a use → its declaration), CAPTURE edges (a closure → a variable of a method
//! around it), CALL edges where scope alone tells the method, and, for everything the file cannot answer, a
//! [`ReferenceRow`] that the link passes answer.
//!
//! The tree is scanned once in pre-order. Each name has a stack of the declarations that are visible at this
//! point (the classic symbol table of block-structured languages, Aho et al. §2.7): entering a scope pushes what it
//! declares, leaving it pops. A LOCAL is visible once the assignment that initialises it is over, so that
//! `let x = x + 1` reads the outer `x`.

mod calls;
mod declared;
mod functions;
mod terms;
mod types;

use rustc_hash::FxHashMap;
use stoa_model::rows::{NO_ARGUMENT, ReferenceRow};
use stoa_model::{Interner, NodeKind, Operator, ReferenceForm, ReferenceKind, Symbol};
use stoa_syntax::{Language, Position, Tree, flags};

use crate::nodes::Locals;
use functions::FunctionFacts;
use terms::Term;

pub use functions::{FunctionOp, FunctionRow};

/// What the scope pass found; positions, not ids.
#[derive(Default)]
pub struct Scopes {
    /// (use, declaration)
    pub refs: Vec<(Position, Position)>,
    /// (closure METHOD, variable)
    pub captures: Vec<(Position, Position)>,
    /// (call, method, how many methods the call may mean)
    pub calls: Vec<(Position, Position, u32)>,
    pub references: Vec<ReferenceRow>,
    /// (call by a bare name, what the name is declared as)
    pub callees: Vec<(Position, Position)>,
    /// For each node with a declared type that the file itself declares: (node, TYPE_DECL).
    pub types: Vec<(Position, Position)>,
    /// (METHOD, MEMBER, TYPE_DECL or parameter, the term of its type), where types are declared.
    pub declared: Vec<(Position, Symbol)>,
    /// Where functions go, in the same languages.
    pub functions: FunctionFacts,
    state: State,
}

const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Declaration {
    name: Symbol,
    at: Position,
    scope: Position,
    /// What the name meant before this declaration came into sight.
    shadowed: u32,
    /// The next declaration of the same scope.
    next_in_scope: u32,
    /// The type that its initialiser shows, when none is declared.
    inferred: Symbol,
    /// The same as a term, where types are declared.
    term: Term,
}

/// A LOCAL whose initialiser is being scanned.
struct Pending {
    declaration: u32,
    /// The target of the assignment, in which the new variable is seen already.
    target: (Position, Position),
    /// Visible from behind here.
    until: Position,
}

#[derive(Default)]
struct State {
    declarations: Vec<Declaration>,
    /// The first declaration of each scope, by the scope's position.
    first_in_scope: Vec<u32>,
    /// The visible declaration of each name.
    visible: Vec<u32>,
    open: Vec<Open>,
    entered: Vec<u32>,
    pending: Vec<Pending>,
    /// Members and methods of each type of the file, by (type's full name, name).
    members: FxHashMap<(Symbol, Symbol), Position>,
    declaration_of: FxHashMap<Position, u32>,
    /// The declared types of variables, as far as they were asked for.
    terms: FxHashMap<Position, Term>,
}

struct Open {
    at: Position,
    last: Position,
    entered_before: usize,
}

/// A scope that holds a type's members: their bare names mean something only where the language says so.
fn holds_members(tree: &Tree, names: &Interner, scope: Position) -> bool {
    let node = tree.get(scope);
    node.kind == NodeKind::TypeDecl
        || (node.kind == NodeKind::NamespaceBlock && scope > 1 && names.get(node.name).starts_with("impl"))
}

impl Scopes {
    /// Resolves the names of one file.
    pub fn run(&mut self, tree: &Tree, language: &Language, names: &mut Interner, locals: &Locals) {
        self.refs.clear();
        self.captures.clear();
        self.calls.clear();
        self.references.clear();
        self.callees.clear();
        self.types.clear();
        self.declared.clear();
        self.functions.clear();
        let mut pass = Pass {
            tree,
            language,
            names,
            locals,
            hoists_blocks: language.family == "javascript",
            function_scoped: language.family == "python",
            typed: language.declares_types(),
            overloads: language.has_overloads(),
            scratch: String::new(),
            state: std::mem::take(&mut self.state),
            out: self,
        };
        pass.collect();
        pass.scan();
        pass.captures();
        let state = std::mem::take(&mut pass.state);
        self.state = state;
    }
}

struct Pass<'a> {
    tree: &'a Tree,
    language: &'a Language,
    names: &'a mut Interner,
    locals: &'a Locals,
    /// Block variables are known in the whole block (JavaScript).
    hoists_blocks: bool,
    /// Blocks are no scopes (Python).
    function_scoped: bool,
    /// Types are declared, and followed from file to file.
    typed: bool,
    /// Methods of one name are told apart by the types of their parameters.
    overloads: bool,
    scratch: String,
    state: State,
    out: &'a mut Scopes,
}

impl Pass<'_> {
    // ── First walk: who declares what, where ───────────────────────────────────────────────────────

    fn collect(&mut self) {
        let tree = self.tree;
        let state = &mut self.state;
        state.declarations.clear();
        state.first_in_scope.clear();
        state.first_in_scope.resize(tree.nodes.len(), NONE);
        state.members.clear();
        state.declaration_of.clear();
        state.terms.clear();
        for (at, node) in tree.nodes.iter().enumerate() {
            let at = at as Position;
            if !node.name.is_some() || node.parent == NONE {
                continue;
            }
            let scope = match node.kind {
                NodeKind::Local if node.flags & flags::HOISTED != 0 => self.enclosing(node.parent, true),
                NodeKind::Local => self.enclosing(node.parent, self.function_scoped),
                NodeKind::MethodParameterIn | NodeKind::TypeParameter => node.parent,
                // An enumerator of C is a name of the file, though it stands in its enum.
                NodeKind::Member if node.full_name == node.name => 1,
                NodeKind::Member => self.enclosing_type(node.parent),
                NodeKind::Method | NodeKind::TypeDecl | NodeKind::Import => {
                    if node.kind == NodeKind::Method && self.has_receiver_outside_type(at) {
                        continue;
                    }
                    self.enclosing(node.parent, self.function_scoped)
                }
                _ => continue,
            };
            let owner = tree.get(scope);
            if matches!(node.kind, NodeKind::Member | NodeKind::Method) && owner.full_name.is_some() {
                self.state.members.entry((owner.full_name, node.name)).or_insert(at);
            }
            let place = self.state.declarations.len() as u32;
            self.state.declaration_of.insert(at, place);
            self.state.declarations.push(Declaration {
                name: node.name,
                at,
                scope,
                shadowed: NONE,
                next_in_scope: self.state.first_in_scope[scope as usize],
                inferred: Symbol::NONE,
                term: Term::Unknown,
            });
            self.state.first_in_scope[scope as usize] = place;
        }
    }

    /// The scope that a declaration below `at` belongs to.
    fn enclosing(&self, mut at: Position, function: bool) -> Position {
        loop {
            let node = self.tree.get(at);
            let found = match node.kind {
                NodeKind::Method | NodeKind::TypeDecl | NodeKind::NamespaceBlock | NodeKind::File => true,
                NodeKind::Block | NodeKind::ControlStructure => !function,
                _ => false,
            };
            if found || node.parent == NONE {
                return at;
            }
            at = node.parent;
        }
    }

    /// The type or module a MEMBER below `at` belongs to.
    fn enclosing_type(&self, mut at: Position) -> Position {
        loop {
            let node = self.tree.get(at);
            if matches!(node.kind, NodeKind::TypeDecl | NodeKind::NamespaceBlock | NodeKind::File)
                || node.parent == NONE
            {
                return at;
            }
            at = node.parent;
        }
    }

    /// A method that stands beside its type, not in it (Go), is no name of its surroundings.
    fn has_receiver_outside_type(&self, method: Position) -> bool {
        let tree = self.tree;
        tree.get(tree.get(method).parent).kind == NodeKind::NamespaceBlock
            && self.language.name == "go"
            && tree.children(method).any(|c| {
                let node = tree.get(c);
                node.kind == NodeKind::MethodParameterIn && node.argument_index == 0
            })
    }

    /// A method of C++ that is defined outside of its class.
    fn is_defined_outside_type(&self, method: Position) -> bool {
        let tree = self.tree;
        let node = tree.get(method);
        if self.language.name != "cpp" || node.parent == NONE {
            return false;
        }
        let around = tree.get(node.parent);
        if around.kind != NodeKind::NamespaceBlock {
            return false;
        }
        let full = self.names.get(node.full_name);
        let within = if node.parent > 1 { self.names.get(around.full_name) } else { "" };
        full.strip_prefix(within).is_some_and(|rest| rest.trim_start_matches("::").contains("::"))
    }

    // ── Second walk: what each use means ───────────────────────────────────────────────────────────

    fn scan(&mut self) {
        let tree = self.tree;
        // Leaving every scope puts each name back to "not visible", so the array only ever grows.
        if self.state.visible.len() < self.names.len() {
            self.state.visible.resize(self.names.len(), NONE);
        }
        self.state.open.clear();
        self.state.entered.clear();
        self.state.pending.clear();
        for at in 0..tree.len() {
            while self.state.open.last().is_some_and(|o| o.last < at) {
                self.leave();
            }
            while self.state.pending.last().is_some_and(|p| p.until < at) {
                if let Some(pending) = self.state.pending.pop() {
                    self.show(pending.declaration);
                }
            }
            let node = tree.get(at);
            match node.kind {
                NodeKind::Method
                | NodeKind::TypeDecl
                | NodeKind::NamespaceBlock
                | NodeKind::File
                | NodeKind::Block
                | NodeKind::ControlStructure => self.enter(at),
                NodeKind::Local => self.declare_local(at),
                NodeKind::Identifier => self.resolve_identifier(at),
                NodeKind::Call => self.resolve_call(at),
                NodeKind::TypeRef => self.resolve_type(at),
                NodeKind::Import => {
                    let path = self.imported(at);
                    self.reference(ReferenceKind::Import, at, node.name, ReferenceForm::Import, path, -1);
                }
                NodeKind::FieldIdentifier => self.resolve_own_field(at),
                NodeKind::MethodRef => self.resolve_method_ref(at),
                _ => {}
            }
            if node.type_full_name.is_some() {
                self.note_type(at, node.type_full_name);
                if self.typed {
                    self.note_declared(at);
                }
            }
            if !self.language.dynamic {
                self.function_facts(at);
            }
        }
        while !self.state.open.is_empty() {
            self.leave();
        }
    }

    fn enter(&mut self, at: Position) {
        let entered_before = self.state.entered.len();
        self.state.open.push(Open { at, last: self.tree.get(at).last, entered_before });
        let mut place = self.state.first_in_scope[at as usize];
        while place != NONE {
            let declaration = self.state.declarations[place as usize];
            let node = self.tree.get(declaration.at);
            let at_once =
                node.kind != NodeKind::Local || self.hoists_blocks || node.flags & flags::HOISTED != 0;
            if at_once {
                self.show(place);
            }
            place = declaration.next_in_scope;
        }
    }

    fn leave(&mut self) {
        let Some(open) = self.state.open.pop() else { return };
        while self.state.entered.len() > open.entered_before {
            if let Some(place) = self.state.entered.pop() {
                let declaration = self.state.declarations[place as usize];
                self.state.visible[declaration.name.0 as usize] = declaration.shadowed;
            }
        }
    }

    /// Puts a declaration in sight until its scope is left.
    fn show(&mut self, place: u32) {
        let name = self.state.declarations[place as usize].name.0 as usize;
        self.state.declarations[place as usize].shadowed = self.state.visible[name];
        self.state.visible[name] = place;
        self.state.entered.push(place);
    }

    fn declare_local(&mut self, at: Position) {
        let tree = self.tree;
        let node = tree.get(at);
        if self.hoists_blocks || node.flags & flags::HOISTED != 0 {
            return;
        }
        let Some(&place) = self.state.declaration_of.get(&at) else { return };
        // The statement that follows, behind other LOCALs of the same declaration.
        let mut next = node.last + 1;
        while next < tree.len()
            && tree.get(next).parent == node.parent
            && tree.get(next).kind == NodeKind::Local
        {
            next = tree.get(next).last + 1;
        }
        let initialiser = (next < tree.len()).then(|| tree.get(next)).filter(|n| {
            n.parent == node.parent && n.kind == NodeKind::Call && n.name == Operator::Assignment.symbol()
        });
        match initialiser {
            Some(assignment) => {
                let target = next + 1;
                let target_last = if target <= assignment.last { tree.get(target).last } else { next };
                let until = assignment.last;
                self.state.pending.push(Pending { declaration: place, target: (target, target_last), until });
            }
            None => self.show(place),
        }
    }

    /// The declaration a name means at a position.
    pub(super) fn lookup(&self, name: Symbol, at: Position) -> Option<Declaration> {
        for pending in self.state.pending.iter().rev() {
            let declaration = self.state.declarations[pending.declaration as usize];
            if declaration.name == name && (pending.target.0..=pending.target.1).contains(&at) {
                return Some(declaration);
            }
        }
        let mut place = self.state.visible.get(name.0 as usize).copied().unwrap_or(NONE);
        while place != NONE {
            let declaration = self.state.declarations[place as usize];
            if !self.hidden(&declaration, at) {
                return Some(declaration);
            }
            place = declaration.shadowed;
        }
        None
    }

    /// Whether a member of a type is out of sight of its bare name.
    fn hidden(&self, declaration: &Declaration, at: Position) -> bool {
        let scope = declaration.scope;
        if self.language.members_in_scope || !holds_members(self.tree, self.names, scope) {
            return false;
        }
        if self.tree.get(declaration.at).kind == NodeKind::TypeParameter {
            return false;
        }
        // Inside of a method of the type. (The class body itself sees its members: Python.)
        let method = self.tree.get(at).method;
        method != NONE && method > scope
    }

    pub(super) fn resolve_identifier(&mut self, at: Position) {
        let node = self.tree.get(at);
        match self.lookup(node.name, at) {
            Some(found) => {
                self.out.refs.push((at, found.at));
                let target = self.tree.get(found.at);
                let part_of_path = self.is_path_head(at);
                if target.kind == NodeKind::Import && !part_of_path && target.flags & flags::WILDCARD == 0 {
                    let path = self.imported(found.at);
                    self.reference(ReferenceKind::Name, at, node.name, ReferenceForm::Import, path, -1);
                }
                if self.typed {
                    self.infer_term(at, found);
                } else {
                    self.infer_from_assignment(at, found);
                }
            }
            None => {
                if self.language.module_is_shared
                    && !self.is_path_head(at)
                    && !self.language.self_names.contains(&self.names.get(node.name))
                {
                    self.reference(ReferenceKind::Name, at, node.name, ReferenceForm::Bare, Symbol::NONE, -1);
                }
            }
        }
    }

    /// Whether an identifier only leads to something else: a receiver, or the object of a field access.
    fn is_path_head(&self, at: Position) -> bool {
        let node = self.tree.get(at);
        let parent = self.tree.get(node.parent);
        node.argument_index == 0
            || (node.argument_index == 1
                && parent.kind == NodeKind::Call
                && parent.name == Operator::FieldAccess.symbol())
    }

    /// `self.x` means a member of the type around it.
    pub(super) fn resolve_own_field(&mut self, at: Position) {
        let tree = self.tree;
        let node = tree.get(at);
        let parent = tree.get(node.parent);
        if parent.kind != NodeKind::Call || parent.name != Operator::FieldAccess.symbol() {
            return;
        }
        let object = tree.get(node.parent + 1);
        if object.kind == NodeKind::Identifier
            && (self.language.self_names.contains(&self.names.get(object.name))
                || self.is_receiver_parameter(object.name, node.parent + 1))
        {
            let owner = self.owner(at);
            if let Some(&member) = self.state.members.get(&(owner, node.name)) {
                self.out.refs.push((at, member));
            }
        }
    }

    pub(super) fn resolve_method_ref(&mut self, at: Position) {
        let node = self.tree.get(at);
        // A closure is its own child.
        if node.last > at {
            return;
        }
        // `&Module.function/1`: a path.
        if self.language.family == "elixir" && node.full_name.is_some() {
            let path = node.full_name;
            let (_, path) = self.type_in_context(path, at);
            self.reference(ReferenceKind::Name, at, node.name, ReferenceForm::Import, path, -1);
            return;
        }
        if let Some(found) = self.lookup(node.name, at)
            && self.tree.get(found.at).kind == NodeKind::Method
        {
            self.out.refs.push((at, found.at));
        }
    }

    /// The full name of the type a position stands in.
    pub(super) fn owner(&mut self, at: Position) -> Symbol {
        let tree = self.tree;
        for open in self.state.open.iter().rev() {
            let node = tree.get(open.at);
            if open.last >= at && holds_members(tree, self.names, open.at) {
                return node.full_name;
            }
        }
        // A method beside its type: `module.Type.method`.
        let mut method = tree.get(at).method;
        while method != NONE {
            let node = tree.get(method);
            if self.has_receiver_outside_type(method) || self.is_defined_outside_type(method) {
                let full = self.names.get(node.full_name);
                if let Some((owner, _)) = full.rsplit_once(self.language.separator) {
                    let owner = owner.to_owned();
                    return self.names.intern(&owner);
                }
            }
            method = node.method;
        }
        // A function of C++ is found in the namespaces around the call.
        if self.language.name == "cpp" {
            let namespace = |at: Position| at > 1 && tree.get(at).kind == NodeKind::NamespaceBlock;
            let around = self.state.open.iter().rev().find(|open| open.last >= at && namespace(open.at));
            return around.map_or(Symbol::NONE, |open| tree.get(open.at).full_name);
        }
        Symbol::NONE
    }

    /// Links a declaration to its type's declaration, when that is in the file.
    fn note_type(&mut self, at: Position, declared: Symbol) {
        if !matches!(
            self.tree.get(at).kind,
            NodeKind::Local | NodeKind::Member | NodeKind::MethodParameterIn | NodeKind::MethodReturn
        ) {
            return;
        }
        let text = self.names.get(declared).trim_matches('*');
        let name = match self.names.find(text) {
            Some(name) => name,
            None => return,
        };
        if let Some(found) = self.lookup(name, at)
            && self.tree.get(found.at).kind == NodeKind::TypeDecl
        {
            self.out.types.push((at, found.at));
        }
    }

    // ── Closures ───────────────────────────────────────────────────────────────────────────────────

    /// CAPTURE edges: variables of a method that a method nested in it uses.
    fn captures(&mut self) {
        let tree = self.tree;
        let captured = self.out.refs.iter().filter_map(|&(at, declaration)| {
            let target = tree.get(declaration);
            let inner = tree.get(at).method;
            let is_variable = matches!(target.kind, NodeKind::Local | NodeKind::MethodParameterIn);
            let outer =
                if target.kind == NodeKind::MethodParameterIn { target.parent } else { target.method };
            (is_variable && inner != outer && inner != NONE).then_some((inner, declaration))
        });
        self.out.captures = captured.collect();
        self.out.captures.sort_unstable();
        self.out.captures.dedup();
        debug_assert!(self.out.references.iter().all(|r| r.arity >= -1 && r.arity != NO_ARGUMENT));
    }
}
