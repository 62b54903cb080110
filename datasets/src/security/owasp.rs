//! OWASP's Benchmarks: each test is a page of a web application in a file of its own, and a table says which are vulnerable
//! to what.

use anyhow::{Context, bail};
use std::path::Path;

use super::score::{Case, Label, Place};
use super::{files, read};

/// The cases of a table (`# test name, category, real vulnerability, cwe, …`), whose files lie below a folder.
pub fn cases(labels: &Path, sources: &Path, ending: &str) -> anyhow::Result<Vec<Case>> {
    let paths = files(sources, &[ending])?;
    let text = read(labels)?;
    let labels = labels.display();
    let mut cases = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let [name, category, real, cwe, ..] = fields[..] else {
            bail!("{labels}: `{line}` has too few fields")
        };
        let file = format!("/{name}.{ending}");
        let path =
            paths.iter().find(|path| path.ends_with(&file)).with_context(|| format!("{name} has no file"))?;
        cases.push(Case {
            name: name.to_owned(),
            category: category.to_owned(),
            label: if real == "true" { Label::Weak(1) } else { Label::Sound },
            cwe: vec![cwe.parse().with_context(|| format!("{labels}: `{cwe}` is no number"))?],
            places: vec![Place { path: path.clone(), lines: 1..=u32::MAX }],
        });
    }
    Ok(cases)
}
