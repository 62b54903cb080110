//! The shell: reads statements and commands line by line, prints answers, and outlives every error.
//!
//! In: keystrokes. Out: tables. Ctrl-C clears the line that is being typed or cancels the query that
//! runs, and never ends the shell; Ctrl-D and `\q` do.

mod complete;
mod describe;
mod editor;
mod history;
pub mod meta;
pub mod words;

pub use describe::type_name;

use clap::ValueEnum;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Editor};
use std::path::{Path, PathBuf};
use tokio::runtime::Runtime;

use crate::output::{Format, Sink, is_closed_pipe};
use crate::printer::{Printer, say, terminal_width};
use crate::{Engine, Moment};
use editor::Assistant;
use meta::Request;

/// Entries the history keeps.
const HISTORY: usize = 10_000;

/// Reads and answers until the person leaves.
pub fn run(engine: &Engine, runtime: &Runtime, format: Format) -> anyhow::Result<()> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .max_history_size(HISTORY)?
        .history_ignore_dups(true)?
        .history_ignore_space(true)
        .build();
    let mut editor: Editor<Assistant<'_>, FileHistory> = Editor::with_config(config)?;
    editor.set_helper(Some(Assistant::new(engine, runtime)));
    let history = history::path();
    if let Some(path) = &history {
        remember_in(path);
        // The first time there is none.
        let _ = editor.load_history(path);
    }
    say(&format!("stoa {} · type help for help", env!("CARGO_PKG_VERSION")));
    let mut shell = Shell { engine, runtime, printer: Printer::stdout(format, true) };
    loop {
        if let Some(assistant) = editor.helper_mut() {
            assistant.forget();
        }
        match editor.readline("stoa> ") {
            Ok(text) if text.trim().is_empty() => {}
            Ok(text) => {
                let _ = editor.add_history_entry(text.trim_end());
                if let Some(path) = &history {
                    // A history that cannot be written is no reason to stop.
                    let _ = editor.append_history(path);
                }
                if shell.answer(&text) == Next::Quit {
                    break;
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(error.into()),
        }
        if is_closed_pipe() {
            break;
        }
    }
    Ok(())
}

/// Makes the folder of the history; without one the shell remembers until it ends.
fn remember_in(path: &Path) {
    if let Some(folder) = path.parent() {
        let _ = std::fs::create_dir_all(folder);
    }
}

#[derive(PartialEq, Eq)]
enum Next {
    Read,
    Quit,
}

struct Shell<'a> {
    engine: &'a Engine,
    runtime: &'a Runtime,
    printer: Printer,
}

impl Shell<'_> {
    fn answer(&mut self, text: &str) -> Next {
        let done = match meta::parse(text) {
            Request::Quit => return Next::Quit,
            Request::Help => self.printer.print(&meta::help()).map_err(|e| e.to_string()),
            Request::Unknown(message) => Err(format!("error: {message}")),
            Request::Sql => self.sql(text),
            Request::Include(path) => match std::fs::read_to_string(path) {
                Ok(text) => self.sql(&text),
                Err(error) => Err(format!("error: {path}: {error}")),
            },
            Request::At(moment) => self.travel(moment),
            Request::Tables => self.tables(),
            Request::Describe(table) => self.describe(table),
            Request::Functions(pattern) => self.functions(pattern),
            Request::Format(name) => self.format(name),
            Request::Output(path) => self.output(path),
            Request::Timing(on) => {
                self.printer.timing = on.unwrap_or(!self.printer.timing);
                say(&format!("Timing is {}.", if self.printer.timing { "on" } else { "off" }));
                Ok(())
            }
        };
        if let Err(message) = done {
            eprintln!("{message}");
        }
        Next::Read
    }

    /// Runs statements until they end or Ctrl-C is pressed.
    fn sql(&mut self, text: &str) -> Result<(), String> {
        self.runtime.block_on(async {
            tokio::select! {
                done = self.printer.run(self.engine, text) => done.map_err(|e| e.to_string()),
                _ = tokio::signal::ctrl_c() => Err("cancelled".to_string()),
            }
        })
    }

    fn travel(&mut self, moment: Option<&str>) -> Result<(), String> {
        let moment = moment.map(str::parse::<Moment>).transpose().map_err(|e| format!("error: {e}"))?;
        match self.runtime.block_on(self.engine.travel(moment.as_ref())) {
            Ok(Some(number)) => say(&format!("Snapshot is {number}.")),
            Ok(None) => say("There is no store here."),
            Err(error) => return Err(format!("error: {error}")),
        }
        Ok(())
    }

    fn tables(&mut self) -> Result<(), String> {
        let listed = self.runtime.block_on(describe::tables(self.engine, terminal_width()));
        let text = listed.map_err(|e| e.to_string())?;
        self.printer.print(&text).map_err(|e| e.to_string())
    }

    fn describe(&mut self, table: &str) -> Result<(), String> {
        let described = self.runtime.block_on(describe::table(self.engine, table, terminal_width()));
        let text = described.map_err(|e| e.to_string())?;
        self.printer.print(&text).map_err(|e| e.to_string())
    }

    fn functions(&mut self, pattern: Option<&str>) -> Result<(), String> {
        let text = describe::functions(self.engine, pattern, terminal_width());
        self.printer.print(&text).map_err(|e| e.to_string())
    }

    fn format(&mut self, name: Option<&str>) -> Result<(), String> {
        if let Some(name) = name {
            let format = Format::from_str(name, true).map_err(|_| {
                let names = Format::value_variants().iter().filter_map(Format::to_possible_value);
                let names: Vec<String> = names.map(|v| v.get_name().to_string()).collect();
                format!("error: there is no format {name}; there are {}", names.join(", "))
            })?;
            if format == Format::Parquet && self.printer.is_stdout() {
                return Err("error: parquet goes to a file: \\o FILE.parquet".to_string());
            }
            self.printer.format = format;
        }
        let shown = self.printer.format.to_possible_value();
        say(&format!("Format is {}.", shown.as_ref().map_or("table", |v| v.get_name())));
        Ok(())
    }

    fn output(&mut self, path: Option<&str>) -> Result<(), String> {
        let Some(path) = path else {
            self.printer.format = Format::Table;
            return self.printer.redirect(Sink::stdout()).map_err(|e| e.to_string());
        };
        let path = PathBuf::from(path);
        let sink = Sink::create(&path).map_err(|e| format!("error: {}: {e}", path.display()))?;
        if let Some(format) = Format::of_file(&path) {
            self.printer.format = format;
        }
        self.printer.redirect(sink).map_err(|e| e.to_string())
    }
}
