//! Statements.

use stoa_model::{Control, NodeKind, Operator, Symbol};

use super::expressions::{declare_names, deconstruct, value_name};
use super::*;
use crate::tree::{Slot, flags};

// ── Variables ──────────────────────────────────────────────────────────────────────────────────────────

/// The first value of a declarator.
pub fn initial_value(l: &Lower<'_>, declarator: C) -> Option<C> {
    let cst = l.cst;
    cst.named(declarator)
        .find(|c| cst.get(*c).field != F::Name && !is_any(l, *c, &[TUPLE_PATTERN, BRACKETED_ARGUMENTS]))
}

/// `using var x = …;` guards the rest of its block; other variables are LOCALs and assignments.
pub fn local_declaration(l: &mut Lower<'_>, n: C) {
    let Some(declaration) = l.child_of(n, VARIABLES) else { return l.lower_children(n) };
    if !has_token(l, n, b"using") {
        return declare(l, declaration, n, Slot::None);
    }
    let cst = l.cst;
    // The statements behind it, up to the end of the BLOCK.
    let end = l.parent_position().map_or(0, |at| l.tree.get(at).end);
    let start = cst.get(n).next;
    let mut rest = Vec::new();
    let mut place = start;
    while let Some(node) = cst.nodes.get(place as usize)
        && node.end <= end
        && !is_any(
            l,
            C(place),
            &[CLASS, STRUCT, RECORD, INTERFACE, ENUM, DELEGATE, NAMESPACE, SWITCH_SECTION],
        )
    {
        rest.push(C(place));
        place = node.next;
    }
    let declarators: Vec<C> = all(l, declaration, DECLARATOR).collect();
    disposing(l, declaration, n, &declarators, &|l| {
        for statement in &rest {
            l.lower(*statement);
        }
    });
    l.written = start..place;
}

/// Variables of a `for` or a `fixed`.
pub fn variables(l: &mut Lower<'_>, n: C) {
    declare(l, n, n, Slot::None);
}

/// A LOCAL and an assignment for each variable; the assignments stand in `slot`. `statement` has the modifiers.
fn declare(l: &mut Lower<'_>, declaration: C, statement: C, slot: Slot) {
    for declarator in all(l, declaration, DECLARATOR) {
        variable(l, declaration, declarator, statement, slot);
    }
}

fn variable(l: &mut Lower<'_>, declaration: C, declarator: C, statement: C, slot: Slot) {
    let value = initial_value(l, declarator);
    if let Some(pattern) = l.child_of(declarator, TUPLE_PATTERN) {
        let Some(value) = value else { return };
        declare_names(l, pattern);
        return deconstruct(l, declarator, pattern, |l| l.lower(value), value_name(l, value));
    }
    let Some(name) = l.child(declarator, F::Name) else { return };
    let type_node = l.child(declaration, F::Type);
    let mut type_name = types::nominal_opt(l, type_node);
    // The type of `var x = new T()` is T.
    if type_name == Symbol::NONE
        && let Some(value) = value.filter(|v| is_any(l, *v, &[NEW, CAST, AS, NEW_ARRAY]))
    {
        let shown = l.child(value, if l.is(value, AS) { F::Right } else { F::Type });
        type_name = types::nominal_opt(l, shown);
    }
    let symbol = l.symbol(name);
    let at = l.node(NodeKind::Local, declarator, symbol, |l| {
        if statement != declaration {
            declarations::modifiers(l, statement);
        }
        types::type_use_opt(l, type_node);
    });
    l.at(at).type_full_name = type_name;
    if let Some(value) = value {
        l.next_slot(slot);
        l.assign(
            declarator,
            |l| {
                l.identifier_named(name, symbol);
            },
            |l| initializers::value(l, value, type_name),
        );
    }
}

// ── Loops and choices ──────────────────────────────────────────────────────────────────────────────────

/// Variables of patterns and `out` arguments in the condition are known behind the statement too, so they are
/// declared before it.
pub fn if_statement(l: &mut Lower<'_>, n: C) {
    if let Some(condition) = l.child(n, F::Condition) {
        declare_before(l, condition);
    }
    l.apply(If, n);
}

fn declare_before(l: &mut Lower<'_>, condition: C) {
    let cst = l.cst;
    let end = cst.get(condition).next;
    let mut at = condition.0;
    while at < end {
        let inner = C(at);
        at += 1;
        if is_any(l, inner, &[LAMBDA, ANONYMOUS_METHOD, QUERY, SWITCH_EXPRESSION]) {
            at = cst.get(inner).next;
        } else if is_any(
            l,
            inner,
            &[DECLARATION_EXPRESSION, DECLARATION_PATTERN, RECURSIVE_PATTERN, VAR_PATTERN, LIST_PATTERN],
        ) && let Some(name) = l.child(inner, F::Name)
            && l.text(name) != b"_"
        {
            let symbol = l.symbol(name);
            let type_node = l.child(inner, F::Type);
            if l.declared.last().is_some_and(|names| !names.contains(&symbol)) {
                expressions::local(l, inner, type_node, symbol);
                if let Some(names) = l.declared.last_mut() {
                    names.insert(symbol);
                }
            }
        }
    }
}

pub fn for_statement(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    l.control(Control::For, n, |l| {
        for init in cst.children_in(n, F::Initializer) {
            if l.is(init, VARIABLES) {
                declare(l, init, init, Slot::Init);
            } else {
                l.slot(Slot::Init, init);
            }
        }
        l.slot_field(Slot::Condition, n, F::Condition);
        for update in cst.children_in(n, F::Update) {
            l.slot(Slot::Update, update);
        }
        l.slot_field_block(Slot::Body, n, F::Body);
    });
}

pub fn foreach<'a>(l: &mut Lower<'a>, n: C) {
    let [type_node, left, right, body] = [F::Type, F::Left, F::Right, F::Body].map(|f| l.child(n, f));
    let awaits = has_token(l, n, b"await");
    l.foreach(
        n,
        |l| l.lower_opt(right),
        |l, next| {
            let element = |l: &mut Lower<'a>| {
                if awaits {
                    l.operator(Operator::Await, n, |l| next(l));
                } else {
                    next(l);
                }
            };
            let Some(left) = left else { return };
            if l.is(left, TUPLE_PATTERN) {
                declare_names(l, left);
                deconstruct(l, left, left, element, None);
            } else if l.is(left, TUPLE) {
                deconstruct(l, left, left, element, None);
            } else if type_node.is_some() {
                let name = l.symbol(left);
                let type_name = types::nominal_opt(l, type_node);
                let at = l.node(NodeKind::Local, left, name, |l| types::type_use_opt(l, type_node));
                l.at(at).type_full_name = type_name;
                l.assign_name(left, name, element);
            } else {
                l.assign(left, |l| l.lower(left), element);
            }
        },
        |l| {
            if let Some(body) = body {
                l.inline(body);
            }
        },
        None,
    );
}

pub fn labeled(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let mut parts = cst.named(n);
    if let Some(label) = parts.next() {
        let name = l.symbol(label);
        l.leaf(NodeKind::JumpTarget, label, name);
    }
    parts.for_each(|statement| l.lower(statement));
}

/// `goto label`, `goto case 1`, `goto default`: the cases that such jumps lead to have labels of these names.
pub fn goto(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let name = match cst.named(n).next() {
        Some(label) if !has_token(l, n, b"case") => l.symbol(label),
        value => {
            let name = patterns::case_name(l, value);
            l.intern(&name)
        }
    };
    let at = l.control(Control::Goto, n, |_| {});
    l.at(at).name = name;
}

/// `yield return x` hands over a value, `yield break` ends the method.
pub fn yield_statement(l: &mut Lower<'_>, n: C) {
    if let Some(method) = l.method() {
        l.at(method).flags |= flags::GENERATOR;
    }
    if has_token(l, n, b"break") {
        l.node(NodeKind::Return, n, Symbol::NONE, |_| {});
    } else {
        l.operator(Operator::Yield, n, |l| l.lower_children(n));
    }
}

// ── Blocks that hold something ─────────────────────────────────────────────────────────────────────────

pub fn fixed(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    l.block(n, |l| {
        for part in cst.named(n) {
            l.inline(part);
        }
    });
}

/// A BLOCK in which the lock is looked at first.
pub fn lock(l: &mut Lower<'_>, n: C) {
    fixed(l, n);
}

/// `using (var x = …) body`: `x = …; try { body } finally { x.Dispose(); }`.
pub fn using(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let body = l.child(n, F::Body);
    let rest = |l: &mut Lower<'_>| {
        if let Some(body) = body {
            l.inline(body);
        }
    };
    l.block(n, |l| {
        if let Some(declaration) = l.child_of(n, VARIABLES) {
            let declarators: Vec<C> = all(l, declaration, DECLARATOR).collect();
            disposing(l, declaration, n, &declarators, &rest);
            return;
        }
        let Some(value) = cst.named(n).find(|c| Some(*c) != body) else { return rest(l) };
        let name = match value_name(l, value) {
            Some(variable) => l.symbol(variable),
            None => {
                let name = l.temporary(value);
                l.assign_name(value, name, |l| l.lower(value));
                name
            }
        };
        let at = l.try_finally(n, rest, |l| dispose(l, n, value, name));
        l.at(at).flags |= flags::SYNTHETIC;
    });
}

/// The first of the variables, and the others and `rest` guarded by it.
fn disposing(l: &mut Lower<'_>, declaration: C, n: C, declarators: &[C], rest: &dyn Fn(&mut Lower<'_>)) {
    let Some((&declarator, others)) = declarators.split_first() else { return rest(l) };
    variable(l, declaration, declarator, declaration, Slot::None);
    let Some(name) = l.child(declarator, F::Name) else { return rest(l) };
    let name = l.symbol(name);
    let at = l.try_finally(
        declarator,
        |l| l.deeper(declarator, |l| disposing(l, declaration, n, others, rest)),
        |l| dispose(l, n, declarator, name),
    );
    l.at(at).flags |= flags::SYNTHETIC;
}

fn dispose(l: &mut Lower<'_>, statement: C, n: C, name: Symbol) {
    let write = |l: &mut Lower<'_>, method: &str| {
        let method = l.intern(method);
        let at = l.method_call(
            n,
            method,
            |l| {
                l.identifier_named(n, name);
            },
            |_| {},
        );
        l.at(at).flags |= flags::SYNTHETIC;
    };
    if has_token(l, statement, b"await") {
        l.operator(Operator::Await, n, |l| write(l, "DisposeAsync"));
    } else {
        write(l, "Dispose");
    }
}

// ── Exceptions ─────────────────────────────────────────────────────────────────────────────────────────

pub fn try_statement(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    l.control(Control::Try, n, |l| {
        l.slot_field_block(Slot::Body, n, F::Body);
        for clause in cst.named(n) {
            if l.is(clause, CATCH) {
                l.slot(Slot::Catch, clause);
            } else if l.is(clause, FINALLY) {
                let block = l.child_of(clause, BLOCK).unwrap_or(clause);
                l.slot_block(Slot::Finally, block);
            }
        }
    });
}

/// `catch (T e) when (c) { … }`: a handler that throws on what does not fulfil `c`.
pub fn catch(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let (declaration, filter) = (l.child_of(n, CATCH_DECLARATION), l.child_of(n, CATCH_FILTER));
    let body = l.child(n, F::Body);
    l.control(Control::Catch, n, |l| {
        if let Some(declaration) = declaration {
            let type_node = l.child(declaration, F::Type);
            types::type_use_opt(l, type_node);
            if let Some(name) = l.child(declaration, F::Name) {
                let (name, type_name) = (l.symbol(name), types::nominal_opt(l, type_node));
                l.local(declaration, name, type_name);
            }
        }
        l.next_slot(Slot::Body);
        l.block(body.unwrap_or(n), |l| {
            if let Some(filter) = filter {
                if let Some(condition) = cst.named(filter).next() {
                    declare_before(l, condition);
                }
                let at = l.control(Control::If, filter, |l| {
                    l.next_slot(Slot::Condition);
                    l.operator(Operator::LogicalNot, filter, |l| l.lower_children(filter));
                    l.next_slot(Slot::Body);
                    l.synthetic_block(filter, |l| {
                        let at = l.control(Control::Throw, filter, |_| {});
                        l.at(at).flags |= flags::SYNTHETIC;
                    });
                });
                l.at(at).flags |= flags::SYNTHETIC;
            }
            if let Some(body) = body {
                l.inline(body);
            }
        });
    });
}
