//! Types and variables; functions are in [`functions`](super::functions).

use stoa_model::{NodeKind, Symbol};

use super::declarators::{self, take_apart};
use super::*;

/// The full name of something global, and the flag it gets when only its file sees it. What is `static`
/// in a header is seen by whoever includes it.
pub fn global_name(l: &mut Lower<'_>, name: Symbol, of_file: bool) -> (Symbol, u8) {
    if of_file && !l.path.ends_with(".h") {
        let full_name = format!("{}:{}", l.path, l.names.get(name));
        (l.intern(&full_name), flags::FILE_PRIVATE)
    } else {
        (name, 0)
    }
}

/// Whether a declaration has this storage class.
pub fn has_storage(l: &Lower<'_>, n: Syntax, word: &[u8]) -> bool {
    let cst = l.cst;
    cst.named(n).any(|c| l.is(c, STORAGE) && l.text(c) == word)
}

/// Attributes, then storage classes as modifiers.
pub fn modifiers(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    for part in cst.named(n) {
        if is_any(l, part, &[ATTRIBUTE_SPECIFIER, ATTRIBUTE_DECLARATION, MS_DECLSPEC]) {
            l.lower(part);
        }
    }
    for part in cst.named(n) {
        if is_any(l, part, &[STORAGE, MS_CALL]) {
            let word = l.string(part);
            l.modifier(part, &word);
        }
    }
}

// ── Attributes ─────────────────────────────────────────────────────────────────────────────────────────

/// `__attribute__((a, b(1)))`, `__declspec(a)`: an ANNOTATION for each.
pub fn attribute_specifier(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    for part in cst.named(n) {
        if l.is(part, ARGUMENTS) {
            cst.named(part).for_each(|attribute| annotation(l, attribute));
        } else {
            annotation(l, part);
        }
    }
}

/// An ANNOTATION of a name or of what looks like a call.
pub fn annotation(l: &mut Lower<'_>, n: Syntax) {
    let (name, arguments) = match l.child(n, F::Function) {
        Some(function) => (l.symbol(function), l.child(n, F::Arguments)),
        None => (l.symbol(n), None),
    };
    l.node(NodeKind::Annotation, n, name, |l| l.lower_opt(arguments));
}

/// `[[prefix::name(…)]]`.
pub fn attribute(l: &mut Lower<'_>, n: Syntax) {
    let name = l.child(n, F::Name).map_or(Symbol::NONE, |name| l.symbol(name));
    let at = l.node(NodeKind::Annotation, n, name, |l| {
        if let Some(arguments) = l.child_of(n, ARGUMENTS) {
            l.lower(arguments);
        }
    });
    if let Some(prefix) = l.child(n, F::Prefix) {
        let full_name = format!("{}::{}", l.string(prefix), l.names.get(name));
        l.at(at).full_name = l.names.intern(&full_name);
    }
}

// ── Types ──────────────────────────────────────────────────────────────────────────────────────────────

/// The name of a declaration's type. A type with a body is declared here, in front of what has it.
pub fn type_of(l: &mut Lower<'_>, type_node: Option<Syntax>) -> Symbol {
    match type_node {
        Some(type_node) if l.child(type_node, F::Body).is_some() => composite(l, type_node, None),
        Some(type_node) => declarators::base(l, type_node),
        None => Symbol::NONE,
    }
}

/// A TYPE_REF to a type called `base`, without declaring it once more.
pub fn mention(l: &mut Lower<'_>, type_node: Syntax, base: Symbol) {
    if l.child(type_node, F::Body).is_some() {
        l.type_ref(type_node, base, Symbol::NONE, |_| {});
    } else {
        l.lower(type_node);
    }
}

/// A `struct`, `union` or `enum` where it stands: its declaration if it has a body, else a mention.
pub fn composite_use(l: &mut Lower<'_>, n: Syntax) {
    if l.child(n, F::Body).is_some() {
        l.aside(|l| composite(l, n, None));
    } else if let Some(name) = l.child(n, F::Name) {
        if l.is(name, TYPE_IDENTIFIER) {
            let name = l.symbol(name);
            l.type_ref(n, name, Symbol::NONE, |_| {});
        } else {
            l.lower(name);
        }
    }
}

/// The TYPE_DECL of a type with a body; `alias` names one that has no name of its own (`typedef struct { … } T`).
pub fn composite(l: &mut Lower<'_>, n: Syntax, alias: Option<Syntax>) -> Symbol {
    let cst = l.cst;
    let before = std::mem::take(&mut l.pending);
    let sort = if l.is(n, UNION) {
        "union"
    } else if l.is(n, ENUM) {
        "enum"
    } else {
        "struct"
    };
    let inside = |l: &mut Lower<'_>| {
        for part in cst.named(n) {
            if is_any(l, part, &[ATTRIBUTE_SPECIFIER, ATTRIBUTE_DECLARATION, MS_DECLSPEC]) {
                l.lower(part);
            }
        }
        if !l.is(n, cpp::CLASS) {
            l.modifier(n, sort);
        }
        cpp::classes::written_before(l, &before);
        if let Some(bases) = l.child_of(n, cpp::BASES) {
            l.lower(bases);
        }
        l.lower_errors(n);
        l.lower_field(n, F::Body);
    };
    let Some(name) = l.child(n, F::Name).or(alias) else {
        let name = l.anonymous_name();
        let symbol = l.intern(&name);
        if l.qualified_name().is_empty() {
            // Every file has its own first anonymous type.
            let at = l.within_qualified(l.path.to_owned(), |l| l.type_decl(n, &name, inside));
            if !l.path.ends_with(".h") {
                l.at(at).flags |= flags::FILE_PRIVATE;
            }
        } else {
            l.type_decl(n, &name, inside);
        }
        return symbol;
    };
    if cpp::is_cpp(l) {
        let text = cpp::names::of_class(l, name);
        let at = l.type_decl(n, &text, inside);
        let simple = l.intern(cpp::names::simple(&text));
        l.at(at).name = simple;
        return simple;
    }
    let (symbol, name) = (l.symbol(name), l.string(name));
    if l.in_method() {
        l.type_decl(n, &name, inside);
    } else {
        // Types declared inside of others are as global as these.
        l.within_qualified(String::new(), |l| l.type_decl(n, &name, inside));
    }
    symbol
}

/// `typedef`: the type itself if it has a body and no name, and an alias for each other name.
pub fn typedef(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let Some(type_node) = l.child(n, F::Type) else {
        l.lower_children(n);
        return;
    };
    let mut own = None;
    let base = if l.child(type_node, F::Body).is_some() {
        if l.child(type_node, F::Name).is_none() {
            own = cst.children_in(n, F::Declarator).find(|d| l.is(*d, TYPE_IDENTIFIER));
        }
        composite(l, type_node, own)
    } else {
        declarators::base(l, type_node)
    };
    for declarator in cst.children_in(n, F::Declarator) {
        if Some(declarator) == own {
            continue;
        }
        let declared = take_apart(l, declarator);
        let Some(name) = declared.name else { continue };
        let symbol = l.symbol(name);
        if symbol == base && declared.suffix.is_empty() {
            // `typedef struct T T`: one name for the same type.
            if l.child(type_node, F::Body).is_none() {
                l.lower(type_node);
            }
            continue;
        }
        let mut type_name = declarators::with_suffix(l, base, &declared.suffix);
        if declared.function.is_some() {
            type_name = declarators::with_suffix(l, type_name, "()");
        }
        let name = l.string(name);
        let at = l.type_decl(declarator, &name, |l| {
            modifiers(l, n);
            l.modifier(n, "alias");
            mention(l, type_node, base);
            declarators::inside_declarator(l, declarator, None);
        });
        l.at(at).type_full_name = type_name;
    }
}

/// Fields of a structure. Those of a part without a name are fields of the whole (C11 6.7.2.1).
pub fn fields(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let type_node = l.child(n, F::Type);
    if l.child(n, F::Declarator).is_none() {
        match type_node {
            Some(part) if is_any(l, part, &[STRUCT, UNION]) && l.child(part, F::Name).is_none() => {
                l.lower_field(part, F::Body);
            }
            Some(part) => l.lower(part),
            None => {}
        }
        return;
    }
    let before = std::mem::take(&mut l.pending);
    let base = type_of(l, type_node);
    l.lower_errors(n);
    let single = cst.children_in(n, F::Declarator).nth(1).is_none();
    for declarator in cst.children_in(n, F::Declarator) {
        let declared = take_apart(l, declarator);
        let Some(name) = declared.name else { continue };
        if declared.function.is_some() && cpp::is_cpp(l) {
            l.pending.clone_from(&before);
            functions::method(l, if single { n } else { declarator }, n, name, declarator, &declared, base);
            continue;
        }
        let next = cst.children_in(n, F::Declarator).find(|d| *d > declarator);
        let value =
            cst.children_in(n, F::DefaultValue).find(|v| *v > declarator && next.is_none_or(|d| *v < d));
        let symbol = l.symbol(name);
        let mut type_name = declarators::with_suffix(l, base, &declared.suffix);
        if declared.function.is_some() {
            type_name = declarators::with_suffix(l, type_name, "()");
        }
        l.member(if single { n } else { declarator }, symbol, type_name, |l| {
            modifiers(l, n);
            cpp::classes::written_before(l, &before);
            if let Some(type_node) = type_node {
                mention(l, type_node, base);
            }
            declarators::inside_declarator(l, declarator, None);
            let width = cst.named(n).find(|c| l.is(*c, BITFIELD) && c.0 > declarator.0);
            if let Some(width) = width.filter(|_| single) {
                l.lower(width);
            }
            if let Some(value) = value {
                l.assign_name(declarator, symbol, |l| {
                    cpp::classes::constructed_by_list(l, value, type_node, base)
                });
            }
        });
    }
}

/// A constant of an `enum`: a name as global as the enum itself.
pub fn enumerator(l: &mut Lower<'_>, n: Syntax) {
    let Some(name) = l.child(n, F::Name) else { return };
    let (symbol, value) = (l.symbol(name), l.child(n, F::Value));
    let int = l.intern("int");
    let at = l.member(n, symbol, int, |l| {
        if let Some(value) = value {
            l.assign_name(n, symbol, |l| l.lower(value));
        }
    });
    l.at(at).full_name = if cpp::is_cpp(l) { cpp::classes::enumerator_name(l, symbol) } else { symbol };
}

/// `extern "C" { … }`.
pub fn linkage(l: &mut Lower<'_>, n: Syntax) {
    l.lower_field(n, F::Body);
}

// ── Variables ──────────────────────────────────────────────────────────────────────────────────────────

pub fn declaration(l: &mut Lower<'_>, n: Syntax) {
    variables(l, n, Slot::None);
}

/// What a declaration declares: functions without a body, variables of the file or of the function. The
/// assignments of first values stand in `slot`.
pub fn variables(l: &mut Lower<'_>, n: Syntax, slot: Slot) {
    let cst = l.cst;
    if recovery::statement_macro(l, n) {
        return;
    }
    let type_node = l.child(n, F::Type);
    let base = match recovery::displaced_type(l, n) {
        Some(base) => base,
        None => type_of(l, type_node),
    };
    l.lower_errors(n);
    let before = std::mem::take(&mut l.pending);
    let global = !l.in_method();
    let is_extern = has_storage(l, n, b"extern");
    let is_static = has_storage(l, n, b"static");
    let single = cst.children_in(n, F::Declarator).nth(1).is_none();
    for declarator in cst.children_in(n, F::Declarator) {
        if l.is(declarator, ASM) {
            continue;
        }
        if let Some(binding) = cpp::expressions::binding(l, declarator) {
            let value = l.child(declarator, F::Value);
            cpp::classes::structured_binding(l, declarator, binding, |l| l.lower_opt(value), slot);
            continue;
        }
        let declared = take_apart(l, declarator);
        let Some(name) = declared.name else {
            l.lower(declarator);
            continue;
        };
        let whole = if single { n } else { declarator };
        let vexing = match declared.function {
            Some(function) if !global && cpp::is_cpp(l) => cpp::classes::vexing_arguments(l, function),
            _ => None,
        };
        if declared.function.is_some() && vexing.is_none() {
            l.pending.clone_from(&before);
            functions::method(l, whole, n, name, declarator, &declared, base);
            continue;
        }
        let (base, name) = match recovery::displaced_name(l, declarator, name) {
            Some(displaced) => (l.symbol(name), displaced),
            None => (base, name),
        };
        let symbol = l.symbol(name);
        let type_name = declarators::with_suffix(l, base, &declared.suffix);
        let value = l.child(declarator, F::Value).filter(|_| l.is(declarator, INIT_DECLARATOR));
        let first_value = |l: &mut Lower<'_>, value: Syntax| {
            cpp::classes::first_value(l, declarator, value, type_node, base)
        };
        let parts = |l: &mut Lower<'_>| {
            modifiers(l, n);
            cpp::classes::written_before(l, &before);
            if let Some(type_node) = type_node {
                mention(l, type_node, base);
            }
            declarators::inside_declarator(l, declarator, declared.function);
        };
        if global {
            let at = l.member(whole, symbol, type_name, |l| {
                parts(l);
                if let Some(value) = value {
                    l.assign_name(declarator, symbol, |l| first_value(l, value));
                }
            });
            if l.qualified_name().is_empty() {
                let (full_name, private) = global_name(l, symbol, is_static);
                let node = l.at(at);
                node.full_name = full_name;
                node.flags |= private;
            }
        } else if is_extern {
            // A variable of the file, which is not declared here once more.
            if let Some(type_node) = type_node {
                mention(l, type_node, base);
            }
        } else {
            let at = l.node(NodeKind::Local, declarator, symbol, parts);
            l.at(at).type_full_name = type_name;
            if let Some(arguments) = vexing {
                l.next_slot(slot);
                l.assign_name(declarator, symbol, |l| {
                    cpp::classes::constructor_call(l, declarator, base, &arguments)
                });
            } else if let Some(value) = value {
                l.next_slot(slot);
                l.assign_name(declarator, symbol, |l| first_value(l, value));
            }
        }
    }
}

/// The LOCAL that a condition declares (`if (T x = f())`); its value is the condition's business.
pub fn condition_variable(l: &mut Lower<'_>, n: Syntax) {
    let Some(declarator) = l.child(n, F::Declarator) else { return };
    let declared = take_apart(l, declarator);
    let Some(name) = declared.name else { return };
    let type_node = l.child(n, F::Type);
    let base = type_of(l, type_node);
    let type_name = declarators::with_suffix(l, base, &declared.suffix);
    let symbol = l.symbol(name);
    let at = l.node(NodeKind::Local, declarator, symbol, |l| {
        if let Some(type_node) = type_node {
            mention(l, type_node, base);
        }
    });
    l.at(at).type_full_name = type_name;
}
