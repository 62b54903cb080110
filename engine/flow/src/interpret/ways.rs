//! What perhaps runs, and what runs in one of several ways: the states behind them, joined.

use super::Run;
use crate::domain::{BOTTOM, State, ValueId};

impl Run<'_> {
    /// Runs what may not come to be run: the state behind it is that of having run and that of not having.
    pub(super) fn perhaps<T>(&mut self, run: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.state.clone();
        let result = run(self);
        self.stopped = false;
        let mut after = std::mem::replace(&mut self.state, before.clone());
        self.join_into(&mut after, &before, false);
        self.state = after;
        result
    }

    /// Runs each way on the state that there is: what any of them gives, and the state that any of them leaves. The run
    /// has stopped behind it if each way stops.
    pub(super) fn one_of<W>(
        &mut self,
        ways: impl IntoIterator<Item = W>,
        mut run: impl FnMut(&mut Self, W) -> ValueId,
    ) -> ValueId {
        let before = self.state.clone();
        let mut after: Option<State> = None;
        let mut result = BOTTOM;
        for way in ways {
            self.state = before.clone();
            self.stopped = false;
            let value = run(self, way);
            if self.stopped {
                continue;
            }
            result = self.values.join(result, value);
            let state = std::mem::take(&mut self.state);
            match &mut after {
                Some(after) => {
                    self.join_into(after, &state, false);
                }
                None => after = Some(state),
            }
        }
        self.stopped = after.is_none();
        self.state = after.unwrap_or(before);
        result
    }
}
