//! Which methods are interpreted when, and what is kept of them.
//!
//! The graph of calls falls into strongly connected components; a component comes after those that it calls. Components of one level
//! do not call each other and run side by side. A component of several methods is interpreted round by round until nothing changes.
//! Specialisations are made when a caller asks for them, of methods whose general summary is final, and kept for others who ask the same: what
//! is in one follows from its key alone, so it does not matter who comes first.

mod calls;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use stoa_model::NodeKind;

use crate::asked::Asked;
use crate::domain::{Pool, Route, Shape};
use crate::interpret::Run;
use crate::interpret::body::Body;
use crate::interpret::constants::Constant;
use crate::interpret::handlers::Handlers;
use crate::interpret::summary::{Facts, Summary};
use crate::interpret::trace::Traces;
use crate::models::{Base, Models, Role};
use crate::program::{Idx, Language, Method, NONE, Program};
use crate::{FlowError, Options};
use calls::Calls;

/// A summary: of a method, with what is known when it is entered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Key {
    pub method: u32,
    pub facts: Facts,
    /// How many specialisations were around it, if that limited what could be found; else 0.
    pub depth: usize,
}

impl Key {
    pub(crate) fn general(method: u32) -> Key {
        Key { method, facts: Facts::default(), depth: 0 }
    }
}

/// Where a run stands among others: what it sees of their summaries follows from this alone.
#[derive(Clone, Copy)]
pub(crate) struct Standing {
    /// Methods below this level are seen.
    pub level: u32,
    /// The component whose summaries in the making are seen, or NONE.
    pub component: u32,
    /// Specialisations around the run.
    pub depth: usize,
}

impl Default for Standing {
    fn default() -> Standing {
        Standing { level: 0, component: NONE, depth: 0 }
    }
}

/// Specialisations inside of specialisations.
pub(crate) const NESTING: usize = 4;

/// What there is of a method's general summary.
pub(crate) enum Known {
    /// A summary, and whether it is final.
    Summary(Arc<Summary>, bool),
    /// Its component is being interpreted and this is the first round.
    Running,
    /// Its turn has not come.
    Nothing,
}

#[derive(Clone, Default)]
enum Stage {
    #[default]
    Waiting,
    Running(Option<Arc<Summary>>),
    Done(Arc<Summary>),
}

/// What all runs share.
pub(crate) struct Context<'a> {
    pub program: &'a Program,
    pub models: &'a Models,
    pub options: &'a Options,
    pub asked: &'a Asked,
    calls: Calls,
    bodies: Vec<OnceLock<Body>>,
    general: Vec<RwLock<Stage>>,
    special: Mutex<FxHashMap<Key, Arc<Summary>>>,
    /// What summaries hold alike.
    pub routes: Pool<Route>,
    pub shapes: Pool<Shape>,
    constants: RwLock<FxHashMap<Idx, Option<Constant>>>,
    assigned: RwLock<FxHashMap<Idx, Arc<[String]>>>,
    entries: Vec<OnceLock<Vec<(Base, u32)>>>,
    sent: Vec<OnceLock<Vec<(bool, u32)>>>,
    handlers: OnceLock<Handlers>,
    unstable: Mutex<FxHashSet<u32>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        program: &'a Program,
        models: &'a Models,
        options: &'a Options,
        asked: &'a Asked,
    ) -> Context<'a> {
        let count = program.methods.len();
        Context {
            program,
            models,
            options,
            asked,
            calls: Calls::new(program, models),
            bodies: (0..count).map(|_| OnceLock::new()).collect(),
            general: (0..count).map(|_| RwLock::default()).collect(),
            special: Mutex::default(),
            routes: Pool::default(),
            shapes: Pool::default(),
            constants: RwLock::default(),
            assigned: RwLock::default(),
            entries: (0..count).map(|_| OnceLock::new()).collect(),
            sent: (0..count).map(|_| OnceLock::new()).collect(),
            handlers: OnceLock::new(),
            unstable: Mutex::default(),
        }
    }

    /// What decorates functions, found once.
    pub(crate) fn handlers(&self) -> &Handlers {
        self.handlers.get_or_init(|| Handlers::new(self.program))
    }

    /// Weaknesses of what a method returns to the framework that calls it, found once.
    pub(crate) fn sent(&self, method: Idx, find: impl FnOnce() -> Vec<(bool, u32)>) -> &[(bool, u32)] {
        match self.program.method_of.get(&method) {
            Some(&number) => self.sent[number as usize].get_or_init(find),
            None => &[],
        }
    }

    fn stage(&self, method: u32) -> Stage {
        self.general[method as usize].read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_stage(&self, method: u32, stage: Stage) {
        *self.general[method as usize].write().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    /// What a run sees of a method without knowing its caller.
    pub(crate) fn known(&self, method: u32, place: Standing) -> Known {
        let inside = self.calls.component_of[method as usize] == place.component;
        if !inside && self.calls.level_of[method as usize] >= place.level {
            return Known::Nothing;
        }
        match self.stage(method) {
            Stage::Waiting => Known::Nothing,
            Stage::Running(None) => Known::Running,
            Stage::Running(Some(summary)) => Known::Summary(summary, false),
            Stage::Done(summary) => Known::Summary(summary, true),
        }
    }

    /// The summary of a method with some facts, for a run that stands at a place; and its key.
    pub(crate) fn special(&self, method: u32, facts: Facts, place: Standing) -> (Key, Arc<Summary>) {
        let lock = || self.special.lock().unwrap_or_else(PoisonError::into_inner);
        let depth = place.depth + 1;
        let mut key = Key { method, facts, depth: 0 };
        if let Some(known) = lock().get(&key)
            && depth + known.height <= NESTING
        {
            return (key, known.clone());
        }
        key.depth = depth;
        if let Some(known) = lock().get(&key) {
            return (key, known.clone());
        }
        let inner = Standing { level: place.level, component: NONE, depth };
        let summary = Arc::new(self.run(method, &key.facts, inner));
        // One that was not limited by what is around it says the same wherever there is room for it.
        if depth + summary.height <= NESTING {
            key.depth = 0;
        }
        let summary = lock().entry(key.clone()).or_insert(summary).clone();
        (key, summary)
    }

    /// The summary that a key stands for.
    pub(crate) fn summary(&self, key: &Key) -> Option<Arc<Summary>> {
        if key.facts.is_empty() {
            return match self.stage(key.method) {
                Stage::Done(summary) => Some(summary),
                _ => None,
            };
        }
        self.special.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    pub(crate) fn specialisations(&self) -> usize {
        self.special.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Whether the rounds over a method's component ended before it was stable.
    pub(crate) fn is_unstable(&self, method: u32) -> bool {
        self.unstable.lock().unwrap_or_else(PoisonError::into_inner).contains(&method)
    }

    /// Whether so many calls may run a method that its texts and numbers are not told apart.
    pub(crate) fn is_common(&self, method: u32) -> bool {
        self.calls.callers[method as usize] as usize > self.options.max_specialisations
    }

    /// What a member holds for ever, found once.
    pub(crate) fn constant(&self, member: Idx, find: impl FnOnce() -> Option<Constant>) -> Option<Constant> {
        if let Some(known) =
            self.constants.read().unwrap_or_else(PoisonError::into_inner).get(&member).cloned()
        {
            return known;
        }
        let found = find();
        self.constants.write().unwrap_or_else(PoisonError::into_inner).insert(member, found.clone());
        found
    }

    /// Types of an expression that is assigned to a variable, found once.
    pub(crate) fn assigned(&self, value: Idx, find: impl FnOnce() -> Vec<String>) -> Arc<[String]> {
        if let Some(known) = self.assigned.read().unwrap_or_else(PoisonError::into_inner).get(&value).cloned()
        {
            return known;
        }
        let found: Arc<[String]> = find().into();
        self.assigned.write().unwrap_or_else(PoisonError::into_inner).insert(value, found.clone());
        found
    }

    fn run(&self, method: u32, facts: &Facts, place: Standing) -> Summary {
        let own = &self.program.methods[method as usize];
        let body = self.bodies[method as usize].get_or_init(|| Body::new(self.program, own.node));
        let mut run = Run::new(self, own, facts, place);
        let exit = run.interpret(body);
        run.finish(exit)
    }

    /// [`Context::find_entry_rows`], found once.
    pub(crate) fn entry_rows(&self, method: &Method) -> &[(Base, u32)] {
        match self.program.method_of.get(&method.node) {
            Some(&number) => self.entries[number as usize].get_or_init(|| self.find_entry_rows(method)),
            None => &[],
        }
    }

    /// What a framework puts into the parameters of a method, by entry rows: places and kinds.
    fn find_entry_rows(&self, method: &Method) -> Vec<(Base, u32)> {
        let program = self.program;
        let own = program.node(method.node);
        let mut rows = Vec::new();
        let owners: Vec<Idx> = if method.owner == NONE { Vec::new() } else { program.lineage(method.owner) };
        let language = method.language;
        for row in self.models.named(language, program.str(own.name)).filter(|r| r.role == Role::Entry) {
            let fits = row.type_name == "*"
                || (row.type_name.is_empty() && method.owner == NONE)
                || owners
                    .iter()
                    .any(|&o| crate::interpret::fits(program.str(program.node(o).full_name), &row.type_name));
            let count = method.parameters.iter().filter(|p| p.index != 0).count();
            if fits && row.arity.is_none_or(|a| a == count) {
                rows.push((row.output.base.clone(), row.kind));
            }
        }
        // Annotations of the method, and of each parameter.
        for &child in program.children.of(method.node) {
            if program.kind(child) == NodeKind::Annotation {
                rows.extend(self.annotated(language, child));
            }
        }
        for parameter in &method.parameters {
            for &child in program.children.of(parameter.node) {
                if program.kind(child) == NodeKind::Annotation {
                    let place = Base::Argument(parameter.index.saturating_sub(1).max(0) as usize);
                    rows.extend(
                        self.annotated(language, child)
                            .into_iter()
                            .filter(|(base, _)| *base == Base::Parameter)
                            .map(|(_, kind)| (place.clone(), kind)),
                    );
                }
            }
        }
        rows
    }

    fn annotated(&self, language: Language, annotation: Idx) -> Vec<(Base, u32)> {
        let program = self.program;
        let name = format!("@{}", program.name(annotation));
        let full = program.str(program.node(annotation).full_name);
        self.models
            .named(language, &name)
            .filter(|r| {
                r.role == Role::Entry
                    && !(language == Language::Python
                        && self.handlers().is_foreign(program, annotation, full, &r.type_name))
                    && (r.type_name == "*"
                        || r.type_name.is_empty()
                        || full.is_empty()
                        || full.contains(r.type_name.as_str())
                        || full.ends_with(&name[1..]))
            })
            .map(|r| (r.output.base.clone(), r.kind))
            .collect()
    }

    /// Interprets all methods; the numbers of those that nothing calls.
    pub(crate) fn interpret_all(&self, cancelled: &(dyn Fn() -> bool + Sync)) -> Result<&[u32], FlowError> {
        let calls = &self.calls;
        let mut levels: Vec<Vec<u32>> = Vec::new();
        for (number, component) in calls.components.iter().enumerate() {
            let Some(&first) = component.first() else { continue };
            let level = calls.level_of[first as usize] as usize;
            if levels.len() <= level {
                levels.resize(level + 1, Vec::new());
            }
            levels[level].push(number as u32);
        }
        for level in levels {
            level
                .par_iter()
                .with_max_len(8)
                .try_for_each(|&number| self.interpret_component(number, cancelled))?;
        }
        Ok(&calls.roots)
    }

    fn interpret_component(
        &self,
        number: u32,
        cancelled: &(dyn Fn() -> bool + Sync),
    ) -> Result<(), FlowError> {
        let component = &self.calls.components[number as usize];
        let callees = |method: u32| &self.calls.callees[method as usize];
        let level = component.first().map_or(0, |&m| self.calls.level_of[m as usize]);
        let place = Standing { level, component: number, depth: 0 };
        if let [method] = component[..]
            && !callees(method).contains(&method)
        {
            if cancelled() {
                return Err(FlowError::Cancelled);
            }
            let summary = self.run(method, &Facts::default(), place);
            self.set_stage(method, Stage::Done(Arc::new(summary)));
            return Ok(());
        }
        for &method in component {
            self.set_stage(method, Stage::Running(None));
        }
        // A method is interpreted again in a round if what it runs said something new since its last turn.
        let mut fresh: FxHashSet<u32> = component.iter().copied().collect();
        let mut unstable: FxHashSet<u32> = FxHashSet::default();
        let rounds = self.options.max_rounds.min(match component.len() {
            0..=100 => usize::MAX,
            101..=1000 => 3,
            _ => 2,
        });
        for round in 0..rounds {
            let mut changed: FxHashSet<u32> = FxHashSet::default();
            for &method in component {
                let stale = |m: &u32| fresh.contains(m) || changed.contains(m);
                if round > 0 && !callees(method).iter().any(stale) {
                    continue;
                }
                if cancelled() {
                    return Err(FlowError::Cancelled);
                }
                let summary = self.run(method, &Facts::default(), place);
                let same = match self.stage(method) {
                    Stage::Running(Some(before)) => before.same(&summary),
                    _ => false,
                };
                if !same {
                    changed.insert(method);
                } else {
                    changed.remove(&method);
                }
                self.set_stage(method, Stage::Running(Some(Arc::new(summary))));
            }
            fresh = changed;
            if fresh.is_empty() {
                break;
            }
            if round + 1 == rounds {
                unstable = std::mem::take(&mut fresh);
            }
        }
        for &method in component {
            let Stage::Running(Some(summary)) = self.stage(method) else { continue };
            if callees(method).iter().any(|m| unstable.contains(m)) {
                self.unstable.lock().unwrap_or_else(PoisonError::into_inner).insert(method);
            }
            self.set_stage(method, Stage::Done(summary));
        }
        Ok(())
    }
}

impl Drop for Context<'_> {
    /// Traces hold those that they lead through, as deep as calls go: they are let go one by one.
    fn drop(&mut self) {
        let mut work: Vec<Arc<Traces>> = Vec::new();
        let mut end = |summary: Arc<Summary>| work.extend(Arc::into_inner(summary).map(|s| s.traces));
        for stage in &mut self.general {
            match std::mem::take(stage.get_mut().unwrap_or_else(PoisonError::into_inner)) {
                Stage::Running(Some(summary)) | Stage::Done(summary) => end(summary),
                _ => {}
            }
        }
        let special = self.special.get_mut().unwrap_or_else(PoisonError::into_inner);
        special.drain().for_each(|(_, summary)| end(summary));
        while let Some(traces) = work.pop() {
            if let Some(mut traces) = Arc::into_inner(traces) {
                work.append(&mut traces.callees);
            }
        }
    }
}
