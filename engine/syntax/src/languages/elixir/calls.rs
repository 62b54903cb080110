//! Calls: what the target's name makes of them; remote and anonymous calls, pipes, captures, operators.

use stoa_model::{Dispatch, NodeKind, Symbol};

use super::*;
use crate::tree::Slot;

pub fn call(l: &mut Lower<'_>, n: C) {
    piped(l, n, None);
}

/// A call, with what a pipe puts before its arguments.
fn piped(l: &mut Lower<'_>, n: C, first: Option<C>) {
    let Some(callee) = l.child(n, F::Target) else { return l.lower_children(n) };
    if l.is(callee, IDENTIFIER) {
        if !special(l, n, l.text(callee), first) {
            let name = l.symbol(callee);
            let at = l.call(n, name, |l| write_arguments(l, n, first));
            l.at(at).dispatch = Some(Dispatch::Static);
        }
        return;
    }
    if l.is(callee, DOT) && l.child(callee, F::Right).is_some() {
        return remote(l, n, callee, first);
    }
    // `fun.(a)`, `unquote(name)(a)`
    let held = if l.is(callee, DOT) { l.child(callee, F::Left).unwrap_or(callee) } else { callee };
    let at = l.call(n, Symbol::NONE, |l| {
        l.next_callee();
        l.lower(held);
        l.next_slot(Slot::None);
        write_arguments(l, n, first);
    });
    l.at(at).dispatch = Some(Dispatch::Dynamic);
}

/// Calls of what the language itself defines. Answers whether the name is one of those.
fn special(l: &mut Lower<'_>, n: C, name: &[u8], first: Option<C>) -> bool {
    match (name, first) {
        (b"case", _) => control::case(l, n, first),
        (b"if" | b"unless", _) => control::if_(l, n, name == b"unless", first),
        (b"cond", None) => control::cond(l, n),
        (b"receive", None) => control::receive(l, n),
        (b"try", None) => control::try_(l, n),
        (b"raise" | b"reraise", None) => control::raise(l, n),
        (b"throw" | b"exit", _) => control::throw(l, n, first),
        (b"with", None) => with::with(l, n),
        (b"for", None) => comprehensions::comprehension(l, n),
        (b"apply", None) => return apply(l, n),
        (b"defmodule", None) => modules::module(l, n),
        (b"defprotocol", None) => modules::protocol(l, n),
        (b"defimpl", None) => modules::implementation(l, n),
        (b"defstruct" | b"defexception", None) => {
            blocks::apart(l, n, |l| modules::structure(l, n, name == b"defexception"));
        }
        (b"alias", None) => modules::alias(l, n),
        (b"import", None) => modules::import(l, n),
        (b"require", None) => modules::require(l, n),
        (b"use", None) => modules::use_(l, n),
        _ if functions::is_definition(l, n) && first.is_none() => {
            blocks::apart(l, n, |l| functions::with_definitions(l, &[n]));
        }
        _ => return false,
    }
    true
}

/// The arguments of a call; its `do` block is the last.
fn write_arguments(l: &mut Lower<'_>, n: C, first: Option<C>) {
    l.lower_opt(first);
    if let Some(list) = l.child_of(n, ARGUMENTS) {
        l.lower_children(list);
    }
    if let Some(block) = l.child_of(n, DO_BLOCK) {
        l.lower(block);
    }
    l.lower_errors(n);
}

/// `Module.name(…)`, `value.name(…)`, `value.field`.
fn remote(l: &mut Lower<'_>, n: C, callee: C, first: Option<C>) {
    let (Some(left), Some(right)) = (l.child(callee, F::Left), l.child(callee, F::Right)) else {
        return l.lower_children(n);
    };
    let name = l.names.intern_bytes(literals::key_name(l, right));
    if let Some(path) = modules::path(l, left) {
        let at = l.call(n, name, |l| write_arguments(l, n, first));
        let whole = format!("{path}.{}", l.names.get(name));
        l.at(at).full_name = l.names.intern(&whole);
        l.at(at).dispatch = Some(Dispatch::Static);
    } else if l.child_of(n, ARGUMENTS).is_none() && l.child_of(n, DO_BLOCK).is_none() && first.is_none() {
        l.operator(Operator::FieldAccess, n, |l| {
            l.lower(left);
            l.leaf(NodeKind::FieldIdentifier, right, name);
        });
    } else {
        l.method_call(n, name, |l| l.lower(left), |l| write_arguments(l, n, first));
    }
}

/// `value.Alias` and `A.{B, C}` as values.
pub fn dot(l: &mut Lower<'_>, n: C) {
    match modules::path(l, n) {
        Some(_) => modules::value(l, n),
        None => {
            l.operator(Operator::FieldAccess, n, |l| l.lower_children(n));
        }
    }
}

/// `apply(Module, :name, arguments)` is a call of `Module.name`. Answers whether it is one.
fn apply(l: &mut Lower<'_>, n: C) -> bool {
    let [module, name, list] = arguments(l, n)[..] else { return false };
    let Some(path) = modules::path(l, module) else { return false };
    if !l.is(name, ATOM) {
        return false;
    }
    let name = l.string(name).trim_start_matches(':').to_owned();
    let symbol = l.intern(&name);
    let at = l.call(n, symbol, |l| match l.is(list, LIST) {
        true => l.lower_children(list),
        false => {
            l.operator(Operator::Spread, list, |l| l.lower(list));
        }
    });
    l.at(at).full_name = l.names.intern(&format!("{path}.{name}"));
    l.at(at).dispatch = Some(Dispatch::Static);
    true
}

// ── Operators ──────────────────────────────────────────────────────────────────────────────────────────

pub fn binary(l: &mut Lower<'_>, n: C) {
    let (left, right) = (l.child(n, F::Left), l.child(n, F::Right));
    let (Some(left), Some(right)) = (left, right) else { return l.lower_children(n) };
    match token(l, n) {
        b"|>" => pipe(l, n, left, right),
        b"=" => patterns::match_(l, n, left, right),
        b"=>" => {
            l.assign(n, |l| l.lower(left), |l| l.lower(right));
        }
        b"//" if is_binary(l, left, b"..") => {
            l.operator(Operator::Range, n, |l| {
                l.lower_field(left, F::Left);
                l.lower_field(left, F::Right);
                l.lower(right);
            });
        }
        token => match l.binary_operator(n) {
            Some(operator) => {
                l.operator(operator, n, |l| {
                    l.lower(left);
                    l.lower(right);
                });
            }
            // Operators that libraries define.
            None => {
                let name = l.names.intern_bytes(token);
                let at = l.call(n, name, |l| {
                    l.lower(left);
                    l.lower(right);
                });
                l.at(at).dispatch = Some(Dispatch::Static);
            }
        },
    }
}

/// `a |> f(b)` is `f(a, b)`.
fn pipe(l: &mut Lower<'_>, n: C, left: C, right: C) {
    if l.is(right, CALL) {
        piped(l, right, Some(left));
    } else if l.is(right, IDENTIFIER) {
        let name = l.symbol(right);
        let at = l.call(right, name, |l| l.lower(left));
        l.at(at).dispatch = Some(Dispatch::Static);
    } else {
        let name = l.intern("|>");
        l.call(n, name, |l| {
            l.lower(left);
            l.lower(right);
        });
    }
}

pub fn unary(l: &mut Lower<'_>, n: C) {
    let Some(operand) = l.child(n, F::Operand) else { return l.lower_children(n) };
    match token(l, n) {
        b"&" => capture(l, n, operand),
        b"@" => modules::attribute(l, n, operand),
        // A pinned variable; macros of queries use it for values too.
        b"^" => l.lower(operand),
        _ => {
            let operator = l.child(n, F::Operator).and_then(|t| l.grammar.unary(l.cst.get(t).kind));
            match operator {
                Some(operator) => {
                    l.operator(operator, n, |l| l.lower(operand));
                }
                None => l.lower(operand),
            }
        }
    }
}

// ── Captures ───────────────────────────────────────────────────────────────────────────────────────────

/// `&Module.name/1` is a METHOD_REF, `&(&1 + 1)` a closure whose parameters are called `&1` …; `&1` itself a name.
fn capture(l: &mut Lower<'_>, n: C, operand: C) {
    if l.is(operand, INTEGER) {
        l.identifier(n);
        return;
    }
    let mut inner = operand;
    while l.is(inner, BLOCK)
        && let Some(only) = l.cst.named(inner).next()
    {
        inner = only;
    }
    if is_binary(l, inner, b"/")
        && let (Some(named), Some(arity)) = (l.child(inner, F::Left), l.child(inner, F::Right))
        && l.is(arity, INTEGER)
        && method_ref(l, n, named)
    {
        return;
    }
    let cst = l.cst;
    let mut count = 0u32;
    for at in operand.0..cst.get(operand).next {
        if l.is(C(at), UNARY) && token(l, C(at)) == b"&" {
            let text = l.text(C(at)).get(1..).unwrap_or_default();
            let number = std::str::from_utf8(text).ok().and_then(|t| t.trim().parse::<u32>().ok());
            // The language allows as many as a function takes.
            count = count.max(number.filter(|n| *n <= 255).unwrap_or(0));
        }
    }
    l.closure(n, &format!("/{count}"), |l| {
        for number in 1..=count {
            let name = l.intern(&format!("&{number}"));
            l.parameter(n, name, number as i32, Symbol::NONE, |_| {});
        }
        l.expression_body(operand);
        Symbol::NONE
    });
}

/// A function by its name. Answers whether it has one.
fn method_ref(l: &mut Lower<'_>, n: C, named: C) -> bool {
    if l.is(named, IDENTIFIER) || l.is(named, OPERATOR_NAME) {
        let name = l.symbol(named);
        l.leaf(NodeKind::MethodRef, n, name);
        return true;
    }
    let Some(dot) = l.child(named, F::Target).filter(|t| l.is(*t, DOT)) else { return false };
    let (Some(left), Some(right)) = (l.child(dot, F::Left), l.child(dot, F::Right)) else { return false };
    let Some(path) = modules::path(l, left) else { return false };
    let name = l.names.intern_bytes(literals::key_name(l, right));
    let whole = format!("{path}.{}", l.names.get(name));
    let at = l.leaf(NodeKind::MethodRef, n, name);
    l.at(at).full_name = l.names.intern(&whole);
    true
}
