//! What an edit costs: `cargo run --release -p stoa-indexer --example edits TREE [ROUNDS [new]]`.
//!
//! Edits a copy of the tree, one file at a time, and updates its store: as a process that knows the tree does, or with `new` as one that starts anew and
//! knows what is in the store. Of each update, first to last: milliseconds, those of the processor (on Linux), and how many files have other links.

use std::path::{Path, PathBuf};
use std::time::Instant;

use stoa_indexer::{IndexError, IndexOptions, Indexer, Silent};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn copy(from: &Path, to: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let place = to.join(entry.file_name());
        match entry.file_type()? {
            kind if kind.is_dir() => copy(&entry.path(), &place, files)?,
            kind if kind.is_file() => {
                std::fs::copy(entry.path(), &place)?;
                files.push(place);
            }
            _ => {}
        }
    }
    Ok(())
}

fn edited(path: &Path, text: &str, edit: &str, number: usize) -> Option<String> {
    let extension = path.extension()?.to_str()?;
    let python = extension == "py";
    if !python && !matches!(extension, "js" | "ts") {
        return None;
    }
    Some(match edit {
        "comment" => format!("{} edited {number}\n{text}", if python { "#" } else { "//" }),
        "literal" | "call" => {
            let from = text.find("return 0").or_else(|| text.find("return 1"))?;
            let value = if edit == "call" { format!("abs({number})") } else { number.to_string() };
            format!("{}return {value}{}", &text[..from], &text[from + "return 0".len()..])
        }
        _ if python => format!("{text}\ndef edited_{number}():\n    return {number}\n"),
        _ => format!("{text}\nfunction edited{number}() {{ return {number}; }}\n"),
    })
}

/// Processor time of this process in milliseconds, by the hundredth of a second.
fn processor() -> u64 {
    let all = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = all.rsplit(')').next().unwrap_or_default().split_whitespace();
    fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let root = PathBuf::from(arguments.next().unwrap_or_else(|| ".".to_owned()));
    let rounds: usize = arguments.next().and_then(|rounds| rounds.parse().ok()).unwrap_or(5);
    let anew = arguments.next().is_some_and(|word| word == "new");
    let folder = tempfile::tempdir()?;
    let (tree, mut files) = (folder.path().join("tree"), Vec::new());
    copy(&root, &tree, &mut files)?;
    files.sort();
    let store = folder.path().join("store").display().to_string();
    let options = IndexOptions { store: Some(store), ..IndexOptions::default() };
    let mut indexer = Indexer::open(&tree, &options)?;
    let mut update = || -> Result<String, IndexError> {
        let (start, before) = (Instant::now(), processor());
        if anew {
            indexer = Indexer::open(&tree, &options)?;
        }
        let report = indexer.update(&Silent)?;
        let took = start.elapsed().as_secs_f64() * 1e3;
        Ok(format!("{took:.0}/{} ({})", processor() - before, report.update.relinked))
    };
    println!("first index: {}", update()?);
    let mut number = 0;
    for edit in ["comment", "literal", "call", "function"] {
        let mut times = Vec::new();
        for _ in 0..rounds {
            number += 1;
            for step in 0..files.len() {
                let file = &files[(number * 7919 + step * 104_729) % files.len()];
                let Ok(text) = std::fs::read_to_string(file) else { continue };
                if let Some(text) = edited(file, &text, edit, number) {
                    std::fs::write(file, text)?;
                    break;
                }
            }
            times.push(update()?);
        }
        println!("{edit}: {}", times.join(", "));
    }
    Ok(())
}
