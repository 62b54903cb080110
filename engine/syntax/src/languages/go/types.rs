//! Types: references to them, and the name a declared type goes by.

use stoa_model::Symbol;

use super::*;

const PREDECLARED: &[&[u8]] = &[
    b"any",
    b"bool",
    b"byte",
    b"comparable",
    b"complex128",
    b"complex64",
    b"error",
    b"float32",
    b"float64",
    b"int",
    b"int16",
    b"int32",
    b"int64",
    b"int8",
    b"rune",
    b"string",
    b"uint",
    b"uint16",
    b"uint32",
    b"uint64",
    b"uint8",
    b"uintptr",
];

/// The type inside of pointers and parentheses, and the named type of a generic one.
pub(super) fn nominal(l: &Lower<'_>, mut n: C) -> C {
    while l.is(n, POINTER_TYPE) || l.is(n, PARENTHESIZED_TYPE) || l.is(n, GENERIC_TYPE) || l.is(n, TYPE_ELEM)
    {
        match l.cst.named(n).next() {
            Some(inner) => n = inner,
            None => break,
        }
    }
    n
}

/// The outermost name of a type: `os.File` of `*os.File`, `[]T`, `map`, `func`.
pub(super) fn type_name(l: &mut Lower<'_>, n: C) -> Symbol {
    let mut n = nominal(l, n);
    let mut slices = 0;
    while l.is(n, SLICE_TYPE) || l.is(n, ARRAY_TYPE) || l.is(n, IMPLICIT_ARRAY_TYPE) {
        slices += 1;
        match l.child(n, F::Element) {
            Some(element) => n = nominal(l, element),
            None => break,
        }
    }
    let name = outer_name(l, n);
    if slices == 0 {
        return name;
    }
    let text = "[]".repeat(slices) + l.names.get(name);
    l.intern(&text)
}

fn outer_name(l: &mut Lower<'_>, n: C) -> Symbol {
    let word = if l.is(n, SLICE_TYPE) || l.is(n, ARRAY_TYPE) || l.is(n, IMPLICIT_ARRAY_TYPE) {
        ""
    } else if l.is(n, MAP_TYPE) {
        "map"
    } else if l.is(n, CHANNEL_TYPE) {
        "chan"
    } else if l.is(n, FUNCTION_TYPE) {
        "func"
    } else if l.is(n, STRUCT_TYPE) {
        "struct"
    } else if l.is(n, INTERFACE_TYPE) {
        "interface"
    } else {
        return l.symbol(n);
    };
    l.intern(word)
}

/// Writes a TYPE_REF for every type mentioned that is not predeclared; type arguments stand below it.
pub(super) fn type_refs(l: &mut Lower<'_>, n: C) {
    l.deeper(n, |l| write_type_refs(l, n));
}

fn write_type_refs(l: &mut Lower<'_>, n: C) {
    if l.is(n, TYPE_IDENTIFIER) || l.is(n, IDENTIFIER) {
        if !PREDECLARED.contains(&l.text(n)) {
            let name = l.symbol(n);
            l.type_ref(n, name, Symbol::NONE, |_| {});
        }
    } else if l.is(n, QUALIFIED_TYPE) || l.is(n, GENERIC_TYPE) {
        type_value(l, n);
    } else if l.is(n, STRUCT_TYPE) || l.is(n, INTERFACE_TYPE) {
        // An empty one has nothing to declare.
        if l.cst.named(n).any(|c| !l.is(c, FIELDS) || l.cst.named(c).next().is_some()) {
            declarations::anonymous_type(l, n);
        }
    } else if l.is(n, FUNCTION_TYPE) {
        for list in l.cst.named(n) {
            if l.is(list, PARAMETER_LIST) {
                for parameter in l.cst.named(list) {
                    for typed in l.cst.children_in(parameter, F::Type) {
                        type_refs(l, typed);
                    }
                }
            } else {
                type_refs(l, list);
            }
        }
    } else {
        for part in l.cst.named(n) {
            if l.cst.get(part).field != F::Length {
                type_refs(l, part);
            } else if !l.is(part, INT) {
                l.lower(part);
            }
        }
    }
}

/// A type as one TYPE_REF, as an argument of `make` or of a cast; what it is made of stands below.
pub(super) fn type_value(l: &mut Lower<'_>, n: C) {
    if l.is(n, GENERIC_TYPE) || l.is(n, TYPE_INSTANTIATION) {
        let mut parts = l.cst.named(n);
        let Some(outer) = parts.next() else { return };
        let (name, path) = name_and_path(l, outer);
        l.type_ref(n, name, path, |l| {
            for argument in parts {
                type_refs(l, argument);
            }
        });
    } else if l.is(n, TYPE_IDENTIFIER) || l.is(n, QUALIFIED_TYPE) {
        let (name, path) = name_and_path(l, n);
        l.type_ref(n, name, path, |_| {});
    } else {
        let name = type_name(l, n);
        let inner = nominal(l, n);
        // The type behind a pointer is what is meant.
        if inner != n && (l.is(inner, TYPE_IDENTIFIER) || l.is(inner, QUALIFIED_TYPE)) {
            let named = l.cst.named(n).next().unwrap_or(inner);
            return type_value(l, named);
        }
        l.type_ref(n, name, Symbol::NONE, |l| type_refs(l, n));
    }
}

/// The name of a type without its package, and with it when it has one.
pub(super) fn name_and_path(l: &mut Lower<'_>, n: C) -> (Symbol, Symbol) {
    match l.child(n, F::Name) {
        Some(name) if l.is(n, QUALIFIED_TYPE) => (l.symbol(name), l.symbol(n)),
        _ => (l.symbol(n), Symbol::NONE),
    }
}

/// A type's text in one line.
pub(super) fn type_text(l: &Lower<'_>, n: C, into: &mut String) {
    let text = l.string(n);
    for (at, word) in text.split_whitespace().enumerate() {
        if at > 0 {
            into.push(' ');
        }
        into.push_str(word);
    }
}
