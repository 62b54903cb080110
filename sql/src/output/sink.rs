//! Where results go: standard output or a file, with closed pipes told apart from real errors.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether the reader of standard output has gone (`stoa … | head`). Some writers in between turn IO
/// errors into text, so the fact is kept here rather than looked for in the error.
static CLOSED: AtomicBool = AtomicBool::new(false);

/// Whether a write to standard output has met a closed pipe: nobody is left to write to.
pub fn is_closed_pipe() -> bool {
    CLOSED.load(Ordering::Relaxed)
}

/// A buffered destination.
pub enum Sink {
    Stdout(BufWriter<io::Stdout>),
    File(BufWriter<File>),
}

impl Sink {
    pub fn stdout() -> Sink {
        Sink::Stdout(BufWriter::with_capacity(1 << 16, io::stdout()))
    }

    /// A new file, in place of an old one.
    pub fn create(path: &Path) -> io::Result<Sink> {
        File::create(path).map(|file| Sink::File(BufWriter::with_capacity(1 << 16, file)))
    }

    pub fn is_stdout(&self) -> bool {
        matches!(self, Sink::Stdout(_))
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Sink::Stdout(out) => noticed(out.write(bytes)),
            Sink::File(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Sink::Stdout(out) => noticed(out.flush()),
            Sink::File(out) => out.flush(),
        }
    }
}

fn noticed<T>(result: io::Result<T>) -> io::Result<T> {
    if let Err(error) = &result
        && error.kind() == io::ErrorKind::BrokenPipe
    {
        CLOSED.store(true, Ordering::Relaxed);
    }
    result
}
