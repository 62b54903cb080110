//! How long an update takes: `live TREE` copies the tree, indexes it, edits the copy, and prints what each kind of edit costs a
//! process that knows the tree, and one that starts anew.
//!
//! ```text
//! cargo run --release -p stoa-indexer --example live -- path/to/tree
//! ```

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use stoa_indexer::{IndexOptions, Indexer, Silent, SourceFile};

/// Each edit is made so often; the middle time counts.
const TIMES: usize = 5;

fn copy(files: &[SourceFile], to: &Path) -> std::io::Result<()> {
    for file in files {
        let target = to.join(&file.path);
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::copy(&file.location, target)?;
    }
    Ok(())
}

/// Makes an edit of a file's text.
fn edit(file: &Path, kind: &str, round: usize) -> std::io::Result<()> {
    let text = std::fs::read_to_string(file)?;
    let text = match kind {
        // Everything moves, nothing else changes.
        "lines" => format!("\n\n{text}"),
        // Nothing in the graph moves but a comment comes.
        "comment" if file.extension().is_some_and(|e| e == "py") => format!("{text}\n# {round}\n"),
        "comment" => format!("{text}\n// {round}\n"),
        // A function comes that others could name.
        _ => match file.extension().and_then(|e| e.to_str()) {
            Some("py") => format!("{text}\ndef live_added_{round}():\n    return len('x')\n"),
            Some("rs") => format!("{text}\npub fn live_added_{round}() -> usize {{ String::new().len() }}\n"),
            Some("go") => format!("{text}\nfunc LiveAdded{round}() int {{ return len(\"x\") }}\n"),
            Some("c" | "h" | "cc" | "cpp") => {
                format!("{text}\nint live_added_{round}(void) {{ return 1; }}\n")
            }
            _ => format!("{text}\n"),
        },
    };
    std::fs::write(file, text)
}

fn main() -> Result<(), Box<dyn Error>> {
    let from = PathBuf::from(std::env::args_os().nth(1).ok_or("live TREE")?);
    let folder = std::env::temp_dir().join(format!("stoa-live-{}", std::process::id()));
    let tree = folder.join("tree");
    let walked = stoa_indexer::walk(&from, None, stoa_syntax::languages::ALL);
    copy(&walked.files, &tree)?;
    let store = folder.join("store");
    let options =
        IndexOptions { store: Some(stoa_indexer::store_location(&store)), ..IndexOptions::default() };
    let mut warm = Indexer::open(&tree, &options)?;
    let first = warm.update(&Silent)?;
    println!("first index: {} files, {} lines, {:.2?}", first.files(), first.lines(), first.elapsed);
    let files: Vec<PathBuf> = walked.files.iter().map(|file| tree.join(&file.path)).collect();
    let mut place = 0;
    let mut next = |count: usize| -> Vec<PathBuf> {
        (0..count)
            .map(|_| {
                place = (place + 7919) % files.len();
                files[place].clone()
            })
            .collect()
    };
    for (count, kind) in [(1, "comment"), (1, "lines"), (1, "function"), (100, "lines"), (100, "function")] {
        for process in ["warm", "cold"] {
            let mut times: Vec<Duration> = Vec::new();
            let mut relinked = 0;
            for round in 0..TIMES {
                for file in next(count) {
                    edit(&file, kind, round)?;
                }
                let started = Instant::now();
                let report = match process {
                    "warm" => warm.update(&Silent)?,
                    _ => stoa_indexer::index(&tree, &options, &Silent)?,
                };
                times.push(started.elapsed());
                relinked += report.update.relinked;
            }
            if process == "cold" {
                warm.update(&Silent)?; // takes in what the others did
            }
            times.sort();
            let each = relinked / TIMES as u64;
            println!("{process}, {count} × {kind}: {:.0?}, {each} files relinked", times[TIMES / 2]);
        }
    }
    std::fs::remove_dir_all(folder)?;
    Ok(())
}
