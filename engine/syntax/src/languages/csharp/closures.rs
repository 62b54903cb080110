//! Lambdas and anonymous methods.

use stoa_model::Symbol;

use super::*;

/// `x => e`, `(T a, b) => { … }`, `delegate (T a) { … }`.
pub fn lambda(l: &mut Lower<'_>, n: C) {
    let list = l.child(n, F::Parameters);
    let single = list.filter(|p| l.is(*p, IMPLICIT_PARAMETER));
    let declared = match (list, single) {
        (Some(list), None) => members::parameter_list(l, list),
        _ => Vec::new(),
    };
    let returns = types::nominal_opt(l, l.child(n, F::Type));
    let signature = match single {
        Some(single) => format!("({})", l.string(single)),
        None => members::signature(l, l.names.get(returns), &declared),
    };
    l.closure(n, &signature, |l| {
        declarations::modifiers(l, n);
        if let Some(single) = single {
            let name = l.symbol(single);
            l.parameter(single, name, 1, Symbol::NONE, |_| {});
        }
        members::parameters(l, &declared);
        types::type_use_opt(l, l.child(n, F::Type));
        match l.child(n, F::Body).or_else(|| l.child_of(n, BLOCK)) {
            Some(body) if l.is(body, BLOCK) => l.body(body),
            // Whether its value is used, the type of the lambda tells, which stands elsewhere.
            Some(body) if l.is(body, THROW_EXPRESSION) => l.body(body),
            Some(body) => l.expression_body(body),
            None => {}
        }
        returns
    });
}
