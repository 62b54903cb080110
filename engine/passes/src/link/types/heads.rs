//! Heads of terms: what a type, a variable or a path means in a file.

use std::rc::Rc;

use stoa_model::{NodeKind, ReferenceForm};

use super::super::hash;
use super::super::paths::Places;
use super::super::symbols::{FileContext, family_name, members_in_scope, separator};
use super::evaluate::{Name, Scope, Type, Types, Typing, one, split_arguments};
use super::java::PLATFORM;
use super::{ARRAY, CLOSE, OPEN, PARAMETER, TUPLE};

/// Paths of more parts than this are no members of types.
const MAX_PARTS: usize = 8;

impl Typing<'_> {
    pub(super) fn head(&self, scope: Scope<'_>, term: &str) -> Types {
        let (form, rest) = term.split_once(' ').unwrap_or((term, ""));
        let (qualifier, arguments) = match rest.find(OPEN) {
            Some(at) => (&rest[..at], rest[at + OPEN.len_utf8()..].strip_suffix(CLOSE).unwrap_or_default()),
            None => (rest, ""),
        };
        let arguments: Rc<[Types]> = split_arguments(arguments).map(|a| self.evaluate(scope, a)).collect();
        let built_in = match form {
            ARRAY => Some(Name::Array),
            TUPLE => Some(Name::Tuple),
            PARAMETER => qualifier.parse().ok().map(Name::Parameter),
            _ => None,
        };
        if let Some(name) = built_in {
            return one(Type { name, arguments });
        }
        let Some(form) = ReferenceForm::parse(form) else { return Types::new() };
        let mut types = self.named(scope, form, qualifier);
        if !arguments.is_empty() {
            types.iter_mut().for_each(|t| t.arguments = arguments.clone());
        }
        types
    }

    /// The type of what a form and a qualifier name: a type stands for itself.
    pub fn named(&self, scope: Scope<'_>, form: ReferenceForm, qualifier: &str) -> Types {
        match form {
            ReferenceForm::Type | ReferenceForm::Self_ => self.type_named(scope, form, qualifier),
            ReferenceForm::Super => {
                let owner = self.types_at(&self.exact_types(scope.context.family, qualifier), scope);
                owner.iter().flat_map(|of| self.supertypes(of)).collect()
            }
            ReferenceForm::Import => self.path(scope, form, qualifier),
            ReferenceForm::Path => {
                let separator = separator(scope.context.family);
                let (first, rest) = match qualifier.split_once(separator) {
                    Some((first, rest)) => (first, Some(rest)),
                    None => (qualifier, None),
                };
                let variable = self.variable(scope, first);
                if variable.is_empty() {
                    return self.path(scope, form, qualifier);
                }
                rest.into_iter()
                    .flat_map(|r| r.split(separator))
                    .fold(variable, |types, name| self.members(scope.context.family, &types, name))
            }
            ReferenceForm::Expression => self.evaluate(scope, qualifier),
            _ => Types::new(),
        }
    }

    /// The types of the tree that have a full name.
    pub fn type_of_full_name(&self, scope: Scope<'_>, full: &str) -> Types {
        self.types_at(&self.exact_types(scope.context.family, full), scope)
    }

    /// What an inherited member, a member of a type around, or a variable of the module holds.
    pub(super) fn variable(&self, scope: Scope<'_>, name: &str) -> Types {
        let family = scope.context.family;
        let separator = separator(family);
        if members_in_scope(family) {
            let mut owner = scope.owner;
            while !owner.is_empty() {
                let around = self.exact_types(family, owner);
                let types = self.types_at(&around, scope);
                let found = self.members_only(family, &types, name);
                if !found.is_empty() {
                    return found;
                }
                if around.is_empty() {
                    break;
                }
                owner = owner.rsplit_once(separator).map_or("", |(around, _)| around);
            }
        }
        let places: Places = match family_name(family) {
            "c" => self.symbols.exact(family, hash::of(name)).collect(),
            _ => self.symbols.in_module(scope.context, name),
        };
        let members: Places =
            places.into_iter().filter(|p| self.symbols.kind_of(*p) == NodeKind::Member).collect();
        self.of_declarations(&members, scope)
    }

    /// A type, a variable of a module, or a member of either, by a path.
    pub(super) fn path(&self, scope: Scope<'_>, form: ReferenceForm, path: &str) -> Types {
        let family = scope.context.family;
        let separator = separator(family);
        let places = match form {
            ReferenceForm::Import => self.symbols.find(family, path),
            _ => Places::new(),
        };
        let members: Places =
            places.iter().copied().filter(|p| self.symbols.kind_of(*p) == NodeKind::Member).collect();
        if !members.is_empty() {
            return self.of_declarations(&members, scope);
        }
        let types: Places =
            places.iter().copied().filter(|p| self.symbols.kind_of(*p) == NodeKind::TypeDecl).collect();
        if !types.is_empty() {
            return self.types_at(&types, scope);
        }
        if form == ReferenceForm::Path {
            let types = self.type_in_tree(scope, form, path);
            if !types.is_empty() {
                return types;
            }
        }
        // `a.B.FIELD`: a member of what stands before it.
        if path.matches(separator).count() <= MAX_PARTS
            && let Some((before, name)) = path.rsplit_once(separator)
        {
            let around = self.path_in_tree(scope, form, before);
            if !around.is_empty() {
                return self.members(family, &around, name);
            }
        }
        let full = self.outside_name(scope, form, path);
        // A field of a type that the platform has.
        if family_name(family) == "java"
            && !PLATFORM.has(&full)
            && let Some((before, name)) = full.rsplit_once('.')
        {
            let before = self.outside_name(scope, form, before);
            if PLATFORM.has(&before) {
                return self.members(family, &one(Type::outside(&before)), name);
            }
        }
        one(Type::outside(&full))
    }

    /// As [`Self::path`], of the tree only.
    pub(super) fn path_in_tree(&self, scope: Scope<'_>, form: ReferenceForm, path: &str) -> Types {
        let mut types = self.path(scope, form, path);
        types.retain(|t| matches!(t.name, Name::Tree(_)));
        types
    }

    pub(super) fn type_named(&self, scope: Scope<'_>, form: ReferenceForm, name: &str) -> Types {
        let types = self.type_in_tree(scope, form, name);
        if !types.is_empty() {
            return types;
        }
        one(Type::outside(&self.outside_name(scope, form, name)))
    }

    /// The types of the tree that a name means in a file.
    pub fn type_in_tree(&self, scope: Scope<'_>, form: ReferenceForm, name: &str) -> Types {
        let family = scope.context.family;
        let separator = separator(family);
        if family_name(family) == "java" && form != ReferenceForm::Import {
            let (first, rest) = name.split_once('.').map_or((name, None), |(f, r)| (f, Some(r)));
            let nested = self.types_at(&self.symbols.member_type(family, scope.owner, first), scope);
            if !nested.is_empty() {
                let found = rest.into_iter().flat_map(|r| r.split(separator));
                return found.fold(nested, |types, name| self.members(family, &types, name));
            }
            // What the language or an import names is no type of another package that has the same name.
            let found = self.symbols.find_type_here(scope.context, form, name);
            if !found.is_empty() {
                return self.types_at(&found, scope);
            }
            if self.known_outside(scope.context, name).is_some() {
                return Types::new();
            }
        }
        if family_name(family) == "c" {
            for full in self.symbols.in_namespaces(scope.context, scope.owner, name) {
                let is_type = |p: &u32| self.symbols.kind_of(*p) == NodeKind::TypeDecl;
                let found: Places = self.symbols.exact(family, full).filter(is_type).collect();
                if !found.is_empty() {
                    return self.types_at(&found, scope);
                }
            }
        }
        self.types_at(&self.symbols.find_type(scope.context, form, name), scope)
    }

    /// The fullest name that is known of a type outside of the tree.
    pub(super) fn outside_name(&self, scope: Scope<'_>, form: ReferenceForm, name: &str) -> String {
        if form != ReferenceForm::Import
            && let Some(full) = self.known_outside(scope.context, name)
        {
            return full;
        }
        name.to_owned()
    }

    /// The full name of a Java type that the language or a wildcard import gives: of `java.lang`; of an imported package
    /// that the platform has; else of the only imported package that neither the tree nor the platform has.
    pub(super) fn known_outside(&self, context: &FileContext, name: &str) -> Option<String> {
        if family_name(context.family) != "java" {
            return None;
        }
        let (first, rest) = name.split_once('.').map_or((name, ""), |(f, _)| (f, &name[f.len()..]));
        if !first.starts_with(char::is_uppercase) {
            return None;
        }
        let within = |package: &str| {
            let full = format!("{package}.{first}");
            PLATFORM.has(&full).then(|| format!("{full}{rest}"))
        };
        let known = within("java.lang").or_else(|| context.wildcards.iter().find_map(|w| within(w)));
        if known.is_some() {
            return known;
        }
        let unknown = |w: &&str| {
            !PLATFORM.has_package(w)
                && self.symbols.find_module(context.family, w).is_none()
                && w.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_lowercase))
        };
        let mut packages = context.wildcards.iter().map(|w| &**w).filter(unknown);
        match (packages.next(), packages.next()) {
            (Some(only), None) => Some(format!("{only}.{name}")),
            _ => None,
        }
    }
}
