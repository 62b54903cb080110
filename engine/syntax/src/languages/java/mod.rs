//! Java: the tables, expressions and statements. Declarations are in [`declarations`] and [`records`], types in
//! [`types`], switch and patterns in [`patterns`].
//!
//! An instance method has `this` as parameter 0, written by nobody. Members are used by their bare names
//! ([`Language::members_in_scope`]), files of a package see each other ([`Language::module_is_shared`]).

mod declarations;
mod patterns;
mod records;
#[cfg(test)]
mod tests;
mod types;

use std::sync::LazyLock;
use stoa_model::{Control, Dispatch, NodeKind, Operator, Symbol};

use super::{Language, operators};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;
use crate::rules::{Grammar, Role, Role::*, Rule, syntax_table};
use crate::tree::{Slot, flags};

pub static JAVA: Language = Language {
    name: "java",
    family: "java",
    extensions: &["java"],
    dialect: "java",
    parser: || tree_sitter_java::LANGUAGE.into(),
    table: TABLE,
    binary: &operators::extended::<19>(operators::BINARY, &[(">>>", Operator::LogicalShiftRight)]),
    unary: &[
        ("!", Operator::LogicalNot),
        ("~", Operator::BitwiseNot),
        ("-", Operator::Minus),
        ("+", Operator::Plus),
        ("++", Operator::PreIncrement),
        ("--", Operator::PreDecrement),
    ],
    postfix: operators::POSTFIX,
    assignment: &operators::extended::<11>(
        operators::ASSIGNMENT,
        &[(">>>=", Operator::AssignmentLogicalShiftRight)],
    ),
    separator: ".",
    // Known when the package declaration is read; files without one share the unnamed package.
    module: |_| String::new(),
    root: |l, n| l.lower_children(n),
    self_names: &["this", "super"],
    members_in_scope: true,
    module_is_shared: true,
    dynamic: false,
    resolved: &RESOLVED,
};

static RESOLVED: LazyLock<Grammar> = LazyLock::new(|| Grammar::new(&JAVA));

syntax_table! {
    PROGRAM "program" => Through,
    LINE_COMMENT "line_comment" => Comment,
    BLOCK_COMMENT "block_comment" => Comment,

    // Names and literals.
    IDENTIFIER "identifier" => Identifier,
    THIS "this" => Identifier,
    SUPER "super" => Identifier,
    UNDERSCORE "underscore_pattern" => Identifier,
    SCOPED_IDENTIFIER "scoped_identifier" => Custom(types::scoped_identifier),
    DECIMAL_INTEGER "decimal_integer_literal" => Literal("int"),
    HEX_INTEGER "hex_integer_literal" => Literal("int"),
    OCTAL_INTEGER "octal_integer_literal" => Literal("int"),
    BINARY_INTEGER "binary_integer_literal" => Literal("int"),
    DECIMAL_FLOAT "decimal_floating_point_literal" => Literal("float"),
    HEX_FLOAT "hex_floating_point_literal" => Literal("float"),
    TRUE "true" => Literal("bool"),
    FALSE "false" => Literal("bool"),
    CHARACTER "character_literal" => Literal("char"),
    NULL "null_literal" => Literal("null"),
    STRING "string_literal" => Custom(string),
    STRING_FRAGMENT "string_fragment" => Literal("string"),
    MULTILINE_FRAGMENT "multiline_string_fragment" => Literal("string"),
    ESCAPE "escape_sequence" => Literal("string"),
    INTERPOLATION "string_interpolation" => Through,
    TEMPLATE "template_expression" => Custom(template),

    // Expressions.
    PARENTHESIZED "parenthesized_expression" => Through,
    ASSIGNMENT "assignment_expression" => Assign,
    BINARY "binary_expression" => Binary,
    UNARY "unary_expression" => Unary,
    UPDATE "update_expression" => Unary,
    TERNARY "ternary_expression" => Custom(ternary),
    CAST "cast_expression" => Custom(types::cast),
    INSTANCE_OF "instanceof_expression" => Custom(patterns::instance_of),
    CLASS_LITERAL "class_literal" => Custom(types::class_literal),
    FIELD_ACCESS "field_access" => Member(F::Object, F::Field),
    ARRAY_ACCESS "array_access" => Operator(Operator::IndexAccess),
    ARRAY_INITIALIZER "array_initializer" => Operator(Operator::ArrayInitializer),
    ARRAY_CREATION "array_creation_expression" => Custom(array_creation),
    DIMENSIONS "dimensions" => Through,
    DIMENSIONS_EXPR "dimensions_expr" => Through,
    CALL "method_invocation" => Custom(call),
    NEW "object_creation_expression" => Custom(new_object),
    ARGUMENTS "argument_list" => Through,
    METHOD_REFERENCE "method_reference" => Custom(method_reference),
    LAMBDA "lambda_expression" => Custom(lambda),
    INFERRED_PARAMETERS "inferred_parameters" => Through,

    // Statements.
    BLOCK "block" => Block,
    EXPRESSION_STATEMENT "expression_statement" => Through,
    LOCAL_VARIABLES "local_variable_declaration" => Custom(declarations::local_variables),
    IF "if_statement" => Custom(patterns::if_statement),
    WHILE "while_statement" => Custom(patterns::while_statement),
    DO "do_statement" => Do,
    FOR "for_statement" => Custom(for_statement),
    FOREACH "enhanced_for_statement" => Custom(foreach),
    LABELED "labeled_statement" => Custom(labeled),
    BREAK "break_statement" => Jump(Control::Break),
    CONTINUE "continue_statement" => Jump(Control::Continue),
    RETURN "return_statement" => Return,
    // Leaves the switch around it with a value.
    YIELD "yield_statement" => Jump(Control::Yield),
    THROW "throw_statement" => Jump(Control::Throw),
    ASSERT "assert_statement" => Operator(Operator::Assert),
    SYNCHRONIZED "synchronized_statement" => Custom(synchronized),
    TRY "try_statement" => Custom(try_statement),
    TRY_WITH "try_with_resources_statement" => Custom(try_statement),
    RESOURCES "resource_specification" => Through,
    RESOURCE "resource" => Through,
    CATCH "catch_clause" => Custom(catch),
    CATCH_PARAMETER "catch_formal_parameter" => Through,
    CATCH_TYPE "catch_type" => Through,
    FINALLY "finally_clause" => Through,

    // Switch and patterns.
    SWITCH "switch_expression" => Custom(patterns::switch),
    SWITCH_BLOCK "switch_block" => Through,
    SWITCH_GROUP "switch_block_statement_group" => Through,
    SWITCH_RULE "switch_rule" => Through,
    SWITCH_LABEL "switch_label" => Through,
    GUARD "guard" => Through,
    PATTERN "pattern" => Through,
    TYPE_PATTERN "type_pattern" => Through,
    RECORD_PATTERN "record_pattern" => Through,
    RECORD_PATTERN_BODY "record_pattern_body" => Through,
    RECORD_PATTERN_COMPONENT "record_pattern_component" => Through,

    // Types.
    TYPE_IDENTIFIER "type_identifier" => Custom(types::type_use),
    SCOPED_TYPE "scoped_type_identifier" => Custom(types::type_use),
    GENERIC_TYPE "generic_type" => Custom(types::type_use),
    ARRAY_TYPE "array_type" => Through,
    ANNOTATED_TYPE "annotated_type" => Through,
    TYPE_ARGUMENTS "type_arguments" => Through,
    TYPE_LIST "type_list" => Through,
    TYPE_BOUND "type_bound" => Through,
    WILDCARD "wildcard" => Custom(types::wildcard),
    // Primitive types are in type_full_name alone.
    INTEGRAL_TYPE "integral_type" => Skip,
    FLOATING_TYPE "floating_point_type" => Skip,
    BOOLEAN_TYPE "boolean_type" => Skip,
    VOID_TYPE "void_type" => Skip,

    // Declarations.
    PACKAGE "package_declaration" => Custom(declarations::package),
    IMPORT "import_declaration" => Custom(declarations::import),
    ASTERISK "asterisk" => Skip,
    CLASS "class_declaration" => Custom(declarations::class),
    INTERFACE "interface_declaration" => Custom(declarations::interface),
    ENUM "enum_declaration" => Custom(declarations::enumeration),
    RECORD "record_declaration" => Custom(records::record),
    ANNOTATION_TYPE "annotation_type_declaration" => Custom(declarations::annotation_type),
    CLASS_BODY "class_body" => Custom(declarations::body),
    INTERFACE_BODY "interface_body" => Custom(declarations::body),
    ANNOTATION_TYPE_BODY "annotation_type_body" => Custom(declarations::body),
    ENUM_BODY "enum_body" => Custom(declarations::body),
    ENUM_DECLARATIONS "enum_body_declarations" => Custom(declarations::body),
    ENUM_CONSTANT "enum_constant" => Custom(declarations::enum_constant),
    METHOD "method_declaration" => Custom(declarations::method),
    CONSTRUCTOR "constructor_declaration" => Custom(declarations::constructor),
    COMPACT_CONSTRUCTOR "compact_constructor_declaration" => Custom(records::stray_compact_constructor),
    CONSTRUCTOR_BODY "constructor_body" => Block,
    CONSTRUCTOR_CALL "explicit_constructor_invocation" => Custom(constructor_call),
    STATIC_INITIALIZER "static_initializer" => Custom(declarations::static_initializer),
    FIELD "field_declaration" => Custom(declarations::fields),
    CONSTANT "constant_declaration" => Custom(declarations::fields),
    DECLARATOR "variable_declarator" => Through,
    ANNOTATION_ELEMENT "annotation_type_element_declaration" => Custom(declarations::annotation_element),
    FORMAL_PARAMETERS "formal_parameters" => Through,
    FORMAL_PARAMETER "formal_parameter" => Through,
    SPREAD_PARAMETER "spread_parameter" => Through,
    RECEIVER_PARAMETER "receiver_parameter" => Through,
    TYPE_PARAMETERS "type_parameters" => Through,
    TYPE_PARAMETER "type_parameter" => Custom(declarations::type_parameter),
    SUPERCLASS "superclass" => Through,
    SUPER_INTERFACES "super_interfaces" => Through,
    EXTENDS_INTERFACES "extends_interfaces" => Through,
    PERMITS "permits" => Through,
    THROWS "throws" => Through,
    MODIFIERS "modifiers" => Through,
    ANNOTATION "annotation" => Custom(declarations::annotation),
    MARKER_ANNOTATION "marker_annotation" => Custom(declarations::annotation),
    ANNOTATION_ARGUMENTS "annotation_argument_list" => Through,
    ANNOTATION_PAIR "element_value_pair" => Custom(declarations::annotation_pair),
    ANNOTATION_ARRAY "element_value_array_initializer" => Operator(Operator::ArrayInitializer),

    // Modules of the Java platform: what they require and the services they name.
    MODULE "module_declaration" => Custom(declarations::module),
    MODULE_BODY "module_body" => Through,
    REQUIRES "requires_module_directive" => Custom(declarations::requires),
    REQUIRES_MODIFIER "requires_modifier" => Skip,
    // Names of packages, which are no nodes.
    EXPORTS "exports_module_directive" => Skip,
    OPENS "opens_module_directive" => Skip,
    USES "uses_module_directive" => Custom(declarations::services),
    PROVIDES "provides_module_directive" => Custom(declarations::services),
}

// ── Expressions ────────────────────────────────────────────────────────────────────────────────────────

fn string(l: &mut Lower<'_>, n: C) {
    if l.child_of(n, INTERPOLATION).is_some() {
        l.operator(Operator::FormatString, n, |l| l.lower_children(n));
    } else {
        l.literal(n, "string");
    }
}

/// `PROCESSOR."text \{value}"`: the processor is the receiver.
fn template(l: &mut Lower<'_>, n: C) {
    let (processor, text) = (l.child(n, F::TemplateProcessor), l.child(n, F::TemplateArgument));
    l.operator(Operator::FormatString, n, |l| {
        if let Some(processor) = processor {
            l.receiver(processor);
        }
        if let Some(text) = text {
            if l.child_of(text, INTERPOLATION).is_some() { l.lower_children(text) } else { l.lower(text) }
        }
    });
}

fn ternary(l: &mut Lower<'_>, n: C) {
    let [condition, yes, no] = [F::Condition, F::Consequence, F::Alternative].map(|f| l.child(n, f));
    l.conditional(n, condition, yes, no);
}

/// `new T[n]` allocates, `new T[] { … }` is its initialiser.
fn array_creation(l: &mut Lower<'_>, n: C) {
    let (element, value) = (l.child(n, F::Type), l.child(n, F::Value));
    let mut type_name = element.map(|t| types::nominal_text(l, t)).unwrap_or_default();
    let cst = l.cst;
    for dimensions in cst.children_in(n, F::Dimensions) {
        if l.is(dimensions, DIMENSIONS_EXPR) {
            type_name.push_str("[]");
        } else {
            types::push_dimensions(l, Some(dimensions), &mut type_name);
        }
    }
    let type_name = l.intern(&type_name);
    let operator = if value.is_some() { Operator::ArrayInitializer } else { Operator::Alloc };
    let at = l.operator(operator, n, |l| {
        l.aside(|l| l.lower_opt(element));
        match value {
            Some(value) => l.lower_children(value),
            None => {
                for dimensions in cst.children_in(n, F::Dimensions) {
                    l.lower(dimensions);
                }
            }
        }
    });
    l.at(at).type_full_name = type_name;
}

fn arguments(l: &mut Lower<'_>, n: C) {
    if let Some(types) = l.child(n, F::TypeArguments) {
        l.aside(|l| l.lower(types));
    }
    l.lower_field(n, F::Arguments);
}

fn call(l: &mut Lower<'_>, n: C) {
    let (object, name) = (l.child(n, F::Object), l.child(n, F::Name));
    let name = name.map_or(Symbol::NONE, |name| l.symbol(name));
    match object {
        Some(object) => {
            // `Outer.super.m()`: what it is called on is `super`.
            let object = l.child_of(n, SUPER).unwrap_or(object);
            l.method_call(n, name, |l| l.receiver(object), |l| arguments(l, n));
        }
        None => {
            let at = l.call(n, name, |l| arguments(l, n));
            l.at(at).dispatch = Some(Dispatch::Static);
        }
    }
}

/// `this(…)`, `super(…)`, `outer.super(…)`: a call of a constructor of this type or of its superclass.
fn constructor_call(l: &mut Lower<'_>, n: C) {
    let constructor = l.child(n, F::Constructor);
    let of_super = constructor.is_some_and(|c| l.is(c, SUPER));
    let name = l.intern("<init>");
    let (this_type, superclass) = declarations::enclosing_type(l);
    let target = if of_super { superclass } else { this_type };
    let at = l.call(n, name, |l| {
        if let Some(constructor) = constructor {
            l.receiver(constructor);
        }
        if let Some(outer) = l.child(n, F::Object) {
            l.aside(|l| l.lower(outer));
        }
        arguments(l, n);
    });
    let node = l.at(at);
    (node.dispatch, node.full_name, node.type_full_name) = (Some(Dispatch::Static), target, target);
}

/// `new T(…)`; with a body, the anonymous class is declared below the call.
fn new_object(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let created = l.child(n, F::Type);
    let type_name = created.map_or(Symbol::NONE, |t| types::nominal(l, t));
    let name = l.intern("<init>");
    let at = l.call(n, name, |l| {
        // `outer.new Inner()`: the value before the type, without a field of its own.
        let outer = cst.named(n).next().filter(|c| {
            cst.get(*c).field == F::None && !l.is(*c, CLASS_BODY) && !declarations::is_annotation(l, *c)
        });
        if let Some(outer) = outer {
            l.receiver(outer);
        }
        if let Some(created) = created {
            l.aside(|l| types::type_arguments(l, created));
        }
        arguments(l, n);
        if let Some(body) = l.child_of(n, CLASS_BODY) {
            l.aside(|l| declarations::anonymous_class(l, body, created));
        }
    });
    let node = l.at(at);
    (node.dispatch, node.full_name, node.type_full_name) = (Some(Dispatch::Static), type_name, type_name);
}

/// `A::b`: a METHOD_REF named by the method; what stands before `::` is below it.
fn method_reference(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let object = cst.named(n).next();
    let method = cst.named(n).skip(1).find(|c| l.is(*c, IDENTIFIER));
    let name = match method {
        Some(method) => l.symbol(method),
        None => l.intern("<init>"),
    };
    let simple = object.is_some_and(|o| {
        [IDENTIFIER, THIS, SUPER, FIELD_ACCESS, TYPE_IDENTIFIER, SCOPED_TYPE, ARRAY_TYPE]
            .iter()
            .any(|rule| l.is(o, *rule))
    });
    let full_name = if simple { l.symbol(n) } else { Symbol::NONE };
    let at = l.node(NodeKind::MethodRef, n, name, |l| l.lower_opt(object));
    l.at(at).full_name = full_name;
}

fn lambda(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let parameters = l.child(n, F::Parameters);
    let list = parameters.filter(|p| !l.is(*p, IDENTIFIER));
    let signature = match list {
        Some(list) if l.is(list, FORMAL_PARAMETERS) => declarations::signature(l, "", Some(list)),
        _ => {
            let names = match (list, parameters) {
                (Some(list), _) => cst.named(list).map(|p| l.string(p)).collect::<Vec<_>>().join(", "),
                (None, Some(one)) => l.string(one).into_owned(),
                (None, None) => String::new(),
            };
            format!("({names})")
        }
    };
    l.closure(n, &signature, |l| {
        let mut index = 0;
        let mut untyped = |l: &mut Lower<'_>, p: C| {
            index += 1;
            let name = l.symbol(p);
            l.parameter(p, name, index, Symbol::NONE, |_| {});
        };
        match (list, parameters) {
            (Some(list), _) if l.is(list, FORMAL_PARAMETERS) => {
                declarations::parameters(l, list);
            }
            (Some(list), _) => cst.named(list).for_each(|p| untyped(l, p)),
            (None, Some(one)) => untyped(l, one),
            (None, None) => {}
        }
        if let Some(body) = l.child(n, F::Body) {
            if l.is(body, BLOCK) { l.body(body) } else { l.expression_body(body) }
        }
        Symbol::NONE
    });
}

// ── Statements ─────────────────────────────────────────────────────────────────────────────────────────

fn for_statement(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    l.control(Control::For, n, |l| {
        for init in cst.children_in(n, F::Init) {
            if l.is(init, LOCAL_VARIABLES) {
                declarations::variables(l, init, Slot::Init);
            } else {
                l.slot(Slot::Init, init);
            }
        }
        l.slot_field(Slot::Condition, n, F::Condition);
        for update in cst.children_in(n, F::Update) {
            l.slot(Slot::Update, update);
        }
        l.slot_field_block(Slot::Body, n, F::Body);
    });
}

fn foreach(l: &mut Lower<'_>, n: C) {
    let (value, name, body) = (l.child(n, F::Value), l.child(n, F::Name), l.child(n, F::Body));
    l.foreach(
        n,
        |l| l.lower_opt(value),
        |l, next| {
            if let Some(name) = name {
                declarations::local(l, n, n, name, None);
                let name_symbol = l.symbol(name);
                l.assign_name(name, name_symbol, |l| next(l));
            }
        },
        |l| {
            if let Some(body) = body {
                l.inline(body);
            }
        },
        None,
    );
}

fn labeled(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let mut parts = cst.named(n);
    if let Some(label) = parts.next() {
        let name = l.symbol(label);
        l.leaf(NodeKind::JumpTarget, label, name);
    }
    parts.for_each(|statement| l.lower(statement));
}

/// A BLOCK in which the lock is looked at first.
fn synchronized(l: &mut Lower<'_>, n: C) {
    let body = l.child(n, F::Body);
    l.block(n, |l| {
        if let Some(lock) = l.child_of(n, PARENTHESIZED) {
            l.lower(lock);
        }
        if let Some(body) = body {
            l.inline(body);
        }
    });
}

/// `try` with and without resources. Resources are closed before any handler runs, so they are a `try`
/// of their own inside of the one that has the handlers.
fn try_statement(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let Some(body) = l.child(n, F::Body) else {
        l.lower_children(n);
        return;
    };
    let resources: Vec<C> = match l.child(n, F::Resources) {
        Some(list) => cst.named(list).filter(|r| l.is(*r, RESOURCE)).collect(),
        None => Vec::new(),
    };
    let handled = l.child_of(n, CATCH).is_some() || l.child_of(n, FINALLY).is_some();
    if !handled {
        l.synthetic_block(n, |l| with_resources(l, &resources, body));
        return;
    }
    l.control(Control::Try, n, |l| {
        if resources.is_empty() {
            l.slot_block(Slot::Body, body);
        } else {
            l.next_slot(Slot::Body);
            l.synthetic_block(n, |l| with_resources(l, &resources, body));
        }
        for clause in cst.named(n) {
            if l.is(clause, CATCH) {
                l.slot(Slot::Catch, clause);
            } else if l.is(clause, FINALLY) {
                match l.child_of(clause, BLOCK) {
                    Some(block) => l.slot_block(Slot::Finally, block),
                    None => l.slot_block(Slot::Finally, clause),
                }
            }
        }
    });
}

/// `LOCAL r = …; try { the rest } finally { r.close() }` for the first of the resources.
fn with_resources(l: &mut Lower<'_>, resources: &[C], body: C) {
    let cst = l.cst;
    let Some((&resource, rest)) = resources.split_first() else {
        l.inline(body);
        return;
    };
    let (name, value) = (l.child(resource, F::Name), l.child(resource, F::Value));
    if let Some(name) = name {
        declarations::local(l, resource, resource, name, value);
        declarations::initialise(l, resource, name, value, Slot::None);
    }
    let at = l.try_finally(
        resource,
        |l| with_resources(l, rest, body),
        |l| {
            let close = l.intern("close");
            let at = l.method_call(
                resource,
                close,
                |l| match name {
                    Some(name) => {
                        l.identifier(name);
                    }
                    // A variable that is there already.
                    None => l.lower_opt(cst.named(resource).next()),
                },
                |_| {},
            );
            l.at(at).flags |= flags::SYNTHETIC;
        },
    );
    l.at(at).flags |= flags::SYNTHETIC;
}

fn catch(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let parameter = l.child_of(n, CATCH_PARAMETER);
    l.control(Control::Catch, n, |l| {
        if let Some(parameter) = parameter {
            let caught = l.child_of(parameter, CATCH_TYPE);
            let mut type_name = Symbol::NONE;
            if let Some(caught) = caught {
                let mut alternatives = cst.named(caught);
                // Of several alternatives the variable has none as its type.
                if let (Some(only), None) = (alternatives.next(), alternatives.next()) {
                    type_name = types::nominal(l, only);
                }
                l.lower(caught);
            }
            if let Some(name) = l.child(parameter, F::Name) {
                let name = l.symbol(name);
                let at = l.node(NodeKind::Local, parameter, name, |l| declarations::modifiers(l, parameter));
                l.at(at).type_full_name = type_name;
            }
        }
        l.slot_field_block(Slot::Body, n, F::Body);
    });
}

/// Whether a node is of one of these rows.
fn is_any(l: &Lower<'_>, n: C, rules: &[Rule]) -> bool {
    rules.iter().any(|rule| l.is(n, *rule))
}
