//! `def`, `lambda`, `class`, decorators, type parameters and imports.

use stoa_model::Symbol;

use super::bind::{Scope, bind, mark_declared};
use super::*;
use crate::tree::{Slot, flags};

/// A parameter as it stands in the source.
struct Parameter {
    n: C,
    /// A name, or a tuple of targets (Python 2).
    name: C,
    annotation: Option<C>,
    default: Option<C>,
    variadic: bool,
}

/// The parameters below a list of them; `/` and `*` by themselves are none.
fn parameters(l: &Lower<'_>, list: Option<C>) -> Vec<Parameter> {
    let Some(list) = list else { return Vec::new() };
    let mut found = Vec::new();
    for n in parts(l, list) {
        let annotation = l.child(n, F::Type);
        let default = l.child(n, F::Value);
        let mut name = if l.is(n, TYPED_PARAMETER) {
            parts(l, n).next()
        } else if l.is(n, DEFAULT_PARAMETER) || l.is(n, TYPED_DEFAULT_PARAMETER) {
            l.child(n, F::Name)
        } else {
            Some(n)
        };
        let splat = name.filter(|s| l.is(*s, LIST_SPLAT_PATTERN) || l.is(*s, DICTIONARY_SPLAT_PATTERN));
        if let Some(splat) = splat {
            name = parts(l, splat).next();
        }
        if let Some(name) = name.filter(|name| l.is(*name, IDENTIFIER) || l.is(*name, TUPLE_PATTERN)) {
            found.push(Parameter { n, name, annotation, default, variadic: splat.is_some() });
        }
    }
    found
}

/// `ret(type,type)` when something is annotated, else `(a, b)`.
fn signature(l: &mut Lower<'_>, parameters: &[Parameter], returns: Symbol) -> String {
    let mut text = String::new();
    let typed = returns.is_some() || parameters.iter().any(|p| p.annotation.is_some());
    if typed {
        text.push_str(if returns.is_some() { l.names.get(returns) } else { "ANY" });
    }
    text.push('(');
    for (at, parameter) in parameters.iter().enumerate() {
        if at > 0 {
            text.push_str(if typed { "," } else { ", " });
        }
        if !typed {
            text.push_str(&l.string(parameter.name));
            continue;
        }
        match parameter.annotation.map(|a| types::type_name(l, a)).and_then(Symbol::some) {
            Some(name) => text.push_str(l.names.get(name)),
            None => text.push_str("ANY"),
        }
    }
    text.push(')');
    text
}

/// Writes the parameters, the receiver as number 0. Returns the tuples to be taken apart in the body.
fn write_parameters(l: &mut Lower<'_>, parameters: &[Parameter], receiver: bool) -> Vec<(C, Symbol)> {
    let mut tuples = Vec::new();
    let mut index = 1;
    for (at, parameter) in parameters.iter().enumerate() {
        let number = if at == 0 && receiver && !parameter.variadic {
            0
        } else {
            index += 1;
            index - 1
        };
        let name = if l.is(parameter.name, TUPLE_PATTERN) {
            let name = l.intern(&format!("<tuple>{number}"));
            tuples.push((parameter.name, name));
            name
        } else {
            l.symbol(parameter.name)
        };
        mark_declared(l, name);
        let type_name = parameter.annotation.map_or(Symbol::NONE, |a| types::type_name(l, a));
        let written = l.parameter(parameter.n, name, number, type_name, |l| {
            if let Some(annotation) = parameter.annotation {
                types::type_refs(l, annotation);
            }
            l.lower_opt(parameter.default);
        });
        if parameter.variadic {
            l.at(written).flags |= flags::VARIADIC;
        }
    }
    tuples
}

fn unpack(l: &mut Lower<'_>, tuples: &[(C, Symbol)]) {
    for (target, name) in tuples {
        bind(l, *target, *target, Scope::Function, &mut |l| {
            l.identifier_named(*target, *name);
        });
    }
}

pub(super) fn function(l: &mut Lower<'_>, n: C) {
    define(l, n, n, &[]);
}

/// A METHOD at `n` (which includes its decorators) for the function definition at `definition`.
fn define(l: &mut Lower<'_>, n: C, definition: C, decorators: &[C]) {
    let Some(name) = l.child(definition, F::Name) else { return l.lower_children(definition) };
    let symbol = l.symbol(name);
    mark_declared(l, symbol);
    let name = l.string(name);
    let parameters = parameters(l, l.child(definition, F::Parameters));
    let returns = l.child(definition, F::ReturnType);
    let return_type = returns.map_or(Symbol::NONE, |r| types::type_name(l, r));
    let signature = signature(l, &parameters, return_type);
    let is_static = |d: &C| parts(l, *d).next().is_some_and(|e| l.text(e) == b"staticmethod");
    let is_static = decorators.iter().any(is_static);
    let receiver = in_class(l) && !is_static;
    l.method_decl(n, &name, &signature, |l| {
        annotations(l, decorators);
        if has_token(l, definition, "async") {
            l.modifier(definition, "async");
        }
        if is_static {
            l.modifier(definition, "static");
        }
        type_parameters(l, definition);
        let tuples = write_parameters(l, &parameters, receiver);
        if let Some(returns) = returns {
            types::type_refs(l, returns);
        }
        if let Some(body) = l.child(definition, F::Body) {
            l.next_slot(Slot::Body);
            l.block(body, |l| {
                unpack(l, &tuples);
                l.lower_children(body);
            });
        }
        return_type
    });
}

pub(super) fn lambda(l: &mut Lower<'_>, n: C) {
    let parameters = parameters(l, l.child(n, F::Parameters));
    let signature = signature(l, &parameters, Symbol::NONE);
    let body = l.child(n, F::Body);
    l.closure(n, &signature, |l| {
        let tuples = write_parameters(l, &parameters, false);
        let Some(body) = body else { return Symbol::NONE };
        if tuples.is_empty() {
            l.expression_body(body);
        } else {
            l.next_slot(Slot::Body);
            l.synthetic_block(body, |l| {
                unpack(l, &tuples);
                let at = l.node(NodeKind::Return, body, Symbol::NONE, |l| l.lower(body));
                l.at(at).flags |= flags::SYNTHETIC;
            });
        }
        Symbol::NONE
    });
}

/// `@a @b def f` is the definition, and then `f = a(b(f))`. What only says how a method is bound (`@staticmethod`,
/// `@property`) leaves the name to the method.
pub(super) fn decorated(l: &mut Lower<'_>, n: C) {
    let Some(definition) = l.child(n, F::Definition) else { return l.lower_children(n) };
    let decorators: Vec<C> = parts(l, n).filter(|c| l.is(*c, DECORATOR)).collect();
    let is_class = l.is(definition, CLASS);
    if is_class {
        declare_class(l, n, definition, &decorators);
    } else {
        define(l, n, definition, &decorators);
    }
    let Some(name) = l.child(definition, F::Name) else { return };
    let decorators: Vec<C> = decorators.into_iter().filter(|d| !says_how_bound(l, *d)).collect();
    if decorators.is_empty() {
        return;
    }
    let at = l.operator(Operator::Assignment, n, |l| {
        l.identifier(name);
        wrap(l, &decorators, &mut |l| {
            let symbol = l.symbol(name);
            if is_class {
                l.identifier(name);
            } else {
                let full_name = l.qualify(&l.string(name));
                let full_name = l.intern(&full_name);
                let at = l.leaf(NodeKind::MethodRef, name, symbol);
                l.at(at).full_name = full_name;
            }
        });
    });
    l.at(at).flags |= flags::SYNTHETIC;
}

fn says_how_bound(l: &Lower<'_>, decorator: C) -> bool {
    parts(l, decorator).next().is_some_and(|applied| {
        let text = l.text(applied);
        let accessor = [&b".setter"[..], b".getter", b".deleter"].iter().any(|end| text.ends_with(end));
        accessor || matches!(text, b"staticmethod" | b"classmethod" | b"property")
    })
}

/// The first decorator called with the second called with … what `innermost` writes.
fn wrap(l: &mut Lower<'_>, decorators: &[C], innermost: &mut dyn FnMut(&mut Lower<'_>)) {
    let Some((first, rest)) = decorators.split_first() else { return innermost(l) };
    match parts(l, *first).next() {
        Some(decorator) => {
            l.call_of(*first, decorator, |l| l.deeper(*first, |l| wrap(l, rest, innermost)));
        }
        None => wrap(l, rest, innermost),
    }
}

/// An ANNOTATION for each decorator, named by what is applied; the application follows the definition.
fn annotations(l: &mut Lower<'_>, decorators: &[C]) {
    for decorator in decorators {
        let Some(mut applied) = parts(l, *decorator).next() else { continue };
        while l.is(applied, CALL) {
            match l.child(applied, F::Function) {
                Some(function) => applied = function,
                None => break,
            }
        }
        let text = l.text(applied);
        let (name, path) = types::name_and_path(l, text);
        let at = l.leaf(NodeKind::Annotation, *decorator, name);
        l.at(at).full_name = path;
    }
}

pub(super) fn class(l: &mut Lower<'_>, n: C) {
    declare_class(l, n, n, &[]);
}

fn declare_class(l: &mut Lower<'_>, n: C, definition: C, decorators: &[C]) {
    let Some(name) = l.child(definition, F::Name) else { return l.lower_children(definition) };
    let symbol = l.symbol(name);
    mark_declared(l, symbol);
    let name = l.string(name);
    l.type_decl(n, &name, |l| {
        l.declared.push(Default::default());
        annotations(l, decorators);
        type_parameters(l, definition);
        if let Some(bases) = l.child(definition, F::Superclasses) {
            for base in parts(l, bases) {
                supertype(l, base);
            }
        }
        // The body runs where the class stands.
        if let Some(body) = l.child(definition, F::Body) {
            l.lower_children(body);
        }
        l.declared.pop();
    });
}

/// A base class: a supertype when it has a name, else what computes it. `metaclass=M` is an expression.
fn supertype(l: &mut Lower<'_>, base: C) {
    let named = match l.is(base, SUBSCRIPT) {
        true => l.child(base, F::Value),
        false => Some(base),
    };
    let Some(outer) = named.filter(|c| l.is(*c, IDENTIFIER) || l.is(*c, ATTRIBUTE)) else {
        return l.lower(base);
    };
    let text = l.text(outer);
    let (name, path) = types::name_and_path(l, text);
    l.supertype(base, name, path, |l| {
        if outer != base {
            for argument in parts(l, base).skip(1) {
                types::type_refs(l, argument);
            }
        }
    });
}

/// `[T, U: Bound, *Ts, **P]`
fn type_parameters(l: &mut Lower<'_>, n: C) {
    if let Some(list) = l.child(n, F::TypeParameters) {
        write_type_parameters(l, list);
    }
}

fn write_type_parameters(l: &mut Lower<'_>, list: C) {
    for parameter in parts(l, list) {
        let inner = parts(l, parameter).next().unwrap_or(parameter);
        let (mut name, bound) = match l.is(inner, CONSTRAINED_TYPE) {
            true => {
                let mut sides = parts(l, inner);
                (sides.next().unwrap_or(inner), sides.next())
            }
            false => (inner, None),
        };
        while l.is(name, TYPE) || l.is(name, SPLAT_TYPE) || l.is(name, LIST_SPLAT) {
            match parts(l, name).next() {
                Some(deeper) => name = deeper,
                None => break,
            }
        }
        let symbol = l.symbol(name);
        let full_name = l.qualify(&l.string(name));
        let full_name = l.intern(&full_name);
        let at = l.node(NodeKind::TypeParameter, parameter, symbol, |l| {
            if let Some(bound) = bound {
                types::type_refs(l, bound);
            }
        });
        l.at(at).full_name = full_name;
    }
}

/// `type X[T] = …`
pub(super) fn type_alias(l: &mut Lower<'_>, n: C) {
    let mut left = l.child(n, F::Left);
    while let Some(inner) = left.filter(|c| l.is(*c, TYPE)) {
        left = parts(l, inner).next();
    }
    let (Some(left), Some(right)) = (left, l.child(n, F::Right)) else { return l.lower_children(n) };
    let generic = l.is(left, GENERIC_TYPE) || l.is(left, SUBSCRIPT);
    let name = if generic { parts(l, left).next().unwrap_or(left) } else { left };
    let name = l.string(name);
    l.type_decl(n, &name, |l| {
        l.modifier(n, "alias");
        if let Some(list) = l.child_of(left, TYPE_PARAMETER) {
            write_type_parameters(l, list);
        }
        types::type_refs(l, right);
    });
}

/// `import a.b, c as d`. `import a.b` binds `a`, and makes `a.b` reachable: an IMPORT for each.
pub(super) fn import(l: &mut Lower<'_>, n: C) {
    for item in l.cst.children_in(n, F::Name) {
        if l.is(item, ALIASED_IMPORT) {
            let (Some(name), Some(alias)) = (l.child(item, F::Name), l.child(item, F::Alias)) else {
                continue;
            };
            let (path, alias) = (dotted(l, name), l.string(alias));
            l.import(item, &alias, &path);
        } else {
            let path = dotted(l, item);
            if let Some((root, _)) = path.split_once('.') {
                l.import(item, root, root);
            }
            l.import(item, &path, &path);
        }
    }
}

/// `from m import a, b as c`, `from . import a`, `from m import *`
pub(super) fn import_from(l: &mut Lower<'_>, n: C) {
    let module = match l.child(n, F::ModuleName) {
        Some(name) if l.is(name, RELATIVE_IMPORT) => relative(l, name),
        Some(name) => dotted(l, name),
        None => "__future__".to_owned(),
    };
    if let Some(all) = l.child_of(n, WILDCARD_IMPORT) {
        l.import_all(all, &module);
    }
    for item in l.cst.children_in(n, F::Name) {
        let aliased = l.is(item, ALIASED_IMPORT);
        let name = if aliased { l.child(item, F::Name) } else { Some(item) };
        let Some(name) = name else { continue };
        let name = dotted(l, name);
        let path = if module.is_empty() { name.clone() } else { format!("{module}.{name}") };
        match l.child(item, F::Alias).filter(|_| aliased) {
            Some(alias) => {
                l.import(item, &l.string(alias), &path);
            }
            None => {
                l.import(item, &name, &path);
            }
        }
    }
}

fn dotted(l: &Lower<'_>, n: C) -> String {
    let text = l.string(n);
    // `a . b` and continued lines are legal, if rare.
    text.chars().filter(|c| !c.is_whitespace() && *c != '\\').collect()
}

/// `.x` and `..x` from the package of this file.
fn relative(l: &Lower<'_>, n: C) -> String {
    let prefix = l.child_of(n, IMPORT_PREFIX).map_or(&b"."[..], |p| l.text(p));
    let mut levels = prefix.iter().filter(|b| **b == b'.').count();
    // A package's own file stands for the package.
    if modules::stem(l.path).rsplit('/').next() == Some("__init__") {
        levels = levels.saturating_sub(1);
    }
    let mut package = l.names.get(l.tree.module);
    for _ in 0..levels {
        package = package.rsplit_once('.').map_or("", |(outer, _)| outer);
    }
    match l.child_of(n, DOTTED_NAME).map(|name| dotted(l, name)) {
        Some(name) if package.is_empty() => name,
        Some(name) => format!("{package}.{name}"),
        None => package.to_owned(),
    }
}
