//! Functions: definitions, prototypes, parameters.

use stoa_model::Symbol;

use super::declarations::{global_name, has_storage, mention, modifiers, type_of};
use super::declarators::{self, Declared, take_apart};
use super::*;
use crate::tree::Position;

pub fn function(l: &mut Lower<'_>, n: Syntax) {
    let Some(declarator) = l.child(n, F::Declarator) else {
        l.lower_children(n);
        return;
    };
    let declared = take_apart(l, declarator);
    let Some(name) = declared.name else {
        // A macro that makes functions, or a syntax error.
        l.node(NodeKind::Unknown, n, Symbol::NONE, |l| l.lower_children(n));
        return;
    };
    if declared.function.is_none() && recovery::block_macro(l, n) {
        return;
    }
    let type_node = l.child(n, F::Type);
    let base = match recovery::displaced_type(l, n) {
        Some(base) => base,
        None => type_of(l, type_node),
    };
    method(l, n, n, name, declarator, &declared, base);
}

/// What a declarator's name says: the path in front, the name, and the type that the function belongs to.
fn name_of_method(l: &Lower<'_>, name: Syntax) -> (String, String, String) {
    if !cpp::is_cpp(l) {
        return (String::new(), l.string(name).into_owned(), String::new());
    }
    let (path, name) = cpp::names::function(l, name);
    let owner = match path.is_empty() {
        true if cpp::classes::in_type(l) => l.qualified_name().to_owned(),
        _ => path.clone(),
    };
    let constructs = !owner.is_empty() && name == cpp::names::simple(&owner);
    (path, if constructs { "<init>".to_owned() } else { name }, owner)
}

/// A METHOD; `n` is its node, `declaration` has its type, and its body if it has one.
pub fn method(
    l: &mut Lower<'_>,
    n: Syntax,
    declaration: Syntax,
    name: Syntax,
    declarator: Syntax,
    declared: &Declared,
    base: Symbol,
) -> Position {
    let cst = l.cst;
    let before = std::mem::take(&mut l.pending);
    let (path, name, owner) = name_of_method(l, name);
    let symbol = l.intern(&name);
    // `try` around a whole constructor stands beside its body.
    let body = l.child(declaration, F::Body).or_else(|| l.child_of(declaration, cpp::TRY));
    let function = declared.function;
    let trailing =
        function.and_then(|f| l.child_of(f, cpp::TRAILING_RETURN)).and_then(|t| cst.named(t).next());
    let returns = match trailing {
        Some(trailing) => declarators::described_type(l, trailing),
        None => declarators::with_suffix(l, base, &declared.suffix),
    };
    let parameters = parameters(l, declaration, function);
    let mut signature = signature_of(l, returns, &parameters);
    if function.is_some_and(|f| cst.named(f).any(|c| l.is(c, QUALIFIER) && l.text(c) == b"const")) {
        signature.push_str(" const");
    }
    let is_static = has_storage(l, declaration, b"static");
    let (qualified, private) = if l.qualified_name().is_empty() && path.is_empty() {
        let (full_name, private) = global_name(l, symbol, is_static);
        (l.names.get(full_name).to_owned(), private)
    } else if l.in_method() && body.is_none() {
        // A prototype inside of a function is of a global one.
        (name.clone(), 0)
    } else {
        let private = is_static && path.is_empty() && !l.in_method() && !cpp::classes::in_type(l);
        let name = if path.is_empty() { name.clone() } else { format!("{path}::{name}") };
        (l.qualify(&name), if private && !l.path.ends_with(".h") { flags::FILE_PRIVATE } else { 0 })
    };
    let at = l.method_qualified(n, &name, qualified, &signature, |l| {
        declarators::inside_declarator(l, declarator, function);
        modifiers(l, declaration);
        if cpp::is_cpp(l) {
            cpp::classes::function_modifiers(l, declaration, function);
        }
        if body.is_some() {
            l.lower_errors(n);
        } else if !cst.named(declaration).any(|c| is_any(l, c, &[cpp::DEFAULT_METHOD, cpp::DELETE_METHOD])) {
            l.modifier(n, "prototype");
        }
        cpp::classes::written_before(l, &before);
        lower_parameters(l, &parameters);
        match trailing {
            Some(trailing) => cpp::names::mention(l, trailing),
            None => {
                if let Some(type_node) = l.child(declaration, F::Type) {
                    mention(l, type_node, base);
                }
            }
        }
        if let Some(body) = body {
            cpp::classes::body(l, declaration, body, &owner);
        }
        returns
    });
    l.at(at).flags |= private;
    at
}

/// `return(type,type)`.
fn signature_of(l: &Lower<'_>, returns: Symbol, parameters: &[Parameter]) -> String {
    let mut signature = format!("{}(", l.names.get(returns));
    for (index, parameter) in parameters.iter().enumerate() {
        if index > 0 {
            signature.push(',');
        }
        signature.push_str(if parameter.variadic { "..." } else { l.names.get(parameter.type_name) });
    }
    signature.push(')');
    signature
}

fn lower_parameters(l: &mut Lower<'_>, parameters: &[Parameter]) {
    for (index, parameter) in parameters.iter().enumerate() {
        let name = match parameter.name {
            Some(name) => l.symbol(name),
            None if parameter.variadic => l.intern("..."),
            None => l.intern(&format!("<param>{}", index + 1)),
        };
        let at = l.parameter(parameter.node, name, index as i32 + 1, parameter.type_name, |l| {
            if let Some(declaration) = parameter.declaration {
                modifiers(l, declaration);
                l.lower_field(declaration, F::Type);
                if let Some(declarator) = parameter.declarator {
                    declarators::inside_declarator(l, declarator, None);
                }
                l.lower_field(declaration, F::DefaultValue);
            }
        });
        if parameter.variadic || l.is(parameter.node, cpp::VARIADIC_PARAMETER) {
            l.at(at).flags |= flags::VARIADIC;
        }
    }
}

/// The signature and return type of a lambda.
pub fn lambda_signature(l: &mut Lower<'_>, n: Syntax, function: Option<Syntax>) -> (String, Symbol) {
    let trailing = function.and_then(|f| l.child_of(f, cpp::TRAILING_RETURN));
    let trailing = trailing.and_then(|t| l.cst.named(t).next());
    let returns = trailing.map_or(Symbol::NONE, |t| declarators::described_type(l, t));
    let parameters = parameters(l, n, function);
    (signature_of(l, returns, &parameters), returns)
}

/// The METHOD_PARAMETER_INs of a lambda.
pub fn write_parameters(l: &mut Lower<'_>, n: Syntax, function: Option<Syntax>) {
    let parameters = parameters(l, n, function);
    lower_parameters(l, &parameters);
}

struct Parameter {
    node: Syntax,
    name: Option<Syntax>,
    type_name: Symbol,
    /// What has the type: the parameter itself, or K&R's declaration behind the list.
    declaration: Option<Syntax>,
    declarator: Option<Syntax>,
    variadic: bool,
}

fn parameters(l: &mut Lower<'_>, declaration: Syntax, function: Option<Syntax>) -> Vec<Parameter> {
    let cst = l.cst;
    let Some(list) = function.and_then(|f| l.child(f, F::Parameters)) else { return Vec::new() };
    let mut parameters = Vec::new();
    for node in cst.children(list) {
        let mut parameter = Parameter {
            node,
            name: None,
            type_name: Symbol::NONE,
            declaration: None,
            declarator: None,
            variadic: l.is(node, VARIADIC) || l.text(node) == b"...",
        };
        if is_any(l, node, &[PARAMETER, cpp::OPTIONAL_PARAMETER, cpp::VARIADIC_PARAMETER]) {
            parameter.declaration = Some(node);
            parameter.declarator = l.child(node, F::Declarator);
            parameter.type_name = declarators::described_type(l, node);
            match parameter.declarator {
                Some(declarator) => {
                    let declared = take_apart(l, declarator);
                    parameter.name = declared.name;
                    if declared.function.is_some() {
                        // `int f(int g(void))`: a pointer to a function, written as a function.
                        parameter.type_name = declarators::with_suffix(l, parameter.type_name, "(*)()");
                    }
                }
                // `(void)` is the empty list.
                None if l.names.get(parameter.type_name) == "void" => continue,
                None => {}
            }
        } else if l.is(node, IDENTIFIER) {
            parameter.name = Some(node);
            let wanted = l.text(node);
            for later in cst.named(declaration).filter(|c| l.is(*c, DECLARATION)) {
                let declarator = cst.children_in(later, F::Declarator).find(|d| {
                    let name = take_apart(l, *d).name;
                    name.is_some_and(|name| l.text(name) == wanted)
                });
                if let Some(declarator) = declarator {
                    let base = l.child(later, F::Type).map_or(Symbol::NONE, |t| declarators::base(l, t));
                    let suffix = take_apart(l, declarator).suffix;
                    parameter.type_name = declarators::with_suffix(l, base, &suffix);
                    parameter.declaration = Some(later);
                    parameter.declarator = Some(declarator);
                    break;
                }
            }
        } else if !parameter.variadic {
            continue;
        }
        parameters.push(parameter);
    }
    parameters
}
