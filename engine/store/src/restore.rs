//! Putting a damaged file back, byte for byte.
//!
//! The one place where a file is written under a name that a snapshot has already. It stays what it was published as: nothing is
//! put back but the bytes whose checksum the snapshot has.

use bytes::Bytes;
use object_store::{ObjectStoreExt, PutPayload};

use crate::{Store, StoreError, TableFile};

impl Store {
    /// Puts a file of a segment back. Every snapshot that names it is whole again; readers that have the damaged one open keep
    /// it until they open it anew. Only under the writer's lock. [`StoreError::Corrupt`] if these are not the bytes that were
    /// published.
    pub async fn put_back(&self, file: &TableFile, data: Bytes) -> Result<(), StoreError> {
        self.only_writing()?;
        if data.len() as u64 != file.bytes || blake3::hash(&data).to_hex().as_str() != file.blake3 {
            return Err(self.corrupt(file, "what was made anew is not what was published"));
        }
        let path = self.object_path(&file.path)?;
        let put = self.object_store().put(&path, PutPayload::from_bytes(data)).await;
        put.map_err(|e| self.object_error(&path, e))?;
        self.start_sync(&path)?;
        self.finish_syncs().await
    }
}
