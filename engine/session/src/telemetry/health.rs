//! How a store does: one look at its newest snapshot, its query log, its cache and the machine, against the thresholds
//! that its settings name.

use datafusion::common::Result;
use serde::Serialize;
use stoa_model::tables::Table;
use stoa_store::{Snapshot, Store, time};

use super::machine::{machine, process};
use super::queries::{QueryRecord, recorded};
use crate::error::SessionError;

/// How far back queries count: a day, in milliseconds.
const WINDOW: u64 = 24 * 3600 * 1000;
/// Queries from which on a share of them means something.
const ENOUGH: u64 = 20;

/// How a store does.
#[derive(Clone, Debug, Serialize)]
pub struct Health {
    /// `ok`, or `warning` if there are alerts.
    pub status: &'static str,
    pub store: StoreHealth,
    pub queries: QueryHealth,
    pub cache: CacheHealth,
    pub memory: MemoryHealth,
    pub alerts: Vec<Alert>,
}

#[derive(Clone, Debug, Serialize)]
pub struct StoreHealth {
    pub location: String,
    pub snapshot: u64,
    /// Milliseconds since the Unix epoch.
    pub created_at: u64,
    pub segments: u64,
    pub bytes: u64,
    pub files: u64,
    pub nodes: u64,
    pub edges: u64,
}

/// The queries of the last 24 hours, of every process on the store.
#[derive(Clone, Debug, Default, Serialize)]
pub struct QueryHealth {
    pub count: u64,
    pub failed: u64,
    pub cancelled: u64,
    pub slow: u64,
    pub average_ms: Option<f64>,
    pub p95_ms: Option<f64>,
    pub bytes_scanned: u64,
    pub bytes_spilled: u64,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct CacheHealth {
    /// Queries whose answer could be kept.
    pub asked: u64,
    /// Those of them that were answered by what was kept.
    pub found: u64,
    /// `found / asked`; nothing if nothing was asked.
    pub hit_rate: Option<f64>,
    /// Bytes of answers in the store, and how many there may be.
    pub bytes: u64,
    pub limit: u64,
}

/// Bytes; nothing where the system does not tell.
#[derive(Clone, Debug, Default, Serialize)]
pub struct MemoryHealth {
    pub process: Option<u64>,
    pub process_peak: Option<u64>,
    pub machine: Option<u64>,
    pub available: Option<u64>,
}

/// A threshold that was passed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Alert {
    pub component: &'static str,
    pub message: String,
    /// The setting that names the threshold.
    pub setting: &'static str,
}

impl Health {
    /// Looks at a store. Alerts are also events of `tracing`, of the target `stoa::alert`.
    pub async fn of(store: &Store, snapshot: &Snapshot) -> Result<Health, SessionError> {
        let (queries, slow) = recorded(store).await?;
        let since = time::now().saturating_sub(WINDOW);
        let recent: Vec<&QueryRecord> = queries.iter().filter(|q| q.started_at >= since).collect();
        let slow = slow.iter().filter(|slow| slow.query.started_at >= since).count() as u64;
        let machine = machine();
        let process = process();
        let mut health = Health {
            status: "ok",
            store: StoreHealth {
                location: store.location().to_owned(),
                snapshot: snapshot.number,
                created_at: snapshot.created_at,
                segments: snapshot.segments.len() as u64,
                bytes: snapshot.bytes(),
                files: snapshot.rows(Table::Files),
                nodes: snapshot.rows(Table::Nodes),
                edges: snapshot.rows(Table::Edges),
            },
            queries: queries_of(&recent, slow),
            cache: CacheHealth {
                bytes: store.cached_bytes().await?,
                limit: snapshot.setting("cache.bytes"),
                ..cache_of(&recent)
            },
            memory: MemoryHealth {
                process: process.map(|(now, _)| now),
                process_peak: process.map(|(_, peak)| peak),
                machine: machine.map(|m| m.total),
                available: machine.map(|m| m.available),
            },
            alerts: Vec::new(),
        };
        health.alerts = health.alerts(snapshot);
        if !health.alerts.is_empty() {
            health.status = "warning";
        }
        for alert in &health.alerts {
            tracing::warn!(
                target: "stoa::alert",
                component = alert.component,
                setting = alert.setting,
                "{}",
                alert.message
            );
        }
        Ok(health)
    }

    fn alerts(&self, snapshot: &Snapshot) -> Vec<Alert> {
        let mut alerts = Vec::new();
        let most = snapshot.setting("alert.store_bytes");
        if most > 0 && self.store.bytes > most {
            alerts.push(Alert {
                component: "store",
                message: format!("the store has {} bytes, more than {most}", self.store.bytes),
                setting: "alert.store_bytes",
            });
        }
        let most = snapshot.setting("alert.memory_percent");
        if let (Some(machine), Some(available)) = (self.memory.machine, self.memory.available) {
            let used = percent(machine.saturating_sub(available), machine);
            if used > most as f64 {
                alerts.push(Alert {
                    component: "memory",
                    message: format!("{used:.0} % of the memory is in use, more than {most} %"),
                    setting: "alert.memory_percent",
                });
            }
        }
        let queries = &self.queries;
        for (setting, what, count) in [
            ("alert.failed_percent", "failed", queries.failed),
            ("alert.slow_percent", "were slow", queries.slow),
        ] {
            let (share, most) = (percent(count, queries.count), snapshot.setting(setting));
            if queries.count >= ENOUGH && share > most as f64 {
                let of = queries.count;
                alerts.push(Alert {
                    component: "queries",
                    message: format!("{share:.0} % of {of} queries {what}, more than {most} %"),
                    setting,
                });
            }
        }
        let least = snapshot.setting("alert.hit_percent");
        let found = percent(self.cache.found, self.cache.asked);
        if self.cache.asked >= ENOUGH && found < least as f64 {
            let asked = self.cache.asked;
            alerts.push(Alert {
                component: "cache",
                message: format!("{found:.0} % of {asked} answers were in the cache, fewer than {least} %"),
                setting: "alert.hit_percent",
            });
        }
        alerts
    }
}

fn percent(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 * 100.0 / whole as f64 }
}

fn queries_of(recent: &[&QueryRecord], slow: u64) -> QueryHealth {
    let mut times: Vec<u64> = recent.iter().filter(|q| q.status == "ok").map(|q| q.elapsed).collect();
    times.sort_unstable();
    let count = |status: &str| recent.iter().filter(|q| q.status == status).count() as u64;
    let sum = |value: fn(&QueryRecord) -> u64| recent.iter().map(|q| value(q)).sum();
    let ms = |micros: f64| micros / 1e3;
    QueryHealth {
        count: recent.len() as u64,
        failed: count("error"),
        cancelled: count("cancelled"),
        slow,
        average_ms: (!times.is_empty()).then(|| ms(times.iter().sum::<u64>() as f64 / times.len() as f64)),
        p95_ms: percentile(&times, 0.95).map(|micros| ms(micros as f64)),
        bytes_scanned: sum(|q| q.bytes_scanned),
        bytes_spilled: sum(|q| q.bytes_spilled),
    }
}

/// The smallest value that so great a part of all is not above (nearest rank).
fn percentile(ascending: &[u64], part: f64) -> Option<u64> {
    let rank = (ascending.len() as f64 * part).ceil() as usize;
    ascending.get(rank.max(1) - 1).copied()
}

fn cache_of(recent: &[&QueryRecord]) -> CacheHealth {
    let asked: Vec<_> = recent.iter().filter(|q| q.cache.is_asked() && q.status == "ok").collect();
    let found = asked.iter().filter(|q| q.cache.is_hit()).count() as u64;
    let asked = asked.len() as u64;
    let hit_rate = (asked > 0).then(|| found as f64 / asked as f64);
    CacheHealth { asked, found, hit_rate, ..CacheHealth::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_by_nearest_rank() {
        assert_eq!(percentile(&[], 0.95), None);
        assert_eq!(percentile(&[7], 0.95), Some(7));
        let hundred: Vec<u64> = (1..=100).collect();
        assert_eq!(percentile(&hundred, 0.95), Some(95));
        assert_eq!(percentile(&hundred, 0.5), Some(50));
    }
}
