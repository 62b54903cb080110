//! `switch`, type switches and `select`: choices whose arms do not fall through unless told to.

use stoa_model::Symbol;

use super::statements::with_initializer;
use super::*;
use crate::tree::Slot;

pub(super) fn statement(l: &mut Lower<'_>, n: C) {
    labeled(l, n, None);
}

/// `around` is the labelled statement this is in, if any.
pub(super) fn labeled(l: &mut Lower<'_>, n: C, around: Option<C>) {
    with_initializer(l, n, l.child(n, F::Initializer), None, |l| {
        let value = l.child(n, F::Value);
        let alias = l.child(n, F::Alias).and_then(|list| match l.is(list, EXPRESSION_LIST) {
            true => l.cst.named(list).next(),
            false => Some(list),
        });
        // What a name is bound to in every arm is computed once.
        let subject = match (alias, value) {
            (Some(_), Some(value)) if l.is(value, IDENTIFIER) => l.symbol(value),
            (Some(_), Some(value)) => {
                let temporary = l.temporary(n);
                l.assign_name(value, temporary, |l| l.lower(value));
                temporary
            }
            _ => Symbol::NONE,
        };
        with_initializer(l, n, None, around, |l| {
            l.control(Control::Match, n, |l| {
                match value {
                    Some(value) if subject.is_some() => {
                        l.next_slot(Slot::Condition);
                        l.identifier_named(value, subject);
                    }
                    Some(value) => l.slot(Slot::Condition, value),
                    None => {}
                }
                for case in l.cst.named(n) {
                    if [CASE, DEFAULT, TYPE_CASE, COMMUNICATION].iter().any(|row| l.is(case, *row)) {
                        l.next_slot(Slot::Arm);
                        scope(l, |l| {
                            l.block(case, |l| arm(l, case, value.is_some(), alias, subject));
                        });
                    } else if l.is_error(case) {
                        l.lower(case);
                    }
                }
            });
        });
    });
}

fn arm(l: &mut Lower<'_>, n: C, has_value: bool, alias: Option<C>, subject: Symbol) {
    l.jump_target(n, if l.is(n, DEFAULT) { "default" } else { "case" });
    let mut only_type = None;
    if l.is(n, CASE) {
        let values: Vec<C> = l.child(n, F::Value).map_or(Vec::new(), |list| l.cst.named(list).collect());
        if has_value {
            for value in values {
                l.lower(value);
            }
        } else {
            // `switch { case condition: }` asks one condition after the other.
            l.next_slot(Slot::Guard);
            any(l, n, &values);
        }
    } else if l.is(n, TYPE_CASE) {
        let types: Vec<C> = l.cst.children_in(n, F::Type).collect();
        for typed in &types {
            if l.text(*typed) == b"nil" {
                l.literal(*typed, "null");
            } else {
                types::type_value(l, *typed);
            }
        }
        if let [one] = types[..] {
            only_type = Some(one).filter(|one| l.text(*one) != b"nil");
        }
    } else if let Some(communication) = l.child(n, F::Communication) {
        l.lower(communication);
    }
    if let Some(alias) = alias.filter(|alias| !is_blank(l, *alias)) {
        let symbol = l.symbol(alias);
        declare(l, symbol);
        let type_name = only_type.map_or(Symbol::NONE, |t| types::type_name(l, t));
        // The name stands in front of all arms, and is written here for this one.
        l.local(n, symbol, type_name);
        l.assign_name(n, symbol, |l| ignore(l.identifier_named(n, subject)));
    }
    for statements in l.cst.named(n) {
        if l.is(statements, STATEMENTS) || l.is_error(statements) {
            l.lower(statements);
        }
    }
}

/// Conditions joined by `||`.
fn any(l: &mut Lower<'_>, n: C, conditions: &[C]) {
    match conditions {
        [] => {}
        [one] => l.lower(*one),
        [before @ .., last] => {
            l.operator(Operator::LogicalOr, n, |l| {
                l.deeper(n, |l| any(l, n, before));
                l.lower(*last);
            });
        }
    }
}
