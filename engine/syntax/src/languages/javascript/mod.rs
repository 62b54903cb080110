//! JavaScript, and the functions that TypeScript shares with it.
//!
//! What sugar is lowered to:
//! - A name bound to a function (`const f = () => …`, `exports.f = function …`, `{ f() {} }`, a class field)
//!   gives the METHOD its name. The METHOD stands below the METHOD_REF that is the value; the variable keeps
//!   its own LOCAL or MEMBER.
//! - Destructuring assigns the parts one by one, `a = value.a`, through a temporary where the value is not a
//!   plain name; a default is `part === undefined ? default : part`. As an expression it is a BLOCK whose last
//!   child is the value. Defaults and patterns of parameters are the first statements of the body.
//! - `a?.b.c()` is `a == null ? undefined : a.b.c()`: the whole chain is left at once. What is tested is a
//!   temporary, in a BLOCK around the conditional, unless it is a plain name. `o.m?.()` tests `o.m` and then
//!   calls `m` on `o`: the property is read twice, the object once.
//! - Object literals are `<operator>.dictLiteral` over assignments to FIELD_IDENTIFIERs (or LITERALs); a computed
//!   key is an `<operator>.indexAccess` with the key alone. Elements are calls of their tag: first such a
//!   literal of the attributes, then the children.
//! - `export { a as b }` and `export default a` are IMPORTs with the modifier `export` that bind the exported
//!   name to the module's own, as `export { a as b } from './x'` binds it to another module's.
//! - Top-level bindings are MEMBERs of the namespace, written where they are bound.

pub(super) mod bindings;
pub(super) mod calls;
pub(super) mod classes;
pub(super) mod functions;
pub(super) mod imports;
pub(super) mod literals;
pub(super) mod markup;
pub(super) mod statements;
pub(super) mod table;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;
use stoa_model::Operator;

use super::{Language, modules};
use crate::cst::C;
use crate::lower::Lower;
use crate::rules::Grammar;

pub static JAVASCRIPT: Language = Language {
    name: "javascript",
    family: "javascript",
    extensions: &["js", "mjs", "cjs", "jsx"],
    dialect: "javascript",
    parser: || tree_sitter_javascript::LANGUAGE.into(),
    table: &[table::COMMON, table::MARKUP, table::JAVASCRIPT_ONLY],
    binary: BINARY,
    unary: UNARY,
    postfix: POSTFIX,
    assignment: ASSIGNMENT,
    separator: ".",
    module,
    root,
    self_names: &["this"],
    members_in_scope: false,
    module_is_shared: false,
    dynamic: true,
    resolved: &RESOLVED,
};

static RESOLVED: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&JAVASCRIPT));

pub(super) static BINARY: &[(&str, Operator)] = &[
    ("+", Operator::Addition),
    ("-", Operator::Subtraction),
    ("*", Operator::Multiplication),
    ("/", Operator::Division),
    ("%", Operator::Modulo),
    ("**", Operator::Exponentiation),
    ("<<", Operator::ShiftLeft),
    (">>", Operator::ArithmeticShiftRight),
    (">>>", Operator::LogicalShiftRight),
    ("&", Operator::And),
    ("|", Operator::Or),
    ("^", Operator::Xor),
    ("&&", Operator::LogicalAnd),
    ("||", Operator::LogicalOr),
    ("??", Operator::NullCoalesce),
    ("==", Operator::Equals),
    ("===", Operator::StrictEquals),
    ("!=", Operator::NotEquals),
    ("!==", Operator::StrictNotEquals),
    ("<", Operator::LessThan),
    ("<=", Operator::LessEqualsThan),
    (">", Operator::GreaterThan),
    (">=", Operator::GreaterEqualsThan),
    ("instanceof", Operator::InstanceOf),
    ("in", Operator::In),
];

pub(super) static UNARY: &[(&str, Operator)] = &[
    ("!", Operator::LogicalNot),
    ("~", Operator::BitwiseNot),
    ("-", Operator::Minus),
    ("+", Operator::Plus),
    ("typeof", Operator::TypeOf),
    ("void", Operator::Void),
    ("delete", Operator::Delete),
    ("++", Operator::PreIncrement),
    ("--", Operator::PreDecrement),
];

pub(super) static POSTFIX: &[(&str, Operator)] =
    &[("++", Operator::PostIncrement), ("--", Operator::PostDecrement)];

pub(super) static ASSIGNMENT: &[(&str, Operator)] = &[
    ("+=", Operator::AssignmentPlus),
    ("-=", Operator::AssignmentMinus),
    ("*=", Operator::AssignmentMultiplication),
    ("/=", Operator::AssignmentDivision),
    ("%=", Operator::AssignmentModulo),
    ("**=", Operator::AssignmentExponentiation),
    ("<<=", Operator::AssignmentShiftLeft),
    (">>=", Operator::AssignmentArithmeticShiftRight),
    (">>>=", Operator::AssignmentLogicalShiftRight),
    ("&=", Operator::AssignmentAnd),
    ("|=", Operator::AssignmentOr),
    ("^=", Operator::AssignmentXor),
    ("&&=", Operator::AssignmentLogicalAnd),
    ("||=", Operator::AssignmentLogicalOr),
    ("??=", Operator::AssignmentNullCoalesce),
];

/// The path without its ending; a declaration file (`x.d.ts`) is the module it declares.
pub(super) fn module(l: &Lower<'_>) -> String {
    let stem = modules::stem(l.path);
    stem.strip_suffix(".d").unwrap_or(stem).to_owned()
}

pub(super) fn root(l: &mut Lower<'_>, n: C) {
    l.module_method(n, |l| l.lower_children(n));
}

/// The expression in parentheses.
pub(super) fn unwrapped(l: &Lower<'_>, mut n: C) -> C {
    while l.is(n, table::PAREN) {
        let Some(inner) = l.cst.named(n).next() else { break };
        n = inner;
    }
    n
}

/// The text of a property's name, without quotes.
pub(super) fn property_name<'a>(l: &Lower<'a>, n: C) -> std::borrow::Cow<'a, str> {
    let text = l.text(n);
    match text {
        [b'"' | b'\'', inner @ .., b'"' | b'\''] if l.is(n, table::STRING) => String::from_utf8_lossy(inner),
        _ => String::from_utf8_lossy(text),
    }
}
