//! Constants and intervals.

use std::sync::Arc;

/// The longest text that is made from others, in bytes.
const LONGEST: usize = 4096;

/// What may be known of a value that is no object.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub(crate) enum Scalar {
    /// No such value: nothing was evaluated yet, or it is an object.
    #[default]
    Bottom,
    Null,
    Bool(bool),
    /// An integer between two bounds, both included.
    Int(i64, i64),
    Char(char),
    Str(Arc<str>),
    /// Anything but null.
    Some,
    /// Anything.
    Top,
}

impl Scalar {
    pub(crate) fn int(value: i64) -> Scalar {
        Scalar::Int(value, value)
    }

    pub(crate) fn str(text: impl Into<Arc<str>>) -> Scalar {
        Scalar::Str(text.into())
    }

    /// A text, as far as it is short enough to be worth knowing.
    pub(crate) fn text_of(text: impl AsRef<str> + Into<Arc<str>>) -> Scalar {
        if text.as_ref().len() > LONGEST { Scalar::Some } else { Scalar::Str(text.into()) }
    }

    /// The least scalar that is above both.
    pub(crate) fn join(&self, other: &Scalar) -> Scalar {
        use Scalar::*;
        match (self, other) {
            (a, b) if a == b => a.clone(),
            (Bottom, x) | (x, Bottom) => x.clone(),
            (Int(a, b), Int(c, d)) => Int(*a.min(c), *b.max(d)),
            (Null | Top, _) | (_, Null | Top) => Top,
            _ => Some,
        }
    }

    /// A scalar above both after which no chain goes on for long.
    pub(crate) fn widen(&self, next: &Scalar) -> Scalar {
        match (self, next) {
            (Scalar::Int(a, b), Scalar::Int(c, d)) => {
                Scalar::Int(if c < a { i64::MIN } else { *a }, if d > b { i64::MAX } else { *b })
            }
            _ => self.join(next),
        }
    }

    /// Whether it is exactly one value.
    pub(crate) fn is_constant(&self) -> bool {
        match self {
            Scalar::Null | Scalar::Bool(_) | Scalar::Char(_) | Scalar::Str(_) => true,
            Scalar::Int(a, b) => a == b,
            _ => false,
        }
    }

    /// The interval of a number or character.
    pub(crate) fn range(&self) -> Option<(i64, i64)> {
        match self {
            Scalar::Int(a, b) => Some((*a, *b)),
            Scalar::Char(c) => Some((*c as i64, *c as i64)),
            Scalar::Bool(b) => Some((*b as i64, *b as i64)),
            _ => None,
        }
    }

    /// The one integer that it is.
    pub(crate) fn exact(&self) -> Option<i64> {
        self.range().filter(|(a, b)| a == b).map(|(a, _)| a)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Scalar::Str(text) => Some(text),
            _ => None,
        }
    }

    /// As a string that is built from it, in languages whose printed forms these are.
    pub(crate) fn printed(&self) -> Option<String> {
        match self {
            Scalar::Str(text) => Option::Some(text.to_string()),
            Scalar::Char(letter) => Option::Some(letter.to_string()),
            Scalar::Int(a, b) if a == b => Option::Some(a.to_string()),
            Scalar::Bool(b) => Option::Some(b.to_string()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scalars() -> impl Strategy<Value = Scalar> {
        prop_oneof![
            Just(Scalar::Bottom),
            Just(Scalar::Null),
            Just(Scalar::Some),
            Just(Scalar::Top),
            any::<bool>().prop_map(Scalar::Bool),
            (-3i64..3, 0i64..3).prop_map(|(a, n)| Scalar::Int(a, a + n)),
            prop_oneof![Just('a'), Just('b')].prop_map(Scalar::Char),
            "[ab]".prop_map(|s| Scalar::str(s.as_str())),
        ]
    }

    proptest! {
        #[test]
        fn join_is_a_least_upper_bound(a in scalars(), b in scalars(), c in scalars()) {
            prop_assert_eq!(a.join(&a), a.clone());
            prop_assert_eq!(a.join(&b), b.join(&a));
            prop_assert_eq!(a.join(&b).join(&c), a.join(&b.join(&c)));
            // Above both, and widening is above the join.
            prop_assert_eq!(a.join(&b).join(&b), a.join(&b));
            let wide = a.widen(&b);
            prop_assert_eq!(wide.join(&a.join(&b)), wide.clone());
            prop_assert_eq!(wide.widen(&b), wide);
        }
    }
}
