//! `stoa cache` and `stoa settings`: what a store keeps beside its snapshots, and how much of it.

use anyhow::bail;
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use std::sync::Arc;
use stoa_store::{CacheLimits, SETTINGS, Setting, time};

use super::arguments::{CacheArgs, CacheCommand, CleanArgs, ListArgs, SettingsArgs, parse_size};
use super::health::ms;
use super::history::open;
use super::listing;
use super::summary::bytes;
use crate::output::table::{grid, thousands};
use crate::output::{Format, printable};
use crate::printer::terminal_width;

pub async fn run(arguments: &CacheArgs) -> anyhow::Result<()> {
    match &arguments.command {
        CacheCommand::List(arguments) => list(arguments).await,
        CacheCommand::Clean(arguments) => clean(arguments).await,
    }
}

async fn list(arguments: &ListArgs) -> anyhow::Result<()> {
    let store = open(arguments.store.as_deref()).await?;
    let mut keys = store.cached_keys().await?;
    // Several keys may have one answer.
    keys.reverse();
    let mut seen = std::collections::HashSet::new();
    keys.retain(|key| seen.insert(key.note.result.clone()));
    if arguments.format == Format::Table {
        let names = ["of", "what", "rows", "bytes", "took", "made (UTC)", "used (UTC)"].map(str::to_string);
        let rows = keys.iter().map(|key| {
            vec![
                key.note.kind.clone(),
                printable(&key.note.label).into_owned(),
                thousands(key.note.rows),
                bytes(key.note.bytes),
                ms(key.note.elapsed as f64 / 1e3),
                time::text(key.note.made_at),
                time::text(key.used_at),
            ]
        });
        let total: u64 = keys.iter().map(|key| key.note.bytes).sum();
        let count = thousands(keys.len() as u64);
        let table =
            grid(&names, &[false, false, true, true, true, false, false], rows.collect(), terminal_width());
        let answers = if keys.len() == 1 { "answer" } else { "answers" };
        return listing::say(&format!("{table}{count} {answers}, {}\n", bytes(total)));
    }
    let text = |values: Vec<String>| -> ArrayRef { Arc::new(StringArray::from(values)) };
    let long = |values: Vec<u64>| -> ArrayRef { Arc::new(UInt64Array::from(values)) };
    let rows = RecordBatch::try_from_iter([
        ("kind", text(keys.iter().map(|k| k.note.kind.clone()).collect())),
        ("label", text(keys.iter().map(|k| k.note.label.clone()).collect())),
        ("rows", long(keys.iter().map(|k| k.note.rows).collect())),
        ("bytes", long(keys.iter().map(|k| k.note.bytes).collect())),
        ("elapsed_us", long(keys.iter().map(|k| k.note.elapsed).collect())),
        ("made_at", text(keys.iter().map(|k| time::iso(k.note.made_at)).collect())),
        ("used_at", text(keys.iter().map(|k| time::iso(k.used_at)).collect())),
        ("key", text(keys.iter().map(|k| k.key.clone()).collect())),
    ])?;
    listing::print(rows, arguments.format).await
}

async fn clean(arguments: &CleanArgs) -> anyhow::Result<()> {
    let store = open(arguments.list.store.as_deref()).await?;
    let settings = store.latest().await?.map(|snapshot| snapshot.cache_limits());
    let mut limits = settings.unwrap_or(CacheLimits { bytes: 0, age: 0 });
    if let Some(days) = arguments.days {
        limits.age = days.saturating_mul(24 * 3600 * 1000);
    }
    if let Some(bytes) = arguments.bytes {
        limits.bytes = bytes;
    }
    if arguments.all {
        limits = CacheLimits { bytes: 0, age: 0 };
    }
    let done = store.clean_cache(limits).await?;
    if arguments.list.format == Format::Table {
        return listing::say(&format!(
            "removed {} answers, {}; {} kept, {}\n",
            thousands(done.removed),
            bytes(done.removed_bytes),
            thousands(done.kept),
            bytes(done.kept_bytes)
        ));
    }
    let long = |value: u64| -> ArrayRef { Arc::new(UInt64Array::from(vec![value])) };
    let rows = RecordBatch::try_from_iter([
        ("removed", long(done.removed)),
        ("removed_bytes", long(done.removed_bytes)),
        ("kept", long(done.kept)),
        ("kept_bytes", long(done.kept_bytes)),
    ])?;
    listing::print(rows, arguments.list.format).await
}

/// Shows the settings of a store, after having changed some.
pub async fn settings(arguments: &SettingsArgs) -> anyhow::Result<()> {
    let changes = arguments.changes.iter().map(|change| parse(change)).collect::<anyhow::Result<Vec<_>>>()?;
    let store = open(arguments.list.store.as_deref()).await?;
    if !changes.is_empty() {
        let _lock = store.lock_writer()?;
        store.set_settings(&changes).await?;
    }
    let Some(snapshot) = store.latest().await? else { bail!("the store holds no published snapshot") };
    let values = SETTINGS.iter().map(|setting| (setting, snapshot.setting(setting.name)));
    if arguments.list.format == Format::Table {
        let names = ["setting", "value", "meaning"].map(str::to_string);
        let rows = values.map(|(s, value)| vec![s.name.to_owned(), thousands(value), s.meaning.to_owned()]);
        return listing::say(&grid(&names, &[false, true, false], rows.collect(), terminal_width()));
    }
    let text = |value: fn(&Setting) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(SETTINGS.iter().map(value)))
    };
    let rows = RecordBatch::try_from_iter([
        ("setting", text(|s| s.name)),
        ("value", Arc::new(UInt64Array::from_iter_values(values.map(|(_, value)| value))) as ArrayRef),
        ("meaning", text(|s| s.meaning)),
    ])?;
    listing::print(rows, arguments.list.format).await
}

/// `name=value`; bytes may have a unit.
fn parse(change: &str) -> anyhow::Result<(&'static Setting, u64)> {
    let Some((name, value)) = change.split_once('=') else {
        bail!("{change} is not a setting: write name=value");
    };
    let Some(setting) = SETTINGS.iter().find(|setting| setting.name == name.trim()) else {
        let known: Vec<&str> = SETTINGS.iter().map(|setting| setting.name).collect();
        bail!("there is no setting {name}; there are {}", known.join(", "));
    };
    let value = value.trim();
    if let Ok(value) = value.parse() {
        return Ok((setting, value));
    }
    match setting.name.ends_with("bytes").then(|| parse_size(value)) {
        Some(Ok(bytes)) => Ok((setting, bytes)),
        Some(Err(why)) => bail!("{name}: {why}"),
        None => bail!("{name}: {value} is not a whole number"),
    }
}
