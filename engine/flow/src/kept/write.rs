//! From summaries that hold, as they stand, and new ones to bytes.

use rayon::prelude::*;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::blocks::{Packed, Place, Stack, TOGETHER};
use super::code::Writer;
use super::fresh::Fresh;
use super::{Kept, Record};
use crate::interpret::summary::Summary;
use crate::interpret::trace::Traces;
use crate::program::NONE;
use crate::program::digests::digest;
use crate::program::reads::{Lookup, Table};
use crate::schedule::Context;

/// Blocks that are made at a time.
const WAVE: usize = 64;

/// What a new summary has in the front, and where its parts are.
struct Written {
    front: Vec<u8>,
    /// The digest of what callers are told.
    told: u64,
    body: Place,
    traces: Place,
}

impl Context<'_> {
    /// The summaries of all methods, and the specialisations that they used, for the analysis of a later program. None if some are missing, or
    /// all are of before: then those bytes say the same.
    pub(crate) fn write(&self) -> Option<Vec<u8>> {
        let kept = self.kept()?;
        let (fresh, _) = rayon::join(|| self.fresh(kept), || self.unit_digests());
        let fresh = fresh?;
        if fresh.is_empty() {
            return None;
        }
        let mut stack = Stack::new(&kept.blocks, &kept.bytes, fresh.places(kept))?;
        let written = self.write_summaries(kept, &fresh, &mut stack);
        let (general, special) = written.split_at(fresh.general.len());
        let others = self.write_others(kept, &fresh, &mut stack);

        let mut w = Writer::new(self.program, &kept.names);
        self.write_known(kept, &mut w);
        w.list(&stack.lengths, |w, &(compressed, length)| {
            w.count(compressed);
            w.count(length);
        });
        self.write_general(kept, &fresh, &stack, general, &mut w)?;
        self.write_special(kept, &fresh, &stack, special, &mut w)?;
        w.count(fresh.owners.len());
        let before = (0..kept.others.len()).map(|number| match fresh.other_place(kept, number) {
            Some(place) => stack.place(place).map(Some),
            None => Some(None),
        });
        let before: Vec<Option<Place>> = before.collect::<Option<_>>()?;
        for (place, owner) in before.into_iter().chain(others.into_iter().map(Some)).zip(&fresh.owners) {
            w.number(owner.wrapping_add(1));
            w.flag(place.is_some());
            if let Some(place) = place {
                place.write(&mut w);
            }
        }
        if fresh.is_missing.load(Ordering::Relaxed) {
            return None;
        }
        Some(stack.with_front(&w.bytes))
    }

    /// Texts, units and questions, and what is known of them.
    fn write_known(&self, kept: &Kept, w: &mut Writer<'_>) {
        let program = self.program;
        let texts: Vec<&str> = kept.names.texts(program).collect();
        w.list(&texts, |w, text| w.text(text));
        let digests = self.unit_digests();
        w.count(kept.names.ids.len());
        for (&id, &unit) in kept.names.ids.iter().zip(&kept.names.units) {
            w.signed(id);
            w.eight(if unit == NONE { 0 } else { digests[unit as usize] });
            // Units are numbered in the order in which they stand.
            w.number(if unit == NONE { 0 } else { unit });
        }
        let asked = |lookup: Lookup| {
            let mut w = Writer::new(program, &kept.names);
            let (table, file, name) = match &lookup {
                Lookup::Named(table, file, symbol) => (*table, *file, symbol.some().map(|s| program.str(s))),
                Lookup::Unnamed(table, file, text) => (*table, *file, Some(&**text)),
            };
            let number = Table::ALL.iter().position(|&known| known == table).unwrap_or_default();
            w.bytes.push(number as u8);
            w.number(file);
            w.flag(name.is_some());
            w.text(name.unwrap_or_default());
            w.eight(program.answer_digest(table, file, name.unwrap_or_default()));
            w.bytes
        };
        let asked: Vec<Vec<u8>> = self.lookups.all().into_par_iter().with_min_len(256).map(asked).collect();
        w.list(&asked, |w, asked| w.bytes.extend_from_slice(asked));
    }

    /// New summaries: first the general ones.
    fn write_summaries(&self, kept: &Kept, fresh: &Fresh, stack: &mut Stack) -> Vec<Written> {
        let general = fresh.general.iter().map(|one| &*one.1);
        let summaries: Vec<&Summary> = general.chain(fresh.special.iter().map(|one| &*one.1)).collect();
        let mut all = Vec::with_capacity(summaries.len());
        // A few blocks at a time: they are not all in memory twice.
        for summaries in summaries.chunks(WAVE * TOGETHER) {
            let first = stack.next();
            let write = |(number, together): (usize, &[&Summary])| {
                let mut block = Writer::new(self.program, &kept.names);
                let number = first + number as u32;
                let write = |summary: &&Summary| self.write_summary(kept, fresh, summary, number, &mut block);
                let written: Vec<Written> = together.iter().map(write).collect();
                (Packed::new(&block.bytes), written)
            };
            let blocks: Vec<_> = summaries.par_chunks(TOGETHER).enumerate().map(write).collect();
            for (block, written) in blocks {
                stack.push(&block);
                all.extend(written);
            }
        }
        all
    }

    fn write_summary(
        &self,
        kept: &Kept,
        fresh: &Fresh,
        summary: &Summary,
        number: u32,
        block: &mut Writer<'_>,
    ) -> Written {
        let mut w = Writer::new(self.program, &kept.names);
        w.apart(|w| {
            w.list(&summary.reads.units, |w, &unit| w.number(kept.names.lasting_units[unit as usize]));
            w.list(&summary.reads.lookups, |w, &lookup| w.number(lookup));
            w.list(&summary.reads.methods, |w, &(method, seen)| {
                w.number(u64::from(kept.numbers[method as usize]) << 1 | u64::from(seen));
            });
        });
        w.apart(|w| w.list(&summary.uses, |w, key| w.number(fresh.number(kept, key).code())));
        w.apart(|w| w.findings(summary));
        let start = block.bytes.len();
        block.outside(summary);
        let told = digest(&block.bytes[start..]);
        block.effort(summary);
        let middle = block.bytes.len();
        block.traces(&summary.traces, |callee| fresh.number_of(callee));
        let place = |range: Range<usize>| Place::new(number, range);
        Written { front: w.bytes, told, body: place(start..middle), traces: place(middle..block.bytes.len()) }
    }

    fn write_others(&self, kept: &Kept, fresh: &Fresh, stack: &mut Stack) -> Vec<Place> {
        let mut block = Writer::new(self.program, &kept.names);
        let number = stack.next();
        let write = |traces: &Arc<Traces>| {
            let start = block.bytes.len();
            block.traces(traces, |callee| fresh.number_of(callee));
            Place::new(number, start..block.bytes.len())
        };
        let places = fresh.others.iter().map(write).collect();
        stack.push(&Packed::new(&block.bytes));
        places
    }

    fn write_general(
        &self,
        kept: &Kept,
        fresh: &Fresh,
        stack: &Stack,
        written: &[Written],
        w: &mut Writer<'_>,
    ) -> Option<()> {
        let mut news = fresh.general.iter().zip(written).peekable();
        w.count(kept.general.len());
        for (general, number) in kept.general.iter().zip(0u32..) {
            w.number(general.unit);
            let new = news.next_if(|new| new.0.0 == number).map(|new| new.1);
            let before = general.before.as_ref().filter(|_| general.is_taken());
            w.flag(new.is_some() || before.is_some());
            if let Some(new) = new {
                w.eight(self.component_digest(kept, self.component(general.method)));
                w.flag(self.is_unstable(general.method));
                w.eight(new.told);
                new.write(w);
            } else if let Some(before) = before {
                w.eight(before.component);
                w.flag(before.unstable);
                w.eight(before.told);
                before.record.write(kept, stack, w)?;
            }
        }
        Some(())
    }

    fn write_special(
        &self,
        kept: &Kept,
        fresh: &Fresh,
        stack: &Stack,
        written: &[Written],
        w: &mut Writer<'_>,
    ) -> Option<()> {
        w.count(kept.special.len() + fresh.special.len());
        for (special, &live) in kept.special.iter().zip(&fresh.live) {
            let record = special.record.as_ref().filter(|_| live);
            // The key of one that is not used is of no use.
            w.put(if record.is_some() { &kept.front[special.written.clone()] } else { &[] });
            w.count(special.height);
            w.flag(record.is_some());
            if let Some(record) = record {
                record.write(kept, stack, w)?;
            }
        }
        for ((key, summary), written) in fresh.special.iter().zip(written) {
            w.apart(|w| w.key(self.program.methods()[key.method as usize].node, key));
            w.count(summary.height);
            w.flag(true);
            written.write(w);
        }
        Some(())
    }
}

impl Written {
    fn write(&self, w: &mut Writer<'_>) {
        w.bytes.extend_from_slice(&self.front);
        self.body.write(w);
        self.traces.write(w);
    }
}

impl Record {
    /// Writes a record as it stands. None if it is in no block.
    fn write(&self, kept: &Kept, stack: &Stack, w: &mut Writer<'_>) -> Option<()> {
        for part in [&self.reads, &self.uses, &self.findings] {
            w.put(&kept.front[part.clone()]);
        }
        stack.place(self.body)?.write(w);
        stack.place(self.traces)?.write(w);
        Some(())
    }
}
