//! Query expressions, as the method calls they mean (ECMA-334, §12.22.3).
//!
//! `from x in xs where p select y` is `xs.Where(x => p).Select(x => y)`. Where several range variables are in
//! scope the language hands them on as the parts of an object without a name; here the closures have a parameter
//! for each of them, and what hands them on is a tuple.

use stoa_model::{NodeKind, Operator, Symbol};

use super::*;
use crate::tree::{Slot, flags};

/// An argument of a call that a clause means.
enum Argument {
    Value(C),
    /// `(range variables) => value`
    Closure(Vec<Symbol>, C),
    /// `(range variables) => (their tuple, value)`
    HandOn(Vec<Symbol>, Option<C>),
}

struct Call {
    node: C,
    method: &'static str,
    arguments: Vec<Argument>,
    /// Of `Cast<T>()`.
    type_node: Option<C>,
}

pub fn query(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let Some(from) = l.child_of(n, FROM) else { return l.lower_children(n) };
    let (mut variables, mut calls) = (Vec::new(), Vec::new());
    let source = from_parts(l, from, &mut variables, &mut calls);
    for clause in cst.named(n).filter(|c| *c != from) {
        calls_of(l, clause, &mut variables, &mut calls);
    }
    write(l, source.unwrap_or(from), &calls);
}

/// The source of a `from`, whose variable is added; a declared type is a cast.
fn from_parts(l: &mut Lower<'_>, n: C, variables: &mut Vec<Symbol>, calls: &mut Vec<Call>) -> Option<C> {
    let cst = l.cst;
    if let Some(name) = l.child(n, F::Name) {
        variables.push(l.symbol(name));
    }
    if let type_node @ Some(_) = l.child(n, F::Type) {
        calls.push(Call { node: n, method: "Cast", arguments: Vec::new(), type_node });
    }
    cst.named(n).find(|c| !matches!(cst.get(*c).field, F::Name | F::Type))
}

fn calls_of(l: &mut Lower<'_>, n: C, variables: &mut Vec<Symbol>, calls: &mut Vec<Call>) {
    let cst = l.cst;
    let mut push = |node, method, arguments| calls.push(Call { node, method, arguments, type_node: None });
    let closure = |variables: &[Symbol], value| Argument::Closure(variables.to_vec(), value);
    let parts: Vec<C> = cst.named(n).filter(|c| cst.get(*c).field != F::Type).collect();
    if l.is(n, FROM) {
        let before = variables.clone();
        let source = from_parts(l, n, variables, &mut Vec::new());
        if let Some(source) = source {
            push(n, "SelectMany", vec![closure(&before, source), Argument::HandOn(variables.clone(), None)]);
        }
    } else if l.is(n, LET) {
        if let [name, value] = parts[..] {
            let before = variables.clone();
            variables.push(l.symbol(name));
            push(n, "Select", vec![Argument::HandOn(before, Some(value))]);
        }
    } else if l.is(n, WHERE) {
        if let [condition] = parts[..] {
            push(n, "Where", vec![closure(variables, condition)]);
        }
    } else if l.is(n, JOIN) {
        let into = l.child_of(n, JOIN_INTO).and_then(|into| cst.named(into).next());
        if let [name, source, outer, inner, ..] = parts[..] {
            let name = l.symbol(name);
            let keys = [Argument::Value(source), closure(variables, outer), closure(&[name], inner)];
            variables.push(into.map_or(name, |into| l.symbol(into)));
            let mut arguments = Vec::from(keys);
            arguments.push(Argument::HandOn(variables.clone(), None));
            push(n, if into.is_some() { "GroupJoin" } else { "Join" }, arguments);
        }
    } else if l.is(n, ORDER_BY) {
        let mut pending: Option<C> = None;
        let mut first = true;
        for part in cst.children(n) {
            if cst.get(part).named {
                if let Some(key) = pending.replace(part) {
                    push(key, order(first, false), vec![closure(variables, key)]);
                    first = false;
                }
            } else if l.text(part) == b"descending"
                && let Some(key) = pending.take()
            {
                push(key, order(first, true), vec![closure(variables, key)]);
                first = false;
            }
        }
        if let Some(key) = pending {
            push(key, order(first, false), vec![closure(variables, key)]);
        }
    } else if l.is(n, GROUP) {
        if let [value, key] = parts[..] {
            push(n, "GroupBy", vec![closure(variables, key), closure(variables, value)]);
        }
    } else if l.is(n, SELECT) {
        if let [value] = parts[..] {
            push(n, "Select", vec![closure(variables, value)]);
        }
    } else if l.is(n, IDENTIFIER) {
        // `into g`: what came before is one value.
        *variables = vec![l.symbol(n)];
    }
}

fn order(first: bool, descending: bool) -> &'static str {
    match (first, descending) {
        (true, false) => "OrderBy",
        (true, true) => "OrderByDescending",
        (false, false) => "ThenBy",
        (false, true) => "ThenByDescending",
    }
}

fn write(l: &mut Lower<'_>, source: C, calls: &[Call]) {
    let Some((call, before)) = calls.split_last() else { return l.lower(source) };
    let method = l.intern(call.method);
    let at = l.method_call(
        call.node,
        method,
        |l| l.deeper(call.node, |l| write(l, source, before)),
        |l| {
            if let Some(type_node) = call.type_node {
                l.aside(|l| types::type_argument(l, type_node));
            }
            for argument in &call.arguments {
                match argument {
                    Argument::Value(value) => l.lower(*value),
                    Argument::Closure(variables, value) => closure(l, *value, variables, |l| l.lower(*value)),
                    Argument::HandOn(variables, value) => closure(l, call.node, variables, |l| {
                        l.operator(Operator::TupleLiteral, call.node, |l| {
                            for variable in variables {
                                l.identifier_named(call.node, *variable);
                            }
                            l.lower_opt(*value);
                        });
                    }),
                }
            }
        },
    );
    l.at(at).flags |= flags::SYNTHETIC;
}

fn closure(l: &mut Lower<'_>, n: C, variables: &[Symbol], value: impl FnOnce(&mut Lower<'_>)) {
    let names: Vec<&str> = variables.iter().map(|v| l.names.get(*v)).collect();
    let signature = format!("({})", names.join(", "));
    l.closure(n, &signature, |l| {
        for (index, variable) in variables.iter().enumerate() {
            l.parameter(n, *variable, index as i32 + 1, Symbol::NONE, |_| {});
        }
        l.next_slot(Slot::Body);
        l.synthetic_block(n, |l| {
            let at = l.node(NodeKind::Return, n, Symbol::NONE, value);
            l.at(at).flags |= flags::SYNTHETIC;
        });
        Symbol::NONE
    });
}
