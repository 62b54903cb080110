//! `match`: every pattern is tests on parts of the subject, and names bound to such parts.

use stoa_model::Symbol;

use super::bind::{Part, Scope, access, declare};
use super::*;
use crate::tree::Slot;

/// What a part of the subject must be.
enum Test {
    Equals(C),
    Is(C),
    Instance(C),
    /// It has this many elements; at least as many when there is a star.
    Length {
        count: i32,
        open: bool,
    },
    HasKey(C),
    /// One of the alternatives; each is met when all its tests are.
    Any(Vec<Vec<(C, Vec<Part>, Test)>>),
}

/// The tests and bindings of one arm, each with the part of the subject it looks at.
#[derive(Default)]
struct Arm {
    tests: Vec<(C, Vec<Part>, Test)>,
    bindings: Vec<(C, Vec<Part>)>,
    /// A pattern nested too deep to be taken apart.
    too_deep: Option<C>,
}

/// Every part of a pattern is reached from the subject, so patterns cost the square of their depth. No person nests
/// deeper than this.
const MAX_PATTERN_DEPTH: u32 = 100;

pub(super) fn match_statement(l: &mut Lower<'_>, n: C) {
    let subject = match &l.cst.children_in(n, F::Subject).collect::<Vec<_>>()[..] {
        [one] if l.is(*one, IDENTIFIER) => l.symbol(*one),
        _ => {
            let temporary = l.temporary(n);
            l.assign_name(n, temporary, |l| statements::several(l, n, F::Subject));
            temporary
        }
    };
    let body = l.child(n, F::Body);
    l.control(Control::Match, n, |l| {
        l.next_slot(Slot::Condition);
        let at = l.child(n, F::Subject).unwrap_or(n);
        l.identifier_named(at, subject);
        let Some(body) = body else { return };
        for clause in parts(l, body) {
            if l.is(clause, CASE_CLAUSE) {
                l.next_slot(Slot::Arm);
                l.block(clause, |l| arm(l, clause, subject));
            } else {
                l.lower(clause);
            }
        }
    });
}

fn arm(l: &mut Lower<'_>, n: C, subject: Symbol) {
    let patterns: Vec<C> = parts(l, n).filter(|c| l.is(*c, CASE_PATTERN)).collect();
    let mut arm = Arm::default();
    match patterns[..] {
        [one] => pattern(l, one, Vec::new(), 0, &mut arm),
        _ => sequence(l, n, &patterns, Vec::new(), 0, &mut arm),
    }
    let guard = l.child(n, F::Guard);
    let label =
        if arm.tests.is_empty() && arm.too_deep.is_none() && guard.is_none() { "default" } else { "case" };
    l.jump_target(n, label);
    if let Some(deep) = arm.too_deep {
        l.truncated_line.get_or_insert(l.cst.get(deep).line);
        l.leaf(NodeKind::Unknown, deep, Symbol::NONE);
    }
    for (at, path, test) in &arm.tests {
        write_test(l, *at, subject, path, test);
    }
    for (name, path) in &arm.bindings {
        declare(l, *name, Scope::Function, None);
        l.assign(
            *name,
            |l| {
                l.identifier(*name);
            },
            |l| access(l, *name, subject, path),
        );
    }
    if let Some(condition) = guard.and_then(|g| parts(l, g).next()) {
        l.slot(Slot::Guard, condition);
    }
    if let Some(body) = l.child(n, F::Consequence) {
        l.lower_children(body);
    }
}

/// What a pattern asks of the part of the subject at `path`, and what it binds there.
fn pattern(l: &Lower<'_>, n: C, path: Vec<Part>, depth: u32, arm: &mut Arm) {
    if depth > MAX_PATTERN_DEPTH {
        arm.too_deep.get_or_insert(n);
        return;
    }
    let depth = depth + 1;
    let children: Vec<C> = parts(l, n).collect();
    if l.is(n, CASE_PATTERN) {
        match children[..] {
            // `_`
            [] => {}
            // `-1` has its sign outside of the number.
            [inner] if l.text(n).first() == Some(&b'-') && !l.is(inner, COMPLEX_PATTERN) => {
                arm.tests.push((n, path, Test::Equals(n)));
            }
            [inner] => pattern(l, inner, path, depth, arm),
            _ => {}
        }
    } else if l.is(n, AS_PATTERN) {
        if let [inner, name] = children[..] {
            pattern(l, inner, path.clone(), depth, arm);
            arm.bindings.push((name, path));
        }
    } else if l.is(n, DOTTED_NAME) {
        match children.len() {
            1 if l.text(n) == b"_" => {}
            1 => arm.bindings.push((n, path)),
            _ => arm.tests.push((n, path, Test::Equals(n))),
        }
    } else if l.is(n, CLASS_PATTERN) {
        let Some((class, arguments)) = children.split_first() else { return };
        arm.tests.push((n, path.clone(), Test::Instance(*class)));
        let mut position = 0;
        for argument in arguments {
            let keyword = parts(l, *argument).next().filter(|k| l.is(*k, KEYWORD_PATTERN));
            let mut inner = path.clone();
            match keyword.map(|k| parts(l, k).collect::<Vec<_>>()) {
                Some(pair) => {
                    let Some((name, value)) = pair.split_first() else { continue };
                    inner.push(Part::Field(*name));
                    if let Some(value) = value.first() {
                        pattern(l, *value, inner, depth, arm);
                    }
                }
                // By `__match_args__`, which says what the position means.
                None => {
                    inner.push(Part::Index(position));
                    position += 1;
                    pattern(l, *argument, inner, depth, arm);
                }
            }
        }
    } else if l.is(n, TUPLE_PATTERN) || l.is(n, LIST_PATTERN) {
        let text = l.text(n);
        let last = children.last().map_or(0, |c| (l.cst.get(*c).end - l.cst.get(n).start) as usize);
        match children[..] {
            // Parentheses without a comma only group.
            [one] if text.first() == Some(&b'(') && !text.get(last..).unwrap_or_default().contains(&b',') => {
                pattern(l, one, path, depth, arm);
            }
            _ => sequence(l, n, &children, path, depth, arm),
        }
    } else if l.is(n, DICT_PATTERN) {
        let mut key = None;
        for child in children {
            match l.cst.get(child).field {
                F::Key => key = Some(child),
                F::Value => {
                    let Some(key) = key.take() else { continue };
                    arm.tests.push((key, path.clone(), Test::HasKey(key)));
                    let mut inner = path.clone();
                    inner.push(Part::Key(key));
                    pattern(l, child, inner, depth, arm);
                }
                _ => splat(l, child, path.clone(), arm),
            }
        }
    } else if l.is(n, UNION_PATTERN) {
        let mut alternatives = Vec::new();
        for child in children {
            let mut alternative = Arm::default();
            pattern(l, child, path.clone(), depth, &mut alternative);
            arm.too_deep = arm.too_deep.or(alternative.too_deep);
            // All alternatives bind the same names; each may take them from elsewhere.
            for (name, from) in alternative.bindings {
                if !arm.bindings.iter().any(|(known, _)| l.text(*known) == l.text(name)) {
                    arm.bindings.push((name, from));
                }
            }
            alternatives.push(alternative.tests);
        }
        // An alternative without a test meets everything.
        if alternatives.iter().all(|tests| !tests.is_empty()) {
            arm.tests.push((n, path, Test::Any(alternatives)));
        }
    } else if l.is(n, SPLAT_PATTERN) {
        splat(l, n, path, arm);
    } else if l.is(n, KEYWORD_PATTERN) {
        // Only legal in a class pattern.
    } else if l.is(n, NONE) || l.is(n, TRUE) || l.is(n, FALSE) {
        arm.tests.push((n, path, Test::Is(n)));
    } else {
        arm.tests.push((n, path, Test::Equals(n)));
    }
}

/// The elements of a sequence pattern; those behind a star count from the end.
fn sequence(l: &Lower<'_>, n: C, elements: &[C], path: Vec<Part>, depth: u32, arm: &mut Arm) {
    let count = elements.len() as i32;
    let inner = |c: &C| match l.is(*c, CASE_PATTERN) {
        true => parts(l, *c).next().unwrap_or(*c),
        false => *c,
    };
    let star = elements.iter().position(|c| l.is(inner(c), SPLAT_PATTERN)).map(|at| at as i32);
    let fixed = count - i32::from(star.is_some());
    arm.tests.push((n, path.clone(), Test::Length { count: fixed, open: star.is_some() }));
    for (at, element) in elements.iter().enumerate() {
        let at = at as i32;
        let mut here = path.clone();
        if Some(at) == star {
            here.push(Part::Slice(at, at + 1 - count));
            splat(l, inner(element), here, arm);
        } else {
            let after_star = star.is_some_and(|star| at > star);
            here.push(Part::Index(if after_star { at - count } else { at }));
            pattern(l, *element, here, depth, arm);
        }
    }
}

/// `*rest`, `**rest`
fn splat(l: &Lower<'_>, n: C, path: Vec<Part>, arm: &mut Arm) {
    if let Some(name) = parts(l, n).next().filter(|name| l.text(*name) != b"_") {
        arm.bindings.push((name, path));
    }
}

fn write_test(l: &mut Lower<'_>, n: C, subject: Symbol, path: &[Part], test: &Test) {
    let operator = match test {
        Test::Equals(_) => Operator::Equals,
        Test::Is(_) => Operator::Is,
        Test::Instance(_) => Operator::InstanceOf,
        Test::Length { open: false, .. } => Operator::Equals,
        Test::Length { open: true, .. } => Operator::GreaterEqualsThan,
        Test::HasKey(_) => Operator::In,
        Test::Any(alternatives) => return any(l, n, subject, alternatives),
    };
    l.operator(operator, n, |l| match test {
        Test::Equals(value) | Test::Is(value) => {
            access(l, n, subject, path);
            if l.is(*value, CASE_PATTERN) {
                l.operator(Operator::Minus, *value, |l| l.lower_children(*value));
            } else {
                l.lower(*value);
            }
        }
        Test::Instance(class) => {
            access(l, n, subject, path);
            types::named(l, *class);
        }
        Test::Length { count, .. } => {
            l.operator(Operator::LengthOf, n, |l| access(l, n, subject, path));
            bind::number(l, n, *count);
        }
        Test::HasKey(key) => {
            l.lower(*key);
            access(l, n, subject, path);
        }
        Test::Any(_) => {}
    });
}

/// Alternatives joined by `or`, the tests of each by `and`.
fn any(l: &mut Lower<'_>, n: C, subject: Symbol, alternatives: &[Vec<(C, Vec<Part>, Test)>]) {
    let Some((last, before)) = alternatives.split_last() else { return };
    if before.is_empty() {
        return all(l, n, subject, last);
    }
    l.operator(Operator::LogicalOr, n, |l| {
        l.deeper(n, |l| any(l, n, subject, before));
        all(l, n, subject, last);
    });
}

fn all(l: &mut Lower<'_>, n: C, subject: Symbol, tests: &[(C, Vec<Part>, Test)]) {
    let Some(((at, path, test), before)) = tests.split_last() else { return };
    if before.is_empty() {
        return write_test(l, *at, subject, path, test);
    }
    l.operator(Operator::LogicalAnd, n, |l| {
        l.deeper(n, |l| all(l, n, subject, before));
        write_test(l, *at, subject, path, test);
    });
}
