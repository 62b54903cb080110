//! What frameworks do with functions that they are given by decorators: `@app.route('/')`.
//!
//! A row for `@name` speaks of a decorator if what it is asked of has the row's type. Where that is not known (an application that comes as a
//! parameter), a file that imports the framework means it.

use stoa_model::{NodeKind, Operator};

use super::{Run, fits};
use crate::domain::{Selector, ValueId};
use crate::models::{Base, Part, Role};
use crate::program::{Idx, Language, NONE};

impl Run<'_> {
    /// What a method returns goes where the frameworks that call it send it.
    pub(super) fn sent(&mut self, node: Idx, value: ValueId) {
        if !self.context.asked.model_sinks || self.method.language != Language::Python {
            return;
        }
        let method = self.method.node;
        let rows = self.context.sent(method, || self.sending_rows(method));
        for &(first, kind) in rows.iter() {
            let sent = if first { self.first_of(value) } else { value };
            // A response that a library made holds more than what it shows, which was said where it was made.
            let labels =
                if self.is_of_library(sent) { self.get(sent).labels.to_vec() } else { self.deep(sent) };
            self.reach((node, 1, kind), &labels, node);
        }
    }

    fn is_of_library(&self, value: ValueId) -> bool {
        let objects = &self.get(value).objects;
        let of_library = |&o: &u32| match self.things[o as usize] {
            super::Thing::Typed { .. } => true,
            super::Thing::Made { of, name, .. } => of == NONE && self.program.str(name).contains('.'),
            _ => false,
        };
        !objects.is_empty() && objects.iter().all(of_library)
    }

    /// Weaknesses of what a method returns, by the rows of its decorators; and whether only the first of several values is meant.
    fn sending_rows(&self, method: Idx) -> Vec<(bool, u32)> {
        let mut rows = Vec::new();
        for &decorator in self.program.decorators(method) {
            let (name, base) = match self.program.node(decorator).operator {
                None => (self.program.name(decorator), self.program.argument(decorator, 0)),
                Some(Operator::FieldAccess) => (
                    self.program.argument(decorator, 2).map_or("", |field| self.program.name(field)),
                    self.program.argument(decorator, 1),
                ),
                _ => continue,
            };
            let types = match base {
                Some(base) => self.declared_types(base, 0),
                None => self.owners(decorator),
            };
            let name = format!("@{name}");
            let all = || self.context.models.named(Language::Python, &name);
            let is_known = all().any(|m| types.iter().any(|t| fits(t, &m.type_name)));
            let holds = |m: &&crate::models::Model| m.conditions.iter().all(|c| self.holds(decorator, c));
            for row in all().filter(|m| m.role == Role::Sink).filter(holds) {
                let meant = types.iter().any(|t| fits(t, &row.type_name))
                    || (!is_known && self.program.imports_package_of(method, &row.type_name));
                for input in row.inputs.iter().filter(|i| meant && i.base == Base::Return) {
                    let one = (input.parts.contains(&Part::First), row.kind);
                    if !rows.contains(&one) {
                        rows.push(one);
                    }
                }
            }
        }
        rows
    }

    /// Of a tuple, its first element: of `body, status, headers`, the body. What is no text but keys and values is none. Anything else is itself.
    pub(super) fn first_of(&mut self, value: ValueId) -> ValueId {
        let Some(object) = self.one_object(value) else { return value };
        match self.things[object as usize] {
            super::Thing::Made { name, .. } => match self.program.str(name) {
                "tuple" => {
                    let first = self.part(value, &Selector::Index(0));
                    self.text_of(first)
                }
                _ => self.text_of(value),
            },
            _ => value,
        }
    }

    /// Keys and values are sent as data.
    fn text_of(&mut self, value: ValueId) -> ValueId {
        let is_data = self.one_object(value).is_some_and(|object| match self.things[object as usize] {
            super::Thing::Made { name, .. } => matches!(self.program.str(name), "dict" | "list"),
            _ => false,
        });
        if is_data { crate::domain::BOTTOM } else { value }
    }

    /// Whether the method around a node answers to certain paths alone: no part of the path is anybody's choice.
    pub(super) fn route_is_fixed(&self, node: Idx) -> bool {
        let method = self.program.node(node).method;
        if method == NONE {
            return false;
        }
        let mut fixed = false;
        for &decorator in self.program.decorators(method) {
            let Some(path) = self.program.argument(decorator, 1) else { continue };
            if self.program.kind(path) != NodeKind::Literal {
                continue;
            }
            let text = self.program.name(path).trim_matches(['\'', '"']);
            if text.starts_with('/') {
                if text.contains(['<', '{', '*', ':', '(']) {
                    return false;
                }
                fixed = true;
            }
        }
        fixed
    }
}
