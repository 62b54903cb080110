//! Side-by-side benchmarks: what Stoa does against the least that could be done, in one run on the same threads.
//!
//! `index_floor` compares a full index with parsing alone; `queries` times the questions people ask first; `graph_sql`
//! times graph functions through SQL, and `graph_ratios` puts that beside what `graph_libraries/run.py` says of the
//! libraries people use; `graph_pressure` runs many at once under one budget of memory. `suite` says how the time of a
//! day's questions grows with the store; `day` replays such a day with edits in between, and a minute of everything at once;
//! `edits` times what one edit takes, `pressure` what is left to do without memory, `end_to_end` everything from source to
//! findings. Each prints the table that `docs/performance.md` quotes.

pub mod command;
pub mod day;
pub mod questions;
pub mod sample;

use rayon::prelude::*;
use std::path::Path;
use std::time::Instant;
use stoa_indexer::SourceFile;

/// What the floor measured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Floor {
    pub files: usize,
    pub lines: u64,
    pub bytes: u64,
    /// Every syntax node, named or not.
    pub syntax_nodes: u64,
    pub seconds: f64,
}

/// The floor of an index: read every file, parse it with tree-sitter and walk every node with a cursor, on `threads`
/// threads, writing nothing.
pub fn floor(files: &[SourceFile], threads: &rayon::ThreadPool) -> Floor {
    let started = Instant::now();
    let (lines, bytes, syntax_nodes) = threads.install(|| {
        files
            .par_iter()
            .with_max_len(8)
            .map_init(tree_sitter::Parser::new, |parser, file| {
                let Ok(source) = std::fs::read(&file.location) else { return (0, 0, 0) };
                let language = stoa_syntax::languages::ALL[file.grammar];
                if parser.set_language(&(language.parser)()).is_err() {
                    return (0, 0, 0);
                }
                let nodes = parser.parse(&source, None).map_or(0, |tree| count(&tree));
                let lines = source.iter().filter(|b| **b == b'\n').count() as u64;
                (lines, source.len() as u64, nodes)
            })
            .reduce(|| (0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2))
    });
    Floor { files: files.len(), lines, bytes, syntax_nodes, seconds: started.elapsed().as_secs_f64() }
}

/// Walks a tree and counts its nodes.
fn count(tree: &tree_sitter::Tree) -> u64 {
    let mut cursor = tree.walk();
    let mut nodes = 0;
    loop {
        nodes += 1;
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return nodes;
            }
        }
    }
}

/// The source files of a tree in every language, without those an index would skip for their size.
pub fn source_files(root: &Path) -> Vec<SourceFile> {
    let limit = stoa_indexer::DEFAULT_MEMORY / 128;
    let mut files = stoa_indexer::walk(root, None, stoa_syntax::languages::ALL, false).files;
    files.retain(|f| f.bytes <= limit);
    files
}

/// The middle value.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
