//! What one round brings about and the next begins with, and the rounds until nothing is new.

use stoa_model::{NodeId, Symbol};

use super::literals::KeyUse;
use super::solver::{Bound, CallId, Solver, Use, Value, ValueId};
use super::time::phase;
use super::variables::Var;
use crate::link::answer::Target;

/// What a fact, or a value that is used, brings about.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Effect {
    Add(Var, ValueId),
    Copy(Var, Var),
    On(Var, Use),
    Key(Var, KeyUse),
    /// A string or an integer of the program.
    Text(Var, Symbol),
    /// The elements of a container from a place on go to another one.
    Slice(ValueId, Symbol, ValueId),
    Target(CallId, Target),
    Outside(CallId, Symbol),
    Implicit(CallId),
}

impl Solver {
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
    pub fn take_effects(&mut self) {
        let mut effects = std::mem::take(&mut self.effects);
        for effect in effects.drain(..) {
            if let Some(log) = &mut self.log {
                log.note(&effect, self.round);
            }
            match effect {
                Effect::Add(var, value) => self.variables.add(var, value),
                Effect::Copy(from, to) => self.variables.copy(from, to),
                Effect::On(var, what) => self.variables.on(var, what),
                Effect::Key(var, what) => self.variables.literals.key(var, what),
                Effect::Text(var, text) => self.variables.literals.source(var, text),
                Effect::Slice(of, start, into) => self.take_slice(of, start, into),
                Effect::Target(call, target) => {
                    let targets = &mut self.calls[call as usize].targets;
                    if self.targets.of(*targets).all(|known| known != target) {
                        self.targets.push(targets, target);
                    }
                }
                Effect::Outside(call, path) => {
                    let outside = &mut self.calls[call as usize].outside;
                    if self.outside.of(*outside).all(|known| known != path) {
                        self.outside.push(outside, path);
                    }
                }
                Effect::Implicit(call) => self.calls[call as usize].implicit = true,
            }
        }
        self.effects = effects;
    }

    /// Begins a phase.
    fn begin(&mut self, number: u32) {
        self.round = phase(number);
        self.variables.begin_round(self.round);
    }

    /// Works until nothing is new.
    fn settle(&mut self) {
        let (mut used, mut met) = (Vec::new(), Vec::new());
        while !self.effects.is_empty() || !self.later.is_empty() || !self.variables.at_rest() {
            self.take_effects();
            std::mem::swap(&mut self.effects, &mut self.later);
            self.variables.propagate();
            self.variables.end_round(|what, value| used.push((what, value)));
            self.variables.end_round_of_keys(|name, access| met.push((name, access)));
            self.round += 1;
            self.variables.begin_round(self.round);
            for (what, value) in used.drain(..) {
                self.apply(what, value);
            }
            for (name, access) in met.drain(..) {
                self.access(name, access);
            }
        }
    }

    pub fn apply(&mut self, what: Use, value: ValueId) {
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
    pub fn access(&mut self, name: Symbol, KeyUse { base, other, writes }: KeyUse) {
        let what = if writes { Use::Store { name, src: other } } else { Use::Load { name, dst: other } };
        self.on(base, what);
    }

    /// Solves in phases: what the program itself tells; then accesses by keys that nobody knows; then methods that nobody calls, which run on an
    /// object of their own type; then calls that lead nowhere, which are taken to run the functions they are given.
    pub fn solve(&mut self) {
        self.settle();
        self.begin(1);
        for (key, access) in std::mem::take(&mut self.keyed_accesses) {
            let (some, more) = self.variables.literals.of(key);
            if more || !some || self.variables.is_cut(key) || !self.variables.values(key).is_empty() {
                self.access(self.any, access);
            }
        }
        self.settle();
        self.begin(2);
        for (id, owner, of_class) in self.owned() {
            let this = self.this(id);
            if self.variables.values(this).is_empty() && !self.variables.is_cut(this) {
                self.run_alone(this, owner, of_class);
            }
        }
        self.settle();
        self.begin(3);
        for call in 0..self.calls.len() as CallId {
            let known = &self.calls[call as usize];
            if known.targets.is_empty() && !known.arguments.is_empty() {
                self.take_callbacks(call);
            }
        }
        self.settle();
    }

    /// The methods of types: (method, type, whether it runs on the type).
    pub fn owned(&self) -> Vec<(NodeId, NodeId, bool)> {
        let all = self.methods.values().filter_map(|m| Some((m.id, m.owner?, m.of_class)));
        let mut owned: Vec<_> = all.collect();
        owned.sort_unstable();
        owned
    }

    /// A method that nobody calls runs on an object of its own type.
    pub fn run_alone(&mut self, this: Var, owner: NodeId, of_class: bool) {
        let value = if of_class { Value::Type(owner) } else { Value::Instance(owner) };
        let value = self.value(value);
        self.add(this, value);
    }
}
