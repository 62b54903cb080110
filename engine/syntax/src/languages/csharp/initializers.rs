//! Objects, arrays and collections made with their contents.
//!
//! `new T(x) { A = 1, B = { 2 } }` is a BLOCK whose value is a temporary: `t = new T(x); t.A = 1; t.B.Add(2); t`.

use stoa_model::{Dispatch, Operator, Symbol};

use super::*;
use crate::sugar::Step;

/// Lowers the first value of a variable; `new(…)` makes an object of the variable's type.
pub fn value(l: &mut Lower<'_>, n: C, declared: Symbol) {
    if l.is(n, NEW_IMPLICIT) { creation(l, n, None, declared) } else { l.lower(n) }
}

pub fn new_object(l: &mut Lower<'_>, n: C) {
    let type_node = l.child(n, F::Type);
    let type_name = types::nominal_opt(l, type_node);
    creation(l, n, type_node, type_name);
}

/// `new(…)` where nothing near says of what.
pub fn new_implicit(l: &mut Lower<'_>, n: C) {
    creation(l, n, None, Symbol::NONE);
}

fn creation(l: &mut Lower<'_>, n: C, type_node: Option<C>, type_name: Symbol) {
    let Some(contents) = l.child_of(n, INITIALIZER) else {
        return constructor_call(l, n, type_node, type_name);
    };
    filled(
        l,
        n,
        type_name,
        |l| constructor_call(l, n, type_node, type_name),
        |l, made| {
            fill(l, contents, made, &mut Vec::new());
        },
    );
}

/// A BLOCK whose value is a temporary, made by `make` and then filled.
fn filled(
    l: &mut Lower<'_>,
    n: C,
    type_name: Symbol,
    make: impl FnOnce(&mut Lower<'_>),
    fill: impl FnOnce(&mut Lower<'_>, Symbol),
) {
    let at = l.synthetic_block(n, |l| {
        let made = l.temporary_name();
        let local = l.local(n, made, type_name);
        l.at(local).flags |= crate::tree::flags::SYNTHETIC;
        l.assign_name(n, made, make);
        fill(l, made);
        l.identifier_named(n, made);
    });
    l.at(at).type_full_name = type_name;
}

fn constructor_call(l: &mut Lower<'_>, n: C, type_node: Option<C>, type_name: Symbol) {
    let name = l.intern("<init>");
    let arguments = l.child_of(n, ARGUMENTS);
    let at = l.call(n, name, |l| {
        if let Some(type_node) = type_node {
            l.aside(|l| types::arguments_of(l, type_node));
        }
        l.lower_opt(arguments);
    });
    let node = l.at(at);
    (node.dispatch, node.full_name, node.type_full_name) = (Some(Dispatch::Static), type_name, type_name);
}

/// What an initialiser does to the object at `path` of the temporary `made`.
fn fill(l: &mut Lower<'_>, contents: C, made: Symbol, path: &mut Vec<Step>) {
    let cst = l.cst;
    for element in cst.named(contents) {
        if l.is(element, ASSIGNMENT) {
            set(l, element, made, path);
        } else if l.is(element, PREPROC_IF) {
            l.lower(element);
        } else {
            let add = l.intern("Add");
            l.method_call(
                element,
                add,
                |l| l.access(element, made, path),
                // `{ key, value }` are the arguments of one call.
                |l| if l.is(element, INITIALIZER) { l.lower_children(element) } else { l.lower(element) },
            );
        }
    }
}

/// `A = v`, `[k] = v`, `A = { … }`
fn set(l: &mut Lower<'_>, n: C, made: Symbol, path: &mut Vec<Step>) {
    let (Some(left), Some(right)) = (l.child(n, F::Left), l.child(n, F::Right)) else { return };
    let cst = l.cst;
    let step = if is_any(l, left, &[ELEMENT_BINDING, BRACKETED_ARGUMENTS, COLLECTION]) {
        Step::Key(cst.named(left).next().unwrap_or(left))
    } else {
        Step::Field(l.symbol(left))
    };
    path.push(step);
    if l.is(right, INITIALIZER) {
        l.deeper(right, |l| fill(l, right, made, path));
    } else {
        l.assign(n, |l| l.access(left, made, path), |l| l.lower(right));
    }
    path.pop();
}

/// `value with { A = 1 }`: a copy, then assignments to its members.
pub fn with(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let Some(original) = cst.named(n).find(|c| !l.is(*c, WITH_INITIALIZER)) else { return };
    let clone = l.intern("<Clone>$");
    filled(
        l,
        n,
        Symbol::NONE,
        |l| {
            l.method_call(n, clone, |l| l.lower(original), |_| {});
        },
        |l, made| {
            for member in all(l, n, WITH_INITIALIZER) {
                let mut parts = cst.named(member);
                if let (Some(name), Some(value)) = (parts.next(), parts.next()) {
                    let name = l.symbol(name);
                    l.assign(member, |l| l.access(member, made, &[Step::Field(name)]), |l| l.lower(value));
                }
            }
        },
    );
}

/// `new { A = 1, b.C }`: names and values.
pub fn new_anonymous(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    l.operator(Operator::DictLiteral, n, |l| {
        let mut parts = cst.children(n).skip(1).peekable();
        while let Some(part) = parts.next() {
            if !cst.get(part).named {
                continue;
            }
            let assigned = parts.peek().is_some_and(|next| !cst.get(*next).named && l.text(*next) == b"=");
            let (name, value) = if assigned {
                parts.next();
                (Some(part), parts.next())
            } else if l.is(part, MEMBER_ACCESS) {
                (l.child(part, F::Name), Some(part))
            } else {
                (Some(part).filter(|p| l.is(*p, IDENTIFIER)), Some(part))
            };
            match name {
                Some(name) => {
                    l.operator(Operator::Assignment, part, |l| {
                        l.field_identifier(name);
                        l.lower_opt(value);
                    });
                }
                None => l.lower_opt(value),
            }
        }
    });
}

/// `new T[n]` and `stackalloc T[n]` allocate, `new T[] { … }` is its initialiser.
pub fn new_array(l: &mut Lower<'_>, n: C) {
    let type_node = l.child(n, F::Type);
    let type_name = types::nominal_opt(l, type_node);
    if let Some(contents) = l.child_of(n, INITIALIZER) {
        let at = l.operator(Operator::ArrayInitializer, n, |l| {
            l.aside(|l| types::type_use_opt(l, type_node));
            l.lower_children(contents);
        });
        l.at(at).type_full_name = type_name;
        return;
    }
    let at = l.operator(Operator::Alloc, n, |l| {
        l.aside(|l| types::type_use_opt(l, type_node));
        let mut rank_of = type_node;
        while let Some(array) = rank_of.filter(|t| l.is(*t, ARRAY_TYPE)) {
            l.lower_field(array, F::Rank);
            rank_of = l.child(array, F::Type);
        }
    });
    l.at(at).type_full_name = type_name;
}
