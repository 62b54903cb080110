//! Values, solved: which functions each call may run, when names alone do not tell.
//!
//! In: the facts of every file ([`crate::values`]) and the symbol tables. Out: [`CallTargets`]. The facts are inclusion
//! constraints between sets of abstract values (Andersen 1994), solved in rounds ([`variables`]) to the least fixpoint: a set only
//! grows, each value passes each copy once. Calls, members and elements are resolved as values arrive, so that the call
//! graph and the values grow together. There is no context: a function's parameters hold what all its callers give.
//!
//! A set holds at most [`MAX_VALUES`] values. One that would hold more says nothing useful of a call; it is cut and counted, and so
//! are those that copy it ([`CallTargets::cut`]). The calls on them fall back to what names say.
//!
//! Two threads work on a round: one finds out what values bring about ([`Solver`](solver::Solver)), the other does that to variables ([`state`]).
//!
//! In which round something is derived does not depend on the order of the facts. So when it is noted what is derived from what and when
//! ([`Followed`]), an edit is followed from the facts that came and went to all that is other than it was, and to nothing else.

mod ahead;
mod asks;
mod builder;
mod calls;
mod copies;
mod edit;
mod effects;
mod elements;
mod facts;
mod follow;
mod hierarchy;
mod history;
mod kept;
mod lists;
mod literals;
mod matching;
mod members;
mod numbering;
mod of_variables;
mod results;
mod rows;
mod solver;
mod state;
mod stored;
mod time;
mod variables;

pub use builder::ValuesBuilder;
pub use edit::{EditedFacts, Followed};

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use smallvec::SmallVec;
use std::hash::Hasher;
use std::sync::Arc;
use stoa_model::ids::{file_of, local_of, node_id};
use stoa_model::rows::NO_LOCAL;
use stoa_model::{FileId, Interner, NodeId, Symbol};

use super::answer::Target;
use super::stored::Moved;
use super::symbols::Symbols;

/// What one variable may hold at most.
pub const MAX_VALUES: usize = 24;

/// What a call may run.
#[derive(Clone, Copy)]
pub struct Found<'a> {
    /// Methods of the tree.
    pub targets: &'a [Target],
    outside: &'a [Symbol],
    texts: &'a Interner,
    /// Whether no reference asks for them: calls that operators make, and calls by the name of a decorated method.
    pub unasked: bool,
    /// It makes an instance of a type without a constructor of its own: a REF edge names the type, and nothing is run.
    pub implicit: bool,
}

impl<'a> Found<'a> {
    /// Paths of functions outside of the tree.
    pub fn outside(&self) -> impl Iterator<Item = &'a str> {
        let texts = self.texts;
        self.outside.iter().map(|path| texts.get(*path))
    }
}

/// The targets of calls.
#[derive(Clone, Default)]
pub struct CallTargets {
    /// In the order of ids.
    calls: Vec<FoundAt>,
    targets: Vec<Target>,
    outside: Vec<Symbol>,
    texts: Interner,
    /// (variable without a declared type, a type whose instances it holds, how many types it has), in the order of files.
    pub types: Vec<(NodeId, NodeId, u32)>,
    /// Strings and integers of the program that may be keys, by file and by their numbers in it, ascending: another text in place of any
    /// other one leaves all of this as it is.
    keys: Vec<(FileId, u32)>,
    /// Nodes whose sets reached [`MAX_VALUES`], and those that copy them.
    pub cut: u64,
}

/// A call, and where in the common arrays what it may run begins and ends.
#[derive(Clone, Copy)]
struct FoundAt {
    call: NodeId,
    targets: (u32, u32),
    outside: (u32, u32),
    unasked: bool,
    implicit: bool,
}

impl FoundAt {
    /// A call of which nothing was found yet.
    fn of(call: NodeId) -> FoundAt {
        FoundAt { call, targets: (0, 0), outside: (0, 0), unasked: false, implicit: false }
    }
}

impl CallTargets {
    /// What a call was found to run.
    pub fn get(&self, call: NodeId) -> Option<Found<'_>> {
        let place = self.calls.binary_search_by_key(&call, |found| found.call).ok()?;
        Some(self.found(&self.calls[place]))
    }

    /// Adds what calls were found to run by other means: calls in the order of ids, each once.
    pub fn add(&mut self, more: Vec<(NodeId, SmallVec<[Target; 2]>)>) {
        let with_more = Vec::with_capacity(self.calls.len() + more.len());
        let mut known = std::mem::replace(&mut self.calls, with_more).into_iter().peekable();
        for (call, targets) in more {
            self.calls.extend(std::iter::from_fn(|| known.next_if(|k| k.call < call)));
            let mut found = known.next_if(|k| k.call == call).unwrap_or(FoundAt::of(call));
            let old = found.targets.0 as usize..found.targets.1 as usize;
            let start = self.targets.len();
            self.targets.extend_from_within(old);
            for target in targets {
                if self.targets[start..].iter().all(|t| t.id != target.id) {
                    self.targets.push(target);
                }
            }
            found.targets = (start as u32, self.targets.len() as u32);
            self.calls.push(found);
        }
        self.calls.extend(known);
    }

    /// The files of which calls run or variables hold any of some declarations.
    fn naming(&self, declarations: &FxHashSet<NodeId>) -> FxHashSet<FileId> {
        let calls =
            self.sorted().filter(|(_, found)| found.targets.iter().any(|t| declarations.contains(&t.id)));
        let types = self.types.iter().filter(|(_, of, _)| declarations.contains(of));
        calls.map(|(call, _)| file_of(call)).chain(types.map(|(variable, ..)| file_of(*variable))).collect()
    }

    /// Puts what is found of some files in the place of what was, and takes in the keys of all.
    fn replace(&mut self, files: &FxHashSet<FileId>, new: CallTargets) {
        let mut found = CallTargets { keys: new.keys.clone(), cut: new.cut, ..CallTargets::default() };
        found.texts = std::mem::take(&mut self.texts);
        let (mut known, mut others) = (self.calls.iter().peekable(), new.calls.iter().peekable());
        loop {
            let is_known = match (known.peek(), others.peek()) {
                (None, None) => break,
                (Some(_), None) => true,
                (None, Some(_)) => false,
                (Some(known), Some(other)) => known.call < other.call,
            };
            let (at, of) = if is_known { (known.next(), &*self) } else { (others.next(), &new) };
            let Some(at) = at.filter(|at| !is_known || !files.contains(&file_of(at.call))) else { continue };
            let before = (found.targets.len() as u32, found.outside.len() as u32);
            found.targets.extend_from_slice(&of.targets[at.targets.0 as usize..at.targets.1 as usize]);
            for &path in &of.outside[at.outside.0 as usize..at.outside.1 as usize] {
                let path = if is_known { path } else { found.texts.intern(new.texts.get(path)) };
                found.outside.push(path);
            }
            let ends = (found.targets.len() as u32, found.outside.len() as u32);
            found.calls.push(FoundAt { targets: (before.0, ends.0), outside: (before.1, ends.1), ..*at });
        }
        found.types = std::mem::take(&mut self.types);
        found.types.retain(|(variable, ..)| !files.contains(&file_of(*variable)));
        found.types.extend(new.types);
        found.types.sort_unstable();
        *self = found;
    }

    /// The files whose keys are others.
    fn other_keys(&self, keys: &[(FileId, u32)]) -> FxHashSet<FileId> {
        let (before, after): (FxHashSet<_>, FxHashSet<_>) =
            (self.keys.iter().collect(), keys.iter().collect());
        before.symmetric_difference(&after).map(|(file, _)| *file).collect()
    }

    /// Follows an edit that has moved the nodes of a file and changed nothing else that matters here.
    pub fn follow(&mut self, file: FileId, moved: &Moved) {
        let to = |id: NodeId| node_id(file, moved.to(local_of(id)));
        for found in self.calls.iter_mut().filter(|found| file_of(found.call) == file) {
            found.call = to(found.call);
        }
        for (variable, _, _) in self.types.iter_mut().filter(|(variable, ..)| file_of(*variable) == file) {
            *variable = to(*variable);
        }
        if moved.moves_declarations() {
            let targets = self.targets.iter_mut().map(|target| &mut target.id);
            let all = targets.chain(self.types.iter_mut().map(|(_, of, _)| of));
            all.filter(|id| file_of(**id) == file).for_each(|id| *id = to(*id));
            self.calls.sort_by_key(|found| found.call);
        }
    }

    /// Whether any node of a file that calls run or variables hold is there no longer.
    pub fn lacks(&self, file: FileId, moved: &Moved) -> bool {
        let targets = self.targets.iter().map(|target| target.id);
        let calls = self.calls.iter().map(|found| found.call);
        let types = self.types.iter().flat_map(|(variable, of, _)| [*variable, *of]);
        let mut all = targets.chain(calls).chain(types);
        moved.moves_declarations() && all.any(|id| file_of(id) == file && moved.to(local_of(id)) == NO_LOCAL)
    }

    /// Whether any of some texts of a file may be a key: their numbers among its texts.
    pub fn may_be_keys(&self, file: FileId, texts: &[u32]) -> bool {
        texts.iter().any(|text| self.keys.binary_search(&(file, *text)).is_ok())
    }

    /// A fingerprint of what was found of the calls and variables of each file that has any.
    pub fn fingerprints(&self) -> FxHashMap<FileId, u64> {
        let mut files: FxHashMap<FileId, FxHasher> = FxHashMap::default();
        for (call, found) in self.sorted() {
            let hasher = files.entry(file_of(call)).or_default();
            hasher.write_i64(call);
            hasher.write_u8(u8::from(found.unasked) | u8::from(found.implicit) << 1);
            for target in found.targets {
                hasher.write_i64(target.id);
                hasher.write_u8(target.label as u8);
                hasher.write_u64(target.confidence.to_bits());
            }
            for path in found.outside() {
                hasher.write(path.as_bytes());
                hasher.write_u8(0xff);
            }
        }
        for &(variable, of, types) in &self.types {
            let hasher = files.entry(file_of(variable)).or_default();
            hasher.write_i64(variable);
            hasher.write_i64(of);
            hasher.write_u32(types);
        }
        for &(file, text) in &self.keys {
            files.entry(file).or_default().write_u32(text);
        }
        files.into_iter().map(|(file, hasher)| (file, hasher.finish())).collect()
    }

    /// Every call with its targets, in the order of ids.
    pub fn sorted(&self) -> impl Iterator<Item = (NodeId, Found<'_>)> {
        self.calls.iter().map(|found| (found.call, self.found(found)))
    }

    fn found(&self, at: &FoundAt) -> Found<'_> {
        Found {
            targets: &self.targets[at.targets.0 as usize..at.targets.1 as usize],
            outside: &self.outside[at.outside.0 as usize..at.outside.1 as usize],
            texts: &self.texts,
            unasked: at.unasked,
            implicit: at.implicit,
        }
    }
}

/// Solves the facts of a tree.
pub fn solve(facts: ValuesBuilder, symbols: &Arc<Symbols>) -> CallTargets {
    let mut solver = solver::Solver::new(facts, symbols, false);
    solver.solve();
    let found = solver.results(|_| true);
    // It is large, and nobody needs to wait until it is gone.
    rayon::spawn(move || drop(solver));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use stoa_model::EdgeLabel;

    #[test]
    fn what_is_added_joins_what_was_found() {
        let target = |id| Target { id, label: EdgeLabel::Value, confidence: 0.9 };
        let mut calls = CallTargets::default();
        calls.add(vec![(2, [target(20)].into_iter().collect()), (5, [target(50)].into_iter().collect())]);
        calls.add(vec![
            (1, [target(10)].into_iter().collect()),
            (5, [target(50), target(51)].into_iter().collect()),
            (9, [target(90)].into_iter().collect()),
        ]);
        let all: Vec<(NodeId, Vec<NodeId>)> = calls
            .sorted()
            .map(|(call, found)| (call, found.targets.iter().map(|t| t.id).collect()))
            .collect();
        assert_eq!(all, [(1, vec![10]), (2, vec![20]), (5, vec![50, 51]), (9, vec![90])]);
        assert!(calls.get(3).is_none());
    }
}
