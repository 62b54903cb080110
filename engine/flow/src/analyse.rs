//! From a program and models to an answer: summaries, then the flows of those that count, with their paths.
//!
//! A flow that is complete inside of a method is found in the method's summary. Whether it counts depends on how the method is reached: of
//! what has callers, only the summaries that some caller applied count, so that `f(false)` alone does not report what
//! `f(true)` would do.

use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::asked::Asked;
use crate::interpret::summary::Found;
use crate::interpret::trace::{Passage, START, Traces};
use crate::kept::{Kept, Shelf, Told};
use crate::program::NONE;
use crate::schedule::{Context, Key};
use crate::{
    Answer, Constant, Cut, CutReason, Flow, FlowError, Models, Options, Program, Question, Role, Step,
};

/// The longest path that is listed; of a longer one the middle is left out.
const PATH: usize = 400;

/// Answers questions about a program, an answer each. `cancelled` is asked often; when it says true, the analysis ends with
/// [`FlowError::Cancelled`]. On a `shelf` summaries are kept: those of before that hold are not found anew.
pub fn analyse(
    program: &Program,
    models: &Models,
    options: &Options,
    questions: &[impl AsRef<Question>],
    shelf: Option<&dyn Shelf>,
    cancelled: &(dyn Fn() -> bool + Sync),
) -> Result<Vec<Answer>, FlowError> {
    let mut answers = Vec::with_capacity(questions.len());
    while answers.len() < questions.len() {
        let mut models = models.clone();
        let asked = Asked::of(program, &mut models, &questions[answers.len()..])?;
        let mut context = Context::new(program, &models, options, &asked);
        let key = asked.key(&models, options);
        if let Some(shelf) = shelf {
            context.keep(shelf.take(&key));
        }
        let mut found = interpret(&context, cancelled)?;
        if !context.is_whole() {
            // What was kept cannot be read: everything is interpreted.
            context = Context::new(program, &models, options, &asked);
            context.keep(None);
            found = interpret(&context, cancelled)?;
        }
        answers.extend(found);
        context.end_runs();
        if let Some(shelf) = shelf
            && let Some(bytes) = context.write()
        {
            shelf.put(&key, bytes);
        }
    }
    Ok(answers)
}

/// Where a flow begins and ends: the source, the sink with its argument, the weakness. One flow is listed for each.
type Ends = (u32, u32, i16, u32);

/// Answers what one interpretation of the program can.
fn interpret(context: &Context<'_>, cancelled: &(dyn Fn() -> bool + Sync)) -> Result<Vec<Answer>, FlowError> {
    let Context { program, models, asked, .. } = *context;
    let roots = context.interpret_all(cancelled)?;
    let mut work: Vec<Key> = roots.iter().map(|&method| Key::general(method)).collect();
    for (number, method) in program.methods().iter().enumerate() {
        if !context.entry_rows(method).is_empty() {
            work.push(Key::general(number as u32));
        }
    }
    let mut seen: FxHashSet<Key> = work.iter().cloned().collect();
    let mut best: Vec<FxHashMap<Ends, Flow>> = vec![FxHashMap::default(); asked.questions()];
    let mut cuts: FxHashSet<Cut> = FxHashSet::default();
    let mut constants: std::collections::BTreeSet<Constant> = Default::default();
    while let Some(key) = work.pop() {
        let Some(Told { findings, uses }) = context.told(&key) else { continue };
        let method = program.id(program.numbered(key.method).node);
        cuts.extend(findings.cuts.iter().map(|&reason| Cut { method, reason }));
        if key.facts.is_empty() && context.is_unstable(key.method) {
            cuts.insert(Cut { method, reason: CutReason::Rounds });
        }
        for (argument, text) in &findings.constants {
            let node = program.node(*argument);
            constants.insert(Constant {
                call: if node.parent == NONE { -1 } else { program.id(node.parent) },
                index: i32::from(node.argument),
                argument: program.id(*argument),
                value: text.to_string(),
            });
        }
        let ways = if findings.found.is_empty() { None } else { context.ways(&key) };
        let shown = ways.iter().flat_map(|ways| findings.found.iter().map(move |found| (found, ways)));
        for (found, ways) in shown {
            let ends = (found.source, found.key.0, found.key.1, found.key.2);
            for question in asked.asking(found.kind, found.key.2) {
                keep(&mut best[question], ends, render(program, models, ways, found));
            }
        }
        for used in &uses {
            if seen.insert(used.clone()) {
                work.push(used.clone());
            }
        }
    }
    let mut cuts: Vec<Cut> = cuts.into_iter().collect();
    cuts.sort_unstable();
    let constants: Vec<Constant> = constants.into_iter().collect();
    let answer = |best: FxHashMap<Ends, Flow>| {
        let mut flows: Vec<Flow> = best.into_values().collect();
        flows.sort_by(|a, b| {
            (a.sink, a.sink_argument, &a.kind, a.source).cmp(&(b.sink, b.sink_argument, &b.kind, b.source))
        });
        Answer {
            flows,
            cuts: cuts.clone(),
            constants: constants.clone(),
            methods: program.methods().len(),
            kept: context.kept().map_or(0, Kept::taken),
            specialisations: context.specialisations(),
        }
    };
    Ok(best.into_iter().map(answer).collect())
}

/// Keeps the flow with the shortest path between two ends.
fn keep(best: &mut FxHashMap<Ends, Flow>, ends: Ends, flow: Flow) {
    match best.entry(ends) {
        Entry::Vacant(empty) => {
            empty.insert(flow);
        }
        Entry::Occupied(mut known) => {
            if (flow.path.len(), &flow.path) < (known.get().path.len(), &known.get().path) {
                known.insert(flow);
            }
        }
    }
}

/// Writes a flow out, its path node by node.
fn render(program: &Program, models: &Models, traces: &Arc<Traces>, found: &Found) -> Flow {
    let mut steps: Vec<Step> = Vec::new();
    let mut confidence = 1.0f32;
    unfold(program, traces, found.trace, &mut steps, &mut confidence);
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
    Trace(Arc<Traces>, u32),
    Step(Step),
}

/// The steps of a trace, those inside of callees among them.
fn unfold(program: &Program, traces: &Arc<Traces>, trace: u32, steps: &mut Vec<Step>, confidence: &mut f32) {
    // From the end to the start, which is turned round at the end.
    let mut work = vec![Task::Trace(traces.clone(), trace)];
    while let Some(task) = work.pop() {
        if steps.len() > 4 * PATH {
            break;
        }
        let (traces, trace) = match task {
            Task::Step(step) => {
                steps.push(step);
                continue;
            }
            Task::Trace(traces, trace) => (traces, trace),
        };
        let Some((last, passage)) = traces.last(trace) else { continue };
        match passage {
            Passage::Node { node, role } => {
                steps.push(Step { node: program.id(node), role });
                work.push(Task::Trace(traces, last.before));
            }
            Passage::Call { call, callee, confidence: sure } => {
                *confidence *= sure;
                let call = program.id(call);
                let inner = traces.callees[callee as usize].clone();
                let entered = last.before != START;
                work.push(Task::Trace(traces, last.before));
                if entered {
                    work.push(Task::Step(Step { node: call, role: Role::Call }));
                }
                work.push(Task::Trace(inner, last.inner));
                if !entered {
                    steps.push(Step { node: call, role: Role::Return });
                }
            }
        }
    }
    steps.reverse();
}
