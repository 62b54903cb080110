//! The syntax kinds that TypeScript adds to JavaScript's.

use super::super::javascript::{classes, functions, imports, table::LAST as JAVASCRIPT_LAST};
use super::{declarations, types};
use crate::fields::F;
use crate::rules::{Role::*, syntax_table};

syntax_table! {
    after JAVASCRIPT_LAST;
    TYPES {
        // Declarations.
        ABSTRACT_CLASS "abstract_class_declaration" => Custom(classes::declaration),
        PUBLIC_FIELD "public_field_definition" => Custom(classes::field),
        METHOD_SIGNATURE "method_signature" => Custom(classes::method),
        ABSTRACT_METHOD "abstract_method_signature" => Custom(classes::method),
        FUNCTION_SIGNATURE "function_signature" => Custom(functions::declaration),
        INTERFACE "interface_declaration" => Custom(declarations::interface),
        INTERFACE_BODY "interface_body" => Through,
        PROPERTY_SIGNATURE "property_signature" => Custom(classes::field),
        CALL_SIGNATURE "call_signature" => Custom(declarations::call_signature),
        CONSTRUCT_SIGNATURE "construct_signature" => Custom(declarations::construct_signature),
        INDEX_SIGNATURE "index_signature" => Custom(declarations::index_signature),
        ALIAS "type_alias_declaration" => Custom(declarations::alias),
        ENUM "enum_declaration" => Custom(declarations::enumeration),
        ENUM_BODY "enum_body" => Through,
        ENUM_VALUE "enum_assignment" => Through,
        MODULE "module" => Custom(declarations::namespace),
        NAMESPACE "internal_module" => Custom(declarations::namespace),
        AMBIENT "ambient_declaration" => Custom(declarations::ambient),
        IMPORT_ALIAS "import_alias" => Custom(imports::alias),
        NESTED_NAME "nested_identifier" => Member(F::Object, F::Property),
        IMPORT_REQUIRE "import_require_clause" => Skip,
        ACCESSIBILITY "accessibility_modifier" => Skip,
        OVERRIDE "override_modifier" => Skip,
        REQUIRED_PARAMETER "required_parameter" => Custom(types::parameter),
        OPTIONAL_PARAMETER "optional_parameter" => Custom(types::parameter),
        EXTENDS "extends_clause" => Through,
        IMPLEMENTS "implements_clause" => Custom(types::all),
        EXTENDS_TYPES "extends_type_clause" => Custom(types::all),

        // Expressions.
        AS "as_expression" => Custom(types::cast),
        SATISFIES "satisfies_expression" => Custom(types::cast),
        NON_NULL "non_null_expression" => Custom(types::non_null),
        INSTANTIATION "instantiation_expression" => Custom(types::instantiation),
        OPTIONAL_TOKEN "?." => Skip,

        // Types.
        TYPE_ANNOTATION "type_annotation" => Custom(types::all),
        ASSERTS_ANNOTATION "asserts_annotation" => Through,
        PREDICATE_ANNOTATION "type_predicate_annotation" => Through,
        OMITTING "omitting_type_annotation" => Custom(types::all),
        ADDING "adding_type_annotation" => Custom(types::all),
        OPTING "opting_type_annotation" => Custom(types::all),
        ASSERTS "asserts" => Custom(types::asserts),
        PREDICATE "type_predicate" => Custom(types::predicate),
        TYPE_NAME "type_identifier" => TypeRef,
        NESTED_TYPE "nested_type_identifier" => Custom(types::nested),
        GENERIC "generic_type" => Custom(types::generic),
        PREDEFINED "predefined_type" => Skip,
        THIS_TYPE "this_type" => Skip,
        LITERAL_TYPE "literal_type" => Skip,
        EXISTENTIAL "existential_type" => Skip,
        ARRAY_TYPE "array_type" => Custom(types::all),
        TUPLE_TYPE "tuple_type" => Custom(types::all),
        OPTIONAL_TYPE "optional_type" => Custom(types::all),
        REST_TYPE "rest_type" => Custom(types::all),
        UNION "union_type" => Custom(types::all),
        INTERSECTION "intersection_type" => Custom(types::all),
        READONLY_TYPE "readonly_type" => Custom(types::all),
        PAREN_TYPE "parenthesized_type" => Custom(types::all),
        MAYBE_TYPE "flow_maybe_type" => Custom(types::all),
        CONDITIONAL_TYPE "conditional_type" => Custom(types::all),
        LOOKUP_TYPE "lookup_type" => Custom(types::all),
        KEYOF_TYPE "index_type_query" => Custom(types::all),
        TEMPLATE_TYPE "template_literal_type" => Custom(types::template),
        TEMPLATE_PART "template_type" => Custom(types::all),
        TYPEOF_TYPE "type_query" => Custom(types::query),
        INFER_TYPE "infer_type" => Custom(types::infer),
        MAPPED "mapped_type_clause" => Custom(types::fields),
        FUNCTION_TYPE "function_type" => Custom(types::callable),
        CONSTRUCTOR_TYPE "constructor_type" => Custom(types::callable),
        OBJECT_TYPE "object_type" => Custom(types::object),
        TYPE_ARGUMENTS "type_arguments" => Custom(types::all),
        TYPE_PARAMETERS "type_parameters" => Custom(types::all),
        TYPE_PARAMETER "type_parameter" => Custom(types::fields),
        CONSTRAINT "constraint" => Custom(types::all),
        DEFAULT_TYPE "default_type" => Custom(types::all),
    }
    // Not in TSX, where `<` starts an element.
    PLAIN {
        TYPE_ASSERTION "type_assertion" => Custom(types::cast),
    }
}
