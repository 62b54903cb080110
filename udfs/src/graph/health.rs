//! `system.health`: how the parts of the engine are.

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::error::Result;
use std::sync::Arc;
use std::time::Instant;
use stoa_session::{SystemContext, SystemTable};

use super::services::Services;

/// `system.health`: a row for each part, and for each function that fails on a graph.
#[derive(Debug)]
pub(crate) struct HealthTable {
    pub services: Arc<Services>,
}

#[async_trait]
impl SystemTable for HealthTable {
    fn name(&self) -> &str {
        "health"
    }

    fn schema(&self) -> SchemaRef {
        let text = |name: &str| Field::new(name, DataType::Utf8, false);
        Arc::new(Schema::new(vec![text("component"), text("status"), text("detail")]))
    }

    async fn rows(&self, _: &SystemContext) -> Result<RecordBatch> {
        let cache = self.services.cache.state();
        let mut rows = vec![(
            "graph cache".to_owned(),
            "ok",
            format!(
                "{} graphs, {} of {} bytes, {} hits, {} misses",
                cache.graphs, cache.bytes, cache.capacity, cache.hits, cache.misses
            ),
        )];
        for trouble in self.services.breakers.troubles(Instant::now()) {
            let detail = format!("{} failures in a row; the last: {}", trouble.failures, trouble.error);
            rows.push((format!("function {}", trouble.function), trouble.status, detail));
        }
        let columns = [
            StringArray::from_iter_values(rows.iter().map(|row| &row.0)),
            StringArray::from_iter_values(rows.iter().map(|row| row.1)),
            StringArray::from_iter_values(rows.iter().map(|row| &row.2)),
        ];
        let columns = columns.into_iter().map(|column| Arc::new(column) as _).collect();
        Ok(RecordBatch::try_new(self.schema(), columns)?)
    }
}
