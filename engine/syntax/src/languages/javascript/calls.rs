//! Calls, member access and the optional chains through them.

use stoa_model::rows::NO_ARGUMENT;
use stoa_model::{Dispatch, NodeKind, Operator, Symbol};

use super::super::typescript::table::*;
use super::{bindings, property_name, table::*};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;

/// Where a chain goes on behind the optional link that was tested last.
#[derive(Clone, Copy)]
struct Tested {
    /// What the rest of the chain starts from, and the temporary that holds it, if one does.
    base: C,
    name: Option<Symbol>,
}

/// `a.b`, `a[b]`, `a(b)`, any of them with `?.` somewhere on the way down to where the chain starts.
pub fn chain(l: &mut Lower<'_>, n: C) {
    // The optional links, and operators that belong around the whole chain.
    let (mut links, mut around) = (Vec::new(), Vec::new());
    let mut at = n;
    while let Some(below) = below(l, at) {
        if l.cst.children(at).any(|c| l.is(c, OPTIONAL_CHAIN) || l.is(c, OPTIONAL_TOKEN)) {
            links.push(at);
        }
        let mut outer = l.child(at, F::Function);
        while let Some(operator) = outer.filter(|outer| is_misread(l, *outer)) {
            around.push(operator);
            outer = l.cst.named(operator).last();
        }
        at = below;
    }
    // They are tested in the order of the source.
    links.reverse();
    within_operators(l, n, &around, &links);
}

/// TypeScript's grammar reads `await f<T>(x)` as `(await f)<T>(x)`, and `!f<T>(x)` likewise.
fn is_misread(l: &Lower<'_>, callee: C) -> bool {
    l.is(callee, AWAIT) || l.is(callee, UNARY)
}

fn within_operators(l: &mut Lower<'_>, n: C, around: &[C], links: &[C]) {
    let Some((&outer, around)) = around.split_first() else { return optional(l, n, links, None) };
    let operator = match l.child(outer, F::Operator) {
        Some(token) => l.grammar.unary(l.cst.get(token).kind),
        None => Some(Operator::Await),
    };
    l.deeper(n, |l| match operator {
        Some(operator) => {
            l.operator(operator, n, |l| within_operators(l, n, around, links));
        }
        None => within_operators(l, n, around, links),
    });
}

/// What a link of a chain is taken from.
fn below(l: &Lower<'_>, n: C) -> Option<C> {
    if l.is(n, MEMBER) || l.is(n, SUBSCRIPT) {
        l.child(n, F::Object)
    } else if l.is(n, CALL) {
        let mut callee = l.child(n, F::Function)?;
        while is_misread(l, callee) {
            callee = l.cst.named(callee).last()?;
        }
        Some(callee)
    } else if l.is(n, NON_NULL) {
        l.cst.named(n).next()
    } else {
        None
    }
}

/// `base == null ? undefined : rest of the chain`, once for each optional link.
fn optional(l: &mut Lower<'_>, top: C, links: &[C], tested: Option<Tested>) {
    let next = links.split_first().and_then(|(&link, rest)| Some((link, below(l, link)?, rest)));
    let Some((link, test, links)) = next else { return self::link(l, top, tested) };
    // `o.m?.()` keeps the object that the method runs on.
    let base =
        if l.is(link, CALL) && l.is(test, MEMBER) { l.child(test, F::Object).unwrap_or(test) } else { test };
    let known = match tested {
        Some(t) if t.base == base => t.name,
        _ => None,
    };
    l.deeper(top, |l| {
        if known.is_some() || bindings::is_plain_name(l, base) {
            return conditional(l, top, test, links, Tested { base, name: known });
        }
        l.synthetic_block(top, |l| {
            let name = l.temporary(base);
            l.assign_name(base, name, |l| self::link(l, base, tested));
            conditional(l, top, test, links, Tested { base, name: Some(name) });
        });
    });
}

fn conditional(l: &mut Lower<'_>, top: C, test: C, links: &[C], tested: Tested) {
    l.operator(Operator::Conditional, top, |l| {
        l.operator(Operator::Equals, test, |l| {
            link(l, test, Some(tested));
            let null = l.intern("null");
            l.literal_named(test, null, "null");
        });
        bindings::undefined(l, test);
        optional(l, top, links, Some(tested));
    });
}

/// One link of a chain, as if nothing in it were optional.
fn link(l: &mut Lower<'_>, n: C, tested: Option<Tested>) {
    match tested {
        Some(Tested { base, name }) if base == n => match name {
            Some(name) => {
                l.identifier_named(n, name);
            }
            None => l.lower(n),
        },
        _ => plain_link(l, n, tested),
    }
}

fn plain_link(l: &mut Lower<'_>, n: C, tested: Option<Tested>) {
    if l.is(n, CALL) {
        call(l, n, tested);
    } else if l.is(n, MEMBER) {
        let (object, property) = (l.child(n, F::Object), l.child(n, F::Property));
        l.operator(Operator::FieldAccess, n, |l| {
            next(l, object, tested);
            if let Some(property) = property {
                l.field_identifier(property);
            }
        });
    } else if l.is(n, SUBSCRIPT) {
        let (object, index) = (l.child(n, F::Object), l.child(n, F::Index));
        l.operator(Operator::IndexAccess, n, |l| {
            next(l, object, tested);
            l.lower_opt(index);
        });
    } else if l.is(n, NON_NULL) {
        let inner = below(l, n);
        next(l, inner, tested);
    } else {
        l.lower(n);
    }
}

/// The next link down. The links are known already, so it is not for [`chain`] to look for them again.
fn next(l: &mut Lower<'_>, n: Option<C>, tested: Option<Tested>) {
    match n {
        Some(n) if tested.is_some() || below(l, n).is_some() => l.deeper(n, |l| link(l, n, tested)),
        Some(n) => l.lower(n),
        None => {}
    }
}

fn call(l: &mut Lower<'_>, n: C, tested: Option<Tested>) {
    match below(l, n) {
        Some(callee) => call_of(l, n, callee, tested),
        None => {
            l.node(NodeKind::Unknown, n, Symbol::NONE, |l| l.lower_children(n));
        }
    }
}

fn call_of(l: &mut Lower<'_>, n: C, mut callee: C, tested: Option<Tested>) {
    let is_base = |callee| tested.is_some_and(|t| t.base == callee);
    while l.is(callee, NON_NULL) && !is_base(callee) {
        let Some(inner) = below(l, callee) else { break };
        callee = inner;
    }
    if !tested.is_some_and(|t| t.base == callee && t.name.is_some()) {
        if l.is(callee, IDENTIFIER) || l.is(callee, IMPORT_KEYWORD) {
            let name = l.symbol(callee);
            let at = l.call(n, name, |l| arguments(l, n));
            l.at(at).dispatch = Some(Dispatch::Static);
            return;
        }
        if l.is(callee, SUPER) {
            return super_call(l, n, callee);
        }
        if let Some((object, property)) = method_of(l, callee) {
            let name = property_name(l, property);
            let name = l.intern(&name);
            l.method_call(n, name, |l| next(l, object, tested), |l| arguments(l, n));
            return;
        }
    }
    let at = l.call(n, Symbol::NONE, |l| {
        l.next_callee();
        next(l, Some(callee), tested);
        arguments(l, n);
    });
    l.at(at).dispatch = Some(Dispatch::Dynamic);
}

/// The object and the method's name of `o.m` and `o['m']`.
fn method_of(l: &Lower<'_>, callee: C) -> Option<(Option<C>, C)> {
    let name = if l.is(callee, MEMBER) {
        l.child(callee, F::Property)?
    } else if l.is(callee, SUBSCRIPT) {
        l.child(callee, F::Index).filter(|index| l.is(*index, STRING))?
    } else {
        return None;
    };
    Some((l.child(callee, F::Object), name))
}

/// `super(…)`: the constructor of the class above.
fn super_call(l: &mut Lower<'_>, n: C, callee: C) {
    let (name, path) = (l.intern("<init>"), l.intern("super"));
    let at = l.method_call(
        n,
        name,
        |l| {
            l.identifier(callee);
        },
        |l| arguments(l, n),
    );
    let node = l.at(at);
    node.full_name = path;
    node.dispatch = Some(Dispatch::Static);
}

/// `new T(…)`: a call of `<init>`, the class as written in its `full_name`.
pub fn new(l: &mut Lower<'_>, n: C) {
    let callee = l.child(n, F::Constructor);
    let path = callee.filter(|c| is_path(l, *c)).map(|c| l.symbol(c));
    let name = l.intern("<init>");
    let at = l.call(n, name, |l| {
        if path.is_none()
            && let Some(callee) = callee
        {
            l.next_callee();
            l.lower(callee);
        }
        arguments(l, n);
    });
    let node = l.at(at);
    node.dispatch = Some(if path.is_some() { Dispatch::Static } else { Dispatch::Dynamic });
    if let Some(path) = path {
        node.full_name = path;
        node.type_full_name = path;
    }
}

/// Whether an expression is names with dots between them.
fn is_path(l: &Lower<'_>, mut n: C) -> bool {
    while l.is(n, MEMBER) {
        let Some(object) = l.child(n, F::Object) else { return false };
        n = object;
    }
    l.is(n, IDENTIFIER) || l.is(n, THIS)
}

/// The arguments of the call being written, then the TYPE_REFs of its type arguments: below the call, but no
/// arguments of it.
fn arguments(l: &mut Lower<'_>, n: C) {
    match l.child(n, F::Arguments) {
        Some(template) if l.is(template, TEMPLATE) => template_arguments(l, template),
        Some(arguments) => l.lower_children(arguments),
        None => {}
    }
    let Some(types) = l.child(n, F::TypeArguments) else { return };
    let mut at = l.here();
    l.lower(types);
    while at < l.here() {
        l.at(at).argument_index = NO_ARGUMENT;
        at = l.tree.get(at).last + 1;
    }
}

/// A tagged template hands over its texts as one array, then the values between them.
fn template_arguments(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    l.operator(Operator::ArrayInitializer, n, |l| {
        for text in cst.named(n) {
            if !l.is(text, SUBSTITUTION) {
                l.lower(text);
            }
        }
    });
    for value in cst.named(n) {
        if l.is(value, SUBSTITUTION) {
            l.lower(value);
        }
    }
}
