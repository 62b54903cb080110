//! Functions of all spellings: modifiers, parameters, signatures, bodies.

use stoa_model::{NodeKind, Operator, Symbol};

use super::super::typescript::{table::*, types};
use super::{bindings, table::*};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;
use crate::tree::{Position, Slot, flags};

/// A function that is declared by its name.
pub fn declaration(l: &mut Lower<'_>, n: C) {
    let name = match l.child(n, F::Name) {
        Some(name) => l.string(name).into_owned(),
        None => l.closure_name(),
    };
    let qualified = l.qualify(&name);
    method(l, n, &name, qualified);
}

/// A function that is a value and bound to no name; its own name is kept.
pub fn value(l: &mut Lower<'_>, n: C) {
    let name = match l.child(n, F::Name) {
        Some(name) => l.string(name).into_owned(),
        None => l.closure_name(),
    };
    let qualified = l.qualify(&name);
    method_ref(l, n, &name, qualified);
}

/// A METHOD_REF over the METHOD it refers to.
pub fn method_ref(l: &mut Lower<'_>, n: C, name: &str, qualified: String) {
    let symbol = l.intern(name);
    let full_name = l.intern(&qualified);
    let reference = l.open(NodeKind::MethodRef, n, symbol);
    l.at(reference).full_name = full_name;
    method(l, n, name, qualified);
    l.close();
}

/// The METHOD of a function, method, accessor or signature.
pub fn method(l: &mut Lower<'_>, n: C, name: &str, qualified: String) -> Position {
    let pending = std::mem::take(&mut l.pending);
    let parameters = parameters_of(l, n);
    let signature = signature(l, n, &parameters);
    let at = l.method_qualified(n, name, qualified, &signature, |l| {
        modifiers(l, n, &pending);
        // Its `this` is that of the function around it.
        if l.is(n, ARROW) {
            l.modifier_word("lambda");
        }
        types::type_parameters(l, n);
        // TypeScript's `this` parameter is the receiver's type, not an argument.
        let first = i32::from(!parameters.first().is_some_and(|p| l.is(p.target, THIS)));
        for (index, parameter) in parameters.iter().enumerate() {
            write_parameter(l, parameter, index as i32 + first);
        }
        let returns = l.child(n, F::ReturnType).or_else(|| l.child(n, F::Type));
        let returns = types::annotated(l, returns);
        if let Some(body) = l.child(n, F::Body) {
            write_body(l, body, &parameters);
        }
        returns
    });
    if is_generator(l, n) {
        l.at(at).flags |= flags::GENERATOR;
    }
    at
}

fn is_generator(l: &Lower<'_>, n: C) -> bool {
    l.is(n, GENERATOR)
        || l.is(n, GENERATOR_VALUE)
        || (l.is(n, METHOD) && heading(l, n).any(|c| l.text(c) == b"*"))
}

/// The children of a declaration in front of its name.
fn heading<'a>(l: &Lower<'a>, n: C) -> impl Iterator<Item = C> + use<'a> {
    let cst = l.cst;
    cst.children(n).take_while(move |c| {
        !matches!(
            cst.get(*c).field,
            F::Name | F::Parameters | F::Parameter | F::Property | F::Pattern | F::Body | F::Declaration
        )
    })
}

/// Writes the ANNOTATIONs and MODIFIERs of a declaration: those in front of its name, and `pending` ones
/// that stood outside of it.
pub fn modifiers(l: &mut Lower<'_>, n: C, pending: &[C]) {
    for &decorator in pending {
        if l.is(decorator, DECORATOR) {
            annotation(l, decorator);
        }
    }
    for decorator in heading(l, n) {
        if l.is(decorator, DECORATOR) {
            annotation(l, decorator);
        }
    }
    for &word in pending {
        modifier(l, word);
    }
    for word in heading(l, n) {
        modifier(l, word);
    }
}

fn modifier(l: &mut Lower<'_>, n: C) {
    if l.cst.get(n).named && !l.is(n, ACCESSIBILITY) && !l.is(n, OVERRIDE) {
        return;
    }
    // `static get` can be one token.
    for word in l.text(n).split(|b| b.is_ascii_whitespace()) {
        let word = match word {
            b"abstract" => "abstract",
            b"accessor" => "accessor",
            b"async" => "async",
            b"const" => "const",
            b"declare" => "declare",
            b"default" => "default",
            b"export" => "export",
            b"get" => "get",
            b"override" => "override",
            b"private" => "private",
            b"protected" => "protected",
            b"public" => "public",
            b"readonly" => "readonly",
            b"set" => "set",
            b"static" => "static",
            _ => continue,
        };
        l.modifier(n, word);
    }
}

/// `@name`, `@path.name(arguments)`.
pub fn annotation(l: &mut Lower<'_>, n: C) {
    let Some(expression) = l.cst.named(n).next() else { return };
    let mut callee = super::unwrapped(l, expression);
    let mut arguments = None;
    if l.is(callee, CALL) {
        arguments = l.child(callee, F::Arguments);
        callee = l.child(callee, F::Function).unwrap_or(callee);
    }
    let last = l.child(callee, F::Property).unwrap_or(callee);
    let (name, path) = (l.symbol(last), l.symbol(callee));
    let at = l.node(NodeKind::Annotation, n, name, |l| {
        if let Some(arguments) = arguments {
            l.lower_children(arguments);
        }
    });
    l.at(at).full_name = path;
}

/// A parameter as it stands in the source.
pub struct Parameter {
    node: C,
    /// What it binds: a name or a pattern.
    target: C,
    rest: bool,
    default: Option<C>,
    annotation: Option<C>,
    /// The parameter's name; a temporary's where the target is a pattern.
    name: Symbol,
}

/// The parameters of a function.
pub fn parameters_of(l: &mut Lower<'_>, n: C) -> Vec<Parameter> {
    let cst = l.cst;
    let mut parameters = Vec::new();
    if let Some(single) = cst.child(n, F::Parameter) {
        parameters.extend(parameter_of(l, single));
    } else if let Some(list) = cst.child(n, F::Parameters) {
        for node in cst.named(list) {
            parameters.extend(parameter_of(l, node));
        }
    }
    parameters
}

fn parameter_of(l: &mut Lower<'_>, node: C) -> Option<Parameter> {
    if l.is_error(node) || l.is(node, DECORATOR) {
        return None;
    }
    let (mut target, mut default, mut annotation) = (node, None, None);
    if l.is(node, REQUIRED_PARAMETER) || l.is(node, OPTIONAL_PARAMETER) {
        target = l.child(node, F::Pattern).or_else(|| l.child(node, F::Name))?;
        default = l.child(node, F::Value);
        annotation = l.child(node, F::Type);
    }
    if l.is(target, DEFAULT_PATTERN) {
        default = l.child(target, F::Right);
        target = l.child(target, F::Left)?;
    }
    let rest = l.is(target, REST_PATTERN);
    if rest {
        target = l.cst.named(target).next()?;
    }
    let name = if bindings::is_pattern(l, target) { l.temporary_name() } else { l.symbol(target) };
    Some(Parameter { node, target, rest, default, annotation, name })
}

/// `ret(type,type)` where a type is declared, `(a, b)` where none is.
fn signature(l: &mut Lower<'_>, n: C, parameters: &[Parameter]) -> String {
    let returns = l.child(n, F::ReturnType).or_else(|| l.child(n, F::Type));
    let typed = returns.is_some() || parameters.iter().any(|p| p.annotation.is_some());
    let mut text = String::new();
    if typed {
        text.push_str(&types::described(l, returns));
    }
    text.push('(');
    for (index, parameter) in parameters.iter().enumerate() {
        if index > 0 {
            text.push_str(if typed { "," } else { ", " });
        }
        if parameter.rest {
            text.push_str("...");
        }
        if typed {
            text.push_str(&types::described(l, parameter.annotation));
        } else if l.is(parameter.target, OBJECT_PATTERN) {
            text.push_str("{}");
        } else if l.is(parameter.target, ARRAY_PATTERN) {
            text.push_str("[]");
        } else {
            text.push_str(&l.string(parameter.target));
        }
    }
    text.push(')');
    text
}

fn write_parameter(l: &mut Lower<'_>, parameter: &Parameter, index: i32) {
    if let Some(declared) = l.declared.last_mut() {
        declared.insert(parameter.name);
    }
    let type_name = types::name(l, parameter.annotation);
    let at = l.parameter(parameter.node, parameter.name, index, type_name, |l| {
        if parameter.node != parameter.target {
            modifiers(l, parameter.node, &[]);
        }
        l.lower_opt(parameter.annotation);
    });
    if parameter.rest {
        l.at(at).flags |= flags::VARIADIC;
    }
}

/// Whether a parameter of a constructor declares a member too.
fn declares_member(l: &Lower<'_>, parameter: &Parameter) -> bool {
    parameter.node != parameter.target
        && heading(l, parameter.node)
            .any(|c| l.is(c, ACCESSIBILITY) || l.is(c, OVERRIDE) || l.text(c) == b"readonly")
}

/// The MEMBERs that a constructor's parameters declare.
pub fn parameter_members(l: &mut Lower<'_>, n: C) {
    for parameter in parameters_of(l, n) {
        if declares_member(l, &parameter) {
            let type_name = types::name(l, parameter.annotation);
            l.member(parameter.node, parameter.name, type_name, |l| {
                modifiers(l, parameter.node, &[]);
                l.lower_opt(parameter.annotation);
            });
        }
    }
}

/// The body: what parameters need done first, then the statements or the value to return.
fn write_body(l: &mut Lower<'_>, body: C, parameters: &[Parameter]) {
    l.next_slot(Slot::Body);
    if l.is(body, STATEMENT_BLOCK) {
        l.block(body, |l| {
            unpack_parameters(l, parameters);
            l.lower_children(body);
        });
        return;
    }
    l.synthetic_block(body, |l| {
        unpack_parameters(l, parameters);
        let at = l.node(NodeKind::Return, body, Symbol::NONE, |l| l.lower(body));
        l.at(at).flags |= flags::SYNTHETIC;
    });
}

fn unpack_parameters(l: &mut Lower<'_>, parameters: &[Parameter]) {
    for parameter in parameters {
        let (node, name) = (parameter.target, parameter.name);
        if parameter.default.is_some() {
            l.assign_name(node, name, |l| bindings::part(l, node, name, &[], parameter.default));
        }
        if bindings::is_pattern(l, node) {
            let mut path = Vec::new();
            bindings::unpack(l, node, name, &mut path, bindings::Binding::Block, &[]);
        } else if declares_member(l, parameter) {
            l.assign(
                node,
                |l| own_field(l, node, name),
                |l| {
                    l.identifier_named(node, name);
                },
            );
        }
    }
}

/// `this.name`, as the target of an assignment.
pub fn own_field(l: &mut Lower<'_>, n: C, name: Symbol) {
    let this = l.intern("this");
    l.operator(Operator::FieldAccess, n, |l| {
        l.identifier_named(n, this);
        l.leaf(NodeKind::FieldIdentifier, n, name);
    });
}
