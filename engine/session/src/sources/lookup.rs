//! The texts of one snapshot's files.

use futures::{StreamExt, TryStreamExt, stream};
use std::collections::HashMap;
use std::sync::Arc;
use stoa_model::FileId;
use stoa_model::tables::Table;
use tokio::sync::OnceCell;

use super::cache::SourceCache;
use super::segment::SourceSegment;
use super::text::SourceText;
use crate::error::SessionError;
use crate::tables::SnapshotFiles;

/// How many segments are opened at the same time.
const SEGMENTS_AT_ONCE: usize = 8;

/// The texts of the files of one snapshot.
#[derive(Debug)]
pub struct Sources {
    cache: Arc<SourceCache>,
    location: Arc<SnapshotFiles>,
    /// Which segment holds a file's text; read when the first text is asked for.
    segments: OnceCell<HashMap<FileId, Arc<SourceSegment>>>,
}

impl Sources {
    pub(crate) fn new(cache: Arc<SourceCache>, location: Arc<SnapshotFiles>) -> Self {
        Sources { cache, location, segments: OnceCell::new() }
    }

    /// The texts of some files, in their order. `None` where the snapshot holds no text: a pseudo file of
    /// stub declarations, or a file whose text was not kept.
    pub async fn load(&self, files: &[FileId]) -> Result<Vec<Option<Arc<SourceText>>>, SessionError> {
        if files.is_empty() {
            return Ok(vec![]);
        }
        let segments = self.segments.get_or_try_init(|| self.find_segments()).await?;
        let mut texts: Vec<Option<Arc<SourceText>>> = Vec::with_capacity(files.len());
        let mut missing: HashMap<u64, (&Arc<SourceSegment>, Vec<usize>)> = HashMap::new();
        for (place, file) in files.iter().enumerate() {
            let segment = segments.get(file);
            let cached = segment.and_then(|segment| self.cache.get(segment.key, *file));
            if let (Some(segment), None) = (segment, &cached) {
                missing.entry(segment.key).or_insert_with(|| (segment, vec![])).1.push(place);
            }
            texts.push(cached);
        }
        for (segment, places) in missing.into_values() {
            let wanted: Vec<FileId> = places.iter().map(|&place| files[place]).collect();
            let found = self.load_from(segment, wanted).await?;
            for place in places {
                texts[place] = found.get(&files[place]).cloned();
            }
        }
        Ok(texts)
    }

    async fn load_from(
        &self,
        segment: &SourceSegment,
        mut wanted: Vec<FileId>,
    ) -> Result<HashMap<FileId, Arc<SourceText>>, SessionError> {
        wanted.sort_unstable();
        wanted.dedup();
        let _reading = segment.lock().await;
        // Another reader may have loaded them while this one waited.
        let mut found = HashMap::with_capacity(wanted.len());
        wanted.retain(|&file| match self.cache.get(segment.key, file) {
            Some(text) => found.insert(file, text).is_some_and(|_| false),
            None => true,
        });
        if !wanted.is_empty() {
            for (file, text) in segment.read(&wanted).await? {
                self.cache.insert(segment.key, file, Arc::clone(&text));
                found.insert(file, text);
            }
        }
        Ok(found)
    }

    async fn find_segments(&self) -> Result<HashMap<FileId, Arc<SourceSegment>>, SessionError> {
        let files = self.location.of(Table::Sources);
        let opened = stream::iter(files).map(|file| async move {
            let objects = Arc::clone(&self.location.objects);
            let path = file.path.clone();
            let segment = self
                .cache
                .segment(path.as_ref(), |key| SourceSegment::new(key, objects, path.clone(), file.bytes));
            let alive: Vec<FileId> = segment.files().await?.to_vec();
            let alive = alive.into_iter().filter(|id| file.dead.binary_search(id).is_err());
            Ok::<_, SessionError>(alive.map(|id| (id, Arc::clone(&segment))).collect::<Vec<_>>())
        });
        let opened: Vec<Vec<_>> = opened.buffered(SEGMENTS_AT_ONCE).try_collect().await?;
        Ok(opened.into_iter().flatten().collect())
    }
}
