//! What following values through a tree costs and comes to: `cargo run --release -p stoa-passes --example values TREE [FILE]`.
//!
//! Prints how long it took, how many calls have an answer, and how many methods these run. A file takes every call with what it runs,
//! a line each, to be compared with that of another version.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

use stoa_model::Interner;
use stoa_model::ids::{file_of, local_of};
use stoa_passes::FilePasses;
use stoa_passes::link::{SymbolsBuilder, values};
use stoa_syntax::{Language, Tree, Workspace};

fn sources(root: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![root.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                Ok(kind) if kind.is_file() => found.push(path),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let root = PathBuf::from(arguments.next().unwrap_or_else(|| ".".to_owned()));
    let (mut tree, mut names, mut passes) = (Tree::default(), Interner::new(), FilePasses::default());
    let (mut workspace, mut symbols) = (Workspace::new(), SymbolsBuilder::default());
    let mut files = 0;
    for path in sources(&root) {
        let stored = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().into_owned();
        let (Some(language), Ok(text)) = (Language::of_path(&stored), std::fs::read(&path)) else { continue };
        files += 1;
        let language = language.of_text(&stored, &text);
        workspace.lower(language, &stored, &text, &mut tree, &mut names);
        passes.run(&tree, language, &mut names);
        passes.place(&tree, &names, None);
        symbols.add_file(files, &tree, language, &passes, &names);
    }
    let (symbols, values, _) = symbols.finish();
    let facts = values.len();
    let start = Instant::now();
    let calls = values::solve(values, &symbols);
    let took = start.elapsed().as_secs_f64() * 1e3;
    let (mut count, mut targets, mut outside, mut single) = (0, 0, 0, 0);
    for (_, found) in calls.sorted() {
        count += 1;
        targets += found.targets.len();
        outside += found.outside().count();
        single += usize::from(found.targets.len() == 1);
    }
    println!(
        "{files} files, {facts} facts, {took:.0} ms: {count} calls run {targets} methods ({single} of them one) and {outside} \
         outside, {} variables have types, {} cut",
        calls.types.len(),
        calls.cut
    );
    if let Some(to) = arguments.next() {
        let mut out = std::io::BufWriter::new(std::fs::File::create(to)?);
        for (call, found) in calls.sorted() {
            write!(out, "{}.{}", file_of(call), local_of(call))?;
            for target in found.targets {
                let label = target.label as u8;
                write!(out, " {}.{}:{label}", file_of(target.id), local_of(target.id))?;
            }
            found.outside().try_for_each(|path| write!(out, " {path}"))?;
            writeln!(out)?;
        }
        for (variable, of, _) in &calls.types {
            writeln!(out, "T {}.{} {}.{}", file_of(*variable), local_of(*variable), file_of(*of), local_of(*of))?;
        }
    }
    Ok(())
}
