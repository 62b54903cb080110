//! What a process says of its work, for people and programs that watch it: log lines, traces, metrics.
//!
//! | option | what is written | who reads it |
//! |---|---|---|
//! | `--log text` | a line an event, on standard error | people |
//! | `--log json` | the same as JSON, spans with the time they took | log collectors |
//! | `--trace FILE` | spans, as OTLP JSON lines (OpenTelemetry Protocol File Exporter) | OpenTelemetry collectors (`otlpjsonfile`) |
//! | `--metrics FILE` | counters, gauges and histograms, every few seconds and at the end | Prometheus (node exporter's `textfile`) |
//!
//! `STOA_LOG` says of what: `info`, or `warn,stoa_session=debug` by module. Without any of these, nothing listens and events
//! cost a comparison. Traces go to a file in OpenTelemetry's own format rather than over a network: that needs no client, no
//! feature of the build, and no collector that answers. Never here: what is an event, or a metric.

mod json;
mod otlp;
mod spans;

use anyhow::Context;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;
use stoa_session::telemetry;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::registry::Registry;
use tracing_subscriber::util::SubscriberInitExt;

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// What is to be written where.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    pub log: Option<LogFormat>,
    pub trace: Option<PathBuf>,
    pub metrics: Option<PathBuf>,
}

/// The variable that names what is logged.
const FILTER: &str = "STOA_LOG";
/// How often metrics are written.
const INTERVAL: Duration = Duration::from_secs(10);

/// Writes what is left when it is dropped.
pub struct Observing {
    stop: Option<(Sender<()>, JoinHandle<()>)>,
}

/// Begins to listen. Once in a process; a second time only metrics are begun anew.
pub fn observe(what: &Observed) -> anyhow::Result<Observing> {
    let filter = match std::env::var(FILTER) {
        Ok(text) if !text.trim().is_empty() => {
            Some(text.parse::<Targets>().with_context(|| format!("{FILTER}={text}"))?)
        }
        _ => None,
    };
    let format = what.log.or(filter.is_some().then_some(LogFormat::Text));
    let filter = filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let mut layers: Vec<Box<dyn Layer<Registry> + Send + Sync>> = Vec::new();
    match format {
        Some(LogFormat::Text) => layers.push(
            tracing_subscriber::fmt::layer()
                .with_writer(std::io::stderr)
                .with_ansi(false)
                .with_filter(filter)
                .boxed(),
        ),
        Some(LogFormat::Json) => layers.push(json::JsonLines.with_filter(filter).boxed()),
        None => {}
    }
    if let Some(path) = &what.trace {
        let file = std::fs::File::options().append(true).create(true).open(path);
        let file = file.with_context(|| path.display().to_string())?;
        let spans = Targets::new().with_default(LevelFilter::INFO);
        layers.push(otlp::OtlpFile::new(file).with_filter(spans).boxed());
    }
    if !layers.is_empty() {
        // A program that the command is part of may listen already.
        let _ = tracing_subscriber::registry().with(layers).try_init();
    }
    Ok(Observing { stop: what.metrics.as_deref().map(write_metrics) })
}

/// Writes the metrics to a file now and then, each time in one piece.
fn write_metrics(path: &Path) -> (Sender<()>, JoinHandle<()>) {
    telemetry::install();
    let (stop, stopped) = channel();
    let path = path.to_owned();
    let writing = std::thread::spawn(move || {
        loop {
            let last = !matches!(stopped.recv_timeout(INTERVAL), Err(RecvTimeoutError::Timeout));
            if let Err(error) = write_whole(&path, &telemetry::prometheus()) {
                tracing::warn!(%error, path = %path.display(), "the metrics cannot be written");
            }
            if last {
                return;
            }
        }
    });
    (stop, writing)
}

/// Replaces a file, so that no reader sees half of it.
fn write_whole(path: &Path, text: &str) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", std::process::id()));
    let mut file = std::fs::File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    std::fs::rename(&beside, path)
}

impl Drop for Observing {
    fn drop(&mut self) {
        if let Some((stop, writing)) = self.stop.take() {
            drop(stop);
            // It only fails to write, and has said so.
            let _ = writing.join();
        }
    }
}
