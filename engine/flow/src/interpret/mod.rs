//! The abstract interpreter: one method on symbolic inputs, its control flow to a fixpoint.
//!
//! [`Run`] walks the blocks of a [`body::Body`] in an order in which loops stand together. A node's value is kept beside the state, as it is
//! used in the expression around it; variables and objects are in the [`State`]. A loop whose way out is decided is walked turn by turn;
//! once it is not, its turns are joined and widened.
//!
//! - [`places`]: what an expression on the left means, reading and writing it;
//! - [`operators`], with [`arithmetic`], and [`literals`];
//! - [`refine`]: what a condition says of values behind it; [`harmless`] and [`checked`]: when that makes them do no harm;
//! - [`handlers`]: what frameworks do with functions that are given to them; [`settings`]: what objects of libraries are told;
//! - [`calls`]: which methods a call runs, and which types [begin](begins) by it; [`binding`]: what parameters get; [`apply`]: what their summaries do here; [`library`]: what methods outside of the tree do,
//!   by rows ([`modelled`], with types by their [`naming`] and by what is [`assigned`]), by [`containers`], [`lists`] and [`strings`] that are
//!   known, by [`builtins`] of the language, or by default; [`ways`]: what perhaps runs, or in one of several ways;
//! - [`classes`]: what C++ has of its own; [`script`], [`promises`] and [`arrays`]: what JavaScript has; [`gophers`]: what Go has;
//! - [`memory`]: what is asked of memory that is allocated and freed ([`allocation`]), of its [`sizes`], its [`texts`] and whether it was
//!   [`written`];
//! - [`trace`]: how values get where they are; [`summary`], [packed](pack): what is left when the run is over.

mod allocation;
mod apply;
mod arithmetic;
mod arrays;
mod assigned;
pub(crate) mod begins;
mod binding;
pub(crate) mod body;
mod builtins;
mod calls;
mod checked;
mod classes;
mod conditions;
pub(crate) mod constants;
mod containers;
mod endless;
mod engine;
mod gophers;
pub(crate) mod handlers;
mod harmless;
mod leaks;
mod library;
mod lists;
mod literals;
pub(crate) mod memory;
mod modelled;
mod naming;
mod numbers;
mod operators;
mod pack;
mod places;
mod promises;
mod refine;
mod script;
mod settings;
mod sizes;
mod stored;
mod strings;
pub(crate) mod summary;
mod texts;
pub(crate) mod trace;
mod ways;
mod written;

pub(crate) use naming::fits;
pub(crate) use sizes::is_number_type;

use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;
use stoa_model::{NodeKind, Symbol};

use crate::domain::{
    BOTTOM, Below, Label, Object, Origin, PathId, Paths, ROOM, Root, Scalar, Selector, State, TOP, Value,
    ValueId, Values, Visited,
};
use crate::models::{Fault, Model};
use crate::program::{Idx, Language, Method, NONE, Program};
use crate::schedule::{Context, Key, Standing};
use crate::{CutReason, Role};
use summary::{Fact, Facts, Summary};
use trace::Trail;

/// An object, by what it stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Thing {
    /// Variables that outlive methods.
    Globals,
    /// One of them: what it holds is its content.
    Variable(Idx),
    /// What is at a path when the method is entered.
    Input(PathId),
    /// Made at a node, by a call of this method or by itself (NONE); of a type of the tree, or one known by its name.
    Made { site: Idx, via: Idx, of: Idx, name: Symbol },
    /// What a library gives at a node, of a type that a row names.
    Typed { site: Idx, kind: u32 },
    /// A function as a value.
    Function(Idx),
    /// A variable to which a pointer leads.
    Cell(Idx),
    /// What a pointer into another object leads to that was moved from its start, by so many bytes if that is known.
    Inside { base: u32, bytes: Option<i64> },
}

/// The object of globals has the first number in every run.
pub(crate) const GLOBALS: u32 = 0;

/// Which sink: the node, its argument, the weakness.
pub(crate) type SinkKey = (Idx, i16, u32);

/// One interpretation of one method.
pub(crate) struct Run<'a> {
    pub context: &'a Context<'a>,
    pub program: &'a Program,
    pub method: &'a Method,
    pub facts: &'a Facts,
    pub values: Values,
    pub paths: Paths,
    pub things: Vec<Thing>,
    thing_numbers: FxHashMap<Thing, u32>,
    pub origins: Vec<Origin>,
    origin_numbers: FxHashMap<Origin, u32>,
    /// Values that stand for what is given at paths, by these; BOTTOM where nothing has asked for it.
    symbols: Vec<ValueId>,
    /// Values that a walk has come by.
    visited: Visited,
    trail: Trail,
    pub state: State,
    /// Values of nodes, from the METHOD node on.
    node_values: Vec<ValueId>,
    other_values: FxHashMap<Idx, ValueId>,
    pub returned: ValueId,
    /// Whether the end is reached other than by an exception.
    pub returns: bool,
    pub pending: FxHashMap<SinkKey, Vec<Label>>,
    pub found: FxHashMap<(SinkKey, Idx, u32), (Label, u64)>,
    /// What is asked of the memory that the method is given.
    pub needs: FxHashMap<(PathId, memory::Demand), memory::Need>,
    /// Whether something was run that was not looked at to the end.
    pub partial: bool,
    /// Calls by which the method runs itself, where it does not come back from them.
    pub recursed: FxHashSet<Idx>,
    /// Whether control may end other than by coming back, as far as is known.
    pub ended: bool,
    /// What is lost on each way out, by the node at its end.
    pub lost: FxHashMap<Idx, Vec<(Idx, Fault)>>,
    /// Allocations of which it was asked whether they failed, in ways that do not show in the state.
    pub tested: FxHashSet<Idx>,
    /// Elements whose index is known only in the first turns of a loop.
    pub doubtful: FxHashSet<Idx>,
    /// Whether control passes the block at hand whenever the method runs.
    pub certain: bool,
    pub uses: FxHashSet<Key>,
    /// Methods whose general summaries were asked for, and whether there was one to be seen.
    pub seen: FxHashMap<u32, bool>,
    /// Specialisations that were asked for, by method.
    specials: FxHashMap<u32, FxHashMap<Facts, (Key, Arc<Summary>)>>,
    pub sensitive: FxHashSet<PathId>,
    /// Texts that arguments were found to be, where a row asks for them.
    pub constants: FxHashSet<(Idx, Arc<str>)>,
    pub cuts: Vec<CutReason>,
    /// Whether the node that is evaluated does not come back.
    pub stopped: bool,
    /// Calls that run beside what comes after them.
    pub spawned: Vec<Idx>,
    /// Where the run stands among others.
    pub place: Standing,
    /// Nodes evaluated and values looked at.
    pub work: u64,
    /// How much of that there may be.
    pub allowance: u64,
    /// The same of the specialisations that were asked for.
    pub asked: u64,
    /// Specialisations in each other that were needed from here on.
    pub height: usize,
    /// Members whose first value is being found around this run.
    initialising: Vec<Idx>,
    /// Classes of objects whose fields are being given their first values.
    beginning: Vec<Idx>,
    /// Types by which calls were looked up, by what their receivers are.
    types: FxHashMap<(Idx, ValueId), Arc<[String]>>,
    rows: FxHashMap<(Idx, ValueId), Arc<[&'a Model]>>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        context: &'a Context<'a>,
        method: &'a Method,
        facts: &'a Facts,
        place: Standing,
    ) -> Run<'a> {
        let mut run = Run {
            context,
            program: context.program,
            method,
            facts,
            values: Values::new(),
            paths: Paths::default(),
            things: Vec::with_capacity(ROOM),
            thing_numbers: FxHashMap::with_capacity_and_hasher(ROOM, Default::default()),
            origins: Vec::new(),
            origin_numbers: FxHashMap::default(),
            symbols: Vec::new(),
            visited: Visited::default(),
            trail: Trail::new(),
            state: State::default(),
            node_values: Vec::new(),
            other_values: FxHashMap::default(),
            returned: BOTTOM,
            returns: false,
            pending: FxHashMap::default(),
            found: FxHashMap::default(),
            needs: FxHashMap::default(),
            partial: false,
            recursed: FxHashSet::default(),
            ended: false,
            lost: FxHashMap::default(),
            tested: FxHashSet::default(),
            doubtful: FxHashSet::default(),
            certain: true,
            uses: FxHashSet::default(),
            seen: FxHashMap::default(),
            specials: FxHashMap::default(),
            sensitive: FxHashSet::default(),
            constants: FxHashSet::default(),
            cuts: Vec::new(),
            stopped: false,
            spawned: Vec::new(),
            place,
            work: 0,
            allowance: context.options.max_steps,
            asked: 0,
            height: 0,
            initialising: Vec::new(),
            beginning: Vec::new(),
            types: FxHashMap::default(),
            rows: FxHashMap::default(),
        };
        run.thing(Thing::Globals);
        run
    }

    pub(crate) fn thing(&mut self, mut thing: Thing) -> u32 {
        if let Some(&known) = self.thing_numbers.get(&thing) {
            return known;
        }
        let is_new = matches!(thing, Thing::Made { .. } | Thing::Typed { .. });
        if is_new && self.things.len() > self.context.options.max_objects {
            self.cut(CutReason::Objects);
            thing = Thing::Made { site: self.method.node, via: NONE, of: NONE, name: Symbol::NONE };
        }
        *self.thing_numbers.entry(thing).or_insert_with(|| {
            self.things.push(thing);
            self.things.len() as u32 - 1
        })
    }

    pub(crate) fn origin(&mut self, origin: Origin) -> u32 {
        *self.origin_numbers.entry(origin).or_insert_with(|| {
            self.origins.push(origin);
            self.origins.len() as u32 - 1
        })
    }

    /// A step of a path behind another.
    pub(crate) fn step(&mut self, before: u32, node: Idx, role: Role) -> u32 {
        self.trail.step(before, node, role)
    }

    pub(crate) fn cut(&mut self, reason: CutReason) {
        if !self.cuts.contains(&reason) {
            self.cuts.push(reason);
        }
    }

    /// The value of a node that was evaluated.
    pub(crate) fn value(&mut self, node: Idx) -> ValueId {
        if !matches!(self.program.kind(node), NodeKind::Block | NodeKind::ControlStructure) {
            return self.kept(node);
        }
        // The value of a block is that of its last expression, of a decision that of the arms.
        let mut joined = BOTTOM;
        let mut work = vec![node];
        while let Some(node) = work.pop() {
            let children = self.program.children(node);
            match self.program.kind(node) {
                NodeKind::Block => work.extend(children.last()),
                NodeKind::ControlStructure => {
                    work.extend(children.iter().filter(|&&c| self.program.kind(c) == NodeKind::Block));
                }
                _ => {
                    let value = self.kept(node);
                    joined = self.values.join(joined, value);
                }
            }
        }
        joined
    }

    /// Nodes of the method's own.
    pub(crate) fn node_count(&self) -> Idx {
        self.node_values.len() as Idx
    }

    fn kept(&self, node: Idx) -> ValueId {
        match node.checked_sub(self.method.node).and_then(|n| self.node_values.get(n as usize)) {
            Some(&value) => value,
            None => self.other_values.get(&node).copied().unwrap_or(BOTTOM),
        }
    }

    pub(crate) fn keep(&mut self, node: Idx, value: ValueId) {
        match node.checked_sub(self.method.node).map(|n| n as usize) {
            Some(place) if place < self.node_values.len() => self.node_values[place] = value,
            _ => {
                self.other_values.insert(node, value);
            }
        }
    }

    pub(crate) fn get(&self, value: ValueId) -> &Value {
        self.values.get(value)
    }

    /// The value that stands for what the method is given at a path.
    pub(crate) fn symbol(&mut self, path: PathId) -> ValueId {
        if let Some(&known) = self.symbols.get(path as usize)
            && known != BOTTOM
        {
            return known;
        }
        let symbol = self.new_symbol(path);
        if self.symbols.len() <= path as usize {
            self.symbols.resize(path as usize + 1, BOTTOM);
        }
        self.symbols[path as usize] = symbol;
        symbol
    }

    fn new_symbol(&mut self, path: PathId) -> ValueId {
        let origin = self.origin(Origin::Input(path, false));
        let trace = match self.paths.root_of(path) {
            Root::Parameter(number) if (number as usize) < self.method.parameters.len() => {
                let node = self.method.parameters[number as usize].node;
                self.step(0, node, Role::Parameter)
            }
            _ => 0,
        };
        let object = self.thing(Thing::Input(path));
        let mut value = Value::object(object);
        value.scalar = Scalar::Top;
        value.add_labels(&[Label { origin, clean: 0, trace }]);
        for (route, fact) in self.facts.iter() {
            if !self.paths.is_route(path, route) {
                continue;
            }
            match fact {
                Fact::Constant(scalar) => {
                    value.scalar = scalar.clone();
                    value.objects.clear();
                }
                Fact::Function(method) => {
                    let function = self.thing(Thing::Function(*method));
                    value.objects = smallvec::smallvec![function];
                    value.scalar = Scalar::Bottom;
                }
                Fact::Type(_) => value.scalar = Scalar::Bottom,
                // Told when the method is entered.
                Fact::Same(_) => {}
            }
        }
        self.values.intern(value)
    }

    /// The type that an object is known to have exactly.
    pub(crate) fn exact_type(&self, thing: u32) -> Option<Idx> {
        match self.things[thing as usize] {
            Thing::Made { of, .. } if of != NONE => Some(of),
            Thing::Input(path) => self.facts.iter().find_map(|(route, fact)| match fact {
                Fact::Type(kind) if self.paths.is_route(path, route) => Some(*kind),
                _ => None,
            }),
            _ => None,
        }
    }

    /// Notes that the run would tell more if it knew what is given at the origins of a value.
    pub(crate) fn depends_on(&mut self, value: ValueId) {
        for label in &self.values.get(value).labels {
            if let Origin::Input(path, _) = self.origins[label.origin as usize] {
                self.sensitive.insert(path);
            }
        }
    }

    /// A value with labels and nothing else known.
    pub(crate) fn labelled(&mut self, labels: &[Label], scalar: Scalar) -> ValueId {
        let mut value = Value::scalar(scalar);
        value.add_labels(labels);
        self.limit(&mut value);
        self.values.intern(value)
    }

    pub(crate) fn limit(&mut self, value: &mut Value) {
        if value.labels.len() > self.context.options.max_labels {
            // What comes from outside is told first.
            let most = self.context.options.max_labels;
            let is_source = |l: &Label| matches!(self.origins[l.origin as usize], Origin::Source(..));
            let sources = value.labels.iter().filter(|l| is_source(l)).count().min(most);
            let (mut sources, mut inputs) = (sources, most - sources);
            value.labels.retain(|l| {
                let left = if is_source(l) { &mut sources } else { &mut inputs };
                let keep = *left > 0;
                *left = left.saturating_sub(1);
                keep
            });
            self.cut(CutReason::Labels);
        }
    }

    /// Labels with a step behind them.
    pub(crate) fn passed(&mut self, labels: &[Label], node: Idx) -> Vec<Label> {
        labels.iter().map(|l| Label { trace: self.step(l.trace, node, Role::Propagation), ..*l }).collect()
    }

    /// What a part of an object holds where a state does not say.
    pub(crate) fn missing(&mut self, object: u32, selector: &Selector) -> ValueId {
        if *selector == Selector::Given {
            return BOTTOM;
        }
        if selector.is_of_memory() {
            return match self.things[object as usize] {
                Thing::Made { .. } => BOTTOM,
                Thing::Input(path) if matches!(selector, Selector::Text | Selector::Copied) => {
                    self.symbol_below(path, selector)
                }
                _ => self.some(),
            };
        }
        match self.things[object as usize] {
            // A variable of this method whose address is taken does not begin with what callers give.
            Thing::Globals
                if let Selector::Variable(variable) = selector
                    && self.manages_memory()
                    && self.is_own(*variable) =>
            {
                TOP
            }
            Thing::Globals => {
                let path = self.paths.root(Root::Globals);
                self.symbol_below(path, selector)
            }
            Thing::Variable(variable) if *selector == Selector::Content => {
                self.missing(GLOBALS, &Selector::Variable(variable))
            }
            Thing::Input(path) => self.symbol_below(path, selector),
            // What an object has not of itself it has of its class.
            Thing::Made { of, .. } if of != NONE && self.method.language == Language::Python => {
                match selector {
                    Selector::Field(name) => self.class_attribute(of, *name).map_or(BOTTOM, |member| {
                        let globals = self.globals();
                        self.part(globals, &Selector::Variable(member))
                    }),
                    _ => BOTTOM,
                }
            }
            _ => BOTTOM,
        }
    }

    /// Whether a variable is one of this method's frame.
    fn is_own(&self, variable: Idx) -> bool {
        let own = self.program.node(variable);
        own.kind == NodeKind::Local && !own.is_static && own.method == self.method.node
    }

    fn symbol_below(&mut self, path: PathId, selector: &Selector) -> ValueId {
        // What a builder holds comes with the builder; what a pointer leads to is a thing of its own.
        let leads = *selector == Selector::Content && self.method.language.has_addresses();
        if matches!(selector, Selector::Content | Selector::Keys) && !leads {
            return BOTTOM;
        }
        if let Selector::Variable(member) = selector
            && let Some(value) = self.constant_member(*member)
        {
            return value;
        }
        let depth = self.context.options.max_depth;
        match self.paths.below(path, selector, depth) {
            Below::Path(below) => self.symbol(below),
            // The rest of a list is what hangs there: with all that it holds.
            Below::Again => {
                let whole = self.symbol(path);
                let origin = self.origin(Origin::Input(path, true));
                let mut rest = self.get(whole).clone();
                let trace = rest.labels.first().map_or(0, |l| l.trace);
                rest.add_labels(&[Label { origin, clean: 0, trace }]);
                self.values.intern(rest)
            }
            Below::TooDeep => {
                self.cut(CutReason::Depth);
                self.symbol(path)
            }
        }
    }

    /// Notes that values reach a sink.
    pub(crate) fn reach(&mut self, key: SinkKey, labels: &[Label], at: Idx) {
        let bit = 1u64 << key.2.min(63);
        for label in labels {
            if label.clean & bit != 0 {
                continue;
            }
            match self.origins[label.origin as usize] {
                Origin::Source(node, kind) => {
                    self.found.entry((key, node, kind)).or_insert((*label, at as u64));
                }
                Origin::Input(..) => {
                    let held = self.pending.entry(key).or_default();
                    if !held.iter().any(|l| l.origin == label.origin && l.clean & label.clean == l.clean) {
                        held.retain(|l| l.origin != label.origin);
                        held.push(*label);
                    }
                }
            }
        }
    }

    /// What became of the run.
    pub(crate) fn finish(self, exit: Option<State>) -> Summary {
        summary::summarise(self, exit)
    }

    pub(crate) fn top(&self) -> ValueId {
        TOP
    }

    pub(crate) fn heap_object(&self, object: u32) -> Option<&Arc<Object>> {
        self.state.object(object)
    }

    pub(crate) fn pendings(&mut self) -> Vec<(SinkKey, Vec<Label>)> {
        let mut all: Vec<_> = std::mem::take(&mut self.pending).into_iter().collect();
        all.sort_by_key(|p| p.0);
        all
    }
}
