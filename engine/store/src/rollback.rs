//! Going back: finding a snapshot of the past, and publishing its content anew.

use object_store::ObjectStoreExt;

use crate::{Operation, Retention, Snapshot, SnapshotDraft, Store, StoreError};

impl Store {
    /// The snapshot that readers saw at a time, in milliseconds since the Unix epoch.
    pub async fn snapshot_at(&self, time: u64) -> Result<Snapshot, StoreError> {
        let snapshots = self.snapshots().await?;
        let oldest = snapshots.first().map(|s| s.created_at);
        let seen = snapshots.into_iter().rev().find(|s| s.created_at <= time);
        seen.ok_or_else(|| StoreError::BeforeHistory { location: self.location().to_owned(), oldest })
    }

    /// Publishes a snapshot with the rows of an older one. What lies between stays in the history. File ids
    /// go on from the newest snapshot, so that none is given twice. Only under the writer's lock.
    pub async fn rollback(&self, to: u64) -> Result<Snapshot, StoreError> {
        self.republish(to, Operation::Rollback { to }).await
    }

    /// Publishes the rows of a snapshot as the newest one. Only under the writer's lock.
    pub async fn republish(&self, to: u64, operation: Operation) -> Result<Snapshot, StoreError> {
        self.only_writing()?;
        let target = self.snapshot(to).await?;
        for file in target.segments.iter().flat_map(|s| &s.tables) {
            let path = self.object_path(&file.path)?;
            match self.object_store().head(&path).await {
                Ok(found) if found.size == file.bytes => {}
                Ok(found) => {
                    let why = format!("it has {} bytes instead of {}", found.size, file.bytes);
                    return Err(StoreError::Corrupt { path: self.describe(&path), why });
                }
                Err(object_store::Error::NotFound { .. }) => {
                    return Err(StoreError::MissingFile { path: self.describe(&path) });
                }
                Err(source) => return Err(self.object_error(&path, source)),
            }
        }
        let newest = self.latest().await?;
        let mut draft = SnapshotDraft::from(&target);
        if let Some(newest) = &newest {
            draft.parent = Some(newest.number);
            draft.next_file_id = draft.next_file_id.max(newest.next_file_id);
            draft.settings.retain(|name, _| !target.store_settings().contains_key(name));
            draft.settings.extend(newest.store_settings());
        }
        self.publish_as(draft, operation).await
    }

    /// Publishes the newest snapshot once more, under another retention.
    pub async fn set_retention(&self, retention: Retention) -> Result<Snapshot, StoreError> {
        self.only_writing()?;
        let Some(newest) = self.latest().await? else {
            return Err(StoreError::NoSnapshot { location: self.location().to_owned() });
        };
        let mut draft = SnapshotDraft::from(&newest);
        retention.store(&mut draft.settings);
        self.publish_as(draft, Operation::Settings).await
    }

    /// An error unless this process holds the writer's lock.
    pub(crate) fn only_writing(&self) -> Result<(), StoreError> {
        match self.is_writing() {
            true => Ok(()),
            false => Err(StoreError::NotLocked { location: self.location().to_owned() }),
        }
    }
}
