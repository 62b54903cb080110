//! Elixir.
//!
//! In: a grammar in which nearly everything is a `call`, and the name of what is called says what is meant
//! (`defmodule`, `def`, `if`, `alias` are macros of the language's own library). Out: modules as TYPE_DECLs, one METHOD
//! for each name and arity, patterns as tests and bindings, pipes as first arguments, last expressions as returns.
//! Never here: macros expanded (they are calls, their blocks are arguments), `use` followed into what it injects,
//! processes.
//!
//! A module is a TYPE_DECL named as its source names it (`MyApp.User`; nested ones by their own part), so that scopes
//! see exactly what Elixir sees: inside of `defmodule Ecto.Enum`, `Enum` is still Elixir's. An attribute `@x` is a MEMBER
//! `@x`, and a type `t` a TYPE_DECL `t()`: neither is mistaken for a variable or function of the name. A declaration is
//! known by its full name `Module.function` and a signature that ends with `/arity`.
//!
//! - `calls.rs`: what a call is, pipes, captures, operators.
//! - `modules.rs`: modules, protocols, structs, attributes; `alias`, `import`, `require`, `use`.
//! - `functions.rs`: definitions and `fn`: clauses, defaults, closures.
//! - `specs.rs`: `@spec`, `@type`, `@callback`.
//! - `patterns.rs`: what a pattern binds and tests; `=`.
//! - `blocks.rs`: `do … end` and `do:`; sequences of expressions.
//! - `control.rs`: `if`, `case`, `cond`, `receive`, `try`, `raise`; `with.rs`, `comprehensions.rs`.
//! - `literals.rs`: collections, strings, atoms, names.

mod blocks;
mod calls;
mod comprehensions;
mod control;
mod functions;
mod literals;
mod modules;
mod patterns;
mod specs;
#[cfg(test)]
mod tests;
mod with;

use std::sync::LazyLock;
use stoa_model::Operator;

use super::{Language, modules::stem};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;
use crate::rules::{Grammar, Role::*, syntax_table};

pub static ELIXIR: Language = Language {
    name: "elixir",
    family: "elixir",
    extensions: &["ex", "exs"],
    dialect: "elixir",
    parser: || tree_sitter_elixir::LANGUAGE.into(),
    table: TABLE,
    binary: &[
        ("+", Operator::Addition),
        ("-", Operator::Subtraction),
        ("*", Operator::Multiplication),
        ("/", Operator::Division),
        ("**", Operator::Exponentiation),
        ("++", Operator::Concat),
        ("--", Operator::Difference),
        ("<>", Operator::StringConcat),
        ("..", Operator::Range),
        ("and", Operator::LogicalAnd),
        ("&&", Operator::LogicalAnd),
        ("or", Operator::LogicalOr),
        ("||", Operator::LogicalOr),
        // Several guards: one of them is enough.
        ("when", Operator::LogicalOr),
        ("in", Operator::In),
        ("not in", Operator::NotIn),
        ("==", Operator::Equals),
        ("!=", Operator::NotEquals),
        ("===", Operator::StrictEquals),
        ("!==", Operator::StrictNotEquals),
        ("=~", Operator::RegexMatch),
        ("<", Operator::LessThan),
        ("<=", Operator::LessEqualsThan),
        (">", Operator::GreaterThan),
        (">=", Operator::GreaterEqualsThan),
        ("&&&", Operator::And),
        ("|||", Operator::Or),
        ("^^^", Operator::Xor),
        ("<<<", Operator::ShiftLeft),
        (">>>", Operator::ArithmeticShiftRight),
    ],
    unary: &[
        ("-", Operator::Minus),
        ("+", Operator::Plus),
        ("!", Operator::LogicalNot),
        ("not", Operator::LogicalNot),
        ("~~~", Operator::BitwiseNot),
    ],
    postfix: &[],
    assignment: &[],
    separator: ".",
    module: |l| stem(l.path).to_owned(),
    root: |l, n| {
        let items: Vec<C> = l.cst.named(n).collect();
        l.module_method(n, |l| blocks::sequence(l, &items, blocks::Tail::Value));
    },
    self_names: &[],
    members_in_scope: true,
    module_is_shared: false,
    dynamic: false,
    resolved: &RESOLVED,
};

static RESOLVED: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&ELIXIR));

syntax_table! {
    SOURCE "source" => Through,
    COMMENT "comment" => Comment,

    // Calls, and what stands in them.
    CALL "call" => Custom(calls::call),
    ARGUMENTS "arguments" => Through,
    KEYWORDS "keywords" => Custom(literals::keywords),
    PAIR "pair" => Custom(literals::pair),
    // Read with their pair.
    KEYWORD "keyword" => Custom(literals::key),
    QUOTED_KEYWORD "quoted_keyword" => Custom(literals::key),
    DO_BLOCK "do_block" => Custom(blocks::argument),
    AFTER_BLOCK "after_block" => Custom(blocks::argument),
    RESCUE_BLOCK "rescue_block" => Custom(blocks::argument),
    CATCH_BLOCK "catch_block" => Custom(blocks::argument),
    ELSE_BLOCK "else_block" => Custom(blocks::argument),
    STAB "stab_clause" => Custom(functions::lone_clause),
    BODY "body" => Custom(blocks::block),
    BLOCK "block" => Custom(blocks::block),
    FUNCTION "anonymous_function" => Custom(functions::anonymous),

    // Operators.
    BINARY "binary_operator" => Custom(calls::binary),
    UNARY "unary_operator" => Custom(calls::unary),
    OPERATOR_NAME "operator_identifier" => Identifier,
    DOT "dot" => Custom(calls::dot),
    ACCESS "access_call" => Operator(Operator::IndexAccess),

    // Names and literals.
    IDENTIFIER "identifier" => Custom(literals::identifier),
    ALIAS "alias" => Custom(modules::value),
    INTEGER "integer" => Literal("int"),
    FLOAT "float" => Literal("float"),
    CHAR "char" => Literal("char"),
    BOOLEAN "boolean" => Literal("bool"),
    NIL "nil" => Literal("null"),
    ATOM "atom" => Literal("atom"),
    QUOTED_ATOM "quoted_atom" => Custom(literals::quoted),
    STRING "string" => Custom(literals::quoted),
    CHARLIST "charlist" => Custom(literals::quoted),
    SIGIL "sigil" => Custom(literals::quoted),
    SIGIL_NAME "sigil_name" => Skip,
    SIGIL_MODIFIERS "sigil_modifiers" => Skip,
    // Parts of strings: literals when something is put between them.
    CONTENT "quoted_content" => Literal("string"),
    ESCAPE "escape_sequence" => Literal("string"),
    INTERPOLATION "interpolation" => Through,

    // Collections.
    LIST "list" => Custom(literals::list),
    TUPLE "tuple" => Custom(literals::tuple),
    BITSTRING "bitstring" => Custom(literals::bitstring),
    MAP "map" => Custom(literals::map),
    STRUCT "struct" => Through,
    MAP_CONTENT "map_content" => Custom(literals::map_content),
}

/// The text of the operator token of a unary or binary operator.
fn token<'a>(l: &Lower<'a>, n: C) -> &'a [u8] {
    l.child(n, F::Operator).map_or(b"", |token| l.text(token))
}

/// Whether a node is this binary operator.
fn is_binary(l: &Lower<'_>, n: C, operator: &[u8]) -> bool {
    l.is(n, BINARY) && token(l, n) == operator
}

/// The name that a call names its target by, if it is nothing but a name.
fn target<'a>(l: &Lower<'a>, n: C) -> Option<&'a [u8]> {
    if !l.is(n, CALL) {
        return None;
    }
    l.child(n, F::Target).filter(|t| l.is(*t, IDENTIFIER)).map(|t| l.text(t))
}

/// The arguments of a call, its keywords as one.
fn arguments(l: &Lower<'_>, n: C) -> Vec<C> {
    l.child_of(n, ARGUMENTS).map(|list| l.cst.named(list).collect()).unwrap_or_default()
}
