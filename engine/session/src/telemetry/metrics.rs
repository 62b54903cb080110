//! Counters, gauges and histograms of the process, behind the `metrics` facade.
//!
//! Names follow Prometheus: `stoa_<what>_<unit>`, counters end in `_total`. One list of samples is what `system.metrics`
//! shows and what [`prometheus`] writes (text exposition format 0.0.4).

use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

/// The upper bounds of the buckets of a histogram, in seconds.
const BOUNDS: [f64; 15] =
    [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0];

/// What a metric is: name, then labels.
type Name = (String, Vec<(String, String)>);

#[derive(Default)]
struct Registry {
    counters: Mutex<BTreeMap<Name, Arc<AtomicU64>>>,
    gauges: Mutex<BTreeMap<Name, Arc<AtomicU64>>>,
    histograms: Mutex<BTreeMap<Name, Arc<Buckets>>>,
    descriptions: Mutex<BTreeMap<String, String>>,
}

static REGISTRY: LazyLock<Registry> = LazyLock::new(Registry::default);

/// Listens to the facade, unless the program that the engine is part of has a recorder of its own.
pub fn install() {
    let _ = metrics::set_global_recorder(&*REGISTRY);
}

#[derive(Default)]
struct Buckets {
    /// Values up to each bound, and those above all.
    counts: [AtomicU64; BOUNDS.len() + 1],
    /// Seconds, in nanoseconds.
    sum: AtomicU64,
}

impl HistogramFn for Buckets {
    fn record(&self, value: f64) {
        let place = BOUNDS.iter().position(|bound| value <= *bound).unwrap_or(BOUNDS.len());
        self.counts[place].fetch_add(1, Ordering::Relaxed);
        self.sum.fetch_add((value.max(0.0) * 1e9) as u64, Ordering::Relaxed);
    }
}

fn locked<T>(map: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change leaves the map whole.
    map.lock().unwrap_or_else(PoisonError::into_inner)
}

fn entry<T: Default>(map: &Mutex<BTreeMap<Name, Arc<T>>>, key: &Key) -> Arc<T> {
    let labels = key.labels().map(|label| (label.key().to_owned(), label.value().to_owned())).collect();
    Arc::clone(locked(map).entry((key.name().to_owned(), labels)).or_default())
}

impl Registry {
    fn describe(&self, name: &KeyName, description: SharedString) {
        locked(&self.descriptions).insert(name.as_str().to_owned(), description.into_owned());
    }
}

impl Recorder for Registry {
    fn describe_counter(&self, key: KeyName, _: Option<Unit>, description: SharedString) {
        self.describe(&key, description);
    }

    fn describe_gauge(&self, key: KeyName, _: Option<Unit>, description: SharedString) {
        self.describe(&key, description);
    }

    fn describe_histogram(&self, key: KeyName, _: Option<Unit>, description: SharedString) {
        self.describe(&key, description);
    }

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        Counter::from_arc(entry(&self.counters, key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(entry(&self.gauges, key))
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(entry(&self.histograms, key))
    }
}

/// A value of a metric.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The metric, without the ending of a histogram's series.
    pub metric: String,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    pub name: String,
    pub labels: Vec<(String, String)>,
    pub value: f64,
}

/// Every metric of the process as it is now, by kind, name and labels.
pub fn samples() -> Vec<Sample> {
    let mut samples = Vec::new();
    let mut add = |kind, metric: &str, ending: &str, labels: &[(String, String)], value| {
        samples.push(Sample {
            metric: metric.to_owned(),
            kind,
            name: format!("{metric}{ending}"),
            labels: labels.to_vec(),
            value,
        });
    };
    for ((name, labels), count) in locked(&REGISTRY.counters).iter() {
        add("counter", name, "", labels, count.load(Ordering::Acquire) as f64);
    }
    for ((name, labels), value) in locked(&REGISTRY.gauges).iter() {
        add("gauge", name, "", labels, f64::from_bits(value.load(Ordering::Acquire)));
    }
    for ((name, labels), buckets) in locked(&REGISTRY.histograms).iter() {
        let mut below = 0;
        for (place, count) in buckets.counts.iter().enumerate() {
            below += count.load(Ordering::Relaxed);
            let bound = BOUNDS.get(place).map_or("+Inf".to_owned(), f64::to_string);
            let mut labels = labels.clone();
            labels.push(("le".to_owned(), bound));
            add("histogram", name, "_bucket", &labels, below as f64);
        }
        add("histogram", name, "_sum", labels, buckets.sum.load(Ordering::Relaxed) as f64 / 1e9);
        add("histogram", name, "_count", labels, below as f64);
    }
    samples
}

/// The metrics as Prometheus reads them.
pub fn prometheus() -> String {
    let mut text = String::new();
    let mut last = String::new();
    let descriptions = locked(&REGISTRY.descriptions).clone();
    for sample in samples() {
        if sample.metric != last {
            if let Some(description) = descriptions.get(&sample.metric) {
                let description = description.replace('\\', "\\\\").replace('\n', "\\n");
                let _ = writeln!(text, "# HELP {} {description}", sample.metric);
            }
            let _ = writeln!(text, "# TYPE {} {}", sample.metric, sample.kind);
            last = sample.metric;
        }
        let _ = writeln!(text, "{}{} {}", sample.name, labels(&sample.labels), sample.value);
    }
    text
}

/// `{kind="a",le="0.1"}`, or nothing.
pub(super) fn labels(labels: &[(String, String)]) -> String {
    if labels.is_empty() {
        return String::new();
    }
    let escaped = |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let labels = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value)));
    format!("{{{}}}", labels.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prometheus_reads_what_was_counted() {
        install();
        metrics::describe_counter!("stoa_test_total", "what a test did");
        metrics::counter!("stoa_test_total", "what" => "a \"b\"").increment(2);
        metrics::gauge!("stoa_test_bytes").set(1.5);
        metrics::histogram!("stoa_test_seconds").record(0.004);
        metrics::histogram!("stoa_test_seconds").record(100.0);
        let text = prometheus();
        for line in [
            "# HELP stoa_test_total what a test did",
            "# TYPE stoa_test_total counter",
            "stoa_test_total{what=\"a \\\"b\\\"\"} 2",
            "stoa_test_bytes 1.5",
            "# TYPE stoa_test_seconds histogram",
            "stoa_test_seconds_bucket{le=\"0.0025\"} 0",
            "stoa_test_seconds_bucket{le=\"0.005\"} 1",
            "stoa_test_seconds_bucket{le=\"60\"} 1",
            "stoa_test_seconds_bucket{le=\"+Inf\"} 2",
            "stoa_test_seconds_sum 100.004",
            "stoa_test_seconds_count 2",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }
}
