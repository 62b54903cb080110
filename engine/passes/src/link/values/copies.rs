//! Where what variables hold goes.

use super::lists::{List, Lists};
use super::variables::{Var, many_variables};

/// Of each variable those that take all that it holds.
pub(super) struct Copies {
    heads: Vec<List>,
    lists: Lists<Var>,
    /// Variables that were cut before this round: nothing goes there any longer.
    closed: Vec<bool>,
}

impl Default for Copies {
    fn default() -> Copies {
        Copies::new(0)
    }
}

impl Copies {
    /// For so many facts.
    pub fn new(facts: usize) -> Copies {
        let variables = many_variables(facts);
        Copies {
            heads: Vec::with_capacity(variables),
            lists: Lists::with_capacity(facts * 2),
            closed: Vec::with_capacity(variables),
        }
    }

    /// There are so many variables from now on.
    pub fn grow(&mut self, count: usize) {
        self.heads.resize(count, List::default());
        self.closed.resize(count, false);
    }

    pub fn push(&mut self, from: Var, to: Var) {
        self.lists.push(&mut self.heads[from as usize], to);
    }

    pub fn of(&self, from: Var) -> impl Iterator<Item = Var> + '_ {
        self.lists.of(self.heads[from as usize])
    }

    /// Looks at the first and the last of the copies of a variable.
    pub fn look(&self, from: Var) -> u32 {
        self.lists.look(self.heads[from as usize])
    }

    /// Nothing goes to a variable or from it any longer.
    pub fn close(&mut self, var: Var) {
        self.heads[var as usize] = List::default();
        self.closed[var as usize] = true;
    }

    pub fn is_closed(&self, var: Var) -> bool {
        self.closed[var as usize]
    }
}
