//! Modules, protocols, structs and attributes; the names that `alias`, `import`, `require` and `use` bring in.

use stoa_model::{NodeKind, Symbol};

use super::*;
use crate::lower::Lower;
use crate::tree::{NOWHERE, Position, Slot, flags};

// ── Names of modules ───────────────────────────────────────────────────────────────────────────────────

/// The module around what is being written, by its full name.
pub fn current(l: &Lower<'_>) -> Symbol {
    around(l).map_or(Symbol::NONE, |at| l.tree.get(at).full_name)
}

fn around(l: &Lower<'_>) -> Option<Position> {
    let mut at = l.parent_position()?;
    loop {
        let node = l.tree.get(at);
        if node.kind == NodeKind::TypeDecl {
            return Some(at);
        }
        if node.parent == NOWHERE {
            return None;
        }
        at = node.parent;
    }
}

/// The module a node names, as written: an alias, an Erlang module's atom, `__MODULE__` and what stands below it.
pub fn path(l: &Lower<'_>, n: C) -> Option<String> {
    match l.grammar.row(l.cst.get(n).kind) {
        ALIAS => {
            let text: String = l.string(n).split_whitespace().collect();
            Some(match text.strip_prefix("Elixir.") {
                Some(rest) => rest.to_owned(),
                None => text,
            })
        }
        ATOM => Some(l.string(n).into_owned()),
        IDENTIFIER if l.text(n) == b"__MODULE__" => {
            let current = current(l);
            current.is_some().then(|| l.names.get(current).to_owned())
        }
        DOT => {
            let (left, right) = (l.child(n, F::Left)?, l.child(n, F::Right)?);
            let left = path(l, left).filter(|_| l.is(right, ALIAS))?;
            Some(format!("{left}.{}", l.string(right)))
        }
        _ => None,
    }
}

/// The full name of a module, by the aliases in sight.
pub fn resolved(l: &Lower<'_>, path: &str) -> String {
    let (head, rest) = path.split_at(path.find('.').unwrap_or(path.len()));
    let (Some(name), Some(mut at)) = (l.names.find(head), l.parent_position()) else {
        return path.to_owned();
    };
    if !l.imported.contains_key(&(NOWHERE, name)) {
        return path.to_owned();
    }
    loop {
        if let Some(whole) = l.imported.get(&(at, name)) {
            return format!("{}{rest}", l.names.get(*whole));
        }
        at = l.tree.get(at).parent;
        if at == NOWHERE {
            return path.to_owned();
        }
    }
}

/// Remembers what a name stands for below the node being written.
fn bind(l: &mut Lower<'_>, name: &str, whole: &str) {
    let (name, whole) = (l.intern(name), l.intern(whole));
    if let Some(at) = l.parent_position() {
        l.imported.insert((at, name), whole);
        l.imported.insert((NOWHERE, name), whole);
    }
}

/// A module as a value: an IDENTIFIER with the whole path.
pub fn value(l: &mut Lower<'_>, n: C) {
    let Some(path) = path(l, n) else { return l.lower_children(n) };
    let whole = resolved(l, &path);
    let (name, whole) = (l.intern(&path), l.intern(&whole));
    let at = l.identifier_named(n, name);
    l.at(at).full_name = whole;
}

/// The full name of a module that a declaration names here: below the module around it.
fn declared_name(l: &Lower<'_>, n: C) -> (String, String) {
    let name = match path(l, n) {
        Some(name) => name,
        None => l.string(n).chars().take(100).collect(),
    };
    let outer = current(l);
    let absolute = !l.is(n, ALIAS) || l.text(n).starts_with(b"Elixir.");
    let full = match l.names.get(outer) {
        outer if outer.is_empty() || absolute => name.clone(),
        outer => format!("{outer}.{name}"),
    };
    (name, full)
}

// ── Declarations ───────────────────────────────────────────────────────────────────────────────────────

/// A TYPE_DECL with a full name of its own, whose body begins without the variables around it.
fn type_decl(l: &mut Lower<'_>, n: C, name: &str, full: String, inside: impl FnOnce(&mut Lower<'_>)) {
    let (symbol, whole) = (l.intern(name), l.intern(&full));
    let at = l.open(NodeKind::TypeDecl, n, symbol);
    l.at(at).full_name = whole;
    let outer = std::mem::replace(&mut l.declared, vec![Default::default()]);
    l.within_qualified(full, inside);
    l.declared = outer;
    l.close();
}

fn body(l: &mut Lower<'_>, n: C) {
    if let Some(part) = blocks::Blocks::of(l, n).body {
        let items = part.items(l);
        blocks::sequence(l, &items, blocks::Tail::Value);
    }
    l.lower_errors(n);
}

pub fn module(l: &mut Lower<'_>, n: C) {
    let Some(&named) = arguments(l, n).first() else { return l.lower_children(n) };
    let (name, full) = declared_name(l, named);
    // `defmodule Inner` in a module: `Inner` is known behind it.
    if current(l).is_some() && l.is(named, ALIAS) {
        let head = name.split('.').next().unwrap_or(&name).to_owned();
        let whole = full.strip_suffix(&name[head.len()..]).unwrap_or(&full).to_owned();
        bind(l, &head, &whole);
    }
    type_decl(l, n, &name, full, |l| body(l, n));
}

pub fn protocol(l: &mut Lower<'_>, n: C) {
    let Some(&named) = arguments(l, n).first() else { return l.lower_children(n) };
    let (name, full) = declared_name(l, named);
    type_decl(l, n, &name, full, |l| {
        l.modifier(n, "interface");
        body(l, n);
    });
}

/// `defimpl Protocol, for: Type` is the module `Protocol.Type`. An implementation for several types is named by the
/// first of them.
pub fn implementation(l: &mut Lower<'_>, n: C) {
    let given = arguments(l, n);
    let Some(&named) = given.first() else { return l.lower_children(n) };
    let protocol = path(l, named).unwrap_or_else(|| l.string(named).into_owned());
    let protocol_full = resolved(l, &protocol);
    let mut types: Vec<C> = Vec::new();
    for list in given.iter().filter(|g| l.is(**g, KEYWORDS)) {
        for pair in l.cst.named(*list) {
            let (Some(key), Some(value)) = (l.child(pair, F::Key), l.child(pair, F::Value)) else { continue };
            if literals::key_name(l, key) == b"for" {
                match l.is(value, LIST) {
                    true => types.extend(l.cst.named(value)),
                    false => types.push(value),
                }
            }
        }
    }
    let of = match types.first() {
        Some(first) => {
            path(l, *first).map(|p| resolved(l, &p)).unwrap_or_else(|| l.string(*first).into_owned())
        }
        None => l.names.get(current(l)).to_owned(),
    };
    let full = format!("{protocol_full}.{of}");
    type_decl(l, n, &full.clone(), full, |l| {
        supertype(l, named, &protocol);
        for of in types {
            if let Some(path) = path(l, of) {
                let (name, whole) = (l.intern(&path), l.intern(&path));
                l.type_ref(of, name, whole, |_| {});
            } else {
                l.lower(of);
            }
        }
        body(l, n);
    });
}

fn supertype(l: &mut Lower<'_>, n: C, path: &str) {
    let path = l.intern(path);
    l.supertype(n, path, path, |_| {});
}

/// `defstruct [:a, b: 1]`: MEMBERs, and the constructor that `%Struct{…}` calls.
pub fn structure(l: &mut Lower<'_>, n: C, exception: bool) {
    if exception && l.parent_kind() == Some(NodeKind::TypeDecl) {
        supertype(l, n, "Exception");
    }
    let given = arguments(l, n);
    let mut fields: Vec<C> = Vec::new();
    for argument in given {
        match l.is(argument, LIST) || l.is(argument, KEYWORDS) {
            true => fields.extend(l.cst.named(argument)),
            // Computed fields.
            false => l.lower(argument),
        }
    }
    let mut index = 0;
    while index < fields.len() {
        let field = fields[index];
        index += 1;
        if l.is(field, KEYWORDS) {
            fields.splice(index..index, l.cst.named(field));
        } else if l.is(field, PAIR) {
            let Some(key) = l.child(field, F::Key) else { continue };
            let name = l.names.intern_bytes(literals::key_name(l, key));
            l.member(field, name, Symbol::NONE, |l| l.lower_field(field, F::Value));
        } else if l.is(field, ATOM) {
            let name = l.names.intern_bytes(l.text(field).get(1..).unwrap_or_default());
            l.member(field, name, Symbol::NONE, |_| {});
        } else {
            l.lower(field);
        }
    }
    let of = current(l);
    let at = l.method_decl(n, "<init>", "/1", |l| {
        let fields = l.intern("fields");
        let at = l.parameter(n, fields, 1, Symbol::NONE, |_| {});
        l.at(at).flags |= flags::VARIADIC | flags::SYNTHETIC;
        l.next_slot(Slot::Body);
        l.synthetic_block(n, |_| {});
        of
    });
    l.at(at).flags |= flags::SYNTHETIC;
}

// ── Attributes ─────────────────────────────────────────────────────────────────────────────────────────

/// Attributes that say something of the declaration behind them.
const OF_DECLARATION: &[&[u8]] =
    &[b"doc", b"impl", b"spec", b"deprecated", b"since", b"typedoc", b"macrospec"];

/// Attributes that say something of the module.
const OF_MODULE: &[&[u8]] = &[
    b"moduledoc",
    b"compile",
    b"derive",
    b"dialyzer",
    b"enforce_keys",
    b"external_resource",
    b"fallback_to_any",
    b"on_load",
    b"on_definition",
    b"before_compile",
    b"after_compile",
    b"after_verify",
    b"optional_callbacks",
    b"nifs",
    b"vsn",
];

/// `@doc`, `@spec` … before a declaration: it takes them as ANNOTATIONs.
pub fn precedes_declaration(l: &Lower<'_>, n: C) -> bool {
    attribute_name(l, n).is_some_and(|name| OF_DECLARATION.contains(&name))
}

/// The name of an attribute that is set (`@name value`).
pub fn attribute_name<'a>(l: &Lower<'a>, n: C) -> Option<&'a [u8]> {
    if !l.is(n, UNARY) || token(l, n) != b"@" {
        return None;
    }
    l.child(n, F::Operand).and_then(|operand| target(l, operand))
}

pub fn attribute(l: &mut Lower<'_>, n: C, operand: C) {
    let Some(name) = target(l, operand) else {
        // Read: `@name`.
        let name = format!("@{}", l.string(operand));
        let name = l.intern(&name);
        l.identifier_named(n, name);
        return;
    };
    let given = arguments(l, operand);
    match name {
        b"behaviour" => {
            for behaviour in given {
                match path(l, behaviour) {
                    Some(path) => supertype(l, behaviour, &path),
                    None => l.lower(behaviour),
                }
            }
        }
        b"callback" | b"macrocallback" => blocks::apart(l, n, |l| specs::callback(l, n, &given)),
        b"type" | b"typep" | b"opaque" => specs::type_alias(l, n, &given, name),
        _ if OF_DECLARATION.contains(&name) || OF_MODULE.contains(&name) => annotation(l, n, name, &given),
        _ => variable(l, n, name, &given),
    }
}

fn annotation(l: &mut Lower<'_>, n: C, name: &[u8], given: &[C]) {
    let is_type = name.ends_with(b"spec");
    let name = l.names.intern_bytes(name);
    l.node(NodeKind::Annotation, n, name, |l| {
        // Types are no values; `specs.rs` reads them.
        if !is_type {
            for argument in given {
                l.lower(*argument);
            }
        }
    });
}

/// `@name value`: a variable of the module.
fn variable(l: &mut Lower<'_>, n: C, name: &[u8], given: &[C]) {
    let name = format!("@{}", String::from_utf8_lossy(name));
    let name = l.intern(&name);
    let known = l.declared.last_mut().is_some_and(|known| !known.insert(name));
    if !known {
        l.in_front(|l| {
            l.member(n, name, Symbol::NONE, |_| {});
        });
    }
    l.assign_name(n, name, |l| {
        for argument in given {
            l.lower(*argument);
        }
    });
}

// ── Imports ────────────────────────────────────────────────────────────────────────────────────────────

/// The value of a keyword among arguments.
fn option(l: &Lower<'_>, given: &[C], name: &[u8]) -> Option<C> {
    let keywords = given.iter().copied().find(|g| l.is(*g, KEYWORDS))?;
    let pair = l
        .cst
        .named(keywords)
        .find(|p| l.child(*p, F::Key).is_some_and(|k| literals::key_name(l, k) == name))?;
    l.child(pair, F::Value)
}

/// The modules that `A.B` or `A.{B, C.D}` name.
fn several(l: &Lower<'_>, n: C) -> Vec<(C, String)> {
    if l.is(n, DOT)
        && let (Some(left), Some(right)) = (l.child(n, F::Left), l.child(n, F::Right))
        && l.is(right, TUPLE)
    {
        let Some(base) = path(l, left) else { return Vec::new() };
        let parts = l.cst.named(right).filter_map(|c| Some((c, format!("{base}.{}", path(l, c)?))));
        return parts.collect();
    }
    path(l, n).map(|p| (n, p)).into_iter().collect()
}

pub fn alias(l: &mut Lower<'_>, n: C) {
    let given = arguments(l, n);
    let Some(&named) = given.first() else { return };
    let other = option(l, &given, b"as").and_then(|name| path(l, name));
    let modules = several(l, named);
    if modules.is_empty() {
        l.call(n, Symbol::NONE, |l| l.lower_children(n));
    }
    for (at, path) in modules {
        let whole = resolved(l, &path);
        let name = other.clone().unwrap_or_else(|| whole.rsplit('.').next().unwrap_or(&whole).to_owned());
        bind(l, &name, &whole);
        l.import(at, &name, &whole);
    }
}

/// `import Module, only: [f: 1]`: the names; without `only` everything.
pub fn import(l: &mut Lower<'_>, n: C) {
    let given = arguments(l, n);
    let Some(&named) = given.first() else { return };
    let only = option(l, &given, b"only").filter(|only| l.is(*only, LIST));
    for (at, path) in several(l, named) {
        let whole = resolved(l, &path);
        let Some(only) = only else {
            l.import_all(at, &whole);
            continue;
        };
        let mut pairs: Vec<C> = Vec::new();
        for child in l.cst.named(only).filter(|c| l.is(*c, KEYWORDS)) {
            pairs.extend(l.cst.named(child));
        }
        let mut seen: Vec<&[u8]> = Vec::new();
        for pair in pairs {
            let Some(key) = l.child(pair, F::Key) else { continue };
            let name = literals::key_name(l, key);
            if !seen.contains(&name) {
                seen.push(name);
                let name = String::from_utf8_lossy(name);
                l.import(pair, &name, &format!("{whole}.{name}"));
            }
        }
    }
}

/// `require Module, as: Name` binds a name only if it says so.
pub fn require(l: &mut Lower<'_>, n: C) {
    let given = arguments(l, n);
    let Some(&named) = given.first() else { return };
    let other = option(l, &given, b"as").and_then(|name| path(l, name));
    for (at, path) in several(l, named) {
        let whole = resolved(l, &path);
        match &other {
            Some(name) => {
                bind(l, name, &whole);
                l.import(at, name, &whole);
            }
            None => {
                l.import(at, &whole, &whole);
            }
        }
    }
}

/// `use Module, options` requires the module and calls its `__using__`; what that injects is the module's behaviour:
/// it counts as a supertype.
pub fn use_(l: &mut Lower<'_>, n: C) {
    let given = arguments(l, n);
    let Some((&named, options)) = given.split_first() else { return };
    for (at, path) in several(l, named) {
        let whole = resolved(l, &path);
        l.import(at, &whole, &whole);
        if l.parent_kind() == Some(NodeKind::TypeDecl) {
            supertype(l, at, &whole);
        }
        let name = l.intern("__using__");
        let call = l.call(n, name, |l| {
            for option in options {
                l.lower(*option);
            }
        });
        l.at(call).full_name = l.names.intern(&format!("{whole}.__using__"));
        l.at(call).dispatch = Some(stoa_model::Dispatch::Static);
    }
}
