//! `stoa migrate`: a store of an older version, brought up to this one.

use std::io::Write;
use stoa_store::{Migration, Store};
use tokio::runtime::Runtime;

use super::arguments::MigrateArgs;
use super::location;
use crate::output::Sink;

pub fn run(arguments: &MigrateArgs, runtime: &Runtime) -> anyhow::Result<()> {
    let location = location::named_or_nearest(arguments.store.as_deref())?;
    let migration = runtime.block_on(async {
        let store = Store::open(&location).await?;
        let _lock = if arguments.dry_run { None } else { Some(store.lock_writer()?) };
        store.migrate(arguments.dry_run).await
    })?;
    let mut out = Sink::stdout();
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &migration)?;
        writeln!(out)?;
    } else {
        writeln!(out, "{}", told(&migration))?;
    }
    Ok(out.flush()?)
}

fn told(m: &Migration) -> String {
    if !m.is_needed() {
        return format!(
            "snapshot {} has schema version {} already; nothing to do",
            m.from_snapshot, m.to_version
        );
    }
    let what = format!(
        "snapshot {} from schema version {} to {}: {} of {} segments, {} bytes",
        m.from_snapshot, m.from_version, m.to_version, m.rewritten, m.segments, m.bytes
    );
    match m.published {
        Some(number) => {
            format!("brought {what}\npublished snapshot {number}; snapshot {} is kept", m.from_snapshot)
        }
        None => format!("would bring {what}\nnothing was written"),
    }
}
