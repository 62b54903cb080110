//! What calls of JavaScript have of their own: functions are objects, and objects hold the functions that are called on them.

use stoa_model::{NodeKind, Operator, Symbol};

use super::calls::Given;
use super::{Run, Thing};
use crate::domain::{BOTTOM, Selector, TOP, Value, ValueId};
use crate::program::{Idx, Language, NONE};

/// Arguments that a spread list of unknown length is taken to be.
const SPREAD: usize = 4;

/// Objects in fields of each other that are made at once.
const BEGINNINGS: usize = 4;

/// Elements of a list that are looked at one by one.
pub(super) const ELEMENTS: u32 = 24;

impl Run<'_> {
    /// What a list that is spread gives to a call: its elements, or some of them of one whose length is not known.
    pub(super) fn spread_arguments(&mut self, list: ValueId, language: Language) -> Option<Vec<ValueId>> {
        let known = self.spread(list);
        if known.is_some() || language != Language::JavaScript {
            return known;
        }
        let any = self.part(list, &Selector::Element);
        Some(vec![any; SPREAD])
    }

    /// The function that an object holds by the name of a call on it.
    pub(super) fn method_of_object(&mut self, node: Idx, receiver: ValueId) -> ValueId {
        let name = self.program.node(node).name;
        let known = self.get(receiver);
        if name == Symbol::NONE || known.objects.is_empty() {
            return BOTTOM;
        }
        let selector = self.field(name, self.program.node(node).language);
        let mut held = Value::default();
        for object in known.objects.clone() {
            let value = match self.things[object as usize] {
                // What is not there yet is asked of the caller only if nothing else says what runs.
                Thing::Input(_) if !self.program.targets(node).iter().all(|c| self.is_outside(c.method)) => {
                    continue;
                }
                _ => self.part_of(object, &selector),
            };
            let functions = self.function_objects(value);
            if functions.is_empty() && matches!(self.things[object as usize], Thing::Input(_)) {
                self.depends_on(value);
            }
            held.objects.extend(
                self.get(value)
                    .objects
                    .iter()
                    .copied()
                    .filter(|&o| matches!(self.things[o as usize], Thing::Function(_))),
            );
        }
        held.objects.sort_unstable();
        held.objects.dedup();
        if held.objects.is_empty() { BOTTOM } else { self.values.intern(held) }
    }

    fn is_outside(&self, method: Idx) -> bool {
        self.program.method(method).is_none()
    }

    /// What the variable holds that is called by its name. What a function that nobody knows is given stays with it.
    pub(super) fn called_variable(&mut self, node: Idx) -> ValueId {
        let own = *self.program.node(node);
        let is_variable = |run: &Self, v: Idx| {
            matches!(run.program.kind(v), NodeKind::Local | NodeKind::MethodParameterIn | NodeKind::Member)
        };
        let variable = if own.target != NONE && is_variable(self, own.target) {
            own.target
        } else {
            let named = |v: &&Idx| self.program.node(**v).name == own.name && **v != self.method.node;
            match self.method.variables.iter().find(named) {
                Some(&variable) if own.name != Symbol::NONE => variable,
                _ => return BOTTOM,
            }
        };
        let place = if self.program.kind(variable) == NodeKind::Member {
            super::places::Place::Part(self.globals(), Selector::Variable(variable))
        } else {
            self.variable(variable)
        };
        let function = self.read(&place);
        if self.function_objects(function).is_empty()
            && let Some(first) = self.program.argument(node, 1)
        {
            let given = self.value(first);
            self.set_part(function, &Selector::Given, given, false);
        }
        function
    }

    /// `f.call(this, …)`, `f.apply(this, […])`, `Reflect.apply(f, this, […])`, `f.bind(this)`: the value, if that is what a call is.
    pub(super) fn called_indirectly(&mut self, node: Idx, given: &Given) -> Option<ValueId> {
        let own = self.program.node(node);
        if own.language != Language::JavaScript {
            return None;
        }
        let name = self.program.str(own.name);
        let receiver = given.receiver?;
        let (function, mut rest) = match name {
            "call" | "apply" | "bind" if !self.function_objects(receiver).is_empty() => {
                (receiver, given.arguments.clone())
            }
            "apply" if self.is_named(node, "Reflect") => {
                let mut rest = given.arguments.clone();
                if rest.is_empty() {
                    return None;
                }
                (rest.remove(0).0, rest)
            }
            "call" | "apply" => {
                self.depends_on(receiver);
                return None;
            }
            _ => return None,
        };
        let functions = self.function_objects(function);
        if functions.is_empty() {
            self.depends_on(function);
            return None;
        }
        let this = (!rest.is_empty()).then(|| rest.remove(0).0);
        if name == "bind" {
            if let Some(this) = this {
                self.set_part(function, &Selector::Outer, this, false);
            }
            return Some(function);
        }
        let mut passed = Given { receiver: this, arguments: Default::default() };
        match (name, rest.first()) {
            ("apply", Some(&(list, _, argument))) => {
                let values = self.spread_arguments(list, Language::JavaScript).unwrap_or_default();
                passed.arguments.extend(values.into_iter().map(|value| (value, Symbol::NONE, argument)));
            }
            _ => passed.arguments = rest,
        }
        Some(self.one_of(functions, |run, function| run.run_target(node, (function, 1.0), &passed)))
    }

    /// What reading a property gives that a function computes: it is run.
    pub(super) fn through_getter(&mut self, node: Idx, base: ValueId, value: ValueId) -> ValueId {
        if self.program.node(node).language != Language::JavaScript {
            return value;
        }
        let mut getters: Vec<Idx> = self.function_objects(value);
        getters.retain(|&f| self.program.node(f).is_getter);
        if value == BOTTOM
            && let Some(field) = self.program.argument(node, 2)
        {
            let name = self.program.node(field).name;
            for object in self.get(base).objects.clone() {
                let Some(of) = self.exact_type(object) else { continue };
                let found = self.program.lineage(of).into_iter().find_map(|t| {
                    let members = self.program.members(t, name);
                    members.iter().copied().find(|&m| self.program.node(m).is_getter)
                });
                getters.extend(found);
            }
        }
        getters.sort_unstable();
        getters.dedup();
        if getters.is_empty() {
            return value;
        }
        let given = Given { receiver: Some(base), arguments: Default::default() };
        let mut result = BOTTOM;
        for getter in getters {
            let value = self.run_target(node, (getter, 1.0), &given);
            self.stopped = false;
            result = self.values.join(result, value);
        }
        result
    }

    /// Runs what writing a property runs, if a class of the tree says so. Whether it did.
    pub(super) fn through_setter(
        &mut self,
        node: Idx,
        base: ValueId,
        selector: &Selector,
        value: ValueId,
    ) -> bool {
        let Selector::Key(key) = selector else { return false };
        let Some(name) = self.program.symbol(key).filter(|n| self.program.is_setter(*n)) else {
            return false;
        };
        let mut setters: Vec<Idx> = Vec::new();
        for object in self.get(base).objects.clone() {
            let Some(of) = self.exact_type(object) else { continue };
            let found = self.program.lineage(of).into_iter().find_map(|t| {
                let members = self.program.members(t, name);
                members.iter().copied().find(|&m| self.program.node(m).is_setter)
            });
            setters.extend(found);
        }
        setters.dedup();
        let given =
            Given { receiver: Some(base), arguments: smallvec::smallvec![(value, Symbol::NONE, node)] };
        for &setter in &setters {
            self.run_target(node, (setter, 1.0), &given);
            self.stopped = false;
        }
        !setters.is_empty()
    }

    /// The class of the tree that a name means at a node: one of the file, or the only one that has it.
    pub(super) fn class_of_name(&self, node: Idx, name: Symbol) -> Idx {
        let file = (self.program.id(node) >> 32) as u32;
        if let Some(of) = self.program.type_of_file(file, name) {
            return of;
        }
        match self.program.type_simply_named(name) {
            Some(of) if of != NONE && self.program.node(of).language == Language::JavaScript => of,
            _ => NONE,
        }
    }

    /// Whether a call is on the thing of the language that has a name, which the tree does not declare.
    pub(super) fn is_named(&self, node: Idx, name: &str) -> bool {
        self.program.argument(node, 0).is_some_and(|r| {
            let own = self.program.node(r);
            own.kind == NodeKind::Identifier && own.target == NONE && self.program.str(own.name) == name
        })
    }

    /// Gives a new object of a class the first values of its fields, those of classes above first.
    pub(super) fn begin_fields(&mut self, made: ValueId, of: Idx) {
        if of == NONE || self.program.kind(of) != NodeKind::TypeDecl {
            return;
        }
        // A field may begin with an object of the same class, or of one whose fields lead back.
        if self.beginning.contains(&of) || self.beginning.len() >= BEGINNINGS {
            return;
        }
        self.beginning.push(of);
        for of in self.program.lineage(of).into_iter().rev() {
            for &member in self.program.children(of) {
                let own = *self.program.node(member);
                if own.kind != NodeKind::Member || own.is_static {
                    continue;
                }
                for &child in self.program.children(member) {
                    if self.program.node(child).operator == Some(Operator::Assignment)
                        && let Some(first) = self.program.argument(child, 2)
                    {
                        let value = self.evaluate_tree(first);
                        let value = if value == BOTTOM { TOP } else { value };
                        let selector = self.field(own.name, own.language);
                        self.set_part(made, &selector, value, true);
                    }
                }
            }
        }
        self.beginning.pop();
    }

    /// Classes that stand in a method have static fields that begin there.
    pub(super) fn begin_static_fields(&mut self) {
        let program = self.program;
        let fields = program.static_fields(self.method.node);
        for &member in fields {
            for &child in program.children(member) {
                if program.node(child).operator == Some(Operator::Assignment)
                    && let Some(first) = program.argument(child, 2)
                {
                    let value = self.evaluate_tree(first);
                    let value = if value == BOTTOM { TOP } else { value };
                    let globals = self.globals();
                    self.set_part(globals, &Selector::Variable(member), value, true);
                }
            }
        }
    }

    /// What things of the language itself do: `Object`, `Reflect`, `Array`, `structuredClone`.
    pub(super) fn of_the_language(&mut self, node: Idx, name: &str, given: &Given) -> Option<ValueId> {
        let first = self.argument_value(given, 0);
        let second = self.argument_value(given, 1);
        let third = self.argument_value(given, 2);
        if given.receiver.is_none() {
            return (name == "structuredClone").then_some(first);
        }
        if name == "next"
            && let Some(receiver) = given.receiver
            && self.get(receiver).objects.iter().any(|&o| match self.things[o as usize] {
                Thing::Made { of: NONE, name, .. } => self.program.str(name) == "Generator",
                _ => false,
            })
        {
            let any = self.part(receiver, &Selector::Element);
            let made = self.make_named(node, "dict");
            self.set_part(made, &Selector::Key("value".into()), any, true);
            return Some(made);
        }
        if self.is_named(node, "Reflect") {
            return Some(match name {
                "get" => {
                    let selector = self.element(second);
                    self.element_value(node, first, &selector)
                }
                "set" => {
                    let selector = self.element(second);
                    let value = self.with_step(third, node);
                    self.set_part(first, &selector, value, true);
                    self.some()
                }
                "deleteProperty" => {
                    let selector = self.element(second);
                    if matches!(selector, Selector::Key(_) | Selector::Index(_)) {
                        self.set_part(first, &selector, BOTTOM, true);
                    }
                    self.some()
                }
                "has" => self.some(),
                _ => return None,
            });
        }
        if self.is_named(node, "Array") {
            return match name {
                "of" => {
                    let values: Vec<ValueId> = given.arguments.iter().map(|a| a.0).collect();
                    Some(self.list_of(node, &values))
                }
                "from" if given.arguments.len() == 1 && self.length(first).is_some() => {
                    let made = self.make_named(node, "Array");
                    self.copy_elements(made, first);
                    Some(made)
                }
                "isArray" => Some(self.some()),
                _ => None,
            };
        }
        if !self.is_named(node, "Object") || self.get(first).objects.is_empty() {
            return None;
        }
        match name {
            "assign" => {
                for &(from, ..) in given.arguments.iter().skip(1) {
                    self.copy_fields(first, from);
                }
                Some(first)
            }
            "freeze" | "seal" | "preventExtensions" | "setPrototypeOf" => Some(first),
            "create" => {
                let made = self.make_named(node, "dict");
                self.copy_fields(made, first);
                Some(made)
            }
            "defineProperty" if given.arguments.len() == 3 => {
                let value = self.part(third, &Selector::Key("value".into()));
                let selector = self.element(second);
                if value != BOTTOM {
                    self.set_part(first, &selector, value, true);
                }
                Some(first)
            }
            "values" | "entries" => {
                let any = self.part(first, &Selector::Element);
                let keys = self.part(first, &Selector::Keys);
                let any = if name == "values" { any } else { self.pair_of(node, keys, any) };
                let made = self.make_named(node, "Array");
                self.set_part(made, &Selector::Element, any, false);
                Some(made)
            }
            "keys" => {
                let keys = self.part(first, &Selector::Keys);
                let made = self.make_named(node, "Array");
                let keys = if keys == BOTTOM { self.some() } else { keys };
                self.set_part(made, &Selector::Element, keys, false);
                Some(made)
            }
            _ => None,
        }
    }

    /// Writes what one object holds by known names into another.
    pub(super) fn copy_fields(&mut self, into: ValueId, from: ValueId) {
        let one = self.one_object(from).is_some() && self.one_object(into).is_some();
        for object in self.get(from).objects.clone() {
            let parts = self.heap_object(object).map(|o| o.parts.clone()).unwrap_or_default();
            for (selector, value) in parts {
                if !matches!(selector, Selector::Outer | Selector::Given) && !selector.is_of_memory() {
                    self.set_part(into, &selector, value, one);
                }
            }
            // What else it may hold is not known.
            if matches!(self.things[object as usize], Thing::Input(_)) {
                let any = self.part_of(object, &Selector::Element);
                self.set_part(into, &Selector::Element, any, false);
            }
        }
        let labels = self.get(from).labels.clone();
        if !labels.is_empty()
            && !self.get(from).objects.iter().any(|&o| matches!(self.things[o as usize], Thing::Input(_)))
        {
            let any = self.labelled(&labels, crate::domain::Scalar::Top);
            self.set_part(into, &Selector::Content, any, false);
        }
    }

    /// A list of values.
    pub(super) fn list_of(&mut self, node: Idx, values: &[ValueId]) -> ValueId {
        let made = self.make_named(node, "Array");
        let again = self.one_object(made).is_some_and(|o| self.heap_object(o).is_some_and(|o| o.many));
        for (place, &value) in values.iter().enumerate() {
            let selector = if place < 64 { Selector::Index(place as i64) } else { Selector::Element };
            self.set_part(made, &selector, value, true);
        }
        if !again && values.len() <= 64 {
            self.set_length(made, Some(values.len() as u32));
        }
        made
    }

    /// A key and a value, as a list of the two.
    pub(super) fn pair_of(&mut self, node: Idx, key: ValueId, value: ValueId) -> ValueId {
        let pair = self.thing(Thing::Made { site: node, via: node, of: NONE, name: Symbol::NONE });
        self.state.object_mut(pair).many = true;
        let pair = self.values.intern(Value::object(pair));
        self.set_part(pair, &Selector::Index(0), key, false);
        self.set_part(pair, &Selector::Index(1), value, false);
        pair
    }
}
