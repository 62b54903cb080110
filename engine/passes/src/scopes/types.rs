//! Types: of receivers, of variables as their initialisers show them, and mentions of types.

use stoa_model::{NodeKind, Operator, ReferenceForm, ReferenceKind, Symbol};
use stoa_syntax::{Position, flags};

use super::{Declaration, Pass};

impl Pass<'_> {
    /// What is assigned at a mention of a variable that is declared without a type.
    pub(super) fn assigned_to(&self, at: Position, found: Declaration) -> Option<Position> {
        let (node, declared) = (self.tree.get(at), self.tree.get(found.at));
        // Most mentions end here: they are no first argument.
        if node.argument_index != 1
            || declared.type_full_name.is_some()
            || !matches!(declared.kind, NodeKind::Local | NodeKind::Member)
        {
            return None;
        }
        let parent = self.tree.get(node.parent);
        let assigned = parent.kind == NodeKind::Call
            && parent.name == Operator::Assignment.symbol()
            && node.last < parent.last;
        assigned.then_some(node.last + 1)
    }

    /// `x = Foo(…)`, `x = new Foo(…)`, `let x = Foo::new(…)`: the variable's type, for receivers.
    pub(super) fn infer_from_assignment(&mut self, at: Position, found: Declaration) {
        if found.inferred.is_some() {
            return;
        }
        let Some(assigned) = self.assigned_to(at, found) else { return };
        let value = self.tree.get(assigned);
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
        } else if self.first_argument(assigned) != Some(0) && starts_upper(self.names.get(value.name)) {
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

    /// What the file tells of a receiver.
    pub(super) fn receiver(&mut self, receiver: Position, at: Position) -> (ReferenceForm, Symbol) {
        let tree = self.tree;
        let node = tree.get(receiver);
        match node.kind {
            NodeKind::Identifier => {
                let text = self.names.get(node.name);
                if self.language.is_super(text) {
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

    pub(super) fn receiver_declared(&mut self, found: Declaration, at: Position) -> (ReferenceForm, Symbol) {
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
    pub(super) fn is_receiver_parameter(&self, name: Symbol, at: Position) -> bool {
        self.lookup(name, at).is_some_and(|d| {
            let node = self.tree.get(d.at);
            node.kind == NodeKind::MethodParameterIn && node.argument_index == 0
        })
    }

    /// A type as a receiver's reference: absolute where the file tells.
    pub(super) fn typed(&mut self, declared: Symbol, at: Position) -> (ReferenceForm, Symbol) {
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
    pub(super) fn type_in_context(&mut self, written: Symbol, at: Position) -> (ReferenceForm, Symbol) {
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
    pub(super) fn imported(&mut self, import: Position) -> Symbol {
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
    pub(super) fn member_separator(&self, base: Symbol) -> &'static str {
        if self.names.get(base).ends_with("#*") { "#" } else { self.language.separator }
    }

    pub(super) fn join(&mut self, base: Symbol, separator: &str, rest: Symbol) -> Symbol {
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

    pub(super) fn resolve_type(&mut self, at: Position) {
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
            if self.typed {
                let term = self.term(at);
                let term = self.text(term);
                if let Some(reference) = self.out.references.last_mut() {
                    reference.arguments = term;
                }
            }
        }
    }

    /// The TYPE_DECL of the type that an `impl Trait for Type` block beside it extends, if the file has it.
    pub(super) fn extended_type(&self, extending: Position) -> Position {
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
}

fn starts_upper(name: &str) -> bool {
    name.chars().next().is_some_and(char::is_uppercase)
}

fn last_segment_is_type(path: &str, separator: &str) -> bool {
    starts_upper(path.rsplit(separator).next().unwrap_or(path))
}
