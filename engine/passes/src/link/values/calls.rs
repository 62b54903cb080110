//! Calls: which functions they run, and what passes between them.

use smallvec::SmallVec;
use stoa_model::{EdgeLabel, NodeId};

use super::builder::Parameter;
use super::effects::Effect;
use super::hierarchy::Ancestor;
use super::literals::KeyUse;
use super::solver::{Bound, CallId, NO_VAR, Passed, Solver, Use, Value, ValueId};
use super::variables::Var;
use crate::link::answer::Target;

/// How each argument of a call is passed, and what it holds.
type Arguments = SmallVec<[(Passed, Var); 4]>;

impl Solver {
    /// Call `call` runs `value`.
    pub fn dispatch(&mut self, call: CallId, value: ValueId, bound: Bound) {
        match self.the(value) {
            Value::Function(method) => {
                if !self.methods.contains_key(&method) {
                    return;
                }
                let how = match self.how(call, bound) {
                    // A function that was put into a member is no method of the type.
                    (EdgeLabel::Type, _) if self.methods.get(&method).is_some_and(|m| m.owner.is_none()) => {
                        (EdgeLabel::Value, 0.9)
                    }
                    how => how,
                };
                self.target(call, method, how);
                self.bind(call, method, bound, None);
            }
            Value::Type(of) => self.construct(call, of, bound),
            Value::Instance(_) => {
                // An object that can be called.
                let name = self.texts.intern("__call__");
                let callee = self.callee(call, Bound::Instance);
                self.load_member(value, name, callee);
            }
            Value::Module(_) => {
                let exports = self.field(value, self.exports);
                let callee = self.callee(call, Bound::Module);
                self.copy(exports, callee);
            }
            Value::Outside(path) => self.call_outside(call, path),
            Value::Object(_) | Value::Open => {}
        }
    }

    fn how(&self, call: CallId, bound: Bound) -> (EdgeLabel, f64) {
        let known = &self.calls[call as usize];
        match bound {
            Bound::Instance => (EdgeLabel::Type, 0.9),
            Bound::Type => (EdgeLabel::Static, 1.0),
            Bound::Module => (EdgeLabel::Import, 0.95),
            Bound::Plain if known.by_name != 0 => (EdgeLabel::Static, 1.0),
            Bound::Plain => (EdgeLabel::Value, 0.9),
        }
    }

    pub fn target(&mut self, call: CallId, method: NodeId, how: (EdgeLabel, f64)) {
        self.effects.push(Effect::Target(call, Target { id: method, label: how.0, confidence: how.1 }));
    }

    /// What a call gives to a method and takes from it.
    fn bind(&mut self, call: CallId, method: NodeId, bound: Bound, receiver: Option<ValueId>) {
        let arguments = self.arguments_of(call);
        self.bind_to(call, method, bound, receiver, &arguments);
    }

    /// What a call is given.
    fn arguments_of(&self, call: CallId) -> Arguments {
        self.arguments.of(self.calls[call as usize].arguments).collect()
    }

    /// As `bind`, with arguments of the caller's choice.
    fn bind_to(
        &mut self,
        call: CallId,
        method: NodeId,
        bound: Bound,
        receiver: Option<ValueId>,
        arguments: &[(Passed, Var)],
    ) {
        let Some(facts) = self.methods.get(&method).copied() else { return };
        let (from, to) = facts.parameters;
        let parameters: SmallVec<[Parameter; 8]> = self.parameters[from as usize..to as usize].into();
        let by_place = arguments.iter().filter(|(p, _)| matches!(p, Passed::Place(_))).count();
        let has_object = parameters.iter().any(|p| p.index == 0);
        let takes = parameters.iter().filter(|p| p.index > 0 && !p.variadic).count();
        let has_rest = parameters.iter().any(|p| p.variadic);
        // Called through its type, or as a plain value with one argument more than it takes: the first is the object.
        let shifted = has_object
            && !facts.of_class
            && match bound {
                Bound::Type => true,
                Bound::Plain => receiver.is_none() && by_place > takes && !has_rest,
                _ => false,
            };
        if let Some(receiver) = receiver {
            let this = self.this(method);
            self.add(this, receiver);
        }
        for &(passed, argument) in arguments {
            match passed {
                Passed::Place(place) => {
                    let index = place as i32 - i32::from(shifted);
                    self.pass(&parameters, index, argument);
                }
                Passed::Keyword(name) => {
                    let named = parameters.iter().find(|p| p.name == name && !p.variadic);
                    match named {
                        Some(parameter) => {
                            let parameter = self.node(parameter.id);
                            self.copy(argument, parameter);
                        }
                        // `**rest`, the last of the variadic ones.
                        None => {
                            if let Some(rest) = parameters.iter().rev().find(|p| p.variadic) {
                                let rest = self.container_at(rest.id);
                                let field = self.field(rest, name);
                                self.copy(argument, field);
                            }
                        }
                    }
                }
                Passed::Spread => {
                    let any = self.any;
                    let elements = self.spread_elements(call, argument);
                    for parameter in parameters.iter().filter(|p| p.index > 0 && !p.variadic) {
                        let parameter = self.node(parameter.id);
                        self.copy(elements, parameter);
                    }
                    if let Some(rest) = parameters.iter().find(|p| p.variadic) {
                        let rest = self.container_at(rest.id);
                        let field = self.field(rest, any);
                        self.copy(elements, field);
                    }
                }
            }
        }
        let (returned, result) = (self.returned(method), self.calls[call as usize].result);
        self.copy(returned, result);
    }

    fn pass(&mut self, parameters: &[Parameter], index: i32, argument: Var) {
        let exact = parameters.iter().find(|p| p.index == index && !p.variadic);
        if let Some(parameter) = exact {
            let parameter = self.node(parameter.id);
            self.copy(argument, parameter);
        } else if let Some(rest) = parameters.iter().find(|p| p.variadic && p.index <= index) {
            let place = index - rest.index;
            let rest = self.container_at(rest.id);
            let name = self.texts.intern(&format!("#{place}"));
            let field = self.field(rest, name);
            self.copy(argument, field);
        }
    }

    /// The container that a parameter collects.
    fn container_at(&mut self, parameter: NodeId) -> ValueId {
        let value = self.value(Value::Object(parameter));
        let holder = self.node(parameter);
        self.add(holder, value);
        value
    }

    /// `T(…)`: an instance of T, and its constructor.
    fn construct(&mut self, call: CallId, of: NodeId, bound: Bound) {
        let instance = self.value(Value::Instance(of));
        let result = self.calls[call as usize].result;
        self.add(result, instance);
        let order = self.hierarchy.order(of);
        let how = match self.how(call, bound) {
            (EdgeLabel::Type | EdgeLabel::Value, _) => (EdgeLabel::Value, 0.9),
            other => other,
        };
        for ancestor in order.iter() {
            match ancestor {
                Ancestor::Known(id) => {
                    if let Some(constructor) = self.constructor(*id) {
                        self.target(call, constructor, how);
                        self.bind(call, constructor, Bound::Instance, Some(instance));
                        return;
                    }
                }
                Ancestor::Outside(base) => {
                    let path = format!("{}.{}", self.texts.get(*base), self.constructor_name(of));
                    let path = self.texts.intern(&path);
                    self.note_outside(call, path);
                    return;
                }
            }
        }
        // A function used as a type is its own constructor.
        if self.methods.contains_key(&of) {
            self.target(call, of, how);
            self.bind(call, of, Bound::Instance, Some(instance));
        } else {
            self.effects.push(Effect::Implicit(call));
        }
    }

    fn constructor_name(&self, of: NodeId) -> &'static str {
        let family = self.family_of(of);
        if crate::link::family_name(family) == "python" { "__init__" } else { "<init>" }
    }

    fn constructor(&self, of: NodeId) -> Option<NodeId> {
        let full = *self.full_names.get(&of)?;
        let family = self.family_of(of);
        let separator = crate::link::separator(family);
        let full =
            crate::link::hash::extend(crate::link::hash::extend(full, separator), self.constructor_name(of));
        let place = self.symbols.exact(family, full).next()?;
        let id = self.declared_at(place);
        self.methods.contains_key(&id).then_some(id)
    }

    /// `receiver.name(…)`.
    pub fn method_call(&mut self, call: CallId, receiver: ValueId, name: stoa_model::Symbol) {
        let bound = match self.the(receiver) {
            Value::Instance(_) => Bound::Instance,
            Value::Type(_) => Bound::Type,
            Value::Module(_) => Bound::Module,
            Value::Outside(_) => Bound::Module,
            Value::Open => return,
            Value::Object(_) => {
                self.container_method(call, receiver, name);
                Bound::Plain
            }
            Value::Function(method) => {
                if self.function_method(call, method, name) {
                    return;
                }
                Bound::Plain
            }
        };
        let callee = self.callee(call, bound);
        self.load_member(receiver, name, callee);
    }

    /// `f.call(object, …)`, `f.apply(…)`, `f.bind(…)` of JavaScript.
    fn function_method(&mut self, call: CallId, method: NodeId, name: stoa_model::Symbol) -> bool {
        if crate::link::family_name(self.family_of(method)) != "javascript" {
            return false;
        }
        match self.texts.get(name) {
            "bind" => {
                let value = self.value(Value::Function(method));
                let result = self.calls[call as usize].result;
                self.add(result, value);
                true
            }
            "call" | "apply" => {
                self.target(call, method, (EdgeLabel::Value, 0.9));
                let arguments = self.arguments_of(call);
                let object = arguments.iter().find(|(p, _)| *p == Passed::Place(1)).map(|(_, a)| *a);
                let spread = self.texts.get(name) == "apply";
                let others: Arguments = arguments
                    .iter()
                    .filter_map(|(passed, argument)| match passed {
                        Passed::Place(1) => None,
                        Passed::Place(2) if spread => Some((Passed::Spread, *argument)),
                        Passed::Place(place) => Some((Passed::Place(place - 1), *argument)),
                        other => Some((*other, *argument)),
                    })
                    .collect();
                self.bind_to(call, method, Bound::Instance, None, &others);
                if let Some(object) = object {
                    let this = self.this(method);
                    self.copy(object, this);
                }
                true
            }
            _ => false,
        }
    }

    /// The methods of lists, dictionaries, arrays and maps that move elements.
    fn container_method(&mut self, call: CallId, container: ValueId, name: stoa_model::Symbol) {
        let arguments = self.arguments_of(call);
        let argument = |place: u32| {
            arguments.iter().find(|(p, _)| *p == Passed::Place(place)).map(|(_, argument)| *argument)
        };
        let result = self.calls[call as usize].result;
        let any = self.any;
        if let Value::Object(at) = self.the(container)
            && let Some((sort, _)) = self.containers.get(&at)
            && sort.is_some()
        {
            let path = format!("{}.{}", self.texts.get(*sort), self.texts.get(name));
            let path = self.texts.intern(&path);
            self.note_outside(call, path);
        }
        match self.texts.get(name) {
            "append" | "add" | "appendleft" | "push" | "unshift" => {
                if let Some(given) = argument(1) {
                    let field = self.field(container, any);
                    self.copy(given, field);
                }
            }
            "insert" => {
                if let Some(given) = argument(2) {
                    let field = self.field(container, any);
                    self.copy(given, field);
                }
            }
            "set" | "setdefault" => {
                if let (Some(key), Some(given)) = (argument(1), argument(2)) {
                    let base = self.holder(container);
                    self.key_of(key, KeyUse { base, other: given, writes: true });
                    let all = self.all(container);
                    self.copy(all, result);
                }
            }
            "get" => {
                if let Some(key) = argument(1) {
                    let base = self.holder(container);
                    self.key_of(key, KeyUse { base, other: result, writes: false });
                }
                if let Some(other) = argument(2) {
                    self.copy(other, result);
                }
                let unknown = self.field(container, any);
                self.copy(unknown, result);
            }
            "pop" | "popleft" | "shift" | "at" => {
                let all = self.all(container);
                self.copy(all, result);
            }
            "update" | "extend" | "concat" => {
                if let Some(other) = argument(1) {
                    self.on(other, Use::Spread { holder: container, into: NO_VAR });
                }
                if self.texts.get(name) == "concat" {
                    self.add(result, container);
                }
            }
            "values" | "copy" | "slice" | "reverse" | "sort" => self.add(result, container),
            "items" | "entries" => {
                let pair = self.value(Value::Object(self.calls[call as usize].id));
                let second = self.texts.intern("#1");
                let second = self.field(pair, second);
                let all = self.all(container);
                self.copy(all, second);
                self.add(result, pair);
                // Elements of the result are such pairs, and so is the result itself.
                let element = self.field(pair, any);
                self.add(element, pair);
            }
            "map" | "forEach" | "filter" | "find" | "some" | "every" | "flatMap" | "reduce" => {
                self.take_callbacks(call);
            }
            _ => {}
        }
    }

    /// `super.name(…)`: the receiver's own order of types, behind the one the call stands in.
    pub fn super_call(&mut self, call: CallId, receiver: ValueId) {
        let (Value::Instance(of) | Value::Type(of)) = self.the(receiver) else { return };
        let Some(&around) = self.super_of.get(&call) else { return };
        let order = self.hierarchy.order(of);
        let start = order.iter().position(|a| *a == Ancestor::Known(around)).map_or(0, |p| p + 1);
        self.super_from(call, receiver, &order[start..]);
    }

    pub fn super_from(&mut self, call: CallId, receiver: ValueId, order: &[Ancestor]) {
        let name = self.calls[call as usize].name;
        let text = self.texts.get(name).to_owned();
        for ancestor in order {
            match ancestor {
                Ancestor::Known(id) if text == "<init>" => {
                    if let Some(constructor) = self.constructor(*id) {
                        self.target(call, constructor, (EdgeLabel::Type, 0.9));
                        self.bind(call, constructor, Bound::Instance, Some(receiver));
                        return;
                    }
                }
                Ancestor::Known(id) => {
                    let callee = self.callee(call, Bound::Instance);
                    if self.own_member(*id, name, callee, receiver) {
                        return;
                    }
                }
                Ancestor::Outside(base) => {
                    let path = format!("{}.{text}", self.texts.get(*base));
                    let path = self.texts.intern(&path);
                    self.note_outside(call, path);
                    return;
                }
            }
        }
    }

    // ── Iteration ──────────────────────────────────────────────────────────────────────────────────

    /// `for x in value`: a container is its own iterator, an object makes one.
    pub fn iterate(&mut self, call: CallId, value: ValueId) {
        let result = self.calls[call as usize].result;
        match self.the(value) {
            Value::Object(_) | Value::Outside(_) => self.add(result, value),
            Value::Instance(_) => self.protocol(call, value, "__iter__"),
            _ => {}
        }
    }

    /// The next element of an iterator.
    pub fn next(&mut self, call: CallId, value: ValueId) {
        let result = self.calls[call as usize].result;
        match self.the(value) {
            Value::Object(_) => {
                let all = self.all(value);
                self.copy(all, result);
            }
            Value::Instance(_) => self.protocol(call, value, "__next__"),
            _ => {}
        }
    }

    /// A method that an operator calls.
    fn protocol(&mut self, call: CallId, value: ValueId, name: &str) {
        let (name, callee) = (self.texts.intern(name), self.callee(call, Bound::Instance));
        let Value::Instance(of) = self.the(value) else { return };
        let order = self.hierarchy.order(of);
        for ancestor in order.iter() {
            if let Ancestor::Known(id) = ancestor
                && self.own_member(*id, name, callee, value)
            {
                return;
            }
        }
    }

    // ── Outside of the tree ────────────────────────────────────────────────────────────────────────

    pub fn note_outside(&mut self, call: CallId, path: stoa_model::Symbol) {
        self.effects.push(Effect::Outside(call, path));
    }

    /// A call of something outside: it may call what it is given, and a class gives an instance of itself.
    fn call_outside(&mut self, call: CallId, path: stoa_model::Symbol) {
        self.note_outside(call, path);
        let text = self.texts.get(path);
        let last = text.rsplit('.').next().unwrap_or(text);
        let result = self.calls[call as usize].result;
        let first =
            self.arguments.of(self.calls[call as usize].arguments).next().map(|(_, argument)| argument);
        if self.calls[call as usize].decorates {
            // A decorator from outside gives the function back, in all likelihood wrapped.
            if let Some(first) = first {
                self.copy(first, result);
            }
            return;
        }
        match last {
            // Containers made of others, and what gives its argument back.
            "list" | "tuple" | "set" | "sorted" | "reversed" | "iter" | "frozenset" | "partial" | "wraps" => {
                if let Some(first) = first {
                    self.copy(first, result);
                }
            }
            "next" => {
                if let Some(first) = first {
                    self.on(first, Use::Next { call });
                }
            }
            _ if last.starts_with(|c: char| c.is_uppercase()) => {
                let instance = self.value(Value::Outside(path));
                self.add(result, instance);
            }
            _ => {}
        }
        self.take_callbacks(call);
    }

    /// The functions among a call's arguments are called by it.
    pub fn take_callbacks(&mut self, call: CallId) {
        let (gate, open) = self.gate(call);
        self.add(gate, open);
    }

    pub fn open_gate(&mut self, call: CallId) {
        for (_, argument) in self.arguments_of(call) {
            self.on(argument, Use::Callback { call });
        }
    }

    /// One value of an argument of a call of something outside.
    pub fn callback(&mut self, call: CallId, value: ValueId) {
        let Value::Function(method) = self.the(value) else { return };
        if !self.methods.contains_key(&method) {
            return;
        }
        self.target(call, method, (EdgeLabel::Callback, 0.7));
        // What it gives are the elements of the result (`map`).
        let made = self.value(Value::Object(self.calls[call as usize].id));
        let (returned, element) = (self.returned(method), self.field(made, self.any));
        self.copy(returned, element);
        let result = self.calls[call as usize].result;
        self.add(result, made);
    }
}
