//! Methods of strings and numbers, evaluated where everything is constant.

use super::Run;
use super::calls::Given;
use crate::domain::{Scalar, Selector, Value, ValueId};
use crate::program::{Idx, Language, NONE};
use stoa_model::Operator;

impl Run<'_> {
    /// The value of a call of a string's method on constants; None where that is not known.
    pub(crate) fn text_call(&mut self, node: Idx, given: &Given) -> Option<ValueId> {
        let name = self.program.name(node);
        // Printing what is held is holding it.
        if matches!(
            name,
            "toString" | "intern" | "strip_prefix" | "as_str" | "clone" | "to_string" | "to_owned"
        ) && given.arguments.is_empty()
        {
            let receiver = given.receiver?;
            let known = self.get(receiver);
            if known.objects.is_empty() && matches!(known.scalar, Scalar::Str(_)) {
                return Some(receiver);
            }
            return None;
        }
        if matches!(
            name,
            "valueOf" | "parseInt" | "parseLong" | "abs" | "labs" | "llabs" | "sqrt" | "max" | "min"
        ) {
            return self.number_call(node, name, given);
        }
        if matches!(name, "replace" | "replaceAll" | "Replace" | "ReplaceAll") {
            let arguments: Vec<ValueId> = given.arguments.iter().map(|a| a.0).collect();
            if let Some(replaced) = self.replaced(node, given.receiver?, &arguments) {
                return Some(replaced);
            }
        }
        if self.manages_memory()
            && let Some(number) = self.number_of_text(node)
        {
            return Some(self.values.intern(Value::scalar(Scalar::int(number))));
        }
        let scalar = {
            let receiver = self.get(given.receiver?);
            let text = receiver.constant()?.text()?;
            let mut arguments = Vec::with_capacity(given.arguments.len());
            for (value, ..) in &given.arguments {
                arguments.push(self.get(*value).constant()?.clone());
            }
            evaluate(name, text, &arguments)?
        };
        let labels = self.get(given.receiver?).labels.clone();
        let is_text = matches!(scalar, Scalar::Str(_));
        let mut value = Value::scalar(match scalar {
            Scalar::Str(text) => Scalar::text_of(text),
            other => other,
        });
        if is_text {
            value.add_labels(&labels);
        }
        Some(self.values.intern(value))
    }

    fn number_call(&mut self, node: Idx, name: &str, given: &Given) -> Option<ValueId> {
        let [(value, ..)] = given.arguments[..] else { return None };
        let known = self.get(value).clone();
        let scalar = match (name, &known.scalar) {
            ("parseInt" | "parseLong", Scalar::Str(text)) => text.trim().parse().ok().map(Scalar::int)?,
            ("valueOf", Scalar::Int(a, b)) if a == b => {
                let of_text = self.declaring_types(node).iter().any(|t| t.ends_with("String"));
                if of_text { Scalar::str(a.to_string()) } else { Scalar::int(*a) }
            }
            ("valueOf", Scalar::Str(_) | Scalar::Bool(_)) => known.scalar.clone(),
            ("abs" | "labs" | "llabs", Scalar::Int(a, b)) if a == b => Scalar::int(a.checked_abs()?),
            // As the whole number that it is cut to.
            ("sqrt", Scalar::Int(a, b)) if a == b && *a >= 0 && self.is_cut(node) => Scalar::int(a.isqrt()),
            _ => return None,
        };
        Some(self.values.intern(Value { scalar, labels: known.labels, ..Value::default() }))
    }
}

impl Run<'_> {
    /// A part of a text or list: of constants with known ends, the constant; of a list of which positions are known, what stands there.
    pub(super) fn slice(&mut self, node: Idx, operands: &[ValueId]) -> ValueId {
        let end = |run: &Self, place: i16| match run.program.argument(node, place) {
            None => Some(None),
            Some(end) => match &run.get(run.kept_value(end)).scalar {
                Scalar::Null => Some(None),
                scalar => scalar.exact().map(Some),
            },
        };
        let whole = operands.first().copied().unwrap_or(crate::domain::BOTTOM);
        if self.program.node(node).language == Language::Python
            && self.program.argument(node, 4).is_none()
            && let (Some(from), Some(to)) = (end(self, 2), end(self, 3))
        {
            let bounds = |length: usize| {
                let place = |at: i64| match at < 0 {
                    true => length.saturating_sub(usize::try_from(at.unsigned_abs()).unwrap_or(usize::MAX)),
                    false => usize::try_from(at).unwrap_or(usize::MAX).min(length),
                };
                (from.map_or(0, place), to.map_or(length, place))
            };
            if let Some(text) = self.get(whole).constant().and_then(Scalar::text) {
                let (from, to) = bounds(text.chars().count());
                let part: String = text.chars().skip(from).take(to.saturating_sub(from)).collect();
                return self.values.intern(Value::scalar(Scalar::str(part)));
            }
            if let Some(length) = self.length(whole) {
                let (from, to) = bounds(length as usize);
                let made = self.make_named(node, "list");
                for place in from..to {
                    let element = self.part(whole, &Selector::Index(place as i64));
                    self.set_part(made, &Selector::Index((place - from) as i64), element, true);
                }
                if self.one_object(made).is_some_and(|o| !self.heap_object(o).is_some_and(|o| o.many)) {
                    self.set_length(made, u32::try_from(to.saturating_sub(from)).ok());
                }
                return made;
            }
        }
        let is_list = |o: &u32| match self.things[*o as usize] {
            super::Thing::Made { name, .. } => matches!(self.program.str(name), "list" | "tuple"),
            _ => false,
        };
        let objects = &self.get(whole).objects;
        if objects.is_empty() || !objects.iter().all(is_list) {
            return self.derived(operands, node, Scalar::Top);
        }
        // What is cut out of a list holds what the list holds.
        let made = self.make_named(node, "list");
        let any = self.part(whole, &Selector::Element);
        self.set_part(made, &Selector::Element, any, false);
        let labels = self.union(&[whole], node);
        let labelled = self.labelled(&labels, Scalar::Bottom);
        self.values.join(made, labelled)
    }

    /// Whether a number is made a whole one where it stands: `(long)sqrt(n)`.
    fn is_cut(&self, node: Idx) -> bool {
        let parent = self.program.node(node).parent;
        if parent == NONE || self.program.node(parent).operator != Some(Operator::Cast) {
            return false;
        }
        let to = self.program.argument(parent, 1).map_or("", |t| self.program.name(t));
        matches!(
            to.trim_start_matches("unsigned "),
            "int" | "long" | "long long" | "short" | "size_t" | "int64_t" | "int32_t"
        )
    }
}

/// A method of a string on constants. Positions count characters, as the sources that are analysed rarely go beyond one unit a character.
fn evaluate(name: &str, text: &str, arguments: &[Scalar]) -> Option<Scalar> {
    let letters = || text.chars();
    let number = |place: usize| arguments.get(place)?.exact();
    let word = |place: usize| arguments.get(place)?.printed();
    let cut = |from: i64, to: i64| -> Option<Scalar> {
        let (from, to) = (usize::try_from(from).ok()?, usize::try_from(to).ok()?);
        (from <= to && to <= letters().count())
            .then(|| Scalar::str(letters().skip(from).take(to - from).collect::<String>()))
    };
    Some(match (name, arguments.len()) {
        ("charAt", 1) => Scalar::Char(letters().nth(usize::try_from(number(0)?).ok()?)?),
        ("length", 0) => Scalar::int(letters().count() as i64),
        ("isEmpty", 0) => Scalar::Bool(text.is_empty()),
        ("isBlank", 0) => Scalar::Bool(text.trim().is_empty()),
        ("substring" | "slice", 1) => cut(number(0)?, letters().count() as i64)?,
        ("substring" | "slice", 2) => cut(number(0)?, number(1)?)?,
        ("concat", 1) => Scalar::str(format!("{text}{}", word(0)?)),
        ("trim" | "strip", 0) => Scalar::str(text.trim()),
        ("toLowerCase" | "lower" | "ToLower", 0) => Scalar::str(text.to_lowercase()),
        ("toUpperCase" | "upper" | "ToUpper", 0) => Scalar::str(text.to_uppercase()),
        ("equals" | "contentEquals" | "Equals", 1) => {
            Scalar::Bool(matches!(arguments.first()?, Scalar::Str(other) if **other == *text))
        }
        ("equalsIgnoreCase", 1) => Scalar::Bool(word(0)?.to_lowercase() == text.to_lowercase()),
        ("startsWith" | "startswith" | "StartsWith", 1) => Scalar::Bool(text.starts_with(&word(0)?)),
        ("endsWith" | "endswith" | "EndsWith", 1) => Scalar::Bool(text.ends_with(&word(0)?)),
        ("contains" | "includes" | "Contains", 1) => Scalar::Bool(text.contains(&word(0)?)),
        ("indexOf" | "find", 1) => {
            let found = text.find(&word(0)?).map(|at| text[..at].chars().count() as i64);
            Scalar::int(found.unwrap_or(-1))
        }
        ("replace", 2) => Scalar::str(text.replace(&word(0)?, &word(1)?)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_of_strings() {
        let one = |s: &str| [Scalar::str(s)];
        assert_eq!(evaluate("charAt", "ABC", &[Scalar::int(1)]), Some(Scalar::Char('B')));
        assert_eq!(evaluate("charAt", "ABC", &[Scalar::int(3)]), None);
        assert_eq!(evaluate("substring", "ABC", &[Scalar::int(1)]), Some(Scalar::str("BC")));
        assert_eq!(evaluate("substring", "ABC", &[Scalar::int(2), Scalar::int(1)]), None);
        assert_eq!(evaluate("indexOf", "ABC", &one("C")), Some(Scalar::int(2)));
        assert_eq!(evaluate("equals", "a", &[Scalar::Null]), Some(Scalar::Bool(false)));
    }
}
