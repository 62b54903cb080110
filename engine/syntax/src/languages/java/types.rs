//! Mentions of types.

use stoa_model::{Operator, Symbol};

use super::*;

/// Whether a text is a type's name and nothing more (no generics, annotations or blanks).
fn is_plain(text: &[u8]) -> bool {
    !text.iter().any(|b| matches!(b, b'<' | b'@') || b.is_ascii_whitespace() || *b == b'/')
}

/// The name of a type as written, without generics and annotations, with `[]` for each dimension.
/// Nothing for `var`.
pub fn nominal(l: &mut Lower<'_>, n: C) -> Symbol {
    let text = l.text(n);
    if text == b"var" {
        return Symbol::NONE;
    }
    if is_plain(text) {
        return l.symbol(n);
    }
    let name = nominal_text(l, n);
    l.intern(&name)
}

/// As [`nominal`], as a string; empty for `var`.
pub fn nominal_text(l: &Lower<'_>, n: C) -> String {
    let mut name = String::new();
    push_nominal(l, n, &mut name);
    if name == "var" { String::new() } else { name }
}

fn push_nominal(l: &Lower<'_>, n: C, name: &mut String) {
    let cst = l.cst;
    if is_plain(l.text(n)) {
        name.push_str(&l.string(n));
    } else if l.is(n, ARRAY_TYPE) {
        if let Some(element) = l.child(n, F::Element) {
            push_nominal(l, element, name);
        }
        push_dimensions(l, l.child(n, F::Dimensions), name);
    } else if l.is(n, TYPE_IDENTIFIER) || l.is(n, IDENTIFIER) {
        name.push_str(&l.string(n));
    } else {
        let start = name.len();
        for part in cst.named(n) {
            if l.is(part, TYPE_ARGUMENTS) || declarations::is_annotation(l, part) {
                continue;
            }
            if name.len() > start {
                name.push('.');
            }
            push_nominal(l, part, name);
        }
    }
}

/// Adds `[]` for each dimension of a `dimensions` node.
pub fn push_dimensions(l: &Lower<'_>, dimensions: Option<C>, name: &mut String) {
    if let Some(dimensions) = dimensions {
        for _ in l.text(dimensions).iter().filter(|b| **b == b'[') {
            name.push_str("[]");
        }
    }
}

/// The declared type of a variable whose declarator may carry dimensions of its own (`int a[]`).
pub fn declared(l: &mut Lower<'_>, type_node: Option<C>, declarator: C) -> Symbol {
    let Some(type_node) = type_node else { return Symbol::NONE };
    match l.child(declarator, F::Dimensions) {
        None => nominal(l, type_node),
        dimensions => {
            let mut name = nominal_text(l, type_node);
            push_dimensions(l, dimensions, &mut name);
            l.intern(&name)
        }
    }
}

/// A TYPE_REF, with those of its generic arguments below it.
pub fn type_use(l: &mut Lower<'_>, n: C) {
    let path = nominal(l, n);
    if path.is_some() {
        let (name, path) = l.split_path(path);
        l.type_ref(n, name, path, |l| type_arguments(l, n));
    }
}

/// What is inside the angle brackets of a type, and its annotations.
pub fn type_arguments(l: &mut Lower<'_>, n: C) {
    if is_any(l, n, &[GENERIC_TYPE, SCOPED_TYPE]) {
        let cst = l.cst;
        for part in cst.named(n) {
            if l.is(part, TYPE_ARGUMENTS) || declarations::is_annotation(l, part) {
                l.lower(part);
            } else {
                type_arguments(l, part);
            }
        }
    }
}

/// A TYPE_REF even of a primitive type, where the operator wants one.
pub fn type_argument(l: &mut Lower<'_>, n: C) {
    let mut inner = n;
    while let Some(element) = l.child(inner, F::Element) {
        inner = element;
    }
    let path = nominal(l, inner);
    let (name, path) = l.split_path(path);
    l.type_ref(n, name, path, |l| type_arguments(l, inner));
}

/// `? extends T`: the bound.
pub fn wildcard(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for bound in cst.named(n) {
        if !l.is(bound, SUPER) {
            l.lower(bound);
        }
    }
}

/// A name with dots where an expression is expected (annotation arguments, module directives).
pub fn scoped_identifier(l: &mut Lower<'_>, n: C) {
    l.member_access(n, F::Scope, F::Name);
}

/// A TYPE_REF of a name that the grammar does not call a type.
pub fn named_type(l: &mut Lower<'_>, n: C) {
    let path = l.symbol(n);
    let (name, path) = l.split_path(path);
    l.type_ref(n, name, path, |_| {});
}

/// `(T) value`; of `(A & B) value` the further types stand beside.
pub fn cast(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let mut types = cst.children_in(n, F::Type);
    let first = types.next();
    let type_name = first.map_or(Symbol::NONE, |t| nominal(l, t));
    let value = l.child(n, F::Value);
    let at = l.operator(Operator::Cast, n, |l| {
        if let Some(first) = first {
            type_argument(l, first);
        }
        for further in types {
            l.aside(|l| l.lower(further));
        }
        l.lower_opt(value);
    });
    l.at(at).type_full_name = type_name;
}

/// `T.class`.
pub fn class_literal(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let class = l.intern("class");
    l.operator(Operator::FieldAccess, n, |l| {
        if let Some(of) = cst.named(n).next() {
            type_argument(l, of);
        }
        l.leaf(stoa_model::NodeKind::FieldIdentifier, n, class);
    });
}
