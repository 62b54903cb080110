//! Names for findings that last.
//!
//! A fingerprint is made of the rule, the file's path, the full name of the method around the node, the node's text with
//! its white space evened out, and which of several equal ones it is, counted from the top of the method. No line, no
//! column and no id goes in: what is written elsewhere does not matter. For a declaration it is its name and signature that
//! count, not all that stands in it.

use std::collections::HashMap;

use super::finding::Finding;

/// What tells the versions of this recipe apart.
pub const VERSION: &str = "stoaFingerprint/v1";

/// Gives findings, sorted by place, their fingerprints. `texts` has, for each, the text that identifies its node.
pub(super) fn give(findings: &mut [Finding], texts: &[String]) {
    let mut seen: HashMap<[u8; 32], u64> = HashMap::new();
    for (finding, text) in findings.iter_mut().zip(texts) {
        let mut hasher = blake3::Hasher::new();
        for part in [
            finding.rule.id.as_str(),
            &finding.place.path,
            finding.method.as_deref().unwrap_or_default(),
            &even(text),
        ] {
            // Lengths keep `a` + `bc` and `ab` + `c` apart.
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        let ordinal = seen.entry(*hasher.finalize().as_bytes()).or_default();
        hasher.update(&ordinal.to_le_bytes());
        *ordinal += 1;
        finding.fingerprint = hasher.finalize().to_hex()[..32].to_owned();
    }
}

/// Text with each run of white space as one space.
pub(super) fn even(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
