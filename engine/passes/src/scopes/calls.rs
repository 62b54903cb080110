//! Calls: answered by scope where it can be, else asked of other files.

use stoa_model::rows::{NO_LOCAL, ReferenceRow};
use stoa_model::{NodeKind, Operator, ReferenceForm, ReferenceKind, Symbol};
use stoa_syntax::{Position, Slot, flags};

use super::terms::Term;
use super::{Declaration, NONE, Pass};
use crate::link::types::ARGUMENT;

impl Pass<'_> {
    /// The argument index of a call's first child.
    pub(super) fn first_argument(&self, call: Position) -> Option<i32> {
        self.tree.children(call).next().map(|c| self.tree.get(c).argument_index)
    }

    /// How many arguments a call has, without the receiver.
    pub(super) fn arguments(&self, call: Position) -> i32 {
        self.tree.children(call).filter(|c| self.tree.get(*c).argument_index > 0).count() as i32
    }

    pub(super) fn resolve_call(&mut self, at: Position) {
        let node = self.tree.get(at);
        if Operator::of(node.name).is_some() {
            return;
        }
        let arguments = self.arguments(at);
        let mut receiver = self.tree.children(at).next().filter(|c| self.tree.get(*c).argument_index == 0);
        if self.language.family == "c" && node.full_name.is_some() {
            // `b->Base::m()`, `: Base(x)`: the path says which method runs, whatever it runs on.
            receiver = None;
        }
        if !node.name.is_some() {
            // The value of an expression is called.
            self.reference(
                ReferenceKind::Call,
                at,
                Symbol::NONE,
                ReferenceForm::Value,
                Symbol::NONE,
                arguments,
            );
        } else if let Some(receiver) = receiver {
            self.resolve_method_call(at, receiver, arguments);
        } else if node.full_name.is_some() {
            self.resolve_path_call(at, arguments);
        } else {
            self.resolve_bare_call(at, arguments);
        }
    }

    pub(super) fn resolve_bare_call(&mut self, at: Position, arguments: i32) {
        let node = self.tree.get(at);
        let name = node.name;
        let Some(found) = self.lookup(name, at) else {
            self.reference(ReferenceKind::Call, at, name, ReferenceForm::Bare, Symbol::NONE, arguments);
            return;
        };
        self.out.callees.push((at, found.at));
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
                    None => {
                        self.out.refs.push((at, found.at));
                        self.reference(
                            ReferenceKind::Call,
                            at,
                            name,
                            ReferenceForm::Value,
                            Symbol::NONE,
                            arguments,
                        );
                    }
                }
            }
        }
    }

    /// A METHOD of the same name and scope as a variable (`const f = () => …`).
    pub(super) fn method_beside(&self, variable: Declaration) -> Option<Declaration> {
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

    /// The METHODs of a declaration's name and scope.
    pub(super) fn methods_beside(&self, found: Declaration) -> impl Iterator<Item = Position> {
        let mut place = self.state.first_in_scope[found.scope as usize];
        std::iter::from_fn(move || {
            while place != NONE {
                let declaration = self.state.declarations[place as usize];
                place = declaration.next_in_scope;
                if declaration.name == found.name && self.tree.get(declaration.at).kind == NodeKind::Method {
                    return Some(declaration.at);
                }
            }
            None
        })
    }

    /// CALL edges to the methods of a scope that a name means: those that take the arguments, or all.
    pub(super) fn call_methods(&mut self, at: Position, found: Declaration, arguments: i32) {
        let mut candidates: Vec<Position> = self.methods_beside(found).collect();
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
        // Another arity is another function in Elixir: an imported or inherited one.
        if self.language.family == "elixir" && !candidates.iter().any(|m| self.takes(*m, arguments)) {
            let node = self.tree.get(at);
            self.reference(ReferenceKind::Call, at, node.name, ReferenceForm::Bare, Symbol::NONE, arguments);
            return;
        }
        if let [only] = candidates[..]
            && !self.has_body(only)
            && !self.names.get(self.tree.get(only).modifiers).contains("macro")
        {
            // A prototype: its definition is elsewhere.
            let node = self.tree.get(at);
            self.reference(ReferenceKind::Call, at, node.name, ReferenceForm::Bare, Symbol::NONE, arguments);
            return;
        }
        // Which overload is meant, and what overrides it, other files tell.
        let scope = self.tree.get(found.scope);
        if self.overloads
            && scope.kind == NodeKind::TypeDecl
            && scope.flags & flags::FILE_PRIVATE == 0
            && !self.names.get(scope.name).starts_with('<')
            && (candidates.len() > 1 || candidates.iter().any(|m| self.can_be_overridden(*m)))
        {
            let (node, owner) = (self.tree.get(at), scope.full_name);
            self.reference(ReferenceKind::Call, at, node.name, ReferenceForm::Type, owner, arguments);
            return;
        }
        candidates.sort_unstable();
        let count = candidates.len() as u32;
        self.out.calls.extend(candidates.into_iter().map(|method| (at, method, count)));
    }

    pub(super) fn has_body(&self, method: Position) -> bool {
        self.tree.child_in(method, Slot::Body).is_some()
    }

    /// Whether a subtype's method may run in place of a method.
    fn can_be_overridden(&self, method: Position) -> bool {
        let mut words = self.names.get(self.tree.get(method).modifiers).split(' ');
        match self.language.name {
            "java" => !words.any(|w| matches!(w, "private" | "static" | "final")),
            _ => words.any(|w| matches!(w, "abstract" | "override" | "virtual")),
        }
    }

    pub(super) fn takes(&self, method: Position, arguments: i32) -> bool {
        let parameters = self.tree.children(method).filter(|c| {
            let node = self.tree.get(*c);
            node.kind == NodeKind::MethodParameterIn && node.argument_index > 0
        });
        parameters.count() as i32 == arguments
    }

    pub(super) fn resolve_path_call(&mut self, at: Position, arguments: i32) {
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
            let head = text.split_once(separator).map_or(text, |(head, _)| head);
            if let Some(found) = self.names.find(head).and_then(|head| self.lookup(head, at)) {
                self.out.callees.push((at, found.at));
                // A function of JavaScript makes objects too.
                if self.language.family == "javascript" && head.len() == text.len() {
                    let function = match self.tree.get(found.at).kind {
                        NodeKind::Method => Some(found),
                        NodeKind::Local | NodeKind::Member => self.method_beside(found),
                        _ => None,
                    };
                    if let Some(function) = function {
                        return self.call_methods(at, function, arguments);
                    }
                }
            }
            let (form, owner) = self.type_in_context(path, at);
            let form = if form == ReferenceForm::Bare { ReferenceForm::Type } else { form };
            let form = if form == ReferenceForm::Import { ReferenceForm::Import } else { form };
            self.reference(ReferenceKind::Call, at, node.name, form, owner, arguments);
            return;
        }
        let (mut form, owner) = self.path_of_call(at);
        if self.language.family == "c" && form == ReferenceForm::Type {
            // Nothing that overrides it is meant.
            form = ReferenceForm::Path;
        }
        self.reference(ReferenceKind::Call, at, node.name, form, owner, arguments);
    }

    /// What stands before the name of a call by path.
    pub(super) fn path_of_call(&mut self, at: Position) -> (ReferenceForm, Symbol) {
        let text = self.names.get(self.tree.get(at).full_name);
        let owner = text.rsplit_once(self.language.separator).map_or("", |(owner, _)| owner).to_owned();
        if owner == "Self" {
            return (ReferenceForm::Self_, self.owner(at));
        }
        let owner = self.names.intern(&owner);
        match self.type_in_context(owner, at) {
            (ReferenceForm::Bare, owner) => (ReferenceForm::Path, owner),
            found => found,
        }
    }

    pub(super) fn resolve_method_call(&mut self, at: Position, receiver: Position, arguments: i32) {
        let node = self.tree.get(at);
        let (form, qualifier) =
            if self.typed { self.term_of_receiver(receiver) } else { self.receiver(receiver, at) };
        self.reference(ReferenceKind::Call, at, node.name, form, qualifier, arguments);
    }

    /// Asks what the file cannot answer.
    pub(super) fn reference(
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
            ReferenceKind::Call | ReferenceKind::Value => self.owner(at),
            ReferenceKind::Type if self.typed => self.owner(at),
            ReferenceKind::Inherit => self.tree.get(at).full_name,
            _ => Symbol::NONE,
        };
        let arguments = if kind == ReferenceKind::Call && self.overloads && arity > 0 {
            self.argument_types(at)
        } else {
            Symbol::NONE
        };
        let row = ReferenceRow { kind, src, name, form, qualifier, arity, owner, arguments };
        self.out.references.push(row);
    }

    /// The types of a call's arguments, as far as the file tells any.
    fn argument_types(&mut self, call: Position) -> Symbol {
        let tree = self.tree;
        let (mut text, mut known) = (String::new(), false);
        for (number, argument) in tree.children(call).filter(|c| tree.get(*c).argument_index > 0).enumerate()
        {
            let term = self.term(argument);
            known |= term != Term::Unknown;
            if number > 0 {
                text.push(ARGUMENT);
            }
            self.write(term, &mut text);
        }
        if known { self.names.intern(&text) } else { Symbol::NONE }
    }
}
