//! How an algorithm that runs is told to stop, and asks for memory.

use crate::{GraphError, Result};

/// What an algorithm asks while it runs. One control belongs to one run; threads share it.
pub trait Control: Sync {
    /// Fails with [`GraphError::Cancelled`] once nobody waits for the answer. Cheap: one atomic load.
    fn check(&self) -> Result<()>;

    /// Asks for `bytes` more, until the end of the run; fails with [`GraphError::Memory`] where they are not
    /// to be had. What grows with the graph alone was reserved before the run; this is for what grows with the answer.
    fn reserve(&self, bytes: usize) -> Result<()>;
}

/// No limits: for tests, and for callers that have done their own accounting.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unlimited;

impl Control for Unlimited {
    fn check(&self) -> Result<()> {
        Ok(())
    }

    fn reserve(&self, _: usize) -> Result<()> {
        Ok(())
    }
}

/// Asks a [`Control`] every so many steps: in a loop whose step is a few instructions, asking costs nothing.
pub struct Pace<'a> {
    control: &'a dyn Control,
    left: u32,
}

impl<'a> Pace<'a> {
    /// How many steps go by between two questions: some tens of microseconds.
    const STRIDE: u32 = 1 << 14;

    pub fn new(control: &'a dyn Control) -> Pace<'a> {
        Pace { control, left: Pace::STRIDE }
    }

    /// Counts `steps` steps.
    #[inline]
    pub fn steps(&mut self, steps: usize) -> Result<()> {
        match self.left.checked_sub(u32::try_from(steps).unwrap_or(u32::MAX)) {
            Some(left) => {
                self.left = left;
                Ok(())
            }
            None => {
                self.left = Pace::STRIDE;
                self.control.check()
            }
        }
    }

    /// Counts one step.
    #[inline]
    pub fn step(&mut self) -> Result<()> {
        self.steps(1)
    }
}

impl From<std::collections::TryReserveError> for GraphError {
    fn from(error: std::collections::TryReserveError) -> Self {
        GraphError::Memory(error.to_string())
    }
}
