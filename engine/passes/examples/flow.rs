//! What the per-file passes make of sources: `cargo run -p stoa-passes --example flow FILE` prints the edges of data flow
//! as `line:column text → line:column text  label`; of a FOLDER it prints how many edges of each kind there are, and times.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use stoa_model::rows::{EdgeRow, NodeRow, ReferenceRow};
use stoa_model::{EdgeKind, Interner};
use stoa_passes::{FilePasses, FileRows};
use stoa_syntax::{Language, Tree, Workspace};

#[derive(Default)]
struct Count(BTreeMap<EdgeKind, u64>, u64);

impl FileRows for Count {
    fn node(&mut self, _: NodeRow) {
        self.1 += 1;
    }
    fn edge(&mut self, row: EdgeRow) {
        *self.0.entry(row.kind).or_default() += 1;
    }
    fn reference(&mut self, _: ReferenceRow) {}
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|e| e.path()) {
        if path.is_dir() {
            files(&path, all);
        } else {
            all.push(path);
        }
    }
}

fn main() {
    for argument in std::env::args().skip(1) {
        let mut all = Vec::new();
        let path = PathBuf::from(&argument);
        let print = path.is_file();
        if print {
            all.push(path);
        } else {
            files(&path, &mut all);
        }
        all.sort();
        let (mut count, mut bytes) = (Count::default(), 0);
        let (mut lowering, mut passing) = (0.0, 0.0);
        let (mut workspace, mut tree) = (Workspace::new(), Tree::default());
        let mut passes = FilePasses::default();
        for path in &all {
            let name = path.to_string_lossy();
            let Some(language) = Language::of_path(&name) else { continue };
            let Ok(source) = std::fs::read(path) else { continue };
            let mut names = Interner::new();
            let start = Instant::now();
            workspace.lower(language, &name, &source, &mut tree, &mut names);
            let lowered = Instant::now();
            let shortfall = passes.run(&tree, language, &mut names);
            lowering += (lowered - start).as_secs_f64();
            passing += lowered.elapsed().as_secs_f64();
            bytes += source.len();
            for reason in shortfall.reasons(&names) {
                println!("{name}: {reason}");
            }
            passes.rows(1, &tree, &source, &mut names, &mut count);
            if print {
                for edge in &passes.data_flow.edges {
                    let told = |at| {
                        let node = tree.get(at);
                        format!("{}:{} {}", node.line + 1, node.column + 1, node.kind)
                    };
                    println!("{:30} → {:30} {}", told(edge.src), told(edge.dst), names.get(edge.label));
                }
            }
        }
        println!(
            "{argument}: {bytes} bytes, {} nodes, lowering {lowering:.2} s, passes {passing:.2} s",
            count.1
        );
        for (kind, count) in &count.0 {
            println!("  {kind:14} {count:9}  {:.3} a byte", *count as f64 / bytes as f64);
        }
    }
}
