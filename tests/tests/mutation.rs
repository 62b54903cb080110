//! Lowering and the per-file passes over programs that were damaged at random: no panic, and a tree that is a tree.
//!
//! The damage is seeded, so that a failure comes again; it prints the program. `STOA_MUTATIONS` sets how many mutants
//! of each sample are tried (a few dozen in an ordinary run); `fuzz/` does the same without end.

use std::collections::HashSet;
use stoa_model::rows::{EdgeRow, NodeRow, ReferenceRow};
use stoa_model::{Interner, NodeKind, ids};
use stoa_passes::{FilePasses, FileRows};
use stoa_syntax::{Language, Slot, Tree, Workspace};

use crate::trees::{Chance, SAMPLES};

/// Damages a program: a few times, bytes or tokens are removed, doubled, swapped or put in.
fn mutate(text: &[u8], chance: &mut Chance) -> Vec<u8> {
    const STRANGE: &[&[u8]] = &[
        b"(",
        b")",
        b"{",
        b"}",
        b"[",
        b"]",
        b"\"",
        b"'",
        b"`",
        b"/*",
        b"*/",
        b"//",
        b"#",
        b"\n",
        b"\t",
        b"\\",
        b"=",
        b";",
        b",",
        b":",
        b"...",
        b"=>",
        b"->",
        b"*",
        b"&",
        b"@",
        b"\0",
        b"\xff",
        b"\xf0\x9f\x8f\x9b",
        b"0x",
        b"class ",
        b"if ",
        b"else ",
        b"for ",
        b"return ",
        b"import ",
        b"async ",
        b"yield ",
        b"case ",
        b"catch ",
        b"fn ",
        b"goto ",
        b"macro!",
        b"<",
        b">",
        b"${",
        b"f\"{",
        b"r#\"",
    ];
    let mut text = text.to_vec();
    for _ in 0..1 + chance.below(6) {
        let tokens = tokens(&text);
        let token = |chance: &mut Chance| tokens.get(chance.below(tokens.len())).cloned().unwrap_or(0..0);
        let at = chance.below(text.len() + 1);
        let run = at..(at + chance.below(40)).min(text.len());
        match chance.below(9) {
            0 => drop(text.drain(token(chance))),
            1 => {
                let range = token(chance);
                let copy = text[range.clone()].to_vec();
                text.splice(range.start..range.start, copy);
            }
            2 => {
                let (a, b) = (token(chance), token(chance));
                let (first, second) = if a.start <= b.start { (a, b) } else { (b, a) };
                if first.end <= second.start {
                    let (one, two) = (text[first.clone()].to_vec(), text[second.clone()].to_vec());
                    text.splice(second, one);
                    text.splice(first, two);
                }
            }
            3 => {
                let (from, to) = (token(chance), token(chance));
                let copy = text[from].to_vec();
                text.splice(to, copy);
            }
            4 => drop(text.drain(run)),
            5 => {
                let copy = text[run].to_vec();
                text.splice(at..at, copy);
            }
            6 => drop(text.splice(at..at, STRANGE[chance.below(STRANGE.len())].iter().copied())),
            7 => text.truncate(at.max(10)),
            _ => {
                if let Some(byte) = text.get_mut(at) {
                    *byte = chance.next() as u8;
                }
            }
        }
    }
    text
}

/// Where the words, numbers and signs of a text are.
fn tokens(text: &[u8]) -> Vec<std::ops::Range<usize>> {
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b >= 0x80;
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = at;
        at += 1;
        while word(text[start]) && at < text.len() && word(text[at]) {
            at += 1;
        }
        if !text[start].is_ascii_whitespace() {
            tokens.push(start..at);
        }
    }
    tokens
}

#[derive(Default)]
struct Rows {
    nodes: Vec<NodeRow>,
    edges: Vec<EdgeRow>,
    references: Vec<ReferenceRow>,
}

impl FileRows for Rows {
    fn node(&mut self, row: NodeRow) {
        self.nodes.push(row);
    }
    fn edge(&mut self, row: EdgeRow) {
        self.edges.push(row);
    }
    fn reference(&mut self, row: ReferenceRow) {
        self.references.push(row);
    }
}

/// Lowers a program and runs its passes; gives what is wrong with the result.
fn check(path: &str, source: &[u8]) -> Result<(), String> {
    let language = Language::of_path(path).unwrap();
    let (mut tree, mut names, mut passes) = (Tree::default(), Interner::new(), FilePasses::default());
    let outcome = Workspace::new().lower(language, path, source, &mut tree, &mut names);
    passes.run(&tree, language, &mut names);
    let mut rows = Rows::default();
    passes.rows(1, &tree, source, &mut names, &mut rows);

    let ensure = |holds: bool, why: &dyn Fn() -> String| if holds { Ok(()) } else { Err(why()) };
    ensure(tree.get(0).kind == NodeKind::File, &|| "node 0 is no FILE".into())?;
    ensure(outcome.status.as_str() == "ok" || outcome.error.is_some(), &|| {
        format!("{outcome:?} without a reason")
    })?;
    for (at, node) in tree.nodes.iter().enumerate() {
        let at = at as u32;
        let told = || format!("node {at} ({}) in line {}", node.kind, node.line + 1);
        ensure(node.last >= at && node.last < tree.len(), &|| {
            format!("{}: its interval ends at {}", told(), node.last)
        })?;
        ensure(node.start <= node.end && node.end as usize <= source.len(), &|| {
            format!("{}: bytes {}..{} of {}", told(), node.start, node.end, source.len())
        })?;
        if at == 0 {
            continue;
        }
        ensure(node.parent < at, &|| format!("{}: its parent is {}", told(), node.parent))?;
        let parent = tree.get(node.parent);
        ensure(node.last <= parent.last, &|| format!("{}: it reaches out of its parent", told()))?;
        if node.method != u32::MAX {
            let around = node.method < at && tree.contains(node.method, at);
            ensure(around && tree.get(node.method).kind == NodeKind::Method, &|| {
                format!("{}: its method is {}", told(), node.method)
            })?;
        }
        if node.kind == NodeKind::Method {
            let exits = tree.children(at).filter(|c| tree.get(*c).kind == NodeKind::MethodReturn).count();
            let bodies = tree.children(at).filter(|c| tree.get(*c).slot == Slot::Body).count();
            ensure(exits == 1 && bodies <= 1, &|| format!("{}: {exits} exits, {bodies} bodies", told()))?;
        }
    }
    let method_of = |at: u32| if tree.get(at).kind == NodeKind::Method { at } else { tree.get(at).method };
    for edge in &passes.control_flow {
        let (src, dst) = (method_of(edge.src), method_of(edge.dst));
        ensure(src == dst, &|| format!("CFG edge {} → {} leaves its method", edge.src, edge.dst))?;
    }
    for &(src, dst) in &passes.scopes.refs {
        use NodeKind::*;
        let kind = tree.get(dst).kind;
        let declares = matches!(
            kind,
            Local | Member | Method | MethodParameterIn | TypeDecl | TypeParameter | Import | NamespaceBlock
        );
        ensure(declares, &|| format!("REF of node {src} ends at a {kind}"))?;
    }
    let ids: HashSet<u32> = rows.nodes.iter().map(|n| n.local).collect();
    ensure(ids.len() == rows.nodes.len(), &|| "ids are not unique".into())?;
    ensure(rows.nodes.len() == tree.nodes.len(), &|| "rows are missing".into())?;
    for edge in &rows.edges {
        let both =
            [edge.src, edge.dst].iter().all(|id| ids::file_of(*id) == 1 && ids.contains(&ids::local_of(*id)));
        ensure(both, &|| format!("{edge:?} has no ends"))?;
    }
    for reference in &rows.references {
        ensure(ids.contains(&reference.src), &|| format!("{reference:?} is asked by nobody"))?;
    }
    Ok(())
}

#[test]
fn samples_are_whole() {
    for (path, text) in SAMPLES {
        check(path, text.as_bytes()).unwrap_or_else(|why| panic!("{path}: {why}"));
    }
}

#[test]
fn damaged_programs() {
    let mutants: usize = std::env::var("STOA_MUTATIONS").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    let mut failures = Vec::new();
    for (number, (path, text)) in SAMPLES.iter().enumerate() {
        let mut chance = Chance::new(1 + number as u64);
        for mutant in 0..mutants {
            let mut source = mutate(text.as_bytes(), &mut chance);
            // Damage on damage finds what one blow does not.
            for _ in 0..mutant % 4 {
                source = mutate(&source, &mut chance);
            }
            let checked = std::panic::catch_unwind(|| check(path, &source));
            if let Err(why) = checked.unwrap_or_else(|_| Err("panicked".into())) {
                failures.push(format!("{path}, mutant {mutant}: {why}\n{}", source.escape_ascii()));
                break;
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}
