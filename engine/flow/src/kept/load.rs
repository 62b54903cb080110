//! From the bytes of before to what they say of the program at hand.

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicUsize};
use stoa_model::ids::file_of;
use stoa_model::{NodeId, Symbol};

use super::blocks::{Block, Place, open};
use super::code::Reader;
use super::names::Names;
use super::{Before, General, Kept, Other, Record, Special, UNKNOWN};
use crate::program::NONE;
use crate::program::reads::{Lookup, Table};
use crate::schedule::Context;

/// What the front says, before it is known what that is now.
#[derive(Default)]
struct Front<'a> {
    texts: Vec<&'a str>,
    /// Ids, digests, and the order in which they stood.
    units: Vec<(NodeId, u64, u32)>,
    /// Without a name, what is asked of the program as such.
    lookups: Vec<(Table, u32, Option<&'a str>, u64)>,
    blocks: Vec<(usize, usize)>,
    general: Vec<(u32, Option<Before>)>,
    special: Vec<(Range<usize>, usize, Option<Record>)>,
    others: Vec<(Option<Place>, u32)>,
}

impl Kept {
    /// What bytes say that were [written](super::write). Of none, and of bytes that say nothing, nothing.
    pub(crate) fn load(context: &Context<'_>, bytes: Option<Vec<u8>>) -> Kept {
        let bytes = bytes.unwrap_or_default();
        let front = open(&bytes);
        let program = context.program;
        let no_names = Names::new(program, &[], Vec::new());
        let said = front.as_deref().and_then(|front| said(front, context, &no_names)).unwrap_or_default();
        let Front { texts, units, lookups, blocks, general, special, others } = match said.is_crowded() {
            true => Front::default(),
            false => said,
        };
        let names = Names::new(program, &texts, units.iter().map(|unit| unit.0).collect());
        let now = if units.is_empty() { &[][..] } else { context.unit_digests() };
        let moved = moved(&units, &names);
        let same = |(&(id, before, _), &unit): (&(NodeId, u64, u32), &u32)| {
            unit != NONE && now[unit as usize] == before && !moved.contains(&file_of(id))
        };
        let units: Vec<bool> = units.iter().zip(&names.units).map(same).collect();
        let asked = |&(table, file, name, before): &(Table, u32, Option<&str>, u64)| {
            context.lookups.number(lookup(context, table, file, name));
            program.answer_digest(table, file, name.unwrap_or_default()) == before
        };
        let lookups: Vec<bool> = lookups.iter().map(asked).collect();
        let mut end = 0;
        let block = |(compressed, length): (usize, usize)| {
            let start = end;
            end += compressed;
            Block::new(start..end, length)
        };
        let blocks = blocks.into_iter().map(block).collect();

        let mut numbers = vec![NONE; program.methods().len()];
        let known = |(unit, before): (u32, Option<Before>)| {
            let now = names.units.get(unit as usize).copied().unwrap_or(NONE);
            let node = if now == NONE { None } else { program.at_rank(now, 0) };
            let method = node.and_then(|node| program.number_of(node)).unwrap_or(NONE);
            General { method, ..General::new(unit, before) }
        };
        let mut general: Vec<General> = general.into_iter().map(known).collect();
        for (general, number) in general.iter().zip(0..).filter(|(general, _)| general.method != NONE) {
            numbers[general.method as usize] = number;
        }
        for (number, method) in numbers.iter_mut().zip(0u32..).filter(|(number, _)| **number == NONE) {
            *number = general.len() as u32;
            let unit = program.ranked(program.methods()[method as usize].node).0;
            general.push(General { method, ..General::new(names.lasting_units[unit as usize], None) });
        }
        let front = front.unwrap_or_default();
        let special: Vec<Special> = special
            .into_par_iter()
            .map(|(written, height, record)| {
                let key =
                    record.is_some().then(|| Reader::new(&front[written.clone()], context, &names).key());
                let key = key.flatten();
                let (view, holds, taken, traces) = Default::default();
                Special { written, key, height, record, view, holds, taken, traces }
            })
            .collect();
        let of_key =
            special.iter().zip(0u32..).filter_map(|(s, number)| Some((s.key.clone()?, number))).collect();
        let others = others
            .into_iter()
            .map(|(place, owner)| Other { place, owner, traces: OnceLock::new() })
            .collect();
        let taken = AtomicUsize::new(0);
        Kept { bytes, front, blocks, names, units, lookups, general, special, others, numbers, of_key, taken }
    }
}

impl General {
    fn new(unit: u32, before: Option<Before>) -> General {
        let (state, taken, traces) = (AtomicU8::new(UNKNOWN), AtomicBool::new(false), OnceLock::new());
        General { unit, method: NONE, before, state, taken, traces }
    }
}

/// So many numbers may be of what is no more before it is looked how many there are of what is.
const GONE: usize = 50_000;

impl Front<'_> {
    /// Whether most of the numbers are of what is no more: then it is time to begin anew.
    fn is_crowded(&self) -> bool {
        let live = self.special.iter().filter(|special| special.2.is_some()).count()
            + self.others.iter().filter(|other| other.0.is_some()).count()
            + self.units.iter().filter(|unit| unit.1 != 0).count();
        let all = self.special.len() + self.others.len() + self.units.len();
        all > 2 * live + GONE
    }
}

fn said<'a>(front: &'a [u8], context: &'a Context<'_>, names: &'a Names) -> Option<Front<'a>> {
    let place = |part: &[u8]| {
        let start = part.as_ptr() as usize - front.as_ptr() as usize;
        start..start + part.len()
    };
    let record = |r: &mut Reader<'a>| {
        Some(Record {
            reads: place(r.apart()?),
            uses: place(r.apart()?),
            findings: place(r.apart()?),
            body: Place::read(r)?,
            traces: Place::read(r)?,
        })
    };
    let mut r = Reader::new(front, context, names);
    Some(Front {
        texts: r.list(Reader::text)?,
        units: r.list(|r| Some((r.signed()?, r.eight()?, r.number()?)))?,
        lookups: r.list(|r| {
            let table = *Table::ALL.get(r.byte()? as usize)?;
            Some((table, r.number()?, r.flag()?.then_some(r.text()?), r.eight()?))
        })?,
        blocks: r.list(|r| Some((r.long()? as usize, r.long()? as usize)))?,
        general: r.list(|r| {
            let (unit, is_there) = (r.number()?, r.flag()?);
            if !is_there {
                return Some((unit, None));
            }
            let (component, unstable, told) = (r.eight()?, r.flag()?, r.eight()?);
            Some((unit, Some(Before { component, unstable, told, record: record(r)? })))
        })?,
        special: r.list(|r| {
            let (key, height, is_there) = (place(r.apart()?), r.long()? as usize, r.flag()?);
            Some((key, height, if is_there { Some(record(r)?) } else { None }))
        })?,
        others: r.list(|r| {
            let (owner, is_there) = (r.number()?.wrapping_sub(1), r.flag()?);
            Some((if is_there { Some(Place::read(r)?) } else { None }, owner))
        })?,
    })
}

/// Files whose units do not stand in the order of before: some of what is found follows from which of two nodes comes first.
fn moved(units: &[(NodeId, u64, u32)], names: &Names) -> FxHashSet<u32> {
    let known = units.iter().zip(&names.units).filter(|(_, unit)| **unit != NONE);
    let mut order: Vec<(u32, u32, u32)> =
        known.map(|(&(id, _, before), &now)| (file_of(id), before, now)).collect();
    order.sort_unstable();
    let turned = order.windows(2).filter(|pair| pair[0].0 == pair[1].0 && pair[0].2 > pair[1].2);
    turned.map(|pair| pair[0].0).collect()
}

/// A question of before, as it is asked now.
fn lookup(context: &Context<'_>, table: Table, file: u32, name: Option<&str>) -> Lookup {
    let Some(name) = name else { return Lookup::Named(table, file, Symbol::NONE) };
    match context.program.known_symbol(name) {
        Some(symbol) => Lookup::Named(table, file, symbol),
        None => Lookup::Unnamed(table, file, name.into()),
    }
}
