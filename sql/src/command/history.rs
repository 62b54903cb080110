//! `stoa snapshots`, `stoa diff`, `stoa rollback`, `stoa vacuum`, `stoa retention`: the history of a store.

use anyhow::{Context, bail};
use datafusion::arrow::array::{
    ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray, UInt64Array,
};
use std::sync::Arc;
use stoa_session::{Session, SessionOptions};
use stoa_store::{FileChanges, FileHistory, Retention, Snapshot, Store, StoreError, Vacuumed, time};

use super::arguments::{DiffArgs, ListArgs, RetentionArgs, RollbackArgs, VacuumArgs};
use super::summary::bytes;
use super::{listing, location};
use crate::Engine;
use crate::output::Format;
use crate::output::table::{grid, thousands};
use crate::printer::{Printer, terminal_width};

pub(super) async fn open(store: Option<&str>) -> anyhow::Result<Store> {
    Ok(Store::open(&location::named_or_nearest(store)?).await?)
}

/// A snapshot in the list. What needs the rows of `files` is missing where they cannot be read.
struct Listed {
    snapshot: Snapshot,
    files: Option<u64>,
    changes: Option<FileChanges>,
    /// Whether the snapshot that it was made from is still there.
    compared: bool,
}

impl Listed {
    fn rows(&self) -> u64 {
        self.snapshot.segments.iter().flat_map(|s| &s.tables).map(|f| f.rows).sum()
    }
}

pub async fn snapshots(arguments: &ListArgs) -> anyhow::Result<()> {
    let store = open(arguments.store.as_deref()).await?;
    let listed = list(&store).await?;
    if arguments.format == Format::Table {
        listing::say(&drawn(&listed))?;
    } else {
        listing::print(batch(&listed)?, arguments.format).await?;
    }
    for number in store.damaged_snapshots().await? {
        eprintln!("snapshot {number} is corrupt and not listed; `stoa verify` says more");
    }
    Ok(())
}

async fn list(store: &Store) -> Result<Vec<Listed>, StoreError> {
    let mut history = FileHistory::new(store);
    let mut listed: Vec<Listed> = Vec::new();
    for snapshot in store.snapshots().await? {
        let before = listed.iter().rev().find(|l| Some(l.snapshot.number) == snapshot.parent);
        let before = before.map(|l| &l.snapshot);
        let compared = before.is_some() || snapshot.parent.is_none();
        let (files, changes) = match history.count(&snapshot).await {
            Ok(files) => (Some(files), history.changes(before, &snapshot).await.ok()),
            // A damaged file must not hide the history; `stoa verify` names it.
            Err(StoreError::Corrupt { .. } | StoreError::MissingFile { .. }) => (None, None),
            Err(error) => return Err(error),
        };
        listed.push(Listed { snapshot, files, changes, compared });
    }
    Ok(listed)
}

fn drawn(listed: &[Listed]) -> String {
    let names =
        ["snapshot", "time (UTC)", "files", "rows", "bytes", "by", "files changed"].map(str::to_string);
    let rows = listed.iter().map(|l| {
        let changed = match &l.changes {
            _ if !l.compared => "(the one before is gone)".to_string(),
            None => "(cannot be read)".to_string(),
            Some(FileChanges { added: 0, changed: 0, removed: 0 }) => "none".to_string(),
            Some(changes) => {
                let parts = [(changes.added, '+'), (changes.changed, '~'), (changes.removed, '-')];
                let parts = parts.iter().filter(|(count, _)| *count > 0);
                parts
                    .map(|(count, sign)| format!("{sign}{}", thousands(*count)))
                    .collect::<Vec<_>>()
                    .join(" ")
            }
        };
        vec![
            l.snapshot.number.to_string(),
            time::text(l.snapshot.created_at),
            l.files.map_or_else(|| "?".to_string(), thousands),
            thousands(l.rows()),
            bytes(l.snapshot.bytes()),
            l.snapshot.operation.to_string(),
            changed,
        ]
    });
    grid(&names, &[true, false, true, true, true, false, false], rows.collect(), terminal_width())
}

fn batch(listed: &[Listed]) -> anyhow::Result<RecordBatch> {
    let longs = |value: fn(&Listed) -> Option<u64>| -> ArrayRef {
        Arc::new(listed.iter().map(|l| value(l).map(|v| v as i64)).collect::<Int64Array>())
    };
    let changes = |l: &Listed| l.changes.filter(|_| l.compared);
    let created = listed.iter().map(|l| l.snapshot.created_at as i64);
    let operations = listed.iter().map(|l| l.snapshot.operation.to_string());
    Ok(RecordBatch::try_from_iter([
        ("number", longs(|l| Some(l.snapshot.number))),
        ("parent", longs(|l| l.snapshot.parent)),
        ("created_at", Arc::new(TimestampMillisecondArray::from_iter_values(created)) as ArrayRef),
        ("operation", Arc::new(StringArray::from_iter_values(operations)) as ArrayRef),
        ("files", longs(|l| l.files)),
        ("rows", longs(|l| Some(l.rows()))),
        ("bytes", longs(|l| Some(l.snapshot.bytes()))),
        ("segments", longs(|l| Some(l.snapshot.segments.len() as u64))),
        ("files_added", Arc::new(count(listed, |l| changes(l).map(|c| c.added))) as ArrayRef),
        ("files_changed", Arc::new(count(listed, |l| changes(l).map(|c| c.changed))) as ArrayRef),
        ("files_removed", Arc::new(count(listed, |l| changes(l).map(|c| c.removed))) as ArrayRef),
    ])?)
}

fn count(listed: &[Listed], value: impl Fn(&Listed) -> Option<u64>) -> Int64Array {
    listed.iter().map(|l| value(l).map(|v| v as i64)).collect()
}

pub async fn rollback(arguments: &RollbackArgs) -> anyhow::Result<()> {
    let store = open(arguments.store.as_deref()).await?;
    let to = arguments.to.number(&store).await?;
    let _lock = store.lock_writer()?;
    let newest = store.latest().await?.map(|s| s.number);
    if newest == Some(to) {
        bail!("snapshot {to} is the newest already; there is nothing to go back from");
    }
    let published = store.rollback(to).await?;
    listing::say(&format!(
        "snapshot {} has the content of snapshot {to}; nothing is lost, `stoa rollback {}` goes forth again\n",
        published.number,
        newest.unwrap_or_default()
    ))
}

pub async fn diff(arguments: &DiffArgs) -> anyhow::Result<()> {
    let extension = arguments.output.as_deref().and_then(Format::of_file);
    let format = arguments.format.or(extension).unwrap_or(Format::Table);
    if format == Format::Parquet && arguments.output.is_none() {
        bail!("parquet goes to a file: add -o FILE.parquet");
    }
    let store = open(arguments.store.as_deref()).await?;
    let before = arguments.before.number(&store).await?;
    let session = Session::open(store.clone(), SessionOptions::default()).await?;
    let after = match &arguments.after {
        Some(moment) => moment.number(&store).await?,
        None => session.snapshot().number,
    };
    let engine = Engine::of(session).await?;
    let kinds = match arguments.kinds.as_slice() {
        [] => String::new(),
        kinds => format!(" WHERE kind IN ('{}')", kinds.join("', '")),
    };
    let query = format!(
        "SELECT * FROM snapshot_diff({before}, {after}){kinds} ORDER BY path, line, kind, name, callee, change, signature"
    );
    let mut printer = match &arguments.output {
        Some(path) => Printer::file(format, path).with_context(|| path.display().to_string())?,
        None => Printer::stdout(format, false),
    };
    Ok(printer.run(&engine, &query).await?)
}

pub async fn vacuum(arguments: &VacuumArgs) -> anyhow::Result<()> {
    let store = open(arguments.list.store.as_deref()).await?;
    let _lock = if arguments.dry_run { None } else { Some(store.lock_writer()?) };
    let mut retention = store.latest().await?.map(|s| s.retention()).unwrap_or_default();
    if let Some(keep) = arguments.keep {
        retention = Retention { snapshots: keep, days: 0, ..retention };
    }
    let done = store.vacuum(&retention, arguments.dry_run).await?;
    match arguments.list.format {
        Format::Table => listing::say(&vacuumed(&done, arguments.dry_run)),
        format => {
            let long = |value: u64| -> ArrayRef { Arc::new(UInt64Array::from_value(value, 1)) };
            let rows = RecordBatch::try_from_iter([
                ("dry_run", Arc::new(BooleanArray::from(vec![arguments.dry_run])) as ArrayRef),
                ("snapshots", long(done.snapshots.len() as u64)),
                ("segments", long(done.segments)),
                ("files", long(done.files)),
                ("bytes", long(done.bytes)),
                ("snapshots_in_use", long(done.in_use.len() as u64)),
                ("snapshots_kept", long(done.kept)),
            ])?;
            listing::print(rows, format).await
        }
    }
}

fn vacuumed(done: &Vacuumed, dry_run: bool) -> String {
    let verb = if dry_run { "would remove" } else { "removed" };
    let mut text = match (done.snapshots.len(), done.files) {
        (0, 0) => "nothing to remove".to_string(),
        (snapshots, files) => format!(
            "{verb} {snapshots} snapshot{}{}, {} segment{} of {} files, {}",
            if snapshots == 1 { "" } else { "s" },
            numbers(&done.snapshots),
            thousands(done.segments),
            if done.segments == 1 { "" } else { "s" },
            thousands(files),
            bytes(done.bytes),
        ),
    };
    let kept = if done.kept == 1 { "snapshot" } else { "snapshots" };
    text.push_str(&format!("; {} {kept} kept\n", done.kept));
    if !done.in_use.is_empty() {
        text.push_str(&format!("kept because they are, or may be, read:{}\n", numbers(&done.in_use)));
    }
    text
}

/// ` (1, 2, 3)`; nothing for none.
fn numbers(numbers: &[u64]) -> String {
    match numbers {
        [] => String::new(),
        some => format!(" ({})", some.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")),
    }
}

pub async fn retention(arguments: &RetentionArgs) -> anyhow::Result<()> {
    let store = open(arguments.list.store.as_deref()).await?;
    let mut retention = store.latest().await?.map(|s| s.retention()).unwrap_or_default();
    let before = retention;
    retention.snapshots = arguments.snapshots.unwrap_or(retention.snapshots);
    retention.days = arguments.days.unwrap_or(retention.days);
    retention.grace_hours = arguments.grace_hours.unwrap_or(retention.grace_hours);
    if retention != before {
        let _lock = store.lock_writer()?;
        store.set_retention(retention).await?;
    }
    let settings = retention.settings();
    if arguments.list.format == Format::Table {
        let names = ["setting", "value", "meaning"].map(str::to_string);
        let rows = settings.iter().map(|(name, value, meaning)| {
            vec![(*name).to_string(), thousands(*value), (*meaning).to_string()]
        });
        return listing::say(&grid(&names, &[false, true, false], rows.collect(), terminal_width()));
    }
    let texts = |values: Vec<&str>| -> ArrayRef { Arc::new(StringArray::from(values)) };
    let rows = RecordBatch::try_from_iter([
        ("setting", texts(settings.iter().map(|s| s.0).collect())),
        ("value", Arc::new(settings.iter().map(|s| Some(s.1)).collect::<UInt64Array>()) as ArrayRef),
        ("meaning", texts(settings.iter().map(|s| s.2).collect())),
    ])?;
    listing::print(rows, arguments.list.format).await
}
