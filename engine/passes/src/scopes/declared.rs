//! Types as declarations write them: terms of variables, of mentions of types, of type parameters.

use stoa_model::{NodeKind, ReferenceForm, ReferenceKind, Symbol};
use stoa_syntax::{NOWHERE, Position, flags};

use super::terms::Term;
use super::{Declaration, Pass};
use crate::link::types::{ARRAY, CLOSE, MAX_STEPS, OPEN, PARAMETER, SEPARATOR, TUPLE};

/// Arrays of more dimensions than this have no type.
pub(super) const MAX_DIMENSIONS: u32 = 8;

impl Pass<'_> {
    /// The type of what a name is declared as.
    pub(super) fn declared_term(&mut self, found: Declaration) -> Term {
        let tree = self.tree;
        let target = tree.get(found.at);
        match target.kind {
            NodeKind::Import => Term::Head(ReferenceForm::Import, self.imported(found.at)),
            NodeKind::TypeDecl => Term::Head(ReferenceForm::Type, target.full_name),
            NodeKind::TypeParameter => self.bound_term(found.at),
            NodeKind::Method => Term::Unknown,
            _ if target.type_full_name.is_some() => self.variable_term(found.at),
            _ => {
                let place = self.state.declaration_of.get(&found.at);
                place.map_or(Term::Unknown, |p| self.state.declarations[*p as usize].term)
            }
        }
    }

    /// What a type parameter must be at least.
    fn bound_term(&mut self, at: Position) -> Term {
        let tree = self.tree;
        match tree.children(at).find(|c| tree.get(*c).kind == NodeKind::TypeRef) {
            // Without its arguments, which may be the parameter itself (`T extends Comparable<T>`).
            Some(bound) => {
                let bound = tree.get(bound);
                let path = bound.full_name.some().unwrap_or(bound.name);
                let of_parameter = self.lookup(path, at).map(|found| tree.get(found.at).kind);
                match of_parameter {
                    Some(NodeKind::TypeParameter) => Term::Unknown,
                    _ => self.head_of_type(path, at),
                }
            }
            None if self.language.family == "java" => {
                Term::Head(ReferenceForm::Type, self.names.intern("java.lang.Object"))
            }
            None => Term::Unknown,
        }
    }

    /// The type that a variable, a parameter or a member declares, or that a METHOD_RETURN has.
    pub(super) fn variable_term(&mut self, at: Position) -> Term {
        if let Some(&known) = self.state.terms.get(&at) {
            return known;
        }
        let node = self.tree.get(at);
        let around = if node.kind == NodeKind::MethodReturn { node.parent } else { at };
        let term = self.written_term(node.type_full_name, around, at, MAX_DIMENSIONS);
        self.state.terms.insert(at, term);
        term
    }

    /// The type of a text as the language writes it; its mention with type arguments is a child of `around`.
    pub(super) fn written_term(
        &mut self,
        written: Symbol,
        around: Position,
        at: Position,
        dimensions: u32,
    ) -> Term {
        let text = self.names.get(written);
        if dimensions == 0 || text.is_empty() || self.language.family != "go" && text.contains("(*") {
            return Term::Unknown;
        }
        if let Some(inner) = text.strip_suffix(')').and_then(|t| t.strip_prefix('(')) {
            // Several results.
            let parts: Vec<String> = inner.split(", ").map(str::to_owned).collect();
            if self.language.family != "go" || parts.len() > 8 || inner.contains(['(', '{']) {
                return Term::Unknown;
            }
            return self.tuple_term(&parts, at);
        }
        let trimmed = text.trim_start_matches(['*', '&', ' ']).trim_end_matches(['*', '&', ' ']);
        if let Some(element) = array_element(trimmed, self.language.family) {
            let element = element.to_owned();
            let element = self.names.intern(&element);
            let inside = self.written_term(element, around, at, dimensions - 1);
            return self.array_of(inside);
        }
        let name = if trimmed.len() == text.len() {
            written
        } else {
            let trimmed = trimmed.to_owned();
            self.names.intern(&trimmed)
        };
        let tree = self.tree;
        let mention = tree.children(around).find(|c| {
            let c = tree.get(*c);
            c.kind == NodeKind::TypeRef
                && c.flags & flags::SUPERTYPE == 0
                && (c.name == name || c.full_name == name)
        });
        match mention {
            Some(mention) => self.type_ref_term(mention, MAX_STEPS),
            None if self.names.get(name) == "map" && self.language.family == "go" => {
                let inside: Vec<Position> =
                    tree.children(around).filter(|c| tree.get(*c).kind == NodeKind::TypeRef).collect();
                self.with_arguments(Term::Head(ReferenceForm::Type, name), &inside, MAX_STEPS)
            }
            None => self.named_term(name, at),
        }
    }

    /// A type by its path.
    pub(super) fn named_term(&mut self, path: Symbol, at: Position) -> Term {
        if self.names.get(path) == "Self" {
            return Term::Head(ReferenceForm::Self_, self.owner(at));
        }
        if let Some(found) = self.lookup(path, at)
            && self.tree.get(found.at).kind == NodeKind::TypeParameter
        {
            return self.parameter_term(found.at);
        }
        self.head_of_type(path, at)
    }

    fn head_of_type(&mut self, path: Symbol, at: Position) -> Term {
        match self.type_in_context(path, at) {
            (ReferenceForm::Import, qualifier) => Term::Head(ReferenceForm::Import, qualifier),
            (_, qualifier) => Term::Head(ReferenceForm::Type, qualifier),
        }
    }

    /// A type parameter: of a type its number, for the type's arguments to fill in; of a method its bound.
    fn parameter_term(&mut self, at: Position) -> Term {
        let tree = self.tree;
        let parent = tree.get(at).parent;
        let bound = self.bound_term(at);
        if tree.get(parent).kind != NodeKind::TypeDecl {
            return bound;
        }
        let number = tree
            .children(parent)
            .filter(|c| tree.get(*c).kind == NodeKind::TypeParameter)
            .position(|c| c == at)
            .unwrap_or_default();
        let mut text = format!("{} {number}", PARAMETER);
        if bound != Term::Unknown {
            text.push(OPEN);
            self.write(bound, &mut text);
            text.push(CLOSE);
        }
        Term::Text(self.names.intern(&text))
    }

    /// A type where it is mentioned, with its arguments.
    pub(super) fn type_ref_term(&mut self, at: Position, left: u32) -> Term {
        let tree = self.tree;
        let node = tree.get(at);
        let head = self.named_term(node.full_name.some().unwrap_or(node.name), at);
        let arguments: Vec<Position> =
            tree.children(at).filter(|c| tree.get(*c).kind == NodeKind::TypeRef).take(8).collect();
        self.with_arguments(head, &arguments, left)
    }

    fn with_arguments(&mut self, head: Term, arguments: &[Position], left: u32) -> Term {
        if arguments.is_empty() || left < MAX_STEPS / 2 || !matches!(head, Term::Head(..)) {
            return head;
        }
        let mut text = String::new();
        self.write(head, &mut text);
        text.push(OPEN);
        for (number, argument) in arguments.iter().enumerate() {
            if number > 0 {
                text.push(SEPARATOR);
            }
            let argument = self.type_ref_term(*argument, left.saturating_sub(4));
            self.write(argument, &mut text);
        }
        text.push(CLOSE);
        Term::Text(self.names.intern(&text))
    }

    fn array_of(&mut self, element: Term) -> Term {
        let mut text = format!("{} {OPEN}", ARRAY);
        self.write(element, &mut text);
        text.push(CLOSE);
        Term::Text(self.names.intern(&text))
    }

    fn tuple_term(&mut self, parts: &[String], at: Position) -> Term {
        let mut text = format!("{} {OPEN}", TUPLE);
        for (number, part) in parts.iter().enumerate() {
            if number > 0 {
                text.push(SEPARATOR);
            }
            // Results may have names: `n int`.
            let part = part.rsplit(' ').next().unwrap_or(part).trim_start_matches('*');
            if part.contains(['[', '<']) {
                continue;
            }
            let part = self.names.intern(part);
            let term = self.named_term(part, at);
            self.write(term, &mut text);
        }
        text.push(CLOSE);
        Term::Text(self.names.intern(&text))
    }

    // ── What is said of declarations ───────────────────────────────────────────────────────────────

    /// `x = expr`: the type of a variable that declares none.
    pub(super) fn infer_term(&mut self, at: Position, found: Declaration) {
        if found.term != Term::Unknown {
            return;
        }
        let Some(value) = self.assigned_to(at, found) else { return };
        let declared = self.tree.get(found.at);
        let term = self.term(value);
        let Some(&place) = self.state.declaration_of.get(&found.at) else { return };
        if term == Term::Unknown {
            return;
        }
        self.state.declarations[place as usize].term = term;
        if self.names.get(declared.name).starts_with('<') {
            return;
        }
        let (form, qualifier) = match term {
            Term::Head(form, qualifier) => (form, qualifier),
            _ => (ReferenceForm::Expression, self.text(term)),
        };
        self.reference(ReferenceKind::Value, found.at, declared.name, form, qualifier, -1);
        if declared.kind == NodeKind::Member {
            let text = self.text(term);
            self.out.declared.push((found.at, text));
        }
    }

    /// Keeps the type of a declaration that other files can name.
    pub(super) fn note_declared(&mut self, at: Position) {
        let node = self.tree.get(at);
        let noted = match node.kind {
            NodeKind::Member | NodeKind::TypeDecl => true,
            NodeKind::MethodReturn => true,
            NodeKind::MethodParameterIn => self.overloads && node.argument_index > 0,
            _ => false,
        };
        if !noted {
            return;
        }
        let term = self.variable_term(at);
        if term != Term::Unknown {
            let text = self.text(term);
            let of = if node.kind == NodeKind::MethodReturn { node.parent } else { at };
            if of != NOWHERE {
                self.out.declared.push((of, text));
            }
        }
    }
}

/// The type of an array's elements, as its language writes arrays.
fn array_element<'a>(text: &'a str, family: &str) -> Option<&'a str> {
    match family {
        "go" => {
            let rest = text.strip_prefix('[')?;
            Some(&rest[rest.find(']')? + 1..])
        }
        _ => text.strip_suffix("[]").or_else(|| text.strip_suffix("[,]")),
    }
}
