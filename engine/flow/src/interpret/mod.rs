//! The abstract interpreter: one method on symbolic inputs, its control flow to a fixpoint.
//!
//! [`Run`] walks the blocks of a [`body::Body`] in an order in which loops stand together. A node's value is kept beside the state, as it is
//! used in the expression around it; variables and objects are in the [`State`]. A loop whose way out is decided is walked turn by turn;
//! once it is not, its turns are joined and widened.
//!
//! - [`places`]: what an expression on the left means, reading and writing it;
//! - [`operators`]: operators and literals;
//! - [`refine`]: what a condition says of values behind it;
//! - [`calls`]: which methods a call runs; [`apply`]: what their summaries do here; [`library`]: what methods outside of the tree do,
//!   by [`models`], by [`containers`] and [`strings`] that are known, or by default;
//! - [`summary`]: what is left when the run is over.

mod apply;
pub(crate) mod body;
mod calls;
mod containers;
mod engine;
mod library;
mod modelled;
mod operators;
mod places;
mod refine;
mod strings;
pub(crate) mod summary;

pub(crate) use modelled::fits;

use rustc_hash::FxHashMap;
use std::sync::Arc;
use stoa_model::{NodeKind, Symbol};

use crate::domain::{
    BOTTOM, Label, Object, Origin, PathId, Paths, Root, Scalar, Selector, State, TOP, Value, ValueId, Values,
};
use crate::program::{Idx, Method, NONE, Program};
use crate::schedule::Context;
use crate::{CutReason, Role};
use summary::{Fact, Facts, Pending, Summary, Trace};

/// An object, by what it stands for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Thing {
    /// Variables that outlive methods.
    Globals,
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
    pub traces: Vec<Trace>,
    trace_numbers: FxHashMap<(u32, Idx, Role), u32>,
    /// Summaries that traces lead through.
    pub through: Vec<Arc<Summary>>,
    through_numbers: FxHashMap<(u32, Idx, u32, u32), u32>,
    pub state: State,
    /// Values of nodes, from the METHOD node on.
    node_values: Vec<ValueId>,
    other_values: FxHashMap<Idx, ValueId>,
    pub returned: ValueId,
    /// Whether the end is reached other than by an exception.
    pub returns: bool,
    pub pending: FxHashMap<SinkKey, Vec<Label>>,
    pub found: FxHashMap<(SinkKey, Idx, u32), (Label, u64)>,
    pub uses: Vec<crate::schedule::Key>,
    pub sensitive: Vec<PathId>,
    pub cuts: Vec<CutReason>,
    /// Whether the node that is evaluated does not come back.
    pub stopped: bool,
    /// Specialisations that are being made around this run.
    pub depth: usize,
    initialising: Vec<Idx>,
}

impl<'a> Run<'a> {
    pub(crate) fn new(
        context: &'a Context<'a>,
        method: &'a Method,
        facts: &'a Facts,
        depth: usize,
    ) -> Run<'a> {
        let mut run = Run {
            context,
            program: context.program,
            method,
            facts,
            values: Values::new(),
            paths: Paths::default(),
            things: Vec::new(),
            thing_numbers: FxHashMap::default(),
            origins: Vec::new(),
            origin_numbers: FxHashMap::default(),
            traces: vec![Trace::Start],
            trace_numbers: FxHashMap::default(),
            through: Vec::new(),
            through_numbers: FxHashMap::default(),
            state: State::start(method.variables.len()),
            node_values: Vec::new(),
            other_values: FxHashMap::default(),
            returned: BOTTOM,
            returns: false,
            pending: FxHashMap::default(),
            found: FxHashMap::default(),
            uses: Vec::new(),
            sensitive: Vec::new(),
            cuts: Vec::new(),
            stopped: false,
            depth,
            initialising: Vec::new(),
        };
        run.thing(Thing::Globals);
        run
    }

    pub(crate) fn thing(&mut self, thing: Thing) -> u32 {
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
        if let Trace::Step { node: last, .. } = &self.traces[before as usize]
            && *last == node
        {
            return before;
        }
        *self.trace_numbers.entry((before, node, role)).or_insert_with(|| {
            self.traces.push(Trace::Step { before, node, role });
            self.traces.len() as u32 - 1
        })
    }

    pub(crate) fn cut(&mut self, reason: CutReason) {
        if !self.cuts.contains(&reason) {
            self.cuts.push(reason);
        }
    }

    /// The value of a node that was evaluated.
    pub(crate) fn value(&mut self, node: Idx) -> ValueId {
        match self.program.kind(node) {
            NodeKind::Block => match self.program.children.of(node).last() {
                Some(&last) => self.value(last),
                None => BOTTOM,
            },
            NodeKind::ControlStructure => {
                let mut joined = BOTTOM;
                for &child in self.program.children.of(node).iter() {
                    if self.program.kind(child) == NodeKind::Block {
                        let arm = self.value(child);
                        joined = self.values.join(joined, arm);
                    }
                }
                joined
            }
            _ => self.kept(node),
        }
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
        let (root, steps) = self.paths.steps(path);
        let origin = self.origin(Origin::Input(path, false));
        let trace = match root {
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
        for (of, at, fact) in self.facts.iter() {
            if *of != root || *at != steps {
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
            }
        }
        self.values.intern(value)
    }

    /// The type that an object is known to have exactly.
    pub(crate) fn exact_type(&self, thing: u32) -> Option<Idx> {
        match self.things[thing as usize] {
            Thing::Made { of, .. } if of != NONE => Some(of),
            Thing::Input(path) => {
                let (root, steps) = self.paths.steps(path);
                self.facts.iter().find_map(|(of, at, fact)| match fact {
                    Fact::Type(kind) if *of == root && *at == steps => Some(*kind),
                    _ => None,
                })
            }
            _ => None,
        }
    }

    /// Notes that the run would tell more if it knew what is given at the origins of a value.
    pub(crate) fn depends_on(&mut self, value: ValueId) {
        let labels = self.get(value).labels.clone();
        for label in labels {
            if let Origin::Input(path, _) = self.origins[label.origin as usize]
                && !self.sensitive.contains(&path)
            {
                self.sensitive.push(path);
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
            value.labels.truncate(self.context.options.max_labels);
            self.cut(CutReason::Labels);
        }
    }

    /// Labels with a step behind them.
    pub(crate) fn passed(&mut self, labels: &[Label], node: Idx) -> Vec<Label> {
        labels.iter().map(|l| Label { trace: self.step(l.trace, node, Role::Propagation), ..*l }).collect()
    }

    /// What a part of an object holds where a state does not say.
    pub(crate) fn missing(&mut self, object: u32, selector: &Selector) -> ValueId {
        match self.things[object as usize] {
            Thing::Globals => {
                let path = self.paths.root(Root::Globals);
                self.symbol_below(path, selector)
            }
            Thing::Input(path) => self.symbol_below(path, selector),
            _ => BOTTOM,
        }
    }

    fn symbol_below(&mut self, path: PathId, selector: &Selector) -> ValueId {
        if matches!(selector, Selector::Content | Selector::Keys) {
            return BOTTOM;
        }
        if let Selector::Variable(member) = selector
            && let Some(value) = self.constant_member(*member)
        {
            return value;
        }
        let depth = self.context.options.max_depth;
        match self.paths.below(path, selector.clone(), depth) {
            Some(below) => self.symbol(below),
            None => {
                self.cut(CutReason::Depth);
                self.symbol(path)
            }
        }
    }

    /// The value of a member that is never written but where it begins, if that is a constant.
    pub(crate) fn constant_member(&mut self, member: Idx) -> Option<ValueId> {
        let assignment = self.program.constant_initialiser(member)?;
        let from = self.program.argument(assignment, 2)?;
        if self.initialising.contains(&from) || self.initialising.len() > 8 {
            return None;
        }
        self.initialising.push(from);
        let value = self.evaluate_tree(from);
        self.initialising.pop();
        let known = self.get(value);
        (known.constant().is_some() || (known.labels.is_empty() && self.is_literal(from))).then_some(value)
    }

    /// Whether an expression makes a list of constants.
    fn is_literal(&self, node: Idx) -> bool {
        use stoa_model::Operator::*;
        match self.program.node(node).operator {
            Some(ArrayInitializer | ListLiteral | TupleLiteral | SetLiteral) => {
                self.program.arguments(node).all(|a| self.program.kind(a) == NodeKind::Literal)
            }
            _ => false,
        }
    }

    /// Evaluates an expression that stands outside of control flow, in the order of its tree.
    pub(crate) fn evaluate_tree(&mut self, root: Idx) -> ValueId {
        let mut work = vec![(root, false)];
        while let Some((node, ready)) = work.pop() {
            if ready {
                self.evaluate(node);
            } else {
                work.push((node, true));
                if !matches!(
                    self.program.kind(node),
                    NodeKind::MethodRef | NodeKind::TypeDecl | NodeKind::Method
                ) {
                    work.extend(self.program.children.of(node).iter().rev().map(|&c| (c, false)));
                }
            }
        }
        self.value(root)
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

    pub(crate) fn pendings(&mut self) -> Vec<Pending> {
        let mut all: Vec<Pending> = std::mem::take(&mut self.pending)
            .into_iter()
            .map(|(key, labels)| Pending { key, labels })
            .collect();
        all.sort_by_key(|p| p.key);
        all
    }
}
