//! Statements and expressions: blocks, calls, closures, literals, jumps.

use stoa_model::{Control, Dispatch, NodeKind, Operator, Symbol};

use super::*;
use crate::tree::{Slot, flags};

// ── Statements ─────────────────────────────────────────────────────────────────────────────────────────

/// What stands in a file, a block or a list of declarations.
pub fn statements(l: &mut Lower<'_>, n: C) {
    l.lower_children(n);
    items::annotations(l);
}

pub fn expression_statement(l: &mut Lower<'_>, n: C) {
    items::annotations(l);
    l.lower_children(n);
}

/// A block; a label before it is a JUMP_TARGET.
pub fn block(l: &mut Lower<'_>, n: C) {
    label(l, n);
    l.block(n, |l| statements(l, n));
}

/// The JUMP_TARGET of a labelled loop or block, in front of it.
pub fn label(l: &mut Lower<'_>, n: C) {
    if let Some(label) = l.child_of(n, LABEL) {
        let name = l.symbol(label);
        l.in_front(|l| {
            l.leaf(NodeKind::JumpTarget, label, name);
        });
    }
}

/// A block in a slot.
pub fn slot_block(l: &mut Lower<'_>, slot: Slot, n: Option<C>) {
    if let Some(n) = n {
        l.next_slot(slot);
        l.block(n, |l| statements(l, n));
    }
}

/// The body of a function or closure: parameters are taken apart, and the value of its last expression is
/// returned (`returns`: it has one).
pub fn body(l: &mut Lower<'_>, n: C, apart: &[(C, Symbol)], returns: bool) {
    let is_block = l.is(n, BLOCK);
    l.next_slot(Slot::Body);
    let at = l.block(n, |l| {
        for (pattern, name) in apart {
            let bindings = patterns::bindings(l, *pattern, true);
            patterns::bind(l, &bindings, *name);
        }
        if !is_block {
            return_value(l, n);
            return;
        }
        let last = if returns { tail(l, n) } else { None };
        let cst = l.cst;
        for child in cst.named(n) {
            if Some(child) == last {
                items::annotations(l);
                return_value(l, child);
            } else {
                l.lower(child);
            }
        }
        items::annotations(l);
    });
    if !is_block {
        l.at(at).flags |= flags::SYNTHETIC;
    }
}

fn return_value(l: &mut Lower<'_>, n: C) {
    let at = l.node(NodeKind::Return, n, Symbol::NONE, |l| l.lower(n));
    l.at(at).flags |= flags::SYNTHETIC;
}

/// The last expression of a block, whose value is the block's.
fn tail(l: &Lower<'_>, block: C) -> Option<C> {
    let last = l.cst.named(block).last()?;
    let row = l.grammar.row(l.cst.get(last).kind);
    let value = if row == EXPRESSION_STATEMENT {
        if l.text(last).ends_with(b";") {
            return None;
        }
        l.cst.named(last).next()?
    } else {
        last
    };
    match l.grammar.row(l.cst.get(value).kind) {
        // These leave by themselves, or have no value.
        RETURN | BREAK | CONTINUE | WHILE | FOR | LABEL => None,
        EMPTY_STATEMENT | ATTRIBUTE_ITEM | INNER_ATTRIBUTE_ITEM | MOD | FOREIGN_MOD | STRUCT | UNION
        | ENUM | TYPE_ITEM | ASSOCIATED_TYPE | CONST | STATIC | FUNCTION | FUNCTION_SIGNATURE | IMPL
        | TRAIT | MACRO_DEFINITION | USE | EXTERN_CRATE | LET => None,
        _ if l.is_error(value) => None,
        _ => Some(last),
    }
}

pub fn endless_loop(l: &mut Lower<'_>, n: C) {
    label(l, n);
    l.control(Control::Loop, n, |l| {
        let body = l.child(n, F::Body);
        slot_block(l, Slot::Body, body);
    });
}

/// `break 'label value` and `continue 'label`.
pub fn jump(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let control = if l.is(n, BREAK) { Control::Break } else { Control::Continue };
    let name = match l.child_of(n, LABEL) {
        Some(label) => l.symbol(label),
        None => Symbol::NONE,
    };
    let at = l.control(control, n, |l| {
        for child in cst.named(n) {
            l.lower(child);
        }
    });
    l.at(at).name = name;
}

/// `unsafe { … }`: a BLOCK with that modifier.
pub fn unsafe_block(l: &mut Lower<'_>, n: C) {
    let inner = l.child_of(n, BLOCK);
    l.block(n, |l| {
        l.modifier(n, "unsafe");
        if let Some(inner) = inner {
            statements(l, inner);
        }
    });
}

// ── Names and literals ─────────────────────────────────────────────────────────────────────────────────

/// A path used as a value: one IDENTIFIER, named by the path so that it is never taken for a variable.
pub fn path(l: &mut Lower<'_>, n: C) {
    let text = l.string(n);
    let plain = names::plain(&text);
    let name = l.intern(&plain);
    let whole = names::resolve(l, &plain).into_owned();
    let at = l.node(NodeKind::Identifier, n, name, |l| types::generics(l, n));
    l.at(at).full_name = l.names.intern(&whole);
}

/// A string, or bytes (`b"…"`).
pub fn string(l: &mut Lower<'_>, n: C) {
    let kind = if l.text(n).first() == Some(&b'b') { "bytes" } else { "string" };
    l.literal(n, kind);
}

pub fn negative(l: &mut Lower<'_>, n: C) {
    let kind = if l.child_of(n, FLOAT).is_some() { "float" } else { "int" };
    l.literal(n, kind);
}

// ── Operators ──────────────────────────────────────────────────────────────────────────────────────────

/// `value as Type`: the type is the first argument and the type of the call.
pub fn cast(l: &mut Lower<'_>, n: C) {
    let (value, to) = (l.child(n, F::Value), l.child(n, F::Type));
    let type_name = match to {
        Some(to) => types::type_name(l, to),
        None => Symbol::NONE,
    };
    let at = l.operator(Operator::Cast, n, |l| {
        if let Some(to) = to {
            types::one_mention(l, to);
        }
        l.lower_opt(value);
    });
    l.at(at).type_full_name = type_name;
}

/// `Point { x: 1, y, ..other }`: assignments to the fields, in order.
pub fn struct_literal(l: &mut Lower<'_>, n: C) {
    let named = l.child(n, F::Name);
    let type_name = match named {
        Some(named) => types::type_name(l, named),
        None => Symbol::NONE,
    };
    let at = l.operator(Operator::StructLiteral, n, |l| {
        if let Some(named) = named {
            l.aside(|l| constructor(l, named));
        }
        l.lower_field(n, F::Body);
    });
    l.at(at).type_full_name = type_name;
}

/// What a struct literal or pattern names: a type, or (`Enum::Variant`) a member of one.
pub fn constructor(l: &mut Lower<'_>, n: C) {
    let text = l.string(n);
    let mut parts = text.split('<').next().unwrap_or(&text).rsplit("::").skip(1);
    let of_type = parts.find(|p| !p.is_empty()).is_some_and(|p| p.starts_with(|c: char| c.is_uppercase()));
    if of_type || l.is(n, IDENTIFIER) || l.is(n, SCOPED_IDENTIFIER) {
        if l.is(n, IDENTIFIER) {
            l.identifier(n);
        } else {
            path(l, n);
        }
    } else {
        types::one_mention(l, n);
    }
}

pub fn field_initializer(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let attributes = cst.named(n).filter(|c| l.is(*c, ATTRIBUTE_ITEM));
    let (field, value) = match l.child(n, F::Field) {
        Some(field) => (Some(field), l.child(n, F::Value)),
        None => {
            let name = l.child_of(n, IDENTIFIER);
            (name, name)
        }
    };
    let attributes: Vec<C> = attributes.collect();
    l.operator(Operator::Assignment, n, |l| {
        for attribute in attributes {
            l.lower(attribute);
        }
        if let Some(field) = field {
            l.field_identifier(field);
        }
        l.lower_opt(value);
    });
}

// ── Calls and closures ─────────────────────────────────────────────────────────────────────────────────

pub fn call(l: &mut Lower<'_>, n: C) {
    let (function, arguments) = (l.child(n, F::Function), l.child(n, F::Arguments));
    let Some(function) = function else { return l.lower_children(n) };
    // `f::<T>(…)`: the types are no arguments.
    let (callee, turbofish) = if l.is(function, GENERIC_FUNCTION) {
        (l.child(function, F::Function).unwrap_or(function), l.child(function, F::TypeArguments))
    } else {
        (function, None)
    };
    let inside = |l: &mut Lower<'_>| {
        if let Some(types) = turbofish {
            l.aside(|l| l.lower(types));
        }
        l.lower_opt(arguments);
    };
    if l.is(callee, SCOPED_IDENTIFIER) {
        let (name, whole) = names::path_symbols(l, callee);
        let at = l.call(n, name, |l| {
            l.aside(|l| types::generics(l, callee));
            inside(l);
        });
        l.at(at).full_name = whole;
        l.at(at).dispatch = Some(Dispatch::Static);
    } else {
        l.call_of(n, callee, inside);
    }
}

pub fn closure(l: &mut Lower<'_>, n: C) {
    let signature = closure_signature(l, n);
    l.closure(n, &signature, |l| {
        items::modifier_words(l, n);
        let apart = match l.child(n, F::Parameters) {
            Some(list) => items::parameters(l, list),
            None => Vec::new(),
        };
        let returns = match l.child(n, F::ReturnType) {
            Some(declared) => {
                l.lower(declared);
                types::type_name(l, declared)
            }
            None => Symbol::NONE,
        };
        if let Some(value) = l.child(n, F::Body).filter(|b| l.cst.get(*b).named) {
            body(l, value, &apart, true);
        }
        returns
    });
}

/// `(a, b)`: the patterns as written.
fn closure_signature(l: &Lower<'_>, n: C) -> String {
    match l.child(n, F::Parameters) {
        Some(list) => format!("({})", l.string(list).trim_matches('|').trim()),
        None => "()".to_owned(),
    }
}

/// `async { … }` and `gen { … }`: a closure without parameters.
pub fn async_block(l: &mut Lower<'_>, n: C) {
    let generator = l.is(n, GEN_BLOCK);
    l.closure(n, "()", |l| {
        if generator && let Some(method) = l.method() {
            l.at(method).flags |= flags::GENERATOR;
        }
        items::modifier_words(l, n);
        if let Some(inner) = l.child_of(n, BLOCK) {
            body(l, inner, &[], true);
        }
        Symbol::NONE
    });
}
