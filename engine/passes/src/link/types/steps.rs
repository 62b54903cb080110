//! Steps of terms: members, calls, elements.

use std::rc::Rc;

use smallvec::SmallVec;
use stoa_model::ids::file_of;
use stoa_model::{NodeKind, ReferenceForm};

use super::super::hash;
use super::super::paths::Places;
use super::super::symbols::{family_name, members_in_scope, separator};
use super::containers::{self, Gives};
use super::evaluate::{
    MAX_NAMESAKES, Name, Scope, Type, Types, Typing, from_written, last_step, one, substitute,
};
use super::java::PLATFORM;
use super::{ELEMENT, ITERATE, MAX_DEPTH, NEXT, UNWRAP};

impl Typing<'_> {
    pub(super) fn step(&self, scope: Scope<'_>, base: &str, step: &str) -> Types {
        if let Some((name, arity)) = step.strip_suffix(')').and_then(|s| s.rsplit_once('(')) {
            let arity = arity.parse().unwrap_or(-1);
            if last_step(base).is_none()
                && let Some(types) = self.call_of_head(scope, base, name, arity)
            {
                return types;
            }
            return self.calls(scope.context.family, &self.evaluate(scope, base), name, arity);
        }
        let types = self.evaluate(scope, base);
        match step {
            ELEMENT => types.iter().flat_map(|t| self.element(scope.context.family, t)).collect(),
            ITERATE => types.iter().flat_map(|t| self.iterated(t)).collect(),
            NEXT => types
                .iter()
                .map(|t| Type {
                    name: Name::Tuple,
                    arguments: Rc::from([Types::new(), self.element(scope.context.family, t)]),
                })
                .collect(),
            UNWRAP => types
                .into_iter()
                .flat_map(|t| match &t.name {
                    Name::Outside(name) if containers::wraps(name) => t.argument(0),
                    _ => one(t),
                })
                .collect(),
            _ => match step.strip_prefix('#').and_then(|n| n.parse::<usize>().ok()) {
                Some(number) => types
                    .into_iter()
                    .flat_map(|t| match t.name {
                        Name::Tuple => t.argument(number),
                        _ if number == 0 => one(t),
                        _ => Types::new(),
                    })
                    .collect(),
                None => self.members(scope.context.family, &types, step),
            },
        }
    }

    /// What a call that stands at the beginning of a term gives, when it is one of a function: by its bare name, through an
    /// import, or by a path. Nothing when it is one on a type.
    pub(super) fn call_of_head(&self, scope: Scope<'_>, head: &str, name: &str, arity: i32) -> Option<Types> {
        let (form, qualifier) = head.split_once(' ').unwrap_or((head, ""));
        let family = scope.context.family;
        let separator = separator(family);
        let places = match ReferenceForm::parse(form)? {
            ReferenceForm::Bare => {
                if members_in_scope(family) {
                    let mut owner = qualifier;
                    while !owner.is_empty() {
                        let around = self.types_at(&self.exact_types(family, owner), scope);
                        let types = self.calls(family, &around, name, arity);
                        if !types.is_empty() {
                            return Some(types);
                        }
                        owner = owner.rsplit_once(separator).map_or("", |(around, _)| around);
                    }
                }
                self.symbols.beside(scope.context, name)
            }
            ReferenceForm::Import if name.is_empty() => self.symbols.find(family, qualifier),
            ReferenceForm::Import | ReferenceForm::Path => {
                self.symbols.find(family, &format!("{qualifier}{separator}{name}"))
            }
            _ => return None,
        };
        let types: Places =
            places.iter().copied().filter(|p| self.symbols.kind_of(*p) == NodeKind::TypeDecl).collect();
        if !types.is_empty() {
            return Some(self.types_at(&types, scope));
        }
        let methods = self.symbols.taking(places, arity);
        if methods.is_empty() {
            return (form == ReferenceForm::Bare.as_str() || name.is_empty()).then(Types::new);
        }
        Some(self.of_declarations(&methods, scope))
    }

    /// What members of some types hold; a type that is a member stands for itself.
    pub(super) fn members(&self, family: u8, types: &[Type], name: &str) -> Types {
        let found = self.members_only(family, types, name);
        if !found.is_empty() {
            return found;
        }
        let mut nested = Types::new();
        for of in types {
            match &of.name {
                Name::Tree(place) => {
                    let inside =
                        hash::extend(hash::extend(self.symbols.full_of(*place), separator(family)), name);
                    let is_type = |p: &u32| self.symbols.kind_of(*p) == NodeKind::TypeDecl;
                    nested.extend(self.symbols.exact(family, inside).filter(is_type).map(Type::tree));
                }
                Name::Outside(outer) if PLATFORM.has(&format!("{outer}.{name}")) => {
                    nested.push(Type::outside(&format!("{outer}.{name}")));
                }
                _ => {}
            }
        }
        nested
    }

    pub(super) fn members_only(&self, family: u8, types: &[Type], name: &str) -> Types {
        let mut found = Types::new();
        for of in types {
            found.extend(self.member(family, of, name));
        }
        found
    }

    pub(super) fn member(&self, family: u8, of: &Type, name: &str) -> Types {
        self.upwards(of, |of| match &of.name {
            Name::Tree(place) => {
                let full = hash::extend(hash::extend(self.symbols.full_of(*place), separator(family)), name);
                let is_member = |p: &u32| self.symbols.kind_of(*p) == NodeKind::Member;
                let mut members: Places = self.symbols.exact(family, full).filter(is_member).collect();
                let file = file_of(self.symbols.id_of(*place));
                if members.iter().any(|p| file_of(self.symbols.id_of(*p)) == file) {
                    members.retain(|p| file_of(self.symbols.id_of(*p)) == file);
                }
                if members.is_empty() || members.len() > MAX_NAMESAKES {
                    return None;
                }
                let types = members.iter().flat_map(|p| self.declared(*p));
                Some(types.map(|t| substitute(&t, &of.arguments)).collect())
            }
            Name::Outside(outer) => {
                if let Some(written) = PLATFORM.member(outer, &format!(".{name}")) {
                    return Some(from_written(written, &of.arguments));
                }
                if let Ok(number) = name.parse::<usize>() {
                    return Some(of.argument(number));
                }
                let taken_out =
                    family_name(family) == "csharp" && containers::gives("csharp", name) == Some(Gives::Last);
                taken_out.then(|| of.last_argument())
            }
            _ => None,
        })
    }

    /// The methods and members of a name that some types or their nearest supertypes have; of a name `#n` the n-th member.
    pub fn declarations(&self, family: u8, types: &[Type], name: &str) -> Places {
        let mut found = Places::new();
        for of in types {
            self.upwards(of, |of| {
                let Name::Tree(place) = of.name else { return None };
                let file = file_of(self.symbols.id_of(place));
                let mut here: Places = match name.strip_prefix('#').and_then(|n| n.parse::<usize>().ok()) {
                    Some(number) => self.symbols.nth_member(place, number).into_iter().collect(),
                    None => {
                        let full =
                            hash::extend(hash::extend(self.symbols.full_of(place), separator(family)), name);
                        self.symbols.exact(family, full).collect()
                    }
                };
                if here.iter().any(|p| file_of(self.symbols.id_of(*p)) == file) {
                    here.retain(|p| file_of(self.symbols.id_of(*p)) == file);
                }
                if here.is_empty() || here.len() > 4 * MAX_NAMESAKES {
                    return None;
                }
                found.extend(here);
                Some(Types::new())
            });
        }
        found
    }

    /// What calls of a method on some types give.
    pub(super) fn calls(&self, family: u8, types: &[Type], name: &str, arity: i32) -> Types {
        types.iter().flat_map(|of| self.call(family, of, name, arity)).collect()
    }

    pub(super) fn call(&self, family: u8, of: &Type, name: &str, arity: i32) -> Types {
        self.upwards(of, |of| match &of.name {
            Name::Tree(place) => {
                let full = hash::extend(hash::extend(self.symbols.full_of(*place), separator(family)), name);
                let methods = self.symbols.taking(self.symbols.exact(family, full).collect(), arity);
                let types = self.declared(*methods.first()?);
                Some(types.iter().map(|t| substitute(t, &of.arguments)).collect())
            }
            Name::Outside(outer) => match PLATFORM.member(outer, name) {
                Some(written) => Some(from_written(written, &of.arguments)),
                None => container(family, of, name),
            },
            Name::Array if name == "clone" => Some(one(of.clone())),
            _ => None,
        })
    }

    /// What `found` says of a type, or of what it points to, or of the nearest supertype of which it says anything.
    pub(super) fn upwards(&self, of: &Type, mut found: impl FnMut(&Type) -> Option<Types>) -> Types {
        let mut level = one(of.clone());
        let mut seen: SmallVec<[Name; 8]> = SmallVec::new();
        for _ in 0..MAX_DEPTH {
            let mut above = Types::new();
            for of in level {
                if let Some(types) = found(&of) {
                    return types;
                }
                let next = match &of.name {
                    Name::Parameter(_) => of.argument(0),
                    Name::Outside(name) if containers::points(name) => of.argument(0),
                    _ => self.supertypes(&of),
                };
                for of in next {
                    if !seen.contains(&of.name) {
                        seen.push(of.name.clone());
                        above.push(of);
                    }
                }
            }
            if above.is_empty() {
                break;
            }
            level = above;
        }
        Types::new()
    }

    /// What indexing gives.
    pub(super) fn element(&self, family: u8, of: &Type) -> Types {
        match &of.name {
            Name::Array => of.argument(0),
            Name::Outside(_) if family_name(family) != "java" => of.last_argument(),
            _ => Types::new(),
        }
    }

    /// What a loop over the elements gives.
    pub(super) fn iterated(&self, of: &Type) -> Types {
        self.upwards(of, |of| match &of.name {
            Name::Array => Some(of.argument(0)),
            Name::Outside(name) if of.arguments.len() == 1 => {
                let known = &**name != "java.lang.Iterable" && PLATFORM.has(name);
                (!known).then(|| of.argument(0))
            }
            _ => None,
        })
    }

    /// Pointers of standard libraries replaced by what they point to.
    pub fn pointed_to(&self, types: Types) -> Types {
        types
            .into_iter()
            .flat_map(|t| match &t.name {
                Name::Outside(name) if containers::points(name) && !t.arguments.is_empty() => t.argument(0),
                Name::Parameter(_) => t.argument(0),
                _ => one(t),
            })
            .collect()
    }

    /// The nearest supertype outside of the tree that may have a method, the platform's word first.
    pub fn outside_supertype(&self, of: &Type, method: &str) -> Option<Rc<str>> {
        let (mut level, mut first) = (self.supertypes(of), None);
        for _ in 0..MAX_DEPTH / 2 {
            if level.is_empty() {
                break;
            }
            for t in &level {
                if let Name::Outside(name) = &t.name {
                    if PLATFORM.member(name, method).is_some() {
                        return Some(name.clone());
                    }
                    if !PLATFORM.has(name) {
                        first.get_or_insert_with(|| name.clone());
                    }
                }
            }
            level = level
                .iter()
                .filter(|t| matches!(t.name, Name::Tree(_)))
                .flat_map(|t| self.supertypes(t))
                .collect();
        }
        first
    }
}

/// What a method of a container outside of the tree gives, in languages whose platform has no table.
fn container(family: u8, of: &Type, method: &str) -> Option<Types> {
    if of.arguments.is_empty() {
        return None;
    }
    Some(match containers::gives(family_name(family), method)? {
        Gives::Same => one(of.clone()),
        Gives::First => of.argument(0),
        Gives::Last => of.last_argument(),
        Gives::MaybeLast => {
            one(Type { name: Name::Outside("Option".into()), arguments: Rc::from([of.last_argument()]) })
        }
    })
}
