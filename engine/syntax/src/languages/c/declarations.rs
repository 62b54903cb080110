//! Functions, types and variables.

use stoa_model::{NodeKind, Symbol};

use super::declarators::{self, Declared, take_apart};
use super::*;
use crate::tree::Position;

/// The full name of something global, and the flag it gets when only its file sees it. What is `static`
/// in a header is seen by whoever includes it.
pub fn global_name(l: &mut Lower<'_>, name: Symbol, of_file: bool) -> (Symbol, u8) {
    if of_file && !l.path.ends_with(".h") {
        let full_name = format!("{}:{}", l.path, l.names.get(name));
        (l.intern(&full_name), flags::FILE_PRIVATE)
    } else {
        (name, 0)
    }
}

/// Whether a declaration has this storage class.
fn has_storage(l: &Lower<'_>, n: Syntax, word: &[u8]) -> bool {
    let cst = l.cst;
    cst.named(n).any(|c| l.is(c, STORAGE) && l.text(c) == word)
}

/// Attributes, then storage classes as modifiers.
fn modifiers(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    for part in cst.named(n) {
        if is_any(l, part, &[ATTRIBUTE_SPECIFIER, ATTRIBUTE_DECLARATION, MS_DECLSPEC]) {
            l.lower(part);
        }
    }
    for part in cst.named(n) {
        if is_any(l, part, &[STORAGE, MS_CALL]) {
            let word = l.string(part);
            l.modifier(part, &word);
        }
    }
}

// ── Attributes ─────────────────────────────────────────────────────────────────────────────────────────

/// `__attribute__((a, b(1)))`, `__declspec(a)`: an ANNOTATION for each.
pub fn attribute_specifier(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    for part in cst.named(n) {
        if l.is(part, ARGUMENTS) {
            cst.named(part).for_each(|attribute| annotation(l, attribute));
        } else {
            annotation(l, part);
        }
    }
}

/// An ANNOTATION of a name or of what looks like a call.
pub fn annotation(l: &mut Lower<'_>, n: Syntax) {
    let (name, arguments) = match l.child(n, F::Function) {
        Some(function) => (l.symbol(function), l.child(n, F::Arguments)),
        None => (l.symbol(n), None),
    };
    l.node(NodeKind::Annotation, n, name, |l| l.lower_opt(arguments));
}

/// `[[prefix::name(…)]]`.
pub fn attribute(l: &mut Lower<'_>, n: Syntax) {
    let name = l.child(n, F::Name).map_or(Symbol::NONE, |name| l.symbol(name));
    let at = l.node(NodeKind::Annotation, n, name, |l| {
        if let Some(arguments) = l.child_of(n, ARGUMENTS) {
            l.lower(arguments);
        }
    });
    if let Some(prefix) = l.child(n, F::Prefix) {
        let full_name = format!("{}::{}", l.string(prefix), l.names.get(name));
        l.at(at).full_name = l.names.intern(&full_name);
    }
}

// ── Functions ──────────────────────────────────────────────────────────────────────────────────────────

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
fn method(
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

// ── Types ──────────────────────────────────────────────────────────────────────────────────────────────

/// The name of a declaration's type. A type with a body is declared here, in front of what has it.
fn type_of(l: &mut Lower<'_>, type_node: Option<Syntax>) -> Symbol {
    match type_node {
        Some(type_node) if l.child(type_node, F::Body).is_some() => composite(l, type_node, None),
        Some(type_node) => declarators::base(l, type_node),
        None => Symbol::NONE,
    }
}

/// A TYPE_REF to a type called `base`, without declaring it once more.
fn mention(l: &mut Lower<'_>, type_node: Syntax, base: Symbol) {
    if l.child(type_node, F::Body).is_some() {
        l.type_ref(type_node, base, Symbol::NONE, |_| {});
    } else {
        l.lower(type_node);
    }
}

/// A `struct`, `union` or `enum` where it stands: its declaration if it has a body, else a mention.
pub fn composite_use(l: &mut Lower<'_>, n: Syntax) {
    if l.child(n, F::Body).is_some() {
        l.aside(|l| composite(l, n, None));
    } else if let Some(name) = l.child(n, F::Name) {
        if l.is(name, TYPE_IDENTIFIER) {
            let name = l.symbol(name);
            l.type_ref(n, name, Symbol::NONE, |_| {});
        } else {
            l.lower(name);
        }
    }
}

/// The TYPE_DECL of a type with a body; `alias` names one that has no name of its own (`typedef struct { … } T`).
pub fn composite(l: &mut Lower<'_>, n: Syntax, alias: Option<Syntax>) -> Symbol {
    let cst = l.cst;
    let before = std::mem::take(&mut l.pending);
    let sort = if l.is(n, UNION) {
        "union"
    } else if l.is(n, ENUM) {
        "enum"
    } else {
        "struct"
    };
    let inside = |l: &mut Lower<'_>| {
        for part in cst.named(n) {
            if is_any(l, part, &[ATTRIBUTE_SPECIFIER, ATTRIBUTE_DECLARATION, MS_DECLSPEC]) {
                l.lower(part);
            }
        }
        if !l.is(n, cpp::CLASS) {
            l.modifier(n, sort);
        }
        cpp::classes::written_before(l, &before);
        if let Some(bases) = l.child_of(n, cpp::BASES) {
            l.lower(bases);
        }
        l.lower_errors(n);
        l.lower_field(n, F::Body);
    };
    let Some(name) = l.child(n, F::Name).or(alias) else {
        let name = l.anonymous_name();
        let symbol = l.intern(&name);
        if l.qualified_name().is_empty() {
            // Every file has its own first anonymous type.
            let at = l.within_qualified(l.path.to_owned(), |l| l.type_decl(n, &name, inside));
            if !l.path.ends_with(".h") {
                l.at(at).flags |= flags::FILE_PRIVATE;
            }
        } else {
            l.type_decl(n, &name, inside);
        }
        return symbol;
    };
    if cpp::is_cpp(l) {
        let text = cpp::names::of_class(l, name);
        let at = l.type_decl(n, &text, inside);
        let simple = l.intern(cpp::names::simple(&text));
        l.at(at).name = simple;
        return simple;
    }
    let (symbol, name) = (l.symbol(name), l.string(name));
    if l.in_method() {
        l.type_decl(n, &name, inside);
    } else {
        // Types declared inside of others are as global as these.
        l.within_qualified(String::new(), |l| l.type_decl(n, &name, inside));
    }
    symbol
}

/// `typedef`: the type itself if it has a body and no name, and an alias for each other name.
pub fn typedef(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let Some(type_node) = l.child(n, F::Type) else {
        l.lower_children(n);
        return;
    };
    let mut own = None;
    let base = if l.child(type_node, F::Body).is_some() {
        if l.child(type_node, F::Name).is_none() {
            own = cst.children_in(n, F::Declarator).find(|d| l.is(*d, TYPE_IDENTIFIER));
        }
        composite(l, type_node, own)
    } else {
        declarators::base(l, type_node)
    };
    for declarator in cst.children_in(n, F::Declarator) {
        if Some(declarator) == own {
            continue;
        }
        let declared = take_apart(l, declarator);
        let Some(name) = declared.name else { continue };
        let symbol = l.symbol(name);
        if symbol == base && declared.suffix.is_empty() {
            // `typedef struct T T`: one name for the same type.
            if l.child(type_node, F::Body).is_none() {
                l.lower(type_node);
            }
            continue;
        }
        let mut type_name = declarators::with_suffix(l, base, &declared.suffix);
        if declared.function.is_some() {
            type_name = declarators::with_suffix(l, type_name, "()");
        }
        let name = l.string(name);
        let at = l.type_decl(declarator, &name, |l| {
            modifiers(l, n);
            l.modifier(n, "alias");
            mention(l, type_node, base);
            declarators::inside_declarator(l, declarator, None);
        });
        l.at(at).type_full_name = type_name;
    }
}

/// Fields of a structure. Those of a part without a name are fields of the whole (C11 6.7.2.1).
pub fn fields(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let type_node = l.child(n, F::Type);
    if l.child(n, F::Declarator).is_none() {
        match type_node {
            Some(part) if is_any(l, part, &[STRUCT, UNION]) && l.child(part, F::Name).is_none() => {
                l.lower_field(part, F::Body);
            }
            Some(part) => l.lower(part),
            None => {}
        }
        return;
    }
    let before = std::mem::take(&mut l.pending);
    let base = type_of(l, type_node);
    l.lower_errors(n);
    let single = cst.children_in(n, F::Declarator).nth(1).is_none();
    for declarator in cst.children_in(n, F::Declarator) {
        let declared = take_apart(l, declarator);
        let Some(name) = declared.name else { continue };
        if declared.function.is_some() && cpp::is_cpp(l) {
            l.pending.clone_from(&before);
            method(l, if single { n } else { declarator }, n, name, declarator, &declared, base);
            continue;
        }
        let next = cst.children_in(n, F::Declarator).find(|d| *d > declarator);
        let value =
            cst.children_in(n, F::DefaultValue).find(|v| *v > declarator && next.is_none_or(|d| *v < d));
        let symbol = l.symbol(name);
        let mut type_name = declarators::with_suffix(l, base, &declared.suffix);
        if declared.function.is_some() {
            type_name = declarators::with_suffix(l, type_name, "()");
        }
        l.member(if single { n } else { declarator }, symbol, type_name, |l| {
            modifiers(l, n);
            cpp::classes::written_before(l, &before);
            if let Some(type_node) = type_node {
                mention(l, type_node, base);
            }
            declarators::inside_declarator(l, declarator, None);
            let width = cst.named(n).find(|c| l.is(*c, BITFIELD) && c.0 > declarator.0);
            if let Some(width) = width.filter(|_| single) {
                l.lower(width);
            }
            if let Some(value) = value {
                l.assign_name(declarator, symbol, |l| {
                    cpp::classes::constructed_by_list(l, value, type_node, base)
                });
            }
        });
    }
}

/// A constant of an `enum`: a name as global as the enum itself.
pub fn enumerator(l: &mut Lower<'_>, n: Syntax) {
    let Some(name) = l.child(n, F::Name) else { return };
    let (symbol, value) = (l.symbol(name), l.child(n, F::Value));
    let int = l.intern("int");
    let at = l.member(n, symbol, int, |l| {
        if let Some(value) = value {
            l.assign_name(n, symbol, |l| l.lower(value));
        }
    });
    l.at(at).full_name = if cpp::is_cpp(l) { cpp::classes::enumerator_name(l, symbol) } else { symbol };
}

/// `extern "C" { … }`.
pub fn linkage(l: &mut Lower<'_>, n: Syntax) {
    l.lower_field(n, F::Body);
}

// ── Variables ──────────────────────────────────────────────────────────────────────────────────────────

pub fn declaration(l: &mut Lower<'_>, n: Syntax) {
    variables(l, n, Slot::None);
}

/// What a declaration declares: functions without a body, variables of the file or of the function. The
/// assignments of first values stand in `slot`.
pub fn variables(l: &mut Lower<'_>, n: Syntax, slot: Slot) {
    let cst = l.cst;
    if recovery::statement_macro(l, n) {
        return;
    }
    let type_node = l.child(n, F::Type);
    let base = match recovery::displaced_type(l, n) {
        Some(base) => base,
        None => type_of(l, type_node),
    };
    l.lower_errors(n);
    let before = std::mem::take(&mut l.pending);
    let global = !l.in_method();
    let is_extern = has_storage(l, n, b"extern");
    let is_static = has_storage(l, n, b"static");
    let single = cst.children_in(n, F::Declarator).nth(1).is_none();
    for declarator in cst.children_in(n, F::Declarator) {
        if l.is(declarator, ASM) {
            continue;
        }
        if let Some(binding) = cpp::expressions::binding(l, declarator) {
            let value = l.child(declarator, F::Value);
            cpp::classes::structured_binding(l, declarator, binding, |l| l.lower_opt(value), slot);
            continue;
        }
        let declared = take_apart(l, declarator);
        let Some(name) = declared.name else {
            l.lower(declarator);
            continue;
        };
        let whole = if single { n } else { declarator };
        let vexing = match declared.function {
            Some(function) if !global && cpp::is_cpp(l) => cpp::classes::vexing_arguments(l, function),
            _ => None,
        };
        if declared.function.is_some() && vexing.is_none() {
            l.pending.clone_from(&before);
            method(l, whole, n, name, declarator, &declared, base);
            continue;
        }
        let (base, name) = match recovery::displaced_name(l, declarator, name) {
            Some(displaced) => (l.symbol(name), displaced),
            None => (base, name),
        };
        let symbol = l.symbol(name);
        let type_name = declarators::with_suffix(l, base, &declared.suffix);
        let value = l.child(declarator, F::Value).filter(|_| l.is(declarator, INIT_DECLARATOR));
        let first_value = |l: &mut Lower<'_>, value: Syntax| {
            cpp::classes::first_value(l, declarator, value, type_node, base)
        };
        let parts = |l: &mut Lower<'_>| {
            modifiers(l, n);
            cpp::classes::written_before(l, &before);
            if let Some(type_node) = type_node {
                mention(l, type_node, base);
            }
            declarators::inside_declarator(l, declarator, declared.function);
        };
        if global {
            let at = l.member(whole, symbol, type_name, |l| {
                parts(l);
                if let Some(value) = value {
                    l.assign_name(declarator, symbol, |l| first_value(l, value));
                }
            });
            if l.qualified_name().is_empty() {
                let (full_name, private) = global_name(l, symbol, is_static);
                let node = l.at(at);
                node.full_name = full_name;
                node.flags |= private;
            }
        } else if is_extern {
            // A variable of the file, which is not declared here once more.
            if let Some(type_node) = type_node {
                mention(l, type_node, base);
            }
        } else {
            let at = l.node(NodeKind::Local, declarator, symbol, parts);
            l.at(at).type_full_name = type_name;
            if let Some(arguments) = vexing {
                l.next_slot(slot);
                l.assign_name(declarator, symbol, |l| {
                    cpp::classes::constructor_call(l, declarator, base, &arguments)
                });
            } else if let Some(value) = value {
                l.next_slot(slot);
                l.assign_name(declarator, symbol, |l| first_value(l, value));
            }
        }
    }
}

/// The LOCAL that a condition declares (`if (T x = f())`); its value is the condition's business.
pub fn condition_variable(l: &mut Lower<'_>, n: Syntax) {
    let Some(declarator) = l.child(n, F::Declarator) else { return };
    let declared = take_apart(l, declarator);
    let Some(name) = declared.name else { return };
    let type_node = l.child(n, F::Type);
    let base = type_of(l, type_node);
    let type_name = declarators::with_suffix(l, base, &declared.suffix);
    let symbol = l.symbol(name);
    let at = l.node(NodeKind::Local, declarator, symbol, |l| {
        if let Some(type_node) = type_node {
            mention(l, type_node, base);
        }
    });
    l.at(at).type_full_name = type_name;
}
