//! Juliet: a test is some files of one name, up to a letter; what their functions do is in the names of functions and files.
//!
//! The bad functions of a test are one case, its good ones another. A finding counts where it stands in one of them, and is about
//! the weakness of the test's folder or about what that one is a kind of.

use std::collections::BTreeMap;
use std::path::Path;

use super::score::{Case, Label, Place};
use super::{files, read};

/// What a weakness is a kind of, by the CWE's own tree, as far as tools report the more general number.
const KINDS: &[(u32, &[u32])] = &[
    (23, &[22]),
    (36, &[22]),
    (80, &[79]),
    (81, &[79]),
    (83, &[79]),
    (113, &[93]),
    (121, &[119, 120, 787]),
    (122, &[119, 120, 787]),
    (124, &[119, 787, 786]),
    (126, &[119, 125]),
    (127, &[119, 125]),
    (259, &[798]),
    (321, &[798]),
    (328, &[327]),
    (338, &[330]),
    (378, &[377]),
    (379, &[377]),
    (690, &[476]),
];

#[derive(Default)]
struct Test {
    bad: Vec<Place>,
    good: Vec<Place>,
}

pub fn cases(root: &Path) -> anyhow::Result<Vec<Case>> {
    let mut tests: BTreeMap<(u32, String), Test> = BTreeMap::new();
    for path in files(root, &["java", "c", "cpp"])? {
        let Some(cwe) = weakness(&path) else { continue };
        let file = path.rsplit('/').next().unwrap_or_default();
        let stem = file.split('.').next().unwrap_or_default();
        let test = tests.entry((cwe, test_name(stem).to_owned())).or_default();
        let text = read(&root.join(&path))?;
        let home = format!("testcases/{path}");
        match side(stem.rsplit("__").next().unwrap_or_default()) {
            // Classes that are bad or good as a whole have files of their own.
            Some(side) => test.side(side).push(Place { path: home, lines: 1..=u32::MAX }),
            None => {
                for (side, lines) in functions(&text) {
                    test.side(side).push(Place { path: home.clone(), lines });
                }
            }
        }
    }
    let mut cases = Vec::new();
    for ((number, name), test) in tests {
        let mut cwe = vec![number];
        cwe.extend(KINDS.iter().filter(|(of, _)| *of == number).flat_map(|(_, kinds)| *kinds));
        for (label, places) in [(Label::Weak(1), test.bad), (Label::Sound, test.good)] {
            if !places.is_empty() {
                let (name, category) = (name.clone(), format!("CWE-{number:03}"));
                cases.push(Case { name, category, label, cwe: cwe.clone(), places });
            }
        }
    }
    Ok(cases)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    Bad,
    Good,
}

impl Test {
    fn side(&mut self, side: Side) -> &mut Vec<Place> {
        match side {
            Side::Bad => &mut self.bad,
            Side::Good => &mut self.good,
        }
    }
}

/// The number in the folder's name: `CWE89_SQL_Injection/…`.
fn weakness(path: &str) -> Option<u32> {
    let digits = path.strip_prefix("CWE")?;
    digits[..digits.find('_')?].parse().ok()
}

/// `…_51b`, `…_81_goodG2B` and `…_81a` are parts of `…_51` and `…_81`.
fn test_name(stem: &str) -> &str {
    let bytes = stem.as_bytes();
    for (at, _) in stem.match_indices('_').collect::<Vec<_>>().into_iter().rev() {
        let digits = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        // Two digits at least: the flow variant, which all names have.
        if digits >= 2 {
            return &stem[..at + 1 + digits];
        }
    }
    stem
}

/// What a name says of itself.
fn side(name: &str) -> Option<Side> {
    let lower = name.to_ascii_lowercase();
    if lower.contains("good") {
        Some(Side::Good)
    } else if lower.contains("bad") {
        Some(Side::Bad)
    } else {
        None
    }
}

/// The functions of a file that say what they are, and their lines.
fn functions(text: &str) -> Vec<(Side, std::ops::RangeInclusive<u32>)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(side) = heading(line).and_then(|name| side(&name)) else { continue };
        let indent = line.len() - line.trim_start().len();
        let end = lines[at..].iter().position(|l| l.trim_end().len() == indent + 1 && l.trim() == "}");
        let end = end.map_or(lines.len(), |distance| at + distance + 1);
        found.push((side, at as u32 + 1..=end as u32));
    }
    found
}

/// The name of the function that a line begins, with its class where it has one.
fn heading(line: &str) -> Option<String> {
    let line = line.trim();
    let (before, _) = line.split_once('(')?;
    if line.ends_with(';') || before.contains(['=', '"', '.', '{', '}']) || line.starts_with(['/', '*', '#'])
    {
        return None;
    }
    let mut words = before.split_whitespace().rev();
    let name = words.next()?.trim_start_matches('*');
    let kind = words.next()?;
    let is_declared = !matches!(kind, "return" | "else" | "new" | "throw" | "case");
    (is_declared && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == ':'))
        .then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_test_have_its_name() {
        for part in ["A__x_51", "A__x_51a", "A__x_51_bad", "A__x_51_goodG2B"] {
            assert_eq!(test_name(part), "A__x_51");
        }
        assert_eq!(test_name("A__CWE193_char_01"), "A__CWE193_char_01");
    }

    #[test]
    fn functions_are_bad_or_good_by_their_names() {
        let text = "void A_bad()\n{\n    f();\n}\nstatic void goodG2B(int a)\n{\n    badSink(a);\n    if (goodCount(a))\n    {\n    }\n}\nint main()\n{\n}\n";
        assert_eq!(functions(text), [(Side::Bad, 1..=4), (Side::Good, 5..=11)]);
        assert_eq!(
            heading("    public void bad(HttpServletRequest request) throws Throwable"),
            Some("bad".to_owned())
        );
        assert_eq!(heading("void A_81_bad::action(int a) const"), Some("A_81_bad::action".to_owned()));
        assert_eq!(heading("    return badSource(data)"), None);
    }
}
