//! Rows of models at calls, accesses and parameters.

use smallvec::SmallVec;
use std::sync::Arc;
use stoa_model::{NodeKind, Symbol};

use super::calls::Given;
use super::naming::{Found, fits};
use super::{Run, Thing};
use crate::Role as StepRole;
use crate::domain::{BOTTOM, Label, Origin, Scalar, Selector, Value, ValueId};
use crate::models::{Base, Model, Part, Place, Role};
use crate::program::{Idx, Language, NONE};

/// Weaknesses of numbers: bytes are none before something reads a number from them.
const NUMBERS: &[&str] = &["index", "integer-overflow", "integer-underflow", "division-by-zero"];

/// Objects in each other that hand on what they are given.
const WRAPPED: usize = 4;

impl<'a> Run<'a> {
    /// Rows that speak of a call.
    pub(crate) fn rows(&mut self, call: Idx) -> Arc<[&'a Model]> {
        let rows = self.rows_of_name(call);
        if rows.iter().all(|m| m.conditions.is_empty()) {
            return rows;
        }
        rows.iter().copied().filter(|m| m.conditions.iter().all(|c| self.holds(call, c))).collect()
    }

    /// What tells one evaluation of a call from another, as far as rows and types go: its receiver.
    pub(super) fn receiver_key(&self, call: Idx) -> (Idx, ValueId) {
        (call, self.program.argument(call, 0).map_or(BOTTOM, |r| self.kept_value(r)))
    }

    /// Rows that speak of a call if their conditions hold.
    fn rows_of_name(&mut self, call: Idx) -> Arc<[&'a Model]> {
        let key = self.receiver_key(call);
        if let Some(known) = self.rows.get(&key) {
            return known.clone();
        }
        let models = self.context.models;
        let own = self.program.node(call);
        let targets = self.program.targets(call);
        let name = targets.first().map_or(own.name, |t| self.program.node(t.method).name);
        let name = if own.name == Symbol::NONE { name } else { own.name };
        let arity = self.program.arguments(call).filter(|&a| self.program.node(a).argument > 0).count();
        let mut found: SmallVec<[&'a Model; 8]> = SmallVec::new();
        // An object that is called is not what made it.
        let targets = if self.calls_object(call) { &[][..] } else { targets };
        let unknown = targets.iter().all(|t| self.program.node(t.method).external);
        let aliases = if unknown { self.program.aliases_at(call, name) } else { &[] };
        let target = targets.first().map_or("", |t| self.program.name(t.method));
        // What a field of C holds is not the function of its name.
        let held =
            matches!(own.language, Language::C | Language::Cpp) && self.program.argument(call, 0).is_some();
        let mut names: SmallVec<[&str; 4]> = SmallVec::from_slice(&[self.program.str(name)]);
        for other in std::iter::once(target).chain(aliases.iter().map(|&a| self.program.str(a))) {
            if !names.contains(&other) {
                names.push(other);
            }
        }
        for (number, name) in names.into_iter().enumerate() {
            for model in models.called(own.language, name) {
                let other = model.arity.is_some_and(|a| a != arity) || (held && model.type_name.is_empty());
                if !other && (number == 0 || !found.iter().any(|f| std::ptr::eq(*f, model))) {
                    found.push(model);
                }
            }
        }
        if found.iter().any(|model| model.type_name != "*") {
            let types = self.declaring_types(call);
            let types: SmallVec<[Found<'_>; 4]> = types.iter().map(|t| Found::new(t)).collect();
            found.retain(|model| model.type_name == "*" || types.iter().any(|t| t.fits(&model.type_name)));
        }
        // What comes out of a macro comes out of what it calls.
        for &called in self.program.called_by_macro(name) {
            let gives = |m: &&Model| m.role == Role::Source && m.output == Place::of(Base::Return);
            found.extend(models.called(own.language, self.program.str(called)).filter(gives));
        }
        if let Some((module, name)) = self.promisified(call) {
            let fitting = |m: &&Model| fits(&module, &m.type_name) && m.arity.is_none_or(|a| a == arity);
            found.extend(models.called(own.language, name).filter(fitting));
        }
        if let Some(module) = self.called_module(call) {
            let fitting = |m: &&Model| m.type_name == module && m.arity.is_none_or(|a| a == arity);
            let name = if self.program.name(call) == "<init>" { "<init>" } else { "<call>" };
            found.extend(models.named(own.language, name).filter(fitting));
        }
        let found: Arc<[&'a Model]> = Arc::from(&found[..]);
        self.rows.insert(key, found.clone());
        found
    }

    /// Nodes of a call that a place begins at.
    pub(crate) fn argument_nodes(&self, call: Idx, base: &Base) -> SmallVec<[Idx; 4]> {
        self.program
            .arguments(call)
            .filter(|&a| {
                let own = self.program.node(a);
                match base {
                    Base::This => own.argument == 0,
                    Base::Argument(n) => {
                        usize::try_from(own.argument).is_ok_and(|a| a > 0 && a - 1 == *n)
                            && own.keyword == Symbol::NONE
                    }
                    Base::Arguments(from, to) => {
                        usize::try_from(own.argument).is_ok_and(|a| a > *from && a - 1 <= *to)
                    }
                    Base::Keyword(name) => {
                        own.keyword != Symbol::NONE && self.program.str(own.keyword) == name
                    }
                    Base::Return | Base::Parameter => false,
                }
            })
            .collect()
    }

    /// The value at a place of a call.
    fn at_place(&mut self, call: Idx, node: Idx, parts: &[Part]) -> Vec<Label> {
        let mut value = self.value(node);
        for part in parts {
            if *part == Part::First {
                value = self.first_of(value);
                continue;
            }
            let selector = self.selector(call, part);
            value = self.part(value, &selector);
        }
        self.deep(value)
    }

    fn selector(&self, call: Idx, part: &Part) -> Selector {
        match part {
            Part::At(place) => match self.argument_nodes(call, &Base::Argument(*place)).first() {
                Some(&key) => self.element(self.kept_value(key)),
                None => Selector::Element,
            },
            Part::Element | Part::Value | Part::Parameter(_) | Part::First => Selector::Element,
            Part::Key => Selector::Keys,
            Part::Field(name) => match self.program.symbol(name) {
                Some(symbol) => self.field(symbol, self.method.language),
                None => Selector::Key(std::sync::Arc::from(name.as_str())),
            },
        }
    }

    /// Sinks among the rows of a call are reached.
    pub(crate) fn sinks(&mut self, call: Idx, rows: &[&Model]) {
        for row in rows.iter().filter(|r| r.role == Role::Constant) {
            for input in &row.inputs {
                for node in self.argument_nodes(call, &input.base) {
                    let value = self.value(node);
                    self.note_constant(node, value);
                }
            }
        }
        for row in rows.iter().filter(|r| r.role == Role::Sink && self.context.asked.model_sinks) {
            for input in &row.inputs {
                for node in self.argument_nodes(call, &input.base) {
                    let labels = self.at_place(call, node, &input.parts);
                    let argument = self.program.node(node).argument;
                    self.reach((call, argument, row.kind), &labels, call);
                }
            }
        }
    }

    /// Applies the other rows of a call: sources and what passes through come out. The value, if rows say it; and whether
    /// rows say all there is to say.
    pub(crate) fn modelled(&mut self, call: Idx, given: &Given, rows: &[&Model]) -> (Option<ValueId>, bool) {
        let mut result: Option<ValueId> = None;
        let mut complete = false;
        for row in rows.iter().filter(|r| matches!(r.role, Role::Propagator | Role::Sanitizer)) {
            complete = true;
            let mut labels = Value::default();
            for input in &row.inputs {
                for node in self.argument_nodes(call, &input.base) {
                    let found = self.at_place(call, node, &input.parts);
                    labels.add_labels(&found);
                }
            }
            let mut labels = self.passed(&labels.labels, call);
            for label in &mut labels {
                label.clean &= !row.fouls;
            }
            if row.role == Role::Sanitizer {
                if row.cleans == u64::MAX {
                    labels.clear();
                }
                for label in &mut labels {
                    label.clean |= row.cleans;
                }
            }
            self.put(call, &row.output, &labels, &mut result, row.role == Role::Sanitizer);
        }
        if let Some(row) = rows.iter().find(|r| r.role == Role::Type && r.output == Place::of(Base::Return)) {
            let object = self.thing(Thing::Typed { site: call, kind: row.kind });
            self.state.object_mut(object);
            let mut all = Value::default();
            for value in given.receiver.iter().chain(given.arguments.iter().map(|a| &a.0)) {
                all.add_labels(&self.get(*value).labels.clone());
            }
            let mut typed = Value::object(object);
            // What rows say to pass through is in it; where they say nothing of that, what comes from the receiver and the arguments.
            match result {
                Some(passed) => typed.labels = self.get(passed).labels.clone(),
                None if given.receiver.is_some() => typed.labels = all.labels,
                None => {}
            }
            self.made_with(call, object);
            result = Some(self.values.intern(typed));
        }
        for row in rows.iter().filter(|r| r.role == Role::Source && self.context.asked.model_sources) {
            let mut label = self.model_source(call, row.kind);
            if !row.numbers && self.manages_memory() {
                label.clean |= self.context.models.known_bits(NUMBERS);
            }
            complete |= row.output.base == Base::Return;
            self.put(call, &row.output, &[label], &mut result, false);
        }
        if rows.iter().any(|r| r.role == Role::Neutral) {
            complete = true;
        }
        (result, complete)
    }

    /// A label of something that comes from outside at a node, as a row says.
    pub(crate) fn model_source(&mut self, node: Idx, kind: u32) -> Label {
        self.source(node, kind, self.context.asked.model_clean)
    }

    /// A label of something that comes from outside at a node, harmless for some weaknesses from the start.
    fn source(&mut self, node: Idx, kind: u32, clean: u64) -> Label {
        let origin = self.origin(Origin::Source(node, kind));
        let trace = self.step(0, node, StepRole::Source);
        Label { origin, clean, trace }
    }

    /// Labels of what the caller of the analysis named as sources.
    fn given_sources(&mut self, node: Idx) -> Vec<Label> {
        let asked = self.context.asked;
        let given = asked.sources.get(&node).into_iter().flatten();
        given.map(|given| self.source(node, given.kind, given.clean)).collect()
    }

    /// Puts labels to a place of a call.
    fn put(
        &mut self,
        call: Idx,
        output: &Place,
        labels: &[Label],
        result: &mut Option<ValueId>,
        replaces: bool,
    ) {
        let made = output.base == Base::This && self.program.argument(call, 0).is_none();
        if output.base == Base::Return || made {
            let value = if output.parts.is_empty() {
                self.labelled(labels, Scalar::Top)
            } else {
                let made = self.make(call, NONE, self.program.node(call).type_name);
                let mut inner = self.labelled(labels, Scalar::Top);
                for (depth, part) in output.parts.iter().enumerate().rev() {
                    let selector = self.selector(call, part);
                    if depth == 0 {
                        self.set_part(made, &selector, inner, false);
                    } else {
                        inner = self.values.join(inner, BOTTOM);
                    }
                }
                made
            };
            *result = Some(result.map_or(value, |r| self.values.join(r, value)));
            return;
        }
        for node in self.argument_nodes(call, &output.base) {
            let mut value = self.value(node);
            let parts = output.parts.split_last();
            let selector = match parts {
                None => Selector::Content,
                Some((last, before)) => {
                    for part in before {
                        let selector = self.selector(call, part);
                        value = self.part(value, &selector);
                    }
                    self.selector(call, last)
                }
            };
            let labelled = self.labelled(labels, Scalar::Top);
            if self.get(value).objects.is_empty() || replaces {
                if let Some(place) = self.place(node) {
                    let known = if replaces { labelled } else { self.values.join(value, labelled) };
                    self.write(&place, known);
                }
            } else {
                self.set_part(value, &selector, labelled, false);
                if selector == Selector::Content {
                    self.hand_on(value, labelled);
                }
            }
        }
    }

    /// What is put into something that wraps another is put into that as well.
    pub(super) fn hand_on(&mut self, into: ValueId, value: ValueId) {
        let mut wrapper = into;
        for _ in 0..WRAPPED {
            let wraps = |&o: &u32| {
                matches!(self.things[o as usize], Thing::Made { of: NONE, .. } | Thing::Typed { .. })
            };
            if !self.get(wrapper).objects.iter().any(wraps) {
                return;
            }
            wrapper = self.part(wrapper, &Selector::Outer);
            if self.get(wrapper).objects.is_empty() {
                return;
            }
            self.set_part(wrapper, &Selector::Content, value, false);
        }
    }

    /// An object that is made around others, by rows, keeps them: what is put into it goes on to them.
    pub(super) fn wrap(&mut self, call: Idx, made: ValueId, rows: &[&Model]) {
        for row in rows.iter().filter(|r| r.role == Role::Wraps) {
            for input in &row.inputs {
                for node in self.argument_nodes(call, &input.base) {
                    let inner = self.value(node);
                    if !self.get(inner).objects.is_empty() {
                        self.set_part(made, &Selector::Outer, inner, true);
                    }
                }
            }
        }
    }

    /// Reading a field or property that a row says is a source.
    pub(crate) fn modelled_access(&mut self, node: Idx, name: &str, base: ValueId) -> Option<ValueId> {
        let base_node = self.program.argument(node, 1)?;
        let language = self.program.node(node).language;
        let dotted = format!(".{name}");
        let models = self.context.models;
        let mut result = None;
        let mut types: Option<Vec<String>> = None;
        for row in models.named(language, &dotted) {
            let fitting = |t: &String| fits(t, &row.type_name);
            if row.type_name != "*"
                && !types.get_or_insert_with(|| self.expression_types(base_node)).iter().any(fitting)
            {
                continue;
            }
            if !row.conditions.iter().all(|c| self.holds(node, c)) {
                continue;
            }
            match row.role {
                Role::Source if self.context.asked.model_sources => {
                    let label = self.model_source(node, row.kind);
                    result = Some(self.labelled(&[label], Scalar::Top));
                }
                Role::Neutral => result = Some(self.top()),
                Role::Propagator => result = Some(self.derived(&[base], node, Scalar::Top)),
                // What a parameter of some name is, is another matter.
                Role::Type if row.output.base == Base::Return => {
                    let object = self.thing(Thing::Typed { site: node, kind: row.kind });
                    self.state.object_mut(object);
                    let typed = self.values.intern(Value::object(object));
                    result = Some(result.map_or(typed, |known| self.values.join(known, typed)));
                }
                _ => {}
            }
        }
        result
    }

    /// The value of a parameter at the start, with what a framework puts into it.
    pub(crate) fn entry_sources(&mut self, number: usize, parameter: Idx, symbol: ValueId) -> ValueId {
        let mut labels = Vec::new();
        if self.context.asked.model_sources {
            for &(ref place, kind) in self.context.entry_rows(self.method) {
                let index = self.method.parameters[number].index;
                let hit = match place {
                    Base::Argument(n) => usize::try_from(index).is_ok_and(|i| i > 0 && i - 1 == *n),
                    Base::Arguments(from, to) => {
                        usize::try_from(index).is_ok_and(|i| i > *from && i - 1 <= *to)
                    }
                    Base::Keyword(name) => self.program.name(parameter) == name,
                    Base::This => index == 0,
                    Base::Return | Base::Parameter => false,
                };
                if hit {
                    labels.push(self.model_source(parameter, kind));
                }
            }
        }
        if self.context.asked.model_sources {
            let models = self.context.models;
            let mut types: Option<Vec<String>> = None;
            for row in models.named(self.method.language, "<parameter>").filter(|r| r.role == Role::Source) {
                let types = types.get_or_insert_with(|| self.types_of(parameter));
                if types.iter().any(|t| fits(t, &row.type_name)) {
                    labels.push(self.model_source(parameter, row.kind));
                }
            }
        }
        labels.extend(self.given_sources(parameter));
        if labels.is_empty() {
            return symbol;
        }
        let mut value = self.get(symbol).clone();
        value.add_labels(&labels);
        self.values.intern(value)
    }

    /// What the caller of the analysis said of a node.
    pub(crate) fn endpoint(&mut self, node: Idx, value: ValueId) -> ValueId {
        let asked = self.context.asked;
        if asked.names_nothing() {
            return value;
        }
        let mut value = value;
        let labels = self.given_sources(node);
        if !labels.is_empty() {
            let mut known = self.get(value).clone();
            known.add_labels(&labels);
            value = self.values.intern(known);
        }
        if let Some(cleans) = asked.sanitizers.get(&node).copied() {
            value = self.cleaned(value, cleans);
        }
        if let Some(kinds) = asked.sinks.get(&node) {
            let own = *self.program.node(node);
            let call = own.kind == NodeKind::Call && own.operator.is_none();
            let arguments: Vec<Idx> = if call { self.program.arguments(node).collect() } else { vec![node] };
            for argument in arguments {
                let reached = if argument == node { value } else { self.value(argument) };
                let labels = self.deep(reached);
                let place = self.program.node(argument).argument;
                let sink = if argument == node
                    && own.parent != NONE
                    && self.program.kind(own.parent) == NodeKind::Call
                {
                    own.parent
                } else {
                    node
                };
                for kind in kinds {
                    self.reach((sink, place.max(-1), *kind), &labels, node);
                }
            }
        }
        value
    }

    pub(crate) fn kept_value(&self, node: Idx) -> ValueId {
        self.kept(node)
    }
}
