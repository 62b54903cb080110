//! A memory pool that asks caches to make room before it refuses.

use datafusion::common::Result;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

/// Something that holds memory it can do without. Returns at once; what it lets go is given back to the pool.
pub type Relief = Arc<dyn Fn() + Send + Sync>;

/// Who is asked to make room.
#[derive(Clone, Default)]
pub(crate) struct Reliefs(Arc<RwLock<Vec<Relief>>>);

impl Reliefs {
    pub fn add(&self, relief: Relief) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(relief);
    }

    fn make_room(&self) {
        // Not under the lock: what is let go gives memory back to the pool that asks.
        let reliefs = self.0.read().unwrap_or_else(PoisonError::into_inner).clone();
        reliefs.iter().for_each(|relief| relief());
    }
}

impl fmt::Debug for Reliefs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reliefs").finish_non_exhaustive()
    }
}

/// A pool in front of which caches shrink before anybody is refused.
#[derive(Debug)]
pub(crate) struct RelievedPool<P> {
    pool: P,
    reliefs: Reliefs,
}

impl<P> RelievedPool<P> {
    pub fn new(pool: P, reliefs: Reliefs) -> RelievedPool<P> {
        RelievedPool { pool, reliefs }
    }
}

impl<P: MemoryPool> fmt::Display for RelievedPool<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.pool, f)
    }
}

impl<P: MemoryPool> MemoryPool for RelievedPool<P> {
    fn name(&self) -> &str {
        self.pool.name()
    }

    fn register(&self, consumer: &MemoryConsumer) {
        self.pool.register(consumer);
    }

    fn unregister(&self, consumer: &MemoryConsumer) {
        self.pool.unregister(consumer);
    }

    fn grow(&self, reservation: &MemoryReservation, additional: usize) {
        self.pool.grow(reservation, additional);
    }

    fn shrink(&self, reservation: &MemoryReservation, shrink: usize) {
        self.pool.shrink(reservation, shrink);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<()> {
        if self.pool.try_grow(reservation, additional).is_ok() {
            return Ok(());
        }
        self.reliefs.make_room();
        self.pool.try_grow(reservation, additional)
    }

    fn reserved(&self) -> usize {
        self.pool.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.pool.memory_limit()
    }
}
