//! Names with a path (`a::B<int>::f`) and names of types.

use stoa_model::{NodeKind, Symbol};

use super::*;
use crate::cst::C as Syntax;
use crate::fields::F;
use crate::languages::c::{
    ENUM, FIELD_IDENTIFIER, IDENTIFIER, STRUCT, TYPE_DESCRIPTOR, TYPE_IDENTIFIER, UNION, declarators, is_any,
};

/// A name without spaces and without what is between `<` and `>` (which a specialisation keeps).
fn plain(text: &str, keep_arguments: bool) -> String {
    let mut name = String::with_capacity(text.len());
    let mut depth = 0u32;
    for c in text.chars() {
        match c {
            '<' if !keep_arguments => depth += 1,
            '>' if !keep_arguments => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            c if c.is_whitespace() => {}
            c => name.push(c),
        }
    }
    name
}

/// The innermost name of a path.
pub fn last(l: &Lower<'_>, mut n: Syntax) -> Syntax {
    let cst = l.cst;
    loop {
        let next = if is_any(l, n, &[QUALIFIED, TEMPLATE_FUNCTION, TEMPLATE_METHOD, TEMPLATE_TYPE]) {
            // `A::template f<int>` has two names.
            cst.children_in(n, F::Name).last()
        } else if is_any(l, n, &[DEPENDENT_NAME, DEPENDENT_TYPE]) {
            cst.named(n).next()
        } else {
            None
        };
        match next {
            Some(next) => n = next,
            None => return n,
        }
    }
}

/// What stands before the last `::` of a name, without template arguments; empty when there is none.
pub fn path(l: &Lower<'_>, n: Syntax) -> String {
    let mut path = String::new();
    let mut next = Some(n);
    while let Some(n) = next.filter(|n| l.is(*n, QUALIFIED)) {
        if let Some(scope) = l.child(n, F::Scope) {
            if !path.is_empty() {
                path.push_str("::");
            }
            path.push_str(&plain(&l.string(scope), false));
        }
        next = l.cst.children_in(n, F::Name).last();
    }
    path
}

/// The name and path of a function: `~A`, `operator==`, `operator bool`, `f`.
pub fn function(l: &Lower<'_>, n: Syntax) -> (String, String) {
    let path = path(l, n);
    let last = last(l, n);
    let name = if l.is(last, OPERATOR_CAST) {
        let of = l.child(last, F::Type).map(|of| plain(&l.string(of), false)).unwrap_or_default();
        let suffix = l.child(last, F::Declarator).map(|d| declarators::take_apart(l, d).suffix);
        format!("operator {of}{}", suffix.unwrap_or_default().trim_end_matches("()"))
    } else {
        let text = l.string(last);
        match text.strip_prefix("operator") {
            // `operator new`, `operator co_await`
            Some(rest) if rest.trim_start().starts_with(|c: char| c.is_ascii_alphabetic()) => {
                format!("operator {}", plain(rest, true))
            }
            _ => plain(&text, true),
        }
    };
    (path, name)
}

/// The last part of a qualified name, without template arguments.
pub fn simple(qualified: &str) -> &str {
    let end = qualified.find('<').unwrap_or(qualified.len());
    qualified[..end].rsplit("::").next().unwrap_or(qualified)
}

/// A class's name where it is declared: specialisations keep their arguments.
pub fn of_class(l: &Lower<'_>, n: Syntax) -> String {
    plain(&l.string(n), true)
}

/// The name of a type, outermost, without arguments; none when it is to be inferred.
pub fn of_type(l: &mut Lower<'_>, n: Syntax) -> Symbol {
    if is_any(l, n, &[PLACEHOLDER, DECLTYPE, AUTO]) {
        return Symbol::NONE;
    }
    if is_any(l, n, &[STRUCT, UNION, ENUM, CLASS]) {
        return match l.child(n, F::Name) {
            Some(name) if l.is(name, TYPE_IDENTIFIER) => l.symbol(name),
            Some(name) => of_type(l, name),
            None => Symbol::NONE,
        };
    }
    if !is_any(l, n, &[QUALIFIED, TEMPLATE_TYPE, DEPENDENT_TYPE]) {
        return Symbol::NONE;
    }
    let text = l.string(n);
    let text = plain(text.strip_prefix("typename").unwrap_or(&text), false);
    l.intern(text.trim_start_matches("::"))
}

/// Whether a type is C++'s way to name one, which [`of_type`] knows.
pub fn is_type(l: &Lower<'_>, n: Syntax) -> bool {
    is_any(l, n, &[QUALIFIED, TEMPLATE_TYPE, DEPENDENT_TYPE, PLACEHOLDER, DECLTYPE, AUTO, CLASS])
}

/// `a::b` is an IDENTIFIER, `a::T` a TYPE_REF; both know their path.
pub fn qualified(l: &mut Lower<'_>, n: Syntax) {
    let last = last(l, n);
    let whole = plain(&l.string(n), false);
    let whole = l.intern(whole.trim_start_matches("::"));
    let name = l.symbol(last);
    if l.is(last, TYPE_IDENTIFIER) {
        l.type_ref(n, name, whole, |l| template_arguments(l, n));
    } else {
        let at = l.node(NodeKind::Identifier, n, name, |_| {});
        l.at(at).full_name = whole;
    }
}

/// The types between `<` and `>` of a name, whichever part of the path has them.
pub fn template_arguments(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let mut next = Some(n);
    while let Some(n) = next {
        if let Some(list) = l.child_of(n, TEMPLATE_ARGUMENTS) {
            for argument in cst.named(list) {
                if l.is(argument, TYPE_DESCRIPTOR) {
                    mention(l, argument);
                }
            }
        }
        if let Some(scope) = l.child(n, F::Scope).filter(|scope| l.is(*scope, TEMPLATE_TYPE)) {
            template_arguments(l, scope);
        }
        next = cst
            .children_in(n, F::Name)
            .last()
            .or_else(|| is_any(l, n, &[DEPENDENT_NAME]).then(|| cst.named(n).next()).flatten())
            .filter(|name| !is_any(l, *name, &[IDENTIFIER, FIELD_IDENTIFIER, TYPE_IDENTIFIER]));
    }
}

/// TYPE_REFs for a type that is mentioned, none for a primitive one.
pub fn mention(l: &mut Lower<'_>, n: Syntax) {
    declarators::type_refs(l, n);
}

/// `f<int>` used as a value.
pub fn template_name(l: &mut Lower<'_>, n: Syntax) {
    let name = last(l, n);
    let name = l.symbol(name);
    l.node(NodeKind::Identifier, n, name, |l| template_arguments(l, n));
}

/// `T<int>`.
pub fn template_type(l: &mut Lower<'_>, n: Syntax) {
    let name = last(l, n);
    let name = l.symbol(name);
    l.type_ref(n, name, Symbol::NONE, |l| template_arguments(l, n));
}
