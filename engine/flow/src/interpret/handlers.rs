//! What frameworks do with functions that they are given by decorators: `@app.route('/')`.
//!
//! A row for `@name` speaks of a decorator if what it is asked of has the row's type. Where that is not known (an application that comes as a
//! parameter), a file that imports the framework means it.

use rustc_hash::{FxHashMap, FxHashSet};
use stoa_model::ids::file_of;
use stoa_model::{NodeKind, Operator, Symbol};

use super::{Run, fits};
use crate::domain::{Selector, ValueId};
use crate::models::{Base, Part, Role};
use crate::program::{Idx, Language, NONE, Program};

/// Decorators of functions, and what files import.
#[derive(Default)]
pub(crate) struct Handlers {
    /// Of a method: the expressions that it is decorated with.
    decorators: FxHashMap<Idx, Vec<Idx>>,
    /// Of a file: the full names that it imports.
    imports: FxHashMap<u32, Vec<Symbol>>,
    /// Names that modules of the tree have, each part by itself.
    modules: FxHashSet<String>,
}

impl Handlers {
    pub(crate) fn new(program: &Program) -> Handlers {
        let mut handlers = Handlers::default();
        for (place, node) in program.nodes.iter().enumerate() {
            if node.language != Language::Python {
                continue;
            }
            let place = place as Idx;
            match node.kind {
                NodeKind::Import => {
                    handlers.imports.entry(file_of(program.id(place))).or_default().push(node.full_name);
                }
                NodeKind::NamespaceBlock => {
                    let parts = program.str(node.full_name).split('.').filter(|p| !p.is_empty());
                    handlers.modules.extend(parts.map(str::to_owned));
                }
                // A function that is handed to what decorates it, and the result to what decorates that.
                NodeKind::MethodRef if node.target != NONE => {
                    let (mut at, mut above) = (place, node.parent);
                    while above != NONE
                        && program.node(above).operator.is_none()
                        && let Some(decorator) = program.argument(above, -1).filter(|&d| d != at)
                    {
                        handlers.decorators.entry(node.target).or_default().push(decorator);
                        (at, above) = (above, program.node(above).parent);
                    }
                }
                _ => {}
            }
        }
        handlers
    }

    pub(crate) fn decorators(&self, method: Idx) -> &[Idx] {
        self.decorators.get(&method).map_or(&[][..], Vec::as_slice)
    }

    /// Whether a decorator is of a package outside of the tree that is not the one a type is of: `mock.patch` is no route of a web framework.
    pub(crate) fn is_foreign(&self, program: &Program, decorator: Idx, path: &str, type_name: &str) -> bool {
        let package = type_name.split('.').next().unwrap_or(type_name);
        let root = path.split('.').next().unwrap_or(path);
        let known = self.imports.get(&file_of(program.id(decorator)));
        known.into_iter().flatten().any(|&name| {
            let name = program.str(name);
            let from = name.split('.').next().unwrap_or(name);
            name.rsplit('.').next() == Some(root) && from != package && !self.modules.contains(from)
        })
    }

    /// Whether the file of a node imports from the package that a type is of.
    pub(crate) fn imports(&self, program: &Program, node: Idx, type_name: &str) -> bool {
        let package = type_name.split('.').next().unwrap_or(type_name);
        let known = self.imports.get(&file_of(program.id(node)));
        known.is_some_and(|names| {
            names.iter().any(|&name| program.str(name).split('.').next() == Some(package))
        })
    }
}

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
        for &decorator in self.context.handlers().decorators(method) {
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
                    || (!is_known && self.context.handlers().imports(self.program, method, &row.type_name));
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
        for &decorator in self.context.handlers().decorators(method) {
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
