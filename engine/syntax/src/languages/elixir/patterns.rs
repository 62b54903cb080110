//! Patterns: what they bind and what they test, and `=`, which matches one.

use stoa_model::{NodeKind, Symbol};

use super::*;
use crate::sugar::Step;

/// The names a pattern binds, each with the way to its part of the value.
#[derive(Default)]
pub struct Bindings {
    steps: Vec<Step>,
    names: Vec<(C, Symbol, usize, usize)>,
}

impl Bindings {
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether a name is bound to a part of the value (and not to the whole of it).
    pub fn takes_part(&self, name: Symbol) -> bool {
        self.names.iter().any(|(_, n, start, end)| *n == name && start != end)
    }

    pub fn names(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.names.iter().map(|(_, name, ..)| *name)
    }
}

/// The name of a pattern that is nothing but a variable.
pub fn variable(l: &Lower<'_>, n: C) -> Option<C> {
    let text = l.text(n);
    (l.is(n, IDENTIFIER) && text != b"_" && text != b"..." && !text.starts_with(b"__")).then_some(n)
}

pub fn bindings(l: &mut Lower<'_>, n: C) -> Bindings {
    let mut found = Bindings::default();
    collect(l, n, &mut Vec::new(), &mut found);
    found
}

fn collect(l: &mut Lower<'_>, n: C, path: &mut Vec<Step>, found: &mut Bindings) {
    stacker::maybe_grow(64 * 1024, 1024 * 1024, || parts(l, n, path, found));
}

fn below(l: &mut Lower<'_>, n: C, step: Step, path: &mut Vec<Step>, found: &mut Bindings) {
    path.push(step);
    collect(l, n, path, found);
    path.pop();
}

fn parts(l: &mut Lower<'_>, n: C, path: &mut Vec<Step>, found: &mut Bindings) {
    let cst = l.cst;
    match l.grammar.row(cst.get(n).kind) {
        IDENTIFIER => {
            if let Some(n) = variable(l, n) {
                let name = l.symbol(n);
                if !found.names.iter().any(|(_, known, ..)| *known == name) {
                    let start = found.steps.len();
                    found.steps.extend_from_slice(path);
                    found.names.push((n, name, start, found.steps.len()));
                }
            }
        }
        BINARY => {
            let (Some(left), Some(right)) = (l.child(n, F::Left), l.child(n, F::Right)) else { return };
            match token(l, n) {
                b"=" => {
                    // The whole first: `{a, b} = whole`.
                    let (first, second) = if l.is(right, IDENTIFIER) { (right, left) } else { (left, right) };
                    collect(l, first, path, found);
                    collect(l, second, path, found);
                }
                b"<>" | b"++" => {
                    collect(l, left, path, found);
                    below(l, right, Step::Rest(1), path, found);
                }
                b"::" | b"\\\\" | b"when" | b"<-" | b"in" => collect(l, left, path, found),
                _ => {}
            }
        }
        TUPLE | LIST | BITSTRING => sequence(l, n, path, found),
        MAP => {
            let of = l.child_of(n, STRUCT).and_then(|of| cst.named(of).next());
            if let Some(of) = of.filter(|of| variable(l, *of).is_some()) {
                let field = l.intern("__struct__");
                below(l, of, Step::Field(field), path, found);
            }
            if let Some(content) = l.child_of(n, MAP_CONTENT) {
                for child in cst.named(content) {
                    if is_binary(l, child, b"=>")
                        && let (Some(key), Some(value)) = (l.child(child, F::Left), l.child(child, F::Right))
                    {
                        let step = match l.is(key, ATOM) {
                            true => {
                                Step::Field(l.names.intern_bytes(l.text(key).get(1..).unwrap_or_default()))
                            }
                            false => Step::Key(key),
                        };
                        below(l, value, step, path, found);
                    } else {
                        collect(l, child, path, found);
                    }
                }
            }
        }
        KEYWORDS | ARGUMENTS | BLOCK => {
            for child in cst.named(n) {
                collect(l, child, path, found);
            }
        }
        PAIR => {
            let (Some(key), Some(value)) = (l.child(n, F::Key), l.child(n, F::Value)) else { return };
            let field = l.names.intern_bytes(literals::key_name(l, key));
            below(l, value, Step::Field(field), path, found);
        }
        // A macro in a pattern (a record): its arguments are patterns.
        CALL if target(l, n).is_some_and(|name| name != b"unquote") => {
            if let Some(list) = l.child_of(n, ARGUMENTS) {
                collect(l, list, path, found);
            }
        }
        _ => {}
    }
}

fn sequence(l: &mut Lower<'_>, n: C, path: &mut Vec<Step>, found: &mut Bindings) {
    let cst = l.cst;
    for (index, child) in cst.named(n).enumerate() {
        let index = index as u32;
        if is_binary(l, child, b"|") {
            let (Some(head), Some(rest)) = (l.child(child, F::Left), l.child(child, F::Right)) else {
                continue;
            };
            below(l, head, Step::Index(index), path, found);
            below(l, rest, Step::Rest(index + 1), path, found);
        } else if l.is(child, KEYWORDS) {
            collect(l, child, path, found);
        } else {
            let rest = is_binary(l, child, b"::")
                && l.child(child, F::Right).is_some_and(|kind| {
                    [&b"binary"[..], b"bitstring", b"bytes", b"bits"].contains(&l.text(kind))
                });
            let step = if rest { Step::Rest(index) } else { Step::Index(index) };
            below(l, child, step, path, found);
        }
    }
}

/// Writes an assignment from a part of the variable `root` for each binding, with a LOCAL for each that the scope does
/// not know yet.
pub fn bind(l: &mut Lower<'_>, bindings: &Bindings, root: Symbol) {
    for (n, name, start, end) in &bindings.names {
        if start == end && *name == root {
            continue;
        }
        declare(l, *n, *name);
        l.assign_name(*n, *name, |l| l.access(*n, root, &bindings.steps[*start..*end]));
    }
}

/// A LOCAL in front of the assignment to come, unless the scope has the name.
pub fn declare(l: &mut Lower<'_>, n: C, name: Symbol) {
    let known = l.declared.last_mut().is_some_and(|known| !known.insert(name));
    if !known {
        l.in_front(|l| {
            l.local(n, name, Symbol::NONE);
        });
    }
}

// ── Tests ──────────────────────────────────────────────────────────────────────────────────────────────

/// Writes what a pattern compares with: literals, pinned variables, structs. What it binds is not written here.
pub fn test(l: &mut Lower<'_>, n: C) {
    l.deeper(n, |l| compared(l, n));
}

fn compared(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    match l.grammar.row(cst.get(n).kind) {
        IDENTIFIER if l.text(n) != b"__MODULE__" => {}
        BINARY => {
            let (Some(left), Some(right)) = (l.child(n, F::Left), l.child(n, F::Right)) else { return };
            match token(l, n) {
                b"=" | b"|" | b"<>" | b"++" => {
                    test(l, left);
                    test(l, right);
                }
                b"=>" => test(l, right),
                b"::" => {
                    test(l, left);
                    literals::sizes(l, right);
                }
                b"\\\\" | b"when" | b"<-" => test(l, left),
                _ => l.lower(n),
            }
        }
        TUPLE | LIST | BITSTRING | KEYWORDS | MAP_CONTENT | BLOCK | ARGUMENTS => {
            for child in cst.named(n) {
                test(l, child);
            }
        }
        PAIR => {
            if let Some(value) = l.child(n, F::Value) {
                test(l, value);
            }
        }
        MAP => {
            for child in cst.named(n) {
                if l.is(child, STRUCT) {
                    let path = literals::struct_path(l, child);
                    match path.is_some() {
                        true => {
                            l.type_ref(child, path, path, |_| {});
                        }
                        false => l.lower_children_but_variables(child),
                    }
                } else {
                    test(l, child);
                }
            }
        }
        CALL if target(l, n).is_some() => {
            if let Some(list) = l.child_of(n, ARGUMENTS) {
                test(l, list);
            }
        }
        _ => l.lower(n),
    }
}

impl Lower<'_> {
    /// The `%name{}` of a pattern binds `name`; a pinned one is compared.
    fn lower_children_but_variables(&mut self, n: C) {
        let cst = self.cst;
        for child in cst.named(n).filter(|c| variable(self, *c).is_none()).collect::<Vec<_>>() {
            test(self, child);
        }
    }
}

/// Whether a pattern compares with anything, its shape aside.
pub fn has_tests(l: &Lower<'_>, n: C) -> bool {
    let cst = l.cst;
    // What is below a node stands behind it.
    let mut at = n.0;
    let end = cst.get(n).next;
    while at < end {
        let n = C(at);
        match l.grammar.row(cst.get(n).kind) {
            IDENTIFIER | TUPLE | LIST | BITSTRING | KEYWORDS | MAP_CONTENT | BLOCK | ARGUMENTS | MAP
            | PAIR | KEYWORD => at += 1,
            BINARY if [&b"="[..], b"|"].contains(&token(l, n)) => at += 1,
            BINARY if [&b"::"[..], b"\\\\"].contains(&token(l, n)) => {
                if l.child(n, F::Left).is_some_and(|left| has_tests(l, left)) {
                    return true;
                }
                at = cst.get(n).next;
            }
            _ if !cst.get(n).named => at += 1,
            _ => return true,
        }
    }
    false
}

/// Whether a pattern takes every value.
pub fn takes_all(l: &Lower<'_>, n: C) -> bool {
    if is_binary(l, n, b"\\\\") {
        return l.child(n, F::Left).is_some_and(|left| takes_all(l, left));
    }
    if is_binary(l, n, b"=") {
        let sides = [l.child(n, F::Left), l.child(n, F::Right)];
        return sides.into_iter().flatten().all(|side| takes_all(l, side));
    }
    l.is(n, IDENTIFIER) && l.text(n) != b"__MODULE__"
}

// ── Matches ────────────────────────────────────────────────────────────────────────────────────────────

/// The variable that a value is, if its parts can be bound from it one by one.
pub fn root_of(l: &mut Lower<'_>, value: C, bindings: &[&Bindings]) -> Option<Symbol> {
    let name = variable(l, value).map(|v| l.symbol(v))?;
    (!bindings.iter().any(|b| b.takes_part(name))).then_some(name)
}

/// `pattern = value`. As a statement that is all; as an expression the value is the value.
pub fn match_(l: &mut Lower<'_>, n: C, pattern: C, value: C) {
    if let Some(variable) = variable(l, pattern) {
        let name = l.symbol(variable);
        declare(l, variable, name);
        l.assign(
            n,
            |l| {
                l.identifier(variable);
            },
            |l| l.lower(value),
        );
        return;
    }
    let bindings = bindings(l, pattern);
    let tested = has_tests(l, pattern);
    if bindings.is_empty() && !tested {
        // `_ = value`
        return l.lower(value);
    }
    let statement = matches!(l.parent_kind(), Some(NodeKind::Block | NodeKind::TypeDecl));
    let mut root = root_of(l, value, &[&bindings]);
    l.in_front(|l| {
        let root = match root {
            Some(root) => root,
            None => {
                let name = l.temporary(n);
                l.assign_name(n, name, |l| l.lower(value));
                root = Some(name);
                name
            }
        };
        if tested {
            l.operator(Operator::Matches, n, |l| {
                l.identifier_named(value, root);
                test(l, pattern);
            });
        }
        bind(l, &bindings, root);
    });
    if !statement && let Some(root) = root {
        l.identifier_named(value, root);
    }
}
