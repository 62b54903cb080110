//! Object literals, templates, numbers, conditionals.

use stoa_model::{NodeKind, Operator};

use super::{bindings, functions, property_name, table::*};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;

/// `{ a: 1, b, c() {}, [k]: v, ...rest }`.
pub fn object(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    l.operator(Operator::DictLiteral, n, |l| {
        for child in cst.named(n) {
            if l.is(child, SHORTHAND) {
                l.assign(
                    child,
                    |l| {
                        l.field_identifier(child);
                    },
                    |l| {
                        l.identifier(child);
                    },
                );
            } else if l.is(child, METHOD) {
                method(l, child);
            } else {
                l.lower(child);
            }
        }
    });
}

fn method(l: &mut Lower<'_>, n: C) {
    let Some(key) = l.child(n, F::Name) else { return };
    let name = property_name(l, key);
    let qualified = l.qualify(&name);
    l.assign(n, |l| write_key(l, key), |l| functions::method_ref(l, n, &name, qualified));
}

/// `key: value`.
pub fn pair(l: &mut Lower<'_>, n: C) {
    let (Some(key), Some(value)) = (l.child(n, F::Key), l.child(n, F::Value)) else {
        return l.lower_children(n);
    };
    l.assign(n, |l| write_key(l, key), |l| bindings::bound(l, value, key));
}

fn write_key(l: &mut Lower<'_>, key: C) {
    if l.is(key, COMPUTED) {
        l.operator(Operator::IndexAccess, key, |l| l.lower(key));
    } else if l.is(key, STRING) {
        let name = property_name(l, key);
        let name = l.intern(&name);
        l.leaf(NodeKind::FieldIdentifier, key, name);
    } else {
        l.lower(key);
    }
}

/// A template without values is a string; others are put together from their parts.
pub fn template(l: &mut Lower<'_>, n: C) {
    if l.child_of(n, SUBSTITUTION).is_some() {
        l.operator(Operator::FormatString, n, |l| l.lower_children(n));
    } else {
        l.literal(n, "string");
    }
}

pub fn number(l: &mut Lower<'_>, n: C) {
    let text = l.text(n);
    let decimal = !matches!(text, [b'0', b'x' | b'X' | b'b' | b'B' | b'o' | b'O', ..]);
    let float = decimal && text.iter().any(|b| matches!(b, b'.' | b'e' | b'E'));
    l.literal(n, if float { "float" } else { "int" });
}

/// `condition ? yes : no`.
pub fn ternary(l: &mut Lower<'_>, n: C) {
    let (condition, yes, no) =
        (l.child(n, F::Condition), l.child(n, F::Consequence), l.child(n, F::Alternative));
    l.conditional(n, condition, yes, no);
}
