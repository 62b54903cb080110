//! GraphML: <http://graphml.graphdrawing.org/>.
//!
//! A `<key>` says which property an abbreviation stands for; Joern's are `labelV` and `labelE` for labels, and
//! `node__CALL__LINE_NUMBER` for properties.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::graph::{Graph, Property};
use crate::error::ImportError;
use crate::writer::Writer;

const FORMAT: &str = "Joern's GraphML";

/// Reads a file, or every `.xml` and `.graphml` below a directory.
pub fn read(path: &Path, writer: &mut Writer<'_>) -> Result<(), ImportError> {
    let files: Vec<PathBuf> = match path.is_dir() {
        true => super::files_below(path, &|name| name.ends_with(".xml") || name.ends_with(".graphml"))?,
        false => vec![path.to_owned()],
    };
    let mut graph = Graph::default();
    let mut ids = Ids::default();
    for file in &files {
        let input = File::open(file).map_err(|e| ImportError::read(file, e))?;
        let mut document = Document::new(file);
        if let Err(why) =
            document.read(BufReader::with_capacity(1 << 18, input), &mut ids, &mut graph, writer)
        {
            if graph.is_empty() && files.len() == 1 {
                return Err(ImportError::NotThisFormat { path: file.clone(), format: FORMAT, why });
            }
            writer.problem(format!("{}: {why}; the rest of it is left out", file.display()));
        }
        document.tell(writer);
    }
    if graph.is_empty() {
        return Err(ImportError::Empty { path: path.to_owned() });
    }
    graph.write(writer)
}

/// What a `<key>` stands for.
#[derive(Clone, Copy)]
enum Key {
    Label,
    Property(Property),
    /// One that no column holds.
    Other,
}

/// The element that is open.
#[derive(Default)]
struct Open {
    is_edge: bool,
    ids: [Option<i64>; 2],
    label: String,
    properties: Vec<(Property, String)>,
    /// The property of an edge.
    value: String,
}

/// Joern's ids are numbers. GraphML allows any text: those that are none are numbered downwards, for all documents together.
#[derive(Default)]
struct Ids {
    texts: FxHashMap<String, i64>,
}

impl Ids {
    fn number(&mut self, id: String) -> i64 {
        match id.parse::<i64>() {
            Ok(number) if number >= 0 => number,
            _ => {
                let next = -1 - self.texts.len() as i64;
                *self.texts.entry(id).or_insert(next)
            }
        }
    }
}

/// Counts the lines of what is read through it.
struct Lines<R> {
    input: R,
    line: u64,
}

impl<R: BufRead> Read for Lines<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.input.read(into)?;
        self.line += breaks(&into[..read]);
        Ok(read)
    }
}

impl<R: BufRead> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        // What is consumed is in the buffer: filling it again reads nothing.
        if let Ok(buffer) = self.input.fill_buf() {
            self.line += breaks(buffer.get(..amount).unwrap_or(buffer));
        }
        self.input.consume(amount);
    }
}

fn breaks(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte == b'\n').count() as u64
}

struct Document<'a> {
    path: &'a Path,
    keys: FxHashMap<String, Key>,
    bad: u64,
    first_bad: u64,
    undeclared: u64,
}

impl<'a> Document<'a> {
    fn new(path: &'a Path) -> Document<'a> {
        Document { path, keys: FxHashMap::default(), bad: 0, first_bad: 0, undeclared: 0 }
    }

    fn tell(&self, writer: &mut Writer<'_>) {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        if self.bad > 0 {
            writer.problem(format!(
                "{name}: {} nodes and edges have no id or no label, the first ends in line {}",
                self.bad, self.first_bad
            ));
        }
        if self.undeclared > 0 {
            writer.problem(format!("{name}: {} values have a key that is declared nowhere", self.undeclared));
        }
    }

    fn read(
        &mut self,
        input: impl BufRead,
        ids: &mut Ids,
        graph: &mut Graph,
        writer: &mut Writer<'_>,
    ) -> Result<(), String> {
        let mut reader = Reader::from_reader(Lines { input, line: 1 });
        reader.config_mut().expand_empty_elements = true;
        let mut buffer = Vec::new();
        let mut open: Option<Open> = None;
        let mut data: Option<(Option<Key>, String)> = None;
        let (mut is_graph, mut ended) = (false, false);
        loop {
            buffer.clear();
            let event = reader.read_event_into(&mut buffer);
            let at = reader.get_ref().line;
            let bad = |e: &dyn std::fmt::Display| format!("line {at}: {e}");
            match event.map_err(|e| bad(&e))? {
                Event::Start(element) => match element.local_name().as_ref() {
                    b"graphml" => is_graph = true,
                    _ if !is_graph => return Err("its root is not <graphml>".to_owned()),
                    b"key" => self.key(&element).map_err(|e| bad(&e))?,
                    b"node" => {
                        let id = attribute(&element, b"id").map_err(|e| bad(&e))?.map(|id| ids.number(id));
                        open = Some(Open { ids: [id, id], ..Open::default() });
                    }
                    b"edge" => {
                        let mut end = |name| {
                            attribute(&element, name)
                                .map(|id| id.map(|id| ids.number(id)))
                                .map_err(|e| bad(&e))
                        };
                        let ids = [end(b"source")?, end(b"target")?];
                        open = Some(Open { is_edge: true, ids, ..Open::default() });
                    }
                    b"data" => {
                        let key = attribute(&element, b"key").map_err(|e| bad(&e))?;
                        data = Some((key.and_then(|key| self.keys.get(&key).copied()), String::new()));
                    }
                    _ => {}
                },
                Event::Text(text) => {
                    if let Some((_, value)) = &mut data {
                        value.push_str(&text.xml10_content().map_err(|e| bad(&e))?);
                    }
                }
                Event::CData(text) => {
                    if let Some((_, value)) = &mut data {
                        value.push_str(&String::from_utf8_lossy(&text));
                    }
                }
                Event::GeneralRef(reference) => {
                    if let Some((_, value)) = &mut data {
                        let name = reference.decode().map_err(|e| bad(&e))?;
                        match reference.resolve_char_ref() {
                            Ok(Some(character)) => value.push(character),
                            _ => match quick_xml::escape::resolve_predefined_entity(&name) {
                                Some(text) => value.push_str(text),
                                None => return Err(bad(&format!("&{name}; stands for nothing"))),
                            },
                        }
                    }
                }
                Event::End(element) => match element.local_name().as_ref() {
                    b"data" => {
                        if let (Some((key, value)), Some(open)) = (data.take(), &mut open) {
                            self.value(open, key, &value);
                        }
                    }
                    b"node" | b"edge" => {
                        if let Some(open) = open.take() {
                            self.close(open, at, graph, writer);
                        }
                    }
                    b"graphml" => ended = true,
                    _ => {}
                },
                Event::Eof if ended => return Ok(()),
                Event::Eof if !is_graph => return Err("its root is not <graphml>".to_owned()),
                Event::Eof => return Err(bad(&"it ends before </graphml>")),
                _ => {}
            }
        }
    }

    fn key(&mut self, element: &BytesStart<'_>) -> Result<(), String> {
        let (Some(id), Some(name)) = (attribute(element, b"id")?, attribute(element, b"attr.name")?) else {
            return Ok(());
        };
        let key = match name.as_str() {
            "labelV" | "labelE" => Key::Label,
            name => Property::parse(name).map_or(Key::Other, Key::Property),
        };
        self.keys.insert(id, key);
        Ok(())
    }

    fn value(&mut self, open: &mut Open, key: Option<Key>, value: &str) {
        // The exporter prints prettily: what is long stands on lines of its own.
        let value = value.trim().to_owned();
        match key {
            Some(Key::Label) => open.label = value,
            // An edge has one property at most, whatever it is called.
            Some(_) if open.is_edge => open.value = value,
            Some(Key::Property(property)) => open.properties.push((property, value)),
            Some(Key::Other) => {}
            None => self.undeclared += 1,
        }
    }

    fn close(&mut self, open: Open, line: u64, graph: &mut Graph, writer: &mut Writer<'_>) {
        let Open { is_edge, ids, label, properties, value } = open;
        match (is_edge, ids) {
            (false, [Some(id), _]) if !label.is_empty() => {
                graph.node(id, &label, properties.iter().map(|(p, v)| (*p, v.as_str())), writer);
            }
            (true, [Some(src), Some(dst)]) if !label.is_empty() => {
                graph.edge(src, dst, &label, &value, writer);
            }
            _ => {
                self.bad += 1;
                self.first_bad = if self.first_bad == 0 { line } else { self.first_bad };
            }
        }
    }
}

/// An attribute of an element, unescaped.
fn attribute(element: &BytesStart<'_>, name: &[u8]) -> Result<Option<String>, String> {
    let Some(found) = element.try_get_attribute(name).map_err(|e| e.to_string())? else { return Ok(None) };
    let raw = String::from_utf8_lossy(&found.value);
    quick_xml::escape::unescape(&raw).map(|text| Some(text.into_owned())).map_err(|e| e.to_string())
}
