//! `system.queries` and `system.metrics`.

use arrow::array::{
    ArrayRef, Float64Array, Int64Array, RecordBatch, StringViewArray, TimestampMillisecondArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};
use async_trait::async_trait;
use datafusion::common::Result;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Weak};

use super::metrics::{labels, samples};
use super::queries::{QueryLog, QueryRecord, recorded};
use crate::error::SessionError;
use crate::system::{SystemContext, SystemTable};

/// `system.queries`: a row for each query that this session or the log of the store remembers.
#[derive(Debug)]
pub(crate) struct QueriesTable {
    pub log: Weak<QueryLog>,
}

#[async_trait]
impl SystemTable for QueriesTable {
    fn name(&self) -> &str {
        "queries"
    }

    fn schema(&self) -> SchemaRef {
        let text = |name: &str, nullable| Field::new(name, DataType::Utf8View, nullable);
        let long = |name: &str| Field::new(name, DataType::Int64, false);
        Arc::new(Schema::new(vec![
            Field::new("started_at", DataType::Timestamp(TimeUnit::Millisecond, None), false),
            long("process"),
            long("id"),
            long("snapshot"),
            text("status", false),
            Field::new("elapsed_ms", DataType::Float64, false),
            long("rows"),
            long("bytes_scanned"),
            long("bytes_spilled"),
            text("cache", false),
            text("plan_hash", true),
            text("text", false),
            text("error", true),
            text("analyzed", true),
        ]))
    }

    async fn rows(&self, context: &SystemContext) -> Result<RecordBatch> {
        let (logged, slow) = recorded(&context.store).await.map_err(SessionError::from)?;
        type Known = (u64, u32, u64);
        let key = |record: &QueryRecord| -> Known { (record.started_at, record.process, record.id) };
        let mut all: BTreeMap<Known, QueryRecord> = logged.into_iter().map(|r| (key(&r), r)).collect();
        if let Some(log) = self.log.upgrade() {
            all.extend(log.recent().iter().map(|record| (key(record), QueryRecord::clone(record))));
        }
        let slow: HashMap<Known, String> = slow.into_iter().map(|s| (key(&s.query), s.analyzed)).collect();
        let rows: Vec<QueryRecord> = all.into_values().collect();
        let text = |value: fn(&QueryRecord) -> Option<&str>| -> ArrayRef {
            Arc::new(rows.iter().map(value).collect::<StringViewArray>())
        };
        let long = |value: fn(&QueryRecord) -> u64| -> ArrayRef {
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| value(row) as i64)))
        };
        let columns: Vec<ArrayRef> = vec![
            Arc::new(TimestampMillisecondArray::from_iter_values(rows.iter().map(|r| r.started_at as i64))),
            long(|r| u64::from(r.process)),
            long(|r| r.id),
            long(|r| r.snapshot),
            text(|r| Some(&r.status)),
            Arc::new(Float64Array::from_iter_values(rows.iter().map(|r| r.elapsed as f64 / 1e3))),
            long(|r| r.rows),
            long(|r| r.bytes_scanned),
            long(|r| r.bytes_spilled),
            text(|r| Some(r.cache.as_str())),
            text(|r| r.plan.as_deref()),
            text(|r| Some(&r.text)),
            text(|r| r.error.as_deref()),
            Arc::new(rows.iter().map(|r| slow.get(&key(r)).map(String::as_str)).collect::<StringViewArray>()),
        ];
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}

/// `system.metrics`: a row for each value of each metric of the process.
#[derive(Debug)]
pub(crate) struct MetricsTable;

#[async_trait]
impl SystemTable for MetricsTable {
    fn name(&self) -> &str {
        "metrics"
    }

    fn schema(&self) -> SchemaRef {
        let text = |name: &str| Field::new(name, DataType::Utf8View, false);
        Arc::new(Schema::new(vec![
            text("name"),
            text("labels"),
            text("type"),
            Field::new("value", DataType::Float64, false),
        ]))
    }

    async fn rows(&self, _: &SystemContext) -> Result<RecordBatch> {
        let samples = samples();
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringViewArray::from_iter_values(samples.iter().map(|s| &s.name))),
            Arc::new(StringViewArray::from_iter_values(samples.iter().map(|s| labels(&s.labels)))),
            Arc::new(StringViewArray::from_iter_values(samples.iter().map(|s| s.kind))),
            Arc::new(Float64Array::from_iter_values(samples.iter().map(|s| s.value))),
        ];
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}
