//! When something came to be: the phase, the round in it, and the step in the round.

/// A round: the phase in the upper bits, counted from 0 in each.
pub(super) type Round = u32;

/// A round in the upper half, a step in it in the lower one. What a round begins with is there at step 0, what goes somewhere then
/// arrives at step 1.
pub(super) type Time = u64;

/// Not at all.
pub(super) const NEVER: Time = Time::MAX;

const PHASE: u32 = 24;

/// The round in which a phase begins.
pub(super) fn phase(number: u32) -> Round {
    number << PHASE
}

/// The phase of a round.
pub(super) fn phase_of(round: Round) -> u32 {
    round >> PHASE
}

/// The first step of a round in which something arrives.
pub(super) fn start(round: Round) -> Time {
    Time::from(round) << 32 | 1
}

pub(super) fn round(time: Time) -> Round {
    (time >> 32) as Round
}

/// When what came at `time` arrives where a copy takes it that there is since a round.
pub(super) fn arrival(time: Time, since: Round) -> Time {
    if round(time) < since { start(since) } else { time + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_there_before_a_copy_arrives_when_it_begins() {
        assert_eq!(arrival(start(3), 3), start(3) + 1);
        assert_eq!(arrival(start(2) + 7, 3), start(3));
        assert_eq!(arrival(start(4) + 7, 3), start(4) + 8);
        assert_eq!(phase_of(phase(2) + 5), 2);
        assert_eq!(round(start(phase(2) + 5)), phase(2) + 5);
        assert_eq!(round(NEVER), Round::MAX);
    }
}
