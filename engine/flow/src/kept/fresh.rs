//! What is written anew, and what of before stays.

use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::Kept;
use super::blocks::Place;
use super::names::Number;
use crate::interpret::summary::Summary;
use crate::interpret::trace::Traces;
use crate::program::NONE;
use crate::schedule::{Context, Key};

/// What is written anew.
#[derive(Default)]
pub(super) struct Fresh {
    pub general: Vec<(u32, Arc<Summary>)>,
    pub special: Vec<(Key, Arc<Summary>)>,
    /// Traces of rounds that were not the last.
    pub others: Vec<Arc<Traces>>,
    /// Of those of before and these, the component that alone leads into them, by its first method; NONE if there are several.
    pub owners: Vec<u32>,
    /// The numbers that new specialisations get.
    keys: FxHashMap<Key, u32>,
    /// The numbers of traces, by where they are in memory.
    traces: FxHashMap<usize, Number>,
    /// Which specialisations of before are used.
    pub live: Vec<bool>,
    /// Whether something was asked for that has no number: then nothing of it may be written.
    pub is_missing: AtomicBool,
}

fn address(traces: &Arc<Traces>) -> usize {
    Arc::as_ptr(traces) as usize
}

impl Context<'_> {
    /// What is to be written anew. None if some summary is missing.
    pub(super) fn fresh(&self, kept: &Kept) -> Option<Fresh> {
        let mut fresh = Fresh { live: vec![false; kept.special.len()], ..Fresh::default() };
        let old = self.find_fresh(kept, &mut fresh)?;
        fresh.keep_used(self, kept, old)?;
        fresh.owners = kept.others.iter().map(|other| other.owner).collect();
        fresh.number_traces(kept);
        self.find_others(kept, &mut fresh);
        Some(fresh)
    }

    /// Notes summaries that were made anew; and gives specialisations of before that are used.
    fn find_fresh(&self, kept: &Kept, fresh: &mut Fresh) -> Option<Vec<u32>> {
        let specials = self.specials();
        let (mut work, mut old): (Vec<Key>, Vec<u32>) = Default::default();
        let special = |key: &&Key| !key.facts.is_empty();
        for (general, number) in kept.general.iter().zip(0u32..).filter(|(general, _)| general.method != NONE)
        {
            if let Some(before) = general.before.as_ref().filter(|_| general.is_taken()) {
                let uses = kept.uses(self, &before.record)?;
                old.extend(uses.into_iter().filter_map(Number::special));
            } else {
                let summary = self.summary_made(general.method)?;
                work.extend(summary.uses.iter().filter(special).cloned());
                fresh.general.push((number, summary));
            }
        }
        let mut seen: FxHashSet<Key> = FxHashSet::default();
        while let Some(key) = work.pop() {
            if !seen.insert(key.clone()) {
                continue;
            }
            match kept.of_key.get(&key).filter(|&&number| kept.special[number as usize].is_taken()) {
                Some(&number) => old.push(number),
                None => {
                    let summary = specials.get(&key)?;
                    work.extend(summary.uses.iter().filter(special).cloned());
                    fresh.special.push((key, summary.clone()));
                }
            }
        }
        fresh.special.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Some(old)
    }

    /// Finds traces that new ones lead on into and that are of no summary.
    fn find_others(&self, kept: &Kept, fresh: &mut Fresh) {
        let first = |general: u32| {
            let component = self.component(kept.general[general as usize].method);
            component.iter().map(|&method| kept.numbers[method as usize]).min().unwrap_or(general)
        };
        let general = fresh.general.iter().map(|(number, summary)| (&summary.traces, first(*number)));
        let special = fresh.special.iter().map(|(_, summary)| (&summary.traces, NONE));
        let callees = |(traces, owner): (&Arc<Traces>, u32)| {
            traces.callees.iter().map(move |callee| (callee.clone(), owner)).collect::<Vec<_>>()
        };
        let mut work: Vec<(Arc<Traces>, u32)> = general.chain(special).flat_map(callees).collect();
        while let Some((traces, owner)) = work.pop() {
            let next = fresh.owners.len() as u32;
            match fresh.traces.entry(address(&traces)) {
                Entry::Vacant(empty) => {
                    empty.insert(Number::Other(next));
                    work.extend(callees((&traces, owner)));
                    fresh.others.push(traces);
                    fresh.owners.push(owner);
                }
                // Whatever two lead into stays for both.
                Entry::Occupied(known) => {
                    if let Number::Other(number) = *known.get()
                        && fresh.owners[number as usize] != owner
                        && fresh.owners[number as usize] != NONE
                    {
                        fresh.owners[number as usize] = NONE;
                        work.extend(callees((&traces, NONE)));
                    }
                }
            }
        }
    }
}

impl Fresh {
    /// Whether nothing was made anew.
    pub(super) fn is_empty(&self) -> bool {
        self.general.is_empty() && self.special.is_empty()
    }

    /// The number of the summary of a key.
    pub(super) fn number(&self, kept: &Kept, key: &Key) -> Number {
        if key.facts.is_empty() {
            return Number::General(kept.numbers[key.method as usize]);
        }
        let number = self.keys.get(key).or_else(|| kept.of_key.get(key));
        self.there(number.map(|&number| Number::Special(number)))
    }

    /// The number of some traces.
    pub(super) fn number_of(&self, traces: &Arc<Traces>) -> Number {
        self.there(self.traces.get(&address(traces)).copied())
    }

    fn there(&self, number: Option<Number>) -> Number {
        number.unwrap_or_else(|| {
            self.is_missing.store(true, Ordering::Relaxed);
            Number::Other(u32::MAX)
        })
    }

    /// Whether traces of before that are of no summary are led into.
    fn is_live(&self, kept: &Kept, number: usize) -> bool {
        let owner = self.owners[number];
        owner == NONE || kept.general[owner as usize].is_taken()
    }

    /// Where traces of before are that are of no summary, if they are led into.
    pub(super) fn other_place(&self, kept: &Kept, number: usize) -> Option<Place> {
        kept.others[number].place.filter(|_| self.is_live(kept, number))
    }

    /// Where everything is that stays.
    pub(super) fn places<'a>(&'a self, kept: &'a Kept) -> impl Iterator<Item = Place> + 'a {
        let general = kept.general.iter().filter(|general| general.is_taken());
        let general = general.filter_map(|general| general.before.as_ref().map(|before| &before.record));
        let special = kept.special.iter().zip(&self.live).filter(|(_, live)| **live);
        let records = general.chain(special.filter_map(|(special, _)| special.record.as_ref()));
        let others = (0..kept.others.len()).filter_map(|number| self.other_place(kept, number));
        records.flat_map(|record| [record.body, record.traces]).chain(others)
    }

    fn keep_used(&mut self, context: &Context<'_>, kept: &Kept, mut work: Vec<u32>) -> Option<()> {
        while let Some(number) = work.pop() {
            if !std::mem::replace(&mut self.live[number as usize], true) {
                let uses = kept.uses(context, kept.special[number as usize].record.as_ref()?)?;
                work.extend(uses.into_iter().filter_map(Number::special));
            }
        }
        Some(())
    }

    fn number_traces(&mut self, kept: &Kept) {
        for (number, summary) in &self.general {
            self.traces.insert(address(&summary.traces), Number::General(*number));
        }
        for ((key, summary), number) in self.special.iter().zip(kept.special.len() as u32..) {
            self.keys.insert(key.clone(), number);
            self.traces.insert(address(&summary.traces), Number::Special(number));
        }
        let general = kept.general.iter().zip(0..).filter(|(general, _)| general.is_taken());
        let general = general.map(|(general, number)| (&general.traces, Number::General(number)));
        // What is not written cannot be led into by its number: it is written as what it leaves.
        let special = kept.special.iter().zip(&self.live).zip(0..).filter(|((_, live), _)| **live);
        let special = special.map(|((special, _), number)| (&special.traces, Number::Special(number)));
        let live = |(_, number): &(&super::Other, u32)| self.is_live(kept, *number as usize);
        let others = kept.others.iter().zip(0..).filter(live);
        let others = others.map(|(other, number)| (&other.traces, Number::Other(number)));
        let known = general.chain(special).chain(others);
        let known = known.filter_map(|(traces, number)| traces.get().map(|traces| (address(traces), number)));
        let known: Vec<(usize, Number)> = known.collect();
        self.traces.extend(known);
    }
}
