//! Fixtures of what files mean to each other: each folder of `tests/links/` is indexed as one tree, and its sources say
//! under their lines what SQL must answer about them.
//!
//! ```text
//! cart.checkout()
//! #    ^^^^^^^^ calls: shop.Cart.checkout (type)
//! ```
//! A mark stands below a part of a node, and is about the smallest node of its sort around it. It names all that the node
//! leads to, by full name, separated by ` | `; `none` if nothing. What is not in the tree counts with `external` in front.
//!
//! | word | the view that answers |
//! |---|---|
//! | `calls` | `call_graph`; how the call was resolved may stand behind the name: `(import)` |
//! | `type` | `variable_types`: the types of a variable, parameter or member |
//! | `inherits`, `overrides` | `inheritance`, `overrides` |
//! | `imports` | the IMPORTS edges of `edges` |
//! | `refers` | its REF edges |
//! | `declares` | `nodes`: the kind and full name of the declaration, or its name where it has no other; its modifiers may stand behind it |
//!
//! Expectations are written from the language's definition, never from output; hence there is no way to update them.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use stoa_sql::{Engine, EngineOptions};

use crate::marks::{Mark, alternatives, complaint, files_below, fixtures, folders, marks};
use crate::slt::{store_of, texts};

/// Each word's query: path, first and last byte of the node, what it leads to, what may stand behind that, whether it is
/// outside of the tree.
const WORDS: &[(&str, &str)] = &[
    (
        "calls",
        "SELECT g.path, n.start_byte, n.end_byte, g.callee_full_name, g.resolution, g.is_external
         FROM call_graph g JOIN nodes n ON n.id = g.call_id",
    ),
    (
        "type",
        "SELECT t.path, n.start_byte, n.end_byte, t.type_full_name, t.resolution, t.is_external
         FROM variable_types t JOIN nodes n ON n.id = t.variable",
    ),
    (
        "inherits",
        "SELECT i.path, n.start_byte, n.end_byte, i.supertype_full_name, i.resolution, i.is_external
         FROM inheritance i JOIN nodes n ON n.id = i.subtype",
    ),
    (
        "overrides",
        "SELECT o.path, n.start_byte, n.end_byte, o.overridden_full_name, NULL, false
         FROM overrides o JOIN nodes n ON n.id = o.method",
    ),
    (
        "imports",
        "SELECT f.path, n.start_byte, n.end_byte, d.full_name, NULL, d.is_external
         FROM edges e JOIN nodes n ON n.id = e.src JOIN nodes d ON d.id = e.dst JOIN files f ON f.file_id = n.file_id
         WHERE e.kind = 'IMPORTS'",
    ),
    (
        "refers",
        "SELECT f.path, n.start_byte, n.end_byte, coalesce(d.full_name, d.name), NULL, d.is_external
         FROM edges e JOIN nodes n ON n.id = e.src JOIN nodes d ON d.id = e.dst JOIN files f ON f.file_id = n.file_id
         WHERE e.kind = 'REF'",
    ),
    (
        "declares",
        "SELECT f.path, n.start_byte, n.end_byte, concat(n.kind, ' ', coalesce(n.full_name, n.name)), n.modifiers, false
         FROM nodes n JOIN files f ON f.file_id = n.file_id
         WHERE n.kind IN ('NAMESPACE_BLOCK', 'TYPE_DECL', 'TYPE_PARAMETER', 'MEMBER', 'METHOD',
                          'METHOD_PARAMETER_IN', 'LOCAL', 'IMPORT', 'ANNOTATION') AND NOT n.is_external",
    ),
];

/// What a node leads to.
struct Answer {
    start: usize,
    end: usize,
    name: String,
    how: String,
}

/// The answers of a program, by word and path.
type Answers = HashMap<(&'static str, String), Vec<Answer>>;

async fn ask(store: &Path) -> Answers {
    let store = store.join("store").display().to_string();
    let engine = Engine::open(&store, EngineOptions::default()).await.unwrap();
    let mut answers = Answers::new();
    for (word, query) in WORDS {
        let answer = engine.run(query).unwrap().next().await.unwrap().unwrap();
        for row in answer.collect().await.unwrap().iter().flat_map(texts) {
            let [path, start, end, name, how, external] = &row[..] else { panic!("{row:?}") };
            let name = if external == "true" { format!("external {name}") } else { name.clone() };
            answers.entry((*word, path.clone())).or_default().push(Answer {
                start: start.parse().unwrap(),
                end: end.parse().unwrap(),
                name,
                how: how.clone(),
            });
        }
    }
    answers
}

fn check(mark: &Mark<'_>, line_start: usize, path: &str, answers: &Answers) -> Result<(), String> {
    let Some((word, _)) = WORDS.iter().find(|(word, _)| *word == mark.word) else {
        return Err(format!("`{}` is no word of these fixtures", mark.word));
    };
    let (start, end) = (line_start + mark.start, line_start + mark.end);
    let all = answers.get(&(*word, path.to_owned())).map_or(&[][..], |a| a);
    let around: Vec<&Answer> = all.iter().filter(|a| a.start <= start && end <= a.end).collect();
    let smallest = around.iter().map(|a| a.end - a.start).min();
    let found: Vec<&Answer> = around.into_iter().filter(|a| Some(a.end - a.start) == smallest).collect();
    let expected: Vec<&str> = alternatives(mark.rest).filter(|e| *e != "none").collect();
    let is = |a: &Answer, one: &str| {
        one == a.name || one == format!("{} ({})", a.name, a.how) || one == format!("{} {}", a.name, a.how)
    };
    let all_met = expected.iter().all(|one| found.iter().any(|a| is(a, one)));
    // What a language adds unwritten stands where what is written does.
    if all_met && (*word == "declares" || found.iter().all(|a| expected.iter().any(|one| is(a, one)))) {
        return Ok(());
    }
    let found: BTreeSet<String> = found.iter().map(|a| format!("{} ({})", a.name, a.how)).collect();
    Err(format!("found: {}", found.into_iter().collect::<Vec<_>>().join(" | ")))
}

/// Every mark of every program holds.
#[test]
fn programs_answer_as_their_sources_say() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let (mut complaints, mut checked) = (Vec::new(), 0);
    for language in folders("links") {
        let program = format!("links/{language}");
        let store = store_of(&program);
        let answers = runtime.block_on(ask(store.path()));
        let root = fixtures(&program);
        for file in files_below(&root) {
            let source = std::fs::read_to_string(&file).unwrap();
            let path = file.strip_prefix(&root).unwrap().display().to_string();
            let lines: Vec<usize> =
                std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect();
            for mark in marks(&source) {
                checked += 1;
                if let Err(says) = check(&mark, lines[mark.line], &path, &answers) {
                    complaints.push(complaint(&file.display().to_string(), &source, &mark, &says));
                }
            }
        }
    }
    assert!(
        complaints.is_empty(),
        "{} of {checked} are wrong\n\n{}",
        complaints.len(),
        complaints.join("\n")
    );
    assert!(checked > 0);
}
