//! Notes: small files beside the snapshots, which say what is wanted or under way. They are no part of any snapshot, the last writer
//! wins, and a store without them is whole: whoever cannot read one goes on as if it were not there.
//!
//! | note | who writes it | what it says |
//! |---|---|---|
//! | `index_queue` | the indexer | the files that wait to be indexed, and those that failed |
//! | `touches` | sessions | how often queries touched the files of a folder |

use bytes::Bytes;
use object_store::{ObjectStoreExt, PutPayload};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use crate::{Store, StoreError};

const QUEUE: &str = "notes/index_queue.json";
const TOUCHES: &str = "notes/touches.json";

/// How often queries touched the files of each folder, by its path below the root of the tree (`""` is the root).
pub type Touches = BTreeMap<String, u64>;

/// What is known of a file that waits to be indexed, or that failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueuedFile {
    pub path: String,
    /// The folder: what is indexed together.
    pub module: String,
    /// The place in the queue; 1 comes first.
    pub priority: u64,
    /// Why it has that place.
    pub reason: String,
    pub state: QueueState,
    /// How often it was tried.
    pub attempts: u32,
    /// Why the last attempt failed.
    pub error: Option<String>,
}

/// How far a queued file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueState {
    Waiting,
    Working,
    /// It is tried once more behind all others.
    Retry,
    Failed,
}

impl QueueState {
    pub const fn as_str(self) -> &'static str {
        match self {
            QueueState::Waiting => "waiting",
            QueueState::Working => "working",
            QueueState::Retry => "retry",
            QueueState::Failed => "failed",
        }
    }
}

impl Store {
    /// What waits to be indexed, in its order; nothing if nothing does.
    pub async fn index_queue(&self) -> Vec<QueuedFile> {
        self.note(QUEUE).await.unwrap_or_default()
    }

    /// Notes what waits to be indexed.
    pub async fn set_index_queue(&self, queue: &[QueuedFile]) -> Result<(), StoreError> {
        self.set_note(QUEUE, &queue).await
    }

    /// How often queries touched each folder.
    pub async fn touches(&self) -> Touches {
        self.note(TOUCHES).await.unwrap_or_default()
    }

    /// Adds to how often queries touched each folder. Of two processes that add at the same time one may not be counted.
    pub async fn add_touches(&self, more: &Touches) -> Result<(), StoreError> {
        let mut touches = self.touches().await;
        for (folder, count) in more {
            *touches.entry(folder.clone()).or_default() += count;
        }
        self.set_note(TOUCHES, &touches).await
    }

    async fn note<T: for<'a> Deserialize<'a>>(&self, name: &str) -> Option<T> {
        let found = self.object_store().get(&self.object_path(name).ok()?).await.ok()?;
        serde_json::from_slice(&found.bytes().await.ok()?).ok()
    }

    async fn set_note<T: Serialize>(&self, name: &str, note: &T) -> Result<(), StoreError> {
        let path = self.object_path(name)?;
        let text = serde_json::to_vec(note)
            .map_err(|e| StoreError::Corrupt { path: self.describe(&path), why: e.to_string() })?;
        let put = self.object_store().put(&path, PutPayload::from_bytes(Bytes::from(text))).await;
        put.map(drop).map_err(|e| self.object_error(&path, e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn touches_add_up() {
        let store = Store::in_memory();
        assert_eq!(store.touches().await, Touches::new());
        for _ in 0..2 {
            store.add_touches(&[("src/app".to_owned(), 2)].into()).await.unwrap();
        }
        assert_eq!(store.touches().await, [("src/app".to_owned(), 4)].into());
        assert_eq!(store.index_queue().await, []);
    }
}
