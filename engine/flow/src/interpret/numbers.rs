//! Types of arithmetic in C and C++, and numbers that library calls read from constant texts.

use stoa_model::{NodeKind, Operator};

use super::Run;
use super::sizes::bounds;
use crate::domain::{Scalar, ValueId};
use crate::program::{Idx, NONE};

/// Operands in each other that are looked into.
const NESTED: usize = 8;

/// A type of whole numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Whole {
    pub bits: u32,
    pub unsigned: bool,
}

const INT: Whole = Whole { bits: 32, unsigned: false };

impl Whole {
    /// The type that a name means.
    fn named(name: &str) -> Option<Whole> {
        let (low, high) = bounds(name)?;
        let unsigned = low == 0;
        let bits = match (unsigned, high) {
            (_, i64::MAX) => 64,
            (true, high) => (high as u64 + 1).trailing_zeros(),
            (false, high) => (high as u64 + 1).trailing_zeros() + 1,
        };
        Some(Whole { bits, unsigned })
    }

    /// The least and the greatest number, as far as they are told.
    pub(super) fn bounds(self) -> (i64, i64) {
        match (self.unsigned, self.bits) {
            (true, 64) => (0, i64::MAX),
            (true, bits) => (0, (1i64 << bits) - 1),
            (false, 64) => (i64::MIN, i64::MAX),
            (false, bits) => (-(1i64 << (bits - 1)), (1i64 << (bits - 1)) - 1),
        }
    }

    /// What both are made before they are added: no less than an int, the wider of the two, unsigned where that is as wide.
    fn common(self, other: Whole) -> Whole {
        let bits = self.bits.max(other.bits);
        if bits < INT.bits {
            return INT;
        }
        let unsigned = [self, other].iter().any(|w| w.unsigned && w.bits == bits);
        Whole { bits, unsigned }
    }

    /// The number that a number becomes in this type.
    fn wrapped(self, number: i64) -> Option<i64> {
        if self.bits == 64 {
            return (!self.unsigned || number >= 0).then_some(number);
        }
        let low = number & ((1i64 << self.bits) - 1);
        let negative = !self.unsigned && low >> (self.bits - 1) == 1;
        Some(if negative { low - (1i64 << self.bits) } else { low })
    }
}

/// The type of a literal number by its suffix and size.
fn of_literal(text: &str) -> Option<Whole> {
    if text.starts_with('\'') {
        return Some(INT);
    }
    let lower = text.to_ascii_lowercase();
    let hexadecimal = lower.starts_with("0x");
    if !lower.starts_with(|c: char| c.is_ascii_digit())
        || lower.contains('.')
        || (!hexadecimal && lower.contains(['e', 'f']))
    {
        return None;
    }
    let suffix: String = lower.chars().rev().take_while(|c| matches!(c, 'u' | 'l' | 'z')).collect();
    let unsigned = suffix.contains('u');
    let number = super::literals::integer(text);
    let wide = suffix.contains(['l', 'z']) || number.is_none_or(|n| n > i64::from(u32::MAX));
    let more = number.is_some_and(|n| n > i64::from(i32::MAX)) && !wide;
    match (wide, more) {
        (true, _) => Some(Whole { bits: 64, unsigned }),
        // Without a letter behind it, a decimal number that is no int is a long.
        (false, true) if !hexadecimal && !unsigned => Some(Whole { bits: 64, unsigned }),
        (false, more) => Some(Whole { bits: 32, unsigned: unsigned || more }),
    }
}

/// What a text of digits stands for, as `atoi` and its like read it.
fn digits(text: &str, base: u32) -> i64 {
    let text = text.trim_start();
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let mut number: i64 = 0;
    for digit in rest.chars().map_while(|c| c.to_digit(base)) {
        number = number.saturating_mul(i64::from(base)).saturating_add(i64::from(digit));
    }
    if negative { -number } else { number }
}

impl Run<'_> {
    /// The type of whole numbers that an expression has; None where that is not known.
    pub(super) fn whole(&self, node: Idx) -> Option<Whole> {
        self.whole_below(node, 0)
    }

    fn whole_below(&self, node: Idx, depth: usize) -> Option<Whole> {
        use Operator as O;
        let own = self.program.node(node);
        if depth > NESTED {
            return None;
        }
        let operand = |n: i16| self.program.argument(node, n).and_then(|a| self.whole_below(a, depth + 1));
        if own.kind == NodeKind::Literal {
            return of_literal(self.program.str(own.name));
        }
        match own.operator {
            Some(O::Addition | O::Subtraction | O::Multiplication | O::Division | O::Modulo)
            | Some(O::And | O::Or | O::Xor) => Some(operand(1)?.common(operand(2)?)),
            Some(O::ShiftLeft | O::ArithmeticShiftRight | O::Minus | O::Plus) => {
                Some(operand(1)?.common(INT))
            }
            Some(O::SizeOf) => Some(Whole { bits: 64, unsigned: true }),
            Some(O::Cast) => {
                let to = self.program.argument(node, 1)?;
                Whole::named(self.program.name(to)).or_else(|| Whole::named(self.declared_name(node)?))
            }
            Some(O::Indirection | O::IndexAccess) => {
                let name = self.declared_name(self.program.argument(node, 1)?)?;
                Whole::named(
                    name.trim_end_matches('&').strip_suffix("[]").or_else(|| name.strip_suffix('*'))?,
                )
            }
            Some(operator) if operator.assigns() => operand(1),
            None if own.kind == NodeKind::Call => match self.program.name(node) {
                "strlen" | "wcslen" | "strnlen" | "strspn" | "strcspn" => {
                    Some(Whole { bits: 64, unsigned: true })
                }
                "atoi" | "rand" | "abs" | "getchar" | "fgetc" => Some(INT),
                "atol" | "atoll" | "strtol" | "strtoll" | "labs" => Some(Whole { bits: 64, unsigned: false }),
                "strtoul" | "strtoull" => Some(Whole { bits: 64, unsigned: true }),
                _ => Whole::named(self.declared_name(node)?),
            },
            _ => Whole::named(self.declared_name(node)?),
        }
    }

    /// The bounds of what an operator computes: of a sum those of the wider operand, of an assignment those of what is assigned to.
    pub(super) fn computed_bounds(&self, node: Idx, operator: Operator) -> Option<(i64, i64)> {
        let operand = self.program.argument(node, 1)?;
        let first = self.whole(operand)?;
        if operator.assigns() {
            return Some(first.bounds());
        }
        let second = self.program.argument(node, 2)?;
        // A small number and a literal go back to where there is room for small ones.
        if first.bits < INT.bits && self.program.kind(second) == NodeKind::Literal {
            return Some(first.bounds());
        }
        match self.whole(second) {
            Some(second) if first.bits >= INT.bits || second.bits >= INT.bits => {
                Some(first.common(second).bounds())
            }
            _ => Some(first.bounds()),
        }
    }

    /// Whether an expression is the number below zero of what has none: `0 - x`, as bits are turned around.
    pub(super) fn is_negation(&self, node: Idx, operator: Operator) -> bool {
        let zero = |n: Idx| {
            self.program.kind(n) == NodeKind::Literal
                && super::literals::integer(self.program.name(n)) == Some(0)
        };
        operator == Operator::Subtraction
            && self.program.argument(node, 1).is_some_and(zero)
            && self.program.argument(node, 2).and_then(|b| self.whole(b)).is_some_and(|w| w.unsigned)
    }

    /// What a comparison with zero says of a number that has no sign.
    pub(super) fn below_nothing(&self, node: Idx, operator: Operator) -> Option<bool> {
        let unsigned = self.program.argument(node, 1).and_then(|a| self.whole(a)).is_some_and(|w| w.unsigned);
        match operator {
            Operator::LessThan if unsigned => Some(false),
            Operator::GreaterEqualsThan if unsigned => Some(true),
            _ => None,
        }
    }

    /// What a cast makes of a value: of a number, one that the type has.
    pub(super) fn cast(&mut self, node: Idx, given: ValueId) -> ValueId {
        let to = self.program.argument(node, 1);
        match to.and_then(|t| Whole::named(self.program.name(t))) {
            Some(whole) => self.of_type(whole, given),
            None => given,
        }
    }

    /// What an assignment makes of a value: of a number below zero, one that a type without a sign has.
    pub(super) fn stored_as(&mut self, target: Idx, given: ValueId) -> ValueId {
        if !self.manages_memory() || self.get(given).scalar.exact().is_none_or(|number| number >= 0) {
            return given;
        }
        match self.whole(target) {
            Some(whole) if whole.unsigned => self.of_type(whole, given),
            _ => given,
        }
    }

    /// A value in a type of whole numbers, if it is a number that is known.
    fn of_type(&mut self, whole: Whole, given: ValueId) -> ValueId {
        let known = self.get(given);
        let (Some(number), true) = (known.scalar.exact(), self.manages_memory() && known.objects.is_empty())
        else {
            return given;
        };
        let wrapped = whole.wrapped(number);
        if wrapped == Some(number) || matches!(known.scalar, Scalar::Bool(_)) {
            return given;
        }
        let mut made = known.clone();
        made.scalar = wrapped.map_or(Scalar::Some, Scalar::int);
        self.values.intern(made)
    }

    /// The number that a call of the C library reads from a constant text.
    pub(super) fn number_of_text(&mut self, call: Idx) -> Option<i64> {
        let name = self.program.name(call);
        let base_at = match name.trim_start_matches("std::") {
            "atoi" | "atol" | "atoll" => None,
            "strtol" | "strtoll" | "strtoul" | "strtoull" | "stoi" | "stol" | "stoll" => Some(3),
            _ => return None,
        };
        let base = match base_at.and_then(|n| self.program.argument(call, n)) {
            Some(base) => {
                let base = self.value(base);
                u32::try_from(self.get(base).scalar.exact()?).ok()?
            }
            None => 10,
        };
        if !(2..=36).contains(&base) {
            return None;
        }
        let text = self.program.argument(call, 1).filter(|&t| t != NONE)?;
        let text = self.value(text);
        let text = self.copied_text(text)?;
        Some(digits(self.get(text).scalar.text()?, base))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_of_literals() {
        assert_eq!(of_literal("1"), Some(INT));
        assert_eq!(of_literal("'a'"), Some(INT));
        assert_eq!(of_literal("1ull"), Some(Whole { bits: 64, unsigned: true }));
        assert_eq!(of_literal("0xffffffff"), Some(Whole { bits: 32, unsigned: true }));
        assert_eq!(of_literal("3000000000"), Some(Whole { bits: 64, unsigned: false }));
        assert_eq!(of_literal("1.5"), None);
    }

    #[test]
    fn numbers_wrap_around() {
        let char8 = Whole { bits: 8, unsigned: true };
        assert_eq!(char8.wrapped(-1), Some(255));
        assert_eq!(INT.wrapped(1 << 31), Some(i64::from(i32::MIN)));
        assert_eq!(INT.common(char8), INT);
        assert_eq!(Whole { bits: 64, unsigned: true }.wrapped(-1), None);
    }

    #[test]
    fn digits_of_texts() {
        assert_eq!(digits(" -42x", 10), -42);
        assert_eq!(digits("ff", 16), 255);
        assert_eq!(digits("none", 10), 0);
    }
}
