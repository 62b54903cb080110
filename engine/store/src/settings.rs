//! Settings of a store as a whole: part of its snapshots, carried from each to the next.
//!
//! How long snapshots are kept is told by [`Retention`](crate::Retention); this is the list of all others.

use crate::{CacheLimits, Operation, Snapshot, SnapshotDraft, Store, StoreError};

/// A setting: a number that the store carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    pub name: &'static str,
    pub default: u64,
    pub meaning: &'static str,
}

/// Every setting.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "cache.bytes",
        default: 1 << 30,
        meaning: "bytes of answers that the store keeps; 0 keeps none",
    },
    Setting {
        name: "cache.days",
        default: 30,
        meaning: "answers go when nobody has asked for them so many days",
    },
    Setting {
        name: "alert.store_bytes",
        default: 0,
        meaning: "a store larger than this is reported; 0 never is",
    },
    Setting {
        name: "alert.memory_percent",
        default: 90,
        meaning: "memory in use above so many percent of what there is, or may be used, is reported",
    },
    Setting {
        name: "alert.failed_percent",
        default: 5,
        meaning: "queries that fail above so many percent are reported",
    },
    Setting {
        name: "alert.hit_percent",
        default: 0,
        meaning: "answers found in the cache below so many percent are reported",
    },
    Setting {
        name: "alert.slow_percent",
        default: 5,
        meaning: "slow queries above so many percent are reported",
    },
];

/// The setting of a name.
pub(crate) fn find(name: &str) -> Option<&'static Setting> {
    SETTINGS.iter().find(|setting| setting.name == name)
}

impl Snapshot {
    /// The value of a setting; 0 for one that does not exist.
    pub fn setting(&self, name: &str) -> u64 {
        let set = self.settings.get(name).and_then(|value| value.parse().ok());
        set.or_else(|| find(name).map(|setting| setting.default)).unwrap_or_default()
    }

    /// What the store keeps of answers.
    pub fn cache_limits(&self) -> CacheLimits {
        let day = 24 * 3600 * 1000;
        CacheLimits {
            bytes: self.setting("cache.bytes"),
            age: self.setting("cache.days").saturating_mul(day),
        }
    }
}

impl Store {
    /// Publishes the newest snapshot once more, with settings changed. Only under the writer's lock.
    pub async fn set_settings(&self, changes: &[(&'static Setting, u64)]) -> Result<Snapshot, StoreError> {
        self.only_writing()?;
        let Some(newest) = self.latest().await? else {
            return Err(StoreError::NoSnapshot { location: self.location().to_owned() });
        };
        let mut draft = SnapshotDraft::from(&newest);
        for (setting, value) in changes {
            draft.settings.insert(setting.name.to_owned(), value.to_string());
        }
        self.publish_as(draft, Operation::Settings).await
    }
}
