//! Expressions and statements that C does not have.

use stoa_model::{Control, Dispatch, Operator, Symbol};

use super::*;
use crate::cst::C as Syntax;
use crate::fields::F;
use crate::languages::c::{
    CHARACTER, CONCATENATED, DECLARATION, IDENTIFIER, NUMBER, PARAMETER, PRIMITIVE, declarations,
    declarators, functions, is_any, number_type,
};
use crate::tree::Slot;

/// `10_km`: the literal that it is made of.
pub fn user_literal(l: &mut Lower<'_>, n: Syntax) {
    let inner = l.cst.named(n).next();
    let type_name = match inner {
        Some(inner) if l.is(inner, NUMBER) => number_type(l.text(inner)),
        Some(inner) if l.is(inner, CHARACTER) => "char",
        Some(inner) if l.is(inner, CONCATENATED) => "string",
        _ => "string",
    };
    l.literal(n, type_name);
}

/// `a::f(x)`, `f<int>(x)`, `int(x)`, `static_cast<T>(x)`.
pub fn call(l: &mut Lower<'_>, n: Syntax, callee: Syntax) {
    let cst = l.cst;
    let arguments = l.child(n, F::Arguments);
    if l.is(callee, PRIMITIVE) {
        let type_name = l.symbol(callee);
        let at = l.operator(Operator::Cast, n, |l| {
            l.type_ref(callee, type_name, Symbol::NONE, |_| {});
            l.lower_opt(arguments);
        });
        l.at(at).type_full_name = type_name;
        return;
    }
    let last = names::last(l, callee);
    if matches!(l.text(last), b"static_cast" | b"dynamic_cast" | b"const_cast" | b"reinterpret_cast") {
        let to = l.child(callee, F::Arguments).and_then(|list| cst.named(list).next());
        let type_name = to.map_or(Symbol::NONE, |to| declarators::described_type(l, to));
        let at = l.operator(Operator::Cast, n, |l| {
            l.lower_opt(to);
            l.lower_opt(arguments);
        });
        l.at(at).type_full_name = type_name;
        return;
    }
    let name = l.symbol(last);
    let path = names::path(l, callee);
    let full_name = match path.trim_start_matches("::") {
        "" => Symbol::NONE,
        path => {
            let full = format!("{path}::{}", l.names.get(name));
            l.intern(&full)
        }
    };
    let at = l.call(n, name, |l| {
        l.aside(|l| names::template_arguments(l, callee));
        l.lower_opt(arguments);
    });
    let node = l.at(at);
    (node.dispatch, node.full_name) = (Some(Dispatch::Static), full_name);
}

/// `new T(a)` is a call of T's constructor, `new T[n]` an allocation.
pub fn new(l: &mut Lower<'_>, n: Syntax) {
    let (of, arguments) = (l.child(n, F::Type), l.child(n, F::Arguments));
    let type_name = of.map_or(Symbol::NONE, |of| declarators::base(l, of));
    let placement = l.child(n, F::Placement);
    if let Some(declarator) = l.child(n, F::Declarator) {
        let at = l.operator(Operator::Alloc, n, |l| {
            l.aside(|l| {
                l.lower_opt(of);
                l.lower_opt(placement);
            });
            l.lower(declarator);
            l.lower_opt(arguments);
        });
        l.at(at).type_full_name = declarators::with_suffix(l, type_name, "[]");
        return;
    }
    let init = l.intern("<init>");
    let at = l.call(n, init, |l| {
        l.aside(|l| {
            l.lower_opt(of);
            l.lower_opt(placement);
        });
        if let Some(arguments) = arguments {
            l.lower_children(arguments);
        }
    });
    let node = l.at(at);
    (node.dispatch, node.full_name, node.type_full_name) = (Some(Dispatch::Static), type_name, type_name);
}

/// `delete p`, `delete[] p`: of an array the operator is said to have the type `[]`.
pub fn delete(l: &mut Lower<'_>, n: Syntax) {
    let text = l.text(n).strip_prefix(b"::").unwrap_or(l.text(n)).trim_ascii_start();
    let is_array = text.strip_prefix(b"delete").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"["));
    let at = l.operator(Operator::Delete, n, |l| l.lower_children(n));
    if is_array {
        l.at(at).type_full_name = l.intern("[]");
    }
}

/// `[x, y = z](int a) { … }`
pub fn lambda(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let declarator = l.child(n, F::Declarator);
    let (signature, returns) = functions::lambda_signature(l, n, declarator);
    l.closure(n, &signature, |l| {
        if let Some(parameters) = l.child(n, F::TemplateParameters) {
            l.lower(parameters);
        }
        functions::write_parameters(l, n, declarator);
        let Some(body) = l.child(n, F::Body) else { return returns };
        let captures = l.child(n, F::Captures);
        let first_values: Vec<Syntax> = captures
            .map(|captures| cst.named(captures).filter(|c| l.is(*c, CAPTURE_INITIALIZER)).collect())
            .unwrap_or_default();
        if first_values.is_empty() {
            l.body(body);
            return returns;
        }
        l.next_slot(Slot::Body);
        l.block(body, |l| {
            for capture in first_values {
                let (Some(name), Some(value)) = (l.child(capture, F::Left), l.child(capture, F::Right))
                else {
                    continue;
                };
                let symbol = l.symbol(name);
                l.local(name, symbol, Symbol::NONE);
                l.assign_name(capture, symbol, |l| l.lower(value));
            }
            l.lower_children(body);
        });
        returns
    });
}

/// `(args + ...)`: the operator over what is folded.
pub fn fold(l: &mut Lower<'_>, n: Syntax) {
    let operator = l.binary_operator(n).or_else(|| {
        let token = l.child(n, F::Operator)?;
        l.grammar.assignment(l.cst.get(token).kind)
    });
    l.operator(operator.unwrap_or(Operator::Spread), n, |l| {
        for part in [F::Left, F::Right] {
            if let Some(part) = l.child(n, part).filter(|part| l.cst.get(*part).named) {
                l.lower(part);
            }
        }
    });
}

/// `requires (T t) { … }`: a call of what the compiler provides, over the requirements.
pub fn requires(l: &mut Lower<'_>, n: Syntax) {
    let name = l.intern("requires");
    let at = l.call(n, name, |l| l.lower_field(n, F::Requirements));
    l.at(at).dispatch = Some(Dispatch::Inlined);
}

// ── Conditions ─────────────────────────────────────────────────────────────────────────────────────────

/// What the clause of `if (init; T x = value)` puts before the statement: its initialisation, and the variable
/// that its condition declares.
pub fn before_condition(l: &mut Lower<'_>, clause: Option<Syntax>) {
    let Some(clause) = clause.filter(|clause| l.is(*clause, CONDITION)) else { return };
    l.lower_field(clause, F::Initializer);
    if let Some(declaration) = l.child(clause, F::Value).filter(|value| l.is(*value, DECLARATION)) {
        declarations::condition_variable(l, declaration);
    }
}

/// Whether a statement needs a block around it for what its condition declares.
pub fn declares(l: &Lower<'_>, clause: Option<Syntax>) -> bool {
    clause.is_some_and(|clause| {
        l.is(clause, CONDITION)
            && (l.child(clause, F::Initializer).is_some()
                || l.child(clause, F::Value).is_some_and(|value| l.is(value, DECLARATION)))
    })
}

/// The condition itself: of `T x = value`, the assignment.
pub fn condition(l: &mut Lower<'_>, n: Syntax) {
    let Some(value) = l.child(n, F::Value) else { return };
    if !l.is(value, DECLARATION) {
        return l.lower(value);
    }
    let name = l.child(value, F::Declarator).and_then(|d| declarators::take_apart(l, d).name);
    let first = l.child(value, F::Value).or_else(|| l.child(value, F::DefaultValue)).or_else(|| {
        let declarator = l.child(value, F::Declarator)?;
        l.child(declarator, F::Value)
    });
    match (name, first) {
        (Some(name), Some(first)) => {
            let symbol = l.symbol(name);
            l.assign_name(value, symbol, |l| l.lower(first));
        }
        _ => l.lower_children(value),
    }
}

// ── Statements ─────────────────────────────────────────────────────────────────────────────────────────

/// `for (T x : xs) …`
pub fn range_for(l: &mut Lower<'_>, n: Syntax) {
    if let Some(init) = l.child(n, F::Initializer) {
        l.synthetic_block(n, |l| {
            l.lower(init);
            elements(l, n);
        });
    } else {
        elements(l, n);
    }
}

fn elements(l: &mut Lower<'_>, n: Syntax) {
    let (right, body) = (l.child(n, F::Right), l.child(n, F::Body));
    let (type_node, declarator) = (l.child(n, F::Type), l.child(n, F::Declarator));
    l.foreach(
        n,
        |l| l.lower_opt(right),
        |l, next| {
            let Some(declarator) = declarator else { return next(l) };
            if let Some(binding) = binding(l, declarator) {
                return classes::structured_binding(l, n, binding, next, Slot::None);
            }
            let declared = declarators::take_apart(l, declarator);
            let Some(name) = declared.name else { return next(l) };
            let base = type_node.map_or(Symbol::NONE, |t| declarators::base(l, t));
            let type_name = declarators::with_suffix(l, base, &declared.suffix);
            let symbol = l.symbol(name);
            let at = l.node(stoa_model::NodeKind::Local, declarator, symbol, |l| l.lower_opt(type_node));
            l.at(at).type_full_name = type_name;
            l.assign_name(declarator, symbol, |l| next(l));
        },
        |l| {
            if let Some(body) = body {
                l.lower(body);
            }
        },
        None,
    );
}

/// The names in a declarator `[a, b]`, also behind `&`.
pub fn binding(l: &Lower<'_>, mut n: Syntax) -> Option<Syntax> {
    loop {
        if l.is(n, BINDING) {
            return Some(n);
        }
        if !is_any(l, n, &[REFERENCE, crate::languages::c::INIT_DECLARATOR]) {
            return None;
        }
        n = l.cst.named(n).next()?;
    }
}

pub fn try_statement(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    l.control(Control::Try, n, |l| {
        l.slot_field_block(Slot::Body, n, F::Body);
        for handler in cst.named(n) {
            if l.is(handler, CATCH) {
                l.slot(Slot::Catch, handler);
            }
        }
    });
}

/// `catch (const E& e) { … }`
pub fn catch(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let parameter = l.child(n, F::Parameters).and_then(|list| cst.named(list).find(|p| l.is(*p, PARAMETER)));
    l.control(Control::Catch, n, |l| {
        if let Some(parameter) = parameter {
            l.lower_field(parameter, F::Type);
            let name = l.child(parameter, F::Declarator).and_then(|d| declarators::take_apart(l, d).name);
            if let Some(name) = name.filter(|name| l.is(*name, IDENTIFIER)) {
                let symbol = l.symbol(name);
                let type_name = declarators::described_type(l, parameter);
                l.local(name, symbol, type_name);
            }
        }
        l.slot_field_block(Slot::Body, n, F::Body);
    });
}
