//! JSX: an element is a call of its tag with its attributes as one object, then its children.

use stoa_model::{Dispatch, NodeKind, Operator};

use super::{bindings, table::*};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;

/// `<Tag a={x}>…</Tag>`, `<Tag/>`, `<>…</>`.
pub fn element(l: &mut Lower<'_>, n: C) {
    let opening = l.child(n, F::OpenTag).unwrap_or(n);
    let tag = l.child(opening, F::Name);
    let (object, last) = match tag {
        Some(tag) if l.is(tag, MEMBER) => (l.child(tag, F::Object), l.child(tag, F::Property).or(Some(tag))),
        _ => (None, tag),
    };
    let name = match last {
        Some(last) => l.symbol(last),
        None => l.intern("<fragment>"),
    };
    let at = l.node(NodeKind::Call, n, name, |l| {
        if let Some(object) = object {
            l.receiver(object);
        }
        attributes(l, n, opening);
        if opening != n {
            let cst = l.cst;
            for child in cst.named(n) {
                if child != opening && !l.is(child, CLOSING_TAG) {
                    l.lower(child);
                }
            }
        }
    });
    l.at(at).dispatch = Some(if object.is_some() { Dispatch::Dynamic } else { Dispatch::Static });
}

/// The attributes as an object, if there are any, or children that come after them.
fn attributes(l: &mut Lower<'_>, n: C, opening: C) {
    let cst = l.cst;
    let mut attributes = cst.children_in(opening, F::Attribute).peekable();
    if attributes.peek().is_none() && opening == n {
        return;
    }
    l.operator(Operator::DictLiteral, opening, |l| {
        for attribute in attributes {
            l.lower(attribute);
        }
    });
}

/// `name={value}`; a name alone is `true`.
pub fn attribute(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let mut parts = cst.named(n);
    let (Some(name), value) = (parts.next(), parts.next()) else { return };
    // `{value}`, or `{/* nothing */}`.
    let inner = match value {
        Some(value) if l.is(value, MARKUP_EXPRESSION) => cst.named(value).next(),
        value => value,
    };
    l.assign(
        n,
        |l| {
            l.field_identifier(name);
        },
        |l| match (inner, value) {
            (Some(inner), _) => bindings::bound(l, inner, name),
            (None, Some(_)) => bindings::undefined(l, n),
            (None, None) => {
                let name = l.intern("true");
                l.literal_named(n, name, "bool");
            }
        },
    );
}

/// Text between elements; blanks and line ends alone mean nothing.
pub fn text(l: &mut Lower<'_>, n: C) {
    if !l.text(n).iter().all(u8::is_ascii_whitespace) {
        l.literal(n, "string");
    }
}
