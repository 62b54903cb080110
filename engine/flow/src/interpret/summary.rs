//! What a method does to its callers.

use std::sync::Arc;

use super::memory::{Demand, Need};
use super::{Run, SinkKey, Thing};
use crate::domain::{Label, Object, Origin, PathId, Paths, Root, Scalar, Selector, State, Value, ValueId};
use crate::models::Fault;
use crate::program::{Idx, Language};
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
    /// The same object as this parameter, which stands before it.
    Same(u32),
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
    /// Whether control may end in it other than by coming back.
    pub ended: bool,
    /// What is asked of the memory that the method is given.
    pub needs: Vec<Need>,
    /// Summaries that were applied.
    pub uses: Vec<Key>,
    /// Paths of which a constant, a type or a function would tell more.
    pub sensitive: Vec<PathId>,
    /// Texts that arguments were found to be, where a row asks for them.
    pub constants: Vec<(Idx, Arc<str>)>,
    pub cuts: Vec<CutReason>,
    /// Whether it, or something that it runs, was not looked at to the end.
    pub partial: bool,
    /// The work of the run and of the specialisations it asked for.
    pub cost: u64,
    /// How deep its specialisations go into each other; more than is allowed if that was too deep.
    pub height: usize,
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
        for need in &self.needs {
            lines.push((u64::MAX - 1, need.sink as u64, self.origin_code(need.label.origin)));
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
        let (root, steps) = run.paths.steps(path);
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
    let mut summary = Summary {
        returned: run.returns.then_some(returned),
        ended: run.ended,
        thrown,
        heap,
        pending,
        found,
        needs,
        uses,
        sensitive,
        constants: std::mem::take(&mut run.constants).into_iter().collect(),
        cuts,
        partial: run.partial || run.is_spent(),
        cost: run.work + run.asked,
        height: run.height,
        origins: std::mem::take(&mut run.origins),
        paths: std::mem::take(&mut run.paths),
        traces: std::mem::take(&mut run.traces),
        through: std::mem::take(&mut run.through),
        things: std::mem::take(&mut run.things),
        values: run.values.into_vec(),
    };
    compact(&mut summary);
    summary
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

/// Leaves out the values, objects and traces of a run that nothing in its summary leads to.
fn compact(summary: &mut Summary) {
    let mut values = vec![u32::MAX; summary.values.len()];
    let mut kept: Vec<Value> = Vec::new();
    let old = std::mem::take(&mut summary.values);
    let mut keep = |value: ValueId| -> ValueId {
        let place = &mut values[value as usize];
        if *place == u32::MAX {
            *place = kept.len() as u32;
            kept.push(old[value as usize].clone());
        }
        *place
    };
    keep(crate::domain::BOTTOM);
    summary.returned = summary.returned.map(&mut keep);
    summary.thrown = keep(summary.thrown);
    for (_, object) in &mut summary.heap {
        let object = Arc::make_mut(object);
        object.parts.shrink_to_fit();
        for (_, value) in &mut object.parts {
            *value = keep(*value);
        }
    }
    // A trace only leads to ones before it.
    let mut traces = vec![false; summary.traces.len()];
    if let Some(start) = traces.first_mut() {
        *start = true;
    }
    let labels = kept
        .iter()
        .flat_map(|v| &v.labels)
        .chain(summary.pending.iter().flat_map(|p| &p.labels))
        .chain(summary.needs.iter().map(|n| &n.label));
    for trace in labels.map(|l| l.trace).chain(summary.found.iter().map(|f| f.trace)) {
        traces[trace as usize] = true;
    }
    for place in (0..traces.len()).rev() {
        if traces[place]
            && let Trace::Step { before, .. } | Trace::Through { before, .. } = &summary.traces[place]
        {
            traces[*before as usize] = true;
        }
    }
    let mut number = vec![0u32; traces.len()];
    let mut through = vec![u32::MAX; summary.through.len()];
    let mut entered: Vec<Arc<Summary>> = Vec::new();
    let mut steps: Vec<Trace> = Vec::new();
    for (place, mut trace) in std::mem::take(&mut summary.traces).into_iter().enumerate() {
        if !traces[place] {
            continue;
        }
        number[place] = steps.len() as u32;
        match &mut trace {
            Trace::Start => {}
            Trace::Step { before, .. } => *before = number[*before as usize],
            Trace::Through { before, summary: inner, .. } => {
                *before = number[*before as usize];
                let place = &mut through[*inner as usize];
                if *place == u32::MAX {
                    *place = entered.len() as u32;
                    entered.push(summary.through[*inner as usize].clone());
                }
                *inner = *place;
            }
        }
        steps.push(trace);
    }
    // Objects that nothing leads to have no number any more; the others keep their order.
    let mut used = vec![false; summary.things.len()];
    if let Some(globals) = used.first_mut() {
        *globals = true;
    }
    for &object in kept.iter().flat_map(|v| &v.objects).chain(summary.heap.iter().map(|h| &h.0)) {
        used[object as usize] = true;
        if let Thing::Inside { base, .. } = summary.things[object as usize] {
            used[base as usize] = true;
        }
    }
    let mut objects = vec![0u32; used.len()];
    let mut things = Vec::new();
    for (place, mut thing) in std::mem::take(&mut summary.things).into_iter().enumerate() {
        if used[place] {
            // What a pointer leads into is there before the pointer.
            if let Thing::Inside { base, .. } = &mut thing {
                *base = objects[*base as usize];
            }
            objects[place] = things.len() as u32;
            things.push(thing);
        }
    }
    for object in kept.iter_mut().flat_map(|v| &mut v.objects) {
        *object = objects[*object as usize];
    }
    for (object, _) in &mut summary.heap {
        *object = objects[*object as usize];
    }
    // Of origins and paths the same; a path only leads to ones before it.
    let mut named = vec![false; summary.origins.len()];
    let labels = kept
        .iter()
        .flat_map(|v| &v.labels)
        .chain(summary.pending.iter().flat_map(|p| &p.labels))
        .chain(summary.needs.iter().map(|n| &n.label));
    for label in labels {
        named[label.origin as usize] = true;
    }
    let given = things.iter().filter_map(|t| if let Thing::Input(path) = t { Some(*path) } else { None });
    let origin = summary.origins.iter().zip(&named).filter_map(|(origin, named)| match origin {
        Origin::Input(path, _) if *named => Some(*path),
        _ => None,
    });
    let paths = summary.paths.keep_used(given.chain(origin).chain(summary.sensitive.iter().copied()));
    for path in &mut summary.sensitive {
        *path = paths[*path as usize];
    }
    for thing in &mut things {
        if let Thing::Input(path) = thing {
            *path = paths[*path as usize];
        }
    }
    let mut origins = vec![0u32; named.len()];
    let mut left = Vec::new();
    for (place, mut origin) in std::mem::take(&mut summary.origins).into_iter().enumerate() {
        if named[place] {
            if let Origin::Input(path, _) = &mut origin {
                *path = paths[*path as usize];
            }
            origins[place] = left.len() as u32;
            left.push(origin);
        }
    }
    let labels = kept
        .iter_mut()
        .flat_map(|v| &mut v.labels)
        .chain(summary.pending.iter_mut().flat_map(|p| &mut p.labels))
        .chain(summary.needs.iter_mut().map(|n| &mut n.label));
    for label in labels {
        label.trace = number[label.trace as usize];
        label.origin = origins[label.origin as usize];
    }
    for found in &mut summary.found {
        found.trace = number[found.trace as usize];
    }
    steps.shrink_to_fit();
    kept.shrink_to_fit();
    summary.traces = steps;
    summary.through = entered;
    summary.values = kept;
    things.shrink_to_fit();
    summary.things = things;
    left.shrink_to_fit();
    summary.origins = left;
    summary.uses.shrink_to_fit();
}
