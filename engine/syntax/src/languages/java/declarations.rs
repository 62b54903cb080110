//! Packages, imports, types, methods, fields and variables.

use stoa_model::{NodeKind, Operator, Symbol};

use super::*;

// ── Files ──────────────────────────────────────────────────────────────────────────────────────────────

/// The package is the file's module.
pub fn package(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for part in cst.named(n) {
        if is_annotation(l, part) {
            l.lower(part);
        } else {
            let name = dotted(l, part);
            l.set_module(&name);
        }
    }
}

/// The text of a name without blanks and comments.
fn dotted(l: &Lower<'_>, n: C) -> String {
    match (l.child(n, F::Scope), l.child(n, F::Name)) {
        (Some(scope), Some(name)) => format!("{}.{}", dotted(l, scope), l.string(name)),
        _ => l.string(n).into_owned(),
    }
}

/// `import a.B;`, `import static a.B.c;`, `import a.*;`. Static ones name a member, the others a type;
/// the path tells.
pub fn import(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let Some(name) = cst.named(n).find(|c| !l.is(*c, ASTERISK)) else { return };
    let path = dotted(l, name);
    if l.child_of(n, ASTERISK).is_some() {
        l.import_all(n, &path);
    } else {
        let alias = path.rsplit('.').next().unwrap_or(&path);
        l.import(n, alias, &path);
    }
}

pub fn module(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    cst.named(n).filter(|c| cst.get(*c).field != F::Name).for_each(|c| l.lower(c));
}

pub fn requires(l: &mut Lower<'_>, n: C) {
    if let Some(module) = l.child(n, F::Module) {
        let path = dotted(l, module);
        let alias = path.rsplit('.').next().unwrap_or(&path);
        l.import(n, alias, &path);
    }
}

/// The types of `uses` and `provides … with …`.
pub fn services(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    cst.named(n).for_each(|c| types::named_type(l, c));
}

// ── Annotations and modifiers ──────────────────────────────────────────────────────────────────────────

pub fn is_annotation(l: &Lower<'_>, n: C) -> bool {
    is_any(l, n, &[ANNOTATION, MARKER_ANNOTATION])
}

/// The annotations that are children of a node themselves.
fn annotations(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for child in cst.named(n) {
        if is_annotation(l, child) {
            l.lower(child);
        }
    }
}

pub fn annotation(l: &mut Lower<'_>, n: C) {
    let (name, arguments) = (l.child(n, F::Name), l.child(n, F::Arguments));
    let path = name.map_or(Symbol::NONE, |name| l.symbol(name));
    let (name, path) = if path.is_some() { l.split_path(path) } else { (path, path) };
    let at = l.node(NodeKind::Annotation, n, name, |l| l.lower_opt(arguments));
    l.at(at).full_name = path;
}

/// `name = value` of an annotation.
pub fn annotation_pair(l: &mut Lower<'_>, n: C) {
    let (key, value) = (l.child(n, F::Key), l.child(n, F::Value));
    l.operator(Operator::Assignment, n, |l| {
        if let Some(key) = key {
            l.field_identifier(key);
        }
        l.lower_opt(value);
    });
}

/// The annotations of a declaration, then its modifiers.
pub fn modifiers(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    if let Some(modifiers) = l.child_of(n, MODIFIERS) {
        l.lower_children(modifiers);
        for word in cst.children(modifiers).filter(|c| !cst.get(*c).named) {
            let text = l.string(word);
            l.modifier(word, &text);
        }
    }
}

fn is_static(l: &Lower<'_>, n: C) -> bool {
    let cst = l.cst;
    l.child_of(n, MODIFIERS).is_some_and(|m| cst.children(m).any(|w| l.text(w) == b"static"))
}

pub fn type_parameter(l: &mut Lower<'_>, n: C) {
    let name = l.child_of(n, TYPE_IDENTIFIER);
    let symbol = name.map_or(Symbol::NONE, |name| l.symbol(name));
    let cst = l.cst;
    l.node(NodeKind::TypeParameter, n, symbol, |l| {
        cst.named(n).filter(|c| Some(*c) != name).for_each(|c| l.lower(c));
    });
}

// ── Types ──────────────────────────────────────────────────────────────────────────────────────────────

/// A type's name, its annotations, modifiers, type parameters and supertypes, and `inside` its body.
pub fn type_decl(l: &mut Lower<'_>, n: C, sort: &str, inside: impl FnOnce(&mut Lower<'_>)) {
    let cst = l.cst;
    let name = l.child(n, F::Name).map(|name| l.string(name)).unwrap_or_default();
    l.type_decl(n, &name, |l| {
        modifiers(l, n);
        if !sort.is_empty() {
            l.modifier(n, sort);
        }
        l.lower_field(n, F::TypeParameters);
        for clause in cst.named(n) {
            if is_any(l, clause, &[SUPERCLASS, SUPER_INTERFACES, EXTENDS_INTERFACES]) {
                supertypes(l, clause);
            } else if l.is(clause, PERMITS) {
                l.lower(clause);
            }
        }
        l.lower_errors(n);
        inside(l);
    });
}

/// TYPE_REFs to all types in a clause.
fn supertypes(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for child in cst.named(n) {
        if is_any(l, child, &[TYPE_LIST, ANNOTATED_TYPE]) {
            supertypes(l, child);
        } else if is_annotation(l, child) {
            l.lower(child);
        } else {
            supertype(l, child);
        }
    }
}

fn supertype(l: &mut Lower<'_>, n: C) {
    let path = types::nominal(l, n);
    let (name, path) = l.split_path(path);
    l.supertype(n, name, path, |l| types::type_arguments(l, n));
}

pub fn class(l: &mut Lower<'_>, n: C) {
    type_decl(l, n, "", |l| {
        if let Some(body) = l.child(n, F::Body) {
            members(l, body, None);
            default_constructor(l, n, body);
        }
    });
}

pub fn interface(l: &mut Lower<'_>, n: C) {
    type_decl(l, n, "interface", |l| l.lower_field(n, F::Body));
}

pub fn annotation_type(l: &mut Lower<'_>, n: C) {
    type_decl(l, n, "annotation", |l| l.lower_field(n, F::Body));
}

pub fn enumeration(l: &mut Lower<'_>, n: C) {
    type_decl(l, n, "enum", |l| {
        if let Some(enum_body) = l.child(n, F::Body) {
            members(l, enum_body, None);
            default_constructor(l, n, l.child_of(enum_body, ENUM_DECLARATIONS).unwrap_or(enum_body));
        }
    });
}

/// The body of a type: a block in it is an initialiser.
pub fn body(l: &mut Lower<'_>, n: C) {
    members(l, n, None);
}

/// As [`body`]; `components` are those of the record whose body it is.
pub fn members(l: &mut Lower<'_>, n: C, components: Option<C>) {
    let cst = l.cst;
    for member in cst.named(n) {
        if l.is(member, BLOCK) {
            l.method_decl(member, "<init-block>", "void()", |l| {
                l.this_parameter(member);
                l.body(member);
                Symbol::NONE
            });
        } else if l.is(member, COMPACT_CONSTRUCTOR) {
            records::compact_constructor(l, member, components);
        } else {
            l.lower(member);
        }
    }
}

/// The constructor a class has when it declares none.
fn default_constructor(l: &mut Lower<'_>, n: C, body: C) {
    if l.child_of(body, CONSTRUCTOR).is_none() {
        l.synthetic_method(n, "<init>", "void()", |l| {
            l.this_parameter(n);
            l.next_slot(Slot::Body);
            l.synthetic_block(n, |_| {});
            Symbol::NONE
        });
    }
}

/// `new T(…) { … }`, or the body of an enum's constant: a class without a name, below the call.
/// `supertype` is what it extends or implements.
pub fn anonymous_class(l: &mut Lower<'_>, body: C, extended: Option<C>) {
    let name = l.anonymous_name();
    l.type_decl(body, &name, |l| {
        if let Some(extended) = extended {
            supertype(l, extended);
        }
        members(l, body, None);
    });
}

/// A MEMBER that is assigned a new object of the enum.
pub fn enum_constant(l: &mut Lower<'_>, n: C) {
    let Some(name) = l.child(n, F::Name) else { return };
    let name = l.symbol(name);
    let enum_type = type_symbol(l);
    let (arguments, body) = (l.child(n, F::Arguments), l.child(n, F::Body));
    l.member(n, name, enum_type, |l| {
        modifiers(l, n);
        let at = l.assign_name(n, name, |l| {
            let init = l.intern("<init>");
            let at = l.call(n, init, |l| {
                l.lower_opt(arguments);
                if let Some(body) = body {
                    l.aside(|l| {
                        let (supertype, path) = l.split_path(enum_type);
                        let name = l.anonymous_name();
                        l.type_decl(body, &name, |l| {
                            l.supertype(n, supertype, path, |_| {});
                            members(l, body, None);
                        });
                    });
                }
            });
            let node = l.at(at);
            (node.dispatch, node.full_name) = (Some(Dispatch::Static), enum_type);
            node.type_full_name = enum_type;
            node.flags |= flags::SYNTHETIC;
        });
        l.at(at).flags |= flags::SYNTHETIC;
    });
}

// ── Methods ────────────────────────────────────────────────────────────────────────────────────────────

/// The qualified name of the type being written.
fn type_symbol(l: &mut Lower<'_>) -> Symbol {
    let name = l.qualified_name().to_owned();
    l.intern(&name)
}

/// The name of the type around the method being written, and of its superclass as it is written there.
pub fn enclosing_type(l: &Lower<'_>) -> (Symbol, Symbol) {
    let Some((at, node)) = l.enclosing_type() else { return (Symbol::NONE, Symbol::NONE) };
    let mut child = at + 1;
    let mut superclass = Symbol::NONE;
    while child < l.here() {
        let candidate = l.tree.get(child);
        if candidate.kind == NodeKind::TypeRef && candidate.flags & flags::SUPERTYPE != 0 {
            // Interfaces are supertypes too; the superclass of a named class stands behind `extends`.
            let before = l.source.get(..candidate.start as usize).unwrap_or_default().trim_ascii_end();
            if before.ends_with(b"extends") {
                superclass = candidate.full_name.some().unwrap_or(candidate.name);
            }
            break;
        }
        if candidate.kind == NodeKind::Method {
            break;
        }
        child = candidate.last + 1;
    }
    (node.full_name, superclass)
}

/// `ret(type,type)`.
pub fn signature(l: &Lower<'_>, returns: &str, list: Option<C>) -> String {
    let cst = l.cst;
    let mut text = format!("{returns}(");
    let empty = text.len();
    for parameter in list.into_iter().flat_map(|list| cst.named(list)) {
        let Some((type_node, declarator)) = parameter_type(l, parameter) else { continue };
        if text.len() > empty {
            text.push(',');
        }
        match types::nominal_text(l, type_node) {
            // A lambda's `var x`.
            inferred if inferred.is_empty() => text.push_str("var"),
            name => text.push_str(&name),
        }
        types::push_dimensions(l, l.child(declarator, F::Dimensions), &mut text);
        if l.is(parameter, SPREAD_PARAMETER) {
            text.push_str("[]");
        }
    }
    text.push(')');
    text
}

/// The type of a parameter, and the node with its name and dimensions.
fn parameter_type(l: &Lower<'_>, n: C) -> Option<(C, C)> {
    if l.is(n, FORMAL_PARAMETER) {
        return l.child(n, F::Type).map(|t| (t, n));
    }
    if !l.is(n, SPREAD_PARAMETER) {
        return None;
    }
    let cst = l.cst;
    let type_node =
        cst.named(n).find(|c| !is_any(l, *c, &[MODIFIERS, ANNOTATION, MARKER_ANNOTATION, DECLARATOR]))?;
    Some((type_node, l.child_of(n, DECLARATOR)?))
}

/// The name, the type's node and the type's name of a parameter.
pub fn parameter_parts(l: &mut Lower<'_>, n: C) -> Option<(Symbol, Option<C>, Symbol)> {
    let (type_node, declarator) = parameter_type(l, n)?;
    let name = l.child(declarator, F::Name)?;
    let name = l.symbol(name);
    let mut type_name = types::declared(l, Some(type_node), declarator);
    if l.is(n, SPREAD_PARAMETER) {
        let array = format!("{}[]", l.names.get(type_name));
        type_name = l.intern(&array);
    }
    Some((name, Some(type_node), type_name))
}

/// The parameters of a method, numbered from 1; an explicit `this` is 0.
pub fn parameters(l: &mut Lower<'_>, list: C) {
    let cst = l.cst;
    let mut index = 0;
    for parameter in cst.named(list) {
        if l.is(parameter, RECEIVER_PARAMETER) {
            receiver_parameter(l, parameter);
            continue;
        }
        let Some((name, type_node, type_name)) = parameter_parts(l, parameter) else {
            l.lower(parameter);
            continue;
        };
        index += 1;
        let at = l.parameter(parameter, name, index, type_name, |l| {
            modifiers(l, parameter);
            annotations(l, parameter);
            l.lower_opt(type_node);
        });
        if l.is(parameter, SPREAD_PARAMETER) {
            l.at(at).flags |= flags::VARIADIC;
        }
    }
}

/// `Type this`, written for the sake of an annotation.
fn receiver_parameter(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let type_node = cst.named(n).find(|c| !is_any(l, *c, &[ANNOTATION, MARKER_ANNOTATION, IDENTIFIER, THIS]));
    let type_name = type_node.map_or(Symbol::NONE, |t| types::nominal(l, t));
    let this = l.intern("this");
    l.parameter(n, this, 0, type_name, |l| {
        annotations(l, n);
        l.lower_opt(type_node);
    });
}

/// What a method and a constructor have in common. `returns` is the name of the declared return type.
fn method_of(l: &mut Lower<'_>, n: C, name: &str, returns: Symbol, signature: &str) {
    let list = l.child(n, F::Parameters);
    l.method_decl(n, name, signature, |l| {
        annotations(l, n);
        modifiers(l, n);
        l.lower_field(n, F::TypeParameters);
        let receiver = list.and_then(|list| l.child_of(list, RECEIVER_PARAMETER));
        if receiver.is_none() && !is_static(l, n) && l.enclosing_type().is_some() {
            l.this_parameter(n);
        }
        if let Some(list) = list {
            parameters(l, list);
        }
        l.lower_field(n, F::Type);
        l.lower_errors(n);
        if let Some(throws) = l.child_of(n, THROWS) {
            l.lower(throws);
        }
        if let Some(body) = l.child(n, F::Body) {
            l.body(body);
        }
        returns
    });
}

pub fn method(l: &mut Lower<'_>, n: C) {
    let name = l.child(n, F::Name).map(|name| l.string(name)).unwrap_or_default();
    let type_node = l.child(n, F::Type);
    // `int m()[]` returns an array.
    let returns = types::declared(l, type_node, n);
    let signature = signature(l, l.names.get(returns), l.child(n, F::Parameters));
    method_of(l, n, &name, returns, &signature);
}

pub fn constructor(l: &mut Lower<'_>, n: C) {
    let signature = signature(l, "void", l.child(n, F::Parameters));
    method_of(l, n, "<init>", Symbol::NONE, &signature);
}

pub fn static_initializer(l: &mut Lower<'_>, n: C) {
    let body = l.child_of(n, BLOCK);
    l.method_decl(n, "<clinit>", "void()", |l| {
        l.modifier(n, "static");
        if let Some(body) = body {
            l.body(body);
        }
        Symbol::NONE
    });
}

/// `Type name() default value;`: the default is a child of the METHOD, which has no body.
pub fn annotation_element(l: &mut Lower<'_>, n: C) {
    let name = l.child(n, F::Name).map(|name| l.string(name)).unwrap_or_default();
    let (type_node, value) = (l.child(n, F::Type), l.child(n, F::Value));
    let returns = types::declared(l, type_node, n);
    let signature = format!("{}()", l.names.get(returns));
    l.method_decl(n, &name, &signature, |l| {
        modifiers(l, n);
        l.this_parameter(n);
        l.lower_opt(type_node);
        l.lower_opt(value);
        returns
    });
}

// ── Variables ──────────────────────────────────────────────────────────────────────────────────────────

/// MEMBERs, each with its initialiser below it.
pub fn fields(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let type_node = l.child(n, F::Type);
    let single = cst.children_in(n, F::Declarator).nth(1).is_none();
    for declarator in cst.children_in(n, F::Declarator) {
        let Some(name) = l.child(declarator, F::Name) else { continue };
        let symbol = l.symbol(name);
        let type_name = types::declared(l, type_node, declarator);
        l.member(if single { n } else { declarator }, symbol, type_name, |l| {
            modifiers(l, n);
            l.lower_opt(type_node);
            initialise(l, declarator, name, l.child(declarator, F::Value), Slot::None);
        });
    }
}

pub fn local_variables(l: &mut Lower<'_>, n: C) {
    variables(l, n, Slot::None);
}

/// A LOCAL and an assignment for each variable; the assignments stand in `slot`.
pub fn variables(l: &mut Lower<'_>, n: C, slot: Slot) {
    let cst = l.cst;
    for declarator in cst.children_in(n, F::Declarator) {
        if let Some(name) = l.child(declarator, F::Name) {
            let value = l.child(declarator, F::Value);
            local(l, n, declarator, name, value);
            initialise(l, declarator, name, value, slot);
        }
    }
}

/// The LOCAL of a variable. `declaration` has the modifiers and the type, `declarator` the dimensions.
/// The type of `var x = new T()` is T.
pub fn local(l: &mut Lower<'_>, declaration: C, declarator: C, name: C, value: Option<C>) {
    let type_node = l.child(declaration, F::Type);
    let mut type_name = types::declared(l, type_node, declarator);
    if !type_name.is_some()
        && let Some(value) = value.filter(|v| l.is(*v, NEW))
        && let Some(created) = l.child(value, F::Type)
    {
        type_name = types::nominal(l, created);
    }
    let symbol = l.symbol(name);
    let at = l.node(NodeKind::Local, declarator, symbol, |l| {
        modifiers(l, declaration);
        l.lower_opt(type_node);
    });
    l.at(at).type_full_name = type_name;
}

/// The assignment of a variable's first value, if it has one.
pub fn initialise(l: &mut Lower<'_>, n: C, name: C, value: Option<C>, slot: Slot) {
    if let Some(value) = value {
        let target = l.symbol(name);
        l.next_slot(slot);
        l.assign(
            n,
            |l| {
                l.identifier_named(name, target);
            },
            |l| l.lower(value),
        );
    }
}
