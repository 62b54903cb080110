//! C++: what it adds to C's table, whose functions it shares. Names and types are in [`names`], classes, templates
//! and namespaces in [`classes`], expressions and statements in [`expressions`].
//!
//! C++ and C are one family: a declaration in a header is seen from both. Full names are those of C++,
//! `ns::Type::method`; what a file keeps to itself (`static`, an anonymous namespace) has the file's path in front.
//! Templates are lowered as they stand, once, with TYPE_PARAMETERs; a specialisation is a type of its own,
//! `hash<Foo>`. Headers that end in `.h` are C unless they say otherwise ([`is_cpp_header`]).

pub mod classes;
pub mod expressions;
pub mod names;
#[cfg(test)]
mod tests;

use std::sync::LazyLock;
use stoa_model::{Control, Operator};

use super::{Language, c, operators};
use crate::lower::Lower;
use crate::rules::{Grammar, Role::*, syntax_table};

pub static CPP: Language = Language {
    name: "cpp",
    family: "c",
    extensions: &["cc", "cpp", "cxx", "c++", "hpp", "hh", "hxx", "h++", "ipp", "inl", "tpp", "ixx", "cppm"],
    dialect: "cpp",
    parser: || tree_sitter_cpp::LANGUAGE.into(),
    table: &[c::SHARED, CPP_TABLE],
    binary: BINARY,
    unary: UNARY,
    postfix: operators::POSTFIX,
    assignment: ASSIGNMENT,
    separator: "::",
    module: |l| l.path.to_owned(),
    root: |l, n| l.within_qualified(String::new(), |l| l.lower_children(n)),
    self_names: &["this"],
    members_in_scope: true,
    module_is_shared: true,
    dynamic: false,
    resolved: &RESOLVED,
};

static RESOLVED: LazyLock<Grammar> =
    LazyLock::new(|| Grammar::new(&CPP).prepared(|buffers, source| buffers.prepare(source, true)));

const BINARY: operators::Operators = &operators::extended::<27>(
    operators::BINARY,
    &[
        ("<=>", Operator::Compare),
        ("and", Operator::LogicalAnd),
        ("or", Operator::LogicalOr),
        ("bitand", Operator::And),
        ("bitor", Operator::Or),
        ("xor", Operator::Xor),
        ("not_eq", Operator::NotEquals),
        (",", Operator::ExpressionList),
        ("->*", Operator::IndirectFieldAccess),
    ],
);

const UNARY: operators::Operators = &operators::extended::<10>(
    operators::UNARY,
    &[("not", Operator::LogicalNot), ("compl", Operator::BitwiseNot)],
);

const ASSIGNMENT: operators::Operators = &operators::extended::<13>(
    operators::ASSIGNMENT,
    &[
        ("and_eq", Operator::AssignmentAnd),
        ("or_eq", Operator::AssignmentOr),
        ("xor_eq", Operator::AssignmentXor),
    ],
);

/// Whether the text of a header is C++: one of its lines begins as nothing in C does (`template <`, `namespace a {`,
/// `class A`, `using a = b`, `public:`), outside of what `#ifdef __cplusplus` keeps from C.
pub fn is_cpp_header(source: &[u8]) -> bool {
    let mut start = 0;
    // How many `#if` are open since the one that asks for C++.
    let mut guarded = 0u32;
    let mut comment = false;
    while start < source.len() {
        let end = memchr::memchr(b'\n', &source[start..]).map_or(source.len(), |i| start + i);
        let line = source[start..end].trim_ascii();
        start = end + 1;
        if comment || line.starts_with(b"/*") {
            comment = memchr::memmem::find(line, b"*/").is_none();
        } else if let Some(directive) = line.strip_prefix(b"#") {
            let directive = directive.trim_ascii_start();
            if directive.starts_with(b"if") {
                let asks = memchr::memmem::find(directive, b"__cplusplus").is_some()
                    && !directive.starts_with(b"ifndef");
                guarded += u32::from(guarded > 0 || asks);
            } else if directive.starts_with(b"endif") {
                guarded = guarded.saturating_sub(1);
            } else if guarded == 1 && directive.starts_with(b"el") {
                guarded = 0;
            }
        } else if guarded == 0 && begins_as_cpp(line) {
            return true;
        }
    }
    false
}

fn begins_as_cpp(line: &[u8]) -> bool {
    let (word, rest) =
        line.split_at(line.iter().position(|b| !b.is_ascii_alphabetic()).unwrap_or(line.len()));
    let rest = rest.trim_ascii_start();
    match word {
        b"template" => rest.first() == Some(&b'<'),
        b"public" | b"private" | b"protected" => rest == b":",
        b"namespace" | b"class" => {
            let end = rest.iter().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'_' | b':')));
            let behind = rest[end.unwrap_or(rest.len())..].trim_ascii_start();
            !rest.is_empty() && matches!(behind.first(), None | Some(b'{' | b':' | b';'))
                || word == b"class" && behind.ends_with(b"{")
        }
        b"using" => {
            rest.ends_with(b";") && (rest.contains(&b'=') || memchr::memmem::find(rest, b"::").is_some())
        }
        _ => false,
    }
}

/// Whether a language is C++.
pub fn is_cpp(l: &Lower<'_>) -> bool {
    std::ptr::eq(l.language, &CPP)
}

syntax_table! {
    after c::LAST;
    CPP_TABLE {
        // Names.
        QUALIFIED "qualified_identifier" => Custom(names::qualified),
        NAMESPACE_IDENTIFIER "namespace_identifier" => Identifier,
        NESTED_NAMESPACE "nested_namespace_specifier" => Skip,
        TEMPLATE_FUNCTION "template_function" => Custom(names::template_name),
        TEMPLATE_METHOD "template_method" => Custom(names::template_name),
        TEMPLATE_TYPE "template_type" => Custom(names::template_type),
        TEMPLATE_ARGUMENTS "template_argument_list" => Through,
        DEPENDENT_NAME "dependent_name" => Through,
        DEPENDENT_TYPE "dependent_type" => Through,
        DESTRUCTOR_NAME "destructor_name" => Identifier,
        OPERATOR_NAME "operator_name" => Identifier,
        OPERATOR_CAST "operator_cast" => Identifier,
        THIS "this" => Identifier,

        // Literals.
        RAW_STRING "raw_string_literal" => Literal("string"),
        RAW_CONTENT "raw_string_content" => Skip,
        RAW_DELIMITER "raw_string_delimiter" => Skip,
        USER_LITERAL "user_defined_literal" => Custom(expressions::user_literal),
        LITERAL_SUFFIX "literal_suffix" => Skip,

        // Expressions.
        NEW "new_expression" => Custom(expressions::new),
        NEW_DECLARATOR "new_declarator" => Through,
        DELETE "delete_expression" => Custom(expressions::delete),
        LAMBDA "lambda_expression" => Custom(expressions::lambda),
        // Read by the lambda.
        CAPTURES "lambda_capture_specifier" => Skip,
        CAPTURE_INITIALIZER "lambda_capture_initializer" => Skip,
        CAPTURE_DEFAULT "lambda_default_capture" => Skip,
        FOLD "fold_expression" => Custom(expressions::fold),
        PACK_EXPANSION "parameter_pack_expansion" => Operator(Operator::Spread),
        SUBSCRIPTS "subscript_argument_list" => Through,
        AWAIT "co_await_expression" => Operator(Operator::Await),
        REQUIRES "requires_expression" => Custom(expressions::requires),
        REQUIREMENTS "requirement_seq" => Through,
        SIMPLE_REQUIREMENT "simple_requirement" => Through,
        COMPOUND_REQUIREMENT "compound_requirement" => Through,
        TYPE_REQUIREMENT "type_requirement" => Through,
        NOEXCEPT "noexcept" => Skip,
        DECLTYPE "decltype" => Skip,

        // Statements.
        CONDITION "condition_clause" => Custom(expressions::condition),
        INIT_STATEMENT "init_statement" => Through,
        RANGE_FOR "for_range_loop" => Custom(expressions::range_for),
        TRY "try_statement" => Custom(expressions::try_statement),
        CATCH "catch_clause" => Custom(expressions::catch),
        THROW "throw_statement" => Jump(Control::Throw),
        CO_RETURN "co_return_statement" => Return,
        CO_YIELD "co_yield_statement" => Operator(Operator::Yield),
        STATIC_ASSERT "static_assert_declaration" => Operator(Operator::Assert),

        // Declarations.
        NAMESPACE "namespace_definition" => Custom(classes::namespace),
        NAMESPACE_ALIAS "namespace_alias_definition" => Custom(classes::namespace_alias),
        USING "using_declaration" => Custom(classes::using),
        ALIAS "alias_declaration" => Custom(classes::alias),
        CLASS "class_specifier" => Custom(c::declarations::composite_use),
        // Members take it as a modifier.
        ACCESS "access_specifier" => Skip,
        BASES "base_class_clause" => Custom(classes::bases),
        FRIEND "friend_declaration" => Through,
        TEMPLATE "template_declaration" => Custom(classes::template),
        INSTANTIATION "template_instantiation" => Custom(c::declarators::type_refs),
        // Written by the declaration they belong to.
        TEMPLATE_PARAMETERS "template_parameter_list" => Custom(classes::type_parameters),
        TYPE_PARAMETER "type_parameter_declaration" => Custom(classes::type_parameter),
        OPTIONAL_TYPE_PARAMETER "optional_type_parameter_declaration" => Custom(classes::type_parameter),
        VARIADIC_TYPE_PARAMETER "variadic_type_parameter_declaration" => Custom(classes::type_parameter),
        TEMPLATE_TEMPLATE_PARAMETER "template_template_parameter_declaration" => Custom(classes::template_template),
        CONCEPT "concept_definition" => Custom(classes::concept),
        REQUIRES_CLAUSE "requires_clause" => Skip,
        CONJUNCTION "constraint_conjunction" => Binary,
        DISJUNCTION "constraint_disjunction" => Binary,
        OPTIONAL_PARAMETER "optional_parameter_declaration" => Custom(c::declarators::type_refs),
        VARIADIC_PARAMETER "variadic_parameter_declaration" => Custom(c::declarators::type_refs),
        // What the constructor's body begins with.
        FIELD_INITIALIZERS "field_initializer_list" => Skip,
        FIELD_INITIALIZER "field_initializer" => Skip,
        // Words that become modifiers.
        EXPLICIT "explicit_function_specifier" => Skip,
        VIRTUAL_SPECIFIER "virtual_specifier" => Skip,
        DEFAULT_METHOD "default_method_clause" => Skip,
        DELETE_METHOD "delete_method_clause" => Skip,
        PURE_VIRTUAL "pure_virtual_clause" => Skip,
        // How a function is called.
        REF_QUALIFIER "ref_qualifier" => Skip,
        THROW_SPECIFIER "throw_specifier" => Skip,
        TRAILING_RETURN "trailing_return_type" => Through,

        // Declarators and types.
        REFERENCE "reference_declarator" => Through,
        ABSTRACT_REFERENCE "abstract_reference_declarator" => Through,
        VARIADIC_DECLARATOR "variadic_declarator" => Through,
        BINDING "structured_binding_declarator" => Through,
        POINTER_TYPE "pointer_type_declarator" => Through,
        PLACEHOLDER "placeholder_type_specifier" => Skip,
        AUTO "auto" => Skip,
    }
}
