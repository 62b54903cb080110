//! Go: the tables, the file, and scopes.
//!
//! A module is a directory; its files see each other. Every block is a scope, and `:=` declares only what
//! the scope does not have yet: [`Lower::declared`] holds one set of names for each open scope.

mod declarations;
mod expressions;
mod statements;
mod switches;
mod types;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;
use stoa_model::{Control, NodeKind, Operator, Symbol};

use super::{Language, modules, operators};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;
use crate::rules::{Grammar, Role::*, syntax_table};

pub static GO: Language = Language {
    name: "go",
    family: "go",
    extensions: &["go"],
    dialect: "go",
    parser: || tree_sitter_go::LANGUAGE.into(),
    table: TABLE,
    binary: &operators::extended::<19>(operators::BINARY, &[("&^", Operator::AndNot)]),
    unary: &[
        ("+", Operator::Plus),
        ("-", Operator::Minus),
        ("!", Operator::LogicalNot),
        ("^", Operator::BitwiseNot),
        ("*", Operator::Indirection),
        ("&", Operator::AddressOf),
        ("<-", Operator::Receive),
    ],
    postfix: &[],
    assignment: &operators::extended::<12>(
        operators::ASSIGNMENT,
        &[("=", Operator::Assignment), ("&^=", Operator::AssignmentAndNot)],
    ),
    separator: ".",
    module: |l| modules::directory(l.path).to_owned(),
    root,
    self_names: &[],
    members_in_scope: false,
    module_is_shared: true,
    dynamic: false,
    resolved: &RESOLVED,
};

static RESOLVED: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&GO));

syntax_table! {
    SOURCE_FILE "source_file" => Through,
    COMMENT "comment" => Comment,

    // Declarations.
    PACKAGE "package_clause" => Skip,
    PACKAGE_IDENTIFIER "package_identifier" => Identifier,
    IMPORT "import_declaration" => Through,
    IMPORT_LIST "import_spec_list" => Through,
    IMPORT_SPEC "import_spec" => Custom(declarations::import),
    DOT "dot" => Skip,
    BLANK "blank_identifier" => Identifier,
    CONST "const_declaration" => Custom(declarations::constants),
    CONST_SPEC "const_spec" => Through,
    VAR "var_declaration" => Through,
    VAR_LIST "var_spec_list" => Through,
    VAR_SPEC "var_spec" => Custom(declarations::variables),
    FUNCTION "function_declaration" => Custom(declarations::function),
    METHOD "method_declaration" => Custom(declarations::method),
    TYPE_PARAMETERS "type_parameter_list" => Custom(declarations::type_parameters),
    TYPE_PARAMETER "type_parameter_declaration" => Through,
    TYPE_CONSTRAINT "type_constraint" => Custom(types::type_refs),
    PARAMETER_LIST "parameter_list" => Through,
    PARAMETER "parameter_declaration" => Through,
    VARIADIC_PARAMETER "variadic_parameter_declaration" => Through,
    TYPE_DECLARATION "type_declaration" => Through,
    TYPE_ALIAS "type_alias" => Custom(declarations::type_declaration),
    TYPE_SPEC "type_spec" => Custom(declarations::type_declaration),
    FIELDS "field_declaration_list" => Through,
    FIELD "field_declaration" => Custom(declarations::field),
    METHOD_ELEM "method_elem" => Custom(declarations::interface_method),
    TYPE_ELEM "type_elem" => Custom(types::type_refs),

    // Types; where an expression can stand, each is one TYPE_REF.
    TYPE_IDENTIFIER "type_identifier" => Custom(types::type_value),
    QUALIFIED_TYPE "qualified_type" => Custom(types::type_value),
    GENERIC_TYPE "generic_type" => Custom(types::type_value),
    TYPE_ARGUMENTS "type_arguments" => Through,
    POINTER_TYPE "pointer_type" => Custom(types::type_value),
    ARRAY_TYPE "array_type" => Custom(types::type_value),
    IMPLICIT_ARRAY_TYPE "implicit_length_array_type" => Custom(types::type_value),
    SLICE_TYPE "slice_type" => Custom(types::type_value),
    STRUCT_TYPE "struct_type" => Custom(types::type_value),
    INTERFACE_TYPE "interface_type" => Custom(types::type_value),
    MAP_TYPE "map_type" => Custom(types::type_value),
    CHANNEL_TYPE "channel_type" => Custom(types::type_value),
    FUNCTION_TYPE "function_type" => Custom(types::type_value),
    NEGATED_TYPE "negated_type" => Custom(types::type_value),
    PARENTHESIZED_TYPE "parenthesized_type" => Through,

    // Statements.
    BLOCK "block" => Custom(block),
    STATEMENTS "statement_list" => Through,
    EMPTY "empty_statement" => Skip,
    EXPRESSION_STATEMENT "expression_statement" => Through,
    SEND "send_statement" => Operator(Operator::Send),
    RECEIVE "receive_statement" => Custom(statements::assignment),
    INC "inc_statement" => Operator(Operator::PostIncrement),
    DEC "dec_statement" => Operator(Operator::PostDecrement),
    ASSIGNMENT "assignment_statement" => Custom(statements::assignment),
    SHORT_VAR "short_var_declaration" => Custom(statements::assignment),
    LABELED "labeled_statement" => Custom(statements::labeled),
    LABEL "label_name" => Skip,
    FALLTHROUGH "fallthrough_statement" => Jump(Control::Fallthrough),
    BREAK "break_statement" => Jump(Control::Break),
    CONTINUE "continue_statement" => Jump(Control::Continue),
    GOTO "goto_statement" => Jump(Control::Goto),
    RETURN "return_statement" => Custom(statements::return_statement),
    GO_STATEMENT "go_statement" => Operator(Operator::Go),
    DEFER "defer_statement" => Jump(Control::Defer),
    IF "if_statement" => Custom(statements::if_statement),
    FOR "for_statement" => Custom(statements::for_statement),
    FOR_CLAUSE "for_clause" => Through,
    RANGE_CLAUSE "range_clause" => Through,
    SWITCH "expression_switch_statement" => Custom(switches::statement),
    CASE "expression_case" => Through,
    DEFAULT "default_case" => Through,
    TYPE_SWITCH "type_switch_statement" => Custom(switches::statement),
    TYPE_CASE "type_case" => Through,
    SELECT "select_statement" => Custom(switches::statement),
    COMMUNICATION "communication_case" => Through,

    // Expressions.
    IDENTIFIER "identifier" => Identifier,
    FIELD_IDENTIFIER "field_identifier" => FieldIdentifier,
    INT "int_literal" => Literal("int"),
    FLOAT "float_literal" => Literal("float"),
    IMAGINARY "imaginary_literal" => Literal("float"),
    RUNE "rune_literal" => Literal("char"),
    RAW_STRING "raw_string_literal" => Literal("string"),
    RAW_STRING_CONTENT "raw_string_literal_content" => Skip,
    STRING "interpreted_string_literal" => Literal("string"),
    STRING_CONTENT "interpreted_string_literal_content" => Skip,
    ESCAPE "escape_sequence" => Skip,
    NIL "nil" => Literal("null"),
    TRUE "true" => Literal("bool"),
    FALSE "false" => Literal("bool"),
    IOTA "iota" => Literal("int"),
    EXPRESSION_LIST "expression_list" => Through,
    PARENTHESIZED "parenthesized_expression" => Through,
    CALL "call_expression" => Custom(expressions::call),
    ARGUMENTS "argument_list" => Through,
    VARIADIC_ARGUMENT "variadic_argument" => Operator(Operator::Spread),
    SELECTOR "selector_expression" => Member(F::Operand, F::Field),
    INDEX "index_expression" => Operator(Operator::IndexAccess),
    SLICE "slice_expression" => Custom(expressions::slice),
    TYPE_ASSERTION "type_assertion_expression" => Custom(expressions::cast),
    TYPE_CONVERSION "type_conversion_expression" => Custom(expressions::cast),
    TYPE_INSTANTIATION "type_instantiation_expression" => Custom(types::type_value),
    COMPOSITE "composite_literal" => Custom(expressions::composite),
    LITERAL_VALUE "literal_value" => Through,
    LITERAL_ELEMENT "literal_element" => Through,
    KEYED_ELEMENT "keyed_element" => Through,
    FUNC_LITERAL "func_literal" => Custom(declarations::closure),
    UNARY "unary_expression" => Unary,
    BINARY "binary_expression" => Binary,
}

fn root(l: &mut Lower<'_>, n: C) {
    // A package is its directory; only at the root of the tree its clause must name it.
    if l.qualified_name().is_empty()
        && let Some(name) = l.child_of(n, PACKAGE).and_then(|clause| l.cst.named(clause).next())
    {
        let name = l.string(name);
        l.set_module(&name);
    }
    l.declared.push(Default::default());
    l.lower_children(n);
    l.declared.pop();
}

/// A block with a scope of its own.
fn block(l: &mut Lower<'_>, n: C) {
    scope(l, |l| ignore(l.block(n, |l| l.lower_children(n))));
}

/// Writes a scope: names declared inside are forgotten behind it.
fn scope(l: &mut Lower<'_>, inside: impl FnOnce(&mut Lower<'_>)) {
    l.declared.push(Default::default());
    inside(l);
    l.declared.pop();
}

/// Marks a name as declared in the innermost scope; false if it was already.
fn declare(l: &mut Lower<'_>, name: Symbol) -> bool {
    l.declared.last_mut().is_some_and(|names| names.insert(name))
}

/// Whether a token stands right below a node.
fn has_token(l: &Lower<'_>, n: C, token: &str) -> bool {
    l.cst.children(n).any(|c| !l.cst.get(c).named && l.text(c) == token.as_bytes())
}

fn is_blank(l: &Lower<'_>, n: C) -> bool {
    l.text(n) == b"_"
}

/// For writers whose node nobody fills in later.
fn ignore(_: crate::tree::Position) {}
