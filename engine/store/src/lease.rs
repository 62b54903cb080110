//! Leases: how a reader of a local store says that it still needs a snapshot.
//!
//! A reader holds a shared lock on `readers/<number>.lease`, and removing a snapshot takes an exclusive one.
//! The operating system frees the locks of a process that ends, however it ends: a lease is never left behind.
//! Other object stores have no locks; there a superseded snapshot stays for a time
//! ([`Retention::grace_hours`](crate::Retention::grace_hours)).

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use crate::lock::unlock;
use crate::{Store, StoreError};

pub(crate) const FOLDER: &str = "readers";

/// A promise that a snapshot's files stay, until dropped.
#[derive(Debug)]
pub struct Lease {
    file: Option<File>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.file.as_ref().map(unlock);
    }
}

impl Store {
    /// Takes a lease on a snapshot. Where readers cannot be seen, and where they may not write, a lease is
    /// empty. [`StoreError::MissingSnapshot`] if the snapshot went before the lease was there.
    pub fn lease(&self, number: u64) -> Result<Lease, StoreError> {
        let Some(root) = self.root() else { return Ok(Lease { file: None }) };
        let file = open(&path(root, number)).ok();
        // Whoever removes the snapshot holds the lock for an instant, and then the snapshot is gone.
        let file = file.filter(|file| file.lock_shared().is_ok());
        match self.snapshot_path(number).map(|object| root.join(object.as_ref()).exists()) {
            Ok(true) => Ok(Lease { file }),
            _ => Err(StoreError::MissingSnapshot { location: self.location().to_owned(), number }),
        }
    }
}

/// The exclusive right to a snapshot that no reader holds.
#[derive(Debug)]
pub(crate) struct Unread {
    file: File,
}

impl Drop for Unread {
    fn drop(&mut self) {
        unlock(&self.file);
    }
}

/// The right to remove a snapshot, or nothing if somebody reads it.
pub(crate) fn unread(root: &Path, number: u64) -> Result<Option<Unread>, StoreError> {
    let path = path(root, number);
    let io = |source| StoreError::Io { path: path.display().to_string(), source };
    let file = match open(&path) {
        Ok(file) => file,
        Err(source) => return Err(io(source)),
    };
    match file.try_lock() {
        Ok(()) => Ok(Some(Unread { file })),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(io(source)),
    }
}

/// Removes the lease file of a snapshot that is gone.
pub(crate) fn remove(root: &Path, number: u64) -> Result<(), StoreError> {
    let path = path(root, number);
    match std::fs::remove_file(&path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(StoreError::Io { path: path.display().to_string(), source: e })
        }
        _ => Ok(()),
    }
}

fn open(path: &Path) -> std::io::Result<File> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

fn path(root: &Path, number: u64) -> PathBuf {
    root.join(FOLDER).join(format!("{number:08}.lease"))
}
