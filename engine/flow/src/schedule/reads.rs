//! What a summary was made from.

use std::sync::{Mutex, PoisonError};

use rustc_hash::FxHashMap;

use crate::program::reads::{Lookup, Noted};

/// What the run read that a summary is of. What it used of other summaries is said there.
#[derive(Default, Debug)]
pub(crate) struct Reads {
    /// Sorted, each once.
    pub units: Box<[u32]>,
    /// Numbers of [`Lookups`]; sorted, each once.
    pub lookups: Box<[u32]>,
    /// Methods that were asked for their general summaries, and whether there was one to be seen.
    pub methods: Box<[(u32, bool)]>,
}

impl Reads {
    pub(super) fn add(&mut self, noted: Noted, lookups: &Lookups) {
        let mut units = noted.units;
        units.sort_unstable();
        units.dedup();
        self.units = units.into();
        self.lookups = lookups.numbers(noted.lookups);
    }
}

/// Questions by names, each once.
#[derive(Default)]
pub(crate) struct Lookups(Mutex<FxHashMap<Lookup, u32>>);

impl Lookups {
    /// The number of one.
    pub(crate) fn number(&self, lookup: Lookup) -> u32 {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = known.len() as u32;
        *known.entry(lookup).or_insert(next)
    }

    /// The numbers of some, sorted.
    pub(crate) fn numbers(&self, lookups: impl IntoIterator<Item = Lookup>) -> Box<[u32]> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let number = |lookup: Lookup| {
            let next = known.len() as u32;
            *known.entry(lookup).or_insert(next)
        };
        let mut numbers: Vec<u32> = lookups.into_iter().map(number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers.into()
    }

    /// All of them, in the order of their numbers.
    pub(crate) fn all(&self) -> Vec<Lookup> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all: Vec<(u32, Lookup)> =
            known.iter().map(|(lookup, &number)| (number, lookup.clone())).collect();
        all.sort_unstable_by_key(|one| one.0);
        all.into_iter().map(|one| one.1).collect()
    }
}
