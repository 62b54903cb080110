//! Snapshots: what one state of every table is made of, and its form on disk.
//!
//! A snapshot file is JSON in a zstd frame with a checksum: people can read it (`zstdcat`), and a file cut
//! short or scribbled over is told from a good one.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use stoa_model::tables::Table;
use stoa_model::{FileId, SCHEMA_VERSION};

/// One file of a segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableFile {
    #[serde(with = "table_name")]
    pub table: Table,
    /// Relative to the store, with `/`.
    pub path: String,
    pub rows: u64,
    pub bytes: u64,
    /// BLAKE3 of the file, in hexadecimal.
    pub blake3: String,
    /// Rows of each kind, for a table that has kinds; empty in snapshots of before this was counted.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub kinds: BTreeMap<String, u64>,
    /// Rows of each language, likewise.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub languages: BTreeMap<String, u64>,
    /// A checksum of each [`crate::BLOCK_BYTES`] of the file, so that a part of it is verified without the
    /// rest; empty in snapshots of before there were any.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<u32>,
}

/// An immutable group of table files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentMeta {
    /// A ULID: segments written later sort later.
    pub id: String,
    /// In the order of [`Table::STORED`]; tables without rows have no file.
    pub tables: Vec<TableFile>,
    #[serde(default, skip_serializing_if = "SegmentRole::is_files")]
    pub role: SegmentRole,
    /// When its rows were made, in milliseconds since the Unix epoch, if that is not the time in its id: a segment
    /// that was made from others is as old as the youngest of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<u64>,
}

/// What the rows of a segment are about. The two are never mixed: a file's links are replaced without its own rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentRole {
    /// Source files: all that each says by itself.
    #[default]
    Files,
    /// What linking made of files of other segments: edges, stubs.
    Links,
}

impl SegmentRole {
    fn is_files(&self) -> bool {
        *self == SegmentRole::Files
    }
}

impl SegmentMeta {
    /// The segment's file of a table, if it has rows of it.
    pub fn table(&self, table: Table) -> Option<&TableFile> {
        self.tables.iter().find(|f| f.table == table)
    }

    /// When its rows were made, in milliseconds since the Unix epoch; none if nothing says so.
    pub fn made_at(&self) -> Option<u64> {
        self.made_at.or_else(|| ulid::Ulid::from_string(&self.id).ok().map(|id| id.timestamp_ms()))
    }
}

/// What made a snapshot of the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// A source tree was read.
    #[default]
    Index,
    /// What another tool knows was read.
    Import,
    /// The same rows in the columns of a newer schema.
    Migrate,
    /// The same rows in other segments.
    Optimize,
    /// The rows of an older snapshot once more.
    Rollback { to: u64 },
    /// What was damaged was left out or made anew.
    Repair,
    /// The same segments under other settings.
    Settings,
}

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Operation::Index => f.pad("index"),
            Operation::Import => f.pad("import"),
            Operation::Migrate => f.pad("migrate"),
            Operation::Optimize => f.pad("optimize"),
            Operation::Rollback { to } => f.pad(&format!("rollback to {to}")),
            Operation::Repair => f.pad("repair"),
            Operation::Settings => f.pad("settings"),
        }
    }
}

/// A published state of every table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    pub schema_version: u32,
    pub number: u64,
    /// The snapshot this one was made from.
    pub parent: Option<u64>,
    /// Milliseconds since the Unix epoch.
    pub created_at: u64,
    /// What was done to the parent.
    #[serde(default)]
    pub operation: Operation,
    /// A ULID of its own, by which a writer knows its file from another's with the same content; empty in snapshots of before
    /// there was one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub publication: String,
    /// The first file id that no path has been given yet.
    pub next_file_id: FileId,
    /// How the index was made: languages, source root and the like.
    pub settings: BTreeMap<String, String>,
    pub segments: Vec<SegmentMeta>,
    /// Segment id → ids of the files whose rows in it no longer count, ascending.
    pub dead_files: BTreeMap<String, Vec<FileId>>,
}

impl Snapshot {
    /// The files of a table, in the order of the segments.
    pub fn files(&self, table: Table) -> impl Iterator<Item = &TableFile> {
        self.segments.iter().filter_map(move |s| s.table(table))
    }

    /// The stored rows of a table, dead ones included.
    pub fn rows(&self, table: Table) -> u64 {
        self.files(table).map(|f| f.rows).sum()
    }

    /// The bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.segments.iter().flat_map(|s| &s.tables).map(|f| f.bytes).sum()
    }

    /// The ids of the files whose rows in a segment no longer count, ascending.
    pub fn dead_files(&self, segment: &SegmentMeta) -> &[FileId] {
        self.dead_files.get(&segment.id).map_or(&[], Vec::as_slice)
    }

    /// The bytes of the snapshot's file.
    pub(crate) fn encode(&self) -> Result<Vec<u8>, String> {
        let json = serde_json::to_vec(self).map_err(|e| e.to_string())?;
        let mut encoder = zstd::Encoder::new(Vec::new(), 3).map_err(|e| e.to_string())?;
        encoder.include_checksum(true).map_err(|e| e.to_string())?;
        std::io::Write::write_all(&mut encoder, &json).map_err(|e| e.to_string())?;
        encoder.finish().map_err(|e| e.to_string())
    }

    /// Reads a snapshot's file; `number` is the one in its name.
    pub(crate) fn decode(bytes: &[u8], number: u64) -> Result<Snapshot, DecodeError> {
        /// The one field that every version has. Read first: the others may have changed their meaning.
        #[derive(Deserialize)]
        struct Version {
            schema_version: u32,
        }
        let corrupt = |e: &dyn std::fmt::Display| DecodeError::Corrupt(e.to_string());
        let json = zstd::decode_all(bytes).map_err(|e| corrupt(&e))?;
        let version: Version = serde_json::from_slice(&json).map_err(|e| corrupt(&e))?;
        if version.schema_version > SCHEMA_VERSION {
            return Err(DecodeError::Newer(version.schema_version));
        }
        let snapshot: Snapshot = serde_json::from_slice(&json).map_err(|e| corrupt(&e))?;
        if snapshot.number != number {
            return Err(DecodeError::Corrupt(format!("it says that it is snapshot {}", snapshot.number)));
        }
        Ok(snapshot)
    }
}

/// Why a snapshot's file could not be read.
#[derive(Debug)]
pub(crate) enum DecodeError {
    Newer(u32),
    Corrupt(String),
}

/// What is to be published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotDraft {
    /// The newest snapshot when the draft was made. Publishing fails if there is another by then.
    pub parent: Option<u64>,
    pub segments: Vec<SegmentMeta>,
    pub dead_files: BTreeMap<String, Vec<FileId>>,
    pub next_file_id: FileId,
    pub settings: BTreeMap<String, String>,
}

impl Default for SnapshotDraft {
    /// A first snapshot without rows. File ids count from 1.
    fn default() -> Self {
        SnapshotDraft {
            parent: None,
            segments: Vec::new(),
            dead_files: BTreeMap::new(),
            next_file_id: 1,
            settings: BTreeMap::new(),
        }
    }
}

impl From<&Snapshot> for SnapshotDraft {
    /// A successor that so far changes nothing.
    fn from(snapshot: &Snapshot) -> Self {
        SnapshotDraft {
            parent: Some(snapshot.number),
            segments: snapshot.segments.clone(),
            dead_files: snapshot.dead_files.clone(),
            next_file_id: snapshot.next_file_id,
            settings: snapshot.settings.clone(),
        }
    }
}

/// The name of a snapshot's file.
pub(crate) fn file_name(number: u64) -> String {
    format!("{number:08}{SUFFIX}")
}

/// The number in the name of a snapshot's file.
pub(crate) fn number_of(file_name: &str) -> Option<u64> {
    let digits = file_name.strip_suffix(SUFFIX)?;
    (digits.len() >= 8 && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
}

const SUFFIX: &str = ".json.zst";

/// A table as its SQL name.
mod table_name {
    use super::Table;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(table: &Table, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(table.name())
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Table, D::Error> {
        let name = String::deserialize(deserializer)?;
        Table::parse(&name).ok_or_else(|| D::Error::custom(format!("unknown table {name}")))
    }
}
