//! Calls, slices, conversions and composite literals.

use super::*;

pub(super) fn call(l: &mut Lower<'_>, n: C) {
    let Some(function) = l.child(n, F::Function) else { return l.lower_children(n) };
    let (types, arguments) = (l.child(n, F::TypeArguments), l.child(n, F::Arguments));
    let mut callee = function;
    while l.is(callee, PARENTHESIZED) {
        match l.cst.named(callee).next() {
            Some(inner) => callee = inner,
            None => break,
        }
    }
    // `(*T)(x)` converts x: nobody calls through a pointer to a function.
    if callee != function
        && l.is(callee, UNARY)
        && has_token(l, callee, "*")
        && let (Some(arguments), Some(operand)) = (arguments, l.child(callee, F::Operand))
        && l.cst.named(arguments).count() == 1
        && (l.is(operand, IDENTIFIER) || l.is(operand, SELECTOR))
    {
        l.operator(Operator::Cast, n, |l| {
            let (name, path) = match l.child(operand, F::Field) {
                Some(field) => (l.symbol(field), l.symbol(operand)),
                None => (l.symbol(operand), Symbol::NONE),
            };
            l.type_ref(callee, name, path, |_| {});
            l.lower(arguments);
        });
        return;
    }
    l.call_of(n, callee, |l| {
        for typed in types.into_iter().flat_map(|types| l.cst.named(types)) {
            for alternative in l.cst.named(typed) {
                l.next_no_argument();
                types::type_value(l, alternative);
            }
        }
        l.lower_opt(arguments);
    });
}

/// `a[i:j:k]`; a start left out is 0.
pub(super) fn slice(l: &mut Lower<'_>, n: C) {
    let (start, end, capacity) = (l.child(n, F::Start), l.child(n, F::End), l.child(n, F::Capacity));
    l.operator(Operator::Slice, n, |l| {
        l.lower_field(n, F::Operand);
        match start {
            Some(start) => l.lower(start),
            None if end.is_some() => statements::number(l, n, 0),
            None => {}
        }
        l.lower_opt(end);
        l.lower_opt(capacity);
    });
}

/// `x.(T)` and `[]T(x)`
pub(super) fn cast(l: &mut Lower<'_>, n: C) {
    l.operator(Operator::Cast, n, |l| {
        if let Some(typed) = l.child(n, F::Type) {
            types::type_value(l, typed);
        }
        l.lower_field(n, F::Operand);
    });
}

/// `T{…}`, `[]T{…}`, `map[K]V{…}`
pub(super) fn composite(l: &mut Lower<'_>, n: C) {
    let (typed, body) = (l.child(n, F::Type), l.child(n, F::Body));
    literal(l, n, body.unwrap_or(n), typed, true);
}

/// A composite literal. Inner ones may leave out their type, which then is the outer one's element type.
fn literal(l: &mut Lower<'_>, n: C, body: C, typed: Option<C>, explicit: bool) {
    let shape = typed.map(|t| types::nominal(l, t));
    let is = |l: &Lower<'_>, row| shape.is_some_and(|s| l.is(s, row));
    let sequence = is(l, SLICE_TYPE) || is(l, ARRAY_TYPE) || is(l, IMPLICIT_ARRAY_TYPE);
    let map = is(l, MAP_TYPE);
    let (key_type, value_type) = match shape {
        Some(shape) if map => (l.child(shape, F::Key), l.child(shape, F::Value)),
        Some(shape) if sequence => (None, l.child(shape, F::Element)),
        _ => (None, None),
    };
    let operator = if map {
        Operator::DictLiteral
    } else if sequence {
        Operator::ListLiteral
    } else {
        Operator::StructLiteral
    };
    l.operator(operator, n, |l| {
        if let Some(typed) = typed.filter(|_| explicit) {
            l.next_no_argument();
            types::type_value(l, typed);
        }
        for item in l.cst.named(body) {
            if !l.is(item, KEYED_ELEMENT) {
                element(l, item, value_type);
                continue;
            }
            let (key, value) = (l.child(item, F::Key), l.child(item, F::Value));
            let plain = key.and_then(|key| l.cst.named(key).next()).filter(|key| l.is(*key, IDENTIFIER));
            match (plain, key) {
                (_, Some(key)) if map => element(l, key, key_type),
                // The name of a field is no value.
                (Some(name), _) if !sequence => {
                    l.next_no_argument();
                    l.field_identifier(name);
                }
                // Nor is an index.
                (_, Some(key)) => {
                    l.next_no_argument();
                    element(l, key, None);
                }
                _ => {}
            }
            if let Some(value) = value {
                element(l, value, value_type);
            }
        }
    });
}

/// An element: an expression, or a literal without a type.
fn element(l: &mut Lower<'_>, n: C, typed: Option<C>) {
    let inner = if l.is(n, LITERAL_ELEMENT) { l.cst.named(n).next().unwrap_or(n) } else { n };
    if l.is(inner, LITERAL_VALUE) {
        l.deeper(inner, |l| literal(l, inner, inner, typed, false));
    } else {
        l.lower(inner);
    }
}
