//! Classes of C++: objects that are declared rather than made, what runs at their end, references and unions.

use stoa_model::{NodeKind, Operator, Symbol};

use super::memory::Demand;
use super::places::Place;
use super::{Run, Thing};
use crate::domain::{BOTTOM, Selector, Value, ValueId};
use crate::program::{Idx, Language, NONE};

impl Run<'_> {
    /// The class of the tree that a variable or an expression of C++ names as its own.
    pub(super) fn class_of(&self, node: Idx) -> Idx {
        self.program.class_named(node)
    }

    /// What is handed over for a parameter that refers to a variable of the caller.
    pub(super) fn reference_to(&mut self, argument: Idx, value: ValueId) -> ValueId {
        let target = self.meaning(argument);
        if self.program.kind(argument) == NodeKind::Identifier && target != NONE {
            if self.program.is_referred(target) {
                let place = self.frame(target);
                return self.read(&place);
            }
            if self.program.is_captured(target) || self.program.kind(target) == NodeKind::Member {
                let of_object = self.program.kind(target) == NodeKind::Member
                    && !self.program.node(target).is_static
                    && self.receiver().is_some();
                if !of_object {
                    let cell = self.thing(Thing::Cell(target));
                    return self.values.intern(Value::object(cell));
                }
            }
        }
        // Something else: what is written to it is lost, what it holds is not.
        let holder = self.thing(Thing::Made { site: argument, via: argument, of: NONE, name: Symbol::NONE });
        let made = self.values.intern(Value::object(holder));
        self.set_part(made, &Selector::Content, value, true);
        made
    }

    /// Fields of a union are one place: they go by the name of the first.
    pub(super) fn shared_name(&self, access: Idx, name: Symbol) -> Symbol {
        if !self.program.is_shared_field(name) {
            return name;
        }
        let Some(field) = self.field_declared(access) else { return name };
        let of = self.program.node(field).parent;
        if of == NONE || !self.program.node(of).is_union {
            return name;
        }
        let is_field = |c: &&Idx| self.program.kind(**c) == NodeKind::Member;
        let first = self.program.children(of).iter().find(is_field);
        first.map_or(name, |&c| self.program.node(c).name)
    }

    /// Runs the destructor of what a value is, if that is certain.
    pub(super) fn destroy(&mut self, at: Idx, value: ValueId) {
        let Some(object) = self.one_object(value) else { return };
        let Some(of) = self.exact_type(object) else { return };
        let destructor = self.program.lineage(of).into_iter().find_map(|t| self.program.destructor(t));
        let Some(number) = destructor.and_then(|d| self.program.number_of(d)) else { return };
        self.apply(at, number, &[value], 1.0);
        self.stopped = false;
    }

    /// Objects that variables of the method are end with it, the last first.
    pub(super) fn end_variables(&mut self) {
        if self.method.language != Language::Cpp || self.program.has_no_destructors() {
            return;
        }
        for at in (0..self.method.variables.len()).rev() {
            let variable = self.method.variables[at];
            let own = self.program.node(variable);
            let name = self.program.str(own.type_name);
            if own.kind != NodeKind::Local
                || name.ends_with(['*', '&', ']'])
                || self.class_of(variable) == NONE
            {
                continue;
            }
            if let Place::Slot(slot) = self.frame(variable) {
                let value = self.state.slot(slot);
                let here = |&o: &u32| matches!(self.things[o as usize], Thing::Made { via: NONE, .. });
                if self.get(value).objects.iter().all(here) {
                    self.destroy(variable, value);
                }
            }
        }
    }

    /// What an expression that is deleted is made of is ended first.
    pub(super) fn end_deleted(&mut self, node: Idx, operator: Operator, value: ValueId) {
        if operator == Operator::Delete && self.method.language == Language::Cpp {
            self.destroy(node, value);
        }
    }

    /// What `new (place) T` gives: the place, which has to have room for a T.
    pub(super) fn placed(&mut self, node: Idx, made: ValueId) -> ValueId {
        let own = *self.program.node(node);
        let makes = own.operator == Some(Operator::Alloc) || self.program.str(own.name) == "<init>";
        if own.language != Language::Cpp || !makes {
            return made;
        }
        let aside = self.program.children(node).iter().copied().find(|&c| {
            let child = self.program.node(c);
            child.argument == i16::MIN && matches!(child.kind, NodeKind::Identifier | NodeKind::Call)
        });
        let Some(aside) = aside else { return made };
        let mut place = self.value(aside);
        if place == BOTTOM {
            place = self.evaluate_tree(aside);
        }
        if self.get(place).objects.is_empty() {
            return made;
        }
        let name = self.program.str(own.type_name).to_owned();
        if let Some(bytes) = self.type_bytes(&name) {
            self.demand(place, Demand::Access(bytes), node, -1);
        }
        // Nothing was allocated.
        self.escape(made);
        place
    }
}
