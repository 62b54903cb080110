//! Decoded columns by file and row group, up to a budget of bytes.

use arrow::array::{Array, ArrayRef};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use object_store::path::Path;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use crate::pressure::{give_way, may_keep};

/// From the how manyth scan on that asks for a column of a file it is kept.
const ASKED_AGAIN: u8 = 3;
/// How many files are known at once; of one that is forgotten the scans are counted anew.
const FILES: usize = 16 * 1024;
/// How many columns of row groups the cache makes room for at first; it grows.
const EXPECTED: usize = 1024;

/// One column of one row group of a file.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
struct Key {
    file: u64,
    group: usize,
    column: usize,
}

/// A column and the memory it holds, which the session's pool knows of.
#[derive(Clone, Debug)]
struct Kept {
    array: ArrayRef,
    memory: Arc<MemoryReservation>,
}

#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<Key, Kept> for Bytes {
    fn weight(&self, _: &Key, kept: &Kept) -> u64 {
        kept.memory.size().max(1) as u64
    }
}

/// What is known of a file.
#[derive(Debug)]
pub(super) struct KnownFile {
    number: u64,
    /// How many scans have asked for each column.
    asked: Box<[AtomicU8]>,
    /// Its row groups, once its footer was read.
    pub groups: OnceLock<Arc<[RowGroup]>>,
}

/// A row group of a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct RowGroup {
    pub rows: usize,
    /// Where it begins: a part of a file, in bytes, has the row groups that begin in it.
    pub offset: i64,
}

/// The decoded columns of a session. Files never change, so a column is good for every snapshot that names its file.
#[derive(Debug)]
pub(crate) struct ColumnCache {
    columns: Cache<Key, Kept, Bytes>,
    files: Cache<Path, Arc<KnownFile>>,
    next: AtomicU64,
    budget: usize,
    memory: MemoryReservation,
    pool: Arc<dyn MemoryPool>,
}

impl ColumnCache {
    pub fn new(budget: usize, pool: &Arc<dyn MemoryPool>) -> ColumnCache {
        // One shard: a column may take much of the budget.
        let options = OptionsBuilder::new()
            .estimated_items_capacity(EXPECTED)
            .weight_capacity(budget as u64)
            .shards(1)
            .build();
        let columns = match options {
            Ok(options) => Cache::with_options(
                options,
                Bytes,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
            // Both capacities are given, so the options are complete.
            Err(_) => Cache::with_weighter(EXPECTED, budget as u64, Bytes),
        };
        let memory = MemoryConsumer::new("columns that are kept").register(pool);
        ColumnCache {
            columns,
            files: Cache::new(FILES),
            next: AtomicU64::new(0),
            budget,
            memory,
            pool: Arc::clone(pool),
        }
    }

    /// How many bytes one scan may keep: several tables, or several parts of one, are to have room.
    pub(super) fn share(&self) -> usize {
        self.budget / 4
    }

    /// Counts that a scan asks for some of the `width` columns of a file. The file, if all of them have been asked for so
    /// often that they are kept.
    pub(super) fn ask(&self, path: &Path, width: usize, columns: &[usize]) -> Option<Arc<KnownFile>> {
        let file = self.file(path, width);
        let often = columns.iter().filter_map(|&column| file.asked.get(column)).fold(true, |all, count| {
            // Stops at the largest number instead of starting over.
            let times = count.load(Ordering::Relaxed).saturating_add(1);
            count.store(times, Ordering::Relaxed);
            all && times >= ASKED_AGAIN
        });
        often.then_some(file)
    }

    fn file(&self, path: &Path, width: usize) -> Arc<KnownFile> {
        let new = || {
            Arc::new(KnownFile {
                number: self.next.fetch_add(1, Ordering::Relaxed),
                asked: (0..width).map(|_| AtomicU8::new(0)).collect(),
                groups: OnceLock::new(),
            })
        };
        match self.files.get_or_insert_with(path, || Ok::<_, std::convert::Infallible>(new())) {
            Ok(file) => file,
            Err(never) => match never {},
        }
    }

    pub(super) fn get(&self, file: &KnownFile, group: usize, column: usize) -> Option<ArrayRef> {
        Some(self.columns.get(&Key { file: file.number, group, column })?.array)
    }

    /// Keeps a column, if there is memory for it.
    pub(super) fn keep(&self, file: &KnownFile, group: usize, column: usize, array: &ArrayRef) {
        let (memory, bytes) = (self.memory.new_empty(), array.get_array_memory_size());
        if may_keep(self.pool.as_ref(), bytes) && memory.try_grow(bytes).is_ok() {
            let kept = Kept { array: Arc::clone(array), memory: Arc::new(memory) };
            self.columns.insert(Key { file: file.number, group, column }, kept);
        }
    }

    /// Lets columns of about so many bytes go. Memory is needed elsewhere.
    pub fn release(&self, bytes: usize) {
        give_way(&self.columns, &Bytes, bytes);
    }

    /// The bytes of the columns that are kept.
    pub fn bytes(&self) -> u64 {
        self.columns.weight()
    }
}
