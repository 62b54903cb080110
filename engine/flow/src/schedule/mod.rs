//! Which methods are interpreted when, and what is kept of them.
//!
//! The graph of calls falls into strongly connected components; a component comes after those that it calls. Components of one level
//! do not call each other and run side by side. A component of several methods is interpreted round by round until nothing changes.
//! Specialisations are made when a caller asks for them, of methods whose general summary is final, and kept for others who ask the same. What
//! is in one follows from its key and from the level of who comes first, and all of one level see the same.

mod calls;
mod entries;
mod memo;
mod reads;

pub(crate) use reads::{Lookups, Reads};

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock};

use crate::asked::Asked;
use crate::domain::{Pool, Route, Shape};
use crate::interpret::Run;
use crate::interpret::body::Body;
use crate::interpret::constants::Constant;
use crate::interpret::summary::{Facts, Summary};
use crate::interpret::trace::Traces;
use crate::kept::{Kept, Told};
use crate::models::{Base, Models};
use crate::program::reads as reads_of;
use crate::program::{Idx, NONE, Program};
use crate::{FlowError, Options};
use calls::Calls;
use memo::{Once, OnceEach};

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
    /// It was kept, and nobody has asked for it.
    Kept,
    Done(Arc<Summary>),
}

/// What all runs share.
pub(crate) struct Context<'a> {
    pub program: &'a Program,
    pub models: &'a Models,
    pub options: &'a Options,
    pub asked: &'a Asked,
    calls: Calls,
    bodies: Vec<Once<Body>>,
    general: Vec<RwLock<Stage>>,
    special: Mutex<FxHashMap<Key, Arc<Summary>>>,
    /// What summaries hold alike.
    pub routes: Pool<Route>,
    pub shapes: Pool<Shape>,
    constants: OnceEach<Option<Constant>>,
    assigned: OnceEach<Arc<[String]>>,
    entries: Vec<Once<Vec<(Base, u32)>>>,
    sent: Vec<Once<Vec<(bool, u32)>>>,
    unstable: Mutex<FxHashSet<u32>>,
    /// What was asked by names.
    pub lookups: Lookups,
    digests: OnceLock<Vec<u64>>,
    /// Whether it is noted what runs read.
    notes: bool,
    kept: Option<Kept>,
    /// Whether something that holds could not be read.
    unreadable: AtomicBool,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        program: &'a Program,
        models: &'a Models,
        options: &'a Options,
        asked: &'a Asked,
    ) -> Context<'a> {
        let count = program.methods().len();
        Context {
            program,
            models,
            options,
            asked,
            calls: Calls::new(program, models),
            bodies: (0..count).map(|_| Once::default()).collect(),
            general: (0..count).map(|_| RwLock::default()).collect(),
            special: Mutex::default(),
            routes: Pool::default(),
            shapes: Pool::default(),
            constants: OnceEach::default(),
            assigned: OnceEach::default(),
            entries: (0..count).map(|_| Once::default()).collect(),
            sent: (0..count).map(|_| Once::default()).collect(),
            unstable: Mutex::default(),
            lookups: Lookups::default(),
            digests: OnceLock::new(),
            notes: false,
            kept: None,
            unreadable: AtomicBool::new(false),
        }
    }

    /// Weaknesses of what a method returns to the framework that calls it, found once.
    pub(crate) fn sent(&self, method: Idx, find: impl FnOnce() -> Vec<(bool, u32)>) -> &[(bool, u32)] {
        match self.program.number_of(method) {
            Some(number) => self.sent[number as usize].get_or_find(find),
            None => &[],
        }
    }

    /// Notes what runs read, so that summaries can be kept; and takes those of before that hold, from their bytes.
    pub(crate) fn keep(&mut self, before: Option<Vec<u8>>) {
        self.notes = true;
        self.kept = Some(Kept::load(self, before));
    }

    /// Lets go what only runs need.
    pub(crate) fn end_runs(&mut self) {
        self.bodies = Vec::new();
        self.entries = Vec::new();
        self.sent = Vec::new();
        self.constants = OnceEach::default();
        self.assigned = OnceEach::default();
    }

    /// Whether all that was kept and asked for could be read. If not, what was found may lack something.
    pub(crate) fn is_whole(&self) -> bool {
        !self.unreadable.load(Ordering::Relaxed)
    }

    pub(crate) fn kept(&self) -> Option<&Kept> {
        self.kept.as_ref()
    }

    /// A digest of each unit: all that runs can read of it.
    pub(crate) fn unit_digests(&self) -> &[u64] {
        self.digests.get_or_init(|| {
            let common = (0..self.program.methods().len() as u32)
                .filter(|&method| self.is_common(method))
                .map(|method| (self.program.methods()[method as usize].node, 1));
            self.program.unit_digests(common.chain(self.asked.nodes()))
        })
    }

    /// The level of a method in the graph of calls.
    pub(crate) fn level(&self, method: u32) -> u32 {
        self.calls.level_of[method as usize]
    }

    /// The methods that a method may run, or mentions.
    pub(crate) fn callees(&self, method: u32) -> &[u32] {
        &self.calls.callees[method as usize]
    }

    /// The methods of the component that a method is in, in the order of rounds.
    pub(crate) fn component(&self, method: u32) -> &[u32] {
        &self.calls.components[self.calls.component_of[method as usize] as usize]
    }

    /// Whether a method is of the component that is being interpreted at a place.
    pub(crate) fn is_inside(&self, method: u32, place: Standing) -> bool {
        self.calls.component_of[method as usize] == place.component
    }

    /// Whether the general summary of a method is seen from a place.
    pub(crate) fn is_visible(&self, method: u32, place: Standing) -> bool {
        self.is_inside(method, place) || self.level(method) < place.level
    }

    /// Specialisations that are known.
    pub(crate) fn specials(&self) -> MutexGuard<'_, FxHashMap<Key, Arc<Summary>>> {
        self.special.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a specialisation, if it is not known.
    pub(crate) fn add_special(&self, key: Key, summary: Arc<Summary>) -> Arc<Summary> {
        self.specials().entry(key).or_insert(summary).clone()
    }

    pub(crate) fn note_unstable(&self, method: u32) {
        self.unstable.lock().unwrap_or_else(PoisonError::into_inner).insert(method);
    }

    fn stage(&self, method: u32) -> Stage {
        self.general[method as usize].read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_stage(&self, method: u32, stage: Stage) {
        *self.general[method as usize].write().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    /// What a run sees of a method without knowing its caller.
    pub(crate) fn known(&self, method: u32, place: Standing) -> Known {
        if !self.is_visible(method, place) {
            return Known::Nothing;
        }
        match self.stage(method) {
            Stage::Waiting => Known::Nothing,
            Stage::Running(None) => Known::Running,
            Stage::Running(Some(summary)) => Known::Summary(summary, false),
            Stage::Kept | Stage::Done(_) => Known::Summary(self.made(method), true),
        }
    }

    /// The summary of a method with some facts, for a run that stands at a place; and its key.
    pub(crate) fn special(&self, method: u32, facts: Facts, place: Standing) -> (Key, Arc<Summary>) {
        let depth = place.depth + 1;
        let mut key = Key { method, facts, depth: 0 };
        if let Some(known) = self.specials().get(&key)
            && depth + known.height <= NESTING
        {
            return (key, known.clone());
        }
        if let Some(known) = self.kept_special(&key, place) {
            return (key, known);
        }
        key.depth = depth;
        if let Some(known) = self.specials().get(&key) {
            return (key, known.clone());
        }
        if let Some(known) = self.kept_special(&key, place) {
            return (key, known);
        }
        let inner = Standing { level: place.level, component: NONE, depth };
        let summary = Arc::new(self.run(method, &key.facts, inner));
        // One that was not limited by what is around it says the same wherever there is room for it.
        if depth + summary.height <= NESTING {
            key.depth = 0;
        }
        let summary = self.add_special(key.clone(), summary);
        (key, summary)
    }

    /// The general summary of a method whose turn was, read if it was kept.
    fn made(&self, method: u32) -> Arc<Summary> {
        if let Some(summary) = self.summary_made(method) {
            return summary;
        }
        let level = self.level(method);
        let again = || self.run(method, &Facts::default(), Standing { level, ..Standing::default() });
        let summary = self.kept_general(method).unwrap_or_else(|| {
            self.unreadable.store(true, Ordering::Relaxed);
            again()
        });
        let summary = Arc::new(summary);
        self.set_stage(method, Stage::Done(summary.clone()));
        summary
    }

    /// The general summary of a method, if it is there and need not be read.
    pub(crate) fn summary_made(&self, method: u32) -> Option<Arc<Summary>> {
        match self.stage(method) {
            Stage::Done(summary) => Some(summary),
            _ => None,
        }
    }

    /// The summary of a key, if it is there and need not be read.
    fn there(&self, key: &Key) -> Option<Arc<Summary>> {
        if key.facts.is_empty() { self.summary_made(key.method) } else { self.specials().get(key).cloned() }
    }

    /// What the run of a key found, and what it used.
    pub(crate) fn told(&self, key: &Key) -> Option<Told> {
        match self.there(key) {
            Some(summary) => Some(Told { findings: summary.findings.clone(), uses: summary.uses.clone() }),
            None => self.noting_loss(self.kept_findings(key)),
        }
    }

    /// The ways that the summary of a key knows.
    pub(crate) fn ways(&self, key: &Key) -> Option<Arc<Traces>> {
        let made = self.there(key).map(|summary| summary.traces.clone());
        made.or_else(|| self.noting_loss(self.kept_traces(key)))
    }

    /// What was read of what holds; notes if that could not be.
    pub(crate) fn noting_loss<T>(&self, read: Option<T>) -> Option<T> {
        if read.is_none() {
            self.unreadable.store(true, Ordering::Relaxed);
        }
        read
    }

    pub(crate) fn specialisations(&self) -> usize {
        self.specials().len()
    }

    /// Whether the rounds over a method's component ended before it was stable.
    pub(crate) fn is_unstable(&self, method: u32) -> bool {
        self.unstable.lock().unwrap_or_else(PoisonError::into_inner).contains(&method)
    }

    /// Whether so many calls may run a method that its texts and numbers are not told apart.
    pub(crate) fn is_common(&self, method: u32) -> bool {
        // It is among what a digest of its unit says.
        self.program.numbered(method);
        self.calls.callers[method as usize] as usize > self.options.max_specialisations
    }

    /// What a member holds for ever, found once.
    pub(crate) fn constant(&self, member: Idx, find: impl FnOnce() -> Option<Constant>) -> Option<Constant> {
        self.constants.get_or_find(member, find)
    }

    /// Types of an expression that is assigned to a variable, found once.
    pub(crate) fn assigned(&self, value: Idx, find: impl FnOnce() -> Vec<String>) -> Arc<[String]> {
        self.assigned.get_or_find(value, || find().into())
    }

    fn run(&self, method: u32, facts: &Facts, place: Standing) -> Summary {
        let interpret = || {
            let own = self.program.numbered(method);
            let body = self.bodies[method as usize].get_or_find(|| Body::new(self.program, own.node));
            let mut run = Run::new(self, own, facts, place);
            let exit = run.interpret(body);
            run.finish(exit)
        };
        if !self.notes {
            return interpret();
        }
        let (mut summary, noted) = reads_of::noted(interpret);
        summary.reads.add(noted, &self.lookups);
        summary
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
        if self.component_holds(component, place) {
            component.iter().for_each(|&method| self.set_stage(method, Stage::Kept));
            return Ok(());
        }
        if let [method] = component[..]
            && !callees(method).contains(&method)
        {
            if cancelled() {
                return Err(FlowError::Cancelled);
            }
            let summary = self.run(method, &Facts::default(), place);
            self.settle(method, &summary);
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
                self.note_unstable(method);
            }
            self.settle(method, &summary);
            self.set_stage(method, Stage::Done(summary));
        }
        Ok(())
    }
}

impl Drop for Context<'_> {
    /// Traces hold those that they lead through, as deep as calls go: they are let go one by one. By one thread: what several free of each other's
    /// the allocator does not give back while they sleep, 200 MB of Python's library.
    fn drop(&mut self) {
        let mut work: Vec<Arc<Traces>> = self.kept.take().into_iter().flat_map(Kept::into_traces).collect();
        let mut end = |summary: Arc<Summary>| work.extend(Arc::into_inner(summary).map(|s| s.traces));
        for stage in &mut self.general {
            match std::mem::take(stage.get_mut().unwrap_or_else(PoisonError::into_inner)) {
                Stage::Running(Some(summary)) | Stage::Done(summary) => end(summary),
                Stage::Waiting | Stage::Running(None) | Stage::Kept => {}
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
