//! Names, strings and collections.

use stoa_model::{NodeKind, Symbol};

use super::*;

/// A variable; `__MODULE__` is the module around it.
pub fn identifier(l: &mut Lower<'_>, n: C) {
    let whole = if l.text(n) == b"__MODULE__" { modules::current(l) } else { Symbol::NONE };
    let at = l.identifier(n);
    l.at(at).full_name = whole;
}

// ── Strings ────────────────────────────────────────────────────────────────────────────────────────────

/// Strings, charlists, sigils and quoted atoms: a LITERAL, or a format of the parts.
pub fn quoted(l: &mut Lower<'_>, n: C) {
    if l.child_of(n, INTERPOLATION).is_some() {
        l.operator(Operator::FormatString, n, |l| l.lower_children(n));
        return;
    }
    let kind = match l.child_of(n, SIGIL_NAME) {
        Some(name) if matches!(l.text(name), b"r" | b"R") => "regex",
        _ if l.is(n, QUOTED_ATOM) => "atom",
        _ => "string",
    };
    l.literal(n, kind);
}

// ── Keywords ───────────────────────────────────────────────────────────────────────────────────────────

/// The name of a `key:`, without its colon and quotes.
pub fn key_name<'a>(l: &Lower<'a>, key: C) -> &'a [u8] {
    let text = l.text(key).trim_ascii();
    let text = text.strip_suffix(b":").unwrap_or(text);
    match text {
        [b'"' | b'\'', inner @ .., b'"' | b'\''] => inner,
        _ => text,
    }
}

pub fn key(l: &mut Lower<'_>, n: C) {
    if l.child_of(n, INTERPOLATION).is_some() {
        l.operator(Operator::FormatString, n, |l| l.lower_children(n));
        return;
    }
    let name = l.names.intern_bytes(key_name(l, n));
    l.leaf(NodeKind::FieldIdentifier, n, name);
}

/// `key: value` is an assignment to the key.
pub fn pair(l: &mut Lower<'_>, n: C) {
    let (key, value) = (l.child(n, F::Key), l.child(n, F::Value));
    l.assign(n, |l| l.lower_opt(key), |l| l.lower_opt(value));
}

/// Keywords in a call are one argument: a list.
pub fn keywords(l: &mut Lower<'_>, n: C) {
    l.operator(Operator::ListLiteral, n, |l| l.lower_children(n));
}

// ── Collections ────────────────────────────────────────────────────────────────────────────────────────

/// The elements of a collection; its keywords are elements too.
fn elements(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for child in cst.named(n) {
        if l.is(child, KEYWORDS) {
            l.lower_children(child);
        } else if is_binary(l, child, b"|") {
            // `[head | tail]`, `%{map | key: value}`
            let (left, right) = (l.child(child, F::Left), l.child(child, F::Right));
            let is_list = l.is(n, LIST);
            let (plain, rest) = if is_list { (left, right) } else { (right, left) };
            if is_list {
                l.lower_opt(plain);
            }
            l.operator(Operator::Spread, child, |l| l.lower_opt(rest));
            match plain {
                Some(plain) if !is_list && l.is(plain, KEYWORDS) => l.lower_children(plain),
                Some(plain) if !is_list => l.lower(plain),
                _ => {}
            }
        } else {
            l.lower(child);
        }
    }
}

pub fn list(l: &mut Lower<'_>, n: C) {
    l.operator(Operator::ListLiteral, n, |l| elements(l, n));
}

pub fn tuple(l: &mut Lower<'_>, n: C) {
    l.operator(Operator::TupleLiteral, n, |l| elements(l, n));
}

pub fn map_content(l: &mut Lower<'_>, n: C) {
    elements(l, n);
}

/// `<<a::8, rest::binary>>`: the values and the sizes that are computed.
pub fn bitstring(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    l.operator(Operator::ArrayInitializer, n, |l| {
        for child in cst.named(n) {
            if is_binary(l, child, b"::") {
                l.lower_field(child, F::Left);
                if let Some(kind) = l.child(child, F::Right) {
                    l.aside(|l| sizes(l, kind));
                }
            } else {
                l.lower(child);
            }
        }
    });
}

/// What the `size(…)` and `unit(…)` of a segment compute.
pub fn sizes(l: &mut Lower<'_>, n: C) {
    l.deeper(n, |l| match target(l, n) {
        Some(_) => {
            for argument in arguments(l, n) {
                l.lower(argument);
            }
        }
        None if l.is(n, BINARY) => {
            for side in [l.child(n, F::Left), l.child(n, F::Right)].into_iter().flatten() {
                sizes(l, side);
            }
        }
        None => {}
    });
}

/// `%{…}` is a dictionary, `%Struct{…}` a call of the struct's constructor over assignments to its fields.
pub fn map(l: &mut Lower<'_>, n: C) {
    let content = l.child_of(n, MAP_CONTENT);
    let Some(of) = l.child_of(n, STRUCT) else {
        l.operator(Operator::DictLiteral, n, |l| l.lower_opt(content));
        return;
    };
    let path = struct_path(l, of);
    let name = l.intern("<init>");
    let at = l.call(n, name, |l| {
        match path.is_some() {
            true => l.aside(|l| {
                l.type_ref(of, path, path, |_| {});
            }),
            false => l.aside(|l| l.lower(of)),
        }
        l.lower_opt(content);
    });
    let node = l.at(at);
    (node.full_name, node.type_full_name) = (path, path);
    if path.is_some() {
        node.dispatch = Some(stoa_model::Dispatch::Static);
    } else {
        node.name = Operator::StructLiteral.symbol();
        node.dispatch = Some(stoa_model::Dispatch::Inlined);
    }
}

/// The module that a `%Struct` names, if it is no variable.
pub fn struct_path(l: &mut Lower<'_>, of: C) -> Symbol {
    let named = l.cst.named(of).next().unwrap_or(of);
    match modules::path(l, named) {
        Some(path) => l.intern(&path),
        None => Symbol::NONE,
    }
}
