//! Variables: the values each holds, where they go, what is done with them, and which have something new.
//!
//! A variable holds at most [`MAX_VALUES`] values. When it would hold more it is *cut*: it holds anything, and so does
//! all that takes a copy of it. Nothing is kept of such a variable and nothing is passed on, which saves the work that large sets
//! would make (they are most of it).

use rustc_hash::FxHashSet;
use smallvec::SmallVec;
use std::collections::VecDeque;

use super::MAX_VALUES;
use super::lists::{List, Lists};
use super::literals::Literals;
use super::solver::{Use, ValueId};

/// A variable's number.
pub(super) type Var = u32;

/// Copies of one variable beyond this number are looked up in a table.
const SHORT: usize = 8;

/// How many values a set has room for: with one it is the variable's own, from two on a piece of a common array.
const ROOM: [usize; 3] = [4, 8, MAX_VALUES];

#[derive(Clone, Copy, Default)]
struct Variable {
    /// The only value, or where the values are.
    set: u32,
    copies: List,
    uses: List,
    len: u8,
    /// How many of the values went where copies and uses say.
    done: u8,
    cut: bool,
    queued: bool,
}

/// What is new in a variable, and where it goes.
pub(super) struct News {
    pub values: SmallVec<[ValueId; 8]>,
    pub copies: List,
    pub uses: List,
}

/// All variables.
pub(super) struct Variables {
    all: Vec<Variable>,
    sets: Vec<ValueId>,
    /// Pieces of `sets` that are free, by their room.
    free: [Vec<u32>; ROOM.len()],
    copies: Lists<Var>,
    uses: Lists<Use>,
    /// The copies of variables that have more than [`SHORT`].
    many: FxHashSet<(Var, Var)>,
    queue: VecDeque<Var>,
    /// How many were cut.
    pub cuts: u64,
    pub literals: Literals,
}

impl Variables {
    /// For so many facts.
    pub fn new(facts: usize) -> Self {
        Variables {
            all: Vec::with_capacity(facts + facts / 2),
            sets: Vec::new(),
            free: Default::default(),
            copies: Lists::with_capacity(facts),
            uses: Lists::with_capacity(facts),
            many: FxHashSet::default(),
            queue: VecDeque::new(),
            cuts: 0,
            literals: Literals::default(),
        }
    }

    pub fn fresh(&mut self) -> Var {
        self.all.push(Variable::default());
        self.all.len() as Var - 1
    }

    pub fn values(&self, var: Var) -> &[ValueId] {
        let variable = &self.all[var as usize];
        match variable.len {
            1 => std::slice::from_ref(&variable.set),
            len => &self.sets[variable.set as usize..][..len as usize],
        }
    }

    /// Whether a variable may hold more than it can.
    pub fn is_cut(&self, var: Var) -> bool {
        self.all[var as usize].cut
    }

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
        let set = self.room(variable, len);
        if len > 0 {
            self.sets[set as usize + len] = value;
        }
        let variable = &mut self.all[var as usize];
        variable.set = if len == 0 { value } else { set };
        variable.len += 1;
        self.enqueue(var);
    }

    /// Where a set of `len` values is once it has room for one more.
    fn room(&mut self, variable: Variable, len: usize) -> u32 {
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
                place
            }
        };
        if len == 1 {
            self.sets[new as usize] = variable.set;
        } else {
            let old = variable.set as usize;
            self.sets.copy_within(old..old + len, new as usize);
            self.free[next - 1].push(variable.set);
        }
        new
    }

    fn enqueue(&mut self, var: Var) {
        let variable = &mut self.all[var as usize];
        if !std::mem::replace(&mut variable.queued, true) {
            self.queue.push_back(var);
        }
    }

    /// Cuts a variable and all that copies it.
    fn cut(&mut self, var: Var) {
        let mut reached: SmallVec<[Var; 32]> = SmallVec::from_slice(&[var]);
        while let Some(var) = reached.pop() {
            let variable = &mut self.all[var as usize];
            if std::mem::replace(&mut variable.cut, true) {
                continue;
            }
            let held = *variable;
            (variable.len, variable.done, variable.set) = (0, 0, 0);
            (variable.copies, variable.uses) = (List::default(), List::default());
            if held.len > 1
                && let Some(room) = ROOM.iter().position(|room| held.len as usize <= *room)
            {
                self.free[room].push(held.set);
            }
            self.cuts += 1;
            self.literals.lose(var, self.copies.of(held.copies));
            reached.extend(self.copies.of(held.copies));
        }
    }

    /// Everything in `from` is in `to`, now and later.
    pub fn copy(&mut self, from: Var, to: Var) {
        if from == to || self.all[to as usize].cut {
            return;
        }
        let variable = self.all[from as usize];
        if variable.cut {
            self.cut(to);
            return;
        }
        let mut known = 0;
        for copy in self.copies.of(variable.copies).take(SHORT) {
            if copy == to {
                return;
            }
            known += 1;
        }
        // The first ones were looked at above, the others are in the table.
        if known == SHORT && !self.many.insert((from, to)) {
            return;
        }
        self.copies.push(&mut self.all[from as usize].copies, to);
        self.literals.copied(from);
        for place in 0..variable.done as usize {
            // What it got since is passed on when its turn comes.
            let Some(&value) = self.values(from).get(place) else { break };
            self.add(to, value);
        }
    }

    /// Uses all values of a variable. Those it holds already are handed out.
    pub fn on(&mut self, var: Var, what: Use) -> SmallVec<[ValueId; 8]> {
        let variable = &mut self.all[var as usize];
        if variable.cut {
            return SmallVec::new();
        }
        self.uses.push(&mut variable.uses, what);
        let done = variable.done as usize;
        SmallVec::from_slice(&self.values(var)[..done])
    }

    /// The next variable that has something new.
    pub fn next(&mut self) -> Option<News> {
        let var = self.queue.pop_front()?;
        let variable = &mut self.all[var as usize];
        variable.queued = false;
        let done = std::mem::replace(&mut variable.done, variable.len);
        let (copies, uses) = (variable.copies, variable.uses);
        let values = SmallVec::from_slice(&self.values(var)[done as usize..]);
        Some(News { values, copies, uses })
    }

    /// Where what a variable holds goes.
    pub fn copies_of(&self, var: Var) -> List {
        self.all[var as usize].copies
    }

    /// The first of some copies, and the others.
    pub fn first_copy(&self, copies: List) -> Option<(Var, List)> {
        self.copies.split(copies)
    }

    /// The variables that a variable is copied to, but for those that were forgotten when it was cut.
    pub fn copied(&self, from: Var) -> impl Iterator<Item = Var> + '_ {
        self.copies.of(self.all[from as usize].copies)
    }

    /// How many variables there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The first of some uses, and the others.
    pub fn first_use(&self, uses: List) -> Option<(Use, List)> {
        self.uses.split(uses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(variables: &mut Variables) {
        while let Some(news) = variables.next() {
            let mut rest = news.copies;
            while let Some((to, others)) = variables.first_copy(rest) {
                for value in &news.values {
                    variables.add(to, *value);
                }
                rest = others;
            }
        }
    }

    #[test]
    fn values_follow_copies_around_a_circle() {
        let mut variables = Variables::new(0);
        let vars: Vec<Var> = (0..30).map(|_| variables.fresh()).collect();
        for pair in vars.windows(2) {
            variables.copy(pair[0], pair[1]);
            variables.copy(pair[0], pair[1]);
        }
        variables.copy(vars[29], vars[0]);
        for value in 0..20 {
            variables.add(vars[value as usize], value);
        }
        settle(&mut variables);
        for var in vars {
            let mut held = variables.values(var).to_vec();
            held.sort_unstable();
            assert_eq!(held, (0..20).collect::<Vec<_>>());
        }
        assert_eq!(variables.cuts, 0);
    }

    #[test]
    fn what_copies_a_cut_variable_is_cut() {
        let mut variables = Variables::new(0);
        let [big, before, after, apart] = [(); 4].map(|()| variables.fresh());
        variables.copy(big, before);
        for value in 0..=MAX_VALUES as ValueId {
            variables.add(big, value);
        }
        variables.copy(big, after);
        variables.copy(apart, after);
        settle(&mut variables);
        assert_eq!([big, before, after, apart].map(|v| variables.is_cut(v)), [true, true, true, false]);
        assert_eq!(variables.cuts, 3);
        assert!(variables.values(before).is_empty());
    }

    #[test]
    fn many_copies_are_each_kept_once() {
        let mut variables = Variables::new(0);
        let from = variables.fresh();
        let to: Vec<Var> = (0..20).map(|_| variables.fresh()).collect();
        for _ in 0..2 {
            for &to in &to {
                variables.copy(from, to);
            }
        }
        assert_eq!(variables.copies.of(variables.all[from as usize].copies).collect::<Vec<_>>(), to);
    }
}
