//! Statements.

use stoa_model::{Control, Dispatch, NodeKind, Operator};

use super::super::typescript::types;
use super::bindings::{self, Binding};
use super::table::*;
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;
use crate::tree::{Slot, flags};

/// An expression as a statement: destructuring is written as statements of their own where these may stand.
pub fn expression(l: &mut Lower<'_>, n: C) {
    let inner = l.cst.named(n).next().map(|inner| super::unwrapped(l, inner));
    match inner.and_then(|inner| Some((inner, bindings::destructures(l, inner)?))) {
        Some((inner, (pattern, value))) if l.parent_kind() == Some(NodeKind::Block) => {
            bindings::destructure(l, inner, pattern, value);
        }
        _ => l.lower_children(n),
    }
}

pub fn if_else(l: &mut Lower<'_>, n: C) {
    l.control(Control::If, n, |l| {
        l.slot_field(Slot::Condition, n, F::Condition);
        l.slot_field_block(Slot::Body, n, F::Consequence);
        if let Some(otherwise) = l.child(n, F::Alternative) {
            let inner = l.cst.named(otherwise).next().filter(|_| l.is(otherwise, ELSE));
            l.slot_block(Slot::Else, inner.unwrap_or(otherwise));
        }
    });
}

pub fn for_loop(l: &mut Lower<'_>, n: C) {
    l.control(Control::For, n, |l| {
        let (parent, start) = (l.parent_position(), l.here());
        let init = l.child(n, F::Initializer);
        l.lower_opt(init);
        for at in start..l.here() {
            let node = l.at(at);
            if Some(node.parent) == parent && node.kind != NodeKind::Local {
                node.slot = Slot::Init;
            }
        }
        l.slot_field(Slot::Condition, n, F::Condition);
        l.slot_field(Slot::Update, n, F::Increment);
        l.slot_field_block(Slot::Body, n, F::Body);
    });
}

/// `for (x of y)`, `for await (x of y)`, `for (x in y)`. That `in` gives the keys is not said.
pub fn for_each<'a>(l: &mut Lower<'a>, n: C) {
    let cst = l.cst;
    let (left, right, body) = (l.child(n, F::Left), l.child(n, F::Right), l.child(n, F::Body));
    let kind = l.child(n, F::Kind).map(|kind| l.text(kind));
    let binding = match kind {
        Some(b"var") => Binding::Var,
        Some(_) => Binding::Block,
        None => Binding::Assign,
    };
    let asynchronous = cst
        .children(n)
        .take_while(|c| cst.get(*c).field != F::Left)
        .any(|c| cst.get(c).field == F::None && l.text(c) == b"await");
    if let (Some(left), Some(value)) = (left, l.child(n, F::Value)) {
        // `for (var i = 0 in o)`, from the web's early days.
        l.assign(n, |l| l.lower(left), |l| l.lower(value));
    }
    l.foreach(
        n,
        |l| l.lower_opt(right),
        |l, next| {
            let value = |l: &mut Lower<'a>| {
                if asynchronous {
                    l.operator(Operator::Await, n, next);
                } else {
                    next(l);
                }
            };
            let Some(left) = left else { return };
            let left = super::unwrapped(l, left);
            if bindings::is_pattern(l, left) {
                let root = l.temporary(left);
                l.assign_name(left, root, value);
                bindings::unpack(l, left, root, &mut Vec::new(), binding, &[]);
                return;
            }
            if binding != Binding::Assign {
                let name = l.symbol(left);
                bindings::declare(l, left, name, binding, None, &[]);
            }
            l.assign(left, |l| l.lower(left), value);
        },
        |l| match body {
            Some(body) if l.is(body, STATEMENT_BLOCK) => l.lower_children(body),
            body => l.lower_opt(body),
        },
        None,
    );
}

pub fn switch(l: &mut Lower<'_>, n: C) {
    l.control(Control::Switch, n, |l| {
        l.slot_field(Slot::Condition, n, F::Value);
        l.slot_field_block(Slot::Body, n, F::Body);
    });
}

/// `case value:` and `default:` with the statements that follow.
pub fn case(l: &mut Lower<'_>, n: C) {
    l.jump_target(n, if l.is(n, CASE) { "case" } else { "default" });
    l.lower_children(n);
}

pub fn try_catch(l: &mut Lower<'_>, n: C) {
    l.control(Control::Try, n, |l| {
        l.slot_field_block(Slot::Body, n, F::Body);
        l.slot_field(Slot::Catch, n, F::Handler);
        if let Some(cleanup) = l.child(n, F::Finalizer) {
            let body = l.child(cleanup, F::Body).unwrap_or(cleanup);
            l.slot_block(Slot::Finally, body);
        }
    });
}

pub fn catch(l: &mut Lower<'_>, n: C) {
    let (parameter, annotation) = (l.child(n, F::Parameter), l.child(n, F::Type));
    l.control(Control::Catch, n, |l| {
        l.lower_opt(annotation);
        let mut pattern = None;
        if let Some(parameter) = parameter {
            let type_name = types::name(l, annotation);
            if bindings::is_pattern(l, parameter) {
                let root = l.temporary(parameter);
                pattern = Some((parameter, root));
            } else {
                let name = l.symbol(parameter);
                l.local(parameter, name, type_name);
            }
        }
        let Some(body) = l.child(n, F::Body) else { return };
        l.next_slot(Slot::Body);
        l.block(body, |l| {
            if let Some((pattern, root)) = pattern {
                bindings::unpack(l, pattern, root, &mut Vec::new(), Binding::Block, &[]);
            }
            l.lower_children(body);
        });
    });
}

/// `with (object) statement`: names in it may be the object's; they are left as they are.
pub fn with(l: &mut Lower<'_>, n: C) {
    let at = l.block(n, |l| {
        l.lower_field(n, F::Object);
        l.lower_field(n, F::Body);
    });
    l.at(at).flags |= flags::SYNTHETIC;
}

pub fn labeled(l: &mut Lower<'_>, n: C) {
    if let Some(label) = l.child(n, F::Label) {
        let name = l.string(label);
        l.jump_target(label, &name);
    }
    l.lower_field(n, F::Body);
}

/// `debugger`, as the call it amounts to.
pub fn debugger(l: &mut Lower<'_>, n: C) {
    let name = l.intern("debugger");
    let at = l.call(n, name, |_| {});
    l.at(at).dispatch = Some(Dispatch::Static);
}
