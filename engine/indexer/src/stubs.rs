//! Stub declarations: what files refer to and the tree does not define.
//!
//! They live in pseudo files named `<external:family>`, whose ids count down from the top. A stub keeps its id as long as anything refers
//! to it. A pseudo file is small, so that a stub that comes or goes costs a few rows: the pseudo file is written anew.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use stoa_model::columns::NodeColumns;
use stoa_model::ids::{LAST_EXTERNAL_FILE, file_of, local_of, node_id};
use stoa_model::rows::{FileRow, NO_LOCAL};
use stoa_model::{FileId, FileStatus, Interner, Layer, Layers, NodeId, NodeKind, Origin};
use stoa_passes::link::codec::{Malformed, Reader, Writer};
use stoa_passes::link::{Stub, family_name, separator};
use stoa_passes::nodes::stub_row;

use crate::plan::FIRST_RESERVED;

/// The stubs of a pseudo file, at most.
const PER_FILE: u32 = 4096;

/// The stubs of a tree.
#[derive(Default)]
pub struct Stubs {
    ids: FxHashMap<Arc<Stub>, NodeId>,
    files: BTreeMap<FileId, PseudoFile>,
    /// The pseudo file of each family that new stubs go to.
    open: FxHashMap<u8, FileId>,
    /// Stubs that some file no longer refers to; perhaps none does.
    released: Vec<NodeId>,
}

struct PseudoFile {
    family: u8,
    /// By slot, with how many files refer to each; slot 0 is the FILE itself.
    stubs: BTreeMap<u32, (Arc<Stub>, u32)>,
    next: u32,
    /// The segment that has its rows; none if they were never written.
    segment: Option<Arc<str>>,
    /// Its rows are to be written.
    stale: bool,
}

/// Rows of pseudo files.
pub struct StubRows {
    pub nodes: NodeColumns,
    pub names: Interner,
    pub files: Vec<FileRow>,
    pub facts: Vec<(FileId, Vec<u8>)>,
}

impl Stubs {
    /// Whether an id is kept for pseudo files.
    pub fn is_pseudo(file: FileId) -> bool {
        file >= FIRST_RESERVED
    }

    /// The id of a stub, new or known. Who keeps it says so with [`Stubs::hold`].
    pub fn id(&mut self, stub: &Stub) -> NodeId {
        if let Some(&id) = self.ids.get(stub) {
            return id;
        }
        let has_room = |file: &PseudoFile| file.next <= PER_FILE;
        let open = self.open.get(&stub.family).filter(|id| self.files.get(id).is_some_and(has_room));
        let id = match open {
            Some(&id) => id,
            None => {
                let id = self.free_id();
                self.open.insert(stub.family, id);
                id
            }
        };
        let file = self.files.entry(id).or_insert_with(|| PseudoFile {
            family: stub.family,
            stubs: BTreeMap::new(),
            next: 1,
            segment: None,
            stale: true,
        });
        let (stub, slot) = (Arc::new(stub.clone()), file.next);
        file.stubs.insert(slot, (stub.clone(), 0));
        file.next += 1;
        file.stale = true;
        let id = node_id(id, slot);
        self.ids.insert(stub, id);
        id
    }

    /// The highest id that no pseudo file has.
    fn free_id(&self) -> FileId {
        let mut free = LAST_EXTERNAL_FILE;
        for &used in self.files.keys().rev() {
            if used < free {
                break;
            }
            free = used - 1;
        }
        free
    }

    fn count_mut(&mut self, id: NodeId) -> Option<&mut u32> {
        Some(&mut self.files.get_mut(&file_of(id))?.stubs.get_mut(&local_of(id))?.1)
    }

    /// A file refers to these.
    pub fn hold(&mut self, ids: &[NodeId]) {
        for &id in ids {
            if let Some(count) = self.count_mut(id) {
                *count += 1;
            }
        }
    }

    /// A file that referred to these no longer does.
    pub fn release(&mut self, ids: &[NodeId]) {
        for &id in ids {
            if let Some(count) = self.count_mut(id) {
                *count = count.saturating_sub(1);
                self.released.push(id);
            }
        }
    }

    /// Drops the stubs that nothing refers to any more. Says which rows no longer count: of which pseudo file, in which segment.
    pub fn sweep(&mut self) -> Vec<(FileId, Arc<str>)> {
        for id in std::mem::take(&mut self.released) {
            let Some(file) = self.files.get_mut(&file_of(id)) else { continue };
            if file.stubs.get(&local_of(id)).is_some_and(|(_, count)| *count == 0)
                && let Some((stub, _)) = file.stubs.remove(&local_of(id))
            {
                file.stale = true;
                self.ids.remove(&stub);
            }
        }
        let mut replaced = Vec::new();
        self.files.retain(|&id, file| {
            if file.stale
                && let Some(segment) = file.segment.take()
            {
                replaced.push((id, segment));
            }
            !file.stubs.is_empty()
        });
        let files = &self.files;
        self.open.retain(|_, id| files.contains_key(id));
        replaced
    }

    /// The rows of all pseudo files that are not as they were written, which are those of `segment` from now on.
    pub fn rows(&mut self, segment: &Arc<str>) -> StubRows {
        let mut rows = StubRows {
            nodes: NodeColumns::default(),
            names: Interner::new(),
            files: Vec::new(),
            facts: Vec::new(),
        };
        let mut writer = Writer::default();
        for (&id, file) in self.files.iter_mut().filter(|(_, file)| file.stale) {
            (file.segment, file.stale) = (Some(segment.clone()), false);
            file.push_rows(id, &mut rows);
            rows.facts.push((id, file.write(&mut writer)));
        }
        rows
    }

    pub fn has_unwritten(&self) -> bool {
        self.files.values().any(|file| file.stale)
    }

    /// Takes in a pseudo file that was kept.
    pub fn add_kept(&mut self, id: FileId, row: &[u8], segment: &Arc<str>) -> Result<(), Malformed> {
        let mut reader = Reader::new(row)?;
        let (family, next) = (reader.u8()?, reader.u32()?);
        let mut stubs = BTreeMap::new();
        for _ in 0..reader.count()? {
            let (slot, kind) = (reader.u32()?, reader.one_of(NodeKind::ALL)?);
            let stub = Arc::new(Stub { family, kind, full_name: reader.text()?.to_owned() });
            self.ids.insert(stub.clone(), node_id(id, slot));
            stubs.insert(slot, (stub, 0));
        }
        let file = PseudoFile { family, stubs, next, segment: Some(segment.clone()), stale: false };
        self.files.insert(id, file);
        // Files are taken in in any order; new stubs go to the one with the lowest id.
        let open = self.open.entry(family).or_insert(id);
        *open = id.min(*open);
        Ok(())
    }

    /// The pseudo files and the segments that have their rows.
    pub fn segments(&self) -> impl Iterator<Item = &Arc<str>> {
        self.files.values().filter_map(|file| file.segment.as_ref())
    }

    /// Calls a function on the name of each segment, which it may change.
    pub fn rename_segments(&mut self, rename: impl Fn(&mut Arc<str>)) {
        self.files.values_mut().filter_map(|file| file.segment.as_mut()).for_each(rename);
    }

    /// How many nodes of each kind there are.
    pub fn count(&self, mut add: impl FnMut(NodeKind, u32)) {
        for file in self.files.values() {
            add(NodeKind::File, 1);
            file.stubs.values().for_each(|(stub, _)| add(stub.kind, 1));
        }
    }
}

impl PseudoFile {
    fn push_rows(&self, id: FileId, rows: &mut StubRows) {
        let family = family_name(self.family);
        let path = format!("<external:{family}>");
        let StubRows { nodes, names, files, .. } = rows;
        let symbol = names.intern(&path);
        nodes.begin_file(id, family, true);
        let mut whole = stub_row(NodeKind::File, 0, symbol, symbol, NO_LOCAL, 0);
        whole.descendants = self.stubs.len() as u32;
        nodes.push(whole);
        // Slots may have gaps, positions have none.
        for (place, (&slot, (stub, _))) in self.stubs.iter().enumerate() {
            let (name, full_name) = (names.intern(last_name(stub)), names.intern(&stub.full_name));
            nodes.push(stub_row(stub.kind, slot, name, full_name, 0, place as u32 + 1));
        }
        files.push(pseudo_row(id, path, family, self.stubs.len() as u32 + 1));
    }

    fn write(&self, writer: &mut Writer) -> Vec<u8> {
        writer.u8(self.family);
        writer.u32(self.next);
        writer.count(self.stubs.len());
        for (&slot, (stub, _)) in &self.stubs {
            writer.u32(slot);
            writer.u8(stub.kind as u8);
            writer.text(&stub.full_name);
        }
        writer.take()
    }
}

/// What a stub is called: the last part of its full name.
fn last_name(stub: &Stub) -> &str {
    let full = stub.full_name.as_str();
    let exported = full.rsplit_once('#').map_or(full, |(_, name)| name);
    exported.rsplit_once(separator(stub.family)).map_or(exported, |(_, name)| name)
}

/// A row of `files` that is no source file's.
pub fn pseudo_row(file_id: FileId, path: String, language: &'static str, nodes: u32) -> FileRow {
    FileRow {
        file_id,
        path,
        language,
        module: String::new(),
        content_hash: String::new(),
        bytes: 0,
        lines: 0,
        code_lines: 0,
        comment_lines: 0,
        nodes,
        status: FileStatus::Ok,
        error: None,
        error_nodes: 0,
        origin: Origin::Source,
        // Stubs are declared and no more.
        layers: if nodes > 0 { Layers::NONE.with(Layer::Declarations) } else { Layers::NONE },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stub(name: &str) -> Stub {
        Stub { family: 0, kind: NodeKind::Method, full_name: name.to_owned() }
    }

    #[test]
    fn a_stub_keeps_its_id_while_it_is_used() {
        let mut stubs = Stubs::default();
        let (a, b) = (stubs.id(&stub("a")), stubs.id(&stub("b")));
        assert_eq!((a, b), (node_id(LAST_EXTERNAL_FILE, 1), node_id(LAST_EXTERNAL_FILE, 2)));
        stubs.hold(&[a, b]);
        stubs.hold(&[b]);
        assert!(stubs.sweep().is_empty());
        let first: Arc<str> = "first".into();
        let rows = stubs.rows(&first);
        assert_eq!((rows.files.len(), rows.nodes.len()), (1, 3));
        assert!(!stubs.has_unwritten());

        // Nothing comes or goes: nothing is to be written.
        assert_eq!(stubs.id(&stub("b")), b);
        stubs.release(&[b]);
        assert!(stubs.sweep().is_empty());
        assert!(!stubs.has_unwritten());

        // One goes, one comes.
        stubs.release(&[a]);
        let c = stubs.id(&stub("c"));
        stubs.hold(&[c]);
        assert_eq!(stubs.sweep(), [(LAST_EXTERNAL_FILE, first)]);
        let second: Arc<str> = "second".into();
        let rows = stubs.rows(&second);
        assert_eq!(rows.nodes.len(), 3);
        let mut again = Stubs::default();
        again.add_kept(rows.facts[0].0, &rows.facts[0].1, &second).unwrap();
        again.hold(&[b, c]);
        assert_eq!((again.id(&stub("b")), again.id(&stub("c"))), (b, c));

        // What goes and comes back has another id: a slot is not given twice.
        let back = again.id(&stub("a"));
        assert!(back > c);
        again.hold(&[back]);

        // The last ones go, and the pseudo file with them.
        again.release(&[b, c, back]);
        assert_eq!(again.sweep(), [(LAST_EXTERNAL_FILE, second)]);
        assert!(!again.has_unwritten());
        assert_eq!(again.segments().count(), 0);
    }
}
