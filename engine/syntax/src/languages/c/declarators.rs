//! Declarators and the types they make: `int (*a[3])(void)` says that `a` is an array of pointers to
//! functions. What is inside a declarator is read from outside to inside.

use stoa_model::{NodeKind, Symbol};

use super::*;

/// A declarator taken apart.
pub struct Declared {
    /// The node of the name; abstract declarators have none.
    pub name: Option<Syntax>,
    /// The declarator that gives the name its parameters, when what is declared is a function.
    pub function: Option<Syntax>,
    /// What the declarator adds to the type: `*`, `[]`, `(*)()`; of a function, to the type it returns.
    pub suffix: String,
}

const POINTERS: &[Rule] = &[POINTER, ABSTRACT_POINTER, cpp::POINTER_TYPE];
const REFERENCES: &[Rule] = &[cpp::REFERENCE, cpp::ABSTRACT_REFERENCE];
const ARRAYS: &[Rule] = &[ARRAY, ABSTRACT_ARRAY];
const FUNCTIONS: &[Rule] = &[FUNCTION_DECLARATOR, ABSTRACT_FUNCTION];
const WRAPPERS: &[Rule] = &[
    PARENTHESIZED_DECLARATOR,
    ATTRIBUTED_DECLARATOR,
    ABSTRACT_PARENTHESIZED,
    INIT_DECLARATOR,
    cpp::VARIADIC_DECLARATOR,
];
/// What a declarator declares.
const NAMES: &[Rule] = &[
    IDENTIFIER,
    FIELD_IDENTIFIER,
    TYPE_IDENTIFIER,
    PRIMITIVE,
    cpp::QUALIFIED,
    cpp::DESTRUCTOR_NAME,
    cpp::OPERATOR_NAME,
    cpp::OPERATOR_CAST,
    cpp::TEMPLATE_FUNCTION,
    cpp::TEMPLATE_METHOD,
];

/// The declarator inside of a declarator.
fn inner(l: &Lower<'_>, n: Syntax) -> Option<Syntax> {
    let cst = l.cst;
    match l.child(n, F::Declarator) {
        None if is_any(l, n, WRAPPERS) || is_any(l, n, REFERENCES) => cst
            .named(n)
            .find(|c| !is_any(l, *c, &[MS_CALL, ATTRIBUTE_DECLARATION, MS_BASED, MS_POINTER, QUALIFIER])),
        declarator => declarator,
    }
}

/// The name in a declarator and the function declarator around it, if nothing but parentheses is between.
fn name_of(l: &Lower<'_>, mut n: Syntax) -> (Option<Syntax>, Option<Syntax>) {
    let mut function = None;
    loop {
        if is_any(l, n, FUNCTIONS) {
            function = Some(n);
        } else if is_any(l, n, POINTERS) || is_any(l, n, ARRAYS) || is_any(l, n, REFERENCES) {
            function = None;
        } else if !is_any(l, n, WRAPPERS) {
            let last = cpp::names::last(l, n);
            if l.is(last, cpp::OPERATOR_CAST) {
                // `operator T() const` has its parameters inside.
                function = conversion(l, last);
            }
            return (is_any(l, n, NAMES).then_some(n), function);
        }
        match inner(l, n) {
            Some(next) => n = next,
            None => return (None, function),
        }
    }
}

fn conversion(l: &Lower<'_>, n: Syntax) -> Option<Syntax> {
    let mut next = l.child(n, F::Declarator);
    while let Some(declarator) = next.filter(|d| !l.is(*d, ABSTRACT_FUNCTION)) {
        next = inner(l, declarator);
    }
    next
}

/// Takes a declarator apart.
pub fn take_apart(l: &Lower<'_>, n: Syntax) -> Declared {
    let (name, function) = name_of(l, n);
    // An abstract `(int)` makes a function type, not a function.
    let function = function.filter(|_| name.is_some());
    let mut suffix = String::new();
    push_suffix(l, Some(n), function, &mut suffix);
    Declared { name, function, suffix }
}

/// Adds what a declarator makes of the type before it, up to the function it declares.
fn push_suffix(l: &Lower<'_>, n: Option<Syntax>, function: Option<Syntax>, suffix: &mut String) {
    let mut next = n;
    while let Some(n) = next {
        if Some(n) == function {
            return;
        }
        next = inner(l, n);
        if is_any(l, n, POINTERS) {
            suffix.push('*');
        } else if is_any(l, n, REFERENCES) {
            suffix.push_str(if l.text(n).starts_with(b"&&") { "&&" } else { "&" });
        } else if is_any(l, n, ARRAYS) {
            suffix.push_str("[]");
        } else if is_any(l, n, FUNCTIONS) {
            suffix.push('(');
            push_suffix(l, next, function, suffix);
            suffix.push_str(")()");
            return;
        }
    }
}

/// The name of the type before the declarators: `struct foo` is `foo`; an anonymous one has none.
pub fn base(l: &mut Lower<'_>, n: Syntax) -> Symbol {
    if cpp::is_cpp(l) && (cpp::names::is_type(l, n) || is_any(l, n, &[STRUCT, UNION, ENUM])) {
        return cpp::names::of_type(l, n);
    }
    if is_any(l, n, &[STRUCT, UNION, ENUM, MACRO_TYPE]) {
        return l.child(n, F::Name).map_or(Symbol::NONE, |name| l.symbol(name));
    }
    let text = l.text(n);
    if text.iter().any(|b| matches!(b, b'\n' | b'\t' | b'/')) || text.windows(2).any(|w| w == b"  ") {
        let text = l.string(n);
        let words: Vec<&str> = text.split_whitespace().collect();
        return l.intern(&words.join(" "));
    }
    l.symbol(n)
}

/// A type's name with what a declarator adds.
pub fn with_suffix(l: &mut Lower<'_>, base: Symbol, suffix: &str) -> Symbol {
    if suffix.is_empty() || !base.is_some() {
        return base;
    }
    let name = format!("{}{suffix}", l.names.get(base));
    l.intern(&name)
}

/// The name of the type of a `type_descriptor` or a parameter without a name.
pub fn described_type(l: &mut Lower<'_>, n: Syntax) -> Symbol {
    let base = l.child(n, F::Type).map_or(Symbol::NONE, |t| base(l, t));
    let suffix = l.child(n, F::Declarator).map(|d| take_apart(l, d).suffix).unwrap_or_default();
    with_suffix(l, base, &suffix)
}

/// TYPE_REFs for the types that a declaration mentions: its own, and those of parameters in its declarator.
pub fn type_refs(l: &mut Lower<'_>, n: Syntax) {
    l.lower_field(n, F::Type);
    if let Some(declarator) = l.child(n, F::Declarator) {
        inside_declarator(l, declarator, None);
    }
}

/// What a declarator holds besides its name: types of parameters, sizes of arrays, attributes; not the
/// parameters of the function it declares.
pub fn inside_declarator(l: &mut Lower<'_>, n: Syntax, function: Option<Syntax>) {
    let cst = l.cst;
    let mut next = Some(n);
    while let Some(n) = next {
        next = inner(l, n);
        if !is_any(l, n, POINTERS)
            && !is_any(l, n, ARRAYS)
            && !is_any(l, n, FUNCTIONS)
            && !is_any(l, n, WRAPPERS)
            && !is_any(l, n, REFERENCES)
        {
            return;
        }
        for part in cst.named(n) {
            if is_any(l, part, &[ATTRIBUTE_SPECIFIER, ATTRIBUTE_DECLARATION])
                || is_any(l, n, ARRAYS) && Some(part) == l.child(n, F::Size)
                || l.is(part, PARAMETERS) && Some(n) != function
            {
                l.lower(part);
            } else if is_any(l, n, FUNCTIONS) && is_any(l, part, &[IDENTIFIER, CALL]) && Some(part) != next {
                // A macro behind the parameters stands for an attribute.
                declarations::annotation(l, part);
            }
        }
    }
}

/// A type as an argument of an operator: always one TYPE_REF, even of a primitive type.
pub fn type_argument(l: &mut Lower<'_>, n: Syntax) {
    let cst = l.cst;
    let Some(type_node) = l.child(n, F::Type) else {
        l.lower_children(n);
        return;
    };
    if l.child(type_node, F::Body).is_some() {
        // A type declared where it is used.
        let name = l.aside(|l| declarations::composite(l, type_node, None));
        l.type_ref(n, name, Symbol::NONE, |_| {});
        return;
    }
    let name = base(l, type_node);
    l.type_ref(n, name, Symbol::NONE, |l| {
        cst.named(type_node).filter(|c| l.is(*c, TYPE_DESCRIPTOR)).collect::<Vec<_>>().into_iter().for_each(
            |inner| {
                l.lower(inner);
            },
        );
        if let Some(declarator) = l.child(n, F::Declarator) {
            inside_declarator(l, declarator, None);
        }
    });
}

/// `STACK_OF(T)` in the place of a type.
pub fn macro_type(l: &mut Lower<'_>, n: Syntax) {
    let name = base(l, n);
    l.node(NodeKind::TypeRef, n, name, |l| l.lower_field(n, F::Type));
}
