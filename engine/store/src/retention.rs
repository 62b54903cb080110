//! Which snapshots are kept: settings of the store, carried from snapshot to snapshot.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::{Snapshot, settings};

/// How many snapshots a store keeps. The newest is always kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The newest so many are kept.
    pub snapshots: u64,
    /// And all that are younger than so many days.
    pub days: u64,
    /// Where readers cannot be seen (object stores), a snapshot stays this long after its successor
    /// appeared, and an unpublished segment this long after it was written.
    pub grace_hours: u64,
}

impl Default for Retention {
    fn default() -> Self {
        Retention { snapshots: 10, days: 0, grace_hours: 24 }
    }
}

const PREFIX: &str = "retention.";

/// The settings, with what they mean: one list for reading, writing and showing.
const SETTINGS: [(&str, &str); 3] = [
    ("retention.snapshots", "the newest so many snapshots are kept"),
    ("retention.days", "snapshots younger than so many days are kept as well"),
    ("retention.grace_hours", "object stores: how long files that readers or writers may hold are spared"),
];

impl Retention {
    /// What the settings of a snapshot say; the default for what they do not.
    pub fn of(settings: &BTreeMap<String, String>) -> Retention {
        let mut retention = Retention::default();
        for (name, _) in SETTINGS {
            if let Some(value) = settings.get(name).and_then(|value| value.parse().ok()) {
                *retention.value_mut(name) = value;
            }
        }
        retention
    }

    /// The settings as name, value and meaning.
    pub fn settings(mut self) -> Vec<(&'static str, u64, &'static str)> {
        SETTINGS.iter().map(|&(name, meaning)| (name, *self.value_mut(name), meaning)).collect()
    }

    /// Writes itself into the settings of a draft.
    pub fn store(self, settings: &mut BTreeMap<String, String>) {
        for (name, value, _) in self.settings() {
            settings.insert(name.to_owned(), value.to_string());
        }
    }

    fn value_mut(&mut self, name: &str) -> &mut u64 {
        match name {
            "retention.snapshots" => &mut self.snapshots,
            "retention.days" => &mut self.days,
            _ => &mut self.grace_hours,
        }
    }

    pub(crate) fn grace(&self) -> Duration {
        Duration::from_secs(self.grace_hours.saturating_mul(3600))
    }

    /// Which of some snapshots, oldest first, are kept at a time in milliseconds.
    pub(crate) fn keeps(&self, snapshots: &[Snapshot], now: u64) -> Vec<bool> {
        let first = snapshots.len().saturating_sub(self.snapshots.max(1).try_into().unwrap_or(usize::MAX));
        let horizon = now.saturating_sub(self.days.saturating_mul(24 * 3600 * 1000));
        let young = |snapshot: &Snapshot| self.days > 0 && snapshot.created_at >= horizon;
        snapshots.iter().enumerate().map(|(at, snapshot)| at >= first || young(snapshot)).collect()
    }
}

impl Snapshot {
    /// The settings of the store as a whole, which every successor takes over; the others say how the
    /// tree was read.
    pub fn store_settings(&self) -> BTreeMap<String, String> {
        let is_ours = |name: &str| name.starts_with(PREFIX) || settings::find(name).is_some();
        let ours = self.settings.iter().filter(|(name, _)| is_ours(name));
        ours.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    pub fn retention(&self) -> Retention {
        Retention::of(&self.settings)
    }
}
