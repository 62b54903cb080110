//! What is known of the Java platform: types by package, their supertypes, and what their members are of.

use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::LazyLock;

/// A type as the table writes it, parsed: a full name, or a parameter of the type it belongs to.
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    Unknown,
    Parameter(usize),
    Array(Box<Written>),
    Named(&'static str, Vec<Written>),
}

#[derive(Default)]
struct Entry {
    supertypes: Vec<Written>,
    members: FxHashMap<&'static str, Written>,
}

/// The table of `java.txt`.
pub struct Platform {
    types: FxHashMap<&'static str, Entry>,
    packages: FxHashSet<&'static str>,
    /// The simple names of `java.lang`.
    language: FxHashSet<&'static str>,
}

/// The table, read once.
pub static PLATFORM: LazyLock<Platform> = LazyLock::new(|| Platform::parse(include_str!("java.txt")));

impl Platform {
    fn parse(text: &'static str) -> Platform {
        let lines = || text.lines().filter(|l| !l.starts_with('#') && !l.is_empty());
        let head = |line: &'static str| line.split([' ', '<']).next().unwrap_or(line);
        // Simple names first: types mention types of other packages by them.
        let mut full_names: FxHashMap<&'static str, &'static str> = FxHashMap::default();
        let mut packages = FxHashSet::default();
        let mut package = "";
        for line in lines() {
            if !line.starts_with(' ') {
                package = line;
                packages.insert(package);
            } else if let Some(of) = line.strip_prefix(' ').filter(|l| !l.starts_with(' ')) {
                let name = head(of);
                full_names.insert(name, leak(format!("{package}.{name}")));
            }
        }
        let language = full_names
            .iter()
            .filter(|(name, full)| full.strip_prefix("java.lang.").is_some_and(|rest| rest == **name))
            .map(|(name, _)| *name)
            .collect();
        let mut platform = Platform { types: FxHashMap::default(), packages, language };
        let (mut current, mut parameters) = ("", Vec::new());
        for line in lines() {
            if !line.starts_with(' ') {
                package = line;
                continue;
            }
            match line.strip_prefix("  ") {
                None => {
                    let mut words = line.trim_start().split(' ');
                    let declared = words.next().unwrap_or_default();
                    let (name, list) = declared.split_once('<').unwrap_or((declared, ""));
                    parameters = list.trim_end_matches('>').split(',').filter(|p| !p.is_empty()).collect();
                    current = match full_names.get(name) {
                        Some(full)
                            if full
                                .strip_suffix(name)
                                .is_some_and(|p| p.strip_suffix('.') == Some(package)) =>
                        {
                            full
                        }
                        _ => leak(format!("{package}.{name}")),
                    };
                    let supertypes = words.map(|w| written(w, &parameters, &full_names)).collect();
                    platform.types.insert(current, Entry { supertypes, members: FxHashMap::default() });
                }
                Some(members) => {
                    let mut words = members.split(' ');
                    let of = written(words.next().unwrap_or_default(), &parameters, &full_names);
                    if let Some(entry) = platform.types.get_mut(current) {
                        entry.members.extend(words.map(|name| (name, of.clone())));
                    }
                }
            }
        }
        platform
    }

    /// Whether the platform has a type.
    pub fn has(&self, full: &str) -> bool {
        self.types.contains_key(full)
    }

    /// Whether all types of a package are in the table.
    pub fn has_package(&self, package: &str) -> bool {
        self.packages.contains(package)
    }

    /// What a member of a type itself is of: a method by its name, a field with a dot in front.
    pub fn member(&self, full: &str, name: &str) -> Option<&Written> {
        self.types.get(full)?.members.get(name)
    }

    pub fn supertypes(&self, full: &str) -> &[Written] {
        self.types.get(full).map_or(&[], |e| &e.supertypes)
    }
}

/// Whether a type of a simple name may be one that lambdas implement, or one that keeps such: the classes of `java.lang`, whose
/// names need no import, are not.
pub fn may_be_function(simple: &str) -> bool {
    matches!(simple, "Iterable" | "Runnable" | "Thread") || !PLATFORM.language.contains(simple)
}

/// Names that live as long as the table, which is never let go.
fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}

fn written(
    text: &'static str,
    parameters: &[&str],
    full_names: &FxHashMap<&'static str, &'static str>,
) -> Written {
    if let Some(element) = text.strip_suffix("[]").or_else(|| text.strip_suffix("...")) {
        return Written::Array(Box::new(written(element, parameters, full_names)));
    }
    let (name, list) = match text.find('<') {
        Some(at) => (&text[..at], text[at + 1..].strip_suffix('>').unwrap_or_default()),
        None => (text, ""),
    };
    if let Some(number) = parameters.iter().position(|p| *p == name) {
        return Written::Parameter(number);
    }
    if name == "?" || name.is_empty() {
        return Written::Unknown;
    }
    let name = full_names.get(name).copied().unwrap_or(name);
    let (mut arguments, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, byte) in list.bytes().enumerate() {
        match byte {
            b'<' => depth += 1,
            b'>' => depth -= 1,
            b',' if depth == 0 => {
                arguments.push(written(&list[start..at], parameters, full_names));
                start = at + 1;
            }
            _ => {}
        }
    }
    if !list.is_empty() {
        arguments.push(written(&list[start..], parameters, full_names));
    }
    Written::Named(name, arguments)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_table() {
        let string = Written::Named("java.lang.String", Vec::new());
        assert_eq!(PLATFORM.member("javax.servlet.http.HttpServletRequest", "getHeader"), Some(&string));
        assert_eq!(PLATFORM.member("java.util.Map", "get"), Some(&Written::Parameter(1)));
        let stream = Written::Named("java.io.PrintStream", Vec::new());
        assert_eq!(PLATFORM.member("java.lang.System", ".out"), Some(&stream));
        assert!(PLATFORM.has("java.sql.Date") && PLATFORM.has("java.util.Date"));
        assert!(PLATFORM.has("java.util.Map.Entry") && PLATFORM.has_package("java.sql"));
        assert_eq!(
            PLATFORM.supertypes("java.util.List"),
            [Written::Named("java.util.Collection", vec![Written::Parameter(0)])]
        );
    }
}
