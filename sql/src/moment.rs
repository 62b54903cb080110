//! A moment in the history of a store: a snapshot's number, or a time.

use std::str::FromStr;
use stoa_store::{Store, StoreError, time};

/// Which snapshot is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Snapshot(u64),
    /// The one that readers saw at this time, in milliseconds since the Unix epoch.
    Time(u64),
}

impl Moment {
    /// The number of the snapshot.
    pub async fn number(&self, store: &Store) -> Result<u64, StoreError> {
        match *self {
            Moment::Snapshot(number) => Ok(number),
            Moment::Time(time) => Ok(store.snapshot_at(time).await?.number),
        }
    }
}

impl FromStr for Moment {
    type Err = String;

    fn from_str(text: &str) -> Result<Moment, String> {
        let text = text.trim();
        match (text.parse(), time::parse(text)) {
            (Ok(number), _) => Ok(Moment::Snapshot(number)),
            (Err(_), Some(time)) => Ok(Moment::Time(time)),
            (Err(_), None) => {
                let example = "2026-11-21, '2026-11-21 09:30' or 2026-11-21T09:30:15Z";
                Err(format!(
                    "{text} is neither the number of a snapshot nor a time; times are written {example}"
                ))
            }
        }
    }
}
