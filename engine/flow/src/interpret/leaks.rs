//! What is lost: memory and handles that a method made, that nothing leads to any more where it ends, and that were not given back.
//!
//! Each way out of a method is looked at by itself, as what is freed at the end of most is what those that end early forget. Beside these
//! stands the end as such, all ways joined.

use smallvec::SmallVec;

use super::{Run, Thing};
use crate::domain::{BOTTOM, Scalar, Selector, State, Value, ValueId};
use crate::models::Fault;
use crate::program::{Idx, NONE};

/// Families of what is closed rather than freed.
const HANDLES: &[&str] = &["file", "pipe", "descriptor", "handle", "directory"];

/// Families of numbers that stand for something open; those below zero stand for nothing.
const NUMBERED: &[&str] = &["descriptor", "handle"];

/// What ends with the program, which gives all back.
const ENTRIES: &[&str] = &["main", "wmain", "_tmain", "WinMain", "wWinMain"];

/// Objects that one way out is asked for.
const CANDIDATES: usize = 32;

/// Objects that are walked through to see what leads where.
const WALKED: usize = 4000;

impl Run<'_> {
    /// Objects that are certainly not given back in a state, and where they were made.
    fn not_released(&self, state: &State) -> SmallVec<[(u32, Idx, Fault); 4]> {
        let mut found = SmallVec::new();
        for (number, thing) in self.things.iter().enumerate() {
            let Thing::Made { site, .. } = *thing else { continue };
            let Some(content) = state.object(number as u32) else { continue };
            let freed = content.part(&Selector::Freed).map(|v| &self.get(v).scalar);
            if content.many || freed != Some(&Scalar::Bool(false)) {
                continue;
            }
            let Some(Some(family)) = self.family(site) else { continue };
            if family != "stack" && found.len() < CANDIDATES {
                let fault = if HANDLES.contains(&family) { Fault::HandleLeak } else { Fault::Leak };
                found.push((number as u32, site, fault));
            }
        }
        found
    }

    /// Notes what is lost on a way out of the method that ends at a node.
    pub(super) fn note_lost(&mut self, end: Idx) {
        if !self.manages_memory() {
            return;
        }
        let left = self.not_released(&self.state);
        let lost = if left.is_empty() {
            Vec::new()
        } else {
            let kept = self.kept_at(end);
            left.into_iter().filter(|l| !kept.contains(&l.0)).map(|l| (l.1, l.2)).collect()
        };
        self.lost.insert(end, lost);
    }

    /// Objects that something leads to that outlives the method, in the state at hand.
    fn kept_at(&mut self, end: Idx) -> rustc_hash::FxHashSet<u32> {
        let mut next: Vec<ValueId> = vec![self.state.thrown];
        let children: SmallVec<[Idx; 2]> = self.program.children(end).iter().copied().collect();
        for child in children {
            next.push(self.value(child));
        }
        for number in 0..self.things.len() as u32 {
            let outlives = match self.things[number as usize] {
                Thing::Variable(variable) => {
                    self.program.method_around(variable) != self.method.node
                        || self.program.node(variable).is_static
                }
                Thing::Made { .. } | Thing::Inside { .. } | Thing::Cell(_) => false,
                _ => true,
            };
            if outlives && let Some(content) = self.state.object(number) {
                next.extend(content.parts.iter().map(|p| p.1));
            }
        }
        let mut kept = rustc_hash::FxHashSet::default();
        while let Some(value) = next.pop() {
            for object in self.get(value).objects.clone() {
                let object = match self.things[object as usize] {
                    Thing::Inside { base, .. } => base,
                    _ => object,
                };
                if kept.len() > WALKED || !kept.insert(object) {
                    continue;
                }
                if let Thing::Cell(variable) = self.things[object as usize] {
                    let globals = self.globals();
                    next.push(self.part(globals, &Selector::Variable(variable)));
                }
                if let Some(content) = self.state.object(object) {
                    next.extend(content.parts.iter().map(|p| p.1));
                }
            }
        }
        self.work += kept.len() as u64;
        kept
    }

    /// Tells of leaks at the end of a run: of what `exit` holds beside what is kept, and of each way out.
    pub(super) fn tell_leaks(&mut self, exit: &State, kept: &[u32]) {
        if !self.manages_memory() {
            return;
        }
        let ways = std::mem::take(&mut self.lost);
        let mut sites: Vec<(Idx, Fault)> = ways.into_values().flatten().collect();
        let joined = self.not_released(exit);
        sites.extend(joined.iter().filter(|l| !kept.contains(&l.0)).map(|l| (l.1, l.2)));
        sites.sort_unstable();
        sites.dedup();
        let is_entry = ENTRIES.contains(&self.program.name(self.method.node));
        if is_entry {
            // Of what it makes itself all is to be freed if some is; if none is, what functions of its file make for it.
            let (gives_back, file) = (self.gives_back(exit), self.program.id(self.method.node) >> 32);
            sites.retain(|s| {
                let own = self.program.method_around(s.0) == self.method.node;
                self.program.id(s.0) >> 32 == file && gives_back == own
            });
        }
        for (site, fault) in sites {
            let label = self.source_of_memory(site);
            self.tell(fault, label, site, -1, None);
        }
    }

    /// Whether some of what a run made was given back at its end: who frees some means to free all.
    fn gives_back(&self, exit: &State) -> bool {
        (0..self.things.len() as u32).any(|number| {
            matches!(self.things[number as usize], Thing::Made { .. })
                && exit.object(number).is_some_and(|o| {
                    let freed = o.part(&Selector::Freed).map(|v| &self.get(v).scalar);
                    freed == Some(&Scalar::Bool(true))
                })
        })
    }

    /// Where a pointer turned out to be null, what it would have led to is not there: nobody has to give it back.
    pub(super) fn note_absent(&mut self, value: ValueId) {
        if !self.manages_memory() {
            return;
        }
        for object in self.get(value).objects.clone() {
            let known = self.state.object(object).and_then(|o| o.part(&Selector::Freed));
            let is_fresh = known.is_some_and(|f| self.get(f).scalar == Scalar::Bool(false));
            if is_fresh && matches!(self.things[object as usize], Thing::Made { .. }) {
                let unknown = self.values.intern(Value::scalar(Scalar::Some));
                self.state.object_mut(object).set(Selector::Freed, unknown);
            }
        }
    }

    /// The same of a descriptor or handle that was compared with what stands for none, and of what is equal to something else.
    pub(super) fn note_invalid(&mut self, node: Idx, same: bool) {
        let value = self.value(node);
        if same {
            return self.note_absent(value);
        }
        let numbered = |o: &u32| {
            self.site(*o).and_then(|s| self.family(s)).flatten().is_some_and(|f| NUMBERED.contains(&f))
        };
        if value != BOTTOM && self.get(value).objects.iter().any(numbered) {
            self.note_absent(value);
        }
    }

    /// An object of a class that is assigned memory or a handle has taken it over.
    pub(super) fn taken_over(&mut self, target: Idx, value: ValueId) {
        if !self.manages_memory() || self.get(value).objects.is_empty() {
            return;
        }
        let made = |o: &u32| self.site(*o).and_then(|s| self.family(s)).flatten().is_some();
        if !self.get(value).objects.iter().any(made) {
            return;
        }
        let declared = self.meaning(target);
        if declared == NONE {
            return;
        }
        let name = self.program.str(self.program.node(declared).type_name);
        if !name.ends_with(['*', '&', ']']) && (name.contains('<') || self.class_of(declared) != NONE) {
            self.escape(value);
        }
    }

    /// Notes that somebody asked of what a value leads to whether it is there, in a way that does not show in the state.
    pub(super) fn note_tested(&mut self, node: Idx) {
        let value = self.value(node);
        for object in self.get(value).objects.clone() {
            if let Some(site) = self.site(object)
                && site != NONE
            {
                self.tested.insert(site);
            }
        }
    }
}
