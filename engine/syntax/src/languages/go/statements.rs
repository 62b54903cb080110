//! Statements: assignments of several values, branches, loops, labels, returns.

use stoa_model::Symbol;

use super::*;
use crate::tree::{Slot, flags};

pub(super) fn number(l: &mut Lower<'_>, n: C, value: usize) {
    let name = l.intern(&value.to_string());
    l.literal_named(n, name, "int");
}

/// The elements of an expression list.
fn list(l: &Lower<'_>, n: C, field: F) -> Vec<C> {
    match l.child(n, field) {
        Some(list) if l.is(list, EXPRESSION_LIST) => l.cst.named(list).collect(),
        one => one.into_iter().collect(),
    }
}

/// `a, b = x, y`, `a, b := f()`, `a += x`, and what a case of `select` receives.
pub(super) fn assignment(l: &mut Lower<'_>, n: C) {
    let (left, right) = (list(l, n, F::Left), list(l, n, F::Right));
    let operator = l.assignment_operator(n);
    if let ([target], [value], true) = (&left[..], &right[..], operator != Operator::Assignment) {
        l.operator(operator, n, |l| {
            l.lower(*target);
            l.lower(*value);
        });
        return;
    }
    if l.is(n, SHORT_VAR) || has_token(l, n, ":=") {
        assign_all(l, n, &left, &right, &mut declare_new);
    } else {
        assign_all(l, n, &left, &right, &mut |_, _| {});
    }
}

/// Declares a name on the left of `:=` unless the scope has it.
pub(super) fn declare_new(l: &mut Lower<'_>, name: C) {
    let symbol = l.symbol(name);
    let known = l.declared.last().is_some_and(|names| names.contains(&symbol));
    if l.is(name, IDENTIFIER) && !known {
        declarations::local(l, name, None);
    }
}

/// Assigns values to targets, all values being computed before the first is assigned. `declare` writes
/// what goes in front of the assignment to a target.
pub(super) fn assign_all<'a>(
    l: &mut Lower<'a>,
    n: C,
    targets: &[C],
    values: &[C],
    declare: &mut dyn FnMut(&mut Lower<'a>, C),
) {
    if let ([target], [value]) = (targets, values) {
        return assign_one(l, n, *target, declare, |l| l.lower(*value));
    }
    if let [value] = values {
        // Several results of one call.
        let temporary = l.temporary(n);
        l.assign_name(n, temporary, |l| l.lower(*value));
        for (at, target) in targets.iter().enumerate() {
            if !is_blank(l, *target) {
                assign_one(l, *target, *target, declare, |l| {
                    l.operator(Operator::IndexAccess, *target, |l| {
                        l.identifier_named(*target, temporary);
                        number(l, *target, at);
                    });
                });
            }
        }
        return;
    }
    // What neither changes nor can be changed by the other assignments needs no temporary.
    let constant = |l: &Lower<'_>, v: &C| {
        matches!(l.role(*v), Literal(_))
            || l.is(*v, IDENTIFIER)
                && targets.iter().all(|t| l.is(*t, IDENTIFIER) && l.text(*t) != l.text(*v))
    };
    let independent =
        values.iter().all(|v| constant(l, v)) && targets.iter().all(|target| l.is(*target, IDENTIFIER));
    let mut held = Vec::new();
    if !independent {
        for (at, value) in values.iter().enumerate() {
            if targets.get(at).is_none_or(|target| is_blank(l, *target)) {
                l.lower(*value);
                held.push(Symbol::NONE);
            } else {
                let temporary = l.temporary(*value);
                l.assign_name(*value, temporary, |l| l.lower(*value));
                held.push(temporary);
            }
        }
    }
    for at in l.target_order(targets, |n| l.is(n, IDENTIFIER)) {
        let target = &targets[at];
        match (held.get(at), values.get(at)) {
            (Some(held), _) if held.is_some() => {
                assign_one(l, *target, *target, declare, |l| ignore(l.identifier_named(*target, *held)));
            }
            (None, Some(value)) if independent => {
                assign_one(l, n, *target, declare, |l| l.lower(*value));
            }
            (_, None) if values.is_empty() => declare(l, *target),
            _ => {}
        }
    }
}

/// One assignment; one to `_` only computes the value.
fn assign_one<'a>(
    l: &mut Lower<'a>,
    n: C,
    target: C,
    declare: &mut dyn FnMut(&mut Lower<'a>, C),
    value: impl FnOnce(&mut Lower<'a>),
) {
    if is_blank(l, target) {
        return value(l);
    }
    declare(l, target);
    l.assign(n, |l| l.lower(target), value);
}

/// Writes a statement whose initialiser is visible in it only: `{ initialiser; label: statement }`.
/// `labeled` is the labelled statement around it; the label stays next to what it labels, as `break` and `continue` look for it there.
pub(super) fn with_initializer(
    l: &mut Lower<'_>,
    n: C,
    initializer: Option<C>,
    labeled: Option<C>,
    statement: impl FnOnce(&mut Lower<'_>),
) {
    let Some(initializer) = initializer else {
        write_label(l, labeled);
        return statement(l);
    };
    scope(l, |l| {
        l.synthetic_block(labeled.unwrap_or(n), |l| {
            l.lower(initializer);
            write_label(l, labeled);
            statement(l);
        });
    });
}

fn write_label(l: &mut Lower<'_>, labeled: Option<C>) {
    if let Some(label) = labeled.and_then(|n| l.child(n, F::Label)) {
        let name = l.symbol(label);
        l.leaf(NodeKind::JumpTarget, label, name);
    }
}

pub(super) fn labeled(l: &mut Lower<'_>, n: C) {
    let label = l.child(n, F::Label);
    let statement = l.cst.named(n).find(|c| Some(*c) != label);
    match statement {
        Some(s) if l.is(s, FOR) => for_labeled(l, s, Some(n)),
        Some(s) if l.is(s, SWITCH) || l.is(s, TYPE_SWITCH) || l.is(s, SELECT) => {
            switches::labeled(l, s, Some(n));
        }
        _ => {
            write_label(l, Some(n));
            l.lower_opt(statement);
        }
    }
}

pub(super) fn if_statement(l: &mut Lower<'_>, n: C) {
    with_initializer(l, n, l.child(n, F::Initializer), None, |l| {
        l.control(Control::If, n, |l| {
            l.slot_field(Slot::Condition, n, F::Condition);
            if let Some(body) = l.child(n, F::Consequence) {
                l.slot(Slot::Body, body);
            }
            match l.child(n, F::Alternative) {
                Some(other) if l.is(other, BLOCK) => l.slot(Slot::Else, other),
                Some(other) => {
                    l.next_slot(Slot::Else);
                    scope(l, |l| ignore(l.synthetic_block(other, |l| l.lower(other))));
                }
                None => {}
            }
        });
    });
}

pub(super) fn for_statement(l: &mut Lower<'_>, n: C) {
    for_labeled(l, n, None);
}

fn for_labeled(l: &mut Lower<'_>, n: C, labeled: Option<C>) {
    let body = l.child(n, F::Body);
    if let Some(range) = l.child_of(n, RANGE_CLAUSE) {
        write_label(l, labeled);
        return range_loop(l, n, range, body);
    }
    let Some(clause) = l.child_of(n, FOR_CLAUSE) else {
        // `for condition {}` and `for {}`
        let condition = l.cst.named(n).find(|c| Some(*c) != body);
        write_label(l, labeled);
        let control = if condition.is_some() { Control::While } else { Control::Loop };
        l.control(control, n, |l| {
            if let Some(condition) = condition {
                l.slot(Slot::Condition, condition);
            }
            if let Some(body) = body {
                l.slot(Slot::Body, body);
            }
        });
        return;
    };
    let initializer = l.child(clause, F::Initializer);
    let single = initializer.is_none_or(|i| list(l, i, F::Left).len() <= 1);
    // Several assignments go in front of the loop.
    with_initializer(l, n, initializer.filter(|_| !single), labeled, |l| {
        scope(l, |l| {
            l.control(Control::For, n, |l| {
                if let Some(initializer) = initializer.filter(|_| single) {
                    init(l, initializer);
                }
                l.slot_field(Slot::Condition, clause, F::Condition);
                match l.child(clause, F::Update) {
                    Some(update) if list(l, update, F::Left).len() > 1 => {
                        l.next_slot(Slot::Update);
                        l.synthetic_block(update, |l| l.lower(update));
                    }
                    Some(update) => l.slot(Slot::Update, update),
                    None => {}
                }
                if let Some(body) = body {
                    l.slot(Slot::Body, body);
                }
            });
        });
    });
}

/// `i := 0` in front of a loop's condition.
fn init(l: &mut Lower<'_>, n: C) {
    if !l.is(n, SHORT_VAR) {
        return l.slot(Slot::Init, n);
    }
    let (left, right) = (list(l, n, F::Left), list(l, n, F::Right));
    let (Some(target), Some(value)) = (left.first(), right.first()) else { return };
    declare_new(l, *target);
    l.next_slot(Slot::Init);
    l.assign(n, |l| l.lower(*target), |l| l.lower(*value));
}

/// `for k, v := range x`: the elements of x, pairs when two variables ask for them.
fn range_loop(l: &mut Lower<'_>, n: C, clause: C, body: Option<C>) {
    let targets = list(l, clause, F::Left);
    let declares = has_token(l, clause, ":=");
    scope(l, |l| {
        l.foreach(
            n,
            |l| l.lower_field(clause, F::Right),
            |l, next| {
                let declare = |l: &mut Lower<'_>, name: C| {
                    if declares {
                        declare_new(l, name);
                    }
                };
                match &targets[..] {
                    [] => next(l),
                    [one] => {
                        if is_blank(l, *one) {
                            return next(l);
                        }
                        declare(l, *one);
                        l.assign(*one, |l| l.lower(*one), next);
                    }
                    several => {
                        let temporary = l.temporary(clause);
                        l.assign_name(clause, temporary, next);
                        for (at, target) in several.iter().enumerate() {
                            if is_blank(l, *target) {
                                continue;
                            }
                            declare(l, *target);
                            l.assign(
                                *target,
                                |l| l.lower(*target),
                                |l| {
                                    l.operator(Operator::IndexAccess, *target, |l| {
                                        l.identifier_named(*target, temporary);
                                        number(l, *target, at);
                                    });
                                },
                            );
                        }
                    }
                }
            },
            // The body is a scope inside of that of the variables.
            |l| {
                if let Some(body) = body {
                    l.lower(body);
                }
            },
            None,
        );
    });
}

/// `return a, b` returns a tuple; a plain `return` returns the named results.
pub(super) fn return_statement(l: &mut Lower<'_>, n: C) {
    let values: Vec<C> = l
        .cst
        .named(n)
        .flat_map(|c| if l.is(c, EXPRESSION_LIST) { l.cst.named(c).collect() } else { vec![c] })
        .collect();
    let results = if values.is_empty() { named_results(l) } else { Vec::new() };
    l.node(NodeKind::Return, n, Symbol::NONE, |l| match (&values[..], &results[..]) {
        ([], []) => {}
        ([one], _) => l.lower(*one),
        ([], [one]) => ignore(l.identifier_named(n, *one)),
        _ => {
            l.operator(Operator::TupleLiteral, n, |l| {
                for value in &values {
                    l.lower(*value);
                }
                for result in &results {
                    l.identifier_named(n, *result);
                }
            });
        }
    });
}

/// The named results of the method being written: the LOCALs its body starts with.
fn named_results(l: &mut Lower<'_>) -> Vec<Symbol> {
    let mut results = Vec::new();
    let Some(method) = l.method() else { return results };
    let end = l.here();
    let Some(body) = (method + 1..end).find(|at| {
        let node = l.tree.get(*at);
        node.parent == method && node.slot == Slot::Body
    }) else {
        return results;
    };
    for at in body + 1..end {
        let node = l.tree.get(at);
        if node.parent == body {
            if node.kind != NodeKind::Local || node.flags & flags::HOISTED == 0 {
                break;
            }
            results.push(node.name);
        }
    }
    results
}
