//! Members and elements as variables, and what goes from one to the other without a fact.

use stoa_model::Symbol;

use super::effects::Effect;
use super::solver::{Slice, Solver, Use, Value, ValueId};
use super::time::{Round, start};
use super::variables::Var;

impl Solver {
    /// The member `name` of a value, as a variable.
    ///
    /// What is made here is there from the beginning, whenever it is asked for: an element that nobody wrote holds what all
    /// elements hold, and adds nothing to them.
    pub fn field(&mut self, of: ValueId, name: Symbol) -> Var {
        let new = self.variables;
        let known = *self.fields.entry((of, name)).or_insert(new);
        if known != new {
            return known;
        }
        self.variables += 1;
        if matches!(self.the(of), Value::Object(_)) {
            let all = self.all(of);
            if name == self.any {
                self.copy_behind(new, all, 0);
                return new;
            }
            let any = self.field(of, self.any);
            self.copy_to_new(any, new);
            self.copy_behind(new, all, 0);
            self.elements.entry(of).or_default().push((name, new));
            for at in 0..self.slices.get(&of).map_or(0, Vec::len) {
                let Some(&slice) = self.slices.get(&of).and_then(|slices| slices.get(at)) else { break };
                self.slice_element(name, new, slice);
            }
        }
        new
    }

    /// Every element of a container.
    pub fn all(&mut self, of: ValueId) -> Var {
        if let Some(&known) = self.all_elements.get(&of) {
            return known;
        }
        let new = self.fresh();
        self.all_elements.insert(of, new);
        self.field(of, self.any);
        new
    }

    /// The elements of a container from `start` on go to `into` as well, from this round on.
    pub fn take_slice(&mut self, of: ValueId, start: Symbol, into: ValueId) {
        let slice = Slice { start, into, since: self.round + 1 };
        let slices = self.slices.entry(of).or_default();
        if !self.asks.listens() && slices.iter().any(|s| (s.start, s.into) == (start, into)) {
            return;
        }
        slices.push(slice);
        for (name, element) in self.elements.get(&of).cloned().unwrap_or_default() {
            self.slice_element(name, element, slice);
        }
        let (from, to) = (self.field(of, self.any), self.field(into, self.any));
        self.copy(from, to);
    }

    fn slice_element(&mut self, name: Symbol, element: Var, slice: Slice) {
        let Some(target) = self.slice_target(name, slice) else { return };
        if self.follows {
            self.keep_copy(element, target, slice.since);
            return;
        }
        match slice.since.cmp(&self.round) {
            std::cmp::Ordering::Less => self.copy_behind(element, target, slice.since),
            std::cmp::Ordering::Equal => self.copy(element, target),
            std::cmp::Ordering::Greater => self.later.push(Effect::Copy(element, target)),
        }
    }

    /// Where the element `name` of a container is in one of its slices. Elements that nobody wrote get there one round after what all
    /// elements hold, so that it makes no difference whether they were asked for.
    pub fn slice_target(&mut self, name: Symbol, slice: Slice) -> Option<Var> {
        let number =
            |solver: &Self, s: Symbol| -> Option<i64> { solver.texts.get(s).strip_prefix('#')?.parse().ok() };
        let target = match (number(self, name), number(self, slice.start)) {
            (Some(place), Some(start)) if start >= 0 => {
                if place < start {
                    return None;
                }
                let text = format!("#{}", place - start);
                self.texts.intern(&text)
            }
            _ => self.any,
        };
        Some(self.field(slice.into, target))
    }

    // ── Copies that are there from the beginning ───────────────────────────────────────────────────

    fn copy_to_new(&mut self, from: Var, to: Var) {
        if self.follows {
            self.keep_copy(from, to, 0);
            return;
        }
        self.effects.push(Effect::CopyToNew(from, to));
    }

    fn copy_behind(&mut self, from: Var, to: Var, since: Round) {
        if self.follows {
            self.keep_copy(from, to, since);
            return;
        }
        self.effects.push(Effect::CopyBehind(from, to, since));
    }

    /// A copy that there is since a round, where edits are followed.
    pub fn keep_copy(&mut self, from: Var, to: Var, since: Round) {
        self.kept.ins.push(to, (from, since));
        self.kept.outs.push(from, (to, since));
        self.kept.stirred.push((start(since), to));
    }

    /// What is done with the values of a variable that is new.
    pub fn on_new(&mut self, var: Var, what: Use) {
        if self.follows {
            self.kept.uses.push(var, (what, 0));
            return;
        }
        self.effects.push(Effect::OnNew(var, what));
    }
}
