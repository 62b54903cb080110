//! One writer at a time: an exclusive lock on `<store>/writer.lock`.
//!
//! The operating system frees the lock when its holder ends, however it ends, so there is no stale lock
//! to clean up. The file holds the writer's process id, for the message that a second writer gets.
//! Other object stores have no locks: there the conditional put of a snapshot settles who wins.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::StoreError;

pub(crate) const FILE_NAME: &str = "writer.lock";

/// The right to write a store, until dropped.
#[derive(Debug)]
pub struct WriterLock {
    file: Option<File>,
    /// How many locks the store has given out: at most one where locks exclude.
    held: Arc<AtomicUsize>,
}

impl WriterLock {
    /// A lock of a store that has none.
    pub(crate) fn without_file(held: Arc<AtomicUsize>) -> WriterLock {
        held.fetch_add(1, Ordering::AcqRel);
        WriterLock { file: None, held }
    }

    /// Locks a local store.
    pub(crate) fn acquire(
        root: &Path,
        location: &str,
        held: Arc<AtomicUsize>,
    ) -> Result<WriterLock, StoreError> {
        let path = root.join(FILE_NAME);
        let io = |source| StoreError::Io { path: path.display().to_string(), source };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false) // not before it is ours
            .open(&path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                let holder = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse().ok());
                return Err(StoreError::Locked { location: location.to_owned(), holder });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        file.set_len(0).map_err(io)?;
        file.rewind().map_err(io)?;
        writeln!(file, "{}", std::process::id()).map_err(io)?;
        held.fetch_add(1, Ordering::AcqRel);
        Ok(WriterLock { file: Some(file), held })
    }
}

impl Drop for WriterLock {
    fn drop(&mut self) {
        self.file.as_ref().map(unlock);
        self.held.fetch_sub(1, Ordering::AcqRel);
    }
}

/// Frees the lock on a file. Closing the file alone does not, while a process that another thread starts has a copy of it: it has
/// until it runs its program.
pub(crate) fn unlock(file: &File) {
    if let Err(error) = file.unlock() {
        tracing::warn!(%error, "a lock is not freed before its file is closed");
    }
}
