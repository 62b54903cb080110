//! Objects and the state of a program point.

use smallvec::SmallVec;
use std::sync::Arc;

use super::shared::Shared;
use super::{BOTTOM, Pool, ValueId, Values};
use crate::program::Idx;
use stoa_model::Symbol;

/// A part of an object.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Selector {
    Field(Symbol),
    /// An element by its position.
    Index(i64),
    /// An element by its key; of languages in which fields are keys, a field.
    Key(Arc<str>),
    /// What a builder holds, what a pointer points to.
    Content,
    /// Any element.
    Element,
    /// Any key of a map.
    Keys,
    /// A variable of a module, a static one, or one that closures share.
    Variable(Idx),
    /// The object around one of an inner class.
    Outer,
    /// What a function that is not known is called with.
    Given,
    /// Whether it was freed.
    Freed,
    /// How many bytes it has.
    Size,
    /// How many units of text it holds before the NUL.
    Text,
    /// The constant text that was copied into it, as long as nothing else was written there. (Behind all parts that are written with it.)
    Copied,
}

/// What an object is known to hold.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Object {
    /// Sorted by selector. A part that is not here has the value it had at the start of the method (of an object that was given), or none.
    pub parts: SmallVec<[(Selector, ValueId); 2]>,
    /// The number of elements of a list, if known; positions are exact then.
    pub length: Option<u32>,
    /// Positions have moved: elements are where [`Selector::Element`] is.
    pub moved: bool,
    /// More than one object may be meant: nothing is replaced in it.
    pub many: bool,
}

/// What an object has, without what that is.
#[derive(PartialEq, Eq, Hash, Debug)]
pub(crate) struct Shape {
    /// Sorted.
    pub selectors: Box<[Selector]>,
    pub length: Option<u32>,
    pub moved: bool,
    pub many: bool,
}

impl Shape {
    /// The shape with all objects that have the same.
    pub(crate) fn shared(
        selectors: &[&Selector],
        length: Option<u32>,
        moved: bool,
        many: bool,
        pool: &Pool<Shape>,
    ) -> Arc<Shape> {
        let same = |known: &Shape| {
            (known.length, known.moved, known.many) == (length, moved, many)
                && known.selectors.iter().eq(selectors.iter().copied())
        };
        let make =
            || Shape { selectors: selectors.iter().map(|&s| s.clone()).collect(), length, moved, many };
        pool.share(&(selectors, length, moved, many), same, make)
    }
}

impl Selector {
    /// Whether it tells of the object itself, and not of what it holds.
    pub(crate) const fn is_of_memory(&self) -> bool {
        matches!(self, Selector::Freed | Selector::Size | Selector::Text | Selector::Copied)
    }
}

impl Object {
    pub(crate) fn part(&self, selector: &Selector) -> Option<ValueId> {
        self.parts.binary_search_by(|p| p.0.cmp(selector)).ok().map(|place| self.parts[place].1)
    }

    /// What it has, with others of which that is the same.
    pub(crate) fn shape(&self, pool: &Pool<Shape>) -> Arc<Shape> {
        let selectors: SmallVec<[&Selector; 8]> = self.parts.iter().map(|p| &p.0).collect();
        let Object { length, moved, many, .. } = *self;
        Shape::shared(&selectors, length, moved, many, pool)
    }

    fn without_parts(&self) -> Object {
        Object { parts: SmallVec::new(), ..*self }
    }

    pub(crate) fn set(&mut self, selector: Selector, value: ValueId) {
        match self.parts.binary_search_by(|p| p.0.cmp(&selector)) {
            Ok(place) => self.parts[place].1 = value,
            Err(place) => self.parts.insert(place, (selector, value)),
        }
    }
}

/// What holds at a program point: the variables of the frame and the objects.
#[derive(Clone, Debug, Default)]
pub(crate) struct State {
    slots: Shared<ValueId>,
    /// By object; None where the object does not exist yet or nothing is known of it.
    heap: Shared<Option<Arc<Object>>>,
    /// What a handler would catch.
    pub thrown: ValueId,
    /// How often an object was handed out to be changed.
    changes: u64,
}

impl State {
    pub(crate) fn slot(&self, slot: u32) -> ValueId {
        self.slots.get(slot as usize).copied().unwrap_or(BOTTOM)
    }

    pub(crate) fn set_slot(&mut self, slot: u32, value: ValueId) {
        if self.slot(slot) != value {
            *self.slots.get_mut(slot as usize) = value;
        }
    }

    pub(crate) fn object(&self, object: u32) -> Option<&Arc<Object>> {
        self.heap.get(object as usize).and_then(Option::as_ref)
    }

    pub(crate) fn object_mut(&mut self, object: u32) -> &mut Object {
        self.changes += 1;
        Arc::make_mut(self.heap.get_mut(object as usize).get_or_insert_with(Default::default))
    }

    /// As long as this stays the same, so does what objects hold.
    pub(crate) fn changes(&self) -> u64 {
        self.changes
    }

    /// What a clone costs.
    pub(crate) fn weight(&self) -> usize {
        self.slots.chunks() + self.heap.chunks()
    }

    /// Joins another state into this one; whether anything changed. `missing` gives what an object has at a part that only one of the
    /// states knows. `work` counts the values that were looked at.
    pub(crate) fn join(
        &mut self,
        other: &State,
        values: &mut Values,
        widen: bool,
        work: &mut u64,
        missing: &mut dyn FnMut(&mut Values, u32, &Selector) -> ValueId,
    ) -> bool {
        let news = std::cell::Cell::new(false);
        let combine = |values: &mut Values, a: ValueId, b: ValueId| {
            let joined = if widen { values.widen(a, b) } else { values.join(a, b) };
            news.set(news.get() | (joined != a));
            joined
        };
        for place in self.slots.differing(&other.slots) {
            let (mine, theirs) = (self.slot(place as u32), other.slot(place as u32));
            *work += 1;
            if mine != theirs {
                let joined = combine(values, mine, theirs);
                self.set_slot(place as u32, joined);
            }
        }
        self.thrown = combine(values, self.thrown, other.thrown);
        for place in self.heap.differing(&other.heap) {
            *work += 1;
            let (mine, theirs) = match (self.object(place as u32), other.object(place as u32)) {
                (None, None) => continue,
                (Some(mine), Some(theirs)) if Arc::ptr_eq(mine, theirs) => {
                    self.heap.get_mut(place);
                    continue;
                }
                (Some(mine), Some(theirs)) => (mine.clone(), theirs.clone()),
                (Some(mine), None) => (mine.clone(), Arc::new(mine.without_parts())),
                (None, Some(theirs)) => {
                    news.set(true);
                    (Arc::new(theirs.without_parts()), theirs.clone())
                }
            };
            if mine == theirs {
                *self.heap.get_mut(place) = Some(mine);
                continue;
            }
            *work += (mine.parts.len() + theirs.parts.len()) as u64;
            let mut joined = Object {
                parts: SmallVec::new(),
                length: if mine.length == theirs.length { mine.length } else { None },
                moved: mine.moved || theirs.moved,
                many: mine.many || theirs.many,
            };
            let moved =
                joined.length != mine.length || joined.moved != mine.moved || joined.many != mine.many;
            news.set(news.get() | moved);
            let (mut a, mut b) = (mine.parts.iter().peekable(), theirs.parts.iter().peekable());
            loop {
                let order = match (a.peek(), b.peek()) {
                    (Some(x), Some(y)) => x.0.cmp(&y.0),
                    (Some(_), None) => std::cmp::Ordering::Less,
                    (None, Some(_)) => std::cmp::Ordering::Greater,
                    (None, None) => break,
                };
                let (selector, x, y) = match order {
                    std::cmp::Ordering::Equal => match (a.next(), b.next()) {
                        (Some((s, x)), Some((_, y))) => (s, *x, *y),
                        _ => break,
                    },
                    std::cmp::Ordering::Less => match a.next() {
                        Some((s, x)) => (s, *x, missing(values, place as u32, s)),
                        None => break,
                    },
                    std::cmp::Ordering::Greater => match b.next() {
                        Some((s, y)) => (s, missing(values, place as u32, s), *y),
                        None => break,
                    },
                };
                joined.parts.push((selector.clone(), combine(values, x, y)));
            }
            *self.heap.get_mut(place) = Some(Arc::new(joined));
        }
        news.get()
    }
}
