//! Events, and spans as they end, as lines of JSON on standard error.

use serde_json::{Map, Value};
use std::io::Write;
use stoa_store::time;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::spans::{self, Fields};

/// Writes a line for each event and for each span that ends.
#[derive(Debug, Default)]
pub struct JsonLines;

fn line(metadata: &Metadata<'_>, mut more: Map<String, Value>, fields: Map<String, Value>) {
    let mut line = Map::new();
    line.insert("time".to_owned(), time::iso(time::now()).into());
    line.insert("level".to_owned(), metadata.level().as_str().to_ascii_lowercase().into());
    line.insert("target".to_owned(), metadata.target().into());
    line.append(&mut more);
    for (name, value) in fields {
        line.entry(name).or_insert(value);
    }
    // One write a line; nobody is there to be told that it failed.
    let _ = std::io::stderr().lock().write_all(format!("{}\n", Value::Object(line)).as_bytes());
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for JsonLines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        spans::begin(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        spans::record(values, id, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut more = Map::new();
        if let Some(span) = context.event_span(event) {
            more.insert("span".to_owned(), span.name().into());
        }
        line(event.metadata(), more, fields.0);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some((metadata, lasting)) = spans::lasting(&id, &context) else { return };
        let mut more = Map::new();
        more.insert("message".to_owned(), "done".into());
        more.insert("span".to_owned(), metadata.name().into());
        more.insert("elapsed_ms".to_owned(), (lasting.began.elapsed().as_secs_f64() * 1e3).into());
        line(metadata, more, lasting.fields.0);
    }
}
