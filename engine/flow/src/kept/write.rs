//! From summaries that hold, as they stand, and new ones to bytes.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::Range;
use std::sync::Arc;

use super::blocks::{Place, TOGETHER, compress};
use super::code::Writer;
use super::names::Number;
use super::{Kept, Record};
use crate::interpret::summary::Summary;
use crate::interpret::trace::Traces;
use crate::program::NONE;
use crate::program::digests::digest;
use crate::program::reads::{Lookup, Table};
use crate::schedule::{Context, Key};

/// What is written anew.
#[derive(Default)]
struct Fresh {
    general: Vec<(u32, Arc<Summary>)>,
    special: Vec<(Key, Arc<Summary>)>,
    others: Vec<Arc<Traces>>,
    /// The numbers that new specialisations get.
    keys: FxHashMap<Key, u32>,
    /// The numbers of traces, by where they are in memory.
    traces: FxHashMap<usize, Number>,
    /// Which kept specialisations are used.
    live: Vec<bool>,
}

/// What a new summary has in the front, and where its parts are in the block.
struct Written {
    front: Vec<u8>,
    /// The digest of what callers are told.
    told: u64,
    body: Range<usize>,
    traces: Range<usize>,
}

fn address(traces: &Arc<Traces>) -> usize {
    Arc::as_ptr(traces) as usize
}

impl Context<'_> {
    /// The summaries of all methods, and the specialisations that they used, for the analysis of a later program. None if some are missing.
    pub(crate) fn write(&self) -> Option<Vec<u8>> {
        let kept = self.kept()?;
        let fresh = self.fresh(kept)?;
        let program = self.program;
        let writer = || Writer::new(program, &kept.names);
        let summaries: Vec<&Summary> =
            fresh.general.iter().map(|one| &*one.1).chain(fresh.special.iter().map(|one| &*one.1)).collect();
        let written: Vec<(Vec<u8>, usize, Vec<Written>)> = summaries
            .par_chunks(TOGETHER)
            .map(|together| {
                let mut block = writer();
                let written =
                    together.iter().map(|summary| self.write_summary(kept, &fresh, summary, &mut block));
                let written = written.collect();
                (compress(&block.bytes), block.bytes.len(), written)
            })
            .collect();
        let mut others = writer();
        let other_places: Vec<Range<usize>> = fresh
            .others
            .iter()
            .map(|traces| {
                let start = others.bytes.len();
                others.traces(traces, |callee| fresh.traces.get(&address(callee)).copied());
                start..others.bytes.len()
            })
            .collect();

        // Blocks of before stay as long as anything in them is used.
        let mut used = vec![false; kept.blocks.len()];
        let live = |number: &usize| fresh.live[*number];
        let kept_records = kept.general.iter().filter(|general| general.is_taken());
        let kept_records = kept_records.filter_map(|general| general.before.as_ref().map(|b| &b.record));
        let specials = (0..kept.special.len()).filter(live).filter_map(|n| kept.special[n].record.as_ref());
        for record in kept_records.chain(specials) {
            used[record.body.block as usize] = true;
            used[record.traces.block as usize] = true;
        }
        kept.others.iter().for_each(|other| used[other.place.block as usize] = true);
        let mut next = 0u32;
        let renumbered: Vec<u32> = used
            .iter()
            .map(|&used| {
                next += u32::from(used);
                if used { next - 1 } else { NONE }
            })
            .collect();
        let place = |range: &Range<usize>, block: u32| Place {
            block,
            start: range.start as u32,
            length: range.len() as u32,
        };
        let moved = |place: Place| Place { block: renumbered[place.block as usize], ..place };

        let mut w = writer();
        let texts: Vec<&str> = kept.names.texts(program).collect();
        w.list(&texts, |w, text| w.text(text));
        let digests = self.unit_digests();
        w.count(kept.names.ids.len());
        for (&id, &unit) in kept.names.ids.iter().zip(&kept.names.units) {
            w.signed(id);
            w.eight(if unit == NONE { 0 } else { digests[unit as usize] });
        }
        w.list(&self.lookups.all(), |w, lookup| {
            let (table, file, name) = match lookup {
                Lookup::Named(table, file, symbol) => (*table, *file, symbol.some().map(|s| program.str(s))),
                Lookup::Unnamed(table, file, text) => (*table, *file, Some(&**text)),
            };
            let number = Table::ALL.iter().position(|&known| known == table).unwrap_or_default();
            w.bytes.push(number as u8);
            w.number(file);
            w.flag(name.is_some());
            w.text(name.unwrap_or_default());
            w.eight(program.answer_digest(table, file, name.unwrap_or_default()));
        });
        let old: Vec<usize> = (0..used.len()).filter(|&block| used[block]).collect();
        let others_compressed = compress(&others.bytes);
        w.count(old.len() + written.len() + 1);
        let of_old =
            old.iter().map(|&block| (kept.blocks[block].compressed.len(), kept.blocks[block].length));
        let of_new = written.iter().map(|(compressed, length, _)| (compressed.len(), *length));
        for (compressed, length) in
            of_old.chain(of_new).chain([(others_compressed.len(), others.bytes.len())])
        {
            w.count(compressed);
            w.count(length);
        }
        let mut parts = written
            .iter()
            .zip(old.len() as u32..)
            .flat_map(|((_, _, written), block)| written.iter().map(move |one| (one, block)));
        let record = |w: &mut Writer<'_>, record: &Record| {
            for part in [&record.reads, &record.uses, &record.findings] {
                w.put(&kept.front[part.clone()]);
            }
            moved(record.body).write(w);
            moved(record.traces).write(w);
        };
        let new_record = |w: &mut Writer<'_>, (written, block): (&Written, u32)| {
            w.bytes.extend_from_slice(&written.front);
            place(&written.body, block).write(w);
            place(&written.traces, block).write(w);
        };
        w.count(kept.general.len());
        let mut news = fresh.general.iter().peekable();
        for (general, number) in kept.general.iter().zip(0u32..) {
            w.number(general.unit);
            let new = news.next_if(|new| new.0 == number);
            let before = general.before.as_ref().filter(|_| general.is_taken());
            w.flag(new.is_some() || before.is_some());
            if new.is_some() {
                let written = parts.next()?;
                let component = self.component(general.method);
                w.number(component.iter().map(|&m| kept.numbers[m as usize]).min().unwrap_or(number));
                w.count(component.len());
                w.flag(self.is_unstable(general.method));
                w.eight(written.0.told);
                new_record(&mut w, written);
            } else if let Some(before) = before {
                w.number(before.component);
                w.number(before.members);
                w.flag(before.unstable);
                w.eight(before.told);
                record(&mut w, &before.record);
            }
        }
        w.count(kept.special.len() + fresh.special.len());
        for (special, &live) in kept.special.iter().zip(&fresh.live) {
            // The key of one that is not used is of no use.
            let is = special.record.as_ref().filter(|_| live);
            w.put(if is.is_some() { &kept.front[special.written.clone()] } else { &[] });
            w.count(special.height);
            w.flag(is.is_some());
            if let Some(is) = is {
                record(&mut w, is);
            }
        }
        for (key, summary) in &fresh.special {
            w.apart(|w| w.key(program.methods()[key.method as usize].node, key));
            w.count(summary.height);
            w.flag(true);
            new_record(&mut w, parts.next()?);
        }
        w.count(kept.others.len() + other_places.len());
        kept.others.iter().for_each(|other| moved(other.place).write(&mut w));
        let last = (old.len() + written.len()) as u32;
        other_places.iter().for_each(|range| place(range, last).write(&mut w));

        let front = compress(&w.bytes);
        let mut bytes =
            Vec::with_capacity(16 + front.len() + written.iter().map(|w| w.0.len()).sum::<usize>());
        bytes.extend_from_slice(&(front.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&(w.bytes.len() as u64).to_le_bytes());
        bytes.extend_from_slice(&front);
        old.iter()
            .for_each(|&block| bytes.extend_from_slice(&kept.bytes[kept.blocks[block].compressed.clone()]));
        written.iter().for_each(|(compressed, ..)| bytes.extend_from_slice(compressed));
        bytes.extend_from_slice(&others_compressed);
        Some(bytes)
    }

    /// Writes what is of a summary into a block; the rest is for the front.
    fn write_summary(
        &self,
        kept: &Kept,
        fresh: &Fresh,
        summary: &Summary,
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
        w.apart(|w| {
            w.list(&summary.uses, |w, key| w.number(fresh.number(kept, key).map_or(u64::MAX, Number::code)))
        });
        w.apart(|w| w.findings(summary));
        let start = block.bytes.len();
        block.outside(summary);
        let told = digest(&block.bytes[start..]);
        block.effort(summary);
        let middle = block.bytes.len();
        block.traces(&summary.traces, |callee| fresh.traces.get(&address(callee)).copied());
        Written { front: w.bytes, told, body: start..middle, traces: middle..block.bytes.len() }
    }

    /// What is to be written anew, and what stays.
    fn fresh(&self, kept: &Kept) -> Option<Fresh> {
        let mut fresh = Fresh { live: vec![false; kept.special.len()], ..Fresh::default() };
        let specials = self.specials();
        let mut work: Vec<Key> = Vec::new();
        let mut old: Vec<u32> = Vec::new();
        let special = |key: &&Key| !key.facts.is_empty();
        for (general, number) in kept.general.iter().zip(0u32..).filter(|(general, _)| general.method != NONE)
        {
            if let Some(before) = general.before.as_ref().filter(|_| general.is_taken()) {
                let uses = kept.uses(self, &before.record)?;
                old.extend(uses.into_iter().filter_map(Number::special));
                if let Some(traces) = general.traces.get() {
                    fresh.traces.insert(address(traces), Number::General(number));
                }
            } else {
                let summary = self.summary_made(general.method)?;
                fresh.traces.insert(address(&summary.traces), Number::General(number));
                work.extend(summary.uses.iter().filter(special).cloned());
                fresh.general.push((number, summary));
            }
        }
        let mut seen: FxHashSet<Key> = FxHashSet::default();
        while let Some(key) = work.pop() {
            if !seen.insert(key.clone()) {
                continue;
            }
            let known = kept.of_key.get(&key).filter(|&&n| kept.special[n as usize].is_taken());
            match known {
                Some(&number) => old.push(number),
                None => {
                    let summary = specials.get(&key)?;
                    work.extend(summary.uses.iter().filter(special).cloned());
                    fresh.special.push((key, summary.clone()));
                }
            }
        }
        while let Some(number) = old.pop() {
            if !std::mem::replace(&mut fresh.live[number as usize], true) {
                let own = &kept.special[number as usize];
                let uses = kept.uses(self, own.record.as_ref()?)?;
                old.extend(uses.into_iter().filter_map(Number::special));
            }
        }
        fresh.special.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for ((key, summary), number) in fresh.special.iter().zip(kept.special.len() as u32..) {
            fresh.keys.insert(key.clone(), number);
            fresh.traces.insert(address(&summary.traces), Number::Special(number));
        }
        for (special, number) in kept.special.iter().zip(0..) {
            if let Some(traces) = special.traces.get() {
                fresh.traces.insert(address(traces), Number::Special(number));
            }
        }
        for (other, number) in kept.others.iter().zip(0..) {
            if let Some(traces) = other.traces.get() {
                fresh.traces.insert(address(traces), Number::Other(number));
            }
        }
        let summaries = fresh.general.iter().map(|g| &g.1).chain(fresh.special.iter().map(|s| &s.1));
        let mut ways: Vec<Arc<Traces>> = summaries.flat_map(|s| s.traces.callees.iter().cloned()).collect();
        while let Some(way) = ways.pop() {
            let next = (kept.others.len() + fresh.others.len()) as u32;
            if let std::collections::hash_map::Entry::Vacant(empty) = fresh.traces.entry(address(&way)) {
                empty.insert(Number::Other(next));
                ways.extend(way.callees.iter().cloned());
                fresh.others.push(way);
            }
        }
        Some(fresh)
    }
}

impl Fresh {
    fn number(&self, kept: &Kept, key: &Key) -> Option<Number> {
        if key.facts.is_empty() {
            return Some(Number::General(kept.numbers[key.method as usize]));
        }
        self.keys.get(key).or_else(|| kept.of_key.get(key)).map(|&number| Number::Special(number))
    }
}
