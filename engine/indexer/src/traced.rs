//! The stages of an index as spans and times, told by the progress that they report anyway.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tracing::Span;

use crate::report::Progress;

/// Listens to the progress of an index on its way to whoever watches.
pub(crate) struct Traced<'a> {
    inner: &'a dyn Progress,
    current: Mutex<Option<Stage>>,
}

struct Stage {
    name: String,
    began: Instant,
    /// It ends when it is dropped.
    _span: Span,
}

impl Drop for Stage {
    fn drop(&mut self) {
        let labels = [("stage", self.name.clone())];
        metrics::histogram!("stoa_index_stage_seconds", &labels).record(self.began.elapsed().as_secs_f64());
    }
}

impl<'a> Traced<'a> {
    pub fn new(inner: &'a dyn Progress) -> Traced<'a> {
        Traced { inner, current: Mutex::default() }
    }

    fn current(&self) -> MutexGuard<'_, Option<Stage>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Progress for Traced<'_> {
    fn start(&self, files: u64, bytes: u64) {
        tracing::info!(files, bytes, "indexing");
        self.inner.start(files, bytes);
    }

    fn file_done(&self, path: &str, lines: u64, bytes: u64) {
        tracing::debug!(path, lines, bytes, "read");
        metrics::counter!("stoa_indexed_files_total").increment(1);
        metrics::counter!("stoa_indexed_bytes_total").increment(bytes);
        self.inner.file_done(path, lines, bytes);
    }

    fn stage(&self, name: &str) {
        // The one before ends first.
        drop(self.current().take());
        let stage = Stage {
            name: name.to_owned(),
            began: Instant::now(),
            _span: tracing::info_span!("index", stage = name),
        };
        *self.current() = Some(stage);
        self.inner.stage(name);
    }

    fn published(&self, snapshot: u64, waiting: u64) {
        tracing::info!(snapshot, waiting, "published");
        self.inner.published(snapshot, waiting);
    }

    fn finish(&self) {
        drop(self.current().take());
        self.inner.finish();
    }
}
