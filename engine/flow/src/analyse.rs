//! From a program and models to an answer: summaries, then the flows of those that count, with their paths.
//!
//! A flow that is complete inside of a method is found in the method's summary. Whether it counts depends on how the method is reached: of
//! what has callers, only the summaries that some caller applied count, so that `f(false)` alone does not report what
//! `f(true)` would do.

use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

use crate::interpret::summary::{Summary, Trace};
use crate::program::NONE;
use crate::schedule::{Context, Endpoints, Key};
use crate::{Answer, Constant, Cut, CutReason, Flow, FlowError, Models, Options, Program, Role, Step};

/// The longest path that is listed; of a longer one the middle is left out.
const PATH: usize = 400;

/// Finds the flows of a program. `cancelled` is asked often; when it says true, the analysis ends with [`FlowError::Cancelled`].
pub fn analyse(
    program: &Program,
    models: &Models,
    options: &Options,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Answer, FlowError> {
    let mut models = models.clone();
    let endpoints = endpoints(program, &mut models, options)?;
    let context = Context::new(program, &models, options, endpoints);
    let roots = context.interpret_all(cancelled)?;
    let mut work: Vec<Key> = roots.iter().map(|&method| Key::general(method)).collect();
    for (number, method) in program.methods.iter().enumerate() {
        if !context.entry_rows(method).is_empty() {
            work.push(Key::general(number as u32));
        }
    }
    let mut seen: FxHashSet<Key> = work.iter().cloned().collect();
    let mut best: FxHashMap<(u32, u32, i16, u32), Flow> = FxHashMap::default();
    let mut cuts: FxHashSet<Cut> = FxHashSet::default();
    let mut constants: std::collections::BTreeSet<Constant> = Default::default();
    while let Some(key) = work.pop() {
        let Some(summary) = context.summary(&key) else { continue };
        let method = program.id(program.methods[key.method as usize].node);
        cuts.extend(summary.cuts.iter().map(|&reason| Cut { method, reason }));
        if key.facts.is_empty() && context.is_unstable(key.method) {
            cuts.insert(Cut { method, reason: CutReason::Rounds });
        }
        for (argument, text) in &summary.constants {
            let node = program.node(*argument);
            constants.insert(Constant {
                call: if node.parent == NONE { -1 } else { program.id(node.parent) },
                index: i32::from(node.argument),
                argument: program.id(*argument),
                value: text.to_string(),
            });
        }
        for found in &summary.found {
            let place = (found.source, found.key.0, found.key.1, found.key.2);
            let flow = render(program, &models, &summary, found);
            match best.entry(place) {
                std::collections::hash_map::Entry::Vacant(empty) => {
                    empty.insert(flow);
                }
                std::collections::hash_map::Entry::Occupied(mut known) => {
                    let shorter = (flow.path.len(), &flow.path) < (known.get().path.len(), &known.get().path);
                    if shorter {
                        known.insert(flow);
                    }
                }
            }
        }
        for used in &summary.uses {
            if seen.insert(used.clone()) {
                work.push(used.clone());
            }
        }
    }
    let mut flows: Vec<Flow> = best.into_values().collect();
    flows.sort_by(|a, b| {
        (a.sink, a.sink_argument, &a.kind, a.source).cmp(&(b.sink, b.sink_argument, &b.kind, b.source))
    });
    let mut cuts: Vec<Cut> = cuts.into_iter().collect();
    cuts.sort_unstable();
    Ok(Answer {
        flows,
        cuts,
        constants: constants.into_iter().collect(),
        methods: program.methods.len(),
        specialisations: context.specialisations(),
    })
}

fn endpoints(program: &Program, models: &mut Models, options: &Options) -> Result<Endpoints, FlowError> {
    let mut found = Endpoints::default();
    let too_many = || FlowError::Model {
        file: "options".to_owned(),
        line: 0,
        why: "more than 64 weaknesses".to_owned(),
    };
    for source in &options.sources {
        let node = program.places.find(source.node);
        if node != NONE {
            found.sources.insert(node, models.source_kind(&source.kind));
        }
    }
    for sink in &options.sinks {
        let node = program.places.find(sink.node);
        if node != NONE {
            let kind = models.weakness(&sink.kind).ok_or_else(too_many)?;
            found.sinks.entry(node).or_default().push(kind);
        }
    }
    for sanitizer in &options.sanitizers {
        let node = program.places.find(sanitizer.node);
        if node != NONE {
            let mut bits = 0;
            for word in sanitizer.kind.split_whitespace() {
                bits |= models.weakness_bits(word).ok_or_else(too_many)?;
            }
            *found.sanitizers.entry(node).or_default() |= bits;
        }
    }
    Ok(found)
}

/// Writes a flow out, its path node by node.
fn render(
    program: &Program,
    models: &Models,
    summary: &Arc<Summary>,
    found: &crate::interpret::summary::Found,
) -> Flow {
    let mut steps: Vec<Step> = Vec::new();
    let mut confidence = 1.0f32;
    unfold(program, summary, found.trace, &mut steps, &mut confidence);
    let sink = program.id(found.key.0);
    steps.push(Step { node: sink, role: Role::Sink });
    steps.dedup_by(|next, before| {
        next.node == before.node && {
            if before.role != Role::Source {
                before.role = next.role;
            }
            true
        }
    });
    if steps.last().is_some_and(|s| s.role != Role::Sink) {
        steps.push(Step { node: sink, role: Role::Sink });
    }
    if steps.len() > PATH {
        steps.drain(PATH / 2..steps.len() - PATH / 2);
    }
    Flow {
        source: program.id(found.source),
        source_kind: models.kind_name(found.kind).to_owned(),
        sink,
        sink_argument: i32::from(found.key.1),
        kind: models.weakness_name(found.key.2).to_owned(),
        path: steps,
        confidence,
    }
}

enum Task {
    Trace(Arc<Summary>, u32),
    Step(Step),
}

/// The steps of a trace, those inside of callees among them.
fn unfold(
    program: &Program,
    summary: &Arc<Summary>,
    trace: u32,
    steps: &mut Vec<Step>,
    confidence: &mut f32,
) {
    // From the end to the start, which is turned round at the end.
    let mut work = vec![Task::Trace(summary.clone(), trace)];
    while let Some(task) = work.pop() {
        if steps.len() > 4 * PATH {
            break;
        }
        match task {
            Task::Step(step) => steps.push(step),
            Task::Trace(summary, trace) => match &summary.traces[trace as usize] {
                Trace::Start => {}
                Trace::Step { before, node, role } => {
                    steps.push(Step { node: program.id(*node), role: *role });
                    work.push(Task::Trace(summary.clone(), *before));
                }
                Trace::Through { before, call, summary: inner, inner: end, confidence: sure } => {
                    *confidence *= sure;
                    let call = program.id(*call);
                    let entered = *before != 0;
                    work.push(Task::Trace(summary.clone(), *before));
                    if entered {
                        work.push(Task::Step(Step { node: call, role: Role::Call }));
                    }
                    work.push(Task::Trace(summary.through[*inner as usize].clone(), *end));
                    if !entered {
                        steps.push(Step { node: call, role: Role::Return });
                    }
                }
            },
        }
    }
    steps.reverse();
}
