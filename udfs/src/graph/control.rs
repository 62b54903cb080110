//! The control of one run: its memory, and whether anybody still waits for it.

use datafusion::execution::memory_pool::MemoryReservation;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use stoa_graph::{Control, GraphError};

/// What a running algorithm asks.
pub(super) struct RunControl {
    stop: Arc<AtomicBool>,
    pub memory: MemoryReservation,
}

/// Stops a run when it is dropped.
pub(super) struct StopOnDrop(Arc<AtomicBool>);

impl RunControl {
    pub fn new(memory: MemoryReservation) -> (RunControl, StopOnDrop) {
        let stop = Arc::new(AtomicBool::new(false));
        (RunControl { stop: Arc::clone(&stop), memory }, StopOnDrop(stop))
    }
}

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Control for RunControl {
    fn check(&self) -> Result<(), GraphError> {
        if self.stop.load(Ordering::Relaxed) { Err(GraphError::Cancelled) } else { Ok(()) }
    }

    fn reserve(&self, bytes: usize) -> Result<(), GraphError> {
        self.memory.try_grow(bytes).map_err(|error| GraphError::Memory(error.strip_backtrace()))
    }
}
