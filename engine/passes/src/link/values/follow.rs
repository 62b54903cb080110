//! An edit followed through what was derived, in the order of time.
//!
//! What facts come and go changes variables in the round in which they say something; these change others later on. At each
//! time what came before is settled, so that a variable whose copies changed is what they say up to then; what it is after that may be
//! as it was, and is looked at when that time comes if anything speaks against it. The work is that of the changes and not that of the tree.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use stoa_model::ids::file_of;
use stoa_model::{FileId, NodeId, Symbol};

use super::effects::Effect;
use super::history::{Course, used};
use super::literals::KeyUse;
use super::solver::{CallId, Slice, Solver, Use, ValueId};
use super::time::{NEVER, Round, Time, arrival, phase, phase_of, round, start};
use super::variables::Var;
use crate::link::answer::Target;

/// What there was of a variable before the edit, and what is done with it since that was not, or no longer.
struct Before {
    values: Course<ValueId>,
    texts: Course<Symbol>,
    uses: Changed<Use>,
    keys: Changed<KeyUse>,
}

/// What came and what went.
pub(super) struct Changed<T> {
    pub came: Vec<(T, Round)>,
    pub went: Vec<(T, Round)>,
}

impl<T> Default for Changed<T> {
    fn default() -> Self {
        Changed { came: Vec::new(), went: Vec::new() }
    }
}

impl<T: Copy + PartialEq> Changed<T> {
    fn change(&mut self, plus: bool, what: (T, Round)) {
        let (to, other) =
            if plus { (&mut self.came, &mut self.went) } else { (&mut self.went, &mut self.came) };
        match other.iter().position(|known| *known == what) {
            Some(place) => drop(other.swap_remove(place)),
            None => to.push(what),
        }
    }
}

/// What comes and goes beside facts: accesses by keys, methods that may run alone, calls.
#[derive(Default)]
pub(super) struct Around {
    pub keyed: Vec<(bool, Var, KeyUse)>,
    pub alone: Vec<(bool, Var, NodeId, bool)>,
    pub calls: FxHashMap<CallId, bool>,
}

/// A value of a variable: since when it was there before the edit, and since when it is.
type ThenAndNow = (ValueId, Option<Time>, Option<Time>);

pub(super) struct Follow<'s> {
    pub solver: &'s mut Solver,
    now: Time,
    events: BTreeSet<(Time, Var)>,
    pending: BTreeMap<Round, Vec<(bool, Effect)>>,
    checks: BTreeSet<(Round, Var)>,
    before: FxHashMap<Var, Before>,
    /// The targets that calls had before.
    targets: FxHashMap<CallId, Vec<(Target, Round)>>,
    pub calls: FxHashSet<CallId>,
    pub around: Around,
    /// Whether something that was to go was not there: then all is to be found out anew.
    pub is_lost: bool,
}

impl<'s> Follow<'s> {
    pub fn new(solver: &'s mut Solver) -> Follow<'s> {
        Follow {
            solver,
            now: start(0),
            events: BTreeSet::new(),
            pending: BTreeMap::new(),
            checks: BTreeSet::new(),
            before: FxHashMap::default(),
            targets: FxHashMap::default(),
            calls: FxHashSet::default(),
            around: Around::default(),
            is_lost: false,
        }
    }

    /// Takes what was just brought about, or what is so no longer, for the beginning of a round.
    pub fn take(&mut self, plus: bool, at: Round) {
        if !self.solver.effects.is_empty() {
            let effects = self.solver.effects.drain(..).map(|effect| (plus, effect));
            self.pending.entry(at).or_default().extend(effects);
        }
    }

    /// The files of which something else is found than before, but for keys.
    pub fn files(&self) -> FxHashSet<FileId> {
        let solver = &*self.solver;
        let mut calls = self.calls.clone();
        for (var, before) in &self.before {
            if (before.values.cut == NEVER) != (solver.kept.cut_of(*var) == NEVER) {
                let uses = solver.kept.uses.get(*var).iter().chain(&before.uses.went);
                calls.extend(uses.filter_map(|(what, _)| match *what {
                    Use::Call { call, .. } | Use::MethodCall { call, .. } => Some(call),
                    _ => None,
                }));
            }
        }
        let calls = calls.into_iter().map(|call| file_of(solver.calls[call as usize].id));
        let untyped = solver.rows.untyped.iter();
        let untyped =
            untyped.filter(|id| solver.known(**id).is_some_and(|var| self.before.contains_key(&var)));
        calls.chain(untyped.map(|id| file_of(*id))).collect()
    }

    /// Follows all that was taken to its end.
    pub fn run(&mut self) {
        let mut at = 0;
        loop {
            self.take_stirred();
            let first = [
                self.pending.keys().next().copied(),
                self.events.first().map(|(time, _)| round(*time)),
                self.checks.first().map(|(round, _)| *round),
            ];
            let next = first.into_iter().flatten().min();
            let Some(next) = next.filter(|next| phase_of(*next) <= at) else {
                at += 1;
                match at {
                    1 => self.unknown_keys(),
                    2 => self.alone(),
                    3 => self.nowhere(),
                    _ => return,
                }
                continue;
            };
            self.round(next);
        }
    }

    fn round(&mut self, at: Round) {
        self.now = start(at);
        self.solver.round = at;
        let effects = self.pending.remove(&at).unwrap_or_default();
        for plus in [false, true] {
            effects
                .iter()
                .filter(|(sign, _)| *sign == plus)
                .for_each(|(_, effect)| self.change(plus, effect, at));
        }
        self.take_stirred();
        while let Some((time, var)) = self.events.first().copied().filter(|(time, _)| round(*time) == at) {
            self.events.pop_first();
            self.now = time;
            self.event(var, time);
        }
        self.now = start(at + 1);
        let checks: Vec<Var> = self.checks.range((at, 0)..=(at, Var::MAX)).map(|(_, var)| *var).collect();
        for var in checks {
            self.checks.remove(&(at, var));
            self.check(var, at);
        }
    }

    fn take_stirred(&mut self) {
        let stirred = std::mem::take(&mut self.solver.kept.stirred);
        self.events.extend(stirred.into_iter().map(|(time, var)| (time.max(self.now), var)));
    }

    // ── What a round begins with ───────────────────────────────────────────────────────────────────

    fn change(&mut self, plus: bool, effect: &Effect, at: Round) {
        match *effect {
            Effect::Add(var, value) => {
                let seeds = &mut self.solver.kept.seeds;
                match plus {
                    true => seeds.push(var, (value, at)),
                    false => self.is_lost |= !seeds.remove(var, (value, at)),
                }
                self.stir(var, start(at));
            }
            Effect::Copy(from, to) => self.change_copy(plus, from, to, at),
            // What is there from the beginning is kept as it is made.
            Effect::CopyBehind(..) | Effect::CopyToNew(..) | Effect::Constant(..) | Effect::OnNew(..) => {}
            Effect::On(var, what) => {
                let uses = &mut self.solver.kept.uses;
                match plus {
                    true => uses.push(var, (what, at)),
                    false => self.is_lost |= !uses.remove(var, (what, at)),
                }
                self.touch(var).uses.change(plus, (what, at));
                self.check_later(var);
            }
            Effect::Key(var, what) => {
                let keys = self.solver.kept.keys.entry(var).or_default();
                match (plus, keys.iter().position(|known| *known == (what, at))) {
                    (true, _) => keys.push((what, at)),
                    (false, Some(place)) => drop(keys.swap_remove(place)),
                    (false, None) => self.is_lost = true,
                }
                if keys.is_empty() {
                    self.solver.kept.keys.remove(&var);
                }
                self.touch(var).keys.change(plus, (what, at));
                self.check_later(var);
            }
            Effect::Text(var, text) => {
                let texts = self.solver.kept.sources.entry(var).or_default();
                match (plus, texts.iter().position(|known| *known == text)) {
                    (true, _) => texts.push(text),
                    (false, Some(place)) => drop(texts.swap_remove(place)),
                    (false, None) => self.is_lost = true,
                }
                if texts.is_empty() {
                    self.solver.kept.sources.remove(&var);
                }
                self.stir(var, start(at));
            }
            Effect::Slice(of, begin, into) => self.change_slice(plus, of, begin, into, at),
            Effect::Target(call, target) => {
                let targets = &mut self.solver.kept.targets;
                self.targets.entry(call).or_insert_with(|| targets.get(call).to_vec());
                self.calls.insert(call);
                match plus {
                    true => targets.push(call, (target, at)),
                    false => self.is_lost |= !targets.remove(call, (target, at)),
                }
            }
            Effect::Outside(call, path) => {
                let outside = &mut self.solver.kept.outside;
                self.calls.insert(call);
                match plus {
                    true => outside.push(call, (path, at)),
                    false => self.is_lost |= !outside.remove(call, (path, at)),
                }
            }
            Effect::Implicit(call) => {
                let times = self.solver.kept.implicit.entry(call).or_default();
                self.calls.insert(call);
                match plus {
                    true => *times += 1,
                    false => match times.checked_sub(1) {
                        Some(less) => *times = less,
                        None => self.is_lost = true,
                    },
                }
            }
        }
    }

    fn change_copy(&mut self, plus: bool, from: Var, to: Var, since: Round) {
        if plus {
            self.solver.keep_copy(from, to, since);
            return;
        }
        let kept = &mut self.solver.kept;
        let known = kept.ins.remove(to, (from, since)) && kept.outs.remove(from, (to, since));
        self.is_lost |= !known;
        self.stir(to, start(since));
    }

    fn change_slice(&mut self, plus: bool, of: ValueId, begin: Symbol, into: ValueId, at: Round) {
        let slice = Slice { start: begin, into, since: at + 1 };
        let slices = self.solver.slices.entry(of).or_default();
        match (plus, slices.iter().position(|known| *known == slice)) {
            (true, _) => slices.push(slice),
            (false, Some(place)) => drop(slices.swap_remove(place)),
            (false, None) => self.is_lost = true,
        }
        for (name, element) in self.solver.elements.get(&of).cloned().unwrap_or_default() {
            if let Some(target) = self.solver.slice_target(name, slice) {
                self.change_copy(plus, element, target, slice.since);
            }
        }
        let any = self.solver.any;
        let (from, to) = (self.solver.field(of, any), self.solver.field(into, any));
        self.change_copy(plus, from, to, at);
    }

    fn stir(&mut self, var: Var, time: Time) {
        self.events.insert((time.max(self.now), var));
    }

    fn touch(&mut self, var: Var) -> &mut Before {
        let kept = &self.solver.kept;
        self.before.entry(var).or_insert_with(|| Before {
            values: kept.values(var),
            texts: kept.texts(var),
            uses: Changed::default(),
            keys: Changed::default(),
        })
    }

    // ── Variables ──────────────────────────────────────────────────────────────────────────────────

    /// What a variable holds is looked at anew, and is settled up to a time.
    fn event(&mut self, var: Var, time: Time) {
        let (values, texts) = self.solver.kept.pull(var);
        let before = (self.solver.kept.values(var), self.solver.kept.texts(var));
        if (&values, &texts) == (&before.0, &before.1) {
            return;
        }
        let (values, mut stirred, mut changed) = settle(&before.0, &values, time);
        let (texts, of_texts, changed_texts) = settle(&before.1, &texts, time);
        stirred.extend(of_texts);
        changed.extend(changed_texts);
        stirred.into_iter().for_each(|time| self.stir(var, time));
        if changed.is_empty() {
            return;
        }
        self.touch(var);
        self.solver.kept.set_values(var, &values);
        self.solver.kept.set_texts(var, &texts);
        let outs: SmallVec<[(Var, Round); 16]> = SmallVec::from_slice(self.solver.kept.outs.get(var));
        for (to, since) in outs {
            for &changed in &changed {
                self.stir(to, arrival(changed, since));
            }
        }
        self.check_later(var);
    }

    /// The ends of rounds at which what is done with a variable is to be looked at, as it is other than before.
    fn check_later(&mut self, var: Var) {
        let Some(before) = self.before.get(&var) else { return };
        let kept = &self.solver.kept;
        let now = round(self.now);
        let mut rounds: FxHashSet<Round> = FxHashSet::default();
        let (values, texts) = (kept.values(var), kept.texts(var));
        let mut sinces: SmallVec<[Round; 8]> = SmallVec::new();
        let uses = kept.uses.get(var).iter().chain(&before.uses.went).map(|(_, since)| *since);
        let keys =
            kept.keys.get(&var).into_iter().flatten().chain(&before.keys.went).map(|(_, since)| *since);
        for since in uses.chain(keys) {
            if !sinces.contains(&since) {
                sinces.push(since);
            }
        }
        let times = values.held.iter().chain(&before.values.held).map(|(_, time)| *time);
        let times = times.chain(texts.held.iter().chain(&before.texts.held).map(|(_, time)| *time));
        for came in times {
            rounds.extend(sinces.iter().map(|since| round(came).max(*since)));
        }
        self.checks.extend(rounds.into_iter().filter(|at| *at >= now).map(|at| (at, var)));
    }

    /// What is done at the end of a round with what a variable holds, and was not before, or the other way round.
    fn check(&mut self, var: Var, at: Round) {
        let Some(before) = self.before.get(&var) else { return };
        let kept = &self.solver.kept;
        let (values, texts) = (kept.values(var), kept.texts(var));
        let is = |since: Round, came: Option<Time>, cut: Time| {
            came.and_then(|came| used(since, came, cut)) == Some(at)
        };
        let mut done: Vec<(bool, Use, ValueId)> = Vec::new();
        let mut all: SmallVec<[ValueId; 16]> =
            values.held.iter().chain(&before.values.held).map(|(value, _)| *value).collect();
        all.sort_unstable();
        all.dedup();
        // Of each value, since when it was and is there.
        let all: SmallVec<[ThenAndNow; 16]> =
            all.into_iter().map(|value| (value, before.values.since(value), values.since(value))).collect();
        let mut came = before.uses.came.clone();
        for &(what, since) in kept.uses.get(var) {
            let is_new = came.iter().position(|known| *known == (what, since));
            if let Some(place) = is_new {
                came.swap_remove(place);
            }
            for &(value, then, now) in &all {
                let was = is_new.is_none() && is(since, then, before.values.cut);
                let now = is(since, now, values.cut);
                if was != now {
                    done.push((now, what, value));
                }
            }
        }
        for &(what, since) in &before.uses.went {
            let was = all.iter().filter(|(_, then, _)| is(since, *then, before.values.cut));
            done.extend(was.map(|(value, ..)| (false, what, *value)));
        }
        let mut met: Vec<(bool, Symbol, KeyUse)> = Vec::new();
        let ends = (before.texts.cut.min(before.values.cut), texts.cut.min(values.cut));
        let mut came = before.keys.came.clone();
        let mut all: SmallVec<[Symbol; 8]> =
            texts.held.iter().chain(&before.texts.held).map(|(text, _)| *text).collect();
        all.sort_unstable();
        all.dedup();
        for &(what, since) in kept.keys.get(&var).into_iter().flatten() {
            let is_new = came.iter().position(|known| *known == (what, since));
            if let Some(place) = is_new {
                came.swap_remove(place);
            }
            for &text in &all {
                let was = is_new.is_none() && is(since, before.texts.since(text), ends.0);
                let now = is(since, texts.since(text), ends.1);
                if was != now {
                    met.push((now, text, what));
                }
            }
        }
        for &(what, since) in &before.keys.went {
            let was = all.iter().filter(|text| is(since, before.texts.since(**text), ends.0));
            met.extend(was.map(|text| (false, *text, what)));
        }
        self.solver.round = at + 1;
        for (plus, what, value) in done {
            self.solver.apply(what, value);
            self.take(plus, at + 1);
        }
        for (plus, text, what) in met {
            self.solver.access(text, what);
            self.take(plus, at + 1);
        }
    }

    // ── Where phases begin ─────────────────────────────────────────────────────────────────────────

    /// What a variable held before the edit, and what it does now.
    fn then_and_now(&self, var: Var) -> [(Course<ValueId>, Course<Symbol>); 2] {
        let now = (self.solver.kept.values(var), self.solver.kept.texts(var));
        let then = self.before.get(&var).map(|before| (before.values.clone(), before.texts.clone()));
        [then.unwrap_or_else(|| now.clone()), now]
    }

    /// Accesses by keys that nobody knows.
    fn unknown_keys(&mut self) {
        let around = std::mem::take(&mut self.around.keyed);
        let mut vars: FxHashSet<Var> =
            self.before.keys().filter(|var| self.solver.keyed.contains_key(var)).copied().collect();
        vars.extend(around.iter().map(|(_, var, _)| *var));
        let unknown = |(values, texts): &(Course<ValueId>, Course<Symbol>)| {
            let there = |time: Time| round(time) < phase(1);
            let more = there(texts.cut);
            let some = more || texts.held.iter().any(|(_, time)| there(*time));
            more || !some || there(values.cut) || values.held.iter().any(|(_, time)| there(*time))
        };
        let any = self.solver.any;
        for var in vars {
            let [then, now] = self.then_and_now(var).map(|state| unknown(&state));
            let mut known = self.solver.keyed.get(&var).cloned().unwrap_or_default();
            for &(plus, _, what) in around.iter().filter(|(_, of, _)| *of == var) {
                if let (true, Some(place)) = (plus, known.iter().position(|known| *known == what)) {
                    known.swap_remove(place);
                }
                let is_unknown = if plus { now } else { then };
                if is_unknown {
                    self.solver.access(any, what);
                    self.take(plus, phase(1));
                }
            }
            if then != now {
                known.into_iter().for_each(|what| self.solver.access(any, what));
                self.take(now, phase(1));
            }
        }
    }

    /// Methods that nobody calls.
    fn alone(&mut self) {
        let around = std::mem::take(&mut self.around.alone);
        let nothing = |(values, _): &(Course<ValueId>, Course<Symbol>)| {
            let there = |time: Time| round(time) < phase(2);
            !there(values.cut) && !values.held.iter().any(|(_, time)| there(*time))
        };
        for &(plus, var, owner, of_class) in &around {
            let [then, now] = self.then_and_now(var).map(|state| nothing(&state));
            let is_alone = if plus { now } else { then };
            if is_alone {
                self.solver.run_alone(var, owner, of_class);
                self.take(plus, phase(2));
            }
        }
        let vars: Vec<Var> = self.before.keys().copied().collect();
        for var in vars {
            let Some(&(owner, of_class)) = self.solver.alone.get(&var) else { continue };
            if around.iter().any(|(_, of, ..)| *of == var) {
                continue;
            }
            let [then, now] = self.then_and_now(var).map(|state| nothing(&state));
            if then != now {
                self.solver.run_alone(var, owner, of_class);
                self.take(now, phase(2));
            }
        }
    }

    /// Calls that lead nowhere.
    fn nowhere(&mut self) {
        let mut calls: FxHashSet<CallId> = self.targets.keys().copied().collect();
        calls.extend(self.around.calls.keys());
        let nothing = |targets: &[(Target, Round)]| targets.iter().all(|(_, since)| *since >= phase(3));
        for call in calls {
            if self.solver.calls[call as usize].arguments.is_empty() {
                continue;
            }
            let now = self.solver.kept.targets.get(call);
            let then = nothing(self.targets.get(&call).map_or(now, |then| &then[..]));
            let came = self.around.calls.get(&call).copied();
            let (then, now) = (then && came != Some(true), nothing(now) && came != Some(false));
            if then != now {
                self.solver.take_callbacks(call);
                self.take(now, phase(3));
            }
        }
    }
}

/// What a variable holds once it is settled up to a time; when it is to be looked at again; and the times at which it is other than before.
fn settle<T: Copy + Ord>(
    before: &Course<T>,
    now: &Course<T>,
    time: Time,
) -> (Course<T>, Vec<Time>, Vec<Time>) {
    let mut again: Vec<Time> = Vec::new();
    let mut settled: SmallVec<[(T, Time); 4]> =
        now.held.iter().filter(|(_, came)| *came <= time).copied().collect();
    let later = before.held.iter().filter(|(_, came)| *came > time);
    for &(value, came) in later {
        if !settled.iter().any(|(known, _)| *known == value) {
            settled.push((value, came));
        }
        if now.since(value) != Some(came) {
            again.push(came);
        }
    }
    let new = now.held.iter().filter(|(value, came)| *came > time && before.since(*value) != Some(*came));
    again.extend(new.map(|(_, came)| *came));
    let cut = match (now.cut <= time, before.cut <= time) {
        (true, _) => now.cut,
        (false, true) => NEVER,
        (false, false) => before.cut,
    };
    if cut != now.cut {
        again.extend([cut, now.cut].into_iter().filter(|cut| *cut != NEVER));
    }
    settled.retain(|(_, came)| *came < cut);
    settled.sort_unstable_by_key(|(value, came)| (*came, *value));
    let settled = Course { held: settled, cut };
    let mut changed: Vec<Time> = Vec::new();
    if settled != *before {
        let differs = |a: &Course<T>, b: &Course<T>| -> Vec<Time> {
            a.held
                .iter()
                .filter(|(value, came)| b.since(*value) != Some(*came))
                .map(|(_, came)| *came)
                .collect()
        };
        changed.extend(differs(before, &settled));
        changed.extend(differs(&settled, before));
        if cut != before.cut {
            changed.extend([cut, before.cut].into_iter().filter(|cut| *cut != NEVER));
        }
        changed.sort_unstable();
        changed.dedup();
    }
    (settled, again, changed)
}
