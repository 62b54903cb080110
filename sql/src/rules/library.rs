//! Which rules there are, and which of them are asked for.

use globset::GlobBuilder;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use super::error::{RuleError, SelectError};
use super::parse::parse;
use super::rule::{Rule, Severity};
use crate::embedded::RULE_FILES;
use crate::suggest;

/// The rules that the binary holds, by path.
pub fn builtin() -> Result<&'static [Arc<Rule>], RuleError> {
    static BUILTIN: LazyLock<Result<Vec<Arc<Rule>>, RuleError>> =
        LazyLock::new(|| RULE_FILES.iter().map(|(path, text)| parse(path, text).map(Arc::new)).collect());
    BUILTIN.as_ref().map(Vec::as_slice).map_err(Clone::clone)
}

/// The rules that are named, or all that the binary holds if none is; of them, those at least so severe. A name is that of
/// a file, of a folder of files, of a rule, or a pattern for the ids or the paths of rules (`sql-*`, `security/java/*`). A
/// rule of the user takes the place of the built-in one of its id. Sorted by id.
pub fn select(names: &[String], least: Option<Severity>) -> Result<Vec<Arc<Rule>>, SelectError> {
    let builtin = builtin()?;
    let mut chosen: BTreeMap<String, Arc<Rule>> = BTreeMap::new();
    let mut own: BTreeMap<String, Arc<Rule>> = BTreeMap::new();
    if names.is_empty() {
        chosen.extend(builtin.iter().map(|rule| (rule.id.clone(), Arc::clone(rule))));
    }
    for name in names {
        if builtin.iter().any(|rule| rule.id == *name) || !Path::new(name).exists() {
            chosen.extend(matching(name, builtin)?.map(|rule| (rule.id.clone(), Arc::clone(rule))));
            continue;
        }
        for rule in of_path(Path::new(name))? {
            match own.get(&rule.id) {
                // A file may be named twice, by itself and by its folder.
                Some(first) if first.path != rule.path => {
                    let (first, second) = (first.path.clone(), rule.path.clone());
                    return Err(SelectError::Twice { id: rule.id.clone(), first, second });
                }
                _ => own.insert(rule.id.clone(), rule),
            };
        }
    }
    chosen.extend(own);
    chosen.retain(|_, rule| least.is_none_or(|least| rule.severity >= least));
    Ok(chosen.into_values().collect())
}

/// The built-in rules that a name or a pattern means.
fn matching<'a>(
    name: &str,
    builtin: &'a [Arc<Rule>],
) -> Result<impl Iterator<Item = &'a Arc<Rule>> + use<'a>, SelectError> {
    let pattern = |why: String| SelectError::Pattern { pattern: name.to_owned(), why };
    let glob = GlobBuilder::new(name).literal_separator(false).build();
    let glob = glob.map_err(|e| pattern(e.kind().to_string()))?.compile_matcher();
    let found: Vec<&Arc<Rule>> = builtin
        .iter()
        .filter(|rule| glob.is_match(&rule.id) || glob.is_match(rule.path.trim_end_matches(".sql")))
        .collect();
    if found.is_empty() {
        let nearest = suggest::nearest(name, builtin.iter().map(|rule| rule.id.as_str()));
        return Err(SelectError::Unknown { name: name.to_owned(), nearest: nearest.map(str::to_owned) });
    }
    Ok(found.into_iter())
}

/// The rule of a file, or those of all files below a folder.
fn of_path(path: &Path) -> Result<Vec<Arc<Rule>>, SelectError> {
    let mut files = Vec::new();
    if path.is_dir() {
        collect(path, &mut files)?;
        if files.is_empty() {
            return Err(SelectError::Nothing(path.to_owned()));
        }
    } else {
        files.push(path.to_owned());
    }
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let text = std::fs::read_to_string(&file)
                .map_err(|source| SelectError::Io { path: file.clone(), source })?;
            Ok(Arc::new(parse(&file.to_string_lossy(), &text)?))
        })
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), SelectError> {
    let io = |source| SelectError::Io { path: folder.to_owned(), source };
    for entry in std::fs::read_dir(folder).map_err(io)? {
        let entry = entry.map_err(io)?;
        let path = entry.path();
        // Links are not followed into folders: they may lead back up.
        if entry.file_type().map_err(io)?.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|ending| ending == "sql") {
            files.push(path);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> Result<Vec<String>, SelectError> {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        Ok(select(&names, None)?.iter().map(|rule| rule.id.clone()).collect())
    }

    #[test]
    fn built_in_rules_are_sound_and_each_id_is_there_once() {
        let rules = builtin().unwrap_or_else(|error| panic!("{error}"));
        let unique: std::collections::BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(unique.len(), rules.len());
        assert_eq!(ids(&[]).unwrap().len(), rules.len());
    }

    #[test]
    fn rules_are_named_by_id_pattern_file_and_folder() {
        assert_eq!(ids(&["dangerous-function"]).unwrap(), ["dangerous-function"]);
        assert!(ids(&["security/*"]).unwrap().contains(&"weak-hash".to_owned()));
        assert_eq!(ids(&["weak-h*"]).unwrap(), ["weak-hash"]);
        let unknown = ids(&["weak-hsh"]).unwrap_err().to_string();
        assert!(unknown.contains("did you mean `weak-hash`"), "{unknown}");
        assert!(ids(&["a{"]).is_err());

        let folder = tempfile::tempdir().unwrap();
        let (path, text) = RULE_FILES.iter().find(|(path, _)| path.ends_with("weak-hash.sql")).unwrap();
        let mine = folder.path().join("mine/weak-hash.sql");
        std::fs::create_dir(folder.path().join("mine")).unwrap();
        std::fs::write(&mine, text).unwrap();
        for name in [&mine, &folder.path().to_owned()] {
            let chosen = select(&["*".to_owned(), name.display().to_string()], None).unwrap();
            let rule = chosen.iter().find(|rule| rule.id == "weak-hash").unwrap();
            assert!(
                rule.path != *path && rule.area == "user",
                "the user's takes the place of the built-in one"
            );
        }
        let empty = tempfile::tempdir().unwrap();
        assert!(matches!(ids(&[&empty.path().display().to_string()]), Err(SelectError::Nothing(_))));
        let worst = select(&[], Some(Severity::Critical)).unwrap();
        assert!(worst.iter().all(|rule| rule.severity == Severity::Critical));
    }
}
