//! The CSV files.

use ::csv::{ByteRecord, ReaderBuilder};
use std::fs::File;
use std::path::{Path, PathBuf};

use super::graph::{Graph, Property};
use crate::error::ImportError;
use crate::writer::Writer;

const FORMAT: &str = "Joern's CSV for Neo4j";
const HEADER: &str = "_header.csv";
const DATA: &str = "_data.csv";

/// A pair of files.
struct Part {
    header: PathBuf,
    data: PathBuf,
    edges: bool,
}

/// Reads a directory of an export.
pub fn read(path: &Path, is_folder: bool, writer: &mut Writer<'_>) -> Result<(), ImportError> {
    if !is_folder {
        return Err(ImportError::NotADirectory { path: path.to_owned() });
    }
    let parts = parts(path, writer)?;
    let mut graph = Graph::default();
    // Nodes first: edges name them.
    for part in parts.iter().filter(|part| !part.edges).chain(parts.iter().filter(|part| part.edges)) {
        read_part(part, &mut graph, writer)?;
    }
    if graph.is_empty() {
        return Err(ImportError::Empty { path: path.to_owned() });
    }
    graph.write(writer)
}

fn parts(folder: &Path, writer: &mut Writer<'_>) -> Result<Vec<Part>, ImportError> {
    let wanted = |name: &str| {
        (name.starts_with("nodes_") || name.starts_with("edges_"))
            && (name.ends_with(HEADER) || name.ends_with(DATA))
    };
    let files = super::files_below(folder, &wanted)?;
    if files.is_empty() {
        return Err(ImportError::NotThisFormat {
            path: folder.to_owned(),
            format: FORMAT,
            why: "it has no files nodes_*_header.csv and nodes_*_data.csv".to_owned(),
        });
    }
    let mut parts = Vec::new();
    for data in &files {
        let name = data.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(stem) = name.strip_suffix(DATA) else { continue };
        let header = data.with_file_name(format!("{stem}{HEADER}"));
        if !files.contains(&header) {
            writer.problem(format!("{name} has no header beside it and is left out"));
            continue;
        }
        parts.push(Part { header, data: data.clone(), edges: name.starts_with("edges_") });
    }
    for header in &files {
        let name = header.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if let Some(stem) = name.strip_suffix(HEADER)
            && !files.contains(&header.with_file_name(format!("{stem}{DATA}")))
        {
            writer.problem(format!("{name} has no data beside it"));
        }
    }
    Ok(parts)
}

/// The names in a header, without their types: `LINE_NUMBER:int` is LINE_NUMBER, `:ID` stays.
fn header(path: &Path) -> Result<Vec<String>, ImportError> {
    let file = File::open(path).map_err(|e| ImportError::read(path, e))?;
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let mut record = ByteRecord::new();
    let bad = |e: ::csv::Error| ImportError::NotThisFormat {
        path: path.to_owned(),
        format: FORMAT,
        why: e.to_string(),
    };
    reader.read_byte_record(&mut record).map_err(bad)?;
    let name = |field: &[u8]| {
        let field = String::from_utf8_lossy(field).trim_start_matches('\u{feff}').to_owned();
        match field.split_once(':') {
            Some((name, _)) if !name.is_empty() => name.to_owned(),
            _ => field,
        }
    };
    Ok(record.iter().map(name).collect())
}

fn read_part(part: &Part, graph: &mut Graph, writer: &mut Writer<'_>) -> Result<(), ImportError> {
    let names = header(&part.header)?;
    let column = |wanted: &'static str| {
        let missing = || ImportError::MissingColumn { path: part.header.clone(), column: wanted };
        names.iter().position(|name| name == wanted).ok_or_else(missing)
    };
    let keys: Vec<usize> = match part.edges {
        true => vec![column(":START_ID")?, column(":END_ID")?, column(":TYPE")?],
        false => vec![column(":ID")?, column(":LABEL")?],
    };
    let properties: Vec<Option<Property>> = names.iter().map(|name| Property::parse(name)).collect();

    let file = File::open(&part.data).map_err(|e| ImportError::read(&part.data, e))?;
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(file);
    let mut record = ByteRecord::new();
    let (mut bad, mut first_bad, mut foreign) = (0u64, 0u64, 0u64);
    let mut fields: Vec<String> = Vec::new();
    loop {
        match reader.read_byte_record(&mut record) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                writer.problem(format!("{}: {error}; the rest of it is left out", part.data.display()));
                break;
            }
        }
        let line = record.position().map_or(0, ::csv::Position::line);
        fields.clear();
        let mut replaced = false;
        fields.extend(record.iter().map(|field| {
            let text = String::from_utf8_lossy(field);
            replaced |= matches!(text, std::borrow::Cow::Owned(_));
            text.into_owned()
        }));
        foreign += u64::from(replaced);
        let key = |at: usize| keys.get(at).and_then(|&column| fields.get(column));
        let number = |at: usize| key(at).and_then(|text| text.parse::<i64>().ok());
        // A row that was cut short has fewer fields than there are columns.
        let whole = fields.len() == names.len();
        let values = || {
            properties
                .iter()
                .zip(&fields)
                .filter_map(|(property, value)| Some(((*property)?, value.as_str())))
        };
        let added = match (whole, part.edges) {
            (false, _) => false,
            (true, false) => match (number(0), key(1)) {
                (Some(id), Some(label)) => {
                    graph.node(id, label, values(), writer);
                    true
                }
                _ => false,
            },
            (true, true) => match (number(0), number(1), key(2)) {
                (Some(src), Some(dst), Some(label)) => {
                    // An edge has one property at most, whatever it is called.
                    let value = fields.get(3).map_or("", String::as_str);
                    graph.edge(src, dst, label, value, writer);
                    true
                }
                _ => false,
            },
        };
        if !added {
            bad += 1;
            first_bad = if first_bad == 0 { line } else { first_bad };
        }
    }
    let name = part.data.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if bad > 0 {
        writer.problem(format!("{name}: {bad} rows are not whole, the first in line {first_bad}"));
    }
    if foreign > 0 {
        writer.problem(format!("{name}: {foreign} rows are not UTF-8; what is not was replaced"));
    }
    Ok(())
}
