//! What effects have come to: variables, and what calls run.
//!
//! Nothing here knows what variables stand for or what values mean, and whoever finds that out ([`Solver`](super::solver::Solver)) asks nothing of
//! what is here. So while one thread finds out what the values of a round bring about, another takes that in.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use stoa_model::Symbol;

use super::ahead::{AHEAD, look};
use super::effects::Effect;
use super::history::Log;
use super::lists::{List, Lists};
use super::literals::KeyUse;
use super::solver::{CallId, Use, ValueId};
use super::time::Round;
use super::variables::{Var, Variables};
use crate::link::answer::Target;

/// So many uses are handed out together.
const TOGETHER: usize = 1 << 12;

/// Batches on their way to a thread that takes them in.
pub(super) struct Sending {
    pub batches: Sender<Batch>,
    pub spare: Spare,
}

/// Room for effects that were taken in: fresh memory is dear.
#[derive(Clone, Default)]
pub(super) struct Spare(Arc<Mutex<Vec<Vec<Effect>>>>);

impl Spare {
    pub fn get(&self) -> Vec<Effect> {
        self.lock().pop().unwrap_or_default()
    }

    pub fn put(&self, mut effects: Vec<Effect>) {
        effects.clear();
        self.lock().push(effects);
    }

    // A vector is in there or not, whatever happened to a thread.
    fn lock(&self) -> MutexGuard<'_, Vec<Vec<Effect>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Effects, and how many variables there are once they are brought about.
pub(super) struct Batch {
    pub effects: Vec<Effect>,
    pub variables: Var,
}

/// What a call runs, as far as known.
#[derive(Clone, Copy, Default)]
struct OfCall {
    targets: List,
    outside: List,
    implicit: bool,
}

pub(super) struct State {
    pub variables: Variables,
    calls: Vec<OfCall>,
    targets: Lists<Target>,
    outside: Lists<Symbol>,
    /// Slices that the round at hand begins with: they ask for elements by name, which is not for here.
    pub slices: Vec<(ValueId, Symbol, ValueId)>,
    /// Accesses whose keys became known as the round before ended.
    pub met: Vec<(Symbol, KeyUse)>,
    /// What was derived when, if that is noted.
    pub log: Option<Box<Log>>,
}

impl Default for State {
    fn default() -> State {
        State::new(0, 0, false)
    }
}

impl State {
    /// For so many facts and calls. `noted` says that it is to be noted what is derived when.
    pub fn new(facts: usize, calls: usize, noted: bool) -> State {
        State {
            variables: Variables::new(facts, noted),
            calls: Vec::with_capacity(calls),
            targets: Lists::with_capacity(calls),
            outside: Lists::with_capacity(calls),
            slices: Vec::new(),
            met: Vec::new(),
            log: noted.then(Box::default),
        }
    }

    /// Ends a round and begins the next one: hands out, some at a time, each use with the values that are new for it.
    pub fn end_round(&mut self, next: Round, mut hand_out: impl FnMut(Vec<(Use, ValueId)>)) {
        let mut used = Vec::with_capacity(TOGETHER);
        self.variables.end_round(|what, value| {
            used.push((what, value));
            if used.len() == TOGETHER {
                hand_out(std::mem::replace(&mut used, Vec::with_capacity(TOGETHER)));
            }
        });
        hand_out(used);
        self.variables.end_round_of_keys(|name, access| self.met.push((name, access)));
        self.variables.begin_round(next);
    }

    /// Takes in what a round begins with.
    pub fn take(&mut self, batch: &Batch, round: Round) {
        self.variables.grow(batch.variables);
        for effects in batch.effects.chunks(AHEAD) {
            look(effects, |effect| self.of_effect(effect));
            effects.iter().for_each(|effect| self.take_effect(effect, round));
        }
    }

    fn take_effect(&mut self, effect: &Effect, round: Round) {
        if let Some(log) = &mut self.log {
            log.note(effect, round);
        }
        match *effect {
            Effect::Add(var, value) => self.variables.add(var, value),
            Effect::Copy(from, to) => self.variables.copy(from, to),
            Effect::CopyBehind(from, to, _) => self.variables.copy_behind(from, to),
            Effect::CopyToNew(from, to) => self.variables.copy_to_new(from, to),
            Effect::Constant(var, value) => self.variables.constant(var, value),
            Effect::On(var, what) => self.variables.on(var, what),
            Effect::OnNew(var, what) => self.variables.on_new(var, what),
            Effect::Key(var, what) => self.variables.literals.key(var, what),
            Effect::Text(var, text) => self.variables.literals.source(var, text),
            Effect::Slice(of, start, into) => self.slices.push((of, start, into)),
            Effect::Target(call, target) => {
                let mut known = self.of(call);
                if self.targets.of(known.targets).all(|known| known != target) {
                    self.targets.push(&mut known.targets, target);
                    self.calls[call as usize] = known;
                }
            }
            Effect::Outside(call, path) => {
                let mut known = self.of(call);
                if self.outside.of(known.outside).all(|known| known != path) {
                    self.outside.push(&mut known.outside, path);
                    self.calls[call as usize] = known;
                }
            }
            Effect::Implicit(call) => {
                let known = self.of(call);
                self.calls[call as usize] = OfCall { implicit: true, ..known };
            }
        }
    }

    /// Whether nothing waits for the next round.
    pub fn at_rest(&self) -> bool {
        self.variables.at_rest() && self.slices.is_empty()
    }

    /// What is known of a call, which there is from now on at least.
    fn of(&mut self, call: CallId) -> OfCall {
        if self.calls.len() <= call as usize {
            self.calls.resize(call as usize + 1, OfCall::default());
        }
        self.calls[call as usize]
    }

    /// The methods that a call runs.
    pub fn targets(&self, call: CallId) -> impl Iterator<Item = Target> + '_ {
        let known = self.calls.get(call as usize).copied().unwrap_or_default();
        self.targets.of(known.targets)
    }

    /// Paths of functions outside of the tree that a call runs.
    pub fn outside(&self, call: CallId) -> impl Iterator<Item = Symbol> + '_ {
        let known = self.calls.get(call as usize).copied().unwrap_or_default();
        self.outside.of(known.outside)
    }

    /// Whether a call makes an instance of a type without a constructor of its own.
    pub fn is_implicit(&self, call: CallId) -> bool {
        self.calls.get(call as usize).is_some_and(|known| known.implicit)
    }
}
