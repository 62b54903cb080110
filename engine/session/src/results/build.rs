//! Which program computes: another build may compute something else, so its answers have keys of their own.
//!
//! On Linux the linker leaves a hash of its output in the program (the note `NT_GNU_BUILD_ID` of the ELF file), which is the same wherever the
//! same build is installed. Elsewhere it is the program's size and the time it was installed.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::LazyLock;
use std::time::UNIX_EPOCH;

/// What tells this build from others.
pub fn build() -> &'static str {
    static BUILD: LazyLock<String> = LazyLock::new(|| {
        let program = std::env::current_exe().ok();
        let id = program.as_deref().and_then(|program| build_id(program).or_else(|| installed(program)));
        format!("{} {}", env!("CARGO_PKG_VERSION"), id.unwrap_or_default())
    });
    &BUILD
}

fn installed(program: &Path) -> Option<String> {
    let metadata = std::fs::metadata(program).ok()?;
    let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
    Some(format!("{} {}", metadata.len(), modified.as_nanos()))
}

/// Notes are small; anything larger is something else.
const MOST_NOTES: u64 = 1 << 16;

/// The build id of a 64-bit little-endian ELF file (System V ABI, "Object Files"; Linux Standard Base, "Note Sections").
fn build_id(program: &Path) -> Option<String> {
    let mut file = File::open(program).ok()?;
    let mut header = [0; 64];
    file.read_exact(&mut header).ok()?;
    if header[..6] != [0x7f, b'E', b'L', b'F', 2, 1] {
        return None;
    }
    let (table, size, count) = (long(&header, 32)?, short(&header, 54)?, short(&header, 56)?);
    for entry in 0..u64::from(count) {
        let mut segment = [0; 56];
        file.seek(SeekFrom::Start(table.checked_add(entry * u64::from(size))?)).ok()?;
        file.read_exact(&mut segment).ok()?;
        const NOTE: u32 = 4;
        let (offset, bytes) = (long(&segment, 8)?, long(&segment, 32)?);
        if word(&segment, 0)? != NOTE || bytes > MOST_NOTES {
            continue;
        }
        let mut notes = vec![0; bytes as usize];
        file.seek(SeekFrom::Start(offset)).ok()?;
        file.read_exact(&mut notes).ok()?;
        if let Some(id) = id_of(&notes) {
            return Some(id);
        }
    }
    None
}

/// The build id among some notes: each a length of name and content, a type, and the two padded to four bytes.
fn id_of(mut notes: &[u8]) -> Option<String> {
    const BUILD_ID: u32 = 3;
    while notes.len() >= 12 {
        let (name, content, kind) = (word(notes, 0)? as usize, word(notes, 4)? as usize, word(notes, 8)?);
        let start = 12usize.checked_add(name.checked_next_multiple_of(4)?)?;
        let id = notes.get(start..start.checked_add(content)?)?;
        if kind == BUILD_ID && notes.get(12..16) == Some(b"GNU\0") {
            return Some(id.iter().map(|byte| format!("{byte:02x}")).collect());
        }
        notes = notes.get(start.checked_add(content.checked_next_multiple_of(4)?)?..)?;
    }
    None
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at + 8)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_program_is_known_by_its_build() {
        assert!(build().len() > env!("CARGO_PKG_VERSION").len() + 8, "{}", build());
    }

    #[test]
    fn notes_are_read_and_damage_is_none() {
        let note = |name: &[u8], kind: u32, content: &[u8]| {
            let mut bytes = Vec::new();
            for number in [name.len() as u32, content.len() as u32, kind] {
                bytes.extend(number.to_le_bytes());
            }
            bytes.extend(name);
            bytes.extend(content);
            bytes
        };
        let notes = [note(b"GNU\0", 1, &[0; 16]), note(b"GNU\0", 3, &[0xab; 20])].concat();
        assert_eq!(id_of(&notes), Some("ab".repeat(20)));
        for end in 0..notes.len() {
            assert_eq!(id_of(&notes[..end]), None, "{end}");
        }
        assert_eq!(id_of(&[0xff; 64]), None);
    }
}
