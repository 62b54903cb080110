//! Compressed rows: for each node a slice. Most nodes have nothing of most kinds, and take a bit for that.

/// Sixty-four rows.
#[derive(Clone, Copy, Default)]
struct Word {
    /// Whether each of them has something.
    present: u64,
    /// How many before them have.
    before: u32,
}

/// For each node a slice.
pub(crate) struct Rows<T> {
    words: Box<[Word]>,
    /// Where the slices of rows that have something begin, and the end of the last.
    starts: Box<[u32]>,
    values: Box<[T]>,
}

impl<T> Rows<T> {
    /// From pairs that are sorted by row.
    pub(crate) fn new(rows: usize, pairs: impl IntoIterator<Item = (u32, T)>) -> Rows<T> {
        let mut words = vec![Word::default(); rows.div_ceil(64)];
        let (mut starts, mut values) = (Vec::new(), Vec::new());
        for (row, value) in pairs {
            let (word, bit) = (&mut words[row as usize / 64], 1 << (row % 64));
            if word.present & bit == 0 {
                word.present |= bit;
                starts.push(values.len() as u32);
            }
            values.push(value);
        }
        starts.push(values.len() as u32);
        let mut before = 0;
        for word in &mut words {
            word.before = before;
            before += word.present.count_ones();
        }
        Rows { words: words.into(), starts: starts.into(), values: values.into() }
    }

    /// What they take of the heap, in bytes.
    pub(crate) fn bytes(&self) -> usize {
        size_of_val(&self.words[..]) + size_of_val(&self.starts[..]) + size_of_val(&self.values[..])
    }

    #[inline]
    pub(crate) fn of(&self, row: u32) -> &[T] {
        let (word, bit) = (&self.words[row as usize / 64], 1 << (row % 64));
        if word.present & bit == 0 {
            return &[];
        }
        let place = (word.before + (word.present & (bit - 1)).count_ones()) as usize;
        &self.values[self.starts[place] as usize..self.starts[place + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_row_has_its_values(mut pairs in proptest::collection::vec((0u32..200, any::<u8>()), 0..300)) {
            pairs.sort();
            let rows = Rows::new(200, pairs.iter().copied());
            for row in 0..200 {
                let own: Vec<u8> = pairs.iter().filter(|p| p.0 == row).map(|p| p.1).collect();
                prop_assert_eq!(rows.of(row), &own[..]);
            }
        }
    }
}
