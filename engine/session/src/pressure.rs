//! A memory pool that asks caches to make room before it refuses.

use datafusion::common::Result;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryLimit, MemoryPool, MemoryReservation};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use std::fmt;
use std::hash::Hash;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

/// Something that holds memory it can do without. It is told how many bytes are wanted, lets about as many go, or all if
/// that is what it can, and returns at once; what it lets go is given back to the pool.
pub type Relief = Arc<dyn Fn(usize) + Send + Sync>;

/// A cache that gives way lets at least this part of it go, so that it need not for each little that somebody wants.
const PART: u64 = 4;

/// Lets so many bytes of a cache go, of whichever entries: to shrink its capacity for a moment would choose those that are used
/// least, and leave it without what it knows of those that it let go before.
pub(crate) fn give_way<K, V, W>(cache: &Cache<K, V, W>, weighter: &W, bytes: usize)
where
    K: Eq + Hash,
    V: Clone,
    W: Weighter<K, V> + Clone,
{
    let held = cache.weight();
    let most = (bytes as u64).max(held / PART);
    if most >= held {
        return cache.clear();
    }
    let gone = AtomicU64::new(0);
    cache.retain(|key, value| {
        gone.load(Ordering::Relaxed) >= most || {
            gone.fetch_add(weighter.weight(key, value), Ordering::Relaxed);
            false
        }
    });
}

/// Whether something may be kept that nobody needs: whoever computes needs memory more, and should not have to ask for it.
pub(crate) fn may_keep(pool: &dyn MemoryPool, bytes: usize) -> bool {
    match pool.memory_limit() {
        MemoryLimit::Finite(limit) => pool.reserved().saturating_add(bytes) <= limit / 4 * 3,
        _ => true,
    }
}

/// Who is asked to make room.
#[derive(Clone, Default)]
pub(crate) struct Reliefs(Arc<RwLock<Vec<Relief>>>);

impl Reliefs {
    pub fn add(&self, relief: Relief) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).push(relief);
    }

    /// Those who are asked, in the order in which they are. Not under the lock: what is let go gives memory back to the pool
    /// that asks.
    fn all(&self) -> Vec<Relief> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
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
        let limit = match self.pool.memory_limit() {
            MemoryLimit::Finite(limit) if additional <= limit => limit,
            // There will never be room for it.
            _ => return self.pool.try_grow(reservation, additional),
        };
        let reliefs = self.reliefs.all();
        for relief in &reliefs {
            // Nothing is missing if an operator has had its share and may spill. It grows as others give way.
            relief(self.pool.reserved().saturating_add(additional).saturating_sub(limit));
            if self.pool.try_grow(reservation, additional).is_ok() {
                return Ok(());
            }
        }
        reliefs.iter().for_each(|relief| relief(usize::MAX));
        self.pool.try_grow(reservation, additional)
    }

    fn reserved(&self) -> usize {
        self.pool.reserved()
    }

    fn memory_limit(&self) -> MemoryLimit {
        self.pool.memory_limit()
    }
}
