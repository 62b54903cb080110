//! Traces: how labels get where they are.
//!
//! A trace is a list that grows at its end, shared between labels. A run keeps them in its [`Trail`]; of a run that is over the [`Traces`]
//! are left that its summary leads to. They lead on into those of the summaries that were applied, and into nothing else of these.

use rustc_hash::FxHashMap;
use std::sync::Arc;

use crate::Role;
use crate::domain::ROOM;
use crate::program::Idx;

/// The trace that has no steps.
pub(crate) const START: u32 = 0;

/// The last step of a trace.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Trace {
    /// The trace without that step.
    pub before: u32,
    /// What the step is, by its number.
    pub by: u32,
    /// Of a call, the trace inside of the callee.
    pub inner: u32,
}

/// What a step of a trace is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Passage {
    Node {
        node: Idx,
        role: Role,
    },
    /// Through a callee, by its number.
    Call {
        call: Idx,
        callee: u32,
        confidence: f32,
    },
}

/// A call that traces lead through.
#[derive(Clone, Copy)]
pub(crate) struct Crossing {
    pub call: Idx,
    /// What the step is. It is as sure as when the callee was first applied there.
    by: u32,
}

/// The traces of a run.
pub(crate) struct Trail {
    traces: Vec<Trace>,
    numbers: FxHashMap<Trace, u32>,
    passages: Vec<Passage>,
    nodes: FxHashMap<(Idx, Role), u32>,
    calls: FxHashMap<(Idx, u32), u32>,
    callees: Vec<Arc<Traces>>,
}

impl Trail {
    pub(crate) fn new() -> Trail {
        Trail {
            traces: vec![Trace { before: START, by: u32::MAX, inner: START }],
            numbers: FxHashMap::with_capacity_and_hasher(ROOM, Default::default()),
            passages: Vec::new(),
            nodes: FxHashMap::default(),
            calls: FxHashMap::default(),
            callees: Vec::new(),
        }
    }

    /// A step behind a trace.
    pub(crate) fn step(&mut self, before: u32, node: Idx, role: Role) -> u32 {
        let last = self.passages.get(self.traces[before as usize].by as usize);
        if matches!(last, Some(Passage::Node { node: last, .. }) if *last == node) {
            return before;
        }
        let by = *self.nodes.entry((node, role)).or_insert_with(|| {
            self.passages.push(Passage::Node { node, role });
            self.passages.len() as u32 - 1
        });
        self.add(Trace { before, by, inner: START })
    }

    /// A call of what has left some traces.
    pub(crate) fn crossing(&mut self, call: Idx, callee: &Arc<Traces>, confidence: f32) -> Crossing {
        let callee = match self.callees.iter().position(|known| Arc::ptr_eq(known, callee)) {
            Some(known) => known as u32,
            None => {
                self.callees.push(callee.clone());
                self.callees.len() as u32 - 1
            }
        };
        let by = *self.calls.entry((call, callee)).or_insert_with(|| {
            self.passages.push(Passage::Call { call, callee, confidence });
            self.passages.len() as u32 - 1
        });
        Crossing { call, by }
    }

    /// The trace that goes on through a call.
    pub(crate) fn cross(&mut self, before: u32, crossing: Crossing, inner: u32) -> u32 {
        self.add(Trace { before, by: crossing.by, inner })
    }

    fn add(&mut self, trace: Trace) -> u32 {
        *self.numbers.entry(trace).or_insert_with(|| {
            self.traces.push(trace);
            self.traces.len() as u32 - 1
        })
    }

    /// Leaves the traces that are used, and what they begin with; and the new number of each. Those that are used come first, in the order
    /// of their use: their numbers tell others nothing of how long the ways are.
    pub(crate) fn keep_used(self, used: impl Iterator<Item = u32>) -> (Vec<u32>, Traces) {
        let mut numbers = Renumbered::new(self.traces.len());
        numbers.number(START);
        used.for_each(|trace| {
            numbers.number(trace);
        });
        let mut next = 0;
        while let Some(&trace) = numbers.kept.get(next) {
            numbers.number(self.traces[trace as usize].before);
            next += 1;
        }
        let (mut passages, mut callees) =
            (Renumbered::new(self.passages.len()), Renumbered::new(self.callees.len()));
        let traces = numbers.kept.iter().map(|&place| {
            let trace = self.traces[place as usize];
            let by = if trace.by == u32::MAX { trace.by } else { passages.number(trace.by) };
            Trace { before: numbers.numbers[trace.before as usize], by, ..trace }
        });
        let traces = traces.collect();
        let passages = passages.kept.iter().map(|&by| match self.passages[by as usize] {
            Passage::Call { call, callee, confidence } => {
                Passage::Call { call, callee: callees.number(callee), confidence }
            }
            node => node,
        });
        let passages = passages.collect();
        let callees = callees.kept.iter().map(|&callee| self.callees[callee as usize].clone()).collect();
        (numbers.numbers, Traces { traces, passages, callees })
    }
}

/// New numbers for those of some things that are asked for, in the order in which they are.
struct Renumbered {
    numbers: Vec<u32>,
    kept: Vec<u32>,
}

impl Renumbered {
    fn new(count: usize) -> Renumbered {
        Renumbered { numbers: vec![u32::MAX; count], kept: Vec::new() }
    }

    fn number(&mut self, old: u32) -> u32 {
        let place = &mut self.numbers[old as usize];
        if *place == u32::MAX {
            *place = self.kept.len() as u32;
            self.kept.push(old);
        }
        *place
    }
}

/// The traces that a summary leads to.
#[derive(Default)]
pub(crate) struct Traces {
    pub traces: Box<[Trace]>,
    pub passages: Box<[Passage]>,
    pub callees: Vec<Arc<Traces>>,
}

impl Traces {
    /// The last step of a trace, and what that is. None of the one that has no steps.
    pub(crate) fn last(&self, trace: u32) -> Option<(Trace, Passage)> {
        let trace = self.traces[trace as usize];
        self.passages.get(trace.by as usize).map(|passage| (trace, *passage))
    }
}
