//! Literals: numbers, texts, and what holds others: lists, maps, objects.

use std::sync::Arc;
use stoa_model::{Operator, Symbol};

use super::Run;
use crate::domain::{BOTTOM, Scalar, Selector, Value, ValueId};
use crate::program::{Idx, NONE};

impl Run<'_> {
    pub(super) fn sequence(&mut self, node: Idx, operator: Operator, operands: &[ValueId]) -> ValueId {
        let name = match operator {
            Operator::ListLiteral => "list",
            Operator::TupleLiteral => "tuple",
            Operator::SetLiteral => "set",
            _ if self.program.node(node).language == crate::program::Language::JavaScript => "Array",
            _ => self.program.str(self.program.node(node).type_name),
        };
        let made = self.make_named(node, name);
        let single = self.one_object(made).is_some_and(|o| !self.heap_object(o).is_some_and(|o| o.many));
        let mut length = Some(0usize);
        let nodes: Vec<Idx> = self.program.arguments(node).collect();
        for (place, &value) in operands.iter().enumerate() {
            let spread =
                nodes.get(place).is_some_and(|&n| self.program.node(n).operator == Some(Operator::Spread));
            let values = match self.length(value).filter(|_| spread) {
                Some(count) => {
                    (0..i64::from(count)).map(|at| self.part(value, &Selector::Index(at))).collect()
                }
                None if spread => {
                    let any = self.part(value, &Selector::Element);
                    let any = self.with_step(any, node);
                    self.set_part(made, &Selector::Element, any, false);
                    length = None;
                    continue;
                }
                None => vec![value],
            };
            for value in values {
                let value = self.with_step(value, node);
                let selector = match length {
                    Some(at) if at < 64 => Selector::Index(at as i64),
                    _ => Selector::Element,
                };
                self.set_part(made, &selector, value, true);
                length = length.map(|n| n + 1);
            }
        }
        if let Some(length) = length.filter(|n| single && *n <= 64) {
            self.set_length(made, Some(length as u32));
        }
        made
    }

    /// A literal of keys and values: in turn, or as assignments to names.
    pub(super) fn dictionary(&mut self, node: Idx, operands: &[ValueId]) -> ValueId {
        let made = self.make_named(node, "dict");
        let children: Vec<Idx> = self.program.arguments(node).collect();
        let mut place = 0;
        while let Some(&child) = children.get(place) {
            let (selector, key, value);
            if self.program.node(child).operator == Some(Operator::Assignment) {
                place += 1;
                let (Some(name), Some(given)) =
                    (self.program.argument(child, 1), self.program.argument(child, 2))
                else {
                    continue;
                };
                value = self.value(given);
                if self.program.kind(name) == stoa_model::NodeKind::FieldIdentifier {
                    let text: Arc<str> = Arc::from(self.program.name(name));
                    selector = Selector::Key(text.clone());
                    key = self.values.intern(Value::scalar(Scalar::Str(text)));
                } else {
                    key = self.value(name);
                    selector = self.element(key);
                }
            } else if self.program.node(child).operator == Some(Operator::Spread) {
                let from = operands.get(place).copied().unwrap_or(BOTTOM);
                place += 1;
                self.copy_elements(made, from);
                continue;
            } else {
                let (Some(&first), Some(&second)) = (operands.get(place), operands.get(place + 1)) else {
                    break;
                };
                place += 2;
                (selector, key, value) = (self.element(first), first, second);
            }
            let value = self.with_step(value, node);
            self.set_part(made, &selector, value, true);
            self.set_part(made, &Selector::Keys, key, false);
        }
        made
    }

    /// An object literal: its children assign fields, or name them.
    pub(super) fn structure(&mut self, node: Idx) -> ValueId {
        let own = *self.program.node(node);
        // A struct of the tree, whose methods are then known.
        let named = self.program.children(node).iter().copied().find(|&c| {
            self.program.kind(c) == stoa_model::NodeKind::TypeRef
                && own.language == crate::program::Language::Go
        });
        let of = named.map_or(NONE, |c| self.program.node(c).target);
        let of =
            if of != NONE && self.program.kind(of) == stoa_model::NodeKind::TypeDecl { of } else { NONE };
        let made = self.make(node, of, own.type_name);
        let children: Vec<Idx> = self.program.children(node).to_vec();
        let mut named = None;
        let mut place = 0;
        for child in children {
            let language = own.language;
            let each = *self.program.node(child);
            if each.kind == stoa_model::NodeKind::FieldIdentifier && each.argument == i16::MIN {
                named = Some(each.name);
                continue;
            }
            if self.program.node(child).operator == Some(Operator::Assignment) {
                let (Some(key), Some(value)) =
                    (self.program.argument(child, 1), self.program.argument(child, 2))
                else {
                    continue;
                };
                let value = self.value(value);
                let named = self.program.argument(key, 2).unwrap_or(key);
                let selector = self.field(self.program.node(named).name, language);
                let value = self.with_step(value, node);
                self.set_part(made, &selector, value, true);
            } else if self.program.node(child).keyword != Symbol::NONE {
                let value = self.value(child);
                let selector = self.field(self.program.node(child).keyword, language);
                let value = self.with_step(value, node);
                self.set_part(made, &selector, value, true);
            } else if self.program.node(child).argument > 0 {
                let value = self.value(child);
                // By a name before it, or by its place among the fields of the type.
                let name = named.take().or_else(|| self.field_at(node, place));
                place += 1;
                let value = self.with_step(value, node);
                match name {
                    Some(name) => {
                        let selector = self.field(name, language);
                        self.set_part(made, &selector, value, true);
                    }
                    None => self.set_part(made, &Selector::Element, value, false),
                }
            }
        }
        made
    }

    /// The name of the field at a place of the type that a literal names.
    fn field_at(&self, literal: Idx, place: usize) -> Option<Symbol> {
        let named = self
            .program
            .children(literal)
            .iter()
            .copied()
            .find(|&c| self.program.kind(c) == stoa_model::NodeKind::TypeRef)?;
        let of = self.program.node(named).target;
        if of == NONE {
            return None;
        }
        let is_field = |m: &&Idx| self.program.kind(**m) == stoa_model::NodeKind::Member;
        let member = self.program.children(of).iter().filter(is_field).nth(place)?;
        Some(self.program.node(*member).name)
    }

    /// The value of a literal.
    pub(crate) fn literal(&mut self, node: Idx) -> ValueId {
        let own = *self.program.node(node);
        let text = self.program.str(own.name);
        let scalar = match self.program.str(own.type_name) {
            "int" => integer(text).map_or(Scalar::Some, Scalar::int),
            "float" if self.manages_memory() => between(text),
            "bool" => match text {
                "true" | "True" | "TRUE" => Scalar::Bool(true),
                "false" | "False" | "FALSE" => Scalar::Bool(false),
                _ => Scalar::Some,
            },
            "null" => Scalar::Null,
            "char" => unquoted(text)
                .and_then(|t| {
                    let mut letters = t.chars();
                    letters.next().filter(|_| letters.next().is_none())
                })
                .map_or(Scalar::Some, Scalar::Char),
            "string" => Scalar::Str(Arc::from(unquoted(text).as_deref().unwrap_or(text))),
            _ => Scalar::Some,
        };
        self.values.intern(Value::scalar(scalar))
    }
}

/// The whole numbers between which a literal with a point lies: never one number, as what is computed with it is not whole.
fn between(text: &str) -> Scalar {
    let digits = text.trim_end_matches(['f', 'F', 'l', 'L']);
    match digits.parse::<f64>() {
        Ok(0.0) => Scalar::Some,
        Ok(number) if number.abs() < 1e15 => {
            let low = number.floor() as i64;
            Scalar::Int(low, low + 1)
        }
        _ => Scalar::Some,
    }
}

/// The number that the text of a literal means.
pub(super) fn integer(text: &str) -> Option<i64> {
    if let Some(positive) = text.strip_prefix('-') {
        return integer_above(positive.trim_start()).and_then(i64::checked_neg);
    }
    integer_above(text)
}

fn integer_above(text: &str) -> Option<i64> {
    let text: String =
        text.chars().filter(|c| *c != '_' && *c != '\'').collect::<String>().to_ascii_lowercase();
    let (digits, radix) = if let Some(hex) = text.strip_prefix("0x") {
        (hex.trim_end_matches(['l', 'u']), 16)
    } else if let Some(bits) = text.strip_prefix("0b") {
        (bits.trim_end_matches(['l', 'u']), 2)
    } else if let Some(octal) = text.strip_prefix("0o") {
        (octal, 8)
    } else {
        let digits = text.find(|c: char| !c.is_ascii_digit()).map_or(text.as_str(), |end| &text[..end]);
        let octal = digits.len() > 1 && digits.starts_with('0');
        return i64::from_str_radix(digits, if octal { 8 } else { 10 }).ok();
    };
    i64::from_str_radix(digits, radix).ok()
}

/// The text between the quotes of a literal, escapes replaced. None if it has no quotes: then it is the text itself.
fn unquoted(text: &str) -> Option<String> {
    let start = text.find(['"', '\'', '`'])?;
    let prefix = &text[..start];
    if prefix.len() > 3 || !prefix.chars().all(|c| c.is_ascii_alphabetic() || c == '@' || c == '$') {
        return None;
    }
    let quote = text[start..].chars().next()?;
    let triple: String = std::iter::repeat_n(quote, 3).collect();
    let mark = if text[start..].starts_with(&triple) && text.len() >= start + 6 {
        triple
    } else {
        quote.to_string()
    };
    let inner = text[start..].strip_prefix(&mark)?.strip_suffix(&mark)?;
    if prefix.contains(['r', 'R', '@']) || !inner.contains('\\') {
        return Some(inner.to_owned());
    }
    let mut plain = String::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            plain.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('0') => plain.push('\0'),
            Some('u' | 'x') => {
                let code: String = letters.clone().take_while(char::is_ascii_hexdigit).take(4).collect();
                for _ in 0..code.len() {
                    letters.next();
                }
                plain
                    .push(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).unwrap_or('\u{FFFD}'));
            }
            Some(other) => plain.push(other),
            None => {}
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals() {
        assert_eq!(integer("1_000L"), Some(1000));
        assert_eq!(integer("0x1F"), Some(31));
        assert_eq!(integer("017"), Some(15));
        assert_eq!(unquoted("\"a\\n\\\"b\""), Some("a\n\"b".to_owned()));
        assert_eq!(unquoted("r'a\\n'"), Some("a\\n".to_owned()));
        assert_eq!(unquoted("\"\"\"x\"\"\""), Some("x".to_owned()));
        assert_eq!(unquoted("select "), None);
    }
}
