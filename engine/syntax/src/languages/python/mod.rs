//! Python, 2 and 3: the tables, and what scopes are.
//!
//! A name that a function binds is a LOCAL of the whole function, declared at its first binding; at the top
//! of the file and in a class body it is a MEMBER. What binds names is in [`bind`], `match` in
//! [`patterns`], annotations in [`types`], `def`, `class` and imports in [`declarations`].

mod bind;
mod declarations;
mod expressions;
mod patterns;
mod statements;
mod types;

#[cfg(test)]
mod tests;

use std::sync::LazyLock;
use stoa_model::{Control, NodeKind, Operator};

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
    binary: &[
        ("+", Operator::Addition),
        ("-", Operator::Subtraction),
        ("*", Operator::Multiplication),
        ("@", Operator::MatrixMultiplication),
        ("/", Operator::Division),
        ("%", Operator::Modulo),
        ("//", Operator::FloorDivision),
        ("**", Operator::Exponentiation),
        ("|", Operator::Or),
        ("&", Operator::And),
        ("^", Operator::Xor),
        ("<<", Operator::ShiftLeft),
        (">>", Operator::ArithmeticShiftRight),
        ("and", Operator::LogicalAnd),
        ("or", Operator::LogicalOr),
        ("<", Operator::LessThan),
        ("<=", Operator::LessEqualsThan),
        ("==", Operator::Equals),
        ("!=", Operator::NotEquals),
        ("<>", Operator::NotEquals),
        (">=", Operator::GreaterEqualsThan),
        (">", Operator::GreaterThan),
        ("in", Operator::In),
        ("not in", Operator::NotIn),
        ("is", Operator::Is),
        ("is not", Operator::IsNot),
    ],
    unary: &[
        ("-", Operator::Minus),
        ("+", Operator::Plus),
        ("~", Operator::BitwiseNot),
        ("not", Operator::LogicalNot),
    ],
    postfix: &[],
    assignment: &[
        ("+=", Operator::AssignmentPlus),
        ("-=", Operator::AssignmentMinus),
        ("*=", Operator::AssignmentMultiplication),
        ("/=", Operator::AssignmentDivision),
        ("@=", Operator::AssignmentMatrixMultiplication),
        ("//=", Operator::AssignmentFloorDivision),
        ("%=", Operator::AssignmentModulo),
        ("**=", Operator::AssignmentExponentiation),
        (">>=", Operator::AssignmentArithmeticShiftRight),
        ("<<=", Operator::AssignmentShiftLeft),
        ("&=", Operator::AssignmentAnd),
        ("^=", Operator::AssignmentXor),
        ("|=", Operator::AssignmentOr),
    ],
    separator: ".",
    module: |l| modules::dotted(l.path, "__init__"),
    root,
    self_names: &["self", "cls"],
    members_in_scope: false,
    module_is_shared: false,
    dynamic: true,
    resolved: &RESOLVED,
};

static RESOLVED: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&PYTHON));

syntax_table! {
    MODULE "module" => Through,
    COMMENT "comment" => Comment,
    LINE_CONTINUATION "line_continuation" => Skip,

    // Declarations.
    FUNCTION "function_definition" => Custom(declarations::function),
    CLASS "class_definition" => Custom(declarations::class),
    DECORATED "decorated_definition" => Custom(declarations::decorated),
    DECORATOR "decorator" => Through,
    PARAMETERS "parameters" => Through,
    LAMBDA_PARAMETERS "lambda_parameters" => Through,
    DEFAULT_PARAMETER "default_parameter" => Through,
    TYPED_PARAMETER "typed_parameter" => Through,
    TYPED_DEFAULT_PARAMETER "typed_default_parameter" => Through,
    KEYWORD_SEPARATOR "keyword_separator" => Skip,
    POSITIONAL_SEPARATOR "positional_separator" => Skip,
    DICTIONARY_SPLAT_PATTERN "dictionary_splat_pattern" => Operator(Operator::Spread),
    TYPE_PARAMETER "type_parameter" => Through,
    TYPE_ALIAS "type_alias_statement" => Custom(declarations::type_alias),
    IMPORT "import_statement" => Custom(declarations::import),
    IMPORT_FROM "import_from_statement" => Custom(declarations::import_from),
    IMPORT_FUTURE "future_import_statement" => Custom(declarations::import_from),
    ALIASED_IMPORT "aliased_import" => Through,
    RELATIVE_IMPORT "relative_import" => Through,
    IMPORT_PREFIX "import_prefix" => Skip,
    WILDCARD_IMPORT "wildcard_import" => Skip,
    DOTTED_NAME "dotted_name" => Custom(expressions::dotted_name),

    // Annotations.
    TYPE "type" => Custom(types::type_refs),
    GENERIC_TYPE "generic_type" => Custom(types::type_refs),
    UNION_TYPE "union_type" => Custom(types::type_refs),
    CONSTRAINED_TYPE "constrained_type" => Custom(types::type_refs),
    MEMBER_TYPE "member_type" => Custom(types::type_refs),
    SPLAT_TYPE "splat_type" => Custom(types::type_refs),

    // Statements.
    BLOCK "block" => Block,
    EXPRESSION_STATEMENT "expression_statement" => Through,
    ASSIGNMENT "assignment" => Custom(bind::assignment),
    AUGMENTED_ASSIGNMENT "augmented_assignment" => Custom(bind::augmented),
    IF "if_statement" => Custom(statements::if_statement),
    ELIF "elif_clause" => If,
    ELSE "else_clause" => Through,
    WHILE "while_statement" => Custom(statements::while_statement),
    FOR "for_statement" => Custom(statements::for_statement),
    TRY "try_statement" => Custom(statements::try_statement),
    EXCEPT "except_clause" => Custom(statements::except_clause),
    FINALLY "finally_clause" => Through,
    WITH "with_statement" => Custom(statements::with_statement),
    WITH_CLAUSE "with_clause" => Through,
    WITH_ITEM "with_item" => Through,
    AS_PATTERN "as_pattern" => Through,
    AS_PATTERN_TARGET "as_pattern_target" => Through,
    MATCH "match_statement" => Custom(patterns::match_statement),
    RETURN "return_statement" => Return,
    RAISE "raise_statement" => Jump(Control::Throw),
    BREAK "break_statement" => Jump(Control::Break),
    CONTINUE "continue_statement" => Jump(Control::Continue),
    // Does nothing.
    PASS "pass_statement" => Skip,
    ASSERT "assert_statement" => Operator(Operator::Assert),
    DELETE "delete_statement" => Custom(statements::delete),
    GLOBAL "global_statement" => Custom(bind::not_local),
    NONLOCAL "nonlocal_statement" => Custom(bind::not_local),
    PRINT "print_statement" => Custom(statements::print),
    CHEVRON "chevron" => Through,
    EXEC "exec_statement" => Custom(statements::exec),

    // The patterns of `match`; by themselves only below syntax errors.
    CASE_CLAUSE "case_clause" => Through,
    CASE_PATTERN "case_pattern" => Through,
    CLASS_PATTERN "class_pattern" => Through,
    COMPLEX_PATTERN "complex_pattern" => Literal("float"),
    DICT_PATTERN "dict_pattern" => Through,
    KEYWORD_PATTERN "keyword_pattern" => Through,
    SPLAT_PATTERN "splat_pattern" => Through,
    UNION_PATTERN "union_pattern" => Through,

    // Expressions.
    IDENTIFIER "identifier" => Identifier,
    INTEGER "integer" => Literal("int"),
    FLOAT "float" => Literal("float"),
    TRUE "true" => Literal("bool"),
    FALSE "false" => Literal("bool"),
    NONE "none" => Literal("null"),
    ELLIPSIS "ellipsis" => Literal("ellipsis"),
    STRING "string" => Custom(expressions::string),
    CONCATENATED_STRING "concatenated_string" => Operator(Operator::StringConcat),
    STRING_START "string_start" => Skip,
    STRING_END "string_end" => Skip,
    STRING_CONTENT "string_content" => Literal("string"),
    ESCAPE_SEQUENCE "escape_sequence" => Skip,
    ESCAPE_INTERPOLATION "escape_interpolation" => Skip,
    INTERPOLATION "interpolation" => Through,
    FORMAT_EXPRESSION "format_expression" => Through,
    FORMAT_SPECIFIER "format_specifier" => Custom(expressions::format_specifier),
    TYPE_CONVERSION "type_conversion" => Literal("string"),
    ATTRIBUTE "attribute" => Member(F::Object, F::Attribute),
    SUBSCRIPT "subscript" => Custom(expressions::subscript),
    SLICE "slice" => Custom(expressions::slice),
    CALL "call" => Custom(expressions::call),
    ARGUMENT_LIST "argument_list" => Through,
    KEYWORD_ARGUMENT "keyword_argument" => Custom(expressions::keyword_argument),
    LIST_SPLAT "list_splat" => Operator(Operator::Spread),
    LIST_SPLAT_PATTERN "list_splat_pattern" => Operator(Operator::Spread),
    DICTIONARY_SPLAT "dictionary_splat" => Operator(Operator::Spread),
    BINARY "binary_operator" => Binary,
    BOOLEAN "boolean_operator" => Binary,
    COMPARISON "comparison_operator" => Custom(expressions::comparison),
    UNARY "unary_operator" => Unary,
    NOT "not_operator" => Unary,
    AWAIT "await" => Operator(Operator::Await),
    YIELD "yield" => Custom(expressions::yield_expression),
    CONDITIONAL "conditional_expression" => Custom(expressions::conditional),
    NAMED_EXPRESSION "named_expression" => Custom(bind::named_expression),
    LAMBDA "lambda" => Custom(declarations::lambda),
    PARENTHESIZED "parenthesized_expression" => Through,
    PARENTHESIZED_SPLAT "parenthesized_list_splat" => Through,
    LIST "list" => Operator(Operator::ListLiteral),
    TUPLE "tuple" => Operator(Operator::TupleLiteral),
    SET "set" => Operator(Operator::SetLiteral),
    DICTIONARY "dictionary" => Operator(Operator::DictLiteral),
    // Keys and values take turns as arguments.
    PAIR "pair" => Through,
    EXPRESSION_LIST "expression_list" => Operator(Operator::TupleLiteral),
    PATTERN_LIST "pattern_list" => Operator(Operator::TupleLiteral),
    TUPLE_PATTERN "tuple_pattern" => Operator(Operator::TupleLiteral),
    LIST_PATTERN "list_pattern" => Operator(Operator::ListLiteral),
    LIST_COMPREHENSION "list_comprehension" => Custom(expressions::comprehension),
    SET_COMPREHENSION "set_comprehension" => Custom(expressions::comprehension),
    DICTIONARY_COMPREHENSION "dictionary_comprehension" => Custom(expressions::comprehension),
    GENERATOR "generator_expression" => Custom(expressions::generator),
    FOR_IN "for_in_clause" => Through,
    IF_CLAUSE "if_clause" => Through,
}

fn root(l: &mut Lower<'_>, n: C) {
    l.module_method(n, |l| l.lower_children(n));
}

/// The named children of a node without line continuations, which can stand anywhere.
fn parts<'a>(l: &Lower<'a>, n: C) -> impl Iterator<Item = C> + Clone + use<'a> {
    let (cst, grammar) = (l.cst, l.grammar);
    cst.named(n).filter(move |c| grammar.row(cst.get(*c).kind) != LINE_CONTINUATION)
}

/// Whether a token (`async`, `*`) stands right below a node.
fn has_token(l: &Lower<'_>, n: C, token: &str) -> bool {
    l.cst.children(n).any(|c| !l.cst.get(c).named && l.text(c) == token.as_bytes())
}

/// Whether what is being written stands right in a class body, not in a method of it.
fn in_class(l: &mut Lower<'_>) -> bool {
    let mut at = l.parent_position();
    while let Some(position) = at {
        let node = l.at(position);
        match node.kind {
            NodeKind::TypeDecl => return true,
            NodeKind::Method | NodeKind::File => return false,
            _ => at = Some(node.parent),
        }
    }
    false
}
