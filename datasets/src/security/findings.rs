//! Findings, as SARIF has them.

use anyhow::{Context, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a tool found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub rule: String,
    /// Numbers of the Common Weakness Enumeration.
    pub cwe: Vec<u32>,
    /// Relative to what was scanned.
    pub path: String,
    pub line: u32,
}

/// All that a scan says.
#[derive(Clone, Debug, Default)]
pub struct Report {
    pub findings: Vec<Finding>,
    /// The rules, whether or not they found anything.
    pub rules: Vec<About>,
}

/// What a rule looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    pub cwe: Vec<u32>,
    /// In these languages; empty if the tool does not say.
    pub languages: Vec<String>,
}

impl Report {
    /// The weaknesses that the rules are about in some languages, found or not.
    pub fn about(&self, languages: &[&str]) -> BTreeSet<u32> {
        let is_for = |rule: &&About| {
            rule.languages.is_empty() || rule.languages.iter().any(|l| languages.contains(&l.as_str()))
        };
        self.rules.iter().filter(is_for).flat_map(|rule| &rule.cwe).copied().collect()
    }

    /// The same findings under the paths that files had before they were renamed.
    pub fn at_home(mut self, paths: &BTreeMap<String, String>) -> Self {
        for finding in &mut self.findings {
            if let Some(path) = paths.get(&finding.path) {
                finding.path.clone_from(path);
            }
        }
        self
    }
}

/// The program that scans: the one named, or the one beside this.
fn program(named: Option<&Path>) -> anyhow::Result<PathBuf> {
    if let Some(path) = named {
        return Ok(path.to_owned());
    }
    let own = std::env::current_exe()?;
    let beside = own.with_file_name(if cfg!(windows) { "stoa.exe" } else { "stoa" });
    if !beside.is_file() {
        bail!("{} is not there; name the program with --stoa FILE", beside.display());
    }
    Ok(beside)
}

/// The findings of a file of SARIF, or of a store.
pub fn of(file: &Path, stoa: Option<&Path>) -> anyhow::Result<Report> {
    if !file.is_dir() {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        return parse(&text).with_context(|| file.display().to_string());
    }
    run(Command::new(program(stoa)?).arg("scan").arg("--store").arg(file))
}

/// Scans a tree, with a store that is thrown away.
pub fn scan(tree: &Path, stoa: Option<&Path>) -> anyhow::Result<Report> {
    let scratch = tempfile::tempdir()?;
    let store = scratch.path().join("store");
    run(Command::new(program(stoa)?).arg("scan").arg(tree).arg("--store").arg(store))
}

fn run(command: &mut Command) -> anyhow::Result<Report> {
    let scratch = tempfile::tempdir()?;
    let file = scratch.path().join("findings.sarif");
    let output = command.args(["--fail-on", "never", "--format", "sarif", "-o"]).arg(&file).output();
    let output = output.with_context(|| format!("{command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} ended with {}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim());
    }
    parse(&std::fs::read_to_string(&file)?)
}

/// Reads SARIF 2.1.0 of any tool. What a finding is about is read from the tags and properties of its rule.
pub fn parse(text: &str) -> anyhow::Result<Report> {
    let log: Value = serde_json::from_str(text)?;
    let mut report = Report::default();
    for run in log["runs"].as_array().into_iter().flatten() {
        let mut about: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        let driver = &run["tool"]["driver"];
        let extensions = run["tool"]["extensions"].as_array().into_iter().flatten();
        for component in std::iter::once(driver).chain(extensions) {
            for rule in component["rules"].as_array().into_iter().flatten() {
                let Some(id) = rule["id"].as_str() else { continue };
                let mut numbers = Vec::new();
                numbers_in(&rule["properties"], &mut numbers);
                numbers_in(&rule["relationships"], &mut numbers);
                numbers.sort_unstable();
                numbers.dedup();
                let languages = rule["properties"]["languages"].as_array().into_iter().flatten();
                let languages = languages.filter_map(|l| l.as_str().map(str::to_owned)).collect();
                report.rules.push(About { cwe: numbers.clone(), languages });
                about.insert(id, numbers);
            }
        }
        for result in run["results"].as_array().into_iter().flatten() {
            let Some(rule) = result["ruleId"].as_str() else { continue };
            let place = &result["locations"][0]["physicalLocation"];
            let (Some(path), Some(line)) =
                (place["artifactLocation"]["uri"].as_str(), place["region"]["startLine"].as_u64())
            else {
                continue;
            };
            let mut cwe = about.get(rule).cloned().unwrap_or_default();
            numbers_in(&result["properties"], &mut cwe);
            report.findings.push(Finding {
                rule: rule.to_owned(),
                cwe,
                path: path.trim_start_matches("./").to_owned(),
                line: u32::try_from(line)?,
            });
        }
    }
    Ok(report)
}

/// Every `CWE-89`, `cwe/cwe-089` or the like in the texts of a value.
fn numbers_in(value: &Value, to: &mut Vec<u32>) {
    match value {
        Value::String(text) => {
            let lower = text.to_ascii_lowercase();
            for (at, _) in lower.match_indices("cwe-") {
                let digits: String = lower[at + 4..].chars().take_while(char::is_ascii_digit).collect();
                to.extend(digits.parse::<u32>().ok());
            }
        }
        Value::Array(values) => values.iter().for_each(|value| numbers_in(value, to)),
        Value::Object(fields) => fields.values().for_each(|value| numbers_in(value, to)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_know_what_their_rule_is_about() {
        let text = r#"{"runs": [{
            "tool": {"driver": {"rules": [
                {"id": "a", "properties": {"tags": ["external/cwe/cwe-089", "x"]}},
                {"id": "b", "properties": {"tags": ["CWE-22: Path", "CWE-23"]}},
                {"id": "c", "properties": {"tags": ["cwe-121"], "languages": ["c", "cpp"]}}]}},
            "results": [{"ruleId": "a", "locations": [{"physicalLocation": {
                "artifactLocation": {"uri": "./p/A.java"}, "region": {"startLine": 7}}}]}, {"ruleId": "a"}]}]}"#;
        let report = parse(text).unwrap();
        assert_eq!(report.about(&["java"]), BTreeSet::from([22, 23, 89]));
        assert_eq!(report.about(&["cpp"]), BTreeSet::from([22, 23, 89, 121]));
        let expected = Finding { rule: "a".to_owned(), cwe: vec![89], path: "p/A.java".to_owned(), line: 7 };
        assert_eq!(report.findings, [expected]);
    }
}
