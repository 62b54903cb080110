//! From the text of a file to a rule.

use serde::Deserialize;
use std::path::Path;
use toml::Spanned;

use super::error::{Problem, RuleError};
use super::rule::{Example, Rule, Severity};

/// The header as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    id: Spanned<String>,
    title: String,
    severity: Severity,
    #[serde(default)]
    cwe: Vec<u32>,
    languages: Spanned<Vec<Spanned<String>>>,
    what: String,
    why: String,
    fix: String,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default)]
    example: Vec<WrittenExample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenExample {
    language: Spanned<String>,
    #[serde(rename = "match")]
    lines: Spanned<Vec<u32>>,
    code: String,
    #[serde(default)]
    file: Option<String>,
}

/// The folder of rules about several languages.
const GENERAL: &str = "general";

/// Reads a rule. `path` is where its file is, below a folder of rules; its last parts say what the rule belongs to.
pub fn parse(path: &str, text: &str) -> Result<Rule, RuleError> {
    let at = |line: usize, problem: Problem| RuleError { path: path.to_owned(), line, problem };
    let (header, first_line, query_line) = header(text).map_err(|(line, problem)| at(line, problem))?;
    let line_of = |byte: usize| first_line + header[..byte.min(header.len())].matches('\n').count();
    let written: Header = toml::from_str(header).map_err(|error| {
        let line = line_of(error.span().map_or(0, |span| span.start));
        at(line, Problem::Header(error.message().trim().replace('\n', "; ")))
    })?;

    let id_line = line_of(written.id.span().start);
    let id = written.id.into_inner();
    if id.is_empty() || !id.split('-').all(is_word) {
        return Err(at(id_line, Problem::Id(id)));
    }
    let file =
        Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    if file != format!("{id}.sql") {
        return Err(at(id_line, Problem::Name { id, file }));
    }
    for (name, text) in
        [("title", &written.title), ("what", &written.what), ("why", &written.why), ("fix", &written.fix)]
    {
        if text.trim().is_empty() {
            return Err(at(id_line, Problem::Empty(name)));
        }
    }

    let languages_line = line_of(written.languages.span().start);
    let known = stoa_indexer::language_names();
    let mut languages = Vec::new();
    for language in written.languages.into_inner() {
        let line = line_of(language.span().start);
        let name = language.into_inner();
        if !known.contains(&name.as_str()) {
            return Err(at(line, Problem::Language { name, known: known.join(", ") }));
        }
        languages.push(name);
    }
    if languages.is_empty() {
        return Err(at(languages_line, Problem::NoLanguage));
    }
    let area = area(path, &languages).map_err(|problem| at(languages_line, problem))?;

    let mut examples = Vec::new();
    for example in written.example {
        let language_line = line_of(example.language.span().start);
        let match_line = line_of(example.lines.span().start);
        let (language, lines) = (example.language.into_inner(), example.lines.into_inner());
        if !languages.contains(&language) {
            return Err(at(language_line, Problem::ExampleLanguage(language)));
        }
        let count = example.code.lines().count();
        let mut last = 0;
        for &line in &lines {
            if line <= last || line as usize > count {
                return Err(at(match_line, Problem::ExampleLine { line, lines: count }));
            }
            last = line;
        }
        examples.push(Example { language, lines, code: example.code, file: example.file });
    }
    for language in &languages {
        for (wanted, matches) in [("matching", true), ("not matching", false)] {
            let has =
                |example: &Example| &example.language == language && example.lines.is_empty() != matches;
            if !examples.iter().any(has) {
                return Err(at(languages_line, Problem::NoExample { language: language.clone(), wanted }));
            }
        }
    }

    // The header's lines stay, empty: a place in the query is a place in the file.
    let query: String = text.lines().skip(query_line - 1).collect::<Vec<_>>().join("\n");
    if query.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with("--")) {
        return Err(at(query_line, Problem::NoQuery));
    }
    Ok(Rule {
        id,
        title: written.title.trim().to_owned(),
        severity: written.severity,
        cwe: written.cwe,
        languages,
        what: written.what.trim().to_owned(),
        why: written.why.trim().to_owned(),
        fix: written.fix.trim().to_owned(),
        references: written.references,
        examples,
        area,
        path: path.to_owned(),
        sql: "\n".repeat(query_line - 1) + &query,
    })
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
}

/// The text between the lines `/*` and `*/`, the line it starts on, and the line after it.
fn header(text: &str) -> Result<(&str, usize, usize), (usize, Problem)> {
    let (mut from, mut first) = (None, 0);
    let mut start = 0;
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let end = start + line.len();
        match (from, line.trim_end()) {
            (None, "") => {}
            (None, "/*") => (from, first) = (Some(end), number + 2),
            (None, _) => return Err((number + 1, Problem::NoHeader)),
            (Some(from), "*/") => return Ok((&text[from..start], first, number + 2)),
            (Some(_), _) => {}
        }
        start = end;
    }
    match from {
        Some(_) => Err((first - 1, Problem::OpenHeader)),
        None => Err((1, Problem::NoHeader)),
    }
}

/// The area of a rule's path, `…/<area>/<language or general>/<id>.sql`. A file that lies elsewhere is the user's.
fn area(path: &str, languages: &[String]) -> Result<String, Problem> {
    let parts: Vec<&str> = path.split(['/', '\\']).collect();
    let [.., area, folder, _] = parts.as_slice() else { return Ok("user".to_owned()) };
    if *folder == GENERAL {
        return Ok((*area).to_owned());
    }
    if !stoa_indexer::language_names().contains(folder) {
        return Ok("user".to_owned());
    }
    // The folder of a language may hold a rule of its relatives, as C and C++ are.
    match languages.iter().any(|language| language == folder) {
        true => Ok((*area).to_owned()),
        false => Err(Problem::Folder { folder: (*folder).to_owned(), languages: languages.join(", ") }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = r#"/*
id = "no-gets"
title = "gets"
severity = "high"
cwe = [242]
languages = ["c"]
what = "Finds gets. It is gone."
why = "Because."
fix = "Use fgets."
[[example]]
language = "c"
match = [1]
code = '''
gets(a); /* a comment */
'''
[[example]]
language = "c"
match = []
code = "fgets(a);"
*/
SELECT id AS node_id, 'm' AS message FROM calls
"#;

    fn error(text: &str) -> (usize, Problem) {
        let error = parse("security/c/no-gets.sql", text).unwrap_err();
        (error.line, error.problem)
    }

    #[test]
    fn a_rule_is_read() {
        let rule = parse("security/c/no-gets.sql", RULE).unwrap();
        assert_eq!((rule.id.as_str(), rule.area.as_str()), ("no-gets", "security"));
        assert_eq!((rule.severity, rule.cwe_text().as_str()), (Severity::High, "CWE-242"));
        assert_eq!(rule.summary(), "Finds gets.");
        assert_eq!(rule.examples.len(), 2);
        assert_eq!((rule.examples[0].lines.as_slice(), rule.examples[1].lines.len()), (&[1][..], 0));
        // The query stands on the line that it has in the file.
        assert_eq!(rule.sql.lines().nth(20), Some("SELECT id AS node_id, 'm' AS message FROM calls"));
        assert_eq!(parse("no-gets.sql", RULE).unwrap().area, "user");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert_eq!(error("SELECT 1"), (1, Problem::NoHeader));
        assert_eq!(error(""), (1, Problem::NoHeader));
        assert_eq!(error("\n/*\nid = \"x\"\n"), (2, Problem::OpenHeader));
        let (line, problem) = error(&RULE.replace("severity = \"high\"", "severity = \"awful\""));
        assert_eq!(line, 4, "{problem}");
        let (line, problem) = error(&RULE.replace("cwe = [242]", "cve = [242]"));
        assert!(line == 5 && problem.to_string().contains("cve"), "{line}: {problem}");
        let (line, problem) = error(&RULE.replace("languages = [\"c\"]", "languages = [\n\"d\"]"));
        assert!(line == 7 && matches!(problem, Problem::Language { .. }), "{line}: {problem}");
        assert_eq!(error(&RULE.replace("no-gets", "no_gets")), (2, Problem::Id("no_gets".into())));
        assert!(matches!(error(&RULE.replace("no-gets", "gets")), (2, Problem::Name { .. })));
        assert!(matches!(
            error(&RULE.replace("[1]", "[2]")),
            (12, Problem::ExampleLine { line: 2, lines: 1 })
        ));
        assert!(matches!(error(&RULE.replace("match = []", "match = [1]")), (6, Problem::NoExample { .. })));
        let other = RULE.replacen("language = \"c\"", "language = \"java\"", 1);
        assert_eq!(error(&other), (11, Problem::ExampleLanguage("java".into())));
        assert_eq!(error(RULE.split("SELECT").next().unwrap()), (21, Problem::NoQuery));
        assert_eq!(error(&RULE.replace("\"Because.\"", "\" \"")), (2, Problem::Empty("why")));
        let folder = parse("security/java/no-gets.sql", RULE).unwrap_err();
        assert!(matches!(folder.problem, Problem::Folder { .. }), "{folder}");
    }
}
