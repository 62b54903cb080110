//! Types: TYPE_REFs for what they mention, names for columns and signatures.

use std::borrow::Cow;
use stoa_model::{NodeKind, Operator, Symbol};

use super::super::javascript::table::*;
use super::table::*;
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;

/// A type's text longer than this names nothing.
const LONGEST_NAME: usize = 80;

/// The name of an annotation's type, for `type_full_name`: outermost, without type arguments.
pub fn name(l: &mut Lower<'_>, annotation: Option<C>) -> Symbol {
    match annotation.and_then(|n| text_of(l, n)) {
        Some(text) => l.names.intern_bytes(text.as_bytes()),
        None => Symbol::NONE,
    }
}

/// The name of an annotation's type, for a signature.
pub fn described<'a>(l: &Lower<'a>, annotation: Option<C>) -> Cow<'a, str> {
    let Some(n) = annotation else { return "any".into() };
    // Overloads differ in parts that a nominal name leaves out.
    match l.cst.named(n).next() {
        Some(inner)
            if l.cst.get(inner).line == l.cst.get(inner).end_line && l.text(inner).len() <= LONGEST_NAME =>
        {
            l.string(inner)
        }
        _ => text_of(l, n).unwrap_or("any".into()),
    }
}

/// Writes the TYPE_REFs of an annotation and gives its type's name.
pub fn annotated(l: &mut Lower<'_>, annotation: Option<C>) -> Symbol {
    l.lower_opt(annotation);
    name(l, annotation)
}

fn text_of<'a>(l: &Lower<'a>, mut n: C) -> Option<Cow<'a, str>> {
    let cst = l.cst;
    loop {
        let through = [TYPE_ANNOTATION, OMITTING, ADDING, OPTING, PAREN_TYPE, READONLY_TYPE, MAYBE_TYPE];
        if l.is(n, GENERIC) {
            n = l.child(n, F::Name)?;
        } else if through.iter().any(|rule| l.is(n, *rule)) {
            n = cst.named(n).next()?;
        } else if l.is(n, UNION) {
            // `T | null` is a T; a union of several types is named as written.
            let mut parts = cst.named(n).filter(|part| !is_nothing(l, *part));
            match (parts.next(), parts.next()) {
                (Some(one), None) => n = one,
                _ => break,
            }
        } else {
            break;
        }
    }
    let fixed = if l.is(n, OBJECT_TYPE) {
        "object"
    } else if l.is(n, FUNCTION_TYPE) || l.is(n, CONSTRUCTOR_TYPE) {
        "Function"
    } else if l.is(n, TUPLE_TYPE) {
        "Array"
    } else if l.is(n, PREDICATE_ANNOTATION) {
        "boolean"
    } else if l.is(n, ASSERTS_ANNOTATION) {
        "void"
    } else {
        let node = cst.get(n);
        return (node.line == node.end_line && l.text(n).len() <= LONGEST_NAME).then(|| l.string(n));
    };
    Some(fixed.into())
}

/// `null`, `undefined`.
fn is_nothing(l: &Lower<'_>, n: C) -> bool {
    matches!(l.text(n), b"null" | b"undefined")
}

/// TYPE_REFs for all types below a node.
pub fn all(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for child in cst.named(n) {
        one(l, child);
    }
}

/// A type; `import('module').T` has the syntax of an expression.
fn one(l: &mut Lower<'_>, n: C) {
    if l.is(n, MEMBER) || l.is(n, CALL) || l.is(n, IDENTIFIER) {
        path(l, n);
    } else {
        l.lower(n);
    }
}

/// A TYPE_REF of a path, named by its last part.
fn path(l: &mut Lower<'_>, n: C) {
    let last = l.child(n, F::Property).or_else(|| l.child(n, F::Name));
    let (name, full) = match last {
        Some(last) => (l.symbol(last), l.symbol(n)),
        None => (l.symbol(n), Symbol::NONE),
    };
    l.type_ref(n, name, full, |_| {});
}

pub fn nested(l: &mut Lower<'_>, n: C) {
    path(l, n);
}

/// `T<A>`: the arguments below T.
pub fn generic(l: &mut Lower<'_>, n: C) {
    let (name, full, arguments) = parts(l, n);
    l.type_ref(n, name, full, |l| l.lower_opt(arguments));
}

/// The name, the path if there is one, and the type arguments of a nominal type.
fn parts(l: &mut Lower<'_>, n: C) -> (Symbol, Symbol, Option<C>) {
    let (mut name, mut arguments) = (n, None);
    if l.is(n, GENERIC) {
        name = l.child(n, F::Name).unwrap_or(n);
        arguments = l.child(n, F::TypeArguments);
    }
    match l.child(name, F::Name).or_else(|| l.child(name, F::Property)) {
        Some(last) => (l.symbol(last), l.symbol(name), arguments),
        None => (l.symbol(name), Symbol::NONE, arguments),
    }
}

/// TYPE_REFs for the types in the fields of a node that name no type themselves.
pub fn fields(l: &mut Lower<'_>, n: C) {
    for field in [F::TypeParameters, F::Constraint, F::IndexType, F::Type, F::Alias, F::Value] {
        if let Some(child) = l.child(n, field) {
            one(l, child);
        }
    }
}

/// A function's type, or a signature in a type that has no name.
pub fn callable(l: &mut Lower<'_>, n: C) {
    l.lower_field(n, F::TypeParameters);
    if let Some(parameters) = l.child(n, F::Parameters) {
        l.lower_children(parameters);
    }
    for field in [F::ReturnType, F::Type] {
        if let Some(result) = l.child(n, field) {
            one(l, result);
        }
    }
}

/// A parameter of a function's type.
pub fn parameter(l: &mut Lower<'_>, n: C) {
    l.lower_field(n, F::Type);
}

/// `{ a: T }` without a name: the types it mentions.
pub fn object(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for member in cst.named(n) {
        l.descend(member, |l| {
            if let Some(mapped) = l.child_of(member, MAPPED) {
                l.lower(mapped);
            }
            l.lower_field(member, F::IndexType);
            callable(l, member);
        });
    }
}

pub fn template(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for part in cst.named(n) {
        if l.is(part, TEMPLATE_PART) {
            l.lower(part);
        }
    }
}

/// `typeof value`: a TYPE_REF of the value's path.
pub fn query(l: &mut Lower<'_>, n: C) {
    if let Some(value) = l.cst.named(n).next() {
        path(l, value);
    }
}

/// `infer T extends U` names T for the first time.
pub fn infer(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for constraint in cst.named(n).skip(1) {
        one(l, constraint);
    }
}

pub fn asserts(l: &mut Lower<'_>, n: C) {
    if let Some(predicate) = l.child_of(n, PREDICATE) {
        l.lower(predicate);
    }
}

/// `x is T`.
pub fn predicate(l: &mut Lower<'_>, n: C) {
    if let Some(of) = l.child(n, F::Type) {
        one(l, of);
    }
}

/// The TYPE_PARAMETERs of a declaration.
pub fn type_parameters(l: &mut Lower<'_>, n: C) {
    let Some(list) = l.child(n, F::TypeParameters) else { return };
    let cst = l.cst;
    for parameter in cst.named(list) {
        let Some(name) = l.child(parameter, F::Name) else { continue };
        let full_name = l.qualify(&l.string(name));
        let (name, full_name) = (l.symbol(name), l.intern(&full_name));
        let at = l.node(NodeKind::TypeParameter, parameter, name, |l| fields(l, parameter));
        l.at(at).full_name = full_name;
    }
}

/// The supertypes of a class (`extends`, `implements`) or an interface.
pub fn supertypes(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let mut children = cst.named(n).peekable();
    while let Some(child) = children.next() {
        if l.is(child, EXTENDS) || l.is(child, IMPLEMENTS) {
            supertypes(l, child);
            continue;
        }
        let arguments = children.next_if(|next| l.is(*next, TYPE_ARGUMENTS));
        let nominal = [IDENTIFIER, MEMBER, TYPE_NAME, NESTED_TYPE, GENERIC];
        if nominal.iter().any(|rule| l.is(child, *rule)) {
            let (name, full, own) = parts(l, child);
            l.supertype(child, name, full, |l| l.lower_opt(own.or(arguments)));
        } else {
            // A class made by an expression: a mixin, `class extends factory(Base)`.
            l.lower(child);
            l.lower_opt(arguments);
        }
    }
}

/// `value as T`, `value satisfies T`, `<T>value`; `as const` is the value.
pub fn cast(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let mut children = cst.named(n);
    let (Some(first), Some(second)) = (children.next(), children.next()) else { return l.lower_children(n) };
    let (value, mut target) =
        if l.is(n, AS) || l.is(n, SATISFIES) { (first, second) } else { (second, first) };
    if l.is(target, TYPE_ARGUMENTS) {
        target = cst.named(target).next().unwrap_or(target);
    }
    l.operator(Operator::Cast, n, |l| {
        if l.is(target, TYPE_NAME) || l.is(target, NESTED_TYPE) || l.is(target, GENERIC) {
            l.lower(target);
        } else {
            let name = match text_of(l, target) {
                Some(text) => l.intern(&text),
                None => Symbol::NONE,
            };
            l.type_ref(target, name, Symbol::NONE, |l| one(l, target));
        }
        l.lower(value);
    });
}

/// `value!`; on the way down a chain the links see through it.
pub fn non_null(l: &mut Lower<'_>, n: C) {
    l.lower_children(n);
}

/// `f<T>`: the value.
pub fn instantiation(l: &mut Lower<'_>, n: C) {
    if let Some(value) = l.cst.named(n).next() {
        l.lower(value);
    }
}
