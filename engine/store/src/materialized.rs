//! Tables that MATERIALIZE made: each a query, the rows it gave, and what it had read.
//!
//! ```text
//! materialized/<name>.json                     the query and what is told of its rows
//! materialized/<BLAKE3 of the bytes>.parquet   the rows
//! ```
//!
//! They are part of the store and of no snapshot: what they were made from says whether they still hold. The rows are
//! written before the file that names them, which is replaced in one piece. Rows that no table names any more stay for an
//! hour, for those who read them still.

use bytes::Bytes;
use object_store::{ObjectStoreExt, PutPayload};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

use crate::{Store, StoreError, VerifiedObjects, blocks, time};

const FOLDER: &str = "materialized";
/// How long rows stay that were replaced, in milliseconds.
const GRACE: u64 = 3600 * 1000;

/// A materialized table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Materialized {
    pub name: String,
    /// The query, as it was written.
    pub sql: String,
    /// The key of its answer by the files that it read, and by the rows.
    pub key: Option<String>,
    pub key_by_rows: Option<String>,
    /// The snapshot that it was computed from.
    pub snapshot: u64,
    /// Milliseconds since the Unix epoch.
    pub made_at: u64,
    /// How long computing it took, in microseconds.
    pub elapsed: u64,
    pub rows: u64,
    pub bytes: u64,
    /// BLAKE3 of the rows' file.
    pub blake3: String,
    /// A checksum of each [`crate::BLOCK_BYTES`] of it.
    pub blocks: Vec<u32>,
}

impl Materialized {
    /// Where the rows are, relative to the store.
    pub fn path(&self) -> String {
        format!("{FOLDER}/{}.parquet", self.blake3)
    }
}

/// A file for a name: the name itself where that is plain, else a hash of it.
fn file(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    match !name.is_empty() && name.len() <= 100 && name.bytes().all(plain) {
        true => format!("{FOLDER}/{name}.json"),
        // A plain name has no dash.
        false => format!("{FOLDER}/name-{}.json", &blake3::hash(name.as_bytes()).to_hex()[..32]),
    }
}

impl Store {
    /// The materialized tables, by name.
    pub async fn materialized(&self) -> Result<Vec<Materialized>, StoreError> {
        let mut tables = Vec::new();
        for (path, _, _) in self.objects_under(FOLDER).await? {
            if path.extension() != Some("json") {
                continue;
            }
            let Some(data) = self.read_if_there(&path).await? else { continue };
            let table: Materialized = serde_json::from_slice(&data).map_err(|e| StoreError::Corrupt {
                path: self.describe(&path),
                why: format!("{e}; remove it, and materialize the table again"),
            })?;
            tables.push(table);
        }
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(tables)
    }

    /// Writes a table and its rows, instead of another of its name if there is one. `blake3`, `bytes` and `blocks` are
    /// filled in.
    pub async fn materialize(
        &self,
        mut table: Materialized,
        data: Bytes,
    ) -> Result<Materialized, StoreError> {
        table.blake3 = blake3::hash(&data).to_hex().to_string();
        table.bytes = data.len() as u64;
        table.blocks = blocks::checksums(&data);
        let rows = self.object_path(&table.path())?;
        let put = self.object_store().put(&rows, PutPayload::from_bytes(data)).await;
        put.map_err(|e| self.object_error(&rows, e))?;
        let path = self.object_path(&file(&table.name))?;
        let text = serde_json::to_vec_pretty(&table)
            .map_err(|e| StoreError::Corrupt { path: self.describe(&path), why: e.to_string() })?;
        let put = self.object_store().put(&path, PutPayload::from(text)).await;
        put.map_err(|e| self.object_error(&path, e))?;
        self.sweep_materialized().await?;
        Ok(table)
    }

    /// Removes a table; says whether there was one.
    pub async fn drop_materialized(&self, name: &str) -> Result<bool, StoreError> {
        let path = self.object_path(&file(name))?;
        if self.read_if_there(&path).await?.is_none() {
            return Ok(false);
        }
        self.remove_object(&path).await?;
        self.sweep_materialized().await?;
        Ok(true)
    }

    /// Removes rows that no table names, once nobody can be reading them.
    async fn sweep_materialized(&self) -> Result<(), StoreError> {
        let named: HashSet<String> = self.materialized().await?.into_iter().map(|t| t.blake3).collect();
        let now = time::now();
        for (path, changed, _) in self.objects_under(FOLDER).await? {
            let rows = path.filename().and_then(|name| name.strip_suffix(".parquet"));
            if rows.is_some_and(|rows| !named.contains(rows) && now.saturating_sub(changed) > GRACE) {
                self.remove_object(&path).await?;
            }
        }
        Ok(())
    }

    /// An object store in which what is read of a table's rows is verified.
    pub fn verified_rows(&self, table: &Materialized) -> Result<VerifiedObjects, StoreError> {
        let path = self.object_path(&table.path())?;
        Ok(VerifiedObjects::of_file(self, path, table.bytes, table.blocks.clone()))
    }
}
