//! What one round brings about and the next begins with, and the rounds until nothing is new.

use std::sync::mpsc;

use stoa_model::{NodeId, Symbol};

use super::ahead::{AHEAD, look};
use super::literals::KeyUse;
use super::solver::{Bound, CallId, Solver, Use, Value, ValueId};
use super::state::{Batch, Sending, State};
use super::time::{Round, phase};
use super::variables::Var;
use crate::link::answer::Target;

/// So many effects are handed out at a time, and for fewer things than these it is not worth to have a thread take them in.
const BATCH: usize = 1 << 13;
const SHARED: usize = 1 << 11;

/// What a fact, or a value that is used, brings about.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Effect {
    Add(Var, ValueId),
    Copy(Var, Var),
    /// A copy of what the other variable has already, since a round.
    CopyBehind(Var, Var, Round),
    /// A copy to a variable that is new and should have been there all the time.
    CopyToNew(Var, Var),
    /// A variable that is new holds a value and never another one.
    Constant(Var, ValueId),
    On(Var, Use),
    /// Of a variable that is new.
    OnNew(Var, Use),
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

    /// Finds out what follows from so many things, while another thread does something with the state `first` and then takes in what was found out
    /// before. All of it is what the round at hand begins with.
    pub fn meanwhile(
        &mut self,
        things: usize,
        first: impl FnOnce(&mut State) + Send,
        find: impl FnOnce(&mut Solver),
    ) {
        if things < SHARED || rayon::current_num_threads() < 2 {
            first(&mut self.state);
            return find(self);
        }
        let (mut state, round) = (std::mem::take(&mut self.state), self.round);
        let (sender, batches) = mpsc::channel::<Batch>();
        let spare = self.spare.clone();
        self.sending = Some(Sending { batches: sender, spare: spare.clone() });
        // Who listens to what is asked of the symbols does so on this thread.
        std::thread::scope(|scope| {
            scope.spawn(|| {
                first(&mut state);
                for batch in batches {
                    state.take(&batch, round);
                    spare.put(batch.effects);
                }
            });
            find(self);
            self.sending = None;
        });
        self.state = state;
    }

    /// Hands out what was brought about, now and then, if another thread takes it in.
    pub fn hand_out(&mut self) {
        if self.effects.len() < BATCH {
            return;
        }
        if let Some(Sending { batches, spare }) = &self.sending {
            let effects = std::mem::replace(&mut self.effects, spare.get());
            // Whoever takes it in does so until the last of it.
            let _ = batches.send(Batch { effects, variables: self.variables });
        }
    }

    /// Takes in what was brought about.
    pub fn take_effects(&mut self) {
        loop {
            let mut batch = Batch { effects: std::mem::take(&mut self.effects), variables: self.variables };
            self.state.take(&batch, self.round);
            batch.effects.clear();
            self.effects = batch.effects;
            let slices = std::mem::take(&mut self.state.slices);
            if slices.is_empty() {
                return;
            }
            slices.into_iter().for_each(|(of, start, into)| self.take_slice(of, start, into));
        }
    }

    /// Begins a phase.
    fn begin(&mut self, number: u32) {
        self.round = phase(number);
        self.state.variables.begin_round(self.round);
    }

    /// Works until nothing is new.
    fn settle(&mut self) {
        while !self.effects.is_empty() || !self.later.is_empty() || !self.state.at_rest() {
            self.take_effects();
            std::mem::swap(&mut self.effects, &mut self.later);
            self.state.variables.propagate();
            self.round += 1;
            let (round, things) = (self.round, self.state.variables.waiting());
            let (sender, used) = mpsc::channel();
            self.meanwhile(
                things,
                move |state| state.end_round(round, |used| drop(sender.send(used))),
                |solver| used.into_iter().for_each(|used| solver.apply_all(&used)),
            );
            for (name, access) in std::mem::take(&mut self.state.met) {
                self.access(name, access);
            }
        }
        self.state.variables.grow(self.variables);
    }

    fn apply_all(&mut self, used: &[(Use, ValueId)]) {
        for used in used.chunks(AHEAD) {
            look(used, |(what, value)| self.of_use(*what, *value));
            used.iter().for_each(|(what, value)| self.apply(*what, *value));
            self.hand_out();
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
            let variables = &self.state.variables;
            let (some, more) = variables.literals.of(key);
            if more || !some || variables.is_cut(key) || !variables.values(key).is_empty() {
                self.access(self.any, access);
            }
        }
        self.settle();
        self.begin(2);
        for (id, owner, of_class) in self.owned() {
            let this = self.this(id);
            if self.state.variables.is_unused(this) {
                self.run_alone(this, owner, of_class);
            }
        }
        self.settle();
        self.begin(3);
        for call in 0..self.calls.len() as CallId {
            if !self.calls[call as usize].arguments.is_empty() && self.state.targets(call).next().is_none() {
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
