//! `stoa optimize`, `stoa verify`, `stoa repair`: a store that stays fast and whole.

use anyhow::bail;
use datafusion::arrow::array::{ArrayRef, RecordBatch, StringArray, UInt64Array};
use std::sync::Arc;
use stoa_indexer::{Mended, Progress, RepairOptions};
use stoa_store::{Finding, OptimizeOptions, Optimized, Store};

use super::arguments::{OptimizeArgs, RepairArgs, VerifyArgs};
use super::history::open;
use super::progress::Bar;
use super::summary::bytes;
use super::{listing, location};
use crate::output::table::{grid, thousands};
use crate::output::{Format, printable};
use crate::printer::terminal_width;

pub async fn optimize(arguments: &OptimizeArgs) -> anyhow::Result<()> {
    let store = open(arguments.list.store.as_deref()).await?;
    let _lock = store.lock_writer()?;
    let options = OptimizeOptions {
        dead: f64::from(arguments.dead) / 100.0,
        small: arguments.small,
        target: arguments.target,
    };
    let done = store.optimize(&options).await?;
    if arguments.list.format == Format::Table {
        return listing::say(&optimized(&done));
    }
    let long = |value: Option<u64>| -> ArrayRef { Arc::new(UInt64Array::from(vec![value])) };
    let rows = RecordBatch::try_from_iter_with_nullable([
        ("snapshot", long(done.snapshot), true),
        ("segments_before", long(Some(done.segments.0)), false),
        ("segments_after", long(Some(done.segments.1)), false),
        ("bytes_before", long(Some(done.bytes.0)), false),
        ("bytes_after", long(Some(done.bytes.1)), false),
        ("segments_rewritten", long(Some(done.rewritten)), false),
        ("rows_dropped", long(Some(done.dropped)), false),
    ])?;
    listing::print(rows, arguments.list.format).await
}

fn optimized(done: &Optimized) -> String {
    let segments = |count: u64| format!("{} segment{}", thousands(count), if count == 1 { "" } else { "s" });
    let Some(snapshot) = done.snapshot else {
        return format!("nothing to gain: {}, {}\n", segments(done.segments.0), bytes(done.bytes.0));
    };
    format!(
        "snapshot {snapshot}: {} and {} became {} and {}; {} rewritten, {} dead rows dropped\n",
        segments(done.segments.0),
        bytes(done.bytes.0),
        segments(done.segments.1),
        bytes(done.bytes.1),
        segments(done.rewritten),
        thousands(done.dropped),
    )
}

pub async fn verify(arguments: &VerifyArgs) -> anyhow::Result<()> {
    // A store of which no snapshot can be read is one to be verified.
    let location = location::named_or_nearest(arguments.list.store.as_deref())?;
    let store = Store::open_as_it_is(&location).await?;
    let only = match &arguments.at {
        Some(moment) => Some(moment.number(&store).await?),
        None => None,
    };
    let done = store.verify(only, arguments.deep).await?;
    let damage = done.findings.len() as u64;
    if arguments.list.format != Format::Table {
        listing::print(findings_batch(&done.findings)?, arguments.list.format).await?;
    } else {
        if damage > 0 {
            listing::say(&drawn(&done.findings))?;
        }
        let mut facts = format!(
            "{} snapshot{}, {} files, {}",
            thousands(done.snapshots),
            if done.snapshots == 1 { "" } else { "s" },
            thousands(done.files),
            bytes(done.bytes)
        );
        if arguments.deep {
            facts.push_str(&format!(", {} rows against one another", thousands(done.rows)));
        }
        listing::say(&format!("{facts}: {}\n", if damage == 0 { "all is well" } else { "damaged" }))?;
    }
    match damage {
        0 => Ok(()),
        1 => bail!("1 finding; `stoa repair` brings the store back"),
        more => bail!("{} findings; `stoa repair` brings the store back", thousands(more)),
    }
}

fn drawn(findings: &[Finding]) -> String {
    let names = ["snapshot", "file", "check", "finding"].map(str::to_string);
    let rows = findings.iter().map(|f| {
        let what = printable(&f.what).into_owned();
        vec![f.snapshot.to_string(), f.file.clone(), f.check.to_string(), what]
    });
    grid(&names, &[true, false, false, false], rows.collect(), terminal_width())
}

fn findings_batch(findings: &[Finding]) -> anyhow::Result<RecordBatch> {
    let texts = |value: fn(&Finding) -> &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(findings.iter().map(value)))
    };
    let numbers = UInt64Array::from_iter_values(findings.iter().map(|f| f.snapshot));
    Ok(RecordBatch::try_from_iter([
        ("snapshot", Arc::new(numbers) as ArrayRef),
        ("file", texts(|f| &f.file)),
        ("check", texts(|f| f.check)),
        ("finding", texts(|f| &f.what)),
    ])?)
}

pub fn repair(arguments: &RepairArgs) -> anyhow::Result<()> {
    let store = location::named_or_nearest(arguments.store.as_deref())?;
    let options = RepairOptions { tree: arguments.tree.clone(), use_source: !arguments.no_source };
    let bar = Bar::new();
    let repaired = stoa_indexer::repair(&store, &options, &bar);
    bar.finish();
    let repaired = repaired?;
    if arguments.format == Format::Table {
        let mut text = String::new();
        if !repaired.damage.is_empty() {
            text.push_str(&drawn(&repaired.damage));
        }
        if !repaired.restored.is_empty() {
            let count = repaired.restored.len() as u64;
            text.push_str(&format!(
                "{} {} made anew from source, and put back as {} been\n",
                thousands(count),
                if count == 1 { "file was" } else { "files were" },
                if count == 1 { "it had" } else { "they had" },
            ));
        }
        let damaged = repaired.damage.iter().map(|finding| finding.snapshot).max().unwrap_or_default();
        text.push_str(&match &repaired.mended {
            Mended::Nothing => "nothing is damaged\n".to_string(),
            Mended::Restored => "every snapshot is whole again\n".to_string(),
            Mended::OlderOnly => "the newest snapshot is whole; the damaged ones are older, and were removed\n".to_string(),
            Mended::FromSource { root, snapshot } => format!(
                "snapshot {snapshot} was made anew from {}; the damaged snapshots up to {damaged} were removed\n",
                printable(root)
            ),
            Mended::FellBack { to, snapshot, why } => format!(
                "snapshot {snapshot} has the content of snapshot {to}, the newest that verifies ({})\n",
                printable(why)
            ),
        });
        return listing::say(&text);
    }
    let (mended, snapshot) = match &repaired.mended {
        Mended::Nothing => ("nothing", None),
        Mended::Restored => ("put back as it was", None),
        Mended::OlderOnly => ("removed older snapshots", None),
        Mended::FromSource { snapshot, .. } => ("made anew from source", Some(*snapshot)),
        Mended::FellBack { snapshot, .. } => ("fell back", Some(*snapshot)),
    };
    let rows = RecordBatch::try_from_iter_with_nullable([
        ("damaged_files", Arc::new(UInt64Array::from(vec![repaired.damage.len() as u64])) as ArrayRef, false),
        (
            "restored_files",
            Arc::new(UInt64Array::from(vec![repaired.restored.len() as u64])) as ArrayRef,
            false,
        ),
        ("mended", Arc::new(StringArray::from(vec![mended])) as ArrayRef, false),
        ("snapshot", Arc::new(UInt64Array::from(vec![snapshot])) as ArrayRef, true),
    ])?;
    let runtime = super::runtime()?;
    runtime.block_on(listing::print(rows, arguments.format))
}
