//! A circuit breaker for each function on each graph (Nygard, "Release It!", 2007).
//!
//! What has failed for want of memory several times in a row will fail again: it is answered at once, until some time
//! has passed. Then one call is let through; if it succeeds the circuit closes, if not it stays open as long again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How many failures in a row open a circuit.
const FAILURES: u32 = 3;
/// How long a circuit stays open.
const OPEN: Duration = Duration::from_secs(30);
/// How many circuits are remembered; a success forgets one, and so does time.
const MOST: usize = 1024;
/// How long a failure is worth telling.
const RECENT: Duration = Duration::from_secs(600);

/// A function and what its graph was built from, hashed.
pub(super) type Circuit = (&'static str, u64);

#[derive(Debug, Default)]
pub(super) struct Breakers {
    states: Mutex<HashMap<Circuit, State>>,
}

#[derive(Clone, Debug)]
struct State {
    failures: u32,
    opened: Option<Instant>,
    /// One call has been let through to see whether it works again.
    trying: bool,
    /// When it failed last.
    failed: Instant,
    error: String,
}

/// A circuit that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Trouble {
    pub function: &'static str,
    /// `failing`, `open` or `half-open`.
    pub status: &'static str,
    pub failures: u32,
    pub error: String,
}

impl Breakers {
    fn states(&self) -> MutexGuard<'_, HashMap<Circuit, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a call through, or says why not. TRUE for the one call that tries whether it works again.
    pub fn admit(&self, circuit: Circuit, now: Instant) -> Result<bool, String> {
        let mut states = self.states();
        let Some(state) = states.get_mut(&circuit) else { return Ok(false) };
        let Some(opened) = state.opened else { return Ok(false) };
        let left = OPEN.saturating_sub(now.saturating_duration_since(opened));
        if left.is_zero() && !state.trying {
            state.trying = true;
            return Ok(true);
        }
        Err(format!(
            "{} has failed {} times in a row on this graph and is tried again in {} s; the last time: {}",
            circuit.0,
            state.failures,
            left.as_secs().max(1),
            state.error
        ))
    }

    /// The call worked.
    pub fn succeeded(&self, circuit: Circuit) {
        self.states().remove(&circuit);
    }

    /// The call was given up by who asked: it says nothing of the next.
    pub fn abandoned(&self, circuit: Circuit) {
        if let Some(state) = self.states().get_mut(&circuit) {
            state.trying = false;
        }
    }

    /// The call failed for want of something that the next will want as well.
    pub fn failed(&self, circuit: Circuit, error: String, now: Instant) {
        let mut states = self.states();
        if states.len() >= MOST && !states.contains_key(&circuit) {
            // The one that has not failed for the longest time is the least likely to be asked again.
            let oldest = states.iter().min_by_key(|(circuit, state)| (state.failed, **circuit));
            if let Some(oldest) = oldest.map(|(circuit, _)| *circuit) {
                states.remove(&oldest);
            }
        }
        let state = states.entry(circuit).or_insert(State {
            failures: 0,
            opened: None,
            trying: false,
            failed: now,
            error: String::new(),
        });
        state.failures += 1;
        state.failed = now;
        state.error = error;
        state.trying = false;
        if state.failures >= FAILURES {
            state.opened = Some(now);
        }
    }

    /// The circuits that have failed last.
    pub fn troubles(&self, now: Instant) -> Vec<Trouble> {
        let states = self.states();
        let mut troubles: Vec<Trouble> = states
            .iter()
            .filter(|(_, state)| now.saturating_duration_since(state.failed) < RECENT)
            .map(|((function, _), state)| Trouble {
                function,
                status: match state.opened {
                    None => "failing",
                    Some(opened) if now.saturating_duration_since(opened) < OPEN => "open",
                    Some(_) => "half-open",
                },
                failures: state.failures,
                error: state.error.clone(),
            })
            .collect();
        troubles.sort_by(|a, b| (a.function, a.failures, &a.error).cmp(&(b.function, b.failures, &b.error)));
        troubles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opens_after_failures_in_a_row_and_tries_again_later() {
        let breakers = Breakers::default();
        let (circuit, start) = (("pagerank", 7), Instant::now());
        let status = |at| breakers.troubles(at).first().map(|trouble| trouble.status);
        for _ in 0..2 {
            breakers.failed(circuit, "no memory".into(), start);
            assert!(breakers.admit(circuit, start).is_ok());
        }
        assert_eq!(status(start), Some("failing"));
        breakers.failed(circuit, "no memory".into(), start);
        assert_eq!(status(start), Some("open"));
        assert!(breakers.admit(circuit, start).unwrap_err().contains("no memory"));
        assert!(breakers.admit(("pagerank", 8), start).is_ok(), "another graph is another circuit");

        let later = start + OPEN;
        assert_eq!(status(later), Some("half-open"));
        assert!(breakers.admit(circuit, later).is_ok());
        assert!(breakers.admit(circuit, later).is_err(), "one call at a time tries");
        breakers.failed(circuit, "no memory".into(), later);
        assert!(breakers.admit(circuit, later).is_err());

        let last = later + OPEN;
        assert!(breakers.admit(circuit, last).is_ok());
        breakers.abandoned(circuit);
        assert!(breakers.admit(circuit, last).is_ok());
        breakers.succeeded(circuit);
        assert_eq!(status(last), None);
    }
}
