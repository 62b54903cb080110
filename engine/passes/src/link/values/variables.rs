//! Variables: the values each holds, where they go, what is done with them, and which have something new.
//!
//! Time goes in *rounds*, and in a round in *steps*. What the round before brought about (values, copies, uses) is there at the beginning of a round;
//! then values go where copies say, all at once from step to step, until they rest. So what a variable holds after a
//! round follows from the facts alone, and never from the order in which they come.
//!
//! A variable holds at most [`MAX_VALUES`] values. When it would hold more it is *cut* in that round: it holds anything, and so does
//! all that takes a copy of it. What came in the round in which it is cut does not count, nothing is kept of such a variable and nothing
//! is passed on, which saves the work that large sets would make (they are most of it).

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::MAX_VALUES;
use super::ahead::{AHEAD, look};
use super::copies::Copies;
use super::lists::{List, Lists};
use super::literals::Literals;
use super::solver::{Use, ValueId};
use super::time::{NEVER, Round, Time, start};

/// A variable's number.
pub(super) type Var = u32;

/// How many values a set has room for: with one it is the variable's own, from two on a piece of a common array.
const ROOM: [usize; 3] = [4, 8, MAX_VALUES];

/// In place of how many values a step takes on: that the variable was cut.
const IS_CUT: u8 = u8::MAX;

/// How many variables so many facts have at most, roughly.
pub(super) fn many_variables(facts: usize) -> usize {
    facts + facts / 2
}

#[derive(Clone, Copy, Default)]
struct Variable {
    /// The only value, or where the values are.
    set: u32,
    uses: List,
    len: u8,
    /// How many of the values went where copies say.
    done: u8,
    /// How many of the values were there when the round began.
    old: u8,
    cut: bool,
    /// Whether anything of it waits for the next step.
    queued: bool,
    touched: bool,
}

/// A value, and when it came.
type Came = (ValueId, Time);

/// The values that variables held which were cut.
type Noted = FxHashMap<Var, Vec<Came>>;

/// All variables.
pub(super) struct Variables {
    all: Vec<Variable>,
    sets: Vec<ValueId>,
    /// When each value came, if that is noted: of sets as they are in `sets`, and of variables with one value.
    times: Vec<Time>,
    single: Vec<Time>,
    noted: Option<Noted>,
    /// When variables were cut.
    cut_at: FxHashMap<Var, Time>,
    /// The time at which things arrive.
    now: Time,
    /// Pieces of `sets` that are free, by their room.
    free: [Vec<u32>; ROOM.len()],
    copies: Copies,
    uses: Lists<Use>,
    /// Variables that got something in the last step.
    queue: Vec<Var>,
    /// Variables that got something in this round.
    touched: Vec<Var>,
    /// Variables that were cut and forgot what they held in this round.
    forgotten: Vec<Var>,
    /// Uses that this round began with.
    fresh: Vec<(Var, Use)>,
    /// How many were cut.
    pub cuts: u64,
    pub literals: Literals,
}

impl Variables {
    /// For so many facts. `noted` says that it is to be noted when what came.
    pub fn new(facts: usize, noted: bool) -> Self {
        Variables {
            all: Vec::with_capacity(many_variables(facts)),
            sets: Vec::with_capacity(facts * 4),
            times: Vec::new(),
            single: Vec::new(),
            noted: noted.then(Noted::default),
            cut_at: FxHashMap::default(),
            now: start(0),
            free: Default::default(),
            copies: Copies::new(facts),
            uses: Lists::with_capacity(facts),
            queue: Vec::new(),
            touched: Vec::new(),
            forgotten: Vec::new(),
            fresh: Vec::new(),
            cuts: 0,
            literals: Literals::new(start(0)),
        }
    }

    /// There are so many variables from now on.
    pub fn grow(&mut self, count: Var) {
        self.all.resize(count as usize, Variable::default());
        self.copies.grow(count as usize);
        if self.noted.is_some() {
            self.single.resize(count as usize, 0);
        }
    }

    pub fn values(&self, var: Var) -> &[ValueId] {
        let variable = &self.all[var as usize];
        match variable.len {
            1 => std::slice::from_ref(&variable.set),
            len => &self.sets[variable.set as usize..][..len as usize],
        }
    }

    /// What is asked for of a variable, and of its copies ([`look`]).
    pub fn of_variable(&self, var: Var) -> u32 {
        self.all[var as usize].set
    }

    pub fn of_copies(&self, var: Var) -> u32 {
        self.copies.look(var)
    }

    /// Whether a variable may hold more than it can.
    pub fn is_cut(&self, var: Var) -> bool {
        self.all[var as usize].cut
    }

    /// Whether nothing came to a variable.
    pub fn is_unused(&self, var: Var) -> bool {
        self.all.get(var as usize).is_none_or(|variable| variable.len == 0 && !variable.cut)
    }

    /// When a variable was cut.
    pub fn cut_of(&self, var: Var) -> Time {
        if !self.all[var as usize].cut {
            return NEVER;
        }
        self.cut_at.get(&var).copied().unwrap_or(NEVER)
    }

    /// How many variables there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    // ── What a round begins with ───────────────────────────────────────────────────────────────────

    /// Adds a value.
    pub fn add(&mut self, var: Var, value: ValueId) {
        let variable = self.all[var as usize];
        if variable.cut || self.values(var).contains(&value) {
            return;
        }
        let len = variable.len as usize;
        if len == MAX_VALUES {
            self.cut(var);
            return;
        }
        let set = self.room(var, variable, len);
        if len > 0 {
            self.sets[set as usize + len] = value;
        }
        if self.noted.is_some() {
            match len {
                0 => self.single[var as usize] = self.now,
                _ => self.times[set as usize + len] = self.now,
            }
        }
        let variable = &mut self.all[var as usize];
        variable.set = if len == 0 { value } else { set };
        variable.len += 1;
        self.enqueue(var);
    }

    /// Everything in `from` is in `to`, now and later.
    pub fn copy(&mut self, from: Var, to: Var) {
        let (variable, other) = (self.all[from as usize], self.all[to as usize]);
        if from == to || (other.cut && !other.queued) {
            return;
        }
        if variable.cut && !variable.queued {
            self.cut(to);
            return;
        }
        self.copies.push(from, to);
        // What it got since the round began goes on with the next step.
        for place in 0..variable.done as usize {
            let Some(&value) = self.values(from).get(place) else { break };
            self.add(to, value);
        }
        self.literals.copied(from, to);
    }

    /// As [`Variables::copy`], of what `to` has already.
    pub fn copy_behind(&mut self, from: Var, to: Var) {
        // Whoever is cut as the round begins is so for others one step later.
        let is_cut = |variable: &Variable| variable.cut && !variable.queued;
        if !is_cut(&self.all[from as usize]) && !is_cut(&self.all[to as usize]) {
            self.copies.push(from, to);
        }
    }

    /// As [`Variables::copy`], to a variable that is new and should have been there all the time.
    pub fn copy_to_new(&mut self, from: Var, to: Var) {
        let variable = self.all[from as usize];
        if variable.cut && !variable.queued {
            self.all[to as usize].cut = true;
            self.copies.close(to);
            self.cuts += 1;
            let cut = self.cut_at.get(&from).map_or(self.now, |time| time + 1);
            self.cut_at.insert(to, cut);
            if let Some(noted) = &mut self.noted {
                let held = noted.get(&from).into_iter().flatten();
                let held: Vec<_> = held.map(|(value, time)| (*value, time + 1)).collect();
                noted.insert(to, held);
            }
            self.literals.copied_to_new(from, to);
            return;
        }
        self.copies.push(from, to);
        let now = self.now;
        for place in 0..variable.done as usize {
            let Some(&value) = self.values(from).get(place) else { break };
            if self.noted.is_some() {
                let came = self.times(from).nth(place).map(|(_, time)| time);
                self.now = came.map_or(now, |time| time + 1);
            }
            self.add(to, value);
        }
        self.now = now;
        let new = &mut self.all[to as usize];
        (new.done, new.old) = (new.len, new.len);
        self.literals.copied_to_new(from, to);
    }

    /// Uses all values of a variable.
    pub fn on(&mut self, var: Var, what: Use) {
        if !self.all[var as usize].cut {
            self.fresh.push((var, what));
        }
    }

    /// As [`Variables::on`], for a variable that is new.
    pub fn on_new(&mut self, var: Var, what: Use) {
        self.uses.push(&mut self.all[var as usize].uses, what);
    }

    /// A variable that is new holds a value and never another one.
    pub fn constant(&mut self, var: Var, value: ValueId) {
        if self.noted.is_some() {
            self.single[var as usize] = start(0);
        }
        let variable = &mut self.all[var as usize];
        (variable.set, variable.len, variable.done, variable.old) = (value, 1, 1, 1);
    }

    /// Where a set of `len` values is once it has room for one more.
    fn room(&mut self, var: Var, variable: Variable, len: usize) -> u32 {
        let next = match len {
            0 => return 0,
            1 => 0,
            _ => match ROOM[..ROOM.len() - 1].iter().position(|room| *room == len) {
                Some(full) => full + 1,
                None => return variable.set,
            },
        };
        let new = match self.free[next].pop() {
            Some(place) => place,
            None => {
                let place = self.sets.len() as u32;
                self.sets.resize(self.sets.len() + ROOM[next], 0);
                if self.noted.is_some() {
                    self.times.resize(self.sets.len(), 0);
                }
                place
            }
        };
        if len == 1 {
            self.sets[new as usize] = variable.set;
            if self.noted.is_some() {
                self.times[new as usize] = self.single[var as usize];
            }
        } else {
            let old = variable.set as usize;
            self.sets.copy_within(old..old + len, new as usize);
            if self.noted.is_some() {
                self.times.copy_within(old..old + len, new as usize);
            }
            self.free[next - 1].push(variable.set);
        }
        new
    }

    fn enqueue(&mut self, var: Var) {
        let variable = &mut self.all[var as usize];
        if !std::mem::replace(&mut variable.queued, true) {
            self.queue.push(var);
        }
        if !std::mem::replace(&mut variable.touched, true) {
            self.touched.push(var);
        }
    }

    fn cut(&mut self, var: Var) {
        let variable = &mut self.all[var as usize];
        if std::mem::replace(&mut variable.cut, true) {
            return;
        }
        // What came in this very step does not count; the others go on until the next step.
        self.cuts += 1;
        let held = *variable;
        variable.len = variable.done;
        if held.len > 1 && held.done <= 1 {
            variable.set = self.sets[held.set as usize];
            if self.noted.is_some() {
                self.single[var as usize] = self.times[held.set as usize];
            }
            self.free(held.len, held.set);
        }
        let variable = &mut self.all[var as usize];
        if variable.len == 0 {
            variable.set = 0;
        }
        self.cut_at.insert(var, self.now);
        self.enqueue(var);
    }

    /// The place of a set of so many values is free.
    fn free(&mut self, len: u8, place: u32) {
        if let Some(room) = ROOM.iter().position(|room| len as usize <= *room) {
            self.free[room].push(place);
        }
    }

    /// A variable that was cut forgets what it held.
    fn forget(&mut self, var: Var) {
        if let Some(mut noted) = self.noted.take() {
            noted.insert(var, self.times(var).collect());
            self.noted = Some(noted);
        }
        let variable = &mut self.all[var as usize];
        let held = *variable;
        (variable.len, variable.done, variable.old, variable.set) = (0, 0, 0, 0);
        variable.uses = List::default();
        self.forgotten.push(var);
        if held.len > 1 {
            self.free(held.len, held.set);
        }
    }

    /// The values that a variable holds, and when they came.
    fn times(&self, var: Var) -> impl Iterator<Item = (ValueId, Time)> {
        let variable = &self.all[var as usize];
        let times = match variable.len {
            1 => std::slice::from_ref(&self.single[var as usize]),
            len => &self.times[variable.set as usize..][..len as usize],
        };
        self.values(var).iter().copied().zip(times.iter().copied())
    }

    /// Whether nothing waits for the next step or the end of the round.
    pub fn at_rest(&self) -> bool {
        self.queue.is_empty() && self.fresh.is_empty() && self.literals.at_rest()
    }

    /// How much waits for the end of the round.
    pub fn waiting(&self) -> usize {
        self.touched.len() + self.fresh.len()
    }

    // ── Steps ──────────────────────────────────────────────────────────────────────────────────────

    /// Takes values and texts where copies say, step by step, until they rest. Texts do not feel values, but for those that came when a variable was cut or
    /// later: so both go at the same time.
    pub fn propagate(&mut self) {
        let mut copies = std::mem::take(&mut self.copies);
        let mut literals = std::mem::take(&mut self.literals);
        rayon::join(|| self.propagate_values(&copies), || literals.propagate(&copies));
        for var in std::mem::take(&mut self.forgotten) {
            literals.withdraw(var, self.cut_of(var));
            literals.lose(var, copies.of(var));
            copies.close(var);
        }
        (self.copies, self.literals) = (copies, literals);
    }

    fn propagate_values(&mut self, copies: &Copies) {
        let mut news: Vec<(Var, u8, u8)> = Vec::new();
        while !self.queue.is_empty() {
            let queue = std::mem::take(&mut self.queue);
            news.clear();
            self.now += 1;
            for &var in &queue {
                let variable = &mut self.all[var as usize];
                variable.queued = false;
                news.push((var, variable.done, if variable.cut { IS_CUT } else { variable.len }));
                variable.done = variable.len;
            }
            for news in news.chunks(AHEAD) {
                look(news, |(var, ..)| self.of_variable(*var).wrapping_add(copies.look(*var)));
                look(news, |(var, ..)| copies.of(*var).fold(0, |seen, to| seen ^ self.of_variable(to)));
                for &(var, done, len) in news {
                    match len {
                        IS_CUT => {
                            self.forget(var);
                            copies.of(var).for_each(|to| self.cut(to));
                        }
                        len => self.pass(copies, var, done, len),
                    }
                }
            }
        }
    }

    /// Begins a round.
    pub fn begin_round(&mut self, round: Round) {
        self.now = start(round);
        self.literals.now = self.now;
    }

    /// What each variable holds, or held before it was cut, and when that came; and which were cut when.
    pub fn noted(&mut self) -> (Vec<(Var, Came)>, FxHashMap<Var, Time>) {
        let held = self.noted.take().unwrap_or_default();
        let mut all = Vec::new();
        for var in 0..self.all.len() as Var {
            all.extend(self.times(var).map(|held| (var, held)));
        }
        all.extend(held.into_iter().flat_map(|(var, held)| held.into_iter().map(move |held| (var, held))));
        (all, std::mem::take(&mut self.cut_at))
    }

    fn pass(&mut self, copies: &Copies, var: Var, done: u8, len: u8) {
        let values: SmallVec<[ValueId; 8]> =
            SmallVec::from_slice(&self.values(var)[done as usize..len as usize]);
        for to in copies.of(var) {
            values.iter().for_each(|value| self.add(to, *value));
        }
    }

    // ── What a round ends with ─────────────────────────────────────────────────────────────────────

    /// Ends the round: hands out each use with the values that are new for it.
    pub fn end_round(&mut self, mut hand_out: impl FnMut(Use, ValueId)) {
        for touched in std::mem::take(&mut self.touched).chunks(AHEAD) {
            look(touched, |var| self.of_variable(*var));
            look(touched, |var| {
                let first = self.uses.look(self.all[*var as usize].uses);
                first.wrapping_add(self.values(*var).first().copied().unwrap_or_default())
            });
            for &var in touched {
                let variable = &mut self.all[var as usize];
                variable.touched = false;
                let old = std::mem::replace(&mut variable.old, variable.len);
                let mut uses = variable.uses;
                while let Some((what, others)) = self.uses.split(uses) {
                    self.values(var)[old as usize..].iter().for_each(|value| hand_out(what, *value));
                    uses = others;
                }
            }
        }
        for (var, what) in std::mem::take(&mut self.fresh) {
            if !self.all[var as usize].cut {
                self.values(var).iter().for_each(|value| hand_out(what, *value));
                self.uses.push(&mut self.all[var as usize].uses, what);
            }
        }
    }

    /// The variables that a variable is copied to, but for those that were forgotten when it was cut.
    pub fn copied(&self, from: Var) -> impl Iterator<Item = Var> + '_ {
        self.copies.of(from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_follow_copies_around_a_circle() {
        let mut variables = Variables::new(0, false);
        variables.grow(30);
        let vars: Vec<Var> = (0..30).collect();
        for pair in vars.windows(2) {
            variables.copy(pair[0], pair[1]);
            variables.copy(pair[0], pair[1]);
        }
        variables.copy(vars[29], vars[0]);
        for value in 0..20 {
            variables.add(vars[value as usize], value);
        }
        variables.propagate();
        for var in vars {
            let mut held = variables.values(var).to_vec();
            held.sort_unstable();
            assert_eq!(held, (0..20).collect::<Vec<_>>());
        }
        assert_eq!(variables.cuts, 0);
    }

    #[test]
    fn what_copies_a_cut_variable_is_cut() {
        let mut variables = Variables::new(0, false);
        variables.grow(4);
        let [big, before, after, apart] = [0, 1, 2, 3];
        variables.copy(big, before);
        for value in 0..=MAX_VALUES as ValueId {
            variables.add(big, value);
        }
        variables.propagate();
        variables.copy(big, after);
        variables.copy(apart, after);
        variables.propagate();
        assert_eq!([big, before, after, apart].map(|v| variables.is_cut(v)), [true, true, true, false]);
        assert_eq!(variables.cuts, 3);
        assert!(variables.values(before).is_empty());
    }
}
