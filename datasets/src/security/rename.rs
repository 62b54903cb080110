//! A copy of a tree in which everything that is the tree's own has another name.
//!
//! Names of types, methods, variables and packages, of files and folders change, each to one name everywhere; names that a
//! library has too stay, so that the copy means the same. Comments become blanks, lines stay where they are. Whoever scores the
//! same on the copy has learnt nothing by heart.

use anyhow::{Context, ensure};
use arrow::array::{Array, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use stoa_indexer::{IndexOptions, Silent};
use stoa_sql::{Engine, EngineOptions};

/// Names that somebody else calls: containers call what their interfaces say, whoever writes it.
const CALLED_FROM_OUTSIDE: &[&str] = &[
    "main",
    "doGet",
    "doPost",
    "doPut",
    "doDelete",
    "doHead",
    "doOptions",
    "doTrace",
    "service",
    "init",
    "destroy",
    "run",
    "call",
    "get",
    "set",
    "apply",
    "accept",
    "test",
    "compare",
    "compareTo",
    "equals",
    "hashCode",
    "toString",
    "clone",
    "finalize",
    "close",
    "iterator",
    "next",
    "hasNext",
    "remove",
    "size",
    "add",
    "getMessage",
    "readObject",
    "writeObject",
    "actionPerformed",
    "verify",
    "checkServerTrusted",
    "checkClientTrusted",
    "getAcceptedIssuers",
    "contextInitialized",
    "contextDestroyed",
    "doFilter",
    "getPasswordAuthentication",
    "getInputStream",
    "getReader",
    "this",
    "super",
];

/// The endings of sources whose text is rewritten.
const SOURCES: &[&str] = &["java", "c", "cpp", "h", "hpp"];

/// Copies a tree under other names. Each path of the copy with the path that it comes from.
pub fn copy(from: &Path, to: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let is_empty = !to.exists() || std::fs::read_dir(to)?.next().is_none();
    ensure!(is_empty, "{} is not empty", to.display());
    let names = names(from)?;
    let mut all: Vec<String> = Vec::new();
    for entry in walk(from)? {
        all.push(entry);
    }
    let paths = paths(&all, &names);
    let headers: BTreeMap<&str, &str> = paths
        .iter()
        .map(|(old, new)| (base(old), base(new)))
        .filter(|(old, _)| old.ends_with(".h"))
        .collect();
    let mut homes = BTreeMap::new();
    for (old, new) in &paths {
        let (source, target) = (from.join(old), to.join(new));
        if let Some(folder) = target.parent() {
            std::fs::create_dir_all(folder)?;
        }
        if SOURCES.iter().any(|ending| old.ends_with(&format!(".{ending}"))) {
            let bytes = std::fs::read(&source).with_context(|| source.display().to_string())?;
            let text = rewrite(&String::from_utf8_lossy(&bytes), &names, &headers);
            std::fs::write(&target, text).with_context(|| target.display().to_string())?;
        } else {
            std::fs::copy(&source, &target).with_context(|| source.display().to_string())?;
        }
        homes.insert(new.clone(), old.clone());
    }
    Ok(homes)
}

fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn walk(root: &Path) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let is_hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if is_hidden {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(root).unwrap_or(&path);
                found.push(relative.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The new name of everything that is declared in the tree and nowhere else.
fn names(tree: &Path) -> anyhow::Result<BTreeMap<String, String>> {
    let scratch = tempfile::tempdir()?;
    let store = scratch.path().join("store").to_string_lossy().into_owned();
    let options = IndexOptions { store: Some(store.clone()), ..IndexOptions::default() };
    stoa_indexer::index(tree, &options, &Silent)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let (own, foreign) = runtime.block_on(async {
        let engine = Engine::open(&store, EngineOptions::default()).await?;
        let own = "SELECT DISTINCT CASE kind WHEN 'NAMESPACE_BLOCK' THEN coalesce(full_name, name) ELSE name END FROM nodes \
            WHERE NOT coalesce(is_external, false) \
            AND kind IN ('TYPE_DECL', 'METHOD', 'MEMBER', 'LOCAL', 'METHOD_PARAMETER_IN', 'NAMESPACE_BLOCK')";
        // What nothing in the tree declares belongs to somebody else, wherever it is mentioned; so does what is called on receivers
        // of no known type (a method of the tree may have its name of a library's).
        let foreign = "SELECT DISTINCT coalesce(full_name, name) FROM nodes WHERE is_external \
            UNION SELECT DISTINCT i.full_name FROM nodes i \
                WHERE i.kind = 'IMPORT' AND i.id NOT IN (SELECT src FROM stored.edges WHERE kind = 'IMPORTS' AND label <> 'unresolved') \
            UNION SELECT DISTINCT n.name FROM nodes n LEFT JOIN (SELECT src FROM stored.edges WHERE kind = 'REF') r ON r.src = n.id \
                WHERE n.kind IN ('IDENTIFIER', 'FIELD_IDENTIFIER') AND r.src IS NULL \
            UNION SELECT DISTINCT n.name FROM nodes n JOIN stored.edges c ON c.src = n.id \
                WHERE n.kind = 'CALL' AND c.kind = 'CALL' AND c.label = 'name' \
            UNION SELECT DISTINCT coalesce(full_name, name) FROM nodes WHERE kind = 'ANNOTATION'";
        anyhow::Ok((texts(&engine, own).await?, texts(&engine, foreign).await?))
    })?;
    let foreign: BTreeSet<&str> =
        foreign.iter().flat_map(|text| words(text)).chain(CALLED_FROM_OUTSIDE.iter().copied()).collect();
    let mut names = BTreeMap::new();
    for name in own.iter().flat_map(|text| words(text)) {
        if name.len() > 1 && !foreign.contains(name) && !names.contains_key(name) {
            let letter = if name.starts_with(|c: char| c.is_ascii_uppercase()) { 'N' } else { 'n' };
            names.insert(name.to_owned(), format!("{letter}{}x", names.len()));
        }
    }
    Ok(names)
}

async fn texts(engine: &Engine, sql: &str) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for batch in engine.run_all(sql).await? {
        let column = cast(batch.column(0), &DataType::Utf8)?;
        let column = column.as_string::<i32>();
        found.extend(
            (0..column.len()).filter(|row| column.is_valid(*row)).map(|row| column.value(row).to_owned()),
        );
    }
    found.sort();
    Ok(found)
}

/// The identifiers in a qualified name.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| word.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// The new path of each file: folders and files that have a name of the tree's own get its new one; so do files of C, whose names
/// are nobody's but theirs.
fn paths(all: &[String], names: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut paths = BTreeMap::new();
    for (number, old) in all.iter().enumerate() {
        let mut segments: Vec<String> = old.split('/').map(str::to_owned).collect();
        let last = segments.len() - 1;
        for (at, segment) in segments.iter_mut().enumerate() {
            let (stem, ending) = match segment.rsplit_once('.') {
                Some((stem, ending)) if at == last => (stem.to_owned(), format!(".{ending}")),
                _ => (segment.clone(), String::new()),
            };
            if let Some(new) = names.get(&stem) {
                *segment = format!("{new}{ending}");
            } else if at == last && matches!(ending.as_str(), ".c" | ".cpp" | ".h") {
                *segment = format!("f{number}{ending}");
            }
        }
        paths.insert(old.clone(), segments.join("/"));
    }
    paths
}

/// The text with other names, without comments, line for line.
fn rewrite(text: &str, names: &BTreeMap<String, String>, headers: &BTreeMap<&str, &str>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (taken, kept) = if rest.starts_with("//") {
            let end = rest.find('\n').unwrap_or(rest.len());
            (end, String::new())
        } else if let Some(comment) = rest.strip_prefix("/*") {
            let end = comment.find("*/").map_or(rest.len(), |at| at + 4);
            (end, std::iter::once(' ').chain(rest[..end].chars().filter(|c| *c == '\n')).collect())
        } else if first == '"' || first == '\'' {
            let end = literal(rest, first);
            let inside = rest[1..end].trim_end_matches(first);
            match headers.get(base(inside)) {
                Some(new) if out.trim_end().ends_with("include") => (end, format!("\"{new}\"")),
                _ => (end, rest[..end].to_owned()),
            }
        } else if first.is_alphanumeric() || first == '_' || first == '$' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '$').unwrap_or(rest.len());
            let word = &rest[..end];
            (end, names.get(word).cloned().unwrap_or_else(|| word.to_owned()))
        } else {
            (first.len_utf8(), first.to_string())
        };
        out.push_str(&kept);
        rest = &rest[taken..];
    }
    out
}

/// Where a literal that begins here ends; at the end of its line if nothing closes it.
fn literal(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return at,
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_the_trees_own_is_renamed_and_nothing_else() {
        let from = tempfile::tempdir().unwrap();
        let to = tempfile::tempdir().unwrap();
        let folder = from.path().join("shop");
        std::fs::create_dir(&folder).unwrap();
        let text = "package shop;\nimport java.util.List;\n/* BAD\n */\npublic class Cart {\n  List<String> items; // BAD\n  int count() { return items.size(); }\n}\n";
        std::fs::write(folder.join("Cart.java"), text).unwrap();
        let homes = copy(from.path(), &to.path().join("copy")).unwrap();
        let (new, old) = homes.iter().next().unwrap();
        assert_eq!(old, "shop/Cart.java");
        let renamed = std::fs::read_to_string(to.path().join("copy").join(new)).unwrap();
        assert_eq!(renamed.lines().count(), text.lines().count());
        for gone in ["shop", "Cart", "items", "count", "BAD"] {
            assert!(!renamed.contains(gone) && !new.contains(gone), "{gone}: {new}\n{renamed}");
        }
        for kept in ["java.util.List", "size()", "String"] {
            assert!(renamed.contains(kept), "{renamed}");
        }
    }
}
