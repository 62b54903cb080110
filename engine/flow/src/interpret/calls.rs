//! Which methods a call runs, and with what.

use smallvec::SmallVec;
use std::sync::Arc;
use stoa_model::ids::file_of;
use stoa_model::{EdgeLabel, NodeKind, Operator, Symbol};

use super::summary::{Fact, Facts, Summary};
use super::{Run, Thing};
use crate::CutReason;
use crate::domain::{BOTTOM, Label, Root, Route, Scalar, Selector, Value, ValueId};
use crate::program::{Idx, Language, NONE};
use crate::schedule::{Key, Known, NESTING};

/// What a call gives: by position or by keyword.
#[derive(Clone, Debug)]
pub(crate) struct Given {
    pub receiver: Option<ValueId>,
    /// Value, keyword, and the node it comes from.
    pub arguments: SmallVec<[(ValueId, Symbol, Idx); 4]>,
}

/// Specialisations of one callee that one run asks for.
const SPECIAL: usize = 32;

/// How much more a run's specialisations may cost than the run itself may.
const SHARE: u64 = 1;

const CONSTRUCTORS: &[&str] = &["<init>", "__init__", "constructor", ".ctor"];

impl Run<'_> {
    /// The value of a call.
    pub(crate) fn call(&mut self, node: Idx) -> ValueId {
        let value = self.run_call(node);
        if self.stopped || !self.manages_memory() { value } else { self.placed(node, value) }
    }

    fn run_call(&mut self, node: Idx) -> ValueId {
        let mut given = Given { receiver: None, arguments: SmallVec::new() };
        let mut called = BOTTOM;
        let arguments: SmallVec<[Idx; 6]> = self.program.arguments(node).collect();
        for argument in arguments {
            let value = self.value(argument);
            let own = self.program.node(argument);
            match own.argument {
                // What is asked of `super()` is asked of the object itself.
                0 if own.kind == NodeKind::Call && self.program.name(argument) == "super" => {
                    given.receiver = Some(self.receiver().unwrap_or(value));
                }
                0 => given.receiver = Some(value),
                -1 => called = value,
                _ if own.operator == Some(Operator::Spread)
                    && let Some(values) = self.spread_arguments(value, own.language) =>
                {
                    given.arguments.extend(values.into_iter().map(|v| (v, Symbol::NONE, argument)));
                }
                _ => given.arguments.push((value, own.keyword, argument)),
            }
        }
        if let Some(value) = self.called_indirectly(node, &given) {
            return value;
        }
        self.begin_types(node);
        let (mut targets, mut outside) = self.targets(node, &given);
        let functions = self.called_functions(node, called, given.receiver);
        if !functions.is_empty() {
            targets = functions;
            outside = false;
        }
        if targets.is_empty() {
            return self.library(node, &given);
        }
        if targets.len() > self.context.options.max_targets {
            // What is left out here is run all the same: what is found in it counts.
            for (target, _) in targets.drain(self.context.options.max_targets..) {
                if let Some(method) = self.program.number_of(target) {
                    self.uses.insert(Key::general(method));
                }
            }
            self.cut(CutReason::Targets);
        }
        if targets.len() == 1 && !outside {
            return self.run_target(node, targets[0], &given);
        }
        let targets = targets.into_iter().map(Some).chain(outside.then_some(None));
        self.one_of(targets, |run, target| match target {
            Some(target) => run.run_target(node, target, &given),
            None => run.library(node, &given),
        })
    }

    /// Functions that a call of a value runs.
    fn called_functions(&mut self, node: Idx, called: ValueId, receiver: Option<ValueId>) -> Vec<(Idx, f32)> {
        let mut value = called;
        let script = self.program.node(node).language == Language::JavaScript;
        let holds = script || self.program.node(node).language == Language::Go;
        if value == BOTTOM
            && holds
            && let Some(receiver) = receiver
        {
            value = self.method_of_object(node, receiver);
        }
        if value == BOTTOM
            && !script
            && let Some(receiver) = receiver
            && self
                .program
                .targets(node)
                .iter()
                .all(|c| self.program.method(c.method).is_none() || c.label == Some(EdgeLabel::Value))
            && self.function_objects(receiver).len() == self.get(receiver).objects.len()
        {
            value = receiver;
        }
        if value == BOTTOM {
            // A function in a variable: `f(x)` where `f` is a local or a parameter.
            let name = self.program.node(node).name;
            if script && receiver.is_none() {
                value = self.called_variable(node);
            } else if name != Symbol::NONE
                && receiver.is_none()
                && let Some(&variable) = self
                    .method
                    .variables
                    .iter()
                    .find(|&&v| self.program.node(v).name == name && v != self.method.node)
            {
                let slot = self.program.slot(variable);
                let place = if slot == NONE || self.program.is_captured(variable) {
                    super::places::Place::Part(self.globals(), Selector::Variable(variable))
                } else {
                    super::places::Place::Slot(slot)
                };
                value = self.read(&place);
            }
        }
        if value == BOTTOM {
            return Vec::new();
        }
        let functions = self.function_objects(value);
        if functions.is_empty() {
            self.depends_on(value);
        }
        functions.into_iter().filter(|f| self.program.method(*f).is_some()).map(|f| (f, 1.0)).collect()
    }

    pub(super) fn function_objects(&self, value: ValueId) -> Vec<Idx> {
        self.get(value)
            .objects
            .iter()
            .filter_map(|&o| match self.things[o as usize] {
                Thing::Function(method) => Some(method),
                _ => None,
            })
            .collect()
    }

    /// Methods of the tree that a call may run by its edges, narrowed by what the receiver is; and whether something outside may run as well.
    fn targets(&mut self, node: Idx, given: &Given) -> (Vec<(Idx, f32)>, bool) {
        let mut found: Vec<(Idx, f32, Option<EdgeLabel>)> = Vec::new();
        let mut outside = false;
        for call in self.program.targets(node) {
            if self.program.method(call.method).is_some() {
                if call.label != Some(EdgeLabel::Callback) {
                    found.push((call.method, call.confidence, call.label));
                }
            } else {
                outside |= call.confidence > 0.0;
            }
        }
        // A name alone says less than a row that knows the type, or a receiver that is known to be of another.
        if !found.is_empty()
            && found.iter().all(|f| f.2 == Some(EdgeLabel::Name))
            && (given.receiver.is_some_and(|r| self.is_foreign(r))
                || self.rows(node).iter().any(|r| r.type_name != "*"))
        {
            return (Vec::new(), true);
        }
        if let Some(receiver) = given.receiver {
            let known = self.get(receiver).clone();
            let kinds: Vec<Option<Idx>> = known.objects.iter().map(|&o| self.exact_type(o)).collect();
            if !kinds.is_empty()
                && kinds.iter().all(Option::is_some)
                && !matches!(known.scalar, Scalar::Top | Scalar::Some)
                && !self.is_super(node)
            {
                let name = self.program.node(node).name;
                let mut exact: Vec<(Idx, f32)> = Vec::new();
                for kind in kinds.into_iter().flatten() {
                    if let Some(method) = self.program.dispatch(kind, name, given.arguments.len())
                        && self.program.method(method).is_some()
                        && !exact.iter().any(|e| e.0 == method)
                    {
                        // Of overloads, the one that the edges name.
                        let owner = |m: Idx| self.program.method(m).map(|m| m.owner).filter(|o| *o != NONE);
                        let named = found
                            .iter()
                            .find(|f| owner(f.0).is_some() && owner(f.0) == owner(method))
                            .map_or(method, |f| f.0);
                        exact.push((named, 1.0));
                    }
                }
                if !exact.is_empty() {
                    return (exact, false);
                }
            } else if found.len() > 1 || found.iter().any(|f| f.2 == Some(EdgeLabel::Hierarchy)) {
                self.depends_on(receiver);
            }
        }
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        found.dedup_by_key(|f| f.0);
        // Methods of one name that stand in one file are variants of one another: that it is one of them is as sure as all together.
        let file = |node: Idx| file_of(self.program.id(node));
        if found.len() > 1
            && found.iter().all(|f| f.2 == Some(EdgeLabel::Name) && file(f.0) == file(found[0].0))
        {
            let all = found.iter().map(|f| f.1).sum::<f32>().min(1.0);
            found.iter_mut().for_each(|f| f.1 = all);
        }
        (found.into_iter().map(|f| (f.0, f.1)).collect(), outside)
    }

    /// Whether a value is an object of a type outside of the tree.
    fn is_foreign(&self, value: ValueId) -> bool {
        let value = self.get(value);
        !value.objects.is_empty()
            && value.objects.iter().all(|&o| match self.things[o as usize] {
                Thing::Typed { .. } => true,
                Thing::Made { of, name, .. } => of == NONE && name != Symbol::NONE,
                _ => false,
            })
    }

    fn is_super(&self, node: Idx) -> bool {
        self.program.argument(node, 0).is_some_and(|r| matches!(self.program.name(r), "super" | "base"))
    }

    /// Runs one method of the tree for a call.
    pub(super) fn run_target(
        &mut self,
        node: Idx,
        (target, confidence): (Idx, f32),
        given: &Given,
    ) -> ValueId {
        let Some(number) = self.program.number_of(target) else { return self.library(node, given) };
        let name = self.program.name(target);
        let script = self.program.numbered(number).language == Language::JavaScript;
        let above = script && self.program.str(self.program.node(node).full_name) == "super";
        // `new F()` of a function makes an object as well.
        let of_function = script && self.program.name(node) == "<init>" && !CONSTRUCTORS.contains(&name);
        let constructs = (CONSTRUCTORS.contains(&name) || of_function)
            && !above
            && !(CONSTRUCTORS.contains(&self.program.name(node)) && given.receiver.is_some());
        let mut given = given.clone();
        if above {
            given.receiver = self.receiver();
        }
        let made = constructs.then(|| {
            let owner = if of_function { target } else { self.program.numbered(number).owner };
            let of = self.made_type(node, owner);
            let made = self.make(node, of, Symbol::NONE);
            if script {
                self.begin_fields(made, of);
            }
            if let Some(this) = self.receiver() {
                self.set_part(made, &Selector::Outer, this, true);
            }
            made
        });
        if made.is_some() {
            given.receiver = made;
        }
        let bound = self.bind(number, &given);
        let value = match self.apply(node, number, &bound, confidence) {
            Some(value) => value,
            None => BOTTOM,
        };
        made.unwrap_or(value)
    }

    /// The type that a constructor's call makes: an anonymous class, or the one it names.
    pub(crate) fn made_type(&self, node: Idx, otherwise: Idx) -> Idx {
        self.program
            .children(node)
            .iter()
            .copied()
            .find(|&c| self.program.kind(c) == NodeKind::TypeDecl)
            .unwrap_or(otherwise)
    }

    /// Applies the summary of a method of the tree that fits what is given. None if it does not come back.
    pub(crate) fn apply(
        &mut self,
        node: Idx,
        number: u32,
        bound: &[ValueId],
        confidence: f32,
    ) -> Option<ValueId> {
        let known = self.context.known(number, self.place);
        self.seen.insert(number, !matches!(known, Known::Nothing));
        let (general, last) = match known {
            Known::Summary(summary, last) => (summary, last),
            Known::Running => {
                self.note_recursion(node, number);
                self.stopped = true;
                return None;
            }
            Known::Nothing => {
                self.partial = true;
                bound.iter().for_each(|&value| self.escape(value));
                // A function that comes as a value before its own turn: what goes in may come out.
                let value = self.derived(bound, node, Scalar::Top);
                return Some(value);
            }
        };
        let common = self.context.is_common(number);
        let mut facts: Vec<(Arc<Route>, Fact)> = Vec::new();
        for &path in &general.sensitive {
            self.work += 1;
            let route = &general.routes[path as usize];
            let mut value = match route.root {
                Root::Parameter(place) => bound.get(place as usize).copied().unwrap_or(BOTTOM),
                Root::Globals => self.globals(),
            };
            for step in &route.steps {
                value = self.part(value, step);
            }
            match self.fact(value) {
                Some(Fact::Constant(Scalar::Str(_) | Scalar::Int(..) | Scalar::Char(_))) if common => {
                    self.cut(CutReason::Specialisations);
                }
                Some(fact) => facts.push((route.clone(), fact)),
                None => self.depends_on(value),
            }
        }
        facts.extend(self.aliases(&general, bound));
        let (mut key, mut summary) = (Key::general(number), general);
        if last && !facts.is_empty() {
            let known = self.specials.get(&number).map_or(0, |s| s.len());
            if self.place.depth >= NESTING {
                self.height = NESTING + 1;
                self.cut(CutReason::Specialisations);
            } else if let Some(used) = self.specials.get(&number).and_then(|s| s.get(&facts[..])) {
                (key, summary) = used.clone();
            } else if known >= SPECIAL || self.asked > SHARE * self.allowance {
                self.cut(CutReason::Specialisations);
            } else {
                let facts: Facts = facts.into();
                (key, summary) = self.context.special(number, facts.clone(), self.place);
                self.asked += summary.cost;
                self.height = self.height.max(summary.height + 1);
                self.specials.entry(number).or_default().insert(facts, (key.clone(), summary.clone()));
            }
        }
        self.uses.insert(key);
        if summary.returned.is_none() && !summary.ended {
            self.note_recursion(node, number);
        }
        self.apply_summary(node, &summary, bound, confidence)
    }

    /// Notes a call by which the method runs itself.
    fn note_recursion(&mut self, node: Idx, number: u32) {
        if self.program.numbered(number).node == self.method.node {
            self.recursed.insert(node);
        }
    }

    /// Parameters that are given the same object, where the callee writes to one of them: what it writes to the one it reads from the other.
    fn aliases(&self, summary: &Summary, bound: &[ValueId]) -> Vec<(Arc<Route>, Fact)> {
        let mut facts = Vec::new();
        for (later, value) in bound.iter().enumerate() {
            let Some(first) = bound[..later].iter().position(|v| v == value) else { continue };
            let written = |place: usize| {
                summary.effects.iter().any(|effect| match summary.things[effect.object as usize] {
                    Thing::Input(path) => summary.routes[path as usize].root == Root::Parameter(place as u32),
                    _ => false,
                })
            };
            if self.one_object(*value).is_some() && (written(first) || written(later)) {
                let route = Route::shared(Root::Parameter(later as u32), &[], &self.context.routes);
                facts.push((route, Fact::Same(first as u32)));
            }
        }
        facts
    }

    /// What is certain of a value, if it would tell a callee something.
    fn fact(&self, value: ValueId) -> Option<Fact> {
        let known = self.get(value);
        if let Some(constant) = known.constant() {
            return Some(Fact::Constant(constant.clone()));
        }
        if known.objects.len() == 1 && !matches!(known.scalar, Scalar::Top | Scalar::Some) {
            let object = known.objects[0];
            if let Thing::Function(method) = self.things[object as usize] {
                return Some(Fact::Function(method));
            }
            return self.exact_type(object).map(Fact::Type);
        }
        None
    }

    /// Runs the functions among the arguments of a call of something outside: it is taken to call them with what it has.
    pub(crate) fn run_callbacks(&mut self, node: Idx, given: &Given, with: &[Label]) -> ValueId {
        let mut functions: Vec<Idx> = Vec::new();
        for (value, ..) in &given.arguments {
            functions.extend(self.function_objects(*value));
        }
        for call in self.program.targets(node) {
            if call.label == Some(EdgeLabel::Callback) {
                functions.push(call.method);
            }
        }
        functions.sort_unstable();
        functions.dedup();
        let mut result = BOTTOM;
        let passed = self.labelled(with, Scalar::Top);
        let element = given.receiver.map_or(BOTTOM, |r| self.part(r, &Selector::Element));
        let passed = self.values.join(passed, element);
        for (task, receiver) in self.tasks(node, given) {
            let value = self.perhaps(|run| run.apply(node, task, &[receiver], 0.9));
            result = self.values.join(result, value.unwrap_or(BOTTOM));
        }
        for function in functions {
            let Some(number) = self.program.number_of(function) else { continue };
            let count = self.program.numbered(number).parameters.len();
            let bound = vec![passed; count];
            let value = self.perhaps(|run| run.apply(node, number, &bound, 0.7));
            if let Some(value) = value {
                result = self.values.join(result, value);
            }
        }
        result
    }

    /// What is handed over to be run, or started: the methods `run` and `call` of objects of the tree, and on what.
    fn tasks(&self, node: Idx, given: &Given) -> Vec<(u32, ValueId)> {
        if self.program.node(node).language != Language::Java {
            return Vec::new();
        }
        let started =
            given.receiver.filter(|_| matches!(self.program.name(node), "start" | "fork" | "invoke"));
        let mut tasks = Vec::new();
        for value in given.arguments.iter().map(|a| a.0).chain(started) {
            for &object in &self.get(value).objects {
                let Some(of) = self.exact_type(object) else { continue };
                let run = ["run", "call", "compute"].iter().find_map(|name| {
                    let method = self.program.dispatch(of, self.program.symbol(name)?, 0)?;
                    let own = self.program.method(method)?;
                    let plain = own.parameters.len() == 1 && own.parameters.iter().all(|p| p.index == 0);
                    plain.then(|| self.program.number_of(method)).flatten()
                });
                tasks.extend(run.map(|run| (run, value)));
            }
        }
        tasks.dedup();
        tasks
    }

    /// Evaluates the statements of an initialiser block by its summary.
    pub(crate) fn run_block(&mut self, method: Idx) {
        let Some(number) = self.program.number_of(method) else { return };
        let bound: Vec<ValueId> = self.receiver().into_iter().collect();
        self.apply(method, number, &bound, 1.0);
        self.stopped = false;
    }

    pub(crate) fn one_object(&self, value: ValueId) -> Option<u32> {
        let value: &Value = self.get(value);
        (value.objects.len() == 1).then(|| value.objects[0])
    }
}
