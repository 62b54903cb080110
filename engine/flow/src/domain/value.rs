//! Values and their interning.

use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHasher};
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};

use super::{ROOM, Scalar};

/// A value, numbered by its run's [`Values`].
pub(crate) type ValueId = u32;

/// No value: what is never evaluated.
pub(crate) const BOTTOM: ValueId = 0;

/// A value of which nothing is known, and that comes from nowhere in particular.
pub(crate) const TOP: ValueId = 1;

/// An origin that a value may have.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Label {
    /// The origin, numbered by the run.
    pub origin: u32,
    /// Weaknesses for which it has been made harmless, a bit each.
    pub clean: u64,
    /// How it got here. No part of what the label says: of two, the first is kept.
    pub trace: u32,
}

pub(crate) type Labels = SmallVec<[Label; 2]>;
pub(crate) type Objects = SmallVec<[u32; 2]>;

/// Objects that one value may be.
const OBJECTS: usize = 32;

/// What may be known of a value.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct Value {
    pub scalar: Scalar,
    /// Sorted by origin, each origin once.
    pub labels: Labels,
    /// Sorted.
    pub objects: Objects,
}

impl Value {
    pub(crate) fn scalar(scalar: Scalar) -> Value {
        Value { scalar, ..Value::default() }
    }

    pub(crate) fn object(object: u32) -> Value {
        Value { objects: SmallVec::from_slice(&[object]), ..Value::default() }
    }

    /// Whether it is certainly not null.
    pub(crate) fn is_some(&self) -> bool {
        !matches!(self.scalar, Scalar::Null | Scalar::Top)
    }

    /// The constant that it certainly is.
    pub(crate) fn constant(&self) -> Option<&Scalar> {
        (self.objects.is_empty() && self.scalar.is_constant()).then_some(&self.scalar)
    }

    /// Adds labels; of an origin that is there, what is clean in both stays clean.
    pub(crate) fn add_labels(&mut self, more: &[Label]) {
        for label in more {
            self.add_label(label.origin, label.clean, || label.trace);
        }
    }

    /// Adds a label. How it got here is asked only if it says something new.
    pub(crate) fn add_label(&mut self, origin: u32, clean: u64, trace: impl FnOnce() -> u32) {
        match self.labels.binary_search_by_key(&origin, |l| l.origin) {
            Ok(place) => {
                let known = &mut self.labels[place];
                if known.clean & clean != known.clean {
                    *known = Label { origin, clean: known.clean & clean, trace: trace() };
                }
            }
            Err(place) => self.labels.insert(place, Label { origin, clean, trace: trace() }),
        }
    }

    /// Whether joining another adds nothing.
    fn covers(&self, other: &Value) -> bool {
        other.objects.iter().all(|object| self.objects.binary_search(object).is_ok())
            && other.labels.iter().all(|label| {
                let place = self.labels.binary_search_by_key(&label.origin, |l| l.origin);
                place.is_ok_and(|place| self.labels[place].clean & !label.clean == 0)
            })
            && self.scalar.join(&other.scalar) == self.scalar
    }

    fn join(&self, other: &Value, widen: bool) -> Value {
        let scalar = if widen { self.scalar.widen(&other.scalar) } else { self.scalar.join(&other.scalar) };
        let mut joined = Value { scalar, labels: self.labels.clone(), objects: self.objects.clone() };
        joined.add_labels(&other.labels);
        for object in &other.objects {
            if let Err(place) = joined.objects.binary_search(object) {
                joined.objects.insert(place, *object);
            }
        }
        joined
    }
}

/// The values of one run, each once.
pub(crate) struct Values {
    values: Vec<Value>,
    /// Their numbers by their hashes.
    known: HashTable<(u64, ValueId)>,
    joins: FxHashMap<(ValueId, ValueId), ValueId>,
    /// Whether a value might have been more objects than are kept.
    pub crowded: bool,
}

impl Values {
    /// No values at all: what stands in the place of others that are in use elsewhere.
    pub(crate) fn empty() -> Values {
        Values { values: Vec::new(), known: HashTable::new(), joins: FxHashMap::default(), crowded: false }
    }

    pub(crate) fn new() -> Values {
        let mut values = Values::empty();
        values.values.reserve(ROOM);
        values.known.reserve(ROOM, |known| known.0);
        values.intern(Value::default());
        values.intern(Value::scalar(Scalar::Top));
        values
    }

    pub(crate) fn intern(&mut self, mut value: Value) -> ValueId {
        if value.objects.len() > OBJECTS {
            value.objects.truncate(OBJECTS);
            self.crowded = true;
        }
        let mut hasher = FxHasher::default();
        value.hash(&mut hasher);
        let hash = hasher.finish();
        let same = |known: &(u64, ValueId)| known.0 == hash && self.values[known.1 as usize] == value;
        if let Some(&(_, found)) = self.known.find(hash, same) {
            return found;
        }
        let id = self.values.len() as ValueId;
        self.known.insert_unique(hash, (hash, id), |known| known.0);
        self.values.push(value);
        id
    }

    #[inline]
    pub(crate) fn get(&self, id: ValueId) -> &Value {
        &self.values[id as usize]
    }

    pub(crate) fn join(&mut self, a: ValueId, b: ValueId) -> ValueId {
        if a == b || b == BOTTOM {
            return a;
        }
        if a == BOTTOM {
            return b;
        }
        if let Some(&known) = self.joins.get(&(a, b)) {
            return known;
        }
        let (own, other) = (&self.values[a as usize], &self.values[b as usize]);
        let joined = if own.covers(other) { a } else { self.intern(own.join(other, false)) };
        self.joins.insert((a, b), joined);
        joined
    }

    pub(crate) fn widen(&mut self, a: ValueId, b: ValueId) -> ValueId {
        if a == b || b == BOTTOM {
            return a;
        }
        let wide = self.values[a as usize].join(&self.values[b as usize], true);
        self.intern(wide)
    }

    pub(crate) fn into_vec(self) -> Vec<Value> {
        self.values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn values() -> impl Strategy<Value = Value> {
        let labels = proptest::collection::btree_map(0u32..4, 0u64..4, 0..3);
        let objects = proptest::collection::btree_set(0u32..4, 0..3);
        (0i64..3, labels, objects).prop_map(|(n, labels, objects)| Value {
            scalar: Scalar::int(n),
            labels: labels.into_iter().map(|(origin, clean)| Label { origin, clean, trace: 0 }).collect(),
            objects: objects.into_iter().collect(),
        })
    }

    proptest! {
        #[test]
        fn join_is_a_least_upper_bound(a in values(), b in values(), c in values()) {
            let mut all = Values::new();
            let (a, b, c) = (all.intern(a), all.intern(b), all.intern(c));
            prop_assert_eq!(all.join(a, a), a);
            let (ab, ba) = (all.join(a, b), all.join(b, a));
            prop_assert_eq!(ab, ba);
            prop_assert_eq!(all.join(ab, b), ab);
            let bc = all.join(b, c);
            prop_assert_eq!(all.join(ab, c), all.join(a, bc));
        }

        #[test]
        fn join_is_monotone(a in values(), b in values(), c in values()) {
            let mut all = Values::new();
            let (a, b, c) = (all.intern(a), all.intern(b), all.intern(c));
            let above = all.join(a, b);
            let (low, high) = (all.join(a, c), all.join(above, c));
            prop_assert_eq!(all.join(high, low), high);
        }
    }
}
