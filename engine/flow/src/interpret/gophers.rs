//! What Go has of its own: what `make` and `new` begin, slices that grow, channels, results that come in pairs, goroutines.

use stoa_model::{NodeKind, Operator, Symbol};

use super::calls::Given;
use super::{Run, Thing};
use crate::domain::{BOTTOM, Scalar, Selector, ValueId};
use crate::program::{Idx, Language, NONE};

/// Goroutines of one method that are run again where it waits.
const SPAWNED: usize = 8;

/// Fields in each other that begin to be where the innermost is written.
const NESTED: usize = 16;

impl Run<'_> {
    /// The value of a call of a function that is built in.
    pub(super) fn built_in(&mut self, node: Idx, given: &Given) -> Option<ValueId> {
        if self.program.node(node).language != Language::Go || given.receiver.is_some() {
            return None;
        }
        let first = self.argument_value(given, 0);
        let second = self.argument_value(given, 1);
        match self.program.name(node) {
            "new" => {
                let (of, name) = self.type_argument(node)?;
                Some(self.make(node, of, name))
            }
            "make" => {
                let (_, name) = self.type_argument(node)?;
                let made = self.make(node, NONE, name);
                if let Some(length) = self.get(second).scalar.exact().and_then(|n| u32::try_from(n).ok())
                    && !matches!(self.program.str(name), "map" | "chan")
                    && self.one_object(made).is_some_and(|o| self.heap_object(o).is_some_and(|o| !o.many))
                {
                    self.set_length(made, Some(length));
                }
                Some(made)
            }
            "append" if !given.arguments.is_empty() => Some(self.appended(node, first, given)),
            "copy" => {
                let any = self.part(second, &Selector::Element);
                let any = self.with_step(any, node);
                self.set_length(first, None);
                self.set_part(first, &Selector::Element, any, false);
                Some(self.some())
            }
            "delete" => {
                let selector = self.element(second);
                if matches!(selector, Selector::Key(_) | Selector::Index(_)) {
                    self.set_part(first, &selector, BOTTOM, true);
                }
                Some(self.some())
            }
            // What is thrown is where `recover` finds it, in functions that are deferred too.
            "panic" if self.program.panics() != NONE => {
                let globals = self.globals();
                let value = self.with_step(first, node);
                self.set_part(globals, &Selector::Variable(self.program.panics()), value, true);
                self.state.thrown = self.values.join(self.state.thrown, value);
                Some(BOTTOM)
            }
            "recover" if self.program.panics() != NONE => {
                let globals = self.globals();
                Some(self.part(globals, &Selector::Variable(self.program.panics())))
            }
            _ => None,
        }
    }

    /// The type that is the first argument of a call: the struct of the tree, and its name.
    fn type_argument(&self, node: Idx) -> Option<(Idx, Symbol)> {
        let named = self.program.argument(node, 1).filter(|&a| self.program.kind(a) == NodeKind::TypeRef)?;
        let own = self.program.node(named);
        let of = own.target;
        let of = if of != NONE && self.program.kind(of) == NodeKind::TypeDecl { of } else { NONE };
        Some((of, own.name))
    }

    fn appended(&mut self, node: Idx, list: ValueId, given: &Given) -> ValueId {
        let name = self.one_object(list).map_or(Symbol::NONE, |o| match self.things[o as usize] {
            Thing::Made { name, .. } => name,
            _ => Symbol::NONE,
        });
        let length = if list == BOTTOM { Some(0) } else { self.length(list) };
        let length = length.filter(|n| *n < 32 && given.arguments.len() < 16);
        let made = self.make(node, NONE, name);
        let single = self.one_object(made).is_some_and(|o| self.heap_object(o).is_some_and(|o| !o.many));
        let labels = self.get(list).labels.clone();
        if !labels.is_empty() {
            let whole = self.labelled(&labels, Scalar::Top);
            self.set_part(made, &Selector::Content, whole, false);
        }
        match length {
            Some(length) if single => {
                for place in 0..i64::from(length) {
                    let value = self.part(list, &Selector::Index(place));
                    self.set_part(made, &Selector::Index(place), value, true);
                }
                for (place, (value, ..)) in given.arguments.iter().skip(1).enumerate() {
                    let value = self.with_step(*value, node);
                    self.set_part(made, &Selector::Index(i64::from(length) + place as i64), value, true);
                }
                self.set_length(made, Some(length + given.arguments.len() as u32 - 1));
            }
            _ => {
                let any = self.part(list, &Selector::Element);
                self.set_part(made, &Selector::Element, any, false);
                for (value, ..) in given.arguments.iter().skip(1) {
                    let value = self.with_step(*value, node);
                    self.set_part(made, &Selector::Element, value, false);
                }
            }
        }
        made
    }

    /// `ch <- value`.
    pub(super) fn send(&mut self, node: Idx, channel: ValueId, value: ValueId) -> ValueId {
        let value = self.with_step(value, node);
        self.set_part(channel, &Selector::Element, value, false);
        BOTTOM
    }

    /// `<-ch`. Who was started before may have sent what has come in since.
    pub(super) fn receive(&mut self, node: Idx, channel: ValueId) -> ValueId {
        self.resume();
        if self.get(channel).objects.is_empty() {
            return channel;
        }
        let value = self.part(channel, &Selector::Element);
        if value == BOTTOM { self.top() } else { self.with_step(value, node) }
    }

    /// A goroutine was started: it runs beside what comes after.
    pub(super) fn spawn(&mut self, node: Idx) {
        if let Some(call) = self.program.argument(node, 1)
            && self.program.node(call).operator.is_none()
            && !self.spawned.contains(&call)
            && self.spawned.len() < SPAWNED
        {
            self.spawned.push(call);
        }
    }

    /// Runs the goroutines of the method again on what there is now.
    pub(super) fn resume(&mut self) {
        for call in std::mem::take(&mut self.spawned) {
            self.perhaps(|run| run.call(call));
            self.spawned.push(call);
        }
    }

    /// Of a result that comes with whether it is there (`v, ok := m[k]`), the part at a place.
    pub(super) fn of_pair(&mut self, access: Idx, whole: ValueId, place: ValueId) -> Option<ValueId> {
        let base = self.program.argument(access, 1)?;
        let own = self.program.node(base);
        if own.language != Language::Go || own.target == NONE {
            return None;
        }
        if !self.program.is_pair(own.target) {
            return self.of_results(access, whole, place);
        }
        Some(if self.get(place).scalar.exact() == Some(0) { whole } else { self.some() })
    }

    /// Of several results of a call outside of the tree, the part at a place: what it gives, and an error that is not made of it.
    fn of_results(&mut self, access: Idx, whole: ValueId, place: ValueId) -> Option<ValueId> {
        let base = self.program.argument(access, 1)?;
        let known = self.get(whole);
        let outside = known.objects.iter().all(|&o| matches!(self.things[o as usize], Thing::Typed { .. }));
        if !self.program.name(base).starts_with("<tmp>") || !outside {
            return None;
        }
        if self.get(place).scalar.exact() == Some(0) {
            return Some(whole);
        }
        let given = self.program.node(access).parent;
        let to = (given != NONE).then(|| self.program.argument(given, 1)).flatten()?;
        matches!(self.program.name(to), "err" | "ok" | "found" | "exists" | "error").then(|| self.some())
    }

    /// Structs in each other begin to be where a field of the innermost is written.
    pub(super) fn begin_fields_of(&mut self, target: Idx) {
        let is_access = |run: &Self, node: Idx| {
            matches!(
                run.program.node(node).operator,
                Some(Operator::FieldAccess | Operator::IndirectFieldAccess | Operator::IndexAccess)
            )
        };
        let mut chain = Vec::new();
        let mut at = target;
        while is_access(self, at) && chain.len() < NESTED {
            let Some(base) = self.program.argument(at, 1) else { break };
            chain.push((base, at));
            at = base;
        }
        for (base, above) in chain.into_iter().rev() {
            if !is_access(self, base) {
                continue;
            }
            // What holds it may have begun just now.
            let Some(place) = self.place(base) else { return };
            let super::places::Place::Part(holder, _) = &place else { return };
            if self.get(*holder).objects.is_empty() {
                return;
            }
            let mut value = self.read(&place);
            let known = self.get(value);
            if known.objects.is_empty() && known.labels.is_empty() && !known.scalar.is_constant() {
                value = self.make(base, NONE, Symbol::NONE);
                self.write(&place, value);
            }
            if above != target || self.get(self.kept_value(base)).objects.is_empty() {
                self.keep(base, value);
            }
        }
    }
}
