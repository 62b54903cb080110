//! Variables and arrays to which something was written, or nothing was.

use stoa_model::{EdgeLabel, NodeKind, Operator};

use super::memory::Way;
use super::{Run, Thing};
use crate::domain::{BOTTOM, Scalar, Selector, ValueId};
use crate::models::Fault;
use crate::program::{Idx, Language, NONE};

impl Run<'_> {
    /// Asks that something was ever written to an array of which an element is read, or to a struct of which a field is.
    pub(super) fn demand_filled(&mut self, node: Idx, base: ValueId) {
        let mut whole = node;
        let mut parent = self.program.node(node).parent;
        // Of list[i].field, the field is what is read.
        while parent != NONE
            && self.program.node(parent).operator == Some(Operator::FieldAccess)
            && self.program.node(whole).argument == 1
        {
            whole = parent;
            parent = self.program.node(parent).parent;
        }
        if parent == NONE || self.program.kind(parent) != NodeKind::Call {
            return;
        }
        let around = *self.program.node(parent);
        let reads = match around.operator {
            Some(Operator::Assignment) => self.program.node(whole).argument == 2,
            Some(Operator::FieldAccess | Operator::AddressOf | Operator::SizeOf | Operator::IndexAccess) => {
                false
            }
            Some(other) if other.assigns() => self.program.node(whole).argument == 2,
            Some(_) => true,
            None => self.program.targets(parent).iter().any(|c| self.program.method(c.method).is_some()),
        };
        let Some(object) = self.one_object(base) else { return };
        let Thing::Made { site, via: NONE, of, .. } = self.things[object as usize] else { return };
        if of != NONE && self.is_constructed(of) {
            return;
        }
        let blank = self.program.kind(site) == NodeKind::Local
            || self.program.node(site).operator == Some(Operator::Alloc)
            || matches!(self.program.name(site), "malloc" | "alloca" | "ALLOCA" | "_alloca");
        let Some(content) = self.heap_object(object) else { return };
        let fresh = content.part(&Selector::Freed).is_some_and(|f| self.get(f).scalar == Scalar::Bool(false));
        let at = self.program.argument(node, 2).map(|i| self.kept_value(i));
        let at = at.and_then(|i| self.get(i).scalar.exact());
        let elsewhere = |s: &Selector| matches!((s, at), (Selector::Index(k), Some(at)) if *k != at);
        let empty = content.parts.iter().all(|(s, v)| s.is_of_memory() || *v == BOTTOM || elsewhere(s));
        if reads && blank && fresh && empty {
            let label = self.source_of_memory(site);
            self.tell(Fault::Uninitialized, label, node, 1, None);
        }
    }

    /// Whether a class has constructors, or fields that begin with something.
    fn is_constructed(&self, of: Idx) -> bool {
        let name = self.program.node(of).name;
        self.program.lineage(of).into_iter().any(|t| {
            self.program.children(t).iter().any(|&m| {
                let own = self.program.node(m);
                match own.kind {
                    NodeKind::Method => own.name == name || self.program.str(own.name) == "<init>",
                    NodeKind::Member => self.program.initialiser(m).is_some(),
                    _ => false,
                }
            })
        })
    }

    /// An element of an array of structs begins to be where one of its fields is written.
    pub(super) fn begin_element(&mut self, target: Idx) {
        let operator = self.program.node(target).operator;
        if !self.manages_memory() || operator != Some(Operator::FieldAccess) {
            return;
        }
        let Some(element) = self.program.argument(target, 1) else { return };
        if self.program.node(element).operator != Some(Operator::IndexAccess) {
            return;
        }
        let Some(place) = self.place(element) else { return };
        if self.read(&place) == BOTTOM {
            let made = self.make(element, NONE, stoa_model::Symbol::NONE);
            self.write(&place, made);
            self.keep(element, made);
        }
    }

    /// Whether what is asked of is a variable of the method that nothing else writes to, or a constant that is handed over.
    pub(super) fn is_plain(&self, sink: Idx, argument: i16, way: Way) -> bool {
        let plain = |node: Idx| {
            let own = self.program.node(node);
            let declared = self.meaning(node);
            own.kind == NodeKind::Literal
                || (own.kind == NodeKind::Identifier
                    && declared != NONE
                    && matches!(self.program.kind(declared), NodeKind::Local | NodeKind::MethodParameterIn)
                    && self.is_set_null(declared)
                    && !self.may_be_written(declared))
        };
        match way {
            None => self.program.argument(sink, argument).is_some_and(plain),
            Some((crossing, _)) => {
                let is_null = |&a: &Idx| {
                    let value = self.get(self.kept_value(a));
                    value.objects.is_empty() && matches!(value.scalar, Scalar::Null | Scalar::Int(0, 0))
                };
                self.program.arguments(crossing.call).filter(is_null).all(plain)
            }
        }
    }

    /// Whether null is written to a variable as such. (What was read from elsewhere may be written there in ways that are not seen.)
    pub(super) fn is_set_null(&self, declared: Idx) -> bool {
        let program = self.program;
        let name = program.node(declared).name;
        let end = self.method.node + self.node_values.len() as Idx;
        (self.method.node..end).any(|node| {
            program.node(node).operator == Some(Operator::Assignment)
                && program.argument(node, 1).is_some_and(|to| program.node(to).name == name)
                && program.argument(node, 2).is_some_and(|from| {
                    let inner = program
                        .argument(from, 2)
                        .filter(|_| program.node(from).operator == Some(Operator::Cast));
                    let from = inner.unwrap_or(from);
                    let calls = program.targets(from);
                    // What the one function that is run gives, and nothing else.
                    let own = calls.len() == 1 && calls.iter().all(|c| program.method(c.method).is_some());
                    program.kind(from) == NodeKind::Literal || own
                })
        })
    }

    /// Whether a variable is handed to something unknown, which may be a macro that writes to it, or its address is.
    pub(super) fn may_be_written(&self, declared: Idx) -> bool {
        let program = self.program;
        let name = program.node(declared).name;
        let end = self.method.node + self.node_values.len() as Idx;
        (self.method.node..end).any(|node| {
            let own = program.node(node);
            if own.kind != NodeKind::Identifier || own.name != name || own.parent == NONE {
                return false;
            }
            let around = program.node(own.parent);
            match (around.kind, around.operator) {
                (NodeKind::Call, Some(Operator::AddressOf)) => true,
                // stream >> variable
                (NodeKind::Call, Some(Operator::ArithmeticShiftRight)) => {
                    around.language == Language::Cpp && own.argument == 2
                }
                (NodeKind::Call, Some(_)) => false,
                (NodeKind::Call, None) => {
                    let runs = |c: &&crate::program::Call| c.label != Some(EdgeLabel::Callback);
                    let mut methods = program.targets(own.parent).iter().filter(runs);
                    let refers = |m: &crate::program::Method| {
                        let parameter = m.parameters.iter().find(|p| p.index == own.argument);
                        parameter.is_some_and(|p| program.str(program.node(p.node).type_name).ends_with('&'))
                    };
                    let known = methods.any(|c| program.method(c.method).is_some_and(|m| !refers(m)));
                    let named = self
                        .context
                        .models
                        .called(around.language, program.str(around.name))
                        .next()
                        .is_some();
                    own.argument > 0 && !known && !named
                }
                (NodeKind::Unknown, _) => true,
                _ => false,
            }
        })
    }

    /// A variable is read that nothing was ever written to.
    pub(super) fn demand_written(&mut self, node: Idx, value: ValueId) {
        if value != BOTTOM {
            return;
        }
        let declared = self.meaning(node);
        if declared == NONE || self.program.is_captured(declared) {
            return;
        }
        let local = *self.program.node(declared);
        let name = self.program.str(local.type_name);
        if local.kind != NodeKind::Local
            || local.is_static
            || self.program.method_around(declared) != self.method.node
            || local.parent == NONE
            || self.program.kind(local.parent) != NodeKind::Block
            || !(name.ends_with('*') || (!name.is_empty() && super::sizes::is_number_type(name)))
        {
            return;
        }
        let parent = self.program.node(node).parent;
        if parent == NONE || self.program.kind(parent) != NodeKind::Call {
            return;
        }
        let around = *self.program.node(parent);
        let asks = match around.operator {
            Some(Operator::AddressOf | Operator::SizeOf | Operator::Assignment) => {
                around.operator == Some(Operator::Assignment) && self.program.node(node).argument == 2
            }
            // stream >> variable
            Some(Operator::ArithmeticShiftRight) => {
                self.method.language == Language::C || self.program.node(node).argument == 1
            }
            Some(_) => true,
            // A macro may write to what it is given.
            None => self.program.targets(parent).iter().any(|c| self.program.method(c.method).is_some()),
        };
        let mut above = parent;
        for _ in 0..4 {
            if above == NONE || self.program.kind(above) != NodeKind::Call {
                break;
            }
            if self.program.node(above).operator == Some(Operator::SizeOf) {
                return;
            }
            above = self.program.node(above).parent;
        }
        let refers = around.operator.is_none()
            && self.program.targets(parent).iter().filter_map(|c| self.program.method(c.method)).any(|m| {
                let index = self.program.node(node).argument;
                m.parameters.iter().any(|p| {
                    p.index == index && self.program.str(self.program.node(p.node).type_name).ends_with('&')
                })
            });
        if asks && !refers && !self.may_be_written(declared) {
            let label = self.source_of_memory(declared);
            self.tell(Fault::Uninitialized, label, node, self.program.node(node).argument, None);
        }
    }
}
