//! SecuriBench Micro: lines of servlets are marked `BAD` or `OK` in comments, and each class states how many weaknesses it has.
//!
//! Where a class states more than it marks, the rest may be on any line of it that is not marked, or on a marked one of a class that
//! states nothing and has its name in front; where it marks more, only so many count. A line without a mark that is reported, and is no such rest, is a wrong report.

use std::collections::BTreeSet;
use std::path::Path;

use super::score::{Case, Label, Place};
use super::{files, read};

/// Behind the name of a case of a class that states more than it marks.
const NOT_MARKED: &str = " (not marked)";

/// What the set is about: cross-site scripting, SQL, header splitting, paths, redirects, commands.
const CWE: &[u32] = &[22, 23, 36, 73, 78, 79, 80, 89, 113, 601];

pub fn cases(sources: &Path) -> anyhow::Result<Vec<Case>> {
    let mut cases: Vec<Case> = Vec::new();
    let mut helpers: Vec<(String, Place)> = Vec::new();
    for path in files(sources, &["java"])? {
        let text = read(&sources.join(&path))?;
        // The group is the folder that the class is in.
        let mut segments = path.rsplit('/');
        let (file, group) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
        let name = file.trim_end_matches(".java");
        let total = text.lines().count() as u32;
        let mut bad = Vec::new();
        for (at, line) in (1u32..).zip(text.lines()) {
            let comment =
                line.split_once("/*").or_else(|| line.split_once("//")).map_or("", |(_, comment)| comment);
            if comment.split(|c: char| !c.is_ascii_alphabetic()).any(|word| word == "BAD") {
                bad.push(at);
            }
        }
        let stated = stated(&text);
        if stated.is_none() && bad.is_empty() {
            continue;
        }
        let place = |lines| Place { path: path.clone(), lines };
        let marked: Vec<Place> = bad.iter().map(|line| place(*line..=*line)).collect();
        let Some(count) = stated else {
            helpers
                .extend(marked.into_iter().map(|place| (path.trim_end_matches(".java").to_owned(), place)));
            continue;
        };
        let case = |what: &str, label, places| Case {
            name: format!("{name}{what}"),
            category: group.to_owned(),
            label,
            cwe: CWE.to_vec(),
            places,
        };
        let others: BTreeSet<u32> = (1..=total).filter(|line| !bad.contains(line)).collect();
        if count > 0 && !marked.is_empty() {
            cases.push(case("", Label::Weak(count.min(bad.len())), marked));
        }
        if count > bad.len() {
            let places = others.iter().map(|line| place(*line..=*line)).collect();
            cases.push(case(NOT_MARKED, Label::Weak(count - bad.len()), places));
        } else {
            // Each line by itself, so that each wrong report counts.
            cases.extend(
                others.iter().map(|line| case(&format!(":{line}"), Label::Sound, vec![place(*line..=*line)])),
            );
        }
    }
    // `A` states what `Ab` marks for it.
    for case in cases.iter_mut().filter(|case| case.name.ends_with(NOT_MARKED)) {
        let class = case
            .places
            .first()
            .map(|place| place.path.trim_end_matches(".java").to_owned())
            .unwrap_or_default();
        case.places.extend(
            helpers.iter().filter(|(name, _)| name.starts_with(&class)).map(|(_, place)| place.clone()),
        );
    }
    Ok(cases)
}

/// What `getVulnerabilityCount` returns.
fn stated(text: &str) -> Option<usize> {
    let body = text.split_once("getVulnerabilityCount()")?.1;
    let value = body.split_once("return")?.1;
    value.split(';').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_and_counts_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let group = folder.path().join("basic");
        std::fs::create_dir(&group).unwrap();
        let text =
            "class A {\n  w(s); /* BAD */\n  w(t); // OK\n  int getVulnerabilityCount() { return 1; }\n}\n";
        std::fs::write(group.join("A.java"), text).unwrap();
        let cases = cases(folder.path()).unwrap();
        assert_eq!(cases[0].label, Label::Weak(1));
        assert_eq!(cases[0].places, [Place { path: "basic/A.java".to_owned(), lines: 2..=2 }]);
        assert_eq!(cases.len(), 5);
    }
}
