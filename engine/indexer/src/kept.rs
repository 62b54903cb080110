//! What is kept of a file from one index to the next, in the rows of `facts`.
//!
//! A segment of files has a row for each file in the graph: how it was numbered and counted, and behind that what linking needs to
//! know of it. A segment of links has a row for each file with links, which tells whether they are still what linking comes
//! to, and one for each pseudo file of stubs.

use std::sync::Arc;

use stoa_model::NodeId;
use stoa_passes::Slots;
use stoa_passes::link::FACTS_VERSION;
use stoa_passes::link::codec::{Malformed, Reader, Writer};

/// How many rows there are of each kind that occurs, by the kind's number.
pub type Counts = Vec<(u8, u32)>;

/// A fingerprint of a file's links.
pub type LinksHash = [u8; 16];

/// The setting of a snapshot that says who made its facts.
pub const FACTS_SETTING: &str = "facts";

/// The setting of a snapshot that is there if what ignore files leave out was indexed as well.
pub const IGNORED_SETTING: &str = "ignored";

/// Who makes facts: what another version or another set of languages kept is not read.
pub fn maker() -> String {
    let mut hasher = blake3::Hasher::new();
    for language in stoa_syntax::languages::ALL {
        hasher.update(language.name.as_bytes());
        hasher.update(b"\n");
    }
    let languages = hasher.finalize().to_hex();
    format!("{}/{FACTS_VERSION}/{}", env!("CARGO_PKG_VERSION"), &languages.as_str()[..8])
}

/// How a file was numbered, and what it has.
#[derive(Clone, Debug, Default)]
pub struct Own {
    pub slots: Slots,
    pub nodes: Counts,
    pub edges: Counts,
}

/// The counts of an array by kind.
pub fn counts(by_kind: &[u32]) -> Counts {
    let some = by_kind.iter().enumerate().filter(|(_, count)| **count > 0);
    some.map(|(kind, count)| (kind as u8, *count)).collect()
}

fn write_counts(writer: &mut Writer, counts: &Counts) {
    writer.count(counts.len());
    for &(kind, count) in counts {
        writer.u8(kind);
        writer.u32(count);
    }
}

fn read_counts(reader: &mut Reader<'_>) -> Result<Counts, Malformed> {
    (0..reader.count()?).map(|_| Ok((reader.u8()?, reader.u32()?))).collect()
}

impl Own {
    /// A row of `facts`: this, and behind it what linking needs.
    pub fn with_facts(&self, writer: &mut Writer, facts: &[u8]) -> Vec<u8> {
        writer.count(self.slots.keys.len());
        self.slots.keys.iter().for_each(|key| writer.u64(*key));
        writer.count(self.slots.slots.len());
        self.slots.slots.iter().for_each(|slot| writer.u32(*slot));
        writer.u32(self.slots.next);
        write_counts(writer, &self.nodes);
        write_counts(writer, &self.edges);
        let head = writer.take();
        let mut row = Vec::with_capacity(4 + head.len() + facts.len());
        row.extend_from_slice(&(head.len() as u32).to_le_bytes());
        row.extend_from_slice(&head);
        row.extend_from_slice(facts);
        row
    }

    /// The way back: this, and where in the row the rest begins.
    pub fn read(row: &[u8]) -> Result<(Own, usize), Malformed> {
        let (length, rest) = row.split_first_chunk::<4>().ok_or(Malformed)?;
        let length = u32::from_le_bytes(*length) as usize;
        let mut reader = Reader::new(rest.get(..length).ok_or(Malformed)?)?;
        let keys = (0..reader.count()?).map(|_| reader.u64()).collect::<Result<_, _>>()?;
        let slots = (0..reader.count()?).map(|_| reader.u32()).collect::<Result<_, _>>()?;
        let slots = Slots { keys, slots, next: reader.u32()? };
        let (nodes, edges) = (read_counts(&mut reader)?, read_counts(&mut reader)?);
        Ok((Own { slots, nodes, edges }, 4 + length))
    }
}

/// A file's links, but for the links themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinksKept {
    pub hash: LinksHash,
    /// The stubs that they end at, ascending.
    pub stubs: Vec<NodeId>,
    pub edges: Counts,
    /// What its calls run and what its variables hold, which linking found out.
    pub found: Arc<[u8]>,
}

impl LinksKept {
    pub fn write(&self, writer: &mut Writer) -> Vec<u8> {
        self.hash.iter().for_each(|byte| writer.u8(*byte));
        writer.count(self.stubs.len());
        let mut last = 0;
        for stub in &self.stubs {
            writer.number((stub - last) as u64);
            last = *stub;
        }
        write_counts(writer, &self.edges);
        let head = writer.take();
        let mut row = Vec::with_capacity(4 + head.len() + self.found.len());
        row.extend_from_slice(&(head.len() as u32).to_le_bytes());
        row.extend_from_slice(&head);
        row.extend_from_slice(&self.found);
        row
    }

    pub fn read(row: &[u8]) -> Result<LinksKept, Malformed> {
        let (length, rest) = row.split_first_chunk::<4>().ok_or(Malformed)?;
        let (head, found) = rest.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(Malformed)?;
        let mut reader = Reader::new(head)?;
        let mut kept = LinksKept { found: found.into(), ..LinksKept::default() };
        for byte in &mut kept.hash {
            *byte = reader.u8()?;
        }
        let mut last: NodeId = 0;
        for _ in 0..reader.count()? {
            last = last.wrapping_add(reader.number()? as NodeId);
            kept.stubs.push(last);
        }
        kept.edges = read_counts(&mut reader)?;
        Ok(kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back() {
        let mut writer = Writer::default();
        let own = Own {
            slots: Slots { keys: vec![1, u64::MAX, 3], slots: vec![0, 2, 1], next: 9 },
            nodes: vec![(3, 7)],
            edges: counts(&[0, 4, 0, 2]),
        };
        let row = own.with_facts(&mut writer, b"facts");
        let (read, rest) = Own::read(&row).unwrap();
        assert_eq!((read.slots, read.nodes, read.edges), (own.slots, own.nodes, vec![(1, 4), (3, 2)]));
        assert_eq!(&row[rest..], b"facts");
        assert!((0..rest).all(|cut| Own::read(&row[..cut]).is_err()));

        let (stubs, found) = (vec![1 << 40, i64::MAX], b"found"[..].into());
        let links = LinksKept { hash: [7; 16], stubs, edges: vec![(0, 2)], found };
        assert_eq!(LinksKept::read(&links.write(&mut writer)), Ok(links));
    }
}
