//! Expressions: strings, slices, chained comparisons, comprehensions.

use stoa_model::Symbol;

use super::bind::{Scope, access};
use super::*;
use crate::tree::{Slot, flags};

/// Whether evaluating an expression twice is as good as once, and as cheap.
pub(super) fn is_simple(l: &Lower<'_>, n: C) -> bool {
    [IDENTIFIER, INTEGER, FLOAT, TRUE, FALSE, NONE, ELLIPSIS].iter().any(|row| l.is(n, *row))
}

/// `a.b.c` where the grammar reads it as one name: field accesses.
pub(super) fn dotted_name(l: &mut Lower<'_>, n: C) {
    let names: Vec<C> = parts(l, n).collect();
    let Some((first, fields)) = names.split_first() else { return };
    let root = l.symbol(*first);
    let path: Vec<_> = fields.iter().map(|name| bind::Part::Field(*name)).collect();
    access(l, n, root, &path);
}

/// A string is a LITERAL; with interpolations it is a format of its parts.
pub(super) fn string(l: &mut Lower<'_>, n: C) {
    if l.child_of(n, INTERPOLATION).is_some() {
        l.operator(Operator::FormatString, n, |l| l.lower_children(n));
        return;
    }
    let prefix = l.text(n).iter().take_while(|b| b.is_ascii_alphabetic());
    let bytes = prefix.clone().any(|b| matches!(b, b'b' | b'B'));
    l.literal(n, if bytes { "bytes" } else { "string" });
}

/// `:>{width}`: its text, and what is computed in it.
pub(super) fn format_specifier(l: &mut Lower<'_>, n: C) {
    l.literal(n, "string");
    l.lower_children(n);
}

/// `a[i]`, `a[i:j:k]`, `a[i, j:k]`
pub(super) fn subscript(l: &mut Lower<'_>, n: C) {
    let value = l.child(n, F::Value);
    let mut subscripts = l.cst.children_in(n, F::Subscript);
    match (subscripts.next(), subscripts.next()) {
        (Some(one), None) if l.is(one, SLICE) => {
            l.operator(Operator::Slice, n, |l| {
                l.lower_opt(value);
                bounds(l, one);
            });
        }
        _ => {
            l.operator(Operator::IndexAccess, n, |l| {
                l.lower_opt(value);
                statements::several(l, n, F::Subscript);
            });
        }
    }
}

/// `i:j` among other subscripts.
pub(super) fn slice(l: &mut Lower<'_>, n: C) {
    l.operator(Operator::Range, n, |l| bounds(l, n));
}

/// Start, stop and step, as far as written; None holds the place of one left out before another.
fn bounds(l: &mut Lower<'_>, n: C) {
    let mut given = [None; 3];
    let mut at = 0;
    for child in l.cst.children(n) {
        if !l.cst.get(child).named {
            at += usize::from(l.text(child) == b":");
        } else if at < given.len() && !l.is(child, LINE_CONTINUATION) {
            given[at] = Some(child);
        }
    }
    let count = given.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
    for bound in &given[..count] {
        match bound {
            Some(bound) => l.lower(*bound),
            None => {
                let none = l.intern("None");
                l.literal_named(n, none, "null");
            }
        }
    }
}

pub(super) fn call(l: &mut Lower<'_>, n: C) {
    let Some(function) = l.child(n, F::Function) else { return l.lower_children(n) };
    let arguments = l.child(n, F::Arguments);
    // The callee of `(f)(x)` is `f`.
    let mut callee = function;
    while l.is(callee, PARENTHESIZED) {
        match parts(l, callee).next() {
            Some(inner) => callee = inner,
            None => break,
        }
    }
    l.call_of(n, callee, |l| l.lower_opt(arguments));
}

/// `name=value` is its value, passed by that name.
pub(super) fn keyword_argument(l: &mut Lower<'_>, n: C) {
    let name = l.child(n, F::Name).map_or(Symbol::NONE, |name| l.symbol(name));
    let value = l.tree.len();
    l.lower_field(n, F::Value);
    l.name_argument(value, name);
}

/// `a < b < c` is `a < b and b < c`, with b evaluated once.
pub(super) fn comparison(l: &mut Lower<'_>, n: C) {
    let operands: Vec<C> = parts(l, n).filter(|c| l.cst.get(*c).field != F::Operators).collect();
    let operators: Vec<Operator> = {
        let cst = l.cst;
        cst.children(n).filter_map(|c| match cst.get(c).field {
            F::Operators => l.grammar.binary(cst.get(c).kind),
            _ => None,
        })
    }
    .collect();
    match (&operands[..], &operators[..]) {
        ([left, right], [operator]) => {
            l.operator(*operator, n, |l| {
                l.lower(*left);
                l.lower(*right);
            });
        }
        (operands, operators) if operands.len() == operators.len() + 1 && operators.len() > 1 => {
            let middle = &operands[1..operands.len() - 1];
            if middle.iter().all(|c| is_simple(l, *c)) {
                chain(l, n, operands, operators, &[]);
            } else {
                l.synthetic_block(n, |l| {
                    let held: Vec<Symbol> = middle
                        .iter()
                        .map(|c| if is_simple(l, *c) { Symbol::NONE } else { l.temporary(*c) })
                        .collect();
                    chain(l, n, operands, operators, &held);
                });
            }
        }
        _ => {
            l.node(NodeKind::Unknown, n, Symbol::NONE, |l| l.lower_children(n));
        }
    }
}

/// The comparisons joined by `and`. `held` names the temporaries of the operands in the middle.
fn chain(l: &mut Lower<'_>, n: C, operands: &[C], operators: &[Operator], held: &[Symbol]) {
    let last = operators.len() - 1;
    let hold = |at: usize| at.checked_sub(1).and_then(|at| held.get(at)).copied().and_then(Symbol::some);
    let compare = |l: &mut Lower<'_>| {
        l.operator(operators[last], n, |l| {
            match hold(last) {
                Some(name) => {
                    l.identifier_named(operands[last], name);
                }
                None => l.lower(operands[last]),
            }
            match hold(last + 1) {
                Some(name) => {
                    let value = operands[last + 1];
                    l.assign_name(value, name, |l| l.lower(value));
                }
                None => l.lower(operands[last + 1]),
            }
        });
    };
    if last == 0 {
        compare(l);
    } else {
        l.operator(Operator::LogicalAnd, n, |l| {
            l.deeper(n, |l| chain(l, n, &operands[..=last], &operators[..last], held));
            compare(l);
        });
    }
}

/// `yes if condition else no`
pub(super) fn conditional(l: &mut Lower<'_>, n: C) {
    let mut children = parts(l, n);
    let (yes, condition, no) = (children.next(), children.next(), children.next());
    // The grammar takes `a := b if c else d` for `(a := b) if c else d`; it is the choice that is assigned.
    if let Some(named) = yes.filter(|yes| l.is(*yes, NAMED_EXPRESSION))
        && let (Some(name), Some(yes)) = (l.child(named, F::Name), l.child(named, F::Value))
    {
        return bind::named(l, n, name, |l| {
            l.conditional(n, condition, Some(yes), no);
        });
    }
    l.conditional(n, condition, yes, no);
}

/// `yield x`; `yield from x` yields what x is spread to.
pub(super) fn yield_expression(l: &mut Lower<'_>, n: C) {
    if let Some(method) = l.method() {
        l.at(method).flags |= flags::GENERATOR;
    }
    let from = has_token(l, n, "from");
    l.operator(Operator::Yield, n, |l| {
        if from {
            l.operator(Operator::Spread, n, |l| l.lower_children(n));
        } else {
            l.lower_children(n);
        }
    });
}

/// `[x for …]` is `{ tmp = []; for … tmp.append(x); tmp }`, `{x for …}` and `{k: v for …}` likewise.
pub(super) fn comprehension(l: &mut Lower<'_>, n: C) {
    let Some(element) = l.child(n, F::Body) else { return l.lower_children(n) };
    let empty = if l.is(n, LIST_COMPREHENSION) {
        Operator::ListLiteral
    } else if l.is(n, SET_COMPREHENSION) {
        Operator::SetLiteral
    } else {
        Operator::DictLiteral
    };
    let clauses: Vec<C> = parts(l, n).filter(|c| l.cst.get(*c).field != F::Body).collect();
    l.synthetic_block(n, |l| {
        let collected = l.temporary(n);
        l.assign_name(n, collected, |l| {
            l.operator(empty, n, |_| {});
        });
        clause(l, &clauses, &mut |l| {
            if empty == Operator::DictLiteral {
                let (key, value) = (l.child(element, F::Key), l.child(element, F::Value));
                l.assign(
                    element,
                    |l| {
                        l.operator(Operator::IndexAccess, element, |l| {
                            l.identifier_named(n, collected);
                            l.lower_opt(key);
                        });
                    },
                    |l| l.lower_opt(value),
                );
            } else {
                let name = l.intern(if empty == Operator::ListLiteral { "append" } else { "add" });
                let adds = l.method_call(
                    element,
                    name,
                    |l| {
                        l.identifier_named(n, collected);
                    },
                    |l| l.lower(element),
                );
                l.at(adds).flags |= flags::SYNTHETIC;
            }
        });
        l.identifier_named(n, collected);
    });
}

/// `(x for …)` is a closure that yields.
pub(super) fn generator(l: &mut Lower<'_>, n: C) {
    let Some(element) = l.child(n, F::Body) else { return l.lower_children(n) };
    let clauses: Vec<C> = parts(l, n).filter(|c| l.cst.get(*c).field != F::Body).collect();
    l.closure(n, "()", |l| {
        if let Some(method) = l.method() {
            l.at(method).flags |= flags::GENERATOR;
        }
        l.next_slot(Slot::Body);
        l.synthetic_block(n, |l| {
            clause(l, &clauses, &mut |l| {
                l.operator(Operator::Yield, element, |l| l.lower(element));
            });
        });
        Symbol::NONE
    });
}

/// The loops and conditions of a comprehension, one inside the other.
fn clause<'a>(l: &mut Lower<'a>, clauses: &[C], innermost: &mut dyn FnMut(&mut Lower<'a>)) {
    let Some((first, rest)) = clauses.split_first() else { return innermost(l) };
    let first = *first;
    if l.is(first, FOR_IN) {
        statements::loop_over(
            l,
            first,
            Scope::Block,
            |l| l.deeper(first, |l| clause(l, rest, innermost)),
            None,
        );
    } else if l.is(first, IF_CLAUSE) {
        l.control(Control::If, first, |l| {
            if let Some(condition) = parts(l, first).next() {
                l.slot(Slot::Condition, condition);
            }
            l.next_slot(Slot::Body);
            l.synthetic_block(first, |l| l.deeper(first, |l| clause(l, rest, innermost)));
        });
    } else {
        l.lower(first);
        clause(l, rest, innermost);
    }
}
