//! What becomes of a call, for the breaker of its circuit.

use datafusion::common::{Result, resources_datafusion_err};
use datafusion::error::DataFusionError;
use datafusion::execution::memory_pool::{MemoryLimit, MemoryPool};
use std::sync::Arc;
use std::time::Instant;

use super::breaker::Circuit;
use super::services::Services;

/// Tells the breaker how a call ended, also when nobody waits for it any more.
pub(super) struct Verdict<'a> {
    services: &'a Services,
    pool: Arc<dyn MemoryPool>,
    circuit: Circuit,
    /// Whether this call is the one that tries whether it works again.
    trial: bool,
    settled: bool,
}

impl<'a> Verdict<'a> {
    /// Lets a call through, or says why not.
    pub fn admit(
        services: &'a Services,
        pool: &Arc<dyn MemoryPool>,
        circuit: Circuit,
    ) -> Result<Verdict<'a>> {
        let trial = services.breakers.admit(circuit, Instant::now());
        let trial = trial.map_err(|error| resources_datafusion_err!("{error}"))?;
        Ok(Verdict { services, pool: Arc::clone(pool), circuit, trial, settled: false })
    }

    /// Whether others hold so much of the memory that a call may have failed because of them alone.
    fn is_crowded(&self) -> bool {
        match self.pool.memory_limit() {
            MemoryLimit::Finite(limit) => {
                self.services.cache.release();
                self.pool.reserved() > limit / 4
            }
            _ => false,
        }
    }

    fn abandon(&self) {
        if self.trial {
            self.services.breakers.abandoned(self.circuit);
        }
    }

    pub fn settle<T>(&mut self, answer: &Result<T>) {
        self.settled = true;
        let breakers = &self.services.breakers;
        match answer {
            Ok(_) => breakers.succeeded(self.circuit),
            Err(error) => match error.find_root() {
                DataFusionError::ResourcesExhausted(_) if self.is_crowded() => self.abandon(),
                DataFusionError::ResourcesExhausted(message) | DataFusionError::Internal(message) => {
                    breakers.failed(self.circuit, message.clone(), Instant::now());
                }
                // A wrong argument is answered by looking at it; it takes nothing from anybody.
                _ => self.abandon(),
            },
        }
    }
}

impl Drop for Verdict<'_> {
    fn drop(&mut self) {
        if !self.settled {
            self.abandon();
        }
    }
}
