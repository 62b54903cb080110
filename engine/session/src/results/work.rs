//! Work that is kept: bytes that only who made them understands, and that make a later answer cheaper.
//!
//! They are the store's alone, one for each key: what is kept anew takes the place of what was there.

use bytes::Bytes;
use std::sync::Arc;
use std::time::Duration;
use stoa_store::{CacheNote, time};

use super::{Key, Kind, PART, ResultCache};

impl ResultCache {
    /// Whether work is kept at all.
    pub fn keeps_work(&self) -> bool {
        self.shared.bytes > 0
    }

    /// The work of a key, as it was kept.
    pub async fn work(&self, key: Key) -> Option<Bytes> {
        if !self.keeps_work() {
            return None;
        }
        match self.store.cached(&key.hex()).await {
            Ok(found) => found.map(|(_, data)| data),
            Err(error) => {
                self.trouble("read", &error);
                None
            }
        }
    }

    /// Keeps the work of a key behind the answers, if it is not too much for the store's cache.
    pub fn keep_work(self: &Arc<Self>, key: Key, label: &str, elapsed: Duration, data: Bytes) {
        if data.len() as u64 > self.shared.bytes / PART as u64 {
            return;
        }
        let note = CacheNote {
            result: String::new(),
            bytes: 0,
            rows: 0,
            kind: Kind::Work.as_str().to_owned(),
            label: label.to_owned(),
            elapsed: elapsed.as_micros() as u64,
            made_at: time::now(),
        };
        let cache = Arc::clone(self);
        self.behind(async move {
            match cache.store.replace_cached(&key.hex(), note, data).await {
                Ok(_) => cache.wrote().await,
                Err(error) => cache.trouble("write", &error),
            }
        });
    }
}
