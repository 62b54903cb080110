//! Slots of declarations that survive edits.
//!
//! Passes number the declarations of a file in the order in which they stand in it ([`crate::nodes::Locals`]). What other files point
//! at must not change when one is added above, so rows are written with *slots*: a declaration keeps the one it had as long as its
//! full name and signature live in the file, and a new one gets the next that nobody had. Facts for linking keep the order numbers:
//! what links come to then depends on the tree alone, never on the history of its slots.

use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use smallvec::SmallVec;
use stoa_model::rows::NO_LOCAL;
use stoa_model::{FIRST_BODY, Interner};
use stoa_syntax::{NOWHERE, Tree};

use crate::nodes::Locals;

/// The slots of a file's declarations. The default is of a file that was never edited: each declaration's slot is its number.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    /// Of each declaration in the order of the file: what it is, by kind, name, signature and what it stands in.
    pub keys: Vec<u64>,
    /// Of each declaration its slot; empty if that is its number.
    pub slots: Vec<u32>,
    /// The first slot that no declaration of the file ever had.
    pub next: u32,
}

impl Slots {
    /// The slots of a tree whose file had others before, if it was there. `locals` must be of the tree.
    pub fn of(tree: &Tree, locals: &Locals, names: &Interner, before: Option<&Slots>) -> Slots {
        assign(keys(tree, locals, names), before)
    }

    /// The slot of a declaration, by its number.
    #[inline]
    fn slot(&self, number: u32) -> u32 {
        self.slots.get(number as usize).copied().unwrap_or(number)
    }

    /// Whether the declarations that two versions of a file have by number have the same slots.
    pub fn agrees_with(&self, other: &Slots) -> bool {
        let both = self.keys.len().min(other.keys.len()) as u32;
        self.slots == other.slots || (0..both).all(|number| self.slot(number) == other.slot(number))
    }

    /// Where each declaration is in another version of the file, or [`NO_LOCAL`].
    pub fn moved_to(&self, other: &Slots) -> Vec<u32> {
        let numbers: FxHashMap<u32, u32> =
            (0..other.keys.len() as u32).map(|number| (other.slot(number), number)).collect();
        let now = |number| numbers.get(&self.slot(number)).copied().unwrap_or(NO_LOCAL);
        (0..self.keys.len() as u32).map(now).collect()
    }

    /// The local part of a node's id in the store, from that in the order of the file.
    #[inline]
    pub fn stored(&self, local: u32) -> u32 {
        if local < FIRST_BODY { self.slot(local) } else { local }
    }

    /// The way back: of each slot its declaration's number.
    pub fn numbers(&self) -> Numbers {
        Numbers(self.slots.iter().enumerate().map(|(number, slot)| (*slot, number as u32)).collect())
    }
}

/// From local parts in the store to those in the order of the file.
#[derive(Clone, Debug, Default)]
pub struct Numbers(FxHashMap<u32, u32>);

impl Numbers {
    #[inline]
    pub fn of(&self, stored: u32) -> u32 {
        if stored >= FIRST_BODY || self.0.is_empty() {
            return stored;
        }
        self.0.get(&stored).copied().unwrap_or(NO_LOCAL)
    }
}

/// Gives declarations their slots: those they had, or new ones.
fn assign(keys: Vec<u64>, before: Option<&Slots>) -> Slots {
    let next = keys.len() as u32;
    let Some(before) = before else { return Slots { keys, slots: Vec::new(), next } };
    // Declarations that nothing tells apart keep their slots in their order.
    let mut known: FxHashMap<u64, SmallVec<[u32; 1]>> = FxHashMap::default();
    for (number, key) in before.keys.iter().enumerate().rev() {
        known.entry(*key).or_default().push(before.slot(number as u32));
    }
    let kept: Vec<Option<u32>> = keys.iter().map(|key| known.get_mut(key).and_then(|s| s.pop())).collect();
    let mut next = before.next;
    let mut freed = None;
    let slots: Vec<u32> = kept
        .iter()
        .map(|slot| {
            slot.unwrap_or_else(|| {
                if next < FIRST_BODY {
                    next += 1;
                    return next - 1;
                }
                // After a million declarations have come and gone, slots are given once more.
                let freed = freed.get_or_insert_with(|| {
                    let used: FxHashSet<u32> = kept.iter().flatten().copied().collect();
                    (0..FIRST_BODY).filter(move |slot| !used.contains(slot))
                });
                // There are no more declarations than slots.
                freed.next().unwrap_or(NO_LOCAL)
            })
        })
        .collect();
    let unchanged = slots.iter().enumerate().all(|(number, slot)| number as u32 == *slot);
    Slots { keys, slots: if unchanged { Vec::new() } else { slots }, next }
}

/// What each declaration with a slot is, in the order of the file.
fn keys(tree: &Tree, locals: &Locals, names: &Interner) -> Vec<u64> {
    let mut keys = Vec::with_capacity(locals.declarations as usize);
    for (position, node) in tree.nodes.iter().enumerate() {
        let number = locals.get(position as u32);
        if number >= FIRST_BODY || !node.kind.is_declaration() {
            continue;
        }
        let mut hasher = FxHasher::default();
        hasher.write_u8(node.kind as u8);
        hasher.write(names.get(node.full_name).as_bytes());
        hasher.write_u8(0xff);
        hasher.write(names.get(node.signature).as_bytes());
        if !node.full_name.is_some() {
            hasher.write_u8(0xff);
            hasher.write(names.get(node.name).as_bytes());
            // Of a parameter without a full name: the method that has it.
            let around = if node.parent == NOWHERE { NO_LOCAL } else { locals.get(node.parent) };
            hasher.write_u64(keys.get(around as usize).copied().unwrap_or_default());
        }
        keys.push(hasher.finish());
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(keys: &[u64], before: Option<&Slots>) -> Slots {
        assign(keys.to_vec(), before)
    }

    #[test]
    fn what_stays_keeps_its_slot() {
        let first = slots(&[1, 2, 3], None);
        let added_above = slots(&[1, 9, 2, 3], Some(&first));
        assert_eq!(added_above.slots, [0, 3, 1, 2]);
        assert_eq!(added_above.next, 4);
        let removed = slots(&[1, 2, 3], Some(&added_above));
        assert!(removed.slots.is_empty());
        assert_eq!(removed.next, 4, "a slot is not given twice");
        assert_eq!(slots(&[1, 9, 2, 3], Some(&removed)).slots, [0, 4, 1, 2]);
    }

    #[test]
    fn twins_keep_their_order() {
        let first = slots(&[1, 7, 7, 7], None);
        assert_eq!(slots(&[1, 5, 7, 7], Some(&first)).slots, [0, 4, 1, 2]);
    }

    #[test]
    fn there_and_back() {
        let slots = slots(&[1, 9, 2], Some(&slots(&[1, 2], None)));
        let numbers = slots.numbers();
        for local in [0, 1, 2, FIRST_BODY, FIRST_BODY + 7] {
            assert_eq!(numbers.of(slots.stored(local)), local);
        }
    }
}
