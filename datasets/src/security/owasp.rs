//! OWASP BenchmarkJava: each test is a servlet in a file of its own, and a table says which are vulnerable to what.

use anyhow::{Context, bail};
use std::path::Path;

use super::score::{Case, Label, Place};
use super::{files, read};

/// The table: `# test name, category, real vulnerability, cwe, …`.
const LABELS: &str = "expectedresults-1.2.csv";

pub fn cases(checkout: &Path) -> anyhow::Result<Vec<Case>> {
    let sources = checkout.join("src").join("main");
    let paths = files(&sources, &["java"])?;
    let text = read(&checkout.join(LABELS))?;
    let mut cases = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let fields: Vec<&str> = line.split(',').map(str::trim).collect();
        let [name, category, real, cwe, ..] = fields[..] else {
            bail!("{LABELS}: `{line}` has too few fields")
        };
        let file = format!("/{name}.java");
        let path =
            paths.iter().find(|path| path.ends_with(&file)).with_context(|| format!("{name} has no file"))?;
        cases.push(Case {
            name: name.to_owned(),
            category: category.to_owned(),
            label: if real == "true" { Label::Weak(1) } else { Label::Sound },
            cwe: vec![cwe.parse().with_context(|| format!("{LABELS}: `{cwe}` is no number"))?],
            places: vec![Place { path: path.clone(), lines: 1..=u32::MAX }],
        });
    }
    Ok(cases)
}
