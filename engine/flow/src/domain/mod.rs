//! The abstract domain: what may be known of a value, and of the objects that it may be.
//!
//! A [`Value`] is three sets joined: constants ([`Scalar`]), origins from outside ([`Label`]), objects. Values are interned, one
//! number each, so a state is an array of numbers and equality is one comparison. Joins only grow: the domain has no infinite chains but
//! those of intervals, which are widened.

/// Room for as much as most methods have of anything.
pub(crate) const ROOM: usize = 56;

mod heap;
mod pool;
mod scalar;
mod shared;
mod symbols;
mod value;
mod visited;

pub(crate) use heap::{Object, Selector, Shape, State};
pub(crate) use pool::Pool;
pub(crate) use scalar::Scalar;
pub(crate) use symbols::{Below, Origin, PathId, Paths, Root, Route};
pub(crate) use value::{BOTTOM, Label, Labels, TOP, Value, ValueId, Values};
pub(crate) use visited::Visited;
