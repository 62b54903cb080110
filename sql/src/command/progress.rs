//! The progress of an index on a terminal.

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use stoa_indexer::Progress;

use crate::output::table::thousands;

/// A bar on standard error; nothing at all when that is not a terminal.
pub struct Bar {
    bar: ProgressBar,
    files: Arc<AtomicU64>,
    all_files: Arc<AtomicU64>,
    lines: Arc<AtomicU64>,
}

impl Bar {
    pub fn new() -> Bar {
        let bar = match std::io::stderr().is_terminal() {
            true => ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr_with_hz(10)),
            false => ProgressBar::hidden(),
        };
        bar.enable_steady_tick(Duration::from_millis(100));
        Bar { bar, files: Arc::default(), all_files: Arc::default(), lines: Arc::default() }
    }

    fn style(&self) -> Option<ProgressStyle> {
        let (files, all_files, lines) = (self.files.clone(), self.all_files.clone(), self.lines.clone());
        let style = ProgressStyle::with_template("{prefix:>10} [{bar:24}] {counts}").ok()?;
        let counts = move |state: &ProgressState, out: &mut dyn Write| {
            let seconds = state.elapsed().as_secs_f64().max(0.001);
            let lines = lines.load(Ordering::Relaxed);
            // A terminal that cannot be written to has nobody to tell.
            let _ = write!(
                out,
                "{}/{} files · {} lines/s · ETA {}",
                thousands(files.load(Ordering::Relaxed)),
                thousands(all_files.load(Ordering::Relaxed)),
                thousands((lines as f64 / seconds) as u64),
                HumanDuration(state.eta()),
            );
        };
        Some(style.progress_chars("━╸ ").with_key("counts", counts))
    }
}

impl Progress for Bar {
    fn start(&self, files: u64, bytes: u64) {
        self.all_files.store(files, Ordering::Relaxed);
        // Bytes are the better measure of what is left: files differ in size.
        self.bar.set_length(bytes);
        if let Some(style) = self.style() {
            self.bar.set_style(style);
        }
    }

    fn file_done(&self, _path: &str, lines: u64, bytes: u64) {
        self.files.fetch_add(1, Ordering::Relaxed);
        self.lines.fetch_add(lines, Ordering::Relaxed);
        self.bar.inc(bytes);
    }

    fn stage(&self, name: &str) {
        self.bar.set_prefix(name.to_string());
        // While files are read the bar says how far; what comes after has no measure but time.
        let (files, all) = (self.files.load(Ordering::Relaxed), self.all_files.load(Ordering::Relaxed));
        if files >= all
            && let Ok(style) = ProgressStyle::with_template("{prefix:>10} {spinner} {elapsed}")
        {
            self.bar.set_style(style);
        }
    }

    fn published(&self, snapshot: u64, waiting: u64) {
        self.bar.println(format!("snapshot {snapshot} can be asked; {} files wait", thousands(waiting)));
    }

    fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
