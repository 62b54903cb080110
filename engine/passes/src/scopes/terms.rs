//! Type terms: what a file can say of the type of an expression, for the link pass to finish.
//!
//! A *head* is a type, a variable or a function as the file names it: a form and a qualifier, as in `references`. *Steps*
//! lead on from there: a member, a call, an element. Together they are written as text (`type shop.Cart»items»get(1)»total(0)`),
//! whose grammar is in [`crate::link::types`]. A head without steps is kept as it is, so that most receivers cost no text.

use stoa_model::{NodeKind, Operator, ReferenceForm, Symbol};
use stoa_syntax::Position;

use super::Pass;
use super::declared::MAX_DIMENSIONS;
use crate::link::types::{ELEMENT, ITERATE, MAX_STEPS, NEXT, STEP, UNWRAP};

/// What a file says of a type.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Term {
    /// Nothing.
    #[default]
    Unknown,
    /// A head alone.
    Head(ReferenceForm, Symbol),
    /// A head with type arguments or steps, written out.
    Text(Symbol),
}

impl Pass<'_> {
    /// What the file says of an expression's type.
    pub(super) fn term(&mut self, at: Position) -> Term {
        self.term_within(at, MAX_STEPS)
    }

    /// The same as the form and qualifier of a reference.
    pub(super) fn term_of_receiver(&mut self, receiver: Position) -> (ReferenceForm, Symbol) {
        match self.term(receiver) {
            Term::Unknown => (ReferenceForm::Method, Symbol::NONE),
            Term::Head(form, qualifier) => (form, qualifier),
            Term::Text(text) => (ReferenceForm::Expression, text),
        }
    }

    fn term_within(&mut self, at: Position, left: u32) -> Term {
        if left == 0 {
            return Term::Unknown;
        }
        let tree = self.tree;
        let node = tree.get(at);
        match node.kind {
            NodeKind::Identifier => self.identifier_term(at),
            NodeKind::Literal => self.literal_term(at),
            NodeKind::TypeRef => self.type_ref_term(at, left),
            NodeKind::Block => match tree.children(at).last() {
                Some(last) => self.term_within(last, left - 1),
                None => Term::Unknown,
            },
            NodeKind::Call => match Operator::of(node.name) {
                Some(operator) => self.operator_term(at, operator, left),
                None => self.call_term(at, left),
            },
            _ => Term::Unknown,
        }
    }

    fn identifier_term(&mut self, at: Position) -> Term {
        let node = self.tree.get(at);
        let text = self.names.get(node.name);
        if self.language.is_super(text) {
            return Term::Head(ReferenceForm::Super, self.owner(at));
        }
        if self.language.self_names.contains(&text) {
            return Term::Head(ReferenceForm::Self_, self.owner(at));
        }
        match self.lookup(node.name, at) {
            Some(found) => self.declared_term(found),
            None if text.starts_with('<') => Term::Unknown,
            None if self.language.family == "rust" && text.contains("::") => Term::Unknown,
            // Not of this file: an inherited member, a variable of the module, or a type or module by its name.
            None => Term::Head(ReferenceForm::Path, node.name),
        }
    }

    fn literal_term(&mut self, at: Position) -> Term {
        let node = self.tree.get(at);
        let word = match (self.names.get(node.type_full_name), self.language.family) {
            ("string", "java") => "java.lang.String",
            ("string", "csharp") => "string",
            ("int", _) if self.names.get(node.name).ends_with(['l', 'L']) => "long",
            ("float", "java" | "csharp" | "c") if !self.names.get(node.name).ends_with(['f', 'F']) => {
                "double"
            }
            ("bool", "java") => "boolean",
            ("null", _) => return Term::Unknown,
            _ => {
                return node
                    .type_full_name
                    .some()
                    .map_or(Term::Unknown, |t| Term::Head(ReferenceForm::Type, t));
            }
        };
        Term::Head(ReferenceForm::Type, self.names.intern(word))
    }

    /// Adds a term's text.
    pub(super) fn write(&self, term: Term, text: &mut String) {
        match term {
            Term::Unknown => {}
            Term::Head(form, qualifier) => {
                text.push_str(form.as_str());
                text.push(' ');
                if qualifier.is_some() {
                    text.push_str(self.names.get(qualifier));
                }
            }
            Term::Text(symbol) => text.push_str(self.names.get(symbol)),
        }
    }

    /// A term as text; nothing when it is unknown.
    pub(super) fn text(&mut self, term: Term) -> Symbol {
        match term {
            Term::Unknown => Symbol::NONE,
            Term::Text(text) => text,
            Term::Head(..) => {
                let mut text = std::mem::take(&mut self.scratch);
                text.clear();
                self.write(term, &mut text);
                let symbol = self.names.intern(&text);
                self.scratch = text;
                symbol
            }
        }
    }

    /// A term one step on.
    fn step(&mut self, base: Term, name: Symbol, arity: Option<i32>) -> Term {
        if base == Term::Unknown {
            return Term::Unknown;
        }
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        self.write(base, &mut text);
        text.push(STEP);
        if name.is_some() {
            text.push_str(self.names.get(name));
        }
        if let Some(arity) = arity {
            use std::fmt::Write;
            let _ = write!(text, "({arity})");
        }
        let symbol = self.names.intern(&text);
        self.scratch = text;
        Term::Text(symbol)
    }

    /// The elements of what a term says.
    pub(super) fn element_term(&mut self, base: Term) -> Term {
        self.special(base, ELEMENT)
    }

    fn special(&mut self, base: Term, step: &str) -> Term {
        let step = self.names.intern(step);
        self.step(base, step, None)
    }

    fn operator_term(&mut self, at: Position, operator: Operator, left: u32) -> Term {
        let tree = self.tree;
        let node = tree.get(at);
        let mut children = tree.children(at);
        match operator {
            Operator::FieldAccess | Operator::IndirectFieldAccess => {
                let (Some(object), Some(field)) = (children.next(), children.next()) else {
                    return Term::Unknown;
                };
                let base = self.term_within(object, left - 1);
                self.member_term(base, tree.get(field).name)
            }
            Operator::IndexAccess => {
                let (Some(object), index) = (children.next(), children.next()) else { return Term::Unknown };
                let base = self.term_within(object, left - 1);
                // A part of several results.
                let temporary = tree.get(object).kind == NodeKind::Identifier
                    && self.names.get(tree.get(object).name).starts_with('<');
                match index.map(|i| tree.get(i)) {
                    Some(index) if temporary => {
                        let part = format!("#{}", self.names.get(index.name));
                        self.special(base, &part)
                    }
                    _ => self.special(base, ELEMENT),
                }
            }
            Operator::Next => {
                let Some(iterator) = children.next() else { return Term::Unknown };
                let base = self.term_within(iterator, left - 1);
                let step = if self.language.family == "go" { NEXT } else { ITERATE };
                self.special(base, step)
            }
            Operator::Iterator | Operator::AddressOf | Operator::Indirection | Operator::Slice => {
                children.next().map_or(Term::Unknown, |c| self.term_within(c, left - 1))
            }
            Operator::Await | Operator::Try => {
                let base = children.next().map_or(Term::Unknown, |c| self.term_within(c, left - 1));
                self.special(base, UNWRAP)
            }
            Operator::Assignment => children.last().map_or(Term::Unknown, |c| self.term_within(c, left - 1)),
            Operator::Conditional => {
                let [_, yes, no] = [children.next(), children.next(), children.next()];
                for branch in [yes, no].into_iter().flatten() {
                    let term = self.term_within(branch, left - 1);
                    if term != Term::Unknown {
                        return term;
                    }
                }
                Term::Unknown
            }
            Operator::NullCoalesce | Operator::Elvis => {
                children.next().map_or(Term::Unknown, |c| self.term_within(c, left - 1))
            }
            Operator::Addition if matches!(self.language.family, "java" | "csharp") => {
                // What is added to a string becomes one; two numbers are of the wider type, which is left open.
                let (mut first, mut same) = (None, true);
                // The last operand first: the others are below each other.
                for operand in children.collect::<Vec<_>>().into_iter().rev() {
                    let term = self.term_within(operand, left - 1);
                    if let Term::Head(_, name) = term
                        && matches!(self.names.get(name), "java.lang.String" | "String" | "string")
                    {
                        return term;
                    }
                    same &= *first.get_or_insert(term) == term;
                }
                if same { first.unwrap_or_default() } else { Term::Unknown }
            }
            Operator::FormatString => {
                let word = match self.language.family {
                    "java" => "java.lang.String",
                    "csharp" => "string",
                    _ => return Term::Unknown,
                };
                Term::Head(ReferenceForm::Type, self.names.intern(word))
            }
            Operator::Cast
            | Operator::StructLiteral
            | Operator::Alloc
            | Operator::ArrayInitializer
            | Operator::DictLiteral
            | Operator::ListLiteral => {
                if node.type_full_name.is_some() {
                    return self.written_term(node.type_full_name, at, at, MAX_DIMENSIONS);
                }
                match children.next() {
                    Some(first) if tree.get(first).kind == NodeKind::TypeRef => {
                        self.type_ref_term(first, left)
                    }
                    _ => Term::Unknown,
                }
            }
            Operator::Equals
            | Operator::NotEquals
            | Operator::LogicalAnd
            | Operator::LogicalOr
            | Operator::LogicalNot
            | Operator::LessThan
            | Operator::LessEqualsThan
            | Operator::GreaterThan
            | Operator::GreaterEqualsThan
            | Operator::InstanceOf
                if matches!(self.language.family, "java" | "csharp") =>
            {
                let word = if self.language.family == "java" { "boolean" } else { "bool" };
                Term::Head(ReferenceForm::Type, self.names.intern(word))
            }
            Operator::Minus | Operator::Plus | Operator::Subtraction | Operator::Multiplication
                if matches!(self.language.family, "java" | "csharp") =>
            {
                let first = children.next().map_or(Term::Unknown, |c| self.term_within(c, left - 1));
                match children.next() {
                    None => first,
                    Some(second) if self.term_within(second, left - 1) == first => first,
                    Some(_) => Term::Unknown,
                }
            }
            _ => Term::Unknown,
        }
    }

    /// A member of what a term says, from this file if it has it.
    pub(super) fn member_term(&mut self, base: Term, field: Symbol) -> Term {
        match base {
            Term::Head(form @ (ReferenceForm::Import | ReferenceForm::Path), qualifier) => {
                let separator = self.member_separator(qualifier);
                Term::Head(form, self.join(qualifier, separator, field))
            }
            Term::Head(ReferenceForm::Self_ | ReferenceForm::Type, owner) => {
                match self.state.members.get(&(owner, field)).copied() {
                    Some(member) if self.tree.get(member).kind == NodeKind::Member => {
                        let place = self.state.declaration_of.get(&member).copied();
                        place.map_or(Term::Unknown, |p| {
                            let declaration = self.state.declarations[p as usize];
                            self.declared_term(declaration)
                        })
                    }
                    _ => self.step(base, field, None),
                }
            }
            _ => self.step(base, field, None),
        }
    }

    fn call_term(&mut self, at: Position, left: u32) -> Term {
        let tree = self.tree;
        let node = tree.get(at);
        let mut children = tree.children(at);
        let first = children.next();
        let arity = self.arguments(at);
        if !node.name.is_some() {
            return Term::Unknown;
        }
        if self.names.get(node.name) == "<init>" {
            let Some(path) = node.full_name.some() else { return Term::Unknown };
            return self.named_term(path, at);
        }
        if let Some(receiver) = first.filter(|r| tree.get(*r).argument_index == 0) {
            let base = self.term_within(receiver, left - 1);
            return self.step(base, node.name, Some(arity));
        }
        if node.full_name.is_some() {
            let (form, owner) = self.path_of_call(at);
            return self.step(Term::Head(form, owner), node.name, Some(arity));
        }
        let Some(found) = self.lookup(node.name, at) else {
            if self.language.family == "go"
                && let Some(first) = first
            {
                match self.names.get(node.name) {
                    "new" | "make" if tree.get(first).kind == NodeKind::TypeRef => {
                        return self.type_ref_term(first, left);
                    }
                    "append" => return self.term_within(first, left - 1),
                    _ => {}
                }
            }
            let owner = self.owner(at);
            return self.step(Term::Head(ReferenceForm::Bare, owner), node.name, Some(arity));
        };
        match tree.get(found.at).kind {
            NodeKind::Import => {
                let path = self.imported(found.at);
                self.step(Term::Head(ReferenceForm::Import, path), Symbol::NONE, Some(arity))
            }
            NodeKind::TypeDecl => Term::Head(ReferenceForm::Type, tree.get(found.at).full_name),
            NodeKind::Method => {
                let method = if self.takes(found.at, arity) {
                    found.at
                } else {
                    self.methods_beside(found).find(|m| self.takes(*m, arity)).unwrap_or(found.at)
                };
                self.returned_term(method)
            }
            _ => Term::Unknown,
        }
    }

    /// What a method of the file returns.
    pub(super) fn returned_term(&mut self, method: Position) -> Term {
        let tree = self.tree;
        let last = tree.get(method).last;
        // METHOD_RETURN is the last child and has none of its own.
        match tree.get(last) {
            node if node.kind == NodeKind::MethodReturn && node.type_full_name.is_some() => {
                self.variable_term(last)
            }
            _ => Term::Unknown,
        }
    }
}
