//! Joern's exports: <https://docs.joern.io/export/>.
//!
//! Joern has the same graph as Stoa has, by the same specification, <https://cpg.joern.io>. Its export as CSV for Neo4j is a
//! directory with two files a label: `nodes_CALL_header.csv` names the columns (`:ID`, `:LABEL`, then properties with their
//! types, `LINE_NUMBER:int`) and `nodes_CALL_data.csv` has the rows; of edges, `:START_ID`, `:END_ID`, `:TYPE` and at most one
//! property. GraphML has the same in one XML file. Both are written by `flatgraph.formats`
//! (<https://github.com/joernio/flatgraph>), whose exporters say what is in them.
//!
//! Both give nodes and edges to a [`Graph`], which holds the whole export in memory and then hands it to the writer file by file.

mod csv;
mod graph;
mod graphml;
mod labels;

pub use csv::read as read_csv;
pub use graphml::read as read_graphml;

use std::path::{Path, PathBuf};

use crate::error::ImportError;

/// The files below a directory whose names satisfy `wanted`, in the order of their paths. Exports by method are directories
/// of directories.
fn files_below(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<Vec<PathBuf>, ImportError> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|e| ImportError::read(&folder, e))?;
        for entry in entries {
            let entry = entry.map_err(|e| ImportError::read(&folder, e))?;
            let kind = entry.file_type().map_err(|e| ImportError::read(&entry.path(), e))?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if wanted(&entry.file_name().to_string_lossy()) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}
