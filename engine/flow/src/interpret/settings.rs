//! Objects of libraries that are told something and keep it: features of parsers, sections of configurations, and what operators give of them.

use std::sync::Arc;
use stoa_model::{NodeKind, Operator, Symbol};

use super::calls::Given;
use super::{Run, Thing};
use crate::domain::{BOTTOM, Scalar, Selector, Value, ValueId};
use crate::models::{Model, Role};
use crate::program::{Idx, Language};

impl Run<'_> {
    /// Applies rows by which an object keeps what it is told.
    pub(super) fn told(&mut self, call: Idx, given: &Given, rows: &[&Model]) {
        let Some(receiver) = given.receiver else { return };
        for row in rows.iter().filter(|r| r.role == Role::Sets) {
            let [name, what, ..] = &row.inputs[..] else { continue };
            let (names, whats) =
                (self.argument_nodes(call, &name.base), self.argument_nodes(call, &what.base));
            let (Some(&name), Some(&what)) = (names.first(), whats.first()) else { continue };
            let value = self.value(what);
            for name in self.setting_names(name) {
                self.set_part(receiver, &Selector::Key(name), value, true);
            }
        }
    }

    /// The names that an expression may mean: the text that it is, and the last name of its path.
    fn setting_names(&self, node: Idx) -> Vec<Arc<str>> {
        let mut names = Vec::new();
        if let Some(text) = self.get(self.kept_value(node)).constant().and_then(Scalar::text) {
            names.push(Arc::from(text));
        }
        match (self.program.kind(node), self.program.argument(node, 2)) {
            (NodeKind::Identifier, _) => names.push(Arc::from(self.program.name(node))),
            (_, Some(field)) if self.program.node(node).operator == Some(Operator::FieldAccess) => {
                names.push(Arc::from(self.program.name(field)));
            }
            _ => {}
        }
        names
    }

    /// What a new object of a library was made with, by the keywords of the call.
    pub(super) fn made_with(&mut self, call: Idx, object: u32) {
        let keywords: Vec<(Symbol, Idx)> = self
            .program
            .arguments(call)
            .map(|a| (self.program.node(a).keyword, a))
            .filter(|k| k.0 != Symbol::NONE)
            .collect();
        for (keyword, node) in keywords {
            let value = self.value(node);
            // Constants alone: what else it holds comes with its labels.
            if self.get(value).constant().is_some() {
                let selector = Selector::Key(Arc::from(self.program.str(keyword)));
                self.state.object_mut(object).set(selector, value);
            }
        }
    }

    /// Whether the objects that a value may be were told something under a name; None if it is not known what it is.
    pub(super) fn was_told(&self, value: ValueId, name: &str, wanted: &str) -> Option<bool> {
        let known = self.get(value);
        if known.objects.is_empty() {
            return known.constant().map(|_| false);
        }
        let selector = Selector::Key(Arc::from(name));
        let mut told = false;
        for &object in &known.objects {
            if !matches!(self.things[object as usize], Thing::Typed { .. } | Thing::Made { .. }) {
                return None;
            }
            let Some(kept) = self.heap_object(object).and_then(|o| o.part(&selector)) else { continue };
            told |= match self.get(kept).constant() {
                Some(Scalar::Bool(b)) => b.to_string().eq_ignore_ascii_case(wanted),
                Some(Scalar::Int(0, 0)) => wanted.eq_ignore_ascii_case("false"),
                Some(Scalar::Int(..)) => wanted.eq_ignore_ascii_case("true"),
                Some(other) => other.printed().is_some_and(|text| text == wanted),
                None => self.get(kept).scalar != Scalar::Bottom,
            };
        }
        Some(told)
    }

    /// What an operator gives of an object of a library, where operators are methods of objects: another of its type (`folder / name`).
    pub(super) fn typed_operation(&mut self, node: Idx, a: ValueId, b: ValueId) -> Option<ValueId> {
        if self.program.node(node).language != Language::Python {
            return None;
        }
        let typed = |run: &Self, value: ValueId| {
            run.get(value).objects.iter().find_map(|&o| match run.things[o as usize] {
                Thing::Typed { kind, .. } => Some(kind),
                _ => None,
            })
        };
        let kind = typed(self, a).or_else(|| typed(self, b))?;
        let (left, right) = (self.deep(a), self.deep(b));
        let labels = self.passed(&[left, right].concat(), node);
        let object = self.thing(Thing::Typed { site: node, kind });
        self.state.object_mut(object);
        let mut value = Value::object(object);
        value.add_labels(&labels);
        self.limit(&mut value);
        Some(self.values.intern(value))
    }

    /// The value of a call of a configuration's method: options by section and name.
    pub(super) fn sections(&mut self, node: Idx, name: &str, all: ValueId, given: &Given) -> Option<ValueId> {
        let positional: Vec<ValueId> =
            given.arguments.iter().filter(|a| a.1 == Symbol::NONE).map(|a| a.0).collect();
        let fallback = given.arguments.iter().find(|a| self.program.str(a.1) == "fallback").map(|a| a.0);
        Some(match (name, &positional[..]) {
            ("add_section", &[section]) => {
                let made = self.make_named(node, "dict");
                let selector = self.element(section);
                self.set_part(all, &selector, made, true);
                self.values.intern(Value::scalar(Scalar::Null))
            }
            ("set", &[section, option, value]) => {
                let within = self.section(node, all, section);
                let selector = self.option(option);
                let value = self.with_step(value, node);
                self.set_part(within, &selector, value, true);
                self.values.intern(Value::scalar(Scalar::Null))
            }
            ("get", &[section, option]) => {
                let selector = self.element(section);
                let within = self.part(all, &selector);
                let selector = self.option(option);
                let known = if within == BOTTOM { BOTTOM } else { self.part(within, &selector) };
                let value = match fallback {
                    // What was read from a file is not known.
                    Some(other) if known == BOTTOM => {
                        let unknown = self.some();
                        self.values.join(unknown, other)
                    }
                    Some(other) => self.values.join(known, other),
                    None => known,
                };
                if value == BOTTOM { self.top() } else { self.with_step(value, node) }
            }
            (
                "getint" | "getfloat" | "getboolean" | "has_section" | "has_option" | "sections" | "options",
                _,
            ) => self.some(),
            ("read_dict", &[from, ..]) => {
                self.copy_elements(all, from);
                self.some()
            }
            _ => return None,
        })
    }

    /// The options of a section; they begin to be where the section is not known.
    fn section(&mut self, node: Idx, all: ValueId, section: ValueId) -> ValueId {
        let selector = self.element(section);
        let known = self.part(all, &selector);
        if !self.get(known).objects.is_empty() {
            return known;
        }
        let made = self.make_named(node, "dict");
        self.set_part(all, &selector, made, true);
        made
    }

    /// Names of options are told apart by their letters, small or large.
    fn option(&mut self, name: ValueId) -> Selector {
        match self.element(name) {
            Selector::Key(text) => Selector::Key(Arc::from(text.to_lowercase().as_str())),
            other => other,
        }
    }
}
