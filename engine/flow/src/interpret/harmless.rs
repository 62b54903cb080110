//! Tests behind which a value does no harm: numbers within bounds, names of files that stay below a folder, texts of few letters.

use stoa_model::{NodeKind, Operator};

use super::{Run, Thing};
use crate::domain::{Label, Origin, Scalar, Selector, Value, ValueId};
use crate::program::Idx;

/// Weaknesses in which a number is a size.
pub(super) const SIZES: &[&str] = &["allocation-size", "buffer-size", "index"];

/// What rows say that a path is clean of when it has no `..` in it any more, and no link leads elsewhere.
const DOTS: &[&str] = &["path-dots"];

/// What a path is clean of that has no dots and begins with the name of a folder.
const PATHS: &[&str] = &["path"];

/// Calls that are looked through from a text to the path that it was asked of.
const ASKED: usize = 4;

/// Weaknesses in which a number is too large, or too small.
const NUMBERS: &[&str] =
    &["allocation-size", "buffer-size", "index", "integer-overflow", "integer-underflow"];

impl Run<'_> {
    /// A remainder lies below what is divided by, `x & mask` below the mask, unless that says what is left out: others do not choose how large it is.
    pub(super) fn within(
        &mut self,
        node: Idx,
        value: ValueId,
        operator: Operator,
        first: &Value,
        second: &Value,
    ) -> ValueId {
        if !self.manages_memory() || !matches!(operator, Operator::Modulo | Operator::And) {
            return value;
        }
        let chosen = |v: &Value| {
            v.labels.iter().any(|l| matches!(self.origins[l.origin as usize], Origin::Source(..)))
        };
        let limit = second.scalar.exact().filter(|n| *n > 0);
        let leaves_most = || {
            let mask = self.program.argument(node, 2);
            second.scalar.range().is_some_and(|(low, _)| low < 0)
                || mask.is_some_and(|m| self.program.node(m).operator == Some(Operator::BitwiseNot))
        };
        if chosen(second) || (operator == Operator::And && limit.is_none() && leaves_most()) {
            return value;
        }
        let unsigned = self.program.argument(node, 1).and_then(|a| self.whole(a)).is_some_and(|w| w.unsigned);
        let mut known = self.get(value).clone();
        let bits = self.context.models.known_bits(NUMBERS);
        for label in &mut known.labels {
            label.clean |= bits;
        }
        if let (Some(limit), None) = (limit, known.scalar.range()) {
            let positive = first.scalar.range().is_some_and(|(low, _)| low >= 0) || unsigned;
            known.scalar = match operator {
                Operator::And => Scalar::Int(0, limit),
                _ if positive => Scalar::Int(0, limit - 1),
                _ => Scalar::Int(1 - limit, limit - 1),
            };
        }
        self.values.intern(known)
    }

    /// Marks what an expression means as harmless for some weaknesses.
    pub(super) fn clean(&mut self, node: Idx, cleans: u64) {
        let Some(place) = self.steady_place(node) else { return };
        let value = self.read(&place);
        let cleaned = self.cleaned(value, cleans);
        self.write(&place, cleaned);
    }

    /// A value that is harmless for some weaknesses.
    pub(crate) fn cleaned(&mut self, value: ValueId, cleans: u64) -> ValueId {
        let mut known = self.get(value).clone();
        if cleans == u64::MAX {
            known.labels.clear();
            // What can be reached from it is behind the same test.
            if known.objects.iter().all(|&o| matches!(self.things[o as usize], Thing::Input(_))) {
                known.objects.clear();
                if known.scalar == Scalar::Bottom {
                    known.scalar = Scalar::Some;
                }
            }
        } else {
            known.labels = known.labels.iter().map(|l| Label { clean: l.clean | cleans, ..*l }).collect();
        }
        self.values.intern(known)
    }

    /// Whether bounds of a number leave no choice of a size worth the name: it is not below zero (at least not without end) and fits 31 bits.
    pub(super) fn is_bounded(&self, (from, to): (i64, i64), number: Idx, against: Idx) -> bool {
        let unsigned = || self.is_unsigned(number) || self.is_unsigned(against);
        to <= i64::from(i32::MAX) && (from > i64::MIN || unsigned())
    }

    /// Whether an expression has a type without negative numbers. (Of C: what is compared with one is taken as one.)
    fn is_unsigned(&self, node: Idx) -> bool {
        let named = |node: Idx| {
            let name = self.program.str(self.program.node(node).type_name);
            name.rsplit(['.', ':', ' ']).next().is_some_and(|last| {
                last == "size_t" || last == "byte" || last.starts_with("uint") || last.starts_with("usize")
            }) || name.contains("unsigned")
                || matches!(name, "u8" | "u16" | "u32" | "u64" | "u128" | "ulong" | "ushort")
        };
        let meant = self.meaning(node);
        self.program.node(node).operator == Some(Operator::SizeOf)
            || named(node)
            || (meant != crate::program::NONE && named(meant))
    }

    /// Behind a test that one text begins with another: a path that was made canonical stays below the folder that it begins with.
    pub(super) fn refine_prefixed(&mut self, call: Idx) {
        let subject = match self.program.name(call) {
            "startsWith" | "startswith" | "StartsWith" | "starts_with" | "is_relative_to" => {
                self.program.argument(call, 0)
            }
            "HasPrefix" | "starts_with?" | "strncmp" => self.program.argument(call, 1),
            _ => None,
        };
        if let Some(subject) = subject {
            self.stays_below(subject);
        }
    }

    /// Behind a test that the folder common to several paths is a certain one, they are below that: `os.path.commonpath([base, path]) == base`.
    pub(super) fn refine_common(&mut self, call: Idx) {
        if self.program.kind(call) != NodeKind::Call
            || !matches!(self.program.name(call), "commonpath" | "commonprefix")
        {
            return;
        }
        let Some(list) = self.program.argument(call, 1) else { return };
        let paths: Vec<Idx> = self.program.arguments(list).collect();
        for path in paths {
            self.stays_below(path);
        }
    }

    /// Marks the path that an expression is, or is asked of, as one that stays below a folder if it is canonical.
    fn stays_below(&mut self, expression: Idx) {
        let models = self.context.models;
        let (dots, path) = (models.known_bits(DOTS), models.known_bits(PATHS));
        if dots == 0 || path == 0 {
            return;
        }
        let mut node = expression;
        for _ in 0..ASKED {
            let value = self.value(node);
            let labels = self.deep(value);
            let canonical = !labels.is_empty() && labels.iter().all(|l| l.clean & dots == dots);
            if canonical {
                break;
            }
            match self.asked_of(node) {
                Some(receiver) => node = receiver,
                None => return,
            }
        }
        // The same file is behind what it was asked of.
        for _ in 0..ASKED {
            if let Some(place) = self.steady_place(node) {
                let value = self.read(&place);
                for object in self.get(value).objects.clone() {
                    if let Some(held) = self.heap_object(object).and_then(|o| o.part(&Selector::Content)) {
                        let held = self.cleaned(held, path);
                        let only = self.values.intern(crate::domain::Value::object(object));
                        self.set_part(only, &Selector::Content, held, true);
                    }
                }
                let cleaned = self.cleaned(value, path);
                self.write(&place, cleaned);
            }
            match self.asked_of(node) {
                Some(receiver) => node = receiver,
                None => return,
            }
        }
    }

    /// The receiver of a call without arguments; what a text is made of (`str(path)`).
    fn asked_of(&self, node: Idx) -> Option<Idx> {
        let own = self.program.node(node);
        if own.kind == NodeKind::Call
            && own.operator.is_none()
            && matches!(self.program.name(node), "str" | "fspath" | "String")
            && let (Some(text), None) = (self.program.argument(node, 1), self.program.argument(node, 2))
        {
            return Some(text);
        }
        if own.kind != NodeKind::Call || own.operator.is_some() || self.program.arguments(node).count() != 1 {
            return None;
        }
        self.program.argument(node, 0)
    }
}

/// Whether a pattern lets nothing pass but letters, digits and a few signs that mean nothing to an interpreter.
pub(super) fn is_harmless(pattern: &str, whole: bool) -> bool {
    let anchored = (pattern.starts_with('^') || pattern.starts_with("\\A"))
        && (pattern.ends_with('$') || pattern.ends_with("\\z") || pattern.ends_with("\\Z"));
    if !whole && !anchored {
        return false;
    }
    let inner = pattern
        .trim_start_matches('^')
        .trim_start_matches("\\A")
        .trim_end_matches('$')
        .trim_end_matches("\\z")
        .trim_end_matches("\\Z");
    let mut letters = inner.chars().peekable();
    let mut inside = false;
    let mut repeat = false;
    while let Some(letter) = letters.next() {
        let fine = match letter {
            '\\' => matches!(letters.next(), Some('d' | 'w' | '.' | '-' | '_')),
            '[' if !inside => {
                inside = true;
                letters.peek() != Some(&'^')
            }
            ']' => {
                inside = false;
                true
            }
            '{' => {
                repeat = true;
                true
            }
            '}' => {
                repeat = false;
                true
            }
            ',' => repeat,
            '(' | ')' | '|' | '?' | '+' | '*' => !inside,
            ':' => true,
            '-' | '_' | '@' => true,
            '.' => inside,
            other => other.is_ascii_alphanumeric(),
        };
        if !fine {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_harmless;

    #[test]
    fn patterns() {
        for fine in ["[a-zA-Z0-9]+", "\\d{1,3}", "(red|green)", "[\\w.-]*"] {
            assert!(is_harmless(fine, true), "{fine}");
        }
        assert!(is_harmless("^[0-9]+$", false));
        for wrong in [".*", "[^;]+", "a.b", "[a-z ';]+", "\\S+"] {
            assert!(!is_harmless(wrong, true), "{wrong}");
        }
        assert!(!is_harmless("[0-9]+", false));
    }
}
