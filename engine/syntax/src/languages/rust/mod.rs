//! Rust.
//!
//! In: items, statements, expressions, and the token trees of macro calls. Out: patterns as tests and
//! bindings, `?` and `.await` as operators, tail expressions as returns, macro calls as calls with the
//! arguments their tokens parse to. Never here: macros expanded, `cfg` decided, types inferred.
//!
//! - `items.rs`: functions, types, traits, `impl`, modules, constants, attributes.
//! - `names.rs`: modules, paths, `use`.
//! - `types.rs`: mentions of types, generics.
//! - `patterns.rs`: `let`, `if let`, `match`, `while let`, `for`.
//! - `assignments.rs`: `=`, also to several targets.
//! - `expressions.rs`: calls, closures, blocks, literals.
//! - `macros.rs`: token trees, parsed again.

mod assignments;
mod expressions;
mod items;
mod macros;
mod names;
mod patterns;
#[cfg(test)]
mod tests;
mod types;

pub use names::module;

use std::sync::LazyLock;
use stoa_model::Operator;

use super::{Language, operators};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;
use crate::rules::{Grammar, Role::*, syntax_table};

pub static RUST: Language = Language {
    name: "rust",
    family: "rust",
    extensions: &["rs"],
    dialect: "rust",
    parser: || tree_sitter_rust::LANGUAGE.into(),
    table: TABLE,
    binary: operators::BINARY,
    unary: &[("-", Operator::Minus), ("*", Operator::Indirection), ("!", Operator::LogicalNot)],
    postfix: &[],
    assignment: operators::ASSIGNMENT,
    separator: "::",
    module: |l| names::module(l.path),
    root: |l, n| expressions::statements(l, n),
    self_names: &["self"],
    members_in_scope: false,
    module_is_shared: false,
    dynamic: false,
    resolved: &RESOLVED,
};

static RESOLVED: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&RUST));

syntax_table! {
    SOURCE_FILE "source_file" => Custom(expressions::statements),
    SHEBANG "shebang" => Skip,
    EMPTY_STATEMENT "empty_statement" => Skip,
    EXPRESSION_STATEMENT "expression_statement" => Custom(expressions::expression_statement),
    LINE_COMMENT "line_comment" => Comment,
    BLOCK_COMMENT "block_comment" => Comment,
    // Parts of comments, which are taken whole.
    DOC_COMMENT "doc_comment" => Skip,
    INNER_DOC "inner_doc_comment_marker" => Skip,
    OUTER_DOC "outer_doc_comment_marker" => Skip,

    // Items.
    ATTRIBUTE_ITEM "attribute_item" => Custom(items::attribute_item),
    INNER_ATTRIBUTE_ITEM "inner_attribute_item" => Custom(items::inner_attribute_item),
    ATTRIBUTE "attribute" => Custom(items::attribute),
    MOD "mod_item" => Custom(items::module),
    FOREIGN_MOD "foreign_mod_item" => Custom(items::foreign_module),
    DECLARATION_LIST "declaration_list" => Custom(expressions::statements),
    STRUCT "struct_item" => Custom(items::structure),
    UNION "union_item" => Custom(items::union),
    ENUM "enum_item" => Custom(items::enumeration),
    VARIANT_LIST "enum_variant_list" => Custom(expressions::statements),
    VARIANT "enum_variant" => Custom(items::variant),
    FIELD_LIST "field_declaration_list" => Custom(expressions::statements),
    FIELD "field_declaration" => Custom(items::field),
    ORDERED_FIELD_LIST "ordered_field_declaration_list" => Custom(items::ordered_fields),
    TYPE_ITEM "type_item" => Custom(items::type_alias),
    ASSOCIATED_TYPE "associated_type" => Custom(items::type_alias),
    CONST "const_item" => Custom(items::constant),
    STATIC "static_item" => Custom(items::constant),
    FUNCTION "function_item" => Custom(items::function),
    FUNCTION_SIGNATURE "function_signature_item" => Custom(items::function),
    FUNCTION_MODIFIERS "function_modifiers" => Custom(items::modifier_words),
    EXTERN_MODIFIER "extern_modifier" => Custom(items::modifier_words),
    VISIBILITY "visibility_modifier" => Custom(items::visibility),
    // `mut`: of variables, references and parameters; the language's borrow rules have no place in the graph.
    MUTABLE "mutable_specifier" => Skip,
    IMPL "impl_item" => Custom(items::implementation),
    TRAIT "trait_item" => Custom(items::trait_item),
    MACRO_DEFINITION "macro_definition" => Custom(items::macro_definition),
    PARAMETERS "parameters" => Through,
    PARAMETER "parameter" => Custom(types::type_only),
    SELF_PARAMETER "self_parameter" => Skip,
    VARIADIC "variadic_parameter" => Skip,

    // Imports.
    USE "use_declaration" => Custom(names::use_declaration),
    EXTERN_CRATE "extern_crate_declaration" => Custom(names::extern_crate),
    // Read by `names::use_tree`.
    SCOPED_USE_LIST "scoped_use_list" => Skip,
    USE_LIST "use_list" => Skip,
    USE_AS "use_as_clause" => Skip,
    USE_WILDCARD "use_wildcard" => Skip,

    // Types. Their punctuation has no nodes; what they mention is TYPE_REFs.
    TYPE_IDENTIFIER "type_identifier" => Custom(types::mention),
    SCOPED_TYPE "scoped_type_identifier" => Custom(types::mention),
    GENERIC_TYPE "generic_type" => Custom(types::mention),
    GENERIC_TYPE_TURBOFISH "generic_type_with_turbofish" => Custom(types::mention),
    PRIMITIVE "primitive_type" => Skip,
    UNIT_TYPE "unit_type" => Skip,
    NEVER_TYPE "never_type" => Skip,
    LIFETIME "lifetime" => Skip,
    FOR_LIFETIMES "for_lifetimes" => Skip,
    LIFETIME_PARAMETER "lifetime_parameter" => Skip,
    USE_BOUNDS "use_bounds" => Skip,
    ABSTRACT_TYPE "abstract_type" => Through,
    REFERENCE_TYPE "reference_type" => Through,
    POINTER_TYPE "pointer_type" => Through,
    TUPLE_TYPE "tuple_type" => Through,
    ARRAY_TYPE "array_type" => Custom(types::array),
    FUNCTION_TYPE "function_type" => Custom(types::function_type),
    DYNAMIC_TYPE "dynamic_type" => Through,
    BOUNDED_TYPE "bounded_type" => Through,
    REMOVED_BOUND "removed_trait_bound" => Through,
    HIGHER_RANKED "higher_ranked_trait_bound" => Custom(types::type_only),
    QUALIFIED_TYPE "qualified_type" => Through,
    BRACKETED_TYPE "bracketed_type" => Through,
    TYPE_ARGUMENTS "type_arguments" => Custom(types::arguments),
    TYPE_BINDING "type_binding" => Custom(types::type_only),
    TYPE_PARAMETERS "type_parameters" => Through,
    TYPE_PARAMETER "type_parameter" => Custom(types::parameter),
    CONST_PARAMETER "const_parameter" => Custom(types::parameter),
    WHERE_CLAUSE "where_clause" => Through,
    WHERE_PREDICATE "where_predicate" => Through,
    TRAIT_BOUNDS "trait_bounds" => Through,

    // Names and literals.
    IDENTIFIER "identifier" => Identifier,
    SELF "self" => Identifier,
    SUPER "super" => Identifier,
    CRATE "crate" => Identifier,
    METAVARIABLE "metavariable" => Identifier,
    SHORTHAND_FIELD "shorthand_field_identifier" => Identifier,
    FIELD_IDENTIFIER "field_identifier" => FieldIdentifier,
    SCOPED_IDENTIFIER "scoped_identifier" => Custom(expressions::path),
    GENERIC_FUNCTION "generic_function" => Custom(expressions::path),
    INTEGER "integer_literal" => Literal("int"),
    FLOAT "float_literal" => Literal("float"),
    BOOLEAN "boolean_literal" => Literal("bool"),
    CHAR "char_literal" => Literal("char"),
    STRING "string_literal" => Custom(expressions::string),
    RAW_STRING "raw_string_literal" => Custom(expressions::string),
    NEGATIVE "negative_literal" => Custom(expressions::negative),
    UNIT "unit_expression" => Literal("()"),
    // Parts of string literals, which are taken whole.
    STRING_CONTENT "string_content" => Skip,
    ESCAPE "escape_sequence" => Skip,

    // Expressions.
    UNARY "unary_expression" => Unary,
    BINARY "binary_expression" => Binary,
    REFERENCE "reference_expression" => Operator(Operator::AddressOf),
    TRY "try_expression" => Operator(Operator::Try),
    AWAIT "await_expression" => Operator(Operator::Await),
    YIELD "yield_expression" => Operator(Operator::Yield),
    RANGE "range_expression" => Operator(Operator::Range),
    INDEX "index_expression" => Operator(Operator::IndexAccess),
    TUPLE "tuple_expression" => Operator(Operator::TupleLiteral),
    ARRAY "array_expression" => Operator(Operator::ArrayInitializer),
    ASSIGNMENT "assignment_expression" => Custom(assignments::assignment),
    COMPOUND_ASSIGNMENT "compound_assignment_expr" => Assign,
    CAST "type_cast_expression" => Custom(expressions::cast),
    FIELD_ACCESS "field_expression" => Member(F::Value, F::Field),
    PARENTHESIZED "parenthesized_expression" => Through,
    CALL "call_expression" => Custom(expressions::call),
    ARGUMENTS "arguments" => Through,
    STRUCT_LITERAL "struct_expression" => Custom(expressions::struct_literal),
    FIELD_INITIALIZERS "field_initializer_list" => Through,
    FIELD_INITIALIZER "field_initializer" => Custom(expressions::field_initializer),
    SHORTHAND_INITIALIZER "shorthand_field_initializer" => Custom(expressions::field_initializer),
    BASE_INITIALIZER "base_field_initializer" => Operator(Operator::Spread),
    CLOSURE "closure_expression" => Custom(expressions::closure),
    CLOSURE_PARAMETERS "closure_parameters" => Skip,
    ASYNC_BLOCK "async_block" => Custom(expressions::async_block),
    GEN_BLOCK "gen_block" => Custom(expressions::async_block),
    UNSAFE_BLOCK "unsafe_block" => Custom(expressions::unsafe_block),
    TRY_BLOCK "try_block" => Through,
    CONST_BLOCK "const_block" => Through,
    BLOCK "block" => Custom(expressions::block),

    // Control.
    LABEL "label" => Skip,
    RETURN "return_expression" => Return,
    BREAK "break_expression" => Custom(expressions::jump),
    CONTINUE "continue_expression" => Custom(expressions::jump),
    LOOP "loop_expression" => Custom(expressions::endless_loop),
    IF "if_expression" => Custom(patterns::if_expression),
    ELSE "else_clause" => Through,
    WHILE "while_expression" => Custom(patterns::while_expression),
    FOR "for_expression" => Custom(patterns::for_expression),
    MATCH "match_expression" => Custom(patterns::match_expression),
    MATCH_BLOCK "match_block" => Through,
    MATCH_ARM "match_arm" => Through,
    MATCH_PATTERN "match_pattern" => Through,
    LET "let_declaration" => Custom(patterns::let_declaration),
    LET_CONDITION "let_condition" => Custom(patterns::lone_condition),
    LET_CHAIN "let_chain" => Custom(patterns::lone_condition),

    // Patterns: what of them is a test. Bindings are written where the pattern stands.
    TUPLE_PATTERN "tuple_pattern" => Custom(patterns::test),
    SLICE_PATTERN "slice_pattern" => Custom(patterns::test),
    TUPLE_STRUCT_PATTERN "tuple_struct_pattern" => Custom(patterns::test),
    STRUCT_PATTERN "struct_pattern" => Custom(patterns::test),
    FIELD_PATTERN "field_pattern" => Custom(patterns::test),
    GENERIC_PATTERN "generic_pattern" => Custom(expressions::path),
    REST_PATTERN "remaining_field_pattern" => Skip,
    MUT_PATTERN "mut_pattern" => Custom(patterns::test),
    REF_PATTERN "ref_pattern" => Custom(patterns::test),
    REFERENCE_PATTERN "reference_pattern" => Custom(patterns::test),
    CAPTURED_PATTERN "captured_pattern" => Custom(patterns::test),
    RANGE_PATTERN "range_pattern" => Operator(Operator::Range),
    OR_PATTERN "or_pattern" => Custom(patterns::test),

    // Macros.
    MACRO_INVOCATION "macro_invocation" => Embedding(macros::parse_again, macros::invocation),
    TOKEN_TREE "token_tree" => Custom(macros::token_tree),
    // Rules of `macro_rules!`: the definition is a METHOD without a body.
    MACRO_RULE "macro_rule" => Skip,
    TOKEN_TREE_PATTERN "token_tree_pattern" => Skip,
    TOKEN_BINDING "token_binding_pattern" => Skip,
    TOKEN_REPETITION_PATTERN "token_repetition_pattern" => Skip,
    TOKEN_REPETITION "token_repetition" => Skip,
    FRAGMENT "fragment_specifier" => Skip,
}
