//! Patterns, and what chooses by them: `let`, `if let`, `while let`, `match`, `for`.
//!
//! A pattern is two things: a test (`<operator>.matches(value, parts…)`, or the parts alone in the arm of a
//! match) and bindings (a LOCAL and an assignment from a part of the value for each name). A value that is
//! looked at more than once is held in a temporary.

use stoa_model::{Control, NodeKind, Operator, Symbol};

use super::*;
use crate::sugar::Step;
use crate::tree::Slot;

// ── Bindings ───────────────────────────────────────────────────────────────────────────────────────────

/// The names a pattern binds, each with the way to its part of the value.
#[derive(Default)]
pub struct Bindings {
    steps: Vec<Step>,
    names: Vec<(C, usize, usize)>,
}

impl Bindings {
    fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

/// The identifier of a pattern that is nothing but a name (`x`, `mut x`, `ref x`).
pub fn simple(l: &Lower<'_>, n: C) -> Option<C> {
    let mut n = n;
    loop {
        match l.grammar.row(l.cst.get(n).kind) {
            IDENTIFIER => return Some(n),
            MUT_PATTERN | REF_PATTERN => n = l.cst.named(n).find(|c| !l.is(*c, MUTABLE))?,
            _ => return None,
        }
    }
}

/// Whether an identifier in a pattern is a new name: constants and variants begin with a capital.
fn is_new(l: &Lower<'_>, n: C) -> bool {
    match l.text(n).first() {
        Some(b'_') | Some(b'a'..=b'z') => true,
        Some(b) if *b >= 0x80 => !l.string(n).starts_with(|c: char| c.is_uppercase()),
        _ => false,
    }
}

/// The bindings of a pattern. In an `irrefutable` one every lone identifier is a new name.
pub fn bindings(l: &mut Lower<'_>, n: C, irrefutable: bool) -> Bindings {
    let mut found = Bindings::default();
    let mut path = Vec::new();
    collect(l, n, irrefutable, &mut path, &mut found);
    found
}

fn collect(l: &mut Lower<'_>, n: C, irrefutable: bool, path: &mut Vec<Step>, found: &mut Bindings) {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || parts(l, n, irrefutable, path, found));
}

fn add(n: C, path: &[Step], found: &mut Bindings) {
    let start = found.steps.len();
    found.steps.extend_from_slice(path);
    found.names.push((n, start, found.steps.len()));
}

fn parts(l: &mut Lower<'_>, n: C, irrefutable: bool, path: &mut Vec<Step>, found: &mut Bindings) {
    let cst = l.cst;
    match l.grammar.row(cst.get(n).kind) {
        IDENTIFIER if irrefutable || is_new(l, n) => add(n, path, found),
        SHORTHAND_FIELD => add(n, path, found),
        MUT_PATTERN | REF_PATTERN | REFERENCE_PATTERN => {
            for child in cst.named(n) {
                collect(l, child, irrefutable, path, found);
            }
        }
        CAPTURED_PATTERN => {
            for (i, child) in cst.named(n).enumerate() {
                if i == 0 {
                    add(child, path, found);
                } else {
                    collect(l, child, irrefutable, path, found);
                }
            }
        }
        // Every alternative binds the same names; the first says where from.
        OR_PATTERN => {
            if let Some(first) = cst.named(n).next() {
                collect(l, first, irrefutable, path, found);
            }
        }
        TUPLE_PATTERN | TUPLE_STRUCT_PATTERN | SLICE_PATTERN => sequence(l, n, irrefutable, path, found),
        STRUCT_PATTERN => {
            for field in cst.named(n) {
                let Some(name) = l.child(field, F::Name) else { continue };
                path.push(Step::Field(l.symbol(name)));
                let inner = l.child(field, F::Pattern).unwrap_or(name);
                collect(l, inner, irrefutable, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// The elements of a tuple or slice. Behind `..` their numbers are unknown: they are parts of the rest.
fn sequence(l: &mut Lower<'_>, n: C, irrefutable: bool, path: &mut Vec<Step>, found: &mut Bindings) {
    let cst = l.cst;
    let slice = l.is(n, SLICE_PATTERN);
    let (mut index, mut rest) = (0u32, false);
    for child in cst.children(n) {
        let node = cst.get(child);
        if node.field == F::Type || (!node.named && l.text(child) != b"_") {
            continue;
        }
        let is_rest = l.is(child, REST_PATTERN)
            || (l.is(child, CAPTURED_PATTERN) && cst.named(child).any(|c| l.is(c, REST_PATTERN)));
        rest |= is_rest;
        path.push(match (rest, slice) {
            (true, _) => Step::Rest(index),
            (false, true) => Step::Index(index),
            (false, false) => Step::Field(items::index_name(l, index)),
        });
        if node.named {
            collect(l, child, irrefutable, path, found);
        }
        path.pop();
        index += u32::from(!rest);
    }
}

/// Writes a LOCAL and an assignment from a part of the variable `root` for each binding.
pub fn bind(l: &mut Lower<'_>, bindings: &Bindings, root: Symbol) {
    for (n, start, end) in &bindings.names {
        let name = l.symbol(*n);
        l.local(*n, name, Symbol::NONE);
        l.assign_name(*n, name, |l| l.access(*n, root, &bindings.steps[*start..*end]));
    }
}

// ── Tests ──────────────────────────────────────────────────────────────────────────────────────────────

/// Writes what a pattern compares with: constants, variants, types, literals, ranges. What it binds is not
/// written here.
pub fn test(l: &mut Lower<'_>, n: C) {
    l.deeper(n, |l| compared(l, n));
}

fn compared(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    match l.grammar.row(cst.get(n).kind) {
        IDENTIFIER if is_new(l, n) => {}
        SHORTHAND_FIELD | REST_PATTERN => {}
        TUPLE_PATTERN | SLICE_PATTERN | OR_PATTERN | MUT_PATTERN | REF_PATTERN | REFERENCE_PATTERN => {
            for child in cst.named(n) {
                test(l, child);
            }
        }
        CAPTURED_PATTERN => {
            for child in cst.named(n).skip(1) {
                test(l, child);
            }
        }
        TUPLE_STRUCT_PATTERN | STRUCT_PATTERN => {
            for child in cst.named(n) {
                if cst.get(child).field == F::Type {
                    expressions::constructor(l, child);
                } else {
                    test(l, child);
                }
            }
        }
        FIELD_PATTERN => {
            if let Some(inner) = l.child(n, F::Pattern) {
                test(l, inner);
            }
        }
        _ => l.lower(n),
    }
}

/// Writes the test of a pattern that was parsed as an expression (the second argument of `matches!`).
pub fn test_of_expression(l: &mut Lower<'_>, n: C) {
    l.deeper(n, |l| {
        let cst = l.cst;
        match l.grammar.row(cst.get(n).kind) {
            IDENTIFIER if is_new(l, n) => {}
            EXPRESSION_STATEMENT | PARENTHESIZED | TUPLE | ARRAY | REFERENCE | BINARY | ARGUMENTS
            | FIELD_INITIALIZERS => {
                for child in cst.named(n) {
                    test_of_expression(l, child);
                }
            }
            CALL => {
                if let Some(function) = l.child(n, F::Function) {
                    expressions::constructor(l, function);
                }
                if let Some(arguments) = l.child(n, F::Arguments) {
                    test_of_expression(l, arguments);
                }
            }
            STRUCT_LITERAL => {
                for (i, child) in cst.named(n).enumerate() {
                    if i == 0 {
                        expressions::constructor(l, child);
                    } else {
                        test_of_expression(l, child);
                    }
                }
            }
            FIELD_INITIALIZER => {
                if let Some(value) = l.child(n, F::Value) {
                    test_of_expression(l, value);
                }
            }
            SHORTHAND_INITIALIZER | BASE_INITIALIZER => {}
            _ => l.lower(n),
        }
    });
}

/// Whether a pattern takes every value.
fn takes_all(l: &Lower<'_>, n: C) -> bool {
    let cst = l.cst;
    match l.grammar.row(cst.get(n).kind) {
        IDENTIFIER => is_new(l, n),
        MUT_PATTERN | REF_PATTERN => simple(l, n).is_some_and(|name| is_new(l, name)),
        _ => !cst.get(n).named && l.text(n) == b"_",
    }
}

/// The variable that stands for a value, if it is one already.
fn variable(l: &mut Lower<'_>, value: C) -> Option<Symbol> {
    (l.is(value, IDENTIFIER) || l.is(value, SELF)).then(|| l.symbol(value))
}

// ── let ────────────────────────────────────────────────────────────────────────────────────────────────

pub fn let_declaration(l: &mut Lower<'_>, n: C) {
    items::annotations(l);
    let (declared, value) = (l.child(n, F::Type), l.child(n, F::Value));
    let alternative = l.child(n, F::Alternative);
    let Some(pattern) = l.child(n, F::Pattern) else { return l.lower_children(n) };
    if alternative.is_none()
        && let Some(name) = simple(l, pattern)
    {
        let (name, node) = (l.symbol(name), name);
        let type_name = match declared {
            Some(declared) => types::type_name(l, declared),
            None => Symbol::NONE,
        };
        let at = l.node(NodeKind::Local, node, name, |l| l.lower_opt(declared));
        l.at(at).type_full_name = type_name;
        if let Some(value) = value {
            l.assign(
                n,
                |l| {
                    l.identifier(node);
                },
                |l| l.lower(value),
            );
        }
        return;
    }
    l.lower_opt(declared);
    let bindings = bindings(l, pattern, alternative.is_none());
    let Some(value) = value else {
        // `let (a, b);`
        for (node, ..) in &bindings.names {
            let name = l.symbol(*node);
            l.local(*node, name, Symbol::NONE);
        }
        return;
    };
    if bindings.is_empty() && alternative.is_none() {
        return l.lower(value);
    }
    let root = match variable(l, value) {
        Some(root) => root,
        None => {
            let root = l.temporary(n);
            l.assign_name(n, root, |l| l.lower(value));
            root
        }
    };
    if let Some(alternative) = alternative {
        l.control(Control::If, n, |l| {
            l.next_slot(Slot::Condition);
            l.operator(Operator::Matches, n, |l| {
                l.identifier_named(value, root);
                test(l, pattern);
            });
            expressions::slot_block(l, Slot::Else, Some(alternative));
        });
    }
    bind(l, &bindings, root);
}

// ── Conditions ─────────────────────────────────────────────────────────────────────────────────────────

/// One member of a chain of conditions.
struct Condition {
    n: C,
    pattern: Option<C>,
    value: Option<C>,
    bindings: Bindings,
    /// The variable the bindings read, and whether the value is assigned to it first.
    root: Symbol,
    assigned: bool,
}

/// Writes a condition with its pattern tests into a slot of the control structure being written, after
/// the LOCALs of its temporaries. The bindings are the caller's to write where the condition holds.
fn condition(l: &mut Lower<'_>, slot: Slot, n: C) -> Vec<Condition> {
    let cst = l.cst;
    let members: Vec<C> = if l.is(n, LET_CHAIN) {
        cst.named(n).collect()
    } else if l.is(n, LET_CONDITION) {
        vec![n]
    } else {
        l.slot(slot, n);
        return Vec::new();
    };
    let mut chain = Vec::with_capacity(members.len());
    for n in members {
        let mut member = Condition {
            n,
            pattern: None,
            value: None,
            bindings: Bindings::default(),
            root: Symbol::NONE,
            assigned: false,
        };
        if l.is(n, LET_CONDITION) {
            (member.pattern, member.value) = (l.child(n, F::Pattern), l.child(n, F::Value));
            if let (Some(pattern), Some(value)) = (member.pattern, member.value) {
                member.bindings = bindings(l, pattern, false);
                if !member.bindings.is_empty() {
                    let known = variable(l, value);
                    member.assigned = known.is_none();
                    member.root = match known {
                        Some(root) => root,
                        None => l.temporary(n),
                    };
                }
            }
        }
        chain.push(member);
    }
    l.next_slot(slot);
    conjunction(l, &chain);
    chain
}

/// The members from the left: what one binds is bound again for those behind it, inside of the condition.
fn conjunction(l: &mut Lower<'_>, chain: &[Condition]) {
    let Some((first, rest)) = chain.split_first() else { return };
    if rest.is_empty() {
        return member(l, first);
    }
    l.operator(Operator::LogicalAnd, first.n, |l| {
        member(l, first);
        let next = rest[0].n;
        l.deeper(next, |l| {
            if first.bindings.is_empty() {
                conjunction(l, rest);
            } else {
                l.synthetic_block(next, |l| {
                    bind(l, &first.bindings, first.root);
                    conjunction(l, rest);
                });
            }
        });
    });
}

fn member(l: &mut Lower<'_>, member: &Condition) {
    let Some(pattern) = member.pattern else { return l.lower(member.n) };
    l.operator(Operator::Matches, member.n, |l| {
        match member.value {
            Some(value) if member.assigned => {
                l.assign_name(value, member.root, |l| l.lower(value));
            }
            value => l.lower_opt(value),
        }
        test(l, pattern);
    });
}

fn bind_all(l: &mut Lower<'_>, chain: &[Condition]) {
    for member in chain {
        bind(l, &member.bindings, member.root);
    }
}

/// A condition with `let` where no branch hangs on it.
pub fn lone_condition(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    if l.is(n, LET_CHAIN) {
        l.operator(Operator::LogicalAnd, n, |l| l.lower_children(n));
        return;
    }
    l.operator(Operator::Matches, n, |l| {
        l.lower_field(n, F::Value);
        if let Some(pattern) = cst.child(n, F::Pattern) {
            test(l, pattern);
        }
    });
}

/// A block in [`Slot::Body`] that begins with the bindings of the condition.
fn guarded_body(l: &mut Lower<'_>, n: Option<C>, chain: &[Condition]) {
    if let Some(n) = n {
        l.next_slot(Slot::Body);
        l.block(n, |l| {
            bind_all(l, chain);
            expressions::statements(l, n);
        });
    }
}

pub fn if_expression(l: &mut Lower<'_>, n: C) {
    l.control(Control::If, n, |l| {
        let chain = match l.child(n, F::Condition) {
            Some(test) => condition(l, Slot::Condition, test),
            None => Vec::new(),
        };
        let body = l.child(n, F::Consequence);
        guarded_body(l, body, &chain);
        let Some(clause) = l.child(n, F::Alternative) else { return };
        match l.child_of(clause, BLOCK) {
            Some(block) => expressions::slot_block(l, Slot::Else, Some(block)),
            None => {
                l.next_slot(Slot::Else);
                l.synthetic_block(clause, |l| l.lower_children(clause));
            }
        }
    });
}

pub fn while_expression(l: &mut Lower<'_>, n: C) {
    expressions::label(l, n);
    l.control(Control::While, n, |l| {
        let chain = match l.child(n, F::Condition) {
            Some(test) => condition(l, Slot::Condition, test),
            None => Vec::new(),
        };
        let body = l.child(n, F::Body);
        guarded_body(l, body, &chain);
    });
}

pub fn for_expression(l: &mut Lower<'_>, n: C) {
    expressions::label(l, n);
    let (pattern, value, body) = (l.child(n, F::Pattern), l.child(n, F::Value), l.child(n, F::Body));
    l.foreach(
        n,
        |l| l.lower_opt(value),
        |l, next| {
            let Some(pattern) = pattern else { return next(l) };
            if let Some(node) = simple(l, pattern) {
                let name = l.symbol(node);
                l.local(node, name, Symbol::NONE);
                l.assign_name(node, name, next);
                return;
            }
            let bindings = bindings(l, pattern, true);
            if bindings.is_empty() {
                return next(l);
            }
            let root = l.temporary(pattern);
            l.assign_name(pattern, root, next);
            bind(l, &bindings, root);
        },
        |l| {
            if let Some(body) = body {
                expressions::statements(l, body);
            }
        },
        None,
    );
}

// ── match ──────────────────────────────────────────────────────────────────────────────────────────────

/// An arm: its node, its pattern, its guard, and what the pattern binds.
struct Arm {
    n: C,
    pattern: Option<C>,
    guard: Option<C>,
    bindings: Bindings,
}

pub fn match_expression(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let (value, body) = (l.child(n, F::Value), l.child(n, F::Body));
    let mut arms = Vec::new();
    if let Some(body) = body {
        for arm in cst.named(body) {
            if !l.is(arm, MATCH_ARM) {
                continue;
            }
            let whole = l.child(arm, F::Pattern);
            let pattern = whole.and_then(|p| cst.children(p).next());
            let guard = whole.and_then(|p| l.child(p, F::Condition));
            let bindings = match pattern {
                Some(pattern) => bindings(l, pattern, false),
                None => Bindings::default(),
            };
            arms.push(Arm { n: arm, pattern, guard, bindings });
        }
    }
    let binds = arms.iter().any(|arm| !arm.bindings.is_empty());
    l.control(Control::Match, n, |l| {
        let mut root = Symbol::NONE;
        match value {
            Some(value) if binds => match variable(l, value) {
                Some(known) => {
                    root = known;
                    l.slot(Slot::Condition, value);
                }
                None => {
                    root = l.temporary(value);
                    l.next_slot(Slot::Condition);
                    l.assign_name(value, root, |l| l.lower(value));
                }
            },
            Some(value) => l.slot(Slot::Condition, value),
            None => {}
        }
        for arm in &arms {
            l.next_slot(Slot::Arm);
            l.block(arm.n, |l| match_arm(l, arm, root));
        }
        // What is no arm is a syntax error.
        if let Some(body) = body {
            for other in cst.named(body) {
                if !l.is(other, MATCH_ARM) {
                    l.lower(other);
                }
            }
        }
    });
}

fn match_arm(l: &mut Lower<'_>, arm: &Arm, root: Symbol) {
    let cst = l.cst;
    for child in cst.named(arm.n) {
        if l.is(child, ATTRIBUTE_ITEM) || l.is(child, INNER_ATTRIBUTE_ITEM) || l.is_error(child) {
            l.lower(child);
        }
    }
    items::annotations(l);
    let all = arm.guard.is_none() && arm.pattern.is_some_and(|p| takes_all(l, p));
    l.jump_target(arm.pattern.unwrap_or(arm.n), if all { "default" } else { "case" });
    if let Some(pattern) = arm.pattern {
        test(l, pattern);
    }
    bind(l, &arm.bindings, root);
    if let Some(guard) = arm.guard {
        let chain = condition(l, Slot::Guard, guard);
        bind_all(l, &chain);
    }
    match l.child(arm.n, F::Value) {
        Some(value) if l.is(value, BLOCK) && l.child_of(value, LABEL).is_none() => {
            expressions::statements(l, value);
        }
        value => l.lower_opt(value),
    }
}
