//! One file's text and where its lines start.

use std::borrow::Cow;
use std::ops::Range;

/// The bytes of a source file with the starts of its lines. Lines end with `\n`.
#[derive(Debug)]
pub struct SourceText {
    bytes: Vec<u8>,
    line_starts: Vec<u32>,
}

/// Where a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub bytes: Range<usize>,
    /// The 1-based byte column just after the last byte, counted in the node's last line.
    pub end_column: usize,
}

impl SourceText {
    pub fn new(bytes: Vec<u8>) -> Self {
        let breaks = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| at as u32 + 1)).collect();
        SourceText { bytes, line_starts }
    }

    /// The file as it was when it was indexed; not every file is UTF-8.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The byte range of a node: 1-based line, 1-based byte column, length in bytes. `None` if it is not
    /// inside the text.
    pub fn range(&self, line: i32, column: i32, length: i32) -> Option<Range<usize>> {
        let line = usize::try_from(line.checked_sub(1)?).ok()?;
        let column = usize::try_from(column.checked_sub(1)?).ok()?;
        let start = *self.line_starts.get(line)? as usize + column;
        let end = start.checked_add(usize::try_from(length).ok()?)?;
        (end <= self.bytes.len()).then_some(start..end)
    }

    pub(crate) fn place(&self, line: i32, column: i32, length: i32, extra_lines: i32) -> Option<Place> {
        let bytes = self.range(line, column, length)?;
        let last_line = usize::try_from(line.checked_add(extra_lines)?.checked_sub(1)?).ok()?;
        let line_start = *self.line_starts.get(last_line)? as usize;
        let end_column = bytes.end.checked_sub(line_start)? + 1;
        Some(Place { bytes, end_column })
    }

    /// At most `characters` characters of a range inside the text; what is not UTF-8 becomes U+FFFD.
    pub fn excerpt(&self, range: Range<usize>, characters: usize) -> Cow<'_, str> {
        // A character takes at most four bytes, and no fewer bytes than one become one character.
        let end = range.end.min(range.start + 4 * characters);
        let cut = end < range.end;
        let mut bytes = &self.bytes[range.start..end];
        if cut {
            bytes = without_broken_end(bytes);
        }
        // Most is UTF-8, which is sooner found out by itself.
        let mut text =
            std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
        if text.len() > characters
            && let Some((at, _)) = text.char_indices().nth(characters)
        {
            match &mut text {
                Cow::Borrowed(text) => *text = &text[..at],
                Cow::Owned(text) => text.truncate(at),
            }
        }
        text
    }

    /// The bytes that this value holds on the heap.
    pub fn heap_bytes(&self) -> usize {
        self.bytes.capacity() + self.line_starts.capacity() * size_of::<u32>()
    }
}

/// `bytes` without a character at the end of which only the first bytes are there.
fn without_broken_end(bytes: &[u8]) -> &[u8] {
    match std::str::from_utf8(bytes) {
        Err(error) if error.error_len().is_none() => &bytes[..error.valid_up_to()],
        _ => bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_bytes_from_one() {
        let text = SourceText::new("ab\ncdé\n\nx".as_bytes().to_vec());
        let place = |line, column, length, extra| text.place(line, column, length, extra);
        assert_eq!(place(1, 1, 2, 0), Some(Place { bytes: 0..2, end_column: 3 }));
        assert_eq!(place(2, 3, 2, 0), Some(Place { bytes: 5..7, end_column: 5 }));
        assert_eq!(place(1, 2, 7, 2), Some(Place { bytes: 1..8, end_column: 1 }));
        assert_eq!(place(1, 2, 8, 3), Some(Place { bytes: 1..9, end_column: 1 }));
        assert_eq!(place(1, 2, 7, 3), None);
        assert_eq!(place(4, 1, 2, 0), None);
        assert_eq!(place(5, 1, 0, 0), None);
        assert_eq!(place(0, 1, 0, 0), None);
    }

    #[test]
    fn excerpts_are_cut_between_characters() {
        let text = SourceText::new([b"a".as_slice(), "é€😀".as_bytes(), b"\xff\xfez"].concat());
        let all = 0..text.bytes().len();
        assert_eq!(text.excerpt(all.clone(), 100), "aé€😀\u{fffd}\u{fffd}z");
        assert_eq!(text.excerpt(all.clone(), 4), "aé€😀");
        assert_eq!(text.excerpt(all.clone(), 2), "aé");
        assert_eq!(text.excerpt(all, 0), "");
        let long = SourceText::new("é".repeat(500).into_bytes());
        assert_eq!(long.excerpt(0..1000, 200).chars().count(), 200);
        let odd = SourceText::new(["x", &"😀".repeat(300)].concat().into_bytes());
        assert_eq!(odd.excerpt(0..1201, 200).chars().count(), 200);
    }
}
