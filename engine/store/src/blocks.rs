//! Checksums of parts of a file, and an object store that verifies what is read of it.
//!
//! A query reads pages here and there, and Parquet's pages carry no checksum (the writer cannot write one).
//! So a snapshot has a checksum of each block of each file: the first 32 bits of its BLAKE3. [`VerifiedObjects`]
//! widens a read to whole blocks, verifies them, and gives what was asked for. A block that is not what was
//! written is an error that names the file, and no row of it reaches a query.

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::path::Path;
use object_store::{
    CopyOptions, GetOptions, GetRange, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::{Snapshot, Store};

/// Bytes of a block: what reading one byte costs to verify. A block takes some 20 µs.
pub const BLOCK_BYTES: u64 = 64 * 1024;

/// The checksum of each block of a file.
pub(crate) fn checksums(data: &[u8]) -> Vec<u32> {
    data.chunks(BLOCK_BYTES as usize).map(checksum).collect()
}

fn checksum(block: &[u8]) -> u32 {
    let [a, b, c, d, ..] = *blake3::hash(block).as_bytes();
    u32::from_le_bytes([a, b, c, d])
}

/// What is known of a file: its bytes, and the checksum of each block.
#[derive(Debug)]
struct Known {
    bytes: u64,
    blocks: Vec<u32>,
}

/// The object store of a snapshot: reads of the files that it names are verified.
pub struct VerifiedObjects {
    inner: Arc<dyn ObjectStore>,
    files: HashMap<Path, Known>,
}

/// A file that is not what was written.
#[derive(Debug, thiserror::Error)]
#[error("{path} is corrupt: {why}; `stoa verify` lists all damage, `stoa repair` mends it")]
struct Damaged {
    path: String,
    why: String,
}

impl VerifiedObjects {
    pub fn new(store: &Store, snapshot: &Snapshot) -> VerifiedObjects {
        let files = snapshot.segments.iter().flat_map(|segment| &segment.tables);
        let known = files.filter(|file| !file.blocks.is_empty()).filter_map(|file| {
            let path = store.object_path(&file.path).ok()?;
            Some((path, Known { bytes: file.bytes, blocks: file.blocks.clone() }))
        });
        VerifiedObjects { inner: Arc::clone(store.object_store()), files: known.collect() }
    }

    /// The same for one file that no snapshot names.
    pub(crate) fn of_file(store: &Store, path: Path, bytes: u64, blocks: Vec<u32>) -> VerifiedObjects {
        let files = HashMap::from([(path, Known { bytes, blocks })]);
        VerifiedObjects { inner: Arc::clone(store.object_store()), files }
    }

    fn damaged(path: &Path, why: String) -> object_store::Error {
        object_store::Error::Generic {
            store: "stoa",
            source: Box::new(Damaged { path: path.to_string(), why }),
        }
    }

    /// Reads ranges of a known file.
    async fn read(&self, path: &Path, known: &Known, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        let widened: Vec<Range<u64>> = ranges
            .iter()
            .map(|range| {
                let end = range.end.min(known.bytes);
                let start = range.start.min(end);
                start / BLOCK_BYTES * BLOCK_BYTES..end.next_multiple_of(BLOCK_BYTES).min(known.bytes)
            })
            .collect();
        let read = self.inner.get_ranges(path, &widened).await.map_err(|error| match error {
            object_store::Error::NotFound { .. } => error,
            // Where a file is too short, stores say so in words of their own.
            error => Self::damaged(path, format!("it cannot be read: {error}")),
        })?;
        let mut parts = Vec::with_capacity(ranges.len());
        for ((wanted, whole), data) in ranges.iter().zip(&widened).zip(read) {
            if data.len() as u64 != whole.end - whole.start {
                return Err(Self::damaged(path, format!("it ends before byte {}", whole.end)));
            }
            let first = (whole.start / BLOCK_BYTES) as usize;
            for (place, block) in data.chunks(BLOCK_BYTES as usize).enumerate() {
                if known.blocks.get(first + place) != Some(&checksum(block)) {
                    let at = (first + place) as u64 * BLOCK_BYTES;
                    let why = format!("the bytes from {at} on are not what was written");
                    return Err(Self::damaged(path, why));
                }
            }
            let end = wanted.end.min(whole.end);
            let start = wanted.start.min(end);
            parts.push(data.slice((start - whole.start) as usize..(end - whole.start) as usize));
        }
        Ok(parts)
    }
}

impl fmt::Debug for VerifiedObjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifiedObjects").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl fmt::Display for VerifiedObjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.inner.fmt(f)
    }
}

#[async_trait]
impl ObjectStore for VerifiedObjects {
    async fn get_opts(&self, path: &Path, options: GetOptions) -> Result<GetResult> {
        let Some(known) = self.files.get(path).filter(|_| !options.head) else {
            return self.inner.get_opts(path, options).await;
        };
        let range = match options.range {
            None => 0..known.bytes,
            Some(GetRange::Bounded(range)) => range.start..range.end.min(known.bytes),
            Some(GetRange::Offset(start)) => start..known.bytes,
            Some(GetRange::Suffix(bytes)) => known.bytes.saturating_sub(bytes)..known.bytes,
        };
        if range.start > range.end {
            return Err(Self::damaged(path, format!("it has no byte {}", range.start)));
        }
        let mut parts = self.read(path, known, std::slice::from_ref(&range)).await?;
        let data = parts.pop().unwrap_or_default();
        let meta = ObjectMeta {
            location: path.clone(),
            // Files never change.
            last_modified: Default::default(),
            size: known.bytes,
            e_tag: None,
            version: None,
        };
        let payload = GetResultPayload::Stream(Box::pin(futures::stream::once(std::future::ready(Ok(data)))));
        Ok(GetResult { payload, meta, range, attributes: Default::default() })
    }

    async fn get_ranges(&self, path: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        match self.files.get(path) {
            Some(known) => self.read(path, known, ranges).await,
            None => self.inner.get_ranges(path, ranges).await,
        }
    }

    async fn put_opts(&self, path: &Path, payload: PutPayload, options: PutOptions) -> Result<PutResult> {
        self.inner.put_opts(path, payload, options).await
    }

    async fn put_multipart_opts(
        &self,
        path: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(path, options).await
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(paths)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}
