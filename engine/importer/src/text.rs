//! The text of a file that is imported: where its lines start, and what a column means in bytes.

/// A file's text.
pub struct Text {
    pub bytes: Vec<u8>,
    starts: Vec<usize>,
}

/// What a column counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    Bytes,
    Utf16,
    Characters,
}

impl Text {
    pub fn new(bytes: Vec<u8>) -> Text {
        let breaks = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(breaks).collect();
        Text { bytes, starts }
    }

    pub fn lines(&self) -> u32 {
        let unended = self.bytes.last().is_some_and(|byte| *byte != b'\n');
        self.starts.len() as u32 - u32::from(!unended)
    }

    /// Lines with something other than blanks.
    pub fn code_lines(&self) -> u32 {
        self.bytes.split(|byte| *byte == b'\n').filter(|line| !line.trim_ascii().is_empty()).count() as u32
    }

    /// A line without its end; lines count from 1.
    pub fn line(&self, line: u32) -> Option<&[u8]> {
        let at = (line as usize).checked_sub(1)?;
        let start = *self.starts.get(at)?;
        let end = self.starts.get(at + 1).map_or(self.bytes.len(), |next| next - 1);
        let line = &self.bytes[start..end];
        Some(line.strip_suffix(b"\r").unwrap_or(line))
    }

    /// The byte at which a column starts, columns counted in `unit` from 0; past the end of its line it is that end.
    pub fn offset(&self, line: u32, column: u32, unit: Unit) -> Option<usize> {
        let start = *self.starts.get((line as usize).checked_sub(1)?)?;
        let text = self.line(line)?;
        let column = column as usize;
        if unit == Unit::Bytes {
            return Some(start + column.min(text.len()));
        }
        let mut counted = 0;
        for chunk in text.utf8_chunks() {
            let offset = chunk.valid().as_ptr() as usize - text.as_ptr() as usize;
            for (at, character) in chunk.valid().char_indices() {
                if counted >= column {
                    return Some(start + offset + at);
                }
                counted += if unit == Unit::Utf16 { character.len_utf16() } else { 1 };
            }
            if counted >= column && !chunk.invalid().is_empty() {
                return Some(start + offset + chunk.valid().len());
            }
            // What is not UTF-8 was read as one replacement character.
            counted += usize::from(!chunk.invalid().is_empty());
        }
        Some(start + text.len())
    }

    /// Whether a node of this place lies inside the text, as a reader of `nodes` will look for it.
    pub fn holds(&self, line: u32, column: u32, length: u32, extra_lines: u32) -> bool {
        let (Some(line), Some(column)) = (line.checked_sub(1), column.checked_sub(1)) else { return false };
        let Some(start) = self.starts.get(line as usize) else { return false };
        let Some(last) = self.starts.get((line as usize).saturating_add(extra_lines as usize)) else {
            return false;
        };
        let end = *start + column as usize + length as usize;
        end <= self.bytes.len() && end >= *last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_in_every_unit() {
        let text = Text::new("ab\né😀x\r\n".as_bytes().to_vec());
        assert_eq!((text.lines(), text.line(2), text.line(4)), (2, Some("é😀x".as_bytes()), None));
        assert_eq!(text.offset(2, 1, Unit::Characters), Some(5));
        assert_eq!(text.offset(2, 3, Unit::Utf16), Some(9));
        assert_eq!(text.offset(2, 6, Unit::Bytes), Some(9));
        assert_eq!(text.offset(2, 99, Unit::Utf16), Some(10));
        assert_eq!(text.offset(0, 0, Unit::Utf16), None);
        assert!(text.holds(2, 1, 9, 1) && !text.holds(2, 1, 10, 1) && !text.holds(1, 1, 1, 1));
        let broken = Text::new(b"a\xffb".to_vec());
        assert_eq!(broken.offset(1, 2, Unit::Utf16), Some(2));
    }
}
