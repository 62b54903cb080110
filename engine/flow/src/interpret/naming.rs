//! Names of types: what expressions are declared to be and have been found to be, and which names of rows these fit.

use std::sync::Arc;
use stoa_model::{NodeKind, Symbol};

use super::{Run, Thing};
use crate::program::{Idx, Language, NONE};

impl Run<'_> {
    /// Types that may declare what a call runs; an empty one for a free function.
    pub(crate) fn declaring_types(&mut self, call: Idx) -> Arc<[String]> {
        let key = self.receiver_key(call);
        if let Some(known) = self.types.get(&key) {
            return known.clone();
        }
        let mut types = self.owners(call);
        if let Some(receiver) = self.program.argument(call, 0) {
            types.extend(self.types_of(receiver));
        }
        let types: Arc<[String]> = types.into();
        self.types.insert(key, types.clone());
        types
    }

    /// What declares the methods that a call may run, by its edges and its own name.
    pub(super) fn owners(&self, call: Idx) -> Vec<String> {
        let mut types: Vec<String> = Vec::new();
        let mut add = |name: &str| {
            if !types.iter().any(|t| t == name) {
                types.push(name.to_owned());
            }
        };
        let mut known = false;
        for target in self.program.targets(call) {
            let method = self.program.node(target.method);
            let full = self.program.str(method.full_name);
            let name = self.program.str(method.name);
            let owner = full.strip_suffix(name).unwrap_or(full).trim_end_matches(['.', ':', '#', '/']);
            known |= !full.starts_with("<unknown>");
            if owner != "<unknown>" {
                add(owner);
            }
            // What a module exports by default is the module, to those that name it.
            if method.external && (owner.contains('#') || owner.ends_with(".default")) {
                add(owner.replace('#', ".").trim_end_matches(".default"));
            }
            if method.parent != NONE && self.program.kind(method.parent) == NodeKind::TypeDecl {
                for above in self.program.lineage(method.parent) {
                    add(self.program.str(self.program.node(above).full_name));
                }
            }
        }
        if !known && self.program.argument(call, 0).is_none() {
            add("");
        }
        if self.program.name(call) == "<init>" {
            add(self.program.str(self.program.node(call).type_name));
        }
        types
    }

    /// The module that a call calls, where it calls the module itself: `escapeHtml(x)` of `require('escape-html')`, `require('express')()`.
    pub(super) fn called_module(&self, call: Idx) -> Option<&str> {
        let own = self.program.node(call);
        if own.language != Language::JavaScript || self.program.argument(call, 0).is_some() {
            return None;
        }
        if let Some(called) = self.program.argument(call, -1) {
            let name = self.program.argument(called, 1).filter(|_| self.program.name(called) == "require")?;
            return Some(self.program.name(name).trim_matches(['\'', '"', '`']));
        }
        let [target] = self.program.targets(call) else { return None };
        let method = self.program.node(target.method);
        let full = self.program.str(method.full_name);
        // What is imported as a whole, or by default.
        let module = full.strip_suffix(".default").unwrap_or(full);
        let imported = |what: &str| self.program.symbol(&format!("{module}#{what}")).is_some();
        (method.external && (imported("*") || (module != full && imported("default")))).then_some(module)
    }

    /// Names of types that an expression is declared to have, or has been found to have.
    pub(crate) fn types_of(&self, node: Idx) -> Vec<String> {
        let mut names = self.declared_types(node, 0);
        let value = self.kept_value(node);
        for &object in &self.get(value).objects {
            if let Thing::Typed { kind, .. } = self.things[object as usize] {
                names.push(self.context.models.kind_name(kind).to_owned());
            }
            if let Thing::Made { of, name, .. } = self.things[object as usize] {
                if of != NONE {
                    for above in self.program.lineage(of) {
                        names.push(self.program.str(self.program.node(above).full_name).to_owned());
                    }
                } else if name != Symbol::NONE {
                    names.push(self.program.str(name).to_owned());
                }
            }
        }
        names.retain(|n| !n.is_empty());
        names
    }

    /// Names of types that an expression has by what stands in the source: those of its variable, of what that is found to hold, and, by rows,
    /// of what is assigned to it. `depth` is the number of variables that were looked through to get here.
    pub(super) fn declared_types(&self, node: Idx, depth: usize) -> Vec<String> {
        let mut names = Vec::new();
        let own = self.program.node(node);
        let declared = if own.target == NONE { node } else { own.target };
        let declaration = self.program.node(declared);
        match declaration.kind {
            NodeKind::TypeDecl | NodeKind::Import => {
                names.push(self.program.str(declaration.full_name).to_owned())
            }
            _ => {}
        }
        if matches!(declaration.kind, NodeKind::Import | NodeKind::NamespaceBlock) {
            names.extend(self.exported_types(declaration.full_name, depth));
        }
        if declaration.type_name != Symbol::NONE {
            names.push(self.program.str(declaration.type_name).to_owned());
        }
        for &held in self.program.held(declared) {
            for above in self.program.lineage(held) {
                names.push(self.program.str(self.program.node(above).full_name).to_owned());
            }
        }
        for &child in self.program.children(declared) {
            if self.program.kind(child) == NodeKind::TypeRef && self.program.node(child).target != NONE {
                for above in self.program.lineage(self.program.node(child).target) {
                    names.push(self.program.str(self.program.node(above).full_name).to_owned());
                }
            }
        }
        if declaration.kind == NodeKind::MethodParameterIn && names.is_empty() {
            names.extend(self.callback_types(declared, depth));
        }
        if declaration.kind == NodeKind::MethodParameterIn && names.is_empty() {
            names.extend(
                self.context.models.parameter_types(declaration.language, self.program.str(declaration.name)),
            );
        }
        names.extend(self.assigned_types(node, depth));
        names
    }

    /// Types of an expression, and the path it is when it is one: `request.args` of `from flask import request` is `flask.request.args`.
    pub(super) fn expression_types(&self, node: Idx) -> Vec<String> {
        self.path_types(node, self.types_of(node))
    }

    /// Names of types with the path that an expression is.
    pub(super) fn path_types(&self, node: Idx, mut names: Vec<String>) -> Vec<String> {
        let mut parts = Vec::new();
        let mut at = node;
        while let (Some(field), Some(base)) = (self.program.argument(at, 2), self.program.argument(at, 1)) {
            parts.push(self.program.name(field));
            at = base;
        }
        if self.program.kind(at) == NodeKind::Identifier {
            let target = self.program.node(at).target;
            let root = if target != NONE && self.program.kind(target) == NodeKind::Import {
                self.program.str(self.program.node(target).full_name)
            } else {
                self.program.name(at)
            };
            let path: Vec<&str> = std::iter::once(root).chain(parts.into_iter().rev()).collect();
            names.push(path.join("."));
        }
        names
    }
}

/// Whether a type found in the tree is the one that a row names, or one below it.
pub(crate) fn fits(found: &str, named: &str) -> bool {
    Found::new(found).fits(named)
}

/// The name of a type found in the tree, as it is compared with many that rows name.
pub(crate) struct Found<'a> {
    whole: &'a str,
    /// Without what it is of, and whether it is a pointer.
    plain: &'a str,
    /// Where its last part begins.
    last: usize,
}

impl<'a> Found<'a> {
    pub(crate) fn new(whole: &'a str) -> Found<'a> {
        let plain = whole.split(['<', '[']).next().unwrap_or(whole).trim_end_matches(['*', '&', '?', ' ']);
        Found { whole, plain, last: last(plain) }
    }

    /// Whether it is the type that a row names, or one below it.
    ///
    /// A name without its package fits one with it. Of types outside of the tree supertypes are not known; a type of the same package family
    /// whose name ends with the other's is taken to be one (`HttpServletRequest`, `ServletRequest`).
    pub(crate) fn fits(&self, named: &str) -> bool {
        let found = self.plain;
        if self.whole == named || found == named {
            return true;
        }
        // Whatever fits ends alike.
        if found.is_empty() || found.as_bytes().last() != named.as_bytes().last() {
            return false;
        }
        let named_last = last(named);
        let (own, other) = (&found[self.last..], &named[named_last..]);
        if self.last == 0 {
            return own == other;
        }
        if named_last == 0 {
            return false;
        }
        if own == other {
            let marked = |name: &str| name.as_bytes().last().is_some_and(is_mark);
            return found.strip_suffix(named).is_some_and(marked)
                || named.strip_suffix(found).is_some_and(marked);
        }
        let below = own.len() > other.len()
            && own.ends_with(other)
            && other.starts_with(|c: char| c.is_ascii_uppercase());
        below && found[..family(found)] == named[..family(named)]
    }
}

/// Whether a byte ends a part of a name.
fn is_mark(byte: &u8) -> bool {
    matches!(byte, b'.' | b':' | b'/')
}

/// Where the last part of a name begins.
fn last(name: &str) -> usize {
    name.as_bytes().iter().rposition(is_mark).map_or(0, |at| at + 1)
}

/// The length of the first two parts of a name.
fn family(name: &str) -> usize {
    let mut marks = name.as_bytes().iter().enumerate().filter(|(_, b)| is_mark(b)).map(|(at, _)| at);
    marks.next();
    marks.next().unwrap_or(name.len())
}
