//! Strings and integers, which matter as keys alone.
//!
//! They go where copies say and nowhere else: nothing is called through them. So they take no part in the fixpoint of the values,
//! but wait until that is reached. Then those that arrived at keys tell which elements are meant, which may give values new ways to
//! go, and so on. Values do not feel which texts there are, nor in what order they come: a text that reaches no key may be another
//! one, and what calls run is the same. [`Variables::mattering`] tells which may not.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use stoa_model::Symbol;

use super::variables::{Var, Variables};

/// A variable with more strings or integers than these may be any key.
const MAX_KEYS: usize = 4;

/// The texts of a variable that may be a key.
type Held = SmallVec<[Symbol; MAX_KEYS]>;

/// What is done with each text that a variable holds as a key: what is there in `base` goes to `other`, or the other way round.
#[derive(Clone, Copy, Debug)]
pub(super) struct KeyUse {
    pub base: Var,
    pub other: Var,
    pub writes: bool,
}

/// The texts that variables hold, and what they are keys for.
#[derive(Default)]
pub(super) struct Literals {
    held: FxHashMap<Var, Texts>,
    /// Where texts of the program stand, in its order.
    sources: Vec<Var>,
    /// Variables whose texts are to be passed on.
    queue: VecDeque<Var>,
    keys: FxHashMap<Var, Key>,
    /// Keys with a new text or a new use.
    stirred: Vec<Var>,
    /// Copies of variables that were cut, which forget them.
    lost: Vec<(Var, Var)>,
}

#[derive(Default)]
struct Texts {
    /// The first ones that came.
    texts: Held,
    more: bool,
    queued: bool,
}

#[derive(Default)]
struct Key {
    uses: Vec<KeyUse>,
    /// How many texts met how many uses.
    met: (usize, usize),
    stirred: bool,
}

impl Literals {
    /// A text of the program.
    pub fn source(&mut self, var: Var, text: Symbol) {
        self.sources.push(var);
        self.add(var, text);
    }

    /// How many texts of the program there are so far.
    pub fn sources(&self) -> u32 {
        self.sources.len() as u32
    }

    /// Uses what a variable holds as keys, now and later.
    pub fn key(&mut self, var: Var, what: KeyUse) {
        self.keys.entry(var).or_default().uses.push(what);
        self.stir(var);
    }

    fn stir(&mut self, var: Var) {
        if let Some(key) = self.keys.get_mut(&var)
            && !std::mem::replace(&mut key.stirred, true)
        {
            self.stirred.push(var);
        }
    }

    /// Whether a variable holds any text, and whether so many that it may be any key.
    pub fn of(&self, var: Var) -> (bool, bool) {
        self.held.get(&var).map_or((false, false), |held| (true, held.more))
    }

    fn add(&mut self, var: Var, text: Symbol) {
        let held = self.held.entry(var).or_default();
        if held.texts.contains(&text) {
            return;
        }
        if held.texts.len() == MAX_KEYS {
            held.more = true;
            return;
        }
        held.texts.push(text);
        if !std::mem::replace(&mut held.queued, true) {
            self.queue.push_back(var);
        }
        self.stir(var);
    }

    /// A variable is copied to another one from now on.
    #[inline]
    pub fn copied(&mut self, from: Var) {
        if let Some(held) = self.held.get_mut(&from)
            && !std::mem::replace(&mut held.queued, true)
        {
            self.queue.push_back(from);
        }
    }

    /// A variable is cut, and its copies are forgotten.
    pub fn lose(&mut self, from: Var, copies: impl Iterator<Item = Var>) {
        self.lost.extend(copies.map(|to| (from, to)));
    }
}

impl Variables {
    /// Takes texts to where copies say, and tells which accesses by a key they make known: (the key, its use).
    pub fn met_keys(&mut self) -> Vec<(Symbol, KeyUse)> {
        while let Some(var) = self.literals.queue.pop_front() {
            let Some(held) = self.literals.held.get_mut(&var) else { continue };
            held.queued = false;
            let texts = held.texts.clone();
            let mut copies = self.copies_of(var);
            while let Some((to, others)) = self.first_copy(copies) {
                if !self.is_cut(to) {
                    texts.iter().for_each(|text| self.literals.add(to, *text));
                }
                copies = others;
            }
        }
        let mut met = Vec::new();
        for var in std::mem::take(&mut self.literals.stirred) {
            let is_cut = self.is_cut(var);
            let Some(key) = self.literals.keys.get_mut(&var) else { continue };
            key.stirred = false;
            let Some(held) = self.literals.held.get(&var).filter(|_| !is_cut) else { continue };
            for (use_, what) in key.uses.iter().enumerate() {
                for (place, text) in held.texts.iter().enumerate() {
                    if place >= key.met.0 || use_ >= key.met.1 {
                        met.push((*text, *what));
                    }
                }
            }
            key.met = (held.texts.len(), key.uses.len());
        }
        met
    }

    /// Which texts of the program may be keys, by their numbers in its order, ascending: those whose variables have a way to a
    /// variable that is used as one.
    pub fn mattering(&self) -> Vec<u32> {
        if self.literals.keys.is_empty() || self.literals.sources.is_empty() {
            return Vec::new();
        }
        // The ways back: of each variable those that it copies. Where a text stood or came by, something is held.
        let mut starts = vec![0u32; self.len() + 1];
        let copies = || {
            let held = self.literals.held.keys().copied();
            held.flat_map(|from| self.copied(from).map(move |to| (from, to)))
                .chain(self.literals.lost.iter().copied())
        };
        copies().for_each(|(_, to)| starts[to as usize + 1] += 1);
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut places = starts.clone();
        let mut back = vec![0; starts[self.len()] as usize];
        for (from, to) in copies() {
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
        let sources = self.literals.sources.iter().enumerate();
        sources.filter(|(_, var)| reached[**var as usize]).map(|(number, _)| number as u32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(met: &[(Symbol, KeyUse)]) -> Vec<u32> {
        met.iter().map(|(text, _)| text.0).collect()
    }

    #[test]
    fn a_text_meets_each_use_of_a_key_once() {
        let mut variables = Variables::new(0);
        let [from, key, other] = [(); 3].map(|()| variables.fresh());
        let what = KeyUse { base: other, other, writes: false };
        variables.literals.source(from, Symbol(1));
        variables.literals.key(key, what);
        assert!(variables.met_keys().is_empty());
        variables.copy(from, key);
        assert_eq!(texts(&variables.met_keys()), [1]);
        assert!(variables.met_keys().is_empty());
        variables.literals.key(key, what);
        variables.literals.source(from, Symbol(2));
        assert_eq!(texts(&variables.met_keys()), [2, 1, 2]);
        for text in 3..9 {
            variables.literals.source(from, Symbol(text));
        }
        assert_eq!(texts(&variables.met_keys()), [3, 4, 3, 4]);
        assert_eq!(variables.literals.of(from), (true, true));
    }

    #[test]
    fn texts_that_reach_no_key_do_not_matter() {
        let mut variables = Variables::new(0);
        let [a, b, key, apart] = [(); 4].map(|()| variables.fresh());
        for var in [apart, a, b, apart] {
            variables.literals.source(var, Symbol(7));
        }
        variables.copy(a, b);
        variables.copy(key, apart);
        variables.copy(b, key);
        assert!(variables.mattering().is_empty());
        variables.literals.key(key, KeyUse { base: apart, other: apart, writes: true });
        assert_eq!(variables.mattering(), [1, 2]);
    }

    #[test]
    fn ways_through_variables_that_are_cut_count() {
        let mut variables = Variables::new(0);
        let [from, key] = [(); 2].map(|()| variables.fresh());
        variables.literals.source(from, Symbol(1));
        variables.literals.key(key, KeyUse { base: key, other: key, writes: false });
        variables.copy(from, key);
        for value in 0..=super::super::MAX_VALUES as u32 {
            variables.add(from, value);
        }
        assert!(variables.is_cut(key));
        assert!(variables.met_keys().is_empty());
        assert_eq!(variables.mattering(), [0]);
    }
}
