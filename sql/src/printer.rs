//! Runs SQL text and prints what comes back: what the shell and `stoa sql` have in common.

use std::io::{self, IsTerminal, Write};
use std::path::Path;
use std::time::Instant;

use crate::output::{self, Format, Layout, OutputError, Sink};
use crate::{Engine, Outcome};

/// Rows the shell shows of a long result.
const SHOWN: usize = 1000;

/// A destination, a format, and the habits of who reads it.
pub struct Printer {
    pub format: Format,
    /// Whether to print the time each statement took.
    pub timing: bool,
    sink: Sink,
    /// Whether a person types: long results are shown in part, and statements without rows answered.
    interactive: bool,
}

impl Printer {
    /// Prints to standard output.
    pub fn stdout(format: Format, interactive: bool) -> Printer {
        Printer { format, timing: false, sink: Sink::stdout(), interactive }
    }

    /// Prints to a new file.
    pub fn file(format: Format, path: &Path) -> io::Result<Printer> {
        Ok(Printer { format, timing: false, sink: Sink::create(path)?, interactive: false })
    }

    /// Sends what follows elsewhere.
    pub fn redirect(&mut self, sink: Sink) -> io::Result<()> {
        self.sink.flush()?;
        self.sink = sink;
        Ok(())
    }

    /// Whether results go to standard output.
    pub fn is_stdout(&self) -> bool {
        self.sink.is_stdout()
    }

    /// How tables are laid out here and now: a terminal can change its size.
    pub fn layout(&self) -> Layout {
        if !self.sink.is_stdout() || !io::stdout().is_terminal() {
            return Layout::default();
        }
        let limit = self.interactive.then_some(SHOWN);
        Layout { width: terminal_width(), footer: true, limit }
    }

    /// Runs every statement of a text and prints its rows.
    pub async fn run(&mut self, engine: &Engine, text: &str) -> Result<(), OutputError> {
        let mut script = engine.run(text)?;
        loop {
            let start = Instant::now();
            let Some(answer) = script.next().await else { break };
            let mut answer = answer?;
            match answer.outcome() {
                Outcome::Done(what) => {
                    // The stream still has to end for the statement to have run.
                    while answer.next().await?.is_some() {}
                    if self.interactive {
                        say(what);
                    }
                }
                Outcome::Rows | Outcome::Plan => {
                    let layout = self.layout();
                    output::write(&mut answer, self.format, &layout, &mut self.sink).await?;
                }
            }
            // Not among the rows, which a program may read.
            for notice in answer.notices() {
                eprintln!("note: {notice}");
            }
            if self.timing {
                say(&format!("Time: {}", elapsed(start)));
            }
        }
        Ok(self.sink.flush()?)
    }

    /// Prints text that is no result.
    pub fn print(&mut self, text: &str) -> io::Result<()> {
        self.sink.write_all(text.as_bytes())?;
        self.sink.flush()
    }
}

/// Tells the person at the terminal, wherever results go.
pub fn say(text: &str) {
    // Nobody is there to be told that this failed.
    let _ = writeln!(io::stdout(), "{text}");
}

/// The columns of the terminal, if standard output is one.
pub fn terminal_width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns).max(20))
}

fn elapsed(start: Instant) -> String {
    let elapsed = start.elapsed();
    let ms = elapsed.as_secs_f64() * 1000.0;
    if ms < 10_000.0 { format!("{ms:.1} ms") } else { format!("{ms:.1} ms ({:.1} s)", ms / 1000.0) }
}
