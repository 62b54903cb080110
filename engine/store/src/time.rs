//! Points of time as people write them: UTC, to the second or millisecond.

use arrow::compute::kernels::cast_utils::string_to_timestamp_nanos;
use arrow::temporal_conversions::timestamp_ms_to_datetime;
use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds since the Unix epoch, now.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as u64)
}

/// `2026-11-21 09:30:15`, of milliseconds since the Unix epoch.
pub fn text(millis: u64) -> String {
    let time = i64::try_from(millis).ok().and_then(timestamp_ms_to_datetime);
    time.map_or_else(|| millis.to_string(), |time| time.format("%Y-%m-%d %H:%M:%S").to_string())
}

/// `2026-11-21T09:30:15.250Z`, of milliseconds since the Unix epoch (RFC 3339).
pub fn iso(millis: u64) -> String {
    let time = i64::try_from(millis).ok().and_then(timestamp_ms_to_datetime);
    time.map_or_else(|| millis.to_string(), |time| time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

/// Milliseconds since the Unix epoch from `2026-11-21`, `2026-11-21 09:30`, `2026-11-21T09:30:15.250Z`, with an
/// offset if there is one, else in UTC. A time without a fraction means the whole of its last unit: what happened
/// within that minute, or on that day, had happened.
pub fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    // Arrow reads minutes only with their seconds.
    let clock = text.split_once([' ', 'T']).map(|(_, clock)| clock);
    let (text, unit) = match clock {
        None => (text.to_owned(), 24 * 3600 * 1000),
        Some(clock) if clock.len() == 5 && !clock.contains('.') => (format!("{text}:00"), 60 * 1000),
        Some(clock) if clock.contains('.') => (text.to_owned(), 1),
        Some(_) => (text.to_owned(), 1000),
    };
    let nanos = string_to_timestamp_nanos(&text).ok()?;
    u64::try_from(nanos / 1_000_000).ok().map(|millis| millis + unit - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_they_are_written() {
        let at = 1_795_253_415_250;
        assert_eq!(text(at), "2026-11-21 09:30:15");
        assert_eq!(parse("2026-11-21 09:30:15"), Some(1_795_253_415_999));
        assert_eq!(parse("2026-11-21T09:30:15.250Z"), Some(at));
        assert_eq!(parse("2026-11-21T10:30:15.250+01:00"), Some(at));
        assert_eq!(parse("2026-11-21 09:30"), Some(1_795_253_400_000 + 59_999));
        assert_eq!(parse("2026-11-21"), Some(1_795_219_200_000 + 24 * 3600 * 1000 - 1));
        assert_eq!(parse("yesterday"), None);
    }
}
