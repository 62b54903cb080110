//! What a piece of work reads of a program: noted by the thread that does it.
//!
//! Whatever is asked of a [`Program`](super::Program) says so here: of a node, the [unit](super::units) that it is part of; of a table by names,
//! the [`Lookup`]. [`noted`] gives what was asked while something ran. Without one around it nothing is noted.

use std::cell::{Cell, RefCell};
use stoa_model::Symbol;

/// A question by a name, whose answer may follow from any file of the tree.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Lookup {
    /// A table, the file for which it is asked (0 for none), and the name.
    Named(Table, u32, Symbol),
    /// The same where no node has the name.
    Unnamed(Table, u32, Box<str>),
}

/// Tables by names, and what the whole program has.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Table {
    Text,
    Types,
    TypesOfFiles,
    TypesBySimpleName,
    Aliases,
    AliasesOfFiles,
    CalledByMacros,
    SharedFields,
    Setters,
    WrittenNames,
    Undeclared,
    Exports,
    Imports,
    Modules,
    Config,
    Panics,
    Destructors,
    Fields,
    Assigned,
    /// Any method of the language of this number.
    Languages,
}

impl Table {
    pub(crate) const ALL: [Table; 20] = [
        Table::Text,
        Table::Types,
        Table::TypesOfFiles,
        Table::TypesBySimpleName,
        Table::Aliases,
        Table::AliasesOfFiles,
        Table::CalledByMacros,
        Table::SharedFields,
        Table::Setters,
        Table::WrittenNames,
        Table::Undeclared,
        Table::Exports,
        Table::Imports,
        Table::Modules,
        Table::Config,
        Table::Panics,
        Table::Destructors,
        Table::Fields,
        Table::Assigned,
        Table::Languages,
    ];
}

/// What was read. Some may be there twice.
#[derive(Clone, Default, Debug)]
pub(crate) struct Noted {
    pub units: Vec<u32>,
    pub lookups: Vec<Lookup>,
}

/// Units that were noted last are known without looking.
const NOTED_LAST: usize = 16;

/// Questions that were asked last, each with the work it was for: most are asked again and again.
const LAST: usize = 64;

/// What a thread notes.
struct Reader {
    /// Units that were noted last.
    noted_last: [Cell<u32>; NOTED_LAST],
    /// The number of the work at hand; 0 if nothing is noted.
    work: Cell<u32>,
    works: Cell<u32>,
    noted: RefCell<Noted>,
    asked_last: [Cell<(u32, Table, u32, Symbol)>; LAST],
    /// By unit, the last work that noted it.
    noted_by: RefCell<Vec<u32>>,
}

const NOTHING: u32 = u32::MAX;

thread_local! {
    static READER: Reader = const {
        Reader {
            noted_last: [const { Cell::new(NOTHING) }; NOTED_LAST],
            work: Cell::new(0),
            works: Cell::new(0),
            noted: RefCell::new(Noted { units: Vec::new(), lookups: Vec::new() }),
            asked_last: [const { Cell::new((0, Table::Text, 0, Symbol::NONE)) }; LAST],
            noted_by: RefCell::new(Vec::new()),
        }
    };
}

/// Notes that something was read of a unit.
#[inline]
pub(super) fn unit(unit: u32) {
    READER.with(|reader| {
        if reader.noted_last[unit as usize % NOTED_LAST].get() != unit && reader.work.get() != 0 {
            reader.note(unit);
        }
    });
}

/// Notes a question by a name.
pub(super) fn named(table: Table, file: u32, name: Symbol) {
    READER.with(|reader| {
        let work = reader.work.get();
        if work == 0 {
            return;
        }
        let asked = (work, table, file, name);
        let place = (name.0 ^ file ^ (table as u32) << 2) as usize % LAST;
        if reader.asked_last[place].replace(asked) != asked {
            reader.noted.borrow_mut().lookups.push(Lookup::Named(table, file, name));
        }
    });
}

/// Notes a question by a name that no node has.
pub(super) fn unnamed(table: Table, name: &str) {
    READER.with(|reader| {
        if reader.work.get() != 0 {
            reader.noted.borrow_mut().lookups.push(Lookup::Unnamed(table, 0, name.into()));
        }
    });
}

/// Notes what was noted elsewhere.
pub(crate) fn again(noted: &Noted) {
    noted.units.iter().for_each(|&known| unit(known));
    noted.lookups.iter().for_each(|known| match known {
        Lookup::Named(table, file, name) => named(*table, *file, *name),
        Lookup::Unnamed(table, _, name) => unnamed(*table, name),
    });
}

/// Does some work; what it read. Work around it does not have read that: whoever keeps the outcome says so [`again`].
pub(crate) fn noted<T>(work: impl FnOnce() -> T) -> (T, Noted) {
    let around = Around::enter();
    let result = work();
    (result, around.leave())
}

/// Work around other work, which goes on when that ends, however it does.
struct Around {
    work: u32,
    noted: Noted,
}

impl Around {
    fn enter() -> Around {
        READER.with(|reader| {
            let next = reader.works.get().wrapping_add(1).max(1);
            reader.works.set(next);
            reader.noted_last.iter().for_each(|last| last.set(NOTHING));
            Around { work: reader.work.replace(next), noted: reader.noted.take() }
        })
    }

    fn leave(mut self) -> Noted {
        READER.with(|reader| reader.noted.replace(std::mem::take(&mut self.noted)))
    }
}

impl Drop for Around {
    fn drop(&mut self) {
        READER.with(|reader| {
            reader.noted_last.iter().for_each(|last| last.set(NOTHING));
            reader.work.set(self.work);
            // Empty if the work came to its end: what is around it was put back.
            if !self.noted.units.is_empty() || !self.noted.lookups.is_empty() {
                reader.noted.replace(std::mem::take(&mut self.noted));
            }
        });
    }
}

impl Reader {
    #[cold]
    fn note(&self, unit: u32) {
        let work = self.work.get();
        self.noted_last[unit as usize % NOTED_LAST].set(unit);
        let mut noted_by = self.noted_by.borrow_mut();
        if noted_by.len() <= unit as usize {
            noted_by.resize(unit as usize + 1, 0);
        }
        if std::mem::replace(&mut noted_by[unit as usize], work) != work {
            self.noted.borrow_mut().units.push(unit);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_inside_of_work_notes_its_own() {
        let ((inner, _), outer) = noted(|| {
            unit(1);
            let inner = noted(|| {
                unit(2);
                unit(1);
            });
            unit(3);
            unit(1);
            (inner.1, ())
        });
        assert_eq!(inner.units, [2, 1]);
        assert!(outer.units.starts_with(&[1, 3]), "{:?}", outer.units);
        assert!(!outer.units.contains(&2));
        unit(4);
        assert!(noted(|| ()).1.units.is_empty());
    }

    #[test]
    fn what_was_kept_is_read_again() {
        let (_, kept) = noted(|| {
            unit(7);
            unnamed(Table::Text, "absent");
            named(Table::Types, 3, Symbol(5));
            named(Table::Types, 3, Symbol(5));
        });
        let (_, reader) = noted(|| again(&kept));
        assert_eq!(reader.units, [7]);
        let asked =
            [Lookup::Unnamed(Table::Text, 0, "absent".into()), Lookup::Named(Table::Types, 3, Symbol(5))];
        assert_eq!(reader.lookups, asked);
    }
}
