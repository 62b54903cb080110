//! C: the tables, expressions and statements. Declarations are in [`declarations`], declarators in
//! [`declarators`], the preprocessor in [`preprocessor`].
//!
//! Functions, types and variables are global: their full name is their name. What is `static`, or a macro,
//! in a file that is no header belongs to the file: `path:name`, [`flags::FILE_PRIVATE`]. Source is lowered as it
//! stands before preprocessing: all branches of `#if` one after the other, macros as calls of macros; what the
//! grammar cannot know about macros is in [`recovery`].

pub(super) mod declarations;
pub(super) mod declarators;
pub(super) mod disguise;
pub(super) mod functions;
mod prepass;
pub(super) mod preprocessor;
pub(super) mod recovery;
#[cfg(test)]
mod tests;

pub(crate) use prepass::Prepared;
use std::sync::LazyLock;
use stoa_model::{Control, Dispatch, NodeKind, Operator, Symbol};

use super::{Language, cpp, operators};
use crate::cst::C as Syntax;
use crate::fields::F;
use crate::lower::Lower;
use crate::rules::{Grammar, Role::*, Rule, syntax_table};
use crate::tree::{Slot, flags};

pub static C: Language = Language {
    name: "c",
    family: "c",
    extensions: &["c", "h"],
    dialect: "c",
    parser: || tree_sitter_c::LANGUAGE.into(),
    table: &[SHARED, ONLY],
    binary: operators::BINARY,
    unary: operators::UNARY,
    postfix: operators::POSTFIX,
    assignment: operators::ASSIGNMENT,
    separator: "::",
    module: |l| l.path.to_owned(),
    root: |l, n| l.within_qualified(String::new(), |l| l.lower_children(n)),
    self_names: &[],
    members_in_scope: false,
    module_is_shared: true,
    dynamic: false,
    resolved: &RESOLVED,
};

static RESOLVED: LazyLock<Grammar> =
    LazyLock::new(|| Grammar::new(&C).prepared(|buffers, source| buffers.prepare(source, false)));

syntax_table! {
    after 0;
    // What C has in common with C++.
    SHARED {
    UNIT "translation_unit" => Through,
    COMMENT "comment" => Comment,

    // Names and literals.
    IDENTIFIER "identifier" => Identifier,
    FIELD_IDENTIFIER "field_identifier" => FieldIdentifier,
    STATEMENT_IDENTIFIER "statement_identifier" => Identifier,
    NUMBER "number_literal" => Custom(number),
    STRING "string_literal" => Literal("string"),
    CHARACTER "char_literal" => Literal("char"),
    CONCATENATED "concatenated_string" => Custom(concatenated),
    TRUE "true" => Literal("bool"),
    FALSE "false" => Literal("bool"),
    NULL "null" => Literal("null"),
    // Inside of literals, which are lowered as a whole.
    STRING_CONTENT "string_content" => Skip,
    CHARACTER_CONTENT "character" => Skip,
    ESCAPE "escape_sequence" => Skip,

    // Expressions.
    PARENTHESIZED "parenthesized_expression" => Through,
    EXTENSION "extension_expression" => Through,
    ASSIGNMENT "assignment_expression" => Assign,
    BINARY "binary_expression" => Custom(disguise::binary),
    UNARY "unary_expression" => Custom(disguise::unary),
    UPDATE "update_expression" => Unary,
    POINTER_EXPRESSION "pointer_expression" => Unary,
    COMMA "comma_expression" => Custom(comma),
    CONDITIONAL "conditional_expression" => Custom(conditional),
    CAST "cast_expression" => Custom(cast),
    SIZE_OF "sizeof_expression" => Operator(Operator::SizeOf),
    ALIGN_OF "alignof_expression" => Custom(builtin),
    OFFSET_OF "offsetof_expression" => Custom(builtin),
    GENERIC "generic_expression" => Custom(builtin),
    SUBSCRIPT "subscript_expression" => Operator(Operator::IndexAccess),
    FIELD_EXPRESSION "field_expression" => Custom(field_access),
    CALL "call_expression" => Custom(call),
    ARGUMENTS "argument_list" => Custom(recovery::arguments),
    COMPOUND_LITERAL "compound_literal_expression" => Custom(compound_literal),
    INITIALIZER_LIST "initializer_list" => Custom(initializer_list),
    INITIALIZER_PAIR "initializer_pair" => Custom(initializer_pair),
    FIELD_DESIGNATOR "field_designator" => Through,
    SUBSCRIPT_DESIGNATOR "subscript_designator" => Operator(Operator::IndexAccess),
    RANGE_DESIGNATOR "subscript_range_designator" => Operator(Operator::Range),
    ASM "gnu_asm_expression" => Custom(asm),
    ASM_QUALIFIER "gnu_asm_qualifier" => Skip,
    ASM_OUTPUTS "gnu_asm_output_operand_list" => Through,
    ASM_OUTPUT "gnu_asm_output_operand" => Custom(asm_output),
    ASM_INPUTS "gnu_asm_input_operand_list" => Through,
    ASM_INPUT "gnu_asm_input_operand" => Custom(asm_input),
    // Names of registers, and labels that only the assembler text jumps to.
    ASM_CLOBBERS "gnu_asm_clobber_list" => Skip,
    ASM_LABELS "gnu_asm_goto_list" => Skip,

    // Statements.
    COMPOUND "compound_statement" => Block,
    EXPRESSION_STATEMENT "expression_statement" => Custom(recovery::expression_statement),
    ATTRIBUTED_STATEMENT "attributed_statement" => Through,
    IF "if_statement" => Custom(if_statement),
    ELSE "else_clause" => Through,
    SWITCH "switch_statement" => Custom(switch),
    CASE "case_statement" => Custom(case),
    WHILE "while_statement" => Custom(disguise::block_macro),
    DO "do_statement" => Do,
    FOR "for_statement" => Custom(for_statement),
    RETURN "return_statement" => Return,
    BREAK "break_statement" => Jump(Control::Break),
    CONTINUE "continue_statement" => Jump(Control::Continue),
    GOTO "goto_statement" => Jump(Control::Goto),
    LABELED "labeled_statement" => Custom(labeled),
    SEH_TRY "seh_try_statement" => Custom(seh_try),
    SEH_EXCEPT "seh_except_clause" => Through,
    SEH_FINALLY "seh_finally_clause" => Through,
    SEH_LEAVE "seh_leave_statement" => Jump(Control::Goto),

    // Declarations.
    FUNCTION "function_definition" => Custom(functions::function),
    DECLARATION "declaration" => Custom(declarations::declaration),
    INIT_DECLARATOR "init_declarator" => Through,
    TYPEDEF "type_definition" => Custom(declarations::typedef),
    LINKAGE "linkage_specification" => Custom(declarations::linkage),
    DECLARATION_LIST "declaration_list" => Through,
    STRUCT "struct_specifier" => Custom(declarations::composite_use),
    UNION "union_specifier" => Custom(declarations::composite_use),
    ENUM "enum_specifier" => Custom(declarations::composite_use),
    FIELD_LIST "field_declaration_list" => Custom(cpp::classes::members),
    FIELD "field_declaration" => Custom(declarations::fields),
    BITFIELD "bitfield_clause" => Through,
    ENUMERATORS "enumerator_list" => Through,
    ENUMERATOR "enumerator" => Custom(declarations::enumerator),
    PARAMETERS "parameter_list" => Through,
    PARAMETER "parameter_declaration" => Custom(declarators::type_refs),

    // Declarators are read from outside to inside by `declarators`; they stand alone only in errors.
    POINTER "pointer_declarator" => Through,
    FUNCTION_DECLARATOR "function_declarator" => Through,
    ARRAY "array_declarator" => Through,
    PARENTHESIZED_DECLARATOR "parenthesized_declarator" => Through,
    ATTRIBUTED_DECLARATOR "attributed_declarator" => Through,
    ABSTRACT_POINTER "abstract_pointer_declarator" => Through,
    ABSTRACT_FUNCTION "abstract_function_declarator" => Through,
    ABSTRACT_ARRAY "abstract_array_declarator" => Through,
    ABSTRACT_PARENTHESIZED "abstract_parenthesized_declarator" => Through,

    // Types.
    TYPE_IDENTIFIER "type_identifier" => TypeRef,
    TYPE_DESCRIPTOR "type_descriptor" => Custom(declarators::type_argument),
    // Primitive types and qualifiers are in type_full_name or say nothing about names.
    PRIMITIVE "primitive_type" => Skip,
    SIZED_TYPE "sized_type_specifier" => Skip,
    QUALIFIER "type_qualifier" => Skip,
    ALIGN_AS "alignas_qualifier" => Skip,
    STORAGE "storage_class_specifier" => Skip,

    // Attributes.
    ATTRIBUTE_SPECIFIER "attribute_specifier" => Custom(declarations::attribute_specifier),
    ATTRIBUTE_DECLARATION "attribute_declaration" => Through,
    ATTRIBUTE "attribute" => Custom(declarations::attribute),
    MS_DECLSPEC "ms_declspec_modifier" => Custom(declarations::attribute_specifier),
    // How a function is called or a pointer stored.
    MS_CALL "ms_call_modifier" => Skip,
    MS_BASED "ms_based_modifier" => Skip,
    MS_POINTER "ms_pointer_modifier" => Skip,
    MS_RESTRICT "ms_restrict_modifier" => Skip,
    MS_SIGNED "ms_signed_ptr_modifier" => Skip,
    MS_UNSIGNED "ms_unsigned_ptr_modifier" => Skip,
    MS_UNALIGNED "ms_unaligned_ptr_modifier" => Skip,

    // Preprocessor.
    INCLUDE "preproc_include" => Custom(preprocessor::include),
    SYSTEM_STRING "system_lib_string" => Literal("string"),
    DEFINE "preproc_def" => Custom(preprocessor::define),
    DEFINE_FUNCTION "preproc_function_def" => Custom(preprocessor::define_function),
    MACRO_PARAMETERS "preproc_params" => Through,
    PREPROC_IF "preproc_if" => Custom(preprocessor::branch),
    PREPROC_IFDEF "preproc_ifdef" => Custom(preprocessor::branch),
    PREPROC_ELIF "preproc_elif" => Custom(preprocessor::branch),
    PREPROC_ELIFDEF "preproc_elifdef" => Custom(preprocessor::branch),
    PREPROC_ELSE "preproc_else" => Through,
    // Words to the preprocessor and the compiler: conditions, pragmas, the text of macros.
    PREPROC_DEFINED "preproc_defined" => Skip,
    PREPROC_CALL "preproc_call" => Custom(disguise::line_macro),
    PREPROC_DIRECTIVE "preproc_directive" => Skip,
    PREPROC_ARGUMENT "preproc_arg" => Skip,
    }
    ONLY {
    MACRO_TYPE "macro_type_specifier" => Custom(declarators::macro_type),
    VARIADIC "variadic_parameter" => Skip,
    }
}

// ── Expressions ────────────────────────────────────────────────────────────────────────────────────────

/// Whether the text of a number has a fraction or an exponent.
pub(super) fn number_type(text: &[u8]) -> &'static str {
    let hex = text.get(1).is_some_and(|b| matches!(b, b'x' | b'X'));
    let float = text.iter().any(|b| match b {
        b'.' | b'p' | b'P' => true,
        b'e' | b'E' => !hex,
        _ => false,
    });
    if float { "float" } else { "int" }
}

fn number(l: &mut Lower<'_>, n: Syntax) {
    let type_name = number_type(l.text(n));
    l.literal(n, type_name);
}

/// `"a" "b"` is one literal; with macros between (`"%" PRIu64`) they are joined.
fn concatenated(l: &mut Lower<'_>, n: Syntax) {
    if l.child_of(n, IDENTIFIER).is_some() {
        l.operator(Operator::StringConcat, n, |l| l.lower_children(n));
    } else {
        l.literal(n, "string");
    }
}

/// `a, b, c`: all of them in one list.
fn comma(l: &mut Lower<'_>, n: Syntax) {
    l.operator(Operator::ExpressionList, n, |l| {
        let mut rest = Some(n);
        while let Some(list) = rest {
            l.lower_field(list, F::Left);
            let right = l.child(list, F::Right);
            rest = right.filter(|right| l.is(*right, COMMA));
            if rest.is_none() {
                l.lower_opt(right);
            }
        }
    });
}

/// `a ? b : c`, and GNU's `a ?: c`.
fn conditional(l: &mut Lower<'_>, n: Syntax) {
    let [condition, yes, no] = [F::Condition, F::Consequence, F::Alternative].map(|f| l.child(n, f));
    if yes.is_some() {
        l.conditional(n, condition, yes, no);
    } else {
        l.operator(Operator::Elvis, n, |l| {
            l.lower_opt(condition);
            l.lower_opt(no);
        });
    }
}

fn cast(l: &mut Lower<'_>, n: Syntax) {
    let (to, value) = (l.child(n, F::Type), l.child(n, F::Value));
    let type_name = to.map_or(Symbol::NONE, |to| declarators::described_type(l, to));
    let at = l.operator(Operator::Cast, n, |l| {
        l.lower_opt(to);
        l.lower_opt(value);
    });
    l.at(at).type_full_name = type_name;
}

/// `alignof(T)`, `offsetof(T, m)`, `_Generic(x, T: y)`: calls of what the compiler provides.
fn builtin(l: &mut Lower<'_>, n: Syntax) {
    let name = if l.is(n, ALIGN_OF) {
        "alignof"
    } else if l.is(n, OFFSET_OF) {
        "offsetof"
    } else {
        "_Generic"
    };
    let name = l.intern(name);
    let at = l.call(n, name, |l| l.lower_children(n));
    l.at(at).dispatch = Some(Dispatch::Inlined);
}

fn is_arrow(l: &Lower<'_>, n: Syntax) -> bool {
    l.child(n, F::Operator).is_some_and(|operator| l.text(operator) == b"->")
}

fn field_access(l: &mut Lower<'_>, n: Syntax) {
    let operator = if is_arrow(l, n) { Operator::IndirectFieldAccess } else { Operator::FieldAccess };
    l.operator(operator, n, |l| {
        l.lower_field(n, F::Argument);
        if let Some(field) = l.child(n, F::Field) {
            let name = cpp::names::last(l, field);
            l.field_identifier(name);
        }
    });
}

/// `f(…)`, `o->f(…)`, `(*f)(…)`. Calling what a pointer points at is calling the pointer.
fn call(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let Some(function) = l.child(n, F::Function) else {
        l.lower_children(n);
        return;
    };
    let mut callee = function;
    let mut through_pointer = false;
    loop {
        if l.is(callee, POINTER_EXPRESSION) && l.text(callee).first() == Some(&b'*') {
            through_pointer = true;
        } else if !l.is(callee, PARENTHESIZED) {
            break;
        }
        match cst.named(callee).next() {
            Some(inner) => callee = inner,
            None => break,
        }
    }
    let arguments = |l: &mut Lower<'_>| l.lower_field(n, F::Arguments);
    if l.is(callee, FIELD_EXPRESSION) {
        let (object, field) = (l.child(callee, F::Argument), l.child(callee, F::Field));
        let name = field.map_or(Symbol::NONE, |field| {
            let name = cpp::names::last(l, field);
            l.symbol(name)
        });
        let arguments = |l: &mut Lower<'_>| {
            if let Some(field) = field {
                l.aside(|l| cpp::names::template_arguments(l, field));
            }
            arguments(l);
        };
        let receiver = |l: &mut Lower<'_>| {
            if let Some(object) = object {
                l.receiver(object);
            }
        };
        let at = l.method_call(n, name, receiver, arguments);
        if let Some(path) = field.filter(|field| l.is(*field, cpp::QUALIFIED)) {
            // `b->Base::m()` runs that very method.
            let path = cpp::names::of_type(l, path);
            (l.at(at).dispatch, l.at(at).full_name) = (Some(Dispatch::Static), path);
        }
    } else if is_any(l, callee, &[cpp::QUALIFIED, cpp::TEMPLATE_FUNCTION, PRIMITIVE]) && !through_pointer {
        cpp::expressions::call(l, n, callee);
    } else if l.is(callee, IDENTIFIER) && !through_pointer {
        let name = l.symbol(callee);
        let at = l.call(n, name, arguments);
        l.at(at).dispatch = Some(Dispatch::Static);
    } else {
        let at = l.call(n, Symbol::NONE, |l| {
            l.next_callee();
            l.lower(callee);
            arguments(l);
        });
        l.at(at).dispatch = Some(Dispatch::Dynamic);
    }
}

/// `(T) { … }`: the initialiser, with its type.
fn compound_literal(l: &mut Lower<'_>, n: Syntax) {
    let (of, value) = (l.child(n, F::Type), l.child(n, F::Value));
    if let (Some(of), Some(value)) = (of.filter(|of| !l.is(*of, TYPE_DESCRIPTOR)), value) {
        let base = declarators::base(l, of);
        return cpp::classes::constructed(l, value, Some(of), base);
    }
    let type_name = of.map_or(Symbol::NONE, |of| declarators::described_type(l, of));
    let operator = value.map_or(Operator::StructLiteral, |value| initializer_operator(l, value));
    let at = l.operator(operator, n, |l| {
        l.aside(|l| l.lower_opt(of));
        if let Some(value) = value {
            l.lower_children(value);
        }
    });
    l.at(at).type_full_name = type_name;
}

/// A list that names fields is a structure's.
fn initializer_operator(l: &Lower<'_>, n: Syntax) -> Operator {
    let cst = l.cst;
    let names_field = cst.named(n).filter(|c| l.is(*c, INITIALIZER_PAIR)).any(|pair| {
        cst.children_in(pair, F::Designator).any(|d| l.is(d, FIELD_DESIGNATOR) || l.is(d, FIELD_IDENTIFIER))
    });
    if names_field { Operator::StructLiteral } else { Operator::ArrayInitializer }
}

fn initializer_list(l: &mut Lower<'_>, n: Syntax) {
    let operator = initializer_operator(l, n);
    l.operator(operator, n, |l| l.lower_children(n));
}

/// `.a[1].b = value`: an assignment to a part of what is being initialised, which has no name here.
fn initializer_pair(l: &mut Lower<'_>, n: Syntax) {
    let designators: Vec<Syntax> = l.cst.children_in(n, F::Designator).collect();
    l.operator(Operator::Assignment, n, |l| {
        designated(l, n, &designators);
        l.lower_field(n, F::Value);
    });
}

fn designated(l: &mut Lower<'_>, n: Syntax, path: &[Syntax]) {
    match path {
        [] => {}
        [one] => l.lower(*one),
        [before @ .., last] => {
            let index = l.is(*last, SUBSCRIPT_DESIGNATOR);
            let operator = if index { Operator::IndexAccess } else { Operator::FieldAccess };
            l.operator(operator, n, |l| {
                designated(l, n, before);
                if index { l.lower_children(*last) } else { l.lower(*last) }
            });
        }
    }
}

/// `asm("…" : outputs : inputs)`: a call that takes the text, the addresses of outputs, and inputs.
fn asm(l: &mut Lower<'_>, n: Syntax) {
    let name = l.intern("asm");
    let at = l.call(n, name, |l| l.lower_children(n));
    l.at(at).dispatch = Some(Dispatch::Inlined);
}

fn asm_output(l: &mut Lower<'_>, n: Syntax) {
    l.operator(Operator::AddressOf, n, |l| l.lower_field(n, F::Value));
}

fn asm_input(l: &mut Lower<'_>, n: Syntax) {
    l.lower_field(n, F::Value);
}

// ── Statements ─────────────────────────────────────────────────────────────────────────────────────────

fn if_statement(l: &mut Lower<'_>, n: Syntax) {
    if !l.text(n).starts_with(b"if") {
        return disguise::block_macro(l, n);
    }
    if let Some(clause) =
        l.child(n, F::Condition).filter(|clause| cpp::expressions::declares(l, Some(*clause)))
    {
        l.synthetic_block(n, |l| {
            cpp::expressions::before_condition(l, Some(clause));
            if_parts(l, n);
        });
        return;
    }
    if_parts(l, n);
}

fn if_parts(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    l.control(Control::If, n, |l| {
        l.slot_field(Slot::Condition, n, F::Condition);
        l.slot_field_block(Slot::Body, n, F::Consequence);
        if let Some(clause) = l.child(n, F::Alternative) {
            l.slot_block(Slot::Else, cst.named(clause).next().unwrap_or(clause));
        }
    });
}

fn switch(l: &mut Lower<'_>, n: Syntax) {
    let clause = l.child(n, F::Condition);
    if cpp::expressions::declares(l, clause) {
        l.synthetic_block(n, |l| {
            cpp::expressions::before_condition(l, clause);
            switch_parts(l, n);
        });
    } else {
        switch_parts(l, n);
    }
}

fn switch_parts(l: &mut Lower<'_>, n: Syntax) {
    l.control(Control::Switch, n, |l| {
        l.slot_field(Slot::Condition, n, F::Condition);
        l.slot_field_block(Slot::Body, n, F::Body);
    });
}

/// A case is a place that is jumped to; it can stand in any block of its switch.
fn case(l: &mut Lower<'_>, n: Syntax) {
    let value = l.child(n, F::Value);
    l.jump_target(n, if value.is_some() { "case" } else { "default" });
    l.lower_children(n);
}

fn labeled(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let label = l.child(n, F::Label);
    if let Some(label) = label {
        let name = l.symbol(label);
        l.leaf(NodeKind::JumpTarget, label, name);
    }
    for statement in cst.named(n) {
        if Some(statement) != label {
            l.lower(statement);
        }
    }
}

fn for_statement(l: &mut Lower<'_>, n: Syntax) {
    l.control(Control::For, n, |l| {
        if let Some(init) = l.child(n, F::Initializer) {
            if l.is(init, DECLARATION) {
                declarations::variables(l, init, Slot::Init);
            } else {
                l.slot(Slot::Init, init);
            }
        }
        l.slot_field(Slot::Condition, n, F::Condition);
        l.slot_field(Slot::Update, n, F::Update);
        l.slot_field_block(Slot::Body, n, F::Body);
    });
}

/// `__try { … } __except (filter) { … }`, or with `__finally`.
fn seh_try(l: &mut Lower<'_>, n: Syntax) {
    l.control(Control::Try, n, |l| {
        l.slot_field_block(Slot::Body, n, F::Body);
        if let Some(handler) = l.child_of(n, SEH_EXCEPT) {
            l.next_slot(Slot::Catch);
            l.control(Control::Catch, handler, |l| {
                l.lower_field(handler, F::Filter);
                l.slot_field_block(Slot::Body, handler, F::Body);
            });
        }
        if let Some(cleanup) = l.child_of(n, SEH_FINALLY) {
            l.slot_field_block(Slot::Finally, cleanup, F::Body);
        }
    });
}

/// Whether a node is of one of these rows.
pub(super) fn is_any(l: &Lower<'_>, n: Syntax, rules: &[Rule]) -> bool {
    rules.iter().any(|rule| l.is(n, *rule))
}
