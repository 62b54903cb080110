//! The fixpoint over a method's blocks.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use stoa_model::{Control, EdgeLabel, NodeKind, Operator};

use super::body::{Body, OUTSIDE};
use super::summary::Fact;
use super::{GLOBALS, Run, Thing};
use crate::CutReason;
use crate::domain::{BOTTOM, Root, Scalar, State, Value};
use crate::program::{Idx, NONE};

/// Turns of a loop that are walked one by one while its way out is decided.
const TURNS: u32 = 40;

/// Joins at the head of a loop before its intervals are widened.
const PATIENCE: u32 = 2;

/// What a run may do for each node of its method, and for the method as such. With these a tree takes time in proportion to its size.
const PER_NODE: u64 = 100;
const LEAST: u64 = 4000;

/// How far the analysis of a loop is.
#[derive(Default, Clone)]
struct Turning {
    turns: u32,
    /// Turns are joined from now on.
    joining: bool,
    joins: u32,
    /// Something left the loop in this turn.
    left: bool,
    /// All states that were at the head in earlier turns, joined.
    seen: Option<State>,
    /// What came back to the head in this turn.
    back: Option<State>,
}

impl Run<'_> {
    /// Interprets the method and returns the state at its end, if that is reached.
    pub(crate) fn interpret(&mut self, body: &Body) -> Option<State> {
        let share = LEAST + PER_NODE * body.size() as u64;
        self.allowance = self.context.options.max_steps.min(share);
        self.node_values = vec![BOTTOM; (body.last - self.method.node) as usize + 1];
        self.enter();
        let mut inputs: Vec<Option<State>> = vec![None; body.blocks.len()];
        inputs[0] = Some(self.state.clone());
        let mut queue = BinaryHeap::new();
        let mut queued = vec![false; body.blocks.len()];
        queue.push(Reverse(0u32));
        queued[0] = true;
        let mut loops = super::endless::Loops::of(body);
        let mut turning = vec![Turning::default(); body.loops.len()];
        let mut waiting: Vec<u32> = Vec::new();
        let mut exit: Option<State> = None;
        loop {
            let next = queue.peek().map(|b| b.0);
            // A loop in which nothing is left to do takes its next turn.
            if let Some(place) = waiting.iter().rposition(|&w| next.is_none_or(|b| !body.contains(w, b))) {
                let number = waiting.remove(place);
                self.turn(body, number, &mut turning, &mut inputs, &mut queue, &mut queued);
                continue;
            }
            let Some(Reverse(block)) = queue.pop() else { break };
            queued[block as usize] = false;
            // A block outside of loops is entered when all that leads there is done: its state is not joined with another.
            let input = if body.blocks[block as usize].within == OUTSIDE {
                inputs[block as usize].take()
            } else {
                inputs[block as usize].clone()
            };
            let Some(input) = input else { continue };
            self.state = input;
            self.work += 1 + self.state.weight() as u64 / 4;
            self.stopped = false;
            loops.enter(body.blocks[block as usize].head);
            self.certain = body.blocks[block as usize].certain;
            let nodes = body.nodes(block);
            for &node in nodes {
                self.evaluate(node);
                if self.stopped || self.is_spent() {
                    break;
                }
            }
            if self.is_spent() {
                self.cut(CutReason::Steps);
                return Some(self.give_up(exit));
            }
            let Some(&end) = nodes.last() else { continue };
            if self.program.kind(end) == NodeKind::MethodReturn {
                if self.stopped {
                    continue;
                }
                // At the end of a run of nodes it is not reached by an exception; else the edges tell.
                self.returns |= nodes.len() > 1;
                self.end_variables();
                self.resume();
                let state = self.state.clone();
                match &mut exit {
                    Some(exit) => {
                        self.join_into(exit, &state, false);
                    }
                    None => exit = Some(state),
                }
                continue;
            }
            if self.stopped {
                loops.leave_all(body, body.blocks[block as usize].within);
            }
            let mut after = std::mem::take(&mut self.state);
            let next = body.next(block);
            for (number, &(to, label, entered)) in next.iter().enumerate() {
                if self.stopped && label != Some(EdgeLabel::Exception) {
                    continue;
                }
                let is_last = number + 1 == next.len();
                self.state = if is_last { std::mem::take(&mut after) } else { after.clone() };
                if !self.take(end, label, entered, next) {
                    continue;
                }
                let exceptional = label == Some(EdgeLabel::Exception);
                if self.program.kind(entered) == NodeKind::MethodReturn && !exceptional {
                    self.returns = true;
                    self.note_lost(end);
                }
                let mut within = body.blocks[block as usize].within;
                while within != OUTSIDE {
                    if !body.contains(within, to) {
                        loops.leave(within);
                        turning[within as usize].left |= !exceptional;
                    }
                    within = body.loops[within as usize].outer;
                }
                let state = std::mem::take(&mut self.state);
                let head = body.blocks[to as usize].head;
                if head != OUTSIDE && body.contains(head, block) {
                    let mut back = turning[head as usize].back.take();
                    match &mut back {
                        Some(back) => {
                            self.join_into(back, &state, false);
                        }
                        None => back = Some(state),
                    }
                    turning[head as usize].back = back;
                    if !waiting.contains(&head) {
                        waiting.push(head);
                        waiting.sort_by_key(|&w| body.loops[w as usize].depth);
                    }
                    continue;
                }
                let changed = match &mut inputs[to as usize] {
                    Some(known) => self.join_into(known, &state, false),
                    empty => {
                        *empty = Some(state);
                        true
                    }
                };
                if changed && !std::mem::replace(&mut queued[to as usize], true) {
                    queue.push(Reverse(to));
                }
            }
        }
        self.tell_loops(body, &loops);
        self.tell_recursion();
        exit
    }

    /// Whether the run has done as much as it may.
    pub(super) fn is_spent(&self) -> bool {
        self.work > self.allowance
    }

    /// The end of a run that did too much: whatever the method is given may come out, beside what was found.
    fn give_up(&mut self, exit: Option<State>) -> State {
        let mut last = std::mem::take(&mut self.state);
        if let Some(exit) = &exit {
            self.join_into(&mut last, exit, false);
        }
        self.state = last;
        for number in 0..self.method.parameters.len() {
            let path = self.paths.root(Root::Parameter(number as u32));
            let symbol = self.symbol(path);
            let labels = self.deep(symbol);
            let given = self.labelled(&labels, Scalar::Top);
            self.returned = self.values.join(self.returned, given);
        }
        self.returns = true;
        std::mem::take(&mut self.state)
    }

    fn turn(
        &mut self,
        body: &Body,
        number: u32,
        turning: &mut [Turning],
        inputs: &mut [Option<State>],
        queue: &mut BinaryHeap<Reverse<u32>>,
        queued: &mut [bool],
    ) {
        let each = &body.loops[number as usize];
        let head = each.head as usize;
        let Some(back) = turning[number as usize].back.take() else { return };
        let own = &mut turning[number as usize];
        let undecided = std::mem::take(&mut own.left) || own.turns >= TURNS;
        own.turns += 1;
        if !own.joining && !undecided {
            // The loop goes on for certain: its next turn begins from nothing but this.
            let before = inputs[head].take();
            let mut seen = turning[number as usize].seen.take();
            match (&mut seen, before) {
                (Some(seen), Some(before)) => {
                    self.join_into(seen, &before, false);
                }
                (None, before) => seen = before,
                _ => {}
            }
            turning[number as usize].seen = seen;
            for &member in &each.members {
                inputs[member as usize] = None;
                let inner = body.blocks[member as usize].head;
                if inner != OUTSIDE && inner != number {
                    turning[inner as usize] = Turning::default();
                }
            }
            inputs[head] = Some(back);
        } else {
            own.joining = true;
            own.joins += 1;
            let widen = own.joins > PATIENCE;
            let seen = own.seen.take();
            let Some(mut input) = inputs[head].take() else { return };
            let mut changed = false;
            if let Some(seen) = seen {
                changed |= self.join_into(&mut input, &seen, false);
            }
            changed |= self.join_into(&mut input, &back, widen);
            inputs[head] = Some(input);
            if !changed {
                return;
            }
        }
        if !std::mem::replace(&mut queued[head], true) {
            queue.push(Reverse(head as u32));
        }
    }

    /// Joins a state into another; whether that changed it.
    pub(super) fn join_into(&mut self, into: &mut State, from: &State, widen: bool) -> bool {
        // What a part held before is asked of the run, which needs the values that the join needs as well.
        let mut values = std::mem::replace(&mut self.values, crate::domain::Values::empty());
        let mut work = 0;
        let changed = into.join(from, &mut values, widen, &mut work, &mut |values, object, selector| {
            std::mem::swap(values, &mut self.values);
            let value = self.missing(object, selector);
            std::mem::swap(values, &mut self.values);
            value
        });
        self.values = values;
        self.work += work;
        changed
    }

    /// The state in which the method begins.
    fn enter(&mut self) {
        let parameters = self.method.parameters.clone();
        for (number, parameter) in parameters.iter().enumerate() {
            let place = self.facts.iter().find_map(|(route, fact)| match fact {
                Fact::Same(first)
                    if route.root == Root::Parameter(number as u32) && route.steps.is_empty() =>
                {
                    Some(*first)
                }
                _ => None,
            });
            let path = self.paths.root(Root::Parameter(place.unwrap_or(number as u32)));
            let symbol = self.symbol(path);
            let value = self.entry_sources(number, parameter.node, symbol);
            self.define(parameter.node, value);
        }
        self.initialise_fields();
        self.begin_static_fields();
    }

    /// Fields of a new object get their first values before the body of its constructor runs.
    fn initialise_fields(&mut self) {
        let owner = self.method.owner;
        if owner == NONE || self.program.name(self.method.node) != "<init>" {
            return;
        }
        for &member in self.program.children(owner) {
            match self.program.kind(member) {
                NodeKind::Member if !self.program.node(member).is_static => {
                    for &child in self.program.children(member) {
                        if self.program.node(child).operator == Some(Operator::Assignment) {
                            self.evaluate_tree(child);
                        }
                    }
                }
                NodeKind::Method if self.program.name(member) == "<init-block>" => {
                    self.run_block(member);
                }
                _ => {}
            }
        }
    }

    /// Evaluates a node in the current state and keeps its value.
    pub(crate) fn evaluate(&mut self, node: Idx) {
        self.work += 1;
        let kind = self.program.kind(node);
        let value = match kind {
            NodeKind::Literal => self.literal(node),
            NodeKind::Identifier => {
                if self.is_only_written(node) {
                    return;
                }
                let value = self.read_identifier(node);
                if self.manages_memory() {
                    self.demand_written(node, value);
                }
                value
            }
            NodeKind::MethodRef => self.method_reference(node),
            NodeKind::Call => match self.program.node(node).operator {
                Some(operator) => self.operator(node, operator),
                None => self.call(node),
            },
            NodeKind::Return => {
                let mut value = BOTTOM;
                for &child in self.program.children(node) {
                    let child = self.value(child);
                    value = self.values.join(value, child);
                }
                self.returned = self.values.join(self.returned, value);
                self.sent(node, value);
                value
            }
            NodeKind::ControlStructure if self.program.node(node).control == Some(Control::Throw) => {
                self.ended = true;
                for &child in self.program.children(node) {
                    let child = self.value(child);
                    self.state.thrown = self.values.join(self.state.thrown, child);
                }
                BOTTOM
            }
            NodeKind::Unknown => {
                let mut labels = Vec::new();
                for &child in self.program.children(node) {
                    let child = self.value(child);
                    labels.extend_from_slice(&self.get(child).labels);
                }
                self.labelled(&labels, Scalar::Top)
            }
            _ => return,
        };
        let value = self.endpoint(node, value);
        self.keep(node, value);
    }

    /// Whether an identifier is the target of a plain assignment: its value before is not asked for.
    fn is_only_written(&self, node: Idx) -> bool {
        let own = self.program.node(node);
        own.argument == 1
            && own.parent != NONE
            && self.program.node(own.parent).operator == Some(Operator::Assignment)
    }

    fn method_reference(&mut self, node: Idx) -> u32 {
        let target = self.program.node(node).target;
        let method = self
            .program
            .children(node)
            .iter()
            .copied()
            .find(|&c| self.program.kind(c) == NodeKind::Method)
            .or((target != NONE && self.program.kind(target) == NodeKind::Method).then_some(target))
            .or_else(|| self.program.targets(node).first().map(|c| c.method));
        match method {
            Some(method) => {
                let function = self.thing(Thing::Function(method));
                self.values.intern(Value::object(function))
            }
            None => self.values.intern(Value::scalar(Scalar::Some)),
        }
    }

    /// What the frame and the globals hold of the variables that the object of globals has.
    pub(crate) fn globals(&mut self) -> u32 {
        self.values.intern(Value::object(GLOBALS))
    }
}
