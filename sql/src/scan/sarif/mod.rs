//! Findings as SARIF 2.1.0, the form that code hosts and editors read.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. All findings are there: ignored ones as suppressed
//! in the source, known ones as unchanged. Columns count code points.

mod log;

use std::collections::BTreeMap;
use std::io::{self, Write};
use stoa_model::FileId;
use stoa_session::SourceText;

use super::finding::{Finding, Place, State};
use super::fingerprint;
use super::run::Scan;
use crate::rules::{Rule, Severity};
use log::*;

/// A snippet of more bytes is left out: the file has it.
const SNIPPET: usize = 1000;

/// Writes the log. `compared` says whether there was a baseline.
pub fn write(scan: &Scan, compared: bool, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, &log(scan, compared))?;
    out.write_all(b"\n")
}

fn log(scan: &Scan, compared: bool) -> Log<'_> {
    let files = artifacts(scan);
    let indices: BTreeMap<FileId, usize> =
        files.iter().enumerate().map(|(index, (file, _))| (*file, index)).collect();
    let writer = Writer { scan, compared, indices };
    let mut cwe: Vec<u32> = scan.rules.iter().flat_map(|rule| rule.cwe.iter().copied()).collect();
    cwe.sort_unstable();
    cwe.dedup();
    let notifications: Vec<Notification<'_>> = scan
        .notes
        .iter()
        .map(|note| Notification { level: "note", message: Message::new(note.as_str()) })
        .collect();
    let run = Run {
        tool: Tool {
            driver: Driver {
                name: "stoa",
                full_name: concat!("stoa ", env!("CARGO_PKG_VERSION")),
                semantic_version: env!("CARGO_PKG_VERSION"),
                supported_taxonomies: vec![ComponentReference { name: "CWE", index: 0 }],
                rules: scan.rules.iter().map(|rule| descriptor(rule)).collect(),
            },
        },
        taxonomies: vec![Taxonomy {
            name: "CWE",
            organization: "MITRE",
            information_uri: "https://cwe.mitre.org/",
            short_description: Message::new("The Common Weakness Enumeration"),
            is_comprehensive: false,
            taxa: cwe
                .iter()
                .map(|number| Taxon {
                    id: number.to_string(),
                    help_uri: format!("https://cwe.mitre.org/data/definitions/{number}.html"),
                })
                .collect(),
        }],
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: BTreeMap::from([(
            ROOT,
            BaseId { description: Message::new("The root of the source tree.") },
        )]),
        invocations: vec![Invocation {
            execution_successful: true,
            tool_execution_notifications: notifications,
        }],
        artifacts: files
            .iter()
            .map(|(_, path)| Artifact { location: ArtifactLocation::new(path, None) })
            .collect(),
        results: scan.findings.iter().map(|finding| writer.result(finding)).collect(),
    };
    Log { schema: SCHEMA, version: "2.1.0", runs: vec![run] }
}

/// The files that findings and their steps are in, by path.
fn artifacts(scan: &Scan) -> Vec<(FileId, String)> {
    let mut files: BTreeMap<&str, FileId> = BTreeMap::new();
    for finding in &scan.findings {
        let steps = finding.trace.iter().map(|step| &step.place);
        for place in steps.chain([&finding.place]) {
            files.insert(&place.path, place.file);
        }
    }
    files.into_iter().map(|(path, file)| (file, path.to_owned())).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The middle of the severity's range of CVSS scores, as code hosts sort by.
fn score(severity: Severity) -> Option<&'static str> {
    match severity {
        Severity::Critical => Some("9.5"),
        Severity::High => Some("8.0"),
        Severity::Medium => Some("5.5"),
        Severity::Low => Some("2.0"),
        Severity::Info => None,
    }
}

fn descriptor(rule: &Rule) -> Descriptor<'_> {
    let mut tags = vec![rule.area.clone()];
    tags.extend(rule.cwe.iter().map(|number| format!("external/cwe/cwe-{number:03}")));
    let mut markdown = format!("{}\n\n{}\n\n{}", rule.what, rule.why, rule.fix);
    for page in &rule.references {
        markdown.push_str(&format!("\n\n- <{page}>"));
    }
    Descriptor {
        id: &rule.id,
        name: &rule.title,
        short_description: Message::new(rule.title.as_str()),
        full_description: Message::new(rule.summary()),
        help: Help { text: format!("{}\n\n{}", rule.why, rule.fix), markdown },
        default_configuration: Configuration { level: level(rule.severity) },
        relationships: rule
            .cwe
            .iter()
            .map(|number| Relationship {
                target: Target {
                    id: number.to_string(),
                    tool_component: ComponentReference { name: "CWE", index: 0 },
                },
                kinds: ["superset"],
            })
            .collect(),
        properties: Properties {
            tags,
            languages: &rule.languages,
            severity: rule.severity.as_str(),
            security_severity: score(rule.severity),
        },
    }
}

struct Writer<'a> {
    scan: &'a Scan,
    compared: bool,
    indices: BTreeMap<FileId, usize>,
}

impl<'a> Writer<'a> {
    fn result(&self, finding: &'a Finding) -> ResultEntry<'a> {
        let rule = &finding.rule;
        let index = self.scan.rules.iter().position(|known| known.id == rule.id);
        let suppressions =
            finding.ignored.iter().map(|reason| Suppression { kind: "inSource", justification: reason });
        ResultEntry {
            rule_id: &rule.id,
            rule_index: index,
            level: level(rule.severity),
            message: Message::new(finding.message.as_str()),
            locations: vec![self.location(&finding.place, finding.method.as_deref(), None)],
            code_flows: self.flows(finding),
            partial_fingerprints: BTreeMap::from([(fingerprint::VERSION, finding.fingerprint.as_str())]),
            baseline_state: self.compared.then_some(match finding.state {
                State::New => "new",
                State::Known => "unchanged",
            }),
            // Given where there are none, too: that says that it was looked for them.
            suppressions: suppressions.collect(),
        }
    }

    fn flows(&self, finding: &'a Finding) -> Vec<CodeFlow<'a>> {
        if finding.trace.is_empty() {
            return Vec::new();
        }
        let steps = finding.trace.iter().enumerate().map(|(at, step)| {
            let role = step.role.as_deref().filter(|role| !role.is_empty());
            let text = match role {
                Some(role) => format!("{role}: {}", step.text),
                None => step.text.clone(),
            };
            let essential =
                at == 0 || at + 1 == finding.trace.len() || matches!(role, Some("source" | "sink"));
            ThreadFlowLocation {
                location: self.location(&step.place, None, Some(text)),
                execution_order: at + 1,
                kinds: role.into_iter().collect(),
                importance: if essential { "essential" } else { "important" },
            }
        });
        vec![CodeFlow { thread_flows: vec![ThreadFlow { locations: steps.collect() }] }]
    }

    fn location(&self, place: &'a Place, method: Option<&'a str>, message: Option<String>) -> Location<'a> {
        let text = self.scan.texts.get(&place.file).map(std::convert::AsRef::as_ref);
        Location {
            physical_location: PhysicalLocation {
                artifact_location: ArtifactLocation::new(&place.path, self.indices.get(&place.file).copied()),
                region: region(place, text),
            },
            logical_locations: method
                .map(|name| LogicalLocation { fully_qualified_name: name, kind: "function" })
                .into_iter()
                .collect(),
            message: message.map(Message::new),
        }
    }
}

fn region(place: &Place, text: Option<&SourceText>) -> Region {
    let Some(text) = text.filter(|_| !place.bytes.is_empty()) else {
        return Region {
            start_line: place.line,
            start_column: None,
            end_line: None,
            end_column: None,
            snippet: None,
        };
    };
    let column = |byte: usize, column: u32| {
        let line_start = byte - (column as usize - 1).min(byte);
        String::from_utf8_lossy(&text.bytes()[line_start..byte]).chars().count() as u32 + 1
    };
    let range = place.bytes.clone();
    let snippet = (range.len() <= SNIPPET)
        .then(|| Snippet { text: String::from_utf8_lossy(&text.bytes()[range.clone()]).into_owned() });
    Region {
        start_line: place.line,
        start_column: Some(column(range.start, place.column)),
        end_line: Some(place.end_line),
        end_column: Some(column(range.end, place.end_column)),
        snippet,
    }
}
