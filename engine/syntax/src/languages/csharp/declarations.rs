//! Files, namespaces, `using`, attributes, modifiers and types.

use stoa_model::{NodeKind, Operator, Symbol};

use super::*;
use crate::tree::Slot;

// ── Files ──────────────────────────────────────────────────────────────────────────────────────────────

/// A file's namespace is its module, when all its declarations stand in it. Statements of the top level are the
/// METHOD `<module>`.
pub fn file(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    if !l.is(n, COMPILATION_UNIT) {
        return l.lower(n);
    }
    let statement = |l: &Lower<'_>, c: C| l.is(c, GLOBAL_STATEMENT);
    if let Some(namespace) = cst.named(n).find(|c| l.is(*c, FILE_NAMESPACE)) {
        if let Some(name) = l.child(namespace, F::Name) {
            let name = path_text(l, name);
            l.set_module(&name);
        }
    } else if let Some(name) = only_namespace(l, n) {
        let name = path_text(l, name);
        l.set_module(&name);
    }
    let mut written = false;
    for child in cst.named(n) {
        if !statement(l, child) {
            l.lower(child);
        } else if !written {
            written = true;
            l.module_method(child, |l| {
                for child in cst.named(n) {
                    if statement(l, child) {
                        l.lower(child);
                    }
                }
            });
        }
    }
}

/// The name of the first namespace of a file in which nothing is declared outside of namespaces.
fn only_namespace(l: &Lower<'_>, n: C) -> Option<C> {
    let cst = l.cst;
    let mut name = None;
    for child in cst.named(n) {
        if l.is(child, NAMESPACE) {
            name = name.or(l.child(child, F::Name));
        } else if l.is(child, PREPROC_IF) {
            // `#if` around a namespace, or around directives.
            for inner in cst.named(child) {
                if l.is(inner, NAMESPACE) {
                    name = name.or(l.child(inner, F::Name));
                }
            }
        } else if !is_any(l, child, &[USING_DIRECTIVE, GLOBAL_ATTRIBUTE, EXTERN_ALIAS]) && !l.is_error(child)
        {
            return None;
        }
    }
    name
}

/// The text of a name without blanks, type arguments and `global::`.
fn path_text(l: &Lower<'_>, n: C) -> String {
    let mut name = String::new();
    types::push_nominal(l, n, &mut name);
    name
}

/// `namespace A.B { … }`: nothing of its own when it is the file's module, else a NAMESPACE_BLOCK.
pub fn namespace(l: &mut Lower<'_>, n: C) {
    let (name, body) = (l.child(n, F::Name), l.child(n, F::Body));
    let name = name.map(|name| path_text(l, name)).unwrap_or_default();
    let at_top = l.parent_position() == Some(1);
    if at_top && l.names.get(l.tree.module) == name {
        return l.lower_opt(body);
    }
    // A namespace beside the one that gave the module its name is not inside of it.
    let full = if at_top { name.clone() } else { l.qualify(&name) };
    let (name, full_name) = (l.intern(&name), l.intern(&full));
    let at = l.node(NodeKind::NamespaceBlock, n, name, |l| {
        l.within_qualified(full, |l| l.lower_opt(body));
    });
    l.at(at).full_name = full_name;
}

/// `using A.B;` and `using static A.B.C;` bring everything into sight, `using X = A.B;` one name.
pub fn using(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let alias = l.child(n, F::Name);
    let Some(path) = cst.named(n).filter(|c| types::is_type(l, *c) && Some(*c) != alias).last() else {
        return;
    };
    let path = path_text(l, path);
    match alias {
        Some(alias) => {
            let alias = l.string(alias);
            l.import(n, &alias, &path);
        }
        None => {
            l.import_all(n, &path);
        }
    }
}

pub fn extern_alias(l: &mut Lower<'_>, n: C) {
    if let Some(name) = l.child(n, F::Name) {
        let name = l.string(name);
        l.import(n, &name, &name);
    }
}

/// `#if` and its alternatives: what they choose from is lowered, the condition is not source.
pub fn preproc(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for child in cst.named(n) {
        if cst.get(child).field != F::Condition {
            l.lower(child);
        }
    }
}

// ── Attributes and modifiers ───────────────────────────────────────────────────────────────────────────

/// The attributes of a declaration, then its modifiers.
pub fn modifiers(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for child in cst.named(n) {
        if is_any(l, child, &[ATTRIBUTE_LIST, PREPROC_IF_ATTRIBUTES]) {
            l.lower(child);
        }
    }
    for child in cst.named(n) {
        if l.is(child, MODIFIER) {
            let word = l.string(child);
            l.modifier(child, &word);
        }
    }
}

/// Whether a declaration has a modifier.
pub fn has_modifier(l: &Lower<'_>, n: C, word: &[u8]) -> bool {
    let cst = l.cst;
    cst.named(n).any(|c| l.is(c, MODIFIER) && l.text(c) == word)
}

pub fn attribute(l: &mut Lower<'_>, n: C) {
    let path = l.child(n, F::Name).map_or(Symbol::NONE, |name| types::nominal(l, name));
    let (name, path) = if path.is_some() { l.split_path(path) } else { (path, path) };
    let arguments = l.child_of(n, ATTRIBUTE_ARGUMENTS);
    let at = l.node(NodeKind::Annotation, n, name, |l| l.lower_opt(arguments));
    l.at(at).full_name = path;
}

/// A value, or `name = value`.
pub fn attribute_argument(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let name = l.child(n, F::Name);
    let value = cst.named(n).find(|c| cst.get(*c).field != F::Name);
    match name.filter(|_| has_token(l, n, b"=")) {
        Some(name) => {
            l.operator(Operator::Assignment, n, |l| {
                l.field_identifier(name);
                l.lower_opt(value);
            });
        }
        None => l.lower_opt(value),
    }
}

/// The TYPE_PARAMETERs of a declaration, each with the types it is bound by.
pub fn type_parameters(l: &mut Lower<'_>, n: C) {
    let Some(list) = l.child_of(n, TYPE_PARAMETERS) else { return };
    for parameter in all(l, list, TYPE_PARAMETER) {
        let Some(name) = l.child(parameter, F::Name) else { continue };
        let (symbol, text) = (l.symbol(name), l.text(name));
        l.node(NodeKind::TypeParameter, parameter, symbol, |l| {
            modifiers(l, parameter);
            for clause in all(l, n, CONSTRAINTS) {
                if l.child_of(clause, IDENTIFIER).is_some_and(|of| l.text(of) == text) {
                    for constraint in all(l, clause, CONSTRAINT) {
                        types::type_use_opt(l, l.child(constraint, F::Type));
                    }
                }
            }
        });
    }
}

// ── Types ──────────────────────────────────────────────────────────────────────────────────────────────

/// What all declarations of types have in common; `sort` is a word for what it is.
fn type_decl(l: &mut Lower<'_>, n: C, sort: &str, inside: impl FnOnce(&mut Lower<'_>)) {
    let name = l.child(n, F::Name).map(|name| l.string(name)).unwrap_or_default();
    l.type_decl(n, &name, |l| {
        modifiers(l, n);
        if !sort.is_empty() {
            l.modifier(n, sort);
        }
        type_parameters(l, n);
        if let Some(bases) = l.child_of(n, BASE_LIST) {
            supertypes(l, bases);
        }
        l.lower_errors(n);
        inside(l);
    });
}

fn supertypes(l: &mut Lower<'_>, bases: C) {
    let cst = l.cst;
    for base in cst.named(bases) {
        let base = if l.is(base, PRIMARY_BASE) { l.child(base, F::Type).unwrap_or(base) } else { base };
        if types::is_type(l, base) {
            let path = types::nominal(l, base);
            let (name, path) = l.split_path(path);
            l.supertype(base, name, path, |l| types::arguments_of(l, base));
        }
    }
}

/// The arguments that a primary constructor hands to the one of its base.
fn base_arguments(l: &Lower<'_>, n: C) -> Option<C> {
    let cst = l.cst;
    let bases = l.child_of(n, BASE_LIST)?;
    l.child_of(bases, ARGUMENTS)
        .or_else(|| l.child_of(cst.named(bases).find(|c| l.is(*c, PRIMARY_BASE))?, ARGUMENTS))
}

pub fn class(l: &mut Lower<'_>, n: C) {
    type_decl(l, n, "", |l| {
        primary_parameters(l, n);
        body(l, n);
        // Which constructors a partial class has, no single file tells.
        let implied = !has_modifier(l, n, b"static") && !has_modifier(l, n, b"partial");
        constructor(l, n, implied);
    });
}

pub fn structure(l: &mut Lower<'_>, n: C) {
    type_decl(l, n, "struct", |l| {
        primary_parameters(l, n);
        body(l, n);
        constructor(l, n, false);
    });
}

/// A record's positional parameters are its properties.
pub fn record(l: &mut Lower<'_>, n: C) {
    type_decl(l, n, "record", |l| {
        if has_token(l, n, b"struct") {
            l.modifier(n, "struct");
        }
        primary_parameters(l, n);
        body(l, n);
        constructor(l, n, false);
    });
}

pub fn interface(l: &mut Lower<'_>, n: C) {
    type_decl(l, n, "interface", |l| body(l, n));
}

fn body(l: &mut Lower<'_>, n: C) {
    l.lower_field(n, F::Body);
}

/// A MEMBER for each parameter of a primary constructor: methods use them as they use fields.
fn primary_parameters(l: &mut Lower<'_>, n: C) {
    let Some(list) = l.child_of(n, PARAMETERS) else { return };
    for parameter in members::parameter_list(l, list) {
        let (name, type_name) = (l.symbol(parameter.name), parameter.type_name(l));
        l.member(parameter.node, name, type_name, |l| {
            modifiers(l, parameter.node);
            types::type_use_opt(l, parameter.type_node);
        });
    }
}

/// The primary constructor; else the one that a class has when it declares none, if that is `implied`.
fn constructor(l: &mut Lower<'_>, n: C, implied: bool) {
    let cst = l.cst;
    let list = l.child_of(n, PARAMETERS);
    let body = l.child(n, F::Body);
    let declared = |l: &Lower<'_>| {
        body.is_some_and(|body| {
            cst.named(body).any(|m| l.is(m, CONSTRUCTOR) && !has_modifier(l, m, b"static"))
        })
    };
    if list.is_none() && (!implied || declared(l)) {
        return;
    }
    let parameters = list.map(|list| members::parameter_list(l, list)).unwrap_or_default();
    let signature = members::signature(l, "void", &parameters);
    let arguments = base_arguments(l, n);
    let at = l.method_decl(n, "<init>", &signature, |l| {
        l.this_parameter(n);
        members::parameters(l, &parameters);
        l.next_slot(Slot::Body);
        l.synthetic_block(n, |l| {
            if let Some(arguments) = arguments {
                members::constructor_call(l, arguments, true, arguments);
            }
            for parameter in &parameters {
                let name = l.symbol(parameter.name);
                let at = l.assign(
                    parameter.node,
                    |l| l.this_field(parameter.node, name),
                    |l| {
                        l.identifier_named(parameter.node, name);
                    },
                );
                l.at(at).flags |= crate::tree::flags::SYNTHETIC;
            }
        });
        Symbol::NONE
    });
    if list.is_none() {
        l.at(at).flags |= crate::tree::flags::SYNTHETIC;
    }
}

pub fn enumeration(l: &mut Lower<'_>, n: C) {
    type_decl(l, n, "enum", |l| body(l, n));
}

pub fn enum_member(l: &mut Lower<'_>, n: C) {
    let Some(name) = l.child(n, F::Name) else { return };
    let (symbol, value) = (l.symbol(name), l.child(n, F::Value));
    let enum_type = l.qualified_name().to_owned();
    let enum_type = l.intern(&enum_type);
    l.member(n, symbol, enum_type, |l| {
        modifiers(l, n);
        if let Some(value) = value {
            l.assign_name(n, symbol, |l| l.lower(value));
        }
    });
}

/// A type with a method `Invoke`, as the CLR has it.
pub fn delegate(l: &mut Lower<'_>, n: C) {
    type_decl(l, n, "delegate", |l| {
        let type_node = l.child(n, F::Type);
        let list = l.child(n, F::Parameters);
        let parameters = list.map(|list| members::parameter_list(l, list)).unwrap_or_default();
        let returns = types::nominal_opt(l, type_node);
        let signature = members::signature(l, l.names.get(returns), &parameters);
        l.synthetic_method(n, "Invoke", &signature, |l| {
            l.this_parameter(n);
            members::parameters(l, &parameters);
            types::type_use_opt(l, type_node);
            returns
        });
    });
}
