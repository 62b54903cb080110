//! Memory is asked for ahead.
//!
//! A solver jumps about in tables far larger than what a processor keeps near, and waits for memory most of its time. Several pieces come as fast as
//! one if none is needed to know where the next is. So what is to be done is taken some pieces at a time, and all that they will ask for is looked
//! at before the first of them is done. What is looked at changes nothing.

use std::hint::black_box;

use super::asks::Question;
use super::effects::Effect;
use super::hierarchy::Ancestor;
use super::solver::{Solver, Use, Value, ValueId};
use super::state::State;
use super::variables::Var;
use crate::values::{ValueOp, ValueRow};
use stoa_model::ids::node_id;
use stoa_model::rows::NO_LOCAL;
use stoa_model::{FileId, NodeId, Symbol};

/// So many things are looked at together.
pub(super) const AHEAD: usize = 32;

/// Looks at what several things ask for.
pub(super) fn look<T>(things: &[T], at: impl Fn(&T) -> u32) {
    black_box(things.iter().fold(0u32, |seen, thing| seen.wrapping_add(at(thing))));
}

impl Solver {
    /// What a value that is used asks for.
    pub fn of_use(&self, what: Use, value: ValueId) -> u32 {
        let held = self.the(value);
        match what {
            Use::Load { name, .. } | Use::Store { name, .. } => self.of_member(value, held, name),
            Use::MethodCall { call, name } => {
                self.calls[call as usize].result.wrapping_add(self.of_member(value, held, name))
            }
            Use::Call { call, .. } => {
                let arguments = self.arguments.look(self.calls[call as usize].arguments);
                arguments.wrapping_add(self.of_callee(held))
            }
            _ => 0,
        }
    }

    fn of_member(&self, value: ValueId, held: Value, name: Symbol) -> u32 {
        let field = || self.fields.get(&(value, name)).copied().unwrap_or_default();
        match held {
            Value::Instance(of) => field().wrapping_add(self.of_type(of, name)),
            Value::Type(of) => self.of_type(of, name),
            Value::Module(_) | Value::Function(_) | Value::Object(_) => field(),
            Value::Outside(_) | Value::Open => 0,
        }
    }

    fn of_type(&self, of: NodeId, name: Symbol) -> u32 {
        let mut seen = 0u32;
        for ancestor in self.hierarchy.known(of).into_iter().flatten() {
            if let Ancestor::Known(id) = ancestor
                && let Some((written, declared)) = self.own.get(&(*id, name))
            {
                seen = seen.wrapping_add(*written);
                if declared.is_some() {
                    break;
                }
            }
        }
        seen
    }

    fn of_callee(&self, held: Value) -> u32 {
        match held {
            Value::Function(method) => self.methods.get(&method).map_or(0, |facts| {
                let first = self.parameters.get(facts.parameters.0 as usize);
                first.map_or(0, |parameter| parameter.name.0)
            }),
            Value::Type(of) => u32::from(self.hierarchy.known(of).is_some()),
            _ => 0,
        }
    }

    /// What a fact asks for.
    pub fn of_fact(&self, file: FileId, context: u32, row: &ValueRow) -> u32 {
        let id = |local: u32| node_id(file, local);
        let value = |value: Value| self.value_ids.get(&value).copied().unwrap_or_default();
        let asks = |question: Question| u32::from(self.asks.is_answered(question));
        match row.op {
            ValueOp::Function => value(Value::Function(id(row.src))),
            ValueOp::Type => value(Value::Type(id(row.src))),
            ValueOp::Object => value(Value::Object(id(row.dst))),
            ValueOp::Name => asks(Question::Name(context, row.name)),
            ValueOp::Call if row.src == NO_LOCAL => asks(Question::Name(context, row.name)),
            ValueOp::Import => asks(Question::Import(context, row.name)),
            ValueOp::Instance => asks(Question::Type(context, row.name)),
            _ => 0,
        }
    }
}

impl State {
    /// What an effect that is taken in asks for.
    pub fn of_effect(&self, effect: &Effect) -> u32 {
        let of = |var: Var| self.variables.of_variable(var);
        match *effect {
            Effect::Add(var, _) | Effect::On(var, _) | Effect::OnNew(var, _) => of(var),
            Effect::Copy(from, to) | Effect::CopyBehind(from, to, _) | Effect::CopyToNew(from, to) => {
                of(from).wrapping_add(of(to)).wrapping_add(self.variables.of_copies(from))
            }
            _ => 0,
        }
    }
}
