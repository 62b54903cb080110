//! Annotations: type references, and the name that a declared type goes by.

use stoa_model::Symbol;

use super::*;

const PRIMITIVE: &[&[u8]] = &[b"int", b"str", b"float", b"bool", b"bytes", b"complex", b"None"];

/// The outermost name of a type, without what is in brackets; of `A | B`, the first that is not None.
pub(super) fn type_name(l: &mut Lower<'_>, mut n: C) -> Symbol {
    loop {
        if l.is(n, IDENTIFIER) || l.is(n, ATTRIBUTE) || l.is(n, MEMBER_TYPE) || l.is(n, NONE) {
            return l.symbol(n);
        }
        if l.is(n, STRING) {
            let text = quoted(l.text(n));
            let end = text.iter().position(|b| *b == b'[').unwrap_or(text.len());
            return if is_path(&text[..end]) { l.names.intern_bytes(&text[..end]) } else { Symbol::NONE };
        }
        let inner = if l.is(n, SUBSCRIPT) {
            l.child(n, F::Value)
        } else if [TYPE, GENERIC_TYPE, UNION_TYPE, CONSTRAINED_TYPE, SPLAT_TYPE, BINARY, PARENTHESIZED]
            .iter()
            .any(|row| l.is(n, *row))
        {
            parts(l, n).find(|c| l.text(*c) != b"None").or_else(|| parts(l, n).next())
        } else {
            None
        };
        match inner {
            Some(inner) => n = inner,
            None => return Symbol::NONE,
        }
    }
}

/// Writes a TYPE_REF for every type mentioned that is not built in; type arguments stand below it.
pub(super) fn type_refs(l: &mut Lower<'_>, n: C) {
    l.deeper(n, |l| write_type_refs(l, n));
}

fn write_type_refs(l: &mut Lower<'_>, n: C) {
    if l.is(n, IDENTIFIER) || l.is(n, ATTRIBUTE) || l.is(n, MEMBER_TYPE) {
        write_unless_primitive(l, n, n, |_| {});
    } else if l.is(n, STRING) {
        // A forward reference.
        let text = quoted(l.text(n));
        let end = text.iter().position(|b| *b == b'[').unwrap_or(text.len());
        if is_path(&text[..end]) && !PRIMITIVE.contains(&&text[..end]) {
            write(l, n, &text[..end], |_| {});
        } else {
            l.literal(n, "string");
        }
    } else if l.is(n, SUBSCRIPT) || l.is(n, GENERIC_TYPE) {
        let Some(outer) = parts(l, n).next() else { return };
        let literal = matches!(l.text(outer), b"Literal" | b"typing.Literal" | b"typing_extensions.Literal");
        write_unless_primitive(l, n, outer, |l| {
            for argument in parts(l, n).skip(1) {
                match l.is(argument, STRING) && literal {
                    true => l.lower(argument),
                    false => type_refs(l, argument),
                }
            }
        });
    } else if [
        TYPE,
        TYPE_PARAMETER,
        UNION_TYPE,
        CONSTRAINED_TYPE,
        SPLAT_TYPE,
        BINARY,
        PARENTHESIZED,
        LIST,
        TUPLE,
    ]
    .iter()
    .any(|row| l.is(n, *row))
    {
        for part in parts(l, n) {
            type_refs(l, part);
        }
    } else if !l.is(n, NONE) && !l.is(n, ELLIPSIS) {
        // Anything may stand as an annotation.
        l.lower(n);
    }
}

/// A TYPE_REF at `n` to the type that `name` names.
fn write_unless_primitive(l: &mut Lower<'_>, n: C, name: C, inside: impl FnOnce(&mut Lower<'_>)) {
    let text = l.text(name);
    if !PRIMITIVE.contains(&text) {
        write(l, n, text, inside);
    }
}

/// A TYPE_REF to the type of this name, built in or not.
pub(super) fn named(l: &mut Lower<'_>, n: C) {
    let text = l.text(n);
    write(l, n, text, |_| {});
}

fn write(l: &mut Lower<'_>, n: C, path: &[u8], inside: impl FnOnce(&mut Lower<'_>)) {
    let (name, path) = name_and_path(l, path);
    l.type_ref(n, name, path, inside);
}

/// The last part of a dotted path, and the path when it is more than that.
pub(super) fn name_and_path(l: &mut Lower<'_>, path: &[u8]) -> (Symbol, Symbol) {
    match path.iter().rposition(|b| *b == b'.') {
        Some(dot) => {
            let name = path[dot + 1..].trim_ascii();
            (l.names.intern_bytes(name), l.names.intern_bytes(path))
        }
        None => (l.names.intern_bytes(path), Symbol::NONE),
    }
}

/// What stands between the quotes of a string.
fn quoted(text: &[u8]) -> &[u8] {
    let start = text.iter().position(|b| matches!(b, b'"' | b'\'')).unwrap_or(0);
    let inner = &text[start..];
    let end = inner.iter().rposition(|b| !matches!(b, b'"' | b'\'')).map_or(0, |at| at + 1);
    let from = inner.iter().position(|b| !matches!(b, b'"' | b'\'')).unwrap_or(end);
    inner[from.min(end)..end].trim_ascii()
}

fn is_path(text: &[u8]) -> bool {
    !text.is_empty()
        && !text[0].is_ascii_digit()
        && text.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.') || *b >= 0x80)
}
