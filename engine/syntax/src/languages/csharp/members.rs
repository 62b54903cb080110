//! Fields, properties, events, methods, constructors, operators and their parameters.

use stoa_model::{Dispatch, NodeKind, Symbol};

use super::declarations::{has_modifier, modifiers, type_parameters};
use super::*;
use crate::tree::{Slot, flags};

// ── Parameters ─────────────────────────────────────────────────────────────────────────────────────────

/// A parameter as it is declared.
#[derive(Clone, Copy)]
pub struct Parameter {
    pub node: C,
    pub name: C,
    pub type_node: Option<C>,
    pub default: Option<C>,
    /// `params`
    variadic: bool,
    /// `this` of an extension method.
    receiver: bool,
}

impl Parameter {
    pub fn type_name(&self, l: &mut Lower<'_>) -> Symbol {
        types::nominal_opt(l, self.type_node)
    }
}

/// The parameters of a list, with or without parentheses around it.
pub fn parameter_list(l: &Lower<'_>, list: C) -> Vec<Parameter> {
    let cst = l.cst;
    let mut parameters = Vec::new();
    let mut variadic_type = None;
    for part in cst.named(list) {
        if l.is(part, PARAMETER) {
            let Some(name) = l.child(part, F::Name) else { continue };
            let default = cst.named(part).find(|c| *c > name);
            let receiver = has_modifier(l, part, b"this");
            let type_node = l.child(part, F::Type);
            parameters.push(Parameter { node: part, name, type_node, default, variadic: false, receiver });
        } else if cst.get(part).field == F::Type {
            variadic_type = Some(part);
        } else if cst.get(part).field == F::Name {
            // The grammar puts `params T[] name` into the list itself.
            let type_node = variadic_type.take();
            let (node, name) = (part, part);
            parameters.push(Parameter {
                node,
                name,
                type_node,
                default: None,
                variadic: true,
                receiver: false,
            });
        }
    }
    parameters
}

/// METHOD_PARAMETER_INs, numbered from 1. The `this` of an extension method is what the method is called on: 0.
pub fn parameters(l: &mut Lower<'_>, parameters: &[Parameter]) {
    let mut index = 0;
    for parameter in parameters {
        let (name, type_name) = (l.symbol(parameter.name), parameter.type_name(l));
        if !parameter.receiver {
            index += 1;
        }
        let number = if parameter.receiver { 0 } else { index };
        let at = l.parameter(parameter.node, name, number, type_name, |l| {
            if parameter.variadic {
                l.modifier(parameter.node, "params");
            } else {
                modifiers(l, parameter.node);
            }
            types::type_use_opt(l, parameter.type_node);
            l.lower_opt(parameter.default);
        });
        if parameter.variadic {
            l.at(at).flags |= flags::VARIADIC;
        }
    }
}

/// `ret(type,type)`; a parameter without a type is its name.
pub fn signature(l: &Lower<'_>, returns: &str, parameters: &[Parameter]) -> String {
    let mut text = format!("{returns}(");
    for (index, parameter) in parameters.iter().enumerate() {
        if index > 0 {
            text.push(',');
        }
        match parameter.type_node {
            Some(type_node) => types::push_nominal(l, type_node, &mut text),
            None => text.push_str(&l.string(parameter.name)),
        }
    }
    text.push(')');
    text
}

// ── Methods ────────────────────────────────────────────────────────────────────────────────────────────

/// What methods have in common. `name` may be qualified by the interface that it is a method of.
fn method_of(l: &mut Lower<'_>, n: C, name: &str, returns: Option<C>, inside: impl FnOnce(&mut Lower<'_>)) {
    let list = l.child(n, F::Parameters);
    let declared = list.map(|list| parameter_list(l, list)).unwrap_or_default();
    let return_type = types::nominal_opt(l, returns);
    let return_text = if return_type.is_some() { l.names.get(return_type) } else { "void" };
    let signature = signature(l, return_text, &declared);
    let qualified = qualified(l, n, name);
    l.method_qualified(n, name, qualified, &signature, |l| {
        modifiers(l, n);
        type_parameters(l, n);
        if !l.is(n, LOCAL_FUNCTION) && !is_static(l, n) && !declared.iter().any(|p| p.receiver) {
            l.this_parameter(n);
        }
        parameters(l, &declared);
        types::type_use_opt(l, returns);
        l.lower_errors(n);
        inside(l);
        return_type
    });
}

/// The qualified name of a member; one that implements an interface explicitly has the interface's name in it.
fn qualified(l: &Lower<'_>, n: C, name: &str) -> String {
    let cst = l.cst;
    match l.child_of(n, EXPLICIT_INTERFACE).and_then(|explicit| cst.named(explicit).next()) {
        Some(interface) => {
            let mut path = String::new();
            types::push_nominal(l, interface, &mut path);
            l.qualify(&format!("{path}.{name}"))
        }
        None => l.qualify(name),
    }
}

fn is_static(l: &Lower<'_>, n: C) -> bool {
    has_modifier(l, n, b"static") || is_any(l, n, &[OPERATOR, CONVERSION])
}

/// The body of a method, if it has one; `=> e` returns its value where there is one to return.
fn method_body(l: &mut Lower<'_>, n: C, returns: bool) {
    if let Some(body) = l.child(n, F::Body) {
        function_body(l, body, returns);
    }
}

fn function_body(l: &mut Lower<'_>, body: C, returns: bool) {
    let cst = l.cst;
    if !l.is(body, ARROW) {
        return l.body(body);
    }
    match cst.named(body).next() {
        Some(value) if returns && !l.is(value, THROW_EXPRESSION) => l.expression_body(value),
        _ => l.body(body),
    }
}

fn named_method(l: &mut Lower<'_>, n: C, returns: Option<C>) {
    let name = l.child(n, F::Name).map(|name| l.string(name)).unwrap_or_default();
    let value = returns.is_some_and(|t| l.text(t) != b"void");
    method_of(l, n, &name, returns, |l| method_body(l, n, value));
}

pub fn method(l: &mut Lower<'_>, n: C) {
    named_method(l, n, l.child(n, F::Returns));
}

pub fn local_function(l: &mut Lower<'_>, n: C) {
    named_method(l, n, l.child(n, F::Type));
}

pub fn constructor(l: &mut Lower<'_>, n: C) {
    let name = if has_modifier(l, n, b"static") { "<clinit>" } else { "<init>" };
    let (body, initializer) = (l.child(n, F::Body), l.child_of(n, CONSTRUCTOR_INITIALIZER));
    method_of(l, n, name, None, |l| match (body, initializer) {
        (Some(body), Some(initializer)) => {
            l.next_slot(Slot::Body);
            l.block(body, |l| {
                l.lower(initializer);
                l.inline(body);
            });
        }
        (Some(body), None) => function_body(l, body, false),
        (None, _) => {}
    });
}

/// `: base(…)` and `: this(…)`
pub fn constructor_initializer(l: &mut Lower<'_>, n: C) {
    if let Some(arguments) = l.child_of(n, ARGUMENTS) {
        let of_base = l.child_of(n, BASE_OBJECT).is_some();
        constructor_call(l, n, of_base, arguments);
    }
}

/// A call of a constructor of this type or of the class it extends, which stands first among its supertypes.
pub fn constructor_call(l: &mut Lower<'_>, n: C, of_base: bool, arguments: C) {
    let (receiver, name) = (l.intern(if of_base { "base" } else { "this" }), l.intern("<init>"));
    let mut target = Symbol::NONE;
    if let Some((at, node)) = l.enclosing_type() {
        target = if of_base { first_supertype(l, at) } else { node.full_name };
    }
    let at = l.method_call(
        n,
        name,
        |l| {
            l.identifier_named(n, receiver);
        },
        |l| l.lower(arguments),
    );
    let node = l.at(at);
    (node.dispatch, node.full_name, node.type_full_name) = (Some(Dispatch::Static), target, target);
}

/// The first supertype of a TYPE_DECL that is being written, as it is written there.
fn first_supertype(l: &Lower<'_>, of: crate::tree::Position) -> Symbol {
    let mut child = of + 1;
    while child < l.here() {
        let node = l.tree.get(child);
        if node.flags & flags::SUPERTYPE != 0 {
            return node.full_name.some().unwrap_or(node.name);
        }
        if matches!(node.kind, NodeKind::Method | NodeKind::Member) {
            break;
        }
        child = node.last + 1;
    }
    Symbol::NONE
}

pub fn finalizer(l: &mut Lower<'_>, n: C) {
    method_of(l, n, "Finalize", None, |l| method_body(l, n, false));
}

/// A static method with the name that the CLR gives it.
pub fn operator(l: &mut Lower<'_>, n: C) {
    let token = l.child(n, F::Operator).map(|token| l.text(token)).unwrap_or_default();
    let list = l.child(n, F::Parameters);
    let unary = list.is_some_and(|list| parameter_list(l, list).len() == 1);
    let name = match (token, unary) {
        (b"+", true) => "op_UnaryPlus",
        (b"-", true) => "op_UnaryNegation",
        (b"+", _) => "op_Addition",
        (b"-", _) => "op_Subtraction",
        (b"*", _) => "op_Multiply",
        (b"/", _) => "op_Division",
        (b"%", _) => "op_Modulus",
        (b"^", _) => "op_ExclusiveOr",
        (b"&", _) => "op_BitwiseAnd",
        (b"|", _) => "op_BitwiseOr",
        (b"<<", _) => "op_LeftShift",
        (b">>", _) => "op_RightShift",
        (b">>>", _) => "op_UnsignedRightShift",
        (b"==", _) => "op_Equality",
        (b"!=", _) => "op_Inequality",
        (b"<", _) => "op_LessThan",
        (b">", _) => "op_GreaterThan",
        (b"<=", _) => "op_LessThanOrEqual",
        (b">=", _) => "op_GreaterThanOrEqual",
        (b"!", _) => "op_LogicalNot",
        (b"~", _) => "op_OnesComplement",
        (b"++", _) => "op_Increment",
        (b"--", _) => "op_Decrement",
        (b"true", _) => "op_True",
        (b"false", _) => "op_False",
        _ => "op",
    };
    method_of(l, n, name, l.child(n, F::Type), |l| method_body(l, n, true));
}

pub fn conversion(l: &mut Lower<'_>, n: C) {
    let name = if has_token(l, n, b"implicit") { "op_Implicit" } else { "op_Explicit" };
    method_of(l, n, name, l.child(n, F::Type), |l| method_body(l, n, true));
}

// ── Fields, properties, events ─────────────────────────────────────────────────────────────────────────

/// MEMBERs, each with its initialiser below it.
pub fn fields(l: &mut Lower<'_>, n: C) {
    let Some(declaration) = l.child_of(n, VARIABLES) else { return l.lower_errors(n) };
    let type_node = l.child(declaration, F::Type);
    let type_name = types::nominal_opt(l, type_node);
    let declarators = all(l, declaration, DECLARATOR);
    let single = declarators.clone().nth(1).is_none();
    for declarator in declarators {
        let Some(name) = l.child(declarator, F::Name) else { continue };
        let symbol = l.symbol(name);
        l.member(if single { n } else { declarator }, symbol, type_name, |l| {
            modifiers(l, n);
            if l.is(n, EVENT_FIELD) {
                l.modifier(n, "event");
            }
            types::type_use_opt(l, type_node);
            for size in all(l, declarator, BRACKETED_ARGUMENTS) {
                l.lower(size);
            }
            if let Some(value) = statements::initial_value(l, declarator) {
                l.assign_name(declarator, symbol, |l| initializers::value(l, value, type_name));
            }
        });
    }
    l.lower_errors(n);
}

/// A property, an indexer or an event with accessors: a MEMBER with its type, and beside it a METHOD for each
/// accessor that has a body (`get_X`, `set_X`, `add_X`, `remove_X`). An indexer is the property `Item`.
pub fn property(l: &mut Lower<'_>, n: C) {
    let indexer = l.is(n, INDEXER);
    let name = match l.child(n, F::Name) {
        Some(name) => l.string(name).into_owned(),
        None => "Item".to_owned(),
    };
    let type_node = l.child(n, F::Type);
    let type_name = types::nominal_opt(l, type_node);
    let arrow = l.child(n, F::Value).filter(|value| l.is(*value, ARROW));
    let value = l.child(n, F::Value).filter(|value| !l.is(*value, ARROW));
    let symbol = l.intern(&name);
    let full_name = qualified(l, n, &name);
    let full_name = l.intern(&full_name);
    let at = l.member(n, symbol, type_name, |l| {
        modifiers(l, n);
        if l.is(n, EVENT) {
            l.modifier(n, "event");
        }
        types::type_use_opt(l, type_node);
        l.lower_errors(n);
        if let Some(value) = value {
            l.assign_name(n, symbol, |l| initializers::value(l, value, type_name));
        }
    });
    l.at(at).full_name = full_name;
    if let Some(arrow) = arrow {
        accessor(l, n, arrow, &format!("get_{name}"), Some(arrow));
    }
    let Some(list) = l.child(n, F::Accessors) else { return };
    for declared in all(l, list, ACCESSOR) {
        let body = l.child(declared, F::Body);
        // Those without a body are the MEMBER itself; those of indexers are methods all the same.
        if body.is_none() && !indexer {
            continue;
        }
        let sort = match l.child(declared, F::Name).map(|sort| l.text(sort)) {
            Some(b"get") => "get",
            Some(b"set" | b"init") => "set",
            Some(b"add") => "add",
            Some(b"remove") => "remove",
            _ => continue,
        };
        accessor(l, n, declared, &format!("{sort}_{name}"), body);
    }
}

fn accessor(l: &mut Lower<'_>, n: C, node: C, name: &str, body: Option<C>) {
    let gets = name.starts_with("get_");
    let list = l.child(n, F::Parameters);
    let declared = list.map(|list| parameter_list(l, list)).unwrap_or_default();
    let type_node = l.child(n, F::Type);
    let type_name = types::nominal_opt(l, type_node);
    let mut signature = signature(l, if gets { l.names.get(type_name) } else { "void" }, &declared);
    if !gets {
        signature.pop();
        if !declared.is_empty() {
            signature.push(',');
        }
        signature.push_str(l.names.get(type_name));
        signature.push(')');
    }
    let qualified = qualified(l, n, name);
    l.method_qualified(node, name, qualified, &signature, |l| {
        if !l.is(node, ARROW) {
            modifiers(l, node);
        }
        if is_static(l, n) {
            l.modifier(node, "static");
        } else {
            l.this_parameter(node);
        }
        parameters(l, &declared);
        if gets {
            types::type_use_opt(l, type_node);
        } else {
            let value = l.intern("value");
            let at = l.parameter(node, value, declared.len() as i32 + 1, type_name, |_| {});
            l.at(at).flags |= flags::SYNTHETIC;
        }
        if let Some(body) = body {
            function_body(l, body, gets);
        }
        if gets { type_name } else { Symbol::NONE }
    });
}
