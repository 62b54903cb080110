//! What a method does to its callers.

use std::sync::Arc;

use super::memory::{Demand, Need};
use super::trace::Traces;
use super::{Run, SinkKey, Thing};
use crate::CutReason;
use crate::domain::{Label, Object, Origin, PathId, Route, Scalar, Shape, State, ValueId};
use crate::models::Fault;
use crate::program::{Idx, Language};
use crate::schedule::{Key, Reads};

/// Something known of what a method is given.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Fact {
    Constant(Scalar),
    /// An object of exactly this type.
    Type(Idx),
    /// This function.
    Function(Idx),
    /// The same object as this parameter, which stands before it.
    Same(u32),
}

/// What is known when a method is entered, by path. Empty for its general summary.
pub(crate) type Facts = Arc<[(Arc<Route>, Fact)]>;

/// A flow that is complete: from a source to a sink.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub key: SinkKey,
    pub source: Idx,
    pub kind: u32,
    pub trace: u32,
}

/// A value of a summary, by what is behind each other for all of its values.
#[derive(Clone, Copy, Default)]
pub(crate) struct Held {
    pub scalar: u32,
    /// Where its labels and objects end; they begin where those of the value before end.
    pub labels: u32,
    pub objects: u32,
}

/// A label of a summary.
pub(crate) struct Mark {
    pub origin: u32,
    pub trace: u32,
    /// The weaknesses for which it is harmless, among those sets of them that the summary has.
    pub clean: u32,
}

/// A sink that something the method is given may reach.
pub(crate) struct Pending {
    pub key: SinkKey,
    /// Where its labels end: they stand behind those of the values.
    pub labels: u32,
}

/// What an object holds at the end.
pub(crate) struct Effect {
    pub object: u32,
    pub shape: Arc<Shape>,
}

/// What a run found for whoever asks the questions.
#[derive(Clone, Default)]
pub(crate) struct Findings {
    pub found: Box<[Found]>,
    /// Texts that arguments were found to be, where a row asks for them.
    pub constants: Box<[(Idx, Arc<str>)]>,
    pub cuts: Box<[CutReason]>,
}

/// What a method does to its callers, and what it found. Whatever there are many of is in few allocations, as every method has one.
#[derive(Default)]
pub(crate) struct Summary {
    pub(crate) values: Box<[Held]>,
    pub(crate) scalars: Box<[Scalar]>,
    pub(crate) labels: Box<[Mark]>,
    pub(crate) cleans: Box<[u64]>,
    pub(crate) objects: Box<[u32]>,
    pub things: Box<[Thing]>,
    pub origins: Box<[Origin]>,
    pub routes: Box<[Arc<Route>]>,
    pub traces: Arc<Traces>,
    /// None if the method never comes back.
    pub returned: Option<ValueId>,
    pub thrown: ValueId,
    pub(crate) effects: Box<[Effect]>,
    /// What they hold, in the order of their shapes.
    pub(crate) parts: Box<[ValueId]>,
    pub(crate) pending: Box<[Pending]>,
    /// What answers are made from.
    pub findings: Findings,
    /// Whether control may end in it other than by coming back.
    pub ended: bool,
    /// What is asked of the memory that the method is given.
    pub needs: Box<[Need]>,
    /// Summaries that were applied.
    pub uses: Box<[Key]>,
    /// Paths of which a constant, a type or a function would tell more.
    pub sensitive: Box<[PathId]>,
    /// Whether it, or something that it runs, was not looked at to the end.
    pub partial: bool,
    /// The work of the run and of the specialisations it asked for.
    pub cost: u64,
    /// How deep its specialisations go into each other; more than is allowed if that was too deep.
    pub height: usize,
    /// What it was made from.
    pub reads: Reads,
}

impl Summary {
    fn before(&self, value: ValueId) -> Held {
        value.checked_sub(1).map_or(Held::default(), |before| self.values[before as usize])
    }

    pub(crate) fn scalar(&self, value: ValueId) -> &Scalar {
        &self.scalars[self.values[value as usize].scalar as usize]
    }

    pub(crate) fn labels(&self, value: ValueId) -> impl ExactSizeIterator<Item = Label> + Clone {
        self.marked(self.before(value).labels, self.values[value as usize].labels)
    }

    fn marked(&self, start: u32, end: u32) -> impl ExactSizeIterator<Item = Label> + Clone {
        let label = |mark: &Mark| Label {
            origin: mark.origin,
            clean: self.cleans[mark.clean as usize],
            trace: mark.trace,
        };
        self.labels[start as usize..end as usize].iter().map(label)
    }

    pub(crate) fn objects(&self, value: ValueId) -> &[u32] {
        &self.objects[self.before(value).objects as usize..self.values[value as usize].objects as usize]
    }

    /// What objects hold at the end: those that were there before and changed, and new ones that can be reached.
    pub(crate) fn heap(&self) -> impl Iterator<Item = (u32, &Shape, &[ValueId])> {
        let mut rest = &self.parts[..];
        self.effects.iter().map(move |effect| {
            let (own, others) = rest.split_at(effect.shape.selectors.len());
            rest = others;
            (effect.object, &*effect.shape, own)
        })
    }

    /// Sinks that something the method is given may reach, and by what.
    pub(crate) fn pending(&self) -> impl Iterator<Item = (SinkKey, impl Iterator<Item = Label>)> {
        let mut start = self.values.last().map_or(0, |last| last.labels);
        self.pending.iter().map(move |pending| {
            let labels = self.marked(start, pending.labels);
            start = pending.labels;
            (pending.key, labels)
        })
    }

    /// Whether two summaries say the same, traces apart.
    pub(crate) fn same(&self, other: &Summary) -> bool {
        self.returned.is_some() == other.returned.is_some() && self.outline() == other.outline()
    }

    /// What it says, in terms that do not depend on the numbering of a run.
    fn outline(&self) -> Vec<(u64, u64, u64)> {
        let mut lines: Vec<(u64, u64, u64)> = Vec::new();
        let show = |value: ValueId| {
            let mut sum = self.objects(value).len() as u64;
            for label in self.labels(value) {
                sum = sum
                    .wrapping_mul(31)
                    .wrapping_add(self.origin_code(label.origin))
                    .wrapping_add(label.clean << 1);
            }
            let mut hasher = rustc_hash::FxHasher::default();
            std::hash::Hash::hash(self.scalar(value), &mut hasher);
            sum.wrapping_mul(31).wrapping_add(std::hash::Hasher::finish(&hasher))
        };
        lines.push((0, self.returned.map_or(0, show), show(self.thrown)));
        for (object, _, parts) in self.heap() {
            for (place, value) in parts.iter().enumerate() {
                lines.push((1 + object as u64, place as u64, show(*value)));
            }
        }
        for need in &self.needs {
            lines.push((u64::MAX - 1, need.sink as u64, self.origin_code(need.label.origin)));
        }
        for (key, labels) in self.pending() {
            let mut codes: Vec<u64> = labels.map(|l| self.origin_code(l.origin)).collect();
            codes.sort_unstable();
            for code in codes {
                lines.push((u64::MAX, (key.0 as u64) << 8 | key.2 as u64, code));
            }
        }
        lines
    }

    fn origin_code(&self, origin: u32) -> u64 {
        let mut hasher = rustc_hash::FxHasher::default();
        match self.origins[origin as usize] {
            Origin::Source(node, kind) => std::hash::Hash::hash(&(0, node, kind), &mut hasher),
            Origin::Input(path, deep) => {
                std::hash::Hash::hash(&(1, deep, &self.routes[path as usize]), &mut hasher)
            }
        }
        std::hash::Hasher::finish(&hasher)
    }
}

/// Paths by which callers may specialise; of more, the nearest.
const SENSITIVE: usize = 24;

/// Makes the summary of a run whose last state is given.
pub(super) fn summarise(mut run: Run<'_>, exit: Option<State>) -> Summary {
    let mut pending = run.pendings();
    let limit = run.context.options.max_sinks;
    if pending.len() > limit {
        pending.truncate(limit);
        run.cut(CutReason::Sinks);
    }
    let mut heap = Vec::new();
    let (mut returned, mut thrown) = (run.returned, 0);
    if let Some(exit) = exit {
        thrown = exit.thrown;
        heap = effects(&mut run, &exit, &mut returned, &mut thrown);
        let kept: Vec<u32> = heap.iter().map(|h| h.0).collect();
        if run.returns {
            run.tell_leaks(&exit, &kept);
        }
    }
    let mut found: Vec<Found> = std::mem::take(&mut run.found)
        .into_iter()
        .map(|((key, source, kind), (label, _))| Found { key, source, kind, trace: label.trace })
        .collect();
    found.sort_by_key(|f| (f.key, f.source, f.kind));
    let overflow = run.context.models.fault(Fault::BufferOverflow);
    let doubtful = std::mem::take(&mut run.doubtful);
    found.retain(|f| Some(f.key.2) != overflow || !doubtful.contains(&f.key.0));
    let mut needs: Vec<Need> = std::mem::take(&mut run.needs).into_values().collect();
    needs.retain(|n| !matches!(n.demand, Demand::Access(_)) || !doubtful.contains(&n.sink));
    needs.sort_by_key(|n| (n.sink, n.argument, n.demand, n.label.origin));
    let mut sensitive: Vec<PathId> = std::mem::take(&mut run.sensitive).into_iter().collect();
    // In the order of what they say: numbers follow from the turns of the run.
    sensitive.sort_by_cached_key(|&path| {
        let (root, steps) = run.paths.way(path);
        (steps.len(), root, steps)
    });
    if sensitive.len() > SENSITIVE {
        sensitive.truncate(SENSITIVE);
        run.cut(CutReason::Specialisations);
    }
    let mut uses: Vec<Key> = std::mem::take(&mut run.uses).into_iter().collect();
    uses.sort();
    if run.values.crowded {
        run.cut(CutReason::Objects);
    }
    let mut cuts = std::mem::take(&mut run.cuts);
    cuts.sort();
    let mut constants: Vec<(Idx, Arc<str>)> = std::mem::take(&mut run.constants).into_iter().collect();
    constants.sort();
    let mut methods: Vec<(u32, bool)> = std::mem::take(&mut run.seen).into_iter().collect();
    methods.sort_unstable();
    let summary = Summary {
        returned: run.returns.then_some(returned),
        ended: run.ended,
        thrown,
        findings: Findings { found: found.into(), constants: constants.into(), cuts: cuts.into() },
        needs: needs.into(),
        uses: uses.into(),
        sensitive: sensitive.into(),
        partial: run.partial || run.is_spent(),
        cost: run.work + run.asked,
        height: run.height,
        reads: Reads { methods: methods.into(), ..Reads::default() },
        ..Summary::default()
    };
    run.pack(summary, heap, pending)
}

/// What objects hold at the end that callers may see.
fn effects(
    run: &mut Run<'_>,
    exit: &State,
    returned: &mut ValueId,
    thrown: &mut ValueId,
) -> Vec<(u32, Arc<Object>)> {
    run.state = exit.clone();
    let mut heap: Vec<(u32, Arc<Object>)> = Vec::new();
    // First what was there before: parameters, what is below them, variables that outlive the method.
    for number in 0..run.things.len() as u32 {
        if !matches!(run.things[number as usize], Thing::Input(_) | Thing::Variable(_)) {
            continue;
        }
        // A variable of the frame is gone with it, where no closure keeps it.
        if let Thing::Variable(variable) = run.things[number as usize]
            && matches!(run.method.language, Language::C | Language::Cpp)
            && run.program.method_around(variable) == run.method.node
            && run.program.kind(variable) != stoa_model::NodeKind::Member
        {
            continue;
        }
        let Some(content) = exit.object(number).cloned() else { continue };
        let mut kept = (*content).clone();
        let parts = std::mem::take(&mut kept.parts);
        for (selector, value) in parts {
            if run.missing(number, &selector) != value {
                kept.parts.push((selector, value));
            }
        }
        if !kept.parts.is_empty() || kept.moved {
            heap.push((number, Arc::new(kept)));
        }
    }
    // New objects count if something outside may lead to them; so many, the nearest first.
    let limit = run.context.options.max_objects / 4;
    let mut reached = vec![false; run.things.len()];
    let mut next: std::collections::VecDeque<ValueId> = [*returned, *thrown].into();
    next.extend(heap.iter().flat_map(|(_, o)| o.parts.iter().map(|p| p.1)));
    let mut seen: rustc_hash::FxHashSet<ValueId> = rustc_hash::FxHashSet::default();
    let mut count = 0;
    while let Some(value) = next.pop_front() {
        if !seen.insert(value) {
            continue;
        }
        for &object in &run.values.get(value).objects {
            let object = match run.things[object as usize] {
                Thing::Inside { base, .. } => base,
                _ => object,
            };
            if !matches!(run.things[object as usize], Thing::Made { .. } | Thing::Typed { .. })
                || reached[object as usize]
            {
                continue;
            }
            count += 1;
            if count > limit {
                continue;
            }
            reached[object as usize] = true;
            if let Some(content) = exit.object(object) {
                next.extend(content.parts.iter().map(|p| p.1));
                heap.push((object, content.clone()));
            }
        }
    }
    if count > limit {
        // What is further away is taken to be what it is reached from.
        run.cut(CutReason::Objects);
        let near = |run: &mut Run<'_>, value: ValueId| {
            let root = |o: u32| match run.things[o as usize] {
                Thing::Inside { base, .. } => base,
                _ => o,
            };
            let far = |o: &u32| {
                let o = root(*o);
                matches!(run.things[o as usize], Thing::Made { .. } | Thing::Typed { .. })
                    && !reached[o as usize]
            };
            if !run.values.get(value).objects.iter().any(far) {
                return value;
            }
            let mut known = run.values.get(value).clone();
            known.objects.retain(|o| {
                let o = match run.things[*o as usize] {
                    Thing::Inside { base, .. } => base,
                    _ => *o,
                };
                reached.get(o as usize).copied().unwrap_or(true)
                    || !matches!(run.things[o as usize], Thing::Made { .. } | Thing::Typed { .. })
            });
            known.scalar = Scalar::Top;
            let labels = run.deep(value);
            known.add_labels(&labels);
            run.values.intern(known)
        };
        *returned = near(run, *returned);
        *thrown = near(run, *thrown);
        for (_, object) in &mut heap {
            let object = Arc::make_mut(object);
            for (_, value) in &mut object.parts {
                *value = near(run, *value);
            }
        }
    }
    heap.sort_by_key(|h| h.0);
    heap
}
