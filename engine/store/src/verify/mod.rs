//! Verification: is everything that snapshots name what was written, and does it hold together?
//!
//! Shallow: every snapshot decodes, every file is there with its size and its BLAKE3. Deep: what the rows say of one
//! another is true ([`rows`]). A finding names the file, what was checked, and the first row at fault.

mod rows;

use std::collections::BTreeSet;

use crate::{Snapshot, Store, StoreError};

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The snapshot; of several, the newest.
    pub snapshot: u64,
    /// Relative to the store.
    pub file: String,
    /// What was checked, in a word or two.
    pub check: &'static str,
    /// What is wrong.
    pub what: String,
}

/// What a verification read and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    pub snapshots: u64,
    pub files: u64,
    pub bytes: u64,
    /// Rows that were checked against others.
    pub rows: u64,
    pub findings: Vec<Finding>,
}

impl Store {
    /// Verifies every snapshot, newest first, or one; `deep` checks the rows of the newest of them as well.
    pub async fn verify(&self, only: Option<u64>, deep: bool) -> Result<Verification, StoreError> {
        let mut done = Verification::default();
        let mut seen = BTreeSet::new();
        let numbers = match only {
            Some(number) => vec![number],
            None => self.snapshot_numbers().await?,
        };
        let mut newest = None;
        for &number in numbers.iter().rev() {
            match self.snapshot(number).await {
                Ok(snapshot) => {
                    self.verify_files(&snapshot, &mut seen, &mut done).await?;
                    if let Some((file, what)) = self.verify_findings(&snapshot).await? {
                        done.findings.push(Finding { snapshot: number, file, check: "findings", what });
                    }
                    done.snapshots += 1;
                    newest = newest.or(Some(snapshot));
                }
                Err(StoreError::Corrupt { why, .. }) => done.findings.push(Finding {
                    snapshot: number,
                    file: format!("snapshots/{}", crate::snapshot::file_name(number)),
                    check: "snapshot",
                    what: why,
                }),
                // Removed since it was listed.
                Err(StoreError::MissingSnapshot { .. }) if only.is_none() => {}
                Err(error) => return Err(error),
            }
        }
        if deep && let Some(snapshot) = newest {
            let damaged: BTreeSet<String> = done.findings.iter().map(|f| f.file.clone()).collect();
            rows::verify(self, &snapshot, &damaged, &mut done).await?;
        }
        Ok(done)
    }

    /// Whether every file of a snapshot is what was written.
    pub async fn is_intact(&self, snapshot: &Snapshot) -> Result<bool, StoreError> {
        let mut done = Verification::default();
        self.verify_files(snapshot, &mut BTreeSet::new(), &mut done).await?;
        Ok(done.findings.is_empty())
    }

    async fn verify_files(
        &self,
        snapshot: &Snapshot,
        seen: &mut BTreeSet<String>,
        done: &mut Verification,
    ) -> Result<(), StoreError> {
        for file in snapshot.segments.iter().flat_map(|segment| &segment.tables) {
            if !seen.insert(file.path.clone()) {
                continue;
            }
            done.files += 1;
            let what = match self.read_file(file).await {
                Ok(data) => {
                    done.bytes += data.len() as u64;
                    continue;
                }
                Err(StoreError::Corrupt { why, .. }) => why,
                Err(StoreError::MissingFile { .. }) => "it is missing".to_owned(),
                Err(error) => return Err(error),
            };
            let finding =
                Finding { snapshot: snapshot.number, file: file.path.clone(), check: "checksum", what };
            done.findings.push(finding);
        }
        Ok(())
    }
}
