//! Strings and integers, which matter as keys alone.
//!
//! They go where copies say, step by step as values do, and nowhere else: nothing is called through them. Those that arrive at keys tell
//! which elements are meant, which may give values new ways to go. Values do not feel what other texts there are: a text that reaches no
//! key may be another one, and what calls run is the same. [`Variables::mattering`] tells which may not.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use stoa_model::Symbol;

use super::copies::Copies;
use super::of_variables::OfVariables;
use super::time::{NEVER, Time, round};
use super::variables::{Var, Variables};

/// A variable with more strings or integers than these may be any key.
pub(super) const MAX_KEYS: usize = 4;

/// What is done with each text that a variable holds as a key: what is there in `base` goes to `other`, or the other way round.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct KeyUse {
    pub base: Var,
    pub other: Var,
    pub writes: bool,
}

/// The texts that variables hold, and what they are keys for.
#[derive(Default)]
pub(super) struct Literals {
    held: OfVariables<Texts>,
    /// Variables that got something in the last step, and those that did in this round.
    queue: Vec<Var>,
    touched: Vec<Var>,
    keys: FxHashMap<Var, Vec<KeyUse>>,
    /// Uses that this round began with.
    fresh: Vec<(Var, KeyUse)>,
    /// Copies of variables that were cut, which forget them.
    lost: Vec<(Var, Var)>,
    /// The time at which things arrive.
    pub now: Time,
}

/// Texts, and when they came.
pub(super) type Timed = SmallVec<[(Symbol, Time); 1]>;

struct Texts {
    texts: Timed,
    /// How many of them went where copies say, and how many were there when the round began.
    done: u8,
    old: u8,
    /// When it came to more.
    more: Time,
    queued: bool,
    touched: bool,
}

impl Texts {
    /// When the first text came.
    fn first(&self) -> Time {
        self.texts.iter().map(|(_, time)| *time).min().unwrap_or(NEVER).min(self.more)
    }
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { texts: Timed::new(), done: 0, old: 0, more: NEVER, queued: false, touched: false }
    }
}

/// What a step takes on from a variable: texts, or that it may hold any.
struct News {
    texts: SmallVec<[Symbol; MAX_KEYS]>,
    more: bool,
}

impl Literals {
    pub fn new(now: Time) -> Literals {
        Literals { now, ..Literals::default() }
    }

    /// Makes room for the texts of a program among so many variables.
    pub fn reserve(&mut self, texts: usize, variables: usize) {
        // Most go to one more variable.
        self.held.reserve(texts * 2, variables);
    }

    /// A text of the program, at a variable that holds it before anything goes anywhere.
    pub fn source(&mut self, var: Var, text: Symbol) {
        self.add(var, text);
    }

    /// Whether nothing waits for the next step or the end of the round.
    pub fn at_rest(&self) -> bool {
        self.queue.is_empty() && self.fresh.is_empty()
    }

    /// Uses what a variable holds as keys.
    pub fn key(&mut self, var: Var, what: KeyUse) {
        self.fresh.push((var, what));
    }

    /// Whether a variable holds any text, and whether so many that it may be any key.
    pub fn of(&self, var: Var) -> (bool, bool) {
        self.held
            .get(var)
            .map_or((false, false), |held| (held.more != NEVER || !held.texts.is_empty(), held.more != NEVER))
    }

    fn add(&mut self, var: Var, text: Symbol) {
        let held = self.held.entry(var);
        if held.more != NEVER || held.texts.iter().any(|(known, _)| *known == text) {
            return;
        }
        if held.texts.len() == MAX_KEYS {
            self.overflow(var);
            return;
        }
        held.texts.push((text, self.now));
        self.enqueue(var);
    }

    /// A variable may hold any text.
    fn overflow(&mut self, var: Var) {
        let held = self.held.entry(var);
        if held.more == NEVER {
            held.more = self.now;
            held.texts.truncate(held.done as usize);
            self.enqueue(var);
        }
    }

    fn enqueue(&mut self, var: Var) {
        let Some(held) = self.held.get_mut(var) else { return };
        if !std::mem::replace(&mut held.queued, true) {
            self.queue.push(var);
        }
        if !std::mem::replace(&mut held.touched, true) {
            self.touched.push(var);
        }
    }

    /// A variable is copied to another one from now on.
    pub fn copied(&mut self, from: Var, to: Var) {
        let Some(held) = self.held.get(from) else { return };
        // What it got since the round began goes on with the next step.
        let texts = held.texts[..held.done as usize].iter().map(|(text, _)| *text).collect();
        let news = News { texts, more: held.more != NEVER && !held.queued };
        self.arrive(to, &news);
    }

    /// As [`Literals::copied`], to a variable that is new and should have been there all the time.
    pub fn copied_to_new(&mut self, from: Var, to: Var) {
        let Some(held) = self.held.get(from) else { return };
        let texts: Timed =
            held.texts[..held.done as usize].iter().map(|(text, time)| (*text, time + 1)).collect();
        let more = if held.more != NEVER && !held.queued { held.more + 1 } else { NEVER };
        let done = texts.len() as u8;
        *self.held.entry(to) = Texts { texts, done, old: done, more, queued: false, touched: false };
    }

    /// A variable is cut, and its copies are forgotten.
    pub fn lose(&mut self, from: Var, copies: impl Iterator<Item = Var>) {
        if self.held.get(from).is_some_and(|held| held.first() != NEVER) {
            self.lost.extend(copies.map(|to| (from, to)));
        }
    }

    /// Takes texts where copies say, step by step, until they rest.
    pub fn propagate(&mut self, copies: &Copies) {
        while !self.queue.is_empty() {
            let news = self.step();
            self.now += 1;
            for (var, texts) in news {
                for to in copies.of(var).filter(|to| !copies.is_closed(*to)) {
                    self.arrive(to, &texts);
                }
            }
        }
    }

    /// The variables that got something in the last step, and what.
    fn step(&mut self) -> Vec<(Var, News)> {
        let mut news = Vec::with_capacity(self.queue.len());
        for var in std::mem::take(&mut self.queue) {
            let Some(held) = self.held.get_mut(var) else { continue };
            held.queued = false;
            let texts = held.texts[held.done as usize..].iter().map(|(text, _)| *text).collect();
            held.done = held.texts.len() as u8;
            news.push((var, News { texts, more: held.more != NEVER }));
        }
        news
    }

    /// A variable was cut: what came then or later does not count.
    pub fn withdraw(&mut self, var: Var, cut: Time) {
        if let Some(held) = self.held.get_mut(var) {
            held.texts.retain(|(_, time)| *time < cut);
            held.done = held.texts.len() as u8;
            held.old = held.old.min(held.done);
            if held.more >= cut {
                held.more = NEVER;
            }
        }
    }

    /// What each variable holds, and when it came to hold more than is followed.
    pub fn noted(&mut self) -> (FxHashMap<Var, Timed>, FxHashMap<Var, Time>) {
        let more = self.held.iter().filter(|(_, held)| held.more != NEVER);
        let more = more.map(|(var, held)| (var, held.more)).collect();
        let held = std::mem::take(&mut self.held).into_all();
        (held.filter(|(_, held)| !held.texts.is_empty()).map(|(var, held)| (var, held.texts)).collect(), more)
    }

    /// What comes from a variable arrives at another one.
    fn arrive(&mut self, to: Var, news: &News) {
        if news.more {
            self.overflow(to);
        } else {
            news.texts.iter().for_each(|text| self.add(to, *text));
        }
    }
}

impl Variables {
    /// Ends the round: hands out each use of a key with the texts that are new for it.
    pub fn end_round_of_keys(&mut self, mut hand_out: impl FnMut(Symbol, KeyUse)) {
        for var in std::mem::take(&mut self.literals.touched) {
            let is_cut = self.is_cut(var);
            let Some(held) = self.literals.held.get_mut(var) else { continue };
            held.touched = false;
            let old = std::mem::replace(&mut held.old, held.texts.len() as u8);
            let new = held.texts.get(old as usize..).unwrap_or_default();
            // What came in the round in which it came to more does not count.
            if !is_cut && held.more == NEVER {
                for what in self.literals.keys.get(&var).into_iter().flatten() {
                    new.iter().for_each(|(text, _)| hand_out(*text, *what));
                }
            }
        }
        for (var, what) in std::mem::take(&mut self.literals.fresh) {
            self.literals.keys.entry(var).or_default().push(what);
            if !self.is_cut(var) {
                let Some(held) = self.literals.held.get(var) else { continue };
                let counts = |time: Time| round(time) < round(held.more);
                let texts = held.texts.iter().filter(|(_, time)| counts(*time));
                texts.for_each(|(text, _)| hand_out(*text, what));
            }
        }
    }

    /// Which texts of the program may be keys, by their numbers in its order, ascending: those whose variables have a way to a
    /// variable that is used as one.
    pub fn mattering(&self, sources: &[Var]) -> Vec<u32> {
        if self.literals.keys.is_empty() || sources.is_empty() {
            return Vec::new();
        }
        // The ways back: of each variable those that it copies. Where a text stood or came by, something is held.
        let mut starts = vec![0u32; self.len() + 1];
        let carries = |first: Time, to: Var| first != NEVER && first + 1 < self.cut_of(to);
        let mut copies: Vec<(Var, Var)> = Vec::new();
        for (from, held) in self.literals.held.iter() {
            let first = held.first();
            copies.extend(self.copied(from).filter(|to| carries(first, *to)).map(|to| (from, to)));
        }
        let first = |from| self.literals.held.get(from).map_or(NEVER, Texts::first);
        let lost = self.literals.lost.iter().copied();
        copies.extend(lost.filter(|(from, to)| carries(first(*from), *to)));
        copies.iter().for_each(|(_, to)| starts[*to as usize + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut places = starts.clone();
        let mut back = vec![0; copies.len()];
        for (from, to) in copies {
            back[places[to as usize] as usize] = from;
            places[to as usize] += 1;
        }
        let mut reached = vec![false; self.len()];
        let mut work: Vec<Var> = self.literals.keys.keys().copied().collect();
        work.iter().for_each(|var| reached[*var as usize] = true);
        while let Some(var) = work.pop() {
            for &from in &back[starts[var as usize] as usize..starts[var as usize + 1] as usize] {
                if !std::mem::replace(&mut reached[from as usize], true) {
                    work.push(from);
                }
            }
        }
        let sources = sources.iter().enumerate();
        sources.filter(|(_, var)| reached[**var as usize]).map(|(number, _)| number as u32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(variables: &mut Variables) -> Vec<u32> {
        variables.propagate();
        let mut met = Vec::new();
        variables.end_round_of_keys(|text, _| met.push(text.0));
        met.sort_unstable();
        met
    }

    #[test]
    fn a_text_meets_each_use_of_a_key_once() {
        let mut variables = Variables::new(0, false);
        variables.grow(3);
        let [from, key, other] = [0, 1, 2];
        let what = KeyUse { base: other, other, writes: false };
        variables.literals.source(from, Symbol(1));
        variables.literals.key(key, what);
        assert!(texts(&mut variables).is_empty());
        variables.copy(from, key);
        assert_eq!(texts(&mut variables), [1]);
        assert!(texts(&mut variables).is_empty());
        variables.literals.key(key, what);
        variables.literals.source(from, Symbol(2));
        assert_eq!(texts(&mut variables), [1, 2, 2]);
        for text in 3..9 {
            variables.literals.source(from, Symbol(text));
        }
        assert!(texts(&mut variables).is_empty());
        assert_eq!(variables.literals.of(from), (true, true));
        assert_eq!(variables.literals.of(key), (true, true));
    }

    #[test]
    fn texts_that_reach_no_key_do_not_matter() {
        let mut variables = Variables::new(0, false);
        variables.grow(4);
        let [a, b, key, apart] = [0, 1, 2, 3];
        for var in [apart, a, b, apart] {
            variables.literals.source(var, Symbol(7));
        }
        variables.copy(a, b);
        variables.copy(key, apart);
        variables.copy(b, key);
        variables.propagate();
        assert!(variables.mattering(&[apart, a, b, apart]).is_empty());
        variables.literals.key(key, KeyUse { base: apart, other: apart, writes: true });
        assert_eq!(texts(&mut variables), [7]);
        assert_eq!(variables.mattering(&[apart, a, b, apart]), [1, 2]);
    }

    #[test]
    fn ways_through_variables_that_are_cut_count() {
        let mut variables = Variables::new(0, false);
        variables.grow(2);
        let [from, key] = [0, 1];
        variables.literals.source(from, Symbol(1));
        variables.literals.key(key, KeyUse { base: key, other: key, writes: false });
        variables.copy(from, key);
        assert_eq!(texts(&mut variables), [1]);
        variables.begin_round(1);
        for value in 0..=super::super::MAX_VALUES as u32 {
            variables.add(from, value);
        }
        assert!(texts(&mut variables).is_empty());
        assert!(variables.is_cut(key));
        assert_eq!(variables.mattering(&[from]), [0]);
    }
}
