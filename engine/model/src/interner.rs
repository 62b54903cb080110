//! Strings as small numbers, for the time between parsing and writing a segment.

use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

use crate::operators::Operator;

/// A string in an [`Interner`]. `Symbol::NONE` stands for "no value" (SQL NULL), which is not the
/// empty string.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Symbol(pub u32);

impl Symbol {
    pub const NONE: Symbol = Symbol(0);

    /// Whether this symbol carries a string.
    #[inline]
    pub const fn is_some(self) -> bool {
        self.0 != 0
    }

    /// The symbol, or nothing when it is [`Symbol::NONE`].
    #[inline]
    pub fn some(self) -> Option<Symbol> {
        self.is_some().then_some(self)
    }
}

/// Interns strings in one growing buffer. Operator names are interned first, in the order of
/// [`Operator::ALL`], so an operator's symbol is known without a lookup.
#[derive(Clone)]
pub struct Interner {
    text: String,
    ends: Vec<u32>,
    table: HashTable<u32>,
}

impl Default for Interner {
    fn default() -> Self {
        Self::new()
    }
}

#[inline]
fn hash(text: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text);
    hasher.finish()
}

impl Interner {
    /// An interner that holds the operator names.
    pub fn new() -> Self {
        let mut interner =
            Interner { text: String::new(), ends: vec![0], table: HashTable::with_capacity(4096) };
        for operator in Operator::ALL {
            let symbol = interner.intern(operator.as_str());
            debug_assert_eq!(symbol, operator.symbol());
        }
        interner
    }

    /// The symbol of `text`, new or known.
    #[inline]
    pub fn intern(&mut self, text: &str) -> Symbol {
        let h = hash(text.as_bytes());
        let Interner { text: all, ends, table } = self;
        if let Some(&found) = table.find(h, |&s| slice(all, ends, s) == text) {
            return Symbol(found);
        }
        let new = ends.len() as u32;
        all.push_str(text);
        ends.push(all.len() as u32);
        table.insert_unique(h, new, |&s| hash(slice(all, ends, s).as_bytes()));
        Symbol(new)
    }

    /// The symbol of some bytes; what is not UTF-8 is replaced (U+FFFD).
    #[inline]
    pub fn intern_bytes(&mut self, text: &[u8]) -> Symbol {
        match std::str::from_utf8(text) {
            Ok(text) => self.intern(text),
            Err(_) => self.intern(&String::from_utf8_lossy(text)),
        }
    }

    /// The symbol of a string that is already known.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        self.table
            .find(hash(text.as_bytes()), |&s| slice(&self.text, &self.ends, s) == text)
            .map(|&s| Symbol(s))
    }

    /// The string of a symbol; empty for [`Symbol::NONE`].
    #[inline]
    pub fn get(&self, symbol: Symbol) -> &str {
        if symbol.0 == 0 { "" } else { slice(&self.text, &self.ends, symbol.0) }
    }

    /// How many symbols there are, [`Symbol::NONE`] included.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Never true: the operators are always there.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// The bytes this interner holds on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.text.capacity() + self.ends.capacity() * 4 + self.table.capacity() * 5
    }
}

#[inline]
fn slice<'a>(text: &'a str, ends: &[u32], symbol: u32) -> &'a str {
    &text[ends[symbol as usize - 1] as usize..ends[symbol as usize] as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_text_same_symbol() {
        let mut interner = Interner::new();
        let a = interner.intern("alpha");
        assert_eq!(a, interner.intern("alpha"));
        assert_ne!(a, interner.intern("beta"));
        assert_eq!(interner.get(a), "alpha");
        assert_eq!(interner.find("gamma"), None);
        let empty = interner.intern("");
        assert!(empty.is_some());
        assert_eq!(interner.get(empty), "");
        assert_eq!(interner.get(Operator::Addition.symbol()), "<operator>.addition");
    }
}
