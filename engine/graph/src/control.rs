//! How an algorithm that runs is told to stop, and asks for memory.

use std::sync::atomic::{AtomicUsize, Ordering};

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

/// The control of several runs, one after the other, each in the memory of the one before: what they ask for counts as
/// much as the one that asked for most.
pub struct Reused<'a> {
    control: &'a dyn Control,
    /// What this run has asked for.
    asked: AtomicUsize,
    /// What was asked of `control`.
    reserved: AtomicUsize,
}

impl<'a> Reused<'a> {
    pub fn new(control: &'a dyn Control) -> Reused<'a> {
        Reused { control, asked: AtomicUsize::new(0), reserved: AtomicUsize::new(0) }
    }

    /// The next run begins.
    pub fn again(&self) {
        self.asked.store(0, Ordering::Relaxed);
    }
}

impl Control for Reused<'_> {
    fn check(&self) -> Result<()> {
        self.control.check()
    }

    fn reserve(&self, bytes: usize) -> Result<()> {
        let asked = self.asked.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let before = self.reserved.fetch_max(asked, Ordering::Relaxed);
        if asked > before { self.control.reserve(asked - before) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    struct Counting(Mutex<usize>);

    impl Control for Counting {
        fn check(&self) -> Result<()> {
            Ok(())
        }

        fn reserve(&self, bytes: usize) -> Result<()> {
            *self.0.lock().unwrap() += bytes;
            Ok(())
        }
    }

    #[test]
    fn runs_one_after_the_other_count_as_the_largest() {
        let counting = Counting(Mutex::new(0));
        let reused = Reused::new(&counting);
        for bytes in [100, 40, 160, 160] {
            reused.again();
            reused.reserve(bytes / 2).unwrap();
            reused.reserve(bytes / 2).unwrap();
        }
        assert_eq!(*counting.0.lock().unwrap(), 160);
    }
}
