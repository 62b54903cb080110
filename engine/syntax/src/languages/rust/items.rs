//! Declarations: functions, types, traits, `impl`, modules, constants; and the attributes before them.

use stoa_model::{NodeKind, Symbol};

use super::*;
use crate::tree::flags;

// ── Attributes and modifiers ───────────────────────────────────────────────────────────────────────────

/// An attribute waits for the declaration behind it, except inside of a call, where nothing takes it.
pub fn attribute_item(l: &mut Lower<'_>, n: C) {
    if l.parent_kind() == Some(NodeKind::Call) {
        l.aside(|l| l.lower_children(n));
    } else {
        l.pending.push(n);
    }
}

pub fn inner_attribute_item(l: &mut Lower<'_>, n: C) {
    l.lower_children(n);
}

/// Writes the attributes that wait.
pub fn annotations(l: &mut Lower<'_>) {
    if l.pending.is_empty() {
        return;
    }
    for waiting in std::mem::take(&mut l.pending) {
        l.lower_children(waiting);
    }
}

/// An ANNOTATION named by its path, over its value or the tokens of its arguments.
pub fn attribute(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let Some(path) = cst.named(n).next() else { return };
    let (name, whole) = names::path_symbols(l, path);
    let derive = l.text(path) == b"derive";
    let at = l.node(NodeKind::Annotation, n, name, |l| {
        l.lower_field(n, F::Value);
        match l.child(n, F::Arguments) {
            Some(arguments) if derive => derived(l, arguments),
            Some(arguments) => l.lower(arguments),
            None => {}
        }
    });
    l.at(at).full_name = whole;
}

/// The traits of a `derive` are mentions of types.
fn derived(l: &mut Lower<'_>, tokens: C) {
    let cst = l.cst;
    let mut children = cst.children(tokens).peekable();
    while let Some(child) = children.next() {
        let inner = children.peek().is_some_and(|next| l.text(*next) == b"::");
        if l.is(child, IDENTIFIER) && !inner {
            let name = l.symbol(child);
            l.type_ref(child, name, Symbol::NONE, |_| {});
        }
    }
}

/// `pub`, `pub(crate)`: one MODIFIER.
pub fn visibility(l: &mut Lower<'_>, n: C) {
    let text = l.string(n);
    l.modifier(n, &text);
}

/// A MODIFIER for each keyword among the children.
pub fn modifier_words(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    for child in cst.children(n) {
        match l.text(child) {
            b"async" => l.modifier(child, "async"),
            b"const" => l.modifier(child, "const"),
            b"default" => l.modifier(child, "default"),
            b"extern" => l.modifier(child, "extern"),
            b"gen" => l.modifier(child, "gen"),
            b"move" => l.modifier(child, "move"),
            b"ref" => l.modifier(child, "ref"),
            b"static" => l.modifier(child, "static"),
            b"unsafe" => l.modifier(child, "unsafe"),
            _ if l.is(child, FUNCTION_MODIFIERS) || l.is(child, EXTERN_MODIFIER) => modifier_words(l, child),
            _ if l.is(child, MUTABLE) => l.modifier(child, "mut"),
            _ => {}
        }
    }
}

/// What stands before a declaration's keyword: attributes, visibility, words. `sort` says what it declares.
fn head(l: &mut Lower<'_>, n: C, sort: &str) {
    annotations(l);
    if let Some(visibility) = l.child_of(n, VISIBILITY) {
        l.lower(visibility);
    }
    modifier_words(l, n);
    if !sort.is_empty() {
        l.modifier(n, sort);
    }
}

fn generics_and_bounds(l: &mut Lower<'_>, n: C) {
    l.lower_field(n, F::TypeParameters);
    let clause = l.child_of(n, WHERE_CLAUSE);
    l.lower_opt(clause);
}

// ── Functions ──────────────────────────────────────────────────────────────────────────────────────────

pub fn function(l: &mut Lower<'_>, n: C) {
    let Some(name) = l.child(n, F::Name) else { return l.lower_children(n) };
    let name = l.string(name);
    let signature = signature(l, n);
    l.method_decl(n, &name, &signature, |l| {
        head(l, n, "");
        l.lower_field(n, F::TypeParameters);
        let parts = match l.child(n, F::Parameters) {
            Some(list) => parameters(l, list),
            None => Vec::new(),
        };
        let returns = match l.child(n, F::ReturnType) {
            Some(declared) => {
                l.lower(declared);
                types::type_name(l, declared)
            }
            None => l.intern("()"),
        };
        let clause = l.child_of(n, WHERE_CLAUSE);
        l.lower_opt(clause);
        if let Some(body) = l.child(n, F::Body) {
            expressions::body(l, body, &parts, l.child(n, F::ReturnType).is_some());
        }
        returns
    });
}

/// `ret(type,type)`, without the receiver.
pub fn signature(l: &Lower<'_>, n: C) -> String {
    let mut text = String::new();
    match l.child(n, F::ReturnType) {
        Some(declared) => compact(&l.string(declared), &mut text),
        None => text.push_str("()"),
    }
    text.push('(');
    if let Some(list) = l.child(n, F::Parameters) {
        let mut first = true;
        for parameter in l.cst.named(list) {
            let declared = match l.grammar.row(l.cst.get(parameter).kind) {
                SELF_PARAMETER | ATTRIBUTE_ITEM => continue,
                PARAMETER if is_self(l, parameter) => continue,
                PARAMETER => l.child(parameter, F::Type),
                _ => Some(parameter),
            };
            if !std::mem::take(&mut first) {
                text.push(',');
            }
            match declared {
                Some(declared) => compact(&l.string(declared), &mut text),
                None => text.push('_'),
            }
        }
    }
    text.push(')');
    text
}

/// Adds a type's text without the white space that carries no meaning.
fn compact(text: &str, to: &mut String) {
    let mut space = false;
    for c in text.chars() {
        if c.is_whitespace() {
            space = true;
            continue;
        }
        let word = |c: char| c.is_alphanumeric() || c == '_';
        if space && (word(c) || c == '\'') && to.ends_with(word) {
            to.push(' ');
        }
        space = false;
        to.push(c);
    }
}

fn is_self(l: &Lower<'_>, parameter: C) -> bool {
    l.child(parameter, F::Pattern).is_some_and(|p| l.is(p, SELF))
}

/// Writes the parameters of a list (of a function or a closure). Returns the patterns that the body has to
/// take apart, each with the name of its parameter.
pub fn parameters(l: &mut Lower<'_>, list: C) -> Vec<(C, Symbol)> {
    let cst = l.cst;
    let mut apart = Vec::new();
    let mut index = 0;
    for n in cst.children(list) {
        if l.is(n, ATTRIBUTE_ITEM) {
            l.pending.push(n);
            continue;
        }
        if l.is(n, SELF_PARAMETER) || (l.is(n, PARAMETER) && is_self(l, n)) {
            let name = l.intern("self");
            let own = names::self_type(l);
            l.parameter(n, name, 0, own, |l| {
                annotations(l);
                l.lower_field(n, F::Type);
            });
            continue;
        }
        // A closure's parameter is a pattern; of `fn(u8)` and old traits only the type is there.
        let (pattern, declared) = match l.grammar.row(cst.get(n).kind) {
            PARAMETER => (l.child(n, F::Pattern), l.child(n, F::Type)),
            VARIADIC => (l.child(n, F::Pattern), None),
            _ if l.is(list, CLOSURE_PARAMETERS) => (Some(n), None),
            _ => (None, Some(n)),
        };
        if !cst.get(n).named && l.text(n) != b"_" {
            continue;
        }
        index += 1;
        let name = match pattern {
            Some(pattern) if !cst.get(pattern).named => l.symbol(pattern),
            Some(pattern) => match patterns::simple(l, pattern) {
                Some(name) => l.symbol(name),
                None => {
                    let name = l.intern(&format!("<parameter>{index}"));
                    apart.push((pattern, name));
                    name
                }
            },
            None if l.is(n, VARIADIC) => l.intern("..."),
            None => l.intern("_"),
        };
        let type_name = match declared {
            Some(declared) if cst.get(declared).named => types::type_name(l, declared),
            _ => Symbol::NONE,
        };
        let at = l.parameter(n, name, index, type_name, |l| {
            annotations(l);
            l.lower_opt(declared);
        });
        if l.is(n, VARIADIC) {
            l.at(at).flags |= flags::VARIADIC;
        }
    }
    apart
}

/// `macro_rules! name`: a METHOD called `name!`, as its calls are.
pub fn macro_definition(l: &mut Lower<'_>, n: C) {
    let Some(name) = l.child(n, F::Name) else { return };
    let name = format!("{}!", l.string(name));
    l.method_decl(n, &name, "", |l| {
        head(l, n, "macro");
        Symbol::NONE
    });
}

// ── Types ──────────────────────────────────────────────────────────────────────────────────────────────

pub fn structure(l: &mut Lower<'_>, n: C) {
    declared_type(l, n, "struct");
}

pub fn union(l: &mut Lower<'_>, n: C) {
    declared_type(l, n, "union");
}

pub fn enumeration(l: &mut Lower<'_>, n: C) {
    declared_type(l, n, "enum");
}

pub fn trait_item(l: &mut Lower<'_>, n: C) {
    declared_type(l, n, "trait");
}

/// `type A = B;`, and the associated types of traits and `impl`.
pub fn type_alias(l: &mut Lower<'_>, n: C) {
    declared_type(l, n, "alias");
}

fn declared_type(l: &mut Lower<'_>, n: C, sort: &str) {
    let Some(name) = l.child(n, F::Name) else { return l.lower_children(n) };
    let name = l.string(name);
    l.type_decl(n, &name, |l| {
        head(l, n, sort);
        if let Some(bounds) = l.child(n, F::Bounds) {
            let cst = l.cst;
            for bound in cst.named(bounds) {
                if sort == "trait" {
                    types::supertype(l, bound);
                } else {
                    l.lower(bound);
                }
            }
        }
        generics_and_bounds(l, n);
        l.lower_field(n, F::Type);
        l.lower_field(n, F::Body);
    });
}

pub fn field(l: &mut Lower<'_>, n: C) {
    let Some(name) = l.child(n, F::Name) else { return l.lower_children(n) };
    let name = l.symbol(name);
    let declared = l.child(n, F::Type);
    let type_name = match declared {
        Some(declared) => types::type_name(l, declared),
        None => Symbol::NONE,
    };
    l.member(n, name, type_name, |l| {
        head(l, n, "");
        l.lower_opt(declared);
    });
}

/// The fields of `struct A(B, C)`: MEMBERs `0`, `1` …
pub fn ordered_fields(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let mut public = None;
    let mut index = 0;
    for child in cst.named(n) {
        if l.is(child, ATTRIBUTE_ITEM) {
            l.pending.push(child);
        } else if l.is(child, VISIBILITY) {
            public = Some(child);
        } else {
            let name = index_name(l, index);
            let type_name = types::type_name(l, child);
            l.member(child, name, type_name, |l| {
                annotations(l);
                l.lower_opt(public);
                l.lower(child);
            });
            public = None;
            index += 1;
        }
    }
}

/// The name of the field with a number.
pub fn index_name(l: &mut Lower<'_>, index: u32) -> Symbol {
    const SMALL: [&str; 8] = ["0", "1", "2", "3", "4", "5", "6", "7"];
    match SMALL.get(index as usize) {
        Some(text) => l.intern(text),
        None => l.intern(&index.to_string()),
    }
}

/// A variant is a MEMBER of its enum; its own fields are MEMBERs below it.
pub fn variant(l: &mut Lower<'_>, n: C) {
    let Some(node) = l.child(n, F::Name) else { return l.lower_children(n) };
    let name = l.symbol(node);
    let text = l.string(node);
    let own = names::self_type(l);
    l.member(n, name, own, |l| {
        head(l, n, "");
        l.within(&text, |l| l.lower_field(n, F::Body));
        initialiser(l, n, name);
    });
}

fn initialiser(l: &mut Lower<'_>, n: C, name: Symbol) {
    if let Some(value) = l.child(n, F::Value) {
        l.assign_name(n, name, |l| l.lower(value));
    }
}

/// `const` and `static`: a MEMBER of the module, trait or type; inside of a function a LOCAL of all of it.
pub fn constant(l: &mut Lower<'_>, n: C) {
    let Some(name) = l.child(n, F::Name) else { return l.lower_children(n) };
    let name = l.symbol(name);
    let declared = l.child(n, F::Type);
    let type_name = match declared {
        Some(declared) => types::type_name(l, declared),
        None => Symbol::NONE,
    };
    if l.in_method() && l.parent_kind() == Some(NodeKind::Block) {
        let at = l.node(NodeKind::Local, n, name, |l| {
            head(l, n, "");
            l.lower_opt(declared);
        });
        l.at(at).type_full_name = type_name;
        l.at(at).flags |= flags::HOISTED;
        initialiser(l, n, name);
    } else {
        l.member(n, name, type_name, |l| {
            head(l, n, "");
            l.lower_opt(declared);
            initialiser(l, n, name);
        });
    }
}

// ── Namespaces ─────────────────────────────────────────────────────────────────────────────────────────

/// `mod x { … }` is a NAMESPACE_BLOCK, `mod x;` an IMPORT of the module in another file.
pub fn module(l: &mut Lower<'_>, n: C) {
    let Some(node) = l.child(n, F::Name) else { return l.lower_children(n) };
    let text = l.string(node);
    let qualified = l.qualify(&text);
    let Some(body) = l.child(n, F::Body) else {
        annotations(l);
        let at = l.import(n, &text, &qualified);
        if let Some(visibility) = l.child_of(n, VISIBILITY) {
            l.at(at).modifiers = l.symbol(visibility);
        }
        return;
    };
    let (name, full_name) = (l.symbol(node), l.intern(&qualified));
    namespace(l, n, name, full_name, |l| {
        l.within_qualified(qualified, |l| {
            head(l, n, "");
            l.lower(body);
        });
    });
}

fn namespace(
    l: &mut Lower<'_>,
    n: C,
    name: Symbol,
    full_name: Symbol,
    inside: impl FnOnce(&mut Lower<'_>),
) -> u32 {
    let at = l.open(NodeKind::NamespaceBlock, n, name);
    l.at(at).full_name = full_name;
    inside(l);
    l.close();
    at
}

/// `extern "C" { … }`: a NAMESPACE_BLOCK of its own name that adds nothing to qualified names.
pub fn foreign_module(l: &mut Lower<'_>, n: C) {
    let Some(body) = l.child(n, F::Body) else { return };
    let abi = l.child_of(n, EXTERN_MODIFIER).and_then(|e| l.child_of(e, STRING));
    let name = match abi {
        Some(abi) => format!("{}{}", names::EXTERN, l.string(abi)),
        None => format!("{}\"C\"", names::EXTERN),
    };
    let around = l.qualified_name().to_owned();
    let (name, full_name) = (l.intern(&name), l.intern(&around));
    namespace(l, n, name, full_name, |l| {
        head(l, n, "");
        l.lower(body);
    });
}

/// `impl T` and `impl Trait for T`: a NAMESPACE_BLOCK with the type's full name, in which TYPE_REFs say
/// what type and (as a supertype) what trait. Its signature, the trait as written, tells the blocks of a
/// type apart.
pub fn implementation(l: &mut Lower<'_>, n: C) {
    let cst = l.cst;
    let Some(of) = l.child(n, F::Type) else { return l.lower_children(n) };
    let implemented = l.child(n, F::Trait);
    let type_name = types::type_name(l, of);
    let qualified = full_name(l, type_name, implemented.is_some());
    let short = |l: &Lower<'_>, name: Symbol| {
        let text = l.names.get(name);
        text.rsplit("::").next().unwrap_or(text).to_owned()
    };
    let name = match implemented {
        Some(implemented) => {
            let trait_name = types::type_name(l, implemented);
            format!("{}{} for {}", names::IMPL, short(l, trait_name), short(l, type_name))
        }
        None => format!("{}{}", names::IMPL, short(l, type_name)),
    };
    let negative = cst.children(n).any(|c| !cst.get(c).named && l.text(c) == b"!");
    let (name, full_name) = (l.intern(&name), l.intern(&qualified));
    let at = namespace(l, n, name, full_name, |l| {
        l.within_qualified(qualified, |l| {
            head(l, n, "");
            match implemented {
                Some(implemented) if !negative => types::supertype(l, implemented),
                Some(implemented) => l.lower(implemented),
                None => {}
            }
            l.lower(of);
            generics_and_bounds(l, n);
            l.lower_field(n, F::Body);
        });
    });
    if let Some(implemented) = implemented {
        let mut signature = String::new();
        compact(&l.string(implemented), &mut signature);
        l.at(at).signature = l.names.intern(&signature);
    }
}

/// The full name of a type named in an `impl`: what the module's imports say, else a type of this module.
/// Types of the prelude and primitive ones can only implement traits.
fn full_name(l: &mut Lower<'_>, name: Symbol, of_trait: bool) -> String {
    const PRELUDE: &[(&str, &str)] = &[
        ("Vec", "std::vec::Vec"),
        ("String", "std::string::String"),
        ("Option", "std::option::Option"),
        ("Result", "std::result::Result"),
        ("Box", "std::boxed::Box"),
    ];
    const PRIMITIVE: &[&str] = &[
        "bool", "char", "str", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128",
        "isize", "f32", "f64", "()",
    ];
    let module = names::module_position(l);
    let text = l.names.get(name);
    let (first, rest) = text.split_once("::").unwrap_or((text, ""));
    if let Some(first) = l.names.find(first)
        && let Some(path) = l.imported.get(&(module, first))
    {
        let path = l.names.get(*path);
        return if rest.is_empty() { path.to_owned() } else { format!("{path}::{rest}") };
    }
    if !rest.is_empty() || PRIMITIVE.contains(&text) {
        return text.to_owned();
    }
    if of_trait && let Some((_, path)) = PRELUDE.iter().find(|(name, _)| *name == text) {
        return (*path).to_owned();
    }
    l.qualify(text)
}
