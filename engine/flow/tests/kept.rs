//! Summaries that are kept between analyses: after any edit an analysis with them answers as one without.

// A test may stop at the first thing that is not as it should be.
#![allow(clippy::unwrap_used)]

#[macro_use]
mod common;

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use stoa_flow::{Answer, Endpoint, Models, Options, Program, Question, Shelf, analyse};

/// A shelf in memory.
#[derive(Default)]
struct Memory(Mutex<HashMap<String, Vec<u8>>>);

impl Shelf for Memory {
    fn take(&self, key: &str) -> Option<Vec<u8>> {
        self.0.lock().unwrap().get(key).cloned()
    }

    fn put(&self, key: &str, bytes: Vec<u8>) {
        self.0.lock().unwrap().insert(key.to_owned(), bytes);
    }
}

fn ask(program: &Program, models: &Models, questions: &[Question], shelf: Option<&dyn Shelf>) -> Vec<Answer> {
    analyse(program, models, &Options::default(), questions, shelf, &|| false).unwrap()
}

fn says(answer: &Answer) -> String {
    format!("{:#?} {:#?} {:#?}", answer.flows, answer.cuts, answer.constants)
}

/// Numbers that look random (Marsaglia, 2003).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound.max(1) as u64) as usize
    }
}

/// Edits a file: a line goes, comes twice, or changes places with another, a name or a text is another one, an
/// empty line comes, parts change places, or the file is as it was.
fn edit(text: &str, original: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (one, other) = (random.below(lines.len()), random.below(lines.len()));
    if lines.is_empty() {
        return original.to_owned();
    }
    match random.below(9) {
        0 => {
            lines.remove(one);
        }
        1 => lines.insert(other, lines[one].clone()),
        2 => lines.swap(one, other),
        3 => lines[one] = lines[one].replace("request", "other").replace('1', "2"),
        4 => lines[one] = lines[one].replace('"', "\"x"),
        5 => lines.insert(one, String::new()),
        // What comes first gets the first numbers.
        6 => lines.insert(0, lines[one].clone()),
        7 => {
            let mut parts: Vec<&str> = text.split("\n\n").collect();
            let (one, other) = (random.below(parts.len()), random.below(parts.len()));
            parts.swap(one, other);
            return parts.join("\n\n");
        }
        _ => return original.to_owned(),
    }
    lines.join("\n") + "\n"
}

fn check(language: &str) {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(language);
    let mut files: Vec<PathBuf> = std::fs::read_dir(cases).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let (tree, store) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = |file: &Path| tree.path().join(file.file_name().unwrap());
    for file in &files {
        std::fs::copy(file, place(file)).unwrap();
    }
    let models = common::models(language);
    let shelf = Memory::default();
    let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ language.len() as u64);
    let rounds = std::env::var("STOA_EDITS").ok().and_then(|n| n.parse().ok()).unwrap_or(12);
    let (mut kept, mut methods) = (0, 0);
    for round in 0..rounds {
        let mut edited = Vec::new();
        if round > 0 {
            let file = &files[random.below(files.len())];
            let before = std::fs::read_to_string(place(file)).unwrap();
            let text = edit(&before, &std::fs::read_to_string(file).unwrap(), &mut random);
            std::fs::write(place(file), text).unwrap();
            edited.push(place(file));
        }
        let (program, lines) = common::program(&common::index(tree.path(), store.path()));
        let sinks =
            lines.keys().filter(|id| *id % 97 == 0).map(|&node| Endpoint { node, kind: "any".into() });
        let mut sinks: Vec<Endpoint> = sinks.collect();
        sinks.sort();
        let named = Question { model_sinks: false, sinks, ..Question::default() };
        for questions in [vec![Question::default()], vec![Question::default(), named]] {
            let without = ask(&program, &models, &questions, None);
            let with = ask(&program, &models, &questions, Some(&shelf));
            for (with, without) in with.iter().zip(&without) {
                assert_eq!(says(with), says(without), "{language}, round {round}: {edited:?}");
            }
            if round > 0 {
                kept += with[0].kept;
                methods += with[0].methods;
            }
        }
    }
    // An edit reaches little of a tree whose files do not know each other.
    assert!(kept * 4 > methods, "{language}: {kept} of {methods} summaries were kept");
}

each_language!(check);

/// What is damaged, cut off or of something else is as if there were nothing.
#[test]
fn damaged_bytes_are_not_believed() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/java");
    let store = tempfile::tempdir().unwrap();
    let (program, _) = common::program(&common::index(&cases, store.path()));
    let models = common::models("java");
    let shelf = Memory::default();
    let question = [Question::default()];
    let right = says(&ask(&program, &models, &question, Some(&shelf))[0]);
    let (key, whole) = shelf.0.lock().unwrap().drain().next().unwrap();
    for cut in [0, 7, 16, 100, whole.len() / 2, whole.len() - 1] {
        shelf.put(&key, whole[..cut].to_vec());
        assert_eq!(says(&ask(&program, &models, &question, Some(&shelf))[0]), right, "cut at {cut}");
    }
    shelf.put(&key, whole);
    let again = &ask(&program, &models, &question, Some(&shelf))[0];
    assert_eq!(says(again), right);
    assert_eq!(again.kept, again.methods);
}
