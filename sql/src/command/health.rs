//! `stoa health`: how a store does, at a glance.

use anyhow::Context;
use std::fmt::Write;
use stoa_session::telemetry::Health;
use stoa_store::time;

use super::arguments::HealthArgs;
use super::history::open;
use super::listing;
use super::summary::bytes;
use crate::output::printable;
use crate::output::table::thousands;

pub async fn run(arguments: &HealthArgs) -> anyhow::Result<()> {
    let store = open(arguments.store.as_deref()).await?;
    let snapshot = store.latest().await?.context("the store holds no published snapshot")?;
    let health = Health::of(&store, &snapshot).await?;
    if arguments.json {
        return listing::say(&format!("{}\n", serde_json::to_string_pretty(&health)?));
    }
    listing::say(&text(&health))
}

fn text(health: &Health) -> String {
    let Health { store, queries, cache, memory, alerts, .. } = health;
    let mut out = String::new();
    // Writing to a String does not fail.
    let mut row = |name: &str, value: String| {
        let _ = writeln!(out, "{name:<8} {value}");
    };
    let status = match alerts.len() {
        0 => "ok".to_owned(),
        1 => "warning: 1 alert".to_owned(),
        more => format!("warning: {more} alerts"),
    };
    row("status", status);
    row(
        "store",
        format!(
            "{}, snapshot {} of {} UTC",
            printable(&store.location),
            store.snapshot,
            time::text(store.created_at)
        ),
    );
    row(
        "graph",
        format!(
            "{} nodes, {} edges of {} files, {} in {} segment{}",
            thousands(store.nodes),
            thousands(store.edges),
            thousands(store.files),
            bytes(store.bytes),
            thousands(store.segments),
            if store.segments == 1 { "" } else { "s" }
        ),
    );
    row(
        "cache",
        match cache.hit_rate {
            Some(rate) => format!(
                "{:.1} % of {} answers were found in the last 24 hours; {} of {} in the store",
                rate * 100.0,
                thousands(cache.asked),
                bytes(cache.bytes),
                bytes(cache.limit)
            ),
            None => format!(
                "nothing was asked for in the last 24 hours; {} of {} in the store",
                bytes(cache.bytes),
                bytes(cache.limit)
            ),
        },
    );
    row(
        "queries",
        match (queries.average_ms, queries.p95_ms) {
            (Some(average), Some(p95)) => format!(
                "{} in the last 24 hours, {} on average, {} for 95 of 100; {} slow, {} failed",
                thousands(queries.count),
                ms(average),
                ms(p95),
                thousands(queries.slow),
                thousands(queries.failed)
            ),
            _ => "none in the last 24 hours".to_owned(),
        },
    );
    row(
        "memory",
        match (memory.machine, memory.available) {
            (Some(machine), Some(available)) => {
                format!("{} of {} can be had on this machine", bytes(available), bytes(machine))
            }
            _ => "this system does not tell".to_owned(),
        },
    );
    for alert in alerts {
        row("alert", format!("{} ({})", alert.message, alert.setting));
    }
    out
}

/// A time with three digits.
pub fn ms(ms: f64) -> String {
    match ms {
        ms if ms < 10.0 => format!("{ms:.2} ms"),
        ms if ms < 100.0 => format!("{ms:.1} ms"),
        ms if ms < 10_000.0 => format!("{ms:.0} ms"),
        ms => format!("{:.1} s", ms / 1e3),
    }
}
