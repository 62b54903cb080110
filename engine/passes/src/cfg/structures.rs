//! Control structures, one function a kind.

use stoa_model::{Control, EdgeLabel, NodeKind};
use stoa_syntax::{Position, Slot};

use super::Builder;
use super::fringe::Fringe;
use super::jumps::{Frame, Jump};

impl Builder<'_> {
    pub(super) fn visit_structure(&mut self, at: Position, fringe: Fringe) -> Fringe {
        let node = self.tree.get(at);
        let name = node.name;
        match node.control {
            Some(Control::If) => self.visit_labelled(fringe, |b, fringe| b.visit_if(at, fringe)),
            Some(Control::While | Control::For | Control::Foreach | Control::Loop) => {
                self.visit_loop(at, fringe)
            }
            Some(Control::Do) => self.visit_do(at, fringe),
            Some(Control::Switch) => self.visit_switch(at, fringe),
            Some(Control::Match) => self.visit_match(at, fringe),
            Some(Control::Try) => self.visit_labelled(fringe, |b, fringe| b.visit_try(at, fringe)),
            Some(Control::Break) => self.leave(at, fringe, Jump::Break(name)),
            Some(Control::Continue) => self.leave(at, fringe, Jump::Continue(name)),
            Some(Control::Throw) => {
                let fringe = self.visit_children(at, fringe);
                let fringe = self.emit(at, fringe).labelled(EdgeLabel::Exception);
                self.jump(Jump::Exception { explicit: true }, fringe);
                Fringe::default()
            }
            Some(Control::Goto) => {
                let fringe = self.visit_children(at, fringe);
                self.emit(at, fringe);
                self.gotos.push((at, name));
                Fringe::default()
            }
            Some(Control::Defer) => self.visit_defer(at, fringe),
            Some(Control::Yield) => self.leave(at, fringe, Jump::Yield),
            Some(Control::Fallthrough) => {
                let fringe = self.visit_children(at, fringe);
                self.emit(at, fringe)
            }
            Some(Control::Catch | Control::Else | Control::Finally) | None => self.visit_children(at, fringe),
        }
    }

    fn leave(&mut self, at: Position, fringe: Fringe, jump: Jump) -> Fringe {
        let fringe = self.visit_children(at, fringe);
        let fringe = self.emit(at, fringe);
        self.jump(jump, fringe);
        Fringe::default()
    }

    /// Visits the children in a slot, one after the other.
    fn visit_slot(&mut self, at: Position, slot: Slot, mut fringe: Fringe) -> Fringe {
        for child in self.tree.children(at) {
            if self.tree.get(child).slot == slot {
                fringe = self.visit(child, fringe);
            }
        }
        fringe
    }

    /// Visits what runs before a structure decides: its initialisers and children without a slot.
    fn visit_before(&mut self, at: Position, mut fringe: Fringe) -> Fringe {
        for child in self.tree.children(at) {
            if matches!(self.tree.get(child).slot, Slot::Init | Slot::None) {
                fringe = self.visit(child, fringe);
            }
        }
        fringe
    }

    fn has_slot(&self, at: Position, slot: Slot) -> bool {
        self.tree.child_in(at, slot).is_some()
    }

    fn visit_if(&mut self, at: Position, fringe: Fringe) -> Fringe {
        let fringe = self.visit_before(at, fringe);
        let decided = self.visit_slot(at, Slot::Condition, fringe);
        let mut end = self.visit_slot(at, Slot::Body, decided.labelled(EdgeLabel::True));
        end.join(self.visit_slot(at, Slot::Else, decided.labelled(EdgeLabel::False)));
        end
    }

    /// WHILE, FOR, FOREACH and LOOP: initialise; (decide; body; update)*; else.
    fn visit_loop(&mut self, at: Position, fringe: Fringe) -> Fringe {
        let label = std::mem::take(&mut self.pending_label);
        let fringe = self.visit_before(at, fringe);
        let decides = self.has_slot(at, Slot::Condition);
        let (mut entry, decided) = self.entry_of(|b| b.visit_slot(at, Slot::Condition, fringe));
        let inside = if decides { decided.labelled(EdgeLabel::True) } else { decided.clone() };
        self.frames.push(Frame::looping(label));
        let (body_entry, body_end) = self.entry_of(|b| b.visit_slot(at, Slot::Body, inside));
        let mut frame = self.frames.pop().unwrap_or_default();
        let mut round = body_end;
        round.join(std::mem::take(&mut frame.continues));
        let (update_entry, round) = self.entry_of(|b| b.visit_slot(at, Slot::Update, round));
        entry = entry.or(body_entry).or(update_entry);
        if let Some(entry) = entry {
            self.connect(&round, entry);
        }
        let mut end = if decides { decided.labelled(EdgeLabel::False) } else { Fringe::default() };
        if entry.is_none() {
            // Nothing in the loop is evaluated: `for (;;);`.
            end.join(decided);
        }
        end = self.visit_slot(at, Slot::Else, end);
        end.join(frame.breaks);
        end
    }

    fn visit_do(&mut self, at: Position, fringe: Fringe) -> Fringe {
        let label = std::mem::take(&mut self.pending_label);
        self.frames.push(Frame::looping(label));
        let (body_entry, mut round) = self.entry_of(|b| b.visit_slot(at, Slot::Body, fringe));
        let mut frame = self.frames.pop().unwrap_or_default();
        round.join(std::mem::take(&mut frame.continues));
        let (condition_entry, decided) = self.entry_of(|b| b.visit_slot(at, Slot::Condition, round));
        if let Some(entry) = body_entry.or(condition_entry) {
            self.connect(&decided.labelled(EdgeLabel::True), entry);
        }
        let mut end = decided.labelled(EdgeLabel::False);
        end.join(frame.breaks);
        end
    }

    /// A switch whose cases are labels in its body; control falls from one into the next.
    fn visit_switch(&mut self, at: Position, fringe: Fringe) -> Fringe {
        let label = std::mem::take(&mut self.pending_label);
        let fringe = self.visit_before(at, fringe);
        let decided = self.visit_slot(at, Slot::Condition, fringe);
        self.frames.push(Frame {
            label,
            takes_break: true,
            cases: Some(decided.clone()),
            ..Frame::default()
        });
        let mut end = self.visit_slot(at, Slot::Body, Fringe::default());
        let frame = self.frames.pop().unwrap_or_default();
        end.join(frame.breaks);
        if !frame.has_default {
            end.join(decided.labelled(EdgeLabel::Default));
        }
        end
    }

    /// A label: of a case (entered from the switch), or of the statement that follows (entered by jumps).
    pub(super) fn visit_jump_target(&mut self, at: Position, mut fringe: Fringe) -> Fringe {
        let name = self.tree.get(at).name;
        if let Some(label) = self.case_label(at) {
            // Cases may stand in blocks and loops inside of their switch (Duff's device).
            let switch = self.frames.iter_mut().rev().find(|f| f.cases.is_some());
            if let Some(frame) = switch {
                frame.has_default |= label == EdgeLabel::Default;
                if let Some(cases) = &frame.cases {
                    fringe.join(cases.labelled(label));
                }
            }
        } else {
            self.labels.insert(name, at);
            self.pending_label = name;
        }
        self.emit(at, fringe)
    }

    /// Whether a JUMP_TARGET is a case: it stands in a switch, and its name is a keyword, which no label can be.
    fn case_label(&self, at: Position) -> Option<EdgeLabel> {
        let node = self.tree.get(at);
        if node.name == self.case_symbol {
            Some(EdgeLabel::Case)
        } else if node.name == self.default_symbol {
            Some(EdgeLabel::Default)
        } else {
            None
        }
    }

    /// A choice by pattern: each arm is entered from the value, or from the arm before whose guard failed.
    fn visit_match(&mut self, at: Position, fringe: Fringe) -> Fringe {
        let label = std::mem::take(&mut self.pending_label);
        let fringe = self.visit_before(at, fringe);
        let decided = self.visit_slot(at, Slot::Condition, fringe);
        self.frames.push(Frame {
            label,
            takes_break: self.match_takes_break,
            chooses: true,
            ..Frame::default()
        });
        let mut end = Fringe::default();
        let mut failed = Fringe::default();
        let mut fallen = Fringe::default();
        let mut has_default = false;
        for arm in self.tree.children(at) {
            if self.tree.get(arm).slot != Slot::Arm {
                continue;
            }
            let mut inside = std::mem::take(&mut failed);
            inside.join(std::mem::take(&mut fallen));
            let mut falls = false;
            let mut guarded = false;
            let mut is_default = false;
            for child in self.tree.children(arm) {
                let node = self.tree.get(child);
                if node.kind == NodeKind::JumpTarget
                    && let Some(label) = self.case_label(child)
                {
                    is_default |= label == EdgeLabel::Default;
                    inside.join(decided.labelled(label));
                    inside = self.emit(child, inside);
                    continue;
                }
                inside = self.visit(child, inside);
                if node.slot == Slot::Guard {
                    guarded = true;
                    failed.join(inside.labelled(EdgeLabel::False));
                    inside = inside.labelled(EdgeLabel::True);
                }
                falls = node.control == Some(Control::Fallthrough);
            }
            has_default |= is_default && !guarded;
            if falls {
                fallen = inside;
            } else {
                end.join(inside);
            }
        }
        let frame = self.frames.pop().unwrap_or_default();
        end.join(failed);
        end.join(fallen);
        end.join(frame.breaks);
        if !has_default {
            end.join(decided.labelled(EdgeLabel::Default));
        }
        end
    }

    fn visit_try(&mut self, at: Position, fringe: Fringe) -> Fringe {
        let finally = self.tree.child_in(at, Slot::Finally);
        if finally.is_some() {
            self.frames.push(Frame { holds_all: true, ..Frame::default() });
        }
        let catches: Vec<Position> =
            self.tree.children(at).filter(|c| self.tree.get(*c).slot == Slot::Catch).collect();
        let fringe = self.visit_before(at, fringe);
        self.frames.push(Frame { catches: true, ..Frame::default() });
        let (entry, end) = self.entry_of(|b| b.visit_slot(at, Slot::Body, fringe));
        let mut body = self.frames.pop().unwrap_or_default();
        if body.raised.is_empty() && !catches.is_empty() {
            // Nothing in it is a call, and yet somebody expects it to throw: an access, an operator, a name. It may
            // do so at its beginning and at its end.
            body.raised = entry.map(|e| Fringe::edge(e, Some(EdgeLabel::Exception))).unwrap_or_default();
            body.raised.join(end.labelled(EdgeLabel::Exception));
        }
        let mut end = self.visit_slot(at, Slot::Else, end);
        let mut all_caught = false;
        for catch in catches {
            all_caught |= !self.tree.children(catch).any(|c| self.tree.get(c).kind == NodeKind::TypeRef);
            end.join(self.visit(catch, body.raised.clone()));
        }
        if !all_caught {
            // What no handler takes goes on outwards (and through the finally).
            self.jump(Jump::Exception { explicit: body.raised_explicitly }, body.raised);
        }
        let Some(finally) = finally else { return end };
        let held = self.frames.pop().unwrap_or_default().held;
        let passes = !end.is_empty();
        let mut inside = end;
        for (_, waiting) in &held {
            inside.join(waiting.clone());
        }
        let after = self.visit(finally, inside);
        for (jump, _) in held {
            let onward = match jump {
                Jump::Exception { .. } => after.labelled(EdgeLabel::Exception),
                _ => after.clone(),
            };
            self.jump(jump, onward);
        }
        if passes { after } else { Fringe::default() }
    }

    /// The operands of a deferred call are evaluated here, the call at the end of the method.
    fn visit_defer(&mut self, at: Position, mut fringe: Fringe) -> Fringe {
        let conditional = self.tree.get(self.tree.get(at).parent).parent != self.method;
        for call in self.tree.children(at) {
            if self.tree.get(call).kind == NodeKind::Call {
                fringe = self.visit_children(call, fringe);
                self.deferred.push((call, conditional));
            } else {
                fringe = self.visit(call, fringe);
            }
        }
        self.emit(at, fringe)
    }
}
