//! What does not end: loops that no way leads out of, methods that run themselves before all else; and what is asserted and does not hold.

use stoa_model::{Control, NodeKind};

use super::Run;
use super::body::{Body, OUTSIDE};
use crate::domain::Value;
use crate::models::Fault;
use crate::program::{Idx, NONE};

/// Names of what ends the program where its argument is false.
const ASSERTS: &[&str] = &["assert", "g_assert", "Q_ASSERT", "_ASSERT", "_ASSERTE", "ASSERT"];

/// Nodes of an asserted condition that are looked at.
const LEAVES: usize = 32;

/// What is known of the loops of a body.
#[derive(Default)]
pub(super) struct Loops {
    entered: Vec<bool>,
    left: Vec<bool>,
}

impl Loops {
    pub(super) fn of(body: &Body) -> Loops {
        Loops { entered: vec![false; body.loops.len()], left: vec![false; body.loops.len()] }
    }

    /// Control came to a block that is the head of a loop.
    pub(super) fn enter(&mut self, head: u32) {
        if head != OUTSIDE {
            self.entered[head as usize] = true;
        }
    }

    /// Control left a loop.
    pub(super) fn leave(&mut self, number: u32) {
        self.left[number as usize] = true;
    }

    /// Something in a loop and those around it may end it in a way that no edge shows.
    pub(super) fn leave_all(&mut self, body: &Body, mut within: u32) {
        while within != OUTSIDE {
            self.left[within as usize] = true;
            within = body.loops[within as usize].outer;
        }
    }
}

impl Run<'_> {
    /// Tells of loops that were entered and never left: the innermost ones.
    pub(super) fn tell_loops(&mut self, body: &Body, loops: &Loops) {
        if !self.manages_memory() {
            return;
        }
        let endless = |n: usize| loops.entered[n] && !loops.left[n];
        for number in 0..body.loops.len() {
            if !endless(number) {
                continue;
            }
            self.ended = true;
            let holds_another = (0..body.loops.len())
                .any(|inner| inner != number && endless(inner) && body.loops[inner].outer == number as u32);
            if holds_another {
                continue;
            }
            let head = body.loops[number].head;
            let Some(control) = body.nodes(head).iter().find_map(|&n| self.loop_around(n)) else {
                continue;
            };
            let label = self.source_of_memory(control);
            self.tell(Fault::EndlessLoop, label, control, -1, None);
        }
    }

    /// The loop that a node stands in, in the source.
    fn loop_around(&self, node: Idx) -> Option<Idx> {
        let mut at = node;
        while at != NONE {
            let own = self.program.node(at);
            match own.kind {
                NodeKind::ControlStructure
                    if matches!(own.control, Some(Control::While | Control::For | Control::Do)) =>
                {
                    return Some(at);
                }
                NodeKind::Method => return None,
                _ => at = own.parent,
            }
        }
        None
    }

    /// Tells of a method that never comes back because it runs itself.
    pub(super) fn tell_recursion(&mut self) {
        if !self.manages_memory() || self.returns || self.ended || self.is_spent() {
            return;
        }
        let mut calls: Vec<Idx> = self.recursed.iter().copied().collect();
        calls.sort_unstable();
        for call in calls {
            let label = self.source_of_memory(call);
            self.tell(Fault::EndlessRecursion, label, call, -1, None);
        }
    }

    /// What is asserted: told if it does not hold, or if others choose whether it does.
    pub(super) fn asserted(&mut self, call: Idx) {
        if !self.manages_memory() || !ASSERTS.contains(&self.program.name(call)) {
            return;
        }
        let Some(condition) = self.program.argument(call, 1) else { return };
        let value = self.value(condition);
        match self.decide(value) {
            Some(true) => {}
            Some(false) => {
                let label = self.source_of_memory(condition);
                self.tell(Fault::Assertion, label, call, 1, None);
            }
            None => {
                self.asserted_by_others(call, condition);
                // Whatever comes later rests on it.
                self.refine(condition, true, 0);
            }
        }
    }

    /// What an assertion asks of what comes from outside.
    fn asserted_by_others(&mut self, call: Idx, condition: Idx) {
        let Some(number) = self.context.models.fault(Fault::Assertion) else { return };
        let mut work = vec![condition];
        let mut labels = Value::default();
        let mut count = 0;
        while let Some(node) = work.pop() {
            count += 1;
            if count > LEAVES {
                break;
            }
            let value = self.value(node);
            self.depends_on(value);
            labels.add_labels(&self.get(value).labels.clone());
            if self.program.kind(node) == NodeKind::Call {
                work.extend(self.program.arguments(node));
            }
        }
        self.reach((call, 1, number), &labels.labels, call);
    }
}
