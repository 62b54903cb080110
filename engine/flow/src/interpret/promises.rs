//! Promises: what they are resolved with or rejected for, and the functions that are run with that.
//!
//! A promise is an object that holds the one at position 0 and the other at 1. What `resolve` and `reject` are called with, from wherever
//! the executor lets them go, stays with the objects that stand for them ([`Selector::Given`]). A value that is no promise, such as the
//! result of a function that is `async`, counts as one that is resolved with it.

use stoa_model::Symbol;

use super::calls::Given;
use super::{Run, Thing};
use crate::domain::{BOTTOM, Selector, TOP, Value, ValueId};
use crate::program::{Idx, Language, NONE};

const RESOLVED: Selector = Selector::Index(0);
const REJECTED: Selector = Selector::Index(1);

impl Run<'_> {
    /// The value of a call that makes a promise or waits for one, if it is one.
    pub(super) fn promise_call(&mut self, node: Idx, name: &str, given: &Given) -> Option<ValueId> {
        if self.program.node(node).language != Language::JavaScript {
            return None;
        }
        match name {
            "<init>" if self.program.str(self.program.node(node).type_name) == "Promise" => {
                Some(self.new_promise(node, given))
            }
            "then" | "catch" | "finally" => {
                let receiver = given.receiver?;
                let runs = given.arguments.iter().any(|a| !self.function_objects(a.0).is_empty());
                (runs || self.is_promise(receiver)).then(|| self.chained(node, name, receiver, given))
            }
            "all" | "allSettled" | "race" | "any" | "resolve" | "reject"
                if self.is_named(node, "Promise") =>
            {
                let first = self.argument_value(given, 0);
                let resolved = match name {
                    "resolve" => self.awaited(first),
                    "reject" => BOTTOM,
                    _ => self.all_awaited(node, first, matches!(name, "all" | "allSettled")),
                };
                let rejected = if name == "reject" { first } else { BOTTOM };
                Some(self.promise(node, resolved, rejected))
            }
            _ => None,
        }
    }

    /// What waiting for a value gives.
    pub(super) fn awaited(&mut self, value: ValueId) -> ValueId {
        let mut value = value;
        // A promise of a promise is one of what that gives.
        for _ in 0..4 {
            if !self.is_promise(value) {
                return value;
            }
            let mut rest = self.get(value).clone();
            let promises: Vec<u32> =
                rest.objects.iter().copied().filter(|&o| self.is_promise_object(o)).collect();
            rest.objects.retain(|o| !promises.contains(o));
            let mut result = if rest == Value::default() { BOTTOM } else { self.values.intern(rest) };
            for promise in promises {
                let resolved = self.part_of(promise, &RESOLVED);
                result = self.values.join(result, resolved);
            }
            value = if result == BOTTOM { TOP } else { result };
        }
        value
    }

    /// What waiting for a value may throw.
    pub(super) fn rejected(&mut self, value: ValueId) -> ValueId {
        let mut result = BOTTOM;
        for object in self.get(value).objects.clone() {
            if self.is_promise_object(object) {
                let reason = self.part_of(object, &REJECTED);
                result = self.values.join(result, reason);
            }
        }
        result
    }

    fn is_promise_object(&self, object: u32) -> bool {
        match self.things[object as usize] {
            Thing::Made { of: NONE, name, .. } => self.program.str(name) == "Promise",
            _ => false,
        }
    }

    fn is_promise(&self, value: ValueId) -> bool {
        self.get(value).objects.iter().any(|&o| self.is_promise_object(o))
    }

    fn promise(&mut self, node: Idx, resolved: ValueId, rejected: ValueId) -> ValueId {
        let made = self.make_named(node, "Promise");
        self.set_part(made, &RESOLVED, resolved, true);
        self.set_part(made, &REJECTED, rejected, true);
        made
    }

    /// What a list of promises gives: the list of what they give, or one of that.
    fn all_awaited(&mut self, node: Idx, list: ValueId, all: bool) -> ValueId {
        let mut values = Vec::new();
        match self.length(list).filter(|n| *n <= super::script::ELEMENTS) {
            Some(length) => {
                for place in 0..i64::from(length) {
                    let value = self.part(list, &Selector::Index(place));
                    values.push(self.awaited(value));
                }
            }
            None => {
                let any = self.part(list, &Selector::Element);
                let any = self.awaited(any);
                if !all {
                    return any;
                }
                let made = self.thing(Thing::Made { site: node, via: node, of: NONE, name: Symbol::NONE });
                self.state.object_mut(made).many = true;
                let made = self.values.intern(Value::object(made));
                self.set_part(made, &Selector::Element, any, false);
                return made;
            }
        }
        if !all {
            return values.into_iter().fold(BOTTOM, |joined, value| self.values.join(joined, value));
        }
        let made = self.thing(Thing::Made { site: node, via: node, of: NONE, name: Symbol::NONE });
        self.state.object_mut(made).length = Some(values.len() as u32);
        let made = self.values.intern(Value::object(made));
        for (place, value) in values.into_iter().enumerate() {
            self.set_part(made, &Selector::Index(place as i64), value, true);
        }
        made
    }

    /// `new Promise((resolve, reject) => …)`.
    fn new_promise(&mut self, node: Idx, given: &Given) -> ValueId {
        let executor = self.argument_value(given, 0);
        let mut ends = [BOTTOM; 2];
        for (place, end) in ends.iter_mut().enumerate() {
            let site = if place == 0 { node } else { self.program.argument(node, 1).unwrap_or(node) };
            let thing = self.thing(Thing::Made { site, via: node, of: NONE, name: Symbol::NONE });
            *self.state.object_mut(thing) = Default::default();
            *end = self.values.intern(Value::object(thing));
        }
        for function in self.function_objects(executor) {
            self.run_function(node, function, &ends);
        }
        let mut given = [BOTTOM; 2];
        for (end, given) in ends.into_iter().zip(&mut given) {
            *given = self.part(end, &Selector::Given);
        }
        let resolved = self.awaited(given[0]);
        self.promise(node, resolved, given[1])
    }

    /// `p.then(f, g)`, `p.catch(g)`, `p.finally(f)`.
    fn chained(&mut self, node: Idx, name: &str, receiver: ValueId, given: &Given) -> ValueId {
        let value = self.awaited(receiver);
        let value = self.with_step(value, node);
        let reason = self.rejected(receiver);
        let first = self.argument_value(given, 0);
        let second = self.argument_value(given, 1);
        let (done, failed) = match name {
            "then" => (first, second),
            _ => (BOTTOM, first),
        };
        if name == "finally" {
            for function in self.function_objects(first) {
                self.run_function(node, function, &[]);
            }
            return self.promise(node, value, reason);
        }
        let mut resolved = BOTTOM;
        let handlers = self.function_objects(done);
        if handlers.is_empty() {
            resolved = value;
        }
        for function in handlers {
            let result = self.run_function(node, function, &[value]);
            let result = self.awaited(result);
            resolved = self.values.join(resolved, result);
        }
        let handlers = self.function_objects(failed);
        let rejected = if handlers.is_empty() { reason } else { BOTTOM };
        for function in handlers {
            let reason = if reason == BOTTOM { TOP } else { reason };
            let result = self.run_function(node, function, &[reason]);
            let result = self.awaited(result);
            resolved = self.values.join(resolved, result);
        }
        let resolved = if resolved == BOTTOM { TOP } else { resolved };
        self.promise(node, resolved, rejected)
    }

    /// Runs a function with some arguments, if it does come to be run; what it returns.
    pub(super) fn run_function(&mut self, node: Idx, function: Idx, arguments: &[ValueId]) -> ValueId {
        let Some(number) = self.program.number_of(function) else { return BOTTOM };
        let mut bound = Vec::new();
        for parameter in &self.program.numbered(number).parameters {
            let given = usize::try_from(parameter.index - 1).ok().and_then(|at| arguments.get(at).copied());
            bound.push(given.filter(|g| *g != BOTTOM).unwrap_or(TOP));
        }
        self.perhaps(|run| run.apply(node, number, &bound, 0.9)).unwrap_or(BOTTOM)
    }
}
