//! Functions, methods, types, variables, constants and imports.

use stoa_model::Symbol;

use super::*;
use crate::tree::{Slot, flags};

// ── Functions ──────────────────────────────────────────────────────────────────────────────────────

/// The names (none when unnamed) and types below a parameter list, with whether the last is variadic.
fn parameters(l: &Lower<'_>, list: Option<C>) -> Vec<(C, Option<C>, C, bool)> {
    let mut found = Vec::new();
    for n in list.into_iter().flat_map(|list| l.cst.named(list)) {
        let Some(typed) = l.child(n, F::Type) else { continue };
        let variadic = l.is(n, VARIADIC_PARAMETER);
        let mut names = l.cst.children_in(n, F::Name);
        match (names.next(), names.next()) {
            (None, _) => found.push((n, None, typed, variadic)),
            (only, None) => found.push((n, only, typed, variadic)),
            // `a, b T` shares its type.
            _ => found.extend(l.cst.children_in(n, F::Name).map(|name| (name, Some(name), typed, variadic))),
        }
    }
    found
}

/// `(T, error)` of a result list, `T` of a single type.
fn result_text(l: &Lower<'_>, n: C) -> String {
    let mut text = String::new();
    match l.child(n, F::Result) {
        Some(list) if l.is(list, PARAMETER_LIST) => {
            let results = parameters(l, Some(list));
            if results.len() == 1 {
                types::type_text(l, results[0].2, &mut text);
            } else {
                text.push('(');
                for (at, (_, _, typed, _)) in results.iter().enumerate() {
                    text.push_str(if at > 0 { ", " } else { "" });
                    types::type_text(l, *typed, &mut text);
                }
                text.push(')');
            }
        }
        Some(single) => types::type_text(l, single, &mut text),
        None => {}
    }
    text
}

fn signature(l: &Lower<'_>, n: C, result: &str) -> String {
    let mut text = format!("{result}(");
    for (at, (_, _, typed, variadic)) in parameters(l, l.child(n, F::Parameters)).iter().enumerate() {
        text.push_str(if at > 0 { "," } else { "" });
        text.push_str(if *variadic { "..." } else { "" });
        types::type_text(l, *typed, &mut text);
    }
    text.push(')');
    text
}

fn write_parameters(l: &mut Lower<'_>, list: Option<C>, first: i32) {
    for ((at, name, typed, variadic), index) in parameters(l, list).into_iter().zip(first..) {
        let symbol = match name {
            Some(name) => l.symbol(name),
            None => l.intern("_"),
        };
        declare(l, symbol);
        let type_name = types::type_name(l, typed);
        let position = l.parameter(at, symbol, index, type_name, |l| types::type_refs(l, typed));
        if variadic {
            l.at(position).flags |= flags::VARIADIC;
        }
    }
}

/// Parameters, results and body: what functions, methods and closures have in common. Returns the result type.
fn function_parts(l: &mut Lower<'_>, n: C, result: &str) -> Symbol {
    write_parameters(l, l.child(n, F::Parameters), 1);
    let results = l.child(n, F::Result);
    let mut named = Vec::new();
    match results {
        Some(list) if l.is(list, PARAMETER_LIST) => {
            named = parameters(l, results);
            for (_, _, typed, _) in &named {
                types::type_refs(l, *typed);
            }
        }
        Some(single) => types::type_refs(l, single),
        None => {}
    }
    if let Some(body) = l.child(n, F::Body) {
        l.next_slot(Slot::Body);
        // The body shares its scope with the parameters.
        l.block(body, |l| {
            for (_, name, typed, _) in named {
                let Some(name) = name else { continue };
                // Belongs to the whole method: a plain `return` returns it.
                let at = local(l, name, Some(typed));
                l.at(at).flags |= flags::HOISTED;
            }
            l.lower_children(body);
        });
    }
    if result.is_empty() { Symbol::NONE } else { l.intern(result) }
}

pub(super) fn function(l: &mut Lower<'_>, n: C) {
    let Some(name) = l.child(n, F::Name) else { return l.lower_children(n) };
    let (name, result) = (l.string(name), result_text(l, n));
    let signature = signature(l, n, &result);
    l.method_decl(n, &name, &signature, |l| {
        l.lower_field(n, F::TypeParameters);
        function_parts(l, n, &result)
    });
}

/// A method stands in the file and is called after its receiver's type.
pub(super) fn method(l: &mut Lower<'_>, n: C) {
    let Some(name) = l.child(n, F::Name) else { return l.lower_children(n) };
    let (name, result) = (l.string(name), result_text(l, n));
    let signature = signature(l, n, &result);
    let receiver = l.child(n, F::Receiver);
    let typed = parameters(l, receiver).first().map(|(_, _, typed, _)| *typed);
    let owner = typed.map_or(Symbol::NONE, |typed| types::type_name(l, typed));
    let owner = if owner.is_some() { l.names.get(owner).to_owned() } else { String::new() };
    let qualified = format!("{}.{name}", l.qualify(&owner));
    l.method_qualified(n, &name, qualified, &signature, |l| {
        // `func (l *List[T])` declares T.
        if let Some(arguments) = typed.and_then(|typed| receiver_arguments(l, typed)) {
            for argument in l.cst.named(arguments) {
                type_parameter(l, argument, None);
            }
        }
        write_parameters(l, receiver, 0);
        function_parts(l, n, &result)
    });
}

fn receiver_arguments(l: &Lower<'_>, mut n: C) -> Option<C> {
    while !l.is(n, GENERIC_TYPE) {
        n = l.cst.named(n).next()?;
    }
    l.child(n, F::TypeArguments)
}

pub(super) fn closure(l: &mut Lower<'_>, n: C) {
    let result = result_text(l, n);
    let signature = signature(l, n, &result);
    l.closure(n, &signature, |l| function_parts(l, n, &result));
}

pub(super) fn interface_method(l: &mut Lower<'_>, n: C) {
    function(l, n);
}

pub(super) fn type_parameters(l: &mut Lower<'_>, n: C) {
    for declaration in l.cst.named(n) {
        let bound = l.child(declaration, F::Type);
        for name in l.cst.children_in(declaration, F::Name) {
            type_parameter(l, name, bound);
        }
    }
}

fn type_parameter(l: &mut Lower<'_>, n: C, bound: Option<C>) {
    let name = l.symbol(n);
    let full_name = l.qualify(&l.string(n));
    let full_name = l.intern(&full_name);
    let at = l.node(NodeKind::TypeParameter, n, name, |l| l.lower_opt(bound));
    l.at(at).full_name = full_name;
}

// ── Types ──────────────────────────────────────────────────────────────────────────────────────────

pub(super) fn type_declaration(l: &mut Lower<'_>, n: C) {
    let (Some(name), Some(typed)) = (l.child(n, F::Name), l.child(n, F::Type)) else {
        return l.lower_children(n);
    };
    let is_alias = l.is(n, TYPE_ALIAS);
    let name = l.string(name);
    let underlying = types::type_name(l, typed);
    let at = l.type_decl(n, &name, |l| {
        if is_alias {
            l.modifier(n, "alias");
        }
        l.lower_field(n, F::TypeParameters);
        type_body(l, typed);
    });
    if !l.is(typed, STRUCT_TYPE) && !l.is(typed, INTERFACE_TYPE) {
        l.at(at).type_full_name = underlying;
    }
}

/// What a type is made of, below its TYPE_DECL.
fn type_body(l: &mut Lower<'_>, n: C) {
    if l.is(n, STRUCT_TYPE) {
        l.modifier(n, "struct");
        l.lower_children(n);
    } else if l.is(n, INTERFACE_TYPE) {
        l.modifier(n, "interface");
        for element in l.cst.named(n) {
            let mut alternatives = l.cst.named(element);
            match (alternatives.next(), alternatives.next()) {
                (Some(one), None) if l.is(element, TYPE_ELEM) && !l.is(one, NEGATED_TYPE) => {
                    supertype(l, one)
                }
                _ => l.lower(element),
            }
        }
    } else {
        types::type_refs(l, n);
    }
}

/// A struct or interface that has no name gets one.
pub(super) fn anonymous_type(l: &mut Lower<'_>, n: C) {
    let sort = if l.is(n, STRUCT_TYPE) { "<struct>" } else { "<interface>" };
    let name = l.closure_name().replace("<lambda>", sort);
    l.next_no_argument();
    l.type_decl(n, &name, |l| type_body(l, n));
}

fn supertype(l: &mut Lower<'_>, n: C) {
    let outer = types::nominal(l, n);
    if !l.is(outer, TYPE_IDENTIFIER) && !l.is(outer, QUALIFIED_TYPE) {
        return types::type_refs(l, n);
    }
    let (name, path) = types::name_and_path(l, outer);
    l.supertype(n, name, path, |l| {
        if let Some(arguments) = l.child(n, F::TypeArguments) {
            for argument in l.cst.named(arguments) {
                types::type_refs(l, argument);
            }
        }
    });
}

/// A field of a struct; an embedded one is a supertype too.
pub(super) fn field(l: &mut Lower<'_>, n: C) {
    let Some(typed) = l.child(n, F::Type) else { return l.lower_children(n) };
    let tag = l.child(n, F::Tag);
    let type_name = types::type_name(l, typed);
    let names: Vec<C> = l.cst.children_in(n, F::Name).collect();
    for name in &names {
        let symbol = l.symbol(*name);
        l.member(if names.len() == 1 { n } else { *name }, symbol, type_name, |l| {
            types::type_refs(l, typed);
            l.lower_opt(tag);
        });
    }
    if names.is_empty() {
        let outer = types::nominal(l, typed);
        let (name, _) = types::name_and_path(l, outer);
        l.member(n, name, type_name, |l| {
            types::type_refs(l, typed);
            l.lower_opt(tag);
        });
        supertype(l, typed);
    }
}

// ── Variables ──────────────────────────────────────────────────────────────────────────────────────

/// A LOCAL with its type, declared in the innermost scope.
pub(super) fn local(l: &mut Lower<'_>, name: C, typed: Option<C>) -> crate::tree::Position {
    let symbol = l.symbol(name);
    declare(l, symbol);
    let type_name = typed.map_or(Symbol::NONE, |t| types::type_name(l, t));
    let at = l.node(NodeKind::Local, name, symbol, |l| {
        if let Some(typed) = typed {
            types::type_refs(l, typed);
        }
    });
    l.at(at).type_full_name = type_name;
    at
}

/// `var a, b T = x, y`
pub(super) fn variables(l: &mut Lower<'_>, n: C) {
    let names: Vec<C> = l.cst.children_in(n, F::Name).collect();
    let values: Vec<C> = l.child(n, F::Value).map_or(Vec::new(), |list| l.cst.named(list).collect());
    let typed = l.child(n, F::Type);
    if l.in_method() {
        statements::assign_all(l, n, &names, &values, &mut |l, name| {
            local(l, name, typed);
        });
        return;
    }
    let type_name = typed.map_or(Symbol::NONE, |t| types::type_name(l, t));
    for (at, name) in names.iter().enumerate() {
        let symbol = l.symbol(*name);
        let at_node = if names.len() == 1 { n } else { *name };
        member(l, at_node, symbol, type_name, typed, |l| match values[..] {
            [] => {}
            [call] if names.len() > 1 => {
                l.assign(
                    *name,
                    |l| ignore(l.identifier(*name)),
                    |l| {
                        l.operator(Operator::IndexAccess, call, |l| {
                            l.lower(call);
                            statements::number(l, call, at);
                        });
                    },
                );
            }
            _ => {
                if let Some(value) = values.get(at) {
                    l.assign(at_node, |l| ignore(l.identifier(*name)), |l| l.lower(*value));
                }
            }
        });
    }
}

/// A MEMBER of the package, with its initialiser below it.
fn member(
    l: &mut Lower<'_>,
    n: C,
    name: Symbol,
    type_name: Symbol,
    typed: Option<C>,
    initialiser: impl FnOnce(&mut Lower<'_>),
) {
    let text = l.names.get(name).to_owned();
    l.member(n, name, type_name, |l| {
        if let Some(typed) = typed {
            types::type_refs(l, typed);
        }
        // Closures of different files must not share a name.
        l.within(&text, initialiser);
    });
}

/// A group of constants; one without a value repeats the value and the type before it, with the next `iota`.
pub(super) fn constants(l: &mut Lower<'_>, n: C) {
    let (mut typed, mut values) = (None, Vec::new());
    for spec in l.cst.named(n) {
        if !l.is(spec, CONST_SPEC) {
            l.lower(spec);
            continue;
        }
        let list = l.child(spec, F::Value);
        if let Some(list) = list {
            values = l.cst.named(list).collect();
            typed = l.child(spec, F::Type);
        }
        let names: Vec<C> = l.cst.children_in(spec, F::Name).filter(|c| l.is(*c, IDENTIFIER)).collect();
        let given = list.is_some();
        if given && l.in_method() {
            statements::assign_all(l, spec, &names, &values, &mut |l, name| {
                local(l, name, typed);
            });
            continue;
        }
        let type_name = typed.map_or(Symbol::NONE, |t| types::type_name(l, t));
        for (at, name) in names.iter().enumerate() {
            let value = values.get(at).copied();
            let initialiser = |l: &mut Lower<'_>| {
                let Some(value) = value else { return };
                l.assign(
                    *name,
                    |l| ignore(l.identifier(*name)),
                    |l| if given { l.lower(value) } else { repeated(l, *name, value) },
                );
            };
            let symbol = l.symbol(*name);
            let at_node = if names.len() == 1 { spec } else { *name };
            if l.in_method() {
                declare(l, symbol);
                l.local(*name, symbol, type_name);
                initialiser(l);
            } else if given {
                member(l, at_node, symbol, type_name, typed, initialiser);
            } else {
                member(l, at_node, symbol, type_name, None, initialiser);
            }
        }
    }
}

/// The value of a constant that repeats the one before: a literal, or else something that counts.
fn repeated(l: &mut Lower<'_>, n: C, value: C) {
    let (name, type_name) = match l.role(value) {
        Literal(type_name) => (l.symbol(value), type_name),
        _ => (l.intern("iota"), "int"),
    };
    l.literal_named(n, name, type_name);
}

// ── Imports ────────────────────────────────────────────────────────────────────────────────────────

pub(super) fn import(l: &mut Lower<'_>, n: C) {
    let Some(path) = l.child(n, F::Path) else { return l.lower_children(n) };
    let path = l.string(path);
    let path = path.trim_matches(|c| c == '"' || c == '`');
    match l.child(n, F::Name) {
        Some(dot) if l.is(dot, DOT) => l.import_all(n, path),
        Some(name) => l.import(n, &l.string(name), path),
        None => l.import(n, package_name(path), path),
    };
}

/// The name a package most likely has: the last part of its path that is no version.
fn package_name(path: &str) -> &str {
    let is_version = |part: &str| {
        part.strip_prefix('v').is_some_and(|v| !v.is_empty() && v.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut parts = path.rsplit('/');
    let mut name = parts.next().unwrap_or(path);
    if is_version(name) {
        name = parts.next().unwrap_or(name);
    }
    // gopkg.in/yaml.v3
    match name.rsplit_once('.') {
        Some((base, version)) if is_version(version) => base,
        _ => name,
    }
}
