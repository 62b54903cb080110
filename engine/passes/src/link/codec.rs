//! Numbers and texts as bytes, for facts that are kept from one index to the next.
//!
//! `body length · body · texts`: numbers are little-endian, a text is its place in the table of texts behind the body, where it
//! stands once. Reading checks every bound: whatever the bytes are, the outcome is facts or [`Malformed`].

use hashbrown::HashTable;
use rustc_hash::FxHasher;
use std::hash::Hasher;

/// Bytes that are no facts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Malformed;

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("its facts are cut short or of another make")
    }
}

impl std::error::Error for Malformed {}

/// Writes facts; its buffers serve file after file.
#[derive(Default)]
pub struct Writer {
    body: Vec<u8>,
    text: String,
    ends: Vec<u32>,
    known: HashTable<u32>,
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

    pub fn u16(&mut self, value: u16) {
        self.body.extend_from_slice(&value.to_le_bytes());
    }

    pub fn u32(&mut self, value: u32) {
        self.body.extend_from_slice(&value.to_le_bytes());
    }

    pub fn i32(&mut self, value: i32) {
        self.body.extend_from_slice(&value.to_le_bytes());
    }

    pub fn u64(&mut self, value: u64) {
        self.body.extend_from_slice(&value.to_le_bytes());
    }

    /// How many of something follow.
    pub fn count(&mut self, count: usize) {
        self.u32(count as u32);
    }

    /// The place of a text, new or known.
    fn place(&mut self, text: &str) -> u32 {
        let Writer { text: all, ends, known, .. } = self;
        let h = hash(text);
        match known.find(h, |&place| slice(all, ends, place) == text) {
            Some(&place) => place,
            None => {
                let place = ends.len() as u32;
                all.push_str(text);
                ends.push(all.len() as u32);
                known.insert_unique(h, place, |&place| hash(slice(all, ends, place)));
                place
            }
        }
    }

    pub fn text(&mut self, text: &str) {
        let place = self.place(text);
        self.u32(place);
    }

    /// A text that there may be: its place and 1.
    pub(super) fn optional(&mut self, text: &str) {
        let place = self.place(text);
        self.u32(place + 1);
    }

    /// What was written, and an empty writer.
    pub fn take(&mut self) -> Vec<u8> {
        let Writer { body, text, ends, known } = self;
        let mut bytes = Vec::with_capacity(body.len() + text.len() + 4 * ends.len() + 8);
        bytes.extend_from_slice(&(body.len() as u32).to_le_bytes());
        bytes.extend_from_slice(body);
        bytes.extend_from_slice(&(ends.len() as u32).to_le_bytes());
        for end in ends.iter() {
            bytes.extend_from_slice(&end.to_le_bytes());
        }
        bytes.extend_from_slice(text.as_bytes());
        body.clear();
        text.clear();
        ends.clear();
        known.clear();
        bytes
    }
}

/// Reads what a [`Writer`] wrote, in the same order.
pub struct Reader<'a> {
    body: &'a [u8],
    ends: &'a [u8],
    text: &'a str,
}

fn number(bytes: &[u8], place: usize) -> Option<u32> {
    let bytes = bytes.get(place * 4..place * 4 + 4)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Result<Reader<'a>, Malformed> {
        let split = |bytes: &'a [u8], at: usize| bytes.split_at_checked(at).ok_or(Malformed);
        let (length, rest) = split(bytes, 4)?;
        let (body, rest) = split(rest, number(length, 0).ok_or(Malformed)? as usize)?;
        let (count, rest) = split(rest, 4)?;
        let (ends, text) = split(rest, number(count, 0).ok_or(Malformed)? as usize * 4)?;
        Ok(Reader { body, ends, text: std::str::from_utf8(text).map_err(|_| Malformed)? })
    }

    #[inline]
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, rest) = self.body.split_first_chunk::<N>().ok_or(Malformed)?;
        self.body = rest;
        Ok(*head)
    }

    #[inline]
    pub fn u8(&mut self) -> Result<u8, Malformed> {
        Ok(self.take::<1>()?[0])
    }

    #[inline]
    pub fn u16(&mut self) -> Result<u16, Malformed> {
        Ok(u16::from_le_bytes(self.take()?))
    }

    #[inline]
    pub fn u32(&mut self) -> Result<u32, Malformed> {
        Ok(u32::from_le_bytes(self.take()?))
    }

    #[inline]
    pub fn i32(&mut self) -> Result<i32, Malformed> {
        Ok(i32::from_le_bytes(self.take()?))
    }

    #[inline]
    pub fn u64(&mut self) -> Result<u64, Malformed> {
        Ok(u64::from_le_bytes(self.take()?))
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
        self.ends.len() / 4
    }

    /// The text of a place.
    pub fn text_at(&self, place: u32) -> Result<&'a str, Malformed> {
        let end = number(self.ends, place as usize).ok_or(Malformed)?;
        let start = if place == 0 { 0 } else { number(self.ends, place as usize - 1).ok_or(Malformed)? };
        self.text.get(start as usize..end as usize).ok_or(Malformed)
    }

    pub fn text(&mut self) -> Result<&'a str, Malformed> {
        let place = self.u32()?;
        self.text_at(place)
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
}
