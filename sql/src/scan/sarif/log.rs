//! The parts of a SARIF log that a scan fills, under the names of the specification.

use serde::Serialize;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;

pub const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";
/// What paths are relative to.
pub const ROOT: &str = "SRCROOT";

#[derive(Serialize)]
pub struct Log<'a> {
    #[serde(rename = "$schema")]
    pub schema: &'static str,
    pub version: &'static str,
    pub runs: Vec<Run<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Run<'a> {
    pub tool: Tool<'a>,
    pub taxonomies: Vec<Taxonomy<'a>>,
    pub column_kind: &'static str,
    pub original_uri_base_ids: BTreeMap<&'static str, BaseId<'a>>,
    pub invocations: Vec<Invocation<'a>>,
    pub artifacts: Vec<Artifact>,
    pub results: Vec<ResultEntry<'a>>,
}

#[derive(Serialize)]
pub struct Message<'a> {
    pub text: Cow<'a, str>,
}

impl<'a> Message<'a> {
    pub fn new(text: impl Into<Cow<'a, str>>) -> Message<'a> {
        Message { text: text.into() }
    }
}

#[derive(Serialize)]
pub struct Tool<'a> {
    pub driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Driver<'a> {
    pub name: &'static str,
    pub full_name: &'static str,
    pub semantic_version: &'static str,
    pub supported_taxonomies: Vec<ComponentReference>,
    pub rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
pub struct ComponentReference {
    pub name: &'static str,
    pub index: usize,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Descriptor<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub short_description: Message<'a>,
    pub full_description: Message<'a>,
    pub help: Help,
    pub default_configuration: Configuration,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub relationships: Vec<Relationship>,
    pub properties: Properties<'a>,
}

#[derive(Serialize)]
pub struct Help {
    pub text: String,
    pub markdown: String,
}

#[derive(Serialize)]
pub struct Configuration {
    pub level: &'static str,
}

#[derive(Serialize)]
pub struct Relationship {
    pub target: Target,
    pub kinds: [&'static str; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Target {
    pub id: String,
    pub tool_component: ComponentReference,
}

#[derive(Serialize)]
pub struct Properties<'a> {
    pub tags: Vec<String>,
    /// What the rule is about; of others it finds nothing.
    pub languages: &'a [String],
    pub severity: &'static str,
    #[serde(rename = "security-severity", skip_serializing_if = "Option::is_none")]
    pub security_severity: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Taxonomy<'a> {
    pub name: &'static str,
    pub organization: &'static str,
    pub information_uri: &'static str,
    pub short_description: Message<'a>,
    pub is_comprehensive: bool,
    pub taxa: Vec<Taxon>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Taxon {
    pub id: String,
    pub help_uri: String,
}

#[derive(Serialize)]
pub struct BaseId<'a> {
    pub description: Message<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Invocation<'a> {
    pub execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_execution_notifications: Vec<Notification<'a>>,
}

#[derive(Serialize)]
pub struct Notification<'a> {
    pub level: &'static str,
    pub message: Message<'a>,
}

#[derive(Serialize)]
pub struct Artifact {
    pub location: ArtifactLocation,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArtifactLocation {
    pub uri: String,
    pub uri_base_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index: Option<usize>,
}

impl ArtifactLocation {
    pub fn new(path: &str, index: Option<usize>) -> ArtifactLocation {
        ArtifactLocation { uri: uri(path), uri_base_id: ROOT, index }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ResultEntry<'a> {
    pub rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule_index: Option<usize>,
    pub level: &'static str,
    pub message: Message<'a>,
    pub locations: Vec<Location<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub code_flows: Vec<CodeFlow<'a>>,
    pub partial_fingerprints: BTreeMap<&'static str, &'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_state: Option<&'static str>,
    pub suppressions: Vec<Suppression<'a>>,
}

#[derive(Serialize)]
pub struct Suppression<'a> {
    pub kind: &'static str,
    pub justification: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Location<'a> {
    pub physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub logical_locations: Vec<LogicalLocation<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<Message<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PhysicalLocation {
    pub artifact_location: ArtifactLocation,
    pub region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Region {
    pub start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<Snippet>,
}

#[derive(Serialize)]
pub struct Snippet {
    pub text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LogicalLocation<'a> {
    pub fully_qualified_name: &'a str,
    pub kind: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CodeFlow<'a> {
    pub thread_flows: Vec<ThreadFlow<'a>>,
}

#[derive(Serialize)]
pub struct ThreadFlow<'a> {
    pub locations: Vec<ThreadFlowLocation<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ThreadFlowLocation<'a> {
    pub location: Location<'a>,
    pub execution_order: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<&'a str>,
    pub importance: &'static str,
}

/// A path as a relative reference (RFC 3986): what is neither unreserved nor a slash is escaped.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte as char)
            }
            // Writing to a string does not fail.
            other => drop(write!(uri, "%{other:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    #[test]
    fn paths_are_references() {
        assert_eq!(super::uri("src/a b/é#1.java"), "src/a%20b/%C3%A9%231.java");
    }
}
