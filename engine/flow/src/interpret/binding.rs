//! What the parameters of a method get at a call.

use std::sync::Arc;
use stoa_model::{NodeKind, Symbol};

use super::calls::Given;
use super::{Run, Thing};
use crate::domain::{BOTTOM, Selector, TOP, ValueId};
use crate::program::{Language, NONE, Parameter};

impl Run<'_> {
    /// Values of a method's parameters at a call.
    pub(super) fn bind(&mut self, number: u32, given: &Given) -> Vec<ValueId> {
        let parameters = &self.program.numbered(number).parameters;
        let mut bound = Vec::with_capacity(parameters.len());
        // A call without a receiver is one of the object itself, or gives it first where the receiver is a declared parameter.
        let implicit = if given.receiver.is_none()
            && !matches!(self.program.numbered(number).language, Language::Python | Language::JavaScript)
        {
            self.receiver()
        } else {
            None
        };
        let shifted = given.receiver.is_none()
            && implicit.is_none()
            && self.program.numbered(number).language == Language::Python
            && parameters.first().is_some_and(|p| p.index == 0);
        for parameter in parameters {
            if parameter.index == 0 {
                bound.push(match given.receiver.or(implicit) {
                    Some(receiver) => receiver,
                    None if !shifted => TOP,
                    None => given.arguments.first().map_or(TOP, |a| a.0),
                });
                continue;
            }
            let at = parameter.index as usize - 1 + shifted as usize;
            let keyword = given.arguments.iter().find(|a| a.1 != Symbol::NONE && a.1 == parameter.name);
            let value = if let Some(keyword) = keyword {
                keyword.0
            } else if parameter.variadic {
                let rest: Vec<ValueId> = given
                    .arguments
                    .iter()
                    .skip(at)
                    .filter(|a| a.1 == Symbol::NONE || self.method.language != Language::Python)
                    .map(|a| a.0)
                    .collect();
                match rest[..] {
                    [one] if self.is_array(one) => one,
                    _ => {
                        let array = self.make(parameter.node, NONE, Symbol::NONE);
                        for (place, &value) in rest.iter().enumerate() {
                            self.set_part(array, &Selector::Index(place as i64), value, true);
                        }
                        self.set_keywords(array, parameters, given);
                        array
                    }
                }
            } else if let Some(argument) = given.arguments.get(at).filter(|a| a.1 == Symbol::NONE) {
                argument.0
            } else {
                match self
                    .program
                    .children(parameter.node)
                    .iter()
                    .copied()
                    .find(|&c| self.program.kind(c) == NodeKind::Literal)
                {
                    Some(default) => self.literal(default),
                    None => TOP,
                }
            };
            let value = if self.program.is_referred(parameter.node)
                && let Some(&(_, _, node)) = given.arguments.get(at)
            {
                self.reference_to(node, value)
            } else {
                value
            };
            bound.push(if value == BOTTOM { TOP } else { value });
        }
        bound
    }

    /// Arguments by names that no parameter has come in what takes the rest, by their names.
    fn set_keywords(&mut self, rest: ValueId, parameters: &[Parameter], given: &Given) {
        for &(value, keyword, _) in &given.arguments {
            if keyword != Symbol::NONE && !parameters.iter().any(|p| p.name == keyword) {
                let selector = Selector::Key(Arc::from(self.program.str(keyword)));
                self.set_part(rest, &selector, value, true);
            }
        }
    }

    fn is_array(&self, value: ValueId) -> bool {
        self.get(value).objects.iter().any(|&o| match self.things[o as usize] {
            Thing::Made { name, .. } => self.program.str(name).ends_with(']'),
            _ => false,
        })
    }
}
