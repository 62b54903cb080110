//! Assignments, and those that take a value apart: `(a, b.c) = (b, a)`, `[a, ..] = v`, `S { x: a, .. } = s`.

use stoa_model::{NodeKind, Operator, Symbol};

use super::*;
use crate::sugar::{MAX_PARTS, Step};

/// `a = b`; `_ = b` only evaluates.
pub fn assignment(l: &mut Lower<'_>, n: C) {
    let (left, right) = (l.child(n, F::Left), l.child(n, F::Right));
    match (left, right) {
        (Some(left), right) if is_blank(l, left) => l.lower_opt(right),
        (Some(left), Some(right)) if takes_apart(l, left) => take_apart(l, n, left, right),
        _ => {
            l.operator(Operator::Assignment, n, |l| {
                l.lower_opt(left);
                l.lower_opt(right);
            });
        }
    }
}

fn is_blank(l: &Lower<'_>, n: C) -> bool {
    l.text(n) == b"_"
}

/// `..`, which passes over parts.
fn is_rest(l: &Lower<'_>, n: C) -> bool {
    l.is(n, RANGE) && l.cst.named(n).next().is_none()
}

fn takes_apart(l: &Lower<'_>, n: C) -> bool {
    l.is(n, TUPLE) || l.is(n, ARRAY) || l.is(n, STRUCT_LITERAL)
}

/// An assignment to each target from its part of the value, all of which is evaluated before.
fn take_apart(l: &mut Lower<'_>, n: C, targets: C, value: C) {
    let mut found = Vec::new();
    parts(l, targets, &mut Vec::new(), &mut found);
    let write = |l: &mut Lower<'_>| {
        let root = l.temporary(n);
        l.assign_name(n, root, |l| l.lower(value));
        write_parts(l, &found, root);
    };
    if l.parent_kind() == Some(NodeKind::Call) {
        l.synthetic_block(n, write);
    } else {
        write(l);
    }
}

fn write_parts(l: &mut Lower<'_>, found: &[(C, Vec<Step>)], root: Symbol) {
    for (target, path) in found {
        l.assign(*target, |l| l.lower(*target), |l| l.access(*target, root, path));
    }
}

/// The targets, each with its way into the value.
fn parts(l: &mut Lower<'_>, targets: C, path: &mut Vec<Step>, found: &mut Vec<(C, Vec<Step>)>) {
    let cst = l.cst;
    if l.is(targets, STRUCT_LITERAL) {
        let fields = l.child(targets, F::Body).into_iter().flat_map(|body| cst.named(body));
        for field in fields {
            let (name, target) = match l.child(field, F::Field) {
                Some(name) => (Some(name), l.child(field, F::Value)),
                None => (l.child_of(field, IDENTIFIER), l.child_of(field, IDENTIFIER)),
            };
            if let (Some(name), Some(target)) = (name, target) {
                let name = l.symbol(name);
                part(l, target, Step::Field(name), path, found);
            }
        }
        return;
    }
    let all: Vec<C> = cst.named(targets).collect();
    let rest = all.iter().position(|part| is_rest(l, *part));
    for (index, &target) in all.iter().enumerate() {
        let step = match rest {
            Some(rest) if index == rest => continue,
            Some(rest) if index > rest => Step::FromEnd((all.len() - index) as u32),
            _ => Step::Index(index as u32),
        };
        part(l, target, step, path, found);
    }
}

fn part(l: &mut Lower<'_>, target: C, step: Step, path: &mut Vec<Step>, found: &mut Vec<(C, Vec<Step>)>) {
    if path.len() > MAX_PARTS {
        l.truncated_line.get_or_insert(l.cst.get(target).line);
        return;
    }
    path.push(step);
    if takes_apart(l, target) {
        l.deeper(target, |l| parts(l, target, path, found));
    } else if !is_blank(l, target) {
        found.push((target, path.clone()));
    }
    path.pop();
}
