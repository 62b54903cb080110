//! Memory that a program allocates and frees by itself, in C and C++: what is asked of it, and what is wrong with that.
//!
//! An object knows how large it is and whether it was freed ([`Selector::Size`], [`Selector::Freed`]). A use asks something of what a
//! pointer leads to ([`Demand`]). Of what the method was given that is not known here: the demand becomes a [`Need`] of its summary, and
//! each caller asks it of what it gives. Faults are told where they are certain of the values at hand: on all ways there, of all that a
//! pointer may lead to.

use stoa_model::{NodeKind, Operator};

use super::trace::Crossing;
use super::{Run, Thing};
use crate::CutReason;
use crate::Role as StepRole;
use crate::domain::{Label, Origin, PathId, Scalar, Selector, Value, ValueId};
use crate::models::{Fault, Role};
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
    /// The same, after it was moved from where it led to.
    ReleaseInside(u32),
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

/// A call by whose summary a need came here, and the need's trace in that.
pub(super) type Way = Option<(Crossing, u32)>;

/// Needs of one method that are kept.
pub(super) const NEEDS: usize = 48;

/// Steps from a parameter to what something is asked of.
const STEPS: usize = 2;

/// Bounds that a number has because somebody compared it, rather than because of its type.
pub(super) const BOUND: i64 = i32::MAX as i64;

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
                } else if operator == O::IndirectFieldAccess {
                    self.demand_filled(node, first);
                }
            }
            O::FieldAccess => self.demand_filled(node, first),
            O::Delete => {
                self.end_deleted(node, operator, first);
                let is_array = self.program.str(self.program.node(node).type_name) == "[]";
                let family = self.context.models.known_kind(if is_array { "new[]" } else { "new" });
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
                let divisor = self.get(second).clone();
                let (low, high) = divisor.scalar.range().unwrap_or((i64::MIN, i64::MAX));
                if (low, high) == (0, 0) && divisor.objects.is_empty() {
                    let label = self.source_of_memory(node);
                    self.tell(Fault::DivisionByZero, label, node, 2, None);
                } else if low <= 0 && high >= 0 {
                    self.depends_on(second);
                    if let Some(number) = self.context.models.fault(Fault::DivisionByZero) {
                        self.reach((node, 2, number), &divisor.labels, node);
                    }
                }
            }
            _ => {}
        }
    }

    /// Asks that a sum or product be one that its type has.
    pub(super) fn demand_bounds(&mut self, node: Idx, operator: Operator, first: ValueId, second: ValueId) {
        use Operator as O;
        let back =
            matches!(operator, O::Subtraction | O::AssignmentMinus | O::PreDecrement | O::PostDecrement);
        let fault = if back { Fault::IntegerUnderflow } else { Fault::IntegerOverflow };
        if !self.get(first).objects.is_empty()
            && self.get(first).scalar.range().is_none()
            && self.get(first).labels.is_empty()
        {
            return;
        }
        let Some(operand) = self.program.argument(node, 1) else { return };
        let Some((low, high)) = self.computed_bounds(node, operator) else { return };
        if self.is_negation(node, operator) {
            return;
        }
        let steps =
            matches!(operator, O::PreIncrement | O::PostIncrement | O::PreDecrement | O::PostDecrement);
        let other = if steps { Some(1) } else { self.get(second).scalar.exact() };
        let argument = self.program.node(operand).argument;
        if let (Some(a), Some(b)) = (self.get(first).scalar.exact(), other) {
            let result = match operator {
                _ if back => a.checked_sub(b),
                O::Multiplication | O::AssignmentMultiplication => a.checked_mul(b),
                _ => a.checked_add(b),
            };
            let times = matches!(operator, O::Multiplication | O::AssignmentMultiplication);
            let fault =
                if times && result.is_some_and(|r| r < low) { Fault::IntegerUnderflow } else { fault };
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
    pub(super) fn demand_element(&mut self, node: Idx, base: ValueId, index: ValueId) {
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
        // How far an index goes that is not one number is a guess: it counts where there is one array that it may be of.
        let in_field = matches!(
            self.program.node(base_node).operator,
            Some(Operator::FieldAccess | Operator::IndirectFieldAccess)
        );
        if low != high && (in_field || self.get(base).objects.len() > 1) {
            return;
        }
        let Some(bytes) = self.element_bytes(base_node) else { return };
        if (0..BOUND).contains(&high) {
            let Some(end) = (high + 1).checked_mul(bytes) else { return };
            self.demand_room(node, base_node, base, end, 1);
        }
        // A loop that counts down to where its condition says so gets there.
        let counts_down = (-BOUND..0).contains(&low) && self.counts_down(node);
        let least = if counts_down { low } else { high };
        if least < 0 {
            self.demand_room(node, base_node, base, least.saturating_mul(bytes), 1);
        }
    }

    /// Whether the index of an element is a variable that steps down by one.
    fn counts_down(&self, node: Idx) -> bool {
        let program = self.program;
        let Some(index) = program.argument(node, 2) else { return false };
        let own = program.node(index);
        own.kind == NodeKind::Identifier
            && (self.method.node..self.method.node + self.node_count()).any(|at| {
                matches!(program.node(at).operator, Some(Operator::PreDecrement | Operator::PostDecrement))
                    && program.argument(at, 1).is_some_and(|t| program.node(t).name == own.name)
            })
    }

    /// Asks for room of so many bytes (below zero: before the start) in what an expression leads to.
    pub(super) fn demand_room(&mut self, sink: Idx, node: Idx, base: ValueId, bytes: i64, argument: i16) {
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
                (Demand::Follow, Scalar::Null | Scalar::Int(0, 0)) if self.is_plain(sink, argument, way) => {
                    Fault::NullDereference
                }
                (Demand::Release(_) | Demand::ReleaseInside(_), Scalar::Str(_)) => Fault::FreeNotHeap,
                _ => return,
            };
            if certain {
                let label = self.source_of_memory(way.map_or(sink, |w| w.0.call));
                self.tell(fault, label, sink, argument, way);
            }
            return;
        }
        if let Some(label) = self.freed(&known) {
            let frees = matches!(demand, Demand::Release(_) | Demand::ReleaseInside(_));
            let fault = if frees { Fault::DoubleFree } else { Fault::UseAfterFree };
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
            Demand::Release(family) => self.ask_release(&known, family, false, sink, argument, way),
            Demand::ReleaseInside(family) => self.ask_release(&known, family, true, sink, argument, way),
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

    pub(super) fn ask_release(
        &mut self,
        known: &Value,
        family: u32,
        was_moved: bool,
        sink: Idx,
        argument: i16,
        way: Way,
    ) {
        let inside = |run: &Run<'_>, o: u32| match run.things[o as usize] {
            Thing::Inside { base, bytes } if bytes != Some(0) => run.site(base),
            Thing::Made { site, .. } if was_moved => Some(site),
            _ => None,
        };
        // In a loop it may have been moved; what may be something else altogether is not known to have been.
        let bases: Vec<Option<u32>> = known.objects.iter().map(|&o| self.base(o).map(|b| b.0)).collect();
        let one = bases.windows(2).all(|pair| pair[0] == pair[1]);
        let moved: Option<Idx> = known.objects.iter().find_map(|&o| inside(self, o)).filter(|_| one);
        let stack = |run: &Run<'_>, o: u32| match run.things[o as usize] {
            Thing::Cell(variable) => Some(variable),
            _ => run
                .site(o)
                .filter(|&s| run.program.kind(s) == NodeKind::Local || run.family(s) == Some(Some("stack"))),
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
    pub(super) fn sites(&self, known: &Value, says: impl Fn(&Run<'_>, u32) -> Option<Idx>) -> Option<Idx> {
        let mut first = None;
        for &object in &known.objects {
            let site = says(self, object)?;
            first.get_or_insert(site);
        }
        first
    }

    /// Where an object is made.
    pub(super) fn site(&self, object: u32) -> Option<Idx> {
        match self.things[object as usize] {
            Thing::Made { site, .. } => Some(site),
            Thing::Inside { base, .. } => self.site(base),
            _ => None,
        }
    }

    /// The object that a pointer leads into, and how far from its start, if that is known.
    pub(super) fn base(&self, object: u32) -> Option<(u32, Option<i64>)> {
        match self.things[object as usize] {
            Thing::Inside { base, bytes } => Some((base, bytes)),
            Thing::Made { .. } => Some((object, Some(0))),
            _ => None,
        }
    }

    /// The family of functions that made an object at a place: None if nothing is known of that.
    pub(super) fn family(&self, site: Idx) -> Option<Option<&str>> {
        let own = self.program.node(site);
        if own.kind != NodeKind::Call {
            return None;
        }
        if own.operator == Some(Operator::Alloc) {
            return Some(Some("new[]"));
        }
        if self.program.str(own.name) == "<init>" {
            // What a variable of the class is declared to be is the variable itself, and a value of braces is no memory of its own:
            // only what is assigned to a pointer is known to have been made by `new`.
            let assigned =
                own.parent != NONE && self.program.node(own.parent).operator == Some(Operator::Assignment);
            let target = if assigned { self.program.argument(own.parent, 1) } else { None };
            let declared = target.map_or(NONE, |t| self.program.node(t).target);
            let is_pointer =
                declared != NONE && self.program.str(self.program.node(declared).type_name).ends_with('*');
            return is_pointer.then_some(Some("new"));
        }
        // By its name, or by what that is a macro for.
        let models = self.context.models;
        let aliases = self.program.aliases_at(site, own.name);
        std::iter::once(&own.name)
            .chain(aliases)
            .find_map(|&name| {
                models.called(own.language, self.program.str(name)).find(|m| m.role == Role::Allocates)
            })
            .map(|m| Some(models.kind_name(m.kind)))
    }

    /// The place of an allocation that may give nothing.
    pub(super) fn may_fail(&self, object: u32) -> Option<Idx> {
        let site = self.site(object).filter(|site| !self.tested.contains(site))?;
        let family = self.family(site)??;
        (!family.starts_with("new") && family != "stack").then_some(site)
    }

    /// Bytes that an object has at most.
    pub(super) fn room(&self, object: u32) -> Option<i64> {
        let size = self.heap_object(object)?.part(&Selector::Size)?;
        self.get(size).scalar.range().map(|(_, most)| most).filter(|&most| most < BOUND)
    }

    /// If all that a value may be was freed: where.
    pub(super) fn freed(&self, known: &Value) -> Option<Label> {
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
    pub(super) fn need(
        &mut self,
        path: PathId,
        known: &Value,
        demand: Demand,
        certain: bool,
        sink: Idx,
        argument: i16,
        way: Way,
    ) {
        if self.paths.way(path).1.len() > STEPS {
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
            Some((crossing, inner)) => self.trail.cross(before, crossing, inner),
            None => before,
        };
        let label = Label { origin, clean: 0, trace };
        self.needs.insert((path, kind), Need { demand, certain, sink, argument, label });
    }

    /// Tells of a fault: of what a callee asks, at the call that gives what it asks of.
    pub(super) fn tell(&mut self, fault: Fault, label: Label, sink: Idx, argument: i16, way: Way) {
        let Some(number) = self.context.models.fault(fault) else { return };
        let (sink, argument) = way.map_or((sink, argument), |(crossing, _)| (crossing.call, -1));
        self.reach((sink, argument, number), &[label], sink);
    }

    pub(super) fn source_of_memory(&mut self, node: Idx) -> Label {
        let kind = self.context.models.known_kind("memory");
        let origin = self.origin(Origin::Source(node, kind));
        let trace = self.step(0, node, StepRole::Source);
        Label { origin, clean: 0, trace }
    }
}
