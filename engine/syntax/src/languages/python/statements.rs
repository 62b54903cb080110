//! Statements: branches, loops, handlers, context managers, and Python 2's `print` and `exec`.

use stoa_model::{Dispatch, Symbol};

use super::bind::{Scope, bind};
use super::*;
use crate::tree::{Position, Slot};

/// `if`, `elif`, `else`: every `elif` is an IF in the else of the one before.
pub(super) fn if_statement(l: &mut Lower<'_>, n: C) {
    let alternatives: Vec<C> = parts(l, n).filter(|c| l.is(*c, ELIF) || l.is(*c, ELSE)).collect();
    branch(l, n, &alternatives);
}

fn branch(l: &mut Lower<'_>, n: C, alternatives: &[C]) {
    let at = l.control(Control::If, n, |l| {
        l.slot_field(Slot::Condition, n, F::Condition);
        l.slot_field_block(Slot::Body, n, F::Consequence);
        let Some((next, rest)) = alternatives.split_first() else { return };
        if l.is(*next, ELSE) {
            l.slot_field_block(Slot::Else, *next, F::Body);
        } else {
            l.next_slot(Slot::Else);
            let at = l.synthetic_block(*next, |l| l.deeper(*next, |l| branch(l, *next, rest)));
            reach(l, at, alternatives);
        }
    });
    reach(l, at, alternatives);
}

/// The syntax of an `elif` ends before the next one; what it means reaches to the end of the statement.
fn reach(l: &mut Lower<'_>, at: Position, alternatives: &[C]) {
    if let Some(last) = alternatives.last() {
        let (end, end_line) = (l.cst.get(*last).end, l.cst.get(*last).end_line);
        let node = l.at(at);
        (node.end, node.end_line) = (end, end_line);
    }
}

/// The BLOCK of a loop's or a TRY's `else`.
fn else_body(l: &Lower<'_>, n: C) -> Option<C> {
    l.child_of(n, ELSE).and_then(|clause| l.child(clause, F::Body))
}

pub(super) fn while_statement(l: &mut Lower<'_>, n: C) {
    l.control(Control::While, n, |l| {
        l.slot_field(Slot::Condition, n, F::Condition);
        l.slot_field_block(Slot::Body, n, F::Body);
        if let Some(body) = else_body(l, n) {
            l.slot_block(Slot::Else, body);
        }
    });
}

pub(super) fn for_statement(l: &mut Lower<'_>, n: C) {
    let otherwise = else_body(l, n);
    loop_over(
        l,
        n,
        Scope::Function,
        |l| {
            if let Some(body) = l.child(n, F::Body) {
                l.lower_children(body);
            }
        },
        otherwise,
    );
}

/// The loop of a `for` statement or of a comprehension's clause.
pub(super) fn loop_over<'a>(
    l: &mut Lower<'a>,
    n: C,
    scope: Scope,
    body: impl FnOnce(&mut Lower<'a>),
    otherwise: Option<C>,
) {
    let asynchronous = has_token(l, n, "async");
    l.foreach(
        n,
        |l| several(l, n, F::Right),
        |l, next| {
            let Some(target) = l.child(n, F::Left) else { return next(l) };
            bind(l, target, target, scope, &mut |l| {
                if asynchronous {
                    l.operator(Operator::Await, n, next);
                } else {
                    next(l);
                }
            });
        },
        body,
        otherwise,
    );
}

/// The expression in a field; a tuple when there are several.
pub(super) fn several(l: &mut Lower<'_>, n: C, field: F) {
    let cst = l.cst;
    let mut values = cst.children_in(n, field);
    match (values.next(), values.next()) {
        (Some(_), Some(_)) => {
            l.operator(Operator::TupleLiteral, n, |l| {
                for value in cst.children_in(n, field) {
                    l.lower(value);
                }
            });
        }
        (first, _) => l.lower_opt(first),
    }
}

pub(super) fn try_statement(l: &mut Lower<'_>, n: C) {
    l.control(Control::Try, n, |l| {
        l.slot_field_block(Slot::Body, n, F::Body);
        for part in parts(l, n) {
            if l.is(part, EXCEPT) {
                l.slot(Slot::Catch, part);
            } else if l.is(part, ELSE) {
                l.slot_field_block(Slot::Else, part, F::Body);
            } else if l.is(part, FINALLY) {
                if let Some(body) = l.child_of(part, BLOCK) {
                    l.slot_block(Slot::Finally, body);
                }
            } else if l.is_error(part) {
                l.lower(part);
            }
        }
    });
}

/// `except A:`, `except (A, B) as e:`, `except* A:`, and Python 2's `except A, e:`.
pub(super) fn except_clause(l: &mut Lower<'_>, n: C) {
    let mut types: Vec<C> = l.cst.children_in(n, F::Value).collect();
    let mut variable = l.child(n, F::Alias);
    if let ([one], None) = (&types[..], variable)
        && l.is(*one, AS_PATTERN)
    {
        variable = l.child(*one, F::Alias);
        types = parts(l, *one).take(1).collect();
    }
    // `except A, B` names two types today; in Python 2 the second was the variable.
    if let ([_, second], None) = (&types[..], variable)
        && l.is(*second, IDENTIFIER)
        && l.text(*second).first().is_some_and(u8::is_ascii_lowercase)
    {
        variable = types.pop();
    }
    while let Some(inner) = variable.filter(|v| l.is(*v, AS_PATTERN_TARGET)) {
        variable = parts(l, inner).next();
    }
    l.control(Control::Catch, n, |l| {
        for caught in &types {
            types::type_refs(l, *caught);
        }
        if let Some(variable) = variable {
            if l.is(variable, IDENTIFIER) {
                let type_name = match types[..] {
                    [one] => types::type_name(l, one),
                    _ => Symbol::NONE,
                };
                let name = l.symbol(variable);
                l.local(variable, name, type_name);
            } else {
                l.lower(variable);
            }
        }
        if let Some(body) = l.child_of(n, BLOCK) {
            l.slot_block(Slot::Body, body);
        }
    });
}

/// `with a as x, b: body` is `tmp = a; x = tmp.__enter__(); try: (the same for b) finally: tmp.__exit__()`.
pub(super) fn with_statement(l: &mut Lower<'_>, n: C) {
    let asynchronous = has_token(l, n, "async");
    let items: Vec<C> = match l.child_of(n, WITH_CLAUSE) {
        Some(clause) => parts(l, clause).filter(|c| l.is(*c, WITH_ITEM)).collect(),
        None => Vec::new(),
    };
    let mut managers = Vec::new();
    for item in items {
        let Some(value) = l.child(item, F::Value) else { continue };
        // A tuple of managers in parentheses is read as one tuple by the grammar.
        let several = l.is(value, TUPLE) && parts(l, value).any(|c| l.is(c, AS_PATTERN));
        match several {
            true => managers.extend(parts(l, value)),
            false => managers.push(value),
        }
    }
    manager(l, n, &managers, asynchronous);
}

fn manager(l: &mut Lower<'_>, n: C, managers: &[C], asynchronous: bool) {
    let Some((item, rest)) = managers.split_first() else {
        if let Some(body) = l.child(n, F::Body) {
            l.lower_children(body);
        }
        return;
    };
    let item = *item;
    let (value, target) = match l.is(item, AS_PATTERN) {
        true => (parts(l, item).next().unwrap_or(item), l.child(item, F::Alias)),
        false => (item, None),
    };
    let temporary = l.temporary(item);
    l.assign_name(item, temporary, |l| l.lower(value));
    let (enter, exit) = if asynchronous { ("__aenter__", "__aexit__") } else { ("__enter__", "__exit__") };
    let mut entered = |l: &mut Lower<'_>| protocol(l, item, temporary, enter, asynchronous);
    match target {
        Some(target) => bind(l, item, target, Scope::Function, &mut entered),
        None => entered(l),
    }
    l.control(Control::Try, n, |l| {
        match l.child(n, F::Body) {
            Some(body) if rest.is_empty() => l.slot_block(Slot::Body, body),
            _ => {
                l.next_slot(Slot::Body);
                l.synthetic_block(n, |l| l.deeper(item, |l| manager(l, n, rest, asynchronous)));
            }
        }
        l.next_slot(Slot::Finally);
        l.synthetic_block(item, |l| protocol(l, item, temporary, exit, asynchronous));
    });
}

/// `object.method()`, awaited if need be.
fn protocol(l: &mut Lower<'_>, n: C, object: Symbol, method: &str, asynchronous: bool) {
    let name = l.intern(method);
    let call = |l: &mut Lower<'_>| {
        l.method_call(
            n,
            name,
            |l| {
                l.identifier_named(n, object);
            },
            |_| {},
        );
    };
    if asynchronous {
        l.operator(Operator::Await, n, call);
    } else {
        call(l);
    }
}

/// `del a, b`
pub(super) fn delete(l: &mut Lower<'_>, n: C) {
    l.operator(Operator::Delete, n, |l| {
        for target in parts(l, n) {
            match l.is(target, EXPRESSION_LIST) {
                true => l.lower_children(target),
                false => l.lower(target),
            }
        }
    });
}

/// Python 2's `print a, b` and `print >>f, a`: a call of `print`.
pub(super) fn print(l: &mut Lower<'_>, n: C) {
    builtin_call(l, n, "print");
}

/// Python 2's `exec code in scope`: a call of `exec`.
pub(super) fn exec(l: &mut Lower<'_>, n: C) {
    builtin_call(l, n, "exec");
}

fn builtin_call(l: &mut Lower<'_>, n: C, name: &str) {
    let name = l.intern(name);
    let at = l.call(n, name, |l| l.lower_children(n));
    l.at(at).dispatch = Some(Dispatch::Static);
}
