//! The views: the vocabulary in which people ask about code.
//!
//! Each is a file of `sql/views/`; its name is the view's, and the comment at its head says what a row is.

use stoa_session::View;

/// Lists view files by name, in the order of the names.
macro_rules! views {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../views/", $name, ".sql")))),*]
    };
}

/// Every view: its name and its file's text.
pub const VIEWS: &[(&str, &str)] = views![
    "annotations",
    "argument_to_parameter",
    "arguments",
    "ast",
    "call_graph",
    "calls",
    "character_checks",
    "comments",
    "control_dependence",
    "control_flow",
    "controls",
    "data_flow",
    "decision_operators",
    "dominance",
    "edges",
    "flow_cuts",
    "flows",
    "identifiers",
    "imports",
    "inheritance",
    "length_flows",
    "literals",
    "locals",
    "members",
    "method_calls",
    "method_cognitive",
    "method_decisions",
    "method_halstead",
    "method_lines",
    "method_metrics",
    "method_nesting",
    "methods",
    "module_dependencies",
    "module_metrics",
    "modules",
    "number_flows",
    "overrides",
    "parameters",
    "probable_flows",
    "returns",
    "test_files",
    "type_methods",
    "type_metrics",
    "types",
    "unchecked_numbers",
    "value_steps",
    "variable_types",
];

/// Those that rules follow round by round: no filter enters them there.
const WHOLE: &[&str] = &["value_steps"];

/// The views as a session takes them.
pub fn all() -> impl Iterator<Item = View> {
    VIEWS.iter().map(|(name, sql)| View::new(*name, *sql, doc(sql)).whole(WHOLE.contains(name)))
}

/// The comment at the head of a view's file, as one paragraph.
fn doc(sql: &str) -> String {
    let comment = sql.lines().map_while(|line| line.strip_prefix("--")).map(str::trim);
    comment.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_list_is_the_folder() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("views");
        let mut files: Vec<String> = match std::fs::read_dir(folder) {
            Ok(entries) => entries
                .map(|entry| entry.unwrap().path())
                .filter(|path| path.extension().is_some_and(|e| e == "sql"))
                .map(|path| path.file_stem().unwrap().to_str().unwrap().to_string())
                .collect(),
            Err(_) => Vec::new(),
        };
        files.sort_unstable();
        let listed: Vec<&str> = VIEWS.iter().map(|(name, _)| *name).collect();
        assert_eq!(listed, files, "views.rs lists the files of sql/views, in order");
    }

    #[test]
    fn the_head_says_what_a_row_is() {
        assert_eq!(
            doc("-- One row per method,\n-- with its size.\n--\n-- More.\nSELECT 1"),
            "One row per method, with its size."
        );
        assert!(all().all(|view| !view.doc.is_empty()), "every view says what a row is");
    }
}
