//! Names as 64-bit hashes that can be continued: `of("a.b")` extended by `".c"` is `of("a.b.c")`.
//!
//! FNV-1a (Fowler, Noll, Vo; <http://www.isthe.com/chongo/tech/comp/fnv/>). At ten million names the chance that two
//! share a hash is under one in three hundred thousand; a link pass holds hashes in place of strings for that.

/// A name's hash.
pub type NameHash = u64;

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0100_0000_01b3;

/// The hash of a name.
#[inline]
pub fn of(text: &str) -> NameHash {
    extend(OFFSET, text)
}

/// The hash of a name followed by more text.
#[inline]
pub fn extend(hash: NameHash, more: &str) -> NameHash {
    more.bytes().fold(hash, |h, b| (h ^ u64::from(b)).wrapping_mul(PRIME))
}

#[cfg(test)]
mod tests {
    #[test]
    fn continues() {
        assert_eq!(super::extend(super::of("a.b"), ".c"), super::of("a.b.c"));
    }
}
