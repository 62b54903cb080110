//! Small sources, one construct each: a line with `flow: KIND` in a comment is a sink that must be reached, and no other line is.
//!
//! Each file of `cases/<language>/` is indexed by itself and analysed with the rows of `models/<language>.csv`.

// A test may stop at the first thing that is not as it should be.
#![allow(clippy::unwrap_used)]

#[macro_use]
mod common;

use std::collections::BTreeSet;
use std::path::Path;
use stoa_flow::{Answer, Endpoint, Models, Options, Program, Question, analyse};

type Lines = BTreeSet<(usize, String)>;

fn ask(program: &Program, models: &Models, questions: &[Question]) -> Vec<Answer> {
    analyse(program, models, &Options::default(), questions, None, &|| false).unwrap()
}

/// What the models say, and three questions about the same ends: who gets there from the sources of the models, under other names and under the
/// same; and who from the sources alone.
fn more_questions(answer: &Answer) -> Vec<Question> {
    let ends = |node: fn(&stoa_flow::Flow) -> i64, kind: fn(&stoa_flow::Flow) -> String| -> Vec<Endpoint> {
        answer.flows.iter().map(|flow| Endpoint { node: node(flow), kind: kind(flow) }).collect()
    };
    let given = Question { model_sources: false, model_sinks: false, ..Question::default() };
    vec![
        Question::default(),
        Question {
            model_sources: true,
            sinks: ends(|flow| flow.sink, |_| "reached".to_owned()),
            ..given.clone()
        },
        Question {
            model_sources: true,
            sinks: ends(|flow| flow.sink, |flow| flow.kind.clone()),
            ..given.clone()
        },
        Question {
            sources: ends(|flow| flow.source, |flow| flow.source_kind.clone()),
            sinks: ends(|flow| flow.sink, |_| "reached".to_owned()),
            ..given
        },
    ]
}

fn flows(language: &str, file: &Path) -> Lines {
    let tree = tempfile::tempdir().unwrap();
    std::fs::copy(file, tree.path().join(file.file_name().unwrap())).unwrap();
    let store = tempfile::tempdir().unwrap();
    let location = common::index(tree.path(), store.path());
    let (program, lines) = common::program(&location);
    let models = common::models(language);
    let answer = ask(&program, &models, &[Question::default()]).remove(0);
    for threads in [1, 4] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let again = pool.install(|| ask(&program, &models, &[Question::default()])).remove(0);
        assert_eq!(format!("{answer:?}"), format!("{again:?}"), "an answer does not depend on threads");
    }
    let questions = more_questions(&answer);
    let together = ask(&program, &models, &questions);
    for (question, together) in questions.iter().zip(&together) {
        let alone = ask(&program, &models, std::slice::from_ref(question)).remove(0);
        assert_eq!(alone.flows, together.flows, "an answer does not depend on what else is asked");
    }
    assert_eq!(together[0].flows, answer.flows);
    for flow in &answer.flows {
        assert_eq!(flow.path.first().map(|s| s.node), Some(flow.source), "a path begins at its source");
        assert_eq!(flow.path.last().map(|s| s.node), Some(flow.sink), "a path ends at its sink");
    }
    answer.flows.iter().map(|f| (lines[&f.sink] as usize, f.kind.clone())).collect()
}

fn expected(file: &Path) -> Lines {
    let text = std::fs::read_to_string(file).unwrap();
    let mut lines = Lines::new();
    for (number, line) in text.lines().enumerate() {
        if let Some((_, kind)) = line.split_once("flow: ") {
            let kind: String = kind.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
            lines.insert((number + 1, kind));
        }
    }
    lines
}

fn check(language: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(language);
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let mut wrong = Vec::new();
    for file in &files {
        let (found, wanted) = (flows(language, file), expected(file));
        if found != wanted {
            let missed: Vec<_> = wanted.difference(&found).collect();
            let extra: Vec<_> = found.difference(&wanted).collect();
            wrong.push(format!("{}: missed {missed:?}, extra {extra:?}", file.display()));
        }
    }
    assert!(wrong.is_empty() && !files.is_empty(), "\n{}", wrong.join("\n"));
}

each_language!(check);
