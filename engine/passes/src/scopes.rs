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

use rustc_hash::FxHashMap;
use stoa_model::rows::{NO_ARGUMENT, NO_LOCAL, ReferenceRow};
use stoa_model::{Interner, NodeKind, Operator, ReferenceForm, ReferenceKind, Symbol};
use stoa_syntax::{Language, Position, Tree, flags};

use crate::nodes::Locals;

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
    /// For each node with a declared type that the file itself declares: (node, TYPE_DECL).
    pub types: Vec<(Position, Position)>,
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
        self.types.clear();
        let mut pass = Pass {
            tree,
            language,
            names,
            locals,
            hoists_blocks: language.family == "javascript",
            function_scoped: language.family == "python",
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
    fn lookup(&self, name: Symbol, at: Position) -> Option<Declaration> {
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

    fn resolve_identifier(&mut self, at: Position) {
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
                self.infer_from_assignment(at, found);
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

    /// `x = Foo(…)`, `x = new Foo(…)`, `let x = Foo::new(…)`: the variable's type, for receivers.
    fn infer_from_assignment(&mut self, at: Position, found: Declaration) {
        let tree = self.tree;
        let node = tree.get(at);
        let declared = tree.get(found.at);
        if node.argument_index != 1
            || declared.type_full_name.is_some()
            || !matches!(declared.kind, NodeKind::Local | NodeKind::Member)
            || found.inferred.is_some()
        {
            return;
        }
        let parent = tree.get(node.parent);
        if parent.kind != NodeKind::Call
            || parent.name != Operator::Assignment.symbol()
            || node.last >= parent.last
        {
            return;
        }
        let value = tree.get(node.last + 1);
        if value.kind != NodeKind::Call {
            return;
        }
        let shown = if value.type_full_name.is_some() {
            value.type_full_name
        } else if Operator::of(value.name).is_some() {
            Symbol::NONE
        } else if value.full_name.is_some() {
            // `a::Foo::new`: what stands before the name, if it looks like a type.
            let path = self.names.get(value.full_name);
            match path.rsplit_once(self.language.separator) {
                Some((owner, _)) if last_segment_is_type(owner, self.language.separator) => {
                    let owner = owner.to_owned();
                    self.names.intern(&owner)
                }
                _ => Symbol::NONE,
            }
        } else if self.first_argument(node.last + 1) != Some(0) && starts_upper(self.names.get(value.name)) {
            value.name
        } else {
            Symbol::NONE
        };
        if shown.is_some()
            && let Some(&place) = self.state.declaration_of.get(&found.at)
        {
            self.state.declarations[place as usize].inferred = shown;
        }
    }

    /// The argument index of a call's first child.
    fn first_argument(&self, call: Position) -> Option<i32> {
        self.tree.children(call).next().map(|c| self.tree.get(c).argument_index)
    }

    fn resolve_call(&mut self, at: Position) {
        let node = self.tree.get(at);
        if Operator::of(node.name).is_some() || !node.name.is_some() {
            return;
        }
        let arguments =
            self.tree.children(at).filter(|c| self.tree.get(*c).argument_index > 0).count() as i32;
        let receiver = self.tree.children(at).next().filter(|c| self.tree.get(*c).argument_index == 0);
        if let Some(receiver) = receiver {
            self.resolve_method_call(at, receiver, arguments);
        } else if node.full_name.is_some() {
            self.resolve_path_call(at, arguments);
        } else {
            self.resolve_bare_call(at, arguments);
        }
    }

    fn resolve_bare_call(&mut self, at: Position, arguments: i32) {
        let node = self.tree.get(at);
        let name = node.name;
        let Some(found) = self.lookup(name, at) else {
            self.reference(ReferenceKind::Call, at, name, ReferenceForm::Bare, Symbol::NONE, arguments);
            return;
        };
        match self.tree.get(found.at).kind {
            NodeKind::Import => {
                let path = self.imported(found.at);
                self.reference(ReferenceKind::Call, at, Symbol::NONE, ReferenceForm::Import, path, arguments);
            }
            NodeKind::TypeDecl => {
                self.out.refs.push((at, found.at));
                let owner = self.tree.get(found.at).full_name;
                let constructor = self.names.intern("<init>");
                self.reference(ReferenceKind::Call, at, constructor, ReferenceForm::Type, owner, arguments);
            }
            NodeKind::Method => self.call_methods(at, found, arguments),
            _ => {
                // A variable that holds a function; a method of the same name beside it is what was bound to it.
                match self.method_beside(found) {
                    Some(method) => self.call_methods(at, method, arguments),
                    None => self.out.refs.push((at, found.at)),
                }
            }
        }
    }

    /// A METHOD of the same name and scope as a variable (`const f = () => …`).
    fn method_beside(&self, variable: Declaration) -> Option<Declaration> {
        let mut place = self.state.first_in_scope[variable.scope as usize];
        while place != NONE {
            let declaration = self.state.declarations[place as usize];
            if declaration.name == variable.name && self.tree.get(declaration.at).kind == NodeKind::Method {
                return Some(declaration);
            }
            place = declaration.next_in_scope;
        }
        None
    }

    /// CALL edges to the methods of a scope that a name means: those that take the arguments, or all.
    fn call_methods(&mut self, at: Position, found: Declaration, arguments: i32) {
        let mut candidates: Vec<Position> = Vec::new();
        let mut place = self.state.first_in_scope[found.scope as usize];
        while place != NONE {
            let declaration = self.state.declarations[place as usize];
            if declaration.name == found.name && self.tree.get(declaration.at).kind == NodeKind::Method {
                candidates.push(declaration.at);
            }
            place = declaration.next_in_scope;
        }
        if candidates.len() > 1 {
            let fitting: Vec<Position> =
                candidates.iter().copied().filter(|m| self.takes(*m, arguments)).collect();
            if !fitting.is_empty() {
                candidates = fitting;
            }
            let with_body: Vec<Position> = candidates.iter().copied().filter(|m| self.has_body(*m)).collect();
            if !with_body.is_empty() {
                candidates = with_body;
            }
        }
        if let [only] = candidates[..]
            && !self.has_body(only)
        {
            // A prototype: its definition is elsewhere.
            let node = self.tree.get(at);
            self.reference(ReferenceKind::Call, at, node.name, ReferenceForm::Bare, Symbol::NONE, arguments);
            return;
        }
        candidates.sort_unstable();
        let count = candidates.len() as u32;
        self.out.calls.extend(candidates.into_iter().map(|method| (at, method, count)));
    }

    fn has_body(&self, method: Position) -> bool {
        self.tree.child_in(method, stoa_syntax::Slot::Body).is_some()
    }

    fn takes(&self, method: Position, arguments: i32) -> bool {
        let parameters = self.tree.children(method).filter(|c| {
            let node = self.tree.get(*c);
            node.kind == NodeKind::MethodParameterIn && node.argument_index > 0
        });
        parameters.count() as i32 == arguments
    }

    fn resolve_path_call(&mut self, at: Position, arguments: i32) {
        let node = self.tree.get(at);
        let path = node.full_name;
        let text = self.names.get(path);
        let separator = self.language.separator;
        if self.names.get(node.name) == "<init>" {
            if self.names.get(path) == "super" {
                let owner = self.owner(at);
                self.reference(ReferenceKind::Call, at, node.name, ReferenceForm::Super, owner, arguments);
                return;
            }
            // `new a.Foo(…)`: the path is the type itself.
            let (form, owner) = self.type_in_context(path, at);
            let form = if form == ReferenceForm::Bare { ReferenceForm::Type } else { form };
            let form = if form == ReferenceForm::Import { ReferenceForm::Import } else { form };
            self.reference(ReferenceKind::Call, at, node.name, form, owner, arguments);
            return;
        }
        let owner = text.rsplit_once(separator).map_or("", |(owner, _)| owner).to_owned();
        if owner == "Self" {
            let owner = self.owner(at);
            self.reference(ReferenceKind::Call, at, node.name, ReferenceForm::Self_, owner, arguments);
            return;
        }
        let owner = self.names.intern(&owner);
        let (form, owner) = self.type_in_context(owner, at);
        let form = if form == ReferenceForm::Bare { ReferenceForm::Path } else { form };
        self.reference(ReferenceKind::Call, at, node.name, form, owner, arguments);
    }

    fn resolve_method_call(&mut self, at: Position, receiver: Position, arguments: i32) {
        let node = self.tree.get(at);
        let (form, qualifier) = self.receiver(receiver, at);
        self.reference(ReferenceKind::Call, at, node.name, form, qualifier, arguments);
    }

    /// What the file tells of a receiver.
    fn receiver(&mut self, receiver: Position, at: Position) -> (ReferenceForm, Symbol) {
        let tree = self.tree;
        let node = tree.get(receiver);
        match node.kind {
            NodeKind::Identifier => {
                let text = self.names.get(node.name);
                if text == "super" && self.language.family != "rust" {
                    return (ReferenceForm::Super, self.owner(at));
                }
                if self.language.self_names.contains(&text) || self.is_receiver_parameter(node.name, at) {
                    return (ReferenceForm::Self_, self.owner(at));
                }
                match self.lookup(node.name, receiver) {
                    Some(found) => self.receiver_declared(found, at),
                    // Not of this file: a type or module by its name.
                    None => (ReferenceForm::Path, node.name),
                }
            }
            NodeKind::Call if node.name == Operator::FieldAccess.symbol() => {
                let mut parts = tree.children(receiver);
                let (Some(object), Some(field)) = (parts.next(), parts.next()) else {
                    return (ReferenceForm::Method, Symbol::NONE);
                };
                let field = tree.get(field).name;
                let (form, qualifier) = self.receiver(object, at);
                match form {
                    ReferenceForm::Import | ReferenceForm::Path => {
                        (form, self.join(qualifier, self.member_separator(qualifier), field))
                    }
                    // `self.x.f()`: the member's type, if the file declares it.
                    ReferenceForm::Self_ | ReferenceForm::Type => {
                        let member = self.state.members.get(&(qualifier, field)).copied();
                        match member.map(|m| tree.get(m).type_full_name) {
                            Some(declared) if declared.is_some() => self.typed(declared, at),
                            _ => (ReferenceForm::Method, Symbol::NONE),
                        }
                    }
                    _ => (ReferenceForm::Method, Symbol::NONE),
                }
            }
            // Python's `super()`.
            NodeKind::Call if self.function_scoped && self.names.get(node.name) == "super" => {
                (ReferenceForm::Super, self.owner(at))
            }
            // `Foo(…).f()`: the class that is called.
            NodeKind::Call if self.function_scoped && self.first_argument(receiver) != Some(0) => {
                match self.lookup(node.name, receiver) {
                    Some(found)
                        if self.tree.get(found.at).kind == NodeKind::TypeDecl
                            || (self.tree.get(found.at).kind == NodeKind::Import
                                && starts_upper(self.names.get(node.name))) =>
                    {
                        self.receiver_declared(found, at)
                    }
                    _ => (ReferenceForm::Method, Symbol::NONE),
                }
            }
            NodeKind::Call if node.type_full_name.is_some() => self.typed(node.type_full_name, at),
            NodeKind::Literal if node.type_full_name.is_some() => (ReferenceForm::Type, node.type_full_name),
            _ => (ReferenceForm::Method, Symbol::NONE),
        }
    }

    fn receiver_declared(&mut self, found: Declaration, at: Position) -> (ReferenceForm, Symbol) {
        let target = self.tree.get(found.at);
        match target.kind {
            NodeKind::Import => (ReferenceForm::Import, self.imported(found.at)),
            NodeKind::TypeDecl => (ReferenceForm::Type, target.full_name),
            NodeKind::Method => (ReferenceForm::Method, Symbol::NONE),
            _ => {
                let place = self.state.declaration_of.get(&found.at).copied();
                let inferred = place.map_or(Symbol::NONE, |p| self.state.declarations[p as usize].inferred);
                match target.type_full_name.some().or(inferred.some()) {
                    Some(declared) => self.typed(declared, at),
                    None => (ReferenceForm::Method, Symbol::NONE),
                }
            }
        }
    }

    /// Go names its receiver as it likes.
    fn is_receiver_parameter(&self, name: Symbol, at: Position) -> bool {
        self.lookup(name, at).is_some_and(|d| {
            let node = self.tree.get(d.at);
            node.kind == NodeKind::MethodParameterIn && node.argument_index == 0
        })
    }

    /// A type as a receiver's reference: absolute where the file tells.
    fn typed(&mut self, declared: Symbol, at: Position) -> (ReferenceForm, Symbol) {
        let text = self.names.get(declared);
        let plain = text.trim_end_matches('*').trim_start_matches('*');
        let declared = if plain.len() == text.len() {
            declared
        } else {
            let plain = plain.to_owned();
            self.names.intern(&plain)
        };
        if self.names.get(declared) == "Self" {
            return (ReferenceForm::Self_, self.owner(at));
        }
        let (form, qualifier) = self.type_in_context(declared, at);
        match form {
            ReferenceForm::Import => (ReferenceForm::Import, qualifier),
            _ => (ReferenceForm::Type, qualifier),
        }
    }

    /// A type's path as written, with its first part replaced by what the file knows it to be: a type of the
    /// file (form `type`), an import (form `import`); else `bare`, as written.
    fn type_in_context(&mut self, written: Symbol, at: Position) -> (ReferenceForm, Symbol) {
        let separator = self.language.separator;
        let text = self.names.get(written);
        let (head, rest) = match text.split_once(separator) {
            Some((head, rest)) => (head, rest.to_owned()),
            None => (text, String::new()),
        };
        let Some(head) = self.names.find(head) else { return (ReferenceForm::Bare, written) };
        let Some(found) = self.lookup(head, at) else { return (ReferenceForm::Bare, written) };
        let target = self.tree.get(found.at);
        let (form, base) = match target.kind {
            NodeKind::Import => (ReferenceForm::Import, self.imported(found.at)),
            NodeKind::TypeDecl => (ReferenceForm::Type, target.full_name),
            _ => return (ReferenceForm::Bare, written),
        };
        if rest.is_empty() {
            return (form, base);
        }
        let rest = self.names.intern(&rest);
        (form, self.join(base, self.member_separator(base), rest))
    }

    /// The path of an import. Rust may begin it with a module that the file declares or imports itself:
    /// `mod shapes; use shapes::Circle;`.
    fn imported(&mut self, import: Position) -> Symbol {
        let path = self.tree.get(import).full_name;
        if self.language.family != "rust" {
            return path;
        }
        let Some((head, rest)) = self.names.get(path).split_once("::") else { return path };
        let base =
            self.names.find(head).and_then(|name| self.lookup(name, import)).map(|d| self.tree.get(d.at));
        let Some(base) = base.filter(|base| base.kind == NodeKind::Import) else { return path };
        let of_itself = self.names.get(base.full_name).split("::").next() == Some(head);
        if of_itself {
            return path;
        }
        let rest = rest.to_owned();
        let rest = self.names.intern(&rest);
        self.join(base.full_name, "::", rest)
    }

    /// What stands between an imported path and a part of it. JavaScript's `module#*` offers its exports as
    /// `module#name`.
    fn member_separator(&self, base: Symbol) -> &'static str {
        if self.names.get(base).ends_with("#*") { "#" } else { self.language.separator }
    }

    fn join(&mut self, base: Symbol, separator: &str, rest: Symbol) -> Symbol {
        self.scratch.clear();
        let base = self.names.get(base);
        self.scratch.push_str(base.strip_suffix("#*").unwrap_or(base));
        self.scratch.push_str(separator);
        self.scratch.push_str(self.names.get(rest));
        let joined = std::mem::take(&mut self.scratch);
        let symbol = self.names.intern(&joined);
        self.scratch = joined;
        symbol
    }

    fn resolve_type(&mut self, at: Position) {
        let node = self.tree.get(at);
        let written = node.full_name.some().unwrap_or(node.name);
        if !written.is_some() {
            return;
        }
        let (form, qualifier) = self.type_in_context(written, at);
        if form != ReferenceForm::Import
            && let Some(found) = self.lookup(node.name, at)
            && matches!(self.tree.get(found.at).kind, NodeKind::TypeDecl | NodeKind::TypeParameter)
        {
            self.out.refs.push((at, found.at));
        } else {
            self.reference(ReferenceKind::Type, at, node.name, form, qualifier, -1);
        }
        if node.flags & flags::SUPERTYPE != 0 {
            let subtype = self.extended_type(node.parent);
            self.reference(ReferenceKind::Inherit, subtype, node.name, form, qualifier, -1);
        }
    }

    /// The TYPE_DECL of the type that an `impl Trait for Type` block beside it extends, if the file has it.
    fn extended_type(&self, extending: Position) -> Position {
        let node = self.tree.get(extending);
        if node.kind != NodeKind::NamespaceBlock || !node.full_name.is_some() {
            return extending;
        }
        let path = self.names.get(node.full_name);
        let name = path.rsplit(self.language.separator).next().unwrap_or(path);
        let found = self.names.find(name).and_then(|name| self.lookup(name, extending));
        found
            .map(|found| (found.at, self.tree.get(found.at)))
            .filter(|(_, d)| d.kind == NodeKind::TypeDecl && d.full_name == node.full_name)
            .map_or(extending, |(at, _)| at)
    }

    /// `self.x` means a member of the type around it.
    fn resolve_own_field(&mut self, at: Position) {
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

    fn resolve_method_ref(&mut self, at: Position) {
        let node = self.tree.get(at);
        // A closure is its own child.
        if node.last > at {
            return;
        }
        if let Some(found) = self.lookup(node.name, at)
            && self.tree.get(found.at).kind == NodeKind::Method
        {
            self.out.refs.push((at, found.at));
        }
    }

    /// The full name of the type a position stands in.
    fn owner(&mut self, at: Position) -> Symbol {
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
            if self.has_receiver_outside_type(method) {
                let full = self.names.get(node.full_name);
                if let Some((owner, _)) = full.rsplit_once(self.language.separator) {
                    let owner = owner.to_owned();
                    return self.names.intern(&owner);
                }
            }
            method = node.method;
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

    fn reference(
        &mut self,
        kind: ReferenceKind,
        at: Position,
        name: Symbol,
        form: ReferenceForm,
        qualifier: Symbol,
        arity: i32,
    ) {
        let src = self.locals.get(at);
        if src == NO_LOCAL {
            return;
        }
        let owner = match kind {
            ReferenceKind::Call => self.owner(at),
            ReferenceKind::Inherit => self.tree.get(at).full_name,
            _ => Symbol::NONE,
        };
        self.out.references.push(ReferenceRow { kind, src, name, form, qualifier, arity, owner });
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

fn starts_upper(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

fn last_segment_is_type(path: &str, separator: &str) -> bool {
    starts_upper(path.rsplit(separator).next().unwrap_or(path))
}
