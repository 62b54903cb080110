//! The syntax kinds of JavaScript and their roles, in the parts that its relatives share.

use stoa_model::{Control, Operator};

use super::{bindings, calls, classes, functions, imports, literals, markup, statements};
use crate::rules::{Role::*, syntax_table};

syntax_table! {
    after 0;
    // What JavaScript, TypeScript and TSX have in common.
    COMMON {
        PROGRAM "program" => Through,
        HASH_BANG "hash_bang_line" => Comment,
        COMMENT "comment" => Comment,
        HTML_COMMENT "html_comment" => Comment,

        // Modules.
        IMPORT "import_statement" => Custom(imports::import),
        IMPORT_CLAUSE "import_clause" => Skip,
        NAMED_IMPORTS "named_imports" => Skip,
        NAMESPACE_IMPORT "namespace_import" => Skip,
        IMPORT_SPECIFIER "import_specifier" => Skip,
        IMPORT_ATTRIBUTE "import_attribute" => Skip,
        IMPORT_KEYWORD "import" => Identifier,
        EXPORT "export_statement" => Custom(imports::export),
        EXPORT_CLAUSE "export_clause" => Skip,
        EXPORT_SPECIFIER "export_specifier" => Skip,
        NAMESPACE_EXPORT "namespace_export" => Skip,

        // Declarations.
        FUNCTION "function_declaration" => Custom(functions::declaration),
        GENERATOR "generator_function_declaration" => Custom(functions::declaration),
        FUNCTION_VALUE "function_expression" => Custom(functions::value),
        GENERATOR_VALUE "generator_function" => Custom(functions::value),
        ARROW "arrow_function" => Custom(functions::value),
        PARAMETERS "formal_parameters" => Through,
        CLASS "class_declaration" => Custom(classes::declaration),
        CLASS_VALUE "class" => Custom(classes::value),
        CLASS_HERITAGE "class_heritage" => Through,
        CLASS_BODY "class_body" => Custom(classes::body),
        METHOD "method_definition" => Custom(classes::method),
        STATIC_BLOCK "class_static_block" => Custom(classes::static_block),
        DECORATOR "decorator" => Custom(functions::annotation),
        LEXICAL "lexical_declaration" => Custom(bindings::variables),
        VARIABLES "variable_declaration" => Custom(bindings::variables),
        DECLARATOR "variable_declarator" => Custom(bindings::variables),

        // Statements.
        STATEMENT "expression_statement" => Custom(statements::expression),
        STATEMENT_BLOCK "statement_block" => Block,
        EMPTY "empty_statement" => Skip,
        IF "if_statement" => Custom(statements::if_else),
        ELSE "else_clause" => Through,
        WHILE "while_statement" => While,
        DO "do_statement" => Do,
        FOR "for_statement" => Custom(statements::for_loop),
        FOR_IN "for_in_statement" => Custom(statements::for_each),
        SWITCH "switch_statement" => Custom(statements::switch),
        SWITCH_BODY "switch_body" => Block,
        CASE "switch_case" => Custom(statements::case),
        DEFAULT_CASE "switch_default" => Custom(statements::case),
        TRY "try_statement" => Custom(statements::try_catch),
        CATCH "catch_clause" => Custom(statements::catch),
        FINALLY "finally_clause" => Through,
        WITH "with_statement" => Custom(statements::with),
        LABELED "labeled_statement" => Custom(statements::labeled),
        LABEL "statement_identifier" => Skip,
        BREAK "break_statement" => Jump(Control::Break),
        CONTINUE "continue_statement" => Jump(Control::Continue),
        RETURN "return_statement" => Return,
        THROW "throw_statement" => Jump(Control::Throw),
        DEBUGGER "debugger_statement" => Custom(statements::debugger),

        // Expressions.
        PAREN "parenthesized_expression" => Through,
        ASSIGNMENT "assignment_expression" => Custom(bindings::assignment),
        AUGMENTED "augmented_assignment_expression" => Assign,
        BINARY "binary_expression" => Binary,
        UNARY "unary_expression" => Unary,
        UPDATE "update_expression" => Unary,
        TERNARY "ternary_expression" => Custom(literals::ternary),
        SEQUENCE "sequence_expression" => Operator(Operator::ExpressionList),
        AWAIT "await_expression" => Operator(Operator::Await),
        YIELD "yield_expression" => Operator(Operator::Yield),
        CALL "call_expression" => Custom(calls::chain),
        MEMBER "member_expression" => Custom(calls::chain),
        SUBSCRIPT "subscript_expression" => Custom(calls::chain),
        OPTIONAL_CHAIN "optional_chain" => Skip,
        NEW "new_expression" => Custom(calls::new),
        ARGUMENTS "arguments" => Through,
        SPREAD "spread_element" => Operator(Operator::Spread),
        META_PROPERTY "meta_property" => Identifier,

        // Names.
        IDENTIFIER "identifier" => Identifier,
        THIS "this" => Identifier,
        SUPER "super" => Identifier,
        PROPERTY "property_identifier" => FieldIdentifier,
        PRIVATE "private_property_identifier" => FieldIdentifier,
        SHORTHAND "shorthand_property_identifier" => Identifier,
        SHORTHAND_PATTERN "shorthand_property_identifier_pattern" => Identifier,
        COMPUTED "computed_property_name" => Through,

        // Values.
        STRING "string" => Literal("string"),
        FRAGMENT "string_fragment" => Literal("string"),
        ESCAPE "escape_sequence" => Literal("string"),
        TEMPLATE "template_string" => Custom(literals::template),
        SUBSTITUTION "template_substitution" => Through,
        NUMBER "number" => Custom(literals::number),
        REGEX "regex" => Literal("regex"),
        REGEX_PATTERN "regex_pattern" => Skip,
        REGEX_FLAGS "regex_flags" => Skip,
        TRUE "true" => Literal("bool"),
        FALSE "false" => Literal("bool"),
        NULL "null" => Literal("null"),
        UNDEFINED "undefined" => Literal("null"),
        ARRAY "array" => Operator(Operator::ArrayInitializer),
        OBJECT "object" => Custom(literals::object),
        PAIR "pair" => Custom(literals::pair),
        // (A token of every grammar's scanner, though plain TypeScript has no elements.)
        MARKUP_TEXT "jsx_text" => Custom(markup::text),

        // Patterns, outside of what reads them (errors in the source).
        OBJECT_PATTERN "object_pattern" => Through,
        ARRAY_PATTERN "array_pattern" => Through,
        PAIR_PATTERN "pair_pattern" => Through,
        REST_PATTERN "rest_pattern" => Through,
        DEFAULT_PATTERN "assignment_pattern" => Assign,
        SHORTHAND_DEFAULT "object_assignment_pattern" => Assign,
    }
    // Elements in the source: not in plain TypeScript.
    MARKUP {
        ELEMENT "jsx_element" => Custom(markup::element),
        EMPTY_ELEMENT "jsx_self_closing_element" => Custom(markup::element),
        OPENING_TAG "jsx_opening_element" => Skip,
        CLOSING_TAG "jsx_closing_element" => Skip,
        ATTRIBUTE "jsx_attribute" => Custom(markup::attribute),
        MARKUP_EXPRESSION "jsx_expression" => Through,
        MARKUP_NAME "jsx_namespace_name" => FieldIdentifier,
        CHARACTER "html_character_reference" => Literal("string"),
    }
    // What TypeScript spells otherwise, or its grammar does not know yet.
    JAVASCRIPT_ONLY {
        FIELD "field_definition" => Custom(classes::field),
        USING "using_declaration" => Custom(bindings::variables),
    }
}
