//! Blocks: the bodies of summaries, compressed together, read when somebody asks for one of them.
//!
//! A block stays as it is as long as half of it is used; what is used of others is moved to new ones.

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::code::{Reader, Writer};

/// Zstandard's quickest level but for the negative ones.
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
pub(super) struct Stack<'a> {
    blocks: Vec<Packed<'a>>,
    /// The numbers that blocks of before have now.
    numbers: Vec<Option<u32>>,
    /// Where what was in others is now, by where it was.
    moved: FxHashMap<(u32, u32), Place>,
}

/// A block as it is written, and its length.
pub(super) enum Packed<'a> {
    Old(&'a [u8], usize),
    New(Vec<u8>, usize),
}

impl Packed<'_> {
    fn bytes(&self) -> (&[u8], usize) {
        match self {
            Packed::Old(bytes, length) => (bytes, *length),
            Packed::New(bytes, length) => (bytes, *length),
        }
    }
}

impl<'a> Stack<'a> {
    /// Blocks of before, by what is used of them. None if one cannot be read.
    pub(super) fn new(
        before: &'a [Block],
        bytes: &'a [u8],
        used: impl Iterator<Item = Place>,
    ) -> Option<Stack<'a>> {
        let mut live: Vec<Vec<Place>> = vec![Vec::new(); before.len()];
        used.for_each(|place| live[place.block as usize].push(place));
        let length = |places: &[Place]| places.iter().map(|place| place.length as usize).sum::<usize>();
        let mut stack = Stack { blocks: Vec::new(), numbers: Vec::new(), moved: FxHashMap::default() };
        let mut moving: Vec<(Vec<Place>, usize)> = Vec::new();
        for (block, places) in before.iter().zip(live) {
            let used = length(&places);
            let stays = used * 2 >= block.length && used > 0;
            stack.numbers.push(stays.then_some(stack.blocks.len() as u32));
            if stays {
                stack.blocks.push(Packed::Old(bytes.get(block.compressed.clone())?, block.length));
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
            Some((Stack::packed(&content), moved))
        };
        let gathered: Option<Vec<_>> = moving.par_iter().enumerate().map(gather).collect();
        for (block, moved) in gathered? {
            stack.blocks.push(block);
            stack.moved.extend(moved);
        }
        Some(stack)
    }

    pub(super) fn packed(content: &[u8]) -> Packed<'static> {
        Packed::New(compress(content), content.len())
    }

    /// The number that the next block gets.
    pub(super) fn next(&self) -> u32 {
        self.blocks.len() as u32
    }

    pub(super) fn push(&mut self, block: Packed<'a>) {
        self.blocks.push(block);
    }

    /// Where something of before is now.
    pub(super) fn place(&self, before: Place) -> Option<Place> {
        match *self.numbers.get(before.block as usize)? {
            Some(block) => Some(Place { block, ..before }),
            None => self.moved.get(&(before.block, before.start)).copied(),
        }
    }

    /// How long blocks are, compressed and not.
    pub(super) fn lengths(&self) -> Vec<(usize, usize)> {
        self.blocks.iter().map(|block| (block.bytes().0.len(), block.bytes().1)).collect()
    }

    /// The front, and the blocks behind it.
    pub(super) fn behind(&self, front: &[u8]) -> Vec<u8> {
        let compressed = compress(front);
        let length = self.blocks.iter().map(|block| block.bytes().0.len()).sum::<usize>();
        let mut bytes = Vec::with_capacity(LENGTHS + compressed.len() + length);
        for length in [compressed.len(), front.len()] {
            bytes.extend_from_slice(&(length as u64).to_le_bytes());
        }
        bytes.extend_from_slice(&compressed);
        self.blocks.iter().for_each(|block| bytes.extend_from_slice(block.bytes().0));
        bytes
    }
}

/// The bytes before the front: how long it is, compressed and not.
const LENGTHS: usize = 16;

/// The front of what was [written](Stack::behind), and where the blocks begin.
pub(super) fn open(bytes: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (lengths, rest) = bytes.split_first_chunk::<LENGTHS>()?;
    let (compressed, length) = lengths.split_at(LENGTHS / 2);
    let number = |bytes: &[u8]| bytes.iter().rev().fold(0usize, |number, &byte| number << 8 | byte as usize);
    let compressed = number(compressed);
    Some((decompress(rest.get(..compressed)?, number(length))?, LENGTHS + compressed))
}

fn compress(content: &[u8]) -> Vec<u8> {
    // It fails where there is no memory, and then so does what comes after it.
    zstd::bulk::compress(content, LEVEL).unwrap_or_default()
}

fn decompress(compressed: &[u8], length: usize) -> Option<Vec<u8>> {
    zstd::bulk::decompress(compressed, length).ok().filter(|content| content.len() == length)
}
