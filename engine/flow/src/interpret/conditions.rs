//! Conditions of rows, decided of a call as far as that is possible.

use stoa_model::{NodeKind, Symbol};

use super::naming::fits;
use super::{Run, Thing};
use crate::domain::Scalar;
use crate::models::{Condition, Subject};
use crate::program::{Idx, NONE};

impl Run<'_> {
    /// Whether the condition of a row holds of a call, or cannot be decided.
    pub(super) fn holds(&self, call: Idx, condition: &Condition) -> bool {
        let known = match &condition.subject {
            Subject::From(name) => {
                let Some(receiver) = self.program.argument(call, 0) else { return true };
                let value = self.get(self.kept_value(receiver));
                let mut known = None;
                for &object in &value.objects {
                    if let Thing::Made { site, .. } | Thing::Typed { site, .. } = self.things[object as usize]
                    {
                        known = Some(known.unwrap_or(false) || self.program.name(site) == name);
                    }
                }
                known
            }
            Subject::Is(base, kind) => self.argument_nodes(call, base).first().and_then(|&node| {
                let types = self.expression_types(node);
                let fitting = types.iter().any(|t| fits(t, kind));
                // A bare name says nothing of a type.
                (fitting || types.iter().any(|t| t.contains(['.', '/', ':']))).then_some(fitting)
            }),
            Subject::IsText(base) => self.argument_nodes(call, base).first().and_then(|&node| {
                let value = self.get(self.kept_value(node));
                let is_other = |&object: &u32| match self.things[object as usize] {
                    Thing::Made { of, name, .. } => {
                        of != NONE || (name != Symbol::NONE && !self.program.str(name).contains("tr"))
                    }
                    Thing::Typed { .. } | Thing::Function(_) => true,
                    _ => false,
                };
                match &value.scalar {
                    Scalar::Str(_) => Some(true),
                    Scalar::Bottom if !value.objects.is_empty() && value.objects.iter().all(is_other) => {
                        Some(false)
                    }
                    _ => None,
                }
            }),
            Subject::FixedRoute => Some(self.route_is_fixed(call)),
            Subject::Has(base, name, wanted) => match self.argument_nodes(call, base)[..] {
                [] => Some(false),
                [node, ..] => self.was_told(self.kept_value(node), name, wanted),
            },
            Subject::Equals(base, wanted) => match self.argument_nodes(call, base)[..] {
                [] => Some(false),
                [node, ..] => {
                    let own = self.program.node(node);
                    let value = self.get(self.kept_value(node));
                    match value.constant() {
                        Some(Scalar::Bool(b)) => Some(b.to_string().eq_ignore_ascii_case(wanted)),
                        Some(Scalar::Null) => Some(matches!(wanted.as_str(), "None" | "null" | "nil")),
                        Some(constant) => Some(constant.printed().is_some_and(|t| is_one(&t, wanted))),
                        None if own.kind == NodeKind::Identifier => {
                            Some(is_one(self.program.str(own.name), wanted))
                        }
                        None => self
                            .program
                            .argument(node, 2)
                            .map(|field| is_one(self.program.name(field), wanted)),
                    }
                }
            },
        };
        known.is_none_or(|k| k == condition.wanted)
    }
}

/// Whether a text is one of those that a condition names: `text/html|text/xml`.
fn is_one(text: &str, wanted: &str) -> bool {
    wanted
        .split('|')
        .any(|one| one == text || text.strip_prefix(one).is_some_and(|rest| rest.starts_with(';')))
}
