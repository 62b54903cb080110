//! Calls, member access, subscripts, and the null-conditional links between them.
//!
//! `a?.b.c()` is `a == null ? null : a.b.c()`: the rest of the chain is below the first test. What is tested is
//! written once, to a temporary, unless it is a variable.

use stoa_model::{Dispatch, NodeKind, Operator, Symbol};

use super::expressions::simple_name;
use super::*;

/// A link that was tested: what stands before its `?`, and the variable that holds it.
#[derive(Clone, Copy)]
struct Tested {
    base: C,
    name: Symbol,
}

/// The next link down a chain.
fn below(l: &Lower<'_>, n: C) -> Option<C> {
    if l.is(n, INVOCATION) {
        l.child(n, F::Function)
    } else if is_any(l, n, &[MEMBER_ACCESS, ELEMENT_ACCESS]) {
        l.child(n, F::Expression)
    } else if l.is(n, CONDITIONAL_ACCESS) {
        l.child(n, F::Condition)
    } else if l.is(n, POSTFIX) && has_token(l, n, b"!") {
        let cst = l.cst;
        cst.named(n).next()
    } else {
        None
    }
}

pub fn chain(l: &mut Lower<'_>, n: C) {
    let mut links = Vec::new();
    let mut at = n;
    loop {
        if l.is(at, CONDITIONAL_ACCESS) {
            links.push(at);
        }
        match below(l, at) {
            Some(next) => at = next,
            None => break,
        }
    }
    test(l, n, &links, None);
}

/// The tests of the links, the innermost first, then the chain. `links` are from the outermost inwards.
fn test(l: &mut Lower<'_>, top: C, links: &[C], tested: Option<Tested>) {
    let Some((&at, outer)) = links.split_last() else { return link(l, top, tested) };
    let Some(base) = l.child(at, F::Condition) else { return link(l, top, tested) };
    let variable = expressions::value_name(l, base);
    l.operator(Operator::Conditional, at, |l| {
        let name = match variable {
            Some(variable) => l.symbol(variable),
            None => l.aside(|l| l.temporary(base)),
        };
        l.operator(Operator::Equals, at, |l| {
            match variable {
                Some(variable) => l.lower(variable),
                None => {
                    l.assign_name(base, name, |l| next(l, Some(base), tested));
                }
            }
            null(l, at);
        });
        null(l, at);
        l.deeper(at, |l| test(l, top, outer, Some(Tested { base, name })));
    });
}

fn null(l: &mut Lower<'_>, n: C) {
    let null = l.intern("null");
    l.literal_named(n, null, "null");
}

/// What a link stands on. The links above are known already, so [`chain`] need not look for them again.
fn next(l: &mut Lower<'_>, n: Option<C>, tested: Option<Tested>) {
    match n {
        Some(n) if below(l, n).is_some() || tested.is_some_and(|t| t.base == n) => {
            l.deeper(n, |l| link(l, n, tested));
        }
        Some(n) => l.lower(n),
        None => {}
    }
}

/// One link of a chain, as if nothing in it could be null.
fn link(l: &mut Lower<'_>, n: C, tested: Option<Tested>) {
    if let Some(tested) = tested.filter(|t| t.base == n) {
        l.identifier_named(n, tested.name);
    } else if l.is(n, INVOCATION) {
        call(l, n, tested);
    } else if l.is(n, MEMBER_ACCESS) {
        let operator =
            if has_token(l, n, b"->") { Operator::IndirectFieldAccess } else { Operator::FieldAccess };
        member(l, n, operator, l.child(n, F::Expression), l.child(n, F::Name), tested);
    } else if l.is(n, CONDITIONAL_ACCESS) {
        let cst = l.cst;
        let object = l.child(n, F::Condition);
        match l.child_of(n, MEMBER_BINDING) {
            Some(binding) => {
                member(l, n, Operator::FieldAccess, object, l.child(binding, F::Name), tested);
            }
            None => {
                let subscript = cst.named(n).filter(|c| Some(*c) != object).last();
                element(l, n, object, subscript, tested);
            }
        }
    } else if l.is(n, ELEMENT_ACCESS) {
        element(l, n, l.child(n, F::Expression), l.child(n, F::Subscript), tested);
    } else if let Some(inner) = below(l, n) {
        // `x!`
        next(l, Some(inner), tested);
    } else {
        l.lower_children(n);
    }
}

fn member(
    l: &mut Lower<'_>,
    n: C,
    operator: Operator,
    object: Option<C>,
    name: Option<C>,
    tested: Option<Tested>,
) {
    let symbol = simple_name(l, name);
    l.operator(operator, n, |l| {
        next(l, object, tested);
        if let Some(name) = name {
            l.node(NodeKind::FieldIdentifier, name, symbol, |l| types::arguments_of(l, name));
        }
    });
}

fn element(l: &mut Lower<'_>, n: C, object: Option<C>, subscript: Option<C>, tested: Option<Tested>) {
    l.operator(Operator::IndexAccess, n, |l| {
        next(l, object, tested);
        l.lower_opt(subscript);
    });
}

/// The object and the name of a method that is called.
fn method_of(l: &Lower<'_>, callee: C) -> Option<(Option<C>, Option<C>)> {
    if l.is(callee, MEMBER_ACCESS) {
        Some((l.child(callee, F::Expression), l.child(callee, F::Name)))
    } else if l.is(callee, CONDITIONAL_ACCESS) {
        let binding = l.child_of(callee, MEMBER_BINDING)?;
        Some((l.child(callee, F::Condition), l.child(binding, F::Name)))
    } else {
        None
    }
}

fn arguments(l: &mut Lower<'_>, n: C, name: Option<C>) {
    if let Some(name) = name.filter(|name| l.is(*name, GENERIC_NAME)) {
        l.aside(|l| types::arguments_of(l, name));
    }
    l.lower_field(n, F::Arguments);
}

fn call(l: &mut Lower<'_>, n: C, tested: Option<Tested>) {
    let Some(mut callee) = l.child(n, F::Function) else {
        return l.lower_children(n);
    };
    let is_base = |c: C| tested.is_some_and(|t| t.base == c);
    while l.is(callee, POSTFIX)
        && !is_base(callee)
        && let Some(inner) = below(l, callee)
    {
        callee = inner;
    }
    if !is_base(callee) {
        if is_any(l, callee, &[IDENTIFIER, GENERIC_NAME]) {
            if l.text(callee) == b"nameof"
                && let Some(name) = name_of(l, n)
            {
                l.literal_named(n, name, "string");
                return;
            }
            let name = simple_name(l, Some(callee));
            let at = l.call(n, name, |l| arguments(l, n, Some(callee)));
            l.at(at).dispatch = Some(Dispatch::Static);
            return;
        }
        if let Some((object, name)) = method_of(l, callee) {
            let symbol = simple_name(l, name);
            l.method_call(n, symbol, |l| next(l, object, tested), |l| arguments(l, n, name));
            return;
        }
    }
    let at = l.call(n, Symbol::NONE, |l| {
        l.next_callee();
        next(l, Some(callee), tested);
        arguments(l, n, None);
    });
    l.at(at).dispatch = Some(Dispatch::Dynamic);
}

/// `nameof(a.b.C<D>)` is the string "C".
fn name_of(l: &mut Lower<'_>, n: C) -> Option<Symbol> {
    let cst = l.cst;
    let list = l.child(n, F::Arguments)?;
    let mut arguments = cst.named(list);
    let (argument, None) = (arguments.next()?, arguments.next()) else { return None };
    let named = cst.named(argument).next()?;
    let last =
        if is_any(l, named, &[MEMBER_ACCESS, QUALIFIED_NAME]) { l.child(named, F::Name)? } else { named };
    if !is_any(l, last, &[IDENTIFIER, GENERIC_NAME, THIS, BASE_OBJECT]) {
        return None;
    }
    let name = simple_name(l, Some(last));
    let quoted = format!("\"{}\"", l.names.get(name));
    Some(l.intern(&quoted))
}
