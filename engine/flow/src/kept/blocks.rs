//! Blocks: the bodies of summaries, compressed together, read when somebody asks for one of them.
//!
//! A block stays as it is as long as half of it is used; what is used of others is moved to new ones.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::code::{Reader, Writer};

/// Of Zstandard. Quicker ones (-3) take a third of a second less for a million lines, and a third more bytes.
const LEVEL: i32 = 1;

/// Summaries in one block.
pub(super) const TOGETHER: usize = 32;

/// Bytes of a block into which others are moved.
const MOVED: usize = 1 << 18;

/// Where some bytes are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub block: u32,
    pub start: u32,
    pub length: u32,
}

impl Place {
    pub(super) fn new(block: u32, bytes: Range<usize>) -> Place {
        Place { block, start: bytes.start as u32, length: bytes.len() as u32 }
    }

    pub(super) fn write(self, w: &mut Writer<'_>) {
        [self.block, self.start, self.length].into_iter().for_each(|number| w.number(number));
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Option<Place> {
        Some(Place { block: r.number()?, start: r.number()?, length: r.number()? })
    }
}

pub(super) struct Block {
    /// In the bytes that were read.
    pub compressed: Range<usize>,
    pub length: usize,
    content: OnceLock<Option<Vec<u8>>>,
}

impl Block {
    pub(super) fn new(compressed: Range<usize>, length: usize) -> Block {
        Block { compressed, length, content: OnceLock::new() }
    }

    /// What it holds. None if that cannot be had.
    pub(super) fn content(&self, bytes: &[u8]) -> Option<&[u8]> {
        let decompressed = || decompress(bytes.get(self.compressed.clone())?, self.length);
        self.content.get_or_init(decompressed).as_deref()
    }
}

/// Blocks that are written: those of before that stay, and new ones.
pub(super) struct Stack {
    bytes: Vec<u8>,
    /// How long blocks are, compressed and not.
    pub lengths: Vec<(usize, usize)>,
    /// The numbers that blocks of before have now.
    numbers: Vec<Option<u32>>,
    /// Where what was in others is now, by where it was.
    moved: FxHashMap<(u32, u32), Place>,
}

/// A block as it is written.
pub(super) struct Packed {
    bytes: Vec<u8>,
    length: usize,
}

impl Packed {
    pub(super) fn new(content: &[u8]) -> Packed {
        Packed { bytes: compress(content), length: content.len() }
    }
}

impl Stack {
    /// Blocks of before, by what is used of them. None if one cannot be read.
    pub(super) fn new(before: &[Block], bytes: &[u8], used: impl Iterator<Item = Place>) -> Option<Stack> {
        let mut live: Vec<Vec<Place>> = vec![Vec::new(); before.len()];
        used.for_each(|place| live[place.block as usize].push(place));
        let mut stack = Stack {
            bytes: Vec::new(),
            lengths: Vec::new(),
            numbers: Vec::with_capacity(before.len()),
            moved: FxHashMap::default(),
        };
        let mut moving: Vec<(Vec<Place>, usize)> = Vec::new();
        for (block, places) in before.iter().zip(live) {
            let used = places.iter().map(|place| place.length as usize).sum::<usize>();
            let stays = used * 2 >= block.length && used > 0;
            stack.numbers.push(stays.then_some(stack.next()));
            if stays {
                stack.add(bytes.get(block.compressed.clone())?, block.length);
            } else if used > 0 {
                match moving.last_mut().filter(|last| last.1 < MOVED) {
                    Some((all, sum)) => {
                        all.extend(places);
                        *sum += used;
                    }
                    None => moving.push((places, used)),
                }
            }
        }
        let first = stack.next();
        let gather = |(number, (places, length)): (usize, &(Vec<Place>, usize))| {
            let mut content = Vec::with_capacity(*length);
            let mut moved = Vec::with_capacity(places.len());
            for place in places {
                let (start, length) = (place.start as usize, place.length as usize);
                let own = before[place.block as usize].content(bytes)?.get(start..start + length)?;
                let new = Place::new(first + number as u32, content.len()..content.len() + length);
                moved.push(((place.block, place.start), new));
                content.extend_from_slice(own);
            }
            Some((Packed::new(&content), moved))
        };
        let gathered: Option<Vec<_>> = moving.par_iter().enumerate().map(gather).collect();
        for (block, moved) in gathered? {
            stack.push(&block);
            stack.moved.extend(moved);
        }
        Some(stack)
    }

    /// The number that the next block gets.
    pub(super) fn next(&self) -> u32 {
        self.lengths.len() as u32
    }

    pub(super) fn push(&mut self, block: &Packed) {
        self.add(&block.bytes, block.length);
    }

    fn add(&mut self, bytes: &[u8], length: usize) {
        self.bytes.extend_from_slice(bytes);
        self.lengths.push((bytes.len(), length));
    }

    /// Where something of before is now.
    pub(super) fn place(&self, before: Place) -> Option<Place> {
        match *self.numbers.get(before.block as usize)? {
            Some(block) => Some(Place { block, ..before }),
            None => self.moved.get(&(before.block, before.start)).copied(),
        }
    }

    /// The blocks, and the front behind them.
    pub(super) fn with_front(mut self, front: &[u8]) -> Vec<u8> {
        let compressed = compress(front);
        self.bytes.extend_from_slice(&compressed);
        for length in [compressed.len(), front.len()] {
            self.bytes.extend_from_slice(&(length as u64).to_le_bytes());
        }
        self.bytes
    }
}

/// The last bytes: how long the front is, compressed and not.
const LENGTHS: usize = 16;

/// The front of what was [written](Stack::with_front). The blocks are at the beginning.
pub(super) fn open(bytes: &[u8]) -> Option<Vec<u8>> {
    let (rest, lengths) = bytes.split_last_chunk::<LENGTHS>()?;
    let (compressed, length) = lengths.split_at(LENGTHS / 2);
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0usize, |number, &byte| number << 8 | byte as usize);
    decompress(rest.get(rest.len().checked_sub(number(compressed))?..)?, number(length))
}

fn compress(content: &[u8]) -> Vec<u8> {
    // It fails where there is no memory, and then so does what comes after it.
    zstd::bulk::compress(content, LEVEL).unwrap_or_default()
}

fn decompress(compressed: &[u8], length: usize) -> Option<Vec<u8>> {
    zstd::bulk::decompress(compressed, length).ok().filter(|content| content.len() == length)
}
