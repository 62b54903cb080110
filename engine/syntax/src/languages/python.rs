//! Python.

use std::sync::LazyLock;
use stoa_model::{Control, NodeKind, Operator, Symbol};

use super::{Language, modules};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;
use crate::rules::{Grammar, Role::*, syntax_table};

pub static PYTHON: Language = Language {
    name: "python",
    family: "python",
    extensions: &["py", "pyi"],
    dialect: "python",
    parser: || tree_sitter_python::LANGUAGE.into(),
    table: TABLE,
    binary: &[("+", Operator::Addition), ("-", Operator::Subtraction)],
    unary: &[("-", Operator::Minus)],
    postfix: &[],
    assignment: &[("+=", Operator::AssignmentPlus)],
    separator: ".",
    module: |l| modules::dotted(l.path, "__init__"),
    root,
    self_names: &["self", "cls"],
    members_in_scope: false,
    module_is_shared: false,
    resolved: &RESOLVED,
};

static RESOLVED: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&PYTHON));

syntax_table! {
    MODULE "module" => Through,
    IDENTIFIER "identifier" => Identifier,
    INTEGER "integer" => Literal("int"),
    EXPRESSION_STATEMENT "expression_statement" => Through,
    BINARY "binary_operator" => Binary,
    ASSIGNMENT "assignment" => Assign,
    ATTRIBUTE "attribute" => Member(F::Object, F::Attribute),
    CALL "call" => Custom(call),
    BLOCK "block" => Block,
    FUNCTION "function_definition" => Custom(function),
    IF "if_statement" => If,
    RETURN "return_statement" => Return,
    BREAK "break_statement" => Jump(Control::Break),
    COMMENT "comment" => Comment,
}

fn root(l: &mut Lower<'_>, n: C) {
    l.module_method(n, |l| l.lower_children(n));
}

fn call(l: &mut Lower<'_>, n: C) {
    let (function, arguments) = (l.child(n, F::Function), l.child(n, F::Arguments));
    if let Some(function) = function {
        l.call_of(n, function, |l| {
            if let Some(arguments) = arguments {
                l.lower_children(arguments);
            }
        });
    }
}

fn function(l: &mut Lower<'_>, n: C) {
    let Some(name) = l.child(n, F::Name) else { return };
    let name = l.string(name);
    let at = l.method_decl(n, &name, "", |l| {
        if let Some(body) = l.child(n, F::Body) {
            l.body(body);
        }
        Symbol::NONE
    });
    debug_assert_eq!(l.at(at).kind, NodeKind::Method);
}
