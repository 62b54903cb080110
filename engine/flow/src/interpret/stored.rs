//! What is assigned to fields and elements of objects that rows speak of.

use stoa_model::{NodeKind, Operator};

use super::naming::fits;
use super::{Run, Thing};
use crate::domain::{Selector, ValueId};
use crate::models::{Base, Role};
use crate::program::{Idx, Language};

impl Run<'_> {
    /// A key that is computed is among the keys of the map, or of the object of JavaScript, that something is put into.
    pub(super) fn note_key(&mut self, target: Idx) {
        let own = self.program.node(target);
        let language = own.language;
        if own.operator != Some(Operator::IndexAccess)
            || !matches!(language, Language::Python | Language::JavaScript)
        {
            return;
        }
        let (Some(base), Some(key)) = (self.program.argument(target, 1), self.program.argument(target, 2))
        else {
            return;
        };
        let (base, key) = (self.value(base), self.value(key));
        let is_map = |&o: &u32| match self.things[o as usize] {
            Thing::Made { name, .. } => self.program.str(name) == "dict",
            _ => false,
        };
        let objects = &self.get(base).objects;
        let holds_keys = match language {
            Language::Python => !objects.is_empty() && objects.iter().all(is_map),
            _ => !self.get(key).labels.is_empty(),
        };
        if holds_keys {
            self.set_part(base, &Selector::Keys, key, false);
        }
    }

    /// Assigning to a field, property or element that a row says is a sink: `.name`, or `__setitem__` with the key and the value.
    pub(crate) fn assigned_sink(&mut self, node: Idx, target: Idx, value: ValueId) {
        if !self.context.asked.model_sinks {
            return;
        }
        let (Some(base), Some(second)) = (self.program.argument(target, 1), self.program.argument(target, 2))
        else {
            return;
        };
        let element = match self.program.node(target).operator {
            Some(Operator::IndexAccess) => true,
            _ if self.program.kind(second) == NodeKind::FieldIdentifier => false,
            _ => return,
        };
        let name = if element { "__setitem__".to_owned() } else { format!(".{}", self.program.name(second)) };
        let models = self.context.models;
        let language = self.program.node(node).language;
        let mut types: Option<Vec<String>> = None;
        for row in models.named(language, &name).filter(|r| r.role == Role::Sink) {
            let types = types.get_or_insert_with(|| self.expression_types(base));
            if row.type_name != "*" && !types.iter().any(|t| fits(t, &row.type_name)) {
                continue;
            }
            let asks = |place: usize| {
                row.inputs.iter().any(|i| match i.base {
                    Base::Argument(n) => n == place,
                    Base::Arguments(from, to) => (from..=to).contains(&place),
                    _ => false,
                })
            };
            if !element || asks(1) {
                let labels = self.deep(value);
                self.reach((node, 2, row.kind), &labels, node);
            }
            if element && asks(0) {
                let key = self.value(second);
                let labels = self.deep(key);
                self.reach((node, 1, row.kind), &labels, node);
            }
        }
    }
}
