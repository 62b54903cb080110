//! What was asked of the symbols: the hashes of names under which declarations were looked for, found or not.
//!
//! An answer depends on the declarations of the names that were asked for on its way and on nothing else of a kind that comes
//! and goes in an ordinary edit. So of what asked for none of the names that an edit brings, takes or changes, the answers stand.

use std::cell::{Cell, RefCell};
use std::marker::PhantomData;

use rustc_hash::FxHashSet;

use super::hash::NameHash;

thread_local! {
    static LISTENS: Cell<bool> = const { Cell::new(false) };
    static ASKED: RefCell<FxHashSet<NameHash>> = RefCell::default();
}

/// Notes that declarations of a full name, or methods of a name, were looked for.
#[inline]
pub(super) fn note(name: NameHash) {
    if LISTENS.get() {
        ASKED.with_borrow_mut(|asked| asked.insert(name));
    }
}

/// Whether somebody listens on this thread.
pub(super) fn is_heard() -> bool {
    LISTENS.get()
}

/// Listens on this thread to what is asked, until it is dropped.
pub struct Listener(PhantomData<*const ()>);

impl Listener {
    pub fn new() -> Listener {
        LISTENS.set(true);
        Listener(PhantomData)
    }

    /// What was asked since the last call, ascending.
    pub fn take(&self) -> Box<[u64]> {
        take()
    }
}

/// What was asked on this thread since the last call, ascending; nothing if nobody listens.
pub(super) fn take() -> Box<[u64]> {
    ASKED.with_borrow_mut(|asked| {
        let mut names: Vec<NameHash> = asked.drain().collect();
        names.sort_unstable();
        names.into()
    })
}

impl Default for Listener {
    fn default() -> Self {
        Listener::new()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        LISTENS.set(false);
        drop(self.take());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_noted_while_somebody_listens() {
        note(1);
        {
            let listener = Listener::new();
            for name in [7, 3, 7] {
                note(name);
            }
            assert_eq!(*listener.take(), [3, 7]);
            note(5);
            assert_eq!(*listener.take(), [5]);
            note(9);
        }
        note(2);
        assert!(Listener::new().take().is_empty());
    }
}
