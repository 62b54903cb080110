//! Everything that was derived, and when: what an edit is followed by.
//!
//! What a variable holds, and since when, is a function of where its copies come from and of what these hold ([`History::pull`]). Time only goes
//! forward from a variable to its copies, so that there is one state only in which that is so of all variables. What
//! is derived from several things stands here several times, and what was derived from something that is no longer goes once.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use stoa_model::Symbol;

use super::MAX_VALUES;
use super::effects::Effect;
use super::literals::{KeyUse, MAX_KEYS, Timed};
use super::rows::Rows;
use super::solver::{CallId, Use, ValueId};
use super::time::{NEVER, Round, Time, arrival, round, start};
use super::variables::{Var, Variables};
use crate::link::answer::Target;

/// What was derived in which round, in the order in which that was found.
#[derive(Default)]
pub(super) struct Log {
    copies: Vec<(Var, Var, Round)>,
    seeds: Vec<(Var, (ValueId, Round))>,
    uses: Vec<(Var, (Use, Round))>,
    keys: Vec<(Var, KeyUse, Round)>,
    texts: Vec<(Var, Symbol)>,
    targets: Vec<(CallId, (Target, Round))>,
    outside: Vec<(CallId, (Symbol, Round))>,
    implicit: Vec<CallId>,
}

impl Log {
    pub fn note(&mut self, effect: &Effect, round: Round) {
        match *effect {
            Effect::Add(var, value) => self.seeds.push((var, (value, round))),
            Effect::Copy(from, to) => self.copies.push((from, to, round)),
            Effect::CopyBehind(from, to, since) => self.copies.push((from, to, since)),
            Effect::CopyToNew(from, to) => self.copies.push((from, to, 0)),
            Effect::Constant(var, value) => self.seeds.push((var, (value, 0))),
            Effect::OnNew(var, what) => self.uses.push((var, (what, 0))),
            Effect::On(var, what) => self.uses.push((var, (what, round))),
            Effect::Key(var, what) => self.keys.push((var, what, round)),
            Effect::Text(var, text) => self.texts.push((var, text)),
            // It notes its copies itself.
            Effect::Slice(..) => {}
            Effect::Target(call, target) => self.targets.push((call, (target, round))),
            Effect::Outside(call, path) => self.outside.push((call, (path, round))),
            Effect::Implicit(call) => self.implicit.push(call),
        }
    }
}

/// What a variable holds and since when, until it is cut.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Course<T> {
    /// By time.
    pub held: SmallVec<[(T, Time); 4]>,
    pub cut: Time,
}

impl<T: Copy + Ord> Course<T> {
    /// From all that ever arrives, of which no more than `most` are held.
    fn of(mut arrivals: SmallVec<[(T, Time); 16]>, cut: Time, most: usize) -> Course<T> {
        arrivals.sort_unstable();
        arrivals.dedup_by_key(|(value, _)| *value);
        arrivals.sort_unstable_by_key(|(value, time)| (*time, *value));
        let cut = arrivals.get(most).map_or(cut, |(_, time)| cut.min(*time));
        Course { held: arrivals.into_iter().take_while(|(_, time)| *time < cut).collect(), cut }
    }

    pub fn since(&self, value: T) -> Option<Time> {
        self.held.iter().find(|(held, _)| *held == value).map(|(_, time)| *time)
    }
}

/// What was derived.
#[derive(Default)]
pub(super) struct History {
    /// Variables that are to be looked at, and when.
    pub stirred: Vec<(Time, Var)>,
    /// Where what a variable holds comes from, and where it goes.
    pub ins: Rows<(Var, Round)>,
    pub outs: Rows<(Var, Round)>,
    pub seeds: Rows<(ValueId, Round)>,
    pub uses: Rows<(Use, Round)>,
    values: Rows<(ValueId, Time)>,
    cut: FxHashMap<Var, Time>,
    pub sources: FxHashMap<Var, SmallVec<[Symbol; 1]>>,
    texts: FxHashMap<Var, Timed>,
    more: FxHashMap<Var, Time>,
    pub keys: FxHashMap<Var, SmallVec<[(KeyUse, Round); 1]>>,
    pub targets: Rows<(Target, Round)>,
    pub outside: Rows<(Symbol, Round)>,
    pub implicit: FxHashMap<CallId, u32>,
}

impl History {
    pub fn of(log: Log, variables: &mut Variables, calls: usize) -> History {
        let count = variables.len();
        let Log { copies, seeds, uses, keys, texts, targets, outside, implicit } = log;
        let (values, cut) = variables.noted();
        let (held, more) = variables.literals.noted();
        let mut history = History {
            stirred: Vec::new(),
            ins: Rows::of(count, copies.iter().map(|&(from, to, since)| (to, (from, since)))),
            outs: Rows::of(count, copies.iter().map(|&(from, to, since)| (from, (to, since)))),
            seeds: Rows::of(count, seeds.into_iter()),
            uses: Rows::of(count, uses.into_iter()),
            values: Rows::of(count, values.into_iter()),
            cut,
            sources: FxHashMap::default(),
            texts: held,
            more,
            keys: FxHashMap::default(),
            targets: Rows::of(calls, targets.into_iter()),
            outside: Rows::of(calls, outside.into_iter()),
            implicit: FxHashMap::default(),
        };
        texts.into_iter().for_each(|(var, text)| history.sources.entry(var).or_default().push(text));
        keys.into_iter().for_each(|(var, what, since)| {
            history.keys.entry(var).or_default().push((what, since));
        });
        implicit.into_iter().for_each(|call| *history.implicit.entry(call).or_default() += 1);
        history
    }

    /// A variable that is new holds a value and never another one.
    pub fn constant(&mut self, var: Var, value: ValueId) {
        self.seeds.push(var, (value, 0));
        self.values.push(var, (value, start(0)));
    }

    pub fn values(&self, var: Var) -> Course<ValueId> {
        Course { held: SmallVec::from_slice(self.values.get(var)), cut: self.cut_of(var) }
    }

    pub fn texts(&self, var: Var) -> Course<Symbol> {
        let held = self.texts.get(&var).map(|held| held.iter().copied().collect()).unwrap_or_default();
        Course { held, cut: self.more_of(var) }
    }

    pub fn set_values(&mut self, var: Var, course: &Course<ValueId>) {
        self.values.set(var, course.held.to_vec());
        set(&mut self.cut, var, course.cut);
    }

    pub fn set_texts(&mut self, var: Var, course: &Course<Symbol>) {
        match course.held.is_empty() {
            true => drop(self.texts.remove(&var)),
            false => drop(self.texts.insert(var, course.held.iter().copied().collect())),
        }
        set(&mut self.more, var, course.cut);
    }

    pub fn cut_of(&self, var: Var) -> Time {
        self.cut.get(&var).copied().unwrap_or(NEVER)
    }

    fn more_of(&self, var: Var) -> Time {
        self.more.get(&var).copied().unwrap_or(NEVER)
    }

    /// What a variable holds, from what those hold that it copies.
    pub fn pull(&self, var: Var) -> (Course<ValueId>, Course<Symbol>) {
        let ins = self.ins.get(var);
        let mut cut = NEVER;
        for &(from, since) in ins {
            let of_from = self.cut_of(from);
            if of_from != NEVER && from != var {
                cut = cut.min(arrival(of_from, since));
            }
        }
        let mut arrivals: SmallVec<[(ValueId, Time); 16]> =
            self.seeds.get(var).iter().map(|&(value, since)| (value, start(since))).collect();
        let mut texts: SmallVec<[(Symbol, Time); 16]> =
            self.sources.get(&var).into_iter().flatten().map(|text| (*text, start(0))).collect();
        let mut more = NEVER;
        for &(from, since) in ins.iter().filter(|(from, _)| *from != var) {
            // What was cut before the copy was there gives nothing.
            if self.cut_of(from) < start(since) {
                continue;
            }
            let of_from = self.values.get(from).iter();
            let all = of_from.map(|&(value, time)| (value, arrival(time, since)));
            arrivals.extend(all.filter(|(_, time)| *time < cut));
            if let Some(held) = self.texts.get(&from) {
                texts.extend(held.iter().map(|&(text, time)| (text, arrival(time, since))));
            }
            let more_of_from = self.more_of(from);
            if more_of_from != NEVER && more_of_from < self.cut_of(from) {
                more = more.min(arrival(more_of_from, since));
            }
        }
        let values = Course::of(arrivals, cut, MAX_VALUES);
        texts.retain(|(_, time)| *time < values.cut);
        let more = if more < values.cut { more } else { NEVER };
        (values.clone(), Course::of(texts, more, MAX_KEYS))
    }

    /// The variables from which texts have a way to a key.
    pub fn mattering(&self) -> FxHashSet<Var> {
        let first = |var: Var| {
            let held = self.texts.get(&var).into_iter().flatten().map(|(_, time)| *time).min();
            held.unwrap_or(NEVER).min(self.more_of(var))
        };
        let mut work: Vec<Var> = self.keys.keys().copied().collect();
        let mut reached: FxHashSet<Var> = work.iter().copied().collect();
        while let Some(var) = work.pop() {
            let cut = self.cut_of(var);
            for &(from, since) in self.ins.get(var) {
                let first = first(from);
                let carries = first != NEVER
                    && first + 1 < cut
                    && start(since) <= cut
                    && start(since) <= self.cut_of(from);
                if carries && reached.insert(from) {
                    work.push(from);
                }
            }
        }
        reached
    }

    /// How many bytes it takes, roughly.
    pub fn bytes(&self) -> usize {
        let rows = self.ins.bytes()
            + self.outs.bytes()
            + self.seeds.bytes()
            + self.uses.bytes()
            + self.values.bytes();
        let of_calls = self.targets.bytes() + self.outside.bytes() + self.implicit.capacity() * 8;
        let maps = (self.cut.capacity() + self.more.capacity()) * 16;
        let texts = self.texts.capacity() * 40 + self.sources.capacity() * 32 + self.keys.capacity() * 48;
        rows + of_calls + maps + texts
    }
}

fn set(times: &mut FxHashMap<Var, Time>, var: Var, time: Time) {
    match time {
        NEVER => drop(times.remove(&var)),
        time => drop(times.insert(var, time)),
    }
}

/// Whether what came at a time is used with what there is since a round, and at the end of which round: not in that in which it is cut.
pub(super) fn used(since: Round, came: Time, cut: Time) -> Option<Round> {
    let at = since.max(round(came));
    (at < round(cut)).then_some(at)
}
