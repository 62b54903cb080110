//! Values, solved: which functions each call may run, when names alone do not tell.
//!
//! In: the facts of every file ([`crate::values`]) and the symbol tables. Out: [`CallTargets`]. The facts are inclusion
//! constraints between sets of abstract values (Andersen 1994), solved with a worklist to the least fixpoint: a set only
//! grows, each value passes each copy once. Calls, members and elements are resolved as values arrive, so that the call
//! graph and the values grow together. There is no context: a function's parameters hold what all its callers give.
//!
//! A set holds at most [`MAX_VALUES`] values. One that would hold more says nothing useful of a call; it is cut and counted
//! ([`CallTargets::cut`]), and the calls on it fall back to what names say.

mod builder;
mod calls;
mod facts;
mod hierarchy;
mod lists;
mod members;
mod numbering;
mod solver;
mod variables;

pub use builder::ValuesBuilder;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use stoa_model::NodeId;

use super::answer::Target;
use super::symbols::Symbols;

/// What one variable may hold at most.
pub const MAX_VALUES: usize = 24;

/// What a call may run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Methods of the tree.
    pub targets: SmallVec<[Target; 2]>,
    /// Paths of functions outside of it.
    pub outside: SmallVec<[Box<str>; 1]>,
    /// Whether no reference asks for them: calls that operators make, and calls by the name of a decorated method.
    pub unasked: bool,
    /// It makes an instance of a type without a constructor of its own: a REF edge names the type, and nothing is run.
    pub implicit: bool,
}

/// The targets of calls.
#[derive(Default)]
pub struct CallTargets {
    calls: FxHashMap<NodeId, Found>,
    /// (variable without a declared type, a type whose instances it holds, how many types it has), in the order of files.
    pub types: Vec<(NodeId, NodeId, u32)>,
    /// Sets that reached [`MAX_VALUES`].
    pub cut: u64,
}

impl CallTargets {
    /// What a call was found to run.
    pub fn get(&self, call: NodeId) -> Option<&Found> {
        self.calls.get(&call)
    }

    /// Every call with its targets, in the order of ids.
    pub fn sorted(&self) -> Vec<(NodeId, &Found)> {
        let mut all: Vec<_> = self.calls.iter().map(|(id, found)| (*id, found)).collect();
        all.sort_unstable_by_key(|(id, _)| *id);
        all
    }
}

/// Solves the facts of a tree.
pub fn solve(facts: ValuesBuilder, symbols: &Symbols) -> CallTargets {
    let mut solver = solver::Solver::new(facts, symbols);
    solver.solve();
    solver.finish()
}
