//! `system.cache`: the answers that are kept, in memory and in the store.

use arrow::array::{
    ArrayRef, Float64Array, Int64Array, RecordBatch, StringViewArray, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use async_trait::async_trait;
use datafusion::common::Result;
use std::collections::HashSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use super::{Held, ResultCache};
use crate::error::SessionError;
use crate::system::{SystemContext, SystemTable};

/// `system.cache`: a row for each answer that a session keeps in memory, and for each that its store keeps.
#[derive(Debug)]
pub(crate) struct CacheTable {
    pub cache: Weak<ResultCache>,
}

struct Row {
    layer: &'static str,
    kind: String,
    label: String,
    key: String,
    rows: u64,
    bytes: u64,
    hits: Option<u64>,
    elapsed_ms: f64,
    made_at: u64,
    used_at: u64,
}

#[async_trait]
impl SystemTable for CacheTable {
    fn name(&self) -> &str {
        "cache"
    }

    fn schema(&self) -> SchemaRef {
        let text = |name: &str| Field::new(name, DataType::Utf8View, false);
        let long = |name: &str, nullable| Field::new(name, DataType::Int64, nullable);
        let time = |name: &str| Field::new(name, DataType::Timestamp(TimeUnit::Millisecond, None), false);
        Arc::new(Schema::new(vec![
            text("layer"),
            text("kind"),
            text("label"),
            long("rows", false),
            long("bytes", false),
            long("hits", true),
            Field::new("elapsed_ms", DataType::Float64, false),
            time("made_at"),
            time("used_at"),
            text("key"),
        ]))
    }

    async fn rows(&self, context: &SystemContext) -> Result<RecordBatch> {
        let mut rows = Vec::new();
        if let Some(cache) = self.cache.upgrade() {
            for (key, held) in cache.entries.iter() {
                let Held::Result(result) = held else { continue };
                rows.push(Row {
                    layer: "memory",
                    kind: result.kind.to_owned(),
                    label: result.label.clone(),
                    key: key.hex(),
                    rows: result.rows,
                    bytes: result.bytes as u64,
                    hits: Some(result.hits.load(Ordering::Relaxed)),
                    elapsed_ms: result.elapsed.as_secs_f64() * 1e3,
                    made_at: result.made_at,
                    used_at: result.used_at.load(Ordering::Relaxed),
                });
            }
        }
        // Several keys may have one answer: it is shown with the one that was used last.
        let mut seen = HashSet::new();
        let kept = context.store.cached_keys().await.map_err(SessionError::from)?;
        for entry in kept.into_iter().rev().filter(|entry| seen.insert(entry.note.result.clone())) {
            rows.push(Row {
                layer: "store",
                kind: entry.note.kind,
                label: entry.note.label,
                key: entry.key,
                rows: entry.note.rows,
                bytes: entry.note.bytes,
                hits: None,
                elapsed_ms: entry.note.elapsed as f64 / 1e3,
                made_at: entry.note.made_at,
                used_at: entry.used_at,
            });
        }
        rows.sort_by(|a, b| (a.layer, b.used_at, &a.key).cmp(&(b.layer, a.used_at, &b.key)));
        batch(self.schema(), &rows)
    }
}

fn batch(schema: SchemaRef, rows: &[Row]) -> Result<RecordBatch> {
    let text = |value: fn(&Row) -> &str| -> ArrayRef {
        Arc::new(StringViewArray::from_iter_values(rows.iter().map(value)))
    };
    let long = |value: fn(&Row) -> Option<u64>| -> ArrayRef {
        Arc::new(rows.iter().map(|row| value(row).map(|v| v as i64)).collect::<Int64Array>())
    };
    let time = |value: fn(&Row) -> u64| -> ArrayRef {
        Arc::new(TimestampMillisecondArray::from_iter_values(rows.iter().map(|row| value(row) as i64)))
    };
    let columns: Vec<ArrayRef> = vec![
        text(|row| row.layer),
        text(|row| &row.kind),
        text(|row| &row.label),
        long(|row| Some(row.rows)),
        long(|row| Some(row.bytes)),
        long(|row| row.hits),
        Arc::new(Float64Array::from_iter_values(rows.iter().map(|row| row.elapsed_ms))),
        time(|row| row.made_at),
        time(|row| row.used_at),
        text(|row| &row.key),
    ];
    Ok(RecordBatch::try_new(schema, columns)?)
}
