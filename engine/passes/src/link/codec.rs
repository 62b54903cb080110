//! Numbers and texts as bytes, for facts that are kept from one index to the next.
//!
//! `body length · body · texts`: a number takes as many bytes as it needs (LEB128; signed ones zigzag), a node is told by how far it is from one
//! before it ([`Near`]), and a text is its place in the table of texts behind the body, where it stands once. Rows are small and alike then, and
//! compress better than columns of numbers of four bytes. Reading checks every bound: whatever the bytes are, the outcome is facts
//! or [`Malformed`].

use hashbrown::HashTable;
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;
use stoa_model::FIRST_BODY;
use stoa_model::rows::NO_LOCAL;

use super::hash::NameHash;

/// Bytes that are no facts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed;

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("its facts are cut short or of another make")
    }
}

impl std::error::Error for Malformed {}

/// Where the next of a row of nodes is likely to be: near the last declaration or near the last body node.
#[derive(Clone, Copy)]
pub struct Near {
    pub declaration: u32,
    pub body: u32,
}

impl Default for Near {
    fn default() -> Near {
        Near { declaration: 0, body: FIRST_BODY }
    }
}

impl Near {
    fn last(&mut self, is_body: bool) -> &mut u32 {
        if is_body { &mut self.body } else { &mut self.declaration }
    }

    /// 0 for no node; otherwise the distance, the lowest bit telling declarations.
    fn code(&mut self, node: u32) -> u64 {
        if node == NO_LOCAL {
            return 0;
        }
        let is_body = node >= FIRST_BODY;
        let last = std::mem::replace(self.last(is_body), node);
        zigzag(i64::from(node) - i64::from(last)) * 2 + if is_body { 2 } else { 1 }
    }

    fn node(&mut self, code: u64) -> Option<u32> {
        let Some(code) = code.checked_sub(1) else { return Some(NO_LOCAL) };
        let last = self.last(code % 2 == 1);
        *last = u32::try_from(i64::from(*last).checked_add(unzigzag(code / 2))?).ok()?;
        Some(*last)
    }
}

fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1) as i64 ^ -((value & 1) as i64)
}

/// Writes facts; its buffers serve file after file.
#[derive(Default)]
pub struct Writer {
    body: Vec<u8>,
    text: String,
    ends: Vec<u32>,
    known: HashTable<u32>,
    /// The places of names' hashes.
    names: FxHashMap<NameHash, u32>,
}

fn hash(text: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

fn slice<'a>(text: &'a str, ends: &[u32], place: u32) -> &'a str {
    let start = if place == 0 { 0 } else { ends[place as usize - 1] as usize };
    &text[start..ends[place as usize] as usize]
}

impl Writer {
    pub fn u8(&mut self, value: u8) {
        self.body.push(value);
    }

    pub fn u32(&mut self, value: u32) {
        self.number(u64::from(value));
    }

    pub fn i32(&mut self, value: i32) {
        self.number(zigzag(i64::from(value)));
    }

    /// A hash or what else needs all of its bytes.
    pub fn u64(&mut self, value: u64) {
        self.body.extend_from_slice(&value.to_le_bytes());
    }

    /// A name's hash: 0 and the hash where it is new, its place and 1 where it is known.
    pub(super) fn name(&mut self, name: NameHash) {
        let next = self.names.len() as u32;
        let place = *self.names.entry(name).or_insert(next);
        if place == next {
            self.u32(0);
            self.u64(name);
        } else {
            self.u32(place + 1);
        }
    }

    /// A number that is mostly small.
    pub fn number(&mut self, value: u64) {
        push_number(&mut self.body, value);
    }

    pub(super) fn node(&mut self, node: u32, near: &mut Near) {
        self.number(near.code(node));
    }

    /// How many of something follow.
    pub fn count(&mut self, count: usize) {
        self.u32(count as u32);
    }

    /// 0 for a text that is new, which takes the next place; the place and 1 of one that is known.
    fn place(&mut self, text: &str) -> u32 {
        let Writer { text: all, ends, known, .. } = self;
        let h = hash(text);
        match known.find(h, |&place| slice(all, ends, place) == text) {
            Some(&place) => place + 1,
            None => {
                let place = ends.len() as u32;
                all.push_str(text);
                ends.push(all.len() as u32);
                known.insert_unique(h, place, |&place| hash(slice(all, ends, place)));
                0
            }
        }
    }

    pub fn text(&mut self, text: &str) {
        let place = self.place(text);
        self.u32(place);
    }

    /// A text that may be missing: 0, or what stands for it and 1.
    pub(super) fn optional(&mut self, text: Option<&str>) {
        let place = text.map_or(0, |text| self.place(text) + 1);
        self.u32(place);
    }

    /// What was written, and an empty writer.
    pub fn take(&mut self) -> Vec<u8> {
        let Writer { body, text, ends, known, names } = self;
        let mut bytes = Vec::with_capacity(body.len() + text.len() + 2 * ends.len() + 8);
        push_number(&mut bytes, body.len() as u64);
        bytes.extend_from_slice(body);
        push_number(&mut bytes, ends.len() as u64);
        let mut start = 0;
        for end in ends.iter() {
            push_number(&mut bytes, u64::from(end - start));
            start = *end;
        }
        bytes.extend_from_slice(text.as_bytes());
        body.clear();
        text.clear();
        ends.clear();
        known.clear();
        names.clear();
        bytes
    }
}

fn push_number(bytes: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// The number at the beginning of some bytes, which begin behind it then.
#[inline]
fn take_number(bytes: &mut &[u8]) -> Result<u64, Malformed> {
    let (mut value, mut shift) = (0, 0);
    loop {
        let (byte, rest) = bytes.split_first().ok_or(Malformed)?;
        *bytes = rest;
        if shift > 63 {
            return Err(Malformed);
        }
        value |= u64::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Ok(value);
        }
        shift += 7;
    }
}

fn take_length(bytes: &mut &[u8]) -> Result<usize, Malformed> {
    let length = take_number(bytes)?;
    usize::try_from(length).ok().filter(|length| *length <= bytes.len()).ok_or(Malformed)
}

/// Reads what a [`Writer`] wrote, in the same order.
pub struct Reader<'a> {
    body: &'a [u8],
    ends: Vec<u32>,
    text: &'a str,
    /// How many of the texts were met.
    met: u32,
    names: Vec<NameHash>,
}

impl<'a> Reader<'a> {
    pub fn new(mut bytes: &'a [u8]) -> Result<Reader<'a>, Malformed> {
        let length = take_length(&mut bytes)?;
        let (body, mut rest) = bytes.split_at(length);
        let count = take_length(&mut rest)?;
        let mut ends = Vec::with_capacity(count);
        let mut end = 0u32;
        for _ in 0..count {
            let length = u32::try_from(take_number(&mut rest)?).map_err(|_| Malformed)?;
            end = end.checked_add(length).ok_or(Malformed)?;
            ends.push(end);
        }
        let text = std::str::from_utf8(rest).map_err(|_| Malformed)?;
        Ok(Reader { body, ends, text, met: 0, names: Vec::new() })
    }

    #[inline]
    pub fn u8(&mut self) -> Result<u8, Malformed> {
        let (byte, rest) = self.body.split_first().ok_or(Malformed)?;
        self.body = rest;
        Ok(*byte)
    }

    #[inline]
    pub fn u32(&mut self) -> Result<u32, Malformed> {
        u32::try_from(self.number()?).map_err(|_| Malformed)
    }

    #[inline]
    pub fn i32(&mut self) -> Result<i32, Malformed> {
        i32::try_from(unzigzag(self.number()?)).map_err(|_| Malformed)
    }

    #[inline]
    pub fn u64(&mut self) -> Result<u64, Malformed> {
        let (head, rest) = self.body.split_first_chunk().ok_or(Malformed)?;
        self.body = rest;
        Ok(u64::from_le_bytes(*head))
    }

    #[inline]
    pub fn number(&mut self) -> Result<u64, Malformed> {
        take_number(&mut self.body)
    }

    pub(super) fn name(&mut self) -> Result<NameHash, Malformed> {
        match self.u32()?.checked_sub(1) {
            Some(place) => self.names.get(place as usize).copied().ok_or(Malformed),
            None => {
                let name = self.u64()?;
                self.names.push(name);
                Ok(name)
            }
        }
    }

    #[inline]
    pub(super) fn node(&mut self, near: &mut Near) -> Result<u32, Malformed> {
        near.node(self.number()?).ok_or(Malformed)
    }

    /// How many of something follow; never more than there are bytes for.
    pub fn count(&mut self) -> Result<usize, Malformed> {
        let count = self.u32()? as usize;
        if count > self.body.len() { Err(Malformed) } else { Ok(count) }
    }

    /// One of the values of a closed list, by its place.
    pub fn one_of<T: Copy>(&mut self, all: &[T]) -> Result<T, Malformed> {
        all.get(usize::from(self.u8()?)).copied().ok_or(Malformed)
    }

    /// How many different texts there are.
    pub fn texts(&self) -> usize {
        self.ends.len()
    }

    /// The text of a place.
    pub fn text_at(&self, place: u32) -> Result<&'a str, Malformed> {
        let place = place as usize;
        let end = *self.ends.get(place).ok_or(Malformed)?;
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        self.text.get(start as usize..end as usize).ok_or(Malformed)
    }

    /// The place that something stands for.
    fn place(&mut self, code: u32) -> u32 {
        code.checked_sub(1).unwrap_or_else(|| {
            self.met += 1;
            self.met - 1
        })
    }

    pub fn text(&mut self) -> Result<&'a str, Malformed> {
        let code = self.u32()?;
        let place = self.place(code);
        self.text_at(place)
    }

    /// The place of a text that may be missing.
    pub(super) fn optional(&mut self) -> Result<Option<u32>, Malformed> {
        let code = self.u32()?.checked_sub(1);
        Ok(code.map(|code| self.place(code)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut writer = Writer::default();
        for round in 0..2u32 {
            writer.u8(7);
            writer.text("é");
            writer.count(2);
            writer.text("");
            writer.text("é");
            writer.i32(-5);
            writer.u64(u64::MAX - u64::from(round));
            let bytes = writer.take();
            let mut reader = Reader::new(&bytes).unwrap();
            assert_eq!((reader.u8(), reader.text(), reader.count()), (Ok(7), Ok("é"), Ok(2)));
            assert_eq!((reader.text(), reader.text(), reader.i32()), (Ok(""), Ok("é"), Ok(-5)));
            assert_eq!(reader.u64(), Ok(u64::MAX - u64::from(round)));
            assert_eq!(reader.u8(), Err(Malformed));
            assert_eq!(reader.texts(), 2);
            for cut in 0..bytes.len() {
                let read = Reader::new(&bytes[..cut]).and_then(|mut r| {
                    r.u8()?;
                    r.text()?;
                    r.count()?;
                    r.text()?;
                    r.text()
                });
                assert!(read.is_err(), "{cut}");
            }
        }
    }

    #[test]
    fn nodes_come_back() {
        let nodes =
            [3, FIRST_BODY + 9, NO_LOCAL, 2, 0, FIRST_BODY, NO_LOCAL - 1, FIRST_BODY - 1, FIRST_BODY + 1];
        let mut writer = Writer::default();
        let mut near = Near::default();
        nodes.iter().for_each(|node| writer.node(*node, &mut near));
        writer.i32(i32::MIN);
        writer.number(u64::MAX);
        let bytes = writer.take();
        let mut reader = Reader::new(&bytes).unwrap();
        let mut near = Near::default();
        nodes.iter().for_each(|node| assert_eq!(reader.node(&mut near), Ok(*node)));
        assert_eq!((reader.i32(), reader.number()), (Ok(i32::MIN), Ok(u64::MAX)));
    }

    #[test]
    fn names_come_back() {
        let names = [7, u64::MAX, 7, 0, u64::MAX];
        let mut writer = Writer::default();
        names.iter().for_each(|name| writer.name(*name));
        let bytes = writer.take();
        let mut reader = Reader::new(&bytes).unwrap();
        names.iter().for_each(|name| assert_eq!(reader.name(), Ok(*name)));
        writer.u32(1);
        assert_eq!(Reader::new(&writer.take()).unwrap().name(), Err(Malformed));
    }

    #[test]
    fn no_number_is_too_long() {
        let body = [0xff; 11];
        let bytes = [&[11][..], &body, &[0]].concat();
        assert_eq!(Reader::new(&bytes).unwrap().number(), Err(Malformed));
    }
}
