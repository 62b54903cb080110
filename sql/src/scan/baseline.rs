//! A baseline: the findings that were there when somebody began to look.
//!
//! A JSON file of fingerprints, to be kept beside the code. What is in it does not fail a scan; what it has and a scan has
//! not is fixed. Paths and rules are there for people who read it.

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::error::BaselineError;
use super::finding::{Finding, State};
use super::run::Scan;

/// The version of the file's form.
const VERSION: u32 = 1;

/// Known findings.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Baseline {
    version: u32,
    findings: Vec<Entry>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Entry {
    path: String,
    rule: String,
    fingerprint: String,
}

impl Baseline {
    /// The findings of a scan that are not ignored.
    pub fn of(scan: &Scan) -> Baseline {
        let entry = |finding: &Finding| Entry {
            path: finding.place.path.to_string(),
            rule: finding.rule.id.clone(),
            fingerprint: finding.fingerprint.clone(),
        };
        let mut findings: Vec<Entry> =
            scan.findings.iter().filter(|finding| finding.ignored.is_none()).map(entry).collect();
        findings.sort();
        Baseline { version: VERSION, findings }
    }

    pub fn read(path: &Path) -> Result<Baseline, BaselineError> {
        let invalid = |why: String| BaselineError::Invalid { path: path.to_owned(), why };
        let text =
            std::fs::read(path).map_err(|source| BaselineError::Io { path: path.to_owned(), source })?;
        let baseline: Baseline = serde_json::from_slice(&text).map_err(|e| invalid(e.to_string()))?;
        match baseline.version {
            VERSION => Ok(baseline),
            other => Err(invalid(format!("it has version {other}; this version of stoa reads {VERSION}"))),
        }
    }

    /// Writes the file: whole, or not at all.
    pub fn write(&self, path: &Path) -> Result<(), BaselineError> {
        let io = |source| BaselineError::Io { path: path.to_owned(), source };
        let mut text = serde_json::to_vec_pretty(self).map_err(|e| io(e.into()))?;
        text.push(b'\n');
        let folder = match path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
        std::io::Write::write_all(&mut file, &text).map_err(io)?;
        file.persist(path).map_err(|e| io(e.error))?;
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.findings.len()
    }

    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Marks the findings of a scan that are known; gives how many of the known ones are no more. Of what rules found
    /// that were not run nothing can be said.
    pub fn compare(&self, scan: &mut Scan) -> usize {
        let mut known: BTreeMap<&str, bool> =
            self.findings.iter().map(|entry| (entry.fingerprint.as_str(), false)).collect();
        for finding in &mut scan.findings {
            if let Some(seen) = known.get_mut(finding.fingerprint.as_str()) {
                *seen = true;
                finding.state = State::Known;
            }
        }
        let run: BTreeSet<&str> = scan.rules.iter().map(|rule| rule.id.as_str()).collect();
        let gone = |entry: &&Entry| {
            run.contains(entry.rule.as_str()) && known.get(entry.fingerprint.as_str()) == Some(&false)
        };
        self.findings.iter().filter(gone).count()
    }
}
