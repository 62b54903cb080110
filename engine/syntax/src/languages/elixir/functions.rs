//! Definitions and `fn`: the clauses of one name and arity are one METHOD that chooses among them.

use rustc_hash::FxHashMap;
use stoa_model::{Control, Dispatch, NodeKind, Symbol};

use super::blocks::{Blocks, Part, Tail};
use super::patterns::Bindings;
use super::*;
use crate::tree::{Slot, flags};

/// What runs when a clause is chosen.
enum Body {
    None,
    Blocks(Blocks),
    /// The right side of `->`.
    Arrow(C),
}

/// A clause: `name(patterns) when guard do … end`, or `patterns when guard -> …`.
pub struct Clause {
    n: C,
    patterns: Vec<C>,
    guard: Option<C>,
    body: Body,
}

impl Clause {
    /// A clause with an arrow.
    pub fn of_arrow(l: &Lower<'_>, n: C) -> Clause {
        let (mut left, mut guard) = (l.child(n, F::Left), None);
        if let Some(guarded) = left.filter(|left| is_binary(l, *left, b"when")) {
            (left, guard) = (l.child(guarded, F::Left), l.child(guarded, F::Right));
        }
        let mut patterns: Vec<C> = match left {
            Some(left) if l.is(left, ARGUMENTS) => l.cst.named(left).collect(),
            left => left.into_iter().collect(),
        };
        // `x when guard` as the last of several.
        if guard.is_none()
            && let Some(last) = patterns.last_mut().filter(|last| is_binary(l, **last, b"when"))
            && let (Some(left), Some(right)) = (l.child(*last, F::Left), l.child(*last, F::Right))
        {
            (*last, guard) = (left, Some(right));
        }
        let body = l.child(n, F::Right).map_or(Body::None, Body::Arrow);
        Clause { n, patterns, guard, body }
    }

    /// The only pattern, of `case` and its like.
    pub fn pattern(&self) -> Option<C> {
        self.patterns.first().copied()
    }

    pub fn patterns(&self) -> &[C] {
        &self.patterns
    }

    pub fn node(&self) -> C {
        self.n
    }

    /// Writes the body.
    pub fn write(&self, l: &mut Lower<'_>, tail: Tail) {
        match self.body {
            Body::None => {}
            Body::Blocks(blocks) => control::guarded(l, self.n, &blocks, tail),
            Body::Arrow(right) => {
                let items = Part::Value(right).items(l);
                blocks::sequence(l, &items, tail);
            }
        }
    }
}

// ── Definitions ────────────────────────────────────────────────────────────────────────────────────────

/// A definition: one clause of a function.
struct Definition {
    kind: &'static str,
    name: String,
    clause: Clause,
    /// Its number among the definitions of its sequence.
    number: usize,
}

fn kind_of(name: &[u8]) -> Option<&'static str> {
    Some(match name {
        b"def" => "def",
        b"defp" => "defp",
        b"defmacro" => "defmacro",
        b"defmacrop" => "defmacrop",
        b"defguard" => "defguard",
        b"defguardp" => "defguardp",
        b"defdelegate" => "defdelegate",
        _ => return None,
    })
}

pub fn is_definition(l: &Lower<'_>, n: C) -> bool {
    target(l, n).and_then(kind_of).is_some()
}

fn definition(l: &Lower<'_>, n: C) -> Option<Definition> {
    let kind = target(l, n).and_then(kind_of)?;
    let mut head = *arguments(l, n).first()?;
    let (mut guard, mut blocks) = (None, Blocks::of(l, n));
    if is_binary(l, head, b"when") {
        (head, guard) = (l.child(head, F::Left)?, l.child(head, F::Right));
    }
    while l.is(head, BLOCK)
        && let Some(only) = l.cst.named(head).next()
    {
        head = only;
    }
    let (name, patterns) = match l.grammar.row(l.cst.get(head).kind) {
        CALL => (l.string(l.child(head, F::Target)?).into_owned(), arguments(l, head)),
        // `def a + b`, `def -a`
        BINARY => {
            let name = String::from_utf8_lossy(token(l, head)).into_owned();
            (name, vec![l.child(head, F::Left)?, l.child(head, F::Right)?])
        }
        UNARY => (String::from_utf8_lossy(token(l, head)).into_owned(), vec![l.child(head, F::Operand)?]),
        KEYWORDS => return None,
        _ => (l.string(head).into_owned(), Vec::new()),
    };
    if kind.starts_with("defguard") {
        // Its condition is its value.
        blocks.body = guard.take().map(Part::Value);
    }
    let body = if blocks.body.is_some() { Body::Blocks(blocks) } else { Body::None };
    Some(Definition { kind, name, clause: Clause { n, patterns, guard, body }, number: 0 })
}

/// A sequence with definitions: each function stands where its first clause does.
pub fn with_definitions(l: &mut Lower<'_>, items: &[C]) {
    let mut groups: Vec<Vec<Definition>> = Vec::new();
    let mut known: FxHashMap<(String, usize), usize> = FxHashMap::default();
    let mut specs: FxHashMap<(Symbol, usize), specs::Spec> = FxHashMap::default();
    // For each item: the group it begins, or nothing.
    let mut begins: Vec<(usize, usize)> = Vec::new();
    let mut count = 0;
    for (place, item) in items.iter().enumerate() {
        if let Some(mut definition) = definition(l, *item) {
            definition.number = count;
            count += 1;
            let key = (definition.name.clone(), definition.clause.patterns.len());
            let group = *known.entry(key).or_insert_with(|| {
                groups.push(Vec::new());
                begins.push((place, groups.len() - 1));
                groups.len() - 1
            });
            groups[group].push(definition);
        } else if modules::attribute_name(l, *item) == Some(b"spec")
            && let Some(spec) = specs::of_attribute(l, *item)
        {
            specs.entry((spec.name, spec.parameters.len())).or_insert(spec);
        }
    }
    let mut begins = begins.into_iter().peekable();
    let mut pending: Vec<C> = Vec::new();
    for (place, item) in items.iter().enumerate() {
        if let Some((_, group)) = begins.next_if(|(at, _)| *at == place) {
            function(l, &groups[group], &specs, &std::mem::take(&mut pending));
        } else if modules::precedes_declaration(l, *item) {
            pending.push(*item);
        } else {
            for waiting in std::mem::take(&mut pending) {
                l.lower(waiting);
            }
            if !is_definition(l, *item) {
                l.lower(*item);
            } else if definition(l, *item).is_none() {
                // A head that a macro writes, or an error took.
                l.lower_children(*item);
            }
        }
    }
    for waiting in pending {
        l.lower(waiting);
    }
}

/// The METHOD of a name and arity, and those that its default arguments give.
fn function(
    l: &mut Lower<'_>,
    definitions: &[Definition],
    specs: &FxHashMap<(Symbol, usize), specs::Spec>,
    annotations: &[C],
) {
    let Some(first) = definitions.first() else { return };
    let arity = first.clause.patterns.len();
    let symbol = l.intern(&first.name);
    let spec = specs.get(&(symbol, arity));
    let signature = spec.map_or_else(|| format!("/{arity}"), |spec| specs::signature(l, spec));
    let outer = std::mem::take(&mut l.declared);
    let private = matches!(first.kind, "defp" | "defmacrop" | "defguardp");
    let at = l.method_decl(first.clause.n, &first.name, &signature, |l| {
        for annotation in annotations {
            l.lower(*annotation);
        }
        modifiers(l, first);
        let clauses: Vec<&Clause> = definitions.iter().map(|d| &d.clause).collect();
        let delegates = first.kind == "defdelegate";
        let names = parameters(l, &clauses, arity, spec);
        let returns = match spec.and_then(|spec| spec.result) {
            Some(result) => {
                specs::mentions(l, result);
                specs::type_name(l, result)
            }
            None => Symbol::NONE,
        };
        if delegates {
            delegate(l, first, &names);
        } else {
            let bodies: Vec<&Clause> =
                clauses.into_iter().filter(|c| !matches!(c.body, Body::None)).collect();
            write_clauses(l, first.clause.n, &bodies, &names);
        }
        returns
    });
    if private {
        l.at(at).flags |= flags::FILE_PRIVATE;
    }
    // To the end of its last clause, as far as they stand together.
    let together = definitions.iter().zip(first.number..).take_while(|(d, number)| d.number == *number);
    let end = together.last().map_or(first.clause.n, |(last, _)| last.clause.n);
    let (end, end_line) = (l.cst.get(end).end, l.cst.get(end).end_line);
    let node = l.at(at);
    (node.end, node.end_line) = (end, end_line);
    lower_arities(l, definitions, private);
    l.declared = outer;
}

fn modifiers(l: &mut Lower<'_>, definition: &Definition) {
    let n = definition.clause.n;
    if matches!(definition.kind, "defp" | "defmacrop" | "defguardp") {
        l.modifier(n, "private");
    }
    if matches!(definition.kind, "defmacro" | "defmacrop" | "defguard" | "defguardp") {
        l.modifier(n, "macro");
    }
}

/// `def f(a, b \\ 1)` defines `f(a)`, which is `f(a, 1)`, too.
fn lower_arities(l: &mut Lower<'_>, definitions: &[Definition], private: bool) {
    let defaulted = |l: &Lower<'_>, p: &C| is_binary(l, *p, b"\\\\");
    let Some(definition) = definitions.iter().find(|d| d.clause.patterns.iter().any(|p| defaulted(l, p)))
    else {
        return;
    };
    let patterns = &definition.clause.patterns;
    let count = patterns.iter().filter(|p| defaulted(l, p)).count();
    let n = definition.clause.n;
    let name = l.intern(&definition.name);
    for given in 0..count {
        let arity = patterns.len() - count + given;
        let at = l.method_decl(n, &definition.name, &format!("/{arity}"), |l| {
            modifiers(l, definition);
            let (mut left, mut index) = (given, 0);
            let mut passed: Vec<Result<Symbol, C>> = Vec::with_capacity(patterns.len());
            for pattern in patterns {
                let mut plain = *pattern;
                if defaulted(l, pattern) {
                    if left == 0 {
                        passed.push(Err(l.child(*pattern, F::Right).unwrap_or(*pattern)));
                        continue;
                    }
                    left -= 1;
                    plain = l.child(*pattern, F::Left).unwrap_or(*pattern);
                }
                let named = match whole_name(l, plain) {
                    Some(named) => l.symbol(named),
                    None => l.temporary_name(),
                };
                index += 1;
                l.parameter(plain, named, index, Symbol::NONE, |_| {});
                passed.push(Ok(named));
            }
            l.next_slot(Slot::Body);
            l.synthetic_block(n, |l| {
                l.node(NodeKind::Return, n, Symbol::NONE, |l| {
                    let call = l.call(n, name, |l| {
                        for argument in passed {
                            match argument {
                                Ok(name) => {
                                    l.identifier_named(n, name);
                                }
                                Err(default) => l.lower(default),
                            }
                        }
                    });
                    l.at(call).dispatch = Some(Dispatch::Static);
                });
            });
            Symbol::NONE
        });
        l.at(at).flags |= flags::SYNTHETIC | if private { flags::FILE_PRIVATE } else { 0 };
    }
}

/// `defdelegate f(a), to: Module, as: :g`: `f` calls `Module.g`.
fn delegate(l: &mut Lower<'_>, definition: &Definition, names: &[Symbol]) {
    let n = definition.clause.n;
    let Some(list) = l.child_of(n, ARGUMENTS) else { return };
    let Some(options) = l.child_of(list, KEYWORDS) else { return };
    let value = |l: &Lower<'_>, name: &[u8]| {
        let pair = l
            .cst
            .named(options)
            .find(|p| l.child(*p, F::Key).is_some_and(|k| literals::key_name(l, k) == name));
        pair.and_then(|p| l.child(p, F::Value))
    };
    let (to, other) = (value(l, b"to"), value(l, b"as"));
    let name = match other.filter(|o| l.is(*o, ATOM)) {
        Some(other) => l.string(other).trim_start_matches(':').to_owned(),
        None => definition.name.clone(),
    };
    l.next_slot(Slot::Body);
    l.synthetic_block(n, |l| {
        l.node(NodeKind::Return, n, Symbol::NONE, |l| {
            let symbol = l.intern(&name);
            let path = to.and_then(|to| modules::path(l, to));
            let call = l.call(n, symbol, |l| {
                if let (Some(to), None) = (to, &path) {
                    l.receiver(to);
                }
                for name in names {
                    l.identifier_named(n, *name);
                }
            });
            if let Some(path) = path {
                l.at(call).full_name = l.names.intern(&format!("{path}.{name}"));
                l.at(call).dispatch = Some(Dispatch::Static);
            }
        });
    });
}

// ── Parameters ─────────────────────────────────────────────────────────────────────────────────────────

/// The variable that a pattern binds the whole value to.
fn whole_name(l: &Lower<'_>, n: C) -> Option<C> {
    if is_binary(l, n, b"\\\\") {
        return l.child(n, F::Left).and_then(|left| whole_name(l, left));
    }
    if is_binary(l, n, b"=") {
        let sides = [l.child(n, F::Right), l.child(n, F::Left)];
        return sides.into_iter().flatten().find_map(|side| patterns::variable(l, side));
    }
    patterns::variable(l, n)
}

/// Writes the parameters: named as the clauses that name them agree to.
fn parameters(
    l: &mut Lower<'_>,
    clauses: &[&Clause],
    arity: usize,
    spec: Option<&specs::Spec>,
) -> Vec<Symbol> {
    let (heads, bodies): (Vec<&Clause>, Vec<&Clause>) =
        clauses.iter().partition(|clause| matches!(clause.body, Body::None));
    let bound: Vec<Vec<Bindings>> = bodies
        .iter()
        .map(|clause| clause.patterns.iter().map(|p| patterns::bindings(l, *p)).collect())
        .collect();
    let mut names: Vec<Symbol> = Vec::with_capacity(arity);
    for index in 0..arity {
        let mut name = Symbol::NONE;
        let mut at = None;
        let mut agreed = true;
        // A head without a body is there to name the parameters.
        for clause in if heads.is_empty() { &bodies } else { &heads } {
            let Some(&pattern) = clause.patterns.get(index) else { continue };
            at = at.or(Some(pattern));
            let Some(named) = whole_name(l, pattern) else { continue };
            // `_name` says that a clause has no use for it.
            let text = l.text(named);
            if text.starts_with(b"_") && clauses.len() > 1 {
                continue;
            }
            let this = l.symbol(named);
            agreed &= !name.is_some() || name == this;
            name = this;
        }
        // A clause that binds the name to anything else would write over the parameter.
        let elsewhere = bound.iter().any(|clause| {
            clause
                .iter()
                .enumerate()
                .any(|(i, b)| if i == index { b.takes_part(name) } else { b.names().any(|n| n == name) })
        });
        if !name.is_some() || !agreed || elsewhere || names.contains(&name) {
            name = l.temporary_name();
        }
        let at = at.unwrap_or(C(0));
        let type_name = match spec.and_then(|spec| spec.parameters.get(index)).copied() {
            Some(declared) => specs::type_name(l, declared),
            None => Symbol::NONE,
        };
        let declared = spec.and_then(|spec| spec.parameters.get(index)).copied();
        l.parameter(at, name, index as i32 + 1, type_name, |l| {
            if let Some(declared) = declared {
                specs::mentions(l, declared);
            }
        });
        if let Some(known) = l.declared.last_mut() {
            known.insert(name);
        }
        names.push(name);
    }
    names
}

/// Writes the body of a METHOD: the only clause, or a MATCH over the parameters.
fn write_clauses(l: &mut Lower<'_>, n: C, clauses: &[&Clause], names: &[Symbol]) {
    match clauses {
        [] => {}
        [only] if only.guard.is_none() && !only.patterns.iter().any(|p| patterns::has_tests(l, *p)) => {
            let at = match only.body {
                Body::Arrow(right) => right,
                Body::Blocks(blocks) => blocks.body.map_or(only.n, Part::node),
                Body::None => only.n,
            };
            l.next_slot(Slot::Body);
            l.block(at, |l| {
                for (pattern, name) in only.patterns.iter().zip(names) {
                    let bindings = patterns::bindings(l, *pattern);
                    patterns::bind(l, &bindings, *name);
                }
                only.write(l, Tail::Return);
            });
        }
        _ => {
            l.next_slot(Slot::Body);
            l.synthetic_block(n, |l| {
                l.control(Control::Match, n, |l| {
                    l.next_slot(Slot::Condition);
                    match names {
                        [] => {
                            l.next_slot(Slot::None);
                        }
                        [one] => {
                            l.identifier_named(n, *one);
                        }
                        _ => {
                            l.operator(Operator::TupleLiteral, n, |l| {
                                for name in names {
                                    l.identifier_named(n, *name);
                                }
                            });
                        }
                    }
                    for clause in clauses {
                        arm(l, clause, names, Tail::Return);
                    }
                });
            });
        }
    }
}

/// An arm of a MATCH: its tests, its bindings from `roots`, its guard, its body.
pub fn arm(l: &mut Lower<'_>, clause: &Clause, roots: &[Symbol], tail: Tail) {
    l.next_slot(Slot::Arm);
    l.block(clause.n, |l| {
        blocks::scoped(l, |l| {
            let all = clause.guard.is_none() && clause.patterns.iter().all(|p| patterns::takes_all(l, *p));
            l.jump_target(clause.n, if all { "default" } else { "case" });
            for pattern in &clause.patterns {
                patterns::test(l, *pattern);
            }
            for (pattern, root) in clause.patterns.iter().zip(roots) {
                let bindings = patterns::bindings(l, *pattern);
                patterns::bind(l, &bindings, *root);
            }
            if let Some(guard) = clause.guard {
                l.slot(Slot::Guard, guard);
            }
            clause.write(l, tail);
        });
    });
}

// ── Closures ───────────────────────────────────────────────────────────────────────────────────────────

/// `fn a -> b; c -> d end`.
pub fn anonymous(l: &mut Lower<'_>, n: C) {
    let clauses: Vec<C> = l.cst.named(n).filter(|c| l.is(*c, STAB)).collect();
    closure_of(l, n, &clauses);
    l.lower_errors(n);
}

/// A closure of clauses.
pub fn closure_of(l: &mut Lower<'_>, n: C, clauses: &[C]) {
    let others: Vec<C> = clauses.iter().copied().filter(|c| !l.is(*c, STAB)).collect();
    let clauses: Vec<Clause> =
        clauses.iter().filter(|c| l.is(**c, STAB)).map(|c| Clause::of_arrow(l, *c)).collect();
    let clauses: Vec<&Clause> = clauses.iter().collect();
    let arity = clauses.iter().map(|c| c.patterns.len()).max().unwrap_or(0);
    l.closure(n, &format!("/{arity}"), |l| {
        let names = parameters(l, &clauses, arity, None);
        write_clauses(l, n, &clauses, &names);
        Symbol::NONE
    });
    for other in others {
        l.in_front(|l| l.lower(other));
    }
}

/// `a -> b` where nothing chooses by it.
pub fn lone_clause(l: &mut Lower<'_>, n: C) {
    closure_of(l, n, &[n]);
}
