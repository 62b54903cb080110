//! Overloads: of several methods of one name and arity those that take arguments of the types that are known.
//!
//! *The Java Language Specification* §15.12.2, as far as it needs no inference: what an argument's type cannot be converted to is out;
//! of the rest the methods to which the arguments convert most directly are kept. An argument of which nothing is known fits
//! everything, so that all methods it leaves open stay.

use smallvec::SmallVec;

use super::super::hash;
use super::super::paths::Places;
use super::super::symbols::{FileContext, family_name};
use super::evaluate::{Name, Scope, Type, Types, Typing, split_at};
use super::java::PLATFORM;
use super::{ARGUMENT, MAX_DEPTH};

/// How directly an argument becomes a parameter; the smaller, the more so.
type Cost = u32;

const BOXED: Cost = 20;
const UNRELATED: Cost = 40;
const ANYTHING: Cost = 30;
const VARIABLE_ARITY: Cost = 100;

/// Numbers, from narrow to wide: each converts to those behind it.
const WIDENING: &[&str] = &["byte", "short", "int", "long", "float", "double"];

impl Typing<'_> {
    /// The types of a call's arguments.
    pub fn arguments(&self, context: &FileContext, owner: &str, terms: &str) -> SmallVec<[Types; 4]> {
        split_at(terms, ARGUMENT).map(|term| self.evaluate(Scope { context, owner }, term)).collect()
    }

    /// Of some methods those that fit the arguments best; all of them if none is known to fit.
    pub fn choose(&self, methods: Places, arguments: &[Types]) -> Places {
        if methods.len() < 2 || arguments.iter().all(|a| a.is_empty()) {
            return methods;
        }
        let costs: SmallVec<[Option<Cost>; 8]> = methods.iter().map(|m| self.cost(*m, arguments)).collect();
        let Some(best) = costs.iter().flatten().min() else { return methods };
        methods.iter().zip(&costs).filter(|(_, cost)| **cost == Some(*best)).map(|(m, _)| *m).collect()
    }

    /// Whether a method can take arguments of some types, as far as they are known.
    pub fn can_take(&self, method: u32, arguments: &[Types]) -> bool {
        self.cost(method, arguments).is_some()
    }

    fn cost(&self, method: u32, arguments: &[Types]) -> Option<Cost> {
        let parameters: SmallVec<[Types; 4]> = self
            .symbols
            .parameters_of(method)
            .map(|term| match term {
                Some((context, owner, term)) => self.evaluate(Scope { context, owner }, term),
                None => Types::new(),
            })
            .collect();
        let (family, arity) = (self.symbols.family_of(method), self.symbols.arity_of(method));
        let family = family_name(family);
        let fixed = || {
            let pairs = arguments.iter().zip(&parameters);
            pairs.map(|(a, p)| self.conversion(family, a, p)).sum::<Option<Cost>>()
        };
        if arity >= 0 {
            return fixed();
        }
        // The last parameter takes what is left, one by one or as an array.
        let as_array = (parameters.len() == arguments.len()).then(fixed).flatten();
        as_array.or_else(|| {
            let (last, before) = parameters.split_last()?;
            let element = match last.first() {
                Some(Type { name: Name::Array, arguments }) => arguments.first().cloned().unwrap_or_default(),
                _ => Types::new(),
            };
            if arguments.len() < before.len() {
                return None;
            }
            let each = before.iter().chain(std::iter::repeat(&element));
            let sum: Option<Cost> =
                arguments.iter().zip(each).map(|(a, p)| self.conversion(family, a, p)).sum();
            Some(sum? + VARIABLE_ARITY)
        })
    }

    /// What it costs to convert an argument to a parameter; nothing if it cannot be done.
    fn conversion(&self, family: &str, argument: &Types, parameter: &Types) -> Option<Cost> {
        let Some(argument) = argument.first() else { return Some(0) };
        let Some(parameter) = parameter.first() else { return Some(UNRELATED) };
        match (&argument.name, &parameter.name) {
            (_, Name::Parameter(_)) => Some(ANYTHING),
            (Name::Parameter(_), _) => Some(UNRELATED),
            (Name::Array, Name::Array) => {
                let (inner, outer) = (argument.arguments.first()?, parameter.arguments.first()?);
                let numbers = inner.first().is_some_and(|t| primitive(t).is_some())
                    || outer.first().is_some_and(|t| primitive(t).is_some());
                let cost = self.conversion(family, inner, outer)?;
                // Arrays of numbers are never converted.
                (!numbers || cost == 0 || inner.is_empty()).then_some(cost)
            }
            (Name::Array, _) => is_object(parameter).then_some(ANYTHING),
            (_, Name::Array) => None,
            _ => self.plain_conversion(family, argument, parameter),
        }
    }

    fn plain_conversion(&self, family: &str, argument: &Type, parameter: &Type) -> Option<Cost> {
        if self.same(argument, parameter) {
            return Some(0);
        }
        match (primitive(argument), primitive(parameter)) {
            (Some(from), Some(to)) => {
                let place = |name: &str| WIDENING.iter().position(|w| *w == name);
                let from = if from == "char" { place("int") } else { place(from) };
                let distance = place(to)?.checked_sub(from?);
                match (distance, family) {
                    (Some(distance), _) => Some(distance as Cost + 1),
                    // C++ converts numbers to each other.
                    (None, "c") => Some(BOXED),
                    (None, _) => None,
                }
            }
            (Some(number), None) => {
                let fits =
                    is_object(parameter) || boxed(number).is_none_or(|b| self.reaches_name(b, parameter));
                fits.then_some(if is_object(parameter) { ANYTHING } else { BOXED })
            }
            (None, Some(number)) => match &argument.name {
                Name::Outside(name) => (boxed(number) == Some(&**name) || family == "c").then_some(BOXED),
                _ => (family == "c").then_some(UNRELATED),
            },
            (None, None) => {
                if is_object(parameter) {
                    return Some(ANYTHING);
                }
                match self.distance(argument, parameter) {
                    Some(distance) => Some(distance),
                    None => self.may_be_related(family, argument).then_some(UNRELATED),
                }
            }
        }
    }

    fn same(&self, one: &Type, other: &Type) -> bool {
        match (&one.name, &other.name) {
            (Name::Tree(a), Name::Tree(b)) => self.symbols.full_of(*a) == self.symbols.full_of(*b),
            (a, b) => a == b,
        }
    }

    /// How many steps up a type is a supertype of another.
    fn distance(&self, of: &Type, above: &Type) -> Option<Cost> {
        let (mut level, mut seen) = (vec![of.clone()], Vec::new());
        for distance in 0..MAX_DEPTH {
            if level.iter().any(|t| self.same(t, above)) {
                return Some(distance);
            }
            let mut next: Vec<Type> = Vec::new();
            for of in level {
                for t in self.supertypes(&of) {
                    if !seen.contains(&t.name) {
                        seen.push(t.name.clone());
                        next.push(t);
                    }
                }
            }
            if next.is_empty() {
                return None;
            }
            level = next;
        }
        None
    }

    fn reaches_name(&self, name: &str, parameter: &Type) -> bool {
        match &parameter.name {
            Name::Outside(to) if &**to == name => true,
            // Of boxed numbers the platform knows all supertypes.
            _ => self.distance(&Type::outside(name), parameter).is_some(),
        }
    }

    /// Whether a type may have supertypes that are not known, so that it may convert to anything.
    fn may_be_related(&self, family: &str, of: &Type) -> bool {
        let (mut level, mut seen): (Vec<Type>, Vec<u64>) = (vec![of.clone()], Vec::new());
        for _ in 0..MAX_DEPTH {
            let mut next = Vec::new();
            for of in level {
                match &of.name {
                    Name::Outside(name) if !PLATFORM.has(name) => {
                        return family != "java" || primitive(&of).is_none();
                    }
                    Name::Tree(place) => {
                        let full = self.symbols.full_of(*place);
                        if !seen.contains(&full) {
                            seen.push(full);
                            next.extend(self.supertypes(&of));
                        }
                    }
                    Name::Outside(name) => {
                        let full = hash::of(name);
                        if !seen.contains(&full) {
                            seen.push(full);
                            next.extend(self.supertypes(&of));
                        }
                    }
                    _ => {}
                }
            }
            if next.is_empty() {
                return family == "c";
            }
            level = next;
        }
        true
    }
}

/// The word of a type that is no class.
fn primitive(of: &Type) -> Option<&str> {
    match &of.name {
        Name::Outside(name) => {
            let known = WIDENING.contains(&&**name) || matches!(&**name, "boolean" | "bool" | "char");
            known.then_some(&**name)
        }
        _ => None,
    }
}

fn is_object(of: &Type) -> bool {
    matches!(&of.name, Name::Outside(name) if matches!(&**name, "java.lang.Object" | "object" | "Object" | "System.Object"))
}

/// The class of objects that hold a number.
fn boxed(primitive: &str) -> Option<&'static str> {
    Some(match primitive {
        "boolean" => "java.lang.Boolean",
        "byte" => "java.lang.Byte",
        "char" => "java.lang.Character",
        "short" => "java.lang.Short",
        "int" => "java.lang.Integer",
        "long" => "java.lang.Long",
        "float" => "java.lang.Float",
        "double" => "java.lang.Double",
        _ => return None,
    })
}
