//! Interfaces, aliases, enumerations, namespaces.

use stoa_model::{NodeKind, Symbol};

use super::super::javascript::{bindings, functions, property_name, table::*};
use super::{table::*, types};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;

/// A TYPE_DECL of the given sort; `inside` writes what follows the type parameters.
fn declare(l: &mut Lower<'_>, n: C, sort: &str, inside: impl FnOnce(&mut Lower<'_>)) {
    let pending = std::mem::take(&mut l.pending);
    let Some(name) = l.child(n, F::Name) else { return l.lower_children(n) };
    let text = l.string(name);
    l.type_decl(n, &text, |l| {
        functions::modifiers(l, n, &pending);
        l.modifier(name, sort);
        types::type_parameters(l, n);
        inside(l);
    });
}

pub fn interface(l: &mut Lower<'_>, n: C) {
    declare(l, n, "interface", |l| {
        if let Some(extends) = l.child_of(n, EXTENDS_TYPES) {
            types::supertypes(l, extends);
        }
        if let Some(body) = l.child(n, F::Body) {
            l.lower_children(body);
        }
    });
}

/// `type A = …`: members where the type is `{ … }`, TYPE_REFs otherwise.
pub fn alias(l: &mut Lower<'_>, n: C) {
    declare(l, n, "alias", |l| match l.child(n, F::Value) {
        Some(value) if l.is(value, OBJECT_TYPE) => l.lower_children(value),
        value => l.lower_opt(value),
    });
}

pub fn enumeration(l: &mut Lower<'_>, n: C) {
    declare(l, n, "enum", |l| {
        let Some(body) = l.child(n, F::Body) else { return };
        let cst = l.cst;
        for member in cst.named(body) {
            let name = if l.is(member, ENUM_VALUE) { l.child(member, F::Name) } else { Some(member) };
            let Some(name) = name else { continue };
            let text = property_name(l, name);
            let symbol = l.intern(&text);
            l.member(member, symbol, Symbol::NONE, |l| {
                if let Some(value) = l.child(member, F::Value) {
                    l.assign(
                        member,
                        |l| {
                            l.identifier_named(name, symbol);
                        },
                        |l| bindings::bound(l, value, name),
                    );
                }
            });
        }
    });
}

/// `(a: A): R` in an interface: the object itself can be called.
pub fn call_signature(l: &mut Lower<'_>, n: C) {
    let qualified = l.qualify("<call>");
    functions::method(l, n, "<call>", qualified);
}

/// `new (a: A): R`.
pub fn construct_signature(l: &mut Lower<'_>, n: C) {
    let qualified = l.qualify("<init>");
    functions::method(l, n, "<init>", qualified);
}

/// `[key: K]: V`.
pub fn index_signature(l: &mut Lower<'_>, n: C) {
    let name = l.intern("<index>");
    let annotation = l.child(n, F::Type);
    let type_name = types::name(l, annotation);
    l.member(n, name, type_name, |l| {
        if let Some(mapped) = l.child_of(n, MAPPED) {
            l.lower(mapped);
        }
        types::fields(l, n);
    });
}

/// `namespace a.b { … }`, `module a { … }`, `declare module 'x' { … }`. What is declared there belongs to the
/// namespace; what runs there is its `<module>`.
pub fn namespace(l: &mut Lower<'_>, n: C) {
    let ambient = l.pending.iter().any(|word| l.text(*word) == b"declare")
        || l.parent_kind() == Some(NodeKind::NamespaceBlock);
    l.pending.clear();
    let Some(name) = l.child(n, F::Name) else { return l.lower_children(n) };
    let text = property_name(l, name);
    // `declare module 'x'` speaks of another module, wherever it stands.
    let qualified = if l.is(name, STRING) { text.clone().into_owned() } else { l.qualify(&text) };
    let body = l.child(n, F::Body);
    write_namespace(l, n, &text, qualified, body, ambient);
}

fn write_namespace(l: &mut Lower<'_>, n: C, name: &str, qualified: String, body: Option<C>, ambient: bool) {
    let (name, full_name) = (l.intern(name), l.intern(&qualified));
    let at = l.node(NodeKind::NamespaceBlock, n, name, |l| {
        l.within_qualified(qualified, |l| match body {
            Some(body) if ambient => l.lower_children(body),
            Some(body) => {
                l.module_method(body, |l| l.lower_children(body));
            }
            None => {}
        });
    });
    l.at(at).full_name = full_name;
}

/// `declare …`.
pub fn ambient(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    if let Some(body) = l.child_of(n, STATEMENT_BLOCK) {
        // `declare global { … }`: names that every file sees.
        l.pending.clear();
        return write_namespace(l, n, "global", "global".to_owned(), Some(body), true);
    }
    let word = cst.children(n).find(|c| !cst.get(*c).named && l.text(*c) == b"declare");
    l.pending.extend(word);
    l.lower_children(n);
    l.pending.clear();
}
