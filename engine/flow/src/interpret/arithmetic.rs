//! What operators make of constants and intervals.

use stoa_model::Operator;

use crate::domain::{Scalar, Value};
use crate::program::Language;

/// Whether two values are certainly equal or certainly not.
pub(crate) fn equal(x: &Value, y: &Value) -> Option<bool> {
    if let (Some(a), Some(b)) = (x.constant(), y.constant()) {
        return match (a.range(), b.range()) {
            (Some(a), Some(b)) => Some(a == b),
            _ => Some(a == b),
        };
    }
    let null = |v: &Value| v.objects.is_empty() && v.scalar == Scalar::Null;
    if (null(x) && y.is_some() && *y != Value::default())
        || (null(y) && x.is_some() && *x != Value::default())
    {
        return Some(false);
    }
    match (x.scalar.range(), y.scalar.range()) {
        (Some((a, b)), Some((c, d))) if b < c || d < a => Some(false),
        _ => None,
    }
}

pub(crate) fn compare(operator: Operator, x: (i64, i64), y: (i64, i64)) -> Option<bool> {
    use Operator as O;
    let less = |x: (i64, i64), y: (i64, i64)| {
        if x.1 < y.0 {
            Some(true)
        } else if x.0 >= y.1 {
            Some(false)
        } else {
            None
        }
    };
    match operator {
        O::LessThan => less(x, y),
        O::GreaterThan => less(y, x),
        O::LessEqualsThan => less(y, x).map(|b| !b),
        _ => less(x, y).map(|b| !b),
    }
}

pub(super) fn arithmetic(operator: Operator, x: (i64, i64), y: (i64, i64), language: Language) -> Scalar {
    use Operator as O;
    let corners = |f: &dyn Fn(i64, i64) -> Option<i64>| -> Option<(i64, i64)> {
        let all = [f(x.0, y.0)?, f(x.0, y.1)?, f(x.1, y.0)?, f(x.1, y.1)?];
        Some((*all.iter().min()?, *all.iter().max()?))
    };
    let exact = x.0 == x.1 && y.0 == y.1;
    let range = match operator {
        // What goes beyond all numbers in the turns of a loop stays at the end of them, where numbers have an end.
        O::Addition if !exact && language.has_addresses() => corners(&|a, b| Some(a.saturating_add(b))),
        O::Addition => corners(&i64::checked_add),
        O::Subtraction => corners(&i64::checked_sub),
        O::Multiplication => corners(&i64::checked_mul),
        // Where numbers have one type, the quotient of two of them may be none of the integers.
        O::Division if exact && y.0 != 0 && (language.is_static() || x.0.checked_rem(y.0) == Some(0)) => {
            x.0.checked_div(y.0).map(|q| (q, q))
        }
        O::FloorDivision if exact && y.0 > 0 => x.0.checked_div_euclid(y.0).map(|q| (q, q)),
        O::Modulo if exact && y.0 != 0 => {
            let rest =
                if language == Language::Python { x.0.checked_rem_euclid(y.0) } else { x.0.checked_rem(y.0) };
            rest.map(|r| (r, r))
        }
        O::And if exact => Some((x.0 & y.0, x.0 & y.0)),
        O::Or if exact => Some((x.0 | y.0, x.0 | y.0)),
        O::Xor if exact => Some((x.0 ^ y.0, x.0 ^ y.0)),
        O::ShiftLeft if exact && (0..32).contains(&y.0) => x.0.checked_mul(1 << y.0).map(|r| (r, r)),
        O::ArithmeticShiftRight if exact && (0..63).contains(&y.0) => Some((x.0 >> y.0, x.0 >> y.0)),
        _ => None,
    };
    range.map_or(Scalar::Some, |(a, b)| Scalar::Int(a, b))
}
