//! Calls: answered by scope where it can be, else asked of other files.

use stoa_model::{NodeKind, Operator, ReferenceForm, ReferenceKind, Symbol};
use stoa_syntax::{Position, Slot};

use super::{Declaration, NONE, Pass};

impl Pass<'_> {
    /// The argument index of a call's first child.
    pub(super) fn first_argument(&self, call: Position) -> Option<i32> {
        self.tree.children(call).next().map(|c| self.tree.get(c).argument_index)
    }

    pub(super) fn resolve_call(&mut self, at: Position) {
        let node = self.tree.get(at);
        if Operator::of(node.name).is_some() {
            return;
        }
        let arguments =
            self.tree.children(at).filter(|c| self.tree.get(*c).argument_index > 0).count() as i32;
        let receiver = self.tree.children(at).next().filter(|c| self.tree.get(*c).argument_index == 0);
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

    /// CALL edges to the methods of a scope that a name means: those that take the arguments, or all.
    pub(super) fn call_methods(&mut self, at: Position, found: Declaration, arguments: i32) {
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
        candidates.sort_unstable();
        let count = candidates.len() as u32;
        self.out.calls.extend(candidates.into_iter().map(|method| (at, method, count)));
    }

    pub(super) fn has_body(&self, method: Position) -> bool {
        self.tree.child_in(method, Slot::Body).is_some()
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
            }
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

    pub(super) fn resolve_method_call(&mut self, at: Position, receiver: Position, arguments: i32) {
        let node = self.tree.get(at);
        let (form, qualifier) = self.receiver(receiver, at);
        self.reference(ReferenceKind::Call, at, node.name, form, qualifier, arguments);
    }
}
