//! Switch, `is` and patterns.
//!
//! A pattern becomes tests and bindings of parts of a subject that has a name. After `is` they are joined by `&&`
//! where they stand; in an arm of a switch they are its first statements.

use stoa_model::{Control, Operator, Symbol};

use super::*;
use crate::sugar::{MAX_PARTS, Step};
use crate::tree::Slot;

/// What matching a part of the subject means.
enum Test {
    Type {
        path: Vec<Step>,
        node: C,
        type_node: C,
    },
    Constant {
        path: Vec<Step>,
        node: C,
        value: C,
    },
    /// `> value`
    Relation {
        path: Vec<Step>,
        node: C,
        operator: Operator,
        value: C,
    },
    NotNull {
        path: Vec<Step>,
        node: C,
    },
    /// The length of a list, at least when it has a `..`.
    Length {
        path: Vec<Step>,
        node: C,
        operator: Operator,
        length: u32,
    },
    Bind {
        path: Vec<Step>,
        node: C,
        type_node: Option<C>,
        name: C,
    },
    All(C, Vec<Test>),
    Any(C, Vec<Test>),
    Not(C, Box<Test>),
}

impl Test {
    fn always(&self) -> bool {
        match self {
            Test::Bind { .. } => true,
            Test::All(_, tests) => tests.iter().all(Test::always),
            _ => false,
        }
    }
}

// ── From patterns to tests ─────────────────────────────────────────────────────────────────────────────

/// The tests of a pattern for the part at `path`.
fn test(l: &mut Lower<'_>, n: C, path: &[Step]) -> Test {
    // Parts of parts are written as paths: without a bound they would take the square of their depth.
    if path.len() > MAX_PARTS {
        l.truncated_line.get_or_insert(l.cst.get(n).line);
        return Test::All(n, Vec::new());
    }
    stacker::maybe_grow(crate::lower::RED_ZONE, crate::lower::MORE_STACK, || test_of(l, n, path))
}

fn test_of(l: &mut Lower<'_>, n: C, path: &[Step]) -> Test {
    let cst = l.cst;
    let first = cst.named(n).next();
    let here = || path.to_vec();
    if l.is(n, PARENTHESIZED_PATTERN) {
        return first.map_or(Test::All(n, Vec::new()), |inner| test(l, inner, path));
    }
    if l.is(n, NEGATED_PATTERN) {
        return first.map_or(Test::All(n, Vec::new()), |inner| Test::Not(n, Box::new(test(l, inner, path))));
    }
    if is_any(l, n, &[AND_PATTERN, OR_PATTERN]) {
        let sides = [F::Left, F::Right].map(|f| l.child(n, f));
        let tests = sides.into_iter().flatten().map(|side| test(l, side, path)).collect();
        return if l.is(n, AND_PATTERN) { Test::All(n, tests) } else { Test::Any(n, tests) };
    }
    if l.is(n, RELATIONAL_PATTERN) {
        let operator = l.binary_operator(n).unwrap_or(Operator::Equals);
        return match first {
            Some(value) => Test::Relation { path: here(), node: n, operator, value },
            None => Test::All(n, Vec::new()),
        };
    }
    if l.is(n, TYPE_PATTERN) {
        return match l.child(n, F::Type) {
            // A name may be a constant's as well; a type cannot be told from it here.
            Some(type_node) => Test::Type { path: here(), node: n, type_node },
            None => Test::All(n, Vec::new()),
        };
    }
    if is_any(l, n, &[DECLARATION_PATTERN, VAR_PATTERN, RECURSIVE_PATTERN, LIST_PATTERN]) {
        return structure(l, n, path);
    }
    if l.is(n, DISCARD) {
        return Test::All(n, Vec::new());
    }
    match first.filter(|_| l.is(n, CONSTANT_PATTERN)) {
        // `case _` of a switch expression.
        Some(value) if l.text(value) == b"_" => Test::All(n, Vec::new()),
        Some(value) => Test::Constant { path: here(), node: n, value },
        None => Test::Constant { path: here(), node: n, value: n },
    }
}

/// `T name`, `var name`, `T (a, b) { C: c } name`, `[a, .., b] name`
fn structure(l: &mut Lower<'_>, n: C, path: &[Step]) -> Test {
    let cst = l.cst;
    let type_node = l.child(n, F::Type).filter(|t| !l.is(*t, IMPLICIT_TYPE));
    let mut tests = Vec::new();
    if let Some(type_node) = type_node {
        tests.push(Test::Type { path: path.to_vec(), node: n, type_node });
    } else if l.is(n, RECURSIVE_PATTERN) {
        tests.push(Test::NotNull { path: path.to_vec(), node: n });
    }
    if l.is(n, LIST_PATTERN) {
        list(l, n, path, &mut tests);
    }
    for clause in cst.named(n) {
        if is_any(l, clause, &[POSITIONAL_CLAUSE, PROPERTY_CLAUSE]) {
            for (index, part) in cst.named(clause).enumerate() {
                subpattern(l, part, path, index as u32, &mut tests);
            }
        } else if l.is(clause, PARENTHESIZED_DESIGNATION) {
            names(l, clause, path, &mut tests);
        } else if !l.is(n, LIST_PATTERN)
            && cst.get(clause).field == F::None
            && is_pattern(l, clause)
            && !l.is(clause, DISCARD)
        {
            // `(pattern) name`
            tests.push(test(l, clause, path));
        }
    }
    if let Some(name) = l.child(n, F::Name).filter(|name| l.text(*name) != b"_") {
        let type_node = l.child(n, F::Type);
        tests.push(Test::Bind { path: path.to_vec(), node: n, type_node, name });
    }
    Test::All(n, tests)
}

fn is_pattern(l: &Lower<'_>, n: C) -> bool {
    is_any(
        l,
        n,
        &[
            CONSTANT_PATTERN,
            DECLARATION_PATTERN,
            DISCARD,
            RECURSIVE_PATTERN,
            VAR_PATTERN,
            NEGATED_PATTERN,
            PARENTHESIZED_PATTERN,
            RELATIONAL_PATTERN,
            OR_PATTERN,
            AND_PATTERN,
            LIST_PATTERN,
            TYPE_PATTERN,
        ],
    )
}

/// `pattern`, `Name: pattern`, `A.B: pattern`
fn subpattern(l: &mut Lower<'_>, n: C, path: &[Step], index: u32, tests: &mut Vec<Test>) {
    let cst = l.cst;
    let Some(pattern) = cst.named(n).last() else { return };
    let mut path = path.to_vec();
    match cst.named(n).next().filter(|name| *name != pattern) {
        Some(name) => {
            let mut steps = Vec::new();
            let mut at = name;
            while let (true, Some(member)) = (l.is(at, MEMBER_ACCESS), l.child(at, F::Name)) {
                steps.push(member);
                match l.child(at, F::Expression) {
                    Some(object) => at = object,
                    None => break,
                }
            }
            steps.push(at);
            for step in steps.into_iter().rev() {
                path.push(Step::Field(l.symbol(step)));
            }
        }
        None => path.push(Step::Index(index)),
    }
    tests.push(test(l, pattern, &path));
}

/// The elements of a list pattern: those behind `..` are counted from the end.
fn list(l: &mut Lower<'_>, n: C, path: &[Step], tests: &mut Vec<Test>) {
    let cst = l.cst;
    let mut elements = 0;
    let mut slice = None;
    let mut parts = Vec::new();
    for part in cst.children(n) {
        if !cst.get(part).named {
            if l.text(part) == b".." {
                slice = Some(elements);
            }
        } else if is_pattern(l, part) {
            parts.push((elements, part));
            elements += 1;
        }
    }
    let operator = if slice.is_some() { Operator::GreaterEqualsThan } else { Operator::Equals };
    tests.push(Test::Length { path: path.to_vec(), node: n, operator, length: elements });
    for (index, part) in parts {
        let mut path = path.to_vec();
        path.push(match slice {
            Some(at) if index >= at => Step::FromEnd(elements - index),
            _ => Step::Index(index),
        });
        tests.push(test(l, part, &path));
    }
}

/// `var (a, b)`
fn names(l: &mut Lower<'_>, n: C, path: &[Step], tests: &mut Vec<Test>) {
    if path.len() > MAX_PARTS {
        l.truncated_line.get_or_insert(l.cst.get(n).line);
        return;
    }
    let cst = l.cst;
    for (index, part) in cst.named(n).enumerate() {
        let mut path = path.to_vec();
        path.push(Step::Index(index as u32));
        if l.is(part, PARENTHESIZED_DESIGNATION) {
            stacker::maybe_grow(crate::lower::RED_ZONE, crate::lower::MORE_STACK, || {
                names(l, part, &path, tests)
            });
        } else if l.is(part, IDENTIFIER) && l.text(part) != b"_" {
            tests.push(Test::Bind { path, node: part, type_node: None, name: part });
        }
    }
}

// ── From tests to nodes ────────────────────────────────────────────────────────────────────────────────

fn write(l: &mut Lower<'_>, subject: Symbol, test: &Test) {
    match test {
        Test::All(n, tests) => join(l, *n, Operator::LogicalAnd, subject, tests),
        Test::Any(n, tests) => join(l, *n, Operator::LogicalOr, subject, tests),
        Test::Not(n, inner) => {
            l.deeper(*n, |l| {
                l.operator(Operator::LogicalNot, *n, |l| write(l, subject, inner));
            });
        }
        test => write_one(l, subject, test),
    }
}

fn join(l: &mut Lower<'_>, n: C, operator: Operator, subject: Symbol, tests: &[Test]) {
    match tests {
        [] => {
            let fact = l.intern("true");
            l.literal_named(n, fact, "bool");
        }
        [one] => l.deeper(n, |l| write(l, subject, one)),
        [first, rest @ ..] => l.deeper(n, |l| {
            l.operator(operator, n, |l| {
                write(l, subject, first);
                join(l, n, operator, subject, rest);
            });
        }),
    }
}

fn write_one(l: &mut Lower<'_>, subject: Symbol, test: &Test) {
    match test {
        Test::Type { path, node, type_node } => {
            l.operator(Operator::InstanceOf, *node, |l| {
                l.access(*node, subject, path);
                types::type_argument(l, *type_node);
            });
        }
        Test::Constant { path, node, value } => {
            l.operator(Operator::Equals, *node, |l| {
                l.access(*node, subject, path);
                l.lower(*value);
            });
        }
        Test::Relation { path, node, operator, value } => {
            l.operator(*operator, *node, |l| {
                l.access(*node, subject, path);
                l.lower(*value);
            });
        }
        Test::NotNull { path, node } => {
            l.operator(Operator::NotEquals, *node, |l| {
                l.access(*node, subject, path);
                let null = l.intern("null");
                l.literal_named(*node, null, "null");
            });
        }
        Test::Length { path, node, operator, length } => {
            let length = l.intern(&length.to_string());
            l.operator(*operator, *node, |l| {
                l.operator(Operator::LengthOf, *node, |l| l.access(*node, subject, path));
                l.literal_named(*node, length, "int");
            });
        }
        Test::Bind { path, node, type_node, name } => {
            let symbol = l.symbol(*name);
            let type_node = type_node.filter(|t| !l.is(*t, IMPLICIT_TYPE));
            l.in_front(|l| expressions::local(l, *node, type_node, symbol));
            l.assign_name(*node, symbol, |l| l.access(*node, subject, path));
        }
        Test::All(..) | Test::Any(..) | Test::Not(..) => write(l, subject, test),
    }
}

/// `value is T`
pub fn is_type(l: &mut Lower<'_>, n: C) {
    let (left, right) = (l.child(n, F::Left), l.child(n, F::Right));
    l.operator(Operator::InstanceOf, n, |l| {
        l.lower_opt(left);
        if let Some(right) = right {
            types::type_argument(l, right);
        }
    });
}

/// `value is pattern`. A variable is asked as often as there are tests; what is more is computed once.
fn matches_pattern(l: &mut Lower<'_>, n: C, value: C, pattern: C) {
    let variable = expressions::value_name(l, value);
    let test = test(l, pattern, &[]);
    let subject = match variable {
        Some(variable) => l.symbol(variable),
        None => l.temporary_name(),
    };
    let Some(_) = variable else {
        // The temporary is set where the first test looks at it: `(t = value, tests)`.
        l.operator(Operator::ExpressionList, n, |l| {
            l.aside(|l| l.local(n, subject, Symbol::NONE));
            l.assign_name(value, subject, |l| l.lower(value));
            write(l, subject, &test);
        });
        return;
    };
    write(l, subject, &test);
}

pub fn is_expression(l: &mut Lower<'_>, n: C) {
    match (l.child(n, F::Expression), l.child(n, F::Pattern)) {
        (Some(value), Some(pattern)) => matches_pattern(l, n, value, pattern),
        _ => l.lower_children(n),
    }
}

// ── Switch ─────────────────────────────────────────────────────────────────────────────────────────────

/// The label of a case that `goto case` leads to.
pub fn case_name(l: &Lower<'_>, value: Option<C>) -> String {
    match value {
        Some(value) => format!("case {}", l.string(value)),
        None => "goto default".to_owned(),
    }
}

/// A statement's cases end in jumps and do not fall through, but may be jumped to; with patterns that need more
/// than a comparison they are the arms of a MATCH.
pub fn switch(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let (value, body) = (l.child(n, F::Value), l.child(n, F::Body));
    let sections: Vec<C> = body.map(|b| all(l, b, SWITCH_SECTION).collect()).unwrap_or_default();
    let tested = sections.iter().any(|s| {
        cst.named(*s)
            .take_while(|part| is_pattern(l, *part) || l.is(*part, WHEN))
            .any(|part| !l.is(part, CONSTANT_PATTERN))
    });
    let jumps = body.is_some_and(|b| (b.0..cst.get(b).next).any(|at| l.is(C(at), GOTO)));
    if tested {
        return matched(l, n, value, |l, subject| {
            let mut at = 0;
            while at < sections.len() {
                // Labels without statements share those of the next.
                let start = at;
                while at + 1 < sections.len() && !has_statements(l, sections[at]) {
                    at += 1;
                }
                at += 1;
                l.next_slot(Slot::Arm);
                l.block(sections[start], |l| {
                    for section in &sections[start..at] {
                        section_of(l, *section, Some(subject), jumps);
                    }
                });
            }
        });
    }
    l.control(Control::Switch, n, |l| {
        if let Some(value) = value {
            l.slot(Slot::Condition, value);
        }
        l.next_slot(Slot::Body);
        l.block(body.unwrap_or(n), |l| {
            for section in &sections {
                section_of(l, *section, None, jumps);
            }
        });
    });
}

fn has_statements(l: &Lower<'_>, section: C) -> bool {
    let cst = l.cst;
    let after_colon = cst.children(section).skip_while(|c| l.text(*c) != b":").nth(1);
    after_colon.is_some()
}

/// A MATCH over a subject in a temporary.
fn matched(l: &mut Lower<'_>, n: C, value: Option<C>, arms: impl FnOnce(&mut Lower<'_>, Symbol)) {
    l.control(Control::Match, n, |l| {
        let subject = l.temporary(n);
        l.next_slot(Slot::Condition);
        l.assign_name(n, subject, |l| l.lower_opt(value));
        arms(l, subject);
    });
}

/// `case …:` and the statements behind it.
fn section_of(l: &mut Lower<'_>, n: C, subject: Option<Symbol>, jumps: bool) {
    let cst = l.cst;
    let default = has_token(l, n, b"default");
    let mut colon = false;
    let mut label: Option<C> = None;
    let mut guard = None;
    for part in cst.children(n) {
        if !cst.get(part).named {
            if !colon && l.text(part) == b":" {
                colon = true;
                case_of(l, n, label, guard, subject, default);
                if jumps {
                    let value = label.filter(|_| !default);
                    let name = case_name(l, value);
                    l.jump_target(n, &name);
                }
            }
        } else if colon {
            l.lower(part);
        } else if l.is(part, WHEN) {
            guard = Some(part);
        } else {
            label = Some(part);
        }
    }
}

/// A JUMP_TARGET, what its pattern asks, and the guard.
fn case_of(
    l: &mut Lower<'_>,
    n: C,
    pattern: Option<C>,
    guard: Option<C>,
    subject: Option<Symbol>,
    default: bool,
) {
    let pattern = pattern.filter(|_| !default);
    let tests = match (pattern, subject) {
        (Some(pattern), Some(_)) if is_pattern(l, pattern) => Some(test(l, pattern, &[])),
        _ => None,
    };
    let always = default || guard.is_none() && tests.as_ref().is_some_and(Test::always);
    l.jump_target(n, if always { "default" } else { "case" });
    match (tests, subject) {
        (Some(Test::Constant { value, .. }), _) => l.lower(value),
        (Some(Test::All(_, tests)), Some(subject)) => {
            for test in &tests {
                write(l, subject, test);
            }
        }
        (Some(test), Some(subject)) => write(l, subject, &test),
        _ => l.lower_opt(pattern),
    }
    if let Some(guard) = guard {
        let cst = l.cst;
        if let Some(condition) = cst.named(guard).next() {
            l.slot(Slot::Guard, condition);
        }
    }
}

/// `value switch { pattern when guard => result, … }`
pub fn switch_expression(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let value = cst.named(n).find(|c| !l.is(*c, SWITCH_ARM));
    matched(l, n, value, |l, subject| {
        for arm in all(l, n, SWITCH_ARM) {
            l.next_slot(Slot::Arm);
            l.block(arm, |l| {
                let pattern = cst.named(arm).next();
                let guard = cst.named(arm).find(|c| l.is(*c, WHEN));
                case_of(l, arm, pattern, guard, Some(subject), false);
                let mut parts = cst.named(arm);
                parts.next();
                l.lower_opt(parts.filter(|c| !l.is(*c, WHEN)).last());
            });
        }
    });
}
