//! What was found of a file's calls and variables, as bytes that are kept, so that an edit which leaves it as it is needs no solving
//! in a process that starts anew.
//!
//! Nodes are named by their ids in the store, which do not change when files come and go or declarations move. Of a file of which nothing was
//! found there are no bytes.

use stoa_model::ids::{file_of, local_of, node_id};
use stoa_model::{EdgeLabel, FileId, NodeId};

use super::super::codec::{Malformed, Reader, Writer};
use super::{CallTargets, FoundAt};
use crate::link::Target;

const UNASKED: u8 = 1;
const IMPLICIT: u8 = 2;

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
        writer.count(calls.len());
        for at in calls {
            let found = self.found(at);
            writer.u32(local_of(stored(at.call)));
            let flag = |is: bool, flag: u8| if is { flag } else { 0 };
            writer.u8(flag(at.unasked, UNASKED) | flag(at.implicit, IMPLICIT));
            writer.count(found.targets.len());
            for target in found.targets {
                writer.u64(stored(target.id) as u64);
                writer.u8(target.label as u8);
                writer.u64(target.confidence.to_bits());
            }
            writer.count(found.outside.len());
            found.outside().for_each(|path| writer.text(path));
        }
        writer.count(types.len());
        for &(variable, of, count) in types {
            writer.u32(local_of(stored(variable)));
            writer.u64(stored(of) as u64);
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
        let mut node = |id: u64| numbered(id as NodeId).ok_or(Malformed);
        for _ in 0..reader.count()? {
            let call = node(node_id(stored, reader.u32()?) as u64)?;
            let flags = reader.u8()?;
            let starts = (self.targets.len() as u32, self.outside.len() as u32);
            for _ in 0..reader.count()? {
                let id = node(reader.u64()?)?;
                let label = reader.one_of(EdgeLabel::ALL)?;
                self.targets.push(Target { id, label, confidence: f64::from_bits(reader.u64()?) });
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
        for _ in 0..reader.count()? {
            let variable = node(node_id(stored, reader.u32()?) as u64)?;
            self.types.push((variable, node(reader.u64()?)?, reader.u32()?));
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
