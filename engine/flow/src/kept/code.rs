//! Bytes: numbers, texts, nodes and symbols, one behind the other.

use stoa_model::Symbol;

use super::names::Names;
use crate::program::{Idx, NONE, Program};
use crate::schedule::Context;

/// Writes.
pub(crate) struct Writer<'a> {
    pub bytes: Vec<u8>,
    program: &'a Program,
    names: &'a Names,
}

impl<'a> Writer<'a> {
    pub(super) fn new(program: &'a Program, names: &'a Names) -> Writer<'a> {
        Writer { bytes: Vec::new(), program, names }
    }

    /// LEB128.
    pub(crate) fn number(&mut self, number: impl Into<u64>) {
        let mut rest = number.into();
        while rest >= 0x80 {
            self.bytes.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        self.bytes.push(rest as u8);
    }

    pub(crate) fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    /// A number with a sign, small ones in few bytes.
    pub(crate) fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    pub(crate) fn flag(&mut self, flag: bool) {
        self.bytes.push(u8::from(flag));
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.count(text.len());
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Eight bytes.
    pub(super) fn eight(&mut self, number: u64) {
        self.bytes.extend_from_slice(&number.to_le_bytes());
    }

    pub(crate) fn node(&mut self, node: Idx) {
        if node == NONE {
            self.number(0u32);
        } else {
            let (unit, rank) = self.program.ranked(node);
            self.number(u64::from(self.names.lasting_units[unit as usize]) + 1);
            self.number(rank);
        }
    }

    pub(crate) fn symbol(&mut self, symbol: Symbol) {
        self.number(self.names.lasting_symbols[symbol.0 as usize]);
    }

    /// Bytes behind their number.
    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    /// Some bytes of their own, behind their number.
    pub(super) fn apart(&mut self, write: impl FnOnce(&mut Writer<'a>)) {
        let mut own = Writer { bytes: Vec::new(), ..*self };
        write(&mut own);
        self.put(&own.bytes);
    }

    pub(crate) fn list<T>(&mut self, list: &[T], mut write: impl FnMut(&mut Writer<'a>, &T)) {
        self.count(list.len());
        list.iter().for_each(|item| write(self, item));
    }
}

/// Reads what was written. None stands for bytes that cannot be read, or that name what is no more.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    pub(super) context: &'a Context<'a>,
    names: &'a Names,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], context: &'a Context<'a>, names: &'a Names) -> Reader<'a> {
        Reader { bytes, context, names }
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(first)
    }

    pub(crate) fn long(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub(crate) fn number(&mut self) -> Option<u32> {
        u32::try_from(self.long()?).ok()
    }

    /// How many things follow, each of at least one byte.
    pub(crate) fn count(&mut self) -> Option<usize> {
        usize::try_from(self.long()?).ok().filter(|&count| count <= self.bytes.len())
    }

    pub(crate) fn signed(&mut self) -> Option<i64> {
        let number = self.long()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(crate) fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub(super) fn eight(&mut self) -> Option<u64> {
        let (first, rest) = self.bytes.split_first_chunk::<8>()?;
        self.bytes = rest;
        Some(u64::from_le_bytes(*first))
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.apart()?).ok()
    }

    /// Bytes behind their number.
    pub(super) fn apart(&mut self) -> Option<&'a [u8]> {
        let count = self.count()?;
        let (own, rest) = self.bytes.split_at_checked(count)?;
        self.bytes = rest;
        Some(own)
    }

    pub(crate) fn node(&mut self) -> Option<Idx> {
        match self.long()? {
            0 => Some(NONE),
            unit => {
                let rank = self.number()?;
                let unit = *self.names.units.get(unit as usize - 1)?;
                if unit == NONE { None } else { self.context.program.at_rank(unit, rank) }
            }
        }
    }

    pub(crate) fn symbol(&mut self) -> Option<Symbol> {
        let number = self.number()?;
        *self.names.symbols.get(number as usize)?
    }

    pub(crate) fn list<T>(&mut self, mut read: impl FnMut(&mut Reader<'a>) -> Option<T>) -> Option<Vec<T>> {
        let count = self.count()?;
        (0..count).map(|_| read(self)).collect()
    }
}
