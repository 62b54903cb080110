//! `with`: matches one inside of the other; what fails to match goes to the clauses of `else`.

use stoa_model::{Control, NodeKind, Symbol};

use super::blocks::{Blocks, Tail, scoped, sequence};
use super::functions::{Clause, arm};
use super::*;
use crate::tree::Slot;

/// `with p <- a, q <- b do body else clauses end` is
/// `{ t = a; if t matches p { t = b; if t matches q { body; break } } match t { clauses } }`.
pub fn with(l: &mut Lower<'_>, n: C) {
    let blocks = Blocks::of(l, n);
    let steps: Vec<C> = arguments(l, n).into_iter().filter(|c| !l.is(*c, KEYWORDS)).collect();
    let others = blocks.otherwise.map(|part| part.items(l)).unwrap_or_default();
    let clauses: Vec<Clause> =
        others.iter().filter(|c| l.is(**c, STAB)).map(|c| Clause::of_arrow(l, *c)).collect();
    l.synthetic_block(n, |l| {
        scoped(l, |l| {
            let value = l.temporary(n);
            if clauses.is_empty() {
                return step(l, n, &steps, value, &blocks, Symbol::NONE);
            }
            let label = l.intern(&format!("<with>{}", n.0));
            l.leaf(NodeKind::JumpTarget, n, label);
            l.synthetic_block(n, |l| {
                step(l, n, &steps, value, &blocks, label);
                l.control(Control::Match, n, |l| {
                    l.next_slot(Slot::Condition);
                    l.identifier_named(n, value);
                    for clause in &clauses {
                        arm(l, clause, &[value], Tail::Value);
                    }
                });
            });
        });
    });
}

fn step(l: &mut Lower<'_>, n: C, steps: &[C], value: Symbol, blocks: &Blocks, label: Symbol) {
    let Some((&first, rest)) = steps.split_first() else {
        if let Some(body) = blocks.body {
            let items = body.items(l);
            sequence(l, &items, Tail::Value);
        }
        if label.is_some() {
            let at = l.control(Control::Break, n, |_| {});
            l.at(at).name = label;
        }
        return;
    };
    let onward = |l: &mut Lower<'_>| step(l, n, rest, value, blocks, label);
    let (Some(left), Some(right), true) =
        (l.child(first, F::Left), l.child(first, F::Right), is_binary(l, first, b"<-"))
    else {
        l.lower(first);
        return onward(l);
    };
    if let Some(variable) = patterns::variable(l, left) {
        let name = l.symbol(variable);
        patterns::declare(l, variable, name);
        l.assign_name(variable, name, |l| l.lower(right));
        return onward(l);
    }
    l.assign_name(right, value, |l| l.lower(right));
    l.deeper(first, |l| chosen(l, first, left, value, onward));
}

/// Runs `inside` with what a pattern binds, if it matches a variable.
pub fn chosen(l: &mut Lower<'_>, n: C, pattern: C, value: Symbol, inside: impl FnOnce(&mut Lower<'_>)) {
    let guard = is_binary(l, pattern, b"when").then(|| l.child(pattern, F::Right)).flatten();
    l.control(Control::If, n, |l| {
        l.next_slot(Slot::Condition);
        l.operator(Operator::Matches, pattern, |l| {
            l.identifier_named(pattern, value);
            patterns::test(l, pattern);
        });
        l.next_slot(Slot::Body);
        l.synthetic_block(n, |l| {
            scoped(l, |l| {
                let bindings = patterns::bindings(l, pattern);
                patterns::bind(l, &bindings, value);
                let Some(guard) = guard else { return inside(l) };
                l.control(Control::If, guard, |l| {
                    l.slot(Slot::Condition, guard);
                    l.next_slot(Slot::Body);
                    l.synthetic_block(n, |l| scoped(l, inside));
                });
            });
        });
    });
}
