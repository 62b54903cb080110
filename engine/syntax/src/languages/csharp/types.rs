//! Mentions of types. A type's name and a value's are the same syntax, so what expects a type asks for it here.

use stoa_model::Symbol;

use super::*;
use crate::lower::{MORE_STACK, RED_ZONE};

/// The types that a type is made of, without being named itself.
fn is_composed(l: &Lower<'_>, n: C) -> bool {
    is_any(
        l,
        n,
        &[
            ARRAY_TYPE,
            NULLABLE_TYPE,
            POINTER_TYPE,
            REF_TYPE,
            SCOPED_TYPE,
            TUPLE_TYPE,
            TUPLE_ELEMENT,
            FUNCTION_POINTER,
            FUNCTION_POINTER_PARAMETER,
            TYPE_ARGUMENTS,
        ],
    )
}

/// The name of a type as written, without type arguments and `?`, with `[]` for arrays and `*` for pointers.
/// Nothing for `var`.
pub fn nominal(l: &mut Lower<'_>, n: C) -> Symbol {
    if is_any(l, n, &[IDENTIFIER, PREDEFINED_TYPE]) {
        return l.symbol(n);
    }
    let mut name = String::new();
    push_nominal(l, n, &mut name);
    if name.is_empty() { Symbol::NONE } else { l.intern(&name) }
}

/// As [`nominal`], of what may be no type at all.
pub fn nominal_opt(l: &mut Lower<'_>, n: Option<C>) -> Symbol {
    n.map_or(Symbol::NONE, |n| nominal(l, n))
}

/// Adds the name of a type to a text.
pub fn push_nominal(l: &Lower<'_>, n: C, name: &mut String) {
    // Types of types nest as deep as the source likes.
    stacker::maybe_grow(RED_ZONE, MORE_STACK, || push(l, n, name));
}

fn push(l: &Lower<'_>, n: C, name: &mut String) {
    if is_any(l, n, &[IDENTIFIER, PREDEFINED_TYPE]) {
        name.push_str(&l.string(n));
    } else if l.is(n, GENERIC_NAME) {
        if let Some(plain) = l.child_of(n, IDENTIFIER) {
            name.push_str(&l.string(plain));
        }
    } else if l.is(n, QUALIFIED_NAME) {
        if let Some(qualifier) = l.child(n, F::Qualifier) {
            push_nominal(l, qualifier, name);
            name.push('.');
        }
        if let Some(last) = l.child(n, F::Name) {
            push_nominal(l, last, name);
        }
    } else if l.is(n, ALIAS_QUALIFIED_NAME) {
        // `global::` says that the path is absolute, as all of them are here.
        if let Some(alias) = l.child(n, F::Alias).filter(|alias| l.text(*alias) != b"global") {
            push_nominal(l, alias, name);
            name.push('.');
        }
        if let Some(last) = l.child(n, F::Name) {
            push_nominal(l, last, name);
        }
    } else if l.is(n, TUPLE_TYPE) {
        name.push_str("System.ValueTuple");
    } else if l.is(n, FUNCTION_POINTER) {
        name.push_str("delegate*");
    } else if let Some(inner) = l.child(n, F::Type) {
        push_nominal(l, inner, name);
        if l.is(n, ARRAY_TYPE) {
            name.push('[');
            let rank = l.child(n, F::Rank).map(|rank| l.text(rank)).unwrap_or_default();
            name.extend(rank.iter().filter(|b| **b == b',').map(|_| ','));
            name.push(']');
        } else if l.is(n, POINTER_TYPE) {
            name.push('*');
        }
    }
}

/// A TYPE_REF with those of its type arguments below it; nothing for primitive types.
pub fn type_use(l: &mut Lower<'_>, n: C) {
    if is_any(l, n, &[PREDEFINED_TYPE, IMPLICIT_TYPE]) {
        return;
    }
    if is_composed(l, n) {
        let cst = l.cst;
        for part in cst.named(n) {
            if is_type(l, part) && !(l.is(n, TUPLE_ELEMENT) && cst.get(part).field == F::Name) {
                l.deeper(part, |l| type_use(l, part));
            }
        }
        return;
    }
    type_ref(l, n);
}

/// A TYPE_REF, with those of its generic arguments below it, even of a primitive type.
pub fn type_argument(l: &mut Lower<'_>, n: C) {
    let mut inner = n;
    while is_any(l, inner, &[ARRAY_TYPE, NULLABLE_TYPE, POINTER_TYPE, REF_TYPE, SCOPED_TYPE])
        && let Some(next) = l.child(inner, F::Type)
    {
        inner = next;
    }
    type_ref(l, inner);
}

fn type_ref(l: &mut Lower<'_>, n: C) {
    let path = nominal(l, n);
    if path.is_some() {
        let (name, path) = l.split_path(path);
        l.type_ref(n, name, path, |l| arguments_of(l, n));
    }
}

/// The TYPE_REFs of the arguments of a generic type.
pub fn arguments_of(l: &mut Lower<'_>, n: C) {
    if l.is(n, GENERIC_NAME) {
        if let Some(arguments) = l.child_of(n, TYPE_ARGUMENTS) {
            type_arguments(l, arguments);
        }
    } else if is_any(l, n, &[QUALIFIED_NAME, ALIAS_QUALIFIED_NAME]) {
        let cst = l.cst;
        for part in cst.named(n) {
            l.deeper(part, |l| arguments_of(l, part));
        }
    } else if is_composed(l, n) {
        type_use(l, n);
    }
}

/// What is inside the angle brackets.
pub fn type_arguments(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for argument in cst.named(n) {
        l.deeper(argument, |l| type_use(l, argument));
    }
}

/// The TYPE_REFs of a type, if there is one.
pub fn type_use_opt(l: &mut Lower<'_>, n: Option<C>) {
    if let Some(n) = n {
        type_use(l, n);
    }
}

/// Whether a syntax kind can be a type.
pub fn is_type(l: &Lower<'_>, n: C) -> bool {
    is_composed(l, n)
        || is_any(
            l,
            n,
            &[IDENTIFIER, GENERIC_NAME, QUALIFIED_NAME, ALIAS_QUALIFIED_NAME, PREDEFINED_TYPE, IMPLICIT_TYPE],
        )
}
