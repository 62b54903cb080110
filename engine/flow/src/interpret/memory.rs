//! Memory that a program allocates and frees by itself, in C and C++: what is asked of it, and what is wrong with that.
//!
//! An object knows how large it is and whether it was freed ([`Selector::Size`], [`Selector::Freed`]). A use asks something of what a
//! pointer leads to ([`Demand`]). Of what the method was given that is not known here: the demand becomes a [`Need`] of its summary, and
//! each caller asks it of what it gives. Faults are told where they are certain of the values at hand: on all ways there, of all that a
//! pointer may lead to.

use smallvec::SmallVec;
use stoa_model::{NodeKind, Operator};

use super::calls::Given;
use super::{Run, Thing};
use crate::CutReason;
use crate::Role as StepRole;
use crate::domain::{BOTTOM, Label, Origin, PathId, Scalar, Selector, Value, ValueId};
use crate::models::{Base, Fault, Model, Role};
use crate::program::{Idx, Language, NONE};

/// What a use asks of what a pointer leads to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Demand {
    /// It is handed to something.
    Use,
    /// It is followed.
    Follow,
    /// It is freed, by something that frees what a family of functions allocates.
    Release(u32),
    /// So many bytes from where it leads to are read or written.
    Access(i64),
    /// The text that it holds is put where there is room for so many units, the NUL among them.
    Fits(i64),
}

/// What is asked of something that a method is given.
#[derive(Clone, Debug)]
pub(crate) struct Need {
    pub demand: Demand,
    /// Asked whenever the method runs.
    pub certain: bool,
    pub sink: Idx,
    pub argument: i16,
    /// What it is asked of, and the way there.
    pub label: Label,
}

/// A call by whose summary a need came here: the call, the summary, the need's trace in that, and how sure the call is.
pub(super) type Way = Option<(Idx, u32, u32, f32)>;

/// Needs of one method that are kept.
const NEEDS: usize = 48;

/// Steps from a parameter to what something is asked of.
const STEPS: usize = 2;

/// Bounds that a number has because somebody compared it, rather than because of its type.
const BOUND: i64 = i32::MAX as i64;

impl Run<'_> {
    /// Whether memory is the program's own business.
    pub(super) fn manages_memory(&self) -> bool {
        matches!(self.method.language, Language::C | Language::Cpp) && self.context.models.knows_memory()
    }

    /// Asks what operators ask of their operands.
    pub(super) fn demand_operands(&mut self, node: Idx, operator: Operator, first: ValueId, second: ValueId) {
        use Operator as O;
        match operator {
            O::Indirection | O::IndirectFieldAccess | O::IndexAccess => {
                let own = self.program.node(node);
                let around = if own.parent == NONE { None } else { self.program.node(own.parent).operator };
                if matches!(around, Some(O::AddressOf | O::SizeOf)) {
                    return;
                }
                self.demand(first, Demand::Follow, node, 1);
                if operator == O::IndexAccess {
                    self.demand_element(node, first, second);
                }
            }
            O::Delete => {
                self.end_deleted(node, operator, first);
                let family = self.context.models.known_kind("new");
                self.release(node, node, first, 1, family);
            }
            O::Addition
            | O::Subtraction
            | O::Multiplication
            | O::AssignmentPlus
            | O::AssignmentMinus
            | O::AssignmentMultiplication
            | O::PreIncrement
            | O::PostIncrement
            | O::PreDecrement
            | O::PostDecrement => self.demand_bounds(node, operator, first, second),
            O::Division | O::Modulo | O::AssignmentDivision | O::AssignmentModulo => {
                if self.get(second).scalar.exact() == Some(0) && self.get(second).objects.is_empty() {
                    let label = self.source_of_memory(node);
                    self.tell(Fault::DivisionByZero, label, node, 2, None);
                } else if let Some((low, high)) = self.get(second).scalar.range()
                    && (low > 0 || high < 0)
                {
                } else {
                    self.depends_on(second);
                    let labels = self.get(second).labels.to_vec();
                    if let Some(number) = self.context.models.fault(Fault::DivisionByZero) {
                        self.reach((node, 2, number), &labels, node);
                    }
                }
            }
            _ => {}
        }
    }

    /// Asks that a sum or product be one that its type has.
    fn demand_bounds(&mut self, node: Idx, operator: Operator, first: ValueId, second: ValueId) {
        use Operator as O;
        let back = matches!(
            operator,
            O::Subtraction | O::AssignmentMinus | O::PreDecrement | O::PostDecrement
        );
        let fault = if back { Fault::IntegerUnderflow } else { Fault::IntegerOverflow };
        if !self.get(first).objects.is_empty() && self.get(first).scalar.range().is_none() && self.get(first).labels.is_empty() {
            return;
        }
        let Some(operand) = self.program.argument(node, 1) else { return };
        let Some((low, high)) = self.declared_name(operand).and_then(super::sizes::bounds) else { return };
        let steps = matches!(operator, O::PreIncrement | O::PostIncrement | O::PreDecrement | O::PostDecrement);
        let other = if steps { Some(1) } else { self.get(second).scalar.exact() };
        let argument = self.program.node(operand).argument;
        if let (Some(a), Some(b)) = (self.get(first).scalar.exact(), other) {
            let result = match operator {
                _ if back => a.checked_sub(b),
                O::Multiplication | O::AssignmentMultiplication => a.checked_mul(b),
                _ => a.checked_add(b),
            };
            let times = matches!(operator, O::Multiplication | O::AssignmentMultiplication);
            let fault = if times && result.is_some_and(|r| r < low) { Fault::IntegerUnderflow } else { fault };
            if result.is_none_or(|r| r > high || ((back || times) && r < low)) {
                let label = self.source_of_memory(node);
                self.tell(fault, label, node, argument, None);
            }
            return;
        }
        let times = matches!(operator, O::Multiplication | O::AssignmentMultiplication);
        let other = (times && low < 0).then_some(Fault::IntegerUnderflow);
        for fault in [Some(fault), other].into_iter().flatten() {
            let Some(number) = self.context.models.fault(fault) else { continue };
            for (value, place) in [(first, 1), (second, 2)] {
                if steps && place == 2 {
                    continue;
                }
                let labels = self.get(value).labels.to_vec();
                self.reach((node, place, number), &labels, node);
            }
        }
    }

    /// Asks for room up to an element.
    fn demand_element(&mut self, node: Idx, base: ValueId, index: ValueId) {
        let Some(base_node) = self.program.argument(node, 1) else { return };
        let index = self.get(index).clone();
        let range = index.scalar.range().filter(|_| index.objects.is_empty());
        let (low, high) = range.unwrap_or((i64::MIN, i64::MAX));
        if high >= BOUND {
            // It was small in the first turns of a loop, and is not any more.
            self.doubtful.insert(node);
        }
        if low == i64::MIN || high >= BOUND {
            // What comes from outside may be any element, unless its type is small.
            let small = self
                .program
                .argument(node, 2)
                .and_then(|i| self.declared_name(i))
                .is_some_and(|name| self.type_bytes(name) == Some(1));
            if !small && let Some(number) = self.context.models.known_weakness("index") {
                self.reach((node, 2, number), &index.labels, node);
            }
        }
        self.demand_filled(node, base);
        let Some(bytes) = self.element_bytes(base_node) else { return };
        if high < BOUND && high >= 0 {
            let Some(end) = (high + 1).checked_mul(bytes) else { return };
            self.demand_room(node, base_node, base, end, 1);
        }
        if high < 0 {
            self.demand_room(node, base_node, base, high.saturating_mul(bytes), 1);
        }
    }

    /// Asks that something was ever written to an array of which an element is read.
    fn demand_filled(&mut self, node: Idx, base: ValueId) {
        let parent = self.program.node(node).parent;
        if parent == NONE || self.program.kind(parent) != NodeKind::Call {
            return;
        }
        let around = *self.program.node(parent);
        let reads = match around.operator {
            Some(Operator::Assignment) => self.program.node(node).argument == 2,
            Some(Operator::FieldAccess | Operator::AddressOf | Operator::SizeOf | Operator::IndexAccess) => false,
            Some(other) if other.assigns() => self.program.node(node).argument == 2,
            Some(_) => true,
            None => self.program.calls.of(parent).iter().any(|c| self.program.method(c.method).is_some()),
        };
        let Some(object) = self.one_object(base) else { return };
        let Thing::Made { site, via: NONE, .. } = self.things[object as usize] else { return };
        let blank = self.program.kind(site) == NodeKind::Local
            || self.program.node(site).operator == Some(Operator::Alloc)
            || matches!(self.program.name(site), "malloc" | "alloca" | "ALLOCA" | "_alloca");
        let Some(content) = self.heap_object(object) else { return };
        let fresh = content
            .part(&Selector::Freed)
            .is_some_and(|f| self.get(f).scalar == Scalar::Bool(false));
        let at = self.program.argument(node, 2).map(|i| self.kept_value(i));
        let at = at.and_then(|i| self.get(i).scalar.exact());
        let elsewhere = |s: &Selector| matches!((s, at), (Selector::Index(k), Some(at)) if *k != at);
        let empty =
            content.parts.iter().all(|(s, v)| s.is_of_memory() || *v == BOTTOM || elsewhere(s));
        if reads && blank && fresh && empty && content.part(&Selector::Text).is_none() {
            let label = self.source_of_memory(site);
            self.tell(Fault::Uninitialized, label, node, 1, None);
        }
    }

    /// Asks for room of so many bytes (below zero: before the start) in what an expression leads to.
    fn demand_room(&mut self, sink: Idx, node: Idx, base: ValueId, bytes: i64, argument: i16) {
        // A field that is an array is as large as it is declared.
        if matches!(
            self.program.node(node).operator,
            Some(Operator::FieldAccess | Operator::IndirectFieldAccess)
        ) && let Some(field) = self.field_declared(node)
            && self.program.str(self.program.node(field).type_name).ends_with(']')
        {
            // An array of one element at the end of a struct stands for as many as there are.
            let element = self.element_bytes(node).unwrap_or(1);
            if let Some(room) = self.declared_bytes(field)
                && room > element
                && (bytes > room || bytes < 0)
            {
                let label = self.source_of_memory(field);
                let fault = if bytes < 0 { Fault::BufferUnderflow } else { Fault::BufferOverflow };
                self.tell(fault, label, sink, argument, None);
            }
            return;
        }
        self.demand(base, Demand::Access(bytes), sink, argument);
    }

    /// Asks something of a value.
    pub(super) fn demand(&mut self, value: ValueId, demand: Demand, sink: Idx, argument: i16) {
        self.ask(value, demand, true, sink, argument, None);
    }

    /// Asks of a value what is asked here, or by a callee on a way.
    pub(super) fn ask(
        &mut self,
        value: ValueId,
        demand: Demand,
        certain: bool,
        sink: Idx,
        argument: i16,
        way: Way,
    ) {
        self.work += 1;
        let known = self.get(value).clone();
        if known.objects.is_empty() {
            let fault = match (demand, &known.scalar) {
                (Demand::Follow, Scalar::Null | Scalar::Int(0, 0)) if self.is_plain(sink, argument, way) => Fault::NullDereference,
                (Demand::Release(_), Scalar::Str(_)) => Fault::FreeNotHeap,
                _ => return,
            };
            if certain {
                let label = self.source_of_memory(way.map_or(sink, |w| w.0));
                self.tell(fault, label, sink, argument, way);
            }
            return;
        }
        if let Some(label) = self.freed(&known) {
            let fault =
                if matches!(demand, Demand::Release(_)) { Fault::DoubleFree } else { Fault::UseAfterFree };
            return self.tell(fault, label, sink, argument, way);
        }
        for &object in &known.objects {
            if let Thing::Input(path) = self.things[object as usize] {
                let demand = match demand {
                    Demand::Follow if known.scalar != Scalar::Top => Demand::Use,
                    other => other,
                };
                self.need(path, &known, demand, certain, sink, argument, way);
            }
        }
        if !certain {
            return;
        }
        match demand {
            Demand::Use => {}
            Demand::Follow => {
                if known.scalar == Scalar::Top
                    && let Some(site) = self.sites(&known, |run, o| run.may_fail(o))
                {
                    let label = self.source_of_memory(site);
                    self.tell(Fault::UncheckedAllocation, label, sink, argument, way);
                }
                let before = |run: &Run<'_>, o: u32| match run.things[o as usize] {
                    Thing::Inside { base, bytes: Some(bytes) } if bytes < 0 => run.site(base),
                    _ => None,
                };
                if let Some(site) = self.sites(&known, before) {
                    let label = self.source_of_memory(site);
                    self.tell(Fault::BufferUnderflow, label, sink, argument, way);
                }
            }
            Demand::Release(family) => self.ask_release(&known, family, sink, argument, way),
            Demand::Access(bytes) => {
                let fault = if bytes < 0 { Fault::BufferUnderflow } else { Fault::BufferOverflow };
                let short = |run: &Run<'_>, o: u32| {
                    let (base, offset) = run.base(o)?;
                    let end = bytes.checked_add(offset?)?;
                    let room = run.room(base)?;
                    (end > room || end < 0).then(|| run.site(base)).flatten()
                };
                // One that is too small is enough: it was chosen on some way.
                let found = known.objects.iter().find_map(|&o| short(self, o));
                if let Some(site) = found {
                    let label = self.source_of_memory(site);
                    self.tell(fault, label, sink, argument, way);
                }
            }
            Demand::Fits(room) => {
                let long = |run: &Run<'_>, o: u32| {
                    let text = run.heap_object(o)?.part(&Selector::Text)?;
                    let (least, _) = run.get(text).scalar.range()?;
                    (least >= room).then(|| run.site(o)).flatten()
                };
                let found = known.objects.iter().find_map(|&o| long(self, o));
                if let Some(site) = found {
                    let label = self.source_of_memory(site);
                    self.tell(Fault::BufferOverflow, label, sink, argument, way);
                }
            }
        }
    }

    /// Whether what is asked of is a variable of the method that nothing else writes to, or a constant that is handed over.
    fn is_plain(&self, sink: Idx, argument: i16, way: Way) -> bool {
        let argument = if way.is_some() { None } else { self.program.argument(sink, argument) };
        match argument {
            None => way.is_some(),
            Some(node) => {
                let own = self.program.node(node);
                let declared = self.meaning(node);
                own.kind == NodeKind::Identifier
                    && declared != NONE
                    && matches!(
                        self.program.kind(declared),
                        NodeKind::Local | NodeKind::MethodParameterIn
                    )
                    && self.is_set_null(declared)
                    && !self.may_be_written(declared)
            }
        }
    }

    /// Whether null is written to a variable as such. (What was read from elsewhere may be written there in ways that are not seen.)
    fn is_set_null(&self, declared: Idx) -> bool {
        let program = self.program;
        let name = program.node(declared).name;
        let end = self.method.node + self.node_values.len() as Idx;
        (self.method.node..end).any(|node| {
            program.node(node).operator == Some(Operator::Assignment)
                && program.argument(node, 1).is_some_and(|to| program.node(to).name == name)
                && program.argument(node, 2).is_some_and(|from| {
                    let inner = program.argument(from, 2).filter(|_| {
                        program.node(from).operator == Some(Operator::Cast)
                    });
                    program.kind(inner.unwrap_or(from)) == NodeKind::Literal
                })
        })
    }

    /// Whether a variable is handed to something unknown, which may be a macro that writes to it, or its address is.
    fn may_be_written(&self, declared: Idx) -> bool {
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
                (NodeKind::Call, Some(_)) => false,
                (NodeKind::Call, None) => {
                    let known = program.calls.of(own.parent).iter().any(|c| program.method(c.method).is_some());
                    let named =
                        self.context.models.called(around.language, program.str(around.name)).next().is_some();
                    own.argument > 0 && !known && !named
                }
                (NodeKind::Unknown, _) => true,
                _ => false,
            }
        })
    }

    fn ask_release(&mut self, known: &Value, family: u32, sink: Idx, argument: i16, way: Way) {
        let inside = |run: &Run<'_>, o: u32| match run.things[o as usize] {
            Thing::Inside { base, bytes } if bytes != Some(0) => run.site(base),
            _ => None,
        };
        let moved: Option<Idx> = known.objects.iter().find_map(|&o| inside(self, o));
        let stack = |run: &Run<'_>, o: u32| match run.things[o as usize] {
            Thing::Cell(variable) => Some(variable),
            _ => run.site(o).filter(|&s| {
                run.program.kind(s) == NodeKind::Local || run.family(s) == Some(Some("stack"))
            }),
        };
        let name = self.context.models.kind_name(family).to_owned();
        let other = |run: &Run<'_>, o: u32| {
            let site = run.site(o)?;
            let made = run.family(site)??;
            (made != name && made != "stack").then_some(site)
        };
        let found = if let Some(site) = self.sites(known, stack) {
            (Fault::FreeNotHeap, site)
        } else if let Some(site) = self.sites(known, other) {
            (Fault::MismatchedFree, site)
        } else if let Some(site) = moved {
            (Fault::FreeInside, site)
        } else {
            return;
        };
        let label = self.source_of_memory(found.1);
        self.tell(found.0, label, sink, argument, way);
    }

    /// The place that says something of each object that a value may be; the first.
    fn sites(&self, known: &Value, says: impl Fn(&Run<'_>, u32) -> Option<Idx>) -> Option<Idx> {
        let mut first = None;
        for &object in &known.objects {
            let site = says(self, object)?;
            first.get_or_insert(site);
        }
        first
    }

    /// Where an object is made.
    fn site(&self, object: u32) -> Option<Idx> {
        match self.things[object as usize] {
            Thing::Made { site, .. } => Some(site),
            Thing::Inside { base, .. } => self.site(base),
            _ => None,
        }
    }

    /// The object that a pointer leads into, and how far from its start, if that is known.
    fn base(&self, object: u32) -> Option<(u32, Option<i64>)> {
        match self.things[object as usize] {
            Thing::Inside { base, bytes } => Some((base, bytes)),
            Thing::Made { .. } => Some((object, Some(0))),
            _ => None,
        }
    }

    /// The family of functions that made an object at a place: None if nothing is known of that.
    fn family(&self, site: Idx) -> Option<Option<&str>> {
        let own = self.program.node(site);
        if own.kind != NodeKind::Call {
            return None;
        }
        if own.operator == Some(Operator::Alloc) {
            return Some(Some("new"));
        }
        if self.program.str(own.name) == "<init>" {
            // What a variable of the class is declared to be is the variable itself.
            let target = if own.parent == NONE { None } else { self.program.argument(own.parent, 1) };
            let declared = target.map_or(NONE, |t| self.program.node(t).target);
            let is_pointer = declared == NONE || {
                let name = self.program.str(self.program.node(declared).type_name);
                name.ends_with('*') || name.contains("auto") || name.is_empty()
            };
            return is_pointer.then_some(Some("new"));
        }
        let models = self.context.models;
        models
            .called(own.language, self.program.str(own.name))
            .find(|m| m.role == Role::Allocates)
            .map(|m| Some(models.kind_name(m.kind)))
    }

    /// The place of an allocation that may give nothing.
    fn may_fail(&self, object: u32) -> Option<Idx> {
        let site = self.site(object)?;
        let family = self.family(site)??;
        (family != "new" && family != "stack").then_some(site)
    }

    /// Bytes that an object has at most.
    fn room(&self, object: u32) -> Option<i64> {
        let size = self.heap_object(object)?.part(&Selector::Size)?;
        self.get(size).scalar.range().map(|(_, most)| most).filter(|&most| most < BOUND)
    }

    /// If all that a value may be was freed: where.
    fn freed(&self, known: &Value) -> Option<Label> {
        let mut first = None;
        if !matches!(known.scalar, Scalar::Bottom | Scalar::Some | Scalar::Top) {
            return None;
        }
        for &object in &known.objects {
            let object = match self.things[object as usize] {
                Thing::Inside { base, .. } => base,
                _ => object,
            };
            let state = self.heap_object(object)?.part(&Selector::Freed)?;
            let state = self.get(state);
            if state.scalar != Scalar::Bool(true) {
                return None;
            }
            first = first.or(state.labels.first().copied());
        }
        first
    }

    /// Passes a demand on to callers.
    #[allow(clippy::too_many_arguments)]
    fn need(
        &mut self,
        path: PathId,
        known: &Value,
        demand: Demand,
        certain: bool,
        sink: Idx,
        argument: i16,
        way: Way,
    ) {
        if self.paths.steps(path).1.len() > STEPS {
            return;
        }
        let certain = certain && self.certain;
        let kind = match demand {
            Demand::Access(_) => Demand::Access(0),
            Demand::Fits(_) => Demand::Fits(0),
            other => other,
        };
        let more = |old: &Need| match (old.demand, demand) {
            (Demand::Access(old), Demand::Access(new)) => new > old,
            (Demand::Fits(old), Demand::Fits(new)) => new < old,
            _ => certain && !old.certain,
        };
        let full = self.needs.len() >= NEEDS;
        match self.needs.get(&(path, kind)) {
            Some(old) if !more(old) => return,
            None if full => {
                self.cut(CutReason::Sinks);
                return;
            }
            _ => {}
        }
        let origin = self.origin(Origin::Input(path, false));
        let before = known.labels.iter().find(|l| l.origin == origin).map_or(0, |l| l.trace);
        let trace = match way {
            Some((call, summary, inner, confidence)) => {
                self.through_call(before, call, summary, inner, confidence)
            }
            None => before,
        };
        let label = Label { origin, clean: 0, trace };
        self.needs.insert((path, kind), Need { demand, certain, sink, argument, label });
    }

    /// Tells of a fault: of what a callee asks, at the call that gives what it asks of.
    fn tell(&mut self, fault: Fault, label: Label, sink: Idx, argument: i16, way: Way) {
        let Some(number) = self.context.models.fault(fault) else { return };
        let (sink, argument) = way.map_or((sink, argument), |(call, ..)| (call, -1));
        self.reach((sink, argument, number), &[label], sink);
    }

    fn source_of_memory(&mut self, node: Idx) -> Label {
        let kind = self.context.models.known_kind("memory");
        let origin = self.origin(Origin::Source(node, kind));
        let trace = self.step(0, node, StepRole::Source);
        Label { origin, clean: 0, trace }
    }

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
        for row in rows.iter().filter(|r| r.role == Role::Releases) {
            for input in &row.inputs {
                for node in self.argument_nodes(call, &input.base) {
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
    fn release(&mut self, call: Idx, node: Idx, value: ValueId, argument: i16, family: u32) {
        self.demand(value, Demand::Release(family), call, argument);
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

    /// A call that follows its first input, and accesses as many units as its second says.
    fn access_row(&mut self, call: Idx, row: &Model) {
        let mut inputs = row.inputs.iter();
        let Some(node) = inputs.next().and_then(|i| self.argument_nodes(call, &i.base).first().copied()) else {
            return;
        };
        let value = self.value(node);
        let argument = self.program.node(node).argument;
        self.demand(value, Demand::Follow, call, argument);
        let Some(count) = inputs.next().and_then(|i| self.argument_nodes(call, &i.base).first().copied()) else {
            return;
        };
        let unit: i64 = self.context.models.kind_name(row.kind).parse().unwrap_or(1);
        let count = self.value(count);
        if let Some((low, high)) = self.get(count).scalar.range() {
            let certain = if high < BOUND { high } else { low };
            if certain > 0 && let Some(bytes) = certain.checked_mul(unit) {
                self.demand_room(call, node, value, bytes, argument);
            }
        }
    }

    /// The first node that an input of a row means.
    fn input(&self, call: Idx, row: &Model, place: usize) -> Option<Idx> {
        self.argument_nodes(call, &row.inputs.get(place)?.base).first().copied()
    }

    /// The length of the text that a value holds, in units.
    pub(super) fn text_length(&mut self, value: ValueId) -> Option<(i64, i64)> {
        let known = self.get(value);
        if known.objects.is_empty() {
            let length = known.scalar.text().map(|t| t.chars().count() as i64)?;
            return Some((length, length));
        }
        let whole = known.objects.iter().all(|&o| !matches!(self.things[o as usize], Thing::Inside { .. }));
        if !whole {
            return None;
        }
        let text = self.part(value, &Selector::Text);
        self.get(text).scalar.range()
    }

    fn set_text(&mut self, value: ValueId, length: Option<(i64, i64)>) {
        let length = match length {
            Some((a, b)) if a <= b => Scalar::Int(a, b),
            _ => Scalar::Some,
        };
        let length = self.values.intern(Value::scalar(length));
        let inside = |&o: &u32| matches!(self.things[o as usize], Thing::Inside { .. });
        let strong = !self.get(value).objects.iter().any(inside);
        self.set_part(value, &Selector::Text, length, strong);
    }

    /// What `strlen` gives.
    pub(super) fn measured(&mut self, call: Idx, row: &Model) -> Option<ValueId> {
        let node = self.input(call, row, 0)?;
        let value = self.value(node);
        match self.text_length(value) {
            Some((a, b)) => Some(self.values.intern(Value::scalar(Scalar::Int(a, b)))),
            None => {
                // What is given may be known to the caller.
                let known = self.get(value);
                let given = |&o: &u32| matches!(self.things[o as usize], Thing::Input(_));
                if known.objects.len() != 1 || !known.objects.iter().all(given) {
                    return None;
                }
                let text = self.part(value, &Selector::Text);
                let mut length = self.get(text).clone();
                length.objects.clear();
                length.scalar = Scalar::Some;
                Some(self.values.intern(length))
            }
        }
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

    /// A NUL that is written ends the text.
    pub(super) fn note_end(&mut self, target: Idx, value: ValueId) {
        if !self.manages_memory() || self.program.node(target).operator != Some(Operator::IndexAccess) {
            return;
        }
        let (Some(base), Some(index)) = (self.program.argument(target, 1), self.program.argument(target, 2)) else {
            return;
        };
        let (base, index) = (self.value(base), self.value(index));
        if self.get(base).objects.is_empty() {
            return;
        }
        let zero = self.get(value).scalar.exact() == Some(0);
        let at = self.get(index).scalar.exact();
        let known = self.text_length(base);
        match (zero, at, known) {
            (true, Some(at), Some((least, _))) if least >= at => self.set_text(base, Some((at, at))),
            (true, Some(at), Some((least, most))) => self.set_text(base, Some((least.min(at), most.min(at)))),
            (true, Some(at), None) => self.set_text(base, Some((0, at))),
            (false, Some(at), Some((least, _))) if at < least => {}
            (_, _, Some((least, most))) if least == most && at.is_some_and(|at| at > most) => {}
            _ => self.set_text(base, None),
        }
    }

    /// A text that an array begins with.
    pub(super) fn holds_text(&mut self, array: ValueId, text: ValueId) {
        if self.manages_memory() {
            let length = self.text_length(text);
            self.set_text(array, length);
        }
    }

    fn fill_row(&mut self, call: Idx, row: &Model) {
        let (Some(to), Some(with), Some(count)) =
            (self.input(call, row, 0), self.input(call, row, 1), self.input(call, row, 2))
        else {
            return;
        };
        let (to, with, count) = (self.value(to), self.value(with), self.value(count));
        let length = match (self.get(with).scalar.exact(), self.get(count).scalar.exact()) {
            (Some(0), _) => Some((0, 0)),
            (Some(_), Some(count)) if count > 0 => Some((count, i64::MAX)),
            _ => None,
        };
        self.set_text(to, length);
        // It holds something from now on, of which no more is known.
        let some = self.some();
        self.set_part(to, &Selector::Element, some, false);
    }

    fn copy_row(&mut self, call: Idx, row: &Model) {
        let (Some(to_node), Some(from_node)) = (self.input(call, row, 0), self.input(call, row, 1)) else { return };
        let unit: i64 = self.context.models.kind_name(row.kind).parse().unwrap_or(1);
        let (to, from) = (self.value(to_node), self.value(from_node));
        let appends = row.output.base != Base::Return;
        let (into, out) = (self.program.node(to_node).argument, self.program.node(from_node).argument);
        self.demand(to, Demand::Follow, call, into);
        self.demand(from, Demand::Follow, call, out);
        let most = self.input(call, row, 2).map(|n| self.value(n)).map(|v| self.get(v).scalar.range());
        let before = if appends { self.text_length(to) } else { Some((0, 0)) };
        let mut length = self.text_length(from);
        if let (Some((least, longest)), Some(limit)) = (length, most) {
            let (low, high) = limit.unwrap_or((0, i64::MAX));
            length = Some((least.min(low.max(0)), longest.min(high.max(0))));
        }
        let argument = self.program.node(to_node).argument;
        let first = before.map_or(0, |b| b.0);
        if let Some((least, _)) = length {
            let units = first.checked_add(least).and_then(|n| n.checked_add(1));
            if let Some(bytes) = units.and_then(|n| n.checked_mul(unit)) {
                self.demand_room(call, to_node, to, bytes, argument);
            }
        }
        // What is put there may be longer than there is room for.
        let room = match self.one_object(to).and_then(|o| self.base(o)) {
            Some((base, Some(offset))) => self.room(base).map(|r| (r - offset) / unit),
            _ => None,
        };
        if let Some(room) = room
            && most.is_none_or(|m| m.is_some_and(|(low, _)| low >= room - first))
        {
            let argument = self.program.node(from_node).argument;
            self.demand(from, Demand::Fits(room - first), call, argument);
        }
        let sum = |a: i64, b: i64| a.saturating_add(b);
        let after = before.zip(length).map(|(b, l)| (sum(b.0, l.0), sum(b.1, l.1)));
        self.set_text(to, after);
        let some = self.some();
        self.set_part(to, &Selector::Element, some, false);
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
    pub(super) fn moved(&mut self, node: Idx, pointer: ValueId, by: ValueId, back: bool, steps: bool) -> ValueId {
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

    /// A variable is read that nothing was ever written to.
    pub(super) fn demand_written(&mut self, node: Idx, value: ValueId) {
        if value != BOTTOM {
            return;
        }
        let declared = self.meaning(node);
        if declared == NONE || self.program.captured.contains(&declared) {
            return;
        }
        let local = *self.program.node(declared);
        let name = self.program.str(local.type_name);
        if local.kind != NodeKind::Local
            || local.is_static
            || self.program.method_around(declared) != self.method.node
            || local.parent == NONE
            || self.program.kind(local.parent) != NodeKind::Block
            || !(name.ends_with('*') || (!name.is_empty() && super::places::is_number_type(name)))
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
            Some(_) => true,
            // A macro may write to what it is given.
            None => self.program.calls.of(parent).iter().any(|c| self.program.method(c.method).is_some()),
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
            && self.program.calls.of(parent).iter().filter_map(|c| self.program.method(c.method)).any(|m| {
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

    /// Objects that a method made, that nothing leads to at its end, and that were not freed.
    pub(super) fn leaks(&self, exit: &crate::domain::State, kept: &[u32]) -> Vec<(Idx, Fault)> {
        let mut sites = Vec::new();
        if !self.manages_memory() {
            return sites;
        }
        for (number, thing) in self.things.iter().enumerate() {
            let Thing::Made { site, .. } = *thing else { continue };
            let Some(Some(family)) = self.family(site) else { continue };
            if family == "stack" || kept.contains(&(number as u32)) {
                continue;
            }
            let Some(content) = exit.object(number as u32) else { continue };
            let state = content.part(&Selector::Freed).map(|v| &self.get(v).scalar);
            if !content.many && state == Some(&Scalar::Bool(false)) {
                sites.push((site, if family == "file" { Fault::HandleLeak } else { Fault::Leak }));
            }
        }
        sites.sort_unstable();
        sites.dedup();
        sites
    }

    /// Tells of leaks at the end of a run.
    pub(super) fn tell_leaks(&mut self, sites: &[(Idx, Fault)]) {
        for &(site, fault) in sites {
            let label = self.source_of_memory(site);
            self.tell(fault, label, site, -1, None);
        }
    }

    /// What rows say that a call allocates.
    pub(super) fn allocation<'m>(&self, rows: &[&'m Model]) -> Option<&'m Model> {
        rows.iter().copied().find(|r| r.role == Role::Allocates && r.output.base == Base::Return)
    }
}
