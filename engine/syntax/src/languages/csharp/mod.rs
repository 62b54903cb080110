//! C#: the language and its table. Files and types are in [`declarations`], what types consist of in [`members`],
//! expressions in [`expressions`] and [`chains`] (calls and member access), objects made with their contents in
//! [`initializers`], closures and queries in [`closures`] and [`queries`], statements in [`statements`], switch and
//! patterns in [`patterns`], types in [`types`].
//!
//! A file's module is its namespace; further namespaces of the file are NAMESPACE_BLOCKs of their own. Statements of
//! the top level are a METHOD `<module>`, as in script languages. Directives do not choose: what stands below
//! `#if` and below its `#else` is lowered alike, the other directives are comments.

mod chains;
mod closures;
mod declarations;
mod expressions;
mod initializers;
mod members;
mod patterns;
mod queries;
mod statements;
#[cfg(test)]
mod tests;
mod types;

use std::sync::LazyLock;
use stoa_model::{Control, Operator};

use super::{Language, operators};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;
use crate::rules::{Grammar, Role::*, Rule, syntax_table};

pub static CSHARP: Language = Language {
    name: "csharp",
    family: "csharp",
    extensions: &["cs", "csx"],
    dialect: "csharp",
    parser: || tree_sitter_c_sharp::LANGUAGE.into(),
    table: TABLE,
    binary: &operators::extended::<20>(
        operators::BINARY,
        &[(">>>", Operator::LogicalShiftRight), ("??", Operator::NullCoalesce)],
    ),
    unary: operators::UNARY,
    postfix: operators::POSTFIX,
    assignment: &operators::extended::<12>(
        operators::ASSIGNMENT,
        &[(">>>=", Operator::AssignmentLogicalShiftRight), ("??=", Operator::AssignmentNullCoalesce)],
    ),
    separator: ".",
    // Known when the namespace is read; files without one share the global namespace.
    module: |_| String::new(),
    root: declarations::file,
    self_names: &["this", "base"],
    members_in_scope: true,
    module_is_shared: true,
    dynamic: false,
    resolved: &RESOLVED,
};

static RESOLVED: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&CSHARP));

syntax_table! {
    COMPILATION_UNIT "compilation_unit" => Through,
    COMMENT "comment" => Comment,

    // Names and literals.
    IDENTIFIER "identifier" => Identifier,
    // Tokens that are expressions.
    THIS "this" => Identifier,
    BASE_OBJECT "base" => Identifier,
    DISCARD "discard" => Identifier,
    GENERIC_NAME "generic_name" => Custom(expressions::generic_name),
    QUALIFIED_NAME "qualified_name" => Member(F::Qualifier, F::Name),
    ALIAS_QUALIFIED_NAME "alias_qualified_name" => Custom(expressions::alias_qualified_name),
    INTEGER "integer_literal" => Literal("int"),
    REAL "real_literal" => Literal("float"),
    BOOLEAN "boolean_literal" => Literal("bool"),
    CHARACTER "character_literal" => Literal("char"),
    CHARACTER_CONTENT "character_literal_content" => Skip,
    NULL "null_literal" => Literal("null"),
    STRING "string_literal" => Literal("string"),
    STRING_FRAGMENT "string_literal_content" => Skip,
    STRING_ENCODING "string_literal_encoding" => Skip,
    VERBATIM_STRING "verbatim_string_literal" => Literal("string"),
    RAW_STRING "raw_string_literal" => Literal("string"),
    RAW_START "raw_string_start" => Skip,
    RAW_CONTENT "raw_string_content" => Skip,
    RAW_END "raw_string_end" => Skip,
    ESCAPE "escape_sequence" => Literal("string"),
    INTERPOLATED "interpolated_string_expression" => Operator(Operator::FormatString),
    STRING_CONTENT "string_content" => Literal("string"),
    INTERPOLATION "interpolation" => Through,
    INTERPOLATION_ALIGNMENT "interpolation_alignment_clause" => Through,
    INTERPOLATION_FORMAT "interpolation_format_clause" => Skip,
    INTERPOLATION_BRACE "interpolation_brace" => Skip,
    INTERPOLATION_QUOTE "interpolation_quote" => Skip,
    INTERPOLATION_START "interpolation_start" => Skip,

    // Expressions.
    PARENTHESIZED "parenthesized_expression" => Through,
    ASSIGNMENT "assignment_expression" => Custom(expressions::assignment),
    BINARY "binary_expression" => Binary,
    UNARY "unary_expression" => Unary,
    PREFIX "prefix_unary_expression" => Custom(expressions::prefix),
    POSTFIX "postfix_unary_expression" => Custom(expressions::postfix),
    CONDITIONAL "conditional_expression" => Custom(expressions::conditional),
    CAST "cast_expression" => Custom(expressions::cast),
    AS "as_expression" => Custom(expressions::as_type),
    IS "is_expression" => Custom(patterns::is_type),
    IS_PATTERN "is_pattern_expression" => Custom(patterns::is_expression),
    CHECKED "checked_expression" => Through,
    DEFAULT "default_expression" => Custom(expressions::default_value),
    SIZEOF "sizeof_expression" => Custom(expressions::size_of),
    TYPEOF "typeof_expression" => Custom(expressions::type_of),
    MAKEREF "makeref_expression" => Operator(Operator::AddressOf),
    REFTYPE "reftype_expression" => Operator(Operator::TypeOf),
    REFVALUE "refvalue_expression" => Custom(expressions::ref_value),
    REF "ref_expression" => Operator(Operator::AddressOf),
    RANGE "range_expression" => Operator(Operator::Range),
    AWAIT "await_expression" => Operator(Operator::Await),
    THROW_EXPRESSION "throw_expression" => Jump(Control::Throw),
    TUPLE "tuple_expression" => Operator(Operator::TupleLiteral),
    MEMBER_ACCESS "member_access_expression" => Custom(chains::chain),
    INVOCATION "invocation_expression" => Custom(chains::chain),
    ELEMENT_ACCESS "element_access_expression" => Custom(chains::chain),
    CONDITIONAL_ACCESS "conditional_access_expression" => Custom(chains::chain),
    MEMBER_BINDING "member_binding_expression" => Through,
    ELEMENT_BINDING "element_binding_expression" => Through,
    ARGUMENTS "argument_list" => Through,
    BRACKETED_ARGUMENTS "bracketed_argument_list" => Through,
    ARGUMENT "argument" => Custom(expressions::argument),
    DECLARATION_EXPRESSION "declaration_expression" => Custom(expressions::declaration),
    NEW "object_creation_expression" => Custom(initializers::new_object),
    NEW_IMPLICIT "implicit_object_creation_expression" => Custom(initializers::new_implicit),
    NEW_ANONYMOUS "anonymous_object_creation_expression" => Custom(initializers::new_anonymous),
    NEW_ARRAY "array_creation_expression" => Custom(initializers::new_array),
    NEW_ARRAY_IMPLICIT "implicit_array_creation_expression" => Through,
    STACKALLOC "stackalloc_expression" => Custom(initializers::new_array),
    STACKALLOC_IMPLICIT "implicit_stackalloc_expression" => Through,
    INITIALIZER "initializer_expression" => Operator(Operator::ArrayInitializer),
    COLLECTION "collection_expression" => Operator(Operator::ListLiteral),
    COLLECTION_ELEMENT "collection_element" => Through,
    EXPRESSION_ELEMENT "expression_element" => Through,
    SPREAD "spread_element" => Operator(Operator::Spread),
    WITH "with_expression" => Custom(initializers::with),
    WITH_INITIALIZER "with_initializer" => Through,
    LAMBDA "lambda_expression" => Custom(closures::lambda),
    ANONYMOUS_METHOD "anonymous_method_expression" => Custom(closures::lambda),
    IMPLICIT_PARAMETER "implicit_parameter" => Identifier,

    // Queries.
    QUERY "query_expression" => Custom(queries::query),
    FROM "from_clause" => Through,
    JOIN "join_clause" => Through,
    JOIN_INTO "join_into_clause" => Through,
    LET "let_clause" => Through,
    ORDER_BY "order_by_clause" => Through,
    WHERE "where_clause" => Through,
    GROUP "group_clause" => Through,
    SELECT "select_clause" => Through,

    // Statements.
    GLOBAL_STATEMENT "global_statement" => Through,
    BLOCK "block" => Block,
    EMPTY "empty_statement" => Skip,
    EXPRESSION_STATEMENT "expression_statement" => Through,
    LOCAL_DECLARATION "local_declaration_statement" => Custom(statements::local_declaration),
    VARIABLES "variable_declaration" => Custom(statements::variables),
    DECLARATOR "variable_declarator" => Through,
    TUPLE_PATTERN "tuple_pattern" => Through,
    LOCAL_FUNCTION "local_function_statement" => Custom(members::local_function),
    IF "if_statement" => Custom(statements::if_statement),
    WHILE "while_statement" => While,
    DO "do_statement" => Do,
    FOR "for_statement" => Custom(statements::for_statement),
    FOREACH "foreach_statement" => Custom(statements::foreach),
    BREAK "break_statement" => Jump(Control::Break),
    CONTINUE "continue_statement" => Jump(Control::Continue),
    RETURN "return_statement" => Return,
    THROW "throw_statement" => Jump(Control::Throw),
    GOTO "goto_statement" => Custom(statements::goto),
    LABELED "labeled_statement" => Custom(statements::labeled),
    YIELD "yield_statement" => Custom(statements::yield_statement),
    CHECKED_BLOCK "checked_statement" => Through,
    UNSAFE "unsafe_statement" => Through,
    FIXED "fixed_statement" => Custom(statements::fixed),
    LOCK "lock_statement" => Custom(statements::lock),
    USING "using_statement" => Custom(statements::using),
    TRY "try_statement" => Custom(statements::try_statement),
    CATCH "catch_clause" => Custom(statements::catch),
    CATCH_DECLARATION "catch_declaration" => Through,
    CATCH_FILTER "catch_filter_clause" => Through,
    FINALLY "finally_clause" => Through,

    // Switch and patterns.
    SWITCH "switch_statement" => Custom(patterns::switch),
    SWITCH_BODY "switch_body" => Through,
    SWITCH_SECTION "switch_section" => Through,
    SWITCH_EXPRESSION "switch_expression" => Custom(patterns::switch_expression),
    SWITCH_ARM "switch_expression_arm" => Through,
    WHEN "when_clause" => Through,
    CONSTANT_PATTERN "constant_pattern" => Through,
    DECLARATION_PATTERN "declaration_pattern" => Through,
    VAR_PATTERN "var_pattern" => Through,
    TYPE_PATTERN "type_pattern" => Through,
    RECURSIVE_PATTERN "recursive_pattern" => Through,
    POSITIONAL_CLAUSE "positional_pattern_clause" => Through,
    PROPERTY_CLAUSE "property_pattern_clause" => Through,
    SUBPATTERN "subpattern" => Through,
    RELATIONAL_PATTERN "relational_pattern" => Through,
    NEGATED_PATTERN "negated_pattern" => Through,
    AND_PATTERN "and_pattern" => Through,
    OR_PATTERN "or_pattern" => Through,
    LIST_PATTERN "list_pattern" => Through,
    PARENTHESIZED_PATTERN "parenthesized_pattern" => Through,
    PARENTHESIZED_DESIGNATION "parenthesized_variable_designation" => Through,

    // Types. Primitive ones are in type_full_name alone; before a dot they are values.
    PREDEFINED_TYPE "predefined_type" => Identifier,
    IMPLICIT_TYPE "implicit_type" => Skip,
    ARRAY_TYPE "array_type" => Custom(types::type_use),
    ARRAY_RANK "array_rank_specifier" => Through,
    NULLABLE_TYPE "nullable_type" => Custom(types::type_use),
    POINTER_TYPE "pointer_type" => Custom(types::type_use),
    FUNCTION_POINTER "function_pointer_type" => Custom(types::type_use),
    FUNCTION_POINTER_PARAMETER "function_pointer_parameter" => Custom(types::type_use),
    CALLING_CONVENTION "calling_convention" => Skip,
    REF_TYPE "ref_type" => Custom(types::type_use),
    SCOPED_TYPE "scoped_type" => Custom(types::type_use),
    TUPLE_TYPE "tuple_type" => Custom(types::type_use),
    TUPLE_ELEMENT "tuple_element" => Custom(types::type_use),
    TYPE_ARGUMENTS "type_argument_list" => Custom(types::type_arguments),

    // Files.
    NAMESPACE "namespace_declaration" => Custom(declarations::namespace),
    FILE_NAMESPACE "file_scoped_namespace_declaration" => Skip,
    USING_DIRECTIVE "using_directive" => Custom(declarations::using),
    EXTERN_ALIAS "extern_alias_directive" => Custom(declarations::extern_alias),
    GLOBAL_ATTRIBUTE "global_attribute" => Through,
    SHEBANG "shebang_directive" => Comment,

    // Declarations.
    CLASS "class_declaration" => Custom(declarations::class),
    STRUCT "struct_declaration" => Custom(declarations::structure),
    RECORD "record_declaration" => Custom(declarations::record),
    INTERFACE "interface_declaration" => Custom(declarations::interface),
    ENUM "enum_declaration" => Custom(declarations::enumeration),
    ENUM_BODY "enum_member_declaration_list" => Through,
    ENUM_MEMBER "enum_member_declaration" => Custom(declarations::enum_member),
    DELEGATE "delegate_declaration" => Custom(declarations::delegate),
    DECLARATIONS "declaration_list" => Through,
    BASE_LIST "base_list" => Through,
    PRIMARY_BASE "primary_constructor_base_type" => Through,
    MODIFIER "modifier" => Skip,
    ATTRIBUTE_LIST "attribute_list" => Through,
    ATTRIBUTE "attribute" => Custom(declarations::attribute),
    ATTRIBUTE_TARGET "attribute_target_specifier" => Skip,
    ATTRIBUTE_ARGUMENTS "attribute_argument_list" => Through,
    ATTRIBUTE_ARGUMENT "attribute_argument" => Custom(declarations::attribute_argument),
    TYPE_PARAMETERS "type_parameter_list" => Through,
    TYPE_PARAMETER "type_parameter" => Through,
    CONSTRAINTS "type_parameter_constraints_clause" => Skip,
    CONSTRAINT "type_parameter_constraint" => Skip,
    CONSTRUCTOR_CONSTRAINT "constructor_constraint" => Skip,
    FIELD "field_declaration" => Custom(members::fields),
    EVENT_FIELD "event_field_declaration" => Custom(members::fields),
    METHOD "method_declaration" => Custom(members::method),
    CONSTRUCTOR "constructor_declaration" => Custom(members::constructor),
    CONSTRUCTOR_INITIALIZER "constructor_initializer" => Custom(members::constructor_initializer),
    DESTRUCTOR "destructor_declaration" => Custom(members::finalizer),
    OPERATOR "operator_declaration" => Custom(members::operator),
    CONVERSION "conversion_operator_declaration" => Custom(members::conversion),
    PROPERTY "property_declaration" => Custom(members::property),
    INDEXER "indexer_declaration" => Custom(members::property),
    EVENT "event_declaration" => Custom(members::property),
    ACCESSORS "accessor_list" => Through,
    ACCESSOR "accessor_declaration" => Through,
    ARROW "arrow_expression_clause" => Through,
    EXPLICIT_INTERFACE "explicit_interface_specifier" => Skip,
    PARAMETERS "parameter_list" => Through,
    BRACKETED_PARAMETERS "bracketed_parameter_list" => Through,
    PARAMETER "parameter" => Through,

    // Directives.
    PREPROC_IF "preproc_if" => Custom(declarations::preproc),
    PREPROC_IF_ATTRIBUTES "preproc_if_in_attribute_list" => Custom(declarations::preproc),
    PREPROC_ELIF "preproc_elif" => Custom(declarations::preproc),
    PREPROC_ELSE "preproc_else" => Custom(declarations::preproc),
    PREPROC_ARGUMENT "preproc_arg" => Skip,
    REGION "preproc_region" => Comment,
    END_REGION "preproc_endregion" => Comment,
    LINE "preproc_line" => Comment,
    PRAGMA "preproc_pragma" => Comment,
    NULLABLE "preproc_nullable" => Comment,
    ERROR_DIRECTIVE "preproc_error" => Comment,
    WARNING_DIRECTIVE "preproc_warning" => Comment,
    DEFINE "preproc_define" => Comment,
    UNDEF "preproc_undef" => Comment,
}

/// Whether a node is of one of these rows.
fn is_any(l: &Lower<'_>, n: C, rules: &[Rule]) -> bool {
    rules.iter().any(|rule| l.is(n, *rule))
}

/// Whether one of the tokens of a node is this.
fn has_token(l: &Lower<'_>, n: C, token: &[u8]) -> bool {
    let cst = l.cst;
    cst.children(n).any(|c| !cst.get(c).named && l.text(c) == token)
}

/// The children of a node that are of a row.
fn all<'a>(l: &Lower<'a>, n: C, rule: Rule) -> impl Iterator<Item = C> + Clone + use<'a> {
    let (cst, grammar) = (l.cst, l.grammar);
    cst.named(n).filter(move |c| grammar.row(cst.get(*c).kind) == rule)
}
