//! `system.snapshots` and `system.segments`: what the store holds.

use arrow::array::{
    ArrayRef, BooleanArray, Int64Array, RecordBatch, StringViewArray, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use async_trait::async_trait;
use datafusion::common::Result;
use std::sync::Arc;
use stoa_model::tables::Table;
use stoa_store::Snapshot;

use super::{SystemContext, SystemTable};
use crate::error::SessionError;

fn long(name: &str) -> Field {
    Field::new(name, DataType::Int64, false)
}

fn text(name: &str) -> Field {
    Field::new(name, DataType::Utf8View, false)
}

/// `system.snapshots`: a row per complete snapshot; files, nodes and edges count stored rows.
#[derive(Debug)]
pub(super) struct Snapshots;

#[async_trait]
impl SystemTable for Snapshots {
    fn name(&self) -> &str {
        "snapshots"
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            long("number"),
            Field::new("created_at", DataType::Timestamp(TimeUnit::Millisecond, None), false),
            long("segments"),
            long("files"),
            long("nodes"),
            long("edges"),
            long("bytes"),
            text("operation"),
            Field::new("is_current", DataType::Boolean, false),
        ]))
    }

    async fn rows(&self, context: &SystemContext) -> Result<RecordBatch> {
        let snapshots = context.store.snapshots().await.map_err(SessionError::from)?;
        let longs = |count: fn(&Snapshot) -> u64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(snapshots.iter().map(|s| count(s) as i64)))
        };
        let created = snapshots.iter().map(|s| s.created_at as i64);
        let current = snapshots.iter().map(|s| Some(s.number == context.snapshot.number));
        let columns: Vec<ArrayRef> = vec![
            longs(|s| s.number),
            Arc::new(TimestampMillisecondArray::from_iter_values(created)),
            longs(|s| s.segments.len() as u64),
            longs(|s| s.rows(Table::Files)),
            longs(|s| s.rows(Table::Nodes)),
            longs(|s| s.rows(Table::Edges)),
            longs(Snapshot::bytes),
            Arc::new(StringViewArray::from_iter_values(snapshots.iter().map(|s| s.operation.to_string()))),
            Arc::new(current.collect::<BooleanArray>()),
        ];
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}

/// `system.segments`: a row per file of the query's snapshot.
#[derive(Debug)]
pub(super) struct Segments;

#[async_trait]
impl SystemTable for Segments {
    fn name(&self) -> &str {
        "segments"
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            text("id"),
            text("table"),
            text("path"),
            long("rows"),
            long("bytes"),
            text("blake3"),
        ]))
    }

    async fn rows(&self, context: &SystemContext) -> Result<RecordBatch> {
        let files: Vec<_> =
            context.snapshot.segments.iter().flat_map(|s| s.tables.iter().map(move |f| (&s.id, f))).collect();
        let texts = |values: Vec<&str>| -> ArrayRef { Arc::new(StringViewArray::from_iter_values(values)) };
        let longs = |values: Vec<u64>| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(values.into_iter().map(|v| v as i64)))
        };
        let columns: Vec<ArrayRef> = vec![
            texts(files.iter().map(|(id, _)| id.as_str()).collect()),
            texts(files.iter().map(|(_, f)| f.table.name()).collect()),
            texts(files.iter().map(|(_, f)| f.path.as_str()).collect()),
            longs(files.iter().map(|(_, f)| f.rows).collect()),
            longs(files.iter().map(|(_, f)| f.bytes).collect()),
            texts(files.iter().map(|(_, f)| f.blake3.as_str()).collect()),
        ];
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}
