//! `system.settings`: where the store is, how it was made, and what the session may use.

use arrow::array::{ArrayRef, RecordBatch, StringViewArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::common::Result;
use std::sync::Arc;

use super::{SystemContext, SystemTable};

/// `system.settings`: a row per setting.
#[derive(Debug)]
pub(super) struct Settings;

#[async_trait]
impl SystemTable for Settings {
    fn name(&self) -> &str {
        "settings"
    }

    fn schema(&self) -> SchemaRef {
        let text = |name: &str, nullable| Field::new(name, DataType::Utf8View, nullable);
        Arc::new(Schema::new(vec![text("name", false), text("value", true), text("description", false)]))
    }

    async fn rows(&self, context: &SystemContext) -> Result<RecordBatch> {
        let SystemContext { store, snapshot, options, .. } = context;
        let some = |value: &dyn ToString| Some(value.to_string());
        let mut rows: Vec<(String, Option<String>, &str)> = Vec::new();
        let mut row = |name: &str, value, description| rows.push((name.to_owned(), value, description));
        row("store.location", some(&store.location()), "where the store is");
        row("store.snapshot", some(&snapshot.number), "the snapshot that queries see");
        row("store.schema_version", some(&snapshot.schema_version), "the version of the stored layout");
        row(
            "session.memory_limit",
            options.memory_limit.map(|limit| limit.to_string()),
            "bytes that operators may hold; NULL is no limit",
        );
        row(
            "session.target_partitions",
            some(&options.target_partitions),
            "the degree of parallelism of a query",
        );
        row("session.batch_size", some(&options.batch_size), "rows of a record batch");
        row(
            "session.source_cache_bytes",
            some(&options.source_cache_bytes),
            "bytes of source text kept between queries",
        );
        row(
            "session.metadata_cache_bytes",
            some(&options.metadata_cache_bytes),
            "bytes of Parquet footers and page indexes kept between queries",
        );
        row(
            "session.column_cache_bytes",
            some(&options.column_cache_bytes),
            "bytes of decoded columns kept between scans",
        );
        row(
            "session.graph_cache_bytes",
            some(&options.graph_cache_bytes),
            "bytes of graphs kept between queries",
        );
        row(
            "session.result_cache_bytes",
            some(&options.result_cache_bytes),
            "bytes of answers kept between queries",
        );
        for setting in stoa_store::SETTINGS {
            row(setting.name, some(&snapshot.setting(setting.name)), setting.meaning);
        }
        for (name, value, meaning) in snapshot.retention().settings() {
            row(name, some(&value), meaning);
        }
        let ours = snapshot.store_settings();
        for (name, value) in snapshot.settings.iter().filter(|(name, _)| !ours.contains_key(*name)) {
            row(&format!("index.{name}"), Some(value.clone()), "how the index was made");
        }
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringViewArray::from_iter_values(rows.iter().map(|(name, _, _)| name))),
            Arc::new(StringViewArray::from_iter(rows.iter().map(|(_, value, _)| value.as_deref()))),
            Arc::new(StringViewArray::from_iter_values(rows.iter().map(|(_, _, description)| description))),
        ];
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}
