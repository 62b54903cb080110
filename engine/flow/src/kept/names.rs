//! Numbers that outlive a program: of units, of texts, and of methods with a body.
//!
//! What was there before keeps its number, what is new gets the next; so bytes that name something stay as they are.

use rustc_hash::FxHashMap;
use stoa_model::{NodeId, Symbol};

use super::code::Reader;
use crate::program::{NONE, Program};

pub(super) struct Names {
    /// The ids of units by their lasting numbers.
    pub ids: Vec<NodeId>,
    /// Units of the program by lasting numbers, NONE for those that are no more; and lasting numbers by units.
    pub units: Vec<u32>,
    pub lasting_units: Vec<u32>,
    pub symbols: Vec<Option<Symbol>>,
    pub lasting_symbols: Vec<u32>,
    /// Texts that no node has any more.
    gone: FxHashMap<u32, Box<str>>,
}

impl Names {
    /// The names of a program, after those of before.
    pub(super) fn new(program: &Program, texts: &[&str], mut ids: Vec<NodeId>) -> Names {
        let mut gone = FxHashMap::default();
        let mut lasting_symbols = vec![NONE; program.texts().len()];
        let mut symbols: Vec<Option<Symbol>> = Vec::with_capacity(lasting_symbols.len());
        for (&text, number) in texts.iter().zip(0..) {
            // The first stands for no text.
            let symbol = if number == 0 { Some(Symbol::NONE) } else { program.known_symbol(text) };
            match symbol {
                Some(symbol) => lasting_symbols[symbol.0 as usize] = number,
                None => {
                    gone.insert(number, text.into());
                }
            }
            symbols.push(symbol);
        }
        for (lasting, symbol) in lasting_symbols.iter_mut().zip(0..).filter(|(lasting, _)| **lasting == NONE)
        {
            *lasting = symbols.len() as u32;
            symbols.push(Some(Symbol(symbol)));
        }
        let mut units: Vec<u32> = ids.iter().map(|&id| program.unit_with(id).unwrap_or(NONE)).collect();
        let mut lasting_units = vec![NONE; program.unit_ids().len()];
        for (&unit, number) in units.iter().zip(0..).filter(|(unit, _)| **unit != NONE) {
            lasting_units[unit as usize] = number;
        }
        for ((lasting, unit), id) in lasting_units.iter_mut().zip(0..).zip(program.unit_ids()) {
            if *lasting == NONE {
                *lasting = units.len() as u32;
                units.push(unit);
                ids.push(id);
            }
        }
        Names { ids, units, lasting_units, symbols, lasting_symbols, gone }
    }

    /// Texts by their lasting numbers.
    pub(super) fn texts<'a>(&'a self, program: &'a Program) -> impl Iterator<Item = &'a str> {
        self.symbols.iter().zip(0..).map(move |(symbol, number)| match symbol {
            Some(symbol) => program.str(*symbol),
            None => self.gone.get(&number).map_or("", |text| text),
        })
    }
}

/// A summary or traces, among all that are kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Number {
    /// The general summary of a method, by the lasting number of that.
    General(u32),
    Special(u32),
    /// Traces of rounds that were not the last.
    Other(u32),
}

impl Number {
    pub(super) fn code(self) -> u64 {
        match self {
            Number::General(number) => u64::from(number) * 3,
            Number::Special(number) => u64::from(number) * 3 + 1,
            Number::Other(number) => u64::from(number) * 3 + 2,
        }
    }

    /// The number of a specialisation.
    pub(super) fn special(self) -> Option<u32> {
        match self {
            Number::Special(number) => Some(number),
            Number::General(_) | Number::Other(_) => None,
        }
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Option<Number> {
        let code = r.long()?;
        let number = u32::try_from(code / 3).ok()?;
        Some(match code % 3 {
            0 => Number::General(number),
            1 => Number::Special(number),
            _ => Number::Other(number),
        })
    }
}
