//! Whether what was kept holds.

use std::ops::Range;
use std::sync::atomic::Ordering;

use super::code::{Reader, Writer};
use super::names::Number;
use super::{Kept, Record, View};
use crate::interpret::summary::Summary;
use crate::program::NONE;
use crate::program::digests::{Digest, digest};
use crate::schedule::{Context, Key, NESTING, Standing};

/// What a summary read, by lasting numbers.
pub(super) struct Noted {
    pub units: Vec<u32>,
    pub lookups: Vec<u32>,
    /// Methods, and whether their general summaries were seen.
    pub methods: Vec<(u32, bool)>,
}

impl Kept {
    pub(super) fn reader<'a>(&'a self, context: &'a Context<'_>, part: &Range<usize>) -> Reader<'a> {
        Reader::new(&self.front[part.clone()], context, &self.names)
    }

    pub(super) fn noted(&self, context: &Context<'_>, record: &Record) -> Option<Noted> {
        let mut r = self.reader(context, &record.reads);
        Some(Noted {
            units: r.list(Reader::number)?,
            lookups: r.list(Reader::number)?,
            methods: r.list(|r| r.number().map(|n| (n >> 1, n & 1 == 1)))?,
        })
    }

    /// What a summary used.
    pub(super) fn uses(&self, context: &Context<'_>, record: &Record) -> Option<Vec<Number>> {
        self.reader(context, &record.uses).list(Number::read)
    }

    /// The digest of what a general summary tells callers.
    pub(super) fn told(&self, context: &Context<'_>, summary: &Summary) -> u64 {
        let mut w = Writer::new(context.program, &self.names);
        w.outside(summary);
        digest(&w.bytes)
    }
}

impl Context<'_> {
    /// Whether all that the summaries of a component were made from is what it was. Then they hold.
    pub(crate) fn component_holds(&self, component: &[u32], place: Standing) -> bool {
        let Some(kept) = self.kept() else { return false };
        let holds = self.all_hold(kept, component, place).is_some();
        if holds {
            kept.taken.fetch_add(component.len(), Ordering::Relaxed);
            for &method in component {
                let general = &kept.general[kept.numbers[method as usize] as usize];
                general.settle(true);
                general.taken.store(true, Ordering::Release);
                let Some(before) = &general.before else { continue };
                if before.unstable {
                    self.note_unstable(method);
                }
                for used in kept.uses(self, &before.record).into_iter().flatten().filter_map(Number::special)
                {
                    self.take_special(kept, used);
                }
            }
        }
        holds
    }

    /// A digest of what rounds over a component follow from beside its methods: their order, and which of them run which.
    pub(super) fn component_digest(&self, kept: &Kept, component: &[u32]) -> u64 {
        let lasting = |&method: &u32| kept.numbers[method as usize];
        let mut digest = Digest::default();
        for method in component {
            let inside = |callee: &&u32| self.component(**callee).first() == component.first();
            let callees: Vec<u32> = self.callees(*method).iter().filter(inside).map(lasting).collect();
            digest.add((lasting(method), callees));
        }
        digest.finish()
    }

    fn all_hold(&self, kept: &Kept, component: &[u32], place: Standing) -> Option<()> {
        let now = self.component_digest(kept, component);
        for &method in component {
            let before = kept.general[kept.numbers[method as usize] as usize].before.as_ref()?;
            if before.component != now {
                return None;
            }
            self.holds(kept, &before.record, place)?;
        }
        Some(())
    }

    /// Says what became of a method that was interpreted: whether it tells callers the same as before.
    pub(crate) fn settle(&self, method: u32, summary: &Summary) {
        let Some(kept) = self.kept() else { return };
        let general = &kept.general[kept.numbers[method as usize] as usize];
        if let Some(before) = &general.before {
            general.settle(before.told == kept.told(self, summary));
        }
    }

    /// The number of the kept specialisation of a key, if that holds for who stands at a place.
    pub(super) fn special_that_holds(&self, kept: &Kept, key: &Key, place: Standing) -> Option<u32> {
        let number = *kept.of_key.get(key)?;
        let fits = key.depth != 0 || place.depth + 1 + kept.special[number as usize].height <= NESTING;
        (fits && self.special_holds(kept, number, place)).then_some(number)
    }

    /// Takes a specialisation that holds, with those that it used.
    pub(super) fn take_special(&self, kept: &Kept, number: u32) -> Option<()> {
        let mut work = vec![number];
        while let Some(number) = work.pop() {
            let special = &kept.special[number as usize];
            if !special.taken.swap(true, Ordering::AcqRel) {
                let uses = kept.uses(self, special.record.as_ref()?)?;
                work.extend(uses.into_iter().filter_map(Number::special));
            }
        }
        Some(())
    }

    /// Some(()) if what a summary was made from is what it was, for who stands at a place.
    fn holds(&self, kept: &Kept, record: &Record, place: Standing) -> Option<()> {
        let noted = kept.noted(self, record)?;
        let same = noted.units.iter().all(|&unit| kept.units[unit as usize])
            && noted.lookups.iter().all(|&lookup| kept.lookups[lookup as usize])
            && noted.methods.iter().all(|&(method, seen)| {
                let general = &kept.general[method as usize];
                // What it saw of its own component follows from that.
                general.method != NONE
                    && (self.is_inside(general.method, place)
                        || seen == self.is_visible(general.method, place) && (!seen || general.is_same()))
            });
        let used = |number| match number {
            Number::Special(special) => self.special_holds(kept, special, place),
            Number::General(_) | Number::Other(_) => true,
        };
        (same && kept.uses(self, record)?.into_iter().all(used)).then_some(())
    }

    /// Whether a specialisation is the one that is given to who stands at a place. It is made when it is first asked for, and whoever asks later is
    /// given the same: if it was taken, or made anew, that is what counts.
    fn special_holds(&self, kept: &Kept, number: u32, place: Standing) -> bool {
        let special = &kept.special[number as usize];
        if special.is_taken() {
            return true;
        }
        let (Some(record), Some(key)) = (&special.record, &special.key) else { return false };
        let view = self.view(kept, number);
        !self.specials().contains_key(key)
            && (view.from..=view.to).contains(&place.level)
            && *special.holds.get_or_init(|| {
                // All that it saw is below whoever asks: its turn has come.
                let inner = Standing { component: NONE, ..place };
                self.holds(kept, record, inner).is_some()
            })
    }

    /// From where a specialisation sees what it saw, and those that it used.
    fn view(&self, kept: &Kept, number: u32) -> View {
        let special = &kept.special[number as usize];
        *special
            .view
            .get_or_init(|| self.find_view(kept, special.record.as_ref()).unwrap_or(View { from: 1, to: 0 }))
    }

    fn find_view(&self, kept: &Kept, record: Option<&Record>) -> Option<View> {
        let record = record?;
        let mut view = View { from: 0, to: u32::MAX };
        for (method, seen) in kept.noted(self, record)?.methods {
            let method = kept.general[method as usize].method;
            match (seen, self.level(Some(method).filter(|&method| method != NONE)?)) {
                (true, level) => view.from = view.from.max(level + 1),
                (false, level) => view.to = view.to.min(level),
            }
        }
        for used in kept.uses(self, record)? {
            if let Number::Special(used) = used {
                let inner = self.view(kept, used);
                view = View { from: view.from.max(inner.from), to: view.to.min(inner.to) };
            }
        }
        Some(view)
    }
}
