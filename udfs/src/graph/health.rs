//! `system.health`: how the parts of the engine are.

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::error::Result;
use std::sync::Arc;
use std::time::Instant;
use stoa_session::telemetry::Health;
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

    async fn rows(&self, context: &SystemContext) -> Result<RecordBatch> {
        let health = Health::of(&context.store, &context.snapshot).await?;
        let cache = self.services.cache.state();
        let answers = self.services.results.state();
        let mut rows = parts(&health);
        rows.push((
            "answers".to_owned(),
            "ok",
            format!(
                "{} answers, {} of {} bytes, {} found in memory, {} in the store, {} computed, {} failures of the store's cache",
                answers.entries,
                answers.bytes,
                answers.capacity,
                answers.memory_hits,
                answers.store_hits,
                answers.misses,
                answers.errors
            ),
        ));
        rows.push((
            "graph cache".to_owned(),
            "ok",
            format!(
                "{} graphs, {} of {} bytes, {} hits, {} misses",
                cache.graphs, cache.bytes, cache.capacity, cache.hits, cache.misses
            ),
        ));
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

/// The parts that are of the store: a row each, and one for each threshold that was passed.
fn parts(health: &Health) -> Vec<(String, &'static str, String)> {
    let (store, queries, cache, memory) = (&health.store, &health.queries, &health.cache, &health.memory);
    let number = |value: Option<f64>| value.map_or("no".to_owned(), |value| format!("{value:.1}"));
    let bytes = |value: Option<u64>| value.map_or("unknown".to_owned(), |value| value.to_string());
    let mut parts = vec![
        (
            "store",
            format!(
                "snapshot {}, {} segments, {} bytes, {} files, {} nodes, {} edges",
                store.snapshot, store.segments, store.bytes, store.files, store.nodes, store.edges
            ),
        ),
        (
            "queries",
            format!(
                "{} in 24 hours, {} failed, {} slow, {} ms on average, {} ms at the 95th percentile",
                queries.count,
                queries.failed,
                queries.slow,
                number(queries.average_ms),
                number(queries.p95_ms)
            ),
        ),
        (
            "cache",
            format!(
                "{} of {} answers found in 24 hours, {} of {} bytes in the store",
                cache.found, cache.asked, cache.bytes, cache.limit
            ),
        ),
        (
            "memory",
            format!(
                "{} bytes of this process, {} of {} bytes of the machine can be had",
                bytes(memory.process),
                bytes(memory.available),
                bytes(memory.machine)
            ),
        ),
    ];
    let alerts = |component: &str| health.alerts.iter().any(|alert| alert.component == component);
    let mut rows: Vec<(String, &'static str, String)> = parts
        .drain(..)
        .map(|(name, detail)| (name.to_owned(), if alerts(name) { "warning" } else { "ok" }, detail))
        .collect();
    for alert in &health.alerts {
        rows.push((format!("alert {}", alert.setting), "warning", alert.message.clone()));
    }
    rows
}
