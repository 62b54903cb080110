//! What binds names: assignments of every form. A target with parts is a temporary whose parts are assigned
//! one by one.

use stoa_model::{NodeKind, Operator, Symbol};

use super::*;
use crate::tree::flags;

/// Where a name that is bound belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// The function, class or module around it.
    Function,
    /// The BLOCK being written: variables of comprehensions.
    Block,
}

/// Declares a name unless its scope has it already: a LOCAL of the function, a MEMBER of the class or module.
pub(super) fn declare(l: &mut Lower<'_>, n: C, scope: Scope, annotation: Option<C>) {
    let name = l.symbol(n);
    if scope == Scope::Block {
        l.local(n, name, Symbol::NONE);
        return;
    }
    if !l.declared.last_mut().is_some_and(|names| names.insert(name)) {
        return;
    }
    let type_name = annotation.map_or(Symbol::NONE, |t| types::type_name(l, t));
    let refs = |l: &mut Lower<'_>| {
        if let Some(annotation) = annotation {
            types::type_refs(l, annotation);
        }
    };
    // The outermost set is that of `<module>`.
    if l.declared.len() == 1 || in_class(l) {
        l.member(n, name, type_name, refs);
    } else {
        let at = l.node(NodeKind::Local, n, name, refs);
        let local = l.at(at);
        local.type_full_name = type_name;
        local.flags |= flags::HOISTED;
    }
}

/// Marks a name as declared by something else than an assignment.
pub(super) fn mark_declared(l: &mut Lower<'_>, name: Symbol) {
    if let Some(names) = l.declared.last_mut() {
        names.insert(name);
    }
}

/// `global a, b` and `nonlocal a, b`: these names are not the function's. They leave no node, the
/// assignments to them say it all.
pub(super) fn not_local(l: &mut Lower<'_>, n: C) {
    for name in parts(l, n) {
        let name = l.symbol(name);
        mark_declared(l, name);
    }
}

/// Assigns what `value` writes to a target of any form. `n` is the statement.
pub(super) fn bind<'a>(
    l: &mut Lower<'a>,
    n: C,
    target: C,
    scope: Scope,
    value: &mut dyn FnMut(&mut Lower<'a>),
) {
    l.deeper(target, |l| bind_part(l, n, target, scope, value));
}

fn bind_part<'a>(l: &mut Lower<'a>, n: C, target: C, scope: Scope, value: &mut dyn FnMut(&mut Lower<'a>)) {
    if l.is(target, IDENTIFIER) {
        declare(l, target, scope, None);
        l.assign(n, |l| l.lower(target), value);
    } else if l.is(target, AS_PATTERN_TARGET) || l.is(target, PARENTHESIZED) {
        match parts(l, target).next() {
            Some(inner) => bind(l, n, inner, scope, value),
            None => value(l),
        }
    } else if [TUPLE_PATTERN, LIST_PATTERN, PATTERN_LIST, TUPLE, LIST, EXPRESSION_LIST]
        .iter()
        .any(|row| l.is(target, *row))
    {
        let temporary = l.temporary(target);
        l.assign_name(target, temporary, value);
        let count = parts(l, target).count() as i32;
        let star = parts(l, target).position(|c| is_splat(l, c)).map(|at| at as i32);
        for (at, part) in parts(l, target).enumerate() {
            let at = at as i32;
            if is_splat(l, part) {
                let Some(rest) = parts(l, part).next() else { continue };
                bind(l, part, rest, scope, &mut |l| {
                    access(l, part, temporary, &[Part::Slice(at, at + 1 - count)]);
                });
            } else {
                let index = if star.is_some_and(|star| at > star) { at - count } else { at };
                bind(l, part, part, scope, &mut |l| access(l, part, temporary, &[Part::Index(index)]));
            }
        }
    } else {
        l.assign(n, |l| l.lower(target), value);
    }
}

fn is_splat(l: &Lower<'_>, n: C) -> bool {
    l.is(n, LIST_SPLAT_PATTERN) || l.is(n, LIST_SPLAT)
}

/// One step from a value to a part of it.
#[derive(Clone, Copy)]
pub(super) enum Part {
    /// `.name`
    Field(C),
    /// `[n]`, from the end when negative.
    Index(i32),
    /// `[a:b]`; b is negative, or 0 for the end.
    Slice(i32, i32),
    /// `[key]`
    Key(C),
}

/// Reads a part of a variable.
pub(super) fn access(l: &mut Lower<'_>, n: C, root: Symbol, path: &[Part]) {
    let Some((last, before)) = path.split_last() else {
        l.identifier_named(n, root);
        return;
    };
    let operator = match last {
        Part::Field(_) => Operator::FieldAccess,
        Part::Slice(..) => Operator::Slice,
        Part::Index(_) | Part::Key(_) => Operator::IndexAccess,
    };
    l.operator(operator, n, |l| {
        l.deeper(n, |l| access(l, n, root, before));
        match *last {
            Part::Field(name) => {
                l.field_identifier(name);
            }
            Part::Index(index) => number(l, n, index),
            Part::Slice(from, to) => {
                number(l, n, from);
                if to != 0 {
                    number(l, n, to);
                }
            }
            Part::Key(key) => l.lower(key),
        }
    });
}

pub(super) fn number(l: &mut Lower<'_>, n: C, value: i32) {
    const SMALL: [&str; 8] = ["0", "1", "2", "3", "4", "5", "6", "7"];
    let name = match usize::try_from(value).ok().and_then(|v| SMALL.get(v)) {
        Some(text) => l.intern(text),
        None => l.intern(&value.to_string()),
    };
    l.literal_named(n, name, "int");
}

/// `a = b = value`, `a: T = value`, `a: T`.
pub(super) fn assignment(l: &mut Lower<'_>, n: C) {
    let Some(first) = l.child(n, F::Left) else { return l.lower_children(n) };
    if let Some(annotation) = l.child(n, F::Type) {
        if l.is(first, IDENTIFIER) {
            declare(l, first, Scope::Function, Some(annotation));
        } else {
            types::type_refs(l, annotation);
        }
    }
    let mut value = l.child(n, F::Right);
    let mut targets = vec![first];
    while let Some(inner) = value.filter(|v| l.is(*v, ASSIGNMENT)) {
        targets.extend(l.child(inner, F::Left));
        value = l.child(inner, F::Right);
    }
    let Some(value) = value else {
        // `self.x: T` evaluates its target and assigns nothing.
        if !l.is(first, IDENTIFIER) {
            l.lower(first);
        }
        return;
    };
    if let [target] = targets[..] {
        bind(l, n, target, Scope::Function, &mut |l| l.lower(value));
    } else if expressions::is_simple(l, value) {
        for target in targets {
            bind(l, n, target, Scope::Function, &mut |l| l.lower(value));
        }
    } else {
        let temporary = l.temporary(n);
        l.assign_name(n, temporary, |l| l.lower(value));
        for target in targets {
            bind(l, n, target, Scope::Function, &mut |l| {
                l.identifier_named(n, temporary);
            });
        }
    }
}

/// `a += value`
pub(super) fn augmented(l: &mut Lower<'_>, n: C) {
    let operator = l.assignment_operator(n);
    let (left, right) = (l.child(n, F::Left), l.child(n, F::Right));
    if let Some(left) = left.filter(|left| l.is(*left, IDENTIFIER)) {
        declare(l, left, Scope::Function, None);
    }
    l.operator(operator, n, |l| {
        l.lower_opt(left);
        l.lower_opt(right);
    });
}

/// `(name := value)`
pub(super) fn named_expression(l: &mut Lower<'_>, n: C) {
    let (Some(name), Some(value)) = (l.child(n, F::Name), l.child(n, F::Value)) else {
        return l.lower_children(n);
    };
    named(l, n, name, |l| l.lower(value));
}

/// An assignment as an expression, with its declaration in a BLOCK of its own.
pub(super) fn named<'a>(l: &mut Lower<'a>, n: C, name: C, value: impl FnOnce(&mut Lower<'a>)) {
    let symbol = l.symbol(name);
    let assign = |l: &mut Lower<'a>| {
        l.assign(n, |l| l.lower(name), value);
    };
    if l.declared.last().is_some_and(|names| names.contains(&symbol)) {
        assign(l);
    } else {
        l.synthetic_block(n, |l| {
            declare(l, name, Scope::Function, None);
            assign(l);
        });
    }
}
