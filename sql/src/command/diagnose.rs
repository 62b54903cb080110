//! `stoa diagnose`: measures a store and says what would make it better, with the command to run.
//!
//! Each area is looked at by one function that gives findings: what was found, whether it is well, and what to do about it.

use datafusion::arrow::array::RecordBatch;
use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Instant;
use stoa_model::tables::Table;
use stoa_session::SessionOptions;
use stoa_session::telemetry::{Health, QueryRecord, recorded};
use stoa_store::{Snapshot, time};

use super::arguments::HealthArgs;
use super::health::ms;
use super::summary::bytes;
use super::{listing, location};
use crate::output::printable;
use crate::output::table::{grid, thousands};
use crate::printer::terminal_width;
use crate::{Engine, EngineOptions};

/// A segment below this size is small, in bytes; `stoa optimize` merges such.
const SMALL_SEGMENT: u64 = 1 << 20;
/// So many small segments are too many.
const MANY_SMALL: usize = 8;
/// A plan that took so long in all is worth being told of, in microseconds.
const WORTH_TELLING: u64 = 1_000_000;
/// Slow plans that are named.
const NAMED: usize = 5;
/// Days that queries are looked back at, in milliseconds.
const WINDOW: u64 = 7 * 24 * 3600 * 1000;

/// What was found of an area.
#[derive(Clone, Debug, Serialize)]
struct Finding {
    area: &'static str,
    /// `ok`, or `advice` if something is to be gained.
    status: &'static str,
    finding: String,
    /// The command or statement to run.
    command: Option<String>,
}

fn ok(area: &'static str, finding: String) -> Finding {
    Finding { area, status: "ok", finding, command: None }
}

fn advice(area: &'static str, finding: String, command: impl Into<String>) -> Finding {
    Finding { area, status: "advice", finding, command: Some(command.into()) }
}

pub async fn run(arguments: &HealthArgs) -> anyhow::Result<()> {
    let location = location::named_or_nearest(arguments.store.as_deref())?;
    // What is measured is the store, and not what is remembered of it; and it is no query of the user's.
    let session = SessionOptions { result_cache_bytes: 0, query_log: false, ..SessionOptions::default() };
    let engine = Engine::open(&location, EngineOptions { session, ..EngineOptions::default() }).await?;
    let Some(session) = engine.session() else { return Ok(()) };
    let (store, snapshot) = (session.store(), session.snapshot());
    let health = Health::of(store, &snapshot).await?;
    let (queries, slow) = recorded(store).await?;
    let since = time::now().saturating_sub(WINDOW);
    let queries: Vec<QueryRecord> = queries.into_iter().filter(|q| q.started_at >= since).collect();
    let slow: BTreeMap<_, _> = slow.into_iter().filter_map(|s| Some((s.query.plan?, s.analyzed))).collect();

    let mut findings = scan_speed(&engine).await?;
    findings.extend(segments(&snapshot));
    findings.extend(cache_use(&health));
    findings.extend(memory(&health, &queries));
    findings.extend(slow_queries(&queries, &slow));
    findings.extend(health.alerts.iter().map(|alert| {
        let change = format!("stoa settings {}=VALUE", alert.setting);
        advice("alerts", alert.message.clone(), change)
    }));
    if arguments.json {
        return listing::say(&format!("{}\n", serde_json::to_string_pretty(&findings)?));
    }
    listing::say(&text(&findings))
}

fn text(findings: &[Finding]) -> String {
    let names = ["area", "", "finding"].map(str::to_string);
    let rows = findings.iter().map(|finding| {
        let mark = if finding.status == "ok" { "ok" } else { "!" };
        vec![finding.area.to_owned(), mark.to_owned(), printable(&finding.finding).into_owned()]
    });
    let mut out = grid(&names, &[false, false, false], rows.collect(), terminal_width());
    let mut commands: Vec<&str> = findings.iter().filter_map(|f| f.command.as_deref()).collect();
    commands.dedup();
    if commands.is_empty() {
        out.push_str("nothing to do\n");
    } else {
        out.push_str("to do:\n");
    }
    for command in commands {
        out.push_str(&format!("  {command}\n"));
    }
    out
}

/// Reads two columns of every node, cold and warm.
async fn scan_speed(engine: &Engine) -> anyhow::Result<Vec<Finding>> {
    let scan = "SELECT count(*), max(line), max(id) FROM stored.nodes";
    let timed = async || -> anyhow::Result<f64> {
        let started = Instant::now();
        let _: Vec<RecordBatch> = engine.run_all(scan).await?;
        Ok(started.elapsed().as_secs_f64())
    };
    let (first, second) = (timed().await?, timed().await?);
    let nodes = engine.session().map_or(0, |session| session.snapshot().rows(Table::Nodes));
    let speed = |seconds: f64| thousands((nodes as f64 / seconds.max(1e-6)) as u64);
    let finding = format!(
        "{} nodes in {} at first, {} again: {} nodes a second",
        thousands(nodes),
        ms(first * 1e3),
        ms(second * 1e3),
        speed(second)
    );
    Ok(vec![ok("scans", finding)])
}

fn segments(snapshot: &Snapshot) -> Vec<Finding> {
    let size = |segment: &stoa_store::SegmentMeta| segment.tables.iter().map(|f| f.bytes).sum::<u64>();
    let mut sizes: Vec<u64> = snapshot.segments.iter().map(size).collect();
    sizes.sort_unstable();
    let small = sizes.iter().filter(|size| **size < SMALL_SEGMENT).count();
    let median = sizes.get(sizes.len() / 2).copied().unwrap_or_default();
    let facts = format!(
        "{} segment{}, {} in the middle, {small} smaller than {}",
        thousands(sizes.len() as u64),
        if sizes.len() == 1 { "" } else { "s" },
        bytes(median),
        bytes(SMALL_SEGMENT)
    );
    let mut findings = vec![match small >= MANY_SMALL {
        true => advice("segments", format!("{facts}: each costs a query some time"), "stoa optimize"),
        false => ok("segments", facts),
    }];
    let files: u64 = snapshot.rows(Table::Files);
    let dead: usize = snapshot.dead_files.values().map(Vec::len).sum();
    let part = dead as f64 * 100.0 / files.max(1) as f64;
    let facts = format!("{} of {} stored files are superseded", thousands(dead as u64), thousands(files));
    findings.push(match part > 30.0 {
        true => advice("segments", format!("{facts} ({part:.0} %)"), "stoa optimize"),
        false => ok("segments", facts),
    });
    findings
}

fn cache_use(health: &Health) -> Vec<Finding> {
    let cache = &health.cache;
    let full = cache.limit > 0 && cache.bytes as f64 > cache.limit as f64 * 0.9;
    let mut findings = vec![match cache.hit_rate {
        None => ok("cache", "nothing was asked for in the last 24 hours".to_owned()),
        Some(rate) => ok(
            "cache",
            format!(
                "{:.1} % of {} answers were found in the last 24 hours",
                rate * 100.0,
                thousands(cache.asked)
            ),
        ),
    }];
    let used = format!("{} of {} in the store", bytes(cache.bytes), bytes(cache.limit));
    findings.push(match full {
        true => advice(
            "cache",
            format!("{used}: answers go before their time"),
            format!("stoa settings cache.bytes={}", cache.limit.saturating_mul(2)),
        ),
        false => ok("cache", used),
    });
    findings
}

fn memory(health: &Health, queries: &[QueryRecord]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let (Some(machine), Some(available)) = (health.memory.machine, health.memory.available) {
        let facts = format!("{} of {} can be had on this machine", bytes(available), bytes(machine));
        findings.push(match available < machine / 10 {
            true => {
                advice("memory", facts, format!("stoa sql --memory {}MB", (available / 2_000_000).max(64)))
            }
            false => ok("memory", facts),
        });
    }
    let spilled: u64 = queries.iter().map(|q| q.bytes_spilled).sum();
    let refused = queries.iter().filter(|q| {
        q.error
            .as_deref()
            .is_some_and(|error| error.contains("Resources exhausted") || error.contains("memory"))
    });
    let refused = refused.count();
    let facts =
        format!("{} spilled by queries in a week, {refused} refused for want of memory", bytes(spilled));
    findings.push(match spilled > 0 || refused > 0 {
        true => advice("memory", facts, "stoa sql --memory SIZE, with more than before"),
        false => ok("memory", facts),
    });
    findings
}

/// The plans that took the most time together.
fn slow_queries(queries: &[QueryRecord], slow: &BTreeMap<String, String>) -> Vec<Finding> {
    struct Plan<'a> {
        text: &'a str,
        runs: u64,
        computed: u64,
        elapsed: u64,
        slowest: u64,
    }
    let mut plans: BTreeMap<&str, Plan<'_>> = BTreeMap::new();
    for query in queries {
        let Some(hash) = query.plan.as_deref() else { continue };
        let plan = plans.entry(hash).or_insert(Plan {
            text: &query.text,
            runs: 0,
            computed: 0,
            elapsed: 0,
            slowest: 0,
        });
        plan.runs += 1;
        plan.computed += u64::from(!query.cache.is_hit());
        plan.elapsed += query.elapsed;
        plan.slowest = plan.slowest.max(query.elapsed);
    }
    let mut plans: Vec<(&str, Plan<'_>)> =
        plans.into_iter().filter(|(_, plan)| plan.elapsed >= WORTH_TELLING).collect();
    plans.sort_by_key(|(_, plan)| std::cmp::Reverse(plan.elapsed));
    if plans.is_empty() {
        return vec![ok("queries", "none took long in a week".to_owned())];
    }
    plans
        .iter()
        .take(NAMED)
        .map(|(hash, plan)| {
            let text: String = plan.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let short: String = text.chars().take(120).collect();
            let finding = format!(
                "{} in {} run{}, the slowest {}, {} computed: {short}",
                ms(plan.elapsed as f64 / 1e3),
                plan.runs,
                if plan.runs == 1 { "" } else { "s" },
                ms(plan.slowest as f64 / 1e3),
                plan.computed
            );
            if plan.computed < 2 {
                return ok("queries", finding);
            }
            let command = match slow.contains_key(*hash) {
                true => format!(
                    "stoa sql -c \"SELECT analyzed FROM system.queries WHERE plan_hash = '{hash}' AND analyzed IS NOT NULL\" \
                     --format csv"
                ),
                false if is_whole(&text) => {
                    format!("stoa sql -c \"EXPLAIN ANALYZE {}\"", text.replace('"', "\\\""))
                }
                false => format!("stoa sql -c \"SELECT * FROM system.queries WHERE plan_hash = '{hash}'\""),
            };
            advice("queries", finding, command)
        })
        .collect()
}

/// Whether a text that was noted, on one line, is still the statement: it was not cut, and no comment hides what followed.
fn is_whole(text: &str) -> bool {
    !text.ends_with('…') && !text.contains("--")
}

#[cfg(test)]
mod tests {
    use super::is_whole;

    #[test]
    fn what_cannot_be_run_again_is_not_a_command() {
        assert!(is_whole("SELECT '…' FROM nodes"));
        assert!(!is_whole("SELECT name FROM no…"));
        assert!(!is_whole("SELECT 1 -- the first SELECT 2"));
    }
}
