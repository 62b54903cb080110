//! What an edit costs: from the file as it was written to the snapshot that has it.
//!
//! ```text
//! cargo build --release --workspace && target/release/edits [--rounds N] TREE
//! ```
//!
//! Edits a copy of the tree and updates its store: in a process that knows the tree (`stoa watch` is one), and with a new `stoa index`.
//! Milliseconds, medians; the first update of a process, which reads what is known, is not among the warm ones.

use anyhow::{Context, bail};
use clap::Parser;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use stoa_indexer::{IndexOptions, Indexer, Silent};

/// What the `stoa` command allocates with.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Arguments {
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    tree: PathBuf,
}

/// What an edit does to a file.
#[derive(Clone, Copy)]
enum Edit {
    /// A comment at its top: everything in it moves.
    Comment,
    /// A literal in a body.
    Body,
    /// A call in place of a literal.
    Call,
    /// A function that nobody calls.
    Declaration,
}

const EDITS: &[(&str, Edit)] = &[
    ("a comment", Edit::Comment),
    ("a literal", Edit::Body),
    ("a call", Edit::Call),
    ("a declaration", Edit::Declaration),
];

fn edited(file: &Path, text: &str, edit: Edit, number: usize) -> Option<String> {
    let extension = file.extension()?.to_str()?;
    let comment = if matches!(extension, "py" | "ex" | "exs") { "#" } else { "//" };
    Some(match edit {
        Edit::Comment => format!("{comment} edited {number}\n{text}"),
        Edit::Body | Edit::Call => {
            let from = text.find("return 0").or_else(|| text.find("return 1"))?;
            let value = match edit {
                Edit::Call => format!("abs({number})"),
                _ => number.to_string(),
            };
            format!("{}return {value}{}", &text[..from], &text[from + "return 0".len()..])
        }
        Edit::Declaration => match extension {
            "py" => format!("{text}\ndef edited_{number}():\n    return {number}\n"),
            "js" | "jsx" | "ts" | "tsx" => {
                format!("{text}\nfunction edited{number}() {{ return {number}; }}\n")
            }
            "c" | "h" | "cpp" | "cc" | "hpp" => {
                format!("{text}\nstatic int edited{number}(void) {{ return {number}; }}\n")
            }
            "go" => format!("{text}\nfunc edited{number}() int {{ return {number} }}\n"),
            "rs" => format!("{text}\nfn edited{number}() -> u32 {{ {number} }}\n"),
            "java" => {
                let end = text.rfind('}')?;
                format!("{}static int edited{number}() {{ return {number}; }}\n}}\n", &text[..end])
            }
            _ => return None,
        },
    })
}

/// Edits so many files, spread over the tree. Gives how many were.
fn change(files: &[PathBuf], edit: Edit, many: usize, round: usize) -> anyhow::Result<usize> {
    let mut done = 0;
    for step in 0..files.len() {
        let file = &files[(round * 7919 + step * 104_729) % files.len()];
        let Ok(text) = std::fs::read_to_string(file) else { continue };
        let Some(new) = edited(file, &text, edit, round * 1000 + step) else { continue };
        std::fs::write(file, new)?;
        done += 1;
        if done == many {
            break;
        }
    }
    Ok(done)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or(f64::NAN)
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let folder = tempfile::tempdir()?;
    let (copy, store) = (folder.path().join("tree"), folder.path().join("store"));
    let mut files = Vec::new();
    for file in stoa_benches::source_files(&arguments.tree) {
        let place = copy.join(file.location.strip_prefix(&arguments.tree)?);
        if let Some(parent) = place.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::copy(&file.location, &place).with_context(|| file.location.display().to_string())?;
        files.push(place);
    }
    if files.is_empty() {
        bail!("{} has no source files", arguments.tree.display());
    }
    files.sort();
    let options = IndexOptions { store: Some(store.display().to_string()), ..IndexOptions::default() };
    let mut indexer = Indexer::open(&copy, &options)?;
    let began = Instant::now();
    let report = indexer.update(&Silent)?;
    println!("{} files, first index {:.2} s", files.len(), began.elapsed().as_secs_f64());
    let unchanged: Vec<f64> = (0..arguments.rounds)
        .map(|_| {
            let began = Instant::now();
            indexer.update(&Silent).map(|_| began.elapsed().as_secs_f64() * 1e3)
        })
        .collect::<Result<_, _>>()?;
    println!("nothing changed: warm {:.0} ms (snapshot {})", median(unchanged), report.snapshot);

    let stoa = std::env::current_exe()?.with_file_name("stoa");
    let mut round = 0;
    println!("{:14} {:>6} {:>10} {:>10}", "edit", "files", "warm ms", "cold ms");
    for many in [1, 100] {
        for (name, edit) in EDITS {
            let (mut warm, mut cold, mut count) = (Vec::new(), Vec::new(), 0);
            for _ in 0..arguments.rounds {
                round += 1;
                count = change(&files, *edit, many, round)?;
                let began = Instant::now();
                let before = indexer.update(&Silent)?;
                warm.push(began.elapsed().as_secs_f64() * 1e3);
                if before.update.full {
                    bail!("the tree was indexed as a whole");
                }
            }
            for _ in 0..arguments.rounds.div_ceil(2) {
                round += 1;
                change(&files, *edit, many, round)?;
                let began = Instant::now();
                let output =
                    Command::new(&stoa).arg("index").arg(&copy).arg("--store").arg(&store).output()?;
                cold.push(began.elapsed().as_secs_f64() * 1e3);
                if !output.status.success() {
                    bail!("{}", String::from_utf8_lossy(&output.stderr));
                }
            }
            // Others have published: what this process knows is read anew, and not counted.
            indexer.update(&Silent)?;
            change(&files, Edit::Comment, 1, round)?;
            indexer.update(&Silent)?;
            println!("{name:14} {count:>6} {:>10.0} {:>10.0}", median(warm), median(cold));
        }
    }
    Ok(())
}
