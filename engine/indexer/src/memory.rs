//! How much memory the process has taken, and how much it may.
//!
//! A group of files is lowered by one thread, and the rows of the group stay in memory until they are written. Each group reserves
//! what it will need of one [`Budget`] before it starts, and a file that needs more than its share of bytes (a generated one, in
//! which every byte is a token) asks for more before it is parsed. Whoever does not fit waits until others are done.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Memory for a byte of source that people wrote: its tree, nodes, edges and columns together.
pub const PER_BYTE: u64 = 64;
/// What is kept from one edit to the next may take this part of the memory: a quarter.
pub const DERIVED: u64 = 4;
/// Memory for a token. Measured at 390 to 520 over seven languages, in files of nothing but short statements.
const PER_TOKEN: u64 = 512;

/// The memory that a file takes while it is parsed and its rows are kept, from above.
pub fn need(source: &[u8]) -> u64 {
    source.len() as u64 * 8 + tokens(source) * PER_TOKEN
}

/// About how many tokens a text has: words, and characters that are neither of a word nor blank.
fn tokens(source: &[u8]) -> u64 {
    let (mut tokens, mut in_word) = (0u64, false);
    for &byte in source {
        let word = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        tokens += u64::from(!(byte.is_ascii_whitespace() || word && in_word));
        in_word = word;
    }
    tokens
}

/// Memory that threads share: bytes are reserved before they are used, and given back by dropping the reservation.
pub struct Budget {
    limit: u64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    reserved: u64,
    /// Reservations whose owners are not waiting for more.
    running: usize,
    /// Who waits: those who hold something already first, then in the order in which they came.
    queue: BTreeSet<(Holds, u64)>,
    tickets: u64,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Holds {
    Something,
    Nothing,
}

impl Budget {
    pub fn new(limit: u64) -> Budget {
        Budget { limit, state: Mutex::default(), changed: Condvar::new() }
    }

    /// Reserves bytes, and waits until there is room for them. A request that never fits is granted when nobody else holds any.
    pub fn reserve(&self, bytes: u64) -> Reservation<'_> {
        self.acquire(Holds::Nothing, bytes);
        Reservation { budget: self, bytes }
    }

    fn acquire(&self, holds: Holds, bytes: u64) {
        let mut state = self.lock();
        if holds == Holds::Something {
            state.running -= 1;
            // Another may have waited for us alone.
            self.changed.notify_all();
        }
        let ticket = (holds, state.tickets);
        state.tickets += 1;
        state.queue.insert(ticket);
        // When all who hold memory wait for more, none would be given back: then the first goes on regardless.
        while state.queue.first() != Some(&ticket)
            || (state.reserved + bytes > self.limit && state.running > 0)
        {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.queue.remove(&ticket);
        state.reserved += bytes;
        state.running += 1;
        self.changed.notify_all();
    }

    // The numbers are whole after every change, so a panic in another thread has not broken them.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Bytes of a [`Budget`].
pub struct Reservation<'a> {
    budget: &'a Budget,
    bytes: u64,
}

impl Reservation<'_> {
    /// Reserves more, and waits until there is room.
    pub fn grow(&mut self, bytes: u64) {
        if bytes > 0 {
            self.budget.acquire(Holds::Something, bytes);
            self.bytes += bytes;
        }
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        let mut state = self.budget.lock();
        state.reserved -= self.bytes;
        state.running -= 1;
        self.budget.changed.notify_all();
    }
}

/// The largest resident set of this process so far, in bytes; 0 where the system does not tell.
pub fn peak() -> u64 {
    // Linux writes it in kB: proc(5), VmHWM.
    std::fs::read_to_string("/proc/self/status")
        .ok()
        .and_then(|status| {
            let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
            line.split_ascii_whitespace().nth(1)?.parse::<u64>().ok()
        })
        .map_or(0, |kilobytes| kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Duration;

    #[test]
    fn tokens_are_words_and_signs() {
        assert_eq!(tokens(b"  foo(bar_1, 'x y') ;\n"), 10);
        assert_eq!(tokens(b"1,1,1"), 5);
        assert_eq!(tokens("é é".as_bytes()), 2);
        assert_eq!(tokens(b""), 0);
    }

    #[test]
    fn what_is_reserved_stays_within_the_limit() {
        let budget = Budget::new(100);
        let (held, most) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|scope| {
            for thread in 0..8u64 {
                let (budget, held, most) = (&budget, &held, &most);
                scope.spawn(move || {
                    for round in 0..50 {
                        let bytes = 10 + (thread * 7 + round) % 50;
                        let reservation = budget.reserve(bytes);
                        let now = held.fetch_add(bytes, Ordering::SeqCst) + bytes;
                        most.fetch_max(now, Ordering::SeqCst);
                        std::thread::yield_now();
                        held.fetch_sub(bytes, Ordering::SeqCst);
                        drop(reservation);
                    }
                });
            }
        });
        let most = most.into_inner();
        assert!((60..=100).contains(&most), "{most}");
        assert_eq!(budget.lock().reserved, 0);
    }

    #[test]
    fn what_never_fits_runs_alone_and_nobody_waits_for_ever() {
        let budget = Budget::new(100);
        drop(budget.reserve(1000));
        // Two who hold a part each and want more than there is: one goes first, then the other.
        let both = std::sync::Barrier::new(2);
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    let mut reservation = budget.reserve(50);
                    both.wait();
                    reservation.grow(40);
                    std::thread::sleep(Duration::from_millis(5));
                });
            }
        });
        assert_eq!(budget.lock().reserved, 0);
        assert_eq!(budget.lock().running, 0);
        assert!(budget.lock().queue.is_empty());
    }
}
