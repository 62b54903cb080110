//! Classes.

use stoa_model::NodeKind;

use super::super::typescript::types;
use super::{bindings, functions, property_name, table::*};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;

/// A class that is declared by its name.
pub fn declaration(l: &mut Lower<'_>, n: C) {
    let name = own_name(l, n);
    write(l, n, &name);
}

/// A class that is a value and bound to no name.
pub fn value(l: &mut Lower<'_>, n: C) {
    let name = own_name(l, n);
    type_value(l, n, &name);
}

fn own_name(l: &mut Lower<'_>, n: C) -> String {
    match l.child(n, F::Name) {
        Some(name) => l.string(name).into_owned(),
        None => l.closure_name().replace("lambda", "class"),
    }
}

/// A class as a value: a TYPE_REF over the TYPE_DECL it refers to.
pub fn type_value(l: &mut Lower<'_>, n: C, name: &str) {
    let symbol = l.intern(name);
    let path = l.qualify(name);
    let path = l.intern(&path);
    l.type_ref(n, symbol, path, |l| write(l, n, name));
}

fn write(l: &mut Lower<'_>, n: C, name: &str) {
    let pending = std::mem::take(&mut l.pending);
    l.type_decl(n, name, |l| {
        functions::modifiers(l, n, &pending);
        types::type_parameters(l, n);
        if let Some(heritage) = l.child_of(n, CLASS_HERITAGE) {
            types::supertypes(l, heritage);
        }
        if let Some(members) = l.child(n, F::Body) {
            body(l, members);
        }
    });
}

/// The members. In TypeScript's grammar the decorators of a method stand beside it.
pub fn body(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for child in cst.named(n) {
        if l.is(child, DECORATOR) {
            l.pending.push(child);
        } else {
            l.lower(child);
        }
    }
    l.pending.clear();
}

/// A method, accessor or constructor, with or without a body.
pub fn method(l: &mut Lower<'_>, n: C) {
    let Some(name) = l.child(n, F::Name) else { return };
    let mut name = property_name(l, name);
    if name == "constructor" && l.parent_kind() == Some(NodeKind::TypeDecl) {
        name = "<init>".into();
        let pending = std::mem::take(&mut l.pending);
        functions::parameter_members(l, n);
        l.pending = pending;
    }
    let qualified = l.qualify(&name);
    functions::method(l, n, &name, qualified);
}

/// `static { … }`: runs once, when the class is made.
pub fn static_block(l: &mut Lower<'_>, n: C) {
    l.method_decl(n, "<clinit>", "()", |l| {
        l.modifier(n, "static");
        if let Some(body) = l.child(n, F::Body) {
            l.body(body);
        }
        stoa_model::Symbol::NONE
    });
}

/// A field. Its value is assigned to `this.name` below the MEMBER.
pub fn field(l: &mut Lower<'_>, n: C) {
    let pending = std::mem::take(&mut l.pending);
    let Some(target) = l.child(n, F::Property).or_else(|| l.child(n, F::Name)) else { return };
    let (value, annotation) = (l.child(n, F::Value), l.child(n, F::Type));
    let name = property_name(l, target);
    let name = l.intern(&name);
    let type_name = types::name(l, annotation);
    l.member(n, name, type_name, |l| {
        functions::modifiers(l, n, &pending);
        l.lower_opt(annotation);
        if let Some(value) = value {
            l.assign(n, |l| functions::own_field(l, target, name), |l| bindings::bound(l, value, target));
        }
    });
}
