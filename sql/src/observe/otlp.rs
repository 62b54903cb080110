//! Spans as the OpenTelemetry Protocol writes them to a file: a line of JSON for each, a whole `TracesData`
//! (OpenTelemetry specification, "OpenTelemetry Protocol File Exporter"; fields as in opentelemetry-proto's `trace.proto`).

use serde_json::{Value, json};
use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use tracing::Subscriber;
use tracing::span::{Attributes, Id, Record};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use super::spans::{self, Lasting};

/// `SPAN_KIND_INTERNAL`.
const INTERNAL: u8 = 1;

/// Adds a line to a file for each span that ends.
#[derive(Debug)]
pub struct OtlpFile {
    file: Mutex<File>,
}

impl OtlpFile {
    pub fn new(file: File) -> OtlpFile {
        OtlpFile { file: Mutex::new(file) }
    }
}

fn attribute(name: &str, value: &Value) -> Value {
    let value = match value {
        Value::Bool(value) => json!({ "boolValue": value }),
        // 64-bit integers are texts in proto3's JSON.
        Value::Number(n) if n.is_i64() || n.is_u64() => json!({ "intValue": n.to_string() }),
        Value::Number(n) => json!({ "doubleValue": n }),
        Value::String(text) => json!({ "stringValue": text }),
        other => json!({ "stringValue": other.to_string() }),
    };
    json!({ "key": name, "value": value })
}

fn traces(name: &str, target: &str, lasting: &Lasting, ended_at: u128) -> Value {
    let mut span = json!({
        "traceId": format!("{:032x}", lasting.trace),
        "spanId": format!("{:016x}", lasting.span),
        "name": name,
        "kind": INTERNAL,
        "startTimeUnixNano": lasting.began_at.to_string(),
        "endTimeUnixNano": ended_at.to_string(),
        "attributes": lasting.fields.0.iter().map(|(name, value)| attribute(name, value)).collect::<Vec<_>>(),
    });
    if let Some(parent) = lasting.parent {
        span["parentSpanId"] = format!("{parent:016x}").into();
    }
    let process = json!(std::process::id());
    json!({ "resourceSpans": [{
        "resource": { "attributes": [
            attribute("service.name", &json!("stoa")),
            attribute("service.version", &json!(env!("CARGO_PKG_VERSION"))),
            attribute("process.pid", &process),
        ] },
        "scopeSpans": [{ "scope": { "name": target }, "spans": [span] }],
    }] })
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for OtlpFile {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        spans::begin(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        spans::record(values, id, &context);
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some((metadata, lasting)) = spans::lasting(&id, &context) else { return };
        let ended_at = lasting.began_at + lasting.began.elapsed().as_nanos();
        let line = format!("{}\n", traces(metadata.name(), metadata.target(), &lasting, ended_at));
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        // A trace that cannot be written is no reason to stop.
        let _ = file.write_all(line.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;
    use tracing_subscriber::layer::SubscriberExt;

    #[test]
    fn spans_are_lines_of_otlp() {
        let mut file = tempfile::tempfile().unwrap();
        let layer = OtlpFile::new(file.try_clone().unwrap());
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            let outer = tracing::info_span!("query", text = "SELECT 1", snapshot = 7u64);
            outer.in_scope(|| tracing::info_span!("plan").in_scope(|| {}));
        });
        std::io::Seek::rewind(&mut file).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let span = |line: &Value| line["resourceSpans"][0]["scopeSpans"][0]["spans"][0].clone();
        let (plan, query) = (span(&lines[0]), span(&lines[1]));
        assert_eq!((plan["name"].as_str(), query["name"].as_str()), (Some("plan"), Some("query")));
        assert_eq!(plan["traceId"], query["traceId"]);
        assert_eq!(plan["parentSpanId"], query["spanId"]);
        assert!(query["parentSpanId"].is_null());
        let attributes = query["attributes"].as_array().unwrap();
        let snapshot = attributes.iter().find(|attribute| attribute["key"] == "snapshot");
        assert_eq!(snapshot.unwrap()["value"]["intValue"], "7");
        let time = |name: &str| query[name].as_str().unwrap().parse::<u128>().unwrap();
        assert!(time("startTimeUnixNano") <= time("endTimeUnixNano"));
        assert_eq!(query["traceId"].as_str().unwrap().len(), 32);
    }
}
