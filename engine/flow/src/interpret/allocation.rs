//! What calls allocate, free and access, by rows; pointers that are moved; what is left when a method ends.

use smallvec::SmallVec;
use stoa_model::{NodeKind, Operator};

use super::calls::Given;
use super::memory::{BOUND, Demand, NEEDS};
use super::{Run, Thing};
use crate::domain::{Scalar, Selector, Value, ValueId};
use crate::models::{Base, Model, Role};
use crate::program::{Idx, NONE};

impl Run<'_> {
    /// What rows say of memory at a call.
    pub(super) fn memory_rows(&mut self, call: Idx, given: &Given, rows: &[&Model]) {
        let releases = rows.iter().any(|r| r.role == Role::Releases);
        if !releases {
            for (value, _, node) in &given.arguments {
                let argument = self.program.node(*node).argument;
                self.demand(*value, Demand::Use, call, argument);
            }
        }
        for row in rows {
            match row.role {
                Role::Access => self.access_row(call, row),
                Role::Fills => self.fill_row(call, row),
                Role::Copies => self.copy_row(call, row),
                _ => {}
            }
        }
        // Several names that one macro stands for free it once.
        let mut released: SmallVec<[Idx; 2]> = SmallVec::new();
        for row in rows.iter().filter(|r| r.role == Role::Releases) {
            for input in &row.inputs {
                for node in self.argument_nodes(call, &input.base) {
                    if released.contains(&node) {
                        continue;
                    }
                    released.push(node);
                    let value = self.value(node);
                    let argument = self.program.node(node).argument;
                    self.release(call, node, value, argument, row.kind);
                }
            }
        }
        if rows.is_empty() {
            // Whoever has it may keep it, or free it.
            let values: SmallVec<[ValueId; 4]> = given.arguments.iter().map(|a| a.0).collect();
            for value in values.into_iter().chain(given.receiver) {
                self.escape(value);
            }
        }
    }

    /// Frees what a value leads to.
    pub(super) fn release(&mut self, call: Idx, node: Idx, value: ValueId, argument: i16, family: u32) {
        let known = self.get(value);
        let given = |&o: &u32| matches!(self.things[o as usize], Thing::Input(_));
        let inside = known.objects.iter().any(given) && self.was_moved(node);
        let demand = if inside { Demand::ReleaseInside(family) } else { Demand::Release(family) };
        self.demand(value, demand, call, argument);
        let label = self.source_of_memory(call);
        let mut state = Value::scalar(Scalar::Bool(true));
        state.add_labels(&[label]);
        let state = self.values.intern(state);
        let known = self.get(value).clone();
        if !known.objects.is_empty() {
            return self.set_part(value, &Selector::Freed, state, true);
        }
        // Nothing is known of what is freed, but that the variable leads to it.
        let operand = if node == call { self.program.argument(node, 1) } else { Some(node) };
        if matches!(known.scalar, Scalar::Top | Scalar::Some)
            && let Some(operand) = operand
            && let Some(place) = self.steady_place(operand)
        {
            let made = self.make(call, NONE, stoa_model::Symbol::NONE);
            self.set_part(made, &Selector::Freed, state, true);
            let mut led = self.get(made).clone();
            led.labels = known.labels;
            let led = self.values.intern(led);
            self.write(&place, led);
        }
    }

    /// Whether the last thing that was done to a variable before a node is that it was moved: of a pointer that is given to the method, how
    /// far it leads is not known, but that it does not lead to the start any more.
    fn was_moved(&self, node: Idx) -> bool {
        let program = self.program;
        let own = *program.node(node);
        let meant = self.meaning(node);
        if own.kind != NodeKind::Identifier
            || meant == NONE
            || !matches!(program.kind(meant), NodeKind::Local | NodeKind::MethodParameterIn)
        {
            return false;
        }
        let mut moved = false;
        for at in self.method.node..node {
            let Some(operator) = program.node(at).operator else { continue };
            let step = matches!(operator, Operator::PreIncrement | Operator::PostIncrement);
            if !step && !operator.assigns() {
                continue;
            }
            let is_it = |t: Idx| {
                program.kind(t) == NodeKind::Identifier
                    && program.node(t).name == own.name
                    && self.meaning(t) == meant
            };
            if program.argument(at, 1).is_some_and(is_it) {
                moved = step || operator == Operator::AssignmentPlus;
            }
        }
        moved
    }

    /// A call that follows its first input, and accesses as many units as its second says.
    pub(super) fn access_row(&mut self, call: Idx, row: &Model) {
        let mut inputs = row.inputs.iter();
        let Some(node) = inputs.next().and_then(|i| self.argument_nodes(call, &i.base).first().copied())
        else {
            return;
        };
        let value = self.value(node);
        let argument = self.program.node(node).argument;
        self.demand(value, Demand::Follow, call, argument);
        let Some(count) = inputs.next().and_then(|i| self.argument_nodes(call, &i.base).first().copied())
        else {
            return;
        };
        let unit: i64 = self.context.models.kind_name(row.kind).parse().unwrap_or(1);
        let count = self.value(count);
        if let Some((low, high)) = self.get(count).scalar.range() {
            let certain = if high < BOUND { high } else { low };
            if certain > 0
                && let Some(bytes) = certain.checked_mul(unit)
            {
                self.demand_room(call, node, value, bytes, argument);
            }
        }
    }

    /// The first node that an input of a row means.
    pub(super) fn input(&self, call: Idx, row: &Model, place: usize) -> Option<Idx> {
        self.argument_nodes(call, &row.inputs.get(place)?.base).first().copied()
    }

    /// An array that is declared with the values it begins with.
    pub(super) fn begin_array(&mut self, target: Idx, value: ValueId) {
        if !self.manages_memory() || self.program.kind(target) != NodeKind::Identifier {
            return;
        }
        let declared = self.meaning(target);
        if declared == NONE
            || self.program.kind(declared) != NodeKind::Local
            || !self.program.str(self.program.node(declared).type_name).ends_with(']')
            || self.get(value).objects.is_empty()
        {
            return;
        }
        if let Some(bytes) = self.declared_bytes(declared) {
            self.begin_memory(value, Some((bytes, bytes)));
        }
    }

    /// The object that a call allocates.
    pub(super) fn allocate(&mut self, call: Idx, row: &Model, holds: Option<ValueId>) -> ValueId {
        let made = self.make(call, NONE, stoa_model::Symbol::NONE);
        let mut size = Some((1i64, 1i64));
        for input in &row.inputs {
            let node = self.argument_nodes(call, &input.base).first().copied();
            let range = node.map(|n| self.value(n)).and_then(|v| self.get(v).scalar.range());
            size = match (size, range) {
                (Some((a, b)), Some((c, d))) if a >= 0 && c >= 0 => a.checked_mul(c).zip(b.checked_mul(d)),
                _ => None,
            };
        }
        self.begin_memory(made, size);
        // What it was made of may be gone, or may not.
        let arguments: SmallVec<[Idx; 4]> = self.program.arguments(call).collect();
        for argument in arguments {
            let given = self.value(argument);
            self.escape(given);
        }
        if let Some(held) = holds
            && !self.get(held).labels.is_empty()
        {
            self.set_part(made, &Selector::Content, held, true);
        }
        let mut value = self.get(made).clone();
        if self.context.models.kind_name(row.kind) != "stack" {
            value.scalar = Scalar::Top;
        }
        self.values.intern(value)
    }

    /// New memory of a size, if that is known.
    pub(super) fn begin_memory(&mut self, made: ValueId, size: Option<(i64, i64)>) {
        let size = size.map_or(Scalar::Some, |(a, b)| Scalar::Int(a, b));
        let size = self.values.intern(Value::scalar(size));
        self.set_part(made, &Selector::Size, size, true);
        let fresh = self.values.intern(Value::scalar(Scalar::Bool(false)));
        self.set_part(made, &Selector::Freed, fresh, true);
    }

    /// A pointer that was moved by a number of elements.
    pub(super) fn moved(
        &mut self,
        node: Idx,
        pointer: ValueId,
        by: ValueId,
        back: bool,
        steps: bool,
    ) -> ValueId {
        let mut known = self.get(pointer).clone();
        let offset = self
            .get(by)
            .scalar
            .exact()
            .filter(|_| !steps)
            .and_then(|n| n.checked_mul(self.element_bytes(self.program.argument(node, 1)?)?))
            .map(|n| if back { -n } else { n });
        let mut objects: SmallVec<[u32; 2]> = SmallVec::new();
        for object in known.objects {
            let to = match self.things[object as usize] {
                Thing::Made { .. } => Thing::Inside { base: object, bytes: offset },
                Thing::Inside { base, bytes } => {
                    let bytes = bytes.zip(offset).and_then(|(a, b)| a.checked_add(b));
                    Thing::Inside { base, bytes: bytes.filter(|b| b.abs() < BOUND) }
                }
                other => other,
            };
            let to = match to {
                Thing::Inside { base, bytes: Some(0) } => base,
                other => self.thing(other),
            };
            if let Err(place) = objects.binary_search(&to) {
                objects.insert(place, to);
            }
        }
        known.objects = objects;
        self.values.intern(known)
    }

    /// Somebody else has what a value leads to: nothing is known any more of whether it was freed.
    pub(super) fn escape(&mut self, value: ValueId) {
        let mut work: SmallVec<[ValueId; 8]> = smallvec::smallvec![value];
        let mut seen: SmallVec<[u32; 16]> = SmallVec::new();
        while let Some(value) = work.pop() {
            for object in self.get(value).objects.clone() {
                let object = match self.things[object as usize] {
                    Thing::Inside { base, .. } => base,
                    _ => object,
                };
                if seen.len() > NEEDS || seen.contains(&object) || object == super::GLOBALS {
                    continue;
                }
                seen.push(object);
                if let Thing::Cell(variable) = self.things[object as usize] {
                    let globals = self.globals();
                    work.push(self.part(globals, &Selector::Variable(variable)));
                }
                let Some(content) = self.heap_object(object) else { continue };
                work.extend(content.parts.iter().map(|p| p.1));
                if content.part(&Selector::Freed).is_some() {
                    let unknown = self.some();
                    self.state.object_mut(object).set(Selector::Freed, unknown);
                }
            }
        }
    }

    /// What rows say that a call allocates.
    pub(super) fn allocation<'m>(&self, rows: &[&'m Model]) -> Option<&'m Model> {
        rows.iter().copied().find(|r| r.role == Role::Allocates && r.output.base == Base::Return)
    }
}
