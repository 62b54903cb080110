//! Variables by what they stand for, values by number, and the fixpoint.

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use stoa_model::{EdgeLabel, FileId, Interner, NodeId, Symbol};

use super::builder::{MethodFacts, Parameter, ValuesBuilder};
use super::hierarchy::{Ancestor, Hierarchy};
use super::lists::{List, Lists};
use super::literals::KeyUse;
use super::numbering::Numbering;
use super::variables::{Var, Variables};
use super::{CallTargets, FoundAt};
use crate::link::answer::{Linker, Target};
use crate::link::hash::NameHash;
use crate::link::paths::Places;
use crate::link::symbols::{FileContext, Symbols};
use crate::values::{ANY, EXPORTS, ValueOp};

/// A value's number.
pub(super) type ValueId = u32;
/// A call's number.
pub(super) type CallId = u32;

/// What a variable may hold.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Value {
    Function(NodeId),
    Type(NodeId),
    /// Of a type, or of a function that is used as one (JavaScript).
    Instance(NodeId),
    /// A file as a module.
    Module(u32),
    /// A container, by where it is made.
    Object(NodeId),
    /// Something outside of the tree, by its path.
    Outside(Symbol),
}

/// What is done with each value of a variable.
#[derive(Clone, Copy, Debug)]
pub(super) enum Use {
    Load {
        name: Symbol,
        dst: Var,
    },
    /// `dst.name = src`, where this variable is `dst`.
    Store {
        name: Symbol,
        src: Var,
    },
    Slice {
        part: u32,
        dst: Var,
    },
    Spread {
        into: Var,
    },
    Call {
        call: CallId,
        bound: Bound,
    },
    MethodCall {
        call: CallId,
        name: Symbol,
    },
    Super {
        call: CallId,
    },
    Iterate {
        call: CallId,
    },
    Next {
        call: CallId,
    },
    Throw {
        call: CallId,
    },
    /// An argument of a call of something outside.
    Callback {
        call: CallId,
    },
}

/// Whether the object of a method is settled when it is called.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Bound {
    /// The callee is a plain value.
    Plain,
    /// Read from an instance, whose method it is.
    Instance,
    /// Read from a type: the object is the first argument.
    Type,
    /// Read from a module.
    Module,
}

/// How an argument is passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Passed {
    Place(u32),
    Keyword(Symbol),
    Spread,
}

pub(super) struct Call {
    pub id: NodeId,
    pub result: Var,
    /// The callee, or the receiver it is read from; [`NO_VAR`] if there is none.
    pub through: Var,
    pub arguments: List,
    pub targets: List,
    pub outside: List,
    pub name: Symbol,
    /// It calls the decorator of this variable's method.
    pub decorates: bool,
    /// The method of its own file that its name means, or 0.
    pub by_name: NodeId,
    /// No reference asks for its targets.
    pub unasked: bool,
    pub has_callbacks: bool,
    /// It makes an instance of a type that has no constructor of its own.
    pub implicit: bool,
}

/// No variable, and no call.
pub(super) const NO_VAR: Var = Var::MAX;
pub(super) const NO_CALL: CallId = CallId::MAX;

/// Roles of variables that are not nodes, in bits that node ids do not use.
const RETURN: u64 = 1 << 62;
const THIS: u64 = 1 << 61;

pub(super) struct Solver<'a> {
    pub texts: Interner,
    pub symbols: &'a Symbols,
    pub linker: Linker<'a>,
    pub contexts: Vec<&'a FileContext>,
    pub modules: FxHashMap<FileId, u32>,
    pub methods: FxHashMap<NodeId, MethodFacts>,
    pub parameters: Vec<Parameter>,
    /// Full names of types, and of methods, which may be used as types.
    pub full_names: FxHashMap<NodeId, NameHash>,
    pub hierarchy: Hierarchy,
    /// What names mean to files, and the types that declarations name: a file says the same thing many times over.
    pub names: FxHashMap<(u32, Symbol), Places>,
    pub declared_types: FxHashMap<(u32, Symbol), Option<NodeId>>,
    pub variables: Variables,
    numbering: Numbering,
    /// The variable of each node by its number, or [`NO_VAR`].
    of_node: Vec<Var>,
    /// What a method returns, and the object it runs on.
    by_role: FxHashMap<u64, Var>,
    fields: FxHashMap<(ValueId, Symbol), Var>,
    /// Every element of a container.
    all_elements: FxHashMap<ValueId, Var>,
    /// The fields of each container.
    elements: FxHashMap<ValueId, Vec<(Symbol, Var)>>,
    slices: FxHashMap<ValueId, Vec<(Symbol, ValueId)>>,
    /// The builtin type and the number of elements of containers, as far as known.
    pub containers: FxHashMap<NodeId, (Symbol, Option<u32>)>,
    /// Accesses by keys that are looked for.
    pub keyed_accesses: Vec<(Var, KeyUse)>,
    /// Files and the numbers of their first texts.
    pub first_texts: Vec<(FileId, u32)>,
    values: Vec<Value>,
    value_ids: FxHashMap<Value, ValueId>,
    pub calls: Vec<Call>,
    /// The call whose result a variable is, or [`NO_CALL`].
    pub call_of: Vec<CallId>,
    pub arguments: Lists<(Passed, Var)>,
    pub targets: Lists<Target>,
    pub outside: Lists<Symbol>,
    /// The type around each call of a supertype's method.
    pub super_of: FxHashMap<CallId, NodeId>,
    /// Slices: where each begins, and the node that makes it.
    pub parts: Vec<(Symbol, NodeId)>,
    pub decorated: FxHashSet<NodeId>,
    pub dispatched: FxHashSet<(CallId, ValueId, Bound)>,
    pub bound: FxHashSet<(CallId, NodeId, ValueId)>,
    /// Values that are used in a new way. Nothing is done at once, so that no chain of calls is as deep as the program's.
    pending: Vec<(Use, ValueId)>,
    pub any: Symbol,
    pub exports: Symbol,
    pub rows: ValuesBuilder,
}

impl<'a> Solver<'a> {
    pub fn new(mut facts: ValuesBuilder, symbols: &'a Symbols) -> Solver<'a> {
        let mut texts = std::mem::take(&mut facts.texts);
        let (any, exports) = (texts.intern(ANY), texts.intern(EXPORTS));
        let mut contexts = Vec::new();
        let mut modules = FxHashMap::default();
        for file in &facts.files {
            if let Some(context) = symbols.file(file.file) {
                modules.insert(file.file, contexts.len() as u32);
                contexts.push(context);
            }
        }
        let mut full_names: FxHashMap<NodeId, NameHash> =
            facts.types.iter().map(|t| (t.id, t.full)).collect();
        full_names.extend(facts.methods.iter().map(|m| (m.id, m.full)));
        let methods = facts.methods.iter().map(|m| (m.id, *m)).collect();
        let parameters = std::mem::take(&mut facts.parameters);
        let numbering = Numbering::new(&facts.files);
        let count = |ops: &[ValueOp]| facts.rows.iter().filter(|row| ops.contains(&row.op)).count();
        let calls = count(&[ValueOp::Call, ValueOp::MethodCall, ValueOp::New, ValueOp::Super]);
        let arguments = count(&[ValueOp::Argument]);
        let mut solver = Solver {
            texts,
            symbols,
            linker: Linker::new(symbols),
            contexts,
            modules,
            methods,
            parameters,
            full_names,
            hierarchy: Hierarchy::default(),
            names: FxHashMap::default(),
            declared_types: FxHashMap::default(),
            variables: Variables::new(facts.rows.len()),
            of_node: vec![NO_VAR; numbering.len],
            numbering,
            by_role: FxHashMap::default(),
            fields: FxHashMap::default(),
            all_elements: FxHashMap::default(),
            elements: FxHashMap::default(),
            slices: FxHashMap::default(),
            containers: FxHashMap::default(),
            keyed_accesses: Vec::new(),
            first_texts: Vec::new(),
            values: Vec::new(),
            value_ids: FxHashMap::default(),
            calls: Vec::with_capacity(calls),
            call_of: Vec::new(),
            arguments: Lists::with_capacity(arguments),
            targets: Lists::with_capacity(calls),
            outside: Lists::with_capacity(calls),
            super_of: FxHashMap::default(),
            parts: Vec::new(),
            decorated: FxHashSet::default(),
            dispatched: FxHashSet::default(),
            bound: FxHashSet::default(),
            pending: Vec::new(),
            any,
            exports,
            rows: facts,
        };
        solver.supertypes();
        solver.load();
        solver
    }

    fn supertypes(&mut self) {
        for base in &self.rows.bases {
            let file = stoa_model::ids::file_of(base.of);
            let Some(context) = self.symbols.file(file) else { continue };
            let path = self.texts.get(base.path);
            let found = self.symbols.find_type(context, base.form, path);
            let ancestor = match found.first() {
                Some(&place) => Ancestor::Known(self.symbols.id_of(place)),
                None => Ancestor::Outside(base.path),
            };
            self.hierarchy.bases.entry(base.of).or_default().push(ancestor);
        }
    }

    // ── Variables and values ───────────────────────────────────────────────────────────────────────

    pub fn fresh(&mut self) -> Var {
        self.variables.fresh()
    }

    /// The variable of a node.
    pub fn node(&mut self, id: NodeId) -> Var {
        let Some(number) = self.numbering.of(id) else { return self.role(id as u64) };
        let known = self.of_node[number as usize];
        if known != NO_VAR {
            return known;
        }
        let new = self.fresh();
        self.of_node[number as usize] = new;
        new
    }

    fn role(&mut self, key: u64) -> Var {
        *self.by_role.entry(key).or_insert_with(|| self.variables.fresh())
    }

    pub fn returned(&mut self, method: NodeId) -> Var {
        self.role(method as u64 | RETURN)
    }

    /// The object a method runs on: its first parameter where that is written, else a variable of its own.
    pub fn this(&mut self, method: NodeId) -> Var {
        match self.object_parameter(method) {
            Some(id) => self.node(id),
            None => self.role(method as u64 | THIS),
        }
    }

    pub fn object_parameter(&self, method: NodeId) -> Option<NodeId> {
        let (from, to) = self.methods.get(&method)?.parameters;
        self.parameters[from as usize..to as usize].iter().find(|p| p.index == 0).map(|p| p.id)
    }

    pub fn value(&mut self, value: Value) -> ValueId {
        if let Some(&known) = self.value_ids.get(&value) {
            return known;
        }
        let id = self.values.len() as ValueId;
        self.values.push(value);
        self.value_ids.insert(value, id);
        id
    }

    pub fn the(&self, id: ValueId) -> Value {
        self.values[id as usize]
    }

    /// The member `name` of a value, as a variable.
    pub fn field(&mut self, of: ValueId, name: Symbol) -> Var {
        if let Some(&known) = self.fields.get(&(of, name)) {
            return known;
        }
        let new = self.fresh();
        self.fields.insert((of, name), new);
        if matches!(self.the(of), Value::Object(_)) {
            let all = self.all(of);
            self.copy(new, all);
            if name != self.any {
                let any = self.field(of, self.any);
                self.copy(any, new);
                self.elements.entry(of).or_default().push((name, new));
                for (start, slice) in self.slices.get(&of).cloned().unwrap_or_default() {
                    self.slice_element(name, new, start, slice);
                }
            } else {
                for (_, element) in self.elements.get(&of).cloned().unwrap_or_default() {
                    self.copy(new, element);
                }
            }
        }
        new
    }

    /// Every element of a container.
    pub fn all(&mut self, of: ValueId) -> Var {
        if let Some(&known) = self.all_elements.get(&of) {
            return known;
        }
        let new = self.fresh();
        self.all_elements.insert(of, new);
        self.field(of, self.any);
        new
    }

    pub fn slice(&mut self, of: ValueId, start: Symbol, into: ValueId) {
        let slices = self.slices.entry(of).or_default();
        if slices.contains(&(start, into)) {
            return;
        }
        slices.push((start, into));
        for (name, element) in self.elements.get(&of).cloned().unwrap_or_default() {
            self.slice_element(name, element, start, into);
        }
        let (from, to) = (self.field(of, self.any), self.field(into, self.any));
        self.copy(from, to);
    }

    /// The element `name` of a container in its slice from `start` on.
    fn slice_element(&mut self, name: Symbol, element: Var, start: Symbol, into: ValueId) {
        let number =
            |solver: &Self, s: Symbol| -> Option<i64> { solver.texts.get(s).strip_prefix('#')?.parse().ok() };
        let target = match (number(self, name), number(self, start)) {
            (Some(place), Some(start)) if start >= 0 => {
                if place < start {
                    return;
                }
                let text = format!("#{}", place - start);
                self.texts.intern(&text)
            }
            _ => self.any,
        };
        let target = self.field(into, target);
        self.copy(element, target);
    }

    // ── Growing sets ───────────────────────────────────────────────────────────────────────────────

    pub fn add(&mut self, var: Var, value: ValueId) {
        self.variables.add(var, value);
    }

    pub fn copy(&mut self, from: Var, to: Var) {
        self.variables.copy(from, to);
    }

    pub fn on(&mut self, var: Var, what: Use) {
        let held = self.variables.on(var, what);
        self.pending.extend(held.into_iter().map(|value| (what, value)));
    }

    /// Works until nothing is new. A variable's turn comes after those that got something before it, and by then
    /// it often got more.
    fn run(&mut self) {
        loop {
            while let Some((what, value)) = self.pending.pop() {
                self.apply(what, value);
            }
            let Some(news) = self.variables.next() else { return };
            let mut copies = news.copies;
            while let Some((to, others)) = self.variables.first_copy(copies) {
                for &value in &news.values {
                    self.add(to, value);
                }
                copies = others;
            }
            let mut uses = news.uses;
            while let Some((what, others)) = self.variables.first_use(uses) {
                for &value in &news.values {
                    self.apply(what, value);
                }
                uses = others;
            }
        }
    }

    fn apply(&mut self, what: Use, value: ValueId) {
        match what {
            Use::Load { name, dst } => self.load_member(value, name, dst),
            Use::Store { name, src } => self.store_member(value, name, src),
            Use::Slice { part, dst } => {
                if let Value::Object(_) = self.the(value) {
                    let (start, at) = self.parts[part as usize];
                    let slice = self.value(Value::Object(at));
                    self.slice(value, start, slice);
                    self.add(dst, slice);
                }
            }
            Use::Spread { into } => self.spread(value, into),
            Use::Call { call, bound } => self.dispatch(call, value, bound),
            Use::MethodCall { call, name } => self.method_call(call, value, name),
            Use::Super { call } => self.super_call(call, value),
            Use::Iterate { call } => self.iterate(call, value),
            Use::Next { call } => self.next(call, value),
            Use::Throw { call } => {
                if matches!(self.the(value), Value::Type(_)) {
                    self.dispatch(call, value, Bound::Plain);
                }
            }
            Use::Callback { call } => self.callback(call, value),
        }
    }

    // ── The fixpoint ───────────────────────────────────────────────────────────────────────────────

    /// Solves in rounds: what the program itself tells; then accesses by keys that nobody knows; then methods that nobody calls, which run on an object of
    /// their own type; then calls that lead nowhere, which are taken to run the functions they are given.
    pub fn solve(&mut self) {
        self.settle();
        for (key, access) in std::mem::take(&mut self.keyed_accesses) {
            let (some, more) = self.variables.literals.of(key);
            if more || !some || !self.variables.values(key).is_empty() {
                self.access(self.any, access);
            }
        }
        self.settle();
        let mut lonely: Vec<NodeId> =
            self.methods.values().filter(|m| m.owner.is_some()).map(|m| m.id).collect();
        lonely.sort_unstable();
        for id in lonely {
            let facts = self.methods[&id];
            let Some(owner) = facts.owner else { continue };
            let this = self.this(id);
            if self.variables.values(this).is_empty() && !self.variables.is_cut(this) {
                let value = if facts.of_class { Value::Type(owner) } else { Value::Instance(owner) };
                let value = self.value(value);
                self.add(this, value);
            }
        }
        self.settle();
        for call in 0..self.calls.len() as CallId {
            let known = &self.calls[call as usize];
            if known.targets.is_empty() && !known.arguments.is_empty() {
                self.take_callbacks(call);
            }
        }
        self.settle();
    }

    /// Works until neither values nor keys are new.
    fn settle(&mut self) {
        loop {
            self.run();
            let met = self.variables.met_keys();
            if met.is_empty() {
                return;
            }
            for (name, access) in met {
                self.access(name, access);
            }
        }
    }

    /// An access whose key is known.
    fn access(&mut self, name: Symbol, KeyUse { base, other, writes }: KeyUse) {
        let what = if writes { Use::Store { name, src: other } } else { Use::Load { name, dst: other } };
        self.on(base, what);
    }

    /// The types whose instances variables without a declared type hold: (variable, type, how many types it has).
    fn types(&self) -> Vec<(NodeId, NodeId, u32)> {
        let mut types = Vec::new();
        for &variable in &self.rows.untyped {
            let known = self.numbering.of(variable).map(|number| self.of_node[number as usize]);
            let Some(var) = known.filter(|var| *var != NO_VAR) else { continue };
            // What was cut holds other types as well; nothing is said of it, and nothing of it is kept.
            let instances = self.variables.values(var).iter().filter_map(|v| match self.the(*v) {
                Value::Instance(of) if !self.methods.contains_key(&of) => Some(of),
                _ => None,
            });
            let mut instances: SmallVec<[NodeId; 2]> = instances.collect();
            instances.sort_unstable();
            let count = instances.len() as u32;
            types.extend(instances.into_iter().map(|of| (variable, of, count)));
        }
        types
    }

    /// The texts that may be keys: (file, the number of the text in it).
    fn keys(&self) -> Vec<(FileId, u32)> {
        let mattering = self.variables.mattering().into_iter();
        mattering
            .map(|text| {
                let file = self.first_texts.partition_point(|(_, first)| *first <= text) - 1;
                let (file, first) = self.first_texts[file];
                (file, text - first)
            })
            .collect()
    }

    pub fn finish(self) -> CallTargets {
        let (types, keys) = (self.types(), self.keys());
        let mut found = CallTargets { types, keys, cut: self.variables.cuts, ..CallTargets::default() };
        let mut order: Vec<CallId> = (0..self.calls.len() as CallId).collect();
        order.sort_by_key(|call| self.calls[*call as usize].id);
        let texts = &self.texts;
        let mut targets: Vec<Target> = Vec::new();
        let mut outside: Vec<Symbol> = Vec::new();
        for call in order.into_iter().map(|call| &self.calls[call as usize]) {
            // A set that was cut says nothing of what is called through it.
            if call.through != NO_VAR && self.variables.is_cut(call.through) {
                continue;
            }
            targets.clear();
            targets.extend(self.targets.of(call.targets));
            if call.by_name != 0 {
                if self.decorated.contains(&call.by_name) {
                    for target in &mut targets {
                        (target.label, target.confidence) = (EdgeLabel::Value, 0.9);
                    }
                } else {
                    // The file has this edge already.
                    targets.retain(|t| t.id != call.by_name);
                }
            }
            targets.sort_unstable_by_key(|t| t.id);
            outside.clear();
            outside.extend(self.outside.of(call.outside));
            outside.sort_unstable_by_key(|path| texts.get(*path));
            if targets.is_empty() && outside.is_empty() && !call.implicit {
                continue;
            }
            let before = (found.targets.len() as u32, found.outside.len() as u32);
            found.targets.append(&mut targets);
            found.outside.append(&mut outside);
            found.calls.push(FoundAt {
                call: call.id,
                targets: (before.0, found.targets.len() as u32),
                outside: (before.1, found.outside.len() as u32),
                unasked: call.unasked,
                implicit: call.implicit,
            });
        }
        found.texts = self.texts;
        found
    }
}
