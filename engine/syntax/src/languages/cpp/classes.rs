//! Namespaces, classes, templates: what declares names in C++ besides functions and variables.

use stoa_model::{Dispatch, NodeKind, Operator, Symbol};

use super::*;
use crate::cst::C as Syntax;
use crate::fields::F;
use crate::languages::c::{
    ARGUMENTS, FIELD_IDENTIFIER, IDENTIFIER, INITIALIZER_LIST, PARAMETER, TYPE_IDENTIFIER, declarators,
    is_any,
};
use crate::tree::Slot;

// ── Namespaces ─────────────────────────────────────────────────────────────────────────────────────────

/// `namespace a::b { … }`. One without a name is the file's own: its path stands for the name.
pub fn namespace(l: &mut Lower<'_>, n: Syntax) {
    let name = match l.child(n, F::Name) {
        Some(name) => l.string(name).split_whitespace().collect::<String>(),
        None => l.path.to_owned(),
    };
    let symbol = l.intern(&name);
    let qualified = l.qualify(&name);
    let full_name = l.intern(&qualified);
    let at = l.node(NodeKind::NamespaceBlock, n, symbol, |l| {
        l.within_qualified(qualified, |l| {
            l.lower_errors(n);
            l.lower_field(n, F::Body);
        });
    });
    l.at(at).full_name = full_name;
}

/// `namespace a = b::c;`
pub fn namespace_alias(l: &mut Lower<'_>, n: Syntax) {
    let Some(name) = l.child(n, F::Name) else { return };
    let target = l.cst.named(n).filter(|c| *c != name).last();
    let target = target.map(|t| l.string(t).split_whitespace().collect::<String>()).unwrap_or_default();
    let name = l.string(name);
    l.import(n, &name, &target);
}

/// `using a::b;`, `using namespace a;`, `using enum E;`
pub fn using(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let Some(path) = cst.named(n).last() else { return };
    let whole = l.string(path).split_whitespace().collect::<String>();
    let whole = whole.trim_start_matches("::");
    if cst.children(n).any(|c| matches!(l.text(c), b"namespace" | b"enum")) {
        l.import_all(n, whole);
    } else {
        let name = names::last(l, path);
        let name = l.string(name);
        l.import(n, &name, whole);
    }
}

/// `using A = B;`
pub fn alias(l: &mut Lower<'_>, n: Syntax) {
    let (Some(name), of) = (l.child(n, F::Name), l.child(n, F::Type)) else { return };
    let type_name = of.map_or(Symbol::NONE, |of| declarators::described_type(l, of));
    let name = l.string(name);
    let before = std::mem::take(&mut l.pending);
    let at = l.type_decl(n, &name, |l| {
        l.modifier(n, "alias");
        written_before(l, &before);
        if let Some(of) = of {
            names::mention(l, of);
        }
    });
    l.at(at).type_full_name = type_name;
}

// ── Templates ──────────────────────────────────────────────────────────────────────────────────────────

/// `template <…> declaration`: the declaration takes the parameters.
pub fn template(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let parameters = l.child(n, F::Parameters);
    l.pending.extend(parameters);
    for part in cst.named(n) {
        if Some(part) != parameters {
            l.lower(part);
        }
    }
    if let Some(parameters) = parameters {
        l.pending.retain(|p| *p != parameters);
    }
}

/// What stands before a declaration: TYPE_PARAMETERs, and the access as a modifier.
pub fn written_before(l: &mut Lower<'_>, before: &[Syntax]) {
    for part in before {
        if l.is(*part, ACCESS) {
            let word = l.string(*part);
            l.modifier(*part, &word);
        }
    }
    for part in before {
        if l.is(*part, TEMPLATE_PARAMETERS) {
            l.lower(*part);
        }
    }
}

pub fn type_parameters(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    for parameter in cst.named(n) {
        if is_any(l, parameter, &[PARAMETER, OPTIONAL_PARAMETER, VARIADIC_PARAMETER]) {
            // A value: `int N`.
            let declared = l.child(parameter, F::Declarator).map(|d| declarators::take_apart(l, d));
            let name = declared.and_then(|d| d.name).map_or(Symbol::NONE, |name| l.symbol(name));
            let type_name = declarators::described_type(l, parameter);
            let at =
                l.node(NodeKind::TypeParameter, parameter, name, |l| declarators::type_refs(l, parameter));
            l.at(at).type_full_name = type_name;
        } else {
            l.lower(parameter);
        }
    }
}

/// `typename T = int`, `class... U`
pub fn type_parameter(l: &mut Lower<'_>, n: Syntax) {
    let name = l.child(n, F::Name).or_else(|| l.child_of(n, TYPE_IDENTIFIER));
    let name = name.map_or(Symbol::NONE, |name| l.symbol(name));
    l.node(NodeKind::TypeParameter, n, name, |l| l.lower_field(n, F::DefaultType));
}

/// `template <typename> class C`
pub fn template_template(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let parameters = l.child(n, F::Parameters);
    for part in cst.named(n).filter(|part| Some(*part) != parameters) {
        l.lower(part);
    }
}

/// `template <…> concept C = …;`: a type that is a condition.
pub fn concept(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let Some(name) = l.child(n, F::Name) else { return };
    let before = std::mem::take(&mut l.pending);
    let text = l.string(name);
    l.type_decl(n, &text, |l| {
        l.modifier(n, "concept");
        written_before(l, &before);
        for part in cst.named(n).filter(|part| *part != name) {
            l.lower(part);
        }
    });
}

// ── Classes ────────────────────────────────────────────────────────────────────────────────────────────

/// `: public A, virtual B<int>`: a TYPE_REF each.
pub fn bases(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    for base in cst.named(n) {
        if !is_any(l, base, &[TYPE_IDENTIFIER, QUALIFIED, TEMPLATE_TYPE]) {
            continue;
        }
        let last = names::last(l, base);
        let name = l.symbol(last);
        let path = if l.is(base, QUALIFIED) { names::of_type(l, base) } else { Symbol::NONE };
        l.supertype(base, name, path, |l| names::template_arguments(l, base));
    }
}

/// The members of a class; each takes the access that stands above it.
pub fn members(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let outer = std::mem::take(&mut l.pending);
    let mut access = None;
    for member in cst.named(n) {
        if l.is(member, ACCESS) {
            access = Some(member);
            continue;
        }
        l.pending.extend(access);
        l.lower(member);
        l.pending.clear();
    }
    l.pending = outer;
}

/// Words of a function that its name and type do not say.
pub fn function_modifiers(l: &mut Lower<'_>, n: Syntax, function: Option<Syntax>) {
    let cst = l.cst;
    for part in cst.children(n) {
        match l.text(part) {
            b"virtual" => l.modifier(part, "virtual"),
            _ if l.is(part, EXPLICIT) => l.modifier(part, "explicit"),
            _ if l.is(part, DEFAULT_METHOD) => l.modifier(part, "default"),
            _ if l.is(part, DELETE_METHOD) => l.modifier(part, "deleted"),
            _ if l.is(part, PURE_VIRTUAL) => l.modifier(part, "abstract"),
            _ => {}
        }
    }
    if let Some(value) = l.child(n, F::DefaultValue).filter(|value| l.text(*value) == b"0") {
        l.modifier(value, "abstract");
    }
    let Some(function) = function else { return };
    for part in cst.children(function) {
        if l.is(part, VIRTUAL_SPECIFIER) {
            let word = l.string(part);
            l.modifier(part, &word);
        }
    }
}

/// The type a constructor's initialiser means: its own class or a base, not a member. A base is a name with
/// template arguments or a path, or one that begins with a capital, as members seldom do.
fn initialises_type(l: &Lower<'_>, name: Syntax, owner: &str) -> bool {
    let text = l.text(name);
    !is_any(l, name, &[FIELD_IDENTIFIER, IDENTIFIER])
        || text == names::simple(owner).as_bytes()
        || text.first().is_some_and(u8::is_ascii_uppercase)
}

/// `: Base(x), member(y), other{z}`, which the body begins with.
pub fn field_initializers(l: &mut Lower<'_>, n: Syntax, owner: &str) {
    let cst = l.cst;
    let Some(list) = l.child_of(n, FIELD_INITIALIZERS) else { return };
    for initializer in cst.named(list) {
        if !l.is(initializer, FIELD_INITIALIZER) {
            continue;
        }
        let mut parts = cst.named(initializer);
        let (Some(name), value) = (parts.next(), parts.next()) else { continue };
        let this = l.intern("this");
        let last = names::last(l, name);
        if initialises_type(l, name, owner) {
            let mut type_name = names::of_type(l, name);
            if !type_name.is_some() {
                type_name = l.symbol(last);
            }
            let init = l.intern("<init>");
            let at = l.call(initializer, init, |l| {
                l.next_receiver();
                l.identifier_named(name, this);
                if let Some(value) = value {
                    l.lower_children(value);
                }
            });
            let node = l.at(at);
            (node.dispatch, node.full_name, node.type_full_name) =
                (Some(Dispatch::Static), type_name, type_name);
            continue;
        }
        l.operator(Operator::Assignment, initializer, |l| {
            l.operator(Operator::IndirectFieldAccess, name, |l| {
                l.identifier_named(name, this);
                l.field_identifier(last);
            });
            let Some(value) = value else { return };
            let mut values = cst.named(value);
            match (values.next(), values.next()) {
                (Some(only), None) => l.lower(only),
                _ => {
                    // Several values, or none, make the member by its type's constructor.
                    let init = l.intern("<init>");
                    let at = l.call(value, init, |l| l.lower_children(value));
                    l.at(at).dispatch = Some(Dispatch::Static);
                }
            }
        });
    }
}

/// Whether a type can have constructors: it is named, and not primitive or to be inferred.
fn is_class(l: &Lower<'_>, type_node: Option<Syntax>) -> bool {
    type_node.is_some_and(|t| is_any(l, t, &[TYPE_IDENTIFIER, QUALIFIED, TEMPLATE_TYPE, DEPENDENT_TYPE]))
}

/// The first value of a variable: `T x(a, b)` and `T x{a}` call T's constructor.
pub fn first_value(
    l: &mut Lower<'_>,
    declarator: Syntax,
    value: Syntax,
    type_node: Option<Syntax>,
    base: Symbol,
) {
    let direct = is_cpp(l) && !l.cst.children(declarator).any(|c| l.text(c) == b"=");
    if direct { constructed(l, value, type_node, base) } else { l.lower(value) }
}

/// As [`first_value`], of a member: only a list says that there is no `=`.
pub fn constructed_by_list(l: &mut Lower<'_>, value: Syntax, type_node: Option<Syntax>, base: Symbol) {
    if l.is(value, INITIALIZER_LIST) { constructed(l, value, type_node, base) } else { l.lower(value) }
}

/// A value made by a list of arguments: of a type that may be a class, by its constructor.
pub fn constructed(l: &mut Lower<'_>, value: Syntax, type_node: Option<Syntax>, base: Symbol) {
    if !is_any(l, value, &[ARGUMENTS, INITIALIZER_LIST]) {
        return l.lower(value);
    }
    let values: Vec<Syntax> = l.cst.named(value).collect();
    match (is_class(l, type_node), &values[..]) {
        (false, [only]) => l.lower(*only),
        (false, _) => {
            l.operator(Operator::ArrayInitializer, value, |l| l.lower_children(value));
        }
        (true, _) => constructor_call(l, value, base, &values),
    }
}

/// A call of a type's constructor. Arguments that the grammar took for types are names.
pub fn constructor_call(l: &mut Lower<'_>, n: Syntax, base: Symbol, arguments: &[Syntax]) {
    let init = l.intern("<init>");
    let at = l.call(n, init, |l| {
        for argument in arguments {
            if l.is(*argument, TYPE_IDENTIFIER) {
                l.identifier(*argument);
            } else {
                l.lower(*argument);
            }
        }
    });
    let node = l.at(at);
    (node.dispatch, node.full_name, node.type_full_name) = (Some(Dispatch::Static), base, base);
}

/// Whether the enum being written is `enum class` or `enum struct`.
fn scoped_enum(l: &Lower<'_>) -> bool {
    let Some(at) = l.parent_position() else { return false };
    let node = l.tree.get(at);
    let text = l.source.get(node.start as usize..node.end as usize).unwrap_or_default();
    let mut words = text.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    words.next() == Some(b"enum") && matches!(words.next(), Some(b"class" | b"struct"))
}

/// The full name of an enumerator: that of `enum class E` is `E::A`, any other stands beside its enum.
pub fn enumerator_name(l: &mut Lower<'_>, name: Symbol) -> Symbol {
    let qualified = l.qualified_name();
    let scoped = scoped_enum(l);
    let outer = if scoped { qualified } else { qualified.rsplit_once("::").map_or("", |(outer, _)| outer) };
    if outer.is_empty() {
        return name;
    }
    let full = format!("{outer}::{}", l.names.get(name));
    l.intern(&full)
}

/// `T x(a);` in a function, which the grammar takes for a function that takes an `a`: the arguments, if each
/// is a name and nothing else.
pub fn vexing_arguments(l: &Lower<'_>, function: Syntax) -> Option<Vec<Syntax>> {
    let cst = l.cst;
    let list = l.child(function, F::Parameters)?;
    let mut arguments = Vec::new();
    for parameter in cst.named(list) {
        let of = l.child(parameter, F::Type).filter(|of| l.is(*of, TYPE_IDENTIFIER))?;
        if cst.named(parameter).nth(1).is_some() {
            return None;
        }
        arguments.push(of);
    }
    (!arguments.is_empty()).then_some(arguments)
}

/// `auto [a, b] = value`: a temporary, and a variable for each of its parts.
pub fn structured_binding<'a>(
    l: &mut Lower<'a>,
    n: Syntax,
    binding: Syntax,
    value: impl FnOnce(&mut Lower<'a>),
    slot: Slot,
) {
    let cst = l.cst;
    let whole = l.temporary(n);
    l.next_slot(slot);
    l.assign_name(n, whole, value);
    for (index, name) in cst.named(binding).enumerate() {
        let symbol = l.symbol(name);
        l.local(name, symbol, Symbol::NONE);
        l.next_slot(slot);
        l.assign_name(name, symbol, |l| l.access(name, whole, &[crate::sugar::Step::Index(index as u32)]));
    }
}

/// Whether what is written stands in a class.
pub fn in_type(l: &Lower<'_>) -> bool {
    l.parent_kind() == Some(NodeKind::TypeDecl)
}

/// A METHOD's initialisers and body.
pub fn body(l: &mut Lower<'_>, n: Syntax, body: Syntax, owner: &str) {
    if l.child_of(n, FIELD_INITIALIZERS).is_none() {
        return l.body(body);
    }
    l.next_slot(Slot::Body);
    l.block(body, |l| {
        field_initializers(l, n, owner);
        if l.is(body, TRY) { l.lower(body) } else { l.lower_children(body) }
    });
}
