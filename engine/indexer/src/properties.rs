//! The property files of a tree: names and values that programs read when they run.
//!
//! The form is that of `java.util.Properties.load`: `key=value`, `key: value` or `key value`, comments with `#` and `!`, a
//! backslash at the end of a line continues it, `\uXXXX` and the usual escapes.

use ignore::WalkBuilder;
use std::path::Path;

use crate::walk::store_path;

/// Larger files are data, not settings.
const MOST_BYTES: u64 = 1 << 20;

/// Path, key and value of each entry of each `.properties` file below `root`, sorted by path and in the order of the
/// file. A tree that is not there has none.
///
/// Folders that are ignored are not looked into. Files that are ignored are read: settings are often kept out of a repository, and the
/// program reads them all the same.
pub fn properties(root: &Path) -> Vec<(String, String, String)> {
    let mut entries = Vec::new();
    let walker = WalkBuilder::new(root).require_git(false).follow_links(false).build();
    for folder in walker.flatten().filter(|entry| entry.file_type().is_some_and(|kind| kind.is_dir())) {
        let Ok(files) = std::fs::read_dir(folder.path()) else { continue };
        for file in files.flatten() {
            let path = file.path();
            let is_small = || file.metadata().is_ok_and(|file| file.is_file() && file.len() <= MOST_BYTES);
            if path.extension().is_none_or(|ending| ending != "properties") || !is_small() {
                continue;
            }
            let Ok(bytes) = std::fs::read(&path) else { continue };
            let name = store_path(root, &path);
            let parsed = parse(&String::from_utf8_lossy(&bytes));
            entries.extend(parsed.into_iter().map(|(key, value)| (name.clone(), key, value)));
        }
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    entries
}

/// The entries of a file.
fn parse(text: &str) -> Vec<(String, String)> {
    let mut entries = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut line = line.trim_start().to_owned();
        if line.is_empty() || line.starts_with(['#', '!']) {
            continue;
        }
        while continues(&line) {
            line.pop();
            match lines.next() {
                Some(more) => line.push_str(more.trim_start()),
                None => break,
            }
        }
        let (key, value) = split(&line);
        entries.push((unescaped(key), unescaped(value)));
    }
    entries
}

/// Whether a line ends with an odd number of backslashes.
fn continues(line: &str) -> bool {
    line.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// The key ends at the first `=`, `:` or blank that no backslash stands before.
fn split(line: &str) -> (&str, &str) {
    let mut escaped = false;
    for (at, letter) in line.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '=' | ':' | ' ' | '\t' | '\u{c}' => {
                let rest = line[at..].trim_start_matches([' ', '\t', '\u{c}']);
                let value = rest.strip_prefix(['=', ':']).unwrap_or(rest);
                return (&line[..at], value.trim_start_matches([' ', '\t', '\u{c}']));
            }
            _ => {}
        }
    }
    (line, "")
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            plain.push(letter);
            continue;
        }
        match letters.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('f') => plain.push('\u{c}'),
            Some('u') => {
                let digits: String = letters.clone().take(4).collect();
                let code = u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 4);
                if let Some(code) = code {
                    letters.nth(3);
                    plain.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                }
            }
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_read_as_java_does() {
        let text = "# a comment\n! another\n\n a = 1\nb:2\nc 3\nd\\=e = x\\ty\nlong = one, \\\n   two\nu=\\u00e9\\u00\nempty\n";
        let entries = parse(text);
        let find = |key: &str| entries.iter().find(|(k, _)| k == key).map(|(_, value)| value.as_str());
        assert_eq!((find("a"), find("b"), find("c")), (Some("1"), Some("2"), Some("3")));
        assert_eq!(find("d=e"), Some("x\ty"));
        assert_eq!(find("long"), Some("one, two"));
        assert_eq!((find("u"), find("empty")), (Some("é00"), Some("")));
        assert_eq!(entries.len(), 7);
    }

    #[test]
    fn settings_that_are_ignored_are_read_and_a_tree_that_is_not_there_has_none() {
        assert!(properties(Path::new("/no/such/tree")).is_empty());
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("b")).unwrap();
        std::fs::write(folder.path().join("b/x.properties"), "k=v\n").unwrap();
        std::fs::write(folder.path().join("a.properties"), "k=w").unwrap();
        std::fs::create_dir(folder.path().join("target")).unwrap();
        std::fs::write(folder.path().join("target/y.properties"), "k=built\n").unwrap();
        std::fs::write(folder.path().join(".gitignore"), "target/\na.properties\n").unwrap();
        let found = properties(folder.path());
        let entry = |path: &str, value: &str| (path.to_owned(), "k".to_owned(), value.to_owned());
        assert_eq!(found, [entry("a.properties", "w"), entry("b/x.properties", "v")]);
    }
}
