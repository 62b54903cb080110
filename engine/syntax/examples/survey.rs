//! Lowers every file below some folders, checks what must hold of every tree, and tells how fast and how
//! much: `cargo run --release -p stoa-syntax --example survey [--methods] [--calls] FOLDER…`. With `--methods` each METHOD is
//! printed as `path, name, first line, last line`, and each file as clean or partial and why, with `--calls` each CALL of a
//! name as `path, name, line`, to be compared with other tools.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use stoa_model::{Interner, NodeKind};
use stoa_syntax::{Language, Tree, Workspace, flags};

fn files(folder: &Path, into: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => files(&path, into),
            Ok(kind) if kind.is_file() => into.push(path),
            _ => {}
        }
    }
}

/// What is wrong with a tree's shape.
fn broken(tree: &Tree) -> Option<String> {
    for at in 0..tree.len() {
        let node = tree.get(at);
        if at == 0 {
            if node.last + 1 != tree.len() {
                return Some("the FILE does not hold everything".to_owned());
            }
            continue;
        }
        let wrong = |what: &str| Some(format!("node {at} {} line {}: {what}", node.kind, node.line + 1));
        if node.parent >= at {
            return wrong("its parent follows it");
        }
        let parent = tree.get(node.parent);
        if node.last < at || node.last > parent.last {
            return wrong("its interval leaves its parent's");
        }
        if node.start > node.end {
            return wrong("it ends before it starts");
        }
        if node.kind == NodeKind::Method && parent.kind == NodeKind::Call {
            return wrong("a METHOD stands right below a CALL");
        }
        if node.kind.is_declaration() && node.kind != NodeKind::TypeParameter && !node.name.is_some() {
            return wrong("a declaration has no name");
        }
    }
    None
}

fn main() {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let methods = arguments.iter().any(|a| a == "--methods");
    let calls = arguments.iter().any(|a| a == "--calls");
    arguments.retain(|a| a != "--methods" && a != "--calls");
    let mut paths = Vec::new();
    arguments.iter().for_each(|folder| files(Path::new(folder), &mut paths));
    paths.sort();
    let (mut workspace, mut tree) = (Workspace::new(), Tree::default());
    let (mut count, mut partial, mut lines, mut nodes, mut bytes) = (0u64, 0u64, 0u64, 0u64, 0u64);
    let (mut taken, mut parsing) = (Duration::ZERO, Duration::ZERO);
    let (mut parser, mut names) = (tree_sitter::Parser::new(), Interner::new());
    for path in paths {
        let text = path.to_string_lossy().into_owned();
        let Some(language) = Language::of_path(&text) else { continue };
        let Ok(source) = std::fs::read(&path) else { continue };
        let language = language.of_text(&text, &source);
        let start = Instant::now();
        let outcome = workspace.lower(language, &text, &source, &mut tree, &mut names);
        taken += start.elapsed();
        let start = Instant::now();
        if parser.set_language(&(language.parser)()).is_ok() {
            drop(parser.parse(&source, None));
        }
        parsing += start.elapsed();
        count += 1;
        lines += u64::from(outcome.lines);
        nodes += u64::from(tree.len());
        bytes += source.len() as u64;
        partial += u64::from(outcome.error_nodes > 0);
        if let Some(problem) = broken(&tree) {
            println!("BROKEN\t{text}\t{problem}");
        }
        let clean = outcome.error_nodes == 0;
        for node in &tree.nodes {
            if clean && node.kind == NodeKind::Unknown {
                println!("UNKNOWN\t{text}\t{}", node.line + 1);
            }
            if methods && node.kind == NodeKind::Method && node.flags & flags::SYNTHETIC == 0 {
                let (name, last) = (names.get(node.name), node.end_line + 1);
                println!("METHOD\t{text}\t{name}\t{}\t{last}", node.line + 1);
            }
        }
        for node in tree.nodes.iter().filter(|n| calls && n.kind == NodeKind::Call) {
            let name = names.get(node.name);
            if !name.is_empty() && !name.starts_with("<operator>") {
                println!("CALL\t{text}\t{name}\t{}", node.line + 1);
            }
        }
        if methods {
            let (status, error) =
                (if clean { "CLEAN" } else { "PARTIAL" }, outcome.error.unwrap_or_default());
            println!("{status}\t{text}\t{error}");
        }
    }
    let seconds = taken.as_secs_f64();
    eprintln!(
        "{count} files ({partial} with syntax errors), {lines} lines, {bytes} bytes, {nodes} nodes: {:.1} files/s, {:.0} lines/s, \
         {:.2} nodes/line; parse alone {:.2}s of {seconds:.2}s, the rest is {:.2} of the parse",
        count as f64 / seconds,
        lines as f64 / seconds,
        nodes as f64 / lines.max(1) as f64,
        parsing.as_secs_f64(),
        (seconds - parsing.as_secs_f64()) / parsing.as_secs_f64(),
    );
}
