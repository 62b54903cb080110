//! Names bound to values: variables, assignments, destructuring, and functions that take the bound name.

use stoa_model::{NodeKind, Operator, Symbol};

use super::super::typescript::types;
use super::{classes, functions, imports, property_name, table::*, unwrapped};
use crate::cst::C;
use crate::fields::F;
use crate::lower::Lower;
use crate::sugar::Step;
use crate::tree::flags;

/// How a name comes to its value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// `var`: a variable of the whole function.
    Var,
    /// `let`, `const`, parameters: a variable of the block.
    Block,
    /// An assignment to what is declared elsewhere.
    Assign,
}

/// A declaration of variables.
pub fn variables(l: &mut Lower<'_>, n: C) {
    let mut words = std::mem::take(&mut l.pending);
    let binding = if l.is(n, VARIABLES) { Binding::Var } else { Binding::Block };
    let cst = l.cst;
    words.extend(cst.children(n).filter(|c| !cst.get(*c).named && l.text(*c) == b"const"));
    if l.is(n, DECLARATOR) {
        return variable(l, n, binding, &words);
    }
    for child in cst.named(n) {
        if l.is(child, DECLARATOR) {
            variable(l, child, binding, &words);
        } else {
            l.lower(child);
        }
    }
}

fn variable(l: &mut Lower<'_>, n: C, binding: Binding, words: &[C]) {
    let (Some(target), value) = (l.child(n, F::Name), l.child(n, F::Value)) else { return };
    let annotation = l.child(n, F::Type);
    if let Some(value) = value {
        imports::required(l, n, target, value);
    }
    if !is_pattern(l, target) {
        let name = l.symbol(target);
        declare(l, target, name, binding, annotation, words);
        if let Some(value) = value {
            l.assign(
                n,
                |l| {
                    l.identifier_named(target, name);
                },
                |l| bound(l, value, target),
            );
        }
        return;
    }
    let Some(value) = value else { return };
    let root = if binding == Binding::Block && annotation.is_none() && is_plain_name(l, value) {
        l.symbol(value)
    } else {
        let name = l.temporary_name();
        local(l, target, name, annotation, flags::SYNTHETIC);
        l.assign_name(n, name, |l| l.lower(value));
        name
    };
    unpack(l, target, root, &mut Vec::new(), binding, words);
}

/// Whether a node is a destructuring pattern.
pub fn is_pattern(l: &Lower<'_>, n: C) -> bool {
    l.is(n, OBJECT_PATTERN) || l.is(n, ARRAY_PATTERN)
}

/// Whether reading a node twice is the same as reading it once.
pub fn is_plain_name(l: &Lower<'_>, n: C) -> bool {
    l.is(n, IDENTIFIER) || l.is(n, THIS) || l.is(n, SUPER)
}

fn local(l: &mut Lower<'_>, n: C, name: Symbol, annotation: Option<C>, flag: u8) {
    let type_name = types::name(l, annotation);
    let at = l.node(NodeKind::Local, n, name, |l| l.lower_opt(annotation));
    let node = l.at(at);
    node.type_full_name = type_name;
    node.flags |= flag;
}

/// The LOCAL or MEMBER of a name, where the binding declares one.
pub fn declare(l: &mut Lower<'_>, n: C, name: Symbol, binding: Binding, annotation: Option<C>, words: &[C]) {
    let member = match binding {
        Binding::Assign => return,
        Binding::Var => is_module_code(l),
        Binding::Block => is_top_level(l),
    };
    // A function declares a `var` once, however often the source does; a parameter of that name is it too.
    if binding == Binding::Var
        && l.parent_kind() != Some(NodeKind::NamespaceBlock)
        && l.declared.last_mut().is_some_and(|names| !names.insert(name))
    {
        return;
    }
    if member {
        let type_name = types::name(l, annotation);
        l.member(n, name, type_name, |l| {
            functions::modifiers(l, n, words);
            l.lower_opt(annotation);
        });
    } else {
        local(l, n, name, annotation, if binding == Binding::Var { flags::HOISTED } else { 0 });
    }
}

/// Whether what is written now runs when the module is loaded.
fn is_module_code(l: &Lower<'_>) -> bool {
    if l.parent_kind() == Some(NodeKind::NamespaceBlock) {
        return true;
    }
    let Some(method) = l.method() else { return true };
    let parent = l.tree.get(method).parent;
    parent < l.tree.len() && l.tree.get(parent).kind == NodeKind::NamespaceBlock
}

/// Whether what is written now stands outside of every block of the module.
fn is_top_level(l: &Lower<'_>) -> bool {
    if l.parent_kind() == Some(NodeKind::NamespaceBlock) {
        return true;
    }
    let (Some(parent), Some(method)) = (l.parent_position(), l.method()) else { return false };
    l.tree.get(parent).parent == method && l.tree.get(parent).kind == NodeKind::Block && is_module_code(l)
}

/// An assignment as an expression; with a pattern on the left it is a BLOCK that ends in the value.
pub fn assignment(l: &mut Lower<'_>, n: C) {
    let Some((pattern, value)) = destructures(l, n) else { return plain_assignment(l, n) };
    l.synthetic_block(n, |l| {
        let root = destructure(l, n, pattern, value);
        l.identifier_named(n, root);
    });
}

/// The pattern and the value of an assignment that destructures.
pub fn destructures(l: &Lower<'_>, n: C) -> Option<(C, C)> {
    if !l.is(n, ASSIGNMENT) {
        return None;
    }
    let (left, right) = (l.child(n, F::Left)?, l.child(n, F::Right)?);
    let left = unwrapped(l, left);
    is_pattern(l, left).then_some((left, right))
}

/// A destructuring assignment as statements; gives the temporary that holds the value.
pub fn destructure(l: &mut Lower<'_>, n: C, pattern: C, value: C) -> Symbol {
    let root = l.temporary(n);
    l.assign_name(n, root, |l| l.lower(value));
    unpack(l, pattern, root, &mut Vec::new(), Binding::Assign, &[]);
    root
}

fn plain_assignment(l: &mut Lower<'_>, n: C) {
    let (left, right) = (l.child(n, F::Left), l.child(n, F::Right));
    l.operator(Operator::Assignment, n, |l| {
        l.lower_opt(left);
        match (left, right) {
            (Some(left), Some(right)) => bound(l, right, left),
            _ => l.lower_opt(right),
        }
    });
}

// ── Values that take the name they are bound to ────────────────────────────────────────────────────────

/// Lowers a value that is bound to `target`: a function, class or object literal takes its name.
pub fn bound(l: &mut Lower<'_>, value: C, target: C) {
    let inner = unwrapped(l, value);
    let function = l.is(inner, FUNCTION_VALUE) || l.is(inner, ARROW) || l.is(inner, GENERATOR_VALUE);
    if !function && !l.is(inner, CLASS_VALUE) && !l.is(inner, OBJECT) {
        return l.lower(value);
    }
    let Some((mut name, mut qualified)) = name_of(l, target) else { return l.lower(value) };
    if name == "exports" {
        // `module.exports = …`: what the module is. Its own name says more, and an object's parts are the module's.
        match l.child(inner, F::Name) {
            Some(own) => name = l.string(own).into_owned(),
            None if l.is(inner, OBJECT) => return l.lower(inner),
            None => {}
        }
        qualified = l.qualify(&name);
    }
    if function {
        functions::method_ref(l, inner, &name, qualified);
    } else if l.is(inner, OBJECT) {
        l.within_qualified(qualified, |l| l.lower(inner));
    } else {
        classes::type_value(l, inner, &name);
    }
}

/// A longer text in front of a property is no path that names its owner.
const LONGEST_OWNER: usize = 200;

/// The name and the qualified name of what is bound to a target: `f`, `o.f`, `T.prototype.f`, `exports.f`.
fn name_of(l: &Lower<'_>, target: C) -> Option<(String, String)> {
    let target = unwrapped(l, target);
    let property = if l.is(target, MEMBER) {
        l.child(target, F::Property)?
    } else if l.is(target, SUBSCRIPT) {
        l.child(target, F::Index).filter(|index| l.is(*index, STRING))?
    } else if l.is(target, COMPUTED) {
        return None;
    } else {
        let name = property_name(l, target).into_owned();
        let qualified = l.qualify(&name);
        return Some((name, qualified));
    };
    let name = property_name(l, property).into_owned();
    let object = l.child(target, F::Object).filter(|object| l.text(*object).len() <= LONGEST_OWNER);
    let object = object.map(|object| l.string(object)).unwrap_or_default();
    let object = owner(&object);
    let qualified = match (object, name.as_str()) {
        ("", _) => l.qualify(&name),
        (object, "prototype") => l.qualify(object),
        (object, name) => l.qualify(&format!("{object}.{name}")),
    };
    Some((name, qualified))
}

/// What of an object's path says to whom a property belongs: nothing of `this`, `exports`, `module.exports`
/// or of anything that is not a path; `T` of `T.prototype`.
fn owner(path: &str) -> &str {
    if !path.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'$' | b'.') || b >= 0x80) {
        return "";
    }
    let path = path.strip_suffix(".prototype").unwrap_or(path);
    for own in ["this", "module.exports", "exports", "module"] {
        match path.strip_prefix(own) {
            Some("") => return "",
            Some(rest) if rest.starts_with('.') => return &rest[1..],
            _ => {}
        }
    }
    path
}

// ── Destructuring ──────────────────────────────────────────────────────────────────────────────────────

/// Parts that lie deeper are taken from a temporary, so that a pattern's size bounds what is written for it.
const LONGEST_PATH: usize = 4;

/// Binds the parts of a pattern to the parts of `root.path`.
pub fn unpack(l: &mut Lower<'_>, n: C, root: Symbol, path: &mut Vec<Step>, binding: Binding, words: &[C]) {
    l.deeper(n, |l| {
        if l.is(n, ARRAY_PATTERN) {
            unpack_array(l, n, root, path, binding, words);
        } else {
            unpack_object(l, n, root, path, binding, words);
        }
    });
}

fn unpack_object(l: &mut Lower<'_>, n: C, root: Symbol, path: &mut Vec<Step>, binding: Binding, words: &[C]) {
    let cst = l.cst;
    for child in cst.named(n) {
        if l.is(child, PAIR_PATTERN) {
            let (Some(key), Some(target)) = (l.child(child, F::Key), l.child(child, F::Value)) else {
                continue;
            };
            let step = step(l, key);
            path.push(step);
            bind(l, target, root, path, None, binding, words);
            path.pop();
        } else if l.is(child, SHORTHAND_PATTERN) {
            let name = l.symbol(child);
            path.push(Step::Field(name));
            bind(l, child, root, path, None, binding, words);
            path.pop();
        } else if l.is(child, SHORTHAND_DEFAULT) {
            let (Some(target), default) = (l.child(child, F::Left), l.child(child, F::Right)) else {
                continue;
            };
            let name = l.symbol(target);
            path.push(Step::Field(name));
            bind(l, target, root, path, default, binding, words);
            path.pop();
        } else if l.is(child, REST_PATTERN) {
            // A copy; that it lacks the parts bound before is not said.
            let Some(target) = cst.named(child).next() else { continue };
            declare_target(l, target, binding, words);
            l.assign(
                target,
                |l| l.lower(target),
                |l| {
                    l.operator(Operator::DictLiteral, child, |l| {
                        l.operator(Operator::Spread, child, |l| l.access(child, root, path));
                    });
                },
            );
        } else {
            l.lower(child);
        }
    }
}

fn unpack_array(l: &mut Lower<'_>, n: C, root: Symbol, path: &mut Vec<Step>, binding: Binding, words: &[C]) {
    let cst = l.cst;
    let mut index = 0;
    let mut end = cst.get(n).start as usize;
    for child in cst.named(n) {
        let between = l.source.get(end..cst.get(child).start as usize).unwrap_or_default();
        index += commas(between);
        end = cst.get(child).end as usize;
        if l.is(child, REST_PATTERN) {
            let Some(target) = cst.named(child).next() else { continue };
            path.push(Step::Rest(index));
            bind(l, target, root, path, None, binding, words);
        } else {
            path.push(Step::Index(index));
            bind(l, child, root, path, None, binding, words);
        }
        path.pop();
    }
}

/// The commas in the text between two elements: holes have no syntax node of their own.
fn commas(mut text: &[u8]) -> u32 {
    let mut count = 0;
    while let Some((&byte, rest)) = text.split_first() {
        text = rest;
        if byte == b',' {
            count += 1;
        } else if byte == b'/' {
            let end: &[u8] = if rest.first() == Some(&b'*') { b"*/" } else { b"\n" };
            let at = memchr::memmem::find(rest, end).map_or(rest.len(), |at| at + end.len());
            text = rest.get(at..).unwrap_or_default();
        }
    }
    count
}

fn step(l: &mut Lower<'_>, key: C) -> Step {
    if l.is(key, COMPUTED) {
        return Step::Key(l.cst.named(key).next().unwrap_or(key));
    }
    if l.is(key, NUMBER) {
        return Step::Key(key);
    }
    let name = property_name(l, key);
    Step::Field(l.intern(&name))
}

/// Binds one target (a name, a member, a pattern, one of these with a default) to `root.path`.
fn bind(
    l: &mut Lower<'_>,
    target: C,
    mut root: Symbol,
    mut path: &[Step],
    default: Option<C>,
    binding: Binding,
    words: &[C],
) {
    if l.is(target, DEFAULT_PATTERN) {
        let (Some(inner), default) = (l.child(target, F::Left), l.child(target, F::Right)) else { return };
        return bind(l, inner, root, path, default, binding, words);
    }
    let target = unwrapped(l, target);
    let pattern = is_pattern(l, target);
    // A key that is an expression is evaluated once.
    if matches!(path.last(), Some(Step::Key(_))) && (pattern || default.is_some()) {
        let name = l.temporary(target);
        l.assign_name(target, name, |l| l.access(target, root, path));
        (root, path) = (name, &[]);
    }
    if !pattern {
        declare_target(l, target, binding, words);
        l.assign(target, |l| l.lower(target), |l| part(l, target, root, path, default));
        return;
    }
    if default.is_some() || path.len() >= LONGEST_PATH {
        let name = l.temporary(target);
        l.assign_name(target, name, |l| part(l, target, root, path, default));
        (root, path) = (name, &[]);
    }
    unpack(l, target, root, &mut path.to_vec(), binding, words);
}

fn declare_target(l: &mut Lower<'_>, target: C, binding: Binding, words: &[C]) {
    if l.is(target, IDENTIFIER) || l.is(target, SHORTHAND_PATTERN) {
        let name = l.symbol(target);
        declare(l, target, name, binding, None, words);
    }
}

/// `root.path`, or `root.path === undefined ? default : root.path`.
pub fn part(l: &mut Lower<'_>, n: C, root: Symbol, path: &[Step], default: Option<C>) {
    let Some(default) = default else { return l.access(n, root, path) };
    l.operator(Operator::Conditional, n, |l| {
        l.operator(Operator::StrictEquals, n, |l| {
            l.access(n, root, path);
            undefined(l, n);
        });
        bound(l, default, n);
        l.access(n, root, path);
    });
}

/// The LITERAL `undefined`.
pub fn undefined(l: &mut Lower<'_>, n: C) {
    let name = l.intern("undefined");
    l.literal_named(n, name, "null");
}
