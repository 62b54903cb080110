//! `if`, `case`, `cond`, `receive`, `try`, `raise`.

use stoa_model::{Control, Dispatch, Symbol};

use super::blocks::{Blocks, Part, Tail, scoped, sequence, slot};
use super::functions::{Clause, arm};
use super::*;
use crate::tree::Slot;

/// The clauses of a part, and what is none (an error).
fn clauses(l: &Lower<'_>, part: Option<Part>) -> (Vec<Clause>, Vec<C>) {
    let items = part.map(|part| part.items(l)).unwrap_or_default();
    let (stabs, others): (Vec<C>, Vec<C>) = items.into_iter().partition(|c| l.is(*c, STAB));
    (stabs.into_iter().map(|c| Clause::of_arrow(l, c)).collect(), others)
}

/// `if`, `unless`: with blocks or with keywords.
pub fn if_(l: &mut Lower<'_>, n: C, negated: bool, first: Option<C>) {
    let blocks = Blocks::of(l, n);
    let condition = first.or_else(|| arguments(l, n).first().copied().filter(|c| !l.is(*c, KEYWORDS)));
    l.control(Control::If, n, |l| {
        scoped(l, |l| {
            if let Some(condition) = condition {
                l.next_slot(Slot::Condition);
                if negated {
                    l.operator(Operator::LogicalNot, condition, |l| l.lower(condition));
                } else {
                    l.lower(condition);
                }
                l.next_slot(Slot::None);
            }
            slot(l, Slot::Body, blocks.body, Tail::Value);
            slot(l, Slot::Else, blocks.otherwise, Tail::Value);
        });
        l.lower_errors(n);
    });
}

pub fn case(l: &mut Lower<'_>, n: C, first: Option<C>) {
    let subject = first.or_else(|| arguments(l, n).first().copied().filter(|c| !l.is(*c, KEYWORDS)));
    let body = Blocks::of(l, n).body;
    let (clauses, others) = clauses(l, body);
    l.control(Control::Match, n, |l| {
        scoped(l, |l| {
            let root = match subject {
                Some(subject) => {
                    let bindings: Vec<_> = clauses
                        .iter()
                        .filter_map(Clause::pattern)
                        .map(|p| patterns::bindings(l, p))
                        .collect();
                    let bindings: Vec<_> = bindings.iter().collect();
                    let root = patterns::root_of(l, subject, &bindings);
                    let binds = bindings.iter().any(|b| !b.is_empty());
                    match root {
                        Some(root) => {
                            l.slot(Slot::Condition, subject);
                            root
                        }
                        None if binds => {
                            let root = l.temporary(subject);
                            l.next_slot(Slot::Condition);
                            l.assign_name(subject, root, |l| l.lower(subject));
                            root
                        }
                        None => {
                            l.slot(Slot::Condition, subject);
                            Symbol::NONE
                        }
                    }
                }
                None => Symbol::NONE,
            };
            for clause in &clauses {
                arm(l, clause, &[root], Tail::Value);
            }
            for other in others {
                l.lower(other);
            }
        });
        l.lower_errors(n);
    });
}

/// `cond`: each clause is the `else` of the one before.
pub fn cond(l: &mut Lower<'_>, n: C) {
    let (clauses, others) = clauses(l, Blocks::of(l, n).body);
    alternatives(l, n, &clauses);
    for other in others {
        l.in_front(|l| l.lower(other));
    }
}

fn alternatives(l: &mut Lower<'_>, n: C, clauses: &[Clause]) {
    let Some((first, rest)) = clauses.split_first() else {
        l.block(n, |_| {});
        return;
    };
    let n = first.node();
    l.deeper(n, |l| {
        l.control(Control::If, n, |l| {
            scoped(l, |l| {
                if let Some(condition) = first.pattern() {
                    l.slot(Slot::Condition, condition);
                }
                l.next_slot(Slot::Body);
                l.synthetic_block(n, |l| scoped(l, |l| first.write(l, Tail::Value)));
                let Some(next) = rest.first() else { return };
                l.next_slot(Slot::Else);
                l.synthetic_block(next.node(), |l| {
                    if next.pattern().is_some_and(|p| l.text(p) == b"true") {
                        scoped(l, |l| next.write(l, Tail::Value));
                    } else {
                        alternatives(l, n, rest);
                    }
                });
            });
        });
    });
}

/// `receive do … after timeout -> … end`: a MATCH over what is received; the timeout is its last arm.
pub fn receive(l: &mut Lower<'_>, n: C) {
    let blocks = Blocks::of(l, n);
    let (received, others) = clauses(l, blocks.body);
    let (late, more) = clauses(l, blocks.after);
    l.control(Control::Match, n, |l| {
        scoped(l, |l| {
            let root = l.temporary(n);
            l.next_slot(Slot::Condition);
            l.assign_name(n, root, |l| {
                l.operator(Operator::Receive, n, |_| {});
            });
            for clause in &received {
                arm(l, clause, &[root], Tail::Value);
            }
            for clause in &late {
                l.next_slot(Slot::Arm);
                l.block(clause.node(), |l| {
                    l.jump_target(clause.node(), "default");
                    l.lower_opt(clause.pattern());
                    scoped(l, |l| clause.write(l, Tail::Value));
                });
            }
            for other in others.into_iter().chain(more) {
                l.lower(other);
            }
        });
    });
}

// ── Exceptions ─────────────────────────────────────────────────────────────────────────────────────────

pub fn try_(l: &mut Lower<'_>, n: C) {
    let blocks = Blocks::of(l, n);
    attempt(l, n, &blocks, Tail::Value);
}

/// The body of a function, which may have its own `rescue`, `catch`, `else` and `after`.
pub fn guarded(l: &mut Lower<'_>, n: C, blocks: &Blocks, tail: Tail) {
    if blocks.guards() {
        attempt(l, n, blocks, tail);
    } else if let Some(body) = blocks.body {
        let items = body.items(l);
        sequence(l, &items, tail);
    }
}

fn attempt(l: &mut Lower<'_>, n: C, blocks: &Blocks, tail: Tail) {
    let (otherwise, plain) = clauses(l, blocks.otherwise);
    let (rescue, _) = clauses(l, blocks.rescue);
    let (caught, _) = clauses(l, blocks.caught);
    // What `else` matches is the value of the body.
    let value = if otherwise.is_empty() { Symbol::NONE } else { l.temporary_name() };
    if value.is_some() {
        l.in_front(|l| {
            l.local(n, value, Symbol::NONE);
        });
    }
    l.control(Control::Try, n, |l| {
        let inner = if value.is_some() { Tail::Into(value) } else { tail };
        slot(l, Slot::Body, blocks.body, inner);
        for clause in &rescue {
            l.next_slot(Slot::Catch);
            rescued(l, clause, tail);
        }
        for clause in &caught {
            l.next_slot(Slot::Catch);
            thrown(l, clause, tail);
        }
        if value.is_some() {
            l.next_slot(Slot::Else);
            l.synthetic_block(n, |l| {
                l.control(Control::Match, n, |l| {
                    l.next_slot(Slot::Condition);
                    l.identifier_named(n, value);
                    for clause in &otherwise {
                        arm(l, clause, &[value], tail);
                    }
                });
            });
        } else if !plain.is_empty() {
            l.next_slot(Slot::Else);
            l.synthetic_block(n, |l| sequence(l, &plain, Tail::Value));
        }
        slot(l, Slot::Finally, blocks.after, Tail::Value);
    });
}

/// `e in [A, B] ->`, `A ->`, `e ->`.
fn rescued(l: &mut Lower<'_>, clause: &Clause, tail: Tail) {
    l.control(Control::Catch, clause.node(), |l| {
        scoped(l, |l| {
            let pattern = clause.pattern();
            let (mut variable, mut types) = (pattern, None);
            if let Some(both) = pattern.filter(|p| is_binary(l, *p, b"in")) {
                (variable, types) = (l.child(both, F::Left), l.child(both, F::Right));
            } else if pattern.is_some_and(|p| !l.is(p, IDENTIFIER)) {
                (variable, types) = (None, pattern);
            }
            let mut type_name = Symbol::NONE;
            if let Some(types) = types {
                let several = l.is(types, LIST);
                let listed: Vec<C> = if several { l.cst.named(types).collect() } else { vec![types] };
                for caught in &listed {
                    if let Some(path) = modules::path(l, *caught) {
                        let path = l.intern(&path);
                        l.type_ref(*caught, path, path, |_| {});
                        if listed.len() == 1 {
                            type_name = path;
                        }
                    }
                }
            }
            if let Some(variable) = variable.and_then(|v| patterns::variable(l, v)) {
                let name = l.symbol(variable);
                l.local(variable, name, type_name);
                if let Some(known) = l.declared.last_mut() {
                    known.insert(name);
                }
            }
            l.next_slot(Slot::Body);
            l.synthetic_block(clause.node(), |l| scoped(l, |l| clause.write(l, tail)));
        });
    });
}

/// `value ->`, `:exit, reason ->`: what is thrown is matched; the kind stands for a type.
fn thrown(l: &mut Lower<'_>, clause: &Clause, tail: Tail) {
    l.control(Control::Catch, clause.node(), |l| {
        scoped(l, |l| {
            let given = clause.patterns();
            if let [kind, _] = given
                && l.is(*kind, ATOM)
            {
                let name = l.symbol(*kind);
                l.type_ref(*kind, name, Symbol::NONE, |_| {});
            }
            let root = l.temporary(clause.node());
            l.next_slot(Slot::Body);
            l.synthetic_block(clause.node(), |l| {
                for (at, pattern) in given.iter().enumerate() {
                    let kind = given.len() == 2 && at == 0;
                    if kind && l.is(*pattern, ATOM) {
                        continue;
                    }
                    if patterns::has_tests(l, *pattern) {
                        l.operator(Operator::Matches, *pattern, |l| {
                            l.identifier_named(*pattern, root);
                            patterns::test(l, *pattern);
                        });
                    }
                    let bindings = patterns::bindings(l, *pattern);
                    patterns::bind(l, &bindings, root);
                }
                clause.write(l, tail);
            });
        });
    });
}

/// `raise Error, message` throws what the exception's constructor makes; `raise "…"` a RuntimeError.
pub fn raise(l: &mut Lower<'_>, n: C) {
    let given = arguments(l, n);
    l.control(Control::Throw, n, |l| {
        let Some((&first, rest)) = given.split_first() else { return };
        let path = match modules::path(l, first) {
            Some(path) => path,
            None if l.is(first, STRING) => "RuntimeError".to_owned(),
            None => return l.lower_children_of_all(&given),
        };
        let is_type = !l.is(first, STRING);
        let (name, whole) = (l.intern("<init>"), l.intern(&path));
        let at = l.call(n, name, |l| {
            if is_type {
                l.aside(|l| {
                    l.type_ref(first, whole, whole, |_| {});
                });
            } else {
                l.lower(first);
            }
            l.lower_children_of_all(rest);
        });
        let node = l.at(at);
        (node.full_name, node.type_full_name) = (whole, whole);
        node.dispatch = Some(Dispatch::Static);
    });
}

/// `throw value`, `exit(reason)`.
pub fn throw(l: &mut Lower<'_>, n: C, first: Option<C>) {
    let given = arguments(l, n);
    l.control(Control::Throw, n, |l| {
        l.lower_opt(first);
        l.lower_children_of_all(&given);
    });
}

impl Lower<'_> {
    fn lower_children_of_all(&mut self, nodes: &[C]) {
        for n in nodes {
            self.lower(*n);
        }
    }
}
