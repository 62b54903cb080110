//! What was found of a file's calls and variables, as bytes that are kept, so that an edit which leaves it as it is needs no solving
//! in a process that starts anew.
//!
//! Nodes are named by their ids in the store, which do not change when files come and go or declarations move. Of a file of which nothing was
//! found there are no bytes.

use stoa_model::ids::{file_of, local_of, node_id};
use stoa_model::{EdgeLabel, FileId, NodeId};

use super::super::codec::{Malformed, Near, Reader, Writer};
use super::{CallTargets, FoundAt};
use crate::link::Target;

const UNASKED: u8 = 1;
const IMPLICIT: u8 = 2;
/// In the place of a label: it and how sure it is are those of the target before.
const AS_BEFORE: u8 = u8::MAX;

/// Nodes of any file, most of them of the file that is kept.
struct Ids {
    home: FileId,
    near: Near,
}

impl Ids {
    fn of(home: FileId) -> Ids {
        Ids { home, near: Near::default() }
    }

    fn write(&mut self, id: NodeId, writer: &mut Writer) {
        writer.i32((file_of(id) as i32).wrapping_sub(self.home as i32));
        writer.node(local_of(id), &mut self.near);
    }

    fn read(&mut self, reader: &mut Reader<'_>) -> Result<NodeId, Malformed> {
        let file = (self.home as i32).wrapping_add(reader.i32()?) as FileId;
        Ok(node_id(file, reader.node(&mut self.near)?))
    }
}

/// The elements of a list in the order of files that are of a file.
fn of_file<T>(list: &[T], file: FileId, of: impl Fn(&T) -> FileId) -> &[T] {
    let start = list.partition_point(|element| of(element) < file);
    let len = list[start..].partition_point(|element| of(element) == file);
    &list[start..start + len]
}

impl CallTargets {
    /// What was found of a file; `stored` gives the id of a node in the store.
    pub fn keep(&self, file: FileId, writer: &mut Writer, stored: impl Fn(NodeId) -> NodeId) -> Vec<u8> {
        let calls = of_file(&self.calls, file, |found| file_of(found.call));
        let types = of_file(&self.types, file, |(variable, ..)| file_of(*variable));
        let keys = of_file(&self.keys, file, |(file, _)| *file);
        if calls.is_empty() && types.is_empty() && keys.is_empty() {
            return Vec::new();
        }
        let home = file_of(stored(node_id(file, 0)));
        let (mut near, mut ids, mut last) = (Near::default(), Ids::of(home), None);
        writer.count(calls.len());
        for at in calls {
            let found = self.found(at);
            writer.node(local_of(stored(at.call)), &mut near);
            let flag = |is: bool, flag: u8| if is { flag } else { 0 };
            writer.u8(flag(at.unasked, UNASKED) | flag(at.implicit, IMPLICIT));
            writer.count(found.targets.len());
            for target in found.targets {
                ids.write(stored(target.id), writer);
                let sure = (target.label, target.confidence.to_bits());
                if last.replace(sure) == Some(sure) {
                    writer.u8(AS_BEFORE);
                } else {
                    writer.u8(sure.0 as u8);
                    writer.u64(sure.1);
                }
            }
            writer.count(found.outside.len());
            found.outside().for_each(|path| writer.text(path));
        }
        writer.count(types.len());
        let (mut near, mut ids) = (Near::default(), Ids::of(home));
        for &(variable, of, count) in types {
            writer.node(local_of(stored(variable)), &mut near);
            ids.write(stored(of), writer);
            writer.u32(count);
        }
        writer.count(keys.len());
        keys.iter().for_each(|(_, text)| writer.u32(*text));
        writer.take()
    }

    /// Takes in what was kept of a file, behind the files before it. `stored` is its id in the store, and `numbered` gives the node
    /// that linking knows for one of the store.
    pub fn add_kept(
        &mut self,
        file: FileId,
        stored: FileId,
        bytes: &[u8],
        mut numbered: impl FnMut(NodeId) -> Option<NodeId>,
    ) -> Result<(), Malformed> {
        if bytes.is_empty() {
            return Ok(());
        }
        let reader = &mut Reader::new(bytes)?;
        let mut node = |id: NodeId| numbered(id).ok_or(Malformed);
        let (mut near, mut ids, mut last) = (Near::default(), Ids::of(stored), None);
        for _ in 0..reader.count()? {
            let call = node(node_id(stored, reader.node(&mut near)?))?;
            let flags = reader.u8()?;
            let starts = (self.targets.len() as u32, self.outside.len() as u32);
            for _ in 0..reader.count()? {
                let id = node(ids.read(reader)?)?;
                let (label, confidence) = match reader.u8()? {
                    AS_BEFORE => last.ok_or(Malformed)?,
                    label => {
                        let label = EdgeLabel::ALL.get(usize::from(label)).copied().ok_or(Malformed)?;
                        (label, f64::from_bits(reader.u64()?))
                    }
                };
                last = Some((label, confidence));
                self.targets.push(Target { id, label, confidence });
            }
            for _ in 0..reader.count()? {
                let path = self.texts.intern(reader.text()?);
                self.outside.push(path);
            }
            self.calls.push(FoundAt {
                call,
                targets: (starts.0, self.targets.len() as u32),
                outside: (starts.1, self.outside.len() as u32),
                unasked: flags & UNASKED != 0,
                implicit: flags & IMPLICIT != 0,
            });
        }
        let (mut near, mut ids) = (Near::default(), Ids::of(stored));
        for _ in 0..reader.count()? {
            let variable = node(node_id(stored, reader.node(&mut near)?))?;
            self.types.push((variable, node(ids.read(reader)?)?, reader.u32()?));
        }
        for _ in 0..reader.count()? {
            let text = reader.u32()?;
            self.keys.push((file, text));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_under_other_numbers() {
        let mut calls = CallTargets::default();
        let path = calls.texts.intern("os.path.join");
        let target = |id| Target { id, label: EdgeLabel::Value, confidence: 0.45 };
        for file in 1..=3 {
            let starts = (calls.targets.len() as u32, calls.outside.len() as u32);
            calls.targets.extend([target(node_id(3, 4)), target(node_id(file, 1))]);
            calls.outside.push(path);
            calls.calls.push(FoundAt {
                call: node_id(file, 9),
                targets: (starts.0, starts.0 + 2),
                outside: (starts.1, starts.1 + 1),
                unasked: file == 2,
                implicit: false,
            });
            calls.types.push((node_id(file, 2), node_id(1, 5), 1));
            calls.keys.extend([(file, 6), (file, 8)]);
        }
        // In the store every file has the double of its number.
        let stored = |id: NodeId| node_id(file_of(id) * 2, local_of(id));
        let bytes = calls.keep(2, &mut Writer::default(), stored);
        let mut again = CallTargets::default();
        let numbered = |id: NodeId| Some(node_id(file_of(id) / 2, local_of(id)));
        again.add_kept(2, 4, &bytes, numbered).unwrap();
        assert_eq!(again.fingerprints().get(&2), calls.fingerprints().get(&2));
        assert_eq!((again.calls.len(), again.types.len()), (1, 1));
        assert!(again.may_be_keys(2, &[8]) && !again.may_be_keys(2, &[7]));
        assert!(calls.keep(7, &mut Writer::default(), stored).is_empty());
        assert_eq!(CallTargets::default().add_kept(2, 4, &bytes, |_| None), Err(Malformed));
        for cut in 1..bytes.len() {
            assert!(CallTargets::default().add_kept(2, 4, &bytes[..cut], numbered).is_err());
        }
    }
}
