//! Variables by what they stand for, values by number, and the fixpoint.

use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use stoa_model::ids::{file_of, local_of, node_id};
use stoa_model::{FileId, Interner, NodeId, Symbol};

use super::asks::Asks;
use super::builder::{MethodFacts, Parameter, ValuesBuilder};
use super::effects::Effect;
use super::hierarchy::{Ancestor, Hierarchy};
use super::history::History;
use super::lists::{List, Lists};
use super::literals::KeyUse;
use super::matching::Renumbered;
use super::members::Own;
use super::numbering::Numbering;
use super::state::{Sending, Spare, State};
use super::time::Round;
use super::variables::{Var, many_variables};
use crate::link::hash::NameHash;
use crate::link::symbols::Symbols;
use crate::values::{ANY, EXPORTS, ValueOp, ValueRow};

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
    /// What a gate holds once it is open.
    Open,
}

/// What is done with each value of a variable.
#[derive(Clone, Copy, PartialEq, Debug)]
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
        holder: ValueId,
        into: Var,
    },
    /// What `argument` holds is spread over the parameters of what `call` runs.
    Elements {
        argument: Var,
        elements: Var,
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
    /// The functions among the arguments of a call are called by it.
    Callbacks {
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
    pub name: Symbol,
    /// It calls the decorator of this variable's method.
    pub decorates: bool,
    /// The method of its own file that its name means, or 0.
    pub by_name: NodeId,
    /// No reference asks for its targets.
    pub unasked: bool,
}

/// Variables that stand for nothing in the program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Made {
    /// What a call runs that names it, and the steps of a path to it.
    Name(CallId),
    Step(CallId, u32),
    Holder(ValueId),
    Callbacks(CallId),
    Spread(CallId, Var),
    Elements(CallId, Var),
}

/// A slice of a container: its elements from `start` on go to `into`, from a round on.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Slice {
    pub start: Symbol,
    pub into: ValueId,
    pub since: Round,
}

/// No variable, and no call.
pub(super) const NO_VAR: Var = Var::MAX;
pub(super) const NO_CALL: CallId = CallId::MAX;

/// Roles of variables that are not nodes, in bits that node ids do not use.
const RETURN: u64 = 1 << 62;
const THIS: u64 = 1 << 61;

/// How many of the facts are calls, arguments and texts: room that is made at once is not copied as it grows.
struct Counts {
    calls: usize,
    arguments: usize,
    literals: usize,
}

impl Counts {
    fn of(rows: &[ValueRow]) -> Counts {
        let mut of = [0; ValueOp::ALL.len()];
        rows.iter().for_each(|row| of[row.op as usize] += 1);
        let count = |ops: &[ValueOp]| ops.iter().map(|op| of[*op as usize]).sum();
        let plain = [ValueOp::Call, ValueOp::MethodCall, ValueOp::New, ValueOp::Super];
        let others = [ValueOp::Decorated, ValueOp::Iterate, ValueOp::Next, ValueOp::Throw];
        Counts {
            calls: count(&plain) + count(&others),
            arguments: count(&[ValueOp::Argument]),
            literals: count(&[ValueOp::Literal]),
        }
    }
}

pub(super) struct Solver {
    pub texts: Interner,
    pub symbols: Arc<Symbols>,
    /// The files whose values are followed.
    pub contexts: Vec<FileId>,
    pub modules: FxHashMap<FileId, u32>,
    pub methods: FxHashMap<NodeId, MethodFacts>,
    pub parameters: Vec<Parameter>,
    /// Full names of types, and of methods, which may be used as types.
    pub full_names: FxHashMap<NodeId, NameHash>,
    pub hierarchy: Hierarchy,
    /// How many variables there are, and what is known of them.
    pub variables: Var,
    pub state: State,
    pub numbering: Numbering,
    /// The variable of each node by its number, or [`NO_VAR`].
    pub of_node: Vec<Var>,
    /// What a method returns, and the object it runs on.
    pub by_role: FxHashMap<u64, Var>,
    pub fields: FxHashMap<(ValueId, Symbol), Var>,
    /// What types have under names, as far as it was asked for: what was written there, and what is declared.
    pub own: FxHashMap<(NodeId, Symbol), (Var, Option<Own>)>,
    /// Every element of a container.
    pub all_elements: FxHashMap<ValueId, Var>,
    /// The fields of each container.
    pub elements: FxHashMap<ValueId, Vec<(Symbol, Var)>>,
    /// The slices of each container.
    pub slices: FxHashMap<ValueId, Vec<Slice>>,
    /// The builtin type and the number of elements of containers, as far as known.
    pub containers: FxHashMap<NodeId, (Symbol, Option<u32>)>,
    /// Accesses by keys that are looked for.
    pub keyed_accesses: Vec<(Var, KeyUse)>,
    /// Files and the numbers of their first texts.
    pub first_texts: Vec<(FileId, u32)>,
    /// Where texts of the program stand, in its order.
    pub sources: Vec<Var>,
    /// Whether facts are taken back.
    pub retracts: bool,
    values: Vec<Value>,
    pub value_ids: FxHashMap<Value, ValueId>,
    pub calls: Vec<Call>,
    /// The call whose result a variable is, or [`NO_CALL`].
    pub call_of: Vec<CallId>,
    pub arguments: Lists<(Passed, Var)>,
    /// The type around each call of a supertype's method.
    pub super_of: FxHashMap<CallId, NodeId>,
    /// Slices: where each begins, and the node that makes it.
    pub parts: Vec<(Symbol, NodeId)>,
    pub part_of: FxHashMap<NodeId, u32>,
    pub decorated: FxHashSet<NodeId>,
    /// What a call runs, by how it was read: four variables a call.
    pub callees: Vec<Var>,
    /// Variables that stand for nothing in the program.
    pub made: FxHashMap<Made, Var>,
    pub round: Round,
    /// What the round at hand, or the next one, begins with.
    pub effects: Vec<Effect>,
    /// What the round after that begins with.
    pub later: Vec<Effect>,
    /// To a thread that takes effects in meanwhile.
    pub sending: Option<Sending>,
    pub spare: Spare,
    pub open: ValueId,
    /// Everything that was derived, once edits are followed.
    pub kept: Box<History>,
    pub follows: bool,
    /// Accesses by keys that variables hold, by these; methods that may run alone, by their objects; the texts of each file.
    pub keyed: FxHashMap<Var, Vec<KeyUse>>,
    pub alone: FxHashMap<Var, (NodeId, bool)>,
    pub texts_of: FxHashMap<FileId, Vec<Var>>,
    /// Calls that are no more.
    pub dead_calls: FxHashSet<CallId>,
    pub any: Symbol,
    pub exports: Symbol,
    pub rows: ValuesBuilder,
    /// Of files that were edited: their nodes then and now.
    pub renumbered: FxHashMap<FileId, Renumbered>,
    /// What names of other files mean to each file, where that is noted.
    pub asks: Asks,
}

impl Solver {
    /// Of the facts of a tree. `keeps` says that what was derived from what is to be noted, so that edits can be followed.
    pub fn new(mut facts: ValuesBuilder, symbols: &Arc<Symbols>, keeps: bool) -> Solver {
        let mut texts = std::mem::take(&mut facts.texts);
        let (any, exports) = (texts.intern(ANY), texts.intern(EXPORTS));
        let mut contexts = Vec::new();
        let mut modules = FxHashMap::default();
        for file in &facts.files {
            if symbols.file(file.file).is_some() {
                modules.insert(file.file, contexts.len() as u32);
                contexts.push(file.file);
            }
        }
        let names = || {
            let types = facts.types.iter().map(|t| (t.id, t.full));
            types.chain(facts.methods.iter().map(|m| (m.id, m.full))).collect()
        };
        let (methods, full_names) = rayon::join(|| facts.methods.iter().map(|m| (m.id, *m)).collect(), names);
        let parameters = std::mem::take(&mut facts.parameters);
        let numbering = Numbering::new(&facts.files);
        let Counts { calls, arguments, literals } = Counts::of(&facts.rows);
        let mut solver = Solver {
            texts,
            symbols: symbols.clone(),
            contexts,
            modules,
            methods,
            parameters,
            full_names,
            hierarchy: Hierarchy::default(),
            variables: 0,
            state: State::new(facts.rows.len(), calls, keeps),
            of_node: vec![NO_VAR; numbering.len],
            numbering,
            by_role: FxHashMap::default(),
            // About as many as there are in the end.
            fields: FxHashMap::with_capacity_and_hasher(facts.rows.len() / 4, FxBuildHasher),
            own: FxHashMap::default(),
            all_elements: FxHashMap::default(),
            elements: FxHashMap::default(),
            slices: FxHashMap::default(),
            containers: FxHashMap::default(),
            keyed_accesses: Vec::new(),
            first_texts: Vec::new(),
            sources: Vec::new(),
            retracts: false,
            values: Vec::new(),
            value_ids: FxHashMap::with_capacity_and_hasher(facts.rows.len() / 8, FxBuildHasher),
            calls: Vec::with_capacity(calls),
            call_of: Vec::with_capacity(many_variables(facts.rows.len())),
            arguments: Lists::with_capacity(arguments),
            super_of: FxHashMap::default(),
            parts: Vec::new(),
            part_of: FxHashMap::default(),
            decorated: FxHashSet::default(),
            callees: Vec::new(),
            made: FxHashMap::with_capacity_and_hasher(facts.rows.len() / 8, FxBuildHasher),
            round: 0,
            effects: Vec::new(),
            later: Vec::new(),
            sending: None,
            spare: Spare::default(),
            open: 0,
            kept: Box::default(),
            follows: false,
            keyed: FxHashMap::default(),
            alone: FxHashMap::default(),
            texts_of: FxHashMap::default(),
            dead_calls: FxHashSet::default(),
            any,
            exports,
            rows: facts,
            renumbered: FxHashMap::default(),
            asks: Asks::new(keeps),
        };
        solver.state.variables.literals.reserve(literals, many_variables(solver.rows.rows.len()));
        solver.sources.reserve(literals);
        solver.open = solver.value(Value::Open);
        solver.hierarchy.bases = solver.supertypes();
        solver.load();
        solver
    }

    /// The supertypes of each type, in the order written.
    pub fn supertypes(&self) -> FxHashMap<NodeId, Vec<Ancestor>> {
        let mut bases: FxHashMap<NodeId, Vec<Ancestor>> = FxHashMap::default();
        for base in &self.rows.bases {
            let file = stoa_model::ids::file_of(base.of);
            let Some(context) = self.symbols.file(file) else { continue };
            let path = self.texts.get(base.path);
            let found = self.symbols.find_type(context, base.form, path);
            let ancestor = match found.first() {
                Some(&place) => Ancestor::Known(self.declared_at(place)),
                None => Ancestor::Outside(base.path),
            };
            bases.entry(base.of).or_default().push(ancestor);
        }
        bases
    }

    /// The declaration at a place of the symbols, by the id that it has here.
    pub fn declared_at(&self, place: u32) -> NodeId {
        let id = self.symbols.id_of(place);
        match self.renumbered.get(&file_of(id)) {
            Some(numbers) => node_id(file_of(id), numbers.here(local_of(id))),
            None => id,
        }
    }

    // ── Variables and values ───────────────────────────────────────────────────────────────────────

    pub fn fresh(&mut self) -> Var {
        self.variables += 1;
        self.variables - 1
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

    /// The variable of a node that has one.
    pub fn known(&self, id: NodeId) -> Option<Var> {
        match self.numbering.of(id) {
            Some(number) => Some(self.of_node[number as usize]).filter(|var| *var != NO_VAR),
            None => self.by_role.get(&(id as u64)).copied(),
        }
    }

    fn role(&mut self, key: u64) -> Var {
        let next = self.variables;
        let var = *self.by_role.entry(key).or_insert(next);
        self.variables += Var::from(var == next);
        var
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
        let next = self.values.len() as ValueId;
        let id = *self.value_ids.entry(value).or_insert(next);
        if id == next {
            self.values.push(value);
        }
        id
    }

    pub fn the(&self, id: ValueId) -> Value {
        self.values[id as usize]
    }

    // ── Variables that stand for nothing in the program ────────────────────────────────────────────

    /// What a call runs that was read in some way.
    pub fn callee(&mut self, call: CallId, bound: Bound) -> Var {
        let place = call as usize * 4 + bound as usize;
        if self.callees.len() <= place {
            self.callees.resize((self.calls.len() * 4).max(place + 1), NO_VAR);
        }
        if self.callees[place] != NO_VAR {
            return self.callees[place];
        }
        let new = self.fresh();
        self.callees[place] = new;
        self.on_new(new, Use::Call { call, bound });
        new
    }

    /// The variable of something that is not in the program, and whether it is new.
    pub fn made(&mut self, what: Made) -> (Var, bool) {
        let next = self.variables;
        let var = *self.made.entry(what).or_insert(next);
        self.variables += Var::from(var == next);
        (var, var == next)
    }

    /// A variable that holds a container and nothing else.
    pub fn holder(&mut self, container: ValueId) -> Var {
        let (var, is_new) = self.made(Made::Holder(container));
        if is_new {
            if self.follows {
                self.kept.constant(var, container);
            } else {
                self.effects.push(Effect::Constant(var, container));
            }
        }
        var
    }

    /// What a call's functions among its arguments wait for: a variable, and the value that opens it.
    pub fn gate(&mut self, call: CallId) -> (Var, ValueId) {
        let (var, is_new) = self.made(Made::Callbacks(call));
        if is_new {
            self.on_new(var, Use::Callbacks { call });
        }
        (var, self.open)
    }

    /// The elements of an argument that is spread over parameters.
    pub fn spread_elements(&mut self, call: CallId, argument: Var) -> Var {
        let (gate, is_new) = self.made(Made::Spread(call, argument));
        let (elements, _) = self.made(Made::Elements(call, argument));
        if is_new {
            self.on_new(gate, Use::Elements { argument, elements });
        }
        self.add(gate, self.open);
        elements
    }
}
