//! Names, members and elements: what they mean for each value.

use smallvec::SmallVec;
use stoa_model::{NodeId, NodeKind, Symbol};

use super::asks::Question;
use super::builder::MethodFacts;
use super::hierarchy::Ancestor;
use super::solver::{NO_VAR, Solver, Use, Value, ValueId};
use super::variables::Var;
use crate::link::hash;
use crate::link::symbols::separator;

/// Members of members of something outside are followed this far.
const DEEPEST_PATH: usize = 6;

/// What a type declares under a name.
#[derive(Clone, Copy)]
pub(super) struct Own {
    id: NodeId,
    member: Var,
    method: Option<OwnMethod>,
}

/// The object that a method runs on, and what reading the method does.
#[derive(Clone, Copy)]
struct OwnMethod {
    this: Var,
    of_class: bool,
    property: bool,
}

impl Solver {
    /// What a bare name means to a file that does not declare it.
    pub fn name(&mut self, dst: Var, context: u32, name: Symbol) {
        let question = Question::Name(context, name);
        let meant = self.ask(question);
        if !self.declared(dst, &meant) {
            let value = self.value(Value::Outside(name));
            self.add(dst, value);
        }
    }

    /// What an imported path means.
    pub fn import(&mut self, dst: Var, context: u32, path: Symbol) {
        let meant = self.ask(Question::Import(context, path));
        let known = self.declared(dst, &meant);
        let text = self.texts.get(path);
        if text.contains('#') && self.module_behind(context, path).is_some() {
            // A name that a module binds without a declaration (`exports.x = …`).
            if let Some((module, name)) = self.bound_by(context, path) {
                let value = self.value(Value::Module(module));
                self.load_member(value, name, dst);
            }
            return;
        }
        if !known {
            let outside = self.texts.get(path).trim_end_matches("#*").replace('#', ".");
            let outside = self.texts.intern(&outside);
            let value = self.value(Value::Outside(outside));
            self.add(dst, value);
        }
    }

    /// The module before the `#` of a path.
    fn module_behind(&self, context: u32, path: Symbol) -> Option<u32> {
        let family = self.symbols.file(self.contexts[context as usize])?.family;
        let (module, _) = self.texts.get(path).split_once('#')?;
        self.module_named(family, module)
    }

    /// The module and the name in it that a path names (`module#name`).
    pub fn bound_by(&mut self, context: u32, path: Symbol) -> Option<(u32, Symbol)> {
        let module = self.module_behind(context, path)?;
        let name = self.texts.get(path).split_once('#')?.1.to_owned();
        let name = if name == "default" { crate::values::EXPORTS } else { &name };
        (name != "*").then(|| (module, self.texts.intern(name)))
    }

    pub fn module_of(&self, file: stoa_model::FileId) -> Option<u32> {
        self.modules.get(&file).copied()
    }

    fn module_named(&self, family: u8, module: &str) -> Option<u32> {
        let file = self.symbols.find_module(family, module)?.file;
        self.module_of(file)
    }

    /// Takes what some declarations hold. False when there are none.
    fn declared(&mut self, dst: Var, meant: &[(NodeId, NodeKind)]) -> bool {
        let mut known = false;
        for &(id, kind) in meant {
            match kind {
                NodeKind::NamespaceBlock => {
                    if let Some(module) = self.module_of(stoa_model::ids::file_of(id)) {
                        let value = self.value(Value::Module(module));
                        self.add(dst, value);
                        known = true;
                    }
                }
                _ => {
                    let holder = self.node(id);
                    self.copy(holder, dst);
                    known = true;
                }
            }
        }
        known
    }

    /// A variable of a declared type.
    pub fn instance(&mut self, dst: Var, context: u32, declared: Symbol) {
        if let [(id, _)] = self.ask(Question::Type(context, declared))[..]
            && self.full_names.contains_key(&id)
        {
            let value = self.value(Value::Instance(id));
            self.add(dst, value);
        }
    }

    /// `dst = value.name`.
    pub fn load_member(&mut self, value: ValueId, name: Symbol, dst: Var) {
        match self.the(value) {
            Value::Object(at) => {
                let name = self.element_name(at, name);
                let from = if name == self.any { self.all(value) } else { self.field(value, name) };
                self.copy(from, dst);
            }
            Value::Instance(of) => {
                let own = self.field(value, name);
                self.copy(own, dst);
                self.type_member(of, name, dst, value);
            }
            Value::Type(of) => {
                if self.texts.get(name) == "prototype" {
                    self.add(dst, value);
                    return;
                }
                self.type_member(of, name, dst, value);
            }
            Value::Function(_) => {
                if matches!(self.texts.get(name), "prototype") {
                    self.add(dst, value);
                } else {
                    let own = self.field(value, name);
                    self.copy(own, dst);
                }
            }
            Value::Module(module) => {
                let meant = self.ask(Question::Member(module, name));
                self.declared(dst, &meant);
                let own = self.field(value, name);
                self.copy(own, dst);
                if name != self.exports {
                    let exports = self.field(value, self.exports);
                    self.on(exports, Use::Load { name, dst });
                }
            }
            Value::Open => {}
            Value::Outside(path) => {
                let path = format!("{}.{}", self.texts.get(path), self.texts.get(name));
                // A path that grows in a loop (`x = x.next`) ends here.
                if path.matches('.').count() < DEEPEST_PATH {
                    let path = self.texts.intern(&path);
                    let value = self.value(Value::Outside(path));
                    self.add(dst, value);
                }
            }
        }
    }

    /// The element a key means: a negative number counts from the end.
    fn element_name(&mut self, of: NodeId, name: Symbol) -> Symbol {
        let place = self.texts.get(name).strip_prefix("#-").and_then(|n| n.parse::<u32>().ok());
        let Some(back) = place else { return name };
        match self.containers.get(&of).and_then(|c| c.1) {
            Some(count) if back <= count => {
                let text = format!("#{}", count - back);
                self.texts.intern(&text)
            }
            _ => self.any,
        }
    }

    /// A member of a type or of its supertypes, for the type itself or an instance.
    fn type_member(&mut self, of: NodeId, name: Symbol, dst: Var, receiver: ValueId) {
        let order = self.hierarchy.order(of);
        for ancestor in order.iter() {
            match ancestor {
                Ancestor::Known(id) => {
                    if self.own_member(*id, name, dst, receiver) {
                        return;
                    }
                }
                Ancestor::Outside(base) => {
                    let path = format!("{}.{}", self.texts.get(*base), self.texts.get(name));
                    let path = self.texts.intern(&path);
                    let value = self.value(Value::Outside(path));
                    self.add(dst, value);
                }
            }
        }
    }

    /// A member that a type declares itself, or that was written to it.
    pub fn own_member(&mut self, of: NodeId, name: Symbol, dst: Var, receiver: ValueId) -> bool {
        let (written, declared) = self.own(of, name);
        self.copy(written, dst);
        for &Own { id, member, method } in &declared {
            if let Some(OwnMethod { this, of_class, property }) = method {
                let on_instance = matches!(self.the(receiver), Value::Instance(_));
                if of_class || on_instance {
                    let object = match self.the(receiver) {
                        Value::Instance(of) if of_class => self.value(Value::Type(of)),
                        _ => receiver,
                    };
                    self.add(this, object);
                }
                if property && on_instance {
                    let returned = self.returned(id);
                    self.copy(returned, dst);
                    continue;
                }
            }
            self.copy(member, dst);
        }
        !declared.is_empty()
    }

    /// What a type itself has under a name: the variable that holds what was written to it, and the declarations. Where edits are followed
    /// the symbols may be others the next time.
    fn own(&mut self, of: NodeId, name: Symbol) -> (Var, SmallVec<[Own; 1]>) {
        let remembers = !self.asks.listens();
        if remembers && let Some(&(written, declared)) = self.own.get(&(of, name)) {
            return (written, declared.into_iter().collect());
        }
        let holder = if self.methods.contains_key(&of) { Value::Function(of) } else { Value::Type(of) };
        let holder = self.value(holder);
        let written = self.field(holder, name);
        let mut declared: SmallVec<[NodeId; 1]> = SmallVec::new();
        if let Some(&full) = self.full_names.get(&of) {
            let family = self.family_of(of);
            let full = hash::extend(hash::extend(full, separator(family)), self.texts.get(name));
            declared.extend(self.symbols.exact(family, full).map(|place| self.declared_at(place)));
        }
        let declared: SmallVec<[Own; 1]> = declared.into_iter().map(|id| self.declared_member(id)).collect();
        if remembers && declared.len() < 2 {
            self.own.insert((of, name), (written, declared.first().copied()));
        }
        (written, declared)
    }

    fn declared_member(&mut self, id: NodeId) -> Own {
        let method = self.methods.get(&id).copied().map(|method| {
            let MethodFacts { of_class, property, .. } = method;
            OwnMethod { this: self.this(id), of_class, property }
        });
        Own { id, member: self.node(id), method }
    }

    pub fn family_of(&self, id: NodeId) -> u8 {
        self.symbols.file(stoa_model::ids::file_of(id)).map_or(0, |f| f.family)
    }

    /// `value.name = src`.
    pub fn store_member(&mut self, value: ValueId, name: Symbol, src: Var) {
        match self.the(value) {
            Value::Outside(_) => {}
            Value::Type(of) => {
                let (family, full) = (self.family_of(of), self.full_names.get(&of).copied());
                let declared = full.and_then(|full| {
                    let full = hash::extend(hash::extend(full, separator(family)), self.texts.get(name));
                    self.symbols.exact(family, full).next()
                });
                let dst = match declared {
                    Some(place) => {
                        let id = self.declared_at(place);
                        self.node(id)
                    }
                    None => self.field(value, name),
                };
                self.copy(src, dst);
            }
            _ => {
                let dst = self.field(value, name);
                self.copy(src, dst);
            }
        }
    }

    /// All elements of `value` into the container `holder`, which `into` holds.
    pub fn spread(&mut self, value: ValueId, holder: ValueId, into: Var) {
        match self.the(value) {
            Value::Object(_) if holder != value => {
                let start = self.texts.intern("#0");
                self.slice(value, start, holder);
            }
            // `{...module}`: reads go through to it.
            Value::Module(_) if into != NO_VAR => self.add(into, value),
            _ => {}
        }
    }
}
