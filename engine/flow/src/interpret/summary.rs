//! What a method does to its callers.

use std::sync::Arc;

use super::{GLOBALS, Run, SinkKey, Thing};
use crate::domain::{Label, Object, Origin, Paths, Root, Scalar, Selector, State, Value, ValueId};
use crate::program::Idx;
use crate::schedule::Key;
use crate::{CutReason, Role};

/// Something known of what a method is given.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Fact {
    Constant(Scalar),
    /// An object of exactly this type.
    Type(Idx),
    /// This function.
    Function(Idx),
}

/// What is known when a method is entered, by path. Empty for its general summary.
pub(crate) type Facts = Vec<(Root, Vec<Selector>, Fact)>;

/// How a label got where it is: a list that grows at its end, shared between labels.
#[derive(Clone, Debug)]
pub(crate) enum Trace {
    Start,
    Step {
        before: u32,
        node: Idx,
        role: Role,
    },
    /// Through a callee: what came before in the caller, the call, and the trace inside of the callee's summary.
    Through {
        before: u32,
        call: Idx,
        summary: u32,
        inner: u32,
        confidence: f32,
    },
}

/// A sink that something the method is given may reach.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub key: SinkKey,
    pub labels: Vec<Label>,
}

/// A flow that is complete: from a source to a sink.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub key: SinkKey,
    pub source: Idx,
    pub kind: u32,
    pub trace: u32,
}

/// What a method does to its callers, and what it found.
#[derive(Default)]
pub(crate) struct Summary {
    pub values: Vec<Value>,
    pub things: Vec<Thing>,
    pub origins: Vec<Origin>,
    pub paths: Paths,
    pub traces: Vec<Trace>,
    pub through: Vec<Arc<Summary>>,
    /// None if the method never comes back.
    pub returned: Option<ValueId>,
    pub thrown: ValueId,
    /// What objects hold at the end: those that were there before and changed, and new ones that can be reached.
    pub heap: Vec<(u32, Arc<Object>)>,
    pub pending: Vec<Pending>,
    pub found: Vec<Found>,
    /// Summaries that were applied.
    pub uses: Vec<Key>,
    /// Paths of which a constant, a type or a function would tell more.
    pub sensitive: Vec<(Root, Vec<Selector>)>,
    pub cuts: Vec<CutReason>,
}

impl Summary {
    /// Whether two summaries say the same, traces apart.
    pub(crate) fn same(&self, other: &Summary) -> bool {
        self.returned.is_some() == other.returned.is_some() && self.outline() == other.outline()
    }

    /// What it says, in terms that do not depend on the numbering of a run.
    fn outline(&self) -> Vec<(u64, u64, u64)> {
        let mut lines: Vec<(u64, u64, u64)> = Vec::new();
        let show = |value: ValueId| {
            let value = &self.values[value as usize];
            let mut sum = value.objects.len() as u64;
            for label in &value.labels {
                sum = sum
                    .wrapping_mul(31)
                    .wrapping_add(self.origin_code(label.origin))
                    .wrapping_add(label.clean << 1);
            }
            let mut hasher = rustc_hash::FxHasher::default();
            std::hash::Hash::hash(&value.scalar, &mut hasher);
            sum.wrapping_mul(31).wrapping_add(std::hash::Hasher::finish(&hasher))
        };
        lines.push((0, self.returned.map_or(0, show), show(self.thrown)));
        for (object, content) in &self.heap {
            for (place, (_, value)) in content.parts.iter().enumerate() {
                lines.push((1 + *object as u64, place as u64, show(*value)));
            }
        }
        for pending in &self.pending {
            let mut codes: Vec<u64> = pending.labels.iter().map(|l| self.origin_code(l.origin)).collect();
            codes.sort_unstable();
            for code in codes {
                lines.push((u64::MAX, (pending.key.0 as u64) << 8 | pending.key.2 as u64, code));
            }
        }
        lines
    }

    fn origin_code(&self, origin: u32) -> u64 {
        let mut hasher = rustc_hash::FxHasher::default();
        match self.origins[origin as usize] {
            Origin::Source(node, kind) => std::hash::Hash::hash(&(0, node, kind), &mut hasher),
            Origin::Input(path, deep) => {
                std::hash::Hash::hash(&(1, deep, self.paths.steps(path)), &mut hasher)
            }
        }
        std::hash::Hasher::finish(&hasher)
    }
}

/// Makes the summary of a run whose last state is given.
pub(super) fn summarise(mut run: Run<'_>, exit: Option<State>) -> Summary {
    let pending = run.pendings();
    let mut found: Vec<Found> = std::mem::take(&mut run.found)
        .into_iter()
        .map(|((key, source, kind), (label, _))| Found { key, source, kind, trace: label.trace })
        .collect();
    found.sort_by_key(|f| (f.key, f.source, f.kind));
    let mut heap = Vec::new();
    let thrown = exit.as_ref().map_or(0, |e| e.thrown);
    if let Some(exit) = exit {
        // New objects count if something outside may lead to them.
        let mut reached = vec![false; run.things.len()];
        let mut work: Vec<ValueId> = vec![run.returned, exit.thrown];
        let mut objects: Vec<u32> = Vec::new();
        for (number, thing) in run.things.iter().enumerate() {
            if number as u32 == GLOBALS || matches!(thing, Thing::Input(_)) {
                reached[number] = true;
                objects.push(number as u32);
            }
        }
        loop {
            while let Some(object) = objects.pop() {
                if let Some(content) = exit.object(object) {
                    work.extend(content.parts.iter().map(|p| p.1));
                }
            }
            let Some(value) = work.pop() else { break };
            for &object in &run.values.get(value).objects {
                if !std::mem::replace(&mut reached[object as usize], true) {
                    objects.push(object);
                }
            }
        }
        for (number, reached) in reached.into_iter().enumerate() {
            if !reached {
                continue;
            }
            let Some(content) = exit.object(number as u32) else { continue };
            let mut content = content.clone();
            if number as u32 == GLOBALS || matches!(run.things[number], Thing::Input(_)) {
                let mut kept = (*content).clone();
                let parts = std::mem::take(&mut kept.parts);
                for (selector, value) in parts {
                    // A variable of the frame that a closure shared is no one else's business unless a closure is left.
                    if run.missing(number as u32, &selector) != value {
                        kept.parts.push((selector, value));
                    }
                }
                if kept.parts.is_empty() && !kept.moved {
                    continue;
                }
                content = Arc::new(kept);
            }
            heap.push((number as u32, content));
        }
    }
    let sensitive = std::mem::take(&mut run.sensitive);
    let mut sensitive: Vec<(Root, Vec<Selector>)> =
        sensitive.into_iter().map(|p| run.paths.steps(p)).collect();
    sensitive.sort();
    let mut uses = std::mem::take(&mut run.uses);
    uses.sort();
    uses.dedup();
    Summary {
        returned: run.returns.then_some(run.returned),
        thrown,
        heap,
        pending,
        found,
        uses,
        sensitive,
        cuts: std::mem::take(&mut run.cuts),
        origins: std::mem::take(&mut run.origins),
        paths: std::mem::take(&mut run.paths),
        traces: std::mem::take(&mut run.traces),
        through: std::mem::take(&mut run.through),
        things: std::mem::take(&mut run.things),
        values: run.values.into_vec(),
    }
}
