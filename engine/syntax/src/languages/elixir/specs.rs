//! Types: `@spec`, `@callback`, `@type`.
//!
//! Types are written in a language of their own that looks like expressions. They are summarised, never lowered.

use stoa_model::{NodeKind, Symbol};

use super::*;
use crate::tree::flags;

/// The parts of `name(a, b) :: result`.
pub struct Spec {
    pub name: Symbol,
    pub parameters: Vec<C>,
    pub result: Option<C>,
}

/// Reads `name(a, b) :: result when …`.
pub fn read(l: &mut Lower<'_>, n: C) -> Option<Spec> {
    let mut n = n;
    if is_binary(l, n, b"when") {
        n = l.child(n, F::Left)?;
    }
    let mut result = None;
    if is_binary(l, n, b"::") {
        result = l.child(n, F::Right);
        n = l.child(n, F::Left)?;
    }
    let (name, parameters) = match l.is(n, CALL) {
        true => (l.child(n, F::Target)?, arguments(l, n)),
        false => (n, Vec::new()),
    };
    let name = l.symbol(name);
    Some(Spec { name, parameters, result })
}

/// The spec that an `@spec` attribute gives.
pub fn of_attribute(l: &mut Lower<'_>, n: C) -> Option<Spec> {
    let operand = l.child(n, F::Operand)?;
    let first = arguments(l, operand).first().copied()?;
    read(l, first)
}

/// `result(a,b)/arity`.
pub fn signature(l: &Lower<'_>, spec: &Spec) -> String {
    let plain = |n: C| l.string(n).split_whitespace().collect::<Vec<_>>().join(" ");
    let parameters: Vec<String> = spec.parameters.iter().map(|p| plain(unnamed(l, *p))).collect();
    let result = spec.result.map(plain).unwrap_or_default();
    format!("{result}({})/{}", parameters.join(","), parameters.len())
}

/// `name :: type` is the type.
fn unnamed(l: &Lower<'_>, n: C) -> C {
    if is_binary(l, n, b"::") { l.child(n, F::Right).unwrap_or(n) } else { n }
}

/// The name of a type without its arguments; none of unions and literals.
pub fn type_name(l: &mut Lower<'_>, n: C) -> Symbol {
    let n = unnamed(l, n);
    match l.grammar.row(l.cst.get(n).kind) {
        IDENTIFIER | ALIAS => l.symbol(n),
        CALL => {
            let Some(callee) = l.child(n, F::Target) else { return Symbol::NONE };
            let text: String = l.string(callee).split_whitespace().collect();
            match text.strip_prefix("__MODULE__.") {
                Some(rest) => {
                    let own = format!("{}.{rest}", l.names.get(modules::current(l)));
                    l.intern(&own)
                }
                None => l.intern(&text),
            }
        }
        MAP => match l.child_of(n, STRUCT) {
            Some(of) => literals::struct_path(l, of),
            None => l.intern("map"),
        },
        LIST => l.intern("list"),
        TUPLE => l.intern("tuple"),
        _ => Symbol::NONE,
    }
}

/// Mentions of named types of other modules, below a declaration.
pub fn mentions(l: &mut Lower<'_>, n: C) {
    l.deeper(n, |l| {
        let cst = l.cst;
        if l.is(n, CALL) {
            if let Some(dot) = l.child(n, F::Target).filter(|t| l.is(*t, DOT)) {
                let path = type_name(l, n);
                let text = l.names.get(path);
                let name = text.rsplit('.').next().unwrap_or(text).to_owned();
                let name = l.intern(&name);
                l.type_ref(dot, name, path, |l| {
                    for argument in arguments(l, n) {
                        mentions(l, argument);
                    }
                });
                return;
            }
        } else if l.is(n, MAP)
            && let Some(of) = l.child_of(n, STRUCT)
        {
            let path = literals::struct_path(l, of);
            if path.is_some() {
                l.type_ref(of, path, path, |_| {});
            }
        }
        for child in cst.named(n) {
            mentions(l, child);
        }
    });
}

/// `@callback name(a) :: b`: a METHOD without a body.
pub fn callback(l: &mut Lower<'_>, n: C, given: &[C]) {
    let Some(&first) = given.first() else { return };
    let Some(spec) = read(l, first) else { return };
    let signature = signature(l, &spec);
    let name = l.names.get(spec.name).to_owned();
    l.method_decl(n, &name, &signature, |l| {
        l.modifier(n, "abstract");
        for (index, parameter) in spec.parameters.iter().enumerate() {
            let named = is_binary(l, *parameter, b"::").then(|| l.child(*parameter, F::Left)).flatten();
            let name = match named {
                Some(named) => l.symbol(named),
                None => l.temporary_name(),
            };
            let type_name = type_name(l, *parameter);
            l.parameter(*parameter, name, index as i32 + 1, type_name, |l| mentions(l, *parameter));
        }
        match spec.result {
            Some(result) => {
                mentions(l, result);
                type_name(l, result)
            }
            None => Symbol::NONE,
        }
    });
}

/// `@type name(a) :: type`: a TYPE_DECL `name()`, below the module.
pub fn type_alias(l: &mut Lower<'_>, n: C, given: &[C], sort: &[u8]) {
    let Some(&first) = given.first() else { return };
    let Some(spec) = read(l, first) else { return };
    let name = l.names.get(spec.name).to_owned();
    let full = l.qualify(&name);
    let (shown, full) = (l.intern(&format!("{name}()")), l.intern(&full));
    let at = l.node(NodeKind::TypeDecl, n, shown, |l| {
        l.modifier(n, "alias");
        if sort == b"typep" {
            l.modifier(n, "private");
        }
        if let Some(result) = spec.result {
            mentions(l, result);
        }
    });
    l.at(at).full_name = full;
    if sort == b"typep" {
        l.at(at).flags |= flags::FILE_PRIVATE;
    }
}
