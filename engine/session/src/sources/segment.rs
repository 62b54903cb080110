//! The `sources` file of one segment: which file's text is in which row, and reading some of them.

use arrow::array::{Array, AsArray};
use arrow::datatypes::Int32Type;
use bytes::Bytes;
use futures::future::BoxFuture;
use futures::{FutureExt, TryFutureExt, TryStreamExt};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, RowSelection};
use parquet::arrow::async_reader::AsyncFileReader;
use parquet::arrow::{ParquetRecordBatchStreamBuilder, ProjectionMask};
use parquet::errors::ParquetError;
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use std::ops::Range;
use std::sync::Arc;
use stoa_model::FileId;
use tokio::sync::{Mutex, MutexGuard, OnceCell};

use super::text::SourceText;
use crate::error::SessionError;

/// Texts are decoded one by one: a batch of them could hold more bytes than an array's offsets count.
const TEXTS_PER_BATCH: usize = 1;

/// The `sources` file of a segment.
#[derive(Debug)]
pub(crate) struct SourceSegment {
    /// Its number in the cache.
    pub key: u64,
    path: Path,
    bytes: u64,
    objects: Arc<dyn ObjectStore>,
    opened: OnceCell<Opened>,
    /// Held while texts are read, so that two readers of one text read it once.
    reading: Mutex<()>,
}

#[derive(Debug)]
struct Opened {
    metadata: ArrowReaderMetadata,
    /// The files whose texts are here, ascending: row by row.
    files: Vec<FileId>,
}

impl SourceSegment {
    pub fn new(key: u64, objects: Arc<dyn ObjectStore>, path: Path, bytes: u64) -> Self {
        SourceSegment { key, path, bytes, objects, opened: OnceCell::new(), reading: Mutex::default() }
    }

    /// Keeps other readers of this segment waiting.
    pub async fn lock(&self) -> MutexGuard<'_, ()> {
        self.reading.lock().await
    }

    /// The files whose texts are here, ascending.
    pub async fn files(&self) -> Result<&[FileId], SessionError> {
        Ok(&self.open().await?.files)
    }

    async fn open(&self) -> Result<&Opened, SessionError> {
        self.opened.get_or_try_init(|| self.read_files()).await
    }

    async fn read_files(&self) -> Result<Opened, SessionError> {
        let options = ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata = ArrowReaderMetadata::load_async(&mut self.reader(), options)
            .await
            .map_err(|source| self.error(source))?;
        let builder = ParquetRecordBatchStreamBuilder::new_with_metadata(self.reader(), metadata.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), ["file_id"]);
        let stream = builder.with_projection(mask).build().map_err(|source| self.error(source))?;
        let batches: Vec<_> = stream.try_collect().await.map_err(|source| self.error(source))?;
        let mut files = Vec::new();
        for batch in &batches {
            let ids = batch.columns().first().and_then(|ids| ids.as_primitive_opt::<Int32Type>());
            let ids = ids.ok_or_else(|| self.corrupt("it has no integer column file_id".to_owned()))?;
            files.extend(ids.values().iter().map(|&id| id as FileId));
        }
        match files.is_sorted_by(|a, b| a < b) {
            true => Ok(Opened { metadata, files }),
            false => Err(self.corrupt("its file ids do not ascend".to_owned())),
        }
    }

    /// The texts of some files of this segment, which are given ascending.
    pub async fn read(&self, wanted: &[FileId]) -> Result<Vec<(FileId, Arc<SourceText>)>, SessionError> {
        let opened = self.open().await?;
        let mut rows = Vec::with_capacity(wanted.len());
        for file in wanted {
            let row = opened.files.binary_search(file);
            rows.push(row.map_err(|_| self.corrupt(format!("it has no text of file {file}")))?);
        }
        let selection =
            RowSelection::from_consecutive_ranges(rows.iter().map(|&row| row..row + 1), opened.files.len());
        let builder =
            ParquetRecordBatchStreamBuilder::new_with_metadata(self.reader(), opened.metadata.clone());
        let mask = ProjectionMask::columns(builder.parquet_schema(), ["content"]);
        let stream = builder
            .with_projection(mask)
            .with_row_selection(selection)
            .with_batch_size(TEXTS_PER_BATCH)
            .build();
        let mut stream = stream.map_err(|source| self.error(source))?;
        let mut texts = Vec::with_capacity(wanted.len());
        while let Some(batch) = stream.try_next().await.map_err(|source| self.error(source))? {
            let contents = batch.columns().first().and_then(|contents| contents.as_binary_opt::<i32>());
            let contents =
                contents.ok_or_else(|| self.corrupt("it has no binary column content".to_owned()))?;
            for row in 0..contents.len() {
                texts.push(Arc::new(SourceText::new(contents.value(row).to_vec())));
            }
        }
        match texts.len() == wanted.len() {
            true => Ok(wanted.iter().copied().zip(texts).collect()),
            false => Err(self.corrupt(format!("it has {} of {} texts", texts.len(), wanted.len()))),
        }
    }

    fn reader(&self) -> Reader {
        Reader { objects: Arc::clone(&self.objects), path: self.path.clone(), bytes: self.bytes }
    }

    fn error(&self, source: ParquetError) -> SessionError {
        SessionError::SegmentFile { path: self.path.to_string(), source }
    }

    fn corrupt(&self, why: String) -> SessionError {
        SessionError::Corrupt { path: self.path.to_string(), why }
    }
}

/// Reads ranges of the file for Parquet's decoder.
pub(crate) struct Reader {
    pub objects: Arc<dyn ObjectStore>,
    pub path: Path,
    pub bytes: u64,
}

fn external(error: object_store::Error) -> ParquetError {
    ParquetError::External(Box::new(error))
}

impl AsyncFileReader for Reader {
    fn get_bytes(&mut self, range: Range<u64>) -> BoxFuture<'_, parquet::errors::Result<Bytes>> {
        self.objects.get_range(&self.path, range).map_err(external).boxed()
    }

    fn get_byte_ranges(
        &mut self,
        ranges: Vec<Range<u64>>,
    ) -> BoxFuture<'_, parquet::errors::Result<Vec<Bytes>>> {
        async move { self.objects.get_ranges(&self.path, &ranges).await.map_err(external) }.boxed()
    }

    fn get_metadata<'a>(
        &'a mut self,
        options: Option<&'a ArrowReaderOptions>,
    ) -> BoxFuture<'a, parquet::errors::Result<Arc<ParquetMetaData>>> {
        async move {
            let bytes = self.bytes;
            let reader = ParquetMetaDataReader::new().with_arrow_reader_options(options);
            Ok(Arc::new(reader.load_and_finish(self, bytes).await?))
        }
        .boxed()
    }
}
