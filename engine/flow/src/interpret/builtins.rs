//! Functions that Python has of itself: containers that are made by their names, lengths, ranges, attributes by name, generators; and what
//! `del` takes away.

use std::sync::Arc;
use stoa_model::{NodeKind, Operator, Symbol};

use super::calls::Given;
use super::{Run, Thing};
use crate::domain::{BOTTOM, Scalar, Selector, Value, ValueId};
use crate::program::{Idx, Language};

/// The longest range whose numbers are told apart.
const RANGE: i64 = 8;

/// The longest list of which elements are told apart where it is handed on.
const SPREAD: u32 = 32;

impl Run<'_> {
    /// The value of a call of such a function, if it is one.
    pub(super) fn builtin(&mut self, node: Idx, given: &Given) -> Option<ValueId> {
        if self.program.node(node).language != Language::Python || given.receiver.is_some() {
            return None;
        }
        let first = given.arguments.first().map(|a| a.0);
        match (self.program.name(node), given.arguments.len()) {
            ("dict" | "OrderedDict" | "defaultdict", _) => {
                let made = self.make_named(node, "dict");
                for (value, keyword, _) in given.arguments.clone() {
                    if keyword != Symbol::NONE {
                        let selector = Selector::Key(Arc::from(self.program.str(keyword)));
                        let value = self.with_step(value, node);
                        self.set_part(made, &selector, value, true);
                    } else if self.function_count(value) == 0 {
                        self.copy_elements(made, value);
                    }
                }
                Some(made)
            }
            ("list" | "set" | "tuple" | "frozenset" | "sorted" | "reversed" | "deque", 0..=3) => {
                let name = self.program.name(node);
                let kind = match name {
                    "set" | "frozenset" => "set",
                    "tuple" => "tuple",
                    _ => "list",
                };
                let made = self.make_named(node, kind);
                let again =
                    self.one_object(made).is_some_and(|o| self.heap_object(o).is_some_and(|o| o.many));
                match first {
                    None if !again => self.set_length(made, Some(0)),
                    None => {}
                    Some(from) if matches!(name, "list" | "tuple") && self.length(from).is_some() => {
                        self.copy_elements(made, from);
                    }
                    Some(from) => {
                        let any = self.elements_of(from);
                        let any = self.with_step(any, node);
                        self.set_part(made, &Selector::Element, any, false);
                    }
                }
                Some(made)
            }
            ("len", 1) => {
                let length = self.length(first?)?;
                Some(self.values.intern(Value::scalar(Scalar::int(length.into()))))
            }
            ("range", 1 | 2) => {
                let number = |place: usize| self.get(given.arguments.get(place)?.0).scalar.exact();
                let (from, to) =
                    if given.arguments.len() == 1 { (0, number(0)?) } else { (number(0)?, number(1)?) };
                if to.checked_sub(from)? > RANGE {
                    return None;
                }
                let made = self.make_named(node, "list");
                if self.one_object(made).is_some_and(|o| self.heap_object(o).is_some_and(|o| o.many)) {
                    return None;
                }
                for number in from..to {
                    let value = self.values.intern(Value::scalar(Scalar::int(number)));
                    self.set_part(made, &Selector::Index(number - from), value, true);
                }
                self.set_length(made, u32::try_from((to - from).max(0)).ok());
                Some(made)
            }
            ("next" | "anext", 1 | 2) => {
                let over = first?;
                if self.get(over).objects.is_empty() {
                    return None;
                }
                let walked = self.part(over, &Selector::Outer);
                let over = if walked == BOTTOM { over } else { walked };
                let mut value = self.elements_of(over);
                if let Some(otherwise) = given.arguments.get(1) {
                    value = self.values.join(value, otherwise.0);
                }
                (value != BOTTOM).then(|| self.with_step(value, node))
            }
            ("setattr", 3) => {
                let selector = self.attribute(given)?;
                let value = self.with_step(given.arguments[2].0, node);
                self.set_part(first?, &selector, value, true);
                Some(self.values.intern(Value::scalar(Scalar::Null)))
            }
            ("getattr", 2 | 3) => {
                let selector = self.attribute(given)?;
                let known = self.part(first?, &selector);
                match given.arguments.get(2) {
                    Some(otherwise) => Some(self.values.join(known, otherwise.0)),
                    None => (known != BOTTOM).then_some(known),
                }
            }
            ("delattr", 2) => {
                let selector = self.attribute(given)?;
                self.set_part(first?, &selector, BOTTOM, true);
                Some(self.values.intern(Value::scalar(Scalar::Null)))
            }
            _ => None,
        }
    }

    /// The field of an object that is known, by the constant name that a call gives.
    fn attribute(&self, given: &Given) -> Option<Selector> {
        let object = self.get(given.arguments.first()?.0);
        let own = |&o: &u32| matches!(self.things[o as usize], Thing::Made { .. } | Thing::Input(_));
        if object.objects.is_empty() || !object.objects.iter().all(own) {
            return None;
        }
        let name = self.get(given.arguments.get(1)?.0).constant().and_then(Scalar::text)?;
        self.program.symbol(name).map(Selector::Field)
    }

    fn function_count(&self, value: ValueId) -> usize {
        let function = |&&o: &&u32| matches!(self.things[o as usize], Thing::Function(_));
        self.get(value).objects.iter().filter(function).count()
    }

    /// What walking over a value gives: of a map its keys.
    pub(super) fn elements_of(&mut self, over: ValueId) -> ValueId {
        let is_dict = |&o: &u32| match self.things[o as usize] {
            Thing::Made { name, .. } => self.program.str(name) == "dict",
            _ => false,
        };
        let known = self.get(over);
        if !known.objects.is_empty() && known.objects.iter().all(is_dict) {
            let keys = self.part(over, &Selector::Keys);
            if keys != BOTTOM {
                return keys;
            }
        }
        self.part(over, &Selector::Element)
    }

    /// A generator gives what it yields: its caller gets something that holds that.
    pub(super) fn yielded(&mut self, node: Idx, value: ValueId) {
        let name = if self.method.language == Language::Python { "list" } else { "Generator" };
        let name = self.program.symbol(name).unwrap_or(Symbol::NONE);
        let site = self.method.node;
        let object =
            self.thing(Thing::Made { site, via: crate::program::NONE, of: crate::program::NONE, name });
        self.state.object_mut(object);
        let generator = self.values.intern(Value::object(object));
        let spread = self
            .program
            .argument(node, 1)
            .is_some_and(|a| self.program.node(a).operator == Some(Operator::Spread));
        let each = if spread { self.elements_of(value) } else { value };
        let each = self.with_step(each, node);
        self.set_part(generator, &Selector::Element, each, false);
        self.returned = self.values.join(self.returned, generator);
    }

    /// `del x[k]`, `del x.f`: what stood there is gone.
    pub(super) fn deleted(&mut self, node: Idx) {
        if self.program.node(node).language != Language::Python {
            return;
        }
        let targets: Vec<Idx> = self.program.arguments(node).collect();
        for target in targets {
            let operator = self.program.node(target).operator;
            let Some(base) = self.program.argument(target, 1) else { continue };
            let base = self.value(base);
            match operator {
                Some(Operator::FieldAccess) => {
                    let Some(field) = self.program.argument(target, 2) else { continue };
                    let selector = Selector::Field(self.program.node(field).name);
                    self.set_part(base, &selector, BOTTOM, true);
                }
                Some(Operator::IndexAccess) => {
                    let Some(index) = self.program.argument(target, 2) else { continue };
                    let index = self.value(index);
                    match (self.element(index), self.length(base)) {
                        (Selector::Index(place), Some(length)) => {
                            let place = if place < 0 { place + i64::from(length) } else { place };
                            self.take_at(target, base, Some(length), Some(place));
                        }
                        (selector @ Selector::Key(_), _) => self.set_part(base, &selector, BOTTOM, true),
                        (Selector::Element, Some(_)) => self.move_elements(base),
                        _ => {}
                    }
                }
                Some(Operator::Slice) => self.delete_slice(target, base),
                _ => {}
            }
        }
    }

    fn delete_slice(&mut self, target: Idx, base: ValueId) {
        let Some(length) = self.length(base) else { return };
        let end = |place: i16, otherwise: i64| match self.program.argument(target, place) {
            None => Some(otherwise),
            Some(node) => match &self.get(self.kept_value(node)).scalar {
                Scalar::Null => Some(otherwise),
                scalar => scalar.exact().filter(|n| *n >= 0),
            },
        };
        match (end(2, 0), end(3, length.into()), self.program.argument(target, 4)) {
            (Some(from), Some(to), None) => {
                for place in (from..to.min(length.into())).rev() {
                    let left = self.length(base);
                    self.take_at(target, base, left, Some(place));
                }
            }
            _ => self.move_elements(base),
        }
    }

    /// The attribute of a class, or of one that it inherits from, that is written where the class stands.
    pub(super) fn class_attribute(&self, of: Idx, name: Symbol) -> Option<Idx> {
        if self.program.kind(of) != NodeKind::TypeDecl {
            return None;
        }
        self.program.lineage(of).into_iter().find_map(|above| {
            self.program.children(above).iter().copied().find(|&c| {
                let child = self.program.node(c);
                child.kind == NodeKind::Member && child.name == name && self.program.initialiser(c).is_some()
            })
        })
    }

    /// Values with those in it spread out that a `*` stands before; None where their number is not known.
    pub(super) fn spread(&mut self, value: ValueId) -> Option<Vec<ValueId>> {
        let length = self.length(value).filter(|n| *n <= SPREAD)?;
        Some((0..length).map(|place| self.part(value, &Selector::Index(place.into()))).collect())
    }
}
