//! `system.index_queue`: what waits to be indexed.

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::common::Result;
use std::sync::Arc;
use stoa_store::QueuedFile;

use super::{SystemContext, SystemTable};

/// `system.index_queue`: a row per file that waits to be indexed, or that was given up.
#[derive(Debug)]
pub(super) struct IndexQueue;

#[async_trait]
impl SystemTable for IndexQueue {
    fn name(&self) -> &str {
        "index_queue"
    }

    fn schema(&self) -> SchemaRef {
        let text = |name: &str| Field::new(name, DataType::Utf8View, false);
        let long = |name: &str| Field::new(name, DataType::Int64, false);
        Arc::new(Schema::new(vec![
            text("path"),
            text("module"),
            long("priority"),
            text("reason"),
            text("state"),
            long("attempts"),
            Field::new("error", DataType::Utf8View, true),
        ]))
    }

    async fn rows(&self, context: &SystemContext) -> Result<RecordBatch> {
        let queue = context.store.index_queue().await;
        let text = |f: fn(&QueuedFile) -> &str| -> ArrayRef {
            Arc::new(StringViewArray::from_iter_values(queue.iter().map(f)))
        };
        let long = |f: fn(&QueuedFile) -> i64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(queue.iter().map(f)))
        };
        let columns: Vec<ArrayRef> = vec![
            text(|file| &file.path),
            text(|file| &file.module),
            long(|file| file.priority as i64),
            text(|file| &file.reason),
            text(|file| file.state.as_str()),
            long(|file| i64::from(file.attempts)),
            Arc::new(StringViewArray::from_iter(queue.iter().map(|file| file.error.as_deref()))),
        ];
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}
