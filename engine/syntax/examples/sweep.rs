//! Lowers every file of a tree and checks what must hold of every lowered tree:
//! `cargo run --release -p stoa-syntax --example sweep -- DIR LANGUAGE`. Prints what breaks, then speed
//! beside that of the parser alone.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use stoa_model::{Interner, NodeKind};
use stoa_syntax::{Language, Tree, Workspace};

fn walk(path: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(path) else { return };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() && !path.is_symlink() {
            walk(&path, files);
        } else if path.is_file() {
            files.push(path);
        }
    }
}

/// What is wrong with the shape of a tree.
fn broken(tree: &Tree) -> Option<String> {
    for at in 0..tree.len() {
        let node = tree.get(at);
        if node.last < at || node.last >= tree.len() {
            return Some(format!("node {at}: last is {}", node.last));
        }
        if at > 0 {
            if node.parent >= at {
                return Some(format!("node {at}: parent is {}", node.parent));
            }
            if node.last > tree.get(node.parent).last {
                return Some(format!("node {at} reaches beyond its parent {}", node.parent));
            }
        }
    }
    None
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(root), Some(name)) = (arguments.next(), arguments.next()) else {
        eprintln!("sweep DIR LANGUAGE");
        return;
    };
    let mut files = Vec::new();
    walk(Path::new(&root), &mut files);
    let (mut tree, mut workspace) = (Tree::default(), Workspace::new());
    let mut names = Interner::new();
    let mut parser = tree_sitter::Parser::new();
    let (mut parsing, mut lowering) = (Duration::ZERO, Duration::ZERO);
    let (mut count, mut lines, mut nodes, mut errors, mut unknown) = (0u64, 0u64, 0u64, 0u64, 0u64);
    for path in files {
        let text = path.to_string_lossy();
        let Some(language) = Language::of_path(&text).filter(|l| l.name == name) else { continue };
        let Ok(source) = std::fs::read(&path) else { continue };
        let before = Instant::now();
        if parser.set_language(&(language.parser)()).is_ok() {
            std::hint::black_box(parser.parse(&source, None));
        }
        parsing += before.elapsed();
        let before = Instant::now();
        let outcome = workspace.lower(language, &text, &source, &mut tree, &mut names);
        lowering += before.elapsed();
        count += 1;
        lines += u64::from(outcome.lines);
        nodes += u64::from(tree.len());
        errors += u64::from(outcome.error_nodes > 0);
        if let Some(what) = broken(&tree) {
            println!("{text}: {what}");
        }
        let strange = tree.nodes.iter().find(|n| n.kind == NodeKind::Unknown);
        if let Some(node) = strange
            && outcome.error.is_none()
        {
            unknown += 1;
            println!("{text}:{}: UNKNOWN though the file parses", node.line + 1);
        }
        if names.heap_bytes() > 64 << 20 {
            names = Interner::new();
        }
    }
    println!(
        "{count} files, {lines} lines, {nodes} nodes ({:.2} a line); {errors} with syntax errors, {unknown} with \
         UNKNOWN but none; parse alone {parsing:.2?}, with lowering {lowering:.2?} ({:.2}×)",
        nodes as f64 / lines.max(1) as f64,
        lowering.as_secs_f64() / parsing.as_secs_f64().max(1e-9),
    );
}
