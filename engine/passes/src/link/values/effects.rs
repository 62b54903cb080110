//! What one round brings about and the next begins with, and the rounds until nothing is new.

use stoa_model::{NodeId, Symbol};

use super::literals::KeyUse;
use super::solver::{Bound, CallId, Solver, Use, Value, ValueId};
use super::variables::Var;
use crate::link::answer::Target;

/// What a fact, or a value that is used, brings about.
#[derive(Clone, Copy, Debug)]
pub(super) enum Effect {
    Add(Var, ValueId),
    Copy(Var, Var),
    On(Var, Use),
    Key(Var, KeyUse),
    /// The elements of a container from a place on go to another one.
    Slice(ValueId, Symbol, ValueId),
    Target(CallId, Target),
    Outside(CallId, Symbol),
    Implicit(CallId),
}

impl Solver<'_> {
    pub fn add(&mut self, var: Var, value: ValueId) {
        self.effects.push(Effect::Add(var, value));
    }

    pub fn copy(&mut self, from: Var, to: Var) {
        self.effects.push(Effect::Copy(from, to));
    }

    pub fn on(&mut self, var: Var, what: Use) {
        self.effects.push(Effect::On(var, what));
    }

    pub fn key_of(&mut self, var: Var, what: KeyUse) {
        self.effects.push(Effect::Key(var, what));
    }

    pub fn slice(&mut self, of: ValueId, start: Symbol, into: ValueId) {
        self.effects.push(Effect::Slice(of, start, into));
    }

    /// Does what was brought about.
    fn begin_round(&mut self) {
        let mut effects = std::mem::take(&mut self.effects);
        for effect in effects.drain(..) {
            match effect {
                Effect::Add(var, value) => self.variables.add(var, value),
                Effect::Copy(from, to) => self.variables.copy(from, to),
                Effect::On(var, what) => self.variables.on(var, what),
                Effect::Key(var, what) => self.variables.literals.key(var, what),
                Effect::Slice(of, start, into) => self.take_slice(of, start, into),
                Effect::Target(call, target) => self.take_target(call, target),
                Effect::Outside(call, path) => {
                    let outside = &mut self.calls[call as usize].outside;
                    if self.outside.of(*outside).all(|known| known != path) {
                        self.outside.push(outside, path);
                    }
                }
                Effect::Implicit(call) => self.calls[call as usize].implicit = true,
            }
        }
        std::mem::swap(&mut effects, &mut self.later);
        self.effects = effects;
    }

    /// A call has a method for a target once, by the way that is the surest.
    fn take_target(&mut self, call: CallId, target: Target) {
        let targets = &mut self.calls[call as usize].targets;
        self.targets.push(targets, target);
    }

    /// Works until nothing is new.
    fn settle(&mut self) {
        let (mut used, mut met) = (Vec::new(), Vec::new());
        while !self.effects.is_empty() || !self.variables.at_rest() {
            self.begin_round();
            self.variables.propagate();
            self.variables.end_round(|what, value| used.push((what, value)));
            self.variables.end_round_of_keys(|name, access| met.push((name, access)));
            self.round += 1;
            for (what, value) in used.drain(..) {
                self.apply(what, value);
            }
            for (name, access) in met.drain(..) {
                self.access(name, access);
            }
        }
    }

    fn apply(&mut self, what: Use, value: ValueId) {
        match what {
            Use::Load { name, dst } => self.load_member(value, name, dst),
            Use::Store { name, src } => self.store_member(value, name, src),
            Use::Slice { part, dst } => {
                if let Value::Object(_) = self.the(value) {
                    let (start, at) = self.parts[part as usize];
                    let slice = self.value(Value::Object(at));
                    self.slice(value, start, slice);
                    self.add(dst, slice);
                }
            }
            Use::Spread { holder, into } => self.spread(value, holder, into),
            Use::Elements { argument, elements } => {
                let name = self.any;
                self.on(argument, Use::Load { name, dst: elements });
            }
            Use::Call { call, bound } => self.dispatch(call, value, bound),
            Use::MethodCall { call, name } => self.method_call(call, value, name),
            Use::Super { call } => self.super_call(call, value),
            Use::Iterate { call } => self.iterate(call, value),
            Use::Next { call } => self.next(call, value),
            Use::Throw { call } => {
                if matches!(self.the(value), Value::Type(_)) {
                    self.dispatch(call, value, Bound::Plain);
                }
            }
            Use::Callback { call } => self.callback(call, value),
            Use::Callbacks { call } => self.open_gate(call),
        }
    }

    /// An access whose key is known.
    fn access(&mut self, name: Symbol, KeyUse { base, other, writes }: KeyUse) {
        let what = if writes { Use::Store { name, src: other } } else { Use::Load { name, dst: other } };
        self.on(base, what);
    }

    /// Solves in phases: what the program itself tells; then accesses by keys that nobody knows; then methods that nobody calls, which run on an
    /// object of their own type; then calls that lead nowhere, which are taken to run the functions they are given.
    pub fn solve(&mut self) {
        self.settle();
        for (key, access) in std::mem::take(&mut self.keyed_accesses) {
            let (some, more) = self.variables.literals.of(key);
            if more || !some || self.variables.is_cut(key) || !self.variables.values(key).is_empty() {
                self.access(self.any, access);
            }
        }
        self.settle();
        let mut lonely: Vec<NodeId> =
            self.methods.values().filter(|m| m.owner.is_some()).map(|m| m.id).collect();
        lonely.sort_unstable();
        for id in lonely {
            let facts = self.methods[&id];
            let Some(owner) = facts.owner else { continue };
            let this = self.this(id);
            if self.variables.values(this).is_empty() && !self.variables.is_cut(this) {
                let value = if facts.of_class { Value::Type(owner) } else { Value::Instance(owner) };
                let value = self.value(value);
                self.add(this, value);
            }
        }
        self.settle();
        for call in 0..self.calls.len() as CallId {
            let known = &self.calls[call as usize];
            if known.targets.is_empty() && !known.arguments.is_empty() {
                self.take_callbacks(call);
            }
        }
        self.settle();
    }
}
