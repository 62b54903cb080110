//! Jumps: where `break`, `continue`, `return` and exceptions lead, through every `finally` on the way.

use stoa_model::{EdgeLabel, Symbol};

use super::Builder;
use super::fringe::Fringe;

/// A way of leaving a statement other than by its end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Jump {
    /// Out of the loop, switch or block of this label; of the innermost one when there is no label.
    Break(Symbol),
    /// To the next round of a loop.
    Continue(Symbol),
    /// Out of the innermost SWITCH or MATCH, with its value (Java).
    Yield,
    Return,
    /// To the handlers of the innermost TRY; an explicit `throw` also leaves the method.
    Exception {
        explicit: bool,
    },
}

/// A statement that jumps lead out of, or that holds them up.
#[derive(Default)]
pub struct Frame {
    pub label: Symbol,
    /// Takes `break` (and `continue`) without a label.
    pub takes_break: bool,
    pub takes_continue: bool,
    /// A SWITCH or MATCH.
    pub chooses: bool,
    /// Exceptions stop here: it is the body of a TRY.
    pub catches: bool,
    /// Every jump stops here first: there is a `finally` to run.
    pub holds_all: bool,
    pub breaks: Fringe,
    pub continues: Fringe,
    pub raised: Fringe,
    /// A `throw` is among what is raised.
    pub raised_explicitly: bool,
    pub held: Vec<(Jump, Fringe)>,
    /// Of a switch: the edges from its value, and whether it has a `default`.
    pub cases: Option<Fringe>,
    pub has_default: bool,
}

impl Frame {
    pub fn looping(label: Symbol) -> Frame {
        Frame { label, takes_break: true, takes_continue: true, ..Frame::default() }
    }

    pub fn labelled(label: Symbol) -> Frame {
        Frame { label, ..Frame::default() }
    }

    fn takes(&self, jump: Jump) -> bool {
        match jump {
            Jump::Break(label) if label.is_some() => self.label == label,
            Jump::Break(_) => self.takes_break,
            Jump::Continue(label) if label.is_some() => self.takes_continue && self.label == label,
            Jump::Continue(_) => self.takes_continue,
            Jump::Yield => self.chooses,
            Jump::Return => false,
            Jump::Exception { .. } => self.catches,
        }
    }
}

impl Builder<'_> {
    /// Sends a fringe where a jump leads.
    pub(super) fn jump(&mut self, jump: Jump, fringe: Fringe) {
        if fringe.is_empty() {
            return;
        }
        for frame in self.frames.iter_mut().rev() {
            if frame.takes(jump) {
                match jump {
                    Jump::Break(_) | Jump::Yield => frame.breaks.join(fringe),
                    Jump::Continue(_) => frame.continues.join(fringe),
                    Jump::Exception { explicit } => {
                        frame.raised_explicitly |= explicit;
                        frame.raised.join(fringe);
                    }
                    Jump::Return => {}
                }
                return;
            }
            if frame.holds_all {
                match frame.held.iter_mut().find(|(held, _)| *held == jump) {
                    Some((_, waiting)) => waiting.join(fringe),
                    None => frame.held.push((jump, fringe)),
                }
                return;
            }
        }
        // A call that may throw and meets no handler is not an exit worth an edge; a `throw` is. A `break` without
        // a loop is an error in the source: control is taken to leave the method.
        if jump != (Jump::Exception { explicit: false }) {
            self.returns.join(match jump {
                Jump::Exception { .. } => fringe.labelled(EdgeLabel::Exception),
                _ => fringe,
            });
        }
    }
}
