//! `docs/languages.md`: which constructs of which languages are proved, and where.
//!
//! A cell is filled by a mark of `tests/flow/` or `tests/links/` that names the construct behind a `§` (see
//! [`crate::marks`]), or by a query of `tests/slt/` below a line `# proves <language>: <construct>, …`. Either is an
//! expectation that its own test holds the product to, and only words that say something of a construct may prove it:
//! that a name means its declaration does not prove a loop.
//!
//! `STOA_UPDATE=1 cargo test --workspace --test suite -- matrix` writes the page.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

use stoa_syntax::Language;

use crate::marks::{files_below, fixtures, marks};

/// The columns: the name in `files.language` and the heading.
const LANGUAGES: &[(&str, &str)] = &[
    ("c", "C"),
    ("cpp", "C++"),
    ("csharp", "C#"),
    ("elixir", "Elixir"),
    ("go", "Go"),
    ("java", "Java"),
    ("javascript", "JavaScript"),
    ("python", "Python"),
    ("rust", "Rust"),
    ("typescript", "TypeScript"),
];

/// What constructs have in common: what proves them.
struct Group {
    title: &'static str,
    /// The words of marks that may prove a construct of the group.
    words: &'static [&'static str],
    /// Constructs, and the languages that have no such thing (`!` in front: the only ones that have it).
    constructs: &'static [(&'static str, &'static str)],
}

const DECLARATIONS: Group = Group {
    title: "Declarations",
    words: &["def", "ref", "declares", "captures"],
    constructs: &[
        ("function", "csharp java"),
        ("method", "c elixir"),
        ("static method", "c elixir go"),
        ("constructor", "c elixir go rust"),
        ("parameter", ""),
        ("default parameter", "c go java rust"),
        ("variadic parameter", "elixir rust"),
        ("local variable", ""),
        ("block scope", "python"),
        ("variable of a module", "csharp elixir java"),
        ("field", "elixir"),
        ("static field", "c elixir go rust"),
        ("property with accessors", "! csharp javascript python typescript"),
        ("operator overloading", "! cpp csharp python rust"),
        ("extension of a type", "! csharp elixir go rust"),
        ("nested function", "c cpp elixir go java"),
        ("closure", "c"),
        ("annotation", "c cpp go javascript"),
        ("macro", "! c cpp elixir rust"),
        ("several clauses", "! elixir"),
    ],
};

const CONTROL: Group = Group {
    title: "Control flow",
    words: &["cfg", "entry", "dead"],
    constructs: &[
        ("if", ""),
        ("else", ""),
        ("else if", ""),
        ("conditional expression", "elixir go rust"),
        ("short circuit", ""),
        ("null coalescing", "! csharp javascript typescript"),
        ("optional chaining", "! csharp javascript typescript"),
        ("switch", "elixir go python rust"),
        ("fall through", "! c cpp go java javascript typescript"),
        ("match", "c cpp javascript typescript"),
        ("guard", "c cpp go javascript typescript"),
        ("while", "elixir go"),
        ("do while", "elixir go python rust"),
        ("for", "elixir python rust"),
        ("for each", "c"),
        ("endless loop", "elixir"),
        ("loop else", "! python"),
        ("comprehension", "! elixir python"),
        ("break", "elixir"),
        ("continue", "elixir"),
        ("labelled break", "c cpp csharp elixir python"),
        ("labelled continue", "c cpp csharp elixir python"),
        ("goto", "! c cpp csharp go"),
        ("early return", "elixir"),
        ("early return by ?", "! rust"),
        ("dead code", "elixir"),
        ("throw", "c go rust"),
        ("try and catch", "c go rust"),
        ("typed handlers", "c go javascript rust typescript"),
        ("finally", "c cpp go rust"),
        ("return through finally", "c cpp elixir go rust"),
        ("resource", "! csharp java python"),
        ("defer", "! go"),
        ("select", "! go"),
        ("await", "! csharp javascript python rust typescript"),
        ("yield", "! csharp javascript python typescript"),
        ("closure's body", "c"),
    ],
};

const DATA: Group = Group {
    title: "Data flow",
    words: &["from"],
    constructs: &[
        ("parameter's value", ""),
        ("value of a local", ""),
        ("overwritten value", ""),
        ("values that meet", ""),
        ("value around a loop", "elixir"),
        ("element of a loop", "c"),
        ("compound assignment", "elixir"),
        ("increment", "elixir python rust"),
        ("destructuring", "c java"),
        ("field", ""),
        ("field of a field", ""),
        ("element by constant key", ""),
        ("element by any key", ""),
        ("alias", ""),
        ("capture", "c"),
        ("write in a closure", "c elixir"),
        ("write before finally", "c cpp elixir go rust"),
        ("variable of a handler", "c go rust"),
        ("value through switch", ""),
        ("value through jumps", "elixir"),
        ("conditional write", "elixir"),
        ("pointer", "! c cpp go rust"),
        ("change by a call", "elixir"),
        ("deletion", "! javascript python typescript"),
    ],
};

const CALLS: Group = Group {
    title: "Calls",
    words: &["calls"],
    constructs: &[
        ("function", "csharp java"),
        ("static method", "c go"),
        ("method", "c elixir"),
        ("own method", "c elixir go"),
        ("constructor", "c go rust"),
        ("constructor of the supertype", "! cpp csharp java javascript python typescript"),
        ("super", "! cpp csharp java javascript python typescript"),
        ("override", "c elixir"),
        ("interface", "c cpp javascript python"),
        ("inherited method", "c elixir rust"),
        ("overloading", "c elixir go javascript python rust typescript"),
        ("imported function", "csharp java"),
        ("imported type's method", "c elixir"),
        ("through an alias", "c java"),
        ("re-exported function", "c cpp csharp elixir go java"),
        ("function as a value", ""),
        ("callback", ""),
        ("closure", "c"),
        ("returned closure", "c"),
        ("method of a field", "c elixir"),
        ("chained calls", "c elixir"),
        ("default arguments", "c go java rust"),
        ("keyword arguments", "! csharp elixir python"),
        ("variadic arguments", "elixir rust"),
        ("operator", "! cpp csharp python rust"),
        ("macro", "! c cpp elixir rust"),
        ("dynamic call", "! elixir"),
        ("pipe", "! elixir"),
        ("recursion", ""),
    ],
};

const TYPES: Group = Group {
    title: "Types",
    words: &["declares", "inherits", "overrides", "refers", "ref", "type", "def"],
    constructs: &[
        ("class", "c elixir go rust"),
        ("struct", "elixir java javascript python typescript"),
        ("interface", "c cpp javascript python"),
        ("enum", "elixir go javascript python"),
        ("union", "! c cpp rust"),
        ("type alias", "csharp java javascript python"),
        ("generic type", "c elixir javascript python"),
        ("nested type", "c go javascript rust typescript"),
        ("inheritance", "c elixir go rust"),
        ("implementation", "c cpp javascript python"),
        ("overriding", "c elixir"),
        ("declared type of a variable", "elixir javascript"),
        ("type of an imported name", "c elixir javascript"),
        ("type by construction", "c elixir go"),
        ("record", "! csharp java"),
        ("module as a type", "! elixir"),
    ],
};

const MODULES: Group = Group {
    title: "Modules",
    words: &["imports", "calls", "declares", "refers"],
    constructs: &[
        ("namespace", "c javascript python"),
        ("import of a module", "java rust"),
        ("import of a name", "c cpp csharp go"),
        ("import under another name", "c java"),
        ("import of everything", ""),
        ("re-export", "c cpp csharp elixir go java"),
        ("relative import", "csharp elixir go java"),
        ("default export", "! javascript typescript"),
        ("require", "! javascript"),
        ("static import", "! csharp java"),
        ("files of one module", "elixir javascript python rust typescript"),
        ("external module", ""),
    ],
};

const MARKUP: Group = Group {
    title: "Markup",
    words: &["ref", "cfg", "from", "calls"],
    constructs: &[
        ("element", "! javascript typescript"),
        ("expression in markup", "! javascript typescript"),
        ("component", "! javascript typescript"),
    ],
};

const GROUPS: &[&Group] = &[&DECLARATIONS, &CONTROL, &DATA, &CALLS, &TYPES, &MODULES, &MARKUP];

/// Whether a language has a construct at all, by the text beside it.
fn has(without: &str, language: &str) -> bool {
    match without.strip_prefix("! ") {
        Some(only) => only.split(' ').any(|l| l == language),
        None => !without.split(' ').any(|l| l == language),
    }
}

/// Where each cell is proved: (group, construct, language) → links.
type Cells = BTreeMap<(usize, &'static str, &'static str), Vec<String>>;

fn column(language: &str) -> Option<&'static str> {
    LANGUAGES.iter().map(|(name, _)| *name).find(|name| *name == language)
}

/// Puts a proof into its cell. A construct that two groups have goes to the one whose words prove it.
fn fill(
    cells: &mut Cells,
    language: &str,
    construct: &str,
    word: Option<&str>,
    link: String,
) -> Result<(), String> {
    let language = column(language).ok_or_else(|| format!("`{language}` is no language"))?;
    let mut known = false;
    for (number, group) in GROUPS.iter().enumerate() {
        let Some((name, without)) = group.constructs.iter().find(|(name, _)| *name == construct) else {
            continue;
        };
        known = true;
        if word.is_some_and(|word| !group.words.contains(&word)) {
            continue;
        }
        if !has(without, language) {
            return Err(format!("the matrix says that {language} has no {construct}"));
        }
        cells.entry((number, name, language)).or_default().push(link);
        return Ok(());
    }
    Err(match word {
        Some(word) if known => format!("`{word}` proves nothing of `{construct}`"),
        _ => format!("`{construct}` is not in the list of constructs"),
    })
}

/// All proofs of the fixtures.
fn collect() -> Result<Cells, String> {
    let (mut cells, mut complaints) = (Cells::new(), Vec::new());
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    for kind in ["flow", "links"] {
        for path in files_below(&fixtures(kind)) {
            let Some(language) = Language::of_path(&path.display().to_string()) else { continue };
            let source = std::fs::read_to_string(&path).unwrap();
            let shown = path.strip_prefix(tests).unwrap().display().to_string();
            for mark in marks(&source) {
                for construct in &mark.proves {
                    let link = format!("../tests/{shown}#L{}", mark.line + 1);
                    if let Err(says) = fill(&mut cells, language.name, construct, Some(mark.word), link) {
                        complaints.push(format!("{shown}:{}: {says}", mark.place + 1));
                    }
                }
            }
        }
    }
    for path in files_below(&fixtures("slt")) {
        let shown = path.strip_prefix(tests).unwrap().display().to_string();
        let source = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = source.lines().collect();
        for (place, line) in lines.iter().enumerate() {
            let Some(proves) = line.strip_prefix("# proves ") else { continue };
            let asked = lines[place..].iter().find(|l| !l.starts_with('#'));
            if !asked.is_some_and(|l| l.starts_with("query ")) {
                complaints.push(format!("{shown}:{}: no query is below", place + 1));
            }
            let (language, constructs) = proves.split_once(": ").unwrap_or((proves, ""));
            for construct in constructs.split(',').map(str::trim) {
                let link = format!("../tests/{shown}#L{}", place + 1);
                if let Err(says) = fill(&mut cells, language, construct, None, link) {
                    complaints.push(format!("{shown}:{}: {says}", place + 1));
                }
            }
        }
    }
    if complaints.is_empty() { Ok(cells) } else { Err(complaints.join("\n")) }
}

/// How many links a cell shows: the first ones, in the order of files.
const SHOWN: usize = 1;

const HEAD: &str = "\
# What is proved, by language

<!-- Written by `STOA_UPDATE=1 cargo test --workspace --test suite -- matrix` from the fixtures; tests compare it. -->

Each cell leads to an expectation in the tests that says what the graph must hold of the construct in that language, and fails if it does
not: a line of a fixture with carets below it ([`tests/flow`](../tests/flow), one file by itself;
[`tests/links`](../tests/links), a program of several files, asked in SQL), or a query with its rows
([`tests/slt`](../tests/slt)). An empty cell is a construct without such a proof; `–` is one that the language does not have.

";

const NOTES: &str = "\
## Notes

- **Control flow and data flow are proved a second time**, for all programs: [the oracle](../engine/passes/tests/oracle) prints random
  programs in nine languages, runs them in an interpreter of its own and asks that each value that was read has its REACHING_DEF edge, and
  each step that was taken its way along CFG edges. [What flow edges promise](reference/data-flow.md) says what they are, and what is not seen.
- **Closures.** Inside of the method that owns a variable control flow decides which writes reach which reads. Between that method and its closures
  it does not: a closure runs when somebody calls it, so each write of a shared variable on one side may reach each read on the other, those that
  the closure's caller has overwritten before included. Nothing is lost by that, and some edges are there that no run will show.
- **Exceptions** are taken to come from calls, from `throw`, and from `await`. Where the body of a `try` has none of them, it may throw
  where it begins and where it ends.
- **Elixir** has no statements that jump: what other languages say with loops and early returns it says with recursion and clauses. Its
  variables are never written twice: binding a name again in the same scope writes the LOCAL anew, a closure keeps what it saw.
- **C++** has no `finally`; destructors that run where a scope ends are not in the graph.
- **Empty cells of calls** are calls that the graph leaves at a stub, or cannot tell apart: functions and closures that are held as values outside
  of JavaScript, Python and TypeScript; overloaded operators; in C++ variables whose types
  follow from `auto` (C#, Java: `var`); in Rust functions that their crate re-exports.
- **TypeScript** files with markup (`.tsx`) have a grammar of their own; its cells are in the column of TypeScript.
";

fn page(cells: &Cells) -> String {
    let mut page = String::from(HEAD);
    let count = |language: Option<&str>| {
        let all = GROUPS.iter().flat_map(|g| g.constructs).flat_map(|(_, without)| {
            LANGUAGES.iter().filter(|(l, _)| language.is_none_or(|of| of == *l) && has(without, l))
        });
        let filled = cells.keys().filter(|(_, _, l)| language.is_none_or(|of| of == *l));
        (filled.count(), all.count())
    };
    let (filled, all) = count(None);
    writeln!(page, "{filled} of {all} cells are filled.\n").unwrap();
    let headings = || LANGUAGES.iter().map(|(_, heading)| *heading).collect::<Vec<_>>().join(" | ");
    writeln!(page, "| | {} |\n|---|{}", headings(), "--:|".repeat(LANGUAGES.len())).unwrap();
    let sums = LANGUAGES.iter().map(|(l, _)| count(Some(l))).map(|(n, m)| format!("{n} of {m}"));
    writeln!(page, "| cells | {} |\n", sums.collect::<Vec<_>>().join(" | ")).unwrap();
    for (number, group) in GROUPS.iter().enumerate() {
        writeln!(page, "## {}\n", group.title).unwrap();
        writeln!(page, "| | {} |\n|---|{}", headings(), "---|".repeat(LANGUAGES.len())).unwrap();
        for (construct, without) in group.constructs {
            write!(page, "| {construct} |").unwrap();
            for (language, _) in LANGUAGES {
                match cells.get(&(number, *construct, *language)) {
                    Some(links) => {
                        for link in links.iter().take(SHOWN) {
                            let line = link.rsplit_once("#L").map_or("", |(_, line)| line);
                            let file =
                                link.split('#').next().and_then(|p| p.rsplit('/').next()).unwrap_or("");
                            write!(page, " [{file}:{line}]({link})").unwrap();
                        }
                    }
                    None if has(without, language) => {}
                    None => page.push_str(" –"),
                }
                page.push_str(" |");
            }
            page.push('\n');
        }
        page.push('\n');
    }
    page.push_str(NOTES);
    page
}

#[test]
fn the_page_is_what_the_fixtures_prove() {
    let cells = collect().unwrap_or_else(|complaints| panic!("\n{complaints}"));
    let page = page(&cells);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("docs/languages.md");
    if std::env::var_os("STOA_UPDATE").is_some() {
        std::fs::write(&path, page).unwrap();
        return;
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "docs/languages.md is not what the fixtures prove: write it anew with STOA_UPDATE=1"
    );
}

/// The columns are the languages, and every row is a row once.
#[test]
fn the_matrix_has_every_language() {
    let all: BTreeSet<&str> = stoa_syntax::languages::ALL.iter().map(|l| l.name).collect();
    assert_eq!(LANGUAGES.iter().map(|(name, _)| *name).collect::<BTreeSet<_>>(), all);
    for group in GROUPS {
        let names: BTreeSet<&str> = group.constructs.iter().map(|(name, _)| *name).collect();
        assert_eq!(names.len(), group.constructs.len(), "{} has a row twice", group.title);
        for (construct, without) in group.constructs {
            let named = without.trim_start_matches("! ").split(' ').filter(|l| !l.is_empty());
            let unknown: Vec<&str> = named.filter(|l| !all.contains(l)).collect();
            assert!(unknown.is_empty(), "{construct} of {}: {unknown:?}", group.title);
        }
    }
}
