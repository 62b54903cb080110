//! Taking what holds: summaries, what they found, and their traces.

use rustc_hash::FxHashMap;
use std::sync::Arc;

use super::Kept;
use super::Record;
use super::blocks::Place;
use super::code::Reader;
use super::names::Number;
use crate::interpret::summary::{Findings, Summary};
use crate::interpret::trace::Traces;
use crate::schedule::{Context, Key, Reads, Standing};

/// What a summary found, and what it used.
pub(crate) struct Told {
    pub findings: Findings,
    pub uses: Box<[Key]>,
}

impl Kept {
    fn record(&self, number: Number) -> Option<&Record> {
        match number {
            Number::General(number) => self.general.get(number as usize)?.before.as_ref().map(|b| &b.record),
            Number::Special(number) => self.special.get(number as usize)?.record.as_ref(),
            Number::Other(_) => None,
        }
    }

    fn at<'a>(&'a self, context: &'a Context<'_>, place: Place) -> Option<Reader<'a>> {
        let content = self.blocks.get(place.block as usize)?.content(&self.bytes)?;
        let start = place.start as usize;
        let own = content.get(start..start + place.length as usize)?;
        Some(Reader::new(own, context, &self.names))
    }

    /// The number of a summary that holds.
    fn number(&self, key: &Key) -> Option<Number> {
        if key.facts.is_empty() {
            let number = self.numbers[key.method as usize];
            return self.general[number as usize].is_taken().then_some(Number::General(number));
        }
        let number = *self.of_key.get(key)?;
        self.special[number as usize].is_taken().then_some(Number::Special(number))
    }

    fn key(&self, number: Number) -> Option<Key> {
        match number {
            Number::General(number) => Some(Key::general(self.general[number as usize].method)),
            Number::Special(number) => self.special[number as usize].key.clone(),
            Number::Other(_) => None,
        }
    }
}

impl Context<'_> {
    /// A specialisation, if it was kept and holds for who stands at a place.
    pub(crate) fn kept_special(&self, key: &Key, place: Standing) -> Option<Arc<Summary>> {
        let kept = self.kept()?;
        let number = self.special_that_holds(kept, key, place)?;
        self.take_special(kept, number)?;
        let summary = self.noting_loss(self.decode(kept, Number::Special(number)))?;
        Some(self.add_special(key.clone(), Arc::new(summary)))
    }

    /// The general summary of a method, which holds.
    pub(crate) fn kept_general(&self, method: u32) -> Option<Summary> {
        let kept = self.kept()?;
        self.decode(kept, Number::General(kept.numbers[method as usize]))
    }

    /// What a summary found that holds.
    pub(crate) fn kept_findings(&self, key: &Key) -> Option<Told> {
        let kept = self.kept()?;
        let record = kept.record(kept.number(key)?)?;
        let uses = kept.uses(self, record)?.into_iter().map(|used| kept.key(used));
        let findings = kept.reader(self, &record.findings).findings()?;
        Some(Told { findings, uses: uses.collect::<Option<_>>()? })
    }

    /// The ways that a summary knows that holds.
    pub(crate) fn kept_traces(&self, key: &Key) -> Option<Arc<Traces>> {
        let kept = self.kept()?;
        self.traces(kept, kept.number(key)?)
    }

    fn decode(&self, kept: &Kept, number: Number) -> Option<Summary> {
        let record = kept.record(number)?;
        let mut summary = kept.at(self, record.body)?.outside()?;
        let uses = kept.uses(self, record)?.into_iter().map(|used| kept.key(used));
        summary.uses = uses.collect::<Option<_>>()?;
        summary.uses.sort_unstable();
        summary.findings = kept.reader(self, &record.findings).findings()?;
        let noted = kept.noted(self, record)?;
        summary.reads = Reads {
            units: noted.units.iter().map(|&unit| kept.names.units[unit as usize]).collect(),
            lookups: noted.lookups.into(),
            methods: noted.methods.iter().map(|&(m, seen)| (kept.general[m as usize].method, seen)).collect(),
        };
        summary.traces = self.traces(kept, number)?;
        Some(summary)
    }

    /// Traces, with all that they lead on into.
    fn traces(&self, kept: &Kept, number: Number) -> Option<Arc<Traces>> {
        let mut open: FxHashMap<Number, (Vec<Number>, Traces)> = FxHashMap::default();
        let mut work = vec![number];
        while let Some(&next) = work.last() {
            if self.known_traces(kept, next).is_some() {
                work.pop();
            } else if let Some((callees, mut traces)) = open.remove(&next) {
                let callees = callees.into_iter().map(|callee| self.known_traces(kept, callee));
                traces.callees = callees.collect::<Option<_>>()?;
                let own = match next {
                    Number::General(number) => &kept.general[number as usize].traces,
                    Number::Special(number) => &kept.special[number as usize].traces,
                    Number::Other(number) => &kept.others[number as usize].traces,
                };
                own.get_or_init(|| Arc::new(traces));
                work.pop();
            } else {
                let place = match next {
                    Number::Other(number) => kept.others.get(number as usize)?.place?,
                    number => kept.record(number)?.traces,
                };
                let (callees, traces) = kept.at(self, place)?.traces()?;
                work.extend(callees.iter().filter(|&&callee| self.known_traces(kept, callee).is_none()));
                open.insert(next, (callees, traces));
            }
        }
        self.known_traces(kept, number)
    }

    /// Traces that are there: those of now, of a summary that was made anew.
    fn known_traces(&self, kept: &Kept, number: Number) -> Option<Arc<Traces>> {
        let own = match number {
            Number::General(number) => {
                let general = kept.general.get(number as usize)?;
                if general.method != crate::program::NONE && !general.is_taken() {
                    return self.summary_made(general.method).map(|summary| summary.traces.clone());
                }
                &general.traces
            }
            Number::Special(number) => &kept.special.get(number as usize)?.traces,
            Number::Other(number) => &kept.others.get(number as usize)?.traces,
        };
        own.get().cloned()
    }
}
