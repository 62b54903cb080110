//! Blocks: the bodies of summaries, compressed together, read when somebody asks for one of them.

use std::ops::Range;
use std::sync::OnceLock;

use super::code::{Reader, Writer};

/// Zstandard's quickest level but for the negative ones.
const LEVEL: i32 = 1;

/// Summaries in one block.
pub(super) const TOGETHER: usize = 32;

/// Where some bytes are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub block: u32,
    pub start: u32,
    pub length: u32,
}

impl Place {
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

pub(super) fn compress(content: &[u8]) -> Vec<u8> {
    // It fails where there is no memory, and then so does what comes after it.
    zstd::bulk::compress(content, LEVEL).unwrap_or_default()
}

pub(super) fn decompress(compressed: &[u8], length: usize) -> Option<Vec<u8>> {
    zstd::bulk::decompress(compressed, length).ok().filter(|content| content.len() == length)
}
