//! Which methods are interpreted when, and what is kept of them.
//!
//! The graph of calls falls into strongly connected components; a component comes after those that it calls. Components of one level
//! do not call each other and run side by side. A component of several methods is interpreted round by round until nothing changes.
//! Specialisations are made when a caller asks for them, of methods whose general summary is final, and kept for others who ask the same: what
//! is in one follows from its key alone, so it does not matter who comes first.

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use stoa_model::{EdgeLabel, NodeKind, Symbol};

use crate::interpret::Run;
use crate::interpret::body::Body;
use crate::interpret::summary::{Facts, Summary};
use crate::models::{Base, Models, Role};
use crate::program::{Idx, Method, NONE, Program};
use crate::{CutReason, FlowError, Options};

/// A summary: of a method, with what is known when it is entered.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Key {
    pub method: u32,
    pub facts: Facts,
}

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

/// Nodes that the caller of the analysis named.
#[derive(Default)]
pub(crate) struct Endpoints {
    pub sources: FxHashMap<Idx, u32>,
    pub sinks: FxHashMap<Idx, Vec<u32>>,
    pub sanitizers: FxHashMap<Idx, u64>,
}

impl Endpoints {
    pub(crate) fn is_empty(&self) -> bool {
        self.sources.is_empty() && self.sinks.is_empty() && self.sanitizers.is_empty()
    }
}

/// What all runs share.
pub(crate) struct Context<'a> {
    pub program: &'a Program,
    pub models: &'a Models,
    pub options: &'a Options,
    pub endpoints: Endpoints,
    bodies: Vec<OnceLock<Body>>,
    general: Vec<RwLock<Stage>>,
    special: Mutex<FxHashMap<Key, Arc<Summary>>>,
}

impl<'a> Context<'a> {
    pub(crate) fn new(
        program: &'a Program,
        models: &'a Models,
        options: &'a Options,
        endpoints: Endpoints,
    ) -> Context<'a> {
        let count = program.methods.len();
        Context {
            program,
            models,
            options,
            endpoints,
            bodies: (0..count).map(|_| OnceLock::new()).collect(),
            general: (0..count).map(|_| RwLock::default()).collect(),
            special: Mutex::default(),
        }
    }

    fn stage(&self, method: u32) -> Stage {
        self.general[method as usize].read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_stage(&self, method: u32, stage: Stage) {
        *self.general[method as usize].write().unwrap_or_else(PoisonError::into_inner) = stage;
    }

    /// What is known of a method without knowing its caller.
    pub(crate) fn known(&self, method: u32) -> Known {
        match self.stage(method) {
            Stage::Waiting => Known::Nothing,
            Stage::Running(None) => Known::Running,
            Stage::Running(Some(summary)) => Known::Summary(summary, false),
            Stage::Done(summary) => Known::Summary(summary, true),
        }
    }

    /// The summary of a method with some facts.
    pub(crate) fn special(&self, key: &Key, depth: usize) -> Arc<Summary> {
        let lock = || self.special.lock().unwrap_or_else(PoisonError::into_inner);
        let deep = depth > 1;
        if let Some(known) = lock().get(key) {
            return known.clone();
        }
        let summary = Arc::new(self.run(key.method, &key.facts, depth));
        // One that was cut for its depth would say more if it were asked for from higher up.
        if deep && summary.cuts.contains(&CutReason::Specialisations) {
            return summary;
        }
        lock().entry(key.clone()).or_insert(summary).clone()
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

    fn run(&self, method: u32, facts: &Facts, depth: usize) -> Summary {
        let own = &self.program.methods[method as usize];
        let body = self.bodies[method as usize].get_or_init(|| Body::new(self.program, own.node));
        let mut run = Run::new(self, own, facts, depth);
        let exit = run.interpret(body);
        run.finish(exit)
    }

    /// What a framework puts into the parameters of a method, by entry rows: places and kinds.
    pub(crate) fn entry_rows(&self, method: &Method) -> Vec<(Base, u32)> {
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
                    let place = Base::Argument((parameter.index - 1).max(0) as usize);
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

    fn annotated(&self, language: crate::program::Language, annotation: Idx) -> Vec<(Base, u32)> {
        let program = self.program;
        let name = format!("@{}", program.name(annotation));
        let full = program.str(program.node(annotation).full_name);
        self.models
            .named(language, &name)
            .filter(|r| {
                r.role == Role::Entry
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
    pub(crate) fn interpret_all(&self, cancelled: &(dyn Fn() -> bool + Sync)) -> Result<Vec<u32>, FlowError> {
        let calls = self.call_graph();
        let (components, roots) = components(&calls);
        let mut level_of = vec![0usize; components.len()];
        let mut component_of = vec![0usize; calls.len()];
        for (number, component) in components.iter().enumerate() {
            for &method in component {
                component_of[method as usize] = number;
            }
        }
        // Components come out callees first.
        for (number, component) in components.iter().enumerate() {
            for &method in component {
                for &callee in &calls[method as usize] {
                    let other = component_of[callee as usize];
                    if other != number {
                        level_of[number] = level_of[number].max(level_of[other] + 1);
                    }
                }
            }
        }
        let mut levels: Vec<Vec<usize>> = vec![Vec::new(); level_of.iter().max().map_or(0, |l| l + 1)];
        for (number, &level) in level_of.iter().enumerate() {
            levels[level].push(number);
        }
        for level in levels {
            level.par_iter().try_for_each(|&number| {
                if cancelled() {
                    return Err(FlowError::Cancelled);
                }
                let component = &components[number];
                let recursive =
                    component.len() > 1 || component.iter().any(|&m| calls[m as usize].contains(&m));
                self.interpret_component(component, recursive);
                Ok(())
            })?;
        }
        Ok(roots)
    }

    fn interpret_component(&self, component: &[u32], recursive: bool) {
        if let ([method], false) = (component, recursive) {
            let summary = self.run(*method, &Facts::new(), 0);
            self.set_stage(*method, Stage::Done(Arc::new(summary)));
            return;
        }
        for &method in component {
            self.set_stage(method, Stage::Running(None));
        }
        let mut stable = false;
        for _ in 0..self.options.max_rounds {
            stable = true;
            for &method in component {
                let summary = self.run(method, &Facts::new(), 0);
                let same = match self.stage(method) {
                    Stage::Running(Some(before)) => before.same(&summary),
                    _ => false,
                };
                stable &= same;
                self.set_stage(method, Stage::Running(Some(Arc::new(summary))));
            }
            if stable {
                break;
            }
        }
        for &method in component {
            if let Stage::Running(Some(summary)) = self.stage(method) {
                let summary = if stable {
                    summary
                } else {
                    let mut again = self.run(method, &Facts::new(), 0);
                    again.cuts.push(CutReason::Rounds);
                    Arc::new(again)
                };
                self.set_stage(method, Stage::Done(summary));
            }
        }
    }

    /// For each method those that it may call, or mentions as values.
    fn call_graph(&self) -> Vec<Vec<u32>> {
        let program = self.program;
        let mut calls: Vec<Vec<u32>> = vec![Vec::new(); program.methods.len()];
        for place in 0..program.nodes.len() as Idx {
            let node = program.node(place);
            let Some(&caller) = program.method_of.get(&node.method) else { continue };
            let mut add = |target: Idx| {
                if let Some(&callee) = program.method_of.get(&target) {
                    calls[caller as usize].push(callee);
                }
            };
            match node.kind {
                NodeKind::Call => {
                    for call in program.calls.of(place) {
                        if call.confidence > 0.0 || call.label == Some(EdgeLabel::Callback) {
                            add(call.method);
                        }
                    }
                }
                NodeKind::MethodRef => {
                    program.children.of(place).iter().for_each(|&c| add(c));
                    program.calls.of(place).iter().for_each(|c| add(c.method));
                    if node.target != NONE {
                        add(node.target);
                    }
                }
                NodeKind::Identifier
                    if node.target != NONE && program.kind(node.target) == NodeKind::Method =>
                {
                    add(node.target)
                }
                // What an object made here may run by dispatch.
                NodeKind::TypeDecl => {
                    for &member in program.children.of(place) {
                        if program.kind(member) == NodeKind::Method {
                            add(member);
                        }
                    }
                }
                _ => {}
            }
        }
        // A constructor runs the initialiser blocks of its type.
        let block = program.text.find("<init-block>").unwrap_or(Symbol::NONE);
        for (number, method) in program.methods.iter().enumerate() {
            if method.owner != NONE && program.name(method.node) == "<init>" {
                for &found in program.members.get(&(method.owner, block)).into_iter().flatten() {
                    if let Some(&callee) = program.method_of.get(&found) {
                        calls[number].push(callee);
                    }
                }
            }
        }
        for each in &mut calls {
            each.sort_unstable();
            each.dedup();
        }
        calls
    }
}

/// Strongly connected components, callees before callers (Tarjan, 1972), and the methods of components that no other component calls.
fn components(calls: &[Vec<u32>]) -> (Vec<Vec<u32>>, Vec<u32>) {
    const NEW: u32 = u32::MAX;
    let count = calls.len();
    let (mut index, mut low, mut on) = (vec![NEW; count], vec![0u32; count], vec![false; count]);
    let (mut stack, mut found): (Vec<u32>, Vec<Vec<u32>>) = (Vec::new(), Vec::new());
    let mut next = 0u32;
    for start in 0..count as u32 {
        if index[start as usize] != NEW {
            continue;
        }
        let mut work = vec![(start, 0usize)];
        while let Some((node, place)) = work.last_mut() {
            let at = *node as usize;
            if *place == 0 {
                index[at] = next;
                low[at] = next;
                next += 1;
                stack.push(*node);
                on[at] = true;
            }
            if let Some(&to) = calls[at].get(*place) {
                *place += 1;
                if index[to as usize] == NEW {
                    work.push((to, 0));
                } else if on[to as usize] {
                    low[at] = low[at].min(index[to as usize]);
                }
                continue;
            }
            if low[at] == index[at] {
                let mut component = Vec::new();
                while let Some(member) = stack.pop() {
                    on[member as usize] = false;
                    component.push(member);
                    if member as usize == at {
                        break;
                    }
                }
                component.sort_unstable();
                found.push(component);
            }
            work.pop();
            if let Some((above, _)) = work.last() {
                low[*above as usize] = low[*above as usize].min(low[at]);
            }
        }
    }
    let mut component_of = vec![0usize; count];
    for (number, component) in found.iter().enumerate() {
        component.iter().for_each(|&m| component_of[m as usize] = number);
    }
    let mut called: FxHashSet<usize> = FxHashSet::default();
    for (caller, callees) in calls.iter().enumerate() {
        for &callee in callees {
            if component_of[callee as usize] != component_of[caller] {
                called.insert(component_of[callee as usize]);
            }
        }
    }
    let mut roots: Vec<u32> =
        (0..count as u32).filter(|&m| !called.contains(&component_of[m as usize])).collect();
    roots.sort_unstable();
    (found, roots)
}
