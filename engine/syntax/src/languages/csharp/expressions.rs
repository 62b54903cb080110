//! Names, operators, arguments, assignments.

use stoa_model::{NodeKind, Operator, Symbol};

use super::*;
use crate::sugar::{MAX_PARTS, Step};

/// `Name<T>` as a value: the name, with the TYPE_REFs of its type arguments below it.
pub fn generic_name(l: &mut Lower<'_>, n: C) {
    let name = simple_name(l, Some(n));
    l.node(NodeKind::Identifier, n, name, |l| types::arguments_of(l, n));
}

/// `global::Name` is the name, `alias::Name` a part of what the alias stands for.
pub fn alias_qualified_name(l: &mut Lower<'_>, n: C) {
    let (alias, name) = (l.child(n, F::Alias), l.child(n, F::Name));
    if alias.is_some_and(|alias| l.text(alias) == b"global") {
        l.lower_opt(name);
    } else {
        l.member_access(n, F::Alias, F::Name);
    }
}

/// The name of an `identifier` or `generic_name`, without type arguments.
pub fn simple_name(l: &mut Lower<'_>, n: Option<C>) -> Symbol {
    match n {
        Some(n) if l.is(n, GENERIC_NAME) => {
            l.child_of(n, IDENTIFIER).map_or(Symbol::NONE, |name| l.symbol(name))
        }
        Some(n) => l.symbol(n),
        None => Symbol::NONE,
    }
}

pub fn conditional(l: &mut Lower<'_>, n: C) {
    let [condition, yes, no] = [F::Condition, F::Consequence, F::Alternative].map(|f| l.child(n, f));
    l.conditional(n, condition, yes, no);
}

pub fn prefix(l: &mut Lower<'_>, n: C) {
    if !has_token(l, n, b"^") {
        return l.apply(Unary, n);
    }
    // `^1` is an object: `new System.Index(1, true)`.
    let (name, path, fact) = (l.intern("<init>"), l.intern("System.Index"), l.intern("true"));
    let at = l.call(n, name, |l| {
        l.lower_children(n);
        l.literal_named(n, fact, "bool");
    });
    let node = l.at(at);
    node.dispatch = Some(stoa_model::Dispatch::Static);
    (node.full_name, node.type_full_name) = (path, path);
}

/// `x!` is `x`: it speaks to the compiler alone.
pub fn postfix(l: &mut Lower<'_>, n: C) {
    if has_token(l, n, b"!") { l.lower_children(n) } else { l.apply(Unary, n) }
}

/// `(T) value`
pub fn cast(l: &mut Lower<'_>, n: C) {
    converted(l, n, l.child(n, F::Type), l.child(n, F::Value));
}

/// `value as T`
pub fn as_type(l: &mut Lower<'_>, n: C) {
    converted(l, n, l.child(n, F::Right), l.child(n, F::Left));
}

fn converted(l: &mut Lower<'_>, n: C, type_node: Option<C>, value: Option<C>) {
    let type_name = types::nominal_opt(l, type_node);
    let at = l.operator(Operator::Cast, n, |l| {
        if let Some(type_node) = type_node {
            types::type_argument(l, type_node);
        }
        l.lower_opt(value);
    });
    l.at(at).type_full_name = type_name;
}

fn of_type(l: &mut Lower<'_>, n: C, operator: Operator) {
    let type_node = l.child(n, F::Type);
    l.operator(operator, n, |l| {
        if let Some(type_node) = type_node {
            types::type_argument(l, type_node);
        }
    });
}

pub fn size_of(l: &mut Lower<'_>, n: C) {
    of_type(l, n, Operator::SizeOf);
}

pub fn type_of(l: &mut Lower<'_>, n: C) {
    of_type(l, n, Operator::TypeOf);
}

/// `__refvalue(value, T)`
pub fn ref_value(l: &mut Lower<'_>, n: C) {
    converted(l, n, l.child(n, F::Type), l.child(n, F::Value));
}

/// `default` and `default(T)`: a literal of the type.
pub fn default_value(l: &mut Lower<'_>, n: C) {
    let type_node = l.child(n, F::Type);
    let name = l.intern("default");
    let type_name = types::nominal_opt(l, type_node);
    let at = l.literal_named(n, name, "null");
    if type_name.is_some() {
        l.at(at).type_full_name = type_name;
    }
}

/// An argument is its value. `ref` and `out` hand over where the variable is.
pub fn argument(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let value = cst.named(n).find(|c| cst.get(*c).field != F::Name && !l.is(*c, MODIFIER));
    let Some(value) = value else {
        return l.lower_children(n);
    };
    if has_token(l, n, b"ref") || has_token(l, n, b"out") {
        l.operator(Operator::AddressOf, n, |l| l.lower(value));
    } else {
        l.lower(value);
    }
}

/// `out var x`, or `var x` of a deconstruction: a LOCAL, and the name.
pub fn declaration(l: &mut Lower<'_>, n: C) {
    let Some(name) = l.child(n, F::Name) else { return };
    let type_node = l.child(n, F::Type);
    let symbol = l.symbol(name);
    if l.text(name) != b"_" {
        l.in_front(|l| local(l, n, type_node, symbol));
    }
    l.identifier_named(name, symbol);
}

/// A LOCAL, unless the statement around it has declared the name already.
pub fn local(l: &mut Lower<'_>, n: C, type_node: Option<C>, name: Symbol) {
    if l.declared.last_mut().is_some_and(|names| names.remove(&name)) {
        return;
    }
    let type_name = types::nominal_opt(l, type_node);
    let at = l.node(NodeKind::Local, n, name, |l| types::type_use_opt(l, type_node));
    l.at(at).type_full_name = type_name;
}

// ── Assignments ────────────────────────────────────────────────────────────────────────────────────────

pub fn assignment(l: &mut Lower<'_>, n: C) {
    let (left, right) = (l.child(n, F::Left), l.child(n, F::Right));
    match (left, right) {
        (Some(left), Some(right)) if l.is(left, TUPLE) => {
            // A variable that is overwritten on the way cannot stand for the value.
            let variable = value_name(l, right).filter(|name| !mentions(l, left, l.text(*name)));
            deconstruct(l, n, left, |l| l.lower(right), variable);
        }
        (Some(left), Some(right)) if l.is(left, IDENTIFIER) && l.text(left) == b"_" => l.lower(right),
        _ => l.apply(Assign, n),
    }
}

/// A variable that stands for a value by itself.
pub fn value_name(l: &Lower<'_>, value: C) -> Option<C> {
    is_any(l, value, &[IDENTIFIER, THIS]).then_some(value)
}

/// `(a, var b) = value`: an assignment for each name, from the parts of the value. `variable` is the value when it
/// is a variable already.
pub fn deconstruct<'a>(
    l: &mut Lower<'a>,
    n: C,
    targets: C,
    value: impl FnOnce(&mut Lower<'a>),
    variable: Option<C>,
) {
    let inside_call = l.parent_kind() == Some(NodeKind::Call);
    let write = |l: &mut Lower<'a>| {
        let root = match variable {
            Some(variable) => l.symbol(variable),
            None => {
                let root = l.temporary(n);
                l.assign_name(n, root, value);
                root
            }
        };
        let mut found = Vec::new();
        parts(l, targets, &mut Vec::new(), &mut found);
        write_parts(l, &found, root);
        if inside_call {
            l.identifier_named(n, root);
        }
    };
    if inside_call {
        l.synthetic_block(n, write);
    } else {
        write(l);
    }
}

/// The targets, each with its way into the value.
fn parts(l: &mut Lower<'_>, targets: C, path: &mut Vec<Step>, found: &mut Vec<(C, Vec<Step>)>) {
    let cst = l.cst;
    if path.len() > MAX_PARTS {
        l.truncated_line.get_or_insert(cst.get(targets).line);
        return;
    }
    for (index, part) in cst.named(targets).enumerate() {
        path.push(Step::Index(index as u32));
        let target = if l.is(part, ARGUMENT) { cst.named(part).last().unwrap_or(part) } else { part };
        l.deeper(target, |l| {
            if is_any(l, target, &[TUPLE, TUPLE_PATTERN, PARENTHESIZED_DESIGNATION]) {
                parts(l, target, path, found);
            } else {
                found.push((target, path.clone()));
            }
        });
        path.pop();
    }
}

/// Writes an assignment for each part.
fn write_parts(l: &mut Lower<'_>, found: &[(C, Vec<Step>)], root: Symbol) {
    let targets: Vec<C> = found.iter().map(|(target, _)| *target).collect();
    for at in l.target_order(&targets, |n| l.is(n, IDENTIFIER)) {
        part_of(l, found[at].0, root, &found[at].1);
    }
}

/// Whether an expression has an identifier of this text in it.
fn mentions(l: &Lower<'_>, n: C, name: &[u8]) -> bool {
    (n.0..l.cst.get(n).next).any(|at| l.is(C(at), IDENTIFIER) && l.text(C(at)) == name)
}

fn part_of(l: &mut Lower<'_>, target: C, root: Symbol, path: &[Step]) {
    if l.is(target, DISCARD) || l.text(target) == b"_" {
        return;
    }
    let mut name = target;
    if l.is(target, DECLARATION_EXPRESSION) {
        let Some(declared) = l.child(target, F::Name) else { return };
        if l.text(declared) == b"_" {
            return;
        }
        name = declared;
        let symbol = l.symbol(name);
        let type_node = l.child(target, F::Type);
        local(l, target, type_node, symbol);
    }
    l.assign(
        target,
        |l| {
            if name == target {
                l.lower(target);
            } else {
                l.identifier(name);
            }
        },
        |l| l.access(target, root, path),
    );
}

/// LOCALs for all names of a `tuple_pattern`.
pub fn declare_names(l: &mut Lower<'_>, pattern: C) {
    let cst = l.cst;
    let end = cst.get(pattern).next;
    for at in pattern.0 + 1..end {
        let name = C(at);
        if l.is(name, IDENTIFIER) && l.text(name) != b"_" {
            let symbol = l.symbol(name);
            l.local(name, symbol, Symbol::NONE);
        }
    }
}
