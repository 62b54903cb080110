//! Mentions of types, and generics.

use stoa_model::{NodeKind, Symbol};

use super::*;

/// The nominal outermost name of a type, without references and generic arguments; types without a name
/// (tuples, arrays, function pointers) are their text.
pub fn type_name(l: &mut Lower<'_>, n: C) -> Symbol {
    let cst = l.cst;
    let mut n = n;
    loop {
        let row = l.grammar.row(cst.get(n).kind);
        let inner = match row {
            REFERENCE_TYPE | POINTER_TYPE | GENERIC_TYPE | GENERIC_TYPE_TURBOFISH | HIGHER_RANKED => {
                l.child(n, F::Type)
            }
            DYNAMIC_TYPE | ABSTRACT_TYPE => l.child(n, F::Trait),
            REMOVED_BOUND | BOUNDED_TYPE => cst.named(n).find(|c| !l.is(*c, LIFETIME)),
            FUNCTION_TYPE => l.child(n, F::Trait),
            SCOPED_TYPE | TYPE_IDENTIFIER | SCOPED_IDENTIFIER => {
                let (name, whole) = names::path_symbols(l, n);
                return whole.some().unwrap_or(name);
            }
            _ => None,
        };
        match inner {
            Some(inner) => n = inner,
            None => return l.symbol(n),
        }
    }
}

/// A TYPE_REF of a type with a name; its generic arguments are below it.
pub fn mention(l: &mut Lower<'_>, n: C) {
    mention_at(l, n);
}

fn mention_at(l: &mut Lower<'_>, n: C) -> u32 {
    let (name, path) = if l.is(n, TYPE_IDENTIFIER) {
        let name = l.symbol(n);
        let path = if l.text(n) == b"Self" { names::self_type(l) } else { Symbol::NONE };
        (name, path)
    } else {
        let named = if l.is(n, SCOPED_TYPE) { n } else { l.child(n, F::Type).unwrap_or(n) };
        names::path_symbols(l, named)
    };
    l.type_ref(n, name, path, |l| generics(l, n))
}

/// Writes the type arguments anywhere in a path.
pub fn generics(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let node = *cst.get(n);
    if node.next - n.0 <= 3 && !l.text(n).contains(&b'<') {
        return;
    }
    let mut at = n.0 + 1;
    while at < node.next {
        let child = C(at);
        if l.is(child, TYPE_ARGUMENTS) || l.is(child, BRACKETED_TYPE) {
            l.lower(child);
            at = cst.get(child).next;
        } else {
            at += 1;
        }
    }
}

/// A TYPE_REF whatever the type is, for places that need exactly one.
pub fn one_mention(l: &mut Lower<'_>, n: C) {
    if matches!(
        l.grammar.row(l.cst.get(n).kind),
        TYPE_IDENTIFIER | SCOPED_TYPE | GENERIC_TYPE | GENERIC_TYPE_TURBOFISH
    ) {
        l.lower(n);
    } else {
        let name = type_name(l, n);
        l.type_ref(n, name, Symbol::NONE, |l| l.lower_children(n));
    }
}

/// Writes a type and marks what it names as a supertype.
pub fn supertype(l: &mut Lower<'_>, n: C) {
    let at = l.here();
    l.lower(n);
    if at < l.here() && l.at(at).kind == NodeKind::TypeRef {
        l.at(at).flags |= crate::tree::flags::SUPERTYPE;
    }
}

/// The `type` of a node: of a named parameter of a function type, of `Item = T`, of `for<'a> T`.
pub fn type_only(l: &mut Lower<'_>, n: C) {
    l.lower_field(n, F::Type);
}

/// `[T; N]`: the element, and a length that is not just a number.
pub fn array(l: &mut Lower<'_>, n: C) {
    l.lower_field(n, F::Element);
    if let Some(length) = l.child(n, F::Length)
        && !l.is(length, INTEGER)
    {
        l.aside(|l| l.lower(length));
    }
}

/// `Fn(A) -> B`, `fn(A) -> B`.
pub fn function_type(l: &mut Lower<'_>, n: C) {
    let inside = |l: &mut Lower<'_>| {
        l.lower_field(n, F::Parameters);
        l.lower_field(n, F::ReturnType);
    };
    match l.child(n, F::Trait) {
        Some(named) => {
            let (name, path) = names::path_symbols(l, named);
            l.type_ref(n, name, path, inside);
        }
        None => inside(l),
    }
}

/// `<A, Item = B, 3>`: types; values only where they name something.
pub fn arguments(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for child in cst.named(n) {
        if !matches!(l.role(child), Literal(_)) {
            l.lower(child);
        }
    }
}

/// A type parameter or constant parameter.
pub fn parameter(l: &mut Lower<'_>, n: C) {
    let Some(name) = l.child(n, F::Name) else { return };
    let name = l.symbol(name);
    let type_name = match l.child(n, F::Type) {
        Some(declared) => type_name(l, declared),
        None => Symbol::NONE,
    };
    let at = l.node(NodeKind::TypeParameter, n, name, |l| {
        items::annotations(l);
        for field in [F::Type, F::Bounds, F::DefaultType, F::Value] {
            l.lower_field(n, field);
        }
    });
    l.at(at).type_full_name = type_name;
}
